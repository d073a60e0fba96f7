/* lm_report.c - linear models for a reader: what a referee asks for, in words. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

/* Cook's distances above 4/n are looked at (Bollen and Jackman 1985), at most so many. */
enum { MOST_ROWS = 5 };

/* A variance inflation factor that is worth a word. */
static const double high_vif = 10;

/* A row that moves the fit: its distance, and the texts that name it. */
struct influence {
	struct ls_row row;
	char *name;                     /* nid texts, a NUL behind each */
};

struct report {
	struct lm *m;
	struct out *out;
	const struct table *table;
	size_t *id, nid;                /* columns that name a row */
	struct influence *worst;        /* MOST_ROWS of each model, by distance */
	size_t *over;                   /* of each model, how many there are */
	size_t tests, below;            /* p so far, and those below 0.05 */
	double *p;                      /* all of them */
	size_t cap;
};

/* ---- rows that move the fit -------------------------------------------------------------- */

/* The texts that name the present row: those of columns, or which it is. */
static char *
row_name(const struct report *r, size_t row)
{
	struct text number;
	char digits[24], *name = NULL;
	size_t n = 0, cap = 0;

	number = (struct text){ digits, (size_t)snprintf(digits, sizeof digits, "%zu", row) };
	for (size_t i = 0; i < r->nid || i == 0; i++) {
		struct text t = r->nid > 0 ? (struct text){ r->table->field[r->id[i]], r->table->len[r->id[i]] } : number;

		name = mem_grow(name, &cap, n + t.len + 1, 1);
		memcpy(name + n, t.s, t.len);
		name[n + t.len] = '\0';
		n += t.len + 1;
	}
	return name;
}

/* The row joins the worst of the model of response j in group k, if it is one. */
static void
take_influence(struct report *r, size_t k, size_t j, const struct ls_row *row, size_t number)
{
	size_t at = k*r->m->ny + j;
	struct influence *worst = r->worst + at*MOST_ROWS;
	size_t n = r->over[at] < MOST_ROWS ? r->over[at] : MOST_ROWS, i = n;

	if (!(row->cooks_d > 4/r->m->sums[k].model[j].tri.n))
		return;
	r->over[at]++;
	for (; i > 0 && worst[i - 1].row.cooks_d < row->cooks_d; i--)
		;
	if (i == MOST_ROWS)
		return;
	if (n == MOST_ROWS)
		free(worst[--n].name);
	memmove(worst + i + 1, worst + i, (n - i) * sizeof *worst);
	worst[i] = (struct influence){ *row, row_name(r, number) };
}

static void
find_influence(struct report *r, struct frame *f)
{
	struct lm *m = r->m;
	struct ls_row row;
	struct obs o;

	frame_again(f);
	for (size_t number = 1; frame_next(f, &o); number++)
		for (size_t j = 0; j < m->ny; j++) {
			design_check(f, lm_row(m, &o, 0, j, &row));
			take_influence(r, 0, j, &row, number);
			if (o.group > 0) {
				design_check(f, lm_row(m, &o, o.group, j, &row));
				take_influence(r, o.group, j, &row, number);
			}
		}
}

static void
put_influence(const struct report *r, size_t at, double n)
{
	const struct influence *worst = r->worst + at*MOST_ROWS;
	size_t over = r->over[at], shown = over < MOST_ROWS ? over : MOST_ROWS;
	struct lay *l;

	out_printf(r->out, "\nInfluential rows: %zu with a Cook's distance above 4/n = %.3g", over, 4/n);
	out_printf(r->out, over > shown ? "; the first %zu:\n" : over > 0 ? ":\n" : ".\n", shown);
	if (over == 0)
		return;
	l = lay_new();
	for (size_t i = 0; i < r->nid || i == 0; i++)
		lay_put(l, r->nid > 0 ? r->table->name[r->id[i]] : "row");
	lay_put(l, "Cook's D");
	lay_put(l, "hat");
	lay_put(l, "std. residual");
	lay_end(l);
	for (size_t k = 0; k < shown; k++) {
		const char *name = worst[k].name;

		for (size_t i = 0; i < r->nid || i == 0; i++, name += strlen(name) + 1)
			lay_put(l, name);
		lay_put_num(l, "%.3g", worst[k].row.cooks_d);
		lay_put_num(l, "%.3g", worst[k].row.hat);
		lay_put_num(l, "%.3g", worst[k].row.std_residual);
		lay_end(l);
	}
	lay_print(l, r->out);
	out_printf(r->out, "  Fit the model without them too, and report both.\n");
}

/* ---- a model -------------------------------------------------------------------------------- */

