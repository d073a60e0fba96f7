/* gz.c - the bytes of an operand: plain, gzip (RFC 1952), or BGZF (SAM format
 * specification, section 4.1: gzip members of at most 64 KiB, each of which
 * tells its length in an extra field BC).
 *
 * One path for every number of threads: fill goes along the input, member by
 * member, and puts either bytes into a job or a whole BGZF block, which work
 * inflates.  What is wrong is noted in the job behind its bytes, and refused
 * when the caller has come that far. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "feed.h"
#include "inflate.h"

enum { MORE = 0, QUIET, STILL, END, CUT, DAMAGED, BEHIND, NO_MARKER, ASTRAY, READ_FAILED, NO_MEMORY };

/* A run that gz_peek has taken. */
struct run {
	struct run *next;
	size_t len;
	int seam;
	char data[];
};

struct gz {
	char *name, *file;	/* name: what messages call it */
	int peeked, first;
	struct pool *pool;
	struct pool_job *lent;
	struct run *kept, *shown;
	struct split *split;	/* one for each job */
	_Atomic(const struct split_plan *) plan;        /* what work takes lines apart by, or NULL */
	struct inflate **block;	/* one for each that works */
	int nblock;
	struct gz_part part;
	int whole;		/* the run given last is all of a job, and no part of it */
	int live;		/* pauses are told */

	/* from here on for fill alone, whichever thread that is in */
	void (*state)(struct gz *, struct pool_job *);
	size_t nsplit;
	struct feed in;
	uint64_t to;		/* where the next part begins */
	int past;		/* it has begun */
	struct inflate *member;
	int unmarked;		/* the last member was a block, and no marker */
	int seam;		/* the next run of this member opens it behind such a block */
};

/* What it means that no more bytes come. */
static int
ended(const struct gz *g, int code)
{
	return g->in.err ? READ_FAILED : code == END && g->to < PART_END && !g->past ? ASTRAY : code;
}

uint64_t
gz_offset(const struct gz *g)
{
	return g->in.off - (g->in.end - g->in.pos);
}

static void
fault(struct pool_job *j, const struct inflate *x, int r)
{
	j->code = r == INFLATE_NO_MEMORY ? NO_MEMORY : DAMAGED;
	j->why = inflate_why(x);
}

/* The length of the member that begins here if it is a BGZF block, or 0. */
static size_t
block_size(struct gz *g)
{
	size_t n = feed_need(&g->in, 12);

	if (n >= 12 && g->in.buf[g->in.pos + 3] & 4)
		n = feed_need(&g->in, 12 + g->in.buf[g->in.pos + 10] + 256u * g->in.buf[g->in.pos + 11]);
	return part_block(g->in.buf + g->in.pos, n);
}

/* Between members, zeros have begun: nothing else may follow. */
static void
zeros(struct gz *g, struct pool_job *j)
{
	while (feed_need(&g->in, 1))
		if (g->in.buf[g->in.pos++]) {
			j->code = BEHIND;
			return;
		}
	j->code = ended(g, g->unmarked ? NO_MARKER : END);
}

/* Whether nothing comes, which is told at first, and behind what. */
static int
quiet(struct gz *g, struct pool_job *j)
{
	if (!feed_quiet(&g->in))
		return 0;
	j->code = g->in.told > 1 ? STILL : QUIET;
	j->seam = g->unmarked;
	return 1;
}

/* A BGZF block of the given size becomes a job, cut if the input is. */
static void
block(struct gz *g, struct pool_job *j, size_t size)
{
	j->nin = feed_need(&g->in, size);
	if (j->nin < size)
		j->code = ended(g, CUT);
	else
		j->nin = size;
	memcpy(j->in, g->in.buf + g->in.pos, j->nin);
	g->in.pos += j->nin;
	j->seam = g->unmarked;
	g->unmarked = size != GZ_MARKER || memcmp(j->in, gz_marker, size) != 0;
}

static void head(struct gz *g, struct pool_job *j);

/* Inside a member that is no BGZF block. */
static void
member(struct gz *g, struct pool_job *j)
{
	struct flow f = { g->in.buf + g->in.pos, j->out, g->in.end - g->in.pos, POOL_BLOCK };
	int r = inflate_run(g->member, &f);

	g->in.pos = g->in.end - f.nin;
	if ((j->nout = POOL_BLOCK - f.nout)) {
		j->seam = g->seam;
		g->seam = 0;
	}
	if (r == INFLATE_END)
		g->state = head;
	else if (r != INFLATE_MORE)
		fault(j, g->member, r);
	else if (!j->nout && !quiet(g, j) && !feed_need(&g->in, 1))
		j->code = ended(g, CUT);
}

/* Where a member may begin: whether the next part does.  It has to begin at one of them. */
static int
astray(struct gz *g)
{
	g->past |= gz_offset(g) == g->to;
	return gz_offset(g) > g->to && !g->past;
}

