/* corr.c - correlations of predictors with responses, by group: what is kept of
 * the rows.
 *
 * Without controls that is one set of co-moments for each pair; with controls one
 * triangular factor of [1 C x y] for each pair, or, of rows that have all
 * variables, one of [1 C X Y] for all pairs.  Controls that are names, as keys within, have
 * no columns there: sums are by cell then (within.c).  Ranks need all values. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

const char *const corr_method_name[CORR_METHODS] = { "pearson", "spearman", "kendall" };

static void
plan_pairs(struct corr *c)
{
	size_t nx = c->spec.nx, ny = c->spec.ny;
	int matrix = c->spec.matrix;

	c->pair = mem_new(mem_times(nx, matrix ? nx : ny), sizeof *c->pair);
	for (size_t j = 0; j < (matrix ? nx : ny); j++)
		for (size_t i = 0; i < (matrix ? j + 1 : nx); i++)
			c->pair[c->npair++] = (struct pair){ i, matrix ? j : nx + j };
	for (size_t i = 0; i < c->spec.nc; i++)
		c->nc += c->degree[i];
	c->nfactor = c->spec.nc + c->spec.nname == 0 && !c->spec.joint ? 0 : c->spec.complete ? 1 : c->npair;
	c->p = 1 + c->nc + (c->spec.complete ? (ptrdiff_t)(nx + ny) : 2);
	mem_fits((size_t)c->p, (size_t)c->p);
}

/* Texts of the spec are the caller's no longer. */
static void
keep_names(struct corr *c)
{
	c->name = mem_new(c->nv, sizeof *c->name);
	for (size_t i = 0; i < c->nv; i++)
		c->name[i] = mem_text(c->spec.name[i], strlen(c->spec.name[i]));
	c->spec.name = (const char *const *)c->name;
	c->key = mem_new(c->spec.nwithin + c->spec.nname + c->spec.ncluster, sizeof *c->key);
	for (size_t i = 0; i < c->spec.nwithin + c->spec.nname + c->spec.ncluster; i++)
		c->key[i] = mem_text(c->spec.within[i], strlen(c->spec.within[i]));
	c->spec.within = (const char *const *)c->key;
	c->degree = mem_new(c->spec.nc, sizeof *c->degree);
	for (size_t i = 0; i < c->spec.nc; i++)
		c->degree[i] = c->spec.degree != NULL ? c->spec.degree[i] : 1;
	c->spec.degree = c->degree;
	if (c->spec.weight != NULL)
		c->spec.weight = c->weight = mem_text(c->spec.weight, strlen(c->spec.weight));
}

struct corr *
corr_new(const struct corr_spec *spec, const struct corr_view *view, struct group *g)
{
	struct corr *c = mem_new(1, sizeof *c);

	if (view->pool != NULL)
		meta_check(g, view->pool);
	c->spec = *spec;
	c->view = *view;
	c->group = g;
	c->nv = spec->nx + spec->ny + spec->nc;
	keep_names(c);
	plan_pairs(c);
	c->row = mem_new(2*(size_t)c->p + c->nv + 3, sizeof *c->row);
	c->rowlo = c->row + c->p;
	c->numbers = c->rowlo + c->p;
	c->cluster = spec->ncluster > 0 ? within_new(spec->ncluster, 0) : NULL;
	c->within = spec->nwithin + spec->nname > 0 ? within_new(spec->nwithin, spec->nname) : NULL;
	for (int m = 0; m < view->nmethod; m++) {
		if ((view->method[m] != CORR_PEARSON || view->permute > 0 || view->boot > 0) && c->values == NULL)
			c->values = values_new(c->nv + 3, 3);
		if (view->method[m] != CORR_PEARSON)
			continue;
		if (c->cluster != NULL)
			c->slopes = slopes_new(c);
		if (c->nfactor > 0)
			c->factors = factors_new(c->p, c->nfactor);
		else
			c->moments = moments_new(c->nv, c->pair, c->npair, spec->weight != NULL);
	}
	corr_sums(c, 0);
	return c;
}

