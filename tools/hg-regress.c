/* hg-regress - how well the descriptors predict together.
 *
 * Comes in: a table; goes out: for each group of rows and response y, the least
 * squares fit of y on an intercept and the predictors x, as coefficients or as
 * the figures of the fit (hg-regress(1) gives the formulas).  What is kept is
 * one triangular factor of [1 X y] for each (group, y).  Nothing is printed
 * before the input has ended well.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "num.h"

static const char usage[] =
	"usage: hg-regress [-hprV] [-g LIST] [-o FILE] [-x LIST] [-y LIST] [-z N] [-@ N]\n"
	"                  [--fit] [--format FMT] [--level P] [--min-norm] [--na LIST]\n"
	"                  [FILE ...]\n"
	"  -g, --group LIST    keys of groups, a model each (none)\n"
	"  -r, --report        the report for a reader instead of a table\n"
	"  -x, --x LIST        predictors (op,spec_ent,rank_eff,anisotropy)\n"
	"  -y, --y LIST        responses, a model each (entropy)\n"
	"      --fit           the figures of the fit, not the coefficients\n"
	"      --level P       of the confidence intervals (0.95)\n"
	"      --min-norm      least norm where the predictors are dependent\n"
	OPTS_USAGE;

enum { FIT = OPTS_OWN, LEVEL, MIN_NORM };

static const struct option longopts[] = {
	{ "fit",      no_argument,       NULL, FIT },
	{ "group",    required_argument, NULL, 'g' },
	{ "level",    required_argument, NULL, LEVEL },
	{ "min-norm", no_argument,       NULL, MIN_NORM },
	{ "report",   no_argument,       NULL, 'r' },
	{ "x",        required_argument, NULL, 'x' },
	{ "y",        required_argument, NULL, 'y' },
	OPTS_LONG
};

static struct opts opts;
static int fit, min_norm, report;
static const char *xlist, *ylist, *glist;
static double level;                    /* 0: not given */

struct study {
	struct table *t;
	size_t *x, k, *y, ny;           /* columns */
	struct group *group;
	size_t ngroup, cap;
	struct sums {                   /* by group */
		double rows;
		struct tri *model;      /* by y: the factor of [1 X y] */
		double *mem;            /* of the factors */
	} *sums;
	double *v;                      /* the row's numbers, x then y */
	struct ls ls;                   /* the fit in hand, and its workspace */
	double *work;
};

static void
plan(struct study *s)
{
	size_t *key, nkey;

	s->x = cols_select(s->t, xlist ? xlist : "op,spec_ent,rank_eff,anisotropy", "-x", &s->k);
	s->y = cols_select(s->t, ylist ? ylist : "entropy", "-y", &s->ny);
	key = cols_select(s->t, glist ? glist : "", "-g", &nkey);
	s->group = group_new(s->t, key, nkey);
	if (s->ny == 0)
		die_usage("-y: no response");
	for (size_t i = 0; i < s->k; i++)
		for (size_t j = 0; j < s->ny; j++)
			if (s->x[i] == s->y[j])
				die("column \"%s\" is both in -x and in -y", s->t->name[s->x[i]]);
	s->v = mem_new(s->k + 1, sizeof *s->v);
	s->ls.b = mem_new(s->k, sizeof *s->ls.b);
	s->ls.se = mem_new(s->k, sizeof *s->ls.se);
	s->ls.beta = mem_new(s->k, sizeof *s->ls.beta);
	s->ls.vif = mem_new(s->k, sizeof *s->ls.vif);
	s->ls.aliased = mem_new(s->k, sizeof *s->ls.aliased);
	s->work = mem_new(ls_work((ptrdiff_t)s->k), sizeof *s->work);
}

static struct sums *
sums_of(struct study *s, size_t k)
{
	ptrdiff_t p = (ptrdiff_t)s->k + 1;

	s->sums = mem_grow(s->sums, &s->cap, k + 1, sizeof *s->sums);
	for (; s->ngroup <= k; s->ngroup++) {
		struct sums *g = &s->sums[s->ngroup];

		*g = (struct sums){ 0, mem_new(s->ny, sizeof *g->model),
		    mem_new(s->ny, tri_size(p) * sizeof *g->mem) };
		for (size_t j = 0; j < s->ny; j++)
			tri_init(&g->model[j], p, g->mem + j * tri_size(p));
	}
	return &s->sums[k];
}

