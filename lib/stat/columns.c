/* columns.c - the columns that are meant where none are named. */
#include <stdlib.h>
#include <string.h>

#include "stat.h"

int
columns_have(const size_t *col, size_t n, size_t c)
{
	for (size_t i = 0; i < n; i++)
		if (col[i] == c)
			return 1;
	return 0;
}

/* By column whether it is among these; *most: how many that are, up to the last one. */
static unsigned char *
marks(const size_t *col, size_t n, size_t *most)
{
	unsigned char *mark;

	*most = 0;
	for (size_t i = 0; i < n; i++)
		*most = col[i] >= *most ? col[i] + 1 : *most;
	mark = mem_new(*most, 1);
	for (size_t i = 0; i < n; i++)
		mark[col[i]] = 1;
	return mark;
}

size_t
columns_less(size_t *col, size_t n, const size_t *other, size_t nother)
{
	size_t left = 0, most;
	unsigned char *mark = marks(other, nother, &most);

	for (size_t i = 0; i < n; i++)
		if (col[i] >= most || !mark[col[i]])
			col[left++] = col[i];
	free(mark);
	return left;
}

size_t
columns_once(size_t *col, size_t n)
{
	size_t left = 0, most;
	unsigned char *mark = marks(col, n, &most);

	for (size_t i = 0; i < n; i++)
		if (mark[col[i]]) {
			mark[col[i]] = 0;
			col[left++] = col[i];
		}
	free(mark);
	return left;
}

static int
is_descriptor(const char *name)
{
	for (int d = 0; d < DESCR_COUNT; d++)
		if (strcmp(name, descr_info[d].name) == 0)
			return 1;
	return 0;
}

size_t *
columns_descriptors(const struct table *t, size_t *n)
{
	size_t *col = mem_new(t->ncol, sizeof *col);

	*n = 0;
	for (size_t c = 0; c < t->ncol; c++)
		if (is_descriptor(t->name[c]))
			col[(*n)++] = table_col(t, t->name[c]);        /* dies if it is there twice */
	return col;
}

size_t *
columns_seed(const struct table *t, size_t *n)
{
	size_t *col = mem_new(DESCR_SEED, sizeof *col);

	for (*n = 0; *n < DESCR_SEED; ++*n)
		col[*n] = table_col(t, descr_info[*n].name);
	return col;
}

/* Those of count names that there are. */
static size_t *
present(const struct table *t, const char *const *name, size_t count, size_t *n)
{
	size_t *col = mem_new(count, sizeof *col);

	*n = 0;
	for (size_t i = 0; i < count; i++)
		if ((col[*n] = table_find(t, name[i])) != TABLE_NONE)
			++*n;
	return col;
}

size_t *
columns_measured(const struct table *t, size_t *n)
{
	return present(t, (const char *const[]){ "entropy", "logit_std" }, 2, n);
}

size_t *
columns_stage(const struct table *t, size_t *n)
{
	return present(t, (const char *const[]){ "stage" }, 1, n);
}

/* k + 1 for a column called sk, 0 for any other name. */
static unsigned long
spectrum_number(const char *name)
{
	if (name[0] != 's' || name[1] == '\0' || name[1 + strspn(name + 1, "0123456789")] != '\0')
		return 0;
	return strtoul(name + 1, NULL, 10) + 1;
}

struct numbered {
	unsigned long number;
	size_t col;
};

static int
by_number(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return (x->col > y->col) - (x->col < y->col);
}

size_t *
columns_spectrum(const struct table *t, const char *option, size_t *n)
{
	struct numbered *s = mem_new(t->ncol, sizeof *s);
	size_t *col = mem_new(t->ncol, sizeof *col);

	*n = 0;
	for (size_t c = 0; c < t->ncol; c++)
		if (spectrum_number(t->name[c]) > 0)
			s[(*n)++] = (struct numbered){ spectrum_number(t->name[c]), c };
	qsort(s, *n, sizeof *s, by_number);
	for (size_t i = 0; i < *n; i++) {
		col[i] = s[i].col;
		if (i == 0)
			continue;
		table_col(t, t->name[s[i].col]);        /* dies if it is there twice */
		if (s[i].number != s[i - 1].number + 1)
			die("%s: %s comes behind %s: say with %s which are singular values", gz_name(t->gz), t->name[s[i].col],
			    t->name[s[i - 1].col], option);
	}
	free(s);
	return col;
}

size_t *
columns_head(const struct table *t, size_t *n)
{
	size_t *col = mem_new(t->ncol + 1, sizeof *col), layer = table_find(t, "layer"), head = table_find(t, "head");

	*n = 0;
	if (layer != TABLE_NONE && head == layer + 1)
		while (*n <= head) {
			col[*n] = *n;
			++*n;
		}
	else if (layer != TABLE_NONE)
		col[(*n)++] = layer;
	return col;
}

size_t *
columns_tags(const struct table *t, size_t *n)
{
	size_t *col = columns_layer(t, NULL, 0, n);

	*n -= *n > 0;                   /* layer itself */
	return col;
}

size_t *
columns_layer(const struct table *t, const size_t *other, size_t nother, size_t *n)
{
	size_t *col = columns_head(t, n), *source = mem_new(nother, sizeof *source);

	for (size_t i = 0; i < nother; i++)
		source[i] = table_source(t, other[i]);
	if (*n > 1)
		--*n;
	if (*n > 0) {
		size_t layer = col[*n - 1];

		*n = columns_less(col, *n - 1, source, nother);
		col[(*n)++] = layer;
	}
	free(source);
	return col;
}
