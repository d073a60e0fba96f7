/* formula_text.c - formulas in one spelling. */
#include <stdlib.h>

#include "formula.h"

/* The terms from..to-1 behind the text. */
static char *
join_terms(const struct formula *f, char *text, size_t from, size_t to, char mark)
{
	for (size_t i = from; i < to; i++) {
		const char *before = i > from ? " + " : "";

		for (size_t v = 0; v < f->nvar; v++)
			if (f->term[i] >> v & 1) {
				char *longer, *key = mark == '^' ? formula_quoted(f->text[f->var[v].at]) : NULL;

				longer = mem_print("%s%s%s", text, before, key != NULL ? key : f->var[v].label);
				free(text);
				free(key);
				text = longer;
				before = mark == '^' ? "^" : ":";
			}
	}
	return text;
}

/* Whether the terms name their variables in the order these came. */
static int
in_order(const struct formula *f)
{
	uint64_t seen = 0;

	for (size_t i = f->nabsorbed; i < f->nterm; i++) {
		for (size_t v = 0; v < f->nvar; v++)
			if ((f->term[i] & ~seen) >> v & 1) {
				if (seen >> v != 0)
					return 0;
				seen |= (uint64_t)1 << v;
			}
	}
	return 1;
}

/* The beginning of the formula: if need be all variables of its terms as one term, added
 * and taken away, so that they come in their order. */
static char *
begin_text(const struct formula *f)
{
	uint64_t all = 0, *term = f->term;
	struct formula whole = *f;
	char *once, *text;

	if (in_order(f))
		return mem_print("~ ");
	for (size_t i = f->nabsorbed; i < f->nterm; i++)
		all |= term[i];
	whole.term = &all;
	once = join_terms(&whole, mem_print("%s", ""), 0, 1, ':');
	text = mem_print("~ %s - %s + ", once, once);
	free(once);
	return text;
}

char *
formula_text(const struct formula *f)
{
	int empty = f->nterm == f->nabsorbed;
	char *text = join_terms(f, begin_text(f), f->nabsorbed, f->nterm, ':'), *whole;

	whole = mem_print("%s%s%s", text, f->intercept ? (empty ? "1" : "") : (empty ? "0" : " - 1"),
	    f->nabsorbed > 0 ? " | " : "");
	free(text);
	return join_terms(f, whole, 0, f->nabsorbed, '^');
}

void
formula_free(struct formula *f)
{
	for (size_t i = 0; i < f->nvar; i++)
		free(f->var[i].label);
	for (size_t i = 0; i < f->nnum; i++) {
		free(f->num[i].column);
		free(f->num[i].label);
	}
	for (size_t i = 0; i < f->ntext; i++)
		free(f->text[i]);
	for (size_t i = 0; i < f->ny; i++) {
		free(f->y[i].column);
		free(f->y[i].label);
	}
	free(f->num);
	free(f->text);
	free(f->y);
	free(f->term);
	free(f);
}
