/* svd.c - singular values by one-sided Jacobi.
 *
 * Plane rotations from the right make the columns of A orthogonal; then their
 * norms are the singular values and A = U diag(s).  Column j is kept as 2^e_j
 * a_j with a_j of moderate size, so that inner products can neither overflow
 * nor underflow, however the columns are graded.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "num.h"

enum { SWEEPS = 60, LOST = 160 };

/* A, and for each column its exponent e (kept in a double), the one it began
 * with, and |a|. */
struct jacobi {
	ptrdiff_t m, n;
	double *a, *norm, *e, *e0;
	ptrdiff_t lda;
	double *v;
	ptrdiff_t ldv;
};

static double
dot(ptrdiff_t n, const double *x, const double *y)
{
	ptrdiff_t i;
	double s = 0;

	for (i = 0; i < n; i++)
		s += x[i]*y[i];
	return s;
}

static void
swap(ptrdiff_t n, double *x, double *y)
{
	ptrdiff_t i;
	double t;

	for (i = 0; i < n; i++) {
		t = x[i];
		x[i] = y[i];
		y[i] = t;
	}
}

/* Scales a_j by a power of two so that its greatest entry is in [1/2, 1), and
 * sets its norm. */
static void
normalise(struct jacobi *w, ptrdiff_t j)
{
	double *x = w->a + j*w->lda, big = 0;
	ptrdiff_t i;
	int e;

	for (i = 0; i < w->m; i++)
		if (fabs(x[i]) > big)
			big = fabs(x[i]);
	frexp(big, &e);
	for (i = 0; i < w->m; i++)
		x[i] = ldexp(x[i], -e);
	w->e[j] += e;
	w->norm[j] = sqrt(dot(w->m, x, x));
}

/* |a_j|, renewed after a rotation; a column that has lost most of its length
 * is scaled again.  One that has come down by 2^-LOST is the rounding error of
 * a rounding error of a rounding error: zero, or a column that depends exactly
 * on others would shrink for ever. */
static void
renew(struct jacobi *w, ptrdiff_t j)
{
	const double *x = w->a + j*w->lda;

	w->norm[j] = sqrt(dot(w->m, x, x));
	if (w->norm[j] < 0x1p-20 || w->norm[j] > 0x1p20)
		normalise(w, j);
	if (w->e[j] < w->e0[j] - LOST) {
		memset(w->a + j*w->lda, 0, (size_t)w->m * sizeof(double));
		w->norm[j] = 0;
	}
}

/* 2^x for a whole number x held in a double: 0 or inf beyond the range. */
static double
power2(double x)
{
	return ldexp(1, x < -3000 ? -3000 : x > 3000 ? 3000 : (int)x);
}

/* Whether column q is longer than column p.  Zero columns are the shortest. */
static int
longer(const struct jacobi *w, ptrdiff_t q, ptrdiff_t p)
{
	if (w->norm[q] == 0 || w->norm[p] == 0)
		return w->norm[q] > w->norm[p];
	return w->norm[q] * power2(w->e[q] - w->e[p]) > w->norm[p];
}

/* Brings the longest of the columns p.. to p: de Rijk's pivoting, SIAM J. Sci.
 * Stat. Comput. 10 (1989) 359-371. */
static void
pivot(struct jacobi *w, ptrdiff_t p)
{
	ptrdiff_t j, q = p;

	for (j = p + 1; j < w->n; j++)
		if (longer(w, j, q))
			q = j;
	if (q == p)
		return;
	swap(w->m, w->a + p*w->lda, w->a + q*w->lda);
	swap(1, w->norm + p, w->norm + q);
	swap(1, w->e + p, w->e + q);
	swap(1, w->e0 + p, w->e0 + q);
	if (w->v)
		swap(w->n, w->v + p*w->ldv, w->v + q*w->ldv);
}

/* [x y] = [x y] [c -cb; ca c], that is x = c(x + a y), y = c(y - b x) */
static void
apply(ptrdiff_t n, double *x, double *y, double c, double a, double b)
{
	ptrdiff_t i;
	double t;

	for (i = 0; i < n; i++) {
		t = x[i];
		x[i] = c*(t + a*y[i]);
		y[i] = c*(y[i] - b*t);
	}
}

