/* csv.c - CSV text to records, over libcsv in strict mode; and back.
 *
 * Some habits of libcsv have to be undone here: it strips blanks around a field,
 * drops blank lines, keeps a byte order mark as text, lets NUL bytes pass, and does
 * not say on which line it is.
 *
 * libcsv looks at each byte by itself, which is slow.  So the whole lines of a run
 * that has neither quotes nor CR are split here, by commas and newlines alone, and
 * libcsv gets only the pieces of lines in front of them and behind.
 */
#include <csv.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

struct csv {
	struct csv_parser parser;
	char *text;                     /* the fields' bytes, each field and a NUL */
	size_t *start, *first, *line;   /* as in struct csv_records */
	size_t textcap, startcap, firstcap, linecap;
	size_t ntext, nfield, nrec;
	size_t here;                    /* line on which the pending record began */
	size_t inside;                  /* newlines inside its fields */
	int quotes;                     /* this run may have newlines in fields */
	int lastterm;                   /* what ended the last record */
	int flat;                       /* only the first record may have newlines in fields */
	size_t most;                    /* that a record takes, 0: any */
	int stop;                       /* why the reading ends at a record: CSV_OK, CSV_SPANS, CSV_LARGE; */
	size_t at, column;              /* which one, and the field of it */
	int bom;                        /* bytes of a byte order mark seen; 3: past it */
};

static int
never_space(unsigned char c)
{
	(void)c;
	return 0;
}

