/* hg-plot - pictures of a head table, or of what the other programs make of it.
 *
 * Comes in: a table; goes out: a picture that gnuplot(1) draws, or the script for it, which
 * holds its data.  All rows that are drawn are held in memory.  A cell of the table gets into
 * the script as a number or through gnuplot_text, and in no other way.
 *
 * Each kind reads its rows, then opens the script for so many panels, then writes them. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "io.h"
#include "num.h"
#include "stat.h"

static const char usage[] =
	"usage: hg-plot [-hV] [-g LIST] [-k KIND] [-o FILE] [-x LIST] [-y LIST] [-@ N]\n"
	"               [--level P] [--na LIST] [--script] [--term NAME] [FILE ...]\n"
	"  -g, --group LIST    keys of panels or colours (tags; scatter: stage)\n"
	"  -h, --help          print this\n"
	"  -k, --kind KIND     heat, scatter, spectrum, forest, profile, matrix,\n"
	"                      residuals (by the columns)\n"
	"  -o, --output FILE   write to FILE, which ends in .svg, .pdf or .png\n"
	"  -V, --version       print the version\n"
	"  -x, --x LIST        to the right (layer); spectrum: singular values\n"
	"  -y, --y LIST        what is drawn\n"
	"  -@, --threads N     threads (the processors, at most 4)\n"
	"      --level P       of the confidence intervals of scatter (0.95)\n"
	"      --na LIST       words for a missing value (NA,NaN,nan,null)\n"
	"      --script        write the script with its data, and draw nothing\n"
	"      --term NAME     svg, pdf, png, dumb, sixel or kitty\n";

enum { LEVEL = OPTS_OWN, SCRIPT, TERM };

static const struct option longopts[] = {
	{ "group",   required_argument, NULL, 'g' },
	{ "help",    no_argument,       NULL, 'h' },
	{ "kind",    required_argument, NULL, 'k' },
	{ "level",   required_argument, NULL, LEVEL },
	{ "na",      required_argument, NULL, OPTS_NA },
	{ "output",  required_argument, NULL, 'o' },
	{ "script",  no_argument,       NULL, SCRIPT },
	{ "term",    required_argument, NULL, TERM },
	{ "threads", required_argument, NULL, '@' },
	{ "version", no_argument,       NULL, 'V' },
	{ "x",       required_argument, NULL, 'x' },
	{ "y",       required_argument, NULL, 'y' },
	{ NULL, 0, NULL, 0 }
};

enum kind { HEAT, SCATTER, SPECTRUM, FOREST, PROFILE, MATRIX, RESIDUALS, KINDS };
static const char *const kind_name[] = { "heat", "scatter", "spectrum", "forest", "profile", "matrix", "residuals" };

enum term { SVG, PDF, PNG, DUMB, SIXEL, KITTY, TERMS };
static const char *const term_name[] = { "svg", "pdf", "png", "dumb", "sixel", "kitty" };

/* No more is drawn: panels; points of one, or numbers of its lines. */
enum { MOST_PANELS = 24, MOST_POINTS = 20000, MOST_VALUES = 200000 };
enum { LABELLED = 5, STEPS = 40 };      /* heads named in a panel; steps of the band */

struct plot {
	struct opts opts;
	const char *x, *y, *group;
	int kind, term, script;         /* kind, term: -1 if not said */
	double level;
	struct table *table;
	FILE *f;                        /* the script, */
	char *text;                     /* which is this in the end */
	size_t len;
};

/* Rows of a frame, kept. */
struct rows {
	double *v;                      /* width numbers of each */
	size_t *group, n, width, cap, group_cap;
};

/* ---- the script ------------------------------------------------------------------------------ */

/* Colours that the colour-blind tell apart: Okabe & Ito, Color Universal Design (2008). */
static const char *const colour[] = {
	"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999"
};
enum { COLOURS = sizeof colour / sizeof colour[0] };

/* A mark of group i: another colour, then another form too. */
static void
put_mark(FILE *f, size_t i)
{
	static const int form[] = { 7, 5, 9, 13, 4, 6, 8, 12 };

	fprintf(f, "lc rgb '%s' pt %d", colour[i % COLOURS], form[(i + i / COLOURS) % 8]);
}

/* Columns of the terminal at standard output. */
static int
terminal_width(void)
{
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 20)
		return w.ws_col;
	return 80;
}

/* A picture of so many inches, letters of 8 points; of a terminal of rows panels above each other. */
static void
put_term(const struct plot *p, double width, double height, size_t rows)
{
	const double dots = 300/72.;
	FILE *f = p->f;

	switch (p->term) {
	case PDF:
		fprintf(f, "set term pdfcairo size %gin,%gin noenhanced font 'Helvetica,8' fontscale 1 linewidth 1\n", width, height);
		break;
	case PNG:
		fprintf(f, "set term pngcairo size %.0f,%.0f noenhanced font 'Helvetica,8' "
		    "fontscale %.3f linewidth %.3f pointscale %.3f\n", width*300, height*300, .75*dots, dots, dots);
		break;
	case DUMB:
		fprintf(f, "set term dumb size %d,%d noenhanced%s\n", terminal_width(), (int)(rows*(size_t)fmax(22, 9*height/(double)rows)),
		    p->kind == HEAT || (isatty(STDOUT_FILENO) && p->opts.outfile == NULL) ? " ansi256" : "");
		break;
	case SIXEL:
	case KITTY:
		fprintf(f, "set term %s size %.0f,%.0f noenhanced font 'Helvetica,8' fontscale 1.5 linewidth 1.5 truecolor\n",
		    p->term == SIXEL ? "sixelgd" : "kittycairo", width*150, height*150);
		break;
	default:
		fprintf(f, "set term svg size %.0f,%.0f noenhanced font 'Helvetica,10.5' background rgb 'white'\n", width*96, height*96);
	}
}

/* Begins a script of n panels, each so many inches high. */
static void
script_begin(struct plot *p, size_t n, double height)
{
	size_t across = p->term == DUMB || n == 1 ? 1 : n == 2 || n == 4 ? 2 : 3, down = (n + across - 1)/across;

	if (n == 0)
		die("%s: nothing to draw: no row has what it takes", gz_name(p->table->gz));
	if (n > MOST_PANELS)
		die("%s: %zu panels, more than %d: choose with -g, -x, -y or awk(1)", gz_name(p->table->gz), n, MOST_PANELS);
	p->f = open_memstream(&p->text, &p->len);
	if (p->f == NULL)
		die("%s", strerror(errno));
	fprintf(p->f, "# %s, by hg-plot %s, for gnuplot 5.2 or newer: gnuplot FILE >PICTURE\n", kind_name[p->kind], VERSION);
	fputs("set encoding utf8\n", p->f);
	put_term(p, across == 1 ? 3.4 : 7, height*(double)down, down);
	fputs("set border lw .5\nset tics scale .5 nomirror noenhanced\nset key noenhanced samplen 1.5\n"
	    "set title noenhanced\nset xlabel noenhanced\nset ylabel noenhanced\nset cblabel noenhanced\n", p->f);
	if (n > 1)
		fprintf(p->f, "set multiplot layout %zu,%zu\n", down, across);
}

