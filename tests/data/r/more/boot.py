"""boot.py - intervals from random draws of rows or clusters:  python3 boot.py  (Python 3.9,
numpy, behind adjust.R, within.R and controls.R)

The same draws as the program's, by permute.py's generator; r, rho and tau-b by their
plain definitions, beside controls that of two residuals, by singular values; normal distribution by statistics.NormalDist.  Efron, JASA 82 (1987)
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


def design(rows, method, beside, keys):
    """The intercept, or the keys within; behind them the controls."""
    within = [tuple(r[k] for k in keys) for r in rows]
    base = [[float(w == k) for w in within] for k in sorted(set(within))]
    more = []
    for c in beside.get('names', ()):
        more += [[float(r[c] == v) for r in rows] for v in sorted({r[c] for r in rows})]
    for c, degree in beside.get('numbers', {}).items():
        v = np.array([float(r[c]) for r in rows])
        more += [ranks(v) if method == 'spearman' else v ** e for e in range(1, degree + 1)]
    return np.array(base).T, np.array(base + more).T


def left(m, v, root):
    """What the columns of m leave of v, both times the roots of the weights; and their rank."""
    m = m * root[:, None]
    u, d, _ = np.linalg.svd(m / np.where(np.linalg.norm(m, axis=0) > 0, np.linalg.norm(m, axis=0), 1), full_matrices=False)
    u = u[:, d > 1e-10 * d[0]]
    e = v * root
    for _ in range(2):
        e = e - u @ (u.T @ e)
    return e, u.shape[1]


def partial(rows, x, y, method, beside):
    root = np.sqrt([float(r[beside['weight']]) if 'weight' in beside else 1 for r in rows])
    base, whole = design(rows, method, beside, beside.get('within', ()))
    if method == 'spearman':
        x, y = ranks(x), ranks(y)
    ex, rank = left(whole, x - np.mean(x), root)
    ey, _ = left(base if beside.get('semi') else whole, y - np.mean(y), root)
    df = len(rows) - 1 - rank
    if df < 0 or any(np.linalg.norm(left(whole, v - np.mean(v), root)[0]) <= 1e-9 * np.linalg.norm(v - np.mean(v)) for v in (x, y)):
        return math.nan
    r = np.dot(ex, ey) / (np.linalg.norm(ex) * np.linalg.norm(ey))
    return math.copysign(1, r) if df == 0 and not beside.get('semi') else r


def statistic(rows, x, y, method, beside):
    x, y = (np.array([float(r[c]) for r in rows]) for c in (x, y))
    if beside:
        return partial(rows, x, y, method, beside)
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
    if not r or math.isnan(p):
        return math.nan
    h = (len(r) + 1) * p
    if h < 1 or h >= len(r):
        return r[0] if h < 1 else r[-1]
    i = math.floor(h)
    return r[i - 1] + (h - i) * (r[i] - r[i - 1])


def needed(beside):
    return [*beside.get('names', ()), *beside.get('numbers', ()), *beside.get('within', ())] + ([beside['weight']] if 'weight' in beside else [])


def interval(rows, y, x, method, cluster, place, n, seed, kind, level, beside):
    rows = [r for r in rows if all(r[k] != '' for k in [y, x] + cluster + needed(beside))]
    blocks = {}
    for i, r in enumerate(rows):
        blocks.setdefault(tuple(r[k] for k in cluster) if cluster else i, []).append(i)
    blocks = [blocks[k] for k in sorted(blocks, key=lambda k: place.get(k, k))]
    rng = Rng(seed)

    def of(take):
        return statistic([rows[i] for i in take], x, y, method, beside)
    drawn = []
    for _ in range(n):
        drawn.append(of([i for _ in blocks for i in blocks[rng.below(len(blocks))]]))
    drawn = sorted(r for r in drawn if not math.isnan(r))
    p = [(1 - level) / 2, (1 + level) / 2]
    if kind == 'bca':
        r = of(range(len(rows)))
        share = sum(v < r - 1e-12 for v in drawn) / len(drawn) if drawn else 0
        if not 0 < share < 1:
            return [math.nan, math.nan]
        z0 = NORMAL.inv_cdf(share)
        less = np.array([of([i for c in blocks if c is not o for i in c]) for o in blocks])
        e = np.mean(less) - less
        acc = np.sum(e ** 3) / (6 * np.sum(e ** 2) ** 1.5)
        z = [z0 + NORMAL.inv_cdf(q) for q in p]
        p = [math.nan if math.isnan(acc) else NORMAL.cdf(z0 + v / (1 - acc * v)) for v in z]
    return [quantile(drawn, q) for q in p]


def options(beside):
    o = [' -c %s' % c for c in [','.join([*beside.get('names', ()), *beside.get('numbers', ())])] if c]
    o += [' --factor %s' % c for c in beside.get('names', ())]
    o += [' --poly %s:%d' % (c, d) for c, d in beside.get('numbers', {}).items() if d > 1]
    o += [' --within ' + ','.join(beside['within'])] if 'within' in beside else []
    return ''.join(o) + (' -w ' + beside['weight'] if 'weight' in beside else '') + (' --semi' if beside.get('semi') else '')


def case(name, table, y, xs, methods, n, kind, cluster=(), seed=1, level=0.95, group=None, levels=(), **beside):
    with open(table + '.csv', newline='') as f:
        rows = [r for r in csv.DictReader(f) if all(r[k] != '' for k in needed(beside))]
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
                    v = interval(part, y, x, m, list(cluster), place if cluster else {}, n, seed, kind, level, beside)
                    print(*([g] if group else []), y, x, m, *['' if math.isnan(q) else repr(float(q)) for q in v], sep=',', file=f)
    o = '-y %s -x %s -m %s -g %s --boot %d --boot-kind %s --seed %d' % (y, ','.join(xs), ','.join(methods), group or "''", n, kind, seed)
    o += (' --cluster ' + ','.join(cluster) if cluster else '') + options(beside)
    return '\t'.join([name, o + (' --level %s' % level if level != 0.95 else ''), table])


def main():
    all3 = ['pearson', 'spearman', 'kendall']
    both = all3[:2]
    with open('boot.list', 'w') as f:
        print(case('boot-percentile', 'adjust', 'y', ['x1', 'x3'], all3, 199, 'percentile', group='g', levels=['a', 'b', 'c']), file=f)
        print(case('boot-bca', 'adjust', 'z', ['x2', 'x3'], all3, 299, 'bca', seed=5, level=0.8, group='g', levels=['a', 'b', 'c']), file=f)
        print(case('boot-cluster', 'within', 'y', ['x', 'z'], all3, 199, 'bca', cluster=['day', 'subject'], seed=3), file=f)
        print(case('boot-clusters', 'within', 'y', ['x', 'z'], all3, 199, 'percentile', cluster=['subject'], seed=3, level=0.9), file=f)
        four = {'group': 'g', 'levels': ['a', 'b', 'c', 'd']}
        print(case('boot-control', 'controls', 'y', ['x', 'z'], both, 99, 'bca', numbers={'u': 1, 'v': 1}, **four), file=f)
        print(case('boot-weight', 'controls', 'y', ['x', 'z'], ['pearson'], 99, 'bca', weight='w', **four), file=f)
        print(case('boot-names', 'controls', 'y', ['x', 'z'], both, 99, 'percentile', names=['f', 'k'], numbers={'u': 1}, seed=2, **four), file=f)
        print(case('boot-names-cluster', 'controls', 'y', ['x', 'z'], ['pearson'], 99, 'bca', names=['f'], numbers={'u': 2, 'v': 1}, weight='w',
                   cluster=['h', 'k'], seed=4), file=f)
        print(case('boot-semi', 'controls', 'y', ['x', 'z'], both, 99, 'bca', names=['f', 'h'], semi=True, level=0.9), file=f)
        print(case('boot-semi-cluster', 'controls', 'y', ['x', 'z'], ['pearson'], 199, 'percentile', numbers={'u': 3}, semi=True, cluster=['g', 'h']), file=f)
        print(case('boot-within', 'controls', 'y', ['x', 'z'], both, 99, 'bca', within=['f', 'k'], numbers={'u': 1}, seed=7), file=f)
        print(case('boot-within-cluster', 'controls', 'y', ['x', 'z'], ['pearson'], 99, 'bca', within=['h'], names=['f'], weight='w', semi=True, cluster=['h', 'g'], seed=7), file=f)


if __name__ == '__main__':
    main()
