/* ls.c - least squares from the triangular factor of [1 X y].
 *
 * With R = [R_x z; 0 rho] the factor of the centred [X y], the coefficients
 * solve R_x b = z, the residual sum of squares is rho^2, and the covariance of
 * b is sigma^2 (R_x' R_x)^-1: its diagonal holds the squared norms of the rows
 * of R_x^-1.  Golub & Van Loan, 4th ed., Alg. 5.3.2.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "num.h"

/* Workspace: the columns of R_x at unit norm and their SVD; the triangle of
 * the terms kept, c of them, and y. */
struct fit {
	const struct tri *t;
	struct ls *out;
	ptrdiff_t c;
	double *norm;                   /* k + 1: column norms of R */
	double *u, *s, *v, *work;       /* k by k, k, k by k, 2 k */
	double *r, *stack;              /* c + 1 by c + 1, k + 1 by c + 1 */
	double *z;                      /* k + 1 */
};

size_t
ls_work(ptrdiff_t k)
{
	return (size_t)(2*k*k + 2*(k + 1)*(k + 1) + 3*k + 2*(k + 1));
}

static void
divide(struct fit *f, double *work)
{
	ptrdiff_t k = f->out->k;

	f->norm = work;
	f->z = f->norm + k + 1;
	f->s = f->z + k + 1;
	f->work = f->s + k;
	f->u = f->work + 2*k;
	f->v = f->u + k*k;
	f->r = f->v + k*k;
	f->stack = f->r + (k + 1)*(k + 1);
}

/* Collects the terms not aliased, at unit norm, and decomposes them.  Returns
 * 0, or 1 if the SVD did not converge. */
static int
decompose(struct fit *f)
{
	ptrdiff_t k = f->out->k, i, j;
	double *x;

	f->c = 0;
	for (j = 0; j < k; j++) {
		if (f->out->aliased[j])
			continue;
		x = f->u + f->c++*k;
		for (i = 0; i < k; i++)
			x[i] = f->norm[j] > 0 ? f->t->r[i + j*(k + 1)]/f->norm[j] : 0;
	}
	return svd_jacobi(k, f->c, f->u, k, f->s, f->v, k, f->work) != 0;
}

/* The number of singular values above eps max(n, k) times the greatest. */
static ptrdiff_t
rank(const struct fit *f)
{
	double k = (double)f->out->k, tol;
	ptrdiff_t i;

	tol = DBL_EPSILON * (f->t->n > k ? f->t->n : k);
	for (i = 0; i < f->c && f->s[i] > tol*f->s[0]; i++)
		;
	return i;
}

/* Aliases each term that lowers the rank of those kept before it and itself. */
static int
alias(struct fit *f)
{
	ptrdiff_t k = f->out->k, j;

	for (j = 0; j < k; j++)
		f->out->aliased[j] = 1;
	for (j = 0; j < k; j++) {
		f->out->aliased[j] = 0;
		if (decompose(f))
			return 1;
		f->out->aliased[j] = rank(f) < f->c;
		f->c -= f->out->aliased[j];
	}
	return 0;
}

/* The triangle of the terms kept, and y.  With all kept it is R itself. */
static void
triangle(struct fit *f)
{
	ptrdiff_t k = f->out->k, p = k + 1, q = f->c + 1, j, l = 0;

	for (j = 0; j < p; j++)
		if (j == k || !f->out->aliased[j])
			memcpy(f->stack + l++*p, f->t->r + j*p, (size_t)p * sizeof(double));
	memset(f->r, 0, (size_t)(q*q) * sizeof(double));
	tri_reduce(f->r, q, 0, f->stack, p, p);
}

/* R x = x, R the leading c by c: back substitution. */
static void
solve(const struct fit *f, double *x)
{
	ptrdiff_t c = f->c, q = c + 1, i, j;

	for (i = c - 1; i >= 0; i--) {
		for (j = i + 1; j < c; j++)
			x[i] -= f->r[i + j*q]*x[j];
		x[i] /= f->r[i + i*q];
	}
}

/* R' x = x, the entries before x[i] being zero. */
static void
solve_transposed(const struct fit *f, double *x, ptrdiff_t i)
{
	ptrdiff_t c = f->c, q = c + 1, j;

	for (; i < c; i++) {
		for (j = 0; j < i; j++)
			x[i] -= f->r[j + i*q]*x[j];
		x[i] /= f->r[i + i*q];
	}
}

/* sigma, rss and the rest that follows from |residual| and the rank. */
static void
scatter(struct fit *f, double res)
{
	struct ls *o = f->out;

	o->df_residual = f->t->n - 1 - (double)o->rank;
	o->rss = res*res;
	o->sigma = o->df_residual > 0 ? res/sqrt(o->df_residual) : NAN;
}

