/* The Jacobi SVD on the matrices of tests/data/svd and on scaled columns: singular
 * values from another program, and the residuals of LAPACK's ddrvbd. */
#include <float.h>

#include "kern.h"
#include "sea.h"
#include "svd.h"
#include "table.h"
#include "test.h"

enum { N = 100, WORK = 180000, FIELDS = N + 3, SCALED = 12 };

struct matrix {
	char name[32];
	int m, n;                       /* m >= n: transposed if need be */
	double a[N*N], s[N], kappa;
};

struct svd {
	double u[N*N], s[N], v[N*N], work[WORK];
};

static double
largest(const double *x, int n)
{
	double a = 0;
	int i;

	for (i = 0; i < n; i++)
		a = fmax(a, fabs(x[i]));
	return a;
}

/* The 1-norm of x, m by n, times 2^-e. */
static double
norm1(const double *x, int m, int n, int e)
{
	double s, most = 0;
	int i, j;

	for (j = 0; j < n; j++) {
		for (s = 0, i = 0; i < m; i++)
			s += fabs(ldexp(x[i + j*m], -e));
		most = fmax(most, s);
	}
	return most;
}

/* |A - U S V'| / (|A| max(m, n) ulp), everything scaled by 2^-e. */
static double
residual(const struct matrix *x, const struct svd *r)
{
	static double d[N*N];
	double norm, s;
	int i, j, k, e, m = x->m, n = x->n;

	frexp(largest(x->a, m*n), &e);
	norm = norm1(x->a, m, n, e);
	for (j = 0; j < n; j++)
		for (i = 0; i < m; i++) {
			s = ldexp(x->a[i + j*m], -e);
			for (k = 0; k < n; k++)
				s -= r->u[i + k*m]*ldexp(r->s[k], -e)*r->v[j + k*n];
			d[i + j*m] = s;
		}
	return norm > 0 ? norm1(d, m, n, 0)/(norm*m*DBL_EPSILON) : norm1(d, m, n, 0);
}

/* |I - Q'Q| / (m ulp) over the columns k with s_k > 0. */
static double
orthogonality(const double *q, int m, int n, const double *s)
{
	static double d[N*N];
	int i, j, k;

	for (j = 0; j < n; j++)
		for (i = 0; i < n; i++) {
			d[i + j*n] = s[i] > 0 && i == j ? -1 : 0;
			for (k = 0; k < m; k++)
				d[i + j*n] += q[k + i*m]*q[k + j*m];
		}
	return norm1(d, n, n, 0)/(m*DBL_EPSILON);
}

static int
decompose(const struct matrix *x, struct svd *r)
{
	memcpy(r->u, x->a, sizeof(r->u));
	return svd_jacobi(x->m, x->n, r->u, x->m, r->s, r->v, x->n, r->work);
}

static int
ordered(const struct svd *r, int n)
{
	int j;

	for (j = 0; j < n; j++)
		if (!(r->s[j] >= 0) || (j && r->s[j] > r->s[j - 1]))
			return 0;
	return 1;
}

/* The worst relative error of a singular value, zeros against s_max eps. */
static double
worst(const struct matrix *x, const struct svd *r)
{
	double e, w = 0;
	int j;

	for (j = 0; j < x->n; j++) {
		e = fabs(r->s[j] - x->s[j]);
		if (x->s[j] > 0)
			w = fmax(w, e/x->s[j]);
		else if (e > 0)
			w = fmax(w, e/x->s[0]);
	}
	return w;
}

/* Every s within 8 n eps kappa(A D) of itself, where that promises anything,
 * and within n eps s_max. */
static int
accurate(const struct matrix *x, const struct svd *r)
{
	double e, rel = 8*x->n*DBL_EPSILON*x->kappa, tiny = 0x1p-1074;
	int j;

	if (!(rel < 1))
		rel = 1;
	for (j = 0; j < x->n; j++) {
		e = fabs(r->s[j] - x->s[j]);
		if (!(e <= tiny || e <= 8*x->n*DBL_EPSILON*x->s[0]))
			return 0;
		if (x->s[j] > 0 && rel < 1 && !(e <= tiny || e <= rel*x->s[j]))
			return 0;
	}
	return 1;
}

