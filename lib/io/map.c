/* map.c - texts to numbers: open addressing with linear probing, FNV-1a. */
#include <stdlib.h>
#include <string.h>

#include "io.h"

/* A key beside its number, and keys beside each other in chunks: of many keys few are in
 * the cache. */
struct entry {
	size_t number, len;
	char text[];                    /* and NUL */
};

struct chunk {
	struct chunk *next;
	size_t room, used;
	size_t entry[];
};

struct map {
	size_t n, cap;                  /* keys; slots, a power of 2 */
	struct entry **slot;            /* NULL if free */
	struct entry **key;             /* by number */
	size_t keycap;
	struct chunk *chunk;
};

struct map *
map_new(void)
{
	struct map *m = mem_new(1, sizeof *m);

	m->cap = 64;
	m->slot = mem_new(m->cap, sizeof *m->slot);
	return m;
}

void
map_free(struct map *m)
{
	for (struct chunk *c = m->chunk, *next; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(m->key);
	free(m->slot);
	free(m);
}

size_t
map_count(const struct map *m)
{
	return m->n;
}

const char *
map_key(const struct map *m, size_t k, size_t *len)
{
	*len = m->key[k]->len;
	return m->key[k]->text;
}

/* The slot that holds the key, or the free one where it belongs. */
static struct entry **
probe(const struct map *m, const char *key, size_t len)
{
	uint64_t h = 0xcbf29ce484222325;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)key[i]) * 0x100000001b3;
	for (i = (size_t)h & (m->cap - 1); m->slot[i] != NULL; i = (i + 1) & (m->cap - 1))
		if (m->slot[i]->len == len && memcmp(m->slot[i]->text, key, len) == 0)
			break;
	return &m->slot[i];
}

static void
rehash(struct map *m)
{
	free(m->slot);
	m->cap *= 2;
	m->slot = mem_new(m->cap, sizeof *m->slot);
	for (size_t k = 0; k < m->n; k++)
		*probe(m, m->key[k]->text, m->key[k]->len) = m->key[k];
}

/* An entry for a new key, in a new chunk if it does not fit in the last one. */
static struct entry *
enter(struct map *m, const char *key, size_t len)
{
	size_t size = (sizeof(struct entry) + len) / sizeof(size_t) + 1, room;
	struct chunk *c = m->chunk;
	struct entry *e;

	if (c == NULL || c->room - c->used < size) {
		room = c == NULL ? 32 : c->room < 1000 ? 2*c->room : 1000;
		room = size < room ? room : size;
		c = mem_new(1, sizeof *c + room * sizeof(size_t));
		c->next = m->chunk;
		c->room = room;
		m->chunk = c;
	}
	e = (struct entry *)(c->entry + c->used);
	c->used += size;
	e->number = m->n;
	e->len = len;
	if (len > 0)
		memcpy(e->text, key, len);
	return e;
}

size_t
map_find(const struct map *m, const char *key, size_t len)
{
	const struct entry *e = *probe(m, key, len);

	return e != NULL ? e->number : (size_t)-1;
}

size_t
map_add(struct map *m, const char *key, size_t len)
{
	struct entry **at = probe(m, key, len), *e = *at;

	if (e != NULL)
		return e->number;
	e = *at = enter(m, key, len);
	m->key = mem_grow(m->key, &m->keycap, m->n + 1, sizeof *m->key);
	m->key[m->n++] = e;
	if (2 * m->n > m->cap)
		rehash(m);
	return e->number;
}
