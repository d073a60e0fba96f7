#!/usr/bin/env python3
"""flips.py [NAME ...]: of every model in tests/data/measured each key of its config.json left out,
or set to something else: hg-measure finds what transformers finds, or refuses.

By hand; needs torch and transformers, no network, and hg-measure in PATH; not part of make check.
A line for each key that is wrong, and for each model how many values were the same, refused, and
not to be had from transformers.
"""
import contextlib
import copy
import csv
import io
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "data", "measured"))
import make_measured as made  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402

MORE = {
    "deepseek_v2": [dict(topk_method="group_limited_greedy", n_group=2, topk_group=1),
                    dict(topk_method="greedy", n_group=2, topk_group=1)],
    "deepseek_v3": [dict(n_group=2, topk_group=2), dict(n_group=4, topk_group=3, n_routed_experts=8)],
    "gemma3_text": [dict(sliding_window=7, _sliding_window_pattern=2)],
    "qwen2": [dict(use_sliding_window=True, sliding_window=5, max_window_layers=1)],
    "qwen3": [dict(use_sliding_window=True, sliding_window=5, max_window_layers=1)],
    "qwen2_moe": [dict(use_sliding_window=True, sliding_window=5, max_window_layers=1)],
    "qwen3_moe": [dict(use_sliding_window=True, sliding_window=5, max_window_layers=1)],
    "smollm3": [dict(use_sliding_window=True, sliding_window=5, layer_types=["sliding_attention"] * 3)],
    "llama4": [dict(layer_types=None, attention_chunk_size=5, no_rope_layers=None, no_rope_layer_interval=3),
               dict(layer_types=["chunked_attention"] * 5), dict(layer_types=["full_attention"] * 5),
               dict(moe_layers=[0, 2], num_experts_per_tok=1), dict(floor_scale=1), dict(attn_scale=-0.3)],
    "mpt_clip": [dict(attn_config=dict(clip_qkv=0.2))],
    "modernbert": [dict(layer_types=["sliding_attention", "full_attention"] * 2)],
}
# Of rounding.
TOL = 2e-5
# Of the file, of training, of what is behind the last attention, of what is not a text's.
SKIP = set("""transformers_version architectures dtype torch_dtype model_type output_hidden_states output_attentions
return_dict chunk_size_feed_forward id2label label2id problem_type use_cache is_encoder_decoder _name_or_path
attention_dropout hidden_dropout hidden_dropout_prob attention_probs_dropout_prob embd_pdrop attn_pdrop resid_pdrop
initializer_range classifier_dropout dropout tie_word_embeddings bos_token_id eos_token_id vocab_size hidden_size
num_hidden_layers num_attention_heads intermediate_size n_embd n_layer n_head d_model n_heads n_layers num_layers
num_heads dim hidden_dim embedding_size word_embed_proj_dim max_position_embeddings n_positions n_ctx head_dim
router_aux_loss_coef output_router_logits layerdrop activation_dropout cls_token_id sep_token_id decoder_start_token_id
tokenizer_class pretraining_tp num_key_value_heads""".split())
# They say which tensors there are: without them transformers leaves some of the file alone, or makes up others.
TENSORS = set("bias use_bias use_qkv_bias first_k_dense_replace moe_layers mlp_only_layers".split())
EXTRA = {"*": {
    "sliding_window": [5], "use_sliding_window": [True], "max_window_layers": [1], "attention_bias": [True],
    "mlp_bias": [True], "hidden_act": ["gelu_new", "relu"], "hidden_activation": ["relu"],
    "position_embedding_type": ["relative_key", "relative_key_query", "rotary"], "is_decoder": [True],
    "final_logit_softcapping": [3.0], "attn_logit_softcapping": [1.5], "qk_layernorm": [True], "use_qk_norm": [True],
    "parallel_attn": [True], "alibi": [True], "partial_rotary_factor": [0.5], "rotary_pct": [0.25],
    "logits_scaling": [3.0], "embedding_multiplier": [2.0], "residual_multiplier": [0.3], "attention_multiplier": [0.3],
    "query_pre_attn_scalar": [11], "norm_topk_prob": [True, False], "scoring_func": ["softmax", "sigmoid"],
    "topk_method": ["greedy", "group_limited_greedy", "noaux_tc"], "routed_scaling_factor": [1.7],
    "use_bidirectional_attention": [True], "is_causal": [False, True], "causal": [True],
    "clip_qkv": [0.3], "scale_attention_softmax_in_fp32": [False], "norm_bias": [True], "decoder_sparse_step": [2],
    "mlp_only_layers": [[1]], "moe_layer_freq": [2], "add_cross_attention": [True], "scale_embedding": [True],
    "layer_norm_eps": [0.02], "rms_norm_eps": [0.02], "norm_eps": [0.02], "norm_epsilon": [0.02],
    "rope_theta": [100.0], "no_rope_layer_interval": [2], "embedding_size": [16], "num_kv_heads": [1],
    "use_embedding_layernorm": [True], "logit_scale": [0.3], "local_attention": [6], "swiglu_alpha": [1.5],
    "no_rope_layers": [[1, 0, 1, 0]], "attention_chunk_size": [6], "sliding_window_pattern": [2],
    "layer_types": [[one] * 3 for one in ("full_attention", "sliding_attention", "chunked_attention", "linear_attention")] +
                   [["sliding_attention", "full_attention", "full_attention"]],
    "attention_types": [[[["local", "global", "local"], 1]]], "attention_layers": [["local", "global", "local"]],
    "mlp_layer_types": [["dense", "sparse", "dense"]], "rotary_dim": [2], "rope_interleave": [False],
    "rope_scaling": [{"type": "linear", "factor": 2.0}, {"rope_type": "dynamic", "factor": 2.0}],
    "num_local_experts": [2], "shared_expert_intermediate_size": [8], "first_k_dense_replace": [0, 2],
    "n_shared_experts": [2], "interleave_moe_layer_step": [2], "qk_norm": [True], "norm_after": [True],
    "attention_in_multiplier": [0.5], "key_multiplier": [0.5], "mup_width_multiplier": [2.0], "scale_emb": [3.0],
    "embedding_scale": [2.0], "emb_scale": [2.0], "original_max_position_embeddings": [16],
}}
ROPES = {
    "linear": dict(rope_type="linear", factor=3.0), "dynamic": dict(rope_type="dynamic", factor=3.0),
    "llama3": dict(rope_type="llama3", factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0,
                   original_max_position_embeddings=24),
    "yarn": dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16),
    "yarn_m": dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16, mscale=0.7, mscale_all_dim=0.4,
                   beta_fast=8.0, beta_slow=2.0),
    "yarn_t": dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16, attention_factor=1.3, truncate=False),
    "longrope": dict(rope_type="longrope", factor=4.0, original_max_position_embeddings=64, n=1),
    "longrope_far": dict(rope_type="longrope", factor=4.0, original_max_position_embeddings=16, n=1),
    "dynamic_far": dict(rope_type="dynamic", factor=3.0, most=16),
    "llama4": dict(rope_type="default", llama_4_scaling_beta=0.1, original_max_position_embeddings=8),
}


