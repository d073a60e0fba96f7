#!/usr/bin/env python3
"""Hard matrices, their eigenvalues, and how near LAPACK comes to them: python3 gen_schur.py

Written with numpy 2.4.6, scipy 1.17.1 (OpenBLAS's LAPACK), mpmath 1.3.0.  For each matrix

    NAME.csv        n rows of n doubles, exact
    NAME.ev.csv     re,im of its eigenvalues, by mpmath in DIGITS digits or more
    INDEX.csv       name,n,error,lapack: the largest distance between the eigenvalues of
                    LAPACK's dgehrd and dhseqr, without balancing, and the exact ones, paired as
                    tests/unit/schur.c pairs its own, over |A|; and dhseqr's status

|A| is the largest element.  Of defective matrices the error is large, and LAPACK's as good as
any: the test asks for backward errors too.
"""
import csv
import ctypes
import math

import mpmath
import numpy as np
from scipy.linalg import cython_lapack
from scipy.linalg.lapack import dgehrd

DIGITS = 80


def companion(c):
    """Of the monic polynomial x^n + c[0] x^(n-1) + ..., as MATLAB's compan."""
    n = len(c)
    a = np.diag(np.ones(n - 1), -1)
    a[0] = [-x for x in c]
    return a


def wilkinson(n):
    """The coefficients of (x - 1)...(x - n), rounded."""
    c = [1]
    for k in range(1, n + 1):
        c = [a - k * b for a, b in zip(c + [0], [0] + c)]
    return [float(x) for x in c[1:]]


def jordan(n, value):
    return value * np.eye(n) + np.diag(np.ones(n - 1), 1)


def grcar(n):
    return -np.diag(np.ones(n - 1), -1) + sum(np.diag(np.ones(n - k), k) for k in range(4))


def frank(n):
    return np.array([[n - max(i, j) if j >= i - 1 else 0 for j in range(n)] for i in range(n)], float)


def clement(n):
    """Zero diagonal, eigenvalues n - 1, n - 3, ..., 1 - n."""
    return np.diag(np.arange(1.0, n), 1) + np.diag(np.arange(n - 1.0, 0, -1), -1)


def dyadic(rng, *shape):
    """Random numbers of few digits."""
    return rng.integers(-99, 100, shape) / 64.0


def similar(rng, t):
    """Q T Q' with Q a product of reflectors, rounded."""
    for _ in range(len(t)):
        v = rng.normal(size=len(t))
        q = np.eye(len(t)) - 2 * np.outer(v, v) / (v @ v)
        t = q @ t @ q
    return t


def powers(n, base):
    return np.diag(base ** -np.arange(n, dtype=float))


def matrices():
    rng = np.random.default_rng(7)
    yield "one", np.array([[-3.5]])
    yield "zero1", np.zeros((1, 1))
    yield "real2", np.array([[1.0, 2], [3, -4]])
    yield "complex2", np.array([[1.0, -2], [3, 4]])
    yield "double2", np.array([[3.0, 1], [-1, 1]])                   # 2, 2, defective
    yield "near2", np.array([[1.0, 1], [2.0 ** -40, 1]])
    yield "turn2", np.array([[0.0, 1], [-1, 0]])
    yield "upper2", np.array([[1.0, 5], [0, 2]])
    yield "zero8", np.zeros((8, 8))
    yield "identity6", np.eye(6)
    yield "cycle3", np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])    # plain shifts go in circles
    yield "cycle4", np.roll(np.eye(4), 1, axis=0)
    yield "cycle16", np.roll(np.eye(16), 1, axis=0)
    yield "jordan10", jordan(10, 2.0)
    yield "jordan10t", jordan(10, 2.0).T
    yield "jordan_similar8", similar(rng, jordan(8, 1.0))
    yield "nilpotent8", similar(rng, jordan(8, 0.0))
    yield "blocks9", np.kron(np.eye(3), jordan(3, 1.0)) + np.diag([0.0] * 3 + [1] * 3 + [2] * 3)
    yield "wilkinson20", companion(wilkinson(20))
    yield "roots12", companion([0.0] * 11 + [-1.0])
    yield "companion10", companion([float(x) for x in rng.integers(-9, 10, 10)])
    yield "grcar24", grcar(24)
    yield "grcar40", grcar(40)
    yield "frank12", frank(12)
    yield "clement20", clement(20)
    yield "lesp24", np.diag(-2.0 * np.arange(24) - 5) + np.diag(np.arange(2.0, 25), 1) + np.diag(1 / np.arange(2.0, 25), -1)
    yield "graded12", powers(12, 16.0) @ dyadic(rng, 12, 12) @ powers(12, 16.0)
    yield "graded_up12", powers(12, 16.0)[::-1, ::-1] @ dyadic(rng, 12, 12)
    yield "graded_down16", dyadic(rng, 16, 16) @ powers(16, 1024.0)
    yield "unbalanced10", powers(10, 2.0 ** 12) @ dyadic(rng, 10, 10) @ np.linalg.inv(powers(10, 2.0 ** 12))
    yield "clustered16", similar(rng, np.diag(1 + np.arange(16) * 2.0 ** -30))
    yield "clusters12", similar(rng, np.triu(dyadic(rng, 12, 12), 1) + np.diag(np.repeat([1.0, 1.0000001, -2], 4)))
    yield "symmetric20", (lambda x: x + x.T)(dyadic(rng, 20, 20))
    yield "skew21", (lambda x: x - x.T)(dyadic(rng, 21, 21))
    yield "orthogonal16", np.linalg.qr(rng.normal(size=(16, 16)))[0]
    yield "triangular15", np.triu(dyadic(rng, 15, 15))
    yield "lower15", np.tril(dyadic(rng, 15, 15))
    yield "parts14", np.block([[dyadic(rng, 7, 7), dyadic(rng, 7, 7)], [np.zeros((7, 7)), dyadic(rng, 7, 7)]])
    yield "rank3_20", dyadic(rng, 20, 3) @ dyadic(rng, 3, 20)
    yield "random5", dyadic(rng, 5, 5)
    yield "random32", dyadic(rng, 32, 32)
    yield "random64", dyadic(rng, 64, 64)
    yield "positive16", np.abs(dyadic(rng, 16, 16))
    yield "huge9", dyadic(rng, 9, 9) * 2.0 ** 1022
    yield "most3", np.array([[1.0, 1, 1], [1, -1, 1], [1, 1, -1]]) * 0.85e308
    yield "tiny9", dyadic(rng, 9, 9) * 2.0 ** -1016
    yield "denormal6", rng.integers(-99, 100, (6, 6)) * 2.0 ** -1074
    yield "wide10", dyadic(rng, 10, 10) * 2.0 ** rng.integers(-1000, 1000, (10, 10))


