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

/* What is left of column j of the factor: all but its first row, and below that zero. */
static void
lay(const struct tri *t, ptrdiff_t j, double *a, double *al)
{
	ptrdiff_t m = t->p - 1;

	if (t->min[j] == t->max[j])
		return;
	memcpy(a, t->r + 1 + j*t->p, (size_t)m * sizeof *a);
	memcpy(al, t->rlo + 1 + j*t->p, (size_t)m * sizeof *al);
}

/* Columns x and y of the factor, the nc behind its column of ones held constant.
 * Below the first row of R they are as if centred.  What names explain of y, which is no
 * longer in these rows, is a row of its own, and a control, so that it counts where y is
 * as it is. */
static struct corr_result
by_factor(const struct corr *c, struct tri *t, ptrdiff_t x, ptrdiff_t y)
{
	static const enum corr_why why[] = { CORR_FINE, CORR_FEW, CORR_X_DEPENDS, CORR_Y_DEPENDS, CORR_RANGE };
	ptrdiff_t more = c->view.semi && c->spec.nname > 0 && t->r[y*t->p] > 0;
	ptrdiff_t nc = c->nc, k = nc + more, m = t->p - 1 + more;
	double *a = mem_new((size_t)(2*m*(k + 2)) + partial_work(m, k), sizeof *a), *al = a + m*(k + 2);
	struct partial f;
	int code, good = 1;

	tri_flush(t);
	for (ptrdiff_t j = 0; j < nc + 2; j++) {
		ptrdiff_t col = j < nc ? 1 + j : j == nc ? x : y, to = m*(j < nc ? j : j + more);

		good &= t->n == 0 || in_range(t, col);
		lay(t, col, a + to, al + to);
	}
	if (more) {
		a[m*nc + m - 1] = 1;
		a[m*(nc + 2) + m - 1] = t->r[y*t->p];
	}
	code = good ? partial_fit(m, k, a, al, m, t->n + (double)more, &f, al + m*(k + 2)) : 4;
	free(a);
	if (code != 0)
		return undefined(t->n, code == 2 && t->min[x] == t->max[x] ? CORR_X_CONSTANT :
		    code == 3 && t->min[y] == t->max[y] ? CORR_Y_CONSTANT : why[code]);
	return (struct corr_result){ .n = t->n, .r = c->view.semi ? f.semi : f.r,
	    .rest = c->view.semi ? f.semi_rest : f.rest, .controls = f.rank - more };
}

/* What is found within keys has lost a degree of freedom for each of them but one. */
static struct corr_result
spend(struct corr_result o, double keys)
{
	if (keys > 1) {
		o.absorbed = keys - 1;
		o.n += o.absorbed;
	}
	return o;
}

struct corr_result
corr_between(const struct corr *c, size_t k, size_t x, size_t y)
{
	ptrdiff_t first = 1 + c->nc;

	return spend(by_factor(c, factors_of(c->factors, k), first + (ptrdiff_t)x, first + (ptrdiff_t)y),
	    c->within != NULL ? c->keys[k * c->npair] : 0);
}

static struct corr_result
by_value(const struct corr *c, size_t k, size_t i)
{
	ptrdiff_t nc = c->nc;
	double keys = c->within != NULL ? c->keys[k * c->npair + i] : 0;

	if (c->moments != NULL) {
		struct comom m = moments_of(c->moments, k, i);

		return spend(by_moments(&m), keys);
	}
	if (c->spec.complete)
		return corr_between(c, k, c->pair[i].x, c->pair[i].y);
	return spend(by_factor(c, &factors_of(c->factors, k)[i], 1 + nc, 2 + nc), keys);
}

/* n rows in columns: with keys that of the keys, sorted; the controls; x and y. */
struct columns {
	const double *key, *control, *x, *y;    /* key NULL: all rows are of one */
	ptrdiff_t n;
};

/* Behind the rows from the i-th one that are of one key. */
static ptrdiff_t
run(const struct columns *v, ptrdiff_t i)
{
	ptrdiff_t to = i + 1;

	while (to < v->n && (v->key == NULL || v->key[to] == v->key[i]))
		to++;
	return to;
}

/* tau-b of the pairs of rows that are of one key. */
static struct corr_result
kendall(const struct columns *v)
{
	struct rank_item *work = mem_new(2 * (size_t)v->n, sizeof *work);
	struct corr_result o = { .n = (double)v->n, .rest = NAN };
	double keys = 0, s = 0, var = 0, x = 0, y = 0;
	struct rank_kendall k = { 0 };

	for (ptrdiff_t i = 0, to; i < v->n; i = to, keys++) {
		to = run(v, i);
		rank_kendall(v->x + i, v->y + i, to - i, &k, work);
		s += k.s;
		x += k.n*(k.n - 1)/2 - k.x.pairs;
		y += k.n*(k.n - 1)/2 - k.y.pairs;
		var += k.n > 1 ? rank_variance(&k) : 0;
	}
	free(work);
	if (x == 0 || y == 0)
		return undefined(o.n, o.n <= keys ? CORR_FEW : x == 0 ? CORR_X_CONSTANT : CORR_Y_CONSTANT);
	o.r = keys == 1 ? rank_tau(&k) : fmax(-1, fmin(1, s/sqrt(x*y)));
	o.p = keys == 1 ? rank_tau_p(&k) : tail_norm2(s/sqrt(var));
	return o;
}

