/* gram.c - the triangular factor of rows that come in blocks, by their Gram matrix.
 *
 * With B a block of m by 256 numbers, each row in multiples of 2^-22 of a power of two above it, the sums
 * B B' are whole numbers of such multiples, below 2^53 of them, and so exact in any order.  What B has
 * beside that, and of numbers of 8 or 11 bits it is little, goes to the sum by itself, in double-doubles;
 * so do the sums of blocks.  Then G = L L', R = L'.
 *
 * Errors.  Let H = D^-1 G D^-1, D powers of two that bring its diagonal to [1/4, 1), and H + E = L L' for
 * the L that is computed.  Of the true factor it is (I + F) times, F triangular, F + F' = L^-1 E L^-' at
 * first order, and so |F| <= |E| |L^-1|^2 in Frobenius' norm.  (That D costs nothing is Demmel's:
 * Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 10.1.)  |E| has a bound, see
 * there; |L^-1| is computed.
 *
 * A change of W by dW, |dw_j| <= 2^-53 |w_j| for all rows, makes an F of up to 2^-53 |L^-1| or so, and
 * that of Householder's QR is some multiple of that (Higham, theorem 19.4).  So L is taken if |F| is
 * proved to be no more.
 */
#include <math.h>
#include <string.h>

#include "kern.h"

enum {
	GRID = 22,                      /* bits of multiples: 2 GRID + log2(GRAM_BLOCK) <= 53 */
	FEW = 32,                       /* of how many numbers one may be no multiple */
	PANEL = 16,                     /* columns of L at a time */
	BASE = 16                       /* order of an inverse without recursion */
};

static ptrdiff_t
eights(ptrdiff_t m)
{
	return (m + 7)/8*8;
}

size_t
gram_size(ptrdiff_t m)
{
	ptrdiff_t n = eights(m);

	return (size_t)(6*n*n + (3*PANEL + 2)*n + GRAM_BLOCK + 2*n*GRAM_BLOCK/FEW);
}

void
gram_init(struct gram *g, ptrdiff_t m, double *mem)
{
	ptrdiff_t n = eights(m);

	*g = (struct gram){ .m = m, .ld = n, .hi = mem, .lo = mem + n*n, .sum = mem + 2*n*n };
	g->fix = g->sum + n*n;
	g->acc = g->sum + 4*n*n;
	g->grid = g->acc + 3*PANEL*n;
	g->zero = g->grid + n;
	g->off = g->zero + n;
	g->left = g->off + GRAM_BLOCK;
	memset(mem, 0, (size_t)(3*n*n) * sizeof *mem);
	memset(g->zero, 0, (size_t)n * sizeof *mem);
}

/* What rounds to the grid of each row when it is added and taken away.  Returns 0; +1: NaN or
 * Inf; +2: squares might leave the range of numbers. */
static int
grids(struct gram *g, const double *big)
{
	int e, info = 0;

	if (!num_finite(big, g->m))
		return 1;
	for (ptrdiff_t i = 0; i < g->ld; i++) {
		frexp(i < g->m ? big[i] : 0, &e);
		if (e < -250 || e > 250)
			info = 2;
		else
			g->grid[i] = ldexp(1.5, e - GRID + 52);
	}
	return info;
}

/* Takes from B what is no multiple: where, and how much, to g->left.  Returns how many they
 * are, -1: too many. */
static ptrdiff_t
split(struct gram *g, ptrdiff_t k, double *b, ptrdiff_t ldb)
{
	ptrdiff_t most = g->ld*k/FEW, n = 0;

	kern_off(g->ld, k, b, ldb, g->grid, g->off);
	for (ptrdiff_t j = 0; j < k; j++)
		for (ptrdiff_t i = 0; i < g->m && g->off[j] != 0; i++) {
			double *x = b + i + j*ldb, y = (*x + g->grid[i]) - g->grid[i];

			if (y == *x)
				continue;
			if (n == most)
				return -1;
			g->left[2*n] = (double)(i + j*ldb);
			g->left[2*n++ + 1] = *x - y;
			*x = y;
		}
	return n;
}

/* Puts it back, one after the other: with x more in its place of row i, B B' gets x times its column
 * to row and column i, and x^2 where they meet.  Half of that goes to column i of fix. */
