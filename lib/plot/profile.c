/* profile.c - columns over layers, or over another column: the mean of each group, and its range. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "draw.h"

/* The mean, least and greatest number y of the pairs v[0..n) that have one x; returns how many. */
static size_t
put_mean(struct plot *p, const struct rank_item *v, size_t n)
{
	double mean = 0, min = v->y, max = min;
	size_t same;

	for (same = 0; same < n && v[same].x == v->x; same++) {
		double y = v[same].y;

		mean += (y - mean)/((double)same + 1);
		min = fmin(min, y);
		max = fmax(max, y);
	}
	script_row(p, (double[]){ v->x, mean, min, max }, 4);
	return same;
}

/* Of group k column c, in the order of x, which is column 0; sums have one order, that of y. */
static void
put_profile(struct plot *p, const struct rows *r, size_t k, size_t c)
{
	size_t n = r->first[k + 1] - r->first[k], m = 0;
	struct rank_item *v = mem_new(2*n, sizeof *v);

	for (size_t i = r->first[k]; i < r->first[k + 1]; i++) {
		const double *row = rows_at(r, r->by[i]);

		if (!isnan(row[0]) && !isnan(row[c]))
			v[m++] = (struct rank_item){ row[0], row[c] };
	}
	rank_sort_pairs(v, (ptrdiff_t)m, v + n);
	script_block(p, "p%zu", k);
	for (size_t i = 0; i < m; )
		i += put_mean(p, v + i, m - i);
	script_block_end(p);
	free(v);
}

/* Of x, whole numbers if all are, and of column c, where both are there. */
static void
put_axes(struct plot *p, const struct rows *r, size_t c)
{
	double min[2] = { INFINITY, INFINITY }, max[2] = { -INFINITY, -INFINITY };
	int whole = 1;

	for (size_t i = 0; i < r->n; i++) {
		double v[2] = { rows_at(r, i)[0], rows_at(r, i)[c] };

		for (int a = 0; a < 2 && !isnan(v[0]) && !isnan(v[1]); a++) {
			min[a] = fmin(min[a], v[a]);
			max[a] = fmax(max[a], v[a]);
			whole &= v[0] == floor(v[0]);
		}
	}
	axis_linear(p, "x", min[0], max[0], .03, whole);
	axis_linear(p, "y", min[1], max[1], .05, 0);
}

static void
put_range(struct plot *p, size_t k, const char *colour)
{
	char block[32];

	snprintf(block, sizeof block, "p%zu", k);
	script_band(p, block, colour, " fs transparent solid .15");
}

static void
panel(struct plot *p, const struct rows *r, size_t c, const char *x, const char *y)
{
	for (size_t k = 0; k < r->ngroup; k++)
		put_profile(p, r, k, c);
	script_text(p, "xlabel", x);
	script_text(p, "ylabel", y);
	put_axes(p, r, c);
	script_key(p, rows_longest(r));
	for (size_t i = 0; i < r->ngroup; i++)          /* the ranges, and the lines over them */
		if (rows_have(r, r->order[i], c))
			put_range(p, r->order[i], script_colour(rows_mark(r, i)));
	for (size_t i = 0; i < r->ngroup; i++) {
		char *title = rows_title(r, r->order[i]);

		if (rows_have(r, r->order[i], c)) {
			script_part(p, "$p%zu using 1:2 with linespoints lw 1.2", r->order[i]);
			script_mark(p, .4, rows_mark(r, i));
			script_name(p, title);
		}
		free(title);
	}
	script_parts_end(p);
}

static size_t *
usual_x(const struct table *t, size_t *n)
{
	return cols_select(t, "layer", "-x", n);
}

void
draw_profile(struct plot *p)
{
	const struct table *t = p->table;
	struct columns key = columns_choose(p, 'g', columns_tags), x = columns_choose(p, 'x', usual_x);
	struct columns y = columns_need(p, 'y', columns_shown), num = { 0 };
	size_t n = 0;
	struct rows r;

	if (x.n != 1)
		die_usage("-x: a profile has one");
	columns_add(&num, x.col, 1);
	columns_add(&num, y.col, y.n);
	r = rows_read(p, &key, &num, 0);
	for (size_t c = 1; c < num.n; c++)
		n += (size_t)rows_have_both(&r, 0, c);
	script_begin(p, n, 2.6, 0);
	for (size_t c = 1; c < num.n; c++)
		if (rows_have_both(&r, 0, c))
			panel(p, &r, c, t->name[x.col[0]], t->name[num.col[c]]);
	script_end(p);
	rows_free(&r);
	free(key.col);
	free(x.col);
	free(y.col);
	free(num.col);
}
