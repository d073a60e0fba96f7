/* kern.h - the inner loops of kern.c, which only the files of this folder call;
 * kern_gemm is in num.h.
 *
 * They work on vectors of the instruction set that the processor turns out to have
 * (AVX-512, AVX2; NEON on aarch64), and give the same bits with each.  Multiply-adds
 * are fused: a processor that cannot do that (x86 before 2013) takes some 30 times
 * longer.
 */
#ifndef KERN_H
#define KERN_H

#include <stdint.h>

#include "num.h"

/* To a cache line's start, at most 7 numbers on: a vector in two lines takes twice as
 * long. */
static inline double *
kern_aligned(double *x)
{
	return x + (64 - (uintptr_t)x % 64) % 64/sizeof(double);
}

/* x'y; y = y + a x; [x y] = [x y] [c -cb; ca c], that is x = c(x + a y), y = c(y
 * - b x). */
double kern_dot(ptrdiff_t n, const double *x, const double *y);
void kern_axpy(ptrdiff_t n, double a, const double *x, double *y);
void kern_rot(ptrdiff_t n, double *x, double *y, double c, double a, double b);

/* For j = 0, ..., k-1 columns j and j + 1 of Z, m by k+1, become [c z_j + s
 * z_(j+1), c z_(j+1) - s z_j], c = cs[2j] and s = cs[2j+1]. */
void kern_rots(ptrdiff_t m, ptrdiff_t k, double *z, ptrdiff_t ldz, const double *cs);

/* C = C - U Y', W = W + C'V, that of the new C: kern_gemm twice, in one pass over C.  U,
 * V m rows of 8 numbers, C m rows of n numbers, ldc apart, Y and W 8 columns of n
 * numbers. */
void kern_pass(ptrdiff_t m, ptrdiff_t n, const double *u, const double *y, ptrdiff_t ldy, double *c, ptrdiff_t ldc,
    const double *v, double *w, ptrdiff_t ldw);

/* A = A - v w' - w v', y = y + A x; A symmetric, n by n, n a multiple of 8: its lower
 * triangle, and all of the 8 by 8 blocks on the diagonal. */
void kern_sym(ptrdiff_t n, double *a, ptrdiff_t lda, const double *v, const double *w,
    const double *x, double *y);

/* D + rho z z', D diagonal, rho > 0, no z_j zero, d_0 < d_1 < ... < d_k, d_k = d_(k-1) + rho
 * z'z or, if that is rounded to d_(k-1), the next number: its eigenvalues x, d_i < x_i <
 * d_(i+1), and eigenvectors, number i at u[i], u[i + ld], ...  They are orthogonal to
 * rounding.  z is lost.  x and the columns of u have room for k rounded up to eights. */
void kern_secular(ptrdiff_t k, const double *d, double *z, double rho, double *x, double *u, ptrdiff_t ld);

/* P, m rows of 8 numbers, m a multiple of 4, p_j its column j: P = P + p_(j-1) w'
 * if j > 0, then s = P'p_j. */
void kern_panel(ptrdiff_t m, double *p, ptrdiff_t j, const double *w, double *s);

/* big_j = max(big_j, |a_ij| over i), A m rows of n numbers, lda apart.  NaN
 * counts as the greatest. */
void kern_most(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, double *big);

/* b_ij = a_ji, i < m, j < n: a_ji at a[j + i*lda], b_ij at b[i + j*ldb]. */
void kern_turn(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, double *b, ptrdiff_t ldb);

/* b_ij, at b[i + j*ldb] = the number of the type at src + i*row + j*col bytes, i < m <= 8, j < n;
 * unless big is NULL, big_i = the greatest |b_ij|, NaN above all. */
void kern_load_turned(enum num_type type, const void *src, ptrdiff_t row, ptrdiff_t col, ptrdiff_t m, ptrdiff_t n,
    double *b, ptrdiff_t ldb, double *big);

/* In double-doubles, of which arrays named ...l have the low parts: the sum of x; x'y;
 * x = x - c; these three in whole eights, so that n numbers are followed by as many
 * more as are wanted for that, zeros in the two sums.  And y' = tau (w' + f v'C), w = w - y,
 * C = C - f v y', C k rows of n numbers, ld apart.  Behind C, and behind w, up to 7
 * numbers are read and stay what they are. */
struct dd kern_dd_sum(ptrdiff_t n, const double *x, const double *xl);
struct dd kern_dd_dot(ptrdiff_t n, const double *x, const double *xl, const double *y, const double *yl);
void kern_dd_shift(ptrdiff_t n, double *x, double *xl, double c);
void kern_dd_reflect(ptrdiff_t k, ptrdiff_t n, struct dd tau, struct dd f, const double *v, const double *vl,
    double *w, double *wl, double *c, double *cl, ptrdiff_t ld);

/* C = A A', A m by k, m a multiple of 8: the lower triangle, and numbers above it that mean
 * nothing. */
void kern_gram(ptrdiff_t m, ptrdiff_t k, const double *a, ptrdiff_t lda, double *c, ptrdiff_t ldc);

/* out_j = whether (a_ij + c_i) - c_i is not a_ij for some i: A m by n, m a multiple of 8. */
void kern_off(ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t lda, const double *c, double *out);

/* In double-doubles, n a multiple of 8: x = x + y; x = x + a y; and x, |x| <= 1, in parts: x =
 * a + b + c, a in multiples of 2^-26, b of 2^-48, and d = b + c. */
void kern_dd_plus(ptrdiff_t n, const double *y, double *x, double *xl);
void kern_dd_axpy(ptrdiff_t n, struct dd a, const double *y, const double *yl, double *x, double *xl);
void kern_dd_cut(ptrdiff_t n, const double *x, const double *xl, double *a, double *b, double *c, double *d);

#endif
