/* moments.c - co-moments by group and pair, a block of rows at a time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

/* Rows of one group that are centred together, at most; rows that wait until each of many
 * groups has about so many, and numbers that wait at most. */
enum { BLOCK = 256, EACH = 32, NUMBERS = 1 << 20 };

struct moments {
	size_t nv, npair;
	const struct pair *pair;
	int weighted;
	struct comom **of;              /* by group */
	size_t ngroup, cap;
	size_t fill, room;              /* rows that wait, */
	size_t *group;                  /* their groups, */
	double *w, *x;                  /* weights, and numbers, nv for each */
	size_t *end, nend, end_cap;     /* by group, while they are sorted: where its rows end */
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
	free(m->group);
	free(m->w);
	free(m->x);
	free(m->end);
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

/* Of n rows run[] that wait, those that have both of a pair join c. */
static void
add_gappy(const struct moments *m, struct comom *c, const struct pair *p, const size_t *run, size_t n)
{
	double x[BLOCK], y[BLOCK], w[BLOCK], *weight = m->weighted ? w : NULL, mem[2][4*BLOCK];
	struct comom_column cx, cy;
	ptrdiff_t both = 0;

	for (size_t i = 0; i < n; i++) {
		x[both] = m->x[run[i] * m->nv + p->x];
		y[both] = m->x[run[i] * m->nv + p->y];
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
	double here[BLOCK];

	m->gap[v] = 0;
	for (size_t i = 0; i < n; i++) {
		here[i] = m->x[run[i] * m->nv + v];
		if (isnan(here[i]))
			m->gap[v] = 1;
	}
	if (!m->gap[v])
		comom_centre(here, w, (ptrdiff_t)n, &m->column[v], m->centred + v * comom_room(BLOCK));
}

/* The n rows run[] that wait, all of group k, join its co-moments. */
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

/* The rows that wait, sorted by group, as they came within each: at[0..fill).  Then m->end
 * has where those of each group end. */
static void
sort(struct moments *m, size_t *at)
{
	size_t from = 0, n;

	for (size_t k = 0; k < m->nend; k++)
		m->end[k] = 0;
	for (size_t i = 0; i < m->fill; i++)
		m->end[m->group[i]]++;
	for (size_t k = 0; k < m->nend; k++, from += n) {
		n = m->end[k];
		m->end[k] = from;
	}
	for (size_t i = 0; i < m->fill; i++)
		at[m->end[m->group[i]]++] = i;
}

void
moments_flush(struct moments *m)
{
	size_t *at = mem_new(m->fill, sizeof *at), from = 0;

	sort(m, at);
	for (size_t k = 0; k < m->nend; k++)
		for (size_t n; from < m->end[k]; from += n) {
			n = m->end[k] - from < BLOCK ? m->end[k] - from : BLOCK;
			add_run(m, k, at + from, n);
		}
	m->fill = 0;
	free(at);
}

/* How many rows may wait. */
static size_t
most_wait(const struct moments *m)
{
	size_t n = EACH*m->nend, most = NUMBERS/m->nv;

	n = n < most ? n : most;
	return n > BLOCK ? n : BLOCK;
}

/* A row more may wait. */
static void
grow(struct moments *m)
{
	m->room = m->room == 0 ? BLOCK : 2*m->room;
	m->group = mem_resize(m->group, m->room, sizeof *m->group);
	m->w = mem_resize(m->w, m->room, sizeof *m->w);
	m->x = mem_resize(m->x, m->room, m->nv * sizeof *m->x);
}

void
moments_add(struct moments *m, size_t group, const double *v, double weight)
{
	if (m->fill == m->room)
		grow(m);
	if (group >= m->nend) {
		m->nend = group + 1;
		m->end = mem_grow(m->end, &m->end_cap, m->nend, sizeof *m->end);
	}
	for (size_t i = 0; i < m->nv; i++)
		m->x[m->fill*m->nv + i] = v[i];
	m->w[m->fill] = weight;
	m->group[m->fill++] = group;
	if (m->fill >= BLOCK && m->fill >= most_wait(m))
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
