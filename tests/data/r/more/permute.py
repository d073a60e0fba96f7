"""permute.py - p of permutation tests, by all orders or the same random ones:
python3 permute.py  (Python 3.9, numpy, behind adjust.R and within.R)

The generator is written once more, from its definition; so are r, rho and tau-b, by
their plain definitions over the rows or pairs of rows.  Writes few.csv, NAME.case.csv
with the columns y, x, method, p_perm, p_max by group, and permute.list: NAME,
options, table, apart by tabs.
"""
import csv
import itertools
import math
import random

import numpy as np

M = (1 << 64) - 1


class Rng:
    def __init__(self, seed):
        self.s = []
        for _ in range(4):
            seed = (seed + 0x9e3779b97f4a7c15) & M
            z = seed
            z = ((z ^ z >> 30) * 0xbf58476d1ce4e5b9) & M
            z = ((z ^ z >> 27) * 0x94d049bb133111eb) & M
            self.s.append(z ^ z >> 31)

    def next(self):
        s = self.s
        x = (s[1] * 5) & M
        x = ((x << 7 | x >> 57) * 9) & M
        t = (s[1] << 17) & M
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = (s[3] << 45 | s[3] >> 19) & M
        return x

    def below(self, n):
        few = (1 << 64) % n
        while True:
            x = self.next()
            if x >= few:
                return x % n


def ranks(v):
    return np.array([(np.sum(v < a) + np.sum(v <= a) + 1) / 2 for a in v])


def centre(v, blocks):
    v = np.array(v, float)
    for b in blocks:
        v[b] -= np.mean(v[b])
    return v


def pearson(x, y, blocks):
    x, y = centre(x, blocks), centre(y, blocks)
    return abs(np.dot(x, y)) / math.sqrt(np.dot(x, x) * np.dot(y, y))


def kendall(x, y, blocks):
    s = p = q = 0
    for b in blocks:
        i, j = np.triu_indices(len(b), 1)
        dx, dy = np.sign(x[b][i] - x[b][j]), np.sign(y[b][i] - y[b][j])
        s += np.dot(dx, dy)
        p += np.sum(dx != 0)
        q += np.sum(dy != 0)
    return abs(s) / math.sqrt(p * q)


def orders(blocks, n, most, seed):
    """All orders, the one there is first, or that one and most random ones."""
    if math.prod(math.factorial(len(b)) for b in blocks) <= most:
        for p in itertools.product(*(itertools.permutations(b) for b in blocks)):
            o = list(range(n))
            for b, q in zip(blocks, p):
                for i, j in zip(b, q):
                    o[i] = j
            yield o
        return
    rng = Rng(seed)
    o = list(range(n))
    yield o
    for _ in range(most):
        for b in blocks:
            for i in range(len(b), 1, -1):
                j = rng.below(i)
                o[b[j]], o[b[i - 1]] = o[b[i - 1]], o[b[j]]
        yield o


def test(rows, y, x, methods, keys, most, seed):
    rows = [r for r in rows if all(r[k] != '' for k in [y] + x + keys)]
    seen = {}
    for r in rows:
        seen.setdefault(tuple(r[k] for k in keys), []).append(r)
    # keys as they come in the whole table: that is how the program sorts rows
    rows = [r for k in seen for r in seen[k]]
    blocks, at = [], 0
    for k in seen:
        blocks.append(list(range(at, at + len(seen[k]))))
        at += len(seen[k])
    col = {c: np.array([float(r[c]) for r in rows]) for c in [y] + x}
    out = {}
    plan = list(orders(blocks, len(rows), most, seed)) if len(rows) < 12 else None
    for m in methods:
        v = {c: ranks(col[c]) if m == 'spearman' else col[c] for c in col}
        r = kendall if m == 'kendall' else pearson
        if m != 'kendall':
            v = {c: centre(v[c], blocks) for c in v}
            v = {c: v[c] / math.sqrt(np.dot(v[c], v[c])) for c in v}
            r = lambda a, b, _: abs(np.dot(a, b))
        first = [r(v[c], v[y], blocks) for c in x]
        alone, top, n = [0] * len(x), [0] * len(x), 0
        for o in plan or orders(blocks, len(rows), most, seed):
            z = v[y][o]
            now = [r(v[c], z, blocks) for c in x]
            for i in range(len(x)):
                alone[i] += now[i] >= first[i] - 1e-12
                top[i] += max(now) >= first[i] - 1e-12
            n += 1
        for i, c in enumerate(x):
            out[c, m] = alone[i] / n, top[i] / n
    return out


def case(name, table, ys, x, methods, most, seed=1, group=None, levels=(), keys=()):
    with open(table + '.csv', newline='') as f:
        rows = list(csv.DictReader(f))
    if group:                                   # the pooled rows stand group by group
        first = {}
        for r in rows:
            first.setdefault(r[group], len(first))
        rows.sort(key=lambda r: first[r[group]])
    with open(name + '.perm.csv', 'w') as f:
        print(','.join(([group] if group else []) + ['y', 'x', 'method', 'p_perm', 'p_max']), file=f)
        for g in ['all'] + list(levels):
            part = rows if g == 'all' else [r for r in rows if r[group] == g]
            for y in ys:
                p = test(part, y, x, methods, list(keys), most, seed)
                for c in x:
                    for m in methods:
                        print(*([g] if group else []), y, c, m, *map(repr, map(float, p[c, m])), sep=',', file=f)
    o = '-y %s -x %s -m %s -g %s --permute %d --seed %d' % (','.join(ys), ','.join(x), ','.join(methods), group or "''", most, seed)
    return '\t'.join([name, o + (' --within ' + ','.join(keys) if keys else ''), table])


def main():
    rng = random.Random(4)
    with open('few.csv', 'w') as f:
        print('g,k,y,a,b,c', file=f)
        for i in range(14):
            y = rng.randrange(9)
            print('g%d' % (1 + i // 7), 'k%d' % (i % 3), y, y + rng.randrange(9), rng.randrange(4), round(rng.gauss(0, 1), 3), sep=',', file=f)
    all3 = ['pearson', 'spearman', 'kendall']
    with open('permute.list', 'w') as f:
        print(case('permute-every', 'few', ['y'], ['a', 'b', 'c'], all3, 5040, group='g', levels=['g1', 'g2']), file=f)
        print(case('permute-blocks', 'few', ['y', 'c'], ['a', 'b'], all3, 60000, group='g', levels=['g1', 'g2'], keys=['k']), file=f)
        print(case('permute', 'adjust', ['y', 'z'], ['x1', 'x3', 'x4'], all3, 499, seed=7, group='g', levels=['a', 'b', 'c']), file=f)
        print(case('permute-within', 'within', ['y'], ['x', 'z'], all3, 199, seed=123456789012345, keys=['subject', 'day']), file=f)


if __name__ == '__main__':
    main()
