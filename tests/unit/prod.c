/* Singular values of W_K' W_Q against 19 digits from exact Gram matrices, no worse
 * than twice numpy's on the same heads; layouts, types, scale, centre; odd input. */
#include <float.h>
#include <stdint.h>

#include "kern.h"
#include "sea.h"
#include "table.h"
#include "test.h"

enum { M = 128, N = 4096, FIELDS = 5 + M, CASES = 12 };

static uint16_t wk[M*N], wq[M*N];
static double rk[M*M], rq[M*M], work[400000];

/* The upper half of the float x, to nearest, ties to even. */
static uint16_t
bf16(double x)
{
	float f = (float)x;
	uint32_t u;

	memcpy(&u, &f, sizeof(u));
	return (uint16_t)((u + 0x7fff + (u >> 16 & 1)) >> 16);
}

/* As rows() of tests/data/prod/gen_prod.py; little-endian. */
static void
make(uint64_t x, int mix, int grade, uint16_t *w)
{
	static double h[N];
	double g, rho = 1 - ldexp(1, -mix);
	int i, j, k;

	for (i = 0; i < M; i++)
		for (j = 0; j < N; j++) {
			for (g = 0, k = 0; k < 4; k++) {
				x = x*6364136223846793005u + 1442695040888963407u;
				g += (double)(x >> 56) - 127.5;
			}
			h[j] = g + (i ? rho*h[j] : 0);
			k = bf16(ldexp(rint(h[j]), -(i*grade/M)));
			((unsigned char *)&w[i*N + j])[0] = (unsigned char)(k & 255);
			((unsigned char *)&w[i*N + j])[1] = (unsigned char)(k >> 8);
		}
}

static double
error(const double *s, const double *x)
{
	double w = 0;
	int i;

	for (i = 0; i < M; i++)
		w = fmax(w, fabs(s[i] - x[i])/x[i]);
	return w;
}

static void
accuracy(void)
{
	static double x[CASES*FIELDS];
	struct prod_mat k = { wk, NUM_BF16, M, N, 2*N, 2, NULL, 0 }, q = k;
	double s[M], e, *c;
	int i, info;

	q.data = wq;
	if (table_read("prod", "expected", ".csv", 0, FIELDS, x, CASES) != CASES)
		exit(1);
	for (i = 0, c = x; i < CASES; i++, c += FIELDS) {
		make((uint64_t)(2*i + 1), (int)c[0], (int)c[2], wk);
		make((uint64_t)(2*i + 2), (int)c[1], (int)c[3], wq);
		info = prod_factor(&k, NULL, rk, NULL, work) || prod_factor(&q, NULL, rq, NULL, work) || prod_svd(M, rk, rq, s, work);
		e = error(s, c + 5);
		test_ok(!info && e <= 2*c[4] + 4*DBL_EPSILON, "condition %.1e: to %.1e, numpy to %.1e",
		    c[5]/c[4 + M], e, c[4]);
	}
}

/* W by hand, element (i, j) of the six at w[j + i*n], scaled and centred. */
static void
plain(const struct prod_mat *w, const double *x, double *y)
{
	double mean;
	ptrdiff_t i, j;

	for (i = 0; i < w->m; i++) {
		for (mean = 0, j = 0; j < w->n; j++) {
			y[j + i*w->n] = x[j + i*w->n]*(w->scale ? w->scale[j] : 1);
			mean += y[j + i*w->n]/(double)w->n;
		}
		for (j = 0; j < w->n && w->center; j++)
			y[j + i*w->n] -= mean;
	}
}

/* All that is computed of a key and a query. */
static int
both(const struct prod_mat *k, const struct prod_mat *q, double *r, double *c)
{
	int info = prod_factor(q, k, r, c, work);

	return info ? info : prod_factor(k, NULL, r, NULL, work);
}

