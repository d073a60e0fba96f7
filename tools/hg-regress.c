/* hg-regress - how well the descriptors predict together.
 *
 * Comes in: a table; goes out: for each group of rows and response y, the least squares fit of
 * y on the predictors, as coefficients, figures, tests or row by row (hg-regress(1) gives the
 * formulas).  Nothing is printed before the input has ended well. */
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "stat.h"

static const char usage[] =
	"usage: hg-regress [-hprRtV] [-f FORMULA] [-g LIST] [-o FILE] [-w COL] [-x LIST]\n"
	"                  [-y LIST] [-z N] [-@ N] [--boot N] [--boot-kind KIND]\n"
	"                  [--cluster LIST] [--cross LIST] [--drop1]\n"
	"                  [--factor COL[=REFERENCE]] [--fit] [--format FMT]\n"
	"                  [--importance] [--level P] [--max-record SIZE] [--merge]\n"
	"                  [--min-norm] [--na LIST] [--no-intercept] [--part I/N]\n"
	"                  [--poly COL:DEGREE] [--pool COL] [--robust KIND] [--rows]\n"
	"                  [--save-state] [--seed S] [--small KIND] [--test LIST]\n"
	"                  [--wild N] [--wild-weights KIND] [FILE ...]\n"
	"  -f, --formula FORMULA  the model as R writes it, such as 'y ~ a*b | key'\n"
	"  -g, --group LIST    keys of groups, a model each (none)\n"
	"  -r, --report        the report for a reader instead of a table\n"
	"  -R, --report-full   all that a referee asks for, in words\n"
	"  -w, --weight COL    weights of the rows\n"
	"  -x, --x LIST        predictors (op,spec_ent,rank_eff,anisotropy)\n"
	"  -y, --y LIST        responses, a model each (entropy)\n"
	"      --boot N        intervals by N random draws of the clusters\n"
	"      --boot-kind KIND  percentile or bca (bca)\n"
	"      --cluster LIST  standard errors for clusters of rows with the same keys\n"
	"      --cross LIST    leave out rows with the same keys, and predict them\n"
	"      --drop1         test each predictor, not the coefficients\n"
	"      --factor COL[=REFERENCE]  a predictor that names levels (the first one)\n"
	"      --fit           the figures of the fit, not the coefficients\n"
	"      --importance    the share of each term in R2\n"
	"      --level P       of the confidence intervals (0.95)\n"
	"      --merge         read states, not tables\n"
	"      --min-norm      least norm where the predictors are dependent\n"
	"      --no-intercept  a model through the origin\n"
	"      --poly COL:DEGREE  a predictor and its powers\n"
	"      --pool COL      rows more, pooled over the groups of this key\n"
	"      --robust KIND   standard errors: hc0, hc1, hc2 or hc3\n"
	"      --rows          the table, with what the model says of each row\n"
	"      --save-state    write what was summed, for --merge\n"
	"      --seed S        of random numbers (1)\n"
	"      --small KIND    with --cluster: cr1 or cr2 (for few clusters)\n"
	"      --test LIST     test that all terms of the list are 0\n"
	"      --wild N        p and intervals by N draws of the wild cluster bootstrap\n"
	"      --wild-weights KIND  rademacher or webb (rademacher)\n"
	OPTS_PART_USAGE
	OPTS_USAGE;

enum { BOOT = OPTS_OWN, BOOT_KIND, CLUSTER, CROSS, DROP1, FACTOR, FIT, IMPORTANCE, LEVEL, MERGE, MIN_NORM, NO_INTERCEPT, POLY, POOL, ROBUST, ROWS,
	SAVE_STATE, SEED, SMALL, TEST, WILD, WILD_WEIGHTS };

