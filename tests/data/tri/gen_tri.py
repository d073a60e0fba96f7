#!/usr/bin/python3
# Rows for tests/unit/tri.c, and their sums of centred products in exact rational
# arithmetic: NAME.csv holds the rows (repr of the doubles), NAME.ss.csv first the
# means, then the matrix of sums, one row a line, each divided by sqrt(S_ii S_jj)
# off the diagonal, and sqrt(S_ii) on it.
import random
from fractions import Fraction
import mpmath as mp
mp.mp.dps = 60
random.seed(20240611)


def frac(q):
    return mp.mpf(q.numerator) / q.denominator


def emit(name, rows):
    n, p = len(rows), len(rows[0])
    with open(name + '.csv', 'w') as g:
        for r in rows:
            g.write(','.join(repr(float(v)) for v in r) + '\n')
    x = [[Fraction(float(v)) for v in r] for r in rows]
    mean = [sum(r[j] for r in x) / n for j in range(p)]
    s = [[sum((r[i] - mean[i]) * (r[j] - mean[j]) for r in x) for j in range(p)] for i in range(p)]
    d = [mp.sqrt(frac(s[i][i])) for i in range(p)]
    with open(name + '.ss.csv', 'w') as g:
        g.write(','.join(mp.nstr(frac(m), 25) for m in mean) + '\n')
        for i in range(p):
            g.write(','.join(mp.nstr(d[i] if i == j else frac(s[i][j]) / d[i] / d[j] if d[i] and d[j] else mp.mpf(0), 25)
                             for j in range(p)) + '\n')


def mixed(n, loc, scale):
    rows = []
    for _ in range(n):
        z = [random.gauss(0, 1) for _ in loc]
        z = [v + 0.5 * z[0] for v in z]
        rows.append([a + b * v for a, b, v in zip(loc, scale, z)])
    return rows


emit('plain', mixed(200, [0, 1, -3, 10, 0.5], [1, 1, 2, 5, 0.1]))
emit('offset', mixed(150, [1e9, -1e12, 1e6, 0, 1e15], [0.1, 1, 1e-3, 1, 10]))
emit('graded', mixed(100, [0, 1e200, 0, 0, 1], [1e-300, 1e199, 1e-120, 1e150, 1e300]))
emit('outlier', [[1e12, -1, 1e300]] + mixed(99, [0, 0, 0], [1, 1, 1]))
emit('short', mixed(3, [5, 5, 5, 5], [1, 1, 1, 1]))
emit('constant', [r[:1] + [0.1] + r[1:] + [1e300 / 3] for r in mixed(130, [1, 2], [1, 1])])