/* Ends it, and draws. */
static void
script_end(struct plot *p)
{
	struct out *out;
	char *picture = NULL;
	size_t n = 0;

	fputs("unset multiplot\n", p->f);
	if (ferror(p->f) || fclose(p->f) != 0)
		die("%s", strerror(errno));
	if (!p->script)
		picture = gnuplot_run(p->text, p->len, &n);
	out = out_open(p->opts.outfile, 1, 0, 1);
	out_bytes(out, p->script ? p->text : picture, p->script ? p->len : n);
	out_close(out);
	free(picture);
	free(p->text);
}

static void
put_set(const struct plot *p, const char *what, const char *text)
{
	fprintf(p->f, "set %s ", what);
	gnuplot_text(p->f, text, 0);
	fputs(" noenhanced\n", p->f);
}

static void
put_row(const struct plot *p, const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			putc(' ', p->f);
		gnuplot_num(p->f, v[i]);
	}
	putc('\n', p->f);
}

/* The keys of a group as text, "" without keys; the caller frees it. */
static char *
group_title(const struct group *g, size_t k)
{
	char *text = mem_text("", 0), *longer;

	for (size_t i = 0; i < group_keys(g); i++) {
		longer = mem_print("%s%s%s", text, i > 0 ? ", " : "", k == 0 ? "(none)" : group_key(g, k, i));
		free(text);
		text = longer;
	}
	return text;
}

/* "name" and the keys of a group above a panel. */
static void
put_title(const struct plot *p, const struct group *g, size_t k, const char *name)
{
	char *keys = group_title(g, k), *title = mem_print("%s%s%s", keys, *keys && *name ? ": " : "", name);

	put_set(p, "title", title);
	free(title);
	free(keys);
}

/* ---- rows -------------------------------------------------------------------------------------- */

/* The columns of a list, or else the others; the caller frees them. */
static size_t *
choose(const struct plot *p, const char *list, const char *option, size_t *(*usual)(const struct table *, size_t *), size_t *n)
{
	return list != NULL ? cols_select(p->table, list, option, n) : usual(p->table, n);
}

/* Of measured columns the first, or else all there are to show: descriptors. */
static size_t *
columns_shown(const struct table *t, size_t *n)
{
	size_t *col = columns_measured(t, n);

	if (*n > 0)
		return col;
	free(col);
	return columns_descriptors(t, n);
}

static size_t *
usual_spectrum(const struct table *t, size_t *n)
{
	return columns_spectrum(t, "-x", n);
}

static void
no_columns(const struct plot *p, const char *option)
{
	die("%s: %s: no column to draw%s", gz_name(p->table->gz), option, table_hint(p->table));
}

static struct frame *
read_rows(struct plot *p, const size_t *key, size_t nkey, const size_t *num, size_t n, struct rows *r)
{
	struct frame *f = frame_open(p->table, &(struct frame_spec){ .key = key, .nkey = nkey, .num = num, .nnum = n,
	    .weight = TABLE_NONE });
	struct obs o;

	*r = (struct rows){ .width = n };
	while (frame_next(f, &o)) {
		r->v = mem_grow(r->v, &r->cap, (r->n + 1)*n, sizeof *r->v);
		r->group = mem_grow(r->group, &r->group_cap, r->n + 1, sizeof *r->group);
		memcpy(r->v + r->n*n, o.num, n*sizeof *o.num);
		r->group[r->n++] = o.group;
	}
	frame_warn(f);
	return f;
}

static void
free_rows(struct rows *r)
{
	free(r->v);
	free(r->group);
}

/* keep[0..n): most of them, drawn by chance, the same ones always. */
static unsigned char *
thin(size_t n, size_t most)
{
	unsigned char *keep = mem_new(n + 1, 1);
	struct rng g;
	size_t left = most;

	rng_seed(&g, 1);
	for (size_t i = 0; i < n; i++)  /* Knuth, TAOCP 2, 3rd ed., 3.4.2, Algorithm S */
		if (left > 0 && rng_below(&g, n - i) < left) {
			keep[i] = 1;
			left--;
		}
	return keep;
}

/* ---- heat ---------------------------------------------------------------------------------------- */

/* Least and greatest of column c. */
static void
range(const struct rows *r, size_t c, double *min, double *max)
{
	*min = INFINITY;
	*max = -INFINITY;
	for (size_t i = 0; i < r->n; i++) {
		*min = fmin(*min, r->v[i*r->width + c]);
		*max = fmax(*max, r->v[i*r->width + c]);
	}
}

/* From blue over white at 0 to red if both signs are there; else viridis. */
static void
put_palette(const struct plot *p, double min, double max)
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
	fputs("set cbrange [", p->f);
	gnuplot_num(p->f, min);
	fputs(":", p->f);
	gnuplot_num(p->f, max);
	fputs("]\n", p->f);
}

/* How many rows or columns an image is made of, where gnuplot wants two: the second is outside
 * of what is shown. */
static size_t
two(size_t n)
{
	return n < 2 ? 2 : n;
}

/* The layers and heads of group k are whole numbers, none there twice: how many of each. */
static void
heat_grid(const struct plot *p, const struct rows *r, const struct group *g, size_t k, size_t size[2])
{
	unsigned char *seen;

	size[0] = size[1] = 0;
	for (size_t i = 0; i < r->n; i++)
		for (int c = 0; c < 2 && r->group[i] == k; c++) {
			double x = r->v[i*r->width + (size_t)c];

			if (!(x >= 0 && x < 10000 && x == floor(x)))
				die("%s: %s: not a whole number from 0 to 9999 in some row", gz_name(p->table->gz), c ? "head" : "layer");
			if ((size_t)x >= size[c])
				size[c] = (size_t)x + 1;
		}
	seen = mem_new(size[0]*size[1] + 1, 1);
	for (size_t i = 0; i < r->n; i++)
		if (r->group[i] == k) {
			double l = r->v[i*r->width], h = r->v[i*r->width + 1];
			char *title = group_title(g, k);

			if (seen[(size_t)l*size[1] + (size_t)h]++)
				die("%s: two rows of layer %g, head %g%s%s: -g names what tells them apart", gz_name(p->table->gz), l, h,
				    *title ? ", " : "", title);
			free(title);
		}
	free(seen);
}

static int
has_value(const struct rows *r, size_t k, size_t c)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->group[i] == k && !isnan(r->v[i*r->width + c]))
			return 1;
	return 0;
}

