/* Householder QR: |A - Q R|, |Q'Q - I| in units of eps, and R in the other ways. */
#include <float.h>

#include "kern.h"
#include "sea.h"
#include "table.h"
#include "test.h"

enum { M = 900, N = 140 };

static double a[M*N], f[M*N], q[M*N], t[8*(N + 8)], work[1 << 20], mem[1 << 20];

static void
fill(double *x, int n)
{
	static unsigned long long seed = 3;
	int i;

	for (i = 0; i < n; i++)
		x[i] = table_random(&seed);
}

static double
norm(const double *x, int n)
{
	return sqrt(kern_dot(n, x, x));
}

/* |A - Q R|/|A|, as qr_factor and qr_apply have it, in eps; and Q'Q C = C. */
static double
residual(int m, int n)
{
	double e;
	int i, j, k = m < n ? m : n;

	memcpy(f, a, sizeof(a));
	if (qr_factor(m, n, f, n, t, work))
		return INFINITY;
	memset(q, 0, sizeof(q));
	for (i = 0; i < k; i++)
		for (j = i; j < n; j++)
			q[j + i*n] = f[j + i*n];
	if (qr_apply(1, m, k, f, n, t, n, q, n, work))
		return INFINITY;
	for (i = 0; i < m*n; i++)
		q[i] -= a[i];
	e = norm(q, m*n)/norm(a, m*n);
	for (i = 0; i < m*n; i++)
		q[i] += a[i];
	if (qr_apply(0, m, k, f, n, t, n, q, n, work))
		return INFINITY;
	for (i = 0; i < m; i++)                         /* Q'A = R */
		for (j = 0; j < n; j++)
			q[j + i*n] -= i <= j && i < k ? f[j + i*n] : 0;
	return fmax(e, norm(q, m*n)/norm(a, m*n))/DBL_EPSILON;
}

/* |I - Q'Q| for the whole Q. */
static double
orthogonality(int m, int n)
{
	static double i1[120*120];
	double e = 0, x;
	int i, j, k = m < n ? m : n;

	memset(i1, 0, sizeof(i1));
	for (i = 0; i < m; i++)
		i1[i + i*m] = 1;
	qr_apply(1, m, k, f, n, t, m, i1, m, work);
	for (i = 0; i < m; i++)
		for (j = 0; j < m; j++) {
			x = kern_dot(m, i1 + i*m, i1 + j*m) - (i == j);
			e += x*x;
		}
	return sqrt(e)/DBL_EPSILON;
}

static void
shapes(void)
{
	static const int shape[][2] = {
		{ 1, 1 }, { 1, 9 }, { 9, 1 }, { 7, 7 }, { 8, 8 }, { 9, 9 }, { 12, 5 }, { 16, 24 },
		{ 24, 16 }, { 23, 17 }, { 33, 40 }, { 100, 31 }, { 120, 120 }, { 900, 140 }
	};
	double e, o, worst = 0, most = 0;
	size_t i;

	fill(a, M*N);
	for (i = 0; i < sizeof(shape)/sizeof(*shape); i++) {
		e = residual(shape[i][0], shape[i][1]);
		worst = fmax(worst, e);
		o = shape[i][0] > 120 ? 0 : orthogonality(shape[i][0], shape[i][1])/shape[i][0];
		most = fmax(most, o);
	}
	test_ok(worst < 10 && most < 5,
	    "14 shapes: A = Q R and Q'A = R to %.1f eps, Q'Q = I to %.1f m eps", worst, most);
}

/* How far R is from the R of qr_factor, in eps |a_1|, signs of rows apart. */
static double
differs(const struct qr *x, int m, int n)
{
	double e, s, worst = 0;
	int i, j, k = m < n ? m : n;

	memcpy(f, a, sizeof(a));
	if (qr_factor(m, n, f, n, NULL, work))
		return INFINITY;
	for (j = 0; j < n; j++)
		for (i = 0; i < n; i++) {
			s = i < k && x->r[i + i*x->ld]*f[i + i*n] < 0 ? -1 : 1;
			e = i < k && i <= j ? f[j + i*n] : 0;
			e = fabs(s*x->r[j + i*x->ld] - e);
			worst = fmax(worst, e);
		}
	return worst/norm(a, m)/DBL_EPSILON;
}

/* Takes in m rows, ldb apart, block by block. */
static int
add(struct qr *x, ptrdiff_t m, const double *b, ptrdiff_t ldb)
{
	ptrdiff_t i, k;
	int info;

	for (; m > 0; m -= k, b += k*ldb) {
		k = m < QR_BLOCK ? m : QR_BLOCK;
		for (i = 0; i < k; i++)
			memcpy(x->block + i*x->ld, b + i*ldb, (size_t)x->n * sizeof(double));
		info = qr_absorb(x, k);
		if (info)
			return info;
	}
	return 0;
}

