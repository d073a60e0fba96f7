/* bca.c - intervals of an estimate from what it was in random draws.
 *
 * By percentiles, or by those that correct for bias and for an error that grows with what is
 * estimated: Efron, J. American Statistical Association 82 (1987) 171-185.
 */
#include <math.h>

#include "num.h"

/* Between the order statistics of r[0..n) about (n + 1) p, or the last one. */
static double
quantile(const double *r, ptrdiff_t n, double p)
{
	double h = (double)(n + 1)*p, below = floor(h);
	ptrdiff_t i;

	if (isnan(p) || n == 0)
		return NAN;
	if (h < 1 || h >= (double)n)
		return h < 1 ? r[0] : r[n - 1];
	i = (ptrdiff_t)below;
	return r[i - 1] + (h - below)*(r[i] - r[i - 1]);
}

/* The standard normal distribution function. */
static double
normal(double z)
{
	return z < 0 ? tail_norm2(z)/2 : 1 - tail_norm2(z)/2;
}

/* Equation 7.3. */
static double
acceleration(const double *left, ptrdiff_t m)
{
	double mean = 0, two = 0, three = 0;

	for (ptrdiff_t i = 0; i < m; i++)
		mean += left[i]/(double)m;
	for (ptrdiff_t i = 0; i < m; i++) {
		double e = mean - left[i];

		two += e*e;
		three += e*e*e;
	}
	return two > 0 ? three/(6*two*sqrt(two)) : isnan(two) ? NAN : 0;
}

/* Where among the r drawn the bound is that would be at the share p. */
static double
corrected(double p, double z0, double a)
{
	double z = z0 + tail_norm_inv(p);

	return normal(z0 + z/(1 - a*z));
}

void
bca_interval(double *r, ptrdiff_t n, double estimate, const double *left, ptrdiff_t m, double level, double *low,
    double *high)
{
	double half = (1 - level)/2, p = half, q = 1 - half, a, z0;
	ptrdiff_t less = 0;

	rank_sort(r, n);
	if (left != NULL) {
		while (less < n && r[less] < estimate)
			less++;
		z0 = less > 0 && less < n ? tail_norm_inv((double)less/(double)n) : NAN;
		a = acceleration(left, m);
		p = corrected(p, z0, a);
		q = corrected(q, z0, a);
	}
	*low = quantile(r, n, p);
	*high = quantile(r, n, q);
}
