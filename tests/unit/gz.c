/* gz.c - good, cut and damaged gzip, by 1, 2 and 4 threads. */
#include <fcntl.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <zlib.h>

#include "bytes.h"
#include "child.h"
#include "test.h"

static const int threads[] = { 1, 2, 4 };
enum { NTHREADS = 3 };

static char dir[] = "/tmp/hgtestXXXXXX";

/* What one pass over an operand gave, up to its end or its error. */
static struct seen {
	size_t n, nrun;
	unsigned long crc;
	char seams[64];		/* "0110...", one for each run */
} *seen;

struct job {
	const char *name;
	int threads, fd;	/* fd >= 0 becomes standard input */
};

static void
pass(void *arg)
{
	struct job *j = arg;
	struct gz *g;
	const char *p;
	size_t len;
	int seam;

	if (j->fd >= 0)
		dup2(j->fd, 0);
	memset(seen, 0, sizeof *seen);
	g = gz_open(j->name, j->threads);
	while ((p = gz_next(g, &len, &seam))) {
		seen->crc = crc32(seen->crc, (const Bytef *)p, (uInt)len);
		seen->n += len;
		if (seen->nrun < sizeof seen->seams - 1)
			seen->seams[seen->nrun] = (char)('0' + seam);
		seen->nrun++;
	}
	gz_next(g, &len, &seam);
	gz_close(g);
}

static struct child
run(const char *name, int n)
{
	struct job j = { name, n, -1 };

	return child_run(pass, &j);
}

static char *
path(const char *name, const char *suffix)
{
	static char p[PATH_MAX];

	snprintf(p, sizeof p, "%s/%s%s", dir, name, suffix);
	return p;
}

static unsigned char *
read_file(const char *name, size_t *n)
{
	enum { SIZE = 11000000 };
	unsigned char *p = mem_new(SIZE, 1);

	*n = slurp(name, p, SIZE);
	return p;
}

/* A gzip member of s at p, with a BC field if bgzf; returns its length. */
static size_t
make(unsigned char *p, const char *s, size_t len, int bgzf)
{
	unsigned char head[] = { 31, 139, 8, bgzf ? 4 : 0, 0, 0, 0, 0, 0, 255, 6, 0, 'B', 'C', 2, 0, 0, 0 };
	z_stream z = { 0 };
	size_t h = bgzf ? 18 : 10, n;
	unsigned long v[2] = { crc32(0, (const Bytef *)s, (uInt)len), len };
	int i;

	memcpy(p, head, h);
	deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
	z.next_in = (Bytef *)(size_t)s;
	z.avail_in = (uInt)len;
	z.next_out = p + h;
	z.avail_out = 100000;
	deflate(&z, Z_FINISH);
	n = h + z.total_out;
	deflateEnd(&z);
	for (i = 0; i < 8; i++)
		p[n++] = (unsigned char)(v[i / 4] >> i % 4 * 8);
	if (bgzf) {
		p[16] = (unsigned char)(n - 1);
		p[17] = (unsigned char)((n - 1) >> 8);
	}
	return n;
}

static size_t
mark(unsigned char *p)
{
	return make(p, "", 0, 1);
}

/* The cases: NULL, good; "", plain: the file's own bytes; else the message.
 * zlib, raw deflate and text before gzip come through as plain bytes, and the
 * layer above refuses them. */
static const char cut[] = "gzip stream is cut short", damaged[] = "gzip data is damaged (",
	behind[] = "bytes behind the end of the gzip stream", nomark[] = "there is no BGZF end-of-file marker";
