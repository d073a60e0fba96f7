/* pairs.c - intervals of coefficients by drawing clusters with replacement.
 *
 * From the factors of the clusters alone.  In coordinates where the columns are
 * orthonormal a cluster has M_g = A_g'A_g and the scores s_g = A_g'v_g, and a draw that has it w_g times
 * takes b to b + (sum w_g M_g)^-1 sum w_g s_g, which costs nothing that grows with the rows.  Where the
 * draw hardly determines the fit, that is inaccurate, and the factors are merged and solved.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

/* A coordinate of which less than this is left by those before it, all rows having 1: solve anew, for
 * the change has lost four digits. */
static const double hardly = 1e-4;

struct pairs {
	struct lm *m;
	struct model *model;
	ptrdiff_t k;
	size_t g;                       /* clusters */
	double *gram, *s;               /* by cluster: M, k by k; its scores */
	double *all;                    /* the sum of all M */
	double *now, *d;                /* M of a draw, and its scores, then how far it takes b */
	double *change;                 /* the same by term */
	struct refit r;                 /* whose times are those of the draw */
};

static void
start(struct pairs *p, struct lm *m, struct model *model)
{
	ptrdiff_t k = model->ls.rank;
	size_t g = model->by[LM_BY_CLUSTER]->n, kk = (size_t)(k*k);
	struct piece c;

	*p = (struct pairs){ .m = m, .model = model, .k = k, .g = g };
	p->gram = mem_new(mem_times(g + 2, kk + (size_t)k) + (size_t)model->ls.k, sizeof *p->gram);
	p->all = p->gram + g*kk;
	p->now = p->all + kk;
	p->s = p->now + kk;
	p->d = p->s + g*(size_t)k;
	p->change = p->d + k;
	piece_open(&c, model);
	for (size_t i = 0; i < g; i++) {
		piece_get(&c, m, LM_BY_CLUSTER, i);
		piece_gram(&c, p->gram + i*kk, p->s + i*(size_t)k);
		for (size_t l = 0; l < kk; l++)
			p->all[l] += p->gram[i*kk + l];
	}
	piece_close(&c);
	refit_open(&p->r, m, model, LM_BY_CLUSTER, model->ls.kept, k);
}

static void
end(struct pairs *p)
{
	refit_close(&p->r);
	free(p->gram);
}

/* Adds cluster i, a times, to M and the scores in hand. */
static void
add(struct pairs *p, size_t i, double a)
{
	ptrdiff_t k = p->k;
	const double *gram = p->gram + (ptrdiff_t)i*k*k, *s = p->s + (ptrdiff_t)i*k;

	for (ptrdiff_t l = 0; l < k*k; l++)
		p->now[l] += a*gram[l];
	for (ptrdiff_t l = 0; l < k; l++)
		p->d[l] += a*s[l];
}

/* d = M^-1 d by Cholesky's L L' = M; 0 if that is not accurate. */
static int
solve(struct pairs *p)
{
	ptrdiff_t k = p->k, i, j, l;
	double *a = p->now, *d = p->d, x;

	for (j = 0; j < k; j++) {
		for (l = 0; l < j; l++)
			for (i = j; i < k; i++)
				a[i + j*k] -= a[i + l*k]*a[j + l*k];
		if (!(a[j + j*k] > hardly))
			return 0;
		x = sqrt(a[j + j*k]);
		for (i = j; i < k; i++)
			a[i + j*k] /= x;
	}
	for (j = 0; j < k; j++) {
		d[j] /= a[j + j*k];
		for (i = j + 1; i < k; i++)
			d[i] -= a[i + j*k]*d[j];
	}
	for (j = k - 1; j >= 0; j--) {
		for (i = j + 1; i < k; i++)
			d[j] -= a[i + j*k]*d[i];
		d[j] /= a[j + j*k];
	}
	return 1;
}

/* Term i is printed, and so must be determined by each draw. */
static int
is_shown(const struct pairs *p, size_t i)
{
	for (size_t l = 0; l < p->m->terms.k; l++)
		if (p->model->at[l] == (ptrdiff_t)i)
			return !terms_absorbed(&p->m->terms, l) && !p->model->ls.aliased[i];
	return 0;
}

/* The change of each term from d. */
static void
spread(struct pairs *p)
{
	const struct ls *f = &p->model->ls;

	for (ptrdiff_t i = 0; i < f->k; i++) {
		p->change[i] = 0;
		for (ptrdiff_t l = 0; l < p->k; l++)
			p->change[i] += f->inv[i + l*f->k]*p->d[l];
	}
}

/* The same from the merged factors; 0 if they do not determine all terms. */
static int
solve_anew(struct pairs *p)
{
	const struct ls *own = &p->r.fit, *f = &p->model->ls;
	double y;

	if (!refit_solve(&p->r))
		return 0;
	y = f->scale[f->k]/own->scale[own->k];
	for (ptrdiff_t i = 0, l = 0; i < f->k; i++) {
		double t;

		if (f->aliased[i])
			continue;
		t = own->scale[l]/f->scale[i]*y;
		if (own->aliased[l] && is_shown(p, (size_t)i))
			return 0;
		p->change[i] = dd_add((struct dd){ own->bs[l]*t, own->blo[l]*t }, (struct dd){ -f->bs[i], -f->blo[i] }).hi;
		l++;
	}
	return 1;
}

