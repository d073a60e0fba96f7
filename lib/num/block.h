/* block.h - what the files of numbers in blocks share: block.c, block_iq.c, grid.c. */
#ifndef BLOCK_H
#define BLOCK_H

#include <stdint.h>
#include <string.h>

#include "num.h"

/* x = the numbers of the block b, of the type that each is called like. */
void block_iq4_nl(const unsigned char *b, double *x);
void block_iq4_xs(const unsigned char *b, double *x);
void block_mxfp4(const unsigned char *b, double *x);
void block_nvfp4(const unsigned char *b, double *x);
void block_iq2_xxs(const unsigned char *b, double *x);
void block_iq2_xs(const unsigned char *b, double *x);
void block_iq2_s(const unsigned char *b, double *x);
void block_iq3_xxs(const unsigned char *b, double *x);
void block_iq3_s(const unsigned char *b, double *x);
void block_iq1_s(const unsigned char *b, double *x);
void block_iq1_m(const unsigned char *b, double *x);

/* grid.c - which vectors of 8 (iq1, iq2) or 4 numbers (iq3) there are: two or three bits
 * for each number, those of the first the lowest. */
extern const uint16_t grid_iq1_s[2048], grid_iq2_xxs[256], grid_iq2_xs[512], grid_iq2_s[1024];
extern const uint16_t grid_iq3_xxs[256], grid_iq3_s[512];

/* Bits of a byte; little-endian; a number in half precision; a byte as a number from -128. */
static inline unsigned
bits(unsigned char c, int from, unsigned mask)
{
	return (unsigned)c >> from & mask;
}

static inline unsigned
u16(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

static inline uint32_t
u32(const unsigned char *p)
{
	return u16(p) | (uint32_t)u16(p + 2) << 16;
}

static inline float
from_bits(uint32_t b)
{
	float x;

	memcpy(&x, &b, sizeof x);
	return x;
}

static inline float
from_half(unsigned h)
{
	uint32_t sign = (uint32_t)(h & 0x8000) << 16, e = h >> 10 & 31, m = h & 1023;

	if (e == 0)
		return (sign != 0 ? -0x1p-24f : 0x1p-24f) * (float)m;
	return from_bits(sign | (e == 31 ? 255 : e + 112) << 23 | m << 13);
}

static inline float
half(const unsigned char *p)
{
	return from_half(u16(p));
}

static inline int
i8(unsigned char c)
{
	return c < 128 ? c : c - 256;
}

#endif