static const struct { const char *name, *msg; } table[] = {
	{ "ok_plain", NULL }, { "ok_stored", NULL }, { "ok_fname", NULL }, { "ok_fextra_max", NULL },
	{ "ok_fname_70k", NULL }, { "ok_fhcrc", NULL }, { "ok_allflags", NULL }, { "ok_multi", NULL },
	{ "ok_empty_payload", NULL }, { "ok_empty_first", NULL }, { "ok_empty_mid", NULL },
	{ "ok_empty_last", NULL }, { "ok_2000_members", NULL }, { "ok_bgzf", NULL }, { "ok_bomb10M", NULL },
	{ "ok_split_record_members", NULL }, { "trail_zeros512", NULL }, { "trail_zero1", NULL },
	{ "bgzf_no_eof", nomark },
	{ "trunc_header5", cut }, { "trunc_header_only10", cut }, { "trunc_in_fname", cut },
	{ "trunc_mid", cut }, { "trunc_no_trailer", cut }, { "trunc_trailer_4", cut }, { "trunc_trailer_1", cut },
	{ "bad_crc", damaged }, { "bad_isize", damaged }, { "bad_data_bit", damaged }, { "bad_hcrc", damaged },
	{ "bad_reserved_flag", damaged }, { "bad_cm", damaged }, { "bad_block_type", damaged },
	{ "trail_garbage", behind }, { "trail_1f", cut }, { "trail_1f8b", cut }, { "trail_1f8bjunk", damaged },
	{ "trail_zeros_then_member", behind }, { "trail_newline", behind },
	{ "m2_truncated", cut }, { "m2_bad_crc", damaged }, { "m2_trunc_header", cut },
	{ "file_empty", "" }, { "file_1byte", cut }, { "file_magic_only", cut }, { "file_plain_text", "" },
	{ "file_zlib", "" }, { "file_raw_deflate", "" }, { "file_garbage_then_gz", "" }
};
enum { NTABLE = sizeof table / sizeof *table };

static void
cases(void)
{
	struct child c;
	unsigned char *want;
	size_t i, k, n, first = 0;
	unsigned long crc = 0;
	int good, differ = 0, wrong[NTHREADS] = { 0 };
	char name[PATH_MAX];

	for (i = 0; i < NTABLE; i++)
		for (k = 0; k < NTHREADS; k++) {
			strcpy(name, path(table[i].name, ".gz"));
			c = run(name, threads[k]);
			if (table[i].msg && *table[i].msg) {
				good = child_died(&c, name, table[i].msg);
			} else {
				want = read_file(table[i].msg ? name : path(table[i].name, ".expected"), &n);
				good = !c.status && !*c.msg && seen->n == n && seen->crc == crc32(0, want, (uInt)n);
				free(want);
			}
			if (!good)
				printf("# %s, %d threads: %d %s\n", table[i].name, threads[k], c.status, c.msg);
			wrong[k] += !good;
			if (!k) {
				first = seen->n;
				crc = seen->crc;
			}
			differ += seen->n != first || seen->crc != crc;
		}
	for (k = 0; k < NTHREADS; k++)
		test_ok(!wrong[k], "%d gzip cases, %d threads: %d wrong", NTABLE, threads[k], wrong[k]);
	test_ok(!differ, "bytes handed out before the end or the error do not depend on threads: %d differ", differ);
}

/* Three members of text, BGZF or not, and the text; edge[n] is set to 1 where
 * a member ends. */
static size_t
three(unsigned char *p, char *text, char *edge, int bgzf)
{
	size_t i, n = 0, at = 0;

	for (i = 0; i < 3; i++) {
		snprintf(text + at, 100, "r%zu,1.5\nr%zu,-7e-3\n", i, i + 10);
		n += make(p + n, text + at, strlen(text + at), bgzf);
		at += strlen(text + at);
		edge[n] = 1;
	}
	return bgzf ? n + mark(p + n) : n;
}

/* Every cut is refused, and what comes before it is the beginning of the
 * text, by every number of threads the same.  Members that are no BGZF may be
 * cut between two of them: nothing tells. */
static void
cuts(int bgzf)
{
	unsigned char p[1000];
	char text[400], name[PATH_MAX], edge[1000] = { 0 };
	size_t size = three(p, text, edge, bgzf), n, k, first = 0;
	struct child c;
	int good, wrong = 0;

	strcpy(name, path("cut", ""));
	for (n = 0; n < size; n++)
		for (k = 0; k < NTHREADS; k++) {
			spill(name, p, n);
			c = run(name, threads[k]);
			if (!n || (!bgzf && edge[n]))
				good = !c.status;
			else
				good = child_died(&c, name, edge[n] ? nomark : cut);
			good &= seen->crc == crc32(0, (Bytef *)text, (uInt)seen->n);
			first = k ? first : seen->n;
			wrong += !good || seen->n != first;
		}
	spill(name, p, size);
	c = run(name, 2);
	test_ok(!wrong && !c.status && seen->n == strlen(text),
	    "%s cut at each of %zu bytes: %d wrong", bgzf ? "BGZF" : "gzip", size, wrong);
}

