/* plan_mlp.c - what stands between two attentions: where its matrices lie, of an MLP or of a
 * mixture of experts. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pass.h"

static enum act
act_of(const struct search *s, const char *name)
{
	static const struct { const char *names; enum act act; } known[] = {
		{ "gelu gelu_python", ACT_GELU }, { "gelu_new gelu_fast gelu_pytorch_tanh gelu_python_tanh gelu_accurate", ACT_GELU_TANH },
		{ "silu swish", ACT_SILU }, { "relu", ACT_RELU }, { "relu2", ACT_RELU2 }, { "quick_gelu", ACT_QUICK_GELU },
		{ "tanh", ACT_TANH }, { "sigmoid", ACT_SIGMOID }, { "linear", ACT_NONE },
	};
	for (size_t i = 0; name != NULL && i < sizeof known / sizeof *known; i++)
		if (config_word(known[i].names, name))
			return known[i].act;
	die("%s: the activation is not known: %s", s->config->path, name != NULL ? name : "none is named");
}

/* Each family reads one of the keys: where there are several, they must agree. */
static enum act
find_act(const struct search *s, const struct block_row *row)
{
	static const char *const keys[] = { "hidden_activation", "hidden_act", "activation_function", "activation" };
	const char *first = NULL, *name;

	if (row->act != NULL && *row->act == '!')
		return act_of(s, row->act + 1);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		name = json_string_value(json_object_get(s->config->in, keys[i]));
		if (first != NULL && name != NULL && act_of(s, first) != act_of(s, name))
			die("%s: two activations: %s, and %s in %s", s->config->path, first, name, keys[i]);
		first = first == NULL ? name : first;
	}
	return act_of(s, first != NULL ? first : row->act);
}

/* Of rows that are the gate and what it gates, each twice as many as outputs. */
static void
split(struct mlp *m)
{
	m->inner /= 2;
	m->gate = m->up;
	m->gate.out = m->up.out = m->inner;
	(m->gating == GATE_UP ? &m->up : &m->gate)->base += (size_t)m->inner;
	m->gating = GATE;
}

static void
find_mlp_of(const struct search *s, const struct block_row *row, const char *gate, const char *up, const char *down, size_t l,
    struct mlp *m)
{
	const ptrdiff_t d = (ptrdiff_t)s->hidden;

	m->gating = row->gating;
	m->act = find_act(s, row);
	linear_side(s, row, up, l, d, &m->up);
	m->inner = m->up.out;
	if (m->gating != PLAIN && m->gating != GATE && m->inner % 2 != 0)
		die("%s: %s: of %td rows, which are no gate and as many that it gates", m->up.w->file, m->up.w->name, m->inner);
	if (m->gating == GATE)
		linear_find(s, row, gate, l, m->inner, d, &m->gate);
	else if (m->gating != PLAIN)
		split(m);
	linear_find(s, row, down, l, d, m->inner, &m->down);
}

/* The biases of n matrices. */
static void
find_bias(const struct search *s, const char *name, const char *ending, size_t n, size_t out, struct linear *x)
{
	x->b = names_suffixed(s->ts, name, ending);
	if (x->b == NULL)
		return;
	quant_check(s, x->b, name, 0);
	if (x->b->ndim != 2 || x->b->shape[0] != n || x->b->shape[1] != out)
		die("%s: %s: not of shape %zu x %zu", x->b->file, x->b->name, n, out);
}

/* The k-th of n matrices in one tensor: of GGUF of out by in, of any number of outputs with out 0; else
 * transposed: in by out, or in MXFP4 out by in; biases beside. */
static void
find_planes(const struct search *s, const char *pattern, size_t l, size_t n, size_t out, size_t in, size_t k, struct linear *x)
{
	char name[NAME];
	const struct tensor *t = names_find(s, s->prefix, pattern, l, name);
	const int turned = !s->config->gguf;

	if (turned && t == NULL && (t = pack_experts(s, name, n, out, in)) != NULL) {
		*x = (struct linear){ .w = t, .base = k*out, .per = 1, .big = out, .rows = out, .out = (ptrdiff_t)out, .in = (ptrdiff_t)in };
		find_bias(s, name, "_bias", n, out, x);
		return;
	}
	if (out == 0)
		out = t != NULL && t->ndim == 3 && t->shape[1] > 0 ? t->shape[1] : 1;
	if (t == NULL || t->ndim != 3 || t->shape[0] != n || t->shape[2 - turned] != in || t->shape[1 + turned] != out)
		die("%s: %s %s needs tensor %s, of shape %zu x %zu x %zu%s", s->config->path, s->config->what, s->config->type, name,
		    n, turned ? in : out, turned ? out : in, t != NULL ? "" : ": it is not there, or its weights are packed");
	quant_check(s, t, name, 0);             /* of FP8 no scales are looked for */
	*x = (struct linear){ .w = t, .transposed = turned, .plane = k, .per = 1, .big = out, .rows = out, .out = (ptrdiff_t)out,
		.in = (ptrdiff_t)in };
	find_bias(s, name, turned ? "_bias" : ".bias", n, out, x);
}