static void
heat_panel(const struct plot *p, const struct rows *r, const struct group *g, size_t k, size_t c, const char *name)
{
	size_t size[2], across, n;
	double *cell, min, max;

	heat_grid(p, r, g, k, size);
	across = two(size[1]);
	n = two(size[0])*across;
	cell = mem_new(n, sizeof *cell);
	for (size_t i = 0; i < n; i++)
		cell[i] = NAN;
	for (size_t i = 0; i < r->n; i++)
		if (r->group[i] == k)
			cell[(size_t)r->v[i*r->width]*across + (size_t)r->v[i*r->width + 1]] = r->v[i*r->width + c];
	fputs("$d <<EOD\n", p->f);
	for (size_t row = 0; row < n/across; row++)
		for (size_t i = 0; i < across; i++)
			put_row(p, (double[]){ (double)i, (double)row, cell[row*across + i] }, 3);
	fputs("EOD\n", p->f);
	free(cell);
	range(r, c, &min, &max);
	put_palette(p, min, max);
	put_title(p, g, k, name);
	fprintf(p->f, "set xlabel 'head'\nset ylabel 'layer'\nset xrange [-.5:%g]\nset yrange [-.5:%g]\n", (double)size[1] - .5,
	    (double)size[0] - .5);
	for (int a = 0; a < 2; a++) {
		size_t step = 1;

		while (size[1 - a]/step > 12)
			step *= 2;
		fprintf(p->f, "set %ctics 0,%zu\n", a ? 'y' : 'x', step);
	}
	fputs("set format cb '%.3g'\nplot $d using 1:2:3 with image notitle", p->f);
	if (p->term == DUMB && size[1] <= 12)
		fputs(", $d using 1:2:($3 == $3 ? sprintf('%.2g', $3) : '') with labels notitle", p->f);
	putc('\n', p->f);
}

static void
heat(struct plot *p)
{
	struct table *t = p->table;
	size_t ny, nkey, n = 0, *key = choose(p, p->group, "-g", columns_tags, &nkey), *order;
	size_t *y = choose(p, p->y, "-y", columns_shown, &ny), *num = mem_new(ny + 2, sizeof *num);
	struct rows r;
	struct frame *f;

	if (ny == 0)
		no_columns(p, "-y");
	num[0] = table_col(t, "layer");
	num[1] = table_col(t, "head");
	memcpy(num + 2, y, ny*sizeof *y);
	f = read_rows(p, key, nkey, num, ny + 2, &r);
	order = group_order(frame_group(f));
	for (size_t k = 0; k < group_count(frame_group(f)); k++)
		for (size_t c = 0; c < ny; c++)
			n += (size_t)has_value(&r, k, c + 2);
	script_begin(p, n, n == 1 ? 2.6 : 2.3);
	for (size_t i = 0; i < group_count(frame_group(f)); i++)
		for (size_t c = 0; c < ny; c++)
			if (has_value(&r, order[i], c + 2))
				heat_panel(p, &r, frame_group(f), order[i], c + 2, t->name[y[c]]);
	script_end(p);
	frame_free(f);
	free_rows(&r);
	free(order);
	free(key);
	free(y);
	free(num);
}

/* ---- scatter ------------------------------------------------------------------------------------ */

/* The points of a panel and what is known of them. */
struct cloud {
	const char *name[2];            /* x, y */
	double *xy;
	size_t *row, n;                 /* of the rows: which of them */
	struct corr_row r;
	struct lm *line;
	struct lm_fit fit;
	double xmin, xmax;
	size_t extreme[LABELLED];       /* of the points */
	size_t nextreme;
};

/* The n points that have both; r of them; their line. */
static void
cloud_fit(const struct plot *p, struct cloud *c, struct group *all)
{
	const struct lm_var var = { .name = c->name[0], .degree = 1 };
	const struct lm_spec ls = { .var = &var, .nvar = 1, .y = &c->name[1], .ny = 1, .intercept = 1 };
	const struct lm_view lv = { .level = p->level };
	const struct corr_spec cs = { .name = c->name, .nx = 1, .ny = 1 };
	const struct corr_view cv = { .method = { CORR_PEARSON }, .nmethod = 1, .level = p->level };
	struct corr *corr = corr_new(&cs, &cv, all);

	c->line = lm_new(&ls, &lv, all);
	c->xmin = INFINITY;
	c->xmax = -INFINITY;
	for (size_t i = 0; i < c->n; i++) {
		struct obs o = { .weight = 1, .num = c->xy + 2*i };

		corr_add(corr, &o);
		lm_add(c->line, &o);
		c->xmin = fmin(c->xmin, c->xy[2*i]);
		c->xmax = fmax(c->xmax, c->xy[2*i]);
	}
	corr_solve(corr);
	corr_rows(corr, 0, 0, &c->r);
	corr_free(corr);
	lm_solve(c->line, gz_name(p->table->gz));
	lm_fit(c->line, 0, 0, &c->fit);
}

/* Those that move the line most, by Cook's distance. */
static void
cloud_extremes(struct cloud *c)
{
	double size[LABELLED];
	struct ls_row at;

	c->nextreme = 0;
	for (size_t i = 0; i < c->n; i++) {
		size_t j;

		lm_row(c->line, &(struct obs){ .weight = 1, .num = c->xy + 2*i }, 0, 0, &at);
		if (!(at.cooks_d > 0))
			continue;
		for (j = c->nextreme; j > 0 && size[j - 1] < at.cooks_d; j--)
			if (j < LABELLED) {
				size[j] = size[j - 1];
				c->extreme[j] = c->extreme[j - 1];
			}
		if (j < LABELLED) {
			size[j] = at.cooks_d;
			c->extreme[j] = i;
			c->nextreme += c->nextreme < LABELLED;
		}
	}
}

/* x, the line there, and the ends of its confidence interval: fitted -+ t sigma sqrt(hat). */
static void
put_band(const struct plot *p, const struct cloud *c)
{
	double t = c->fit.df_residual > 0 ? tail_t2_inv(1 - p->level, c->fit.df_residual) : NAN;

	fputs("$line <<EOD\n", p->f);
	for (int i = 0; i <= STEPS; i++) {
		double xy[2] = { i == STEPS ? c->xmax : c->xmin + (c->xmax - c->xmin)*i/STEPS, c->xy[1] }, half;
		struct ls_row at;

		lm_row(c->line, &(struct obs){ .weight = 1, .num = xy }, 0, 0, &at);
		half = t*c->fit.sigma*sqrt(at.hat);
		put_row(p, (double[]){ xy[0], at.fitted, at.fitted - half, at.fitted + half }, 4);
	}
	fputs("EOD\n", p->f);
}

/* The points of each group; those of a cloud too large are thinned, but for the extremes. */
static void
put_points(const struct plot *p, const struct cloud *c, const struct rows *r, const size_t *order, size_t ngroup)
{
	unsigned char *keep = c->n > MOST_POINTS ? thin(c->n, MOST_POINTS) : NULL;

	for (size_t i = 0; keep != NULL && i < c->nextreme; i++)
		keep[c->extreme[i]] = 1;
	if (keep != NULL)
		warn("%d of %zu points are drawn, chosen by chance; line, r and n are of all", MOST_POINTS, c->n);
	for (size_t g = 0; g < ngroup; g++) {
		fprintf(p->f, "$p%zu <<EOD\n", g);
		for (size_t i = 0; i < c->n; i++)
			if (r->group[c->row[i]] == order[g] && (keep == NULL || keep[i]))
				put_row(p, c->xy + 2*i, 2);
		fputs("EOD\n", p->f);
	}
	free(keep);
}