/* A wrong byte is refused or does not matter (a date, say). */
static void
corruption(int bgzf)
{
	unsigned char p[1000];
	char text[400], name[PATH_MAX], edge[1000];
	size_t size = three(p, text, edge, bgzf), i, k, n = 0;
	unsigned long crc = 0;
	struct child c;
	int good, wrong = 0, refused = 0, one = 0;

	strcpy(name, path("corrupt", ""));
	for (i = 2; i < size; i++) {
		p[i] ^= 0x11;
		spill(name, p, size);
		for (k = 0; k < NTHREADS; k++) {
			c = run(name, threads[k]);
			good = c.status == 1 || (!c.status && seen->n == strlen(text) && seen->crc == crc32(0, (Bytef *)text, (uInt)seen->n));
			if (!k) {
				n = seen->n;
				crc = seen->crc;
				one = c.status;
			}
			wrong += !good || seen->n != n || seen->crc != crc || c.status != one;
		}
		refused += one;
		p[i] ^= 0x11;
	}
	test_ok(!wrong && refused > (int)size / 2, "%s with one byte wrong: %d of %zu refused, %d mistakes",
	    bgzf ? "BGZF" : "gzip", refused, size - 2, wrong);
}

static void
seams(void)
{
	static const struct { const char *what, *want; int code; } t[] = {
		{ "BBMBBM", "0101", 0 },	/* two whole files */
		{ "BBBBM", "0111", 0 },		/* the first was cut */
		{ "BGBM", "011", 0 },		/* a member that is no BGZF neither ends it */
		{ "BG", "01", 1 },		/* nor spares the marker */
		{ "BGB", "011", 1 },
		{ "GGBM", "000", 0 },
		{ "MB", "0", 1 },
		{ "BMM", "0", 0 },
		{ "BEB", "01", 1 },		/* E: an empty member that is no marker */
		{ "GB", "00", 1 },
		{ "GBM", "00", 0 }
	};
	unsigned char p[4000];
	char name[PATH_MAX], bad[100] = "none";
	const char *w;
	size_t i, k, n;
	struct child c;
	int wrong = 0;

	strcpy(name, path("seam", ""));
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		for (n = 0, w = t[i].what; *w; w++) {
			k = *w == 'M' ? mark(p + n) : *w == 'E' ? mark(p + n) : make(p + n, "a,b\n1,2\n", 8, *w == 'B');
			if (*w == 'E')
				p[n + 4] = 1;
			n += k;
		}
		spill(name, p, n);
		for (k = 0; k < NTHREADS; k++) {
			c = run(name, threads[k]);
			if (strcmp(seen->seams, t[i].want) || c.status != t[i].code ||
			    (t[i].code && !child_died(&c, name, nomark))) {
				wrong++;
				snprintf(bad, sizeof bad, "%s: %s", t[i].what, seen->seams);
			}
		}
	}
	test_ok(!wrong, "seams of BGZF: %d wrong (last: %s)", wrong, bad);
}

/* Writes p to a pipe, the next byte when the last has been read. */
static pid_t
drip(int fd, const unsigned char *p, size_t n)
{
	pid_t pid = fork();
	int left;

	if (pid)
		return pid;
	while (n-- && write(fd, p++, 1) == 1)
		while (!ioctl(fd, FIONREAD, &left) && left)
			usleep(20);
	_exit(0);
}

static void
bytewise(void)
{
	static const char *const what[] = { "plain", "gzip", "BGZF" };
	unsigned char p[1000];
	char text[400], edge[1000];
	struct child c;
	struct job j = { "-", 1, -1 };
	size_t size, i, k;
	int fd[2], wrong = 0;
	pid_t pid;

	for (i = 0; i < 3; i++)
		for (k = 0; k < NTHREADS; k++) {
			size = three(p, text, edge, i == 2);
			if (!i)
				memcpy(p, text, size = strlen(text));
			if (pipe(fd))
				abort();
			pid = drip(fd[1], p, size);
			close(fd[1]);
			j.threads = threads[k];
			j.fd = fd[0];
			c = child_run(pass, &j);
			close(fd[0]);
			waitpid(pid, NULL, 0);
			if (c.status || seen->n != strlen(text) || seen->crc != crc32(0, (Bytef *)text, (uInt)seen->n)) {
				wrong++;
				printf("# %s, %d threads: %d %s", what[i], threads[k], c.status, c.msg);
			}
		}
	test_ok(!wrong, "a pipe that gives one byte per read: %d wrong", wrong);
}

/* The run comes though the pipe's writer stalls; so does the end of gz_close
 * before the end.  The alarm of child_run ends what waits. */
struct stall { int threads, kind; };

