/* clusters.c - a triangular factor for each key: of the rows of a cluster, or of a
 * fold that is left out.
 *
 * There may be a hundred thousand, so each is kept small: the upper triangle alone,
 * column by column, and a few rows that wait, as they were given.  To work on one it is
 * laid out as a struct tri, of which there are two for all of them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

/* Rows that are given to their clusters together: where there are many the memory of each
 * has to be waited for, and so it is for several at once. */
enum { DEAL = 64 };

/* Rows that wait, at most: in blocks they are quicker, and they take memory, so of many
 * clusters fewer. */
static ptrdiff_t
most_wait(const struct clusters *all)
{
	return all->n > 4096 ? 16 : TRI_BLOCK;
}

static ptrdiff_t
triangle(ptrdiff_t p)
{
	return p*(p + 1)/2;
}

struct clusters *
clusters_new(int low)
{
	struct clusters *c = mem_new(1, sizeof *c);

	c->low = low;
	c->keys = map_new();
	return c;
}

void
clusters_free(struct clusters *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++)
		cluster_free(&c->of[i]);
	map_free(c->keys);
	free(c->hand.row);
	free(c->hand.key);
	free(c->hand.end);
	free(c->of);
	free(c->order);
	free(c);
}

void
cluster_free(struct cluster *c)
{
	free(c->sums);
	free(c->row);
}

void
spare_size(struct spare *s, ptrdiff_t p)
{
	if (s->p == p)
		return;
	spare_free(s);
	s->p = p;
	for (int i = 0; i < 2; i++)
		tri_init(&s->tri[i], p, mem_new(tri_size(p), sizeof(double)));
}

void
spare_free(struct spare *s)
{
	for (int i = 0; i < 2 && s->p > 0; i++)
		free(s->tri[i].min);            /* where its memory begins */
	s->p = 0;
}

/* The sums of a cluster without its rows that wait, laid out; columns that came since
 * are 0. */
static void
lay_out(const struct cluster *c, struct tri *t)
{
	const double *r, *rl;

	tri_init(t, t->p, t->min);
	t->n = c->n;
	t->logw = c->logw;
	t->logw_lo = c->logw_lo;
	if (!(c->n > 0))
		return;
	r = c->sums + 2*c->p;
	rl = r + triangle(c->p);
	for (ptrdiff_t j = 0; j < t->p; j++) {
		t->min[j] = t->max[j] = 0;
		if (j >= c->p)
			continue;
		t->min[j] = c->sums[j];
		t->max[j] = c->sums[c->p + j];
		memcpy(t->r + j*t->p, r + triangle(j), (size_t)(j + 1) * sizeof *r);
		memcpy(t->rlo + j*t->p, rl + triangle(j), (size_t)(j + 1) * sizeof *r);
	}
}

void
cluster_put(struct cluster *c, const struct tri *t)
{
	double *r, *rl;

	if (c->p != t->p || c->sums == NULL)
		c->sums = mem_resize(c->sums, (size_t)(2*t->p + 2*triangle(t->p)), sizeof *c->sums);
	c->p = t->p;
	c->n = t->n;
	c->logw = t->logw;
	c->logw_lo = t->logw_lo;
	r = c->sums + 2*t->p;
	rl = r + triangle(t->p);
	memcpy(c->sums, t->min, (size_t)t->p * sizeof *r);
	memcpy(c->sums + t->p, t->max, (size_t)t->p * sizeof *r);
	for (ptrdiff_t j = 0; j < t->p; j++) {
		memcpy(r + triangle(j), t->r + j*t->p, (size_t)(j + 1) * sizeof *r);
		memcpy(rl + triangle(j), t->rlo + j*t->p, (size_t)(j + 1) * sizeof *r);
	}
}

/* Numbers of a row that waits: x, the low parts if there are any, the weight. */
static ptrdiff_t
stride(const struct clusters *all, ptrdiff_t p)
{
	return (all->low ? 2 : 1)*p + 1;
}

/* A row that waits in as many columns as there are by now, the new ones 0. */
static const double *
widened(const double *row, ptrdiff_t width, double *x, ptrdiff_t p)
{
	if (width == p)
		return row;
	memset(x + width, 0, (size_t)(p - width) * sizeof *x);
	return memcpy(x, row, (size_t)width * sizeof *x);
}

