#!/usr/bin/env python3
"""GGUF files that llama.cpp's converter makes of the models of ../measured.

    make_measured_gguf.py CONVERTER [NAME ...]

CONVERTER and versions are those of convert.py.  measured/NAME.gguf holds the weights in
bfloat16, as they were, norms and biases in float32; measured/NAME.csv, where there is one, what the heads
do without what the converter leaves out of the file; else it is what ../measured/NAME/expected.csv says.
measured/NAME_q8_0.gguf are quantised where rows are of 32 numbers, and the csv is what the
heads do with the weights that the package gguf decodes.
"""
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "measured")
sys.path[:0] = [HERE, MODEL]

import convert                                                          # noqa: E402
import make_measured                                                    # noqa: E402
import torch                                                            # noqa: E402
from safetensors.torch import load_file, save_file                      # noqa: E402

# What transformers calls the model around it, what its names begin with there, and what the converter asks
# for and transformers 5 does not write.
LLAMA, SIGMOID = "model.", dict(scoring_func="sigmoid")
MODELS = {
    "llama": ("LlamaForCausalLM", LLAMA), "qwen2": ("Qwen2ForCausalLM", LLAMA),
    "qwen3": ("Qwen3ForCausalLM", LLAMA), "gemma": ("GemmaForCausalLM", LLAMA), "gemma2": ("Gemma2ForCausalLM", LLAMA),
    "gemma3_text": ("Gemma3ForCausalLM", LLAMA), "smollm3": ("SmolLM3ForCausalLM", LLAMA),
    "granite": ("GraniteForCausalLM", LLAMA), "olmo": ("OlmoForCausalLM", LLAMA), "olmo2": ("Olmo2ForCausalLM", LLAMA),
    "olmo3": ("Olmo3ForCausalLM", LLAMA), "phi3": ("Phi3ForCausalLM", LLAMA),
    "glm4": ("Glm4ForCausalLM", LLAMA), "starcoder2": ("Starcoder2ForCausalLM", LLAMA), "phi": ("PhiForCausalLM", LLAMA),
    "stablelm": ("StableLmForCausalLM", LLAMA), "stablelm_parallel": ("StableLmForCausalLM", LLAMA),
    "cohere": ("CohereForCausalLM", LLAMA), "cohere_qknorm": ("CohereForCausalLM", LLAMA),
    "cohere2": ("Cohere2ForCausalLM", LLAMA, dict(rotary_pct=1.0)), "falcon_new": ("FalconForCausalLM", "transformer."),
    "bloom": ("BloomForCausalLM", "transformer."), "mpt": ("MPTForCausalLM", "transformer."),
    "gpt2": ("GPT2LMHeadModel", "transformer.", dict(n_ctx=64)),
    "gpt_neox": ("GPTNeoXForCausalLM", "gpt_neox.", dict(rotary_pct=0.5)),
    "gpt_neox_serial": ("GPTNeoXForCausalLM", "gpt_neox.", dict(rotary_pct=0.5)),
    "mixtral": ("MixtralForCausalLM", LLAMA), "qwen2_moe": ("Qwen2MoeForCausalLM", LLAMA),
    "qwen3_moe_each": ("Qwen3MoeForCausalLM", LLAMA), "olmoe": ("OlmoeForCausalLM", LLAMA), "gpt_oss": ("GptOssForCausalLM", LLAMA),
    "deepseek_v2": ("DeepseekV2ForCausalLM", LLAMA), "deepseek_v3": ("DeepseekV3ForCausalLM", LLAMA, SIGMOID),
    "deepseek_v3_noq": ("DeepseekV3ForCausalLM", LLAMA, SIGMOID), "bert": ("BertModel", ""), "roberta": ("RobertaModel", ""),
    "ernie4_5": ("Ernie4_5ForCausalLM", LLAMA), "seed_oss": ("SeedOssForCausalLM", LLAMA),
    "arcee": ("ArceeForCausalLM", LLAMA),
    "glm4_moe": ("Glm4MoeForCausalLM", LLAMA), "glm4_moe_qknorm": ("Glm4MoeForCausalLM", LLAMA),
    "minimax_m2": ("MiniMaxM2ForCausalLM", LLAMA),
    "gpt_bigcode": ("GPTBigCodeForCausalLM", "transformer."),
    "distilbert": ("DistilBertModel", ""),
    "olmo_clip": ("OlmoForCausalLM", LLAMA), "mpt_clip": ("MPTForCausalLM", "transformer."),
}

# What the file does not hold, and what is then the case.
LEFT_OUT = {
    "starcoder2": dict(sliding_window=None), "cohere2": dict(layer_types=["sliding_attention"] * 3),
    "gpt_oss": dict(swiglu_limit=7.0),
    "gemma2": dict(query_pre_attn_scalar=16), "gemma3_text": dict(query_pre_attn_scalar=16,
    layer_types=["sliding_attention"] * 3),
    "smollm3": dict(no_rope_layers=[1, 1, 1]), "gpt_neox_serial": dict(hidden_act="gelu"),
}

QUANTISED = "llama", "qwen2_moe"


def stage(name, to):
    """The model as its hub has it."""
    cls, prefix, *given = MODELS[name]
    with open(os.path.join(MODEL, name, "config.json")) as f:
        config = json.load(f)
    config["architectures"] = [cls]
    for more in given:
        config.update(more)
    where = os.path.join(to, name)
    os.makedirs(where)
    with open(os.path.join(where, "config.json"), "w") as f:
        json.dump(config, f)
    w = load_file(os.path.join(MODEL, name, "model.safetensors"))
    if "Gemma3" in cls:                     # the converter counts its words
        with open(os.path.join(where, "tokenizer.json"), "w") as f:
            json.dump({"model": {"vocab": {str(i): i for i in range(len(w["embed_tokens.weight"]))}}, "added_tokens": []}, f)
    save_file({prefix + k: v.contiguous() for k, v in w.items()}, os.path.join(where, "model.safetensors"), {"format": "pt"})
    return where


def round_q8_0(model):
    """Its weights as they are in the file: routers whole, rows that are no blocks in float16."""
    from gguf import GGMLQuantizationType as Type, quants
    for name, w in model.named_parameters():
        if w.dim() < 2 or "mlp.gate." in name or "shared_expert_gate" in name:
            continue
        x = w.detach().float().numpy()
        kind = Type.F16 if x.shape[-1] % 32 else Type.Q8_0
        w.data = torch.from_numpy(quants.dequantize(quants.quantize(x, kind), kind).reshape(x.shape)).double()


def main():
    out = os.path.join(HERE, "measured")
    os.makedirs(out, exist_ok=True)
    for name in [] if sys.argv[2:] else QUANTISED:
        with tempfile.TemporaryDirectory() as tmp:
            convert.convert(stage(name, tmp), out, "q8_0", end="_q8_0")
        make_measured.measure_again(name, {}, os.path.join(out, name + "_q8_0.csv"), round_q8_0)
    for name in sys.argv[2:] or MODELS:
        with tempfile.TemporaryDirectory() as tmp:
            try:
                convert.convert(stage(name, tmp), out, "bf16", whole="Gemma3" in MODELS[name][0])
            except (Exception, SystemExit) as e:
                print(f"{name}: {type(e).__name__}: {e}")
                continue
        if name in LEFT_OUT:
            make_measured.measure_again(name, LEFT_OUT[name], os.path.join(out, name + ".csv"))


if __name__ == "__main__":
    main()
