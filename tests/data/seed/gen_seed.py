#!/usr/bin/env python3
"""Writes dumps of odd shapes and what the original report says of them.

    python3 gen_seed.py          (numpy)
    python3 gen_seed.py DUMP     prints the report on a dump, plain JSON

NAME.json.gz and NAME.txt for each shape in SHAPES: layers, heads, singular
values per head, seed of the random numbers.  The report is computed here from
the description of the original program alone; undefined correlations are
printed as numpy's nan, +nan.  small, ragged and medium are not made here.
"""
import gzip
import json
import sys
import warnings

import numpy as np

SHAPES = {
    "onehead": (8, 1, 16, 1),       # one head per layer
    "onevalue": (6, 4, 1, 2),       # one singular value per head
    "three": (3, 4, 8, 3),          # three layers
    "threeone": (3, 1, 1, 4),       # all of that
    "four": (4, 1, 5, 5),           # a stage of two rows, stages of one
    "seven": (7, 3, 2, 6),          # thirds of unequal length
    "deficient": (5, 2, 3, 7),      # small numbers of heads beside five terms
    "long": (6, 2, 300, 8),         # spectra longer than one block of a sum
}
NAMES = ["op", "fro", "trace", "rank_eff", "spec_ent", "anisotropy", "condition"]


def dump(layers, heads, k, seed):
    rng = np.random.default_rng(seed)
    static, dynamic = [], []
    for l in range(layers):
        s = [np.sort(rng.lognormal(0, 1, k) * rng.lognormal(0, 0.5))[::-1].tolist()
             for _ in range(heads)]
        static.append({"layer": l, "metric_singvals_per_head": s})
        dynamic.append({
            "layer": l,
            "mean_attention_entropy_per_head": [float(5 - np.log(x[0]) + rng.normal(0, .3)) for x in s],
            "mean_logit_std_per_head": [float(x[0] * rng.lognormal(0, .1)) for x in s]})
    return {"model": "synthetic", "num_layers": layers, "num_heads": heads,
            "static": static, "dynamic": dynamic}


def describe(s):
    s = np.array(s, dtype=np.float64)
    e = s ** 2
    p = np.clip(e / max(e.sum(), 1e-12), 1e-12, 1)
    return [s.max(), np.sqrt(e.sum()), s.sum(), s.sum() / max(s.max(), 1e-12),
            -(p * np.log(p)).sum(), s.max() / max(s.mean(), 1e-12), s.max() / max(s.min(), 1e-12)]


def corr(x, y):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return np.corrcoef(x.ravel(), y.ravel())[0, 1]


def report(d):
    layers = d["num_layers"]
    ent = np.array([r["mean_attention_entropy_per_head"] for r in d["dynamic"]])
    std = np.array([r["mean_logit_std_per_head"] for r in d["dynamic"]])
    g = np.array([[describe(s) for s in r["metric_singvals_per_head"]] for r in d["static"]])
    g = {n: g[:, :, i] for i, n in enumerate(NAMES)}
    out = ["All (layer, head) pairs \u2014 Pearson correlation with dynamic entropy:"]
    r = {n: corr(g[n], ent) for n in NAMES}
    out += [f" {n:12} vs entropy: {r[n]:+.3f} vs logit_std: {corr(g[n], std):+.3f}" for n in NAMES]
    out += ["", "Stratified by layer position (entropy correlation):"]
    cut = [0, layers // 3, 2 * layers // 3, layers]
    for i, stage in enumerate(["early", "mid", "late"]):
        a, b = cut[i], cut[i + 1]
        out.append(f" [{stage} L{a}-{b - 1}] " + " ".join(
            f"{n}:{corr(g[n][a:b], ent[a:b]):+.2f}" for n in NAMES if n != "trace"))
    best = NAMES[0]
    for n in NAMES:
        if abs(r[n]) > abs(r[best]):
            best = n
    out += ["", "Best single geometric predictor of entropy (abs):", f" {best} r = {r[best]:+.3f}"]
    x = np.stack([g[n].ravel() for n in ["op", "spec_ent", "rank_eff", "anisotropy"]], axis=1)
    x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-12)
    y = (ent.ravel() - ent.mean()) / (ent.std() + 1e-12)
    x1 = np.hstack([x, np.ones((len(x), 1))])
    c = np.linalg.lstsq(x1, y, rcond=None)[0]
    r2 = 1 - ((y - x1 @ c) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    out += ["", "Linear regression of entropy on multiple descriptors (standardized):",
            f" R\u00b2 = {r2:.3f}", " standardized coefficients:"]
    out += [f" {n:12} {v:+.3f}" for n, v in zip(["op", "spec_ent", "rank_eff", "anisotropy"], c)]
    return "\n".join(out) + "\n"


def main():
    for name, shape in SHAPES.items():
        d = dump(*shape)
        with open(name + ".json.gz", "wb") as f:
            f.write(gzip.compress(json.dumps(d).encode(), mtime=0))
        with open(name + ".txt", "w", encoding="utf-8") as f:
            f.write(report(d))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with open(sys.argv[1]) as dumped:
            print(report(json.load(dumped)), end="")
    else:
        main()
