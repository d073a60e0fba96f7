/* The triangular factor against exact sums of products, for any blocks and
 * merges; rows below the rank, constant columns, extreme magnitudes. */
#include <float.h>

#include "num.h"
#include "table.h"
#include "test.h"

enum { P = 7, ROWS = 200, PARTS = 5 };

static double mem[PARTS][8192];

/* r as a whole: R'R compared with the reference, in units of eps |r_i| |r_j|,
 * and the means in units of eps (|mean| and deviations). */
static double
distance(const struct tri *t, const double *ss)
{
	ptrdiff_t i, j, l, p = t->p;
	double d[P], s, x, worst = 0;

	for (j = 0; j < p; j++) {
		d[j] = tri_norm(t->r + j*p, p);
		x = ss[(j + 1)*p + j];
		worst = fmax(worst, x == d[j] ? 0 : fabs(d[j]/x - 1));
		x = fabs(t->mean[j] - ss[j])/(fabs(ss[j]) + 1e-3*x);
		worst = fmax(worst, x > 0 ? x : 0);
	}
	for (j = 0; j < p; j++)
		for (i = 0; i < j; i++) {
			for (s = 0, l = 0; l <= i; l++)
				if (d[i] > 0 && d[j] > 0)
					s += t->r[l + i*p]/d[i] * (t->r[l + j*p]/d[j]);
			worst = fmax(worst, fabs(s - ss[(i + 1)*p + j]));
		}
	return worst/DBL_EPSILON;
}

/* Whether R is upper triangular, finite, and zero from row n - 1 on. */
static int
shaped(const struct tri *t)
{
	ptrdiff_t i, j, p = t->p;
	double x;

	for (j = 0; j < p; j++)
		for (i = 0; i < p; i++) {
			x = t->r[i + j*p];
			if (!isfinite(x) || (x != 0 && (i > j || (double)i >= t->n - 1)))
				return 0;
			if (x != 0 && t->min[j] == t->max[j])
				return 0;
		}
	return 1;
}

/* The rows in parts, every `flush`-th row followed by a flush; the parts
 * merged from the left, the right, or as a tree. */
static struct tri
factor(const double *x, int n, int p, int parts, int flush, int how)
{
	struct tri t[PARTS];
	int i, k, m = 0;

	for (k = 0; k < parts; k++) {
		tri_init(&t[k], p, mem[k]);
		for (i = n*k/parts; i < n*(k + 1)/parts; i++) {
			tri_add(&t[k], x + i*p);
			if (flush && ++m % flush == 0)
				tri_flush(&t[k]);
		}
	}
	if (how == 0)
		for (k = 1; k < parts; k++)
			tri_merge(&t[0], &t[k]);
	if (how == 1)
		for (k = parts - 1; k > 0; k--)
			tri_merge(&t[k - 1], &t[k]);
	if (how == 2)
		for (i = 1; i < parts; i *= 2)
			for (k = 0; k + i < parts; k += 2*i)
				tri_merge(&t[k], &t[k + i]);
	tri_flush(&t[0]);
	return t[0];
}

static void
check(const char *name, int p, double most)
{
	static double x[ROWS*P], ss[(P + 1)*P];
	int n = table_read("tri", name, ".csv", 0, p, x, ROWS);
	int parts, flush, how, bad = 0;
	double d, worst = 0;
	struct tri t;

	table_read("tri", name, ".ss.csv", 0, p, ss, p + 1);
	for (parts = 1; parts <= PARTS; parts++)
		for (flush = 0; flush < 71; flush += flush < 4 ? 1 : 11)
			for (how = 0; how < 3; how++) {
				t = factor(x, n, p, parts, flush, how);
				bad += t.n != n || !shaped(&t);
				d = distance(&t, ss);
				worst = d <= worst ? worst : d;
			}
	t = factor(x, n, p, 1, 0, 0);
	test_ok(!bad && worst <= most, "%s: R'R off by %.1f eps in one go, %.1f in parts (at most %.0f)",
	    name, distance(&t, ss), worst, most);
}

/* n rows of random numbers, p columns, n from 0 to 2 p, by 1 to n parts. */
static void
few(void)
{
	double x[2*P*P];
	unsigned long long seed = 3;
	struct tri t;
	int i, n, p, parts, bad = 0, full = 0;

	for (i = 0; i < 2*P*P; i++)
		x[i] = table_random(&seed);
	for (p = 0; p <= P; p++)
		for (n = 0; n <= 2*p; n++)
			for (parts = 1; parts <= PARTS; parts++) {
				t = factor(x, n, p, parts, 0, parts % 3);
				bad += !shaped(&t) || t.n != n;
				for (i = 0; i < p && i < n - 1; i++)
					full += t.r[i + i*p] == 0;
			}
	test_ok(!bad && !full, "R has min(p, n - 1) rows and zeros below");
}

static void
near(void)
{
	const double x[] = { 1e9 + 0.1, 1e9 + 0.3 }, d = x[1] - x[0];
	const double y[] = { DBL_MAX/4, -DBL_MAX/4, DBL_MAX/4 }, z[] = { 0x1p-1074, 0, 0x1p-1073 };
	struct tri t = factor(x, 2, 1, 1, 0, 0);
	double a = fabs(t.r[0]), b, c, e;

	t = factor(x, 2, 1, 2, 0, 0);
	b = fabs(t.r[0]);
	test_ok(fabs(a/(d/sqrt(2)) - 1) < 4e-16 && fabs(b/(d/sqrt(2)) - 1) < 4e-16 &&
	    t.mean[0] == 1e9 + 0.2, "1e9 + {0.1, 0.3}: R %.17g, merged %.17g", a, b);
	t = factor(y, 3, 1, 1, 0, 0);
	c = fabs(t.r[0])/(DBL_MAX/4)/sqrt(8./3);
	t = factor(z, 3, 1, 1, 0, 0);
	e = fabs(t.r[0]);
	test_ok(fabs(c - 1) < 1e-15 && e == 0x1p-1074, "+-DBL_MAX/4 and 2^-1074 (R %g)", e);
}

static void
norms(void)
{
	const double a[] = { 3e200, 4e200 }, b[] = { 3e-320, 0, -4e-320 }, c[] = { 1e-170, 1e-170, 1e-170 };
	const double e[] = { INFINITY, 1 };

	test_ok(fabs(tri_norm(a, 2)/5e200 - 1) < 3e-16 && fabs(tri_norm(b, 3) - 5e-320) <= 0x1p-1074 &&
	    fabs(tri_norm(c, 3)/1.7320508075688772e-170 - 1) < 3e-16 && tri_norm(c, 0) == 0 &&
	    tri_norm(e, 2) == INFINITY, "tri_norm beyond the range of squares");
}

int
main(void)
{
	check("plain", 5, 20);
	check("offset", 5, 20);
	check("graded", 5, 20);
	check("outlier", 3, 20);
	check("short", 4, 20);
	check("constant", 4, 20);
	few();
	near();
	norms();
	return test_end();
}
