/* ls.c - least squares from the triangular factor of [X y].
 *
 * With R = [R_x z; 0 rho] the factor, the coefficients solve R_x b = z, the
 * residual sum of squares is rho^2, and the covariance of b is sigma^2 (R_x'
 * R_x)^-1 = sigma^2 R_x^-1 R_x^-T.  Golub & Van Loan, 4th ed., Alg. 5.3.2.  If
 * the first column is that of ones, R without its first row and column is the
 * factor of the centred columns.
 *
 * Each column is taken in a unit, a power of two, in which its norm is near 1, so that
 * what is made of the columns leaves the range of numbers in the end only, if it does.
 *
 * Factor, coefficients and inverse are double-doubles; the rank, the condition
 * and the solution of least norm come from an SVD in double precision.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "ls.h"

/* What the rounding of double-doubles leaves of a residual, beside the norms of y and of
 * what the terms put together: a factor's error is 2^-100 of them, or so. */
static const double rounding = 0x1p-94;

/* R's summary.lm warns of a sigma^2 below this times the mean square of y. */
static const double nearly = 1e-30;

static struct dd
negative(struct dd x)
{
	return (struct dd){ -x.hi, -x.lo };
}

static double
square(struct dd x)
{
	return dd_mul(x, x).hi;
}

size_t
ls_work(ptrdiff_t p, ptrdiff_t k)
{
	return (size_t)(3*(k + 1)*(k + 1) + 2*k*k + 6*k + 5) + tri_pick_work(p, k + 1) + svd_work(k + 1, k);
}

static void
divide(struct fit *f, double *work)
{
	ptrdiff_t k = f->out->k, q = k + 1;

	f->norm = work;
	f->norml = f->norm + q;
	f->whole = f->norml + q;
	f->z = f->whole + q;
	f->zl = f->z + q;
	f->r = f->zl + q;
	f->rl = f->r + q*q;
	f->full = f->rl + q*q;
	f->s = f->full + q*q;
	f->u = f->s + k;
	f->v = f->u + k*k;
	f->stack = f->v + k*k;
	f->work = f->stack + tri_pick_work(f->t->p, q);
}

/* x times a, divided by b, both powers of two; nothing else is rounded. */
static double
rescale(double x, double a, double b)
{
	int ea, eb;

	frexp(a, &ea);
	frexp(b, &eb);
	return ldexp(x, ea - eb);
}

static struct dd
entry(const struct fit *f, ptrdiff_t i, ptrdiff_t j)
{
	return (struct dd){ f->r[i + j*f->q], f->rl[i + j*f->q] };
}

/* z = R^-1 z, R the leading m by m: back substitution. */
static void
solve(const struct fit *f, ptrdiff_t m)
{
	struct dd x;

	for (ptrdiff_t i = m - 1; i >= 0; i--) {
		x = (struct dd){ f->z[i], f->zl[i] };
		for (ptrdiff_t j = i + 1; j < m; j++)
			x = dd_add(x, negative(dd_mul(entry(f, i, j), (struct dd){ f->z[j], f->zl[j] })));
		x = dd_div(x, entry(f, i, i));
		f->z[i] = x.hi;
		f->zl[i] = x.lo;
	}
}

/* The mean square of y: with an intercept the first column of the triangle is of ones. */
static double
mean_square(const struct fit *f)
{
	ptrdiff_t k = f->out->k;
	double y = f->whole[k];

	if (f->total != NULL)
		y /= f->ones ? fabs(f->total->r[0]) : sqrt(f->t->n);
	else
		y /= f->centred ? fabs(f->full[0])/f->out->scale[0] : sqrt(f->t->n);
	return y*y;
}

/* Whether the residual is none but for the rounding of double-doubles, so that the fit is
 * exact; whether R would call it perfect.  Of norms no better bound than the greatest is
 * known: a large row does not make the others exact until they are 2^-94 of it. */
