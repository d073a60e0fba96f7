/* kern.c - the inner loops of qr.c, gram.c, svd.c, prod.c, tri.c and comom.c.
 *
 * This file is compiled once for every instruction set that is worth it, into
 * a table of functions; the kern_NAME at its end choose a table when they are
 * called.  The results are the same bits in all of them: every multiply-add is
 * fused (by fma(3), slowly, where the processor cannot; the rounding errors of
 * double-doubles are found without), vectors run along elements that do not
 * interact, and where such are summed after all the partial sums are numbered by
 * element, not by register.
 */
#include <math.h>
#include <string.h>

#include "kern.h"
#include "kern_dd.h"
#include "kern_load.h"
#include "kern_mul.h"
#include "kern_secular.h"
#include "kern_vec.h"

#ifndef KERN
#define KERN kern_plain         /* the one that chooses */
#define CHOOSE
#endif

struct kern {
	const char *set;
	double (*dot)(ptrdiff_t, const double *, const double *);
	void (*axpy)(ptrdiff_t, double, const double *, double *);
	void (*rot)(ptrdiff_t, double *, double *, double, double, double);
	void (*rots)(ptrdiff_t, ptrdiff_t, double *, ptrdiff_t, const double *);
	void (*gemm)(int, ptrdiff_t, ptrdiff_t, ptrdiff_t, const double *, ptrdiff_t,
	    const double *, ptrdiff_t, ptrdiff_t, double *, ptrdiff_t);
	void (*pass)(ptrdiff_t, ptrdiff_t, const double *, const double *, ptrdiff_t, double *, ptrdiff_t,
	    const double *, double *, ptrdiff_t);
	void (*sym)(ptrdiff_t, double *, ptrdiff_t, const double *, const double *,
	    const double *, double *);
	void (*secular)(ptrdiff_t, const double *, double *, double, double *, double *, ptrdiff_t);
	void (*panel)(ptrdiff_t, double *, ptrdiff_t, const double *, double *);
	void (*most)(ptrdiff_t, ptrdiff_t, const double *, ptrdiff_t, double *);
	void (*turn)(ptrdiff_t, ptrdiff_t, const double *, ptrdiff_t, double *, ptrdiff_t);
	void (*load)(enum num_type, const void *, ptrdiff_t, ptrdiff_t, double *);
	void (*load_turned)(enum num_type, const void *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, double *,
	    ptrdiff_t, double *);
	struct dd (*dd_sum)(ptrdiff_t, const double *, const double *);
	struct dd (*dd_dot)(ptrdiff_t, const double *, const double *, const double *, const double *);
	void (*dd_shift)(ptrdiff_t, double *, double *, double);
	void (*dd_reflect)(ptrdiff_t, ptrdiff_t, struct dd, struct dd, const double *, const double *,
	    double *, double *, double *, double *, ptrdiff_t);
	void (*gram)(ptrdiff_t, ptrdiff_t, const double *, ptrdiff_t, double *, ptrdiff_t);
	void (*off)(ptrdiff_t, ptrdiff_t, const double *, ptrdiff_t, const double *, double *);
	void (*dd_plus)(ptrdiff_t, const double *, double *, double *);
	void (*dd_axpy)(ptrdiff_t, struct dd, const double *, const double *, double *, double *);
	void (*dd_cut)(ptrdiff_t, const double *, const double *, double *, double *, double *, double *);
};

extern const struct kern kern_plain, kern_avx2, kern_avx512;

/* Element i goes to partial sum i mod 32, the last n mod 8 of them to 24, 25, ... */
static double
dot(ptrdiff_t n, const double *x, const double *y)
{
	enum { U = 8/W };
	vec a[4][U] = { { { 0 } } };
	double t[8], s[8];
	ptrdiff_t i;
	int u;

	for (i = 0; i + 32 <= n; i += 32)
		for (u = 0; u < 4; u++)
			add8(a[u], x + i + 8*u, y + i + 8*u);
	for (u = 0; u < 3; u++)
		if (i + 8 <= n) {
			add8(a[u], x + i, y + i);
			i += 8;
		}
	if (i < n) {
		memset(s, 0, sizeof(s));
		memset(t, 0, sizeof(t));
		for (u = 0; u < n - i; u++) {
			s[u] = x[i + u];
			t[u] = y[i + u];
		}
		add8(a[3], s, t);
	}
	for (u = 0; u < U; u++)
		put(t + u*W, (a[0][u] + a[2][u]) + (a[1][u] + a[3][u]));
	return fold(t);
}

