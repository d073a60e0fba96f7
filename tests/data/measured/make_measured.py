#!/usr/bin/env python3
"""Tiny models, token ids, and what their heads do in float64.

    make_measured.py [NAME ...]
    make_measured.py --tiny                 examples/tiny

Each folder beside this file is a model that transformers made, with random weights, norms
and biases in bfloat16, deep enough for each kind of layer; tokens.csv are its passages and expected.csv
what its attention did, by the definitions of examples/measure_attention.py, in float64 and
eager.  Made with transformers 5.24, torch 2.13.
"""
import contextlib
import copy
import csv
import json
import math
import os
import sys

import torch
import transformers

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "examples"))
import measure_attention  # noqa: E402

WORDS = 37
COMMON = dict(vocab_size=WORDS, hidden_size=32, intermediate_size=40, num_hidden_layers=3, num_attention_heads=4,
              max_position_embeddings=64, pad_token_id=0, bos_token_id=1, eos_token_id=2)
GROUPED = dict(COMMON, num_key_value_heads=2)
SMALL = dict(GROUPED, hidden_size=16, intermediate_size=20)     # those that came later
OWN = dict(COMMON, hidden_size=16, intermediate_size=20)
LATENT = dict(num_key_value_heads=4, q_lora_rank=12, kv_lora_rank=16, qk_nope_head_dim=6,
              qk_rope_head_dim=4, v_head_dim=8, n_routed_experts=4, num_experts_per_tok=2, first_k_dense_replace=1,
              moe_intermediate_size=12, n_shared_experts=1)
ROUTED = dict(n_routed_experts=4, num_experts_per_tok=2, moe_intermediate_size=12, first_k_dense_replace=1,
              n_shared_experts=1, head_dim=8, n_group=1, topk_group=1)
LLAMA4 = dict(SMALL, hidden_size=32, head_dim=8, intermediate_size=12, intermediate_size_mlp=20, num_local_experts=4,
              num_experts_per_tok=2, num_hidden_layers=5, no_rope_layers=[1, 0, 1, 0, 1], attention_chunk_size=8, floor_scale=4,
              attn_scale=0.3)
FALCON = {k: v for k, v in COMMON.items() if k != "intermediate_size"}


def turned(kind, **more):
    """Rotary parameters whose first context is so short that the scaling matters."""
    return dict(rope_theta=100.0, rope_type=kind, **more)


YARN = turned("yarn", factor=4.0, original_max_position_embeddings=16)

