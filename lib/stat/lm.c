/* lm.c - linear models, one for each group and response: rows to triangular
 * factors, these pooled and solved. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

/* Copies of n texts. */
static char **
names(const char *const *name, size_t n)
{
	char **copy = mem_new(n, sizeof *copy);

	for (size_t i = 0; i < n; i++)
		copy[i] = mem_text(name[i], strlen(name[i]));
	return copy;
}

static void
free_names(char **name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(name[i]);
	free(name);
}

struct lm *
lm_new(const struct lm_spec *s, const struct lm_view *v, struct group *g)
{
	struct lm *m = mem_new(1, sizeof *m);

	if (v->pool != NULL)
		meta_check(g, v->pool);
	m->view = *v;
	m->group = g;
	terms_init(&m->terms, s);
	m->ny = s->ny;
	m->yname = names(s->y, s->ny);
	if (s->weight != NULL)
		m->weight = mem_text(s->weight, strlen(s->weight));
	for (int by = 0; by < LM_KEYS; by++)
		m->key[by] = names(s->key[by], m->nkey[by] = s->nkey[by]);
	lm_absorb_init(m, s);
	if (m->nkey[LM_BY_CLUSTER] > 0)
		m->view.errors = LM_CLUSTER;
	m->notes = notes_new();
	return m;
}

const double *
lm_responses(const struct lm *m, const struct obs *o)
{
	return o->num + m->terms.nnum;
}

int
lm_usable(const struct lm *m, const struct obs *o)
{
	const double *y = lm_responses(m, o);
	int some = 0;

	if (!(o->weight > 0))
		return 0;
	for (size_t i = 0; i < m->terms.nnum; i++)
		if (isnan(o->num[i]))
			return 0;
	for (size_t i = 0; i < m->terms.ntext + m->nkey[LM_BY_CLUSTER] + m->nkey[LM_BY_FOLD]; i++)
		if (o->text[i].len == 0)
			return 0;
	for (size_t j = 0; j < m->ny; j++)
		some |= !isnan(y[j]);
	return some;
}

const char *
lm_key(struct lm *m, const struct obs *o, int by, size_t *len)
{
	const struct text *key = o->text + m->terms.ntext + (by == LM_BY_FOLD ? m->nkey[LM_BY_CLUSTER] : 0);

	if (m->nkey[by] == 1) {
		*len = key->len + 1;
		return key->s;
	}
	*len = texts_join(key, m->nkey[by], &m->text, &m->text_cap);
	return m->text;
}

/* The keys of which all rows are in a factor, from which that of the model is made; or
 * LM_KEYS: rows are added to the model's own. */
static int
by_key(const struct lm *m)
{
	int by = 0;

	while (by < LM_KEYS && m->nkey[by] == 0)
		by++;
	return by;
}

/* The row in hand, with its response, joins its cluster and its fold. */
static void
add_by(struct lm *m, struct model *model, const struct obs *o)
{
	for (int by = 0; by < LM_KEYS; by++)
		if (m->nkey[by] > 0) {
			size_t len;
			const char *key = lm_key(m, o, by, &len);

			spare_size(&m->spare, (ptrdiff_t)m->terms.p);
			clusters_add(model->by[by], key, len, m->terms.v, m->terms.vlo, o->weight, &m->spare);
		}
}

const struct lm_fault *
lm_add(struct lm *m, const struct obs *o)
{
	struct sums *g = lm_sums(m, o->group);
	const double *y = lm_responses(m, o);

	g->rows += o->weight != 0;
	if (!lm_usable(m, o))
		return NULL;
	if (!terms_set(&m->terms, o, &m->fault))
		return &m->fault;
	for (size_t j = 0; j < m->ny; j++)
		if (!isnan(y[j])) {
			m->terms.v[m->terms.iy] = y[j];
			if (m->terms.nkey > 0) {
				lm_absorb_add(m, &g->model[j], o);
				continue;
			}
			if (by_key(m) == LM_KEYS) {
				lm_widen(m, &g->model[j]);
				lm_take(m, &g->model[j], o->weight);
			}
			add_by(m, &g->model[j], o);
		}
	return NULL;
}

/* ---- when all rows were added ------------------------------------------------------------ */

/* The factor with its columns in the order of pick. */
static void
reorder(struct lm *m, struct model *model, const ptrdiff_t *pick, double *work)
{
	lm_order(m, model, pick, work);
	for (int by = 0; by < LM_KEYS; by++)
		if (model->by[by] != NULL)
			clusters_end(model->by[by], m->terms.p > m->terms.iy + 1 ? pick : NULL, &m->spare, work);
	if (by_key(m) < LM_KEYS)
		clusters_sum(model->by[by_key(m)], &model->tri, &m->spare);
	if (model->cells != NULL) {
		means_end(model->cells, pick, (ptrdiff_t)m->terms.p);
		lm_absorb_count(m, model);
	}
}

