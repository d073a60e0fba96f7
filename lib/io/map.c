/* map.c - texts to numbers: open addressing with linear probing.
 *
 * Where a key is looked for depends on a secret: whoever knows the program and
 * chooses the keys still cannot have them meet.  Nothing that comes out depends on it. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#if defined __APPLE__
#include <sys/random.h>
#endif

#include "digits.h"
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
	struct entry *last;             /* that map_add gave, or NULL: rows of a group often follow each other */
};

/* One for all maps: many are small, and asking the system is not. */
static uint64_t secret[2];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* What nobody outside can know; where the system has nothing random, at least what is hard to tell. */
static void
choose_secret(void)
{
	struct timespec now;

	if (getentropy(secret, sizeof secret) == 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	secret[0] = (uint64_t)(uintptr_t)&now ^ (uint64_t)now.tv_nsec << 32;
	secret[1] = (uint64_t)(uintptr_t)&secret ^ (uint64_t)getpid() << 32;
}

struct map *
map_new(void)
{
	struct map *m = mem_new(1, sizeof *m);

	m->cap = 64;
	m->slot = mem_new(m->cap, sizeof *m->slot);
	pthread_once(&once, choose_secret);
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

static uint64_t
turn(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static inline void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = turn(v[1], 13) ^ v[0];
	v[3] = turn(v[3], 16) ^ v[2];
	v[0] = turn(v[0], 32) + v[3];
	v[2] += v[1];
	v[3] = turn(v[3], 21) ^ v[0];
	v[1] = turn(v[1], 17) ^ v[2];
	v[2] = turn(v[2], 32);
}

uint64_t
map_hash(const uint64_t by[2], const char *s, size_t len)
{
	uint64_t v[4] = { by[0] ^ 0x736f6d6570736575, by[1] ^ 0x646f72616e646f6d, by[0] ^ 0x6c7967656e657261,
		by[1] ^ 0x7465646279746573 };
	uint64_t last = (uint64_t)len << 56;
	const char *end = s + len - len % 8;

	for (; s < end; s += 8) {
		uint64_t w = digits_bytes(s);

		v[3] ^= w;
		sip_round(v);
		v[0] ^= w;
	}
	for (size_t i = 0; i < len % 8; i++)
		last |= (uint64_t)(unsigned char)s[i] << 8*i;
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static int
is(const struct entry *e, const char *key, size_t len)
{
	return e->len == len && memcmp(e->text, key, len) == 0;
}

/* The slot that holds the key, or the free one where it belongs. */
static struct entry **
probe(const struct map *m, const char *key, size_t len)
{
	size_t i;

	for (i = (size_t)map_hash(secret, key, len) & (m->cap - 1); m->slot[i] != NULL; i = (i + 1) & (m->cap - 1))
		if (is(m->slot[i], key, len))
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
	struct entry **at, *e = m->last;

	if (e != NULL && is(e, key, len))
		return e->number;
	at = probe(m, key, len);
	m->last = e = *at;
	if (e != NULL)
		return e->number;
	m->last = e = *at = enter(m, key, len);
	m->key = mem_grow(m->key, &m->keycap, m->n + 1, sizeof *m->key);
	m->key[m->n++] = e;
	if (2 * m->n > m->cap)
		rehash(m);
	return e->number;
}
