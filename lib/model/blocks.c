/* blocks.c - the table of blocks: what each family does around its heads, from token to the
 * last attention.
 *
 * Data alone: pass.h says what the fields are.  Where q, k, v and W_O lie is said in
 * families.c. */
#include <stddef.h>

#include "pass.h"

const struct block_row block_rows[] = {

#define L "layers.{}."
#define GATED .gating = GATE, .gate = L "mlp.gate_proj", .up = L "mlp.up_proj", .down = L "mlp.down_proj"
#define LLAMA .embed = "embed_tokens", .norm = NORM_RMS, .in1 = L "input_layernorm", .in2 = L "post_attention_layernorm", \
	GATED, .act = "silu"
#define QK .qnorm = L "self_attn.q_norm", .knorm = L "self_attn.k_norm"
{ "llama ministral smollm3 qwen2", LLAMA, .defaults = "rms_norm_eps=1e-6" },
{ "seed_oss", LLAMA, .defaults = "rms_norm_eps=1e-6" },
{ "ernie4_5 cwm", LLAMA, .defaults = "rms_norm_eps=1e-5" },
{ "helium", LLAMA, .defaults = "rms_norm_eps=1e-8" },
{ "hunyuan_v1_dense", LLAMA, .qnorm = L "self_attn.query_layernorm", .knorm = L "self_attn.key_layernorm",
	.defaults = "rms_norm_eps=1e-5", .flags = QK_LATE },
{ "youtu", LLAMA, .defaults = "rms_norm_eps=1e-6" },
{ "eurobert", LLAMA, .defaults = "rms_norm_eps=1e-5", .flags = BOTH_WAYS },
{ "arcee", .embed = "embed_tokens", .norm = NORM_RMS, .in1 = L "input_layernorm", .in2 = L "post_attention_layernorm",
	.up = L "mlp.up_proj", .down = L "mlp.down_proj", .act = "relu2", .defaults = "rms_norm_eps=1e-5" },
{ "nemotron", .embed = "embed_tokens", .norm = NORM_LN1, .in1 = L "input_layernorm", .in2 = L "post_attention_layernorm",
	.up = L "mlp.up_proj", .down = L "mlp.down_proj", .act = "relu2", .defaults = "norm_eps=1e-5" },
{ "jais2", .embed = "embed_tokens", .norm = NORM_LN, .in1 = L "input_layernorm", .in2 = L "post_attention_layernorm",
	.up = L "mlp.up_proj", .down = L "mlp.down_proj", .act = "relu2", .defaults = "layer_norm_eps=1e-5" },
{ "exaone4", .embed = "embed_tokens", .norm = NORM_RMS, .out1 = L "post_attention_layernorm",
	.out2 = L "post_feedforward_layernorm", GATED, QK, .act = "silu", .defaults = "rms_norm_eps=1e-5" },
{ "hyperclovax", .when = "use_post_norm", LLAMA, .out1 = L "post_norm1", .out2 = L "post_norm2",
	.times = "embedding_multiplier", .residual = "residual_multiplier",
	.defaults = "rms_norm_eps=1e-6 embedding_multiplier=1 residual_multiplier=1" },
{ "persimmon", .when = "qk_layernorm", .embed = "embed_tokens", .norm = NORM_LN, .in1 = L "input_layernorm",
	.in2 = L "post_attention_layernorm", .up = L "mlp.dense_h_to_4h", .down = L "mlp.dense_4h_to_h", .act = "relu2",
	.qnorm = L "self_attn.q_layernorm", .knorm = L "self_attn.k_layernorm",
	.defaults = "layer_norm_eps=1e-5 qk_layernorm=true", .flags = QK_MEAN },
{ "mistral", LLAMA, .defaults = "rms_norm_eps=1e-6 sliding_window=4096", .flags = ALL_SLIDE },
{ "qwen3", LLAMA, QK, .defaults = "rms_norm_eps=1e-6" },
{ "granite", LLAMA, .times = "embedding_multiplier", .residual = "residual_multiplier",
	.defaults = "rms_norm_eps=1e-6 embedding_multiplier=1 residual_multiplier=1" },
{ "olmo", .embed = "embed_tokens", .norm = NORM_LN, .in1 = "", .in2 = "", GATED, .act = "silu",
	.defaults = "the_eps=1e-5", .flags = CLIPS },
{ "olmo2 olmo3", .embed = "embed_tokens", .norm = NORM_RMS, .out1 = L "post_attention_layernorm",
	.out2 = L "post_feedforward_layernorm", GATED, QK, .act = "silu", .defaults = "rms_norm_eps=1e-5", .flags = WIDE_QK },
{ "phi3", .embed = "embed_tokens", .norm = NORM_RMS, .in1 = L "input_layernorm", .in2 = L "post_attention_layernorm",
	.gating = GATE_UP, .up = L "mlp.gate_up_proj", .down = L "mlp.down_proj", .act = "silu",
	.defaults = "rms_norm_eps=1e-5", .flags = ALL_SLIDE },
{ "glm", .embed = "embed_tokens", .norm = NORM_RMS, .in1 = L "input_layernorm", .in2 = L "post_attention_layernorm",
	.gating = GATE_UP, .up = L "mlp.gate_up_proj", .down = L "mlp.down_proj", .act = "silu",
	.defaults = "rms_norm_eps=1.5625e-7" },
{ "glm4", .embed = "embed_tokens", .norm = NORM_RMS, .in1 = L "input_layernorm", .out1 = L "post_self_attn_layernorm",
	.in2 = L "post_attention_layernorm", .out2 = L "post_mlp_layernorm",
	.gating = GATE_UP, .up = L "mlp.gate_up_proj", .down = L "mlp.down_proj", .act = "silu",
	.defaults = "rms_norm_eps=1.5625e-7" },
#define EXPERTS .router = L "mlp.gate", .egate = L "mlp.experts.#.gate_proj", .eup = L "mlp.experts.#.up_proj", \
	.edown = L "mlp.experts.#.down_proj"
{ "mixtral", LLAMA, .router = L "block_sparse_moe.gate", .egate = L "block_sparse_moe.experts.#.w1",
	.eup = L "block_sparse_moe.experts.#.w3", .edown = L "block_sparse_moe.experts.#.w2",
	.defaults = "rms_norm_eps=1e-5 norm_topk_prob=true num_experts_per_tok=2", .flags = ALL_SLIDE },
{ "qwen2_moe", LLAMA, EXPERTS, .sgate = L "mlp.shared_expert.gate_proj", .sup = L "mlp.shared_expert.up_proj",
	.sdown = L "mlp.shared_expert.down_proj", .sweight = L "mlp.shared_expert_gate",
	.defaults = "rms_norm_eps=1e-6 num_experts_per_tok=4" },
{ "qwen3_moe", LLAMA, EXPERTS, QK, .defaults = "rms_norm_eps=1e-6 num_experts_per_tok=8" },
{ "olmoe", LLAMA, EXPERTS, QK, .defaults = "rms_norm_eps=1e-5 num_experts_per_tok=8", .flags = WIDE_QK | CLIPS },
{ "gpt_oss", LLAMA, .router = L "mlp.router", .eup = L "mlp.experts.gate_up_proj", .edown = L "mlp.experts.down_proj",
	.sinks = L "self_attn.sinks",
	.defaults = "rms_norm_eps=1e-5 num_experts_per_tok=4 norm_topk_prob=true swiglu_limit=7", .flags = SWIGLU_LIMIT },
#define SHARED .sgate = L "mlp.shared_experts.gate_proj", .sup = L "mlp.shared_experts.up_proj", \
	.sdown = L "mlp.shared_experts.down_proj"
{ "deepseek_v2", LLAMA, EXPERTS, SHARED,
	.defaults = "rms_norm_eps=1e-6 num_experts_per_tok=6 norm_topk_prob=false routed_scaling_factor=1" },
{ "deepseek_v3", LLAMA, EXPERTS, SHARED, .correction = L "mlp.gate.e_score_correction_bias",
	.defaults = "rms_norm_eps=1e-6 num_experts_per_tok=8 norm_topk_prob=true routed_scaling_factor=2.5 n_group=8 topk_group=4",
	.flags = SIGMOID_ROUTER | PAIR_GROUPS },
#define SIGMOIDS LLAMA, EXPERTS, SHARED, .correction = L "mlp.gate.e_score_correction_bias", .flags = SIGMOID_ROUTER | PAIR_GROUPS
{ "dots1", SIGMOIDS, QK,
	.defaults = "rms_norm_eps=1e-6 norm_topk_prob=false routed_scaling_factor=1 n_group=1 topk_group=1" },
{ "glm4_moe", .when = "!use_qk_norm", SIGMOIDS,
	.defaults = "rms_norm_eps=1e-5 num_experts_per_tok=8 norm_topk_prob=true routed_scaling_factor=1 n_group=1 topk_group=1" },
{ "glm4_moe", .when = "use_qk_norm", SIGMOIDS, QK,
	.defaults = "rms_norm_eps=1e-5 num_experts_per_tok=8 norm_topk_prob=true routed_scaling_factor=1 n_group=1 topk_group=1" },
{ "solar_open", SIGMOIDS,
	.defaults = "rms_norm_eps=1e-5 num_experts_per_tok=8 norm_topk_prob=true routed_scaling_factor=1 n_group=1 topk_group=1" },
{ "glm4_moe_lite", SIGMOIDS,
	.defaults = "rms_norm_eps=1e-5 num_experts_per_tok=4 norm_topk_prob=true routed_scaling_factor=1.8 n_group=1 topk_group=1" },
#undef SIGMOIDS
#define LLAMA4 .embed = "embed_tokens", .norm = NORM_RMS, .in1 = L "input_layernorm", .in2 = L "post_attention_layernorm", \
	.gating = GATE, .gate = L "feed_forward.gate_proj", .up = L "feed_forward.up_proj", .down = L "feed_forward.down_proj", \
	.router = L "feed_forward.router", .eup = L "feed_forward.experts.gate_up_proj", .edown = L "feed_forward.experts.down_proj", \
	.sgate = L "feed_forward.shared_expert.gate_proj", .sup = L "feed_forward.shared_expert.up_proj", \
	.sdown = L "feed_forward.shared_expert.down_proj", .act = "silu", \
	.defaults = "rms_norm_eps=1e-5 num_experts_per_tok=1 floor_scale=8192 attn_scale=0.1"
{ "llama4_text", .when = "use_qk_norm", LLAMA4, .qnorm = "", .knorm = "",
	.flags = QK_LATE | QK_TURNED | SIGMOID_ROUTER | SHARES_INPUT | CHUNKS | TEMPERED },
{ "llama4_text", .when = "!use_qk_norm", LLAMA4, .flags = SIGMOID_ROUTER | SHARES_INPUT | CHUNKS | TEMPERED },
#undef LLAMA4
{ "ernie4_5_moe", LLAMA, EXPERTS, SHARED, .correction = L "mlp.moe_statics.e_score_correction_bias",
	.defaults = "rms_norm_eps=1e-5 moe_k=6 norm_topk_prob=true" },
{ "minimax_m2", .embed = "embed_tokens", .norm = NORM_RMS, .in1 = L "input_layernorm", .in2 = L "post_attention_layernorm", QK,
	.router = L "block_sparse_moe.gate", .correction = L "block_sparse_moe.e_score_correction_bias",
	.egate = L "block_sparse_moe.experts.#.w1", .eup = L "block_sparse_moe.experts.#.w3",
	.edown = L "block_sparse_moe.experts.#.w2", .gating = GATE, .act = "silu",
	.defaults = "rms_norm_eps=1e-6 norm_topk_prob=true num_experts_per_tok=8", .flags = WIDE_QK | SIGMOID_ROUTER },
{ "flex_olmo", .embed = "embed_tokens", .norm = NORM_RMS, .out1 = L "post_attention_layernorm",
	.out2 = L "post_feedforward_layernorm", EXPERTS, QK, .gating = GATE, .act = "silu",
	.defaults = "rms_norm_eps=1e-6 num_experts_per_tok=5 norm_topk_prob=false", .flags = WIDE_QK },
#undef SHARED
#undef EXPERTS
#define AROUND .in1 = L "input_layernorm", .out1 = L "post_attention_layernorm", .in2 = L "pre_feedforward_layernorm", \
	.out2 = L "post_feedforward_layernorm"
{ "gemma", .embed = "embed_tokens", .times = "hidden_size^1/2", .norm = NORM_RMS1, .in1 = L "input_layernorm",
	.in2 = L "post_attention_layernorm", GATED, .act = "!gelu_pytorch_tanh", .defaults = "rms_norm_eps=1e-6" },
{ "gemma2", .embed = "embed_tokens", .times = "hidden_size^1/2", .norm = NORM_RMS1, AROUND, GATED, .act = "gelu_pytorch_tanh",
	.defaults = "attn_logit_softcapping=50 rms_norm_eps=1e-6" },
{ "gemma3_text", .embed = "embed_tokens", .times = "hidden_size^1/2", .norm = NORM_RMS1, AROUND, GATED, QK,
	.act = "gelu_pytorch_tanh", .defaults = "rms_norm_eps=1e-6" },
{ "vaultgemma", .embed = "embed_tokens", .times = "hidden_size^1/2", .norm = NORM_RMS1, .in1 = L "input_layernorm",
	.in2 = L "pre_feedforward_layernorm", GATED, .act = "gelu_pytorch_tanh",
	.defaults = "attn_logit_softcapping=50 rms_norm_eps=1e-6" },
#undef AROUND
{ "starcoder2", .embed = "embed_tokens", .norm = NORM_LN, .in1 = L "input_layernorm", .in2 = L "post_attention_layernorm",
	.up = L "mlp.c_fc", .down = L "mlp.c_proj", .act = "gelu_pytorch_tanh", .defaults = "norm_epsilon=1e-5",
	.flags = ALL_SLIDE },
{ "phi", .when = "!qk_layernorm", .embed = "embed_tokens", .order = PARALLEL, .norm = NORM_LN, .in1 = L "input_layernorm",
	.up = L "mlp.fc1", .down = L "mlp.fc2", .act = "gelu_new", .defaults = "layer_norm_eps=1e-5" },
{ "phi", .when = "qk_layernorm", .embed = "embed_tokens", .order = PARALLEL, .norm = NORM_LN, .in1 = L "input_layernorm",
	.up = L "mlp.fc1", .down = L "mlp.fc2", .act = "gelu_new", .qnorm = L "self_attn.q_layernorm",
	.knorm = L "self_attn.k_layernorm", .defaults = "layer_norm_eps=1e-5", .flags = QK_MEAN },
#define PARALLELS .embed = "embed_tokens", .order = PARALLEL, .norm = NORM_LN, .in1 = L "input_layernorm", GATED, .act = "silu", \
	.defaults = "layer_norm_eps=1e-5"
#define SERIALS .embed = "embed_tokens", .norm = NORM_LN, .in1 = L "input_layernorm", .in2 = L "post_attention_layernorm", GATED, \
	.act = "silu", .defaults = "layer_norm_eps=1e-5"
#define QKS .qnorm = L "self_attn.q_layernorm.norms.#", .knorm = L "self_attn.k_layernorm.norms.#", .flags = QK_MEAN | QK_EACH
{ "stablelm", .when = "use_parallel_residual !qk_layernorm", PARALLELS },
{ "stablelm", .when = "use_parallel_residual qk_layernorm", PARALLELS, QKS },
{ "stablelm", .when = "!use_parallel_residual !qk_layernorm", SERIALS },
{ "stablelm", .when = "!use_parallel_residual qk_layernorm", SERIALS, QKS },
#undef QKS
#undef SERIALS
#undef PARALLELS
{ "cohere", .when = "!use_qk_norm", .embed = "embed_tokens", .order = PARALLEL, .norm = NORM_LN, .in1 = L "input_layernorm",
	GATED, .act = "silu", .defaults = "layer_norm_eps=1e-5" },
{ "cohere", .when = "use_qk_norm", .embed = "embed_tokens", .order = PARALLEL, .norm = NORM_LN, .in1 = L "input_layernorm",
	GATED, .act = "silu", QK, .defaults = "layer_norm_eps=1e-5", .flags = QK_MEAN | QK_EACH },
{ "cohere2", .embed = "embed_tokens", .order = PARALLEL, .norm = NORM_LN, .in1 = L "input_layernorm",
	GATED, .act = "silu", .defaults = "layer_norm_eps=1e-5" },
{ "opt", .when = "do_layer_norm_before", .embed = "decoder.embed_tokens", .place = "decoder.embed_positions", .first = 2,
	.widen = "decoder.project_in", .norm = NORM_LN, .in1 = "decoder." L "self_attn_layer_norm",
	.in2 = "decoder." L "final_layer_norm", .up = "decoder." L "fc1", .down = "decoder." L "fc2", .act = "relu",
	.defaults = "the_eps=1e-5",
	.flags = PLACE_WIDE },
{ "opt", .when = "!do_layer_norm_before", .embed = "decoder.embed_tokens", .place = "decoder.embed_positions", .first = 2,
	.widen = "decoder.project_in", .order = POST, .norm = NORM_LN, .out1 = "decoder." L "self_attn_layer_norm",
	.out2 = "decoder." L "final_layer_norm", .up = "decoder." L "fc1", .down = "decoder." L "fc2", .act = "relu",
	.defaults = "the_eps=1e-5",
	.flags = PLACE_WIDE },
#undef LLAMA
#undef GATED
#undef QK
#undef L

{ "gpt_neo",
	.embed = "wte", .place = "wpe", .norm = NORM_LN, .in1 = "h.{}.ln_1", .in2 = "h.{}.ln_2",
	.up = "h.{}.mlp.c_fc", .down = "h.{}.mlp.c_proj", .act = "gelu_new", .defaults = "layer_norm_epsilon=1e-5" },
{ "gptj codegen",
	.embed = "wte", .order = PARALLEL, .norm = NORM_LN, .in1 = "h.{}.ln_1",
	.up = "h.{}.mlp.fc_in", .down = "h.{}.mlp.fc_out", .act = "gelu_new", .defaults = "layer_norm_epsilon=1e-5" },
#define FALCON .embed = "word_embeddings", .norm = NORM_LN, .in1 = "h.{}.ln_attn|h.{}.input_layernorm", \
	.up = "h.{}.mlp.dense_h_to_4h", .down = "h.{}.mlp.dense_4h_to_h", .act = "gelu", .flags = ROUGH_SLOPES
{ "falcon", .when = "new_decoder_architecture", FALCON, .order = PARALLEL, .in2 = "h.{}.ln_mlp|h.{}.input_layernorm",
	.defaults = "layer_norm_epsilon=1e-5" },
{ "falcon", .when = "!new_decoder_architecture parallel_attn", FALCON, .order = PARALLEL,
	.defaults = "layer_norm_epsilon=1e-5 parallel_attn=true" },
{ "falcon", .when = "!new_decoder_architecture !parallel_attn", FALCON, .in2 = "h.{}.post_attention_layernorm",
	.defaults = "layer_norm_epsilon=1e-5 parallel_attn=true" },
#undef FALCON
{ "bloom", .when = "!apply_residual_connection_post_layernorm",
	.embed = "word_embeddings", .start = "word_embeddings_layernorm", .norm = NORM_LN, .in1 = "h.{}.input_layernorm",
	.in2 = "h.{}.post_attention_layernorm", .up = "h.{}.mlp.dense_h_to_4h", .down = "h.{}.mlp.dense_4h_to_h",
	.act = "!gelu_new", .defaults = "layer_norm_epsilon=1e-5", .flags = SLOPES },
{ "mpt", .when = "attn_config.alibi",
	.embed = "wte", .norm = NORM_LN, .in1 = "blocks.{}.norm_1", .in2 = "blocks.{}.norm_2",
	.up = "blocks.{}.ffn.up_proj", .down = "blocks.{}.ffn.down_proj", .act = "!gelu",
	.defaults = "layer_norm_epsilon=1e-5", .flags = SLOPES | CLIPS },
{ "gpt2",
	.embed = "wte", .place = "wpe", .norm = NORM_LN, .in1 = "h.{}.ln_1", .in2 = "h.{}.ln_2",
	.up = "h.{}.mlp.c_fc", .down = "h.{}.mlp.c_proj", .act = "gelu_new", .defaults = "layer_norm_epsilon=1e-5", .flags = CONV1D },
{ "gpt_bigcode",
	.embed = "wte", .place = "wpe", .norm = NORM_LN, .in1 = "h.{}.ln_1", .in2 = "h.{}.ln_2",
	.up = "h.{}.mlp.c_fc", .down = "h.{}.mlp.c_proj", .act = "gelu_pytorch_tanh", .defaults = "layer_norm_epsilon=1e-5" },
{ "openai-gpt",
	.embed = "tokens_embed", .place = "positions_embed", .order = POST, .norm = NORM_LN, .out1 = "h.{}.ln_1", .out2 = "h.{}.ln_2",
	.up = "h.{}.mlp.c_fc", .down = "h.{}.mlp.c_proj", .act = "!gelu_new", .defaults = "layer_norm_epsilon=1e-5", .flags = CONV1D },
{ "gpt_neox", .when = "use_parallel_residual",
	.embed = "embed_in", .order = PARALLEL, .norm = NORM_LN, .in1 = "layers.{}.input_layernorm",
	.in2 = "layers.{}.post_attention_layernorm", .up = "layers.{}.mlp.dense_h_to_4h", .down = "layers.{}.mlp.dense_4h_to_h",
	.act = "gelu", .defaults = "use_parallel_residual=true layer_norm_eps=1e-5" },
{ "gpt_neox", .when = "!use_parallel_residual",
	.embed = "embed_in", .norm = NORM_LN, .in1 = "layers.{}.input_layernorm",
	.in2 = "layers.{}.post_attention_layernorm", .up = "layers.{}.mlp.dense_h_to_4h", .down = "layers.{}.mlp.dense_4h_to_h",
	.act = "gelu", .defaults = "use_parallel_residual=true layer_norm_eps=1e-5" },
#define BERT .embed = "embeddings.word_embeddings", .place = "embeddings.position_embeddings", \
	.kind = "embeddings.token_type_embeddings", .start = "embeddings.LayerNorm", .order = POST, .norm = NORM_LN, \
	.out1 = "encoder.layer.{}.attention.output.LayerNorm", .out2 = "encoder.layer.{}.output.LayerNorm", \
	.up = "encoder.layer.{}.intermediate.dense", .down = "encoder.layer.{}.output.dense", .act = "gelu"
{ "bert", BERT, .defaults = "layer_norm_eps=1e-12 type_vocab_size=2", .flags = BOTH_WAYS | MAY_DECODE },
{ "ernie", .when = "!use_task_id", BERT, .defaults = "layer_norm_eps=1e-12 type_vocab_size=2", .flags = BOTH_WAYS | MAY_DECODE },
{ "rembert", BERT, .widen = "encoder.embedding_hidden_mapping_in", .defaults = "layer_norm_eps=1e-12 type_vocab_size=2",
	.flags = BOTH_WAYS | MAY_DECODE },
#define A "encoder.albert_layer_groups.{}.albert_layers.0."
{ "albert", .embed = "embeddings.word_embeddings", .place = "embeddings.position_embeddings",
	.kind = "embeddings.token_type_embeddings", .start = "embeddings.LayerNorm", .widen = "encoder.embedding_hidden_mapping_in",
	.order = POST, .norm = NORM_LN, .out1 = A "attention.LayerNorm", .out2 = A "full_layer_layer_norm", .up = A "ffn",
	.down = A "ffn_output", .act = "gelu_new", .defaults = "layer_norm_eps=1e-12 type_vocab_size=2 embedding_size=128",
	.flags = BOTH_WAYS },
#undef A
{ "roberta xlm-roberta camembert data2vec-text", BERT, .defaults = "layer_norm_eps=1e-12 type_vocab_size=2 pad_token_id=1",
	.flags = BOTH_WAYS | MAY_DECODE | PADDED },
{ "electra", BERT, .widen = "embeddings_project", .defaults = "layer_norm_eps=1e-12 type_vocab_size=2", .flags = BOTH_WAYS | MAY_DECODE },
#undef BERT
{ "distilbert", .embed = "embeddings.word_embeddings", .place = "embeddings.position_embeddings",
	.start = "embeddings.LayerNorm", .order = POST, .norm = NORM_LN, .out1 = "transformer.layer.{}.sa_layer_norm",
	.out2 = "transformer.layer.{}.output_layer_norm", .up = "transformer.layer.{}.ffn.lin1",
	.down = "transformer.layer.{}.ffn.lin2", .act = "gelu", .defaults = "the_eps=1e-12", .flags = BOTH_WAYS },
{ "modernbert", .embed = "embeddings.tok_embeddings", .start = "embeddings.norm", .norm = NORM_LN,
	.in1 = "layers.{}.attn_norm", .in2 = "layers.{}.mlp_norm", .gating = GATE_UP, .up = "layers.{}.mlp.Wi",
	.down = "layers.{}.mlp.Wo", .act = "gelu", .defaults = "norm_eps=1e-5", .flags = BOTH_WAYS | BARE_FIRST | HALF_WINDOW },

/* GGUF, by general.architecture, names as llama.cpp has them.  The weights of norms hold the + 1, q and k the
 * order of rotary.c; activations are those of the models, not in the file.  plan_gguf.c refuses what a row has
 * no name for. */
#define B "blk.{}."
#define EMBED .embed = "token_embd"
#define PRE EMBED, .in1 = B "attn_norm", .in2 = B "ffn_norm"
#define PLAIN_MLP .up = B "ffn_up", .down = B "ffn_down"
#define GATED .gating = GATE, .gate = B "ffn_gate", PLAIN_MLP
#define EXPERTS .router = B "ffn_gate_inp", .egate = B "ffn_gate_exps", .eup = B "ffn_up_exps", .edown = B "ffn_down_exps"
#define SHARED .sgate = B "ffn_gate_shexp", .sup = B "ffn_up_shexp", .sdown = B "ffn_down_shexp"
#define QK .qnorm = B "attn_q_norm", .knorm = B "attn_k_norm"
#define BEHIND .out1 = B "post_attention_norm", .out2 = B "post_ffw_norm"
{ "llama qwen2 smollm3 ernie4_5", PRE, GATED, EXPERTS, .norm = NORM_RMS, .act = "silu", .defaults = "norm_topk_prob=true", .flags = OF_GGUF },
{ "qwen3", PRE, GATED, QK, .norm = NORM_RMS, .act = "silu", .flags = OF_GGUF },
{ "granite", PRE, GATED, .norm = NORM_RMS, .act = "silu", .times = "embedding_multiplier", .residual = "residual_multiplier",
	.defaults = "embedding_multiplier=1 residual_multiplier=1", .flags = OF_GGUF },
{ "olmo", EMBED, .in1 = "", .in2 = "", GATED, .norm = NORM_LN, .act = "silu", .flags = OF_GGUF | CLIPS },
{ "seed_oss", EMBED, .in1 = B "attn_norm", .in2 = B "post_attention_norm", GATED, .norm = NORM_RMS, .act = "silu", .flags = OF_GGUF },
{ "arcee", PRE, PLAIN_MLP, .norm = NORM_RMS, .act = "relu2", .flags = OF_GGUF },
{ "olmo2", EMBED, BEHIND, GATED, QK, .norm = NORM_RMS, .act = "silu", .flags = OF_GGUF | WIDE_QK },
{ "phi3", PRE, PLAIN_MLP, .gating = GATE_UP, .norm = NORM_RMS, .act = "silu", .flags = OF_GGUF | ALL_SLIDE },
{ "glm4", PRE, BEHIND, PLAIN_MLP, .gating = GATE_UP, .norm = NORM_RMS, .act = "silu", .flags = OF_GGUF },
{ "qwen2moe", PRE, GATED, EXPERTS, SHARED, .sweight = B "ffn_gate_inp_shexp", .norm = NORM_RMS, .act = "silu", .flags = OF_GGUF },
{ "qwen3moe", PRE, EXPERTS, QK, .norm = NORM_RMS, .act = "silu", .defaults = "norm_topk_prob=true", .flags = OF_GGUF },
{ "olmoe", PRE, EXPERTS, QK, .norm = NORM_RMS, .act = "silu", .flags = OF_GGUF | WIDE_QK },
{ "gpt-oss", EMBED, .in1 = B "attn_norm", .in2 = B "post_attention_norm", EXPERTS, .norm = NORM_RMS, .act = "silu",
	.sinks = B "attn_sinks", .defaults = "norm_topk_prob=true swiglu_limit=7", .flags = OF_GGUF | SWIGLU_LIMIT },
{ "glm4moe", .when = "sigmoid_router !normed_qk", EMBED, .in1 = B "attn_norm", .in2 = B "post_attention_norm", GATED, EXPERTS, SHARED,
	.correction = B "exp_probs_b.bias|" B "exp_probs_b", .norm = NORM_RMS, .act = "silu",
	.flags = OF_GGUF | SIGMOID_ROUTER | PAIR_GROUPS },
{ "glm4moe", .when = "sigmoid_router normed_qk", EMBED, .in1 = B "attn_norm", .in2 = B "post_attention_norm", GATED, EXPERTS, SHARED,
	QK, .correction = B "exp_probs_b.bias|" B "exp_probs_b", .norm = NORM_RMS, .act = "silu",
	.flags = OF_GGUF | SIGMOID_ROUTER | PAIR_GROUPS },
{ "minimax-m2", PRE, GATED, EXPERTS, QK, .correction = B "exp_probs_b.bias|" B "exp_probs_b", .norm = NORM_RMS, .act = "silu",
	.defaults = "norm_topk_prob=true", .flags = OF_GGUF | WIDE_QK | SIGMOID_ROUTER },
{ "deepseek2", .when = "!sigmoid_router", PRE, GATED, EXPERTS, SHARED, .norm = NORM_RMS, .act = "silu",
	.flags = OF_GGUF },
{ "deepseek2", .when = "sigmoid_router", PRE, GATED, EXPERTS, SHARED, .correction = B "exp_probs_b.bias|" B "exp_probs_b",
	.norm = NORM_RMS, .act = "silu", .flags = OF_GGUF | SIGMOID_ROUTER | PAIR_GROUPS },
{ "gemma", PRE, GATED, .times = "hidden_size^1/2", .norm = NORM_RMS, .act = "gelu_pytorch_tanh", .flags = OF_GGUF },
{ "gemma2", PRE, BEHIND, GATED, .times = "hidden_size^1/2", .norm = NORM_RMS, .act = "gelu_pytorch_tanh",
	.defaults = "attn_logit_softcapping=50", .flags = OF_GGUF },
{ "gemma3", PRE, BEHIND, GATED, QK, .times = "hidden_size^1/2", .norm = NORM_RMS, .act = "gelu_pytorch_tanh", .flags = OF_GGUF },
{ "starcoder2", PRE, PLAIN_MLP, .norm = NORM_LN, .act = "gelu_pytorch_tanh", .flags = OF_GGUF },
{ "starcoder", PRE, PLAIN_MLP, .place = "position_embd", .norm = NORM_LN, .act = "gelu_pytorch_tanh", .flags = OF_GGUF },
{ "gpt2", PRE, PLAIN_MLP, .place = "position_embd", .norm = NORM_LN, .act = "gelu_new", .flags = OF_GGUF },
{ "phi2", EMBED, .in1 = B "attn_norm", PLAIN_MLP, .order = PARALLEL, .norm = NORM_LN, .act = "gelu_new", .flags = OF_GGUF },
{ "gptneox", .when = "use_parallel_residual", PRE, PLAIN_MLP, .order = PARALLEL, .norm = NORM_LN, .act = "gelu",
	.flags = OF_GGUF },
{ "gptneox", .when = "!use_parallel_residual", PRE, PLAIN_MLP, .norm = NORM_LN, .act = "gelu", .flags = OF_GGUF },
{ "stablelm", .when = "use_parallel_residual", EMBED, .in1 = B "attn_norm", GATED, .order = PARALLEL, .norm = NORM_LN,
	.act = "silu", .flags = OF_GGUF },
{ "stablelm", .when = "!use_parallel_residual", PRE, GATED, .norm = NORM_LN, .act = "silu", .flags = OF_GGUF },
{ "command-r", .when = "!normed_qk", EMBED, .in1 = B "attn_norm", GATED, .order = PARALLEL, .norm = NORM_LN, .act = "silu",
	.flags = OF_GGUF },
{ "command-r", .when = "normed_qk", EMBED, .in1 = B "attn_norm", GATED, QK, .order = PARALLEL, .norm = NORM_LN, .act = "silu",
	.flags = OF_GGUF | QK_MEAN | QK_EACH },
{ "cohere2", EMBED, .in1 = B "attn_norm", GATED, .order = PARALLEL, .norm = NORM_LN, .act = "silu", .flags = OF_GGUF },
{ "falcon", EMBED, .in1 = B "attn_norm_2|" B "attn_norm", .in2 = B "attn_norm", PLAIN_MLP, .order = PARALLEL, .norm = NORM_LN,
	.act = "gelu", .flags = OF_GGUF },
{ "bloom", PRE, PLAIN_MLP, .start = "token_embd_norm", .norm = NORM_LN, .act = "gelu_new", .flags = OF_GGUF | SLOPES },
{ "mpt", .when = "alibi", PRE, PLAIN_MLP, .norm = NORM_LN, .act = "gelu", .flags = OF_GGUF | SLOPES | CLIPS },
{ "bert", EMBED, PLAIN_MLP, .place = "position_embd", .kind = "token_types", .start = "token_embd_norm", .order = POST,
	.norm = NORM_LN, .out1 = B "attn_output_norm", .out2 = B "layer_output_norm", .act = "gelu", .flags = OF_GGUF | BOTH_WAYS },
#undef BEHIND
#undef QK
#undef SHARED
#undef EXPERTS
#undef GATED
#undef PLAIN_MLP
#undef PRE
#undef EMBED
#undef B
};

const size_t nblock_rows = sizeof block_rows / sizeof *block_rows;