static void
stalled(void *arg)
{
	struct stall *s = arg;
	unsigned char p[1000];
	z_stream z = { 0 };
	const char *q;
	size_t n = 5, len, got;
	int fd[2], seam, again;
	struct gz *g;

	if (pipe(fd))
		abort();
	dup2(fd[0], 0);
	close(fd[0]);
	deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
	g = gz_open("-", s->threads);
	for (again = 0; again < 3; again++) {
		memcpy(p, "1,2\n\n", 5);
		n = 5;
		if (s->kind == 1) {
			z.next_in = (Bytef *)(size_t)"1,2\n\n";
			z.avail_in = 5;
			z.next_out = p;
			z.avail_out = sizeof p;
			deflate(&z, Z_SYNC_FLUSH);
			n = sizeof p - z.avail_out;
		} else if (s->kind == 2) {
			n = make(p, "1,2\n\n", 5, 1);
		}
		if (write(fd[1], p, n) != (ssize_t)n)
			abort();
		for (got = 0; got < 5; got += len) {
			q = gz_next(g, &len, &seam);
			if (!q || memcmp(q, &"1,2\n\n"[got], len))
				exit(3);
		}
	}
	deflateEnd(&z);
	gz_close(g);
}

static void
liveness(void)
{
	struct stall s;
	struct child c;
	size_t k;
	int wrong = 0;

	for (s.kind = 0; s.kind < 3; s.kind++)
		for (k = 0; k < NTHREADS; k++) {
			s.threads = threads[k];
			c = child_run(stalled, &s);
			wrong += c.status != 0;
		}
	test_ok(!wrong, "runs come and gz_close returns while the pipe stalls: %d wrong", wrong);
}

struct early { const char *name; int threads; };

static void
early(void *arg)
{
	struct early *e = arg;
	size_t len, i;
	int seam;
	struct gz *g;

	for (i = 0; i < 30; i++) {
		g = gz_open(e->name, e->threads);
		if (i % 3)
			gz_next(g, &len, &seam);
		gz_close(g);
	}
}

static void
closing(void)
{
	struct early e;
	struct child c;
	char name[PATH_MAX];
	size_t k;
	int wrong = 0;

	strcpy(name, path("ok_bomb10M", ".gz"));
	for (k = 0; k < 2 * NTHREADS; k++) {
		if (k == NTHREADS)
			strcpy(name, path("ok_bgzf", ".gz"));
		e.name = name;
		e.threads = threads[k % NTHREADS];
		c = child_run(early, &e);
		wrong += c.status != 0 || *c.msg;
	}
	test_ok(!wrong, "gz_close before the end: %d wrong", wrong);
}

static void
peek(void)
{
	static const struct { const char *text; int want; } t[] = {
		{ "", -1 }, { " \n\r\t", -1 }, { "a", 'a' }, { "  {", '{' }, { "\xef\xbb\xbf\n{", '{' },
		{ "\xef\xbb\xbf", -1 }, { "\xef\xbb", 0xef }, { "\xefq", 0xef }, { "\xff", 0xff }, { "\n\xef\xbb\xbfx", 'x' }
	};
	unsigned char p[1000];
	char name[PATH_MAX], all[100];
	const char *q;
	size_t i, k, m, n, len, got;
	struct gz *g;
	int seam, wrong = 0, first, second;

	strcpy(name, path("peek", ""));
	for (i = 0; i < sizeof t / sizeof *t; i++)
		for (m = 0; m < 2; m++)		/* as it is; one member for each byte */
			for (k = 0; k < NTHREADS; k++) {
				for (n = len = 0; m && t[i].text[len]; len++)
					n += make(p + n, t[i].text + len, 1, 0);
				spill(name, m ? (const void *)p : t[i].text, m ? n : strlen(t[i].text));
				g = gz_open(name, threads[k]);
				first = gz_peek(g);
				second = gz_peek(g);
				for (got = 0; (q = gz_next(g, &len, &seam)); got += len)
					memcpy(all + got, q, len);
				gz_close(g);
				wrong += first != t[i].want || second != first || got != strlen(t[i].text) || memcmp(all, t[i].text, got);
			}
	test_ok(!wrong, "gz_peek, and all bytes afterwards: %d wrong", wrong);
}

/* Blanks in front of an x, of which it looks at GZ_PEEK bytes and no more, though
 * the pipe stays open; then all bytes come. */
