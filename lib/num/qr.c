/* qr.c - Householder QR in blocks of columns and rows.
 *
 * Matrices lie by rows here, so that what a reflector does to a row is done to
 * contiguous numbers.  NB columns, a panel, are made triangular at a time; their
 * reflectors H_1 H_2 ... = I - U T U' (compact WY; Schreiber & Van Loan, SIAM J.
 * Sci. Stat. Comput. 10 (1989) 53-57) meet the other columns in matrix products.
 * A tall matrix goes by in blocks of rows that fit in a cache, each stacked
 * under the R of those before (TSQR; Demmel, Grigori, Hoemmen & Langou, SIAM J.
 * Sci. Comput. 34 (2012) A206-A239).
 */
#include <math.h>
#include <string.h>

#include "kern.h"

enum { NB = 8 };

/* A panel: U, m rows under NB top ones, NB wide, by rows, zeros behind them;
 * T, by rows; room for C'U and C'U T, which a pair of panels shares. */
struct panel {
	double *u, *w, t[NB*NB];
};

static size_t
panel_size(ptrdiff_t m, ptrdiff_t n)
{
	return (size_t)(2*NB*(m + 2*NB) + 2*NB*n + 7);
}

static void
panel_place(struct panel *pair, ptrdiff_t m, double *work)
{
	pair[0].u = kern_aligned(work);
	pair[1].u = pair[0].u + NB*(m + 2*NB);
	pair[0].w = pair[1].w = pair[1].u + NB*(m + 2*NB);
}

static inline void
copy_rows(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, double *b, ptrdiff_t ldb)
{
	ptrdiff_t i;

	for (i = 0; i < m; i++)
		memcpy(b + i*ldb, a + i*lda, (size_t)n * sizeof(double));
}

/* U = the first nb columns of top (nb rows) and b (m rows), zeros elsewhere. */
static void
gather(struct panel *p, ptrdiff_t m, ptrdiff_t nb, const double *top, ptrdiff_t ldt,
    const double *b, ptrdiff_t ldb)
{
	ptrdiff_t i;

	if (nb == NB) {
		copy_rows(NB, NB, top, ldt, p->u, NB);
		copy_rows(m, NB, b, ldb, p->u + NB*NB, NB);
	} else {
		memset(p->u, 0, (size_t)(NB*(m + NB)) * sizeof(double));
		copy_rows(nb, nb, top, ldt, p->u, NB);
		copy_rows(m, nb, b, ldb, p->u + NB*NB, NB);
	}
	for (i = 0; i < NB*NB; i++)
		p->u[NB*(m + NB) + i] = 0;
}

/* Makes the panel triangular.  Column c meets H = I - beta u u', u being its part
 * from row c on but for u_c = x_c + mu, mu = sign(x_c) |x|, which never cancels;
 * beta = 1/(mu u_c).  Golub & Van Loan, 4th ed., Alg. 5.1.1 (there with the other
 * sign and u_c = 1).  top becomes rows of R.  A column that has come down to
 * 2^-400, from 2^-100 or more, counts as zero, H = I. */
static void
factor(struct panel *p, ptrdiff_t m, ptrdiff_t nb, double *top, ptrdiff_t ldt)
{
	double s[NB], w[NB] = { 0 }, *t = p->t, *row = p->u, beta, mu, x;
	ptrdiff_t a, c, d;

	memset(t, 0, sizeof(p->t));
	for (c = 0; c < nb; c++, row += NB) {
		kern_panel((m + NB - c + 3)/4*4, row, c, w, s); /* s = U'u_c, from row c on */
		mu = s[c] < 0x1p-800 ? 0 : copysign(sqrt(s[c]), row[c]);
		beta = mu == 0 ? 0 : 1/(mu*(row[c] + mu));
		memset(w, 0, sizeof(w));
		for (a = 0; a < nb; a++)
			s[a] = fma(mu, row[a], s[a]);
		row[c] += mu;
		top[c + c*ldt] = -mu;
		for (a = c + 1; a < nb; a++) {
			w[a] = -beta*s[a];
			top[a + c*ldt] = fma(row[c], w[a], row[a]);
			row[a] = 0;
		}
		for (a = 0; a < c; a++) {
			for (x = 0, d = a; d < c; d++)
				x = fma(t[d + a*NB], s[d], x);
			t[c + a*NB] = -beta*x;          /* T(0:c,c) = -beta T U'u_c */
		}
		t[c + c*NB] = beta;
	}
}

