/* eigen.c - eigenvectors of a symmetric matrix, by which svd.c preconditions: to tridiagonal
 * form by reflections, from there by QR steps, or by those of its halves.  What counts is
 * that they are orthogonal; see svd.c.
 */
#include "kern.h"
#include "svd.h"

enum {
	STEPS = 60,                     /* for one eigenvalue, at most */
	LEAF = 8,                       /* up to this order halves are not halved */
	NB = 8,                         /* reflections taken together, */
	STRIP = 32                      /* and rows that QR steps turn */
};

/* H = Q T Q', T tridiagonal with diagonal d and off-diagonal f, by n - 2
 * reflections I - tau u u', u in column k of H from row k + 1 on, zeros above
 * (Golub & Van Loan, 4th ed., Alg. 8.3.1; each update of the rest of H waits for
 * the next product with it).  H as kern_sym has it, of order n rounded up to eights by
 * zeros, ld apart.  Where H falls short of its order, the rest of it becomes rounding
 * error, then that of rounding error, and so on: u is scaled to a length of about 1, or
 * left out where its squares underflow.  work: 3 (n + 7). */
static void
tridiagonalise(ptrdiff_t n, double *h, ptrdiff_t ld, double *d, double *f, double *tau, double *work)
{
	ptrdiff_t order = (n + 7)/8*8, k, m, b;
	double *v = work, *w = v + order, *y = w + order, *u, mu;
	int e;

	memset(work, 0, (size_t)(3*order) * sizeof(double));
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
		memset(y, 0, (size_t)order * sizeof(double));
		kern_sym(order - b, h + b + b*ld, ld, v + b, w + b, u + b, y + b);
		memcpy(v, u, (size_t)order * sizeof(double));
		mu = tau[k]*tau[k]/2*kern_dot(m, u + k + 1, y + k + 1);
		memset(w, 0, (size_t)order * sizeof(double));
		kern_axpy(m, tau[k], y + k + 1, w + k + 1);     /* w = tau y - (tau^2 u'y/2) u */
		kern_axpy(m, -mu, u + k + 1, w + k + 1);
	}
}