/* A' = V S U': the same numbers, U and V in each other's places. */
static int
turned(const struct matrix *x, const struct svd *r)
{
	static struct svd t;
	int i, j, m = x->m, n = x->n;

	for (i = 0; i < m; i++)
		for (j = 0; j < n; j++)
			t.u[j + i*n] = x->a[i + j*m];
	return !svd_jacobi(n, m, t.u, n, t.s, t.v, m, t.work) &&
	    !memcmp(t.s, r->s, (size_t)n * sizeof(double)) &&
	    !memcmp(t.u, r->v, (size_t)(n*n) * sizeof(double)) &&
	    !memcmp(t.v, r->u, (size_t)(m*n) * sizeof(double));
}

static void
check(const struct matrix *x)
{
	static struct svd r, t;
	double one[N], a, b, c, w, most = 10;
	int info = decompose(x, &r), good, j;

	for (j = 0; j < N; j++)
		one[j] = 1;

	memcpy(t.u, x->a, sizeof(t.u));
	good = !svd_values(x->m, x->n, t.u, x->m, 0, t.s, t.work) && accurate(x, &t) && ordered(&t, x->n);
	good &= x->m == x->n || turned(x, &r);
	if (x->s[0] > 0 && x->s[0] < 1e-300)    /* s itself is rounded to 2^-1074 */
		most = x->s[0] < 1e-310 ? 1e12 : 10;
	a = residual(x, &r);
	b = orthogonality(r.u, x->m, x->n, r.s);
	c = orthogonality(r.v, x->n, x->n, one);
	w = worst(x, &r);
	w = fmax(w, worst(x, &t));
	if (!strcmp(x->name, "graded_BDrev") && w > 1e-14)
		info = -100;
	test_ok(!info && good && ordered(&r, x->n) && accurate(x, &r) && a <= most && b <= 10 && c <= 10,
	    "%s: s to %.1e (kappa %.1e); ratios %.2f %.2f %.2f; info %d",
	    x->name, w, x->kappa, a, b, c, info);
}

static void
load(struct matrix *x, int m, int n)
{
	static double a[N*N];
	int i, j;

	if (table_read("svd", x->name, ".csv", 0, n, a, m) != m)
		exit(1);
	x->m = m < n ? n : m;
	x->n = m < n ? m : n;
	if (table_read("svd", x->name, ".sv.csv", 0, 1, x->s, x->n) != x->n)
		exit(1);
	for (i = 0; i < m; i++)
		for (j = 0; j < n; j++)
			x->a[m < n ? j + i*n : i + j*m] = a[i*n + j];
}

/* The table of matrices: name,m,n,sigma_max,sigma_min,rank,kappa. */
static int
all(void)
{
	static struct matrix x;
	char line[512], *s;
	int k, m, n, count = 0;
	FILE *f = fopen("tests/data/svd/INDEX.csv", "r");

	if (!f || !fgets(line, sizeof(line), f))
		exit(1);
	for (; fgets(line, sizeof(line), f); count++) {
		if (sscanf(line, "%31[^,],%d,%d", x.name, &m, &n) != 3)
			exit(1);
		for (s = line, k = 0; k < 6; k++)
			s = strchr(s, ',') + 1;
		x.kappa = *s == ',' ? INFINITY : strtod(s, NULL);
		load(&x, m, n);
		check(&x);
	}
	fclose(f);
	return count;
}

/* B D as matrix() of tests/data/svd/gen_scaled.py. */
static void
make(struct matrix *x, int n, int bits)
{
	unsigned long long seed = (unsigned long long)(n + bits);
	int i, j;

	x->m = x->n = n;
	snprintf(x->name, sizeof(x->name), "%d columns, 2^%d apart", n, bits);
	for (j = 0; j < n; j++)
		for (i = 0; i < n; i++)
			x->a[i + j*n] = ldexp(table_random(&seed), -((j*7 % n)*bits/(n - 1)));
}

