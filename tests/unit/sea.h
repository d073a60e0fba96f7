/* sea.h - arrays at a cliff: in front of them lies NaN, which who reads it has in what he
 * makes, and behind them a page that may not be touched, of which who does dies. */
#ifndef SEA_H
#define SEA_H

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Bytes in pages that hold n numbers, and one page more. */
static inline size_t
sea_size(size_t n, size_t page)
{
	return (n * sizeof(double) + page - 1)/page*page + page;
}

/* n numbers, NaN too as yet. */
static inline double *
sea_new(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = sea_size(n, page);
	char *p = mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	double *x = (double *)(void *)p;

	if (p == MAP_FAILED || mprotect(p + size, page, PROT_NONE) != 0)
		abort();
	for (size_t i = 0; i < size/sizeof *x; i++)
		x[i] = NAN;
	return x + size/sizeof *x - n;
}

/* Frees them; how many numbers in front of them were written to. */
static inline int
sea_free(double *x, size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = sea_size(n, page);
	double *p = x + n - size/sizeof *x;
	int written = 0;

	for (const double *y = p; y < x; y++)
		written += !isnan(*y);
	munmap(p, size + page);
	return written;
}

#endif
