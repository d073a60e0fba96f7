/* adjust.c - p-values of a family of tests, adjusted for how many there are.
 *
 * All procedures but Bonferroni's go through the p in their order, and carry along
 * the least of those behind (step up) or the greatest of those before (step down), so
 * that the adjusted ones are in order too.
 */
#include <math.h>

#include "num.h"

/* Order of i and j: by p, equal ones by place. */
static int
before(const double *p, ptrdiff_t i, ptrdiff_t j)
{
	return p[i] < p[j] || (p[i] == p[j] && i < j);
}

/* Lets the root i of the heap h[0..n) sink to its place, the last in front. */
static void
sink(const double *p, ptrdiff_t *h, ptrdiff_t i, ptrdiff_t n)
{
	ptrdiff_t x = h[i], j;

	for (; (j = 2 * i + 1) < n; i = j) {
		if (j + 1 < n && before(p, h[j], h[j + 1]))
			j++;
		if (!before(p, x, h[j]))
			break;
		h[i] = h[j];
	}
	h[i] = x;
}

/* The indices of what is not NaN in work[0..*m), by p upwards: heapsort. */
static void
order(const double *p, ptrdiff_t n, ptrdiff_t *work, ptrdiff_t *m)
{
	ptrdiff_t i, j, greatest;

	for (*m = i = 0; i < n; i++)
		if (!isnan(p[i]))
			work[(*m)++] = i;
	for (i = *m / 2; i-- > 0; )
		sink(p, work, i, *m);
	for (j = *m; j > 0; j--) {
		greatest = work[0];
		work[0] = work[j - 1];
		sink(p, work, 0, j - 1);
		work[j - 1] = greatest;
	}
}

/* 1 + 1/2 + ... + 1/m, the small ones first. */
static double
harmonic(ptrdiff_t m)
{
	double s = 0;

	for (; m > 0; m--)
		s += 1 / (double)m;
	return s;
}

/* Of the j-th smallest of m, c p m / j or the least of those behind it. */
static void
step_up(const double *p, const ptrdiff_t *at, ptrdiff_t m, double c, double *q)
{
	double least = 1, v;

	for (ptrdiff_t j = m; j > 0; j--) {
		v = c * p[at[j - 1]] * (double)m / (double)j;
		if (v < least)
			least = v;
		q[at[j - 1]] = least;
	}
}

/* Of the j-th smallest of m, (m - j + 1) p or the greatest of those before it. */
static void
step_down(const double *p, const ptrdiff_t *at, ptrdiff_t m, double *q)
{
	double most = 0, v;

	for (ptrdiff_t j = 1; j <= m; j++) {
		v = p[at[j - 1]] * (double)(m - j + 1);
		if (v > most)
			most = v;
		q[at[j - 1]] = most < 1 ? most : 1;
	}
}

void
adjust_p(enum adjust how, const double *p, ptrdiff_t n, double *q, ptrdiff_t *work)
{
	ptrdiff_t m, i;

	order(p, n, work, &m);
	for (i = 0; i < n; i++)
		if (isnan(p[i]))
			q[i] = NAN;
	if (how == ADJUST_HOLM)
		step_down(p, work, m, q);
	else if (how != ADJUST_BONFERRONI)
		step_up(p, work, m, how == ADJUST_BY ? harmonic(m) : 1, q);
	for (i = 0; how == ADJUST_BONFERRONI && i < m; i++)
		q[work[i]] = fmin(1, p[work[i]] * (double)m);
}
