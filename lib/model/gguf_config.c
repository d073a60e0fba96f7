/* gguf_config.c - what the keys of a model of GGUF say, under the names that config.json
 * has for it, so that config.c reads both alike.
 *
 * Keys begin with the model's architecture: llama.block_count.  A number of single precision
 * becomes the shortest decimal that reads back to it, as it stands in config.json. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

enum { ARCH = 64, KEY = 160, NEEDED = 2 };

/* What is looked for: keys behind the architecture, the first that is there. */
struct keys {
	const struct gguf *g;
	const struct tensors *ts;
	const char *path;
	char arch[ARCH];
	json_t *root;
};

/* Keys that say the same under another name; the first NEEDED must be there. */
static const struct { const char *name, *key; } same[] = {
	{ "hidden_size", "embedding_length" }, { "num_attention_heads", "attention.head_count" },
	{ "num_key_value_heads", "attention.head_count_kv" }, { "num_decoder_layers", "decoder_block_count" },
	{ "q_lora_rank", "attention.q_lora_rank" }, { "kv_lora_rank", "attention.kv_lora_rank" },
	{ "attention_scale", "attention.scale" }, { "attn_logit_softcapping", "attn_logit_softcapping" },
	{ "clip_qkv", "attention.clamp_kqv" }, { "alibi", "attention.max_alibi_bias" },
	{ "num_kv_shared_layers", "attention.shared_kv_layers" }, { "max_position_embeddings", "context_length" },
	{ "sliding_window", "attention.sliding_window" }, { "v_head_dim", "attention.value_length" },
	{ "residual_multiplier", "residual_scale" }, { "embedding_multiplier", "embedding_scale" },
	{ "rms_norm_eps", "attention.layer_norm_rms_epsilon" }, { "layer_norm_eps", "attention.layer_norm_epsilon" },
	{ "use_parallel_residual", "use_parallel_residual" }, { "num_experts_per_tok", "expert_used_count" },
	{ "n_group", "expert_group_count" }, { "topk_group", "expert_group_used_count" },
	{ "norm_topk_prob", "expert_weights_norm" }, { "causal", "attention.causal" },
};

static double
shortest(struct gguf_number x)
{
	char text[32];
	int digits = 6;

	if (!x.single || isnan(x.value) || isinf(x.value))
		return x.value;
	do
		snprintf(text, sizeof text, "%.*g", digits, x.value);
	while (strtof(text, NULL) != (float)x.value && digits++ < 9);
	return strtod(text, NULL);
}

static json_t *
value_of(struct gguf_number x)
{
	if (x.truth)
		return json_boolean(x.value != 0);
	if (x.value == floor(x.value) && fabs(x.value) <= 0x1p53)
		return json_integer((json_int_t)x.value);
	return json_real(shortest(x));
}

/* A text that may not be one. */
static json_t *
text_of(const char *s)
{
	json_t *v = json_string(s);

	return v != NULL ? v : json_string("?");
}

/* arch.key */
static const char *
full(const struct keys *k, const char *key, char buf[KEY])
{
	snprintf(buf, KEY, "%s.%s", k->arch, key);
	return buf;
}

/* A number, NaN if the key is not there. */
static double
number(const struct keys *k, const char *key)
{
	char name[KEY];
	struct gguf_number x;

	return gguf_number(k->g, full(k, key, name), &x) ? shortest(x) : NAN;
}

/* The number or the array of numbers of a key, NULL if it is not there. */
static json_t *
take(const struct keys *k, const char *key)
{
	char name[KEY];
	struct gguf_number x;
	size_t n = gguf_length(k->g, full(k, key, name));
	json_t *v;

	if (gguf_number(k->g, name, &x)) {
		if (isnan(x.value) || isinf(x.value))
			die("%s: %s: %g", k->path, name, x.value);
		return value_of(x);
	}
	if (n == 0)
		return NULL;
	if (n > 100000)
		die("%s: %s: %zu numbers, more than there can be layers", k->path, name, n);
	v = json_array();
	for (size_t i = 0; i < n; i++) {
		x = gguf_nth(k->g, name, i);
		if (isnan(x.value) || isinf(x.value))
			die("%s: %s: %g", k->path, name, x.value);
		json_array_append_new(v, value_of(x));
	}
	return v;
}

static void
put(struct keys *k, const char *name, json_t *v)
{
	if (v != NULL)
		json_object_set_new(k->root, name, v);
}

