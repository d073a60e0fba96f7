/* formula.h - a model formula as it was read, for formula.c, measure.c, product.c, design.c,
 * lm_save.c and lm_state.c alone.
 */
#ifndef FORMULA_H
#define FORMULA_H

#include <stdint.h>

#include "stat.h"

enum { FORMULA_VARIABLES = 64, FORMULA_PARTS = 6, FORMULA_FUNCTIONS = 8, FORMULA_DEPTH = 100 };

/* A number: a column and functions of it, innermost first in groups of three bits,
 * depth of them; label: as it is written. */
struct formula_number {
	char *column, *label;
	unsigned function;
	int depth;
};

/* A variable: with degree 0 text at, whose values are levels; with power > 0 that power of
 * number at; else its powers 1 to degree.  part: 0 for those of terms, 1 for keys that are
 * absorbed. */
struct formula_var {
	char *label;
	size_t at;
	int degree, power, part;
};

/* The terms, of which the first nabsorbed are absorbed, as bits of their variables. */
struct formula {
	struct formula_number *y, *num;
	size_t ny, nnum;
	char **text;                    /* columns */
	size_t ntext;
	struct formula_var var[FORMULA_VARIABLES];
	size_t nvar;
	uint64_t *term;
	size_t nterm, nabsorbed;
	int intercept;
};

/* How a formula is read: names tells whether a column has names, not numbers (NULL: none
 * has, but by factor()); fail dies of what is wrong at that byte of the text. */
struct formula_way {
	int (*names)(void *context, const char *column);
	void (*fail)(void *context, const char *text, size_t at, const char *what);
	void *context;
};

/* The text that is read, and what is made of it. */
struct formula_reading {
	const struct formula_way *way;
	const char *text, *at;
	int part;                       /* of the variables that are met */
	int depth;                      /* of parentheses */
	struct formula *f;
};

/* measure.c: the next character that is no blank; takes it if it is c, or dies of what is
 * said instead; one more parenthesis is open, that at that place; a name, bare or between
 * backticks, which the caller frees; a whole number.
 * They die with way->fail at the place of the text. */
_Noreturn void formula_fail(const struct formula_reading *r, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
char formula_peek(struct formula_reading *r);
int formula_take(struct formula_reading *r, char c);
void formula_want(struct formula_reading *r, char c, const char *what);
void formula_enter(struct formula_reading *r, const char *at);
char *formula_name(struct formula_reading *r);
int formula_whole(struct formula_reading *r, int most, const char *what);

/* NAME or FUNCTION(NUMBER).  With name not NULL that was read already, from that place, and
 * belongs to the number now. */
struct formula_number formula_measure(struct formula_reading *r, char *name, const char *from);

/* formula.c: RESPONSE + ... ~ TERMS | KEYS, of which the first and the last may lack.  The caller
 * frees it. */
struct formula *formula_read(const char *text, const struct formula_way *way);
void formula_free(struct formula *f);

/* The same formula without responses, in one spelling: its terms one by one, every factor
 * named so; the caller frees it.  A name between backticks where it needs them. */
char *formula_text(const struct formula *f);
char *formula_quoted(const char *name);

/* The number's column of the table, made if it is a function; dies if there is no
 * such column. */
size_t formula_column(struct table *t, const struct formula_number *x);

/* The functions' names around a column. */
char *formula_label(const char *column, unsigned function);

#endif
