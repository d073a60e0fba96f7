/* split.c - whole lines of a run, taken apart before it is their turn.
 *
 * Whether a run begins inside quotes is not known then.  So its first line is left alone, which
 * may be the end of one, and whoever comes to the run in turn throws the lines away if a quote is
 * open there.  The first line that is not plain (a quote, CR or NUL in it, another number of
 * fields, the header again) and all behind it are left to him too: so there is no message here.
 *
 * Compiled for each instruction set that is worth it; what comes out is the same.
 */
#include <math.h>
#include <string.h>
#if defined __AVX2__
#include <immintrin.h>
#elif defined __SSE2__
#include <emmintrin.h>
#endif

#include "digits.h"
#include "io.h"

/* The text is looked at 64 bytes at a time, a bit for each, the first one lowest: commas and
 * newlines, newlines, and what no plain line has. */
enum { WIDE = 64 };
struct marks { uint64_t end, newline, odd; };

/* Commas and newlines, newlines, and all that is no more than a comma, which is rare otherwise. */
#if defined __AVX2__
static struct marks
compare(const char *s)
{
	const __m256i comma = _mm256_set1_epi8(','), newline = _mm256_set1_epi8('\n');
	struct marks m = { 0, 0, 0 };

	for (int i = 0; i < WIDE; i += 32) {
		__m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(s + i)), n = _mm256_cmpeq_epi8(x, newline);
		__m256i low = _mm256_cmpeq_epi8(_mm256_min_epu8(x, comma), x);
		__m256i end = _mm256_or_si256(n, _mm256_cmpeq_epi8(x, comma));

		m.end |= (uint64_t)(unsigned)_mm256_movemask_epi8(end) << i;
		m.newline |= (uint64_t)(unsigned)_mm256_movemask_epi8(n) << i;
		m.odd |= (uint64_t)(unsigned)_mm256_movemask_epi8(low) << i;
	}
	return m;
}
#elif defined __SSE2__
static struct marks
compare(const char *s)
{
	const __m128i comma = _mm_set1_epi8(','), newline = _mm_set1_epi8('\n');
	struct marks m = { 0, 0, 0 };

	for (int i = 0; i < WIDE; i += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(s + i)), n = _mm_cmpeq_epi8(x, newline);
		__m128i low = _mm_cmpeq_epi8(_mm_min_epu8(x, comma), x);
		__m128i end = _mm_or_si128(n, _mm_cmpeq_epi8(x, comma));

		m.end |= (uint64_t)(unsigned)_mm_movemask_epi8(end) << i;
		m.newline |= (uint64_t)(unsigned)_mm_movemask_epi8(n) << i;
		m.odd |= (uint64_t)(unsigned)_mm_movemask_epi8(low) << i;
	}
	return m;
}
#else
/* The highest bits of 8 bytes as the lowest of a number. */
static uint64_t
gather(uint64_t x)
{
	return ((x & 0x8080808080808080) >> 7) * 0x0102040810204080 >> 56;
}

/* The highest bits of those of 8 bytes that are 0. */
static uint64_t
zeros(uint64_t x)
{
	return ~(((x & 0x7f7f7f7f7f7f7f7f) + 0x7f7f7f7f7f7f7f7f) | x);
}

static struct marks
compare(const char *s)
{
	const uint64_t each = 0x0101010101010101;
	struct marks m = { 0, 0, 0 };

	for (int i = 0; i < WIDE; i += 8) {
		uint64_t x = digits_bytes(s + i), n = zeros(x ^ each * '\n');
		uint64_t low = ~(((x | each * 0x80) - each * (',' + 1)) | x);

		m.end |= gather(n | zeros(x ^ each * ',')) << i;
		m.newline |= gather(n) << i;
		m.odd |= gather(low) << i;
	}
	return m;
}
#endif

/* The marks of the first n of 64 bytes. */
static struct marks
look(const char *s, size_t n)
{
	const uint64_t here = n < WIDE ? ((uint64_t)1 << n) - 1 : UINT64_MAX;
	struct marks m = compare(s);

	m.end &= here;
	m.newline &= here;
	m.odd &= here & ~m.end;
	for (uint64_t rare = m.odd; rare != 0; rare &= rare - 1) {
		char c = s[__builtin_ctzll(rare)];

		if (c != '"' && c != '\r' && c != '\0')
			m.odd ^= rare & -rare;
	}
	return m;
}

