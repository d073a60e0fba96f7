/* test.h - a unit test prints one line per check, "ok - what" or "not ok -
 * what", which tests/run counts; test_end gives main its status. */
#ifndef TEST_H
#define TEST_H

#include <stdarg.h>
#include <stdio.h>

static int test_failed;

/* One check, named printf-like after its condition. */
__attribute__((format(printf, 2, 3)))
static void
test_ok(int good, const char *fmt, ...)
{
	va_list ap;

	fputs(good ? "ok - " : "not ok - ", stdout);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	if (!good)
		test_failed = 1;
}

static int
test_end(void)
{
	return test_failed;
}

#endif