MODELS = {
    "llama": ("LlamaConfig", GROUPED),
    "llama_linear": ("LlamaConfig", dict(GROUPED, rope_parameters=turned("linear", factor=3.0))),
    "llama_dynamic": ("LlamaConfig", dict(GROUPED, rope_parameters=turned("dynamic", factor=3.0))),
    "llama_llama3": ("LlamaConfig", dict(GROUPED, rope_parameters=turned(
        "llama3", factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=24))),
    "llama_yarn": ("LlamaConfig", dict(GROUPED, rope_parameters=dict(YARN, beta_fast=8.0, beta_slow=2.0))),
    "llama_longrope": ("LlamaConfig", dict(GROUPED, rope_parameters=turned(
        "longrope", factor=4.0, original_max_position_embeddings=64, short_factor=[1.0, 1.5, 2.0, 2.5],
        long_factor=[2.0, 3.0, 4.0, 5.0]))),
    "qwen2_sliding": ("Qwen2Config", dict(GROUPED, use_sliding_window=True, sliding_window=5, max_window_layers=1)),
    "gpt2_inverse": ("GPT2Config", dict(vocab_size=WORDS, n_embd=32, n_layer=3, n_head=4, n_positions=64,
                                        scale_attn_by_inverse_layer_idx=True, activation_function="relu")),
    "gemma3_scaled": ("Gemma3TextConfig", dict(
        GROUPED, head_dim=16, sliding_window=7, layer_types=["sliding_attention", "full_attention", "sliding_attention"],
        rope_parameters={"sliding_attention": turned("default"), "full_attention": turned("linear", factor=8.0)})),
    "gpt_oss_yarn": ("GptOssConfig", dict(GROUPED, num_local_experts=4, num_experts_per_tok=2, head_dim=8,
                                          intermediate_size=12, sliding_window=7, rope_parameters=dict(YARN, truncate=False))),
    "deepseek_v2_groups": ("DeepseekV2Config", dict(COMMON, **LATENT, topk_method="group_limited_greedy", n_group=2,
                                                    topk_group=1, routed_scaling_factor=1.5,
                                                    rope_parameters=dict(YARN, mscale=0.7, mscale_all_dim=0.4))),
    "mistral": ("MistralConfig", dict(GROUPED, sliding_window=7, head_dim=12)),
    "qwen2": ("Qwen2Config", GROUPED),
    "qwen3": ("Qwen3Config", dict(GROUPED, head_dim=16)),
    "gemma": ("GemmaConfig", dict(GROUPED, head_dim=16)),
    "gemma2": ("Gemma2Config", dict(GROUPED, head_dim=16, sliding_window=7, query_pre_attn_scalar=20,
                                    attn_logit_softcapping=2.0)),
    "gemma3_text": ("Gemma3TextConfig", dict(GROUPED, head_dim=16, sliding_window=7, query_pre_attn_scalar=20,
                                             layer_types=["sliding_attention", "full_attention", "sliding_attention"])),
    "smollm3": ("SmolLM3Config", dict(GROUPED, no_rope_layers=[1, 0, 1])),
    "granite": ("GraniteConfig", dict(GROUPED, embedding_multiplier=3.0, residual_multiplier=0.4, attention_multiplier=0.2)),
    "olmo": ("OlmoConfig", COMMON),
    "olmo2": ("Olmo2Config", GROUPED),
    "olmo3": ("Olmo3Config", dict(GROUPED, sliding_window=7,
                                  layer_types=["sliding_attention", "full_attention", "sliding_attention"])),
    "phi3": ("Phi3Config", dict(GROUPED, sliding_window=9)),
    "glm": ("GlmConfig", dict(GROUPED, head_dim=16, attention_bias=True)),
    "glm4": ("Glm4Config", dict(GROUPED, head_dim=16, attention_bias=True)),
    "starcoder2": ("Starcoder2Config", dict(GROUPED, sliding_window=8)),
    "phi": ("PhiConfig", dict(COMMON, partial_rotary_factor=0.5)),
    "phi_qknorm": ("PhiConfig", dict(COMMON, partial_rotary_factor=0.5, qk_layernorm=True)),
    "stablelm": ("StableLmConfig", dict(GROUPED, partial_rotary_factor=0.5)),
    "stablelm_parallel": ("StableLmConfig", dict(GROUPED, partial_rotary_factor=0.5, use_parallel_residual=True,
                                                 use_qkv_bias=True)),
    "cohere": ("CohereConfig", GROUPED),
    "cohere_qknorm": ("CohereConfig", dict(GROUPED, use_qk_norm=True)),
    "cohere2": ("Cohere2Config", dict(GROUPED, sliding_window=7,
                                      layer_types=["sliding_attention", "full_attention", "sliding_attention"])),
    "opt": ("OPTConfig", dict(COMMON, ffn_dim=40, word_embed_proj_dim=20)),
    "opt_postnorm": ("OPTConfig", dict(COMMON, ffn_dim=40, word_embed_proj_dim=32, do_layer_norm_before=False)),
    "gpt_neo": ("GPTNeoConfig", dict(vocab_size=WORDS, hidden_size=32, num_layers=3, num_heads=4, window_size=7,
                                     max_position_embeddings=64, attention_types=[[["global", "local", "local"], 1]])),
    "gptj": ("GPTJConfig", dict(vocab_size=WORDS, n_embd=32, n_layer=3, n_head=4, rotary_dim=4, n_positions=64)),
    "codegen": ("CodeGenConfig", dict(vocab_size=WORDS, n_embd=32, n_layer=3, n_head=4, rotary_dim=4, n_positions=64)),
    "falcon_new": ("FalconConfig", dict(FALCON, num_kv_heads=2, new_decoder_architecture=True)),
    "falcon_mq": ("FalconConfig", dict(FALCON, multi_query=True, bias=True)),
    "falcon_serial": ("FalconConfig", dict(FALCON, multi_query=False, parallel_attn=False)),
    "bloom": ("BloomConfig", dict(vocab_size=WORDS, hidden_size=30, n_layer=3, n_head=6)),
    "mpt": ("MptConfig", dict(vocab_size=WORDS, d_model=30, n_layers=3, n_heads=6, expansion_ratio=2, max_seq_len=64)),
    "mixtral": ("MixtralConfig", dict(GROUPED, num_local_experts=4, num_experts_per_tok=2)),
    "qwen2_moe": ("Qwen2MoeConfig", dict(GROUPED, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=12,
                                         shared_expert_intermediate_size=20)),
    "qwen3_moe": ("Qwen3MoeConfig", dict(GROUPED, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=12,
                                         mlp_only_layers=[0], norm_topk_prob=True)),
    "qwen3_moe_each": ("Qwen3MoeConfig", dict(SMALL, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=12, head_dim=8,
                                              norm_topk_prob=True)),
    "olmoe": ("OlmoeConfig", dict(GROUPED, num_experts=4, num_experts_per_tok=2, intermediate_size=12)),
    "gpt_oss": ("GptOssConfig", dict(GROUPED, num_local_experts=4, num_experts_per_tok=2, head_dim=8, intermediate_size=12,
                                     sliding_window=7, swiglu_limit=1.0)),
    "ernie4_5": ("Ernie4_5Config", dict(SMALL, head_dim=8, use_bias=True)),
    "seed_oss": ("SeedOssConfig", dict(SMALL, head_dim=8)),
    "cwm": ("CwmConfig", dict(SMALL, head_dim=8, sliding_window=7, num_hidden_layers=4,
                              layer_types=["sliding_attention", "full_attention"] * 2)),
    "ministral": ("MinistralConfig", dict(SMALL, head_dim=8, sliding_window=7,
                                          layer_types=["sliding_attention", "full_attention", "sliding_attention"])),
    "helium": ("HeliumConfig", dict(SMALL, head_dim=4)),
    "eurobert": ("EuroBertConfig", dict(SMALL, head_dim=8)),
    "arcee": ("ArceeConfig", dict(SMALL, head_dim=8)),
    "nemotron": ("NemotronConfig", dict(SMALL, head_dim=8, partial_rotary_factor=0.5)),
    "hunyuan_v1_dense": ("HunYuanDenseV1Config", dict(SMALL, head_dim=8, rope_parameters=dict(
        rope_type="dynamic", alpha=50.0, factor=1.0, rope_theta=10000.0))),
    "youtu": ("YoutuConfig", dict(OWN, **{k: LATENT[k] for k in ("num_key_value_heads", "q_lora_rank", "kv_lora_rank",
                                  "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim")})),
    "glm4_moe_lite": ("Glm4MoeLiteConfig", dict(OWN, **LATENT, n_group=1, topk_group=1)),
    "ernie4_5_moe": ("Ernie4_5_MoeConfig", dict(SMALL, moe_num_experts=4, moe_k=2, moe_intermediate_size=12, head_dim=8,
                                                moe_num_shared_experts=2)),
    "jais2": ("Jais2Config", dict(SMALL, head_dim=8)),
    "exaone4": ("Exaone4Config", dict(SMALL, head_dim=8, sliding_window=7, sliding_window_pattern=2)),
    "exaone4_full": ("Exaone4Config", dict(SMALL, head_dim=8, sliding_window=None, layer_types=["full_attention"] * 3)),
    "hyperclovax": ("HyperCLOVAXConfig", dict(SMALL, head_dim=8, embedding_multiplier=3.0, residual_multiplier=0.4,
                                              attention_multiplier=0.2)),
    "persimmon": ("PersimmonConfig", dict(OWN, hidden_size=32, intermediate_size=24, partial_rotary_factor=0.5)),
    "dots1": ("Dots1Config", dict(SMALL, **ROUTED)),
    "glm4_moe": ("Glm4MoeConfig", dict(SMALL, **ROUTED, routed_scaling_factor=1.5)),
    "glm4_moe_qknorm": ("Glm4MoeConfig", dict(SMALL, **dict(ROUTED, n_group=2), use_qk_norm=True)),
    "solar_open": ("SolarOpenConfig", dict(SMALL, **ROUTED)),
    "minimax_m2": ("MiniMaxM2Config", dict(SMALL, num_local_experts=4, num_experts_per_tok=2, head_dim=8, intermediate_size=12,
                                           rotary_dim=4)),
    "flex_olmo": ("FlexOlmoConfig", dict(SMALL, num_experts=4, num_experts_per_tok=2, intermediate_size=12)),
    "vaultgemma": ("VaultGemmaConfig", dict(SMALL, head_dim=8, sliding_window=7, query_pre_attn_scalar=20,
                                            attn_logit_softcapping=2.0)),
    "gpt_bigcode": ("GPTBigCodeConfig", dict(vocab_size=WORDS, n_embd=16, n_layer=3, n_head=4, n_positions=64)),
    "gpt_bigcode_heads": ("GPTBigCodeConfig", dict(vocab_size=WORDS, n_embd=16, n_layer=3, n_head=4, n_positions=64,
                                                   multi_query=False)),
    "openai_gpt": ("OpenAIGPTConfig", dict(vocab_size=WORDS, n_embd=16, n_layer=3, n_head=4, n_positions=64)),
    "ernie": ("ErnieConfig", OWN),
    "rembert": ("RemBertConfig", dict(OWN, input_embedding_size=12)),
    "albert": ("AlbertConfig", dict(OWN, embedding_size=12, num_hidden_groups=2)),
    "data2vec_text": ("Data2VecTextConfig", dict(OWN, pad_token_id=2)),
    "gpt_oss_mxfp4": ("GptOssConfig", dict(GROUPED, num_local_experts=4, num_experts_per_tok=2, head_dim=8,
                                           intermediate_size=32, num_hidden_layers=2, sliding_window=7)),
    "llama_fp8": ("LlamaConfig", dict(SMALL, num_hidden_layers=2)),
    "llama_mlx": ("LlamaConfig", dict(SMALL, hidden_size=32, intermediate_size=32, num_hidden_layers=2)),
    "deepseek_v2": ("DeepseekV2Config", dict(COMMON, **LATENT)),
    "deepseek_v3": ("DeepseekV3Config", dict(COMMON, **LATENT, n_group=2, topk_group=1)),
    "deepseek_v3_noq": ("DeepseekV3Config", dict(COMMON, **dict(LATENT, q_lora_rank=None), n_group=1, topk_group=1)),
    "gpt2": ("GPT2Config", dict(vocab_size=WORDS, n_embd=32, n_layer=3, n_head=4, n_positions=64)),
    "gpt_neox": ("GPTNeoXConfig", dict(COMMON, rotary_pct=0.5)),
    "gpt_neox_serial": ("GPTNeoXConfig", dict(COMMON, rotary_pct=0.5, use_parallel_residual=False, hidden_act="gelu_new")),
    "bert": ("BertConfig", COMMON),
    "electra": ("ElectraConfig", dict(COMMON, embedding_size=20)),
    "distilbert": ("DistilBertConfig", dict(vocab_size=WORDS, dim=32, hidden_dim=40, n_layers=3, n_heads=4,
                                            max_position_embeddings=64)),
    "modernbert": ("ModernBertConfig", dict(COMMON, local_attention=10, global_attn_every_n_layers=2,
                                            cls_token_id=1, sep_token_id=2, num_hidden_layers=4)),
    "roberta": ("RobertaConfig", dict(COMMON, pad_token_id=2)),
    "llama4": ("Llama4TextConfig", dict(LLAMA4, moe_layers=[1, 3])),
    "llama4_nonorm": ("Llama4TextConfig", dict(LLAMA4, use_qk_norm=False, attn_temperature_tuning=False, num_hidden_layers=2,
                                               no_rope_layers=[1, 0], moe_layers=[0])),
    "llama_dynamic_far": ("LlamaConfig", dict(SMALL, max_position_embeddings=16, rope_parameters=turned("dynamic", factor=3.0))),
    "llama_longrope_far": ("LlamaConfig", dict(SMALL, rope_parameters=turned(
        "longrope", factor=4.0, original_max_position_embeddings=16, short_factor=[1.0, 1.5], long_factor=[2.0, 3.0]))),
    "phi3_longrope": ("Phi3Config", dict(SMALL, hidden_size=32, original_max_position_embeddings=16, rope_parameters=turned(
        "longrope", short_factor=[1.0, 1.5], long_factor=[2.0, 3.0], partial_rotary_factor=0.5))),
    "falcon_alibi": ("FalconConfig", dict(FALCON, hidden_size=24, num_attention_heads=12, multi_query=False,
                                          parallel_attn=False, bias=True, alibi=True)),
    "stablelm_qknorm": ("StableLmConfig", dict(SMALL, hidden_size=32, partial_rotary_factor=0.5, qk_layernorm=True)),
    "olmo_clip": ("OlmoConfig", dict(SMALL, clip_qkv=0.7)),
    "olmoe_clip": ("OlmoeConfig", dict(SMALL, num_experts=4, num_experts_per_tok=2, intermediate_size=12, clip_qkv=0.7)),
    "mpt_clip": ("MptConfig", dict(vocab_size=WORDS, d_model=12, n_layers=2, n_heads=3, expansion_ratio=2, max_seq_len=64,
                                   attn_config=dict(clip_qkv=0.7))),
    "bert_decoder": ("BertConfig", dict(OWN, is_decoder=True)),
    "roberta_decoder": ("RobertaConfig", dict(OWN, is_decoder=True, pad_token_id=2)),
    "electra_decoder": ("ElectraConfig", dict(OWN, embedding_size=12, is_decoder=True)),
}

