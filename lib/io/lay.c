/* lay.c - a table laid out for reading. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

struct cell { size_t at, col; int number; };    /* its text, from at to a NUL */

struct lay {
	char *text;
	size_t len, textcap;
	struct cell *cell;
	size_t ncell, cellcap, col;             /* col: that of the next cell */
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
	l->len += n;
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

void
lay_print(struct lay *l, struct out *o)
{
	struct { int width, number; } *col = mem_new(l->ncell + 1, sizeof *col);
	int at = 0;                     /* blanks that wait for a text behind them */

	for (size_t i = 0; i < l->ncell; i++) {
		const struct cell *c = &l->cell[i];
		int w = width(l->text + c->at);

		col[c->col].width = w > col[c->col].width ? w : col[c->col].width;
		col[c->col].number |= c->number;
	}
	for (size_t i = 0; i < l->ncell; i++) {
		const struct cell *c = &l->cell[i];
		int pad = col[c->col].width - width(l->text + c->at), before = 2 + (col[c->col].number ? pad : 0);

		if (l->text[c->at] != '\0') {
			out_printf(o, "%*s%s", at + before, "", l->text + c->at);
			at = col[c->col].number ? 0 : pad;
		} else {
			at += 2 + col[c->col].width;
		}
		if (i + 1 == l->ncell || l->cell[i + 1].col == 0) {
			out_printf(o, "\n");
			at = 0;
		}
	}
	free(col);
	free(l->text);
	free(l->cell);
	free(l);
}
