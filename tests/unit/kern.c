/* The inner loops: right, and the same bits from each instruction set that this
 * processor has.  Then numbers as files hold them. */
#include <float.h>

#define KERN kern_here
#include "../../lib/num/kern.c"

#include "table.h"
#include "test.h"

enum { N = 72, LD = 75 };

static int moved;                       /* numbers that should have stayed */
static double a[N*LD], b[N*LD], c[N*LD], d[N*LD];

static void
fill(double *x, int n)
{
	static unsigned long long seed = 1;
	int i;

	for (i = 0; i < n; i++)
		x[i] = table_random(&seed);
}

static double
apart(const double *x, const double *y, int n)
{
	double w = 0;
	int i;

	for (i = 0; i < n; i++)
		w = fmax(w, fabs(x[i] - y[i]));
	return w;
}

/* C + A B and C - A B in both layouts of B, leading dimensions as they must be and
 * greater; rotations of the same sizes. */
static double *
matrices(const struct kern *k, const double *x, double *p)
{
	int m, n, l, more, i;

	for (m = 1; m < 40; m += 3)
		for (n = 1; n < 12; n += 5)
			for (l = 0; l < 9; l += 4)
				for (i = 0; i < 8; i++) {
					more = i/4*3;
					memcpy(p, x, (size_t)((m + more)*n) * sizeof(double));
					k->gemm(i%2, m, n, l, x, m + more, x + 500, i/2%2 ? n : 1, i/2%2 ? 1 : l + 1, p, m + more);
					p += (m + more)*n;
					memcpy(p, x, (size_t)((m + more)*(l + 1)) * sizeof(double));
					k->rots(m, l, p, m + more, x + 700);
					p += (m + more)*(l + 1);
				}
	for (n = 0; n < 40; n += 1 + n/5) {
		memcpy(p, x, (size_t)(23*n) * sizeof(double));
		k->pass(15, n, x, x + 300, n + 1, p, n, x + 650, p + 15*n, n);
		p += 23*n;
	}
	for (n = 8; n < 26; n += 8)
		for (more = 0; more < 6; more += 5) {
			memcpy(p, x, (size_t)((n + more)*n + n) * sizeof(double));
			k->sym(n, p, n + more, x + 900, x + 930, x + 960, p + (n + more)*n);
			p += (n + more)*n + n;
		}
	return p;
}

/* Squares and reflections of 0 to 39 numbers, small to the edge of what there is,
 * near 1, and great; what stands behind w and C must stay. */
static double *
double_doubles(const struct kern *k, const double *x, double *p)
{
	static const double size[] = { 1, 0x1p-1060, 0x1p-1000, 0x1p-515, 0x1p500, 0x1p1015 };
	const struct dd f = { 0.75, 1e-17 };
	struct dd sum;
	int n, i, t;

	for (t = 0; t < 6; t++)
		for (n = 0; n < 40; n += 1 + n/8) {
			memset(p, 0, 128 * sizeof(double));
			for (i = 128; i < 800; i++)
				p[i] = size[t] * x[i];
			for (i = 0; i < n; i++) {
				p[i] = size[5 - t] * x[i];
				p[64 + i] = 1e-17 * size[5 - t] * x[100 + i];
			}
			for (i = 448; i < 800; i++)
				p[i] *= 1e-17;
			p[2] = 0;
			sum = k->dd_dot(n, p, p + 64, p, p + 64);
			k->dd_reflect(5, n, sum, f, p, p + 64, p + 128, p + 448, p + 176, p + 496, 48);
			for (i = 0; i < 6*48; i++)
				moved += i % 48 >= n && (p[128 + i] != size[t] * x[128 + i] ||
				    p[448 + i] != size[t] * x[448 + i] * 1e-17);
			p[800] = sum.hi;
			p[801] = sum.lo;
			for (i = 0; i < 64; i++)
				p[806 + i] = i < n ? size[t] * x[i] : 0;
			memset(p + 870, 0, 64 * sizeof(double));
			k->dd_shift(n, p + 806, p + 870, size[t] * x[100]);
			for (i = n; i < 64; i++)
				p[806 + i] = p[870 + i] = 0;
			sum = k->dd_sum(n, p + 806, p + 870);
			p[802] = sum.hi;
			p[803] = sum.lo;
			sum = k->dd_dot(n, p, p + 64, p + 806, p + 870);
			p[804] = sum.hi;
			p[805] = sum.lo;
			for (i = 0; i < 934; i++)
				p[i] = isnan(p[i]) ? 0 : p[i];
			p += 934;
		}
	return p;
}

