/* hg-regress - how well the descriptors predict together.
 *
 * Comes in: a table; goes out: for each group of rows and response y, the least
 * squares fit of y on an intercept and the predictors x, as coefficients, as
 * the figures of the fit, or row by row (hg-regress(1) gives the formulas).
 * The options become a spec and the table's columns, the rows observations, and the
 * models know nothing else of either.  Robust errors and the table of rows need the rows a second time.
 * Nothing is printed before the input has ended well.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "num.h"
#include "stat.h"

/* lm.c - linear models --------------------------------------------------------------------------- */

/* y = 2, 4, 5 on x = 1, 2, 3:
 *
 *	const struct lm_var x = { .name = "x", .degree = 1 };
 *	const char *const y = "y";
 *	const struct lm_spec spec = { .var = &x, .nvar = 1, .y = &y, .ny = 1, .intercept = 1 };
 *	const struct lm_view view = { .level = 0.95 };
 *	struct group *all = group_new(NULL, 0);
 *	struct lm *m = lm_new(&spec, &view, all);
 *	struct lm_coef c;
 *
 *	for (int i = 0; i < 3; i++)
 *		lm_add(m, &(struct obs){ .weight = 1, .num = row[i] });
 *	lm_solve(m, NULL);
 *	lm_coef(m, 0, 0, 1, &c);
 *	printf("%s: %g, p = %g\n", c.term, c.estimate, c.p_value);
 *
 * For each group and response the least squares fit of the response on the terms:
 * the intercept, the predictors with their powers, and the levels of factors but
 * the one left out.  One triangular factor of [1 X y] is kept for each, which
 * takes rows, levels and other factors at any time.  An observation's num has a
 * number for each predictor that is no factor, in order, then the responses; its
 * text a level for each factor, in order, then the keys of its cluster.  A model
 * uses those that have all of them, its response, and a weight above 0.
 */
enum { LM_MAX_DEGREE = 30 };

/* A predictor: a number with its powers up to degree, or with degree 0 a factor;
 * reference: its level without a term, NULL or "" for the first one. */
struct lm_var {
	const char *name;
	int degree;
	const char *reference;
};

/* What is summed. */
struct lm_spec {
	const struct lm_var *var;
	size_t nvar;
	const char *const *y;
	size_t ny;
	const char *weight;             /* its name, or NULL */
	int intercept;
};

/* Standard errors: for residuals of one variance; for any variances, as MacKinnon
 * and White have them; for clusters of rows that depend on each other. */
enum lm_errors { LM_CLASSICAL, LM_HC0, LM_HC1, LM_HC2, LM_HC3, LM_CLUSTER };

/* What is made of the sums. */
struct lm_view {
	int min_norm;                   /* dependent terms stay, with the solution of least norm */
	double level;                   /* of the confidence intervals */
	enum lm_errors errors;          /* all but the first want lm_score */
	size_t ncluster;                /* keys of a cluster */
};

/* What of an observation cannot be taken: number at, whose power leaves the range of
 * doubles, or if power is 0 text at, a level that lm_add has not met. */
struct lm_fault {
	size_t at;
	int power;
};

struct lm;

/* Models without rows.  The spec is copied, the groups are lent. */
static struct lm *lm_new(const struct lm_spec *s, const struct lm_view *v, struct group *g);

/* One observation more: NULL, or what is wrong with it, lent until the next one.
 * Dies of more than 500 levels. */
static const struct lm_fault *lm_add(struct lm *m, const struct obs *o);

/* When all were added: pools the groups, fits all models, and warns of what there is
 * to say of them.  Dies of a factor's reference that no row has; input: the name of
 * what was read, for that message, or NULL. */
static void lm_solve(struct lm *m, const char *input);

/* The second pass, behind lm_solve and over the same observations; then the
 * standard errors are those of the view. */
static const struct lm_fault *lm_score(struct lm *m, const struct obs *o);
static void lm_score_end(struct lm *m);

/* What the model of the first response in its group says of an observation; NaN
 * where it was not used. */
static const struct lm_fault *lm_row(struct lm *m, const struct obs *o, struct ls_row *r);
static void lm_free(struct lm *m);

/* lm_out.c - results of linear models ------------------------------------------------------------ */

/* Rows of results, behind lm_solve; NaN: undefined.  y and term are lent as long as
 * the models live. */
struct lm_coef {
	size_t group;
	const char *y, *term;
	double estimate, std_error, statistic, p_value, conf_low, conf_high, beta, vif;
};

struct lm_fit {
	size_t group;
	const char *y;
	double n, missing;              /* rows used, rows that lack a value */
	double rank, df, df_residual;
	double r_squared, adj_r_squared, sigma, f_statistic, f_p_value, log_lik, aic, bic, condition;
};

/* How many terms there are; term i of group k and response j; the figures of the
 * fit.  A term that the model has not is NaN. */
static void lm_coef(const struct lm *m, size_t k, size_t j, size_t i, struct lm_coef *c);
static void lm_fit(const struct lm *m, size_t k, size_t j, struct lm_fit *f);

/* Tables of them, with their header. */
static void lm_put_coefs(const struct lm *m, struct csv_writer *w);
static void lm_put_fits(const struct lm *m, struct csv_writer *w);

/* The frame's table, read once more, with what lm_row says of each row; the names of
 * these columns. */
enum { LM_ROW_NAMES = 5 };
static void lm_put_rows(struct lm *m, struct frame *f, struct csv_writer *w);

/* The seed's section on the first model, which has an intercept. */
static void lm_put_report(const struct lm *m, struct out *out);

/* design.c - from a table to linear models ------------------------------------------------------- */

/* Which columns of a table are what.  Set the table and the weight's name, or NULL, and
 * zero the rest; then call what follows, in this order, as far as it is wanted. */
struct design {
	struct table *table;
	const char *weight;
	struct lm_var *var;             /* predictors, named by the table, */
	size_t *col, nvar;              /* and their columns */
	size_t *y, ny, *key, nkey, *cluster, ncluster;
};

/* Columns of a list, as cols_select has it; COL[=REFERENCE] becomes a factor,
 * COL:DEGREE has powers, and both join the predictors if they are not there.  rows:
 * those of the table are wanted, for one response.  They die of a column that is
 * absent, or cannot be this. */
static void design_x(struct design *d, const char *list);
static void design_factor(struct design *d, const char *arg);
static void design_poly(struct design *d, const char *arg);
static void design_y(struct design *d, const char *list, int rows);
static void design_keys(struct design *d, const char *list);
static void design_clusters(struct design *d, const char *list);

/* The observations of the table, and models for them in its groups. */
static struct frame *design_frame(const struct design *d);
static struct lm *design_models(const struct design *d, int intercept, struct lm_view view, struct group *g);

/* Dies of what cannot be taken of the frame's present row, unless bad is NULL. */
static void design_check(const struct frame *f, const struct lm_fault *bad);
static void design_free(struct design *d);

/* lm_state.c - states of linear models ----------------------------------------------------------- */

/* Writes the state, before lm_solve; reads and merges states, of which the groups
 * are the models' own.  What is no state, damaged, or of another spec than the first
 * one dies with its place. */
static void lm_save(struct lm *m, struct out *out);
static struct lm *lm_merge(char *const *operand, int n, const struct opts *o, const struct lm_view *v);

enum { LM_MAX_LEVELS = 500 };

/* terms.c - predictors as columns ------------------------------------------------------- */

/* A predictor: a number, its powers up to degree, or if degree is 0 the levels of
 * a factor. */
struct predictor {
	char *name;
	int degree;
	size_t from;                    /* its place in num, or in text, of an observation */
	char *reference;                /* the level left out, "": the first */
	struct map *levels;
	size_t *at, cap;                /* column of each level */
	size_t left_out;                /* the level without a term, or TABLE_NONE */
	size_t now;                     /* level of the row in hand */
};

/* A column of the triangular factor: of predictor var the power, or if power is 0
 * the level. */
struct column {
	char *name;
	size_t var, level;
	int power;
};

struct terms {
	struct predictor *var;
	size_t nvar, nnum, ntext;       /* of which are numbers, factors */
	int intercept;
	struct column *col;             /* p columns, [iy] is y */
	size_t p, col_cap, iy;
	double *v, *vlo;                /* the row in hand: its columns, v + vlo */
	size_t v_cap, vlo_cap;
	ptrdiff_t *term;                /* chosen: columns of the k terms */
	size_t k;
};

static void terms_init(struct terms *t, const struct lm_spec *s);
static void terms_free(struct terms *t);

/* The number of a level of predictor i, with a new column if it is new, or
 * TABLE_NONE if it is new when the terms have been chosen.  Dies of a level too
 * many. */
static size_t terms_level(struct terms *t, size_t i, const char *text);

