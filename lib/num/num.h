/* num.h - the numerics of headgeom: pure functions over arrays.
 *
 * The singular values of a 3 by 2 matrix, and what they come to:
 *
 *	#include <stdio.h>
 *	#include "num.h"
 *
 *	int
 *	main(void)
 *	{
 *		double a[] = { 3, 0, 0,  0, 4, 0 }, s[2], work[2000], out[DESCR_COUNT];
 *		const char want[DESCR_COUNT] = { [DESCR_FRO] = 1 };
 *
 *		if (svd_work(3, 2) > 2000 || svd_values(3, 2, a, 3, 0, s, work) != 0)
 *			return 1;
 *		descr_compute(&(struct descr_head){ .s = s, .n = 2 }, want, out, work);
 *		printf("%g %g %g\n", s[0], s[1], out[DESCR_FRO]);      // 4 3 5
 *		return 0;
 *	}
 *
 * Nothing here prints, allocates, exits or keeps state.  The caller owns every
 * array; workspace comes last, its size in doubles given.  Matrices are
 * column-major, a[i + j*lda].  Functions that can fail return 0, or -k: the
 * k-th argument is bad, or +k: a numerical fact that their comment names.
 * NaN stands for "undefined" in results that are doubles.
 *
 * The results are the same bits on every machine.  So of libm only that is used
 * which IEEE 754 rounds correctly, and hence everywhere alike: sqrt, fma, fabs,
 * floor, frexp, ldexp, and fmax of numbers that are not negative (whether fmax(0,
 * -0) is 0 or -0 is left open).  Logarithm and exponential are our own (elem.c),
 * norms too (tri_norm; no hypot), and a multiply-add is fused where the code says
 * so (kern.c) and nowhere else.  A compiler that computes in more digits than a type has
 * is asked not to by the Makefile (ROUND), and refused here.
 *
 * Words:
 *	double-double	a number as the sum of two doubles, some 106 bits long; names
 *			that end in lo or l are of the second one
 *	seed		the Python script that headgeom replaces; what is called the
 *			seed's agrees with it
 *	spectrum	the singular values of a head's metric W_K' W_Q
 *	factor		the upper triangular R with R'R = X'X, which is all that least
 *			squares needs to know of the rows of X
 *	merge, absorb	to make the result of all rows from those of two parts of them
 *	reflector	a Householder matrix I - tau u u', kept as u and tau
 *	aliased, kept	a term that depends on terms before it, left out of the fit;
 *			one that does not
 *	centred		with the (weighted) mean taken away
 */
#ifndef NUM_H
#define NUM_H

#include <float.h>
#include <stddef.h>
#include <stdint.h>

#if FLT_EVAL_METHOD != 0
#error "results would differ: operations are not rounded to float and double; on x86 of 32 bits: -msse2 -mfpmath=sse"
#endif

/* elem.c - elementary functions ---------------------------------------------- */

/* A double-double: hi + lo, |lo| <= ulp(hi)/2; about 106 bits, good to 2^-102
 * or so after an operation, while the exponents keep 60 off their limits. */
struct dd { double hi, lo; };

/* x'y of n numbers, added up in their order. */
double num_dot(const double *x, const double *y, ptrdiff_t n);

struct dd dd_add(struct dd a, struct dd b);
struct dd dd_mul(struct dd a, struct dd b);
struct dd dd_div(struct dd a, struct dd b);
struct dd dd_sqrt(struct dd a);  /* a >= 0 */
struct dd dd_log(double x);      /* log x to about 100 bits, x > 0 finite */

/* log x and e^x within 0.51 ulp, the same bits on every machine.  num_log(0) is
 * -inf, of a negative number NaN; num_exp overflows to inf and underflows
 * gradually to 0. */
double num_log(double x);
double num_exp(double x);

/* artanh r to a few ulp, with 1 - r^2, which has its digits where r is near 1, as rest;
 * tanh. */
double num_atanh(double r, double rest);
double num_tanh(double x);

/* v + lo = x, x^2, ..., x^degree.  Returns 0, or the first power that is no double: too
 * large, or so small that it loses digits. */
int num_powers(double x, int degree, double *v, double *lo);

/* sin x and cos x, |x| <= 2^20, to 1e-16 or so absolute, and an ulp or so of what is not next to
 * 0.  By three parts of pi/2, of which k times the first two is exact: Cody & Waite, Software
 * Manual for the Elementary Functions (1980), chapter 8. */
void num_sincos(double x, double *s, double *c);

/* The sum of x[0..n), pairwise in numpy's order (blocks of 128 with eight
 * partial sums, halves above), hence with numpy's bits.  Error at most about
 * (log2(n/128) + 16) eps sum |x|.  n = 0 gives 0.  Higham, Accuracy and
 * Stability of Numerical Algorithms, 2nd ed., section 4.2. */
double num_sum(const double *x, ptrdiff_t n);

/* Whether there is neither NaN nor Inf in x[0..n). */
int num_finite(const double *x, ptrdiff_t n);

/* -1, 0 or 1: a[0..n) before, like, behind b[0..n), by the first number in which
 * they differ; NaN stands before all others. */
int num_compare(const double *a, const double *b, ptrdiff_t n);

/* tail.c - tail probabilities and quantiles ------------------------------------ */

/* Two-sided tail P(|T| > |t|) of Student's t with df > 0 degrees of freedom
 * (need not be whole): to 1e-13 relative down to 1e-300 for df up to 1e9.
 * |t| = inf gives 0; NaN in either gives NaN; df <= 0 gives NaN.  Here and
 * below df counts as 1e-8 or 1e15 if it is outside of these. */
double tail_t2(double t, double df);

/* Upper tail P(F > f) of the F distribution, same accuracy; f <= 0 gives 1. */
double tail_f(double f, double df1, double df2);

/* The t with P(|T| > t) = alpha, 0 < alpha < 1, df > 0, NaN otherwise: to 1e-13
 * relative, or 1e-15 / df if that is more; inf beyond DBL_MAX. */
double tail_t2_inv(double alpha, double df);

/* P(|Z| > |z|) for the standard normal distribution, to 1e-12 relative down to
 * 1e-300; z = inf gives 0. */
double tail_norm2(double z);

/* The z with P(|Z| > z) = alpha for the standard normal: to 1e-14 relative; and that with
 * P(Z < z) = p, NaN unless 0 < p < 1. */
double tail_norm2_inv(double alpha);
double tail_norm_inv(double p);

/* P(X > q) for chi-square of df degrees of freedom, a whole number: to 1e-12 relative; q
 * <= 0 gives 1. */
double tail_chi2(double q, ptrdiff_t df);

