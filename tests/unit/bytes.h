/* bytes.h - files as bytes, and numbers that look random and are the same in each run. */
#ifndef BYTES_H
#define BYTES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The file's bytes, at most size; returns how many, 0 if there is none. */
__attribute__((unused))
static size_t
slurp(const char *name, void *p, size_t size)
{
	FILE *f = fopen(name, "rb");
	size_t n = f ? fread(p, 1, size, f) : 0;

	if (f)
		fclose(f);
	return n;
}

__attribute__((unused))
static void
spill(const char *name, const void *p, size_t n)
{
	FILE *f = fopen(name, "wb");

	if (!f || fwrite(p, 1, n, f) != n || fclose(f))
		abort();
}

/* From 0 to n - 1. */
__attribute__((unused))
static unsigned
draw(unsigned n)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % n;
}

#endif
