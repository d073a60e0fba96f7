/* table.c - rows under a header: what the bytes of one or more operands mean,
 * and where they are wrong. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

const char *
table_column(const struct table *t, size_t col, char buf[32])
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
	die_at(t, t->line, col == TABLE_NONE ? NULL : table_column(t, col, buf), fmt, ap);
}

/* The present record says what the header says, perhaps behind a byte order
 * mark. */
static int
is_header(const struct table *t)
{
	if (record_fields(t) != t->ncol)
		return 0;
	for (size_t i = 0; i < t->ncol; i++) {
		size_t len;
		const char *s = record_field(t, i, &len);

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

	t->ncol = record_fields(t);
	t->name = mem_new(t->ncol, sizeof *t->name);
	t->field = mem_new(t->ncol, sizeof *t->field);
	t->len = mem_new(t->ncol, sizeof *t->len);
	t->slot = mem_new(t->ncol, sizeof *t->slot);
	for (size_t i = 0; i < t->ncol; i++) {
		const char *s = record_field(t, i, &len);

		t->slot[i] = TABLE_NONE;
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

	if (record_fields(t) != t->ncol)
		die("%s:%zu: %s: %zu columns, not %zu: hg-cat makes one table of both", gz_name(t->gz), t->line, what, record_fields(t), t->ncol);
	while (strcmp(record_field(t, i, &len), t->name[i]) == 0)
		i++;
	die("%s:%zu: %s: column %zu is \"%s\", not \"%s\": hg-cat makes one table of both", gz_name(t->gz), t->line, what, i + 1,
	    record_field(t, i, &len), t->name[i]);
}

/* Reads the header of the operand that t->gz has just opened. */
static void
begin(struct table *t)
{
	size_t len;

	record_open(t);
	strange_refuse(t->gz);
	if (gz_peek(t->gz) == '{')
		die("%s: JSON, not a table: hg-extract makes tables of dumps", gz_name(t->gz));
	if (!record_next(t))
		die("%s: no bytes at all, not even a header", gz_name(t->gz));
	header_refuse(t, record_field(t, 0, &len), record_fields(t));
	if (t->name == NULL)
		take_header(t);
	else if (!is_header(t))
		die_header(t);
	if (t->follows != NULL)
		gz_live(t->gz);
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
	t->num = NULL;
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
	t->num = NULL;
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
	csv_limit(t->csv, o->max_record);
	if (o->parts)
		csv_flat(t->csv);
	begin(t);
	return t;
}

struct table *
table_open(char *const *operand, int n, const struct opts *o)
{
	struct table *t;

	opts_check_part(o, (size_t)n);
	t = table_from(opts_in(o, operand[0]), o);
	t->operand = t->first = operand;
	t->noperand = t->nfirst = n;
	return t;
}

void
table_follow(struct table *t, struct out *o)
{
	t->follows = o;
	gz_live(t->gz);
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
	int found;

	do {
		if ((found = record_next(t)) != RECORD_ANY)
			return found == RECORD_ROW;
	} while (is_header(t));
	if (record_fields(t) == 1 && t->ncol > 1 && t->rec.start[t->rec.first[t->row] + 1] ==
	    t->rec.start[t->rec.first[t->row]] + 1)
		table_die(t, TABLE_NONE, "a blank line, the header has %zu fields", t->ncol);
	if (record_fields(t) != t->ncol)
		table_die(t, TABLE_NONE, "%zu field%s, the header has %zu%s", record_fields(t),
		    record_fields(t) == 1 ? "" : "s", t->ncol, table_hint(t));
	for (size_t i = 0; i < t->ncol; i++)
		t->field[i] = record_field(t, i, &t->len[i]);
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
	if (t->opts->parts)
		return part_whole_names(t, col);
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
	t->sum = inflate_crc(t->sum, t->field[0], row_bytes(t));
}

int
table_next(struct table *t)
{
	if (t->again && t->kept != NULL)
		return next_kept(t);
	if (t->nrow == 0 && !t->again) {        /* the columns that are wanted are there */
		header_warn(t);
		record_plan(t);
	}
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
	free(t->want);
	free(t->slot);
	free((char *)t->plan.header);
	free(t->given);
	free(t->derived);
	free(t->name);
	free(t->field);
	free(t->len);
	free(t);
}