COLUMNS = {"attention_entropy": "entropy", "logit_std": "logit_std", "relative_entropy": "relative_entropy",
           "max_prob": "max_prob", "first_prob": "first_prob", "special_prob": "special_prob", "distance": "distance",
           "logit_row_std": "logit_row_std"}


def passages():
    """Ids of three passages; special tokens among them."""
    g = torch.Generator().manual_seed(3)
    out = []
    for n in (23, 1, 37, 12):
        ids = torch.randint(3, WORDS, (n,), generator=g).tolist()
        ids[0] = 1
        out.append(ids)
    return out


def randomise(model, seed):
    """Every parameter its own numbers, so that nothing is 1 or 0 by chance."""
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            x = torch.randn(p.shape, generator=g, dtype=torch.float64)
            if p.dim() > 1:
                x *= 1.6 / p.shape[-1] ** 0.5
            elif "norm" in name.lower() and name.endswith("weight"):
                x = 1 + 0.3 * x
            else:
                x *= 0.3
            p.copy_(x.bfloat16())


@contextlib.contextmanager
def softmaxes(heads, model, bias):
    """As Heads.watch, for modules whose logits are seen in their softmax alone; bias(n) is what
    was added to them."""
    def watched(f):
        def call(x, *args, **kw):
            p = f(x, *args, **kw)
            if x.dim() == 4:
                layer = len(heads.done)
                heads.done.add(layer)
                visible = x > -5000
                z = torch.where(visible, x - bias(x.shape[-1]), 0)
                sums = heads.sums.setdefault(layer, {})
                for name, new in measure_attention.measure(z, p, visible, heads.counted, heads.special).items():
                    old = sums.get(name, (0, 0))
                    sums[name] = old[0] + new[0], old[1] + new[1]
            return p
        return call
    functional, plain = torch.nn.functional.softmax, torch.softmax
    torch.nn.functional.softmax, torch.softmax = watched(functional), watched(plain)
    try:
        yield
    finally:
        torch.nn.functional.softmax, torch.softmax = functional, plain


