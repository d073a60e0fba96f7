/* tri.c - the triangular factor of X in double-doubles, row block by row block.
 *
 * X = Q R, Q'Q = I.  A block of rows is stacked below R and the stack made
 * triangular again by Householder reflectors, all in double-doubles: what is
 * left of a column when the ones before it are taken away is known to 2^-100
 * of the column, so that R, rounded, is that of the rows as they were given,
 * also where columns are nearly dependent or far from zero.  Hence an intercept
 * needs no special care: it is a column of ones.  The signs of R's rows are
 * left as the reflectors make them.
 *
 * High and low parts stand in arrays of their own.  The loops over rows go in
 * lanes of LANES numbers, whose sums are joined in a fixed order: a processor
 * may do them side by side and must not change the result.
 */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "num.h"

/* Two doubles side by side, which every processor of today has, and two such
 * vectors to a step. */
typedef double vec __attribute__((vector_size(16), aligned(8), may_alias));
typedef int64_t bits __attribute__((vector_size(16)));

enum { WIDE = 2, STEP = 2, LANES = WIDE*STEP };

struct vv { vec hi, lo; };

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

static inline vec
load(const double *x)
{
	return *(const vec *)x;
}

static inline void
store(double *x, vec v)
{
	*(vec *)x = v;
}

/* a + b, |a| >= |b|, and a + b: exactly.  Dekker; Knuth (elem.c). */
static inline struct vv
fast_sum(vec a, vec b)
{
	vec s = a + b;

	return (struct vv){ s, b - (s - a) };
}

static inline struct vv
two_sum(vec a, vec b)
{
	vec s = a + b, t = s - a;

	return (struct vv){ s, (a - (s - t)) + (b - t) };
}

/* x rounded to 26 bits. */
static inline vec
cut(vec x)
{
	return (vec)(((bits)x + 0x4000000) & ~(int64_t)0x7ffffff);
}

/* (a.hi + a.lo)(b.hi + b.lo) as a product and what it lacks, not normalised.
 * Dekker. */
static inline struct vv
product(struct vv a, struct vv b)
{
	vec p = a.hi*b.hi, ah = cut(a.hi), al = a.hi - ah, bh = cut(b.hi), bl = b.hi - bh;

	return (struct vv){ p, (((ah*bh - p) + ah*bl + al*bh) + al*bl) + (a.hi*b.lo + a.lo*b.hi) };
}

static inline struct vv
pair(const double *hi, const double *lo)
{
	return (struct vv){ load(hi), load(lo) };
}

static inline struct vv
both(struct dd x)
{
	return (struct vv){ (vec){ x.hi, x.hi }, (vec){ x.lo, x.lo } };
}

/* x'y of k numbers in double-doubles; x and y are zero from k on to the next
 * multiple of LANES.  The sums of products are kept with their errors, as in
 * Ogita, Rump & Oishi, SIAM J. Sci. Comput. 26 (2005) 1955-1988, Alg. 5.3. */
static struct dd
dot(const double *x, const double *xl, const double *y, const double *yl, ptrdiff_t k)
{
	struct vv s[STEP] = { { { 0 }, { 0 } } }, p, t;

	for (ptrdiff_t i = 0; i < k; i += LANES)
		for (int l = 0; l < STEP; l++) {
			p = product(pair(x + i + WIDE*l, xl + i + WIDE*l), pair(y + i + WIDE*l, yl + i + WIDE*l));
			t = two_sum(s[l].hi, p.hi);
			s[l].hi = t.hi;
			s[l].lo += t.lo + p.lo;
		}
	/* the lanes, STEP = WIDE = 2: side by side, then the two that are left */
	t = two_sum(s[0].hi, s[1].hi);
	t = two_sum(t.hi, t.lo + (s[0].lo + s[1].lo));
	return dd_add((struct dd){ t.hi[0], t.lo[0] }, (struct dd){ t.hi[1], t.lo[1] });
}

/* y = y - w x. */
static void
subtract(struct dd w, const double *x, const double *xl, double *y, double *yl, ptrdiff_t k)
{
	const struct vv ww = both(w);
	struct vv p, t;

	for (ptrdiff_t i = 0; i < k; i += WIDE) {
		p = product(ww, pair(x + i, xl + i));
		t = two_sum(load(y + i), -p.hi);
		t = fast_sum(t.hi, t.lo + (load(yl + i) - p.lo));
		store(y + i, t.hi);
		store(yl + i, t.lo);
	}
}

/* x = w x. */
static void
scale(struct dd w, double *x, double *xl, ptrdiff_t k)
{
	const struct vv ww = both(w);
	struct vv p;

	for (ptrdiff_t i = 0; i < k; i += WIDE) {
		p = product(ww, pair(x + i, xl + i));
		p = fast_sum(p.hi, p.lo);
		store(x + i, p.hi);
		store(xl + i, p.lo);
	}
}

