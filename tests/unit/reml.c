/* The mean of studies: no study, one, alike; and as it is scaled and shifted. */
#include <math.h>

#include "num.h"
#include "test.h"

static void
test_few(void)
{
	const double y[2] = { 0.3, 0.3 }, v[2] = { 0.1, 0.2 };
	struct reml f;

	reml_fit(y, v, 0, &f);
	test_ok(isnan(f.mu) && isnan(f.tau2), "no study");
	reml_fit(y, v, 1, &f);
	test_num(f.mu, 0.3, 0, "one study");
	test_ok(isnan(f.se) && isnan(f.tau2) && isnan(f.q), "that says nothing of others");
	reml_fit(y, v, 2, &f);
	test_num(f.mu, 0.3, 1e-15, "two alike: mu");
	test_ok(f.tau2 == 0 && f.q == 0 && f.q_p == 1 && f.i2 == 0, "two alike: nothing between them");
}

/* Where the derivative at 0 is 0 so is tau2, whatever rounding makes of it. */
static void
test_boundary(void)
{
	struct reml f;
	int bad = 0;

	for (int i = 1; i < 1000; i++) {
		const double d = i/997.0, y[2] = { 0.1, 0.1 + d }, v[2] = { d*d/2, d*d/2 };

		reml_fit(y, v, 2, &f);
		bad += f.tau2 != 0;
	}
	test_ok(bad == 0, "Q = k - 1: no tau2: %d with", bad);
}

/* With equal variances tau2 is that of the y, less v. */
static void
test_equal(void)
{
	const double y[4] = { 1, 2, 4, 9 }, v[4] = { 0.5, 0.5, 0.5, 0.5 };
	struct reml f, g;
	double u[4], w[4];

	reml_fit(y, v, 4, &f);
	test_num(f.mu, 4, 1e-15, "equal variances: mu");
	test_num(f.tau2, 38.0/3 - 0.5, 1e-13, "equal variances: tau2");
	test_num(f.se, sqrt(38.0/3/4), 1e-13, "equal variances: se");
	test_num(f.q, 76, 1e-14, "equal variances: Q");
	test_num(f.i2, f.tau2/(f.tau2 + 0.5), 1e-14, "equal variances: I2");
	for (int scale = -20; scale <= 20; scale += 20) {
		for (int i = 0; i < 4; i++) {
			u[i] = ldexp(y[i], scale);
			w[i] = ldexp(v[i], 2*scale);
		}
		reml_fit(u, w, 4, &g);
		test_num(ldexp(g.tau2, -2*scale), f.tau2, 1e-13, "scaled by 2^%d", scale);
	}
}

int
main(void)
{
	test_boundary();
	test_few();
	test_equal();
	return test_end();
}
