/* progress.c - how far long work is, for a terminal. */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "io.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct progress
progress_begin(const char *what, size_t total)
{
	struct progress p = { .what = what, .total = isatty(STDERR_FILENO) ? total : 0 };

	if (p.total > 0)
		p.begin = p.last = now();
	return p;
}

int
progress_due(struct progress *p, size_t done)
{
	double t;

	if (p->total == 0)
		return 0;
	t = now();
	if (done == p->total && p->last > p->begin)
		fputs("\033[K", stderr);
	if (done == p->total || t - p->last < 0.2)
		return 0;
	p->last = t;
	return 1;
}

void
progress_say(const struct progress *p, size_t done, const char *fmt, ...)
{
	double each = done > 0 ? (p->last - p->begin) / (double)done : 0;
	long left = (long)((double)(p->total - done) * each + 0.5);
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, ", %ld:%02ld left\033[K\r", left / 60, left % 60);
	fflush(stderr);
}

void
progress_tell(struct progress *p, size_t done)
{
	if (progress_due(p, done))
		progress_say(p, done, "%zu of %zu %s, %.1f a second", done, p->total, p->what,
		    (double)done / (p->last - p->begin));
}
