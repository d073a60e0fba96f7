/* block.c - numbers in blocks that share their scales, as ggml stores them.
 *
 * Each function makes the numbers of one block, at b, in the arithmetic of ggml, single
 * precision: most are products that are exact in it, but where a minimum goes in or comes
 * off, the sum is rounded, and it is the rounded number that the model has.  The comment
 * above it says what lies in the block, in the order of the bytes; d and m are in half
 * precision.  Where a byte holds two numbers, the low halves of 16 or 32 bytes come
 * before the high ones.
 */
#include <string.h>

#include "block.h"

/* plain: one scale for 32 --------------------------------------------------------------- */

/* d; 16 bytes q: d (q - 8). */
static void
q4_0(const unsigned char *b, double *x)
{
	float d = half(b);

	for (int i = 0; i < 16; i++) {
		x[i] = d * (float)((b[2 + i] & 15) - 8);
		x[i + 16] = d * (float)((b[2 + i] >> 4) - 8);
	}
}

/* d, m; 16 bytes q: d q + m. */
static void
q4_1(const unsigned char *b, double *x)
{
	float d = half(b), m = half(b + 2);

	for (int i = 0; i < 16; i++) {
		x[i] = d * (float)(b[4 + i] & 15) + m;
		x[i + 16] = d * (float)(b[4 + i] >> 4) + m;
	}
}

/* d; a fifth bit for each of 32; 16 bytes q: d (q - 16). */
static void
q5_0(const unsigned char *b, double *x)
{
	float d = half(b);
	uint32_t h = u32(b + 2);

	for (int i = 0; i < 16; i++) {
		x[i] = d * (float)((int)((b[6 + i] & 15u) | (h >> i & 1) << 4) - 16);
		x[i + 16] = d * (float)((int)((b[6 + i] >> 4) | (h >> (i + 16) & 1) << 4) - 16);
	}
}

/* d, m; the fifth bits; 16 bytes q: d q + m. */
static void
q5_1(const unsigned char *b, double *x)
{
	float d = half(b), m = half(b + 2);
	uint32_t h = u32(b + 4);

	for (int i = 0; i < 16; i++) {
		x[i] = d * (float)((b[8 + i] & 15u) | (h >> i & 1) << 4) + m;
		x[i + 16] = d * (float)((b[8 + i] >> 4) | (h >> (i + 16) & 1) << 4) + m;
	}
}

/* d; 32 bytes q, signed: d q. */
static void
q8_0(const unsigned char *b, double *x)
{
	float d = half(b);

	for (int i = 0; i < 32; i++)
		x[i] = d * (float)i8(b[2 + i]);
}

/* K: scales of scales, 256 numbers ------------------------------------------------------------ */

/* 16 bytes, each a scale and a minimum of 4 bits; 64 bytes q, 2 bits each; d, dmin: for each
 * 16 numbers d sc q - dmin mn.  In 32 bytes lie 128 numbers, the lowest bits those of the
 * first 32. */
static void
q2_k(const unsigned char *b, double *x)
{
	float d = half(b + 80), dmin = half(b + 82);

	for (int k = 0; k < 16; k++) {
		const unsigned char *q = b + 16 + k/8*32 + k%2*16;
		float s = d * (float)(b[k] & 15), m = dmin * (float)(b[k] >> 4);

		for (int i = 0; i < 16; i++)
			x[16*k + i] = s * (float)(q[i] >> k/2%4*2 & 3) - m;
	}
}

/* 32 bytes of third bits, the lowest of each those of the first 32 numbers; 64 bytes q as
 * above; 12 bytes, 16 scales of 6 bits, the low four in 8 bytes, the high two in 4; d: d (sc
 * - 32) (q - 4), or q where the third bit is set. */
static void
q3_k(const unsigned char *b, double *x)
{
	const unsigned char *sc = b + 96;
	float d = half(b + 108);

	for (int k = 0; k < 16; k++) {
		const unsigned char *q = b + 32 + k/8*32 + k%2*16, *h = b + k%2*16;
		int scale = (sc[k%8] >> k/8*4 & 15) | (sc[8 + k%4] >> k/4*2 & 3) << 4;
		float s = d * (float)(scale - 32);

		for (int i = 0; i < 16; i++)
			x[16*k + i] = s * (float)((q[i] >> k/2%4*2 & 3) - (~h[i] >> k/2 & 1) * 4);
	}
}

