/* real_attend.h - attention for real.c: QC queries at a time against all keys that one of them
 * sees; softmax and its statistics row by row. */
#ifndef REAL_ATTEND_H
#define REAL_ATTEND_H

#include "real_mul.h"

enum { QC = 24, STRIP = 4 };    /* queries, a multiple of MR; panels of keys at a time */

/* Work: panels of K, of V, of the queries and their e^(l - max); tiles; rows of z or e and one of
 * l - max, ld numbers, 16 behind the last key among them; special as numbers. */
struct room {
	ptrdiff_t ld;
	REAL *k, *v, *q, *e, *c, *z, *t, *special;
};

/* One row of logits and what is made of it. */
struct row {
	ptrdiff_t i, from, n;           /* query; first key, keys */
	REAL *z, *t;                    /* of the first key on */
	double sink, most, sum, top;    /* max l; sum of e^(l - most); e^(max l of a key - most) */
};

static size_t
rooms(ptrdiff_t n, ptrdiff_t d, ptrdiff_t dv, struct room *r, REAL *p)
{
	ptrdiff_t kn = panels(n, NR)*NR, vn = panels(dv, NR)*NR, size[8];
	REAL **part[8] = { &r->k, &r->v, &r->q, &r->e, &r->c, &r->z, &r->t, &r->special };
	size_t sum = 0;

	r->ld = kn + LANES;
	size[0] = kn*d;
	size[1] = vn*n;
	size[2] = QC*d;
	size[3] = QC*n;
	size[4] = QC*(vn > STRIP*NR ? vn : STRIP*NR);
	size[5] = QC*r->ld;
	size[6] = size[7] = r->ld;
	for (int i = 0; i < 8; i++) {
		if (p)
			*part[i] = p + sum;
		sum += (size_t)panels(size[i], LINE)*LINE;
	}
	return sum;
}

static size_t
attend_work(ptrdiff_t n, ptrdiff_t d, ptrdiff_t dv)
{
	struct room r;

	return rooms(n, d, dv, &r, NULL) * sizeof(REAL) + LINE;
}

/* Panels of V, whose columns are the rows of B. */
static void
lay_columns(const struct attend *a, REAL *b)
{
	ptrdiff_t i, j, c, n;
	const REAL *v;

	for (c = 0; c < a->dv; c += NR, b += a->n*NR) {
		n = least(a->dv - c, NR);
		for (i = 0; i < a->n; i++) {
			v = (const REAL *)a->v + i*a->ldv + c;
			for (j = 0; j < n; j++)
				b[i*NR + j] = v[j];
			for (; j < NR; j++)
				b[i*NR + j] = 0;
		}
	}
}

/* z of m queries and the keys from ... to, which are whole panels. */
static void
logits(const struct attend *a, const struct room *r, ptrdiff_t m, ptrdiff_t from, ptrdiff_t to)
{
	const vec scale = splat((REAL)a->scale), cap = splat((REAL)a->softcap);
	ptrdiff_t j, nb, p, i;
	REAL *c, *z;
	vec x;

	for (j = from; j < to; j += STRIP*NR) {
		nb = least(to - j, STRIP*NR)/NR;
		tiles(m, nb, a->d, r->q, MR*a->d, r->k + j*a->d, NR*a->d, 1, r->c);
		for (i = 0; i < m; i++)
			for (p = 0; p < nb*NR; p += W) {
				c = r->c + (i/MR*nb + p/NR)*MR*NR + i%MR*NR + p%NR;
				z = r->z + i*r->ld + j + p;
				x = get(c)*scale;
				put(z, a->softcap > 0 ? cap*vtanh(x/cap) : x);
			}
	}
}

/* The sum of x_i - c, or of its square, i < n.  Number i goes to partial sum i mod LANES. */
INLINE double
sum_of(int square, ptrdiff_t n, const REAL *x, double c)
{
	wide s[LANES/DW] = { { 0 } }, y;
	double t[LANES], d;
	ptrdiff_t i;
	int u;

	for (i = 0; i + LANES <= n; i += LANES)
		for (u = 0; u < LANES/DW; u++) {
			y = widen(x + i + u*DW) - c;
			s[u] += square ? y*y : y;
		}
	memcpy(t, s, sizeof(t));
	for (u = 0; i < n; i++, u++) {
		d = (double)x[i] - c;
		t[u] += square ? d*d : d;
	}
	return fold(t);
}

