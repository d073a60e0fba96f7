/* comom.c - co-moments of a pair: means and centred sums of products.
 *
 * A mean is a double-double, m + l: beside a large mean the deviations would
 * otherwise be off by the rounding of the mean, which is nothing against the
 * values but much against their spread.  The sums themselves are doubles:
 * deviations between 1e-150 and 1e150 square without leaving the range.
 */
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

/* With d = x - mean of the n - 1 before: Sxx += d^2 (n-1)/n, mean += d/n. */
void
comom_add(struct comom *c, double x, double y)
{
	double dx, dy, f;

	if (c->n == 0) {
		c->mx = x;
		c->my = y;
	}
	dx = (x - c->mx) - c->lx;
	dy = (y - c->my) - c->ly;
	f = c->n / (c->n + 1);
	c->n++;
	c->sxx += dx*dx*f;
	c->syy += dy*dy*f;
	c->sxy += dx*dy*f;
	move(&c->mx, &c->lx, dx/c->n);
	move(&c->my, &c->ly, dy/c->n);
	widen(&c->xmin, &c->xmax, x, x);
	widen(&c->ymin, &c->ymax, y, y);
}

/* With d = the difference of the means: Sxx += Sxx' + d^2 n n'/(n + n'). */
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
	g = d->n / (c->n + d->n);
	f = c->n*g;
	c->n += d->n;
	c->sxx += d->sxx + dx*dx*f;
	c->syy += d->syy + dy*dy*f;
	c->sxy += d->sxy + dx*dy*f;
	move(&c->mx, &c->lx, dx*g);
	move(&c->my, &c->ly, dy*g);
	widen(&c->xmin, &c->xmax, d->xmin, d->xmax);
	widen(&c->ymin, &c->ymax, d->ymin, d->ymax);
}

/* r = Sxy / sqrt(Sxx Syy), which is 1 to the last bit on a line of slope 1; by
 * two roots where the product would leave the range.  Of two pairs it is +1 or
 * -1.  A sum that has left the range gives NaN. */
double
comom_r(const struct comom *c)
{
	double d = c->sxx * c->syy, r;

	if (c->n < 2 || c->xmin == c->xmax || c->ymin == c->ymax)
		return NAN;
	d = d > 1e-290 && d < 1e290 ? sqrt(d) : sqrt(c->sxx) * sqrt(c->syy);
	if (d == 0 || !isfinite(d))
		return NAN;
	r = c->sxy / d;
	if (c->n == 2)
		return copysign(1, r);
	return r > 1 ? 1 : r < -1 ? -1 : r;
}
