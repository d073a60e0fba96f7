#!/usr/bin/env python3
"""Times our decompositions and those of LAPACK (OpenBLAS, as numpy and scipy bring
it) in turn, A B A B ..., and prints the median seconds of each and the median of
their ratios.

    num.py THREADS PROGRAM          with OPENBLAS_NUM_THREADS=THREADS
"""
import statistics
import subprocess
import sys
import time

import numpy as np
import scipy.linalg.lapack as lapack

THREADS, PROGRAM = int(sys.argv[1]), sys.argv[2]
ours = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
rng = np.random.default_rng(1)


def ask(line):
    ours.stdin.write(line + "\n")
    ours.stdin.flush()
    return float(ours.stdout.readline())


def clock(f):
    start = time.perf_counter()
    f()
    return time.perf_counter() - start


def compare(what, line, peers, rounds):
    for _ in range(2):
        ask(line)
        for _, f in peers:
            f()
    times = [[ask(line)] + [clock(f) for _, f in peers] for _ in range(rounds)]
    print(f"{what:44} {statistics.median(t[0] for t in times) * 1e3:9.3f} ms", flush=True)
    for i, (name, _) in enumerate(peers):
        median = statistics.median(t[i + 1] for t in times) * 1e3
        ratio = statistics.median(t[i + 1] / t[0] for t in times)
        print(f"    {name:40} {median:9.3f} ms {ratio:8.2f} x", flush=True)


def square(n):
    a = np.asfortranarray(rng.uniform(-1, 1, (n, n)))
    compare(f"singular values, {n} by {n}", f"svd {n}",
            [("dgesdd", lambda: lapack.dgesdd(a, compute_uv=0)),
             ("dgejsv", lambda: lapack.dgejsv(a, jobu=3, jobv=3))], 31)


def tall():
    a = np.asfortranarray(rng.uniform(-1, 1, (4096, 128)))
    compare("R of 4096 by 128", "qr 4096 128",
            [("dgeqrf", lambda: lapack.dgeqrf(a)), ("dgeqrt, nb 32", lambda: lapack.dgeqrt(32, a))], 31)


def head():
    """R of one head, 4096 by 128, bf16 as it lies in a file; its product with another beside it."""
    w = (rng.uniform(-0.02, 0.02, (2, 128, 4096)).astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)

    def load(h):
        return (h.astype(np.uint32) << 16).view(np.float32).astype(np.float64)

    def both():
        q, k = load(w[0]), load(w[1])
        np.linalg.qr(q.T, mode="r")
        return k @ q.T

    compare("R of 4096 by 128, bf16", "head 0",
            [("numpy: qr(mode='r')", lambda: np.linalg.qr(load(w[0]).T, mode="r"))], 31)
    compare("the same, and a product with another", "head 1", [("numpy: qr(mode='r'), @", both)], 31)


def layer():
    """32 query heads, 8 key heads, 4096 by 128, bf16 as it lies in a file."""
    w = (rng.uniform(-0.02, 0.02, (40, 128, 4096)).astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)

    def theirs():
        r = []
        for h in w:
            x = (h.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
            r.append(np.linalg.qr(x.T, mode="r"))
        for h in range(32):
            np.linalg.svd(r[32 + h // 4] @ r[h].T, compute_uv=False)

    compare(f"a layer of Qwen3-8B's shape, {THREADS} threads", f"layer {THREADS}",
            [("numpy: qr(mode='r'), svd", theirs)], 5)


if THREADS == 1:
    square(128)
    square(64)
    tall()
    head()
layer()
