/* failalloc.c - to be preloaded: allocation number $FAILALLOC fails, counted
 * from 1 over all threads, and is then noted by a byte written to the file
 * $FAILALLOC_SEEN.  The allocations of the C library's own dlsym(3), before
 * the real functions are known, come from a small store and do not count. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void (*real_free)(void *);

static _Alignas(16) unsigned char store[4096];
static size_t stored;
static atomic_long number;
static long failing;
static int ready;

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

/* ISO C has no cast from dlsym's result to a function. */
static void
find(void *fn, const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	memcpy(fn, &p, sizeof p);
}

__attribute__((constructor))
static void
init(void)
{
	const char *s = getenv("FAILALLOC");

	find(&real_malloc, "malloc");
	find(&real_calloc, "calloc");
	find(&real_realloc, "realloc");
	find(&real_free, "free");
	failing = s ? strtol(s, NULL, 10) : 0;
	ready = 1;
}

static void
stop(void)
{
	ready = 0;
}

/* Whether this one is to fail.  None does once the program has ended: a build that
 * counts lines writes its counts then, and is not made for that. */
static int
fails(void)
{
	const char *seen = getenv("FAILALLOC_SEEN");
	long n;
	int fd;

	if (!ready)
		return 0;
	n = atomic_fetch_add(&number, 1) + 1;
	if (n == 1)
		atexit(stop);
	if (n != failing)
		return 0;
	if (seen && (fd = open(seen, O_WRONLY | O_CREAT | O_APPEND, 0600)) >= 0) {
		if (write(fd, "x", 1) != 1)
			abort();
		close(fd);
	}
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t n)
{
	if (fails())
		return NULL;
	return real_malloc ? real_malloc(n) : from_store(n);
}

void *
calloc(size_t n, size_t size)
{
	if (fails())
		return NULL;
	return real_calloc ? real_calloc(n, size) : from_store(n * size);
}

void *
realloc(void *p, size_t n)
{
	if (fails())
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
