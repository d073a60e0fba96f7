/* tri.c - the triangular factor of [1 X], row block by row block.
 *
 * A block of m rows is centred by its own mean.  The reflector that takes the
 * vector of ones to a multiple of e_1 then leaves m - 1 rows for R: so R has
 * min(p, n - 1) rows that are not zero, and no rounding noise below them.  One
 * row more tells how far the block's mean is from the mean so far,
 *
 *	sqrt(n m/(n + m)) (mean_block - mean),
 *
 * and [R; block] is made triangular again.  A mean is kept as mean + lo, a
 * double-double, so that deviations are as good as the data allow.  Columns
 * that are constant stay exactly zero.  The signs of R's rows are left as the
 * reflectors make them.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "num.h"

/* The 2-norm of x[0..n), scaled by a power of two: it neither overflows nor
 * underflows unless the norm itself does. */
double
tri_norm(const double *x, ptrdiff_t n)
{
	ptrdiff_t i;
	double a = 0, f, s = 0;
	int e;

	for (i = 0; i < n; i++)
		if (fabs(x[i]) > a)
			a = fabs(x[i]);
	if (a == 0 || a > DBL_MAX)
		return a;
	frexp(a, &e);
	f = ldexp(1, e < -1021 ? 1021 : -e);
	for (i = 0; i < n; i++)
		s += f*x[i] * (f*x[i]);
	return sqrt(s)/f;
}

/* y = H y for the n columns of [r; b] (r a row with stride ldr, b k rows), H =
 * I - tau v v' the reflector that clears b in the first column.  v = (1; b/v1)
 * with v1 = r + sign(r) |[r; b]|, which never cancels; then tau = v1/(sign(r)
 * |[r; b]|) and the new r = -sign(r) |[r; b]|.  Where b is zero already, H = I.
 * Golub & Van Loan, 4th ed., Alg. 5.1.1 (there with the other sign). */
static void
reflect(ptrdiff_t n, double *r, ptrdiff_t ldr, double *b, ptrdiff_t ldb, ptrdiff_t k)
{
	ptrdiff_t i, j;
	double x[2], mu, tau, v1, w, *c;

	x[0] = r[0];
	x[1] = tri_norm(b, k);
	if (x[1] == 0)
		return;
	mu = tri_norm(x, 2);
	v1 = r[0] + copysign(mu, r[0]);
	tau = 1 + fabs(r[0])/mu;
	for (i = 0; i < k; i++)
		b[i] /= v1;
	r[0] = -copysign(mu, r[0]);
	for (j = 1; j < n; j++) {
		c = b + j*ldb;
		w = r[j*ldr];
		for (i = 0; i < k; i++)
			w += b[i]*c[i];                 /* w = v' y */
		w *= tau;
		r[j*ldr] -= w;                          /* y = y - tau v (v' y) */
		for (i = 0; i < k; i++)
			c[i] -= w*b[i];
	}
}

/* A row of R that is not in use takes a row of B, which by then is zero left
 * of the diagonal: rank above the number of rows is never invented. */
void
tri_reduce(double *r, ptrdiff_t p, ptrdiff_t q, double *b, ptrdiff_t ldb, ptrdiff_t k)
{
	ptrdiff_t i, j, l;

	for (i = j = 0; j < p; j++) {
		if (j >= q) {
			if (i == k)
				return;
			for (l = j; l < p; l++)
				r[j + l*p] = b[i + l*ldb];
			i++;
		}
		reflect(p - j, r + j + j*p, p, b + i + j*ldb, ldb, k - i);
	}
}

static ptrdiff_t
block_ld(ptrdiff_t p)
{
	return TRI_BLOCK + p + 1;
}

size_t
tri_size(ptrdiff_t p)
{
	return (size_t)(p * (4 + p + block_ld(p)));
}

void
tri_init(struct tri *t, ptrdiff_t p, double *mem)
{
	ptrdiff_t j;

	memset(mem, 0, tri_size(p) * sizeof(*mem));
	t->p = p;
	t->n = 0;
	t->fill = 0;
	t->mean = mem;
	t->lo = t->mean + p;
	t->min = t->lo + p;
	t->max = t->min + p;
	t->r = t->max + p;
	t->block = t->r + p*p;
	for (j = 0; j < p; j++) {
		t->min[j] = INFINITY;
		t->max[j] = -INFINITY;
	}
}

