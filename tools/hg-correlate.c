/* hg-correlate - which descriptor goes with which measurement.
 *
 * Comes in: a table; goes out: for each group of rows, response y and
 * predictor x, their correlation by one method or several, with its interval
 * and its p, and q within the p of one y (hg-correlate(1) gives the formulas).
 * The sums can be written as a state, and states merged.  Here columns are chosen;
 * what is kept of the rows and made of it is lib/stat's.  Nothing is printed before
 * the input has ended well.
 */
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "num.h"
#include "stat.h"

static const char usage[] =
	"usage: hg-correlate [-hprRtV] [-c LIST] [-g LIST] [-m LIST] [-o FILE] [-w COL]\n"
	"                    [-x LIST] [-y LIST] [-z N] [-@ N] [--adjust HOW] [--boot N]\n"
	"                    [--boot-kind KIND] [--cluster LIST] [--compare WHAT]\n"
	"                    [--complete] [--factor COL[=REFERENCE]] [--family WHICH]\n"
	"                    [--format FMT] [--level P] [--matrix] [--max-record SIZE]\n"
	"                    [--merge] [--na LIST] [--part I/N] [--permute N]\n"
	"                    [--poly COL:DEGREE] [--pool COL] [--save-state] [--seed S]\n"
	"                    [--semi] [--small KIND] [--within LIST] [FILE ...]\n"
	"  -c, --control LIST  partial correlation: these columns held constant\n"
	"  -g, --group LIST    keys of groups (stage, if present; '' for none)\n"
	"  -m, --method LIST   pearson, spearman, kendall (pearson)\n"
	"  -r, --report        the report for a reader instead of a table\n"
	"  -R, --report-full   all that a referee asks for, in words\n"
	"  -w, --weight COL    weights of the rows\n"
	"  -x, --x LIST        predictors (the descriptors present)\n"
	"  -y, --y LIST        responses (entropy and logit_std, those present)\n"
	"      --adjust HOW    p to q: bh, by, holm or bonferroni (bh)\n"
	"      --boot N        intervals from N draws of rows\n"
	"      --boot-kind KIND  percentile or bca (bca)\n"
	"      --cluster LIST  p for clusters of rows with the same keys\n"
	"      --compare WHAT  two r: x (of one y), y (of one x) or groups\n"
	"      --complete      only rows that have all of -x and -y\n"
	"      --factor COL[=REFERENCE]  a control that names levels\n"
	"      --family WHICH  adjusted together: block (one y and group) or all\n"
	"      --level P       of the confidence intervals (0.95)\n"
	"      --matrix        a square table of r among -x\n"
	"      --merge         read states, not tables\n"
	"      --permute N     p from N orders of y, also for the greatest |r| of -x\n"
	"      --poly COL:DEGREE  a control and its powers\n"
	"      --pool COL      each r over the groups of this key: random effects\n"
	"      --save-state    write what was summed, for --merge\n"
	"      --seed S        of the random numbers (1)\n"
	"      --semi          with -c: the controls taken from x alone\n"
	"      --small KIND    with --cluster: cr1 or cr2 (for few clusters)\n"
	"      --within LIST   correlation within the values of these keys\n"
	OPTS_PART_USAGE
	OPTS_USAGE;

enum { ADJUST = OPTS_OWN, BOOT, BOOT_KIND, CLUSTER, COMPARE, COMPLETE, FACTOR, FAMILY, LEVEL, MATRIX, MERGE, PERMUTE, POLY,
	POOL, SAVE_STATE, SEED, SEMI, SMALL, WITHIN };

static const struct option longopts[] = {
	{ "adjust",     required_argument, NULL, ADJUST },
	{ "boot",       required_argument, NULL, BOOT },
	{ "boot-kind",  required_argument, NULL, BOOT_KIND },
	{ "cluster",    required_argument, NULL, CLUSTER },
	{ "compare",    required_argument, NULL, COMPARE },
	{ "complete",   no_argument,       NULL, COMPLETE },
	{ "control",    required_argument, NULL, 'c' },
	{ "factor",     required_argument, NULL, FACTOR },
	{ "family",     required_argument, NULL, FAMILY },
	{ "group",      required_argument, NULL, 'g' },
	{ "level",      required_argument, NULL, LEVEL },
	{ "matrix",     no_argument,       NULL, MATRIX },
	{ "merge",      no_argument,       NULL, MERGE },
	{ "method",     required_argument, NULL, 'm' },
	{ "permute",    required_argument, NULL, PERMUTE },
	{ "poly",       required_argument, NULL, POLY },
	{ "pool",       required_argument, NULL, POOL },
	{ "report",     no_argument,       NULL, 'r' },
	{ "report-full", no_argument,      NULL, 'R' },
	{ "save-state", no_argument,       NULL, SAVE_STATE },
	{ "seed",       required_argument, NULL, SEED },
	{ "semi",       no_argument,       NULL, SEMI },
	{ "small",      required_argument, NULL, SMALL },
	{ "weight",     required_argument, NULL, 'w' },
	{ "within",     required_argument, NULL, WITHIN },
	{ "x",          required_argument, NULL, 'x' },
	{ "y",          required_argument, NULL, 'y' },
	OPTS_PART_LONG,
	OPTS_LONG
};