static void
add_row(struct study *s)
{
	struct sums *g = sums_of(s, group_of(s->group));
	int whole = 1;

	for (size_t i = 0; i < s->k; i++)
		whole &= table_num(s->t, s->x[i], &s->v[i]);
	for (size_t j = 0; j < s->ny; j++)
		if (table_num(s->t, s->y[j], &s->v[s->k]) && whole)
			tri_add(&g->model[j], s->v);
	g->rows++;
}

/* Group 0 has the rows without a key so far; the others join it. */
static void
pool(struct study *s)
{
	struct sums *all = sums_of(s, 0);

	for (size_t k = 1; k < s->ngroup; k++) {
		all->rows += s->sums[k].rows;
		for (size_t j = 0; j < s->ny; j++)
			tri_merge(&all->model[j], &s->sums[k].model[j]);
	}
}

static void
warn_model(struct study *s, const struct tri *m, const char *y, const char *where)
{
	char *names = NULL;
	size_t len = 0, cap = 0;

	if (m->n < 2)
		warn("%s%s: %g row%s without missing values", y, where, m->n, m->n == 1 ? "" : "s");
	else if (m->min[s->k] == m->max[s->k])
		warn("%s%s is constant: nothing to explain", y, where);
	if (m->n >= 2 && min_norm && s->ls.rank < (ptrdiff_t)s->k)
		warn("%s%s: rank %td of %zu: the solution of least norm", y, where, s->ls.rank, s->k);
	for (size_t i = 0; i < s->k; i++)
		if (s->ls.aliased[i]) {
			const char *x = s->t->name[s->x[i]];

			names = mem_grow(names, &cap, len + strlen(x) + 3, 1);
			len += (size_t)sprintf(names + len, "%s%s", len > 0 ? ", " : "", x);
		}
	if (names != NULL && m->n >= 2)
		warn("%s%s: rank %td of %zu: dependent on the terms before: %s", y, where,
		    s->ls.rank, s->k, names);
	free(names);
}

/* Fits model j of group k into s->ls. */
static void
solve(struct study *s, size_t k, size_t j)
{
	struct tri *m = &s->sums[k].model[j];

	if (ls_fit(m, min_norm, &s->ls, s->work) != 0)
		die("%s%s: the singular values do not converge", s->t->name[s->y[j]], group_text(s->group, k));
	warn_model(s, m, s->t->name[s->y[j]], group_text(s->group, k));
}

/* One coefficient; t is the quantile for its interval. */
static void
put_term(struct study *s, size_t k, size_t j, struct csv_writer *w, const char *term,
    double b, double se, double beta, double vif, double t)
{
	double statistic = b / se;

	group_put(s->group, k, w);
	csv_put_str(w, s->t->name[s->y[j]]);
	csv_put_str(w, term);
	csv_put_num(w, b);
	csv_put_num(w, se);
	csv_put_num(w, statistic);
	csv_put_num(w, isfinite(statistic) ? tail_t2(statistic, s->ls.df_residual) : NAN);
	csv_put_num(w, b - t * se);
	csv_put_num(w, b + t * se);
	csv_put_num(w, beta);
	csv_put_num(w, vif);
	csv_put_end(w);
}

static void
put_coefficients(struct study *s, size_t k, size_t j, struct csv_writer *w)
{
	const struct ls *f = &s->ls;
	double t = f->df_residual > 0 ? tail_t2_inv(1 - level, f->df_residual) : NAN;

	put_term(s, k, j, w, "(Intercept)", f->b0, f->se0, NAN, NAN, t);
	for (size_t i = 0; i < s->k; i++)
		put_term(s, k, j, w, s->t->name[s->x[i]], f->b[i], f->se[i], f->beta[i], f->vif[i], t);
}

static void
put_fit(struct study *s, size_t k, size_t j, struct csv_writer *w)
{
	const struct ls *f = &s->ls;
	double n = s->sums[k].model[j].n, df = (double)f->rank, dfr = f->df_residual;
	double r2 = 1 - f->rss / f->tss, stat, log_lik;

	stat = df > 0 && dfr > 0 ? (f->tss - f->rss) / df / (f->rss / dfr) : NAN;
	log_lik = -n / 2 * (num_log(2 * 3.14159265358979323846 * (f->rss / n)) + 1);
	group_put(s->group, k, w);
	csv_put_str(w, s->t->name[s->y[j]]);
	csv_put_int(w, (long long)n);
	csv_put_int(w, (long long)(s->sums[k].rows - n));
	csv_put_int(w, n > 0 ? f->rank + 1 : 0);
	csv_put_int(w, f->rank);
	if (n > 0)
		csv_put_int(w, (long long)dfr);
	else
		csv_put_str(w, "");
	csv_put_num(w, r2);
	csv_put_num(w, dfr > 0 ? 1 - (1 - r2) * (n - 1) / dfr : NAN);
	csv_put_num(w, f->sigma);
	csv_put_num(w, stat);
	csv_put_num(w, isfinite(stat) ? tail_f(stat, df, dfr) : NAN);
	csv_put_num(w, log_lik);
	csv_put_num(w, -2 * log_lik + 2 * (df + 2));
	csv_put_num(w, -2 * log_lik + num_log(n) * (df + 2));
	csv_put_num(w, f->condition);
	csv_put_end(w);
}