/* layer.head beside the extremes; head is column at + 1 of the rows, at 0 if there is none. */
static void
put_names(const struct plot *p, const struct cloud *c, const struct rows *r, size_t at)
{
	fputs("unset label\n", p->f);
	for (size_t i = 0; at > 0 && i < c->nextreme; i++) {
		const double *v = r->v + c->row[c->extreme[i]]*r->width + at;
		size_t place = 0;       /* from the left: neighbours are above and below */

		for (size_t k = 0; k < c->nextreme; k++)
			place += c->xy[2*c->extreme[k]] < c->xy[2*c->extreme[i]];
		if (isnan(v[0]) || isnan(v[1]))
			continue;
		fprintf(p->f, "set label '%.15g.%.15g' at ", v[0], v[1]);
		gnuplot_num(p->f, c->xy[2*c->extreme[i]]);
		putc(',', p->f);
		gnuplot_num(p->f, c->xy[2*c->extreme[i] + 1]);
		fprintf(p->f, " offset .6,%s font ',6' front noenhanced\n", place % 2 == 0 ? ".3" : "-.4");
	}
}

static void
put_stats(const struct plot *p, const struct cloud *c)
{
	fputs("# n r ci_low ci_high\n# ", p->f);
	put_row(p, (double[]){ c->r.n, c->r.r, c->r.ci_low, c->r.ci_high }, 4);
	if (isnan(c->r.r))
		fprintf(p->f, "set title 'r undefined, n = %.0f' noenhanced\n", c->r.n);
	else if (isnan(c->r.ci_low))
		fprintf(p->f, "set title 'r = %.2f, n = %.0f' noenhanced\n", c->r.r, c->r.n);
	else
		fprintf(p->f, "set title 'r = %.2f, %g %% [%.2f, %.2f], n = %.0f' noenhanced\n", c->r.r, 100*p->level, c->r.ci_low,
		    c->r.ci_high, c->r.n);
}

static void
scatter_panel(const struct plot *p, struct cloud *c, const struct rows *r, const struct group *g, size_t head)
{
	size_t *order = group_order(g), ngroup = group_count(g);
	int line;

	cloud_extremes(c);
	line = isfinite(c->fit.r_squared) && c->xmin < c->xmax;
	put_stats(p, c);
	put_set(p, "xlabel", c->name[0]);
	put_set(p, "ylabel", c->name[1]);
	put_names(p, c, r, head);
	put_points(p, c, r, order, ngroup);
	if (line)
		put_band(p, c);
	fprintf(p->f, "set key %s\nset offsets graph .02, graph .06, graph .04, graph .04\nset autoscale\nplot ",
	    group_keys(g) > 0 ? "outside center top horizontal" : "off");
	if (line)
		fputs("$line using 1:3:4 with filledcurves lc rgb '#d0d0d0' notitle, $line using 1:2 with lines lw 1.2 lc rgb '#404040' notitle", p->f);
	for (size_t i = 0, said = (size_t)line; i < ngroup; i++) {
		char *title = group_title(g, order[i]);
		int any = 0;

		for (size_t k = 0; k < c->n && !any; k++)
			any = r->group[c->row[k]] == order[i];
		if (any) {
			fprintf(p->f, "%s$p%zu using 1:2 with points ps .35 ", said++ ? ", " : "", i);
			put_mark(p->f, group_keys(g) > 0 && i > 0 ? i - 1 : i);
			fputs(" title ", p->f);
			gnuplot_text(p->f, title, 0);
		}
		free(title);
	}
	putc('\n', p->f);
	free(order);
}

/* The points that have columns x and y. */
static void
cloud_take(struct cloud *c, const struct rows *r, size_t x, size_t y)
{
	c->xy = mem_new(2*r->n, sizeof *c->xy);
	c->row = mem_new(r->n, sizeof *c->row);
	for (size_t i = 0; i < r->n; i++) {
		const double *v = r->v + i*r->width;

		if (!isnan(v[x]) && !isnan(v[y])) {
			c->xy[2*c->n] = v[x];
			c->xy[2*c->n + 1] = v[y];
			c->row[c->n++] = i;
		}
	}
}

static size_t *
columns_first(const struct table *t, size_t *n, size_t *(*all)(const struct table *, size_t *))
{
	size_t *col = all(t, n);

	*n = *n > 0;
	return col;
}

static size_t *
columns_scatter_x(const struct table *t, size_t *n)
{
	return columns_first(t, n, columns_descriptors);
}

static size_t *
columns_scatter_y(const struct table *t, size_t *n)
{
	return columns_first(t, n, columns_measured);
}

static void
scatter(struct plot *p)
{
	struct table *t = p->table;
	size_t nx, ny, nkey, n = 0, *key = choose(p, p->group, "-g", columns_stage, &nkey);
	size_t *x = choose(p, p->x, "-x", columns_scatter_x, &nx), *y = choose(p, p->y, "-y", columns_scatter_y, &ny);
	size_t layer = table_find(t, "layer"), head = table_find(t, "head"), *num = mem_new(nx + ny + 2, sizeof *num);
	int named = layer != TABLE_NONE && head != TABLE_NONE;
	struct group *all = group_new(NULL, 0);
	struct cloud *c = mem_new(nx*ny, sizeof *c);
	struct rows r;
	struct frame *f;

	if (nx == 0 || ny == 0)
		no_columns(p, nx == 0 ? "-x" : "-y");
	memcpy(num, x, nx*sizeof *x);
	memcpy(num + nx, y, ny*sizeof *y);
	num[nx + ny] = layer;
	num[nx + ny + 1] = head;
	f = read_rows(p, key, nkey, num, nx + ny + (named ? 2 : 0), &r);
	for (size_t i = 0; i < nx*ny; i++) {
		c[n] = (struct cloud){ .name = { t->name[x[i % nx]], t->name[y[i/nx]] } };
		cloud_take(&c[n], &r, i % nx, nx + i/nx);
		if (c[n].n > 0)
			cloud_fit(p, &c[n++], all);
		else {
			warn("%s: no row has both %s and %s", gz_name(t->gz), c[n].name[0], c[n].name[1]);
			free(c[n].xy);
			free(c[n].row);
		}
	}
	script_begin(p, n, 2.7);
	for (size_t i = 0; i < n; i++) {
		scatter_panel(p, &c[i], &r, frame_group(f), named ? nx + ny : 0);
		lm_free(c[i].line);
		free(c[i].xy);
		free(c[i].row);
	}
	script_end(p);
	frame_free(f);
	free_rows(&r);
	group_free(all);
	free(c);
	free(key);
	free(x);
	free(y);
	free(num);
}

/* ---- spectrum ----------------------------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of v[0..n), sorted, n > 0, the quantile q: R's type 7. */
static double
quantile(const double *v, size_t n, double q)
{
	double at = q*(double)(n - 1), low = floor(at);
	size_t i = (size_t)low;

	return i + 1 < n ? v[i] + (at - low)*(v[i + 1] - v[i]) : v[i];
}