static void
peek_far(void *arg)
{
	const int *blanks = arg;
	char *p = mem_new((size_t)*blanks + 1, 1);
	size_t len, got = 0;
	int fd[2], seam;
	const char *q;
	struct gz *g;

	memset(p, '\n', (size_t)*blanks);
	p[*blanks] = 'x';
	if (pipe(fd) || fcntl(fd[1], F_SETPIPE_SZ, 1 << 20) < 0 || write(fd[1], p, (size_t)*blanks + 1) != *blanks + 1)
		exit(2);
	dup2(fd[0], 0);
	g = gz_open("-", 2);
	if (gz_peek(g) != (*blanks < GZ_PEEK ? 'x' : -1))
		exit(3);
	close(fd[1]);
	while ((q = gz_next(g, &len, &seam)) && !memcmp(q, p + got, len))
		got += len;
	if (got != (size_t)*blanks + 1)
		exit(4);
	gz_close(g);
	free(p);
}

static void
peek_bound(void)
{
	int blanks[] = { GZ_PEEK - 1, GZ_PEEK, 300000 };

	for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
		struct child c = child_run(peek_far, &blanks[i]);

		test_ok(!c.status, "gz_peek behind %d blanks: status %d", blanks[i], c.status);
	}
}

static void
closed_stdin(void *arg)
{
	struct job j = { "-", 1, -1 };

	(void)arg;
	close(0);
	err_init("/some/where/test");
	pass(&j);
}

static void
opening(void)
{
	char name[PATH_MAX];
	unsigned char p[200000], *all;
	struct child c, d;
	size_t k, i, n;
	int wrong = 0;

	strcpy(name, path("absent", ""));
	c = run(name, 1);
	d = run(dir, 2);
	test_ok(child_died(&c, name, "No such file or directory") && child_died(&d, dir, "Is a directory"),
	    "an absent file, a directory: %s", d.msg);
	c = child_run(closed_stdin, NULL);
	test_ok(child_died(&c, "<stdin>", "Bad file descriptor"), "closed standard input: %d %s", c.status, c.msg);

	for (i = 0; i < sizeof p; i++)
		p[i] = (unsigned char)(i * i >> 7);
	spill(path("big", ""), p, sizeof p);
	for (k = 0; k < NTHREADS; k++) {
		c = run(path("big", ""), threads[k]);
		wrong += c.status || seen->n != sizeof p || seen->crc != crc32(0, p, sizeof p);
	}
	test_ok(!wrong, "a plain file of %zu bytes: %d wrong", sizeof p, wrong);

	for (wrong = 0, k = 0; k < 2 * NTHREADS; k++) {		/* BSIZE too small, too large */
		n = make(p, "a,b\n1,2\n", 8, 1);
		p[16] = (unsigned char)(p[16] + (k % 2 ? 1 : -1));
		spill(path("bsize", ""), p, n + mark(p + n));
		c = run(path("bsize", ""), threads[k / 2]);
		wrong += !child_died(&c, path("bsize", ""), "gzip data is damaged (wrong BGZF block size)") || seen->n != 8;
	}
	all = mem_new(100000, 1);
	for (k = 0; k < NTHREADS; k++) {			/* 64 KiB fit, one byte more does not */
		n = make(p, (char *)all, 65536, 1);
		spill(path("bsize", ""), p, n + mark(p + n));
		c = run(path("bsize", ""), threads[k]);
		wrong += c.status || seen->n != 65536;
		n = make(p, (char *)all, 65537, 1);
		spill(path("bsize", ""), p, n + mark(p + n));
		c = run(path("bsize", ""), threads[k]);
		wrong += c.status != 1 || seen->n != 65536;
	}
	free(all);
	test_ok(!wrong, "BGZF blocks of a wrong size: %d wrong", wrong);
}

int
main(void)
{
	char cmd[PATH_MAX];

	err_init("./test");
	seen = child_share(sizeof *seen);
	if (!mkdtemp(dir))
		return 1;
	if (system("command -v python3 >/dev/null")) {
		puts("skip - tests/data/gzip.py: no python3");
	} else {
		snprintf(cmd, sizeof cmd, "python3 tests/data/gzip.py %s", dir);
		test_ok(!system(cmd), "tests/data/gzip.py writes the cases");
		cases();
		closing();
	}
	cuts(0);
	cuts(1);
	corruption(0);
	corruption(1);
	seams();
	bytewise();
	liveness();
	peek();
	peek_bound();
	opening();
	snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
	if (system(cmd))
		return 1;
	return test_end();
}
