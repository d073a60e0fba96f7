/* design.c - from a table to linear models: which of its columns are predictors,
 * responses and the rest, and what is wrong in a row. */
#include <stdlib.h>
#include <string.h>

#include "formula.h"

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

void
design_x(struct design *d, const char *list, const char *option)
{
	size_t n, *x = formula_select(d->table, list, option, &n);

	for (size_t i = 0; i < n; i++)
		add_var(d, x[i]);
	free(x);
}

void
design_default_x(struct design *d)
{
	const struct table *t = d->table;

	if (table_find(t, "op") == TABLE_NONE && table_find(t, "s1") != TABLE_NONE)
		die("%s: no descriptors: make them with hg-describe, or say which columns with -x%s",
		    gz_name(t->gz), table_hint(t));
	design_x(d, "op,spec_ent,rank_eff,anisotropy", "-x");
}

/* The column has names, not numbers; one that is not there is for later, when all has parsed. */
static int
has_names(void *context, const char *column)
{
	struct design *d = context;
	size_t col = table_find(d->table, column);

	return col != TABLE_NONE && table_names(d->table, col);
}

_Noreturn static void
fail_formula(void *context, const char *text, size_t at, const char *what)
{
	(void)context;
	die_caret(text, at, "-f: %s", what);
}

void
design_formula(struct design *d, const char *text)
{
	const struct formula_way way = { has_names, fail_formula, d };
	struct formula *f = d->formula = formula_read(text, &way);

	if (f->nterm == 0 && !f->intercept)
		die_usage("-f: a model without terms");
	for (size_t i = 0; i < f->ntext*f->ny; i++)
		if (strcmp(f->text[i/f->ny], f->y[i % f->ny].column) == 0)
			die_usage("-f: %s is both response and key", f->text[i/f->ny]);
	for (size_t i = 0; i < f->nnum; i++)
		table_col(d->table, f->num[i].column);
	for (size_t i = 0; i < f->ntext; i++)
		table_col(d->table, f->text[i]);
	if (f->ny > 0)
		d->y = mem_new(f->ny, sizeof *d->y);
	d->ny = f->ny;
	for (size_t j = 0; j < f->ny; j++)
		d->y[j] = formula_column(d->table, &f->y[j]);
}

/* Where the name of the column ends in COL=REFERENCE: at the = before which there is
 * a column, or at the first one if there is none.  Dies if there are two. */
static const char *
end_of_factor(const struct design *d, const char *arg)
{
	char *name = mem_text(arg, strlen(arg));
	const char *end = NULL;

	for (const char *at = strchr(arg, '='); at != NULL; at = strchr(at + 1, '=')) {
		name[at - arg] = '\0';
		if (table_find(d->table, name) != TABLE_NONE) {
			if (end != NULL)
				die_usage("--factor: column \"%.*s\" or column \"%s\"? \"%s\" may be either", (int)(end - arg), arg,
				    name, arg);
			end = at;
		}
		name[at - arg] = '=';
	}
	free(name);
	return end != NULL ? end : strchr(arg, '=');
}

/* The predictor whose name is arg up to end, or all of it if that is NULL: one that is
 * there, or one more.  *rest is what is behind the mark at end, or NULL. */
static struct lm_var *
special_var(struct design *d, const char *arg, const char *end, const char **rest)
{
	char *name = mem_text(arg, strlen(arg));
	size_t i, col;

	if (end != NULL)
		name[end - arg] = '\0';
	*rest = end != NULL ? end + 1 : NULL;
	col = table_col(d->table, name);
	i = find_var(d, col);
	if (i < d->nvar && d->var[i].degree != 1)
		die_usage("column \"%s\" is in two of --factor and --poly", name);
	free(name);
	return i < d->nvar ? &d->var[i] : add_var(d, col);
}

void
design_factor(struct design *d, const char *arg)
{
	const char *reference;
	int whole = table_find(d->table, arg) != TABLE_NONE;
	struct lm_var *v = special_var(d, arg, whole ? NULL : end_of_factor(d, arg), &reference);

	v->degree = 0;
	v->reference = reference;
}

