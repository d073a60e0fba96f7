#!/usr/bin/env python3
"""Measure the attention heads of a language model: a dump for hg-extract.

usage: measure_attention.py [options] MODEL TEXT >dump.json

MODEL is a directory that transformers can load (config.json, weights,
tokenizer); nothing is downloaded.  TEXT is UTF-8, one passage a line.  The dump
is JSON: static[l] holds the singular values of each head of layer l, dynamic[l]
what was measured while the model read TEXT, as NAME_per_head arrays.  A layer
without attention of this kind gets nulls, and spectra cannot be had for it.

Spectra.  W_Q and W_K of a head are its rows of the projection weights as
stored: no bias, no norm, no rotary rotation, no 1/sqrt(d_head).  With
--metric full, the singular values of M = W_K^T W_Q, d_model x d_model, the
leading d_head of them (the others are zero): M = Q_K (R_K R_Q^T) Q_Q^T, where
W_K^T = Q_K R_K and W_Q^T = Q_Q R_Q, so they are those of R_K R_Q^T.  With
--metric core, those of W_K W_Q^T.  In double precision.

Measurements.  p are the attention probabilities of the model, z the logits that
enter its softmax: scaled, after a softcap if there is one, before mask and
position bias are added.  The visible keys of a query are those that mask and
padding leave.  Padding is never counted.  Special tokens ([CLS], [SEP], BOS) are
keys like any other, since the model attends to them, but their queries are
counted only with --special-queries.  A query that sees a single key is not
counted: its entropy is 0 whatever the weights.  Mean over the counted queries
of all passages, for each head:

  attention_entropy   -sum p ln p (nats)
  relative_entropy    the same over ln(visible keys)
  max_prob            max p
  first_prob          p of the passage's first key
  special_prob        sum of p over special tokens
  distance            sum p |i - j|, in tokens
  logit_row_std       deviation of z over the query's visible keys

and the mean over passages of

  logit_std           deviation of z over all (counted query, visible key) pairs

Deviations divide by n.  Only families whose attention goes through the
function eager_attention_forward of transformers can be measured (tested with
5.23); encoder-decoder models and layers that share weights (ALBERT) cannot.
"""
import argparse
import contextlib
import gzip
import json
import math
import os
import re
import sys
import time

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"

try:
    import torch
    import transformers
except ImportError as e:
    if not {"-h", "--help"} & set(sys.argv[1:]):
        sys.exit(f"measure_attention.py: {e}: it needs torch and transformers")

PAIRS = [("query", "key"), ("q_proj", "k_proj"), ("q_lin", "k_lin")]


def die(message):
    sys.exit("measure_attention.py: " + message)


# Weights

def projections(attn, heads, d_head):
    """(W_Q, W_K) of an attention module, one row per feature, or None."""
    for q, k in PAIRS:
        if hasattr(attn, q) and hasattr(attn, k):
            return getattr(attn, q).weight, getattr(attn, k).weight
    if isinstance(getattr(attn, "c_attn", None), transformers.pytorch_utils.Conv1D):
        return attn.c_attn.weight.T.chunk(3)[:2]    # GPT-2: Q, K, V; Conv1D is in x out
    if hasattr(attn, "query_key_value"):            # GPT-NeoX: Q, K, V of each head
        w = attn.query_key_value.weight.view(heads, 3, d_head, -1)
        return w[:, 0].flatten(0, 1), w[:, 1].flatten(0, 1)
    if hasattr(attn, "qkv_proj"):                   # Phi-3: Q, K, V
        q, kv = attn.qkv_proj.weight.tensor_split([heads * d_head])
        return q, kv.chunk(2)[0]
    return None


