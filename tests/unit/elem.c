/* Double-doubles, num_log, num_exp, num_sum against tests/data/elem.csv; num_finite, num_compare. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"
#include "test.h"

struct worst { double err, x; int n; };

static double
ulp(double y)
{
	y = fabs(y);
	return nextafter(y, INFINITY) < INFINITY ? nextafter(y, INFINITY) - y : y - nextafter(y, 0);
}

static void
note(struct worst *w, double err, double x)
{
	w->n++;
	if (!(err <= w->err)) {
		w->err = err;
		w->x = x;
	}
}

/* |got - y - lo| / |y| */
static double
relative(struct dd got, double y, double lo)
{
	return fabs((got.hi - y) + (got.lo - lo)) / fabs(y);
}

static void
test_table(void)
{
	struct worst log = { 0, 0, 0 }, exp = log, dd = log;
	char line[256], fn[8], *s;
	double x, y, d;
	FILE *f;

	if (!(f = fopen("tests/data/elem.csv", "r"))) {
		perror("tests/data/elem.csv");
		exit(1);
	}
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%7[a-z]", fn) != 1 || !strcmp(fn, "sum"))
			continue;
		x = strtod(strchr(line, ',') + 1, &s);
		y = strtod(s + 1, &s);
		d = strtod(s + 1, &s);
		if (!strcmp(fn, "log"))
			note(&log, fabs((num_log(x) - y) / ulp(y) - d), x);
		else if (!strcmp(fn, "exp"))
			note(&exp, fabs((num_exp(x) - y) / ulp(y) - d), x);
		else
			note(&dd, relative(dd_log(x), y, d), x);
	}
	fclose(f);
	test_ok(log.n > 900 && log.err < 0.51, "num_log: %.4f ulp at %a, %d values", log.err, log.x, log.n);
	test_ok(exp.n > 1400 && exp.err < 0.51, "num_exp: %.4f ulp at %a, %d values", exp.err, exp.x, exp.n);
	test_ok(dd.n > 200 && dd.err < 0x1p-100, "dd_log: 2^%.1f at %a, %d values", log2(dd.err), dd.x, dd.n);
}

static void
test_special(void)
{
	test_ok(num_log(0) == -INFINITY && num_log(-0.0) == -INFINITY, "log 0 is -inf");
	test_ok(isnan(num_log(-1)) && isnan(num_log(-INFINITY)) && isnan(num_log(NAN)), "log of a negative number is NaN");
	test_ok(num_log(1) == 0 && !signbit(num_log(1)) && num_log(INFINITY) == INFINITY, "log 1, log inf");
	test_ok(num_exp(0) == 1 && num_exp(-0.0) == 1 && num_exp(5e-324) == 1, "exp 0");
	test_ok(isnan(num_exp(NAN)) && num_exp(INFINITY) == INFINITY && num_exp(-INFINITY) == 0, "exp NaN, inf");
	test_ok(num_exp(0x1.62e42fefa39fp+9) == INFINITY && num_exp(1e300) == INFINITY, "exp overflows");
	test_ok(num_exp(-745.14) == 0 && num_exp(-1e300) == 0, "exp underflows");
}

/* Whether hi is the one wanted and lo within tol of the other. */
static void
is(struct dd got, double hi, double lo, double tol, const char *what)
{
	test_num(got.hi, hi, 0, "%s: high part", what);
	test_ok(fabs(got.lo - lo) <= tol, "%s: low part, got %a, wanted %a to %g", what, got.lo, lo, tol);
}

/* Identities that hold to the double-double's precision. */
static void
test_dd(void)
{
	struct dd a = { 1, 0 }, b = { 3, 0 }, q, r, c = { 0x1p60, 0x1p-10 }, d = { -0x1p60, 1 };

	q = dd_div(a, b);
	r = dd_mul(q, b);
	is(q, 1.0/3, 0x1.5555555555555p-56, 0x1p-104, "dd_div 1/3");
	is(r, 1, 0, 0x1p-103, "dd_mul 1/3 by 3");
	r = dd_add(c, d);
	is(r, 1 + 0x1p-10, 0, 0, "dd_add cancels");
	a.hi = 1 + 0x1p-52;
	r = dd_mul(a, a);
	is(r, 1 + 0x1p-51, 0x1p-104, 0, "dd_mul is exact");
	a.hi = 0x1.fffffffffffffp0;
	r = dd_mul(a, a);
	is(r, 0x1.ffffffffffffep1, 0x1p-104, 0, "dd_mul is exact at 2 - eps");
	q = dd_sqrt(r);
	is(q, a.hi, 0, 0, "dd_sqrt undoes it");
	q = dd_sqrt((struct dd){ 2, 0 });
	q = dd_mul(q, q);
	is(q, 2, 0, 0x1p-102, "dd_sqrt 2, squared");
	test_num(dd_sqrt((struct dd){ 0, 0 }).hi, 0, 0, "dd_sqrt 0");
	r = dd_div(r, a);
	is(r, a.hi, 0, 0, "dd_div undoes it");
}

