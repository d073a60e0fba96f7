/* cols.c - columns by their names, lists of columns. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

const char *
table_hint(const struct table *t)
{
	if (t->ncol > 1 || strpbrk(t->name[0], "\t;") == NULL)
		return "";
	return strchr(t->name[0], '\t') != NULL ? "; the header has tabs, not commas" : "; the header has semicolons, not commas";
}

void
table_lacks(const struct table *t, const char *option, const char *name)
{
	die("%s: %s%sno column \"%s\"%s", gz_name(t->gz), option != NULL ? option : "", option != NULL ? ": " : "", name,
	    table_hint(t));
}

size_t
table_find(const struct table *t, const char *name)
{
	size_t found = TABLE_NONE;

	for (size_t i = 0; i < t->ncol; i++)
		if (strcmp(t->name[i], name) == 0) {
			if (found != TABLE_NONE)
				die("%s: column \"%s\" is there twice", gz_name(t->gz), name);
			found = i;
		}
	return found;
}

size_t
table_col(const struct table *t, const char *name)
{
	size_t col = table_find(t, name);

	if (col == TABLE_NONE)
		table_lacks(t, NULL, name);
	return col;
}

struct choice {
	size_t *col, n;
};

static void
put(struct choice *c, size_t col, int exclude)
{
	size_t i;

	for (i = 0; i < c->n && c->col[i] != col; i++)
		;
	if (!exclude && i == c->n)
		c->col[c->n++] = col;
	else if (exclude && i < c->n)
		memmove(c->col + i, c->col + i + 1, (--c->n - i) * sizeof *c->col);
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
	struct choice c = { mem_new(t->ncol, sizeof *c.col), 0 };
	char *copy = mem_text(list, strlen(list)), *item = copy, *end;

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
	free(copy);
	*n = c.n;
	return c.col;
}
