/* prod.c - singular values of W_K' W_Q without forming it.
 *
 * With W_K' = Q_K R_K and W_Q' = Q_Q R_Q, W_K' W_Q = Q_K (R_K R_Q') Q_Q': its
 * singular values are those of the small R_K R_Q'.
 */
#include <math.h>
#include <string.h>

#include "kern.h"

enum { BLOCK = QR_BLOCK, LD = BLOCK + 8 };       /* LD: odd in cache lines */

/* Copies rows j0 .. j0+k of W' (columns of W) into b, ld apart, scaled; mean is taken
 * away from each, unless it is NULL. */
static void
take(const struct prod_mat *w, ptrdiff_t j0, ptrdiff_t k, const double *mean, double *b, ptrdiff_t ld)
{
	const char *p = (const char *)w->data + j0*w->col;
	double x[8*LD];
	ptrdiff_t i, j, l, r;

	if (w->row < w->col)
		for (j = 0; j < k; j++)
			num_load(w->type, p + j*w->col, w->row, w->m, b + j*ld);
	else
		for (i = 0; i < w->m; i += r) {
			r = w->m - i < 8 ? w->m - i : 8;
			for (l = 0; l < r; l++)
				num_load(w->type, p + (i + l)*w->row, w->col, k, x + l*LD);
			kern_turn(r, k, x, LD, b + i, ld);
		}
	for (j = 0; j < k && (w->scale || mean); j++) {
		for (i = 0; i < w->m && w->scale; i++)
			b[i + j*ld] *= w->scale[j0 + j];
		for (i = 0; i < w->m && mean; i++)
			b[i + j*ld] -= mean[i];
	}
}

/* The means of the rows of W diag(scale), summed block by block; sum is scratch. */
static void
means(const struct prod_mat *w, double *b, ptrdiff_t ld, double *mean, double *sum)
{
	ptrdiff_t j, j0, k;

	memset(mean, 0, (size_t)w->m * sizeof(double));
	for (j0 = 0; j0 < w->n; j0 += k) {
		k = w->n - j0 < BLOCK ? w->n - j0 : BLOCK;
		take(w, j0, k, NULL, b, ld);
		memset(sum, 0, (size_t)w->m * sizeof(double));
		for (j = 0; j < k; j++)
			kern_axpy(w->m, 1/(double)w->n, b + j*ld, sum);
		kern_axpy(w->m, 1, sum, mean);
	}
}

static int
bad(const struct prod_mat *w)
{
	return w->m < 0 || w->n < 0 || (unsigned)w->type > NUM_F8_E5M2;
}

size_t
prod_factor_work(ptrdiff_t m, ptrdiff_t n)
{
	(void)n;
	return qr_size(m) + 2*(size_t)m;
}

int
prod_factor(const struct prod_mat *w, double *r, double *work)
{
	struct qr q;
	double *mean = work, *sum = work + w->m;
	ptrdiff_t m = w->m, i, j, j0, k;
	int info;

	if (bad(w))
		return -1;
	qr_init(&q, m, work + 2*m);
	if (w->center)
		means(w, q.block, q.ld, mean, sum);
	for (j0 = 0; j0 < w->n; j0 += k) {
		k = w->n - j0 < BLOCK ? w->n - j0 : BLOCK;
		take(w, j0, k, w->center ? mean : NULL, q.block, q.ld);
		if ((info = qr_absorb(&q, k)) != 0)
			return info;
	}
	for (j = 0; j < m; j++)
		for (i = 0; i < m; i++)
			r[i + j*m] = q.r[j + i*q.ld];
	return 0;
}

size_t
prod_cross_work(ptrdiff_t m, ptrdiff_t n)
{
	(void)n;
	return 2*(size_t)((BLOCK + 2)*m);
}

int
prod_cross(const struct prod_mat *k, const struct prod_mat *q, double *c, double *work)
{
	ptrdiff_t m = k->m, j0, b;
	double *mk = work, *mq = mk + m, *sum = mq + m, *bk = sum + 2*m, *bq = bk + BLOCK*m;

	if (bad(k))
		return -1;
	if (bad(q) || q->m != m || q->n != k->n)
		return -2;
	if (k->center)
		means(k, bk, m, mk, sum);
	if (q->center)
		means(q, bq, m, mq, sum);
	memset(c, 0, (size_t)(m*m) * sizeof(double));
	for (j0 = 0; j0 < k->n; j0 += b) {
		b = k->n - j0 < BLOCK ? k->n - j0 : BLOCK;
		take(k, j0, b, k->center ? mk : NULL, bk, m);
		take(q, j0, b, q->center ? mq : NULL, bq, m);
		kern_gemm(0, m, m, b, bk, m, bq, m, 1, c, m);
	}
	return num_finite(c, m*m) ? 0 : 1;
}

