/* map.c - texts to numbers: open addressing with linear probing, FNV-1a. */
#include <stdlib.h>
#include <string.h>

#include "io.h"

struct map {
	size_t n, cap;                  /* keys; slots, a power of 2 */
	size_t *slot;                   /* number of the key + 1, 0 if free */
	char **key;
	size_t *len;
	size_t keycap, lencap;
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
	for (size_t k = 0; k < m->n; k++)
		free(m->key[k]);
	free(m->key);
	free(m->len);
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
	*len = m->len[k];
	return m->key[k];
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t
probe(const struct map *m, const char *key, size_t len)
{
	uint64_t h = 0xcbf29ce484222325;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)key[i]) * 0x100000001b3;
	for (i = h & (m->cap - 1); m->slot[i] != 0; i = (i + 1) & (m->cap - 1)) {
		size_t k = m->slot[i] - 1;

		if (m->len[k] == len && memcmp(m->key[k], key, len) == 0)
			break;
	}
	return i;
}

static void
rehash(struct map *m)
{
	free(m->slot);
	m->cap *= 2;
	m->slot = mem_new(m->cap, sizeof *m->slot);
	for (size_t k = 0; k < m->n; k++)
		m->slot[probe(m, m->key[k], m->len[k])] = k + 1;
}

size_t
map_find(const struct map *m, const char *key, size_t len)
{
	return m->slot[probe(m, key, len)] - 1;
}

size_t
map_add(struct map *m, const char *key, size_t len)
{
	size_t i = probe(m, key, len);

	if (m->slot[i] != 0)
		return m->slot[i] - 1;
	m->key = mem_grow(m->key, &m->keycap, m->n + 1, sizeof *m->key);
	m->len = mem_grow(m->len, &m->lencap, m->n + 1, sizeof *m->len);
	m->key[m->n] = mem_text(key, len);
	m->len[m->n] = len;
	m->slot[i] = ++m->n;
	if (2 * m->n > m->cap)
		rehash(m);
	return m->n - 1;
}
