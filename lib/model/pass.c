/* pass.c - tokens through the layers of a model, and what its heads do on the way.
 *
 * All tokens go through a layer before any goes through the next, so that each weight is
 * read once and its pages are let go.  A layer takes passages in groups of some GROUP
 * tokens: beside x, a row of d_model numbers for each token, memory is that of one group. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pass.h"

enum { GROUP = REAL_ONCE };

static size_t
max(size_t a, size_t b)
{
	return a > b ? a : b;
}

static void
run_group(struct pass *p)
{
	const struct block *b = p->b;
	const enum order order = p->plan->row->order;
	char *x = pass_row(p, p->x, p->begin, p->plan->d_model);

	attention_run(p, x);
	if (p->layer == p->last)
		return;
	steps_pack(p, p->y, b->o.in);
	steps_multiply(p, &b->o, p->out);
	if (order == PARALLEL) {
		/* The norm of x before anything is added to it. */
		if (b->in2.kind != NORM_NONE)
			steps_rows(&(struct rows_job){ .p = p, .norm = &b->in2, .from = x, .to = p->h, .width = p->plan->d_model,
				.ld = p->plan->d_model });
		steps_add(p, &b->out1, p->out, x);
		steps_pack(p, p->h, p->plan->d_model);
	} else {
		steps_add(p, &b->out1, p->out, x);
		steps_norm_pack(p, &b->in2, x, p->h);
	}
	if (b->experts.n > 0)
		experts_run(p, &b->experts, p->h, p->out);
	else
		mlp_run(p, &b->mlp, p->h, p->out);
	steps_add(p, &b->out2, p->out, x);
}

/* The next passages of some GROUP tokens, at least one; 0: there are none. */
static int
next_group(struct pass *p)
{
	p->from = p->to;
	if (p->from == p->t.n)
		return 0;
	p->begin = p->t.start[p->from];
	do
		p->to++;
	while (p->to < p->t.n && p->t.start[p->to + 1] - p->begin <= GROUP);
	p->rows = p->t.start[p->to] - p->begin;
	return 1;
}

/* start ------------------------------------------------------------------------ */

/* Dies of bytes that are not those that were written; what a packed one has beside it was looked at when it
 * was found. */
static void
check_whole(const struct tensor *t)
{
	torch_check(t->pack != NULL ? t->pack->q : t);
}

/* f of all tensors of a linear, an MLP, a block. */
static void
each_of_linear(const struct linear *l, void (*f)(const struct tensor *))
{
	const struct tensor *const of[] = { l->w, l->b, l->scales.of };

	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		if (of[i] != NULL)
			f(of[i]);
}

static void
each_of_mlp(const struct mlp *m, void (*f)(const struct tensor *))
{
	each_of_linear(&m->gate, f);
	each_of_linear(&m->up, f);
	each_of_linear(&m->down, f);
}

static void
each_of_norm(const struct normal *n, void (*f)(const struct tensor *))
{
	each_of_linear(&(struct linear){ .w = n->w, .b = n->b }, f);
}

static void
each_of_block(const struct block *b, void (*f)(const struct tensor *))
{
	const struct linear more = { .w = b->sinks, .b = b->experts.correction };
	const struct linear *of[] = { &b->q, &b->k, &b->v, &b->o, &b->qa, &b->ka, &b->experts.router, &b->experts.weight, &more };
	const struct normal *norm[] = { &b->in1, &b->out1, &b->in2, &b->out2, &b->qnorm, &b->knorm, &b->qa_norm, &b->ka_norm };

	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		each_of_linear(of[i], f);
	for (size_t i = 0; i < sizeof norm / sizeof *norm; i++)
		each_of_norm(norm[i], f);
	each_of_mlp(&b->mlp, f);
	each_of_mlp(&b->experts.shared, f);
	for (size_t i = 0; i < b->experts.n; i++)
		each_of_mlp(&b->experts.expert[i], f);
}

/* The same of what tokens become the first x by. */
static void
each_of_embedding(const struct plan *plan, void (*f)(const struct tensor *))
{
	each_of_linear(&(struct linear){ .w = plan->embed, .b = plan->place }, f);
	each_of_linear(&(struct linear){ .w = plan->kind }, f);
	each_of_linear(&plan->widen, f);
	each_of_norm(&plan->start, f);
}

/* x += the row of token i's position in passage g, which is so wide. */
static void
add_place(const struct pass *p, size_t g, size_t i, ptrdiff_t width, char *x, char *more)
{
	weights_row(p->r, p->plan->place, p->plan->first + i - p->t.start[g], (size_t)width, more);
	p->r->axpy(width, 1, more, x);
}

