/* scores.c - the second pass over the rows: what a model says of each, and from
 * that standard errors that are robust against residuals whose variance differs.
 *
 * The covariance of the estimates is then a sandwich: between two inverses of
 * X'W X stands the sum of the squared scores.  A row's score is its residual
 * times the row.
 */
#include <math.h>
#include <stdlib.h>

#include "lm.h"

void
scores_init(struct model *m)
{
	m->meat_mem = mem_new(tri_size(m->ls.rank), sizeof *m->meat_mem);
	tri_init(&m->meat, m->ls.rank, m->meat_mem);
	m->noise = 0;
}

void
scores_free(struct model *m)
{
	free(m->meat_mem);
}

/* What the model says of the row in hand.  Of an exact fit the residual is 0, as
 * its other tables say. */
static struct ls_row
look(struct lm *m, const struct model *model, double y, double w)
{
	struct dd rest = { y, 0 }, share = { 0, 0 };
	struct ls_row r;

	for (ptrdiff_t i = 0; i < model->ls.k; i++) {
		m->x[i] = m->terms.v[model->col[i]];
		m->xlo[i] = m->terms.vlo[model->col[i]];
	}
	if (model->levels != NULL)
		share = lm_absorb_row(m, model, w, &rest);
	ls_row(&model->ls, m->x, m->xlo, rest, w, share, m->u, m->ulo, &r);
	if (model->levels != NULL)
		r.fitted += y - rest.hi;
	if (model->ls.exact) {
		r.fitted = y;
		r.residual = 0;
		r.e = (struct dd){ 0, 0 };
	}
	return r;
}

/* How a residual is scaled before it becomes a score. */
static enum hc
scaling(const struct lm *m)
{
	static const enum hc of[] = { [LM_HC0] = HC0, [LM_HC1] = HC1, [LM_HC2] = HC2, [LM_HC3] = HC3 };

	return of[m->view.errors];
}

/* Adds the row's score. */
static void
add_score(struct lm *m, struct model *model, double y, double w)
{
	struct ls_row r = look(m, model, y, w);
	struct dd e, x;

	e = ls_score(scaling(m), &r);
	if (!isfinite(e.hi) || !isfinite(r.hat)) {
		model->hat_is_one |= r.hat == 1;
		model->score_overflowed |= r.hat != 1;
		return;
	}
	model->noise += ls_noise(&model->ls, scaling(m), y, w, &r);
	for (ptrdiff_t i = 0; i < model->ls.rank; i++) {
		x = dd_mul(e, (struct dd){ m->u[i], m->ulo[i] });
		m->u[i] = x.hi;
		m->ulo[i] = x.lo;
	}
	tri_add(&model->meat, m->u, m->ulo, 1);
}

int
scores_wanted(const struct model *m)
{
	return m->ls.rank > 0 && m->ls.df_residual > 0 && isfinite(m->ls.inv[0]);
}

const struct lm_fault *
lm_score(struct lm *m, const struct obs *o)
{
	const double *y = lm_responses(m, o);
	size_t k = o->group;

	if (!lm_usable(m, o))
		return NULL;
	if (!terms_set(&m->terms, o, &m->fault))
		return &m->fault;
	for (size_t j = 0; j < m->ny; j++) {
		if (isnan(y[j]))
			continue;
		if (scores_wanted(&m->sums[0].model[j]))
			add_score(m, &m->sums[0].model[j], y[j], o->weight);
		if (k > 0 && scores_wanted(&m->sums[k].model[j]))
			add_score(m, &m->sums[k].model[j], y[j], o->weight);
	}
	return NULL;
}

static void
robust_errors(struct lm *m, size_t j, size_t k)
{
	struct model *model = &m->sums[k].model[j];
	double factor = m->view.errors == LM_HC1 ? model->tri.n/model->ls.df_residual : 1;

	if (model->hat_is_one)
		lm_note(m, j, k, mem_print(": no standard errors: the model fits a row whatever the response, hat value 1"));
	if (model->hat_is_one || model->score_overflowed)
		factor = NAN;
	model->factor = factor;
	tri_flush(&model->meat);
	ls_sandwich(&model->ls, model->meat.r, model->meat.rlo, factor, model->noise, model->ls.se, m->u);
}

void
lm_score_end(struct lm *m)
{
	size_t *order = group_order(m->group);

	for (size_t i = 0; i < m->ngroup; i++)
		for (size_t j = 0; j < m->ny; j++)
			if (scores_wanted(&m->sums[order[i]].model[j]))
				robust_errors(m, j, order[i]);
	lm_say(m);
	lm_pool(m);
	free(order);
}

double
lm_row_cross(struct lm *m, const struct obs *o)
{
	const char *key;
	size_t len;

	if (!lm_usable(m, o) || (o->group == 0 && group_keys(m->group) > 0))
		return NAN;
	key = lm_key(m, o, LM_BY_FOLD, &len);
	return cross_fitted(m, &m->sums[o->group].model[0], key, len);
}

const struct lm_fault *
lm_row(struct lm *m, const struct obs *o, size_t k, size_t j, struct ls_row *r)
{
	*r = (struct ls_row){ NAN, NAN, NAN, NAN, NAN, NAN, { NAN, NAN } };
	if (!lm_usable(m, o) || isnan(lm_responses(m, o)[j]))
		return NULL;
	if (!terms_set(&m->terms, o, &m->fault))
		return &m->fault;
	*r = look(m, &m->sums[k].model[j], lm_responses(m, o)[j], o->weight);
	return NULL;
}