/* What the times in hand make of the coefficients, as their change; 0 if they do not determine all. */
static int
draw(struct pairs *p)
{
	memset(p->now, 0, (size_t)(p->k*p->k) * sizeof *p->now);
	memset(p->d, 0, (size_t)p->k * sizeof *p->d);
	for (size_t i = 0; i < p->g; i++)
		if (p->r.times[i] > 0)
			add(p, i, (double)p->r.times[i]);
	if (!solve(p))
		return solve_anew(p);
	spread(p);
	return 1;
}

/* The same without cluster i, all others being there once. */
static int
leave_out(struct pairs *p, size_t i)
{
	memcpy(p->now, p->all, (size_t)(p->k*p->k) * sizeof *p->now);
	memset(p->d, 0, (size_t)p->k * sizeof *p->d);
	add(p, i, -1);
	if (!solve(p)) {
		for (size_t l = 0; l < p->g; l++)
			p->r.times[l] = l != i;
		return solve_anew(p);
	}
	spread(p);
	return 1;
}

/* The changes of N draws, by term; how many count. */
static size_t
draws(struct pairs *p, double *change)
{
	size_t n = 0, all = (size_t)p->m->view.boot;
	struct rng r;

	rng_seed(&r, p->m->view.seed);
	for (size_t i = 0; i < all; i++) {
		memset(p->r.times, 0, p->g * sizeof *p->r.times);
		for (size_t l = 0; l < p->g; l++)
			p->r.times[rng_below(&r, p->g)]++;
		if (!draw(p))
			continue;
		for (ptrdiff_t l = 0; l < p->model->ls.k; l++)
			change[(size_t)l*all + n] = p->change[l];
		n++;
	}
	return n;
}

/* The changes without each cluster, by term; returns the first without which not all terms are determined,
 * or how many clusters there are. */
static size_t
leave_each_out(struct pairs *p, double *left)
{
	for (size_t i = 0; i < p->g; i++) {
		if (!leave_out(p, i))
			return i;
		for (ptrdiff_t l = 0; l < p->model->ls.k; l++)
			left[(size_t)l*p->g + i] = p->change[l];
	}
	return p->g;
}

/* Changes that are none but for rounding are 0, so that they count as equal. */
static void
level_out(double *change, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs(change[i]));
	for (size_t i = 0; i < n; i++)
		if (fabs(change[i]) <= 1e-10*most)
			change[i] = 0;
}

static void
intervals(struct pairs *p, double *change, size_t n, const double *left)
{
	struct lm_range *boot = p->model->boot;
	struct ls *f = &p->model->ls;
	size_t all = (size_t)p->m->view.boot;

	for (ptrdiff_t i = 0; i < f->k; i++) {
		double low, high;

		if (f->aliased[i])
			continue;
		level_out(change + (size_t)i*all, n);
		bca_interval(change + (size_t)i*all, (ptrdiff_t)n, 0, left == NULL ? NULL : left + (size_t)i*p->g, (ptrdiff_t)p->g,
		    p->m->view.level, &low, &high);
		boot[i].low = ls_unscaled(f, f->bs[i] + low, i);
		boot[i].high = ls_unscaled(f, f->bs[i] + high, i);
	}
}

void
pairs_boot(struct lm *m, size_t j, size_t k)
{
	struct model *model = &m->sums[k].model[j];
	size_t terms = (size_t)model->ls.k, all = (size_t)m->view.boot, n, bad;
	double *change, *left = NULL;
	struct pairs p;

	model->boot = mem_new(terms, sizeof *model->boot);
	for (size_t i = 0; i < terms; i++)
		model->boot[i] = (struct lm_range){ NAN, NAN };
	if (model->by[LM_BY_CLUSTER]->n < 2)
		return;
	if (model->levels != NULL) {
		lm_note(m, j, k, mem_print(": no --boot with more than %d levels absorbed", LM_MAX_LEVELS));
		return;
	}
	start(&p, m, model);
	change = mem_new(mem_times(terms, all), sizeof *change);
	n = draws(&p, change);
	if (n < all)
		lm_note(m, j, k, mem_print(": %zu of %zu draws of clusters do not determine all terms, and do not count", all - n,
		    all));
	bad = p.g;
	if (m->view.bca) {
		left = mem_new(mem_times(terms, p.g), sizeof *left);
		bad = leave_each_out(&p, left);
	}
	if (bad < p.g) {
		char *key = lm_key_text(m, model, LM_BY_CLUSTER, bad);

		lm_note(m, j, k, mem_print(": no bca interval: without %s the other clusters do not determine all terms; "
		    "--boot-kind percentile has one", key));
		free(key);
	} else {
		intervals(&p, change, n, left);
	}
	free(change);
	free(left);
	end(&p);
}