/* Sums of products, in whole numbers and not; numbers on a grid and off it; double-doubles
 * and their parts. */
static double *
grams(const struct kern *k, const double *x, double *p)
{
	double grid[32];
	int m, n, i;

	for (m = 8; m < 100; m += 8)
		for (n = 0; n < 8; n += 1 + n*3) {
			memset(p, 0, (size_t)(m*m) * sizeof(double));
			k->gram(m, n, x, m + 8, p, m);
			for (i = 0; i < m*m; i++)
				p[i] = i%m < i/m ? 0 : p[i];
			p += m*m;
		}
	for (i = 0; i < 32; i++)
		grid[i] = i%3 == 0 ? 0x1.8p52 : 0x1.8p-10;
	memcpy(p, x, 80 * sizeof(double));
	p[7] = p[0] = 1;
	for (m = 8; m < 32; m += 8) {
		k->off(m, 10, p, 8, grid, p + 80);
		k->off(m, 3, x, 11, grid, p + 90);
		p += 100;
		memcpy(p, x, 96 * sizeof(double));
	}
	for (n = 0; n < 32; n += 8) {
		memcpy(p, x, 64 * sizeof(double));
		for (i = 0; i < 32; i++)
			p[32 + i] *= 1e-17;
		k->dd_plus(n, x + 80, p, p + 32);
		k->dd_axpy(n, (struct dd){ x[200], 1e-17*x[201] }, x + 300, x + 340, p, p + 32);
		k->dd_cut(n, p, p + 32, p + 64, p + 96, p + 128, p + 160);
		for (i = n; i < 32; i++)
			p[64 + i] = p[96 + i] = p[128 + i] = p[160 + i] = 0;
		p += 192;
	}
	return p;
}

/* D and z for kern_secular, some of D close to each other and some of z small;
 * pole[49] = rho. */
static void
poles(int n, const double *x, double *pole, double *z)
{
	double sum = 0;
	int i;

	pole[49] = 0.7 + 0.5*x[n];
	for (i = 0; i < n; i++) {
		pole[i] = (i > 0 ? pole[i - 1] : -0.4*n) + (i%5 == 3 ? 1e-13 : 0.5 + fabs(x[i]));
		z[i] = i%7 == 2 ? 1e-9*x[i + 60] : x[i + 60];
		sum += z[i]*z[i];
	}
	pole[n] = pole[n - 1] + pole[49]*sum;
}

/* Puts n eigenvalues and vectors, 48 apart, behind one another. */
static double *
packed(int n, double *p)
{
	int i, j;

	for (j = 0; j < n; j++)
		for (i = 0; i < n; i++)
			p[n + i + j*n] = p[48 + i + j*48];
	return p + n + n*n;
}