static void
put_header(struct study *s, struct csv_writer *w)
{
	static const char *const coefficients[] = { "y", "term", "estimate", "std_error", "statistic",
	    "p_value", "conf_low", "conf_high", "beta", "vif", NULL };
	static const char *const figures[] = { "y", "n", "missing", "rank", "df", "df_residual",
	    "r_squared", "adj_r_squared", "sigma", "f_statistic", "f_p_value", "log_lik", "aic",
	    "bic", "condition", NULL };

	group_put_names(s->group, w);
	for (const char *const *name = fit ? figures : coefficients; *name != NULL; name++)
		csv_put_str(w, *name);
	csv_put_end(w);
}

static void
put_table(struct study *s, struct out *out)
{
	struct csv_writer w = { .out = out, .format = opts.format };
	size_t *order = group_order(s->group);

	put_header(s, &w);
	for (size_t i = 0; i < s->ngroup; i++)
		for (size_t j = 0; j < s->ny; j++) {
			solve(s, order[i], j);
			(fit ? put_fit : put_coefficients)(s, order[i], j, &w);
		}
	free(order);
}

/* The seed's last section; what is undefined is what numpy makes of it. */
static void
put_report(struct study *s, struct out *out)
{
	double r2;

	solve(s, 0, 0);
	r2 = 1 - s->ls.rss / s->ls.tss;
	out_printf(out, "\nLinear regression of entropy on multiple descriptors (standardized):\n");
	if (isfinite(r2))
		out_printf(out, " R\xc2\xb2 = %.3f\n", r2);
	else
		out_printf(out, " R\xc2\xb2 = nan\n");
	out_printf(out, " standardized coefficients:\n");
	for (size_t i = 0; i < s->k; i++)
		out_printf(out, " %-12s %+.3f\n", s->t->name[s->x[i]], isfinite(s->ls.beta[i]) ? s->ls.beta[i] : 0);
}

static void
study_free(struct study *s)
{
	for (size_t k = 0; k < s->ngroup; k++) {
		free(s->sums[k].model);
		free(s->sums[k].mem);
	}
	free(s->sums);
	group_free(s->group);
	free(s->x);
	free(s->y);
	free(s->v);
	free(s->ls.b);
	free(s->ls.se);
	free(s->ls.beta);
	free(s->ls.vif);
	free(s->ls.aliased);
	free(s->work);
	table_close(s->t);
}

static void
regress(char *const *operand, int n)
{
	struct study s = { .t = table_open(operand, n, &opts) };
	struct out *out;

	plan(&s);
	while (table_next(s.t))
		add_row(&s);
	pool(&s);
	group_warn(s.group);
	opts.plain |= report;
	out = opts_out(&opts);
	if (report)
		put_report(&s, out);
	else
		put_table(&s, out);
	out_close(out);
	study_free(&s);
}

int
main(int argc, char **argv)
{
	char *const *operand;
	int c, n;

	err_init(argv[0]);
	opts_init(&opts);
	while ((c = getopt_long(argc, argv, OPTS_SHORT "g:rx:y:", longopts, NULL)) != -1)
		switch (c) {
		case 'g':
			glist = optarg;
			break;
		case 'r':
			report = 1;
			break;
		case 'x':
			xlist = optarg;
			break;
		case 'y':
			ylist = optarg;
			break;
		case FIT:
			fit = 1;
			break;
		case LEVEL:
			level = opts_fraction(optarg, "--level", 0, 1);
			break;
		case MIN_NORM:
			min_norm = 1;
			break;
		default:
			opts_take(&opts, c, argv, usage);
		}
	if (report && (xlist || ylist || glist || fit || level > 0 || opts.format))
		die_usage("-r has its own form: -x, -y, -g, --fit, --format, --level do not go with it");
	level = level > 0 ? level : 0.95;
	min_norm |= report;
	operand = opts_operands(argc, argv, usage, &n);
	regress(operand, n);
	return 0;
}
