/* lm_out.c - results of linear models: as rows, as tables, as the report. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

const char *const lm_row_names[LM_ROW_NAMES] = { "fitted", "residual", "hat", "std_residual", "cooks_d" };
const char lm_row_cross_name[] = "cross_fitted";

size_t
lm_terms(const struct lm *m)
{
	return m->terms.k;
}

/* What is infinite has no meaning here: a statistic of an error of 0. */
static double
defined(double x)
{
	return isfinite(x) ? x : NAN;
}

/* How many clusters there are, if there are any. */
static double
clusters(const struct model *model)
{
	return model->by[LM_BY_CLUSTER] != NULL ? (double)model->by[LM_BY_CLUSTER]->n : NAN;
}

void
lm_coef(const struct lm *m, size_t k, size_t j, size_t i, struct lm_coef *c)
{
	const struct model *model = &m->sums[k].model[j];
	ptrdiff_t l = model->at[i];
	double b = l < 0 ? NAN : model->ls.b[l], se = l < 0 ? NAN : model->ls.se[l], t = defined(b/se);
	double df = l >= 0 && model->df_of != NULL ? model->df_of[l] : model->df, half;

	if (isnan(se) || model->few)
		df = NAN;
	half = model->df_of != NULL ? tail_t2_inv(1 - m->view.level, df) : model->few ? NAN : model->quantile;

	if (model->wild != NULL)
		df = NAN;
	c->group = k;
	c->y = m->yname[j];
	c->term = terms_name(&m->terms, i);
	c->estimate = b;
	c->std_error = se;
	c->statistic = t;
	c->p_value = tail_t2(t, df);
	c->conf_low = b - half*se;
	c->conf_high = b + half*se;
	if (l >= 0 && model->wild != NULL) {
		c->p_value = model->wild[l].p;
		c->conf_low = model->wild[l].low;
		c->conf_high = model->wild[l].high;
	}
	c->beta = l < 0 ? NAN : model->ls.beta[l];
	c->vif = l < 0 ? NAN : model->ls.vif[l];
	c->df = df;
	c->clusters = clusters(model);
	c->boot_low = l >= 0 && model->boot != NULL ? model->boot[l].low : NAN;
	c->boot_high = l >= 0 && model->boot != NULL ? model->boot[l].high : NAN;
}

void
lm_fit(struct lm *m, size_t k, size_t j, struct lm_fit *r)
{
	const struct model *model = &m->sums[k].model[j];
	const struct ls *f = &model->ls;
	double n = model->tri.n, rank = (double)f->rank + f->keys, df = rank > 0 ? rank - m->terms.intercept : 0;
	const struct lm_test none = { NAN, NAN, NAN, NAN };
	struct lm_test chow;
	double dfr = f->df_residual, explained = f->enorm/f->tnorm, left = f->rnorm/f->tnorm, ratio = f->enorm/f->rnorm;

	r->group = k;
	r->y = m->yname[j];
	r->n = n;
	r->missing = m->sums[k].rows - n;
	r->rank = rank;
	r->df = df;
	r->df_residual = dfr;
	r->r_squared = explained*explained;
	r->adj_r_squared = dfr > 0 ? 1 - left*left * ((n - m->terms.intercept)/dfr) : NAN;
	r->sigma = f->sigma;
	r->f_statistic = df > 0 && dfr > 0 ? defined(ratio*ratio * (dfr/df)) : NAN;
	r->f_p_value = isnan(r->f_statistic) ? NAN : tail_f(r->f_statistic, df, dfr);
	r->log_lik = defined(model->tri.logw/2 -
	    n/2 * (num_log(2 * 3.14159265358979323846 / n) + 2*num_log(f->rnorm) + 1));
	r->aic = -2*r->log_lik + 2*(rank + 1);
	r->bic = -2*r->log_lik + num_log(n)*(rank + 1);
	r->condition = f->condition;
	r->clusters = clusters(model);
	r->folds = model->by[LM_BY_FOLD] != NULL ? (double)model->by[LM_BY_FOLD]->n : NAN;
	r->r_squared_cross = model->cross.r_squared;
	r->rmse_cross = model->cross.rmse;
	r->r_cross = model->cross.r;
	r->exact = f->exact;
	r->perfect = f->perfect;
	chow = model->by[LM_BY_CLUSTER] != NULL && model->levels == NULL ? chow_test(m, j, k) : none;
	r->f_chow = chow.f;
	r->f_chow_df1 = chow.df1;
	r->f_chow_df2 = chow.df2;
	r->f_chow_p_value = chow.p;
	r->f_robust = model->robust.f;
	r->f_robust_p_value = model->robust.p;
	r->f_robust_df2 = model->robust.df2;
}