/* v + vlo = the row of a whole observation, but for y.  Returns 1, or 0 and what
 * cannot be taken. */
static int terms_set(struct terms *t, const struct obs *o, struct lm_fault *bad);

/* Sorts the columns of levels in the order of groups.  Returns where each column
 * was, which the caller frees. */
static ptrdiff_t *terms_sort(struct terms *t);

/* Chooses the columns of the terms: intercept, predictors in their order, levels
 * but the reference.  Dies of a reference that no row has; input: what was read,
 * for that message, or NULL. */
static void terms_choose(struct terms *t, const char *input);
static const char *terms_name(const struct terms *t, size_t i);

/* lm.c - models --------------------------------------------------------------------------- */

/* The model of one response in one group. */
struct model {
	struct tri tri;
	double *mem;                    /* of tri */
	ptrdiff_t *col;                 /* columns of the terms it has rows of, and of y */
	ptrdiff_t *at;                  /* by the table's terms: which that is of ls, or -1 */
	struct ls ls;
	double df, quantile;            /* of t; its quantile for the intervals */
	struct tri meat;                /* second pass: the middle of the sandwich estimator, as the */
	double *meat_mem;               /* factor of the rows' scores, or of their sums by cluster */
	struct map *clusters;           /* those of its rows */
	double *sum;                    /* by cluster, rank each */
	size_t sum_cap;
	int hat_is_one;                 /* a row decides its own fitted value, and has no score */
	int score_overflowed;           /* a score left the range of doubles */
};

struct sums {
	double rows;                    /* of the group, used or not */
	struct model *model;            /* by response */
};

struct lm {
	struct lm_view view;
	struct terms terms;
	char **yname, *weight;          /* weight NULL: none */
	size_t ny;
	struct group *group;
	int own_group;                  /* to be freed with the models */
	int sorted;                     /* all rows were added */
	size_t ngroup, cap;
	struct sums *sums;              /* by group */
	struct notes *notes;
	double *x, *xlo, *u;            /* a row's terms, and in the model's coordinates */
	char *text;                     /* keys of the row's cluster */
	size_t text_cap;
	struct lm_fault fault;          /* the last one */
};

/* The sums of group k, which may be new. */
static struct sums *lm_sums(struct lm *m, size_t k);

/* The observation has all predictors, a response, a weight above 0 and its
 * cluster. */
static int lm_usable(const struct lm *m, const struct obs *o);

/* The responses of an observation. */
static const double *lm_responses(const struct lm *m, const struct obs *o);

/* All rows were added: sorts the columns of levels, once. */
static void lm_sort(struct lm *m);

/* Notes what is to be said of response j in group k, behind which it stands: a text
 * of notes_text, which is freed.  lm_say warns of all that was noted. */
static void lm_note(struct lm *m, size_t j, size_t k, char *what);
static void lm_say(struct lm *m);

/* The degrees of freedom of a model's t are known. */
static void lm_set_df(const struct lm *m, struct model *model, double df);

/* scores.c - the second pass ---------------------------------------------------------------- */

static void scores_init(struct model *m);
static void scores_free(struct model *m);

static const char *const lm_row_names[LM_ROW_NAMES] = { "fitted", "residual", "hat", "std_residual", "cooks_d" };

/* ---- design ---- */

static struct lm_var *
add_var(struct design *d, size_t col)
{
	size_t i = d->nvar++;

	d->var = mem_resize(d->var, d->nvar, sizeof *d->var);
	d->col = mem_resize(d->col, d->nvar, sizeof *d->col);
	d->col[i] = col;
	d->var[i] = (struct lm_var){ .name = d->table->name[col], .degree = 1 };
	return &d->var[i];
}

/* Where column col is among the predictors, or nvar. */
static size_t
find_var(const struct design *d, size_t col)
{
	size_t i = 0;

	while (i < d->nvar && d->col[i] != col)
		i++;
	return i;
}

static void
design_x(struct design *d, const char *list)
{
	size_t n, *x = cols_select(d->table, list, "-x", &n);

	for (size_t i = 0; i < n; i++)
		add_var(d, x[i]);
	free(x);
}

/* The predictor called arg up to its last mark, or as a whole: one that is there, or
 * one more.  *rest is what is behind the mark, or NULL. */
static struct lm_var *
special_var(struct design *d, const char *arg, char mark, const char **rest)
{
	const char *end = mark == '=' ? strchr(arg, mark) : strrchr(arg, mark);
	char *name = mem_text(arg, strlen(arg));
	size_t i, col;

	if (end != NULL && table_find(d->table, arg) == TABLE_NONE)
		name[end - arg] = '\0';
	else
		end = NULL;
	*rest = end != NULL ? end + 1 : NULL;
	col = table_col(d->table, name);
	i = find_var(d, col);
	if (i < d->nvar && d->var[i].degree != 1)
		die_usage("column \"%s\" is in two of --factor and --poly", name);
	free(name);
	return i < d->nvar ? &d->var[i] : add_var(d, col);
}

static void
design_factor(struct design *d, const char *arg)
{
	const char *reference;
	struct lm_var *v = special_var(d, arg, '=', &reference);

	v->degree = 0;
	v->reference = reference;
}

static void
design_poly(struct design *d, const char *arg)
{
	const char *degree;
	struct lm_var *v = special_var(d, arg, ':', &degree);

	if (degree == NULL)
		die_usage("--poly: not COL:DEGREE: \"%s\"", arg);
	v->degree = (int)opts_int(degree, "--poly", 1, LM_MAX_DEGREE);
}

static void
design_y(struct design *d, const char *list, int rows)
{
	d->y = cols_select(d->table, list, "-y", &d->ny);
	if (d->ny == 0)
		die_usage("-y: no response");
	if (rows && d->ny > 1)
		die_usage("--rows takes one response, not %zu", d->ny);
	for (size_t j = 0; j < d->ny; j++)
		if (find_var(d, d->y[j]) < d->nvar)
			die("column \"%s\" is both in -x and in -y", d->table->name[d->y[j]]);
}

static void
design_keys(struct design *d, const char *list)
{
	d->key = cols_select(d->table, list, "-g", &d->nkey);
}

static void
design_clusters(struct design *d, const char *list)
{
	d->cluster = cols_select(d->table, list, "--cluster", &d->ncluster);
	if (d->ncluster == 0)
		die_usage("--cluster: no column");
}

/* The order of an observation: numbers and then responses, levels and then keys of
 * clusters. */
static void
order_columns(const struct design *d, struct frame_spec *s, size_t *num, size_t *text)
{
	for (size_t i = 0; i < d->nvar; i++)
		if (d->var[i].degree > 0)
			num[s->nnum++] = d->col[i];
		else
			text[s->ntext++] = d->col[i];
	s->advised = s->nnum;
	for (size_t j = 0; j < d->ny; j++)
		num[s->nnum++] = d->y[j];
	for (size_t i = 0; i < d->ncluster; i++)
		text[s->ntext++] = d->cluster[i];
}

static struct frame *
design_frame(const struct design *d)
{
	size_t *num = mem_new(d->nvar + d->ny, sizeof *num), *text = mem_new(d->nvar + d->ncluster, sizeof *text);
	size_t stack = table_find(d->table, "stack");
	struct frame_spec s = { .key = d->key, .nkey = d->nkey, .num = num, .text = text, .weight = TABLE_NONE,
	    .watch = find_var(d, stack) < d->nvar ? TABLE_NONE : stack, .advice = "; --factor is for names" };
	struct frame *f;

	order_columns(d, &s, num, text);
	if (d->weight != NULL && (s.weight = table_find(d->table, d->weight)) == TABLE_NONE)
		table_lacks(d->table, "-w", d->weight);
	f = frame_open(d->table, &s);
	free(num);
	free(text);
	return f;
}

static struct lm *
design_models(const struct design *d, int intercept, struct lm_view view, struct group *g)
{
	const char **y = mem_new(d->ny, sizeof *y);
	struct lm_spec s = { .var = d->var, .nvar = d->nvar, .y = y, .ny = d->ny, .weight = d->weight, .intercept = intercept };
	struct lm *m;

	for (size_t j = 0; j < d->ny; j++)
		y[j] = d->table->name[d->y[j]];
	view.ncluster = d->ncluster;
	m = lm_new(&s, &view, g);
	free(y);
	return m;
}

static void
design_check(const struct frame *f, const struct lm_fault *bad)
{
	if (bad == NULL)
		return;
	if (bad->power == 0)
		frame_die_text(f, bad->at, "a row that was not there before");
	frame_die_num(f, bad->at, "too large a number for a power of %d: \"%.40s\"", bad->power, frame_field(f, bad->at));
}

static void
design_free(struct design *d)
{
	free(d->var);
	free(d->col);
	free(d->y);
	free(d->key);
	free(d->cluster);
}