/* Fisher's interval for a correlation r of n rows, with k controls:
 * tanh(atanh r -+ z / sqrt(n - 3 - k)), z = tail_norm2_inv(1 - level).
 * NaN, NaN unless n - 3 - k > 0, |r| <= 1, z > 0.  r = +-1 gives r, r, and the
 * errors are about 1e-15 (|r| + |result|).  Fisher, Metron 1 (1921) 3-32. */
void tail_fisher(double r, double n, double k, double z, double *lo, double *hi);

/* adjust.c - p-values of a family of tests -------------------------------------- */

/* For the m of p[0..n) that are no NaN, p_(1) <= p_(2) <= ..., all at most 1:
 *	BH	q_(i) = min over j >= i of p_(j) m / j.  Benjamini & Hochberg, JRSS B 57
 *		(1995) 289-300.
 *	BY	the same times 1 + 1/2 + ... + 1/m, which holds whatever the tests have to
 *		do with each other.  Benjamini & Yekutieli, Annals of Statistics 29
 *		(2001) 1165-1188, theorem 1.3.
 *	HOLM	q_(i) = max over j <= i of p_(j) (m - j + 1).  Holm, Scandinavian Journal
 *		of Statistics 6 (1979) 65-70.
 *	BONFERRONI	q_(i) = p_(i) m
 * NaN in p stays NaN and does not count.  q may be p.  work: n index slots. */
enum adjust { ADJUST_BH, ADJUST_BY, ADJUST_HOLM, ADJUST_BONFERRONI, ADJUST_COUNT };
void adjust_p(enum adjust how, const double *p, ptrdiff_t n, double *q, ptrdiff_t *work);

/* descr.c - descriptors of a spectrum --------------------------------------------- */

/* One head: n singular values, nonnegative, in any order, and what else is
 * known of it (NaN: unknown).  full: the metric is W_K' W_Q, d_model by
 * d_model, and not its core. */
struct descr_head {
	const double *s;
	ptrdiff_t n;
	int full;
	double q_fro, k_fro;            /* Frobenius norms of W_Q, W_K */
	double tr1, tr2;                /* traces of the metric and of its square */
	double d_model, d_head;
};

/* In the order of the manual, which is that of -a; the first DESCR_SEED are the
 * seed's.  From DESCR_ALIGN on they need more than the spectrum. */
enum descr {
	DESCR_OP, DESCR_FRO, DESCR_TRACE, DESCR_RANK_EFF, DESCR_SPEC_ENT,
	DESCR_ANISOTROPY, DESCR_CONDITION, DESCR_SEED,
	DESCR_STABLE_RANK = DESCR_SEED, DESCR_PART_RATIO, DESCR_ERANK,
	DESCR_SPEC_PERP, DESCR_SPEC_ENT_NORM, DESCR_K90, DESCR_GAP,
	DESCR_LOG_COND, DESCR_GINI, DESCR_ALPHA, DESCR_ALPHA_KS, DESCR_ALPHA_WW, DESCR_ALIGN,
	DESCR_SYM, DESCR_NULL_OP, DESCR_NULL_COND, DESCR_EIG_MEAN, DESCR_EIG_VAR, DESCR_COUNT
};

/* What a descriptor needs besides the spectrum. */
enum {
	DESCR_NEEDS_METRIC = 1, DESCR_NEEDS_FRO = 2, DESCR_NEEDS_TR2 = 4, DESCR_NEEDS_DIM = 8,
	DESCR_NEEDS_TR1 = 16, DESCR_NEEDS_D_MODEL = 32
};

extern const struct descr_info {
	const char *name;
	unsigned needs;
} descr_info[DESCR_COUNT];

/* out[d] for each d with want[d] nonzero, all of out[DESCR_COUNT] otherwise
 * untouched; NaN where undefined or not a finite number.  n = 0: all NaN.  The
 * seed's seven follow numpy's order of summation.  work: 3 n. */
void descr_compute(const struct descr_head *h, const char *want, double *out, double *work);

/* DESCR_NULL_OP alone, which needs no spectrum: the largest singular value to be expected of a
 * product of Gaussian matrices with these norms; NaN where it is undefined. */
double descr_null_op(const struct descr_head *h);

/* comom.c - co-moments of a pair ------------------------------------------------ */

/* Mergeable; comom_init first. */
struct comom {
	double n, w;                    /* pairs; the sum of their weights */
	double mx, my;                  /* means */
	double lx, ly;                  /* what the means lost in rounding: mx + lx */
	struct dd sxx, syy, sxy;        /* centred sums of products */
	double xmin, xmax, ymin, ymax;
};

/* One variable in a block of m rows, less its mean, as x + xl; with weights also times
 * them, as wx + wxl (without, the same arrays).  Zeros follow up to a multiple of 8. */
struct comom_column {
	double w;                       /* sum of the weights */
	double mean, lo;                /* mean + lo */
	struct dd ss;                   /* centred sum of squares */
	double min, max;
	double *x, *xl, *wx, *wxl;
};

void comom_init(struct comom *c);

/* From x[0..m), finite.  w: weights > 0, or NULL for ones.  mem: comom_room(m) doubles,
 * which the column keeps.  All in double-doubles: sums are good to about m 2^-103. */
size_t comom_room(ptrdiff_t m);
void comom_centre(const double *x, const double *w, ptrdiff_t m, struct comom_column *c, double *mem);

/* A block of m pairs more, from two columns centred with the same w. */
void comom_block(struct comom *c, ptrdiff_t m, const struct comom_column *cx, const struct comom_column *cy);

/* c becomes the co-moments of both sets.  Chan, Golub & LeVeque, American
 * Statistician 37 (1983) 242-247. */
void comom_merge(struct comom *c, const struct comom *d);

/* The same of many pairs that have the same rows, of which each variable is kept once:
 * weights c and d join; a variable of both, *diff becoming the difference of its means; the
 * centred sums of products, c + d, of two such.  In comom_merge they are done for one pair. */
struct comom_var { double mean, lo, min, max; struct dd ss; };
struct comom_join { struct dd g, f; };
struct comom_join comom_weights(double c, double d);
void comom_join_var(struct comom_join j, struct comom_var *c, const struct comom_var *d, struct dd *diff);
struct dd comom_join_product(struct comom_join j, struct dd c, struct dd d, struct dd dx, struct dd dy);

/* The centred sum of products of two columns of m rows. */
struct dd comom_product(ptrdiff_t m, const struct comom_column *cx, const struct comom_column *cy);

