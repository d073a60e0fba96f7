/* families.c - the table of families: what the tensors of each are called, how heads
 * lie in them, which norm and scale go with them, what config.json leaves out.
 *
 * Data alone: private.h says what the fields are.  A family with several stacks, or
 * with several forms, has a row for each. */
#include <stddef.h>

#include "private.h"

const struct family families[] = {

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
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12", .traits = EVEN_HEADS | GENERIC_NAMES },
{ "clip_text_model",
	.q = EITHER(T, "self_attn.q_proj"), .k = EITHER(T, "self_attn.k_proj"), .kind = NORM_LN,
	.norm = EITHER(T, "layer_norm1"),
	.defaults = "hidden_size=512 num_hidden_layers=12 num_attention_heads=8", .traits = EVEN_HEADS | GENERIC_NAMES },
{ "clip_vision_model siglip_vision_model",
	.q = EITHER(V, "self_attn.q_proj"), .k = EITHER(V, "self_attn.k_proj"), .kind = NORM_LN,
	.norm = EITHER(V, "layer_norm1"),
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12", .traits = EVEN_HEADS | GENERIC_NAMES },
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

/* GGUF, by general.architecture.  Names are those of llama.cpp for all; q, k and v are
 * three tensors, or one (fused) with all q, all k, all v, whatever they were before.  The
 * weights of norms hold the + 1. */
#define B "blk.{}."
#define EITHER(types_, ...) \
	{ types_, .when = "!fused", .q = B "attn_q", .k = B "attn_k", __VA_ARGS__ }, \
	{ types_, .when = "fused", .q = B "attn_qkv", .layout = FUSED, __VA_ARGS__ }
#define PRE(kind_) .kind = kind_, .norm = B "attn_norm"
EITHER("llama llama-embed mistral3 arcee smollm3 qwen qwen2 qwen2vl qwen2moe qwen3 qwen3moe qwen3vl qwen3vlmoe "
	"olmoe phi3 internlm2 granite granitemoe granitehybrid chatglm glm4 glm4moe minicpm exaone exaone-moe ernie4_5 "
	"ernie4_5-moe seed_oss hunyuan-dense hunyuan-moe dots1 apertus lfm2 lfm2moe jamba nemotron_h nemotron_h_moe "
	"falcon-h1 smallthinker minimax-m2 deepseek xverse plamo deci dream llada llada-moe gemma gemma-embedding "
	"openelm arctic pangu-embedded rnd1 maincoder bailingmoe2",
	PRE(NORM_RMS), .scale = "attention_scale", .traits = GGUF),
EITHER("llama4", PRE(NORM_RMS), .scale = "attention_scale", .defaults = "use_qk_norm=true", .traits = GGUF),
EITHER("gpt-oss", PRE(NORM_RMS), .defaults = "sliding_window_pattern=2", .traits = GGUF),
EITHER("gemma2", PRE(NORM_RMS), .scale = "query_pre_attn_scalar^-1/2", .defaults = "sliding_window_pattern=2",
	.traits = GGUF | ASSUMED),
EITHER("gemma3", PRE(NORM_RMS), .scale = "query_pre_attn_scalar^-1/2", .defaults = "sliding_window_pattern=6",
	.traits = GGUF | ASSUMED),
EITHER("gemma3n", PRE(NORM_RMS), .scale = "1", .traits = GGUF | SHARES_KEYS),
EITHER("starcoder starcoder2 gpt2 gptneox phi2 stablelm nemotron codeshell orion dbrx command-r mpt", PRE(NORM_LN),
	.traits = GGUF),
EITHER("cohere2", PRE(NORM_LN), .defaults = "sliding_window_pattern=4", .traits = GGUF),
EITHER("bloom", PRE(NORM_LN), .traits = GGUF | ALIBI),
EITHER("falcon", .kind = NORM_LN, .norm = B "attn_norm_2|" B "attn_norm", .traits = GGUF),
EITHER("olmo", .kind = NORM_LN, .traits = GGUF),
EITHER("olmo2 exaone4", .kind = NORM_NONE, .traits = GGUF),
EITHER("bert nomic-bert", .kind = NORM_LN, .norm = B "layer_output_norm", .first = "token_embd_norm", .traits = GGUF),
{ "qwen3next qwen35 qwen35moe",
	.q = B "attn_q", .k = B "attn_k", .layout = GATED, PRE(NORM_RMS), .scale = "attention_scale", .traits = GGUF },
{ "deepseek2 deepseek2-ocr deepseek32 glm-dsa", .when = "q_lora_rank",
	.q = B "attn_q_b", .k = B "attn_kv_b", .layout = LATENT, PRE(NORM_RMS), .kv = "H", .traits = GGUF | PARTIAL },
{ "deepseek2 deepseek2-ocr", .when = "!q_lora_rank",
	.q = B "attn_q", .k = B "attn_kv_b", .layout = LATENT, PRE(NORM_RMS), .kv = "H", .traits = GGUF | PARTIAL },
#undef EITHER
#undef PRE
#undef B
#define E "enc.blk.{}."
#define D "dec.blk.{}."
{ "t5", .stack = "encoder", .q = E "attn_q", .k = E "attn_k", .kind = NORM_RMS, .norm = E "attn_norm",
	.scale = "1", .traits = GGUF | RELATIVE },
{ "t5", .stack = "decoder", .q = D "attn_q", .k = D "attn_k", .kind = NORM_RMS, .norm = D "attn_norm",
	.layers = "num_decoder_layers", .scale = "1", .traits = GGUF | RELATIVE },
{ "t5", .stack = "cross", .q = D "cross_attn_q", .k = D "cross_attn_k", .kind = NORM_RMS, .norm = D "cross_attn_norm",
	.knorm = "enc.output_norm", .layers = "num_decoder_layers", .scale = "1", .traits = GGUF },
{ "t5encoder", .q = E "attn_q", .k = E "attn_k", .kind = NORM_RMS, .norm = E "attn_norm",
	.scale = "1", .traits = GGUF | RELATIVE },
#undef E
#undef D
};

const size_t nfamilies = sizeof families / sizeof *families;
