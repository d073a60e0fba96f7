/* kern_mul.h - products of matrices: tiles of them in registers; for kern.c. */
#ifndef KERN_MUL_H
#define KERN_MUL_H

#include "kern_vec.h"

/* A tile of C, nv vectors by nr columns, in registers. */
INLINE void
tile(int nv, int nr, int minus, ptrdiff_t k, const double *a, ptrdiff_t lda,
    const double *b, ptrdiff_t bl, ptrdiff_t bj, double *c, ptrdiff_t ldc)
{
	vec x[NR][MV], y[MV], t;
	ptrdiff_t l;
	int v, j;

	for (j = 0; j < nr; j++)
		for (v = 0; v < nv; v++)
			x[j][v] = get(c + j*ldc + v*W);
	for (l = 0; l < k; l++) {
		for (v = 0; v < nv; v++)
			y[v] = minus ? -get(a + v*W) : get(a + v*W);
		for (j = 0; j < nr; j++) {
			t = splat(b[j*bj]);
			for (v = 0; v < nv; v++)
				x[j][v] = FMA(y[v], t, x[j][v]);
		}
		a += lda;
		b += bl;
	}
	for (j = 0; j < nr; j++)
		for (v = 0; v < nv; v++)
			put(c + j*ldc + v*W, x[j][v]);
}

/* The columns of C for one strip of rows. */
INLINE void
strip(int nv, int minus, ptrdiff_t n, ptrdiff_t k, const double *a, ptrdiff_t lda,
    const double *b, ptrdiff_t bl, ptrdiff_t bj, double *c, ptrdiff_t ldc)
{
	ptrdiff_t j;

	for (j = 0; j + NR <= n; j += NR)
		tile(nv, NR, minus, k, a, lda, b + j*bj, bl, bj, c + j*ldc, ldc);
	for (; j < n; j++)
		tile(nv, 1, minus, k, a, lda, b + j*bj, bl, bj, c + j*ldc, ldc);
}

INLINE void
strips(int minus, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *a, ptrdiff_t lda,
    const double *b, ptrdiff_t bl, ptrdiff_t bj, double *c, ptrdiff_t ldc)
{
	ptrdiff_t i, j, l;

	for (i = 0; i + MV*W <= m; i += MV*W)
		strip(MV, minus, n, k, a + i, lda, b, bl, bj, c + i, ldc);
	for (; i + W <= m; i += W)
		strip(1, minus, n, k, a + i, lda, b, bl, bj, c + i, ldc);
	for (; i < m; i++)
		for (j = 0; j < n; j++)
			for (l = 0; l < k; l++)
				c[i + j*ldc] = fma(minus ? -a[i + l*lda] : a[i + l*lda],
				    b[l*bl + j*bj], c[i + j*ldc]);
}

static void
gemm(int minus, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *a, ptrdiff_t lda,
    const double *b, ptrdiff_t bl, ptrdiff_t bj, double *c, ptrdiff_t ldc)
{
	if (minus)
		strips(1, m, n, k, a, lda, b, bl, bj, c, ldc);
	else
		strips(0, m, n, k, a, lda, b, bl, bj, c, ldc);
}

#if defined __AVX512F__ && defined __FMA__
/* W columns of C, of which each row is read once; y and w stay in registers. */
static void
pass_strip(ptrdiff_t m, const double *u, const double *y, ptrdiff_t ldy, double *c, ptrdiff_t ldc,
    const double *v, double *w, ptrdiff_t ldw)
{
	vec a[8], b[8], x;
	ptrdiff_t i;
	int l;

	for (l = 0; l < 8; l++) {
		a[l] = -get(y + l*ldy);
		b[l] = get(w + l*ldw);
	}
	for (i = 0; i < m; i++, u += 8, v += 8, c += ldc) {
		for (x = get(c), l = 0; l < 8; l++)
			x = FMA(a[l], splat(u[l]), x);
		put(c, x);
		for (l = 0; l < 8; l++)
			b[l] = FMA(x, splat(v[l]), b[l]);
	}
	for (l = 0; l < 8; l++)
		put(w + l*ldw, b[l]);
}
#endif

static void
pass(ptrdiff_t m, ptrdiff_t n, const double *u, const double *y, ptrdiff_t ldy, double *c, ptrdiff_t ldc,
    const double *v, double *w, ptrdiff_t ldw)
{
	enum { ROWS = 24 };             /* of C that stay in the first cache */
	ptrdiff_t i, j = 0, k;

#if defined __AVX512F__ && defined __FMA__
	for (; j + W <= n; j += W)
		pass_strip(m, u, y + j, ldy, c + j, ldc, v, w + j, ldw);
#endif
	for (i = 0; i < m && j < n; i += k) {
		k = m - i < ROWS ? m - i : ROWS;
		strips(1, n - j, k, 8, y + j, ldy, u + 8*i, 1, 8, c + j + i*ldc, ldc);
		strips(0, n - j, 8, k, c + j + i*ldc, ldc, v + 8*i, 8, 1, w + j, ldw);
	}
}

/* A tile: MV vectors, but where the diagonal runs through it those that begin above are left out. */
INLINE void
gram_tile(int nv, ptrdiff_t k, const double *a, ptrdiff_t lda, ptrdiff_t i, ptrdiff_t j, double *c, ptrdiff_t ldc)
{
	int v, l;

	i += (MV - nv)*W;
	c += i + j*ldc;
	for (l = 0; l < NR; l++)
		for (v = 0; v < nv; v++)
			put(c + l*ldc + v*W, (vec){ 0 });
	tile(nv, NR, 0, k, a + i, lda, a + j, lda, 1, c, ldc);
}

static void
gram(ptrdiff_t m, ptrdiff_t k, const double *a, ptrdiff_t lda, double *c, ptrdiff_t ldc)
{
	ptrdiff_t i, j;

	for (i = 0; i + MV*W <= m; i += MV*W)
		for (j = 0; j < i + MV*W && j < m; j += NR)
			switch (j > i ? (j - i)/W : 0) {
			case 0:
				gram_tile(MV, k, a, lda, i, j, c, ldc);
				break;
			case 1:
				gram_tile(MV - 1, k, a, lda, i, j, c, ldc);
				break;
			default:
				gram_tile(MV - 2, k, a, lda, i, j, c, ldc);
				break;
			}
	for (; i < m; i += W)
		for (j = 0; j < i + W; j += NR)
			gram_tile(1, k, a, lda, i - (MV - 1)*W, j, c, ldc);
}

#endif