static void
put_number(struct keys *k, const char *name, double x)
{
	if (!isnan(x))
		put(k, name, value_of((struct gguf_number){ .value = x }));
}

static int
has_tensor(const struct keys *k, size_t layer, const char *name)
{
	char full_name[64];

	snprintf(full_name, sizeof full_name, "blk.%zu.%s", layer, name);
	return tensors_find(k->ts, full_name) != NULL;
}

/* Layers without those at the end that predict further tokens, if these are there. */
static void
put_layers(struct keys *k)
{
	double n = number(k, "block_count"), more = number(k, "nextn_predict_layers");

	if (isnan(n))
		die("%s: no key %s.block_count, the number of layers", k->path, k->arch);
	if (more > 0 && more < n && n <= 1e6 && n == floor(n) && more == floor(more) &&
	    (has_tensor(k, (size_t)(n - more), "nextn.eh_proj.weight") || !has_tensor(k, (size_t)(n - more), "attn_norm.weight"))) {
		n -= more;
		put_number(k, "num_nextn_predict_layers", more);
	}
	put_number(k, "num_hidden_layers", n);
	if (isnan(number(k, "decoder_block_count")))
		put_number(k, "num_decoder_layers", n);
}

/* The sizes of a head; those of latent attention, whose keys are rope and nope.  With
 * _mla keys are as each head has them, and key_length is what all share. */
static void
put_sizes(struct keys *k)
{
	double size = number(k, "attention.key_length"), mla = number(k, "attention.key_length_mla");
	double value = number(k, "attention.value_length_mla"), rotary = number(k, "rope.dimension_count");
	double heads = number(k, "attention.head_count"), hidden = number(k, "embedding_length");

	if (!isnan(number(k, "attention.kv_lora_rank"))) {
		put_number(k, "qk_rope_head_dim", rotary);
		put_number(k, "qk_nope_head_dim", (isnan(mla) ? size : mla) - rotary);
		put_number(k, "v_head_dim", value);
		put_number(k, "rotary_dim", rotary);
		return;
	}
	put_number(k, "head_dim", size);
	if (isnan(size))
		size = hidden / heads;
	if (rotary < size)
		put_number(k, "partial_rotary_factor", rotary / size);
	put_number(k, "rotary_dim", isnan(rotary) ? size : rotary);
}

/* How positions are scaled.  Without a type a factor is linear; one for the attention is LongRoPE's, if it
 * is not YaRN's. */
static void
take_scaling(const struct keys *k, double factor, double given, char type[32])
{
	char name[KEY];

	if (!gguf_text(k->g, full(k, "rope.scaling.type", name), type, 32))
		strcpy(type, "linear");
	if (given > 0 && strcmp(type, "yarn") != 0)
		strcpy(type, "longrope");
	if (strcmp(type, "none") == 0 || (strcmp(type, "linear") == 0 && !(factor > 0)))
		strcpy(type, "default");
}

/* What rope.c and rotary.c ask for.  YaRN's factor is given as HF's programs have it, or to be computed;
 * LongRoPE's is given, or 1.  gpt-oss does not round the bounds of YaRN's ramp, which the file does not say. */
static void
put_rope(struct keys *k)
{
	static const struct { const char *name, *key; } also[] = {
		{ "original_max_position_embeddings", "rope.scaling.original_context_length" },
		{ "beta_fast", "rope.scaling.yarn_beta_fast" }, { "beta_slow", "rope.scaling.yarn_beta_slow" },
	};
	double factor = number(k, "rope.scaling.factor"), log = number(k, "rope.scaling.yarn_log_multiplier"), x;
	double given = number(k, "rope.scaling.attn_factor");
	char type[32];
	json_t *r = json_object();

	if (isnan(factor))
		factor = number(k, "rope.scale_linear");
	take_scaling(k, factor, given, type);
	if (strcmp(type, "yarn") == 0)
		given = number(k, "rope.scaling.yarn_attn_factor");
	else if (!(given > 0))
		given = 1;
	json_object_set_new(r, "type", text_of(type));
	if (factor > 0)
		json_object_set_new(r, "factor", json_real(factor));
	for (size_t i = 0; i < sizeof also / sizeof *also; i++)
		if ((x = number(k, also[i].key)) > 0)
			json_object_set_new(r, also[i].name, json_real(x));
	if (given > 0)
		json_object_set_new(r, "attention_factor", json_real(given));
	if (log > 0)                            /* 0.1 mscale_all_dim */
		json_object_set_new(r, "mscale_all_dim", json_real(log * 10));
	if (strcmp(k->arch, "gpt-oss") == 0)
		json_object_set_new(r, "truncate", json_false());
	put(k, "rope_scaling", r);
	put_number(k, "rope_theta", number(k, "rope.freq_base"));
	put_number(k, "rope_local_base_freq", number(k, "rope.freq_base_swa"));
}

