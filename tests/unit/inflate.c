/* inflate.c - every library that inflates gives the bytes, the verdict and the end that zlib gives of
 * a whole gzip member: for samples of all kinds of blocks, each of them cut everywhere and with each of its
 * bits wrong, in pieces of many sizes. */
#include <stdlib.h>

#include "inflate.h"
#include "io.h"
#include "test.h"

enum { SAMPLES = 40 };

struct sample {
	const char *what;
	unsigned char *p;
	size_t n;
};

static struct sample sample[SAMPLES];
static size_t nsample;

/* ---- samples ------------------------------------------------------------------------------ */

static struct sample *
add(const char *what)
{
	struct sample *s = &sample[nsample++];

	s->what = what;
	s->p = mem_new(ROOM, 1);
	return s;
}

static void
put(struct sample *s, const void *p, size_t n)
{
	memcpy(s->p + s->n, p, n);
	s->n += n;
}

static void
put_le(struct sample *s, unsigned long v, size_t n)
{
	for (; n > 0; n--, v >>= 8)
		s->p[s->n++] = (unsigned char)v;
}

/* A member of text, deflated in two parts that flush ends. */
static void
member(const char *what, const void *text, size_t n, int level, int strategy, int flush, int flags)
{
	struct sample *s = add(what);
	z_stream z = { 0 };
	static char long_name[70000];
	gz_header h = { 0 };

	memset(long_name, 'n', sizeof long_name - 1);
	h.extra = (Bytef *)long_name;
	h.extra_len = flags & 4 ? 300 : 0;
	h.name = flags & 8 ? (Bytef *)long_name : NULL;
	h.comment = flags & 16 ? (Bytef *)long_name + sizeof long_name - 40 : NULL;
	h.hcrc = flags & 2;
	if (!(flags & 4))
		h.extra = NULL;
	deflateInit2(&z, level, Z_DEFLATED, 31, 8, strategy);
	if (flags)
		deflateSetHeader(&z, &h);
	z.next_in = (Bytef *)(size_t)text;
	z.avail_in = (uInt)(n / 2);
	z.next_out = s->p;
	z.avail_out = ROOM;
	deflate(&z, flush);
	z.avail_in += (uInt)(n - n / 2);
	deflate(&z, Z_FINISH);
	s->n = z.total_out;
	deflateEnd(&z);
}

/* A member whose blocks are given bit by bit: texts of 0 and 1, in the order of the stream; inside are
 * the bytes that it says it has. */