void
corr_free(struct corr *c)
{
	if (c->moments != NULL)
		moments_free(c->moments);
	if (c->factors != NULL)
		factors_free(c->factors);
	if (c->values != NULL)
		values_free(c->values);
	if (c->slopes != NULL)
		slopes_free(c->slopes, c->spec.nx);
	if (c->within != NULL)
		within_free(c->within);
	if (c->cluster != NULL)
		within_free(c->cluster);
	for (size_t i = 0; i < c->nv; i++)
		free(c->name[i]);
	for (size_t i = 0; i < c->spec.nwithin + c->spec.nname + c->spec.ncluster; i++)
		free(c->key[i]);
	free(c->name);
	free(c->key);
	free(c->degree);
	free(c->keys);
	free(c->weight);
	free(c->pair);
	free(c->sums);
	free(c->row);
	free(c->result);
	free(c->pooled);
	meta_free(c->meta);
	free(c);
}

struct sums *
corr_sums(struct corr *c, size_t k)
{
	c->sums = mem_grow(c->sums, &c->cap, k + 1, sizeof *c->sums);
	for (; c->ngroup <= k; c->ngroup++)
		c->sums[c->ngroup] = (struct sums){ 0, INFINITY, -INFINITY };
	return &c->sums[k];
}

/* Whether the row counts for a pair at least. */
static int
counts(struct corr *c, const double *v)
{
	size_t nxy = c->spec.nx + c->spec.ny;
	int some = 0, controls = 1, gap = 0;

	for (size_t i = 0; i < c->nv; i++)
		gap |= isnan(v[i]) != 0;
	if (!gap)                       /* all are there, as in most rows */
		return 1;
	c->gaps++;
	for (size_t i = 0; i < c->nv; i++) {
		some |= !isnan(v[i]);
		controls &= i < nxy || !isnan(v[i]);
	}
	return !c->spec.complete && some && controls;
}

/* The row's controls with their powers are laid out.  Returns 0 if one cannot be taken. */
static int
set_controls(struct corr *c, const double *num)
{
	size_t first = c->spec.nx + c->spec.ny, j = 1;

	c->row[0] = 1;
	for (size_t i = 0; i < c->spec.nc; j += (size_t)c->degree[i++]) {
		int bad = num_powers(num[first + i], c->degree[i], c->row + j, c->rowlo + j);

		if (bad != 0) {
			c->fault = (struct lm_fault){ first + i, bad, fabs(num[first + i]) < 1 };
			return 0;
		}
	}
	return 1;
}

/* The row, of which the controls are laid out, joins the triangular factors t: of each
 * pair that it has both of. */
static void
add_factors(struct corr *c, struct tri *t, const double *num, double w)
{
	size_t n = c->spec.nx + c->spec.ny;
	double *v = c->row + 1 + c->nc;

	if (c->spec.complete) {
		memcpy(v, num, n * sizeof *v);
		tri_add(&t[0], c->row, c->rowlo, w);
		return;
	}
	for (size_t i = 0; i < c->npair; i++) {
		v[0] = num[c->pair[i].x];
		v[1] = num[c->pair[i].y];
		if (!isnan(v[0]) && !isnan(v[1]))
			tri_add(&t[i], c->row, c->rowlo, w);
	}
}

/* All values of the row are kept, and its key and cluster. */
static void
add_values(struct corr *c, const struct obs *o, size_t key, size_t cluster)
{
	memcpy(c->numbers, o->num, c->nv * sizeof *o->num);
	c->numbers[c->nv] = (double)key;
	c->numbers[c->nv + 1] = (double)cluster;
	c->numbers[c->nv + 2] = o->weight;
	values_add(c->values, o->group, c->numbers);
}

/* The row has a cluster; its number if values are kept, to be drawn. */
static int
has_cluster(struct corr *c, const struct obs *o, size_t *cluster)
{
	const struct text *text = o->text + c->spec.nwithin + c->spec.nname;

	for (size_t i = 0; i < c->spec.ncluster; i++)
		if (text[i].len == 0)
			return 0;
	if (c->values != NULL && c->cluster != NULL)
		*cluster = within_key(c->cluster, text);
	return 1;
}