/* X = X Q or, with back, X Q', NB reflections I - U T U' at a time.  work: 2 NB n. */
static void
reflect(int back, ptrdiff_t n, const double *h, ptrdiff_t ldh, const double *tau,
    double *x, ptrdiff_t ldx, double *work)
{
	ptrdiff_t count = (n + NB - 3)/NB, i, k, nb, c, d, b, m;
	double t[NB*NB], s[NB], *z = work, *y = z + NB*n;
	const double *u;

	for (i = 0; i < count; i++) {
		k = NB*(back ? count - 1 - i : i);
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
		kern_gemm(0, n, nb, nb, z, n, t, back ? NB : 1, back ? 1 : NB, y, n);
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

/* Divide and conquer ----------------------------------------------------------------- */

/* The eigenvectors of T are made of those of its halves, T = diag(T1, T2) + rho u u', u of
 * a 1 and a 1 or -1 where they meet (Cuppen, Numer. Math. 36 (1981) 177-195; what is
 * left out of the secular equation as in LAPACK's dlaed2).  They are rows: vector i has
 * component j at z[i + j*ld]. */
struct halves {
	ptrdiff_t n, ld;
	double *d, *z;                  /* eigenvalues, vectors */
	double *w, *e, *v, *x, *index;  /* weights; eigenvalues, weights, roots of what remains */
	double *part, *u, *rows;        /* ld by n each */
};

/* Sorts the numbers of eigenvalues by these. */
static void
sort(ptrdiff_t n, const double *d, double *index)
{
	ptrdiff_t i, j;

	for (i = 0; i < n; i++) {
		for (j = i; j > 0 && d[(ptrdiff_t)index[j - 1]] > d[i]; j--)
			index[j] = index[j - 1];
		index[j] = (double)i;
	}
}

/* Turns vectors p and q, so that all of their weight is q's, if that leaves no more than
 * tol beside the diagonal. */
static int
joined(const struct halves *h, ptrdiff_t p, ptrdiff_t q, double tol)
{
	double r = sqrt(h->w[p]*h->w[p] + h->w[q]*h->w[q]), c = h->w[q]/r, s = h->w[p]/r, t, *d = h->d;
	ptrdiff_t j;

	if (!(fabs((d[q] - d[p])*c*s) <= tol))
		return 0;
	h->w[q] = r;
	h->w[p] = 0;
	t = d[p]*c*c + d[q]*s*s;
	d[q] = fmin(fmax(d[p]*s*s + d[q]*c*c, d[p]), d[q]);     /* in order even if rounded */
	d[p] = t;
	for (j = 0; j < h->n; j++) {
		t = h->z[p + j*h->ld];
		h->z[p + j*h->ld] = c*t - s*h->z[q + j*h->ld];
		h->z[q + j*h->ld] = s*t + c*h->z[q + j*h->ld];
	}
	return 1;
}

/* Puts the numbers of those that the secular equation is left with first, in the order of
 * their eigenvalues, and the others behind; returns how many. */
static ptrdiff_t
deflate(const struct halves *h, double rho)
{
	double big = rho, tol, *last = h->x;
	ptrdiff_t i, k = 0, p, q, out = 0;

	for (i = 0; i < h->n; i++)
		big = fmax(big, fabs(h->d[i]));
	tol = DBL_EPSILON*big;
	sort(h->n, h->d, h->index);
	for (i = 0; i < h->n; i++) {
		q = (ptrdiff_t)h->index[i];
		p = k > 0 ? (ptrdiff_t)h->index[k - 1] : 0;
		if (!(rho*fabs(h->w[q]) > tol))
			last[out++] = (double)q;
		else if (k > 0 && joined(h, p, q, tol)) {
			last[out++] = (double)p;
			h->index[k - 1] = (double)q;
		} else
			h->index[k++] = (double)q;
	}
	memcpy(h->index + k, last, (size_t)out * sizeof(double));
	return k;
}

/* Components from to to of all vectors: those that are left, k of them, by U. */
static void
combine(const struct halves *h, ptrdiff_t k, ptrdiff_t from, ptrdiff_t to)
{
	ptrdiff_t ld = h->ld, i, j, l, count = 0;
	double *row = h->rows, *z = h->z + from*ld, *had = h->e;

	for (i = 0; i < k; i++) {
		l = (ptrdiff_t)h->index[i];
		for (j = 0; j < to - from && z[l + j*ld] == 0; j++)
			;
		if (j == to - from)
			continue;
		memcpy(h->part + count*ld, h->u + i*ld, (size_t)k * sizeof(double));
		had[count++] = (double)l;
	}
	for (j = 0; j < to - from; j++, z += ld, row += ld) {
		for (i = 0; i < count; i++)
			row[i] = z[(ptrdiff_t)had[i]];
		for (i = k; i < h->n; i++)
			h->w[i] = z[(ptrdiff_t)h->index[i]];
		memset(z, 0, (size_t)k * sizeof(double));
		memcpy(z + k, h->w + k, (size_t)(h->n - k) * sizeof(double));
	}
	kern_gemm(0, k, to - from, count, h->part, ld, h->rows, 1, ld, h->z + from*ld, ld);
}

/* From the halves, m and n - m rows: T's first m, and the others. */
static void
merge(struct halves h, ptrdiff_t m, double f)
{
	double rho = 2*fabs(f), sum = 0;
	ptrdiff_t i, k;

	for (i = 0; i < m; i++)
		h.w[i] = sqrt(0.5)*h.z[i + (m - 1)*h.ld];
	for (; i < h.n; i++)
		h.w[i] = copysign(sqrt(0.5), f)*h.z[i + m*h.ld];
	k = deflate(&h, rho);
	for (i = 0; i < h.n; i++)
		h.e[i] = h.d[(ptrdiff_t)h.index[i]];
	for (i = 0; i < k; i++) {
		h.v[i] = h.w[(ptrdiff_t)h.index[i]];
		sum += h.v[i]*h.v[i];
	}
	memcpy(h.d, h.e, (size_t)h.n * sizeof(double));
	if (k > 0) {
		h.e[k] = fmax(h.e[k - 1] + rho*sum, nextafter(h.e[k - 1], INFINITY));
		kern_secular(k, h.e, h.v, rho, h.x, h.u, h.ld);
		memcpy(h.d, h.x, (size_t)k * sizeof(double));
	}
	combine(&h, k, 0, m);
	combine(&h, k, m, h.n);
}

/* T of order h.n, diagonal h.d and off-diagonal f: h.d becomes its eigenvalues and h.z,
 * all zeros, its eigenvectors. */
static void
divide(struct halves h, double *f)
{
	struct batch b = { .n = h.n, .w = h.u, .ldw = h.ld, .cs = h.part };
	ptrdiff_t m = h.n/2, i, j;
	struct halves l = h, r = h;

	if (h.n <= LEAF) {
		for (j = 0; j < h.n; j++)
			for (i = 0; i < h.n; i++)
				h.u[i + j*h.ld] = i == j;
		diagonalise(h.d, f, &b);
		kern_turn(h.n, h.n, h.u, h.ld, h.z, h.ld);
		return;
	}
	l.n = m;
	r.n = h.n - m;
	r.d += m;
	r.z += m + m*h.ld;
	l.d[m - 1] -= fabs(f[m - 1]);
	r.d[0] -= fabs(f[m - 1]);
	divide(l, f);
	divide(r, f + m);
	merge(h, m, f[m - 1]);
}

void
eigen_vectors(ptrdiff_t n, double *h, ptrdiff_t ldh, double *w, ptrdiff_t ldw, double *work)
{
	double *d = work, *f = d + n, *tau = f + n, *rest = tau + n;
	struct batch b = { .n = n, .w = w, .ldw = ldw, .cs = rest };
	ptrdiff_t i, j;

	tridiagonalise(n, h, ldh, d, f, tau, rest);
	for (j = 0; j < n; j++)
		for (i = 0; i < n; i++)
			w[i + j*ldw] = i == j;
	reflect(0, n, h, ldh, tau, w, ldw, rest);
	diagonalise(d, f, &b);
}

void
eigen_halves(ptrdiff_t n, double *h, ptrdiff_t ldh, double *w, ptrdiff_t ldw, double *work)
{
	struct halves x = { .n = n, .ld = (n + 7)/16*16 + 8 };
	double *f = work, *tau = f + n, *rest = tau + n, *mem = kern_aligned(rest + 3*x.ld);
	ptrdiff_t j;

	x.z = mem;
	x.u = x.z + x.ld*n;
	x.part = x.u + x.ld*n;
	x.rows = x.part + x.ld*n;
	x.w = x.rows + x.ld*n;
	x.e = x.w + x.ld;
	x.v = x.e + x.ld + 8;
	x.x = x.v + x.ld;
	x.index = x.x + x.ld;
	x.d = x.index + x.ld;
	tridiagonalise(n, h, ldh, x.d, f, tau, rest);
	memset(x.z, 0, (size_t)(x.ld*n) * sizeof(double));
	divide(x, f);
	reflect(1, n, h, ldh, tau, x.z, x.ld, x.part);
	sort(n, x.d, x.index);
	kern_turn(n, n, x.z, x.ld, x.u, x.ld);
	for (j = 0; j < n; j++)                 /* the greatest first */
		memcpy(w + j*ldw, x.u + (ptrdiff_t)x.index[n - 1 - j]*x.ld, (size_t)n * sizeof(double));
}
