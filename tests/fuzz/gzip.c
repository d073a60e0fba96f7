/* gzip.c - whatever a gzip member says, every library that inflates says of it what zlib's own reader
 * says.
 *
 * An input is a byte and a text.  The byte: in which pieces the text is read, and whether it is a
 * member (even), or deflate that gets a header, and if it ends the right check sums (odd). */
#include <stdlib.h>

#include "../unit/inflate.h"
#include "held.h"

static unsigned char text[ROOM];
static size_t len;

static void
put(const void *p, size_t n)
{
	memcpy(text + len, p, n);
	len += n;
}

static void
put_le(unsigned long v)
{
	for (size_t i = 0; i < 4; i++, v >>= 8)
		text[len++] = (unsigned char)v;
}

static void
wrap(const uint8_t *p, size_t n)
{
	z_stream z = { 0 };

	inflateInit2(&z, -15);
	z.next_in = (Bytef *)(size_t)p;
	z.avail_in = (uInt)n;
	z.next_out = wanted.out;
	z.avail_out = ROOM;
	put("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
	if (inflate(&z, Z_SYNC_FLUSH) == Z_STREAM_END) {
		put(p, n - z.avail_in);
		put_le(crc32_z(0, wanted.out, z.total_out));
		put_le(z.total_out);
		put(p + n - z.avail_in, z.avail_in);
	} else {
		put(p, n);
	}
	inflateEnd(&z);
}

/* A header without any code is wrong to isa-l when that is clear, to zlib when all of it is there. */
static int
sooner(void)
{
	return wanted.verdict == INFLATE_MORE && given.verdict == INFLATE_DAMAGED;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t pieces[][2] = { { ROOM, ROOM }, { 1, 1 }, { 3, 1000 }, { 1000, 3 }, { 50, 300 }, { ROOM, 65536 },
		{ 500, 40000 }, { ROOM, 1 } };

	if (size == 0 || size > ROOM / 2)
		return 0;
	len = 0;
	if (data[0] & 1)
		wrap(data + 1, size - 1);
	else
		put(data + 1, size - 1);
	truth(text, len);
	if (wanted.n == ROOM)
		return 0;
	for (size_t i = 0; inflate_library(i) != NULL; i++) {
		struct inflate *x = inflate_new(i);

		run(x, text, len, pieces[data[0] / 2 % 8]);
		held_check(agrees(inflate_library(i)) || sooner());
		inflate_free(x);
	}
	return 0;
}
