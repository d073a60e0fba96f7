/* measure.c - the words of formulas; numbers that are functions of columns. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formula.h"

void
formula_fail(const struct formula_reading *r, const char *at, const char *fmt, ...)
{
	char msg[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof msg, fmt, ap);
	va_end(ap);
	r->way->fail(r->way->context, r->text, (size_t)(at - r->text), msg);
	abort();
}

/* ---- words ---------------------------------------------------------------------------------- */

static int
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

char
formula_peek(struct formula_reading *r)
{
	r->at += strspn(r->at, " \t\n");
	return *r->at;
}

int
formula_take(struct formula_reading *r, char c)
{
	if (formula_peek(r) != c)
		return 0;
	r->at++;
	return 1;
}

void
formula_want(struct formula_reading *r, char c, const char *what)
{
	if (!formula_take(r, c))
		formula_fail(r, r->at, "%s", what);
}

void
formula_enter(struct formula_reading *r, const char *at)
{
	if (++r->depth > FORMULA_DEPTH)
		formula_fail(r, at, "more than %d parentheses in each other", FORMULA_DEPTH);
}

/* How long the name is that begins at s, which needs no backticks: 0 if none does. */
static size_t
name_length(const char *s)
{
	size_t n = 0;

	if (!is_letter(s[0]) && !(s[0] == '.' && !is_digit(s[1])))
		return 0;
	if (s[0] == '_')
		return 0;
	while (is_letter(s[n]) || is_digit(s[n]) || s[n] == '.')
		n++;
	return n;
}

char *
formula_quoted(const char *name)
{
	int plain = name[0] != '\0' && name_length(name) == strlen(name);

	return mem_print(plain ? "%s" : "`%s`", name);
}

char *
formula_name(struct formula_reading *r)
{
	const char *from = (formula_peek(r), r->at), *end;
	size_t n;

	if (*from == '`') {
		from++;
		if ((end = strchr(from, '`')) == NULL)
			formula_fail(r, r->at, "a backtick without the other one");
		if (end == from)
			formula_fail(r, r->at, "a name between backticks is empty");
		r->at = end + 1;
		return mem_text(from, (size_t)(end - from));
	}
	if ((n = name_length(from)) == 0)
		formula_fail(r, from, *from == '\0' ? "a name is missing" : "not a name: odd ones stand between backticks");
	r->at += n;
	return mem_text(from, n);
}

int
formula_whole(struct formula_reading *r, int most, const char *what)
{
	const char *from = (formula_peek(r), r->at);
	int x = 0;

	while (is_digit(*r->at) && x <= most)
		x = 10*x + (*r->at++ - '0');
	if (r->at == from || x < 1 || x > most || *r->at == '.' || is_letter(*r->at))
		formula_fail(r, from, "%s: not a whole number from 1 to %d", what, most);
	return x;
}

/* ---- functions of a column ------------------------------------------------------------------ */

/* NaN where they are undefined. */
static double
log_of(double x)
{
	return x > 0 ? num_log(x) : NAN;
}

/* ln x / ln 10 in double-doubles: a power of ten has its exponent exactly. */
static double
log10_of(double x)
{
	static const struct dd ln10 = { 0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53 };

	return x > 0 ? dd_div(dd_log(x), ln10).hi : NAN;
}

static double
sqrt_of(double x)
{
	return x >= 0 ? sqrt(x) : NAN;
}

static double
abs_of(double x)
{
	return fabs(x);
}

static const struct { const char *name; double (*f)(double); } functions[] = {
	{ "log", log_of }, { "log10", log10_of }, { "sqrt", sqrt_of }, { "exp", num_exp }, { "abs", abs_of },
};

enum { FUNCTIONS = sizeof functions/sizeof *functions };

/* The function that a name followed by a parenthesis calls, counted from 1; 0 if it is
 * none of a number. */
static unsigned
function_of(const char *name)
{
	for (unsigned i = 0; i < FUNCTIONS; i++)
		if (strcmp(functions[i].name, name) == 0)
			return i + 1;
	return 0;
}

char *
formula_label(const char *column, unsigned function)
{
	char *label = formula_quoted(column), *inner;

	for (; function != 0; function >>= 3) {
		inner = label;
		label = mem_print("%s(%s)", functions[(function & 7) - 1].name, inner);
		free(inner);
	}
	return label;
}

