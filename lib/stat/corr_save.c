/* corr_save.c - the sums of correlations as a state. */
#include <stddef.h>
#include <stdlib.h>

#include "corr.h"

/* The sums of a pair in a state, in this order: their names, and where they stand. */
const struct corr_sum corr_sum[CORR_SUMS] = {
	{ "n", offsetof(struct comom, n), 0 },
	{ "w", offsetof(struct comom, w), 0 },
	{ "mx", offsetof(struct comom, mx), offsetof(struct comom, lx) },
	{ "my", offsetof(struct comom, my), offsetof(struct comom, ly) },
	{ "sxx", offsetof(struct comom, sxx.hi), offsetof(struct comom, sxx.lo) },
	{ "syy", offsetof(struct comom, syy.hi), offsetof(struct comom, syy.lo) },
	{ "sxy", offsetof(struct comom, sxy.hi), offsetof(struct comom, sxy.lo) },
	{ "xmin", offsetof(struct comom, xmin), 0 },
	{ "xmax", offsetof(struct comom, xmax), 0 },
	{ "ymin", offsetof(struct comom, ymin), 0 },
	{ "ymax", offsetof(struct comom, ymax), 0 },
};

double *
corr_sum_at(struct comom *m, size_t offset)
{
	return (double *)(void *)((char *)m + offset);
}

static void
save_pair(struct state_writer *w, size_t i, struct comom *m)
{
	for (size_t f = 0; m->n > 0 && f < CORR_SUMS; f++)
		state_put_num(w, "pair", (long)i, -1, corr_sum[f].name, *corr_sum_at(m, corr_sum[f].hi),
		    corr_sum[f].lo != 0 ? *corr_sum_at(m, corr_sum[f].lo) : 0);
}

static void
save_factor(struct state_writer *w, size_t i, struct tri *t)
{
	tri_flush(t);
	if (t->n == 0)
		return;
	state_put_num(w, "model", (long)i, -1, "", t->n, 0);
	for (ptrdiff_t j = 0; j < t->p; j++)
		state_put_num(w, "column", (long)j, -1, "", t->min[j], t->max[j]);
	state_put_r(w, (long)t->p, t->r, t->rlo);
}

/* The sums of a group, or with --within of a cell. */
static void
save_sums(struct corr *c, size_t at, struct state_writer *w)
{
	for (size_t i = 0; c->moments != NULL && i < c->npair; i++) {
		struct comom m = moments_of(c->moments, at, i);

		save_pair(w, i, &m);
	}
	for (size_t i = 0; c->factors != NULL && i < c->nfactor; i++)
		save_factor(w, i, &factors_of(c->factors, at)[i]);
}

static void
save_cell(struct corr *c, const struct cell *cell, struct state_writer *w)
{
	for (size_t i = 0; i < c->spec.nwithin + c->spec.nname; i++)
		state_put(w, "within", (long)i, -1, c->key[i], within_text(c->within, cell->key, i), NULL);
	save_sums(c, cell->cell, w);
}

/* Groups in their order, each with its cells. */
static void
save_groups(struct corr *c, struct state_writer *w)
{
	size_t *order = group_order(c->group), n = 0, at = 0;
	struct cell *cell = c->within != NULL ? within_list(c->within, c->group, 0, &n) : NULL;

	for (size_t k = 0; k < c->ngroup; k++) {
		state_put_group(w, c->group, order[k], c->sums[order[k]].rows);
		if (c->within == NULL)
			save_sums(c, order[k], w);
		for (; at < n && cell[at].group == order[k]; at++)
			save_cell(c, &cell[at], w);
	}
	free(order);
	free(cell);
}

/* What the variable i is. */
static const char *
kind_of(const struct corr_spec *s, size_t i)
{
	return i < s->nx ? "x" : i < s->nx + s->ny ? "y" : "control";
}

static void
save_options(const struct corr *c, struct state_writer *w)
{
	for (size_t i = 0; i < c->nv; i++) {
		size_t first = c->spec.nx + c->spec.ny;

		state_put(w, "option", (long)i, -1, kind_of(&c->spec, i), c->name[i], NULL);
		if (i >= first && c->degree[i - first] > 1)
			state_put_num(w, "option", (long)i, -1, "degree", c->degree[i - first], 0);
	}
	if (c->spec.weight != NULL)
		state_put(w, "option", -1, -1, "weight", c->spec.weight, NULL);
	state_put(w, "option", -1, -1, "complete", c->spec.complete ? "yes" : "no", NULL);
	state_put(w, "option", -1, -1, "matrix", c->spec.matrix ? "yes" : "no", NULL);
	if (c->spec.joint)
		state_put(w, "option", -1, -1, "joint", "yes", NULL);
	for (size_t i = 0; i < c->spec.nwithin + c->spec.nname; i++)
		state_put(w, "option", (long)i, -1, i < c->spec.nwithin ? "within" : "factor", c->key[i], NULL);
	state_put_names(w, c->group);
}

void
corr_save(struct corr *c, struct out *out, const struct origin *from)
{
	struct state_writer w;

	corr_ready(c);
	state_begin(&w, out, "hg-correlate", from);
	save_options(c, &w);
	save_groups(c, &w);
	state_end(&w);
}
