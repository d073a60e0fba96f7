/* formula.c - model formulas, read as R reads them.
 *
 * A term is a set of variables, kept as the bits of a word, so that a:b, b:a and
 * a:b:a are the same term; + is the union of two sets of terms, a:b each term of a with
 * each of b, a*b both and their union, - takes terms away.  Wilkinson & Rogers, Symbolic
 * description of factorial models for analysis of variance, Applied Statistics 22
 * (1973) 392-399, as R's formula(1) has it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formula.h"

enum { MOST_TERMS = 1000 };

/* Terms in the order they came. */
struct set {
	uint64_t *term;
	size_t n, cap;
};

/* ---- variables ------------------------------------------------------------------------------ */

/* Number x among the formula's, which takes its texts over. */
static size_t
add_number(struct formula *f, struct formula_number x)
{
	for (size_t i = 0; i < f->nnum; i++)
		if (strcmp(f->num[i].label, x.label) == 0) {
			free(x.column);
			free(x.label);
			return i;
		}
	f->num = mem_resize(f->num, f->nnum + 1, sizeof *f->num);
	f->num[f->nnum] = x;
	return f->nnum++;
}

static size_t
add_text(struct formula *f, char *column)
{
	for (size_t i = 0; i < f->ntext; i++)
		if (strcmp(f->text[i], column) == 0) {
			free(column);
			return i;
		}
	f->text = mem_resize(f->text, f->ntext + 1, sizeof *f->text);
	f->text[f->ntext] = column;
	return f->ntext++;
}

/* The bit of variable v, which takes its label over; from is its place. */
static uint64_t
add_variable(struct formula_reading *r, struct formula_var v, const char *from)
{
	struct formula *f = r->f;

	v.part = r->part;
	for (size_t i = 0; i < f->nvar; i++)
		if (f->var[i].part == v.part && strcmp(f->var[i].label, v.label) == 0) {
			free(v.label);
			return (uint64_t)1 << i;
		}
	if (f->nvar == FORMULA_VARIABLES)
		formula_fail(r, from, "more than %d variables", FORMULA_VARIABLES);
	f->var[f->nvar] = v;
	return (uint64_t)1 << f->nvar++;
}

static uint64_t
add_factor(struct formula_reading *r, char *column, const char *from)
{
	char *name = formula_quoted(column);
	struct formula_var v = { .label = mem_print("factor(%s)", name), .degree = 0 };

	free(name);
	v.at = add_text(r->f, column);
	return add_variable(r, v, from);
}

/* What stands in the parentheses of I and of poly. */
static uint64_t
read_powers(struct formula_reading *r, int poly, const char *from)
{
	struct formula_number x = formula_measure(r, NULL, NULL);
	struct formula_var v = { .degree = 1, .power = 1 };
	int n = 0;

	if (poly) {
		formula_want(r, ',', "poly takes a column and a degree: poly(x, 2)");
		v.degree = formula_whole(r, LM_MAX_DEGREE, "poly");
		if (formula_take(r, ',')) {
			formula_peek(r);
			if (sscanf(r->at, "raw = TRUE%n", &n) != 0 || n == 0)
				formula_fail(r, r->at, "poly is of raw powers: no argument here but raw = TRUE");
			r->at += n;
		}
		v.power = 0;
		v.label = mem_print("poly(%s, %d)", x.label, v.degree);
	} else {
		formula_want(r, '^', *r->at == '\0' ? "a parenthesis is not closed" : "I takes a power of a column: I(x^2)");
		v.power = formula_whole(r, LM_MAX_DEGREE, "I");
		v.label = mem_print("I(%s^%d)", x.label, v.power);
	}
	formula_want(r, ')', *r->at == '\0' ? "a parenthesis is not closed" : "a closing parenthesis is missing here");
	v.at = add_number(r->f, x);
	return add_variable(r, v, from);
}

/* A variable: a column, which the table says is a number or names levels, or one of the
 * functions. */
static uint64_t
read_variable(struct formula_reading *r)
{
	const char *from = (formula_peek(r), r->at);
	char *name = formula_name(r);
	int call = *from != '`' && formula_peek(r) == '(';
	struct formula_number x;

	if (call && (strcmp(name, "I") == 0 || strcmp(name, "poly") == 0)) {
		r->at++;
		call = name[0] == 'p';
		free(name);
		return read_powers(r, call, from);
	}
	if (call && strcmp(name, "factor") == 0) {
		r->at++;
		free(name);
		name = formula_name(r);
		formula_want(r, ')', *r->at == '\0' ? "a parenthesis is not closed" : "factor takes a column");
		return add_factor(r, name, from);
	}
	if (!call && r->way->names != NULL && r->way->names(r->way->context, name))
		return add_factor(r, name, from);
	x = formula_measure(r, name, from);
	return add_variable(r, (struct formula_var){ .label = mem_text(x.label, strlen(x.label)), .degree = 1, .power = 1,
	    .at = add_number(r->f, x) }, from);
}

