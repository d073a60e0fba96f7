/* hg-regress - how well the descriptors predict together.
 *
 * Comes in: a table; goes out: for each group of rows and response y, the least
 * squares fit of y on an intercept and the predictors x, as coefficients, as
 * the figures of the fit, or row by row (hg-regress(1) gives the formulas).
 * What is kept is one triangular factor of [1 X y] for each (group, y), which
 * can be written as a state and merged with others; robust errors and the
 * table of rows need the rows a second time.  Nothing is printed before the
 * input has ended well.
 *
 * The factor's columns are the intercept, the numbers of the predictors in
 * order, y, and the levels of factors as they come: the sums are ready for a
 * new level at any row.  When all rows were read the levels are sorted, and a
 * model picks the columns of its terms.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "num.h"
#include "stat.h"

static const char usage[] =
	"usage: hg-regress [-hprV] [-g LIST] [-o FILE] [-w COL] [-x LIST] [-y LIST]\n"
	"                  [-z N] [-@ N] [--cluster LIST] [--factor COL[=REFERENCE]]\n"
	"                  [--fit] [--format FMT] [--level P] [--merge] [--min-norm]\n"
	"                  [--na LIST] [--no-intercept] [--poly COL:DEGREE]\n"
	"                  [--robust KIND] [--rows] [--save-state] [FILE ...]\n"
	"  -g, --group LIST    keys of groups, a model each (none)\n"
	"  -r, --report        the report for a reader instead of a table\n"
	"  -w, --weight COL    weights of the rows\n"
	"  -x, --x LIST        predictors (op,spec_ent,rank_eff,anisotropy)\n"
	"  -y, --y LIST        responses, a model each (entropy)\n"
	"      --cluster LIST  standard errors for clusters of rows with the same keys\n"
	"      --factor COL[=REFERENCE]  a predictor that names levels (the first one)\n"
	"      --fit           the figures of the fit, not the coefficients\n"
	"      --level P       of the confidence intervals (0.95)\n"
	"      --merge         read states, not tables\n"
	"      --min-norm      least norm where the predictors are dependent\n"
	"      --no-intercept  a model through the origin\n"
	"      --poly COL:DEGREE  a predictor and its powers\n"
	"      --robust KIND   standard errors hc0, hc1, hc2 or hc3\n"
	"      --rows          the table, with what the model says of each row\n"
	"      --save-state    write what was summed, for --merge\n"
	OPTS_USAGE;

enum { CLUSTER = OPTS_OWN, FACTOR, FIT, LEVEL, MERGE, MIN_NORM, NO_INTERCEPT, POLY, ROBUST, ROWS, SAVE_STATE };
enum { MAX_DEGREE = 30, MAX_LEVELS = 500 };

static const struct option longopts[] = {
	{ "cluster",      required_argument, NULL, CLUSTER },
	{ "factor",       required_argument, NULL, FACTOR },
	{ "fit",          no_argument,       NULL, FIT },
	{ "group",        required_argument, NULL, 'g' },
	{ "level",        required_argument, NULL, LEVEL },
	{ "merge",        no_argument,       NULL, MERGE },
	{ "min-norm",     no_argument,       NULL, MIN_NORM },
	{ "no-intercept", no_argument,       NULL, NO_INTERCEPT },
	{ "poly",         required_argument, NULL, POLY },
	{ "report",       no_argument,       NULL, 'r' },
	{ "robust",       required_argument, NULL, ROBUST },
	{ "rows",         no_argument,       NULL, ROWS },
	{ "save-state",   no_argument,       NULL, SAVE_STATE },
	{ "weight",       required_argument, NULL, 'w' },
	{ "x",            required_argument, NULL, 'x' },
	{ "y",            required_argument, NULL, 'y' },
	OPTS_LONG
};

/* R's tolerance of 1e-7 for what is left of a column's norm. */
static const double most_vif = 1e14;

static const char default_x[] = "op,spec_ent,rank_eff,anisotropy";

static struct opts opts;
static int fit, min_norm, report, merge, save_state, rows, intercept = 1;
static int robust = -1;                 /* enum hc, or -1 */
static const char *xlist, *ylist, *glist, *weights, *clusters;
static double level;                    /* 0: not given */
static struct special { int kind; const char *arg; } *special;  /* --factor, --poly as they came */
static size_t nspecial, special_cap;

/* A predictor: a column, its powers up to degree, or if degree is 0 the levels
 * of a factor. */
struct var {
	char *name;
	size_t col;                     /* in the table */
	int degree;
	char *reference;                /* the level left out, "": the first */
	struct map *levels;
	size_t *at, cap;                /* column of the factor by level */
	size_t left_out;                /* the level without a term, or TABLE_NONE */
	size_t now;                     /* level of the row in hand */
};

/* A column of the triangular factor: of predictor var the power, or if power
 * is 0 the level. */
struct column {
	char *name;
	size_t var, level;
	int power;
};

struct model {
	struct tri tri;
	double *mem;                    /* of tri */
	ptrdiff_t *col;                 /* columns of the terms it has rows of, and of y */
	ptrdiff_t *at;                  /* by the table's terms: which that is of ls, or -1 */
	struct ls ls;
	double df;                      /* of t */
	struct tri meat;                /* the second pass: scores, or their sums by cluster */
	double *meat_mem;
	struct map *clusters;           /* those of its rows */
	double *sum;                    /* by cluster, rank each */
	size_t sum_cap;
	int nohat, wild;                /* a row has a hat value of 1, a score out of range */
};

/* What is warned of: the first group, and how many more. */
struct told { size_t y, group, more; };

struct study {
	struct table *t;
	struct state *in;               /* merging */
	struct var *var;
	size_t nvar, var_cap;
	struct column *col;             /* p columns, [iy] is y */
	size_t p, col_cap, iy;
	char **yname;
	size_t *ycol, ny, wcol, *cluster, ncluster;
	char *wname;                    /* NULL: no weights */
	struct frame *frame;            /* merging, NULL */
	struct group *group;
	size_t ngroup, cap;
	struct sums {                   /* by group */
		double rows;
		struct model *model;    /* by y */
	} *sums;
	double *v, *vlo, w;             /* the row: its columns and weight */
	double *y;                      /* and its responses, NaN: missing */
	size_t v_cap, vlo_cap;
	ptrdiff_t *term;                /* columns of the table's k terms */
	size_t k;
	double *x, *xlo, *u;            /* the row's terms, and in the model's coordinates */
	char *text;                     /* cluster keys of the row */
	size_t text_cap;
	struct map *reasons;            /* to warn of, by response */
	struct told *told;
	size_t told_cap;
};

/* ---- the plan: predictors, columns ------------------------------------------------------ */

static void
add_column(struct study *s, struct column c)
{
	s->col = mem_grow(s->col, &s->col_cap, s->p + 1, sizeof *s->col);
	s->v = mem_grow(s->v, &s->v_cap, s->p + 1, sizeof *s->v);
	s->vlo = mem_grow(s->vlo, &s->vlo_cap, s->p + 1, sizeof *s->vlo);
	s->v[s->p] = s->vlo[s->p] = 0;
	s->col[s->p++] = c;
}

static char *
copy(const char *s)
{
	return mem_text(s, strlen(s));
}

