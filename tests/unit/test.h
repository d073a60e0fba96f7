/* test.h - a unit test prints one line per check, "ok - what" or "not ok -
 * what", which tests/run counts; test_end gives main its status. */
#ifndef TEST_H
#define TEST_H

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int test_failed;

static inline void
test_say(int good, const char *fmt, va_list ap)
{
	fputs(good ? "ok - " : "not ok - ", stdout);
	vprintf(fmt, ap);
	putchar('\n');
	if (!good)
		test_failed = 1;
}

/* One check, named printf-like after its condition. */
__attribute__((format(printf, 2, 3)))
static inline void
test_ok(int good, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	test_say(good, fmt, ap);
	va_end(ap);
}

/* Whether got is want to tol, relative to want: 0 asks for the same number.  A NaN
 * is wanted by NAN.  What was got and what was wanted is shown if it is not. */
__attribute__((format(printf, 4, 5)))
static inline void
test_num(double got, double want, double tol, const char *fmt, ...)
{
	int good = got == want || fabs(got - want) <= tol*fabs(want) || (isnan(got) && isnan(want));
	va_list ap;

	va_start(ap, fmt);
	test_say(good, fmt, ap);
	va_end(ap);
	if (!good)
		printf("# got %.17g, wanted %.17g to %g of it, off by %g\n", got, want, tol, got - want);
}

/* Whether a text is the one that is wanted; both are shown if it is not. */
__attribute__((format(printf, 3, 4)))
static inline void
test_text(const char *got, const char *want, const char *fmt, ...)
{
	int good = !strcmp(got, want);
	va_list ap;

	va_start(ap, fmt);
	test_say(good, fmt, ap);
	va_end(ap);
	if (!good)
		printf("# got    %s\n# wanted %s\n", got, want);
}

static int
test_end(void)
{
	return test_failed;
}

#endif
