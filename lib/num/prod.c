/* prod.c - singular values of W_K' W_Q without forming it.
 *
 * With W_K' = Q_K R_K and W_Q' = Q_Q R_Q, W_K' W_Q = Q_K (R_K R_Q') Q_Q': its
 * singular values are those of the small R_K R_Q'.
 */
#include <math.h>
#include <string.h>

#include "kern.h"

enum { BLOCK = QR_BLOCK };

/* Between columns of m numbers: as that of qr.c, and with room for eights. */
static ptrdiff_t
stride(ptrdiff_t m)
{
	return (m + 7)/16*16 + 8;
}

/* Copies rows j0 .. j0+k of W' (columns of W) into b, ld apart, scaled; mean is taken
 * away from each, unless it is NULL.  big, unless it is NULL: the greatest absolute values
 * of the rows of W. */
static void
take(const struct prod_mat *w, ptrdiff_t j0, ptrdiff_t k, const double *mean, double *b, ptrdiff_t ld, double *big)
{
	const char *p = (const char *)w->data + j0*w->col;
	ptrdiff_t i, j;

	if (w->row < w->col)
		for (j = 0; j < k; j++)
			num_load(w->type, p + j*w->col, w->row, w->m, b + j*ld);
	else
		for (i = 0; i < w->m; i += 8)
			kern_load_turned(w->type, p + i*w->row, w->row, w->col, w->m - i < 8 ? w->m - i : 8, k, b + i, ld,
			    big ? big + i : NULL);
	for (j = 0; j < k && (w->scale || mean); j++) {
		for (i = 0; i < w->m && w->scale; i++)
			b[i + j*ld] *= w->scale[j0 + j];
		for (i = 0; i < w->m && mean; i++)
			b[i + j*ld] -= mean[i];
	}
	if (big && (w->row < w->col || w->scale || mean)) {
		memset(big, 0, (size_t)w->m * sizeof(double));
		kern_most(k, w->m, b, ld, big);
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
		take(w, j0, k, NULL, b, ld, NULL);
		memset(sum, 0, (size_t)w->m * sizeof(double));
		for (j = 0; j < k; j++)
			kern_axpy(w->m, 1/(double)w->n, b + j*ld, sum);
		kern_axpy(w->m, 1, sum, mean);
	}
}

static int
bad(const struct prod_mat *w)
{
	return w->m < 0 || w->n < 0 || (unsigned)w->type > NUM_DOUBLE;
}

/* W_K, whose product with W_Q is computed beside R (k NULL: none), a block of its columns, the means of its
 * rows, and room for those of W_Q and for sums. */
struct beside {
	const struct prod_mat *k;
	double *c, *block, *means, *own, *sum;
};

static void
begin(const struct beside *x, ptrdiff_t m)
{
	if (x->k == NULL)
		return;
	memset(x->c, 0, (size_t)(m*m) * sizeof(double));
	if (x->k->center)
		means(x->k, x->block, stride(m), x->means, x->sum);
}

/* C += K Q' for k columns from j0 on: in the order of the columns, whatever k is. */
static void
multiply(const struct beside *x, ptrdiff_t m, ptrdiff_t j0, ptrdiff_t k, const double *q, ptrdiff_t ldq)
{
	if (x->k == NULL)
		return;
	take(x->k, j0, k, x->k->center ? x->means : NULL, x->block, stride(m), NULL);
	kern_gemm(0, m, m, k, x->block, stride(m), q, ldq, 1, x->c, m);
}

/* As prod_factor, but for +2: R must come from QR. */
static int
by_gram(const struct prod_mat *w, const struct beside *x, double *r, double *work)
{
	struct gram g;
	ptrdiff_t m = w->m, ld = stride(m), j0, k;
	double *b = work, *space = b + ld*GRAM_BLOCK;
	int info;

	gram_init(&g, m, space);
	begin(x, m);
	memset(b, 0, (size_t)(ld*GRAM_BLOCK) * sizeof(double));
	for (j0 = 0; j0 < w->n; j0 += k) {
		k = w->n - j0 < GRAM_BLOCK ? w->n - j0 : GRAM_BLOCK;
		take(w, j0, k, NULL, b, ld, x->own);
		if ((info = gram_absorb(&g, k, b, ld, x->own)) != 0)
			return info;
		multiply(x, m, j0, k, b, ld);
	}
	return gram_factor(&g, r);
}

static int
by_qr(const struct prod_mat *w, const struct beside *x, double *r, double *work)
{
	struct qr q;
	ptrdiff_t m = w->m, i, j, j0, k;
	int info;

	qr_init(&q, m, work);
	begin(x, m);
	if (w->center)
		means(w, q.block, q.ld, x->own, x->sum);
	for (j0 = 0; j0 < w->n; j0 += k) {
		k = w->n - j0 < BLOCK ? w->n - j0 : BLOCK;
		take(w, j0, k, w->center ? x->own : NULL, q.block, q.ld, NULL);
		multiply(x, m, j0, k, q.block, q.ld);
		if ((info = qr_absorb(&q, k)) != 0)
			return info;
	}
	for (j = 0; j < m; j++)
		for (i = 0; i < m; i++)
			r[i + j*m] = q.r[j + i*q.ld];
	return 0;
}

size_t
prod_factor_work(ptrdiff_t m, ptrdiff_t n)
{
	size_t gram = gram_size(m) + (size_t)(stride(m)*GRAM_BLOCK), qr = qr_size(m);

	(void)n;
	return (gram > qr ? gram : qr) + (size_t)(stride(m)*(BLOCK + 3)) + 7;
}

int
prod_factor(const struct prod_mat *w, const struct prod_mat *k, double *r, double *c, double *work)
{
	ptrdiff_t ld = stride(w->m);
	double *block = kern_aligned(work), *sums = block + ld*BLOCK;
	const struct beside x = { k, c, block, sums, sums + ld, sums + 2*ld };
	int info = 2;

	if (bad(w))
		return -1;
	if (k && (bad(k) || k->m != w->m || k->n != w->n))
		return -2;
	if (!w->center && w->type != NUM_F32 && w->n >= w->m && w->m <= GRAM_MOST)
		info = by_gram(w, &x, r, sums + 3*ld);
	if (info == 2)
		info = by_qr(w, &x, r, sums + 3*ld);
	return info == 0 && k && !num_finite(c, w->m*w->m) ? 3 : info;
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
		take(w, j0, k, w->center ? mean : NULL, b, m, NULL);
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
