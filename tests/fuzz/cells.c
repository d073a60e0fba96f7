/* cells.c - CSV byte by byte, by RFC 4180 as headtable(5) has it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"

/* Where the reader is: behind a comma or at the start of a row, in a cell, in quotes, behind a quote in
 * quotes, behind the CR that ended a row. */
enum place { FRONT, BARE, QUOTED, CLOSED, AFTER_CR };

/* What is there so far; the row that is read. */
struct reader {
	struct cells c;
	enum place at;
	size_t ntext, ncell, line, row_line;
};

static void
end_cell(struct reader *r)
{
	r->c.text[r->ntext++] = '\0';
	r->c.start[++r->ncell] = r->ntext;
	r->at = FRONT;
}

static void
end_row(struct reader *r)
{
	end_cell(r);
	r->c.line[r->c.nrow++] = r->row_line;
	r->c.first[r->c.nrow] = r->ncell;
	r->row_line = ++r->line;
}

/* A byte outside of quotes, or behind one that may have closed them. */
static void
take_bare(struct reader *r, char c)
{
	if (c == ',') {
		end_cell(r);
	} else if (c == '\n' || c == '\r') {
		end_row(r);
		r->at = c == '\r' ? AFTER_CR : FRONT;
	} else if (r->at == CLOSED || (c == '"' && r->at == BARE)) {
		r->c.fault = CELLS_QUOTE;
	} else if (c == '"') {
		r->at = QUOTED;
	} else {
		r->c.text[r->ntext++] = c;
		r->at = BARE;
	}
}

static void
take(struct reader *r, char c, char before)
{
	if (r->at == AFTER_CR) {
		r->at = FRONT;
		if (c == '\n')
			return;
	}
	if (c == '\0') {
		r->c.fault = CELLS_NUL;
	} else if (r->at == QUOTED && c == '"') {
		r->at = CLOSED;
	} else if (r->at == QUOTED || (r->at == CLOSED && c == '"')) {
		r->c.text[r->ntext++] = c;
		r->line += c == '\r' || (c == '\n' && before != '\r');
		r->at = QUOTED;
	} else {
		take_bare(r, c);
	}
}

/* The text has ended; a last row may have no newline. */
static void
end(struct reader *r)
{
	if (r->at == QUOTED)
		r->c.fault = CELLS_OPEN;
	else if (r->at == BARE || r->at == CLOSED || r->ncell > r->c.first[r->c.nrow])
		end_row(r);
}

struct cells
cells_read(const uint8_t *s, size_t n)
{
	struct reader r = { .line = 1, .row_line = 1 };
	size_t mark = n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	r.c.text = malloc(2*n + 4);
	r.c.start = malloc((n + 4) * sizeof *r.c.start);
	r.c.first = malloc((n + 4) * sizeof *r.c.first);
	r.c.line = malloc((n + 4) * sizeof *r.c.line);
	if (r.c.text == NULL || r.c.start == NULL || r.c.first == NULL || r.c.line == NULL)
		abort();
	r.c.start[0] = r.c.first[0] = 0;
	for (size_t i = mark; i < n && r.c.fault == CELLS_WHOLE; i++)
		take(&r, (char)s[i], i > mark ? (char)s[i - 1] : '\0');
	if (r.c.fault == CELLS_WHOLE)
		end(&r);
	r.c.fault_line = r.row_line;
	r.c.fault_cell = r.ncell - r.c.first[r.c.nrow];
	return r.c;
}

void
cells_free(struct cells *c)
{
	free(c->text);
	free(c->start);
	free(c->first);
	free(c->line);
}

size_t
cells_count(const struct cells *c, size_t row)
{
	return c->first[row + 1] - c->first[row];
}

const char *
cells_at(const struct cells *c, size_t row, size_t i)
{
	return c->text + c->start[c->first[row] + i];
}

int
cells_same(const struct cells *c, size_t row, size_t other)
{
	size_t n = cells_count(c, row);

	if (cells_count(c, other) != n)
		return 0;
	for (size_t i = 0; i < n; i++) {
		const char *s = cells_at(c, other, i);

		if (i == 0 && strncmp(s, "\xef\xbb\xbf", 3) == 0)
			s += 3;
		if (strcmp(cells_at(c, row, i), s) != 0)
			return 0;
	}
	return 1;
}

static size_t
digits(const char *s)
{
	return strspn(s, "0123456789");
}

int
cells_number(const char *s, double *v)
{
	static const char *const missing[] = { "", "NA", "NaN", "nan", "null" };
	const char *p = s + (*s == '-' || *s == '+');
	size_t whole = digits(p), rest = p[whole] == '.' ? digits(p + whole + 1) : 0;

	for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
		if (strcmp(s, missing[i]) == 0)
			return CELLS_MISSING;
	p += whole + (p[whole] == '.' ? 1 + rest : 0);
	if (whole + rest > 0 && (*p == 'e' || *p == 'E')) {
		p += 1 + (p[1] == '-' || p[1] == '+');
		if (digits(p) == 0)
			return CELLS_TEXT;
		p += digits(p);
	}
	if (whole + rest == 0 || *p != '\0')
		return CELLS_TEXT;
	*v = strtod(s, NULL);
	return isinf(*v) ? CELLS_LARGE : CELLS_NUMBER;
}

int
cells_strange(const uint8_t *s, size_t n)
{
	static const char *const known[] = { "{", "[", "<", "PK", "PAR1", "ARROW1", "BZh9", "%PDF-", "version https", "SQLite format",
		"GGUF", "X\n", "sep=", "\x1f" };
	const uint8_t *p = n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0 ? s + 3 : s;

	while (p < s + n && strchr(" \t\r\n", *p) != NULL)
		p++;
	for (size_t i = 0; i < n && i < 16; i++)
		if (s[i] >= 0x80 || (s[i] < ' ' && strchr("\t\r\n", s[i]) == NULL) || s[i] == '\0')
			return 1;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if ((size_t)(s + n - p) >= strlen(known[i]) && memcmp(p, known[i], strlen(known[i])) == 0)
			return 1;
	return 0;
}