static double
sum_from(ptrdiff_t n, const REAL *x, double c)
{
	return sum_of(0, n, x, c);
}

static double
squares_from(ptrdiff_t n, const REAL *x, double c)
{
	return sum_of(1, n, x, c);
}

/* 0 is not -0. */
static REAL
greatest(ptrdiff_t n, const REAL *x)
{
	vec m = splat(x[0]), y;
	REAL most = x[0];
	ptrdiff_t i;

	for (i = 0; i + W <= n; i += W) {
		y = get(x + i);
		m = blend(y > m, m, y);
	}
	for (int u = 0; u < W; u++)
		most = m[u] > most ? m[u] : most;
	for (; i < n; i++)
		most = x[i] > most ? x[i] : most;
	return most + 0;
}

/* z to e^(l - max l), l - max l to t; zeros behind the last key. */
static void
exponents(const struct attend *a, struct row *r, REAL z_max)
{
	const REAL *bias = a->bias;
	REAL most = z_max;
	ptrdiff_t j;
	vec x;

	if (bias) {
		bias += a->by_key ? r->from : r->from - r->i + a->n - 1;
		for (j = 0; j < r->n; j++)
			r->z[j] += bias[j];
		most = greatest(r->n, r->z);
	}
	r->most = (double)most;
	if (a->sink && *a->sink > r->most) {
		most = (REAL)*a->sink;
		r->top = num_exp(r->most - (double)most);
		r->most = (double)most;
	} else {
		r->top = 1;
	}
	for (j = 0; j < r->n; j += W) {
		x = get(r->z + j) - splat(most);
		put(r->t + j, x);
		put(r->z + j, vexp(x));
	}
	memset(r->t + r->n, 0, LANES * sizeof(REAL));
	memset(r->z + r->n, 0, LANES * sizeof(REAL));
	r->sum = sum_from(r->n, r->z, 0) + (a->sink ? num_exp(*a->sink - r->most) : 0);
}

/* Of e = e^(l - most): entropy, relative, max, first, special, distance. */
static void
shape_of(const struct row *r, const REAL *special, double *out)
{
	wide keys[LANES/DW] = { { 0 } }, et[LANES/DW] = { { 0 } }, es[LANES/DW] = { { 0 } }, ed[LANES/DW] = { { 0 } }, e, far;
	typedef int64_t wbits __attribute__((vector_size(BYTES)));
	double from = (double)(r->from - r->i), p;
	ptrdiff_t j;
	int u, w;

	for (j = 0; j < r->n; j += LANES)
		for (u = 0; u < LANES/DW; u++) {
			e = widen(r->z + j + u*DW);
			for (w = 0; w < DW; w++)
				far[w] = (double)(u*DW + w);
			far = (wide)((wbits)(far + ((double)j + from)) & INT64_MAX);
			keys[u] += e;
			et[u] += e*widen(r->t + j + u*DW);
			ed[u] += e*far;
			if (special)
				es[u] += e*widen(special + r->from + j + u*DW);
		}
	p = fold_wide(keys)/r->sum;
	out[0] = p*num_log(r->sum) - fold_wide(et)/r->sum;
	out[0] = out[0] > 0 ? out[0] : 0;
	out[1] = out[0]/num_log((double)r->n);
	out[2] = r->top/r->sum;
	out[3] = r->from == 0 ? (double)r->z[0]/r->sum : 0;
	out[4] = fold_wide(es)/r->sum;
	out[5] = fold_wide(ed)/r->sum;
}

/* n more numbers of this mean and sum of squared deviations.  Chan, Golub & LeVeque, American
 * Statistician 37 (1983) 242-247. */
static void
more(struct attend *a, double n, double mean, double m2)
{
	double all = a->z_n + n, d = mean - a->z_mean;

	a->z_mean += d*(n/all);
	a->z_m2 += m2 + d*d*(a->z_n*(n/all));
	a->z_n = all;
}

