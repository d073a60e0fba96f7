/* chow.c - whether the coefficients are the same in every cluster: the separate fits against the
 * common one.
 *
 * What the common fit leaves of a cluster's y is, in coordinates where the terms that the cluster
 * determines come first, (v_1; v_2; rho): its own fit takes v_1 away.  So the sum of squares between the two is
 * that of v_1 over the clusters, and nothing cancels.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

struct chow {
	struct lm *m;
	const struct model *model;
	ptrdiff_t k, q;                 /* terms of the common fit; k + 1 */
	ptrdiff_t *col;                 /* columns that the cluster has, and y */
	ptrdiff_t *order, *term;        /* all columns, its own first, and y; which terms they are */
	struct ls own;
	double *r, *rlo;                /* triangular factor in that order */
	double *fit, *pick;
	double rank, between, within;   /* of all clusters: ranks, sums of squares in the units of the fit */
};

static void
start(struct chow *c, struct lm *m, const struct model *model)
{
	ptrdiff_t k = model->ls.rank, q = k + 1, p = model->tri.p;
	size_t pick = tri_pick_work(p, q);

	*c = (struct chow){ .m = m, .model = model, .k = k, .q = q };
	c->col = mem_new((size_t)(3*q), sizeof *c->col);
	c->order = c->col + q;
	c->term = c->order + q;
	lm_new_fit(&c->own, (size_t)k);
	c->r = mem_new((size_t)(2*q*q) + pick + ls_work(p, k), sizeof *c->r);
	c->rlo = c->r + q*q;
	c->pick = c->rlo + q*q;
	c->fit = c->pick + pick;
}

static void
end(struct chow *c)
{
	lm_free_fit(&c->own);
	free(c->col);
	free(c->r);
}

/* Fits the cluster alone by those of the terms that are not 0 in all of its rows; 0 if that does not converge. */
static int
fit_alone(struct chow *c, const struct tri *t)
{
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; i <= c->k; i++) {
		ptrdiff_t at = c->model->ls.kept[i];

		if (i == c->k || t->min[at] != 0 || t->max[at] != 0)
			c->col[n++] = at;
	}
	return ls_fit(t, c->col, n - 1, c->m->terms.intercept, 0, &c->own, c->fit) == 0;
}

/* The columns of the common fit, those of the cluster's own first. */
static void
put_in_order(struct chow *c)
{
	const struct ls *f = &c->model->ls;
	ptrdiff_t first = 0, last = c->own.rank, term = 0;

	for (ptrdiff_t i = 0; i < c->k; i++, term++) {
		ptrdiff_t at = first < c->own.rank && c->own.kept[first] == f->kept[i] ? first++ : last++;

		while (f->aliased[term])
			term++;
		c->order[at] = f->kept[i];
		c->term[at] = term;
	}
	c->order[c->k] = f->kept[c->k];
}

/* v_i = z_i - sum R_ij b_j, in the units of the fit. */
static double
residual(const struct chow *c, ptrdiff_t i)
{
	const struct ls *f = &c->model->ls;
	const double *z = c->r + c->k*c->q, *zl = c->rlo + c->k*c->q;
	double y = f->scale[f->k];
	struct dd v = { z[i]*y, zl[i]*y };

	for (ptrdiff_t j = i; j < c->k; j++) {
		double x = -f->scale[c->term[j]];
		struct dd b = { f->bs[c->term[j]], f->blo[c->term[j]] };

		v = dd_add(v, dd_mul((struct dd){ c->r[i + j*c->q]*x, c->rlo[i + j*c->q]*x }, b));
	}
	return v.hi;
}

/* Adds cluster i; 0 if its fit does not converge. */
static int
add(struct chow *c, size_t i)
{
	struct tri *t = &c->m->spare.tri[0];
	double e, y = c->model->ls.scale[c->model->ls.k];

	clusters_get(c->model->by[LM_BY_CLUSTER], i, t);
	if (!fit_alone(c, t))
		return 0;
	put_in_order(c);
	tri_pick(t, c->order, c->q, c->r, c->rlo, c->pick);
	for (ptrdiff_t l = 0; l < c->own.rank; l++) {
		e = residual(c, l);
		c->between += e*e;
	}
	e = c->own.rnorm*y;
	c->within += e*e;
	c->rank += (double)c->own.rank;
	return 1;
}

struct lm_test
chow_test(struct lm *m, size_t j, size_t k)
{
	const struct model *model = &m->sums[k].model[j];
	struct lm_test t = { NAN, NAN, NAN, NAN };
	struct chow c;
	size_t i, n = model->by[LM_BY_CLUSTER]->n;

	if (n < 2 || model->ls.rank < 1 || !isfinite(model->ls.inv[0]))
		return t;
	start(&c, m, model);
	for (i = 0; i < n && add(&c, i); i++)
		;
	if (i == n) {
		t.df1 = c.rank - (double)c.k;
		t.df2 = model->tri.n - c.rank;
		if (t.df1 > 0 && t.df2 > 0 && c.within > 0 && !model->ls.exact)
			t.f = c.between/t.df1/(c.within/t.df2);
		t.p = tail_f(t.f, t.df1, t.df2);
	}
	end(&c);
	return t;
}
