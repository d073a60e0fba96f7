/* lay.c - a table laid out for reading: cells put one by one, or a text of CSV dressed. */
#include <stdlib.h>
#include <string.h>

#include "io.h"

struct cell { size_t at, col; int number; };    /* its text, from at to a NUL */

struct lay {
	char *text;
	size_t len, textcap;
	struct cell *cell;
	size_t ncell, cellcap, col;             /* col: that of the next cell */
	struct column { int width, number; } *column;
	size_t ncolumn, columncap;              /* of all rows so far */
};

struct dress {
	struct lay *lay;
	struct csv *csv;
	struct out *out;
	const char *format;                     /* of numbers that are no whole ones, NULL: as they are */
	size_t rows, least;                     /* that wait; that are printed at least: the header not alone */
};

struct lay *
lay_new(void)
{
	return mem_new(1, sizeof(struct lay));
}

static void
put(struct lay *l, const char *s, int number)
{
	size_t n = strlen(s) + 1;

	l->cell = mem_grow(l->cell, &l->cellcap, l->ncell + 1, sizeof *l->cell);
	l->cell[l->ncell++] = (struct cell){ l->len, l->col++, number };
	l->text = mem_grow(l->text, &l->textcap, l->len + n, 1);
	memcpy(l->text + l->len, s, n);
	l->len += err_mask(l->text + l->len) + 1;
}

void
lay_put(struct lay *l, const char *s)
{
	put(l, s, 0);
}

void
lay_put_num(struct lay *l, const char *format, double x)
{
	char buf[CSV_NUM_MAX];

	csv_num(buf, format, x);
	put(l, buf, 1);
}

void
lay_end(struct lay *l)
{
	l->col = 0;
}

/* Characters of UTF-8, each taken to be of one width. */
static int
width(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

/* The columns become as wide as the cells that wait. */
static void
widen(struct lay *l)
{
	for (size_t i = 0; i < l->ncell; i++) {
		const struct cell *c = &l->cell[i];
		int w = width(l->text + c->at);

		l->column = mem_grow(l->column, &l->columncap, c->col + 1, sizeof *l->column);
		while (l->ncolumn <= c->col)
			l->column[l->ncolumn++] = (struct column){ 0, 0 };
		l->column[c->col].width = w > l->column[c->col].width ? w : l->column[c->col].width;
		l->column[c->col].number |= c->number;
	}
}

void
lay_flush(struct lay *l, struct out *o)
{
	int at = 0;                     /* blanks that wait for a text behind them */

	widen(l);
	for (size_t i = 0; i < l->ncell; i++) {
		const struct cell *c = &l->cell[i];
		const struct column *col = &l->column[c->col];
		int pad = col->width - width(l->text + c->at), before = 2 + (col->number ? pad : 0);

		if (l->text[c->at] != '\0') {
			out_printf(o, "%*s%s", at + before, "", l->text + c->at);
			at = col->number ? 0 : pad;
		} else {
			at += 2 + col->width;
		}
		if (i + 1 == l->ncell || l->cell[i + 1].col == 0) {
			out_printf(o, "\n");
			at = 0;
		}
	}
	l->ncell = l->len = 0;
}

void
lay_print(struct lay *l, struct out *o)
{
	lay_flush(l, o);
	free(l->column);
	free(l->text);
	free(l->cell);
	free(l);
}

/* dress --------------------------------------------------------------------- */

/* Rows that are looked at before the first is printed; rows printed together from then on. */
enum { DRESS_ROWS = 256, DRESS_FEW = 24 };

struct dress *
dress_new(struct out *o, const char *format)
{
	struct dress *d = mem_new(1, sizeof *d);

	*d = (struct dress){ .lay = lay_new(), .csv = csv_new(), .out = o, .format = format, .least = 2 };
	return d;
}

/* A field: a number is set as such, by the format unless it is a whole one. */
static void
dress_cell(struct dress *d, const char *s, size_t len)
{
	double x;

	if (len == 0 || dec_parse(s, len, &x) != DEC_OK)
		put(d->lay, s, 0);
	else if (d->format == NULL || s[strcspn(s, ".eE")] == '\0')
		put(d->lay, s, 1);
	else
		lay_put_num(d->lay, d->format, x);
}

static void
dress_records(struct dress *d, const struct csv_records *r)
{
	for (size_t k = 0; k < r->n; k++) {
		for (size_t f = r->first[k]; f < r->first[k + 1]; f++)
			dress_cell(d, r->text + r->start[f], r->start[f + 1] - r->start[f] - 1);
		lay_end(d->lay);
		if (++d->rows == DRESS_ROWS)
			dress_flush(d, 1);
	}
}

void
dress_take(struct dress *d, const char *data, size_t len)
{
	struct csv_records r;

	csv_feed(d->csv, data, len, &r);
	dress_records(d, &r);
}

void
dress_flush(struct dress *d, int few)
{
	if (d->rows < (few ? d->least : DRESS_FEW))
		return;
	lay_flush(d->lay, d->out);
	d->rows = 0;
	d->least = 1;
}

void
dress_end(struct dress *d)
{
	struct csv_records r;

	csv_end(d->csv, &r);
	dress_records(d, &r);
	lay_print(d->lay, d->out);
	csv_close(d->csv);
	free(d);
}
