/* scatter.c - a column against another: points by group, the line of least squares with its band,
 * r with its interval, the heads that move the line most. */
#include <math.h>
#include <stdlib.h>

#include "draw.h"

enum { NAMED = 5, STEPS = 40 };         /* heads that are named; steps of the band */

/* The rows that have both columns, the points of a panel, and what is known of them. */
struct cloud {
	size_t x, y, n;                 /* columns of the rows; how many points */
	const char *name[2];
	struct corr_row r;
	struct lm *line;
	struct lm_fit fit;
	double xmin, xmax;
	struct extreme { size_t row; double cooks_d; } extreme[NAMED + 1];      /* the last: room */
	size_t nextreme;
};

/* x and y of row i: whether it is a point. */
static int
is_point(const struct cloud *c, const struct rows *r, size_t i, double xy[2])
{
	xy[0] = rows_at(r, i)[c->x];
	xy[1] = rows_at(r, i)[c->y];
	return !isnan(xy[0]) && !isnan(xy[1]);
}

/* Row i as its line is asked of it. */
static int
ask_line(const struct cloud *c, const struct rows *r, size_t i, struct ls_row *said)
{
	double xy[2];

	if (!is_point(c, r, i, xy))
		return 0;
	lm_row(c->line, &(struct obs){ .weight = 1, .num = xy }, 0, 0, said);
	return 1;
}

/* r and the line, of no groups. */
static void
fit(const struct plot *p, struct cloud *c, const struct rows *rows, struct group *all)
{
	const double level = p->spec.level;
	const struct lm_var var = { .name = c->name[0], .degree = 1 };
	const struct lm_spec ls = { .var = &var, .nvar = 1, .y = &c->name[1], .ny = 1, .intercept = 1 };
	const struct corr_spec cs = { .name = c->name, .nx = 1, .ny = 1 };
	const struct corr_view cv = { .method = { CORR_PEARSON }, .nmethod = 1, .level = level };
	struct corr *corr = corr_new(&cs, &cv, all);
	double xy[2];

	c->line = lm_new(&ls, &(struct lm_view){ .level = level }, all);
	c->xmin = INFINITY;
	c->xmax = -INFINITY;
	for (size_t i = 0; i < rows->n; i++)
		if (is_point(c, rows, i, xy)) {
			const struct obs o = { .weight = 1, .num = xy };

			corr_add(corr, &o);
			lm_add(c->line, &o);
			c->xmin = fmin(c->xmin, xy[0]);
			c->xmax = fmax(c->xmax, xy[0]);
			c->n++;
		}
	corr_solve(corr);
	corr_rows(corr, 0, 0, &c->r);
	corr_free(corr);
	lm_solve(c->line, gz_name(p->table->gz));
	lm_fit(c->line, 0, 0, &c->fit);
}

/* Those that move the line most, by Cook's distance. */
static void
find_extremes(struct cloud *c, const struct rows *r)
{
	struct extreme *e = c->extreme;
	struct ls_row at;

	for (size_t i = 0; i < r->n; i++) {
		size_t j = c->nextreme;

		if (!ask_line(c, r, i, &at) || !(at.cooks_d > 0))
			continue;
		for (; j > 0 && e[j - 1].cooks_d < at.cooks_d; j--)
			e[j] = e[j - 1];
		e[j] = (struct extreme){ i, at.cooks_d };
		c->nextreme += c->nextreme < NAMED;
	}
}

/* x, the line there, and the ends of its confidence interval: fitted -+ t sigma sqrt(hat). */
static void
put_band(struct plot *p, const struct cloud *c)
{
	double t = c->fit.df_residual > 0 ? tail_t2_inv(1 - p->spec.level, c->fit.df_residual) : NAN;

	script_block(p, "line");
	for (int i = 0; i <= STEPS; i++) {
		double xy[2] = { i == STEPS ? c->xmax : c->xmin + (c->xmax - c->xmin)*i/STEPS, 0 }, half;
		struct ls_row at;

		lm_row(c->line, &(struct obs){ .weight = 1, .num = xy }, 0, 0, &at);
		half = t*c->fit.sigma*sqrt(at.hat);
		script_row(p, (double[]){ xy[0], at.fitted, at.fitted - half, at.fitted + half }, 4);
	}
	script_block_end(p);
}

/* By row, whether it is a point that is drawn: those of a cloud too large are thinned, but for the
 * extremes.  The caller frees it. */
static unsigned char *
choose_points(const struct cloud *c, const struct rows *r)
{
	unsigned char *in = mem_new(r->n, 1), *some = rows_thin(c->n, MOST_POINTS);
	size_t at = 0;
	double xy[2];

	if (c->n > MOST_POINTS)
		warn("%d of %zu points are drawn, chosen by chance; line, r and n are of all", MOST_POINTS, c->n);
	for (size_t i = 0; i < r->n; i++)
		in[i] = is_point(c, r, i, xy) && some[at++];
	for (size_t i = 0; i < c->nextreme; i++)
		in[c->extreme[i].row] = 1;
	free(some);
	return in;
}

/* A block for each group; by place, how many points it has, which the caller frees. */
static size_t *
put_points(struct plot *p, const struct cloud *c, const struct rows *r)
{
	unsigned char *in = choose_points(c, r);
	size_t *count = mem_new(r->ngroup, sizeof *count);
	double xy[2];

	for (size_t g = 0; g < r->ngroup; g++) {
		size_t k = r->order[g];

		script_block(p, "p%zu", g);
		for (size_t i = r->first[k]; i < r->first[k + 1]; i++)
			if (in[r->by[i]] && is_point(c, r, r->by[i], xy)) {
				script_row(p, xy, 2);
				count[g]++;
			}
		script_block_end(p);
	}
	free(in);
	return count;
}

