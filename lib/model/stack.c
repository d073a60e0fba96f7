/* stack.c - the layers of a stack: how many there are, of how many heads, and where
 * the q and k of each lie. */
#include <stdio.h>
#include <string.h>

#include "private.h"

struct stack *
stack_add(struct model *m, const char *name)
{
	m->stack = mem_grow(m->stack, &m->cap, m->nstack + 1, sizeof *m->stack);
	m->stack[m->nstack] = (struct stack){ .name = name };
	return &m->stack[m->nstack++];
}

/* Each layer has a tensor at least: what is looked for is as much as what there
 * is, unless some layers are asked for, or there, alone, or a part may be missing. */
void
stack_check(const struct search *s, size_t n)
{
	enum { MANY = 10000 };  /* may be looked for where most need not be */
	int some = s->part || *s->inside != '\0' || (s->layers != NULL && s->layers->n > 0);

	if (n > 0 && tensors_at(s->ts, n - 1) == NULL && !(some && n <= MANY))
		die("%s: %zu layers, but fewer tensors in all%s", s->config->path, n, names_part(s));
}

/* Components of a head's q and k, or of its v; 0: d_model / heads. */
static size_t
head_size(const struct search *s)
{
	const int ov = s->circuit == CIRCUIT_OV;

	if (s->family->layout == LATENT && ov)
		return config_need(s, "v_head_dim");
	if (s->config->gguf && ov) {
		if (s->family->layout == FUSED && config_size(s, "v_head_dim") != config_size(s, "head_dim"))
			die("%s: --circuit ov: not known where q and v, of different sizes, are one tensor", s->config->path);
		return config_size(s, "v_head_dim");
	}
	if (s->family->layout == LATENT)
		return config_need(s, "qk_nope_head_dim") + config_need(s, "qk_rope_head_dim");
	return s->family->traits & EVEN_HEADS ? 0 : config_size(s, "head_dim|d_kv|kv_channels|d_head");
}

static const char *
heads_keys(const struct search *s)
{
	return s->family->heads != NULL ? s->family->heads : "num_attention_heads|n_head|n_heads|num_heads|"
	    "attention_heads|decoder_attention_heads|encoder_attention_heads";
}

static const char *
kv_keys(const struct search *s)
{
	return s->family->kv != NULL ? s->family->kv :
	    "num_key_value_heads|num_kv_heads|n_kv_heads|kv_n_heads|multi_query_group_num";
}

/* A number that layer l has by itself, or, as a layer of full attention, by another key; 0: it
 * has not. */
static size_t
own(const struct search *s, size_t l, const char *key, const char *global)
{
	const char *type = kinds_type(s, l);
	char number[32];
	json_t *v;

	snprintf(number, sizeof number, "%zu", l);
	v = json_object_get(json_object_get(json_object_get(s->config->in, "per_layer_config"), number), key);
	if (!(s->family->traits & GLOBAL_HEADS))
		return 0;
	if (json_is_number(v) && !(json_is_integer(v) && json_integer_value(v) <= 1000000))
		die("%s: per_layer_config: %s: %s: not a whole number up to 1000000: %g", s->config->path, number, key, json_number_value(v));
	if (json_integer_value(v) > 0)
		return (size_t)json_integer_value(v);
	return type != NULL && strcmp(type, "full_attention") == 0 ? config_size(s, global) : 0;
}

/* Where heads are counted for each layer, 0 says that one has no attention, and in
 * GGUF so do no heads of keys. */
static void
count_heads(const struct search *s, size_t l, struct layer *y)
{
	const char *heads = heads_keys(s), *kv = kv_keys(s);
	size_t one;
	int by_layer = config_is_array(s, heads), kv_by_layer = config_is_array(s, kv);

	y->heads = by_layer ? config_count_at(s, heads, 0, l) : config_need(s, heads);
	y->kv_heads = strcmp(kv, "1") == 0 ? 1 : strcmp(kv, "H") == 0 ? y->heads :
	    kv_by_layer ? config_count_at(s, kv, 0, l) : config_size(s, kv);
	if (y->kv_heads == 0 && !kv_by_layer)
		y->kv_heads = y->heads;
	if ((one = own(s, l, "num_key_value_heads", config_true(s, "attention_k_eq_v") ? "num_global_key_value_heads" : "")) > 0)
		y->kv_heads = one;
}

