/* dec.c - decimal to double and back.
 *
 * Reading: Eisel and Lemire's method, Lemire, Number parsing at a gigabyte per
 * second, Software: Practice and Experience 51 (2021) 1700-1727: the decimal
 * significand, as a 64-bit integer, is multiplied by a power of ten of 128 bits.
 * That decides the rounding but for a few texts, which strtod(3) reads.
 * Writing: Giulietti, The Schubfach way to render doubles (2020).  There is a number
 * of digits at which one or two decimals lie in the interval that reads back as x,
 * but with one digit less at most one does; so there is little to choose from.
 * Both need the powers of ten to 128 bits, which are made at first use.
 */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "digits.h"
#include "io.h"

enum { POW_MIN = -342, POW_MAX = 324, LIMBS = 44 };

struct u128 { uint64_t hi, lo; };

/* ten[k - POW_MIN]: the first 128 bits of 10^k, rounded down; exact for
 * 0 <= k <= 55. */
static struct u128 ten[POW_MAX - POW_MIN + 1];
static struct dec_ten small[DEC_DIGITS];
static pthread_once_t ten_once = PTHREAD_ONCE_INIT;

/* The first 128 bits of a little-endian number of 32-bit limbs. */
static struct u128
leading(const uint32_t *a)
{
	struct u128 r = { 0, 0 };
	int i = LIMBS - 1, shift;

	while (a[i] == 0)
		i--;
	shift = __builtin_clz(a[i]);
	for (int k = 0; k < 5; k++) {
		uint64_t limb = i - k >= 0 ? a[i - k] : 0;
		int at = 96 + shift - 32*k;           /* the place of its bit 0 */

		if (at >= 64)
			r.hi |= limb << (at - 64);
		else if (at >= 0) {
			r.lo |= limb << at;
			r.hi |= at > 32 ? limb >> (64 - at) : 0;
		} else
			r.lo |= limb >> -at;
	}
	return r;
}

static struct u128
mul(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	__extension__ unsigned __int128 p = (unsigned __int128)a * b;

	return (struct u128){ (uint64_t)(p >> 64), (uint64_t)p };
#else
	uint64_t a1 = a >> 32, a0 = a & 0xffffffff, b1 = b >> 32, b0 = b & 0xffffffff;
	uint64_t low = a0 * b0, mid = a1 * b0 + (low >> 32), mid2 = a0 * b1 + (mid & 0xffffffff);

	return (struct u128){ a1 * b1 + (mid >> 32) + (mid2 >> 32),
	    mid2 << 32 | (low & 0xffffffff) };
#endif
}

/* 10^k, rounded up. */
static struct u128
ten_up(int k)
{
	struct u128 g = ten[k - POW_MIN];

	if (k < 0 || k > 55) {
		g.lo++;
		g.hi += g.lo == 0;
	}
	return g;
}

/* floor(log2 10^k), floor(log10 2^q), floor(log10 (3/4) 2^q): exact for |k| <=
 * 400, |q| <= 1300. */
/* clang-format off */
static int floor_log2_10(int k)    { return (int)(((int64_t)k * 1741647) >> 19); }
static int floor_log10_2(int q)    { return (int)(((int64_t)q * 1262611) >> 22); }
static int floor_log10_34_2(int q) { return (int)(((int64_t)q * 1262611 - 524031) >> 22); }
/* clang-format on */

static void
ten_init(void)
{
	uint32_t up[LIMBS] = { 1 }, down[LIMBS] = { 0 };

	for (int k = 0; k <= POW_MAX; k++) {
		uint64_t carry = 0;

		ten[k - POW_MIN] = leading(up);
		for (int i = 0; i < LIMBS; i++) {     /* up = 10^(k+1) */
			carry += (uint64_t)up[i] * 10;
			up[i] = (uint32_t)carry;
			carry >>= 32;
		}
	}
	down[LIMBS - 1] = 1;
	for (int k = -1; k >= POW_MIN; k--) {
		uint64_t rest = 0;

		for (int i = LIMBS - 1; i >= 0; i--) { /* down = floor(2^1376 10^k) */
			rest = rest << 32 | down[i];
			down[i] = (uint32_t)(rest / 10);
			rest %= 10;
		}
		ten[k - POW_MIN] = leading(down);
	}
	for (int n = 0; n < DEC_DIGITS; n++)
		small[n] = (struct dec_ten){ ten_up(-n).hi, floor_log2_10(-n) + 63 + 1022 };
}

const struct dec_ten *
dec_tens(void)
{
	pthread_once(&ten_once, ten_init);
	return small;
}