/* Pearson's r, in [-1, 1]; NaN if n < 2 or a variable is constant (min = max,
 * not a small variance), and where a sum of squares is not between 2^-960 and
 * the greatest number, also if n = 2, where the sign alone would do.  *rest, unless that is NULL, is 1 - r^2 from the sums, which has
 * its digits where r rounds to 1; 0 below 2^-90, which is the rounding of the sums. */
double comom_r(const struct comom *c, double *rest);

/* rank.c - order, ranks, Kendall's tau --------------------------------------------- */

struct rank_item { double x, y; };      /* a pair; for workspace */

/* v[0..n), no NaN, upwards; pairs by x, and where that is the same by y.  work: n. */
void rank_sort(double *v, ptrdiff_t n);
void rank_sort_pairs(struct rank_item *v, ptrdiff_t n, struct rank_item *work);

/* The quantile p, 0 <= p <= 1, of v[0..n), sorted, n > 0: between the order statistics about
 * 1 + (n - 1) p.  Type 7 of Hyndman & Fan, American Statistician 50 (1996) 361-365, which is
 * R's. */
double rank_quantile(const double *v, ptrdiff_t n, double p);

/* r[i] = the rank of x[i] among x[0..n), no NaN, from 1; equal values share the
 * mean of their ranks.  work: 2 n. */
void rank_average(const double *x, ptrdiff_t n, double *r, struct rank_item *work);

/* Over the groups of t equal values: */
struct rank_ties {
	double pairs;                   /* sum t(t-1)/2 */
	double cubes;                   /* sum t(t-1)(t-2) */
	double weighted;                /* sum t(t-1)(2t+5) */
};

struct rank_kendall {
	double n, s;                    /* pairs of values; concordant less discordant pairs of these */
	struct rank_ties x, y;
};

/* Counts for n pairs, no NaN.  Exact for n < 1e8.  work: 2 n. */
void rank_kendall(const double *x, const double *y, ptrdiff_t n, struct rank_kendall *k, struct rank_item *work);

/* tau-b = s / sqrt((N - tied in x)(N - tied in y)), N = n(n-1)/2, in [-1, 1];
 * NaN if n < 2 or a variable is constant.  Kendall, Biometrika 33 (1945)
 * 239-251. */
double rank_tau(const struct rank_kendall *k);

/* The variance of s among permutations of tied values.  Kendall, Rank Correlation
 * Methods, 4th ed. (1970), chapter 4. */
double rank_variance(const struct rank_kendall *k);

/* Two-sided p of tau = 0: exact if n < 50 without ties, otherwise s/sqrt(var s)
 * as normal, the variance corrected for ties.  NaN where tau is. */
double rank_tau_p(const struct rank_kendall *k);

/* rng.c - random numbers ------------------------------------------------------------- */

/* The generator xoshiro256** 1.0 of Blackman & Vigna, ACM Trans. Math. Software 47
 * (2021) article 36: 64 bits at a time, period 2^256 - 1.  The same numbers for a seed on
 * every machine.  Not for secrets. */
struct rng { uint64_t s[4]; };

/* From any seed, 0 too, by splitmix64. */
void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);

/* One of 0, ..., n - 1, n > 0, each with the same probability; -1 or 1. */
uint64_t rng_below(struct rng *r, uint64_t n);
int rng_sign(struct rng *r);

/* o[0..n) in another order, each with the same probability. */
void rng_shuffle(struct rng *r, size_t *o, ptrdiff_t n);

/* in[i] = 1 for m of n things, any m of them with the same probability, else 0; for all if
 * m >= n. */
void rng_sample(struct rng *r, ptrdiff_t m, ptrdiff_t n, unsigned char *in);

/* bca.c - intervals from random draws -------------------------------------------------- */

/* The interval of level for an estimate that was r[0..n), which is sorted, in n draws with
 * replacement of what it was made of: at the shares p = (1 - level)/2 and 1 - p of r, between
 * the two order statistics about (n + 1) p, or the first or last.  With left, m numbers, what it is
 * without each unit that is drawn, at F(z0 + (z0 + z)/(1 - a (z0 + z))), F the normal distribution,
 * F(z) = p, F(z0) the share of r below the estimate, a = sum d^3/(6 (sum d^2)^1.5), d = the mean of
 * left less left: BCa, Efron, J. American Statistical Association 82 (1987) 171-185.  NaN of no
 * draws, if all of r are on one side, and if there is a NaN in left. */
void bca_interval(double *r, ptrdiff_t n, double estimate, const double *left, ptrdiff_t m, double level, double *low,
    double *high);

/* reml.c - a mean over studies ------------------------------------------------------- */

/* Of k effects y with known variances v > 0, a random effect for each study: mu = sum w y
 * / sum w with w = 1/(v + tau2), tau2 >= 0 by restricted maximum likelihood (Viechtbauer,
 * J. Educational and Behavioral Statistics 30 (2005) 261-293).  se = sqrt(sum w (y - mu)^2 /
 * ((k - 1) sum w)), for t with k - 1 degrees of freedom, as it comes, be it smaller than
 * 1/sqrt(sum w): Hartung & Knapp, Statistics in Medicine 20 (2001) 3875-3889.  q is Cochran's,
 * with weights 1/v, q_p by chi-square with k - 1.  i2 = tau2/(tau2 + s), s = (k - 1) sum 1/v /
 * ((sum 1/v)^2 - sum 1/v^2): Higgins & Thompson, Statistics in Medicine 21 (2002) 1539-1558. */
struct reml { double mu, tau2, se, q, q_p, i2; };

/* NaN if k is 0; of one study mu alone. */
void reml_fit(const double *y, const double *v, ptrdiff_t k, struct reml *out);

/* tri.c - the triangular factor of X, in double-doubles ----------------------------- */

/* For rows x of p columns with weights w: their number, and the upper
 * triangular R (p by p, leading dimension p) with R'R = sum w x x', as r + rlo.
 * An intercept is a column of ones.  The factor keeps the condition of X, not
 * its square; rows go in block by block through a buffer, and two factors merge
 * by stacking (TSQR; Demmel, Grigori, Hoemmen & Langou, SIAM J. Sci. Comput. 34
 * (2012) A206-A239).  R has min(p, n) rows, below them zeros; the signs of the
 * rows mean nothing.  Errors are about 2^-100 of a column's norm, however many
 * rows, as long as the norm is between 2^-900 and 2^1000. */
struct tri {
	ptrdiff_t p;
	double n;                       /* rows, those in the buffer included */
	double logw, logw_lo;           /* sum of the logarithms of the weights */
	double *min, *max;              /* p each: extrema of the columns */
	double *r, *rlo;                /* p by p, zeros below the diagonal */
	double *block, *blo, *work;     /* private */
	ptrdiff_t fill;                 /* rows in block, not in r yet */
};