static void
blocks(void)
{
	static const int n[] = { 1, 5, 8, 30, 130 }, m[] = { 0, 1, 4, 7, 40, 383, 384, 385, 900 };
	static double other[1 << 20];
	struct qr x, y;
	double e, w1 = 0, w2 = 0;
	size_t i, j;
	int k, info = 0;

	fill(a, M*N);
	for (i = 0; i < sizeof(n)/sizeof(*n); i++)
		for (j = 1; j < sizeof(m)/sizeof(*m); j++) {
			qr_init(&x, n[i], mem);
			info |= add(&x, m[j], a, n[i]);
			e = differs(&x, m[j], n[i]);
			w1 = fmax(w1, e);
			qr_init(&x, n[i], mem);
			qr_init(&y, n[i], other);
			for (k = 0; k < m[j]/3; k++)    /* row by row, and another R */
				info |= add(&x, 1, a + k*n[i], n[i]);
			info |= add(&y, m[j] - k, a + k*n[i], n[i]);
			info |= add(&x, y.used, y.r, y.ld);
			e = differs(&x, m[j], n[i]);
			w2 = fmax(w2, e);
		}
	test_ok(!info && w1 < 200, "rows in blocks: the same R to %.0f eps", w1);
	test_ok(!info && w2 < 500, "row by row, and stacked on another R: to %.0f eps", w2);
}

/* Columns by powers of two: R's columns by the same, to the bit. */
static void
scaling(void)
{
	static const int e[] = { 1010, -1000, 0, 500, -500, -900, 3, 900, 0 };
	static double b[100*9];
	struct qr x, y;
	int i, j, bad = 0;

	fill(a, 100*9);
	for (i = 0; i < 100; i++)
		for (j = 0; j < 9; j++)
			b[j + 9*i] = ldexp(a[j + 9*i], e[j]);
	qr_init(&x, 9, mem);
	qr_init(&y, 9, mem + qr_size(9));
	bad += add(&x, 60, a, 9) || add(&x, 40, a + 540, 9);
	bad += add(&y, 60, b, 9) || add(&y, 40, b + 540, 9);
	bad += qr_factor(100, 9, a, 9, t, work) || qr_factor(100, 9, b, 9, t + 128, work);
	for (i = 0; i < 9; i++)
		for (j = i; j < 9; j++) {
			bad += ldexp(x.r[j + i*x.ld], e[j]) != y.r[j + i*y.ld];
			bad += ldexp(a[j + i*9], e[j]) != b[j + i*9];
		}
	bad += memcmp(t, t + 128, 128 * sizeof(double)) != 0;
	test_ok(!bad, "columns by 2^1010, 2^-1000: R by the same, Q the same");
}

/* What 2^-410 is to a column that 2^-290 starts; big rows, then small ones, and the
 * other way round; a norm beyond the range. */
static void
extremes(void)
{
	static double b[QR_BLOCK*2];
	double x[4] = { 1, 0x1p-290, 0, 0x1p-410 };
	struct qr z;
	int i, bad = qr_factor(2, 2, x, 2, t, work) || fabs(x[3]) != 0x1p-410;

	test_ok(!bad, "R's 2^-410 under 2^-290 is kept");
	for (i = 0; i < 16; i++)
		a[i] = ldexp(i%4 + i/4*(i%3) + 1, i < 8 ? 1000 : 3);
	memcpy(f, a, 16 * sizeof(double));
	bad = qr_factor(8, 2, f, 2, NULL, work) != 0;
	for (i = 0; i < 2; i++) {
		qr_init(&z, 2, mem);
		bad += add(&z, 4, a + 8*i, 2) || add(&z, 4, a + 8*!i, 2);
		bad += !(fabs(fabs(z.r[0]/f[0]) - 1) < 1e-15 && fabs(fabs(z.r[1 + z.ld]/f[3]) - 1) < 1e-14);
	}
	test_ok(!bad, "rows 2^1000 apart, in either order");
	for (i = 0; i < QR_BLOCK; i++) {
		b[2*i] = 1;
		b[2*i + 1] = 0x1.8p1023;
	}
	qr_init(&z, 2, mem);
	bad = add(&z, QR_BLOCK, b, 2) != 2 || add(&z, 1, x, 2) != 2;
	test_ok(!bad && qr_factor(QR_BLOCK, 2, b, 2, NULL, work) == 2, "R overflows");
}

/* A, its reflectors, C and the workspace as large as they must be, in the sea; what is between
 * their rows is NaN too: Q'A = R and Q R = A, and nothing else is touched. */