/* The rows that wait, of c->width columns, join the sums. */
static void
flush(const struct clusters *all, struct cluster *c, struct spare *s)
{
	struct tri *t = &s->tri[0], *room = &s->tri[1];
	ptrdiff_t step = stride(all, c->width);

	if (c->wait == 0)
		return;
	lay_out(c, t);
	for (ptrdiff_t i = 0; i < c->wait; i++) {
		const double *row = c->row + i*step;

		tri_add(t, widened(row, c->width, room->block, t->p),
		    all->low ? widened(row + c->width, c->width, room->blo, t->p) : NULL, row[step - 1]);
	}
	tri_flush(t);
	cluster_put(c, t);
	c->wait = 0;
}

/* The cluster of a key, a new one if it is new. */
static struct cluster *
find(struct clusters *c, const char *key, size_t len)
{
	size_t i = map_add(c->keys, key, len);

	c->of = mem_grow(c->of, &c->cap, i + 1, sizeof *c->of);
	if (i == c->n)
		c->of[c->n++] = (struct cluster){ 0 };
	return &c->of[i];
}

/* A row of p columns, as it will wait, for cluster c. */
static void
add(const struct clusters *all, struct cluster *c, const double *row, ptrdiff_t p, struct spare *s)
{
	ptrdiff_t step = stride(all, p);

	if (c->wait >= most_wait(all) || (c->wait > 0 && c->width != p))
		flush(all, c, s);
	if (c->wait == c->room || c->width != p) {
		c->room = c->wait < c->room ? c->room : c->room == 0 ? 2 : 2*c->room;
		c->row = mem_resize(c->row, (size_t)(c->room*step), sizeof *c->row);
		c->width = p;
	}
	memcpy(c->row + c->wait++*step, row, (size_t)step * sizeof *row);
	c->w += row[step - 1];
}

/* The rows in hand go to their clusters, in their order. */
static void
deal(struct clusters *all, struct spare *s)
{
	struct undealt *h = &all->hand;
	ptrdiff_t step = stride(all, h->width);
	size_t at[DEAL] = { 0 }, from = 0;

	for (ptrdiff_t i = 0; i < h->n; from = h->end[i++])
		at[i] = map_find(all->keys, h->key + from, h->end[i] - from);
	from = 0;
	for (ptrdiff_t i = 0; i < h->n; from = h->end[i++]) {
		struct cluster *c = at[i] < all->n ? &all->of[at[i]] : find(all, h->key + from, h->end[i] - from);

		add(all, c, h->row + i*step, h->width, s);
	}
	h->n = 0;
}

void
clusters_add(struct clusters *all, const char *key, size_t len, const double *x, const double *lo, double w,
    struct spare *s)
{
	struct undealt *h = &all->hand;
	ptrdiff_t p = s->p, step = stride(all, p);
	double *row;
	size_t from;

	if (h->n == DEAL || h->width != p)
		deal(all, s);
	if (h->width != p) {
		h->width = p;
		h->row = mem_resize(h->row, (size_t)(DEAL*step), sizeof *h->row);
		h->end = mem_resize(h->end, DEAL, sizeof *h->end);
	}
	row = h->row + h->n*step;
	memcpy(row, x, (size_t)p * sizeof *x);
	if (all->low)
		memcpy(row + p, lo, (size_t)p * sizeof *x);
	row[step - 1] = w;
	from = h->n > 0 ? h->end[h->n - 1] : 0;
	h->key = mem_grow(h->key, &h->key_cap, from + len, 1);
	memcpy(h->key + from, key, len);
	h->end[h->n++] = from + len;
}

/* By the bytes of the keys. */
struct sortable { const char *key; size_t len, i; };

static int
compare(const void *va, const void *vb)
{
	const struct sortable *a = va, *b = vb;
	int c = memcmp(a->key, b->key, a->len < b->len ? a->len : b->len);

	return c != 0 ? c : a->len < b->len ? -1 : a->len > b->len;
}

