/* plan.c - from a row of the table of blocks and config.json to the tensors of every layer
 * and the numbers that go with them; everything is looked for, and its shape checked, before
 * the first token is read. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pass.h"

/* The row of the model; *both = the defaults of it and of its family, the caller's to free. */
static const struct block_row *
find_row(const struct search *s, char **both)
{
	struct family as = *s->family;
	struct search t = *s;

	t.family = &as;
	for (const struct block_row *r = block_rows; r < block_rows + nblock_rows; r++) {
		if (!(r->flags & OF_GGUF) != !s->config->gguf || !config_word(r->types, s->config->type))
			continue;
		as.when = r->when;
		as.defaults = *both = mem_print("%s %s", r->defaults != NULL ? r->defaults : "",
		    s->family->defaults != NULL ? s->family->defaults : "");
		if (config_holds(&t))
			return r;
		free(*both);
	}
	if (json_is_true(json_object_get(s->config->root, "is_encoder_decoder")))
		die("%s: %s %s: encoders with decoders cannot be measured", s->config->path, s->config->what, s->config->type);
	if (!s->config->gguf && json_object_get(s->config->in, "vocab_size") == NULL)
		die("%s: %s %s: no vocab_size: it does not read tokens", s->config->path, s->config->what, s->config->type);
	die("%s: %s %s: what its layers do between attentions is not known", s->config->path, s->config->what, s->config->type);
}

/* numbers ------------------------------------------------------------------- */

/* A key, or key^1/2; 1 if there is no such rule. */
static double
factor(const struct search *s, const char *rule)
{
	char key[64];
	size_t len = rule != NULL ? strcspn(rule, "^") : 0;
	double x;

	if (rule == NULL)
		return 1;
	snprintf(key, sizeof key, "%.*s", (int)len, rule);
	x = config_number(s, key);
	if (!(x > 0) || isinf(x))
		die("%s: no positive %s", s->config->path, key);
	return rule[len] == '^' ? sqrt(x) : x;
}

/* layers ------------------------------------------------------------------- */

/* What k and v, and perhaps q, are made from. */
static void
find_latent(struct search *s, const struct proj *q, const struct proj *k, struct block *b)
{
	const struct proj *const of[] = { q, k };
	struct linear *const to[] = { &b->qa, &b->ka };
	struct normal *const norm[] = { &b->qa_norm, &b->ka_norm };
	char name[NAME];

	for (int i = 0; i < 2; i++) {
		const struct tensor *t = of[i]->inner;

		if (t == NULL)
			continue;
		*to[i] = (struct linear){ .w = t, .scales = of[i]->iscales, .per = 1, .big = t->shape[0], .rows = t->shape[0],
			.out = (ptrdiff_t)t->shape[0], .in = of[i]->n };
		snprintf(name, sizeof name, "%.*s", (int)names_stem(t->name), t->name);
		to[i]->b = linear_beside(s, name, ".bias", t->shape[0]);
		*norm[i] = (struct normal){ .kind = NORM_RMS, .w = of[i]->gain,
			.eps = s->config->gguf ? config_number(s, "rms_norm_eps") : 1e-6 };
	}
	b->q.in = q->inner != NULL ? (ptrdiff_t)q->w->shape[1] : q->n;
	b->k.in = b->v.in = b->latent = (ptrdiff_t)k->w->shape[1];
	b->tail = k->tail;
}

/* There is a window, and neither config.json nor the family says of which layers; it is that of those behind
 * max_window_layers, which may be all that there are. */
static int
is_window_of_unknown(const struct search *s, const struct block_row *row)
{
	const double use = config_flag(s, "use_sliding_window");

	if (row->flags & ALL_SLIDE || strstr(s->family->defaults, "sliding_window") != NULL ||
	    config_count(s, "sliding_window", 0) == 0 || use == 0)
		return 0;
	return use > 0 || config_count(s, "max_window_layers", 0) < s->stack->num_layers;
}

/* The window or the chunk of layer l; dies if it is one of sliding or chunked attention, but how far it sees is
 * not said. */
