/* lm_absorb.c - keys of a formula whose effects are taken out of the model.
 *
 * The rows of a model that have the same texts in all of these keys, and in those of their
 * cluster and fold, are a cell.  Of each its mean is kept, and what that leaves of the rows
 * joins the triangular factors (means.c), which thus have no column for a key however many
 * there are.  Nothing is lost: when all rows were added the means of the cells give either the
 * columns, if they are few, or the rows about the means of one key, which is the fit beside a
 * term for each of its levels (Frisch & Waugh, Econometrica 1 (1933) 387-401; Lovell, JASA
 * 58 (1963) 993-1010).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formula.h"
#include "lm.h"

void
lm_absorb_init(struct lm *m, const struct lm_spec *s)
{
	size_t n = m->terms.nkey;

	if (n == 0)
		return;
	m->nkey[LM_CELL] = n + s->nkey[LM_BY_CLUSTER] + s->nkey[LM_BY_FOLD];
	m->key[LM_CELL] = mem_new(m->nkey[LM_CELL], sizeof *m->key[LM_CELL]);
	m->celltext = mem_new(m->nkey[LM_CELL], sizeof *m->celltext);
	for (size_t i = 0; i < m->nkey[LM_CELL]; i++) {
		size_t l = i - n, nc = s->nkey[LM_BY_CLUSTER];
		const char *name = i < n ? s->formula->text[m->terms.key[i]] :
		    l < nc ? s->key[LM_BY_CLUSTER][l] : s->key[LM_BY_FOLD][l - nc];

		m->key[LM_CELL][i] = mem_text(name, strlen(name));
	}
}

/* Room for a row of all columns. */
static void
make_room(struct lm *m)
{
	ptrdiff_t p = (ptrdiff_t)m->terms.p;

	if (m->mean.p == p)
		return;
	m->mean.p = p;
	m->mean.x = mem_resize(m->mean.x, (size_t)(4*p), sizeof *m->mean.x);
	m->left = mem_resize(m->left, (size_t)(2*p), sizeof *m->left);
}

/* The part of a cell's key that is that of its cluster or fold. */
static const char *
part(const struct lm *m, int by, const char *key, size_t *len)
{
	size_t skip = m->terms.nkey + (by == LM_BY_FOLD ? m->nkey[LM_BY_CLUSTER] : 0);
	const char *end;

	for (; skip > 0; skip--)
		key += strlen(key) + 1;
	end = key;
	for (size_t i = 0; i < m->nkey[by]; i++)
		end += strlen(end) + 1;
	*len = (size_t)(end - key);
	return key;
}

/* The row in m->left joins the factors of those who have the cell. */
static void
stack(struct lm *m, struct model *model, const char *key, int model_too)
{
	ptrdiff_t p = (ptrdiff_t)m->terms.p;
	size_t len;

	if (model_too)
		tri_add(&model->tri, m->left, m->left + p, 1);
	for (int by = 0; by < LM_KEYS; by++)
		if (m->nkey[by] > 0) {
			const char *text = part(m, by, key, &len);

			spare_size(&m->spare, p);
			clusters_add(model->by[by], text, len, m->left, m->left + p, 1, &m->spare);
		}
}

static void
add_logw(struct tri *t, double w)
{
	struct dd s = dd_add((struct dd){ t->logw, t->logw_lo }, (struct dd){ num_log(w), 0 });

	t->logw = s.hi;
	t->logw_lo = s.lo;
}

void
lm_absorb_add(struct lm *m, struct model *model, const struct obs *o)
{
	size_t n = m->terms.nkey, size = m->terms.p * sizeof(double), len;
	ptrdiff_t p = (ptrdiff_t)m->terms.p;

	for (size_t i = 0; i < m->nkey[LM_CELL]; i++)
		m->celltext[i] = o->text[i < n ? m->terms.key[i] : i - n + m->terms.ntext];
	len = texts_join(m->celltext, m->nkey[LM_CELL], &m->cell, &m->cell_cap);
	make_room(m);
	m->mean.n = 1;
	m->mean.w = o->weight;
	m->mean.wlo = 0;
	memcpy(m->mean.x, m->terms.v, size);
	memcpy(m->mean.x + p, m->terms.vlo, size);
	memcpy(m->mean.x + 2*p, m->terms.v, size);
	memcpy(m->mean.x + 3*p, m->terms.v, size);
	lm_widen(m, model);
	if (o->weight != 1)
		add_logw(&model->tri, o->weight);
	if (means_join(model->cells, m->cell, len, &m->mean, m->left))
		stack(m, model, m->cell, m->nkey[LM_BY_CLUSTER] + m->nkey[LM_BY_FOLD] == 0);
}

