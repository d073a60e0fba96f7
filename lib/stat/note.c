/* note.c - warnings that are said once. */
#include <stdlib.h>
#include <string.h>

#include "stat.h"

struct note {
	size_t rank, came;              /* its number among all */
	size_t group, last, more;       /* the first it goes for, the last; groups after the first */
	char *head, *tail;
};

struct notes {
	struct map *keys;               /* rank and key, to the number of the note */
	struct note *note;
	size_t cap;
};

struct notes *
notes_new(void)
{
	struct notes *n = mem_new(1, sizeof *n);

	n->keys = map_new();
	return n;
}

void
notes_add(struct notes *n, size_t rank, const char *key, size_t k, const char *head, const char *tail)
{
	char *text = mem_print("%zu %s", rank, key);
	size_t count = map_count(n->keys), i = map_add(n->keys, text, strlen(text));
	struct note *note;

	free(text);
	n->note = mem_grow(n->note, &n->cap, i + 1, sizeof *n->note);
	note = &n->note[i];
	if (i == count)
		*note = (struct note){ rank, i, k, k, 0, mem_text(head, strlen(head)), mem_text(tail, strlen(tail)) };
	note->more += note->last != k;
	note->last = k;
}

static int
compare(const void *va, const void *vb)
{
	const struct note *a = va, *b = vb;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->came < b->came ? -1 : a->came > b->came;
}

/* Frees what was noted. */
static void
forget(struct notes *n)
{
	for (size_t i = 0; i < map_count(n->keys); i++) {
		free(n->note[i].head);
		free(n->note[i].tail);
	}
	map_free(n->keys);
}

void
notes_say(struct notes *n, struct group *g, const char *more)
{
	size_t count = map_count(n->keys);

	if (count > 0)
		qsort(n->note, count, sizeof *n->note, compare);
	for (size_t i = 0; i < count; i++) {
		const struct note *m = &n->note[i];
		const char *where = group_text(g, m->group);

		if (m->more > 0)
			warn("%s%s%s%s %zu group%s more", m->head, where, m->tail, more, m->more, m->more == 1 ? "" : "s");
		else
			warn("%s%s%s", m->head, where, m->tail);
	}
	forget(n);
	n->keys = map_new();
}

void
notes_free(struct notes *n)
{
	forget(n);
	free(n->note);
	free(n);
}
