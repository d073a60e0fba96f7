#!/usr/bin/env python3
"""Times products of a forward pass and the same by numpy (OpenBLAS) and torch, in float, in turn,
A B A B ..., and prints medians: Gflop/s, the share of the multiply-adds that the processor can do, how
many times longer a peer takes.  Ours converts its weights from bf16 as it goes; peers have them in
float.  Then attention, whose statistics no peer has.

    real.py THREADS PROGRAM         with OPENBLAS_NUM_THREADS=THREADS
"""
import statistics
import subprocess
import sys
import time

import numpy as np

THREADS, PROGRAM = int(sys.argv[1]), sys.argv[2]
ours = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
rng = np.random.default_rng(1)
try:
    import torch
    torch.set_num_threads(THREADS)
except ImportError:
    torch = None


def tell(line):
    ours.stdin.write(line + "\n")
    ours.stdin.flush()


def ask(line):
    tell(line)
    return float(ours.stdout.readline())


def clock(f):
    start = time.perf_counter()
    f()
    return time.perf_counter() - start


def middle(values):
    return statistics.median(values)


def product(m, k, n, rounds=7):
    x = rng.uniform(-1, 1, (m, k)).astype(np.float32)
    w = rng.uniform(-1, 1, (n, k)).astype(np.float32)
    y = np.empty((m, n), np.float32)
    peers = [("numpy", lambda: np.matmul(x, w.T, out=y))]
    if torch is not None:
        a, b, c = torch.from_numpy(x), torch.from_numpy(w), torch.from_numpy(y)
        half = b.bfloat16()
        peers += [("torch", lambda: torch.matmul(a, b.T, out=c)),
                  ("torch, bf16 to float first", lambda: torch.matmul(a, half.float().T, out=c))]
    work = 2e-9 * m * k * n
    rows = []
    for _ in range(rounds + 1):
        peak = ask("peak")
        t = ask(f"mul {m} {k} {n}")
        peak = 6.4 * THREADS * 2 / (peak + ask("peak"))
        rows.append((work / t, work / t / peak, [clock(f) / t for _, f in peers]))
    rows = rows[1:]
    print(f"{m} x {k} x {n}: {middle([r[0] for r in rows]):.1f} Gflop/s, "
          f"{100 * middle([r[1] for r in rows]):.0f} % of the peak", flush=True)
    for i, (name, _) in enumerate(peers):
        print(f"    {name:40} {middle([r[2][i] for r in rows]):8.2f} x", flush=True)


tell(f"threads {THREADS}")
print(f"threads: {THREADS}")
product(2048, 4096, 12288)
product(16, 4096, 4096)
product(1, 4096, 4096)
times = [ask("attend 2048 128 8") for _ in range(5)]
print(f"attention of 2048 tokens, causal, 8 heads of 128: {middle(times) * 1e3:.0f} ms")