void
design_poly(struct design *d, const char *arg)
{
	const char *degree;
	int whole = table_find(d->table, arg) != TABLE_NONE;
	struct lm_var *v = special_var(d, arg, whole ? NULL : strrchr(arg, ':'), &degree);

	if (degree == NULL)
		die_usage("--poly: not COL:DEGREE: \"%s\"", arg);
	v->degree = (int)opts_int(degree, "--poly", 1, LM_MAX_DEGREE);
}

void
design_names(struct design *d)
{
	for (size_t i = 0; i < d->nvar; i++)
		if (d->var[i].degree == 1 && d->col[i] < d->table->ncol && table_names(d->table, d->col[i]))
			d->var[i].degree = 0;
}

/* The column is among the formula's numbers. */
static int
in_formula(const struct design *d, size_t col)
{
	const struct formula *f = d->formula;

	for (size_t i = 0; f != NULL && i < f->nnum; i++)
		if (formula_column(d->table, &f->num[i]) == col)
			return 1;
	return 0;
}

void
design_y(struct design *d, const char *list, int rows)
{
	if (d->ny == 0)
		d->y = formula_select(d->table, list, "-y", &d->ny);
	if (d->ny == 0)
		die_usage("-y: no response");
	if (rows && d->ny > 1)
		die_usage("--rows takes one response, not %zu", d->ny);
	for (size_t j = 0; j < d->ny; j++)
		if (find_var(d, d->y[j]) < d->nvar || in_formula(d, d->y[j]))
			die("column \"%s\" is both in -x and in -y", d->table->name[d->y[j]]);
}

void
design_keys(struct design *d, const char *list)
{
	d->key = cols_select(d->table, list, "-g", &d->nkey);
}

void
design_by(struct design *d, int by, const char *list, const char *option)
{
	d->by[by] = cols_select(d->table, list, option, &d->nby[by]);
	if (d->nby[by] == 0)
		die_usage("%s: no column", option);
}

/* The order of an observation: numbers and then responses, levels and then keys. */
static void
order_columns(const struct design *d, struct frame_spec *s, size_t *num, size_t *text)
{
	for (size_t i = 0; d->formula != NULL && i < d->formula->nnum; i++)
		num[s->nnum++] = formula_column(d->table, &d->formula->num[i]);
	for (size_t i = 0; d->formula != NULL && i < d->formula->ntext; i++)
		text[s->ntext++] = table_col(d->table, d->formula->text[i]);
	for (size_t i = 0; i < d->nvar; i++)
		if (d->var[i].degree > 0)
			num[s->nnum++] = d->col[i];
		else
			text[s->ntext++] = d->col[i];
	s->advised = s->nnum;
	for (size_t j = 0; j < d->ny; j++)
		num[s->nnum++] = d->y[j];
	for (int by = 0; by < LM_KEYS; by++)
		for (size_t i = 0; i < d->nby[by]; i++)
			text[s->ntext++] = d->by[by][i];
}

/* The texts of a formula, if layer is absorbed. */
static void
watch_absorbed(const struct design *d, struct frame *f)
{
	const struct formula *m = d->formula;
	size_t *col, absorbed = 0;

	if (m == NULL || m->nabsorbed == 0)
		return;
	col = mem_new(m->ntext, sizeof *col);
	for (size_t i = 0; i < m->ntext; i++)
		col[i] = table_col(d->table, m->text[i]);
	for (size_t v = 0; v < m->nvar; v++)
		absorbed += m->var[v].part == 1 && strcmp(m->text[m->var[v].at], "layer") == 0;
	if (absorbed > 0)
		frame_watch_layer(f, col, m->ntext, "|", '^');
	free(col);
}

