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
{ "ministral",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=4096 num_hidden_layers=32 num_attention_heads=32 num_key_value_heads=8" },
{ "ministral3",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=4096 num_hidden_layers=34 num_attention_heads=32 num_key_value_heads=8 head_dim=128" },
{ "qwen2_moe",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=2048 num_hidden_layers=24 num_attention_heads=16 num_key_value_heads=16" },
{ "olmoe",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=2048 num_hidden_layers=16 num_attention_heads=16" },
{ "arcee",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=2560 num_hidden_layers=32 num_attention_heads=32" },
{ "smollm3",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=2048 num_hidden_layers=36 num_attention_heads=16 num_key_value_heads=4 "
	"no_rope_layer_interval=4" },
{ "qwen2",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=4096 num_hidden_layers=32 num_attention_heads=32 num_key_value_heads=32 "
	"sliding_window=4096 max_window_layers=28" },
{ "qwen2_vl_text qwen2_5_vl_text",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=8192 num_hidden_layers=80 num_attention_heads=64 num_key_value_heads=8 "
	"sliding_window=4096 max_window_layers=80" },
{ "hunyuan_v1_dense hunyuan_v1_moe",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=4096 num_hidden_layers=32 num_attention_heads=32" },
{ "nanochat",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS,
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=6", .traits = NORMALISED },
{ "nemotron",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN1, .norm = PRE,
	.defaults = "hidden_size=6144 num_hidden_layers=32 num_attention_heads=48", .traits = PARTIAL },
{ "qwen3",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=4096 num_hidden_layers=32 num_attention_heads=32 num_key_value_heads=32 "
	"head_dim=128 sliding_window=4096 max_window_layers=28" },
{ "qwen3_moe",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=2048 num_hidden_layers=24 num_attention_heads=32 num_key_value_heads=4" },
{ "gemma",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS1, .norm = PRE,
	.defaults = "hidden_size=3072 num_hidden_layers=28 num_attention_heads=16 num_key_value_heads=16 head_dim=256" },
{ "gemma2",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS1, .norm = PRE, .scale = "query_pre_attn_scalar^-1/2",
	.defaults = "hidden_size=2304 num_hidden_layers=26 num_attention_heads=8 num_key_value_heads=4 "
	"head_dim=256 query_pre_attn_scalar=256 attn_logit_softcapping=50 sliding_window=4096 sliding_window_pattern=2" },
{ "gemma3_text",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS1, .norm = PRE, .scale = "query_pre_attn_scalar^-1/2",
	.defaults = "hidden_size=2304 num_hidden_layers=26 num_attention_heads=8 num_key_value_heads=4 "
	"head_dim=256 query_pre_attn_scalar=256 sliding_window=4096 sliding_window_pattern=6", .traits = FULL_SCALED },
{ "gemma3n_text",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE, .scale = "1",
	.defaults = "hidden_size=2048 num_hidden_layers=35 num_attention_heads=8 num_key_value_heads=2 "
	"head_dim=256 num_kv_shared_layers=15 sliding_window=512 sliding_window_pattern=5",
	.traits = SHARES_KEYS | FULL_SCALED },
{ "qwen3_next",
	.q = P "q_proj", .k = P "k_proj", .layout = GATED, .kind = NORM_RMS1, .norm = PRE,
	.defaults = "hidden_size=2048 num_hidden_layers=48 num_attention_heads=16 num_key_value_heads=2 "
	"head_dim=256", .traits = PARTIAL },
{ "qwen3_5_text",
	.q = P "q_proj", .k = P "k_proj", .layout = GATED, .kind = NORM_RMS1, .norm = PRE,
	.defaults = "hidden_size=4096 num_hidden_layers=32 num_attention_heads=16 num_key_value_heads=4 "
	"head_dim=256", .traits = PARTIAL },
{ "qwen3_5_moe_text",
	.q = P "q_proj", .k = P "k_proj", .layout = GATED, .kind = NORM_RMS1, .norm = PRE,
	.defaults = "hidden_size=2048 num_hidden_layers=40 num_attention_heads=16 num_key_value_heads=2 "
	"head_dim=256", .traits = PARTIAL },
{ "olmo",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN,
	.defaults = "hidden_size=4096 num_hidden_layers=32 num_attention_heads=32" },
{ "olmo2",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_NONE,
	.defaults = "hidden_size=4096 num_hidden_layers=32 num_attention_heads=32" },
{ "olmo3",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_NONE,
	.defaults = "hidden_size=4096 num_hidden_layers=32 num_attention_heads=32 sliding_window=4096 "
	"sliding_window_pattern=4", .traits = FULL_SCALED },
{ "phi",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN, .norm = PRE,
	.defaults = "hidden_size=2048 num_hidden_layers=24 num_attention_heads=32", .traits = PARTIAL },
{ "phi3",
	.q = P "qkv_proj", .layout = FUSED, .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=3072 num_hidden_layers=32 num_attention_heads=32" },
{ "starcoder2",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN, .norm = PRE,
	.defaults = "hidden_size=3072 num_hidden_layers=30 num_attention_heads=24 num_key_value_heads=2" },
{ "stablelm",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN, .norm = PRE,
	.defaults = "hidden_size=2560 num_hidden_layers=32 num_attention_heads=32 num_key_value_heads=32",
	.traits = PARTIAL | EVEN_HEADS },
{ "cohere",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN, .norm = PRE,
	.defaults = "hidden_size=8192 num_hidden_layers=40 num_attention_heads=64" },
{ "cohere2",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_LN, .norm = PRE,
	.defaults = "hidden_size=8192 num_hidden_layers=40 num_attention_heads=64 sliding_window=4096 "
	"sliding_window_pattern=4", .traits = SLIDING_ROTARY },
{ "glm glm4",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=4096 num_hidden_layers=40 num_attention_heads=32 num_key_value_heads=2 "
	"head_dim=128", .traits = PARTIAL },
{ "gpt_oss",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=2880 num_hidden_layers=36 num_attention_heads=64 num_key_value_heads=8 "
	"head_dim=64 sliding_window=128 sliding_window_pattern=2" },
{ "granite granitemoe",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE, .scale = "attention_multiplier",
	.defaults = "hidden_size=4096 num_hidden_layers=32 num_attention_heads=32 attention_multiplier=1" },
{ "llama4_text",
	.q = P "q_proj", .k = P "k_proj", .kind = NORM_RMS, .norm = PRE,
	.defaults = "hidden_size=5120 num_hidden_layers=48 num_attention_heads=40 num_key_value_heads=8 "
	"head_dim=128 use_qk_norm=true attn_temperature_tuning=true no_rope_layer_interval=4 attention_chunk_size=8192" },
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
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12 "
	"do_layer_norm_before=true", .traits = EVEN_HEADS },
{ "opt", .when = "!do_layer_norm_before",
	.q = "decoder." P "q_proj", .k = "decoder." P "k_proj", .kind = NORM_LN, .first = "",
	.norm = "decoder.layers.{}.final_layer_norm",
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12 "
	"do_layer_norm_before=true", .traits = EVEN_HEADS },
#undef P
#undef PRE

{ "internlm2",
	.q = "layers.{}.attention.wqkv", .layout = GROUPED, .kind = NORM_RMS, .norm = "layers.{}.attention_norm" },
{ "gpt2",
	.q = "h.{}.attn.c_attn", .layout = TRANSPOSED, .kind = NORM_LN, .norm = "h.{}.ln_1", .traits = EVEN_HEADS },
{ "gpt_neo",
	.q = "h.{}.attn.attention.q_proj", .k = "h.{}.attn.attention.k_proj",
	.kind = NORM_LN, .norm = "h.{}.ln_1", .scale = "1", .defaults = "window_size=256" },
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
	.q = "encoder.layer.{}.attention.attention.query|layers.{}.attention.q_proj",
	.k = "encoder.layer.{}.attention.attention.key|layers.{}.attention.k_proj",
	.kind = NORM_LN, .norm = "encoder.layer.{}.layernorm_before|layers.{}.layernorm_before",
	.defaults = "hidden_size=768 num_hidden_layers=12 num_attention_heads=12" },
{ "dinov2",
	.q = "encoder.layer.{}.attention.attention.query|encoder.layer.{}.attention.q_proj",
	.k = "encoder.layer.{}.attention.attention.key|encoder.layer.{}.attention.k_proj",
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
	.layers = "encoder_layers", .heads = "encoder_attention_heads", .kv = "H",
	.defaults = "d_model=384 encoder_layers=4 decoder_layers=4 encoder_attention_heads=6 "
	"decoder_attention_heads=6", .traits = EVEN_HEADS },
{ "whisper", .stack = "decoder",
	.q = D "self_attn.q_proj", .k = D "self_attn.k_proj", .kind = NORM_LN, .norm = D "self_attn_layer_norm",
	.layers = "decoder_layers", .heads = "decoder_attention_heads", .kv = "H",
	.defaults = "d_model=384 encoder_layers=4 decoder_layers=4 encoder_attention_heads=6 "
	"decoder_attention_heads=6", .traits = EVEN_HEADS },
{ "whisper", .stack = "cross",
	.q = D "encoder_attn.q_proj", .k = D "encoder_attn.k_proj", .kind = NORM_LN, .norm = D "encoder_attn_layer_norm",
	.knorm = "encoder.layer_norm", .layers = "decoder_layers", .heads = "decoder_attention_heads", .kv = "H",
	.defaults = "d_model=384 encoder_layers=4 decoder_layers=4 encoder_attention_heads=6 "
	"decoder_attention_heads=6", .traits = EVEN_HEADS },
{ "bart", .stack = "encoder",
	.q = E "self_attn.q_proj", .k = E "self_attn.k_proj", .kind = NORM_LN,
	.norm = E "final_layer_norm", .first = "encoder.layernorm_embedding",
	.layers = "encoder_layers", .heads = "encoder_attention_heads", .kv = "H",
	.defaults = "d_model=1024 encoder_layers=12 decoder_layers=12 encoder_attention_heads=16 "
	"decoder_attention_heads=16", .traits = EVEN_HEADS },
{ "bart", .stack = "decoder",
	.q = D "self_attn.q_proj", .k = D "self_attn.k_proj", .kind = NORM_LN,
	.norm = D "final_layer_norm", .first = "decoder.layernorm_embedding",
	.layers = "decoder_layers", .heads = "decoder_attention_heads", .kv = "H",
	.defaults = "d_model=1024 encoder_layers=12 decoder_layers=12 encoder_attention_heads=16 "
	"decoder_attention_heads=16", .traits = EVEN_HEADS },
{ "bart", .stack = "cross",
	.q = D "encoder_attn.q_proj", .k = D "encoder_attn.k_proj", .kind = NORM_LN, .norm = D "self_attn_layer_norm",
	.knorm = E "final_layer_norm", .layers = "decoder_layers", .heads = "decoder_attention_heads", .kv = "H",
	.defaults = "d_model=1024 encoder_layers=12 decoder_layers=12 encoder_attention_heads=16 "
	"decoder_attention_heads=16", .traits = EVEN_HEADS },
#undef E
#undef D
};

const size_t nfamilies = sizeof families / sizeof *families;
