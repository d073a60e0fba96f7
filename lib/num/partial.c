/* partial.c - the correlation of two columns beside others, from the factor.
 *
 * The columns of R have the lengths and angles of the centred columns.  What is
 * left of one beside the controls is found by orthogonalising twice (Gram and
 * Schmidt; "twice is enough", Parlett, The Symmetric Eigenvalue Problem, section
 * 6-9), at the condition of the controls and not its square.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "num.h"

static double
dot(const double *x, const double *y, ptrdiff_t n)
{
	double s = 0;
	ptrdiff_t i;

	for (i = 0; i < n; i++)
		s += x[i]*y[i];
	return s;
}

/* v = column x of length m at unit norm, less its parts along the k orthonormal
 * columns of q.  Returns what is left of the norm, 0 if that is below tol, NaN if
 * x is not finite. */
static double
residual(const double *x, ptrdiff_t m, const double *q, ptrdiff_t k, double tol, double *v)
{
	ptrdiff_t i, l, twice;
	double s = tri_norm(x, m), c;

	if (s == 0)
		return 0;
	for (i = 0; i < m; i++) {
		v[i] = x[i]/s;
		if (!isfinite(v[i]))
			return NAN;
	}
	for (twice = 0; twice < 2; twice++)
		for (l = 0; l < k; l++) {
			c = dot(q + l*m, v, m);
			for (i = 0; i < m; i++)
				v[i] -= c*q[i + l*m];           /* v = (I - q q') v */
		}
	s = tri_norm(v, m);
	return s <= tol ? 0 : s;
}

static double
clamped(double r)
{
	return r > 1 ? 1 : r < -1 ? -1 : r;
}

int
partial_fit(ptrdiff_t m, ptrdiff_t k, const double *a, ptrdiff_t lda, double n, struct partial *out, double *work)
{
	ptrdiff_t i, j;
	double *q = work, *ex = work + k*m, *ey = ex + m, nx, ny, r;
	double tol = 16*DBL_EPSILON*(n > (double)(k + 2) ? n : (double)(k + 2));

	out->rank = 0;
	out->r = out->semi = NAN;
	for (j = 0; j < k; j++) {
		double *v = q + out->rank*m, s = residual(a + j*lda, m, q, out->rank, tol, v);

		if (isnan(s))
			return 4;
		for (i = 0; s != 0 && i < m; i++)
			v[i] /= s;
		out->rank += s != 0;
	}
	if (n < (double)(out->rank + 2))
		return 1;
	nx = residual(a + k*lda, m, q, out->rank, tol, ex);
	ny = residual(a + (k + 1)*lda, m, q, out->rank, tol, ey);
	if (isnan(nx) || isnan(ny))
		return 4;
	if (nx == 0 || ny == 0)
		return nx == 0 ? 2 : 3;
	r = dot(ex, ey, m)/nx;
	out->semi = clamped(r);
	out->r = n == (double)(out->rank + 2) ? copysign(1, r) : clamped(r/ny);
	return 0;
}