/* ---- terms ---- */

static void
add_column(struct terms *t, struct column c)
{
	t->col = mem_grow(t->col, &t->col_cap, t->p + 1, sizeof *t->col);
	t->v = mem_grow(t->v, &t->v_cap, t->p + 1, sizeof *t->v);
	t->vlo = mem_grow(t->vlo, &t->vlo_cap, t->p + 1, sizeof *t->vlo);
	t->v[t->p] = t->vlo[t->p] = 0;
	t->col[t->p++] = c;
}

static void
add_predictor(struct terms *t, size_t i, const struct lm_var *s)
{
	struct predictor *v = &t->var[i];
	const char *reference = s->reference != NULL ? s->reference : "";

	v->name = mem_text(s->name, strlen(s->name));
	v->degree = s->degree;
	v->from = s->degree > 0 ? t->nnum++ : t->ntext++;
	v->reference = mem_text(reference, strlen(reference));
	if (v->degree == 0)
		v->levels = map_new();
	for (int d = 1; d <= v->degree; d++)
		add_column(t, (struct column){
		    d > 1 ? notes_text("%s^%d", s->name, d) : notes_text("%s", s->name), i, 0, d });
}

static void
terms_init(struct terms *t, const struct lm_spec *s)
{
	*t = (struct terms){ .nvar = s->nvar, .intercept = s->intercept != 0 };
	t->var = mem_new(s->nvar, sizeof *t->var);
	if (t->intercept)
		add_column(t, (struct column){ .name = notes_text("(Intercept)") });
	for (size_t i = 0; i < s->nvar; i++)
		add_predictor(t, i, &s->var[i]);
	t->iy = t->p;
	add_column(t, (struct column){ .name = notes_text("y") });
	if (t->intercept)
		t->v[0] = 1;
}

static void
terms_free(struct terms *t)
{
	for (size_t i = 0; i < t->nvar; i++) {
		struct predictor *v = &t->var[i];

		free(v->name);
		free(v->reference);
		free(v->at);
		if (v->levels != NULL)
			map_free(v->levels);
	}
	for (size_t j = 0; j < t->p; j++)
		free(t->col[j].name);
	free(t->var);
	free(t->col);
	free(t->v);
	free(t->vlo);
	free(t->term);
}

static size_t
terms_level(struct terms *t, size_t i, const char *text)
{
	struct predictor *v = &t->var[i];
	size_t len = strlen(text), n = map_count(v->levels);
	size_t k = t->term != NULL ? map_find(v->levels, text, len) : map_add(v->levels, text, len);

	if (k != n)
		return k;
	if (n == LM_MAX_LEVELS)
		die("--factor: %s has more than %d levels: are they names?", v->name, LM_MAX_LEVELS);
	v->at = mem_grow(v->at, &v->cap, k + 1, sizeof *v->at);
	v->at[k] = t->p;
	add_column(t, (struct column){ notes_text("%s=%s", v->name, text), i, k, 0 });
	return k;
}

static int
set_level(struct terms *t, size_t i, const char *text)
{
	struct predictor *v = &t->var[i];
	size_t k = terms_level(t, i, text);

	if (k == TABLE_NONE)
		return 0;
	t->v[v->at[v->now]] = 0;
	t->v[v->at[k]] = 1;
	v->now = k;
	return 1;
}

/* x, x^2, ..., x^degree from column j on, as double-doubles.  Returns 0, or the
 * first power that is no double. */
static int
set_powers(struct terms *t, size_t j, int degree, double x)
{
	struct dd y = { x, 0 };

	for (int d = 1; d <= degree; d++) {
		if (d > 1)
			y = dd_mul(y, (struct dd){ x, 0 });
		if (!isfinite(y.hi))
			return d;
		t->v[j] = y.hi;
		t->vlo[j++] = y.lo;
	}
	return 0;
}

static int
terms_set(struct terms *t, const struct obs *o, struct lm_fault *bad)
{
	size_t j = (size_t)t->intercept;

	for (size_t i = 0; i < t->nvar; i++) {
		const struct predictor *v = &t->var[i];

		*bad = (struct lm_fault){ v->from, 0 };
		if (v->degree == 0 && !set_level(t, i, o->text[v->from].s))
			return 0;
		if ((bad->power = set_powers(t, j, v->degree, v->degree > 0 ? o->num[v->from] : 0)) != 0)
			return 0;
		j += (size_t)v->degree;
	}
	return 1;
}

struct sortable_level { const char *text; size_t level; };

static int
compare_levels(const void *a, const void *b)
{
	return group_compare(((const struct sortable_level *)a)->text, ((const struct sortable_level *)b)->text);
}

/* The levels of a factor in the order of groups: the caller frees them. */
static struct sortable_level *
sorted_levels(const struct predictor *v, size_t *n)
{
	struct sortable_level *l;
	size_t len;

	*n = map_count(v->levels);
	l = mem_new(*n, sizeof *l);
	for (size_t k = 0; k < *n; k++)
		l[k] = (struct sortable_level){ map_key(v->levels, k, &len), k };
	qsort(l, *n, sizeof *l, compare_levels);
	return l;
}

/* Where the columns come from, as the levels are sorted; the levels know their
 * new columns. */
static ptrdiff_t *
sorted_columns(struct terms *t)
{
	ptrdiff_t *pick = mem_new(t->p, sizeof *pick);
	size_t j = t->iy + 1, n;

	for (size_t i = 0; i < j; i++)
		pick[i] = (ptrdiff_t)i;
	for (size_t i = 0; i < t->nvar; i++) {
		struct predictor *v = &t->var[i];
		struct sortable_level *l = v->degree == 0 ? sorted_levels(v, &n) : NULL;

		for (size_t k = 0; l != NULL && k < n; k++) {
			pick[j] = (ptrdiff_t)v->at[l[k].level];
			v->at[l[k].level] = j++;
		}
		free(l);
	}
	return pick;
}

static ptrdiff_t *
terms_sort(struct terms *t)
{
	ptrdiff_t *pick = sorted_columns(t);
	struct column *col = mem_new(t->p, sizeof *col);

	for (size_t j = 0; j < t->p; j++)
		col[j] = t->col[pick[j]];
	memcpy(t->col, col, t->p * sizeof *col);
	for (size_t j = t->iy + 1; j < t->p; j++)
		t->v[j] = 0;
	free(col);
	return pick;
}

/* Dies of a reference that is none of the n levels; frees these. */
_Noreturn static void
die_reference(const struct predictor *v, struct sortable_level *l, size_t n, const char *input)
{
	enum { SHOWN = 20 };
	size_t len = 0, cap = 0;
	char *names = NULL;

	for (size_t k = 0; k < n && k < SHOWN; k++) {
		names = mem_grow(names, &cap, len + strlen(l[k].text) + 3, 1);
		len += (size_t)sprintf(names + len, "%s%s", k > 0 ? ", " : "", l[k].text);
	}
	free(l);
	die("%s%s--factor: %s has no level \"%s\", only %s%s", input != NULL ? input : "", input != NULL ? ": " : "",
	    v->name, v->reference, names, n > SHOWN ? ", ..." : "");
}

/* The level that is left out: as in R, the first factor of a model without
 * intercept keeps all. */
static size_t
left_out(const struct terms *t, size_t i, struct sortable_level *l, size_t n, const char *input)
{
	const struct predictor *v = &t->var[i];
	size_t first = 0, k;

	while (t->var[first].degree != 0)
		first++;
	if (n == 0 || (!t->intercept && i == first))
		return TABLE_NONE;
	if (v->reference[0] == '\0')
		return l[0].level;
	k = map_find(v->levels, v->reference, strlen(v->reference));
	if (k == TABLE_NONE)
		die_reference(v, l, n, input);
	return k;
}

static void
choose_levels(struct terms *t, size_t i, const char *input)
{
	struct predictor *v = &t->var[i];
	size_t n;
	struct sortable_level *l = sorted_levels(v, &n);

	v->left_out = left_out(t, i, l, n, input);
	for (size_t k = 0; k < n; k++)
		if (l[k].level != v->left_out)
			t->term[t->k++] = (ptrdiff_t)v->at[l[k].level];
	free(l);
}

static void
terms_choose(struct terms *t, const char *input)
{
	size_t j = (size_t)t->intercept;

	t->term = mem_new(t->p, sizeof *t->term);
	t->k = j;
	for (size_t i = 0; i < t->nvar; i++) {
		for (int d = 0; d < t->var[i].degree; d++)
			t->term[t->k++] = (ptrdiff_t)j++;
		if (t->var[i].degree == 0)
			choose_levels(t, i, input);
	}
}

static const char *
terms_name(const struct terms *t, size_t i)
{
	return t->col[t->term[i]].name;
}

/* ---- lm ---- */