/* The result of everything in k on the same numbers, in out; returns its length. */
static int
everything(const struct kern *k, double *out)
{
	unsigned long long seed = 2;
	double x[1024], y[1024], *p = out;
	unsigned char codes[256];
	int i, n, t;

	for (i = 0; i < 1024; i++)
		x[i] = table_random(&seed);
	for (n = 0; n < 150; n += 1 + n/20) {
		*p++ = k->dot(n, x, x + 171);
		memcpy(y, x + 300, sizeof(y)/2);
		k->axpy(n, 0.7, x, y);
		k->rot(n, y, y + 160, 0.8, 0.3, -0.2);
		memcpy(p, y, 320 * sizeof(double));
		p += 320;
	}
	p = matrices(k, x, p);
	p = grams(k, x, p);
	for (n = 1; n < 45; n += 1 + n/6) {
		poles(n, x, y, y + 50);
		k->secular(n, y, y + 50, y[49], p, p + 48, 48);
		p = packed(n, p);
	}
	for (n = 0; n < 8; n++) {
		memcpy(p, x, 160 * sizeof(double));
		memcpy(y, x + 500, sizeof(y)/2);
		memset(y, 0, (size_t)n * sizeof(double));
		k->panel(20, p, n, y, p + 160);
		p += 168;
	}
	for (n = 1; n < 46; n++) {
		memset(p, 0, (size_t)n * sizeof(double));
		k->most(10, n, x, 50, p);
		p += n;
		k->turn(n, 7, x, 7, p, n);
		p += 7*n;
	}
	p = double_doubles(k, x, p);
	for (n = 0; n < 6; n++) {
		k->load((enum num_type)n, x, 3, 30, p);
		k->load((enum num_type)n, x, n == NUM_F64 ? 8 : n == NUM_F32 ? 4 : n < NUM_F8_E4M3 ? 2 : 1, 30, p + 30);
		for (i = 0; i < 60; i++)
			p[i] = isnan(p[i]) ? 0 : p[i];
		p += 60;
	}
	for (n = 0; n < 6; n++)
		for (i = 1; i <= 8; i++) {
			memset(p, 0, 27*9 * sizeof(double));
			k->load_turned((enum num_type)n, x, n < NUM_F16 ? 300 : 56, n == NUM_F64 ? 8 : n == NUM_F32 ? 4 : n < NUM_F8_E4M3 ? 2 : 1,
			    i, 27, p, 9, p + 27*9);
			for (t = 0; t < 27*9 + i; t++)
				p[t] = isnan(p[t]) ? 0 : p[t];
			p += 27*9 + i;
		}
	for (i = 0; i < 256; i++)
		codes[i] = (unsigned char)i;
	for (n = NUM_F8_E4M3; n <= NUM_F8_E5M2; n++, p += 256) {
		k->load((enum num_type)n, codes, 1, 256, p);
		for (i = 0; i < 256; i++)
			p[i] = isnan(p[i]) ? 0 : p[i];
	}
	return (int)(p - out);
}

static void
same_bits(void)
{
	static double x[1 << 19], y[1 << 19];
	int n = everything(&kern_here, x), k = 0, bad = 0;
	const struct kern *all[3] = { &kern_plain };

#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		all[1] = &kern_avx2;
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma"))
		all[2] = &kern_avx512;
#endif
	for (k = 0; k < 3; k++) {
		if (!all[k])
			continue;
		memset(y, 0, sizeof(y));
		bad = everything(all[k], y) != n || memcmp(x, y, (size_t)n * sizeof(double)) != 0;
		test_ok(!bad, "instruction set %d: the same %d numbers", k, n);
	}
	test_ok(moved == 0, "what stands behind stays");
}

static void
products(void)
{
	double s;
	int i, j, k, bad = 0;

	fill(a, N*LD);
	fill(b, N*LD);
	fill(c, N*LD);
	memcpy(d, c, sizeof(c));
	kern_gemm(0, 67, 61, 72, a, LD, b, 1, LD, c, LD);
	for (j = 0; j < 61; j++)
		for (i = 0; i < 67; i++)
			for (k = 0; k < 72; k++)
				d[i + j*LD] += a[i + k*LD]*b[k + j*LD];
	bad += apart(c, d, N*LD) > 1e-13;
	kern_gemm(1, 67, 61, 72, a, LD, b, LD, 1, c, LD);
	for (j = 0; j < 61; j++)
		for (i = 0; i < 67; i++)
			for (k = 0; k < 72; k++)
				d[i + j*LD] -= a[i + k*LD]*b[k*LD + j];
	bad += apart(c, d, N*LD) > 1e-13;
	for (s = 0, i = 0; i < 333; i++)
		s += a[i]*b[i];
	bad += fabs(s - kern_dot(333, a, b)) > 1e-13;
	test_ok(!bad, "products of matrices, dot");
}

/* The update and the product in one: the same bits as one after the other. */
static void
passes(void)
{
	int m, n, bad = 0;

	for (m = 0; m < 60; m += 1 + m/3)
		for (n = 0; n < 61; n++) {
			fill(a, N*LD);
			fill(b, N*LD);
			fill(c, N*LD);
			memcpy(d, c, sizeof(c));
			kern_pass(m, n, a, b, 70, c, LD, a + 8*N, c + 64*LD, 70);
			kern_gemm(1, n, m, 8, b, 70, a, 1, 8, d, LD);
			kern_gemm(0, n, 8, m, d, LD, a + 8*N, 8, 1, d + 64*LD, 70);
			bad += memcmp(c, d, sizeof(c)) != 0;
		}
	test_ok(!bad, "C - U Y' and its product with V in one pass");
}

