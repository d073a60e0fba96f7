/* heads.c - from projections to spectra: heads in parallel, rows in order.
 *
 * A task is a key head with all query heads that share it, so that its factor
 * is computed once.  Tasks go through the ring of pool.c in the order of stack,
 * layer and head, each with a slot for its results; a worker has memory of its
 * own, and allocates none. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

enum { OK = 0, BAD_Q, BAD_K, BAD_Q_NORM, BAD_K_NORM, NOT_CONVERGED };

/* What was computed of a head; its singular values stand behind it. */
enum { Q_FRO, K_FRO, TR1, TR2, FACTS };

struct task { size_t stack, layer, kv; };

/* A worker's: q and k as prod.c takes them, what they are made in, R_K, R_Q, S. */
struct worker {
	struct prod_mat q, k;
	double *qscale, *kscale, *qmade, *kmade, *rk, *rq, *s, *work;
};

struct heads {
	const struct model *m;
	const char *layer, *head;
	enum metric metric;
	int scale;
	struct task *task;
	size_t ntask, cap, count;       /* count: heads in all */
	size_t filled, taken;
	size_t nslot, g, ns;            /* heads of a slot, singular values of a head */
	double *slot;
	int *bad;                       /* of a slot: the query head that failed */
	struct worker worker[16];
	int nworker;
	struct pool *pool;
	struct pool_job *job;
	size_t next;                    /* head of the present task, g: none left */
};

static const struct stack *
stack_of(const struct heads *hs, const struct task *t)
{
	return &hs->m->stack[t->stack];
}

/* M and S have no more singular values than need not be zero. */
static ptrdiff_t
length(const struct stack *st, size_t layer)
{
	ptrdiff_t n = st->layer[layer].q.n;

	return st->d_head < n ? st->d_head : n;
}

static size_t
group(const struct stack *st)
{
	return st->heads / st->kv_heads;
}

static double *
result(const struct heads *hs, size_t task, size_t i)
{
	return hs->slot + ((task % hs->nslot) * hs->g + i) * (FACTS + hs->ns);
}

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* matrices of a head ------------------------------------------------------- */

static ptrdiff_t
type_size(enum num_type t)
{
	return t == NUM_F64 ? 8 : t == NUM_F32 ? 4 : t >= NUM_F8_E4M3 ? 1 : 2;
}

/* Where the rows of the tensor that are the head's begin. */
static size_t
first_row(const struct proj *p, size_t head)
{
	return p->base + head/p->per * p->big + head%p->per * p->small;
}

/* The rows of the tensor that are the head's. */
static struct prod_mat
lend(const struct proj *p, size_t head)
{
	const struct tensor *w = p->w;
	ptrdiff_t one = type_size(w->type), ld = (ptrdiff_t)w->shape[1] * one;
	struct prod_mat x = { .type = w->type, .m = p->rows, .n = p->n };

	x.row = p->transposed ? one : ld;
	x.col = p->transposed ? ld : one;
	x.data = w->data + (ptrdiff_t)first_row(p, head)*x.row;
	return x;
}

/* x[0..n) = those of row i of t from column j on, times their scales; exact unless
 * these are of 64 bits. */
static void
load_row(const struct tensor *t, const struct scales *s, size_t i, size_t j, size_t n, double *x)
{
	size_t one = (size_t)type_size(t->type);

	num_load(t->type, t->data + (i*t->shape[1] + j)*one, (ptrdiff_t)one, (ptrdiff_t)n, x);
	for (size_t k = j, end; s->of != NULL && k < j + n; ) {
		const struct tensor *of = s->of;
		double c;

		num_load(of->type, of->data + (i/s->rows*of->shape[1] + k/s->cols)*(size_t)type_size(of->type), 1, 1, &c);
		for (end = k/s->cols*s->cols + s->cols; k < j + n && k < end; k++)
			x[k - j] *= c;
	}
}

/* made, rows by n by rows: W of the head, its scales multiplied in. */
static void
unscale(const struct proj *p, size_t head, double *made)
{
	for (size_t i = 0; i < (size_t)p->rows; i++)
		load_row(p->w, &p->wscales, first_row(p, head) + i, 0, (size_t)p->n, made + i*(size_t)p->n);
}