static char *
joined(const char *a, const char *b, const char *c)
{
	size_t n = strlen(a) + strlen(b) + strlen(c);
	char *s = mem_new(n + 1, 1);

	snprintf(s, n + 1, "%s%s%s", a, b, c);
	return s;
}

static struct var *
add_var(struct study *s, const char *name, size_t col)
{
	struct var *v;

	s->var = mem_grow(s->var, &s->var_cap, s->nvar + 1, sizeof *s->var);
	v = &s->var[s->nvar++];
	*v = (struct var){ .name = copy(name), .col = col, .degree = 1, .reference = copy("") };
	return v;
}

static void
make_factor(struct var *v, const char *reference)
{
	v->degree = 0;
	v->levels = map_new();
	free(v->reference);
	v->reference = copy(reference);
}

/* The columns all rows have: 1, numbers, y. */
static void
add_columns(struct study *s)
{
	char power[32];

	if (intercept)
		add_column(s, (struct column){ .name = copy("(Intercept)") });
	for (size_t i = 0; i < s->nvar; i++)
		for (int d = 1; d <= s->var[i].degree; d++) {
			snprintf(power, sizeof power, "^%d", d);
			add_column(s, (struct column){ joined(s->var[i].name, d > 1 ? power : "", ""), i, 0, d });
		}
	s->iy = s->p;
	add_column(s, (struct column){ .name = copy("y") });
	if (intercept)
		s->v[0] = 1;
}

/* The predictor of --factor or --poly, called arg up to its last mark, or as a
 * whole: one of -x, or one more.  *rest is what is behind the mark, or NULL. */
static struct var *
special_var(struct study *s, struct special a, char mark, const char **rest)
{
	const char *end = mark == '=' ? strchr(a.arg, mark) : strrchr(a.arg, mark);
	char *name = copy(a.arg);
	size_t col, i;

	if (end != NULL && table_find(s->t, a.arg) == TABLE_NONE)
		name[end - a.arg] = '\0';
	else
		end = NULL;
	*rest = end != NULL ? end + 1 : NULL;
	col = table_col(s->t, name);
	for (i = 0; i < s->nvar && s->var[i].col != col; i++)
		;
	if (i < s->nvar && s->var[i].degree != 1)
		die_usage("column \"%s\" is in two of --factor and --poly", name);
	if (i == s->nvar)
		add_var(s, name, col);
	free(name);
	return &s->var[i];
}

static void
plan_special(struct study *s, struct special a)
{
	const char *rest;
	struct var *v = special_var(s, a, a.kind == FACTOR ? '=' : ':', &rest);

	if (a.kind == FACTOR)
		make_factor(v, rest != NULL ? rest : "");
	else if (rest == NULL)
		die_usage("--poly: not COL:DEGREE: \"%s\"", a.arg);
	else
		v->degree = (int)opts_int(rest, "--poly", 1, MAX_DEGREE);
}

/* -x; where it was not given and --factor or --poly bring predictors, those of
 * the default that are there. */
static void
plan_x(struct study *s)
{
	size_t n, *x;

	if (xlist == NULL && nspecial > 0) {
		char *list = copy(default_x), *name;

		for (name = strtok(list, ","); name != NULL; name = strtok(NULL, ","))
			if (table_find(s->t, name) != TABLE_NONE)
				add_var(s, name, table_col(s->t, name));
		free(list);
	} else {
		if (xlist == NULL && table_find(s->t, "op") == TABLE_NONE && table_find(s->t, "s1") != TABLE_NONE)
			die("%s: no descriptors: make them with hg-describe, or say which columns with -x%s",
			    gz_name(s->t->gz), table_hint(s->t));
		x = cols_select(s->t, xlist ? xlist : default_x, "-x", &n);
		for (size_t i = 0; i < n; i++)
			add_var(s, s->t->name[x[i]], x[i]);
		free(x);
	}
	for (size_t i = 0; i < nspecial; i++)
		plan_special(s, special[i]);
}

static void
plan_y(struct study *s)
{
	if (ylist == NULL && table_find(s->t, "entropy") == TABLE_NONE)
		die("%s: no entropy: say which column with -y%s", gz_name(s->t->gz), table_hint(s->t));
	s->ycol = cols_select(s->t, ylist ? ylist : "entropy", "-y", &s->ny);
	if (s->ny == 0)
		die_usage("-y: no response");
	if (rows && s->ny > 1)
		die_usage("--rows takes one response, not %zu", s->ny);
	s->yname = mem_new(s->ny, sizeof *s->yname);
	for (size_t j = 0; j < s->ny; j++) {
		s->yname[j] = copy(s->t->name[s->ycol[j]]);
		for (size_t i = 0; i < s->nvar; i++)
			if (s->var[i].col == s->ycol[j])
				die("column \"%s\" is both in -x and in -y", s->yname[j]);
	}
}

static const char *const row_columns[] = { "fitted", "residual", "hat", "std_residual", "cooks_d", NULL };

static void
plan(struct study *s)
{
	size_t *key, nkey, stack;

	if (state_is(s->t))
		die("%s: a state: --merge reads it", gz_name(s->t->gz));
	plan_x(s);
	plan_y(s);
	key = cols_select(s->t, glist ? glist : "", "-g", &nkey);
	stack = table_find(s->t, "stack");
	for (size_t i = 0; i < s->nvar; i++)
		if (s->var[i].col == stack)
			stack = TABLE_NONE;
	s->frame = frame_open(s->t, &(struct frame_spec){ .key = key, .nkey = nkey, .weight = TABLE_NONE, .watch = stack });
	s->group = frame_group(s->frame);
	free(key);
	s->cluster = cols_select(s->t, clusters ? clusters : "", "--cluster", &s->ncluster);
	if (clusters != NULL && s->ncluster == 0)
		die_usage("--cluster: no column");
	for (const char *const *name = row_columns; rows && *name != NULL; name++)
		if (table_find(s->t, *name) != TABLE_NONE)
			die("%s: column \"%s\" is there already", gz_name(s->t->gz), *name);
	if (weights != NULL) {
		s->wcol = table_find(s->t, weights);
		if (s->wcol == TABLE_NONE)
			table_lacks(s->t, "-w", weights);
		s->wname = copy(weights);
	}
	add_columns(s);
	s->y = mem_new(s->ny, sizeof *s->y);
}

/* ---- the first pass: rows to factors ----------------------------------------------------- */

static struct sums *
sums_of(struct study *s, size_t k)
{
	s->sums = mem_grow(s->sums, &s->cap, k + 1, sizeof *s->sums);
	for (; s->ngroup <= k; s->ngroup++) {
		struct sums *g = &s->sums[s->ngroup];

		*g = (struct sums){ 0, mem_new(s->ny, sizeof *g->model) };
		for (size_t j = 0; j < s->ny; j++) {
			g->model[j].mem = mem_new(tri_size((ptrdiff_t)s->p), sizeof(double));
			tri_init(&g->model[j].tri, (ptrdiff_t)s->p, g->model[j].mem);
		}
	}
	return &s->sums[k];
}

/* All columns there are by now. */
static void
grow(struct study *s, struct model *m)
{
	double *mem;

	if (m->tri.p == (ptrdiff_t)s->p)
		return;
	mem = mem_new(tri_size((ptrdiff_t)s->p), sizeof *mem);
	tri_grow(&m->tri, (ptrdiff_t)s->p, mem);
	free(m->mem);
	m->mem = mem;
}