/* x = the embedding of token i of passage g. */
static void
embed_token(const struct pass *p, size_t g, size_t i, ptrdiff_t width, char *x, char *more)
{
	const struct plan *plan = p->plan;

	weights_row(p->r, plan->embed, p->t.id[i], (size_t)width, x);
	if (plan->times != 1)
		p->r->scale(width, plan->times, x);
	if (plan->place != NULL && !(plan->row->flags & PLACE_WIDE))
		add_place(p, g, i, width, x, more);
	if (plan->kind != NULL) {
		weights_row(p->r, plan->kind, 0, (size_t)width, more);
		p->r->axpy(width, 1, more, x);
	}
}

/* x of the group. */
static void
embed_group(struct pass *p, ptrdiff_t narrow, char *wide, char *more)
{
	const struct plan *plan = p->plan;
	const ptrdiff_t d = plan->d_model;
	char *to = pass_row(p, wide, p->begin, narrow), *x = pass_row(p, p->x, p->begin, d);

	for (size_t g = p->from; g < p->to; g++)
		for (size_t i = p->t.start[g]; i < p->t.start[g + 1]; i++)
			embed_token(p, g, i, narrow, pass_row(p, wide, i, narrow), more);
	if (plan->start.kind != NORM_NONE)
		steps_rows(&(struct rows_job){ .p = p, .norm = &plan->start, .from = to, .to = to, .width = narrow, .ld = narrow });
	if (plan->widen.w != NULL) {
		steps_pack(p, to, narrow);
		steps_multiply(p, &plan->widen, x);
	}
	for (size_t g = p->from; g < p->to && plan->place != NULL && plan->row->flags & PLACE_WIDE; g++)
		for (size_t i = p->t.start[g]; i < p->t.start[g + 1]; i++)
			add_place(p, g, i, d, pass_row(p, p->x, i, d), more);
}

static void
embed(struct pass *p)
{
	const size_t d = (size_t)p->plan->d_model, n = p->t.start[p->t.n];
	const size_t narrow = p->plan->widen.w != NULL ? (size_t)p->plan->widen.in : d;
	char *more = mem_new(max(d, narrow), p->r->size), *wide;

	each_of_embedding(p->plan, check_whole);
	p->x = mem_new(n*d, p->r->size);
	wide = p->plan->widen.w != NULL ? mem_new(n*narrow, p->r->size) : p->x;
	p->to = 0;
	while (next_group(p))
		embed_group(p, (ptrdiff_t)narrow, wide, more);
	if (wide != p->x)
		free(wide);
	free(more);
	p->to = 0;
	each_of_embedding(p->plan, tensors_release);
}

/* The largest numbers of tokens and of passages in a group. */
static void
sizes(struct pass *p, size_t *rows, size_t *passages)
{
	p->to = 0;
	*rows = *passages = 0;
	while (next_group(p)) {
		*rows = max(*rows, p->rows);
		*passages = max(*passages, p->to - p->from);
	}
}

/* The most that a layer that is run has of each. */
struct most { size_t heads, kv, turned, low, experts, chosen, inner; };

static void
look_at(struct most *m, const struct block *b)
{
	m->heads = max(m->heads, b->heads);
	m->kv = max(m->kv, b->kv_heads);
	m->turned = max(m->turned, (size_t)b->rotary.n);
	m->low = max(m->low, max((size_t)(b->latent + b->tail), (size_t)b->qa.out));
	m->experts = max(m->experts, b->experts.n);
	m->chosen = max(m->chosen, b->experts.chosen);
	m->inner = max(m->inner, max((size_t)b->mlp.inner, (size_t)b->experts.shared.inner));
	for (size_t i = 0; i < b->experts.n; i++)
		m->inner = max(m->inner, (size_t)b->experts.expert[i].inner);
}

/* Numbers in the longest row that is packed or normed. */
static size_t
widest(const struct plan *plan, const struct most *m)
{
	const size_t d_model = (size_t)plan->d_model, head = max((size_t)plan->d_head, (size_t)plan->d_v);

	return max(max(d_model, (size_t)plan->widen.in), max(max(m->low, m->inner), m->heads*head));
}

/* What each thread has. */
static void
make_work(struct pass *p, size_t wide)
{
	const size_t threads = (size_t)team_size(p->team);
	size_t longest = 0;

	for (size_t g = 0; g < p->t.n; g++)
		longest = max(longest, p->t.start[g + 1] - p->t.start[g]);
	p->work_size = max(p->r->mul_work((ptrdiff_t)wide), p->r->attend_work((ptrdiff_t)longest, p->plan->d_head, p->plan->d_v));
	p->work_size = (p->work_size + 63)/64*64;
	p->work = mem_new(threads, p->work_size);
	p->bias_size = p->plan->slopes != NULL ? 2*longest*p->r->size : 0;
	p->bias = mem_new(threads + 1, p->bias_size);
}