/* The line is the header once more, perhaps behind a byte order mark. */
static int
repeats(const struct split_plan *p, const char *s, size_t len)
{
	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		len -= 3;
	}
	return len == p->header_len && memcmp(s, p->header, len) == 0;
}

/* The fields and lines that end in the marks of the bytes from at on join those before.
 * Returns 0 if a line is not plain. */
static int
join(const struct split_plan *p, struct split *s, size_t at, struct marks m)
{
	const uint64_t plain = m.odd != 0 ? (m.odd & -m.odd) - 1 : UINT64_MAX;

	for (uint64_t end = m.end & plain; end != 0; end &= end - 1)
		s->end[++s->nend] = (uint16_t)(at + (size_t)__builtin_ctzll(end));
	for (uint64_t newline = m.newline & plain; newline != 0; newline &= newline - 1) {
		size_t next = at + (size_t)__builtin_ctzll(newline) + 1, last = (s->n + 1)*p->ncol;

		if (last > s->nend || s->end[last] + (size_t)1 != next || repeats(p, s->text + s->to, next - s->to))
			return 0;
		s->n++;
		s->to = next;
	}
	return m.odd == 0;
}

/* The last n of the 8 bytes at s as a number, which may be none or all of them; *bad: one is no digit. */
static uint64_t
last(const char *s, int n, uint64_t *bad)
{
	uint64_t x = digits_load(s);

	x = n <= 0 ? 0 : n >= 8 ? x : x & UINT64_MAX << (64 - 8*n);
	*bad |= digits_not(x);
	return digits_join(x);
}

/* At most 16 digits, or 0. */
static uint64_t
whole(const char *s, size_t len)
{
	const char *end = s + len;
	uint64_t bad = 0, w = last(end - 8, (int)len, &bad) + last(end - 16, (int)len - 8, &bad) * 100000000;

	return bad || len > 16 ? 0 : w;
}

/* digits_of: the digits in s[0..len), perhaps with a point among them, as one whole number; *n: how many
 * stand behind it.  0 if they are too many or no digits.  BEFORE bytes before the end may be read, and 16 from s on. */
#if defined __AVX2__
enum { BEFORE = 33 };

static uint64_t
digits_of(const char *s, size_t len, int *n)
{
	static const char all[64] = { [32] = -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 };
	const __m128i first = _mm_loadu_si128((const __m128i *)(const void *)s);
	const unsigned point = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(first, _mm_set1_epi8('.')));
	const int count = (int)len - 1;
	__m256i x, behind, counts;

	*n = count - __builtin_ctz(point | 1u << 16);
	if (*n < 0) {
		*n = 0;
		return whole(s, len);
	}
	if (point == 0 || len < 2 || len > DEC_DIGITS)
		return 0;
	behind = _mm256_loadu_si256((const __m256i *)(const void *)(all + *n));
	counts = _mm256_loadu_si256((const __m256i *)(const void *)(all + count));
	s += len;
	x = _mm256_blendv_epi8(_mm256_loadu_si256((const __m256i *)(const void *)(s - 33)),
	    _mm256_loadu_si256((const __m256i *)(const void *)(s - 32)), behind);
	x = _mm256_and_si256(_mm256_sub_epi8(x, _mm256_set1_epi8('0')), counts);
	if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(x, _mm256_set1_epi8(10)), x)) != 0)
		return 0;
	x = _mm256_madd_epi16(_mm256_maddubs_epi16(x, _mm256_set1_epi16(1*0x100 + 10)), _mm256_set1_epi32(1*0x10000 + 100));
	x = _mm256_madd_epi16(_mm256_packus_epi32(x, x), _mm256_set1_epi32(1*0x10000 + 10000));
	return (uint64_t)(unsigned)_mm256_extract_epi32(x, 1) * 10000000000000000 +
	    (uint64_t)(unsigned)_mm256_extract_epi32(x, 4) * 100000000 + (unsigned)_mm256_extract_epi32(x, 5);
}
#else
enum { BEFORE = 24 };