static void
scaled(void)
{
	static double t[SCALED*FIELDS];
	static struct matrix x;
	const double *f;

	if (table_read("svd", "scaled", ".csv", 0, FIELDS, t, SCALED) != SCALED)
		exit(1);
	for (f = t; f < t + SCALED*FIELDS; f += FIELDS) {
		make(&x, (int)f[0], (int)f[1]);
		x.kappa = f[2];
		memcpy(x.s, f + 3, N * sizeof(double));
		check(&x);
	}
}

static void
refusals(void)
{
	double a[6] = { 1, 2, 3, 4, NAN, 6 }, b[6], s[2] = { 9, 9 }, v[4] = { 9, 9, 9, 9 };
	static double w[WORK];
	int bad = 0;

	memcpy(b, a, sizeof(a));
	bad += svd_jacobi(3, 2, a, 3, s, v, 2, w) != -3;
	a[4] = b[4] = -INFINITY;
	bad += svd_jacobi(3, 2, a, 3, s, v, 2, w) != -3;
	bad += memcmp(a, b, sizeof(a)) || s[0] != 9 || v[0] != 9;
	bad += svd_jacobi(-1, 3, a, 3, s, v, 3, w) != -1;
	bad += svd_jacobi(2, -1, a, 3, s, v, 3, w) != -2;
	bad += svd_jacobi(3, 2, a, 2, s, v, 2, w) != -4;
	bad += svd_jacobi(3, 2, a, 3, s, v, 1, w) != -7;
	test_ok(!bad, "NaN, Inf and bad sizes are refused, nothing changed");
	a[4] = 5;
	a[2] = NAN;                             /* between the columns: lda 3, m 2 */
	bad = svd_jacobi(0, 0, NULL, 0, NULL, NULL, 0, NULL) || svd_jacobi(3, 0, a, 3, s, NULL, 0, w);
	bad |= svd_jacobi(2, 2, a, 3, s, NULL, 0, w) || !isnan(a[2]);
	test_ok(!bad && fabs(s[0]*s[1] - 3) < 1e-14, "n = 0; lda > m");
}

/* 45 by 40 with a column of zeros and one twice: rank 38; by 2^e the same numbers by
 * 2^e, to the bit. */
static void
deficient(void)
{
	static const int e[] = { 0, 1000, -1000, -700 };
	static struct svd r, t;
	unsigned long long seed = 7;
	static double a[45*40];
	int i, j, k, bad = 0;

	for (i = 0; i < 45*40; i++)
		a[i] = table_random(&seed);
	memset(a + 45, 0, 45 * sizeof(double));
	memcpy(a + 2*45, a, 45 * sizeof(double));
	for (k = 0; k < 4; k++) {
		for (i = 0; i < 45*40; i++)
			t.u[i] = ldexp(a[i], e[k]);
		bad += svd_jacobi(45, 40, t.u, 45, t.s, t.v, 40, t.work) != 0;
		if (k == 0)
			r = t;
		for (j = 0; j < 40; j++)
			bad += t.s[j] != ldexp(r.s[j], e[k]);
		bad += memcmp(t.u, r.u, sizeof(double[45*40])) || memcmp(t.v, r.v, sizeof(double[40*40]));
		for (i = 0; i < 45*40; i++)
			t.u[i] = ldexp(a[i], e[k]);
		bad += svd_values(45, 40, t.u, 45, 1, t.s, t.work) != 0;
		for (j = 0; j < 38; j++)
			bad += fabs(t.s[j] - ldexp(r.s[j], e[k])) > ldexp(1e-14, e[k]);
	}
	test_ok(!bad && r.s[37] > 0.1 && r.s[38] < 1e-14 && r.s[39] == 0,
	    "rank 38 of 40: s %.2g, %.1g, %g; by powers of two the same", r.s[37], r.s[38], r.s[39]);
}

