/* failcall.c - to be preloaded: a call fails.  $FAIL is "CALL NUMBER HOW", such as "read 3 5":
 * the third read(2), over all threads, fails with errno 5.  CALL is one of those below;
 * number 0 is each second one from the first on; HOW 0 is a read or write of a single
 * byte.  That it has come to this is noted by a byte written to the file $FAIL_SEEN.
 *
 * Allocations of the C library's own dlsym(3), before the real functions are known, come
 * from a small store and do not count. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum fate { DONE, FAILED, SHORT };

static char call[16];                   /* which one is to fail; none before main and behind it */
static long failing;
static int how, ready;
static atomic_long number;

/* The real function, once; ISO C has no cast from dlsym's result to one. */
static void
find(void *fn, const char *name)
{
	void *p;

	memcpy(&p, fn, sizeof p);
	if (p == NULL)
		p = dlsym(RTLD_NEXT, name);
	memcpy(fn, &p, sizeof p);
}

#define REAL(type, name, ...) \
	static type (*real)(__VA_ARGS__); \
	find(&real, #name)

static void
note(void)
{
	const char *seen = getenv("FAIL_SEEN");
	int (*openat_)(int, const char *, int, ...) = NULL, (*close_)(int) = NULL, fd, err = errno;
	ssize_t (*write_)(int, const void *, size_t) = NULL;

	find(&openat_, "openat");
	find(&write_, "write");
	find(&close_, "close");
	if (seen && (fd = openat_(AT_FDCWD, seen, O_WRONLY | O_CREAT | O_APPEND, 0600)) >= 0) {
		if (write_(fd, "x", 1) != 1)
			abort();
		close_(fd);
	}
	errno = err;
}

/* What is to become of this call.  None fails before main, or once the program has ended: a
 * build that counts lines writes its counts then, and is not made for that. */
static enum fate
fate(const char *name)
{
	long n;

	if (!ready || strcmp(name, call) != 0)
		return DONE;
	n = atomic_fetch_add(&number, 1) + 1;
	if (failing > 0 ? n != failing : n % 2 == 0)
		return DONE;
	note();
	errno = how;
	return how == 0 ? SHORT : FAILED;
}

static void
stop(void)
{
	ready = 0;
}

static int (*real_main)(int, char **, char **);

static int
main_that_fails(int argc, char **argv, char **envp)
{
	const char *s = getenv("FAIL");

	atexit(stop);
	ready = s != NULL && sscanf(s, "%15s %ld %d", call, &failing, &how) == 3;
	return real_main(argc, argv, envp);
}

int
__libc_start_main(int (*start)(int, char **, char **), int argc, char **argv, void (*init)(void), void (*fini)(void),
    void (*rtld_fini)(void), void *stack_end)
{
	REAL(int, __libc_start_main, int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
	    void (*)(void), void *);

	real_main = start;
	return real(main_that_fails, argc, argv, init, fini, rtld_fini, stack_end);
}

/* ---- memory: alloc ------------------------------------------------------------------------ */

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void (*real_free)(void *);

static _Alignas(16) unsigned char store[4096];
static size_t stored;

static void *
from_store(size_t n)
{
	void *p = store + stored;

	n = (n + 15) / 16 * 16;
	if (n > sizeof store - stored)
		abort();
	stored += n;
	return p;
}

static int
in_store(const void *p)
{
	return (uintptr_t)p >= (uintptr_t)store && (uintptr_t)p < (uintptr_t)store + sizeof store;
}

__attribute__((constructor))
static void
init_memory(void)
{
	find(&real_malloc, "malloc");
	find(&real_calloc, "calloc");
	find(&real_realloc, "realloc");
	find(&real_free, "free");
}

void *
malloc(size_t n)
{
	if (fate("alloc"))
		return NULL;
	return real_malloc ? real_malloc(n) : from_store(n);
}

void *
calloc(size_t n, size_t size)
{
	if (fate("alloc"))
		return NULL;
	return real_calloc ? real_calloc(n, size) : from_store(n * size);
}

void *
realloc(void *p, size_t n)
{
	if (fate("alloc"))
		return NULL;
	if (in_store(p) || !real_realloc)
		return p ? memcpy(from_store(n), p, n) : from_store(n);
	return real_realloc(p, n);
}

void
free(void *p)
{
	if (p && !in_store(p) && real_free)
		real_free(p);
}

/* ---- read, write ---------------------------------------------------------------------------- */

ssize_t
read(int fd, void *p, size_t n)
{
	REAL(ssize_t, read, int, void *, size_t);
	enum fate f = fate("read");

	return f == FAILED ? -1 : real(fd, p, f == SHORT && n > 1 ? 1 : n);
}

ssize_t
__read_chk(int fd, void *p, size_t n, size_t room)
{
	return n > room ? (abort(), -1) : read(fd, p, n);
}

ssize_t
pread(int fd, void *p, size_t n, off_t at)
{
	REAL(ssize_t, pread, int, void *, size_t, off_t);
	enum fate f = fate("read");

	return f == FAILED ? -1 : real(fd, p, f == SHORT && n > 1 ? 1 : n, at);
}

ssize_t
pread64(int fd, void *p, size_t n, off64_t at)
{
	REAL(ssize_t, pread64, int, void *, size_t, off64_t);
	enum fate f = fate("read");

	return f == FAILED ? -1 : real(fd, p, f == SHORT && n > 1 ? 1 : n, at);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	REAL(ssize_t, write, int, const void *, size_t);
	enum fate f = fd == 2 ? DONE : fate("write");   /* what is said is to be read */

	return f == FAILED ? -1 : real(fd, p, f == SHORT && n > 1 ? 1 : n);
}

/* ---- open, with what stdio opens; create ---------------------------------------------------- */

#define OPEN(name, given, ...) \
	REAL(int, name, __VA_ARGS__, ...); \
	mode_t mode = 0; \
	va_list ap; \
 \
	va_start(ap, flags); \
	if (flags & (O_CREAT | O_TMPFILE)) \
		mode = va_arg(ap, mode_t); \
	va_end(ap); \
	return fate(flags & O_CREAT ? "create" : "open") ? -1 : real given

int
open(const char *path, int flags, ...)
{
	OPEN(open, (path, flags, mode), const char *, int);
}

int
open64(const char *path, int flags, ...)
{
	OPEN(open64, (path, flags, mode), const char *, int);
}

int
openat(int dir, const char *path, int flags, ...)
{
	OPEN(openat, (dir, path, flags, mode), int, const char *, int);
}

int
openat64(int dir, const char *path, int flags, ...)
{
	OPEN(openat64, (dir, path, flags, mode), int, const char *, int);
}

int
__open_2(const char *path, int flags)
{
	return open(path, flags);
}

int
__open64_2(const char *path, int flags)
{
	return open64(path, flags);
}

int
mkostemp(char *path, int flags)
{
	REAL(int, mkostemp, char *, int);

	return fate("create") ? -1 : real(path, flags);
}

int
mkostemp64(char *path, int flags)
{
	REAL(int, mkostemp64, char *, int);

	return fate("create") ? -1 : real(path, flags);
}

FILE *
fopen(const char *path, const char *mode)
{
	REAL(FILE *, fopen, const char *, const char *);

	return fate("open") ? NULL : real(path, mode);
}

FILE *
fopen64(const char *path, const char *mode)
{
	REAL(FILE *, fopen64, const char *, const char *);

	return fate("open") ? NULL : real(path, mode);
}

DIR *
opendir(const char *path)
{
	REAL(DIR *, opendir, const char *);

	return fate("open") ? NULL : real(path);
}

/* ---- and the others ---------------------------------------------------------------------------- */

/* The descriptor is gone all the same. */
int
close(int fd)
{
	REAL(int, close, int);
	int err;

	if (!fate("close"))
		return real(fd);
	err = errno;
	real(fd);
	errno = err;
	return -1;
}

int
rename(const char *from, const char *to)
{
	REAL(int, rename, const char *, const char *);

	return fate("rename") ? -1 : real(from, to);
}

int
fsync(int fd)
{
	REAL(int, fsync, int);

	return fate("fsync") ? -1 : real(fd);
}

int
fchmod(int fd, mode_t mode)
{
	REAL(int, fchmod, int, mode_t);

	return fate("fchmod") ? -1 : real(fd, mode);
}

void *
mmap(void *p, size_t n, int prot, int flags, int fd, off_t at)
{
	REAL(void *, mmap, void *, size_t, int, int, int, off_t);

	return fate("mmap") ? MAP_FAILED : real(p, n, prot, flags, fd, at);
}

void *
mmap64(void *p, size_t n, int prot, int flags, int fd, off64_t at)
{
	REAL(void *, mmap64, void *, size_t, int, int, int, off64_t);

	return fate("mmap") ? MAP_FAILED : real(p, n, prot, flags, fd, at);
}

int
poll(struct pollfd *p, nfds_t n, int ms)
{
	REAL(int, poll, struct pollfd *, nfds_t, int);

	return fate("poll") ? -1 : real(p, n, ms);
}

int
__poll_chk(struct pollfd *p, nfds_t n, int ms, size_t room)
{
	return room / sizeof *p < n ? (abort(), -1) : poll(p, n, ms);
}

pid_t
fork(void)
{
	REAL(pid_t, fork, void);

	return fate("fork") ? -1 : real();
}

int
pipe2(int fd[2], int flags)
{
	REAL(int, pipe2, int *, int);

	return fate("pipe2") ? -1 : real(fd, flags);
}

int
pthread_create(pthread_t *t, const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
	REAL(int, pthread_create, pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

	return fate("pthread_create") ? errno : real(t, attr, run, arg);
}