/* ---- all rows were added ----------------------------------------------------------------------- */

void
lm_absorb_meet(struct lm *m)
{
	size_t len;

	for (size_t k = 0; k < m->ngroup && m->terms.nkey > 0; k++)
		for (size_t j = 0; j < m->ny; j++) {
			const struct means *c = m->sums[k].model[j].cells;

			for (size_t i = 0; i < c->n; i++) {
				const char *key = map_key(c->keys, i, &len);

				for (size_t l = 0; l < m->terms.nkey; l++, key += strlen(key) + 1)
					product_met(&m->terms, m->terms.key[l], key);
			}
		}
}

/* Cell i of the model, with the columns that its keys have got; its key. */
static const struct mean *
cell_of(struct lm *m, const struct model *model, size_t i, const char **key)
{
	struct terms *t = &m->terms;
	size_t len;
	const struct mean *c = means_get(model->cells, i, key, &len);
	ptrdiff_t p = (ptrdiff_t)t->p;

	if (c->p == p)
		return c;
	make_room(m);
	m->mean.n = c->n;
	m->mean.w = c->w;
	m->mean.wlo = c->wlo;
	memset(m->mean.x, 0, (size_t)(4*p) * sizeof *m->mean.x);
	for (ptrdiff_t l = 0; l < 4; l++)
		memcpy(m->mean.x + l*p, c->x + l*c->p, (size_t)c->p * sizeof *c->x);
	for (size_t v = 0; v < t->nabsorbed; v++)
		if (v != t->exact) {
			double *x = m->mean.x + t->var[v].at[product_key_level(t, v, *key)];

			x[0] = x[2*p] = x[3*p] = 1;
		}
	return &m->mean;
}

void
lm_absorb_uncount(struct lm *m, struct model *model)
{
	spare_size(&m->spare, model->tri.p);
	tri_flush(&model->tri);
	model->tri.n = tri_used(&model->tri);
	for (int by = 0; by < LM_KEYS; by++)
		if (m->nkey[by] > 0)
			clusters_used(model->by[by], &m->spare);
}

void
lm_absorb_count(struct lm *m, struct model *model)
{
	struct tri *t = &model->tri;
	const char *key;
	size_t len;

	spare_size(&m->spare, t->p);
	for (int by = 0; by < LM_KEYS; by++)
		if (m->nkey[by] > 0)
			clusters_uncount(model->by[by], &m->spare);
	tri_flush(t);
	t->n = 0;
	for (ptrdiff_t j = 0; j < t->p; j++) {
		t->min[j] = INFINITY;
		t->max[j] = -INFINITY;
	}
	for (size_t i = 0; i < model->cells->n; i++) {
		const struct mean *c = cell_of(m, model, i, &key);

		t->n += c->n;
		for (ptrdiff_t j = 0; j < t->p; j++) {
			t->min[j] = c->x[2*t->p + j] < t->min[j] ? c->x[2*t->p + j] : t->min[j];
			t->max[j] = c->x[3*t->p + j] > t->max[j] ? c->x[3*t->p + j] : t->max[j];
		}
		for (int by = 0; by < LM_KEYS; by++)
			if (m->nkey[by] > 0) {
				const char *text = part(m, by, key, &len);

				clusters_count(model->by[by], text, len, c, &m->spare);
			}
	}
	for (int by = 0; by < LM_KEYS; by++)
		if (m->nkey[by] > 0)
			clusters_end(model->by[by], NULL, &m->spare, NULL);
}

