#!/usr/bin/env python3
"""What a user of a dataframe would write for the narrow table: the correlations
of seven descriptors with two measurements, or the least squares fit of entropy
on four of them.

    narrow.py polars|duckdb|pandas correlate|regress FILE.csv.gz
"""
import sys

X = ["op", "fro", "trace", "rank_eff", "spec_ent", "anisotropy", "condition"]
Y = ["entropy", "logit_std"]
FIT = ["op", "spec_ent", "rank_eff", "anisotropy"]


def fit(x, y):
    import numpy as np

    print(np.linalg.lstsq(np.column_stack([np.ones(len(y)), x]), y, rcond=None)[0])


def with_polars(task, path):
    import polars as pl

    d = pl.scan_csv(path)
    if task == "correlate":
        print(d.select([pl.corr(x, y).alias(x + y) for y in Y for x in X]).collect())
    else:
        d = d.select(FIT + ["entropy"]).collect()
        fit(d.select(FIT).to_numpy(), d["entropy"].to_numpy())


def with_duckdb(task, path):
    import duckdb

    duckdb.execute("set threads = 2")
    if task == "correlate":
        print(duckdb.sql("select " + ", ".join(f"corr({x}, {y})" for y in Y for x in X) + f" from '{path}'"))
    else:
        d = duckdb.sql("select " + ", ".join(FIT + ["entropy"]) + f" from '{path}'").fetchnumpy()
        import numpy as np

        fit(np.column_stack([d[x] for x in FIT]), d["entropy"])


def with_pandas(task, path):
    import pandas as pd

    if task == "correlate":
        d = pd.read_csv(path, usecols=X + Y)
        print({(x, y): d[x].corr(d[y]) for y in Y for x in X})
    else:
        d = pd.read_csv(path, usecols=FIT + ["entropy"])
        fit(d[FIT].to_numpy(), d["entropy"].to_numpy())


{"polars": with_polars, "duckdb": with_duckdb, "pandas": with_pandas}[sys.argv[1]](*sys.argv[2:])