/* |R'R - Y Y'| / |Y|^2 and |C - Y Z'| / |Y| |Z| in eps. */
static double
compare(const struct prod_mat *k, const double *y, const struct prod_mat *q, const double *z)
{
	ptrdiff_t m = k->m, n = k->n, i, j;
	double c[64], e = 0, yy = kern_dot(m*n, y, y), zz = kern_dot(m*n, z, z);

	if (both(k, q, rk, c))
		return INFINITY;
	for (i = 0; i < m; i++)
		for (j = 0; j < m; j++) {
			e = fmax(e, fabs(kern_dot(m, rk + i*m, rk + j*m) - kern_dot(n, y + i*n, y + j*n))/yy);
			e = fmax(e, fabs(c[i + j*m] - kern_dot(n, y + i*n, z + j*n))/sqrt(yy*zz));
			e = fmax(e, i > j && rk[i + j*m] != 0);
		}
	return e/DBL_EPSILON;
}

/* p[0..size) = the bits x as a file has them. */
static void
put(unsigned char *p, int size, uint64_t x)
{
	for (int i = 0; i < size; i++)
		p[i] = (unsigned char)(x >> 8*i);
}

/* 5 heads' rows of 700 numbers: by rows, by columns, doubles, f64 and f32. */
static void
layouts(void)
{
	enum { m = 5, n = 700 };
	static double x[m*n], xt[m*n], y[m*n], z[m*n], scale[n];
	static unsigned char f32[m*n*4], f64[m*n*8];
	struct prod_mat w[4] = {
		{ x, NUM_DOUBLE, m, n, n*8, 8, NULL, 0 }, { xt, NUM_DOUBLE, m, n, 8, m*8, scale, 0 },
		{ f32, NUM_F32, m, n, n*4, 4, scale, 1 }, { f64, NUM_F64, m, n, 8, m*8, NULL, 1 }
	};
	unsigned long long seed = 5;
	double e, worst = 0;
	int i, j;

	for (i = 0; i < m; i++)
		for (j = 0; j < n; j++) {
			float f = (float)(table_random(&seed) + 0.5);
			uint64_t wide;
			uint32_t bits;

			x[j + i*n] = xt[i + j*m] = (double)f;
			memcpy(&bits, &f, sizeof bits);
			put(f32 + 4*(j + i*n), 4, bits);
			memcpy(&wide, &xt[i + j*m], sizeof wide);
			put(f64 + 8*(i + j*m), 8, wide);
			scale[j] = table_random(&seed) + 2;
		}
	for (i = 0; i < 4; i++)
		for (j = 0; j < 4; j++) {
			plain(&w[i], x, y);
			plain(&w[j], x, z);
			e = compare(&w[i], y, &w[j], z);
			worst = fmax(worst, e);
		}
	test_ok(worst < 20, "rows, columns, doubles, f64, f32, scale, centre: to %.1f eps", worst);
}

static void
odd(void)
{
	double x[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13 }, y[12] = { 1 }, r[16], c[16], s[4];
	struct prod_mat w = { x, NUM_DOUBLE, 4, 3, 24, 8, NULL, 0 }, none = w, fine = w;
	int i, bad;

	bad = both(&w, &w, r, c) || prod_svd(4, r, r, s, work);
	for (i = 0; i < 4; i++)
		bad += r[3 + 4*i] != 0;
	test_ok(!bad && s[2] > 0 && s[3] == 0, "n < m: a row of zeros, a singular value that is 0");
	fine.data = y;
	none.n = 0;
	bad = both(&none, &none, r, c) || prod_svd(4, r, r, s, work);
	none.m = none.n = 0;
	bad += both(&none, &none, r, c) || prod_svd(0, r, r, s, work);
	test_ok(!bad && r[0] == 0 && s[0] == 0 && c[15] == 0, "n = 0: zeros; m = 0");
	for (i = 0; i < 12; i++)
		x[i] = ldexp(x[i], 1000);
	bad = prod_factor(&w, NULL, r, NULL, work);
	for (i = 0; i < 16; i++)
		c[i] = ldexp(r[i], -1500);
	bad += prod_svd(4, r, c, s, work);
	test_ok(!bad && s[0] > 0x1p509 && s[0] < 0x1p520 && s[3] == 0, "2^1000 times 2^-500");
	x[7] = NAN;
	bad = prod_factor(&w, NULL, r, NULL, work) != 1 || prod_factor(&fine, &w, r, c, work) != 3;
	x[7] = -INFINITY;
	bad += prod_factor(&w, NULL, r, NULL, work) != 1 || prod_factor(&fine, &w, r, c, work) != 3;
	for (i = 0; i < 4; i++)
		s[i] = 9;
	for (i = 0; i < 16; i++)
		c[i] = 1;
	r[6] = NAN;
	bad += prod_svd(4, r, c, s, work) != -2 || prod_svd(4, c, r, s, work) != -3 || prod_svd(-1, c, c, s, work) != -1;
	r[6] = -INFINITY;
	bad += prod_svd(4, r, c, s, work) != -2 || prod_svd(4, c, r, s, work) != -3;
	for (i = 0; i < 4; i++)
		bad += s[i] != 9;
	test_ok(!bad, "NaN and Inf are refused");
}

