/* decimals.c - whatever a text is, it is read as strtod(3) reads a number, or refused as a slow reader would; any
 * double is written by the fewest digits that are read as it, and by no format as what is no number.
 *
 * An input is a byte and more: 0, a text; 1, the 8 bytes of a double; 2, how many digits, those bytes, and a text
 * behind these digits of what lies between it and the next; 3, those bytes and a format. */
#include <float.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "held.h"
#include "io.h"

enum { LONG = 1200 };

static double
double_of(const uint8_t *p)
{
	uint64_t bits = 0;
	double x;

	for (int i = 0; i < 8; i++)
		bits = bits << 8 | p[i];
	memcpy(&x, &bits, 8);
	return x;
}

static int
same(double a, double b)
{
	return a == b && signbit(a) == signbit(b);
}

/* ---- read ------------------------------------------------------------------------------------ */

/* How long the number is that a text begins with, by RFC 8259, section 6; 0: there is none, as before a digit
 * behind a first zero. */
static size_t
json_length(const char *s)
{
	static const char digits[] = "0123456789";
	const char *p = s + (*s == '-');
	size_t n = strspn(p, digits);

	if (n == 0 || (n > 1 && *p == '0'))
		return 0;
	p += n;
	if (*p == '.') {
		if ((n = strspn(p + 1, digits)) == 0)
			return 0;
		p += 1 + n;
	}
	if (*p == 'e' || *p == 'E') {
		p += 1 + (p[1] == '-' || p[1] == '+');
		if ((n = strspn(p, digits)) == 0)
			return 0;
		p += n;
	}
	return (size_t)(p - s);
}

static double
number_of(const char *s, size_t n)
{
	char *copy = strndup(s, n);
	double v;

	if (copy == NULL)
		abort();
	v = strtod(copy, NULL);
	free(copy);
	return v;
}

/* A string of n bytes, in which there may be NUL. */
static void
check_text(const char *s, size_t n)
{
	static const int code[] = { [CELLS_NUMBER] = DEC_OK, [CELLS_LARGE] = DEC_RANGE, [CELLS_TEXT] = DEC_TEXT, [CELLS_MISSING] = DEC_TEXT };
	double want = 0, got = 0;
	size_t number = json_length(s);
	const char *end;

	held_check(dec_parse(s, n, &got) == (strlen(s) < n ? DEC_TEXT : code[cells_number(s, &want)]));
	if (dec_parse(s, n, &got) == DEC_OK)
		held_check(same(got, want));
	end = dec_json(s, s + n, &got);
	want = number > 0 ? number_of(s, number) : HUGE_VAL;
	held_check(isinf(want) ? end == NULL : end == s + number && same(got, want));
}

/* So many digits of a number that no double is, between x and the one above it, and a text. */
static void
check_between(double x, int digits, const uint8_t *p, size_t n)
{
	long double above = nextafter(x, HUGE_VAL);
	char text[LONG + 64 + 1];
	size_t len;

	if (!isfinite(x) || isinf(above) || n > 64)
		return;
	len = (size_t)snprintf(text, sizeof text, "%.*Lf", 1100, x + (above - x) / 2);
	if (len >= LONG || memchr(p, '\0', n) != NULL)
		return;
	len = (size_t)digits * 5 < len ? (size_t)digits * 5 : len;
	memcpy(text + len, p, n);
	text[len + n] = '\0';
	check_text(text, len + n);
}

/* ---- written --------------------------------------------------------------------------------- */

/* A number of up to 17 digits with one point or none, and an exponent: its digits as a whole one. */
static long long
digits_of(const char *s, int *n)
{
	long long all = 0;

	*n = 0;
	for (; *s != '\0' && *s != 'e'; s++)
		if (*s >= '0' && *s <= '9') {
			all = 10*all + (*s - '0');
			*n += all > 0;
		}
	for (; all > 0 && all % 10 == 0; all /= 10)
		--*n;
	return all;
}

/* No decimal of n digits is read as x: not the nearest one, nor those beside it. */
static int
none_shorter(double x, int n)
{
	char text[64];
	int exponent, left;
	long long near;

	if (n < 1)
		return 1;
	snprintf(text, sizeof text, "%.*e", n - 1, fabs(x));
	exponent = atoi(strchr(text, 'e') + 1) - (n - 1);
	near = digits_of(text, &left);
	for (; left < n; left++)
		near *= 10;
	for (long long k = near - 1; k <= near + 1; k++) {
		snprintf(text, sizeof text, "%llde%d", k, exponent);
		if (strtod(text, NULL) == fabs(x))
			return 0;
	}
	return 1;
}

static void
check_double(double x)
{
	char text[DEC_MAX + 1], near[64];
	int len, n, m, tiny = fabs(x) < 1e-4 && x != 0, huge = fabs(x) >= 1e16;

	if (!isfinite(x))
		return;
	len = dec_print(text, x);
	held_check(len <= DEC_MAX && strlen(text) == (size_t)len && same(strtod(text, NULL), x));
	held_check((strchr(text, 'e') != NULL) == (tiny || huge));
	digits_of(text, &n);
	held_check(n <= 17 && none_shorter(x, n - 1));
	snprintf(near, sizeof near, "%.*e", n > 0 ? n - 1 : 0, x);
	if (same(strtod(near, NULL), x))
		held_check(digits_of(near, &m) == digits_of(text, &n));
	check_text(text, (size_t)len);
}

static void
look_format(const uint8_t *data, size_t size)
{
	char *format = mem_text((const char *)data + 8, size - 8), text[CSV_NUM_MAX];
	double x = double_of(data), v;
	struct opts o;

	opts_init(&o);
	optarg = format;
	opts_take(&o, OPTS_FORMAT, (char *[]){ format, NULL }, "");
	held_check(o.format == format);
	if (csv_num(text, o.format, x) == 0)
		held_check(!isfinite(x));
	else
		held_check(isfinite(x) && cells_number(text, &v) == CELLS_NUMBER && dec_parse(text, strlen(text), &x) == DEC_OK && same(x, v));
	opts_free(&o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size == 0 || (data[0] > 0 && size < 10) || size > 4000)
		return 0;
	switch (data[0]) {
	case 0:
		text = malloc(size);
		if (text == NULL)
			abort();
		memcpy(text, data + 1, size - 1);
		text[size - 1] = '\0';
		check_text(text, size - 1);
		free(text);
		break;
	case 1:
		check_double(double_of(data + 1));
		break;
	case 2:
		check_between(double_of(data + 2), data[1], data + 10, size - 10);
		break;
	case 3:
		held_look(look_format, data + 1, size - 1);
	}
	return 0;
}
