/* arch.c - where the heads of each family of models lie in its checkpoints.
 *
 * All that is known of a family is its row, or rows, of the table below; to add
 * a family is to add one.  The rest is common: sizes from config.json, tensors
 * by name, shapes checked, norms, scales, warnings. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model.h"

/* SEPARATE: q and k are tensors of their own, heads end to end.  The others say
 * how the rows of one tensor go, with H query heads, kv key heads, g = H / kv:
 * FUSED: all q, all k, all v.  TRANSPOSED: the same, but stored [in, out].
 * INTERLEAVED: q, k, v for each head.  GROUPED: g q, k, v for each key head.
 * BLOCKED: four blocks, in each a quarter of all q, v, k.  GATED: as SEPARATE,
 * but behind each q a gate as large.  LATENT: through a shared space of low rank
 * (multi-head latent attention). */
enum layout { SEPARATE, FUSED, TRANSPOSED, INTERLEAVED, GROUPED, BLOCKED, GATED, LATENT };

static const char *const layout_names[] = {
	"separate", "fused", "transposed", "interleaved", "grouped", "blocked", "gated", NULL
};

/* What the layers of a family have: biases by distance, of two kinds; rotary
 * positions on a part of the head; keys of other layers; d_model / heads as d_head,
 * whatever config.json calls head_dim; names that half a model has as well. */
enum { ALIBI = 1, RELATIVE = 2, PARTIAL = 4, SHARES_KEYS = 8, EVEN_HEADS = 16, VAGUE = 32 };

/* In names {} is the layer, in norm of a post-norm family the layer before; | is
 * between alternatives.  The suffix .weight is understood. */