static void
axpy(ptrdiff_t n, double a, const double *x, double *y)
{
	ptrdiff_t i;

	for (i = 0; i + W <= n; i += W)
		put(y + i, FMA(splat(a), get(x + i), get(y + i)));
	for (; i < n; i++)
		y[i] = fma(a, x[i], y[i]);
}

static void
rot(ptrdiff_t n, double *x, double *y, double c, double a, double b)
{
	ptrdiff_t i;
	double t;
	vec s;

	for (i = 0; i + W <= n; i += W) {
		s = get(x + i);
		put(x + i, c*FMA(splat(a), get(y + i), s));
		put(y + i, c*FMA(splat(-b), s, get(y + i)));
	}
	for (; i < n; i++) {
		t = x[i];
		x[i] = c*fma(a, y[i], t);
		y[i] = c*fma(-b, t, y[i]);
	}
}

/* nv vectors of rows; the column between two rotations stays in registers. */
INLINE void
rots_strip(int nv, ptrdiff_t k, double *z, ptrdiff_t ldz, const double *cs)
{
	vec h[4], x, c, s;
	ptrdiff_t j;
	int v;

	for (v = 0; v < nv; v++)
		h[v] = get(z + v*W);
	for (j = 0; j < k; j++, z += ldz) {
		c = splat(cs[2*j]);
		s = splat(cs[2*j + 1]);
		for (v = 0; v < nv; v++) {
			x = get(z + ldz + v*W);
			put(z + v*W, FMA(c, h[v], s*x));
			h[v] = FMA(-s, h[v], c*x);
		}
	}
	for (v = 0; v < nv; v++)
		put(z + v*W, h[v]);
}

static void
rots(ptrdiff_t m, ptrdiff_t k, double *z, ptrdiff_t ldz, const double *cs)
{
	ptrdiff_t i, j;
	double x, h;

	for (i = 0; i + 4*W <= m; i += 4*W)
		rots_strip(4, k, z + i, ldz, cs);
	for (; i + W <= m; i += W)
		rots_strip(1, k, z + i, ldz, cs);
	for (; i < m; i++) {
		h = z[i];
		for (j = 0; j < k; j++) {
			x = z[i + (j + 1)*ldz];
			z[i + j*ldz] = fma(cs[2*j], h, cs[2*j + 1]*x);
			h = fma(-cs[2*j + 1], h, cs[2*j]*x);
		}
		z[i + k*ldz] = h;
	}
}

/* nc columns of A from row i on, 8 rows: A - v w' - w v'; y takes in what they give
 * times x, and t, when it is there, 8 partial sums of each times x. */
INLINE void
sym_step(int nc, ptrdiff_t i, double *a, ptrdiff_t lda, const double *v, const double *w,
    const double *x, double *y, ptrdiff_t j, vec t[][8/W])
{
	ptrdiff_t r;
	int c, u;
	vec z, s;

	for (u = 0; u < 8/W; u++) {
		r = i + u*W;
		s = get(y + r);
		for (c = 0; c < nc; c++) {
			z = FMA(get(v + r), splat(-w[j + c]), get(a + r + (j + c)*lda));
			z = FMA(get(w + r), splat(-v[j + c]), z);
			put(a + r + (j + c)*lda, z);
			s = FMA(z, splat(x[j + c]), s);
			if (t)
				t[c][u] = FMA(z, get(x + r), t[c][u]);
		}
		put(y + r, s);
	}
}