enum { TRI_BLOCK = 64 };

/* Doubles that tri_init wants for p columns. */
size_t tri_size(ptrdiff_t p);
void tri_init(struct tri *t, ptrdiff_t p, double *mem);

/* t, flushed, moves what it has summed to mem, tri_sums(p) doubles; rows are added and
 * merged in the memory where it was, where one such t after the other may work, each
 * flushed before the next. */
size_t tri_sums(ptrdiff_t p);
void tri_park(struct tri *t, double *mem);

/* One row more, x + lo, finite (lo NULL: zero), of weight w > 0. */
void tri_add(struct tri *t, const double *x, const double *lo, double w);
void tri_flush(struct tri *t);                      /* empties the buffer into r */
void tri_merge(struct tri *t, struct tri *other);   /* same p; flushes both */

/* How many rows of R, flushed, there are up to the last that is not 0.  n has to be that at
 * least where rows are added or merged, for it says which rows of R are in use; it may be
 * that, not the rows that were added, where some of these are 0. */
double tri_used(const struct tri *t);

/* Orders struct tri of the same p, flushed, for qsort(3), by what they hold alone:
 * merged in this order they give the same bits, however they came. */
int tri_compare(const void *a, const void *b);

/* t moves to the new memory and gets columns behind its own, p in all: zero in
 * the rows so far. */
void tri_grow(struct tri *t, ptrdiff_t p, double *mem);

/* R + Rlo (q by q) becomes the triangular factor of the columns col[0..q) of t,
 * which was flushed, in this order.  work: tri_pick_work(t->p, q) doubles. */
size_t tri_pick_work(ptrdiff_t p, ptrdiff_t q);
void tri_pick(const struct tri *t, const ptrdiff_t *col, ptrdiff_t q, double *r, double *rlo, double *work);

/* t moves to the new memory, with its columns in the order of col, a permutation.
 * work: tri_pick_work(t->p, t->p). */
void tri_order(struct tri *t, const ptrdiff_t *col, double *mem, double *work);

/* R (p by p, the first q rows in use, the others zero) becomes the triangular
 * factor of [R; B], B k rows of p numbers, which is destroyed and has seven more
 * behind it.  work: tri_reduce_work(p, k).  Householder: Golub & Van Loan, 4th ed.,
 * Alg. 5.2.1. */
size_t tri_reduce_work(ptrdiff_t p, ptrdiff_t k);
void tri_reduce(double *r, double *rlo, ptrdiff_t p, ptrdiff_t q,
    double *b, double *blo, ptrdiff_t k, double *work);

/* The 2-norm of x[0..n), without overflow or underflow but of the result itself: to
 * (n/2 + 1) eps relative, and half a unit in the last place of a denormal result. */
double tri_norm(const double *x, ptrdiff_t n);

/* kern.c - inner loops (the others in kern.h), and numbers as files hold them ----------- */

/* C = C + A B, or with minus C - A B; A m by k, C m by n, element (l, j) of B at
 * b[l*bl + j*bj].  Sums run along k. */
void kern_gemm(int minus, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const double *a, ptrdiff_t lda,
    const double *b, ptrdiff_t bl, ptrdiff_t bj, double *c, ptrdiff_t ldc);

/* The instruction set that the inner loops, also those of real.c, take here: "AVX-512", "AVX2",
 * "NEON" or, where it is none of these, "plain". */
const char *kern_set(void);

/* Those of 8 bits are one byte each: NUM_F8_E4M3 has 4 bits of exponent (bias
 * 7) and 3 of fraction, no infinities, NaN where all of these are ones; NUM_F8_E5M2 is
 * the upper half of NUM_F16.  Micikevicius et al., FP8 formats for deep learning,
 * arXiv 2209.05433. */
enum num_type {
	NUM_F64, NUM_F32, NUM_F16, NUM_BF16, NUM_F8_E4M3, NUM_F8_E5M2,
	/* Of no file: doubles of this machine, which a program has made. */
	NUM_DOUBLE,
	/* In blocks: see block.c. */
	NUM_Q4_0, NUM_Q4_1, NUM_Q5_0, NUM_Q5_1, NUM_Q8_0, NUM_Q2_K, NUM_Q3_K, NUM_Q4_K, NUM_Q5_K, NUM_Q6_K,
	NUM_IQ1_S, NUM_IQ1_M, NUM_IQ2_XXS, NUM_IQ2_XS, NUM_IQ2_S, NUM_IQ3_XXS, NUM_IQ3_S, NUM_IQ4_NL, NUM_IQ4_XS,
	NUM_TQ1_0, NUM_TQ2_0, NUM_MXFP4, NUM_NVFP4
};

/* x[0..n) = the numbers at src, step bytes apart, little-endian but for NUM_DOUBLE,
 * not necessarily aligned; exact.  Of types that come in blocks nothing is loaded. */
void num_load(enum num_type type, const void *src, ptrdiff_t step, ptrdiff_t n, double *x);

/* block.c - numbers that come in blocks ------------------------------------------------- */

/* How a type lies: so many numbers to a block of so many bytes; 1 where each stands
 * alone. */
struct num_form { const char *name; int count, bytes; };
const struct num_form *num_form(enum num_type type);

/* x[0..n) = the numbers from from on of a row, whose blocks lie end to end from its start.
 * Of the types of ggml the numbers are those that its own code makes, to the bit. */
void num_load_row(enum num_type type, const void *row, ptrdiff_t from, ptrdiff_t n, double *x);

/* qr.c - Householder QR -------------------------------------------------------------- */

/* Here matrices lie by rows, a_ij at a[j + i*lda].  Columns are scaled by powers
 * of two where their squares might overflow or underflow.  The signs of R's rows
 * are as they come. */

/* A = Q R, A m by n.  R replaces A's upper triangle; below it and in t (8 doubles
 * for each of min(m, n) columns, rounded up to eights) are the reflectors.  Those
 * are lost with t NULL, and A is rubbish below R.  Returns 0; -k; +1: A holds NaN
 * or Inf, and was not touched; +2: R overflows, and holds Inf.  work: qr_work(m, n) doubles. */
size_t qr_work(ptrdiff_t m, ptrdiff_t n);
int qr_factor(ptrdiff_t m, ptrdiff_t n, double *a, ptrdiff_t lda, double *t, double *work);

/* C = Q'C, or Q C with back, Q (m by m) of k reflectors as qr_factor left them, C m
 * by n.  Returns 0 or -k.  work: qr_work(m, n). */