struct formula_number
formula_measure(struct formula_reading *r, char *name, const char *from)
{
	struct formula_number x;
	unsigned f;

	if (name == NULL) {
		from = (formula_peek(r), r->at);
		name = formula_name(r);
	}
	if (*from == '`' || formula_peek(r) != '(')
		return (struct formula_number){ name, formula_quoted(name), 0, 0 };
	if ((f = function_of(name)) == 0)
		formula_fail(r, from, "no function of a number: \"%s\"; there are log, log10, sqrt, exp, abs", name);
	formula_enter(r, r->at++);
	x = formula_measure(r, NULL, NULL);
	r->depth--;
	if (formula_peek(r) != ')')
		formula_fail(r, r->at, *r->at == '^' ? "a power stands in I(): I(x^2)" :
		    *r->at == '\0' ? "a parenthesis is not closed" : "%s takes a column, or a function of one", name);
	r->at++;
	if (x.depth == FORMULA_FUNCTIONS)
		formula_fail(r, from, "more than %d functions of each other", FORMULA_FUNCTIONS);
	x.function |= f << 3*x.depth++;
	free(x.label);
	x.label = formula_label(x.column, x.function);
	free(name);
	return x;
}

/* ---- columns of a table ---------------------------------------------------------------------- */

size_t
formula_column(struct table *t, const struct formula_number *x)
{
	size_t col = table_col(t, x->column);
	unsigned done = 0;

	for (int i = 0; i < x->depth; i++) {
		unsigned f = x->function >> 3*i & 7;
		char *label;

		done |= f << 3*i;
		label = formula_label(x->column, done);
		col = table_derive(t, label, col, functions[f - 1].f);
		free(label);
	}
	return col;
}

_Noreturn static void
fail_item(void *option, const char *text, size_t at, const char *what)
{
	die_caret(text, at, "%s: %s", (const char *)option, what);
}

/* Where the item ends that begins at s: at a comma that stands neither in parentheses nor
 * between backticks, or at the end. */
static const char *
end_of_item(const char *s)
{
	int depth = 0, quoted = 0;

	for (; *s != '\0' && (*s != ',' || depth > 0 || quoted); s++) {
		quoted ^= *s == '`';
		depth += !quoted && *s == '(';
		depth -= !quoted && *s == ')' && depth > 0;
	}
	return s;
}

/* The item is a function of a column, and no column's name. */
static int
is_call(const struct table *t, const char *item)
{
	size_t n = name_length(item);

	return n > 0 && item[n] == '(' && table_find(t, item) == TABLE_NONE;
}

/* The column of a function; option names where it stands. */
static size_t
called(struct table *t, const char *item, const char *option)
{
	const struct formula_way way = { NULL, fail_item, (void *)option };
	struct formula_reading r = { .way = &way, .text = item, .at = item };
	struct formula_number x = formula_measure(&r, NULL, NULL);
	size_t col;

	if (formula_peek(&r) != '\0')
		formula_fail(&r, r.at, "a function of a column is wanted; formulas are for -f of hg-regress");
	col = formula_column(t, &x);
	free(x.column);
	free(x.label);
	return col;
}

/* The item that begins at *s, which goes on to the one behind it; the caller frees it. */
static char *
next_item(const char **s)
{
	const char *from = *s, *end = end_of_item(from);

	*s = *end == ',' ? end + 1 : end;
	return mem_text(from, (size_t)(end - from));
}

static int
has_calls(const struct table *t, const char *list)
{
	int calls = 0;

	while (*list != '\0') {
		char *item = next_item(&list);

		calls |= is_call(t, item);
		free(item);
	}
	return calls;
}

/* The columns of one item, *n of them; the caller frees the array. */
static size_t *
item_columns(struct table *t, const char *item, const char *option, size_t *n)
{
	size_t *col;

	if (item[0] == '^')
		die_usage("%s: ^ does not go with functions of columns", option);
	if (!is_call(t, item))
		return cols_select(t, item, option, n);
	col = mem_new(1, sizeof *col);
	*col = called(t, item, option);
	*n = 1;
	return col;
}

size_t *
formula_select(struct table *t, const char *list, const char *option, size_t *n)
{
	size_t *col = NULL, *some, cap = 0, m;

	if (!has_calls(t, list))
		return cols_select(t, list, option, n);
	*n = 0;
	while (*list != '\0') {
		char *item = next_item(&list);

		some = item_columns(t, item, option, &m);
		col = mem_grow(col, &cap, *n + m, sizeof *col);
		if (m > 0)
			memcpy(col + *n, some, m * sizeof *col);
		*n += m;
		free(some);
		free(item);
	}
	*n = columns_once(col, *n);
	return col;
}