/* The number of a level of predictor i, with a new column if it is new. */
static size_t
level_of(struct study *s, size_t i, const char *text)
{
	struct var *v = &s->var[i];
	size_t n = map_count(v->levels), k = map_add(v->levels, text, strlen(text));

	if (k == n && s->term != NULL)
		table_die(s->t, v->col, "a row that was not there before");
	if (n == MAX_LEVELS && k == n)
		die("--factor: %s has more than %d levels: are they names?", v->name, MAX_LEVELS);
	if (k == n) {
		v->at = mem_grow(v->at, &v->cap, k + 1, sizeof *v->at);
		v->at[k] = s->p;
		add_column(s, (struct column){ joined(v->name, "=", text), i, k, 0 });
	}
	return k;
}

static void
set_level(struct study *s, size_t i, const char *text)
{
	struct var *v = &s->var[i];
	size_t k = level_of(s, i, text);

	s->v[v->at[v->now]] = 0;
	s->v[v->at[k]] = 1;
	v->now = k;
}

/* x, x^2, ... of predictor v from column j on, as double-doubles. */
static void
set_powers(struct study *s, size_t j, const struct var *v, double x)
{
	struct dd y = { x, 0 };

	for (int d = 1; d <= v->degree; d++) {
		if (d > 1)
			y = dd_mul(y, (struct dd){ x, 0 });
		if (!isfinite(y.hi))
			table_die(s->t, v->col, "too large a number for a power of %d: \"%.40s\"", d, s->t->field[v->col]);
		s->v[j] = y.hi;
		s->vlo[j++] = y.lo;
	}
}

/* 1 without -w, NaN where it is missing. */
static void
read_weight(struct study *s)
{
	s->w = 1;
	if (s->wname != NULL && !table_num(s->t, s->wcol, &s->w))
		s->w = NAN;
	if (s->w < 0)
		table_die(s->t, s->wcol, "a negative weight: %s", s->t->field[s->wcol]);
}

/* Powers and levels, of the numbers that were read and of the fields. */
static void
set_columns(struct study *s)
{
	size_t j = (size_t)intercept;

	for (size_t i = 0; i < s->nvar; i++) {
		const struct var *v = &s->var[i];

		if (v->degree == 0)
			set_level(s, i, s->t->field[v->col]);
		else
			set_powers(s, j, v, s->v[j]);
		j += (size_t)v->degree;
	}
}

/* The row's numbers and levels; 1 if the row can be used: it has all
 * predictors, a response, a weight that is not 0, and its cluster. */
static int
read_row(struct study *s)
{
	int whole = 1, some = 0;
	size_t j = (size_t)intercept;

	s->t->advice = "; --factor is for names";
	for (size_t i = 0; i < s->nvar; i++) {
		const struct var *v = &s->var[i];

		whole &= v->degree > 0 ? table_num(s->t, v->col, &s->v[j]) : s->t->len[v->col] > 0;
		j += (size_t)v->degree;
	}
	s->t->advice = NULL;
	for (size_t i = 0; i < s->ny; i++) {
		s->y[i] = NAN;
		some |= table_num(s->t, s->ycol[i], &s->y[i]);
	}
	for (size_t i = 0; i < s->ncluster; i++)
		whole &= s->t->len[s->cluster[i]] > 0;
	read_weight(s);
	if (!(s->w > 0) || !whole || !some)
		return 0;
	set_columns(s);
	return 1;
}

static void
add_row(struct study *s)
{
	struct sums *g = sums_of(s, frame_key(s->frame));
	int used = read_row(s);

	g->rows += s->w != 0;           /* weight 0: as if it were not there */
	if (!used)
		return;
	for (size_t j = 0; j < s->ny; j++)
		if (isfinite(s->y[j])) {
			grow(s, &g->model[j]);
			s->v[s->iy] = s->y[j];
			tri_add(&g->model[j].tri, s->v, s->vlo, s->w);
		}
}

/* ---- when all rows were read ------------------------------------------------------------- */

struct sortable { const char *text; size_t level; };

static int
compare_levels(const void *a, const void *b)
{
	return group_compare(((const struct sortable *)a)->text, ((const struct sortable *)b)->text);
}

/* The levels of a factor in the order of groups: the caller frees them. */
static struct sortable *
sorted_levels(const struct var *v, size_t *n)
{
	struct sortable *l;
	size_t len;

	*n = map_count(v->levels);
	l = mem_new(*n, sizeof *l);
	for (size_t k = 0; k < *n; k++)
		l[k] = (struct sortable){ map_key(v->levels, k, &len), k };
	qsort(l, *n, sizeof *l, compare_levels);
	return l;
}

/* The factor of m with its columns in the order of pick. */
static void
reorder(struct study *s, struct model *m, const ptrdiff_t *pick, double *work)
{
	double *mem = mem_new(tri_size((ptrdiff_t)s->p), sizeof *mem);

	grow(s, m);
	tri_order(&m->tri, pick, mem, work);
	free(m->mem);
	m->mem = mem;
}

/* Sorts the columns of levels, so that nothing depends on which came first. */
static void
sort_columns(struct study *s)
{
	ptrdiff_t *pick = mem_new(s->p, sizeof *pick), p = (ptrdiff_t)s->p;
	double *work = mem_new(tri_pick_work(p, p), sizeof *work);
	struct column *col = mem_new(s->p, sizeof *col);
	size_t j = s->iy + 1, n;

	for (size_t i = 0; i < j; i++)
		pick[i] = (ptrdiff_t)i;
	for (size_t i = 0; i < s->nvar; i++) {
		struct sortable *l = s->var[i].degree == 0 ? sorted_levels(&s->var[i], &n) : NULL;

		for (size_t k = 0; l != NULL && k < n; k++) {
			pick[j] = (ptrdiff_t)s->var[i].at[l[k].level];
			s->var[i].at[l[k].level] = j++;
		}
		free(l);
	}
	for (size_t k = 0; k < s->ngroup; k++)
		for (size_t i = 0; i < s->ny; i++)
			reorder(s, &s->sums[k].model[i], pick, work);
	for (j = 0; j < s->p; j++)
		col[j] = s->col[pick[j]];
	memcpy(s->col, col, s->p * sizeof *col);
	for (j = s->iy + 1; j < s->p; j++)
		s->v[j] = 0;
	free(col);
	free(pick);
	free(work);
}

/* Group 0 has the rows without a key so far; the others join it. */
static void
pool(struct study *s)
{
	struct sums *all = sums_of(s, 0);
	size_t *order = group_order(s->group);

	for (size_t k = 1; k < s->ngroup; k++) {
		struct sums *g = &s->sums[order[k]];

		all->rows += g->rows;
		for (size_t j = 0; j < s->ny; j++)
			tri_merge(&all->model[j].tri, &g->model[j].tri);
	}
	free(order);
}

