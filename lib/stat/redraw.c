/* redraw.c - r of rows that were drawn, beside controls and with weights.
 *
 * Everything is formed anew from the rows drawn, which may be there more than once: ranks,
 * powers, means, and which names there are.  Plain doubles do for a draw, up to what
 * controls leave of x and y, which is partial_fit's.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

struct redraw {
	const struct corr *c;
	enum corr_method method;
	const struct redraw_columns *v;
	ptrdiff_t names, k;             /* columns of names; of all controls */
	size_t nlevel, *level;          /* what is absorbed: its levels, by row; 1: the mean alone */
	size_t npart, *name;            /* by row and part: the column of a name, from 1, or 0 */
	double *a, *al, *w, *root, *sum, *weight, *work;
	struct rank_item *rank;
};

/* The number of what is in at, a new one from first on if it is unset there. */
static size_t
number(size_t *at, size_t *next)
{
	if (*at == (size_t)-1)
		*at = (*next)++;
	return *at;
}

/* Levels of part f as they come in the rows get numbers, to[0], to[step], ...  Returns how many. */
static size_t
number_levels(const struct redraw *d, size_t f, size_t *to, size_t step, size_t first)
{
	const struct within *w = d->c->within;
	size_t n = within_levels(w, f), next = first, *at = mem_new(n, sizeof *at);

	for (size_t i = 0; i < n; i++)
		at[i] = (size_t)-1;
	for (size_t i = 0; i < d->v->n; i++)
		to[i*step] = number(&at[within_level(w, corr_kept_key(d->c, d->v->key[i]), f)], &next);
	free(at);
	return next;
}

/* One of the names is absorbed, the first level of the others has no column.  With semi that may
 * be the keys within alone, for y keeps what names explain of it. */
static void
plan_names(struct redraw *d)
{
	size_t parts = within_parts(d->c->within), absorbed = within_absorbed(d->c->within);

	if (d->c->view.semi && d->c->spec.nwithin == 0)
		absorbed = parts;
	d->npart = parts;
	d->name = mem_new(mem_times(d->v->n, parts), sizeof *d->name);
	for (size_t f = 0; f < parts; f++) {
		if (f == absorbed) {
			d->nlevel = number_levels(d, f, d->level, 1, 0);
			continue;
		}
		d->names = (ptrdiff_t)number_levels(d, f, d->name + f, parts, (size_t)d->names);
		for (size_t i = d->v->n; i-- > 0;)
			d->name[i*parts + f] = d->name[i*parts + f] == d->name[f] ? 0 : d->name[i*parts + f];
		d->names--;
	}
}

struct redraw *
redraw_new(const struct corr *c, enum corr_method method, const struct redraw_columns *v, size_t room)
{
	struct redraw *d = mem_new(1, sizeof *d);
	ptrdiff_t m = (ptrdiff_t)room;

	d->c = c;
	d->method = method;
	d->v = v;
	d->nlevel = 1;
	d->level = mem_new(v->n, sizeof *d->level);
	if (c->within != NULL && v->n > 0)
		plan_names(d);
	d->k = d->names + c->nc;
	d->a = mem_new(mem_times(room, (size_t)(d->k + 2)), sizeof *d->a);
	d->al = mem_new(mem_times(room, (size_t)(d->k + 2)), sizeof *d->al);
	d->w = mem_new(2*room + 2*d->nlevel, sizeof *d->w);
	d->root = d->w + room;
	d->sum = d->root + room;
	d->weight = d->sum + d->nlevel;
	d->work = mem_new(partial_work(m, d->k), sizeof *d->work);
	d->rank = mem_new(2*room, sizeof *d->rank);
	return d;
}

void
redraw_free(struct redraw *d)
{
	free(d->level);
	free(d->name);
	free(d->a);
	free(d->al);
	free(d->w);
	free(d->work);
	free(d->rank);
	free(d);
}

/* x of the rows drawn, or their ranks, into to. */
static void
gather(struct redraw *d, const double *x, const size_t *row, size_t n, double *to)
{
	for (size_t i = 0; i < n; i++)
		to[i] = x[row[i]];
	if (d->method == CORR_SPEARMAN)
		rank_average(to, (ptrdiff_t)n, to, d->rank);
}