static const uint64_t power[DEC_DIGITS] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
	1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
	1000000000000000000, 10000000000000000000u
};

static uint64_t
digits_of(const char *s, size_t len, int *n)
{
	const char *p = s, *end = s + len;
	uint64_t w = 0, bad = 0;

	if (len > DEC_DIGITS)
		return 0;
	for (; *p >= '0' && *p <= '9'; p++)
		w = w*10 + (uint64_t)(*p - '0');
	*n = 0;
	if (p == end)
		return whole(s, len);
	if (*p != '.' || len < 2)
		return 0;
	*n = (int)(end - p) - 1;
	w = w*power[*n] + last(end - 8, *n, &bad);
	if (*n > 8)
		w += last(end - 16, *n - 8, &bad) * 100000000 + last(end - 24, *n - 16, &bad) * 10000000000000000;
	return bad ? 0 : w;
}
#endif

/* The high 64 bits of a product, and the low ones. */
static uint64_t
mul(uint64_t a, uint64_t b, uint64_t *low)
{
#ifdef __SIZEOF_INT128__
	__extension__ unsigned __int128 p = (unsigned __int128)a * b;

	*low = (uint64_t)p;
	return (uint64_t)(p >> 64);
#else
	(void)a;
	(void)b;
	*low = 0;                       /* dec_parse does it */
	return 0;
#endif
}

/* The number in a field, by dec_parse where it is no usual one; NAN for what is to be looked at in its turn: a
 * missing one, what is none, too large a one. */
static double
number(const struct split_plan *p, const struct dec_ten *ten, const char *text, size_t from, size_t to)
{
	const char *s = text + from;
	uint64_t w, hi, lo, up;
	size_t minus = *s == '-';
	int n, shift;
	double v;

	if (from == to || p->na_begins[(unsigned char)*s])
		return NAN;
	if (to >= BEFORE && (w = digits_of(s + minus, to - from - minus, &n)) != 0) {
		if (n == 0)
			return minus ? -(double)w : (double)w;
		shift = __builtin_clzll(w);
		hi = mul(w << shift, ten[n].high, &lo);
		if (lo > 1 && (hi & 0x1ff) != 0x1ff) {
			up = hi >> 63;
			hi >>= up + 9;
			hi = (hi + (hi & 1)) >> 1;
			hi += (uint64_t)(ten[n].exponent + (int)up - shift) << 52 | (uint64_t)minus << 63;
			memcpy(&v, &hi, sizeof v);
			return v;
		}
	}
	return dec_parse(s, to - from, &v) == DEC_OK ? v : NAN;
}

#ifndef SPLIT
#define SPLIT split_plain
#define CHOOSE
#endif

void SPLIT(const struct split_plan *p, char *text, size_t len, struct split *s);

void
SPLIT(const struct split_plan *p, char *text, size_t len, struct split *s)
{
	const struct dec_ten *ten = dec_tens();
	const char *first = memchr(text, '\n', len);
	size_t at = first != NULL ? (size_t)(first + 1 - text) : len;
	double *v = s->num;

	s->text = text;
	s->from = s->to = at;
	s->n = s->nend = 0;
	s->end[0] = (uint16_t)(at - 1);
	for (; at < len && s->nend + WIDE < SPLIT_MOST; at += WIDE)
		if (!join(p, s, at, look(text + at, len - at)))
			break;
	for (size_t k = 0; k < s->n; k++) {
		const uint16_t *end = s->end + k*p->ncol;

		for (size_t i = 0; i < p->nwant; i++)
			*v++ = number(p, ten, text, end[p->want[i]] + (size_t)1, end[p->want[i] + 1]);
	}
}

#ifdef CHOOSE
#ifdef __x86_64__
void split_avx2(const struct split_plan *p, char *text, size_t len, struct split *s);
#endif

void
split_run(const struct split_plan *p, char *text, size_t len, struct split *s)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")) {
		split_avx2(p, text, len, s);
		return;
	}
#endif
	split_plain(p, text, len, s);
}
#endif