/* Dies of a reference that is none of the n levels; frees these. */
_Noreturn static void
die_reference(const struct study *s, const struct var *v, struct sortable *l, size_t n)
{
	enum { SHOWN = 20 };
	size_t len = 0, cap = 0;
	char *names = NULL;

	for (size_t k = 0; k < n && k < SHOWN; k++) {
		names = mem_grow(names, &cap, len + strlen(l[k].text) + 3, 1);
		len += (size_t)sprintf(names + len, "%s%s", k > 0 ? ", " : "", l[k].text);
	}
	free(l);
	die("%s%s--factor: %s has no level \"%s\", only %s%s", s->t != NULL ? gz_name(s->t->gz) : "",
	    s->t != NULL ? ": " : "", v->name, v->reference, names, n > SHOWN ? ", ..." : "");
}

/* The level that is left out: as R, the first factor of a model without
 * intercept keeps all. */
static size_t
reference(const struct study *s, size_t i, struct sortable *l, size_t n)
{
	const struct var *v = &s->var[i];
	size_t first = 0;

	while (s->var[first].degree != 0)
		first++;
	if (n == 0 || (!intercept && i == first))
		return TABLE_NONE;
	if (v->reference[0] == '\0')
		return l[0].level;
	if (map_find(v->levels, v->reference, strlen(v->reference)) == TABLE_NONE)
		die_reference(s, v, l, n);
	return map_find(v->levels, v->reference, strlen(v->reference));
}

/* The columns of the terms: intercept, predictors in their order, y. */
static void
choose_terms(struct study *s)
{
	size_t j = (size_t)intercept, n;

	s->term = mem_new(s->p, sizeof *s->term);
	s->k = j;
	for (size_t i = 0; i < s->nvar; i++) {
		struct var *v = &s->var[i];
		struct sortable *l;

		for (int d = 0; d < v->degree; d++)
			s->term[s->k++] = (ptrdiff_t)j++;
		if (v->degree > 0)
			continue;
		l = sorted_levels(v, &n);
		v->left_out = reference(s, i, l, n);
		for (size_t k = 0; k < n; k++)
			if (l[k].level != v->left_out)
				s->term[s->k++] = (ptrdiff_t)v->at[l[k].level];
		free(l);
	}
	s->x = mem_new(s->k, sizeof *s->x);
	s->xlo = mem_new(s->k, sizeof *s->xlo);
	s->u = mem_new(s->k, sizeof *s->u);
}

static const char *
term_name(const struct study *s, size_t i)
{
	return s->col[s->term[i]].name;
}

/* Notes what is to be said of response j in group k, which stands first. */
static void __attribute__((format(printf, 4, 5)))
tell(struct study *s, size_t j, size_t k, const char *fmt, ...)
{
	size_t n = map_count(s->reasons), r, len;
	char *text;
	va_list ap;

	va_start(ap, fmt);
	len = (size_t)vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = mem_new(len + 1, 1);
	va_start(ap, fmt);
	vsnprintf(text, len + 1, fmt, ap);
	va_end(ap);
	text = mem_resize(text, len + 1 + sizeof j, 1);
	memcpy(text + len + 1, &j, sizeof j);
	r = map_add(s->reasons, text, len + 1 + sizeof j);
	free(text);
	s->told = mem_grow(s->told, &s->told_cap, r + 1, sizeof *s->told);
	if (r == n)
		s->told[r] = (struct told){ j, k, 0 };
	else
		s->told[r].more++;
}

/* Warns of all that was noted, a line for each reason. */
static void
warn_told(struct study *s)
{
	size_t len;

	for (size_t r = 0; r < map_count(s->reasons); r++) {
		const struct told *t = &s->told[r];
		const char *what = map_key(s->reasons, r, &len);

		if (t->more > 0)
			warn("%s%s%s; so in %zu group%s more", s->yname[t->y], group_text(s->group, t->group), what,
			    t->more, t->more == 1 ? "" : "s");
		else
			warn("%s%s%s", s->yname[t->y], group_text(s->group, t->group), what);
	}
	map_free(s->reasons);
	s->reasons = map_new();
}

/* What the others leave of the term is within the rounding of its numbers.  Not
 * of powers, which are formed from one number without rounding. */
static int
rounded(const struct study *s, const struct model *m, size_t i)
{
	const struct column *c = &s->col[m->col[i]];

	return m->ls.vif[i] > most_vif && c->power > 0 && s->var[c->var].degree == 1;
}

static int
aliased(const struct study *s, const struct model *m, size_t i)
{
	(void)s;
	return m->ls.aliased[i];
}

/* The names of the terms that are so, or NULL; the caller frees them. */
static char *
names_of(const struct study *s, const struct model *m, int (*so)(const struct study *, const struct model *, size_t))
{
	char *names = NULL;
	size_t len = 0, cap = 0;

	for (size_t i = 0; i < (size_t)m->ls.k; i++)
		if (so(s, m, i)) {
			const char *x = s->col[m->col[i]].name;

			names = mem_grow(names, &cap, len + strlen(x) + 3, 1);
			len += (size_t)sprintf(names + len, "%s%s", len > 0 ? ", " : "", x);
		}
	return names;
}

static void
tell_model(struct study *s, size_t j, size_t k)
{
	const struct model *m = &s->sums[k].model[j];
	ptrdiff_t of = m->ls.k - intercept, rank = m->ls.rank - intercept;
	double n = m->tri.n;
	char *names;

	if (n < 1 + intercept) {
		tell(s, j, k, ": %g row%s without missing values", n, n == 1 ? "" : "s");
		return;
	}
	if (m->tri.min[s->iy] == m->tri.max[s->iy] && m->ls.tnorm == 0)
		tell(s, j, k, " is %s: nothing to explain", intercept ? "constant" : "0");
	if (min_norm && rank < of)
		tell(s, j, k, ": rank %td of %td: the solution of least norm", rank, of);
	if ((names = names_of(s, m, aliased)) != NULL)
		tell(s, j, k, ": rank %td of %td: dependent on the terms before: %s", rank, of, names);
	free(names);
	if ((names = names_of(s, m, rounded)) != NULL)
		tell(s, j, k, ": dependent but for less than 1e-7, perhaps by rounding alone: %s", names);
	free(names);
	for (ptrdiff_t i = 0; i < m->ls.k; i++)
		if (!m->ls.aliased[i] && !isfinite(m->ls.b[i])) {
			tell(s, j, k, ": beyond the range of numbers");
			break;
		}
}

static void
new_fit(struct ls *f, size_t k)
{
	f->b = mem_new(k, sizeof *f->b);
	f->blo = mem_new(k, sizeof *f->blo);
	f->se = mem_new(k, sizeof *f->se);
	f->beta = mem_new(k, sizeof *f->beta);
	f->vif = mem_new(k, sizeof *f->vif);
	f->aliased = mem_new(k, sizeof *f->aliased);
	f->kept = mem_new(k + 1, sizeof *f->kept);
	f->inv = mem_new(k*k, sizeof *f->inv);
	f->invlo = mem_new(k*k, sizeof *f->invlo);
}

static void
free_fit(struct ls *f)
{
	free(f->b);
	free(f->blo);
	free(f->se);
	free(f->beta);
	free(f->vif);
	free(f->aliased);
	free(f->kept);
	free(f->inv);
	free(f->invlo);
}

/* The terms of one model: without levels that it has no row of, and if the level
 * left out is one of these, without the first that it has.  Returns how many. */