/* The sums of eight times eight numbers, as fold has them. */
INLINE void
fold8(vec t[][8/W], double *sum)
{
#if defined __AVX512F__ && defined __FMA__
	const __m512i in_order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
	__m512d x[4], y[2];
	int c;

	for (c = 0; c < 4; c++) {
		__m512d p = (__m512d)t[2*c][0], q = (__m512d)t[2*c + 1][0];

		x[c] = _mm512_add_pd(_mm512_shuffle_f64x2(p, q, 0x44), _mm512_shuffle_f64x2(p, q, 0xee));
	}
	for (c = 0; c < 2; c++)
		y[c] = _mm512_add_pd(_mm512_shuffle_f64x2(x[2*c], x[2*c + 1], 0x88),
		    _mm512_shuffle_f64x2(x[2*c], x[2*c + 1], 0xdd));
	x[0] = _mm512_add_pd(_mm512_unpacklo_pd(y[0], y[1]), _mm512_unpackhi_pd(y[0], y[1]));
	put(sum, (vec)_mm512_permutexvar_pd(in_order, x[0]));
#else
	double s[8];
	int c, u;

	for (c = 0; c < 8; c++) {
		for (u = 0; u < 8/W; u++)
			put(s + u*W, t[c][u]);
		sum[c] = fold(s);
	}
#endif
}

/* The diagonal blocks of 8 by 8 are whole; below them element i of a column goes to
 * partial sum i mod 8. */
static void
sym(ptrdiff_t n, double *a, ptrdiff_t lda, const double *v, const double *w,
    const double *x, double *y)
{
	enum { NC = W == 8 ? 8 : 2 };
	vec t[8][8/W];
	double sum[8];
	ptrdiff_t i, j, l;

	for (j = 0; j < n; j += 8) {
		memset(t, 0, sizeof(t));
		for (l = j; l < j + 8; l += NC) {
			sym_step(NC, j, a, lda, v, w, x, y, l, NULL);
			for (i = j + 8; i < n; i += 8)
				sym_step(NC, i, a, lda, v, w, x, y, l, t + (l - j));
		}
		fold8(t, sum);
		for (i = 0; i < 8; i++)
			y[j + i] += sum[i];
	}
}

/* x_j of the 8 numbers at p, which are x, or x behind others. */
INLINE vec
lane(const double *p, vec x, ptrdiff_t j)
{
#if defined __AVX512F__ && defined __FMA__
	(void)p;
	return (vec)_mm512_permutexvar_pd(_mm512_set1_epi64(j), (__m512d)x);
#else
	(void)x;
	return splat(p[j]);
#endif
}

/* Row i goes to partial sum i mod 4. */
static void
panel(ptrdiff_t m, double *p, ptrdiff_t j, const double *w, double *s)
{
	enum { U = 8/W };
	vec a[4][U] = { { { 0 } } }, b[U], x[U], y;
	double t[32];
	ptrdiff_t i;
	int r, u;

	for (u = 0; u < U; u++)
		b[u] = get(w + u*W);
	for (i = 0; i < m; i += 4)
		for (r = 0; r < 4; r++, p += 8) {
			for (u = 0; u < U; u++)
				x[u] = get(p + u*W);
			if (j > 0)
				for (u = 0, y = lane(p, x[0], j - 1); u < U; u++) {
					x[u] = FMA(y, b[u], x[u]);
					put(p + u*W, x[u]);
				}
			for (u = 0, y = lane(p, x[0], j); u < U; u++)
				a[r][u] = FMA(y, x[u], a[r][u]);
		}
	for (r = 0; r < 4; r++)
		for (u = 0; u < U; u++)
			put(t + r*8 + u*W, a[r][u]);
	for (i = 0; i < 8; i++)
		s[i] = (t[i] + t[i + 16]) + (t[i + 8] + t[i + 24]);
}

static void
off(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, const double *c, double *out)
{
	ptrdiff_t i, j;
	int64_t any;
	bits left;
	vec x, y;
	int u;

	for (j = 0; j < n; j++) {
		left = (bits){ 0 };
		for (i = 0; i < m; i += W) {
			x = get(a + i + j*lda);
			y = get(c + i);
			left |= (bits)(x - ((x + y) - y));
		}
		for (any = 0, u = 0; u < W; u++)
			any |= left[u];
		out[j] = any != 0;
	}
}

const struct kern KERN = { SET, dot, axpy, rot, rots, gemm, pass, sym, secular, panel, most, turn, load, load_turned,
    dd_sum, dd_dot, dd_shift, dd_reflect, gram, off, dd_plus, dd_axpy, dd_cut };

#ifdef CHOOSE
static const struct kern *
choose(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma"))
		return &kern_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return &kern_avx2;
#endif
	return &KERN;
}

