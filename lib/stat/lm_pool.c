/* lm_pool.c - coefficients pooled over the groups of one key, such as models. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "lm.h"

/* Why the estimate of a group does not count, or NULL.  An error of 0 would outweigh all
 * others, and so may one of too few clusters, which comes far too small. */
static const char *
unfit(const struct model *model, const struct lm_coef *c)
{
	return isnan(c->estimate) ? "it has no estimate" : isnan(c->std_error) ? "it has no standard error" :
	    c->std_error == 0 ? "its standard error is 0" : model->few ? "its clusters are fewer than the coefficients" : NULL;
}

/* Response j, term i over the groups of a set.  In a unit, a power of two, in which squares of
 * the errors are numbers. */
static void
pool_term(struct lm *m, size_t set, size_t j, size_t i, struct lm_pooled *o)
{
	const struct meta *s = m->meta;
	double *y = mem_new(2*s->n, sizeof *y), *v = y + s->n, most = 0, unit;
	struct meta_effect *e = &o->effect;
	struct lm_coef c;
	ptrdiff_t k = 0;
	int exponent;
	double tau2;

	for (size_t g = 1; g < s->n; g++) {
		const char *why;

		if (s->set[s->order[g]] != set)
			continue;
		o->group = s->order[g];
		lm_coef(m, s->order[g], j, i, &c);
		if ((why = unfit(&m->sums[s->order[g]].model[j], &c)) != NULL) {
			lm_note(m, j, s->order[g], mem_print(": %s is not pooled: %s", c.term, why));
			continue;
		}
		y[k] = c.estimate;
		v[k++] = c.std_error;
		most = fmax(most, c.std_error);
	}
	frexp(most, &exponent);
	unit = ldexp(1, -exponent);
	for (ptrdiff_t l = 0; l < k; l++) {
		y[l] *= unit;
		v[l] = fmax(v[l]*unit*(v[l]*unit), DBL_MIN);
	}
	meta_fit(y, v, k, m->view.level, e);
	e->estimate /= unit;
	e->std_error /= unit;
	e->low /= unit;
	e->high /= unit;
	e->pred_low /= unit;
	e->pred_high /= unit;
	tau2 = e->tau2/unit/unit;
	e->tau2 = e->tau2 > 0 && tau2 < DBL_MIN ? NAN : tau2;
	free(y);
}

void
lm_pool(struct lm *m)
{
	size_t k = m->terms.k, n;

	if (m->view.pool == NULL)
		return;
	m->meta = meta_new(m->group, m->view.pool);
	n = m->meta->nset * m->ny * k;
	m->pooled = mem_new(n, sizeof *m->pooled);
	for (size_t i = 0; i < n; i++)
		if (!terms_absorbed(&m->terms, i % k))
			pool_term(m, i / k / m->ny, i / k % m->ny, i % k, &m->pooled[i]);
	lm_say(m);
}

static void
put(const struct lm *m, const struct lm_pooled *o, struct csv_writer *w, size_t j, size_t i)
{
	const struct meta_effect *e = &o->effect;

	meta_put_keys(m->meta, o->group, w);
	csv_put_str(w, m->yname[j]);
	csv_put_str(w, terms_name(&m->terms, i));
	csv_put_num(w, e->estimate);
	csv_put_num(w, e->std_error);
	csv_put_num(w, e->std_error > 0 ? e->estimate/e->std_error : NAN);
	csv_put_num(w, e->p);
	csv_put_num(w, e->low);
	csv_put_num(w, e->high);
	csv_put_str(w, "");             /* beta, vif */
	csv_put_str(w, "");
	if (m->view.errors == LM_CLUSTER) {
		csv_put_num(w, e->k > 1 ? e->k - 1 : NAN);
		csv_put_str(w, "");
	}
	for (int b = 0; m->view.boot > 0 && b < 2; b++)
		csv_put_str(w, "");
	meta_put(e, w);
	csv_put_end(w);
}

void
lm_put_pooled(const struct lm *m, struct csv_writer *w)
{
	size_t k = m->terms.k;

	for (size_t i = 0; i < m->meta->nset * m->ny * k; i++)
		if (!terms_absorbed(&m->terms, i % k))
			put(m, &m->pooled[i], w, i / k % m->ny, i % k);
}
