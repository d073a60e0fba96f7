/* csv.c - whatever a text is, as a table it has the rows, lines and numbers that a slow reader sees in it, and is
 * refused where that one sees a fault, by the same line and column; what is written of it is read again.
 *
 * An input is a byte and a text.  The byte: bits 0 to 2, how many bytes a read gives; 3: each cell is asked for as
 * a number; 4: lines are not taken apart by vectors; 5: if they are 0, what stands behind the first line is
 * repeated until it does not fit into a block; 6: the text is two operands; 7: it is read twice. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "held.h"
#include "io.h"

enum { NUMBERS = 8, PLAIN = 16, LONG = 32, TWICE = 64, AGAIN = 128, BLOCK = 70000 };

static char *operand[2];
static struct cells want;

/* The next row that is to be met. */
static size_t met;

/* Where the table has to end, and by what: the line, the column or (size_t)-1, and words of the message. */
static struct { size_t line, column; const char *word; } fault;

static void
expect(size_t line, size_t column, const char *word)
{
	fault.line = line;
	fault.column = column;
	fault.word = word;
}

/* ---- what is expected ------------------------------------------------------------------------ */

/* The first cell of a row that is no number that the table may have, or the count. */
static size_t
bad_number(size_t row, const char **word)
{
	size_t n = cells_count(&want, row), i;
	double v;

	for (i = 0; i < n; i++) {
		int code = cells_number(cells_at(&want, row, i), &v);

		if (code == CELLS_LARGE || code == CELLS_TEXT) {
			*word = code == CELLS_LARGE ? "too large a number" : "not a number";
			break;
		}
	}
	return i;
}

static void
expect_fault(int numbers)
{
	static const char *const word[] = { NULL, "a quote that neither", "a quote is left open", "a NUL byte" };
	const char *what = NULL;

	expect(want.fault_line, want.fault_cell, word[want.fault]);
	for (size_t r = 1; r < want.nrow; r++) {
		size_t n = cells_count(&want, r), width = cells_count(&want, 0), bad;

		if (cells_same(&want, 0, r))
			continue;
		if (n != width) {
			expect(want.line[r], (size_t)-1, n == 1 && *cells_at(&want, r, 0) == '\0' ? "a blank line" : "the header has");
			return;
		}
		if (numbers && (bad = bad_number(r, &what)) < n) {
			expect(want.line[r], bad, what);
			return;
		}
	}
}

/* ---- what is met ----------------------------------------------------------------------------- */

static void
check_number(const struct table *t, size_t col, const char *cell)
{
	double got, v = 0;
	int code = cells_number(cell, &v);

	if (table_num(t, col, &got))
		held_check(code == CELLS_NUMBER && got == v && signbit(got) == signbit(v));
	else
		held_check(code == CELLS_MISSING);
}

/* The present row is the next one that does not repeat the header. */
static void
check_row(const struct table *t, int numbers)
{
	while (met < want.nrow && cells_same(&want, 0, met))
		met++;
	held_check(met < want.nrow && t->line == want.line[met] && cells_count(&want, met) == t->ncol);
	for (size_t i = 0; i < t->ncol; i++) {
		const char *cell = cells_at(&want, met, i);

		held_check(strcmp(t->field[i], cell) == 0 && t->len[i] == strlen(cell));
		if (numbers)
			check_number(t, i, cell);
	}
	met++;
}

static void
write_row(struct csv_writer *w, size_t n, const char *const *field)
{
	for (size_t i = 0; i < n; i++)
		csv_put_str(w, field[i]);
	csv_put_end(w);
}

/* All rows were met. */
static void
check_end(void)
{
	for (; met < want.nrow; met++)
		held_check(cells_same(&want, 0, met));
}

/* Those of each operand; those of the first one are written. */
static void
check_rows(struct table *t, int how, struct csv_writer *w)
{
	char *const *at = operand;

	met = 1;
	while (table_next(t)) {
		if (t->operand != at) {
			check_end();
			at = t->operand;
			met = 1;
		}
		check_row(t, how & NUMBERS);
		if (w != NULL && at == operand)
			write_row(w, t->ncol, t->field);
	}
	check_end();
}

static void
want_all(struct table *t)
{
	size_t *col = mem_new(t->ncol, sizeof *col);

	for (size_t i = 0; i < t->ncol; i++)
		col[i] = i;
	table_want(t, col, t->ncol < 20 ? t->ncol : 20);
	fuzz_free(col);
}