/* Of a key behind the architecture, which has to do with rotary positions, all is known: where it
 * may say of some layers what differs from the others, it says the same. */
static int
is_known(const struct keys *k, const char *key)
{
	static const char known[] = "rope.dimension_count rope.freq_base rope.scale_linear "
	    "rope.scaling.factor rope.scaling.attn_factor rope.scaling.original_context_length rope.scaling.finetuned "
	    "rope.scaling.yarn_attn_factor rope.scaling.yarn_log_multiplier rope.scaling.yarn_beta_fast "
	    "rope.scaling.yarn_beta_slow";
	char name[KEY], type[32];

	if (strcmp(key, "rope.freq_base_swa") == 0)
		return strncmp(k->arch, "gemma3", 6) == 0 ? !isnan(number(k, key)) : number(k, key) == number(k, "rope.freq_base");
	if (strcmp(key, "rope.dimension_count_swa") == 0)
		return number(k, key) == number(k, "rope.dimension_count");
	if (strcmp(key, "rope.scaling.yarn_ext_factor") == 0)
		return number(k, key) == 1;
	if (strcmp(key, "rope.dimension_sections") == 0)        /* of a text all have the same position */
		return strncmp(k->arch, "qwen35", 6) == 0 && gguf_length(k->g, full(k, key, name)) == 4 &&
		    gguf_nth(k->g, name, 3).value == 0;
	if (strcmp(key, "rope.scaling.finetuned") == 0 && strncmp(k->arch, "granite", 7) == 0)
		return number(k, key) == 1;
	if (strcmp(key, "rope.scaling.type") == 0)
		return gguf_text(k->g, full(k, key, name), type, sizeof type);
	return config_word(known, key) && !isnan(number(k, key));
}

/* The i-th key of the file: copied to name, and what of it stands behind the architecture and a
 * dot; "" for other keys, NULL behind the last. */
static const char *
own_key(const struct keys *k, size_t i, char name[KEY])
{
	const size_t front = strlen(k->arch);
	const char *key;
	size_t len;

	if ((key = gguf_key(k->g, i, &len)) == NULL)
		return NULL;
	snprintf(name, KEY, "%.*s", (int)(len < KEY ? len : KEY - 1), key);
	return strncmp(name, k->arch, front) == 0 && name[front] == '.' ? name + front + 1 : "";
}

static void
put_unknown(struct keys *k)
{
	const struct tensor *t;
	const char *key;
	char name[KEY];

	for (size_t i = 0; (key = own_key(k, i, name)) != NULL; i++)
		if (strstr(key, "rope") != NULL && !is_known(k, key))
			put(k, "rotary_unknown", text_of(name));
	for (size_t i = 0; (t = tensors_at(k->ts, i)) != NULL; i++)
		if (strstr(t->name, "rope") != NULL && strcmp(t->name, "rope_freqs.weight") != 0)
			put(k, "rotary_unknown", text_of(t->name));
}

/* Which layers are of sliding attention, where the file says so of each, or that all but each n-th are. */
static void
put_types(struct keys *k)
{
	char name[KEY];
	size_t n = gguf_length(k->g, full(k, "attention.sliding_window_pattern", name));
	double every = number(k, "attention.sliding_window_pattern"), layers = number(k, "block_count");
	json_t *types;

	if (every >= 0 && every == floor(every) && layers > 0 && layers <= 100000)
		n = (size_t)layers;
	if (n == 0 || n > 100000)
		return;
	types = json_array();
	for (size_t i = 0; i < n; i++) {
		int sliding = isnan(every) ? gguf_nth(k->g, name, i).value != 0 : every == 0 || fmod((double)i + 1, every) != 0;

		json_array_append_new(types, json_string(sliding ? "sliding_attention" : "full_attention"));
	}
	put(k, "layer_types", types);
}

