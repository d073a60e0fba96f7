/* dec.c - numbers as text: against strtod(3) and printf(3), which round
 * correctly in glibc and musl, and a table of texts that are no numbers. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "test.h"

static uint64_t seed = 0x9e3779b97f4a7c15;

static uint64_t
random64(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static double
from_bits(uint64_t b)
{
	double x;

	memcpy(&x, &b, sizeof x);
	return x;
}

static int
same(double a, double b)
{
	return memcmp(&a, &b, sizeof a) == 0;
}

/* dec_parse agrees with strtod on s. */
static int
agrees(const char *s)
{
	double v = 0, want = strtod(s, NULL);
	int code = dec_parse(s, strlen(s), &v);

	if (isinf(want) ? code == DEC_RANGE : code == DEC_OK && same(v, want))
		return 1;
	printf("# %s: code %d, %a, not %a\n", s, code, v, want);
	return 0;
}

/* dec_print gives the fewest digits that read back, the nearest of these. */
static int
shortest(double x)
{
	char got[DEC_MAX + 1], want[40], exact[1100];
	int len = dec_print(got, x), ndig = 0, n = 0;
	double back;

	for (n = 1; n <= 17; n++) {
		snprintf(want, sizeof want, "%.*e", n - 1, x);
		if (same(strtod(want, NULL), x))
			break;
	}
	for (const char *p = got; *p && *p != 'e'; p++)
		ndig += *p >= '0' && *p <= '9' && (ndig || *p != '0');
	for (size_t i = strcspn(got, "e"); i-- > 0 && (got[i] == '0' || got[i] == '.');)
		ndig -= strchr(got, '.') == NULL && got[i] == '0';
	snprintf(exact, sizeof exact, "%s", got);
	back = strtod(got, NULL);
	if (len == (int)strlen(got) && len <= DEC_MAX && same(back, x) && ndig <= n &&
	    (ndig < n || strtod(want, NULL) == strtod(got, NULL)))
		return 1;
	printf("# %a: %s (%d digits), not %s\n", x, got, ndig, want);
	return 0;
}

static void
test_texts(void)
{
	static const char *const no[] = { "", " 1", "1 ", "+", "-", ".", "e5", "1e", "1e+",
	    "0x10", "nan", "NaN", "inf", "-inf", "Infinity", "1_0", "1d5", "1,5", "1.2.3",
	    "--1", "1e5.", "12a", ("\xc2\xa0" "1") };
	static const char *const yes[] = { "0", "-0", "+1", ".5", "5.", "1e308", "007",
	    "1E5", "1e-400", "1e400", "-1e309", "1e99999999999999999999", "0e99999999999",
	    "1e-99999999999999999999", "179769313486231580793e289", "4.9406564584124654e-324",
	    "2.4703282292062327208e-324", "2.4703282292062328e-324", "2.2250738585072011e-308",
	    "9007199254740993", "9007199254740993.0000000000000000000001",
	    "0.000000000000000000000000000000000000000000000000000000000000000012345678901234567890",
	    "123456789012345678901234567890", "18446744073709551616", "000.0018446744073709551616e3", "8.5e22", "1.7976931348623158e308",
	    "1.7976931348623159e308", "6.631236846766476e-316" };
	int bad = 0;
	double v;

	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (dec_parse(no[i], strlen(no[i]), &v) != DEC_TEXT) {
			printf("# taken for a number: \"%s\"\n", no[i]);
			bad++;
		}
	test_ok(bad == 0, "what is no number is refused");
	bad = 0;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		bad += !agrees(yes[i]);
	test_ok(bad == 0, "hard decimals read as strtod reads them");
}

/* Texts behind which more stands, and how much of them is a number of JSON's. */
static void
test_json(void)
{
	static const struct { const char *s; size_t n; } t[] = {
	    { "0", 1 }, { "-0]", 2 }, { "0,1", 1 }, { "12 ", 2 }, { "-1.50,", 5 }, { "1e5]", 3 }, { "1E+05,", 5 },
	    { "0e-7\t", 4 }, { "0.0e0x", 5 }, { "1-2", 1 }, { "1.5.2", 3 }, { "1e5.5", 3 }, { "0x10", 1 }, { "1NaN", 1 },
	    { "1e-999,", 6 }, { "1.7976931348623157e308,", 22 }, { "12345678901234567890123,", 23 },
	    { "0.10000000000000000555111512312578270,", 37 }, { "", 0 }, { "-", 0 }, { "+1", 0 }, { ".5", 0 }, { "-.5", 0 },
	    { "1.", 0 }, { "1.,", 0 }, { "-1.e5", 0 }, { "00", 0 }, { "01", 0 }, { "-01.5", 0 }, { "1e", 0 }, { "1e+]", 0 },
	    { "1.5e-", 0 }, { "1e309,", 0 }, { "-1e309", 0 }, { "NaN", 0 }, { "-Infinity", 0 }, { "null", 0 }, { " 1", 0 },
	    { "--1", 0 }, { "e5", 0 } };

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		double v = 0;
		const char *p = dec_json(t[i].s, t[i].s + strlen(t[i].s), &v);

		test_num(p != NULL ? (double)(p - t[i].s) : 0, (double)t[i].n, 0, "\"%s\" as JSON has it", t[i].s);
		if (t[i].n > 0)
			test_ok(same(v, strtod(t[i].s, NULL)) || t[i].s[1] == 'x', "\"%s\" read as strtod reads it", t[i].s);
	}
}

