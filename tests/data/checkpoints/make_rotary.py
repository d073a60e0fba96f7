#!/usr/bin/env python3
"""What hg-extract --rotary must find: rotary.csv beside expected.csv, for the families of NAMES; what
--by-frequency must: frequency.csv; and llama/scaling.csv: the former of that model when config.json has
the rotary parameters of column rope.

    python3 make_rotary.py [FAMILY...]      (scaling: the latter)

Written with the versions of make_checkpoints.py, of which it takes the reading and the watching of
models.  A model whose two tokens stand at the positions 0 and D runs once; each
attention module is given the unit vectors for both, and what it multiplies is the query of the
second and the key of the first, turned.  All is float64: the frequencies, which models keep in
float32, are computed again.  Which components are pairs, and how fast they turn, is read off the
queries at several distances, by what the turn mixes.  Only fixtures that their family's own from_pretrained can read are here.
"""
import json
import os
import shutil
import sys
import tempfile

import mpmath
import numpy as np
import torch
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

import make_checkpoints as mc

NAMES = """llama llama_sharded mistral mixtral qwen2 qwen2_moe qwen3 qwen3_moe gemma gemma2 olmo olmo2 olmoe phi
phi_qknorm phi3 starcoder2 stablelm cohere cohere_qknorm glm glm4 nemotron gpt_oss granite granitemoe gpt_neox
falcon_new falcon_mq gptj codegen qwen3_5 deepseek_v2 deepseek_v3 deepseek_v3_noq gemma3_text gemma3_yarn
gemma3n_text modernbert smollm3 smollm3_yarn llama4 llama4_yarn cohere2 cohere2_yarn olmo3 exaone4 cwm eurobert
hy_v3 solar_open bitnet falcon_h1 flex_olmo granitemoeshared hyperclovax jais2 vaultgemma lfm2_moe minimax
ernie4_5_moe gpt_neox_japanese persimmon nomic_bert gte jina_embeddings_v3 esmc aria_text exaone t5gemma t5gemma2""".split()
DISTANCES = 1, 3, 300
TABLES = "gptj", "codegen"                              # positions up to n_positions alone


class Exact(mc.Double):
    """Makes numbers float64 from the first."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if kwargs.get("dtype") is torch.float32:
            kwargs["dtype"] = torch.float64
        if func is torch.Tensor.float:
            func = torch.Tensor.double
        return super().__torch_function__(func, types, args, kwargs)


def exact_frequencies(model):
    """The model's rotary frequencies in float64."""
    torch.set_default_dtype(torch.float64)
    for mod in model.modules():
        if isinstance(getattr(mod, "inv_freq", None), torch.Tensor) and hasattr(mod, "config"):
            kind = getattr(mod, "rope_type", "default")
            if kind == "axial":                         # of images, which are not looked at
                continue
            make = mod.compute_default_rope_parameters if kind == "default" else ROPE_INIT_FUNCTIONS[kind]
            with Exact():
                mod.inv_freq = make(mod.config, device="cpu")[0]
            mod.original_inv_freq = mod.inv_freq.clone()
            assert mod.inv_freq.dtype == torch.float64
        for layer_type in getattr(mod, "rope_type", ()) if isinstance(getattr(mod, "rope_type", None), dict) else ():
            kind = mod.rope_type[layer_type]
            make = mod.compute_default_rope_parameters if kind == "default" else ROPE_INIT_FUNCTIONS[kind]
            with Exact():
                exact = make(mod.config, device="cpu", layer_type=layer_type)[0]
            assert exact.dtype == torch.float64
            setattr(mod, layer_type + "_inv_freq", exact)
        if isinstance(getattr(mod, "embed_positions", None), torch.Tensor):
            with Exact():
                make = sys.modules[type(mod).__module__].create_sinusoidal_positions
                mod.embed_positions = make(len(mod.embed_positions), mod.embed_positions.shape[1])
            assert mod.embed_positions.dtype == torch.float64
    torch.set_default_dtype(torch.float32)


def products(m, inputs, distance):
    """Per module W_K and R W_Q of each head: heads, d_head, d_model."""
    sizes = []
    sides = [k.removesuffix("input_ids") for k in inputs if k.endswith("input_ids")]     # "" and decoder_
    inputs = inputs | {s + "input_ids": torch.zeros(1, 2, dtype=torch.long) for s in sides} | {
        s + "position_ids": torch.tensor([[0, distance]]) for s in sides}
    m.run(inputs, lambda i, side, x: (sizes.append(x.shape[-1]), x)[1], None)
    wide = max(sizes)

    def feed(i, side, x):
        d = x.shape[-1]
        e = torch.from_numpy(np.vstack([np.eye(d), np.zeros((wide - d, d))]))
        return e.reshape(wide, 1, d).expand(x.shape).clone()
    for probe in m.run(mc.widen(inputs, wide), feed, None):
        if probe.logit is None:
            yield None
            continue
        q = probe.q.reshape(wide, -1, *probe.q.shape[-2:])[:, :, 1, :]
        k = probe.k.reshape(wide, -1, *probe.k.shape[-2:])[:, :, :, 0].broadcast_to(q.shape)
        yield [x.numpy().transpose(1, 2, 0) for x in (q, k)]


