/* means.c - means of rows by key, and what they leave of the rows.
 *
 * The rows of a key, times the roots of their weights, are turned by an orthogonal matrix
 * so that the first becomes root W times their mean, and the others are free of it.  This goes
 * row by row, and part by part: where a row of weight w, or the mean of rows of this weight,
 * comes to the mean m of weight W, what it leaves is root(w W/(w + W)) (x - m).  Chan, Golub
 * & LeVeque, American Statistician 37 (1983) 242-247.
 */
#include <stdlib.h>
#include <string.h>

#include "lm.h"

struct means *
means_new(void)
{
	struct means *a = mem_new(1, sizeof *a);

	a->keys = map_new();
	return a;
}

void
means_free(struct means *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->n; i++)
		free(a->of[i].x);
	map_free(a->keys);
	free(a->of);
	free(a->order);
	free(a);
}

/* m gets columns behind its own, p in all: 0 in the rows so far. */
static void
widen(struct mean *m, ptrdiff_t p)
{
	double *x;

	if (m->p == p)
		return;
	x = mem_new((size_t)(4*p), sizeof *x);
	for (ptrdiff_t i = 0; i < 4 && m->p > 0; i++)
		memcpy(x + i*p, m->x + i*m->p, (size_t)m->p * sizeof *x);
	free(m->x);
	m->x = x;
	m->p = p;
}

static struct mean *
find(struct means *a, const char *key, size_t len)
{
	size_t i = map_add(a->keys, key, len);

	a->of = mem_grow(a->of, &a->cap, i + 1, sizeof *a->of);
	if (i == a->n)
		a->of[a->n++] = (struct mean){ 0 };
	return &a->of[i];
}

int
means_join(struct means *a, const char *key, size_t len, const struct mean *m, double *row)
{
	struct mean *c = find(a, key, len);
	struct dd w = { m->w, m->wlo }, all = { c->w, c->wlo }, sum = dd_add(all, w), part, root;
	ptrdiff_t p = m->p;
	int old = c->n > 0;

	widen(c, p);
	c->n += m->n;
	c->w = sum.hi;
	c->wlo = sum.lo;
	if (!old) {
		memcpy(c->x, m->x, (size_t)(4*p) * sizeof *c->x);
		return 0;
	}
	part = dd_div(w, sum);
	root = dd_sqrt(dd_mul(all, part));
	for (ptrdiff_t j = 0; j < p; j++) {
		struct dd x = { c->x[j], c->x[p + j] }, d = dd_add((struct dd){ m->x[j], m->x[p + j] }, (struct dd){ -x.hi, -x.lo });

		row[j] = row[p + j] = 0;
		c->x[2*p + j] = m->x[2*p + j] < c->x[2*p + j] ? m->x[2*p + j] : c->x[2*p + j];
		c->x[3*p + j] = m->x[3*p + j] > c->x[3*p + j] ? m->x[3*p + j] : c->x[3*p + j];
		if (d.hi == 0)
			continue;
		x = dd_add(x, dd_mul(part, d));
		d = dd_mul(root, d);
		row[j] = d.hi;
		row[p + j] = d.lo;
		c->x[j] = x.hi;
		c->x[p + j] = x.lo;
	}
	return 1;
}

void
means_end(struct means *a, const ptrdiff_t *pick, ptrdiff_t p)
{
	double *x = mem_new((size_t)(4*p), sizeof *x);

	for (size_t i = 0; i < a->n; i++) {
		struct mean *m = &a->of[i];

		widen(m, p);
		for (ptrdiff_t j = 0; j < p; j++)
			for (ptrdiff_t l = 0; l < 4; l++)
				x[l*p + j] = m->x[l*p + pick[j]];
		memcpy(m->x, x, (size_t)(4*p) * sizeof *x);
	}
	free(x);
	means_sort(a);
}

void
means_sort(struct means *a)
{
	free(a->order);
	a->order = keys_order(a->keys);
}

const struct mean *
means_get(const struct means *a, size_t i, const char **key, size_t *len)
{
	*key = map_key(a->keys, a->order[i], len);
	return &a->of[a->order[i]];
}

void
mean_row(const struct mean *m, double *row)
{
	struct dd root = dd_sqrt((struct dd){ m->w, m->wlo });

	for (ptrdiff_t j = 0; j < m->p; j++) {
		struct dd x = dd_mul(root, (struct dd){ m->x[j], m->x[m->p + j] });

		row[j] = x.hi;
		row[m->p + j] = x.lo;
	}
}
