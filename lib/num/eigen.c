/* eigen.c - eigenvectors of a symmetric matrix, by which svd.c preconditions: to tridiagonal
 * form by reflections, to diagonal form by QR steps.  What counts is that their product is
 * orthogonal; see svd.c.
 */
#include "kern.h"
#include "svd.h"

enum {
	STEPS = 60,                     /* for one eigenvalue, at most */
	NB = 8,                         /* reflections taken together, */
	STRIP = 32                      /* and rows that QR steps turn */
};

/* H = Q T Q', T tridiagonal with diagonal d and off-diagonal f, by n - 2
 * reflections I - tau u u', u in column k of H from row k + 1 on, zeros above
 * (Golub & Van Loan, 4th ed., Alg. 8.3.1; each update of the rest of H waits for
 * the next product with it).  H as kern_sym has it, of order ld, n rounded up to
 * eights by zeros.  Where H falls short of its order, the rest of it becomes rounding
 * error, then that of rounding error, and so on: u is scaled to a length of about 1, or
 * left out where its squares underflow.  work: 3 ld. */
static void
tridiagonalise(ptrdiff_t n, double *h, ptrdiff_t ld, double *d, double *f, double *tau, double *work)
{
	double *v = work, *w = v + ld, *y = w + ld, *u, mu;
	ptrdiff_t k, m, b;
	int e;

	memset(work, 0, (size_t)(3*ld) * sizeof(double));
	for (k = 0; k < n; k++) {
		u = h + k*ld;
		m = n - k - 1;
		kern_axpy(m + 1, -w[k], v + k, u + k);          /* H(k:,k) -= (v w' + w v')(k:,k) */
		kern_axpy(m + 1, -v[k], w + k, u + k);
		d[k] = u[k];
		memset(u, 0, (size_t)(k + 1) * sizeof(double));
		v[k] = w[k] = tau[k] = 0;
		if (m == 0)
			break;
		mu = m == 1 ? 0 : copysign(sqrt(kern_dot(m, u + k + 1, u + k + 1)), u[k + 1]);
		f[k] = m == 1 ? u[k + 1] : -mu;
		frexp(mu, &e);
		if (e > -500) {
			svd_scale(m, u + k + 1, -e);
			mu = svd_shift(mu, -e);
			u[k + 1] += mu;
			tau[k] = mu == 0 ? 0 : 1/(mu*u[k + 1]);
		}
		b = (k + 1)/8*8;
		memset(y, 0, (size_t)ld * sizeof(double));
		kern_sym(ld - b, h + b + b*ld, ld, v + b, w + b, u + b, y + b);
		memcpy(v, u, (size_t)ld * sizeof(double));
		mu = tau[k]*tau[k]/2*kern_dot(m, u + k + 1, y + k + 1);
		memset(w, 0, (size_t)ld * sizeof(double));
		kern_axpy(m, tau[k], y + k + 1, w + k + 1);     /* w = tau y - (tau^2 u'y/2) u */
		kern_axpy(m, -mu, u + k + 1, w + k + 1);
	}
}

/* X = X Q, NB reflections I - U T U' at a time.  work: 2 NB n. */
static void
reflect(ptrdiff_t n, const double *h, ptrdiff_t ldh, const double *tau, double *x, ptrdiff_t ldx, double *work)
{
	ptrdiff_t k, nb, c, d, b, m;
	double t[NB*NB], s[NB], *z = work, *y = z + NB*n;
	const double *u;

	for (k = 0; k < n - 2; k += nb) {
		nb = n - 2 - k < NB ? n - 2 - k : NB;
		m = n - k - 1;
		u = h + k*ldh + k + 1;
		memset(t, 0, sizeof(t));
		memset(z, 0, (size_t)(2*NB*n) * sizeof(double));
		for (c = 0; c < nb; c++) {
			for (d = 0; d < c; d++)
				s[d] = kern_dot(m - c, u + d*ldh + c, u + c*ldh + c);
			for (d = 0; d < c; d++)                 /* T(0:c,c) = -tau T U'u_c */
				for (b = d; b < c; b++)
					t[d + c*NB] -= tau[k + c]*t[d + b*NB]*s[b];
			t[c + c*NB] = tau[k + c];
		}
		kern_gemm(0, n, nb, m, x + (k + 1)*ldx, ldx, u, 1, ldh, z, n);
		kern_gemm(0, n, nb, nb, z, n, t, 1, NB, y, n);
		kern_gemm(1, n, m, nb, y, n, u, ldh, 1, x + (k + 1)*ldx, ldx);
	}
}