/* k, quartiles and median of s_k over the rows of group g. */
static void
put_quartiles(const struct plot *p, const struct rows *r, size_t g, size_t ns)
{
	double *v = mem_new(r->n + 1, sizeof *v);

	fputs("$quart <<EOD\n", p->f);
	for (size_t k = 0; k < ns; k++) {
		size_t n = 0;

		for (size_t i = 0; i < r->n; i++)
			if (r->group[i] == g && !isnan(r->v[i*r->width + k]))
				v[n++] = r->v[i*r->width + k];
		if (n == 0)
			continue;
		qsort(v, n, sizeof *v, compare);
		put_row(p, (double[]){ (double)(k + 1), quantile(v, n, .25), quantile(v, n, .5), quantile(v, n, .75) }, 4);
	}
	fputs("EOD\n", p->f);
	free(v);
}

/* Each head a line, blank lines between; s_k = 0 has no logarithm. */
static void
put_lines(const struct plot *p, const struct rows *r, size_t g, size_t ns, int layer)
{
	size_t n = 0, most = MOST_VALUES/ns + 1, at = 0;
	unsigned char *keep;

	for (size_t i = 0; i < r->n; i++)
		n += r->group[i] == g;
	keep = thin(n, most);
	if (n > most)
		warn("%zu of %zu spectra are drawn, chosen by chance; median and quartiles are of all", most, n);
	fputs("$d <<EOD\n", p->f);
	for (size_t i = 0; i < r->n; i++) {
		const double *v = r->v + i*r->width;

		if (r->group[i] != g || !keep[at++])
			continue;
		for (size_t k = 0; k < ns; k++)
			if (v[k] > 0)
				put_row(p, (double[]){ (double)(k + 1), v[k], layer ? v[ns] : 0 }, 3);
		putc('\n', p->f);
	}
	fputs("EOD\n", p->f);
	free(keep);
}

static void
spectrum_panel(const struct plot *p, const struct rows *r, const struct group *g, size_t k, size_t ns, int layer)
{
	double min = 0, max = 0;

	put_title(p, g, k, "");
	put_lines(p, r, k, ns, layer);
	put_quartiles(p, r, k, ns);
	if (layer)
		range(r, ns, &min, &max);
	put_palette(p, min, max);
	fputs("set xlabel 'k'\nset ylabel 'singular value s_k'\nset cblabel 'layer'\nset logscale y\nset yrange [*:*] noextend\nset format y '%g'\n", p->f);
	fprintf(p->f, "set key top right\nset xrange [1:%zu]\nplot $d using 1:2:3 with lines lw .4 lc palette notitle, ", ns > 1 ? ns : 2);
	fputs("$quart using 1:2 with lines dt 2 lw .9 lc rgb 'black' title 'quartiles', "
	    "$quart using 1:4 with lines dt 2 lw .9 lc rgb 'black' notitle, "
	    "$quart using 1:3 with lines lw 1.5 lc rgb 'black' title 'median'\n", p->f);
}

/* A spectrum is not negative. */
static int
any_spectrum(const struct plot *p, const struct rows *r, size_t g, size_t ns)
{
	int any = 0;

	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < ns && r->group[i] == g; k++) {
			if (r->v[i*r->width + k] < 0)
				die("%s: a singular value is below 0: %g", gz_name(p->table->gz), r->v[i*r->width + k]);
			any |= r->v[i*r->width + k] > 0;
		}
	return any;
}

static void
spectrum(struct plot *p)
{
	struct table *t = p->table;
	size_t ns, nkey, n = 0, *key = choose(p, p->group, "-g", columns_tags, &nkey), *order;
	size_t *s = choose(p, p->x, "-x", usual_spectrum, &ns), *num = mem_new(ns + 1, sizeof *num);
	int layer = table_find(t, "layer") != TABLE_NONE;
	struct rows r;
	struct frame *f;

	if (ns == 0)
		no_columns(p, "-x");
	memcpy(num, s, ns*sizeof *s);
	num[ns] = table_find(t, "layer");
	f = read_rows(p, key, nkey, num, ns + (size_t)layer, &r);
	order = group_order(frame_group(f));
	for (size_t k = 0; k < group_count(frame_group(f)); k++)
		n += (size_t)any_spectrum(p, &r, k, ns);
	script_begin(p, n, 2.6);
	for (size_t i = 0; i < group_count(frame_group(f)); i++)
		if (any_spectrum(p, &r, order[i], ns))
			spectrum_panel(p, &r, frame_group(f), order[i], ns, layer);
	script_end(p);
	frame_free(f);
	free_rows(&r);
	free(order);
	free(key);
	free(s);
	free(num);
}

/* ---- forest ------------------------------------------------------------------------------------- */

/* A line of hg-correlate's or hg-regress's table: its panel, term and group by number; the effect
 * and the ends of its interval. */
struct effect {
	size_t y, term, group;
	double v[3];
};

struct forest {
	struct map *y, *term, *group, *method;
	struct effect *e;
	size_t n, cap;
};

/* The keys of the row, what stands before y, as "a, b"; behind a NUL its method if there is one. */
static size_t
forest_group(struct forest *w, const struct table *t, size_t y, size_t method)
{
	char *text = NULL;
	size_t cap = 0, n = 0, k;

	for (size_t i = 0; i <= y; i++) {
		size_t c = i < y ? i : method, len = c != TABLE_NONE ? t->len[c] : 0;

		text = mem_grow(text, &cap, n + len + 3, 1);
		memcpy(text + n, i == y ? "\0" : ", ", 2);        /* a NUL, or between keys */
		n += i == y ? 1 : i > 0 ? 2 : 0;
		if (len > 0)
			memcpy(text + n, t->field[c], len);
		n += len;
	}
	k = map_add(w->group, text, n);
	if (method != TABLE_NONE)
		map_add(w->method, t->field[method], t->len[method]);
	free(text);
	return k;
}

/* What it is called; the caller frees it. */
static char *
forest_title(const struct forest *w, size_t g)
{
	size_t len;
	const char *keys = map_key(w->group, g, &len), *method = keys + strlen(keys) + 1;

	if (map_count(w->method) < 2)
		return mem_text(keys, strlen(keys));
	return mem_print("%s%s%.*s", keys, *keys ? ", " : "", (int)(len - strlen(keys) - 1), method);
}

/* Of a coefficient beta with its interval on that scale, or the estimate: v. */
static void
effect_scale(double v[3], double beta)
{
	for (int i = 1; i < 3; i++)
		v[i] = v[0] != 0 ? v[i]*(beta/v[0]) : NAN;
	v[0] = beta;
}

/* Reads it all; the intercept, which is no effect, is left out.  beta: its column, or TABLE_NONE. */
static void
forest_read(struct plot *p, struct forest *w, const size_t col[3], size_t term, size_t beta)
{
	struct table *t = p->table;
	size_t y = table_col(t, "y"), method = table_find(t, "method");

	while (table_next(t)) {
		struct effect e = { 0 };
		double b;

		if (strcmp(t->field[term], "(Intercept)") == 0)
			continue;
		for (int i = 0; i < 3; i++)
			if (!table_num(t, col[i], &e.v[i]))
				e.v[i] = NAN;
		if (beta != TABLE_NONE)
			effect_scale(e.v, table_num(t, beta, &b) ? b : NAN);
		if (isnan(e.v[0]))
			continue;
		e.y = map_add(w->y, t->field[y], t->len[y]);
		e.term = map_add(w->term, t->field[term], t->len[term]);
		e.group = forest_group(w, t, y, method);
		w->e = mem_grow(w->e, &w->cap, w->n + 1, sizeof *w->e);
		w->e[w->n++] = e;
	}
}

