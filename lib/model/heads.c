/* heads.c - from projections to spectra: heads in parallel, rows in order.
 *
 * A task is a key head with all query heads that share it, so that its factor
 * is computed once.  Tasks go through the ring of pool.c in the order of stack,
 * layer and head, each with a slot for its results; a worker has memory of its
 * own, and allocates none. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

struct task { size_t stack, layer, kv; };

/* A worker's: the pair that it is at, and what its q and k are made in. */
struct worker {
	struct pair pair;
	double *qscale, *kscale, *qmade, *kmade, *space;
};

struct heads {
	const struct model *m;
	struct heads_spec spec;
	struct task *task;
	size_t ntask, cap, count;       /* count: of what is given in all */
	size_t filled, taken;
	size_t nslot, g, nd, ns;        /* heads of a slot, most rows of a head, singular values of a row */
	double *slot;
	int *bad;                       /* of a slot: the query head that failed */
	struct worker *worker;
	int nworker;
	struct pool *pool;
	struct pool_job *job;
	size_t next, at;                /* head of the present task, g: none left; its row */
};

static const struct stack *
stack_of(const struct heads *hs, const struct task *t)
{
	return &hs->m->stack[t->stack];
}

static const struct layer *
layer_of(const struct heads *hs, const struct task *t)
{
	return &stack_of(hs, t)->layer[t->layer];
}

/* Heads that share a key. */
static size_t
group(const struct layer *y)
{
	return y->heads / y->kv_heads;
}

/* How many rows a head of the task has: of distances, or of parts. */
static size_t
rows_of(const struct heads *hs, const struct task *t)
{
	const struct distances *d = hs->spec.distances;

	if (hs->spec.by_frequency)
		return rotary_parts(&layer_of(hs, t)->rotary, layer_of(hs, t)->d_head);
	return d != NULL && d->n > 0 ? d->n : 1;
}

/* What row i of a head is made of. */
static struct rotary_part
part_of(const struct heads *hs, const struct task *t, size_t i)
{
	ptrdiff_t m = layer_of(hs, t)->d_head;

	return hs->spec.by_frequency ? rotary_part(&layer_of(hs, t)->rotary, m, i) : (struct rotary_part){ 0, m, 1, 0 };
}

/* How many singular values it has: the rank of M is at most its components, and at most
 * d_model. */
static ptrdiff_t
length(const struct heads *hs, const struct task *t, size_t i)
{
	ptrdiff_t n = layer_of(hs, t)->q.n, m = part_of(hs, t, i).count;

	return m < n ? m : n;
}

/* What is known of head i of the task, for each row FACTS and d_head numbers. */
static double *
result(const struct heads *hs, size_t task, size_t i)
{
	return hs->slot + ((task % hs->nslot) * hs->g + i) * hs->nd * (FACTS + hs->ns);
}

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* tasks -------------------------------------------------------------------- */

static void
multiply_by(double c, double *x, ptrdiff_t n)
{
	for (ptrdiff_t i = 0; i < n; i++)
		x[i] *= c;
}

/* Of a head whose M is multiplied by c. */
static void
scale_facts(double c, double *out, ptrdiff_t ns)
{
	multiply_by(sqrt(c), out + Q_FRO, 2);
	multiply_by(c, out + TR1, 2);
	multiply_by(c, out + TR2, 1);
	multiply_by(c, out + FACTS, ns);
}

/* The rows of W that are a part of the head. */
static struct prod_mat
rows(const struct prod_mat *w, struct rotary_part part)
{
	struct prod_mat x = *w;

	x.data = (const char *)w->data + part.first*w->row;
	x.m = part.count;
	x.row = part.apart*w->row;
	return x;
}

/* A head's parts, each as if it were the head, out of the whole's q and k; space is that of one pair. */
static enum pair_code
parts(const struct heads *hs, const struct task *t, const struct pair *whole, double *space, double *out)
{
	const struct pair_spec spec = { hs->spec.metric, hs->spec.copying, hs->spec.directionality, NULL, NULL, 0 };
	enum pair_code code = PAIR_OK;

	for (size_t i = 0; i < rows_of(hs, t) && code == PAIR_OK; i++, out += FACTS + layer_of(hs, t)->d_head) {
		struct rotary_part part = part_of(hs, t, i);
		struct pair p = { .q = rows(&whole->q, part), .k = rows(&whole->k, part) };

		pair_place(&p, part.count, space);
		if ((code = pair_key(&p, &out[K_FRO])) == PAIR_OK)
			code = pair_query(&p, &spec, out);
	}
	return code;
}