/* Rotations of QR steps that wait to be applied to the n rows of W: step i turns
 * columns lo[i] .. hi[i]. */
struct batch {
	ptrdiff_t n;
	double *w;
	ptrdiff_t ldw;
	int count;
	ptrdiff_t lo[EIGEN_BATCH], hi[EIGEN_BATCH];
	double *cs;                     /* 2 n for each step */
};

static void
flush(struct batch *b)
{
	ptrdiff_t r, n = b->n;
	int i;

	for (r = 0; r < n; r += STRIP)
		for (i = 0; i < b->count; i++)
			kern_rots(n - r < STRIP ? n - r : STRIP, b->hi[i] - b->lo[i],
			    b->w + r + b->lo[i]*b->ldw, b->ldw, b->cs + 2*(i*n + b->lo[i]));
	b->count = 0;
}

/* One QR step with implicit shift on rows lo .. hi of T: Golub & Van Loan, 4th ed.,
 * Alg. 8.3.2, with the sums of Dubrulle, Martin & Wilkinson, Numer. Math. 12 (1968)
 * 377-383, whose QL steps go the other way. */
static void
qr_step(double *d, double *f, ptrdiff_t lo, ptrdiff_t hi, struct batch *b)
{
	double *cs = b->cs + 2*b->n*b->count, c = 1, s = 1, p = 0, g, q, r, t, z;
	ptrdiff_t i;

	g = (d[hi - 1] - d[hi])/(2*f[hi - 1]);
	g = d[lo] - d[hi] + f[hi - 1]/(g + copysign(sqrt(g*g + 1), g));
	for (i = lo; i < hi; i++) {
		z = s*f[i];
		t = c*f[i];
		q = z*z + g*g;
		r = sqrt(q);
		if (i > lo)
			f[i - 1] = r;
		q = r*(1/q);                            /* 1/r, sooner than by 1/r */
		c = r > 0x1p-500 ? g*q : 1;             /* below, squares underflow */
		s = r > 0x1p-500 ? z*q : 0;
		g = d[i] - p;
		r = (d[i + 1] - g)*s + 2*c*t;
		p = s*r;
		d[i] = g + p;
		g = c*r - t;
		cs[2*i] = c;
		cs[2*i + 1] = s;
	}
	d[hi] -= p;
	f[hi - 1] = g;
	b->lo[b->count] = lo;
	b->hi[b->count] = hi;
	if (++b->count == EIGEN_BATCH)
		flush(b);
}

/* T becomes about diagonal: Golub & Van Loan, 4th ed., Alg. 8.3.3. */
static void
diagonalise(double *d, double *f, struct batch *b)
{
	ptrdiff_t lo, hi;
	int k;

	for (hi = b->n - 1; hi > 0; hi--)
		for (k = 0; k < STEPS; k++) {
			for (lo = hi; lo > 0; lo--)
				if (fabs(f[lo - 1]) <= DBL_EPSILON*(fabs(d[lo - 1]) + fabs(d[lo])))
					break;
			if (lo == hi)
				break;
			qr_step(d, f, lo, hi, b);
		}
	flush(b);
}

void
eigen_vectors(ptrdiff_t n, double *h, ptrdiff_t ldh, double *w, ptrdiff_t ldw, double *work)
{
	double *d = work, *f = d + n, *tau = f + n, *rest = tau + n;
	struct batch b = { .n = n, .w = w, .ldw = ldw, .cs = rest };

	tridiagonalise(n, h, ldh, d, f, tau, rest);
	reflect(n, h, ldh, tau, w, ldw, rest);
	diagonalise(d, f, &b);
}