/* ---- terms ---------------------------------------------------------------------------------- */

static struct set read_sum(struct formula_reading *r);

static void
add_term(struct formula_reading *r, struct set *s, uint64_t term)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->term[i] == term)
			return;
	if (s->n == MOST_TERMS)
		formula_fail(r, r->at, "more than %d terms", MOST_TERMS);
	s->term = mem_grow(s->term, &s->cap, s->n + 1, sizeof *s->term);
	s->term[s->n++] = term;
}

static void
remove_term(struct set *s, uint64_t term)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->term[i] != term)
			s->term[n++] = s->term[i];
	s->n = n;
}

/* Each term of a with each of b, behind those of s. */
static void
cross(struct formula_reading *r, struct set *s, const struct set *a, const struct set *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++)
			add_term(r, s, a->term[i] | b->term[j]);
}

static struct set
read_atom(struct formula_reading *r)
{
	struct set s = { 0 };
	const char *from = (formula_peek(r), r->at);

	if (formula_take(r, '(')) {
		formula_enter(r, from);
		s = read_sum(r);
		r->depth--;
		if (!formula_take(r, ')'))
			formula_fail(r, *r->at == '\0' ? from : r->at, "%s", *r->at == '\0' ? "a parenthesis is not closed" :
			    "an operator is missing, or a parenthesis");
		return s;
	}
	if ((*from >= '0' && *from <= '9'))
		formula_fail(r, from, "a number: only 0 and 1 are terms, by themselves outside of parentheses");
	if (*from == '.' && strcspn(from, " \t\n+-*:^)|,") == 1)
		formula_fail(r, from, "\".\" is not known here: name the columns");
	if (*from == '\0')
		formula_fail(r, from, "a term is missing");
	add_term(r, &s, read_variable(r));
	return s;
}

static struct set
read_power(struct formula_reading *r)
{
	const char *from = (formula_peek(r), r->at);
	struct set a = read_atom(r), s = a;
	int k;

	if (!formula_take(r, '^'))
		return a;
	k = formula_whole(r, 9, "^");
	if (*from != '(')
		formula_fail(r, from, "a power of a column is I(x^2); ^ is for terms in parentheses");
	for (; k > 1; k--) {
		struct set b = { 0 };

		cross(r, &b, &s, &a);
		if (s.term != a.term)
			free(s.term);
		s = b;
	}
	if (s.term != a.term)
		free(a.term);
	return s;
}

static struct set
read_interaction(struct formula_reading *r)
{
	struct set a = read_power(r), b, s;

	while (formula_take(r, ':')) {
		b = read_power(r);
		s = (struct set){ 0 };
		cross(r, &s, &a, &b);
		free(a.term);
		free(b.term);
		a = s;
	}
	return a;
}

static struct set
read_product(struct formula_reading *r)
{
	struct set a = read_interaction(r), b, s;

	while (formula_take(r, '*')) {
		b = read_interaction(r);
		s = (struct set){ 0 };
		cross(r, &s, &a, &b);
		for (size_t i = 0; i < b.n; i++)
			add_term(r, &a, b.term[i]);
		for (size_t i = 0; i < s.n; i++)
			add_term(r, &a, s.term[i]);
		free(b.term);
		free(s.term);
	}
	return a;
}

/* 0 or 1 as a term of the sum: whether there is an intercept. */
static int
read_intercept(struct formula_reading *r, int minus)
{
	const char *from = (formula_peek(r), r->at);

	if (r->depth > 0 || (*from != '0' && *from != '1') || (from[1] >= '0' && from[1] <= '9') || from[1] == '.')
		return 0;
	r->at++;
	if (strchr(":*^(", formula_peek(r)) != NULL && *r->at != '\0')
		formula_fail(r, r->at, "0 and 1 are terms by themselves");
	r->f->intercept = minus == (*from == '0');
	return 1;
}

static struct set
read_sum(struct formula_reading *r)
{
	struct set s = { 0 };
	int minus = formula_take(r, '-');

	if (!minus)
		formula_take(r, '+');
	do {
		struct set a;

		if (read_intercept(r, minus))
			continue;
		a = read_product(r);
		for (size_t i = 0; i < a.n; i++)
			minus ? remove_term(&s, a.term[i]) : add_term(r, &s, a.term[i]);
		free(a.term);
	} while ((formula_peek(r) == '+' || *r->at == '-') && (minus = *r->at++ == '-', 1));
	return s;
}

/* How many variables a term has. */
static int
order(uint64_t term)
{
	int n = 0;

	for (; term != 0; term &= term - 1)
		n++;
	return n;
}