void
lm_sort(struct lm *m)
{
	ptrdiff_t *pick, p = (ptrdiff_t)m->terms.p;
	double *work;

	if (m->sorted)
		return;
	m->sorted = 1;
	lm_sums(m, 0);
	lm_absorb_meet(m);
	pick = terms_sort(&m->terms);
	spare_size(&m->spare, p);
	work = mem_new(tri_pick_work(p, p), sizeof *work);
	for (size_t k = 0; k < m->ngroup; k++)
		for (size_t j = 0; j < m->ny; j++)
			reorder(m, &m->sums[k].model[j], pick, work);
	free(pick);
	free(work);
}

/* Group 0 has the rows without a key so far; the others join it, in an order that
 * does not depend on that of the rows. */
static void
pool(struct lm *m)
{
	struct sums *all = lm_sums(m, 0);
	size_t *order = group_order(m->group);

	for (size_t k = 0; k < m->ngroup && m->terms.nkey > 0; k++)
		for (size_t j = 0; j < m->ny; j++)
			lm_absorb_uncount(m, &m->sums[k].model[j]);
	for (size_t k = 1; k < m->ngroup; k++) {
		struct sums *g = &m->sums[order[k]];

		all->rows += g->rows;
		for (size_t j = 0; j < m->ny; j++) {
			tri_merge(&all->model[j].tri, &g->model[j].tri);
			for (int by = 0; by < LM_KEYS; by++)
				if (m->nkey[by] > 0)
					clusters_merge(all->model[j].by[by], g->model[j].by[by], &m->spare);
			if (m->terms.nkey > 0)
				lm_absorb_merge(m, &all->model[j], &g->model[j]);
		}
	}
	for (size_t j = 0; j < m->ny && m->terms.nkey > 0; j++) {
		means_sort(all->model[j].cells);
		lm_absorb_count(m, &all->model[j]);
	}
	free(order);
}

/* ---- solving ------------------------------------------------------------------------------ */

void
lm_new_fit(struct ls *f, size_t k)
{
	f->b = mem_new(k, sizeof *f->b);
	f->bs = mem_new(k, sizeof *f->bs);
	f->blo = mem_new(k, sizeof *f->blo);
	f->scale = mem_new(k + 1, sizeof *f->scale);
	f->se = mem_new(k, sizeof *f->se);
	f->beta = mem_new(k, sizeof *f->beta);
	f->vif = mem_new(k, sizeof *f->vif);
	f->aliased = mem_new(k, sizeof *f->aliased);
	f->kept = mem_new(k + 1, sizeof *f->kept);
	f->inv = mem_new(k*k, sizeof *f->inv);
	f->invlo = mem_new(k*k, sizeof *f->invlo);
}

void
lm_free_fit(struct ls *f)
{
	free(f->b);
	free(f->bs);
	free(f->blo);
	free(f->scale);
	free(f->se);
	free(f->beta);
	free(f->vif);
	free(f->aliased);
	free(f->kept);
	free(f->inv);
	free(f->invlo);
}

/* Column c is a level that the model has no row of. */
static int
no_row_of(const struct lm *m, const struct model *model, size_t c)
{
	return c > m->terms.iy && model->tri.max[c] == 0 && model->tri.min[c] == 0;
}

/* The terms of one model: without levels that it has no row of, and if the level
 * left out is one of these, without the first that it has.  Returns how many. */
static size_t
pick_terms(struct lm *m, size_t k, size_t j)
{
	const struct terms *t = &m->terms;
	struct model *model = &m->sums[k].model[j];
	size_t n = 0, instead = TABLE_NONE, *references = product_references(m, k, j);

	model->col = mem_new(t->k + 1, sizeof *model->col);
	model->at = mem_new(t->k, sizeof *model->at);
	for (size_t i = 0; i < t->k; i++) {
		size_t at = (size_t)t->term[i], var = t->col[at].var, reference = TABLE_NONE;

		if (at > t->iy && t->var[var].left_out != TABLE_NONE)
			reference = t->var[var].at[t->var[var].left_out];
		model->at[i] = -1;
		if (model->levels != NULL && t->intercept && i == 0)
			continue;
		if (no_row_of(m, model, at) || (references != NULL && product_left_out(t, at, references)))
			continue;
		if (reference != TABLE_NONE && var != instead && no_row_of(m, model, reference)) {
			instead = var;
			lm_note(m, j, k, mem_print(": no row of %s: %s is the reference", t->col[reference].name, t->col[at].name));
			continue;
		}
		model->at[i] = (ptrdiff_t)n;
		model->col[n++] = (ptrdiff_t)at;
	}
	model->col[n] = (ptrdiff_t)t->iy;
	free(references);
	return n;
}

