/* cross.c - prediction of what was left out: each fold from the fit of the others.
 *
 * From the factors of the folds alone.  In coordinates where the columns are orthonormal
 * leaving a fold out takes d = (I - A'A)^-1 A'v from the fit, so that of its y is left v + A
 * d, and rho.  Where the others hardly determine the fit, that is inaccurate, and
 * their factors are merged and solved.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

/* 1 - s^2 of a fold below this: solve anew, for d has lost half of its digits. */
static const double close_to_whole = 1e-6;

/* Weighted sums over rows; y and its prediction h about the mean of y. */
struct sums_of { double w, sse, sst, y, h, yy, hh, yh; };

struct folds {
	struct lm *m;
	struct model *model;
	struct piece p;
	double w, mean;                 /* of all rows; the mean is 0 without intercept */
	struct sums_of s;
	struct refit rest;              /* the other folds, merged */
	double *d;
	size_t bad, nbad;               /* the first fold that cannot be predicted; how many */
};

/* What the factor of the fold in hand has of the column of ones, which is r_00 alone: the
 * root of its weight. */
static double
ones(const struct folds *f)
{
	return f->m->terms.intercept ? f->p.r[0]/f->model->ls.scale[0] : 0;
}

static void
find_mean(struct folds *f)
{
	double wy = 0, w = 0;

	for (size_t i = 0; i < f->model->by[LM_BY_FOLD]->n; i++) {
		piece_get(&f->p, f->m, LM_BY_FOLD, i);
		w += ones(f)*ones(f);
		wy += ones(f)*f->p.r[f->p.k*(f->p.k + 1)];
		f->w += f->p.c->w;
	}
	f->mean = f->m->terms.intercept ? wy/w : 0;
}

/* Fits the folds but number i; returns whether that is of the same rank. */
static int
solve_without(struct folds *f, size_t i)
{
	struct refit *r = &f->rest;

	if (r->mem == NULL)
		refit_open(r, f->m, f->model, LM_BY_FOLD, f->model->col, f->model->ls.k);
	for (size_t l = 0; l < f->model->by[LM_BY_FOLD]->n; l++)
		r->times[l] = l != i;
	if (!refit_solve(r))
		return 0;
	r->fit.exact = 0;
	return r->fit.rank == f->p.k && memcmp(r->fit.kept, f->model->ls.kept, (size_t)(f->p.k + 1) * sizeof *r->fit.kept) == 0;
}

/* The coefficients without the fold, from d. */
static void
shift(const struct folds *f, double *b, double *blo)
{
	const struct ls *l = &f->model->ls;

	for (ptrdiff_t j = 0; j < l->k; j++) {
		struct dd x = { l->bs[j], l->blo[j] };

		for (ptrdiff_t i = 0; i < l->rank && !l->aliased[j]; i++)
			x = dd_add(x, dd_mul((struct dd){ -f->d[i], 0 }, (struct dd){ l->inv[j + i*l->k], l->invlo[j + i*l->k] }));
		b[j] = x.hi;
		blo[j] = x.lo;
	}
}

/* The fold in hand under the fit of the others, in the units of the model. */
static void
under_others(struct folds *f, size_t i, double *b, double *blo)
{
	const struct ls *own = &f->rest.fit, *all = &f->model->ls;
	struct piece *p = &f->p;
	double y = all->scale[all->k]/own->scale[own->k];

	piece_pick(p, f->m, LM_BY_FOLD, i);
	ls_cluster(own, p->r, p->rlo, p->a, p->v);
	for (ptrdiff_t l = 0; l <= p->k; l++) {
		p->v[l] *= y;
		p->r[l + p->k*(p->k + 1)] *= y;
	}
	p->r[0] *= all->scale[0]/own->scale[0];
	for (ptrdiff_t j = 0; j < own->k; j++) {
		double t = own->aliased[j] ? 1 : own->scale[j]/all->scale[j]*y;

		b[j] = own->bs[j]*t;
		blo[j] = own->blo[j]*t;
	}
}

/* v of the fold in hand becomes what is left of its y by the others; b: the coefficients.
 * Returns 0 if they do not determine these. */
