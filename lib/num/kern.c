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
#include <stdint.h>
#include <string.h>

#include "kern.h"

#define REAL double
#include "load.h"

#if defined __AVX512F__ && defined __FMA__
#include <immintrin.h>
enum { W = 8, NR = 8 };         /* doubles in a vector; columns in a tile */
#define SET "AVX-512"
#define FUSES
#define FMA(a, b, c) ((vec)_mm512_fmadd_pd((__m512d)(a), (__m512d)(b), (__m512d)(c)))
#define SQRT(a) ((vec)_mm512_sqrt_pd((__m512d)(a)))
#elif defined __AVX2__ && defined __FMA__
#include <immintrin.h>
enum { W = 4, NR = 4 };
#define SET "AVX2"
#define FUSES
#define FMA(a, b, c) ((vec)_mm256_fmadd_pd((__m256d)(a), (__m256d)(b), (__m256d)(c)))
#define SQRT(a) ((vec)_mm256_sqrt_pd((__m256d)(a)))
#elif defined __aarch64__
#include <arm_neon.h>
enum { W = 2, NR = 8 };
#define SET "NEON"
#define FUSES
#define FMA(a, b, c) ((vec)vfmaq_f64((float64x2_t)(c), (float64x2_t)(a), (float64x2_t)(b)))
#define SQRT(a) ((vec)vsqrtq_f64((float64x2_t)(a)))
#else
enum { W = 2, NR = 4 };
#define SET "plain"
#define FMA(a, b, c) ((vec){ fma((a)[0], (b)[0], (c)[0]), fma((a)[1], (b)[1], (c)[1]) })
#define SQRT(a) ((vec){ sqrt((a)[0]), sqrt((a)[1]) })
#endif
enum { MV = 3 };                /* vectors in a column of a tile */

#ifndef KERN
#define KERN kern_plain         /* the one that chooses */
#define CHOOSE
#endif

typedef double vec __attribute__((vector_size(W * sizeof(double))));
typedef int64_t bits __attribute__((vector_size(W * sizeof(int64_t))));
typedef double mem __attribute__((vector_size(W * sizeof(double)), aligned(sizeof(double)), may_alias));

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

INLINE vec
get(const double *p)
{
	return (vec)*(const mem *)p;
}

INLINE void
put(double *p, vec x)
{
	*(mem *)p = (mem)x;
}

INLINE vec
splat(double x)
{
#if defined __AVX512F__ && defined __FMA__
	return (vec)_mm512_set1_pd(x);
#else
	return x - (vec){ 0 };
#endif
}

/* b where i of the mask is not 0, else a. */
INLINE vec
blend(bits i, vec a, vec b)
{
	return (vec)((~i & (bits)a) | (i & (bits)b));
}

/* The sum of 8 numbers, by halves. */
INLINE double
fold(const double *t)
{
	return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}

/* a = a + x y, 8 numbers each. */
INLINE void
add8(vec *a, const double *x, const double *y)
{
	int u;

	for (u = 0; u < 8/W; u++)
		a[u] = FMA(get(x + u*W), get(y + u*W), a[u]);
}

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

/* A tile of C, nv vectors by nr columns, in registers. */
INLINE void
tile(int nv, int nr, int minus, ptrdiff_t k, const double *a, ptrdiff_t lda,
    const double *b, ptrdiff_t bl, ptrdiff_t bj, double *c, ptrdiff_t ldc)
{
	vec x[NR][MV], y[MV], t;
	ptrdiff_t l;
	int v, j;

	for (j = 0; j < nr; j++)
		for (v = 0; v < nv; v++)
			x[j][v] = get(c + j*ldc + v*W);
	for (l = 0; l < k; l++) {
		for (v = 0; v < nv; v++)
			y[v] = minus ? -get(a + v*W) : get(a + v*W);
		for (j = 0; j < nr; j++) {
			t = splat(b[j*bj]);
			for (v = 0; v < nv; v++)
				x[j][v] = FMA(y[v], t, x[j][v]);
		}
		a += lda;
		b += bl;
	}
	for (j = 0; j < nr; j++)
		for (v = 0; v < nv; v++)
			put(c + j*ldc + v*W, x[j][v]);
}