static size_t
model_terms(struct study *s, size_t k, size_t j)
{
	struct model *m = &s->sums[k].model[j];
	size_t n = 0, instead = TABLE_NONE;

	m->col = mem_new(s->k + 1, sizeof *m->col);
	m->at = mem_new(s->k, sizeof *m->at);
	for (size_t i = 0; i < s->k; i++) {
		const struct column *c = &s->col[s->term[i]];
		const struct var *v = s->nvar > 0 ? &s->var[c->var] : NULL;

		m->at[i] = -1;
		if ((size_t)s->term[i] > s->iy && m->tri.max[s->term[i]] == 0)
			continue;
		if ((size_t)s->term[i] > s->iy && v->left_out != TABLE_NONE && c->var != instead &&
		    m->tri.max[v->at[v->left_out]] == 0) {
			instead = c->var;
			tell(s, j, k, ": no row of %s: %s is the reference", s->col[v->at[v->left_out]].name, c->name);
			continue;
		}
		m->at[i] = (ptrdiff_t)n;
		m->col[n++] = s->term[i];
	}
	m->col[n] = (ptrdiff_t)s->iy;
	return n;
}

static void
solve_one(struct study *s, size_t k, size_t j, double *work)
{
	struct model *m = &s->sums[k].model[j];
	size_t terms = model_terms(s, k, j);

	tri_flush(&m->tri);
	new_fit(&m->ls, terms);
	if (ls_fit(&m->tri, m->col, (ptrdiff_t)terms, intercept, min_norm, &m->ls, work) != 0)
		die("%s%s: too large numbers: the singular values do not converge", s->yname[j], group_text(s->group, k));
	m->df = m->ls.df_residual;
	tell_model(s, j, k);
}

static void
solve(struct study *s)
{
	double *work = mem_new(ls_work((ptrdiff_t)s->p, (ptrdiff_t)s->k), sizeof *work);
	size_t *order = group_order(s->group);

	for (size_t i = 0; i < s->ngroup; i++)
		for (size_t j = 0; j < s->ny; j++)
			solve_one(s, order[i], j, work);
	warn_told(s);
	free(order);
	free(work);
}

/* ---- the second pass: robust errors ------------------------------------------------------ */

/* The keys of the row's cluster; returns their length. */
static size_t
cluster_key(struct study *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->ncluster; i++) {
		size_t len = s->t->len[s->cluster[i]] + 1;

		s->text = mem_grow(s->text, &s->text_cap, n + len, 1);
		memcpy(s->text + n, s->t->field[s->cluster[i]], len);
		n += len;
	}
	return n;
}

/* What m says of the row in hand, with response j. */
static struct ls_row
look(struct study *s, const struct model *m, size_t j)
{
	struct ls_row r;

	for (ptrdiff_t i = 0; i < m->ls.k; i++) {
		s->x[i] = s->v[m->col[i]];
		s->xlo[i] = s->vlo[m->col[i]];
	}
	ls_row(&m->ls, s->x, s->xlo, s->y[j], s->w, s->u, &r);
	return r;
}

/* The sums of scores of the cluster in hand, whose keys are len bytes. */
static double *
cluster_sum(struct study *s, struct model *m, size_t len)
{
	size_t rank = (size_t)m->ls.rank, n = map_count(m->clusters), c = map_add(m->clusters, s->text, len);

	m->sum = mem_grow(m->sum, &m->sum_cap, (c + 1)*rank, sizeof *m->sum);
	for (size_t i = 0; c == n && i < rank; i++)
		m->sum[c*rank + i] = 0;
	return m->sum + c*rank;
}

/* Adds the row's score; len: of its cluster's keys. */
static void
add_score(struct study *s, struct model *m, size_t j, size_t len)
{
	struct ls_row r = look(s, m, j);
	double e = ls_score(clusters != NULL ? HC0 : (enum hc)robust, s->w, &r), *sum;

	if (!isfinite(e) || !isfinite(r.hat)) {
		m->nohat |= r.hat == 1;
		m->wild |= r.hat != 1;
		return;
	}
	for (ptrdiff_t i = 0; i < m->ls.rank; i++)
		s->u[i] *= e;
	if (clusters == NULL) {
		tri_add(&m->meat, s->u, NULL, 1);
		return;
	}
	sum = cluster_sum(s, m, len);
	for (ptrdiff_t i = 0; i < m->ls.rank; i++)
		sum[i] += s->u[i];
}

/* Whether robust errors of m have a meaning, as far as the first pass tells. */
static int
scored(const struct model *m)
{
	return m->ls.rank > 0 && m->ls.df_residual > 0 && isfinite(m->ls.inv[0]);
}

/* The group of a row that is read the second time. */
static size_t
known_group(struct study *s)
{
	size_t k = frame_key(s->frame);

	if (k >= s->ngroup)
		table_die(s->t, TABLE_NONE, "a row that was not there before");
	return k;
}

static void
score_row(struct study *s)
{
	size_t k = known_group(s), len = 0;

	if (!read_row(s))
		return;
	if (clusters != NULL)
		len = cluster_key(s);
	for (size_t j = 0; j < s->ny; j++) {
		if (!isfinite(s->y[j]))
			continue;
		if (scored(&s->sums[0].model[j]))
			add_score(s, &s->sums[0].model[j], j, len);
		if (k > 0 && scored(&s->sums[k].model[j]))
			add_score(s, &s->sums[k].model[j], j, len);
	}
}

/* The sums of m's clusters become the rows of the factor; returns how many. */
static double
add_clusters(struct model *m)
{
	size_t n = map_count(m->clusters);

	for (size_t c = 0; c < n; c++)
		tri_add(&m->meat, m->sum + c * (size_t)m->ls.rank, NULL, 1);
	return (double)n;
}

/* HC1: n/(n - p); clusters, CR1: G/(G - 1) (n - 1)/(n - p). */
static void
robust_errors(struct study *s, size_t j, size_t k)
{
	struct model *m = &s->sums[k].model[j];
	double n = m->tri.n, g, factor = robust == HC1 ? n / m->ls.df_residual : 1;

	if (clusters != NULL) {
		g = add_clusters(m);
		if (g < 2)
			tell(s, j, k, ": one cluster only: no standard errors");
		factor = g < 2 ? NAN : g/(g - 1) * ((n - 1)/m->ls.df_residual);
		m->df = g - 1;
	}
	if (m->nohat)
		tell(s, j, k, ": no standard errors: the model fits a row whatever the response, hat value 1");
	tri_flush(&m->meat);
	ls_sandwich(&m->ls, m->meat.r, m->nohat || m->wild ? NAN : factor, m->ls.se, s->u);
}

static void
second_pass(struct study *s)
{
	size_t *order = group_order(s->group);

	for (size_t k = 0; k < s->ngroup; k++)
		for (size_t j = 0; j < s->ny; j++) {
			struct model *m = &s->sums[k].model[j];

			m->meat_mem = mem_new(tri_size(m->ls.rank), sizeof *m->meat_mem);
			tri_init(&m->meat, m->ls.rank, m->meat_mem);
			m->clusters = map_new();
		}
	table_again(s->t);
	while (table_next(s->t))
		score_row(s);
	for (size_t i = 0; i < s->ngroup; i++)
		for (size_t j = 0; j < s->ny; j++)
			if (scored(&s->sums[order[i]].model[j]))
				robust_errors(s, j, order[i]);
	warn_told(s);
	free(order);
}

