/* table.c - rows under a header: what the bytes of one or more operands mean,
 * and where they are wrong. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "io.h"

_Noreturn static void
die_at(const struct table *t, size_t line, const char *column, const char *fmt, va_list ap)
{
	char msg[512];

	vsnprintf(msg, sizeof msg, fmt, ap);
	if (column != NULL)
		die("%s:%zu: %s: %s", gz_name(t->gz), line, column, msg);
	die("%s:%zu: %s", gz_name(t->gz), line, msg);
}

/* A column's name in messages: what the header calls it, else #7. */
static const char *
column_name(const struct table *t, size_t col, char buf[32])
{
	if (col < t->ncol && t->name[col][0] != '\0')
		return t->name[col];
	snprintf(buf, 32, "#%zu", col + 1);
	return buf;
}

void
table_die(const struct table *t, size_t col, const char *fmt, ...)
{
	char buf[32];
	va_list ap;

	va_start(ap, fmt);
	die_at(t, t->line, col == TABLE_NONE ? NULL : column_name(t, col, buf), fmt, ap);
}

/* Dies of what the splitter found behind the last whole record. */
_Noreturn static void
die_split(const struct table *t)
{
	static const char *const what[] = {
		[CSV_QUOTE_MISPLACED] = "a quote that neither begins nor ends a field",
		[CSV_QUOTE_OPEN] = "a quote is left open up to the end of the file",
		[CSV_NUL] = "a NUL byte: this is not text",
	};
	char buf[32];

	die("%s:%zu: %s: %s", gz_name(t->gz), csv_line(t->csv),
	    column_name(t, csv_field(t->csv), buf), what[t->code]);
}

/* The run begins with a header like ours, quoted or not.  A header that is too long
 * for a block does not end in this run: if the run is longer than half a block and
 * agrees to its end, that is enough. */
