/* reml.c - the mean of effects that differ from study to study.
 *
 * y_i is normal about mu with variance v_i + tau2.  The restricted likelihood of
 * tau2 may have more than one maximum: it is looked at on a grid, and the root of its
 * derivative then found between the neighbours of the best point, by halving.
 */
#include <math.h>

#include "num.h"

/* What belongs to one tau2. */
struct at {
	double w, mu;                   /* sum of the weights 1/(v + tau2), weighted mean */
	double like, slope;             /* logarithm of the restricted likelihood, its derivative */
	double spread;                  /* sum w (y - mu)^2 */
};

static struct at
look(const double *y, const double *v, ptrdiff_t k, double tau2)
{
	struct at a = { 0 };
	double w, d, ww = 0, wd = 0, logs = 0;

	for (ptrdiff_t i = 0; i < k; i++) {
		w = 1/(v[i] + tau2);
		a.w += w;
		a.mu += w*y[i];
		ww += w*w;
		logs += num_log(w);
	}
	a.mu /= a.w;
	for (ptrdiff_t i = 0; i < k; i++) {
		w = 1/(v[i] + tau2);
		d = y[i] - a.mu;
		a.spread += w*d*d;
		wd += w*w*d*d;
	}
	a.like = (logs - num_log(a.w) - a.spread)/2;
	a.slope = (ww/a.w - a.w + wd)/2;
	return a;
}

/* Beyond this tau2 the likelihood falls. */
static double
most(const double *y, const double *v, ptrdiff_t k)
{
	double lo = y[0], hi = y[0], top;

	for (ptrdiff_t i = 1; i < k; i++) {
		lo = y[i] < lo ? y[i] : lo;
		hi = y[i] > hi ? y[i] : hi;
	}
	top = (hi - lo)*(hi - lo);
	while (top > 0 && look(y, v, k, top).slope > 0)
		top *= 2;
	return top;
}

enum { GRID = 100 };

/* 0, and from top 2^-(GRID-2)/2 up to top by factors of sqrt 2. */
static double
grid(double top, int i)
{
	return i == 0 ? 0 : ldexp(i % 2 ? top : top*0x1.6a09e667f3bcdp-1, -(GRID - 1 - i)/2);
}

/* What rounding may make of a slope that is 0 at 0, beside the least variance. */
static const double rounding = 1e-12;

static double
least(const double *v, ptrdiff_t k)
{
	double x = v[0];

	for (ptrdiff_t i = 1; i < k; i++)
		x = v[i] < x ? v[i] : x;
	return x;
}

static double
estimate(const double *y, const double *v, ptrdiff_t k)
{
	double top = most(y, v, k), lo, hi, mid, best = -INFINITY;
	int at = 0;

	for (int i = 0; i < GRID; i++) {
		double like = look(y, v, k, grid(top, i)).like;

		if (like > best) {
			best = like;
			at = i;
		}
	}
	hi = at == GRID - 1 ? top : grid(top, at + 1);
	lo = at == 0 ? 0 : grid(top, --at);
	while (at > 0 && !(look(y, v, k, lo).slope > 0)) {      /* so flat that rounding chose the best */
		hi = lo;
		lo = grid(top, --at);
	}
	if (!(look(y, v, k, lo).slope > 0))
		return lo;
	for (int i = 0; i < 200 && (mid = lo + (hi - lo)/2) > lo && mid < hi; i++)
		if (look(y, v, k, mid).slope > 0)
			lo = mid;
		else
			hi = mid;
	return lo > rounding*least(v, k) ? lo : 0;
}

/* The variance that the v are as good as: Higgins & Thompson (2002), equation 9. */
static double
typical(const double *v, ptrdiff_t k)
{
	double w = 0, ww = 0;

	for (ptrdiff_t i = 0; i < k; i++) {
		w += 1/v[i];
		ww += 1/v[i]/v[i];
	}
	return (double)(k - 1)*w/(w*w - ww);
}

void
reml_fit(const double *y, const double *v, ptrdiff_t k, struct reml *out)
{
	struct at a;
	double s;

	*out = (struct reml){ k == 1 ? y[0] : NAN, NAN, NAN, NAN, NAN, NAN };
	if (k < 2)
		return;
	out->tau2 = estimate(y, v, k);
	a = look(y, v, k, out->tau2);
	out->mu = a.mu;
	out->se = sqrt(a.spread/((double)(k - 1)*a.w));
	out->q = look(y, v, k, 0).spread;
	out->q_p = tail_chi2(out->q, k - 1);
	s = typical(v, k);
	out->i2 = out->tau2/(out->tau2 + s);
}
