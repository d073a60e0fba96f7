/* inflate.c - members of a gzip file: the header and the check sums, which are read here and
 * nowhere else, and deflate (RFC 1951) between them by zlib, or by isa-l where it is there. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>
#ifdef HAVE_ISAL
#include <isa-l.h>
#endif

#include "inflate.h"
#include "io.h"

/* What a library does: raw deflate in a stream of so many bytes, zeroed before init, which
 * returns 0 if it has no memory, and the check sum of gzip. */
struct library {
	const char *name;
	size_t size;
	int (*init)(void *stream);
	void (*reset)(void *stream);
	int (*run)(void *stream, struct flow *f);
	void (*end)(void *stream);
	uint32_t (*crc)(uint32_t crc, const unsigned char *p, size_t n);
};

struct inflate {
	const struct library *by;
	void *stream;
	int (*stage)(struct inflate *);	/* returns 0 when it cannot go on */
	struct flow f;
	unsigned char part[6];		/* have bytes of a field */
	size_t have, extra;
	unsigned flags;
	uint32_t crc, length;		/* of the header, then of the bytes given, modulo 2^32 */
	int verdict;
	const char *why;
};

/* ---- zlib --------------------------------------------------------------------------------- */

static int
zlib_init(void *stream)
{
	return inflateInit2((z_stream *)stream, -MAX_WBITS) == Z_OK;
}

static void
zlib_reset(void *stream)
{
	inflateReset(stream);
}

static int
zlib_run(void *stream, struct flow *f)
{
	z_stream *z = stream;
	int r;

	z->next_in = f->in;
	z->avail_in = (uInt)f->nin;
	z->next_out = f->out;
	z->avail_out = (uInt)f->nout;
	r = inflate(z, Z_NO_FLUSH);
	*f = (struct flow){ z->next_in, z->next_out, z->avail_in, z->avail_out };
	switch (r) {
	case Z_STREAM_END: return INFLATE_END;
	case Z_OK:
	case Z_BUF_ERROR: return INFLATE_MORE;
	case Z_MEM_ERROR: return INFLATE_NO_MEMORY;
	default: return INFLATE_DAMAGED;
	}
}

static void
zlib_end(void *stream)
{
	inflateEnd(stream);
}

static uint32_t
zlib_crc(uint32_t crc, const unsigned char *p, size_t n)
{
	return (uint32_t)crc32_z(crc, p, n);
}

/* ---- isa-l -------------------------------------------------------------------------------- */

#ifdef HAVE_ISAL
#define TEXT(x) #x
#define VERSION_TEXT(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)

struct isal {
	struct inflate_state s;
	int begun, failed;
};

static int
isal_init(void *stream)
{
	isal_inflate_init(&((struct isal *)stream)->s);
	return 1;
}

static void
isal_reset(void *stream)
{
	struct isal *x = stream;

	isal_inflate_reset(&x->s);
	x->begun = x->failed = 0;
}

static void
isal_flow(struct inflate_state *s, const struct flow *f)
{
	s->next_in = f->in;
	s->avail_in = (uint32_t)f->nin;
	s->next_out = f->out;
	s->avail_out = (uint32_t)f->nout;
}

/* All of it may be here, with room for what is in it, as in BGZF: then it goes there at once, not by way
 * of tmp_out_buffer.  Anything else begins anew, in pieces. */
static int
isal_whole(struct inflate_state *s, struct flow *f)
{
	isal_flow(s, f);
	if (isal_inflate_stateless(s) != ISAL_DECOMP_OK) {
		isal_inflate_reset(s);
		return 0;
	}
	*f = (struct flow){ s->next_in, s->next_out, s->avail_in, s->avail_out };
	return 1;
}

/* It decodes ahead, into tmp_out_buffer, and at an error forgets what waits there, though that
 * came before it.  But the end of what it says to have given may be a match that it found
 * wrong before it was copied: bytes of nobody. */