/* The terms are those of the set, the ones with fewer variables first. */
static void
sort_terms(struct formula_reading *r, const struct set *s)
{
	struct formula *f = r->f;
	size_t n = f->nterm;

	f->term = mem_resize(f->term, n + s->n, sizeof *f->term);
	for (int k = 1; k <= FORMULA_VARIABLES && f->nterm < n + s->n; k++)
		for (size_t i = 0; i < s->n; i++)
			if (order(s->term[i]) == k)
				f->term[f->nterm++] = s->term[i];
}

/* Keys to absorb: a + b^c, columns whose values, or combinations of them, have an effect
 * each. */
static struct set
read_keys(struct formula_reading *r)
{
	struct set s = { 0 };

	r->part = 1;
	do {
		uint64_t key = 0;

		do {
			const char *from = (formula_peek(r), r->at);
			char *name = formula_name(r);

			if (*from != '`' && formula_peek(r) == '(')
				formula_fail(r, from, "behind | stand columns, not functions");
			key |= add_factor(r, name, from);
		} while (formula_take(r, '^'));
		add_term(r, &s, key);
	} while (formula_take(r, '+'));
	return s;
}

static void
read_responses(struct formula_reading *r)
{
	do {
		const char *from = (formula_peek(r), r->at);
		struct formula *f = r->f;
		struct formula_number x;

		if (*from == '\0')
			formula_fail(r, from, "a response is missing");
		x = formula_measure(r, NULL, NULL);
		for (size_t j = 0; j < f->ny; j++)
			if (strcmp(f->y[j].label, x.label) == 0)
				formula_fail(r, from, "a response that is there twice");
		f->y = mem_resize(f->y, f->ny + 1, sizeof *f->y);
		f->y[f->ny++] = x;
	} while (formula_take(r, '+'));
}

/* How many columns the numbers of a term have, which is no more than the degrees of
 * FORMULA_PARTS polys. */
static size_t
columns_of(const struct formula *f, uint64_t term)
{
	size_t n = 1;

	for (size_t v = 0; v < f->nvar; v++)
		if ((term >> v & 1) && f->var[v].degree > 1)
			n *= (size_t)f->var[v].degree;
	return n;
}

/* Dies of a response that is a predictor too, of more variables in a term than there
 * may be, and of more columns. */
static void
check(struct formula_reading *r)
{
	const struct formula *f = r->f;

	for (size_t j = 0; j < f->ny; j++)
		for (size_t i = 0; i < f->nnum; i++)
			if (strcmp(f->y[j].label, f->num[i].label) == 0)
				formula_fail(r, r->text, "%s is both response and predictor", f->y[j].label);
	for (size_t i = 0; i < f->nterm; i++)
		if (order(f->term[i]) > FORMULA_PARTS)
			formula_fail(r, r->text, "a term of more than %d variables", FORMULA_PARTS);
	for (size_t i = 0, n = 0; i < f->nterm; i++)
		if ((n += columns_of(f, f->term[i])) > MOST_TERMS)
			formula_fail(r, r->text, "polys make more than %d terms", MOST_TERMS);
}

static struct formula *
read_once(const char *text, const struct formula_way *way)
{
	struct formula_reading r = { .way = way, .text = text, .at = text, .f = mem_new(1, sizeof *r.f) };
	struct set terms, keys = { 0 };

	r.f->intercept = 1;
	if (strchr(text, '~') == NULL)
		formula_fail(&r, text + strlen(text), "a formula has a ~ between response and predictors");
	if (formula_peek(&r) != '~')
		read_responses(&r);
	formula_want(&r, '~', "neither + nor ~ behind a response");
	if (formula_peek(&r) == '\0')
		formula_fail(&r, r.at, "a term is missing; 1 is the intercept alone");
	terms = read_sum(&r);
	if (formula_take(&r, '|'))
		keys = read_keys(&r);
	if (formula_peek(&r) != '\0')
		formula_fail(&r, r.at, *r.at == ')' ? "a parenthesis that was not opened" : *r.at == '~' ? "a second ~" :
		    *r.at == '/' || *r.at == '%' ? "an operator that is not known here: + - : * ^ are" :
		    *r.at == '|' ? "a second |" : "an operator is missing");
	sort_terms(&r, &keys);
	r.f->nabsorbed = r.f->nterm;
	if (r.f->nabsorbed > 0)
		r.f->intercept = 1;
	sort_terms(&r, &terms);
	free(terms.term);
	free(keys.term);
	check(&r);
	return r.f;
}

/* Read once more in its one spelling, which has no variables but those of its terms. */
struct formula *
formula_read(const char *text, const struct formula_way *way)
{
	const struct formula_way plain = { NULL, way->fail, way->context };
	struct formula *f = read_once(text, way), *g;
	char *again = formula_text(f);

	g = read_once(again, &plain);
	g->y = f->y;
	g->ny = f->ny;
	f->y = NULL;
	f->ny = 0;
	formula_free(f);
	free(again);
	return g;
}
