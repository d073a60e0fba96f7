/* inflate.h - members of a gzip file, by whichever library does it best.  Of lib/io alone.
 *
 *	inflate_begin(x);
 *	do {
 *		... bytes for f.in and f.nin, room for f.out and f.nout ...
 *		r = inflate_run(x, &f);
 *	} while (r == INFLATE_MORE);
 */
#ifndef INFLATE_H
#define INFLATE_H

#include <stddef.h>

struct inflate;

/* Bytes on their way: what is taken moves in forward, what is given out. */
struct flow {
	unsigned char *in, *out;
	size_t nin, nout;		/* bytes that are there; room */
};

enum { INFLATE_MORE = 0, INFLATE_END, INFLATE_DAMAGED, INFLATE_NO_MEMORY };

/* The libraries that there are, the one to be used first: "isa-l 2.30.0"; NULL behind the last. */
const char *inflate_library(size_t i);

/* A reader of members by library i, with memory of its own: as many as there are threads may run. */
struct inflate *inflate_new(size_t i);

/* The next byte is the first of a member (RFC 1952). */
void inflate_begin(struct inflate *x);

/* Takes bytes and gives what is in them, up to 4 GiB at a time.  INFLATE_MORE: all bytes have been
 * taken, or there is no room left: then room comes before further bytes.  INFLATE_END: the member has ended, and its check sum and length are
 * those of the bytes given; f->in is behind it.  INFLATE_DAMAGED: what came is no member, for the
 * reason inflate_why.  All libraries give the same bytes, verdicts and reasons, but that isa-l
 * - takes Huffman codes that leave words unused, which zlib refuses, and no writer makes: the check sum
 *   says whether the bytes are right;
 * - gives up to 516 bytes less of what came before the damage, and up to 2 less of what is cut;
 * - sees some damage sooner, so that a member both damaged and cut may be either. */
int inflate_run(struct inflate *x, struct flow *f);
const char *inflate_why(const struct inflate *x);
void inflate_free(struct inflate *x);

#endif
