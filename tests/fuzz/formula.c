/* formula.c - whatever stands in a formula or a list of columns, it is refused, or the
 * formula and its one spelling are the same models, and the columns are some of the
 * table, each once.
 *
 * An input is a byte and a text.  0: a formula; 1: a list as cols_select takes it; 2: one
 * that may have functions of columns.  make fuzz; then $B/fuzz-formula
 * tests/fuzz/seeds/formula.  make check gives it the seeds through replay.c. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "held.h"
#include "formula.h"
#include "lm.h"

/* The header: names like functions, numbers, ranges, globs and exclusions, one that is
 * there twice, two with names for values. */
static const char *const header[] = { "x", "y", "z", "log", "log(x)", "a b", "3", "2-5", "^x", "x*", "[x", "x.y",
	"twice", "twice", "stage", "t" };

enum { COLUMNS = sizeof header / sizeof *header, NAMES = COLUMNS - 2, ROWS = 9, MOST = 100 };

static struct table *
make_table(void)
{
	char text[256] = "";
	static char *name;
	static struct opts o;

	for (size_t i = 0; i < COLUMNS; i++) {
		strcat(text, header[i]);
		strcat(text, i + 1 < COLUMNS ? "," : "\n");
	}
	opts_init(&o);
	o.threads = 1;
	name = held_file(0, text, strlen(text));
	return table_open(&name, 1, &o);
}

static int
has_names(void *context, const char *column)
{
	return table_col(context, column) >= NAMES;
}

static void
fail(void *context, const char *text, size_t at, const char *what)
{
	(void)context;
	held_check(at <= strlen(text));
	die_caret(text, at, "%s", what);
}

/* ---- models --------------------------------------------------------------------------------- */

/* Of row i: a number that is called so, missing in one row; the level of a column. */
static double
number(const char *label, size_t i)
{
	unsigned h = (unsigned)i;

	for (; *label != '\0'; label++)
		h = 31*h + (unsigned char)*label;
	return h % 64 == 0 ? NAN : (double)(h % 1000) / 8 - 40;
}

static struct text
level(const char *column, size_t i)
{
	static const char *const text[] = { "a", "b:c", "d\\", ":", "a10", "a9" };
	const char *s = text[(i*i + strlen(column)) % 6];

	return (struct text){ s, strlen(s) };
}

/* How many columns the numbers of the formula have; rows with levels bring one more for
 * each term. */
static size_t
width(const struct formula *f)
{
	size_t all = 1 + ROWS*f->nterm;

	for (size_t i = 0; i < f->nterm && all <= MOST; i++) {
		size_t n = 1;

		for (size_t v = 0; v < f->nvar; v++)
			if ((f->term[i] >> v & 1) && f->var[v].power == 0 && f->var[v].degree > 0)
				n *= (size_t)f->var[v].degree;
		all += n;
	}
	return all;
}

/* What a state says of a level is read as that level. */
static void
check_levels(struct lm *m)
{
	struct terms *t = &m->terms;

	for (size_t j = t->iy + 1; j < t->p; j++) {
		char *text = product_text(t, &t->col[j]);

		held_check(product_level(t, t->col[j].var, text) == t->col[j].level);
	}
}

/* The models of the formula over the rows. */
static struct lm *
make_models(const struct formula *f, struct group *g)
{
	const char *const y = "response";
	const struct lm_spec s = { .formula = f, .y = &y, .ny = 1, .intercept = f->intercept };
	const struct lm_view view = { .level = 0.95 };
	struct lm *m = lm_new(&s, &view, g);
	struct text *text = mem_new(f->ntext, sizeof *text);
	double *num = mem_new(f->nnum + 1, sizeof *num);

	for (size_t i = 0; i < ROWS; i++) {
		for (size_t k = 0; k < f->nnum; k++)
			num[k] = number(f->num[k].label, i);
		for (size_t k = 0; k < f->ntext; k++)
			text[k] = level(f->text[k], i);
		num[f->nnum] = number("response", i);
		lm_add(m, &(struct obs){ .weight = 1, .num = num, .text = text });
	}
	check_levels(m);
	lm_solve(m, NULL);
	return m;
}

static int
same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static void
check_same(struct lm *m, struct lm *again)
{
	struct lm_coef a, b;

	held_check(lm_terms(m) == lm_terms(again));
	for (size_t i = 0; i < lm_terms(m); i++) {
		lm_coef(m, 0, 0, i, &a);
		lm_coef(again, 0, 0, i, &b);
		held_check(strcmp(a.term, b.term) == 0 && same(a.estimate, b.estimate) && same(a.std_error, b.std_error));
	}
}

static void
look_formula(const char *text)
{
	struct table *t = make_table();
	const struct formula_way way = { has_names, fail, t }, plain = { NULL, fail, t };
	struct formula *f = formula_read(text, &way), *again;
	struct group *g = group_new(NULL, 0);
	char *once = formula_text(f);

	again = formula_read(once, &plain);
	held_check(strcmp(once, formula_text(again)) == 0);
	for (size_t j = 0; j < f->ny; j++)
		formula_column(t, &f->y[j]);
	for (size_t i = 0; i < f->nnum; i++) {
		size_t col = formula_column(t, &f->num[i]);

		held_check(strcmp(t->name[col], f->num[i].depth > 0 ? f->num[i].label : f->num[i].column) == 0);
	}
	if (width(f) <= MOST)
		check_same(make_models(f, g), make_models(again, g));
	formula_free(f);
	formula_free(again);
}

/* ---- lists ---------------------------------------------------------------------------------- */

static void
look_list(const char *text, int functions)
{
	struct table *t = make_table();
	size_t n, *col = (functions ? formula_select(t, text, "-x", &n) : cols_select(t, text, "-x", &n));

	for (size_t i = 0; i < n; i++) {
		held_check(col[i] < t->ncol + t->nderived);
		held_check(!columns_have(col, i, col[i]));
	}
}

static void
look(const uint8_t *data, size_t size)
{
	char *text = mem_text((const char *)data + 1, size - 1);

	if (data[0] % 3 == 0)
		look_formula(text);
	else
		look_list(text, data[0] % 3 == 2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0)
		held_look(look, data, size);
	return 0;
}