/* ---- tables ------------------------------------------------------------------------------ */

/* One coefficient, if the model has it; t is the quantile for its interval. */
static void
put_term(struct study *s, size_t k, size_t j, struct csv_writer *w, size_t i, double t)
{
	const struct model *m = &s->sums[k].model[j];
	ptrdiff_t l = m->at[i];
	double b = l < 0 ? NAN : m->ls.b[l], se = l < 0 ? NAN : m->ls.se[l], statistic = b / se;

	group_put(s->group, k, w);
	csv_put_str(w, s->yname[j]);
	csv_put_str(w, term_name(s, i));
	csv_put_num(w, b);
	csv_put_num(w, se);
	csv_put_num(w, statistic);
	csv_put_num(w, isfinite(statistic) ? tail_t2(statistic, m->df) : NAN);
	csv_put_num(w, b - t * se);
	csv_put_num(w, b + t * se);
	csv_put_num(w, l < 0 ? NAN : m->ls.beta[l]);
	csv_put_num(w, l < 0 ? NAN : m->ls.vif[l]);
	csv_put_end(w);
}

static void
put_coefficients(struct study *s, size_t k, size_t j, struct csv_writer *w)
{
	double df = s->sums[k].model[j].df, t = df > 0 ? tail_t2_inv(1 - level, df) : NAN;

	for (size_t i = 0; i < s->k; i++)
		put_term(s, k, j, w, i, t);
}

static void
put_fit(struct study *s, size_t k, size_t j, struct csv_writer *w)
{
	const struct model *m = &s->sums[k].model[j];
	const struct ls *f = &m->ls;
	double n = m->tri.n, rank = (double)f->rank, df = rank > 0 ? rank - intercept : 0, dfr = f->df_residual;
	double explained = f->enorm / f->tnorm, left = f->rnorm / f->tnorm, ratio = f->enorm / f->rnorm, stat, log_lik;

	stat = df > 0 && dfr > 0 ? ratio * ratio * (dfr / df) : NAN;
	log_lik = m->tri.logw / 2 - n / 2 * (num_log(2 * 3.14159265358979323846 / n) + 2 * num_log(f->rnorm) + 1);
	group_put(s->group, k, w);
	csv_put_str(w, s->yname[j]);
	csv_put_int(w, (long long)n);
	csv_put_int(w, (long long)(s->sums[k].rows - n));
	csv_put_int(w, f->rank);
	csv_put_int(w, (long long)df);
	if (n > 0)
		csv_put_int(w, (long long)dfr);
	else
		csv_put_str(w, "");
	csv_put_num(w, explained * explained);
	csv_put_num(w, dfr > 0 ? 1 - left * left * ((n - intercept) / dfr) : NAN);
	csv_put_num(w, f->sigma);
	csv_put_num(w, stat);
	csv_put_num(w, isfinite(stat) ? tail_f(stat, df, dfr) : NAN);
	csv_put_num(w, log_lik);
	csv_put_num(w, -2 * log_lik + 2 * (rank + 1));
	csv_put_num(w, -2 * log_lik + num_log(n) * (rank + 1));
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
		for (size_t j = 0; j < s->ny; j++)
			(fit ? put_fit : put_coefficients)(s, order[i], j, &w);
	free(order);
}

/* The row in hand and, if its model used it, what that says of it. */
static void
put_row(struct study *s, struct csv_writer *w)
{
	size_t k = known_group(s);
	struct ls_row r = { NAN, NAN, NAN, NAN, NAN };

	if (read_row(s) && (k > 0 || group_keys(s->group) == 0))
		r = look(s, &s->sums[k].model[0], 0);
	for (size_t i = 0; i < s->t->ncol; i++)
		csv_put(w, s->t->field[i], s->t->len[i]);
	csv_put_num(w, r.fitted);
	csv_put_num(w, r.residual);
	csv_put_num(w, r.hat);
	csv_put_num(w, r.std_residual);
	csv_put_num(w, r.cooks_d);
	csv_put_end(w);
}

static void
put_rows(struct study *s, struct out *out)
{
	struct csv_writer w = { .out = out, .format = opts.format };

	for (size_t i = 0; i < s->t->ncol; i++)
		csv_put_str(&w, s->t->name[i]);
	for (const char *const *name = row_columns; *name != NULL; name++)
		csv_put_str(&w, *name);
	csv_put_end(&w);
	table_again(s->t);
	while (table_next(s->t))
		put_row(s, &w);
}

/* The seed's last section; what is undefined is what numpy makes of it. */
static void
put_report(struct study *s, struct out *out)
{
	const struct ls *f = &s->sums[0].model[0].ls;
	double r = f->enorm / f->tnorm, r2 = r * r;

	out_printf(out, "\nLinear regression of entropy on multiple descriptors (standardized):\n");
	if (isfinite(r2))
		out_printf(out, " R\xc2\xb2 = %.3f\n", r2);
	else
		out_printf(out, " R\xc2\xb2 = nan\n");
	out_printf(out, " standardized coefficients:\n");
	for (size_t i = 1; i < s->k; i++)
		out_printf(out, " %-12s %+.3f\n", term_name(s, i), isfinite(f->beta[i]) ? f->beta[i] : 0);
}

/* ---- states ------------------------------------------------------------------------------ */

static void
save_options(struct study *s, struct state_writer *w)
{
	char degree[16];

	for (size_t i = 0; i < s->nvar; i++) {
		const struct var *v = &s->var[i];

		snprintf(degree, sizeof degree, "%d", v->degree);
		state_put(w, "option", (long)i, -1, v->degree == 1 ? "x" : v->degree > 1 ? "poly" : "factor",
		    v->name, v->degree == 1 ? "" : v->degree > 1 ? degree : v->reference);
	}
	for (size_t j = 0; j < s->ny; j++)
		state_put(w, "option", (long)j, -1, "y", s->yname[j], "");
	if (s->wname != NULL)
		state_put(w, "option", -1, -1, "weight", s->wname, "");
	state_put(w, "option", -1, -1, "intercept", intercept ? "yes" : "no", "");
	state_put_names(w, s->group);
}

static void
save_model(struct study *s, struct state_writer *w, struct tri *t, const char *y)
{
	size_t len;

	tri_flush(t);
	state_put_num(w, "model", -1, -1, y, t->n, 0);
	if (s->wname != NULL)
		state_put_num(w, "logw", -1, -1, "", t->logw, t->logw_lo);
	for (size_t j = 0; j < s->p; j++) {
		const struct column *c = &s->col[j];

		if (j <= s->iy)
			state_put_num(w, "column", (long)j, -1, j == s->iy ? y : c->name, t->min[j], t->max[j]);
		else
			state_put_num(w, "level", (long)j, (long)c->var,
			    map_key(s->var[c->var].levels, c->level, &len), t->min[j], t->max[j]);
	}
	state_put_r(w, (long)t->p, t->r, t->rlo);
}

static void
save(struct study *s, struct out *out)
{
	size_t *order = group_order(s->group);
	struct state_writer w;

	state_begin(&w, out, "hg-regress");
	save_options(s, &w);
	for (size_t i = 0; i < s->ngroup; i++) {
		struct sums *g = &s->sums[order[i]];

		state_put_group(&w, s->group, order[i], g->rows);
		for (size_t j = 0; j < s->ny; j++)
			save_model(s, &w, &g->model[j].tri, s->yname[j]);
	}
	state_end(&w);
	free(order);
}

