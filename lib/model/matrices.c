/* matrices.c - W_Q and W_K of each head, or W_V and W_O', or M itself, as rows of a table. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

enum { MATRIX_Q, MATRIX_K, MATRIX_O, MATRIX_V, MATRIX_M, NMATRIX };

static const char *const matrix_names[NMATRIX] = { "q", "k", "o", "v", "m" };

/* Rows in the order they came, of ncol numbers each, and their numbers. */
struct rows {
	double *v;
	size_t *number, n, vcap, cap;
};

struct matrices {
	struct table *t;
	char *file;
	enum metric metric;
	size_t q, k;                            /* which stand for W_Q and W_K: these, or o and v */
	int copying, directionality;
	size_t num_layers;
	double rank_tol;
	size_t layer, head, kv, matrix, row;    /* columns of t; kv may be TABLE_NONE */
	size_t *c, nc;
	int ready;                              /* t stands on a row not taken yet */
	size_t l, h, kv_head;                   /* the present head */
	struct rows of[NMATRIX];
	struct map *seen;
	double *s, *work;
	size_t scap, workcap;
};

static size_t
whole(const struct table *t, size_t col)
{
	double v;

	if (!table_num(t, col, &v) || v < 0 || v > 1e9 || v != floor(v))
		table_die(t, col, "not a whole number from 0: \"%s\"", t->field[col]);
	return (size_t)v;
}

/* Dies of a column called like those of numbers that is none of c1 to cN. */
static void
check_columns(const struct matrices *ms)
{
	const struct table *t = ms->t;
	unsigned char *is = mem_new(t->ncol, 1);

	for (size_t j = 0; j < ms->nc; j++)
		is[ms->c[j]] = 1;
	for (size_t i = 0; i < t->ncol; i++) {
		const char *name = t->name[i];

		if (!is[i] && name[0] == 'c' && name[1] != '\0' && name[1 + strspn(name + 1, "0123456789")] == '\0')
			die("%s: column \"%s\", but those before it end with c%zu: they must be c1, c2 and so on, without a gap",
			    ms->file, name, ms->nc);
	}
	free(is);
}

struct matrices *
matrices_open(struct gz *g, const struct opts *o, const struct source_spec *spec)
{
	struct matrices *ms = mem_new(1, sizeof *ms);
	const struct table *t;
	char name[32];

	ms->file = mem_text(gz_name(g), strlen(gz_name(g)));
	t = ms->t = table_from(g, o);
	ms->metric = spec->metric;
	ms->q = spec->model.circuit == CIRCUIT_OV ? MATRIX_O : MATRIX_Q;
	ms->k = spec->model.circuit == CIRCUIT_OV ? MATRIX_V : MATRIX_K;
	ms->copying = spec->copying;
	ms->directionality = spec->directionality;
	ms->num_layers = spec->num_layers;
	ms->rank_tol = spec->rank_tol;
	if (table_find(t, "matrix") == TABLE_NONE && table_find(t, "head") != TABLE_NONE && table_find(t, "s1") != TABLE_NONE)
		die("%s: a table of heads with their singular values already, as this program writes it", ms->file);
	if (table_find(t, "matrix") == TABLE_NONE)
		die("%s: neither a dump nor a table of matrices: no column \"matrix\"", ms->file);
	ms->layer = table_col(t, "layer");
	ms->head = table_col(t, "head");
	ms->kv = table_find(t, "kv_head");
	ms->matrix = table_col(t, "matrix");
	ms->row = table_col(t, "row");
	ms->c = mem_new(t->ncol, sizeof *ms->c);
	do
		snprintf(name, sizeof name, "c%zu", ms->nc + 1);
	while ((ms->c[ms->nc] = table_find(t, name)) != TABLE_NONE && ++ms->nc < t->ncol);
	if (ms->nc == 0)
		table_col(t, "c1");
	check_columns(ms);
	ms->seen = map_new();
	ms->ready = table_next(ms->t);
	return ms;
}

static void
take_row(struct matrices *ms)
{
	const struct table *t = ms->t;
	struct rows *r = ms->of;
	size_t number = whole(t, ms->row), k = 0;

	while (k < NMATRIX && strcmp(t->field[ms->matrix], matrix_names[k]) != 0)
		k++;
	if (k == NMATRIX)
		table_die(t, ms->matrix, "none of q, k, v, o, m: \"%s\"", t->field[ms->matrix]);
	if (k != ms->q && k != ms->k && k != MATRIX_M)
		return;
	r += k;
	r->v = mem_grow(r->v, &r->vcap, mem_times(r->n + 1, ms->nc), sizeof *r->v);
	r->number = mem_grow(r->number, &r->cap, r->n + 1, sizeof *r->number);
	r->number[r->n] = number;
	for (size_t j = 0; j < ms->nc; j++)
		if (!table_num(t, ms->c[j], &r->v[r->n * ms->nc + j]))
			table_die(t, ms->c[j], "a matrix has no missing values");
	r->n++;
}