/* (D + rho z z') U = U X, U'U = I. */
static void
eigenvectors(void)
{
	double x[64], w[64], y[128], e, s, r, worst = 0, most = 0;
	double *z = y + 50, *u = a, *v = b;
	int n, i, j, k, bad = 0;

	for (n = 1; n < 46; n++) {
		fill(v, 256);
		poles(n, v, y, z);
		memcpy(w, z, sizeof(w));
		kern_secular(n, y, z, y[49], x, u, 48);
		for (i = 0; i < n; i++) {
			bad += !(x[i] >= y[i] && x[i] <= y[i + 1]);
			for (r = 0, k = 0; k < n; k++)
				r += y[49]*w[k]*u[i + k*48];
			for (e = 0, k = 0; k < n; k++)
				e = fmax(e, fabs((y[k] - x[i])*u[i + k*48] + w[k]*r));
			worst = fmax(worst, e/(fabs(y[0]) + fabs(y[n])));
			for (j = 0; j <= i; j++) {
				for (s = 0, k = 0; k < n; k++)
					s += u[i + k*48]*u[j + k*48];
				most = fmax(most, fabs(s - (i == j)));
			}
		}
	}
	test_ok(!bad && worst < 8*DBL_EPSILON && most < 16*DBL_EPSILON,
	    "diagonal and one of rank 1: to %.1f eps, vectors orthogonal to %.1f", worst/DBL_EPSILON, most/DBL_EPSILON);
}

/* The lower triangle of A - v w' - w v', and its product with x. */
static void
symmetric(void)
{
	double v[N], w[N], x[N], y[N] = { 0 }, z[N] = { 0 };
	int i, j;

	fill(a, N*LD);
	for (j = 0; j < N; j++)
		for (i = j/8*8; i < j; i++)
			a[i + j*LD] = a[j + i*LD];
	fill(v, N);
	fill(w, N);
	fill(x, N);
	for (j = 0; j < N; j++)
		for (i = 0; i < N; i++)
			b[i + j*LD] = (i < j ? a[j + i*LD] : a[i + j*LD]) - v[i]*w[j] - w[i]*v[j];
	for (j = 0; j < N; j++)
		for (i = 0; i < N; i++)
			z[i] += b[i + j*LD]*x[j];
	kern_sym(N, a, LD, v, w, x, y);
	for (j = 0; j < N; j++)
		for (i = 0; i < N; i++)
			if (i/8 < j/8)
				b[i + j*LD] = a[i + j*LD];
	for (j = 0; j < N; j++)
		memcpy(b + N + j*LD, a + N + j*LD, (LD - N) * sizeof(double));
	test_ok(apart(a, b, N*LD) < 1e-14 && apart(y, z, N) < 1e-13, "symmetric update and product");
}

static void
rotations(void)
{
	double cs[2*N], t;
	int i, j;

	fill(a, N*LD);
	memcpy(b, a, sizeof(a));
	for (j = 0; j < N; j++) {
		cs[2*j] = cos(j);
		cs[2*j + 1] = sin(j);
	}
	kern_rots(N, N - 1, a, LD, cs);
	for (j = 0; j < N - 1; j++)
		for (i = 0; i < N; i++) {
			t = b[i + j*LD];
			b[i + j*LD] = cs[2*j]*t + cs[2*j + 1]*b[i + (j + 1)*LD];
			b[i + (j + 1)*LD] = cs[2*j]*b[i + (j + 1)*LD] - cs[2*j + 1]*t;
		}
	test_ok(apart(a, b, N*LD) < 1e-14, "a train of rotations");
}

static void
greatest(void)
{
	double big[3] = { 0, 9, 0 }, x[6] = { -3, 4, -0.0, 2, -5, 0 };

	kern_most(2, 3, x, 3, big);
	test_ok(big[0] == 3 && big[1] == 9 && big[2] == 0 && !signbit(big[2]), "greatest absolute values");
	x[1] = NAN;
	x[3] = -INFINITY;
	kern_most(2, 3, x, 3, big);
	test_ok(big[0] == INFINITY && isnan(big[1]) && big[2] == 0, "Inf and NaN are the greatest");
}

