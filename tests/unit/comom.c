/* Co-moments: NIST's NumAcc sets, large means, merging, undefined cases. */
#include "num.h"
#include "table.h"
#include "test.h"

enum { BLOCK = 64 };

/* In blocks of so many rows; w may be NULL. */
static struct comom
blocks(const double *w, const double *x, const double *y, int n, int most)
{
	double mem[2][4*BLOCK];
	struct comom_column cx, cy;
	struct comom c;
	int i, m;

	comom_init(&c);
	for (i = 0; i < n; i += m) {
		m = n - i < most ? n - i : most;
		comom_centre(x + i, w ? w + i : NULL, m, &cx, mem[0]);
		comom_centre(y + i, w ? w + i : NULL, m, &cy, mem[1]);
		comom_block(&c, m, &cx, &cy);
	}
	return c;
}

static struct comom
gather(const double *x, const double *y, int n)
{
	return blocks(NULL, x, y, n, BLOCK);
}

/* Adds rows in parts of random lengths, merged from the left or the right. */
static struct comom
parts(const double *x, const double *y, int n, int longest, int left, unsigned long long *seed)
{
	struct comom c, d;
	int i, m;

	comom_init(&c);
	for (i = 0; i < n; i += m) {
		m = (int)((table_random(seed) + 1)/2 * (longest + 1));
		if (m > n - i)
			m = n - i;
		d = gather(x + i, y + i, m);
		if (left) {
			comom_merge(&c, &d);
		} else {
			comom_merge(&d, &c);
			c = d;
		}
	}
	return c;
}

static double
digits(double x, double exact)
{
	double e = fabs(x - exact)/fabs(exact);

	return e < 1e-16 ? 16 : -log10(e);
}

static void
numacc(const char *name, double mean, double floor_)
{
	double x[1200], sd, least = 16, leastm = 16, least1;
	unsigned long long seed = 1;
	struct comom c;
	int i, n = table_read("nist", name, ".csv", 1, 1, x, 1200);

	c = gather(x, x, n);
	least1 = digits(sqrt(c.sxx.hi/(c.n - 1)), 0.1);
	for (i = 0; i < 40; i++) {
		c = parts(x, x, n, 1 + i*i, i % 2, &seed);
		sd = sqrt(c.sxx.hi/(c.n - 1));
		least = fmin(least, digits(sd, 0.1));
		leastm = fmin(leastm, digits(c.mx, mean));
		if (c.n != n || c.sxx.hi != c.syy.hi || c.sxx.hi != c.sxy.hi || comom_r(&c, NULL) < 1 - 4e-16)
			least = -1;
	}
	test_ok(n == 1001 && least1 >= floor_ && least >= floor_ && leastm >= 15,
	    "%s: sd to %.2f digits, merged %.2f (at least %.1f); mean %.1f",
	    name, least1, least, floor_, leastm);
}

static void
large_mean(void)
{
	const double x[] = { 1e9 + 0.1, 1e9 + 0.3 }, y[] = { 3, 1 };
	const double d = x[1] - x[0];           /* exact */
	struct comom c = gather(x, x, 2), e = gather(x, y, 2);
	double z[1000];
	int i;

	test_num(c.sxx.hi, d*d/2, 0, "1e9 + {0.1, 0.3}: the sum of squares");
	test_num(comom_r(&c, NULL), 1, 0, "r with itself");
	test_num(comom_r(&e, NULL), -1, 0, "r with {3, 1}");
	for (i = 0; i < 1000; i++)              /* 1..4: mean 2.5, squares 1250 */
		z[i] = 1e15 + 1 + i % 4;
	c = gather(z, z, 1000);
	z[0] = 0;                               /* an outlier comes first */
	for (i = 1; i < 1000; i++)
		z[i] = 1e15;
	e = gather(z, z, 1000);
	test_num(c.sxx.hi, 1250, 1e-13, "1e15 + {1, 2, 3, 4}");
	test_num(e.sxx.hi, 1e15*1e15*0.999, 1e-13, "0 before 999 times 1e15");
}