/* Terms from above, and around each of them its groups. */
static double
forest_height(const struct forest *w, const struct effect *e)
{
	double n = (double)map_count(w->group);

	return -(double)e->term - ((double)e->group - (n - 1)/2)*.7/n;
}

/* From 0 and the least number to the greatest, with some room. */
static void
forest_range(const struct plot *p, const struct forest *w, size_t y)
{
	double min = 0, max = 0, room;

	for (size_t i = 0; i < w->n; i++)
		for (int k = 0; k < 3 && w->e[i].y == y; k++) {
			min = fmin(min, w->e[i].v[k]);
			max = fmax(max, w->e[i].v[k]);
		}
	room = max > min ? .04*(max - min) : 1;
	fputs("set xrange [", p->f);
	gnuplot_num(p->f, min - room);
	putc(':', p->f);
	gnuplot_num(p->f, max + room);
	fputs("]\n", p->f);
}

static void
forest_panel(const struct plot *p, const struct forest *w, size_t y, const char *label)
{
	size_t ngroup = map_count(w->group), nterm = map_count(w->term), len, said = 0;
	char *title;

	for (size_t g = 0; g < ngroup; g++) {
		fprintf(p->f, "$g%zu <<EOD\n", g);
		for (size_t i = 0; i < w->n; i++) {
			const struct effect *e = &w->e[i];

			if (e->y == y && e->group == g)
				put_row(p, (double[]){ e->v[0], forest_height(w, e), e->v[1], e->v[2] }, 4);
		}
		fputs("EOD\n", p->f);
	}
	put_set(p, "title", map_key(w->y, y, &len));
	put_set(p, "xlabel", label);
	fputs("set ytics (", p->f);
	for (size_t i = 0; i < nterm; i++) {
		fputs(i > 0 ? ", " : "", p->f);
		gnuplot_text(p->f, map_key(w->term, i, &len), 1);
		fprintf(p->f, " %ld", -(long)i);
	}
	fprintf(p->f, ") noenhanced\nset yrange [%g:.6]\n", .4 - (double)nterm);
	forest_range(p, w, y);
	fprintf(p->f, "set arrow 1 from first 0, graph 0 to first 0, graph 1 nohead lc rgb '#999999' dt 2\nset key %s\nplot ",
	    ngroup > 1 ? "outside center top horizontal" : "off");
	for (size_t g = 0; g < ngroup; g++) {
		int any = 0;

		for (size_t i = 0; i < w->n && !any; i++)
			any = w->e[i].y == y && w->e[i].group == g;
		if (!any)
			continue;
		fprintf(p->f, "%s$g%zu using 1:2:3:4 with xerrorbars lw 1.2 ps .4 ", said++ ? ", " : "", g);
		put_mark(p->f, g);
		fputs(" title ", p->f);
		title = forest_title(w, g);
		gnuplot_text(p->f, title, 0);
		free(title);
	}
	putc('\n', p->f);
}

/* Which columns are drawn, and what the axis says. */
static const char *
forest_columns(const struct plot *p, size_t col[3], size_t *term, size_t *beta)
{
	const struct table *t = p->table;
	int regress = table_find(t, "term") != TABLE_NONE;

	*beta = TABLE_NONE;
	if (p->y != NULL && (!regress || (strcmp(p->y, "beta") != 0 && strcmp(p->y, "estimate") != 0)))
		die_usage("-y: of a forest of coefficients estimate or beta, of correlations none");
	*term = table_col(t, regress ? "term" : "x");
	col[0] = table_col(t, regress ? "estimate" : "r");
	col[1] = table_col(t, regress ? "conf_low" : "ci_low");
	col[2] = table_col(t, regress ? "conf_high" : "ci_high");
	if (!regress)
		return "r";
	if (p->y == NULL || strcmp(p->y, "beta") == 0)
		*beta = table_col(t, "beta");
	return *beta != TABLE_NONE ? "standardised coefficient" : "coefficient";
}

static void
forest(struct plot *p)
{
	struct forest w = { .y = map_new(), .term = map_new(), .group = map_new(), .method = map_new() };
	size_t col[3], term, beta;
	const char *label = forest_columns(p, col, &term, &beta);

	forest_read(p, &w, col, term, beta);
	script_begin(p, map_count(w.y), .9 + (double)map_count(w.term)*fmax(.17, .09*(double)map_count(w.group)));
	for (size_t y = 0; y < map_count(w.y); y++)
		forest_panel(p, &w, y, label);
	script_end(p);
	map_free(w.y);
	map_free(w.term);
	map_free(w.group);
	map_free(w.method);
	free(w.e);
}

/* ---- profile ------------------------------------------------------------------------------------ */

/* By x, then by y, so that sums have one order. */
static int
compare_pairs(const void *a, const void *b)
{
	int first = compare(a, b);

	return first != 0 ? first : compare((const double *)a + 1, (const double *)b + 1);
}

/* In the order of x its mean, least and greatest number of column c of group k at each x. */
static void
put_profile(const struct plot *p, const struct rows *r, size_t k, size_t c)
{
	double *v = mem_new(2*r->n + 1, sizeof *v);
	size_t n = 0, same;

	for (size_t i = 0; i < r->n; i++)
		if (r->group[i] == k && !isnan(r->v[i*r->width]) && !isnan(r->v[i*r->width + c])) {
			v[2*n] = r->v[i*r->width];
			v[2*n++ + 1] = r->v[i*r->width + c];
		}
	qsort(v, n, 2*sizeof *v, compare_pairs);
	fprintf(p->f, "$p%zu <<EOD\n", k);
	for (size_t i = 0; i < n; i += same) {
		double mean = 0, min = v[2*i + 1], max = min;

		for (same = 0; i + same < n && v[2*(i + same)] == v[2*i]; same++) {
			double y = v[2*(i + same) + 1];

			mean += (y - mean)/((double)same + 1);
			min = fmin(min, y);
			max = fmax(max, y);
		}
		put_row(p, (double[]){ v[2*i], mean, min, max }, 4);
	}
	fputs("EOD\n", p->f);
	free(v);
}

/* Some row has both x and column c. */
static int
has_both(const struct rows *r, size_t c)
{
	for (size_t i = 0; i < r->n; i++)
		if (!isnan(r->v[i*r->width]) && !isnan(r->v[i*r->width + c]))
			return 1;
	return 0;
}

