/* ftest.c - several coefficients at once: Wald's F, and contrasts of their span.
 *
 * F = b_L'(L V L')^-1 b_L/q, V = factor inv S'S inv', from the singular values of S inv_L',
 * its columns at unit norm: no covariance is squared, and the units of the terms do not
 * matter.
 */
#include <float.h>
#include <math.h>

#include "num.h"

size_t
ls_wald_work(ptrdiff_t rank, ptrdiff_t q)
{
	return (size_t)(rank*q + 2*q*q + 2*q) + svd_work(rank, q);
}

/* M = S inv_L' at unit norm in m, b over the norms in x; returns whether none is 0. */
static int
prepare(const struct ls *f, const ptrdiff_t *term, ptrdiff_t q, const double *s, double *m, double *x)
{
	ptrdiff_t k = f->rank;

	for (ptrdiff_t j = 0; j < q; j++) {
		double *c = m + j*k, norm;

		for (ptrdiff_t i = 0; i < k; i++) {
			c[i] = 0;
			for (ptrdiff_t l = i; l < k; l++)
				c[i] += s[i + l*k]*f->inv[term[j] + l*f->k];
		}
		norm = tri_norm(c, k);
		if (!(norm > 0 && norm <= DBL_MAX))
			return 0;
		for (ptrdiff_t i = 0; i < k; i++)
			c[i] /= norm;
		x[j] = f->bs[term[j]]/norm;
	}
	return 1;
}

double
ls_wald(const struct ls *f, const ptrdiff_t *term, ptrdiff_t q, const double *s, double factor, double *work)
{
	ptrdiff_t k = f->rank;
	double *m = work, *v = m + k*q, *x = v + q*q, *sv = x + q, sum = 0;

	if (q < 1 || q > k || !(factor > 0) || !prepare(f, term, q, s, m, x) || svd_jacobi(k, q, m, k, sv, v, q, sv + q) != 0 ||
	    !(sv[q - 1] > sqrt(DBL_EPSILON)*sv[0]))
		return NAN;
	for (ptrdiff_t i = 0; i < q; i++) {
		double c = 0;

		for (ptrdiff_t j = 0; j < q; j++)
			c += v[j + i*q]*x[j];
		sum += c/sv[i]*(c/sv[i]);
	}
	return sum/(factor*(double)q);
}

/* Y = X'M X in p; M X in mx. */
static void
project(ptrdiff_t k, ptrdiff_t q, const double *m, const double *x, double *mx, double *p)
{
	for (ptrdiff_t j = 0; j < q; j++) {
		for (ptrdiff_t i = 0; i < k; i++) {
			mx[i + j*k] = 0;
			for (ptrdiff_t l = 0; l < k; l++)
				mx[i + j*k] += m[l + i*k]*x[l + j*k];
		}
		for (ptrdiff_t i = 0; i < q; i++) {
			p[i + j*q] = 0;
			for (ptrdiff_t l = 0; l < k; l++)
				p[i + j*q] += x[l + i*k]*mx[l + j*k];
		}
	}
}

/* The terms' rows of inv, at unit norm, are U S V'; then U'M U = W D W', and c = U W D^(-1/2). */
int
ls_whiten(const struct ls *f, const ptrdiff_t *term, ptrdiff_t q, const double *m, double *c, double *work)
{
	ptrdiff_t k = f->rank;
	double *u = work, *p = u + k*q, *w = p + q*q, *s = w + q*q, *svd = s + 2*q;

	if (q < 1 || q > k)
		return 1;
	for (ptrdiff_t j = 0; j < q; j++) {
		double norm;

		for (ptrdiff_t l = 0; l < k; l++)
			u[l + j*k] = f->inv[term[j] + l*f->k];
		norm = tri_norm(u + j*k, k);
		if (!(norm > 0 && norm <= DBL_MAX))
			return 1;
		for (ptrdiff_t l = 0; l < k; l++)
			u[l + j*k] /= norm;
	}
	if (svd_jacobi(k, q, u, k, s, p, q, svd) != 0 || !(s[q - 1] > (double)k*DBL_EPSILON*s[0]))
		return 1;
	project(k, q, m, u, c, p);
	if (svd_jacobi(q, q, p, q, s, w, q, svd) != 0 || !(s[q - 1] > 1e-10))
		return 1;
	for (ptrdiff_t j = 0; j < q; j++)
		for (ptrdiff_t l = 0; l < k; l++) {
			c[l + j*k] = 0;
			for (ptrdiff_t i = 0; i < q; i++)
				c[l + j*k] += u[l + i*k]*w[i + j*q]/sqrt(s[j]);
		}
	return 0;
}
