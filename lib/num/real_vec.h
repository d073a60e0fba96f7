/* real_vec.h - real.c's numbers and vectors, and functions of vectors.
 *
 * REAL is float or double.  Nothing is fused but FMA, which is wherever the code says so; hence
 * the same bits with vectors of any length. */
#ifndef REAL_VEC_H
#define REAL_VEC_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "num.h"

#ifdef REAL_DOUBLE
#define REAL double
typedef int64_t whole;
typedef uint64_t natural;
#define FMA1 fma
#define MOST INT64_MAX
enum { FRACTION = 52, BIAS = 1023, TERMS = 13 };
#define LN2_HIGH 0x1.62e42fefa3800p-1           /* times any exponent: exact */
#define LN2_LOW 0x1.ef35793c76730p-45
enum { EXP_LEAST = -708, EXP_MOST = 710 };
#else
#define REAL float
typedef int32_t whole;
typedef uint32_t natural;
#define FMA1 fmaf
#define MOST INT32_MAX
enum { FRACTION = 23, BIAS = 127, TERMS = 7 };
#define LN2_HIGH 0x1.63p-1f
#define LN2_LOW (-0x1.bd0106p-13f)
enum { EXP_LEAST = -86, EXP_MOST = 89 };
#endif

/* MR: rows in a tile, chosen so that it and its operands stay in registers. */
#if defined __AVX512F__ && defined __FMA__
#include <immintrin.h>
enum { BYTES = 64, MR = 12 };
#ifdef REAL_DOUBLE
#define FMA(a, b, c) ((vec)_mm512_fmadd_pd((__m512d)(a), (__m512d)(b), (__m512d)(c)))
#else
#define FMA(a, b, c) ((vec)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
#endif
#elif defined __AVX2__ && defined __FMA__
#include <immintrin.h>
enum { BYTES = 32, MR = 6 };
#ifdef REAL_DOUBLE
#define FMA(a, b, c) ((vec)_mm256_fmadd_pd((__m256d)(a), (__m256d)(b), (__m256d)(c)))
#else
#define FMA(a, b, c) ((vec)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#endif
#elif defined __aarch64__
#include <arm_neon.h>
enum { BYTES = 16, MR = 12 };
#ifdef REAL_DOUBLE
#define FMA(a, b, c) ((vec)vfmaq_f64((float64x2_t)(c), (float64x2_t)(a), (float64x2_t)(b)))
#else
#define FMA(a, b, c) ((vec)vfmaq_f32((float32x4_t)(c), (float32x4_t)(a), (float32x4_t)(b)))
#endif
#else
enum { BYTES = 16, MR = 6 };
#define FMA(a, b, c) fma_each(a, b, c)
#endif
enum { W = BYTES/(int)sizeof(REAL), DW = BYTES/(int)sizeof(double), LANES = 16 };

#include "load.h"

/* mem, part_mem: in memory, wherever a number may be; part: as many REAL as there are doubles
 * in a wide. */
typedef REAL vec __attribute__((vector_size(BYTES)));
typedef REAL mem __attribute__((vector_size(BYTES), aligned(sizeof(REAL)), may_alias));
typedef whole ivec __attribute__((vector_size(BYTES)));
typedef natural uvec __attribute__((vector_size(BYTES)));
typedef double wide __attribute__((vector_size(BYTES)));
typedef REAL part_mem __attribute__((vector_size(BYTES/8*sizeof(REAL)), aligned(sizeof(REAL)), may_alias));

INLINE vec
get(const REAL *p)
{
	return (vec)*(const mem *)p;
}

INLINE void
put(REAL *p, vec x)
{
	*(mem *)p = (mem)x;
}

INLINE vec
splat(REAL x)
{
#if defined __AVX512F__ && defined __FMA__ && defined REAL_DOUBLE
	return (vec)_mm512_set1_pd(x);
#elif defined __AVX512F__ && defined __FMA__
	return (vec)_mm512_set1_ps(x);
#else
	return x - (vec){ 0 };
#endif
}

