/* corr_report.c - correlations for a reader: what a referee asks for, in words. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "corr.h"

struct report {
	struct corr *c;
	struct out *out;
	size_t tests, p_below, q_below; /* p so far, and those below 0.05 */
};

/* Names n of a list, with commas. */
static void
put_list(const struct report *r, char *const *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out_printf(r->out, "%s%s", i > 0 ? ", " : "", name[i]);
}

static void
put_methods(const struct report *r)
{
	static const char *const what[CORR_METHODS] = {
		"Pearson's r: how near the rows lie to a straight line, from -1 to 1",
		"Spearman's rho: Pearson's r of ranks, for any growing curve",
		"Kendall's tau: pairs of rows in the same order less those in the other, as a share",
	};

	for (int m = 0; m < r->c->view.nmethod; m++)
		out_printf(r->out, "%s%s\n", m == 0 ? "r         " : "          ", what[r->c->view.method[m]]);
}

/* What is held constant, and by what rows count. */
static void
put_controls(const struct report *r)
{
	const struct corr *c = r->c;
	size_t nc = c->spec.nc, first = c->spec.nx + c->spec.ny;

	if (nc + c->spec.nname > 0) {
		out_printf(r->out, "Controls  ");
		put_list(r, c->name + first, nc);
		out_printf(r->out, "%s", nc > 0 && c->spec.nname > 0 ? ", " : "");
		put_list(r, c->key + c->spec.nwithin, c->spec.nname);
		out_printf(r->out, ": what they explain is taken out of %s\n", c->view.semi ? "x" : "x and y");
	}
	if (c->spec.nwithin > 0) {
		out_printf(r->out, "Within    ");
		put_list(r, c->key, c->spec.nwithin);
		out_printf(r->out, ": differences between them do not count\n");
	}
	if (c->weight != NULL)
		out_printf(r->out, "Weights   %s\n", c->weight);
}

/* Whether the report has rows by method m; what is for clusters is by Pearson alone. */
static int
has_method(const struct corr *c, enum corr_method m)
{
	for (int i = 0; i < c->view.nmethod; i++)
		if (c->view.method[i] == m)
			return 1;
	return 0;
}

static int
has_slopes(const struct corr *c)
{
	return c->cluster != NULL && has_method(c, CORR_PEARSON);
}

/* What p, q and the intervals are. */
static void
put_meaning(const struct report *r)
{
	static const char *const how[ADJUST_COUNT] = { "Benjamini and Hochberg", "Benjamini and Yekutieli", "Holm", "Bonferroni" };
	const struct corr *c = r->c;
	const struct corr_view *v = &c->view;

	if (has_slopes(c)) {
		out_printf(r->out, "p         two-sided, for clusters: rows of the same ");
		put_list(r, c->key + c->spec.nwithin + c->spec.nname, c->spec.ncluster);
		out_printf(r->out, " may depend on each\n          other (%s)%s\n", v->small == LM_CR2 ?
		    "CR2, Satterthwaite's df" : "CR1, clusters - 1 df", v->nmethod > 1 ? "; of Pearson's r alone" : "");
	} else if (c->cluster != NULL) {
		out_printf(r->out, "p         none by ranks for clusters: rows of the same ");
		put_list(r, c->key + c->spec.nwithin + c->spec.nname, c->spec.ncluster);
		out_printf(r->out, "\n");
	} else {
		out_printf(r->out, "p         two-sided; it takes the rows to be independent\n");
		out_printf(r->out, "interval  of %g %%, of Pearson's r, likewise\n", 100*v->level);
	}
	if (c->cluster == NULL || has_slopes(c))
		out_printf(r->out, "q         p adjusted for %s\n          (%s)\n", v->family == CORR_ALL ? "all tests in this report" :
		    "the predictors of a response, in each group and method", how[v->adjust]);
	if (v->permute > 0)
		out_printf(r->out, "p perm    by %ld orders of the response; p max: for the greatest |r| of all predictors\n", v->permute);
	if (v->boot > 0)
		out_printf(r->out, "boot      interval of %g %% from %ld draws of %s (%s)\n", 100*v->level, v->boot,
		    c->cluster != NULL ? "clusters" : "rows", v->bca ? "BCa" : "percentiles");
}

