/* Ranks and Kendall's tau, against counting pair by pair, and the exact
 * distribution against counting permutations. */
#include "num.h"
#include "table.h"
#include "test.h"

enum { MOST = 300 };

/* n values of which about 1 in ties is the one before: ties 0, none. */
static void
fill(double *x, int n, int kinds, unsigned long long *seed)
{
	int i;

	for (i = 0; i < n; i++) {
		x[i] = table_random(seed);
		if (kinds > 0)
			x[i] = floor(x[i]*kinds);
	}
}

static int
sign(double a, double b)
{
	return (a > b) - (a < b);
}

static double
choose2(double t)
{
	return t*(t - 1)/2;
}

/* What rank_kendall should find in y for the group of value y[i], counted once. */
static void
count_ties(const double *y, int n, struct rank_ties *t)
{
	int i, j, k;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < n; i++) {
		for (j = 0; j < i && y[j] != y[i]; j++)
			;
		if (j < i)
			continue;
		for (k = 0; j < n; j++)
			k += y[j] == y[i];
		t->pairs += choose2(k);
		t->cubes += (double)k*(k - 1)*(k - 2);
		t->weighted += (double)k*(k - 1)*(2*k + 5);
	}
}

static int
same_ties(const struct rank_ties *a, const struct rank_ties *b)
{
	return a->pairs == b->pairs && a->cubes == b->cubes && a->weighted == b->weighted;
}

static void
against_pairs(void)
{
	double x[MOST], y[MOST], r[MOST], s, lower, equal;
	struct rank_item work[2*MOST];
	struct rank_kendall k;
	struct rank_ties tx, ty;
	unsigned long long seed = 1;
	int i, j, n, wrong_rank = 0, wrong = 0;

	for (n = 0; n < MOST; n++) {
		fill(x, n, n % 4*n/10, &seed);
		fill(y, n, n % 3*4, &seed);
		rank_average(y, n, r, work);
		for (i = 0; i < n; i++) {
			for (lower = equal = 0, j = 0; j < n; j++) {
				lower += y[j] < y[i];
				equal += y[j] == y[i];
			}
			wrong_rank += r[i] != lower + (equal + 1)/2;
		}
		for (s = 0, i = 0; i < n; i++)
			for (j = 0; j < i; j++)
				s += sign(x[i], x[j])*sign(y[i], y[j]);
		rank_kendall(x, y, n, &k, work);
		count_ties(x, n, &tx);
		count_ties(y, n, &ty);
		wrong += k.n != n || k.s != s || !same_ties(&k.x, &tx) || !same_ties(&k.y, &ty);
		rank_average(y, n, y, work);
		wrong_rank += n > 0 && memcmp(y, r, (size_t)n*sizeof(*y)) != 0;
	}
	test_ok(!wrong_rank, "ranks as counted, in place too, 0 to %d values", MOST - 1);
	test_ok(!wrong, "concordance and ties as counted pair by pair");
}

/* All permutations of n by inversions, counted recursively. */
static void
permute(int *p, int n, int k, double *count)
{
	int i, j, t, inversions = 0;

	if (k == n) {
		for (i = 0; i < n; i++)
			for (j = 0; j < i; j++)
				inversions += p[j] > p[i];
		count[inversions]++;
		return;
	}
	for (i = k; i < n; i++) {
		t = p[k], p[k] = p[i], p[i] = t;
		permute(p, n, k + 1, count);
		t = p[k], p[k] = p[i], p[i] = t;
	}
}

static void
exact(void)
{
	int n, i, p[8];
	double total, tail, want, worst = 0, pairs;
	struct rank_kendall k;

	for (n = 2; n <= 8; n++) {
		double count[29] = { 0 };

		for (i = 0; i < n; i++)
			p[i] = i;
		permute(p, n, 0, count);
		pairs = choose2(n);
		for (total = 0, i = 0; i <= pairs; i++)
			total += count[i];
		for (tail = 0, i = 0; i <= pairs; i++) {
			tail += count[i];
			memset(&k, 0, sizeof(k));
			k.n = n;
			k.s = pairs - 2*i;
			want = 2*i > pairs ? NAN : fmin(1, 2*tail/total);
			if (!isnan(want))
				worst = fmax(worst, fabs(rank_tau_p(&k)/want - 1));
			k.s = -k.s;
			if (!isnan(want))
				worst = fmax(worst, fabs(rank_tau_p(&k)/want - 1));
		}
	}
	test_ok(worst < 1e-15, "exact p against all permutations of 2 to 8: %.1e", worst);
	memset(&k, 0, sizeof(k));
	k.n = 49;
	k.s = 49*24;
	test_num(rank_tau_p(&k), 2/6.082818640342675e62, 1e-13, "n = 49 in order: 2/49!");
}

static void
undefined(void)
{
	const double x[] = { 1, 2, 3 }, c[] = { 4, 4, 4 };
	struct rank_item work[6];
	const struct rank_ties three = { 3, 6, 66 };
	struct rank_kendall k;
	int n, bad = 0;

	for (n = 0; n <= 3; n++) {
		rank_kendall(x, c, n, &k, work);
		bad += !isnan(rank_tau(&k)) || !isnan(rank_tau_p(&k));
		rank_kendall(c, x, n, &k, work);
		bad += !isnan(rank_tau(&k)) || !isnan(rank_tau_p(&k));
	}
	test_ok(same_ties(&k.x, &three), "three equal values are one tie, whatever lies behind them");
	rank_kendall(x, x, 1, &k, work);
	bad += !isnan(rank_tau(&k));
	test_ok(!bad, "constants, no pairs and one have no tau");
	rank_kendall(x, x, 2, &k, work);
	test_num(rank_tau(&k), 1, 0, "two pairs: tau");
	test_num(rank_tau_p(&k), 1, 0, "two pairs: p");
	memset(&k, 0, sizeof k);
	k.n = 0x1p28;                   /* of which the pairs are more than 53 bits */
	k.s = nextafter(k.n*(k.n - 1)/2, INFINITY);
	test_num(rank_tau(&k), 1, 0, "what rounding puts above 1 is 1");
	k.s = -k.s;
	test_num(rank_tau(&k), -1, 0, "and below -1, -1");
}

/* R 4.2: quantile(c(1, 2, 4, 8, 16), c(0, .1, .25, .5, .9, 1)). */
static void
order(void)
{
	static const double p[] = { 0, .1, .25, .5, .9, 1 }, want[] = { 1, 1.4, 2, 4, 12.8, 16 };
	double v[] = { 4, 16, 1, 8, 2 };
	struct rank_item pair[] = { { 2, 1 }, { 1, 9 }, { 2, -3 }, { 1, 9 }, { 0, 7 } }, work[5];
	int good = 1;

	rank_sort(v, 5);
	for (int i = 0; i < 5; i++)
		good &= v[i] == 1 << i;
	test_ok(good, "sorted");
	for (int i = 0; i < 6; i++)
		test_num(rank_quantile(v, 5, p[i]), want[i], 1e-15, "quantile %g", p[i]);
	test_num(rank_quantile(v, 1, .3), 1, 0, "quantile of one number");
	rank_sort_pairs(pair, 5, work);
	test_ok(pair[0].x == 0 && pair[1].x == 1 && pair[2].x == 1 && pair[3].y == -3 && pair[4].y == 1, "pairs by x, then y");
}

int
main(void)
{
	order();
	against_pairs();
	exact();
	undefined();
	return test_end();
}