/* R's tolerance of 1e-7 for what is left of a column's norm. */
static const double most_vif = 1e14;

static struct lm *
lm_new(const struct lm_spec *s, const struct lm_view *v, struct group *g)
{
	struct lm *m = mem_new(1, sizeof *m);

	m->view = *v;
	m->group = g;
	terms_init(&m->terms, s);
	m->ny = s->ny;
	m->yname = mem_new(s->ny, sizeof *m->yname);
	for (size_t j = 0; j < s->ny; j++)
		m->yname[j] = mem_text(s->y[j], strlen(s->y[j]));
	if (s->weight != NULL)
		m->weight = mem_text(s->weight, strlen(s->weight));
	m->notes = notes_new();
	return m;
}

static struct sums *
lm_sums(struct lm *m, size_t k)
{
	ptrdiff_t p = (ptrdiff_t)m->terms.p;

	m->sums = mem_grow(m->sums, &m->cap, k + 1, sizeof *m->sums);
	for (; m->ngroup <= k; m->ngroup++) {
		struct sums *g = &m->sums[m->ngroup];

		*g = (struct sums){ 0, mem_new(m->ny, sizeof *g->model) };
		for (size_t j = 0; j < m->ny; j++) {
			g->model[j].mem = mem_new(tri_size(p), sizeof(double));
			tri_init(&g->model[j].tri, p, g->model[j].mem);
		}
	}
	return &m->sums[k];
}

/* The factor gets all columns that there are by now. */
static void
widen(struct lm *m, struct model *model)
{
	ptrdiff_t p = (ptrdiff_t)m->terms.p;
	double *mem;

	if (model->tri.p == p)
		return;
	mem = mem_new(tri_size(p), sizeof *mem);
	tri_grow(&model->tri, p, mem);
	free(model->mem);
	model->mem = mem;
}

static const double *
lm_responses(const struct lm *m, const struct obs *o)
{
	return o->num + m->terms.nnum;
}

static int
lm_usable(const struct lm *m, const struct obs *o)
{
	const double *y = lm_responses(m, o);
	int some = 0;

	if (!(o->weight > 0))
		return 0;
	for (size_t i = 0; i < m->terms.nnum; i++)
		if (isnan(o->num[i]))
			return 0;
	for (size_t i = 0; i < m->terms.ntext + m->view.ncluster; i++)
		if (o->text[i].len == 0)
			return 0;
	for (size_t j = 0; j < m->ny; j++)
		some |= !isnan(y[j]);
	return some;
}

static const struct lm_fault *
lm_add(struct lm *m, const struct obs *o)
{
	struct sums *g = lm_sums(m, o->group);
	const double *y = lm_responses(m, o);

	g->rows += o->weight != 0;
	if (!lm_usable(m, o))
		return NULL;
	if (!terms_set(&m->terms, o, &m->fault))
		return &m->fault;
	for (size_t j = 0; j < m->ny; j++)
		if (!isnan(y[j])) {
			widen(m, &g->model[j]);
			m->terms.v[m->terms.iy] = y[j];
			tri_add(&g->model[j].tri, m->terms.v, m->terms.vlo, o->weight);
		}
	return NULL;
}

/* ---- when all rows were added ------------------------------------------------------------ */

/* The factor with its columns in the order of pick. */
static void
reorder(struct lm *m, struct model *model, const ptrdiff_t *pick, double *work)
{
	double *mem = mem_new(tri_size((ptrdiff_t)m->terms.p), sizeof *mem);

	widen(m, model);
	tri_order(&model->tri, pick, mem, work);
	free(model->mem);
	model->mem = mem;
}

static void
lm_sort(struct lm *m)
{
	ptrdiff_t *pick, p = (ptrdiff_t)m->terms.p;
	double *work;

	if (m->sorted)
		return;
	m->sorted = 1;
	lm_sums(m, 0);
	pick = terms_sort(&m->terms);
	work = mem_new(tri_pick_work(p, p), sizeof *work);
	for (size_t k = 0; k < m->ngroup; k++)
		for (size_t j = 0; j < m->ny; j++)
			reorder(m, &m->sums[k].model[j], pick, work);
	free(pick);
	free(work);
}

/* Group 0 has the rows without a key so far; the others join it, in an order that
 * does not depend on that of the rows. */
static void
pool(struct lm *m)
{
	struct sums *all = lm_sums(m, 0);
	size_t *order = group_order(m->group);

	for (size_t k = 1; k < m->ngroup; k++) {
		struct sums *g = &m->sums[order[k]];

		all->rows += g->rows;
		for (size_t j = 0; j < m->ny; j++)
			tri_merge(&all->model[j].tri, &g->model[j].tri);
	}
	free(order);
}

/* ---- what there is to be said of a model -------------------------------------------------- */

static void
lm_note(struct lm *m, size_t j, size_t k, char *what)
{
	char *key = notes_text("%zu%s", j, what);

	notes_add(m->notes, 0, key, k, m->yname[j], what);
	free(key);
	free(what);
}

static void
lm_say(struct lm *m)
{
	notes_say(m->notes, m->group, "; so in");
}

/* What the others leave of the term is within the rounding of its numbers.  Not
 * of powers, which are formed from one number without rounding. */
static int
nearly_dependent(const struct lm *m, const struct model *model, size_t i)
{
	const struct column *c = &m->terms.col[model->col[i]];

	return model->ls.vif[i] > most_vif && c->power > 0 && m->terms.var[c->var].degree == 1;
}

static int
aliased(const struct lm *m, const struct model *model, size_t i)
{
	(void)m;
	return model->ls.aliased[i];
}

/* The names of the terms that are so, or NULL; the caller frees them. */
static char *
names_of(const struct lm *m, const struct model *model, int (*so)(const struct lm *, const struct model *, size_t))
{
	char *names = NULL;
	size_t len = 0, cap = 0;

	for (size_t i = 0; i < (size_t)model->ls.k; i++)
		if (so(m, model, i)) {
			const char *x = m->terms.col[model->col[i]].name;

			names = mem_grow(names, &cap, len + strlen(x) + 3, 1);
			len += (size_t)sprintf(names + len, "%s%s", len > 0 ? ", " : "", x);
		}
	return names;
}

static int
out_of_range(const struct ls *f)
{
	for (ptrdiff_t i = 0; i < f->k; i++)
		if (!f->aliased[i] && !isfinite(f->b[i]))
			return 1;
	return 0;
}

static void
note_model(struct lm *m, size_t j, size_t k)
{
	const struct model *model = &m->sums[k].model[j];
	const struct tri *t = &model->tri;
	int with = m->terms.intercept;
	ptrdiff_t of = model->ls.k - with, rank = model->ls.rank - with;
	char *names;

	if (t->n < 1 + with) {
		lm_note(m, j, k, notes_text(": %g row%s without missing values", t->n, t->n == 1 ? "" : "s"));
		return;
	}
	if (t->min[m->terms.iy] == t->max[m->terms.iy] && model->ls.tnorm == 0)
		lm_note(m, j, k, notes_text(" is %s: nothing to explain", with ? "constant" : "0"));
	if (m->view.min_norm && rank < of)
		lm_note(m, j, k, notes_text(": rank %td of %td: the solution of least norm", rank, of));
	if ((names = names_of(m, model, aliased)) != NULL)
		lm_note(m, j, k, notes_text(": rank %td of %td: dependent on the terms before: %s", rank, of, names));
	free(names);
	if ((names = names_of(m, model, nearly_dependent)) != NULL)
		lm_note(m, j, k, notes_text(": dependent but for less than 1e-7, perhaps by rounding alone: %s", names));
	free(names);
	if (out_of_range(&model->ls))
		lm_note(m, j, k, notes_text(": beyond the range of numbers"));
}

/* ---- solving ------------------------------------------------------------------------------ */

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

/* Column c is a level that the model has no row of. */
static int
no_row_of(const struct lm *m, const struct model *model, size_t c)
{
	return c > m->terms.iy && model->tri.max[c] == 0;
}

/* The terms of one model: without levels that it has no row of, and if the level
 * left out is one of these, without the first that it has.  Returns how many. */
static size_t
pick_terms(struct lm *m, size_t k, size_t j)
{
	const struct terms *t = &m->terms;
	struct model *model = &m->sums[k].model[j];
	size_t n = 0, instead = TABLE_NONE;

	model->col = mem_new(t->k + 1, sizeof *model->col);
	model->at = mem_new(t->k, sizeof *model->at);
	for (size_t i = 0; i < t->k; i++) {
		size_t at = (size_t)t->term[i], var = t->col[at].var, reference = TABLE_NONE;

		if (at > t->iy && t->var[var].left_out != TABLE_NONE)
			reference = t->var[var].at[t->var[var].left_out];
		model->at[i] = -1;
		if (no_row_of(m, model, at))
			continue;
		if (reference != TABLE_NONE && var != instead && no_row_of(m, model, reference)) {
			instead = var;
			lm_note(m, j, k, notes_text(": no row of %s: %s is the reference", t->col[reference].name, t->col[at].name));
			continue;
		}
		model->at[i] = (ptrdiff_t)n;
		model->col[n++] = (ptrdiff_t)at;
	}
	model->col[n] = (ptrdiff_t)t->iy;
	return n;
}

