#!/usr/bin/env python3
"""What hg-extract --directionality must find: directionality.csv beside expected.csv, for the fixtures of
NAMES, folded and not, and at the distances of make_rotary.py where they have a rotary.csv.

    python3 make_directionality.py [FAMILY...]

Of the dense matrix W_q W_k' of d_model by d_model, rows for queries and columns for keys, as Saponati et
al. (arXiv 2502.10927) write it; the formula is that of their program (attention-geometry, utils/scores.py):
what norms of columns have beyond their mean plus two standard deviations, less what those of rows have, by
the sum of both.
"""
import os
import sys

import numpy as np

import make_checkpoints as mc
import make_rotary as mr

NAMES = "llama gpt2 bert olmo glm deepseek_v3 falcon_new t5 gemma2 whisper smollm3".split()


def excess(norms):
    limit = norms.mean() + 2 * norms.std(ddof=1)
    return (norms[norms > limit] - limit).sum()


def directionality(q, k):
    """q and k: d_head by d_model."""
    m = q.T @ k
    row, col = excess(np.linalg.norm(m, axis=1)), excess(np.linalg.norm(m, axis=0))
    return (col - row) / (col + row) if col + row else 0.0


def dense(x):
    return np.array(x.tolist(), dtype=float)


def rows_of(name, path):
    fam = mc.FAMILIES[name]
    model, inputs = fam["make"]()
    for stack, layer, _, heads, _ in mc.weights(path, fam, type(model), inputs):
        for h, (_, four) in enumerate(heads):
            for folded in 0, 1:
                yield [stack, layer, h, folded, "", directionality(*(dense(x) for x in four[folded][:2]))]
    if name in mr.NAMES:
        m = mc.Model(path, fam, type(model))
        mr.exact_frequencies(m.model)
        m.unscale(True)
        for distance in mr.DISTANCES:
            for (stack, layer, *_), pair in zip(m.attn, mr.products(m, inputs, distance)):
                for h in range(len(pair[0]) if pair else 0):
                    yield [stack, layer, h, 0, distance, directionality(*(x[h] for x in pair))]


for name in sys.argv[1:] or NAMES:
    path = os.path.join(mc.HERE, name)
    rows = list(rows_of(name, path))
    with open(os.path.join(path, "directionality.csv"), "w") as f:
        print("stack,layer,head,fold,distance,directionality", file=f)
        for *key, d in rows:
            print(*key, "%.17g" % d, sep=",", file=f)
    print(name, len(rows), flush=True)