static int
leave_out(struct folds *f, size_t i, double *b, double *blo)
{
	struct piece *p = &f->p;

	piece_decompose(p);
	if (p->k > 0 && !((1 - p->s[0])*(1 + p->s[0]) > close_to_whole)) {
		if (!solve_without(f, i))
			return 0;
		under_others(f, i, b, blo);
		return 1;
	}
	ls_cluster_apply(p->k, p->u, p->s, p->vt, p->v, 1, f->d);
	for (ptrdiff_t l = 0; l < p->k; l++)
		for (ptrdiff_t r = 0; r < p->k; r++)
			p->v[r] += p->a[r + l*p->k]*f->d[l];
	shift(f, b, blo);
	return 1;
}

/* The sums of the fold in hand. */
static void
add(struct folds *f)
{
	const double *z = f->p.r + f->p.k*(f->p.k + 1), one = ones(f);
	double left = f->w - one*one, mean = f->mean + (left > 0 ? one*(f->mean*one - z[0])/left : 0);
	struct sums_of *s = &f->s;

	if (!f->m->terms.intercept)
		mean = 0;
	for (ptrdiff_t i = 0; i <= f->p.k; i++) {
		double e = f->p.v[i], y = i == 0 ? z[0] - f->mean*one : z[i], t = i == 0 ? z[0] - mean*one : z[i];

		s->sse += e*e;
		s->sst += t*t;
		s->yy += y*y;
		s->hh += (y - e)*(y - e);
		s->yh += y*(y - e);
		s->y += i == 0 ? one*y : 0;
		s->h += i == 0 ? one*(y - e) : 0;
	}
}

static void
figures(const struct folds *f, struct cross *c)
{
	const struct sums_of *s = &f->s;
	double r = (s->yh - s->y*s->h/f->w)/(sqrt(s->yy - s->y*s->y/f->w)*sqrt(s->hh - s->h*s->h/f->w));

	c->r_squared = s->sst > 0 ? 1 - s->sse/s->sst : NAN;
	c->rmse = ls_unscaled(&f->model->ls, sqrt(s->sse/f->w), -1);
	c->r = f->m->terms.intercept && isfinite(r) ? fmax(-1, r > 1 ? 1 : r) : NAN;
}

/* Notes which fold cannot be predicted. */
static void
note_bad(struct folds *f, size_t j, size_t k)
{
	char *text = lm_key_text(f->m, f->model, LM_BY_FOLD, f->bad);

	lm_note(f->m, j, k, mem_print(": no prediction: without %s the other rows do not determine all terms%s", text,
	    f->nbad > 1 ? ", and so without others" : ""));
	free(text);
}

void
cross_predict(struct lm *m, size_t j, size_t k)
{
	struct folds f = { .m = m, .model = &m->sums[k].model[j] };
	const struct clusters *all = f.model->by[LM_BY_FOLD];
	struct cross *c = &f.model->cross;
	size_t n = (size_t)f.model->ls.k;

	*c = (struct cross){ NAN, NAN, NAN, mem_new(mem_times(all->n, n), sizeof *c->b), mem_new(mem_times(all->n, n), sizeof *c->blo) };
	for (size_t i = 0; i < all->n*n; i++)
		c->b[i] = NAN;
	if (f.model->ls.rank < 1 || !isfinite(f.model->ls.inv[0]))
		return;
	f.d = mem_new(n, sizeof *f.d);
	piece_open(&f.p, f.model);
	find_mean(&f);
	for (size_t i = 0; i < all->n; i++) {
		piece_get(&f.p, m, LM_BY_FOLD, i);
		if (leave_out(&f, i, c->b + all->order[i]*n, c->blo + all->order[i]*n))
			add(&f);
		else if (f.nbad++ == 0)
			f.bad = i;
	}
	if (f.nbad == 0)
		figures(&f, c);
	else
		note_bad(&f, j, k);
	piece_close(&f.p);
	refit_close(&f.rest);
	free(f.d);
}

double
cross_fitted(const struct lm *m, const struct model *model, const char *key, size_t len)
{
	size_t i = map_find(model->by[LM_BY_FOLD]->keys, key, len), n = (size_t)model->ls.k;
	struct dd y = { 0, 0 };

	if (i == (size_t)-1)
		return NAN;
	for (size_t j = 0; j < n; j++)
		if (!model->ls.aliased[j])
			y = dd_add(y, dd_mul((struct dd){ m->x[j]*model->ls.scale[j], m->xlo[j]*model->ls.scale[j] },
			    (struct dd){ model->cross.b[i*n + j], model->cross.blo[i*n + j] }));
	return n > 0 ? y.hi/model->ls.scale[n] : NAN;
}
