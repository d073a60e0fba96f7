/* wald.c - joint tests of several terms of a linear model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

double
lm_wald(const struct lm *m, const struct model *model, const ptrdiff_t *term, ptrdiff_t q)
{
	const struct ls *f = &model->ls;
	ptrdiff_t k = f->rank;
	double *unit = NULL, *work, r = NAN;

	if (q < 1 || !isfinite(f->inv[0]) || (m->view.errors == LM_CLUSTER && (double)q >= (double)model->by[LM_BY_CLUSTER]->n))
		return NAN;
	work = mem_new(ls_wald_work(k, q), sizeof *work);
	if (m->view.errors == LM_CLASSICAL) {
		unit = mem_new((size_t)(k*k), sizeof *unit);
		for (ptrdiff_t i = 0; i < k; i++)
			unit[i + i*k] = 1;
		r = ls_wald(f, term, q, unit, f->sigma*f->scale[f->k]*(f->sigma*f->scale[f->k]), work);
	} else if (scores_wanted(model)) {
		r = ls_wald(f, term, q, model->meat.r, model->factor, work);
	}
	free(unit);
	free(work);
	return r;
}

/* Whether term i of all is what a name says: itself, or of the predictor called so. */
static int
is_called(const struct lm *m, size_t i, const char *name)
{
	const struct column *c = &m->terms.col[m->terms.term[i]];
	int ones = m->terms.intercept && i == 0;

	return strcmp(c->name, name) == 0 || (!ones && strcmp(m->terms.var[c->var].name, name) == 0);
}

/* Adds the terms of the list, names between commas, to those chosen. */
static void
choose(const struct lm *m, const char *list, char *chosen)
{
	char *copy = mem_text(list, strlen(list));

	for (char *next = copy, *name; (name = strsep(&next, ",")) != NULL; ) {
		int some = 0;

		for (size_t i = 0; i < m->terms.k; i++)
			if (is_called(m, i, name)) {
				chosen[i] = 1;
				some = 1;
			}
		if (!some)
			die_usage("--test: no term and no predictor of the model is called \"%s\"", name);
	}
	free(copy);
}

/* The test that all terms chosen are 0. */
static struct lm_test
test(const struct lm *m, const struct model *model, const char *chosen)
{
	ptrdiff_t *term = mem_new(m->terms.k, sizeof *term), q = 0;
	struct lm_test t = { .df2 = model->df };

	for (size_t i = 0; i < m->terms.k; i++)
		if (chosen[i] && model->at[i] >= 0 && !model->ls.aliased[model->at[i]])
			term[q++] = model->at[i];
	t.df1 = (double)q;
	t.f = lm_wald(m, model, term, q);
	t.p = tail_f(t.f, t.df1, t.df2);
	free(term);
	return t;
}

/* The same by a fit without the terms: for a model with dependent terms, in which
 * others may stand in for them. */
static struct lm_test
refit(const struct lm *m, const struct model *model, const char *chosen)
{
	ptrdiff_t *col = mem_new(m->terms.k + 1, sizeof *col), n = 0;
	double *work = mem_new(ls_work(model->tri.p, model->ls.k), sizeof *work);
	struct lm_test t = { NAN, model->df, NAN, NAN };
	struct ls f;

	for (size_t i = 0; i < m->terms.k; i++)
		if (!chosen[i] && model->at[i] >= 0)
			col[n++] = model->col[model->at[i]];
	col[n] = (ptrdiff_t)m->terms.iy;
	lm_new_fit(&f, (size_t)n);
	if (ls_fit(&model->tri, col, n, m->terms.intercept, 0, &f, work) == 0) {
		t.df1 = (double)(model->ls.rank - f.rank);
		t.f = (f.rnorm/model->ls.sigma - model->ls.rnorm/model->ls.sigma)*(f.rnorm/model->ls.sigma +
		    model->ls.rnorm/model->ls.sigma)/t.df1;
		t.f = t.df1 > 0 && isfinite(t.f) ? t.f : NAN;
		t.p = tail_f(t.f, t.df1, t.df2);
	}
	lm_free_fit(&f);
	free(col);
	free(work);
	return t;
}

/* A row of the table. */
static void
put(const struct lm *m, struct csv_writer *w, size_t k, size_t j, const char *what, const char *chosen, int drop)
{
	const struct model *model = &m->sums[k].model[j];
	int deficient = model->ls.rank < model->ls.k && m->view.errors == LM_CLASSICAL;
	struct lm_test t = (drop && deficient ? refit : test)(m, model, chosen);

	group_put(m->group, k, w);
	csv_put_str(w, m->yname[j]);
	csv_put_str(w, what);
	csv_put_num(w, t.df1);
	csv_put_num(w, isnan(t.f) ? NAN : t.df2);
	csv_put_num(w, t.f);
	csv_put_num(w, t.p);
	csv_put_end(w);
}

/* The rows of one model. */
static void
put_model(const struct lm *m, struct csv_writer *w, size_t k, size_t j, const struct lm_tests *l)
{
	char *chosen = mem_new(m->terms.k, 1);

	for (size_t i = 0; i < l->n; i++) {
		memset(chosen, 0, m->terms.k);
		choose(m, l->list[i], chosen);
		put(m, w, k, j, l->list[i], chosen, 0);
	}
	for (size_t v = 0; l->drop1 && v < m->terms.nvar; v++) {
		for (size_t i = 0; i < m->terms.k; i++)
			chosen[i] = (char)(!(m->terms.intercept && i == 0) && m->terms.col[m->terms.term[i]].var == v);
		put(m, w, k, j, m->terms.var[v].name, chosen, 1);
	}
	free(chosen);
}

void
lm_put_tests(const struct lm *m, const struct lm_tests *l, struct csv_writer *w)
{
	static const char *const name[] = { "y", "test", "df1", "df2", "f_statistic", "p_value" };
	size_t *order = group_order(m->group);
	char *chosen = mem_new(m->terms.k, 1);

	for (size_t i = 0; i < l->n; i++)
		choose(m, l->list[i], chosen);          /* before anything is written */
	free(chosen);
	group_put_names(m->group, w);
	for (size_t i = 0; i < sizeof name / sizeof *name; i++)
		csv_put_str(w, name[i]);
	csv_put_end(w);
	for (size_t i = 0; i < m->ngroup; i++)
		for (size_t j = 0; j < m->ny; j++)
			put_model(m, w, order[i], j, l);
	free(order);
}