/* Takes the rows of one head; they are together. */
static void
take_head(struct matrices *ms)
{
	char key[64];
	size_t n = map_count(ms->seen);

	ms->l = whole(ms->t, ms->layer);
	ms->h = whole(ms->t, ms->head);
	ms->kv_head = (size_t)-1;
	if (ms->kv != TABLE_NONE && *ms->t->field[ms->kv] != '\0')
		ms->kv_head = whole(ms->t, ms->kv);
	if (ms->num_layers > 0 && ms->l >= ms->num_layers)
		table_die(ms->t, ms->layer, "layer %zu of a model of %zu (--num-layers)", ms->l, ms->num_layers);
	if (map_add(ms->seen, key, (size_t)sprintf(key, "%zu,%zu", ms->l, ms->h)) < n)
		table_die(ms->t, ms->head, "layer %zu, head %zu was there already: the rows of a head must be together",
		    ms->l, ms->h);
	for (size_t k = 0; k < NMATRIX; k++)
		ms->of[k].n = 0;
	do
		take_row(ms);
	while ((ms->ready = table_next(ms->t)) && whole(ms->t, ms->layer) == ms->l && whole(ms->t, ms->head) == ms->h);
}

/* Brings the rows into the order of their numbers, which must be 0, 1, ... */
static void
sort_rows(struct matrices *ms, size_t k)
{
	struct rows *r = &ms->of[k];

	for (size_t i = 0; i < r->n; i++)
		while (r->number[i] != i) {
			size_t to = r->number[i];

			if (to >= r->n || r->number[to] == to)
				die("%s: layer %zu, head %zu: rows of %s are not 0 to %zu, each once", ms->file, ms->l,
				    ms->h, matrix_names[k], r->n - 1);
			r->number[i] = r->number[to];
			r->number[to] = to;
			for (size_t j = 0; j < ms->nc; j++) {
				double x = r->v[i * ms->nc + j];

				r->v[i * ms->nc + j] = r->v[to * ms->nc + j];
				r->v[to * ms->nc + j] = x;
			}
		}
}

/* Takes away singular values that are no more than rounding errors of M can be; below
 * 0, tol is the threshold of numpy's matrix_rank for what is known in doubles, eps
 * max(m, n).  The first stays. */
static void
cut(double *s, ptrdiff_t n, ptrdiff_t most, double tol)
{
	for (ptrdiff_t k = 1; k < n && tol != 0; k++)
		if (s[k] <= (tol < 0 ? DBL_EPSILON * (double)most : tol) * s[0])
			s[k] = NAN;
}

/* Of M, m by n, rows of keys and columns of queries.  work: m + n and the longer of both. */
static double
direction(const double *v, ptrdiff_t m, ptrdiff_t n, double *work)
{
	double *key = work, *query = key + m, *x = query + n;

	for (ptrdiff_t i = 0; i < m; i++)
		key[i] = tri_norm(v + i*n, n);
	for (ptrdiff_t j = 0; j < n; j++) {
		for (ptrdiff_t i = 0; i < m; i++)
			x[i] = v[i*n + j];
		query[j] = tri_norm(x, m);
	}
	return prod_direction(query, n, key, m, x);
}

/* The singular values of M, m by n, and its traces and eigenvalues if it is square.  Returns 0; 1 if a
 * number is too large; 2 if they do not converge. */