static void
undefined(void)
{
	double x[] = { 0.1, 0.1, 0.1, 0.1, 0.1 }, y[] = { 1, 2, 4, 8, 16 };
	struct comom c, d;
	int n, bad = 0;

	for (n = 0; n <= 5; n++) {
		c = gather(x, y, n);
		bad += !isnan(comom_r(&c, NULL));
		c = gather(y, x, n);
		bad += !isnan(comom_r(&c, NULL));
	}
	c = gather(y, y, 1);
	bad += !isnan(comom_r(&c, NULL));
	comom_init(&c);
	comom_init(&d);
	comom_merge(&c, &d);
	bad += c.n != 0 || !isnan(comom_r(&c, NULL));
	test_ok(!bad, "constant variables and fewer than two pairs have no r");
	d = gather(x, y, 3);
	comom_merge(&c, &d);
	test_ok(!memcmp(&c, &d, sizeof(c)), "merging into nothing copies");
	for (n = 2, bad = 0; n <= 3; n++) {
		double small[] = { 1e-160, 3e-160, 4e-160 }, large[] = { 2e160, -1e160, 5e160 };

		c = gather(small, y, n);
		d = gather(large, y, n);
		bad += !isnan(comom_r(&c, NULL)) || !isnan(comom_r(&d, NULL));
	}
	test_ok(!bad, "sums of squares beyond the range have no r, of two pairs either");
	c = gather(x, y, 2);
	bad = c.xmin != 0.1 || c.xmax != 0.1 || c.ymin != 1 || c.ymax != 2;
	test_ok(!bad, "extrema");
}

static void
bounds(void)
{
	double x[7], y[7], r, most = 0;
	unsigned long long seed = 7;
	struct comom c;
	int i, j, scale, bad = 0;

	for (i = 0; i < 20000; i++) {
		scale = i % 281 - 140;
		for (j = 0; j < 7; j++) {
			x[j] = table_random(&seed);
			y[j] = (x[j]*3 + 1)*pow(10, scale);
		}
		c = gather(x, y, 2 + i % 6);
		r = comom_r(&c, NULL);
		most = fmax(most, r);
		bad += !(r <= 1 && r > 1 - 1e-12);
	}
	test_ok(!bad && most == 1, "r of a line is at most 1, at any scale 1e-140 .. 1e140");
}

/* x = 1..5, y = 2, 1, 4, 3, 7: by hand Sxx 10, Syy 21.2, Sxy 12. */
static void
small(void)
{
	const double x[] = { 1, 2, 3, 4, 5 }, y[] = { 2, 1, 4, 3, 7 };
	struct comom c = gather(x, y, 5);

	test_num(c.mx, 3, 0, "five pairs by hand: mean of x");
	test_num(c.my, 3.4, 3e-16, "mean of y");
	test_num(c.sxx.hi, 10, 1e-15, "squares of x");
	test_num(c.syy.hi, 21.2, 4e-16, "squares of y");
	test_num(c.sxy.hi, 12, 8e-16, "products");
	test_num(comom_r(&c, NULL), 12/sqrt(212), 1e-15, "r");
}

/* Weights that are whole numbers count as rows. */
static void
weighted(void)
{
	double x[40], y[40], w[40], xx[400], yy[400], worst = 0;
	unsigned long long seed = 3;
	struct comom c, d;
	int i, j, n = 0, most, bad = 0;

	for (i = 0; i < 40; i++) {
		x[i] = 1e6 + table_random(&seed);
		y[i] = x[i] + table_random(&seed);
		w[i] = 1 + (i*7) % 10;
		for (j = 0; j < w[i]; j++, n++) {
			xx[n] = x[i];
			yy[n] = y[i];
		}
	}
	d = gather(xx, yy, n);
	for (most = 1; most <= BLOCK; most++) {
		c = blocks(w, x, y, 40, most);
		bad += c.n != 40 || c.w != n || d.w != n;
		worst = fmax(worst, fabs(comom_r(&c, NULL)/comom_r(&d, NULL) - 1));
		worst = fmax(worst, fabs(c.sxx.hi/d.sxx.hi - 1));
	}
	test_ok(!bad && worst < 1e-13, "weights 1 .. 10 are as good as rows: %.1e", worst);
}

/* Uncorrelated columns: r is small, and still the same in any split. */
static void
uncorrelated(void)
{
	static double x[20000], y[20000];
	unsigned long long seed = 11;
	double r, most = 0;
	struct comom c;
	int i;

	for (i = 0; i < 20000; i++) {
		x[i] = 100 + table_random(&seed);
		y[i] = 100 + table_random(&seed);
	}
	c = gather(x, y, 20000);
	r = comom_r(&c, NULL);
	for (i = 1; i <= 64; i++) {
		c = parts(x, y, 20000, 20000/i, i % 2, &seed);
		most = fmax(most, fabs(comom_r(&c, NULL)/r - 1));
	}
	test_ok(fabs(r) < 0.02 && most < 1e-13, "r = %g, split and merged: %.1e", r, most);
}

int
main(void)
{
	small();
	weighted();
	uncorrelated();
	numacc("numacc3", 1000000.2, 9.45);
	numacc("numacc4", 10000000.2, 8.25);
	large_mean();
	bounds();
	undefined();
	return test_end();
}
