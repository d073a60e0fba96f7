#!/usr/bin/env python3
"""Writes scaled.csv: matrices B D of columns scaled by powers of two, which
tests/unit/svd.c makes by the same formula, with their singular values to 19 digits
by mpmath.  A line each: n, bits of D, condition of B with columns of unit norm,
values.

    gen_scaled.py >scaled.csv               (needs numpy, mpmath; minutes)
"""
import mpmath as mp
import numpy as np

mp.mp.dps = 120
CASES = [(24, 0), (24, 4), (24, 5), (48, 3), (48, 4), (48, 6), (48, 10), (48, 20), (48, 27), (48, 60), (100, 4), (100, 9)]


def matrix(n, bits):
    x, a = n + bits, np.zeros((n, n))
    for j in range(n):
        for i in range(n):
            x = (x * 6364136223846793005 + 1442695040888963407) % 2**64
            a[i, j] = (x >> 11) * 2.0**-52 - 1
    return a, [-((j * 7 % n) * bits // (n - 1)) for j in range(n)]


for n, bits in CASES:
    b, e = matrix(n, bits)
    kappa = np.linalg.cond(b / np.linalg.norm(b, axis=0))
    a = mp.matrix(b.tolist()) * mp.diag([mp.mpf(2)**k for k in e])
    s = sorted((mp.sqrt(x) for x in mp.eigsy(a.T * a, eigvals_only=True)), reverse=True)
    print(",".join([str(n), str(bits), f"{kappa:.4g}"] + [mp.nstr(x, 19) for x in s]), flush=True)
