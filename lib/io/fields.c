/* fields.c - the fields of a table's row as numbers, and columns that are functions
 * of others. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

/* As table_missing. */
static int
is_missing(const struct table *t, const char *s)
{
	if (*s == '\0')
		return 1;
	if (!t->na_begins[(unsigned char)*s])
		return 0;
	for (size_t i = 0; i < t->opts->nna; i++)
		if (strcmp(s, t->opts->na[i]) == 0)
			return 1;
	return 0;
}

/* A column that is a function of another. */
struct table_derived {
	size_t of;
	double (*f)(double);
	size_t undefined;
};

/* The functions of x up to those of column col, NaN where one is undefined. */
static double
apply(const struct table *t, size_t col, double x)
{
	const struct table_derived *d = &t->derived[col - t->ncol];
	double y = d->f(d->of >= t->ncol ? apply(t, d->of, x) : x);

	if (y == y && y - y != 0)
		table_die(t, table_source(t, col), "too large a number for %s: \"%.40s\"", t->name[col],
		    t->field[table_source(t, col)]);
	return y;
}

/* The number in a column that is a function. */
static int
derived(const struct table *t, size_t col, double *v)
{
	double x;

	if (!table_num(t, table_source(t, col), &x))
		return 0;
	*v = apply(t, col, x);
	if (*v == *v)
		return 1;
	t->derived[col - t->ncol].undefined += !t->again;
	return 0;
}

int
table_num(const struct table *t, size_t col, double *v)
{
	const char *s;

	if (col >= t->ncol)
		return derived(t, col, v);
	if (t->num != NULL && t->slot[col] != TABLE_NONE) {
		*v = t->num[t->slot[col]];
		if (*v == *v)
			return 1;
	}
	s = t->field[col];
	if (is_missing(t, s))
		return 0;
	switch (dec_parse(s, t->len[col], v)) {
	case DEC_OK:
		return 1;
	case DEC_RANGE:
		table_die(t, col, "too large a number: \"%.40s\"", s);
	default:
		table_die(t, col, "not a number: \"%.40s\"%s", s, t->advice != NULL ? t->advice : "");
	}
}

void
table_nums(const struct table *t, const size_t *col, size_t n, double *v)
{
	for (size_t i = 0; i < n; i++) {
		size_t slot = t->num != NULL && col[i] < t->ncol ? t->slot[col[i]] : TABLE_NONE;

		v[i] = slot != TABLE_NONE ? t->num[slot] : NAN;
		if (isnan(v[i]) && !table_num(t, col[i], &v[i]))
			v[i] = NAN;
	}
}

void
table_want(struct table *t, const size_t *col, size_t n)
{
	for (size_t i = 0; i < n && t->plan.header == NULL; i++) {
		size_t of = table_source(t, col[i]);

		if (t->slot[of] != TABLE_NONE)
			continue;
		t->want = mem_grow(t->want, &t->want_cap, t->plan.nwant + 1, sizeof *t->want);
		t->want[t->slot[of] = t->plan.nwant++] = of;
	}
}

size_t
table_derive(struct table *t, const char *name, size_t of, double (*f)(double))
{
	size_t col = t->ncol;

	for (; col < t->ncol + t->nderived; col++)
		if (strcmp(t->name[col], name) == 0)
			return col;
	t->name = mem_resize(t->name, col + 1, sizeof *t->name);
	t->derived = mem_resize(t->derived, ++t->nderived, sizeof *t->derived);
	t->name[col] = mem_text(name, strlen(name));
	t->derived[col - t->ncol] = (struct table_derived){ of, f, 0 };
	return col;
}

size_t
table_source(const struct table *t, size_t col)
{
	while (col >= t->ncol)
		col = t->derived[col - t->ncol].of;
	return col;
}

size_t
table_undefined(const struct table *t, size_t col)
{
	return col < t->ncol ? 0 : t->derived[col - t->ncol].undefined;
}

int
table_missing(const struct table *t, const char *text)
{
	return is_missing(t, text);
}
