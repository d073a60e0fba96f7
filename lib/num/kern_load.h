/* kern_load.h - numbers as files hold them, as doubles, turned; for kern.c. */
#ifndef KERN_LOAD_H
#define KERN_LOAD_H

#include <string.h>

#include "kern_vec.h"

/* As whole numbers, absolute values compare like doubles, NaN above Inf. */
static void
most(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, double *big)
{
	enum { N = 4 };
	bits z[N], x, y, more;
	ptrdiff_t i, j = 0;
	double d;
	int l;

	for (; j + N*W <= n; j += N*W) {
		for (l = 0; l < N; l++)
			z[l] = (bits)get(big + j + l*W);
		for (i = 0; i < m; i++)
			for (l = 0; l < N; l++) {
				y = (bits)get(a + j + l*W + i*lda) & INT64_MAX;
				more = y > z[l];
				z[l] = (more & y) | (~more & z[l]);
			}
		for (l = 0; l < N; l++)
			put(big + j + l*W, (vec)z[l]);
	}
	for (; j + W <= n; j += W) {
		x = (bits)get(big + j);
		for (i = 0; i < m; i++) {
			y = (bits)get(a + j + i*lda) & INT64_MAX;
			more = y > x;
			x = (more & y) | (~more & x);
		}
		put(big + j, (vec)x);
	}
	for (; j < n; j++)
		for (i = 0; i < m; i++) {
			d = fabs(a[j + i*lda]);
			if (d > big[j] || isnan(d))
				big[j] = d;
		}
}

static void
turn(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, double *b, ptrdiff_t ldb)
{
	ptrdiff_t i, j;
	int l;
	vec x = { 0 };

	for (i = 0; i + W <= m; i += W)
		for (j = 0; j < n; j++) {
			for (l = 0; l < W; l++)
				x[l] = a[j + (i + l)*lda];
			put(b + i + j*ldb, x);
		}
	for (; i < m; i++)
		for (j = 0; j < n; j++)
			b[i + j*ldb] = a[j + i*lda];
}

typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef int16_t s16x8 __attribute__((vector_size(16)));
typedef uint32_t u32x8 __attribute__((vector_size(32)));
typedef float f32x8 __attribute__((vector_size(32)));
typedef double f64x8 __attribute__((vector_size(64)));
typedef double mem8 __attribute__((vector_size(64), aligned(sizeof(double)), may_alias));

#ifdef __clang__
#define SHUFFLE(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
#else
#define SHUFFLE(x, y, ...) __builtin_shuffle(x, y, (u16x8){ __VA_ARGS__ })
#endif

/* 8 numbers of 16 bits, or of 8, which come to lie where their exponents begin as in 16. */
INLINE u16x8
eight(int size, const unsigned char *p)
{
	u16x8 x;
	int i;

	if (size == 2)
		memcpy(&x, p, 16);
	else
		for (i = 0; i < 8; i++)
			x[i] = (uint16_t)(p[i] << 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	if (size == 2)
		x = x << 8 | x >> 8;
#endif
	return x;
}

/* As from_bf16 and the others. */
INLINE void
convert(enum num_type type, u16x8 x, double *b)
{
	u32x8 h = __builtin_convertvector(x, u32x8), y = h << 16;
	u32x8 sign = y & 0x80000000u, none = (u32x8){ 0 };
	double f = 1;

	if (type == NUM_F16 || type == NUM_F8_E5M2) {
		y = sign | (h & 0x7fff) << 13 | (((h & 0x7c00) == (none | 0x7c00)) & 0x7f800000u);
		f = 0x1p112;
	} else if (type == NUM_F8_E4M3) {
		y = sign | (h & 0x7f00) << 12 | (((h & 0x7f00) == (none | 0x7f00)) & 0x7f800000u);
		f = 0x1p120;
	}
	*(mem8 *)b = (mem8)(__builtin_convertvector((f32x8)y, f64x8) * f);
}

/* Three times all rows of the upper half between those of the lower one.  big: as in load_turned. */
INLINE void
turn_eights(enum num_type type, int size, const unsigned char *p, ptrdiff_t row, ptrdiff_t n, double *b,
    ptrdiff_t ldb, double *big)
{
	u16x8 x[8], y[8], top = { 0 }, more;
	ptrdiff_t i, j;
	int t;

	for (j = 0; j < n; j += 8) {
		for (i = 0; i < 8; i++)
			x[i] = eight(size, p + i*row + j*size);
		for (t = 0; t < 3; t++) {
			for (i = 0; i < 4; i++) {
				y[2*i] = SHUFFLE(x[i], x[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
				y[2*i + 1] = SHUFFLE(x[i], x[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
			}
			memcpy(x, y, sizeof(x));
		}
		for (i = 0; i < 8; i++) {
			convert(type, x[i], b + (j + i)*ldb);
			x[i] &= 0x7fff;
			more = (u16x8)((s16x8)x[i] > (s16x8)top);
			top = (more & x[i]) | (~more & top);
		}
	}
	convert(type, top, big);
}

/* Of the columns from j on, piece by piece; top: as big in load_turned. */
static void
load_pieces(enum num_type type, const unsigned char *p, ptrdiff_t row, ptrdiff_t col, ptrdiff_t m, ptrdiff_t j,
    ptrdiff_t n, double *b, ptrdiff_t ldb, double *top)
{
	enum { PIECE = 64 };
	double x[8*PIECE] = { 0 };
	ptrdiff_t i, k;

	for (; j < n; j += k) {
		k = n - j < PIECE ? n - j : PIECE;
		for (i = 0; i < m; i++)
			load(type, p + i*row + j*col, col, k, x + i*PIECE);
		turn(m, k, x, PIECE, b + j*ldb, ldb);
		if (top)
			most(k, m, b + j*ldb, ldb, top);
	}
}

static void
load_turned(enum num_type type, const void *src, ptrdiff_t row, ptrdiff_t col, ptrdiff_t m, ptrdiff_t n,
    double *b, ptrdiff_t ldb, double *big)
{
	const unsigned char *p = src;
	double top[8] = { 0 };
	ptrdiff_t j = 0;

	if (m == 8 && type == NUM_BF16 && col == 2)
		turn_eights(NUM_BF16, 2, p, row, j = n/8*8, b, ldb, top);
	if (m == 8 && type == NUM_F16 && col == 2)
		turn_eights(NUM_F16, 2, p, row, j = n/8*8, b, ldb, top);
	if (m == 8 && type == NUM_F8_E4M3 && col == 1)
		turn_eights(NUM_F8_E4M3, 1, p, row, j = n/8*8, b, ldb, top);
	if (m == 8 && type == NUM_F8_E5M2 && col == 1)
		turn_eights(NUM_F8_E5M2, 1, p, row, j = n/8*8, b, ldb, top);
	load_pieces(type, p, row, col, m, j, n, b, ldb, big ? top : NULL);
	if (big)
		memcpy(big, top, (size_t)m * sizeof(double));
}

#endif
