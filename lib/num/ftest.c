/* ftest.c - several coefficients at once: Wald's F.
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
	return (size_t)(rank*q + q*q + 2*q) + svd_work(rank, q);
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