static int
given(struct matrices *ms, struct head *h)
{
	ptrdiff_t m = (ptrdiff_t)ms->of[MATRIX_M].n, n = (ptrdiff_t)ms->nc, tall = m < n ? n : m, wide = m < n ? m : n;
	const double *v = ms->of[MATRIX_M].v;
	double *a, tr[2] = { 0, 0 };
	size_t room, more;

	mem_fits((size_t)tall, (size_t)wide);
	room = (size_t)(m*n + 2*(m + n)) + svd_work(tall, wide);
	more = m == n && ms->copying ? pair_copying_work(n) : 0;
	ms->work = mem_grow(ms->work, &ms->workcap, room > more ? room : more, sizeof *ms->work);
	a = ms->work;
	for (ptrdiff_t i = 0; i < m && m == n; i++) {
		tr[0] += v[i*n + i];
		for (ptrdiff_t j = 0; j < n; j++)
			tr[1] += v[i*n + j] * v[j*n + i];
	}
	*h = (struct head){ .metric = METRIC_GIVEN, .d_model = n, .d_head = -1, .q_fro = NAN, .k_fro = NAN,
		.tr1 = m == n ? tr[0] : NAN, .tr2 = m == n ? tr[1] : NAN, .copying = NAN, .ns = wide,
		.directionality = ms->directionality ? direction(v, m, n, ms->work) : NAN };
	if (more > 0 && pair_copying(v, n, &h->copying, ms->work) != 0)
		return 2;
	for (ptrdiff_t i = 0; i < m; i++)
		for (ptrdiff_t j = 0; j < n; j++)
			a[m < n ? j + i*tall : i + j*tall] = v[i*n + j];
	ms->s = mem_grow(ms->s, &ms->scap, (size_t)wide, sizeof *ms->s);
	if (svd_values(tall, wide, a, tall, 0, ms->s, a + m*n) != 0)
		return 2;
	cut(ms->s, wide, tall, ms->rank_tol);
	h->s = ms->s;
	return isinf(ms->s[0]);
}

/* The same of W_K' W_Q or of W_K W_Q', or of the two that stand for them. */
static int
product(struct matrices *ms, struct head *h)
{
	ptrdiff_t m = (ptrdiff_t)ms->of[ms->q].n, n = (ptrdiff_t)ms->nc;
	struct prod_mat w = { ms->of[ms->q].v, NUM_DOUBLE, m, n, 8*n, 8, NULL, 0 };
	struct pair p = { .q = w, .k = w };
	enum pair_code code;

	pair_fits(ms->file, m, n);
	p.k.data = ms->of[ms->k].v;
	ms->s = mem_grow(ms->s, &ms->scap, (size_t)(FACTS + m), sizeof *ms->s);
	ms->work = mem_grow(ms->work, &ms->workcap, pair_space(m, n), sizeof *ms->work);
	pair_place(&p, m, ms->work);
	if ((code = pair_key(&p, ms->s + K_FRO)) == PAIR_OK)
		code = pair_query(&p, &(struct pair_spec){ .metric = ms->metric, .copying = ms->copying, .direction = ms->directionality }, ms->s);
	*h = (struct head){ .metric = ms->metric, .d_model = n, .d_head = m, .ns = m < n ? m : n };
	pair_facts(h, ms->s);
	return code == PAIR_OK ? 0 : code == PAIR_NOT_CONVERGED ? 2 : 1;
}

int
matrices_next(struct matrices *ms, struct head *h)
{
	const struct rows *q = &ms->of[ms->q], *k = &ms->of[ms->k];
	const char *a = matrix_names[ms->q], *b = matrix_names[ms->k];
	int code, is_given;

	if (!ms->ready)
		return 0;
	take_head(ms);
	for (size_t i = 0; i < NMATRIX; i++)
		sort_rows(ms, i);
	is_given = ms->of[MATRIX_M].n > 0;
	if (is_given ? q->n + k->n > 0 : q->n == 0 || k->n == 0)
		die("%s: layer %zu, head %zu: neither %s and %s nor m alone", ms->file, ms->l, ms->h, a, b);
	if (q->n != k->n)
		die("%s: layer %zu, head %zu: %zu rows of %s, %zu of %s", ms->file, ms->l, ms->h, q->n, a, k->n, b);
	code = is_given ? given(ms, h) : product(ms, h);
	if (code == 1)
		die("%s: layer %zu, head %zu: too large: a product overflows", ms->file, ms->l, ms->h);
	if (code != 0)
		die("%s: layer %zu, head %zu: its values did not converge", ms->file, ms->l, ms->h);
	h->num_layers = ms->num_layers;
	h->layer = ms->l;
	h->head = ms->h;
	h->kv_head = ms->kv_head;
	h->scale = 1;
	h->last = !ms->ready || whole(ms->t, ms->layer) != ms->l;
	return 1;
}

void
matrices_follow(struct matrices *ms, struct out *o)
{
	table_follow(ms->t, o);
}

void
matrices_close(struct matrices *ms)
{
	for (size_t k = 0; k < NMATRIX; k++) {
		free(ms->of[k].v);
		free(ms->of[k].number);
	}
	map_free(ms->seen);
	table_close(ms->t);
	free(ms->file);
	free(ms->c);
	free(ms->s);
	free(ms->work);
	free(ms);
}
