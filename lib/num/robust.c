/* robust.c - residuals and influence of rows under a fit, and standard errors of the
 * fit that are estimated from the residuals.
 *
 * In the coordinates u = R^-T sqrt(w) x the columns of X are orthonormal: the
 * hat value is u'u, and the covariance of b
 *
 *	C (sum s s') C = inv (sum e^2 u u') inv',  s = w e x,  C = inv inv',
 *
 * is formed from the triangular factor S of the rows e u, so that no number is
 * squared: the standard error of b_j is |S inv_j'|.
 */
#include <math.h>

#include "num.h"

/* Term i of a row in the fit's unit. */
static struct dd
term(const struct ls *f, const double *x, const double *xl, ptrdiff_t i)
{
	return (struct dd){ f->scale[i]*x[i], f->scale[i]*xl[i] };
}

/* sum x_i a_i, in double-doubles.  Where a_i is 0 the term is 0 whatever x_i is. */
static struct dd
product(const struct ls *f, const double *x, const double *xl, const double *a, const double *al)
{
	struct dd s = { 0, 0 };

	for (ptrdiff_t i = 0; i < f->k; i++)
		if (a[i] != 0)
			s = dd_add(s, dd_mul(term(f, x, xl, i), (struct dd){ a[i], al[i] }));
	return s;
}

static struct dd
fitted(const struct ls *f, const double *x, const double *xl)
{
	struct dd s = { 0, 0 };

	for (ptrdiff_t i = 0; i < f->k; i++)
		if (!f->aliased[i])
			s = dd_add(s, dd_mul(term(f, x, xl, i), (struct dd){ f->bs[i], f->blo[i] }));
	return s;
}

/* 1 - share - u'u in double-doubles.  In doubles it loses what u'u comes near to 1. */
static struct dd
rest_of(struct dd share, const double *u, const double *ul, ptrdiff_t n)
{
	struct dd s = dd_add((struct dd){ 1, 0 }, (struct dd){ -share.hi, -share.lo }), x;

	for (ptrdiff_t i = 0; i < n; i++) {
		x = dd_mul((struct dd){ u[i], ul[i] }, (struct dd){ u[i], ul[i] });
		s = dd_add(s, (struct dd){ -x.hi, -x.lo });
	}
	return s;
}

/* u + ul = root inv'x; returns u'u in doubles. */
static double
turn(const struct ls *f, const double *x, const double *xl, struct dd root, double *u, double *ul)
{
	struct dd p;
	double uu = 0;

	for (ptrdiff_t i = 0; i < f->rank; i++) {
		p = product(f, x, xl, f->inv + i*f->k, f->invlo + i*f->k);
		if (root.hi != 1)
			p = dd_mul(root, p);
		u[i] = p.hi;
		ul[i] = p.lo;
		uu += u[i]*u[i];
	}
	return uu;
}

void
ls_row(const struct ls *f, const double *x, const double *xl, struct dd y, double w, struct dd share, double *u,
    double *ul, struct ls_row *r)
{
	struct dd fit = fitted(f, x, xl), root = w == 1 ? (struct dd){ 1, 0 } : dd_sqrt((struct dd){ w, 0 });
	double unit = f->scale[f->k], s;

	r->e = dd_add((struct dd){ unit*y.hi, unit*y.lo }, (struct dd){ -fit.hi, -fit.lo });
	r->fitted = fit.hi/unit;
	r->residual = r->e.hi/unit;
	if (w != 1)
		r->e = dd_mul(root, r->e);
	r->hat = turn(f, x, xl, root, u, ul) + share.hi;
	r->rest = 1 - r->hat;
	if (r->hat > 0.5) {
		r->rest = rest_of(share, u, ul, f->rank).hi;
		if (r->rest <= f->blur)
			r->rest = 0;
		if (r->rest == 0 || r->hat > 1)
			r->hat = 1 - r->rest;
	}
	s = f->sigma > 0 ? sqrt(w)*r->residual / f->sigma : NAN;
	r->std_residual = r->rest > 0 ? s/sqrt(r->rest) : NAN;
	r->cooks_d = r->rest > 0 ? s/r->rest * (s/r->rest) * r->hat/((double)f->rank + f->keys) : NAN;
}

struct dd
ls_score(enum hc hc, const struct ls_row *r)
{
	if (hc != HC2 && hc != HC3)
		return r->e;
	return dd_mul(r->e, (struct dd){ r->rest > 0 ? 1/(hc == HC2 ? sqrt(r->rest) : r->rest) : NAN, 0 });
}

double
ls_noise(const struct ls *f, enum hc hc, double y, double w, const struct ls_row *r)
{
	double root = f->scale[f->k]*sqrt(w) / (hc == HC3 ? r->rest : hc == HC2 ? sqrt(r->rest) : 1);

	return root*(fabs(y) + fabs(r->fitted)) * sqrt(r->hat);
}

/* The error of coefficient j that the rounding of u and of residuals alone can make. */
static double
least(const struct ls *f, double noise, ptrdiff_t j, double *work)
{
	for (ptrdiff_t i = 0; i < f->rank; i++)
		work[i] = f->inv[j + i*f->k];
	return 0x1p-19*f->blur*noise*tri_norm(work, f->rank);
}

/* |S inv_j'| */
static double
spread(const struct ls *f, const double *s, const double *sl, ptrdiff_t j, double *work)
{
	for (ptrdiff_t i = 0; i < f->rank; i++) {
		struct dd x = { 0, 0 };

		for (ptrdiff_t l = i; l < f->rank; l++) {
			ptrdiff_t at = i + l*f->rank, inv = j + l*f->k;

			x = dd_add(x, dd_mul((struct dd){ s[at], sl[at] }, (struct dd){ f->inv[inv], f->invlo[inv] }));
		}
		work[i] = x.hi;
	}
	return tri_norm(work, f->rank);
}

void
ls_sandwich(struct ls *f, const double *s, const double *sl, double factor, double noise, double *se,
    double *work)
{
	for (ptrdiff_t j = 0; j < f->k; j++) {
		double x = isnan(f->b[j]) ? NAN : spread(f, s, sl, j, work);

		if (x <= least(f, noise, j, work))
			x = 0;
		se[j] = ls_unscaled(f, sqrt(factor)*x, j);
	}
}