const char *
kern_set(void)
{
	return choose()->set;
}

double
kern_dot(ptrdiff_t n, const double *x, const double *y)
{
	return choose()->dot(n, x, y);
}

void
kern_axpy(ptrdiff_t n, double a, const double *x, double *y)
{
	choose()->axpy(n, a, x, y);
}

void
kern_rot(ptrdiff_t n, double *x, double *y, double c, double a, double b)
{
	choose()->rot(n, x, y, c, a, b);
}

void
kern_rots(ptrdiff_t m, ptrdiff_t k, double *z, ptrdiff_t ldz, const double *cs)
{
	choose()->rots(m, k, z, ldz, cs);
}

void
kern_gemm(int minus, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *a, ptrdiff_t lda,
    const double *b, ptrdiff_t bl, ptrdiff_t bj, double *c, ptrdiff_t ldc)
{
	choose()->gemm(minus, m, n, k, a, lda, b, bl, bj, c, ldc);
}

void
kern_pass(ptrdiff_t m, ptrdiff_t n, const double *u, const double *y, ptrdiff_t ldy, double *c, ptrdiff_t ldc,
    const double *v, double *w, ptrdiff_t ldw)
{
	choose()->pass(m, n, u, y, ldy, c, ldc, v, w, ldw);
}

void
kern_sym(ptrdiff_t n, double *a, ptrdiff_t lda, const double *v, const double *w,
    const double *x, double *y)
{
	choose()->sym(n, a, lda, v, w, x, y);
}

void
kern_secular(ptrdiff_t k, const double *d, double *z, double rho, double *x, double *u, ptrdiff_t ld)
{
	choose()->secular(k, d, z, rho, x, u, ld);
}

void
kern_panel(ptrdiff_t m, double *p, ptrdiff_t j, const double *w, double *s)
{
	choose()->panel(m, p, j, w, s);
}

void
kern_most(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, double *big)
{
	choose()->most(m, n, a, lda, big);
}

void
kern_turn(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, double *b, ptrdiff_t ldb)
{
	choose()->turn(m, n, a, lda, b, ldb);
}

void
num_load(enum num_type type, const void *src, ptrdiff_t step, ptrdiff_t n, double *x)
{
	choose()->load(type, src, step, n, x);
}

void
kern_load_turned(enum num_type type, const void *src, ptrdiff_t row, ptrdiff_t col, ptrdiff_t m, ptrdiff_t n,
    double *b, ptrdiff_t ldb, double *big)
{
	choose()->load_turned(type, src, row, col, m, n, b, ldb, big);
}

struct dd
kern_dd_sum(ptrdiff_t n, const double *x, const double *xl)
{
	return choose()->dd_sum(n, x, xl);
}

struct dd
kern_dd_dot(ptrdiff_t n, const double *x, const double *xl, const double *y, const double *yl)
{
	return choose()->dd_dot(n, x, xl, y, yl);
}

void
kern_dd_shift(ptrdiff_t n, double *x, double *xl, double c)
{
	choose()->dd_shift(n, x, xl, c);
}

void
kern_dd_reflect(ptrdiff_t k, ptrdiff_t n, struct dd tau, struct dd f, const double *v, const double *vl,
    double *w, double *wl, double *c, double *cl, ptrdiff_t ld)
{
	choose()->dd_reflect(k, n, tau, f, v, vl, w, wl, c, cl, ld);
}

void
kern_gram(ptrdiff_t m, ptrdiff_t k, const double *a, ptrdiff_t lda, double *c, ptrdiff_t ldc)
{
	choose()->gram(m, k, a, lda, c, ldc);
}

void
kern_off(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, const double *c, double *out)
{
	choose()->off(m, n, a, lda, c, out);
}

void
kern_dd_plus(ptrdiff_t n, const double *y, double *x, double *xl)
{
	choose()->dd_plus(n, y, x, xl);
}

void
kern_dd_axpy(ptrdiff_t n, struct dd a, const double *y, const double *yl, double *x, double *xl)
{
	choose()->dd_axpy(n, a, y, yl, x, xl);
}

void
kern_dd_cut(ptrdiff_t n, const double *x, const double *xl, double *a, double *b, double *c, double *d)
{
	choose()->dd_cut(n, x, xl, a, b, c, d);
}
#endif
