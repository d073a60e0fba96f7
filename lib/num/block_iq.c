/* block_iq.c - numbers in blocks that are entries of a table, as block.c has them. */
#include "block.h"

static float
negate(unsigned is, float x)
{
	return is ? -x : x;
}

/* tables of 16 --------------------------------------------------------------------------------- */

static const signed char curve[16] = {
	-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
};

/* E2M1: a sign, two bits of exponent, one of fraction; doubled. */
static const signed char e2m1[16] = { 0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12 };

/* x[0..2n) = d times the entries of the table for n bytes. */
static void
look_up(const signed char *table, float d, int n, const unsigned char *q, double *x)
{
	for (int i = 0; i < n; i++) {
		x[i] = d * (float)table[q[i] & 15];
		x[i + n] = d * (float)table[q[i] >> 4];
	}
}

/* d; 16 bytes. */
void
block_iq4_nl(const unsigned char *b, double *x)
{
	look_up(curve, half(b), 16, b + 2, x);
}

/* d; the high two bits of 8 scales of 6, 2 bytes; their nibbles, 4 bytes; 128 bytes: d (sc -
 * 32) for each 32 numbers. */
void
block_iq4_xs(const unsigned char *b, double *x)
{
	float d = half(b);
	unsigned high = u16(b + 2);

	for (int k = 0; k < 8; k++) {
		int scale = (b[4 + k/2] >> k%2*4 & 15) | (int)(high >> 2*k & 3) << 4;

		look_up(curve, d * (float)(scale - 32), 16, b + 8 + 16*k, x + 32*k);
	}
}

/* An exponent, 2^(e - 127); 16 bytes of E2M1.  OCP Microscaling Formats (MX), version 1.0. */
void
block_mxfp4(const unsigned char *b, double *x)
{
	float d = b[0] < 2 ? from_bits((uint32_t)0x200000 << b[0]) : from_bits((b[0] - (uint32_t)1) << 23);

	look_up(e2m1, d, 16, b + 1, x);                 /* d = 2^(e - 128): the table is doubled */
}

/* 4 scales, E4M3 without sign, NaN read as 0; 32 bytes of E2M1: for each 16 numbers a scale. */
void
block_nvfp4(const unsigned char *b, double *x)
{
	for (int k = 0; k < 4; k++) {
		unsigned e = b[k] >> 3 & 15, m = b[k] & 7;
		float d = e == 0 ? 0x1p-10f * (float)m : from_bits((e + 119) << 23 | m << 20);

		look_up(e2m1, b[k] == 0x7f ? 0 : d, 8, b + 4 + 8*k, x + 16*k);  /* halved, as in mxfp4 */
	}
}

/* grids: 8 or 4 numbers by one index, and their signs ---------------------------------------------- */

static const unsigned char two_bits[4] = { 0x08, 0x19, 0x2b, 0 };
static const unsigned char three_bits[8] = { 0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3e };

/* Eight signs out of seven bits: there is an even number of minuses. */
static unsigned
signs(uint32_t s)
{
	return (s & 127) | (unsigned)__builtin_parity(s & 127) << 7;
}

/* x[0..8) = d times the entries of a grid with two bits for each, signed. */
static void
eight(float d, unsigned grid, unsigned sign, double *x)
{
	for (int i = 0; i < 8; i++)
		x[i] = negate(sign >> i & 1, d * (float)two_bits[grid >> 2*i & 3]);
}

/* x[0..4) = d times the entries of a grid with three bits for each, signed. */
static void
four(float d, unsigned grid, unsigned sign, double *x)
{
	for (int i = 0; i < 4; i++)
		x[i] = negate(sign >> i & 1, d * (float)three_bits[grid >> 3*i & 7]);
}

/* d; for each 32 numbers 4 bytes of indices and 4 of signs, seven bits for each 8 numbers,
 * and a scale of four: d (1/2 + sc) / 4. */
void
block_iq2_xxs(const unsigned char *b, double *x)
{
	float d = half(b);

	for (int k = 0; k < 32; k++) {
		const unsigned char *q = b + 2 + k/4*8;
		uint32_t s = u32(q + 4);

		eight(d * (0.5f + (float)(s >> 28)) * 0.25f, grid_iq2_xxs[q[k%4]], signs(s >> k%4*7), x + 8*k);
	}
}

