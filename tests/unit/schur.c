/* Eigenvalues on the hard matrices of tests/data/schur: as near to those of 80 digits as
 * LAPACK's, and each with a backward error of a few eps; odd input; copying. */
#include <float.h>
#include <stdint.h>

#include "num.h"
#include "table.h"
#include "test.h"

enum { N = 64, MATRICES = 64 };

struct matrix {
	char name[32];
	int n;
	double a[N*N], re[N], im[N];    /* A, what is wanted of A / 2^e */
	double lapack;                  /* LAPACK's error over the largest element */
};

static double work[1 << 20];      /* more than svd_work(2*N, 2*N) */

/* 2^-e A has elements of at most 1. */
static int
exponent(const struct matrix *x)
{
	double big = 0;
	int e;

	for (int i = 0; i < x->n*x->n; i++)
		big = fmax(big, fabs(x->a[i]));
	frexp(big, &e);
	return e;
}

/* The largest distance of (re, im) from what is wanted, each pairing with the nearest that
 * is left, as in gen_schur.py. */
static double
distance(const struct matrix *x, const double *re, const double *im)
{
	int used[N] = { 0 };
	double worst = 0;

	for (int i = 0; i < x->n; i++) {
		double best = INFINITY;
		int at = 0;

		for (int k = 0; k < x->n; k++) {
			double z[2] = { re[i] - x->re[k], im[i] - x->im[k] };

			if (!used[k] && !(tri_norm(z, 2) >= best)) {
				best = tri_norm(z, 2);
				at = k;
			}
		}
		used[at] = 1;
		worst = fmax(worst, best);
	}
	return worst;
}

/* The least |E| for which re + i im is an eigenvalue of A + E, over eps |A|: the least
 * singular value of A - (re + i im), as a real matrix of twice the size.  a: scaled. */
static double
backward(int n, const double *a, double re, double im, double norm)
{
	static double b[4*N*N], s[2*N];
	int m = im == 0 ? n : 2*n;

	memset(b, 0, sizeof b);
	for (int j = 0; j < n; j++)
		for (int i = 0; i < n; i++) {
			b[i + j*m] = a[i + j*n] - (i == j ? re : 0);
			if (im != 0)
				b[n + i + (n + j)*m] = b[i + j*m];
		}
	for (int i = 0; i < n && im != 0; i++) {
		b[n + i + i*m] = -im;
		b[i + (n + i)*m] = im;
	}
	if (svd_work(m, m) > sizeof work / sizeof *work || svd_values(m, m, b, m, 0, s, work) != 0)
		return INFINITY;
	return s[m - 1] / (DBL_EPSILON*norm);
}

/* 2-norm of a. */
static double
norm2(int n, const double *a)
{
	static double b[N*N], s[N];

	memcpy(b, a, (size_t)(n*n) * sizeof *b);
	return svd_values(n, n, b, n, 0, s, work) == 0 ? s[0] : NAN;
}

/* Complex ones come in pairs, im > 0 first. */
static int
is_paired(int n, const double *re, const double *im)
{
	for (int i = 0; i < n; i++) {
		if (im[i] == 0)
			continue;
		if (i + 1 == n || im[i] < 0 || re[i + 1] != re[i] || im[i + 1] != -im[i])
			return 0;
		i++;
	}
	return 1;
}

static void
hard(const struct matrix *x)
{
	static double a[N*N], re[N], im[N];
	double worst = 0, norm, trace = 0, sum, error, least;
	int n = x->n, e = exponent(x), info;

	memcpy(a, x->a, sizeof a);
	info = schur_values(n, a, n, re, im, work);
	for (int i = 0; i < n*n; i++)
		a[i] = ldexp(x->a[i], -e);
	for (int i = 0; i < n; i++) {
		re[i] = ldexp(re[i], -e);
		im[i] = ldexp(im[i], -e);
		trace += a[i + i*n];
	}
	least = e < -900 ? ldexp(1, -1074 - e) : 0;     /* to which results of that size are rounded */
	norm = norm2(n, a);
	for (int i = 0; i < n && norm > 0; i++)
		worst = fmax(worst, backward(n, a, re[i], im[i], norm));
	sum = num_sum(re, n);
	error = distance(x, re, im);
	test_ok(info == 0 && worst <= n + 2 + least/DBL_EPSILON, "%s: backward error %.2g eps", x->name, worst);
	test_ok(fabs(sum - trace) <= n*(4*DBL_EPSILON*norm + least) && is_paired(n, re, im), "%s: the trace, pairs", x->name);
	test_ok(error <= 8*x->lapack + 16*DBL_EPSILON*norm + least, "%s: off by %.2g, LAPACK by %.2g", x->name, error,
	    x->lapack);
}