static void
find_window(const struct search *s, const struct block_row *row, size_t l, struct block *b)
{
	const char *type = json_string_value(json_array_get(json_object_get(s->config->in, "layer_types"), l));
	const size_t window = s->stack->layer[l].window;
	const int chunks = row->flags & CHUNKS;

	if (type != NULL && strstr(type, chunks ? "sliding" : "chunked") != NULL)
		die("%s: layer %zu: %s: not known of %s %s", s->config->path, l, type, s->config->what, s->config->type);
	if (type == NULL && is_window_of_unknown(s, row))
		die("%s: sliding_window, but of which layers is not said", s->config->path);
	if (window == 0 && type != NULL && (strstr(type, "sliding") != NULL || strstr(type, "chunked") != NULL))
		die("%s: layer %zu: %s, but no %s", s->config->path, l, type, chunks ? "attention_chunk_size" : "sliding_window");
	if (chunks)
		b->chunk = window;
	else if (row->flags & HALF_WINDOW)
		b->window = window/2;
	else
		b->window = window == 0 && row->flags & ALL_SLIDE ? config_count(s, "sliding_window", 0) : window;
}

/* How q grows with the position: Nakanishi, arXiv 2501.19399, as transformers has it. */
static void
find_temper(const struct search *s, const struct block_row *row, struct block *b)
{
	if (!(row->flags & TEMPERED) || b->rotary.n > 0 || !config_true(s, "attn_temperature_tuning"))
		return;
	b->temper = config_number(s, "attn_scale");
	b->floor = config_number(s, "floor_scale");
	if (!isfinite(b->temper) || !(b->floor >= 1) || isinf(b->floor))
		die("%s: attn_scale %g, floor_scale %g: not known how q grows with the position", s->config->path, b->temper, b->floor);
}

/* What q, k and v are limited to; 0: not so. */
static double
find_clip(const struct search *s, const struct block_row *row)
{
	double x = config_number(s, "clip_qkv|attn_config.clip_qkv");

	if (isnan(x) || (s->config->gguf && x == 0))
		return 0;
	if (!(row->flags & CLIPS) || !(x > 0))
		die("%s: clip_qkv: %g: what hg-measure would have to do is not known", s->config->path, x);
	return x;
}

static void
find_heads(struct search *s, const struct block_row *row, size_t l, const struct plan *p, struct block *b)
{
	const struct family *fam = s->family;
	const struct layer *y = &s->stack->layer[l];
	const size_t m = (size_t)s->stack->d_head;
	struct proj v;
	const int all = row->flags & (WIDE_QK | QK_EACH);
	size_t qn = all ? y->heads*m : m, kn = all ? y->kv_heads*m : m;
	enum norm kind = row->flags & QK_MEAN ? NORM_LN : row->norm;
	char name[NAME];

	b->heads = y->heads;
	b->kv_heads = y->kv_heads;
	find_window(s, row, l, b);
	linear_take(s, &y->q, fam->q, l, y->heads, &b->q);
	linear_take(s, &y->k, fam->k != NULL ? fam->k : fam->q, l, y->kv_heads, &b->k);
	memset(&v, 0, sizeof v);
	if (fam->o == NULL)
		die("%s: %s %s: where W_V and W_O lie is not known", s->config->path, s->config->what, s->config->type);
	layout_find(s, l, PART_V, &v);
	linear_take(s, &v, fam->v != NULL ? fam->v : fam->q, l, y->kv_heads, &b->v);
	linear_find(s, row, fam->o, l, (ptrdiff_t)s->hidden, (ptrdiff_t)y->heads*v.rows, &b->o);
	if (fam->layout == LATENT)
		find_latent(s, &y->q, &y->k, b);
	if (row->sinks != NULL)
		b->sinks = linear_tensor(s, row->sinks, l, y->heads, 0, name);
	if (row->place == NULL && p->slopes == NULL) {
		rotary_find(s, l, &b->rotary);
		if (b->rotary.why != NULL)
			die("%s: layer %zu: rotary positions: %s", s->config->path, l, b->rotary.why);
		b->turn_factor = rope_turn_scale(s, l);
	}
	linear_normal(s, kind, row->flags & QK_TURNED && b->rotary.n == 0 ? NULL : row->qnorm, l, qn, &b->qnorm);
	linear_normal(s, kind, row->flags & QK_TURNED && b->rotary.n == 0 ? NULL : row->knorm, l, kn, &b->knorm);
	find_temper(s, row, b);
	b->scale = rope_base_scale(s, l);
	b->softcap = config_number(s, "attn_logit_softcapping");
	b->softcap = b->softcap > 0 ? b->softcap : 0;
	b->clip = find_clip(s, row);
}

