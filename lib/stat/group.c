/* group.c - rows by the values of key columns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stat.h"

struct group {
	char **name;                    /* of the keys */
	size_t nkey;
	struct map *map;                /* texts of the keys, each ended by NUL */
	char *text;                     /* of the row in hand, or of a message */
	size_t cap;
};

struct group *
group_new(const char *const *name, size_t nkey)
{
	struct group *g = mem_new(1, sizeof *g);

	g->nkey = nkey;
	g->name = mem_new(nkey, sizeof *g->name);
	g->map = map_new();
	for (size_t i = 0; i < nkey; i++) {
		g->name[i] = mem_text(name[i], strlen(name[i]));
		g->text = mem_grow(g->text, &g->cap, 4 * nkey, 1);
		memcpy(g->text + 4*i, "all", 4);
	}
	map_add(g->map, g->text, 4 * nkey);
	return g;
}

void
group_free(struct group *g)
{
	for (size_t i = 0; i < g->nkey; i++)
		free(g->name[i]);
	map_free(g->map);
	free(g->name);
	free(g->text);
	free(g);
}

size_t
texts_join(const struct text *t, size_t n, char **buf, size_t *cap)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (t[i].len == 0)
			return 0;
		*buf = mem_grow(*buf, cap, len + t[i].len + 1, 1);
		memcpy(*buf + len, t[i].s, t[i].len + 1);
		len += t[i].len + 1;
	}
	return len;
}

size_t
group_of(struct group *g, const struct text *key)
{
	size_t n = texts_join(key, g->nkey, &g->text, &g->cap);

	return n > 0 ? map_add(g->map, g->text, n) : 0;
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
	return g->name[i];
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
		csv_put_str(w, g->name[i]);
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
		const char *name = g->name[i];
		size_t room = strlen(name) + strlen(s) + 8;

		g->text = mem_grow(g->text, &g->cap, n + room, 1);
		n += (size_t)snprintf(g->text + n, room, "%s%s=%s", i > 0 ? ", " : " (", name, s);
	}
	if (k == 0)
		return "";
	memcpy(g->text + n, ")", 2);
	err_mask(g->text);
	return g->text;
}

void
group_warn(const struct group *g, double rows)
{
	if (rows > 0 && group_keys(g) > 0)
		warn("an empty key in %.0f row%s, which count%s in the pooled rows only", rows,
		    rows == 1 ? "" : "s", rows == 1 ? "s" : "");
}
