/* script.c - a script for gnuplot: its terminal and dress, panels, blocks of numbers, plot
 * commands. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

/* the whole ------------------------------------------------------------------------------------- */

/* Columns of a picture in characters. */
static int
width_of(const struct plot *p)
{
	return p->spec.width > 0 ? p->spec.width : 80;
}

/* A picture of so many inches, letters of 8 points; in characters, of rows panels above each
 * other. */
static void
put_term(const struct plot *p, double width, double height, size_t rows)
{
	const struct plot_spec *s = &p->spec;
	const double inch = s->term == PLOT_PNG ? 300 : 150, dots = inch/72;
	FILE *f = p->f;

	switch (s->term) {
	case PLOT_PDF:
		fprintf(f, "set term pdfcairo size %gin,%gin noenhanced font 'Helvetica,8' fontscale .75 linewidth 1\n", width, height);
		break;
	case PLOT_PNG:
	case PLOT_KITTY:
		fprintf(f, "set term pngcairo size %.0f,%.0f noenhanced font 'Helvetica,8' "
		    "fontscale %.3f linewidth %.3f pointscale %.3f\n", width*inch, height*inch, .75*dots, dots, dots);
		break;
	case PLOT_DUMB:
		fprintf(f, "set term dumb size %d,%d noenhanced%s\n", width_of(p),
		    (int)(rows*(size_t)fmax(22, 9*height/(double)rows)), s->coloured ? " ansi256" : "");
		break;
	case PLOT_SIXEL:
		fprintf(f, "set term sixelgd size %.0f,%.0f noenhanced font 'sans,8' fontscale 1.5 linewidth 1.5 truecolor\n",
		    width*inch, height*inch);
		break;
	default:
		fprintf(f, "set term svg size %.0f,%.0f noenhanced font 'Helvetica,10.5' background rgb 'white'\n", width*96, height*96);
	}
}

void
script_begin(struct plot *p, size_t n, double height, size_t together)
{
	size_t down;

	if (n == 0)
		die("%s: nothing to draw: no row has what it takes", gz_name(p->table->gz));
	if (n > PLOT_PANELS)
		die("%s: %zu panels, more than %d: choose with -g, -x, -y or awk(1)", gz_name(p->table->gz), n, PLOT_PANELS);
	p->across = p->spec.term == PLOT_DUMB || n == 1 ? 1 : n > together && (together == 2 || together == 3) ? together :
	    n == 2 || n == 4 ? 2 : 3;
	down = (n + p->across - 1)/p->across;
	p->f = open_memstream(&p->text, &p->len);
	if (p->f == NULL)
		die("%s", strerror(errno));
	fprintf(p->f, "# %s, by hg-plot %s, for gnuplot 5.2 or newer: gnuplot FILE >PICTURE\n", plot_kind_name[p->spec.kind], VERSION);
	fputs("set encoding utf8\n", p->f);
	put_term(p, p->across == 1 ? 3.4 : 7, height*(double)down, down);
	fputs("set border lw .5\nset tics scale .5 nomirror noenhanced\nset key noenhanced samplen 1.5\n"
	    "set title noenhanced\nset xlabel noenhanced\nset ylabel noenhanced\nset cblabel noenhanced\n", p->f);
	if (n > 1)
		fprintf(p->f, "set multiplot layout %zu,%zu\n", down, p->across);
}

void
script_end(struct plot *p)
{
	fputs("unset multiplot\n", p->f);
	if (ferror(p->f) || fclose(p->f) != 0)
		die("%s", strerror(errno));
}

/* panels ---------------------------------------------------------------------------------------- */

void
script_text(struct plot *p, const char *what, const char *text)
{
	fprintf(p->f, "set %s ", what);
	gnuplot_text(p->f, text, 0);
	fputs(" noenhanced\n", p->f);
}

void
script_title(struct plot *p, const struct rows *r, size_t k, const char *name)
{
	char *keys = rows_title(r, k), *title = mem_print("%s%s%s", keys, *keys && *name ? ": " : "", name);

	script_text(p, "title", title);
	free(title);
	free(keys);
}

void
script_range(struct plot *p, const char *axis, double min, double max)
{
	fprintf(p->f, "set %srange [", axis);
	gnuplot_num(p->f, min);
	putc(':', p->f);
	gnuplot_num(p->f, max);
	fputs("]\n", p->f);
}

void
script_ticks(struct plot *p, const char *axis, const char *const *name, size_t n, int step)
{
	fprintf(p->f, "set %s (", axis);
	for (size_t i = 0; i < n; i++) {
		fputs(i > 0 ? ", " : "", p->f);
		gnuplot_text(p->f, name[i], 1);
		fprintf(p->f, " %ld", step*(long)i);
	}
	fputs(") noenhanced\n", p->f);
}

void
script_key(struct plot *p, size_t longest)
{
	const size_t mark = 6, width = p->spec.term == PLOT_DUMB ? 60 : p->across > 2 ? 36 : 52;       /* in letters */
	size_t n = width/(longest + mark);

	if (longest > 0)
		fprintf(p->f, "set key outside center top horizontal maxcols %zu\n", n > 0 ? n : 1);
	else
		fputs("set key off\n", p->f);
}

