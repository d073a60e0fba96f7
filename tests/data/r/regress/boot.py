"""boot.py - intervals of coefficients from random draws of clusters:  python3 boot.py
(Python 3.9, numpy, behind gen.R)

The same draws as the program's, by the generator of ../more/permute.py, clusters in
the order of their texts; every draw is a table of rows, fitted by numpy's lstsq, and counts
if no term depends on others; the interval is that of ../more/boot.py.  Writes layers.csv, NAME.boot.csv
with the columns y, term, boot_low, boot_high by group, and boot.list: NAME, options,
table, draws that do not count, apart by tabs.
"""
import csv
import os
import random
import sys
from statistics import NormalDist

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'more'))
from boot import quantile       # noqa: E402
from permute import Rng         # noqa: E402

NORMAL = NormalDist()


def design(rows, x, factors, absorbed, intercept):
    """Columns by name; levels but the first of each factor."""
    cols = [('(Intercept)', np.ones(len(rows)))] if intercept else []
    for v in absorbed + x:
        if v in factors or v in absorbed:
            for level in factors.get(v, sorted({r[v] for r in rows}))[1:]:
                cols.append((v + '=' + level, np.array([float(r[v] == level) for r in rows])))
        else:
            cols.append((v, np.array([float(r[v]) for r in rows])))
    names = [n for n, _ in cols]
    shown = [i for i, n in enumerate(names) if not absorbed or (n != '(Intercept)' and n.split('=')[0] not in absorbed)]
    return names, np.column_stack([c for _, c in cols]), shown


def rank(X):
    norm = np.sqrt(np.sum(X * X, axis=0))
    s = np.linalg.svd(X / np.where(norm > 0, norm, 1), compute_uv=False)
    return int(np.sum(s > 1e-9 * s[0]))


def fit(X, y, shown):
    """The terms that are shown, or None if one of them depends on others."""
    hidden = [i for i in range(X.shape[1]) if i not in shown]
    if rank(X) != rank(X[:, hidden]) + len(shown) if hidden else rank(X) != X.shape[1]:
        return None
    norm = np.sqrt(np.sum(X * X, axis=0))
    norm[norm == 0] = 1
    return (np.linalg.lstsq(X / norm, y, rcond=1e-9)[0] / norm)[shown]


def intervals(rows, y, x, factors, absorbed, intercept, weight, cluster, n, seed, kind, level):
    rows = [r for r in rows if all(r[k] != '' for k in [y] + x + absorbed + cluster + ([weight] if weight else []))]
    rows = [r for r in rows if not weight or float(r[weight]) > 0]
    names, X, shown = design(rows, x, factors, absorbed, intercept)
    root = np.sqrt([float(r[weight]) if weight else 1 for r in rows])
    X, Y = X * root[:, None], np.array([float(r[y]) for r in rows]) * root
    keys = ['\0'.join(r[k] for k in cluster) + '\0' for r in rows]
    blocks = [[i for i, k in enumerate(keys) if k == key] for key in sorted(set(keys), key=str.encode)]
    rng = Rng(seed)
    drawn = []
    for _ in range(n):
        take = sorted(rng.below(len(blocks)) for _ in blocks)
        if take == list(range(len(blocks))):
            drawn.append(fit(X, Y, shown))
            continue
        at = [i for b in take for i in blocks[b]]
        drawn.append(fit(X[at], Y[at], shown))
    lost = sum(d is None for d in drawn)
    drawn = np.array([d for d in drawn if d is not None])
    b = fit(X, Y, shown)
    share = [(1 - level) / 2, (1 + level) / 2]
    out = []
    if kind == 'bca':
        left = [fit(X[at], Y[at], shown) for o in blocks for at in [[i for c in blocks if c is not o for i in c]]]
        left = None if any(v is None for v in left) else np.array(left)
    for j, i in enumerate(shown):
        r, p = drawn[:, j] - b[j], share
        r = sorted(np.where(abs(r) <= 1e-10 * np.max(abs(r)), 0, r))
        if kind == 'bca':
            if left is None:
                out.append((names[i], '', ''))
                continue
            z0 = NORMAL.inv_cdf(sum(v < 0 for v in r) / len(r))
            e = np.mean(left[:, j]) - left[:, j]
            acc = np.sum(e ** 3) / (6 * np.sum(e ** 2) ** 1.5)
            z = [z0 + NORMAL.inv_cdf(q) for q in p]
            p = [NORMAL.cdf(z0 + v / (1 - acc * v)) for v in z]
        out.append((names[i],) + tuple(repr(float(b[j] + quantile(r, q))) for q in p))
    return out, lost