def others(key, old):
    """Other values that a key could have."""
    more = EXTRA["*"].get(key, [])
    if isinstance(old, bool):
        return [not old] + more
    if isinstance(old, int) and old is not None:
        return [old + 1, max(old - 1, 0)] + more
    if isinstance(old, float):
        return [old * 1.5 + 0.25] + more
    return more


def ropes(config):
    """Rotary parameters with each scaling."""
    old = config.get("rope_parameters")
    if not isinstance(old, dict):
        return
    nested = any(isinstance(v, dict) for v in old.values())
    one = next(v for v in old.values() if isinstance(v, dict)) if nested else old
    d = config.get("qk_rope_head_dim") or config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    n = int(d * (one.get("partial_rotary_factor") or config.get("partial_rotary_factor") or 1)) // 2
    for name, r in ROPES.items():
        r = dict(r)
        most = {"max_position_embeddings": r.pop("most")} if "most" in r else {}
        if r.pop("n", None):
            r["short_factor"] = [1 + 0.5 * i for i in range(n)]
            r["long_factor"] = [2 + 0.5 * i for i in range(n)]
        for which in ([k for k in old] + [None] if nested else [None]):
            new = copy.deepcopy(old)
            for k in ([which] if which else list(old) if nested else [None]):
                (new[k] if nested else new).update(r)
            yield f"rope_parameters {name} {which or ''}", {"rope_parameters": new, **most}
    new = copy.deepcopy(old)
    for one in (new.values() if nested else [new]):
        one["partial_rotary_factor"] = 0.5
    yield "rope_parameters partial", {"rope_parameters": new}
    new = copy.deepcopy(old)
    for i, one in enumerate(new.values() if nested else [new]):
        one["rope_theta"] = 50.0 + i
    yield "rope_parameters theta", {"rope_parameters": new}


