#!/usr/bin/env python3
"""Writes expected.csv: singular values of W_K' W_Q to 19 digits, for heads of bf16
numbers that tests/unit/prod.c makes by the same formula, and the largest relative
error of numpy's qr + svdvals on them.  The Gram matrices are exact in 64-bit
integers; from there on mpmath works with 80 digits.

    gen_prod.py >expected.csv               (needs numpy, scipy, mpmath; minutes)
"""
import sys

import mpmath as mp
import numpy as np
import scipy.linalg

mp.mp.dps = 80
M, N = 128, 4096

# mixing of K and Q, grading of K and Q: see rows()
CASES = [(0, 0, 0, 0), (2, 2, 0, 0), (3, 3, 0, 0), (4, 4, 0, 0), (5, 5, 0, 0), (6, 6, 0, 0),
         (6, 2, 0, 0), (2, 6, 0, 4), (0, 0, 8, 0), (0, 0, 0, 8), (3, 3, 5, 5), (6, 5, 6, 6)]


def bf16(x):
    """Rounded to 8 bits, ties to even, as doubles."""
    f = x.astype(np.float32).view(np.uint32)
    f = (f + 0x7FFF + ((f >> 16) & 1)) & 0xFFFF0000
    return f.astype(np.uint32).view(np.float32).astype(np.float64)


def rows(seed, mix, grade):
    """M rows of N whole numbers, and the exponents that go with the rows: row i is
    noise + (1 - 2^-mix) row i-1 (mix 0: noise), rounded, times 2^-(i grade / M)."""
    x, h, w = seed, np.zeros(N), np.zeros((M, N))
    for i in range(M):
        g = np.zeros(N)
        for j in range(N):
            for _ in range(4):
                x = (x * 6364136223846793005 + 1442695040888963407) % 2**64
                g[j] += (x >> 56) - 127.5
        h = g + (1 - 2.0**-mix) * h
        w[i] = bf16(np.rint(h))
    return w, [-(i * grade // M) for i in range(M)]


def gram(w, e):
    z = w.astype(np.int64)
    z = z @ z.T
    return mp.matrix([[mp.mpf(int(z[i, j])) * mp.mpf(2)**(e[i] + e[j]) for j in range(M)]
                                           for i in range(M)])


def values(gk, gq):
    """Square roots of the eigenvalues of L' G_Q L, G_K = L L'."""
    l = mp.cholesky(gk)
    return sorted((mp.sqrt(x) for x in mp.eigsy(l.T * gq * l, eigvals_only=True)), reverse=True)


def numpy_error(k, q, s):
    rk, rq = np.linalg.qr(k.T, mode="r"), np.linalg.qr(q.T, mode="r")
    t = scipy.linalg.svdvals(rk @ rq.T)
    return max(float(abs(mp.mpf(float(a)) / b - 1)) for a, b in zip(t, s))


def main():
    for c, (mk, mq, gk, gq) in enumerate(CASES):
        (k, ek), (q, eq) = rows(2 * c + 1, mk, gk), rows(2 * c + 2, mq, gq)
        s = values(gram(k, ek), gram(q, eq))
        e = numpy_error(np.ldexp(k, np.array(ek)[:, None]), np.ldexp(q, np.array(eq)[:, None]), s)
        print(",".join(map(str, (mk, mq, gk, gq, f"{e:.2e}", *(mp.nstr(x, 19) for x in s)))), flush=True)
        print(f"{c}: condition {float(s[0] / s[-1]):.1e}, numpy to {e:.1e}", file=sys.stderr, flush=True)


main()
