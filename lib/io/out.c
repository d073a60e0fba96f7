/* out.c - what a tool writes: plain bytes, or BGZF (see gz.c), to where dest.c says. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "io.h"

enum { HEAD = 18, TAIL = 8, ROOM = GZ_FULL };	/* of a block; the bytes it takes */
enum { SAMPLE = 4096, TRIED = 8 };

static const double PATIENCE = 0.1;	/* seconds that a row waits, at most, where rows follow what is read */

struct out {
	struct dest dest;
	int tty, gzip, level, regular;
	int lines;		/* out_lines */
	double since;		/* seconds: when the first byte came that waits; 0: none does */
	size_t room;
	struct pool *pool;
	struct pool_job *job;	/* the block that is being written, or NULL */
	struct deflate *z;	/* one for each that works, the main thread's behind the others */
	int nz, way;		/* way: of deflating the next blocks */
	size_t long_blocks;	/* of SAMPLE bytes or more, so far */
	struct dress *dress;	/* what lays the table out that is written, or NULL */
};

/* Two ways to deflate a block.  Each has a stream that is only reset: zlib's
 * deflateParams, which would turn one into the other, may write into the output
 * or leave things as they were, by zlib's version. */
enum { REPEATS, DIGITS, NWAY };

struct deflate {
	z_stream way[NWAY];
};

static void
check(const struct out *o, int err)
{
	if (err)
		die("%s: %s", o->dest.name, strerror(err));
}

/* Returns 0 or what went wrong.  A pipe that another program has made
 * non-blocking is waited for. */
static int
write_all(int fd, const unsigned char *p, size_t n)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	ssize_t r;

	for (; n; p += r, n -= (size_t)r)
		if ((r = write(fd, p, n)) < 0) {
			if (errno == EAGAIN)
				poll(&ready, 1, -1);
			else if (errno != EINTR)
				return errno;
			r = 0;
		}
	return 0;
}

static void
put(unsigned char *p, uint32_t v, int n)
{
	for (; n--; v >>= 8)
		*p++ = (unsigned char)v;
}

/* The first n bytes of a block deflated to at most room bytes at p: Z_STREAM_END if
 * they fitted. */
static int
squeeze(z_stream *z, struct pool_job *j, size_t n, unsigned char *p, size_t room)
{
	deflateReset(z);
	z->next_in = j->in;
	z->avail_in = (uInt)n;
	z->next_out = p;
	z->avail_out = (uInt)room;
	return deflate(z, Z_FINISH);
}

/* The digits of measured numbers hardly repeat: a Huffman code alone makes them
 * shorter than with a search for repeats, and in less time.  The start of a block
 * shows it, for itself and the next ones: to try both on each costs a third of what
 * deflating does.  One that is too short to tell is searched. */
static int
way(struct out *o, struct pool_job *j)
{
	struct deflate *d = &o->z[o->nz - 1];

	if (o->level == 0 || j->nin < SAMPLE)
		return REPEATS;
	if (o->long_blocks++ % TRIED > 0)
		return o->way;
	for (int i = 0; i < NWAY; i++)
		squeeze(&d->way[i], j, SAMPLE, j->out, sizeof j->out);
	return o->way = d->way[REPEATS].total_out <= d->way[DIGITS].total_out ? REPEATS : DIGITS;
}

/* Makes one gzip member of the job's input.  Its data are deflated, or stored if
 * deflating would not make them shorter. */
static void
work(void *ctx, struct pool_job *j, int worker)
{
	struct out *o = ctx;
	z_stream *z;
	unsigned char *p = j->out + HEAD;
	size_t n = j->nin;

	if (!o->gzip)
		return;
	z = &o->z[worker].way[j->code];
	if (squeeze(z, j, n, p, n + 5) == Z_STREAM_END) {
		p += z->total_out;
	} else {
		*p = 1;				/* final, stored */
		put(p + 1, (uint32_t)n, 2);
		put(p + 3, ~(uint32_t)n, 2);
		memcpy(p + 5, j->in, n);
		p += 5 + n;
	}
	put(p, inflate_crc(0, j->in, n), 4);
	put(p + 4, (uint32_t)n, 4);
	j->nout = (size_t)(p + TAIL - j->out);
	memcpy(j->out, gz_marker, HEAD - 2);
	put(j->out + HEAD - 2, (uint32_t)j->nout - 1, 2);
}

static int
drain(void *ctx, struct pool_job *j)
{
	struct out *o = ctx;

	return o->gzip ? write_all(o->dest.fd, j->out, j->nout) : write_all(o->dest.fd, j->in, j->nin);
}

static int
ends_in_gz(const char *path)
{
	size_t n = strlen(path);

	return n >= 3 && !strcmp(path + n - 3, ".gz");
}

