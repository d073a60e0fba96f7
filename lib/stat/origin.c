/* origin.c - what the rows of states are from: the words for a missing value, and parts of
 * files, of which none may be missing in what is printed. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "stat.h"

static void
add(struct origin *from, struct origin_part p)
{
	from->part = mem_grow(from->part, &from->cap, from->npart + 1, sizeof *from->part);
	from->part[from->npart++] = p;
}

struct origin
origin_of(const struct opts *o, const char *operand)
{
	struct origin from = { .na = opts_na(o) };
	struct stat st;

	if (o->parts > 0 && stat(operand, &st) == 0)
		add(&from, (struct origin_part){ (size_t)o->part, (size_t)o->parts, (double)st.st_size });
	return from;
}

void
origin_put(struct state_writer *w, const struct origin *from)
{
	for (size_t i = 0; i < from->npart; i++) {
		const struct origin_part *p = &from->part[i];

		state_put_num(w, "file", (long)p->part, (long)p->parts, "", p->bytes, 0);
	}
}

void
origin_take(struct origin *from, const struct state *s)
{
	struct origin_part p;

	state_uses(s, "ijv");
	p.parts = state_index(s, 'j', OPTS_PARTS + 1);
	p.part = state_index(s, 'i', p.parts + 1);
	p.bytes = state_num(s, 'v');
	if (p.part == 0)
		state_die(s, "not a part of a file: %zu/%zu", p.part, p.parts);
	add(from, p);
}

static int
by_file(const void *a, const void *b)
{
	const struct origin_part *p = a, *q = b;

	if (p->bytes != q->bytes)
		return p->bytes < q->bytes ? -1 : 1;
	if (p->parts != q->parts)
		return p->parts < q->parts ? -1 : 1;
	return (p->part > q->part) - (p->part < q->part);
}

/* The n parts are of one file, in their order: all of them are there, and as often as each other. */
static void
check(const struct origin_part *p, size_t n)
{
	size_t times = n / p->parts, i = 0, k = 1;

	while (i < n && times > 0 && p[i].part == i / times + 1)
		i++;
	if (i == n && n == times * p->parts)
		return;
	for (i = 0; i < n && p[i].part <= k; i++)
		k = p[i].part + 1;
	if (k <= p->parts)
		die("--merge: part %zu/%zu of a file of %.0f bytes is missing", k, p->parts, p->bytes);
	die("--merge: of a file of %.0f bytes some of %zu parts are there more often than others", p->bytes, p->parts);
}

void
origin_whole(struct origin *from)
{
	size_t at = 0, n;

	if (from->npart > 0)
		qsort(from->part, from->npart, sizeof *from->part, by_file);
	for (; at < from->npart; at += n) {
		const struct origin_part *p = &from->part[at];

		for (n = 1; at + n < from->npart && p[n].bytes == p->bytes && p[n].parts == p->parts; )
			n++;
		check(p, n);
	}
}

void
origin_free(struct origin *from)
{
	free(from->na);
	free(from->part);
}