/* What the options say. */
struct options {
	struct opts common;
	int complete, matrix, merge, report, full, save_state;
	const char *x, *y, *group, *control, *weight, *within, *cluster;
	struct special { int kind; const char *arg; } *special; /* --factor, --poly as they came */
	size_t nspecial, cap;
	struct corr_view view;          /* its level 0: not given */
};

/* Columns of a table by what they are for. */
struct columns {
	size_t *x, *y, *key, *within, *cluster, *variable, *text;
	size_t nx, ny, nkey, nwithin, ncluster, weight;
	struct design control;
	size_t nvariable, ntext, nname; /* variable: x, y, controls; text: within, nname controls, cluster */
};

/* -c, --factor and --poly: numbers, some with powers, and names. */
static void
choose_controls(struct columns *c, struct table *t, const struct options *o)
{
	struct design *d = &c->control;

	d->table = t;
	if (o->control != NULL)
		design_x(d, o->control, "-c");
	for (size_t i = 0; i < o->nspecial; i++)
		(o->special[i].kind == FACTOR ? design_factor : design_poly)(d, o->special[i].arg);
	design_names(d);
	for (size_t i = 0; i < d->nvar; i++)
		c->nname += d->var[i].degree == 0;
}

/* p can be for clusters: by Pearson, of rows in the order that they have. */
static int
has_clusters(const struct options *o)
{
	const struct corr_view *v = &o->view;

	return v->permute == 0 && (v->nmethod == 0 || (v->nmethod == 1 && v->method[0] == CORR_PEARSON));
}

/* With -R the layers of heads are clusters, unless they are the groups. */
static void
choose_clusters(struct columns *c, const struct table *t, const struct options *o)
{
	const struct design *d = &c->control;
	size_t *variable, n = 0;

	if (!o->full || o->cluster != NULL || !has_clusters(o)) {
		c->cluster = cols_select(t, o->cluster ? o->cluster : "", "--cluster", &c->ncluster);
		return;
	}
	variable = mem_new(c->nx + c->ny + d->nvar, sizeof *variable);
	for (; n < c->nx + c->ny; n++)
		variable[n] = n < c->nx ? c->x[n] : c->y[n - c->nx];
	for (size_t i = 0; i < d->nvar; i++)
		if (d->var[i].degree > 0)
			variable[n++] = d->col[i];
	c->cluster = columns_layer(t, variable, n, &c->ncluster);
	if (c->ncluster > 0 && columns_have(c->key, c->nkey, c->cluster[c->ncluster - 1]))
		c->ncluster = 0;
	if (c->ncluster == 0 && corr_view_given(&o->view, "small"))
		die("%s: no layers that could be clusters: say which rows are one with --cluster", gz_name(t->gz));
	free(variable);
}

/* The columns that the options name, or the usual ones. */
static void
choose(struct columns *c, struct table *t, const struct options *o)
{
	size_t n, *w;

	c->weight = TABLE_NONE;
	if (o->weight != NULL) {
		w = cols_select(t, o->weight, "-w", &n);
		c->weight = w[0];
		free(w);
		if (n != 1)
			die_usage("-w: %zu columns: one is wanted", n);
	}
	choose_controls(c, t, o);
	if (!o->matrix)
		c->y = o->y ? formula_select(t, o->y, "-y", &c->ny) : columns_measured(t, &c->ny);
	c->x = o->report ? columns_seed(t, &c->nx) : o->x ? formula_select(t, o->x, "-x", &c->nx) :
	    columns_descriptors(t, &c->nx);
	if (!o->x)
		c->nx = columns_less(c->x, columns_less(c->x, c->nx, c->control.col, c->control.nvar), c->y, c->ny);
	c->key = o->group ? cols_select(t, o->group, "-g", &c->nkey) : columns_stage(t, &c->nkey);
	c->within = cols_select(t, o->within ? o->within : "", "--within", &c->nwithin);
	choose_clusters(c, t, o);
	for (int i = 0; o->report && i < 4; i++)
		table_col(t, (const char *const[]){ "entropy", "logit_std", "layer", "stage" }[i]);
	if (o->report && o->group && c->nkey == 0)
		die_usage("-r -g: no keys");
	if (o->report && o->group && columns_have(c->key, c->nkey, table_find(t, "stage")))
		die_usage("-r -g: stage is no key of reports: each has the stages in it");
}

