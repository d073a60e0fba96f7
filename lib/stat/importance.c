/* importance.c - how a model's R2 is shared out among its terms.
 *
 * The share of a term is the mean, over all orders in which the terms may enter, of
 * what it adds to R2: Shapley's value of the game whose coalitions are sets of terms and
 * whose worth is R2; that is LMG.  Lindeman, Merenda & Gold, Introduction to Bivariate and
 * Multivariate Analysis (1980), pp. 119 ff.; Groemping, J. Stat. Softw. 17 (2006) 1.
 * The R2 of each set comes from the triangular factor of its columns, which that of
 * all columns gives.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

enum { MOST_TERMS = 15 };

/* One model: its terms, and the one that each of its columns belongs to. */
struct game {
	const struct terms *t;
	const struct model *m;
	size_t n, *term;
	ptrdiff_t *col;                 /* columns of a set of terms, and of y */
	double *r, *rl, *work;
};

/* The columns of the terms whose bits are in set, behind the intercept, and of y; returns
 * how many.  Not those that are constant beside an intercept. */
static ptrdiff_t
columns_of(struct game *g, unsigned set)
{
	const struct model *m = g->m;
	int with = g->t->intercept;
	ptrdiff_t q = 0;

	if (with)
		g->col[q++] = 0;
	for (ptrdiff_t i = with; i < m->ls.k; i++)
		if ((set >> g->term[i] & 1) && !(with && m->tri.min[m->col[i]] == m->tri.max[m->col[i]]))
			g->col[q++] = m->col[i];
	g->col[q++] = (ptrdiff_t)g->t->iy;
	return q;
}

/* The first of the q columns that depends on those before it, or q - 1: it has as little
 * left as in ls_fit. */
static ptrdiff_t
dependent(const struct game *g, ptrdiff_t q)
{
	int with = g->t->intercept;
	double most = (double)(g->m->ls.k - with), tol = DBL_EPSILON*(g->m->tri.n > most ? g->m->tri.n : most);
	ptrdiff_t j = with;

	while (j < q - 1 && fabs(g->r[j + j*q]) > tol*tri_norm(g->r + with + j*q, j + 1 - with))
		j++;
	return j;
}

/* R2 of a set of terms; NaN if there is nothing to explain. */
static double
r_squared(struct game *g, unsigned set)
{
	ptrdiff_t q = columns_of(g, set), with = g->t->intercept, j;
	double *z, explained;

	for (;;) {
		tri_pick(&g->m->tri, g->col, q, g->r, g->rl, g->work);
		if ((j = dependent(g, q)) == q - 1)
			break;
		memmove(g->col + j, g->col + j + 1, (size_t)(q - 1 - j) * sizeof *g->col);
		q--;
	}
	z = g->r + (q - 1)*q + with;
	explained = tri_norm(z, q - 1 - with)/tri_norm(z, q - with);
	return explained*explained;
}

/* share[i] = sum over the sets S without term i of |S|! (n - |S| - 1)!/n! (R2(S and i) -
 * R2(S)). */
static void
shapley(struct game *g, double *share)
{
	size_t sets = (size_t)1 << g->n;
	double *worth = mem_new(sets, sizeof *worth), weight[MOST_TERMS] = { 0 };

	for (unsigned s = 0; s < sets; s++)
		worth[s] = r_squared(g, s);
	for (size_t k = 0; k < g->n; k++) {
		weight[k] = 1/(double)g->n;
		for (size_t i = 1; i <= k; i++)
			weight[k] *= (double)i/(double)(g->n - i);
	}
	for (size_t i = 0; i < g->n; i++) {
		share[i] = 0;
		for (unsigned s = 0; s < sets; s++)
			if (!(s >> i & 1))
				share[i] += weight[__builtin_popcount(s)]*(worth[s | 1u << i] - worth[s]);
	}
	free(worth);
}

/* ---- the table ------------------------------------------------------------------------------ */

/* The terms of the model: predictors, or terms of a formula.  Dies of too many, and of
 * those that have no share of their own. */
static size_t
count_terms(const struct terms *t)
{
	size_t n = t->formula != NULL ? t->nterm : t->nvar;

	if (t->nabsorbed > 0)
		die("--importance: what is absorbed has no share: name it as a term");
	for (size_t i = 0; t->formula != NULL && i < t->nvar; i++)
		if (t->var[i].npart > 1)
			die("--importance: an interaction has no share beside the terms that it is made of");
	if (n > MOST_TERMS)
		die("--importance: %zu terms, more than %d", n, MOST_TERMS);
	return n;
}

static size_t
term_of(const struct terms *t, size_t var)
{
	return t->formula != NULL ? t->var[var].term : var;
}

/* The share of each term in the model, NaN where R2 is undefined. */
static void
find_shares(const struct terms *t, const struct model *m, size_t n, double *share)
{
	size_t k = (size_t)m->ls.k, q = k + 1;
	struct game g = { .t = t, .m = m, .n = n };

	for (size_t i = 0; i < n; i++)
		share[i] = NAN;
	if (!(m->ls.tnorm > 0))
		return;
	g.term = mem_new(k, sizeof *g.term);
	g.col = mem_new(q, sizeof *g.col);
	g.r = mem_new(2*q, q * sizeof *g.r);
	g.rl = g.r + q*q;
	g.work = mem_new(tri_pick_work((ptrdiff_t)t->p, (ptrdiff_t)q), sizeof *g.work);
	for (size_t i = 0; i < k; i++)
		g.term[i] = term_of(t, t->col[m->col[i]].var);
	shapley(&g, share);
	free(g.term);
	free(g.col);
	free(g.r);
	free(g.work);
}

static void
put_shares(const struct lm *m, struct csv_writer *w, size_t k, size_t j)
{
	const struct terms *t = &m->terms;
	double share[MOST_TERMS] = { 0 };

	find_shares(t, &m->sums[k].model[j], count_terms(t), share);
	for (size_t i = 0; i < t->nvar; i++) {
		if (i > 0 && term_of(t, i) == term_of(t, i - 1))
			continue;
		group_put(m->group, k, w);
		csv_put_str(w, m->yname[j]);
		csv_put_str(w, t->var[i].name);
		csv_put_num(w, share[term_of(t, i)]);
		csv_put_end(w);
	}
}

void
lm_put_shares(const struct lm *m, struct csv_writer *w)
{
	size_t *order = group_order(m->group);

	count_terms(&m->terms);
	group_put_names(m->group, w);
	csv_put_str(w, "y");
	csv_put_str(w, "term");
	csv_put_str(w, "share");
	csv_put_end(w);
	for (size_t i = 0; i < m->ngroup; i++)
		for (size_t j = 0; j < m->ny; j++)
			put_shares(m, w, order[i], j);
	free(order);
}
