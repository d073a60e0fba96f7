/* ls_rank.c - which terms of a fit are independent, by the singular values of their
 * columns. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "ls.h"

/* Column q of the triangle in the unit of term j, which is chosen when it is 0. */
static void
apply_scale(struct fit *f, ptrdiff_t j, ptrdiff_t q)
{
	double *unit = &f->out->scale[j];

	if (*unit == 0)
		*unit = ls_scale(tri_norm(f->r + q*f->q, f->q));
	for (ptrdiff_t i = q*f->q; i < (q + 1)*f->q; i++) {
		f->r[i] *= *unit;
		f->rl[i] *= *unit;
	}
}

/* The triangle of the terms not aliased, and y, each in its unit.  Of a centred column
 * that is constant nothing is left. */
void
ls_triangle(struct fit *f)
{
	ptrdiff_t k = f->out->k, *kept = f->out->kept, j, q = 0;

	for (j = 0; j <= k; j++)
		if (j == k || !f->out->aliased[j])
			kept[q++] = f->col[j];
	f->q = q;
	f->c = q - 1;
	tri_pick(f->t, kept, q, f->r, f->rl, f->stack);
	for (j = q = 0; j <= k; j++)
		if (j == k || !f->out->aliased[j])
			apply_scale(f, j, q++);
	for (j = f->centred; j < q; j++)
		if (f->centred && f->t->min[kept[j]] == f->t->max[kept[j]]) {
			memset(f->r + j*q + 1, 0, (size_t)(q - 1) * sizeof(double));
			memset(f->rl + j*q + 1, 0, (size_t)(q - 1) * sizeof(double));
		}
}

/* Collects the centred terms not aliased, at unit norm, and decomposes them;
 * *m of them.  Returns 0, or 1 if the SVD did not converge. */
int
ls_decompose(struct fit *f, ptrdiff_t *m)
{
	ptrdiff_t k = f->out->k, c0 = f->centred, rows = k - c0, i, j;
	double *x;

	*m = 0;
	for (j = c0; j < k; j++) {
		if (f->out->aliased[j])
			continue;
		x = f->u + (*m)++*rows;
		for (i = 0; i < rows; i++)
			x[i] = f->norm[j] > 0 ? f->full[c0 + i + j*(k + 1)]/f->norm[j] : 0;
	}
	return svd_jacobi(rows, *m, f->u, rows, f->s, f->v, rows, f->work) != 0;
}

/* The number of m singular values above eps max(n, k) times the greatest; what keys leave of
 * columns of unit norm may be nothing but rounding in all of them. */
ptrdiff_t
ls_rank(const struct fit *f, ptrdiff_t m)
{
	double k = (double)(f->out->k - f->centred), tol, most = m > 0 ? f->s[0] : 0;
	ptrdiff_t i;

	if (f->total != NULL && most < 1)
		most = 1;
	tol = DBL_EPSILON * (f->t->n > k ? f->t->n : k);
	for (i = 0; i < m && f->s[i] > tol*most; i++)
		;
	return i;
}

/* Takes the terms [j..to) to those kept, but for columns of zeros; *full tells
 * whether all that are kept are independent.  Returns 0, or 1 if the SVD did
 * not converge. */
static int
extend(struct fit *f, ptrdiff_t j, ptrdiff_t to, int *full)
{
	ptrdiff_t i, m;

	for (i = j; i < f->out->k; i++)
		f->out->aliased[i] = i >= to || f->norm[i] == 0;
	if (ls_decompose(f, &m))
		return 1;
	*full = ls_rank(f, m) == m;
	return 0;
}

/* Aliases each term that lowers the rank of those kept before it and itself.
 * Singular values interlace: what makes columns dependent is found by halving
 * the terms that are left, until as many are kept as the rank of all. */
int
ls_alias(struct fit *f)
{
	ptrdiff_t k = f->out->k, kept = f->centred, j, good, bad, to;
	int full;

	for (j = f->centred; j < k; j = kept < f->out->rank ? good + 1 : k) {
		if (extend(f, j, k, &full))
			return 1;
		for (good = full ? k : j, bad = k; good + 1 < bad; ) {
			to = good + (bad - good)/2;
			if (extend(f, j, to, &full))
				return 1;
			*(full ? &good : &bad) = to;
		}
		for (to = j; to < k; to++) {
			f->out->aliased[to] = to >= good || f->norm[to] == 0;
			kept += !f->out->aliased[to];
		}
	}
	ls_triangle(f);
	return 0;
}
