/* Least squares on NIST's linear regressions and on dependent columns. */
#include <float.h>

#include "num.h"
#include "table.h"
#include "test.h"

enum { K = 10, ROWS = 100, PARTS = 7 };

static double mem[PARTS][4096];

struct result {
	struct ls ls;
	double b[K], se[K], beta[K], vif[K];
	int aliased[K];
};

static int
fit(struct tri *t, int min_norm, struct result *r)
{
	static double work[1024];

	if (ls_work(t->p - 1) > sizeof(work)/sizeof(*work))
		return -100;
	r->ls.b = r->b;
	r->ls.se = r->se;
	r->ls.beta = r->beta;
	r->ls.vif = r->vif;
	r->ls.aliased = r->aliased;
	return ls_fit(t, min_norm, &r->ls, work);
}

/* The factor of the rows in the order i*step mod n, in parts, flushed after
 * every `flush` rows; merged from the left or the right. */
static struct tri
factor(const double *x, int n, int p, int step, int parts, int flush)
{
	struct tri t[PARTS];
	int i, k, m = 0;

	for (k = 0; k < parts; k++) {
		tri_init(&t[k], p, mem[k]);
		for (i = n*k/parts; i < n*(k + 1)/parts; i++) {
			tri_add(&t[k], x + i*step % n*p);
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

	s->b = fmin(s->b, digits(o->b0, ref[0]));
	s->r2 = fmin(s->r2, digits(1 - o->rss/o->tss, r2));
	if (sd == 0)                            /* an exact fit: against y, and se against b */
		s->sigma = fmin(s->sigma, digits(o->sigma/sqrt(o->tss), 0));
	else
		s->sigma = fmin(s->sigma, digits(o->sigma, sd));
	s->se = fmin(s->se, sd > 0 ? digits(o->se0, ref[1]) : digits(o->se0/o->b0, 0));
	for (j = 0; j < k; j++) {
		s->b = fmin(s->b, digits(o->b[j], ref[2*(j + 1)]));
		s->se = fmin(s->se, sd > 0 ? digits(o->se[j], ref[2*(j + 1) + 1]) : digits(o->se[j]/o->b[j], 0));
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
				bad += fit(&t, 0, &r) != 0 || r.ls.rank != k;
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
		bad += r.ls.rank != (int)ref[4] || m.ls.rank != (int)ref[4] || r.ls.df_residual != ref[5];
		d = fmin(d, digits(r.ls.sigma, ref[0]));
		d = fmin(d, ref[1] > 0 ? digits(r.ls.rss, ref[1]) : digits(r.ls.rss/r.ls.tss, 0));
		d = fmin(d, digits(r.ls.tss, ref[2]));
		d = fmin(d, isnan(ref[3]) ? 16 : digits(r.ls.condition, ref[3]));
		d = fmin(d, fmin(digits(r.ls.b0, ref[6]), digits(r.ls.se0, ref[7])));
		e = fmin(e, digits(m.ls.b0, ref[8]));
		e = fmin(e, digits(m.ls.rss/m.ls.tss, ref[1]/ref[2]));
		for (j = 0; j < k; j++) {
			q = ref + 6*(j + 2);
			bad += r.aliased[j] != isnan(q[0]) || m.aliased[j];
			d = fmin(d, fmin(digits(r.b[j], q[0]), digits(r.se[j], q[1])));
			d = fmin(d, fmin(digits(r.beta[j], q[2]), digits(r.vif[j], q[3])));
			e = fmin(e, fmin(digits(m.b[j], q[4]), digits(m.beta[j], q[5])));
			if (m.ls.rank < k)
				bad += !isnan(m.se[j]) || !isnan(m.vif[j]);
			bad += t.min[j] == t.max[j] && (m.beta[j] != 0 || signbit(m.beta[j]));
		}
	}
	test_ok(!bad && d >= floor_ && e >= floor_, "%s: rank %d of %d, all to %.1f digits, minimum norm to %.1f",
	    name, (int)r.ls.rank, k, d, e);
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
	test_ok(!bad && r.ls.tss == 0 && r.ls.rss == 0 && r.b[0] == 0 && r.ls.b0 == 5 &&
	    isnan(r.beta[0]) && m.beta[0] == 0 && r.ls.sigma == 0, "constant response");
	t = factor(y, 3, 1, 1, 1, 0);           /* no predictor: mean 5, squares 26 */
	bad = fit(&t, 0, &r);
	test_ok(!bad && r.ls.rank == 0 && r.ls.b0 == 5 && fabs(r.ls.sigma - sqrt(13)) < 1e-15 &&
	    fabs(r.ls.se0 - sqrt(13./3)) < 1e-15 && fabs(r.ls.rss - 26) < 1e-14 && isnan(r.ls.condition), "no predictors");
	t = factor(x, 1, 2, 1, 1, 0);           /* one row */
	bad = fit(&t, 0, &r) || fit(&t, 1, &m);
	test_ok(!bad && r.ls.rank == 0 && r.aliased[0] && isnan(r.b[0]) && r.ls.b0 == 5 &&
	    r.ls.df_residual == 0 && isnan(r.ls.sigma) && isnan(r.ls.se0) && m.b[0] == 0, "one row");
	t = factor(x, 0, 2, 1, 1, 0);
	bad = fit(&t, 0, &r);
	test_ok(!bad && r.ls.rank == 0 && isnan(r.b[0]) && isnan(r.ls.b0) && isnan(r.ls.rss) &&
	    isnan(r.ls.df_residual), "no rows: nothing defined");
	t = factor(x, 0, 0, 1, 1, 0);
	test_ok(ls_fit(&t, 0, &r.ls, NULL) == -1, "no columns: refused");
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
	for (i = 0; i < 4; i++)
		bad += s.b[i] != ldexp(r.b[i], 200 - e[i]) || s.se[i] != ldexp(r.se[i], 200 - e[i]) ||
		    s.beta[i] != r.beta[i] || s.vif[i] != r.vif[i];
	test_ok(!bad && s.ls.condition == r.ls.condition, "columns scaled by 2^-300 .. 2^500");
}

int
main(void)
{
	nist("norris", 1, 0, (struct score){ 11, 11, 11, 14 });
	nist("pontius", 2, 1, (struct score){ 11, 11, 11, 14 });
	nist("filip", 10, 1, (struct score){ 6, 6, 6, 9 });
	nist("longley", 6, 0, (struct score){ 10, 10, 10, 13 });
	nist("wampler1", 5, 1, (struct score){ 8.5, 8.5, 11, 14 });
	nist("wampler2", 5, 1, (struct score){ 11.5, 11.5, 11, 14 });
	nist("wampler3", 5, 1, (struct score){ 8.5, 9, 11, 14 });
	nist("wampler4", 5, 1, (struct score){ 7, 9, 11, 13 });
	nist("wampler5", 5, 1, (struct score){ 5, 9, 11, 12 });
	given("full", 4, 11);
	given("dependent", 6, 11);
	given("wide", 6, 12);
	given("exact", 3, 12);
	corners();
	units();
	return test_end();
}
