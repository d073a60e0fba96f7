/* Lines taken apart ahead of their turn: the same by every instruction set, whole lines that are
 * plain and no others, and their numbers as dec_parse has them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "bytes.h"
#include "test.h"

/* The same by words of 8 bytes, as where there are no vectors. */
#undef __AVX2__
#undef __SSE2__
#define SPLIT split_words
#include "../../lib/io/split.c"

void split_plain(const struct split_plan *p, char *text, size_t len, struct split *s);

static char text[POOL_BLOCK + POOL_SPARE];
static size_t len;

static void
put(const char *s)
{
	size_t n = strlen(s);

	if (len + n < POOL_BLOCK) {
		memcpy(text + len, s, n);
		len += n;
	}
}

/* Digits, a point somewhere or nowhere, signs, exponents, and what is no number. */
static void
put_number(void)
{
	static const char *const odd[] = { "", "NA", "nan", "x", "-", ".", "-.", "1e999", "1.5.5", "0", "-0", "0.0", "-0.0", "5.", "-5.", ".5",
	    "+1.5", "1e5", "1.25e-7", "9007199254740993", "9007199254740993.0", "18446744073709551615.", "0.30000000000000000000000000001",
	    "1234567890.1234567890", "0x1.8", "1-1.5", "1:1.5", "1/1.5", " 1.5", "1.5 ", "9999999999999999999", "9.999999999999999999",
	    "0.000000000000000001", "72057594037927937.5", "4503599627370497.5", "4503599627370496.5", "2.5", "0.5" };
	char buf[64], *p = buf;
	unsigned digits = 1 + draw(20), point = draw(draw(2) ? 3 : 22);

	if (draw(6) == 0) {
		put(odd[draw(sizeof odd / sizeof *odd)]);
		return;
	}
	if (draw(3) == 0)
		*p++ = '-';
	for (unsigned i = 0; i < digits; i++) {
		if (i == point)
			*p++ = '.';
		*p++ = (char)('0' + draw(draw(4) ? 10 : 1));
	}
	*p = '\0';
	put(buf);
}

/* A run: most of its lines plain, of three fields. */
static void
put_run(int odd)
{
	static const char *const other[] = { "\"q\"", "a\rb", "", "a,b", "plain", "a b+c*d", "\xef\xbb\xbf", "\x80\xaa\xac\x8a" };

	len = 0;
	for (size_t most = draw(1500) + 1; len < most; ) {
		if (odd && draw(20) == 0)
			put(draw(2) ? "a,b,c\n" : "\xef\xbb\xbf" "a,b,c\n");
		put_number();
		put(",");
		put(odd && draw(10) == 0 ? other[draw(sizeof other / sizeof *other)] : "late");
		put(odd && draw(30) == 0 ? "\n" : ",");
		put_number();
		put("\n");
	}
	if (odd && draw(10) == 0)
		text[draw((unsigned)len)] = '\0';
	len -= draw(len > 3 ? 3 : 1);
}

static const size_t want[] = { 2, 0 };

/* The bits of what s says; its private parts aside. */
static int
same(const struct split *a, const struct split *b)
{
	return a->from == b->from && a->n == b->n && (a->n == 0 || a->to == b->to) &&
	    memcmp(a->end, b->end, (3*a->n + 1) * sizeof *a->end) == 0 && memcmp(a->num, b->num, 2*a->n * sizeof *a->num) == 0;
}

/* Whether field f of all is the text from..to. */
static int
field_is(const struct split *s, size_t f, size_t from, size_t to)
{
	return s->end[f] + (size_t)1 == from && s->end[f + 1] == to;
}

/* Number i is that of the text from..to, or NAN. */
static int
number_is(const struct split_plan *p, double got, size_t from, size_t to)
{
	char buf[512];
	double v;

	memcpy(buf, text + from, to - from);
	buf[to - from] = '\0';
	if (*buf == '\0' || p->na_begins[(unsigned char)*buf] || dec_parse(buf, to - from, &v) != DEC_OK)
		return isnan(got);
	return got == v && signbit(got) == signbit(v);
}

/* The lines as a slow reader has them: from the first newline up to the first line that is not plain. */
static int
right(const struct split_plan *p, const struct split *s)
{
	size_t at = 0, n = 0, f = 0;
	int good = 1;

	while (at < len && text[at++] != '\n')
		;
	good &= s->from == at;
	for (const char *newline; (newline = memchr(text + at, '\n', len - at)) != NULL; n++) {
		size_t end = (size_t)(newline - text), commas = 0, start = at;

		for (size_t i = at; i < end; i++)
			commas += text[i] == ',';
		if (commas != 2 || memchr(text + at, '"', end - at) || memchr(text + at, '\r', end - at) || memchr(text + at, '\0', end - at) ||
		    (end + 1 - at == p->header_len && !memcmp(text + at, p->header, p->header_len)) ||
		    (end - 2 - at == p->header_len && !memcmp(text + at + 3, p->header, p->header_len)))
			break;
		for (size_t i = at; n < s->n && i <= end; i++)
			if (i == end || text[i] == ',') {
				good &= field_is(s, f, start, i);
				for (size_t k = 0; k < p->nwant; k++)
					good &= f % 3 != p->want[k] || number_is(p, s->num[2*n + k], start, i);
				start = i + 1;
				f++;
			}
		at = end + 1;
	}
	return good && n == s->n && (n == 0 || s->to == at);
}

int
main(void)
{
	static const char na[256] = { ['N'] = 1, ['n'] = 1 }, minus[256] = { ['-'] = 1 };
	struct split_plan p = { .ncol = 3, .want = want, .nwant = 2, .header = "a,b,c\n", .header_len = 6, .na_begins = na };
	struct split *a = mem_new(3, sizeof *a), *b = a + 1, *c = a + 2;
	size_t differ = 0, wrong = 0, lines = 0;

	for (int i = 0; i < 6000; i++) {
		put_run(i % 2);
		p.na_begins = i % 5 ? na : minus;
		split_run(&p, text, len, a);
		split_words(&p, text, len, b);
		split_plain(&p, text, len, c);
		differ += !same(a, b) || !same(a, c);
		wrong += !right(&p, a);
		lines += a->n;
	}
	test_ok(differ == 0, "6000 runs: the same bits by every instruction set");
	test_ok(wrong == 0 && lines > 10000, "6000 runs: %zu lines as a slow reader has them", lines);
	len = POOL_BLOCK;
	memset(text, ',', len);
	for (size_t i = 2; i < len; i += 3)
		text[i] = '\n';
	split_run(&p, text, len, a);
	test_ok(a->n > 8000 && a->n*3 < SPLIT_MOST && a->to == 3 + 3*a->n, "a run of empty fields: as many lines as there is room for");
	memset(text, '1', len);
	split_run(&p, text, len, a);
	split_words(&p, text, len, b);
	test_ok(a->n == 0 && a->from == len && b->n == 0 && b->from == len, "a run without a newline");
	free(a);
	return test_end();
}