/* A row of 384 times 1.5 2^1023, beside one of ones. */
static void
overflow(void)
{
	static double x[2*384], scale[384];
	struct prod_mat w = { x, NUM_DOUBLE, 2, 384, 384*8, 8, NULL, 0 };
	double r[4], c[4], s[2];
	int i, bad;

	for (i = 0; i < 384; i++) {
		x[i] = 0x1.8p1023;
		x[384 + i] = 1;
		scale[i] = 2;
	}
	bad = prod_factor(&w, NULL, r, NULL, work) != 2;
	w.scale = scale;
	bad += prod_factor(&w, NULL, r, NULL, work) != 1;
	for (i = 0; i < 384; i++)
		scale[i] = 1.0/32;
	bad += prod_factor(&w, NULL, r, NULL, work) || prod_factor(&w, &w, r, c, work) != 3 || prod_svd(2, r, r, s, work);
	test_ok(!bad && s[0] == INFINITY && s[1] < INFINITY, "what overflows is not told as a number");
}

static void
refusals(void)
{
	double x[6] = { 1, 2, 3, 4, 5, 6 }, r[4], c[4];
	struct prod_mat w = { x, NUM_DOUBLE, 2, 3, 24, 8, NULL, 0 }, b[5] = { w, w, w, w, w };
	int i, bad = 0;

	b[0].m = -2;
	b[1].n = -3;
	b[2].type = (enum num_type)9;
	b[3].m = 1;                             /* beside w only */
	b[4].n = 2;
	for (i = 0; i < 5; i++)
		bad += prod_factor(&w, &b[i], r, c, work) != -2;
	for (i = 0; i < 3; i++)
		bad += prod_factor(&b[i], NULL, r, NULL, work) != -1 || prod_factor(&b[i], &w, r, c, work) != -1 ||
		    prod_norms(r, &b[i], c, work) != -1;
	test_ok(!bad, "bad sizes and types are refused");
}

/* What one norm of eight has beyond the others; rounding, zeros, numbers that are too large. */
static void
directions(void)
{
	const double one[8] = { 10, 1, 1, 1, 1, 1, 1, 1 }, even[8] = { 1, 1, 1, 1, 1, 1, 1, 1 + 4e-16 };
	double a[8], b[8], d[5], x = 10, big = 1e300;

	memcpy(a, one, sizeof a);
	memcpy(b, even, sizeof b);
	d[0] = prod_direction(a, 8, b, 8, work);
	memcpy(a, one, sizeof a);
	memcpy(b, even, sizeof b);
	d[1] = prod_direction(b, 8, a, 8, work);
	memcpy(a, even, sizeof a);
	memcpy(b, even, sizeof b);
	d[2] = prod_direction(a, 8, b, 8, work);
	for (int i = 0; i < 8; i++) {
		a[i] = one[i] * big;
		b[i] = (i == 0 ? 20 : 2) * big;
	}
	d[3] = prod_direction(a, 8, b, 8, work);
	memset(a, 0, sizeof a);
	memset(b, 0, sizeof b);
	d[4] = prod_direction(a, 8, b, 8, work);
	/* 10 less 17/8 and twice the root of 9^2/8; in b twice as much. */
	x -= 17.0/8 + 2*sqrt(81.0/8);
	test_ok(x > 0 && d[0] == -1 && d[1] == 1 && d[2] == 0 && isnan(d[4]), "what norms of rows or of columns have beyond the others");
	test_ok(fabs(d[3] - (20 - (2*7 + 20)/8.0 - 2*sqrt(18*18/8.0) - x)/(20 - (2*7 + 20)/8.0 - 2*sqrt(18*18/8.0) + x)) < 1e-14,
	    "the same of large numbers");
}

