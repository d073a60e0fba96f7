/* compare.c - whether two correlations differ: those of two predictors with one
 * response, or of two responses with one predictor, in one group, where they depend
 * on each other; and those of one pair in two groups, where they do not. */
#include <math.h>
#include <stdlib.h>

#include "corr.h"

/* What is known of n rows when each control, and each key but one, has taken one. */
static double
rows_left(const struct corr_result *o)
{
	return o->n - o->absorbed - (double)o->controls;
}

/* Williams's t: with a, b the correlations with what both share, and ab between them,
 *	t = (a - b) sqrt((n-1)(1 + ab) / (2 (n-1)/(n-3) |R| + ((a + b)/2)^2 (1 - ab)^3)).
 * The determinant is formed from 1 - r^2 as the sums have it: (1 - a^2)(1 - b^2) -
 * (ab - a b)^2. */
static double
williams(const struct corr_result *a, const struct corr_result *b, const struct corr_result *ab, double n)
{
	double cross = ab->r - a->r*b->r, det = a->rest*b->rest - cross*cross, mean = (a->r + b->r)/2, far = 1 - ab->r;

	if (!(n > 3) || !(ab->rest > 0))
		return NAN;
	return (a->r - b->r)*sqrt((n - 1)*(1 + ab->r)/(2*(n - 1)/(n - 3)*fmax(det, 0) + mean*mean*far*far*far));
}

/* Pairs i and j of group k, which share a variable; u and v are their others. */
static struct corr_compare
dependent(const struct corr *c, size_t k, size_t i, size_t j, size_t u, size_t v, size_t shared)
{
	const struct corr_result *a = corr_result(c, k, 0, i), *b = corr_result(c, k, 0, j);
	struct corr_result ab = corr_between(c, k, u, v);
	struct corr_compare o = { .group = { k, k }, .shared = c->name[shared], .name = { c->name[u], c->name[v] },
		.n = { a->n, b->n }, .r = { a->r, b->r }, .between = ab.r };

	o.statistic = williams(a, b, &ab, rows_left(a));
	o.df = rows_left(a) > 3 ? rows_left(a) - 3 : NAN;
	o.p = tail_t2(o.statistic, o.df);
	return o;
}

/* Fisher's z of a difference: 1/(n - 3) is the variance of artanh r. */
static struct corr_compare
independent(const struct corr *c, size_t k, size_t l, size_t i)
{
	const struct corr_result *a = corr_result(c, k, 0, i), *b = corr_result(c, l, 0, i);
	double m = rows_left(a) - 3, n = rows_left(b) - 3;
	struct corr_compare o = { .group = { k, l }, .shared = c->name[c->pair[i].y], .name = { c->name[c->pair[i].x], "" },
		.n = { a->n, b->n }, .r = { a->r, b->r }, .between = NAN, .statistic = NAN, .df = NAN };

	if (m > 0 && n > 0 && a->rest > 0 && b->rest > 0)
		o.statistic = (num_atanh(a->r, a->rest) - num_atanh(b->r, b->rest))/sqrt(1/m + 1/n);
	o.p = isnan(o.statistic) ? NAN : tail_norm2(o.statistic);
	return o;
}

/* ---- the table ------------------------------------------------------------------------- */

struct list {
	struct corr_compare *row;
	size_t n, cap, family;          /* family: where the one in hand begins */
};

static void
append(struct list *t, struct corr_compare row)
{
	t->row = mem_grow(t->row, &t->cap, t->n + 1, sizeof *t->row);
	t->row[t->n++] = row;
}

/* Rows from the family's first on are all of it. */
static void
end_family(const struct corr *c, struct list *t)
{
	size_t n = t->n - t->family;
	struct corr_compare *row = t->row + t->family;
	double *p = mem_new(n, sizeof *p);
	ptrdiff_t *work = mem_new(n, sizeof *work);

	for (size_t i = 0; i < n; i++)
		p[i] = row[i].p;
	adjust_p(c->view.adjust, p, (ptrdiff_t)n, p, work);
	for (size_t i = 0; i < n; i++)
		row[i].q = p[i];
	free(p);
	free(work);
	t->family = t->n;
}

static void
end_block(const struct corr *c, struct list *t)
{
	if (c->view.family == CORR_BLOCK)
		end_family(c, t);
}