static void
find_block(struct search *s, const struct block_row *row, size_t l, struct plan *p)
{
	struct block *b = &p->block[l];
	const size_t d = s->hidden;

	if (!s->stack->layer[l].present)
		die("%s: layer %zu has no softmax attention, and what it has instead is not known", s->config->path, l);
	if (l > 0 || !(row->flags & BARE_FIRST))
		linear_normal(s, row->norm, row->in1, l, d, &b->in1);
	linear_normal(s, row->norm, row->out1, l, d, &b->out1);
	linear_normal(s, row->norm, row->in2, l, d, &b->in2);
	linear_normal(s, row->norm, row->out2, l, d, &b->out2);
	find_heads(s, row, l, p, b);
	if (b->rotary.n > 0 || p->slopes != NULL)
		p->trained = fmin(p->trained, rope_trained(s, l));
	p->d_v = b->v.out/(ptrdiff_t)b->kv_heads;
	if (l + 1 < p->nlayers)
		plan_mlp(s, row, l, b);
}

/* all ----------------------------------------------------------------------- */

static void
find_embeddings(struct search *s, const struct block_row *row, struct plan *p)
{
	char name[NAME];
	size_t d = s->hidden, narrow = row->widen != NULL ? config_count(s, "embedding_size|input_embedding_size|word_embed_proj_dim", 1) : 0;

	narrow = narrow > 0 ? narrow : d;
	p->words = config_size(s, "vocab_size");
	p->embed = linear_tensor(s, row->embed, 0, 0, narrow, name);
	p->words = p->embed->shape[0];
	p->times = factor(s, row->times);
	if (row->place != NULL) {
		p->place = linear_tensor(s, row->place, 0, 0, row->flags & PLACE_WIDE ? d : narrow, name);
		p->first = (size_t)row->first + (row->flags & PADDED ? config_count(s, "pad_token_id", 0) + 1 : 0);
		p->places = p->place->shape[0] > p->first ? p->place->shape[0] - p->first : 0;
	}
	if (row->kind != NULL && (s->config->gguf ? names_find(s, s->prefix, row->kind, 0, name) != NULL :
	    config_count(s, "type_vocab_size", 0) > 0))
		p->kind = linear_tensor(s, row->kind, 0, 0, narrow, name);
	if (row->start != NULL)
		linear_normal(s, row->norm, row->start, 0, narrow, &p->start);
	if (narrow != d)
		linear_find(s, row, row->widen, 0, (ptrdiff_t)d, (ptrdiff_t)narrow, &p->widen);
}

/* ALiBi: Press et al., arXiv 2108.12409, section 3; of heads that are no power of two first those of
 * the power below, then every other one of twice as many. */
static void
find_slopes(const struct search *s, const struct block_row *row, struct plan *p)
{
	double most = config_number(s, s->config->gguf ? "alibi" : "attn_config.alibi_bias_max");
	size_t n = s->stack->heads, two = 1;

	p->rough = row->flags & ROUGH_SLOPES && config_true(s, "alibi");
	if (!(row->flags & SLOPES) && !p->rough)
		return;
	most = isnan(most) ? 8 : most;
	while (2*two <= n)
		two *= 2;
	p->slopes = mem_new(n, sizeof *p->slopes);
	for (size_t h = 0; h < n; h++)
		p->slopes[h] = num_exp(-0x1.62e42fefa39efp-1 * most *         /* ln 2 */
		    (h < two ? (double)(h + 1)/(double)two : (double)(2*(h - two) + 1)/(double)(2*two)));
}

/* asked for ----------------------------------------------------------------------- */

/* Keys that change what is computed, and the values of which it is known how: of other ones not, or programs
 * differ.  types: of families, after ! of all others. */