static uint64_t
digest(uint64_t h, double v)
{
	uint64_t u;
	int k;

	memcpy(&u, &v, sizeof(u));
	for (k = 0; k < 64; k += 8)
		h = (h ^ (u >> k & 255)) * 0x100000001b3;
	return h;
}

/* The sequence and the digest are described in tests/data/elem.py. */
static void
test_sum(void)
{
	static double x[2000];
	const double zeros[9] = { -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0 };
	uint64_t s = 1, h, want;
	int i, n, rows = 0, good = 0;
	char line[256];
	FILE *f;

	for (i = 0; i < 2000; i++) {
		s = s * 6364136223846793005u + 1442695040888963407u;
		x[i] = ldexp((double)(s >> 11) * 0x1p-53 - 0.5, (int)(s % 32));
	}
	if (!(f = fopen("tests/data/elem.csv", "r")))
		exit(1);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "sum,%d,%" SCNx64, &n, &want) != 2)
			continue;
		for (h = 0xcbf29ce484222325, i = n - 99; i <= n; i++)
			h = digest(h, num_sum(x, i));
		rows++;
		good += h == want;
	}
	fclose(f);
	test_ok(rows == 20 && good == rows, "num_sum has numpy's bits for n = 1..2000: %d of %d hundreds", good, rows);
	test_ok(num_sum(x, 0) == 0 && !signbit(num_sum(x, 0)), "the sum of nothing is 0");
	test_ok(!signbit(num_sum(zeros, 1)) && !signbit(num_sum(zeros, 9)), "the sum of -0 is 0, as numpy's");
}

static void
test_finite(void)
{
	double x[5] = { DBL_MAX, -DBL_MAX, 0, 0x1p-1074, NAN };
	int good = num_finite(x, 4) && !num_finite(x, 5) && num_finite(x, 0);

	x[4] = -INFINITY;
	test_ok(good && !num_finite(x, 5) && !num_finite(x + 4, 1), "num_finite");
}

static void
test_compare(void)
{
	/* each before the next */
	static const double x[][3] = { { NAN, 1, NAN }, { NAN, 1, 2 }, { NAN, 2, 0 }, { -INFINITY, 9, 9 }, { -1, 9, 9 },
		{ 0, NAN, 0 }, { 0, 0, 0 }, { 0, 0, DBL_MIN }, { 1, 0, 0 }, { INFINITY, 0, 0 } };
	enum { N = sizeof(x)/sizeof(*x) };
	int bad = 0;

	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++)
			bad += num_compare(x[i], x[j], 3) != (i > j) - (i < j);
	test_ok(!bad && num_compare(x[0], x[1], 2) == 0 && num_compare(x[0], x[9], 0) == 0,
	    "num_compare is an order, NaN first: %d wrong", bad);
}

/* Of r and 1 - r^2, rounded; by mpmath. */
static void
test_atanh(void)
{
	static const double at[][3] = {
		{ 0, 1, 0 },
		{ 1e-300, 1, 1e-300 },
		{ 1e-9, 1, 1.0000000000000000626e-9 },
		{ 0.01, 0.9999, 0.010000333353334762224 },
		{ 0.3, 0.91, 0.30951960420311170327 },
		{ 0.4999, 0.7500999899999999, 0.54917281988822789739 },
		{ 0.5, 0.75, 0.5493061443340548457 },
		{ 0.9, 0.18999999999999995, 1.4722194895832203469 },
		{ 0.999999, 1.999999000057511e-06, 7.2543286192476693673 },
	};

	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		test_num(num_atanh(at[i][0], at[i][1]), at[i][2], 2e-15, "num_atanh %g", at[i][0]);
		test_num(num_atanh(-at[i][0], at[i][1]), -at[i][2], 2e-15, "num_atanh %g", -at[i][0]);
	}
	test_num(num_atanh(1, 1e-40), 46.744849040440862, 1e-14, "num_atanh of what rounds to 1");
	test_num(num_atanh(NAN, NAN), NAN, 0, "num_atanh NaN");
}