static void
lm_set_df(const struct lm *m, struct model *model, double df)
{
	model->df = df;
	model->quantile = df > 0 ? tail_t2_inv(1 - m->view.level, df) : NAN;
}

static void
solve_model(struct lm *m, size_t k, size_t j, double *work)
{
	struct model *model = &m->sums[k].model[j];
	size_t n = pick_terms(m, k, j);

	tri_flush(&model->tri);
	new_fit(&model->ls, n);
	if (ls_fit(&model->tri, model->col, (ptrdiff_t)n, m->terms.intercept, m->view.min_norm, &model->ls, work) != 0)
		die("%s%s: too large numbers: the singular values do not converge", m->yname[j], group_text(m->group, k));
	lm_set_df(m, model, model->ls.df_residual);
	if (m->view.errors != LM_CLASSICAL)
		scores_init(model);
	note_model(m, j, k);
}

static void
lm_solve(struct lm *m, const char *input)
{
	size_t *order, n;
	double *work;

	lm_sort(m);
	pool(m);
	terms_choose(&m->terms, input);
	n = m->terms.k;
	m->x = mem_new(n, sizeof *m->x);
	m->xlo = mem_new(n, sizeof *m->xlo);
	m->u = mem_new(n, sizeof *m->u);
	work = mem_new(ls_work((ptrdiff_t)m->terms.p, (ptrdiff_t)n), sizeof *work);
	order = group_order(m->group);
	for (size_t i = 0; i < m->ngroup; i++)
		for (size_t j = 0; j < m->ny; j++)
			solve_model(m, order[i], j, work);
	lm_say(m);
	free(order);
	free(work);
}

static void
free_model(struct model *model)
{
	free(model->mem);
	free(model->col);
	free(model->at);
	scores_free(model);
	free_fit(&model->ls);
}

static void
lm_free(struct lm *m)
{
	for (size_t k = 0; k < m->ngroup; k++) {
		for (size_t j = 0; j < m->ny; j++)
			free_model(&m->sums[k].model[j]);
		free(m->sums[k].model);
	}
	for (size_t j = 0; j < m->ny; j++)
		free(m->yname[j]);
	terms_free(&m->terms);
	notes_free(m->notes);
	if (m->own_group)
		group_free(m->group);
	free(m->sums);
	free(m->yname);
	free(m->weight);
	free(m->x);
	free(m->xlo);
	free(m->u);
	free(m->text);
	free(m);
}

/* ---- scores ---- */

static void
scores_init(struct model *m)
{
	m->meat_mem = mem_new(tri_size(m->ls.rank), sizeof *m->meat_mem);
	tri_init(&m->meat, m->ls.rank, m->meat_mem);
	m->clusters = map_new();
}

static void
scores_free(struct model *m)
{
	free(m->meat_mem);
	free(m->sum);
	if (m->clusters != NULL)
		map_free(m->clusters);
}

/* What the model says of the row in hand. */
static struct ls_row
look(struct lm *m, const struct model *model, double y, double w)
{
	struct ls_row r;

	for (ptrdiff_t i = 0; i < model->ls.k; i++) {
		m->x[i] = m->terms.v[model->col[i]];
		m->xlo[i] = m->terms.vlo[model->col[i]];
	}
	ls_row(&model->ls, m->x, m->xlo, y, w, m->u, &r);
	return r;
}

/* The keys of the row's cluster, behind its levels; returns their length. */
static size_t
cluster_key(struct lm *m, const struct obs *o)
{
	const struct text *key = o->text + m->terms.ntext;
	size_t n = 0;

	for (size_t i = 0; i < m->view.ncluster; i++) {
		m->text = mem_grow(m->text, &m->text_cap, n + key[i].len + 1, 1);
		memcpy(m->text + n, key[i].s, key[i].len + 1);
		n += key[i].len + 1;
	}
	return n;
}

/* The sums of scores of the cluster in hand, whose keys are len bytes. */
static double *
cluster_sum(struct lm *m, struct model *model, size_t len)
{
	size_t rank = (size_t)model->ls.rank, n = map_count(model->clusters), c = map_add(model->clusters, m->text, len);

	model->sum = mem_grow(model->sum, &model->sum_cap, (c + 1)*rank, sizeof *model->sum);
	for (size_t i = 0; c == n && i < rank; i++)
		model->sum[c*rank + i] = 0;
	return model->sum + c*rank;
}

/* How a residual is scaled before it becomes a score. */
static enum hc
scaling(const struct lm *m)
{
	static const enum hc of[] = { [LM_HC0] = HC0, [LM_HC1] = HC1, [LM_HC2] = HC2, [LM_HC3] = HC3, [LM_CLUSTER] = HC0 };

	return of[m->view.errors];
}

/* Adds the row's score; len: of its cluster's keys. */
static void
add_score(struct lm *m, struct model *model, double y, double w, size_t len)
{
	struct ls_row r = look(m, model, y, w);
	double e = ls_score(scaling(m), w, &r), *sum;

	if (!isfinite(e) || !isfinite(r.hat)) {
		model->hat_is_one |= r.hat == 1;
		model->score_overflowed |= r.hat != 1;
		return;
	}
	for (ptrdiff_t i = 0; i < model->ls.rank; i++)
		m->u[i] *= e;
	if (m->view.errors != LM_CLUSTER) {
		tri_add(&model->meat, m->u, NULL, 1);
		return;
	}
	sum = cluster_sum(m, model, len);
	for (ptrdiff_t i = 0; i < model->ls.rank; i++)
		sum[i] += m->u[i];
}

/* Whether robust errors have a meaning, as far as the first pass tells. */
static int
is_scored(const struct model *m)
{
	return m->ls.rank > 0 && m->ls.df_residual > 0 && isfinite(m->ls.inv[0]);
}

static const struct lm_fault *
lm_score(struct lm *m, const struct obs *o)
{
	const double *y = lm_responses(m, o);
	size_t len, k = o->group;

	if (!lm_usable(m, o))
		return NULL;
	if (!terms_set(&m->terms, o, &m->fault))
		return &m->fault;
	len = cluster_key(m, o);
	for (size_t j = 0; j < m->ny; j++) {
		if (isnan(y[j]))
			continue;
		if (is_scored(&m->sums[0].model[j]))
			add_score(m, &m->sums[0].model[j], y[j], o->weight, len);
		if (k > 0 && is_scored(&m->sums[k].model[j]))
			add_score(m, &m->sums[k].model[j], y[j], o->weight, len);
	}
	return NULL;
}

/* The sums of the model's clusters become the rows of the factor; returns how
 * many. */
static double
add_clusters(struct model *m)
{
	size_t n = map_count(m->clusters);

	for (size_t c = 0; c < n; c++)
		tri_add(&m->meat, m->sum + c * (size_t)m->ls.rank, NULL, 1);
	return (double)n;
}

/* What the sandwich is multiplied by.  HC1: n/(n - p); clusters, CR1: G/(G - 1)
 * (n - 1)/(n - p). */
static double
correction(struct lm *m, struct model *model, size_t j, size_t k)
{
	double n = model->tri.n, df = model->ls.df_residual, g;

	if (m->view.errors != LM_CLUSTER)
		return m->view.errors == LM_HC1 ? n/df : 1;
	g = add_clusters(model);
	lm_set_df(m, model, g - 1);
	if (g >= 2)
		return g/(g - 1) * ((n - 1)/df);
	lm_note(m, j, k, notes_text(": one cluster only: no standard errors"));
	return NAN;
}

static void
robust_errors(struct lm *m, size_t j, size_t k)
{
	struct model *model = &m->sums[k].model[j];
	double factor = correction(m, model, j, k);

	if (model->hat_is_one)
		lm_note(m, j, k, notes_text(": no standard errors: the model fits a row whatever the response, hat value 1"));
	if (model->hat_is_one || model->score_overflowed)
		factor = NAN;
	tri_flush(&model->meat);
	ls_sandwich(&model->ls, model->meat.r, factor, model->ls.se, m->u);
}

static void
lm_score_end(struct lm *m)
{
	size_t *order = group_order(m->group);

	for (size_t i = 0; i < m->ngroup; i++)
		for (size_t j = 0; j < m->ny; j++)
			if (is_scored(&m->sums[order[i]].model[j]))
				robust_errors(m, j, order[i]);
	lm_say(m);
	free(order);
}