static void
put_names(const struct corr *c, struct lay *l)
{
	lay_put(l, "");
	if (c->view.nmethod > 1)
		lay_put(l, "method");
	lay_put(l, "n");
	lay_put(l, "r");
	if (c->cluster == NULL) {
		lay_put(l, "low");
		lay_put(l, "high");
	} else if (has_slopes(c)) {
		lay_put(l, "clusters");
		lay_put(l, "df");
	}
	if (c->cluster == NULL || has_slopes(c)) {
		lay_put(l, "p");
		lay_put(l, "q");
	}
	if (c->view.permute > 0) {
		lay_put(l, "p perm");
		lay_put(l, "p max");
	}
	if (c->view.boot > 0) {
		lay_put(l, "boot low");
		lay_put(l, "boot high");
	}
	lay_end(l);
}

static void
put_row(struct report *r, const struct corr_row *row, struct lay *l)
{
	const struct corr *c = r->c;

	lay_put(l, row->x);
	if (c->view.nmethod > 1)
		lay_put(l, corr_method_name[row->method]);
	lay_put_num(l, "%.0f", row->n);
	lay_put_num(l, "%.3f", row->r);
	if (c->cluster == NULL) {
		lay_put_num(l, "%.3f", row->ci_low);
		lay_put_num(l, "%.3f", row->ci_high);
	} else if (has_slopes(c)) {
		lay_put_num(l, "%.0f", row->clusters);
		lay_put_num(l, "%.3g", row->df);
	}
	if (c->cluster == NULL || has_slopes(c)) {
		lay_put_num(l, "%.2g", row->p);
		lay_put_num(l, "%.2g", row->q);
	}
	if (c->view.permute > 0) {
		lay_put_num(l, "%.2g", row->p_perm);
		lay_put_num(l, "%.2g", row->p_max);
	}
	if (c->view.boot > 0) {
		lay_put_num(l, "%.3f", row->boot_low);
		lay_put_num(l, "%.3f", row->boot_high);
	}
	lay_end(l);
	r->tests += isnan(row->p) ? 0 : 1;
	r->p_below += row->p < 0.05;
	r->q_below += row->q < 0.05;
}

/* The correlations of response j in group k, one for each predictor. */
static void
put_block(struct report *r, size_t k, size_t j, struct corr_row *row)
{
	struct corr *c = r->c;
	size_t n = corr_rows(c, k, j, row);
	struct lay *l = lay_new();

	out_printf(r->out, "\n%s%s\n", c->name[c->spec.nx + j], k == 0 && group_keys(c->group) > 0 ? " (all rows)" :
	    group_text(c->group, k));
	put_names(c, l);
	for (size_t i = 0; i < n; i++)
		put_row(r, &row[i], l);
	lay_print(l, r->out);
}

void
corr_put_full(struct corr *c, struct out *out)
{
	struct report r = { c, out, 0, 0, 0 };
	struct corr_row *row = mem_new(c->spec.nx * (size_t)c->view.nmethod, sizeof *row);
	size_t *order = group_order(c->group);

	out_printf(out, "\nCorrelations with ");
	put_list(&r, c->name + c->spec.nx, c->spec.ny);
	out_printf(out, "\n\nRows      %.0f; %s\n", corr_rows_of(c, 0), c->spec.complete ?
	    "a row counts if it has all values" : "for an r count those that have both values");
	put_methods(&r);
	put_controls(&r);
	put_meaning(&r);
	for (size_t k = 0; k < c->ngroup; k++)
		for (size_t j = 0; j < c->spec.ny; j++)
			put_block(&r, order[k], j, row);
	if (r.tests == 0)
		out_printf(out, "\nTests: none.\n");
	else
		out_printf(out, "\nTests: %zu. If nothing went with anything, %.2g would be expected to have\n"
		    "  p < 0.05; here %zu, and %zu q < 0.05. What was tried before is not counted.\n", r.tests,
		    0.05 * (double)r.tests, r.p_below, r.q_below);
	free(row);
	free(order);
}
