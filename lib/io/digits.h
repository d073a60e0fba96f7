/* digits.h - eight digits at once, for dec.c and split.c. */
#ifndef DIGITS_H
#define DIGITS_H

#include <stdint.h>
#include <string.h>

/* A number of 8 bytes whose lowest one is the first, and what it is made of. */
static inline uint64_t
digits_swapped(uint64_t x)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return __builtin_bswap64(x);
#else
	return x;
#endif
}

static inline uint64_t
digits_bytes(const char *s)
{
	uint64_t x;

	memcpy(&x, s, sizeof x);
	return digits_swapped(x);
}

/* The same, less eight times '0'. */
static inline uint64_t
digits_load(const char *s)
{
	return digits_bytes(s) ^ 0x3030303030303030;
}

/* Not 0 if one of these 8 is no digit. */
static inline uint64_t
digits_not(uint64_t x)
{
	return ((x + 0x7676767676767676) | x) & 0x8080808080808080;
}

/* The number that 8 digits make: all pairs of neighbours become numbers of 2 digits at once,
 * then these of 4, and these of 8. */
static inline uint64_t
digits_join(uint64_t x)
{
	x = (x * (10*0x100 + 1) >> 8) & 0x00ff00ff00ff00ff;
	x = (x * (100*0x10000 + 1) >> 16) & 0x0000ffff0000ffff;
	return x * (10000*0x100000000 + 1) >> 32;
}

#endif