/* made, rows + tail by n by rows: [B diag(gain) A; tail], A the first r rows of
 * inner; A comes in blocks of at most DEEP by WIDE.  work: multiply_work. */
enum { DEEP = 32, WIDE = 512 };

static size_t
multiply_work(ptrdiff_t r, ptrdiff_t rows)
{
	return (size_t)(r + r*rows + DEEP*WIDE);
}

static void
multiply(const struct proj *p, size_t head, double *made, double *work)
{
	const struct tensor *a = p->inner;
	ptrdiff_t n = p->n, r = (ptrdiff_t)p->w->shape[1], wide, deep;
	double *gain = work, *b = gain + r, *block = b + r*p->rows;

	memset(made, 0, (size_t)(p->rows*n) * sizeof *made);
	num_load(p->gain->type, p->gain->data, type_size(p->gain->type), r, gain);
	for (ptrdiff_t i = 0; i < p->rows; i++) {
		load_row(p->w, &p->wscales, first_row(p, head) + (size_t)i, 0, (size_t)r, b + i*r);
		for (ptrdiff_t l = 0; l < r; l++)
			b[l + i*r] *= gain[l];                  /* B diag(gain) */
	}
	for (ptrdiff_t j = 0; j < n; j += wide) {
		wide = n - j < WIDE ? n - j : WIDE;
		for (ptrdiff_t k = 0; k < r; k += deep) {
			deep = r - k < DEEP ? r - k : DEEP;
			for (ptrdiff_t l = 0; l < deep; l++)
				load_row(a, &p->iscales, (size_t)(k + l), (size_t)j, (size_t)wide, block + l*wide);
			kern_gemm(0, wide, p->rows, deep, block, wide, b + k, 1, r, made + j, n);
		}
	}
	for (ptrdiff_t i = 0; i < p->tail; i++)
		load_row(a, &p->iscales, (size_t)(r + i), 0, (size_t)n, made + (p->rows + i)*n);
}

/* W of a head is not a part of the file, but computed. */
static int
is_made(const struct proj *p)
{
	return p->inner != NULL || p->wscales.of != NULL;
}

/* x = W of the head, with its norm if that is to be folded; made and scale are
 * filled as needed.  work: multiply_work.  Returns 0 if the norm has NaN or Inf. */
static int
projection(const struct proj *p, size_t head, struct prod_mat *x, double *made, double *scale, double *work)
{
	const struct tensor *g = p->weight;
	double sum = 0;

	*x = lend(p, head);
	x->n = p->n;
	if (p->inner != NULL)
		multiply(p, head, made, work);
	else if (is_made(p))
		unscale(p, head, made);
	if (is_made(p))
		*x = (struct prod_mat){ made, NUM_F64, p->rows + p->tail, p->n, 8*p->n, 8, NULL, 0 };
	x->center = p->norm == NORM_LN || p->norm == NORM_LN1;
	if (g == NULL)
		return 1;
	num_load(g->type, g->data, type_size(g->type), p->n, scale);
	for (ptrdiff_t j = 0; j < p->n; j++) {
		scale[j] += p->norm == NORM_RMS1 || p->norm == NORM_LN1;
		sum += scale[j] * 0;
	}
	x->scale = scale;
	return !isnan(sum);
}

/* The Frobenius norm of R, upper triangular.  work: m. */
static double
fro(const double *r, ptrdiff_t m, double *work)
{
	for (ptrdiff_t j = 0; j < m; j++)
		work[j] = tri_norm(r + j*m, j + 1);
	return tri_norm(work, m);
}

/* tr S and tr S^2.  work: m^2. */
static void
traces(const double *s, ptrdiff_t m, double *out, double *work)
{
	for (ptrdiff_t i = 0; i < m; i++)
		work[i] = s[i + i*m];
	out[TR1] = num_sum(work, m);
	for (ptrdiff_t j = 0; j < m; j++)
		for (ptrdiff_t i = 0; i < m; i++)
			work[i + j*m] = s[i + j*m] * s[j + i*m];
	out[TR2] = num_sum(work, m*m);
}

/* The facts and singular values of the worker's q and k, R_K and out[K_FRO]
 * there. */
