/* partial.c - the correlation of two columns beside others, from the factor.
 *
 * The columns of R have the lengths and angles of the centred columns.  Which of the
 * controls are independent is found by orthogonalising twice (Gram and
 * Schmidt; "twice is enough", Parlett, The Symmetric Eigenvalue Problem, section
 * 6-9), at their condition and not its square.  The columns of these, x and y then
 * get a triangular factor of their own in double-doubles, whose last entries
 *	[a b]
 *	[0 c]
 * are what the controls leave of x and y: r = b / sqrt(b^2 + c^2) with the sign of a, and
 * 1 - r^2 = c^2 / (b^2 + c^2), without cancellation.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "num.h"

static double
dot(const double *x, const double *y, ptrdiff_t n)
{
	double s = 0;
	ptrdiff_t i;

	for (i = 0; i < n; i++)
		s += x[i]*y[i];
	return s;
}

double
partial_tolerance(double n, ptrdiff_t p)
{
	return 16*DBL_EPSILON*(n > (double)p ? n : (double)p);
}

double
partial_left(const double *x, ptrdiff_t m, const double *q, ptrdiff_t k, double tol, double *v)
{
	ptrdiff_t i, l, twice;
	double s = tri_norm(x, m), c;

	if (s == 0)
		return 0;
	for (i = 0; i < m; i++) {
		v[i] = x[i]/s;
		if (!isfinite(v[i]))
			return NAN;
	}
	for (twice = 0; twice < 2; twice++)
		for (l = 0; l < k; l++) {
			c = dot(q + l*m, v, m);
			for (i = 0; i < m; i++)
				v[i] -= c*q[i + l*m];           /* v = (I - q q') v */
		}
	s = tri_norm(v, m);
	return s <= tol ? 0 : s;
}

size_t
partial_work(ptrdiff_t m, ptrdiff_t k)
{
	ptrdiff_t p = k + 2;

	return (size_t)(m*p + 2*p*p + 2*(m*p + 7)) + tri_reduce_work(p, m);
}

/* The columns that are left, and their triangular factor: in the places of those taken
 * out there are zeros at the end. */
struct triangle {
	ptrdiff_t p;                    /* k + 2 */
	double *b, *bl;                 /* m rows of p numbers */
	double *r, *rl;                 /* p by p */
	double *work;
};

static struct triangle
divide(ptrdiff_t m, ptrdiff_t p, double *work)
{
	struct triangle t = { .p = p, .b = work };

	memset(work, 0, (size_t)(2*p*p + 2*(m*p + 7)) * sizeof(*work));
	t.bl = t.b + m*p + 7;
	t.r = t.bl + m*p + 7;
	t.rl = t.r + p*p;
	t.work = t.rl + p*p;
	return t;
}

/* Column j is x + xl, m numbers, scaled to near 1 by a power of two. */
static void
lay(struct triangle *t, ptrdiff_t j, ptrdiff_t m, const double *x, const double *xl)
{
	int e;

	frexp(tri_norm(x, m), &e);
	for (ptrdiff_t i = 0; i < m; i++) {
		t->b[j + i*t->p] = ldexp(x[i], -e);
		t->bl[j + i*t->p] = ldexp(xl[i], -e);
	}
}

static struct dd
square(const struct triangle *t, ptrdiff_t i, ptrdiff_t j)
{
	const struct dd x = { t->r[i + j*t->p], t->rl[i + j*t->p] };

	return dd_mul(x, x);
}

/* b / sqrt(b^2 + left), and left / (b^2 + left). */
static double
ratio(const struct triangle *t, ptrdiff_t x, struct dd left, double *rest)
{
	ptrdiff_t at = x + (x + 1)*t->p;
	struct dd b = { t->r[at], t->rl[at] }, all = dd_add(dd_mul(b, b), left);
	double r;

	left = dd_div(left, all);
	*rest = left.hi < 0x1p-90 ? 0 : left.hi;
	r = dd_div(b, dd_sqrt(all)).hi;
	r = t->r[x + x*t->p] < 0 ? -r : r;
	return r > 1 ? 1 : r < -1 ? -1 : r;
}

/* Of columns x and x + 1, behind x controls. */
static void
solve(const struct triangle *t, ptrdiff_t x, struct partial *out)
{
	struct dd left = square(t, x + 1, x + 1);

	out->r = ratio(t, x, left, &out->rest);
	for (ptrdiff_t i = 0; i < x; i++)
		left = dd_add(left, square(t, i, x + 1));
	out->semi = ratio(t, x, left, &out->semi_rest);
}

int
partial_fit(ptrdiff_t m, ptrdiff_t k, const double *a, const double *al, ptrdiff_t lda, double n,
    struct partial *out, double *work)
{
	double *q = work, nx, ny, tol = partial_tolerance(n, k + 2);
	struct triangle t = divide(m, k + 2, work + m*(k + 2));

	*out = (struct partial){ 0, NAN, NAN, NAN, NAN };
	for (ptrdiff_t j = 0; j < k; j++) {
		double *v = q + out->rank*m, s = partial_left(a + j*lda, m, q, out->rank, tol, v);

		if (isnan(s))
			return 4;
		if (s == 0)
			continue;
		for (ptrdiff_t i = 0; i < m; i++)
			v[i] /= s;
		lay(&t, out->rank++, m, a + j*lda, al + j*lda);
	}
	if (n < (double)(out->rank + 2))
		return 1;
	nx = partial_left(a + k*lda, m, q, out->rank, tol, q + k*m);
	ny = partial_left(a + (k + 1)*lda, m, q, out->rank, tol, q + (k + 1)*m);
	if (isnan(nx) || isnan(ny))
		return 4;
	if (nx == 0 || ny == 0)
		return nx == 0 ? 2 : 3;
	lay(&t, out->rank, m, a + k*lda, al + k*lda);
	lay(&t, out->rank + 1, m, a + (k + 1)*lda, al + (k + 1)*lda);
	tri_reduce(t.r, t.rl, t.p, 0, t.b, t.bl, m, t.work);
	solve(&t, out->rank, out);
	if (n == (double)(out->rank + 2)) {
		out->r = copysign(1, out->r);
		out->rest = 0;
	}
	return 0;
}
