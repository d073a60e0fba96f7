/* unite.c - headers of several tables as one. */
#include <stdlib.h>
#include <string.h>

#include "io.h"

#define NONE ((size_t)-1)

/* Where a table's columns are in the union: their numbers there. */
struct part { size_t *id, n; };

struct unite {
	int (*place)(const char *name, int before);
	struct map *names;              /* to numbers as they came, whose order is a list: */
	size_t first, *next, nextcap;
	int *at, most;                  /* their places, and the last of these */
	size_t atcap;
	struct part *part;
	size_t npart, cap;
	size_t *order;                  /* the list as an array, when all headers are there */
	const char **field;             /* of a row, by number */
	size_t *len;
};

struct unite *
unite_new(int (*place)(const char *name, int before))
{
	struct unite *u = mem_new(1, sizeof *u);

	u->place = place;
	u->names = map_new();
	u->first = NONE;
	return u;
}

void
unite_free(struct unite *u)
{
	for (size_t i = 0; i < u->npart; i++)
		free(u->part[i].id);
	free(u->part);
	free(u->next);
	free(u->at);
	free(u->order);
	free(u->field);
	free(u->len);
	map_free(u->names);
	free(u);
}

/* The number of a name behind that of number left, or of the first. */
static size_t
add_name(struct unite *u, const char *name, size_t left)
{
	size_t n = map_count(u->names), id = map_add(u->names, name, strlen(name));
	size_t *link = &u->first;

	if (id < n)
		return id;
	u->next = mem_grow(u->next, &u->nextcap, n + 1, sizeof *u->next);
	u->at = mem_grow(u->at, &u->atcap, n + 1, sizeof *u->at);
	if (left != NONE)
		link = &u->next[left];
	u->next[id] = *link;
	*link = id;
	return id;
}

size_t
unite_header(struct unite *u, const char *file, const char *const *name, size_t n)
{
	struct part *p;
	struct map *seen = map_new();
	size_t left = NONE, known;
	int place = 0;

	u->part = mem_grow(u->part, &u->cap, u->npart + 1, sizeof *u->part);
	p = &u->part[u->npart];
	*p = (struct part){ mem_new(n, sizeof *p->id), n };
	for (size_t i = 0; i < n; i++) {
		if (map_add(seen, name[i], strlen(name[i])) < i)
			die("%s: column \"%s\" is there twice", file, name[i]);
		known = map_count(u->names);
		left = p->id[i] = add_name(u, name[i], left);
		place = u->place(name[i], place);
		if (left == known)
			u->at[left] = place;
		u->most = place > u->most ? place : u->most;
	}
	map_free(seen);
	return u->npart++;
}

size_t
unite_count(const struct unite *u)
{
	return map_count(u->names);
}

void
unite_put_names(struct unite *u, struct csv_writer *w)
{
	size_t n = map_count(u->names), k = 0, len;

	u->order = mem_new(n, sizeof *u->order);
	u->field = mem_new(n, sizeof *u->field);
	u->len = mem_new(n, sizeof *u->len);
	for (int place = 0; place <= u->most; place++)
		for (size_t id = u->first; id != NONE; id = u->next[id])
			if (u->at[id] == place)
				u->order[k++] = id;
	for (k = 0; k < n; k++) {
		const char *name = map_key(u->names, u->order[k], &len);

		csv_put(w, name, len);
	}
	csv_put_end(w);
}

void
unite_put(struct unite *u, size_t part, const char *const *field, const size_t *len, struct csv_writer *w)
{
	const struct part *p = &u->part[part];

	memset(u->len, 0, map_count(u->names) * sizeof *u->len);
	for (size_t i = 0; i < p->n; i++) {
		u->field[p->id[i]] = field[i];
		u->len[p->id[i]] = len[i];
	}
	for (size_t i = 0; i < map_count(u->names); i++)
		csv_put(w, u->len[u->order[i]] > 0 ? u->field[u->order[i]] : "", u->len[u->order[i]]);
	csv_put_end(w);
}
