/* descr.c - descriptors of a spectrum.  Formulas and sources stand in
 * hg-describe(1). */
#include <float.h>
#include <math.h>

#include "num.h"

const struct descr_info descr_info[DESCR_COUNT] = {
	[DESCR_OP] = { "op", 0 },
	[DESCR_FRO] = { "fro", 0 },
	[DESCR_TRACE] = { "trace", 0 },
	[DESCR_RANK_EFF] = { "rank_eff", 0 },
	[DESCR_SPEC_ENT] = { "spec_ent", 0 },
	[DESCR_ANISOTROPY] = { "anisotropy", 0 },
	[DESCR_CONDITION] = { "condition", 0 },
	[DESCR_STABLE_RANK] = { "stable_rank", 0 },
	[DESCR_PART_RATIO] = { "part_ratio", 0 },
	[DESCR_ERANK] = { "erank", 0 },
	[DESCR_SPEC_PERP] = { "spec_perp", 0 },
	[DESCR_SPEC_ENT_NORM] = { "spec_ent_norm", 0 },
	[DESCR_K90] = { "k90", 0 },
	[DESCR_GAP] = { "gap", 0 },
	[DESCR_LOG_COND] = { "log_cond", 0 },
	[DESCR_GINI] = { "gini", 0 },
	[DESCR_ALPHA] = { "alpha", 0 },
	[DESCR_ALPHA_KS] = { "alpha_ks", 0 },
	[DESCR_ALPHA_WW] = { "alpha_ww", 0 },
	[DESCR_ALIGN] = { "align", DESCR_NEEDS_METRIC | DESCR_NEEDS_FRO },
	[DESCR_SYM] = { "sym", DESCR_NEEDS_METRIC | DESCR_NEEDS_TR2 },
	[DESCR_NULL_OP] = { "null_op", DESCR_NEEDS_METRIC | DESCR_NEEDS_FRO | DESCR_NEEDS_DIM },
	[DESCR_NULL_COND] = { "null_cond", DESCR_NEEDS_METRIC | DESCR_NEEDS_DIM },
	[DESCR_EIG_MEAN] = { "eig_mean", DESCR_NEEDS_TR1 | DESCR_NEEDS_D_MODEL },
	[DESCR_EIG_VAR] = { "eig_var", DESCR_NEEDS_TR1 | DESCR_NEEDS_TR2 | DESCR_NEEDS_D_MODEL },
};

static double
at_least(double x)
{
	return x > 1e-12 ? x : 1e-12;
}

/* 1, or a power of two by which s is to be multiplied lest sums of s and of its
 * squares leave the range of numbers.  It changes no bit where they would not. */
static double
unit(double max)
{
	int e;

	frexp(max, &e);
	return max == 0 || (e > -450 && e < 450) ? 1 : ldexp(1, e < -1000 ? 1000 : -e);
}

/* The squares of f s into sq; their sum. */
static double
squares(const double *s, ptrdiff_t n, double f, double *sq)
{
	for (ptrdiff_t i = 0; i < n; i++)
		sq[i] = f*s[i] * (f*s[i]);
	return num_sum(sq, n);
}

/* sum s = sum (f s) / f, where the first of these might overflow. */
static double
sum_of(const double *s, ptrdiff_t n, double f, double *work)
{
	if (f >= 1)
		return num_sum(s, n);
	for (ptrdiff_t i = 0; i < n; i++)
		work[i] = f*s[i];
	return num_sum(work, n);
}

/* The seed's seven: its formulas, its guards, numpy's sums.  The guards are in units
 * of s: with f < 1 they do not act, with f > 1 they do, and fro alone is scaled. */
static void
seed(const double *s, ptrdiff_t n, double max, double min, double *out, double *work)
{
	double f = unit(max), g = f < 1 ? f : 1, sum = sum_of(s, n, g, work), sum2 = squares(s, n, f, work), p;

	out[DESCR_FRO] = sqrt(sum2) / f;
	if (g != f)
		sum2 = squares(s, n, g, work);
	for (ptrdiff_t i = 0; i < n; i++) {
		p = work[i] / at_least(sum2);
		p = p < 1e-12 ? 1e-12 : p > 1 ? 1 : p;
		work[i] = p * num_log(p);
	}
	out[DESCR_OP] = max;
	out[DESCR_TRACE] = sum / g;
	out[DESCR_RANK_EFF] = sum / at_least(g*max);
	out[DESCR_SPEC_ENT] = 0 - num_sum(work, n);
	out[DESCR_ANISOTROPY] = g*max / at_least(sum / (double)n);
	out[DESCR_CONDITION] = max / at_least(min);
}