def spectra(wq, wk, heads, d_head, metric):
    """Singular values of each head; query head h has key head h // (heads / key heads)."""
    wq = wq.detach().double().view(heads, d_head, -1)
    wk = wk.detach().double().view(-1, d_head, wq.shape[2])
    wk = wk.repeat_interleave(heads // wk.shape[0], 0)
    if metric == "core":
        return torch.linalg.svdvals(wk @ wq.mT)
    rq = torch.linalg.qr(wq.mT, mode="r").R
    rk = torch.linalg.qr(wk.mT, mode="r").R
    return torch.linalg.svdvals(rk @ rq.mT)


def static_row(layer, seen, heads, metric):
    if seen is None:
        die(f"layer {layer} has no attention that could be measured, hence no spectra: use --no-static")
    attn, name, d_head = seen
    pair = projections(attn, heads, d_head)
    if pair is None:
        parts = ", ".join(n for n, _ in attn.named_children())
        die(f"{name}: {type(attn).__name__} has no query and key projections known here, "
            f"only {parts} (--no-static leaves the spectra out)")
    rows = [w.shape[0] for w in pair]
    if rows[0] != heads * d_head or rows[1] % d_head or heads % (rows[1] // d_head):
        die(f"{name}: projections of {rows[0]} and {rows[1]} rows for {heads} heads of {d_head}")
    s = spectra(*pair, heads, d_head, metric)
    return {"layer": layer, "metric_singvals_per_head": numbers(s, 12)}


# Measurements

def deviation(x, where, dims):
    """Standard deviation of x over dims, only where it says."""
    n = where.sum(dims, keepdim=True).clamp(min=1)
    mean = torch.where(where, x, 0).sum(dims, keepdim=True) / n
    return (torch.where(where, (x - mean) ** 2, 0).sum(dims, keepdim=True) / n).sqrt().squeeze(dims)


def measure(z, p, visible, counted, special):
    """Sums over queries or passages, and how many: {name: (sum[h], n[h])}.

    z, p, visible are [passage, head, query, key]; counted, special [passage, token].
    """
    z, p = z.double(), p.double()
    keys = visible.sum(-1)
    use = counted[:, None, :] & (keys > 1)
    place = torch.arange(p.shape[-1])
    entropy = torch.special.entr(p).sum(-1)
    per_query = {
        "attention_entropy": entropy,
        "relative_entropy": entropy / keys.clamp(min=2).double().log(),
        "max_prob": p.amax(-1),
        "first_prob": p[..., 0],
        "special_prob": (p * special[:, None, None, :]).sum(-1),
        "distance": (p * (place[:, None] - place).abs()).sum(-1),
        "logit_row_std": deviation(z, visible, [-1]),
    }
    sums = {name: (torch.where(use, x, 0).sum([0, 2]), use.sum([0, 2]))
            for name, x in per_query.items()}
    std = deviation(z, visible & use[..., None], [-2, -1])
    sums["logit_std"] = std.sum(0), use.any(-1).sum(0)
    return sums


class Heads:
    """What the attention modules of a model did, layer by layer."""

    def __init__(self, model):
        self.names = {id(m): name for name, m in model.named_modules()}
        self.modules = {}           # layer: (attention module, its name, d_head)
        self.sums = {}              # layer: {name: (sum[h], n[h])}
        self.off = {}               # layer: the largest |p - softmax(z + mask)|

    def begin(self, counted, special):
        self.counted, self.special, self.done = counted, special, set()

    def layer(self, attn):
        layer = getattr(attn, "layer_idx", None)
        if layer is None:
            found = re.search(r"\.(\d+)\.", self.names[id(attn)])
            layer = int(found.group(1)) if found else 0
        if layer in self.done:
            die(f"{self.names[id(attn)]}: shared by several layers: not supported")
        self.done.add(layer)
        return layer

    def see(self, attn, q, k, p, mask, scaling, softcap=None):
        """One call: q [passage, head, query, d_head], k likewise, p and mask."""
        layer = self.layer(attn)
        k = k.repeat_interleave(q.shape[1] // k.shape[1], 1)
        z = q @ k.mT * (q.shape[-1] ** -0.5 if scaling is None else scaling)
        if softcap:
            z = softcap * torch.tanh(z / softcap)
        mask = torch.zeros(1) if mask is None else mask[..., :z.shape[-1]]
        visible = (mask > torch.finfo(mask.dtype).min / 2).expand_as(z)
        off = ((z + mask).softmax(-1) - p)[self.counted[:, None, :, None].expand_as(z)]
        self.off[layer] = max(off.abs().amax().item() if len(off) else 0, self.off.get(layer, 0))
        self.modules[layer] = attn, self.names[id(attn)], q.shape[-1]
        sums = self.sums.setdefault(layer, {})
        for name, new in measure(z, p, visible, self.counted, self.special).items():
            old = sums.get(name, (0, 0))
            sums[name] = old[0] + new[0], old[1] + new[1]

    @contextlib.contextmanager
    def watch(self, model):
        """Inside, every eager_attention_forward of the model's code reports to see()."""
        spaces = {type(m).__module__ for m in model.modules()}
        eager = {s: f for s in sorted(spaces)
                 if (f := getattr(sys.modules[s], "eager_attention_forward", None))}

        def watched(f):
            def call(module, query, key, value, attention_mask, scaling=None, **kw):
                out, p = f(module, query, key, value, attention_mask, scaling=scaling, **kw)
                self.see(module, query, key, p, attention_mask, scaling, kw.get("softcap"))
                return out, p
            return call
        try:
            for s, f in eager.items():
                sys.modules[s].eager_attention_forward = watched(f)
            yield
        finally:
            for s, f in eager.items():
                sys.modules[s].eager_attention_forward = f


def tell(done, total, began):
    """A line of progress, at a terminal."""
    if sys.stderr.isatty():
        left = round((time.monotonic() - began) / done * (total - done))
        line = f"{done} of {total} passages, {left // 60}:{left % 60:02d} left" if done < total else ""
        print(f"{line}\033[K", end="\r", file=sys.stderr, flush=True)


def run(model, tokenizer, passages, batch, max_tokens, special_queries):
    """The model reads the passages.  Returns its Heads and what was read."""
    heads = Heads(model)
    tokens, began = 0, time.monotonic()
    for i in range(0, len(passages), batch):
        t = tokenizer(passages[i:i + batch], padding=True, truncation=True, return_tensors="pt",
                      max_length=max_tokens, return_special_tokens_mask=True)
        real = t["attention_mask"].bool()
        special = t.pop("special_tokens_mask").bool() & real
        heads.begin(real if special_queries else real & ~special, special)
        with torch.inference_mode(), heads.watch(model):
            model(**t)
        tokens += real.sum().item()
        tell(min(i + batch, len(passages)), len(passages), began)
    if not heads.sums:
        kinds = {type(m).__name__ for m in model.modules()}
        die("no attention went through eager_attention_forward; the attention modules: "
            + ", ".join(sorted(k for k in kinds if "Attention" in k)))
    return heads, tokens


def dynamic_row(layer, sums, heads, names):
    row = {"layer": layer}
    for name in names:
        s, n = sums.get(name, (torch.zeros(heads), torch.zeros(heads)))
        row[f"mean_{name}_per_head"] = numbers(s / n, 9)
    return row


# The dump

def numbers(x, digits):
    """Nested lists of x, rounded to significant digits; what is not finite is null."""
    if x.dim():
        return [numbers(row, digits) for row in x]
    return float(f"{x.item():.{digits}g}") if math.isfinite(x) else None


def config_of(directory):
    """The model's configuration; in old ones its kind is that of the architecture, or BERT's by its keys."""
    path = os.path.join(directory, "config.json")
    if not os.path.isfile(path):
        die(f"{directory}: not a model directory: no config.json")
    with open(path, encoding="utf-8") as f:
        keys = json.load(f)
    if "model_type" in keys:
        return transformers.AutoConfig.from_pretrained(directory, local_files_only=True)
    named = getattr(transformers, (keys.get("architectures") or [""])[0], None)
    if named is not None:
        return named.config_class.from_pretrained(directory, local_files_only=True)
    if {"type_vocab_size", "hidden_size", "intermediate_size", "num_attention_heads"} <= keys.keys():
        return transformers.BertConfig.from_pretrained(directory, local_files_only=True)
    die(f"{path}: neither model_type nor architectures: which model it is of is not known")


def tokenizer_of(directory, config):
    """The tokenizer beside the model: transformers makes one without words where there are no files of it."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory, local_files_only=True, config=config)
    files = sorted({"tokenizer.json", *tokenizer.vocab_files_names.values()})
    if not any(os.path.isfile(os.path.join(directory, name)) for name in files):
        die(f"{directory}: no tokenizer: none of {', '.join(files)}")
    tokenizer.padding_side = "right"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.convert_ids_to_tokens(0)
    return tokenizer


def check_words(tokenizer, passages, directory):
    """Dies if the tokenizer knows nothing of the text."""
    words = [i for ids in tokenizer(passages, add_special_tokens=False)["input_ids"] for i in ids]
    if words and tokenizer.unk_token_id is not None and all(i == tokenizer.unk_token_id for i in words):
        die(f"{directory}: its tokenizer makes {tokenizer.unk_token} of all {len(words)} tokens of the text")


def load(directory, dtype):
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    config = config_of(directory)
    tokenizer = tokenizer_of(directory, config)
    model, info = transformers.AutoModel.from_pretrained(
        directory, config=config, local_files_only=True, attn_implementation="eager", output_loading_info=True)
    missing = [key for key in info["missing_keys"] if "pooler" not in key]
    if missing:
        die(f"{directory}: {len(missing)} weights are missing, such as {min(missing)}")
    if model.config.is_encoder_decoder:
        die(f"{directory}: encoder-decoder models are not supported")
    model.config.use_cache = False
    return model.to(dtype).eval(), tokenizer


def dump(args, model, tokenizer, passages):
    config = model.config.get_text_config()
    layers, heads = config.num_hidden_layers, config.num_attention_heads
    limit = min(args.max_tokens, tokenizer.model_max_length,
                getattr(config, "max_position_embeddings", args.max_tokens))
    seen, tokens = run(model, tokenizer, passages, args.batch, limit, args.special_queries)
    off = max(seen.off.values())
    if not off < 1e-3:
        print(f"measure_attention.py: warning: probabilities differ by {off:.2g} from the softmax "
              "of the logits: sinks or a position bias?", file=sys.stderr)
    first = seen.sums[min(seen.sums)]
    out = {
        "model": args.name or os.path.basename(os.path.abspath(args.model)),
        "num_layers": layers,
        "num_heads": heads,
        "measured": {
            "text": os.path.basename(args.text),
            "passages": len(passages),
            "passages_cut": sum(len(ids) > limit for ids in tokenizer(passages)["input_ids"]),
            "max_tokens": limit,
            "tokens": tokens,
            "query_positions": first["attention_entropy"][1].max().item(),
            "special_tokens": "keys and queries" if args.special_queries else "keys, not queries",
            "logits": "scaled, without mask and position bias",
            "entropy_unit": "nat",
            "dtype": args.dtype,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        },
    }
    if not args.no_static:
        out["measured"]["metric"] = args.metric
        out["static"] = [static_row(l, seen.modules.get(l), heads, args.metric)
                         for l in range(layers)]
    out["dynamic"] = [dynamic_row(l, seen.sums.get(l, {}), heads, first) for l in range(layers)]
    return out


def write(out, path):
    data = (json.dumps(out, separators=(",", ":"), allow_nan=False) + "\n").encode()
    if path is not None and path.endswith(".gz"):
        data = gzip.compress(data, 9, mtime=0)
    with open(path, "wb") if path is not None else sys.stdout.buffer as f:
        f.write(data)


def count_of(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'not a positive number: "{text}"')
    return int(text)


def options():
    ap = argparse.ArgumentParser(description="Measure the attention heads of a language model.")
    ap.add_argument("model", help="directory of a model and its tokenizer")
    ap.add_argument("text", help="UTF-8 text, one passage a line")
    add = ap.add_argument
    add("-b", "--batch", type=count_of, default=16, help="passages at once (16)")
    add("-o", "--output", metavar="FILE", help="write there; gzip if the name ends in .gz")
    add("--dtype", choices=["float32", "float64"], default="float32", help="of the arithmetic")
    add("--max-tokens", type=count_of, default=256, help="cut longer passages (256)")
    add("--metric", choices=["full", "core"], default="full", help="W_K^T W_Q or W_K W_Q^T")
    add("--name", help="name of the model in the dump (the directory's)")
    add("--no-static", action="store_true", help="leave the spectra out")
    add("--special-queries", action="store_true", help="count special tokens as queries too")
    add("--threads", type=count_of, default=1, help="threads of torch (1)")
    return ap.parse_args()


def main():
    args = options()
    torch.manual_seed(0)
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)
    try:
        with open(args.text, encoding="utf-8") as f:
            passages = [line.strip() for line in f if line.strip()]
        if not passages:
            die(f"{args.text}: no text")
        model, tokenizer = load(args.model, getattr(torch, args.dtype))
        check_words(tokenizer, passages, args.model)
        write(dump(args, model, tokenizer, passages), args.output)
    except UnicodeDecodeError as e:
        die(f"{args.text}: not UTF-8: {e.reason}")
    except (OSError, ValueError) as e:
        die(str(e))


if __name__ == "__main__":
    main()
