/* comom.c - co-moments of a pair: means and centred sums of products.
 *
 * A block of rows is centred by its own mean, each column once for all pairs it
 * is in, and the block's sums join those before it.  Everything is a double-double: the
 * mean, since beside a large one the deviations would otherwise be off by its
 * rounding; the deviations and the sums of their products, since 1 - r^2 is what is
 * left of their difference, and since their rounding must neither grow with the
 * rows nor depend on how these were split.  A mean found in plain arithmetic can be
 * far off (a first row far away with next to no weight), so what the deviations
 * from it sum to is taken off once more: Chan, Golub & LeVeque, American Statistician
 * 37 (1983) 242-247, the corrected two-pass algorithm.  Deviations between 1e-144 and
 * 1e150 square without leaving the range.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "kern.h"

void
comom_init(struct comom *c)
{
	memset(c, 0, sizeof(*c));
	c->xmin = c->ymin = INFINITY;
	c->xmax = c->ymax = -INFINITY;
}

static void
widen(double *min, double *max, double lo, double hi)
{
	if (lo < *min)
		*min = lo;
	if (hi > *max)
		*max = hi;
}

static ptrdiff_t
eights(ptrdiff_t m)
{
	return (m + 7)/8*8;
}

size_t
comom_room(ptrdiff_t m)
{
	return (size_t)(4*eights(m));
}

/* Extrema, the sum of the weights, and a mean about the first value, which takes
 * the size out of the sum: in four parts, that need not wait for each other. */
static void
look(const double *x, const double *w, ptrdiff_t m, struct comom_column *c)
{
	double s[4] = { 0 }, lo[4], hi[4], first = m > 0 ? x[0] : 0;
	ptrdiff_t i, u;

	for (u = 0; u < 4; u++) {
		lo[u] = INFINITY;
		hi[u] = -INFINITY;
	}
	for (i = 0; i < m; i += 4)
		for (u = 0; u < 4 && i + u < m; u++) {
			double d = x[i + u] - first;

			lo[u] = x[i + u] < lo[u] ? x[i + u] : lo[u];
			hi[u] = x[i + u] > hi[u] ? x[i + u] : hi[u];
			s[u] += w ? w[i + u]*d : d;
		}
	for (u = 1; u < 4; u++)
		widen(&lo[0], &hi[0], lo[u], hi[u]);
	c->w = w ? 0 : (double)m;
	for (i = 0; w && i < m; i++)
		c->w += w[i];
	c->mean = m > 0 ? first + ((s[0] + s[2]) + (s[1] + s[3]))/c->w : 0;
	c->min = lo[0];
	c->max = hi[0];
}

/* wx = w (x + xl). */
static void
weigh(const struct comom_column *c, const double *w, ptrdiff_t m)
{
	struct dd t;

	for (ptrdiff_t i = 0; w && i < m; i++) {
		t = dd_mul((struct dd){ c->x[i], c->xl[i] }, (struct dd){ w[i], 0 });
		c->wx[i] = t.hi;
		c->wxl[i] = t.lo;
	}
}

/* x + xl less c, w times that; zeros behind. */
static void
shift(struct comom_column *c, const double *w, ptrdiff_t m, double by)
{
	kern_dd_shift(m, c->x, c->xl, by);
	for (ptrdiff_t i = m; i < eights(m); i++)
		c->x[i] = c->xl[i] = 0;
	weigh(c, w, m);
}

void
comom_centre(const double *x, const double *w, ptrdiff_t m, struct comom_column *c, double *mem)
{
	ptrdiff_t room = eights(m);
	struct dd mean, off;

	look(x, w, m, c);
	memcpy(mem, x, (size_t)m * sizeof(*x));
	memset(mem + m, 0, (size_t)(2*room - m) * sizeof(*mem));
	if (w)
		memset(mem + 2*room, 0, (size_t)(2*room) * sizeof(*mem));
	c->x = mem;
	c->xl = mem + room;
	c->wx = w ? mem + 2*room : c->x;
	c->wxl = w ? mem + 3*room : c->xl;
	shift(c, w, m, c->mean);
	off = kern_dd_sum(m, c->wx, c->wxl);
	if (m > 0)
		off = dd_div(off, (struct dd){ c->w, 0 });
	shift(c, w, m, off.hi);
	if (w)
		shift(c, w, m, off.lo);
	mean = dd_add((struct dd){ c->mean, 0 }, off);
	c->mean = mean.hi;
	c->lo = mean.lo;
	c->ss = kern_dd_dot(m, c->wx, c->wxl, c->x, c->xl);
}

struct dd
comom_product(ptrdiff_t m, const struct comom_column *cx, const struct comom_column *cy)
{
	return kern_dd_dot(m, cx->wx, cx->wxl, cy->x, cy->xl);
}