/* As REAL is rounded, one number after the other. */
INLINE vec
fma_each(vec a, vec b, vec c)
{
	for (int u = 0; u < W; u++)
		c[u] = FMA1(a[u], b[u], c[u]);
	return c;
}

/* b where the mask is set, else a. */
INLINE vec
blend(ivec mask, vec a, vec b)
{
	return (vec)((~mask & (ivec)a) | (mask & (ivec)b));
}

INLINE vec
absolute(vec x)
{
	return (vec)((ivec)x & MOST);
}

/* DW numbers as doubles. */
INLINE wide
widen(const REAL *p)
{
	return __builtin_convertvector(*(const part_mem *)p, wide);
}

/* The sum of LANES numbers, by halves. */
INLINE double
fold(double *t)
{
	for (int h = LANES/2; h > 0; h /= 2)
		for (int u = 0; u < h; u++)
			t[u] += t[u + h];
	return t[0];
}

INLINE double
fold_wide(const wide *s)
{
	double t[LANES];

	memcpy(t, s, sizeof(t));
	return fold(t);
}

/* x = k log 2 + r, k whole and the nearest, |x| < 2^12 or so; k modulo what it has bits for.  Returns
 * r. */
INLINE vec
reduce(vec x, uvec *k)
{
	const REAL magic = (REAL)3*(REAL)((whole)1 << (FRACTION - 1));
	vec t = x*splat((REAL)0x1.71547652b82fep+0) + splat(magic);

	*k = (uvec)t - (uvec)splat(magic);
	t -= splat(magic);
	return (x - t*splat(LN2_HIGH)) - t*splat(LN2_LOW);
}

/* 2^k, k from 1 - BIAS to BIAS. */
INLINE vec
power2(uvec k)
{
	return (vec)((k + (natural)BIAS) << FRACTION);
}

/* e^r - 1, |r| <= log(2)/2: the series, whose next term is below 2^-27 or 2^-57.  DLMF 4.2.19. */
INLINE vec
exp1_near(vec r)
{
	static const REAL inverse[] = { (REAL)1, (REAL)1, (REAL)(1/2.0), (REAL)(1/6.0), (REAL)(1/24.0), (REAL)(1/120.0),
		(REAL)(1/720.0), (REAL)(1/5040.0), (REAL)(1/40320.0), (REAL)(1/362880.0), (REAL)(1/3628800.0),
		(REAL)(1/39916800.0), (REAL)(1/479001600.0), (REAL)(1/6227020800.0) };
	vec p = splat(inverse[TERMS]);

#pragma GCC unroll 16
	for (int i = TERMS - 1; i > 1; i--)
		p = p*r + splat(inverse[i]);
	return r + r*r*p;
}

/* e^x; 0 below EXP_LEAST. */
INLINE vec
vexp(vec x)
{
	const vec least = splat(EXP_LEAST), most = splat(EXP_MOST);
	uvec k;
	vec r = reduce(blend(x > most, x, most), &k), p = exp1_near(r) + splat(1);

	return blend(x < least, (p + p)*power2(k - 1), splat(0));
}

/* tanh |x| = -q/(2 + q), q = e^(-2|x|) - 1. */
INLINE vec
vtanh(vec x)
{
	const ivec sign = (ivec)x ^ (ivec)absolute(x);
	const vec least = splat(-40);
	vec u = absolute(x)*splat(-2), r, s, q;
	uvec k;

	r = reduce(blend(u < least, u, least), &k);
	s = power2(k);
	q = s*exp1_near(r) + (s - splat(1));
	return (vec)((ivec)(-q/(q + splat(2))) | sign);
}

/* 1/(1 + e^-x). */
INLINE vec
sigmoid(vec x)
{
	vec e = vexp(-absolute(x));

	return blend(x < splat(0), splat(1), e)/(e + splat(1));
}

/* P(Z > x), Z normal, x >= 0, = erfc(y)/2, y = x/sqrt 2: (1 + 2y) e^(y^2) erfc(y) is a
 * polynomial in (y - 3)/(y + 3), after Shepherd & Laframboise, Mathematics of Computation 36 (1981)
 * 249-253; its table is printed by tests/data/real.py.  x^2 with what it loses to rounding. */
