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
	if (f->exact || tri_norm(v, q) <= fmax(0x1p-90*tri_norm(r + k*q, q), f->floor))
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

/* x'y. */
static double
dot(ptrdiff_t k, const double *x, const double *y)
{
	double s = 0;

	for (ptrdiff_t i = 0; i < k; i++)
		s += x[i]*y[i];
	return s;
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

/* T = A'alpha, k by q, and P = B_gg, q by q, of the cluster: column s of alpha is that of contrast s. */
static void
influence(ptrdiff_t k, ptrdiff_t q, const double *s, const double *vt, const double *c, double *t, double *p, double *x)
{
	for (ptrdiff_t l = 0; l < k*q; l++)
		t[l] = 0;
	for (ptrdiff_t l = 0; l < q*q; l++)
		p[l] = 0;
	for (ptrdiff_t i = 0; i < k; i++) {
		double left = rest(s[i]);

		if (left == 0)
			continue;
		for (ptrdiff_t j = 0; j < q; j++)
			x[j] = dot(k, vt + i*k, c + j*k);               /* x = C'v_i */
		for (ptrdiff_t j = 0; j < q; j++) {
			for (ptrdiff_t l = 0; l < q; l++)
				p[l + j*q] += s[i]*x[l]*(s[i]*x[j]);
			for (ptrdiff_t l = 0; l < k; l++)
				t[l + j*k] += x[j]*(s[i]*s[i]/sqrt(left))*vt[l + i*k];
		}
	}
}

/* (tr P)^2 + tr P^2: twice the square of a number. */
static double
square(ptrdiff_t q, const double *p)
{
	double trace = 0, sum = 0;

	for (ptrdiff_t i = 0; i < q; i++) {
		trace += p[i + i*q];
		for (ptrdiff_t j = 0; j < q; j++)
			sum += p[i + j*q]*p[j + i*q];
	}
	return trace*trace + sum;
}

/* P = X'Y. */
static void
cross(ptrdiff_t k, ptrdiff_t q, const double *x, const double *y, double *p)
{
	for (ptrdiff_t j = 0; j < q; j++)
		for (ptrdiff_t i = 0; i < q; i++)
			p[i + j*q] = dot(k, x + i*k, y + j*k);
}

void
ls_cluster_seen(ptrdiff_t k, const double *s, const double *vt, double *m)
{
	for (ptrdiff_t i = 0; i < k; i++) {
		if (rest(s[i]) == 0)
			continue;
		for (ptrdiff_t j = 0; j < k; j++)
			for (ptrdiff_t l = 0; l < k; l++)
				m[l + j*k] += s[i]*vt[l + i*k]*(s[i]*vt[j + i*k]);
	}
}

/* Bell & McCaffrey, section 3, as Pustejovsky & Tipton have it for any contrasts.  B_gg is
 * alpha'alpha - T'T = sum s^2 C'v_i v_i'C.  Where s is near 1 T is long, and T of these clusters are kept
 * apart: there are fewer than 2 k with s^2 above 1/2, for all s^2 have the sum k.  Of the others the
 * sum of T as one column times itself tells B_gh = -T_g'T_h for all pairs. */
void
ls_cluster_df(ptrdiff_t k, const double *s, const double *vt, const double *c, struct ls_df *d, double *work)
{
	ptrdiff_t q = d->q, n = k*q;
	int big = k > 0 && s[0]*s[0] > 0.5;
	double *p = work, *x = p + q*q, *t = big ? d->big + d->nbig++*n : x + q;

	influence(k, q, s, vt, c, t, p, x);
	for (ptrdiff_t j = 0; j < q; j++)
		d->trace += p[j + j*q];
	d->squares += square(q, p);
	if (big)
		return;
	for (ptrdiff_t j = 0; j < n; j++)
		for (ptrdiff_t i = 0; i < n; i++)
			d->tt[i + j*n] += t[i]*t[j];
	cross(k, q, t, t, p);
	d->squares -= square(q, p);
}

/* K = sum of t_h t_h', t as one column: the sum of (tr B_gh)^2 + tr B_gh^2 over h is t_g'K t_g and the same
 * with the contrasts of row and column exchanged. */
static double
against(ptrdiff_t k, ptrdiff_t q, const double *tt, const double *t)
{
	ptrdiff_t n = k*q;
	double sum = 0;

	for (ptrdiff_t j = 0; j < q; j++)
		for (ptrdiff_t m = 0; m < k; m++)
			for (ptrdiff_t i = 0; i < q; i++)
				for (ptrdiff_t l = 0; l < k; l++)
					sum += t[l + i*k]*t[m + j*k]*(tt[l + i*k + (m + j*k)*n] + tt[l + j*k + (m + i*k)*n]);
	return sum;
}

/* The squares of B_gh where g or h is a cluster kept apart, g not h. */
static double
apart(ptrdiff_t k, const struct ls_df *d, double *p)
{
	ptrdiff_t n = k*d->q;
	double sum = 0;

	for (ptrdiff_t g = 0; g < d->nbig; g++) {
		sum += 2*against(k, d->q, d->tt, d->big + g*n);
		for (ptrdiff_t h = 0; h < g; h++) {
			cross(k, d->q, d->big + g*n, d->big + h*n, p);
			sum += 2*square(d->q, p);
		}
	}
	return sum;
}

double
ls_df(ptrdiff_t k, const struct ls_df *d, double *work)
{
	ptrdiff_t q = d->q, n = k*q;
	double all = d->squares + apart(k, d, work), unit = d->trace/(double)q;

	for (ptrdiff_t j = 0; j < n; j++)
		for (ptrdiff_t i = 0; i < n; i++)
			all += d->tt[i + j*n]*(d->tt[i + j*n] + d->tt[i%k + j/k*k + (j%k + i/k*k)*n]);
	return d->trace > 0 && all > 0 ? (double)(q*(q + 1))*(unit*unit)/all : NAN;
}
