/* out.c - what is written, where it lands, and what becomes of failures. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <zlib.h>

#include "bytes.h"
#include "child.h"
#include "test.h"

static const int threads[] = { 1, 2, 4 };
enum { NTHREADS = 3, BIG = 400000 };

static char dir[] = "/tmp/hgtestXXXXXX";
static unsigned char data[BIG];

static char *
path(const char *name)
{
	static char p[4][PATH_MAX];
	static int i;

	i = (i + 1) % 4;
	snprintf(p[i], sizeof p[i], "%s/%s", dir, name);
	return p[i];
}

static int
holds(const char *name, const char *s)
{
	unsigned char p[100];
	size_t n = slurp(name, p, sizeof p);

	return n == strlen(s) && !memcmp(p, s, n);
}

/* How many files there are; a temporary one that was left would count. */
static int
nfile(void)
{
	DIR *d = opendir(dir);
	int n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static mode_t
mode(const char *name)
{
	struct stat st;

	return stat(name, &st) ? 0 : st.st_mode & 07777;
}

/* One way to write the data: n bytes, piece by piece, a block ended after
 * every so many pieces (0: never). */
struct job { const char *path; int plain, level, threads; size_t n, piece, every; };

static void
produce(void *arg)
{
	struct job *j = arg;
	struct out *o = out_open(j->path, j->plain, j->level, j->threads);
	size_t i, k, len;

	for (i = k = 0; i < j->n; i += len) {
		len = j->n - i < j->piece ? j->n - i : j->piece;
		out_bytes(o, data + i, len);
		if (j->every && ++k % j->every == 0)
			out_block(o);
	}
	out_close(o);
}

/* Whether p is BGZF with its marker, header bytes as promised. */
static int
is_bgzf(const unsigned char *p, size_t n)
{
	static const unsigned char head[] = { 31, 139, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0, 'B', 'C', 2, 0 };
	size_t i, size = 0, isize = 1;

	for (i = 0; i + 28 <= n; i += size) {
		size = p[i + 16] + 256u * p[i + 17] + 1;
		if (memcmp(p + i, head, sizeof head) || size < 28 || i + size > n)
			return 0;
		isize = p[i + size - 4] + 256u * p[i + size - 3] + 65536u * p[i + size - 2];
		if (isize > 65280)
			return 0;
	}
	return i == n && size == 28 && !isize;
}

/* The bytes inside a gzip file, by zlib's own reader. */
static int
inside_is(const char *name, const unsigned char *p, size_t n)
{
	unsigned char *q = mem_new(n + 1, 1);
	gzFile f = gzopen(name, "rb");
	int r = f && (size_t)gzread(f, q, (unsigned)n + 1) == n && !memcmp(p, q, n);

	if (f)
		r &= gzclose(f) == Z_OK;
	free(q);
	return r;
}

/* What was written, read with gz.c: in a child, for what is read may not be
 * written again. */
struct back { const char *name; int threads; size_t size; };

static void
read_back(void *arg)
{
	struct back *b = arg;
	struct gz *g = gz_open(b->name, b->threads);
	const char *q;
	size_t len, got = 0;
	int seam, same = 1;

	while ((q = gz_next(g, &len, &seam)) && same) {
		same = got + len <= b->size && !memcmp(q, data + got, len);
		got += len;
	}
	gz_close(g);
	exit(!same || got != b->size);
}

static void
round_trip(void)
{
	static const size_t sizes[] = { 0, 1, 65280, 65281, BIG };
	static const int levels[] = { 0, 1, 6, 9 };
	unsigned char *first = mem_new(2 * BIG, 1), *again = mem_new(2 * BIG, 1);
	struct job j = { path("x.gz"), 0, 0, 0, 0, 1000, 0 };
	size_t i, l, k, n1 = 0, n;
	int wrong = 0, differ = 0, odd = 0, lost = 0;
	char cmd[PATH_MAX];

	for (i = 0; i < 4 * 5 * 2; i++)
		for (k = 0; k < NTHREADS; k++) {
			l = i % 4;
			j.level = levels[l];
			j.n = sizes[i / 4 % 5];
			j.every = i / 20 ? 7 : 0;
			j.threads = threads[k];
			produce(&j);
			n = slurp(j.path, again, 2 * BIG);
			if (!k)
				memcpy(first, again, n1 = n);
			differ += n != n1 || memcmp(first, again, n);
			odd += !is_bgzf(again, n);
			lost += !inside_is(j.path, data, j.n);
			wrong += child_run(read_back, &(struct back){ j.path, threads[k], j.n }).status != 0;
		}
	test_ok(!wrong && !lost, "out and back, levels 0 1 6 9: %d wrong by gz.c, %d by gzread", wrong, lost);
	test_ok(!differ, "the same bytes with 1, 2, 4 threads: %d differ", differ);
	test_ok(!odd, "blocks are BGZF: %d are not", odd);

	j.piece = BIG;
	j.every = 0;
	produce(&j);
	slurp(j.path, again, 2 * BIG);
	j.piece = 1;
	produce(&j);
	n = slurp(j.path, first, 2 * BIG);
	test_ok(!memcmp(first, again, n), "the same bytes whatever the pieces");
	snprintf(cmd, sizeof cmd, "gzip -t %s", j.path);
	test_ok(!system(cmd), "gzip -t");
	free(first);
	free(again);
	unlink(j.path);
}

static void
plain(void)
{
	static unsigned char got[BIG + 1];
	struct job j = { path("x"), 0, 1, 4, BIG, 777, 0 };
	struct out *o;
	size_t n;

	produce(&j);
	n = slurp(j.path, got, sizeof got);
	test_ok(n == BIG && !memcmp(got, data, n), "a file without .gz is plain");
	j.path = path("y.gz");
	j.plain = 1;
	produce(&j);
	n = slurp(j.path, got, sizeof got);
	test_ok(n == BIG && !memcmp(got, data, n), "plain asked for, .gz or not");
	o = out_open(j.path, 1, 1, 1);
	out_printf(o, "%d,%s\n", 7, "x");
	out_printf(o, "%1000d", 5);
	out_printf(o, "%s", "");
	out_close(o);
	n = slurp(j.path, got, sizeof got);
	test_ok(n == 1004 && !memcmp(got, "7,x\n    ", 8) && got[1003] == '5', "out_printf, short and long: %zu bytes", n);
	unlink(path("x"));
	unlink(path("y.gz"));
}

/* Standard output of a child: a descriptor, or closed. */
struct std { struct job j; int fd, ignore, close; };

static void
produce_std(void *arg)
{
	struct std *s = arg;

	if (s->close)
		close(1);
	else
		dup2(s->fd, 1);
	err_init("test");
	if (s->ignore)
		signal(SIGPIPE, SIG_IGN);
	produce(&s->j);
}

static void
failures(void)
{
	struct std s = { { NULL, 0, 1, 1, BIG, 1000, 0 }, -1, 0, 0 };
	struct child c;
	size_t k;
	int i, fd[2], full = 0, closed = 0, gone = 0, killed = 0;

	for (k = 0; k < NTHREADS; k++)
		for (i = 0; i < 4; i++) {		/* gzip or plain, all or nothing but the end */
			s.j.plain = i % 2;
			s.j.n = i / 2 ? 10 : BIG;
			s.j.threads = threads[k];
			s.fd = open("/dev/full", O_WRONLY);
			c = child_run(produce_std, &s);
			full += child_died(&c, "standard output", "No space left on device");
			close(s.fd);
			s.close = 1;
			c = child_run(produce_std, &s);
			closed += child_died(&c, "standard output", "Bad file descriptor");
			s.close = 0;
			if (pipe(fd))
				abort();
			close(fd[0]);
			s.fd = fd[1];
			c = child_run(produce_std, &s);
			killed += c.status == -SIGPIPE && !*c.msg;
			s.ignore = 1;
			c = child_run(produce_std, &s);
			gone += child_died(&c, "standard output", "Broken pipe");
			s.ignore = 0;
			close(fd[1]);
		}
	test_ok(full == 12, "/dev/full: %d of 12", full);
	test_ok(closed == 12, "closed standard output: %d of 12", closed);
	test_ok(killed == 12, "a reader that went away: killed by SIGPIPE, %d of 12", killed);
	test_ok(gone == 12, "the same with SIGPIPE ignored: %d of 12", gone);

	s.j.path = "/dev/full";
	c = child_run(produce, &s.j);
	test_ok(child_died(&c, "/dev/full", "No space left on device"), "-o /dev/full: %s", c.msg);
	s.j.path = "/dev/null";
	c = child_run(produce, &s.j);
	test_ok(!c.status && mode("/dev/null") == 0666, "-o /dev/null: %d", c.status);
	s.j.path = dir;
	c = child_run(produce, &s.j);
	test_ok(child_died(&c, dir, "Is a directory"), "-o a directory: %s", c.msg);
	s.j.path = path("no/file");
	c = child_run(produce, &s.j);
	test_ok(child_died(&c, s.j.path, "no new file can be put into "), "-o in no directory: %s", c.msg);
	s.j.path = "";
	c = child_run(produce, &s.j);
	test_ok(child_died(&c, "", "No such file or directory"), "a name that is empty: %s", c.msg);
}

/* A pipe that does not block, and a reader that begins late: the writer waits. */
static void
not_blocking(void)
{
	struct std s = { { NULL, 1, 1, 1, BIG, 1000, 0 }, -1, 0, 0 };
	static unsigned char got[BIG + 1];
	struct child c;
	size_t n = 0;
	ssize_t r;
	int fd[2], same;
	pid_t pid;

	if (pipe(fd) || fcntl(fd[1], F_SETFL, O_NONBLOCK))
		abort();
	s.fd = fd[1];
	fflush(stdout);
	if (!(pid = fork())) {
		close(fd[1]);
		usleep(200000);
		while ((r = read(fd[0], got + n, sizeof got - n)) > 0)
			n += (size_t)r;
		_exit(n != BIG || memcmp(got, data, BIG));
	}
	c = child_run(produce_std, &s);
	close(fd[0]);
	close(fd[1]);
	waitpid(pid, &same, 0);
	test_ok(!c.status && !same, "a pipe that does not block: %d, %s", c.status, c.msg);
}

/* -o onto a file, a link to one, a link to nothing. */
static void
files(void)
{
	struct job j = { NULL, 1, 1, 1, 10, 10, 0 };
	struct stat st;
	char text[11];
	mode_t old = umask(027);
	int fd, n;

	memcpy(text, data, 10);
	text[10] = 0;
	mkdir(path("sub"), 0777);
	spill(path("old"), "before\n", strlen("before\n"));
	chmod(path("old"), 0604);
	if (symlink("old", path("link")) || symlink("sub/../sub/new", path("dangling")) || symlink("dangling", path("twice")))
		abort();
	n = nfile();
	j.path = path("link");
	produce(&j);
	test_ok(holds(path("old"), text) && mode(path("old")) == 0604 && !lstat(path("link"), &st) && S_ISLNK(st.st_mode),
	    "a symbolic link is followed, mode kept: %o", (unsigned)mode(path("old")));
	j.path = path("twice");
	produce(&j);
	test_ok(holds(path("sub/new"), text) && mode(path("sub/new")) == 0640 && !lstat(path("dangling"), &st) && S_ISLNK(st.st_mode),
	    "a link to nothing makes the file, mode by umask: %o", (unsigned)mode(path("sub/new")));
	test_ok(nfile() == n, "nothing is left beside them: %d", nfile() - n);
	umask(old);

	fd = open(path("old"), O_WRONLY | O_TRUNC);
	if (write(fd, "head\n", 5) != 5)
		abort();
	fflush(stdout);
	if (!fork()) {
		dup2(fd, 1);
		j.path = "/dev/stdout";
		produce(&j);
		_exit(0);
	}
	wait(NULL);
	close(fd);
	if (stat(path("old"), &st))
		abort();
	test_ok(st.st_size == 15, "-o /dev/stdout goes behind what is there: %d bytes", (int)st.st_size);

	mkfifo(path("fifo"), 0600);
	if (!fork()) {
		j.path = path("fifo");
		produce(&j);
		_exit(0);
	}
	memcpy(text, data, 10);
	test_ok(holds(path("fifo"), text), "-o a FIFO");
	wait(NULL);
	unlink(path("sub/new"));
	rmdir(path("sub"));
}

/* Writes half a file, then ends as told. */
struct end { const char *path; int sig, ignore, threads; };

static void
half(void *arg)
{
	struct end *e = arg;
	struct out *o;

	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	signal(e->ignore ? e->ignore : SIGUSR1, SIG_IGN);
	if (e->sig)                     /* a job in the background ignores SIGINT and SIGQUIT */
		signal(e->sig, SIG_DFL);
	o = out_open(e->path, 0, 1, e->threads);
	out_bytes(o, data, BIG / 2);
	if (e->ignore)
		raise(e->ignore);
	if (e->sig)
		raise(e->sig);
	if (!e->ignore)
		die("stopped");
	out_bytes(o, data + BIG / 2, BIG / 2);
	out_close(o);
}

static void
interrupted(void)
{
	static const int sig[] = { SIGALRM, SIGHUP, SIGINT, SIGPIPE, SIGPROF, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU, 0 };
	struct end e = { path("old.gz"), 0, 0, 1 };
	struct child c;
	size_t i, k;
	int n, wrong = 0;

	spill(e.path, "before\n", strlen("before\n"));
	n = nfile();
	for (i = 0; i < sizeof sig / sizeof *sig; i++)
		for (k = 0; k < NTHREADS; k++) {
			e.sig = sig[i];
			e.threads = threads[k];
			c = child_run(half, &e);
			wrong += c.status != (sig[i] ? -sig[i] : 1) || nfile() != n || !holds(e.path, "before\n");
		}
	test_ok(!wrong, "killed or died: no temporary file, the old one is whole: %d wrong", wrong);
	e.sig = 0;
	e.ignore = SIGHUP;
	c = child_run(half, &e);
	test_ok(!c.status && nfile() == n && inside_is(e.path, data, BIG), "an ignored SIGHUP stays ignored: %d", c.status);
}

/* Writes a file while another is read, which is noted, or only its name, before the
 * output is opened or after half of it was written. */
struct same { const char *in, *out; int late, by_name; };

static void
copy_onto(void *arg)
{
	struct same *s = arg;
	struct out *o = s->late ? out_open(s->out, 1, 1, 1) : NULL;
	struct gz *g = NULL;

	if (s->late)
		out_bytes(o, data, BIG / 2);
	if (s->by_name)
		out_protect_name(s->in);
	else
		g = gz_open(s->in, 1);
	if (!s->late)
		o = out_open(s->out, 1, 1, 1);
	out_bytes(o, data, 10);
	out_close(o);
	if (g)
		gz_close(g);
}

static void
same_file(void)
{
	static const char why[] = "it is read, and the output would take its place";
	static const char *const names[] = { "same", "same.link", "same.hard", "./same" };
	struct same s;
	char *as[4];
	struct child c;
	int i, n, wrong = 0;

	for (i = 0; i < 4; i++)
		as[i] = mem_text(path(names[i]), strlen(path(names[i])));
	s.in = as[0];
	spill(s.in, "before\n", strlen("before\n"));
	if (symlink("same", as[1]) || link(s.in, as[2]))
		abort();
	n = nfile();
	s.by_name = 0;
	for (i = 0; i < 8; i++) {
		s.out = as[i % 4];
		s.late = i / 4;
		c = child_run(copy_onto, &s);
		wrong += !child_died(&c, s.in, why) || nfile() != n || !holds(s.in, "before\n");
	}
	test_ok(!wrong, "a file that is read, as output too: refused, and as it was: %d wrong", wrong);
	s.in = s.out = "/dev/null";
	for (s.late = wrong = 0; s.late < 2; s.late++)
		wrong += child_run(copy_onto, &s).status != 0;
	test_ok(!wrong, "/dev/null in and out: %d wrong", wrong);
	for (i = 0; i < 4; i++)
		free(as[i]);
}

/* A name in a directory, where a link or another path may lead to. */
static void
same_name(void)
{
	static const char why[] = "what is read is looked for under this name, and the output would be there";
	static const char *const names[] = { "name", "./name", "name.link", "there", "there.link" };
	struct same s = { .by_name = 1 };
	struct child c;
	int i, n, wrong = 0;

	spill(path("there"), "before\n", strlen("before\n"));
	if (symlink("name", path("name.link")) || symlink("there", path("there.link")))
		abort();
	n = nfile();
	for (i = 0; i < 10; i++) {
		s.in = path(i < 6 ? "name" : "there");
		s.out = path(names[i / 2]);
		s.late = i % 2;
		c = child_run(copy_onto, &s);
		wrong += !child_died(&c, s.in, why) || nfile() != n;
	}
	test_ok(!wrong && holds(path("there"), "before\n"), "a name that is read, there or not: refused: %d wrong", wrong);
	s.in = path("no/name");
	s.out = path("other");
	c = child_run(copy_onto, &s);
	s.in = path("name");
	s.out = path("name.csv");
	test_ok(!c.status && !child_run(copy_onto, &s).status && nfile() == n + 2,
	    "another name, and one in no directory: %s", c.msg);
}

/* A block reaches the reader of a pipe while the writer does nothing more. */
static void
liveness(void *arg)
{
	struct job *j = arg;
	struct out *o;
	struct gz *g;
	const char *p;
	size_t len, got;
	int fd[2], i, seam;

	if (pipe(fd))
		abort();
	dup2(fd[0], 0);
	dup2(fd[1], 1);
	close(fd[0]);
	close(fd[1]);
	g = gz_open("-", j->threads);
	o = out_open(NULL, j->plain, 1, j->threads);
	for (i = 0; i < 40; i++) {
		out_bytes(o, data, (size_t)i * 10 + 5);
		out_block(o);
		out_block(o);
		for (got = 0; got < (size_t)i * 10 + 5; got += len)
			if (!(p = gz_next(g, &len, &seam)) || memcmp(p, data + got, len))
				exit(3);
	}
	out_close(o);
	close(1);
	if (gz_next(g, &len, &seam))
		exit(4);
	gz_close(g);
}

int
main(void)
{
	struct job j = { 0 };
	struct child c;
	char cmd[PATH_MAX];
	size_t i, k;
	uint32_t x = 1;
	int wrong = 0;

	err_init("./test");
	if (!mkdtemp(dir))
		return 1;
	for (i = 0; i < BIG; i++) {		/* text, then noise that does not shrink */
		x = x * 1664525 + 1013904223;
		data[i] = (unsigned char)(i < BIG / 2 ? (uint32_t)"0123456789,\n.-ef"[x >> 28] : x >> 24);
	}
	round_trip();
	plain();
	failures();
	not_blocking();
	files();
	interrupted();
	same_file();
	same_name();
	for (j.plain = 0; j.plain < 2; j.plain++)
		for (k = 0; k < NTHREADS; k++) {
			j.threads = threads[k];
			c = child_run(liveness, &j);
			wrong += c.status != 0;
		}
	test_ok(!wrong, "a block arrives at once: %d wrong", wrong);
	snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
	if (system(cmd))
		return 1;
	return test_end();
}
