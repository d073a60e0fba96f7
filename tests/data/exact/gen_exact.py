#!/usr/bin/env python3
"""Correlations of hard tables in 120 digits: r and p of the numbers as they are read.

Writes NAME.csv and want.csv (table, options of hg-correlate with spaces for commas
between them, n, r, p) beside itself; needs mpmath.  control.csv, where a control
is constant and the others nearly dependent, came from a report."""
import csv, os, random
from mpmath import mp, mpf, matrix, sqrt, betainc, qr_solve

mp.dps = 120
here = os.path.dirname(os.path.abspath(__file__))


def residual(v, basis):
    for _ in range(2):
        for b in basis:
            c = sum(x * y for x, y in zip(b, v))
            v = [x - c * y for x, y in zip(v, b)]
    return v


def partial(x, y, controls, w):
    """r of what an intercept and the controls leave of x and y, 1 - r^2, independent controls."""
    root = [sqrt(i) for i in w]
    basis = []
    for c in [[mpf(1)] * len(x)] + controls:
        v = [a * b for a, b in zip(c, root)]
        size = sqrt(sum(i * i for i in v))
        v = residual(v, basis)
        left = sqrt(sum(i * i for i in v))
        if size and left / size > mpf(10) ** -60:
            basis.append([i / left for i in v])
    ex = residual([a * b for a, b in zip(x, root)], basis)
    ey = residual([a * b for a, b in zip(y, root)], basis)
    xx, yy, xy = (sum(a * b for a, b in zip(u, v)) for u, v in ((ex, ex), (ey, ey), (ex, ey)))
    return xy / sqrt(xx * yy), 1 - xy * xy / (xx * yy), len(basis) - 1


def p_value(rest, df):
    """P(|T| > t), t^2 = df r^2 / (1 - r^2): the incomplete beta function at 1 - r^2."""
    return betainc(mpf(df) / 2, mpf(1) / 2, 0, rest, regularized=True)


def tables():
    rnd = random.Random(20)
    yield 'control', None, 'x1', 'y2', ['x3', 'x4', 'x5'], None
    yield 'three', [('x', [0, 1, 2]), ('y', [0, 1, 2.00000001])], 'x', 'y', [], None
    yield 'line', [('x', [1, 2, 3, 4, 5, 6, 7, 8]),
        ('y', [1, 2, 3.000000001, 4, 5, 6.000000001, 6.999999999, 8])], 'x', 'y', [], None
    yield 'last', [('x', [1, 2, 3]), ('y', [1, 2, 3.0000000150000001])], 'x', 'y', [], None
    yield 'weight', [('x', [1e15, .11, .27, .33, .46, .58]), ('y', [.5, 2, 1, 5, 4, 5]),
        ('w', [1e-40, 1, 1, 1, 1, 1])], 'x', 'y', [], 'w'
    for i, noise in enumerate([1e-3, 1e-6, 1e-8, 1e-10, 1e-12]):
        n = [5, 700, 4, 300, 6][i]                      # less, and more, than a block of rows
        x = [1e3 + rnd.random() for _ in range(n)]
        y = [3 * a - 7 + noise * rnd.gauss(0, 1) for a in x]
        yield f'near{i}', [('x', x), ('y', y), ('w', [rnd.choice([.1, 1, 7]) for _ in x])], 'x', 'y', [], None
        yield f'near{i}', None, 'x', 'y', [], 'w'
        c = [rnd.random() for _ in range(30)]
        d = [a + 1e-5 * rnd.random() for a in c]
        x = [a + 1e-4 * rnd.random() for a in c]
        y = [5 * a - b + noise * rnd.random() for a, b in zip(x, d)]
        yield f'control{i}', [('c', c), ('k', [3.25] * 30), ('d', d), ('e', [4 * a for a in c]),
            ('x', x), ('y', y)], 'x', 'y', ['k', 'c', 'e', 'd'], None


want = []
for name, columns, x, y, controls, w in tables():
    path = os.path.join(here, name + '.csv')
    if columns:
        with open(path, 'w') as f:
            f.write(','.join(c for c, _ in columns) + '\n')
            for row in zip(*(v for _, v in columns)):
                f.write(','.join(repr(v) for v in row) + '\n')
    with open(path) as f:
        rows = list(csv.DictReader(f))
    col = lambda c: [mpf(float(r[c])) for r in rows]
    r, rest, k = partial(col(x), col(y), [col(c) for c in controls], col(w) if w else [mpf(1)] * len(rows))
    options = f'-x {x} -y {y}' + (f' -c {" ".join(controls)}' if controls else '') + (f' -w {w}' if w else '')
    want.append([name, options, len(rows), mp.nstr(r, 17), mp.nstr(p_value(rest, len(rows) - 2 - k), 17)])
with open(os.path.join(here, 'want.csv'), 'w') as f:
    csv.writer(f, lineterminator='\n').writerows([['table', 'options', 'n', 'r', 'p']] + want)