/* s of a, m by n, from svd_jacobi and, once with and once without normwise, from
 * svd_values: whether it is s1, s2 and the others 0, to (m + n) eps s1; the worst so far. */
static int
is_rank2(const double *a, int m, int n, double s1, double s2, double *most)
{
	static struct svd r;
	int i, j, info, good = 1;
	double e;

	for (i = 0; i < 3; i++) {
		memcpy(r.u, a, (size_t)(m*n) * sizeof(double));
		if (i < 2)
			info = svd_values(m, n, r.u, m, i, r.s, r.work);
		else
			info = svd_jacobi(m, n, r.u, m, r.s, r.v, n, r.work);
		for (j = 0; j < m && j < n; j++) {
			e = fabs(r.s[j] - (j == 0 ? s1 : j == 1 ? s2 : 0))/s1/DBL_EPSILON;
			good &= e <= n + m;
			*most = fmax(*most, e);
		}
		good &= info == 0;
	}
	return good;
}

/* m by n: ones, tenths, i + 1 (a_ij for all j), j + 1; x in the even rows and columns, y
 * in the odd ones; a random matrix of rank 1, beside the norms that make its s. */
static void
short_of_rank(void)
{
	static const int more[] = { 0, 7, -5 };
	static double a[N*N], x[N], y[N];
	unsigned long long seed = 11;
	double most = 0, s1, s2;
	int n, m, k, i, j, l, bad = 0, count = 0;

	for (n = 1; n <= 64; n++)
		for (l = 0; l < 3; l++) {
			if ((m = n + more[l]) < 1)
				continue;
			for (k = 0; k < 6; k++, count++) {
				for (i = 0; i < m; i++)
					x[i] = k == 1 ? 0.1 : k == 2 ? i + 1 : k == 4 ? table_random(&seed) : 1;
				for (j = 0; j < n; j++)
					y[j] = k == 3 ? j + 1 : k == 4 ? table_random(&seed) : 1;
				for (i = 0; i < m*n; i++)
					a[i] = k < 5 ? x[i%m]*y[i/m] : i%m%2 != i/m%2 ? 0 : i%m%2 ? 0.1 : 3;
				s1 = sqrt(kern_dot(m, x, x)*kern_dot(n, y, y));
				s2 = 0;
				if (k == 5) {
					s1 = 3*sqrt((m + 1)/2*((n + 1)/2));
					s2 = 0.1*sqrt(m/2*(n/2));
				}
				bad += !is_rank2(a, m, n, s1, s2, &most);
			}
		}
	test_ok(!bad, "%d matrices of rank 1 and 2: s to %.1f eps", count, most);
}

/* [B B], every column twice: s = sqrt(2) s(B), and zeros. */
static void
twice(void)
{
	static struct svd r, t;
	unsigned long long seed = 13;
	double most = 0, e;
	int n, i, j, bad = 0;

	for (n = 1; n <= 48; n++) {
		for (i = 0; i < 2*n*n; i++)
			r.u[i] = t.u[i] = t.u[2*n*n + i] = table_random(&seed);
		bad += svd_values(2*n, n, r.u, 2*n, 0, r.s, r.work);
		bad += svd_values(2*n, 2*n, t.u, 2*n, n%2, t.s, t.work);
		for (j = 0; j < 2*n; j++) {
			e = fabs(t.s[j] - (j < n ? sqrt(2)*r.s[j] : 0))/r.s[0]/n/DBL_EPSILON;
			bad += !(e < 4);
			most = fmax(most, e);
		}
	}
	test_ok(!bad, "every column twice: s to %.1f n eps", most);
}

/* Columns 2^1000 and 2^-1070 apart by more than the range of a double, and at
 * 45 degrees: s_1 = |a_1|, s_2 = |a_2|/sqrt(2) up to rounding. */
