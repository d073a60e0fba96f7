/* hg-correlate - which descriptor goes with which measurement.
 *
 * Comes in: a table; goes out: for each group of rows, response y and
 * predictor x, Pearson's r of the rows that have both, with its interval and
 * its p, and q within the p of one y (hg-correlate(1) gives the formulas).
 * What is kept is one co-moment of a pair for each (group, y, x).  Nothing is
 * printed before the input has ended well.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "num.h"

static const char usage[] =
	"usage: hg-correlate [-hprV] [-g LIST] [-m LIST] [-o FILE] [-x LIST] [-y LIST]\n"
	"                    [-z N] [-@ N] [--complete] [--format FMT] [--level P]\n"
	"                    [--na LIST] [FILE ...]\n"
	"  -g, --group LIST    keys of groups (stage, if present; '' for none)\n"
	"  -m, --method LIST   pearson\n"
	"  -r, --report        the report for a reader instead of a table\n"
	"  -x, --x LIST        predictors (the descriptors present)\n"
	"  -y, --y LIST        responses (entropy and logit_std, those present)\n"
	"      --complete      only rows that have all of -x and -y\n"
	"      --level P       of the confidence intervals (0.95)\n"
	OPTS_USAGE;

enum { COMPLETE = OPTS_OWN, LEVEL };

static const struct option longopts[] = {
	{ "complete", no_argument,       NULL, COMPLETE },
	{ "group",    required_argument, NULL, 'g' },
	{ "level",    required_argument, NULL, LEVEL },
	{ "method",   required_argument, NULL, 'm' },
	{ "report",   no_argument,       NULL, 'r' },
	{ "x",        required_argument, NULL, 'x' },
	{ "y",        required_argument, NULL, 'y' },
	OPTS_LONG
};

static struct opts opts;
static int complete, report;
static const char *xlist, *ylist, *glist;
static double level;                    /* 0: not given */

struct study {
	struct table *t;
	size_t *x, nx, *y, ny;          /* columns */
	struct group *group;
	size_t layer;                   /* column, for the report alone */
	size_t ngroup, cap;
	struct sums {                   /* by group */
		double rows;
		double first, last;     /* layers */
		struct comom *pair;     /* pair[iy * nx + ix] */
	} *sums;
	double *v;                      /* the row's numbers, x then y; NaN: missing */
};

static int
is_descriptor(const char *name)
{
	for (int d = 0; d < DESCR_COUNT; d++)
		if (strcmp(name, descr_info[d].name) == 0)
			return 1;
	return 0;
}

static size_t *
default_x(const struct table *t, size_t *n)
{
	size_t *x = mem_new(t->ncol, sizeof *x);

	*n = 0;
	for (size_t c = 0; c < t->ncol; c++)
		if (is_descriptor(t->name[c]))
			x[(*n)++] = table_col(t, t->name[c]);
	return x;
}

static size_t *
default_y(const struct table *t, size_t *n)
{
	static const char *const name[] = { "entropy", "logit_std" };
	size_t *y = mem_new(2, sizeof *y);

	*n = 0;
	for (size_t i = 0; i < 2; i++)
		if ((y[*n] = table_find(t, name[i])) != TABLE_NONE)
			++*n;
	return y;
}

static size_t *
default_keys(const struct table *t, size_t *n)
{
	size_t *key = mem_new(1, sizeof *key);

	key[0] = table_find(t, "stage");
	*n = key[0] != TABLE_NONE;
	return key;
}

/* The report's columns are the seed's, all of them. */
static void
plan_report(struct study *s)
{
	size_t *key = mem_new(1, sizeof *key);

	s->x = mem_new(DESCR_SEED, sizeof *s->x);
	for (s->nx = 0; s->nx < DESCR_SEED; s->nx++)
		s->x[s->nx] = table_col(s->t, descr_info[s->nx].name);
	s->y = mem_new(2, sizeof *s->y);
	s->y[s->ny++] = table_col(s->t, "entropy");
	s->y[s->ny++] = table_col(s->t, "logit_std");
	s->layer = table_col(s->t, "layer");
	key[0] = table_col(s->t, "stage");
	s->group = group_new(s->t, key, 1);
}

static void
plan(struct study *s)
{
	size_t *key, nkey;

	if (report) {
		plan_report(s);
	} else {
		s->x = xlist ? cols_select(s->t, xlist, "-x", &s->nx) : default_x(s->t, &s->nx);
		s->y = ylist ? cols_select(s->t, ylist, "-y", &s->ny) : default_y(s->t, &s->ny);
		key = glist ? cols_select(s->t, glist, "-g", &nkey) : default_keys(s->t, &nkey);
		s->group = group_new(s->t, key, nkey);
	}
	if (s->nx == 0)
		die("%s: no descriptors: say which columns with -x", gz_name(s->t->gz));
	if (s->ny == 0)
		die("%s: neither entropy nor logit_std: say which columns with -y", gz_name(s->t->gz));
	s->v = mem_new(s->nx + s->ny, sizeof *s->v);
}