int qr_apply(int back, ptrdiff_t m, ptrdiff_t k, const double *a, ptrdiff_t lda, const double *t,
    ptrdiff_t n, double *c, ptrdiff_t ldc, double *work);

/* The R of rows that come in blocks: n by n, by rows, ld apart, zeros below the
 * diagonal, the first used rows (min(n, rows so far)) not zero. */
struct qr {
	ptrdiff_t n, ld, used;
	double *r;
	double *block;                  /* QR_BLOCK rows to come, ld apart */
	double *work;                   /* private */
};

enum { QR_BLOCK = 384 };

/* Doubles that qr_init wants for n columns. */
size_t qr_size(ptrdiff_t n);
void qr_init(struct qr *q, ptrdiff_t n, double *mem);

/* Takes in the m rows, at most QR_BLOCK, that are in block, which it destroys.  Returns
 * 0; -k; +1: NaN or Inf, R lacks these rows; +2: R overflows, holds Inf and takes no
 * more rows. */
int qr_absorb(struct qr *q, ptrdiff_t m);

/* gram.c - the same R by the Gram matrix ---------------------------------------------- */

/* The R of n columns, whose rows come in blocks, as qr.c has it but for the signs of its rows, from the
 * sum of their products: for numbers of few bits, of which these sums are next to exact. */
struct gram {
	ptrdiff_t m, ld, blocks;
	int mended;
	double *hi, *lo, *sum, *fix, *acc, *grid, *zero, *off, *left;   /* private */
};

enum { GRAM_BLOCK = 256, GRAM_MOST = 1024 };

/* Doubles that gram_init wants for m columns. */
size_t gram_size(ptrdiff_t m);
void gram_init(struct gram *g, ptrdiff_t m, double *mem);

/* Takes in k rows, at most GRAM_BLOCK, as columns of B: m numbers, ldb apart, with zeros behind them up to
 * a multiple of 8; big: the greatest absolute values of the rows of B (kern_most).  Returns 0, and B is
 * what it was; or -2; +1: NaN or Inf; +2: these are no numbers of few bits, or too large or small; then
 * B is rubbish and g done with. */
int gram_absorb(struct gram *g, ptrdiff_t k, double *b, ptrdiff_t ldb, const double *big);

/* r, m by m column-major, upper triangular, its diagonal above 0; g is done with.  Returns 0, and before it is
 * rounded r is off by no more than a change of the columns by 2^-53 of their lengths may make it; +2: this is
 * not proved, or m > GRAM_MOST, and r is undefined. */
int gram_factor(struct gram *g, double *r);

/* partial.c - correlation beside controls ------------------------------------------- */

struct partial {
	ptrdiff_t rank;                 /* of the controls */
	double r;                       /* of what the controls leave of x and of y */
	double rest;                    /* 1 - r^2, from the factor, as with comom_r */
	double semi, semi_rest;         /* of y and what they leave of x */
};

/* 16 eps max(n, p): less of its norm is none of a column beside p of n rows. */
double partial_tolerance(double n, ptrdiff_t p);

/* v = x/|x|, a column of length m, without its parts along the k orthonormal columns of
 * q.  Returns the norm that is left, 0 if it is at most tol, NaN if x is not finite. */
double partial_left(const double *x, ptrdiff_t m, const double *q, ptrdiff_t k, double tol, double *v);

/* From the centred columns of n rows, k controls, x and y, or from any columns
 * of their lengths and angles, such as those of a triangular factor, in double-doubles:
 * a + al, m by k + 2, lda >= m.  A column depends on the controls before it if they leave less
 * than 16 eps max(n, k + 2) of its norm; such a control is taken out before the others
 * are looked at.  With n = rank + 2 r is +1 or -1.
 * Returns 0; or NaN and +1: n < rank + 2; +2: x is zero or depends on the
 * controls; +3: y; +4: out of range.  work: partial_work(m, k). */
size_t partial_work(ptrdiff_t m, ptrdiff_t k);
int partial_fit(ptrdiff_t m, ptrdiff_t k, const double *a, const double *al, ptrdiff_t lda, double n,
    struct partial *out, double *work);

/* svd.c - singular values by one-sided Jacobi ---------------------------------------- */

/* A = U diag(s) V', A m by n column-major, any m and n >= 0, lda >= m; k = min(m,
 * n).  A's first k columns become U (columns of zero singular values are zero), s
 * the k singular values in descending order, V (n by k, ldv >= n) the right
 * singular vectors; with V NULL there are no vectors at all, A is destroyed, and it
 * is quicker: svd_values(..., 0, ...).  Returns 0;
 * -k: argument k is bad, NaN or Inf in A among it (nothing was changed); +k: not
 * converged in k sweeps (U, s, V as far as they came).
 *
 * Each singular value of A, m >= n, is good to about n eps kappa(A D), D the best
 * scaling of the columns (of the rows if m < n), U S V' to a few eps |A|.  Scaled,
 * so that no finite A overflows or underflows needlessly; but of columns that depend
 * on each other to 2^-160 of their length one counts as zero, so that s = 0 says no
 * more than that.  Demmel & Veselic, SIAM
 * J. Matrix Anal. Appl. 13 (1992) 1204-1245; Golub & Van Loan, 4th ed., sections
 * 8.5.2 and 8.6.4; svd.c says what is done to be quick.  work: svd_work(m, n). */
size_t svd_work(ptrdiff_t m, ptrdiff_t n);
int svd_jacobi(ptrdiff_t m, ptrdiff_t n, double *a, ptrdiff_t lda,
    double *s, double *v, ptrdiff_t ldv, double *work);

/* The same without V; with normwise an error of a few eps |A| is taken in every
 * singular value, as LAPACK's dgesdd does: for an A that is no better known. */
int svd_values(ptrdiff_t m, ptrdiff_t n, double *a, ptrdiff_t lda, int normwise,
    double *s, double *work);

/* schur.c - eigenvalues by a real Schur form --------------------------------------------- */

/* re + i im [0..n) = the eigenvalues of A, n by n column-major, lda >= n, any n >= 0, in the order
 * in which they stand on the diagonal of its Schur form: of a complex pair the one with im > 0
 * first.  A is destroyed.  They are exact for some A + E, |E| <= c n eps |A| (2-norms; c was
 * below 2 wherever it was measured); what that says of one of them is its condition, and of
 * k equal ones of a defective A it is as little as |E|^(1/k).  Scaled, so that no finite A
 * overflows; an eigenvalue beyond all doubles is Inf.  Returns 0; -k: argument k is bad,
 * NaN or Inf in A among it (nothing was changed); +k: not converged in k steps (re, im undefined).
 * Householder, Francis: Golub & Van Loan, 4th ed., Alg. 7.4.2, 7.5.1, 7.5.2.  work:
 * schur_work(n). */
