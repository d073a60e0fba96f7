/* rank.c - order, average ranks, and Kendall's tau in n log n.
 *
 * The last two sort items (x, y) by merging.  When a run is merged in front of what is
 * left of another one, each item that it passes is an inversion: so the second
 * sort of Kendall's pairs, by y after x, counts the discordant ones.  Knight,
 * Journal of the American Statistical Association 61 (1966) 436-439.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"

static inline int
less(const struct rank_item *a, const struct rank_item *b, int by_y)
{
	if (by_y)
		return a->y < b->y;
	return a->x < b->x || (a->x == b->x && a->y < b->y);
}

/* Merges a[0..m) and a[m..n) into b; returns the pairs of a left item and a
 * lesser right one.  Equal items keep their order. */
static inline double
merge(const struct rank_item *a, ptrdiff_t m, ptrdiff_t n, struct rank_item *b, int by_y)
{
	ptrdiff_t i = 0, j = m;
	double inversions = 0;

	while (i < m && j < n)
		if (less(&a[j], &a[i], by_y)) {
			*b++ = a[j++];
			inversions += (double)(m - i);
		} else {
			*b++ = a[i++];
		}
	memcpy(b, a + i, (size_t)(m - i) * sizeof(*a));
	memcpy(b + (m - i), a + j, (size_t)(n - j) * sizeof(*a));
	return inversions;
}

/* Sorts v[0..n) from runs of one upwards; returns the inversions. */
static inline double
sort(struct rank_item *v, ptrdiff_t n, struct rank_item *work, int by_y)
{
	struct rank_item *a = v, *b = work, *t;
	double inversions = 0;
	ptrdiff_t i, m, run;

	for (run = 1; run < n; run = run > n/2 ? n : 2*run) {
		for (i = 0; i < n; i += m) {
			m = n - i < 2*run ? n - i : 2*run;
			inversions += merge(a + i, m < run ? m : run, m, b + i, by_y);
		}
		t = a;
		a = b;
		b = t;
	}
	if (a != v)
		memcpy(v, a, (size_t)n * sizeof(*v));
	return inversions;
}

static int
ascending(const void *va, const void *vb)
{
	const double *a = va, *b = vb;

	return (*a > *b) - (*a < *b);
}

void
rank_sort(double *v, ptrdiff_t n)
{
	if (n > 1)
		qsort(v, (size_t)n, sizeof *v, ascending);
}

void
rank_sort_pairs(struct rank_item *v, ptrdiff_t n, struct rank_item *work)
{
	sort(v, n, work, 0);
}

double
rank_quantile(const double *v, ptrdiff_t n, double p)
{
	double at = p*(double)(n - 1), low = floor(at);
	ptrdiff_t i = (ptrdiff_t)low;

	return i + 1 < n ? v[i] + (at - low)*(v[i + 1] - v[i]) : v[i];
}

void
rank_average(const double *x, ptrdiff_t n, double *r, struct rank_item *work)
{
	struct rank_item *v = work;
	ptrdiff_t i, j;

	for (i = 0; i < n; i++)
		v[i] = (struct rank_item){ x[i], (double)i };
	sort(v, n, v + n, 0);
	for (i = 0; i < n; i = j) {
		for (j = i; j < n && v[j].x == v[i].x; j++)
			;
		for (ptrdiff_t l = i; l < j; l++)
			r[(ptrdiff_t)v[l].y] = (double)(i + j + 1)/2;
	}
}

/* Counts a group of t tied values: its t(t-1)/2 pairs, and the sums that the variance
 * of S is made of. */
static void
tie(struct rank_ties *s, double t)
{
	s->pairs += t*(t - 1)/2;
	s->cubes += t*(t - 1)*(t - 2);
	s->weighted += t*(t - 1)*(2*t + 5);
}

/* Ties in x, or in y, or in both of the sorted v. */
static struct rank_ties
ties(const struct rank_item *v, ptrdiff_t n, int in_x, int in_y)
{
	struct rank_ties s = { 0, 0, 0 };
	ptrdiff_t i, j;

	for (i = 0; i < n; i = j) {
		for (j = i + 1; j < n && !(in_x && v[j].x != v[i].x) && !(in_y && v[j].y != v[i].y); j++)
			;
		tie(&s, (double)(j - i));
	}
	return s;
}

void
rank_kendall(const double *x, const double *y, ptrdiff_t n, struct rank_kendall *k, struct rank_item *work)
{
	struct rank_item *v = work;
	double both, discordant;
	ptrdiff_t i;

	for (i = 0; i < n; i++)
		v[i] = (struct rank_item){ x[i], y[i] };
	sort(v, n, v + n, 0);
	k->n = (double)n;
	k->x = ties(v, n, 1, 0);
	both = ties(v, n, 1, 1).pairs;
	discordant = sort(v, n, v + n, 1);
	k->y = ties(v, n, 0, 1);
	k->s = k->n*(k->n - 1)/2 - k->x.pairs - k->y.pairs + both - 2*discordant;
}

double
rank_tau(const struct rank_kendall *k)
{
	double pairs = k->n*(k->n - 1)/2, d = sqrt((pairs - k->x.pairs)*(pairs - k->y.pairs)), r;

	r = d > 0 ? k->s/d : NAN;
	return r > 1 ? 1 : r < -1 ? -1 : r;
}

enum { EXACT = 49, MOST = EXACT*(EXACT - 1)/2 };

/* P(a permutation of n has at most q inversions), n <= EXACT, q at most half of all.  Put the last of m
 * values into a permutation of the others: its m places are equally likely, and add
 * 0, 1, ..., m-1 inversions.  Hence P_m(k) = (P_(m-1)(k) + ... + P_(m-1)(k-m+1))/m.
 * Kendall, Biometrika 30 (1938) 81-93. */
static double
at_most(ptrdiff_t n, ptrdiff_t q)
{
	double p[MOST/2 + 1] = { 1 }, s;
	ptrdiff_t m, k, j;

	for (m = 2; m <= n; m++)
		for (k = q; k >= 0; k--) {
			for (s = 0, j = k; j >= 0 && j > k - m; j--)
				s += p[j];
			p[k] = s/(double)m;
		}
	for (s = 0, k = 0; k <= q; k++)
		s += p[k];
	return s;
}

double
rank_variance(const struct rank_kendall *k)
{
	double n = k->n, v;

	v = (n*(n - 1)*(2*n + 5) - k->x.weighted - k->y.weighted)/18;
	v += 2*k->x.pairs*k->y.pairs/(n*(n - 1));
	return n > 2 ? v + k->x.cubes*k->y.cubes/(9*n*(n - 1)*(n - 2)) : v;
}

double
rank_tau_p(const struct rank_kendall *k)
{
	double pairs = k->n*(k->n - 1)/2, p;

	if (isnan(rank_tau(k)))
		return NAN;
	if (k->n > EXACT || k->x.pairs > 0 || k->y.pairs > 0)
		return tail_norm2(k->s/sqrt(rank_variance(k)));
	p = 2*at_most((ptrdiff_t)k->n, (ptrdiff_t)((pairs - fabs(k->s))/2));
	return p < 1 ? p : 1;
}
