/* num.h - the numerics of headgeom: pure functions over arrays.
 *
 * Nothing here prints, allocates, exits or keeps state.  The caller owns every
 * array; workspace comes last, its size in doubles given.  Matrices are
 * column-major, a[i + j*lda].  Functions that can fail return 0, or -k: the
 * k-th argument is bad, or +k: a numerical fact that their comment names.
 * NaN stands for "undefined" in results that are doubles.  No result depends
 * on the processor: no fused multiply-add, and logarithm and exponential are
 * our own (elem.c).
 */
#ifndef NUM_H
#define NUM_H

#include <stddef.h>

/* elem.c - elementary functions ---------------------------------------------- */

/* A double-double: hi + lo, |lo| <= ulp(hi)/2; about 106 bits, good to 2^-102
 * or so after an operation, while the exponents keep 60 off their limits. */
struct dd { double hi, lo; };

struct dd dd_add(struct dd a, struct dd b);
struct dd dd_mul(struct dd a, struct dd b);
struct dd dd_div(struct dd a, struct dd b);
struct dd dd_log(double x);      /* log x to about 100 bits, x > 0 finite */

/* log x and e^x within 0.51 ulp, the same bits on every machine.  num_log(0) is
 * -inf, of a negative number NaN; num_exp overflows to inf and underflows
 * gradually to 0. */
double num_log(double x);
double num_exp(double x);

/* The sum of x[0..n), pairwise in numpy's order (blocks of 128 with eight
 * partial sums, halves above), hence with numpy's bits.  Error at most about
 * (log2(n/128) + 16) eps sum |x|.  n = 0 gives 0.  Higham, Accuracy and
 * Stability of Numerical Algorithms, 2nd ed., section 4.2. */
double num_sum(const double *x, ptrdiff_t n);

#endif
