/* Partial correlations: against the formulas for one control, with the control
 * near to the variables, dependent controls, undefined cases. */
#include "num.h"
#include "table.h"
#include "test.h"

enum { N = 40 };

static const double zero[5*N];          /* low parts */

/* Column j of a (N by 4) centred twice; returns its norm. */
static double
centre(double *x)
{
	double m;
	int i, twice;

	for (twice = 0; twice < 2; twice++) {
		for (m = 0, i = 0; i < N; i++)
			m += x[i]/N;
		for (i = 0; i < N; i++)
			x[i] -= m;
	}
	return tri_norm(x, N);
}

static double
r(const double *x, const double *y)
{
	double s = 0;
	int i;

	for (i = 0; i < N; i++)
		s += x[i]*y[i];
	return s/tri_norm(x, N)/tri_norm(y, N);
}

/* r_xy.c = (r_xy - r_xc r_yc) / sqrt((1 - r_xc^2)(1 - r_yc^2)) */
static void
one_control(void)
{
	double a[3*N], *c = a, *x = a + N, *y = a + 2*N, work[64*N], want, semi, worst = 0, rest = 0, rxc, ryc, rxy;
	unsigned long long seed = 5;
	struct partial f;
	int i, k, bad = 0;

	for (k = 0; k < 200; k++) {
		for (i = 0; i < N; i++) {
			c[i] = table_random(&seed);
			x[i] = c[i]*(k % 3) + table_random(&seed);
			y[i] = x[i]*(k % 5 - 2) + c[i]*(k % 7 - 3) + table_random(&seed);
		}
		centre(c);
		centre(x);
		centre(y);
		rxc = r(x, c);
		ryc = r(y, c);
		rxy = r(x, y);
		semi = (rxy - rxc*ryc)/sqrt(1 - rxc*rxc);
		want = semi/sqrt(1 - ryc*ryc);
		bad += partial_fit(N, 1, a, zero, N, N, &f, work) != 0 || f.rank != 1;
		worst = fmax(worst, fmax(fabs(f.r - want), fabs(f.semi - semi)));
		rest = fmax(rest, fmax(fabs(f.rest - (1 - f.r*f.r)), fabs(f.semi_rest - (1 - f.semi*f.semi))));
	}
	test_ok(rest < 1e-15, "what is left of the squares to 1: to %.1e", rest);
	test_ok(!bad && worst < 2e-14, "one control, as from the three correlations: %.1e", worst);
}

/* x = c + d e, y = c + d e, e orthogonal to c: 1 whatever d; with the sign of y's
 * part turned, -1. */
static void
near_control(void)
{
	double a[3*N], work[64*N], d, worst = 0;
	struct partial f;
	int i, bad = 0;

	for (d = 1; d > 1e-6; d /= 8)
		for (i = 0; i < N; i++) {
			double e = i % 2 ? d : -d, c = i/2 - (N/2 - 1)/2.0;

			a[i] = c;
			a[i + N] = c + e;
			a[i + 2*N] = 3*c - 2*e;
			if (i < N - 1)
				continue;
			bad += partial_fit(N, 1, a, zero, N, N, &f, work) != 0;
			worst = fmax(worst, fabs(f.r + 1)*d);
		}
	test_ok(!bad && worst < 1e-14, "controls near to both: -1 to %.1e over the distance", worst);
}

static void
undefined(void)
{
	double a[5*N], work[64*N], nothing[4*N] = { 0 };
	unsigned long long seed = 9;
	struct partial f, g;
	int i, bad = 0;

	for (i = 0; i < 5*N; i++)
		a[i] = table_random(&seed);
	for (i = 0; i < 5; i++)
		centre(a + i*N);
	partial_fit(N, 1, a + 2*N, zero, N, N, &g, work);
	for (i = 0; i < N; i++) {
		a[i] = -3*a[i + 2*N];
		a[i + N] = 0;
	}
	bad += partial_fit(N, 3, a, zero, N, N, &f, work) != 0 || f.rank != 1 || fabs(f.r - g.r) > 1e-14;
	test_ok(!bad, "a control that depends on another, and one that is zero, do not count");
	for (i = 0; i < N; i++)
		a[i + 3*N] = a[i + 2*N]/7;
	bad = partial_fit(N, 3, a, zero, N, N, &f, work) != 2 || !isnan(f.r) || !isnan(f.semi);
	bad += partial_fit(N, 0, a + N, zero, N, N, &f, work) != 2;
	bad += partial_fit(N, 0, a, zero, N, N, &f, work) != 3;
	bad += partial_fit(N, 2, nothing, zero, N, N, &f, work) != 2 || f.rank != 0;
	test_ok(!bad, "zero, or dependent on the controls");
	for (i = 0; i < 5*N; i++)
		a[i] = table_random(&seed);
	bad = partial_fit(N, 0, a, zero, N, 1, &f, work) != 1;
	bad += partial_fit(N, 1, a, zero, N, 2, &f, work) != 1;
	bad += partial_fit(N, 1, a, zero, N, 3, &f, work) != 0 || fabs(f.r) != 1;
	test_ok(!bad, "as few rows as rank + 2 give 1 or -1, fewer nothing");
	a[3*N] = INFINITY;
	bad = partial_fit(N, 0, a + 3*N, zero, N, N, &f, work) != 4 || !isnan(f.r);
	bad += partial_fit(N, 0, a + 2*N, zero, N, N, &f, work) != 4 || partial_fit(N, 1, a + 3*N - N, zero, N, N, &f, work) != 4;
	test_ok(!bad, "out of range");
}

int
main(void)
{
	one_control();
	near_control();
	undefined();
	return test_end();
}