/* There are variables, and no column is both in -x and -y, or in -c and one of
 * these. */
static void
check_columns(const struct columns *c, const struct table *t, const struct options *o)
{
	enum corr_what compare = o->view.compare;

	if (c->nx == 0)
		die("%s: no descriptors: %ssay which columns with -x%s", gz_name(t->gz),
		    table_find(t, "s1") != TABLE_NONE ? "make them with hg-describe, or " : "", table_hint(t));
	if (c->ny == 0 && !o->matrix)
		die("%s: neither entropy nor logit_std: say which columns with -y", gz_name(t->gz));
	if ((compare == CORR_COMPARE_X && c->nx < 2) || (compare == CORR_COMPARE_Y && c->ny < 2) ||
	    (compare == CORR_COMPARE_GROUPS && c->nkey == 0))
		die_usage("--compare: there are no two: say which with -%c", "xyg"[compare - CORR_COMPARE_X]);
	for (size_t i = 0; i < c->ny; i++)
		if (columns_have(c->x, c->nx, c->y[i]))
			die("column \"%s\" is both in -x and in -y", t->name[c->y[i]]);
	for (size_t i = 0; i < c->control.nvar; i++)
		if (columns_have(c->x, c->nx, c->control.col[i]) || columns_have(c->y, c->ny, c->control.col[i]))
			die("column \"%s\" is in -c, and in -x or -y too", t->name[c->control.col[i]]);
}

/* The variables in order, and layer behind them for the report; keys of --within, controls
 * that are names, clusters. */
static void
order_columns(struct columns *c, const struct table *t, int report)
{
	const struct design *d = &c->control;

	c->variable = mem_new(c->nx + c->ny + d->nvar + 1, sizeof *c->variable);
	c->text = mem_new(c->nwithin + d->nvar + c->ncluster + 1, sizeof *c->text);
	for (size_t i = 0; i < c->nx + c->ny; i++)
		c->variable[c->nvariable++] = i < c->nx ? c->x[i] : c->y[i - c->nx];
	for (size_t i = 0; i < c->nwithin; i++)
		c->text[c->ntext++] = c->within[i];
	for (size_t i = 0; i < d->nvar; i++)
		if (d->var[i].degree > 0)
			c->variable[c->nvariable++] = d->col[i];
		else
			c->text[c->ntext++] = d->col[i];
	for (size_t i = 0; i < c->ncluster; i++)
		c->text[c->ntext++] = c->cluster[i];
	if (!report)
		return;
	c->variable[c->nvariable] = table_col(t, "layer");
	if (!columns_have(c->key, c->nkey, table_col(t, "stage")))
		c->text[c->ntext++] = table_col(t, "stage");    /* of each report */
}

static struct frame *
open_frame(const struct columns *c, struct table *t, const struct options *o)
{
	struct frame *f = frame_open(t, &(struct frame_spec){ .key = c->key, .nkey = c->nkey, .num = c->variable,
	    .nnum = c->nvariable + (size_t)o->report, .text = c->text, .ntext = c->ntext, .weight = c->weight,
	    .advice = "; -c takes names, too", .advised = c->nx,
	    .taken = c->nwithin + c->nname });

	frame_watch_layer(f, c->within, c->nwithin, "--within", ',');
	frame_watch_layer(f, c->cluster, c->ncluster, "--cluster", ',');
	return f;
}

