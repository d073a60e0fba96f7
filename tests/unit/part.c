/* part.c - files read in parts: behind one another they are the whole, whatever their number, or
 * one of them says why not. */
#include <limits.h>

#include "bytes.h"
#include "child.h"
#include "test.h"

enum { MOST = 100000 };
static char dir[] = "/tmp/hgtestXXXXXX";

static char *
path(const char *name)
{
	static char p[PATH_MAX];

	snprintf(p, sizeof p, "%s/%s", dir, name);
	return p;
}

/* A BGZF file of text[0..len) at p, in blocks of so many bytes; returns its length. */
static size_t
bgzf(unsigned char *p, const char *text, size_t len, size_t block, int level)
{
	static int made;
	char name[64];
	struct out *o;
	size_t n;

	snprintf(name, sizeof name, "made%d.gz", made++);
	o = out_open(path(name), 0, level, 1);
	for (size_t i = 0; i < len; i += block) {
		out_bytes(o, text + i, len - i < block ? len - i : block);
		out_block(o);
	}
	out_close(o);
	n = slurp(path(name), p, MOST);
	unlink(path(name));
	return n;
}

/* Lines that end in LF, whatever they ended in. */
static size_t
normal(char *s, size_t n)
{
	size_t m = 0;
	char before = 0;

	for (size_t i = 0; i < n; i++) {
		const char c = s[i];

		if (c != '\n' || before != '\r')
			s[m++] = (char)(c == '\r' ? '\n' : c);
		before = c;
	}
	return m;
}

/* What the parts of a file gave: their rows, behind one another. */
static struct seen {
	size_t n, parts, headers, most;         /* most: bytes of the largest part */
	char text[MOST];
} *seen;

struct study {
	const char *name;
	long parts;
	int threads;
	const char *header;
};

/* One part: its rows go behind the others. */
static void
read_part(const struct study *s, long i)
{
	struct gz *g = part_open(s->name, i, s->parts, s->threads, CSV_LIMIT);
	char text[MOST];
	const char *p;
	size_t n = 0, len, from, head = strlen(s->header);
	int seam;

	while ((p = gz_next(g, &len, &seam)) != NULL) {
		memcpy(text + n, p, len);
		n += len;
	}
	p = gz_next(g, &len, &seam);
	seen->headers += p == NULL && n >= head && memcmp(text, s->header, head) == 0;
	from = n >= head ? head : n;
	seen->most = n - from > seen->most ? n - from : seen->most;
	if (seen->n > 0 && seen->text[seen->n - 1] != '\n' && n > from)
		seen->text[seen->n++] = '|';    /* a part began amid a row */
	n = normal(text + from, n - from);
	memcpy(seen->text + seen->n, text + from, n);
	seen->n += n;
	seen->parts++;
	gz_close(g);
}

static void
study(void *arg)
{
	struct study *s = arg;

	memset(seen, 0, sizeof *seen);
	for (long i = 1; i <= s->parts; i++)
		read_part(s, i);
}

/* Every number of parts up to most gives header and rows; of the largest ones, how large they
 * are at most. */
static void
whole(const char *what, const char *text, size_t len, size_t header, const unsigned char *file, size_t size, long most)
{
	static char want[MOST], head[MOST], name[PATH_MAX];
	size_t n, wrong = 0, last = 0;

	strcpy(name, path("file"));
	spill(name, file, size);
	memcpy(head, text, header);
	head[header - 1] = '\n';        /* as it is handed out */
	head[header] = '\0';
	memcpy(want, text + header, len - header);
	n = normal(want, len - header);
	if (text[header - 1] == '\r' && want[0] == '\n')       /* of the header yet */
		memmove(want, want + 1, --n);
	for (long parts = 1; parts <= most; parts++)
		for (int threads = 1; threads <= (parts % 5 == 2 ? 3 : 1); threads += 2) {
			struct study s = { name, parts, threads, head };

			study(&s);
			last = seen->most;
			wrong += seen->headers != (size_t)parts || seen->n != n || memcmp(seen->text, want, n) != 0;
		}
	test_ok(!wrong, "%s: 1 to %ld parts of %zu bytes: %zu wrong, the largest of the last ones has %zu bytes", what, most, size,
	    wrong, last);
}