void
script_palette(struct plot *p, double min, double max)
{
	if (min < 0 && max > 0)
		fputs("set palette defined (0 '#2166ac', 1 '#67a9cf', 2 '#d1e5f0', 3 '#f7f7f7', 4 '#fddbc7', 5 '#ef8a62', 6 '#b2182b')\n",
		    p->f);
	else
		fputs("set palette defined (0 '#440154', 1 '#472d7b', 2 '#3b528b', 3 '#2c728e', 4 '#21918c', 5 '#28ae80', "
		    "6 '#5ec962', 7 '#addc30', 8 '#fde725')\n", p->f);
	if (min < 0 && max > 0)
		min = -(max = fmax(-min, max));
	if (min == max)
		max = min + (min == 0 ? 1 : fabs(min)/2);
	axis_linear(p, "cb", min, max, 0, 0);
}

/* blocks ---------------------------------------------------------------------------------------- */

void
script_block(struct plot *p, const char *fmt, ...)
{
	va_list ap;

	putc('$', p->f);
	va_start(ap, fmt);
	vfprintf(p->f, fmt, ap);
	va_end(ap);
	fputs(" <<EOD\n", p->f);
}

void
script_row(struct plot *p, const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			putc(' ', p->f);
		gnuplot_num(p->f, v[i]);
	}
	putc('\n', p->f);
}

void
script_block_end(struct plot *p)
{
	fputs("EOD\n", p->f);
}

/* plot commands --------------------------------------------------------------------------------- */

/* Colours that the colour-blind tell apart: Okabe & Ito, Color Universal Design (2008). */
static const char *const colour[] = {
	"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999"
};
enum { COLOURS = sizeof colour / sizeof colour[0] };

void
script_part(struct plot *p, const char *fmt, ...)
{
	va_list ap;

	fputs(p->parts++ == 0 ? "plot " : ", ", p->f);
	va_start(ap, fmt);
	vfprintf(p->f, fmt, ap);
	va_end(ap);
}

/* Of another group another colour, then another form too; in characters A, B, C, ...  sixelgd has
 * no pointscale. */
void
script_mark(struct plot *p, double size, size_t i)
{
	static const int form[] = { 7, 5, 9, 13, 4, 6, 8, 12 };
	enum plot_term term = p->spec.term;

	fprintf(p->f, " ps %g lc rgb '%s' pt %d", term == PLOT_SIXEL ? 2*size : size, script_colour(i),
	    term == PLOT_DUMB ? (int)(i % 26) + 1 : form[(i + i/COLOURS) % 8]);
}

const char *
script_colour(size_t i)
{
	return colour[i % COLOURS];
}

void
script_name(struct plot *p, const char *text)
{
	fputs(" title ", p->f);
	gnuplot_text(p->f, text, 0);
}

void
script_cells(struct plot *p)
{
	script_part(p, "$d using 1:2:3 with image%s notitle", p->spec.term == PLOT_SVG || p->spec.term == PLOT_PDF ? " pixels" : "");
}

size_t
script_cell_columns(struct plot *p, size_t left, size_t n)
{
	enum { RIGHT = 13, FRAME = 2 };         /* for the box of colours, which stands there */
	size_t all = (size_t)width_of(p), used = left + RIGHT + FRAME, inner = all > used ? all - used : 1;

	fprintf(p->f, "set lmargin %zu\nset rmargin at screen %.4f\n", left, 1 - (double)RIGHT/(double)all);
	if (inner < n)
		warn("%zu cells in %zu columns of characters: some are not seen", n, inner);
	return inner/n;
}

/* From the least to the greatest; a missing one is blank. */
static const char shade[] = ".:-=+*#%@";
enum { SHADES = sizeof shade - 1 };

void
script_shades(struct plot *p, double min, double max, size_t wide)
{
	script_part(p, "$d using 1:2:(strcol(3) ne 'NaN' ? word('");
	for (int i = 0; i < SHADES; i++) {
		for (size_t k = 0; k < wide; k++)
			putc(shade[i], p->f);
		putc(' ', p->f);
	}
	fputs("', 1 + int(($3/2 - (", p->f);    /* of halves, as the range of doubles is none */
	gnuplot_num(p->f, min/2);
	fputs("))/", p->f);
	gnuplot_num(p->f, max > min ? max/2 - min/2 : 1);
	fprintf(p->f, "*%d.999)) : '') with labels notitle", SHADES - 1);
}

char *
script_shades_text(double min, double max)
{
	return mem_print("%c %.3g to %c %.3g", shade[0], min, shade[SHADES - 1], max);
}

int
script_small(const struct plot *p)
{
	return p->spec.term == PLOT_SVG ? 8 : 6;        /* of SVG in pixels */
}

void
script_band(struct plot *p, const char *block, const char *fill, const char *style)
{
	if (p->spec.term == PLOT_DUMB)
		for (int edge = 3; edge < 5; edge++)
			script_part(p, "$%s using 1:%d with dots lc rgb '%s' notitle", block, edge, fill);
	else
		script_part(p, "$%s using 1:3:4 with filledcurves%s lc rgb '%s' notitle", block, style, fill);
}

void
script_parts_end(struct plot *p)
{
	putc('\n', p->f);
	p->parts = 0;
}