/* Scale and minimum k of 8 pairs of 6 bits in 12 bytes: those of the first four pairs in the
 * low bits of 4 bytes each; of the others the low four bits in the last 4 bytes, the high
 * two above the former. */
static void
pair_of(const unsigned char *p, int k, unsigned *scale, unsigned *least)
{
	if (k < 4) {
		*scale = p[k] & 63;
		*least = p[k + 4] & 63;
	} else {
		*scale = (p[k + 4] & 15u) | (unsigned)p[k - 4] >> 6 << 4;
		*least = (p[k + 4] >> 4) | (unsigned)p[k] >> 6 << 4;
	}
}

/* d, dmin; the pairs; 128 bytes q: for each 32 numbers d sc q - dmin mn. */
static void
q4_k(const unsigned char *b, double *x)
{
	float d = half(b), dmin = half(b + 2);

	for (int k = 0; k < 8; k++) {
		const unsigned char *q = b + 16 + k/2*32;
		unsigned scale, least;
		float s, m;

		pair_of(b + 4, k, &scale, &least);
		s = d * (float)scale;
		m = dmin * (float)least;
		for (int i = 0; i < 32; i++)
			x[32*k + i] = s * (float)(q[i] >> k%2*4 & 15) - m;
	}
}

/* The same, with 32 bytes of fifth bits before q, the lowest those of the first 32. */
static void
q5_k(const unsigned char *b, double *x)
{
	float d = half(b), dmin = half(b + 2);

	for (int k = 0; k < 8; k++) {
		const unsigned char *h = b + 16, *q = b + 48 + k/2*32;
		unsigned scale, least;
		float s, m;

		pair_of(b + 4, k, &scale, &least);
		s = d * (float)scale;
		m = dmin * (float)least;
		for (int i = 0; i < 32; i++)
			x[32*k + i] = s * (float)((q[i] >> k%2*4 & 15) | (h[i] >> k & 1) << 4) - m;
	}
}

/* 128 bytes, the low nibbles of q, in 64 those of 128 numbers; 64 bytes, the high two bits,
 * as in q2_k; 16 signed scales; d: for each 16 numbers d sc (q - 32). */
static void
q6_k(const unsigned char *b, double *x)
{
	float d = half(b + 208);

	for (int k = 0; k < 16; k++) {
		const unsigned char *q = b + k/8*64 + k%4*16, *h = b + 128 + k/8*32 + k%2*16;
		float s = d * (float)i8(b[192 + k]);

		for (int i = 0; i < 16; i++)
			x[16*k + i] = s * (float)(((q[i] >> k/4%2*4 & 15) | (h[i] >> k/2%4*2 & 3) << 4) - 32);
	}
}

/* ternary ------------------------------------------------------------------------------------ */

/* Digit k of five in base 3, of a byte that is a fraction of 256. */
static int
digit(unsigned char c, int k)
{
	static const unsigned char power[] = { 1, 3, 9, 27, 81 };

	return (int)((unsigned char)(c * power[k]) * 3u >> 8) - 1;
}

/* 48 bytes of five numbers each, 4 bytes of four, d: d q, q of -1, 0, 1.  Digit by digit go 32
 * bytes, then 16, then 4. */
static void
tq1_0(const unsigned char *b, double *x)
{
	float d = half(b + 52);
	int i, k;

	for (k = 0; k < 5; k++)
		for (i = 0; i < 32; i++)
			*x++ = d * (float)digit(b[i], k);
	for (k = 0; k < 5; k++)
		for (i = 32; i < 48; i++)
			*x++ = d * (float)digit(b[i], k);
	for (k = 0; k < 4; k++)
		for (i = 48; i < 52; i++)
			*x++ = d * (float)digit(b[i], k);
}