/* A table of so many rows, of about so many bytes each. */
static size_t
rows(char *text, const char *header, const char *end, int n, int width)
{
	size_t len = (size_t)sprintf(text, "%s%s", header, end);
	unsigned r = 1;

	for (int i = 0; i < n; i++) {
		r = r*1103515245 + 12345;
		len += (size_t)sprintf(text + len, "%d,%0*u%s", i, 1 + (int)(r >> 16) % width, r, end);
	}
	return len;
}

static void
lines(void)
{
	static const struct { const char *what, *header, *end; int n, width; size_t block; } t[] = {
		{ "lines", "a,b", "\n", 60, 9, 50 },
		{ "blocks that end where rows do", "a,b", "\n", 20, 1, 13 },
		{ "CRLF", "a,b", "\r\n", 60, 9, 31 },
		{ "CRLF, cut everywhere", "a,b", "\r\n", 2, 1, 1 },
		{ "CR", "a,b", "\r", 60, 9, 31 },
		{ "rows that are longer than a block", "a,b", "\n", 8, 100, 17 },
		{ "a header that is longer than a block", "\"a column\nwith \"\"names\"\" of, say,\ntwo\",b", "\n", 20, 9, 12 },
		{ "a byte order mark", "\xef\xbb\xbf""a,b", "\n", 4, 1, 2 },
		{ "blank lines", "a,b", "\n\n\r", 5, 3, 3 },
		{ "a header alone", "a,b", "\n", 0, 1, 100 },
		{ "a header alone, in pieces", "a,b", "\r\n", 0, 1, 1 },
	};
	static char text[MOST];
	static unsigned char file[MOST];

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		size_t header = strlen(t[i].header) + 1, n = rows(text, t[i].header, t[i].end, t[i].n, t[i].width);

		whole(t[i].what, text, n, header, file, bgzf(file, text, n, t[i].block, 6), (long)(n / t[i].block) + 4);
		whole("the same, plain", text, n, header, (unsigned char *)text, n, n > 20 ? 20 : (long)n + 3);
	}
}

/* Another field before that of BGZF in each block but the marker; returns the length. */
static size_t
more_fields(unsigned char *p, size_t size)
{
	static unsigned char from[MOST];
	size_t n = 0, len;

	memcpy(from, p, size);
	for (size_t i = 0; i < size; i += len) {
		len = from[i + 16] + 256u*from[i + 17] + 1;
		if (len == GZ_MARKER) {
			memcpy(p + n, from + i, len);
			n += len;
			continue;
		}
		memcpy(p + n, from + i, 12);
		p[n + 10] = 12;
		memcpy(p + n + 12, "XY\2\0ab", 6);
		memcpy(p + n + 18, from + i + 12, len - 12);
		p[n + 22] = (unsigned char)(len + 5);
		p[n + 23] = (unsigned char)((len + 5) >> 8);
		n += len + 6;
	}
	return n;
}

/* Files behind one another, blocks without bytes, padding, no newline at the end, many parts. */
static void
odd(void)
{
	static char text[MOST];
	static unsigned char file[MOST], empty[GZ_MARKER];
	size_t n = rows(text, "a,b", "\n", 30, 9), size;

	size = bgzf(file, text, n - 1, 40, 6);
	whole("no newline at the end", text, n - 1, 4, file, size, 14);
	whole("no newline at the end, plain", text, n - 1, 4, (unsigned char *)text, n - 1, 20);
	memset(file + size, 0, 70000);
	whole("padding", text, n - 1, 4, file, size + 70000, 20);

	size = bgzf(file, text, n, 40, 0);
	memcpy(empty, gz_marker, GZ_MARKER);
	empty[4] = 1;                           /* with a date it is no marker */
	for (int i = 0; i < 40; i++, size += GZ_MARKER)
		memcpy(file + size, i % 3 ? empty : gz_marker, GZ_MARKER);
	size += bgzf(file + size, text, n, 50, 6);
	memcpy(text + n, text, n);
	whole("two files, blocks without bytes between them", text, 2*n, 4, file, size, 66);

	size = bgzf(file, text, n, 1000, 6);
	whole("more parts than blocks", text, n, 4, file, size, 20);
	size = more_fields(file, bgzf(file, text, n, 40, 6));
	whole("another field in the header of a block", text, n, 4, file, size, 15);
	test_ok(seen->most < n / 2, "... and they are blocks: the largest of 15 parts has %zu bytes", seen->most);
	memset(seen, 0, sizeof *seen);
	for (long i = 1; i <= 1000000; i += i < 999000 ? 9973 : 50)
		read_part(&(struct study){ path("file"), 1000000, 1, "a,b\n" }, i);
	test_ok(seen->headers == seen->parts, "of a million parts %zu have the header", seen->headers);
}