static void
judge(struct fit *f, double res)
{
	struct ls *o = f->out;
	ptrdiff_t k = o->k;
	double most = f->whole[k], sigma = res/sqrt(o->df_residual);

	for (ptrdiff_t j = 0; j < k; j++)
		if (!o->aliased[j] && isfinite(o->bs[j]))
			most = fmax(most, fabs(o->bs[j])*f->whole[j]);
	f->noise = rounding*(double)(k + 1)*most;
	o->exact = res <= f->noise;
	o->perfect = o->exact || (o->df_residual > 0 && sigma*sigma < nearly*mean_square(f));
	if (o->exact && o->tnorm <= f->noise)
		o->tnorm = 0;
}

/* sigma, and what else follows from |explained|, |residual| and the rank. */
static struct dd
scatter(struct fit *f, struct dd explained, struct dd res)
{
	struct ls *o = f->out;
	struct dd sigma = { NAN, 0 };

	o->df_residual = f->t->n - (double)o->rank - o->keys;
	judge(f, res.hi);
	if (o->exact) {
		explained = (struct dd){ o->tnorm, 0 };
		res = (struct dd){ 0, 0 };
	}
	o->enorm = explained.hi;
	o->rnorm = res.hi;
	if (o->df_residual > 0)
		sigma = dd_div(res, dd_sqrt((struct dd){ o->df_residual, 0 }));
	o->sigma = sigma.hi;
	return sigma;
}

/* Of an exact fit the coefficient j is 0 if rounding can have made it. */
static void
drop_noise(const struct fit *f, ptrdiff_t j, double most)
{
	struct ls *o = f->out;

	if (!o->exact || !(fabs(o->bs[j]) <= most))
		return;
	o->bs[j] = o->blo[j] = 0;
	if (j >= f->centred)
		o->beta[j] = o->tnorm > 0 ? 0 : NAN;
}

/* The norm of column l of those kept, of which R has the first as it is. */
static double
column(const struct fit *f, ptrdiff_t l)
{
	ptrdiff_t j = 0;

	if (f->total == NULL)
		return tri_norm(f->r + l*f->q, f->c);
	while (f->col[j] != f->out->kept[l])
		j++;
	return f->whole[j];
}

/* The rounding of R makes an error of at most 2 u'R^-T dR'u in 1 - h: each column of R is
 * known to 2^-100 of its norm, and |u| is at most 1.  What is not 2^21 times as much as
 * that, and so has six digits that are true, and more as a rule, does not count. */
static double
blur(const struct fit *f, double part)
{
	double sum = 0;

	for (ptrdiff_t l = 0; l < f->c; l++)
		sum += fabs(f->z[l])*column(f, l);
	return part + 0x1p-78*sum;
}

/* Column i of R^-1 for each term kept, spread over the rows of all terms. */
static void
invert(struct fit *f)
{
	struct ls *o = f->out;
	ptrdiff_t i, j, l;

	o->blur = 0;
	for (i = 0; i < f->c; i++) {
		memset(f->z, 0, (size_t)f->q * sizeof(double));
		memset(f->zl, 0, (size_t)f->q * sizeof(double));
		f->z[i] = 1;
		solve(f, i + 1);
		o->blur = blur(f, o->blur);
		for (j = l = 0; j < o->k; j++) {
			if (o->aliased[j])
				continue;
			o->inv[j + i*o->k] = f->z[l];
			o->invlo[j + i*o->k] = f->zl[l++];
		}
	}
}

static struct dd
norm_of(const struct fit *f, ptrdiff_t j)
{
	return (struct dd){ f->norm[j], f->norml[j] };
}

/* se_j = sigma |row j of R^-1|, vif_j = |x_j|^2 |row j of R^-1|^2. */
static void
errors(struct fit *f, struct dd sigma)
{
	struct ls *o = f->out;
	struct dd x;

	for (ptrdiff_t j = 0; j < o->k; j++) {
		if (o->aliased[j])
			continue;
		for (ptrdiff_t i = 0; i < f->c; i++) {
			f->z[i] = o->inv[j + i*o->k];
			f->zl[i] = o->invlo[j + i*o->k];
		}
		x = ls_norm(f->z, f->zl, f->c);
		o->se[j] = dd_mul(sigma, x).hi;
		if (j >= f->centred)
			o->vif[j] = square(dd_mul(x, norm_of(f, j)));
		drop_noise(f, j, f->noise*x.hi);
	}
}