def case(name, table, opts, y, x, n, kind, cluster, factors={}, absorbed=[], intercept=True, weight=None, seed=1, level=0.95,
         group=None, levels=()):
    with open(table + '.csv', newline='') as f:
        rows = list(csv.DictReader(f))
    lost = 0
    with open(name + '.boot.csv', 'w') as f:
        print(','.join(([group] if group else []) + ['y', 'term', 'boot_low', 'boot_high']), file=f)
        for g in ['all'] + list(levels):
            part = [r for r in rows if g == 'all' or r[group] == g]
            v, more = intervals(part, y, x, factors, absorbed, intercept, weight, cluster, n, seed, kind, level)
            lost += more
            for line in v:
                print(*([g] if group else []), y, *line, sep=',', file=f)
    o = '%s -y %s' % (opts, y) if '~' not in opts else opts
    o += ' --cluster %s --boot %d --boot-kind %s --seed %d --level %s' % (','.join(cluster), n, kind, seed, level)
    return '\t'.join([name, o, table, str(lost)])


def main():
    stage = {'stage': ['early', 'mid', 'late']}
    r = random.Random(20261128)
    effect = [r.gauss(0, 1) for _ in range(6)]
    with open('layers.csv', 'w') as f:
        print('layer,stage,a,y', file=f)
        for i in range(48):
            a = round(r.gauss(0, 1) + i % 6 / 3, 3)
            print(i % 6, stage['stage'][i % 6 // 2], a, round(a / 2 + effect[i % 6] + r.gauss(0, 1), 3), sep=',', file=f)
    with open('boot.list', 'w') as f:
        print(case('percentile', 'plain', '-x a,b,c', 'y', ['a', 'b', 'c'], 499, 'percentile', ['k']), file=f)
        print(case('bca', 'missing', '-x a,b,c', 'y', ['a', 'b', 'c'], 499, 'bca', ['k'], seed=7, level=0.8), file=f)
        print(case('weighted', 'weights', '-x a,b -w wt', 'y', ['a', 'b'], 299, 'bca', ['k'], weight='wt', seed=2), file=f)
        print(case('both', 'clusters', '-x a,c', 'y', ['a', 'c'], 199, 'bca', ['stage', 'k'], level=0.9), file=f)
        print(case('origin', 'origin', '-x a,b --no-intercept', 'y', ['a', 'b'], 199, 'bca', ['k'], intercept=False), file=f)
        print(case('groups', 'groups', '-x a,b -g stage', 'y', ['a', 'b'], 199, 'bca', ['k'], group='stage',
                   levels=stage['stage']), file=f)
        print(case('hardly', 'alone', '-x a,b', 'y', ['a', 'b'], 199, 'percentile', ['k'], seed=3), file=f)
        for kind in 'percentile', 'bca':
            print(case('levels-' + kind, 'layers', '-x a --factor stage', 'y', ['a', 'stage'], 299, kind, ['layer'], factors=stage,
                       seed=4), file=f)
        print(case('nobca', 'plain', '-x a --factor stage', 'y', ['a', 'stage'], 99, 'bca', ['stage'], factors=stage), file=f)
        print(case('absorbed', 'plain', '-f "y ~ a + b | k"', 'y', ['a', 'b'], 299, 'bca', ['k'], absorbed=['k']), file=f)
        print(case('within', 'layers', '-f "y ~ a | layer"', 'y', ['a'], 299, 'bca', ['layer'], absorbed=['layer']), file=f)


if __name__ == '__main__':
    main()