static int
spectrum(enum metric metric, struct worker *w, double *out)
{
	ptrdiff_t m = w->q.m;
	int code;

	if (prod_factor(&w->q, w->rq, w->work) != 0)
		return BAD_Q;
	out[Q_FRO] = fro(w->rq, m, w->work);
	if (prod_cross(&w->k, &w->q, w->s, w->work) != 0)
		return BAD_Q;
	traces(w->s, m, out, w->work);
	if (metric == METRIC_CORE)
		code = svd_values(m, m, w->s, m, 0, out + FACTS, w->work);
	else
		code = prod_svd(m, w->rk, w->rq, out + FACTS, w->work);
	return code > 0 ? NOT_CONVERGED : code < 0 || !isfinite(out[FACTS]) ? BAD_Q : OK;
}

/* What the computations of a head of that shape need. */
static size_t
pair_work(ptrdiff_t m, ptrdiff_t n)
{
	size_t need = larger(prod_factor_work(m, n), prod_cross_work(m, n));

	need = larger(need, larger(prod_svd_work(m), svd_work(m, m)));
	return larger(need, (size_t)(m*m));
}

size_t
heads_pair_work(ptrdiff_t m, ptrdiff_t n)
{
	return (size_t)(3*m*m + FACTS + m) + pair_work(m, n);
}

int
heads_pair(const struct prod_mat *q, const struct prod_mat *k, struct head *h, double *s, double *space)
{
	ptrdiff_t m = q->m;
	struct worker w = { .q = *q, .k = *k, .rk = space, .rq = space + m*m, .s = space + 2*m*m };
	double *out = space + 3*m*m;
	int code;

	w.work = out + FACTS + m;
	if (prod_factor(k, w.rk, w.work) != 0)
		return 1;
	out[K_FRO] = fro(w.rk, m, w.work);
	if ((code = spectrum(h->metric, &w, out)) != OK)
		return code == NOT_CONVERGED ? 2 : 1;
	h->q_fro = out[Q_FRO];
	h->k_fro = out[K_FRO];
	h->tr1 = out[TR1];
	h->tr2 = out[TR2];
	memcpy(s, out + FACTS, (size_t)m * sizeof *s);
	return 0;
}

static void
multiply_by(double c, double *x, ptrdiff_t n)
{
	for (ptrdiff_t i = 0; i < n; i++)
		x[i] *= c;
}

/* tasks -------------------------------------------------------------------- */

static int
compute(struct heads *hs, size_t k, struct worker *w)
{
	const struct task *t = &hs->task[k];
	const struct stack *st = stack_of(hs, t);
	const struct layer *y = &st->layer[t->layer];
	double kfro;

	if (!projection(&y->k, t->kv, &w->k, w->kmade, w->kscale, w->work))
		return BAD_K_NORM;
	if (prod_factor(&w->k, w->rk, w->work) != 0)
		return BAD_K;
	kfro = fro(w->rk, w->k.m, w->work);
	for (size_t i = 0; i < group(st); i++) {
		size_t h = t->kv * group(st) + i;
		double *out = result(hs, k, i);
		int code;

		if (!hs->head[h])
			continue;
		hs->bad[k % hs->nslot] = (int)h;
		out[K_FRO] = kfro;
		if (!projection(&y->q, h, &w->q, w->qmade, w->qscale, w->work))
			return BAD_Q_NORM;
		if ((code = spectrum(hs->metric, w, out)) != OK)
			return code;
		if (hs->scale) {
			multiply_by(sqrt(y->scale), out + Q_FRO, 2);
			multiply_by(y->scale, out + TR1, 2);
			multiply_by(y->scale, out + TR2, 1);
			multiply_by(y->scale, out + FACTS, st->d_head);
		}
	}
	return OK;
}

static int
fill(void *ctx, struct pool_job *j)
{
	struct heads *hs = ctx;

	j->nin = hs->filled++;
	return hs->filled < hs->ntask;
}

static void
work(void *ctx, struct pool_job *j, int worker)
{
	struct heads *hs = ctx;

	j->code = compute(hs, j->nin, &hs->worker[worker]);
}

