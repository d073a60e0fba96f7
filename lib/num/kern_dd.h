/* kern_dd.h - double-doubles, a vector of each half; for kern.c. */
#ifndef KERN_DD_H
#define KERN_DD_H

#include "kern.h"
#include "kern_vec.h"

struct vv { vec hi, lo; };      /* double-doubles */

INLINE struct vv
get2(const double *hi, const double *lo)
{
	return (struct vv){ get(hi), get(lo) };
}

INLINE struct vv
splat2(struct dd x)
{
	return (struct vv){ splat(x.hi), splat(x.lo) };
}

/* a + b, |a| >= |b|, and a + b: exactly.  Dekker; Knuth (elem.c). */
INLINE struct vv
fast_sum(vec a, vec b)
{
	vec s = a + b;

	return (struct vv){ s, b - (s - a) };
}

INLINE struct vv
two_sum(vec a, vec b)
{
	vec s = a + b, t = s - a;

	return (struct vv){ s, (a - (s - t)) + (b - t) };
}

/* a b - p, the rounding error of the product p = fl(a b).  It is a double, and both
 * ways find it exactly, unless p underflows or the splitting of a factor overflows:
 * there Dekker's way fails, and fma is taken after all, so that the bits are the same. */
INLINE vec
product_error(vec a, vec b, vec p)
{
#ifdef FUSES
	return FMA(a, b, -p);
#else
	const bits half = { 0x4000000, 0x4000000 }, low = { 0x7ffffff, 0x7ffffff };
	vec ah = (vec)(((bits)a + half) & ~low), bh = (vec)(((bits)b + half) & ~low);   /* 26 bits */
	vec al = a - ah, bl = b - bh, e = ((ah*bh - p) + ah*bl + al*bh) + al*bl;        /* Dekker */
	int u;

	for (u = 0; u < W; u++)
		if ((fabs(p[u]) < 0x1p-960 && a[u] != 0 && b[u] != 0) ||
		    !(fmax(fabs(p[u]), fmax(fabs(a[u]), fabs(b[u]))) < 0x1p1022))
			return FMA(a, b, -p);
	return e;
#endif
}

/* a b as a product and its error, not normalised: the second may be large. */
INLINE struct vv
product(struct vv a, struct vv b)
{
	vec p = a.hi*b.hi;

	return (struct vv){ p, product_error(a.hi, b.hi, p) + (a.hi*b.lo + a.lo*b.hi) };
}

/* a += x y.  Sums of products are kept with their errors, not normalised: Ogita,
 * Rump & Oishi, SIAM J. Sci. Comput. 26 (2005) 1955-1988, Alg. 5.3. */
INLINE void
add_product(struct vv *a, struct vv x, struct vv y)
{
	struct vv p = product(x, y), t = two_sum(a->hi, p.hi);

	a->hi = t.hi;
	a->lo += t.lo + p.lo;
}

/* As dd_add. */
INLINE struct vv
sum(struct vv a, struct vv b)
{
	struct vv s = two_sum(a.hi, b.hi), t = two_sum(a.lo, b.lo);

	s = fast_sum(s.hi, s.lo + t.hi);
	return fast_sum(s.hi, s.lo + t.lo);
}

/* The sum of the eight numbers of s, one after the other. */
INLINE struct dd
fold2(const struct vv *s)
{
	struct vv all = { { 0 }, { 0 } };
	int u;

	for (u = 0; u < 8; u++)
		all = sum(all, splat2((struct dd){ s[u/W].hi[u%W], s[u/W].lo[u%W] }));
	return (struct dd){ all.hi[0], all.lo[0] };
}

/* Element i goes to partial sum i mod 8. */
static struct dd
dd_dot(ptrdiff_t n, const double *x, const double *xl, const double *y, const double *yl)
{
	struct vv s[8/W] = { { { 0 }, { 0 } } };
	ptrdiff_t i;
	int u;

	for (i = 0; i < n; i += 8)
		for (u = 0; u < 8/W; u++)
			add_product(&s[u], get2(x + i + u*W, xl + i + u*W), get2(y + i + u*W, yl + i + u*W));
	return fold2(s);
}

static struct dd
dd_sum(ptrdiff_t n, const double *x, const double *xl)
{
	struct vv s[8/W] = { { { 0 }, { 0 } } }, t;
	ptrdiff_t i;
	int u;

	for (i = 0; i < n; i += 8)
		for (u = 0; u < 8/W; u++) {
			t = two_sum(s[u].hi, get(x + i + u*W));
			s[u].hi = t.hi;
			s[u].lo += t.lo + get(xl + i + u*W);
		}
	return fold2(s);
}