/* What a state holds of one model. */
struct part {
	size_t group, y;
	double n, logw, logw_lo;
	size_t p, cap;
	struct limits { size_t var, level; double min, max; } *col;     /* var: TABLE_NONE, or a level's */
	size_t nr, r_cap;
	struct entry { size_t i, j; double hi, lo; } *r;
};

struct parts {
	struct part *part, *now;        /* now: in hand, NULL where a group begins */
	size_t n, cap, ngroup;
};

static void
read_option(struct study *s, const struct state *in)
{
	if (strcmp(in->name, "y") == 0) {
		s->yname = mem_resize(s->yname, s->ny + 1, sizeof *s->yname);
		s->yname[s->ny++] = copy(in->value);
	} else if (strcmp(in->name, "weight") == 0) {
		s->wname = copy(in->value);
	} else if (strcmp(in->name, "intercept") == 0) {
		intercept = strcmp(in->value, "yes") == 0;
	} else {
		struct var *v = add_var(s, in->value, TABLE_NONE);

		if (strcmp(in->name, "factor") == 0)
			make_factor(v, in->low);
		else if (strcmp(in->name, "poly") == 0 && state_num(in, 'l') >= 1 && state_num(in, 'l') <= MAX_DEGREE)
			v->degree = (int)state_num(in, 'l');
		else if (strcmp(in->name, "x") != 0)
			state_die(in, "an option that is not known: %s", in->name);
	}
}

/* All options are there: what plan does for a table. */
static void
plan_merge(struct study *s, const struct state *in)
{
	if (s->ny == 0)
		state_die(in, "sums without a response");
	s->group = in->group;
	add_columns(s);
}

static void
begin_part(struct study *s, struct parts *a, const struct state *in)
{
	struct part p = { .group = in->k, .y = a->n % s->ny, .n = state_rows(in) };

	if (strcmp(in->name, s->yname[p.y]) != 0)
		state_die(in, "a model of %s, where one of %s should be", in->name, s->yname[p.y]);
	a->part = mem_grow(a->part, &a->cap, a->n + 1, sizeof *a->part);
	a->now = &a->part[a->n++];
	*a->now = p;
}

static void
read_column(struct study *s, struct part *p, const struct state *in, int is_level)
{
	struct limits c = { TABLE_NONE, 0, INFINITY, -INFINITY };

	if (p->n > 0) {
		c.min = state_num(in, 'v');
		c.max = state_num(in, 'l');
	}
	if (state_index(in, 'i', p->p + 1) != p->p || is_level != (p->p > s->iy))
		state_die(in, "a column out of its order");
	if (is_level) {
		c.var = state_index(in, 'j', s->nvar);
		if (s->var[c.var].degree != 0)
			state_die(in, "a level of %s, which is not a factor", s->var[c.var].name);
		c.level = level_of(s, c.var, in->name);
	} else if (strcmp(in->name, p->p == s->iy ? s->yname[p->y] : s->col[p->p].name) != 0) {
		state_die(in, "column %s, where %s should be", in->name, p->p == s->iy ? s->yname[p->y] : s->col[p->p].name);
	}
	p->col = mem_grow(p->col, &p->cap, p->p + 1, sizeof *p->col);
	p->col[p->p++] = c;
}

static void
read_entry(struct part *p, const struct state *in)
{
	struct entry e = { .j = state_index(in, 'j', p->p) };

	e.i = state_index(in, 'i', e.j + 1);
	if ((double)e.i >= p->n)
		state_die(in, "more rows in the factor than there were: %g", p->n);
	e.hi = state_num(in, 'v');
	e.lo = state_num(in, 'l');
	p->r = mem_grow(p->r, &p->r_cap, p->nr + 1, sizeof *p->r);
	p->r[p->nr++] = e;
}

/* The groups so far have a model for each response. */
static void
check_models(const struct study *s, const struct parts *a)
{
	if (a->n != a->ngroup * s->ny)
		state_die(s->in, "a group with a model too few or too many");
}

static void
read_record(struct study *s, struct parts *a, const struct state *in)
{
	struct part *p = a->now;

	if (strcmp(in->record, "option") == 0) {
		read_option(s, in);
	} else if (strcmp(in->record, "group") == 0) {
		if (s->group == NULL)
			plan_merge(s, in);
		check_models(s, a);
		sums_of(s, in->k)->rows += in->rows;
		a->ngroup++;
		a->now = NULL;
	} else if (strcmp(in->record, "model") == 0) {
		begin_part(s, a, in);
	} else if (p == NULL) {
		state_die(in, "a record out of its order: %s", in->record);
	} else if (strcmp(in->record, "logw") == 0) {
		p->logw = state_num(in, 'v');
		p->logw_lo = state_num(in, 'l');
	} else if (strcmp(in->record, "column") == 0 || strcmp(in->record, "level") == 0) {
		read_column(s, p, in, in->record[0] == 'l');
	} else if (strcmp(in->record, "r") == 0) {
		read_entry(p, in);
	} else {
		state_die(in, "a record that is not known: %s", in->record);
	}
}

/* Where column j of a part is among all there are. */
static size_t
place(const struct study *s, const struct part *p, size_t j)
{
	return j <= s->iy ? j : s->var[p->col[j].var].at[p->col[j].level];
}

static void
check_part(const struct study *s, const struct part *p)
{
	if (p->p <= s->iy)
		die("a state that lacks columns of %s", s->yname[p->y]);
	for (size_t j = 1; j < p->p; j++)
		if (place(s, p, j) <= place(s, p, j - 1))
			die("a state whose levels are not in order: %s", s->col[place(s, p, j)].name);
}

/* The part as a factor with all columns there are. */
static void
build(const struct study *s, const struct part *p, struct tri *t, double *mem)
{
	tri_init(t, (ptrdiff_t)s->p, mem);
	t->n = p->n;
	t->logw = p->logw;
	t->logw_lo = p->logw_lo;
	for (size_t j = 0; j < s->p && p->n > 0; j++)
		t->min[j] = t->max[j] = 0;      /* levels that the part has not */
	for (size_t j = 0; j < p->p; j++) {
		t->min[place(s, p, j)] = p->col[j].min;
		t->max[place(s, p, j)] = p->col[j].max;
	}
	for (size_t i = 0; i < p->nr; i++) {
		size_t at = p->r[i].i + place(s, p, p->r[i].j) * s->p;

		t->r[at] = p->r[i].hi;
		t->rlo[at] = p->r[i].lo;
	}
}

static int
compare_models(const void *va, const void *vb)
{
	const struct part *a = va, *b = vb;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return a->y < b->y ? -1 : a->y > b->y;
}

/* Merges n parts, all of one model, in order. */
static void
merge_parts(struct study *s, const struct part *part, size_t n)
{
	size_t size = tri_size((ptrdiff_t)s->p);
	struct tri *t;
	double *mem;

	for (size_t i = 0; i < n; i++)
		check_part(s, &part[i]);
	t = mem_new(n, sizeof *t);
	mem = mem_new(n, size * sizeof *mem);
	for (size_t i = 0; i < n; i++)
		build(s, &part[i], &t[i], mem + i * size);
	qsort(t, n, sizeof *t, tri_compare);
	for (size_t i = 0; i < n; i++)
		tri_merge(&s->sums[part->group].model[part->y].tri, &t[i]);
	free(t);
	free(mem);
}

