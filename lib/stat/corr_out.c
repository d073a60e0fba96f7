/* corr_out.c - correlations as rows, as tables, as the report for a reader. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "corr.h"

static void
fill_row(const struct corr *c, size_t k, int m, size_t i, struct corr_row *row)
{
	const struct corr_result *o = corr_result(c, k, m, i);

	*row = (struct corr_row){
		.group = k, .y = c->name[c->pair[i].y], .x = c->name[c->pair[i].x], .method = c->view.method[m],
		.n = o->n, .missing = c->sums[k].rows - o->n, .r = o->r, .ci_low = NAN, .ci_high = NAN,
		.p = o->p, .q = o->q, .p_perm = o->p_perm, .p_max = o->p_max,
		.boot_low = o->boot_low, .boot_high = o->boot_high, .df = o->df, .clusters = o->clusters,
	};
	if (row->method == CORR_PEARSON && c->cluster == NULL)
		tail_fisher(o->r, o->n - o->absorbed, (double)o->controls, c->z, &row->ci_low, &row->ci_high);
}

size_t
corr_rows(struct corr *c, size_t k, size_t y, struct corr_row *row)
{
	size_t nx = c->spec.nx, nm = (size_t)c->view.nmethod;

	if (c->z == 0)
		c->z = tail_norm2_inv(1 - c->view.level);
	for (size_t i = 0; i < nx; i++)
		for (size_t m = 0; m < nm; m++)
			fill_row(c, k, (int)m, y * nx + i, &row[i * nm + m]);
	return nx * nm;
}

static void
put_row(const struct corr *c, const struct corr_row *r, struct csv_writer *w)
{
	group_put(c->group, r->group, w);
	csv_put_str(w, r->y);
	csv_put_str(w, r->x);
	csv_put_str(w, corr_method_name[r->method]);
	csv_put_int(w, (long long)r->n);
	csv_put_int(w, (long long)r->missing);
	csv_put_num(w, r->r);
	csv_put_num(w, r->ci_low);
	csv_put_num(w, r->ci_high);
	csv_put_num(w, r->p);
	csv_put_num(w, r->q);
	if (c->cluster != NULL) {
		csv_put_num(w, r->df);
		csv_put_count(w, r->clusters);
	}
	if (c->view.permute > 0) {
		csv_put_num(w, r->p_perm);
		csv_put_num(w, r->p_max);
	}
	if (c->view.boot > 0) {
		csv_put_num(w, r->boot_low);
		csv_put_num(w, r->boot_high);
	}
	if (c->view.pool != NULL)
		meta_put(NULL, w);
	csv_put_end(w);
}

static void
put_table(struct corr *c, struct csv_writer *w)
{
	static const char *const name[] = { "y", "x", "method", "n", "missing", "r",
	    "ci_low", "ci_high", "p", "q" };
	struct corr_row *row = mem_new(c->spec.nx * (size_t)c->view.nmethod, sizeof *row);
	size_t *order = group_order(c->group);

	group_put_names(c->group, w);
	for (size_t i = 0; i < sizeof name / sizeof *name; i++)
		csv_put_str(w, name[i]);
	if (c->cluster != NULL) {
		csv_put_str(w, "df");
		csv_put_str(w, "clusters");
	}
	if (c->view.permute > 0) {
		csv_put_str(w, "p_perm");
		csv_put_str(w, "p_max");
	}
	if (c->view.boot > 0) {
		csv_put_str(w, "boot_low");
		csv_put_str(w, "boot_high");
	}
	if (c->view.pool != NULL)
		meta_put_names(w);
	csv_put_end(w);
	for (size_t k = 0; k < c->ngroup; k++)
		for (size_t j = 0; j < c->spec.ny; j++) {
			size_t n = corr_rows(c, order[k], j, row);

			for (size_t i = 0; i < n; i++)
				put_row(c, &row[i], w);
		}
	if (c->view.pool != NULL)
		corr_put_pooled(c, w);
	free(order);
	free(row);
}

double
corr_r(const struct corr *c, size_t k, int m, size_t x, size_t y)
{
	size_t i = y * c->spec.nx + x;

	if (c->spec.matrix)             /* a triangle, by rows */
		i = x < y ? y * (y + 1) / 2 + x : x * (x + 1) / 2 + y;
	return corr_result(c, k, m, i)->r;
}

