/* cols.c - columns by their names, lists of columns. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

void
table_lacks(const struct table *t, const char *option, const char *name)
{
	struct near n = near_to(name, strlen(name));

	for (size_t i = 0; i < t->ncol; i++)
		near_try(&n, t->name[i], strlen(t->name[i]));
	die("%s: %s%sno column \"%s\"%s%s", gz_name(t->gz), option != NULL ? option : "", option != NULL ? ": " : "", name,
	    near_text(&n), table_hint(t));
}

void
cols_number(struct table *t)
{
	t->distinct = map_new();
	t->of = mem_new(t->ncol, sizeof *t->of);
	for (size_t i = 0; i < t->ncol; i++) {
		size_t n = map_count(t->distinct), k = map_add(t->distinct, t->name[i], strlen(t->name[i]));

		t->of[k] = k == n ? i : TABLE_NONE;
	}
}

size_t
table_find(const struct table *t, const char *name)
{
	size_t k = map_find(t->distinct, name, strlen(name));

	if (k == (size_t)-1)
		return TABLE_NONE;
	if (t->of[k] == TABLE_NONE)
		die("%s: column \"%s\" is there twice", gz_name(t->gz), name);
	return t->of[k];
}

size_t
table_col(const struct table *t, const char *name)
{
	size_t col = table_find(t, name);

	if (col == TABLE_NONE)
		table_lacks(t, NULL, name);
	return col;
}

/* Columns in the order in which they were chosen, TABLE_NONE where one was taken out
 * again; of each column, where it stands, TABLE_NONE if it does not. */
struct choice {
	size_t *col, n, cap, *place;
};

static void
put(struct choice *c, size_t col, int exclude)
{
	if (!exclude && c->place[col] == TABLE_NONE) {
		c->col = mem_grow(c->col, &c->cap, c->n + 1, sizeof *c->col);
		c->place[col] = c->n;
		c->col[c->n++] = col;
	} else if (exclude && c->place[col] != TABLE_NONE) {
		c->col[c->place[col]] = TABLE_NONE;
		c->place[col] = TABLE_NONE;
	}
}

/* s as a range of columns: 7, 3-7 or 3-; 1 if it is one. */
static int
range(const char *s, size_t ncol, unsigned long *from, unsigned long *to)
{
	char *end;

	if (*s < '0' || *s > '9')
		return 0;
	*to = *from = strtoul(s, &end, 10);
	if (*end == '-' && end[1] == '\0') {
		*to = ncol > *from ? ncol : *from;
		return 1;
	}
	if (*end == '-' && end[1] >= '0' && end[1] <= '9')
		*to = strtoul(end + 1, &end, 10);
	return *end == '\0';
}

static void
choose(const struct table *t, const char *item, int exclude, const char *option, struct choice *c)
{
	size_t col = table_find(t, item), hits = 0;
	unsigned long from, to;

	if (col != TABLE_NONE) {
		put(c, col, exclude);
	} else if (range(item, t->ncol, &from, &to)) {
		if (from < 1 || from > to || to > t->ncol)
			die("%s: %s: no columns %s: there are %zu", gz_name(t->gz), option, item, t->ncol);
		for (; from <= to; from++)
			put(c, from - 1, exclude);
	} else {
		for (col = 0; col < t->ncol; col++)
			if (fnmatch(item, t->name[col], 0) == 0) {
				put(c, table_col(t, t->name[col]), exclude);
				hits++;
			}
		if (hits == 0)
			table_lacks(t, option, item);
	}
}

size_t *
cols_select(const struct table *t, const char *list, const char *option, size_t *n)
{
	struct choice c = { .place = mem_new(t->ncol, sizeof *c.place) };
	char *copy = mem_text(list, strlen(list)), *item = copy, *end;

	for (size_t col = 0; col < t->ncol; col++)
		c.place[col] = TABLE_NONE;
	for (; item != NULL && *copy != '\0'; item = end) {
		int exclude;

		end = strchr(item, ',');
		if (end != NULL)
			*end++ = '\0';
		exclude = *item == '^' && table_find(t, item) == TABLE_NONE;
		for (size_t col = 0; exclude && item == copy && col < t->ncol; col++)
			put(&c, col, 0);        /* all, to exclude from */
		choose(t, item + exclude, exclude, option, &c);
	}
	*n = 0;
	for (size_t i = 0; i < c.n; i++)
		if (c.col[i] != TABLE_NONE)
			c.col[(*n)++] = c.col[i];
	free(copy);
	free(c.place);
	return c.col != NULL ? c.col : mem_new(1, sizeof *c.col);
}
