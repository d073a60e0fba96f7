/* resample.c - p of correlations by permuting a response.
 *
 * If a response has nothing to do with the predictors, any order of its values over the
 * rows was as likely, within the keys of --within.  All predictors meet the same order,
 * so that the greatest |r| among them is what chance makes of all of them together,
 * however they depend on each other.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

/* Values that r is formed from less what rounding does: as large is at least this much. */
static const double slack = 1e-12;

/* The rows of a group, and one response of theirs. */
struct trial {
	const struct corr *c;
	size_t nx, n;
	const size_t *block;            /* nblock + 1: where the rows of each key begin */
	size_t nblock;
	size_t *order;                  /* row i has the response of row order[i] */
	const double *x, *y;            /* columns */
	double *y2;                     /* y in that order */
	struct rank_item *work;
};

/* By method: columns to be multiplied, which Kendall has none of; what is found. */
struct score {
	enum corr_method method;
	double *x, *y;                  /* centred within keys, of length 1 */
	double *pairs;                  /* Kendall: sqrt of the untied pairs of each x times those of y */
	double *first, *now;            /* |r| by predictor, in the order of the rows, in that of the trial */
	double *alone, *most;           /* how many were as large: this one, the greatest one */
};

/* Column v less its mean in each block, and of length 1; NaN if it is constant. */
static void
standardise(const struct trial *t, double *v)
{
	double norm;

	for (size_t b = 0; b < t->nblock; b++) {
		size_t from = t->block[b], to = t->block[b + 1];
		double mean = 0, off = 0;
		int constant = 1;

		for (size_t i = from; i < to; i++) {
			constant &= v[i] == v[from];
			mean += v[i]/(double)(to - from);
		}
		for (size_t i = from; i < to; i++)
			off += (v[i] - mean)/(double)(to - from);
		for (size_t i = from; i < to; i++)
			v[i] = constant ? 0 : v[i] - mean - off;
	}
	norm = tri_norm(v, (ptrdiff_t)t->n);
	for (size_t i = 0; i < t->n; i++)
		v[i] = norm > 0 ? v[i]/norm : NAN;
}

/* S of x and y over pairs of rows of one block, and the pairs that are not tied in each. */
static double
concordance(const struct trial *t, const double *x, const double *y, double *px, double *py)
{
	struct rank_kendall k;
	double s = 0;

	*px = *py = 0;
	for (size_t b = 0; b < t->nblock; b++) {
		size_t from = t->block[b], n = t->block[b + 1] - from;

		rank_kendall(x + from, y + from, (ptrdiff_t)n, &k, t->work);
		s += k.s;
		*px += k.n*(k.n - 1)/2 - k.x.pairs;
		*py += k.n*(k.n - 1)/2 - k.y.pairs;
	}
	return s;
}

/* |r| of each predictor with y in the trial's order. */
static void
look(struct trial *t, struct score *s, double *to)
{
	const double *y = s->method == CORR_KENDALL ? t->y : s->y;
	double px, py;

	for (size_t i = 0; i < t->n; i++)
		t->y2[i] = y[t->order[i]];
	for (size_t j = 0; j < t->nx; j++)
		if (s->method == CORR_KENDALL)
			to[j] = fabs(concordance(t, t->x + j*t->n, t->y2, &px, &py))/s->pairs[j];
		else
			to[j] = fabs(num_dot(s->x + j*t->n, t->y2, (ptrdiff_t)t->n));
}

static void
score_open(struct trial *t, struct score *s, enum corr_method method)
{
	size_t nx = t->nx, n = t->n, size = method == CORR_KENDALL ? 0 : n*(nx + 1);
	double px, py;

	s->method = method;
	s->x = mem_new(size + 5*nx, sizeof *s->x);
	s->y = s->x + (size > 0 ? n*nx : 0);
	s->pairs = s->x + size;
	s->first = s->pairs + nx;
	s->now = s->first + nx;
	s->alone = s->now + nx;
	s->most = s->alone + nx;
	if (size > 0) {
		memcpy(s->x, t->x, n*nx*sizeof *s->x);
		memcpy(s->y, t->y, n*sizeof *s->y);
	}
	for (size_t j = 0; size > 0 && j <= nx; j++) {
		if (method == CORR_SPEARMAN)
			rank_average(s->x + j*n, (ptrdiff_t)n, s->x + j*n, t->work);
		standardise(t, s->x + j*n);
	}
	for (size_t j = 0; size == 0 && j < nx; j++) {
		concordance(t, t->x + j*n, t->y, &px, &py);
		s->pairs[j] = px > 0 && py > 0 ? sqrt(px*py) : NAN;
	}
	look(t, s, s->first);
}

/* Counts the predictors that are as large in the trial's order. */
static void
count(struct trial *t, struct score *s)
{
	double most = 0;

	look(t, s, s->now);
	for (size_t j = 0; j < t->nx; j++)
		if (s->now[j] > most)
			most = s->now[j];
	for (size_t j = 0; j < t->nx; j++) {
		s->alone[j] += s->now[j] >= s->first[j] - slack;
		s->most[j] += most >= s->first[j] - slack;
	}
}

