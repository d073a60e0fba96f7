#!/usr/bin/env python3
"""Sums the parts of a table by Spark and merges the sums.

    merge.py LIST OUTPUT PROGRAM OPTION ...

LIST has a name and a file on each line; PROGRAM is hg-correlate or hg-regress.  Each task is
a line: the program reads the file itself, wherever the task runs, and prints a state.
"""
import os
import shlex
import subprocess
import sys

from pyspark import SparkContext


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    name, output, program, *options = sys.argv[1:]
    with open(name) as stream:
        lines = [line.split(None, 1) for line in stream if line.strip()]
    if any(len(line) < 2 for line in lines) or len({line[0] for line in lines}) < len(lines):
        sys.exit(f"{name}: a name without a file, or a name that is there twice")
    parts = [line[1] for line in lines]

    # Plain text, since pipe makes lines of it; where it was called, since a worker is
    # elsewhere.  xargs ends with a status that is not 0 if the program does.
    state = shlex.join(["xargs", "-L", "1", program, "-@", "1", "-p", "--save-state", *options])
    command = shlex.join(["sh", "-c", f"cd {shlex.quote(os.getcwd())} && exec {state}"])
    spark = SparkContext(appName=f"{program} of {name}")
    rdd = spark.parallelize(parts, len(parts)).pipe(command, {"PATH": os.environ["PATH"]}, checkCode=True)
    states = rdd.collect()                      # in the order of the list
    spark.stop()

    merge = subprocess.run([program, "--merge", "-o", output], input="".join(s + "\n" for s in states).encode())
    sys.exit(merge.returncode)


main()
