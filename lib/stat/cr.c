/* cr.c - standard errors for clusters of rows that depend on each other, from the
 * triangular factors of the clusters; no row is needed again.
 *
 * CR1 sums the squares of the clusters' scores, which is right for many clusters.  CR2
 * (Bell & McCaffrey 2002) scales the residuals of each cluster first, by the root of
 * what the fit has left of their variance, so that for independent residuals the
 * variance is right in expectation however few there are; and t has the degrees of
 * freedom that fit the variance of this variance, for each coefficient its own.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

void
piece_open(struct piece *p, const struct model *model)
{
	ptrdiff_t k = model->ls.rank, q = k + 1;
	size_t pick = tri_pick_work(model->tri.p, q), n = (size_t)(2*q*q + 3*k*k + k + q);

	*p = (struct piece){ .model = model, .k = k, .mem = mem_new(n + pick + svd_work(k, k), sizeof(double)) };
	p->r = p->mem;
	p->rlo = p->r + q*q;
	p->a = p->rlo + q*q;
	p->u = p->a + k*k;
	p->vt = p->u + k*k;
	p->s = p->vt + k*k;
	p->v = p->s + k;
	p->pick = p->v + q;
	p->svd = p->pick + pick;
}

void
piece_pick(struct piece *p, struct lm *m, int by, size_t i)
{
	struct tri *t = &m->spare.tri[0];

	p->c = clusters_get(p->model->by[by], i, t);
	tri_pick(t, p->model->ls.kept, p->k + 1, p->r, p->rlo, p->pick);
}

void
piece_get(struct piece *p, struct lm *m, int by, size_t i)
{
	piece_pick(p, m, by, i);
	ls_cluster(&p->model->ls, p->r, p->rlo, p->a, p->v);
}

void
piece_decompose(struct piece *p)
{
	memcpy(p->u, p->a, (size_t)(p->k*p->k) * sizeof *p->u);
	if (svd_jacobi(p->k, p->k, p->u, p->k, p->s, p->vt, p->k, p->svd) != 0)
		for (ptrdiff_t i = 0; i < p->k; i++)
			p->s[i] = NAN;
}

void
piece_close(struct piece *p)
{
	free(p->mem);
}

static double
square(double x)
{
	return x*x;
}

/* out = A'v. */
static void
score(const struct piece *p, double *out)
{
	for (ptrdiff_t l = 0; l < p->k; l++) {
		out[l] = 0;
		for (ptrdiff_t i = 0; i < p->k; i++)
			out[l] += p->a[i + l*p->k]*p->v[i];
	}
}

void
piece_gram(const struct piece *p, double *m, double *s)
{
	ptrdiff_t k = p->k;

	score(p, s);
	for (ptrdiff_t l = 0; l < k; l++)
		for (ptrdiff_t i = 0; i < k; i++) {
			double x = 0;

			for (ptrdiff_t r = 0; r < k; r++)
				x += p->a[r + i*k]*p->a[r + l*k];
			m[i + l*k] = x;
		}
}

void
piece_contrast(const struct ls *f, size_t i, double *c)
{
	for (ptrdiff_t l = 0; l < f->rank; l++)
		c[l] = f->inv[(ptrdiff_t)i + l*f->k];
}

/* Adds the cluster in hand to the degrees of freedom of all coefficients.  work: 2 k + 2. */
static void
add_df(const struct piece *p, struct ls_df *d, double *work)
{
	const struct ls *f = &p->model->ls;

	for (size_t i = 0; i < (size_t)f->k; i++) {
		piece_contrast(f, i, work);
		ls_cluster_df(p->k, p->s, p->vt, work, &d[i], work + p->k);
	}
}

/* What rounding can make of the score of the cluster in hand: of its product, and of v in
 * double-doubles. */
static double
rounding(const struct piece *p)
{
	double v = tri_norm(p->v, p->k), y = tri_norm(p->r + p->k*(p->k + 1), p->k + 1);

	return 16*(double)p->k * tri_norm(p->a, p->k*p->k) * (DBL_EPSILON*v + 0x1p-94*y + p->model->ls.floor);
}

/* The scores of the model's clusters become the rows of the meat; d: NULL but for CR2.
 * Returns a bound of what rounding can make of their norm. */
