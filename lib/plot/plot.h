/* plot.h - pictures of a head table, and of what the other programs make of it, as scripts
 * for gnuplot(1).  Uses io (and dies as io does), num and stat.
 *
 * A heat map of a table, in SVG on standard output:
 *
 *	#include <stdlib.h>
 *	#include "plot.h"
 *
 *	int
 *	main(int argc, char **argv)
 *	{
 *		const struct plot_spec spec = { .kind = PLOT_HEAT, .y = "entropy", .term = PLOT_SVG };
 *		struct opts o;
 *		struct table *t;
 *		char *script, *picture;
 *		size_t len, n;
 *
 *		err_init(argv[0]);
 *		opts_init(&o);
 *		t = table_open(argv + 1, argc - 1, &o);
 *		script = plot_script(t, &spec, &len);
 *		picture = gnuplot_run(script, len, spec.term, &n);
 *		fwrite(picture, 1, n, stdout);
 *		free(picture);
 *		free(script);
 *		table_close(t);
 *		opts_free(&o);
 *	}
 *
 * Words.  A kind is what is drawn of a table: for each there is a file here, which reads the rows
 * that it needs, begins a script for so many panels, and writes them.  A panel is one pair of axes,
 * with a title.  A term (gnuplot's word) is the form of a picture: a kind of file, or of terminal;
 * that of kitty is PNG to gnuplot, and becomes text behind it.
 * A script is text that gnuplot reads: blocks, which are named lists of numbers, and then plot
 * commands, whose parts draw a block each.  A mark is the colour and form of the points of a group.
 * What a picture shows is computed here, or is a number of the table; gnuplot computes nothing.  A
 * cell of the table gets into a script as a number, or as a text that is a constant (gnuplot_text),
 * and in no other way: so none is ever a command.
 */
#ifndef PLOT_H
#define PLOT_H

#include <stddef.h>

#include "io.h"
#include "stat.h"

/* plot.c - from a table to a script ------------------------------------------------------------ */

/* PLOT_ANY: the one that the columns say. */
enum plot_kind {
	PLOT_HEAT, PLOT_SCATTER, PLOT_SPECTRUM, PLOT_FOREST, PLOT_PROFILE, PLOT_MATRIX, PLOT_RESIDUALS,
	PLOT_KINDS, PLOT_ANY = PLOT_KINDS
};
enum plot_term { PLOT_SVG, PLOT_PDF, PLOT_PNG, PLOT_DUMB, PLOT_SIXEL, PLOT_KITTY, PLOT_TERMS };
extern const char *const plot_kind_name[PLOT_KINDS], *const plot_term_name[PLOT_TERMS];

/* What is drawn, and how.  Lists of columns are as cols_select has them, and NULL where the usual
 * ones are meant (hg-plot(1) says which); messages call them -x, -y and -g. */
struct plot_spec {
	enum plot_kind kind;
	enum plot_term term;
	const char *x, *y, *group;
	double level;                   /* of the intervals of scatter; 0: 0.95 */
	int width, coloured;            /* of a picture in characters: of how many columns; in colours */
};

/* The script, *len bytes, which the caller frees.  The table is at its first row, and read to its
 * end.  Dies, as die_usage does, of what the kind has no use for; of a table that has not what
 * it takes, has nothing to draw, or more than PLOT_PANELS panels. */
enum { PLOT_PANELS = 24 };
char *plot_script(struct table *t, const struct plot_spec *spec, size_t *len);

/* gnuplot.c - what gnuplot makes of it ----------------------------------------------------------- */

/* The picture that gnuplot, without anybody's settings, draws of a script for this term, *n bytes
 * that the caller frees; the same bytes always.  Dies if there is no gnuplot, and if it fails. */
char *gnuplot_run(const char *script, size_t len, enum plot_term term, size_t *n);

#endif
