/* part.c - where the parts of a file begin, which several programs read at the same time.
 *
 * The bytes of the file, as they are on the disk, are cut into N pieces.  A part begins where the first
 * BGZF block of its piece begins (of plain text: at its first byte), and as this may be amid a
 * row, behind the first end of line from there on; it ends likewise, where the next part begins.
 * No program reads what lies before its piece, which may be many gigabytes on a file system in a net; only
 * the header is read by all.
 *
 * A block is known by its header, and by what comes behind it.  Compressed bytes may look like that by
 * chance.  But whoever reads a part goes from block to block, and dies if it does not
 * come to where the next part begins (gz.c); the first part begins with the file.  So either
 * all of these places are right, or a part says that they are not. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"

static size_t
le16(const unsigned char *p)
{
	return p[0] + 256u * p[1];
}

/* The file that is read in parts. */
struct file {
	const char *name;
	int fd, plain;
	uint64_t size;
	unsigned char *window, *head;           /* what is looked through, and a header in it */
};

enum { WINDOW = 65536, BLOCK_HEAD = 12 + 65535 };      /* the longest header of a block */

/* Its bytes from at on: n of them, or as many as there are. */
static size_t
read_at(const struct file *f, unsigned char *p, size_t n, uint64_t at)
{
	ptrdiff_t r = fd_read_at(f->fd, p, n, at);

	if (r < 0)
		die("%s: %s", f->name, strerror(errno));
	return (size_t)r;
}

/* The length of the block that seems to begin at a byte, or 0. */
static size_t
block_at(const struct file *f, uint64_t at)
{
	return part_block(f->head, read_at(f, f->head, BLOCK_HEAD, at));
}

/* A block, and behind it another one, padding or the end. */
static int
is_block(const struct file *f, uint64_t at)
{
	const uint64_t size = block_at(f, at), end = at + size;
	unsigned char next = 0;

	return size > 0 && end <= f->size && (read_at(f, &next, 1, end) == 0 || next == 0 || block_at(f, end) > 0);
}

/* Where the first block from a byte on begins; the size of the file if there is none. */
static uint64_t
next_block(const struct file *f, uint64_t at)
{
	static const unsigned char magic[] = { 0x1f, 0x8b, 8, 4 };
	unsigned char *buf = f->window, *p;
	size_t n, from;

	for (; (n = read_at(f, buf, WINDOW, at)) >= sizeof magic; at += n - (sizeof magic - 1))
		for (from = 0; (p = memmem(buf + from, n - from, magic, sizeof magic)) != NULL; from = (size_t)(p - buf) + 1)
			if (is_block(f, at + (size_t)(p - buf)))
				return at + (size_t)(p - buf);
	return f->size;
}

/* Where part i of n, from 0, begins, the last byte of the header being before byte behind. */
static uint64_t
begins(const struct file *f, uint64_t i, uint64_t n, uint64_t behind)
{
	uint64_t at = f->size / n * i + f->size % n * i / n;

	if (i == 0 || i == n)
		return i == 0 ? 0 : PART_END;
	at = f->plain ? at : next_block(f, at);
	return at < behind ? 0 : at < f->size ? at : PART_END;
}

/* Bytes of a run up to the end of the header, or 0: it goes on.  *quoted is kept from run to run. */
static size_t
header_end(const char *s, size_t n, int *quoted)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] == '"')
			*quoted = !*quoted;
		else if (!*quoted && (s[i] == '\n' || s[i] == '\r'))
			return i + 1;
	return 0;
}

/* The header, with its newline; *behind: a byte of the file behind all bytes of it.  That it ended with CR is not
 * told to who reads it, or a line feed that the rows begin with, a blank line, would be taken for the end of it. */
static void
read_header(struct gz *g, struct gz_part *p, uint64_t *behind, size_t most)
{
	size_t cap = 0, n, end = 0;
	int quoted = 0, seam;
	const char *s;

	*behind = 0;
	while (end == 0 && (s = gz_next(g, &n, &seam)) != NULL) {
		end = header_end(s, n, &quoted);
		n = end > 0 ? end : n;
		p->header = mem_grow(p->header, &cap, p->len + n, 1);
		memcpy(p->header + p->len, s, n);
		p->len += n;
		if (p->len > most)
			die("%s:1: the header goes beyond --max-record %zuM", gz_name(g), most >> 20);
		*behind = gz_offset(g);
	}
	p->cr = end > 0 && p->header[p->len - 1] == '\r';
	if (p->cr)
		p->header[p->len - 1] = '\n';
}

