/* svd.c - singular values by one-sided Jacobi, preconditioned.
 *
 * Plane rotations from the right make the columns of X orthogonal; then their
 * norms are the singular values, and X = U diag(s).  That gets each singular
 * value as well as the scaled columns determine it, but takes many sweeps over
 * all pairs of columns.  So X is made nearly orthogonal first:
 *
 * - A tall or graded A by two QR factorisations, A P = Q R and R' = Q2 R2, of
 *   which X = R2' (Drmac & Veselic, SIAM J. Matrix Anal. Appl. 29 (2008)
 *   1322-1342).
 *
 * - Then by the eigenvectors W of X'X: X becomes X W.  W is computed as a product of
 *   reflections (to tridiagonal form) and of rotations (implicit QR) or of the
 *   eigenvectors of halves and what joins these, and so it is orthogonal even where it
 *   is inaccurate: bad eigenvectors cost sweeps, not accuracy.  A W that is orthogonal but for eps changes each singular value by a
 *   factor of 1 + eps only (Ostrowski).  There remains the rounding of the product.
 *   Write X = B D, D the lengths of X's columns, and B the columns at unit length.
 *   The error of a column of X W is some eps |D w|, and the column is at least
 *   |D w|/kappa(B) long: its relative error eps kappa(B) is no more than that with
 *   which the scaled columns determine the singular values anyhow.
 *
 * Column j is kept as 2^e_j x_j with x_j of moderate size, so that inner products
 * can neither overflow nor underflow, however the columns are graded.
 */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kern.h"
#include "svd.h"

enum {
	SWEEPS = 60,
	LEVEL = 16,                     /* columns that differ by no more are level */
	SMALL = 8,                      /* up to this order Jacobi needs no help, */
	MANY = 32,                      /* and from this on eigenvectors are found by halves */
	STRIP = 8                       /* columns of X'X taken together */
};

/* Ratios of the longest to the shortest column.  Above STEEP they are not
 * preconditioned.  Up to NORMWISE they count as level, and are not factored first,
 * when an error of eps beside the longest will do; otherwise LEVEL is the limit. */
#define STEEP 0x1p128
#define NORMWISE 0x1p26

/* Up to this ratio eigenvectors are found by halves, with errors of eps beside the longest
 * column; QR steps get those of small columns better. */
#define HALVES 0x1p16

/* The length, in its own units, below which a column is zero; it began near 1. */
#define LOST 0x1p-180

/* A matrix m by n as columns 2^e_j x_j, e in doubles; |x_j|. */
struct cols {
	ptrdiff_t m, n;
	double *x;
	ptrdiff_t ld;
	double *norm, *e;
};

/* Columns -------------------------------------------------------------------- */

static void
copy(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, double *b, ptrdiff_t ldb)
{
	ptrdiff_t j;

	for (j = 0; j < n; j++)
		memcpy(b + j*ldb, a + j*lda, (size_t)m * sizeof(double));
}

static void
identity(ptrdiff_t n, double *a, ptrdiff_t lda)
{
	ptrdiff_t i, j;

	for (j = 0; j < n; j++)
		for (i = 0; i < n; i++)
			a[i + j*lda] = i == j;
}

static double
larger(double a, double b)
{
	return a > b ? a : b;
}

/* Scales x_j so that its greatest entry is in [1/2, 1), and sets its norm. */
static void
normalise(const struct cols *a, ptrdiff_t j)
{
	double *x = a->x + j*a->ld, big[4] = { 0 };
	ptrdiff_t i, k;
	int e;

	for (i = 0; i + 4 <= a->m; i += 4)
		for (k = 0; k < 4; k++)
			big[k] = larger(fabs(x[i + k]), big[k]);
	for (; i < a->m; i++)
		big[0] = larger(fabs(x[i]), big[0]);
	frexp(larger(larger(big[0], big[1]), larger(big[2], big[3])), &e);
	svd_scale(a->m, x, -e);
	a->e[j] += e;
	a->norm[j] = sqrt(kern_dot(a->m, x, x));
}