/* 64 bytes q as in q2_k; d: d (q - 1). */
static void
tq2_0(const unsigned char *b, double *x)
{
	float d = half(b + 64);

	for (int k = 0; k < 8; k++)
		for (int i = 0; i < 32; i++)
			x[32*k + i] = d * (float)((b[k/4*32 + i] >> k%4*2 & 3) - 1);
}

/* all ------------------------------------------------------------------------------------------------ */

enum { MOST = 256 };                    /* numbers in a block */

static const struct type {
	struct num_form form;
	void (*make)(const unsigned char *, double *);
} types[] = {
	[NUM_F64] = { { "f64", 1, 8 }, NULL }, [NUM_F32] = { { "f32", 1, 4 }, NULL },
	[NUM_F16] = { { "f16", 1, 2 }, NULL }, [NUM_BF16] = { { "bf16", 1, 2 }, NULL },
	[NUM_F8_E4M3] = { { "f8_e4m3", 1, 1 }, NULL }, [NUM_F8_E5M2] = { { "f8_e5m2", 1, 1 }, NULL },
	[NUM_DOUBLE] = { { "double", 1, 8 }, NULL },
	[NUM_Q4_0] = { { "q4_0", 32, 18 }, q4_0 }, [NUM_Q4_1] = { { "q4_1", 32, 20 }, q4_1 },
	[NUM_Q5_0] = { { "q5_0", 32, 22 }, q5_0 }, [NUM_Q5_1] = { { "q5_1", 32, 24 }, q5_1 },
	[NUM_Q8_0] = { { "q8_0", 32, 34 }, q8_0 }, [NUM_Q2_K] = { { "q2_k", 256, 84 }, q2_k },
	[NUM_Q3_K] = { { "q3_k", 256, 110 }, q3_k }, [NUM_Q4_K] = { { "q4_k", 256, 144 }, q4_k },
	[NUM_Q5_K] = { { "q5_k", 256, 176 }, q5_k }, [NUM_Q6_K] = { { "q6_k", 256, 210 }, q6_k },
	[NUM_IQ1_S] = { { "iq1_s", 256, 50 }, block_iq1_s }, [NUM_IQ1_M] = { { "iq1_m", 256, 56 }, block_iq1_m },
	[NUM_IQ2_XXS] = { { "iq2_xxs", 256, 66 }, block_iq2_xxs }, [NUM_IQ2_XS] = { { "iq2_xs", 256, 74 }, block_iq2_xs },
	[NUM_IQ2_S] = { { "iq2_s", 256, 82 }, block_iq2_s }, [NUM_IQ3_XXS] = { { "iq3_xxs", 256, 98 }, block_iq3_xxs },
	[NUM_IQ3_S] = { { "iq3_s", 256, 110 }, block_iq3_s }, [NUM_IQ4_NL] = { { "iq4_nl", 32, 18 }, block_iq4_nl },
	[NUM_IQ4_XS] = { { "iq4_xs", 256, 136 }, block_iq4_xs }, [NUM_TQ1_0] = { { "tq1_0", 256, 54 }, tq1_0 },
	[NUM_TQ2_0] = { { "tq2_0", 256, 66 }, tq2_0 }, [NUM_MXFP4] = { { "mxfp4", 32, 17 }, block_mxfp4 },
	[NUM_NVFP4] = { { "nvfp4", 64, 36 }, block_nvfp4 },
};

const struct num_form *
num_form(enum num_type type)
{
	return &types[type].form;
}

void
num_load_row(enum num_type type, const void *row, ptrdiff_t from, ptrdiff_t n, double *x)
{
	const struct type *t = &types[type];
	ptrdiff_t count = t->form.count, off = from % count, k;
	const unsigned char *b = (const unsigned char *)row + from/count*t->form.bytes;
	double whole[MOST];

	if (count == 1) {
		num_load(type, b, t->form.bytes, n, x);
		return;
	}
	for (; n > 0; n -= k, x += k, b += t->form.bytes, off = 0) {
		k = count - off < n ? count - off : n;
		if (k == count) {
			t->make(b, x);
			continue;
		}
		t->make(b, whole);
		memcpy(x, whole + off, (size_t)k * sizeof *x);
	}
}
