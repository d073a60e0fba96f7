/* forest.c - correlations or coefficients with their intervals: a panel for each response, a line
 * for each predictor or term, marks for groups and methods. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

/* A line of hg-correlate's or hg-regress's table: its panel, its line and its series by number; the
 * effect and the ends of its interval. */
struct effect {
	size_t y, term, series;
	double v[3];
};

struct forest {
	struct map *y, *term, *keys, *method, *series;  /* series: pairs of numbers of keys and method */
	struct effect *e;
	size_t n, cap;
};

/* Which columns are what; beta: TABLE_NONE where effects are not scaled; boot: where there is no
 * bootstrap. */
struct fields {
	size_t y, term, method, beta, v[3], boot[2];
	const char *label;              /* what the axis says */
};

static struct fields
find_fields(const struct plot *p)
{
	const struct table *t = p->table;
	const char *y = p->spec.y;
	int regress = table_find(t, "term") != TABLE_NONE;
	struct fields f = { .label = "r", .beta = TABLE_NONE };

	if (y != NULL && (!regress || (strcmp(y, "beta") != 0 && strcmp(y, "estimate") != 0)))
		die_usage("-y: of a forest of coefficients estimate or beta, of correlations none");
	f.term = table_col(t, regress ? "term" : "x");
	f.v[0] = table_col(t, regress ? "estimate" : "r");
	f.v[1] = table_col(t, regress ? "conf_low" : "ci_low");
	f.v[2] = table_col(t, regress ? "conf_high" : "ci_high");
	if (regress && (y == NULL || strcmp(y, "beta") == 0))
		f.beta = table_col(t, "beta");
	if (regress)
		f.label = f.beta != TABLE_NONE ? "standardised coefficient" : "coefficient";
	f.y = table_col(t, "y");
	f.method = table_find(t, "method");
	f.boot[0] = table_find(t, "boot_low");
	f.boot[1] = table_find(t, "boot_high");
	return f;
}

/* reading --------------------------------------------------------------------------------------- */

/* That of the present row: its keys, which stand before y, and its method. */
static size_t
find_series(struct forest *w, const struct table *t, const struct fields *f)
{
	char *keys = texts_list((const char *const *)t->field, f->y);
	size_t pair[2] = { map_add(w->keys, keys, strlen(keys)), 0 };

	free(keys);
	if (f->method != TABLE_NONE)
		pair[1] = map_add(w->method, t->field[f->method], t->len[f->method]);
	return map_add(w->series, (const char *)pair, sizeof pair);
}

/* Of a coefficient beta with its interval on that scale, instead of the estimate. */
static void
scale(double v[3], double beta)
{
	for (int i = 1; i < 3; i++)
		v[i] = v[0] != 0 ? v[i]*(beta/v[0]) : NAN;
	v[0] = beta;
}

static double
number(const struct table *t, size_t col)
{
	double x;

	return table_num(t, col, &x) ? rows_number(t, col, x) : NAN;
}

/* The effect of the present row and its interval: if it has none, that of the bootstrap. */
static void
read_effect(const struct table *t, const struct fields *f, double v[3])
{
	for (int i = 0; i < 3; i++)
		v[i] = number(t, f->v[i]);
	if (isnan(v[1]) && isnan(v[2]) && f->boot[0] != TABLE_NONE && f->boot[1] != TABLE_NONE)
		for (int i = 0; i < 2; i++)
			v[1 + i] = number(t, f->boot[i]);
	if (f->beta != TABLE_NONE)
		scale(v, number(t, f->beta));
}

/* All effects that are known; the intercept is none. */
static void
read_effects(struct plot *p, struct forest *w, const struct fields *f)
{
	struct table *t = p->table;

	while (table_next(t)) {
		struct effect e = { 0 };

		if (strcmp(t->field[f->term], "(Intercept)") == 0)
			continue;
		read_effect(t, f, e.v);
		if (isnan(e.v[0]))
			continue;
		e.y = map_add(w->y, t->field[f->y], t->len[f->y]);
		e.term = map_add(w->term, t->field[f->term], t->len[f->term]);
		e.series = find_series(w, t, f);
		w->e = mem_grow(w->e, &w->cap, w->n + 1, sizeof *w->e);
		w->e[w->n++] = e;
	}
}

/* panels ---------------------------------------------------------------------------------------- */

/* What series s is called: its keys, and its method if there are several.  The caller frees it. */
static char *
title(const struct forest *w, size_t s)
{
	size_t len, pair[2];
	const char *keys;

	memcpy(pair, map_key(w->series, s, &len), sizeof pair);
	keys = map_key(w->keys, pair[0], &len);
	if (map_count(w->method) < 2)
		return mem_text(keys, len);
	return mem_print("%s%s%s", keys, *keys ? ", " : "", map_key(w->method, pair[1], &len));
}