static enum pair_code
compute(struct heads *hs, size_t k, struct worker *w)
{
	const struct task *t = &hs->task[k];
	const struct layer *y = layer_of(hs, t);
	const struct distances *d = hs->spec.distances;
	const struct pair_spec spec = { hs->spec.metric, hs->spec.copying, hs->spec.directionality, &y->rotary,
		d != NULL ? d->at : NULL, d != NULL ? d->n : 0 };
	struct pair *p = &w->pair;
	enum pair_code code;
	double kfro = 0;

	pair_place(p, y->d_head, w->space);
	if (!proj_head(&y->k, t->kv, &p->k, w->kmade, w->kscale, p->work))
		return PAIR_BAD_K;
	if (!hs->spec.by_frequency && pair_key(p, &kfro) != PAIR_OK)
		return PAIR_BAD_K;
	for (size_t i = 0; i < group(y); i++) {
		size_t h = t->kv * group(y) + i;
		double *out = result(hs, k, i);

		if (!ranges_has(hs->spec.heads, h))
			continue;
		hs->bad[k % hs->nslot] = (int)h;
		out[K_FRO] = kfro;
		if (!proj_head(&y->q, h, &p->q, w->qmade, w->qscale, p->work))
			return PAIR_BAD_Q;
		code = hs->spec.by_frequency ? parts(hs, t, p, w->space, out) : pair_query(p, &spec, out);
		if (code != PAIR_OK)
			return code;
		for (size_t j = 0; j < rows_of(hs, t) && hs->spec.scale; j++)
			scale_facts(y->scale, out + j*(FACTS + (size_t)y->d_head), length(hs, t, j));
	}
	return PAIR_OK;
}

static int
fill(void *ctx, struct pool_job *j)
{
	struct heads *hs = ctx;
	const struct layer *y = layer_of(hs, &hs->task[hs->filled]);

	j->nin = hs->filled++;
	j->code = proj_whole(&y->q) && proj_whole(&y->k) ? PAIR_OK : PAIR_DAMAGED;
	return hs->filled < hs->ntask;
}

static void
work(void *ctx, struct pool_job *j, int worker)
{
	struct heads *hs = ctx;

	if (j->code == PAIR_OK)
		j->code = (int)compute(hs, j->nin, &hs->worker[worker]);
}

/* How many heads of the task are chosen. */
static size_t
chosen(const struct heads *hs, const struct task *t)
{
	size_t g = group(layer_of(hs, t)), n = 0;

	for (size_t i = 0; i < g; i++)
		n += (size_t)ranges_has(hs->spec.heads, t->kv * g + i);
	return n;
}

static void
add_task(struct heads *hs, struct task t)
{
	size_t n = chosen(hs, &t);

	if (n == 0)
		return;
	hs->task = mem_grow(hs->task, &hs->cap, hs->ntask + 1, sizeof *hs->task);
	hs->task[hs->ntask++] = t;
	hs->count += n * rows_of(hs, &t);
	hs->nd = larger(hs->nd, rows_of(hs, &t));
}

static void
list_tasks(struct heads *hs)
{
	for (size_t s = 0; s < hs->m->nstack; s++) {
		const struct stack *st = &hs->m->stack[s];

		for (size_t l = 0; l < st->num_layers; l++)
			for (size_t kv = 0; st->layer[l].present && ranges_has(hs->spec.layers, l) && kv < st->layer[l].kv_heads; kv++)
				add_task(hs, (struct task){ s, l, kv });
	}
}

/* What a worker's arrays must hold, for the largest of all layers. */
struct room { size_t n, made, space; };

static void
make_room(struct room *r, const struct layer *y)
{
	size_t d = (size_t)y->d_head, n = (size_t)y->q.n, work;

	pair_fits(y->q.w->file, y->d_head, y->q.n);
	work = larger(proj_work(&y->q), proj_work(&y->k));
	r->n = larger(r->n, n);
	if (proj_is_made(&y->q) || proj_is_made(&y->k))
		r->made = larger(r->made, d*n);
	r->space = larger(r->space, larger(pair_space(y->d_head, y->q.n), 5*d*d + work));
}

static void
make_workers(struct heads *hs)
{
	struct room r = { 0, 0, 0 };

	for (size_t s = 0; s < hs->m->nstack; s++)
		for (size_t l = 0; l < hs->m->stack[s].num_layers; l++)
			if (hs->m->stack[s].layer[l].present)
				make_room(&r, &hs->m->stack[s].layer[l]);
	hs->worker = mem_new((size_t)hs->nworker, sizeof *hs->worker);
	for (int i = 0; i < hs->nworker; i++)
		hs->worker[i] = (struct worker){
			.qscale = mem_new(r.n, sizeof(double)), .kscale = mem_new(r.n, sizeof(double)),
			.qmade = mem_new(r.made, sizeof(double)), .kmade = mem_new(r.made, sizeof(double)),
			.space = mem_new(r.space, sizeof(double)),
		};
}