static double
row_dot(const double *x, const double *y, ptrdiff_t n)
{
	double s = 0;

	for (ptrdiff_t j = 0; j < n; j++)
		s += x[j]*y[j];
	return s;
}

/* Takes from each row of W its mean. */
static void
centre(double *x, ptrdiff_t m, ptrdiff_t n)
{
	for (ptrdiff_t i = 0; i < m; i++) {
		double mean = num_sum(x + i*n, n)/(double)n;

		for (ptrdiff_t j = 0; j < n; j++)
			x[i*n + j] -= mean;
	}
}

/* W and W_K of whole numbers, m by n; everything of the size that is asked for, in the sea: R'R = W W', C = W_K W',
 * and |R w| for each column w of W, of rows less their means with center.  With NUM_F32 R is by QR, with NUM_BF16 from
 * the Gram matrix where m <= n. */
static int
in_sea(enum num_type type, ptrdiff_t m, ptrdiff_t n, int center)
{
	static double x[2][64*700];
	static unsigned char file[2][4*64*700];
	unsigned long long seed = 3;
	ptrdiff_t size = type == NUM_F32 ? 4 : 2, i, j, k;
	size_t mm = (size_t)(m*m), nwork = prod_factor_work(m, n), nnorm = prod_norms_work(m, n);
	double *r = sea_new(mm), *c = sea_new(mm), *w = sea_new(nwork), *norm = sea_new((size_t)n), *v = sea_new(nnorm);
	double e = 0, y[64], *col = y;
	struct prod_mat a[2];
	int bad;

	for (int h = 0; h < 2; h++) {
		for (i = 0; i < m*n; i++) {
			float f = (float)(x[h][i] = floor(100*table_random(&seed)));
			uint32_t u;

			memcpy(&u, &f, sizeof u);
			for (k = 0; k < size; k++)
				file[h][size*i + k] = (unsigned char)(u >> (32 - 8*size + 8*k));
		}
		a[h] = (struct prod_mat){ file[h], type, m, n, size*n, size, NULL, center };
		if (center)
			centre(x[h], m, n);
	}
	bad = prod_factor(&a[0], &a[1], r, c, w) || prod_norms(r, &a[0], norm, v);
	for (i = 0; i < m; i++)
		for (j = 0; j < m; j++) {
			e = fmax(e, fabs(row_dot(r + i*m, r + j*m, (i < j ? i : j) + 1) - row_dot(x[0] + i*n, x[0] + j*n, n)));
			e = fmax(e, fabs(c[i + j*m] - row_dot(x[1] + i*n, x[0] + j*n, n)));
		}
	for (j = 0; j < n; j++) {
		for (i = 0; i < m; i++)
			for (col[i] = 0, k = i; k < m; k++)
				col[i] += r[i + k*m]*x[0][j + k*n];
		e = fmax(e, fabs(norm[j] - tri_norm(col, m))/100);
	}
	bad += !(e < 1e-12*1e4*(double)n);
	bad |= sea_free(r, mm) | sea_free(c, mm) | sea_free(w, nwork);
	return bad | sea_free(norm, (size_t)n) | sea_free(v, nnorm);
}

static void
edges(void)
{
	static const int m[] = { 1, 7, 8, 17, 33, 64 }, n[] = { 1, 5, 64, 383, 384, 700 };
	int bad = 0;

	for (size_t i = 0; i < sizeof m / sizeof *m; i++)
		for (size_t j = 0; j < sizeof n / sizeof *n; j++)
			for (int center = 0; center < 2; center++)
				bad += in_sea(NUM_F32, m[i], n[j], center) + in_sea(NUM_BF16, m[i], n[j], center);
	test_ok(bad == 0, "144 matrices, with nothing read or written beyond them: %d wrong", bad);
}

int
main(void)
{
	size_t need = prod_factor_work(M, N) > prod_svd_work(M) ? prod_factor_work(M, N) : prod_svd_work(M);

	if (need > sizeof(work)/sizeof(*work))
		exit(1);
	accuracy();
	layouts();
	odd();
	overflow();
	refusals();
	directions();
	edges();
	return test_end();
}