/* W' = C'U, of C nb rows at top and m at b. */
static void
project(const struct panel *p, ptrdiff_t m, ptrdiff_t nb, ptrdiff_t n,
    const double *top, ptrdiff_t ldt, const double *b, ptrdiff_t ldb)
{
	memset(p->w, 0, (size_t)(NB*n) * sizeof(double));
	kern_gemm(0, n, nb, nb, top, ldt, p->u, NB, 1, p->w, n);
	kern_gemm(0, n, nb, m, b, ldb, p->u + NB*NB, NB, 1, p->w, n);
}

/* Y' = W'T or, with back, W'T'. */
static const double *
combine(const struct panel *p, int back, ptrdiff_t nb, ptrdiff_t n)
{
	double *y = p->w + NB*n;

	memset(y, 0, (size_t)(NB*n) * sizeof(double));
	kern_gemm(0, n, nb, nb, p->w, n, p->t, back ? 1 : NB, back ? NB : 1, y, n);
	return y;
}

/* C' - Y'U', of C nb rows at top and m at b. */
static void
meet(const struct panel *p, int back, ptrdiff_t m, ptrdiff_t nb, ptrdiff_t n,
    double *top, ptrdiff_t ldt, double *b, ptrdiff_t ldb)
{
	const double *y = combine(p, back, nb, n);

	kern_gemm(1, n, nb, nb, y, n, p->u, 1, NB, top, ldt);
	kern_gemm(1, n, m, nb, y, n, p->u + NB*NB, 1, NB, b, ldb);
}

/* (I - U T' U') C or, with back, (I - U T U') C, for the n columns of C, NB rows
 * (nb in use) at top and m at b. */
static void
update(const struct panel *p, int back, ptrdiff_t m, ptrdiff_t nb, ptrdiff_t n,
    double *top, ptrdiff_t ldt, double *b, ptrdiff_t ldb)
{
	project(p, m, nb, n, top, ldt, b, ldb);
	meet(p, back, m, nb, n, top, ldt, b, ldb);
}

/* The panel's reflectors as LAPACK keeps them, u/u_c below the diagonal of A,
 * and T for these, by rows, in t. */
static void
keep(const struct panel *p, ptrdiff_t m, ptrdiff_t nb, double *a, ptrdiff_t lda, double *t)
{
	ptrdiff_t c, d, i;
	double uc;

	memset(t, 0, NB*NB * sizeof(double));
	for (c = 0; c < nb; c++) {
		uc = p->u[c + c*NB];
		for (i = c + 1; i < nb; i++)
			a[c + i*lda] = p->t[c + c*NB] == 0 ? 0 : p->u[c + i*NB]/uc;
		for (i = 0; i < m; i++)
			a[c + (nb + i)*lda] = p->t[c + c*NB] == 0 ? 0 : p->u[c + (NB + i)*NB]/uc;
		for (d = 0; d <= c; d++)
			t[c + d*NB] = p->u[d + d*NB]*p->t[c + d*NB]*uc;
	}
}

/* And back. */
static void
recall(struct panel *p, ptrdiff_t m, ptrdiff_t nb, const double *a, ptrdiff_t lda, const double *t)
{
	ptrdiff_t c, i;

	gather(p, m, nb, a, lda, a + nb*lda, lda);
	for (i = 0; i < nb; i++)
		for (c = i; c < nb; c++)
			p->u[c + i*NB] = i == c;
	memcpy(p->t, t, sizeof(p->t));
}

/* Where a panel is: nb columns, its rows of R at top, m rows at b, n columns to the right. */
struct place {
	ptrdiff_t nb, m, n, ld;
	double *top, *b;
};