static void
isal_doubt(struct inflate_state *s, const struct flow *f)
{
	size_t waiting = (size_t)(s->tmp_out_valid - s->tmp_out_processed), n = (size_t)(s->next_out - f->out);
	size_t doubt = waiting + n < ISAL_DEF_MAX_MATCH ? waiting + n : ISAL_DEF_MAX_MATCH;

	if (waiting >= doubt) {
		s->tmp_out_valid -= (int32_t)doubt;
	} else {
		s->tmp_out_valid = s->tmp_out_processed;
		n -= doubt - waiting;
	}
	s->next_out = f->out + n;
	s->avail_out = (uint32_t)(f->nout - n);
}

static int
isal_drain(struct inflate_state *s)
{
	size_t waiting = (size_t)(s->tmp_out_valid - s->tmp_out_processed);
	size_t n = waiting < s->avail_out ? waiting : s->avail_out;

	memcpy(s->next_out, s->tmp_out_buffer + s->tmp_out_processed, n);
	s->tmp_out_processed += (int32_t)n;
	s->next_out += n;
	s->avail_out -= (uint32_t)n;
	return n == waiting ? INFLATE_DAMAGED : INFLATE_MORE;
}

/* It takes up to eight bytes ahead of the bits that it looks at.  Behind the last block they are no part
 * of the stream: they were all in this input, because the block's end was found in it. */
static void
isal_give_back(struct inflate_state *s)
{
	uint32_t n = (uint32_t)s->read_in_length / 8;

	s->next_in -= n;
	s->avail_in += n;
	s->read_in = 0;
	s->read_in_length = 0;
}

static int
isal_run(void *stream, struct flow *f)
{
	struct isal *x = stream;
	struct inflate_state *s = &x->s;
	int r = INFLATE_MORE;

	if (!x->begun && isal_whole(s, f))
		return INFLATE_END;
	x->begun = 1;
	isal_flow(s, f);
	if (!x->failed && isal_inflate(s) < 0) {
		x->failed = 1;
		isal_doubt(s, f);
	}
	if (x->failed)
		r = isal_drain(s);
	else if (s->block_state == ISAL_BLOCK_INPUT_DONE || s->block_state == ISAL_BLOCK_FINISH)
		isal_give_back(s);
	if (!x->failed && s->block_state == ISAL_BLOCK_FINISH)
		r = INFLATE_END;
	*f = (struct flow){ s->next_in, s->next_out, s->avail_in, s->avail_out };
	return r;
}

static void
isal_end(void *stream)
{
	(void)stream;
}

static uint32_t
isal_crc(uint32_t crc, const unsigned char *p, size_t n)
{
	return crc32_gzip_refl(crc, p, n);
}
#endif

static const struct library libraries[] = {
#ifdef HAVE_ISAL
	{ "isa-l " VERSION_TEXT(ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION), sizeof(struct isal),
	    isal_init, isal_reset, isal_run, isal_end, isal_crc },
#endif
	{ "zlib", sizeof(z_stream), zlib_init, zlib_reset, zlib_run, zlib_end, zlib_crc }
};

/* ---- a member ----------------------------------------------------------------------------- */

static int
go_on(struct inflate *x, int (*stage)(struct inflate *))
{
	x->have = 0;
	x->stage = stage;
	return 1;
}

static int
stop(struct inflate *x, int verdict, const char *why)
{
	x->verdict = verdict;
	x->why = verdict == INFLATE_DAMAGED ? why : NULL;
	return 0;
}

/* Whether the n bytes of a field are all in x->part. */
static int
gather(struct inflate *x, size_t n)
{
	for (; x->have < n && x->f.nin > 0; x->f.nin--)
		x->part[x->have++] = *x->f.in++;
	return x->have == n;
}

static uint32_t
number(const struct inflate *x)
{
	uint32_t v = 0;

	for (size_t i = x->have; i-- > 0;)
		v = v << 8 | x->part[i];
	return v;
}

/* The same for a field of the header, whose bytes count in its check sum. */
static int
gather_header(struct inflate *x, size_t n)
{
	if (!gather(x, n))
		return 0;
	x->crc = x->by->crc(x->crc, x->part, n);
	return 1;
}

static void
skip_header(struct inflate *x, size_t n)
{
	x->crc = x->by->crc(x->crc, x->f.in, n);
	x->f.in += n;
	x->f.nin -= n;
}