/* Llama 4 without windows has rotary positions in all layers. */
static void
put_no_rope(struct keys *k)
{
	if (strcmp(k->arch, "llama4") == 0 && number(k, "attention.sliding_window") == 0)
		put_number(k, "no_rope_layer_interval", 0);
}

/* Gemma 2 and 3 scale by another number than the size of a head in the largest model
 * alone; which it is is not stored, and told by the number of layers, as llama.cpp does. */
static void
put_scalar(struct keys *k)
{
	double n = number(k, "block_count"), hidden = number(k, "embedding_length"), heads = number(k, "attention.head_count");

	if ((strcmp(k->arch, "gemma2") == 0 && n == 46) || (strcmp(k->arch, "gemma3") == 0 && n == 62))
		put_number(k, "query_pre_attn_scalar", floor(hidden / heads));
}

/* q, k and v are one tensor in some layer, and tensors of their own in none. */
static int
is_fused(const struct tensors *ts)
{
	const struct tensor *t;
	int fused = 0, own = 0;

	for (size_t i = 0; (t = tensors_at(ts, i)) != NULL; i++) {
		fused |= strncmp(t->name, "blk.", 4) == 0 && strstr(t->name, ".attn_qkv.weight") != NULL;
		own |= strncmp(t->name, "blk.", 4) == 0 && strstr(t->name, ".attn_q.weight") != NULL;
	}
	return fused && !own;
}

/* Of a mixture of experts: 1 softmax, 2 sigmoid, 3 softmax of those that are chosen; a factor of 0 is none. */
static void
put_experts(struct keys *k)
{
	double gating = number(k, "expert_gating_func"), factor = number(k, "expert_weights_scale");

	if (!isnan(gating))
		put(k, "sigmoid_router", json_boolean(gating == 2));
	if (factor != 0)
		put_number(k, "routed_scaling_factor", factor);
}

/* A key that may change what heads do, unless it is known: those of rotary positions are elsewhere. */
static void
put_strange(struct keys *k)
{
	static const char known[] = "vocab_size context_length embedding_length block_count feed_forward_length "
	    "use_parallel_residual tensor_data_layout expert_count expert_used_count expert_shared_count expert_group_count "
	    "expert_group_used_count expert_weights_scale expert_weights_norm expert_gating_func expert_feed_forward_length "
	    "expert_shared_feed_forward_length leading_dense_block_count nextn_predict_layers pooling_type logit_scale "
	    "final_logit_softcapping attn_logit_softcapping residual_scale embedding_scale attention.head_count "
	    "attention.head_count_kv attention.max_alibi_bias attention.clamp_kqv attention.key_length attention.value_length "
	    "attention.layer_norm_epsilon attention.layer_norm_rms_epsilon attention.causal attention.q_lora_rank "
	    "attention.kv_lora_rank attention.sliding_window attention.sliding_window_pattern attention.scale "
	    "attention.key_length_mla attention.value_length_mla";
	const char *key;
	char name[KEY];

	for (size_t i = 0; (key = own_key(k, i, name)) != NULL; i++)
		if (*key != '\0' && strncmp(key, "rope.", 5) != 0 && !config_word(known, key))
			put(k, "strange", text_of(name));
}

json_t *
gguf_config(const struct tensors *ts)
{
	struct keys k = { .g = tensors_gguf(ts), .ts = ts, .path = gguf_path(tensors_gguf(ts)) };

	json_heap();
	json_begin(k.path);
	if (!gguf_text(k.g, "general.architecture", k.arch, sizeof k.arch))
		die("%s: no key general.architecture: the first of several files, or no model", k.path);
	k.root = json_object();
	put(&k, "model_type", json_string(k.arch));
	if (json_object_get(k.root, "model_type") == NULL)
		die("%s: general.architecture: not a text", k.path);
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		put(&k, same[i].name, take(&k, same[i].key));
	for (size_t i = 0; i < NEEDED; i++)
		if (json_object_get(k.root, same[i].name) == NULL)
			die("%s: no key %s.%s", k.path, k.arch, same[i].key);
	put_layers(&k);
	put_sizes(&k);
	put_rope(&k);
	put_unknown(&k);
	put_types(&k);
	put_no_rope(&k);
	put_scalar(&k);
	put_experts(&k);
	put_strange(&k);
	put(&k, "fused", json_boolean(is_fused(ts)));
	put(&k, "normed_qk", json_boolean(has_tensor(&k, 0, "attn_q_norm.weight")));
	return k.root;
}