/* The first of k columns' panels, in A. */
static struct place
below(ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, double *a, ptrdiff_t lda)
{
	ptrdiff_t nb = k < NB ? k : NB;

	return (struct place){ nb, m - nb, n - nb, lda, a, a + nb*lda };
}

/* What is right of P meets its reflectors, and in the midst of that Q, the next panel, is
 * factored: C - U Y' is read once for this and for its product with Q's U.  The first s
 * rows below P are Q's top. */
static void
advance(const struct panel *p, const struct place *a, struct panel *q, const struct place *z, ptrdiff_t s)
{
	const double *u = p->u + NB*(NB + s), *y = combine(p, 0, a->nb, a->n);
	ptrdiff_t nb = a->nb, n = a->n, ld = a->ld;

	kern_gemm(1, n, nb, nb, y, n, p->u, 1, NB, a->top + nb, ld);
	kern_gemm(1, n, s, nb, y, n, p->u + NB*NB, 1, NB, a->b + nb, ld);
	gather(q, z->m, z->nb, z->top, ld, z->b, ld);
	kern_gemm(1, z->nb, z->m, nb, y, n, u, 1, NB, q->u + NB*NB, NB);
	factor(q, z->m, z->nb, z->top, ld);
	project(q, 0, z->nb, z->n, z->top + z->nb, ld, NULL, 0);
	kern_pass(z->m, z->n, u, y + z->nb, n, z->b + z->nb, ld, q->u + NB*NB, q->w, z->n);
}

/* Makes the first k columns triangular in place, panel by panel from a on, with the
 * reflectors below them unless t is NULL.  stacked: the rows of R are apart from those
 * at a.b, and remain so; else they are taken from these. */
static void
triangle(struct panel *pair, int stacked, ptrdiff_t k, struct place a, double *t)
{
	struct panel *p = pair, *q = pair + 1, *x;
	struct place z = a;
	ptrdiff_t s;

	gather(p, a.m, a.nb, a.top, a.ld, a.b, a.ld);
	factor(p, a.m, a.nb, a.top, a.ld);
	project(p, a.m, a.nb, a.n, a.top + a.nb, a.ld, a.b + a.nb, a.ld);
	for (;; a = z, x = p, p = q, q = x) {
		if (t)
			keep(p, a.m, a.nb, a.top, a.ld, t);
		if ((k -= a.nb) == 0)
			break;
		z.nb = k < NB ? k : NB;
		s = stacked ? 0 : z.nb;
		z.m = a.m - s;
		z.n = a.n - z.nb;
		z.top = a.top + a.nb*(a.ld + 1);
		z.b = a.b + a.nb + s*a.ld;
		advance(p, &a, q, &z, s);
		t = t ? t + NB*NB : NULL;
	}
	meet(p, 0, a.m, a.nb, a.n, a.top + a.nb, a.ld, a.b + a.nb, a.ld);
}

/* Scales columns whose squares, or the squares of what is left of them, might leave
 * the range of numbers, by powers of two: there (sign -1) and back (1, in the upper
 * triangle only).  With D the scales, A D has the same Q as A, and the factor R D.
 * Returns 0, or 2 if something has overflowed. */
static int
scale(int sign, ptrdiff_t m, ptrdiff_t n, double *a, ptrdiff_t lda, const double *big)
{
	ptrdiff_t i, j;
	int e, info = 0;

	for (j = 0; j < n; j++) {
		frexp(big[j], &e);
		if (e < -100 || e > 300)
			for (i = 0; i < m && (sign < 0 || i <= j); i++) {
				a[j + i*lda] = ldexp(a[j + i*lda], sign*e);
				if (!isfinite(a[j + i*lda]))
					info = 2;
			}
	}
	return info;
}

size_t
qr_work(ptrdiff_t m, ptrdiff_t n)
{
	return panel_size(m, n) + (size_t)n;
}