/* Where a member may begin. */
static void
head(struct gz *g, struct pool_job *j)
{
	size_t n, size;

	if (quiet(g, j))
		return;
	n = feed_need(&g->in, 1);
	if (astray(g)) {
		j->code = ASTRAY;
	} else if (!n || !g->in.buf[g->in.pos]) {
		g->state = zeros;
	} else if (g->in.buf[g->in.pos] != 0x1f) {
		j->code = BEHIND;
	} else if (feed_need(&g->in, 2) < 2) {
		j->code = ended(g, CUT);
	} else if (g->in.buf[g->in.pos + 1] != 0x8b) {
		j->code = BEHIND;
	} else if ((size = block_size(g))) {
		block(g, j, size);
	} else {
		inflate_begin(g->member);
		g->seam = g->unmarked;
		g->state = member;
	}
}

/* No gzip: the bytes read when that was seen, then all others. */
static void
plain(struct gz *g, struct pool_job *j)
{
	size_t most = POOL_BLOCK;

	g->past |= gz_offset(g) == g->to;
	if (!g->past && g->to - gz_offset(g) < most)
		most = (size_t)(g->to - gz_offset(g));
	j->nout = g->in.end - g->in.pos;
	if (j->nout > most)
		j->nout = most;
	memcpy(j->out, g->in.buf + g->in.pos, j->nout);
	g->in.pos += j->nout;
	if (!j->nout && !g->in.eof && !quiet(g, j))
		j->nout = feed_get(&g->in, j->out, most);
	if (!j->nout && j->code == MORE)
		j->code = ended(g, END);
}

static void
start(struct gz *g, struct pool_job *j)
{
	if (!feed_need(&g->in, 1) || g->in.buf[g->in.pos] != 0x1f)
		g->state = plain;
	else if (feed_need(&g->in, 2) < 2)
		j->code = ended(g, CUT);
	else
		g->state = g->in.buf[g->in.pos + 1] == 0x8b ? head : plain;
}

static int
fill(void *ctx, struct pool_job *j)
{
	struct gz *g = ctx;

	if (j->split == NULL)
		j->split = &g->split[g->nsplit++];
	j->split->n = 0;
	j->nin = j->nout = 0;
	j->seam = 0;
	j->code = MORE;
	while (!j->nin && !j->nout && j->code == MORE)
		g->state(g, j);
	j->past = g->past;
	return j->code < END;
}

/* Inflates a BGZF block, or what there is of it. */
static void
inflate_block(struct pool_job *j, struct inflate *x)
{
	struct flow f = { j->in, j->out, j->nin, POOL_BLOCK };
	int r;

	inflate_begin(x);
	r = inflate_run(x, &f);
	j->nout = POOL_BLOCK - f.nout;
	if (r != INFLATE_END && r != INFLATE_MORE) {
		fault(j, x, r);
	} else if (j->code == MORE && (r != INFLATE_END || f.nin)) {
		j->code = DAMAGED;
		j->why = "wrong BGZF block size";
	}
}

static void
work(void *ctx, struct pool_job *j, int worker)
{
	struct gz *g = ctx;
	const struct split_plan *p = g->plan;

	if (j->nin)
		inflate_block(j, g->block[worker]);
	if (p != NULL && j->nout > 0)
		split_run(p, (char *)j->out, j->nout, j->split);
}

struct gz *
gz_open_part(const char *name, const char *called, const struct gz_part *part, int threads)
{
	struct gz *g;
	int std = !strcmp(name, "-"), i, workers = pool_workers(threads);
	int fd = std ? 0 : fd_open(name, O_RDONLY | O_NOCTTY, 0);

	if (fd < 0 || (part->from && lseek(fd, (off_t)part->from, SEEK_SET) < 0))
		die("%s: %s", name, strerror(errno));
	g = mem_new(1, sizeof *g);
	g->name = mem_text(called, strlen(called));
	g->file = mem_text(name, strlen(name));
	feed_open(&g->in, fd, part->from);
	out_protect_fd(fd, std ? g->name : g->file);
	g->part = *part;
	g->to = part->to;
	g->state = !part->from ? start : part->plain ? plain : head;
	g->split = mem_new(pool_jobs(workers), sizeof *g->split);
	g->nblock = workers + 1;
	g->block = mem_new((size_t)g->nblock, sizeof *g->block);
	g->member = inflate_new(0);
	for (i = 0; i < g->nblock; i++)
		g->block[i] = inflate_new(0);
	g->pool = pool_new(workers, (struct pool_do){ fill, work, NULL }, g);
	return g;
}

struct gz *
gz_open(const char *name, int threads)
{
	return gz_open_part(name, strcmp(name, "-") ? name : "<stdin>", &(struct gz_part){ .to = PART_END }, threads);
}

void
gz_split(struct gz *g, const struct split_plan *p)
{
	g->plan = p;
}

void
gz_live(struct gz *g)
{
	g->live = g->in.live;
}

static int
pauses(const struct pool_job *j)
{
	return j->code == QUIET || j->code == STILL;
}

/* What a BGZF block holds stands in its last four bytes. */
enum gz_flow
gz_flow(const struct gz *g)
{
	const struct pool_job *j = g->lent;
	const unsigned char *size;

	if (!g->live || g->shown != NULL || j->code >= END)
		return GZ_STEADY;
	if (pauses(j))
		return (j->seam ? GZ_RESTING : GZ_QUIET) + (j->code == STILL);
	if (!j->nin)
		return GZ_COMING;
	size = j->in + j->nin - 4;
	return size[0] + 256u * size[1] + 65536u * size[2] < GZ_FULL ? GZ_ENDED : GZ_STEADY;
}