size_t schur_work(ptrdiff_t n);
int schur_values(ptrdiff_t n, double *a, ptrdiff_t lda, double *re, double *im, double *work);

/* sum re / sum |re + i im|, in [-1, 1]: 1 if all eigenvalues are positive, -1 if all are
 * negative; NaN if all are 0.  Elhage et al., A mathematical framework for transformer
 * circuits (2021), who take it of W_O W_V as a sign of copying. */
double schur_copying(ptrdiff_t n, const double *re, const double *im);

/* prod.c - singular values of a product ------------------------------------------------- */

/* A head's projection W, m by n (d_head by d_model), lent as it lies in a file:
 * element (i, j) at data + i*row + j*col bytes.  It stands for W diag(scale)
 * (scale: n factors, NULL for ones), and with center each of its rows then has its
 * mean taken away, W diag(scale) (I - 11'/n).  One with a size below 0 or of an
 * unknown type is bad. */
struct prod_mat {
	const void *data;
	enum num_type type;
	ptrdiff_t m, n, row, col;
	const double *scale;
	int center;
};

/* r, m by m column-major, ld m: upper triangular with R'R = W W', that is the R of
 * the QR factorisation of W' (of whose rows any may have the other sign).  From the Gram matrix
 * (gram.c), or if its numbers do not allow that, by Householder (qr.c).  Unless k is NULL, c = W_K W'
 * (m by m, column-major, ld m) of the same blocks, which are loaded once.  m >= 0, n >= 0 any (n < m:
 * rows of zeros).  Returns 0; -1: W is bad; -2: W_K is, or not of the same m and n; +1: NaN or Inf in
 * W, scaled and centred; +2: R overflows; +3: there is NaN or Inf in c, for there is in W_K, or it
 * overflows (r and c undefined in all these). */
size_t prod_factor_work(ptrdiff_t m, ptrdiff_t n);
int prod_factor(const struct prod_mat *w, const struct prod_mat *k, double *r, double *c, double *work);

/* s[0..m): singular values, descending, of W_K' W_Q (n_k by n_q, rank <= m) from the
 * factors of both, i.e. of R_K R_Q', to a few eps of the product of their norms; Inf where this
 * overflows.  Returns 0; -1: m < 0; -2, -3: NaN or Inf in rk, in rq (s untouched); +k:
 * not converged in k sweeps. */
size_t prod_svd_work(ptrdiff_t m);
int prod_svd(ptrdiff_t m, const double *rk, const double *rq, double *s, double *work);

/* norm[j] = |R w_j|, j < n, w_j the columns of W, scaled and centred; R m by m, column-major, ld m.
 * With the R of W_Q (prod_factor) and W = W_K these are the norms of the rows of W_K' W_Q, the
 * other way round those of its columns.  Returns 0; -1: W is bad. */
size_t prod_norms_work(ptrdiff_t m, ptrdiff_t n);
int prod_norms(const double *r, const struct prod_mat *w, double *norm, double *work);

/* (c - r) / (c + r), c the sum of what norms of columns have beyond their mean plus two standard
 * deviations (of the sample, n - 1), r that of rows, both of which are changed: from -1 to 1, 0 if
 * there is no such norm, NaN if all are 0 or one is no number.  The directionality of Saponati et al.,
 * arXiv 2502.10927, as their program has it; their tables have the other sign.  Deviations below
 * 1e-12 of the mean are taken for rounding.  work: the longer of both. */
double prod_direction(double *row, ptrdiff_t nrow, double *col, ptrdiff_t ncol, double *work);

/* ls.c - least squares from the factor --------------------------------------------------- */

/* y = b_1 x_1 + ... + b_k x_k + residual.  Arrays have k entries, in the order
 * of the terms; NaN where undefined or aliased.  With an intercept the first
 * term is the column of ones, and everything that is called centred is about
 * the (weighted) means; without, about zero. */
struct ls {
	ptrdiff_t k;                    /* terms */
	ptrdiff_t rank;                 /* of the terms, the intercept included */
	int exact, perfect;             /* the residual is none but for rounding: see ls_fit */
	double df_residual;             /* n - rank */
	double *b;                      /* coefficients; NaN also where it would be no normal number */
	int beyond;                     /* 1: that is so of one, or of a standard error */
	double *se;                     /* standard errors */
	double *beta;                   /* b_j |x_j|/|y|, norms of the centred columns */
	double *vif;                    /* variance inflation factors */
	int *aliased;                   /* 1: dependent on terms before it */
	ptrdiff_t *kept;                /* k + 1: columns of the terms that are not, and of y */
	double *scale;                  /* k + 1: powers of two; the fit is that of x_j scale_j and y scale_k, */
	double *bs, *blo;               /* its coefficients bs + blo; blo is 0 where bs is NaN */
	double *inv, *invlo;            /* k by k: C = (X'X)^-1 = inv inv'; rows of aliased terms are 0 */
	double keys;                    /* of ls_fit_within; else 0 */
	double floor;                   /* of it, in the fit's unit: a residual of rows that their means can have made */
	double blur;                    /* of 1 - hat: what is not above it may be rounding alone */
	double rnorm, enorm, tnorm;     /* roots of the residual, explained, total sum of squares, these two centred */
	double sigma;                   /* rnorm/sqrt(df_residual) */
	double condition;               /* s_max/s_min of the centred unit-norm columns, or inf */
};

/* Fits column col[k] of t, which was flushed, on its columns col[0..k); with
 * intercept nonzero col[0] is the column of ones.  Triangles and back
 * substitution in double-doubles, so that b is that of the rows as they are,
 * rounded, up to a condition of 1e14.  The rank is the number of singular
 * values of the centred, unit-norm columns above eps max(n, k) times the
 * largest, and the intercept.  Where it falls short: with min_norm 0 the later
 * dependent terms are aliased as in R (NaN), with min_norm 1 the solution is
 * the one of least norm in standardised coordinates, in double precision, with
 * standard errors and inv NaN.  sigma and standard errors are NaN where
 * df_residual is 0.  Where the rounding of double-doubles can have made all of the residual
 * (2^-94 of the norms of y and of the terms times their coefficients) the fit is exact:
 * residual, sigma and standard errors are 0, and so are coefficients that such a residual
 * could have made, and tnorm if it is as small.  It is perfect if it is exact, or
 * R's summary.lm would say so: sigma^2 below 1e-30 of the mean square of y; then the
 * decimals of the rows, rounded to doubles, can have made it.  A constant y gives tnorm 0 and beta NaN, with min_norm 1
 * beta 0; no rows give rank 0 and NaN for all else.  Returns 0, -k: argument k
 * is bad, +1: the SVD did not converge, or the numbers overflow.  work:
 * ls_work(t->p, k) doubles. */