static double
add_scores(struct lm *m, struct model *model, struct ls_df *d)
{
	struct piece p;
	double noise = 0, *work = mem_new((size_t)(3*model->ls.rank + 2), sizeof *work);

	piece_open(&p, model);
	for (size_t i = 0; i < model->by[LM_BY_CLUSTER]->n; i++) {
		piece_get(&p, m, LM_BY_CLUSTER, i);
		if (d == NULL) {
			score(&p, work);
		} else {
			piece_decompose(&p);
			ls_cluster_apply(p.k, p.u, p.s, p.vt, p.v, 0.5, work);
			ls_cluster_seen(p.k, p.s, p.vt, model->seen);
			add_df(&p, d, work + p.k);
		}
		tri_add(&model->meat, work, NULL, 1);
		noise += square(rounding(&p));
	}
	tri_flush(&model->meat);
	piece_close(&p);
	free(work);
	return sqrt(noise);
}

/* The standard errors of the meat; one that rounding can have made is 0. */
static void
errors(struct lm *m, struct model *model, double noise)
{
	struct ls *f = &model->ls;

	ls_sandwich(f, model->meat.r, model->meat.rlo, model->factor, 0, f->se, m->u);
	for (size_t i = 0; i < (size_t)f->k; i++) {
		piece_contrast(f, i, m->u);
		if (f->se[i] <= ls_unscaled(f, sqrt(model->factor)*noise*tri_norm(m->u, f->rank), (ptrdiff_t)i))
			f->se[i] = 0;
	}
}

/* What is to be said of g clusters. */
static void
note_few(struct lm *m, size_t j, size_t k, double g)
{
	struct model *model = &m->sums[k].model[j];
	double rank = m->terms.nkey > 0 ? lm_absorb_counted(m, model) : (double)model->ls.rank;
	int simple = m->view.small == LM_CR1 && m->view.wild == 0;

	model->few = m->view.small == LM_CR1 && g < rank;
	if (g > 1 && g == model->tri.n)
		lm_note(m, j, k, mem_print(": each row is a cluster of its own: errors are as if rows were independent"));
	if (g < 2) {
		lm_note(m, j, k, mem_print(": one cluster only: no standard errors; --cluster needs columns that tell more apart"));
	} else if (simple && model->few) {
		lm_note(m, j, k, mem_print(": %g clusters for %g coefficients: no p; --small cr2 and --wild have one", g, rank));
	} else if (simple && g < LM_MANY_CLUSTERS) {
		lm_note(m, j, k, mem_print(": fewer than %d clusters: p may be far too small; --small cr2 and --wild have better ones",
		    LM_MANY_CLUSTERS));
	}
}

static void
small_sample(struct lm *m, struct model *model)
{
	size_t n = (size_t)model->ls.k, k = (size_t)model->ls.rank;
	struct ls_df *d = mem_new(n, sizeof *d);
	double *mem = mem_new(mem_times(n, k*(3*k + 1)), sizeof *mem), work;

	model->seen = mem_new(k*k, sizeof *model->seen);
	model->df_of = mem_new(n, sizeof *model->df_of);
	for (size_t i = 0; i < n; i++)
		d[i] = (struct ls_df){ .q = 1, .tt = mem + i*k*(3*k + 1), .big = mem + i*k*(3*k + 1) + k*k };
	errors(m, model, add_scores(m, model, d));
	for (size_t i = 0; i < n; i++)
		model->df_of[i] = ls_df(model->ls.rank, &d[i], &work);
	free(mem);
	free(d);
}

/* Wald's F of all terms but the intercept, from the clusters' scores. */
static void
test_all(struct lm *m, size_t j, size_t k)
{
	struct model *model = &m->sums[k].model[j];
	const struct ls *f = &model->ls;
	ptrdiff_t *term = mem_new((size_t)f->k, sizeof *term), q = 0;

	for (ptrdiff_t i = m->terms.intercept; i < f->k; i++)
		if (!f->aliased[i])
			term[q++] = i;
	model->robust = lm_wald(m, j, k, term, q);
	free(term);
}

void
cr_errors(struct lm *m, size_t j, size_t k)
{
	struct model *model = &m->sums[k].model[j];
	double n = model->tri.n, g = (double)model->by[LM_BY_CLUSTER]->n;

	lm_set_df(m, model, g - 1);
	note_few(m, j, k, g);
	model->factor = g < 2 ? NAN : m->view.small == LM_CR2 ? 1 : g/(g - 1) * ((n - 1)/model->ls.df_residual);
	if (m->view.small == LM_CR2)
		small_sample(m, model);
	else
		errors(m, model, add_scores(m, model, NULL));
	if (model->levels == NULL && m->view.wild == 0)
		test_all(m, j, k);
	if (m->view.wild > 0)
		wild_test(m, j, k);
	if (m->view.boot > 0)
		pairs_boot(m, j, k);
}
