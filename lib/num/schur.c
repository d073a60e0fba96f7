/* schur.c - eigenvalues of a real matrix through its real Schur form.
 *
 * A is made a Hessenberg matrix H by reflectors, and H is reduced by Francis's double
 * implicit shifts until only blocks of one and two rows are left on its diagonal.  All
 * are orthogonal similarities, so that the eigenvalues are those of A + E, |E| a few
 * eps |A|.  A is scaled by a power of two, but not balanced: that would change what |A|
 * is, and what comes here is a product that is known to eps of its norm alone.
 *
 * Golub & Van Loan, 4th ed., Alg. 7.4.2, 7.5.1 and 7.5.2; where we depart from them it
 * says so. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "kern.h"

/* h_ij of the n by n matrix, columns ld apart. */
struct hess {
	ptrdiff_t n, ld;
	double *h;
};

static double *
at(const struct hess *a, ptrdiff_t i, ptrdiff_t j)
{
	return a->h + i + j*a->ld;
}

static double
size(const struct hess *a, ptrdiff_t i, ptrdiff_t j)
{
	return fabs(*at(a, i, j));
}

/* x[0..n) becomes (v, x) of the reflector I - tau v v' that takes x to (x[0], 0, ..., 0):
 * v[0] = 1 is not stored, x[0] is.  Alg. 5.1.1, but as LAPACK has it, without
 * cancellation for either sign of x[0].  What is next to nothing beside a matrix whose
 * largest element is about 1 counts as zero. */
static double
reflector(double *x, ptrdiff_t n)
{
	double norm = tri_norm(x, n), rest = tri_norm(x + 1, n - 1), alpha = x[0], beta, f;

	if (norm < DBL_MIN / DBL_EPSILON)
		memset(x + 1, 0, (size_t)(n - 1) * sizeof *x);
	if (norm < DBL_MIN / DBL_EPSILON || rest == 0)
		return 0;
	beta = alpha > 0 ? -norm : norm;
	f = 1 / (alpha - beta);
	for (ptrdiff_t i = 1; i < n; i++)
		x[i] *= f;
	x[0] = beta;
	return (beta - alpha) / beta;
}

/* H = Q' A Q, Alg. 7.4.2: below the first subdiagonal zeros.  work: 2 n. */
static void
reduce(const struct hess *a, double *work)
{
	ptrdiff_t n = a->n;
	double *v = work, *y = work + n;

	for (ptrdiff_t k = 0; k + 2 < n; k++) {
		ptrdiff_t m = n - k - 1;
		double *x = at(a, k + 1, k), tau = reflector(x, m);

		if (tau != 0) {
			memcpy(v, x, (size_t)m * sizeof *v);
			v[0] = 1;
			for (ptrdiff_t j = k + 1; j < n; j++)    /* A = (I - tau v v') A */
				kern_axpy(m, -tau*kern_dot(m, v, at(a, k + 1, j)), v, at(a, k + 1, j));
			memset(y, 0, (size_t)n * sizeof *y);
			for (ptrdiff_t j = 0; j < m; j++)        /* y = A v */
				kern_axpy(n, v[j], at(a, 0, k + 1 + j), y);
			for (ptrdiff_t j = 0; j < m; j++)        /* A = A - tau y v' */
				kern_axpy(n, -tau*v[j], y, at(a, 0, k + 1 + j));
		}
		memset(x + 1, 0, (size_t)(m - 1) * sizeof *x);
	}
}

/* h_(l,l-1) may be taken for zero.  Ahues & Tisseur, A new deflation criterion for the
 * QR algorithm, LAPACK Working Note 122 (1997): as small as in Alg. 7.5.2, and small
 * beside what that does to the eigenvalues of its two rows. */
static int
is_small(const struct hess *a, ptrdiff_t l)
{
	double sub = size(a, l, l - 1), sup = size(a, l - 1, l), d = size(a, l, l);
	double both = size(a, l - 1, l - 1) + d, apart = fabs(*at(a, l - 1, l - 1) - *at(a, l, l));
	double most, s;

	if (sub <= DBL_MIN / DBL_EPSILON * (double)a->n)
		return 1;
	if (both == 0) {
		both += l > 1 ? size(a, l - 1, l - 2) : 0;
		both += l + 1 < a->n ? size(a, l + 1, l) : 0;
	}
	if (sub > DBL_EPSILON*both)
		return 0;
	most = fmax(d, apart);
	s = most + fmax(sub, sup);
	return fmin(sub, sup) * (fmax(sub, sup)/s) <=
	    fmax(DBL_MIN / DBL_EPSILON * (double)a->n, DBL_EPSILON * (fmin(d, apart)*(most/s)));
}

