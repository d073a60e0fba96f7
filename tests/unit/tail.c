/* Tail probabilities and quantiles against tests/data/tail.csv, and their
 * special cases. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"
#include "test.h"

struct worst { double err, at[4]; int n; };

static struct worst t2, f, t2inv, norminv, norm, fisher, bh;

static void
note(struct worst *w, double err, const double *at)
{
	w->n++;
	if (!(err <= w->err)) {
		w->err = err;
		memcpy(w->at, at, sizeof(w->at));
	}
}

static double
relative(double got, double want)
{
	return got == want ? 0 : fabs(got - want) / fabs(want);
}

/* Both ends, relative to what they lie between. */
static double
fisher_error(const double *v)
{
	double lo, hi, e, g;

	tail_fisher(v[0], v[1], v[2], tail_norm2_inv(1 - v[3]), &lo, &hi);
	e = fabs(lo - v[4]) / (fabs(v[0]) + fabs(v[4]));
	g = fabs(hi - v[5]) / (fabs(v[0]) + fabs(v[5]));
	return e > g || isnan(e) ? e : g;
}

/* The rows of one set are gathered and done when the next begins. */
static void
bh_row(const double *v)
{
	static double p[200], q[200], want[200], set;
	static int n;
	ptrdiff_t work[200];
	int i;

	if (v[0] != set) {
		adjust_p(ADJUST_BH, p, n, q, work);
		for (i = 0; i < n; i++)
			note(&bh, relative(q[i], want[i]), v);
		n = 0;
	}
	set = v[0];
	p[n] = v[1];
	want[n++] = v[2];
}

static void
row(const char *fn, const double *v)
{
	if (!strcmp(fn, "t2"))
		note(&t2, relative(tail_t2(v[0], v[1]), v[2]), v);
	else if (!strcmp(fn, "f"))
		note(&f, relative(tail_f(v[0], v[1], v[2]), v[3]), v);
	else if (!strcmp(fn, "t2inv"))
		note(&t2inv, relative(tail_t2_inv(v[0], v[1]), v[2]), v);
	else if (!strcmp(fn, "norminv"))
		note(&norminv, fmax(relative(tail_norm2_inv(v[0]), v[1]), relative(-tail_norm_inv(v[0]/2), v[1])), v);
	else if (!strcmp(fn, "norm"))
		note(&norm, relative(tail_norm2(v[0]), v[1]), v);
	else if (!strcmp(fn, "fisher"))
		note(&fisher, fisher_error(v), v);
	else if (!strcmp(fn, "bh"))
		bh_row(v);
}

static void
test_table(void)
{
	const double end[6] = { -1, 0, 0, 0, 0, 0 };
	double v[6];
	char line[512], *s;
	FILE *in;
	int i;

	if (!(in = fopen("tests/data/tail.csv", "r"))) {
		perror("tests/data/tail.csv");
		exit(1);
	}
	while (fgets(line, sizeof(line), in)) {
		for (i = 0, s = strchr(line, ','); i < 6; i++)
			v[i] = s && *s == ',' ? strtod(s + 1, &s) : 0;
		*strchr(line, ',') = '\0';
		row(line, v);
	}
	row("bh", end);
	fclose(in);
	test_ok(t2.n > 450 && t2.err < 1e-13, "tail_t2: %.1e at (%g, %g), %d values", t2.err, t2.at[0], t2.at[1], t2.n);
	test_ok(f.n > 1000 && f.err < 1e-13, "tail_f: %.1e at (%g, %g, %g), %d values", f.err, f.at[0], f.at[1], f.at[2], f.n);
	test_ok(t2inv.n > 150 && t2inv.err < 1e-13, "tail_t2_inv: %.1e at (%g, %g), %d values", t2inv.err, t2inv.at[0], t2inv.at[1], t2inv.n);
	test_ok(norminv.n > 25 && norminv.err < 1e-14, "tail_norm2_inv: %.1e at %g, %d values", norminv.err, norminv.at[0], norminv.n);
	test_ok(norm.n == 20 && norm.err < 1e-12, "tail_norm2: %.1e at %g, %d values", norm.err, norm.at[0], norm.n);
	test_ok(fisher.n > 300 && fisher.err < 1e-14, "tail_fisher: %.1e at (%g, %g, %g, %g), %d values", fisher.err,
	    fisher.at[0], fisher.at[1], fisher.at[2], fisher.at[3], fisher.n);
	test_ok(bh.n > 180 && bh.err < 1e-15, "adjust_p: %.1e, %d values", bh.err, bh.n);
}