/* So many parts in a child: whether one of them died so, or (text NULL) for whatever reason. */
static int
died(const char *name, long parts, const char *text)
{
	struct study s = { name, parts, 1, "a,b\n" };
	struct child c = child_run(study, &s);
	const char *at = strstr(c.msg, name);

	return c.status == 1 && strchr(c.msg, '\n') == NULL && at != NULL && (text == NULL || strstr(at, text) != NULL);
}

/* A file that is cut, or has one byte that is wrong, is refused by a part, or nothing is lost. */
static void
damage(void)
{
	static char text[MOST], name[PATH_MAX];
	static unsigned char file[MOST];
	size_t n = rows(text, "a,b", "\n", 14, 5), size = bgzf(file, text, n, 30, 6), cut = 0, bad = 0, kept = 0, tried = 0;

	strcpy(name, path("damaged"));
	for (size_t i = 1; i < size; i += 7) {
		spill(name, file, i);
		for (long parts = 1; parts <= 13; parts += 6)
			cut += !died(name, parts, NULL);
	}
	for (size_t i = 2; i < size; i += 11) {         /* the first two say that it is gzip */
		file[i] ^= 0x11;
		spill(name, file, size);
		file[i] ^= 0x11;
		for (long parts = 2; parts <= 7; parts += 5) {
			const int dead = died(name, parts, NULL), same = seen->n == n - 4 && memcmp(seen->text, text + 4, n - 4) == 0;

			bad += !dead && !same;
			kept += !dead;
			tried++;
		}
	}
	test_ok(!cut, "a file that is cut: read without a word %zu times", cut);
	test_ok(!bad && kept < tried / 2, "a byte that is wrong: %zu of %zu studies are right all the same, %zu are not", kept, tried, bad);
	spill(name, file, size - GZ_MARKER);
	test_ok(died(name, 7, "no BGZF end-of-file marker"), "no marker at the end");
}

/* Bytes in a block that look like blocks: rows are neither lost nor read twice without a word. */
static void
forged(void)
{
	static char text[MOST], name[PATH_MAX];
	static unsigned char file[MOST];
	size_t n = rows(text, "a,b", "\n", 60, 9), size, wrong = 0, refused = 0;

	for (size_t i = 0; i < 3; i++)
		memcpy(text + n/2 + i*GZ_MARKER, gz_marker, GZ_MARKER);
	size = bgzf(file, text, n, n/5, 0);
	strcpy(name, path("forged"));
	spill(name, file, size);
	for (long parts = 1; parts <= 25; parts++) {
		const int dead = died(name, parts, "where the next part should");
		const int same = seen->n == n - 4 && memcmp(seen->text, text + 4, n - 4) == 0;

		wrong += dead == same;
		refused += (size_t)dead;
	}
	test_ok(!wrong && refused > 5 && refused < 25, "what looks like a block: %zu of 25 numbers of parts are refused, %zu wrong",
	    refused, wrong);
}

/* A table whose rows have the same length, in blocks of the same length: parts are alike. */
static void
alike(void)
{
	static char text[MOST];
	static unsigned char file[MOST];
	size_t n = (size_t)sprintf(text, "a,b\n");

	for (int i = 0; i < 4096; i++)
		n += (size_t)sprintf(text + n, "%04d,%04d\n", i, i * 7 % 10000);
	whole("rows alike", text, n, 4, file, bgzf(file, text, n, 512, 0), 8);
	test_ok(seen->most < n / 8 + 1024, "the largest of 8 parts has %zu of %zu bytes", seen->most, n);
}

int
main(void)
{
	static char rm[64];

	err_init("test");
	seen = child_share(sizeof *seen);
	if (!mkdtemp(dir))
		abort();
	lines();
	odd();
	alike();
	damage();
	forged();
	snprintf(rm, sizeof rm, "rm -rf %s", dir);
	return system(rm) != 0 || test_end();
}
