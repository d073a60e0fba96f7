/* cluster_state.c - factors by key in a state: written behind those of their model, read,
 * checked, and merged with those of other states, the same bits in any order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

const char *const lm_by_name[LM_KEYS + 1] = { "cluster", "fold", "cell" };

/* ---- writing ------------------------------------------------------------------------------- */

/* The texts of a key, the extremes of p columns. */
static void
save_key(const struct lm *m, struct state_writer *w, int by, const char *key, ptrdiff_t p, const double *min, const double *max)
{
	for (size_t l = 0; l < m->nkey[by]; l++, key += strlen(key) + 1)
		state_put(w, "part", (long)l, -1, m->key[by][l], key, NULL);
	for (ptrdiff_t j = 0; j < p; j++)
		state_put_num(w, "limits", (long)j, -1, "", min[j], max[j]);
}

static void
save_cluster(struct lm *m, struct state_writer *w, const struct clusters *all, int by, size_t i)
{
	struct tri *t = &m->spare.tri[0];
	const struct cluster *c = clusters_get(all, i, t);
	size_t len;
	const char *key = clusters_key(all, i, &len);

	state_put_num(w, lm_by_name[by], (long)i, -1, "", c->n, c->w);
	save_key(m, w, by, key, t->p, t->min, t->max);
	state_put_r(w, (long)t->p, t->r, t->rlo);
}

/* A cell has means instead. */
static void
save_cell(struct lm *m, struct state_writer *w, const struct means *all, size_t i)
{
	const char *key;
	size_t len;
	const struct mean *c = means_get(all, i, &key, &len);

	state_put_num(w, lm_by_name[LM_CELL], (long)i, -1, "", c->n, c->w);
	save_key(m, w, LM_CELL, key, c->p, c->x + 2*c->p, c->x + 3*c->p);
	if (m->weight != NULL)
		state_put_num(w, "weight", -1, -1, "", c->w, c->wlo);
	for (ptrdiff_t j = 0; j < c->p; j++)
		state_put_num(w, "mean", (long)j, -1, "", c->x[j], c->x[c->p + j]);
}

void
clusters_save(struct lm *m, struct state_writer *w, const struct model *model)
{
	for (int by = 0; by < LM_KEYS; by++)
		for (size_t i = 0; m->nkey[by] > 0 && i < model->by[by]->n; i++)
			save_cluster(m, w, model->by[by], by, i);
	for (size_t i = 0; model->cells != NULL && i < model->cells->n; i++)
		save_cell(m, w, model->cells, i);
}

/* ---- reading ------------------------------------------------------------------------------- */

/* They come by columns, those that are not 0. */
void
entries_read(struct entries *r, const struct state *in, size_t p, double n)
{
	const struct entry *last = r->n > 0 ? &r->of[r->n - 1] : NULL;
	struct entry e = { .j = state_index(in, 'j', p) };

	state_uses(in, "ijvl");
	e.i = state_index(in, 'i', e.j + 1);
	if ((double)e.i >= n)
		state_die(in, "more rows in the factor than there were: %g", n);
	if (last != NULL && (e.j < last->j || (e.j == last->j && e.i <= last->i)))
		state_die(in, "a record out of its order: r");
	state_dd(in, &e.hi, &e.lo);
	r->of = mem_grow(r->of, &r->cap, r->n + 1, sizeof *r->of);
	r->of[r->n++] = e;
}

void
entries_put(const struct entries *e, const size_t *place, struct tri *t)
{
	for (size_t i = 0; i < e->n; i++) {
		size_t at = e->of[i].i + place[e->of[i].j] * (size_t)t->p;

		t->r[at] = e->of[i].hi;
		t->rlo[at] = e->of[i].lo;
	}
}

static struct cluster_part *
last(const struct cluster_parts *c)
{
	return c->n > 0 ? &c->of[c->n - 1] : NULL;
}

/* All of it was read. */
static int
is_whole(const struct lm *m, const struct cluster_part *c, size_t p)
{
	return c->nkey == m->nkey[c->by] && c->ncol == p && (c->by != LM_CELL || c->nmean == p);
}

static int
compare_keys(const struct cluster_part *a, const struct cluster_part *b)
{
	int c;

	if (a->by != b->by)
		return a->by < b->by ? -1 : 1;
	c = memcmp(a->key, b->key, a->len < b->len ? a->len : b->len);
	return c != 0 ? c : a->len < b->len ? -1 : a->len > b->len;
}

/* How many of this kind there are. */
static size_t
count(const struct cluster_parts *c, int by)
{
	size_t n = 0;

	while (n < c->n && c->of[c->n - 1 - n].by == by)
		n++;
	return n;
}