void
lm_absorb_join(struct lm *m, struct model *model, const char *key, size_t len, const struct mean *c)
{
	make_room(m);
	if (means_join(model->cells, key, len, c, m->left))
		stack(m, model, key, 1);
}

void
lm_absorb_merge(struct lm *m, struct model *model, const struct model *other)
{
	const char *key;
	size_t len;

	for (size_t i = 0; i < other->cells->n; i++) {
		const struct mean *c = means_get(other->cells, i, &key, &len);

		lm_absorb_join(m, model, key, len, c);
	}
}

/* ---- columns, or means taken out --------------------------------------------------------------- */

/* Which cluster each level of absorbed predictor v lies in; TABLE_NONE if in several, and then
 * *bad is the first such.  The caller frees it. */
static size_t *
clusters_of(struct lm *m, const struct model *model, size_t v, size_t *bad)
{
	size_t n = map_count(m->terms.var[v].levels), *of = mem_new(n, sizeof *of), len;
	char *seen = mem_new(n, 1);
	const char *key;

	*bad = TABLE_NONE;
	for (size_t i = 0; i < model->cells->n; i++) {
		const char *text = (means_get(model->cells, i, &key, &len), part(m, LM_BY_CLUSTER, key, &len));
		size_t k = product_key_level(&m->terms, v, key), c = map_find(model->by[LM_BY_CLUSTER]->keys, text, len);

		if (seen[k] && of[k] != c && *bad == TABLE_NONE)
			*bad = k;
		of[k] = c;
		seen[k] = 1;
	}
	free(seen);
	return of;
}

/* Which of the absorbed predictors have each level in one cluster. */
static void
find_nested(struct lm *m, struct model *model)
{
	struct terms *t = &m->terms;
	size_t bad;

	model->nested = mem_new(t->nabsorbed, 1);
	for (size_t v = 0; v < t->nabsorbed && m->nkey[LM_BY_CLUSTER] > 0; v++) {
		free(clusters_of(m, model, v, &bad));
		model->nested[v] = (char)(bad == TABLE_NONE);
		if (bad != TABLE_NONE && v == t->exact) {
			char *name = product_level_name(t, v, bad);

			die("--cluster: %s has rows in several clusters; more than %d levels are absorbed only if each lies in one",
			    name, LM_MAX_LEVELS);
		}
	}
}

/* All keys have columns: the cells' means are the rows that the factors lack. */
static void
spread(struct lm *m, struct model *model)
{
	const char *key;

	for (size_t i = 0; i < model->cells->n; i++) {
		const struct mean *c = cell_of(m, model, i, &key);

		make_room(m);
		mean_row(c, m->left);
		stack(m, model, key, 1);
	}
}

/* The rows as they are: those about the means, and the means. */
static void
add_up(struct model *model, double *row)
{
	struct tri *t = &model->total;
	ptrdiff_t p = model->tri.p;

	model->total_mem = mem_new(tri_size(p), sizeof *model->total_mem);
	tri_init(t, p, model->total_mem);
	tri_merge(t, &model->tri);
	for (size_t i = 0; i < model->levels->n; i++) {
		mean_row(&model->levels->of[i], row);
		tri_add(t, row, row + p, 1);
	}
	tri_flush(t);
	memcpy(t->min, model->tri.min, (size_t)p * sizeof *t->min);
	memcpy(t->max, model->tri.max, (size_t)p * sizeof *t->max);
}

/* Cells that differ in other keys alone join the mean of their level of the exact one. */
static void
take_out(struct lm *m, struct model *model)
{
	const char *key;

	model->levels = means_new();
	for (size_t i = 0; i < model->cells->n; i++) {
		const struct mean *c = cell_of(m, model, i, &key);
		size_t k = product_key_level(&m->terms, m->terms.exact, key);

		make_room(m);
		if (means_join(model->levels, (const char *)&k, sizeof k, c, m->left))
			stack(m, model, key, 1);
	}
}