/* The heads divide among keys, and lie in their tensor as the layout needs. */
static void
check_heads(const struct search *s, const struct layer *y)
{
	const char *path = s->config->path;
	enum layout layout = s->family->layout;
	size_t heads = y->heads, kv = y->kv_heads;

	if (heads % kv != 0)
		die("%s: %zu heads cannot share %zu heads of keys", path, heads, kv);
	if ((layout == INTERLEAVED || layout == BLOCKED) && kv != heads)
		die("%s: %zu heads and %zu heads of keys, but in one tensor of q, k and v for each head they are as many",
		    path, heads, kv);
	if (layout == BLOCKED && heads % 4 != 0)
		die("%s: %zu heads are not four blocks of heads", path, heads);
}

/* How many layers there are: if no number says so, as many as there are types of them. */
static size_t
count_layers(const struct search *s)
{
	static const char *const lists[] = { "layers_block_type", "layer_types" };
	const char *keys = s->family->layers != NULL ? s->family->layers : STACK_LAYERS;
	size_t n = config_size(s, keys);

	for (size_t i = 0; n == 0 && i < sizeof lists / sizeof *lists; i++)
		n = json_array_size(json_object_get(s->config->in, lists[i]));
	return n > 0 ? n : config_need(s, keys);
}

/* Where config.json has d_model. */
#define WIDTH(fam) ((fam)->width != NULL ? (fam)->width : "n_embed|hidden_size|n_embd|d_model|dim|emb_dim")

/* The components of the heads of each layer. */
static void
set_sizes(const struct search *s)
{
	struct stack *st = s->stack;
	ptrdiff_t most = st->d_head;

	for (size_t l = 0; l < st->num_layers; l++) {
		size_t one = own(s, l, "head_dim", "global_head_dim");

		st->layer[l].d_head = one > 0 ? (ptrdiff_t)one : st->d_head;
		most = st->layer[l].d_head > most ? st->layer[l].d_head : most;
		mem_times(st->layer[l].heads + 2*st->layer[l].kv_heads, 3*(size_t)st->layer[l].d_head);
	}
	st->d_head = most;
}

void
stack_sizes(struct search *s)
{
	const struct family *fam = s->family;
	struct stack *st = s->stack;
	size_t m;

	st->num_layers = count_layers(s) * (fam->traits & TWO_A_LAYER ? 2 : 1);
	s->hidden = config_need(s, WIDTH(fam));
	stack_check(s, st->num_layers);
	st->layer = mem_new(st->num_layers, sizeof *st->layer);
	for (size_t l = 0; l < st->num_layers; l++) {
		struct layer *y = &st->layer[l];

		count_heads(s, l, y);
		st->heads = y->heads > st->heads ? y->heads : st->heads;
		if (y->heads > 0 && y->kv_heads > 0)
			check_heads(s, y);
	}
	m = head_size(s);
	if (m == 0 && (st->heads == 0 || s->hidden % st->heads != 0))
		die("%s: a hidden size of %zu does not divide by %zu heads", s->config->path, s->hidden, st->heads);
	st->d_head = (ptrdiff_t)(m == 0 ? s->hidden / st->heads : m);
	set_sizes(s);
	if (fam->traits & SHARED_WEIGHTS && (config_size(s, "inner_group_num") != 1 ||
	    config_need(s, "num_hidden_groups") > st->num_layers))
		die("%s: num_hidden_groups, inner_group_num: not groups of one layer", s->config->path);
}

int
stack_keys_differ(const struct search *s, size_t *n)
{
	*n = s->family->knorm != NULL ? config_size(s, "cross_attention_hidden_size") : 0;
	return *n > 0 && *n != config_size(s, WIDTH(s->family));
}

