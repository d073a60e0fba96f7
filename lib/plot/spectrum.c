/* spectrum.c - singular values against their number: a line for each head, over them the median
 * and the quartiles. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

/* The rows have ns singular values, layer behind them if it is there, and null_op. */
struct spectra {
	struct rows r;
	size_t ns;
	int layer;
	double min, max;                /* of the values above 0 */
};

/* Where the largest singular value of a head in group g would be, as a mean, if W_Q and W_K were
 * Gaussian; NaN if that is not known. */
static double
null_edge(const struct spectra *s, size_t g)
{
	const struct rows *r = &s->r;
	double mean = 0, n = 0;

	for (size_t i = r->first[g]; i < r->first[g + 1]; i++) {
		double x = rows_at(r, r->by[i])[r->width - 1];

		if (!isnan(x))
			mean += (x - mean)/++n;
	}
	return n > 0 && mean > 0 ? mean : NAN;
}

/* k, quartiles and median of s_k over the rows of group g. */
static void
put_quartiles(struct plot *p, const struct spectra *s, size_t g)
{
	const struct rows *r = &s->r;
	double *v = mem_new(r->first[g + 1] - r->first[g], sizeof *v);

	script_block(p, "quart");
	for (size_t k = 0; k < s->ns; k++) {
		ptrdiff_t n = 0;

		for (size_t i = r->first[g]; i < r->first[g + 1]; i++)
			if (!isnan(rows_at(r, r->by[i])[k]))
				v[n++] = rows_at(r, r->by[i])[k];
		if (n == 0)
			continue;
		rank_sort(v, n);
		script_row(p, (double[]){ (double)(k + 1), rank_quantile(v, n, .25), rank_quantile(v, n, .5),
		    rank_quantile(v, n, .75) }, 4);
	}
	script_block_end(p);
	free(v);
}

/* Each head a line, blank lines between; s_k = 0 has no logarithm.  In any order, so that the last
 * layers do not hide the first. */
static void
put_lines(struct plot *p, const struct spectra *s, size_t g)
{
	const struct rows *r = &s->r;
	size_t all = r->first[g + 1] - r->first[g], most = MOST_VALUES/s->ns + 1, n = all < most ? all : most;
	size_t *row = mem_new(all, sizeof *row);
	struct rng rng;

	memcpy(row, r->by + r->first[g], all*sizeof *row);
	rng_seed(&rng, 1);
	rng_shuffle(&rng, row, (ptrdiff_t)all);
	if (all > n)
		warn("%zu of %zu spectra are drawn, chosen by chance; median and quartiles are of all", n, all);
	script_block(p, "d");
	for (size_t i = 0; i < n; i++) {
		const double *v = rows_at(r, row[i]);

		for (size_t k = 0; k < s->ns; k++)
			if (v[k] > 0)
				script_row(p, (double[]){ (double)(k + 1), v[k], s->layer ? v[s->ns] : 0 }, 3);
		putc('\n', p->f);
	}
	script_block_end(p);
	free(row);
}

static void
panel(struct plot *p, const struct spectra *s, size_t g)
{
	double min = 0, max = 0, last = s->ns > 1 ? (double)s->ns : 2, edge = null_edge(s, g);

	script_title(p, &s->r, g, "");
	put_lines(p, s, g);
	put_quartiles(p, s, g);
	if (!isnan(edge)) {
		script_block(p, "null");
		script_row(p, (double[]){ 1, edge }, 2);
		script_row(p, (double[]){ last, edge }, 2);
		script_block_end(p);
	}
	if (s->layer)
		rows_range(&s->r, s->ns, &min, &max);
	script_palette(p, min, max);
	if (s->layer)
		axis_whole(p, "cb", max);
	fputs("set xlabel 'k'\nset ylabel 'singular value s_k'\nset cblabel 'layer'\n"
	    "set logscale y\nset key top right samplen 2.5\n", p->f);
	axis_linear(p, "x", 1, last, 0, 1);
	axis_log(p, "y", s->min, s->max);
	script_part(p, "$d using 1:2:3 with lines lw .4 lc palette notitle");
	script_part(p, "$quart using 1:2 with lines dt 2 lw .9 lc rgb 'black' title 'quartiles'");
	script_part(p, "$quart using 1:4 with lines dt 2 lw .9 lc rgb 'black' notitle");
	script_part(p, "$quart using 1:3 with lines lw 1.5 lc rgb 'black' title 'median'");
	if (!isnan(edge))
		script_part(p, "$null using 1:2 with lines lw 1.2 lc rgb '%s' title 'null edge'", script_colour(1));
	script_parts_end(p);
}

/* Whether group g has something that can be drawn; a spectrum is not negative.  All panels have one
 * scale. */
static int
has_spectrum(const struct plot *p, struct spectra *s, size_t g)
{
	const struct rows *r = &s->r;
	double edge = null_edge(s, g);
	int any = 0;

	for (size_t i = r->first[g]; i < r->first[g + 1]; i++)
		for (size_t k = 0; k < s->ns; k++) {
			double x = rows_at(r, r->by[i])[k];

			if (x < 0)
				die("%s: a singular value is below 0: %g", gz_name(p->table->gz), x);
			if (x > 0) {
				any = 1;
				s->min = fmin(s->min, x);
				s->max = fmax(s->max, x);
			}
		}
	if (any && !isnan(edge)) {
		s->min = fmin(s->min, edge);
		s->max = fmax(s->max, edge);
	}
	return any;
}

static size_t *
usual_x(const struct table *t, size_t *n)
{
	return columns_spectrum(t, "-x", n);
}

void
draw_spectrum(struct plot *p)
{
	struct columns key = columns_choose(p, 'g', columns_tags), num = columns_need(p, 'x', usual_x);
	size_t layer = table_find(p->table, "layer"), n = 0;
	struct spectra s = { .ns = num.n, .layer = layer != TABLE_NONE, .min = INFINITY };

	columns_add(&num, &layer, (size_t)s.layer);
	s.r = rows_read(p, &key, &num, ROWS_NULL_OP);
	for (size_t g = 0; g < s.r.ngroup; g++)
		n += (size_t)has_spectrum(p, &s, g);
	script_begin(p, n, 2.6, 0);
	for (size_t i = 0; i < s.r.ngroup; i++)
		if (has_spectrum(p, &s, s.r.order[i]))
			panel(p, &s, s.r.order[i]);
	script_end(p);
	rows_free(&s.r);
	free(key.col);
	free(num.col);
}