static void
test_special(void)
{
	test_num(tail_t2(0, 3), 1, 0, "t = 0");
	test_num(tail_t2(INFINITY, 3), 0, 0, "t = inf");
	test_num(tail_t2(-INFINITY, 3), 0, 0, "t = -inf");
	test_num(tail_t2(-2, 3), tail_t2(2, 3), 0, "t is two-sided");
	test_ok(isnan(tail_t2(NAN, 3)) && isnan(tail_t2(1, NAN)) && isnan(tail_t2(1, 0)) && isnan(tail_t2(1, -1)), "t undefined");
	test_num(tail_f(0, 3, 4), 1, 0, "F = 0");
	test_num(tail_f(-1, 3, 4), 1, 0, "F = -1");
	test_num(tail_f(INFINITY, 3, 4), 0, 0, "F = inf");
	test_ok(isnan(tail_f(NAN, 3, 4)) && isnan(tail_f(1, 0, 4)) && isnan(tail_f(1, 3, NAN)), "F undefined");
	test_ok(isnan(tail_t2_inv(0, 3)) && isnan(tail_t2_inv(1, 3)) && isnan(tail_t2_inv(NAN, 3)) && isnan(tail_t2_inv(.5, 0)), "quantile undefined");
	test_num(tail_norm2(0), 1, 0, "the normal tail: 0");
	test_num(tail_norm2(INFINITY), 0, 0, "the normal tail: inf");
	test_num(tail_norm2(-50), 0, 0, "the normal tail: -50");
	test_num(tail_norm2(-1), tail_norm2(1), 0, "the normal tail is two-sided");
	test_num(tail_norm2(NAN), NAN, 0, "the normal tail: NaN");
	test_ok(tail_norm_inv(0.5) == 0 && tail_norm_inv(0.75) == -tail_norm_inv(0.25) && isnan(tail_norm_inv(0)) &&
	    isnan(tail_norm_inv(1)) && isnan(tail_norm_inv(NAN)), "normal quantile, one-sided");
	test_ok(isnan(tail_norm2_inv(0)) && isnan(tail_norm2_inv(1)) && isnan(tail_norm2_inv(NAN)), "normal quantile undefined");
	test_num(tail_t2_inv(1e-300, 0.5), INFINITY, 0, "a quantile beyond DBL_MAX is inf");
}

/* Any doubles: the probabilities stay in [0, 1], fall with t, and come back. */
static void
test_extremes(void)
{
	const double v[] = { 5e-324, 1e-310, 1e-200, 1e-17, 1e-3, 0.5, 1, 2, 1e3, 1e9, 1e15, 1e17, 1e200, DBL_MAX, INFINITY };
	const int n = (int)(sizeof(v) / sizeof(*v));
	int i, j, k, bad = 0;
	double p, last;

	for (i = 0; i < n; i++) {
		for (j = 0, last = 1; j < n; j++, last = p) {
			p = tail_t2(v[j], v[i]);
			bad += !(p >= 0 && p <= last + 1e-14);
			for (k = 0; k < n; k++) {
				p = tail_f(v[k], v[i], v[j]);
				bad += !(p >= 0 && p <= 1);
			}
			p = tail_t2(v[j], v[i]);
		}
	}
	test_ok(!bad, "extreme arguments: %d of %d out of order", bad, n * n * (n + 1));
	test_num(tail_t2(1.96, INFINITY), tail_t2(1.96, 1e14), 2e-13, "df = inf is the normal distribution");
}