/* The double nearest to w 10^q, w != 0, or 0 if undecided. */
static int
nearest(uint64_t w, int q, double *v)
{
	int shift = __builtin_clzll(w), up, e;
	struct u128 t, p;
	uint64_t m, bits;

	if (q < POW_MIN || q > 308) {
		*v = q < 0 ? 0 : HUGE_VAL;
		return 1;
	}
	t = q < 0 && q >= -27 ? ten_up(q) : ten[q - POW_MIN];  /* up where ties can be */
	p = mul(w << shift, t.hi);
	if ((p.hi & 0x1ff) == 0x1ff) {                /* too close: the other 64 bits */
		struct u128 more = mul(w << shift, t.lo);

		p.lo += more.hi;
		p.hi += p.lo < more.hi;
		if (p.lo == UINT64_MAX && (q < -27 || q > 55))
			return 0;
	}
	up = (int)(p.hi >> 63);
	m = p.hi >> (up + 9);                         /* 53 bits and one to round */
	e = floor_log2_10(q) + 63 + up - shift + 1023;
	if (e <= 0) {                                 /* denormal */
		if (1 - e >= 64) {
			*v = 0;
			return 1;
		}
		m >>= 1 - e;
		m = (m + (m & 1)) >> 1;
		e = m >> 52 != 0;
	} else {
		if (p.lo <= 1 && q >= -4 && q <= 23 && (m & 3) == 1 && m << (up + 9) == p.hi)
			m &= ~(uint64_t)1;            /* a tie goes to even */
		m = (m + (m & 1)) >> 1;
		if (m >> 53) {
			m >>= 1;
			e++;
		}
	}
	bits = e >= 2047 ? (uint64_t)2047 << 52
	    : (uint64_t)e << 52 | (m & (((uint64_t)1 << 52) - 1));
	memcpy(v, &bits, sizeof bits);
	return 1;
}

static int
digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
digits(const char *s, const char *end, uint64_t *w)
{
	uint64_t x;

	for (; end - s >= 8 && !digits_not(x = digits_load(s)); s += 8)
		*w = *w * 100000000 + digits_join(x);
	for (; digit(*s); s++)
		*w = *w * 10 + (uint64_t)(*s - '0');
	return s;
}

/* Digits with at most one point: w 10^q.  Returns the byte behind them; NULL if there
 * is no digit; *lost: there were more than 19 that count, and w is not 0 but nothing else. */
static const char *
decimal(const char *s, const char *end, uint64_t *w, ptrdiff_t *q, int *lost)
{
	const char *p = digits(s, end, w), *point = p, *first;

	if (*p == '.') {
		p = digits(p + 1, end, w);
		*q = point + 1 - p;
	}
	if (p == s + (p > point))
		return NULL;
	if (p - s <= 19)
		return p;
	first = s + strspn(s, "0.");
	if (p - first - (first <= point && point < p) <= 19)
		return p;
	*w = 1;
	*lost = 1;
	return p;
}

/* An exponent, if there is one: *e is added to.  Returns the byte behind it; NULL if it
 * has no digit. */
static const char *
exponent(const char *p, ptrdiff_t *e)
{
	ptrdiff_t x = 0;
	int neg;

	if (*p != 'e' && *p != 'E')
		return p;
	neg = *++p == '-';
	p += *p == '-' || *p == '+';
	if (!digit(*p))
		return NULL;
	for (; digit(*p); p++)                        /* PTRDIFF_MAX is too many zeros for any field */
		x = x < PTRDIFF_MAX / 16 ? x * 10 + (*p - '0') : x;
	*e += neg ? -x : x;
	return p;
}

/* The double of the number that the text s begins with: w 10^q, unless that is lost. */
static int
value(const char *s, uint64_t w, ptrdiff_t q, int lost, double *v)
{
	if (w == 0)
		*v = 0;
	else if (lost || !nearest(w, q < -9999 ? -9999 : q > 9999 ? 9999 : (int)q, v))
		*v = fabs(strtod(s, NULL));
	if (*s == '-')
		*v = -*v;
	return isfinite(*v) ? DEC_OK : DEC_RANGE;
}

int
dec_parse(const char *s, size_t len, double *v)
{
	uint64_t w = 0;
	ptrdiff_t q = 0;
	int lost = 0;
	const char *p;

	pthread_once(&ten_once, ten_init);
	p = decimal(s + (*s == '-' || *s == '+'), s + len, &w, &q, &lost);
	if (p == NULL || exponent(p, &q) != s + len)
		return DEC_TEXT;
	return value(s, w, q, lost, v);
}

const char *
dec_json(const char *s, const char *end, double *v)
{
	const char *p = s + (*s == '-');
	uint64_t w = 0;
	ptrdiff_t q = 0;
	int lost = 0;

	pthread_once(&ten_once, ten_init);
	if (!digit(*p) || (*p == '0' && digit(p[1])))
		return NULL;
	p = decimal(p, end, &w, &q, &lost);
	if (p[-1] == '.' || (p = exponent(p, &q)) == NULL)
		return NULL;
	return value(s, w, q, lost, v) == DEC_OK ? p : NULL;
}

