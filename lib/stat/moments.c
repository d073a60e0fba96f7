/* moments.c - co-moments by group and pair, a block of rows at a time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

enum { BLOCK = 256 };

struct moments {
	size_t nv, npair;
	const struct pair *pair;
	int weighted;
	struct comom **of;              /* by group */
	size_t ngroup, cap;
	size_t fill, group[BLOCK];      /* rows that wait, and their groups */
	double w[BLOCK];
	double *x;                      /* their numbers, x[v * BLOCK + row] */
	double *centred;                /* columns of those of one group */
	struct comom_column *column;
	char *gap;                      /* by variable: one is missing among these */
};

struct moments *
moments_new(size_t nv, const struct pair *pair, size_t npair, int weighted)
{
	struct moments *m = mem_new(1, sizeof *m);

	m->nv = nv;
	m->pair = pair;
	m->npair = npair;
	m->weighted = weighted;
	m->x = mem_new(nv, BLOCK * sizeof *m->x);
	m->centred = mem_new(nv, comom_room(BLOCK) * sizeof *m->centred);
	m->column = mem_new(nv, sizeof *m->column);
	m->gap = mem_new(nv, 1);
	return m;
}

void
moments_free(struct moments *m)
{
	for (size_t k = 0; k < m->ngroup; k++)
		free(m->of[k]);
	free(m->of);
	free(m->x);
	free(m->centred);
	free(m->column);
	free(m->gap);
	free(m);
}

struct comom *
moments_of(struct moments *m, size_t group)
{
	m->of = mem_grow(m->of, &m->cap, group + 1, sizeof *m->of);
	for (; m->ngroup <= group; m->ngroup++) {
		m->of[m->ngroup] = mem_new(m->npair, sizeof **m->of);
		for (size_t i = 0; i < m->npair; i++)
			comom_init(&m->of[m->ngroup][i]);
	}
	return m->of[group];
}

/* Of n rows run[] of the block, those that have both of a pair join c. */
static void
add_gappy(const struct moments *m, struct comom *c, const struct pair *p, const size_t *run, size_t n)
{
	double x[BLOCK], y[BLOCK], w[BLOCK], *weight = m->weighted ? w : NULL, mem[2][4*BLOCK];
	struct comom_column cx, cy;
	ptrdiff_t both = 0;

	for (size_t i = 0; i < n; i++) {
		x[both] = m->x[p->x * BLOCK + run[i]];
		y[both] = m->x[p->y * BLOCK + run[i]];
		w[both] = m->w[run[i]];
		both += !isnan(x[both]) && !isnan(y[both]);
	}
	comom_centre(x, weight, both, &cx, mem[0]);
	comom_centre(y, weight, both, &cy, mem[1]);
	comom_block(c, both, &cx, &cy);
}

/* Centres variable v of n rows run[], unless there are gaps in it. */
static void
centre(struct moments *m, size_t v, const double *w, const size_t *run, size_t n)
{
	const double *x = m->x + v * BLOCK;
	double here[BLOCK];

	m->gap[v] = 0;
	for (size_t i = 0; i < n; i++) {
		here[i] = x[run[i]];
		if (isnan(here[i]))
			m->gap[v] = 1;
	}
	if (!m->gap[v])
		comom_centre(here, w, (ptrdiff_t)n, &m->column[v], m->centred + v * comom_room(BLOCK));
}

/* The n rows run[] of the block, all of group k, join its co-moments. */
static void
add_run(struct moments *m, size_t k, const size_t *run, size_t n)
{
	struct comom *of = moments_of(m, k);
	double weight[BLOCK], *w = m->weighted ? weight : NULL;

	for (size_t i = 0; i < n; i++)
		weight[i] = m->w[run[i]];
	for (size_t v = 0; v < m->nv; v++)
		centre(m, v, w, run, n);
	for (size_t i = 0; i < m->npair; i++) {
		const struct pair *p = &m->pair[i];

		if (m->gap[p->x] || m->gap[p->y])
			add_gappy(m, &of[i], p, run, n);
		else
			comom_block(&of[i], (ptrdiff_t)n, &m->column[p->x], &m->column[p->y]);
	}
}

void
moments_flush(struct moments *m)
{
	size_t at[BLOCK], run[BLOCK], n = m->fill;

	for (size_t i = 0; i < n; i++)
		at[i] = i;
	while (n > 0) {
		size_t k = m->group[at[0]], same = 0, left = 0;

		for (size_t i = 0; i < n; i++)
			if (m->group[at[i]] == k)
				run[same++] = at[i];
			else
				at[left++] = at[i];
		n = left;
		add_run(m, k, run, same);
	}
	m->fill = 0;
}

void
moments_add(struct moments *m, size_t group, const double *v, double weight)
{
	for (size_t i = 0; i < m->nv; i++)
		m->x[i * BLOCK + m->fill] = v[i];
	m->w[m->fill] = weight;
	m->group[m->fill] = group;
	if (++m->fill == BLOCK)
		moments_flush(m);
}

void
moments_columns(struct comom *c, const double *x, const double *y, ptrdiff_t n)
{
	struct comom_column cx, cy;
	double mem[2][4*BLOCK];

	comom_init(c);
	for (ptrdiff_t i = 0, m; i < n; i += m) {
		m = n - i < BLOCK ? n - i : BLOCK;
		comom_centre(x + i, NULL, m, &cx, mem[0]);
		comom_centre(y + i, NULL, m, &cy, mem[1]);
		comom_block(c, m, &cx, &cy);
	}
}