static const struct arch {
	const char *types;      /* model_type: words */
	const char *when;       /* keys of config.json that must be true, with ! false: words */
	const char *stack;      /* for column stack */
	const char *section;    /* of config.json, for this stack */
	const char *q, *k;      /* tensors; k NULL: in q */
	enum layout layout;
	enum norm kind;         /* the norm whose output is projected */
	const char *norm;       /* its weight; NULL: it has none */
	const char *first;      /* post-norm: that of layer 0, "" if there is none */
	const char *knorm;      /* what keys come from, if it is another: the encoder's last norm, {} its last layer */
	const char *layers, *heads, *kv;  /* keys of config.json, if not the usual ones; kv "1", "H": as many */
	const char *scale;      /* NULL: d_head^-1/2; "1"; a key; a key^-1/2 */
	const char *defaults;   /* of keys that config.json leaves out: key=value words */
	int traits;
} archs[] = {

#define P "layers.{}.self_attn."
#define PRE "layers.{}.input_layernorm"
{ "llama",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=4096 num_hidden_layers=32 num_attention_heads=32" },
{ "mistral mixtral",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=4096 num_hidden_layers=32 num_attention_heads=32 num_key_value_heads=8" },
{ "ministral ministral3 qwen2_moe smollm3 olmoe arcee",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE },
{ "qwen2 qwen2_vl_text qwen2_5_vl_text",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "num_key_value_heads=32" },
{ "nemotron",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN1, .norm = PRE, .traits = PARTIAL },
{ "qwen3",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "num_key_value_heads=32 head_dim=128" },
{ "qwen3_moe",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "num_key_value_heads=4" },
{ "gemma",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS1, .norm = PRE,
	.defaults = "num_key_value_heads=16 head_dim=256" },
{ "gemma2",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS1, .norm = PRE, .scale = "query_pre_attn_scalar^-1/2",
	.defaults = "hidden_size=2304 num_hidden_layers=26 num_attention_heads=8 num_key_value_heads=4 "
	"head_dim=256 query_pre_attn_scalar=256 attn_logit_softcapping=50" },
{ "gemma3_text",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS1, .norm = PRE, .scale = "query_pre_attn_scalar^-1/2",
	.defaults = "hidden_size=2304 num_hidden_layers=26 num_attention_heads=8 num_key_value_heads=4 "
	"head_dim=256 query_pre_attn_scalar=256" },
{ "gemma3n_text",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE, .scale = "1",
	.defaults = "hidden_size=2048 num_hidden_layers=35 num_attention_heads=8 num_key_value_heads=2 "
	"head_dim=256 num_kv_shared_layers=15", .traits = SHARES_KEYS },
{ "qwen3_next",
	.q = P "q_proj", .k = P "k_proj", .layout = GATED, .kind = NORM_RMS1, .norm = PRE,
	.defaults = "hidden_size=2048 num_hidden_layers=48 num_attention_heads=16 num_key_value_heads=2 "
	"head_dim=256", .traits = PARTIAL },
{ "qwen3_5_text qwen3_5_moe_text",
	.q = P "q_proj", .k = P "k_proj", .layout = GATED, .kind = NORM_RMS1, .norm = PRE,
	.defaults = "hidden_size=4096 num_hidden_layers=32 num_attention_heads=16 num_key_value_heads=4 "
	"head_dim=256", .traits = PARTIAL },
{ "olmo",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN },
{ "olmo2 olmo3",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_NONE },
{ "phi",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN, .norm = PRE, .traits = PARTIAL },
{ "phi3",
	.q = P "qkv_proj", .layout = FUSED, .kind = NORM_RMS, .norm = PRE },
{ "starcoder2",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN, .norm = PRE, .defaults = "num_key_value_heads=2" },
{ "stablelm",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN, .norm = PRE, .traits = PARTIAL | EVEN_HEADS },
{ "cohere cohere2",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN, .norm = PRE },
{ "glm glm4",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "num_key_value_heads=2 head_dim=128", .traits = PARTIAL },
{ "gpt_oss",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "num_key_value_heads=8 head_dim=64" },
{ "granite granitemoe",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE, .scale = "attention_multiplier",
	.defaults = "attention_multiplier=1" },
{ "llama4_text",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=5120 num_hidden_layers=48 num_attention_heads=40 num_key_value_heads=8 "
	"head_dim=128 use_qk_norm=true" },
{ "deepseek_v3 deepseek_v2 kimi_k2", .when = "q_lora_rank",
	.q = P "q_b_proj", .k = P "kv_b_proj", .layout = LATENT, .kind = NORM_RMS, .norm = PRE, .kv = "H",
	.defaults = "q_lora_rank=1536 kv_lora_rank=512 qk_nope_head_dim=128 qk_rope_head_dim=64 v_head_dim=128",
	.traits = PARTIAL },
{ "deepseek_v3 deepseek_v2 kimi_k2", .when = "!q_lora_rank",
	.q = P "q_proj", .k = P "kv_b_proj", .layout = LATENT, .kind = NORM_RMS, .norm = PRE, .kv = "H",
	.defaults = "q_lora_rank=1536 kv_lora_rank=512 qk_nope_head_dim=128 qk_rope_head_dim=64 v_head_dim=128",
	.traits = PARTIAL },
{ "opt", .when = "do_layer_norm_before",
	.q = "decoder." P "q_proj", .k = "decoder." P "k_proj",
	.kind = NORM_LN, .norm = "decoder.layers.{}.self_attn_layer_norm",
	.defaults = "do_layer_norm_before=true", .traits = EVEN_HEADS },
{ "opt", .when = "!do_layer_norm_before",
	.q = "decoder." P "q_proj", .k = "decoder." P "k_proj", .kind = NORM_LN, .first = "",
	.norm = "decoder.layers.{}.final_layer_norm", .defaults = "do_layer_norm_before=true", .traits = EVEN_HEADS },
#undef P
#undef PRE

{ "internlm2",
	.q = "layers.{}.attention.wqkv", .layout = GROUPED, .kind = NORM_RMS, .norm = "layers.{}.attention_norm" },
{ "gpt2",
	.q = "h.{}.attn.c_attn", .layout = TRANSPOSED, .kind = NORM_LN, .norm = "h.{}.ln_1", .traits = EVEN_HEADS },
{ "gpt_neo",
	.q = "h.{}.attn.attention.q_proj", .k = "h.{}.attn.attention.k_proj",
	.kind = NORM_LN, .norm = "h.{}.ln_1", .scale = "1" },
{ "gptj",
	.q = "h.{}.attn.q_proj", .k = "h.{}.attn.k_proj",
	.kind = NORM_LN, .norm = "h.{}.ln_1", .traits = PARTIAL | EVEN_HEADS },
{ "codegen",
	.q = "h.{}.attn.qkv_proj", .layout = BLOCKED, .kind = NORM_LN, .norm = "h.{}.ln_1", .traits = PARTIAL | EVEN_HEADS },
{ "gpt_neox",
	.q = "layers.{}.attention.query_key_value", .layout = INTERLEAVED,
	.kind = NORM_LN, .norm = "layers.{}.input_layernorm", .traits = PARTIAL | EVEN_HEADS },
{ "bloom",
	.q = "h.{}.self_attention.query_key_value", .layout = INTERLEAVED,
	.kind = NORM_LN, .norm = "h.{}.input_layernorm", .traits = ALIBI | EVEN_HEADS },
{ "falcon", .when = "new_decoder_architecture",
	.q = "h.{}.self_attention.query_key_value", .layout = GROUPED,
	.kind = NORM_LN, .norm = "h.{}.ln_attn|h.{}.input_layernorm", .kv = "num_kv_heads", .traits = EVEN_HEADS },
{ "falcon", .when = "!new_decoder_architecture multi_query",
	.q = "h.{}.self_attention.query_key_value", .layout = FUSED,
	.kind = NORM_LN, .norm = "h.{}.input_layernorm", .kv = "1", .defaults = "multi_query=true", .traits = EVEN_HEADS },
{ "falcon", .when = "!new_decoder_architecture !multi_query",
	.q = "h.{}.self_attention.query_key_value", .layout = INTERLEAVED,
	.kind = NORM_LN, .norm = "h.{}.input_layernorm", .kv = "H", .defaults = "multi_query=true", .traits = EVEN_HEADS },
{ "gpt_bigcode", .when = "multi_query",
	.q = "h.{}.attn.c_attn", .layout = FUSED, .kind = NORM_LN, .norm = "h.{}.ln_1", .kv = "1",
	.defaults = "multi_query=true", .traits = EVEN_HEADS },
{ "gpt_bigcode", .when = "!multi_query",
	.q = "h.{}.attn.c_attn", .layout = INTERLEAVED, .kind = NORM_LN, .norm = "h.{}.ln_1", .kv = "H",
	.defaults = "multi_query=true", .traits = EVEN_HEADS },
{ "mpt",
	.q = "blocks.{}.attn.Wqkv", .layout = FUSED, .kind = NORM_LN, .norm = "blocks.{}.norm_1",
	.kv = "attn_config.kv_n_heads", .scale = "attn_config.softmax_scale", .defaults = "attn_config.alibi=true", .traits = EVEN_HEADS },

{ "bert roberta xlm-roberta camembert",
	.q = "encoder.layer.{}.attention.self.query", .k = "encoder.layer.{}.attention.self.key", .kind = NORM_LN,
	.norm = "encoder.layer.{}.output.LayerNorm", .first = "embeddings.LayerNorm",
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12", .traits = EVEN_HEADS },
{ "electra",
	.q = "encoder.layer.{}.attention.self.query", .k = "encoder.layer.{}.attention.self.key", .kind = NORM_LN,
	.norm = "encoder.layer.{}.output.LayerNorm", .first = "embeddings.LayerNorm",
	.defaults = "hidden_size=256 num_hidden_layers=12 num_attention_heads=4", .traits = EVEN_HEADS },
{ "distilbert",
	.q = "transformer.layer.{}.attention.q_lin", .k = "transformer.layer.{}.attention.k_lin", .kind = NORM_LN,
	.norm = "transformer.layer.{}.output_layer_norm", .first = "embeddings.LayerNorm",
	.defaults = "dim=768 n_layers=6 n_heads=12", .traits = EVEN_HEADS },
{ "vit deit",
	.q = "encoder.layer.{}.attention.attention.query", .k = "encoder.layer.{}.attention.attention.key",
	.kind = NORM_LN, .norm = "encoder.layer.{}.layernorm_before",
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12" },
{ "dinov2",
	.q = "encoder.layer.{}.attention.attention.query", .k = "encoder.layer.{}.attention.attention.key",
	.kind = NORM_LN, .norm = "encoder.layer.{}.norm1",
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12" },
#define T "text_model.encoder.layers.{}."
#define V "vision_model.encoder.layers.{}."
{ "clip", .stack = "text", .section = "text_config",
	.q = T "self_attn.q_proj", .k = T "self_attn.k_proj", .kind = NORM_LN, .norm = T "layer_norm1",
	.defaults = "hidden_size=512 num_hidden_layers=12 num_attention_heads=8", .traits = EVEN_HEADS },
{ "clip", .stack = "vision", .section = "vision_config",
	.q = V "self_attn.q_proj", .k = V "self_attn.k_proj", .kind = NORM_LN, .norm = V "layer_norm1",
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12", .traits = EVEN_HEADS },
{ "siglip", .stack = "text", .section = "text_config",
	.q = T "self_attn.q_proj", .k = T "self_attn.k_proj", .kind = NORM_LN, .norm = T "layer_norm1",
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12", .traits = EVEN_HEADS },
{ "siglip", .stack = "vision", .section = "vision_config",
	.q = V "self_attn.q_proj", .k = V "self_attn.k_proj", .kind = NORM_LN, .norm = V "layer_norm1",
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12", .traits = EVEN_HEADS },
#define EITHER(tower, name) tower name "|encoder.layers.{}." name
{ "siglip_text_model",
	.q = EITHER(T, "self_attn.q_proj"), .k = EITHER(T, "self_attn.k_proj"), .kind = NORM_LN,
	.norm = EITHER(T, "layer_norm1"),
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12", .traits = EVEN_HEADS | VAGUE },
{ "clip_text_model",
	.q = EITHER(T, "self_attn.q_proj"), .k = EITHER(T, "self_attn.k_proj"), .kind = NORM_LN,
	.norm = EITHER(T, "layer_norm1"),
	.defaults = "hidden_size=512 num_hidden_layers=12 num_attention_heads=8", .traits = EVEN_HEADS | VAGUE },
{ "clip_vision_model siglip_vision_model",
	.q = EITHER(V, "self_attn.q_proj"), .k = EITHER(V, "self_attn.k_proj"), .kind = NORM_LN,
	.norm = EITHER(V, "layer_norm1"),
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12", .traits = EVEN_HEADS | VAGUE },
#undef EITHER
#undef T
#undef V

#define E "encoder.block.{}.layer.0."
#define D "decoder.block.{}.layer.0."
#define C "decoder.block.{}.layer.1."
{ "t5 mt5 umt5", .stack = "encoder",
	.q = E "SelfAttention.q", .k = E "SelfAttention.k", .kind = NORM_RMS, .norm = E "layer_norm",
	.layers = "num_layers", .kv = "H", .scale = "1", .defaults = "d_kv=64", .traits = RELATIVE },
{ "t5 mt5 umt5", .stack = "decoder",
	.q = D "SelfAttention.q", .k = D "SelfAttention.k", .kind = NORM_RMS, .norm = D "layer_norm",
	.layers = "num_decoder_layers|num_layers", .kv = "H", .scale = "1", .defaults = "d_kv=64", .traits = RELATIVE },
{ "t5 mt5 umt5", .stack = "cross",
	.q = C "EncDecAttention.q", .k = C "EncDecAttention.k", .kind = NORM_RMS, .norm = C "layer_norm",
	.knorm = "encoder.final_layer_norm",
	.layers = "num_decoder_layers|num_layers", .kv = "H", .scale = "1", .defaults = "d_kv=64" },
#undef E
#undef D
#undef C
#define E "encoder.layers.{}."
#define D "decoder.layers.{}."
{ "whisper", .stack = "encoder",
	.q = E "self_attn.q_proj", .k = E "self_attn.k_proj", .kind = NORM_LN, .norm = E "self_attn_layer_norm",
	.layers = "encoder_layers", .heads = "encoder_attention_heads", .kv = "H", .traits = EVEN_HEADS },
{ "whisper", .stack = "decoder",
	.q = D "self_attn.q_proj", .k = D "self_attn.k_proj", .kind = NORM_LN, .norm = D "self_attn_layer_norm",
	.layers = "decoder_layers", .heads = "decoder_attention_heads", .kv = "H", .traits = EVEN_HEADS },
{ "whisper", .stack = "cross",
	.q = D "encoder_attn.q_proj", .k = D "encoder_attn.k_proj", .kind = NORM_LN, .norm = D "encoder_attn_layer_norm",
	.knorm = "encoder.layer_norm", .layers = "decoder_layers", .heads = "decoder_attention_heads", .kv = "H",
	.traits = EVEN_HEADS },
{ "bart", .stack = "encoder",
	.q = E "self_attn.q_proj", .k = E "self_attn.k_proj", .kind = NORM_LN,
	.norm = E "final_layer_norm", .first = "encoder.layernorm_embedding",
	.layers = "encoder_layers", .heads = "encoder_attention_heads", .kv = "H", .traits = EVEN_HEADS },
{ "bart", .stack = "decoder",
	.q = D "self_attn.q_proj", .k = D "self_attn.k_proj", .kind = NORM_LN,
	.norm = D "final_layer_norm", .first = "decoder.layernorm_embedding",
	.layers = "decoder_layers", .heads = "decoder_attention_heads", .kv = "H", .traits = EVEN_HEADS },
{ "bart", .stack = "cross",
	.q = D "encoder_attn.q_proj", .k = D "encoder_attn.k_proj", .kind = NORM_LN, .norm = D "self_attn_layer_norm",
	.knorm = E "final_layer_norm", .layers = "decoder_layers", .heads = "decoder_attention_heads", .kv = "H",
	.traits = EVEN_HEADS },
#undef E
#undef D
};

enum { NARCH = sizeof archs / sizeof *archs, NAME = 512 };

#define LAYERS "num_hidden_layers|n_layer|n_layers|num_layers|decoder_layers|encoder_layers"

/* What a family's names may begin with, more of the model being around it. */
static const char *const prefixes[] = {
	"model.", "", "transformer.", "language_model.model.", "model.language_model.", "language_model.",
	"gpt_neox.", "bert.", "roberta.", "electra.", "distilbert.", "vit.", "deit.", "dinov2.",
	"clip.", "siglip.",
};

/* config.json, and the row that it is read by. */
struct config {
	char *path;
	json_t *root, *in;              /* in: what the keys are looked up in */
	const char *type;               /* model_type */
	char text_type[40];
};

/* What the functions below hand on. */
struct find {
	const struct config *c;
	const struct arch *a;
	const struct tensors *ts;
	const char *prefix;
	struct stack *st;
	size_t hidden;
	int fold, scale;
	int (*wanted)(size_t layer);
	int part;                       /* the file given is one of several */
};

static const char part_said[] = ": the file is one of several: name their directory";

/* config.json -------------------------------------------------------------- */

/* The value of a key of the form a.b, NULL if it is absent or null. */
static const json_t *
get_one(const json_t *in, const char *key, size_t len, int *there)
{
	const char *dot = memchr(key, '.', len);
	char name[64];
	const json_t *v;

	if (dot != NULL) {
		snprintf(name, sizeof name, "%.*s", (int)(dot - key), key);
		in = json_object_get(in, name);
		len -= (size_t)(dot + 1 - key);
		key = dot + 1;
	}
	snprintf(name, sizeof name, "%.*s", (int)len, key);
	v = json_object_get(in, name);
	*there |= v != NULL;
	return json_is_null(v) ? NULL : v;
}

/* The text of a key's default in the row, NULL if it has none. */
static const char *
default_of(const struct arch *a, const char *key, size_t len)
{
	for (const char *p = a->defaults; p != NULL && *p != '\0'; p += strspn(p, " ")) {
		if (strncmp(p, key, len) == 0 && p[len] == '=')
			return p + len + 1;
		p += strcspn(p, " ");
	}
	return NULL;
}

/* The first of the keys a|b|c that is there and not null, or the row's default of
 * one that is absent: as number, true 1, false 0.  NaN: there is none. */
static double
get(const struct config *c, const struct arch *a, const char *keys)
{
	size_t len;

	for (const char *k = keys; ; k += len + 1) {
		int there = 0;
		const json_t *v = get_one(c->in, k, len = strcspn(k, "|"), &there);
		const char *d = there ? NULL : default_of(a, k, len);

		if (json_is_number(v))
			return json_number_value(v);
		if (json_is_boolean(v))
			return json_is_true(v);
		if (v != NULL)
			die("%s: %.*s: neither a number nor true or false", c->path, (int)len, k);
		if (d != NULL)
			return *d == 't' ? 1 : *d == 'f' ? 0 : strtod(d, NULL);
		if (k[len] == '\0')
			return NAN;
	}
}

static int
is_true(const struct config *c, const struct arch *a, const char *keys)
{
	return get(c, a, keys) > 0;
}

/* A whole number, least to 10^6, or 0 if there is none. */
static size_t
count(const struct config *c, const struct arch *a, const char *keys, int least)
{
	double x = get(c, a, keys);

	if (isnan(x))
		return 0;
	if (x < least || x > 1e6 || x != floor(x))
		die("%s: %s: not a whole number from %d to 1000000: %g", c->path, keys, least, x);
	return (size_t)x;
}

static size_t
size(const struct config *c, const struct arch *a, const char *keys)
{
	return count(c, a, keys, 1);
}

static size_t
need(const struct config *c, const struct arch *a, const char *keys)
{
	size_t n = size(c, a, keys);

	if (n == 0)
		die("%s: no %s, which model_type %s needs", c->path, keys, c->type);
	return n;
}

/* word stands among the blank-separated words. */
static int
has_word(const char *words, const char *word)
{
	size_t n = strlen(word), len;

	for (; *words != '\0'; words += len, words += strspn(words, " ")) {
		len = strcspn(words, " ");
		if (len == n && memcmp(words, word, n) == 0)
			return 1;
	}
	return 0;
}

static int
holds(const struct config *c, const struct arch *a)
{
	char key[64];
	size_t len;

	for (const char *w = a->when; w != NULL && *w != '\0'; w += len, w += strspn(w, " ")) {
		int no = *w == '!';

		len = strcspn(w, " ");
		snprintf(key, sizeof key, "%.*s", (int)len - no, w + no);
		if (is_true(c, a, key) == no)
			return 0;
	}
	return 1;
}

static int
type_known(const char *type)
{
	for (size_t i = 0; i < NARCH; i++)
		if (has_word(archs[i].types, type))
			return 1;
	return 0;
}

/* config.json beside the tensors.  A model_type that is not known, of a model
 * around a language model, gives way to that model's; in older files the keys of
 * that stand at the top. */
static void
read_config(struct config *c, const char *path)
{
	static const char *const inner[] = { "text_config", "language_config", "llm_config" };
	struct stat st;
	const char *slash = strrchr(path, '/');
	int dir = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	size_t n = dir ? strlen(path) : slash == NULL ? 0 : (size_t)(slash - path);

	c->path = mem_new(n + 16, 1);
	snprintf(c->path, n + 16, "%.*s%sconfig.json", (int)n, path, n > 0 || slash != NULL ? "/" : "");
	if (lstat(c->path, &st) != 0 && errno == ENOENT)
		die("%s: not there: it says how many heads the model has", c->path);
	c->root = c->in = json_file(c->path, "a model's configuration");
	c->type = json_string_value(json_object_get(c->root, "model_type"));
	for (size_t i = 0; i < 3 && (c->type == NULL || !type_known(c->type)); i++) {
		json_t *t = json_object_get(c->root, inner[i]);
		const char *type = json_string_value(json_object_get(t, "model_type"));

		if (!json_is_object(t))
			continue;
		c->in = t;
		if (type != NULL)
			c->type = type;
	}
	if (c->type == NULL)
		c->type = "";
	snprintf(c->text_type, sizeof c->text_type, "%.32s_text", c->type);
	if (!type_known(c->type) && type_known(c->text_type))
		c->type = c->text_type;
}

/* names of tensors --------------------------------------------------------- */

/* buf = prefix and the first of the alternatives a|b, {} replaced by the layer;
 * returns where the next begins, NULL behind the last. */
static const char *
spell(char buf[NAME], const char *prefix, const char *pattern, size_t layer)
{
	size_t len = strcspn(pattern, "|");
	const char *hole = strstr(pattern, "{}");

	if (hole != NULL && hole < pattern + len)
		snprintf(buf, NAME - 16, "%s%.*s%zu%.*s", prefix, (int)(hole - pattern), pattern, layer,
		    (int)(pattern + len - hole - 2), hole + 2);
	else
		snprintf(buf, NAME - 16, "%s%.*s", prefix, (int)len, pattern);
	return pattern[len] == '|' ? pattern + len + 1 : NULL;
}

static const struct tensor *
with_suffix(const struct tensors *ts, const char *name, const char *suffix)
{
	char full[NAME + 16];

	snprintf(full, sizeof full, "%s%s", name, suffix);
	return tensors_find(ts, full);
}

/* The tensor of a pattern, or NULL; buf is its name without .weight, for a
 * message that of the first alternative. */
static const struct tensor *
named(const struct find *f, const char *prefix, const char *pattern, size_t layer, char buf[NAME])
{
	const char *p = pattern;

	while (p != NULL) {
		const struct tensor *t;

		p = spell(buf, prefix, p, layer);
		if ((t = with_suffix(f->ts, buf, ".weight")) != NULL || (t = tensors_find(f->ts, buf)) != NULL ||
		    (t = with_suffix(f->ts, buf, ".gamma")) != NULL)
			return t;
	}
	spell(buf, prefix, pattern, layer);
	return NULL;
}

/* A value of quantization_config, which may stand beside the model's sizes. */
static json_t *
quantisation(const struct find *f, const char *key)
{
	const json_t *q = json_object_get(f->c->root, "quantization_config");

	return json_object_get(json_is_object(q) ? q : json_object_get(f->c->in, "quantization_config"), key);
}

static const char *
quantised(const struct find *f)
{
	return json_string_value(quantisation(f, "quant_method"));
}

static int
is_fp8(const struct tensor *t)
{
	return t != NULL && t->readable && t->type >= NUM_F8_E4M3;
}

/* Dies if the weight called name is there, but packed; t is what has that name, if it
 * is there, which may have scales if it is FP8. */
static void
check_packed(const struct find *f, const struct tensor *t, const char *name)
{
	static const char *const packed[] = {
		".weight_scale_inv", ".weight_scale", ".qweight", ".weight_packed", ".weight.absmax",
		".weight.quant_map", ".SCB", ".weight_zero_point", ".weight_global_scale", ".weight_scale_2",
		".blocks", ".weight_blocks", ".W_q", ".q_weight", ".codes",
	};

	for (size_t i = is_fp8(t) ? 2 : 0; i < sizeof packed / sizeof *packed; i++) {
		const struct tensor *p = with_suffix(f->ts, name, packed[i]);

		if (p != NULL)
			die("%s: %s: the weights are quantised (GPTQ, AWQ, bitsandbytes or the like): take the "
			    "model in BF16, F16, F32 or FP8", p->file, p->name);
	}
}

/* The same of one that is not there as it should be. */
static void
check_quantised(const struct find *f, const char *name)
{
	check_packed(f, NULL, name);
	if (quantised(f) != NULL)
		die("%s: %s: the weights are quantised (%s): take the model in BF16, F16, F32 or FP8", f->c->path, name,
		    quantised(f));
}

static void
check_type(const struct find *f, const struct tensor *t, const char *name, int matrix)
{
	check_packed(f, t, name);
	if (!t->readable && quantised(f) != NULL)
		check_quantised(f, name);
	if (!t->readable || (is_fp8(t) && !matrix))
		die("%s: %s: of type %s: quantised, or no weights: take the model in BF16, F16, F32 or FP8", t->file,
		    t->name, t->dtype);
}

/* The tensor of a pattern, which must be there, of rows by cols (cols 0: of one
 * dimension). */
static const struct tensor *
want(const struct find *f, const char *pattern, size_t layer, size_t rows, size_t cols)
{
	char name[NAME];
	const struct tensor *t = named(f, f->prefix, pattern, layer, name);

	if (t == NULL) {
		check_quantised(f, name);
		die("%s: model_type %s needs tensor %s.weight, which is in none of its files%s", f->c->path,
		    f->c->type, name, f->part ? part_said : "");
	}
	check_type(f, t, name, cols > 0);
	if (cols == 0 ? t->ndim != 1 || t->shape[0] != rows : t->ndim != 2 || t->shape[0] != rows || t->shape[1] != cols) {
		char is[64];

		snprintf(is, sizeof is, t->ndim == 1 ? "%zu" : "%zu x %zu%s", t->shape[0], t->shape[1],
		    t->ndim > 2 ? " x ..." : "");
		if (cols == 0)
			die("%s: %s: of shape %s, not %zu as %s says", t->file, t->name, is, rows, f->c->path);
		die("%s: %s: of shape %s, not %zu x %zu as %s says (%zu heads of %td, %zu of keys)", t->file,
		    t->name, is, rows, cols, f->c->path, f->st->heads, f->st->d_head, f->st->kv_heads);
	}
	return t;
}

/* pattern, or its first alternative, its last part replaced by name. */
static char *
sibling(const char *pattern, const char *name, char buf[NAME])
{
	size_t n = strcspn(pattern, "|");

	while (n > 0 && pattern[n - 1] != '.')
		n--;
	snprintf(buf, NAME, "%.*s%s", (int)n, pattern, name);
	return buf;
}

/* layouts ------------------------------------------------------------------ */

static void
place(struct proj *p, size_t base, size_t per, size_t big, size_t small)
{
	p->base = base;
	p->per = per;
	p->big = big;
	p->small = small;
}

/* Rows of the tensor of q or, with k, of k, and in p where heads begin. */
static size_t
lay_out(enum layout layout, int k, const struct stack *st, struct proj *p)
{
	size_t H = st->heads, kv = st->kv_heads, g = H / kv, m = (size_t)st->d_head;

	switch (layout) {
	case SEPARATE:
	case LATENT:
		place(p, 0, 1, m, 0);
		return (k ? kv : H) * m;
	case GATED:
		place(p, 0, 1, k ? m : 2*m, 0);
		return (k ? kv : 2*H) * m;
	case FUSED:
	case TRANSPOSED:
		place(p, k ? H*m : 0, 1, m, 0);
		return (H + 2*kv) * m;
	case INTERLEAVED:
		place(p, k ? m : 0, 1, 3*m, 0);
		return 3*H*m;
	case GROUPED:
		place(p, k ? g*m : 0, k ? 1 : g, (g + 2)*m, m);
		return kv*(g + 2)*m;
	case BLOCKED:
		place(p, k ? H/4*2*m : 0, H/4, H/4*3*m, m);
		return 3*H*m;
	}
	return 0;
}

static int
one_tensor(enum layout l)
{
	return l == FUSED || l == TRANSPOSED || l == INTERLEAVED || l == GROUPED || l == BLOCKED;
}

static void
find_plain(const struct find *f, size_t layer, int k, struct proj *p)
{
	const char *pattern = k && f->a->k != NULL ? f->a->k : f->a->q;
	size_t rows = lay_out(f->a->layout, k, f->st, p);

	p->rows = f->st->d_head;
	p->n = (ptrdiff_t)f->hidden;
	p->transposed = f->a->layout == TRANSPOSED;
	p->w = p->transposed ? want(f, pattern, layer, f->hidden, rows) : want(f, pattern, layer, rows, f->hidden);
}

/* The sides of the blocks that have a scale each, [rows, cols]: DeepSeek's and Qwen's
 * weight_block_size, or what a group of compressed-tensors has; NULL: none. */
static const json_t *
block_size(const struct find *f)
{
	const json_t *v = quantisation(f, "weight_block_size");
	const char *key;
	json_t *g;

	if (json_is_array(v))
		return v;
	json_object_foreach(quantisation(f, "config_groups"), key, g)
		if (json_is_array(v = json_object_get(json_object_get(g, "weights"), "block_structure")))
			return v;
	return NULL;
}

static void
take_blocks(const struct find *f, const json_t *v, struct scales *s)
{
	json_int_t rows = json_integer_value(json_array_get(v, 0)), cols = json_integer_value(json_array_get(v, 1));

	if (json_array_size(v) != 2 || rows < 1 || cols < 1)
		die("%s: quantization_config: the sides of blocks are not two whole numbers from 1", f->c->path);
	s->rows = (size_t)rows;
	s->cols = (size_t)cols;
}

/* There is one scale for each rows by cols of t; the last blocks may be smaller. */
static int
is_covered(const struct tensor *t, const struct scales *s)
{
	return s->of->ndim <= 2 && s->of->shape[0] == (t->shape[0] - 1) / s->rows + 1 &&
	    s->of->shape[1] == (t->shape[1] - 1) / s->cols + 1;
}

/* The scales of t, in FP8, for all of it, for each row or for each block:
 * weight_scale_inv, a factor in spite of its name, or weight_scale. */
static void
find_scales(const struct find *f, const struct tensor *t, struct scales *s)
{
	const struct tensor *inv = with_suffix(f->ts, t->name, "_scale_inv"), *of = with_suffix(f->ts, t->name, "_scale");
	const json_t *blocks = block_size(f);

	if (inv == NULL && of == NULL)
		die("%s: %s: of type %s, but without scales: no tensor %s_scale_inv or %s_scale%s", t->file, t->name,
		    t->dtype, t->name, t->name, f->part ? part_said : "");
	if (inv != NULL && of != NULL)
		die("%s: %s: scales twice: there is %s as well", inv->file, inv->name, of->name);
	of = inv != NULL ? inv : of;
	if (!of->readable || is_fp8(of))
		die("%s: %s: of type %s, but scales must be F32, BF16, F16 or F64", of->file, of->name, of->dtype);
	if (f->a->layout == TRANSPOSED)
		die("%s: %s: of type %s, which is not read where the rows are inputs", t->file, t->name, t->dtype);
	*s = (struct scales){ of, of->shape[0] == t->shape[0] ? 1 : t->shape[0], t->shape[1] };
	if (blocks != NULL && (inv != NULL || !is_covered(t, s)))
		take_blocks(f, blocks, s);
	if (!is_covered(t, s))
		die("%s: %s: of shape %zu x %zu%s: not one scale for each %zu x %zu of %zu x %zu weights, as %s has it",
		    of->file, of->name, of->shape[0], of->shape[1], of->ndim > 2 ? " x ..." : "", s->rows, s->cols,
		    t->shape[0], t->shape[1], f->c->path);
}

/* Multi-head latent attention: DeepSeek-V2, arXiv 2405.04434, section 2.1. */
static void
find_latent(const struct find *f, size_t layer, int k, struct proj *p)
{
	size_t nope = need(f->c, f->a, "qk_nope_head_dim"), rope = need(f->c, f->a, "qk_rope_head_dim");
	size_t v = need(f->c, f->a, "v_head_dim"), H = f->st->heads, r, m = k ? nope + v : nope + rope;
	char a[NAME], norm[NAME];

	p->n = (ptrdiff_t)f->hidden;
	p->rows = (ptrdiff_t)(k ? nope : nope + rope);
	p->tail = k ? (ptrdiff_t)rope : 0;
	place(p, 0, 1, m, 0);
	r = k ? need(f->c, f->a, "kv_lora_rank") : count(f->c, f->a, "q_lora_rank", 0);
	if (r == 0) {
		p->w = want(f, f->a->q, layer, H*m, f->hidden);
		return;
	}
	p->w = want(f, k ? f->a->k : f->a->q, layer, H*m, r);
	p->inner = want(f, sibling(f->a->k, k ? "kv_a_proj_with_mqa" : "q_a_proj", a), layer,
	    k ? r + rope : r, f->hidden);
	p->gain = want(f, sibling(f->a->k, k ? "kv_a_layernorm" : "q_a_layernorm", norm), layer, r, 0);
}

/* What q or k of the layer is projected from.  Embeddings that are projected are
 * so behind their norm. */
static void
find_norm(const struct find *f, size_t layer, int k, struct proj *p)
{
	const struct arch *a = f->a;
	const char *pattern = k && a->knorm != NULL ? a->knorm : a->norm;
	char name[NAME];

	if (a->first != NULL && layer == 0)
		pattern = named(f, f->prefix, "embeddings_project", 0, name) != NULL ? "" : a->first;
	else if (a->first != NULL)
		layer--;
	else if (pattern == a->knorm && pattern != NULL && strstr(pattern, "{}") != NULL)
		layer = need(f->c, a, "encoder_layers") - 1;
	p->norm = a->kind;
	if (pattern == NULL || a->kind == NORM_NONE)
		return;
	if (*pattern == '\0')
		p->norm = NORM_NONE;
	else if (get(f->c, a, "layer_norm_elementwise_affine") != 0)
		p->weight = want(f, pattern, layer, f->hidden, 0);
}

/* scales ------------------------------------------------------------------- */

static double
mscale(double factor, double m)
{
	return factor > 1 ? 0.1 * m * log(factor) + 1 : 1;
}

/* The rotary parameters of a layer; newer files hold them by type of layer. */
static const json_t *
rope_of(const struct config *c, size_t layer)
{
	const json_t *r = json_object_get(c->in, "rope_parameters");
	const char *type = json_string_value(json_array_get(json_object_get(c->in, "layer_types"), layer));
	const json_t *by_type = type != NULL ? json_object_get(r, type) : NULL;

	if (json_is_object(by_type))
		return by_type;
	return json_is_object(r) ? r : json_object_get(c->in, "rope_scaling");
}

/* A positive number of the rotary parameters, 0 if there is none. */
static double
rope_num(const json_t *r, const char *key)
{
	double x = json_number_value(json_object_get(r, key));

	return x > 0 ? x : 0;
}

/* Positions that the model was first trained on; NaN: not known. */
static double
rope_origin(const struct config *c, const struct arch *a, const json_t *r)
{
	double x = get(c, a, "original_max_position_embeddings"), y = rope_num(r, "original_max_position_embeddings");

	return x > 0 ? x : y > 0 ? y : get(c, a, "max_position_embeddings");
}

/* How many times as many they have become: as it says, or as they are; as
 * transformers has it. */
static double
rope_extent(const struct config *c, const struct arch *a, const json_t *r)
{
	double f = rope_num(r, "factor");

	return f > 0 ? f : get(c, a, "max_position_embeddings") / rope_origin(c, a, r);
}

/* Rotary's cosines and sines are multiplied by this, and so are q and k.  YaRN:
 * arXiv 2309.00071; LongRoPE, at first called su: arXiv 2402.13753. */
static double
rope_factor(const struct config *c, const struct arch *a, const json_t *r)
{
	const char *type = json_string_value(json_object_get(r, "rope_type"));
	double f = rope_extent(c, a, r), one = rope_num(r, "mscale"), all = rope_num(r, "mscale_all_dim");
	double given = rope_num(r, "attention_factor");

	if (type == NULL)
		type = json_string_value(json_object_get(r, "type"));
	if (type == NULL || !has_word("yarn longrope su", type))
		return 1;
	if (given > 0)
		return given;
	if (strcmp(type, "yarn") == 0)
		return one > 0 && all > 0 ? mscale(f, one) / mscale(f, all) : mscale(f, 1);
	one = rope_origin(c, a, r);
	return f > 1 && one > 1 ? sqrt(1 + log(f) / log(one)) : 1;
}

static double
base_scale(const struct config *c, const struct arch *a, const struct stack *st)
{
	size_t len = a->scale == NULL ? 0 : strcspn(a->scale, "^");
	char key[64];
	double x;

	if (a->scale != NULL && strcmp(a->scale, "1") == 0)
		return 1;
	snprintf(key, sizeof key, "%.*s", (int)len, a->scale == NULL ? "" : a->scale);
	x = len > 0 ? get(c, a, key) : NAN;
	if (isnan(x))
		return 1 / sqrt((double)st->d_head);
	if (!(x > 0) || isinf(x))
		die("%s: %s: %g, but the scale of the logits must be greater than 0 and finite", c->path, key, x);
	return a->scale[len] == '^' ? 1 / sqrt(x) : x;
}

/* Rotary positions turn a part of the components only. */
static int
is_partial(const struct find *f)
{
	return f->a->traits & PARTIAL || get(f->c, f->a, "partial_rotary_factor|rope_parameters.partial_rotary_factor") < 1;
}

static double
scale_of(const struct find *f, size_t layer)
{
	const json_t *r = rope_of(f->c, layer);
	double x = base_scale(f->c, f->a, f->st), m;

	if (get(f->c, f->a, "scale_attn_weights") == 0)
		x = 1;
	if (is_true(f->c, f->a, "scale_attn_by_inverse_layer_idx"))
		x /= (double)layer + 1;
	if (f->a->layout == LATENT && rope_num(r, "mscale_all_dim") > 0) {
		m = mscale(rope_extent(f->c, f->a, r), rope_num(r, "mscale_all_dim"));
		x *= m * m;
	}
	m = is_partial(f) ? 1 : rope_factor(f->c, f->a, r);
	x *= m * m;
	if (!(x > 0) || isinf(x))
		die("%s: layer %zu: the scale of the logits comes out as %g", f->c->path, layer, x);
	return x;
}

/* stacks ------------------------------------------------------------------- */

/* A tensor of layer l is there, whatever it is. */
static int
has_layer(const struct find *f, size_t l)
{
	const char *hole = strstr(f->a->q, "{}");
	const struct tensor *t;
	char name[NAME];
	size_t n;

	if (hole == NULL)
		return 0;
	snprintf(name, sizeof name, "%s%.*s%zu.", f->prefix, (int)(hole - f->a->q), f->a->q, l);
	n = strlen(name);
	for (size_t k = 0; (t = tensors_at(f->ts, k)) != NULL; k++)
		if (strncmp(t->name, name, n) == 0)
			return 1;
	return 0;
}

static const char *
find_prefix(const struct find *f, const char *pattern, size_t layers)
{
	char name[NAME];

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		for (size_t l = 0; l < layers; l++)
			if (named(f, prefixes[i], pattern, l, name) != NULL)
				return prefixes[i];
	return NULL;
}

/* Where the number of a layer begins in a name, NULL if it has none. */
static const char *
layer_number(const char *name)
{
	for (const char *p = strchr(name, '.'); p != NULL; p = strchr(p + 1, '.')) {
		size_t n = strspn(p + 1, "0123456789");

		if (n > 0 && p[1 + n] == '.')
			return p + 1;
	}
	return NULL;
}

/* Names of tensors that look like attention, for a message: those of the first
 * layer that has one. */
static void
list_found(const struct tensors *ts, char *buf, size_t cap)
{
	static const char *const like[] = { "att", "query", "q_", "qkv" };
	const struct tensor *t;
	size_t n = 0, len = 0, layer = 0;

	for (size_t k = 0; (t = tensors_at(ts, k)) != NULL && n < 12; k++) {
		const char *z = t->ndim == 2 ? layer_number(t->name) : NULL;
		int is = 0;

		for (size_t i = 0; z != NULL && i < sizeof like / sizeof *like; i++)
			is |= strcasestr(z, like[i]) != NULL;
		if (!is || (n > 0 && strtoul(z, NULL, 10) != layer))
			continue;
		layer = strtoul(z, NULL, 10);
		n++;
		if (len < cap)
			len += (size_t)snprintf(buf + len, cap - len, "%s%.200s [%zu, %zu]", n > 1 ? ", " : "", t->name,
			    t->shape[0], t->shape[1]);
	}
	if (n == 0)
		snprintf(buf, cap, "no matrix of a layer that is named like attention");
}

/* Nothing is called as the row says: dies if it is so because it is packed. */
static void
check_unnamed(const struct find *f)
{
	char name[NAME];

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		for (size_t l = 0; l < f->st->num_layers; l++) {
			spell(name, prefixes[i], f->a->q, l);
			check_packed(f, NULL, name);
		}
}

_Noreturn static void
die_unnamed(const struct find *f)
{
	char name[NAME], found[2600];

	spell(name, "", f->a->q, 0);
	check_quantised(f, name);
	list_found(f->ts, found, sizeof found);
	die("%s: no tensor %s.weight, as model_type %s has it, under any name before it%s; found: %s", f->c->path,
	    name, f->c->type, f->part ? part_said : "", found);
}

/* Each layer has a tensor at least: what is looked for is as much as what there
 * is. */
static void
check_layers(const struct find *f, size_t n)
{
	if (n > 0 && tensors_at(f->ts, n - 1) == NULL)
		die("%s: %zu layers, but fewer tensors in all%s", f->c->path, n, f->part ? part_said : "");
}

static void
find_sizes(struct find *f)
{
	const struct config *c = f->c;
	const struct arch *a = f->a;
	struct stack *st = f->st;
	const char *kv = a->kv != NULL ? a->kv :
	    "num_key_value_heads|num_kv_heads|n_kv_heads|kv_n_heads|multi_query_group_num";
	size_t m;

	st->num_layers = need(c, a, a->layers != NULL ? a->layers : LAYERS);
	st->heads = need(c, a, a->heads != NULL ? a->heads : "num_attention_heads|n_head|n_heads|num_heads|attention_heads|"
	    "decoder_attention_heads|encoder_attention_heads");
	f->hidden = need(c, a, "n_embed|hidden_size|n_embd|d_model|dim");
	st->kv_heads = strcmp(kv, "1") == 0 ? 1 : strcmp(kv, "H") == 0 ? 0 : size(c, a, kv);
	if (st->kv_heads == 0)
		st->kv_heads = st->heads;
	if (a->layout == LATENT)
		m = need(c, a, "qk_nope_head_dim") + need(c, a, "qk_rope_head_dim");
	else
		m = a->traits & EVEN_HEADS ? 0 : size(c, a, "head_dim|d_kv|kv_channels");
	if (m == 0 && f->hidden % st->heads != 0)
		die("%s: a hidden size of %zu does not divide by %zu heads", c->path, f->hidden, st->heads);
	st->d_head = (ptrdiff_t)(m == 0 ? f->hidden / st->heads : m);
	if (st->heads % st->kv_heads != 0)
		die("%s: %zu heads cannot share %zu heads of keys", c->path, st->heads, st->kv_heads);
	if ((a->layout == INTERLEAVED || a->layout == BLOCKED) && st->kv_heads != st->heads)
		die("%s: %zu heads and %zu heads of keys, but in one tensor of q, k and v for each head they are as many",
		    c->path, st->heads, st->kv_heads);
	if (a->layout == BLOCKED && st->heads % 4 != 0)
		die("%s: %zu heads are not four blocks of heads", c->path, st->heads);
}

/* Layer l has something else than softmax attention, or none. */
static int
is_linear(const struct find *f, size_t l)
{
	const char *type = json_string_value(json_array_get(json_object_get(f->c->in, "layer_types"), l));
	char name[NAME];

	if (type != NULL && strstr(type, "attention") == NULL)
		return 1;
	if (type != NULL && strcmp(type, "linear_attention") == 0)
		return 1;
	if (f->a->k != NULL && named(f, f->prefix, f->a->k, l, name) != NULL)
		return 0;
	if (f->part)
		return 0;
	spell(name, f->prefix, f->a->q, l);
	check_packed(f, NULL, name);
	return has_layer(f, l);
}

/* The layer whose keys layer l takes: with num_kv_shared_layers, the last layer
 * of its type that has its own. */
static size_t
key_layer(const struct find *f, size_t l)
{
	size_t n = f->a->traits & SHARES_KEYS ? count(f->c, f->a, "num_kv_shared_layers", 0) : 0;
	size_t own = f->st->num_layers - n;
	const json_t *types = json_object_get(f->c->in, "layer_types");
	const char *type = json_string_value(json_array_get(types, l));

	if (n == 0 || n >= f->st->num_layers || l < own)
		return l;
	for (size_t k = own; k-- > 0; ) {
		const char *t = json_string_value(json_array_get(types, k));

		if (type != NULL && t != NULL ? strcmp(t, type) == 0 : types == NULL && (k % 5 == 4) == (l % 5 == 4))
			return k;
	}
	die("%s: layer %zu shares the keys of a layer of its type, but there is none with its own", f->c->path, l);
}

static void
find_proj(const struct find *f, size_t layer, int k, struct proj *p)
{
	if (f->a->layout == LATENT)
		find_latent(f, layer, k, p);
	else
		find_plain(f, layer, k, p);
	if (is_fp8(p->w))
		find_scales(f, p->w, &p->wscales);
	if (is_fp8(p->inner))
		find_scales(f, p->inner, &p->iscales);
	if (f->fold)
		find_norm(f, layer, k, p);
}

/* A layer more than config.json says is an error, but for those that predict
 * further tokens. */
static void
check_extra(const struct find *f)
{
	char name[NAME];
	const struct tensor *t;

	if (f->a->layout == LATENT || strstr(f->a->q, "{}") == NULL)
		return;
	t = named(f, f->prefix, f->a->q, f->st->num_layers + count(f->c, f->a, "num_nextn_predict_layers", 0), name);
	if (t != NULL)
		die("%s: %zu layers, but there is a tensor %s", f->c->path, f->st->num_layers, t->name);
}

static size_t
find_layers(struct find *f)
{
	struct stack *st = f->st;
	char name[NAME];
	size_t skipped = 0;

	st->layer = mem_new(st->num_layers, sizeof *st->layer);
	for (size_t l = 0; l < st->num_layers; l++) {
		struct layer *y = &st->layer[l];

		if (f->wanted != NULL && !f->wanted(l))
			continue;
		if (named(f, f->prefix, f->a->q, l, name) == NULL && is_linear(f, l)) {
			skipped++;
			continue;
		}
		y->present = 1;
		find_proj(f, l, 0, &y->q);
		find_proj(f, key_layer(f, l), 1, &y->k);
		y->scale = f->scale ? scale_of(f, l) : 1;
	}
	check_extra(f);
	return skipped;
}

/* warnings ----------------------------------------------------------------- */

/* A tensor of the first layer that is there, called like q but for its end. */
static int
has_sibling(const struct find *f, const char *end)
{
	char pattern[NAME], name[NAME];
	size_t l = 0;

	while (l + 1 < f->st->num_layers && !f->st->layer[l].present)
		l++;
	return named(f, f->prefix, sibling(f->a->q, end, pattern), l, name) != NULL;
}

static void
warn_traits(const struct find *f, size_t skipped, unsigned *said)
{
	const struct config *c = f->c;
	const struct arch *a = f->a;
	double cap = get(c, a, "attn_logit_softcapping"), clip = get(c, a, "clip_qkv|attn_config.clip_qkv");
	const int qk = is_true(c, a, "use_qk_norm|qk_layernorm|qk_layernorms|attn_config.qk_ln") || has_sibling(f, "q_norm") ||
	    has_sibling(f, "q_layernorm") || has_sibling(f, "q_layernorm.norms.0") || has_sibling(f, "query_norm");
	const int rope = is_partial(f) && rope_factor(c, a, rope_of(c, 0)) > 1;
	const size_t shared = a->traits & SHARES_KEYS ? count(c, a, "num_kv_shared_layers", 0) : 0;
	struct { int is; char text[160]; } w[] = {
		{ qk, "q and k are normalised behind their projections (QK-norm): op, fro and trace compare with no model "
		    "without it" },
		{ a->traits & ALIBI || is_true(c, a, "alibi|attn_config.alibi"),
		    "a bias by distance (ALiBi) is added to the logits, which M does not hold" },
		{ (a->traits & RELATIVE) != 0, "a learned bias by distance is added to the logits, which M does not hold" },
		{ cap > 0, "" }, { clip > 0, "" },
		{ has_sibling(f, "sinks"), "a sink joins the softmax of each head: attention over the tokens sums to less than 1" },
		{ skipped > 0, "" }, { shared > 0, "" },
		{ rope, "rotary positions scale a part of each head (YaRN or LongRoPE): logit_scale leaves that out" },
	};

	snprintf(w[3].text, sizeof w->text, "the logits are capped at %g (softcap), behind M", cap);
	snprintf(w[4].text, sizeof w->text, "q and k are clamped at %g behind their projections, which M does not know", clip);
	snprintf(w[6].text, sizeof w->text, "%zu of %zu layers have no softmax attention and give no rows", skipped,
	    f->st->num_layers);
	snprintf(w[7].text, sizeof w->text, "the last %zu layers take the keys of a layer before them: W_K is that layer's",
	    shared);
	for (size_t i = 0; i < sizeof w / sizeof *w; i++)
		if (w[i].is && !(*said & 1u << i)) {
			warn("%s: %s", c->type, w[i].text);
			*said |= 1u << i;
		}
}

/* opening ------------------------------------------------------------------ */

/* As safetensors do: the length of a header and its brace. */
static int
begins(const void *bytes, ssize_t n)
{
	const unsigned char *b = bytes;

	return n > 8 && b[4] == 0 && b[5] == 0 && b[6] == 0 && b[7] == 0 && b[8] == '{';
}

int
model_is(const char *path)
{
	static const char lfs[] = "version https://git-lfs";
	const char *dot = strrchr(path, '.');
	unsigned char b[sizeof lfs] = { 0 };
	struct stat st;
	int fd;
	ssize_t n;

	if (strcmp(path, "-") == 0 || stat(path, &st) != 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return 1;
	if (!S_ISREG(st.st_mode) || (fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0)
		return 0;
	n = read(fd, b, sizeof b);
	close(fd);
	if (dot != NULL && strcmp(dot, ".safetensors") == 0)
		return 1;
	return begins(b, n) || (n > 22 && memcmp(b, lfs, sizeof lfs - 1) == 0);
}

void
model_refuse(const char *name, const char *b, size_t n)
{
	const char *base = strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name;

	if (strcmp(base, "config.json") == 0 || strcmp(base, "model.safetensors.index.json") == 0)
		die("%s: a part of a checkpoint: name the directory that it is in", name);
	if (n > 8 && begins(b, 9))
		die("%s: a checkpoint cannot be read from a pipe or as gzip: name its directory", name);
	if (n > 4 && (memcmp(b, "PK\3\4", 4) == 0 || memcmp(b, "\x80\2", 2) == 0))
		die("%s: one of PyTorch's pickles: convert the model that it belongs to (in Python, with transformers: "
		    "AutoModel.from_pretrained(\"DIRECTORY\").save_pretrained(\"new\"))", name);
	if (n > 4 && memcmp(b, "GGUF", 4) == 0)
		die("%s: GGUF files are not read", name);
}

/* A row by what the user says. */
static void
take_hints(struct arch *a, const struct model_hints *h)
{
	size_t i = 0;

	while (h->layout != NULL && layout_names[i] != NULL && strcmp(layout_names[i], h->layout) != 0)
		i++;
	if (layout_names[i] == NULL)
		die_usage("--layout: none of separate, fused, transposed, interleaved, grouped, blocked, gated: \"%s\"",
		    h->layout);
	a->layout = (enum layout)i;
	a->q = h->q;
	a->k = h->k;
	if (h->q == NULL)
		die_usage("--q is needed with --k or --layout");
	if (one_tensor(a->layout) && h->k != NULL && strcmp(h->k, h->q) != 0)
		die_usage("--layout %s: q and k lie in one tensor, that of --q", h->layout);
	if (!one_tensor(a->layout) && h->k == NULL)
		die_usage("--q without --k: only if --layout says that one tensor holds both");
	if (strstr(h->q, "{}") == NULL || (h->k != NULL && strstr(h->k, "{}") == NULL))
		die_usage("--q, --k: no {} in the name for the number of the layer");
}

/* The first family with q and k of their own whose names are there. */
static const struct arch *
guess(struct find *f, const struct arch *none)
{
	size_t n = size(f->c, none, LAYERS);

	check_layers(f, n);
	for (size_t i = 0; i < NARCH; i++)
		if (archs[i].layout == SEPARATE && archs[i].stack == NULL && !(archs[i].traits & VAGUE) &&
		    find_prefix(f, archs[i].q, n) != NULL && find_prefix(f, archs[i].k, n) != NULL)
			return &archs[i];
	return NULL;
}

/* Returns 0 if the stack has no tensors. */
static int
find_stack(struct model *m, struct find *f, const struct arch *a, unsigned *said)
{
	f->a = a;
	f->st = &m->stack[m->nstack];
	*f->st = (struct stack){ .name = a->stack };
	find_sizes(f);
	check_layers(f, f->st->num_layers);
	f->prefix = find_prefix(f, a->q, f->st->num_layers);
	if (f->prefix == NULL) {
		check_unnamed(f);
		return 0;
	}
	m->nstack++;
	warn_traits(f, find_layers(f), said);
	return 1;
}

/* The rows for a model_type that none has: one in own, with what tensors are
 * named like. */
static void
find_unknown(struct find *f, const struct model_hints *h, struct arch *own, int fold, int scale)
{
	char found[2600];
	const struct arch *a;

	*own = (struct arch){ .types = "" };
	if (h->q != NULL || h->k != NULL || h->layout != NULL) {
		take_hints(own, h);
	} else if ((a = guess(f, own)) != NULL) {
		own->q = a->q;
		own->k = a->k;
		warn("%s: model_type \"%s\" is not known: read by the names of its tensors, as %.*s is", f->c->path,
		    f->c->type, (int)strcspn(a->types, " "), a->types);
	} else {
		list_found(f->ts, found, sizeof found);
		die("%s: model_type \"%s\" is not known: say where q and k lie with --q NAME --k NAME, {} for the "
		    "layer, and --layout; found: %s", f->c->path, f->c->type, found);
	}
	if (fold || scale)
		die("%s: %s: not known of model_type \"%s\"%s", f->c->path, fold ? "--fold-norm" : "--scale", f->c->type,
		    own->q == h->q ? " read by --q" : "");
}

/* The file is called as a shard is. */
static int
is_part(const char *path)
{
	const char *slash = strrchr(path, '/'), *of = strstr(slash != NULL ? slash : path, "-of-");

	return of != NULL && of > path && of[-1] >= '0' && of[-1] <= '9' && of[4] >= '0' && of[4] <= '9' &&
	    strstr(of, ".safetensors") != NULL;
}

struct model *
model_open(const char *path, const struct model_hints *h, int fold, int scale)
{
	struct model *m = mem_new(1, sizeof *m);
	struct config c = { 0 };
	struct find f = { .c = &c, .fold = fold, .scale = scale, .wanted = h->wanted };
	struct arch own;
	const char *absent[sizeof m->stack / sizeof *m->stack];
	size_t nabsent = 0;
	unsigned said = 0;

	f.ts = m->ts = tensors_open(path);
	f.part = is_part(path);
	read_config(&c, path);
	if (h->q != NULL || h->k != NULL || h->layout != NULL || !type_known(c.type)) {
		find_unknown(&f, h, &own, fold, scale);
		find_stack(m, &f, &own, &said);
	} else {
		for (size_t i = 0; i < NARCH; i++) {
			json_t *in = c.in, *section;

			if (!has_word(archs[i].types, c.type) || !holds(&c, &archs[i]))
				continue;
			section = archs[i].section != NULL ? json_object_get(c.root, archs[i].section) : NULL;
			if (section != NULL)
				c.in = section;
			if (!find_stack(m, &f, &archs[i], &said))
				absent[nabsent++] = archs[i].stack;
			c.in = in;
		}
	}
	if (m->nstack == 0)
		die_unnamed(&f);
	for (size_t i = 0; i < nabsent; i++)
		warn("%s: no tensors of stack %s: it gives no rows", c.type, absent[i]);
	if (fold && f.a->kind == NORM_NONE)
		warn("%s: no norm goes before attention: --fold-norm changes nothing", c.type);
	json_decref(c.root);
	free(c.path);
	return m;
}

void
model_free(struct model *m)
{
	for (size_t i = 0; i < m->nstack; i++)
		free(m->stack[i].layer);
	tensors_close(m->ts);
	free(m);
}