static const struct option longopts[] = {
	{ "boot",         required_argument, NULL, BOOT },
	{ "boot-kind",    required_argument, NULL, BOOT_KIND },
	{ "cluster",      required_argument, NULL, CLUSTER },
	{ "cross",        required_argument, NULL, CROSS },
	{ "drop1",        no_argument,       NULL, DROP1 },
	{ "factor",       required_argument, NULL, FACTOR },
	{ "fit",          no_argument,       NULL, FIT },
	{ "formula",      required_argument, NULL, 'f' },
	{ "group",        required_argument, NULL, 'g' },
	{ "importance",   no_argument,       NULL, IMPORTANCE },
	{ "level",        required_argument, NULL, LEVEL },
	{ "merge",        no_argument,       NULL, MERGE },
	{ "min-norm",     no_argument,       NULL, MIN_NORM },
	{ "no-intercept", no_argument,       NULL, NO_INTERCEPT },
	{ "poly",         required_argument, NULL, POLY },
	{ "pool",         required_argument, NULL, POOL },
	{ "report",       no_argument,       NULL, 'r' },
	{ "report-full",  no_argument,       NULL, 'R' },
	{ "robust",       required_argument, NULL, ROBUST },
	{ "rows",         no_argument,       NULL, ROWS },
	{ "save-state",   no_argument,       NULL, SAVE_STATE },
	{ "seed",         required_argument, NULL, SEED },
	{ "small",        required_argument, NULL, SMALL },
	{ "test",         required_argument, NULL, TEST },
	{ "weight",       required_argument, NULL, 'w' },
	{ "wild",         required_argument, NULL, WILD },
	{ "wild-weights", required_argument, NULL, WILD_WEIGHTS },
	{ "x",            required_argument, NULL, 'x' },
	{ "y",            required_argument, NULL, 'y' },
	OPTS_PART_LONG,
	OPTS_LONG
};

/* The command line. */
struct options {
	struct opts all;
	const char *formula, *x, *y, *group, *weight, *cluster, *cross, *pool;    /* NULL: not given */
	struct special { int kind; const char *arg; } *special; /* --factor, --poly as they came */
	size_t nspecial, cap, testcap;
	struct lm_tests tests;
	double level;                   /* 0: not given */
	enum lm_errors robust;          /* LM_CLASSICAL: not given */
	enum lm_small small;
	long wild, boot;
	int64_t seed;                   /* -1: not given */
	int kind;                       /* of --boot: 1 percentile, 2 bca, 0: not given */
	int few, webb;                  /* --small or --wild were given */
	int no_intercept, min_norm, fit, importance, report, full, merge, save_state, rows;
};

/* ---- from a table to models ---------------------------------------------------------------- */

/* -x, --factor, --poly; where none of them was given the default. */
static void
plan_x(struct design *d, const struct options *o)
{
	if (o->x != NULL)
		design_x(d, o->x, "-x");
	else if (o->nspecial == 0)
		design_default_x(d);
	for (size_t i = 0; i < o->nspecial; i++)
		(o->special[i].kind == FACTOR ? design_factor : design_poly)(d, o->special[i].arg);
}

static void
plan(struct design *d, const struct options *o)
{
	const struct table *t = d->table;

	if (state_is(t))
		die("%s: a state: --merge reads it", gz_name(t->gz));
	if (o->formula != NULL)
		design_formula(d, o->formula);
	else
		plan_x(d, o);
	if (d->ny > 0 && o->y != NULL)
		die_usage("-y: the formula has a response");
	if (d->ny == 0 && o->y == NULL && table_find(t, "entropy") == TABLE_NONE)
		die("%s: no entropy: say which column with -y%s", gz_name(t->gz), table_hint(t));
	design_y(d, o->y ? o->y : "entropy", o->rows);
	design_keys(d, o->group ? o->group : "");
	if (o->cluster != NULL)
		design_by(d, LM_BY_CLUSTER, o->cluster, "--cluster");
	else if (o->full && !o->robust)
		design_by_layer(d, LM_BY_CLUSTER);
	if (d->nby[LM_BY_CLUSTER] == 0 && (o->few || o->boot))
		die("%s: no layers that could be clusters: say which rows are one with --cluster", gz_name(t->gz));
	if (o->cross != NULL)
		design_by(d, LM_BY_FOLD, o->cross, "--cross");
	else if (o->full)
		design_by_layer(d, LM_BY_FOLD);
	if (o->rows && o->cross && table_find(t, lm_row_cross_name) != TABLE_NONE)
		die("%s: column \"%s\" is there already", gz_name(t->gz), lm_row_cross_name);
	for (int i = 0; o->rows && i < LM_ROW_NAMES; i++)
		if (table_find(t, lm_row_names[i]) != TABLE_NONE)
			die("%s: column \"%s\" is there already", gz_name(t->gz), lm_row_names[i]);
}