const struct split *
gz_lines(const struct gz *g)
{
	return g->shown == NULL && g->whole && g->lent->split->n > 0 ? g->lent->split : NULL;
}

const char *
gz_name(const struct gz *g)
{
	return g->name;
}

void
gz_die_cut(const struct gz *g)
{
	die("%s: there is no BGZF end-of-file marker where a BGZF stream ends: %s, "
	    "or its writer leaves the marker out; in that case read it with: zcat %s%s|%s", g->name,
	    g->in.fd ? "the file was cut" : "the program that writes it failed", g->in.fd ? g->file : "",
	    g->in.fd ? " " : "", g->part.at ? " hg-cat -o NEW.csv.gz" : "");
}

static _Noreturn void
refuse(const struct gz *g, const struct pool_job *j)
{
	switch (j->code) {
	case CUT: die("%s: gzip stream is cut short", g->name);
	case DAMAGED: die("%s: gzip data is damaged (%s)", g->name, j->why);
	case BEHIND: die("%s: bytes behind the end of the gzip stream", g->name);
	case READ_FAILED: die("%s: %s", g->name, strerror(g->in.err));
	case NO_MARKER: gz_die_cut(g);
	case ASTRAY: part_die(&g->part, g->name);
	default: die("out of memory");
	}
}

static const char *
next_run(struct gz *g, size_t *len, int *seam)
{
	*len = 0;
	*seam = 0;
	do {
		if (g->lent && g->lent->code == END)
			return NULL;
		if (g->lent && g->lent->code > END)
			refuse(g, g->lent);
		if (g->lent)
			pool_release(g->pool);
		g->lent = pool_get(g->pool);
	} while (!g->lent->nout && !(g->live && pauses(g->lent)));
	*len = g->lent->nout;
	*seam = g->lent->seam;
	return (const char *)g->lent->out;
}

/* What of the runs belongs to the part. */
static const char *
pull(struct gz *g, size_t *len, int *seam)
{
	const char *run, *p = part_header(&g->part, len);

	*seam = g->whole = 0;
	if (p != NULL)
		return p;
	do {
		*len = 0;
		if (g->part.at == PART_OVER || !(run = next_run(g, len, seam)))
			return NULL;
		p = part_rows(&g->part, run, len, g->lent->past);
		*seam &= p == run;
		g->whole = *len == g->lent->nout;
	} while (!*len && !pauses(g->lent));
	return p;
}

const char *
gz_next(struct gz *g, size_t *len, int *seam)
{
	free(g->shown);
	g->shown = g->kept;
	if (!g->shown)
		return pull(g, len, seam);
	g->kept = g->shown->next;
	*len = g->shown->len;
	*seam = g->shown->seam;
	return g->shown->data;
}

/* Takes a run more and keeps it for gz_next; *end is where the next one goes. */
static const struct run *
keep(struct gz *g, struct run ***end)
{
	struct run *r;
	size_t len;
	int seam;
	const char *p = pull(g, &len, &seam);

	if (p == NULL)
		return NULL;
	r = mem_new(1, sizeof *r + len);
	r->len = len;
	r->seam = seam;
	memcpy(r->data, p, len);
	**end = r;
	*end = &r->next;
	return r;
}

/* Takes runs until one shows a byte that counts; bom is how much of a byte
 * order mark has gone by, seen how many bytes of all have. */
int
gz_peek(struct gz *g)
{
	static const unsigned char mark[] = { 0xef, 0xbb, 0xbf };
	struct run **end = &g->kept;
	const struct run *r;
	size_t seen = 0;
	int bom = 0;

	if (g->peeked++)
		return g->first;
	while (seen < GZ_PEEK && (r = keep(g, &end)) != NULL)
		for (size_t i = 0; i < r->len && seen < GZ_PEEK; i++, seen++) {
			unsigned char c = (unsigned char)r->data[i];

			if (c == mark[bom])
				bom = (bom + 1) % 3;
			else if (bom)
				return g->first = mark[0];
			else if (!memchr(" \t\r\n", c, 4))
				return g->first = c;
		}
	return g->first = bom ? mark[0] : -1;
}

const char *
gz_peeked(const struct gz *g, size_t *len)
{
	*len = g->kept != NULL ? g->kept->len : 0;
	return g->kept != NULL ? g->kept->data : NULL;
}

void
gz_close(struct gz *g)
{
	struct run *r;
	int i;

	g->in.closing = 1;
	pool_free(g->pool);
	while ((r = g->kept)) {
		g->kept = r->next;
		free(r);
	}
	free(g->shown);
	inflate_free(g->member);
	for (i = 0; i < g->nblock; i++)
		inflate_free(g->block[i]);
	free(g->block);
	free(g->split);
	if (g->in.fd)
		close(g->in.fd);
	free(g->name);
	free(g->file);
	free(g->part.header);
	free(g);
}
