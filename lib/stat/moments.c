/* moments.c - co-moments by group and pair, a block of rows at a time.
 *
 * Each group has rows of its own that wait, and how many join its sums together depends on
 * how many it has had: so its sums depend on its own rows alone, not on what other groups
 * had between them, and where there are many groups the rows of one are near each other
 * when they are worked on.  As long as no row lacks a variable all pairs have the same rows,
 * and what belongs to a variable is kept once, not by pair.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

/* Rows that are centred together, at least and at most; in between the 256th part of those
 * that the group has had, in whole eights, which is what the kernels take. */
enum { LEAST = 24, BLOCK = 256, PART = 256 };

struct kept {
	size_t rows, fill, room;        /* added, waiting, there is room for */
	double *wait;                   /* of each that waits nv numbers, and its weight */
	struct moments_whole *whole;    /* the sums: of all pairs, or NULL: */
	struct comom *pair;             /* one by one, once a row had a gap; or NULL: no sums yet */
};

struct moments {
	size_t nv, npair;
	const struct pair *pair;
	int weighted;
	struct kept *of;                /* by group */
	size_t ngroup, cap;
	double *centred;                /* columns of the rows in hand */
	double *pair_room;              /* the same of two, and three columns before */
	struct comom_column *column;
	char *gap;                      /* by variable: one is missing among these */
	struct dd *diff;                /* by variable: of the means of what joins */
};

struct moments *
moments_new(size_t nv, const struct pair *pair, size_t npair, int weighted)
{
	struct moments *m = mem_new(1, sizeof *m);

	m->nv = nv;
	m->pair = pair;
	m->npair = npair;
	m->weighted = weighted;
	m->centred = mem_new(nv, comom_room(BLOCK) * sizeof *m->centred);
	m->pair_room = mem_new(2*comom_room(BLOCK) + 3*BLOCK, sizeof *m->pair_room);
	m->column = mem_new(nv, sizeof *m->column);
	m->gap = mem_new(nv, 1);
	m->diff = mem_new(nv, sizeof *m->diff);
	return m;
}

static void
forget(struct kept *g)
{
	free(g->wait);
	free(g->whole);
	free(g->pair);
	*g = (struct kept){ 0 };
}

void
moments_free(struct moments *m)
{
	for (size_t k = 0; k < m->ngroup; k++)
		forget(&m->of[k]);
	free(m->of);
	free(m->centred);
	free(m->pair_room);
	free(m->column);
	free(m->gap);
	free(m->diff);
	free(m);
}

static struct kept *
group(struct moments *m, size_t k)
{
	m->of = mem_grow(m->of, &m->cap, k + 1, sizeof *m->of);
	while (m->ngroup <= k)
		m->of[m->ngroup++] = (struct kept){ 0 };
	return &m->of[k];
}

/* ---- sums of all pairs --------------------------------------------------------------------- */

size_t
moments_size(const struct moments *m)
{
	return sizeof(struct moments_whole) + m->nv * sizeof(struct comom_var) + m->npair * sizeof(struct dd);
}

struct dd *
moments_products(const struct moments *m, struct moments_whole *o)
{
	return (struct dd *)(o->var + m->nv);
}

/* Those of one pair. */
static struct comom
one_of(const struct moments *m, struct moments_whole *o, size_t i)
{
	const struct comom_var *x = &o->var[m->pair[i].x], *y = &o->var[m->pair[i].y];

	return (struct comom){ o->n, o->w, x->mean, y->mean, x->lo, y->lo, x->ss, y->ss, moments_products(m, o)[i],
	    x->min, x->max, y->min, y->max };
}

/* The sums of g are by pair from now on. */
static struct comom *
split(const struct moments *m, struct kept *g)
{
	if (g->pair != NULL)
		return g->pair;
	g->pair = mem_new(m->npair, sizeof *g->pair);
	for (size_t i = 0; i < m->npair; i++)
		if (g->whole != NULL)
			g->pair[i] = one_of(m, g->whole, i);
		else
			comom_init(&g->pair[i]);
	free(g->whole);
	g->whole = NULL;
	return g->pair;
}

