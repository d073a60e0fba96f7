/* svd.h - what the two files of the singular values share. */
#ifndef SVD_H
#define SVD_H

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* x 2^e for a whole number e; the power by its bits where it is a normal number. */
static inline double
svd_shift(double x, double e)
{
	uint64_t bits;
	double f;

	if (!(e >= -1022 && e <= 1023))
		return ldexp(x, e < -3000 ? -3000 : e > 3000 ? 3000 : (int)e);
	bits = (uint64_t)(e + 1023) << 52;
	memcpy(&f, &bits, sizeof(f));
	return x*f;
}

/* x = 2^e x, m numbers. */
static inline void
svd_scale(ptrdiff_t m, double *x, double e)
{
	double f = svd_shift(1, e);
	ptrdiff_t i;

	if (f >= DBL_MIN && f <= DBL_MAX)
		for (i = 0; i < m && e != 0; i++)
			x[i] *= f;
	else
		for (i = 0; i < m; i++)
			x[i] = svd_shift(x[i], e);
}

/* eigen.c: W = the eigenvectors of the symmetric H of order n, about: each is orthogonal to
 * the others to rounding, whether it is accurate or not.  H, which is destroyed, as
 * kern_sym has it, of order n rounded up to eights by zeros; W n by n; ldh and ldw apart.
 * work: EIGEN_VECTORS (n + 7). */
enum { EIGEN_BATCH = 16, EIGEN_VECTORS = 3 + 2*EIGEN_BATCH };
void eigen_vectors(ptrdiff_t n, double *h, ptrdiff_t ldh, double *w, ptrdiff_t ldw, double *work);

/* The same by halves, n >= 32, sooner.  work: EIGEN_HALVES (n + 7)^2. */
enum { EIGEN_HALVES = 5 };
void eigen_halves(ptrdiff_t n, double *h, ptrdiff_t ldh, double *w, ptrdiff_t ldw, double *work);

#endif