/* Many zeros that an exponent takes back. */
static void
test_long(void)
{
	enum { ZEROS = 2000000 };
	char *s = malloc(ZEROS + 20);
	double v = 0;

	memset(s, '0', ZEROS + 2);
	s[1] = '.';
	strcpy(s + ZEROS + 2, "1e2000001");
	test_ok(dec_parse(s, strlen(s), &v) == DEC_OK && v == 1, "0.0...01e2000001 is 1");
	free(s);
}

static void
test_random(void)
{
	char s[64];
	int bad = 0;

	for (int i = 0; i < 100000 && bad < 5; i++) {
		double x = from_bits(random64());

		if (!isfinite(x))
			continue;
		snprintf(s, sizeof s, "%.*g", (int)(random64() % 22) + 1, x);
		bad += !agrees(s);
		snprintf(s, sizeof s, "%llu%llue%d", (unsigned long long)random64(),
		    (unsigned long long)(random64() % 1000), (int)(random64() % 700) - 360);
		bad += !agrees(s);
		snprintf(s, sizeof s, "%llu.%llu", (unsigned long long)(random64() % 1000),
		    (unsigned long long)random64() >> random64() % 64);
		bad += !agrees(s);
		snprintf(s, sizeof s, "%llu.%llue%d", (unsigned long long)random64(), (unsigned long long)random64(),
		    (int)(random64() % 400) - 250);
		bad += !agrees(s);
	}
	test_ok(bad == 0, "400000 random decimals read as strtod reads them");
	bad = 0;
	for (int i = 0; i < 30000 && bad < 5; i++) {
		double x = from_bits(random64());

		bad += isfinite(x) && !shortest(x);
		x = from_bits(random64() & 0xfff0000000000000);       /* powers of 2 */
		bad += isfinite(x) && !shortest(x);
		x = (double)(random64() % 100000) / 1000;
		bad += !shortest(x);
	}
	test_ok(bad == 0, "90000 random doubles print in the fewest digits");
}

/* As many digits as may be, nought to 30 zeros before and behind them, and a
 * point in any place. */
static void
test_places(void)
{
	char s[128];
	int bad = 0;

	for (int i = 0; i < 100000 && bad < 5; i++) {
		int n = (int)(random64() % 40) + 1, from = (int)(random64() % 31), to = (int)(random64() % 31), len = 0;
		int point = (int)(random64() % (uint64_t)(from + n + to + 1));

		for (int k = 0; k <= from + n + to; k++)
			s[len++] = k == point ? '.' : k < from || k >= from + n ? '0' : (char)('0' + random64() % 10);
		s[len] = '\0';
		bad += !agrees(s);
	}
	test_ok(bad == 0, "100000 places of the point, of zeros");
}

/* Each byte that is none of a number's, at each place among sixteen digits. */
static void
test_bytes(void)
{
	int bad = 0;
	double v;

	for (int c = 1; c < 256; c++)
		for (int at = 0; at < 16; at++) {
			char s[] = "1234567890123456";

			s[at] = (char)c;
			if (strchr("0123456789.", c) == NULL && (at > 0 || strchr("+-", c) == NULL) &&
			    (at == 0 || at == 15 || strchr("eE", c) == NULL))
				bad += dec_parse(s, 16, &v) != DEC_TEXT;
		}
	test_ok(bad == 0, "any other byte among digits is seen");
}

/* The exact midpoint of x and the next double, and its neighbours. */
static void
test_halfway(void)
{
	char s[1200];
	int bad = 0;

	for (int i = 0; i < 2000 && bad < 5; i++) {
		int e = (int)(random64() % 60);
		uint64_t m = (random64() >> 12 | (uint64_t)1 << 52) * 2 + 1;  /* 54 bits, odd */

		snprintf(s, sizeof s, "%.20f", ldexp((double)(m >> 1), -e));
		bad += !agrees(s);
		snprintf(s, sizeof s, "%llu", (unsigned long long)m);
		bad += !agrees(s);
		snprintf(s, sizeof s, "%llue-1", (unsigned long long)m * 10);
		bad += !agrees(s);
	}
	test_ok(bad == 0, "halfway cases go to even");
}

static void
test_layout(void)
{
	static const struct { double x; const char *s; } t[] = {
	    { 0, "0" }, { -0.0, "-0" }, { 0.1, "0.1" }, { 1e300, "1e+300" }, { 100, "100" },
	    { 1e-5, "1e-05" }, { 0.0001, "0.0001" }, { 123456.5, "123456.5" }, { 1e15, "1000000000000000" },
	    { 1e16, "1e+16" }, { 5e-324, "5e-324" }, { -1.7976931348623157e308, "-1.7976931348623157e+308" },
	    { 9007199254740992.0, "9007199254740992" }, { 2e-44, "2e-44" }, { 0.3, "0.3" } };
	char buf[DEC_MAX + 1];

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		int n = dec_print(buf, t[i].x);

		test_text(buf, t[i].s, "%s as it prints", t[i].s);
		test_num(n, (double)strlen(t[i].s), 0, "%s: its length", t[i].s);
	}
}

int
main(void)
{
	test_texts();
	test_json();
	test_long();
	test_random();
	test_places();
	test_bytes();
	test_halfway();
	test_layout();
	return test_end();
}