static void
standardise(struct fit *f)
{
	struct ls *o = f->out;
	struct dd b;

	for (ptrdiff_t j = f->centred; j < o->k; j++) {
		b = (struct dd){ o->bs[j], o->blo[j] };
		if (f->norm[o->k] > 0 && !o->aliased[j])
			o->beta[j] = dd_div(dd_mul(b, norm_of(f, j)), norm_of(f, o->k)).hi;
	}
}

/* sqrt(all^2 - left^2), or 0. */
static struct dd
beside(struct dd all, struct dd left)
{
	struct dd x = dd_add(dd_mul(all, all), negative(dd_mul(left, left)));

	return x.hi > 0 ? dd_sqrt(x) : (struct dd){ 0, 0 };
}

/* What the terms kept explain, and what they leave, which is what any solution in the
 * span of all terms does. */
static struct dd
residual(struct fit *f)
{
	const double *z = f->r + f->c*f->q, *zl = f->rl + f->c*f->q;
	ptrdiff_t c0 = f->centred;
	struct dd left = { fabs(z[f->c]), z[f->c] < 0 ? -zl[f->c] : zl[f->c] };

	return scatter(f, f->total != NULL ? beside(norm_of(f, f->out->k), left) : ls_norm(z + c0, zl + c0, f->c - c0), left);
}

/* The fit of the terms kept. */
static void
ordinary(struct fit *f)
{
	struct ls *o = f->out;
	struct dd sigma;
	ptrdiff_t i, j;

	for (i = 0; i < f->c; i++) {
		f->z[i] = f->r[i + f->c*f->q];
		f->zl[i] = f->rl[i + f->c*f->q];
	}
	solve(f, f->c);
	for (i = j = 0; j < o->k; j++) {
		if (o->aliased[j])
			continue;
		o->bs[j] = f->z[i] + 0;         /* no -0 */
		o->blo[j] = f->zl[i++];
	}
	o->rank = f->c;
	sigma = residual(f);
	standardise(f);
	invert(f);
	errors(f, sigma);
}

/* b_0 = (z_0 - sum R_0j b_j)/R_00, the first row of the triangle. */
static void
intercept(struct fit *f)
{
	struct dd x = entry(f, 0, f->c);

	for (ptrdiff_t j = 1; j < f->out->k; j++)
		x = dd_add(x, negative(dd_mul(entry(f, 0, j), (struct dd){ f->out->bs[j], 0 })));
	x = dd_div(x, entry(f, 0, 0));
	f->out->bs[0] = x.hi;
	f->out->blo[0] = x.lo;
}

/* g = V S^-1 U' z over the singular values kept, z the part of y in the span
 * of the columns, so that b_j = g_j/|x_j|.  The triangle is that of all terms.  What is left is
 * taken from that of the independent ones, which has it in double-doubles; returns 1 if
 * these cannot be found. */
static int
least_norm(struct fit *f)
{
	struct ls *o = f->out;
	ptrdiff_t k = o->k, c0 = f->centred, m = k - c0, i, j;
	double c, *u, *b = o->bs + c0, *part = f->zl;

	memcpy(f->z, f->full + c0 + k*(k + 1), (size_t)(m + 1) * sizeof(double));
	for (j = 0; j < m; j++)
		b[j] = 0;
	for (i = 0; i < o->rank - c0; i++) {
		u = f->u + i*m;
		for (c = 0, j = 0; j < m; j++)
			c += u[j]*f->z[j];              /* c = u_i' z */
		part[i] = c;
		for (j = 0; j < m; j++) {
			f->z[j] -= c*u[j];
			b[j] += f->v[j + i*m]*(c/f->s[i]);
		}
	}
	for (j = 0; j < m; j++)
		b[j] = f->norm[c0 + j] > 0 ? b[j]/f->norm[c0 + j] : 0;
	standardise(f);
	if (c0)
		intercept(f);
	for (i = 0; i < k*k; i++)
		o->inv[i] = o->invlo[i] = NAN;
	if (ls_alias(f))
		return 1;
	residual(f);
	for (j = 0; j < k; j++) {
		o->aliased[j] = 0;
		o->kept[j] = f->col[j];
	}
	return 0;
}

