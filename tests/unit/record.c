/* Rows and messages are the same whether lines come ready or not: tables with something odd at some place,
 * in runs cut anywhere, by threads; beside the same read line by line, of which none comes ready. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "io.h"
#include "bytes.h"
#include "child.h"
#include "test.h"

enum { TEXT = 40000, LARGE = 400000, LONG = 70000, PACKET = 6000, FORMATS = 3 };

static char text[LARGE + 2*LONG], path[32] = "/tmp/hgrecXXXXXX";
static size_t len;
static struct opts opts;

static void
put(const char *s, size_t n)
{
	memcpy(text + len, s, n);
	len += n;
}

#define FOUR(s) s s s s
#define LINES FOUR(FOUR("5,6,7,8\n"))

/* What may be found in a table, and what it ends with then, if it does: lines in quotes look like rows. */
static const struct { const char *text, *end; } odd[] = {
	{ "1,\"" LINES "\",3,4\n", NULL }, { "\"1\",\"b \"\"q\"\", c\",3,4\n", NULL }, { "1,\"x\ny\r\nz\",3,4\n", NULL }, { "1,2,3,4\r\n", NULL },
	{ "1,2,3,4\r", NULL }, { "a,b,c,d\n", NULL }, { "\"a\",b,\"c\",d\n", NULL }, { "\xef\xbb\xbf" "a,b,c,d\n", NULL },
	{ "a,b,c,d\r\n", NULL }, { ",,,\n", NULL }, { "NA,NA,nan,\n", NULL }, { "1,a b+c*d,3,4\n", NULL },
	{ "1,\"\n\n\n\n\",3,4\n", NULL }, { "-1e5,x,+2.5e-3,x\n", NULL },
	{ "\n", "a blank line" }, { "\r\n", "a blank line" }, { "1,2,3\n", "3 fields" }, { "1,2,3,4,5\n", "5 fields" },
	{ "x,2,3,4\n", "a: not a number: \"x\"" }, { "1,2,1e999,4\n", "c: too large a number" }, { "1,b\"c,3,4\n", "b: a quote that" },
	{ "1,\"b\"c,3,4\n", "b: a quote that" }, { "1,2,3,\"4\n", "" }, { "a,b,c\n", "3 fields" },
};

/* A table with odd lines: often of the first kinds, at last perhaps one of those that end it.  A large one has
 * runs that are read when it is known what they are to be like, whatever comes before. */
static void
make_text(int large)
{
	const char *const begin[] = { "a,b,c,d\n", "\"a\",b,c,d\r\n", "\xef\xbb\xbf\x61,b,c,d\n" };
	const char *last = begin[draw(3)];
	unsigned often = draw(3), most = 2000 + draw(large ? LARGE - 2000 : TEXT - 2000), bad = draw(4);
	char buf[128];

	len = 0;
	put(last, strlen(last));
	while (len < most) {
		int n = snprintf(buf, sizeof buf, "%u.%u,late,-%u%.*s,%u\n", draw(100), draw(1u << 30), draw(99999), (int)draw(3), ".5",
		    draw(10));

		put(buf, (size_t)n);
		if (often > 0 && draw(often == 1 ? 100 : 5) == 0) {
			unsigned k = draw(14);

			put(odd[k].text, strlen(odd[k].text));
		}
	}
	if (bad == 1 && draw(2)) {
		put("1,", 2);
		memset(text + len, 'l', LONG);
		len += LONG;
		put(",3,4\n5,6,7,8\n", 13);
	} else if (bad > 1) {
		unsigned k = 14 + draw(sizeof odd / sizeof *odd - 14);

		put(odd[k].text, strlen(odd[k].text));
		put("1,2,3,4\n5,6,7,8\n\"9\",10,11,12\n", 30);
	}
	if (bad == 0 && draw(3) == 0)
		text[draw((unsigned)len)] = '\0';
	len -= draw(2);
}

/* Sends the text in packets: a line each, or cut anywhere. */
static void
send_text(int fd, int lines)
{
	for (size_t at = 0, n; at < len; at += n) {
		const char *newline = memchr(text + at, '\n', len - at);

		n = lines ? (newline != NULL ? (size_t)(newline + 1 - text) - at : len - at) : 1 + draw(draw(8) ? PACKET : 3);
		n = n < len - at ? n : len - at;
		n = n < PACKET ? n : PACKET;
		if (send(fd, text + at, n, MSG_NOSIGNAL) < 0)
			break;                  /* the reader has seen enough */
	}
	_exit(0);
}