size_t ls_work(ptrdiff_t p, ptrdiff_t k);
int ls_fit(const struct tri *t, const ptrdiff_t *col, ptrdiff_t k, int intercept, int min_norm,
    struct ls *out, double *work);

/* The same beside a term for each of so many keys, which has been taken out: t has the rows
 * about the means of their keys (their number is that of all rows), total the rows as they
 * are, with the same columns, the first being that of ones if ones is not 0.  No term is
 * that of ones.  rank is that of the terms alone, df_residual n - rank - keys; beta, vif, tnorm,
 * enorm and the norms by which the rank is found are of the rows as they are; condition is
 * NaN. */
int ls_fit_within(const struct tri *t, const struct tri *total, double keys, const ptrdiff_t *col, ptrdiff_t k, int ones,
    struct ls *out, double *work);

/* A coefficient, or its error, in the units of the rows: x scale_j/scale_k (j < 0: of y
 * alone, x/scale_k); NaN, and f->beyond is 1, if that is no normal number but x is not 0. */
double ls_unscaled(struct ls *f, double x, ptrdiff_t j);

/* robust.c - residuals, influence, robust errors -------------------------------------------- */

/* One row under a fit that has inv.  e: sqrt(w) residual, in the fit's units; hat: the
 * hat value h; rest: 1 - h with all its digits, 0 where it is not above the fit's
 * blur: the fit then goes through the row whatever its y;
 * std_residual e/(sigma sqrt(1 - h)), Cook's distance (e/(sigma (1 - h)))^2 h/rank; NaN
 * if h is 1 or sigma is 0 or NaN.  Cook, Technometrics 19 (1977) 15-18. */
struct ls_row { double fitted, residual, hat, rest, std_residual, cooks_d; struct dd e; };

/* x + xlo: the row's terms (k), y, its weight w > 0; within keys, these about the key's means, and
 * share, w divided by the weight of the key, else 0.  u + ulo, rank numbers, becomes the
 * row in the coordinates where the columns are orthonormal, times sqrt(w). */
void ls_row(const struct ls *f, const double *x, const double *xlo, struct dd y, double w, struct dd share,
    double *u, double *ulo, struct ls_row *r);

/* The residual that estimates the row's variance: e, in HC2
 * e/sqrt(1 - h), in HC3 e/(1 - h), NaN there if h is 1.  MacKinnon & White, J.
 * Econometrics 29 (1985) 305-325. */
enum hc { HC0, HC1, HC2, HC3 };
struct dd ls_score(enum hc hc, const struct ls_row *r);

/* How much the arithmetic may make of a row's score, but for a factor that ls_sandwich knows:
 * to be added up over the rows.  hc as the score has it. */
double ls_noise(const struct ls *f, enum hc hc, double y, double w, const struct ls_row *r);

/* Robust standard errors: the square roots of the diagonal of factor inv S'S
 * inv', S + Slo (rank by rank) the triangular factor of the rows score u, or of
 * their sums over clusters.  NaN for aliased terms, 0 where it is not more than
 * the noise of all rows.  work: rank. */
void ls_sandwich(struct ls *f, const double *s, const double *slo, double factor, double noise, double *se,
    double *work);

/* ftest.c - several coefficients at once ------------------------------------------------------- */

/* F of the hypothesis that the q terms, none aliased, are all 0, under the covariance factor inv
 * S'S inv' of the estimates, S as in ls_sandwich, or sigma times the unit matrix with factor 1.
 * NaN where the covariance of these is singular: its condition, scaled, is above 1/eps, as R's
 * solve has it.  Wald, Trans. American Mathematical Society 54 (1943) 426-482.  work:
 * ls_wald_work(rank, q). */
size_t ls_wald_work(ptrdiff_t rank, ptrdiff_t q);
double ls_wald(const struct ls *f, const ptrdiff_t *term, ptrdiff_t q, const double *s, double factor, double *work);

/* c, rank by q: q contrasts of the span of these terms, none aliased, with c'M c the unit matrix, M (rank by
 * rank) as ls_cluster_seen has it.  Returns 0, or 1: M hides one of them, or they depend on each
 * other.  work: ls_wald_work(rank, q). */
int ls_whiten(const struct ls *f, const ptrdiff_t *term, ptrdiff_t q, const double *m, double *c, double *work);

/* cluster.c - the rows of one cluster under a fit ---------------------------------------------- */

/* r + rlo: the triangular factor of the cluster's columns f->kept, of rank + 1 columns, f a
 * fit that has inv; it is scaled to the units of the fit.  In the coordinates where the columns of X are orthonormal, A (a,
 * rank by rank) is the triangular factor of the cluster's terms, and v[0..rank] what the
 * fit leaves of y, the last number being outside of the cluster's terms.  v is 0 where it
 * is none but for rounding, by the rule of ls_fit. */
void ls_cluster(const struct ls *f, double *r, double *rlo, double *a, double *v);

/* 1 - s^2 at most this: a direction in which a cluster decides its fit alone. */
#define LS_WHOLE 1e-12

/* With A = U diag(s) V', k by k: out = A'(I - AA')^(-power) v, power 0, 1/2 (the score of
 * CR2) or 1 (out is what leaving the cluster out takes from the fit).  Directions in
 * which the cluster decides alone do not count with a power above 0; returns whether there are any. */
int ls_cluster_apply(ptrdiff_t k, const double *u, const double *s, const double *vt, const double *v, double power,
    double *out);

/* M, k by k, gets V S^2 V' more, of the directions that CR2 counts: the sum over all clusters is
 * the unit matrix where each does. */
void ls_cluster_seen(ptrdiff_t k, const double *s, const double *vt, double *m);

/* Satterthwaite's degrees of freedom of the CR2 variance of q contrasts, under independent residuals of
 * variance 1/w: those of the Wishart matrix whose entries have the same total variance.  c, k by q:
 * the contrasts in those coordinates, of one c'b of any length (row j of inv for b_j), of more as
 * ls_whiten makes them.  Add the clusters to a d of zeros, but for q, tt being kq by kq, big kq by
 * 2 k + 1.  Pustejovsky & Tipton, J. Business & Economic Statistics 36 (2018) 672-683, sections 3.1
 * and 3.2; Bell & McCaffrey, Survey Methodology 28 (2002) 169-181.  work: q (q + k + 1), in ls_df q
 * q. */