/* Everything is there; f and t are NULL behind --merge. */
static void
put(struct lm *m, const struct origin *from, struct frame *f, const struct table *t, struct options *o)
{
	struct csv_writer w = { .format = o->all.format };

	o->all.plain |= (o->report || o->full) && o->all.outfile == NULL;
	if (o->save_state && o->all.pretty > 0)
		die_usage("-t: not with --save-state: a state is read by --merge alone");
	if (o->save_state || o->report || o->full)
		o->all.pretty = -1;
	w.out = opts_out(&o->all);
	if (o->save_state)
		lm_save(m, w.out, from);
	else if (o->report)
		lm_put_report(m, w.out);
	else if (o->full)
		lm_put_full(m, f, t, w.out);
	else if (o->rows)
		lm_put_rows(m, f, &w);
	else if (o->importance)
		lm_put_shares(m, &w);
	else if (o->tests.n > 0 || o->tests.drop1)
		lm_put_tests(m, &o->tests, &w);
	else if (o->fit)
		lm_put_fits(m, &w);
	else
		lm_put_coefs(m, &w);
	out_close(w.out);
}

static void
regress(char *const *operand, int n, struct options *o, const struct lm_view *view)
{
	struct design d = { .table = table_open(operand, n, &o->all), .weight = o->weight };
	struct origin from = origin_of(&o->all, operand[0]);
	struct frame *f;
	struct obs row;
	struct lm *m;

	if (o->rows || o->full || o->robust)
		table_keep(d.table);
	plan(&d, o);
	f = design_frame(&d);
	m = design_models(&d, !o->no_intercept, *view, frame_group(f));
	if (o->report)
		frame_need_keys(f);
	while (frame_next(f, &row))
		design_check(f, lm_add(m, &row));
	frame_warn(f);
	if (!o->save_state)
		lm_solve(m, gz_name(d.table->gz));
	if (o->robust)
		lm_second_pass(m, f);
	put(m, &from, f, d.table, o);
	origin_free(&from);
	lm_free(m);
	frame_free(f);
	design_free(&d);
	table_close(d.table);
}

static void
merge(char *const *operand, int n, struct options *o, const struct lm_view *view)
{
	struct group *g;
	struct origin from;
	struct lm *m = lm_merge(operand, n, &o->all, view, &g, &from);

	if (!o->save_state) {
		origin_whole(&from);
		lm_solve(m, NULL);
	}
	put(m, &from, NULL, NULL, o);
	origin_free(&from);
	lm_free(m);
	group_free(g);
}

/* ---- options ------------------------------------------------------------------------------ */

static void
add_special(struct options *o, int kind, const char *arg)
{
	o->special = mem_grow(o->special, &o->cap, o->nspecial + 1, sizeof *o->special);
	o->special[o->nspecial++] = (struct special){ kind, arg };
}

/* What --boot goes with. */
static void
check_boot(const struct options *o)
{
	const char *other = o->fit ? "--fit" : o->rows ? "--rows" : o->tests.n > 0 ? "--test" : o->tests.drop1 ? "--drop1" :
	    o->importance ? "--importance" : o->report ? "-r" : o->robust ? "--robust" : NULL;

	if (o->kind != 0 && !o->boot)
		die_usage("--boot-kind: of what? say how many draws with --boot");
	if (!o->boot)
		return;
	if (other != NULL)
		die_usage("--boot: %s does not go with it: it has intervals of the coefficients", other);
	if (o->save_state)
		die_usage("--save-state: --boot is for --merge");
	if (!o->cluster && !o->full && !o->merge)
		die_usage("--boot draws clusters: say which rows are one with --cluster");
}