static int
opens_with_header(const struct table *t, const char *p, size_t len)
{
	const char *end = p + len;

	if (len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	for (size_t i = 0; i < t->ncol; i++) {
		int quoted = p < end && *p == '"';

		p += quoted;
		for (const char *s = t->name[i]; *s != '\0' && p < end; s++) {
			if (*p++ != *s || (quoted && *s == '"' && p < end && *p++ != '"'))
				return 0;
		}
		if (quoted && p < end && *p++ != '"')
			return 0;
		if (p == end)
			return len > POOL_BLOCK / 2 || i + 1 == t->ncol;
		if (i + 1 < t->ncol ? *p++ != ',' : *p != '\n' && *p != '\r')
			return 0;
	}
	return 1;
}

/* Takes the next run of bytes apart.  At a seam it may not begin with the header
 * again: there a file was cut and another one put behind it. */
static void
more(struct table *t)
{
	size_t len;
	int seam;
	const char *data = gz_next(t->gz, &len, &seam);

	t->at = 0;
	if (data == NULL) {
		t->ended = 1;
		t->code = csv_end(t->csv, &t->rec);
		return;
	}
	if (seam && t->name != NULL && opens_with_header(t, data, len))
		gz_die_cut(t->gz);
	t->code = csv_feed(t->csv, data, len, &t->rec);
}

/* The next record of this operand: 1, or 0 at its end. */
static int
next_record(struct table *t)
{
	while (t->at == t->rec.n) {
		if (t->code != CSV_OK)
			die_split(t);
		if (t->ended)
			return 0;
		more(t);
	}
	t->row = t->at++;
	t->line = t->rec.line[t->row];
	return 1;
}

static const char *
raw_field(const struct table *t, size_t i, size_t *len)
{
	size_t f = t->rec.first[t->row] + i;

	*len = t->rec.start[f + 1] - t->rec.start[f] - 1;
	return t->rec.text + t->rec.start[f];
}

static size_t
fields(const struct table *t)
{
	return t->rec.first[t->row + 1] - t->rec.first[t->row];
}

/* The present record says what the header says, perhaps behind a byte order
 * mark. */
static int
is_header(const struct table *t)
{
	if (fields(t) != t->ncol)
		return 0;
	for (size_t i = 0; i < t->ncol; i++) {
		size_t len;
		const char *s = raw_field(t, i, &len);

		if (i == 0 && len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
			s += 3;
		if (strcmp(s, t->name[i]) != 0)
			return 0;
	}
	return 1;
}

static void
take_header(struct table *t)
{
	size_t len;

	t->ncol = fields(t);
	t->name = mem_new(t->ncol, sizeof *t->name);
	t->field = mem_new(t->ncol, sizeof *t->field);
	t->len = mem_new(t->ncol, sizeof *t->len);
	for (size_t i = 0; i < t->ncol; i++) {
		const char *s = raw_field(t, i, &len);

		t->name[i] = mem_text(s, len);
	}
	cols_number(t);
}

/* Dies of a header that is not ours. */
_Noreturn static void
die_header(const struct table *t)
{
	static const char what[] = "the header is not that of the operand before";
	size_t i = 0, len;

	if (fields(t) != t->ncol)
		die("%s:%zu: %s: %zu columns, not %zu: hg-cat makes one table of both", gz_name(t->gz), t->line, what, fields(t), t->ncol);
	while (strcmp(raw_field(t, i, &len), t->name[i]) == 0)
		i++;
	die("%s:%zu: %s: column %zu is \"%s\", not \"%s\": hg-cat makes one table of both", gz_name(t->gz), t->line, what, i + 1,
	    raw_field(t, i, &len), t->name[i]);
}

/* Reads the header of the operand that t->gz has just opened. */
static void
begin(struct table *t)
{
	size_t len;

	t->rec.n = t->at = 0;
	t->code = CSV_OK;
	t->ended = 0;
	strange_refuse(t->gz);
	if (gz_peek(t->gz) == '{')
		die("%s: JSON, not a table: hg-extract makes tables of dumps", gz_name(t->gz));
	if (!next_record(t))
		die("%s: no bytes at all, not even a header", gz_name(t->gz));
	header_refuse(t, raw_field(t, 0, &len), fields(t));
	if (t->name == NULL)
		take_header(t);
	else if (!is_header(t))
		die_header(t);
}

/* Rows that are kept: their fields, each ended by NUL, in chunks. */
struct table_kept {
	struct table_kept *next;
	size_t len, cap;
	char text[];
};

enum { CHUNK = 1 << 20 };

static void
keep_row(struct table *t)
{
	struct table_kept *k = t->last;
	size_t n = 0;
	char *p;

	for (size_t i = 0; i < t->ncol; i++)
		n += t->len[i] + 1;
	if (k->cap - k->len < n) {
		size_t cap = n > CHUNK ? n : CHUNK;

		k = mem_new(1, sizeof *k + cap);
		k->cap = cap;
		t->last = t->last->next = k;
	}
	p = k->text + k->len;
	for (size_t i = 0; i < t->ncol; p += t->len[i++] + 1)
		memcpy(p, t->field[i], t->len[i] + 1);
	k->len += n;
}

static int
next_kept(struct table *t)
{
	const char *p;

	while (t->last != NULL && t->kept_at == t->last->len) {
		t->last = t->last->next;
		t->kept_at = 0;
	}
	if (t->last == NULL)
		return 0;
	p = t->last->text + t->kept_at;
	for (size_t i = 0; i < t->ncol; i++) {
		t->field[i] = p;
		t->len[i] = strlen(p);
		p += t->len[i] + 1;
	}
	t->kept_at = (size_t)(p - t->last->text);
	return 1;
}

int
table_twice(const char *operand)
{
	struct stat st;

	return strcmp(operand, "-") != 0 && stat(operand, &st) == 0 && S_ISREG(st.st_mode);
}

void
table_keep(struct table *t)
{
	int files = 1;

	t->twice = 1;
	for (int i = 0; i < t->nfirst; i++)
		files &= table_twice(t->first[i]);
	if (!files)
		t->kept = t->last = mem_new(1, sizeof *t->kept);
}

void
table_again(struct table *t)
{
	t->again = 1;
	t->before = t->nrow;
	t->nrow = 0;
	t->sum_before = t->sum;
	t->sum = 0;
	if (t->kept != NULL) {
		t->last = t->kept;
		t->kept_at = 0;
		return;
	}
	gz_close(t->gz);
	t->operand = t->first;
	t->noperand = t->nfirst;
	t->gz = opts_in(t->opts, t->operand[0]);
	begin(t);
}

/* A row that was looked at before it was asked for: its fields, each ended by NUL. */
struct table_ahead {
	struct table_ahead *next;
	size_t line;
	char text[];
};

/* The first row that was looked at and not given out. */
static void
next_ahead(struct table *t)
{
	struct table_ahead *a = t->ahead;
	const char *p;

	free(t->given);
	t->given = a;
	t->ahead = a->next;
	t->line = a->line;
	p = a->text;
	for (size_t i = 0; i < t->ncol; i++) {
		t->field[i] = p;
		t->len[i] = strlen(p);
		p += t->len[i] + 1;
	}
}

struct table *
table_from(struct gz *g, const struct opts *o)
{
	struct table *t = mem_new(1, sizeof *t);

	t->opts = o;
	for (size_t i = 0; i < o->nna; i++)
		t->na_begins[(unsigned char)*o->na[i]] = 1;
	t->gz = g;
	t->csv = csv_new();
	begin(t);
	return t;
}

struct table *
table_open(char *const *operand, int n, const struct opts *o)
{
	struct table *t = table_from(opts_in(o, operand[0]), o);

	t->operand = t->first = operand;
	t->noperand = t->nfirst = n;
	return t;
}

/* Goes on to the next operand, if there is one. */
static int
next_operand(struct table *t)
{
	if (t->noperand <= 1)
		return 0;
	gz_close(t->gz);
	t->operand++;
	t->noperand--;
	t->gz = opts_in(t->opts, t->operand[0]);
	begin(t);
	return 1;
}

/* The next row of this operand, which it checks: 1, or 0 at its end. */
static int
next_here(struct table *t)
{
	do {
		if (!next_record(t))
			return 0;
	} while (is_header(t));
	if (fields(t) == 1 && t->ncol > 1 && t->rec.start[t->rec.first[t->row] + 1] ==
	    t->rec.start[t->rec.first[t->row]] + 1)
		table_die(t, TABLE_NONE, "a blank line, the header has %zu fields", t->ncol);
	if (fields(t) != t->ncol)
		table_die(t, TABLE_NONE, "%zu field%s, the header has %zu%s", fields(t),
		    fields(t) == 1 ? "" : "s", t->ncol, table_hint(t));
	for (size_t i = 0; i < t->ncol; i++) {
		size_t f = t->rec.first[t->row] + i;

		t->field[i] = t->rec.text + t->rec.start[f];
		t->len[i] = t->rec.start[f + 1] - t->rec.start[f] - 1;
	}
	return 1;
}

/* The next row of the operands. */
static int
next_row(struct table *t)
{
	if (t->ahead != NULL) {
		next_ahead(t);
		return 1;
	}
	while (!next_here(t))
		if (!next_operand(t))
			return 0;
	return 1;
}

/* The bytes of the present row's fields, each ended by NUL. */
static size_t
row_bytes(const struct table *t)
{
	return (size_t)(t->field[t->ncol - 1] + t->len[t->ncol - 1] + 1 - t->field[0]);
}

/* One more row to those that were looked at: 1, or 0 at the end of the operand. */
static int
look_ahead(struct table *t, struct table_ahead **a)
{
	if (!next_here(t))
		return 0;
	*a = mem_new(1, sizeof **a + row_bytes(t));
	(*a)->line = t->line;
	memcpy((*a)->text, t->field[0], row_bytes(t));
	return 1;
}

int
table_names(struct table *t, size_t col)
{
	for (struct table_ahead **a = &t->ahead; *a != NULL || look_ahead(t, a); a = &(*a)->next) {
		const char *s = (*a)->text;
		double v;

		for (size_t i = 0; i < col; i++)
			s += strlen(s) + 1;
		if (!table_missing(t, s))
			return dec_parse(s, strlen(s), &v) == DEC_TEXT;
	}
	return 0;
}

/* A checksum of all rows so far, their fields each ended by NUL. */
static void
add_sum(struct table *t)
{
	t->sum = crc32_z(t->sum, (const unsigned char *)t->field[0], row_bytes(t));
}

int
table_next(struct table *t)
{
	if (t->again && t->kept != NULL)
		return next_kept(t);
	if (t->nrow == 0 && !t->again)
		header_warn(t);         /* the columns that are wanted are there */
	if (!next_row(t)) {
		if (t->again && (t->nrow != t->before || t->sum != t->sum_before))
			die("%s: not the rows that were read before", gz_name(t->gz));
		return 0;
	}
	t->nrow++;
	if (t->again && t->nrow > t->before)
		table_die(t, TABLE_NONE, "a row that was not there before");
	if (t->kept != NULL)
		keep_row(t);
	else if (t->twice)
		add_sum(t);
	return 1;
}

void
table_close(struct table *t)
{
	gz_close(t->gz);
	csv_close(t->csv);
	for (struct table_kept *k = t->kept, *next; k != NULL; k = next) {
		next = k->next;
		free(k);
	}
	for (struct table_ahead *a = t->ahead, *next; a != NULL; a = next) {
		next = a->next;
		free(a);
	}
	for (size_t i = 0; i < t->ncol + t->nderived; i++)
		free(t->name[i]);
	if (t->distinct != NULL)
		map_free(t->distinct);
	free(t->of);
	free(t->given);
	free(t->derived);
	free(t->name);
	free(t->field);
	free(t->len);
	free(t);
}
