/* values.c - values by group, for ranks: these need them all. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

struct values {
	size_t nv, name;                /* from name on variables have no ranks */
	struct kept { double *v; size_t n, cap; } *of;  /* by group: nv numbers a row */
	size_t ngroup, cap;
	size_t from, to;                /* the groups whose rows are in hand */
	size_t nrow;                    /* how many these are */
	double *rank;                   /* of them, nrow by variable */
	char *gap;                      /* by variable: one is missing there, and it has no ranks */
};

struct values *
values_new(size_t nv, size_t nname)
{
	struct values *s = mem_new(1, sizeof *s);

	s->nv = nv;
	s->name = nv - nname;
	return s;
}

void
values_free(struct values *s)
{
	for (size_t k = 0; k < s->ngroup; k++)
		free(s->of[k].v);
	free(s->of);
	free(s->rank);
	free(s->gap);
	free(s);
}

void
values_add(struct values *s, size_t group, const double *v)
{
	struct kept *g;

	s->of = mem_grow(s->of, &s->cap, group + 1, sizeof *s->of);
	while (s->ngroup <= group)
		s->of[s->ngroup++] = (struct kept){ 0 };
	g = &s->of[group];
	g->v = mem_grow(g->v, &g->cap, mem_times(g->n + 1, s->nv), sizeof *g->v);
	memcpy(g->v + g->n++ * s->nv, v, s->nv * sizeof *g->v);
}

void
values_order(struct values *s, size_t v, const struct within *w)
{
	for (size_t k = 0; k < s->ngroup; k++)
		for (size_t i = 0; i < s->of[k].n; i++) {
			double *key = &s->of[k].v[i * s->nv + v];

			*key = (double)within_place(w, (size_t)*key);
		}
}

/* Column v of the rows in hand into x; whether it has a gap. */
static int
gather(const struct values *s, size_t v, double *x)
{
	size_t at = 0;
	int gap = 0;

	for (size_t k = s->from; k < s->to; k++)
		for (size_t i = 0; i < s->of[k].n; i++) {
			x[at] = s->of[k].v[i * s->nv + v];
			if (isnan(x[at++]))
				gap = 1;
		}
	return gap;
}

void
values_group(struct values *s, size_t k, size_t n, int ranked)
{
	struct rank_item *work;

	s->to = k == 0 ? n : k + 1;
	s->to = s->to < s->ngroup ? s->to : s->ngroup;
	s->from = k < s->to ? k : s->to;
	s->nrow = 0;
	for (size_t l = s->from; l < s->to; l++)
		s->nrow += s->of[l].n;
	if (!ranked)
		return;
	free(s->rank);
	free(s->gap);
	s->rank = mem_new(s->nv, s->nrow * sizeof *s->rank);
	s->gap = mem_new(s->nv, 1);
	work = mem_new(2 * s->nrow, sizeof *work);
	for (size_t v = 0; v < s->nv; v++) {
		double *x = s->rank + v * s->nrow;

		s->gap[v] = (char)gather(s, v, x);
		if (!s->gap[v] && v < s->name)
			rank_average(x, (ptrdiff_t)s->nrow, x, work);
	}
	free(work);
}

/* The rows in hand that have both of the last two variables, in columns of *n. */
static double *
present(const struct values *s, const size_t *var, size_t nvar, ptrdiff_t *n)
{
	double *a = mem_new(s->nrow, nvar * sizeof *a);
	size_t m = 0;

	for (size_t k = s->from; k < s->to; k++)
		for (size_t i = 0; i < s->of[k].n; i++) {
			const double *v = s->of[k].v + i * s->nv;

			if (isnan(v[var[nvar - 2]]) || isnan(v[var[nvar - 1]]))
				continue;
			for (size_t j = 0; j < nvar; j++)
				a[j * s->nrow + m] = v[var[j]];
			m++;
		}
	for (size_t j = 1; j < nvar; j++)
		memmove(a + j * m, a + j * s->nrow, m * sizeof *a);
	*n = (ptrdiff_t)m;
	return a;
}

double *
values_columns(const struct values *s, const size_t *var, size_t nvar, int ranked, ptrdiff_t *n)
{
	int whole = ranked && !s->gap[var[nvar - 2]] && !s->gap[var[nvar - 1]];
	double *a = whole ? mem_new(s->nrow, nvar * sizeof *a) : present(s, var, nvar, n);
	struct rank_item *work;

	if (whole) {
		*n = (ptrdiff_t)s->nrow;
		for (size_t j = 0; j < nvar; j++)
			memcpy(a + j * s->nrow, s->rank + var[j] * s->nrow, s->nrow * sizeof *a);
	} else if (ranked) {
		work = mem_new(2 * (size_t)*n, sizeof *work);
		for (ptrdiff_t j = 0; j < (ptrdiff_t)nvar; j++)
			if (var[j] < s->name)
				rank_average(a + j * *n, *n, a + j * *n, work);
		free(work);
	}
	return a;
}