def paired(got, want):
    """The largest distance when each of got takes the nearest of want that is left."""
    left, worst = list(want), 0.0
    for z in got:
        k = min(range(len(left)), key=lambda i: abs(left[i] - z))
        worst = max(worst, abs(left.pop(k) - z))
    return worst


def exact(a, scale):
    """Eigenvalues of a / 2^scale as doubles; digits to spare for those of defective ones."""
    n = len(a)
    mpmath.mp.dps = DIGITS + 25 * n if n <= 20 else DIGITS
    m = mpmath.matrix(n, n)
    for i in range(n):
        for j in range(n):
            m[i, j] = mpmath.ldexp(mpmath.mpf(float(a[i, j])), -scale)
    if n == 1 or not np.any(a):
        return [m[0, 0]] * n
    return list(mpmath.eig(m, left=False, right=False))


def dhseqr(a):
    """Eigenvalues by LAPACK's dgehrd and dhseqr, and the status of the latter."""
    n = len(a)
    h = np.asfortranarray(np.triu(dgehrd(a)[0], -1))
    capsule = cython_lapack.__pyx_capi__["dhseqr"]
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    name = ctypes.pythonapi.PyCapsule_GetName
    name.restype, name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    call = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 14)(get(capsule, name(capsule)))
    w, work, z, info = np.zeros((2, n)), np.zeros(64 * n + 64), np.zeros(1), ctypes.c_int(0)
    size, one, most = ctypes.c_int(n), ctypes.c_int(1), ctypes.c_int(len(work))
    number = ctypes.addressof
    call(*(ctypes.cast(ctypes.c_char_p(c), ctypes.c_void_p) for c in (b"E", b"N")), number(size), number(one),
         number(size), h.ctypes.data, number(size), w[0].ctypes.data, w[1].ctypes.data, z.ctypes.data, number(one),
         work.ctypes.data, number(most), number(info))
    return [complex(*x) for x in w.T], info.value


def main():
    index = []
    for name, a in matrices():
        n = len(a)
        big = np.abs(a).max()
        scale = math.frexp(big)[1]
        with open(name + ".csv", "w", newline="") as f:
            csv.writer(f, lineterminator="\n").writerows([repr(float(x)) for x in row] for row in a)
        want = exact(a, scale)
        with open(name + ".ev.csv", "w", newline="") as f:
            for z in want:                                       # over 2^scale: huge ones stay doubles
                f.write("%.17g,%.17g\n" % (z.real, z.imag))
        small = np.array([[math.ldexp(float(x), -scale) for x in row] for row in a])
        got, info = dhseqr(small)
        error = paired(got, [complex(z) for z in want]) / (math.ldexp(big, -scale) if big else 1)
        index.append([name, n, "%.3g" % error, info])
        print(*index[-1], flush=True)
    with open("INDEX.csv", "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["name", "n", "error", "lapack"])
        w.writerows(index)


main()