static void
span(void)
{
	double a[4] = { 0x1p1000, 0, 0x1p-1070, 0x1p-1070 }, s[2], v[4];
	static double w[WORK];
	double b[4] = { 0x1p-1074, 0x1p-1074, DBL_MAX/2, DBL_MAX/2 }, t[2];
	int bad = svd_jacobi(2, 2, a, 2, s, v, 2, w) || svd_jacobi(2, 2, b, 2, t, v, 2, w);

	test_ok(!bad && s[0] == 0x1p1000 && s[1] == 0x1p-1070 && fabs(a[3]) == 1 &&
	    fabs(t[0]/(DBL_MAX/2)/sqrt(2) - 1) < 1e-15 && t[1] == 0,
	    "columns 2^2070 and 2^2097 apart: s %g %g, %g %g", s[0], s[1], t[0], t[1]);
}

/* A = H U D of order 16, H Hadamard's (H'H = 16 I), U a unit triangle of ones or, with
 * ones 0, the unit matrix, d_j = 2^(600 - bits j).  Without U s_j = 4 d_j; with it the
 * same but for a factor 1 + O(2^(-2 bits)), for then A = (H/4) R and the diagonal of R
 * is 4 D. */
static void
steep(int ones, int bits)
{
	static double a[256], w[WORK];
	double s[16], e, worst = 0;
	int i, j, k, h, info;

	for (j = 0; j < 16; j++)
		for (i = 0; i < 16; i++)
			for (a[i + 16*j] = 0, k = ones ? 0 : j; k <= j; k++) {
				h = i & k;
				h ^= h >> 2;
				h ^= h >> 1;
				a[i + 16*j] += ldexp(h & 1 ? -1 : 1, 600 - bits*j);
			}
	info = svd_values(16, 16, a, 16, 0, s, w);
	for (j = 0; j < 16; j++) {
		e = fabs(ldexp(s[j], bits*j - 602) - 1)/DBL_EPSILON;
		worst = fmax(worst, isnan(e) ? INFINITY : e);
	}
	test_ok(!info && worst < 64, "16 columns, 2^%d from one to the next: s to %.1f eps", bits, worst);
}

/* A = diag(2^500 B, 2^-e B), B random of order 8: twice the s of B. */
static void
blocks(int e)
{
	static double a[256], b[64], w[WORK];
	unsigned long long seed = 17;
	double s[16], t[8], x, y, worst = 0;
	int i, j, info;

	for (j = 0; j < 8; j++)
		for (i = 0; i < 8; i++) {
			b[i + 8*j] = table_random(&seed);
			a[i + 16*j] = ldexp(b[i + 8*j], 500);
			a[8 + i + 16*(8 + j)] = ldexp(b[i + 8*j], -e);
		}
	info = svd_values(8, 8, b, 8, 0, t, w) || svd_values(16, 16, a, 16, 0, s, w);
	for (j = 0; j < 8; j++) {
		x = fabs(ldexp(s[j], -500)/t[j] - 1);
		y = fabs(ldexp(s[8 + j], e)/t[j] - 1);
		worst = fmax(worst, isnan(x + y) ? INFINITY : fmax(x, y)/DBL_EPSILON);
	}
	test_ok(!info && worst < 64, "blocks 2^%d apart: s to %.1f eps", 500 + e, worst);
}

/* Columns (1, 0) and (1, 2^-e): s_1 s_2 = 2^-e, s_1 = sqrt(2). */
static void
near(int e)
{
	static double w[WORK];
	double a[4] = { 1, 0, 1, ldexp(1, -e) }, s[2], v[4];
	int info = svd_jacobi(2, 2, a, 2, s, v, 2, w);

	test_num(info ? NAN : ldexp(s[1], e), sqrt(0.5), 1e-15, "columns at an angle of 2^-%d", e);
}

/* Halves that meet in next to nothing: to the last secular equation one pole remains, which moves by less
 * than its rounding.  T has ones on the diagonal, beside it 0.1 and 0.13. */
