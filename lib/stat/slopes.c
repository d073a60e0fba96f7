/* slopes.c - p of correlations for clusters of rows that depend on each other.
 *
 * That r is 0 is that the slope of x is, in the linear model of y on the controls and x.  Its
 * error for clusters is that of the linear models' engine, of which there is one for each
 * x, with all y as responses: each takes the rows that have both, as the correlation does.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

struct slopes {
	struct lm **of;                 /* by x */
	size_t nkey;                    /* 1: the keys of within are a factor, named by number */
	double *num;                    /* of an observation: controls, x, responses */
	struct text *text;
	char key[24];
};

struct slopes *
slopes_new(const struct corr *c)
{
	const struct corr_spec *s = &c->spec;
	size_t nkey = s->nwithin > 0, first = s->nx + s->ny, n = 0;
	struct lm_var *var = mem_new(s->nc + nkey + s->nname + 1, sizeof *var);
	struct lm_view view = { .level = c->view.level, .small = c->view.small, .quiet = 1 };
	struct lm_spec spec = { .var = var, .y = s->name + s->nx, .ny = s->ny, .weight = s->weight, .intercept = 1 };
	const char **cluster = mem_new(s->ncluster, sizeof *cluster);
	struct slopes *l = mem_new(1, sizeof *l);

	for (size_t i = 0; i < s->nc; i++)
		var[n++] = (struct lm_var){ s->name[first + i], s->degree[i], NULL };
	for (size_t i = 0; i < nkey + s->nname; i++)
		var[n++] = (struct lm_var){ s->within[i < nkey ? 0 : s->nwithin + i - nkey], 0, NULL };
	for (size_t i = 0; i < s->ncluster; i++)
		cluster[i] = "cluster";
	spec.key[LM_BY_CLUSTER] = cluster;
	spec.nkey[LM_BY_CLUSTER] = s->ncluster;
	spec.nvar = n + 1;
	l->nkey = nkey;
	l->num = mem_new(c->nv + 1, sizeof *l->num);
	l->text = mem_new(nkey + s->nname + s->ncluster, sizeof *l->text);
	l->of = mem_new(s->nx, sizeof *l->of);
	for (size_t i = 0; i < s->nx; i++) {
		var[n] = (struct lm_var){ s->name[i], 1, NULL };
		l->of[i] = lm_new(&spec, &view, c->group);
	}
	free(var);
	free(cluster);
	return l;
}

void
slopes_free(struct slopes *l, size_t nx)
{
	for (size_t i = 0; i < nx; i++)
		lm_free(l->of[i]);
	free(l->of);
	free(l->num);
	free(l->text);
	free(l);
}

/* The keys of within as a level of one factor. */
static struct text
key_text(const struct corr *c, struct slopes *l, size_t key)
{
	if (within_levels(c->within, 0) > LM_MAX_LEVELS)
		die("--cluster: more than %d keys of --within", LM_MAX_LEVELS);
	snprintf(l->key, sizeof l->key, "%zu", within_level(c->within, key, 0));
	return (struct text){ l->key, strlen(l->key) };
}

void
slopes_add(const struct corr *c, const struct obs *o, size_t key)
{
	const struct corr_spec *s = &c->spec;
	struct slopes *l = c->slopes;
	const struct obs row = { o->group, o->weight, l->num, l->text };

	memcpy(l->num, o->num + s->nx + s->ny, s->nc * sizeof *l->num);
	memcpy(l->num + s->nc + 1, o->num + s->nx, s->ny * sizeof *l->num);
	if (l->nkey > 0)
		l->text[0] = key_text(c, l, key);
	memcpy(l->text + l->nkey, o->text + s->nwithin, (s->nname + s->ncluster) * sizeof *l->text);
	for (size_t i = 0; i < s->nx; i++) {
		l->num[s->nc] = o->num[i];
		lm_add(l->of[i], &row);
	}
}

void
slopes_solve(struct corr *c)
{
	for (size_t i = 0; i < c->spec.nx; i++) {
		for (size_t k = 0; k < c->ngroup; k++)          /* some may have no row of it */
			lm_add(c->slopes->of[i], &(struct obs){ .group = k });
		lm_solve(c->slopes->of[i], NULL);
	}
}

void
slopes_coef(const struct corr *c, size_t k, size_t i, struct lm_coef *coef)
{
	const struct lm *m = c->slopes->of[c->pair[i].x];

	lm_coef(m, k, c->pair[i].y - c->spec.nx, lm_terms(m) - 1, coef);
}

/* What is to be said of the clusters of a fit, or NULL. */
static char *
few(const struct corr *c, const struct lm_fit *f)
{
	int simple = c->view.small == LM_CR1;

	if (f->clusters < 2)
		return mem_print(": one cluster only: no p");
	if (simple && f->clusters < f->rank)
		return mem_print(": %g clusters for %g coefficients: no p; --small cr2 has one", f->clusters, f->rank);
	if (simple && f->clusters < LM_MANY_CLUSTERS)
		return mem_print(": fewer than %d clusters: p may be far too small; --small cr2 has a better one", LM_MANY_CLUSTERS);
	if (f->clusters == f->n)
		return mem_print(": each row is a cluster of its own: p is as if rows were independent");
	return NULL;
}

/* Of y, once for all x; frees what, which may be NULL. */
static void
note(const struct corr *c, struct notes *n, size_t k, size_t i, char *what)
{
	char *key;

	if (what == NULL)
		return;
	key = mem_print("%zu%s", c->pair[i].y, what);
	notes_add(n, 0, key, k, c->name[c->pair[i].y], what);
	free(key);
	free(what);
}

void
slopes_warn(const struct corr *c)
{
	size_t *order = group_order(c->group);
	struct notes *n = notes_new();
	struct lm_fit f;

	for (size_t at = 0; at < c->ngroup * c->npair; at++) {
		size_t k = order[at / c->npair], i = at % c->npair;

		if (isnan(corr_result(c, k, 0, i)->r))
			continue;
		lm_fit(c->slopes->of[c->pair[i].x], k, c->pair[i].y - c->spec.nx, &f);
		if (f.perfect && f.df_residual > 0)
			note(c, n, k, i, mem_print(": an essentially perfect fit by %s: %s", c->name[c->pair[i].x],
			    f.exact ? "its errors are 0" : "p is of what may be rounding of the numbers"));
		note(c, n, k, i, few(c, &f));
	}
	notes_say(n, c->group, "; so in");
	notes_free(n);
	free(order);
}
