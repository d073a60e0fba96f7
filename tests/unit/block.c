/* block.c - numbers that come in blocks are those of another program, to the bit: see
 * tests/data/gguf/blocks.py. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "num.h"
#include "test.h"

enum { LINE = 1 << 16, NUMBERS = 1 << 14 };

/* The bytes that a text of hexadecimal digits spells. */
static size_t
bytes_of(const char *text, unsigned char *b)
{
	unsigned c;
	size_t n = 0;

	for (; sscanf(text + 2*n, "%2x", &c) == 1; n++)
		b[n] = (unsigned char)c;
	return n;
}

static uint32_t
bits(float x)
{
	uint32_t b;

	memcpy(&b, &x, sizeof b);
	return b;
}

static enum num_type
type_of(const char *name)
{
	enum num_type t = NUM_Q4_0;

	while (t < NUM_NVFP4 && strcmp(num_form(t)->name, name) != 0)
		t = (enum num_type)(t + 1);
	return t;
}

/* The numbers of all blocks as little-endian float32: their check sum.  All of them are
 * float32. */
static unsigned long
sum_of(const double *x, int n, int *single)
{
	static unsigned char b[4*NUMBERS];

	for (int i = 0; i < n; i++) {
		uint32_t u = bits((float)x[i]);

		*single &= (double)(float)x[i] == x[i];
		for (int k = 0; k < 4; k++)
			b[4*i + k] = (unsigned char)(u >> 8*k);
	}
	return crc32(0, b, 4 * (unsigned)n);
}

/* Rows may be read from any number on, to any. */
static int
parts_differ(enum num_type t, const unsigned char *b, int n, const double *x)
{
	static const int cuts[][2] = { { 1, 30 }, { 31, 2 }, { 32, 64 }, { 100, 17 }, { 255, 2 }, { 60, 140 }, { 0, 0 }, { 5, 1 } };
	double y[300];
	int bad = 0;

	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		int from = cuts[i][0], k = cuts[i][1];

		if (from + k > n)
			continue;
		y[k] = 7;
		num_load_row(t, b, from, k, y);
		bad += memcmp(y, x + from, (size_t)k * sizeof *y) != 0 || y[k] != 7;
	}
	return bad;
}

static void
check(const char *name, int count, int bytes, unsigned long sum, const unsigned char *b, size_t len, const char *want)
{
	static double x[NUMBERS];
	enum num_type t = type_of(name);
	const struct num_form *f = num_form(t);
	int n = (int)len / bytes * count, bad = 0, single = 1;
	unsigned u;

	test_ok(!strcmp(f->name, name) && f->count == count && f->bytes == bytes, "%s: %d numbers in %d bytes", name, count, bytes);
	num_load_row(t, b, 0, n, x);
	for (int i = 0; i < 2*count; i++)
		bad += sscanf(want + 8*i, "%8x", &u) != 1 || u != bits((float)x[i]);
	test_ok(!bad, "%s: the numbers of two blocks", name);
	test_ok(sum_of(x, n, &single) == sum && single, "%s: all %d numbers", name, n);
	test_ok(!parts_differ(t, b, n, x), "%s: parts of a row", name);
}

int
main(void)
{
	static char line[LINE], hex[LINE], want[LINE];
	static unsigned char b[LINE];
	FILE *f = fopen("tests/data/gguf/blocks.txt", "r");
	char name[16];
	int count, bytes, n = 0;
	unsigned long sum;
	double x[5];

	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "%15s %d %d %lx %65535s %65535s", name, &count, &bytes, &sum, hex, want) == 6)
			check(name, count, bytes, sum, b, bytes_of(hex, b), want);
		n++;
	}
	test_ok(n == NUM_NVFP4 - NUM_Q4_0 + 1, "a line for each type");
	if (f != NULL)
		fclose(f);
	num_load_row(NUM_BF16, "\0\0\x80\x3f\0\x40\x40\x40", 1, 3, x);
	test_ok(x[0] == 1 && x[1] == 2 && x[2] == 3, "a row of numbers that stand alone");
	return test_end();
}