/* Makes columns p and q orthogonal; returns whether they were not.  With g the
 * cosine between them and rho = |A_q|/|A_p| (at most 1, but for rounding), the
 * smaller tangent is t = rho u, u = 2g/((1-rho^2) + sqrt((1-rho^2)^2 + 4 rho^2
 * g^2)); this is the root of Golub & Van Loan, 4th ed., Alg. 8.5.1, in a form
 * that keeps t/rho where rho underflows. */
static int
rotate(struct jacobi *w, ptrdiff_t p, ptrdiff_t q, double tol)
{
	double *ap = w->a + p*w->lda, *aq = w->a + q*w->lda;
	double c, d, f, g, rho, t, u;

	if (w->norm[p] == 0 || w->norm[q] == 0)
		return 0;
	g = dot(w->m, ap, aq) / w->norm[p] / w->norm[q];
	if (!(fabs(g) > tol))
		return 0;
	f = power2(w->e[q] - w->e[p]);
	rho = w->norm[q]/w->norm[p]*f;
	d = rho < 1 ? (1 - rho)*(1 + rho) : 0;
	u = 2*g/(d + sqrt(d*d + 4*rho*rho*g*g));
	t = rho*u;
	c = 1/sqrt(1 + t*t);
	apply(w->m, ap, aq, c, t*f, u*(w->norm[q]/w->norm[p]));
	if (w->v)
		apply(w->n, w->v + p*w->ldv, w->v + q*w->ldv, c, t, t);
	renew(w, p);
	renew(w, q);
	return 1;
}

static int
sweep(struct jacobi *w, double tol)
{
	ptrdiff_t p, q;
	int turned = 0;

	for (p = 0; p < w->n; p++) {
		pivot(w, p);
		for (q = p + 1; q < w->n; q++)
			turned |= rotate(w, p, q, tol);
	}
	return turned;
}

/* s and U from the orthogonal columns, longest first. */
static void
finish(struct jacobi *w)
{
	ptrdiff_t i, j;
	double *x, s;

	for (j = 0; j < w->n; j++)
		pivot(w, j);
	for (j = 0; j < w->n; j++) {
		x = w->a + j*w->lda;
		s = ldexp(w->norm[j], (int)w->e[j]);
		for (i = 0; i < w->m; i++)
			x[i] = s == 0 ? 0 : x[i]/w->norm[j];
		w->norm[j] = s;
	}
}

static int
all_finite(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda)
{
	ptrdiff_t i, j;

	for (j = 0; j < n; j++)
		for (i = 0; i < m; i++)
			if (!isfinite(a[i + j*lda]))
				return 0;
	return 1;
}

static void
identity(ptrdiff_t n, double *v, ptrdiff_t ldv)
{
	ptrdiff_t i, j;

	for (j = 0; j < n; j++)
		for (i = 0; i < n; i++)
			v[i + j*ldv] = i == j;
}

int
svd_jacobi(ptrdiff_t m, ptrdiff_t n, double *a, ptrdiff_t lda,
    double *s, double *v, ptrdiff_t ldv, double *work)
{
	struct jacobi w = { m, n, a, s, work, work + n, lda, v, ldv };
	double tol = sqrt((double)m) * DBL_EPSILON;
	ptrdiff_t j;
	int k = 0;

	if (m < n)
		return -1;
	if (n < 0)
		return -2;
	if (lda < m)
		return -4;
	if (v && ldv < n)
		return -7;
	if (!all_finite(m, n, a, lda))
		return -3;
	if (v)
		identity(n, v, ldv);
	for (j = 0; j < n; j++) {
		work[j] = 0;
		normalise(&w, j);
		w.e0[j] = w.e[j];
	}
	while (k < SWEEPS && sweep(&w, tol))
		k++;
	finish(&w);
	return k < SWEEPS ? 0 : k;
}