def rows_of(name, path, distances):
    fam = mc.FAMILIES[name]
    model, inputs = fam["make"]()
    m = mc.Model(path, fam, type(model))
    exact_frequencies(m.model)
    m.unscale(True)
    for distance in distances:
        for (stack, layer, *_), pair in zip(m.attn, products(m, inputs, distance)):
            if stack.endswith("vision"):               # its positions are of two dimensions
                continue
            for h in range(len(pair[0]) if pair else 0):
                q, k = (mpmath.matrix(x[h].tolist()) for x in pair)
                full, core, rest = mc.spectra(q, k)
                for metric, s in ("full", full), ("core", core):
                    yield [stack, layer, h, distance, metric, 0, *rest, mc.copying(q, k), *s]


def parts_of(turns, distances):
    """Frequency and components of each pair, the fastest first, then of all that is not turned; turns: d_head by
    d_head, at these distances, of which the first is 1."""
    mixed = np.abs(turns).max(axis=0) - np.eye(len(turns[0])) * 9
    rest, parts = [], []
    for i, row in enumerate(mixed):
        j = int(row.argmax())
        if row[j] < 1e-6:
            rest.append(i)
        elif i < j:
            assert mixed[j].argmax() == i
            angles = [abs(np.arctan2(t[j, i], t[i, i])) for t in turns]
            w = angles[0]
            for angle, d in zip(angles, distances):     # the one next to w that this angle may be
                w = min((abs(2 * np.pi * k + sign * angle) / d for k in range(d) for sign in (1, -1)), key=lambda x: abs(x - w))
            parts.append((w, [i, j]))
    return sorted(parts, reverse=True) + ([(0.0, rest)] if rest else [])


def frequencies_of(name, path, distances):
    fam = mc.FAMILIES[name]
    model, inputs = fam["make"]()
    m = mc.Model(path, fam, type(model))
    exact_frequencies(m.model)
    m.unscale(True)
    at = [list(products(m, inputs, d)) for d in (0, *distances)]
    for (stack, layer, *_), still, *turned in zip(m.attn, *at):
        if still is None or stack.endswith("vision"):
            continue
        inverse = [np.linalg.pinv(q) for q in still[0]]
        turns = np.array([np.mean([q @ i for q, i in zip(pair[0], inverse)], axis=0) for pair in turned])
        for h, (q, k) in enumerate(zip(*still)):
            for i, (w, of) in enumerate(parts_of(turns, distances)):
                qi, ki = mpmath.matrix(q[of].tolist()), mpmath.matrix(k[of].tolist())
                full, core, rest = mc.spectra(qi, ki)
                for metric, s in ("full", full), ("core", core):
                    yield [stack, layer, h, i, metric, 0, w, *rest, mc.copying(qi, ki), *s]


HEAD = "stack layer head distance metric fold q_fro k_fro tr1 tr2 copying".split()
PARTS = "stack layer head pair metric fold frequency q_fro k_fro tr1 tr2 copying".split()


def build(name):
    path = os.path.join(mc.HERE, name)
    distances = [d for d in DISTANCES if name not in TABLES or d < 4]
    rows = list(rows_of(name, path, distances))
    mc.table(os.path.join(path, "rotary.csv"), HEAD, rows)
    parts = list(frequencies_of(name, path, distances))
    mc.table(os.path.join(path, "frequency.csv"), PARTS, parts)
    print(name, len(rows), len(parts), flush=True)


LLAMA3 = dict(rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0)
YARN = dict(rope_type="yarn", rope_theta=100.0, factor=4.0, original_max_position_embeddings=500)
SCALINGS = (dict(rope_type="linear", rope_theta=10000.0, factor=4.0), dict(rope_type="default", rope_theta=77.0),
            LLAMA3 | dict(original_max_position_embeddings=64), LLAMA3 | dict(original_max_position_embeddings=1200),
            YARN, YARN | dict(truncate=False), YARN | dict(beta_fast=8.0, beta_slow=2.0, attention_factor=1.5),
            dict(rope_type="dynamic", rope_theta=10000.0, factor=4.0),
            dict(rope_type="longrope", rope_theta=10000.0, original_max_position_embeddings=400,
                 short_factor=[1.25, 3.5], long_factor=[7.0, 9.0]))
POSITIONS = 1000                        # max_position_embeddings with them


def scaling():
    rows = []
    for rope in SCALINGS:
        with tempfile.TemporaryDirectory() as temp:
            path = shutil.copytree(os.path.join(mc.HERE, "llama"), os.path.join(temp, "llama"))
            config, tensors = mc.load(path)
            mc.store(path, config | dict(rope_parameters=rope, max_position_embeddings=POSITIONS), tensors)
            rows += [[json.dumps(rope), *r[1:3], 300, *r[4:]] for r in rows_of("llama", path, [300]) if r[1] == 1]
    mc.table(os.path.join(mc.HERE, "llama", "scaling.csv"), ["rope", *HEAD[1:]], rows)
    print("scaling", len(rows), flush=True)


if __name__ == "__main__":
    for name in sys.argv[1:] or [*NAMES, "scaling"]:
        if name == "scaling":
            scaling()
        else:
            build(name)
