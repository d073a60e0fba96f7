/* blocks.c - whatever the bytes of a file are, gzip, BGZF or text, those inside are what zlib finds member by member, or
 * it is refused where it is not whole; and the parts of a table are all of it, or one of them is refused.
 *
 * An input is 4 bytes and a text: bits 0 to 2 of the first, how many bytes a read gives; bit 3, the text is the
 * file as it is, else it gets BGZF around it: blocks of as many bytes as the second one says, and by the bits of the
 * third, 0: they are stored, 1: the last marker is missing, 2: one stands in the middle, 3: a member that is no block does, 4: other
 * extra fields stand before the length, 5: zeros behind, 6: the last bytes are missing, 7: it is plain
 * after all.  The fourth: how many parts are read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "cells.h"
#include "held.h"
#include "io.h"

enum { RAW = 8 };
enum { STORED = 1, NO_MARKER = 2, MARKER_AMID = 4, MEMBER = 8, EXTRA = 16, ZEROS = 32, CUT = 64, PLAIN = 128 };
enum { ROOM = 1 << 21, BLOCK = 65536, MOST = 20000, WHOLE = 0 };

static uint8_t file[ROOM], inside[ROOM];
static size_t nfile, ninside;
static char *name;

/* ---- a file is made -------------------------------------------------------------------------- */

static void
put(const void *p, size_t n)
{
	if (nfile + n > ROOM)
		abort();
	memcpy(file + nfile, p, n);
	nfile += n;
}

static void
put_le(unsigned long v, int n)
{
	for (; n > 0; n--, v >>= 8)
		file[nfile++] = (uint8_t)v;
}