static const struct lm_fault *
lm_row(struct lm *m, const struct obs *o, struct ls_row *r)
{
	*r = (struct ls_row){ NAN, NAN, NAN, NAN, NAN };
	if (!lm_usable(m, o))
		return NULL;
	if (!terms_set(&m->terms, o, &m->fault))
		return &m->fault;
	if (o->group > 0 || group_keys(m->group) == 0)
		*r = look(m, &m->sums[o->group].model[0], lm_responses(m, o)[0], o->weight);
	return NULL;
}

/* ---- lm_out ---- */

static void
lm_coef(const struct lm *m, size_t k, size_t j, size_t i, struct lm_coef *c)
{
	const struct model *model = &m->sums[k].model[j];
	ptrdiff_t l = model->at[i];
	double b = l < 0 ? NAN : model->ls.b[l], se = l < 0 ? NAN : model->ls.se[l], t = b/se;

	c->group = k;
	c->y = m->yname[j];
	c->term = terms_name(&m->terms, i);
	c->estimate = b;
	c->std_error = se;
	c->statistic = t;
	c->p_value = isfinite(t) ? tail_t2(t, model->df) : NAN;
	c->conf_low = b - model->quantile*se;
	c->conf_high = b + model->quantile*se;
	c->beta = l < 0 ? NAN : model->ls.beta[l];
	c->vif = l < 0 ? NAN : model->ls.vif[l];
}

static void
lm_fit(const struct lm *m, size_t k, size_t j, struct lm_fit *r)
{
	const struct model *model = &m->sums[k].model[j];
	const struct ls *f = &model->ls;
	double n = model->tri.n, rank = (double)f->rank, df = rank > 0 ? rank - m->terms.intercept : 0;
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
	r->f_statistic = df > 0 && dfr > 0 ? ratio*ratio * (dfr/df) : NAN;
	r->f_p_value = isfinite(r->f_statistic) ? tail_f(r->f_statistic, df, dfr) : NAN;
	r->log_lik = model->tri.logw/2 - n/2 * (num_log(2 * 3.14159265358979323846 / n) + 2*num_log(f->rnorm) + 1);
	r->aic = -2*r->log_lik + 2*(rank + 1);
	r->bic = -2*r->log_lik + num_log(n)*(rank + 1);
	r->condition = f->condition;
}

/* ---- tables ------------------------------------------------------------------------------ */

static void
put_names(const struct lm *m, struct csv_writer *w, const char *const *name)
{
	group_put_names(m->group, w);
	for (; *name != NULL; name++)
		csv_put_str(w, *name);
	csv_put_end(w);
}

/* Calls put for each group, in their order, and each response. */
static void
put_models(const struct lm *m, struct csv_writer *w, void (*put)(const struct lm *, struct csv_writer *, size_t, size_t))
{
	size_t *order = group_order(m->group);

	for (size_t i = 0; i < m->ngroup; i++)
		for (size_t j = 0; j < m->ny; j++)
			put(m, w, order[i], j);
	free(order);
}

static void
put_coefs(const struct lm *m, struct csv_writer *w, size_t k, size_t j)
{
	struct lm_coef c;

	for (size_t i = 0; i < m->terms.k; i++) {
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
		csv_put_end(w);
	}
}

/* A count, or an empty field. */
static void
put_count(struct csv_writer *w, double n)
{
	if (isfinite(n))
		csv_put_int(w, (long long)n);
	else
		csv_put_str(w, "");
}

static void
put_fit(const struct lm *m, struct csv_writer *w, size_t k, size_t j)
{
	struct lm_fit f;

	lm_fit(m, k, j, &f);
	group_put(m->group, k, w);
	csv_put_str(w, f.y);
	put_count(w, f.n);
	put_count(w, f.missing);
	put_count(w, f.rank);
	put_count(w, f.df);
	put_count(w, f.df_residual);
	csv_put_num(w, f.r_squared);
	csv_put_num(w, f.adj_r_squared);
	csv_put_num(w, f.sigma);
	csv_put_num(w, f.f_statistic);
	csv_put_num(w, f.f_p_value);
	csv_put_num(w, f.log_lik);
	csv_put_num(w, f.aic);
	csv_put_num(w, f.bic);
	csv_put_num(w, f.condition);
	csv_put_end(w);
}

static void
lm_put_coefs(const struct lm *m, struct csv_writer *w)
{
	static const char *const name[] = { "y", "term", "estimate", "std_error", "statistic", "p_value", "conf_low",
	    "conf_high", "beta", "vif", NULL };

	put_names(m, w, name);
	put_models(m, w, put_coefs);
}

static void
lm_put_fits(const struct lm *m, struct csv_writer *w)
{
	static const char *const name[] = { "y", "n", "missing", "rank", "df", "df_residual", "r_squared", "adj_r_squared",
	    "sigma", "f_statistic", "f_p_value", "log_lik", "aic", "bic", "condition", NULL };

	put_names(m, w, name);
	put_models(m, w, put_fit);
}

static void
lm_put_rows(struct lm *m, struct frame *f, struct csv_writer *w)
{
	struct obs o;
	struct ls_row r;

	frame_put_names(f, w);
	for (int i = 0; i < LM_ROW_NAMES; i++)
		csv_put_str(w, lm_row_names[i]);
	csv_put_end(w);
	frame_again(f);
	while (frame_next(f, &o)) {
		design_check(f, lm_row(m, &o, &r));
		frame_put(f, w);
		csv_put_num(w, r.fitted);
		csv_put_num(w, r.residual);
		csv_put_num(w, r.hat);
		csv_put_num(w, r.std_residual);
		csv_put_num(w, r.cooks_d);
		csv_put_end(w);
	}
}

/* ---- the report -------------------------------------------------------------------------- */

/* What is undefined is what numpy makes of it. */
static void
lm_put_report(const struct lm *m, struct out *out)
{
	struct lm_fit f;
	struct lm_coef c;

	lm_fit(m, 0, 0, &f);
	out_printf(out, "\nLinear regression of %s on multiple descriptors (standardized):\n", f.y);
	if (isfinite(f.r_squared))
		out_printf(out, " R\xc2\xb2 = %.3f\n", f.r_squared);
	else
		out_printf(out, " R\xc2\xb2 = nan\n");
	out_printf(out, " standardized coefficients:\n");
	for (size_t i = 1; i < m->terms.k; i++) {
		lm_coef(m, 0, 0, i, &c);
		out_printf(out, " %-12s %+.3f\n", c.term, isfinite(c.beta) ? c.beta : 0);
	}
}

/* ---- lm_state ---- */

static const char program[] = "hg-regress";

/* ---- writing ------------------------------------------------------------------------------- */

static void
save_options(const struct lm *m, struct state_writer *w)
{
	const struct terms *t = &m->terms;
	char degree[16];

	for (size_t i = 0; i < t->nvar; i++) {
		const struct predictor *v = &t->var[i];

		snprintf(degree, sizeof degree, "%d", v->degree);
		state_put(w, "option", (long)i, -1, v->degree == 1 ? "x" : v->degree > 1 ? "poly" : "factor",
		    v->name, v->degree == 1 ? "" : v->degree > 1 ? degree : v->reference);
	}
	for (size_t j = 0; j < m->ny; j++)
		state_put(w, "option", (long)j, -1, "y", m->yname[j], "");
	if (m->weight != NULL)
		state_put(w, "option", -1, -1, "weight", m->weight, "");
	state_put(w, "option", -1, -1, "intercept", t->intercept ? "yes" : "no", "");
	state_put_names(w, m->group);
}

static void
save_model(const struct lm *m, struct state_writer *w, struct tri *t, const char *y)
{
	size_t len, iy = m->terms.iy;

	tri_flush(t);
	state_put_num(w, "model", -1, -1, y, t->n, 0);
	if (m->weight != NULL)
		state_put_num(w, "logw", -1, -1, "", t->logw, t->logw_lo);
	for (size_t j = 0; j < m->terms.p; j++) {
		const struct column *c = &m->terms.col[j];

		if (j <= iy)
			state_put_num(w, "column", (long)j, -1, j == iy ? y : c->name, t->min[j], t->max[j]);
		else
			state_put_num(w, "level", (long)j, (long)c->var,
			    map_key(m->terms.var[c->var].levels, c->level, &len), t->min[j], t->max[j]);
	}
	state_put_r(w, (long)t->p, t->r, t->rlo);
}

static void
lm_save(struct lm *m, struct out *out)
{
	struct state_writer w;
	size_t *order;

	lm_sort(m);
	order = group_order(m->group);
	state_begin(&w, out, program);
	save_options(m, &w);
	for (size_t i = 0; i < m->ngroup; i++) {
		struct sums *g = &m->sums[order[i]];

		state_put_group(&w, m->group, order[i], g->rows);
		for (size_t j = 0; j < m->ny; j++)
			save_model(m, &w, &g->model[j].tri, m->yname[j]);
	}
	state_end(&w);
	free(order);
}

