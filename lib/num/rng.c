/* rng.c - random numbers: xoshiro256** 1.0, seeded by splitmix64.
 *
 * Integers of 64 bits alone are used, which are the same on every machine.  A study
 * that draws in several threads, or for several groups, seeds one generator for each
 * piece of work, so that the numbers do not depend on who comes first.
 */
#include "num.h"

static uint64_t
rotate(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

/* splitmix64: Steele, Lea & Flood, OOPSLA 2014, 453-472; the constants are those of
 * Vigna's.  Every state is reached from some seed but that of four zeros, which would
 * stay as it is. */
void
rng_seed(struct rng *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		uint64_t z = seed += 0x9e3779b97f4a7c15;

		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
		z = (z ^ z >> 27) * 0x94d049bb133111eb;
		r->s[i] = z ^ z >> 31;
	}
}

uint64_t
rng_next(struct rng *r)
{
	uint64_t *s = r->s, x = rotate(s[1]*5, 7)*9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return x;
}

/* 2^64 mod n of the numbers are thrown away, so that the others are a multiple of n
 * and none is more likely. */
uint64_t
rng_below(struct rng *r, uint64_t n)
{
	uint64_t x, few = (0 - n) % n;

	do
		x = rng_next(r);
	while (x < few);
	return x % n;
}

/* Fisher & Yates, from the end: Knuth, TAOCP 2, 3rd ed., 3.4.2, Algorithm P. */
void
rng_shuffle(struct rng *r, size_t *o, ptrdiff_t n)
{
	for (ptrdiff_t i = n; i > 1; i--) {
		size_t j = (size_t)rng_below(r, (uint64_t)i), other = o[j];

		o[j] = o[i - 1];
		o[i - 1] = other;
	}
}

/* Each is taken with the probability that is due: Knuth, TAOCP 2, 3rd ed., 3.4.2,
 * Algorithm S. */
void
rng_sample(struct rng *r, ptrdiff_t m, ptrdiff_t n, unsigned char *in)
{
	for (ptrdiff_t i = 0; i < n; i++) {
		in[i] = m > 0 && rng_below(r, (uint64_t)(n - i)) < (uint64_t)m;
		m -= in[i];
	}
}

int
rng_sign(struct rng *r)
{
	return rng_next(r) >> 63 ? 1 : -1;
}