/* The exponent of the greatest |x|, by which x[0..n) is divided. */
static int
normalise(ptrdiff_t n, double *x)
{
	ptrdiff_t i;
	double big = 0;
	int e;

	for (i = 0; i < n; i++)
		big = fmax(big, fabs(x[i]));
	frexp(big, &e);
	if (e < -300 || e > 300)
		for (i = 0; i < n; i++)
			x[i] = ldexp(x[i], -e);
	return e < -300 || e > 300 ? e : 0;
}

size_t
prod_svd_work(ptrdiff_t m)
{
	return (size_t)(3*m*m) + svd_work(m, m);
}

int
prod_svd(ptrdiff_t m, const double *rk, const double *rq, double *s, double *work)
{
	double *k = work, *q = k + m*m, *c = q + m*m;
	ptrdiff_t j;
	int e, info;

	if (m < 0)
		return -1;
	if (!num_finite(rk, m*m))
		return -2;
	if (!num_finite(rq, m*m))
		return -3;
	for (j = 0; j < m; j++) {                       /* last columns, small terms, first */
		memcpy(k + (m - 1 - j)*m, rk + j*m, (size_t)m * sizeof(double));
		memcpy(q + (m - 1 - j)*m, rq + j*m, (size_t)m * sizeof(double));
	}
	memset(c, 0, (size_t)(m*m) * sizeof(double));
	e = normalise(m*m, k) + normalise(m*m, q);
	kern_gemm(0, m, m, m, k, m, q, m, 1, c, m);     /* R_K R_Q' */
	info = svd_values(m, m, c, m, 1, s, c + m*m);
	for (j = 0; j < m; j++)
		s[j] = ldexp(s[j], e);
	return info;
}

size_t
prod_norms_work(ptrdiff_t m, ptrdiff_t n)
{
	(void)n;
	return (size_t)((2*BLOCK + 2)*m);
}

int
prod_norms(const double *r, const struct prod_mat *w, double *norm, double *work)
{
	ptrdiff_t m = w->m, j0, k, j;
	double *mean = work, *sum = mean + m, *b = sum + m, *c = b + BLOCK*m;

	if (bad(w))
		return -1;
	if (w->center)
		means(w, b, m, mean, sum);
	for (j0 = 0; j0 < w->n; j0 += k) {
		k = w->n - j0 < BLOCK ? w->n - j0 : BLOCK;
		take(w, j0, k, w->center ? mean : NULL, b, m);
		memset(c, 0, (size_t)(m*k) * sizeof(double));
		kern_gemm(0, m, k, m, r, m, b, 1, m, c, m);     /* R W(:,j0:j0+k) */
		for (j = 0; j < k; j++)
			norm[j0 + j] = tri_norm(c + j*m, m);
	}
	return 0;
}

/* The sum of what x[0..n) have beyond their mean plus two standard deviations. */
static double
excess(const double *x, ptrdiff_t n, double *work)
{
	double mean = num_sum(x, n) / (double)n, sd, limit;

	for (ptrdiff_t i = 0; i < n; i++)
		work[i] = (x[i] - mean) * (x[i] - mean);
	sd = n > 1 ? sqrt(num_sum(work, n) / (double)(n - 1)) : 0;
	limit = mean + 2*sd;
	for (ptrdiff_t i = 0; i < n; i++)
		work[i] = sd > 1e-12*mean && x[i] > limit ? x[i] - limit : 0;
	return num_sum(work, n);
}

static double
largest(const double *x, ptrdiff_t n, double most)
{
	for (ptrdiff_t i = 0; i < n; i++)
		most = x[i] > most || isnan(x[i]) ? x[i] : most;
	return most;
}

static void
divide(double *x, ptrdiff_t n, double by)
{
	for (ptrdiff_t i = 0; i < n; i++)
		x[i] /= by;
}

double
prod_direction(double *row, ptrdiff_t nrow, double *col, ptrdiff_t ncol, double *work)
{
	double most = largest(col, ncol, largest(row, nrow, 0)), r, c;

	if (!(most > 0) || isinf(most))
		return NAN;
	divide(row, nrow, most);
	divide(col, ncol, most);
	r = excess(row, nrow, work);
	c = excess(col, ncol, work);
	return r + c > 0 ? (c - r) / (c + r) : 0;
}