/* Sign, exponent, fraction as IEEE 754 has them. */
static double
half(unsigned h)
{
	int e = h >> 10 & 31, f = h & 1023;
	double x = e == 31 ? f ? NAN : INFINITY : e ? ldexp(1024 + f, e - 25) : ldexp(f, -24);

	return h & 0x8000 ? -x : x;
}

static void
numbers(void)
{
	static unsigned char p[4*65536 + 1];
	static double x[65536];
	unsigned h;
	int bad = 0;
	float f;

	for (h = 0; h < 65536; h++) {
		p[1 + 2*h] = (unsigned char)(h & 255);
		p[2 + 2*h] = (unsigned char)(h >> 8);
	}
	num_load(NUM_F16, p + 1, 2, 65536, x);
	for (h = 0; h < 65536; h++)
		bad += isnan(half(h)) ? !isnan(x[h]) : x[h] != half(h) || !signbit(x[h]) != !signbit(half(h));
	test_ok(!bad, "f16: all 65536");
	num_load(NUM_BF16, p + 1, 2, 65536, x);
	for (bad = 0, h = 0; h < 65536; h++) {
		uint32_t u = h << 16;

		memcpy(&f, &u, 4);
		bad += isnan(f) ? !isnan(x[h]) : x[h] != (double)f;
	}
	test_ok(!bad && x[0x3f80] == 1 && x[0xc049] == -3.140625, "bf16: all 65536");
	memcpy(p + 1, "\x00\x00\x80\x3f\xdb\x0f\x49\xc0\x01\x00\x00\x80", 12);
	num_load(NUM_F32, p + 1, 4, 3, x);
	bad = x[0] != 1 || x[1] != -0x1.921fb6p+1 || x[2] != -0x1p-149;
	num_load(NUM_F32, p + 1, 8, 2, x);
	bad += x[0] != 1 || x[1] != -0x1p-149;
	memcpy(p + 1, "\x18\x2d\x44\x54\xfb\x21\x09\xc0", 8);
	num_load(NUM_F64, p + 1, 8, 1, x);
	bad += x[0] != -0x1.921fb54442d18p+1;
	num_load(NUM_F64, p, 8, 0, NULL);
	x[1] = -0x1.921fb54442d18p+1;
	memcpy(p + 1, x + 1, 8);
	num_load(NUM_DOUBLE, p + 1, 8, 1, x);
	bad += x[0] != x[1];
	test_ok(!bad, "f32, f64 and doubles, unaligned, with a step; none");
}

/* All codes as torch reads them, signs of zeros among them, each alone and with
 * others. */
static void
eight_bits(void)
{
	static const char *const name[] = { "e4m3", "e5m2" };
	double want[256*3], x[256], one;
	unsigned char p[2*256 + 1];
	int i, k, bad;

	bad = table_read(".", "f8", ".csv", 1, 3, want, 256) != 256;
	for (i = 0; i < 256; i++)
		p[1 + 2*i] = p[2 + 2*i] = (unsigned char)i;
	for (k = 0; k < 2; k++, bad = 0) {
		num_load(k ? NUM_F8_E5M2 : NUM_F8_E4M3, p + 1, 2, 256, x);
		for (i = 0; i < 256; i++) {
			double y = want[3*i + 1 + k];

			num_load(k ? NUM_F8_E5M2 : NUM_F8_E4M3, p + 1 + 2*i, 1, 1, &one);
			bad += want[3*i] != i || memcmp(&one, &x[i], sizeof(one)) != 0;
			bad += isnan(y) ? !isnan(x[i]) : x[i] != y || !signbit(x[i]) != !signbit(y);
		}
		test_ok(!bad, "%s: all 256", name[k]);
	}
}

