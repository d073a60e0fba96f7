/* unpack.c - numbers out of packed weights, a part of a row at a time; exact, or with one
 * rounding to double. */
#include <math.h>
#include <string.h>

#include "private.h"

/* The k-th number of so many bits, at most 8, in words of 32 whose least bits come first, the next
 * word stride bytes behind. */
static unsigned
strided(const unsigned char *b, size_t stride, size_t k, unsigned bits)
{
	size_t at = k*bits / 8;
	unsigned shift = (unsigned)(k*bits % 8), x = b[at/4*stride + at%4];

	at++;
	if (shift + bits > 8)
		x |= (unsigned)b[at/4*stride + at%4] << 8;
	return x >> shift & ((1u << bits) - 1);
}

/* The same in a stream of bytes. */
static unsigned
stream(const unsigned char *b, size_t k, unsigned bits)
{
	return strided(b, 4, k, bits);
}

/* E8M0: a power of two from 2^-127; 255 is NaN.  OCP Microscaling Formats 1.0, 5.4.1. */
static double
e8m0(unsigned char e)
{
	uint64_t bits = (uint64_t)(e + 1023 - 127) << 52;
	double x;

	memcpy(&x, &bits, sizeof x);
	return e == 255 ? NAN : x;
}

/* E2M1: four bits.  The same, 5.3.3. */
static double
e2m1(unsigned b)
{
	static const double is[] = { 0, 0.5, 1, 1.5, 2, 3, 4, 6 };

	return b & 8 ? -is[b & 7] : is[b & 7];
}

/* Element k of t, counted from its first row on. */
static double
number(const struct tensor *t, size_t k)
{
	double x;

	num_load(t->type, t->data + k*(size_t)num_form(t->type)->bytes, 1, 1, &x);
	return x;
}

/* The scale of element (i, j), one for each rows by cols; of bytes E8M0. */
static double
scale_of(const struct packed *p, size_t i, size_t j)
{
	size_t k = i/p->rows*p->scales->shape[1] + j/p->cols;

	return p->scales->readable ? number(p->scales, k) : e8m0(p->scales->data[k]);
}

/* MLX: w = scale q + bias. */
static void
affine(const struct packed *p, size_t i, size_t j, size_t n, double *x)
{
	const unsigned char *row = p->q->data + i * p->q->shape[1] * 4;
	double scale = 0, bias = 0;

	for (size_t k = j; k < j + n; k++) {
		if (k == j || k % p->cols == 0) {
			scale = scale_of(p, i, k);
			bias = number(p->zeros, i*p->zeros->shape[1] + k/p->cols);
		}
		x[k - j] = scale*stream(row, k, p->bits) + bias;
	}
}

/* NVFP4, MXFP4, FP8: w = q scale, the low half of a byte first; times the factor of the
 * whole matrix, or divided by it. */
static void
scaled(const struct packed *p, size_t i, size_t j, size_t n, double *x)
{
	const unsigned char *row = p->q->data + i * p->q->shape[1];
	double scale = 0;

	if (p->bits == 8)
		num_load(p->q->type, row + j, 1, (ptrdiff_t)n, x);
	for (size_t k = j; k < j + n; k++) {
		if (k == j || k % p->cols == 0)
			scale = scale_of(p, i, k);
		if (p->bits == 4)
			x[k - j] = e2m1(stream(row, k, 4));
		x[k - j] = p->divide ? x[k - j]*scale / p->factor : x[k - j]*scale * p->factor;
	}
}

/* The group of input k. */
static size_t
group_of(const struct packed *p, size_t k)
{
	return p->order != NULL ? (size_t)file_le(p->order->data + 4*k, 4) : k / p->cols;
}

/* GPTQ: inputs are rows, words hold inputs that follow each other, some of 3 bits lie in two; w =
 * scale (q - zero). */