static void
begin(struct cluster_parts *c, const struct lm *m, const struct state *in, size_t p, int by)
{
	const struct cluster_part *before = last(c);
	struct cluster_part new = { .by = by, .n = state_rows(in), .w = state_num(in, 'l') };
	size_t n = count(c, by);

	state_uses(in, "ivl");
	if (m->nkey[by] == 0)
		state_die(in, "a record that is not known: %s", in->record);
	if (p <= m->terms.iy || (before != NULL && (!is_whole(m, before, p) || before->by > by)) ||
	    state_index(in, 'i', n + 1) != n)
		state_die(in, "a record out of its order: %s", in->record);
	if (!(new.n >= 1 && new.w > 0) || (m->weight == NULL && new.w != new.n))
		state_die(in, "a %s that cannot be: %s rows of weight %s", in->record, in->value, in->low);
	c->of = mem_grow(c->of, &c->cap, c->n + 1, sizeof *c->of);
	c->of[c->n++] = new;
}

static void
read_part(struct cluster_parts *all, const struct lm *m, const struct state *in)
{
	struct cluster_part *c = last(all);
	size_t len = strlen(in->value) + 1;

	state_uses(in, "inv");
	if (state_index(in, 'i', c->nkey + 1) != c->nkey || c->nkey == m->nkey[c->by] ||
	    strcmp(in->name, m->key[c->by][c->nkey]) != 0)
		state_die(in, "a key out of its order");
	if (len == 1)
		state_die(in, "an empty key");
	if (c->by == LM_CELL && c->nkey < m->terms.nkey)
		product_met(&m->terms, m->terms.key[c->nkey], in->value);
	c->key = mem_resize(c->key, c->len + len, 1);
	memcpy(c->key + c->len, in->value, len);
	c->len += len;
	if (++c->nkey == m->nkey[c->by] && all->n > 1 && compare_keys(c - 1, c) >= 0)
		state_die(in, "a %s out of its order: %s", lm_by_name[c->by], in->value);
}

/* Within the model's own. */
static void
read_limits(struct cluster_part *c, const struct lm *m, const struct state *in, const struct limits *model, size_t p)
{
	double low = state_num(in, 'v'), high = state_num(in, 'l');

	state_uses(in, "ivl");
	if (c->nkey != m->nkey[c->by] || c->ncol == p || state_index(in, 'i', p) != c->ncol)
		state_die(in, "a record out of its order: limits");
	model += c->ncol;
	if (!(model->min <= low && low <= high && high <= model->max))
		state_die(in, "a column that cannot be: from %s to %s", in->value, in->low);
	if (c->limits == NULL)
		c->limits = mem_new(2*p, sizeof *c->limits);
	c->limits[c->ncol] = low;
	c->limits[p + c->ncol++] = high;
}

/* The weight of a cell, and what rounding has left of it. */
static void
read_weight(struct cluster_part *c, const struct lm *m, const struct state *in, size_t p)
{
	double w = c->w;

	state_uses(in, "vl");
	if (m->weight == NULL || c->ncol != p || c->weighted || c->nmean > 0)
		state_die(in, "a record out of its order: weight");
	state_dd(in, &c->w, &c->wlo);
	if (c->w != w)
		state_die(in, "a weight that is not that of its cell: %s", in->value);
	c->weighted = 1;
}

/* Between the extremes, but for rounding. */
static void
read_mean(struct cluster_part *c, const struct lm *m, const struct state *in, size_t p)
{
	double low, high, slack;
	size_t j = c->nmean;

	state_uses(in, "ivl");
	if (c->ncol != p || c->weighted != (m->weight != NULL) || j == p || state_index(in, 'i', p) != j)
		state_die(in, "a record out of its order: mean");
	if (c->mean == NULL)
		c->mean = mem_new(2*p, sizeof *c->mean);
	state_dd(in, &c->mean[j], &c->mean[p + j]);
	low = c->limits[j];
	high = c->limits[p + j];
	slack = low < high ? 0x1p-40*fmax(fabs(low), fabs(high)) : 0;
	if (!(c->mean[j] >= low - slack && c->mean[j] <= high + slack))
		state_die(in, "a mean that cannot be: %s", in->value);
	c->nmean++;
}

int
clusters_read(struct cluster_parts *all, const struct lm *m, const struct state *in, const struct limits *col, size_t p)
{
	struct cluster_part *c = last(all);

	for (int by = 0; by <= LM_KEYS; by++)
		if (strcmp(in->record, lm_by_name[by]) == 0) {
			begin(all, m, in, p, by);
			return 1;
		}
	if (c == NULL)
		return 0;
	if (strcmp(in->record, "part") == 0)
		read_part(all, m, in);
	else if (strcmp(in->record, "limits") == 0)
		read_limits(c, m, in, col, p);
	else if (c->by == LM_CELL && strcmp(in->record, "weight") == 0)
		read_weight(c, m, in, p);
	else if (c->by == LM_CELL && strcmp(in->record, "mean") == 0)
		read_mean(c, m, in, p);
	else if (c->by != LM_CELL && strcmp(in->record, "r") == 0 && is_whole(m, c, p))
		entries_read(&c->r, in, p, c->n);
	else
		state_die(in, "a record out of its order: %s", in->record);
	return 1;
}