def changes(name, config):
    keys = sorted((set(config) | set(EXTRA["*"])) - SKIP)
    for key in keys:
        for value in others(key, config.get(key)) if key != "rope_parameters" else ():
            if value != config.get(key):
                yield f"{key}={value!r}", {key: value}
    for key, sub in config.items():
        if isinstance(sub, dict) and key in ("attn_config", "ffn_config"):
            for k, v in sub.items():
                for value in others(k, v):
                    yield f"{key}.{k}={value!r}", {key: dict(sub, **{k: value})}
    for change in MORE.get(name, ()):
        yield str(change), change
    yield from ropes(config)


def expected(name, settings, kind, where):
    """Makes the model; its measures by layer and head."""
    saved, here = made.MODELS, made.HERE
    made.MODELS, made.HERE = {name: (kind, settings)}, where
    try:
        made.make(name)
    finally:
        made.MODELS, made.HERE = saved, here
    with open(os.path.join(where, name, "expected.csv")) as f:
        return list(csv.DictReader(f))


def worst(got, want):
    most = 0.0
    if len(got) != len(want):
        return float("inf")
    for g, w in zip(got, want):
        for key, text in w.items():
            x, y = float(g[key] or "nan"), float(text)
            off = abs(x - y) / max(abs(y), 1e-30)
            most = max(most, off if off == off else float("inf"))
    return most


@contextlib.contextmanager
def quiet():
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def had(make, *args):
    """What it measures, or why that cannot be had."""
    try:
        with quiet():
            return make(*args)
    except (Exception, SystemExit) as e:
        return e


def left_out(name, where):
    """Of the model that is there what is measured without each key."""
    path = os.path.join(where, name, "config.json")
    with open(path) as f:
        config = json.load(f)

    def again():
        saved, made.HERE = made.HERE, where
        try:
            made.measure_again(name, {}, path + ".csv")
        finally:
            made.HERE = saved
        with open(path + ".csv") as f:
            return list(csv.DictReader(f))

    for key in sorted((set(config) - SKIP | set(config) & {"head_dim", "num_key_value_heads"}) - TENSORS):
        with open(path, "w") as f:
            json.dump({k: v for k, v in config.items() if k != key}, f)
        yield f"without {key}", had(again)


def flipped(name, where):
    """The same of the model made with each change."""
    kind, settings = made.MODELS[name]
    config = getattr(transformers, kind)(**copy.deepcopy(settings)).to_dict()
    for what, change in changes(name, config):
        yield what, had(expected, name, dict(settings, **change), kind, where)


def judge(name, what, want, where):
    """How it is counted."""
    say = print if "-v" in sys.argv else lambda *a, **k: None
    if isinstance(want, BaseException):
        say(f"# {name} {what}: {type(want).__name__} {str(want)[:100]!r}", flush=True)
        return "not to be had"
    p = subprocess.run(["hg-measure", "-p", "--double", os.path.join(where, name),
                        os.path.join(HERE, "data", "measured", "tokens.csv")], capture_output=True, text=True)
    if p.returncode:
        say(f"# {name} {what}: {p.stderr.strip().replace(where, '')}", flush=True)
        return "refused"
    off = worst(list(csv.DictReader(io.StringIO(p.stdout))), want)
    if off <= TOL:
        return "the same"
    print(f"not ok - {name} {what}: {off:.1e} off", flush=True)
    return "wrong"


def check(name, count):
    kind, settings = made.MODELS[name]
    with tempfile.TemporaryDirectory() as where:
        with quiet():
            expected(name, settings, kind, where)
        for what, want in left_out(name, where):
            count[judge(name, what, want, where)] += 1
    with tempfile.TemporaryDirectory() as where:
        for what, want in flipped(name, where):
            count[judge(name, what, want, where)] += 1


def main():
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for name in [a for a in sys.argv[1:] if a != "-v"] or made.MODELS:
        count = dict.fromkeys(["the same", "refused", "not to be had", "wrong"], 0)
        check(name, count)
        print(f"{'not ok' if count['wrong'] else 'ok'} - {name}: " + ", ".join(f"{n} {k}" for k, n in count.items()), flush=True)


main()