static void
make_room(struct pass *p)
{
	const struct plan *plan = p->plan;
	const size_t one = p->r->size, d_model = (size_t)plan->d_model, d_head = (size_t)plan->d_head, d_v = (size_t)plan->d_v;
	struct most m = { 0 };
	size_t rows, passages, wide;

	sizes(p, &rows, &passages);
	for (size_t l = 0; l <= p->last; l++)
		look_at(&m, &plan->block[l]);
	m.inner = m.inner < PASS_SLICE ? m.inner : PASS_SLICE;
	wide = widest(plan, &m);
	mem_fits(rows, max(wide, max(m.experts, m.turned)));
	p->h = mem_new(rows*d_model, one);
	p->out = mem_new(rows*d_model, one);
	p->q = mem_new(rows*m.heads*d_head, one);
	p->k = mem_new(rows*m.kv*d_head, one);
	p->v = mem_new(rows*m.kv*d_v, one);
	p->y = mem_new(rows*m.heads*d_v, one);
	p->low = mem_new(rows*m.low + 1, one);
	p->nope = mem_new(m.low > 0 ? rows*m.heads*d_head : 1, one);
	p->logits = mem_new(rows*m.experts + 1, one);
	p->choice = mem_new(rows*m.chosen + 1, sizeof *p->choice);
	p->share = mem_new(rows*m.chosen + 1, sizeof *p->share);
	p->gathered = mem_new(m.experts > 0 ? rows*d_model : 1, one);
	p->part = mem_new(m.experts > 0 ? rows*d_model : 1, one);
	p->gate = mem_new(rows*m.inner, one);
	p->up = mem_new(rows*m.inner, one);
	p->packed = mem_new(p->r->pack_size((ptrdiff_t)rows, (ptrdiff_t)wide), 1);
	make_work(p, wide);
	p->see_from = mem_new(rows, sizeof *p->see_from);
	p->see_to = mem_new(rows, sizeof *p->see_to);
	p->attend = mem_new(passages*m.heads, sizeof *p->attend);
	p->cosines = mem_new(rows*m.turned + 1, one);
	p->sines = mem_new(rows*m.turned + 1, one);
	for (int i = 0; i < 2; i++)
		p->vector[i] = mem_new(wide, one);
	p->sum = mem_new(m.heads, sizeof *p->sum);
	if (p->spec.queries)
		p->query = mem_new(mem_times(m.heads, p->t.start[p->t.n]), ATTEND_QUERY*sizeof *p->query);
}

/* How passage g of n tokens is turned is known. */
static void
check_turns(const struct pass *p, size_t g, size_t n, const struct rotary *t)
{
	double *freq = mem_new((size_t)t->n + 1, sizeof *freq);

	if (t->n > 0 && !rotary_in(t, n, freq))
		die("%s: passage %s: %zu tokens: how rotary positions turn more than %g is said in two ways in %s", tokens_file(&p->t, p->t.start[g]),
		    p->t.name[g], n, t->reach, p->plan->path);
	free(freq);
}

/* Every token is one of the model's, and no passage is longer than its positions. */
static void
check_tokens(const struct pass *p)
{
	const struct plan *plan = p->plan;

	for (size_t g = 0; g < p->t.n; g++) {
		size_t n = p->t.start[g + 1] - p->t.start[g];
		const char *file = tokens_file(&p->t, p->t.start[g]);

		if (plan->place != NULL && n > plan->places)
			die("%s: passage %s: %zu tokens, but the model has %zu positions", file, p->t.name[g], n, plan->places);
		for (size_t l = 0; l <= p->last; l++)
			check_turns(p, g, n, &plan->block[l].rotary);
		for (size_t i = p->t.start[g]; i < p->t.start[g + 1]; i++)
			if (p->t.id[i] >= plan->words)
				die("%s:%zu: token: %zu, but the model has %zu, from 0", tokens_file(&p->t, i), p->t.line[i], p->t.id[i],
				    plan->words);
			else if (plan->row->flags & PADDED && p->t.id[i] + 1 == plan->first)
				die("%s:%zu: token: %zu is pad_token_id, behind which %s counts positions in another way",
				    tokens_file(&p->t, i), p->t.line[i], p->t.id[i], plan->type);
	}
}