static int
length(struct inflate *x)
{
	if (!gather(x, 4))
		return 0;
	return stop(x, number(x) == x->length ? INFLATE_END : INFLATE_DAMAGED, "wrong length");
}

static int
check_sum(struct inflate *x)
{
	if (!gather(x, 4))
		return 0;
	return number(x) == x->crc ? go_on(x, length) : stop(x, INFLATE_DAMAGED, "wrong check sum");
}

static int
deflated(struct inflate *x)
{
	const unsigned char *out = x->f.out;
	int r = x->by->run(x->stream, &x->f);
	size_t n = (size_t)(x->f.out - out);

	x->crc = x->by->crc(x->crc, out, n);
	x->length += (uint32_t)n;
	if (r == INFLATE_END)
		return go_on(x, check_sum);
	return stop(x, r, "invalid deflate data");
}

static int
header_end(struct inflate *x)
{
	if ((x->flags & 2) && !gather(x, 2))
		return 0;
	if ((x->flags & 2) && number(x) != (x->crc & 0xffff))
		return stop(x, INFLATE_DAMAGED, "wrong check sum of the header");
	x->crc = 0;
	return go_on(x, deflated);
}

static int
text(struct inflate *x, unsigned flag, int (*next)(struct inflate *))
{
	const unsigned char *end;

	if (!(x->flags & flag))
		return go_on(x, next);
	end = memchr(x->f.in, '\0', x->f.nin);
	skip_header(x, end != NULL ? (size_t)(end + 1 - x->f.in) : x->f.nin);
	return end != NULL && go_on(x, next);
}

static int
comment(struct inflate *x)
{
	return text(x, 16, header_end);
}

static int
name(struct inflate *x)
{
	return text(x, 8, comment);
}

static int
extra(struct inflate *x)
{
	size_t n = x->extra < x->f.nin ? x->extra : x->f.nin;

	skip_header(x, n);
	x->extra -= n;
	return x->extra == 0 && go_on(x, name);
}

static int
extra_length(struct inflate *x)
{
	if (!gather_header(x, 2))
		return 0;
	x->extra = number(x);
	return go_on(x, extra);
}

static int
time_and_system(struct inflate *x)
{
	return gather_header(x, 6) && go_on(x, x->flags & 4 ? extra_length : name);
}

static int
method_and_flags(struct inflate *x)
{
	if (!gather_header(x, 2))
		return 0;
	if (x->part[0] != 8)
		return stop(x, INFLATE_DAMAGED, "unknown compression method");
	if (x->part[1] & 0xe0)
		return stop(x, INFLATE_DAMAGED, "unknown header flags");
	x->flags = x->part[1];
	return go_on(x, time_and_system);
}

static int
magic(struct inflate *x)
{
	if (!gather_header(x, 2))
		return 0;
	return number(x) == 0x8b1f ? go_on(x, method_and_flags) : stop(x, INFLATE_DAMAGED, "no gzip header");
}

const char *
inflate_library(size_t i)
{
	return i < sizeof libraries / sizeof *libraries ? libraries[i].name : NULL;
}

uint32_t
inflate_crc(uint32_t crc, const void *p, size_t n)
{
	return libraries[0].crc(crc, p, n);
}

struct inflate *
inflate_new(size_t i)
{
	struct inflate *x = mem_new(1, sizeof *x);

	x->by = &libraries[i];
	x->stream = mem_new(1, x->by->size);
	if (!x->by->init(x->stream))
		die("out of memory");
	return x;
}

void
inflate_begin(struct inflate *x)
{
	x->by->reset(x->stream);
	x->crc = x->length = 0;
	stop(x, INFLATE_MORE, NULL);
	go_on(x, magic);
}

int
inflate_run(struct inflate *x, struct flow *f)
{
	x->f = *f;
	if (x->verdict == INFLATE_MORE)
		while (x->stage(x))
			;
	*f = x->f;
	return x->verdict;
}

const char *
inflate_why(const struct inflate *x)
{
	return x->why;
}

void
inflate_free(struct inflate *x)
{
	x->by->end(x->stream);
	free(x->stream);
	free(x);
}