/* The sums of group k, new ones if need be. */
static struct sums *
sums_of(struct study *s, size_t k)
{
	s->sums = mem_grow(s->sums, &s->cap, k + 1, sizeof *s->sums);
	for (; s->ngroup <= k; s->ngroup++) {
		struct sums *g = &s->sums[s->ngroup];

		*g = (struct sums){ 0, INFINITY, -INFINITY, mem_new(s->nx * s->ny, sizeof *g->pair) };
		for (size_t i = 0; i < s->nx * s->ny; i++)
			comom_init(&g->pair[i]);
	}
	return &s->sums[k];
}

static void
add_row(struct study *s)
{
	struct sums *g = sums_of(s, group_of(s->group));
	double *x = s->v, *y = x + s->nx, v;
	int whole = 1;

	for (size_t i = 0; i < s->nx + s->ny; i++) {
		s->v[i] = table_num(s->t, i < s->nx ? s->x[i] : s->y[i - s->nx], &v) ? v : NAN;
		whole &= !isnan(s->v[i]);
	}
	g->rows++;
	if (report && table_num(s->t, s->layer, &v)) {
		g->first = fmin(g->first, v);
		g->last = fmax(g->last, v);
	}
	for (size_t j = 0; j < s->ny && (whole || !complete); j++)
		for (size_t i = 0; i < s->nx; i++)
			if (whole || (!isnan(y[j]) && !isnan(x[i])))
				comom_add(&g->pair[j * s->nx + i], x[i], y[j]);
}

/* Group 0 has the rows without a key so far; the others join it. */
static void
pool(struct study *s)
{
	struct sums *all = sums_of(s, 0);

	for (size_t k = 1; k < s->ngroup; k++) {
		all->rows += s->sums[k].rows;
		for (size_t i = 0; i < s->nx * s->ny; i++)
			comom_merge(&all->pair[i], &s->sums[k].pair[i]);
	}
}

/* Says once for group k which variables are constant, and which pairs too few. */
static void
warn_undefined(struct study *s, size_t k)
{
	const struct comom *p = s->sums[k].pair;
	const char *where = group_text(s->group, k);

	for (size_t i = 0; i < s->nx; i++)
		if (p[i].n >= 2 && p[i].xmin == p[i].xmax)
			warn("%s is constant%s: no correlation", s->t->name[s->x[i]], where);
	for (size_t j = 0; j < s->ny; j++)
		if (p[j * s->nx].n >= 2 && p[j * s->nx].ymin == p[j * s->nx].ymax)
			warn("%s is constant%s: no correlation", s->t->name[s->y[j]], where);
	for (size_t i = 0; i < s->nx * s->ny; i++)
		if (p[i].n < 2) {
			warn("%s and %s: %g row%s%s: no correlation", s->t->name[s->y[i / s->nx]],
			    s->t->name[s->x[i % s->nx]], p[i].n, p[i].n == 1 ? "" : "s", where);
			if (p[i].n == p[0].n)
				break;          /* the same for all */
		}
}

static double
p_value(double r, double n)
{
	double df = n - 2;

	return n > 2 ? tail_t2(r * sqrt(df / ((1 - r) * (1 + r))), df) : NAN;
}

/* The rows of one group and response. */
static void
put_rows(struct study *s, size_t k, size_t j, struct csv_writer *w)
{
	const struct sums *g = &s->sums[k];
	double *p = mem_new(2 * s->nx, sizeof *p), *q = p + s->nx, lo, hi;
	ptrdiff_t *work = mem_new(s->nx, sizeof *work);

	for (size_t i = 0; i < s->nx; i++)
		p[i] = p_value(comom_r(&g->pair[j * s->nx + i]), g->pair[j * s->nx + i].n);
	tail_bh(p, (ptrdiff_t)s->nx, q, work);
	for (size_t i = 0; i < s->nx; i++) {
		const struct comom *c = &g->pair[j * s->nx + i];
		double r = comom_r(c);

		tail_fisher(r, c->n, 0, level, &lo, &hi);
		group_put(s->group, k, w);
		csv_put_str(w, s->t->name[s->y[j]]);
		csv_put_str(w, s->t->name[s->x[i]]);
		csv_put_str(w, "pearson");
		csv_put_int(w, (long long)c->n);
		csv_put_int(w, (long long)(g->rows - c->n));
		csv_put_num(w, r);
		csv_put_num(w, lo);
		csv_put_num(w, hi);
		csv_put_num(w, p[i]);
		csv_put_num(w, q[i]);
		csv_put_end(w);
	}
	free(p);
	free(work);
}