/* The tasks that have a head which is wanted. */
static void
list_tasks(struct heads *hs)
{
	for (size_t s = 0; s < hs->m->nstack; s++) {
		const struct stack *st = &hs->m->stack[s];

		for (size_t l = 0; l < st->num_layers; l++)
			for (size_t kv = 0; kv < st->kv_heads && hs->layer[l] && st->layer[l].present; kv++) {
				size_t n = 0;

				for (size_t i = 0; i < group(st); i++)
					n += hs->head[kv * group(st) + i] != 0;
				if (n == 0)
					continue;
				hs->task = mem_grow(hs->task, &hs->cap, hs->ntask + 1, sizeof *hs->task);
				hs->task[hs->ntask++] = (struct task){ s, l, kv };
				hs->count += n;
			}
	}
}

static void
make_worker(const struct heads *hs, struct worker *w)
{
	size_t m = 0, n = 0, made = 0, need = 0;

	for (size_t s = 0; s < hs->m->nstack; s++)
		for (size_t l = 0; l < hs->m->stack[s].num_layers; l++) {
			const struct layer *y = &hs->m->stack[s].layer[l];
			ptrdiff_t d = hs->m->stack[s].d_head, dm = y->q.n;
			size_t low = 0;

			if (!y->present)
				continue;
			if (y->q.inner != NULL)
				low = y->q.w->shape[1];
			if (y->k.inner != NULL)
				low = larger(low, y->k.w->shape[1]);
			m = larger(m, (size_t)d);
			n = larger(n, (size_t)dm);
			made = larger(made, is_made(&y->q) || is_made(&y->k) ? (size_t)(d * dm) : 0);
			need = larger(need, larger(pair_work(d, dm), low > 0 ? multiply_work((ptrdiff_t)low, d) : 0));
		}
	w->qscale = mem_new(n, sizeof(double));
	w->kscale = mem_new(n, sizeof(double));
	w->qmade = mem_new(made, sizeof(double));
	w->kmade = mem_new(made, sizeof(double));
	w->rk = mem_new(m * m, sizeof(double));
	w->rq = mem_new(m * m, sizeof(double));
	w->s = mem_new(m * m, sizeof(double));
	w->work = mem_new(need, sizeof(double));
}

struct heads *
heads_start(const struct model *m, const char *layer, const char *head, enum metric metric, int scale, int threads)
{
	struct heads *hs = mem_new(1, sizeof *hs);
	int workers = pool_workers(threads < 16 ? threads : 16);

	*hs = (struct heads){ .m = m, .layer = layer, .head = head, .metric = metric, .scale = scale };
	list_tasks(hs);
	for (size_t s = 0; s < m->nstack; s++) {
		hs->g = larger(hs->g, group(&m->stack[s]));
		hs->ns = larger(hs->ns, (size_t)m->stack[s].d_head);
	}
	if (hs->ntask == 0)
		return hs;
	hs->nslot = pool_jobs(workers);
	hs->slot = mem_new(hs->nslot * hs->g, (FACTS + hs->ns) * sizeof(double));
	hs->bad = mem_new(hs->nslot, sizeof *hs->bad);
	hs->nworker = workers + 1;
	for (int i = 0; i < hs->nworker; i++)
		make_worker(hs, &hs->worker[i]);
	hs->pool = pool_new(workers, (struct pool_do){ .fill = fill, .work = work }, hs);
	return hs;
}

/* taking ------------------------------------------------------------------- */

/* Of rows by cols numbers at data, row and col bytes apart, none is NaN or Inf. */
static int
is_finite(enum num_type type, const unsigned char *data, ptrdiff_t rows, ptrdiff_t cols, ptrdiff_t row, ptrdiff_t col)
{
	double x[256], sum = 0;

	for (ptrdiff_t i = 0; i < rows; i++)
		for (ptrdiff_t j = 0, n; j < cols; j += n) {
			n = cols - j < 256 ? cols - j : 256;
			num_load(type, data + i*row + j*col, col, n, x);
			for (ptrdiff_t k = 0; k < n; k++)
				sum += x[k] * 0;
		}
	return !isnan(sum);
}

static int
all_finite(const struct tensor *t)
{
	ptrdiff_t one = type_size(t->type), n = (ptrdiff_t)t->shape[1];

	return is_finite(t->type, t->data, (ptrdiff_t)t->shape[0], n, n*one, one);
}

/* Dies of the projection of a head that could not be computed: of the tensor
 * that is bad, or of a product that is beyond all doubles. */