/* Reads all states: parts are kept and merged at the end, in an order that does
 * not depend on that of the states. */
static void
merge_states(struct study *s, char *const *operand, int n)
{
	struct parts a = { 0 };

	s->in = state_open(operand, n, &opts, "hg-regress");
	while (state_next(s->in))
		read_record(s, &a, s->in);
	check_models(s, &a);
	sort_columns(s);
	qsort(a.part, a.n, sizeof *a.part, compare_models);
	for (size_t i = 0, m; i < a.n; i += m) {
		for (m = 1; i + m < a.n && compare_models(&a.part[i], &a.part[i + m]) == 0; m++)
			;
		merge_parts(s, a.part + i, m);
	}
	for (size_t i = 0; i < a.n; i++) {
		free(a.part[i].col);
		free(a.part[i].r);
	}
	free(a.part);
}

/* ---- all of it --------------------------------------------------------------------------- */

static void
free_model(struct model *m)
{
	free(m->mem);
	free(m->meat_mem);
	free(m->sum);
	free(m->col);
	free(m->at);
	if (m->clusters != NULL)
		map_free(m->clusters);
	free_fit(&m->ls);
}

static void
free_var(struct var *v)
{
	free(v->name);
	free(v->reference);
	free(v->at);
	if (v->levels != NULL)
		map_free(v->levels);
}

static void
study_free(struct study *s)
{
	for (size_t k = 0; k < s->ngroup; k++) {
		for (size_t j = 0; j < s->ny; j++)
			free_model(&s->sums[k].model[j]);
		free(s->sums[k].model);
	}
	for (size_t i = 0; i < s->nvar; i++)
		free_var(&s->var[i]);
	for (size_t j = 0; j < s->p; j++)
		free(s->col[j].name);
	for (size_t j = 0; j < s->ny; j++)
		free(s->yname[j]);
	free(s->sums);
	free(s->var);
	free(s->col);
	free(s->yname);
	free(s->ycol);
	free(s->wname);
	free(s->cluster);
	free(s->v);
	free(s->vlo);
	free(s->y);
	free(s->term);
	free(s->x);
	free(s->xlo);
	free(s->u);
	free(s->text);
	if (s->frame != NULL)
		frame_free(s->frame);
	else
		group_free(s->group);
	free(s->told);
	map_free(s->reasons);
	if (s->t != NULL)
		table_close(s->t);
	if (s->in != NULL)
		state_close(s->in);
}

static void
read_table(struct study *s, char *const *operand, int n)
{
	s->t = table_open(operand, n, &opts);
	if (rows || robust >= 0 || clusters != NULL)
		table_keep(s->t);
	plan(s);
	while (table_next(s->t))
		add_row(s);
	sums_of(s, 0);
	sort_columns(s);
}

static void
put(struct study *s, struct out *out)
{
	if (save_state)
		save(s, out);
	else if (report)
		put_report(s, out);
	else if (rows)
		put_rows(s, out);
	else
		put_table(s, out);
}

static void
regress(char *const *operand, int n)
{
	struct study s = { .reasons = map_new() };
	struct out *out;

	(merge ? merge_states : read_table)(&s, operand, n);
	if (merge)
		state_warn(s.group, sums_of(&s, 0)->rows);
	else
		frame_warn(s.frame);
	if (!save_state) {
		pool(&s);
		choose_terms(&s);
		solve(&s);
	}
	if (robust >= 0 || clusters != NULL)
		second_pass(&s);
	opts.plain |= report && opts.outfile == NULL;
	out = opts_out(&opts);
	put(&s, out);
	out_close(out);
	study_free(&s);
}

static int
kind_of(const char *name)
{
	static const char *const kind[] = { "hc0", "hc1", "hc2", "hc3" };

	for (int i = 0; i < 4; i++)
		if (strcmp(name, kind[i]) == 0)
			return i;
	die_usage("--robust: not hc0, hc1, hc2 or hc3: \"%s\"", name);
}

static void
add_special(int kind, const char *arg)
{
	special = mem_grow(special, &special_cap, nspecial + 1, sizeof *special);
	special[nspecial++] = (struct special){ kind, arg };
}

/* Options that do not go together. */
static void
check_options(void)
{
	int sums = xlist || ylist || glist || weights || nspecial > 0 || !intercept;
	int twice = robust >= 0 || clusters != NULL || rows;

	if (report && (sums || twice || fit || level > 0 || opts.format))
		die_usage("-r has its own form: -x, -y, -g, -w, --factor, --poly, --no-intercept, --robust, --cluster, "
		    "--rows, --fit, --format, --level do not go with it");
	if ((merge || save_state) && twice)
		die_usage("%s: %s the rows twice, states have none", merge ? "--merge" : "--save-state",
		    rows ? "--rows needs" : clusters != NULL ? "--cluster needs" : "--robust needs");
	if ((merge || save_state) && report)
		die_usage("%s: -r does not go with states", merge ? "--merge" : "--save-state");
	if (merge && sums)
		die_usage("--merge: -x, -y, -g, -w, --factor, --poly and --no-intercept are in the states");
	if (save_state && (fit || level > 0 || min_norm || opts.format))
		die_usage("--save-state: --fit, --format, --level and --min-norm are for --merge");
	if (robust >= 0 && clusters != NULL)
		die_usage("--robust and --cluster do not go together");
	if (rows && (fit || robust >= 0 || clusters != NULL))
		die_usage("--rows: --fit, --robust and --cluster do not go with it");
}

int
main(int argc, char **argv)
{
	char *const *operand;
	int c, n;

	err_init(argv[0]);
	opts_init(&opts);
	while ((c = getopt_long(argc, argv, OPTS_SHORT "g:rw:x:y:", longopts, NULL)) != -1)
		switch (c) {
		case 'g':
			opts_once(&glist, optarg, "-g");
			break;
		case 'r':
			report = 1;
			break;
		case 'w':
			opts_once(&weights, optarg, "-w");
			break;
		case 'x':
			opts_once(&xlist, optarg, "-x");
			break;
		case 'y':
			opts_once(&ylist, optarg, "-y");
			break;
		case CLUSTER:
			opts_once(&clusters, optarg, "--cluster");
			break;
		case FACTOR:
		case POLY:
			add_special(c, optarg);
			break;
		case FIT:
			fit = 1;
			break;
		case LEVEL:
			level = opts_level(optarg);
			break;
		case MERGE:
			merge = 1;
			break;
		case MIN_NORM:
			min_norm = 1;
			break;
		case NO_INTERCEPT:
			intercept = 0;
			break;
		case ROBUST:
			robust = kind_of(optarg);
			break;
		case ROWS:
			rows = 1;
			break;
		case SAVE_STATE:
			save_state = 1;
			break;
		default:
			opts_take(&opts, c, argv, usage);
		}
	check_options();
	level = level > 0 ? level : 0.95;
	min_norm = (min_norm || report) && !rows;
	operand = opts_operands(argc, argv, usage, &n);
	regress(operand, n);
	free(special);
	return 0;
}
