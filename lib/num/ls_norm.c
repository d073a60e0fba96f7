/* ls_norm.c - the columns of a fit: the unit of each, and its norm. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "ls.h"

struct dd
ls_norm(const double *x, const double *xl, ptrdiff_t n)
{
	double a = tri_norm(x, n), f;
	struct dd s = { 0, 0 }, y;
	int e;

	if (!(a <= DBL_MAX))
		return (struct dd){ a, 0 };
	frexp(a, &e);
	f = ldexp(1, e < -1021 ? 1021 : e > 1023 ? -1023 : -e);
	for (ptrdiff_t i = 0; i < n; i++) {
		y = (struct dd){ f*x[i], f*xl[i] };
		s = dd_add(s, dd_mul(y, y));
	}
	s = dd_sqrt(s);
	return (struct dd){ s.hi/f, s.lo/f };
}

double
ls_scale(double a)
{
	int e;

	if (!(a <= DBL_MAX))
		return 1;
	frexp(a, &e);
	return ldexp(1, e > 1000 ? -1000 : e < -1000 ? 1000 : -e);
}

/* The units of the columns are those of all their rows. */
static void
units_of_total(struct fit *f)
{
	const struct tri *t = f->total;

	for (ptrdiff_t j = 0; t != NULL && j <= f->out->k; j++)
		f->out->scale[j] = ls_scale(tri_norm(t->r + f->col[j]*t->p, t->p));
}

/* The norm of column j, centred if there is an intercept, and as it is.  Of all rows: below
 * the first row, which is that of the ones, the columns of R are as if centred. */
static struct dd
norms(struct fit *f, ptrdiff_t j)
{
	ptrdiff_t q = f->out->k + 1, c0 = f->centred;
	const struct tri *t = f->total;
	const double *r = f->full + j*q;
	double unit = f->out->scale[j];
	struct dd x;

	if (t == NULL) {
		f->whole[j] = tri_norm(r, q);
		return ls_norm(r + c0, f->rl + c0 + j*q, q - c0);
	}
	r = t->r + f->col[j]*t->p;
	f->whole[j] = unit*tri_norm(r, t->p);
	x = ls_norm(r + f->ones, t->rlo + f->col[j]*t->p + f->ones, t->p - f->ones);
	if (f->ones && t->min[f->col[j]] == t->max[f->col[j]])
		return (struct dd){ 0, 0 };
	return (struct dd){ unit*x.hi, unit*x.lo };
}

int
ls_prepare(struct fit *f)
{
	ptrdiff_t k = f->out->k, j;
	struct dd x;
	int bad = 0;

	units_of_total(f);
	ls_triangle(f);
	memcpy(f->full, f->r, (size_t)((k + 1)*(k + 1)) * sizeof(double));
	for (j = 0; j <= k; j++) {
		x = norms(f, j);
		if (j < f->centred)
			continue;
		f->norm[j] = x.hi;
		f->norml[j] = x.lo;
		bad |= !(x.hi <= DBL_MAX);
	}
	f->out->tnorm = f->norm[k];
	return bad;
}