static int
in_sea(ptrdiff_t m, ptrdiff_t n)
{
	ptrdiff_t k = m < n ? m : n, ld = n + 3, i, j;
	size_t size = (size_t)((m - 1)*ld + n), room = qr_work(m, n), rest = (size_t)(8*((k + 7)/8*8));
	double *x = sea_new(size), *c = sea_new(size), *u = sea_new(rest), *w = sea_new(room), norm1 = 0, e = 0;
	int bad;

	for (i = 0; i < m; i++)
		for (j = 0; j < n; j++)
			norm1 += fabs(x[j + i*ld] = c[j + i*ld] = a[j + i*n]);
	bad = qr_factor(m, n, x, ld, u, w) || qr_apply(0, m, k, x, ld, u, n, c, ld, w);
	for (i = 0; i < m; i++)
		for (j = 0; j < n; j++)
			e += fabs(c[j + i*ld] - (j < i ? 0 : x[j + i*ld]));
	bad |= qr_apply(1, m, k, x, ld, u, n, c, ld, w);
	for (i = 0; i < m; i++)
		for (j = 0; j < n; j++)
			e += fabs(c[j + i*ld] - a[j + i*n]);
	for (i = 0; i < m - 1; i++)
		for (j = n; j < ld; j++)
			bad |= !isnan(x[j + i*ld]) || !isnan(c[j + i*ld]);
	bad |= !(e <= 100*DBL_EPSILON*norm1);
	bad |= sea_free(x, size) | sea_free(c, size) | sea_free(u, rest) | sea_free(w, room);
	return bad;
}

/* Blocks of m rows whose other rows are NaN, on memory of just the size that is asked for:
 * the bits of R are those of any other memory. */
static int
block_in_sea(ptrdiff_t m, ptrdiff_t n)
{
	double *own = sea_new(qr_size(n));
	struct qr x, y;
	int bad = 0;

	qr_init(&x, n, own);
	qr_init(&y, n, mem);
	for (int time = 0; time < 3; time++) {
		for (ptrdiff_t i = 0; i < QR_BLOCK; i++)
			for (ptrdiff_t j = 0; j < n; j++)
				x.block[j + i*x.ld] = i < m ? a[j + (i + time*m)*n] : NAN;
		bad |= qr_absorb(&x, m) || add(&y, m, a + time*m*n, n);
	}
	bad |= x.used != y.used || memcmp(x.r, y.r, (size_t)(n*x.ld) * sizeof *x.r) != 0;
	return bad | sea_free(own, qr_size(n));
}

static void
edges(void)
{
	static const int size[] = { 1, 2, 7, 8, 9, 15, 16, 17, 24, 31, 41 };
	int bad = 0, blocks_bad = 0;

	fill(a, M*N);
	for (size_t i = 0; i < sizeof size / sizeof *size; i++)
		for (size_t j = 0; j < sizeof size / sizeof *size; j++) {
			bad += in_sea(size[i], size[j]);
			blocks_bad += block_in_sea(size[i], size[j]);
		}
	blocks_bad += block_in_sea(QR_BLOCK, 5) + block_in_sea(QR_BLOCK, 41) + block_in_sea(QR_BLOCK - 1, 8);
	test_ok(bad == 0, "121 shapes: nothing is read or written beyond A, C, T and the workspace");
	test_ok(blocks_bad == 0, "124 shapes: nor beyond the rows of a block");
}

static void
refusals(void)
{
	double x[6] = { 1, 2, 3, 4, NAN, 6 }, s[64] = { 0 };
	struct qr z;
	int bad = 0;

	bad += qr_factor(-1, 2, x, 2, t, work) != -1 || qr_factor(3, -1, x, 2, t, work) != -2;
	bad += qr_factor(3, 2, x, 1, t, work) != -4 || qr_factor(3, 2, x, 2, t, work) != 1 || x[0] != 1;
	bad += qr_factor(0, 2, x, 2, t, work) || qr_factor(3, 0, x, 2, t, work);
	bad += qr_apply(0, 1, 2, x, 2, t, 1, s, 1, work) != -2 || qr_apply(0, 2, 2, x, 1, t, 1, s, 1, work) != -5;
	qr_init(&z, 2, mem);
	bad += add(&z, 3, x, 2) != 1 || qr_absorb(&z, -1) != -2 || qr_absorb(&z, QR_BLOCK + 1) != -2;
	qr_init(&z, 2, mem);
	bad += qr_absorb(&z, 0) || z.used != 0;
	x[4] = -INFINITY;
	bad += add(&z, 3, x, 2) != 1;
	test_ok(!bad, "NaN, Inf and bad sizes are refused; no rows, no columns");
	qr_init(&z, 8, mem);
	bad = add(&z, 5, s, 8) || z.used != 5 || add(&z, 3, s, 8) || z.used != 8;
	for (int i = 0; i < 8; i++)
		bad += norm(z.r + i*z.ld, 8) != 0;
	test_ok(!bad, "zeros give zeros");
}

int
main(void)
{
	shapes();
	blocks();
	scaling();
	extremes();
	edges();
	refusals();
	return test_end();
}
