/* ls.h - what the files of a least squares fit share. */
#ifndef LS_H
#define LS_H

#include "num.h"

/* Workspace: the triangle of c terms kept and y; the columns at unit norm and
 * their SVD. */
struct fit {
	const struct tri *t;
	const struct tri *total;        /* of the rows as they are; NULL: t is */
	const ptrdiff_t *col;
	struct ls *out;
	int centred;                    /* 1: the first term is the intercept */
	int ones;                       /* 1: the first column of total is that of ones */
	ptrdiff_t c;                    /* terms kept, the intercept included */
	ptrdiff_t q;                    /* c + 1, the order of the triangle */
	double *r, *rl;                 /* k + 1 by k + 1 at most */
	double *norm, *norml;           /* k + 1: norms of the centred columns */
	double *full;                   /* k + 1 by k + 1: the triangle of all terms, rounded */
	double *whole;                  /* k + 1: norms of the columns as they are */
	double *u, *s, *v, *work;       /* k by k, k, k by k, svd_work(k + 1, k) */
	double *z, *zl;                 /* k + 1 */
	double *stack;                  /* of tri_pick */
	double noise;                   /* a residual's norm that rounding alone can have made */
};

/* ls_norm.c - units and norms --------------------------------------------------------------- */

/* The 2-norm of x[0..n) + xl[0..n), scaled as in tri_norm. */
struct dd ls_norm(const double *x, const double *xl, ptrdiff_t n);

/* A power of two that makes a number of the norm a one near 1, or nearer. */
double ls_scale(double a);

/* The triangle of all terms; norms of the columns, centred and as they are.  Returns 1 if one of
 * them is no number. */
int ls_prepare(struct fit *f);

/* ls_rank.c - which terms are independent ------------------------------------------------ */

/* The triangle of the terms not aliased, and y, each in its unit. */
void ls_triangle(struct fit *f);

/* Collects the centred terms not aliased, at unit norm, and decomposes them; *m of them.
 * Returns 0, or 1 if the SVD did not converge. */
int ls_decompose(struct fit *f, ptrdiff_t *m);

/* The number of m singular values above eps max(n, k) times the greatest. */
ptrdiff_t ls_rank(const struct fit *f, ptrdiff_t m);

/* Aliases each term that lowers the rank of those kept before it and itself, and makes the
 * triangle of the others.  Returns 0, or 1 if an SVD did not converge. */
int ls_alias(struct fit *f);

#endif
