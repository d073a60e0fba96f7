/* residuals.c - what hg-regress --rows says of a fit: residuals against fitted values and against
 * the normal distribution, and Cook's distance. */
#include <math.h>
#include <stdlib.h>

#include "draw.h"

enum { FITTED, RESIDUAL, STD_RESIDUAL, COOKS_D, OF_ROWS };      /* columns of the rows; panels but the first */

/* The i-th of n points of a normal distribution, from 0, as R's ppoints has them. */
static double
normal_point(size_t i, size_t n)
{
	double a = n <= 10 ? 3./8 : .5;

	return tail_norm_inv(((double)i + 1 - a)/((double)n + 1 - 2*a));
}

/* The points of the rows that were used, *n of them; the caller frees them. */
static struct rank_item *
points(const struct rows *r, int kind, size_t *n)
{
	struct rank_item *v = mem_new(2*r->n, sizeof *v);

	*n = 0;
	for (size_t i = 0; i < r->n; i++) {
		const double *row = rows_at(r, i), y = row[kind];

		if (!isnan(row[FITTED]) && !isnan(y))
			v[(*n)++] = (struct rank_item){ kind == RESIDUAL ? row[FITTED] : kind == STD_RESIDUAL ? 0 : (double)(i + 1), y };
	}
	if (kind == STD_RESIDUAL) {
		rank_sort_pairs(v, (ptrdiff_t)*n, v + r->n);
		for (size_t i = 0; i < *n; i++)
			v[i].x = normal_point(i, *n);
	}
	return v;
}

/* The points, and the axes, which know 0. */
static void
put_points(struct plot *p, const struct rows *r, int kind, const char *what)
{
	size_t n;
	struct rank_item *v = points(r, kind, &n), min = { INFINITY, 0 }, max = { -INFINITY, 0 };
	unsigned char *in = rows_thin(n, MOST_POINTS);

	if (n > MOST_POINTS)
		warn("%s: %d of %zu points are drawn, chosen by chance", what, MOST_POINTS, n);
	script_block(p, "d");
	for (size_t i = 0; i < n; i++) {
		if (in[i])
			script_row(p, (double[]){ v[i].x, v[i].y }, 2);
		min = (struct rank_item){ fmin(min.x, v[i].x), fmin(min.y, v[i].y) };
		max = (struct rank_item){ fmax(max.x, v[i].x), fmax(max.y, v[i].y) };
	}
	script_block_end(p);
	axis_linear(p, "x", min.x, max.x, .04, kind == COOKS_D);
	axis_linear(p, "y", min.y, max.y, .04, 0);
	free(v);
	free(in);
}

static void
panel(struct plot *p, const struct rows *r, int kind, const char *x, const char *y)
{
	put_points(p, r, kind, y);
	script_text(p, "xlabel", x);
	script_text(p, "ylabel", y);
	fputs("set key off\n", p->f);
	if (kind == COOKS_D)
		script_part(p, "$d using 1:2 with impulses lw 1 lc rgb '%s'", script_colour(0));
	else {
		script_part(p, "$d using 1:2 with points");
		script_mark(p, .35, 0);
	}
	script_part(p, "%s with lines lc rgb '#999999'", kind == STD_RESIDUAL ? "x" : "0");
	script_parts_end(p);
}

void
draw_residuals(struct plot *p)
{
	static const char *const name[OF_ROWS] = { "fitted", "residual", "std_residual", "cooks_d" },
	    *const x[OF_ROWS] = { NULL, "fitted", "normal quantile", "row" };
	const struct columns none = { 0 };
	struct columns num = { 0 };
	size_t n = 0;
	struct rows r;

	for (int i = 0; i < OF_ROWS; i++) {
		size_t col = table_col(p->table, name[i]);

		columns_add(&num, &col, 1);
	}
	r = rows_read(p, &none, &num, 0);
	for (int kind = RESIDUAL; kind < OF_ROWS; kind++)       /* of a perfect fit the first */
		n += (size_t)rows_have_both(&r, FITTED, (size_t)kind);
	script_begin(p, n, 2.4, 0);
	for (int kind = RESIDUAL; kind < OF_ROWS; kind++)
		if (rows_have_both(&r, FITTED, (size_t)kind))
			panel(p, &r, kind, x[kind], name[kind]);
	script_end(p);
	rows_free(&r);
	free(num.col);
}
