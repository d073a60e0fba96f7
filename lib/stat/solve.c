/* solve.c - correlations from the sums, and what is to be said where there are
 * none. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

static struct corr_result
undefined(double n, enum corr_why why)
{
	return (struct corr_result){ .n = n, .r = NAN, .rest = NAN, .p = NAN, .why = why };
}

static struct corr_result
by_moments(const struct comom *m)
{
	double rest, r = comom_r(m, &rest);

	if (isnan(r))
		return undefined(m->n, m->n < 2 ? CORR_FEW : m->xmin == m->xmax ? CORR_X_CONSTANT :
		    m->ymin == m->ymax ? CORR_Y_CONSTANT : CORR_RANGE);
	return (struct corr_result){ .n = m->n, .r = r, .rest = rest };
}

/* Column j has not left the range: its norm is below what tri.c can do. */
static int
in_range(const struct tri *t, ptrdiff_t j)
{
	const double *r = t->r + j*t->p;

	for (ptrdiff_t i = 0; i < t->p; i++)
		if (!(fabs(r[i]) < 0x1p990))
			return 0;
	return fmax(-t->min[j], t->max[j]) * sqrt(t->n) < 0x1p990;
}

/* Columns x and y of the factor, the nc behind its column of ones held constant.
 * Below the first row of R they are as if centred. */
static struct corr_result
by_factor(const struct corr *c, struct tri *t, ptrdiff_t x, ptrdiff_t y)
{
	static const enum corr_why why[] = { CORR_FINE, CORR_FEW, CORR_X_DEPENDS, CORR_Y_DEPENDS, CORR_RANGE };
	ptrdiff_t nc = (ptrdiff_t)c->spec.nc, p = t->p, m = p - 1;
	double *a = mem_new((size_t)(2*m*(nc + 2)) + partial_work(m, nc), sizeof *a), *al = a + m*(nc + 2);
	struct partial f;
	int code, good = 1;

	tri_flush(t);
	for (ptrdiff_t j = 0; j < nc + 2; j++) {
		ptrdiff_t col = j < nc ? 1 + j : j == nc ? x : y;

		good &= t->n == 0 || in_range(t, col);
		if (t->min[col] == t->max[col])
			continue;
		memcpy(a + j*m, t->r + 1 + col*p, (size_t)m * sizeof *a);
		memcpy(al + j*m, t->rlo + 1 + col*p, (size_t)m * sizeof *al);
	}
	code = good ? partial_fit(m, nc, a, al, m, t->n, &f, al + m*(nc + 2)) : 4;
	free(a);
	if (code != 0)
		return undefined(t->n, code == 2 && t->min[x] == t->max[x] ? CORR_X_CONSTANT :
		    code == 3 && t->min[y] == t->max[y] ? CORR_Y_CONSTANT : why[code]);
	return (struct corr_result){ .n = t->n, .r = c->view.semi ? f.semi : f.r,
	    .rest = c->view.semi ? f.semi_rest : f.rest, .controls = f.rank };
}

static struct corr_result
by_value(const struct corr *c, size_t k, size_t i)
{
	struct pair p = c->pair[i];
	ptrdiff_t nc = (ptrdiff_t)c->spec.nc;

	if (c->moments != NULL)
		return by_moments(&moments_of(c->moments, k)[i]);
	if (c->spec.complete)
		return by_factor(c, &factors_of(c->factors, k)[0], 1 + nc + (ptrdiff_t)p.x, 1 + nc + (ptrdiff_t)p.y);
	return by_factor(c, &factors_of(c->factors, k)[i], 1 + nc, 2 + nc);
}

static struct corr_result
kendall(const double *x, const double *y, ptrdiff_t n)
{
	struct rank_item *work = mem_new(2 * (size_t)n, sizeof *work);
	struct rank_kendall k;
	struct corr_result o = { .n = (double)n, .rest = NAN };

	rank_kendall(x, y, n, &k, work);
	free(work);
	o.r = rank_tau(&k);
	o.p = rank_tau_p(&k);
	if (isnan(o.r))
		return undefined(o.n, n < 2 ? CORR_FEW :
		    k.x.pairs == o.n*(o.n - 1)/2 ? CORR_X_CONSTANT : CORR_Y_CONSTANT);
	return o;
}

/* The partial correlation of n rows in columns C, x, y. */
static struct corr_result
controlled(const struct corr *c, const double *a, ptrdiff_t n)
{
	ptrdiff_t p = (ptrdiff_t)c->spec.nc + 3;
	struct factors *f = factors_new(p, 1);
	struct tri *t = factors_of(f, 0);
	double *row = mem_new((size_t)p, sizeof *row);
	struct corr_result o;

	row[0] = 1;
	for (ptrdiff_t i = 0; i < n; i++) {
		for (ptrdiff_t j = 1; j < p; j++)
			row[j] = a[(j - 1)*n + i];
		tri_add(t, row, NULL, 1);
	}
	o = by_factor(c, t, p - 2, p - 1);
	free(row);
	factors_free(f);
	return o;
}