/* Both eigenvalues of the rows k and k + 1, [a b; c d]. */
static void
pair_of(const struct hess *x, ptrdiff_t k, double *re, double *im)
{
	double a = *at(x, k, k), b = *at(x, k, k + 1), c = *at(x, k + 1, k), d = *at(x, k + 1, k + 1);
	double p = (a - d)/2, more = fmax(fabs(b), fabs(c)), less = fmin(fabs(b), fabs(c)) * copysign(1, b) * copysign(1, c);
	double scale = fmax(fabs(p), more), z;

	re[0] = a;
	re[1] = d;
	im[0] = im[1] = 0;
	if (less == 0)
		return;
	z = p/scale*p + more/scale*less;                /* (p^2 + bc) / scale */
	if (z < 0) {
		re[0] = re[1] = p + d;
		im[0] = sqrt(scale) * sqrt(-z);
		im[1] = -im[0];
		return;
	}
	z = p + copysign(sqrt(scale) * sqrt(z), p);
	re[0] = d + z;
	re[1] = z == 0 ? d : d - more/z*less;
}

/* The shifts of a step on rows lo to hi: the eigenvalues of the last two rows, if real the
 * one nearer to the last element twice; now and then others, lest it go in circles. */
static void
shifts(const struct hess *a, ptrdiff_t lo, ptrdiff_t hi, int count, double *re, double *im)
{
	double last = *at(a, hi, hi), s;
	int top = count % 20 == 10;

	if (count > 0 && count % 10 == 0) {
		ptrdiff_t k = top ? lo : hi;
		double x[4];
		struct hess own = { 2, 2, x };

		s = top ? size(a, lo + 1, lo) + size(a, lo + 2, lo + 1) : size(a, hi, hi - 1) + size(a, hi - 1, hi - 2);
		x[0] = x[3] = *at(a, k, k) + 0.75*s;
		x[1] = s;
		x[2] = -0.4375*s;
		pair_of(&own, 0, re, im);
		return;
	}
	pair_of(a, hi - 1, re, im);
	if (im[0] == 0)
		re[0] = re[1] = fabs(re[0] - last) < fabs(re[1] - last) ? re[0] : re[1];
}

/* v = the first column of (H - s1)(H - s2) from row m on, but for a factor. */
static void
start(const struct hess *a, ptrdiff_t m, const double *re, const double *im, double *v)
{
	double h = *at(a, m, m), b = *at(a, m + 1, m), s = fabs(h - re[1]) + fabs(im[1]) + fabs(b), sum;

	v[0] = b/s * *at(a, m, m + 1) + (h - re[0])*((h - re[1])/s) - im[0]*(im[1]/s);
	v[1] = b/s * (h + *at(a, m + 1, m + 1) - re[0] - re[1]);
	v[2] = b/s * *at(a, m + 2, m + 1);
	sum = fabs(v[0]) + fabs(v[1]) + fabs(v[2]);
	for (int i = 0; i < 3 && sum > 0; i++)
		v[i] /= sum;
}

/* The row at which the step may begin: behind two small subdiagonal elements. */
static ptrdiff_t
begin(const struct hess *a, ptrdiff_t lo, ptrdiff_t hi, const double *re, const double *im, double *v)
{
	ptrdiff_t m = hi - 2;

	for (;; m--) {
		double around;

		start(a, m, re, im, v);
		if (m == lo)
			return m;
		around = size(a, m - 1, m - 1) + size(a, m, m) + size(a, m + 1, m + 1);
		if (size(a, m, m - 1) * (fabs(v[1]) + fabs(v[2])) <= DBL_EPSILON*fabs(v[0])*around)
			return m;
	}
}

/* Rows and columns k, k + 1 and, of n = 3, k + 2 are reflected by I - tau v v', rows from
 * column from on, columns from row lo on, both to hi: for eigenvalues alone the rest of
 * H does not count. */
