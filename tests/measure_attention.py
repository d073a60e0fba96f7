#!/usr/bin/env python3
"""Check examples/measure_attention.py on tiny models with random weights.

By hand; needs torch and transformers, no network; not part of make check:

    python tests/measure_attention.py

Spectra: against numpy's SVD of the explicit product, its factors found by
sending unit vectors through the attention module.  Measurements, which the
program takes in padded batches: against loops over what output_attentions gives
for one passage at a time, and over q.k times the family's documented scale.
"""
import contextlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "examples"))
import measure_attention as ma
import numpy as np
import torch
import transformers as tf
from tokenizers import Tokenizer, models, pre_tokenizers, processors

WORDS = "the of and to a in that was it her not be as had she you with for is his".split()
L, D, H, HD = 2, 48, 6, 8
SIZE = dict(vocab_size=len(WORDS) + 4, hidden_size=D, num_hidden_layers=L, num_attention_heads=H,
            intermediate_size=64, max_position_embeddings=64, initializer_range=0.3,
            bos_token_id=2, eos_token_id=3, pad_token_id=0)
GEMMA = dict(num_key_value_heads=3, head_dim=HD, attn_logit_softcapping=2.0,
             query_pre_attn_scalar=4)
TURN = {"position_embeddings": (torch.ones(1, 1, HD), torch.zeros(1, 1, HD))}   # rotary at 0
PLAIN = [HD ** -0.5] * L
FAMILIES = [    # config, what its attention needs beside the input (None: no probe), scales, cap
    (tf.BertConfig(**SIZE), {}, PLAIN, None),
    (tf.LlamaConfig(**SIZE, num_key_value_heads=2), TURN, PLAIN, None),
    (tf.Qwen3Config(**SIZE, num_key_value_heads=3, head_dim=HD), None, PLAIN, None),
    (tf.Gemma2Config(**SIZE, **GEMMA), TURN, [0.5] * L, 2.0),
    (tf.Phi3Config(**SIZE, num_key_value_heads=2), TURN, PLAIN, None),
    (tf.GPT2Config(**SIZE, scale_attn_by_inverse_layer_idx=True), {},
     [HD ** -0.5 / (l + 1) for l in range(L)], None),
    (tf.GPTNeoXConfig(**SIZE, rotary_pct=1.0), TURN, PLAIN, None),
]


def tokenizer():
    vocab = {w: i for i, w in enumerate(["[PAD]", "[UNK]", "[BOS]", "[EOS]"] + WORDS)}
    t = Tokenizer(models.WordLevel(vocab, unk_token="[UNK]"))
    t.pre_tokenizer = pre_tokenizers.Whitespace()
    t.post_processor = processors.TemplateProcessing(
        single="[BOS] $A [EOS]", special_tokens=[("[BOS]", 2), ("[EOS]", 3)])
    return tf.PreTrainedTokenizerFast(tokenizer_object=t, pad_token="[PAD]", padding_side="right")


@contextlib.contextmanager
def spied(model):
    """Gives the list of (q, k) of the calls inside, one key head per query head."""
    space = sys.modules[type(model).__module__]
    eager, calls = space.eager_attention_forward, []

    def spy(module, q, k, *rest, **more):
        calls.append((q.numpy(), np.repeat(k.numpy(), H // k.shape[1], 1)))
        return eager(module, q, k, *rest, **more)
    space.eager_attention_forward = spy
    with torch.inference_mode():
        yield calls
    space.eager_attention_forward = eager


def spectrum_error(heads, model, kw):
    x = torch.cat([torch.eye(D), torch.zeros(1, D)])[:, None, :].double()
    worst = 0
    for l in range(L):
        with spied(model) as calls:
            heads.modules[l][0](x, attention_mask=None, **kw)
        wq, wk = ((a[:-1, :, 0] - a[-1, :, 0]).transpose(1, 2, 0) for a in calls[0])
        for metric in ("full", "core"):
            row = ma.static_row(l, heads.modules[l], H, metric)["metric_singvals_per_head"]
            for h in range(H):
                m = wk[h].T @ wq[h] if metric == "full" else wk[h] @ wq[h].T
                s = np.linalg.svd(m, compute_uv=False)[:HD]
                worst = max(worst, abs(row[h] - s).max() / s[0])
    return worst


def measured(model, tok, passages, scales, cap):
    """{(layer, head): [entropy, relative, max, special, distance, row std, logit std]}."""
    rows, stds = {}, {}
    for text in passages:
        with spied(model) as calls:
            layers = model(**tok(text, return_tensors="pt"), output_attentions=True).attentions
        for l, h in np.ndindex(L, H):
            p = layers[l][0, h].numpy()
            z = calls[l][0][0, h] @ calls[l][1][0, h].T * scales[l]
            z = cap * np.tanh(z / cap) if cap else z
            every, n = [], len(p)
            for i in range(1, n - 1):
                at = np.flatnonzero(p[i])
                q, ent = p[i, at], -(p[i, at] * np.log(p[i, at])).sum()
                every.extend(z[i, at])
                rows.setdefault((l, h), []).append((
                    ent, ent / np.log(len(at)), q.max(), q[(at == 0) | (at == n - 1)].sum(),
                    (q * abs(at - i)).sum(), np.log(q).std()))
            stds.setdefault((l, h), []).append(np.std(every))
    return {key: [*np.mean(r, 0), np.mean(stds[key])] for key, r in rows.items()}


def main():
    rng = np.random.default_rng(1)
    passages = [" ".join(rng.choice(WORDS, n)) for n in (1, 2, 3, 5, 8, 13, 4, 9)]
    tok, bad = tokenizer(), 0
    for config, kw, scales, cap in FAMILIES:
        torch.manual_seed(1)
        config._attn_implementation = "eager"
        model = tf.AutoModel.from_config(config).double().eval()
        model.config.use_cache = False
        heads, _ = ma.run(model, tok, passages, 3, 64, False)
        worst = max(abs((s / n)[h].item() / r[i] - 1)
                    for (l, h), r in measured(model, tok, passages, scales, cap).items()
                    for i, (s, n) in enumerate(heads.sums[l].values()))
        spectra = spectrum_error(heads, model, kw) if kw is not None else float("nan")
        ok = worst < 1e-6 and not spectra > 1e-11     # some families take softmax in float32
        bad += not ok
        print(f"{'ok' if ok else 'not ok'} {config.model_type}: relative errors: "
              f"spectra {spectra:.1e}, measurements {worst:.1e}")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
