/* tail.c - tail probabilities and quantiles
 *
 * Both tails are the incomplete beta function, with the odds w = t^2/df of
 * Student's t, w = f df1/df2 of F, and x = 1/(1+w), y = w/(1+w):
 *
 *	P(|T| > t) = I_x(df/2, 1/2)     P(F > f) = I_x(df2/2, df1/2)
 *
 * (DLMF 8.17; Abramowitz & Stegun 26.5.27 and 26.5.28).  It is written as
 *
 *	I_x(a,b) = x^a y^b / B(a,b) G
 *
 * The logarithm of what stands before G is a difference of terms as large as
 * 1e11, formed in double-doubles.  G is an integral of a positive function over
 * a half-line, for which the double exponential rule takes some sixty points
 * whatever the parameters: there is no iteration to converge or to hang.
 */
#include <float.h>
#include <math.h>

#include "num.h"

/* x and y = 1 - x, and their logarithms */
struct point { struct dd x, y, logx, logy; };

static const struct dd one = { 1, 0 };

static struct dd
dd(double hi)
{
	struct dd a = { hi, 0 };

	return a;
}

static struct dd
neg(struct dd a)
{
	a.hi = -a.hi;
	a.lo = -a.lo;
	return a;
}

static struct dd
sub(struct dd a, struct dd b)
{
	return dd_add(a, neg(b));
}

static struct dd
scaled(struct dd a, int e)
{
	a.hi = ldexp(a.hi, e);
	a.lo = ldexp(a.lo, e);
	return a;
}

/* log(hi + lo) = log hi + lo/hi - ... */
static struct dd
logdd(struct dd a)
{
	return dd_add(dd_log(a.hi), dd(a.lo / a.hi));
}

static double
expdd(struct dd a)
{
	double p = num_exp(a.hi);

	return p + p * a.lo;
}

/* log Gamma(z), z > 0: Stirling's series (DLMF 5.11.1) from z >= 16, reached by
 * Gamma(z+1) = z Gamma(z). */
static struct dd
loggamma(struct dd z)
{
	const struct dd halflog2pi = { 0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55 };
	struct dd l, p = one;
	double u, v;

	for (; z.hi < 16; z = dd_add(z, one))
		p = dd_mul(p, z);
	u = 1 / z.hi;
	v = u * u;
	u *= 1.0/12 - v * (1.0/360 - v * (1.0/1260 - v * (1.0/1680 - v * (1.0/1188 - v * (691.0/360360)))));
	l = dd_mul(sub(z, dd(0.5)), logdd(z));
	l = dd_add(sub(l, z), dd_add(halflog2pi, dd(u)));
	return sub(l, logdd(p));
}

/* log of x^a y^b / B(a,b), good to about 1e-16 */
static struct dd
logfront(const struct point *o, double a, double b)
{
	struct dd da = dd(a), db = dd(b), s, t;

	s = dd_add(dd_mul(da, o->logx), dd_mul(db, o->logy));
	t = sub(loggamma(dd_add(da, db)), dd_add(loggamma(da), loggamma(db)));
	return dd_add(s, t);
}

/* s - 1 + e^-s = s^2/2! - s^3/3! + ..., s >= 0 */
static double
lag(double s)
{
	double sum = 0;
	int k;

	if (s > 1)
		return s - 1 + num_exp(-s);
	for (k = 19; k > 2; k--)
		sum = (1 - sum) * (s / k);
	return (1 - sum) * s * s / 2;
}

/* 1 - e^-s, s >= 0 */
static double
rise(double s)
{
	return s > 1 ? 1 - num_exp(-s) : s - lag(s);
}

/* u - log(1 + u), u >= 0: with z = u/(2+u), log(1 + u) = 2 artanh z and
 * u - 2z = uz. */
static double
log_lag(double u)
{
	double z, zz, sum = 0;
	int k;

	if (u > 0.5)
		return u - num_log(1 + u);
	z = u / (2 + u);
	zz = z * z;
	for (k = 25; k > 1; k -= 2)
		sum = 1.0 / k + zz * sum;
	return u * z - 2 * z * zz * sum;
}

/* log(1 + u), u >= 0 */
static double
log_plus(double u)
{
	return u > 0.5 ? num_log(1 + u) : u - log_lag(u);
}

/* With t = x e^-s in the integral of t^(a-1) (1-t)^(b-1) from 0 to x,
 *
 *	G = 1/y int_0^inf e^E ds,   E = -a s + (b-1) log(1 + r v),
 *	r = x/y,   v = 1 - e^-s.
 *
 * For b > 1 the terms of E cancel to first order; then, k = a - (b-1) r,
 *
 *	E = -k s - (b-1) (r (s - v) + r v - log(1 + r v)),
 *
 * k from double-doubles and >= 0 on the side of the mode that the callers
 * choose, so that no two terms have opposite signs. */
struct integrand { double a, b1, r, k; };

static struct integrand
integrand(const struct point *o, double a, double b)
{
	struct integrand g;
	struct dd k;

	g.a = a;
	g.b1 = b - 1;
	g.r = o->x.hi / o->y.hi;
	k = sub(dd_mul(dd(a), o->y), dd_mul(dd(b - 1), o->x));
	g.k = k.hi / o->y.hi;
	return g;
}

