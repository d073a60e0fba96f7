/* Least squares on NIST's linear regressions and on dependent columns. */
#include <float.h>

#include "num.h"
#include "table.h"
#include "test.h"

enum { K = 10, ROWS = 100, PARTS = 7 };

static double mem[PARTS][8192];

struct result {
	struct ls ls;
	double b[K + 1], bs[K + 1], blo[K + 1], scale[K + 2], se[K + 1], beta[K + 1], vif[K + 1], inv[(K + 1)*(K + 1)], invlo[(K + 1)*(K + 1)];
	int aliased[K + 1];
	ptrdiff_t kept[K + 2];
};

static const ptrdiff_t col[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
static double work[65536];

static void
lend(struct result *r)
{
	r->ls.b = r->b;
	r->ls.bs = r->bs;
	r->ls.blo = r->blo;
	r->ls.scale = r->scale;
	r->ls.se = r->se;
	r->ls.beta = r->beta;
	r->ls.vif = r->vif;
	r->ls.aliased = r->aliased;
	r->ls.kept = r->kept;
	r->ls.inv = r->inv;
	r->ls.invlo = r->invlo;
}

/* The last column on those before it, of which the first are the ones. */
static int
fit(struct tri *t, int min_norm, struct result *r)
{
	if (ls_work(t->p, t->p - 1) > sizeof(work)/sizeof(*work))
		return -100;
	lend(r);
	return ls_fit(t, col, t->p - 1, 1, min_norm, &r->ls, work);
}

/* The factor of the rows in the order i*step mod n, in parts, flushed after
 * every `flush` rows; merged from the left or the right. */
static struct tri
factor(const double *x, int n, int p, int step, int parts, int flush)
{
	struct tri t[PARTS];
	double row[K + 2] = { 1 };
	int i, k, m = 0;

	for (k = 0; k < parts; k++) {
		tri_init(&t[k], p + 1, mem[k]);
		for (i = n*k/parts; i < n*(k + 1)/parts; i++) {
			memcpy(row + 1, x + i*step % n*p, (size_t)p * sizeof(*x));
			tri_add(&t[k], row, NULL, 1);
			if (flush && ++m % flush == 0)
				tri_flush(&t[k]);
		}
	}
	for (k = parts - 1; k > 0; k--)
		if (parts % 2)
			tri_merge(&t[k - 1], &t[k]);
	for (k = 1; k < parts; k++)
		if (parts % 2 == 0)
			tri_merge(&t[0], &t[k]);
	tri_flush(&t[0]);
	return t[0];
}

static double
digits(double x, double exact)
{
	double e;

	if (isnan(exact))
		return isnan(x) ? 16 : -1;
	e = exact == 0 ? fabs(x) : fabs(x - exact)/fabs(exact);
	return e < 1e-16 ? 16 : isnan(e) ? -1 : -log10(e);
}

/* Digits of coefficients, standard errors, sigma and R^2. */
struct score { double b, se, sigma, r2; };

static void
worse(struct score *s, const struct result *r, const double *ref, int k)
{
	const struct ls *o = &r->ls;
	double sd = ref[2*(k + 1)], r2 = ref[2*(k + 2)];
	int j;

	s->r2 = fmin(s->r2, digits(pow(o->enorm/o->tnorm, 2), r2));
	if (sd == 0)                            /* an exact fit: against y, and se against b */
		s->sigma = fmin(s->sigma, digits(o->sigma/o->tnorm, 0));
	else
		s->sigma = fmin(s->sigma, digits(o->sigma, sd));
	for (j = 0; j <= k; j++) {
		s->b = fmin(s->b, digits(o->b[j], ref[2*j]));
		s->se = fmin(s->se, sd > 0 ? digits(o->se[j], ref[2*j + 1]) : digits(o->se[j]/o->b[j], 0));
	}
}

/* Rows x1..xk,y from files that have y first; with power their only x gives
 * x, x^2 .. x^k, formed in double. */
static int
nist_rows(const char *name, int k, int power, double *x)
{
	static double raw[ROWS*(K + 1)];
	int nx = power ? 1 : k, n = table_read("nist", name, ".csv", 1, nx + 1, raw, ROWS), i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < k; j++)
			x[i*(k + 1) + j] = power ? pow(raw[2*i + 1], j + 1) : raw[i*(nx + 1) + 1 + j];
		x[i*(k + 1) + k] = raw[i*(nx + 1)];
	}
	return n;
}

/* Coefficients and standard errors to 30 digits, residual_sd; R^2 from the
 * certified values. */