/* ---- reading: the spec --------------------------------------------------------------------- */

/* What a state holds of one model. */
struct part {
	size_t group, y;
	double n, logw, logw_lo;
	size_t p, cap;
	struct limits { size_t var, level; double min, max; } *col;     /* var: TABLE_NONE, or a level's */
	size_t nr, r_cap;
	struct entry { size_t i, j; double hi, lo; } *r;
};

/* What is read: the options, then the parts, which are kept and merged at the end,
 * in an order that does not depend on that of the states. */
struct reader {
	struct state *in;
	struct lm_spec spec;
	struct lm_var *var;             /* of spec, with texts of their own */
	char **y, *weight;
	struct lm *m;                   /* NULL before the first group */
	struct part *part, *now;        /* now: in hand, NULL where a group begins */
	size_t n, cap, ngroup;
};

static void
read_predictor(struct reader *a)
{
	const struct state *in = a->in;
	struct lm_var v = { .degree = 1 };

	if (strcmp(in->name, "factor") == 0)
		v.degree = 0;
	else if (strcmp(in->name, "poly") == 0 && state_num(in, 'l') >= 1 && state_num(in, 'l') <= LM_MAX_DEGREE)
		v.degree = (int)state_num(in, 'l');
	else if (strcmp(in->name, "x") != 0)
		state_die(in, "an option that is not known: %s", in->name);
	v.name = mem_text(in->value, strlen(in->value));
	v.reference = v.degree == 0 ? mem_text(in->low, strlen(in->low)) : NULL;
	a->var = mem_resize(a->var, a->spec.nvar + 1, sizeof *a->var);
	a->var[a->spec.nvar++] = v;
}

static void
read_option(struct reader *a)
{
	const struct state *in = a->in;

	if (strcmp(in->name, "y") == 0) {
		a->y = mem_resize(a->y, a->spec.ny + 1, sizeof *a->y);
		a->y[a->spec.ny++] = mem_text(in->value, strlen(in->value));
	} else if (strcmp(in->name, "weight") == 0) {
		a->weight = mem_text(in->value, strlen(in->value));
	} else if (strcmp(in->name, "intercept") == 0) {
		a->spec.intercept = strcmp(in->value, "yes") == 0;
	} else {
		read_predictor(a);
	}
}

/* All options are there. */
static void
end_options(struct reader *a, const struct lm_view *view)
{
	if (a->spec.ny == 0)
		state_die(a->in, "sums without a response");
	a->spec.var = a->var;
	a->spec.y = (const char *const *)a->y;
	a->spec.weight = a->weight;
	a->m = lm_new(&a->spec, view, a->in->group);
	a->m->own_group = 1;
}

static void
free_spec(struct reader *a)
{
	for (size_t i = 0; i < a->spec.nvar; i++) {
		free((char *)a->var[i].name);
		free((char *)a->var[i].reference);
	}
	for (size_t j = 0; j < a->spec.ny; j++)
		free(a->y[j]);
	free(a->var);
	free(a->y);
	free(a->weight);
}

/* ---- reading: the sums --------------------------------------------------------------------- */

static void
begin_part(struct reader *a)
{
	const char *const *y = a->spec.y;
	struct part p = { .group = a->in->k, .y = a->n % a->spec.ny, .n = state_rows(a->in) };

	if (strcmp(a->in->name, y[p.y]) != 0)
		state_die(a->in, "a model of %s, where one of %s should be", a->in->name, y[p.y]);
	a->part = mem_grow(a->part, &a->cap, a->n + 1, sizeof *a->part);
	a->now = &a->part[a->n++];
	*a->now = p;
}

static void
read_level(struct reader *a, struct limits *c)
{
	c->var = state_index(a->in, 'j', a->spec.nvar);
	if (a->spec.var[c->var].degree != 0)
		state_die(a->in, "a level of %s, which is not a factor", a->spec.var[c->var].name);
	c->level = terms_level(&a->m->terms, c->var, a->in->name);
}