/* Control j with its powers; returns behind them. */
static double *
gather_control(struct redraw *d, size_t j, const size_t *row, size_t n, double *to)
{
	double power[LM_MAX_DEGREE], low[LM_MAX_DEGREE];
	int degree = d->c->degree[j];

	gather(d, d->v->control + j*d->v->n, row, n, to);
	for (size_t i = 0; degree > 1 && i < n; i++) {
		num_powers(to[i], degree, power, low);
		for (int e = 0; e < degree; e++)
			to[(size_t)e*n + i] = power[e];
	}
	return to + (size_t)degree*n;
}

/* The columns: names, controls, x, y; and the weights with their roots. */
static void
lay_out(struct redraw *d, const size_t *row, size_t n)
{
	double *to = d->a + (size_t)d->names*n;

	memset(d->a, 0, (size_t)d->names*n * sizeof *d->a);
	for (size_t i = 0; i < n; i++) {
		d->w[i] = d->v->weight[row[i]];
		d->root[i] = sqrt(d->w[i]);
		for (size_t f = 0; f < d->npart; f++) {
			size_t name = d->name[row[i]*d->npart + f];

			if (name > 0)
				d->a[(name - 1)*n + i] = 1;
		}
	}
	for (size_t j = 0; j < d->c->spec.nc; j++)
		to = gather_control(d, j, row, n, to);
	gather(d, d->v->x, row, n, to);
	gather(d, d->v->y, row, n, to + n);
}

/* x less the mean of each level, or if there are none the mean, found twice. */
static void
centre(struct redraw *d, double *x, const size_t *row, size_t n, int levels)
{
	for (int twice = 0; twice < 2; twice++) {
		memset(d->sum, 0, 2*d->nlevel * sizeof *d->sum);
		for (size_t i = 0; i < n; i++) {
			size_t l = levels ? d->level[row[i]] : 0;

			d->sum[l] += d->w[i]*x[i];
			d->weight[l] += d->w[i];
		}
		for (size_t i = 0; i < n; i++) {
			size_t l = levels ? d->level[row[i]] : 0;

			x[i] -= d->sum[l]/d->weight[l];
		}
	}
}

static double
norm(const struct redraw *d, const double *x, size_t n)
{
	double s = 0;

	for (size_t i = 0; i < n; i++)
		s += d->w[i]*(x[i]*x[i]);
	return sqrt(s);
}

/* x becomes what the mean or the levels leave of it, times the roots of the weights; 0 where
 * that is rounding alone. */
static void
absorb(struct redraw *d, double *x, const size_t *row, size_t n)
{
	double first = x[0], all, left;
	int constant = 1;

	for (size_t i = 0; i < n; i++) {
		constant &= x[i] == first;
		x[i] -= first;
	}
	centre(d, x, row, n, 0);
	left = all = norm(d, x, n);
	if (d->nlevel > 1) {
		centre(d, x, row, n, 1);
		left = norm(d, x, n);
	}
	constant |= left <= partial_tolerance((double)n, d->k + 2)*all;
	for (size_t i = 0; i < n; i++)
		x[i] = constant ? 0 : x[i]*d->root[i];
}

/* How many levels the rows have. */
static double
levels(struct redraw *d, const size_t *row, size_t n)
{
	double some = 0;

	memset(d->sum, 0, d->nlevel * sizeof *d->sum);
	for (size_t i = 0; i < n; i++) {
		some += d->sum[d->level[row[i]]] == 0;
		d->sum[d->level[row[i]]] = 1;
	}
	return some;
}

double
redraw_r(struct redraw *d, const size_t *row, size_t n)
{
	struct partial f;
	double rows;

	if (n < 2)
		return NAN;
	lay_out(d, row, n);
	for (ptrdiff_t j = 0; j < d->k + 2; j++)
		absorb(d, d->a + (size_t)j*n, row, n);
	rows = (double)n + 1 - levels(d, row, n);
	if (partial_fit((ptrdiff_t)n, d->k, d->a, d->al, (ptrdiff_t)n, rows, &f, d->work) != 0)
		return NAN;
	return d->c->view.semi ? f.semi : f.r;
}