static struct corr *
start(const struct columns *c, const struct table *t, const struct options *o, struct group *g)
{
	size_t n = c->nvariable, nc = n - c->nx - c->ny, at = 0;
	const char **name = mem_new(n + c->ntext, sizeof *name);
	int joint = o->view.compare == CORR_COMPARE_X || o->view.compare == CORR_COMPARE_Y;
	int *degree = mem_new(nc, sizeof *degree);
	struct corr_spec spec = { .name = name, .nx = c->nx, .ny = c->ny, .nc = nc, .degree = degree, .matrix = o->matrix,
	    .complete = o->complete || joint || o->view.permute > 0, .joint = joint,
	    .within = name + n, .nwithin = c->nwithin, .nname = c->nname, .ncluster = c->ncluster };
	struct corr *corr;

	for (size_t i = 0; i < n + c->ntext; i++)
		name[i] = t->name[i < n ? c->variable[i] : c->text[i - n]];
	for (size_t i = 0; i < c->control.nvar; i++)
		if (c->control.var[i].degree > 0)
			degree[at++] = c->control.var[i].degree;
	if (c->weight != TABLE_NONE)
		spec.weight = t->name[c->weight];
	corr = corr_new(&spec, &o->view, g);
	free(name);
	free(degree);
	return corr;
}

/* Each reference is a level that was met. */
static void
check_references(const struct columns *c, const struct corr *corr)
{
	const struct design *d = &c->control;
	size_t at = 0;

	for (size_t i = 0; i < d->nvar; i++)
		if (d->var[i].degree == 0 && !corr_has_level(corr, at++, d->var[i].reference))
			die("%s: --factor: %s has no level \"%s\"", gz_name(d->table->gz), d->var[i].name, d->var[i].reference);
}

static void
warn_gaps(const struct corr *c)
{
	if (corr_gaps(c) > 0)
		warn("%.0f row%s lack%s a value: an r is of the rows that have both", corr_gaps(c),
		    corr_gaps(c) == 1 ? "" : "s", corr_gaps(c) == 1 ? "s" : "");
}

/* The sums are from there. */
static void
put(struct corr *c, const struct origin *from, struct options *o)
{
	struct csv_writer w = { .format = o->common.format };

	if (o->report)
		warn_gaps(c);
	o->common.plain |= (o->report || o->full) && o->common.outfile == NULL;
	if (o->save_state && o->common.pretty > 0)
		die_usage("-t: not with --save-state: a state is read by --merge alone");
	if (o->save_state || o->report || o->full)
		o->common.pretty = -1;
	w.out = opts_out(&o->common);
	if (o->save_state)
		corr_save(c, w.out, from);
	else if (o->report)
		corr_put_report(c, w.out);
	else if (o->full)
		corr_put_full(c, w.out);
	else
		corr_put(c, &w);
	out_close(w.out);
}

/* A report of rows with the same keys: its groups are the stages. */
struct report {
	struct group *stages;
	struct corr *c;
	size_t unkeyed;                 /* rows without a stage */
};

/* The present row goes to report r. */
static void
take_row(struct report *r, const struct table *t, const struct frame *f, struct obs *row)
{
	if (strcmp(row->text->s, "all") == 0)
		table_die(t, table_col(t, "stage"), "a key that is \"all\", the word for the pooled rows");
	row->group = group_of(r->stages, row->text);
	r->unkeyed += row->group == 0;
	design_check(f, corr_add(r->c, row));
}

/* All rows of the frame, whose groups are those of -g: a report for each. */
static void
take_rows(struct report **r, const struct columns *col, const struct table *t, const struct options *o, struct frame *f)
{
	static const char *const stage = "stage";
	size_t n = 1, cap = 0;
	struct obs row;

	*r = mem_grow(NULL, &cap, 1, sizeof **r);
	frame_need_keys(f);
	while (frame_next(f, &row)) {
		size_t k = row.group;

		if (k == n) {
			*r = mem_grow(*r, &cap, ++n, sizeof **r);
			(*r)[k] = (struct report){ .stages = group_new(&stage, 1) };
			(*r)[k].c = start(col, t, o, (*r)[k].stages);
		}
		take_row(&(*r)[k], t, f, &row);
	}
}

static void
put_reports(const struct columns *col, struct table *t, struct options *o, struct frame *f)
{
	struct group *g = frame_group(f);
	struct report *r;
	struct out *out;
	size_t *order;

	take_rows(&r, col, t, o, f);
	frame_warn(f);
	order = group_order(g);
	for (size_t i = 1; i < group_count(g); i++) {
		const struct report *x = &r[order[i]];
		const char *about = group_text(g, order[i]) + 1;

		err_about(about);
		corr_solve(x->c);
		corr_warn(x->c);
		warn_gaps(x->c);
		if (x->unkeyed > 0)
			warn("stage: empty in %zu row%s, in no stage", x->unkeyed, x->unkeyed == 1 ? "" : "s");
	}
	err_about("");
	o->common.plain |= o->common.outfile == NULL;
	o->common.pretty = -1;
	out = opts_out(&o->common);
	for (size_t i = 1; i < group_count(g); i++) {
		out_printf(out, "%s%s\n", i > 1 ? "\n" : "", group_text(g, order[i]) + 1);
		corr_put_report(r[order[i]].c, out);
		corr_free(r[order[i]].c);
		group_free(r[order[i]].stages);
	}
	out_close(out);
	free(r);
	free(order);
}