static void
test_tanh(void)
{
	static const double at[][2] = {
		{ 0, 0 },
		{ 1e-300, 1e-300 },
		{ 1e-9, 1.0000000000000000619e-9 },
		{ 0.01, 0.0099996666799994605475 },
		{ 0.3, 0.29131261245159089566 },
		{ 0.4, 0.37994896225522490427 },
		{ 1, 0.76159415595576488812 },
		{ 3, 0.99505475368673045133 },
		{ 20, 1 },
		{ 400, 1 },
	};

	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		test_num(num_tanh(at[i][0]), at[i][1], 2e-15, "num_tanh %g", at[i][0]);
		test_num(num_tanh(-at[i][0]), -at[i][1], 2e-15, "num_tanh %g", -at[i][0]);
	}
}

static void
test_sincos(void)
{
	FILE *f = fopen("tests/data/sincos.csv", "r");
	char line[256];
	double x, want[2], got[2], absolute = 0, relative = 0;
	int n = 0;

	while (f != NULL && fgets(line, sizeof line, f) != NULL && sscanf(line, "%la,%la,%la", &x, &want[0], &want[1]) == 3) {
		num_sincos(x, &got[0], &got[1]);
		for (int i = 0; i < 2; i++) {
			double d = fabs(got[i] - want[i]);

			absolute = fmax(absolute, d);
			if (want[i] != 0)
				relative = fmax(relative, d/fabs(want[i]));
		}
		n++;
	}
	if (f != NULL)
		fclose(f);
	test_ok(n > 600 && absolute <= 1.2e-16 && relative <= 2.3e-16, "sin and cos of %d angles: to %.2g, to %.2g of themselves",
	    n, absolute, relative);
	num_sincos(0, &got[0], &got[1]);
	test_ok(got[0] == 0 && got[1] == 1, "sin 0, cos 0");
}

static void
test_dot(void)
{
	const double x[] = { 1, 2, -3, 5 }, y[] = { 4, -5, 6, 0.5 };

	test_ok(num_dot(x, y, 4) == -21.5 && num_dot(x, y, 1) == 4 && num_dot(x, y, 0) == 0, "products summed");
}

/* 3^d is exact; of 0.1, to twice the digits: v + lo is 10^-d but for what 0.1 is off by, d times. */
static void
test_powers(void)
{
	double v[30], lo[30], off, three = 1;
	int bad = num_powers(3, 30, v, lo) != 0;

	for (int d = 1; d <= 30; d++) {
		three *= 3;
		bad += v[d - 1] != three || lo[d - 1] != 0;
	}
	test_ok(bad == 0, "powers of 3");
	off = -fma(0.1, 10, -1)/10;             /* 1/10 less 0.1, all of its digits */
	bad = num_powers(0.1, 5, v, lo) != 0 || lo[0] != 0 || v[0] != 0.1;
	for (int d = 2; d <= 5; d++) {
		double p = 1, want;

		for (int i = 0; i < d; i++)
			p *= 10;
		want = -fma(v[d - 1], p, -1)/p - d*off*10/p;    /* 10^-d less v, less what 0.1 is off by */
		bad += !(fabs(lo[d - 1] - want) <= 1e-4*fabs(want) + 0x1p-95*v[d - 1]);
	}
	test_ok(bad == 0, "powers of 0.1: %d wrong", bad);
	test_ok(num_powers(1e200, 3, v, lo) == 2 && num_powers(1e-200, 3, v, lo) == 2 && num_powers(0, 3, v, lo) == 0 &&
	    num_powers(INFINITY, 3, v, lo) == 1, "powers that are no doubles");
}

int
main(void)
{
	test_dot();
	test_powers();
	test_atanh();
	test_tanh();
	test_table();
	test_special();
	test_dd();
	test_sum();
	test_finite();
	test_compare();
	test_sincos();
	return test_end();
}