struct out *
out_open(const char *path, int plain, int level, int threads)
{
	static const int strategy[NWAY] = { [REPEATS] = Z_DEFAULT_STRATEGY, [DIGITS] = Z_HUFFMAN_ONLY };
	struct out *o = mem_new(1, sizeof *o);
	struct stat st;
	int i, workers;

	dest_open(&o->dest, path);
	o->tty = isatty(o->dest.fd);
	o->regular = !fstat(o->dest.fd, &st) && S_ISREG(st.st_mode);
	o->level = level;
	o->gzip = !plain && (path ? ends_in_gz(path) : !o->tty);
	o->room = o->gzip ? ROOM : POOL_BLOCK;
	workers = o->gzip ? pool_workers(threads) : 0;
	o->nz = o->gzip ? workers + 1 : 0;
	o->z = mem_new((size_t)o->nz, sizeof *o->z);
	for (i = 0; i < NWAY * o->nz; i++)
		if (deflateInit2(&o->z[i / NWAY].way[i % NWAY], level, Z_DEFLATED, -15, 8, strategy[i % NWAY]) != Z_OK)
			die("out of memory");
	o->pool = pool_new(workers, (struct pool_do){ NULL, work, drain }, o);
	return o;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What was written goes on its way. */
static void
end_block(struct out *o)
{
	if (!o->job)
		return;
	o->since = 0;
	if (o->gzip)
		o->job->code = way(o, o->job);
	o->job = NULL;
	check(o, pool_put(o->pool));
}

static void
put_bytes(struct out *o, const void *data, size_t len)
{
	const char *s = data;
	size_t n;
	int line = (o->tty || o->lines) && len && s[len - 1] == '\n';

	for (; len; s += n, len -= n) {
		if (!o->job) {
			o->job = pool_room(o->pool);
			o->job->nin = 0;
			o->since = o->gzip && o->regular ? 0 : now();
		}
		n = o->room - o->job->nin;
		if (n > len)
			n = len;
		memcpy(o->job->in + o->job->nin, s, n);
		o->job->nin += n;
		if (o->job->nin == o->room)
			end_block(o);
	}
	if (line)
		end_block(o);
}

void
out_dress(struct out *o, const char *format)
{
	o->dress = dress_new(o, format);
}

void
out_lines(struct out *o)
{
	o->lines = 1;
}

static void
out_slowly(struct out *o, const void *data, size_t len)
{
	struct dress *d = o->dress;

	o->dress = NULL;                /* it writes here what it has laid out */
	if (d != NULL) {
		o->since = o->since == 0 ? now() : o->since;
		dress_take(d, data, len);
		if (o->lines)
			dress_flush(d, 1);
	} else {
		put_bytes(o, data, len);
	}
	o->dress = d;
}

void
out_bytes(struct out *o, const void *data, size_t len)
{
	struct pool_job *j = o->job;

	if (j == NULL || len >= o->room - j->nin || o->tty || o->lines || o->dress != NULL) {
		out_slowly(o, data, len);
		return;
	}
	memcpy(j->in + j->nin, data, len);
	j->nin += len;
}

void
out_printf(struct out *o, const char *fmt, ...)
{
	char small[512], *s = small;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0)
		check(o, errno);
	if ((size_t)n >= sizeof small) {
		s = mem_new((size_t)n + 1, 1);
		va_start(ap, fmt);
		vsnprintf(s, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	out_bytes(o, s, (size_t)n);
	if (s != small)
		free(s);
}

/* What waits goes on its way; few: few rows that are laid out, too. */
static void
end_rows(struct out *o, int few)
{
	struct dress *d = o->dress;

	o->dress = NULL;
	if (d != NULL)
		dress_flush(d, few);
	end_block(o);
	o->dress = d;
}

void
out_block(struct out *o)
{
	end_rows(o, 0);
}

void
out_follow(struct out *o, enum gz_flow flow)
{
	const int laid = o->dress != NULL;
	const int never = laid ? !o->tty : o->gzip && (flow == GZ_RESTING || flow == GZ_ASLEEP);
	const int last = flow == GZ_STILL || flow == GZ_ASLEEP; /* even of what is written later than it was read */
	const int at_once = last || (!laid && (flow == GZ_ENDED || (!o->gzip && flow != GZ_COMING)));

	if (flow == GZ_STEADY || o->since == 0 || never)
		return;
	if (at_once || now() - o->since >= PATIENCE)
		end_rows(o, 1);
}

/* All that was written is in the file, which has its temporary name yet. */
static void
finish(struct out *o)
{
	struct dress *d = o->dress;

	o->dress = NULL;
	if (d != NULL)
		dress_end(d);
	end_block(o);
	check(o, pool_wait(o->pool));
	if (o->gzip)
		check(o, write_all(o->dest.fd, gz_marker, GZ_MARKER));
	dest_end(&o->dest);
}

static void
release(struct out *o)
{
	pool_free(o->pool);
	for (int i = 0; i < NWAY * o->nz; i++)
		deflateEnd(&o->z[i / NWAY].way[i % NWAY]);
	free(o->z);
	free(o->dest.name);
	free(o);
}

void
out_close_all(struct out *const *o, size_t n)
{
	for (size_t i = 0; i < n; i++)
		finish(o[i]);
	for (size_t i = 0; i < n; i++)
		dest_place(&o[i]->dest);
	for (size_t i = 0; i < n; i++)
		release(o[i]);
}

void
out_close(struct out *o)
{
	out_close_all(&o, 1);
}