/* One study of all rows. */
static void
put_study(const struct columns *col, struct table *t, struct options *o, struct frame *f)
{
	struct corr *c = start(col, t, o, frame_group(f));
	struct origin from = origin_of(&o->common, t->first[0]);
	struct obs row;

	while (frame_next(f, &row))
		design_check(f, corr_add(c, &row));
	if (!o->save_state) {
		check_references(col, c);
		corr_solve(c);
		corr_warn(c);
	}
	frame_warn(f);
	put(c, &from, o);
	origin_free(&from);
	corr_free(c);
}

static void
correlate(char *const *operand, int n, struct options *o)
{
	struct table *t = table_open(operand, n, &o->common);
	struct columns col = { 0 };
	struct frame *f;

	if (state_is(t))
		die("%s: a state: --merge reads it", gz_name(t->gz));
	choose(&col, t, o);
	check_columns(&col, t, o);
	order_columns(&col, t, o->report);
	f = open_frame(&col, t, o);
	(o->report && col.ntext > 0 ? put_reports : put_study)(&col, t, o, f);
	frame_free(f);
	table_close(t);
	free(col.x);
	free(col.y);
	design_free(&col.control);
	free(col.key);
	free(col.within);
	free(col.cluster);
	free(col.text);
	free(col.variable);
}

/* The table of states: their sums as one. */
static void
merge_states(char *const *operand, int n, struct options *o)
{
	struct group *g;
	struct origin from;
	struct corr *c = corr_merge(operand, n, &o->common, &o->view, &g, &from);
	double unkeyed = corr_rows_of(c, 0);

	if (!o->save_state) {
		origin_whole(&from);
		corr_solve(c);
		corr_warn(c);
	}
	group_warn(g, unkeyed);
	put(c, &from, o);
	origin_free(&from);
	corr_free(c);
	group_free(g);
}

static int
has_special(const struct options *o, int kind)
{
	for (size_t i = 0; i < o->nspecial; i++)
		if (o->special[i].kind == kind)
			return 1;
	return 0;
}

static int
has_controls(const struct options *o)
{
	return o->control || o->nspecial > 0;
}

/* Methods that do not go with other options. */
static void
check_method(const struct options *o, enum corr_method m)
{
	const char *name = corr_method_name[m];

	if (m == CORR_PEARSON)
		return;
	if (o->merge || o->save_state)
		die_usage("-m %s: needs all values, which no state has", name);
	if (m == CORR_KENDALL && has_controls(o))
		die_usage("-m kendall: not with controls");
	if (m == CORR_KENDALL && o->within && o->view.boot)
		die_usage("--boot: not by kendall with --within");
	if (has_special(o, POLY))
		die_usage("-m %s: --poly does not go with it: powers of a control have the ranks that it has", name);
	if (o->report)
		die_usage("-r is by pearson, not by %s", name);
	if (o->weight)
		die_usage("-m %s: not with weights", name);
}