static void
profile_panel(const struct plot *p, const struct rows *r, const struct group *g, const size_t *order, size_t c, const char *x,
    const char *y)
{
	size_t said = 0;

	for (size_t k = 0; k < group_count(g); k++)
		put_profile(p, r, k, c);
	put_set(p, "xlabel", x);
	put_set(p, "ylabel", y);
	fprintf(p->f, "set autoscale xfix\nset autoscale y\nset offsets graph .03, graph .03, 0, 0\nset key %s\nplot ",
	    group_keys(g) > 0 ? "outside center top horizontal" : "off");
	for (int mean = 0; mean < 2; mean++)    /* lines over the ranges */
		for (size_t i = 0; i < group_count(g); i++) {
			size_t k = order[i], ink = group_keys(g) > 0 && i > 0 ? i - 1 : i;
			char *title = group_title(g, k);

			if (has_value(r, k, c)) {
				fprintf(p->f, "%s$p%zu using %s ", said++ ? ", " : "", k, mean ? "1:2 with linespoints lw 1.2 ps .4" :
				    "1:3:4 with filledcurves fs transparent solid .15");
				if (mean)
					put_mark(p->f, ink);
				else
					fprintf(p->f, "lc rgb '%s'", colour[ink % COLOURS]);
				fputs(mean ? " title " : " notitle", p->f);
				if (mean)
					gnuplot_text(p->f, title, 0);
			}
			free(title);
		}
	putc('\n', p->f);
}

static void
profile(struct plot *p)
{
	struct table *t = p->table;
	size_t ny, nx, nkey, n = 0, *key = choose(p, p->group, "-g", columns_tags, &nkey), *order;
	size_t *y = choose(p, p->y, "-y", columns_shown, &ny), *num = mem_new(ny + 1, sizeof *num);
	size_t *x = cols_select(t, p->x != NULL ? p->x : "layer", "-x", &nx);
	struct rows r;
	struct frame *f;

	if (ny == 0)
		no_columns(p, "-y");
	if (nx != 1)
		die_usage("-x: a profile has one");
	num[0] = x[0];
	memcpy(num + 1, y, ny*sizeof *y);
	f = read_rows(p, key, nkey, num, ny + 1, &r);
	order = group_order(frame_group(f));
	for (size_t c = 1; c <= ny; c++)
		n += (size_t)has_both(&r, c);
	script_begin(p, n, 2.6);
	for (size_t c = 1; c <= ny; c++)
		if (has_both(&r, c))
			profile_panel(p, &r, frame_group(f), order, c, t->name[x[0]], t->name[y[c - 1]]);
	script_end(p);
	frame_free(f);
	free_rows(&r);
	free(order);
	free(key);
	free(x);
	free(y);
	free(num);
}

/* ---- matrix ------------------------------------------------------------------------------------- */

/* Matrices of hg-correlate --matrix: rows of n numbers, each of a panel, called by a text. */
struct matrices {
	struct map *panel;
	char **name;
	double *v;
	size_t *of, n, width, name_cap, v_cap, of_cap;
};

static void
matrix_read(struct plot *p, struct matrices *m, size_t at)
{
	struct table *t = p->table;

	m->width = t->ncol - at - 1;
	while (table_next(t)) {
		char *title = mem_text("", 0), *longer;

		m->name = mem_grow(m->name, &m->name_cap, m->n + 1, sizeof *m->name);
		m->v = mem_grow(m->v, &m->v_cap, (m->n + 1)*m->width, sizeof *m->v);
		m->of = mem_grow(m->of, &m->of_cap, m->n + 1, sizeof *m->of);
		for (size_t i = 0; i < at; i++) {
			longer = mem_print("%s%s%s", title, i > 0 ? ", " : "", t->field[i]);
			free(title);
			title = longer;
		}
		m->of[m->n] = map_add(m->panel, title, strlen(title));
		m->name[m->n] = mem_text(t->field[at], t->len[at]);
		for (size_t i = 0; i < m->width; i++)
			if (!table_num(t, at + 1 + i, &m->v[m->n*m->width + i]))
				m->v[m->n*m->width + i] = NAN;
		m->n++;
		free(title);
	}
}

static void
matrix_panel(const struct plot *p, const struct matrices *m, size_t k, char *const *across)
{
	size_t down = 0, len;

	fputs("$d <<EOD\n", p->f);
	for (size_t i = 0; i < m->n; i++)
		for (size_t c = 0; m->of[i] == k && c < m->width; down += ++c == m->width)
			put_row(p, (double[]){ (double)c, (double)down, m->v[i*m->width + c] }, 3);
	fputs("EOD\n", p->f);
	put_palette(p, -1, 1);
	put_set(p, "title", map_key(m->panel, k, &len));
	fputs("set xtics rotate by -45 (", p->f);
	for (size_t c = 0; c < m->width; c++) {
		fputs(c > 0 ? ", " : "", p->f);
		gnuplot_text(p->f, across[c], 1);
		fprintf(p->f, " %zu", c);
	}
	fputs(") noenhanced\nset ytics (", p->f);
	for (size_t i = 0, y = 0; i < m->n; i++)
		if (m->of[i] == k) {
			fputs(y > 0 ? ", " : "", p->f);
			gnuplot_text(p->f, m->name[i], 1);
			fprintf(p->f, " %zu", y++);
		}
	fprintf(p->f, ") noenhanced\nset xrange [-.5:%zu.5]\nset yrange [%zu.5:-.5]\nplot $d using 1:2:3 with image notitle%s\n",
	    m->width - 1, down - 1, m->width <= 10 ? ", $d using 1:2:($3 == $3 ? sprintf('%.2f', $3) : '') with labels font ',6' notitle" : "");
}

static void
matrix(struct plot *p)
{
	struct matrices m = { .panel = map_new() };
	size_t at = table_col(p->table, "column");

	if (at + 2 >= p->table->ncol)
		no_columns(p, "-k matrix");
	matrix_read(p, &m, at);
	script_begin(p, map_count(m.panel), .9 + .25*(double)m.width);
	for (size_t k = 0; k < map_count(m.panel); k++)
		matrix_panel(p, &m, k, p->table->name + at + 1);
	script_end(p);
	for (size_t i = 0; i < m.n; i++)
		free(m.name[i]);
	free(m.name);
	free(m.v);
	free(m.of);
	map_free(m.panel);
}

/* ---- residuals ---------------------------------------------------------------------------------- */

enum { FITTED, RESIDUAL, STD_RESIDUAL, COOKS_D, OF_ROWS };

/* The i-th of n points of a normal distribution, from 0, as R's ppoints has them. */
static double
normal_point(size_t i, size_t n)
{
	double a = n <= 10 ? 3./8 : .5, q = ((double)i + 1 - a)/((double)n + 1 - 2*a);

	return q < .5 ? -tail_norm2_inv(2*q) : q > .5 ? tail_norm2_inv(2*(1 - q)) : 0;
}