/* |x_j| after a change.  A column that has come down to LOST, from 2^-20 or more, has
 * lost all its digits three times over: what is left is the rounding error of a rounding
 * error, and it is set to zero.  A column that depends exactly on others would otherwise
 * shrink for ever. */
static void
renew(const struct cols *a, ptrdiff_t j)
{
	double *x = a->x + j*a->ld;

	a->norm[j] = sqrt(kern_dot(a->m, x, x));
	if (a->norm[j] < LOST) {
		memset(x, 0, (size_t)a->m * sizeof(double));
		a->norm[j] = 0;
	}
}

/* Whether column p is longer than column q.  Zero columns are the shortest. */
static int
longer(const struct cols *a, ptrdiff_t p, ptrdiff_t q)
{
	if (a->norm[p] == 0 || a->norm[q] == 0)
		return a->norm[p] > a->norm[q];
	return svd_shift(a->norm[p], a->e[p] - a->e[q]) > a->norm[q];
}

static ptrdiff_t
longest(const struct cols *a, ptrdiff_t p)
{
	ptrdiff_t j;

	for (j = p + 1; j < a->n; j++)
		if (longer(a, j, p))
			p = j;
	return p;
}

/* Whether there is no zero column, and none longer than most times another. */
static int
level(const struct cols *a, double most)
{
	ptrdiff_t j, p = longest(a, 0), q = 0;

	for (j = 1; j < a->n; j++)
		if (longer(a, q, j))
			q = j;
	return a->norm[q] > 0 && svd_shift(a->norm[q], a->e[q] - a->e[p])*most >= a->norm[p];
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

static void
swap_columns(const struct cols *a, ptrdiff_t p, ptrdiff_t q)
{
	if (p == q)
		return;
	swap(a->m, a->x + p*a->ld, a->x + q*a->ld);
	swap(1, a->norm + p, a->norm + q);
	swap(1, a->e + p, a->e + q);
}

/* Two QR factorisations ----------------------------------------------------------- */

/* A P = Q R by reflections I - tau u u' (Golub & Van Loan, 4th ed., Alg. 5.1.1
 * and 5.4.1, with norms that are computed anew).  Column k keeps u from row k on
 * and R above, diag the diagonal of R; perm is permuted with the columns. */
static void
factor(const struct cols *a, double *tau, double *diag, double *perm)
{
	ptrdiff_t k, j, p, m;
	double *u, *x, mu;

	for (k = 0; k < a->n; k++) {
		p = longest(a, k);
		swap_columns(a, k, p);
		swap(1, perm + k, perm + p);
		m = a->m - k;
		u = a->x + k*a->ld + k;
		mu = copysign(a->norm[k], u[0]);
		tau[k] = mu == 0 ? 0 : 1/(mu*(u[0] + mu));
		diag[k] = -mu;
		u[0] += mu;
		for (j = k + 1; j < a->n; j++) {
			x = a->x + j*a->ld + k;
			kern_axpy(m, -tau[k]*kern_dot(m, u, x), u, x);  /* A(k:,j) = H A(k:,j) */
			a->norm[j] = sqrt(kern_dot(m - 1, x + 1, x + 1));
			if (a->norm[j] < 0x1p-400)
				a->norm[j] = 0;
		}
	}
}

/* C = Q C, the n columns of C of length m. */
static void
apply(const struct cols *q, const double *tau, ptrdiff_t n, double *c, ptrdiff_t ldc)
{
	ptrdiff_t k, j, m;
	double *u, *x;

	for (k = q->n - 1; k >= 0; k--) {
		m = q->m - k;
		u = q->x + k*q->ld + k;
		for (j = 0; j < n; j++) {
			x = c + j*ldc + k;
			kern_axpy(m, -tau[k]*kern_dot(m, u, x), u, x);
		}
	}
}

/* The greatest of the e_k, 0 <= k < n, whose x_k, step apart, is not zero. */
static double
widest(ptrdiff_t n, const double *x, ptrdiff_t step, const double *e)
{
	double most = -INFINITY;
	ptrdiff_t k;

	for (k = 0; k < n; k++)
		if (x[k*step] != 0 && e[k] > most)
			most = e[k];
	return most > -INFINITY ? most : 0;
}

/* What became of A: Q's reflections and P; those of Q2 by rows, and its T. */
struct reduction {
	struct cols q;
	double *tau, *diag, *perm;      /* n each */
	double *l, *t, *g, *work;       /* n by n, 8 (n + 7), n, qr_work(n, n) */
};

/* X = R2' of A P = Q R, R' = Q2 R2.  R's column k is in units of 2^e_k, then column j
 * of R' in units of 2^g_j, and X's column j in units of its own.  An entry that is
 * lost because it is below 2^-1074 of its column is too small to matter. */
static void
reduce(const struct reduction *r, const struct cols *x)
{
	ptrdiff_t n = x->n, j, k;
	double *q;

	for (j = 0; j < n; j++)
		r->perm[j] = (double)j;
	factor(&r->q, r->tau, r->diag, r->perm);
	for (j = 0; j < n; j++) {
		q = r->q.x + j + j*r->q.ld;
		swap(1, q, r->diag + j);                        /* R's diagonal for u */
		r->g[j] = widest(n - j, q, r->q.ld, r->q.e + j);
		for (k = 0; k < n; k++)
			r->l[j + k*n] = k < j ? 0 : svd_shift(q[(k - j)*r->q.ld], r->q.e[k] - r->g[j]);
		swap(1, q, r->diag + j);
	}
	qr_factor(n, n, r->l, n, r->t, r->work);
	for (j = 0; j < n; j++) {
		q = r->l + j + j*n;
		x->e[j] = widest(n - j, q, 1, r->g + j);
		for (k = 0; k < n; k++)
			x->x[k + j*x->ld] = k < j ? 0 : svd_shift(q[k - j], r->g[k] - x->e[j]);
		normalise(x, j);
	}
}

/* Jacobi ---------------------------------------------------------------------------- */

struct jacobi {
	struct cols a;                  /* n by n */
	double *v;                      /* NULL: values only */
	ptrdiff_t ldv;
	double *at, *h, *w;             /* A', A'A of the x_j, W: n by n, */
	ptrdiff_t ldh, ldw;             /* but H of order n rounded up to eights */
	double *size, *touched;         /* n each: lengths side by side; changed since H */
	double *work;
};

/* H = A'A of the columns as they are, but for the blocks right of the diagonal ones. */
static void
gram(const struct jacobi *w)
{
	ptrdiff_t n = w->a.n, j, k;

	kern_turn(n, n, w->a.x, w->a.ld, w->at, n);
	memset(w->h, 0, (size_t)(w->ldh*((n + 7)/8*8)) * sizeof(double));
	for (j = 0; j < n; j += k) {
		k = n - j < STRIP ? n - j : STRIP;
		kern_gemm(0, n - j, k, n, w->at + j, n, w->a.x + j*w->a.ld, 1, w->a.ld, w->h + j + j*w->ldh, w->ldh);
	}
}

/* Takes from x the rounding errors of its length, 1. */
static void
unit(ptrdiff_t n, double *x)
{
	double c = (1 - kern_dot(n, x, x))/2;
	ptrdiff_t i;

	for (i = 0; i < n; i++)
		x[i] += c*x[i];
}

/* X = X W, W the eigenvectors of X'X. */
static void
precondition(const struct jacobi *w)
{
	const struct cols *a = &w->a;
	ptrdiff_t n = a->n, j, p = longest(a, 0);
	double *xw = w->at;
	int halves = n >= MANY && level(a, HALVES);

	for (j = 0; j < n; j++) {
		svd_scale(n, a->x + j*a->ld, a->e[j] - a->e[p]);
		a->e[j] = a->e[p];
	}
	gram(w);
	(halves ? eigen_halves : eigen_vectors)(n, w->h, w->ldh, w->w, w->ldw, w->work);
	for (j = 0; j < n; j++)
		unit(n, w->w + j*w->ldw);
	memset(xw, 0, (size_t)(n*n) * sizeof(double));
	kern_gemm(0, n, n, n, a->x, a->ld, w->w, 1, w->ldw, xw, n);
	if (isfinite(kern_dot(n*n, xw, xw))) {          /* as it should be */
		copy(n, n, xw, n, a->x, a->ld);
		if (w->v)
			copy(n, n, w->w, w->ldw, w->v, w->ldv);
	}
	for (j = 0; j < n; j++) {
		a->norm[j] = sqrt(kern_dot(n, a->x + j*a->ld, a->x + j*a->ld));
		if (a->norm[j] < 0x1p-20)
			normalise(a, j);
	}
}

/* Makes columns p and q orthogonal; returns whether they were not.  g is the cosine
 * between them and rho = |A_q|/|A_p| at most 1: if the lengths have changed places
 * since the columns were sorted, p stands for the longer one.  The smaller tangent is
 * t = rho u, u = 2g/((1-rho^2) + sqrt((1-rho^2)^2 + 4 rho^2 g^2)); this is the root of
 * Golub & Van Loan, 4th ed., Alg. 8.5.1, in a form that keeps t/rho where rho
 * underflows. */
static int
rotate(const struct jacobi *w, ptrdiff_t p, ptrdiff_t q, double tol)
{
	const struct cols *a = &w->a;
	double *x = a->x + p*a->ld, *y = a->x + q*a->ld;
	double c, d, f, g, rho, t, u;
	ptrdiff_t k;

	g = w->touched[p] + w->touched[q] > 0 ? kern_dot(a->n, x, y) : w->h[q + p*w->ldh];
	g = g / a->norm[p] / a->norm[q];
	if (!(fabs(g) > tol))
		return 0;
	if (longer(a, q, p)) {
		k = p;
		p = q;
		q = k;
		x = a->x + p*a->ld;
		y = a->x + q*a->ld;
	}
	f = svd_shift(1, a->e[q] - a->e[p]);
	rho = a->norm[q]/a->norm[p]*f;
	d = rho < 1 ? (1 - rho)*(1 + rho) : 0;
	if (!w->v && 2*g*g*(double)a->n <= DBL_EPSILON*d)
		return 0;
	u = 2*g/(d + sqrt(d*d + 4*rho*rho*g*g));
	t = rho*u;
	c = 1/sqrt(1 + t*t);
	kern_rot(a->n, x, y, c, t*f, u*(a->norm[q]/a->norm[p]));
	if (w->v)
		kern_rot(a->n, w->v + p*w->ldv, w->v + q*w->ldv, c, t, t);
	renew(a, p);
	renew(a, q);
	w->touched[p] = w->touched[q] = 1;
	return 1;
}

/* Whether the product in H says that p and q need no rotation: the cosine is below
 * tol, or, when only the norms matter, it is so small beside the gap that n such
 * rotations together would not change them by eps/4. */
static int
settled(const struct jacobi *w, ptrdiff_t p, ptrdiff_t q, double tol)
{
	double h = w->h[q + p*w->ldh], both = w->a.norm[p]*w->a.norm[q], rho;

	if (w->touched[p] + w->touched[q] > 0)
		return 0;
	if (fabs(h) <= tol*both)
		return 1;
	rho = w->size[q]/w->size[p];
	return !w->v && 2*h*h*(double)w->a.n <= DBL_EPSILON*(1 - rho)*(1 + rho)*both*both;
}

static void
measure(const struct jacobi *w, ptrdiff_t j, double base)
{
	w->size[j] = svd_shift(w->a.norm[j], w->a.e[j] - base);
}

/* Sorts the columns, greatest key first. */
static void
order(const struct jacobi *w, double *key)
{
	ptrdiff_t p, q, j;

	for (p = 1; p < w->a.n && key[p - 1] >= key[p]; p++)
		;
	for (p = p < w->a.n ? 0 : p; p < w->a.n; p++) {
		for (q = p, j = p + 1; j < w->a.n; j++)
			if (key[j] > key[q])
				q = j;
		if (p == q)
			continue;
		swap(1, key + p, key + q);
		swap_columns(&w->a, p, q);
		if (w->v)
			swap(w->a.n, w->v + p*w->ldv, w->v + q*w->ldv);
	}
}

/* log2 of the length of a column, linear between powers of two. */
static double
magnitude(const struct cols *a, ptrdiff_t j)
{
	int e;
	double f = frexp(a->norm[j], &e);

	return a->norm[j] > 0 ? a->e[j] + e + 2*f : -INFINITY;
}

/* All pairs once, longer columns first (de Rijk, SIAM J. Sci. Stat. Comput. 10
 * (1989) 359-371, at the start of the sweep only). */
static int
sweep(const struct jacobi *w, double tol)
{
	const struct cols *a = &w->a;
	ptrdiff_t n = a->n, p, q;
	double base;
	int turned = 0;

	for (p = 0; p < n; p++)
		w->size[p] = magnitude(a, p);
	order(w, w->size);
	base = a->e[0];
	for (p = 0; p < n; p++) {
		measure(w, p, base);
		w->touched[p] = 0;
	}
	gram(w);
	for (p = 0; p < n; p++)
		for (q = p + 1; q < n && a->norm[p] > 0; q++) {
			if (a->norm[q] == 0 || settled(w, p, q, tol) || !rotate(w, p, q, tol))
				continue;
			measure(w, p, base);
			measure(w, q, base);
			turned = 1;
		}
	return turned;
}

/* Makes the columns orthogonal.  Returns 0, or k: not so after k sweeps, or a norm is
 * not a number, which compares with nothing. */
static int
orthogonalise(const struct jacobi *w)
{
	double tol = sqrt((double)w->a.n) * DBL_EPSILON;
	int k = 0;

	while (k < SWEEPS && sweep(w, tol))
		k++;
	return k < SWEEPS && num_finite(w->a.norm, w->a.n) ? 0 : SWEEPS;
}

/* From X = U S W' to A: Q U and P Q2 W.  work: m n. */
static void
restore(const struct reduction *r, const double *u, ptrdiff_t ldu, double *v, ptrdiff_t ldv, double *work)
{
	ptrdiff_t m = r->q.m, n = r->q.n, i, j;

	kern_turn(n, n, v, ldv, work, n);
	qr_apply(1, n, n, r->l, n, r->t, n, work, n, r->work);
	for (j = 0; j < n; j++)
		for (i = 0; i < n; i++)
			v[(ptrdiff_t)r->perm[i] + j*ldv] = work[j + i*n];
	memset(work, 0, (size_t)(m*n) * sizeof(double));
	copy(n, n, u, ldu, work, m);
	apply(&r->q, r->tau, n, work, m);
	copy(m, n, work, m, r->q.x, r->q.ld);
}

/* s and U from the orthogonal columns, longest first. */
static void
finish(const struct jacobi *w, double *s)
{
	const struct cols *a = &w->a;
	ptrdiff_t i, j;
	double *x;

	for (j = 0; j < a->n; j++)
		s[j] = svd_shift(a->norm[j], a->e[j]);
	order(w, s);
	for (j = 0; j < a->n; j++) {
		x = a->x + j*a->ld;
		for (i = 0; i < a->n && w->v; i++)
			x[i] = s[j] > 0 ? x[i]/a->norm[j] : 0;
	}
}

/* Divides the workspace; returns what is left of it, for restore. */
static double *
divide(struct jacobi *w, struct reduction *r, ptrdiff_t m, ptrdiff_t n, double *a, ptrdiff_t lda, double *work)
{
	w->ldh = w->ldw = (n + 7)/16*16 + 8;    /* odd in cache lines: rows in different sets */
	w->h = kern_aligned(work);
	w->w = w->h + w->ldh*((n + 7)/8*8);
	w->at = w->w + w->ldw*n;
	w->work = w->at + n*n;
	w->size = w->work + EIGEN_VECTORS*(n + 7) + EIGEN_HALVES*(n + 7)*(n + 7);
	w->touched = w->size + n;
	r->tau = w->touched + n;
	r->diag = r->tau + n;
	r->perm = r->diag + n;
	r->g = r->perm + n;
	r->t = r->g + n;
	r->l = r->t + 8*(n + 7);
	r->work = r->l + n*n;
	work = r->work + qr_work(n, n);
	r->q = (struct cols){ m, n, a, lda, work, work + n };
	work += 2*n;
	w->a = (struct cols){ n, n, work + 2*n, n, work, work + n };
	return work + 2*n + n*n;
}

/* m >= n.  A is preconditioned at once if no column is more than most times as long
 * as another. */
static int
decompose(ptrdiff_t m, ptrdiff_t n, double *a, ptrdiff_t lda, double *s, double *v, ptrdiff_t ldv,
    double most, double *work)
{
	struct reduction r;
	struct jacobi w = { .v = v, .ldv = ldv };
	ptrdiff_t j;
	int k, whole;

	if (n == 0)
		return 0;
	work = divide(&w, &r, m, n, a, lda, work);
	for (j = 0; j < n; j++) {
		r.q.e[j] = 0;
		normalise(&r.q, j);
	}
	if (v)
		identity(n, v, ldv);
	whole = m == n && level(&r.q, most);
	if (whole)
		w.a = r.q;
	else
		reduce(&r, &w.a);
	if (n > SMALL && level(&w.a, STEEP))
		precondition(&w);
	k = orthogonalise(&w);
	finish(&w, s);
	if (v && !whole)
		restore(&r, w.a.x, n, v, ldv, work);
	return k;
}

static int
check(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, const double *v, ptrdiff_t ldv)
{
	ptrdiff_t j;

	if (m < 0)
		return -1;
	if (n < 0)
		return -2;
	if (lda < m)
		return -4;
	if (v && ldv < n)
		return -7;
	for (j = 0; j < n; j++)
		if (!num_finite(a + j*lda, m))
			return -3;
	return 0;
}

static int
svd(ptrdiff_t m, ptrdiff_t n, double *a, ptrdiff_t lda, double *s, double *v, ptrdiff_t ldv,
    double most, double *work)
{
	double *at = work, *u;
	int k;

	if (m >= n)
		return decompose(m, n, a, lda, s, v, ldv, most, work);
	u = at + n*m;
	kern_turn(n, m, a, lda, at, n);                 /* A' = V S U' */
	k = decompose(n, m, at, n, s, v ? u : NULL, m, most, u + m*m);
	if (v) {
		copy(n, m, at, n, v, ldv);
		copy(m, m, u, m, a, lda);
	}
	return k;
}

size_t
svd_work(ptrdiff_t m, ptrdiff_t n)
{
	ptrdiff_t k = m < n ? m : n;

	return (size_t)(5*k*k + 2*m*n + EIGEN_HALVES*(k + 7)*(k + 7) + (k + 15)*(k + 7) + 15*k + (EIGEN_VECTORS + 8)*(k + 7) + 10*k + 7) + qr_work(k, k);
}

int
svd_jacobi(ptrdiff_t m, ptrdiff_t n, double *a, ptrdiff_t lda,
    double *s, double *v, ptrdiff_t ldv, double *work)
{
	int info = check(m, n, a, lda, v, ldv);

	return info ? info : svd(m, n, a, lda, s, v, ldv, LEVEL, work);
}

int
svd_values(ptrdiff_t m, ptrdiff_t n, double *a, ptrdiff_t lda, int normwise, double *s, double *work)
{
	int info = check(m, n, a, lda, NULL, 0);

	return info ? info : svd(m, n, a, lda, s, NULL, 0, normwise ? NORMWISE : LEVEL, work);
}