size_t
corr_key(struct corr *c, const struct text *text)
{
	size_t key = within_key(c->within, text), parts = within_parts(c->within), names = within_names(c->within);

	for (size_t i = 0; i < names; i++)
		if (within_levels(c->within, parts - names + i) > LM_MAX_LEVELS)
			die("-c: %s has more than %d levels: are they names?", c->key[c->spec.nwithin + i], LM_MAX_LEVELS);
	return key;
}

size_t
corr_kept_key(const struct corr *c, double v)
{
	return c->spec.nname > 0 ? within_at(c->within, (size_t)v) : (size_t)v;
}

int
corr_has_level(const struct corr *c, size_t i, const char *level)
{
	return level == NULL || level[0] == '\0' ||
	    within_has(c->within, within_parts(c->within) - within_names(c->within) + i, level);
}

const struct lm_fault *
corr_add(struct corr *c, const struct obs *o)
{
	size_t key = 0, cluster = 0, at = o->group;
	struct sums *g = corr_sums(c, o->group);
	int used = counts(c, o->num);

	if (o->weight == 0)
		return NULL;
	g->rows++;
	if (c->view.extremes && !isnan(o->num[c->nv])) {
		g->first = fmin(g->first, o->num[c->nv]);
		g->last = fmax(g->last, o->num[c->nv]);
	}
	if (!used || isnan(o->weight))
		return NULL;
	if (c->within != NULL) {
		if ((key = corr_key(c, o->text)) == WITHIN_NONE)
			return NULL;
		at = within_cell(c->within, o->group, key);
	}
	if (!has_cluster(c, o, &cluster))
		return NULL;
	if (c->factors != NULL && !set_controls(c, o->num))
		return &c->fault;
	if (c->values != NULL)
		add_values(c, o, key, cluster);
	if (c->factors != NULL)
		add_factors(c, factors_of(c->factors, at), o->num, o->weight);
	if (c->moments != NULL)
		moments_add(c->moments, at, o->num, o->weight);
	if (c->slopes != NULL)
		slopes_add(c, o, key);
	return NULL;
}

/* Group 0 has the rows without a key so far; the others join it. */
static void
pool(struct corr *c)
{
	size_t *order = group_order(c->group);

	for (size_t k = 1; k < c->ngroup; k++) {
		c->sums[0].rows += c->sums[order[k]].rows;
		if (c->within != NULL)
			continue;
		if (c->moments != NULL)
			moments_merge(c->moments, 0, c->moments, order[k]);
		for (size_t i = 0; c->factors != NULL && i < c->nfactor; i++)
			tri_merge(&factors_of(c->factors, 0)[i], &factors_of(c->factors, order[k])[i]);
	}
	free(order);
}

void
corr_ready(struct corr *c)
{
	size_t n = group_count(c->group);

	corr_sums(c, n - 1);
	if (c->within != NULL && c->keys == NULL)       /* not solved yet: sums are by cell */
		n = within_cells(c->within);
	if (c->factors != NULL && n > 0)
		factors_of(c->factors, n - 1);
	if (c->moments != NULL)
		moments_flush(c->moments);
}

void
corr_solve(struct corr *c)
{
	corr_ready(c);
	pool(c);
	if (c->within != NULL)
		within_solve(c);
	corr_results(c);
	if (c->slopes != NULL)
		slopes_solve(c);
	if (c->view.pool != NULL)
		corr_pool(c);
	if (c->view.permute > 0)
		corr_permute(c);
	if (c->view.boot > 0)
		corr_boot(c);
	corr_significance(c);
}

double
corr_rows_of(const struct corr *c, size_t k)
{
	return c->sums[k].rows;
}

double
corr_gaps(const struct corr *c)
{
	return c->gaps;
}

struct corr_result *
corr_result(const struct corr *c, size_t k, int m, size_t i)
{
	return &c->result[(k * (size_t)c->view.nmethod + (size_t)m) * c->npair + i];
}