/* ---- tables ------------------------------------------------------------------------------ */

static void
put_list(struct csv_writer *w, const char *const *name)
{
	for (; *name != NULL; name++)
		csv_put_str(w, *name);
}

/* more: those that clusters bring. */
static void
put_names(const struct lm *m, struct csv_writer *w, const char *const *name, const char *const *more)
{
	group_put_names(m->group, w);
	put_list(w, name);
	if (m->view.errors == LM_CLUSTER)
		put_list(w, more);
}

/* Calls put for each group, in their order, and each response. */
static void
put_models(struct lm *m, struct csv_writer *w, void (*put)(struct lm *, struct csv_writer *, size_t, size_t))
{
	size_t *order = group_order(m->group);

	for (size_t i = 0; i < m->ngroup; i++)
		for (size_t j = 0; j < m->ny; j++)
			put(m, w, order[i], j);
	free(order);
}

static void
put_coefs(struct lm *m, struct csv_writer *w, size_t k, size_t j)
{
	struct lm_coef c;

	for (size_t i = 0; i < m->terms.k; i++) {
		if (terms_absorbed(&m->terms, i))
			continue;
		lm_coef(m, k, j, i, &c);
		group_put(m->group, k, w);
		csv_put_str(w, c.y);
		csv_put_str(w, c.term);
		csv_put_num(w, c.estimate);
		csv_put_num(w, c.std_error);
		csv_put_num(w, c.statistic);
		csv_put_num(w, c.p_value);
		csv_put_num(w, c.conf_low);
		csv_put_num(w, c.conf_high);
		csv_put_num(w, c.beta);
		csv_put_num(w, c.vif);
		if (m->view.errors == LM_CLUSTER) {
			csv_put_num(w, c.df);
			csv_put_count(w, c.clusters);
		}
		if (m->view.boot > 0) {
			csv_put_num(w, c.boot_low);
			csv_put_num(w, c.boot_high);
		}
		if (m->meta != NULL)
			meta_put(NULL, w);
		csv_put_end(w);
	}
}

/* The columns of --cross: the first names the keys, with commas. */
static void
put_cross(const struct lm *m, struct csv_writer *w, const struct lm_fit *f)
{
	char *list = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < m->nkey[LM_BY_FOLD]; i++) {
		const char *name = m->key[LM_BY_FOLD][i];

		list = mem_grow(list, &cap, n + strlen(name) + 2, 1);
		n += (size_t)sprintf(list + n, "%s%s", i > 0 ? "," : "", name);
	}
	csv_put_str(w, list);
	free(list);
	csv_put_count(w, f->folds);
	csv_put_num(w, f->r_squared_cross);
	csv_put_num(w, f->rmse_cross);
	csv_put_num(w, f->r_cross);
}

static void
put_fit(struct lm *m, struct csv_writer *w, size_t k, size_t j)
{
	struct lm_fit f;

	lm_fit(m, k, j, &f);
	group_put(m->group, k, w);
	csv_put_str(w, f.y);
	csv_put_count(w, f.n);
	csv_put_count(w, f.missing);
	csv_put_count(w, f.rank);
	csv_put_count(w, f.df);
	csv_put_count(w, f.df_residual);
	csv_put_num(w, f.r_squared);
	csv_put_num(w, f.adj_r_squared);
	csv_put_num(w, f.sigma);
	csv_put_num(w, f.f_statistic);
	csv_put_num(w, f.f_p_value);
	csv_put_num(w, f.log_lik);
	csv_put_num(w, f.aic);
	csv_put_num(w, f.bic);
	csv_put_num(w, f.condition);
	if (m->view.errors == LM_CLUSTER) {
		csv_put_count(w, f.clusters);
		csv_put_num(w, f.f_robust);
		csv_put_num(w, f.f_robust_p_value);
		csv_put_num(w, f.f_robust_df2);
		csv_put_num(w, f.f_chow);
		csv_put_count(w, f.f_chow_df1);
		csv_put_count(w, f.f_chow_df2);
		csv_put_num(w, f.f_chow_p_value);
	}
	if (m->nkey[LM_BY_FOLD] > 0)
		put_cross(m, w, &f);
	csv_put_end(w);
}

