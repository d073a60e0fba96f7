/* signif.c - p of each correlation, adjusted within its family of tests. */
#include <math.h>
#include <stdlib.h>

#include "corr.h"

/* Of Pearson's and Spearman's r by Student's t, from 1 - r^2 as the sums have it: where r
 * rounds to 1 it is not 0. */
static double
p_of(const struct corr_result *o)
{
	double df = o->n - o->absorbed - 2 - (double)o->controls;

	return df > 0 ? tail_t2(o->r * sqrt(df / o->rest), df) : NAN;
}

/* That of the slope, for clusters; by ranks there is none. */
static void
of_clusters(const struct corr *c, size_t k, int m, size_t i)
{
	struct corr_result *o = corr_result(c, k, m, i);
	struct lm_coef slope = { .p_value = NAN, .df = NAN, .clusters = NAN };

	if (c->view.method[m] == CORR_PEARSON)
		slopes_coef(c, k, i, &slope);
	o->p = isnan(o->r) ? NAN : slope.p_value;
	o->df = isnan(o->r) ? NAN : slope.df;
	o->clusters = slope.clusters;
}

/* The n results from the first one on, and the npooled ones, are a family. */
static void
adjust(const struct corr *c, struct corr_result *first, size_t n, struct corr_pooled *pooled, size_t npooled)
{
	double *p = mem_new(n + npooled, sizeof *p);
	ptrdiff_t *work = mem_new(n + npooled, sizeof *work);

	for (size_t i = 0; i < n; i++)
		p[i] = first[i].p;
	for (size_t i = 0; i < npooled; i++)
		p[n + i] = pooled[i].effect.p;
	adjust_p(c->view.adjust, p, (ptrdiff_t)(n + npooled), p, work);
	for (size_t i = 0; i < n; i++)
		first[i].q = p[i];
	for (size_t i = 0; i < npooled; i++)
		pooled[i].q = p[n + i];
	free(p);
	free(work);
}

void
corr_significance(struct corr *c)
{
	size_t nx = c->spec.nx, nm = (size_t)c->view.nmethod, n = c->ngroup * nm * c->npair, m = c->npooled;

	if (c->spec.matrix)
		return;
	for (size_t i = 0; i < n; i++)
		if (c->cluster != NULL)
			of_clusters(c, i / c->npair / nm, (int)(i / c->npair % nm), i % c->npair);
		else if (c->view.method[i / c->npair % nm] != CORR_KENDALL)
			c->result[i].p = p_of(&c->result[i]);
	if (c->view.family == CORR_ALL) {
		adjust(c, c->result, n, c->pooled, m);
		return;
	}
	for (size_t i = 0; i < n; i += nx)              /* the predictors of a response run fastest */
		adjust(c, c->result + i, nx, NULL, 0);
	for (size_t i = 0; i < m; i += nx)
		adjust(c, NULL, 0, c->pooled + i, nx);
}