static void
join(struct moments *m, struct kept *g, struct moments_whole *o)
{
	struct comom_join j;
	struct dd *s, *t = moments_products(m, o);

	if (g->whole == NULL) {
		g->whole = mem_new(1, moments_size(m));
		memcpy(g->whole, o, moments_size(m));
		return;
	}
	s = moments_products(m, g->whole);
	j = comom_weights(g->whole->w, o->w);
	for (size_t v = 0; v < m->nv; v++)
		comom_join_var(j, &g->whole->var[v], &o->var[v], &m->diff[v]);
	for (size_t i = 0; i < m->npair; i++)
		s[i] = comom_join_product(j, s[i], t[i], m->diff[m->pair[i].x], m->diff[m->pair[i].y]);
	g->whole->n += o->n;
	g->whole->w += o->w;
}

void
moments_join(struct moments *m, size_t k, struct moments_whole *o)
{
	struct kept *g = group(m, k);

	if (o->n > 0 && g->pair == NULL)
		join(m, g, o);
	for (size_t i = 0; o->n > 0 && g->pair != NULL && i < m->npair; i++) {
		struct comom one = one_of(m, o, i);

		comom_merge(&g->pair[i], &one);
	}
}

void
moments_join_pair(struct moments *m, size_t k, size_t i, const struct comom *c)
{
	if (c->n > 0)
		comom_merge(&split(m, group(m, k))[i], c);
}

void
moments_merge(struct moments *m, size_t k, const struct moments *other, size_t from)
{
	const struct kept *o;

	if (from >= other->ngroup)
		return;
	group(m, k);                    /* which may move those of m */
	o = &other->of[from];
	if (o->whole != NULL)
		moments_join(m, k, o->whole);
	for (size_t i = 0; o->pair != NULL && i < m->npair; i++)
		moments_join_pair(m, k, i, &o->pair[i]);
}

/* ---- rows ---------------------------------------------------------------------------------- */

static size_t
stride(const struct moments *m)
{
	return m->nv + (m->weighted != 0);
}

/* Of the n rows that wait, those that have both of a pair join c. */
static void
add_gappy(const struct moments *m, struct comom *c, const struct pair *p, const double *row, size_t n)
{
	double *x = m->pair_room, *y = x + BLOCK, *w = y + BLOCK, *mem = w + BLOCK, *weight = m->weighted ? w : NULL;
	struct comom_column cx, cy;
	ptrdiff_t both = 0;

	for (size_t i = 0; i < n; i++, row += stride(m)) {
		x[both] = row[p->x];
		y[both] = row[p->y];
		w[both] = m->weighted ? row[m->nv] : 1;
		both += !isnan(x[both]) && !isnan(y[both]);
	}
	comom_centre(x, weight, both, &cx, mem);
	comom_centre(y, weight, both, &cy, mem + comom_room(BLOCK));
	comom_block(c, both, &cx, &cy);
}

/* Centres variable v of n rows, unless there are gaps in it. */
static void
centre(struct moments *m, size_t v, const double *w, const double *row, size_t n)
{
	double here[BLOCK];

	m->gap[v] = 0;
	for (size_t i = 0; i < n; i++) {
		here[i] = row[i * stride(m) + v];
		if (isnan(here[i]))
			m->gap[v] = 1;
	}
	if (!m->gap[v])
		comom_centre(here, w, (ptrdiff_t)n, &m->column[v], m->centred + v * comom_room(BLOCK));
}