static double
greatest(const double *x, ptrdiff_t n, ptrdiff_t step)
{
	double a = 0;

	for (ptrdiff_t i = 0; i < n; i++)
		if (fabs(x[i*step]) > a)
			a = fabs(x[i*step]);
	return a;
}

/* A power of two f with f a near 1. */
static double
unit(double a)
{
	int e;

	frexp(a, &e);
	return ldexp(1, e < -1021 ? 1021 : e > 1023 ? -1023 : -e);
}

/* The stack of R, p by p, and a block of k rows below it. */
struct stack {
	double *r, *rl;
	ptrdiff_t p;
	double *b, *bl;
	ptrdiff_t ldb, k;
};

static struct dd
entry(const struct stack *s, ptrdiff_t i, ptrdiff_t j)
{
	return (struct dd){ s->r[i + j*s->p], s->rl[i + j*s->p] };
}

static void
set(const struct stack *s, ptrdiff_t i, ptrdiff_t j, struct dd x)
{
	s->r[i + j*s->p] = x.hi;
	s->rl[i + j*s->p] = x.lo;
}

static struct dd
negative(struct dd x)
{
	return (struct dd){ -x.hi, -x.lo };
}

/* y = H y for row j of R and rows i.. of the block in the columns j.., H = I -
 * tau v v' the reflector that clears the block in column j.  v = (1; b/v1) with
 * v1 = r + sign(r) |[r; b]|, which never cancels; then tau = v1/(sign(r)
 * |[r; b]|) and the new r = -sign(r) |[r; b]|.  Where b is zero already, H = I;
 * zeros at its end, as a factor has that is merged, are left out.
 * Golub & Van Loan, 4th ed., Alg. 5.1.1 (there with the other sign). */
static void
reflect(const struct stack *s, ptrdiff_t j, ptrdiff_t i)
{
	double *b = s->b + i + j*s->ldb, *bl = s->bl + i + j*s->ldb, a, f;
	ptrdiff_t k, l;
	struct dd r = entry(s, j, j), mu, v1, tau, w, x;

	for (k = s->k - i; k > 0 && b[k - 1] == 0; k--)
		;
	if (k == 0)
		return;
	a = greatest(b, k, 1);
	f = unit(fmax(a, fabs(r.hi)));
	scale((struct dd){ f, 0 }, b, bl, k);
	r = dd_mul(r, (struct dd){ f, 0 });
	mu = dd_sqrt(dd_add(dd_mul(r, r), dot(b, bl, b, bl, k)));
	if (r.hi < 0)
		mu = negative(mu);
	v1 = dd_add(r, mu);
	tau = dd_div(v1, mu);
	scale(dd_div((struct dd){ 1, 0 }, v1), b, bl, k);
	set(s, j, j, (struct dd){ -mu.hi/f, -mu.lo/f });
	for (l = j + 1; l < s->p; l++) {
		double *c = s->b + i + l*s->ldb, *cl = s->bl + i + l*s->ldb;

		w = entry(s, j, l);
		x = dd_mul(tau, dd_add(w, dot(b, bl, c, cl, k)));       /* tau v' y */
		set(s, j, l, dd_add(w, negative(x)));                   /* y - tau v (v' y) */
		subtract(x, b, bl, c, cl, k);
	}
}

/* A row of R that is not in use takes a row of B, which by then is zero left
 * of the diagonal: rank above the number of rows is never invented. */
void
tri_reduce(double *r, double *rl, ptrdiff_t p, ptrdiff_t q, double *b, double *bl, ptrdiff_t ldb, ptrdiff_t k)
{
	const struct stack s = { r, rl, p, b, bl, ldb, k };
	ptrdiff_t i, j, l;

	for (i = j = 0; j < p; j++) {
		if (j >= q) {
			if (i == k)
				return;
			for (l = j; l < p; l++)
				set(&s, j, l, (struct dd){ b[i + l*ldb], bl[i + l*ldb] });
			i++;
		}
		reflect(&s, j, i);
	}
}

/* Room for k rows and what the lanes read behind them. */
static ptrdiff_t
padded(ptrdiff_t k)
{
	return k + LANES - 1;
}

static ptrdiff_t
block_ld(ptrdiff_t p)
{
	return padded(p > TRI_BLOCK ? p : TRI_BLOCK);
}

size_t
tri_size(ptrdiff_t p)
{
	return (size_t)(2*p * (1 + p + block_ld(p)));
}