size_t *
keys_order(const struct map *keys)
{
	size_t n = map_count(keys), *order = mem_new(n, sizeof *order);
	struct sortable *s = mem_new(n, sizeof *s);

	for (size_t i = 0; i < n; i++) {
		s[i].key = map_key(keys, i, &s[i].len);
		s[i].i = i;
	}
	if (n > 0)
		qsort(s, n, sizeof *s, compare);
	for (size_t i = 0; i < n; i++)
		order[i] = s[i].i;
	free(s);
	return order;
}

static void
sort(struct clusters *c)
{
	free(c->order);
	c->order = keys_order(c->keys);
}

void
clusters_end(struct clusters *all, const ptrdiff_t *pick, struct spare *s, double *work)
{
	struct tri *t = &s->tri[0];
	double *other = mem_new(tri_size(s->p), sizeof *other), *mem;

	deal(all, s);
	for (size_t i = 0; i < all->n; i++) {
		struct cluster *c = &all->of[i];

		flush(all, c, s);
		free(c->row);
		c->row = NULL;
		c->room = 0;
		if (pick == NULL)
			continue;
		lay_out(c, t);
		mem = t->min;
		tri_order(t, pick, other, work);
		other = mem;
		cluster_put(c, t);
	}
	free(other);
	sort(all);
}

void
clusters_merge_one(struct clusters *all, const char *key, size_t len, const struct cluster *c, struct spare *s)
{
	struct cluster *to = find(all, key, len);

	lay_out(to, &s->tri[0]);
	lay_out(c, &s->tri[1]);
	tri_merge(&s->tri[0], &s->tri[1]);
	to->w += c->w;
	cluster_put(to, &s->tri[0]);
}

void
clusters_merge(struct clusters *all, const struct clusters *other, struct spare *s)
{
	size_t len;

	for (size_t i = 0; i < other->n; i++) {
		const char *key = clusters_key(other, i, &len);

		clusters_merge_one(all, key, len, &other->of[other->order[i]], s);
	}
	sort(all);
}

void
clusters_uncount(struct clusters *all, struct spare *s)
{
	clusters_end(all, NULL, s, NULL);
	for (size_t i = 0; i < all->n; i++) {
		struct cluster *c = &all->of[i];

		lay_out(c, &s->tri[0]);
		for (ptrdiff_t j = 0; j < s->p; j++) {
			s->tri[0].min[j] = INFINITY;
			s->tri[0].max[j] = -INFINITY;
		}
		cluster_put(c, &s->tri[0]);
		c->n = c->w = 0;
	}
}

void
clusters_used(struct clusters *all, struct spare *s)
{
	clusters_end(all, NULL, s, NULL);
	for (size_t i = 0; i < all->n; i++) {
		lay_out(&all->of[i], &s->tri[0]);
		all->of[i].n = tri_used(&s->tri[0]);
	}
}

void
clusters_count(struct clusters *all, const char *key, size_t len, const struct mean *m, struct spare *s)
{
	struct cluster *c = find(all, key, len);
	ptrdiff_t p = s->p;

	if (c->sums == NULL) {
		tri_init(&s->tri[0], p, s->tri[0].min);
		cluster_put(c, &s->tri[0]);
	}
	c->n += m->n;
	c->w += m->w;
	for (ptrdiff_t j = 0; j < p; j++) {
		if (m->x[2*p + j] < c->sums[j])
			c->sums[j] = m->x[2*p + j];
		if (m->x[3*p + j] > c->sums[p + j])
			c->sums[p + j] = m->x[3*p + j];
	}
}

void
clusters_sum(const struct clusters *all, struct tri *t, struct spare *s)
{
	for (size_t i = 0; i < all->n; i++) {
		lay_out(&all->of[all->order[i]], &s->tri[0]);
		tri_merge(t, &s->tri[0]);
	}
}

const char *
clusters_key(const struct clusters *c, size_t i, size_t *len)
{
	return map_key(c->keys, c->order[i], len);
}

const struct cluster *
clusters_get(const struct clusters *all, size_t i, struct tri *t)
{
	const struct cluster *c = &all->of[all->order[i]];

	lay_out(c, t);
	return c;
}