/* A triangular factor of rows from..to-1. */
static void
add_run(const struct columns *v, ptrdiff_t from, ptrdiff_t to, struct tri *t, double *row)
{
	ptrdiff_t nc = t->p - 3;

	row[0] = 1;
	for (ptrdiff_t i = from; i < to; i++) {
		for (ptrdiff_t j = 0; j < nc; j++)
			row[j + 1] = v->control[j * v->n + i];
		row[nc + 1] = v->x[i];
		row[nc + 2] = v->y[i];
		tri_add(t, row, NULL, 1);
	}
}

/* t gets the rows, less what their names explain.  Returns how many keys that takes. */
static double
absorb_rows(const struct corr *c, const struct columns *v, struct tri *t, double *row)
{
	size_t *key = mem_new((size_t)v->n, sizeof *key), n = 0;
	struct factors *one;
	struct absorb *a;

	for (ptrdiff_t i = 0; i < v->n; i = run(v, i))
		key[n++] = corr_kept_key(c, v->key[i]);
	a = absorb_new(c->within, t, key, n);
	n = 0;
	for (ptrdiff_t i = 0, to; i < v->n; i = to) {
		to = run(v, i);
		one = factors_new(t->p, 1);
		add_run(v, i, to, factors_of(one, 0), row);
		absorb_add(a, key[n++], factors_of(one, 0));
		factors_free(one);
	}
	free(key);
	return absorb_end(a);
}

/* The partial correlation. */
static struct corr_result
controlled(const struct corr *c, const struct columns *v)
{
	ptrdiff_t p = c->nc + 3;
	struct factors *all = factors_new(p, 1);
	struct tri *t = factors_of(all, 0);
	double *row = mem_new((size_t)p, sizeof *row), keys = 0;
	struct corr_result o;

	if (v->key == NULL)
		add_run(v, 0, v->n, t, row);
	else
		keys = absorb_rows(c, v, t, row);
	o = spend(by_factor(c, t, p - 2, p - 1), keys);
	free(row);
	factors_free(all);
	return o;
}

/* Of columns without controls. */
static struct corr_result
plain(const struct columns *v)
{
	struct comom sum, one;
	double keys = 0;

	comom_init(&sum);
	for (ptrdiff_t i = 0, to; i < v->n; i = to) {
		to = run(v, i);
		moments_columns(&one, v->x + i, v->y + i, to - i);
		within_add(&sum, &keys, &one);
	}
	return spend(by_moments(&sum), keys);
}

/* Pair p of the rows in hand, by Spearman or Kendall. */
static struct corr_result
by_rank(const struct corr *c, struct pair p, enum corr_method method)
{
	size_t nc = c->spec.nc, key = c->within != NULL, *var = mem_new(nc + 3, sizeof *var), n = 0;
	struct columns v = { 0 };
	struct corr_result o;
	double *a;

	if (key)
		var[n++] = c->nv;
	for (size_t j = 0; j < nc; j++)
		var[n++] = c->spec.nx + c->spec.ny + j;
	var[n++] = p.x;
	var[n++] = p.y;
	a = values_columns(c->values, var, n, method == CORR_SPEARMAN, &v.n);
	if (key)
		within_sort(a, n, v.n);
	v.key = key ? a : NULL;
	v.control = a + (ptrdiff_t)key * v.n;
	v.x = a + (ptrdiff_t)(n - 2) * v.n;
	v.y = v.x + v.n;
	o = method == CORR_KENDALL ? kendall(&v) : nc + c->spec.nname > 0 ? controlled(c, &v) : plain(&v);
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
	c->result = mem_new(mem_times(c->ngroup, (size_t)c->view.nmethod), mem_times(c->npair, sizeof *c->result));
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
	note(n, 2*v + !constant, k, mem_print("%s %s%s", c->name[v], constant && c->spec.nname == 0 ?
	    "is constant" : "depends on the controls", c->spec.nwithin > 0 ? " within keys" : ""));
}

/* Pair i has too few rows: said once for all pairs, or for all of a response, if
 * they have as many. */
static void
note_few(const struct corr *c, struct notes *n, size_t k, size_t i, int same)
{
	double rows = corr_result(c, k, 0, i)->n;
	size_t nx = c->spec.nx, y = i / nx, first = 2*c->nv, at = same ? 0 : i;
	const char *s = c->spec.nwithin > 0 ? "s, too few within keys" : rows == 1 ? "" : "s";

	if (!same && !c->spec.matrix && alike(c, k, y*nx, y*nx + nx))
		note(n, first + y, k, mem_print("%s has %.0f row%s", c->name[nx + y], rows, s));
	else
		note(n, first + c->spec.ny + 2*at, k, mem_print("%s and %s: %.0f row%s", c->name[c->pair[at].y],
		    c->name[c->pair[at].x], rows, s));
}

static void
note_range(const struct corr *c, struct notes *n, size_t k, size_t i)
{
	note(n, 2*c->nv + c->spec.ny + 2*i + 1, k, mem_print("%s and %s: beyond the range of numbers",
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
	if (c->slopes != NULL)
		slopes_warn(c);
}
