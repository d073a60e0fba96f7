/* inflate.h - what zlib makes of a whole gzip member, what a library makes of it in pieces, and whether
 * that is the same.  For the unit test and the fuzzer. */
#ifndef TEST_INFLATE_H
#define TEST_INFLATE_H

#include <string.h>
#include <zlib.h>

#include "../../lib/io/inflate.h"

enum { ROOM = 400000 };

/* What became of a text. */
struct result {
	int verdict;
	const char *why;
	size_t used, n;		/* bytes of a member that ended; bytes in it */
	unsigned char out[ROOM];
};

static struct result wanted, given;

/* The truth: zlib's own reader of gzip. */
static void
truth(const unsigned char *p, size_t n)
{
	static z_stream z;
	int r;

	if (!z.state)
		inflateInit2(&z, 31);
	inflateReset(&z);
	z.next_in = (Bytef *)(size_t)p;
	z.avail_in = (uInt)n;
	z.next_out = wanted.out;
	z.avail_out = ROOM;
	r = inflate(&z, Z_SYNC_FLUSH);
	wanted.verdict = r == Z_STREAM_END ? INFLATE_END : r == Z_DATA_ERROR ? INFLATE_DAMAGED : INFLATE_MORE;
	wanted.why = z.msg;
	wanted.used = n - z.avail_in;
	wanted.n = ROOM - z.avail_out;
}

/* In pieces of nin bytes, into room of nout. */
static void
run(struct inflate *x, unsigned char *p, size_t n, const size_t piece[2])
{
	const size_t nin = piece[0], nout = piece[1];
	struct flow f = { p, given.out, 0, 0 };

	inflate_begin(x);
	do {
		if (f.nin == 0)
			f.nin = (size_t)(p + n - f.in) < nin ? (size_t)(p + n - f.in) : nin;
		if (f.nout == 0)
			f.nout = (size_t)(given.out + ROOM - f.out) < nout ? (size_t)(given.out + ROOM - f.out) : nout;
		given.verdict = inflate_run(x, &f);
	} while (given.verdict == INFLATE_MORE && (f.in < p + n || f.nout == 0) && f.out < given.out + ROOM);
	given.why = inflate_why(x);
	given.used = (size_t)(f.in - p);
	given.n = (size_t)(f.out - given.out);
}

/* Code words that a block leaves unused are nothing to isa-l, and everything to zlib; of the bytes before
 * a fault it keeps some. */
static int
agrees(const char *library)
{
	const int isal = strncmp(library, "isa-l", 5) == 0;
	const size_t kept = !isal ? 0 : wanted.verdict == INFLATE_DAMAGED ? 516 : 2;

	if (isal && wanted.why != NULL && strstr(wanted.why, " set") != NULL)
		return 1;
	if (given.verdict != wanted.verdict || (given.verdict == INFLATE_DAMAGED) != (given.why != NULL))
		return 0;
	if (wanted.verdict == INFLATE_END)
		return given.n == wanted.n && given.used == wanted.used && !memcmp(given.out, wanted.out, wanted.n);
	return given.n <= wanted.n && wanted.n <= given.n + kept && !memcmp(given.out, wanted.out, given.n);
}

#endif