/* -sum w ln w over w = t / sum t. */
static double
entropy(const double *t, ptrdiff_t n, double *work)
{
	double sum = num_sum(t, n);

	for (ptrdiff_t i = 0; i < n; i++) {
		double w = t[i] / sum;

		work[i] = w > 0 ? w * num_log(w) : 0;
	}
	return 0 - num_sum(work, n);            /* 0, not -0 */
}

static double
at_most_1(double x)
{
	return x > 1 ? 1 : x;
}

/* log10(max/min), though the quotient may be beyond all numbers. */
static double
log_cond(double max, double min)
{
	double t = min / max;

	return (t >= DBL_MIN ? 0 - num_log(t) : num_log(max) - num_log(min)) / num_log(10);
}

/* Of t (descending, t[0] = 1; all are exactly 1 where the s are equal) and its squares e.
 * work: n, free to use after each formula. */
static void
shape(const double *t, const double *e, ptrdiff_t n, double *out, double *work)
{
	double sum = num_sum(t, n), energy = num_sum(e, n), part = 0, ent;
	ptrdiff_t k = 0;

	for (ptrdiff_t i = 0; i < n; i++)
		work[i] = e[i] * e[i];
	out[DESCR_STABLE_RANK] = energy;
	out[DESCR_PART_RATIO] = energy * energy / num_sum(work, n);
	out[DESCR_ERANK] = num_exp(entropy(t, n, work));
	ent = entropy(e, n, work);
	out[DESCR_SPEC_PERP] = num_exp(ent);
	out[DESCR_SPEC_ENT_NORM] = n > 1 ? at_most_1(ent / num_log((double)n)) : NAN;
	while (k < n && part < 0.9 * energy)
		part += e[k++];
	out[DESCR_K90] = (double)k;
	out[DESCR_GAP] = n > 1 ? 1 / t[1] : NAN;
	for (ptrdiff_t i = 0; i < n; i++)
		work[i] = (double)(n - 1 - 2*i) * t[i];
	out[DESCR_GINI] = num_sum(work, n) / ((double)n * sum);
}

/* The larger distance, of the step at the i-th of the m largest values from a
 * power law with exponent alpha: x = ln of the values, descending. */
static double
apart(const double *x, ptrdiff_t m, double alpha, ptrdiff_t i)
{
	double f = 1 - num_exp((1 - alpha) * (x[i] - x[m - 1]));
	double above = fabs((double)(m - i) / (double)m - f), below = fabs(f - (double)(m - 1 - i) / (double)m);

	return above > below ? above : below;
}

/* Kolmogorov and Smirnov's distance, the largest over all steps.  A tail that is
 * further than limit from its law is not the best one, however far: the search ends
 * there.  It begins at *at, the worst step of the tail before, which as a rule is
 * nearly the worst of this one, and so most searches end at once. */
static double
distance(const double *x, ptrdiff_t m, double alpha, double limit, ptrdiff_t *at)
{
	double worst = apart(x, m, alpha, *at), d;

	for (ptrdiff_t i = 0; i < m && worst <= limit; i++)
		if ((d = apart(x, m, alpha, i)) > worst) {
			worst = d;
			*at = i;
		}
	return worst;
}

/* The tail exponent of l = s^2.  Of all tails of at least 10 values the one
 * nearest to its power law; Clauset, Shalizi & Newman, SIAM Review 51 (2009)
 * 661-703, equation 3.1 and section 3.3. */
static void
tail_exponent(const double *t, ptrdiff_t n, double *out, double *x)
{
	double sum = 0, best = INFINITY;
	ptrdiff_t at = 0;

	out[DESCR_ALPHA] = out[DESCR_ALPHA_KS] = NAN;
	for (ptrdiff_t m = 1; m <= n && t[m - 1] > 0; m++) {
		double excess, alpha, d;

		x[m - 1] = 2 * num_log(t[m - 1]);
		sum += x[m - 1];
		excess = sum - (double)m * x[m - 1];
		if (m < 10 || (m < n && t[m] == t[m - 1]) || excess <= 0)
			continue;
		alpha = 1 + (double)m / excess;
		d = distance(x, m, alpha, best, &at);
		if (d <= best) {
			best = d;
			out[DESCR_ALPHA] = alpha;
			out[DESCR_ALPHA_KS] = d;
		}
	}
}

/* As apart, but of the foot of each step alone; all steps. */
static double
foot_distance(const double *x, ptrdiff_t m, double alpha, double limit)
{
	double worst = 0, d;

	for (ptrdiff_t i = m - 1; i >= 0 && worst <= limit; i--) {
		d = fabs(1 - num_exp((1 - alpha) * (x[i] - x[m - 1])) - (double)(m - 1 - i) / (double)m);
		worst = d > worst ? d : worst;
	}
	return worst;
}

/* The tail exponent of l = s^2 as WeightWatcher 0.7.7 has it, of the l above its limit; the
 * manual says how.  Of equally good tails the longest.  */
