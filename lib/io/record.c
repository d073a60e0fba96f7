/* record.c - the records of a table's operand, run by run: a part of a line in front, lines that
 * come ready (split.c), and what is left.  The first and the last are libcsv's, and so is all of
 * a run in which no line is plain or before which a quote is open. */
#include <stdlib.h>
#include <string.h>

#include "io.h"

/* Dies of what the splitter found behind the last whole record. */
_Noreturn static void
die_split(const struct table *t)
{
	static const char *const what[] = {
		[CSV_QUOTE_MISPLACED] = "a quote that neither begins nor ends a field",
		[CSV_QUOTE_OPEN] = "a quote is left open up to the end of the file",
		[CSV_SPANS] = "a quote is open at the end of its line: a table with newlines in fields cannot be read in parts",
		[CSV_NUL] = "a NUL byte: this is not text",
	};
	char buf[32];
	const char *column = table_column(t, csv_field(t->csv), buf);

	if (t->code == CSV_LARGE)
		die("%s:%zu: %s: the row goes beyond --max-record %zuM, its bytes and %d more for each field", gz_name(t->gz),
		    csv_line(t->csv), column, t->opts->max_record >> 20, CSV_FIELD);
	die("%s:%zu: %s: %s", gz_name(t->gz), csv_line(t->csv), column, what[t->code]);
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

/* What lines are to be like, told once: the header is there, and the columns that are wanted. */
static void
plan(struct table *t)
{
	struct split_plan *p = &t->plan;
	char *line;

	for (size_t i = 0; i < t->ncol; i++)
		p->header_len += strlen(t->name[i]) + 1;
	p->header = line = mem_new(p->header_len, 1);
	for (size_t i = 0; i < t->ncol; i++) {
		memcpy(line, t->name[i], strlen(t->name[i]));
		line += strlen(t->name[i]);
		*line++ = i + 1 < t->ncol ? ',' : '\n';
	}
	p->ncol = t->ncol;
	p->na_begins = t->na_begins;
	p->want = t->want;
}

void
record_plan(struct table *t)
{
	if (t->plan.header == NULL)
		plan(t);
	gz_split(t->gz, &t->plan);
}

void
record_open(struct table *t)
{
	t->rec.n = t->at = t->nready = t->ready = t->nrest = 0;
	t->code = CSV_OK;
	t->ended = 0;
	if (t->plan.header != NULL)
		record_plan(t);
}

/* Lines of this run are ready: if they are not inside quotes, they come behind the piece of a
 * line in front of them. */
static void
take_lines(struct table *t, const struct split *s, const char *data, size_t len)
{
	size_t upto = s->from;

	t->code = csv_feed(t->csv, data, s->from, &t->rec);
	if (t->code == CSV_OK && csv_between(t->csv)) {
		t->lines = s;
		t->ready = 0;
		t->nready = s->n;
		t->first_line = csv_skip(t->csv, s->n);
		upto = s->to;
	}
	t->rest = data + upto;
	t->nrest = len - upto;
}

/* What was written goes on its way if the next run keeps it waiting. */
static const char *
next_run(struct table *t, size_t *len, int *seam)
{
	const char *data;

	if (t->follows == NULL)
		return gz_next(t->gz, len, seam);
	do {
		out_follow(t->follows, gz_flow(t->gz));
		data = gz_next(t->gz, len, seam);
	} while (data != NULL && *len == 0);
	return data;
}

/* Takes the rest of a run, or the next one, apart.  At a seam it may not begin with the header
 * again: there a file was cut and another one put behind it. */
static void
more(struct table *t)
{
	size_t len = t->nrest;
	int seam = 0;
	const char *data = len > 0 ? t->rest : next_run(t, &len, &seam);
	const struct split *s = t->nrest > 0 ? NULL : gz_lines(t->gz);

	t->at = t->nrest = 0;
	if (data == NULL) {
		t->ended = 1;
		t->code = csv_end(t->csv, &t->rec);
		return;
	}
	if (seam && t->name != NULL && opens_with_header(t, data, len))
		gz_die_cut(t->gz);
	if (s != NULL)
		take_lines(t, s, data, len);
	else
		t->code = csv_feed(t->csv, data, len, &t->rec);
}

/* The next line that is ready becomes the present row. */
static void
take_ready(struct table *t)
{
	const struct split *s = t->lines;
	const uint16_t *end = s->end + t->ready*t->ncol;
	const char **field = t->field;          /* a byte of the text might be any of these, for the compiler */
	char *text = s->text;
	size_t *len = t->len;

	for (size_t i = 0, n = t->ncol; i < n; i++) {
		size_t from = end[i] + (size_t)1, to = end[i + 1];

		text[to] = '\0';
		field[i] = text + from;
		len[i] = to - from;
	}
	t->num = s->num + t->ready*t->plan.nwant;
	t->line = t->first_line + t->ready++;
}

int
record_next(struct table *t)
{
	t->num = NULL;
	while (t->at == t->rec.n) {
		if (t->code != CSV_OK)
			die_split(t);
		if (t->ready < t->nready) {
			take_ready(t);
			return RECORD_ROW;
		}
		if (t->ended)
			return 0;
		more(t);
	}
	t->row = t->at++;
	t->line = t->rec.line[t->row];
	return RECORD_ANY;
}

const char *
record_field(const struct table *t, size_t i, size_t *len)
{
	size_t f = t->rec.first[t->row] + i;

	*len = t->rec.start[f + 1] - t->rec.start[f] - 1;
	return t->rec.text + t->rec.start[f];
}

size_t
record_fields(const struct table *t)
{
	return t->rec.first[t->row + 1] - t->rec.first[t->row];
}