static void
compare_x(const struct corr *c, size_t k, struct list *t)
{
	size_t nx = c->spec.nx;

	for (size_t y = 0; y < c->spec.ny; y++, end_block(c, t))
		for (size_t u = 0; u < nx; u++)
			for (size_t v = u + 1; v < nx; v++)
				append(t, dependent(c, k, y*nx + u, y*nx + v, u, v, nx + y));
}

static void
compare_y(const struct corr *c, size_t k, struct list *t)
{
	size_t nx = c->spec.nx;

	for (size_t x = 0; x < nx; x++, end_block(c, t))
		for (size_t u = 0; u < c->spec.ny; u++)
			for (size_t v = u + 1; v < c->spec.ny; v++)
				append(t, dependent(c, k, u*nx + x, v*nx + x, nx + u, nx + v, x));
}

static void
compare_groups(const struct corr *c, const size_t *order, struct list *t)
{
	for (size_t i = 0; i < c->npair; i++, end_block(c, t))
		for (size_t k = 1; k < c->ngroup; k++)
			for (size_t l = k + 1; l < c->ngroup; l++)
				append(t, independent(c, order[k], order[l], i));
}

struct corr_compare *
corr_comparisons(const struct corr *c, size_t *n)
{
	size_t *order = group_order(c->group);
	struct list t = { 0 };

	for (size_t k = 0; k < c->ngroup && c->view.compare != CORR_COMPARE_GROUPS; k++)
		(c->view.compare == CORR_COMPARE_X ? compare_x : compare_y)(c, order[k], &t);
	if (c->view.compare == CORR_COMPARE_GROUPS)
		compare_groups(c, order, &t);
	end_family(c, &t);
	free(order);
	*n = t.n;
	return t.row;
}

/* The keys again, of the other group: stage_2. */
static void
put_second_names(const struct corr *c, struct csv_writer *w)
{
	for (size_t i = 0; i < group_keys(c->group); i++) {
		char *name = mem_print("%s_2", group_name(c->group, i));

		csv_put_str(w, name);
		free(name);
	}
}

static void
put_header(const struct corr *c, struct csv_writer *w)
{
	static const char *const name[CORR_COMPARES][10] = {
		[CORR_COMPARE_X] = { "y", "x1", "x2", "n", "r1", "r2", "r12", "t", "df", "p" },
		[CORR_COMPARE_Y] = { "x", "y1", "y2", "n", "r1", "r2", "r12", "t", "df", "p" },
		[CORR_COMPARE_GROUPS] = { "y", "x", "n1", "n2", "r1", "r2", "z", "p" },
	};

	group_put_names(c->group, w);
	if (c->view.compare == CORR_COMPARE_GROUPS)
		put_second_names(c, w);
	for (int i = 0; i < 10 && name[c->view.compare][i] != NULL; i++)
		csv_put_str(w, name[c->view.compare][i]);
	csv_put_str(w, "q");
	csv_put_end(w);
}

static void
put_row(const struct corr *c, const struct corr_compare *o, struct csv_writer *w)
{
	int groups = c->view.compare == CORR_COMPARE_GROUPS;

	group_put(c->group, o->group[0], w);
	if (groups)
		group_put(c->group, o->group[1], w);
	csv_put_str(w, o->shared);
	for (int i = 0; i < (groups ? 1 : 2); i++)
		csv_put_str(w, o->name[i]);
	for (int i = 0; i < (groups ? 2 : 1); i++)
		csv_put_int(w, (long long)o->n[i]);
	csv_put_num(w, o->r[0]);
	csv_put_num(w, o->r[1]);
	if (!groups)
		csv_put_num(w, o->between);
	csv_put_num(w, o->statistic);
	if (!groups && isnan(o->df))
		csv_put_str(w, "");
	else if (!groups)
		csv_put_int(w, (long long)o->df);
	csv_put_num(w, o->p);
	csv_put_num(w, o->q);
	csv_put_end(w);
}

void
corr_put_compare(const struct corr *c, struct csv_writer *w)
{
	size_t n;
	struct corr_compare *row = corr_comparisons(c, &n);

	put_header(c, w);
	for (size_t i = 0; i < n; i++)
		put_row(c, &row[i], w);
	free(row);
}