double
ls_unscaled(struct ls *f, double x, ptrdiff_t j)
{
	double y = rescale(x, j < 0 ? 1 : f->scale[j], f->scale[f->k]);

	if (isnan(x) || x == 0 || (fabs(y) >= DBL_MIN && fabs(y) <= DBL_MAX))
		return y;
	f->beyond = 1;
	return NAN;
}

/* All that is in the units of the fit, as it is in those of the rows. */
static void
unscale(struct ls *o)
{
	o->rnorm = rescale(o->rnorm, 1, o->scale[o->k]);
	o->enorm = rescale(o->enorm, 1, o->scale[o->k]);
	o->tnorm = rescale(o->tnorm, 1, o->scale[o->k]);
	o->sigma = rescale(o->sigma, 1, o->scale[o->k]);
	for (ptrdiff_t j = 0; j < o->k; j++) {
		o->b[j] = ls_unscaled(o, o->bs[j], j);
		o->se[j] = isnan(o->b[j]) ? NAN : ls_unscaled(o, o->se[j], j);
	}
}

/* Everything undefined, nothing aliased. */
static void
clear(struct ls *o)
{
	o->rank = o->exact = o->perfect = o->beyond = 0;
	o->keys = o->floor = 0;
	o->sigma = o->condition = o->blur = o->rnorm = o->enorm = o->tnorm = o->df_residual = NAN;
	for (ptrdiff_t j = 0; j < o->k; j++) {
		o->b[j] = o->bs[j] = o->se[j] = o->beta[j] = o->vif[j] = NAN;
		o->blo[j] = o->aliased[j] = 0;
	}
	memset(o->scale, 0, (size_t)(o->k + 1) * sizeof(double));
	memset(o->inv, 0, (size_t)(o->k*o->k) * sizeof(double));
	memset(o->invlo, 0, (size_t)(o->k*o->k) * sizeof(double));
}

/* What ls_fit and ls_fit_within have in common, behind clear. */
static int
fit(struct fit *f, int min_norm, double *work)
{
	struct ls *o = f->out;
	ptrdiff_t k = o->k, m, j;

	divide(f, work);
	if (ls_prepare(f) || ls_decompose(f, &m))
		return 1;
	o->rank = ls_rank(f, m) + f->centred;
	if (m > 0 && f->s[0] > 0 && f->total == NULL)
		o->condition = f->s[0]/f->s[m - 1];
	if (o->rank < k && (min_norm ? least_norm(f) : ls_alias(f)))
		return 1;
	if (o->rank == k || !min_norm)
		ordinary(f);
	if (min_norm && f->norm[k] == 0)
		for (j = f->centred; j < k; j++)
			o->beta[j] = 0;
	unscale(o);
	return 0;
}

int
ls_fit(const struct tri *t, const ptrdiff_t *col, ptrdiff_t k, int intercept, int min_norm,
    struct ls *out, double *work)
{
	struct fit f = { .t = t, .col = col, .out = out, .centred = intercept != 0 };

	if (t->fill > 0)
		return -1;
	if (k < f.centred)
		return -3;
	out->k = k;
	clear(out);
	return t->n < 1 ? 0 : fit(&f, min_norm, work);
}

int
ls_fit_within(const struct tri *t, const struct tri *total, double keys, const ptrdiff_t *col, ptrdiff_t k, int ones,
    struct ls *out, double *work)
{
	struct fit f = { .t = t, .total = total, .col = col, .out = out, .ones = ones != 0 };
	int code;

	if (t->fill > 0)
		return -1;
	if (total->fill > 0)
		return -2;
	out->k = k;
	clear(out);
	if (t->n < 1)
		return 0;
	out->keys = keys;
	code = fit(&f, 0, work);
	out->floor = rounding*f.whole[k];
	return code;
}