static void
widen(struct tri *t, ptrdiff_t j, double lo, double hi)
{
	if (lo < t->min[j])
		t->min[j] = lo;
	if (hi > t->max[j])
		t->max[j] = hi;
}

void
tri_add(struct tri *t, const double *row)
{
	ptrdiff_t j, ld = block_ld(t->p);

	for (j = 0; j < t->p; j++) {
		widen(t, j, row[j], row[j]);
		t->block[t->fill + j*ld] = row[j];
	}
	t->n++;
	if (++t->fill == TRI_BLOCK)
		tri_flush(t);
}

/* The mean of x - a.  f is a power of two, small where sums might overflow. */
static double
offset(const double *x, ptrdiff_t m, double a, double f)
{
	ptrdiff_t i;
	double s = 0;

	for (i = 0; i < m; i++)
		s += (x[i] - a)*f;
	return s/(double)m/f;
}

/* hi + lo += d + e, d the leading part.  Knuth's two-sum, and a last place. */
static void
move(double *hi, double *lo, double d, double e)
{
	double s, z, t;

	s = *hi + d;
	z = s - *hi;
	t = ((*hi - (s - z)) + (d - z)) + (*lo + e);
	*hi = s + t;
	*lo = t - (*hi - s);
}

/* x = x - mean, the mean (hi + lo) good to eps times the deviations: the mean
 * about the first value, then the mean of what is left.  Then x's m rows
 * become the last m - 1 of H x, H the reflector with H 1 = -sqrt(m) e_1: as
 * the centred x sum to zero, x_i - x_0/(1 + sqrt(m)), in x[1..m). */
static void
centre(double *x, ptrdiff_t m, double f, double *hi, double *lo)
{
	ptrdiff_t i;
	double z;

	*hi = x[0];
	*lo = 0;
	move(hi, lo, offset(x, m, x[0], f), 0);
	move(hi, lo, offset(x, m, *hi, f) - *lo, 0);
	for (i = 0; i < m; i++)
		x[i] = (x[i] - *hi) - *lo;
	z = x[0]/(1 + sqrt((double)m));
	for (i = 1; i < m; i++)
		x[i] -= z;
}

/* The mean of column j, of n rows, takes in the mean hi + lo of m others.
 * Returns sqrt(n m/(n + m)) times their difference. */
static double
shift(struct tri *t, ptrdiff_t j, double n, double m, double hi, double lo)
{
	double d[2] = { 0, 0 };

	move(&d[0], &d[1], hi, lo);
	move(&d[0], &d[1], -t->mean[j], -t->lo[j]);
	move(&t->mean[j], &t->lo[j], d[0]*(m/(n + m)), d[1]*(m/(n + m)));
	return sqrt(m/(n + m)*n) * d[0];
}

/* R takes in rows [1..m) of the block, and row 0 if it had rows of its own. */
static void
absorb(struct tri *t, double n, ptrdiff_t m)
{
	ptrdiff_t p = t->p, q, i = n == 0;

	q = n > (double)p ? p : n > 0 ? (ptrdiff_t)n - 1 : 0;
	tri_reduce(t->r, p, q, t->block + i, block_ld(p), m - i);
}

void
tri_flush(struct tri *t)
{
	ptrdiff_t j, m = t->fill;
	double n = t->n - (double)m, hi, lo, f, *x;

	if (m == 0)
		return;
	for (j = 0; j < t->p; j++) {
		x = t->block + j*block_ld(t->p);
		f = t->max[j] > 0x1p1000 || t->min[j] < -0x1p1000 ? 0x1p-8 : 1;
		centre(x, m, f, &hi, &lo);
		x[0] = shift(t, j, n, (double)m, hi, lo);
	}
	t->fill = 0;
	absorb(t, n, m);
}

void
tri_merge(struct tri *t, struct tri *other)
{
	ptrdiff_t p = t->p, j, m;
	double n, *x;

	tri_flush(t);
	tri_flush(other);
	if (other->n == 0)
		return;
	n = t->n;
	m = other->n > (double)p ? p + 1 : (ptrdiff_t)other->n;
	for (j = 0; j < p; j++) {
		x = t->block + j*block_ld(p);
		memcpy(x + 1, other->r + j*p, (size_t)(m - 1) * sizeof(*x));
		x[0] = shift(t, j, n, other->n, other->mean[j], other->lo[j]);
		widen(t, j, other->min[j], other->max[j]);
	}
	t->n += other->n;
	absorb(t, n, m);
}