static const struct asked { const char *types, *key, *good; } asked[] = {
	{ "mpt", "clip_qkv", "" }, { "olmo olmoe", "attn_config.clip_qkv", "" }, { "!", "add_cross_attention", "false" },
	{ "!", "use_bidirectional_attention", "false" },
	{ "!gemma2 vaultgemma", "attn_logit_softcapping", "0" },
	{ "!smollm3 llama4_text", "no_rope_layer_interval", "" }, { "!smollm3 llama4_text", "no_rope_layers", "" },
	{ "!falcon_h1", "attention_in_multiplier", "1" }, { "!falcon_h1", "key_multiplier", "1" },
	{ "gptj codegen", "rope_theta", "10000" }, { "gptj codegen", "rope_scaling", "" }, { "gptj codegen", "rope_parameters", "" },
	{ "gpt_neo", "layer_types", "" }, { "qwen3_moe", "use_sliding_window", "false" }, { "deepseek_v2", "rope_interleave", "true" },
	{ "mpt", "attn_config.alibi_bias_max", "8" }, { "mpt", "attn_config.attn_type", "multihead_attention" },
	{ "mpt", "attn_config.prefix_lm", "false" }, { "mpt", "attn_config.qk_ln", "false" },
	{ "gemma", "hidden_act", "gelu gelu_pytorch_tanh" }, { "gemma", "hidden_activation", "gelu_pytorch_tanh" },
	{ "openai-gpt", "afn", "gelu" },          /* which is gelu_new */
	{ "mixtral gpt_oss ernie4_5_moe minimax_m2", "norm_topk_prob", "true" }, { "ernie4_5_moe", "moe_norm_min", "1e-12" },
	{ "deepseek_v2 llama4_text", "norm_topk_prob", "false" },
	{ "mixtral qwen2_moe qwen3_moe olmoe gpt_oss llama4_text ernie4_5_moe minimax_m2", "routed_scaling_factor", "1" },
	{ "gpt_oss", "swiglu_alpha", "1.702" },
	{ "deepseek_v2", "scoring_func", "softmax" }, { "deepseek_v2", "topk_method", "greedy group_limited_greedy" },
	{ "deepseek_v3", "scoring_func", "sigmoid" }, { "deepseek_v3", "topk_method", "noaux_tc" },
	{ "bert roberta xlm-roberta camembert electra distilbert", "position_embedding_type", "absolute" },
	{ "distilbert", "is_decoder", "false" },
};

/* What a key says, as it stands in the table; NULL: nothing. */
static const char *
said(const struct search *s, const char *key, char buf[32])
{
	const char *dot = strchr(key, '.');
	const json_t *in = s->config->in, *v;

	if (dot != NULL) {
		snprintf(buf, 32, "%.*s", (int)(dot - key), key);
		in = json_object_get(in, buf);
		key = dot + 1;
	}
	v = json_object_get(in, key);
	if (v == NULL || json_is_null(v))
		return NULL;
	if (json_is_string(v))
		return json_string_value(v);
	if (json_is_number(v))
		snprintf(buf, 32, "%g", json_number_value(v));
	else
		snprintf(buf, 32, "%s", json_is_true(v) ? "true" : json_is_false(v) ? "false" : "a list");
	return buf;
}

/* Dies of what config.json asks for and is not known here; keys of GGUF are known by their names. */
static void
check_asked(const struct search *s, int both)
{
	const char *causal = both ? "false" : "true", *says;
	char buf[32];

	for (size_t i = 0; i < sizeof asked / sizeof *asked && !s->config->gguf; i++) {
		const struct asked *a = &asked[i];
		const int others = *a->types == '!';

		if (config_word(a->types + others, s->config->type) != others && (says = said(s, a->key, buf)) != NULL &&
		    !config_word(a->good, says))
			die("%s: %s: %s: what hg-measure would have to do is not known", s->config->path, a->key, says);
	}
	if ((says = said(s, "is_causal", buf)) != NULL && strcmp(says, causal) != 0)
		die("%s: is_causal: %s: not known of %s %s", s->config->path, says, s->config->what, s->config->type);
}

struct plan *
plan_find(struct search *s)
{
	struct plan *p = mem_new(1, sizeof *p);
	char *both;
	const struct block_row *row = p->row = find_row(s, &both);
	const struct family *real = s->family;
	struct family as = *real;

	as.defaults = both;
	s->family = &as;
	p->path = mem_text(s->config->path, strlen(s->config->path));
	p->type = mem_text(s->config->type, strlen(s->config->type));
	p->nlayers = s->stack->num_layers;
	p->block = mem_new(p->nlayers, sizeof *p->block);
	p->d_model = (ptrdiff_t)s->hidden;
	p->d_head = p->d_v = s->stack->d_head;
	p->residual = factor(s, row->residual);
	p->trained = INFINITY;
	find_embeddings(s, row, p);
	find_slopes(s, row, p);
	p->both = row->flags & BOTH_WAYS && !(row->flags & MAY_DECODE && config_true(s, "is_decoder"));
	check_asked(s, p->both);
	if (s->config->gguf)
		plan_gguf_check(s, row, p->nlayers);
	for (size_t l = 0; l < p->nlayers; l++)
		find_block(s, row, l, p);
	s->family = real;
	free(both);
	return p;
}

void
plan_free(struct plan *p)
{
	for (size_t l = 0; l < p->nlayers; l++) {
		rotary_free(&p->block[l].rotary);
		free(p->block[l].experts.expert);
	}
	free(p->path);
	free(p->type);
	free(p->slopes);
	free(p->block);
	free(p);
}