/* The quantile undoes the probability. */
static void
test_inverse(void)
{
	double df, t, p, e, worst = 0;

	for (df = 0.3; df < 2e9; df *= 3.7) {
		for (t = 0.01; t < 40; t *= 1.7) {
			p = tail_t2(t, df);
			e = relative(tail_t2_inv(p, df), t);
			if (p > 1e-300 && p < 0.9 && !(e <= worst))
				worst = e;
		}
	}
	test_ok(worst < 1e-13, "tail_t2_inv undoes tail_t2: %.1e", worst);
}

static void
test_fisher(void)
{
	const double z95 = tail_norm2_inv(1 - 0.95), z90 = tail_norm2_inv(1 - 0.9);
	double lo, hi, a, b;

	tail_fisher(0.5, 3, 0, z95, &lo, &hi);
	tail_fisher(0.5, 10, 7, z95, &a, &b);
	test_ok(isnan(lo) && isnan(hi) && isnan(a) && isnan(b), "no interval from n - 3 - k = 0");
	tail_fisher(1.5, 10, 0, z95, &lo, &hi);
	tail_fisher(-2, 10, 0, z95, &a, &b);
	test_ok(isnan(lo) && isnan(hi) && isnan(a) && isnan(b), "Fisher: r beyond 1");
	tail_fisher(1, 10, 0, z95, &lo, &hi);
	tail_fisher(-1, 3 + 1e-9, 0, z95, &a, &b);
	test_num(lo, 1, 0, "r = 1: from");
	test_num(hi, 1, 0, "r = 1: to");
	test_num(a, -1, 0, "r = -1: from");
	test_num(b, -1, 0, "r = -1: to");
	tail_fisher(NAN, 10, 0, z95, &lo, &hi);
	tail_fisher(0.5, 10, 0, tail_norm2_inv(0), &a, &b);
	test_ok(isnan(lo) && isnan(hi) && isnan(a) && isnan(b), "no interval from NaN, nor of level 1");
	tail_fisher(0.3, 20, 0, z90, &lo, &hi);
	tail_fisher(-0.3, 20, 0, z90, &a, &b);
	test_num(lo, -b, 0, "the interval of -r is the mirror image: from");
	test_num(hi, -a, 0, "the interval of -r is the mirror image: to");
}

/* pchisq(q, df, lower.tail = FALSE) in R 4.2 */
static void
test_chi2(void)
{
	static const double at[][3] = {
		{ 0.001, 1, 0.97477287936996038 },
		{ 3, 1, 0.083264516663550558 },
		{ 1.5, 2, 0.47236655274101469 },
		{ 30, 2, 3.0590232050182579e-07 },
		{ 7, 3, 0.071897772496465145 },
		{ 0.5, 9, 0.99996956625883882 },
		{ 100, 11, 1.7858382448801679e-16 },
		{ 900, 8, 5.6476520704598428e-189 },
		{ 1400, 3, 2.9456193610163185e-303 },
		{ 2000, 2000, 0.49579475581978449 },
		{ 1900, 1999, 0.94314685912402474 },
		{ 2500, 1500, 3.7721986771937466e-53 },
	};

	for (size_t i = 0; i < sizeof at / sizeof *at; i++)
		test_num(tail_chi2(at[i][0], (ptrdiff_t)at[i][1]), at[i][2], 1e-12, "tail_chi2: %g, %g", at[i][0], at[i][1]);
	test_num(tail_chi2(0, 3), 1, 0, "tail_chi2 of 0");
	test_num(tail_chi2(INFINITY, 2), 0, 0, "tail_chi2 of inf");
	test_num(tail_chi2(NAN, 2), NAN, 0, "tail_chi2 of NaN");
	test_num(tail_chi2(1, 0), NAN, 0, "tail_chi2 without degrees of freedom");
}

int
main(void)
{
	test_chi2();
	test_table();
	test_special();
	test_extremes();
	test_inverse();
	test_fisher();
	return test_end();
}