struct ls_df { ptrdiff_t q; double trace, squares, *tt, *big; ptrdiff_t nbig; };
void ls_cluster_df(ptrdiff_t k, const double *s, const double *vt, const double *c, struct ls_df *d, double *work);
double ls_df(ptrdiff_t k, const struct ls_df *d, double *work);

/* real.c - the arithmetic of a forward pass --------------------------------------------- */

/* In float or in double: void * are arrays of that precision, of struct real's size.  The bits depend
 * on the precision alone: neither on the instruction set nor on how work is cut among threads.  A
 * processor without fused multiply-add takes some 30 times longer.  Matrices by rows, ld numbers from row
 * to row.  Sums of statistics are in double. */

/* RELU2: max(x, 0)^2; GELU: x P(Z < x), GELU_TANH: its approximation by tanh, QUICK_GELU: x
 * sigmoid(1.702 x); SILU: x sigmoid(x).  Within 2 ulp, GELU within 4; GELU_TANH and QUICK_GELU within
 * some ulp times the exponent that sigmoid has, where this is large and they are next to nothing. */
enum act { ACT_NONE, ACT_RELU, ACT_RELU2, ACT_SILU, ACT_GELU, ACT_GELU_TANH, ACT_QUICK_GELU, ACT_TANH, ACT_SIGMOID };

/* Where the rows of W come from: get sets x[0..n) to row i from column j on, in the precision. */
struct real_rows {
	void (*get)(const void *ctx, ptrdiff_t i, ptrdiff_t j, ptrdiff_t n, void *x);
	const void *ctx;
};

/* One passage through one head.  What is there for token i begins at i*ld; all of q, k, v is
 * finite. */
struct attend {
	ptrdiff_t n, d, dv;             /* tokens; components of q and k, of v; n, d > 0 */
	const void *q, *k, *v;
	ptrdiff_t ldq, ldk, ldv, ldy;
	double scale, softcap;          /* z = scale q'k; softcap > 0: softcap tanh(z/softcap) */
	const ptrdiff_t *from, *to;     /* token i sees keys from[i] <= j < to[i], one at least */
	const void *bias;               /* NULL, or added to z of (i, j): bias[j - i + n - 1], 2n - 1 numbers; */
	int by_key;                     /* or bias[j], n numbers */
	const double *sink;             /* NULL, or a logit more in each softmax, that no key has */
	const unsigned char *counted, *special; /* of each token; special NULL: none */
	void *y;                        /* NULL, or sum_j p_ij v_j, dv numbers for each token */

	/* Set by attend: sums over the n_queries queries that are counted and see two keys or more.
	 * entropy: -sum p ln p; relative: that over ln(keys); first_prob: p of key 0; special_prob: p over
	 * special keys; distance: sum p |i - j|; row_std: deviation of z over the keys of a query.  With a sink
	 * the p of the keys sum to less than 1.  z is without bias. */
	double n_queries;
	double entropy, relative, max_prob, first_prob, special_prob, distance, row_std;
	double z_n, z_mean, z_m2, z_max; /* all z of these: count, mean, squared deviations from it, max (-Inf of none) */

	/* NULL, or ATTEND_QUERY numbers for each token, set: the seven above; mean and max of its z; its
	 * visible keys, or all 0 if it is not counted. */
	double *query;
};
enum { ATTEND_QUERY = 10 };

struct real {
	size_t size;                    /* of a number, in bytes */

	/* num_load, num_load_row, rounded to the precision; from doubles, which are rounded; to doubles. */
	void (*load)(enum num_type type, const void *src, ptrdiff_t step, ptrdiff_t n, void *x);
	void (*load_row)(enum num_type type, const void *row, ptrdiff_t from, ptrdiff_t n, void *x);
	void (*from_double)(ptrdiff_t n, const double *x, void *y);
	void (*to_double)(ptrdiff_t n, const void *x, double *y);

	/* Y[t][j] = sum_l X[t][l] W[j][l] + bias[j] + Y[t][j], t < m, j0 <= j < j1, the sum by fused multiply-adds
	 * in the order of l < k, whatever m, j0 and j1; bias NULL: none; add 0: without Y, which is then only
	 * written.  X is packed: pack lays its rows i0 <= t < i1, at x + t*ldx, into packed, pack_size(m, k) bytes;
	 * i0 is a multiple of REAL_STEP, and so is i1 unless it is m.  Rows of W are asked for once in
	 * every REAL_ONCE rows of X; they are best cut into parts of REAL_PART.  y + t*ldy + j; bias + j.  work: mul_work(k) bytes. */
	size_t (*pack_size)(ptrdiff_t m, ptrdiff_t k);
	void (*pack)(ptrdiff_t k, const void *x, ptrdiff_t ldx, ptrdiff_t i0, ptrdiff_t i1, void *packed);
	size_t (*mul_work)(ptrdiff_t k);
	void (*mul)(ptrdiff_t m, ptrdiff_t k, const void *packed, const struct real_rows *w, ptrdiff_t j0, ptrdiff_t j1,
	    const void *bias, int add, void *y, ptrdiff_t ldy, void *work);

	/* y = (x - c)/sqrt(mean of (x - c)^2 + eps) (one + w) + b, c the mean of x, or 0 if mean is 0; w, b
	 * NULL: without these.  All in double, rounded once.  y may be x. */
	void (*norm)(ptrdiff_t n, const void *x, int mean, double eps, double one, const void *w, const void *b, void *y);
	void (*act)(enum act a, ptrdiff_t n, const void *x, void *y);           /* y may be x */
	void (*gate)(enum act a, ptrdiff_t n, const void *g, const void *u, void *y);  /* y = act(g) u, y may be g or u */
	void (*axpy)(ptrdiff_t n, double a, const void *x, void *y);            /* y += a x */
	void (*scale)(ptrdiff_t n, double a, void *x);

	/* Rotates: a = x[first + i step], b = x[first + i step + apart], i < n, become a c_i - b s_i, a s_i + b c_i. */
	void (*turn)(ptrdiff_t n, ptrdiff_t first, ptrdiff_t step, ptrdiff_t apart, const void *c, const void *s, void *x);
	int (*finite)(ptrdiff_t n, const void *x);      /* neither NaN nor Inf */

	/* work: attend_work bytes. */
	size_t (*attend_work)(ptrdiff_t n, ptrdiff_t d, ptrdiff_t dv);
	void (*attend)(struct attend *a, void *work);
};
enum { REAL_STEP = 48, REAL_ONCE = 50*REAL_STEP, REAL_PART = 256 };

/* For this processor. */
const struct real *real_float(void);
const struct real *real_double(void);

#endif
