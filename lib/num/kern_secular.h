/* kern_secular.h - roots of the secular equation, and what hangs on them; for kern.c. */
#ifndef KERN_SECULAR_H
#define KERN_SECULAR_H

#include <string.h>

#include "kern_vec.h"

/* At x = o + mu, W roots from the i-th on: psi, the sum of z_j^2/(d_j - x) over j up to a
 * root's number, and phi, that over the others; psi' and phi'. */
struct sums {
	vec psi, phi, psi1, phi1;
};

INLINE void
term(double d, double z, vec o, vec mu, bits upper, struct sums *s)
{
	vec t = splat(z)/(splat(d) - o - mu), zero = { 0 };
	vec p = splat(z)*t, q = t*t;

	s->psi += blend(upper, p, zero);
	s->psi1 += blend(upper, q, zero);
	s->phi += blend(upper, zero, p);
	s->phi1 += blend(upper, zero, q);
}

/* The sum over j = from, ..., to-1, by one division for two: it is what takes the time. */
INLINE void
terms(ptrdiff_t from, ptrdiff_t to, const double *d, const double *z, vec o, vec mu, vec *sum, vec *sum1)
{
	vec a, b, r, t;
	ptrdiff_t j;

	for (j = from; j + 2 <= to; j += 2) {
		a = splat(d[j]) - o - mu;
		b = splat(d[j + 1]) - o - mu;
		r = 1/(a*b);
		t = splat(z[j])*b*r;
		r = splat(z[j + 1])*a*r;
		*sum += splat(z[j])*t + splat(z[j + 1])*r;
		*sum1 += t*t + r*r;
	}
	if (j < to) {
		t = splat(z[j])/(splat(d[j]) - o - mu);
		*sum += splat(z[j])*t;
		*sum1 += t*t;
	}
}

INLINE struct sums
sums(ptrdiff_t k, const double *d, const double *z, ptrdiff_t i, vec o, vec mu)
{
	struct sums s = { { 0 }, { 0 }, { 0 }, { 0 } };
	ptrdiff_t j, l, from = i/8*8, to = from + 8 < k ? from + 8 : k;
	bits number;

	for (l = 0; l < W; l++)
		number[l] = i + l;
	terms(0, from, d, z, o, mu, &s.psi, &s.psi1);
	for (j = from; j < to; j++)
		term(d[j], z[j], o, mu, number < j, &s);
	terms(to, k, d, z, o, mu, &s.phi, &s.phi1);
	return s;
}

/* W roots from the i-th on: x_i = o + mu, o the nearer of d_i and d_(i+1).  f is taken for
 * c + s/(d_i - x) + t/(d_(i+1) - x): at first with s and t its own and c what the others
 * are in the middle, then with its slope, and its own weight of the nearer (Li, LAPACK
 * Working Note 89).  The root of that, if it is inside the bracket, which is halved
 * otherwise, is x; one step more when f is small. */
static void
roots(ptrdiff_t k, const double *d, const double *z, double rho, ptrdiff_t i, vec *o, vec *mu)
{
	enum { STEPS = 60 };
	const vec zero = { 0 };
	vec a, b, za, zb, lo, hi, f, f1, da, db, p, q, c, x;
	bits left, near, far, on;
	struct sums s;
	int l, n, busy = 1;

	for (l = 0; l < W; l++) {
		n = (int)(i + l < k ? i + l : k - 1);
		a[l] = d[n];
		b[l] = d[n + 1];
		za[l] = z[n]*z[n];
		zb[l] = n + 1 < k ? z[n + 1]*z[n + 1] : 0;
	}
	*mu = (b - a)/2;
	s = sums(k, d, z, i, a, *mu);
	f = 1/rho + (s.psi + s.phi);
	near = f >= zero;
	*o = blend(near, b, a);
	lo = blend(near, -*mu, zero);
	hi = blend(near, zero, *mu);
	da = -*mu;
	db = *mu;
	*mu = blend(near, lo, hi);
	c = f - za/da - zb/db;
	p = za + zb;                            /* da + db = 0 */
	q = c*da*db + za*db + zb*da;
	near &= zb > zero;
	on = ~(bits){ 0 };
	for (n = 0; n < STEPS && busy; n++) {
		x = p*p - 4*q*c;
		x = SQRT(blend(x > zero, zero, x));
		x = *mu + blend(p > zero, (p - x)/(2*c), 2*q/(p + x));
		far = blend(f > zero, -f, f) > 0x1p-25*(1/rho + (s.phi - s.psi));
		x = blend((x > lo) & (x < hi), blend(far, *mu, (lo + hi)/2), x);
		*mu = blend(on, *mu, x);
		on &= far;
		for (busy = 0, l = 0; l < W; l++)
			busy |= on[l] != 0;
		if (!busy)
			break;
		s = sums(k, d, z, i, *o, *mu);
		f = 1/rho + (s.psi + s.phi);
		f1 = s.psi1 + s.phi1;
		left = f >= zero;
		lo = blend(left, *mu, lo);
		hi = blend(left, hi, *mu);
		da = a - *o - *mu;
		db = b - *o - *mu;
		c = blend(near, f - da*f1 + (a - b)*zb/(db*db), f - db*f1 - (a - b)*za/(da*da));
		p = (da + db)*f - da*db*f1;
		q = da*db*f;
	}
}

/* z such that the x_i that were found are exactly those of d and z: Gu & Eisenstat, SIAM
 * J. Matrix Anal. Appl. 15 (1994) 1266-1276.  Root i goes to partial product i mod 8. */
static double
weight(ptrdiff_t k, const double *d, const double *del, ptrdiff_t j)
{
	double t[8] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	vec p[8/W], x;
	ptrdiff_t i;
	int u;

	for (u = 0; u < 8/W; u++)
		p[u] = get(t);
	for (i = 0; i + 8 <= k; i += 8)
		for (u = 0; u < 8/W; u++) {
			x = splat(d[j]) - get(d + i + u*W);
			x = blend(x == 0, x, splat(1));
			p[u] *= get(del + i + u*W)/x;
		}
	for (u = 0; u < 8/W; u++)
		put(t + u*W, p[u]);
	for (; i < k; i++)
		t[i%8] *= del[i]/(i == j ? 1 : d[j] - d[i]);
	return sqrt(fabs((t[0]*t[4])*(t[2]*t[6])*((t[1]*t[5])*(t[3]*t[7]))));
}

static void
secular(ptrdiff_t k, const double *d, double *z, double rho, double *x, double *u, ptrdiff_t ld)
{
	ptrdiff_t i, j;
	vec o, mu, t, s;

	for (i = 0; i < k; i += W) {
		roots(k, d, z, rho, i, &o, &mu);
		put(x + i, o + mu);
		for (j = 0; j < k; j++)
			put(u + i + j*ld, splat(d[j]) - o - mu);
	}
	for (j = 0; j < k; j++)
		z[j] = copysign(weight(k, d, u + j*ld, j), z[j]);
	for (i = 0; i < k; i += W) {
		for (s = (vec){ 0 }, j = 0; j < k; j++) {
			t = splat(z[j])/get(u + i + j*ld);
			put(u + i + j*ld, t);
			s += t*t;
		}
		s = 1/SQRT(s);
		for (j = 0; j < k; j++)
			put(u + i + j*ld, s*get(u + i + j*ld));
	}
}

#endif