struct heads *
heads_start(const struct model *m, const struct heads_spec *spec, int threads)
{
	struct heads *hs = mem_new(1, sizeof *hs);

	*hs = (struct heads){ .m = m, .spec = *spec };
	list_tasks(hs);
	for (size_t i = 0; i < hs->ntask; i++)
		hs->g = larger(hs->g, group(layer_of(hs, &hs->task[i])));
	for (size_t s = 0; s < m->nstack; s++)
		hs->ns = larger(hs->ns, (size_t)m->stack[s].d_head);
	if (hs->ntask == 0)
		return hs;
	hs->nworker = 1 + pool_workers(threads);        /* the caller's thread is one */
	hs->nslot = pool_jobs(hs->nworker - 1);
	hs->slot = mem_new(mem_times(mem_times(hs->nslot, hs->g), hs->nd), mem_times(FACTS + hs->ns, sizeof(double)));
	hs->bad = mem_new(hs->nslot, sizeof *hs->bad);
	make_workers(hs);
	return hs;
}

/* taking ------------------------------------------------------------------- */

_Noreturn static void
die_of(const struct heads *hs, const struct task *t, enum pair_code code)
{
	const struct layer *y = layer_of(hs, t);
	size_t h = (size_t)hs->bad[hs->taken % hs->nslot];

	if (code == PAIR_DAMAGED) {
		proj_check(&y->k);
		proj_check(&y->q);
	}
	if (code == PAIR_NOT_CONVERGED)
		die("%s: %s: layer %zu, head %zu: its values did not converge", y->q.w->file, y->q.w->name,
		    t->layer, h);
	if (code == PAIR_BAD_K)
		proj_die(&y->k, hs->m->circuit == CIRCUIT_OV ? "value " : "key ", t->layer, t->kv);
	proj_die(&y->q, "", t->layer, h);
}

/* The first wanted head of the task from hs->next on: 1 if there is one. */
static int
seek(struct heads *hs)
{
	const struct task *t = &hs->task[hs->taken];
	size_t g = group(layer_of(hs, t));

	while (hs->next < g && !ranges_has(hs->spec.heads, t->kv * g + hs->next))
		hs->next++;
	return hs->next < g;
}

static int
same_layer(const struct task *a, const struct task *b)
{
	return a->stack == b->stack && a->layer == b->layer;
}

/* Done with the present task. */
static void
step(struct heads *hs)
{
	const struct task *t = &hs->task[hs->taken++];
	const struct layer *y = layer_of(hs, t);

	pool_release(hs->pool);
	hs->job = NULL;
	hs->next = 0;
	if (hs->taken == hs->ntask || !same_layer(t, t + 1)) {
		proj_release(&y->q);
		proj_release(&y->k);
	}
}

int
heads_next(struct heads *hs, struct head *h)
{
	const struct task *t;
	const struct stack *st;
	const double *out;
	struct rotary_part part;

	if (hs->job != NULL && !seek(hs))
		step(hs);
	if (hs->taken == hs->ntask)
		return 0;
	if (hs->pool == NULL)
		hs->pool = pool_new(hs->nworker - 1, (struct pool_do){ .fill = fill, .work = work }, hs);
	t = &hs->task[hs->taken];
	st = stack_of(hs, t);
	if (hs->job == NULL && (hs->job = pool_get(hs->pool))->code != PAIR_OK)
		die_of(hs, t, (enum pair_code)hs->job->code);
	seek(hs);
	out = result(hs, hs->taken, hs->next) + hs->at*(FACTS + (size_t)layer_of(hs, t)->d_head);
	part = part_of(hs, t, hs->at);
	*h = (struct head){
		.stack = st->name, .num_layers = st->num_layers, .layer = t->layer,
		.head = t->kv * group(layer_of(hs, t)) + hs->next, .kv_head = t->kv, .metric = hs->spec.metric,
		.scale = hs->spec.scale ? st->layer[t->layer].scale : 1, .window = st->layer[t->layer].window,
		.d_model = st->layer[t->layer].q.n, .d_head = part.count, .pair = hs->at, .frequency = part.frequency,
		.ns = length(hs, t, hs->at),
	};
	pair_facts(h, out);
	if (hs->spec.distances != NULL && hs->spec.distances->n > 0)
		h->distance = hs->spec.distances->at[hs->at];
	if (++hs->at == rows_of(hs, t)) {
		hs->at = 0;
		hs->next++;
	}
	h->last = hs->at == 0 && !seek(hs) && (hs->taken + 1 == hs->ntask || !same_layer(t, t + 1));
	return 1;
}

size_t
heads_count(const struct heads *hs)
{
	return hs->count;
}

ptrdiff_t
heads_width(const struct heads *hs)
{
	ptrdiff_t most = 0;

	for (size_t i = 0; i < hs->ntask; i++)
		for (size_t j = 0; j < rows_of(hs, &hs->task[i]); j++) {
			ptrdiff_t n = length(hs, &hs->task[i], j);

			most = n > most ? n : most;
		}
	return most;
}

void
heads_free(struct heads *hs)
{
	if (hs->pool != NULL)
		pool_free(hs->pool);
	for (int i = 0; i < hs->nworker; i++) {
		struct worker *w = &hs->worker[i];

		free(w->qscale);
		free(w->kscale);
		free(w->qmade);
		free(w->kmade);
		free(w->space);
	}
	free(hs->worker);
	free(hs->slot);
	free(hs->bad);
	free(hs->task);
	free(hs);
}
