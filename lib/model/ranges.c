/* ranges.c - lists of numbers from 0: which layers, which heads. */
#include <stdlib.h>

#include "model.h"

/* The range at p, up to a comma or the end; *end: where it ends.  Returns 0 if it
 * is none. */
static int
take_range(struct range *r, const char *p, char **end)
{
	if (*p < '0' || *p > '9')
		return 0;
	r->from = r->to = strtoul(p, end, 10);
	r->open = **end == '-' && ((*end)[1] == ',' || (*end)[1] == '\0');
	if (r->open)
		++*end;
	else if (**end == '-' && (*end)[1] >= '0' && (*end)[1] <= '9')
		r->to = strtoul(*end + 1, end, 10);
	return (**end == ',' || **end == '\0') && r->from <= r->to && r->to <= 1000000000;
}

void
ranges_set(struct ranges *l, const char *text)
{
	const char *p = text;

	l->n = 0;
	do {
		char *end;
		struct range r;

		if (!take_range(&r, p, &end))
			die_usage("%s: not a list like 0-3,8,12-: \"%s\"", l->what, text);
		l->range = mem_grow(l->range, &l->cap, l->n + 1, sizeof *l->range);
		l->range[l->n++] = r;
		p = *end == ',' ? end + 1 : NULL;
	} while (p != NULL);
}

int
ranges_has(const struct ranges *l, size_t i)
{
	if (l == NULL || l->n == 0)
		return 1;
	for (size_t k = 0; k < l->n; k++)
		if (i >= l->range[k].from && (i <= l->range[k].to || l->range[k].open))
			return 1;
	return 0;
}

size_t
ranges_last(const struct ranges *l, size_t n)
{
	while (n > 1 && !ranges_has(l, n - 1))
		n--;
	return n - 1;
}

void
ranges_check(const struct ranges *l, size_t n)
{
	for (size_t i = 0; l != NULL && i < l->n; i++)
		if (l->range[i].to >= n)
			die("%s: %zu, but they are numbered 0 to %zu", l->what, l->range[i].to, n - 1);
}

void
ranges_free(struct ranges *l)
{
	free(l->range);
}
