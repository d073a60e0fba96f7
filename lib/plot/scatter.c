/* scatter.c - a column against another: points by group, the line of least squares with its band,
 * r with its interval, the heads that move the line most. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

enum { NAMED = 5, STEPS = 40 };         /* heads that are named; steps of the band */
enum { SHORT = 16 };                    /* bytes of what tells models apart, so that it stands in a panel */

/* The rows that have both columns, the points of a panel, and what is known of them. */
struct cloud {
	size_t x, y, n;                 /* columns of the rows; how many points */
	const char *name[2];
	struct corr_row r;
	struct lm *line;
	struct lm_fit fit;
	double min[2], max[2];          /* of x; of y with the band */
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

/* The axis goes as far as x. */
static void
reach(struct cloud *c, int axis, double x)
{
	c->min[axis] = fmin(c->min[axis], x);
	c->max[axis] = fmax(c->max[axis], x);
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
	for (int a = 0; a < 2; a++) {
		c->min[a] = INFINITY;
		c->max[a] = -INFINITY;
	}
	for (size_t i = 0; i < rows->n; i++)
		if (is_point(c, rows, i, xy)) {
			const struct obs o = { .weight = 1, .num = xy };

			corr_add(corr, &o);
			lm_add(c->line, &o);
			reach(c, 0, xy[0]);
			reach(c, 1, xy[1]);
			c->n++;
		}
	corr_solve(corr);
	corr_rows(corr, 0, 0, &c->r);
	corr_free(corr);
	lm_solve(c->line, gz_name(p->table->gz));
	lm_fit(c->line, 0, 0, &c->fit);
}

/* Those that move the line most, by Cook's distance; among them, if need be as the last, the one of
 * greatest leverage. */
static void
find_extremes(struct cloud *c, const struct rows *r)
{
	struct extreme *e = c->extreme, far = { 0, 0 };
	struct ls_row at;
	double hat = -1;
	int there = 0;

	for (size_t i = 0; i < r->n; i++) {
		size_t j = c->nextreme;

		if (!ask_line(c, r, i, &at))
			continue;
		if (at.hat > hat) {
			hat = at.hat;
			far = (struct extreme){ i, at.cooks_d };
		}
		if (!(at.cooks_d > 0))
			continue;
		for (; j > 0 && e[j - 1].cooks_d < at.cooks_d; j--)
			e[j] = e[j - 1];
		e[j] = (struct extreme){ i, at.cooks_d };
		c->nextreme += c->nextreme < NAMED;
	}
	for (size_t i = 0; i < c->nextreme; i++)
		there |= e[i].row == far.row;
	if (c->nextreme > 0 && !there)
		e[c->nextreme < NAMED ? c->nextreme++ : NAMED - 1] = far;
}

/* x, the line there, and the ends of its confidence interval: fitted -+ t sigma sqrt(hat). */
static void
put_band(struct plot *p, struct cloud *c)
{
	double t = c->fit.df_residual > 0 ? tail_t2_inv(1 - p->spec.level, c->fit.df_residual) : NAN;

	script_block(p, "line");
	for (int i = 0; i <= STEPS; i++) {
		double xy[2] = { i == STEPS ? c->max[0] : c->min[0] + (c->max[0] - c->min[0])*i/STEPS, 0 }, half;
		struct ls_row at;

		lm_row(c->line, &(struct obs){ .weight = 1, .num = xy }, 0, 0, &at);
		half = t*c->fit.sigma*sqrt(at.hat);
		script_row(p, (double[]){ xy[0], at.fitted, at.fitted - half, at.fitted + half }, 4);
		reach(c, 1, at.fitted - half);
		reach(c, 1, at.fitted + half);
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

/* Where a name of so many letters stands in a panel, in letters and lines: its middle. */
struct place {
	double x, y, width;
};

/* How large a panel is, about, in letters of 6 points and lines of them. */
static struct place
panel_size(const struct plot *p)
{
	return (struct place){ p->spec.term == PLOT_DUMB ? 66 : p->across > 2 ? 33 : 54, 17, 0 };
}

static struct place
place_of(const struct plot *p, const struct cloud *c, double x, double y)
{
	struct place all = panel_size(p);

	return (struct place){ c->max[0] > c->min[0] ? (x - c->min[0])/(c->max[0] - c->min[0])*all.x : 0,
	    c->max[1] > c->min[1] ? (y - c->min[1])/(c->max[1] - c->min[1])*all.y : 0, 0 };
}

static int
meet(struct place a, struct place b)
{
	return fabs(a.x - b.x) < (a.width + b.width)/2 && fabs(a.y - b.y) < 1;
}

/* What is wrong with a place: names that it covers, edges that it passes, about which the axes have
 * some room, points that it covers. */
static double
faults(const struct plot *p, const struct cloud *c, const struct rows *r, struct place at, const struct place *other, size_t n)
{
	struct place all = panel_size(p);
	double left = at.x - at.width/2, right = at.x + at.width/2, xy[2];
	double bad = left < -2 || right > all.x + 2 || at.y < -.2 || at.y > all.y + .2 ? 1e6 : 0;

	for (size_t i = 0; i < n; i++)
		bad += meet(at, other[i]) ? 1e7 : 0;
	for (size_t i = 0; i < r->n; i++)
		if (is_point(c, r, i, xy))
			bad += meet(at, place_of(p, c, xy[0], xy[1]));
	return bad;
}

/* Beside, above or below its point, where the least is wrong: becomes other[n]. */
static void
put_name(struct plot *p, const struct cloud *c, const struct rows *r, const double xy[2], const char *name,
    struct place *other, size_t n)
{
	static const struct { const char *side; double x, y; } way[] = {        /* in letters of 8 points */
		{ "left", .6, .2 }, { "right", -.6, .2 }, { "left", .5, .6 }, { "left", .5, -.6 }, { "right", -.5, .6 },
		{ "right", -.5, -.6 }, { "center", 0, .8 }, { "center", 0, -.8 }
	};
	const double width = (double)strlen(name), scale = p->spec.term == PLOT_DUMB ? 1 : 8./6;
	double least = INFINITY;
	size_t best = 0;

	for (size_t i = 0; i < sizeof way/sizeof *way; i++) {
		struct place at = place_of(p, c, xy[0], xy[1]);
		double bad;

		at.width = width;
		at.x += scale*way[i].x + (*way[i].side == 'l' ? width/2 : *way[i].side == 'r' ? -width/2 : 0);
		at.y += scale*way[i].y;
		bad = faults(p, c, r, at, other, n) + .3*(double)i;
		if (bad < least) {
			least = bad;
			best = i;
			other[n] = at;
		}
	}
	fputs("set label ", p->f);
	gnuplot_text(p->f, name, 0);
	fputs(" at ", p->f);
	gnuplot_num(p->f, xy[0]);
	putc(',', p->f);
	gnuplot_num(p->f, xy[1]);
	fprintf(p->f, " %s offset %g,%g font ',%d' front noenhanced\n", way[best].side, way[best].x, way[best].y, script_small(p));
}

/* What tells the model of a row from others, and a blank; "" of a single model, NULL if some of them
 * have long names. */
static const char *
model_of(const struct rows *r, size_t row, char *text, size_t size)
{
	size_t n = map_count(r->tag), len;

	for (size_t i = 0; i < n; i++) {
		map_key(r->tag, i, &len);
		if (n > 1 && len > SHORT)
			return NULL;
	}
	snprintf(text, size, "%s%s", n > 1 ? map_key(r->tag, r->of[row], &len) : "", n > 1 ? " " : "");
	return text;
}

/* layer.head beside the extremes, which are in columns at and at + 1 of the rows; at 0: nothing. */
static void
put_names(struct plot *p, const struct cloud *c, const struct rows *r, size_t at)
{
	struct place place[NAMED];
	char name[80], text[SHORT + 2];
	double xy[2];
	size_t n = 0;

	fputs("unset label\n", p->f);
	for (size_t i = 0; at > 0 && i < c->nextreme; i++) {
		const double *v = rows_at(r, c->extreme[i].row);
		const char *model = model_of(r, c->extreme[i].row, text, sizeof text);

		if (model == NULL || isnan(v[at]) || isnan(v[at + 1]) || !is_point(c, r, c->extreme[i].row, xy))
			continue;
		snprintf(name, sizeof name, "%s%.15g.%.15g", model, v[at], v[at + 1]);
		put_name(p, c, r, xy, name, place, n++);
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
	int line = isfinite(c->fit.r_squared) && c->min[0] < c->max[0];
	size_t *count;

	find_extremes(c, r);
	put_stats(p, &c->r);
	script_text(p, "xlabel", c->name[0]);
	script_text(p, "ylabel", c->name[1]);
	count = put_points(p, c, r);
	if (line)
		put_band(p, c);
	axis_linear(p, "x", c->min[0], c->max[0], .04, 0);
	axis_linear(p, "y", c->min[1], c->max[1], .04, 0);
	put_names(p, c, r, head);
	script_key(p, rows_longest(r));
	if (line) {
		script_band(p, "line", "#d0d0d0", "");
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
	struct rows r = rows_read(p, &key, &num, ROWS_TAGS);

	for (size_t i = 0; i < x.n*y.n; i++) {
		struct cloud *c = &cloud[n];

		*c = (struct cloud){ .x = i % x.n, .y = x.n + i/x.n, .name = { t->name[x.col[i % x.n]], t->name[y.col[i/x.n]] } };
		if (rows_have_both(&r, c->x, c->y)) {
			fit(p, c, &r, all);
			n++;
		} else
			warn("%s: no row has both %s and %s", gz_name(t->gz), c->name[0], c->name[1]);
	}
	script_begin(p, n, 2.7, x.n);
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