INLINE vec
normal_tail(vec x)
{
#ifdef REAL_DOUBLE
	static const REAL table[] = {
		0x1.cd7350f20ad1ap-31, 0x1.0f1968e597de2p-30, -0x1.1a5abb05ab718p-27, -0x1.c96dae03284b5p-27,
		0x1.60bcb894e79d1p-25, 0x1.b56217b9146ccp-24, -0x1.2dabcbdb3b408p-23, -0x1.4b09042715313p-21,
		0x1.7dfecd6d595a4p-22, 0x1.d20dc1d6f2168p-19, -0x1.885c4173e8118p-21, -0x1.513b2bf2e7a13p-16,
		0x1.4c228d0f252afp-18, 0x1.065a32b51fa50p-13, -0x1.b912639d3c363p-14, -0x1.98db50c1995dap-11,
		0x1.ef1bdd0e61218p-10, 0x1.4b884e411d2b0p-9, -0x1.8574c40b69c6ap-6, 0x1.17ca2877f2e0ap-4,
		-0x1.e88b803a4a881p-4, 0x1.098366a5b4640p-3, -0x1.85a15c58aa4f5p-5, -0x1.15c084bb9e8f2p-3,
		0x1.40c522d7e4987p+0
	};
	enum { HALF = 27, FAR = 40 };
#else
	static const REAL table[] = {
		0x1.032a100000000p-18f, 0x1.44433e0000000p-14f, -0x1.b4c1800000000p-14f, -0x1.7cdef60000000p-11f,
		0x1.eef51c0000000p-10f, 0x1.4790720000000p-9f, -0x1.8574020000000p-6f, 0x1.17d31e0000000p-4f,
		-0x1.e88b880000000p-4f, 0x1.0982da0000000p-3f, -0x1.85a15c0000000p-5f, -0x1.15c0800000000p-3f,
		0x1.40c5220000000p+0f
	};
	enum { HALF = 12, FAR = 14 };
#endif
	const vec far = splat(FAR);
	vec y, t, p = splat(table[0]), high, s, e;

	x = blend(x > far, x, far);
	y = x*splat((REAL)0x1.6a09e667f3bcdp-1);
	t = (y - splat(3))/(y + splat(3));
	for (int i = 1; i < (int)(sizeof(table)/sizeof(*table)); i++)
		p = p*t + splat(table[i]);
	high = (vec)((ivec)x >> HALF << HALF);
	s = x*x;
	e = (high*high - s) + (x - high)*(x + high);
	t = vexp(s*splat(-(REAL)0.5));
	return (t - t*e*splat((REAL)0.5))*p/(splat(2) + splat(4)*y);
}

/* x P(Z < x). */
INLINE vec
gelu(vec x)
{
	vec p = normal_tail(absolute(x));

	return x*blend(x < splat(0), splat(1) - p, p);
}

/* x sigmoid(2 sqrt(2/pi) (x + 0.044715 x^3)), which is x/2 (1 + tanh(half of that)). */
INLINE vec
gelu_tanh(vec x)
{
	return x*sigmoid(splat((REAL)0x1.9884533d43651p+0)*(x + splat((REAL)0.044715)*x*x*x));
}

INLINE vec
activate(enum act a, vec x)
{
	vec positive = blend(x < splat(0), x, splat(0));

	switch (a) {
	case ACT_RELU:
		return positive;
	case ACT_RELU2:
		return positive*positive;
	case ACT_SILU:
		return x*sigmoid(x);
	case ACT_GELU:
		return gelu(x);
	case ACT_GELU_TANH:
		return gelu_tanh(x);
	case ACT_QUICK_GELU:
		return x*sigmoid(splat((REAL)1.702)*x);
	case ACT_TANH:
		return vtanh(x);
	case ACT_SIGMOID:
		return sigmoid(x);
	case ACT_NONE:
	default:
		return x;
	}
}

#endif