void
lm_set_df(const struct lm *m, struct model *model, double df)
{
	model->df = df;
	model->quantile = df > 0 ? tail_t2_inv(1 - m->view.level, df) : NAN;
}

static void
solve_model(struct lm *m, size_t k, size_t j, double *work)
{
	struct model *model = &m->sums[k].model[j];
	size_t n = pick_terms(m, k, j);
	int code;

	tri_flush(&model->tri);
	lm_new_fit(&model->ls, n);
	if (model->levels != NULL)
		code = lm_absorb_fit(m, model, model->col, (ptrdiff_t)n, &model->ls, work);
	else
		code = ls_fit(&model->tri, model->col, (ptrdiff_t)n, m->terms.intercept, m->view.min_norm, &model->ls, work);
	if (code != 0)
		die("%s%s: too large numbers: the singular values do not converge", m->yname[j], group_text(m->group, k));
	lm_set_df(m, model, model->ls.df_residual);
	model->robust = (struct lm_test){ NAN, NAN, NAN, NAN };
	if (m->view.errors != LM_CLASSICAL)
		scores_init(model);
	lm_note_model(m, j, k);
	if (m->view.errors == LM_CLUSTER && scores_wanted(model))
		cr_errors(m, j, k);
	model->cross.r_squared = model->cross.rmse = model->cross.r = NAN;
	if (m->nkey[LM_BY_FOLD] > 0 && model->levels == NULL)
		cross_predict(m, j, k);
}

void
lm_solve(struct lm *m, const char *input)
{
	size_t *order, n;
	double *work;

	lm_sort(m);
	pool(m);
	lm_absorb_solve(m);
	terms_choose(&m->terms, input);
	n = m->terms.k;
	m->x = mem_new(n, sizeof *m->x);
	m->xlo = mem_new(n, sizeof *m->xlo);
	m->u = mem_new(n, sizeof *m->u);
	m->ulo = mem_new(n, sizeof *m->ulo);
	work = mem_new(ls_work((ptrdiff_t)m->terms.p, (ptrdiff_t)n), sizeof *work);
	order = group_order(m->group);
	for (size_t i = 0; i < m->ngroup; i++)
		for (size_t j = 0; j < m->ny; j++)
			solve_model(m, order[i], j, work);
	if (!m->view.quiet)
		lm_say(m);
	if (m->nkey[LM_BY_FOLD] > 0 && m->terms.exact != TABLE_NONE)
		warn("more than %d levels are absorbed: no prediction of rows left out", LM_MAX_LEVELS);
	if (m->view.errors == LM_CLASSICAL || m->view.errors == LM_CLUSTER)
		lm_pool(m);
	free(order);
	free(work);
}

static void
free_model(struct model *model)
{
	free(model->mem);
	free(model->wait);
	free(model->col);
	free(model->at);
	scores_free(model);
	for (int by = 0; by < LM_KEYS; by++)
		clusters_free(model->by[by]);
	means_free(model->cells);
	means_free(model->levels);
	free(model->total_mem);
	free(model->nested);
	free(model->df_of);
	free(model->seen);
	free(model->wild);
	free(model->boot);
	free(model->cross.b);
	free(model->cross.blo);
	lm_free_fit(&model->ls);
}

void
lm_free(struct lm *m)
{
	for (size_t k = 0; k < m->ngroup; k++) {
		for (size_t j = 0; j < m->ny; j++)
			free_model(&m->sums[k].model[j]);
		free(m->sums[k].model);
	}
	free_names(m->yname, m->ny);
	for (int by = 0; by <= LM_KEYS; by++)
		free_names(m->key[by], m->nkey[by]);
	free(m->celltext);
	free(m->cell);
	free(m->mean.x);
	free(m->left);
	spare_free(&m->spare);
	terms_free(&m->terms);
	notes_free(m->notes);
	free(m->sums);
	free(m->weight);
	free(m->x);
	free(m->xlo);
	free(m->u);
	free(m->ulo);
	free(m->text);
	meta_free(m->meta);
	free(m->pooled);
	free(m);
}
