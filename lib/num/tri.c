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
 * High and low parts stand in arrays of their own; the block goes by rows, along
 * which the kernels have many columns in hand.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "kern.h"

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

enum { PAD = 7 };               /* numbers that the kernel reads behind the others */

static double
greatest(const double *x, ptrdiff_t n)
{
	double a = 0;

	for (ptrdiff_t i = 0; i < n; i++)
		if (fabs(x[i]) > a)
			a = fabs(x[i]);
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

/* The stack of R, p by p, and a block of k rows below it, of p numbers; v, w: a
 * column of the block, a row of R. */
struct stack {
	double *r, *rl;
	ptrdiff_t p;
	double *b, *bl;
	ptrdiff_t k;
	double *v, *vl, *w, *wl;
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

/* v = column j of the block from row i on, up to the last that is not zero, and
 * zeros for the kernel; returns their number. */
static ptrdiff_t
take_column(const struct stack *s, ptrdiff_t j, ptrdiff_t i)
{
	ptrdiff_t n = s->k - i, k = 0;

	for (ptrdiff_t l = 0; l < n; l++) {
		s->v[l] = s->b[j + (i + l)*s->p];
		s->vl[l] = s->bl[j + (i + l)*s->p];
		if (s->v[l] != 0)
			k = l + 1;
	}
	memset(s->v + n, 0, PAD * sizeof(double));
	memset(s->vl + n, 0, PAD * sizeof(double));
	return k;
}

/* Row j of R right of the diagonal, and back. */
static void
take_row(const struct stack *s, ptrdiff_t j)
{
	for (ptrdiff_t l = 0; l < s->p - j - 1; l++) {
		s->w[l] = s->r[j + (j + 1 + l)*s->p];
		s->wl[l] = s->rl[j + (j + 1 + l)*s->p];
	}
}

static void
put_row(const struct stack *s, ptrdiff_t j, const double *w, const double *wl)
{
	for (ptrdiff_t l = j + 1; l < s->p; l++, w++, wl++)
		set(s, j, l, (struct dd){ *w, *wl });
}

/* v = f v, f a power of two. */
static void
times(const struct stack *s, ptrdiff_t k, double f)
{
	for (ptrdiff_t l = 0; l < k; l++) {
		s->v[l] *= f;
		s->vl[l] *= f;
	}
}

/* y = H y for row j of R and rows i.. of the block in the columns j.., H = I -
 * tau u u' the reflector that clears the block in column j.  u = (1; v/u1) with
 * u1 = r + sign(r) |[r; v]|, which never cancels; then tau = u1/(sign(r)
 * |[r; v]|) and the new r = -sign(r) |[r; v]|.  Where v is zero already, H = I.
 * Golub & Van Loan, 4th ed., Alg. 5.1.1 (there with the other sign). */
static void
reflect(const struct stack *s, ptrdiff_t j, ptrdiff_t i)
{
	ptrdiff_t k = take_column(s, j, i), at = j + 1 + i*s->p;
	struct dd r = entry(s, j, j), mu, u1, tau;
	double f;

	if (k == 0)
		return;
	f = unit(fmax(greatest(s->v, k), fabs(r.hi)));
	times(s, k, f);
	r = dd_mul(r, (struct dd){ f, 0 });
	mu = dd_sqrt(dd_add(dd_mul(r, r), kern_dd_dot(k, s->v, s->vl, s->v, s->vl)));
	if (r.hi < 0)
		mu = (struct dd){ -mu.hi, -mu.lo };
	u1 = dd_add(r, mu);
	tau = dd_div(u1, mu);
	set(s, j, j, (struct dd){ -mu.hi/f, -mu.lo/f });
	f = unit(u1.hi);                        /* v/u1 is no greater than 1, v'C/u1 than C */
	times(s, k, f);
	take_row(s, j);
	kern_dd_reflect(k, s->p - j - 1, tau, dd_div((struct dd){ 1, 0 }, dd_mul(u1, (struct dd){ f, 0 })),
	    s->v, s->vl, s->w, s->wl, s->b + at, s->bl + at, s->p);
	put_row(s, j, s->w, s->wl);
}

size_t
tri_reduce_work(ptrdiff_t p, ptrdiff_t k)
{
	return (size_t)(2*(k + PAD + p + PAD));
}

/* While there have been fewer rows than columns, the rows of R that are not in use
 * take rows of B, which by then are zero left of the diagonal.  So R has no more rows
 * that are not zero than there were rows, and its rank cannot be more than that. */
void
tri_reduce(double *r, double *rl, ptrdiff_t p, ptrdiff_t q, double *b, double *bl,
    ptrdiff_t k, double *work)
{
	const struct stack s = { r, rl, p, b, bl, k, work, work + k + PAD, work + 2*(k + PAD),
	    work + 2*(k + PAD) + p + PAD };
	ptrdiff_t i, j;

	for (i = j = 0; j < p; j++) {
		if (j >= q) {
			if (i == k)
				return;
			set(&s, j, j, (struct dd){ b[j + i*p], bl[j + i*p] });
			put_row(&s, j, b + j + 1 + i*p, bl + j + 1 + i*p);
			i++;
		}
		reflect(&s, j, i);
	}
}

/* Rows of the block: those of another factor have room as well. */
static ptrdiff_t
block_rows(ptrdiff_t p)
{
	return p > TRI_BLOCK ? p : TRI_BLOCK;
}

size_t
tri_sums(ptrdiff_t p)
{
	return (size_t)(2*(p + p*p));
}

size_t
tri_size(ptrdiff_t p)
{
	ptrdiff_t k = block_rows(p);

	return tri_sums(p) + (size_t)(2*k*p + PAD) + tri_reduce_work(p, k);
}

/* The sums are in mem. */
static void
place(struct tri *t, ptrdiff_t p, double *mem)
{
	t->min = mem;
	t->max = t->min + p;
	t->r = t->max + p;
	t->rlo = t->r + p*p;
}

void
tri_park(struct tri *t, double *mem)
{
	memcpy(mem, t->min, tri_sums(t->p) * sizeof(*mem));
	place(t, t->p, mem);
}

void
tri_init(struct tri *t, ptrdiff_t p, double *mem)
{
	ptrdiff_t j;

	memset(mem, 0, tri_sums(p) * sizeof(*mem));
	t->p = p;
	t->n = t->logw = t->logw_lo = 0;
	t->fill = 0;
	place(t, p, mem);
	t->block = t->rlo + p*p;
	t->blo = t->block + block_rows(p)*p;
	t->work = t->blo + block_rows(p)*p + PAD;
	for (j = 0; j < p; j++) {
		t->min[j] = INFINITY;
		t->max[j] = -INFINITY;
	}
}

static void
widen(struct tri *t, ptrdiff_t j, double lo, double hi)
{
	if (lo < t->min[j])
		t->min[j] = lo + 0.0;           /* not -0 */
	if (hi > t->max[j])
		t->max[j] = hi + 0.0;
}

static void
add_logw(struct tri *t, double hi, double lo)
{
	struct dd s = dd_add((struct dd){ t->logw, t->logw_lo }, (struct dd){ hi, lo });

	t->logw = s.hi;
	t->logw_lo = s.lo;
}

void
tri_add(struct tri *t, const double *x, const double *lo, double w)
{
	ptrdiff_t j, p = t->p, at = t->fill*p;
	double *b = t->block + at, *bl = t->blo + at;
	struct dd root, y;

	for (j = 0; j < p; j++) {
		widen(t, j, x[j], x[j]);
		b[j] = x[j];
		bl[j] = lo ? lo[j] : 0;
	}
	if (w != 1) {
		add_logw(t, num_log(w), 0);
		root = dd_sqrt((struct dd){ w, 0 });
		for (j = 0; j < p; j++) {
			y = dd_mul(root, (struct dd){ b[j], bl[j] });
			b[j] = y.hi;
			bl[j] = y.lo;
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
	ptrdiff_t p = t->p;

	tri_reduce(t->r, t->rlo, p, n < (double)p ? (ptrdiff_t)n : p, t->block, t->blo, k, t->work);
}

void
tri_flush(struct tri *t)
{
	ptrdiff_t k = t->fill;

	t->fill = 0;
	if (k > 0)
		absorb(t, t->n - (double)k, k);
}

/* Column j of R, k numbers, to b[0], b[ld], ... */
static void
lay(const struct tri *t, ptrdiff_t j, ptrdiff_t k, double *b, double *bl, ptrdiff_t ld)
{
	for (ptrdiff_t i = 0; i < k; i++) {
		b[i*ld] = t->r[i + j*t->p];
		bl[i*ld] = t->rlo[i + j*t->p];
	}
}

void
tri_merge(struct tri *t, struct tri *other)
{
	ptrdiff_t p = t->p, k, j;

	tri_flush(t);
	tri_flush(other);
	k = other->n < (double)p ? (ptrdiff_t)other->n : p;
	for (j = 0; j < p; j++) {
		lay(other, j, k, t->block + j, t->blo + j, p);
		widen(t, j, other->min[j], other->max[j]);
	}
	absorb(t, t->n, k);
	t->n += other->n;
	add_logw(t, other->logw, other->logw_lo);
}

double
tri_used(const struct tri *t)
{
	for (ptrdiff_t i = t->p; i > 0; i--)
		for (ptrdiff_t j = i - 1; j < t->p; j++)
			if (t->r[i - 1 + j*t->p] != 0)
				return (double)i;
	return 0;
}

int
tri_compare(const void *va, const void *vb)
{
	const struct tri *a = va, *b = vb;
	int c = num_compare(&a->n, &b->n, 1);

	if (c == 0)
		c = num_compare(&a->logw, &b->logw, 1);
	if (c == 0)
		c = num_compare(a->min, b->min, a->p);
	if (c == 0)
		c = num_compare(a->max, b->max, a->p);
	if (c == 0)
		c = num_compare(a->r, b->r, a->p*a->p);
	return c != 0 ? c : num_compare(a->rlo, b->rlo, a->p*a->p);
}

/* An empty t for p columns in the new memory; what it was. */
static struct tri
move(struct tri *t, ptrdiff_t p, double *mem)
{
	const struct tri s = *t;

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

	for (t->fill = 0; t->fill < s.fill; t->fill++) {
		memset(t->block + t->fill*p, 0, (size_t)p * sizeof(double));
		memset(t->blo + t->fill*p, 0, (size_t)p * sizeof(double));
		memcpy(t->block + t->fill*p, s.block + t->fill*s.p, (size_t)s.p * sizeof(double));
		memcpy(t->blo + t->fill*p, s.blo + t->fill*s.p, (size_t)s.p * sizeof(double));
	}
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
	struct tri s;

	tri_flush(t);
	s = move(t, t->p, mem);
	tri_pick(&s, col, s.p, t->r, t->rlo, work);
	for (ptrdiff_t j = 0; j < s.p; j++)
		widen(t, j, s.min[col[j]], s.max[col[j]]);
}

size_t
tri_pick_work(ptrdiff_t p, ptrdiff_t q)
{
	return (size_t)(2*p*q + PAD) + tri_reduce_work(q, p);
}

void
tri_pick(const struct tri *t, const ptrdiff_t *col, ptrdiff_t q, double *r, double *rl, double *work)
{
	ptrdiff_t p = t->p;
	double *b = work, *bl = b + p*q;

	memset(work, 0, tri_pick_work(p, q) * sizeof(*work));
	memset(r, 0, (size_t)(q*q) * sizeof(*r));
	memset(rl, 0, (size_t)(q*q) * sizeof(*rl));
	for (ptrdiff_t j = 0; j < q; j++)
		lay(t, col[j], p, b + j, bl + j, q);
	tri_reduce(r, rl, q, 0, b, bl, p, bl + p*q + PAD);
}