static void
nist_reference(const char *name, int k, double *ref)
{
	static double c[3*20], x[3*20];
	int j;

	table_read("nist", name, ".exact30.csv", 1, 3, x, 20);
	table_read("nist", name, ".certified.csv", 1, 3, c, 20);
	for (j = 0; j <= k + 1; j++) {
		ref[2*j] = x[3*j + 1];
		ref[2*j + 1] = x[3*j + 2];
	}
	ref[2*(k + 2)] = c[3*(k + 2) + 1];
}

static void
nist(const char *name, int k, int power, struct score floor_)
{
	static double x[ROWS*(K + 1)];
	double ref[2*(K + 3)];
	struct score one = { 16, 16, 16, 16 }, all = one;
	struct result r;
	struct tri t;
	int n = nist_rows(name, k, power, x), parts, flush, step, bad = 0;

	nist_reference(name, k, ref);
	for (step = 1; step >= 0; step--)       /* file order, and backwards */
		for (parts = 1; parts <= PARTS; parts++)
			for (flush = 0; flush < 40; flush += flush < 3 ? 1 : 9) {
				t = factor(x, n, k + 1, step ? 1 : n - 1, parts, flush);
				bad += fit(&t, 0, &r) != 0 || r.ls.rank != k + 1;
				worse(&all, &r, ref, k);
				if (step && parts == 1 && flush == 0)
					worse(&one, &r, ref, k);
			}
	test_ok(!bad && all.b >= floor_.b && all.se >= floor_.se && all.sigma >= floor_.sigma && all.r2 >= floor_.r2,
	    "%s: digits of b %.1f, in parts %.1f (at least %.1f); se %.1f %.1f; sigma %.1f %.1f; R^2 %.1f %.1f; rank %d, condition %.1e",
	    name, one.b, all.b, floor_.b, one.se, all.se, one.sigma, all.sigma, one.r2, all.r2, (int)r.ls.rank, r.ls.condition);
}

/* A fit against NAME.fit.csv (tests/data/ls/gen_ls.py). */
static void
given(const char *name, int k, double floor_)
{
	static double x[ROWS*(K + 1)], ref[6*(K + 2)];
	double d = 16, e = 16, *q;
	int n = table_read("ls", name, ".csv", 0, k + 1, x, ROWS), j, parts, bad = 0;
	struct result r, m;
	struct tri t;

	table_read("ls", name, ".fit.csv", 0, 6, ref, k + 2);
	for (parts = 1; parts <= 3; parts++) {
		t = factor(x, n, k + 1, 1, parts, 0);
		bad += fit(&t, 0, &r) || fit(&t, 1, &m);
		bad += r.ls.rank != (int)ref[4] + 1 || m.ls.rank != (int)ref[4] + 1 || r.ls.df_residual != ref[5];
		d = fmin(d, digits(r.ls.sigma, ref[0]));
		d = fmin(d, ref[1] > 0 ? digits(pow(r.ls.rnorm, 2), ref[1]) : digits(pow(r.ls.rnorm/r.ls.tnorm, 2), 0));
		d = fmin(d, digits(pow(r.ls.tnorm, 2), ref[2]));
		d = fmin(d, isnan(ref[3]) ? 16 : digits(r.ls.condition, ref[3]));
		d = fmin(d, fmin(digits(r.b[0], ref[6]), digits(r.se[0], ref[7])));
		e = fmin(e, digits(m.b[0], ref[8]));
		e = fmin(e, digits(pow(m.ls.rnorm/m.ls.tnorm, 2), ref[1]/ref[2]));
		for (j = 1; j <= k; j++) {
			q = ref + 6*(j + 1);
			bad += r.aliased[j] != isnan(q[0]) || m.aliased[j];
			d = fmin(d, fmin(digits(r.b[j], q[0]), digits(r.se[j], q[1])));
			d = fmin(d, fmin(digits(r.beta[j], q[2]), digits(r.vif[j], q[3])));
			e = fmin(e, fmin(digits(m.b[j], q[4]), digits(m.beta[j], q[5])));
			if (m.ls.rank <= k)
				bad += !isnan(m.se[j]) || !isnan(m.vif[j]) || !isnan(m.inv[0]);
			bad += t.min[j] == t.max[j] && (m.beta[j] != 0 || signbit(m.beta[j]));
		}
	}
	test_ok(!bad && d >= floor_ && e >= floor_, "%s: rank %d of %d, all to %.1f digits, minimum norm to %.1f",
	    name, (int)r.ls.rank, k + 1, d, e);
}