static void
loose(int n, double f)
{
	enum { MOST = 176, LD = MOST + 8 };
	static double h[MOST*LD], w[MOST*LD], work[(EIGEN_VECTORS + EIGEN_HALVES*(MOST + 7))*(MOST + 7)];
	double worst = 0, x;
	int i, j, bad = 0;

	memset(h, 0, sizeof h);
	for (i = 0; i < n; i++) {
		x = i == n/2 - 1 ? f : i < n/2 ? 0.1 : 0.1*1.3;
		h[i*(LD + 1)] = 1;
		if (i + 1 < n)
			h[i*(LD + 1) + 1] = h[i*(LD + 1) + LD] = x;
	}
	eigen_halves(n, h, LD, w, LD, work);
	for (j = 0; j < n; j++)
		for (i = 0; i <= j; i++) {
			x = fabs(kern_dot(n, w + i*LD, w + j*LD) - (i == j));
			bad += !(x < 1e-13);
			worst = fmax(worst, x);
		}
	test_ok(!bad, "halves that hardly meet: W'W = I to %.1f eps", worst/DBL_EPSILON);
}

/* A, s, V and the workspace as large as they must be, in the sea, NaN between the columns: A = U S V',
 * and svd_values finds the same s.  graded: columns 2^-40 apart, which are not preconditioned as others. */
static int
in_sea(ptrdiff_t m, ptrdiff_t n, int graded)
{
	static double a[N*N];
	unsigned long long seed = 5;
	ptrdiff_t lda = m + 2, ldv = n + 3, k = m < n ? m : n, i, j, l;
	size_t na = (size_t)((n - 1)*lda + m), nv = (size_t)((k - 1)*ldv + n), ns = (size_t)k, nw = svd_work(m, n);
	double *u = sea_new(na), *v = sea_new(nv), *s = sea_new(ns), *w = sea_new(nw), *x = sea_new(na), *t = sea_new(ns);
	double e = 0, d = 0;
	int bad;

	for (j = 0; j < n; j++)
		for (i = 0; i < m; i++)
			a[i + j*m] = u[i + j*lda] = x[i + j*lda] = ldexp(table_random(&seed), graded ? -40*(int)j : 0);
	bad = svd_jacobi(m, n, u, lda, s, v, ldv, w) || svd_values(m, n, x, lda, 1, t, w);
	for (j = 0; j < n; j++)
		for (i = 0; i < m; i++) {
			for (d = a[i + j*m], l = 0; l < k; l++)
				d -= u[i + l*lda]*s[l]*v[j + l*ldv];
			e = fmax(e, isnan(d) ? INFINITY : fabs(d));
		}
	for (l = 0; l < k; l++)
		e = fmax(e, isnan(t[l]) ? INFINITY : fabs(s[l] - t[l]));
	bad |= !(e <= 100*DBL_EPSILON*s[0]);
	for (j = 0; j < n - 1; j++)
		for (i = m; i < lda; i++)
			bad |= !isnan(u[i + j*lda]) || !isnan(x[i + j*lda]);
	for (j = 0; j < k - 1; j++)
		for (i = n; i < ldv; i++)
			bad |= !isnan(v[i + j*ldv]);
	bad |= sea_free(u, na) | sea_free(x, na) | sea_free(v, nv);
	return bad | sea_free(s, ns) | sea_free(t, ns) | sea_free(w, nw);
}

enum { RANDOM, BLOCKS, PAIRS, KINDS };

/* H at i, j: any, in two blocks, or a circulant, whose eigenvalues but one or two are double. */
static double
symmetric(int n, int i, int j, int kind, unsigned long long *seed)
{
	double x = table_random(seed);
	int apart = j - i < n - (j - i) ? j - i : n - (j - i);

	return kind == PAIRS ? 1.0/(1 + apart*apart) : kind == BLOCKS && (i < n/3) != (j < n/3) ? 0 : x;
}

/* W of H of order n, by QR or by halves: orthogonal, and W'HW diagonal, by halves in descending order,
 * for Jacobi mends bad ones in silence.  Workspace as it is asked for, in the sea. */