/* Row i of the matrix of group k by method m. */
static void
put_matrix_row(const struct corr *c, size_t k, int m, size_t i, struct csv_writer *w)
{
	group_put(c->group, k, w);
	csv_put_str(w, corr_method_name[c->view.method[m]]);
	csv_put_str(w, c->name[i]);
	for (size_t j = 0; j < c->spec.nx; j++)
		csv_put_num(w, corr_r(c, k, m, i, j));
	csv_put_end(w);
}

static void
put_matrix(const struct corr *c, struct csv_writer *w)
{
	size_t *order = group_order(c->group);

	group_put_names(c->group, w);
	csv_put_str(w, "method");
	csv_put_str(w, "column");
	for (size_t i = 0; i < c->spec.nx; i++)
		csv_put_str(w, c->name[i]);
	csv_put_end(w);
	for (size_t k = 0; k < c->ngroup; k++)
		for (int m = 0; m < c->view.nmethod; m++)
			for (size_t i = 0; i < c->spec.nx; i++)
				put_matrix_row(c, order[k], m, i, w);
	free(order);
}

void
corr_put(struct corr *c, struct csv_writer *w)
{
	if (c->spec.matrix)
		put_matrix(c, w);
	else if (c->view.compare != CORR_COMPARE_NONE)
		corr_put_compare(c, w);
	else
		put_table(c, w);
}

/* ---- the report -------------------------------------------------------------------------- */

enum { ENTROPY, LOGIT_STD };            /* its responses */

/* Numbers of a report: signed, an undefined one is +nan. */
static void
put_r(struct out *out, const char *format, double r)
{
	if (isnan(r))
		out_printf(out, "+nan");
	else
		out_printf(out, format, r);
}

/* One stage: all but trace of the seed's descriptors. */
static void
put_stage(const struct corr *c, size_t k, struct out *out)
{
	static const int six[] = { DESCR_OP, DESCR_FRO, DESCR_RANK_EFF, DESCR_SPEC_ENT,
	    DESCR_ANISOTROPY, DESCR_CONDITION };
	const char *key = group_key(c->group, k, 0);
	char *stage = mem_text(key, strlen(key));

	err_mask(stage);
	out_printf(out, " [%s L%.0f-%.0f]", stage, c->sums[k].first, c->sums[k].last);
	free(stage);
	for (size_t i = 0; i < sizeof six / sizeof *six; i++) {
		out_printf(out, " %s:", descr_info[six[i]].name);
		put_r(out, "%+.2f", corr_r(c, k, 0, (size_t)six[i], ENTROPY));
	}
	out_printf(out, "\n");
}

/* The predictor with the greatest |r|, as the seed finds it: an undefined r that
 * stands first is never exceeded. */
static size_t
best_x(const struct corr *c)
{
	size_t best = 0;

	for (size_t i = 0; i < c->spec.nx; i++)
		if (fabs(corr_r(c, 0, 0, i, ENTROPY)) > fabs(corr_r(c, 0, 0, best, ENTROPY)))
			best = i;
	return best;
}

void
corr_put_report(const struct corr *c, struct out *out)
{
	size_t *order = group_order(c->group), best = best_x(c);

	out_printf(out, "All (layer, head) pairs \xe2\x80\x94 Pearson correlation with dynamic entropy:\n");
	for (size_t i = 0; i < c->spec.nx; i++) {
		out_printf(out, " %-12s vs entropy: ", descr_info[i].name);
		put_r(out, "%+.3f", corr_r(c, 0, 0, i, ENTROPY));
		out_printf(out, " vs logit_std: ");
		put_r(out, "%+.3f", corr_r(c, 0, 0, i, LOGIT_STD));
		out_printf(out, "\n");
	}
	out_printf(out, "\nStratified by layer position (entropy correlation):\n");
	for (size_t k = 1; k < c->ngroup; k++)
		if (c->sums[order[k]].first <= c->sums[order[k]].last)
			put_stage(c, order[k], out);
	out_printf(out, "\nBest single geometric predictor of entropy (abs):\n %s r = ", descr_info[best].name);
	put_r(out, "%+.3f", corr_r(c, 0, 0, best, ENTROPY));
	out_printf(out, "\n");
	free(order);
}