/* beta_j = b_j sd(x_j)/sd(y), b_0 = mean(y) - sum b_j mean(x_j). */
static void
intercept(struct fit *f)
{
	struct ls *o = f->out;
	const double *m = f->t->mean;
	ptrdiff_t k = o->k, j;

	o->b0 = m[k];
	for (j = 0; j < k; j++) {
		if (o->aliased[j])
			continue;
		o->beta[j] = o->b[j]*f->norm[j]/f->norm[k];
		o->b0 -= o->b[j]*m[j];
	}
}

/* se(b_j) = sigma |row j of R^-1|, vif = |x_j|^2 |row j of R^-1|^2. */
static void
errors(struct fit *f)
{
	struct ls *o = f->out;
	ptrdiff_t i, j;
	double x;

	for (i = j = 0; j < o->k; j++) {
		if (o->aliased[j])
			continue;
		memset(f->z, 0, (size_t)f->c * sizeof(double));
		f->z[i] = 1;
		solve_transposed(f, f->z, i++);         /* R^-T e_i */
		x = tri_norm(f->z, f->c);
		o->se[j] = o->sigma*x;
		x *= f->norm[j];
		o->vif[j] = x*x;
	}
}

/* se(b_0)^2 = sigma^2 (1/n + m' (X'X)^-1 m), m the means: |R^-T m|^2. */
static void
error0(struct fit *f)
{
	ptrdiff_t i, j;
	double x[2];

	for (i = j = 0; j < f->out->k; j++)
		if (!f->out->aliased[j])
			f->z[i++] = f->t->mean[j];
	solve_transposed(f, f->z, 0);
	x[0] = 1/sqrt(f->t->n);
	x[1] = tri_norm(f->z, f->c);
	f->out->se0 = f->out->sigma*tri_norm(x, 2);
}

/* The fit of the terms kept. */
static void
ordinary(struct fit *f)
{
	struct ls *o = f->out;
	ptrdiff_t c = f->c, i, j;

	triangle(f);
	memcpy(f->z, f->r + c*(c + 1), (size_t)c * sizeof(double));
	solve(f, f->z);
	for (i = j = 0; j < o->k; j++)
		if (!o->aliased[j])
			o->b[j] = f->z[i++];
	o->rank = c;
	scatter(f, fabs(f->r[c + c*(c + 1)]));
	intercept(f);
	errors(f);
	error0(f);
}

/* g = V S^-1 U' z over the singular values kept, z the part of y in the span
 * of R_x, so that b_j = g_j/|x_j|; then z - U U' z is left as residual. */
static void
least_norm(struct fit *f)
{
	struct ls *o = f->out;
	ptrdiff_t k = o->k, i, j;
	double c, *u;

	memcpy(f->z, f->t->r + k*(k + 1), (size_t)(k + 1) * sizeof(double));
	for (j = 0; j < k; j++)
		o->b[j] = 0;
	for (i = 0; i < o->rank; i++) {
		u = f->u + i*k;
		for (c = 0, j = 0; j < k; j++)
			c += u[j]*f->z[j];              /* c = u_i' z */
		for (j = 0; j < k; j++) {
			f->z[j] -= c*u[j];
			o->b[j] += f->v[j + i*k]*(c/f->s[i]);
		}
	}
	for (j = 0; j < k; j++)
		o->b[j] = f->norm[j] > 0 ? o->b[j]/f->norm[j] : 0;
	scatter(f, tri_norm(f->z, k + 1));
	intercept(f);
}

/* Everything undefined, nothing aliased; norms of the columns and tss. */
static void
prepare(struct fit *f)
{
	struct ls *o = f->out;
	ptrdiff_t k = o->k, j;

	o->rank = 0;
	o->b0 = o->se0 = o->sigma = o->condition = o->rss = o->df_residual = NAN;
	for (j = 0; j < k; j++) {
		o->b[j] = o->se[j] = o->beta[j] = o->vif[j] = NAN;
		o->aliased[j] = 0;
	}
	for (j = 0; j <= k; j++)
		f->norm[j] = tri_norm(f->t->r + j*(k + 1), k + 1);
	o->tss = f->t->n > 0 ? f->norm[k]*f->norm[k] : NAN;
}

int
ls_fit(struct tri *t, int min_norm, struct ls *out, double *work)
{
	struct fit f = { .t = t, .out = out };
	ptrdiff_t k = t->p - 1, j;

	if (k < 0)
		return -1;
	tri_flush(t);
	out->k = k;
	divide(&f, work);
	prepare(&f);
	if (t->n < 1)
		return 0;
	if (decompose(&f))
		return 1;
	out->rank = rank(&f);
	if (k > 0 && f.s[0] > 0)
		out->condition = f.s[0]/f.s[k - 1];
	if (out->rank < k && min_norm)
		least_norm(&f);
	else if (out->rank < k && alias(&f))
		return 1;
	else
		ordinary(&f);
	if (min_norm && f.norm[k] == 0)
		for (j = 0; j < k; j++)
			out->beta[j] = 0;
	return 0;
}
