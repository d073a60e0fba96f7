/* real_mul.h - products of matrices for real.c.
 *
 * Rows of X lie in panels of MR, rows of W in panels of NR, both transposed, so that a tile of
 * MR by NR sums is kept in registers while one panel of each is read from end to end.  Goto & van
 * de Geijn, ACM Trans. Math. Software 34 (2008) article 12. */
#ifndef REAL_MUL_H
#define REAL_MUL_H

#include "real_vec.h"

enum {
	NV = 2, NR = NV*W,              /* vectors, numbers in a row of a tile */
	KC = 2048/(int)sizeof(REAL),    /* of k at a time: a panel of X in the first cache */
	NC = REAL_PART,                 /* rows of W at a time: in the second one */
	LINE = 64                       /* bytes in a line of a cache */
};

/* A tile, rows by NR: C = C + A B, fresh: A B; a is k by MR, b k by NR. */
INLINE void
tile_rows(int rows, ptrdiff_t k, const REAL *a, const REAL *b, int fresh, REAL *c)
{
	vec x[MR][NV], y[NV], s;
	ptrdiff_t l;
	int r, v;

	for (r = 0; r < rows; r++)
		for (v = 0; v < NV; v++)
			x[r][v] = fresh ? splat(0) : get(c + r*NR + v*W);
	for (l = 0; l < k; l++, a += MR, b += NR) {
		for (v = 0; v < NV; v++)
			y[v] = get(b + v*W);
		for (r = 0; r < rows; r++) {
			s = splat(a[r]);
			for (v = 0; v < NV; v++)
				x[r][v] = FMA(s, y[v], x[r][v]);
		}
	}
	for (r = 0; r < rows; r++)
		for (v = 0; v < NV; v++)
			put(c + r*NR + v*W, x[r][v]);
}

static void
tile(ptrdiff_t rows, ptrdiff_t k, const REAL *a, const REAL *b, int fresh, REAL *c)
{
	if (rows > MR/2)
		tile_rows(MR, k, a, b, fresh, c);
	else if (rows > MR/3)
		tile_rows(MR/2, k, a, b, fresh, c);
	else if (rows > 1)
		tile_rows(MR/3, k, a, b, fresh, c);
	else
		tile_rows(1, k, a, b, fresh, c);
}

INLINE ptrdiff_t
panels(ptrdiff_t n, ptrdiff_t size)
{
	return (n + size - 1)/size;
}

INLINE ptrdiff_t
least(ptrdiff_t a, ptrdiff_t b)
{
	return a < b ? a : b;
}

/* m rows of A, in panels apart, times nb panels of B, bpart apart, k numbers: to tiles of C, by
 * rows of tiles. */
static void
tiles(ptrdiff_t m, ptrdiff_t nb, ptrdiff_t k, const REAL *a, ptrdiff_t apart, const REAL *b, ptrdiff_t bpart,
    int fresh, REAL *c)
{
	for (ptrdiff_t i = 0; i < m; i += MR, a += apart)
		for (ptrdiff_t j = 0; j < nb; j++, c += MR*NR)
			tile(least(m - i, MR), k, a, b + j*bpart, fresh, c);
}

/* A panel of width from rows of k numbers, zeros behind the last row. */
INLINE void
lay(ptrdiff_t rows, int width, ptrdiff_t k, const REAL *x, ptrdiff_t ldx, REAL *panel)
{
	ptrdiff_t l;
	int r;

	if (rows >= width)
		for (l = 0; l < k; l++)
			for (r = 0; r < width; r++)
				panel[l*width + r] = x[r*ldx + l];
	else
		for (l = 0; l < k; l++)
			for (r = 0; r < width; r++)
				panel[l*width + r] = r < rows ? x[r*ldx + l] : (REAL)0;
}

static size_t
pack_size(ptrdiff_t m, ptrdiff_t k)
{
	return (size_t)(panels(m, MR)*MR*k) * sizeof(REAL);
}

static void
pack(ptrdiff_t k, const void *x, ptrdiff_t ldx, ptrdiff_t i0, ptrdiff_t i1, void *packed)
{
	for (ptrdiff_t i = i0; i < i1; i += MR)
		lay(i1 - i, MR, k, (const REAL *)x + i*ldx, ldx, (REAL *)packed + i*k);
}

INLINE REAL *
aligned(void *work)
{
	return (REAL *)(((uintptr_t)work + LINE - 1)/LINE*LINE);
}

/* Rows of W, as they come; panels of them; tiles of sums. */
enum { LDW = KC + 16, WHOLE_ROWS = NR*LDW, WHOLE_PANELS = NC*KC };

static size_t
mul_work(ptrdiff_t k)
{
	(void)k;
	return (WHOLE_ROWS + WHOLE_PANELS + (size_t)REAL_ONCE*NC) * sizeof(REAL) + LINE;
}

/* The panels of rows j to j + nj of W, columns l to l + nl. */
static void
lay_rows(const struct real_rows *w, ptrdiff_t j, ptrdiff_t nj, ptrdiff_t l, ptrdiff_t nl, REAL *rows, REAL *b)
{
	ptrdiff_t i, r;

	for (i = 0; i < nj; i += NR, b += NR*nl) {
		for (r = 0; r < least(nj - i, NR); r++)
			w->get(w->ctx, j + i + r, l, nl, rows + r*LDW);
		lay(nj - i, NR, nl, rows, LDW, b);
	}
}

/* A row of a tile to its place. */
INLINE void
settle(ptrdiff_t n, const REAL *c, const REAL *bias, int add, REAL *y)
{
	REAL s;

	for (ptrdiff_t j = 0; j < n; j++) {
		s = bias ? c[j] + bias[j] : c[j];
		y[j] = add ? y[j] + s : s;
	}
}

static void
mul(ptrdiff_t m, ptrdiff_t k, const void *packed, const struct real_rows *w, ptrdiff_t j0, ptrdiff_t j1,
    const void *bias, int add, void *y, ptrdiff_t ldy, void *work)
{
	REAL *rows = aligned(work), *b = rows + WHOLE_ROWS, *sums = b + WHOLE_PANELS, *c;
	const REAL *a = packed, *v = bias;
	ptrdiff_t i, j, l, ni, nj, nl, t, p;

	for (i = 0; i < m; i += REAL_ONCE)
		for (j = j0; j < j1; j += NC) {
			ni = least(m - i, REAL_ONCE);
			nj = least(j1 - j, NC);
			for (l = 0; l < k; l += KC) {
				nl = least(k - l, KC);
				lay_rows(w, j, nj, l, nl, rows, b);
				tiles(ni, panels(nj, NR), nl, a + i*k + l*MR, k*MR, b, nl*NR, l == 0, sums);
			}
			for (t = 0; t < ni; t++)
				for (p = 0; p < nj; p += NR) {
					c = sums + (t/MR*panels(nj, NR) + p/NR)*MR*NR + t%MR*NR;
					settle(least(nj - p, NR), c, v ? v + j + p : NULL, add, (REAL *)y + (i + t)*ldy + j + p);
				}
		}
}

#endif