/* Options that do not go together. */
static void
check_options(const struct options *o)
{
	int chosen = o->x || o->y || has_controls(o) || o->weight || o->matrix || o->within, columns = chosen || o->group, form = o->common.format != NULL;

	if ((o->x && *o->x == '\0') || (o->y && *o->y == '\0'))
		die_usage("-%c: no columns", o->x && *o->x == '\0' ? 'x' : 'y');
	if ((o->within && *o->within == '\0') || (o->cluster && *o->cluster == '\0'))
		die_usage("%s: no columns", o->within ? "--within" : "--cluster");
	if (!o->full || o->merge || o->cluster || !has_clusters(o))
		corr_view_check_cluster(&o->view, o->cluster != NULL, o->merge ? "--merge" : o->save_state ? "--save-state" :
		    o->report ? "-r" : o->matrix ? "--matrix" : NULL);
	if (o->report && (o->merge || o->save_state))
		die_usage("-r does not go with states");
	if (o->report && (chosen || o->view.level > 0 || form))
		die_usage("-r has its own form: -c, -w, -x, -y, --factor, --format, --level, --matrix, --poly do not go with it");
	if (o->full && (o->report || o->matrix || o->save_state || form || o->view.compare != CORR_COMPARE_NONE || o->view.pool))
		die_usage("-R has its own form: -r, --compare, --format, --matrix, --pool, --save-state do not go with it");
	if (o->matrix && (o->y || o->view.semi))
		die_usage("--matrix is among -x: %s does not go with it", o->y ? "-y" : "--semi");
	if (o->view.semi && !has_controls(o) && !o->merge)
		die_usage("--semi: no controls, say which with -c");
	if (o->within && (o->merge || o->report))
		die_usage(o->merge ? "--merge: --within is in the states" : "-r: not with --within");
	if (o->merge && o->common.parts)
		die_usage("--merge: states are read whole, --part is of a table");
	if (o->merge && (columns || o->complete))
		die_usage("--merge: -x, -y, -g, -c, -w, --complete, --factor, --matrix and --poly are in the states");
	if (o->save_state && (o->view.semi || o->view.level > 0 || form))
		die_usage("--save-state: --format, --level and --semi are for --merge");
	corr_view_check(&o->view, o->report ? "-r" : o->matrix ? "--matrix" : o->save_state ? "--save-state" : NULL,
	    o->merge ? "--merge" : NULL, has_controls(o) ? "-c" : o->weight ? "-w" : NULL);
	if (o->view.pool && !o->group && !o->merge && strcmp(o->view.pool, "stage") != 0)
		die_usage("--pool %s: of which groups? -g %s has an r for each", o->view.pool, o->view.pool);
	for (int m = 0; m < o->view.nmethod; m++)
		check_method(o, o->view.method[m]);
}

static const char *
long_name(int c)
{
	int i = 0;

	while (longopts[i].name != NULL && longopts[i].val != c)
		i++;
	return longopts[i].name != NULL ? longopts[i].name : "";
}

static void
add_special(struct options *o, int kind, const char *arg)
{
	o->special = mem_grow(o->special, &o->cap, o->nspecial + 1, sizeof *o->special);
	o->special[o->nspecial++] = (struct special){ kind, arg };
}

/* What an option of this program's own says; 0 if it is none. */
static int
take(struct options *o, int c, const char *arg)
{
	const char **list = c == 'c' ? &o->control : c == 'g' ? &o->group : c == 'w' ? &o->weight :
	    c == 'x' ? &o->x : c == 'y' ? &o->y : c == WITHIN ? &o->within : c == CLUSTER ? &o->cluster : NULL;
	int *flag = c == 'r' ? &o->report : c == 'R' ? &o->full : c == COMPLETE ? &o->complete : c == MATRIX ? &o->matrix :
	    c == MERGE ? &o->merge : c == SAVE_STATE ? &o->save_state : c == SEMI ? &o->view.semi : NULL;

	if (list != NULL)
		opts_once(list, arg, c == WITHIN ? "--within" : c == CLUSTER ? "--cluster" : (char[]){ '-', (char)c, '\0' });
	else if (flag != NULL)
		*flag = 1;
	else if (c == FACTOR || c == POLY)
		add_special(o, c, arg);
	else
		return corr_view_take(&o->view, long_name(c), arg);
	return 1;
}

int
main(int argc, char **argv)
{
	struct options o = { .view = { .seed = 1, .bca = 1 } };
	char *const *operand;
	int c, n;

	err_init(argv[0]);
	opts_init(&o.common);
	o.common.set = kern_set();
	while ((c = getopt_long(argc, argv, OPTS_SHORT "c:g:m:rRw:x:y:", longopts, NULL)) != -1)
		if (!take(&o, c, optarg))
			opts_take(&o.common, c, argv, usage);
	check_options(&o);
	if (o.view.nmethod == 0)
		corr_view_methods(&o.view, "pearson");
	if (o.full && !corr_view_given(&o.view, "small"))
		o.view.small = LM_CR2;
	o.view.level = o.view.level > 0 ? o.view.level : 0.95;
	o.view.extremes = o.report;
	operand = opts_operands(argc, argv, usage, &n);
	sandbox_enter(o.common.outfile, NULL);
	draws_warn(o.view.boot, o.view.level, o.view.permute);
	(o.merge ? merge_states : correlate)(operand, n, &o);
	free(o.special);
	opts_free(&o.common);
	return 0;
}
