/* draw.h - what the kinds of pictures share: rows, and a script that is written.  For the
 * files of this folder. */
#ifndef DRAW_H
#define DRAW_H

#include <stddef.h>
#include <stdio.h>

#include "plot.h"

/* No more is drawn: points of a panel, or numbers of its lines. */
enum { MOST_POINTS = 20000, MOST_VALUES = 200000 };

/* A picture in the making. */
struct plot {
	struct table *table;
	struct plot_spec spec;          /* its kind is not PLOT_ANY, its level not 0 */
	FILE *f;                        /* the script, */
	char *text;                     /* which is this in the end */
	size_t len, parts, across;      /* parts: of the plot command so far; panels side by side */
};

/* heat.c, scatter.c, ... - the kinds --------------------------------------------------------------- */

/* Each reads the table and writes the script, between script_begin and script_end. */
void draw_heat(struct plot *p);
void draw_scatter(struct plot *p);
void draw_spectrum(struct plot *p);
void draw_forest(struct plot *p);
void draw_profile(struct plot *p);
void draw_matrix(struct plot *p);
void draw_residuals(struct plot *p);

/* rows.c - rows that are drawn --------------------------------------------------------------------- */

/* Columns that were chosen. */
struct columns {
	size_t *col, n, cap;
};

/* The columns of the list that the spec has for option -x, -y or -g, or else the usual ones;
 * columns_need dies if there are none.  The caller frees col. */
struct columns columns_choose(const struct plot *p, char option, size_t *(*usual)(const struct table *, size_t *));
struct columns columns_need(const struct plot *p, char option, size_t *(*usual)(const struct table *, size_t *));
void columns_add(struct columns *c, const size_t *col, size_t n);

/* x, which the present row has in a column.  Dies if it is beyond what can be drawn: lines and bands take
 * squares, and gnuplot leaves out a number of 9e307, or ends, without a word of where it stands. */
double rows_number(const struct table *t, size_t col, double x);

/* A usual choice: measured columns, or else all there are to show, descriptors. */
size_t *columns_shown(const struct table *t, size_t *n);

/* All rows of the table in its order: width numbers of each, NaN missing, and its group. */
struct rows {
	double *v;
	size_t *group, n, width;
	size_t ngroup, *order;          /* group k stands on place order[k] where they are shown */
	size_t *first, *by;             /* by group: its rows are by[first[k]] to by[first[k + 1] - 1] */
	struct map *tag;                /* with ROWS_TAGS what tells models apart, as "a, b", */
	size_t *of, of_cap;             /* and which of them each row has */
	size_t cap, group_cap;
	struct frame *frame;
};

/* Reads them all; warns as frame_warn does.  With ROWS_NULL_OP there is a number more behind the
 * columns, null_op of the row. */
enum { ROWS_NULL_OP = 1, ROWS_TAGS = 2 };
struct rows rows_read(struct plot *p, const struct columns *key, const struct columns *num, int more);
void rows_free(struct rows *r);

const double *rows_at(const struct rows *r, size_t i);

/* Whether a row of group k has a number in column c; one, of any group, in both. */
int rows_have(const struct rows *r, size_t k, size_t c);
int rows_have_both(const struct rows *r, size_t b, size_t c);

/* The least and greatest number of column c. */
void rows_range(const struct rows *r, size_t c, double *min, double *max);

/* The keys of group k as "a, b", "" without keys; the caller frees it.  The length of the longest
 * one; the number of the mark of the group on place i. */
char *rows_title(const struct rows *r, size_t k);
size_t rows_longest(const struct rows *r);
size_t rows_mark(const struct rows *r, size_t i);

/* in[i] = 1 for at most so many of n things, drawn by chance, the same ones always; else 0.  The
 * caller frees it. */
unsigned char *rows_thin(size_t n, size_t most);

/* Texts as "a, b"; the caller frees it. */
char *texts_list(const char *const *text, size_t n);

/* script.c - a script and its dress ---------------------------------------------------------------- */

