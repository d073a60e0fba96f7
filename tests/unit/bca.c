/* Intervals from draws: no draw, all on one side, equal ones; beside the formula in R. */
#include <math.h>

#include "num.h"
#include "test.h"

static void
test_percentile(void)
{
	double r[9] = { 5, 2, 9, 1, 4, 8, 3, 7, 6 }, low, high;

	bca_interval(r, 9, 5, NULL, 0, 0.8, &low, &high);
	test_ok(low == 1 && high == 9, "shares that are order statistics");
	bca_interval(r, 9, 5, NULL, 0, 0.5, &low, &high);
	test_ok(low == 2.5 && high == 7.5, "between two");
	bca_interval(r, 9, 5, NULL, 0, 0.99, &low, &high);
	test_ok(low == 1 && high == 9, "beyond the last");
	bca_interval(r, 0, 5, NULL, 0, 0.8, &low, &high);
	test_ok(isnan(low) && isnan(high), "no draws");
}

static void
test_bca(void)
{
	double r[9] = { 5, 2, 9, 1, 4, 8, 3, 7, 6 }, low, high;
	const double even[4] = { 1, 2, 3, 4 }, skew[4] = { 1, 1, 1, 5 }, hole[2] = { 1, NAN }, same[2] = { 2, 2 };

	bca_interval(r, 9, 5, even, 4, 0.8, &low, &high);
	/* In R: z0 = qnorm(4/9), z = z0 + qnorm(c(.1, .9)), 10 pnorm(z0 + z/(1 - a z)) in 1:9. */
	test_num(low, 1, 0, "bias: low");
	test_num(high, 8.4185982848942889, 1e-12, "bias: high");
	bca_interval(r, 9, 5, same, 2, 0.8, &low, &high);
	test_num(high, 8.4185982848942889, 1e-12, "left that are alike");
	bca_interval(r, 9, 5, skew, 4, 0.8, &low, &high);
	test_num(high, 8.1302333223434378, 1e-12, "acceleration");
	bca_interval(r, 9, 1, even, 4, 0.8, &low, &high);
	test_ok(isnan(low) && isnan(high), "none below");
	bca_interval(r, 9, 10, even, 4, 0.8, &low, &high);
	test_ok(isnan(low) && isnan(high), "all below");
	bca_interval(r, 9, 5, hole, 2, 0.8, &low, &high);
	test_ok(isnan(low) && isnan(high), "one without which there is no estimate");
}

int
main(void)
{
	test_percentile();
	test_bca();
	return test_end();
}