void
comom_block(struct comom *c, ptrdiff_t m, const struct comom_column *cx, const struct comom_column *cy)
{
	struct comom d = { (double)m, cx->w, cx->mean, cy->mean, cx->lo, cy->lo, cx->ss, cy->ss,
	    comom_product(m, cx, cy), cx->min, cx->max, cy->min, cy->max };

	comom_merge(c, &d);
}

/* With d = the difference of the means: Sxy += Sxy' + dx dy f, f = w w'/(w + w'). */
struct dd
comom_join_product(struct comom_join j, struct dd c, struct dd d, struct dd dx, struct dd dy)
{
	return dd_add(c, dd_add(d, dd_mul(dd_mul(dx, dy), j.f)));
}

struct comom_join
comom_weights(double c, double d)
{
	struct dd g = dd_div((struct dd){ d, 0 }, dd_add((struct dd){ c, 0 }, (struct dd){ d, 0 }));

	return (struct comom_join){ g, dd_mul((struct dd){ c, 0 }, g) };
}

/* m + l += d g. */
static void
move(double *m, double *l, struct dd d, struct dd g)
{
	struct dd s = dd_add((struct dd){ *m, *l }, dd_mul(d, g));

	*m = s.hi;
	*l = s.lo;
}

void
comom_join_var(struct comom_join j, struct comom_var *c, const struct comom_var *d, struct dd *diff)
{
	*diff = dd_add((struct dd){ d->mean, d->lo }, (struct dd){ -c->mean, -c->lo });
	c->ss = comom_join_product(j, c->ss, d->ss, *diff, *diff);
	move(&c->mean, &c->lo, *diff, j.g);
	widen(&c->min, &c->max, d->min, d->max);
}

void
comom_merge(struct comom *c, const struct comom *d)
{
	struct comom_var x, y;
	struct comom_join j;
	struct dd dx, dy;

	if (d->n == 0)
		return;
	if (c->n == 0) {
		*c = *d;
		return;
	}
	j = comom_weights(c->w, d->w);
	x = (struct comom_var){ c->mx, c->lx, c->xmin, c->xmax, c->sxx };
	y = (struct comom_var){ c->my, c->ly, c->ymin, c->ymax, c->syy };
	comom_join_var(j, &x, &(struct comom_var){ d->mx, d->lx, d->xmin, d->xmax, d->sxx }, &dx);
	comom_join_var(j, &y, &(struct comom_var){ d->my, d->ly, d->ymin, d->ymax, d->syy }, &dy);
	*c = (struct comom){ c->n + d->n, c->w + d->w, x.mean, y.mean, x.lo, y.lo, x.ss, y.ss,
	    comom_join_product(j, c->sxy, d->sxy, dx, dy), x.min, x.max, y.min, y.max };
}

/* A sum of squares is in range: it is so large that products which underflowed do
 * not show in it. */
static int
in_range(double s)
{
	return s > 0x1p-960 && s <= DBL_MAX;
}

/* The exponent of a power of two near s, an even one. */
static int
exponent(double s)
{
	int e;

	frexp(s, &e);
	return e/2*2;
}

static struct dd
scaled(struct dd s, int e)
{
	return (struct dd){ ldexp(s.hi, -e), ldexp(s.lo, -e) };
}

/* r = Sxy / sqrt(Sxx Syy), 1 - r^2 = (Sxx Syy - Sxy^2)/(Sxx Syy), all sums scaled by
 * powers of two.  Of two pairs r is +1 or -1, but not where these sums are beyond the
 * range either: sxy may be 0 or infinite then, and the extrema, which are not, do
 * not tell which x stands beside which y. */
double
comom_r(const struct comom *c, double *rest)
{
	struct dd d, r, left;
	int ex, ey;

	if (rest != NULL)
		*rest = NAN;
	if (c->n < 2 || c->xmin == c->xmax || c->ymin == c->ymax || !in_range(c->sxx.hi) || !in_range(c->syy.hi))
		return NAN;
	ex = exponent(c->sxx.hi);
	ey = exponent(c->syy.hi);
	d = dd_mul(scaled(c->sxx, ex), scaled(c->syy, ey));
	r = scaled(c->sxy, ex/2 + ey/2);
	left = dd_mul(r, r);
	left = dd_div(dd_add(d, (struct dd){ -left.hi, -left.lo }), d);
	r = dd_div(r, dd_sqrt(d));
	if (c->n == 2)
		left.hi = 0;
	if (rest != NULL)
		*rest = left.hi < 0x1p-90 ? 0 : left.hi;
	if (c->n == 2)
		return copysign(1, r.hi);
	return r.hi > 1 ? 1 : r.hi < -1 ? -1 : r.hi;
}
