/* load.h - numbers as files hold them, for kern.c and real.c, which say what a number
 * becomes: REAL, float or double.  Little-endian words, whatever the machine has; of files no
 * other file of lib/num reads any that are not put together byte by byte (block.h). */
#ifndef LOAD_H
#define LOAD_H

#include <stdint.h>
#include <string.h>

#include "num.h"

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LE(bits, x) __builtin_bswap##bits(x)
#else
#define LE(bits, x) (x)
#endif

#define INLINE static inline __attribute__((always_inline))

INLINE REAL
from_own(const unsigned char *p)
{
	double x;

	memcpy(&x, p, sizeof(x));
	return (REAL)x;
}

INLINE REAL
from_f64(const unsigned char *p)
{
	uint64_t b;
	double x;

	memcpy(&b, p, sizeof(b));
	b = LE(64, b);
	memcpy(&x, &b, sizeof(x));
	return (REAL)x;
}

INLINE REAL
from_f32(const unsigned char *p)
{
	uint32_t b;
	float x;

	memcpy(&b, p, sizeof(b));
	b = LE(32, b);
	memcpy(&x, &b, sizeof(x));
	return (REAL)x;
}

/* The upper half of a float. */
INLINE REAL
from_bf16(const unsigned char *p)
{
	uint16_t h;
	uint32_t b;
	float x;

	memcpy(&h, p, sizeof(h));
	b = (uint32_t)LE(16, h) << 16;
	memcpy(&x, &b, sizeof(x));
	return (REAL)x;
}

/* Sign, 5 bits of exponent, 10 of fraction, moved to where a float has them;
 * 2^112 makes up for the biases, 15 and 127. */
INLINE REAL
of_half(uint32_t h)
{
	uint32_t b;
	float x;

	b = (h & 0x8000u) << 16 | (h & 0x7fffu) << 13;
	b |= (h & 0x7c00u) == 0x7c00u ? 0x7f800000u : 0;        /* Inf, NaN */
	memcpy(&x, &b, sizeof(x));
	return (REAL)x * (REAL)0x1p112;
}

INLINE REAL
from_f16(const unsigned char *p)
{
	uint16_t h;

	memcpy(&h, p, sizeof(h));
	return of_half(LE(16, h));
}

INLINE REAL
from_e5m2(const unsigned char *p)
{
	return of_half((uint32_t)*p << 8);
}

/* As of_half, with 4 bits of exponent, 3 of fraction, a bias of 7. */
INLINE REAL
from_e4m3(const unsigned char *p)
{
	uint32_t b = (*p & 0x80u) << 24 | (*p & 0x7fu) << 20;
	float x;

	b |= (*p & 0x7fu) == 0x7fu ? 0x7f800000u : 0;           /* NaN */
	memcpy(&x, &b, sizeof(x));
	return (REAL)x * (REAL)0x1p120;
}

#define LOAD(from, size) do { \
	if (step == (size)) \
		for (i = 0; i < n; i++) \
			x[i] = from(p + i*(size)); \
	else \
		for (i = 0; i < n; i++) \
			x[i] = from(p + i*step); \
} while (0)

/* num_load. */
static void
load(enum num_type type, const void *src, ptrdiff_t step, ptrdiff_t n, REAL *x)
{
	const unsigned char *p = src;
	ptrdiff_t i;

	switch (type) {
	case NUM_DOUBLE:
		LOAD(from_own, 8);
		break;
	case NUM_F64:
		LOAD(from_f64, 8);
		break;
	case NUM_F32:
		LOAD(from_f32, 4);
		break;
	case NUM_F16:
		LOAD(from_f16, 2);
		break;
	case NUM_BF16:
		LOAD(from_bf16, 2);
		break;
	case NUM_F8_E4M3:
		LOAD(from_e4m3, 1);
		break;
	case NUM_F8_E5M2:
		LOAD(from_e5m2, 1);
		break;
	default:                        /* in blocks */
		break;
	}
}

#endif