/* Takes the matrices of INDEX.csv one by one. */
static void
all_hard(void)
{
	static struct matrix x;
	static double row[N*N], ev[2*N];
	char line[256];
	int count = 0;
	FILE *f = fopen("tests/data/schur/INDEX.csv", "r");

	if (f == NULL || fgets(line, sizeof line, f) == NULL)
		exit(1);
	for (; fgets(line, sizeof line, f) != NULL; count++) {
		if (sscanf(line, "%31[^,],%d,%lf", x.name, &x.n, &x.lapack) != 3 || x.n > N)
			exit(1);
		if (table_read("schur", x.name, ".csv", 0, x.n, row, x.n) != x.n || table_read("schur", x.name, ".ev.csv", 0, 2, ev, x.n) != x.n)
			exit(1);
		for (int i = 0; i < x.n*x.n; i++)
			x.a[i/x.n + i%x.n*x.n] = row[i];
		for (int i = 0; i < x.n; i++) {
			x.re[i] = ev[2*i];
			x.im[i] = ev[2*i + 1];
		}
		hard(&x);
	}
	fclose(f);
	test_ok(count > 40, "%d matrices", count);
}

/* Small ones of few different numbers, many of them singular or defective. */
static void
many(void)
{
	static double a[N*N], b[N*N], re[N], im[N];
	unsigned long long seed = 3;
	double worst = 0;
	int bad = 0;

	for (int c = 0; c < 3000; c++) {
		int n = 1 + c % 12, numbers = 1 + c / 12 % 4;
		double norm;

		for (int i = 0; i < n*n; i++)
			a[i] = rint(table_random(&seed) * numbers) * (table_random(&seed) < 0.2);
		memcpy(b, a, sizeof b);
		bad += schur_values(n, b, n, re, im, work) != 0 || !is_paired(n, re, im);
		norm = norm2(n, a);
		for (int i = 0; i < n && norm > 0; i++)
			worst = fmax(worst, backward(n, a, re[i], im[i], norm) / (n + 2));
	}
	test_ok(bad == 0 && worst <= 2, "3000 small matrices: %d bad, backward error %.2g (n + 2) eps", bad, worst);
}

static void
odd(void)
{
	double a[6] = { 1, 2, 9, 3, 4, 9 }, b[6], re[2], im[2];

	test_ok(schur_values(0, a, 0, re, im, work) == 0, "no rows");
	test_ok(schur_values(-1, a, 2, re, im, work) == -1 && schur_values(2, a, 1, re, im, work) == -3, "bad sizes");
	for (int k = 0; k < 2; k++) {
		memcpy(b, a, sizeof b);
		b[4] = k ? NAN : INFINITY;
		test_ok(schur_values(2, b, 3, re, im, work) == -2 && b[0] == 1 && b[1] == 2 && b[3] == 3, "NaN, Inf: nothing is changed");
	}
	test_ok(schur_values(2, a, 3, re, im, work) == 0 && a[2] == 9 && a[5] == 9, "what is between columns stays");
	test_num(re[0] + re[1], 5, 1e-15, "the sum of both");
	test_num(re[0] * re[1], -2, 1e-14, "their product");
	b[0] = b[1] = b[2] = b[3] = DBL_MAX;
	test_ok(schur_values(2, b, 2, re, im, work) == 0 && (isinf(re[0]) || isinf(re[1])), "beyond all doubles");
}

static void
copying(void)
{
	const double plus[3] = { 3, 1e-9, 0.1 }, minus[2] = { -1e308, -1.7e308 }, zero[3] = { 0, 0, 0 };
	const double re[4] = { 3, 3, -1, 0 }, im[4] = { 4, -4, 0, 0 }, tiny[2] = { 5e-324, -1.5e-323 };

	test_ok(schur_copying(3, plus, zero) == 1, "copying of positive ones is 1");
	test_ok(schur_copying(2, minus, zero) == -1, "of negative ones -1, as large as they be");
	test_num(schur_copying(4, re, im), 5.0 / 11, 1e-15, "of complex ones");
	test_num(schur_copying(2, tiny, zero), -0.5, 0, "of the least");
	test_ok(isnan(schur_copying(3, zero, zero)) && isnan(schur_copying(0, zero, zero)), "of zeros: undefined");
}

int
main(void)
{
	all_hard();
	many();
	odd();
	copying();
	return test_end();
}
