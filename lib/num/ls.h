/* ls.h - what the two files of a least squares fit share. */
#ifndef LS_H
#define LS_H

#include "num.h"

/* Workspace: the triangle of c terms kept and y; the columns at unit norm and
 * their SVD. */
struct fit {
	const struct tri *t;
	const ptrdiff_t *col;
	struct ls *out;
	int centred;                    /* 1: the first term is the intercept */
	ptrdiff_t c;                    /* terms kept, the intercept included */
	ptrdiff_t q;                    /* c + 1, the order of the triangle */
	double *r, *rl;                 /* k + 1 by k + 1 at most */
	double *norm, *norml;           /* k + 1: norms of the centred columns */
	double *full;                   /* k + 1 by k + 1: the triangle of all terms, rounded */
	double *u, *s, *v, *work;       /* k by k, k, k by k, svd_work(k + 1, k) */
	double *z, *zl;                 /* k + 1 */
	double *stack;                  /* of tri_pick */
	double noise;                   /* a residual's norm that rounding alone can have made */
};

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