/* The names of keys as "layer" or "model, layer". */
static void
put_keys(const struct report *r, int by)
{
	for (size_t i = 0; i < r->m->nkey[by]; i++)
		out_printf(r->out, "%s%s", i > 0 ? ", " : "", r->m->key[by][i]);
}

/* How the errors were found. */
static void
put_errors(const struct report *r, const struct lm_fit *f)
{
	const struct lm_view *v = &r->m->view;

	out_printf(r->out, "Errors    ");
	if (v->errors == LM_CLASSICAL)
		out_printf(r->out, "classical: rows are taken to be independent, their residuals of one variance\n");
	else if (v->errors != LM_CLUSTER)
		out_printf(r->out, "HC%d: rows are taken to be independent, of any variance\n", v->errors - LM_HC0);
	else if (f->clusters < 2) {
		out_printf(r->out, "none: all rows are one cluster, of the same ");
		put_keys(r, LM_BY_CLUSTER);
		out_printf(r->out, ";\n          --robust hc3 takes rows to be independent\n");
	} else {
		out_printf(r->out, "of %.0f clusters: rows of the same ", f->clusters);
		put_keys(r, LM_BY_CLUSTER);
		out_printf(r->out, " may depend on each other\n          (%s)\n", v->wild > 0 ? "CR1; p and intervals by the wild bootstrap" :
		    v->small == LM_CR2 ? "CR2, Satterthwaite's df" : "CR1, clusters - 1 df");
	}
	if (v->boot > 0)
		out_printf(r->out, "Boot      intervals from %ld draws of clusters (%s)\n", v->boot, v->bca ? "BCa" : "percentiles");
}

static void
put_head(const struct report *r, size_t k, const struct lm_fit *f)
{
	struct lm *m = r->m;

	out_printf(r->out, "\nLinear regression of %s%s\n\n", f->y, group_text(m->group, k));
	out_printf(r->out, "Rows      %.0f of %.0f%s\n", f->n, f->n + f->missing,
	    f->missing > 0 ? "; the others lack a value or a key" : "");
	if (m->weight != NULL)
		out_printf(r->out, "Weights   %s\n", m->weight);
	put_errors(r, f);
}

static void
put_coef(struct report *r, struct lay *l, const struct lm_coef *c, int intercept)
{
	lay_put(l, c->term);
	lay_put_num(l, "%.3g", c->estimate);
	lay_put_num(l, "%.3g", c->std_error);
	lay_put_num(l, "%.3g", c->conf_low);
	lay_put_num(l, "%.3g", c->conf_high);
	if (r->m->view.errors == LM_CLUSTER)
		lay_put_num(l, "%.3g", c->df);
	lay_put_num(l, "%.2g", c->p_value);
	lay_put_num(l, "%.3g", c->beta);
	lay_put_num(l, "%.3g", c->vif);
	if (r->m->view.boot > 0) {
		lay_put_num(l, "%.3g", c->boot_low);
		lay_put_num(l, "%.3g", c->boot_high);
	}
	lay_end(l);
	if (intercept || isnan(c->p_value))
		return;
	r->p = mem_grow(r->p, &r->cap, r->tests + 1, sizeof *r->p);
	r->p[r->tests++] = c->p_value;
	r->below += c->p_value < 0.05;
}

/* Those whose VIF is high. */
static void
put_vif(const struct report *r, size_t k, size_t j)
{
	struct lm_coef c;
	int some = 0;

	for (size_t i = 0; i < lm_terms(r->m); i++) {
		lm_coef(r->m, k, j, i, &c);
		if (c.vif > high_vif && !terms_absorbed(&r->m->terms, i))
			out_printf(r->out, "%s%s", some++ > 0 ? ", " : "  VIF above 10: ", c.term);
	}
	if (some > 0)
		out_printf(r->out, ".\n  These rows hardly tell them from the other terms: do not read them one by one.\n");
}

static void
put_coefs(struct report *r, size_t k, size_t j)
{
	struct lm *m = r->m;
	struct lay *l = lay_new();
	struct lm_coef c;
	char interval[40];

	snprintf(interval, sizeof interval, "%g %% low", 100*m->view.level);
	out_printf(r->out, "\nCoefficients: change of %s for one unit of the term, the others held\n", m->yname[j]);
	lay_put(l, "term");
	lay_put(l, "estimate");
	lay_put(l, "std. error");
	lay_put(l, interval);
	lay_put(l, "high");
	if (m->view.errors == LM_CLUSTER)
		lay_put(l, "df");
	lay_put(l, "p");
	lay_put(l, "beta");
	lay_put(l, "VIF");
	if (m->view.boot > 0) {
		lay_put(l, "boot low");
		lay_put(l, "boot high");
	}
	lay_end(l);
	for (size_t i = 0; i < lm_terms(m); i++) {
		if (terms_absorbed(&m->terms, i))
			continue;
		lm_coef(m, k, j, i, &c);
		put_coef(r, l, &c, strcmp(c.term, "(Intercept)") == 0);
	}
	lay_print(l, r->out);
	out_printf(r->out, "  beta: in standard deviations of both. VIF: how many times the other terms\n"
	    "  multiply the variance of the estimate.\n");
	put_vif(r, k, j);
}