static void
put_table(struct study *s, struct out *out)
{
	static const char *const name[] = { "y", "x", "method", "n", "missing", "r",
	    "ci_low", "ci_high", "p", "q" };
	struct csv_writer w = { .out = out, .format = opts.format };
	size_t *order = group_order(s->group);

	group_put_names(s->group, &w);
	for (size_t i = 0; i < sizeof name / sizeof *name; i++)
		csv_put_str(&w, name[i]);
	csv_put_end(&w);
	for (size_t k = 0; k < s->ngroup; k++)
		for (size_t j = 0; j < s->ny; j++)
			put_rows(s, order[k], j, &w);
	free(order);
}

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
put_stage(struct study *s, size_t k, struct out *out)
{
	static const int six[] = { DESCR_OP, DESCR_FRO, DESCR_RANK_EFF, DESCR_SPEC_ENT,
	    DESCR_ANISOTROPY, DESCR_CONDITION };
	struct csv_writer w = { .out = out };
	const struct sums *g = &s->sums[k];

	out_printf(out, " [");
	group_put(s->group, k, &w);
	out_printf(out, " L%.0f-%.0f]", g->first, g->last);
	for (size_t i = 0; i < sizeof six / sizeof *six; i++) {
		out_printf(out, " %s:", descr_info[six[i]].name);
		put_r(out, "%+.2f", comom_r(&g->pair[six[i]]));
	}
	out_printf(out, "\n");
}

static void
put_report(struct study *s, struct out *out)
{
	const struct comom *pair = s->sums[0].pair;
	size_t *order = group_order(s->group), best = 0;

	out_printf(out, "All (layer, head) pairs \xe2\x80\x94 Pearson correlation with dynamic entropy:\n");
	for (size_t i = 0; i < s->nx; i++) {
		out_printf(out, " %-12s vs entropy: ", descr_info[i].name);
		put_r(out, "%+.3f", comom_r(&pair[i]));
		out_printf(out, " vs logit_std: ");
		put_r(out, "%+.3f", comom_r(&pair[s->nx + i]));
		out_printf(out, "\n");
		if (fabs(comom_r(&pair[i])) > fabs(comom_r(&pair[best])))
			best = i;
	}
	out_printf(out, "\nStratified by layer position (entropy correlation):\n");
	for (size_t k = 1; k < s->ngroup; k++)
		if (s->sums[order[k]].first <= s->sums[order[k]].last)
			put_stage(s, order[k], out);
	out_printf(out, "\nBest single geometric predictor of entropy (abs):\n %s r = ", descr_info[best].name);
	put_r(out, "%+.3f", comom_r(&pair[best]));
	out_printf(out, "\n");
	free(order);
}

static void
check_methods(const char *list)
{
	for (const char *m = list; m != NULL; m = strchr(m, ',') ? strchr(m, ',') + 1 : NULL)
		if (strcspn(m, ",") != 7 || memcmp(m, "pearson", 7) != 0)
			die_usage("-m: no method \"%.*s\"", (int)strcspn(m, ","), m);
}

static void
study_free(struct study *s)
{
	for (size_t k = 0; k < s->ngroup; k++)
		free(s->sums[k].pair);
	free(s->sums);
	group_free(s->group);
	free(s->x);
	free(s->y);
	free(s->v);
	table_close(s->t);
}

static void
correlate(char *const *operand, int n)
{
	struct study s = { .t = table_open(operand, n, &opts) };
	struct out *out;

	plan(&s);
	while (table_next(s.t))
		add_row(&s);
	pool(&s);
	for (size_t k = 0; k < s.ngroup; k++)
		warn_undefined(&s, k);
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
	while ((c = getopt_long(argc, argv, OPTS_SHORT "g:m:rx:y:", longopts, NULL)) != -1)
		switch (c) {
		case 'g':
			glist = optarg;
			break;
		case 'm':
			check_methods(optarg);
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
		case COMPLETE:
			complete = 1;
			break;
		case LEVEL:
			level = opts_fraction(optarg, "--level", 0, 1);
			break;
		default:
			opts_take(&opts, c, argv, usage);
		}
	if (report && (xlist || ylist || glist || level > 0 || opts.format))
		die_usage("-r has its own form: -x, -y, -g, --format, --level do not go with it");
	level = level > 0 ? level : 0.95;
	operand = opts_operands(argc, argv, usage, &n);
	correlate(operand, n);
	return 0;
}