/* n rows without a gap, which were centred, join sums of all pairs. */
static void
add_whole(struct moments *m, struct kept *g, size_t n)
{
	struct moments_whole *o = mem_new(1, moments_size(m));
	struct dd *product = moments_products(m, o);

	o->n = (double)n;
	o->w = m->column[0].w;
	for (size_t v = 0; v < m->nv; v++) {
		const struct comom_column *c = &m->column[v];

		o->var[v] = (struct comom_var){ c->mean, c->lo, c->min, c->max, c->ss };
	}
	for (size_t i = 0; i < m->npair; i++)
		product[i] = comom_product((ptrdiff_t)n, &m->column[m->pair[i].x], &m->column[m->pair[i].y]);
	join(m, g, o);
	free(o);
}

/* The same by pair: those that have both. */
static void
add_pairs(struct moments *m, struct kept *g, size_t n)
{
	struct comom *of = split(m, g);

	for (size_t i = 0; i < m->npair; i++) {
		const struct pair *p = &m->pair[i];

		if (m->gap[p->x] || m->gap[p->y])
			add_gappy(m, &of[i], p, g->wait, n);
		else
			comom_block(&of[i], (ptrdiff_t)n, &m->column[p->x], &m->column[p->y]);
	}
}

/* The rows of g that wait join its sums. */
static void
flush(struct moments *m, struct kept *g)
{
	double weight[BLOCK], *w = m->weighted ? weight : NULL;
	size_t n = g->fill;
	int gaps = 0;

	g->fill = 0;
	if (n == 0)
		return;
	for (size_t i = 0; m->weighted && i < n; i++)
		weight[i] = g->wait[i * stride(m) + m->nv];
	for (size_t v = 0; v < m->nv; v++) {
		centre(m, v, w, g->wait, n);
		gaps |= m->gap[v];
	}
	if (gaps || g->pair != NULL)
		add_pairs(m, g, n);
	else
		add_whole(m, g, n);
}

void
moments_flush(struct moments *m)
{
	for (size_t k = 0; k < m->ngroup; k++) {
		struct kept *g = &m->of[k];

		flush(m, g);
		free(g->wait);
		g->wait = NULL;
		g->room = 0;
	}
}

/* How many rows of g wait before they are worked on. */
static size_t
most_wait(const struct kept *g)
{
	size_t n = g->rows / PART / 8 * 8;

	return n < LEAST ? LEAST : n < BLOCK ? n : BLOCK;
}

void
moments_add(struct moments *m, size_t k, const double *v, double weight)
{
	struct kept *g = group(m, k);
	double *row;

	if (g->fill == g->room) {
		g->room = g->room == 0 ? 2 : 2*g->room < most_wait(g) ? 2*g->room : most_wait(g);
		g->wait = mem_resize(g->wait, g->room, stride(m) * sizeof *g->wait);
	}
	row = memcpy(g->wait + g->fill++ * stride(m), v, m->nv * sizeof *v);
	if (m->weighted)
		row[m->nv] = weight;
	g->rows++;
	if (g->fill >= most_wait(g))
		flush(m, g);
}

struct moments_whole *
moments_whole(const struct moments *m, size_t k)
{
	return k < m->ngroup ? m->of[k].whole : NULL;
}

struct comom
moments_of(const struct moments *m, size_t k, size_t i)
{
	struct comom none;

	if (k < m->ngroup && m->of[k].whole != NULL)
		return one_of(m, m->of[k].whole, i);
	if (k < m->ngroup && m->of[k].pair != NULL)
		return m->of[k].pair[i];
	comom_init(&none);
	return none;
}

void
moments_columns(struct comom *c, const double *x, const double *y, ptrdiff_t n)
{
	struct comom_column cx, cy;
	double *mem = mem_new(2, comom_room(BLOCK) * sizeof *mem);

	comom_init(c);
	for (ptrdiff_t i = 0, m; i < n; i += m) {
		m = n - i < BLOCK ? n - i : BLOCK;
		comom_centre(x + i, NULL, m, &cx, mem);
		comom_centre(y + i, NULL, m, &cy, mem + comom_room(BLOCK));
		comom_block(c, m, &cx, &cy);
	}
	free(mem);
}
