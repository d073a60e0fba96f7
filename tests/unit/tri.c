/* The triangular factor against exact sums of products, for any blocks and
 * merges; its low parts; rows below the rank, constant columns, weights,
 * extreme magnitudes. */
#include <float.h>

#include "num.h"
#include "table.h"
#include "test.h"

enum { P = 7, ROWS = 200, PARTS = 5 };

static double mem[PARTS][2*(P + 2)*(TRI_BLOCK + 2*P + 8)];

/* R without its first row and column, that of the ones: the factor of the
 * centred columns, rounded; and their means. */
struct centred { int p; double n, r[P*P], mean[P]; };

static struct centred
centre(const struct tri *t)
{
	struct centred c = { (int)t->p - 1, t->n, { 0 }, { 0 } };
	int i, j;

	for (j = 0; j < c.p; j++) {
		c.mean[j] = t->r[(j + 1)*t->p]/t->r[0];
		for (i = 0; i < c.p; i++)
			c.r[i + j*c.p] = t->min[j + 1] == t->max[j + 1] ? 0 : t->r[i + 1 + (j + 1)*t->p];
	}
	return c;
}

/* r as a whole: R'R compared with the reference, in units of eps |r_i| |r_j|,
 * and the means in units of eps (|mean| and deviations). */
static double
distance(const struct tri *t, const double *ss)
{
	const struct centred c = centre(t);
	int i, j, l, p = c.p;
	double d[P], s, x, worst = 0;

	for (j = 0; j < p; j++) {
		d[j] = tri_norm(c.r + j*p, p);
		x = ss[(j + 1)*p + j];
		worst = fmax(worst, x == d[j] ? 0 : fabs(d[j]/x - 1));
		x = fabs(c.mean[j] - ss[j])/(fabs(ss[j]) + 1e-3*x);
		worst = fmax(worst, x > 0 ? x : 0);
	}
	for (j = 0; j < p; j++)
		for (i = 0; i < j; i++) {
			for (s = 0, l = 0; l <= i; l++)
				if (d[i] > 0 && d[j] > 0)
					s += c.r[l + i*p]/d[i] * (c.r[l + j*p]/d[j]);
			worst = fmax(worst, fabs(s - ss[(i + 1)*p + j]));
		}
	return worst/DBL_EPSILON;
}

/* Whether R is upper triangular, finite, zero from row n on, and rounded. */
static int
shaped(const struct tri *t)
{
	ptrdiff_t i, j, p = t->p;
	double x, y;

	for (j = 0; j < p; j++)
		for (i = 0; i < p; i++) {
			x = t->r[i + j*p];
			y = t->rlo[i + j*p];
			if (!isfinite(x) || !isfinite(y) || x + y != x)
				return 0;
			if (x != 0 && (i > j || (double)i >= t->n))
				return 0;
		}
	return 1;
}

/* A column of ones and the rows, in parts, every `flush`-th row followed by a
 * flush; the parts merged from the left, the right, or as a tree. */