/* How well rows that are left out are predicted. */
static void
put_cross(const struct report *r, const struct lm_fit *f)
{
	out_printf(r->out, "  R2 of prediction %.3f, rmse %.3g: rows of the same ", f->r_squared_cross, f->rmse_cross);
	put_keys(r, LM_BY_FOLD);
	out_printf(r->out, " are left out\n  in turn (%.0f times) and predicted from the others%s\n", f->folds,
	    f->r_squared_cross <= 0 ? ": no better than their mean" : "");
}

static void
put_fit(const struct report *r, const struct lm_fit *f)
{
	out_printf(r->out, "\nFit\n");
	if (isfinite(f->r_squared))
		out_printf(r->out, "  R2 %.3f, adjusted %.3f, in the rows that were fitted; residual sd %.3g\n", f->r_squared,
		    f->adj_r_squared, f->sigma);
	if (isfinite(f->f_statistic))
		out_printf(r->out, "  F(%.0f, %.0f) = %.3g, p = %.2g, if rows are independent and of one variance\n", f->df,
		    f->df_residual, f->f_statistic, f->f_p_value);
	if (isfinite(f->f_robust))
		out_printf(r->out, "  F(%.0f, %.3g) = %.3g, p = %.2g, by clusters\n", f->df, f->f_robust_df2, f->f_robust,
		    f->f_robust_p_value);
	if (isfinite(f->f_chow))
		out_printf(r->out, "  F(%.0f, %.0f) = %.3g, p = %.2g: whether all clusters have the same coefficients\n", f->f_chow_df1,
		    f->f_chow_df2, f->f_chow, f->f_chow_p_value);
	if (r->m->nkey[LM_BY_FOLD] > 0 && isfinite(f->r_squared_cross))
		put_cross(r, f);
	else if (r->m->nkey[LM_BY_FOLD] > 0)
		out_printf(r->out, "  no prediction of rows left out: see the warning\n");
	if (isfinite(f->aic))
		out_printf(r->out, "  AIC %.4g, BIC %.4g\n", f->aic, f->bic);
}

/* How much of it chance would give. */
static void
put_tests(const struct report *r)
{
	double *q = mem_new(r->tests + 1, sizeof *q);
	ptrdiff_t *work = mem_new(r->tests + 1, sizeof *work);
	size_t left = 0;

	if (r->tests == 0)
		out_printf(r->out, "\nTests: none.\n");
	adjust_p(ADJUST_HOLM, r->p, (ptrdiff_t)r->tests, q, work);
	for (size_t i = 0; i < r->tests; i++)
		left += q[i] < 0.05;
	if (r->tests > 0)
		out_printf(r->out, "\nTests: %zu coefficient%s, without the intercepts. If none had an effect, %.2g would\n"
		    "  be expected to have p < 0.05; here %zu, and %zu after Holm's correction.\n"
		    "  What was tried before is not counted.\n", r->tests, r->tests == 1 ? "" : "s", 0.05 * (double)r->tests,
		    r->below, left);
	free(q);
	free(work);
}

void
lm_put_full(struct lm *m, struct frame *f, const struct table *t, struct out *out)
{
	struct report r = { .m = m, .out = out, .table = t };
	size_t *order = group_order(m->group), nmodel = m->ngroup*m->ny;
	struct lm_fit fit;

	r.worst = mem_new(nmodel*MOST_ROWS, sizeof *r.worst);
	r.over = mem_new(nmodel, sizeof *r.over);
	if (f != NULL) {
		r.id = columns_head(t, &r.nid);
		find_influence(&r, f);
	}
	for (size_t i = 0; i < m->ngroup; i++)
		for (size_t j = 0; j < m->ny; j++) {
			lm_fit(m, order[i], j, &fit);
			put_head(&r, order[i], &fit);
			put_coefs(&r, order[i], j);
			put_fit(&r, &fit);
			if (f != NULL)
				put_influence(&r, order[i]*m->ny + j, fit.n);
		}
	put_tests(&r);
	for (size_t i = 0; i < nmodel*MOST_ROWS; i++)
		free(r.worst[i].name);
	free(r.worst);
	free(r.over);
	free(r.id);
	free(r.p);
	free(order);
}