void
lm_put_coefs(struct lm *m, struct csv_writer *w)
{
	static const char *const name[] = { "y", "term", "estimate", "std_error", "statistic", "p_value", "conf_low",
	    "conf_high", "beta", "vif", NULL };
	static const char *const more[] = { "df", "clusters", NULL };
	static const char *const boot[] = { "boot_low", "boot_high", NULL };

	put_names(m, w, name, more);
	if (m->view.boot > 0)
		put_list(w, boot);
	if (m->meta != NULL)
		meta_put_names(w);
	csv_put_end(w);
	put_models(m, w, put_coefs);
	if (m->meta != NULL)
		lm_put_pooled(m, w);
}

void
lm_put_fits(struct lm *m, struct csv_writer *w)
{
	static const char *const name[] = { "y", "n", "missing", "rank", "df", "df_residual", "r_squared", "adj_r_squared",
	    "sigma", "f_statistic", "f_p_value", "log_lik", "aic", "bic", "condition", NULL };
	static const char *const more[] = { "clusters", "f_robust", "f_robust_p_value", "f_robust_df2",
	    "f_chow", "f_chow_df1", "f_chow_df2", "f_chow_p_value", NULL };
	static const char *const cross[] = { "cross", "folds", "r_squared_cross", "rmse_cross", "r_cross", NULL };

	put_names(m, w, name, more);
	if (m->nkey[LM_BY_FOLD] > 0)
		put_list(w, cross);
	csv_put_end(w);
	put_models(m, w, put_fit);
}

void
lm_second_pass(struct lm *m, struct frame *f)
{
	struct obs row;

	frame_again(f);
	while (frame_next(f, &row))
		design_check(f, lm_score(m, &row));
	lm_score_end(m);
}

void
lm_put_rows(struct lm *m, struct frame *f, struct csv_writer *w)
{
	struct obs o;
	struct ls_row r;

	frame_put_names(f, w);
	for (int i = 0; i < LM_ROW_NAMES; i++)
		csv_put_str(w, lm_row_names[i]);
	if (m->nkey[LM_BY_FOLD] > 0)
		csv_put_str(w, lm_row_cross_name);
	csv_put_end(w);
	frame_again(f);
	while (frame_next(f, &o)) {
		if (o.group == 0 && group_keys(m->group) > 0)
			o.weight = NAN;         /* its model is not told apart */
		design_check(f, lm_row(m, &o, o.group, 0, &r));
		frame_put(f, w);
		csv_put_num(w, r.fitted);
		csv_put_num(w, r.residual);
		csv_put_num(w, r.hat);
		csv_put_num(w, r.std_residual);
		csv_put_num(w, r.cooks_d);
		if (m->nkey[LM_BY_FOLD] > 0)
			csv_put_num(w, lm_row_cross(m, &o));
		csv_put_end(w);
	}
}

/* ---- the report -------------------------------------------------------------------------- */

/* Of group k.  What is undefined is what numpy makes of it. */
static void
put_report(struct lm *m, size_t k, struct out *out)
{
	struct lm_fit f;
	struct lm_coef c;

	lm_fit(m, k, 0, &f);
	out_printf(out, "\nLinear regression of %s on multiple descriptors (standardized):\n", f.y);
	if (isfinite(f.r_squared))
		out_printf(out, " R\xc2\xb2 = %.3f\n", f.r_squared);
	else
		out_printf(out, " R\xc2\xb2 = nan\n");
	out_printf(out, " standardized coefficients:\n");
	for (size_t i = 1; i < m->terms.k; i++) {
		lm_coef(m, k, 0, i, &c);
		out_printf(out, " %-12s %+.3f\n", c.term, isfinite(c.beta) ? c.beta : 0);
	}
}

void
lm_put_report(struct lm *m, struct out *out)
{
	size_t *order = group_order(m->group);

	if (group_keys(m->group) == 0)
		put_report(m, 0, out);
	for (size_t i = 1; i < group_count(m->group); i++) {
		out_printf(out, "%s%s\n", i > 1 ? "\n" : "", group_text(m->group, order[i]) + 1);
		put_report(m, order[i], out);
	}
	free(order);
}