/* The columns of C for one strip of rows. */
INLINE void
strip(int nv, int minus, ptrdiff_t n, ptrdiff_t k, const double *a, ptrdiff_t lda,
    const double *b, ptrdiff_t bl, ptrdiff_t bj, double *c, ptrdiff_t ldc)
{
	ptrdiff_t j;

	for (j = 0; j + NR <= n; j += NR)
		tile(nv, NR, minus, k, a, lda, b + j*bj, bl, bj, c + j*ldc, ldc);
	for (; j < n; j++)
		tile(nv, 1, minus, k, a, lda, b + j*bj, bl, bj, c + j*ldc, ldc);
}

INLINE void
strips(int minus, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *a, ptrdiff_t lda,
    const double *b, ptrdiff_t bl, ptrdiff_t bj, double *c, ptrdiff_t ldc)
{
	ptrdiff_t i, j, l;

	for (i = 0; i + MV*W <= m; i += MV*W)
		strip(MV, minus, n, k, a + i, lda, b, bl, bj, c + i, ldc);
	for (; i + W <= m; i += W)
		strip(1, minus, n, k, a + i, lda, b, bl, bj, c + i, ldc);
	for (; i < m; i++)
		for (j = 0; j < n; j++)
			for (l = 0; l < k; l++)
				c[i + j*ldc] = fma(minus ? -a[i + l*lda] : a[i + l*lda],
				    b[l*bl + j*bj], c[i + j*ldc]);
}

static void
gemm(int minus, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *a, ptrdiff_t lda,
    const double *b, ptrdiff_t bl, ptrdiff_t bj, double *c, ptrdiff_t ldc)
{
	if (minus)
		strips(1, m, n, k, a, lda, b, bl, bj, c, ldc);
	else
		strips(0, m, n, k, a, lda, b, bl, bj, c, ldc);
}

#if defined __AVX512F__ && defined __FMA__
/* W columns of C, of which each row is read once; y and w stay in registers. */
static void
pass_strip(ptrdiff_t m, const double *u, const double *y, ptrdiff_t ldy, double *c, ptrdiff_t ldc,
    const double *v, double *w, ptrdiff_t ldw)
{
	vec a[8], b[8], x;
	ptrdiff_t i;
	int l;

	for (l = 0; l < 8; l++) {
		a[l] = -get(y + l*ldy);
		b[l] = get(w + l*ldw);
	}
	for (i = 0; i < m; i++, u += 8, v += 8, c += ldc) {
		for (x = get(c), l = 0; l < 8; l++)
			x = FMA(a[l], splat(u[l]), x);
		put(c, x);
		for (l = 0; l < 8; l++)
			b[l] = FMA(x, splat(v[l]), b[l]);
	}
	for (l = 0; l < 8; l++)
		put(w + l*ldw, b[l]);
}
#endif

