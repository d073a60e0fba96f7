/* meta.c - correlations pooled over the groups of one key, such as models: a random
 * effect of each, on Fisher's scale, where the variance of r does not depend on r. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

/* Where the key to pool stands among the keys. */
static size_t
key_of(const struct corr *c)
{
	size_t i = 0;

	while (strcmp(group_name(c->group, i), c->view.pool) != 0)
		i++;
	return i;
}

/* Numbers the sets of groups that differ in the pooled key alone, as they come. */
static void
find_sets(struct corr *c)
{
	size_t *order = group_order(c->group), key = key_of(c), cap = 0;
	struct map *map = map_new();
	char *text = NULL;

	c->set = mem_new(c->ngroup, sizeof *c->set);
	for (size_t k = 1; k < c->ngroup; k++) {
		size_t n = 0;

		if (strcmp(group_key(c->group, order[k], key), "pooled") == 0)
			die("%s: a key that is \"pooled\", the word for the pooled groups", c->view.pool);
		for (size_t i = 0; i < group_keys(c->group); i++) {
			const char *s = group_key(c->group, order[k], i);
			size_t len = strlen(s) + 1;

			if (i == key)
				continue;
			text = mem_grow(text, &cap, n + len, 1);
			memcpy(text + n, s, len);
			n += len;
		}
		c->set[order[k]] = map_add(map, n > 0 ? text : "", n);
	}
	c->nset = map_count(map);
	map_free(map);
	free(text);
	free(order);
}

/* r and its interval, and that of another group's r, from Fisher's scale. */
static void
put_back(const struct corr *c, const struct reml *f, struct corr_pooled *o)
{
	double t = o->k > 1 ? tail_t2_inv(1 - c->view.level, o->k - 1) : NAN;
	double u = o->k > 2 ? tail_t2_inv(1 - c->view.level, o->k - 2)*sqrt(f->tau2 + f->se*f->se) : NAN;

	o->r = num_tanh(f->mu);
	o->ci_low = num_tanh(f->mu - t*f->se);
	o->ci_high = num_tanh(f->mu + t*f->se);
	o->pred_low = num_tanh(f->mu - u);
	o->pred_high = num_tanh(f->mu + u);
	o->p = o->k > 1 ? tail_t2(f->mu/f->se, o->k - 1) : NAN;
	o->tau2 = f->tau2;
	o->i2 = f->i2;
	o->q_stat = f->q;
	o->q_p = f->q_p;
}

/* Pair i over the groups of a set, those in which it has a variance. */
static void
pool_pair(const struct corr *c, const size_t *order, size_t set, size_t i, struct corr_pooled *o)
{
	double *y = mem_new(2 * c->ngroup, sizeof *y), *v = y + c->ngroup;
	struct reml f;
	ptrdiff_t k = 0;

	*o = (struct corr_pooled){ .q = NAN };
	for (size_t g = 1; g < c->ngroup; g++) {
		const struct corr_result *r = corr_result(c, order[g], 0, i);
		double left = r->n - 3 - (double)r->controls - r->absorbed;

		if (c->set[order[g]] != set)
			continue;
		o->group = order[g];
		if (!(left > 0) || !(r->rest > 0)) {
			o->missing += c->sums[order[g]].rows;
			continue;
		}
		o->n += r->n;
		o->missing += c->sums[order[g]].rows - r->n;
		y[k] = num_atanh(r->r, r->rest);
		v[k++] = 1/left;
	}
	o->k = (double)k;
	reml_fit(y, v, k, &f);
	put_back(c, &f, o);
	free(y);
}

void
corr_meta(struct corr *c)
{
	size_t *order = group_order(c->group);

	find_sets(c);
	c->pooled = mem_new(c->nset, c->npair * sizeof *c->pooled);
	for (size_t s = 0; s < c->nset; s++)
		for (size_t i = 0; i < c->npair; i++)
			pool_pair(c, order, s, i, &c->pooled[s * c->npair + i]);
	free(order);
}

static void
put_keys(const struct corr *c, size_t k, struct csv_writer *w)
{
	size_t key = key_of(c);

	for (size_t i = 0; i < group_keys(c->group); i++)
		csv_put_str(w, i == key ? "pooled" : group_key(c->group, k, i));
}

void
corr_put_meta_names(struct csv_writer *w)
{
	static const char *const name[] = { "k", "tau2", "i2", "q_stat", "q_p", "pred_low", "pred_high" };

	for (size_t i = 0; i < sizeof name / sizeof *name; i++)
		csv_put_str(w, name[i]);
}

void
corr_put_meta_none(struct csv_writer *w)
{
	for (int i = 0; i < 7; i++)
		csv_put_str(w, "");
}

void
corr_put_meta(const struct corr *c, struct csv_writer *w)
{
	for (size_t i = 0; i < c->nset * c->npair; i++) {
		const struct corr_pooled *o = &c->pooled[i];
		const struct pair p = c->pair[i % c->npair];
		const double low[] = { o->r, o->ci_low, o->ci_high, o->p, o->q },
		    high[] = { o->tau2, o->i2, o->q_stat, o->q_p, o->pred_low, o->pred_high };

		put_keys(c, o->group, w);
		csv_put_str(w, c->name[p.y]);
		csv_put_str(w, c->name[p.x]);
		csv_put_str(w, corr_method_name[c->view.method[0]]);
		csv_put_int(w, (long long)o->n);
		csv_put_int(w, (long long)o->missing);
		for (size_t j = 0; j < sizeof low / sizeof *low; j++)
			csv_put_num(w, low[j]);
		csv_put_int(w, (long long)o->k);
		for (size_t j = 0; j < sizeof high / sizeof *high; j++)
			csv_put_num(w, high[j]);
		csv_put_end(w);
	}
}
