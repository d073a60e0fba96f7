/* progress.c - how far long work is, for a terminal. */
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

void
progress_tell(struct progress *p, size_t done)
{
	double t, rate;
	long left;

	if (p->total == 0)
		return;
	t = now();
	if (done == p->total && p->last > p->begin)
		fputs("\033[K", stderr);
	if (done == p->total || t - p->last < 0.2)
		return;
	p->last = t;
	rate = (double)done / (t - p->begin);
	left = done > 0 ? (long)((double)(p->total - done) / rate + 0.5) : 0;
	fprintf(stderr, "%zu of %zu %s, %.1f a second, %ld:%02ld left\033[K\r", done, p->total, p->what, rate,
	    left / 60, left % 60);
	fflush(stderr);
}