static void
mend(struct gram *g, ptrdiff_t n, double *b, ptrdiff_t ldb)
{
	double *lo = g->fix + g->ld*g->ld;

	if (n > 0 && !g->mended)
		memset(g->fix, 0, (size_t)(2*g->ld*g->ld) * sizeof *g->fix);
	g->mended |= n > 0;
	for (ptrdiff_t t = 0; t < n; t++) {
		ptrdiff_t at = (ptrdiff_t)g->left[2*t], i = at%ldb, ii = i + i*g->ld;
		double x = g->left[2*t + 1];
		struct dd d;

		kern_dd_axpy(g->ld, (struct dd){ x, 0 }, b + at - i, g->zero, g->fix + i*g->ld, lo + i*g->ld);
		d = dd_add((struct dd){ g->fix[ii], lo[ii] }, dd_mul((struct dd){ x, 0 }, (struct dd){ x/2, 0 }));
		g->fix[ii] = d.hi;
		lo[ii] = d.lo;
		b[at] += x;
	}
}

/* hi + lo += X, the lower triangle. */
static void
add(struct gram *g, const double *x)
{
	for (ptrdiff_t j = 0, at; j < g->m; j++) {
		at = j/8*8 + j*g->ld;
		kern_dd_plus(g->ld - j/8*8, x + at, g->hi + at, g->lo + at);
	}
}

int
gram_absorb(struct gram *g, ptrdiff_t k, double *b, ptrdiff_t ldb, const double *big)
{
	ptrdiff_t n;
	int info;

	if (k < 0 || k > GRAM_BLOCK)
		return -2;
	if ((info = grids(g, big)) != 0)
		return info;
	if ((n = split(g, k, b, ldb)) < 0)
		return 2;
	kern_gram(g->ld, k, b, ldb, g->sum, g->ld);
	mend(g, n, b, ldb);
	add(g, g->sum);
	g->blocks++;
	return 0;
}

/* G += fix + fix', and then H = D^-1 G D^-1.  Returns 0, 2 if a row is zero. */
static int
scale(struct gram *g, double *d)
{
	ptrdiff_t n = g->ld;

	for (int u = 0; u < 2 && g->mended; u++) {
		add(g, g->fix + u*n*n);
		kern_turn(n, n, g->fix + u*n*n, n, g->sum, n);
		add(g, g->sum);
	}
	for (ptrdiff_t i = 0; i < n; i++) {
		int e;

		if (i < g->m && !(g->hi[i + i*n] > 0))
			return 2;
		frexp(i < g->m ? g->hi[i + i*n] : 0, &e);
		d[i] = ldexp(1, 500 - (e + 1001)/2);
	}
	for (ptrdiff_t j = 0; j < g->m; j++)
		for (ptrdiff_t i = j; i < g->m; i++) {
			g->hi[i + j*n] *= d[i]*d[j];
			g->lo[i + j*n] *= d[i]*d[j];
		}
	return 0;
}

/* Column j of L from what is left of that of H, n numbers from row at on.  Returns 0, 2 if
 * its square is not above 0. */
static int
pivot(struct gram *g, ptrdiff_t j, ptrdiff_t at, ptrdiff_t n)
{
	double *x = g->hi + at + j*g->ld, *xl = g->lo + at + j*g->ld, *y = g->acc;
	struct dd root = { g->hi[j + j*g->ld], g->lo[j + j*g->ld] };

	if (!(root.hi > 0))
		return 2;
	root = dd_sqrt(root);
	memcpy(y, x, (size_t)n * sizeof *y);
	memcpy(y + n, xl, (size_t)n * sizeof *y);
	memset(x, 0, (size_t)n * sizeof *x);
	memset(xl, 0, (size_t)n * sizeof *x);
	kern_dd_axpy(n, dd_div((struct dd){ 1, 0 }, root), y, y + n, x, xl);
	g->hi[j + j*g->ld] = root.hi;
	g->lo[j + j*g->ld] = root.lo;
	return 0;
}

/* H = L L', L over H, PANEL columns at a time; these get what is before them in products of parts of L,
 * L = A + B + C, D = B + C: A A', in whole 2^-52, and A B' + B A', in whole 2^-74 and below 2^-26 m^(1/2),
 * which are exact for m up to GRAM_MOST; and B D' + C L' + A C'. */