static void
solve_cells(struct lm *m, struct model *model)
{
	int exact = m->terms.exact != TABLE_NONE;

	lm_widen(m, model);
	lm_absorb_uncount(m, model);
	find_nested(m, model);
	(exact ? take_out : spread)(m, model);
	lm_absorb_count(m, model);
	if (exact)
		add_up(model, m->left);
	means_free(model->cells);
	model->cells = NULL;
}

/* The predictor to be taken out exactly: that of most levels, if they are too many for
 * columns. */
static size_t
choose(struct terms *t)
{
	size_t most = 0;

	for (size_t v = 1; v < t->nabsorbed; v++)
		if (map_count(t->var[v].levels) > map_count(t->var[most].levels))
			most = v;
	if (map_count(t->var[most].levels) <= LM_MAX_LEVELS)
		return TABLE_NONE;
	for (size_t v = 0; v < t->nabsorbed; v++)
		if (v != most && map_count(t->var[v].levels) > LM_MAX_LEVELS)
			die("-f: two of the keys to be absorbed have more than %d levels: one of them can", LM_MAX_LEVELS);
	return most;
}

void
lm_absorb_solve(struct lm *m)
{
	struct terms *t = &m->terms;
	const char *key;
	size_t len;

	if (t->nkey == 0)
		return;
	for (size_t j = 0; j < m->ny; j++)
		for (size_t i = 0; i < m->sums[0].model[j].cells->n; i++) {
			means_get(m->sums[0].model[j].cells, i, &key, &len);
			for (size_t v = 0; v < t->nabsorbed; v++)
				product_key_level(t, v, key);
		}
	t->exact = choose(t);
	if (t->exact != TABLE_NONE && ((m->nkey[LM_BY_FOLD] > 0 && !(m->view.usual & LM_USUAL_FOLDS)) || m->view.min_norm))
		die("%s: more than %d levels are absorbed, with which it does not go", m->view.min_norm ? "--min-norm" :
		    "--cross", LM_MAX_LEVELS);
	for (size_t v = 0; v < t->nabsorbed; v++)
		if (v != t->exact)
			product_spread(t, v);
	for (size_t k = 0; k < m->ngroup; k++)
		for (size_t j = 0; j < m->ny; j++)
			solve_cells(m, &m->sums[k].model[j]);
}

int
lm_absorb_fit(const struct lm *m, const struct model *model, const ptrdiff_t *col, ptrdiff_t n, struct ls *f, double *work)
{
	return ls_fit_within(&model->tri, &model->total, (double)model->levels->n, col, n, m->terms.intercept, f, work);
}

/* x less the mean. */
static void
less(double *x, double *xlo, struct dd mean)
{
	struct dd y = dd_add((struct dd){ *x, *xlo }, (struct dd){ -mean.hi, -mean.lo });

	*x = y.hi;
	*xlo = y.lo;
}

struct dd
lm_absorb_row(struct lm *m, const struct model *model, double w, struct dd *y)
{
	size_t k = m->terms.var[m->terms.exact].now;
	const struct mean *c = &model->levels->of[map_find(model->levels->keys, (const char *)&k, sizeof k)];

	for (ptrdiff_t i = 0; i <= model->ls.k; i++) {
		ptrdiff_t j = model->col[i];

		less(i < model->ls.k ? &m->x[i] : &y->hi, i < model->ls.k ? &m->xlo[i] : &y->lo,
		    (struct dd){ c->x[j], c->x[c->p + j] });
	}
	return dd_div((struct dd){ w, 0 }, (struct dd){ c->w, c->wlo });
}

double
lm_absorb_counted(const struct lm *m, const struct model *model)
{
	const struct terms *t = &m->terms;
	double n = 0;
	int some = 0;

	for (size_t v = 0; v < t->nabsorbed; v++)
		some |= model->nested[v];
	for (ptrdiff_t i = 0; i < model->ls.k; i++) {
		ptrdiff_t c = model->col[i];
		size_t v = t->col[c].var;
		int ones = t->intercept && c == 0;

		if (!model->ls.aliased[i] && !(ones ? some : t->nabsorbed > 0 && t->var[v].term < t->nabsorbed && model->nested[v]))
			n++;
	}
	return n;
}