void
tri_init(struct tri *t, ptrdiff_t p, double *mem)
{
	ptrdiff_t j;

	memset(mem, 0, tri_size(p) * sizeof(*mem));
	t->p = p;
	t->n = t->logw = t->logw_lo = 0;
	t->fill = 0;
	t->min = mem;
	t->max = t->min + p;
	t->r = t->max + p;
	t->rlo = t->r + p*p;
	t->block = t->rlo + p*p;
	t->blo = t->block + p*block_ld(p);
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

static void
add_logw(struct tri *t, double hi, double lo)
{
	struct dd s = dd_add((struct dd){ t->logw, t->logw_lo }, (struct dd){ hi, lo });

	t->logw = s.hi;
	t->logw_lo = s.lo;
}

void
tri_add(struct tri *t, const double *x, const double *xl, double w)
{
	ptrdiff_t j, ld = block_ld(t->p);
	double *b = t->block + t->fill, *bl = t->blo + t->fill;
	struct dd root, y;

	for (j = 0; j < t->p; j++) {
		widen(t, j, x[j], x[j]);
		b[j*ld] = x[j];
		bl[j*ld] = xl ? xl[j] : 0;
	}
	if (w != 1) {
		add_logw(t, num_log(w), 0);
		root = dd_sqrt((struct dd){ w, 0 });
		for (j = 0; j < t->p; j++) {
			y = dd_mul(root, (struct dd){ b[j*ld], bl[j*ld] });
			b[j*ld] = y.hi;
			bl[j*ld] = y.lo;
		}
	}
	t->n++;
	if (++t->fill == TRI_BLOCK)
		tri_flush(t);
}

/* The block's first k rows go into R, which had n rows before. */
static void
absorb(struct tri *t, double n, ptrdiff_t k)
{
	ptrdiff_t p = t->p, ld = block_ld(p), j;

	for (j = 0; j < p; j++) {
		memset(t->block + k + j*ld, 0, (LANES - 1) * sizeof(double));
		memset(t->blo + k + j*ld, 0, (LANES - 1) * sizeof(double));
	}
	tri_reduce(t->r, t->rlo, p, n < (double)p ? (ptrdiff_t)n : p, t->block, t->blo, ld, k);
}

void
tri_flush(struct tri *t)
{
	ptrdiff_t k = t->fill;

	t->fill = 0;
	if (k > 0)
		absorb(t, t->n - (double)k, k);
}

void
tri_merge(struct tri *t, struct tri *other)
{
	ptrdiff_t p = t->p, ld = block_ld(p), k, j;

	tri_flush(t);
	tri_flush(other);
	k = other->n < (double)p ? (ptrdiff_t)other->n : p;
	for (j = 0; j < p; j++) {
		memcpy(t->block + j*ld, other->r + j*p, (size_t)k * sizeof(double));
		memcpy(t->blo + j*ld, other->rlo + j*p, (size_t)k * sizeof(double));
		widen(t, j, other->min[j], other->max[j]);
	}
	absorb(t, t->n, k);
	t->n += other->n;
	add_logw(t, other->logw, other->logw_lo);
}

/* An empty t for p columns in the new memory; what it was, flushed. */
static struct tri
move(struct tri *t, ptrdiff_t p, double *mem)
{
	struct tri s = *t;

	tri_flush(&s);
	tri_init(t, p, mem);
	t->n = s.n;
	t->logw = s.logw;
	t->logw_lo = s.logw_lo;
	return s;
}

void
tri_grow(struct tri *t, ptrdiff_t p, double *mem)
{
	const struct tri s = move(t, p, mem);

	for (ptrdiff_t j = 0; j < p; j++) {
		if (j < s.p) {
			memcpy(t->r + j*p, s.r + j*s.p, (size_t)s.p * sizeof(double));
			memcpy(t->rlo + j*p, s.rlo + j*s.p, (size_t)s.p * sizeof(double));
			widen(t, j, s.min[j], s.max[j]);
		} else if (t->n > 0) {
			widen(t, j, 0, 0);
		}
	}
}

void
tri_order(struct tri *t, const ptrdiff_t *col, double *mem, double *work)
{
	const struct tri s = move(t, t->p, mem);

	tri_pick(&s, col, s.p, t->r, t->rlo, work);
	for (ptrdiff_t j = 0; j < s.p; j++)
		widen(t, j, s.min[col[j]], s.max[col[j]]);
}

size_t
tri_pick_work(ptrdiff_t p, ptrdiff_t q)
{
	return (size_t)(2*padded(p)*q);
}

void
tri_pick(const struct tri *t, const ptrdiff_t *col, ptrdiff_t q, double *r, double *rl, double *work)
{
	ptrdiff_t p = t->p, ld = padded(p), j;
	double *b = work, *bl = work + ld*q;

	memset(work, 0, tri_pick_work(p, q) * sizeof(*work));
	memset(r, 0, (size_t)(q*q) * sizeof(*r));
	memset(rl, 0, (size_t)(q*q) * sizeof(*rl));
	for (j = 0; j < q; j++) {
		memcpy(b + j*ld, t->r + col[j]*p, (size_t)p * sizeof(*b));
		memcpy(bl + j*ld, t->rlo + col[j]*p, (size_t)p * sizeof(*bl));
	}
	tri_reduce(r, rl, q, 0, b, bl, ld, p);
}
