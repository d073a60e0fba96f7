/* lm_save.c - sums of linear models, written down. */
#include <stdio.h>
#include <stdlib.h>

#include "lm.h"

const char lm_program[] = "hg-regress";

static void
save_options(const struct lm *m, struct state_writer *w)
{
	const struct terms *t = &m->terms;
	char degree[16];

	if (t->formula != NULL)
		state_put(w, "option", -1, -1, "formula", t->formula, "");
	for (size_t i = 0; i < t->nvar && t->formula == NULL; i++) {
		const struct predictor *v = &t->var[i];

		snprintf(degree, sizeof degree, "%d", v->degree);
		state_put(w, "option", (long)i, -1, v->degree == 1 ? "x" : v->degree > 1 ? "poly" : "factor",
		    v->name, v->degree == 1 ? "" : v->degree > 1 ? degree : v->reference);
	}
	for (size_t j = 0; j < m->ny; j++)
		state_put(w, "option", (long)j, -1, "y", m->yname[j], "");
	if (m->weight != NULL)
		state_put(w, "option", -1, -1, "weight", m->weight, "");
	state_put(w, "option", -1, -1, "intercept", t->intercept ? "yes" : "no", "");
	for (int by = 0; by < LM_KEYS; by++)
		for (size_t i = 0; i < m->nkey[by]; i++)
			state_put(w, "option", (long)i, -1, lm_by_name[by], m->key[by][i], "");
	state_put_names(w, m->group);
}

static void
save_model(struct lm *m, struct state_writer *w, struct model *model, const char *y)
{
	struct tri *t = &model->tri;
	size_t len, iy = m->terms.iy;

	tri_flush(t);
	state_put_num(w, "model", -1, -1, y, t->n, 0);
	if (m->weight != NULL)
		state_put_num(w, "logw", -1, -1, "", t->logw, t->logw_lo);
	for (size_t j = 0; j < m->terms.p; j++) {
		const struct column *c = &m->terms.col[j];

		char *text = j > iy && m->terms.formula != NULL ? product_text(&m->terms, c) : NULL;

		if (j <= iy)
			state_put_num(w, "column", (long)j, -1, j == iy ? y : c->name, t->min[j], t->max[j]);
		else
			state_put_num(w, "level", (long)j, (long)c->var, text != NULL ? text :
			    map_key(m->terms.var[c->var].levels, c->level, &len), t->min[j], t->max[j]);
		free(text);
	}
	state_put_r(w, (long)t->p, t->r, t->rlo);
	clusters_save(m, w, model);
}

void
lm_save(struct lm *m, struct out *out, const struct origin *from)
{
	struct state_writer w;
	size_t *order;

	lm_sort(m);
	order = group_order(m->group);
	state_begin(&w, out, lm_program, from);
	save_options(m, &w);
	for (size_t i = 0; i < m->ngroup; i++) {
		struct sums *g = &m->sums[order[i]];

		state_put_group(&w, m->group, order[i], g->rows);
		for (size_t j = 0; j < m->ny; j++)
			save_model(m, &w, &g->model[j], m->yname[j]);
	}
	state_end(&w);
	free(order);
}