static void
corners(void)
{
	double x[] = { 1, 5, 2, 5, 3, 5, 5, 5 }, y[] = { 2, 4, 9 };
	struct result r, m;
	struct tri t;
	int bad;

	t = factor(x, 4, 2, 1, 1, 0);           /* y constant */
	bad = fit(&t, 0, &r) || fit(&t, 1, &m);
	test_ok(!bad && r.ls.tnorm == 0 && r.ls.rnorm == 0 && r.b[1] == 0 && r.b[0] == 5 &&
	    isnan(r.beta[1]) && m.beta[1] == 0 && r.ls.sigma == 0, "constant response");
	t = factor(y, 3, 1, 1, 1, 0);           /* no predictor: mean 5, squares 26 */
	bad = fit(&t, 0, &r);
	test_ok(!bad && r.ls.rank == 1, "no predictors");
	test_num(r.b[0], 5, 0, "no predictors: the mean");
	test_num(r.ls.sigma, sqrt(13), 3e-16, "no predictors: sigma");
	test_num(r.se[0], sqrt(13./3), 5e-16, "no predictors: standard error");
	test_num(r.ls.rnorm, sqrt(26), 2e-15, "no predictors: norm of the residuals");
	test_num(r.ls.condition, NAN, 0, "no predictors: condition");
	t = factor(x, 1, 2, 1, 1, 0);           /* one row */
	bad = fit(&t, 0, &r) || fit(&t, 1, &m);
	test_ok(!bad && r.ls.rank == 1 && r.aliased[1] && isnan(r.b[1]) && r.b[0] == 5 &&
	    r.ls.df_residual == 0 && isnan(r.ls.sigma) && isnan(r.se[0]) && m.b[1] == 0, "one row");
	t = factor(x, 0, 2, 1, 1, 0);
	bad = fit(&t, 0, &r);
	test_ok(!bad && r.ls.rank == 0 && isnan(r.b[0]) && isnan(r.b[1]) && isnan(r.ls.rnorm) &&
	    isnan(r.ls.df_residual), "no rows: nothing defined");
	test_ok(ls_fit(&t, NULL, 0, 1, 0, &r.ls, NULL) == -3, "an intercept without a column: refused");
	tri_init(&t, 2, mem[0]);
	tri_add(&t, y, NULL, 1);
	test_ok(ls_fit(&t, NULL, 1, 0, 0, &r.ls, NULL) == -1, "rows in the buffer: refused");
}

/* y = x1/2 + 3/4 in binary fractions, x2 of no use: exact, and not if y is off by 1e-14
 * or if it is in tenths, which R calls perfect all the same. */
static void
exact(void)
{
	static double x[ROWS*3];
	unsigned long long seed = 3;
	struct result r;
	struct tri t;
	int bad = 0;

	for (int far = 0; far < 3; far++) {
		for (int i = 0; i < ROWS; i++) {
			x[3*i] = floor(1000*table_random(&seed))/64;
			x[3*i + 1] = table_random(&seed);
			x[3*i + 2] = far < 2 ? x[3*i]/2 + 0.75 + far*1e-14*table_random(&seed) : 0.1*x[3*i] + 0.7;
		}
		t = factor(x, ROWS, 3, 1, 1, 0);
		bad += fit(&t, 0, &r) != 0 || r.ls.exact != (far == 0) || r.ls.perfect != (far != 1);
		for (int j = 0; j < 3; j++)
			bad += far ? !(r.se[j] > 0) || r.b[j] == 0 : r.se[j] != 0;
		bad += far ? !(r.ls.rnorm > 0) : r.b[2] != 0 || r.beta[2] != 0 || r.ls.enorm != r.ls.tnorm || r.ls.sigma != 0;
	}
	test_ok(!bad, "an exact fit, one that is not, one in tenths");
	for (int i = 0; i < ROWS; i++) {
		x[3*i + 1] = 2*x[3*i];
		x[3*i + 2] = x[3*i]/2 + 0.75 + 1e-14*table_random(&seed);
	}
	t = factor(x, ROWS, 3, 1, 1, 0);
	bad = fit(&t, 1, &r) != 0 || r.ls.exact;
	for (int i = 0; i < ROWS; i++)
		x[3*i + 2] = x[3*i]/2 + 0.75;
	t = factor(x, ROWS, 3, 1, 1, 0);
	bad += fit(&t, 1, &r) != 0 || !r.ls.exact || r.ls.sigma != 0 || fabs(r.b[1] - 0.25) > 1e-15;
	test_ok(!bad, "the same of least norm");
}

