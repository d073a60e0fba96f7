/* pair.c - a head's W_Q and W_K to its singular values, norms and traces. */
#include <math.h>
#include <string.h>

#include "private.h"

/* The Frobenius norm of R, upper triangular.  work: m. */
static double
fro(const double *r, ptrdiff_t m, double *work)
{
	for (ptrdiff_t j = 0; j < m; j++)
		work[j] = tri_norm(r + j*m, j + 1);
	return tri_norm(work, m);
}

/* tr S and tr S^2.  work: m^2. */
static void
traces(const double *s, ptrdiff_t m, double *out, double *work)
{
	for (ptrdiff_t i = 0; i < m; i++)
		work[i] = s[i + i*m];
	out[TR1] = num_sum(work, m);
	for (ptrdiff_t j = 0; j < m; j++)
		for (ptrdiff_t i = 0; i < m; i++)
			work[i + j*m] = s[i + j*m] * s[j + i*m];
	out[TR2] = num_sum(work, m*m);
}

size_t
pair_copying_work(ptrdiff_t m)
{
	return (size_t)(m*m + 2*m) + schur_work(m);
}

int
pair_copying(const double *s, ptrdiff_t m, double *out, double *work)
{
	double *re = work + m*m, *im = re + m;

	memcpy(work, s, (size_t)(m*m) * sizeof *work);
	if (schur_values(m, work, m, re, im, im + m) != 0)
		return 1;
	*out = schur_copying(m, re, im);
	return 0;
}

void
pair_place(struct pair *p, ptrdiff_t m, double *space)
{
	p->rk = space;
	p->rq = space + m*m;
	p->s = space + 2*m*m;
	p->rturn = space + 3*m*m;
	p->sturn = space + 4*m*m;
	p->work = space + 5*m*m;
}

void
pair_fits(const char *file, ptrdiff_t m, ptrdiff_t n)
{
	enum { TALL = 512 };

	if (m > n && m > TALL)
		die("%s: heads of %td components in a model of %td: of more components than the model at most %d are read", file,
		    m, n, TALL);
	mem_fits((size_t)(m > n ? m : n), (size_t)m);
}

size_t
pair_space(ptrdiff_t m, ptrdiff_t n)
{
	const size_t need[] = { prod_factor_work(m, n), prod_svd_work(m), svd_work(m, m), pair_copying_work(m),
		prod_norms_work(m, n) + 3*(size_t)n };
	size_t most = (size_t)(m*m);

	for (size_t i = 0; i < sizeof need / sizeof *need; i++)
		most = need[i] > most ? need[i] : most;
	return (size_t)(5*m*m) + most;
}

enum pair_code
pair_key(struct pair *p, double *k_fro)
{
	if (prod_factor(&p->k, NULL, p->rk, NULL, p->work) != 0)
		return PAIR_BAD_K;
	*k_fro = fro(p->rk, p->k.m, p->work);
	return PAIR_OK;
}

/* y = X R' for the turn R by a distance, X m by m: the columns of R_Q and S that belong to the
 * components of q, which R turns. */
static void
turn(const struct rotary *t, long distance, const double *x, ptrdiff_t m, double *y)
{
	memcpy(y, x, (size_t)(m*m) * sizeof *y);
	for (ptrdiff_t i = 0; i < t->n; i++) {
		double *a = y + (t->first + i*t->step)*m, *b = a + t->apart*m, sin, cos;

		num_sincos(t->freq[i] * (double)distance, &sin, &cos);
		for (ptrdiff_t k = 0; k < m; k++) {
			double ak = a[k];

			a[k] = cos*ak - sin*b[k];
			b[k] = sin*ak + cos*b[k];
		}
	}
}

/* From R_K, R_Q and S the facts but for the norms, and the singular values. */
static enum pair_code
values(struct pair *p, const struct pair_spec *spec, const double *rq, double *s, double *out)
{
	ptrdiff_t m = p->q.m;
	int code;

	traces(s, m, out, p->work);
	out[COPYING] = out[DIRECTION] = NAN;
	if (spec->copying && pair_copying(s, m, &out[COPYING], p->work) != 0)
		return PAIR_NOT_CONVERGED;
	if (spec->metric == METRIC_CORE)
		code = svd_values(m, m, s, m, 0, out + FACTS, p->work);
	else
		code = prod_svd(m, p->rk, rq, out + FACTS, p->work);
	return code > 0 ? PAIR_NOT_CONVERGED : code < 0 || !isfinite(out[FACTS]) ? PAIR_BAD_Q : PAIR_OK;
}

/* Rows of M belong to keys, columns to queries, and in the source it is the other way round.  rk, rq: turned so
 * that M is R_K' and R_Q with the other's columns. */
static double
direction(struct pair *p, const double *rk, const double *rq)
{
	ptrdiff_t n = p->q.n;
	double *key = p->work, *query = key + n, *work = query + n;

	if (prod_norms(rq, &p->k, key, work) != 0 || prod_norms(rk, &p->q, query, work) != 0)
		return NAN;
	return prod_direction(query, n, key, n, work);
}

enum pair_code
pair_query(struct pair *p, const struct pair_spec *spec, double *out)
{
	ptrdiff_t m = p->q.m;
	double q_fro, k_fro = out[K_FRO];
	enum pair_code code = PAIR_OK;

	if (prod_factor(&p->q, &p->k, p->rq, p->s, p->work) != 0)
		return PAIR_BAD_Q;
	q_fro = out[Q_FRO] = fro(p->rq, m, p->work);
	if (spec->ndistance == 0) {
		code = values(p, spec, p->rq, p->s, out);
		if (code == PAIR_OK && spec->direction)
			out[DIRECTION] = direction(p, p->rk, p->rq);
		return code;
	}
	for (size_t i = 0; i < spec->ndistance && code == PAIR_OK; i++, out += FACTS + m) {
		out[Q_FRO] = q_fro;
		out[K_FRO] = k_fro;
		turn(spec->rotary, spec->distance[i], p->rq, m, p->rturn);
		turn(spec->rotary, spec->distance[i], p->s, m, p->sturn);
		code = values(p, spec, p->rturn, p->sturn, out);
		if (code == PAIR_OK && spec->direction) {
			turn(spec->rotary, -spec->distance[i], p->rk, m, p->sturn);    /* R_K R */
			out[DIRECTION] = direction(p, p->sturn, p->rturn);
		}
	}
	return code;
}

void
pair_facts(struct head *h, const double *out)
{
	h->q_fro = out[Q_FRO];
	h->k_fro = out[K_FRO];
	h->tr1 = out[TR1];
	h->tr2 = out[TR2];
	h->copying = out[COPYING];
	h->directionality = out[DIRECTION];
	h->s = out + FACTS;
}