static void
read_column(struct reader *a, struct part *p, int is_level)
{
	const struct terms *t = &a->m->terms;
	const char *name = p->p == t->iy ? a->spec.y[p->y] : p->p < t->iy ? t->col[p->p].name : "";
	struct limits c = { TABLE_NONE, 0, INFINITY, -INFINITY };

	if (p->n > 0) {
		c.min = state_num(a->in, 'v');
		c.max = state_num(a->in, 'l');
	}
	if (state_index(a->in, 'i', p->p + 1) != p->p || is_level != (p->p > t->iy))
		state_die(a->in, "a column out of its order");
	if (is_level)
		read_level(a, &c);
	else if (strcmp(a->in->name, name) != 0)
		state_die(a->in, "column %s, where %s should be", a->in->name, name);
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
check_models(const struct reader *a)
{
	if (a->n != a->ngroup * a->spec.ny)
		state_die(a->in, "a group with a model too few or too many");
}

static void
begin_group_parts(struct reader *a, const struct lm_view *view)
{
	if (a->m == NULL)
		end_options(a, view);
	check_models(a);
	lm_sums(a->m, a->in->k)->rows += a->in->rows;
	a->ngroup++;
	a->now = NULL;
}

/* A record of the part in hand. */
static void
read_sums(struct reader *a)
{
	const struct state *in = a->in;
	struct part *p = a->now;

	if (p == NULL)
		state_die(in, "a record out of its order: %s", in->record);
	if (strcmp(in->record, "logw") == 0) {
		p->logw = state_num(in, 'v');
		p->logw_lo = state_num(in, 'l');
	} else if (strcmp(in->record, "column") == 0 || strcmp(in->record, "level") == 0) {
		read_column(a, p, in->record[0] == 'l');
	} else if (strcmp(in->record, "r") == 0) {
		read_entry(p, in);
	} else {
		state_die(in, "a record that is not known: %s", in->record);
	}
}

static void
read_record(struct reader *a, const struct lm_view *view)
{
	if (strcmp(a->in->record, "option") == 0)
		read_option(a);
	else if (strcmp(a->in->record, "group") == 0)
		begin_group_parts(a, view);
	else if (strcmp(a->in->record, "model") == 0)
		begin_part(a);
	else
		read_sums(a);
}

/* ---- merging ------------------------------------------------------------------------------- */

/* Where column j of a part is among all there are. */
static size_t
place(const struct terms *t, const struct part *p, size_t j)
{
	return j <= t->iy ? j : t->var[p->col[j].var].at[p->col[j].level];
}

static void
check_part(const struct lm *m, const struct part *p)
{
	const struct terms *t = &m->terms;

	if (p->p <= t->iy)
		die("a state that lacks columns of %s", m->yname[p->y]);
	for (size_t j = 1; j < p->p; j++)
		if (place(t, p, j) <= place(t, p, j - 1))
			die("a state whose levels are not in order: %s", t->col[place(t, p, j)].name);
}

/* The part as a factor with all columns there are. */
static void
build(const struct terms *s, const struct part *p, struct tri *t, double *mem)
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
compare_parts(const void *va, const void *vb)
{
	const struct part *a = va, *b = vb;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return a->y < b->y ? -1 : a->y > b->y;
}

/* Merges n parts, all of one model, in order. */
static void
merge_parts(struct lm *m, const struct part *part, size_t n)
{
	size_t size = tri_size((ptrdiff_t)m->terms.p);
	struct tri *t;
	double *mem;

	for (size_t i = 0; i < n; i++)
		check_part(m, &part[i]);
	t = mem_new(n, sizeof *t);
	mem = mem_new(n, size * sizeof *mem);
	for (size_t i = 0; i < n; i++)
		build(&m->terms, &part[i], &t[i], mem + i * size);
	qsort(t, n, sizeof *t, tri_compare);
	for (size_t i = 0; i < n; i++)
		tri_merge(&m->sums[part->group].model[part->y].tri, &t[i]);
	free(t);
	free(mem);
}

static void
merge_all(struct reader *a)
{
	lm_sort(a->m);
	qsort(a->part, a->n, sizeof *a->part, compare_parts);
	for (size_t i = 0, n; i < a->n; i += n) {
		for (n = 1; i + n < a->n && compare_parts(&a->part[i], &a->part[i + n]) == 0; n++)
			;
		merge_parts(a->m, a->part + i, n);
	}
	for (size_t i = 0; i < a->n; i++) {
		free(a->part[i].col);
		free(a->part[i].r);
	}
	free(a->part);
}

static struct lm *
lm_merge(char *const *operand, int n, const struct opts *o, const struct lm_view *view)
{
	struct reader a = { .in = state_open(operand, n, o, program) };

	while (state_next(a.in))
		read_record(&a, view);
	check_models(&a);
	merge_all(&a);
	state_close(a.in);
	free_spec(&a);
	state_warn(a.m->group, a.m->sums[0].rows);
	return a.m;
}

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

static const char default_x[] = "op,spec_ent,rank_eff,anisotropy";

/* The command line. */
struct options {
	struct opts all;
	const char *x, *y, *group, *weight, *cluster;           /* NULL: not given */
	struct special { int kind; const char *arg; } *special; /* --factor, --poly as they came */
	size_t nspecial, cap;
	double level;                   /* 0: not given */
	enum lm_errors robust;          /* LM_CLASSICAL: not given */
	int no_intercept, min_norm, fit, report, merge, save_state, rows;
};

/* ---- from a table to models ---------------------------------------------------------------- */

/* Those of the default predictors that the table has. */
static void
plan_default_x(struct design *d)
{
	char *list = mem_text(default_x, strlen(default_x));

	for (char *name = strtok(list, ","); name != NULL; name = strtok(NULL, ","))
		if (table_find(d->table, name) != TABLE_NONE)
			design_x(d, name);
	free(list);
}

/* -x; where it was not given and --factor or --poly bring predictors, those of
 * the default that are there. */
static void
plan_x(struct design *d, const struct options *o)
{
	const struct table *t = d->table;

	if (o->x == NULL && o->nspecial > 0)
		plan_default_x(d);
	else if (o->x == NULL && table_find(t, "op") == TABLE_NONE && table_find(t, "s1") != TABLE_NONE)
		die("%s: no descriptors: make them with hg-describe, or say which columns with -x%s",
		    gz_name(t->gz), table_hint(t));
	else
		design_x(d, o->x ? o->x : default_x);
	for (size_t i = 0; i < o->nspecial; i++)
		(o->special[i].kind == FACTOR ? design_factor : design_poly)(d, o->special[i].arg);
}

static void
plan(struct design *d, const struct options *o)
{
	const struct table *t = d->table;

	if (state_is(t))
		die("%s: a state: --merge reads it", gz_name(t->gz));
	plan_x(d, o);
	if (o->y == NULL && table_find(t, "entropy") == TABLE_NONE)
		die("%s: no entropy: say which column with -y%s", gz_name(t->gz), table_hint(t));
	design_y(d, o->y ? o->y : "entropy", o->rows);
	design_keys(d, o->group ? o->group : "");
	if (o->cluster != NULL)
		design_clusters(d, o->cluster);
	for (int i = 0; o->rows && i < LM_ROW_NAMES; i++)
		if (table_find(t, lm_row_names[i]) != TABLE_NONE)
			die("%s: column \"%s\" is there already", gz_name(t->gz), lm_row_names[i]);
}

/* Everything is there; f is NULL behind --merge. */
static void
put(struct lm *m, struct frame *f, struct options *o)
{
	struct csv_writer w = { .format = o->all.format };

	o->all.plain |= o->report && o->all.outfile == NULL;
	w.out = opts_out(&o->all);
	if (o->save_state)
		lm_save(m, w.out);
	else if (o->report)
		lm_put_report(m, w.out);
	else if (o->rows)
		lm_put_rows(m, f, &w);
	else if (o->fit)
		lm_put_fits(m, &w);
	else
		lm_put_coefs(m, &w);
	out_close(w.out);
}

static void
second_pass(struct lm *m, struct frame *f)
{
	struct obs row;

	frame_again(f);
	while (frame_next(f, &row))
		design_check(f, lm_score(m, &row));
	lm_score_end(m);
}

static void
regress(char *const *operand, int n, struct options *o, const struct lm_view *view)
{
	struct design d = { .table = table_open(operand, n, &o->all), .weight = o->weight };
	struct frame *f;
	struct obs row;
	struct lm *m;

	if (o->rows || view->errors != LM_CLASSICAL)
		table_keep(d.table);
	plan(&d, o);
	f = design_frame(&d);
	m = design_models(&d, !o->no_intercept, *view, frame_group(f));
	while (frame_next(f, &row))
		design_check(f, lm_add(m, &row));
	frame_warn(f);
	if (!o->save_state)
		lm_solve(m, gz_name(d.table->gz));
	if (view->errors != LM_CLASSICAL)
		second_pass(m, f);
	put(m, f, o);
	lm_free(m);
	frame_free(f);
	design_free(&d);
	table_close(d.table);
}

static void
merge(char *const *operand, int n, struct options *o, const struct lm_view *view)
{
	struct lm *m = lm_merge(operand, n, &o->all, view);

	if (!o->save_state)
		lm_solve(m, NULL);
	put(m, NULL, o);
	lm_free(m);
}

/* ---- options ------------------------------------------------------------------------------ */

static enum lm_errors
kind_of(const char *name)
{
	static const char *const kind[] = { [LM_HC0] = "hc0", [LM_HC1] = "hc1", [LM_HC2] = "hc2", [LM_HC3] = "hc3" };

	for (int i = LM_HC0; i <= LM_HC3; i++)
		if (strcmp(name, kind[i]) == 0)
			return (enum lm_errors)i;
	die_usage("--robust: not hc0, hc1, hc2 or hc3: \"%s\"", name);
}

static void
add_special(struct options *o, int kind, const char *arg)
{
	o->special = mem_grow(o->special, &o->cap, o->nspecial + 1, sizeof *o->special);
	o->special[o->nspecial++] = (struct special){ kind, arg };
}

/* Options that do not go together. */
static void
check_options(const struct options *o)
{
	int sums = o->x || o->y || o->group || o->weight || o->nspecial > 0 || o->no_intercept;
	int twice = o->robust || o->cluster || o->rows, states = o->merge || o->save_state;
	const char *state = o->merge ? "--merge" : "--save-state";

	if (o->report && (sums || twice || o->fit || o->level > 0 || o->all.format))
		die_usage("-r has its own form: -x, -y, -g, -w, --factor, --poly, --no-intercept, --robust, --cluster, "
		    "--rows, --fit, --format, --level do not go with it");
	if (states && twice)
		die_usage("%s: %s the rows twice, states have none", state,
		    o->rows ? "--rows needs" : o->cluster ? "--cluster needs" : "--robust needs");
	if (states && o->report)
		die_usage("%s: -r does not go with states", state);
	if (o->merge && sums)
		die_usage("--merge: -x, -y, -g, -w, --factor, --poly and --no-intercept are in the states");
	if (o->save_state && (o->fit || o->level > 0 || o->min_norm || o->all.format))
		die_usage("--save-state: --fit, --format, --level and --min-norm are for --merge");
	if (o->robust && o->cluster)
		die_usage("--robust and --cluster do not go together");
	if (o->rows && (o->fit || o->robust || o->cluster))
		die_usage("--rows: --fit, --robust and --cluster do not go with it");
}

/* Takes an option of this program; returns 0 if it is one of all programs. */
static int
take(struct options *o, int c)
{
	switch (c) {
	case 'g':
		opts_once(&o->group, optarg, "-g");
		break;
	case 'r':
		o->report = 1;
		break;
	case 'w':
		opts_once(&o->weight, optarg, "-w");
		break;
	case 'x':
		opts_once(&o->x, optarg, "-x");
		break;
	case 'y':
		opts_once(&o->y, optarg, "-y");
		break;
	case CLUSTER:
		opts_once(&o->cluster, optarg, "--cluster");
		break;
	case FACTOR:
	case POLY:
		add_special(o, c, optarg);
		break;
	case FIT:
		o->fit = 1;
		break;
	case LEVEL:
		o->level = opts_level(optarg);
		break;
	case MERGE:
		o->merge = 1;
		break;
	case MIN_NORM:
		o->min_norm = 1;
		break;
	case NO_INTERCEPT:
		o->no_intercept = 1;
		break;
	case ROBUST:
		o->robust = kind_of(optarg);
		break;
	case ROWS:
		o->rows = 1;
		break;
	case SAVE_STATE:
		o->save_state = 1;
		break;
	default:
		return 0;
	}
	return 1;
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	struct lm_view view;
	char *const *operand;
	int c, n;

	err_init(argv[0]);
	opts_init(&o.all);
	while ((c = getopt_long(argc, argv, OPTS_SHORT "g:rw:x:y:", longopts, NULL)) != -1)
		if (!take(&o, c))
			opts_take(&o.all, c, argv, usage);
	check_options(&o);
	view = (struct lm_view){ .min_norm = (o.min_norm || o.report) && !o.rows, .level = o.level > 0 ? o.level : 0.95,
	    .errors = o.cluster != NULL ? LM_CLUSTER : o.robust };
	operand = opts_operands(argc, argv, usage, &n);
	if (o.merge)
		merge(operand, n, &o, &view);
	else
		regress(operand, n, &o, &view);
	free(o.special);
	return 0;
}