/* A random order within each block. */
static void
shuffle(struct trial *t, struct rng *rng)
{
	for (size_t b = 0; b < t->nblock; b++)
		rng_shuffle(rng, t->order + t->block[b], (ptrdiff_t)(t->block[b + 1] - t->block[b]));
}

/* The next order of o[0..n) in the order of dictionaries; behind the last one comes the
 * first, and 0.  Knuth, The Art of Computer Programming 4A, algorithm 7.2.1.2L. */
static int
next_order(size_t *o, size_t n)
{
	size_t i = n, j = n, other;

	while (i > 1 && o[i - 2] >= o[i - 1])
		i--;
	if (i > 1) {
		while (o[j - 1] <= o[i - 2])
			j--;
		other = o[j - 1];
		o[j - 1] = o[i - 2];
		o[i - 2] = other;
	}
	for (size_t a = i > 1 ? i - 1 : 0, b = n; a + 1 < b; a++) {
		other = o[--b];
		o[b] = o[a];
		o[a] = other;
	}
	return i > 1;
}

static int
next(struct trial *t)
{
	for (size_t b = 0; b < t->nblock; b++)
		if (next_order(t->order + t->block[b], t->block[b + 1] - t->block[b]))
			return 1;
	return 0;
}

/* How many orders there are, or more than most. */
static double
orders(const struct trial *t, double most)
{
	double all = 1;

	for (size_t b = 0; b < t->nblock; b++)
		for (size_t i = t->block[b + 1] - t->block[b]; i > 1 && all <= most; i--)
			all *= (double)i;
	return all;
}

/* All orders if they are few, the one there is among them; or N by chance, and that one. */
static double
run(struct trial *t, struct score *s)
{
	double tried = 0, n = (double)t->c->view.permute;
	int every = orders(t, n) <= n, nm = t->c->view.nmethod;
	struct rng rng;

	rng_seed(&rng, t->c->view.seed);
	do {
		for (int m = 0; m < nm; m++)
			count(t, &s[m]);
		tried++;
		if (!every)
			shuffle(t, &rng);
	} while (every ? next(t) : tried <= n);
	return tried;
}

/* Response j of group k. */
static void
permute_response(struct corr *c, struct trial *t, size_t k, size_t j)
{
	int nm = c->view.nmethod;
	struct score *s = mem_new((size_t)nm, sizeof *s);
	double tried;

	for (size_t i = 0; i < t->n; i++)
		t->order[i] = i;
	for (int m = 0; m < nm; m++)
		score_open(t, &s[m], c->view.method[m]);
	tried = run(t, s);
	for (int m = 0; m < nm; m++) {
		for (size_t i = 0; i < t->nx; i++) {
			struct corr_result *o = corr_result(c, k, m, j*t->nx + i);

			o->p_perm = isnan(o->r) ? NAN : s[m].alone[i]/tried;
			o->p_max = isnan(o->r) ? NAN : s[m].most[i]/tried;
		}
		free(s[m].x);
	}
	free(s);
}

/* Where the rows of each key begin, and behind the last; without keys they are of one. */
static size_t *
blocks(const double *key, size_t n, size_t *nblock)
{
	size_t *at = mem_new(n + 2, sizeof *at);

	*nblock = 0;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || (key != NULL && key[i] != key[i - 1]))
			at[(*nblock)++] = i;
	at[*nblock] = n;
	return at;
}

static void
permute_group(struct corr *c, size_t k)
{
	size_t nx = c->spec.nx, ny = c->spec.ny, key = c->within != NULL, nvar = key + nx + ny, *var = mem_new(nvar, sizeof *var);
	struct trial t = { .c = c, .nx = nx };
	size_t *block;
	ptrdiff_t n;
	double *a;

	for (size_t i = 0; i < nvar; i++)
		var[i] = key && i == 0 ? c->nv : i - key;
	values_group(c->values, k, c->ngroup, 0);
	a = values_columns(c->values, var, nvar, 0, &n);
	if (key)
		within_sort(a, nvar, n);
	t.n = (size_t)n;
	t.block = block = blocks(key ? a : NULL, t.n, &t.nblock);
	t.order = mem_new(t.n, sizeof *t.order);
	t.y2 = mem_new(t.n, sizeof *t.y2);
	t.work = mem_new(2*t.n, sizeof *t.work);
	t.x = a + key*t.n;
	for (size_t j = 0; j < ny; j++) {
		t.y = t.x + (nx + j)*t.n;
		permute_response(c, &t, k, j);
	}
	free(block);
	free(t.order);
	free(t.y2);
	free(t.work);
	free(a);
	free(var);
}

void
corr_permute(struct corr *c)
{
	for (size_t k = 0; k < c->ngroup; k++)
		permute_group(c, k);
}