static void
reflect(const struct hess *a, ptrdiff_t k, int n, const double *v, double tau, ptrdiff_t from, ptrdiff_t lo,
    ptrdiff_t hi)
{
	double *c0 = at(a, 0, k), *c1 = at(a, 0, k + 1), *c2 = at(a, 0, n == 3 ? k + 2 : k);
	double v1 = v[1], v2 = n == 3 ? v[2] : 0;
	ptrdiff_t end = k + 3 < hi ? k + 3 : hi;

	for (ptrdiff_t j = from; j <= hi; j++) {
		double *x = at(a, k, j), t = tau * (x[0] + v1*x[1] + (n == 3 ? v2*x[2] : 0));

		x[0] -= t;
		x[1] -= t*v1;
		if (n == 3)
			x[2] -= t*v2;
	}
	for (ptrdiff_t i = lo; i <= end; i++) {
		double t = tau * (c0[i] + v1*c1[i] + (n == 3 ? v2*c2[i] : 0));

		c0[i] -= t;
		c1[i] -= t*v1;
		if (n == 3)
			c2[i] -= t*v2;
	}
}

/* One step of Francis on rows lo to hi, three or more: Alg. 7.5.1. */
static void
step(const struct hess *a, ptrdiff_t lo, ptrdiff_t hi, const double *re, const double *im)
{
	double v[3], tau;
	ptrdiff_t m = begin(a, lo, hi, re, im, v);

	for (ptrdiff_t k = m; k < hi; k++) {
		int n = hi - k < 2 ? 2 : 3;

		if (k > m)
			memcpy(v, at(a, k, k - 1), (size_t)n * sizeof *v);
		tau = reflector(v, n);
		if (k > m) {
			*at(a, k, k - 1) = v[0];
			for (int i = 1; i < n; i++)
				*at(a, k + i, k - 1) = 0;
		} else if (m > lo) {
			*at(a, k, k - 1) *= 1 - tau;    /* the row that the reflector does not see */
		}
		reflect(a, k, n, v, tau, k, lo, hi);
	}
}

/* The eigenvalues of H.  Returns 0 or how many steps were not enough. */
static int
iterate(const struct hess *a, double *re, double *im)
{
	ptrdiff_t hi = a->n - 1, lo;
	int most = 30 * (int)(a->n < 10 ? 10 : a->n), all = 0;

	for (int here = 0; hi >= 0; here++) {
		double sr[2], si[2];

		for (lo = hi; lo > 0 && !is_small(a, lo); lo--)
			;
		if (lo > 0)
			*at(a, lo, lo - 1) = 0;
		if (lo == hi) {
			re[hi] = *at(a, hi, hi);
			im[hi] = 0;
		} else if (lo + 1 == hi) {
			pair_of(a, lo, re + lo, im + lo);
		} else {
			if (all++ == most)
				return most;
			shifts(a, lo, hi, here, sr, si);
			step(a, lo, hi, sr, si);
			continue;
		}
		hi = lo - 1;
		here = -1;
	}
	return 0;
}

size_t
schur_work(ptrdiff_t n)
{
	return 2*(size_t)n;
}

int
schur_values(ptrdiff_t n, double *a, ptrdiff_t lda, double *re, double *im, double *work)
{
	struct hess h = { n, lda, a };
	double big = 0;
	int e, info;

	if (n < 0)
		return -1;
	if (lda < n)
		return -3;
	for (ptrdiff_t j = 0; j < n; j++) {
		if (!num_finite(a + j*lda, n))
			return -2;
		for (ptrdiff_t i = 0; i < n; i++)
			big = fmax(big, fabs(a[i + j*lda]));
	}
	frexp(big, &e);
	for (ptrdiff_t j = 0; j < n; j++)
		for (ptrdiff_t i = 0; i < n; i++)
			a[i + j*lda] = ldexp(a[i + j*lda], -e);
	reduce(&h, work);
	info = iterate(&h, re, im);
	for (ptrdiff_t i = 0; i < n && info == 0; i++) {
		re[i] = ldexp(re[i], e);
		im[i] = ldexp(im[i], e);
	}
	return info;
}

double
schur_copying(ptrdiff_t n, const double *re, const double *im)
{
	double big = 0, sum = 0, all = 0;
	int e;

	for (ptrdiff_t i = 0; i < n; i++)
		big = fmax(big, fmax(fabs(re[i]), fabs(im[i])));
	frexp(big, &e);
	for (ptrdiff_t i = 0; i < n; i++) {
		double z[2] = { ldexp(re[i], -e), ldexp(im[i], -e) };

		sum += z[0];
		all += tri_norm(z, 2);
	}
	return all > 0 ? sum / all : NAN;
}