/* Pair p of the rows in hand, by Spearman or Kendall. */
static struct corr_result
by_rank(const struct corr *c, struct pair p, enum corr_method method)
{
	size_t nc = c->spec.nc, *var = mem_new(nc + 2, sizeof *var);
	struct corr_result o;
	struct comom m;
	ptrdiff_t n;
	double *a;

	for (size_t j = 0; j < nc; j++)
		var[j] = c->spec.nx + c->spec.ny + j;
	var[nc] = p.x;
	var[nc + 1] = p.y;
	a = values_columns(c->values, var, nc + 2, method == CORR_SPEARMAN, &n);
	if (method == CORR_KENDALL) {
		o = kendall(a, a + n, n);
	} else if (nc > 0) {
		o = controlled(c, a, n);
	} else {
		moments_columns(&m, a, a + n, n);
		o = by_moments(&m);
	}
	free(a);
	free(var);
	return o;
}

/* Group k by the m-th method. */
static void
solve_group(struct corr *c, size_t k, int m)
{
	enum corr_method method = c->view.method[m];

	if (method != CORR_PEARSON)
		values_group(c->values, k, c->ngroup, method == CORR_SPEARMAN);
	for (size_t i = 0; i < c->npair; i++) {
		struct corr_result *o = corr_result(c, k, m, i);

		*o = method == CORR_PEARSON ? by_value(c, k, i) : by_rank(c, c->pair[i], method);
		if (c->spec.matrix && c->pair[i].x == c->pair[i].y && o->why == CORR_FINE)
			o->r = 1;
	}
}

void
corr_results(struct corr *c)
{
	c->result = mem_new(c->ngroup * (size_t)c->view.nmethod, c->npair * sizeof *c->result);
	for (size_t k = 0; k < c->ngroup; k++)
		for (int m = 0; m < c->view.nmethod; m++)
			solve_group(c, k, m);
}

/* ---- what is undefined ------------------------------------------------------------------- */

/* Pairs from..to-1 have as many rows in group k. */
static int
alike(const struct corr *c, size_t k, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (corr_result(c, k, 0, i)->n != corr_result(c, k, 0, from)->n)
			return 0;
	return 1;
}

/* Notes that there is no correlation in group k because of HEAD, which is freed.
 * Of one rank the first head is said. */
static void
note(struct notes *n, size_t rank, size_t k, char *head)
{
	notes_add(n, rank, "", k, head, ": no correlation");
	free(head);
}

static void
note_variable(const struct corr *c, struct notes *n, size_t v, int constant, size_t k)
{
	note(n, 2*v + !constant, k, notes_text("%s %s", c->name[v], constant ? "is constant" : "depends on the controls"));
}

/* Pair i has too few rows: said once for all pairs, or for all of a response, if
 * they have as many. */
static void
note_few(const struct corr *c, struct notes *n, size_t k, size_t i, int same)
{
	double rows = corr_result(c, k, 0, i)->n;
	size_t nx = c->spec.nx, y = i / nx, first = 2*c->nv, at = same ? 0 : i;
	const char *s = rows == 1 ? "" : "s";

	if (!same && !c->spec.matrix && alike(c, k, y*nx, y*nx + nx))
		note(n, first + y, k, notes_text("%s has %.0f row%s", c->name[nx + y], rows, s));
	else
		note(n, first + c->spec.ny + 2*at, k, notes_text("%s and %s: %.0f row%s", c->name[c->pair[at].y],
		    c->name[c->pair[at].x], rows, s));
}

static void
note_range(const struct corr *c, struct notes *n, size_t k, size_t i)
{
	note(n, 2*c->nv + c->spec.ny + 2*i + 1, k, notes_text("%s and %s: beyond the range of numbers",
	    c->name[c->pair[i].y], c->name[c->pair[i].x]));
}

/* Constant and dependent variables come first, then responses and pairs of too few
 * rows, and pairs that are out of range. */
static void
note_group(const struct corr *c, struct notes *n, size_t k)
{
	int same = alike(c, k, 0, c->npair);

	for (int m = 0; m < c->view.nmethod; m++)
		for (size_t i = 0; i < c->npair; i++) {
			enum corr_why why = corr_result(c, k, m, i)->why;
			int of_x = why == CORR_X_CONSTANT || why == CORR_X_DEPENDS;

			if (why == CORR_FEW)
				note_few(c, n, k, i, same);
			else if (why == CORR_RANGE)
				note_range(c, n, k, i);
			else if (why != CORR_FINE)
				note_variable(c, n, of_x ? c->pair[i].x : c->pair[i].y,
				    why == CORR_X_CONSTANT || why == CORR_Y_CONSTANT, k);
		}
}

void
corr_warn(const struct corr *c)
{
	size_t *order = group_order(c->group);
	struct notes *n = notes_new();

	for (size_t k = 0; k < c->ngroup; k++)
		note_group(c, n, order[k]);
	notes_say(n, c->group, ", nor in");
	notes_free(n);
	free(order);
}
