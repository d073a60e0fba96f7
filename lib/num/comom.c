/* comom.c - co-moments of a pair: means and centred sums of products.
 *
 * A block of rows is centred by its own mean, each column once for all pairs it
 * is in, and the block's sums join those before it.  A mean is a double-double,
 * m + l: beside a large mean the deviations would otherwise be off by the
 * rounding of the mean, which is nothing against the values but much against
 * their spread.  The sums are double-doubles too, so that their rounding does
 * not grow with the rows, nor depend on how these were split.  Deviations
 * between 1e-144 and 1e150 square without leaving the range.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "num.h"

void
comom_init(struct comom *c)
{
	memset(c, 0, sizeof(*c));
	c->xmin = c->ymin = INFINITY;
	c->xmax = c->ymax = -INFINITY;
}

/* (m + l) += d, |l| kept below the last place of m.  Knuth's two-sum. */
static void
move(double *m, double *l, double d)
{
	double s, z, t;

	s = *m + d;
	z = s - *m;
	t = ((*m - (s - z)) + (d - z)) + *l;
	*m = s + t;
	*l = t - (*m - s);
}

static void
widen(double *min, double *max, double lo, double hi)
{
	if (lo < *min)
		*min = lo;
	if (hi > *max)
		*max = hi;
}

/* The sum of x_i y_i, or of w_i x_i y_i, in four parts. */
static double
dot(const double *w, const double *x, const double *y, ptrdiff_t m)
{
	double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
	ptrdiff_t i = 0;

	if (w)
		for (; i + 4 <= m; i += 4) {
			s0 += w[i]*x[i]*y[i];
			s1 += w[i + 1]*x[i + 1]*y[i + 1];
			s2 += w[i + 2]*x[i + 2]*y[i + 2];
			s3 += w[i + 3]*x[i + 3]*y[i + 3];
		}
	else
		for (; i + 4 <= m; i += 4) {
			s0 += x[i]*y[i];
			s1 += x[i + 1]*y[i + 1];
			s2 += x[i + 2]*y[i + 2];
			s3 += x[i + 3]*y[i + 3];
		}
	for (; i < m; i++)
		s0 += w ? w[i]*x[i]*y[i] : x[i]*y[i];
	return (s0 + s1) + (s2 + s3);
}

/* The mean about the first value, which takes the size out of the sum. */
void
comom_centre(double *x, const double *w, ptrdiff_t m, struct comom_column *c)
{
	double s = 0, lo = INFINITY, hi = -INFINITY;
	ptrdiff_t i;

	c->mean = m > 0 ? x[0] : 0;
	c->lo = 0;
	c->w = w ? 0 : (double)m;
	for (i = 0; i < m; i++) {
		widen(&lo, &hi, x[i], x[i]);
		s += w ? w[i]*(x[i] - c->mean) : x[i] - c->mean;
		if (w)
			c->w += w[i];
	}
	if (m > 0)
		move(&c->mean, &c->lo, s/c->w);
	for (i = 0; i < m; i++)
		x[i] = (x[i] - c->mean) - c->lo;
	c->ss = dot(w, x, x, m);
	c->min = lo;
	c->max = hi;
}

void
comom_block(struct comom *c, const double *w, ptrdiff_t m, const double *x, const struct comom_column *cx,
    const double *y, const struct comom_column *cy)
{
	struct comom d = { (double)m, cx->w, cx->mean, cy->mean, cx->lo, cy->lo,
	    { cx->ss, 0 }, { cy->ss, 0 }, { dot(w, x, y, m), 0 }, cx->min, cx->max, cy->min, cy->max };

	comom_merge(c, &d);
}

/* s += t + v, double-doubles but for v. */
static void
gain(struct dd *s, struct dd t, double v)
{
	const struct dd u = { v, 0 };

	*s = dd_add(*s, dd_add(t, u));
}

/* With d = the difference of the means: Sxx += Sxx' + d^2 w w'/(w + w'). */
void
comom_merge(struct comom *c, const struct comom *d)
{
	double dx, dy, g, f;

	if (d->n == 0)
		return;
	if (c->n == 0) {
		*c = *d;
		return;
	}
	dx = (d->mx - c->mx) + (d->lx - c->lx);
	dy = (d->my - c->my) + (d->ly - c->ly);
	g = d->w / (c->w + d->w);
	f = c->w*g;
	c->n += d->n;
	c->w += d->w;
	gain(&c->sxx, d->sxx, dx*dx*f);
	gain(&c->syy, d->syy, dy*dy*f);
	gain(&c->sxy, d->sxy, dx*dy*f);
	move(&c->mx, &c->lx, dx*g);
	move(&c->my, &c->ly, dy*g);
	widen(&c->xmin, &c->xmax, d->xmin, d->xmax);
	widen(&c->ymin, &c->ymax, d->ymin, d->ymax);
}

/* A sum of squares is in range: the products that underflowed are nothing
 * beside it. */
static int
in_range(double s)
{
	return s > 0x1p-960 && s <= DBL_MAX;
}

/* r = Sxy / sqrt(Sxx Syy), which is 1 to the last bit on a line of slope 1; by
 * two roots where the product would leave the range.  Of two pairs it is +1 or
 * -1. */
double
comom_r(const struct comom *c)
{
	double sxx = c->sxx.hi, syy = c->syy.hi, d = sxx*syy, r;

	if (c->n < 2 || c->xmin == c->xmax || c->ymin == c->ymax || !in_range(sxx) || !in_range(syy))
		return NAN;
	d = d > 1e-290 && d < 1e290 ? sqrt(d) : sqrt(sxx) * sqrt(syy);
	r = c->sxy.hi / d;
	if (c->n == 2)
		return copysign(1, r);
	return r > 1 ? 1 : r < -1 ? -1 : r;
}