/* Begins a script of n panels, each so many inches high; 2 or 3 which belong together stand side by
 * side.  Dies if there are none, or too many.  Ends it, so that p->text is whole. */
void script_begin(struct plot *p, size_t n, double height, size_t together);
void script_end(struct plot *p);

/* set WHAT 'text'; the title of a panel, of the keys of group k and a name, each of which may be
 * empty; the range of an axis (x, y, cb); its ticks, named, on 0, step, 2 step ... */
void script_text(struct plot *p, const char *what, const char *text);
void script_title(struct plot *p, const struct rows *r, size_t k, const char *name);
void script_range(struct plot *p, const char *axis, double min, double max);
void script_ticks(struct plot *p, const char *axis, const char *const *name, size_t n, int step);

/* What marks are called stands above the panel, the longest name having so many letters; 0: no. */
void script_key(struct plot *p, size_t longest);

/* Colours of numbers from min to max: from blue over white at 0 to red if both signs are there,
 * else viridis. */
void script_palette(struct plot *p, double min, double max);

/* A block, called as printf would print it; its lines, of n numbers; its end. */
void script_block(struct plot *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void script_row(struct plot *p, const double *v, size_t n);
void script_block_end(struct plot *p);

/* A part more of the plot command, as printf would print it; the mark of group i in it, as large as
 * ps of gnuplot, or its colour alone; how it is called; the end of the command, and of the panel. */
void script_part(struct plot *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void script_mark(struct plot *p, double size, size_t i);
const char *script_colour(size_t i);
void script_name(struct plot *p, const char *text);

/* The cells of block d, of x, y and a number from min to max; as an image, which what shows SVG would
 * blur, or one by one.  In characters: sets margins, the left one of so many columns, and gives how
 * many of them each of n cells side by side has.  What they show without colours, wide columns of each
 * cell: shades, which script_shades_text says; the caller frees it. */
size_t script_cell_columns(struct plot *p, size_t left, size_t n);
void script_cells(struct plot *p);
void script_shades(struct plot *p, double min, double max, size_t wide);
char *script_shades_text(double min, double max);

/* The size of small letters, 6 points, where those of the others are 8. */
int script_small(const struct plot *p);

/* A part that fills what lies between columns 3 and 4 of a block; in characters its edges. */
void script_band(struct plot *p, const char *block, const char *fill, const char *style);
void script_parts_end(struct plot *p);

/* axis.c - ranges and ticks of axes ------------------------------------------------------------------ */

/* The range of an axis, from min to max and a share of that more at both ends, and its ticks at
 * round numbers, whole ones if that is said: as many as a panel has room for, with the prefixes of
 * SI from 10000 on and below 0.01. */
void axis_linear(struct plot *p, const char *axis, double min, double max, double room, int whole);

/* The same of an axis of logarithms, min > 0.  Ticks alone at 0, 1, ..., last, or at every second,
 * fourth, ... of them. */
void axis_log(struct plot *p, const char *axis, double min, double max);
void axis_whole(struct plot *p, const char *axis, double last);

/* gnuplot.c - texts and numbers of a script -------------------------------------------------------- */

/* The text as a constant of a script, between single quotes, in which gnuplot expands nothing:
 * no command, macro or escape; the quotes ' and ` in it become typographic ones, as gnuplot 5.4
 * takes '' at the beginning of a constant for its end, and so does the > of ]]>, which is an error
 * in SVG.  What is no character of UTF-8, and control characters, are shown as \n and \x1b; of a
 * long text the first 60 characters.  format: it labels a tick, where gnuplot would take % for a
 * format.  Texts of a table get into a script through here alone. */
void gnuplot_text(FILE *f, const char *text, int format);

/* A number that gnuplot reads back as the same double; NaN, as which inf counts too, if it is
 * not finite. */
void gnuplot_num(FILE *f, double x);

/* kitty.c - pictures for kitty, and for terminals like it ------------------------------------------ */

/* A picture in PNG as the text that shows it, *n bytes, which the caller frees. */
char *kitty_text(const char *png, size_t len, size_t *n);

#endif
