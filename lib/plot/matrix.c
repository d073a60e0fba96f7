/* matrix.c - what hg-correlate --matrix writes: a panel for each group and method. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

enum { SHOWN = 10 };                    /* columns whose numbers have room in their cells */

/* Rows of so many numbers, each of a panel, called by a text. */
struct matrices {
	struct map *panel;
	char **name;
	double *v;
	size_t *of, n, width, name_cap, v_cap, of_cap;
};

/* Panels are called by what stands before the column of names. */
static void
read_matrices(struct plot *p, struct matrices *m, size_t names)
{
	struct table *t = p->table;

	m->width = t->ncol - names - 1;
	while (table_next(t)) {
		char *title = texts_list((const char *const *)t->field, names);

		m->name = mem_grow(m->name, &m->name_cap, m->n + 1, sizeof *m->name);
		m->v = mem_grow(m->v, &m->v_cap, (m->n + 1)*m->width, sizeof *m->v);
		m->of = mem_grow(m->of, &m->of_cap, m->n + 1, sizeof *m->of);
		m->of[m->n] = map_add(m->panel, title, strlen(title));
		m->name[m->n] = mem_text(t->field[names], t->len[names]);
		for (size_t i = names + 1; i < t->ncol; i++) {
			double x;

			m->v[m->n*m->width + i - names - 1] = table_num(t, i, &x) ? rows_number(t, i, x) : NAN;
		}
		m->n++;
		free(title);
	}
}

/* The rows of panel k from above: how many; down: what they are called. */
static size_t
put_cells(struct plot *p, const struct matrices *m, size_t k, const char **down)
{
	size_t n = 0;

	script_block(p, "d");
	for (size_t i = 0; i < m->n; i++) {
		if (m->of[i] != k)
			continue;
		for (size_t c = 0; c < m->width; c++)
			script_row(p, (double[]){ (double)c, (double)n, m->v[i*m->width + c] }, 3);
		down[n++] = m->name[i];
	}
	script_block_end(p);
	return n;
}

/* What stands in the cells: numbers where they have room, white where the cell is dark; in characters
 * without colours else shades. */
static void
put_numbers(struct plot *p, const struct matrices *m, const char *const *down, size_t n)
{
	const char *white = p->spec.term == PLOT_DUMB ? "" : " tc rgb 'white'";
	size_t left = 0, wide = 0;

	for (size_t i = 0; i < n; i++)
		left = strlen(down[i]) > left ? strlen(down[i]) : left;
	if (p->spec.term == PLOT_DUMB)
		wide = script_cell_columns(p, left < 30 ? left + 3 : 30, m->width);
	if (p->spec.term != PLOT_DUMB || p->spec.coloured)
		script_cells(p);
	if (p->spec.term == PLOT_DUMB ? wide > strlen("-0.46") : m->width <= SHOWN) {
		script_part(p, "$d using 1:2:(abs($3) < .7 ? sprintf('%%.2f', $3) : '') with labels font ',%d' notitle",
		    script_small(p));
		script_part(p, "$d using 1:2:(abs($3) >= .7 ? sprintf('%%.2f', $3) : '') with labels font ',%d'%s notitle",
		    script_small(p), white);
	} else if (p->spec.term == PLOT_DUMB && !p->spec.coloured) {
		char *text = script_shades_text(-1, 1);

		script_text(p, "xlabel", text);
		script_shades(p, -1, 1, wide > 1 ? wide - 1 : 1);
		free(text);
	}
}

static void
panel(struct plot *p, const struct matrices *m, size_t k, const char *const *across)
{
	const char **down = mem_new(m->n, sizeof *down);
	size_t n = put_cells(p, m, k, down), len;

	script_palette(p, -1, 1);
	script_text(p, "title", map_key(m->panel, k, &len));
	script_ticks(p, "xtics rotate by -45", across, m->width, 1);
	script_ticks(p, "ytics", down, n, 1);
	fprintf(p->f, "set xrange [-.5:%zu.5]\nset yrange [%zu.5:-.5]\n", m->width - 1, n - 1);
	put_numbers(p, m, down, n);
	script_parts_end(p);
	free(down);
}

void
draw_matrix(struct plot *p)
{
	struct matrices m = { .panel = map_new() };
	const struct table *t = p->table;
	size_t names = table_col(t, "column");

	if (names + 2 >= t->ncol)
		die("%s: -k matrix: no column to draw%s", gz_name(t->gz), table_hint(t));
	read_matrices(p, &m, names);
	script_begin(p, map_count(m.panel), .9 + .25*(double)m.width, 0);
	for (size_t k = 0; k < map_count(m.panel); k++)
		panel(p, &m, k, (const char *const *)t->name + names + 1);
	script_end(p);
	for (size_t i = 0; i < m.n; i++)
		free(m.name[i]);
	free(m.name);
	free(m.v);
	free(m.of);
	map_free(m.panel);
}
