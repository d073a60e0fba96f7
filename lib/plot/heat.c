/* heat.c - layers upward, heads to the right: a panel for each column and group. */
#include <math.h>
#include <stdlib.h>

#include "draw.h"

enum { LAYER, HEAD, FIRST };            /* columns of the rows */
enum { LEFT = 9, AROUND = 8 };          /* columns and lines of characters around the cells */

/* The layers and heads of group k are whole numbers, none there twice: how many of each. */
static void
measure_grid(const struct plot *p, const struct rows *r, size_t k, size_t size[2])
{
	const char *file = gz_name(p->table->gz);
	unsigned char *seen;

	size[LAYER] = size[HEAD] = 0;
	for (size_t i = r->first[k]; i < r->first[k + 1]; i++)
		for (int c = LAYER; c <= HEAD; c++) {
			double x = rows_at(r, r->by[i])[c];

			if (!(x >= 0 && x < 10000 && x == floor(x)))
				die("%s: %s: not a whole number from 0 to 9999 in some row", file, c == HEAD ? "head" : "layer");
			if ((size_t)x >= size[c])
				size[c] = (size_t)x + 1;
		}
	seen = mem_new(size[LAYER]*size[HEAD], 1);
	for (size_t i = r->first[k]; i < r->first[k + 1]; i++) {
		const double *v = rows_at(r, r->by[i]);

		if (seen[(size_t)v[LAYER]*size[HEAD] + (size_t)v[HEAD]]++) {
			const char *title = rows_title(r, k);

			die("%s: two rows of layer %g, head %g%s%s: -g names what tells them apart", file, v[LAYER], v[HEAD],
			    *title ? ", " : "", title);
		}
	}
	free(seen);
}

/* How many rows or columns an image is made of, where gnuplot wants two: the second is outside
 * of what is shown. */
static size_t
two(size_t n)
{
	return n < 2 ? 2 : n;
}

static void
put_cells(struct plot *p, const struct rows *r, size_t k, size_t c, const size_t size[2])
{
	size_t across = two(size[HEAD]), n = two(size[LAYER])*across;
	double *cell = mem_new(n, sizeof *cell);

	for (size_t i = 0; i < n; i++)
		cell[i] = NAN;
	for (size_t i = r->first[k]; i < r->first[k + 1]; i++) {
		const double *v = rows_at(r, r->by[i]);

		cell[(size_t)v[LAYER]*across + (size_t)v[HEAD]] = v[c];
	}
	script_block(p, "d");
	for (size_t row = 0; row < n/across; row++)
		for (size_t i = 0; i < across; i++)
			script_row(p, (double[]){ (double)i, (double)row, cell[row*across + i] }, 3);
	script_block_end(p);
	free(cell);
}

/* How long the longest number of a panel is, as people read them: to two digits, or whole. */
static size_t
longest(const struct rows *r, size_t k, size_t c)
{
	size_t most = 0;

	for (size_t i = r->first[k]; i < r->first[k + 1]; i++) {
		double x = rows_at(r, r->by[i])[c];
		int n = fabs(x) >= 99.5 ? snprintf(NULL, 0, "%.0f", x) : snprintf(NULL, 0, "%.2g", x);

		if (!isnan(x) && (size_t)n > most)
			most = (size_t)n;
	}
	return most;
}

/* In characters: numbers where each has room in its cell and a blank beside it, else colours alone
 * or, without them, shades. */
static void
put_characters(struct plot *p, const struct rows *r, size_t k, size_t c, size_t heads)
{
	size_t wide = script_cell_columns(p, LEFT, heads);
	int numbers = longest(r, k, c) < wide;
	double min, max;

	rows_range(r, c, &min, &max);
	if (!numbers && !p->spec.coloured) {
		char *text = script_shades_text(min, max), *label = mem_print("head; %s", text);

		script_text(p, "xlabel", label);
		free(label);
		free(text);
	}
	if (p->spec.coloured)
		script_cells(p);
	if (numbers)
		script_part(p, "$d using 1:2:(strcol(3) ne 'NaN' ? sprintf(abs($3) >= 99.5 ? '%%.0f' : '%%.2g', $3) : '') with labels notitle");
	else if (!p->spec.coloured)
		script_shades(p, min, max, wide > 1 ? wide - 1 : 1);
}

/* How high a panel is, in inches, of which one has 9 lines of characters: there each layer has one. */
static double
height(const struct plot *p, const struct rows *r, size_t panels)
{
	double inches = panels == 1 ? 2.6 : 2.3, min, max;

	rows_range(r, LAYER, &min, &max);
	return p->spec.term == PLOT_DUMB && max < 10000 ? fmax(inches, (max + 1 + AROUND)/9) : inches;
}

static void
panel(struct plot *p, const struct rows *r, size_t k, size_t c, const char *name)
{
	size_t size[2];
	double min, max;

	measure_grid(p, r, k, size);
	put_cells(p, r, k, c, size);
	rows_range(r, c, &min, &max);
	script_palette(p, min, max);
	script_title(p, r, k, name);
	fprintf(p->f, "set xlabel 'head'\nset ylabel 'layer'\nset xrange [-.5:%g]\nset yrange [-.5:%g]\n", (double)size[HEAD] - .5,
	    (double)size[LAYER] - .5);
	axis_whole(p, "x", (double)size[HEAD] - 1);
	axis_whole(p, "y", (double)size[LAYER] - 1);
	if (p->spec.term == PLOT_DUMB)
		put_characters(p, r, k, c, size[HEAD]);
	else
		script_cells(p);
	script_parts_end(p);
}

void
draw_heat(struct plot *p)
{
	struct table *t = p->table;
	struct columns key = columns_choose(p, 'g', columns_tags), y = columns_need(p, 'y', columns_shown), num = { 0 };
	size_t n = 0;
	struct rows r;

	columns_add(&num, (size_t[]){ [LAYER] = table_col(t, "layer"), [HEAD] = table_col(t, "head") }, FIRST);
	columns_add(&num, y.col, y.n);
	r = rows_read(p, &key, &num, 0);
	for (size_t k = 0; k < r.ngroup; k++)
		for (size_t c = FIRST; c < num.n; c++)
			n += (size_t)rows_have(&r, k, c);
	script_begin(p, n, height(p, &r, n), y.n);
	for (size_t i = 0; i < r.ngroup; i++)
		for (size_t c = FIRST; c < num.n; c++)
			if (rows_have(&r, r.order[i], c))
				panel(p, &r, r.order[i], c, t->name[num.col[c]]);
	script_end(p);
	rows_free(&r);
	free(key.col);
	free(y.col);
	free(num.col);
}
