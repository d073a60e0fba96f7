/* plot.c - the kinds of pictures: which one a table is for, what each has no use for. */
#include <stdio.h>
#include <stdlib.h>

#include "draw.h"

const char *const plot_kind_name[PLOT_KINDS] = {
	"heat", "scatter", "spectrum", "forest", "profile", "matrix", "residuals"
};
const char *const plot_term_name[PLOT_TERMS] = { "svg", "pdf", "png", "dumb", "sixel", "kitty" };

/* What draws a kind; why it has no use for a list of columns, NULL if it has; what makes its tables,
 * NULL if many do, and of which columns they have one. */
static const struct kind {
	void (*draw)(struct plot *p);
	const char *no_x, *no_y, *no_group, *maker, *sign[2];
} kinds[PLOT_KINDS] = {
	[PLOT_HEAT] = { .draw = draw_heat, .no_x = "heat has none" },
	[PLOT_SCATTER] = { .draw = draw_scatter },
	[PLOT_SPECTRUM] = { .draw = draw_spectrum, .no_y = "a spectrum has none: -x chooses singular values" },
	[PLOT_FOREST] = { .draw = draw_forest, .no_x = "forest has none",
		.no_group = "the groups of a forest are in its first columns",
		.maker = "hg-correlate or hg-regress", .sign = { "r", "estimate" } },
	[PLOT_PROFILE] = { .draw = draw_profile },
	[PLOT_MATRIX] = { .draw = draw_matrix, .no_x = "matrix has none", .no_y = "matrix has none",
		.no_group = "the groups of a matrix are in its first columns",
		.maker = "hg-correlate --matrix", .sign = { "column", "column" } },
	[PLOT_RESIDUALS] = { .draw = draw_residuals, .no_x = "residuals has none", .no_y = "residuals has none",
		.no_group = "residuals are those of one model",
		.maker = "hg-regress --rows", .sign = { "fitted", "fitted" } },
};

static int
has(const struct table *t, const char *name)
{
	return table_find(t, name) != TABLE_NONE;
}

/* The kind that the columns say. */
static enum plot_kind
guess(const struct table *t, const struct plot_spec *s)
{
	size_t n, *descr = columns_descriptors(t, &n);
	int spectra_alone = has(t, "s1") && n == 0 && s->y == NULL;

	free(descr);
	if (has(t, "y") && ((has(t, "x") && has(t, "ci_low")) || (has(t, "term") && has(t, "conf_low"))))
		return PLOT_FOREST;
	if (has(t, "fitted") && has(t, "cooks_d") && s->x == NULL && s->y == NULL)
		return PLOT_RESIDUALS;
	if (has(t, "method") && has(t, "column"))
		return PLOT_MATRIX;
	if (s->x != NULL)
		return PLOT_SCATTER;
	if (spectra_alone)
		return PLOT_SPECTRUM;
	if (!has(t, "layer") || !has(t, "head"))
		die("%s: columns that say no kind of picture: name one with -k%s", gz_name(t->gz), table_hint(t));
	return PLOT_HEAT;
}

static void
check(const struct plot_spec *s)
{
	const struct kind *k = &kinds[s->kind];

	if (s->x != NULL && k->no_x != NULL)
		die_usage("-x: %s", k->no_x);
	if (s->y != NULL && k->no_y != NULL)
		die_usage("-y: %s", k->no_y);
	if (s->group != NULL && k->no_group != NULL)
		die_usage("-g: %s", k->no_group);
	if (s->level > 0 && s->kind != PLOT_SCATTER)
		die_usage("--level: the intervals of a %s are not made here", plot_kind_name[s->kind]);
}

static void
check_maker(const struct table *t, enum plot_kind kind)
{
	const struct kind *k = &kinds[kind];

	if (k->maker != NULL && !has(t, k->sign[0]) && !has(t, k->sign[1]))
		die("%s: -k %s: no table of %s: no column \"%s\"%s", gz_name(t->gz), plot_kind_name[kind], k->maker, k->sign[0],
		    table_hint(t));
}

char *
plot_script(struct table *t, const struct plot_spec *spec, size_t *len)
{
	struct plot p = { .table = t, .spec = *spec };

	if (p.spec.kind == PLOT_ANY)
		p.spec.kind = guess(t, spec);
	check(&p.spec);
	check_maker(t, p.spec.kind);
	if (p.spec.level == 0)
		p.spec.level = 0.95;
	kinds[p.spec.kind].draw(&p);
	*len = p.len;
	return p.text;
}