/* floor(g cp / 2^128), its last bit set if anything was cut off: g = 10^k to
 * 128 bits rounded up. */
static uint64_t
times_ten(int k, uint64_t cp)
{
	struct u128 g = ten_up(k), x, y;

	x = mul(g.lo, cp);
	y = mul(g.hi, cp);
	y.lo += x.hi;
	y.hi += y.lo < x.hi;
	return y.hi | (y.lo > 1);
}

/* x = c 2^q becomes d 10^k, d as short as can be and, if so, nearest to x. */
static uint64_t
shortest(uint64_t c, int q, int regular, int *k10)
{
	uint64_t odd = c & 1, b, l, r, s, s10, u, w;
	int k = regular ? floor_log10_2(q) : floor_log10_34_2(q);
	int h = q + floor_log2_10(-k) + 1;

	b = times_ten(-k, c << 2 << h);               /* 4x, and the interval's ends */
	l = times_ten(-k, ((c << 2) - (regular ? 2 : 1)) << h) + odd;
	r = times_ten(-k, ((c << 2) + 2) << h) - odd;
	s = b / 4;
	*k10 = k;
	if (s >= 10) {                                /* one digit less */
		s10 = s / 10;
		u = l <= 40 * s10;
		w = 40 * s10 + 40 <= r;
		if (u != w) {
			*k10 = k + 1;
			return s10 + w;
		}
	}
	u = l <= 4 * s;
	w = 4 * s + 4 <= r;
	if (u != w)
		return s + w;
	return s + (b > 4 * s + 2 || (b == 4 * s + 2 && (s & 1)));
}

/* The 8 digits of x < 10^8: halves of 4, then of 2 digits and of 1. */
static void
put_eight(char *s, uint64_t x)
{
	uint64_t high = x / 10000;

	x = high | (x - 10000 * high) << 32;
	high = (x * 5243 >> 19) & 0x0000007f0000007f;           /* by 100 */
	x = high | (x - 100 * high) << 16;
	high = (x * 103 >> 10) & 0x000f000f000f000f;            /* by 10 */
	x = digits_swapped((high | (x - 10 * high) << 8) + 0x3030303030303030);
	memcpy(s, &x, sizeof x);
}

enum { DIGITS = 17 };

/* d 10^k, n digits long, as text.  Copies all that d can have, which is faster:
 * p takes 2 DIGITS + 8 bytes. */
static char *
layout(char *p, const char *d, int n, int k)
{
	int x = k + n - 1;                            /* d.ddd e x */

	if (x < -4 || x >= 16) {
		*p++ = d[0];
		*p = '.';
		memcpy(p + 1, d + 1, DIGITS - 1);
		p += n > 1 ? n : 0;
		*p++ = 'e';
		*p++ = x < 0 ? '-' : '+';
		x = abs(x);
		if (x >= 100)
			*p++ = (char)('0' + x / 100);
		*p++ = (char)('0' + x / 10 % 10);
		*p++ = (char)('0' + x % 10);
	} else if (x < 0) {                           /* 0.000ddd */
		memcpy(p, "0.0000", 6);
		memcpy(p + 1 - x, d, DIGITS);
		p += 1 - x + n;
	} else if (k >= 0) {                          /* ddd000 */
		memcpy(p, d, DIGITS);
		memset(p + n, '0', DIGITS);
		p += n + k;
	} else {                                      /* d.dd */
		memcpy(p, d, DIGITS);
		p[x + 1] = '.';
		memcpy(p + x + 2, d + x + 1, DIGITS - 1);
		p += n + 1;
	}
	*p = '\0';
	return p;
}

int
dec_print(char *buf, double x)
{
	char d[2*DIGITS] = "", text[3*DIGITS] = "", *p = text;
	int first = 0, last = DIGITS - 1, e, k;
	uint64_t bits, c, v, high;

	pthread_once(&ten_once, ten_init);
	memcpy(&bits, &x, sizeof bits);
	if (bits >> 63)
		*p++ = '-';
	e = (int)(bits >> 52 & 2047);
	c = bits & (((uint64_t)1 << 52) - 1);
	if (e == 0 && c == 0) {
		memcpy(p, "0", 2);
		p++;
	} else {
		v = shortest(e ? c | (uint64_t)1 << 52 : c, (e ? e : 1) - 1075, c != 0 || e <= 1, &k);
		high = v / 100000000;
		d[0] = (char)('0' + high / 100000000);
		put_eight(d + 1, high % 100000000);
		put_eight(d + 9, v - 100000000 * high);
		while (d[first] == '0')
			first++;
		for (; d[last] == '0'; last--)
			k++;
		p = layout(p, d + first, last - first + 1, k);
	}
	memcpy(buf, text, DEC_MAX + 1);
	return (int)(p - text);
}
