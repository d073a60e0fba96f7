/* group.c - rows by the values of key columns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

struct group {
	const struct table *table;
	size_t *key, nkey;              /* columns */
	struct map *map;                /* texts of the keys, each ended by NUL */
	char *text;                     /* the last row's, or a message's */
	size_t cap;
	size_t unkeyed, unkeyed_col;    /* rows without a key, the last one's column */
	size_t watched;                 /* a column, or TABLE_NONE */
	char *value;                    /* its first one */
	int pooled;                     /* it had others */
};

struct group *
group_new(const struct table *t, size_t *key, size_t nkey)
{
	struct group *g = mem_new(1, sizeof *g);

	g->table = t;
	g->key = key;
	g->nkey = nkey;
	g->map = map_new();
	g->watched = TABLE_NONE;
	for (size_t i = 0; i < nkey; i++) {
		g->text = mem_grow(g->text, &g->cap, 4 * nkey, 1);
		memcpy(g->text + 4*i, "all", 4);
	}
	map_add(g->map, g->text, 4 * nkey);
	return g;
}

void
group_free(struct group *g)
{
	map_free(g->map);
	free(g->key);
	free(g->text);
	free(g->value);
	free(g);
}

void
group_watch(struct group *g, size_t col)
{
	g->watched = col;
	for (size_t i = 0; i < g->nkey; i++)
		if (g->key[i] == col)
			g->watched = TABLE_NONE;
}

static void
watch(struct group *g)
{
	const char *s = g->table->field[g->watched];

	if (g->value == NULL)
		g->value = mem_text(s, g->table->len[g->watched]);
	else if (!g->pooled)
		g->pooled = strcmp(g->value, s) != 0;
}

size_t
group_of(struct group *g)
{
	size_t n = 0;

	if (g->watched != TABLE_NONE)
		watch(g);
	for (size_t i = 0; i < g->nkey; i++) {
		size_t col = g->key[i], len = g->table->len[col];
		const char *s = g->table->field[col];

		if (len == 0) {
			g->unkeyed++;
			g->unkeyed_col = col;
			return 0;
		}
		if (strcmp(s, "all") == 0)
			table_die(g->table, col, "a key that is \"all\", the word for the pooled rows");
		g->text = mem_grow(g->text, &g->cap, n + len + 1, 1);
		memcpy(g->text + n, s, len + 1);
		n += len + 1;
	}
	return g->nkey > 0 ? map_add(g->map, g->text, n) : 0;
}

size_t
group_count(const struct group *g)
{
	return map_count(g->map);
}

/* 0, 1, 2 for early, mid, late, 3 for any other text. */
static int
rank(const char *s)
{
	return strcmp(s, "early") == 0 ? 0 : strcmp(s, "mid") == 0 ? 1 : strcmp(s, "late") == 0 ? 2 : 3;
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Version order: runs of digits compare as numbers, other bytes as bytes; texts
 * that differ in leading zeros alone compare as bytes. */
static int
version_cmp(const char *a, const char *b)
{
	const char *a0 = a, *b0 = b;

	while (*a != '\0' && *b != '\0') {
		size_t m, n;
		int c;

		if (!is_digit(*a) || !is_digit(*b)) {
			if (*a != *b)
				return (unsigned char)*a - (unsigned char)*b;
			a++;
			b++;
			continue;
		}
		a += strspn(a, "0");
		b += strspn(b, "0");
		m = strspn(a, "0123456789");
		n = strspn(b, "0123456789");
		if (m != n)
			return m < n ? -1 : 1;
		if ((c = memcmp(a, b, m)) != 0)
			return c;
		a += m;
		b += n;
	}
	if (*a != *b)
		return (unsigned char)*a - (unsigned char)*b;
	return strcmp(a0, b0);
}

int
group_compare(const char *a, const char *b)
{
	int c = rank(a) - rank(b);

	return c != 0 ? c : version_cmp(a, b);
}

struct sortable {
	const char *text;
	size_t k, nkey;
};

static int
compare(const void *va, const void *vb)
{
	const struct sortable *a = va, *b = vb;
	const char *s = a->text, *t = b->text;

	for (size_t i = 0; i < a->nkey; i++) {
		int c = group_compare(s, t);

		if (c != 0)
			return c;
		s += strlen(s) + 1;
		t += strlen(t) + 1;
	}
	return 0;
}

size_t *
group_order(const struct group *g)
{
	size_t n = group_count(g), len, *order = mem_new(n, sizeof *order);
	struct sortable *s = mem_new(n, sizeof *s);

	for (size_t k = 0; k < n; k++)
		s[k] = (struct sortable){ map_key(g->map, k, &len), k, g->nkey };
	qsort(s + 1, n - 1, sizeof *s, compare);
	for (size_t k = 0; k < n; k++)
		order[k] = s[k].k;
	free(s);
	return order;
}

size_t
group_keys(const struct group *g)
{
	return g->nkey;
}

const char *
group_name(const struct group *g, size_t i)
{
	return g->table->name[g->key[i]];
}

const char *
group_key(const struct group *g, size_t k, size_t i)
{
	size_t len;
	const char *s = map_key(g->map, k, &len);

	for (; i > 0; i--)
		s += strlen(s) + 1;
	return s;
}

void
group_put_names(const struct group *g, struct csv_writer *w)
{
	for (size_t i = 0; i < g->nkey; i++)
		csv_put_str(w, g->table->name[g->key[i]]);
}

void
group_put(const struct group *g, size_t k, struct csv_writer *w)
{
	size_t len;
	const char *s = map_key(g->map, k, &len);

	for (size_t i = 0; i < g->nkey; i++, s += strlen(s) + 1)
		csv_put_str(w, s);
}

const char *
group_text(struct group *g, size_t k)
{
	size_t len, n = 0;
	const char *s = map_key(g->map, k, &len);

	for (size_t i = 0; i < g->nkey; i++, s += strlen(s) + 1) {
		const char *name = g->table->name[g->key[i]];
		size_t room = strlen(name) + strlen(s) + 8;

		g->text = mem_grow(g->text, &g->cap, n + room, 1);
		n += (size_t)snprintf(g->text + n, room, "%s%s=%s", i > 0 ? ", " : " (", name, s);
	}
	if (k == 0)
		return "";
	memcpy(g->text + n, ")", 2);
	return g->text;
}

void
group_warn(const struct group *g, double merged)
{
	if (g->pooled)
		warn("%s: %s: all are pooled; -g %s,... keeps them apart", gz_name(g->table->gz),
		    g->table->name[g->watched], g->table->name[g->watched]);
	if (merged > 0 && g->nkey > 0)
		warn("an empty key in %.0f row%s, which count%s in the pooled rows only", merged,
		    merged == 1 ? "" : "s", merged == 1 ? "s" : "");
	if (g->unkeyed > 0)
		warn("%s: %s: empty in %zu row%s, which count%s in the pooled rows only",
		    gz_name(g->table->gz), g->table->name[g->unkeyed_col], g->unkeyed,
		    g->unkeyed == 1 ? "" : "s", g->unkeyed == 1 ? "s" : "");
}