struct csv *
csv_new(void)
{
	struct csv *c = mem_new(1, sizeof *c);

	if (csv_init(&c->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
		die("out of memory");
	csv_set_space_func(&c->parser, never_space);
	c->start = mem_grow(c->start, &c->startcap, 1, sizeof *c->start);
	c->first = mem_grow(c->first, &c->firstcap, 1, sizeof *c->first);
	c->start[0] = c->first[0] = 0;
	c->here = 1;
	return c;
}

void
csv_close(struct csv *c)
{
	csv_free(&c->parser);
	free(c->text);
	free(c->start);
	free(c->first);
	free(c->line);
	free(c);
}

void
csv_flat(struct csv *c)
{
	c->flat = 1;
}

void
csv_limit(struct csv *c, size_t most)
{
	c->most = most;
}

size_t
csv_line(const struct csv *c)
{
	return c->stop && c->at < c->nrec ? c->line[c->at] : c->here;
}

size_t
csv_field(const struct csv *c)
{
	return c->stop ? c->column : c->nfield - c->first[c->nrec];
}

int
csv_between(const struct csv *c)
{
	return !c->parser.quoted && csv_field(c) == 0;
}

size_t
csv_skip(struct csv *c, size_t n)
{
	size_t first = c->here;

	c->here += n;
	return first;
}

static size_t
newlines(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += s[i] == '\n' || (s[i] == '\r' && (i + 1 == len || s[i + 1] != '\n'));
	return n;
}

/* Reading ends at the record that is pending, because of this field of all. */
static void
stop(struct csv *c, int why, size_t field)
{
	if (c->stop)
		return;
	c->stop = why;
	c->at = c->nrec;
	c->column = field - c->first[c->nrec];
}

/* Stops if the pending record takes more than it may; goes_on: with one field more, of which libcsv has what
 * there is so far. */
static void
check_size(struct csv *c, int goes_on)
{
	const size_t first = c->first[c->nrec], bytes = c->ntext - c->start[first] + (goes_on ? c->parser.entry_pos : 0);
	size_t f = first;

	if (c->most == 0 || bytes + CSV_FIELD * (c->nfield - first + (goes_on != 0)) <= c->most)
		return;
	while (f < c->nfield && c->start[f + 1] - c->start[first] + CSV_FIELD * (f + 1 - first) <= c->most)
		f++;
	stop(c, CSV_LARGE, f);
}

/* Counts the newlines of a field. */
static void
look_inside(struct csv *c, const char *s, size_t len)
{
	const size_t n = newlines(s, len);

	c->inside += n;
	if (n > 0 && c->flat && c->here > 1)
		stop(c, CSV_SPANS, c->nfield);
}

/* Ends a field; the text goes on at byte next. */
static void
end_field(struct csv *c, size_t next)
{
	if (c->nfield + 2 > c->startcap)
		c->start = mem_grow(c->start, &c->startcap, c->nfield + 2, sizeof *c->start);
	c->start[++c->nfield] = c->ntext = next;
}

static void
on_field(void *s, size_t len, void *arg)
{
	struct csv *c = arg;

	c->text = mem_grow(c->text, &c->textcap, c->ntext + len + 1, 1);
	if (len > 0)
		memcpy(c->text + c->ntext, s, len);
	c->text[c->ntext + len] = '\0';
	if (c->quotes)
		look_inside(c, c->text + c->ntext, len);
	end_field(c, c->ntext + len + 1);
}

static void
end_record(struct csv *c, int term)
{
	check_size(c, 0);
	c->lastterm = term;
	c->line = mem_grow(c->line, &c->linecap, c->nrec + 1, sizeof *c->line);
	c->line[c->nrec] = c->here;
	c->first = mem_grow(c->first, &c->firstcap, c->nrec + 2, sizeof *c->first);
	c->first[++c->nrec] = c->nfield;
	c->here += 1 + c->inside;
	c->inside = 0;
}

/* term: the byte that ended the record, -1 at the end of the text.  A record
 * without fields is a blank line, or the second half of CRLF. */
static void
on_record(int term, void *arg)
{
	struct csv *c = arg;

	if (c->nfield == c->first[c->nrec]) {
		if (term == '\n' && c->lastterm == '\r') {
			c->lastterm = term;
			return;
		}
		on_field(NULL, 0, c);
	}
	end_record(c, term);
}

/* Forgets the records that were given out.  The fields of the record that is not
 * whole yet move to the front. */
static void
forget(struct csv *c)
{
	size_t gone = c->first[c->nrec], bytes = c->start[gone];

	if (gone == 0)                  /* of a long record nothing is moved, however many runs it has */
		return;
	if (c->ntext > bytes)
		memmove(c->text, c->text + bytes, c->ntext - bytes);
	c->ntext -= bytes;
	c->nfield -= gone;
	for (size_t i = 0; i <= c->nfield; i++)
		c->start[i] = c->start[gone + i] - bytes;
	c->nrec = 0;
	c->first[0] = 0;
}

static void
give(const struct csv *c, struct csv_records *out)
{
	out->n = c->stop ? c->at : c->nrec;
	out->text = c->text;
	out->start = c->start;
	out->first = c->first;
	out->line = c->line;
}

/* A field has room for half as much again, lest a large one is copied all too often. */
static int
by_libcsv(struct csv *c, const char *data, size_t len)
{
	csv_set_blk_size(&c->parser, csv_get_buffer_size(&c->parser)/2 + 4096);
	if (csv_parse(&c->parser, data, len, on_field, on_record, c) == len)
		return CSV_OK;
	if (csv_error(&c->parser) != CSV_EPARSE)
		die("out of memory");
	return CSV_QUOTE_MISPLACED;
}

/* Splits whole lines without quotes and CR, between two records. */
static void
split(struct csv *c, const char *data, size_t len)
{
	char *s, *comma, *newline, *end;

	c->text = mem_grow(c->text, &c->textcap, c->ntext + len, 1);
	s = c->text + c->ntext;
	memcpy(s, data, len);
	for (end = s + len; s < end; s = newline + 1) {
		newline = memchr(s, '\n', (size_t)(end - s));
		for (; (comma = memchr(s, ',', (size_t)(newline - s))) != NULL; s = comma + 1) {
			*comma = '\0';
			end_field(c, (size_t)(comma + 1 - c->text));
		}
		*newline = '\0';
		end_field(c, (size_t)(newline + 1 - c->text));
		end_record(c, '\n');
	}
}

static int
parse(struct csv *c, const char *data, size_t len)
{
	const char *first = memchr(data, '\n', len), *last = memrchr(data, '\n', len);

	c->quotes = c->parser.quoted || memchr(data, '"', len) != NULL;
	if (c->quotes || first == last || memchr(data, '\r', len) != NULL)
		return by_libcsv(c, data, len);
	by_libcsv(c, data, (size_t)(++first - data));   /* only quotes can be wrong */
	split(c, first, (size_t)(++last - first));
	return by_libcsv(c, last, (size_t)(data + len - last));
}

static const char bom[] = "\xef\xbb\xbf";

/* Drops a byte order mark at the start of a text, however it is cut up. */
static int
skip_bom(struct csv *c, const char **data, size_t *len)
{
	int seen;

	while (c->bom < 3 && *len > 0 && **data == bom[c->bom]) {
		c->bom++;
		++*data;
		--*len;
	}
	if (c->bom == 3 || *len == 0)
		return CSV_OK;
	seen = c->bom;                          /* no mark: its bytes are text */
	c->bom = 3;
	return parse(c, bom, (size_t)seen);
}

int
csv_feed(struct csv *c, const char *data, size_t len, struct csv_records *out)
{
	const char *nul;
	int code;

	forget(c);
	code = skip_bom(c, &data, &len);
	nul = memchr(data, '\0', len);
	if (code == CSV_OK)
		code = parse(c, data, nul ? (size_t)(nul - data) : len);
	if (code == CSV_OK && nul)
		code = CSV_NUL;
	check_size(c, 1);
	give(c, out);
	return c->stop ? c->stop : code;
}

int
csv_end(struct csv *c, struct csv_records *out)
{
	int code = CSV_OK;

	forget(c);
	if (c->bom < 3)
		parse(c, bom, (size_t)c->bom);
	if (csv_fini(&c->parser, on_field, on_record, c) != 0)
		code = c->flat && c->here > 1 ? CSV_SPANS : CSV_QUOTE_OPEN;
	if (c->stop)
		code = c->stop;
	give(c, out);
	if (code != CSV_OK)
		return code;
	c->here = 1;
	c->inside = 0;
	c->lastterm = 0;
	c->bom = 0;
	return CSV_OK;
}

/* Nothing in it has to be quoted; what has, comes before '-', so that numbers are seen eight bytes at a time. */
static int
plain(const char *s, size_t len)
{
	const uint64_t each = UINT64_MAX/UCHAR_MAX;
	uint64_t w;
	size_t i;

	for (i = 0; i + sizeof w <= len; i += sizeof w) {
		memcpy(&w, s + i, sizeof w);
		if ((w - each*'-') & ~w & each*0x80)    /* a byte less than that */
			break;
	}
	for (; i < len; i++)
		if (s[i] == ',' || s[i] == '"' || s[i] == '\n' || s[i] == '\r')
			return 0;
	return 1;
}

/* A spreadsheet would run the text as a formula: it begins so, and is no number. */
static int
is_formula(const char *s, size_t len)
{
	double x;

	return len > 0 && memchr("=+-@\t\r", *s, 6) != NULL && dec_parse(s, len, &x) == DEC_TEXT;
}

void
csv_put(struct csv_writer *w, const char *s, size_t len)
{
	if (w->as_text && is_formula(s, len)) {
		char *text = mem_print("'%s", s);

		w->as_text = 0;
		csv_put(w, text, len + 1);
		w->as_text = 1;
		free(text);
		return;
	}
	if (w->nfield++ > 0)
		out_bytes(w->out, ",", 1);
	w->lastlen = len;
	if (plain(s, len)) {
		out_bytes(w->out, s, len);
		return;
	}
	out_bytes(w->out, "\"", 1);
	for (const char *q; (q = memchr(s, '"', len)) != NULL; ) {
		size_t upto = (size_t)(q - s) + 1;

		out_bytes(w->out, s, upto);     /* the quote, and once more */
		out_bytes(w->out, "\"", 1);
		s += upto;
		len -= upto;
	}
	out_bytes(w->out, s, len);
	out_bytes(w->out, "\"", 1);
}

void
csv_put_str(struct csv_writer *w, const char *s)
{
	csv_put(w, s, strlen(s));
}

size_t
csv_num(char buf[CSV_NUM_MAX], const char *format, double x)
{
	double again;
	int n = 0;

	buf[0] = '\0';
	if (isfinite(x))
		n = format ? snprintf(buf, CSV_NUM_MAX, format, x) : dec_print(buf, x);
	if (n < 0 || n >= CSV_NUM_MAX)
		die("--format %s: a number of more than %d bytes", format, CSV_NUM_MAX - 1);
	if (fabs(x) > 1e308 && dec_parse(buf, (size_t)n, &again) == DEC_RANGE)
		n = dec_print(buf, x);
	return (size_t)n;
}

void
csv_put_num(struct csv_writer *w, double x)
{
	char buf[1 + CSV_NUM_MAX];
	size_t n = csv_num(buf + 1, w->format, x), from = w->nfield++ == 0;

	buf[0] = ',';
	out_bytes(w->out, buf + from, 1 + n - from);    /* nothing to quote */
	w->lastlen = n;
}

void
csv_put_int(struct csv_writer *w, long long x)
{
	char buf[24];

	csv_put(w, buf, (size_t)snprintf(buf, sizeof buf, "%lld", x));
}

void
csv_put_count(struct csv_writer *w, double n)
{
	if (isfinite(n))
		csv_put_int(w, (long long)n);
	else
		csv_put(w, "", 0);
}

void
csv_put_end(struct csv_writer *w)
{
	if (w->nfield == 1 && w->lastlen == 0)
		out_bytes(w->out, "\"\"", 2);
	out_bytes(w->out, "\n", 1);
	w->nfield = 0;
}