/* layer.head beside the extremes, which are in columns at and at + 1 of the rows; at 0: nothing. */
static void
put_names(struct plot *p, const struct cloud *c, const struct rows *r, size_t at)
{
	fputs("unset label\n", p->f);
	for (size_t i = 0; at > 0 && i < c->nextreme; i++) {
		const double *v = rows_at(r, c->extreme[i].row);
		size_t place = 0;       /* from the left: neighbours are above and below */

		for (size_t k = 0; k < c->nextreme; k++)
			place += rows_at(r, c->extreme[k].row)[c->x] < v[c->x];
		if (isnan(v[at]) || isnan(v[at + 1]))
			continue;
		fprintf(p->f, "set label '%.15g.%.15g' at ", v[at], v[at + 1]);
		gnuplot_num(p->f, v[c->x]);
		putc(',', p->f);
		gnuplot_num(p->f, v[c->y]);
		fprintf(p->f, " offset .6,%s font ',6' front noenhanced\n", place % 2 == 0 ? ".3" : "-.4");
	}
}

static void
put_stats(struct plot *p, const struct corr_row *r)
{
	fputs("# n r ci_low ci_high\n# ", p->f);
	script_row(p, (double[]){ r->n, r->r, r->ci_low, r->ci_high }, 4);
	fputs("set title '", p->f);
	if (isnan(r->r))
		fputs("r undefined", p->f);
	else
		fprintf(p->f, "r = %.2f", r->r);
	if (!isnan(r->r) && !isnan(r->ci_low))
		fprintf(p->f, ", %g %% [%.2f, %.2f]", 100*p->spec.level, r->ci_low, r->ci_high);
	fprintf(p->f, ", n = %.0f' noenhanced\n", r->n);
}

static void
panel(struct plot *p, struct cloud *c, const struct rows *r, size_t head)
{
	int line = isfinite(c->fit.r_squared) && c->xmin < c->xmax;
	size_t *count;

	find_extremes(c, r);
	put_stats(p, &c->r);
	script_text(p, "xlabel", c->name[0]);
	script_text(p, "ylabel", c->name[1]);
	put_names(p, c, r, head);
	count = put_points(p, c, r);
	if (line)
		put_band(p, c);
	script_key(p, rows_keyed(r));
	fputs("set offsets graph .02, graph .06, graph .04, graph .04\nset autoscale\n", p->f);
	if (line) {
		script_part(p, "$line using 1:3:4 with filledcurves lc rgb '#d0d0d0' notitle");
		script_part(p, "$line using 1:2 with lines lw 1.2 lc rgb '#404040' notitle");
	}
	for (size_t g = 0; g < r->ngroup; g++) {
		char *title = rows_title(r, r->order[g]);

		if (count[g] > 0) {
			script_part(p, "$p%zu using 1:2 with points", g);
			script_mark(p, .35, rows_mark(r, g));
			script_name(p, title);
		}
		free(title);
	}
	script_parts_end(p);
	free(count);
}

static size_t *
first_of(size_t *col, size_t *n)
{
	*n = *n > 0;
	return col;
}

static size_t *
usual_x(const struct table *t, size_t *n)
{
	return first_of(columns_descriptors(t, n), n);
}

static size_t *
usual_y(const struct table *t, size_t *n)
{
	return first_of(columns_measured(t, n), n);
}

/* The columns x, y, and layer and head, if both are there, of the rows: which of them layer is,
 * or 0. */
static size_t
add_columns(const struct table *t, struct columns *num, const struct columns *x, const struct columns *y)
{
	size_t head[2] = { table_find(t, "layer"), table_find(t, "head") };
	int named = head[0] != TABLE_NONE && head[1] != TABLE_NONE;

	columns_add(num, x->col, x->n);
	columns_add(num, y->col, y->n);
	columns_add(num, head, named ? 2 : 0);
	return named ? x->n + y->n : 0;
}

void
draw_scatter(struct plot *p)
{
	const struct table *t = p->table;
	struct columns key = columns_choose(p, 'g', columns_stage), x = columns_need(p, 'x', usual_x);
	struct columns y = columns_need(p, 'y', usual_y), num = { 0 };
	size_t head = add_columns(t, &num, &x, &y), n = 0;
	struct cloud *cloud = mem_new(x.n*y.n, sizeof *cloud);
	struct group *all = group_new(NULL, 0);
	struct rows r = rows_read(p, &key, &num);

	for (size_t i = 0; i < x.n*y.n; i++) {
		struct cloud *c = &cloud[n];

		*c = (struct cloud){ .x = i % x.n, .y = x.n + i/x.n, .name = { t->name[x.col[i % x.n]], t->name[y.col[i/x.n]] } };
		if (rows_have_both(&r, c->x, c->y)) {
			fit(p, c, &r, all);
			n++;
		} else
			warn("%s: no row has both %s and %s", gz_name(t->gz), c->name[0], c->name[1]);
	}
	script_begin(p, n, 2.7);
	for (size_t i = 0; i < n; i++) {
		panel(p, &cloud[i], &r, head);
		lm_free(cloud[i].line);
	}
	script_end(p);
	rows_free(&r);
	group_free(all);
	free(cloud);
	free(key.col);
	free(x.col);
	free(y.col);
	free(num.col);
}