/* A gzip member, with an extra field that tells its length if it is a block. */
static void
put_member(const uint8_t *s, size_t n, int how, int block)
{
	static uint8_t z[2*BLOCK];
	const size_t more = how & EXTRA ? 6 : 0, begin = nfile;
	z_stream d = { 0 };

	deflateInit2(&d, how & STORED ? 0 : 1, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
	d.next_in = (Bytef *)(uintptr_t)s;
	d.avail_in = (uInt)n;
	d.next_out = z;
	d.avail_out = sizeof z;
	if (deflate(&d, Z_FINISH) != Z_STREAM_END)
		abort();
	put(block ? "\x1f\x8b\x08\x04\0\0\0\0\0\xff" : "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
	if (block) {
		put_le(6 + more, 2);
		put("XX\2\0BC", more);
		put("BC\2\0", 4);
		put_le(nfile - begin + 2 + d.total_out + 8 - 1, 2);
	}
	put(z, d.total_out);
	put_le(crc32(0, s, (uInt)n), 4);
	put_le(n, 4);
	deflateEnd(&d);
}

static void
make_file(const uint8_t *s, size_t n, size_t each, int how)
{
	for (size_t at = 0, i = 0; at < n; at += each, i++) {
		size_t len = n - at < each ? n - at : each;

		if (i == 1 && how & MARKER_AMID)
			put(gz_marker, GZ_MARKER);
		put_member(s + at, len, how, i != 2 || !(how & MEMBER));
	}
	if (!(how & NO_MARKER))
		put(gz_marker, GZ_MARKER);
	if (how & ZEROS)
		put((char[50]){ 0 }, 50);
	if (how & CUT)
		nfile -= nfile < 7 ? nfile : 7;
}

/* ---- zlib's word on it ----------------------------------------------------------------------- */

/* The length that a member tells in its extra field, as the SAM specification has it, or 0. */
static size_t
told_length(const uint8_t *p, size_t n)
{
	size_t end, len;

	if (n < 12 || !(p[3] & 4) || (end = 12 + p[10] + 256u*p[11]) > n)
		return 0;
	for (size_t i = 12; i + 4 <= end; i += 4 + len) {
		len = p[i + 2] + 256u*p[i + 3];
		if (p[i] == 'B' && p[i + 1] == 'C' && len == 2 && i + 6 <= end)
			return p[i + 4] + 256u*p[i + 5] + 1;
	}
	return 0;
}

/* What is in the member p[0..n): how many bytes it has, 0 if it is not whole; -1: libraries differ about it. */
static long
inflate_one(const uint8_t *p, size_t n)
{
	z_stream z = { 0 };
	long used;
	int r;

	inflateInit2(&z, 31);
	z.next_in = (Bytef *)(uintptr_t)p;
	z.avail_in = (uInt)n;
	z.next_out = inside + ninside;
	z.avail_out = (uInt)(ROOM - ninside);
	r = inflate(&z, Z_SYNC_FLUSH);
	ninside += z.total_out;
	used = r == Z_STREAM_END ? (long)(n - z.avail_in) : z.msg != NULL && strstr(z.msg, " set") != NULL ? -1 : 0;
	inflateEnd(&z);
	return z.avail_out == 0 ? -1 : used;
}

/* 1: the file is whole, and has those bytes inside; 0: it is refused behind them; -1: one cannot say. */
static int
truth(void)
{
	int unmarked = 0;
	size_t at = 0, len, before;
	long used;

	ninside = 0;
	if (nfile == 0 || file[0] != 0x1f || (nfile > 1 && file[1] != 0x8b)) {
		memcpy(inside, file, ninside = nfile);
		return 1;
	}
	for (; at < nfile && file[at] != 0; at += (size_t)used) {
		if (nfile - at < 2 || file[at] != 0x1f || file[at + 1] != 0x8b)
			return 0;
		len = told_length(file + at, nfile - at);
		before = ninside;
		used = len > nfile - at ? 0 : inflate_one(file + at, len > 0 ? len : nfile - at);
		if (used <= 0)
			return (int)used;
		if (len > 0 && ((size_t)used != len || ninside - before > BLOCK))
			return 0;
		if (len > 0)
			unmarked = len != GZ_MARKER || memcmp(file + at, gz_marker, GZ_MARKER) != 0;
	}
	for (; at < nfile; at++)
		if (file[at] != 0)
			return 0;
	return !unmarked;
}

/* ---- what the library reads ------------------------------------------------------------------ */

static size_t met;

static void
look_bytes(const uint8_t *data, size_t size)
{
	struct gz *g = gz_open(name, 1);
	const char *p;
	size_t n;
	int seam;

	(void)data;
	(void)size;
	for (met = 0; (p = gz_next(g, &n, &seam)) != NULL; met += n) {
		held_check(n > 0);
		for (size_t i = 0; i < n && met + i < ninside; i++)
			held_check((uint8_t)p[i] == inside[met + i]);
	}
	held_check(gz_offset(g) == nfile);
	gz_close(g);
}

/* The rows of a part, or of the whole table: they are written. */
static void
look_rows(const uint8_t *data, size_t size)
{
	struct csv_writer w = { 0 };
	struct table *t;
	struct opts o;

	opts_init(&o);
	o.threads = 1;
	o.part = (long)size;
	o.parts = size == WHOLE ? 0 : data[3] % 16 + 2;
	w.out = opts_out(&o);
	t = table_open(&name, 1, &o);
	while (table_next(t)) {
		for (size_t i = 0; i < t->ncol; i++)
			csv_put_str(&w, t->field[i]);
		csv_put_end(&w);
	}
	table_close(t);
	opts_free(&o);
}

/* A row has several lines, a member seems to begin where none does, or the header is that of another format when all of it
 * is seen at once: then a part may be refused, though the table is not. */
static int
may_refuse(void)
{
	struct cells c = cells_read(inside, ninside);
	int may = c.fault != CELLS_WHOLE || cells_strange(inside, ninside);

	for (size_t r = 0; r < c.nrow && !may; r++)
		for (size_t i = 0; i < cells_count(&c, r); i++)
			may |= strpbrk(cells_at(&c, r, i), "\r\n") != NULL;
	cells_free(&c);
	for (size_t i = 0; i + 4 <= ninside && !may; i++)
		may = memcmp(inside + i, "\x1f\x8b\x08\x04", 4) == 0;
	return may;
}

/* Text, or a file that begins with a block. */
static int
has_parts(void)
{
	return nfile < 2 || file[0] != 0x1f || file[1] != 0x8b || told_length(file, nfile) > 0;
}

/* All parts one behind the other are the whole. */
static void
check_parts(const uint8_t *data)
{
	static char all[ROOM];
	size_t len = 0, n;
	const char *rows;
	int whole = held_look(look_rows, data, WHOLE);
	size_t nwhole;
	char *want;

	rows = held_wrote(&nwhole);
	want = malloc(nwhole + 1);
	if (want == NULL)
		abort();
	memcpy(want, rows, nwhole);
	for (long i = 1; i <= data[3] % 16 + 2; i++) {
		if (!held_look(look_rows, data, (size_t)i)) {
			held_check(!whole || may_refuse() || !has_parts());
			free(want);
			return;
		}
		rows = held_wrote(&n);
		held_check(len + n <= ROOM);
		memcpy(all + len, rows, n);
		len += n;
	}
	held_check(whole && len == nwhole && memcmp(all, want, len) == 0);
	free(want);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t piece[] = { 0, 1, 2, 3, 7, 64, 1000, 40000 };
	int good;

	if (size < 4 || size > MOST)
		return 0;
	nfile = 0;
	if (data[0] & RAW || data[2] & PLAIN)
		put(data + 4, size - 4);
	else
		make_file(data + 4, size - 4, data[1] + (size_t)1, data[2]);
	name = held_file(0, file, nfile);
	held_cut(piece[data[0] & 7]);
	good = truth();
	if (good < 0)
		return 0;
	held_check(held_look(look_bytes, data, size) == good);
	held_check(!good || met == ninside);
	if (!(data[0] & RAW))
		check_parts(data);
	return 0;
}
