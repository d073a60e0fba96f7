#!/usr/bin/env python3
"""Times commands in turn, A B A B ..., and prints a row for each: median wall
seconds, the ratio to the first (median of the pairs), and the largest resident
set of any one process.

    pair.py [-n RUNS] LABEL COMMAND [LABEL COMMAND ...]
"""
import os
import statistics
import subprocess
import sys
import time

# The largest resident set of a child's process tree: what wait4 says of the
# shell takes in the processes that the shell waited for.
def run(command):
    start = time.perf_counter()
    p = subprocess.Popen(["sh", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode != 0:
        sys.exit(f"status {p.returncode}: {command}")
    return time.perf_counter() - start, usage.ru_maxrss


def main():
    args, n = sys.argv[1:], 7
    if args[0] == "-n":
        n, args = int(args[1]), args[2:]
    labels, commands = args[::2], args[1::2]
    times = [[] for _ in labels]
    peak = [0] * len(labels)
    for i in range(n + 1):                      # the first round warms up
        for k, c in enumerate(commands):
            t, rss = run(c)
            peak[k] = max(peak[k], rss)
            if i > 0:
                times[k].append(t)
    for k, label in enumerate(labels):
        ratio = statistics.median(t / t0 for t, t0 in zip(times[k], times[0]))
        print(f"{label:44} {statistics.median(times[k]):9.3f} s {ratio:8.2f} x {peak[k] / 1024:8.1f} MB", flush=True)


main()