int
qr_factor(ptrdiff_t m, ptrdiff_t n, double *a, ptrdiff_t lda, double *t, double *work)
{
	struct panel pair[2];
	double *big = work;
	ptrdiff_t k = m < n ? m : n;

	if (m < 0)
		return -1;
	if (n < 0)
		return -2;
	if (lda < n)
		return -4;
	memset(big, 0, (size_t)n * sizeof(double));
	kern_most(m, n, a, lda, big);
	if (!num_finite(big, n))
		return 1;
	panel_place(pair, m, work + n);
	scale(-1, m, n, a, lda, big);
	if (k > 0)
		triangle(pair, 0, k, below(m, k, n, a, lda), t);
	return scale(1, m, n, a, lda, big);
}

int
qr_apply(int back, ptrdiff_t m, ptrdiff_t k, const double *a, ptrdiff_t lda, const double *t,
    ptrdiff_t n, double *c, ptrdiff_t ldc, double *work)
{
	struct panel pair[2], *p = pair;
	ptrdiff_t i, j, nb, count = (k + NB - 1)/NB;

	if (m < k)
		return -2;
	if (k < 0)
		return -3;
	if (lda < k)
		return -5;
	if (n < 0)
		return -7;
	if (ldc < n)
		return -9;
	panel_place(pair, m, work);
	for (i = 0; i < count; i++) {
		j = NB*(back ? count - 1 - i : i);
		nb = k - j < NB ? k - j : NB;
		recall(p, m - j - nb, nb, a + j + j*lda, lda, t + j*NB);
		update(p, back, m - j - nb, nb, n, c + j*ldc, ldc, c + (j + nb)*ldc, ldc);
	}
	return 0;
}

/* An odd number of cache lines, so that the rows of a column are not all in the
 * same few sets of the cache. */
static ptrdiff_t
stride(ptrdiff_t n)
{
	return (n + 7)/16*16 + 8;
}

size_t
qr_size(ptrdiff_t n)
{
	ptrdiff_t rows = QR_BLOCK + 2*n;

	return (size_t)(rows*stride(n) + n + 7) + panel_size(QR_BLOCK + n, n);
}

void
qr_init(struct qr *q, ptrdiff_t n, double *mem)
{
	q->n = n;
	q->ld = stride(n);
	q->used = 0;
	q->r = kern_aligned(mem);
	q->block = q->r + n*q->ld;
	q->work = q->block + (QR_BLOCK + n)*q->ld;
	memset(q->r, 0, (size_t)(n*q->ld) * sizeof(double));
}

/* R is full, that is, it has a row for each column: the panels run down through R
 * and then the block below it. */
static void
stack(struct qr *q, struct panel *pair, ptrdiff_t m)
{
	ptrdiff_t n = q->n, nb = n < NB ? n : NB;

	triangle(pair, 1, n, (struct place){ nb, m, n - nb, q->ld, q->r, q->block }, NULL);
}

/* R has fewer rows than columns.  These are put under the block, which is factored
 * by itself; its first rows are the new R. */
static void
start(struct qr *q, struct panel *pair, ptrdiff_t m)
{
	ptrdiff_t n = q->n, ld = q->ld, i;

	copy_rows(q->used, n, q->r, ld, q->block + m*ld, ld);
	m += q->used;
	q->used = m < n ? m : n;
	if (q->used > 0)
		triangle(pair, 0, q->used, below(m, q->used, n, q->block, ld), NULL);
	for (i = 0; i < q->used; i++)
		copy_rows(1, n - i, q->block + i + i*ld, ld, q->r + i + i*ld, ld);
}

int
qr_absorb(struct qr *q, ptrdiff_t m)
{
	struct panel pair[2];
	double *big = q->work;

	if (m < 0 || m > QR_BLOCK)
		return -2;
	memset(big, 0, (size_t)q->n * sizeof(double));
	kern_most(m, q->n, q->block, q->ld, big);
	if (!num_finite(big, q->n))
		return 1;
	kern_most(q->used, q->n, q->r, q->ld, big);
	if (!num_finite(big, q->n))
		return 2;
	panel_place(pair, m + q->n, q->work + q->n);
	scale(-1, q->used, q->n, q->r, q->ld, big);
	scale(-1, m, q->n, q->block, q->ld, big);
	if (q->used < q->n)
		start(q, pair, m);
	else
		stack(q, pair, m);
	return scale(1, q->used, q->n, q->r, q->ld, big);
}