/* Opens what can be read in parts, and dies of anything else. */
static struct gz *
open_whole(struct file *f)
{
	struct stat st;
	struct gz *g;
	unsigned char magic[2];

	if (strcmp(f->name, "-") == 0 || (stat(f->name, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
		die_usage("--part: %s is no file, which can be read in parts", f->name[0] == '-' ? "standard input" : f->name);
	g = gz_open(f->name, 1);
	strange_refuse(g);
	if ((f->fd = fd_open(f->name, O_RDONLY | O_NOCTTY, 0)) < 0 || fstat(f->fd, &st) != 0)
		die("%s: %s", f->name, strerror(errno));
	f->size = (uint64_t)st.st_size;
	f->window = mem_new(WINDOW, 1);
	f->head = mem_new(BLOCK_HEAD, 1);
	f->plain = read_at(f, magic, 2, 0) < 2 || magic[0] != 0x1f || magic[1] != 0x8b;
	if (!f->plain && block_at(f, 0) == 0)
		die("%s: gzip that is no BGZF cannot be read in parts: hg-cat -o NEW.csv.gz makes BGZF of it", f->name);
	return g;
}

struct gz *
part_open(const char *name, long part, long parts, int threads, size_t max_header)
{
	struct file f = { .name = name };
	struct gz *g = open_whole(&f);
	struct gz_part p = { .plain = f.plain };
	char *called = mem_print("%s(%ld/%ld)", name, part, parts);
	uint64_t behind;

	read_header(g, &p, &behind, max_header);
	gz_close(g);
	if (f.plain)
		behind = p.len;
	p.from = begins(&f, (uint64_t)part - 1, (uint64_t)parts, behind);
	p.to = begins(&f, (uint64_t)part, (uint64_t)parts, behind);
	p.skip = p.len;
	p.at = p.from == p.to ? PART_OVER : p.from == 0 ? PART_HEADER : PART_LINE;
	if (p.from == PART_END)
		p.from = f.size;
	close(f.fd);
	free(f.window);
	free(f.head);
	g = gz_open_part(name, called, &p, threads);
	free(called);
	return g;
}

int
part_whole_names(const struct table *t, size_t col)
{
	struct opts o = *t->opts;
	struct table *whole;
	int names;

	o.parts = 0;
	o.threads = 1;
	whole = table_open(t->first, 1, &o);
	names = table_names(whole, col);
	table_close(whole);
	return names;
}

const char *
part_header(struct gz_part *p, size_t *n)
{
	if (p->shown || p->len == 0)
		return NULL;
	p->shown = 1;
	*n = p->len;
	return p->header;
}

/* Bytes up to the first end of line, or 0: there is none. */
static size_t
line_end(const char *s, size_t n)
{
	const char *newline = memchr(s, '\n', n), *cr = memchr(s, '\r', newline != NULL ? (size_t)(newline - s) : n);

	return cr != NULL ? (size_t)(cr - s) + 1 : newline != NULL ? (size_t)(newline - s) + 1 : 0;
}

/* How many of the bytes s[0..n), n > 0, come before the rows of the part. */
static size_t
before_rows(struct gz_part *p, const char *s, size_t n, int past)
{
	size_t k = 0;

	if (p->at == PART_HEADER) {
		k = p->skip < n ? p->skip : n;
		p->skip -= k;
		if (p->skip == 0)
			p->at = p->cr ? PART_CR : PART_ROWS;
	} else if (p->at == PART_LINE) {
		if (past)
			p->at = PART_OVER;
		else if ((k = line_end(s, n)) > 0)
			p->at = s[k - 1] == '\r' ? PART_CR : PART_ROWS;
		k = k > 0 ? k : n;
	}
	if (p->at == PART_CR && k < n) {        /* a newline belongs to it, at p->to all the same */
		p->at = s[k] == '\n' && past ? PART_OVER : PART_ROWS;
		k += s[k] == '\n';
	}
	return k;
}

const char *
part_rows(struct gz_part *p, const char *s, size_t *n, int past)
{
	size_t k;

	if (p->at == PART_WHOLE)
		return s;
	k = before_rows(p, s, *n, past);
	s += k;
	*n -= k;
	if (p->at == PART_OVER) {
		*n = 0;
	} else if (past && (k = line_end(s, *n)) > 0) {
		p->at = PART_OVER;
		*n = k;
	}
	return s;
}

const unsigned char gz_marker[GZ_MARKER] = {
	0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 'B', 'C', 2, 0, 0x1b, 0,
	3, 0, 0, 0, 0, 0, 0, 0, 0, 0
};

size_t
part_block(const unsigned char *p, size_t n)
{
	size_t i, len, end = n < 12 ? 0 : 12 + le16(p + 10);

	if (!end || end > n || p[0] != 0x1f || p[1] != 0x8b || !(p[3] & 4))
		return 0;
	for (i = 12; i + 4 <= end; i += 4 + len) {
		len = le16(p + i + 2);
		if (p[i] == 'B' && p[i + 1] == 'C' && len == 2 && i + 6 <= end)
			return le16(p + i + 4) + 1;
	}
	return 0;
}

_Noreturn void
part_die(const struct gz_part *p, const char *name)
{
	die("%s: no block begins at byte %" PRIu64 ", where the next part should: the file has changed, or bytes in it "
	    "look like a block: try another number of parts", name, p->to);
}