/* All codes of 8 and of 16 bits, side by side and turned, are the same numbers. */
static void
turned(void)
{
	static const struct { enum num_type type; int size; } t[] = { { NUM_F16, 2 }, { NUM_BF16, 2 }, { NUM_F8_E4M3, 1 }, { NUM_F8_E5M2, 1 } };
	static unsigned char code[1 << 17];
	static double x[1 << 16], y[1 << 16];
	double big[8], top[8];
	int u, i, j, n, bad = 0;

	for (u = 0; u < 4; u++) {
		n = t[u].size == 2 ? 1 << 13 : 1 << 5;
		for (i = 0; i < 8*n; i++)
			if (t[u].size == 2) {
				code[2*i] = (unsigned char)(i & 255);
				code[2*i + 1] = (unsigned char)(i >> 8);
			} else
				code[i] = (unsigned char)i;
		num_load(t[u].type, code, t[u].size, 8*n, x);
		kern_load_turned(t[u].type, code, n*t[u].size, t[u].size, 8, n, y, 8, big);
		memset(top, 0, sizeof(top));
		kern_most(n, 8, y, 8, top);
		for (i = 0; i < 8; i++)
			bad += !(big[i] == top[i]) && !(isnan(big[i]) && isnan(top[i]));
		for (i = 0; i < 8; i++)
			for (j = 0; j < n; j++)
				bad += !(x[i*n + j] == y[i + 8*j]) && !(isnan(x[i*n + j]) && isnan(y[i + 8*j]));
	}
	test_ok(!bad, "columns of numbers as files hold them: %d differ", bad);
}

/* The lower triangle of A A'; what numbers of a grid are; parts of a double-double, which
 * together are what they were. */
static void
parts(void)
{
	double grid[8], out[2], e[6][8];
	int i, j, k, bad = 0;

	fill(a, N*LD);
	memset(c, 0, sizeof(c));
	memset(d, 0, sizeof(d));
	kern_gram(N, 61, a, LD, c, LD);
	for (j = 0; j < N; j++)
		for (i = j; i < N; i++)
			for (k = 0; k < 61; k++)
				d[i + j*LD] += a[i + k*LD]*a[j + k*LD];
	for (j = 0; j < N; j++)
		for (i = 0; i < j; i++)
			c[i + j*LD] = 0;
	bad += apart(c, d, N*LD) > 1e-13;
	for (i = 0; i < 8; i++) {
		a[i] = i - 3;
		a[8 + i] = i == 6 ? 0.5 : i;
		grid[i] = i == 3 ? 0x1.8p50 : 0x1.8p52;
	}
	a[3] = 0.25;
	kern_off(8, 2, a, 8, grid, out);
	bad += out[0] != 0 || out[1] == 0;
	fill(e[0], 8);
	for (i = 0; i < 8; i++)
		e[1][i] = ldexp(e[0][i], -54);
	kern_dd_cut(8, e[0], e[1], e[2], e[3], e[4], e[5]);
	for (i = 0; i < 8; i++) {
		bad += fmod(e[2][i], 0x1p-26) != 0 || fmod(e[3][i], 0x1p-48) != 0;
		bad += fabs(e[3][i]) > 0x1p-27 || fabs(e[4][i]) > 0x1.1p-49;
		bad += fabs(((e[0][i] - e[2][i]) - e[3][i]) + e[1][i] - e[4][i]) > 0x1p-102;
		bad += fabs((e[0][i] - e[2][i]) + e[1][i] - e[5][i]) > 0x1p-79;
	}
	test_ok(!bad, "Gram matrices, grids, parts of double-doubles");
}

/* Eight partial sums are added up as dd_add does it, one after the other. */
static void
folds(void)
{
	struct dd want, got;
	int t, i, bad = 0;

	for (t = 0; t < 1000; t++) {
		fill(a, 16);
		for (want = (struct dd){ 0, 0 }, i = 0; i < 8; i++) {
			a[i] = ldexp(a[i], (t*i)%60);
			a[8 + i] *= 0x1p-54*a[i];
			want = dd_add(want, (struct dd){ a[i], a[8 + i] });
		}
		got = kern_dd_sum(8, a, a + 8);
		bad += got.hi != want.hi || got.lo != want.lo;
	}
	test_ok(!bad, "sums of eight double-doubles: those of dd_add");
}

int
main(void)
{
	same_bits();
	products();
	folds();
	passes();
	symmetric();
	parts();
	turned();
	eigenvectors();
	rotations();
	greatest();
	numbers();
	eight_bits();
	return test_end();
}