static size_t
longest(const struct forest *w)
{
	size_t most = 0;

	for (size_t s = 0; s < map_count(w->series); s++) {
		char *text = title(w, s);

		most = strlen(text) > most ? strlen(text) : most;
		free(text);
	}
	return most;
}

/* Terms from above, and around each of them its series; in characters each has a line, and one is
 * left between terms. */
static double
height(const struct plot *p, const struct forest *w, const struct effect *e)
{
	double n = (double)map_count(w->series);

	return -(double)e->term - ((double)e->series - (n - 1)/2)*(p->spec.term == PLOT_DUMB ? 1/(n + 1) : .7/n);
}

/* How high a panel is, in inches, of which one has 9 lines of characters. */
static double
panel_height(const struct plot *p, const struct forest *w)
{
	double terms = (double)map_count(w->term), n = (double)map_count(w->series);

	return p->spec.term == PLOT_DUMB ? 1 + 1.2*terms*(n + 1)/9 : .9 + terms*fmax(.17, .09*n);
}

/* From 0 and the least number to the greatest, with some room. */
static void
put_range(struct plot *p, const struct forest *w, size_t y)
{
	double min = 0, max = 0;

	for (size_t i = 0; i < w->n; i++)
		for (int k = 0; k < 3 && w->e[i].y == y; k++) {
			min = fmin(min, w->e[i].v[k]);
			max = fmax(max, w->e[i].v[k]);
		}
	axis_linear(p, "x", min, max, .04, 0);
}

/* A block for each series; how many effects each has, which the caller frees. */
static size_t *
put_effects(struct plot *p, const struct forest *w, size_t y)
{
	size_t n = map_count(w->series), *count = mem_new(n, sizeof *count);

	for (size_t s = 0; s < n; s++) {
		script_block(p, "g%zu", s);
		for (size_t i = 0; i < w->n; i++) {
			const struct effect *e = &w->e[i];

			if (e->y != y || e->series != s)
				continue;
			script_row(p, (double[]){ e->v[0], height(p, w, e), e->v[1], e->v[2] }, 4);
			count[s]++;
		}
		script_block_end(p);
	}
	return count;
}

static void
put_terms(struct plot *p, const struct forest *w)
{
	size_t n = map_count(w->term), len;
	const char **name = mem_new(n, sizeof *name);

	for (size_t i = 0; i < n; i++)
		name[i] = map_key(w->term, i, &len);
	script_ticks(p, "ytics", name, n, -1);
	fprintf(p->f, "set yrange [%g:.6]\n", .4 - (double)n);
	free(name);
}

static void
panel(struct plot *p, const struct forest *w, size_t y, const char *label)
{
	size_t n = map_count(w->series), len, *count = put_effects(p, w, y);

	script_text(p, "title", map_key(w->y, y, &len));
	script_text(p, "xlabel", label);
	put_terms(p, w);
	put_range(p, w, y);
	if (p->spec.term == PLOT_DUMB)
		fputs("set errorbars 0\n", p->f);
	fputs("set arrow 1 from first 0, graph 0 to first 0, graph 1 nohead lc rgb '#999999' dt 2\n", p->f);
	script_key(p, n > 1 ? longest(w) : 0);
	for (size_t s = 0; s < n; s++) {
		char *name = title(w, s);

		if (count[s] > 0) {
			script_part(p, "$g%zu using 1:2:3:4 with xerrorbars lw 1.2", s);
			script_mark(p, .4, s);
			script_name(p, name);
		}
		free(name);
	}
	script_parts_end(p);
	free(count);
}

/* Says so if no effect of a panel has an interval: its points look like small ones. */
static void
warn_bare(const struct plot *p, const struct forest *w)
{
	size_t n = map_count(w->y), *have = mem_new(n, sizeof *have), bare = 0, len;

	for (size_t i = 0; i < w->n; i++)
		have[w->e[i].y] += !isnan(w->e[i].v[1]) && !isnan(w->e[i].v[2]);
	for (size_t y = 0; y < n; y++)
		bare += have[y] == 0;
	for (size_t y = 0; y < n; y++)
		if (have[y] == 0) {
			warn("%s: no intervals in the table%s%s: --boot makes them", gz_name(p->table->gz),
			    bare < n ? " of " : "", bare < n ? map_key(w->y, y, &len) : "");
			break;
		}
	free(have);
}

void
draw_forest(struct plot *p)
{
	struct forest w = { .y = map_new(), .term = map_new(), .keys = map_new(), .method = map_new(), .series = map_new() };
	const struct fields f = find_fields(p);

	read_effects(p, &w, &f);
	warn_bare(p, &w);
	script_begin(p, map_count(w.y), panel_height(p, &w), 0);
	for (size_t y = 0; y < map_count(w.y); y++)
		panel(p, &w, y, f.label);
	script_end(p);
	map_free(w.y);
	map_free(w.term);
	map_free(w.keys);
	map_free(w.method);
	map_free(w.series);
	free(w.e);
}