def slopes(n, most=8):
    """ALiBi's."""
    two = 2 ** int(math.log2(n))
    return torch.tensor([2.0 ** (-most * (h + 1) / two if h < two else -most * (2 * (h - two) + 1) / (2 * two))
                         for h in range(n)], dtype=torch.float64)[:, None, None]


@contextlib.contextmanager
def once(model):
    """falcon's ALiBi is in its mask, and eager, unlike sdpa, adds it to the logits too: half of it each time.
    What it adds in all."""
    code = sys.modules[type(model).__module__]
    whole = getattr(code, "build_alibi_tensor", None)
    config = model.config
    if config.model_type != "falcon" or not config.alibi:
        yield lambda n: 0
        return
    code.build_alibi_tensor = lambda *args, **kw: whole(*args, **kw) / 2
    try:
        yield lambda n: whole(torch.ones(1, n, dtype=torch.long), config.num_attention_heads, torch.float64) / config.head_dim ** 0.5
    finally:
        code.build_alibi_tensor = whole


SOFTMAX = {
    "gpt_neo": lambda n: 0, "gptj": lambda n: 0, "codegen": lambda n: 0, "falcon": None,
    "albert": lambda n: 0, "rembert": lambda n: 0, "openai-gpt": lambda n: 0,
    "bloom": lambda n: slopes(6) * torch.arange(n), "mpt": lambda n: slopes(6) * (torch.arange(n) - n + 1),
    "mpt_clip": lambda n: slopes(3) * (torch.arange(n) - n + 1),
}