static void
look(const uint8_t *data, size_t size)
{
	const int how = data[0], numbers = how & NUMBERS, operands = how & TWICE ? 2 : 1;
	struct csv_writer w = { 0 };
	struct table *t;
	struct opts o;

	(void)size;
	opts_init(&o);
	o.threads = 1;
	w.out = opts_out(&o);
	t = table_open(operand, operands, &o);
	met = 1;
	held_check(t->ncol == cells_count(&want, 0));
	for (size_t i = 0; i < t->ncol; i++)
		held_check(strcmp(t->name[i], cells_at(&want, 0, i)) == 0);
	write_row(&w, t->ncol, (const char *const *)t->name);
	if (numbers)
		want_all(t);
	if (how & AGAIN)
		table_keep(t);
	check_rows(t, how, &w);
	if (how & AGAIN) {
		table_again(t);
		check_rows(t, how, NULL);
	}
	table_close(t);
	opts_free(&o);
}

/* ---- both ------------------------------------------------------------------------------------ */

/* It died of what it should. */
static void
check_refusal(const uint8_t *s, size_t n)
{
	char place[64], column[64] = "";
	const char *name = "";

	if (cells_strange(s, n))
		return;
	if (want.nrow == 0 ? fault.word == NULL : cells_count(&want, 0) == 1 && *cells_at(&want, 0, 0) == '\0') {
		held_check(strstr(held_said(), want.nrow == 0 ? "no bytes at all" : "the header is empty") != NULL);
		return;
	}
	held_check(fault.word != NULL && strstr(held_said(), fault.word) != NULL);
	snprintf(place, sizeof place, ":%zu: ", fault.line);
	held_check(strstr(held_said(), place) != NULL);
	if (fault.column == (size_t)-1)
		return;
	if (want.nrow > 0 && fault.column < cells_count(&want, 0))
		name = cells_at(&want, 0, fault.column);
	snprintf(column, sizeof column, ":%zu: #%zu: ", fault.line, fault.column + 1);
	if (*name != '\0')
		snprintf(column, sizeof column, ":%zu: %.20s", fault.line, name);
	for (const char *p = column; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p >= 0x7f)
			return;                 /* the message has something else */
	held_check(strstr(held_said(), column) != NULL);
}

/* What was written has the rows of the text, but for headers that are repeated. */
static void
check_written(void)
{
	size_t n, k = 0;
	const char *text = held_wrote(&n);
	struct cells got = cells_read((const uint8_t *)text, n);

	held_check(got.fault == CELLS_WHOLE);
	for (size_t r = 0; r < got.nrow; r++, k++) {
		while (k > 0 && k < want.nrow && cells_same(&want, 0, k))
			k++;
		held_check(k < want.nrow && cells_count(&got, r) == cells_count(&want, k));
		for (size_t i = 0; i < cells_count(&got, r); i++)
			held_check(strcmp(cells_at(&got, r, i), cells_at(&want, k, i)) == 0);
	}
	cells_free(&got);
}

/* The text, what is behind its first line as often as bit 5 says; for free. */
static uint8_t *
lengthen(const uint8_t *data, size_t size, int much, size_t *n)
{
	const uint8_t *rest = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t front = rest != NULL ? (size_t)(rest + 1 - data) : size, body = size - front;
	uint8_t *s = malloc(size + BLOCK + 1);

	if (s == NULL)
		abort();
	memcpy(s, data, size);
	for (*n = size; much && body > 0 && *n < BLOCK; *n += body)
		memcpy(s + *n, data + front, body);
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t piece[] = { 0, 1, 2, 3, 7, 64, 1000, 40000 };
	uint8_t *s;
	size_t n;
	int whole, long_one;

	if (size == 0)
		return 0;
	long_one = (data[0] & 7) == 0 && data[0] & LONG;
	s = lengthen(data + 1, size - 1, long_one && size < BLOCK, &n);
	want = cells_read(s, n);
	expect_fault(data[0] & NUMBERS);
	for (int i = 0; i < 2; i++)
		operand[i] = held_file(i, s, n);
	held_cut(piece[data[0] & 7]);
	held_plain = (data[0] & PLAIN) != 0;
	met = 0;
	whole = held_look(look, data, size);
	if (whole)
		check_written();
	else
		check_refusal(s, n);
	held_check(!whole || fault.word == NULL);
	cells_free(&want);
	free(s);
	return 0;
}