/* Options that do not go together. */
static void
check_options(const struct options *o)
{
	int model = o->formula || o->x || o->y || o->weight || o->nspecial > 0 || o->no_intercept, sums = model || o->group;
	int twice = o->robust || o->rows, states = o->merge || o->save_state;
	int tests = o->tests.n > 0 || o->tests.drop1;
	const char *state = o->merge ? "--merge" : "--save-state";

	if (o->report && (model || twice || o->cluster || o->cross || o->few || o->fit || o->level > 0 || o->all.format))
		die_usage("-r has its own form: -f, -x, -y, -w, --factor, --poly, --no-intercept, --robust, --cluster, --cross, "
		    "--small, --wild, --rows, --fit, --format, --level do not go with it");
	if (states && twice)
		die_usage("%s: %s the rows twice, states have none", state,
		    o->rows ? "--rows needs" : "--robust needs");
	if (o->full && (o->pool || o->report || o->rows || o->fit || tests || o->importance || o->save_state || o->all.format))
		die_usage("-R has its own form: -r, --drop1, --fit, --format, --importance, --pool, --rows, --save-state and "
		    "--test do not go with it");
	if (states && o->report)
		die_usage("%s: -r does not go with states", state);
	if (o->merge && o->all.parts)
		die_usage("--merge: states are read whole, --part is of a table");
	if (o->merge && (sums || o->cluster || o->cross))
		die_usage("--merge: -f, -x, -y, -g, -w, --cluster, --cross, --factor, --poly and --no-intercept are in the states");
	if (o->save_state && o->few)
		die_usage("--save-state: --small and --wild are for --merge");
	if (o->save_state && (o->fit || o->level > 0 || o->min_norm || o->all.format))
		die_usage("--save-state: --fit, --format, --level and --min-norm are for --merge");
	if (o->formula && strpbrk(o->formula, "~ ") == NULL)
		die_usage("-f: no ~ in \"%s\": quote the formula, as in -f 'y ~ x'", o->formula);
	if (o->x && *o->x == '\0' && o->nspecial == 0 && o->no_intercept)
		die_usage("-x, --no-intercept: a model without terms");
	if (o->pool && !o->group && !o->merge)
		die_usage("--pool %s: of which groups? -g %s has a model for each", o->pool, o->pool);
	if (o->formula && (o->x || o->nspecial > 0 || o->no_intercept))
		die_usage("-f: a formula has all terms: -x, --factor, --poly and --no-intercept do not go with it");
	if (o->robust && o->cluster)
		die_usage("--robust and --cluster do not go together");
	if (o->few && !o->cluster && !o->merge && (!o->full || o->robust))
		die_usage("%s goes with --cluster only", o->wild ? "--wild" : "--small");
	if (o->cross && !o->fit && !o->full && !o->rows && !o->save_state)
		die_usage("--cross: --fit shows how well, --rows what is predicted: one of them is needed");
	if (tests && (o->fit || o->rows || o->report || o->save_state || o->min_norm || o->wild))
		die_usage("--test and --drop1: -r, --fit, --rows, --save-state, --min-norm, --wild do not go with them");
	if (o->few > 1)
		die_usage("--small and --wild do not go together");
	if (o->webb && !o->wild)
		die_usage("--wild-weights goes with --wild only");
	if (o->seed >= 0 && !o->wild && !o->boot)
		die_usage("--seed goes with --wild or --boot only");
	check_boot(o);
	if (o->importance && (twice || o->cluster || o->cross || o->fit || o->level > 0 || o->min_norm || o->report || o->save_state))
		die_usage("--importance is a table of its own: -r, --robust, --cluster, --cross, --rows, --fit, --level, --min-norm "
		    "and --save-state do not go with it");
	if (o->importance && tests)
		die_usage("--importance is of all terms: --test and --drop1 are tables of their own");
	if (o->pool && (o->report || o->fit || o->rows || tests || o->importance || o->save_state))
		die_usage("--pool is of coefficients: -r, --fit, --rows, --test, --drop1, --importance and --save-state do not go with it");
	if (o->rows && (o->fit || o->robust || o->cluster))
		die_usage("--rows: --fit, --robust and --cluster do not go with it");
}