static double
exponent(const struct integrand *g, double s)
{
	double u = g->r * rise(s);

	if (g->b1 <= 0)
		return -g->a * s + g->b1 * log_plus(u);
	return -g->k * s - g->b1 * (g->r * lag(s) + log_lag(u));
}

/* e^E ds/dtau at s = c exp(tau - exp(-tau)) */
static double
ordinate(const struct integrand *g, double c, double tau)
{
	double e = num_exp(-tau), s = c * num_exp(tau - e);

	return s * (1 + e) * num_exp(exponent(g, s));
}

enum { STEPS = 10, FAR = 20000 };       /* points per unit of tau; a bound on them */

/* G by the trapezoidal rule in tau.  Takahasi & Mori, Publ. RIMS Kyoto 9 (1974)
 * 721-741.  c is the width of the integrand, of exponential or normal shape. */
static double
ratio(const struct point *o, double a, double b)
{
	struct integrand g = integrand(o, a, b);
	double c, p, sum;
	int i;

	c = 1 / (g.k + sqrt(g.b1 > 0 ? g.b1 * g.r * (1 + g.r) : 0));
	sum = ordinate(&g, c, 0);
	for (i = 1, p = sum; i < FAR && p > 1e-18 * sum; i++)
		sum += p = ordinate(&g, c, (double)i / STEPS);
	for (i = 1, p = sum; i < FAR && p > 1e-18 * sum; i++)
		sum += p = ordinate(&g, c, -(double)i / STEPS);
	return sum / STEPS / o->y.hi;
}

static struct point
swap(const struct point *o)
{
	struct point s = { o->y, o->x, o->logy, o->logx };

	return s;
}

static double
direct(const struct point *o, double a, double b)
{
	double p = expdd(dd_add(logfront(o, a, b), dd(num_log(ratio(o, a, b)))));

	return p < 1 ? p : 1;
}

/* I_x(a,b) for y so small that I_y(b,a) is y^b / (b B(a,b)), its first term */
static double
tiny(const struct point *o, double a, double b)
{
	struct dd q = sub(logfront(o, a, b), dd_log(b));

	return q.hi < 0 ? rise(-q.hi) : 0;
}

/* I_x(a,b): below the mean as it is, above it as 1 - I_y(b,a), which is at
 * least 0.3 if b >= 1.  If b < 1 it can be small; but then k > 0 everywhere. */
static double
beta(const struct point *o, double a, double b)
{
	struct point s = swap(o);
	double p;

	if (o->logy.hi < -100)
		return tiny(o, a, b);
	if (o->x.hi * (a + b) <= a)
		return direct(o, a, b);
	p = 1 - direct(&s, b, a);
	return p < 0.1 && b < 1 ? direct(o, a, b) : p;
}

/* The point of odds w = m 2^e, m a positive double-double near 1.  Beyond
 * e^+-100 the larger of x and y is 1. */
static struct point
point(struct dd m, int e)
{
	struct dd l = dd_add(logdd(m), dd_mul(dd(e), dd_log(2))), s;
	struct point o = { one, one, { 0, 0 }, l };

	if (l.hi > 100) {
		o.x = dd(num_exp(-l.hi));
		o.logx = neg(l);
		o.logy = dd(0);
	} else if (l.hi < -100) {
		o.y = dd(num_exp(l.hi));
	} else {
		m = scaled(m, e);
		s = dd_add(one, m);
		o.x = dd_div(one, s);
		o.y = dd_div(m, s);
		o.logx = neg(logdd(s));
		o.logy = dd_add(l, o.logx);
	}
	return o;
}

/* Odds t^2/df */
static struct point
t_point(double t, double df)
{
	int e, d;
	struct dd m = dd(frexp(t, &e)), n = dd(frexp(df, &d));

	return point(dd_div(dd_mul(m, m), n), 2 * e - d);
}

/* Outside of this the digits run out. */
static double
bounded(double df)
{
	return df > 1e15 ? 1e15 : df < 1e-8 ? 1e-8 : df;
}

double
tail_t2(double t, double df)
{
	struct point o;

	if (isnan(t) || !(df > 0))
		return NAN;
	if (t == 0 || isinf(t))
		return t == 0;
	df = bounded(df);
	o = t_point(fabs(t), df);
	return beta(&o, df / 2, 0.5);
}

double
tail_f(double f, double df1, double df2)
{
	int e, d1, d2;
	struct dd m, m1, m2;
	struct point o;

	if (isnan(f) || !(df1 > 0) || !(df2 > 0))
		return NAN;
	if (f <= 0 || isinf(f))
		return f <= 0;
	df1 = bounded(df1);
	df2 = bounded(df2);
	m = dd(frexp(f, &e));
	m1 = dd(frexp(df1, &d1));
	m2 = dd(frexp(df2, &d2));
	o = point(dd_div(dd_mul(m, m1), m2), e + d1 - d2);
	return beta(&o, df2 / 2, df1 / 2);
}