def make(name):
    kind, settings = MODELS[name]
    config = getattr(transformers, kind)(**copy.deepcopy(settings))    # which it changes
    config._attn_implementation = config._experts_implementation = "eager"
    model = transformers.AutoModel.from_config(config).double().eval()
    seed = sum(map(ord, name))
    randomise(model, seed)
    where = os.path.join(HERE, name)
    os.makedirs(where, exist_ok=True)
    copy.deepcopy(model).bfloat16().save_pretrained(where)
    write_measured(name, model, os.path.join(where, "expected.csv"))


def measure_again(name, changes, path, change=lambda model: None):
    """What the heads of a model that is there do with other settings, or weights."""
    where = os.path.join(HERE, name)
    config = transformers.AutoConfig.from_pretrained(where, **changes)
    config._attn_implementation = config._experts_implementation = "eager"
    model = transformers.AutoModel.from_pretrained(where, config=config, dtype=torch.float64).eval()
    change(model)
    write_measured(name, model, path)


def write_measured(name, model, path):
    heads = measure_attention.Heads(model)
    kind = name if name in SOFTMAX else model.config.model_type
    rotary = [(m, copy.deepcopy(m)) for m in model.modules() if hasattr(m, "rope_type")]
    for ids in passages():
        for m, new in rotary:                           # each passage as if it were the only one
            m.__dict__.update(copy.deepcopy(new).__dict__)
        real = torch.ones(1, len(ids), dtype=torch.bool)
        special = torch.tensor([[i < 3 for i in ids]])
        heads.begin(real & ~special, special)
        with torch.inference_mode(), once(model) as bias:
            watch = softmaxes(heads, model, SOFTMAX[kind] or bias) if kind in SOFTMAX else heads.watch(model)
            with watch:
                model(input_ids=torch.tensor([ids]), use_cache=False)
    with open(path, "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["layer", "head"] + list(COLUMNS.values()) + ["queries"])
        for layer in sorted(heads.sums):
            sums = heads.sums[layer]
            for h in range(len(sums["logit_std"][0])):
                means = [float(sums[c][0][h] / sums[c][1][h]) for c in COLUMNS]
                out.writerow([layer, h, *means, int(sums["attention_entropy"][1][h])])


def save_packed(name, w, quantised):
    """The model's weights are w, packed as quantised says."""
    from safetensors.torch import save_file
    where = os.path.join(HERE, name)
    save_file({k: v.contiguous() for k, v in w.items()}, os.path.join(where, "model.safetensors"), {"format": "pt"})
    with open(os.path.join(where, "config.json")) as f:
        text = dict(json.load(f), quantization_config=quantised)
    with open(os.path.join(where, "config.json"), "w") as f:
        json.dump(text, f, indent=2)


def make_mxfp4(name):
    """gpt_oss_mxfp4: of random bytes, which transformers' own function decodes."""
    from transformers.integrations.mxfp4 import convert_moe_packed_tensors
    make(name)
    model = transformers.AutoModel.from_pretrained(os.path.join(HERE, name), dtype=torch.float64,
                                                   attn_implementation="eager").eval()
    model.config._experts_implementation = "eager"
    g = torch.Generator().manual_seed(5)
    w = {k: v.bfloat16() for k, v in model.state_dict().items()}
    for k in [k for k in w if k.endswith("_proj") and "experts" in k]:
        n, cols, rows = w.pop(k).shape
        blocks = torch.randint(0, 256, (n, rows, cols // 32, 16), generator=g, dtype=torch.uint8)
        scales = torch.randint(122, 127, (n, rows, cols // 32), generator=g, dtype=torch.uint8)
        w[k + "_blocks"], w[k + "_scales"] = blocks, scales
        model.get_parameter(k).data = convert_moe_packed_tensors(blocks, scales, dtype=torch.float32).double()
    save_packed(name, w, {"quant_method": "mxfp4"})
    write_measured(name, model, os.path.join(HERE, name, "expected.csv"))


def make_fp8(name):
    """llama_fp8: blocks of 16 by 16 that have a scale each."""
    make(name)
    model = transformers.AutoModel.from_pretrained(os.path.join(HERE, name), dtype=torch.float64,
                                                   attn_implementation="eager").eval()
    w = {k: v.bfloat16() for k, v in model.state_dict().items()}
    for k in [k for k in w if k.endswith("_proj.weight")]:
        x = w[k].double()
        rows, cols = x.shape
        x = torch.nn.functional.pad(x, (0, -cols % 16, 0, -rows % 16))
        blocks = x.reshape(x.shape[0] // 16, 16, x.shape[1] // 16, 16)
        scale = (blocks.abs().amax((1, 3)) / 448).float()
        at = scale.double()[:, None, :, None]
        codes = (blocks / at).to(torch.float8_e4m3fn)
        w[k], w[k + "_scale_inv"] = codes.reshape(x.shape)[:rows, :cols], scale
        model.get_parameter(k).data = (codes.double() * at).reshape(x.shape)[:rows, :cols]
    save_packed(name, w, {"quant_method": "fp8", "weight_block_size": [16, 16]})
    write_measured(name, model, os.path.join(HERE, name, "expected.csv"))


def make_mlx(name):
    """llama_mlx: groups of 32 with a scale and a bias each, numbers of 4 bits in words of 32."""
    make(name)
    model = transformers.AutoModel.from_pretrained(os.path.join(HERE, name), dtype=torch.float64,
                                                   attn_implementation="eager").eval()
    g = torch.Generator().manual_seed(6)
    w = {k: v.bfloat16() for k, v in model.state_dict().items()}
    for k in [k for k in w if k.endswith("_proj.weight") or "embed" in k]:
        rows, cols = w[k].shape
        codes = torch.randint(0, 16, (rows, cols), generator=g)
        scale = (0.02 + 0.02 * torch.rand((rows, cols // 32), generator=g)).bfloat16()
        bias = (-7.5 * scale.float()).bfloat16()
        at = [x.double().repeat_interleave(32, 1) for x in (scale, bias)]
        model.get_parameter(k).data = codes.double() * at[0] + at[1]
        words = (codes.reshape(rows, -1, 8) << 4 * torch.arange(8)).sum(-1)
        w[k] = words.to(torch.uint32)
        w[k[:-6] + "scales"], w[k[:-6] + "biases"] = scale, bias
    save_packed(name, w, {"group_size": 32, "bits": 4, "mode": "affine"})
    write_measured(name, model, os.path.join(HERE, name, "expected.csv"))


PACKED = {"gpt_oss_mxfp4": make_mxfp4, "llama_fp8": make_fp8, "llama_mlx": make_mlx}


def tiny():
    """The model that the example of hg-measure(1) runs."""
    config = transformers.LlamaConfig(vocab_size=16, hidden_size=16, intermediate_size=16, num_hidden_layers=2,
                                      num_attention_heads=2, max_position_embeddings=16)
    model = transformers.AutoModel.from_config(config)
    randomise(model, 1)
    model.bfloat16().save_pretrained(os.path.join(HERE, "..", "..", "..", "examples", "tiny"))


def main():
    if sys.argv[1:] == ["--tiny"]:
        return tiny()
    with open(os.path.join(HERE, "tokens.csv"), "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["passage", "token", "special"])
        for g, ids in enumerate(passages()):
            for i in ids:
                out.writerow([f"p{g}", i, int(i < 3)])
    for name in sys.argv[1:] or MODELS:
        PACKED.get(name, make)(name)


if __name__ == "__main__":
    main()
