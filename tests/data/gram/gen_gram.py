#!/usr/bin/env python3
"""Writes expected.csv: the triangular factors R, R'R = W W', of matrices that tests/unit/gram.c makes
by the same formula.  W W' is exact in fractions; its Cholesky factor has 150 digits.

    gen_gram.py >expected.csv               (needs mpmath; seconds)

Fields: type, e, spread, kind, by (see rows()), 1 if R must come from W W' and 0 if it must not,
|L^-1| of the factor of W W' scaled to a diagonal of ones, R by columns, upper triangle,
rounded to doubles.
"""
import sys
from fractions import Fraction

import mpmath as mp

mp.mp.dps = 150
M, N = 12, 600

# Bits of exponent and of fraction of types 2 to 5: f16, bf16, e4m3, e5m2 (num.h).
FORM = {2: (5, 10), 3: (8, 7), 4: (4, 3), 5: (5, 2)}
PLAIN, ROWS, ALONG, SPARSE, TWINS, EQUAL, ZERO = range(7)

CASES = [
    (3, 120, 4, PLAIN, 0, 1), (3, 120, 16, PLAIN, 0, 1), (3, 250, 4, PLAIN, 0, 1), (3, 0, 1, PLAIN, 0, 1),
    (3, 1, 4, PLAIN, 0, 1), (3, 200, 4, ROWS, 16, 1), (3, 200, 4, ALONG, 10, 1), (3, 200, 4, ALONG, 40, 0),
    (3, 200, 4, SPARSE, 20, 1), (3, 200, 4, SPARSE, 60, 1), (3, 200, 4, SPARSE, 190, 1),
    (3, 120, 30, PLAIN, 0, 0), (3, 200, 4, TWINS, 4, 1), (3, 200, 4, TWINS, 10, 1), (3, 200, 4, TWINS, 14, 1),
    (3, 200, 4, TWINS, 18, 1), (3, 200, 4, TWINS, 22, 1), (3, 200, 4, TWINS, 24, 1), (3, 200, 4, TWINS, 26, 0),
    (3, 200, 4, TWINS, 60, 0), (3, 200, 4, EQUAL, 0, 0), (3, 200, 4, ZERO, 0, 0),
    (2, 12, 4, PLAIN, 0, 1), (2, 0, 1, PLAIN, 0, 1), (2, 0, 4, PLAIN, 0, 1), (2, 26, 5, PLAIN, 0, 1),
    (2, 20, 4, SPARSE, 30, 1), (2, 20, 4, TWINS, 17, 1), (2, 1, 30, PLAIN, 0, 0),
    (4, 0, 15, PLAIN, 0, 1), (4, 10, 2, TWINS, 9, 1), (5, 8, 12, PLAIN, 0, 1), (5, 0, 31, PLAIN, 0, 0),
    (5, 24, 4, SPARSE, 20, 1), (5, 24, 4, TWINS, 23, 1),
]


def rows(seed, t, e, spread, kind, by):
    """Numbers as bits: sign and fraction at random, the exponent e and less than spread more."""
    bits, frac = FORM[t]
    x, w = seed, [[0] * N for _ in range(M)]
    for i in range(M):
        for j in range(N):
            x = (x * 6364136223846793005 + 1442695040888963407) % 2**64
            u = x >> 32
            ex = e + (u >> 8) % spread
            ex -= by * i if kind == ROWS else by * j // N if kind == ALONG else 0
            ex -= by if kind == SPARSE and (u >> 16) % 100 == 0 else 0
            w[i][j] = (u >> 31) << (bits + frac) | max(ex, 0) << frac | u & (2**frac - 1)
    for i in range(1, M, 2):
        if kind == TWINS:
            w[i - 1][i] = 0
            w[i] = w[i - 1][:]
            w[i][i] = max(e - by, 0) << frac
    if kind == EQUAL:
        w[M - 1] = w[0][:]
    if kind == ZERO:
        w[3] = [0] * N
    return w


def number(t, h):
    bits, frac = FORM[t]
    ex, f, bias = h >> frac & (2**bits - 1), h & (2**frac - 1), 2**(bits - 1) - 1
    x = Fraction(f, 2**frac) + (ex > 0)
    return (-1)**(h >> (bits + frac)) * x * Fraction(2)**(max(ex, 1) - bias)


def factor(w):
    """The columns of R and |L^-1| of the scaled matrix; zeros and 0 where there is none."""
    g = [[sum(a * b for a, b in zip(x, y) if a and b) for y in w] for x in w]
    try:
        l = mp.cholesky(mp.matrix([[mp.mpf(v.numerator) / v.denominator for v in row] for row in g]))
    except ValueError:
        return [mp.mpf(0)] * (M * (M + 1) // 2), mp.mpf(0)
    d = mp.diag([1 / mp.sqrt(mp.mpf(g[i][i].numerator) / g[i][i].denominator) for i in range(M)])
    return [l[j, i] for j in range(M) for i in range(j + 1)], mp.mnorm((d * l)**-1, "f")


def main():
    for c, case in enumerate(CASES):
        w = [[number(case[0], h) for h in row] for row in rows(c + 1, *case[:5])]
        r, norm = factor(w)
        print(",".join(map(str, (*case, mp.nstr(norm, 5), *map(float, r)))))
        print(c, case, mp.nstr(norm, 5), file=sys.stderr)


main()