static void
ww_exponent(const double *t, ptrdiff_t n, double max, double *out, double *x)
{
	double sum = 0, best = INFINITY, excess, alpha, d;
	int few;
	ptrdiff_t all = 0;

	while (all < n && t[all]*max > 0 && t[all]*max * (t[all]*max) > 1e-5)
		all++;
	few = all < 20;
	for (ptrdiff_t m = 1; m <= all; m++) {
		x[m - 1] = 2 * num_log(t[m - 1]);
		sum += x[m - 1];
		excess = sum - (double)m * x[m - 1];
		if (m < (few ? 8 : 2) || !(excess > (few ? 1e-12 : 0)))
			continue;
		alpha = 1 + (double)(m - few)/excess;
		d = foot_distance(x, m, alpha, best);
		if (d <= best) {
			best = d;
			out[DESCR_ALPHA_WW] = alpha;
		}
	}
}

/* An edge of the spectrum of a product of two Gaussian matrices, squared and
 * in units of d^2 t^4: (1 + z)(1 + g z)^2 / z. */
static double
edge(double g, double z)
{
	return (1 + z) * (1 + g*z) * (1 + g*z) / z;
}

/* x / (y z), though y z may be beyond all numbers or next to zero. */
static double
by_product(double x, double y, double z)
{
	double p = y * z;

	return p >= DBL_MIN && p <= DBL_MAX ? x / p : x / y / z;
}

/* The upper edge and the lower one, likewise. */
static void
edges(const struct descr_head *h, double *hi, double *lo)
{
	double g = h->d_head / h->d_model, a = sqrt(1 + 8 / g);

	*hi = edge(g, (a - 1) / 4);
	*lo = edge(g, (-1 - a) / 4);
}

double
descr_null_op(const struct descr_head *h)
{
	double hi, lo, op;

	edges(h, &hi, &lo);
	op = h->q_fro / h->d_head * h->k_fro * sqrt(hi);
	return h->full && isfinite(op) ? op : NAN;
}

static void
weights(const struct descr_head *h, double fro, double *out)
{
	double hi, lo;

	edges(h, &hi, &lo);
	out[DESCR_ALIGN] = by_product(fro, h->q_fro, h->k_fro);
	out[DESCR_SYM] = (1 + by_product(h->tr2, fro, fro)) / 2;
	out[DESCR_NULL_OP] = descr_null_op(h);
	out[DESCR_NULL_COND] = sqrt(hi / lo);
	for (int d = DESCR_ALIGN; d <= DESCR_NULL_COND && !h->full; d++)
		out[d] = NAN;
	out[DESCR_EIG_MEAN] = h->tr1 / h->d_model;
	out[DESCR_EIG_VAR] = h->tr2 / h->d_model - out[DESCR_EIG_MEAN] * out[DESCR_EIG_MEAN];
}

/* s in descending order; it is so already as a rule. */
static void
sort_down(double *s, ptrdiff_t n)
{
	for (ptrdiff_t i = 1; i < n; i++) {
		double x = s[i];
		ptrdiff_t j = i;

		for (; j > 0 && s[j - 1] < x; j--)
			s[j] = s[j - 1];
		s[j] = x;
	}
}

void
descr_compute(const struct descr_head *h, const char *want, double *out, double *work)
{
	double all[DESCR_COUNT], *t = work, *e = t + h->n, *w = e + h->n, max, min;
	int more = 0;

	for (int d = 0; d < DESCR_COUNT; d++)
		all[d] = NAN;
	for (int d = DESCR_SEED; d < DESCR_COUNT; d++)
		more |= want[d];
	if (h->n > 0) {
		max = min = h->s[0];
		for (ptrdiff_t i = 1; i < h->n; i++) {
			max = h->s[i] > max ? h->s[i] : max;
			min = h->s[i] < min ? h->s[i] : min;
		}
		seed(h->s, h->n, max, min, all, w);
		for (ptrdiff_t i = 0; i < h->n; i++)
			t[i] = h->s[i] / max;
		if (more && max > 0) {
			sort_down(t, h->n);
			for (ptrdiff_t i = 0; i < h->n; i++)
				e[i] = t[i] * t[i];
			shape(t, e, h->n, all, w);
			all[DESCR_LOG_COND] = log_cond(max, min);
			if (want[DESCR_ALPHA] || want[DESCR_ALPHA_KS])
				tail_exponent(t, h->n, all, w);
			if (want[DESCR_ALPHA_WW])
				ww_exponent(t, h->n, max, all, w);
			weights(h, all[DESCR_FRO], all);
		}
	}
	for (int d = 0; d < DESCR_COUNT; d++)
		if (want[d])
			out[d] = isfinite(all[d]) ? all[d] : NAN;
}
