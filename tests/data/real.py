#!/usr/bin/env python3
"""real.py - the two tables of lib/num/real_vec.h: (1 + 2y) exp(y^2) erfc(y), y >= 0, as a
polynomial in t = (y - 3)/(y + 3), by its Chebyshev series cut after t^12 and t^24.  Needs mpmath.
Shepherd & Laframboise, Mathematics of Computation 36 (1981) 249-253."""
import struct

import mpmath as mp

mp.mp.dps = 80
NODES = 120


def scaled(t):
    y = 3 * (1 + t) / (1 - t)
    if y < 100:
        return (1 + 2 * y) * mp.exp(y * y) * mp.erfc(y)
    term, total = mp.mpf(1), mp.mpf(0)  # DLMF 7.12.1
    for i in range(30):
        total += term
        term *= -(2 * i + 1) / (2 * y * y)
    return (1 + 2 * y) / (y * mp.sqrt(mp.pi)) * total


def chebyshev(degree):
    """Coefficients of T_0, ..., T_degree in powers of t."""
    t = [[mp.mpf(1)], [mp.mpf(0), mp.mpf(1)]]
    while len(t) <= degree:
        a, b = [mp.mpf(0)] + t[-1], t[-2]
        t.append([2 * x - (b[j] if j < len(b) else 0) for j, x in enumerate(a)])
    return t


def powers(degree):
    at = [mp.cos(mp.pi * (j + mp.mpf(1) / 2) / NODES) for j in range(NODES)]
    values = [scaled(t) for t in at]
    sums = [mp.mpf(0)] * (degree + 1)
    for i, poly in enumerate(chebyshev(degree)):
        c = 2 * mp.fsum(v * mp.chebyt(i, t) for v, t in zip(values, at)) / NODES
        for j, b in enumerate(poly):
            sums[j] += (c / 2 if i == 0 else c) * b
    return sums


for degree, last in ((12, "f"), (24, "")):
    numbers = [float(x) for x in powers(degree)]
    if last:
        numbers = [struct.unpack("f", struct.pack("f", x))[0] for x in numbers]
    for i in range(0, degree + 1, 4):
        print("\t" + " ".join(x.hex() + last + "," for x in reversed(numbers[max(0, degree - i - 3):degree - i + 1])))
    print()