/* A query: its row of z becomes e, and what is asked of it goes to the sums. */
static void
query(struct attend *a, struct row *r, const REAL *special)
{
	double q[ATTEND_QUERY] = { 0 }, m2 = 0, n = (double)r->n;
	REAL most = greatest(r->n, r->z);
	int count = a->counted[r->i] && r->n > 1;

	if (count) {
		q[7] = (double)r->z[0] + sum_from(r->n, r->z, (double)r->z[0])/n;
		m2 = squares_from(r->n, r->z, q[7]);
		q[6] = sqrt(m2/n);
		q[8] = (double)most;
		q[9] = n;
	}
	exponents(a, r, most);
	if (count) {
		shape_of(r, special, q);
		a->n_queries++;
		a->entropy += q[0];
		a->relative += q[1];
		a->max_prob += q[2];
		a->first_prob += q[3];
		a->special_prob += q[4];
		a->distance += q[5];
		a->row_std += q[6];
		more(a, n, q[7], m2);
		a->z_max = q[8] > a->z_max ? q[8] : a->z_max;
	}
	if (a->query)
		memcpy(a->query + r->i*ATTEND_QUERY, q, sizeof(q));
}

/* y of queries i to i + m from the e of the keys from ... to, sums to what their e come to. */
static void
values(const struct attend *a, const struct room *r, ptrdiff_t i, ptrdiff_t m, ptrdiff_t from, ptrdiff_t to,
    const double *sums)
{
	ptrdiff_t vn = panels(a->dv, NR), n = to - from, l, t, c;
	const REAL *x;
	REAL *y;

	for (t = 0; t < m; t += MR)
		lay(m - t, MR, n, r->z + t*r->ld + from, r->ld, r->e + t*n);
	for (l = 0; l < n; l += KC)
		tiles(m, vn, least(n - l, KC), r->e + l*MR, MR*n, r->v + (from + l)*NR, a->n*NR, l == 0, r->c);
	for (t = 0; t < m; t++) {
		y = (REAL *)a->y + (i + t)*a->ldy;
		for (c = 0; c < a->dv; c++) {
			x = r->c + (t/MR*vn + c/NR)*MR*NR + t%MR*NR + c%NR;
			y[c] = (REAL)((double)*x / sums[t]);
		}
	}
}

/* Queries i to i + m. */
static void
queries(struct attend *a, const struct room *r, ptrdiff_t i, ptrdiff_t m)
{
	ptrdiff_t from = a->from[i], to = a->to[i], t;
	struct row row = { .t = r->t };
	double sums[QC];

	for (t = 0; t < m; t += MR)
		lay(m - t, MR, a->d, (const REAL *)a->q + (i + t)*a->ldq, a->ldq, r->q + t*a->d);
	for (t = i + 1; t < i + m; t++) {
		from = least(from, a->from[t]);
		to = -least(-to, -a->to[t]);
	}
	logits(a, r, m, from/NR*NR, panels(to, NR)*NR);
	for (t = 0; t < m; t++) {
		row.i = i + t;
		row.from = a->from[i + t];
		row.n = a->to[i + t] - row.from;
		row.z = r->z + t*r->ld + row.from;
		query(a, &row, a->special ? r->special : NULL);
		memset(r->z + t*r->ld + from, 0, (size_t)(row.from - from) * sizeof(REAL));
		memset(row.z + row.n, 0, (size_t)(to - row.from - row.n) * sizeof(REAL));
		sums[t] = row.sum;
	}
	if (a->y)
		values(a, r, i, m, from, to, sums);
}

static void
attend(struct attend *a, void *work)
{
	struct room r;
	ptrdiff_t i;

	rooms(a->n, a->d, a->dv, &r, aligned(work));
	a->n_queries = a->entropy = a->relative = a->max_prob = a->first_prob = a->special_prob = 0;
	a->distance = a->row_std = a->z_n = a->z_mean = a->z_m2 = 0;
	a->z_max = -INFINITY;
	for (i = 0; i < a->n; i += NR)
		lay(a->n - i, NR, a->d, (const REAL *)a->k + i*a->ldk, a->ldk, r.k + i*a->d);
	for (i = 0; i < r.ld; i++)
		r.special[i] = a->special && i < a->n && a->special[i] ? (REAL)1 : (REAL)0;
	if (a->y)
		lay_columns(a, r.v);
	for (i = 0; i < a->n; i += QC)
		queries(a, &r, i, least(a->n - i, QC));
}

#endif
