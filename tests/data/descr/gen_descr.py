#!/usr/bin/env python3
"""Spectra, and all their descriptors from the formulas: python3 gen_descr.py

Written from the formulas in hg-describe(1), sums by math.fsum.
"""
import csv
import math

import numpy as np

SEED = ["op", "fro", "trace", "rank_eff", "spec_ent", "anisotropy", "condition"]
MORE = ["stable_rank", "part_ratio", "erank", "spec_perp", "spec_ent_norm", "k90", "gap",
        "log_cond", "gini", "alpha", "alpha_ks", "alpha_ww"]
WEIGHTS = ["align", "sym", "null_op", "null_cond", "eig_mean", "eig_var"]


def entropy(w):
    return -math.fsum(p * math.log(p) for p in w if p > 0)


def power_law(s):
    """Clauset, Shalizi and Newman: alpha and the distance of the best tail."""
    lam = sorted((x * x for x in s if x > 0), reverse=True)
    best = None
    for cut in sorted(set(lam)):
        tail = [x for x in lam if x >= cut]
        m = len(tail)
        total = math.fsum(math.log(x / cut) for x in tail)
        if m < 10 or total <= 0:
            continue
        a = 1 + m / total
        d = 0
        for i, x in enumerate(sorted(tail)):
            f = 1 - (x / cut) ** (1 - a)
            d = max(d, abs((i + 1) / m - f), abs(f - i / m))
        if best is None or d < best[1]:
            best = (a, d)
    return best or (None, None)


def power_law_ww(s):
    """As WeightWatcher 0.7.7 by default; ww.py asks the package itself."""
    lam = sorted(x * x for x in s if x * x > 1e-5)
    few = len(lam) < 20
    best = None
    for i in range(len(lam) - 1):
        tail = lam[i:]
        m = len(tail)
        total = math.fsum(math.log(x / tail[0]) for x in tail)
        if (few and m < 8) or total <= (1e-12 if few else 0):
            continue
        a = 1 + (m - few) / total
        d = max(abs(1 - (x / tail[0]) ** (1 - a) - j / m) for j, x in enumerate(tail))
        if best is None or d < best[1]:
            best = (a, d)
    return best[0] if best else None


def describe(s, h):
    s = sorted(s, reverse=True)
    n, mx, mn = len(s), s[0], s[-1]
    e = [x * x for x in s]
    tr, en = math.fsum(s), math.fsum(e)
    p = [min(max(x / max(en, 1e-12), 1e-12), 1) for x in e]
    o = dict(op=mx, fro=math.sqrt(en), trace=tr, rank_eff=tr / max(mx, 1e-12), spec_ent=entropy(p),
             anisotropy=mx / max(tr / n, 1e-12), condition=mx / max(mn, 1e-12))
    p = [x / en for x in e]
    o["stable_rank"] = en / (mx * mx)
    o["part_ratio"] = en * en / math.fsum(x * x for x in e)
    o["erank"] = math.exp(entropy([x / tr for x in s]))
    o["spec_perp"] = math.exp(entropy(p))
    o["spec_ent_norm"] = entropy(p) / math.log(n) if n > 1 else None
    o["k90"] = next(k for k in range(1, n + 1) if math.fsum(e[:k]) >= 0.9 * en)
    o["gap"] = s[0] / s[1] if n > 1 and s[1] > 0 else None
    o["log_cond"] = math.log10(mx / mn) if mn > 0 else None
    o["gini"] = math.fsum((2 * i - n - 1) * x for i, x in enumerate(sorted(s), 1)) / (n * tr)
    o["alpha"], o["alpha_ks"] = power_law(s)
    o["alpha_ww"] = power_law_ww(s)
    if h["metric"] == "full":
        g = h["d_head"] / h["d_model"]
        a = math.sqrt(1 + 8 / g)
        f = [(1 + z) * (1 + g * z) ** 2 / z for z in ((-1 + a) / 4, (-1 - a) / 4)]
        t2 = h["q_fro"] * h["k_fro"] / (h["d_model"] * h["d_head"])
        o["align"] = o["fro"] / (h["q_fro"] * h["k_fro"])
        o["sym"] = (1 + h["tr2"] / en) / 2
        o["null_op"] = h["d_model"] * t2 * math.sqrt(f[0])
        o["null_cond"] = math.sqrt(f[0] / f[1])
    o["eig_mean"] = h["tr1"] / h["d_model"]
    o["eig_var"] = h["tr2"] / h["d_model"] - (h["tr1"] / h["d_model"]) ** 2
    return o


def spectra():
    rng = np.random.default_rng(12)
    for i in range(40):
        n = [1, 2, 3, 7, 8, 9, 10, 11, 16, 17, 31, 64, 65, 100, 128, 129, 130, 200, 256, 300][i % 20]
        s = np.sort(rng.lognormal(0, rng.uniform(0.1, 3), n) * 10.0 ** rng.integers(-3, 4))[::-1]
        if i == 25:
            s[4:8] = s[4]           # ties
        if i == 31:
            s[40:] = 0              # zeros
        yield [float(x) for x in s]


def main():
    head = ["metric", "d_model", "d_head", "q_fro", "k_fro", "tr2", "tr1"]
    rng, more = np.random.default_rng(5), np.random.default_rng(6)
    rows, want = [], []
    for i, s in enumerate(spectra()):
        d = [768, 2560, 4096][i % 3]
        h = dict(metric="core" if i % 4 == 3 else "full", d_model=d, d_head=max(len(s), 2),
                 q_fro=float(rng.uniform(1, 9)), k_fro=float(rng.uniform(1, 9)), tr2=float(rng.normal()),
                 tr1=float(more.normal(0, 9)))
        rows.append([h[c] for c in head] + s)
        o = describe(s, h)
        want.append([h[c] for c in head] + ["" if o.get(c) is None else repr(o[c]) for c in SEED + MORE + WEIGHTS])
    width = max(map(len, rows))
    with open("spectra.csv", "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(head + [f"s{k + 1}" for k in range(width - len(head))])
        w.writerows(r + [""] * (width - len(r)) for r in rows)
    with open("expected.csv", "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(head + SEED + MORE + WEIGHTS)
        w.writerows(want)


main()