/* Standard input is the text in packets, as none is ever read with another. */
static void
from_packets(int lines)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) != 0)
		abort();
	if (fork() == 0) {
		close(fd[0]);
		send_text(fd[1], lines);
	}
	close(fd[1]);
	dup2(fd[0], 0);
	close(fd[0]);
}

static const char *const format[FORMATS] = { "plain", "gzip", "BGZF" };

/* Standard input is a file of it: gzip of one member, or with blocks that end anywhere, but where a header
 * may begin: there two files would meet. */
static void
make_file(const char *how)
{
	struct out *o;
	gzFile f;

	if (how == format[1]) {
		f = gzopen(path, "wb1");
		if (f == NULL || gzwrite(f, text, (unsigned)len) != (int)len || gzclose(f) != Z_OK)
			abort();
		return;
	}
	o = out_open(path, 0, 1, 1);
	for (size_t at = 0, n; at < len; at += n) {
		n = 1 + draw(9000);
		n = n < len - at ? n : len - at;
		while (at + n < len && strchr("a\"\xef", text[at + n]) != NULL)
			n++;
		out_bytes(o, text + at, n);
		out_block(o);
	}
	out_close(o);
}

/* What was read, told on standard error at the end, whatever it is. */
static struct { size_t rows; double sum; unsigned long texts; } seen;

static void
tell(void)
{
	fprintf(stderr, "%zu rows, numbers %a, texts %lx", seen.rows, seen.sum, seen.texts);
}

static void
see(const struct table *t)
{
	double v;

	seen.rows++;
	seen.texts = seen.texts*31 + t->line;
	for (size_t i = 0; i < t->ncol; i++) {
		seen.texts = seen.texts*31 + t->len[i];
		for (size_t k = 0; k <= t->len[i]; k++)
			seen.texts = seen.texts*31 + (unsigned char)t->field[i][k];
	}
	for (size_t i = 0; i <= 2; i += 2)
		seen.sum = seen.sum*0.75 + (table_num(t, i, &v) ? v : i == 0 ? 17 : 0.1);
}

static double
negative(double x)
{
	return -x;
}

struct how { int lines, packets, threads, twice; };

static void
read_table(void *arg)
{
	const struct how *h = arg;
	char *operand[] = { "-" };
	size_t want[2] = { 0 };
	struct table *t;

	opts.threads = h->threads;
	if (h->packets)
		from_packets(h->lines);
	else if (freopen(path, "r", stdin) == NULL)
		abort();
	atexit(tell);
	t = table_open(operand, 1, &opts);
	if (h->twice)
		table_keep(t);
	want[1] = table_derive(t, "-c", 2, negative);
	table_want(t, want, 2);
	while (table_next(t))
		see(t);
	if (h->twice) {
		table_again(t);
		while (table_next(t))
			see(t);
	}
	table_close(t);
}

int
main(void)
{
	static const int threads[] = { 1, 2, 4 };
	size_t wrong = 0, ended = 0;

	err_init("test");
	opts_init(&opts);
	close(mkstemp(path));
	strcat(path, ".gz");
	for (int i = 0; i < 40; i++) {
		struct child want, got;
		struct how h = { 1, 1, 1, i % 4 == 3 };

		make_text(i % 8 == 7);
		want = child_run(read_table, &h);
		ended += want.status == 1;
		h.lines = 0;
		for (int k = 0; k < 3*FORMATS; k++) {
			const char *how = format[k / 3];

			h.packets = k < 3;
			h.threads = threads[k % 3];
			if (k > 0 && k % 3 == 0)
				make_file(how);
			got = child_run(read_table, &h);
			if (got.status == want.status && strcmp(got.msg, want.msg) == 0)
				continue;
			wrong++;
			printf("# text %d, %s, %d threads:\n# %s\n# %s\n", i, how, h.threads, want.msg, got.msg);
		}
	}
	test_ok(wrong == 0 && ended > 10, "40 tables, %zu of them bad, cut anywhere as line by line", ended);
	unlink(path);
	path[strlen(path) - 3] = '\0';
	unlink(path);
	opts_free(&opts);
	return test_end();
}