static void
pass(ptrdiff_t m, ptrdiff_t n, const double *u, const double *y, ptrdiff_t ldy, double *c, ptrdiff_t ldc,
    const double *v, double *w, ptrdiff_t ldw)
{
	enum { ROWS = 24 };             /* of C that stay in the first cache */
	ptrdiff_t i, j = 0, k;

#if defined __AVX512F__ && defined __FMA__
	for (; j + W <= n; j += W)
		pass_strip(m, u, y + j, ldy, c + j, ldc, v, w + j, ldw);
#endif
	for (i = 0; i < m && j < n; i += k) {
		k = m - i < ROWS ? m - i : ROWS;
		strips(1, n - j, k, 8, y + j, ldy, u + 8*i, 1, 8, c + j + i*ldc, ldc);
		strips(0, n - j, 8, k, c + j + i*ldc, ldc, v + 8*i, 8, 1, w + j, ldw);
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

/* As whole numbers, absolute values compare like doubles, NaN above Inf. */
static void
most(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, double *big)
{
	enum { N = 4 };
	bits z[N], x, y, more;
	ptrdiff_t i, j = 0;
	double d;
	int l;

	for (; j + N*W <= n; j += N*W) {
		for (l = 0; l < N; l++)
			z[l] = (bits)get(big + j + l*W);
		for (i = 0; i < m; i++)
			for (l = 0; l < N; l++) {
				y = (bits)get(a + j + l*W + i*lda) & INT64_MAX;
				more = y > z[l];
				z[l] = (more & y) | (~more & z[l]);
			}
		for (l = 0; l < N; l++)
			put(big + j + l*W, (vec)z[l]);
	}
	for (; j + W <= n; j += W) {
		x = (bits)get(big + j);
		for (i = 0; i < m; i++) {
			y = (bits)get(a + j + i*lda) & INT64_MAX;
			more = y > x;
			x = (more & y) | (~more & x);
		}
		put(big + j, (vec)x);
	}
	for (; j < n; j++)
		for (i = 0; i < m; i++) {
			d = fabs(a[j + i*lda]);
			if (d > big[j] || isnan(d))
				big[j] = d;
		}
}

static void
turn(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, double *b, ptrdiff_t ldb)
{
	ptrdiff_t i, j;
	int l;
	vec x = { 0 };

	for (i = 0; i + W <= m; i += W)
		for (j = 0; j < n; j++) {
			for (l = 0; l < W; l++)
				x[l] = a[j + (i + l)*lda];
			put(b + i + j*ldb, x);
		}
	for (; i < m; i++)
		for (j = 0; j < n; j++)
			b[i + j*ldb] = a[j + i*lda];
}

typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef int16_t s16x8 __attribute__((vector_size(16)));
typedef uint32_t u32x8 __attribute__((vector_size(32)));
typedef float f32x8 __attribute__((vector_size(32)));
typedef double f64x8 __attribute__((vector_size(64)));
typedef double mem8 __attribute__((vector_size(64), aligned(sizeof(double)), may_alias));

#ifdef __clang__
#define SHUFFLE(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
#else
#define SHUFFLE(x, y, ...) __builtin_shuffle(x, y, (u16x8){ __VA_ARGS__ })
#endif

/* 8 numbers of 16 bits, or of 8, which come to lie where their exponents begin as in 16. */
INLINE u16x8
eight(int size, const unsigned char *p)
{
	u16x8 x;
	int i;

	if (size == 2)
		memcpy(&x, p, 16);
	else
		for (i = 0; i < 8; i++)
			x[i] = (uint16_t)(p[i] << 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	if (size == 2)
		x = x << 8 | x >> 8;
#endif
	return x;
}

/* As from_bf16 and the others. */
INLINE void
convert(enum num_type type, u16x8 x, double *b)
{
	u32x8 h = __builtin_convertvector(x, u32x8), y = h << 16;
	u32x8 sign = y & 0x80000000u, none = (u32x8){ 0 };
	double f = 1;

	if (type == NUM_F16 || type == NUM_F8_E5M2) {
		y = sign | (h & 0x7fff) << 13 | (((h & 0x7c00) == (none | 0x7c00)) & 0x7f800000u);
		f = 0x1p112;
	} else if (type == NUM_F8_E4M3) {
		y = sign | (h & 0x7f00) << 12 | (((h & 0x7f00) == (none | 0x7f00)) & 0x7f800000u);
		f = 0x1p120;
	}
	*(mem8 *)b = (mem8)(__builtin_convertvector((f32x8)y, f64x8) * f);
}

/* Three times all rows of the upper half between those of the lower one.  big: as in load_turned. */
INLINE void
turn_eights(enum num_type type, int size, const unsigned char *p, ptrdiff_t row, ptrdiff_t n, double *b,
    ptrdiff_t ldb, double *big)
{
	u16x8 x[8], y[8], top = { 0 }, more;
	ptrdiff_t i, j;
	int t;

	for (j = 0; j < n; j += 8) {
		for (i = 0; i < 8; i++)
			x[i] = eight(size, p + i*row + j*size);
		for (t = 0; t < 3; t++) {
			for (i = 0; i < 4; i++) {
				y[2*i] = SHUFFLE(x[i], x[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
				y[2*i + 1] = SHUFFLE(x[i], x[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
			}
			memcpy(x, y, sizeof(x));
		}
		for (i = 0; i < 8; i++) {
			convert(type, x[i], b + (j + i)*ldb);
			x[i] &= 0x7fff;
			more = (u16x8)((s16x8)x[i] > (s16x8)top);
			top = (more & x[i]) | (~more & top);
		}
	}
	convert(type, top, big);
}

/* Of the columns from j on, piece by piece; top: as big in load_turned. */
static void
load_pieces(enum num_type type, const unsigned char *p, ptrdiff_t row, ptrdiff_t col, ptrdiff_t m, ptrdiff_t j,
    ptrdiff_t n, double *b, ptrdiff_t ldb, double *top)
{
	enum { PIECE = 64 };
	double x[8*PIECE] = { 0 };
	ptrdiff_t i, k;

	for (; j < n; j += k) {
		k = n - j < PIECE ? n - j : PIECE;
		for (i = 0; i < m; i++)
			load(type, p + i*row + j*col, col, k, x + i*PIECE);
		turn(m, k, x, PIECE, b + j*ldb, ldb);
		if (top)
			most(k, m, b + j*ldb, ldb, top);
	}
}

static void
load_turned(enum num_type type, const void *src, ptrdiff_t row, ptrdiff_t col, ptrdiff_t m, ptrdiff_t n,
    double *b, ptrdiff_t ldb, double *big)
{
	const unsigned char *p = src;
	double top[8] = { 0 };
	ptrdiff_t j = 0;

	if (m == 8 && type == NUM_BF16 && col == 2)
		turn_eights(NUM_BF16, 2, p, row, j = n/8*8, b, ldb, top);
	if (m == 8 && type == NUM_F16 && col == 2)
		turn_eights(NUM_F16, 2, p, row, j = n/8*8, b, ldb, top);
	if (m == 8 && type == NUM_F8_E4M3 && col == 1)
		turn_eights(NUM_F8_E4M3, 1, p, row, j = n/8*8, b, ldb, top);
	if (m == 8 && type == NUM_F8_E5M2 && col == 1)
		turn_eights(NUM_F8_E5M2, 1, p, row, j = n/8*8, b, ldb, top);
	load_pieces(type, p, row, col, m, j, n, b, ldb, big ? top : NULL);
	if (big)
		memcpy(big, top, (size_t)m * sizeof(double));
}

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

/* Gram matrices -------------------------------------------------------------- */

/* A tile: MV vectors, but where the diagonal runs through it those that begin above are left out. */
INLINE void
gram_tile(int nv, ptrdiff_t k, const double *a, ptrdiff_t lda, ptrdiff_t i, ptrdiff_t j, double *c, ptrdiff_t ldc)
{
	int v, l;

	i += (MV - nv)*W;
	c += i + j*ldc;
	for (l = 0; l < NR; l++)
		for (v = 0; v < nv; v++)
			put(c + l*ldc + v*W, (vec){ 0 });
	tile(nv, NR, 0, k, a + i, lda, a + j, lda, 1, c, ldc);
}

static void
gram(ptrdiff_t m, ptrdiff_t k, const double *a, ptrdiff_t lda, double *c, ptrdiff_t ldc)
{
	ptrdiff_t i, j;

	for (i = 0; i + MV*W <= m; i += MV*W)
		for (j = 0; j < i + MV*W && j < m; j += NR)
			switch (j > i ? (j - i)/W : 0) {
			case 0:
				gram_tile(MV, k, a, lda, i, j, c, ldc);
				break;
			case 1:
				gram_tile(MV - 1, k, a, lda, i, j, c, ldc);
				break;
			default:
				gram_tile(MV - 2, k, a, lda, i, j, c, ldc);
				break;
			}
	for (; i < m; i += W)
		for (j = 0; j < i + W; j += NR)
			gram_tile(1, k, a, lda, i - (MV - 1)*W, j, c, ldc);
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
