"""boot.py - intervals from random draws of rows or clusters:  python3 boot.py  (Python 3.9,
numpy, behind adjust.R and within.R)

The same draws as the program's, by permute.py's generator; r, rho and tau-b by their
plain definitions; normal distribution by statistics.NormalDist.  Efron, JASA 82 (1987)
171-185; DiCiccio & Efron, Statistical Science 11 (1996) 189-228, section 2.  Writes
NAME.boot.csv with the columns y, x, method, boot_low, boot_high by group, and
boot.list: NAME, options, table, apart by tabs.
"""
import csv
import math
from statistics import NormalDist

import numpy as np

from permute import Rng, ranks

NORMAL = NormalDist()


def statistic(x, y, method):
    if method == 'spearman':
        x, y = ranks(x), ranks(y)
    if len(set(x)) < 2 or len(set(y)) < 2:
        return math.nan
    if method == 'kendall':
        i, j = np.triu_indices(len(x), 1)
        dx, dy = np.sign(x[i] - x[j]), np.sign(y[i] - y[j])
        return np.dot(dx, dy) / math.sqrt(np.sum(dx != 0) * np.sum(dy != 0))
    x, y = x - np.mean(x), y - np.mean(y)
    return np.dot(x, y) / math.sqrt(np.dot(x, x) * np.dot(y, y))


def quantile(r, p):
    h = (len(r) + 1) * p
    if h < 1 or h >= len(r):
        return r[0] if h < 1 else r[-1]
    i = math.floor(h)
    return r[i - 1] + (h - i) * (r[i] - r[i - 1])


def interval(rows, y, x, method, cluster, place, n, seed, kind, level):
    rows = [r for r in rows if all(r[k] != '' for k in [y, x] + cluster)]
    blocks = {}
    for i, r in enumerate(rows):
        blocks.setdefault(tuple(r[k] for k in cluster) if cluster else i, []).append(i)
    blocks = [blocks[k] for k in sorted(blocks, key=lambda k: place.get(k, k))]
    a, b = (np.array([float(r[c]) for r in rows]) for c in (x, y))
    rng = Rng(seed)
    drawn = []
    for _ in range(n):
        take = [i for _ in blocks for i in blocks[rng.below(len(blocks))]]
        drawn.append(statistic(a[take], b[take], method))
    drawn = sorted(r for r in drawn if not math.isnan(r))
    p = [(1 - level) / 2, (1 + level) / 2]
    if kind == 'bca':
        r = statistic(a, b, method)
        z0 = NORMAL.inv_cdf(sum(v < r for v in drawn) / len(drawn))
        left = np.array([statistic(a[t], b[t], method) for o in blocks for t in [[i for c in blocks if c is not o for i in c]]])
        e = np.mean(left) - left
        acc = np.sum(e ** 3) / (6 * np.sum(e ** 2) ** 1.5)
        z = [z0 + NORMAL.inv_cdf(q) for q in p]
        p = [NORMAL.cdf(z0 + v / (1 - acc * v)) for v in z]
    return [quantile(drawn, q) for q in p]


def case(name, table, y, xs, methods, n, kind, cluster=(), seed=1, level=0.95, group=None, levels=()):
    with open(table + '.csv', newline='') as f:
        rows = list(csv.DictReader(f))
    with open(name + '.boot.csv', 'w') as f:
        print(','.join(([group] if group else []) + ['y', 'x', 'method', 'boot_low', 'boot_high']), file=f)
        if group:                                   # the pooled rows stand group by group
            first = {}
            for r in rows:
                first.setdefault(r[group], len(first))
            rows.sort(key=lambda r: first[r[group]])
        place = {}                                  # clusters as they come in the table
        for r in rows:
            place.setdefault(tuple(r[k] for k in cluster), len(place))
        for g in ['all'] + list(levels):
            part = rows if g == 'all' else [r for r in rows if r[group] == g]
            for x in xs:
                for m in methods:
                    v = interval(part, y, x, m, list(cluster), place if cluster else {}, n, seed, kind, level)
                    print(*([g] if group else []), y, x, m, *map(repr, map(float, v)), sep=',', file=f)
    o = '-y %s -x %s -m %s -g %s --boot %d --boot-kind %s --seed %d' % (y, ','.join(xs), ','.join(methods), group or "''", n, kind, seed)
    o += ' --cluster ' + ','.join(cluster) if cluster else ''
    return '\t'.join([name, o + (' --level %s' % level if level != 0.95 else ''), table])


def main():
    all3 = ['pearson', 'spearman', 'kendall']
    with open('boot.list', 'w') as f:
        print(case('boot-percentile', 'adjust', 'y', ['x1', 'x3'], all3, 199, 'percentile', group='g', levels=['a', 'b', 'c']), file=f)
        print(case('boot-bca', 'adjust', 'z', ['x2', 'x3'], all3, 299, 'bca', seed=5, level=0.8, group='g', levels=['a', 'b', 'c']), file=f)
        print(case('boot-cluster', 'within', 'y', ['x', 'z'], all3, 199, 'bca', cluster=['day', 'subject'], seed=3), file=f)
        print(case('boot-clusters', 'within', 'y', ['x', 'z'], all3, 199, 'percentile', cluster=['subject'], seed=3, level=0.9), file=f)


if __name__ == '__main__':
    main()