/* ---- merging ------------------------------------------------------------------------------- */

void
clusters_check(const struct cluster_parts *c, const struct lm *m, size_t p, double n, const char *y)
{
	double rows[LM_KEYS + 1] = { 0 };

	for (size_t i = 0; i < c->n; i++) {
		if (!is_whole(m, &c->of[i], p))
			die("a state with a %s of %s that is cut", lm_by_name[c->of[i].by], y);
		rows[c->of[i].by] += c->of[i].n;
	}
	for (int by = 0; by <= LM_KEYS; by++)
		if (m->nkey[by] > 0 && rows[by] != n)
			die("a state whose %ss of %s have %g rows, not %g", lm_by_name[by], y, rows[by], n);
}

struct read { const struct cluster_part *part; struct cluster c; struct mean mean; };

static int
compare(const void *va, const void *vb)
{
	const struct read *a = va, *b = vb;
	int c = compare_keys(a->part, b->part);

	if (c == 0)
		c = num_compare(&a->c.n, &b->c.n, 1);
	if (c == 0)
		c = num_compare(&a->c.w, &b->c.w, 1);
	if (c == 0 && a->part->by == LM_CELL)
		c = num_compare(a->mean.x, b->mean.x, 4*a->mean.p);
	else if (c == 0)
		c = num_compare(a->c.sums, b->c.sums, a->c.p*(a->c.p + 3));
	return c;
}

/* The part as a cluster with all columns there are; place: where its p columns are.  used: it
 * has fewer rows than there were, those that means have left. */
static void
build(const struct cluster_part *c, const size_t *place, size_t p, int used, struct tri *t, struct cluster *out)
{
	tri_init(t, t->p, t->min);
	t->n = c->n;
	for (ptrdiff_t j = 0; j < t->p; j++)
		t->min[j] = t->max[j] = 0;
	for (size_t j = 0; j < p; j++) {
		t->min[place[j]] = c->limits[j];
		t->max[place[j]] = c->limits[p + j];
	}
	entries_put(&c->r, place, t);
	if (used)
		t->n = tri_used(t);
	*out = (struct cluster){ .w = c->w };
	cluster_put(out, t);
}

/* The same of a cell. */
static void
build_mean(const struct cluster_part *c, const size_t *place, size_t p, ptrdiff_t all, struct read *out)
{
	double *x = mem_new((size_t)(4*all), sizeof *x);

	for (size_t j = 0; j < p; j++) {
		x[place[j]] = c->mean[j];
		x[(size_t)all + place[j]] = c->mean[p + j];
		x[(size_t)(2*all) + place[j]] = c->limits[j];
		x[(size_t)(3*all) + place[j]] = c->limits[p + j];
	}
	out->c = (struct cluster){ .n = c->n, .w = c->w };
	out->mean = (struct mean){ c->n, c->w, c->wlo, x, all };
}

/* It joins the model's; frees what was built. */
static void
join(struct lm *m, struct model *model, struct read *r)
{
	if (r->part->by == LM_CELL) {
		lm_absorb_join(m, model, r->part->key, r->part->len, &r->mean);
		free(r->mean.x);
		return;
	}
	clusters_merge_one(model->by[r->part->by], r->part->key, r->part->len, &r->c, &m->spare);
	cluster_free(&r->c);
}

void
clusters_join(struct lm *m, struct model *model, struct read_clusters *in, size_t n)
{
	size_t all = 0, k = 0;
	struct read *r;

	for (size_t i = 0; i < n; i++)
		all += in[i].parts->n;
	r = mem_new(all, sizeof *r);
	for (size_t i = 0; i < n; i++)
		for (size_t l = 0; l < in[i].parts->n; l++, k++) {
			r[k].part = &in[i].parts->of[l];
			if (r[k].part->by == LM_CELL)
				build_mean(r[k].part, in[i].place, in[i].p, (ptrdiff_t)m->terms.p, &r[k]);
			else
				build(r[k].part, in[i].place, in[i].p, model->cells != NULL, &m->spare.tri[0], &r[k].c);
		}
	if (all > 0)
		qsort(r, all, sizeof *r, compare);
	for (k = 0; k < all; k++)
		join(m, model, &r[k]);
	free(r);
	for (int by = 0; by < LM_KEYS; by++)
		if (m->nkey[by] > 0)
			clusters_end(model->by[by], NULL, &m->spare, NULL);
	if (model->cells != NULL) {
		means_sort(model->cells);
		lm_absorb_count(m, model);
	}
}

void
cluster_parts_free(struct cluster_parts *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->of[i].key);
		free(c->of[i].limits);
		free(c->of[i].mean);
		free(c->of[i].r.of);
	}
	free(c->of);
}
