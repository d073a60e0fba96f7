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
	{ "residual_multiplier", "residual_scale" },
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
		return;
	}
	put_number(k, "head_dim", size);
	if (isnan(size))
		size = hidden / heads;
	if (rotary < size)
		put_number(k, "partial_rotary_factor", rotary / size);
}

/* What rope.c asks for.  YaRN's factor is given as HF's programs have it, or to be computed;
 * LongRoPE's is given, without a type. */
static void
put_rope(struct keys *k)
{
	char name[KEY], type[32];
	double factor = number(k, "rope.scaling.factor"), origin = number(k, "rope.scaling.original_context_length");
	double log = number(k, "rope.scaling.yarn_log_multiplier"), given = number(k, "rope.scaling.attn_factor");
	int yarn = gguf_text(k->g, full(k, "rope.scaling.type", name), type, sizeof type) && strcmp(type, "yarn") == 0;
	json_t *r = json_object();

	if (yarn)
		given = number(k, "rope.scaling.yarn_attn_factor");
	json_object_set_new(r, "type", json_string(yarn ? "yarn" : given > 0 ? "longrope" : "none"));
	if (factor > 0)
		json_object_set_new(r, "factor", json_real(factor));
	if (origin > 0)
		json_object_set_new(r, "original_max_position_embeddings", json_real(origin));
	if (given > 0)
		json_object_set_new(r, "attention_factor", json_real(given));
	if (log > 0)                            /* 0.1 mscale_all_dim */
		json_object_set_new(r, "mscale_all_dim", json_real(log * 10));
	put(k, "rope_scaling", r);
}

/* Which layers are of sliding attention, where the file says so of each. */
static void
put_types(struct keys *k)
{
	char name[KEY];
	size_t n = gguf_length(k->g, full(k, "attention.sliding_window_pattern", name));
	json_t *types;

	if (n == 0 || n > 100000)
		return;
	types = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(types, json_string(gguf_nth(k->g, name, i).value != 0 ? "sliding_attention" :
		    "full_attention"));
	put(k, "layer_types", types);
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

json_t *
gguf_config(const struct tensors *ts)
{
	struct keys k = { .g = tensors_gguf(ts), .ts = ts, .path = gguf_path(tensors_gguf(ts)) };

	json_heap();
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
	put_types(&k);
	put_scalar(&k);
	put(&k, "fused", json_boolean(is_fused(ts)));
	return k.root;
}
