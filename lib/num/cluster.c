/* cluster.c - the rows of one cluster under a fit, from their triangular factor alone.
 *
 * [X_g y_g] sqrt(w) = Q [R z; 0 rho], Q'Q = I.  In coordinates where the columns of all
 * of X are orthonormal, X C^(1/2) with C = inv inv', the cluster's rows are Q A, A = R
 * inv, and what the fit leaves of y is Q (v; rho), v = z - R b.  The block of the hat
 * matrix is Q A A' Q', so that all that clusters are asked for is a function of A and v:
 * with A = U diag(s) V', 0 <= s <= 1,
 *
 *	score				A'v
 *	score of CR2			A'(I - AA')^(-1/2) v = V s (1 - s^2)^(-1/2) U'v
 *	left out: change of the fit	(I - A'A)^-1 A'v     = V s (1 - s^2)^-1 U'v
 *
 * Where s is 1 the cluster alone decides what the model says of it in a direction.
 */
#include <math.h>

#include "num.h"

/* R(i, kept) times column a of the terms, in double-doubles; j: the term of each kept. */
static struct dd
row_times(const struct ls *f, ptrdiff_t i, const double *r, const double *rl, const double *a, const double *al)
{
	ptrdiff_t q = f->rank + 1, c = 0;
	struct dd s = { 0, 0 };

	for (ptrdiff_t j = 0; j < f->k; j++) {
		if (f->aliased[j])
			continue;
		if (c >= i && a[j] != 0)
			s = dd_add(s, dd_mul((struct dd){ r[i + c*q], rl[i + c*q] }, (struct dd){ a[j], al[j] }));
		c++;
	}
	return s;
}

/* R in the units of the fit. */
static void
scale(const struct ls *f, double *r, double *rl)
{
	ptrdiff_t q = f->rank + 1, c = 0;

	for (ptrdiff_t j = 0; j <= f->k; j++) {
		if (j < f->k && f->aliased[j])
			continue;
		for (ptrdiff_t i = c*q; i < (c + 1)*q; i++) {
			r[i] *= f->scale[j];
			rl[i] *= f->scale[j];
		}
		c++;
	}
}

void
ls_cluster(const struct ls *f, double *r, double *rl, double *a, double *v)
{
	ptrdiff_t k = f->rank, q = k + 1;
	struct dd fit;

	scale(f, r, rl);
	for (ptrdiff_t i = 0; i < k; i++) {
		for (ptrdiff_t l = 0; l < k; l++)
			a[i + l*k] = row_times(f, i, r, rl, f->inv + l*f->k, f->invlo + l*f->k).hi;
		fit = row_times(f, i, r, rl, f->bs, f->blo);
		v[i] = dd_add((struct dd){ r[i + k*q], rl[i + k*q] }, (struct dd){ -fit.hi, -fit.lo }).hi;
	}
	v[k] = r[k + k*q];
	if (f->exact || tri_norm(v, q) <= 0x1p-90*tri_norm(r + k*q, q))
		for (ptrdiff_t i = 0; i < q; i++)
			v[i] = 0;
}

/* 1 - s^2, or 0 where that is not known. */
static double
rest(double s)
{
	double x = (1 - s)*(1 + s);

	return x > LS_WHOLE ? x : 0;
}

int
ls_cluster_apply(ptrdiff_t k, const double *u, const double *s, const double *vt, const double *v, double power,
    double *out)
{
	int whole = 0;

	for (ptrdiff_t l = 0; l < k; l++)
		out[l] = 0;
	for (ptrdiff_t i = 0; i < k; i++) {
		double x = 0, left = rest(s[i]);

		whole |= left == 0;
		if (left == 0 && power > 0)
			continue;
		for (ptrdiff_t l = 0; l < k; l++)
			x += u[l + i*k]*v[l];
		x *= power == 0 ? s[i] : power == 0.5 ? s[i]/sqrt(left) : s[i]/left;
		for (ptrdiff_t l = 0; l < k; l++)
			out[l] += x*vt[l + i*k];
	}
	return whole;
}

/* Bell & McCaffrey, section 3, as Pustejovsky & Tipton have it for any contrast.  B_gg is
 * |alpha|^2 - |t|^2 = sum s^2 (v_i'c)^2.  Where s is near 1 t is long, and t of these clusters are kept apart:
 * there are fewer than 2 k with s^2 above 1/2, for all s^2 have the sum k. */
void
ls_cluster_df(ptrdiff_t k, const double *s, const double *vt, const double *c, struct ls_df *d, double *work)
{
	int big = k > 0 && s[0]*s[0] > 0.5;
	double *t = big ? d->big + d->nbig++*k : work, b = 0, tt = 0;

	for (ptrdiff_t l = 0; l < k; l++)
		t[l] = 0;
	for (ptrdiff_t i = 0; i < k; i++) {
		double x = 0, left = rest(s[i]);

		if (left == 0)
			continue;
		for (ptrdiff_t l = 0; l < k; l++)
			x += vt[l + i*k]*c[l];                  /* x = v_i'c */
		b += s[i]*x*(s[i]*x);
		x *= s[i]*s[i]/sqrt(left);
		for (ptrdiff_t l = 0; l < k; l++)
			t[l] += x*vt[l + i*k];                  /* t = A'alpha */
	}
	d->trace += b;
	d->squares += b*b;
	for (ptrdiff_t l = 0; !big && l < k; l++) {
		tt += t[l]*t[l];
		for (ptrdiff_t i = 0; i < k; i++)
			d->tt[i + l*k] += t[i]*t[l];
	}
	d->squares -= tt*tt;
}

/* x'y. */
static double
dot(ptrdiff_t k, const double *x, const double *y)
{
	double s = 0;

	for (ptrdiff_t i = 0; i < k; i++)
		s += x[i]*y[i];
	return s;
}

/* The squares of B_gh where g or h is a cluster kept apart, g not h. */
static double
apart(ptrdiff_t k, const struct ls_df *d)
{
	double sum = 0, x;

	for (ptrdiff_t g = 0; g < d->nbig; g++) {
		const double *t = d->big + g*k;

		for (ptrdiff_t l = 0; l < k; l++)
			sum += 2*t[l]*dot(k, d->tt + l*k, t);           /* t'T'T t */
		for (ptrdiff_t h = 0; h < g; h++) {
			x = dot(k, t, d->big + h*k);
			sum += 2*x*x;
		}
	}
	return sum;
}

double
ls_df(ptrdiff_t k, const struct ls_df *d)
{
	double all = d->squares + apart(k, d);

	for (ptrdiff_t i = 0; i < k*k; i++)
		all += d->tt[i]*d->tt[i];                       /* tr((T'T)^2) */
	return d->trace > 0 && all > 0 ? d->trace*d->trace/all : NAN;
}