/* The option that is there or not, or NULL. */
static int *
flag(struct options *o, int c)
{
	switch (c) {
	case 'r': return &o->report;
	case 'R': return &o->full;
	case DROP1: return &o->tests.drop1;
	case FIT: return &o->fit;
	case IMPORTANCE: return &o->importance;
	case MERGE: return &o->merge;
	case MIN_NORM: return &o->min_norm;
	case NO_INTERCEPT: return &o->no_intercept;
	case ROWS: return &o->rows;
	case SAVE_STATE: return &o->save_state;
	default: return NULL;
	}
}

/* Takes an option of this program; returns 0 if it is one of all programs. */
static int
take(struct options *o, int c)
{
	static const struct { int c; const char *name; } once[] = { { 'f', "-f" }, { 'g', "-g" }, { 'w', "-w" },
	    { 'x', "-x" }, { 'y', "-y" }, { CLUSTER, "--cluster" }, { CROSS, "--cross" },
	    { POOL, "--pool" } };
	const char **list[] = { &o->formula, &o->group, &o->weight, &o->x, &o->y, &o->cluster, &o->cross, &o->pool };

	for (size_t i = 0; i < sizeof once / sizeof *once; i++)
		if (once[i].c == c) {
			opts_once(list[i], optarg, once[i].name);
			return 1;
		}
	if (flag(o, c) != NULL)
		return *flag(o, c) = 1;
	switch (c) {
	case FACTOR:
	case POLY:
		add_special(o, c, optarg);
		break;
	case BOOT:
		o->boot = boot_of(optarg);
		break;
	case BOOT_KIND:
		o->kind = 1 + boot_bca_of(optarg);
		break;
	case LEVEL:
		o->level = opts_level(optarg);
		break;
	case ROBUST:
		o->robust = lm_errors_of(optarg);
		break;
	case SMALL:
		o->small = lm_small_of(optarg);
		o->few++;
		break;
	case SEED:
		o->seed = opts_int(optarg, "--seed", 0, INT64_MAX);
		break;
	case TEST:
		o->tests.list = mem_grow(o->tests.list, &o->testcap, o->tests.n + 1, sizeof *o->tests.list);
		o->tests.list[o->tests.n++] = optarg;
		break;
	case WILD:
		o->wild = (long)opts_int(optarg, "--wild", 1, 1000000);
		o->few++;
		break;
	case WILD_WEIGHTS:
		o->webb = 1 + lm_webb_of(optarg);
		break;
	default:
		return 0;
	}
	return 1;
}

int
main(int argc, char **argv)
{
	struct options o = { .seed = -1 };
	struct lm_view view;
	char *const *operand;
	int c, n;

	err_init(argv[0]);
	opts_init(&o.all);
	o.all.set = kern_set();
	while ((c = getopt_long(argc, argv, OPTS_SHORT "f:g:rRw:x:y:", longopts, NULL)) != -1)
		if (!take(&o, c))
			opts_take(&o.all, c, argv, usage);
	check_options(&o);
	view = (struct lm_view){ .min_norm = (o.min_norm || o.report) && !o.rows, .level = o.level > 0 ? o.level : 0.95,
	    .errors = o.robust, .small = o.full && !o.few ? LM_CR2 : o.small,
	    .usual = o.full ? (o.cross ? 0 : LM_USUAL_FOLDS) | (o.few ? 0 : LM_USUAL_SMALL) : 0,
	    .pool = o.pool, .wild = o.wild, .boot = o.boot, .bca = o.kind != 1, .webb = o.webb == 2,
	    .seed = o.seed < 0 ? 1 : (uint64_t)o.seed };
	operand = opts_operands(argc, argv, usage, &n);
	sandbox_enter(o.all.outfile, NULL);
	draws_warn(o.boot, view.level, 0);
	if (o.merge)
		merge(operand, n, &o, &view);
	else
		regress(operand, n, &o, &view);
	free(o.special);
	free(o.tests.list);
	opts_free(&o.all);
	return 0;
}