/* Units do not matter: columns times powers of two give the same bits. */
static void
units(void)
{
	static double x[ROWS*5], y[ROWS*5];
	const int e[] = { 300, -300, 500, -120, 200 };
	int n = table_read("ls", "full", ".csv", 0, 5, x, ROWS), i, bad = 0;
	struct result r, s;
	struct tri t;

	for (i = 0; i < 5*n; i++)
		y[i] = ldexp(x[i], e[i % 5]);
	t = factor(x, n, 5, 1, 1, 0);
	bad += fit(&t, 0, &r);
	t = factor(y, n, 5, 1, 1, 0);
	bad += fit(&t, 0, &s);
	for (i = 1; i < 5; i++)
		bad += s.b[i] != ldexp(r.b[i], 200 - e[i - 1]) || s.se[i] != ldexp(r.se[i], 200 - e[i - 1]) ||
		    s.beta[i] != r.beta[i] || s.vif[i] != r.vif[i];
	test_ok(!bad && s.ls.condition == r.ls.condition, "columns scaled by 2^-300 .. 2^500");
	for (i = 0; i < 5*n; i++)
		y[i] = ldexp(x[i], i % 5 == 0 ? -600 : i % 5 == 4 ? 500 : 0);
	t = factor(y, n, 5, 1, 1, 0);
	bad = fit(&t, 0, &s) != 0 || s.b[2] != ldexp(r.b[2], 500) || s.beta[1] != r.beta[1];
	test_ok(!bad && isnan(s.b[1]) && isnan(s.se[1]) && s.ls.beyond && !r.ls.beyond, "a slope of 2^1100 is none");
}

/* Four columns beside a term for each of four keys: by columns, and by taking means out.  The last
 * term depends on the keys if that is wanted. */
static void
within(int dependent)
{
	static double x[ROWS*5], y[ROWS*8];
	int n = table_read("ls", "full", ".csv", 0, 5, x, ROWS), i, j, bad = 0;
	double mean[4][5] = { 0 }, row[6] = { 0 };
	struct tri t[2], d;
	struct result r, s;

	for (i = 0; i < n; i++) {
		if (dependent)
			x[5*i + 3] = i % 4*1000;
		for (j = 0; j < 5; j++)
			mean[i % 4][j] += x[5*i + j]/((n - i % 4 + 3)/4);
		for (j = 0; j < 3; j++)
			y[8*i + j] = i % 4 == j;
		memcpy(y + 8*i + 3, x + 5*i, 5*sizeof(*x));
	}
	d = factor(y, n, 8, 1, 1, 0);
	bad += fit(&d, 0, &r);
	for (j = 0; j < 2; j++)
		tri_init(&t[j], 6, mem[j]);
	for (i = 0; i < n; i++) {
		row[0] = 1;
		memcpy(row + 1, x + 5*i, 5*sizeof(*x));
		tri_add(&t[1], row, NULL, 1);
		row[0] = 0;
		for (j = 0; j < 5; j++)
			row[1 + j] -= mean[i % 4][j];
		tri_add(&t[0], row, NULL, 1);
	}
	lend(&s);
	bad += ls_fit_within(&t[0], &t[1], 4, col + 1, 4, 1, &s.ls, work) != -1;
	tri_flush(&t[0]);
	bad += ls_fit_within(&t[0], &t[1], 4, col + 1, 4, 1, &s.ls, work) != -2;
	tri_flush(&t[1]);
	bad += ls_fit_within(&t[0], &t[1], 4, col + 1, 4, 1, &s.ls, work);
	for (j = 0; j < 4; j++)
		bad += digits(s.b[j], r.b[4 + j]) < 11 || digits(s.se[j], r.se[4 + j]) < 11 ||
		    digits(s.beta[j], r.beta[4 + j]) < 11 || digits(s.vif[j], r.vif[4 + j]) < 11;
	test_ok(!bad && s.ls.rank + 4 == r.ls.rank && s.ls.rank == 4 - dependent && s.ls.df_residual == r.ls.df_residual &&
	    digits(s.ls.enorm, r.ls.enorm) > 11 && digits(s.ls.tnorm, r.ls.tnorm) > 11 && digits(s.ls.sigma, r.ls.sigma) > 11 &&
	    isnan(s.ls.condition), dependent ? "within keys: a term that depends on them" : "within keys: as with a column for each");
}

int
main(void)
{
	nist("norris", 1, 0, (struct score){ 13.9, 13.9, 13.9, 15 });
	nist("pontius", 2, 1, (struct score){ 13.4, 13.5, 13.5, 15 });
	nist("filip", 10, 1, (struct score){ 7.5, 7.5, 9.5, 11.5 });
	nist("longley", 6, 0, (struct score){ 14.5, 14.5, 15, 15 });
	nist("wampler1", 5, 1, (struct score){ 15, 15, 15, 15 });
	nist("wampler2", 5, 1, (struct score){ 13.1, 13.3, 15, 15 });
	nist("wampler3", 5, 1, (struct score){ 15, 15, 15, 15 });
	nist("wampler4", 5, 1, (struct score){ 15, 15, 15, 15 });
	nist("wampler5", 5, 1, (struct score){ 15, 15, 15, 14.8 });
	given("full", 4, 14.5);
	given("dependent", 6, 11);
	given("wide", 6, 14);
	given("exact", 3, 15);
	corners();
	exact();
	units();
	within(0);
	within(1);
	return test_end();
}