_Noreturn static void
die_proj(const struct proj *p, const char *of, size_t layer, size_t head)
{
	struct prod_mat w = lend(p, head);
	const struct { const struct tensor *t; const char *what; } also[] = {
		{ p->inner, "the weights of all heads" }, { p->gain, "the weights of a norm" },
		{ p->weight, "the weights of a norm" }, { p->wscales.of, "the scales of weights" },
		{ p->iscales.of, "the scales of weights" },
	};

	if (p->inner != NULL)
		w.n = (ptrdiff_t)p->w->shape[1];
	if (!is_finite(w.type, w.data, w.m, w.n, w.row, w.col))
		die("%s: %s: layer %zu, %shead %zu: NaN or infinity in its weights", p->w->file, p->w->name, layer, of, head);
	for (size_t i = 0; i < sizeof also / sizeof *also; i++)
		if (also[i].t != NULL && !all_finite(also[i].t))
			die("%s: %s: NaN or infinity in %s", also[i].t->file, also[i].t->name, also[i].what);
	die("%s: %s: layer %zu, %shead %zu: too large: a product overflows", p->w->file, p->w->name, layer, of, head);
}

_Noreturn static void
die_of(const struct heads *hs, const struct task *t, int code)
{
	const struct layer *y = &stack_of(hs, t)->layer[t->layer];
	size_t h = (size_t)hs->bad[hs->taken % hs->nslot];

	if (code == NOT_CONVERGED)
		die("%s: %s: layer %zu, head %zu: the singular values did not converge", y->q.w->file, y->q.w->name,
		    t->layer, h);
	if (code == BAD_K || code == BAD_K_NORM)
		die_proj(&y->k, "key ", t->layer, t->kv);
	die_proj(&y->q, "", t->layer, h);
}

static void
release(const struct layer *y)
{
	const struct tensor *t[] = { y->q.w, y->q.inner, y->q.wscales.of, y->q.iscales.of,
		y->k.w, y->k.inner, y->k.wscales.of, y->k.iscales.of };

	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (t[i] != NULL)
			tensors_release(t[i]);
}

/* The first wanted head of the task from hs->next on: 1 if there is one. */
static int
seek(struct heads *hs)
{
	const struct task *t = &hs->task[hs->taken];
	size_t g = group(stack_of(hs, t));

	while (hs->next < g && !hs->head[t->kv * g + hs->next])
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

	pool_release(hs->pool);
	hs->job = NULL;
	hs->next = 0;
	if (hs->taken == hs->ntask || !same_layer(t, t + 1))
		release(&stack_of(hs, t)->layer[t->layer]);
}

int
heads_next(struct heads *hs, struct head *h)
{
	const struct task *t;
	const struct stack *st;
	const double *out;

	if (hs->job != NULL && !seek(hs))
		step(hs);
	if (hs->taken == hs->ntask)
		return 0;
	t = &hs->task[hs->taken];
	st = stack_of(hs, t);
	if (hs->job == NULL && (hs->job = pool_get(hs->pool))->code != OK)
		die_of(hs, t, hs->job->code);
	seek(hs);
	out = result(hs, hs->taken, hs->next);
	*h = (struct head){
		.stack = st->name, .num_layers = st->num_layers, .layer = t->layer,
		.head = t->kv * group(st) + hs->next, .kv_head = t->kv, .metric = hs->metric,
		.scale = hs->scale ? st->layer[t->layer].scale : 1,
		.d_model = st->layer[t->layer].q.n, .d_head = st->d_head,
		.q_fro = out[Q_FRO], .k_fro = out[K_FRO], .tr1 = out[TR1], .tr2 = out[TR2],
		.s = out + FACTS, .ns = length(st, t->layer),
	};
	hs->next++;
	h->last = !seek(hs) && (hs->taken + 1 == hs->ntask || !same_layer(t, t + 1));
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

	for (size_t i = 0; i < hs->ntask; i++) {
		ptrdiff_t n = length(stack_of(hs, &hs->task[i]), hs->task[i].layer);

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
		free(w->rk);
		free(w->rq);
		free(w->s);
		free(w->work);
	}
	free(hs->slot);
	free(hs->bad);
	free(hs->task);
	free(hs);
}
