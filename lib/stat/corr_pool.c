/* corr_pool.c - correlations pooled over the groups of one key: on Fisher's scale, where
 * the variance of r does not depend on r. */
#include <math.h>
#include <stdlib.h>

#include "corr.h"

/* Pair i over the groups of a set, those in which it has a variance. */
static void
pool_pair(const struct corr *c, size_t set, size_t i, struct corr_pooled *o)
{
	double *y = mem_new(2 * c->ngroup, sizeof *y), *v = y + c->ngroup;
	const struct meta *m = c->meta;
	struct meta_effect *e = &o->effect;
	ptrdiff_t k = 0;

	*o = (struct corr_pooled){ .q = NAN };
	for (size_t g = 1; g < c->ngroup; g++) {
		const struct corr_result *r = corr_result(c, m->order[g], 0, i);
		double left = r->n - 3 - (double)r->controls - r->absorbed, rows = c->sums[m->order[g]].rows;

		if (m->set[m->order[g]] != set)
			continue;
		o->group = m->order[g];
		if (!(left > 0) || !(r->rest > 0)) {
			o->missing += rows;
			continue;
		}
		o->n += r->n;
		o->missing += rows - r->n;
		y[k] = num_atanh(r->r, r->rest);
		v[k++] = 1/left;
	}
	meta_fit(y, v, k, c->view.level, e);
	e->estimate = num_tanh(e->estimate);
	e->low = num_tanh(e->low);
	e->high = num_tanh(e->high);
	e->pred_low = num_tanh(e->pred_low);
	e->pred_high = num_tanh(e->pred_high);
	free(y);
}

void
corr_pool(struct corr *c)
{
	c->meta = meta_new(c->group, c->view.pool);
	c->npooled = c->meta->nset * c->npair;
	c->pooled = mem_new(c->npooled, sizeof *c->pooled);
	for (size_t i = 0; i < c->npooled; i++)
		pool_pair(c, i / c->npair, i % c->npair, &c->pooled[i]);
}

void
corr_put_pooled(const struct corr *c, struct csv_writer *w)
{
	for (size_t i = 0; i < c->npooled; i++) {
		const struct corr_pooled *o = &c->pooled[i];
		const struct pair p = c->pair[i % c->npair];

		meta_put_keys(c->meta, o->group, w);
		csv_put_str(w, c->name[p.y]);
		csv_put_str(w, c->name[p.x]);
		csv_put_str(w, corr_method_name[c->view.method[0]]);
		csv_put_int(w, (long long)o->n);
		csv_put_int(w, (long long)o->missing);
		csv_put_num(w, o->effect.estimate);
		csv_put_num(w, o->effect.low);
		csv_put_num(w, o->effect.high);
		csv_put_num(w, o->effect.p);
		csv_put_num(w, o->q);
		meta_put(&o->effect, w);
		csv_put_end(w);
	}
}