static double
eigenvectors(int n, int kind, int halves)
{
	enum { MOST = 104 };
	static double h[MOST*MOST], g[MOST*MOST], w[MOST*MOST], x[MOST];
	unsigned long long seed = 11;
	size_t size = (size_t)(halves ? EIGEN_HALVES*(n + 7)*(n + 7) : EIGEN_VECTORS*(n + 7));
	double *work = sea_new(size), e = 0, last = INFINITY, now;

	memset(h, 0, sizeof h);
	for (int j = 0; j < n; j++)
		for (int i = 0; i <= j; i++)
			h[i + j*MOST] = h[j + i*MOST] = symmetric(n, i, j, kind, &seed);
	memcpy(g, h, sizeof h);
	if (halves)
		eigen_halves(n, g, MOST, w, MOST, work);
	else
		eigen_vectors(n, g, MOST, w, MOST, work);
	for (int j = 0; j < n; j++) {
		for (int i = 0; i < n; i++)
			x[i] = kern_dot(n, h + i*MOST, w + j*MOST);
		now = kern_dot(n, w + j*MOST, x);
		e = halves ? fmax(e, now - last) : e;
		last = now;
		for (int i = 0; i < n; i++) {
			double a = fabs(kern_dot(n, w + i*MOST, w + j*MOST) - (i == j));
			double b = i == j ? 0 : fabs(kern_dot(n, w + i*MOST, x));

			e = fmax(e, isnan(a + b) ? INFINITY : fmax(a, b));
		}
	}
	return sea_free(work, size) ? INFINITY : e/(n*DBL_EPSILON);
}

static void
eigen(void)
{
	static const int order[] = { 1, 2, 3, 8, 9, 17, 32, 33, 47, 64, 65, 100, 104 };
	double e = 0;

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		for (int kind = 0; kind < KINDS; kind++) {
			e = fmax(e, eigenvectors(order[i], kind, 0));
			if (order[i] >= 32)
				e = fmax(e, eigenvectors(order[i], kind, 1));
		}
	test_ok(e < 10, "eigenvectors that precondition: W'W = I and W'HW diagonal to %.2g n eps", e);
}

/* A number whose square is none, wherever it stands in its column; and a column that the one before it
 * leaves nothing of, before one that is 2^-2000 as long. */
static void
large(void)
{
	static double w[WORK];
	double a[9], s[3];
	int bad = 0;

	for (int m = 1; m <= 9; m++)
		for (int i = 0; i < m; i++) {
			memset(a, 0, sizeof a);
			a[i] = -0x1p1000;
			bad += svd_values(m, 1, a, m, 0, s, w) != 0 || s[0] != 0x1p1000;
		}
	test_ok(bad == 0, "2^1000 at each place of a column");
	memset(a, 0, sizeof a);
	a[0] = a[3] = 0x1p1000;
	a[7] = 0x1p-1000;
	bad = svd_values(3, 3, a, 3, 0, s, w);
	test_ok(bad == 0 && fabs(s[0]/0x1p1000 - sqrt(2)) < 1e-15 && s[1] == 0x1p-1000 && s[2] == 0,
	    "the same column twice, and one 2^-2000 as long: s %g %g %g", s[0], s[1], s[2]);
}

static void
edges(void)
{
	static const int size[] = { 1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 40, 65 };
	int bad = 0;

	for (size_t i = 0; i < sizeof size / sizeof *size; i++)
		for (size_t j = 0; j < sizeof size / sizeof *size; j++)
			bad += in_sea(size[i], size[j], 0) + in_sea(size[i], size[j], 1);
	test_ok(bad == 0, "288 matrices: nothing is read or written beyond A, s, V and the workspace: %d", bad);
}

int
main(void)
{
	int n = all();

	test_ok(n == 35, "%d matrices", n);
	scaled();
	deficient();
	short_of_rank();
	twice();
	refusals();
	edges();
	large();
	eigen();
	span();
	steep(0, 1);
	steep(1, 30);
	steep(1, 70);
	blocks(20);
	blocks(550);
	near(40);
	near(150);
	loose(163, 0x1p-50*1.43);
	loose(173, 0x1p-50*1.47);
	loose(175, 0x1p-50*1.48);
	return test_end();
}