/* d; for each 8 numbers 2 bytes, nine bits of index and seven of signs; 16 scales of four
 * bits: d (1/2 + sc) / 4. */
void
block_iq2_xs(const unsigned char *b, double *x)
{
	float d = half(b);

	for (int k = 0; k < 32; k++) {
		unsigned q = u16(b + 2 + 2*k), s = bits(b[66 + k/4], k/2%2*4, 15);

		eight(d * (0.5f + (float)s) * 0.25f, grid_iq2_xs[q & 511], signs(q >> 9), x + 8*k);
	}
}

/* d; for each 8 numbers a byte of index; a byte of signs; two more bits of index, 8 bytes; 16
 * scales of four bits: d (1/2 + sc) / 4. */
void
block_iq2_s(const unsigned char *b, double *x)
{
	float d = half(b);

	for (int k = 0; k < 32; k++) {
		unsigned q = b[2 + k] | bits(b[66 + k/4], k%4*2, 3) << 8, s = bits(b[74 + k/4], k/2%2*4, 15);

		eight(d * (0.5f + (float)s) * 0.25f, grid_iq2_s[q], b[34 + k], x + 8*k);
	}
}

/* d; for each 4 numbers a byte of index; for each 32 4 bytes of signs and scale as in iq2_xxs:
 * d (1/2 + sc) / 2. */
void
block_iq3_xxs(const unsigned char *b, double *x)
{
	float d = half(b);

	for (int k = 0; k < 64; k++) {
		uint32_t s = u32(b + 66 + k/8*4);

		four(d * (0.5f + (float)(s >> 28)) * 0.5f, grid_iq3_xxs[b[2 + k]], signs(s >> k/2%4*7) >> k%2*4, x + 4*k);
	}
}

/* d; for each 4 numbers a byte of index; a ninth bit of it, 8 bytes; 32 bytes of signs; 8
 * scales of four bits: d (1 + 2 sc) times odd numbers. */
void
block_iq3_s(const unsigned char *b, double *x)
{
	float d = half(b);

	for (int k = 0; k < 64; k++) {
		unsigned q = b[2 + k] | bits(b[66 + k/8], k%8, 1) << 8, s = bits(b[106 + k/16], k/8%2*4, 15);
		unsigned grid = grid_iq3_s[q], sign = bits(b[74 + k/2], k%2*4, 15);
		float e = d * (float)(1 + 2*s);

		for (int i = 0; i < 4; i++)
			x[4*k + i] = negate(sign >> i & 1, e * (float)(2*(grid >> 3*i & 7) + 1));
	}
}

/* x[0..8) = d times -1, 0, 1 of the grid, moved by an eighth. */
static void
eight_of_three(float d, unsigned grid, unsigned down, double *x)
{
	float delta = down ? -0.125f : 0.125f;

	for (int i = 0; i < 8; i++)
		x[i] = d * ((float)((int)(grid >> 2*i & 3) - 1) + delta);
}

/* d; for each 8 numbers a byte of index; for each 32 2 bytes: three more bits for each index, a
 * scale of three, a sign of the move: d (1 + 2 sc). */
void
block_iq1_s(const unsigned char *b, double *x)
{
	float d = half(b);

	for (int k = 0; k < 32; k++) {
		unsigned h = u16(b + 34 + k/4*2), q = b[2 + k] | (h >> k%4*3 & 7) << 8;

		eight_of_three(d * (float)(2*(h >> 12 & 7) + 1), grid_iq1_s[q], h >> 15 & 1, x + 8*k);
	}
}

/* For each 8 numbers a byte of index; a nibble: three bits more, a sign of the move; 4 times 2
 * bytes, four scales of three bits and a nibble of d: d (1 + 2 sc) for each 16 numbers. */
void
block_iq1_m(const unsigned char *b, double *x)
{
	const unsigned char *s = b + 48;
	float d = from_half(u16(s) >> 12 | u16(s + 2) >> 12 << 4 | u16(s + 4) >> 12 << 8 | u16(s + 6) >> 12 << 12);

	for (int k = 0; k < 32; k++) {
		unsigned h = bits(b[32 + k/2], k%2*4, 15), q = b[k] | (h & 7) << 8;
		unsigned scale = u16(s + k/8*2) >> k/2%4*3 & 7;

		eight_of_three(d * (float)(2*scale + 1), grid_iq1_s[q], h >> 3 & 1, x + 8*k);
	}
}