/* x + xl -= c, in whole vectors. */
static void
dd_shift(ptrdiff_t n, double *x, double *xl, double c)
{
	struct vv t;
	ptrdiff_t i;

	for (i = 0; i < n; i += W) {
		t = two_sum(get(x + i), splat(-c));
		t = fast_sum(t.hi, t.lo + get(xl + i));
		put(x + i, t.hi);
		put(xl + i, t.lo);
	}
}

/* W columns of C at a time, nv times; of the last strip n columns, and what is
 * behind them stays as it is.  A row where v is zero changes nothing. */
INLINE void
reflect_strip(int nv, ptrdiff_t n, ptrdiff_t k, struct dd tau, struct dd f, const double *v, const double *vl,
    double *w, double *wl, double *c, double *cl, ptrdiff_t ld)
{
	struct vv x[2] = { { { 0 }, { 0 } } }, a, p, t, y;
	bits in = { 0 };
	ptrdiff_t i;
	int u;

	for (u = 0; u < W; u++)
		in[u] = -(u < n);
	for (i = 0; i < k; i++)
		for (u = 0, a = splat2((struct dd){ v[i], vl[i] }); u < nv && v[i] != 0; u++)
			add_product(&x[u], a, get2(c + i*ld + u*W, cl + i*ld + u*W));
	for (u = 0; u < nv; u++) {
		y = get2(w + u*W, wl + u*W);
		p = product(splat2(f), x[u]);
		p = product(splat2(tau), sum(y, fast_sum(p.hi, p.lo)));
		p = fast_sum(p.hi, p.lo);
		t = sum(y, (struct vv){ -p.hi, -p.lo });
		put(w + u*W, blend(in, y.hi, t.hi));
		put(wl + u*W, blend(in, y.lo, t.lo));
		p = product(splat2(f), p);
		x[u] = fast_sum(p.hi, p.lo);
	}
	for (i = 0; i < k; i++)
		for (u = 0, a = splat2((struct dd){ v[i], vl[i] }); u < nv && v[i] != 0; u++) {
			p = product(a, x[u]);
			y = get2(c + i*ld + u*W, cl + i*ld + u*W);
			t = two_sum(y.hi, -p.hi);
			t = fast_sum(t.hi, t.lo + (y.lo - p.lo));
			put(c + i*ld + u*W, blend(in, y.hi, t.hi));
			put(cl + i*ld + u*W, blend(in, y.lo, t.lo));
		}
}

static void
dd_reflect(ptrdiff_t k, ptrdiff_t n, struct dd tau, struct dd f, const double *v, const double *vl,
    double *w, double *wl, double *c, double *cl, ptrdiff_t ld)
{
	ptrdiff_t j;

	for (j = 0; j + 2*W <= n; j += 2*W)
		reflect_strip(2, W, k, tau, f, v, vl, w + j, wl + j, c + j, cl + j, ld);
	for (; j < n; j += W)
		reflect_strip(1, n - j, k, tau, f, v, vl, w + j, wl + j, c + j, cl + j, ld);
}

static void
dd_plus(ptrdiff_t n, const double *y, double *x, double *xl)
{
	struct vv t;
	ptrdiff_t i;

	for (i = 0; i < n; i += W) {
		t = two_sum(get(x + i), get(y + i));
		t = fast_sum(t.hi, t.lo + get(xl + i));
		put(x + i, t.hi);
		put(xl + i, t.lo);
	}
}

static void
dd_axpy(ptrdiff_t n, struct dd a, const double *y, const double *yl, double *x, double *xl)
{
	struct vv p, t;
	ptrdiff_t i;

	for (i = 0; i < n; i += W) {
		p = product(splat2(a), get2(y + i, yl + i));
		t = two_sum(get(x + i), p.hi);
		t = fast_sum(t.hi, t.lo + (get(xl + i) + p.lo));
		put(x + i, t.hi);
		put(xl + i, t.lo);
	}
}

/* Adding and taking away 1.5 2^k rounds to multiples of 2^(k-52). */
static void
dd_cut(ptrdiff_t n, const double *x, const double *xl, double *a, double *b, double *c, double *d)
{
	vec h, p, q, first = splat(0x1.8p26), second = splat(0x1.8p4);
	ptrdiff_t i;

	for (i = 0; i < n; i += W) {
		h = get(x + i);
		p = (h + first) - first;
		put(a + i, p);
		h -= p;
		q = (h + second) - second;
		put(b + i, q);
		put(c + i, (h - q) + get(xl + i));
		put(d + i, h + get(xl + i));
	}
}

#endif
