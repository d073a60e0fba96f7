/* What a fit says of rows, against its own identities, and robust errors
 * against the sums that define them; R's numbers are in hg-regress/r.t. */
#include <float.h>

#include "num.h"
#include "table.h"
#include "test.h"

enum { K = 4, ROWS = 60 };

static double x[ROWS*K], y[ROWS], w[ROWS], zero[K];
static double ul[K], b[K], bs[K], blo[K], scale[K + 1], se[K], beta[K], vif[K], inv[K*K], invlo[K*K];
static int aliased[K];
static ptrdiff_t kept[K + 1];
static struct ls ls = { .b = b, .bs = bs, .blo = blo, .scale = scale, .se = se, .beta = beta, .vif = vif, .aliased = aliased,
    .kept = kept, .inv = inv, .invlo = invlo };

/* Rows of ones and random numbers; the last column is the third one doubled if
 * dependent. */
static void
fit(int dependent, int ones)
{
	static const ptrdiff_t col[] = { 0, 1, 2, 3, 4 };
	static double mem[4096], work[4096];
	unsigned long long seed = 5;
	double row[K + 1];
	struct tri t;

	tri_init(&t, K + 1, mem);
	for (int i = 0; i < ROWS; i++) {
		x[i*K] = 1;
		for (int j = 1; j < K; j++)
			x[i*K + j] = 10 + table_random(&seed);
		if (dependent)
			x[i*K + 3] = 2*x[i*K + 2];
		y[i] = 3 + x[i*K + 1] + table_random(&seed)*x[i*K + 2];
		w[i] = ones && i%4 == 0 ? 1 : 1.5 + table_random(&seed);
		memcpy(row, x + i*K, K * sizeof(*row));
		row[K] = y[i];
		tri_add(&t, row, NULL, w[i]);
	}
	tri_flush(&t);
	if (tri_size(K + 1) > 4096 || ls_work(K + 1, K) > 4096 || ls_fit(&t, col, K, 1, 0, &ls, work) != 0)
		test_ok(0, "the fit");
}

/* The hat values sum to the rank, u'u is the hat value, the residuals are
 * orthogonal to all terms, fitted and residual make y. */
static void
rows(int rank)
{
	double u[K], hats = 0, uu = 0, orth[K] = { 0 }, worst = 0;
	struct ls_row r;

	for (int i = 0; i < ROWS; i++) {
		ls_row(&ls, x + i*K, zero, (struct dd){ y[i], 0 }, w[i], (struct dd){ 0, 0 }, u, ul, &r);
		hats += r.hat;
		for (int j = 0; j < rank; j++)
			uu += u[j]*u[j];
		for (int j = 0; j < K; j++)
			orth[j] += w[i]*r.residual*x[i*K + j];
		worst = fmax(worst, fabs(r.fitted + r.residual - y[i]));
		worst = fmax(worst, fabs(r.std_residual - sqrt(w[i]/(1 - r.hat))*r.residual/ls.sigma));
		worst = fmax(worst, fabs(r.cooks_d - r.std_residual*r.std_residual*r.hat/(1 - r.hat)/rank));
	}
	for (int j = 0; j < K; j++)
		worst = fmax(worst, fabs(orth[j]));
	test_ok(ls.rank == rank && fabs(hats - rank) < 1e-13 && fabs(uu - rank) < 1e-13 && worst < 1e-11,
	    "rank %d: hat values sum to %.15g, identities within %.1g", rank, hats, worst);
}

/* C (sum w^2 v x x') C, C = inv inv', entry j of the diagonal; v as in kind. */
static double
direct(enum hc kind, int j)
{
	double u[K], v, c[K], z, sum = 0;
	struct ls_row r;

	for (int l = 0; l < K; l++) {
		c[l] = 0;
		for (int i = 0; i < K; i++)
			c[l] += scale[j]*inv[j + i*K]*(scale[l]*inv[l + i*K]);
	}
	for (int i = 0; i < ROWS; i++) {
		ls_row(&ls, x + i*K, zero, (struct dd){ y[i], 0 }, w[i], (struct dd){ 0, 0 }, u, ul, &r);
		v = r.residual*w[i];
		v *= v / (kind == HC2 ? 1 - r.hat : kind == HC3 ? (1 - r.hat)*(1 - r.hat) : 1);
		z = 0;
		for (int l = 0; l < K; l++)
			z += c[l]*x[i*K + l];
		sum += v*z*z;
	}
	return sqrt(sum);
}

static void
sandwich(enum hc kind)
{
	static double mem[2048];
	double u[K], got[K], work[K], noise = 0, worst = 0;
	struct dd e;
	struct tri t;
	struct ls_row r;

	tri_init(&t, ls.rank, mem);
	for (int i = 0; i < ROWS; i++) {
		ls_row(&ls, x + i*K, zero, (struct dd){ y[i], 0 }, w[i], (struct dd){ 0, 0 }, u, ul, &r);
		e = ls_score(kind, &r);
		noise += ls_noise(&ls, kind, y[i], w[i], &r);
		for (int j = 0; j < ls.rank; j++)
			u[j] *= e.hi;
		tri_add(&t, u, NULL, 1);
	}
	tri_flush(&t);
	ls_sandwich(&ls, t.r, t.rlo, 4, noise, got, work);
	for (int j = 0; j < K; j++)
		if (!aliased[j])
			worst = fmax(worst, fabs(got[j]/(2*direct(kind, j)) - 1));
		else if (!isnan(got[j]))
			worst = 1;
	test_ok(worst < 1e-11, "HC%d, rank %d: within %.1g of the sums", (int)kind, (int)ls.rank, worst);
}

/* A row that alone has a level: hat value 1, and nothing to estimate from. */
static void
lever(void)
{
	double u[K] = { 0 }, one[K] = { 1/scale[0], 0, 0, 0 };
	struct ls_row r;

	memset(inv, 0, sizeof(inv));
	inv[0] = 1;
	ls.rank = 1;
	ls_row(&ls, one, zero, (struct dd){ b[0], 0 }, 1, (struct dd){ 0, 0 }, u, ul, &r);
	test_ok(r.hat == 1 && isnan(r.std_residual) && isnan(r.cooks_d) && isnan(ls_score(HC2, &r).hi) &&
	    isnan(ls_score(HC3, &r).hi) && ls_score(HC1, &r).hi == scale[K]*r.residual, "hat value 1");
}

int
main(void)
{
	for (int data = 0; data < 3; data++) {
		int dependent = data == 2;

		fit(dependent, data == 0);
		rows(K - dependent);
		for (enum hc kind = HC0; kind <= HC3; kind++)
			sandwich(kind);
	}
	lever();
	return test_end();
}