static struct tri
factor(const double *x, int n, int p, int parts, int flush, int how)
{
	struct tri t[PARTS];
	double row[P + 1] = { 1 };
	int i, k, m = 0;

	for (k = 0; k < parts; k++) {
		tri_init(&t[k], p + 1, mem[k]);
		for (i = n*k/parts; i < n*(k + 1)/parts; i++) {
			if (p > 0)
				memcpy(row + 1, x + i*p, (size_t)p * sizeof(*x));
			tri_add(&t[k], row, NULL, 1);
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

/* The largest difference of two factors, signs of rows apart, in units of
 * 2^-100 and the norm of the column. */
static double
apart(const struct tri *s, const struct tri *t)
{
	ptrdiff_t i, j, p = t->p;
	double worst = 0, d, sign;

	for (i = 0; i < p; i++)
		for (j = i; j < p; j++) {
			sign = s->r[i + i*p]*t->r[i + i*p] < 0 ? -1 : 1;
			d = (s->r[i + j*p] - sign*t->r[i + j*p]) + (s->rlo[i + j*p] - sign*t->rlo[i + j*p]);
			d = fabs(d)/tri_norm(s->r + j*p, p);
			worst = d > worst ? d : worst;
		}
	return worst*0x1p100;
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
				for (i = 0; i <= p && i < n; i++)
					full += t.r[i + i*t.p] == 0;
			}
	test_ok(!bad && !full, "R has min(p, n) rows and zeros below");
}

/* Parts, lanes and blocks do not matter beyond the last bits of the low parts. */
static void
twice(void)
{
	static double keep[2*(P + 2)*(TRI_BLOCK + 2*P + 8)], x[ROWS*P];
	unsigned long long seed = 7;
	double worst = 0;
	struct tri s, t;
	int i, parts;

	for (i = 0; i < ROWS*P; i++)
		x[i] = 1000 + table_random(&seed);
	s = factor(x, ROWS, P, 1, 0, 0);
	memcpy(keep, mem[0], sizeof(keep));
	s.r = keep + (s.r - mem[0]);
	s.rlo = keep + (s.rlo - mem[0]);
	for (parts = 1; parts <= PARTS; parts++)
		for (i = 1; i < 12; i++) {
			t = factor(x, ROWS, P, parts, i, parts % 3);
			worst = fmax(worst, apart(&s, &t));
		}
	test_ok(worst < 64, "in parts the same to %.0f 2^-100 of a column", worst);
}

/* Weights, columns that come later, columns picked: against the same rows
 * written out. */
static void
rows(void)
{
	static double one[4096], two[4096], more[4096], work[1024], r[9], rl[9];
	unsigned long long seed = 11;
	const ptrdiff_t pick[] = { 3, 0, 1 }, order[] = { 1, 2, 0 }, order3[] = { 0, 1, 3 };
	struct tri s, t, u;
	double x[4], y[3], lo[3] = { 0 }, logw = 0, d;
	int i, k, bad = 0;

	tri_init(&s, 3, two);                   /* columns 3, 0, 1; weights as copies */
	tri_init(&t, 3, one);
	for (i = 0; i < 90; i++) {
		if (i == 33)
			tri_grow(&t, 4, more);
		for (k = 0; k < 4; k++)
			x[k] = k < 3 || i > 33 ? table_random(&seed) : 0;
		tri_add(&t, x, NULL, i % 3 + 1);
		logw += log(i % 3 + 1);
		for (k = 0; k < 3; k++)
			y[k] = x[pick[k]];
		for (k = 0; k <= i % 3; k++)
			tri_add(&s, y, lo, 1);
	}
	tri_flush(&s);
	tri_flush(&t);
	tri_pick(&t, pick, 3, r, rl, work);
	bad += t.n != 90 || s.n != 180 || fabs(t.logw - logw) > 1e-13 || s.logw != 0 || !shaped(&t);
	for (i = 0; i < 3; i++)
		bad += t.min[pick[i]] != s.min[i] || t.max[pick[i]] != s.max[i];
	u = s;
	u.r = r;
	u.rlo = rl;
	d = apart(&s, &u);
	tri_order(&s, order, two + 2048, work);         /* back to 0, 1, 3 */
	for (i = 0; i < 3; i++)
		bad += s.min[i] != t.min[i + i/2] || s.max[i] != t.max[i + i/2];
	tri_pick(&t, order3, 3, r, rl, work);
	u = s;
	u.r = r;
	u.rlo = rl;
	d = fmax(d, apart(&s, &u));
	test_ok(!bad && d < 64 && tri_pick_work(4, 3) <= 1024 && tri_size(3) <= 2048,
	    "weights, a column that comes late, columns picked and ordered: %.0f 2^-100", d);
}

static void
near(void)
{
	const double x[] = { 1e9 + 0.1, 1e9 + 0.3 }, d = x[1] - x[0];
	const double y[] = { DBL_MAX/4, -DBL_MAX/4, DBL_MAX/4 }, z[] = { 0x1p-1074, 0, 0x1p-1073 };
	struct tri t = factor(x, 2, 1, 1, 0, 0);
	double a = fabs(t.r[3]), b, c, e;

	t = factor(x, 2, 1, 2, 0, 0);
	b = fabs(t.r[3]);
	test_num(a, d/sqrt(2), 4e-16, "1e9 + {0.1, 0.3}: R");
	test_num(b, d/sqrt(2), 4e-16, "1e9 + {0.1, 0.3}: R, merged");
	test_num(t.r[2]/t.r[0], 1e9 + 0.2, 3e-16, "1e9 + {0.1, 0.3}: the mean");
	t = factor(y, 3, 1, 1, 0, 0);
	c = fabs(t.r[3])/(DBL_MAX/4);
	t = factor(z, 3, 1, 1, 0, 0);
	e = fabs(t.r[3]);
	test_num(c, sqrt(8./3), 1e-15, "+-DBL_MAX/4: R over DBL_MAX/4");
	test_ok(e >= 0x1p-1074 && e <= 0x1p-1073, "2^-1074: R %g", e);
}

/* Factors each of which is before the last one by one number more. */
static void
order(void)
{
	enum { N = 7 };
	double m[N][4] = { { 0 } }, rlo[2][4] = { { 0 }, { 0, 0, 0, 1 } }, same[4] = { 0 };
	struct tri t[N];
	int bad = 0;

	for (int i = 0; i < N; i++) {
		double *in[N - 1] = { m[i], m[i] + 1, m[i] + 2, m[i] + 3, &t[i].logw, &t[i].n };

		t[i] = (struct tri){ .p = 1, .n = 5, .rlo = in[0], .r = in[1], .max = in[2], .min = in[3] };
		for (int k = 0; k < i; k++)
			*in[k] -= 1;
	}
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++)
			bad += tri_compare(&t[i], &t[j]) != (i < j) - (i > j);
	test_ok(!bad, "factors in order of n, log w, least, greatest, R: %d wrong", bad);
	for (int i = 0; i < 2; i++)
		t[i] = (struct tri){ .p = 2, .n = 5, .rlo = rlo[i], .r = same, .max = same, .min = same };
	test_ok(tri_compare(&t[0], &t[1]) == -1 && tri_compare(&t[1], &t[0]) == 1, "... to the last number of what R lacks");
	t[0].rlo = rlo[1];
	t[0].r = rlo[0];
	t[1].r = rlo[1];
	test_ok(tri_compare(&t[0], &t[1]) == -1, "... and of R");
	t[0].r = rlo[1];
	t[0].max = rlo[0];
	t[1].max = rlo[0] + 1;
	rlo[0][2] = 1;
	test_ok(tri_compare(&t[0], &t[1]) == -1, "... of greatest");
}

static void
norms(void)
{
	const double a[] = { 3e200, 4e200 }, b[] = { 3e-320, 0, -4e-320 }, c[] = { 1e-170, 1e-170, 1e-170 };
	const double e[] = { INFINITY, 1 };

	test_num(tri_norm(a, 2), 5e200, 3e-16, "tri_norm where squares overflow");
	test_ok(fabs(tri_norm(b, 3) - 5e-320) <= 0x1p-1074, "tri_norm of subnormals: %g", tri_norm(b, 3));
	test_num(tri_norm(c, 3), 1.7320508075688772e-170, 3e-16, "tri_norm where squares underflow");
	test_num(tri_norm(c, 0), 0, 0, "tri_norm of nothing");
	test_num(tri_norm(e, 2), INFINITY, 0, "tri_norm of infinity");
}

/* Where a sum of squares is itself a square in whole numbers, the norm is known
 * to the bit; otherwise it lies, within the bound, between what squares in long
 * double say. */
static void
norms_near(void)
{
	static const int whole[][4] = { { 3, 4, 0, 5 }, { 20, 21, 0, 29 }, { 2, 3, 6, 7 }, { 4, 13, 16, 21 }, { 119, 120, 0, 169 } };
	double x[64], worst = 0;
	int wrong = 0, e, n;

	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		for (e = -1060; e <= 1010; e += 23) {
			for (int j = 0; j < 3; j++)
				x[j] = ldexp(whole[i][j], e);
			wrong += tri_norm(x, 3) != ldexp(whole[i][3], e);
		}
	test_ok(!wrong, "tri_norm of whole numbers at all magnitudes: %d wrong", wrong);
	srand(7);
	for (int i = 0; i < 20000; i++) {
		long double s = 0;

		n = 1 + i % 64;
		for (int j = 0; j < n; j++) {
			x[j] = (rand()/(RAND_MAX + 1.0) - 0.5)*ldexp(1, rand() % 20);
			s += (long double)x[j]*x[j];
		}
		s = sqrtl(s);
		worst = fmax(worst, (double)(fabsl(tri_norm(x, n) - s)/s)/DBL_EPSILON/(n/2. + 1));
	}
	test_ok(worst <= 1, "tri_norm of n numbers to (n/2 + 1) eps: %.2f of that", worst);
}

int
main(void)
{
	check("plain", 5, 8);
	check("offset", 5, 8);
	check("graded", 5, 8);
	check("outlier", 3, 8);
	check("short", 4, 8);
	check("constant", 4, 8);
	few();
	twice();
	rows();
	near();
	order();
	norms();
	norms_near();
	return test_end();
}