struct frame *
design_frame(const struct design *d)
{
	size_t most = d->nvar + (d->formula != NULL ? 2*FORMULA_VARIABLES : 0), nby = d->nby[LM_BY_CLUSTER] + d->nby[LM_BY_FOLD];
	size_t *num = mem_new(most + d->ny, sizeof *num), *text = mem_new(most + nby, sizeof *text);
	struct frame_spec s = { .key = d->key, .nkey = d->nkey, .num = num, .text = text, .weight = TABLE_NONE,
	    .advice = d->formula != NULL ? "; factor() is for names" : "; --factor is for names" };
	struct frame *f;

	order_columns(d, &s, num, text);
	s.taken = s.ntext - nby;
	if (d->weight != NULL && (s.weight = table_find(d->table, d->weight)) == TABLE_NONE)
		table_lacks(d->table, "-w", d->weight);
	f = frame_open(d->table, &s);
	frame_watch_layer(f, d->by[LM_BY_CLUSTER], d->nby[LM_BY_CLUSTER], "--cluster", ',');
	frame_watch_layer(f, d->by[LM_BY_FOLD], d->nby[LM_BY_FOLD], "--cross", ',');
	watch_absorbed(d, f);
	free(num);
	free(text);
	return f;
}

/* The levels of a column are a predictor, or absorbed. */
static int
has_levels(const struct design *d, size_t col)
{
	for (size_t i = 0; i < d->nvar; i++)
		if (d->col[i] == col && d->var[i].degree == 0)
			return 1;
	for (size_t i = 0; d->formula != NULL && i < d->formula->ntext; i++)
		if (strcmp(d->formula->text[i], d->table->name[col]) == 0)
			return 1;
	return 0;
}

void
design_by_layer(struct design *d, int by)
{
	size_t nf = d->formula != NULL ? d->formula->nnum : 0, n = 0, *other = mem_new(d->ny + d->nvar + nf, sizeof *other), *col;

	for (size_t j = 0; j < d->ny; j++)
		other[n++] = d->y[j];
	for (size_t i = 0; i < d->nvar; i++)
		if (d->var[i].degree > 0)
			other[n++] = d->col[i];
	for (size_t i = 0; i < nf; i++)
		other[n++] = formula_column(d->table, &d->formula->num[i]);
	col = columns_layer(d->table, other, n, &n);
	free(other);
	if (n > 0 && (columns_have(d->key, d->nkey, col[n - 1]) || (by == LM_BY_FOLD && has_levels(d, col[n - 1]))))
		n = 0;
	d->by[by] = col;
	d->nby[by] = n;
}

/* The names of columns; the caller frees the array. */
static const char **
names_of(const struct design *d, const size_t *col, size_t n)
{
	const char **name = mem_new(n, sizeof *name);

	for (size_t i = 0; i < n; i++)
		name[i] = d->table->name[col[i]];
	return name;
}

struct lm *
design_models(const struct design *d, int intercept, struct lm_view view, struct group *g)
{
	const char **y = names_of(d, d->y, d->ny), **key[LM_KEYS];
	struct lm_spec s = { .var = d->var, .nvar = d->nvar, .y = y, .ny = d->ny, .weight = d->weight,
	    .formula = d->formula, .intercept = d->formula != NULL ? d->formula->intercept : intercept };
	struct lm *m;

	for (int by = 0; by < LM_KEYS; by++) {
		s.key[by] = key[by] = names_of(d, d->by[by], d->nby[by]);
		s.nkey[by] = d->nby[by];
	}
	m = lm_new(&s, &view, g);
	for (int by = 0; by < LM_KEYS; by++)
		free(key[by]);
	free(y);
	return m;
}

void
design_check(const struct frame *f, const struct lm_fault *bad)
{
	if (bad == NULL)
		return;
	if (bad->power == 0)
		frame_die_text(f, bad->at, "a row that was not there before");
	if (bad->power == 1)
		frame_die_num(f, bad->at, "too %s a number for a product: \"%.40s\"", bad->small ? "small" : "large",
		    frame_field(f, bad->at));
	frame_die_num(f, bad->at, "too %s a number for a power of %d: \"%.40s\"", bad->small ? "small" : "large", bad->power,
	    frame_field(f, bad->at));
}

void
design_free(struct design *d)
{
	free(d->var);
	free(d->col);
	free(d->y);
	free(d->key);
	for (int by = 0; by < LM_KEYS; by++)
		free(d->by[by]);
	if (d->formula != NULL)
		formula_free(d->formula);
}
