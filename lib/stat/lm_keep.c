/* lm_keep.c - what is kept of each model while rows are added.
 *
 * There may be a hundred thousand models, so each has its sums alone, and a few rows that
 * wait, the more of them the more it has had: its sums depend on its own rows alone, not on
 * what others had in between.  Sums are worked on in the memory of the spare factor, one after
 * the other.  Where keys are absorbed rows come late as well, and each model has a factor with
 * all its memory.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

/* Rows that wait, at least; then the 256th part of those that the model has had, up to the
 * block of a factor. */
enum { LEAST = 16, PART = 256 };

/* Rows have low parts. */
static int
has_powers(const struct lm *m)
{
	for (size_t i = 0; i < m->terms.nvar; i++)
		if (m->terms.var[i].degree > 1)
			return 1;
	return m->terms.nkey > 0;       /* means have too */
}

/* The sums of a model are alone in their memory. */
static int
is_parked(const struct lm *m)
{
	return m->terms.nkey == 0;
}

/* Memory for a factor of all columns, where model works next; it has done so. */
static double *
begin_work(struct lm *m)
{
	ptrdiff_t p = (ptrdiff_t)m->terms.p;

	if (!is_parked(m))
		return mem_new(tri_size(p), sizeof(double));
	spare_size(&m->spare, p);
	return m->spare.tri[1].min;
}

static void
end_work(struct lm *m, struct model *model, double *mem)
{
	double *before = model->mem;

	model->mem = mem;
	if (is_parked(m)) {
		model->mem = mem_new(tri_sums(model->tri.p), sizeof *mem);
		tri_park(&model->tri, model->mem);
	}
	free(before);
}

/* Numbers of a row that waits. */
static ptrdiff_t
stride(const struct lm *m, ptrdiff_t p)
{
	return (has_powers(m) ? 2 : 1)*p + (m->weight != NULL);
}

static ptrdiff_t
most_wait(const struct model *model)
{
	double n = floor((model->tri.n + (double)model->nwait)/PART);

	return n < LEAST ? LEAST : n < TRI_BLOCK ? (ptrdiff_t)n : TRI_BLOCK;
}

/* The rows that wait join the sums. */
static void
flush(struct lm *m, struct model *model)
{
	ptrdiff_t p = model->tri.p, step = stride(m, p);

	for (ptrdiff_t i = 0; i < model->nwait; i++) {
		const double *row = model->wait + i*step;

		tri_add(&model->tri, row, has_powers(m) ? row + p : NULL, m->weight != NULL ? row[step - 1] : 1);
	}
	tri_flush(&model->tri);
	model->nwait = 0;
}

/* Room for so many rows of as many columns as there are by now; new ones are 0. */
static void
make_room(struct lm *m, struct model *model, ptrdiff_t room)
{
	ptrdiff_t p = (ptrdiff_t)m->terms.p, q = model->tri.p, step = stride(m, q), wide = stride(m, p);
	double *wait = mem_new((size_t)room, (size_t)wide * sizeof *wait);

	for (ptrdiff_t i = 0; i < model->nwait; i++) {
		const double *from = model->wait + i*step;
		double *to = wait + i*wide;

		memcpy(to, from, (size_t)q * sizeof *to);
		if (has_powers(m))
			memcpy(to + p, from + q, (size_t)q * sizeof *to);
		if (m->weight != NULL)
			to[wide - 1] = from[step - 1];
	}
	free(model->wait);
	model->wait = wait;
	model->room = room;
}

void
lm_take(struct lm *m, struct model *model, double weight)
{
	ptrdiff_t p = (ptrdiff_t)m->terms.p, step = stride(m, p), most = most_wait(model);
	double *row;

	if (model->nwait >= model->room)
		make_room(m, model, model->room == 0 ? 2 : 2*model->room < most ? 2*model->room : most);
	row = model->wait + model->nwait++ * step;
	memcpy(row, m->terms.v, (size_t)p * sizeof *row);
	if (has_powers(m))
		memcpy(row + p, m->terms.vlo, (size_t)p * sizeof *row);
	if (m->weight != NULL)
		row[step - 1] = weight;
	if (model->nwait >= most)
		flush(m, model);
}

struct sums *
lm_sums(struct lm *m, size_t k)
{
	ptrdiff_t p = (ptrdiff_t)m->terms.p;
	double *mem;

	m->sums = mem_grow(m->sums, &m->cap, k + 1, sizeof *m->sums);
	for (; m->ngroup <= k; m->ngroup++) {
		struct sums *g = &m->sums[m->ngroup];

		*g = (struct sums){ 0, mem_new(m->ny, sizeof *g->model) };
		for (size_t j = 0; j < m->ny; j++) {
			mem = begin_work(m);
			tri_init(&g->model[j].tri, p, mem);
			end_work(m, &g->model[j], mem);
			for (int by = 0; by < LM_KEYS; by++)
				g->model[j].by[by] = m->nkey[by] > 0 ? clusters_new(has_powers(m)) : NULL;
			g->model[j].cells = m->terms.nkey > 0 ? means_new() : NULL;
		}
	}
	return &m->sums[k];
}

void
lm_widen(struct lm *m, struct model *model)
{
	ptrdiff_t p = (ptrdiff_t)m->terms.p;
	double *mem;

	if (model->tri.p == p)
		return;
	if (model->room > 0)
		make_room(m, model, model->room);
	mem = begin_work(m);
	tri_grow(&model->tri, p, mem);
	end_work(m, model, mem);
}

void
lm_order(struct lm *m, struct model *model, const ptrdiff_t *pick, double *work)
{
	double *mem;

	lm_widen(m, model);
	flush(m, model);
	free(model->wait);
	model->wait = NULL;
	model->room = 0;
	mem = begin_work(m);
	tri_order(&model->tri, pick, mem, work);
	end_work(m, model, mem);
}