/* Longer ones are computed: it is the model that does not know such positions. */
static void
warn_long(const struct pass *p)
{
	size_t n = 0, longest = 0;

	for (size_t g = 0; g < p->t.n; g++) {
		size_t len = p->t.start[g + 1] - p->t.start[g];

		n += (double)len > p->plan->trained;
		longest = max(longest, len);
	}
	if (n > 0)
		warn("%s: %zu passage%s of up to %zu tokens, but the model was trained for %.0f positions", p->plan->path, n,
		    n > 1 ? "s" : "", longest, p->plan->trained);
}

struct pass *
pass_start(const struct model *m, const struct tokens *t, const struct pass_spec *spec, int threads)
{
	struct pass *p = mem_new(1, sizeof *p);

	*p = (struct pass){ .m = m, .plan = m->plan, .t = *t, .spec = *spec };
	p->r = spec->wide ? real_double() : real_float();
	p->last = ranges_last(spec->layers, p->plan->nlayers);
	check_tokens(p);
	warn_long(p);
	p->counted = mem_new(t->start[t->n], 1);
	for (size_t i = 0; i < t->start[t->n]; i++)
		p->counted[i] = t->special == NULL || !t->special[i] || spec->special_queries;
	p->team = team_new(threads);
	make_room(p);
	embed(p);
	p->progress = progress_begin("tokens", t->start[t->n] * (p->last + 1));
	return p;
}

/* what it gives ------------------------------------------------------------------ */

_Noreturn static void
die_not_finite(const struct pass *p, size_t g)
{
	die("%s: layer %zu, passage %s: NaN or infinity comes out", p->plan->path, p->layer, p->t.name[g]);
}

static void
check_finite(struct pass *p)
{
	const ptrdiff_t d = p->plan->d_model;

	for (size_t g = p->from; g < p->to; g++)
		if (!p->r->finite((ptrdiff_t)(p->t.start[g + 1] - p->t.start[g])*d, pass_row(p, p->x, p->t.start[g], d)))
			die_not_finite(p, g);
	for (size_t i = 0; i < (p->to - p->from)*p->b->heads; i++)
		if (!isfinite(p->attend[i].entropy + p->attend[i].z_m2))
			die_not_finite(p, p->from + i/p->b->heads);
}

static void
tell(struct pass *p)
{
	const size_t all = p->t.start[p->t.n], here = p->t.start[p->to], done = p->layer*all + here;

	if (progress_due(&p->progress, done))
		progress_say(&p->progress, done, "layer %zu of %zu, %zu of %zu tokens, %.1f GFlop/s", p->layer + 1, p->last + 1, here,
		    all, p->flops / (p->progress.last - p->progress.begin) * 1e-9);
}

static void
run_layer(struct pass *p)
{
	p->b = &p->plan->block[p->layer];
	memset(p->sum, 0, p->b->heads * sizeof *p->sum);
	each_of_block(p->b, check_whole);
	p->to = 0;
	while (next_group(p)) {
		attention_turns(p);
		run_group(p);
		check_finite(p);
		tell(p);
	}
	each_of_block(p->b, tensors_release);
	p->ready = 1;
}

int
pass_next(struct pass *p, struct measured *x)
{
	const struct head_sums *s;

	if (p->ready && p->head == p->b->heads) {
		p->layer++;
		p->head = 0;
		p->ready = 0;
	}
	while (!p->ready && p->layer <= p->last) {
		run_layer(p);
		if (!ranges_has(p->spec.layers, p->layer)) {
			p->layer++;
			p->ready = 0;
		}
	}
	if (!p->ready)
		return 0;
	s = &p->sum[p->head];
	*x = (struct measured){ .stack = p->m->stack[0].name, .num_layers = p->m->stack[0].num_layers, .layer = p->layer,
		.head = p->head, .queries = s->queries, .value = {
			s->entropy/s->queries, s->std/s->passages, s->relative/s->queries, s->max_prob/s->queries,
			s->first_prob/s->queries, s->special_prob/s->queries, s->distance/s->queries, s->row_std/s->queries,
			s->queries > 0 ? s->z_max : NAN,
		} };
	x->query = p->query != NULL ? p->query + p->head*p->t.start[p->t.n]*ATTEND_QUERY : NULL;
	x->last = ++p->head == p->b->heads;
	return 1;
}

void
pass_free(struct pass *p)
{
	char *const of[] = { p->x, p->h, p->q, p->k, p->v, p->y, p->out, p->gate, p->up, p->packed, p->work, p->cosines,
		p->sines, p->bias, p->low, p->nope, p->logits, p->gathered, p->part, p->vector[0], p->vector[1] };

	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		free(of[i]);
	free(p->choice);
	free(p->share);
	free(p->see_from);
	free(p->see_to);
	free(p->attend);
	free(p->sum);
	free(p->query);
	free(p->counted);
	team_free(p->team);
	free(p);
}
