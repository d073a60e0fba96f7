/* Adjusted p: what is no number, ties, the bounds; R's p.adjust of some. */
#include <math.h>

#include "num.h"
#include "test.h"

static const char *const name[ADJUST_COUNT] = { "BH", "BY", "holm", "bonferroni" };

static void
test_missing(enum adjust how, const double *want)
{
	double p[6] = { 0.04, NAN, 0.01, 0.03, NAN, 0.01 }, q[6] = { 9, 9, 9, 9, 9, 9 };
	ptrdiff_t work[6];

	adjust_p(how, p, 0, q, work);
	test_ok(q[0] == 9, "%s: no p, no q", name[how]);
	adjust_p(how, p, 6, q, work);
	for (int i = 0; i < 6; i++)
		test_num(q[i], want[i], 1e-15, "%s: NaN stays NaN and does not count: %d", name[how], i);
	adjust_p(how, p, 6, p, work);
	for (int i = 0; i < 6; i++)
		test_num(p[i], q[i], 0, "%s: in place: %d", name[how], i);
}

/* p.adjust(c(0.5, 1e-300, 0.004, 0.9, 0.004, 0.02, 0), NAME) in R 4.2 */
static void
test_r(void)
{
	static const double p[7] = { 0.5, 1e-300, 0.004, 0.9, 0.004, 0.02, 0 };
	static const double want[ADJUST_COUNT][7] = {
		{ 0.58333333333333337, 3.5000000000000002e-300, 0.0070000000000000001, 0.90000000000000002, 0.0070000000000000001, 0.027999999999999997, 0 },
		{ 1, 9.0750000000000019e-300, 0.018150000000000003, 1, 0.018150000000000003, 0.072600000000000012, 0 },
		{ 1, 6.0000000000000005e-300, 0.02, 1, 0.02, 0.059999999999999998, 0 },
		{ 1, 7.0000000000000003e-300, 0.028000000000000001, 1, 0.028000000000000001, 0.14000000000000001, 0 },
	};
	double q[7];
	ptrdiff_t work[7];

	for (int how = 0; how < ADJUST_COUNT; how++) {
		adjust_p((enum adjust)how, p, 7, q, work);
		for (int i = 0; i < 7; i++)
			test_num(q[i], want[how][i], 1e-15, "%s, as in R: %d", name[how], i);
	}
}

int
main(void)
{
	test_missing(ADJUST_BH, (double[]){ 0.04, NAN, 0.02, 0.04, NAN, 0.02 });
	test_missing(ADJUST_BY, (double[]){ 0.04*25/12, NAN, 0.02*25/12, 0.04*25/12, NAN, 0.02*25/12 });
	test_missing(ADJUST_HOLM, (double[]){ 0.06, NAN, 0.04, 0.06, NAN, 0.04 });
	test_missing(ADJUST_BONFERRONI, (double[]){ 0.16, NAN, 0.04, 0.12, NAN, 0.04 });
	test_r();
	return test_end();
}
