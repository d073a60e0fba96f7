/* kern_vec.h - vectors of doubles of the instruction set that kern.c is compiled for. */
#ifndef KERN_VEC_H
#define KERN_VEC_H

#include <math.h>
#include <stdint.h>

#define REAL double
#include "load.h"

#if defined __AVX512F__ && defined __FMA__
#include <immintrin.h>
enum { W = 8, NR = 8 };         /* doubles in a vector; columns in a tile */
#define SET "AVX-512"
#define FUSES
#define FMA(a, b, c) ((vec)_mm512_fmadd_pd((__m512d)(a), (__m512d)(b), (__m512d)(c)))
#define SQRT(a) ((vec)_mm512_sqrt_pd((__m512d)(a)))
#elif defined __AVX2__ && defined __FMA__
#include <immintrin.h>
enum { W = 4, NR = 4 };
#define SET "AVX2"
#define FUSES
#define FMA(a, b, c) ((vec)_mm256_fmadd_pd((__m256d)(a), (__m256d)(b), (__m256d)(c)))
#define SQRT(a) ((vec)_mm256_sqrt_pd((__m256d)(a)))
#elif defined __aarch64__
#include <arm_neon.h>
enum { W = 2, NR = 8 };
#define SET "NEON"
#define FUSES
#define FMA(a, b, c) ((vec)vfmaq_f64((float64x2_t)(c), (float64x2_t)(a), (float64x2_t)(b)))
#define SQRT(a) ((vec)vsqrtq_f64((float64x2_t)(a)))
#else
enum { W = 2, NR = 4 };
#define SET "plain"
#define FMA(a, b, c) ((vec){ fma((a)[0], (b)[0], (c)[0]), fma((a)[1], (b)[1], (c)[1]) })
#define SQRT(a) ((vec){ sqrt((a)[0]), sqrt((a)[1]) })
#endif
enum { MV = 3 };                /* vectors in a column of a tile */

typedef double vec __attribute__((vector_size(W * sizeof(double))));
typedef int64_t bits __attribute__((vector_size(W * sizeof(int64_t))));
typedef double mem __attribute__((vector_size(W * sizeof(double)), aligned(sizeof(double)), may_alias));

INLINE vec
get(const double *p)
{
	return (vec)*(const mem *)p;
}

INLINE void
put(double *p, vec x)
{
	*(mem *)p = (mem)x;
}

INLINE vec
splat(double x)
{
#if defined __AVX512F__ && defined __FMA__
	return (vec)_mm512_set1_pd(x);
#else
	return x - (vec){ 0 };
#endif
}

/* b where i of the mask is not 0, else a. */
INLINE vec
blend(bits i, vec a, vec b)
{
	return (vec)((~i & (bits)a) | (i & (bits)b));
}

/* The sum of 8 numbers, by halves. */
INLINE double
fold(const double *t)
{
	return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}

/* a = a + x y, 8 numbers each. */
INLINE void
add8(vec *a, const double *x, const double *y)
{
	int u;

	for (u = 0; u < 8/W; u++)
		a[u] = FMA(get(x + u*W), get(y + u*W), a[u]);
}

#endif