static void
gptq(const struct packed *p, size_t i, size_t j, size_t n, double *x)
{
	size_t out = p->t.shape[0], words = p->zeros->shape[1], last = SIZE_MAX;
	unsigned zero = 0;
	double scale = 0;

	for (size_t k = j; k < j + n; k++) {
		size_t g = group_of(p, k);

		if (g != last) {
			scale = number(p->scales, g*out + i);
			zero = stream(p->zeros->data + 4*g*words, i, p->bits) + p->one;
			last = g;
		}
		x[k - j] = scale * ((int)strided(p->q->data + 4*i, 4*out, k, p->bits) - (int)zero);
	}
}

/* AWQ: inputs are rows, words hold eight outputs, whose even ones come first. */
static void
awq(const struct packed *p, size_t i, size_t j, size_t n, double *x)
{
	size_t words = p->q->shape[1], out = p->t.shape[0], place = i % 8 / 2 + i % 2 * 4;
	unsigned zero = 0;
	double scale = 0;

	for (size_t k = j; k < j + n; k++) {
		if (k == j || k % p->cols == 0) {
			scale = number(p->scales, k/p->cols*out + i);
			zero = stream(p->zeros->data + 4*(k/p->cols*words + i/8), place, 4);
		}
		x[k - j] = scale * ((int)stream(p->q->data + 4*(k*words + i/8), place, 4) - (int)zero);
	}
}

/* bitsandbytes: elements end to end, the high half of a byte first, each a place in a
 * table of 16; the largest of each block may itself be a place in a table of 256. */
static void
table(const struct packed *p, size_t i, size_t j, size_t n, double *x)
{
	size_t from = i*p->t.shape[1] + j;
	double map[16], largest = 0;

	num_load(p->map->type, p->map->data, (ptrdiff_t)num_form(p->map->type)->bytes, 16, map);
	for (size_t k = from; k < from + n; k++) {
		size_t block = k / p->cols;

		if (k == from || k % p->cols == 0)
			largest = p->order == NULL ? number(p->scales, block) :
			    number(p->order, p->scales->data[block]) * number(p->zeros, block / p->rows) + p->factor;
		x[k - from] = map[p->q->data[k/2] >> (k % 2 == 0 ? 4 : 0) & 15] * largest;
	}
}

/* bitsandbytes: w = q scale / 127, a scale for each row. */
static void
int8(const struct packed *p, size_t i, size_t j, size_t n, double *x)
{
	const unsigned char *row = p->q->data + i * p->q->shape[1];
	double scale = number(p->scales, i);

	for (size_t k = j; k < j + n; k++)
		x[k - j] = (row[k] < 128 ? row[k] : row[k] - 256) * scale / 127;
}

/* compressed-tensors, whole numbers: w = scale (q - zero), both from 0 on; in bytes that are
 * not packed the sign is turned for that.  Words of zeros hold outputs. */
static void
whole(const struct packed *p, size_t i, size_t j, size_t n, double *x)
{
	const unsigned char *row = p->q->data + i * p->q->shape[1] * (p->one ? 1 : 4);
	size_t last = SIZE_MAX;
	unsigned zero = 1u << (p->bits - 1);
	double scale = 0;

	for (size_t k = j; k < j + n; k++) {
		size_t g = group_of(p, k);

		if (g != last) {
			scale = scale_of(p, i, g*p->cols);
			if (p->zeros != NULL)
				zero = strided(p->zeros->data + 4*g, 4*p->zeros->shape[1], i, p->bits);
			last = g;
		}
		x[k - j] = scale * ((int)(stream(row, k, p->bits) ^ p->one) - (int)zero);
	}
}

void
unpack(const struct packed *p, size_t i, size_t j, size_t n, double *x)
{
	static void (*const by[])(const struct packed *, size_t, size_t, size_t, double *) = {
		affine, scaled, gptq, awq, table, int8, whole
	};

	by[p->kind](p, i, j, n, x);
}