/* What limits the gate and what it gates. */
static double
limit(const struct search *s)
{
	double x = config_number(s, "swiglu_limit");

	if (!(x > 0))
		die("%s: swiglu_limit: not a positive number", s->config->path);
	return x;
}

/* An expert of GGUF, where all are in one tensor. */
static void
find_stacked(const struct search *s, const struct block_row *row, size_t l, size_t n, size_t k, struct mlp *m)
{
	m->gating = GATE;
	m->act = find_act(s, row);
	m->limit = row->flags & SWIGLU_LIMIT ? limit(s) : 0;
	find_planes(s, row->eup, l, n, 0, s->hidden, k, &m->up);
	m->inner = m->up.out;
	find_planes(s, row->egate, l, n, (size_t)m->inner, s->hidden, k, &m->gate);
	find_planes(s, row->edown, l, n, s->hidden, (size_t)m->inner, k, &m->down);
}

/* An expert whose gate and what it gates are one matrix: in turn, of gpt_oss, or the gate first. */
static void
find_joint(const struct search *s, const struct block_row *row, size_t l, size_t n, size_t k, struct mlp *m)
{
	size_t inner = config_need(s, "intermediate_size");

	m->gating = GATE_UP;
	m->inner = 2*(ptrdiff_t)inner;
	m->act = find_act(s, row);
	find_planes(s, row->eup, l, n, 2*inner, s->hidden, k, &m->up);
	find_planes(s, row->edown, l, n, s->hidden, inner, k, &m->down);
	if (!(row->flags & SWIGLU_LIMIT)) {
		split(m);
		return;
	}
	m->gating = GATE;
	m->inner = m->up.out = (ptrdiff_t)inner;
	m->limit = limit(s);
	m->up.rows = 1;
	m->up.per = inner;
	m->up.small = 2;
	m->gate = m->up;
	m->up.base++;
}

static void
find_experts(const struct search *s, const struct block_row *row, size_t l, struct experts *e)
{
	char gate[NAME], up[NAME], down[NAME], name[NAME];
	const char *method;

	linear_side(s, row, row->router, l, (ptrdiff_t)s->hidden, &e->router);
	e->n = (size_t)e->router.out;
	e->chosen = config_need(s, "num_experts_per_tok|moe_k");
	method = json_string_value(json_object_get(s->config->in, "topk_method"));
	if (row->flags & PAIR_GROUPS || s->config->gguf || (method != NULL && strcmp(method, "group_limited_greedy") == 0))
		e->groups = config_count(s, "n_group", 1);
	e->groups = e->groups > 0 ? e->groups : 1;
	e->chosen_groups = e->groups > 1 ? config_need(s, "topk_group") : 1;
	if (row->flags & PAIR_GROUPS && config_number(s, "topk_group") == 0 && !s->config->gguf)
		e->chosen_groups = 0;
	if (e->n % e->groups != 0 || e->chosen_groups > e->groups || e->chosen_groups == 0 || e->chosen > e->n/e->groups*e->chosen_groups)
		die("%s: layer %zu: %zu of %zu experts cannot be chosen in %zu of %zu groups", s->config->path, l, e->chosen, e->n,
		    e->chosen_groups, e->groups);
	e->sigmoid = (row->flags & SIGMOID_ROUTER) != 0;
	e->pairs = (row->flags & PAIR_GROUPS) != 0;
	e->sum = config_true(s, "norm_topk_prob");
	e->inputs = (row->flags & SHARES_INPUT) != 0;
	e->factor = config_number(s, "routed_scaling_factor");
	e->factor = isnan(e->factor) ? 1 : e->factor;
	if (row->correction != NULL)
		e->correction = linear_vector(s, row->correction, l, e->n, name);
	e->expert = mem_new(e->n, sizeof *e->expert);
	for (size_t k = 0; k < e->n; k++)
		if (s->config->gguf)
			find_stacked(s, row, l, e->n, k, &e->expert[k]);
		else if (row->egate == NULL)
			find_joint(s, row, l, e->n, k, &e->expert[k]);
		else
			find_mlp_of(s, row, linear_numbered(gate, row->egate, k), linear_numbered(up, row->eup, k),
			    linear_numbered(down, row->edown, k), l, &e->expert[k]);
	if (row->sup != NULL && names_find(s, s->prefix, row->sup, l, name) != NULL)
		find_mlp_of(s, row, row->sgate, row->sup, row->sdown, l, &e->shared);
	if (e->shared.inner > 0 && row->sweight != NULL)
		linear_find(s, row, row->sweight, l, 1, (ptrdiff_t)s->hidden, &e->weight);
}

void
plan_mlp(const struct search *s, const struct block_row *row, size_t l, struct block *b)
{
	char name[NAME];

	if (row->router != NULL && names_find(s, s->prefix, row->router, l, name) != NULL)
		find_experts(s, row, l, &b->experts);
	else
		find_mlp_of(s, row, row->gate, row->up, row->down, l, &b->mlp);
}