/* Newton's step in log t towards log P = log alpha, whose slope is -2/G; or,
 * where that is the smaller, for the complement, of slope 2/G. */
static double
step(double t, double df, double alpha)
{
	struct point o = t_point(t, df), s = swap(&o);
	struct dd f = logfront(&o, df / 2, 0.5);
	double g;

	if (alpha > 0.5) {
		g = ratio(&s, 0.5, df / 2);
		f = sub(sub(dd_log(1 - alpha), f), dd(num_log(g)));
	} else {
		g = ratio(&o, df / 2, 0.5);
		f = dd_add(sub(f, dd_log(alpha)), dd(num_log(g)));
	}
	return f.hi * g / 2;
}

/* log P and log (1-P) are concave in log t, so that from the second value on
 * the iterates approach the root from one side; for the complement from the
 * first, which is no greater than the root: the density is at most that of the
 * normal distribution at 0, 1-P <= t sqrt(2/pi). */
double
tail_t2_inv(double alpha, double df)
{
	const double rootpi2 = 1.2533141373155;         /* sqrt(pi/2) */
	double t, d;
	int i;

	if (!(alpha > 0 && alpha < 1 && df > 0))
		return NAN;
	df = bounded(df);
	t = alpha > 0.5 ? rootpi2 * (1 - alpha) : sqrt(-2 * num_log(alpha));
	for (i = 0; i < 200; i++) {
		d = step(t, df, alpha);
		t *= num_exp(d);
		if (fabs(d) < 1e-9)
			return t;
		if (!(t < DBL_MAX))
			t = DBL_MAX;
	}
	return t < DBL_MAX ? t : INFINITY;
}

/* By Student's t with 1e9 degrees of freedom, at its quantile that belongs to z (two
 * terms of Abramowitz & Stegun 26.7.5).  The third term is below 1e-14 for |z| < 38;
 * beyond that the result is 0 anyhow. */
double
tail_norm2(double z)
{
	const double df = 1e9;
	double g = (z * z + 1) / (4 * df);

	g += ((5 * z * z + 16) * z * z + 3) / (96 * df * df);
	return fabs(z) < 40 ? tail_t2(z + z * g, df) : isnan(z) ? NAN : 0;
}

/* Through Student's t at 1e12 degrees of freedom, less the first term of its
 * expansion about the normal quantile (Abramowitz & Stegun 26.7.5), t = z +
 * (z^3 + z)/(4 df); the second is below 1e-17 z. */
double
tail_norm2_inv(double alpha)
{
	const double df = 1e12;
	double t = tail_t2_inv(alpha, df);

	return t - t * (t * t + 1) / (4 * df);
}

double
tail_norm_inv(double p)
{
	return p < 0.5 ? -tail_norm2_inv(2*p) : p > 0.5 ? tail_norm2_inv(2*(1 - p)) : p - 0.5;
}

/* tanh(artanh r - h) = ((1+r) E - (1-r)) / ((1+r) E + (1-r)), E = e^-2h; with
 * E - 1 from a series where h is small. */
static double
fisher(double r, double h)
{
	double e = num_exp(-2 * h), d;

	if (h > 0.25)
		return ((1 + r) * e - (1 - r)) / ((1 + r) * e + (1 - r));
	d = -rise(2 * h);                               /* E - 1 */
	return (d + r * (2 + d)) / ((2 + d) + r * d);
}

void
tail_fisher(double r, double n, double k, double z, double *lo, double *hi)
{
	double h, m = n - 3 - k;

	*lo = *hi = NAN;
	if (!(m > 0 && fabs(r) <= 1 && z > 0))
		return;
	h = z / sqrt(m);
	*lo = fabs(r) < 1 ? fisher(r, h) : r;
	*hi = fabs(r) < 1 ? -fisher(-r, h) : r;
}

/* P(X > q) of a whole number of degrees of freedom is a finite sum, h = q/2:
 *	e^-h (1 + h + h^2/2! + ... + h^(df/2 - 1)/(df/2 - 1)!)
 * if df is even, and otherwise
 *	P(|Z| > sqrt q) + e^-h (h^(1/2)/G(3/2) + h^(3/2)/G(5/2) + ...)
 * Abramowitz & Stegun 26.4.4 and 26.4.5.  Terms are scaled where they grow large, since
 * e^-h may be none. */
double
tail_chi2(double q, ptrdiff_t df)
{
	const double big = 0x1p600, logbig = 415.88830833596719;
	double h = q/2, odd = (double)(df % 2), term = odd > 0 ? sqrt(h)*1.1283791670955126 : 1, s = 0, scale = 0;

	if (isnan(q) || df < 1)
		return NAN;
	if (q <= 0)
		return 1;
	for (ptrdiff_t i = df % 2; i < df - 1; i += 2) {
		s += term;
		term *= h/((double)i/2 + 1);
		if (s > big) {
			s /= big;
			term /= big;
			scale += logbig;
		}
	}
	s *= num_exp(scale - h);
	if (odd > 0)
		s += tail_norm2(sqrt(q));
	return s < 1 ? s : 1;
}