static int
cholesky(struct gram *g)
{
	ptrdiff_t n = g->ld, j, k, r, c, i;
	double *a = g->sum, *b = a + n*n, *x = b + n*n, *d = x + n*n, *acc = g->acc;
	int info = 0;

	for (j = 0; j < g->m; j += k) {
		k = g->m - j < PANEL ? g->m - j : PANEL;
		r = n - j;
		memset(acc, 0, (size_t)(3*r*k) * sizeof *acc);
		kern_gemm(1, r, k, j, a + j, n, a + j, n, 1, acc, r);
		kern_gemm(1, r, k, j, a + j, n, b + j, n, 1, acc + r*k, r);
		kern_gemm(1, r, k, j, b + j, n, a + j, n, 1, acc + r*k, r);
		kern_gemm(1, r, k, j, b + j, n, d + j, n, 1, acc + 2*r*k, r);
		kern_gemm(1, r, k, j, x + j, n, g->hi + j, n, 1, acc + 2*r*k, r);
		kern_gemm(1, r, k, j, a + j, n, x + j, n, 1, acc + 2*r*k, r);
		for (c = 0; c < 3*k && j > 0; c++)
			kern_dd_plus(r, acc + c*r, g->hi + j + (j + c%k)*n, g->lo + j + (j + c%k)*n);
		for (c = j; c < j + k && info == 0; c++) {
			for (i = j; i < c; i++)
				kern_dd_axpy(r, (struct dd){ -g->hi[c + i*n], -g->lo[c + i*n] },
				    g->hi + j + i*n, g->lo + j + i*n, g->hi + j + c*n, g->lo + j + c*n);
			info = pivot(g, c, j, r);
		}
		for (c = j; c < j + k && info == 0; c++)
			kern_dd_cut(r, g->hi + j + c*n, g->lo + j + c*n, a + j + c*n, b + j + c*n, x + j + c*n, d + j + c*n);
		if (info != 0)
			return info;
	}
	return 0;
}

/* The lower triangle of X = L^-1, n by n, all ld apart; work as L. */
static void
invert(ptrdiff_t n, const double *l, ptrdiff_t ld, double *x, double *work)
{
	ptrdiff_t h = eights(n/2), i, j, k;

	for (j = 0; n <= BASE && j < n; j++)
		for (i = j; i < n; i++) {
			double s = i == j;

			for (k = j; k < i; k++)
				s -= l[i + k*ld]*x[k + j*ld];
			x[i + j*ld] = s/l[i + i*ld];
		}
	if (n <= BASE)
		return;
	invert(h, l, ld, x, work);
	invert(n - h, l + h + h*ld, ld, x + h + h*ld, work);
	for (j = 0; j < h; j++) {
		memset(work + j*ld, 0, (size_t)(n - h) * sizeof *work);
		memset(x + h + j*ld, 0, (size_t)(n - h) * sizeof *x);
	}
	kern_gemm(0, n - h, h, h, l + h, ld, x, 1, ld, work, ld);                       /* L21 X11 */
	kern_gemm(1, n - h, h, n - h, x + h + h*ld, ld, work, 1, ld, x + h, ld);        /* X21 = -X22 L21 X11 */
}

/* |L^-1|, Frobenius. */
static double
inverse_norm(struct gram *g)
{
	double *x = g->sum;

	memset(x, 0, (size_t)(g->ld*g->ld) * sizeof *x);
	invert(g->m, g->hi, g->ld, x, x + g->ld*g->ld);
	return sqrt(kern_dot(g->m*g->ld, x, x));
}

/* A bound of |E|.  Each entry has of the inexact products in cholesky, 3m that add up to less than m 2^-54 +
 * 4 m^(1/2) 2^-50 and are rounded to 2^-53 of that each, less than (m^2 + 64 m) 2^-103; of all else there, some
 * 2^-97; and 2^-105 of the sum with each block. */
static double
bound(const struct gram *g)
{
	double m = (double)g->m;

	return m*((m + 32)*(m + 32)*0x1p-102 + (double)g->blocks*0x1p-105);
}

int
gram_factor(struct gram *g, double *r)
{
	double *d = g->grid, e = bound(g), norm;
	ptrdiff_t m = g->m, i, j;

	if (m > GRAM_MOST || scale(g, d) != 0 || cholesky(g) != 0)
		return 2;
	norm = inverse_norm(g);
	for (i = 0; i < m; i++)
		d[i] = 1/d[i];
	if (!(e*norm <= 0x1p-53) || !(e*norm*norm <= 0x1p-10))
		return 2;
	for (j = 0; j < m; j++)
		for (i = 0; i < m; i++)
			r[i + j*m] = i > j ? 0 : g->hi[j + i*g->ld]*d[j];
	return 0;
}
