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
#include <float.h>
#include <math.h>

#include "num.h"

/* sum x_i a_i, in double-doubles.  Where a_i is 0 the term is 0 whatever x_i is. */
static struct dd
product(const struct ls *f, const double *x, const double *xl, const double *a, const double *al)
{
	struct dd s = { 0, 0 };

	for (ptrdiff_t i = 0; i < f->k; i++)
		if (a[i] != 0)
			s = dd_add(s, dd_mul((struct dd){ x[i], xl[i] }, (struct dd){ a[i], al[i] }));
	return s;
}

static struct dd
fitted(const struct ls *f, const double *x, const double *xl)
{
	struct dd s = { 0, 0 };

	for (ptrdiff_t i = 0; i < f->k; i++)
		if (!f->aliased[i])
			s = dd_add(s, dd_mul((struct dd){ x[i], xl[i] }, (struct dd){ f->b[i], f->blo[i] }));
	return s;
}

void
ls_row(const struct ls *f, const double *x, const double *xl, double y, double w, double *u, struct ls_row *r)
{
	struct dd fit = fitted(f, x, xl);
	double root = sqrt(w), e, rest;

	r->fitted = fit.hi;
	r->residual = dd_add((struct dd){ y, 0 }, (struct dd){ -fit.hi, -fit.lo }).hi;
	r->hat = 0;
	for (ptrdiff_t i = 0; i < f->rank; i++) {
		u[i] = root * product(f, x, xl, f->inv + i*f->k, f->invlo + i*f->k).hi;
		r->hat += u[i]*u[i];
	}
	rest = 1 - r->hat;
	if (rest < 10*DBL_EPSILON) {
		r->hat = 1;
		rest = 0;
	}
	e = f->sigma > 0 ? root*r->residual / f->sigma : NAN;
	r->std_residual = rest > 0 ? e/sqrt(rest) : NAN;
	r->cooks_d = rest > 0 ? e/rest * (e/rest) * r->hat/(double)f->rank : NAN;
}

double
ls_score(enum hc hc, double w, const struct ls_row *r)
{
	double e = sqrt(w)*r->residual, rest = 1 - r->hat;

	if (hc == HC2)
		return rest > 0 ? e/sqrt(rest) : NAN;
	if (hc == HC3)
		return rest > 0 ? e/rest : NAN;
	return e;
}

void
ls_sandwich(const struct ls *f, const double *s, double factor, double *se, double *work)
{
	for (ptrdiff_t j = 0; j < f->k; j++) {
		for (ptrdiff_t i = 0; i < f->rank; i++) {
			work[i] = 0;
			for (ptrdiff_t l = i; l < f->rank; l++)
				work[i] += s[i + l*f->rank]*f->inv[j + l*f->k];
		}
		se[j] = f->aliased[j] ? NAN : sqrt(factor)*tri_norm(work, f->rank);
	}
}