/* Layer l has something else than softmax attention, or none. */
static int
is_linear(const struct search *s, size_t l)
{
	const char *type = kinds_type(s, l);
	char name[NAME];

	if (type != NULL && (strstr(type, "attention") == NULL || strcmp(type, "linear_attention") == 0))
		return 1;
	if (s->family->k != NULL && names_find(s, s->prefix, s->family->k, l, name) != NULL)
		return 0;
	if (s->part)
		return 0;
	names_spell(name, s->prefix, s->family->q, l);
	names_refuse_adapter(s, name);
	quant_refuse_packed(s, NULL, name);
	return names_layer(s, l);
}

/* Latent attention whose q may be called as that of layers without softmax attention is. */
static int
is_bare_latent(const struct search *s)
{
	const json_t *in = s->config->in;

	return s->family->layout == LATENT && !s->config->gguf && config_count(s, "q_lora_rank", 0) == 0 &&
	    (json_object_get(in, "layer_types") != NULL || json_object_get(in, "linear_attn_config") != NULL);
}

size_t
stack_shared(const struct search *s)
{
	return s->family->traits & SHARES_KEYS ? config_count(s, "num_kv_shared_layers", 0) : 0;
}

/* The layer whose keys and values layer l takes: with num_kv_shared_layers, the last layer
 * of its type that has its own. */
static size_t
key_layer(const struct search *s, size_t l)
{
	size_t n = stack_shared(s);
	size_t own = s->stack->num_layers - n;
	const char *type = kinds_type(s, l);

	if (n == 0 || n >= s->stack->num_layers || l < own)
		return l;
	for (size_t k = own; k-- > 0; ) {
		if (type != NULL ? strcmp(kinds_type(s, k), type) == 0 : (k % 5 == 4) == (l % 5 == 4))
			return k;
	}
	die("%s: layer %zu shares the keys of a layer of its type, but there is none with its own", s->config->path, l);
}

/* A layer more than config.json says is an error, but for those that predict
 * further tokens. */
static void
check_extra(const struct search *s)
{
	char name[NAME];
	const struct tensor *t;
	size_t more;

	if (s->family->layout == LATENT || s->family->traits & SHARED_WEIGHTS || strstr(s->family->q, "{}") == NULL)
		return;
	more = config_count(s, "num_nextn_predict_layers", 0);
	t = names_find(s, s->prefix, s->family->q, s->stack->num_layers + more, name);
	if (t != NULL)
		die("%s: %zu layers, but there is a tensor %s", s->config->path, s->stack->num_layers, t->name);
}

size_t
stack_layers(struct search *s)
{
	struct stack *st = s->stack;
	const int ov = s->circuit == CIRCUIT_OV;
	char name[NAME];
	size_t skipped = 0;

	for (size_t l = 0; l < st->num_layers; l++) {
		struct layer *y = &st->layer[l];
		const struct tensor *q;

		y->window = kinds_window(s, l);
		if (!ranges_has(s->layers, l))
			continue;
		q = names_find(s, s->prefix, s->family->q, l, name);
		if (q != NULL && (y->heads == 0 || y->kv_heads == 0))
			die("%s: layer %zu: %zu heads and %zu of keys, but there is a tensor %s", s->config->path, l, y->heads,
			    y->kv_heads, q->name);
		if (y->heads == 0 || y->kv_heads == 0 || ((q == NULL || is_bare_latent(s)) && is_linear(s, l))) {
			skipped++;
			continue;
		}
		y->present = 1;
		layout_find(s, l, ov ? PART_O : PART_Q, &y->q);
		layout_find(s, key_layer(s, l), ov ? PART_V : PART_K, &y->k);
		y->scale = s->scale ? rope_scale(s, l) : 1;
		if (s->rotary)
			rotary_find(s, l, &y->rotary);
		if (y->rotary.why != NULL && !s->info)
			die("%s: %s: %s", s->config->path, rotary_option(s), y->rotary.why);
	}
	check_extra(s);
	return skipped;
}

const char *
stage_of(size_t layer, size_t n)
{
	return layer < n / 3 ? "early" : layer < 2 * n / 3 ? "mid" : "late";
}

double
depth_of(size_t layer, size_t n)
{
	return ((double)layer + 0.5) / (double)n;
}