static void
bits(const char *what, const char *stream, const char *inside)
{
	struct sample *s = add(what);
	unsigned char byte = 0;
	int n = 0;

	put(s, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
	for (; *stream; stream++)
		if (*stream != ' ') {
			byte = (unsigned char)(byte | (*stream - '0') << n);
			if (++n == 8) {
				put(s, &byte, 1);
				byte = 0;
				n = 0;
			}
		}
	if (n)
		put(s, &byte, 1);
	put_le(s, crc32(0, (const Bytef *)inside, (uInt)strlen(inside)), 4);
	put_le(s, strlen(inside), 4);
	s->n += 50;                     /* zeros, for what reads on */
}

static void
make_samples(void)
{
	static unsigned char far[200000], rows[200000], zeros[3000];
	size_t i, n = 0;
	unsigned r = 1;

	for (i = 0; i < sizeof far; i++)        /* what comes again is as far away as can be */
		far[i] = (unsigned char)(i < 32768 ? (r = r * 1103515245 + 12345) >> 16 : far[i - 32768]);
	for (i = 0; n < sizeof rows - 100; i++) {
		r = r * 1103515245 + 12345;
		n += (size_t)sprintf((char *)rows + n, "%zu,%u,%.6f\n", i, r >> 20, (r >> 8) / 7e4);
	}

	member("nothing", "", 0, 6, Z_DEFAULT_STRATEGY, Z_NO_FLUSH, 0);
	member("one byte", "a", 1, 6, Z_DEFAULT_STRATEGY, Z_NO_FLUSH, 0);
	member("stored", rows, 200, 0, Z_DEFAULT_STRATEGY, Z_NO_FLUSH, 0);
	member("fixed", rows, 200, 6, Z_FIXED, Z_NO_FLUSH, 0);
	member("dynamic", rows, 500, 6, Z_DEFAULT_STRATEGY, Z_NO_FLUSH, 0);
	member("dynamic, no matches", rows, 400, 6, Z_HUFFMAN_ONLY, Z_NO_FLUSH, 0);
	member("runs of one byte", far + 150000, 300, 9, Z_RLE, Z_NO_FLUSH, 0);
	member("zeros", zeros, sizeof zeros, 9, Z_DEFAULT_STRATEGY, Z_NO_FLUSH, 0);
	member("two blocks", rows, 400, 6, Z_DEFAULT_STRATEGY, Z_SYNC_FLUSH, 0);
	member("two blocks, bits between", rows, 400, 6, Z_DEFAULT_STRATEGY, Z_PARTIAL_FLUSH, 0);
	member("all of a header", rows, 20, 6, Z_DEFAULT_STRATEGY, Z_NO_FLUSH, 4 | 16 | 2);
	bits("a match of 3 at distance 1, behind a", "1 10 10010001 0000001 00000 0000000", "aaaa");
	bits("... at distance 2", "1 10 10010001 0000001 00001 0000000", "aaaa");
	bits("... at distance 2, before anything", "1 10 0000001 00001 0000000", "aaa");
	bits("fixed, length 286", "1 10 10010001 11000110 00000 0000000", "aaaa");
	bits("fixed, length 287", "1 10 10010001 11000111 00000 0000000", "aaaa");
	bits("fixed, length 285", "1 10 10010001 11000101 00000 0000000", "aaaa");
	bits("fixed, distance 30", "1 10 10010001 0000001 11110 0000000", "aaaa");
	bits("fixed, distance 31", "1 10 10010001 0000001 11111 0000000", "aaaa");
	bits("a block of the fourth type", "1 11 10010001 0000000", "a");
	bits("stored, a wrong length", "1 00 00000 1000000000000000 0111111111111110 10000110", "a");
	bits("stored", "1 00 00000 1000000000000000 0111111111111111 10000110", "a");
	bits("dynamic, 287 lengths", "1 01 01111 00000 0000 0000000000000000000000", "");
	bits("dynamic, 31 distances", "1 01 00000 01111 0000 0000000000000000000000", "");
	bits("dynamic, repeats before a length", "1 01 00000 00000 0000 100 100 000 000 0 00", "");
	member("a long name", rows, 20, 6, Z_DEFAULT_STRATEGY, Z_NO_FLUSH, 8);
	member("200 KB, far away", far, sizeof far, 6, Z_DEFAULT_STRATEGY, Z_NO_FLUSH, 0);
	member("200 KB of rows", rows, n, 6, Z_DEFAULT_STRATEGY, Z_NO_FLUSH, 0);
	member("200 KB, stored", far, sizeof far, 0, Z_DEFAULT_STRATEGY, Z_NO_FLUSH, 0);
}

/* ---- comparison --------------------------------------------------------------------------- */

/* Bytes in, room; the small ones are for small samples alone. */
static const size_t pieces[][2] = { { ROOM, ROOM }, { 5000, 65536 }, { 65536, 40000 }, { 1, 1 }, { 7, 100 }, { 100, 7 } };
enum { PIECES = sizeof pieces / sizeof *pieces, SMALL = 1000 };

static int
differs(struct inflate *x, const char *library, const struct sample *s, size_t n, size_t piece, int at)
{
	piece %= s->n < SMALL ? PIECES : 3;
	run(x, s->p, n, pieces[piece]);
	if (agrees(library))
		return 0;
	printf("# %s, %zu of %zu bytes, pieces %zu, bit %d: %d (%s) after %zu, %zu; wanted %d (%s) after %zu, %zu\n", s->what, n,
	    s->n, piece, at, given.verdict, given.why ? given.why : "", given.used, given.n, wanted.verdict, wanted.why ? wanted.why : "",
	    wanted.used, wanted.n);
	return 1;
}

/* All samples whole, by all pieces, with bytes behind them. */
static void
whole(struct inflate *x, const char *library)
{
	int wrong = 0;

	for (size_t i = 0; i < nsample; i++) {
		memcpy(sample[i].p + sample[i].n, "\x1f\x8b\x08 and so on", 14);
		for (size_t k = 0; k < PIECES; k++) {
			truth(sample[i].p, sample[i].n + 14);
			wrong += differs(x, library, &sample[i], sample[i].n + 14, k, 0);
		}
	}
	test_ok(!wrong, "%s: %zu samples: %d differ", library, nsample, wrong);
}

/* Places of a sample: all of a small one, the ends and some between of a large one. */
static size_t
next(const struct sample *s, size_t i)
{
	return s->n < SMALL || i < 20 || i + 20 > s->n ? i + 1 : i + s->n / 30;
}

static void
cut(struct inflate *x, const char *library)
{
	int wrong = 0;

	for (size_t i = 0; i < nsample; i++)
		for (size_t n = 0; n < sample[i].n; n = next(&sample[i], n)) {
			truth(sample[i].p, n);
			wrong += differs(x, library, &sample[i], n, n, 0);
		}
	test_ok(!wrong, "%s: cut: %d differ", library, wrong);
}

static void
flipped(struct inflate *x, const char *library)
{
	int wrong = 0, refused = 0, all = 0;

	for (size_t i = 0; i < nsample; i++)
		for (size_t n = 0; n < sample[i].n; n = next(&sample[i], n))
			for (size_t b = sample[i].n < SMALL ? 0 : n % 8; b < 8; b += sample[i].n < SMALL ? 1 : 8, all++) {
				sample[i].p[n] ^= (unsigned char)(1 << b);
				truth(sample[i].p, sample[i].n);
				refused += wanted.verdict != INFLATE_END;
				wrong += differs(x, library, &sample[i], sample[i].n, (size_t)all, (int)(8 * n + b));
				sample[i].p[n] ^= (unsigned char)(1 << b);
			}
	test_ok(!wrong && refused > all / 2, "%s: %d bits wrong, %d refused: %d differ", library, all, refused, wrong);
}

int
main(void)
{
	make_samples();
	for (size_t i = 0; inflate_library(i) != NULL; i++) {
		struct inflate *x = inflate_new(i);

		whole(x, inflate_library(i));
		cut(x, inflate_library(i));
		flipped(x, inflate_library(i));
		inflate_free(x);
	}
	if (inflate_library(1) == NULL)
		puts("skip - inflate: isa-l is not built in");
	for (size_t i = 0; i < nsample; i++)
		free(sample[i].p);
	return test_end();
}
