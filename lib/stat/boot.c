/* boot.c - intervals of correlations by drawing rows, or clusters of rows, with
 * replacement. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

/* What rounding does to r: a draw of every cluster once is r, in whatever order they came. */
static const double slack = 1e-12;

/* Rows of one pair, by cluster, and those that are drawn. */
struct draw {
	const struct corr *c;
	enum corr_method method;
	struct redraw_columns v;
	const size_t *block;            /* nblock + 1: where each cluster begins; without clusters each row is one */
	size_t nblock, n, *row;         /* n: rows drawn so far */
	struct redraw *redraw;          /* with more than x and y; or NULL */
	double *x2, *y2;
	struct rank_item *work;
};

static void
take_block(struct draw *d, size_t b)
{
	for (size_t i = d->block[b]; i < d->block[b + 1]; i++)
		d->row[d->n++] = i;
}

/* x less its mean; the sum of squares that is left, NaN if it is constant. */
static double
centre(double *x, size_t n)
{
	double mean = 0, s = 0, first = n > 0 ? x[0] : 0;
	int constant = 1;

	for (size_t i = 0; i < n; i++) {
		constant &= x[i] == first;
		mean += x[i] - first;
	}
	mean = first + mean/(double)n;
	for (size_t i = 0; i < n; i++) {
		x[i] -= mean;
		s += x[i]*x[i];
	}
	return constant ? NAN : s;
}

/* r of the rows drawn. */
static double
statistic(struct draw *d)
{
	ptrdiff_t n = (ptrdiff_t)d->n;
	struct rank_kendall k;
	double sx, sy, r = 0;

	if (d->redraw != NULL)
		return redraw_r(d->redraw, d->row, d->n);
	for (size_t i = 0; i < d->n; i++) {
		d->x2[i] = d->v.x[d->row[i]];
		d->y2[i] = d->v.y[d->row[i]];
	}
	if (d->method == CORR_KENDALL) {
		rank_kendall(d->x2, d->y2, n, &k, d->work);
		return rank_tau(&k);
	}
	if (d->method == CORR_SPEARMAN) {
		rank_average(d->x2, n, d->x2, d->work);
		rank_average(d->y2, n, d->y2, d->work);
	}
	sx = centre(d->x2, d->n);
	sy = centre(d->y2, d->n);
	for (ptrdiff_t i = 0; i < n; i++)
		r += d->x2[i]*d->y2[i];
	return fmax(-1, fmin(1, r/sqrt(sx)/sqrt(sy)));
}

/* r of all clusters but one (none left out: nblock). */
static double
without(struct draw *d, size_t out)
{
	d->n = 0;
	for (size_t b = 0; b < d->nblock; b++)
		if (b != out)
			take_block(d, b);
	return statistic(d);
}

/* As many clusters as there are, drawn N times; the r that are defined, in *n. */
static double *
draws(struct draw *d, size_t *n)
{
	double *r = mem_new((size_t)d->c->view.boot, sizeof *r), v;
	struct rng rng;

	rng_seed(&rng, d->c->view.seed);
	*n = 0;
	for (long i = 0; i < d->c->view.boot; i++) {
		d->n = 0;
		for (size_t b = 0; b < d->nblock; b++)
			take_block(d, (size_t)rng_below(&rng, d->nblock));
		v = statistic(d);
		if (!isnan(v))
			r[(*n)++] = v;
	}
	return r;
}

/* The interval of pair and method, into o. */
static void
interval(struct draw *d, struct corr_result *o)
{
	double *drawn, *left = NULL;
	size_t n;

	o->boot_low = o->boot_high = NAN;
	if (isnan(o->r) || d->nblock < 2)
		return;
	drawn = draws(d, &n);
	if (d->c->view.bca) {
		left = mem_new(d->nblock, sizeof *left);
		for (size_t b = 0; b < d->nblock; b++)
			left[b] = without(d, b);
	}
	bca_interval(drawn, (ptrdiff_t)n, without(d, d->nblock) - slack, left, (ptrdiff_t)d->nblock, d->c->view.level, &o->boot_low,
	    &o->boot_high);
	free(left);
	free(drawn);
}

/* Where each cluster begins in n rows, sorted by it, and behind the last; the greatest. */
static size_t *
blocks(const double *cluster, size_t n, size_t *nblock, size_t *greatest)
{
	size_t *at = mem_new(n + 1, sizeof *at);

	*nblock = *greatest = 0;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || cluster == NULL || cluster[i] != cluster[i - 1])
			at[(*nblock)++] = i;
	at[*nblock] = n;
	for (size_t b = 0; b < *nblock; b++)
		if (at[b + 1] - at[b] > *greatest)
			*greatest = at[b + 1] - at[b];
	return at;
}

/* Columns of pair i of the group in hand, by cluster: cluster, key, weight, controls, x, y.  The
 * caller frees them. */
static double *
columns(const struct corr *c, size_t i, struct redraw_columns *v)
{
	size_t nc = c->spec.nc, nvar = nc + 5, *var = mem_new(nvar, sizeof *var);
	ptrdiff_t n;
	double *a;

	var[0] = c->nv + 1;
	var[1] = c->nv;
	var[2] = c->nv + 2;
	for (size_t j = 0; j < nc; j++)
		var[3 + j] = c->spec.nx + c->spec.ny + j;
	var[nvar - 2] = c->pair[i].x;
	var[nvar - 1] = c->pair[i].y;
	a = values_columns(c->values, var, nvar, 0, &n);
	if (c->cluster != NULL)
		within_sort(a, nvar, n);
	*v = (struct redraw_columns){ (size_t)n, a + n, a + 2*n, a + 3*n, a + (ptrdiff_t)(nvar - 2)*n,
	    a + (ptrdiff_t)(nvar - 1)*n };
	free(var);
	return a;
}

/* Pair i of the group in hand by the m-th method. */
static void
boot_pair(struct corr *c, size_t k, int m, size_t i)
{
	struct draw d = { .c = c, .method = c->view.method[m] };
	double *a = columns(c, i, &d.v);
	size_t greatest, room, *block;

	d.block = block = blocks(c->cluster != NULL ? a : NULL, d.v.n, &d.nblock, &greatest);
	room = d.nblock*greatest;
	d.row = mem_new(room, sizeof *d.row);
	d.x2 = mem_new(room, sizeof *d.x2);
	d.y2 = mem_new(room, sizeof *d.y2);
	d.work = mem_new(2*room, sizeof *d.work);
	if (c->within != NULL || c->spec.nc > 0 || c->spec.weight != NULL)
		d.redraw = redraw_new(c, d.method, &d.v, room);
	interval(&d, corr_result(c, k, m, i));
	if (d.redraw != NULL)
		redraw_free(d.redraw);
	free(d.row);
	free(d.x2);
	free(d.y2);
	free(d.work);
	free(block);
	free(a);
}

void
corr_boot(struct corr *c)
{
	for (size_t k = 0; k < c->ngroup; k++) {
		values_group(c->values, k, c->ngroup, 0);
		for (int m = 0; m < c->view.nmethod; m++)
			for (size_t i = 0; i < c->npair; i++)
				boot_pair(c, k, m, i);
	}
}