/* Pairs x, y of the n rows that were used. */
static double *
residual_pairs(const struct rows *r, int kind, size_t *n)
{
	double *v = mem_new(2*r->n + 1, sizeof *v);

	*n = 0;
	for (size_t i = 0; i < r->n; i++) {
		const double *row = r->v + i*OF_ROWS, y = row[kind];

		if (isnan(row[FITTED]) || isnan(y))
			continue;
		v[2**n] = kind == RESIDUAL ? row[FITTED] : kind == STD_RESIDUAL ? y : (double)(i + 1);
		v[2*(*n)++ + 1] = y;
	}
	if (kind == STD_RESIDUAL) {
		qsort(v, *n, 2*sizeof *v, compare_pairs);
		for (size_t i = 0; i < *n; i++)
			v[2*i] = normal_point(i, *n);
	}
	return v;
}

static void
residual_panel(const struct plot *p, const struct rows *r, int kind)
{
	static const char *const x[OF_ROWS] = { "", "fitted", "normal quantile", "row" },
	    *const y[OF_ROWS] = { "", "residual", "std_residual", "cooks_d" };
	size_t n;
	double *v = residual_pairs(r, kind, &n);
	unsigned char *keep = thin(n, MOST_POINTS);

	if (n > MOST_POINTS)
		warn("%s: %d of %zu points are drawn, chosen by chance", y[kind], MOST_POINTS, n);
	fputs("$d <<EOD\n", p->f);
	for (size_t i = 0; i < n; i++)
		if (keep[i])
			put_row(p, v + 2*i, 2);
	fputs("EOD\n", p->f);
	put_set(p, "xlabel", x[kind]);
	put_set(p, "ylabel", y[kind]);
	fprintf(p->f, "set key off\nplot $d using 1:2 with %s lc rgb '%s'%s\n", kind == COOKS_D ? "impulses lw 1" : "points pt 7 ps .35",
	    colour[0], kind == STD_RESIDUAL ? ", x with lines lc rgb '#999999'" : ", 0 with lines lc rgb '#999999'");
	free(v);
	free(keep);
}

static void
residuals(struct plot *p)
{
	static const char *const name[OF_ROWS] = { "fitted", "residual", "std_residual", "cooks_d" };
	size_t num[OF_ROWS], n = 0;
	struct rows r;
	struct frame *f;

	for (int i = 0; i < OF_ROWS; i++)
		num[i] = table_col(p->table, name[i]);
	f = read_rows(p, NULL, 0, num, OF_ROWS, &r);
	for (size_t i = 0; i < r.n; i++)
		n += (size_t)!isnan(r.v[i*OF_ROWS]);
	script_begin(p, n > 0 ? 3 : 0, 2.4);
	for (int kind = RESIDUAL; kind < OF_ROWS; kind++)
		residual_panel(p, &r, kind);
	script_end(p);
	frame_free(f);
	free_rows(&r);
}

/* ---- all ---------------------------------------------------------------------------------------- */

static int
has(const struct table *t, const char *name)
{
	return table_find(t, name) != TABLE_NONE;
}

/* By the columns. */
static enum kind
guess(const struct plot *p)
{
	const struct table *t = p->table;
	size_t n, *descr = columns_descriptors(t, &n);
	int spectra_alone = has(t, "s1") && n == 0 && p->y == NULL;

	free(descr);
	if (has(t, "y") && ((has(t, "x") && has(t, "ci_low")) || (has(t, "term") && has(t, "conf_low"))))
		return FOREST;
	if (has(t, "fitted") && has(t, "cooks_d") && p->x == NULL && p->y == NULL)
		return RESIDUALS;
	if (has(t, "method") && has(t, "column"))
		return MATRIX;
	if (p->x != NULL)
		return SCATTER;
	if (spectra_alone)
		return SPECTRUM;
	if (!has(t, "layer") || !has(t, "head"))
		die("%s: columns that say no kind of picture: name one with -k%s", gz_name(t->gz), table_hint(t));
	return HEAT;
}

/* Where it goes. */
static void
choose_term(struct plot *p)
{
	const char *dot = p->opts.outfile != NULL && !p->script ? strrchr(p->opts.outfile, '.') : NULL;

	if (p->term >= 0)
		return;
	if (p->opts.outfile != NULL && !p->script) {
		p->term = dot != NULL ? opts_word(dot + 1, strlen(dot + 1), term_name, PNG + 1) : -1;
		if (p->term < 0)
			die_usage("-o %s: not a name that ends in .svg, .pdf or .png, nor --term", p->opts.outfile);
	} else
		p->term = !p->script && isatty(STDOUT_FILENO) ? DUMB : SVG;
}

static int
word(const char *option, const char *arg, const char *const *name, int n)
{
	int i = opts_word(arg, strlen(arg), name, n);

	if (i < 0)
		die_usage("%s: not one that there is: \"%s\"", option, arg);
	return i;
}

static int
take(struct plot *p, int c, const char *arg)
{
	if (c == 'g' || c == 'x' || c == 'y')
		opts_once(c == 'g' ? &p->group : c == 'x' ? &p->x : &p->y, arg, (char[]){ '-', (char)c, '\0' });
	else if (c == 'k')
		p->kind = word("-k", arg, kind_name, KINDS);
	else if (c == TERM)
		p->term = word("--term", arg, term_name, TERMS);
	else if (c == LEVEL)
		p->level = opts_level(arg);
	else if (c == SCRIPT)
		p->script = 1;
	else
		return 0;
	return 1;
}

/* Options that a kind has no use for. */
static void
check_kind(const struct plot *p)
{
	const char *k = kind_name[p->kind];

	if (p->x != NULL && (p->kind == HEAT || p->kind == FOREST || p->kind >= MATRIX))
		die_usage("-x: %s has none", k);
	if (p->y != NULL && p->kind == SPECTRUM)
		die_usage("-y: a spectrum has none: -x chooses singular values");
	if (p->y != NULL && p->kind >= MATRIX)
		die_usage("-y: %s has none", k);
	if (p->group != NULL && p->kind == RESIDUALS)
		die_usage("-g: residuals are those of one model");
	if (p->group != NULL && (p->kind == FOREST || p->kind == MATRIX))
		die_usage("-g: the groups of a %s are in its first columns", k);
	if (p->level > 0 && p->kind != SCATTER)
		die_usage("--level: the intervals of a %s are not made here", k);
}

int
main(int argc, char **argv)
{
	static void (*const draw[KINDS])(struct plot *) = { heat, scatter, spectrum, forest, profile, matrix, residuals };
	struct plot p = { .kind = -1, .term = -1 };
	char *const *operand;
	int c, n;

	err_init(argv[0]);
	opts_init(&p.opts);
	p.opts.set = kern_set();
	while ((c = getopt_long(argc, argv, ":g:hk:o:Vx:y:@:", longopts, NULL)) != -1)
		if (!take(&p, c, optarg))
			opts_take(&p.opts, c, argv, usage);
	choose_term(&p);
	operand = opts_operands(argc, argv, usage, &n);
	p.table = table_open(operand, n, &p.opts);
	if (state_is(p.table))
		die("%s: a state: hg-correlate --merge or hg-regress --merge reads it", gz_name(p.table->gz));
	if (p.kind < 0)
		p.kind = (int)guess(&p);
	check_kind(&p);
	p.level = p.level > 0 ? p.level : 0.95;
	draw[p.kind](&p);
	table_close(p.table);
	opts_free(&p.opts);
	return 0;
}
