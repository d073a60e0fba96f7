#!/usr/bin/env python3
"""matrices.csv: W_Q and W_K of a few heads, matrices.m.csv: an M or two, matrices.want.csv: what
numpy finds in them.  matrices.ov.csv: the same heads with W_V and W_O', matrices.ov.want.csv: what
is in these.  Entries are multiples of 1/64, so all but what is wanted is exact.

    python3 matrices.py         writes them beside this file

Written with numpy 2.4.6.
"""
import csv
import os

import numpy as np

rng = np.random.default_rng(4)
here = os.path.dirname(os.path.abspath(__file__))
N, D, DV = 7, 3, 4


def draw(rows, cols):
	return np.round(rng.standard_normal((rows, cols)) * 64) / 64


heads = []
for layer in range(2):
	for head in range(2):
		heads.append((layer, head, {"q": draw(D, N), "k": draw(D, N)}))
given = [(0, 0, {"m": draw(N, N)}), (1, 1, {"m": draw(4, N)})]
four = [(layer, head, ms | {"v": draw(DV, N), "o": draw(DV, N)}) for layer, head, ms in heads]


def write(name, rows):
	with open(os.path.join(here, name), "w", newline="") as f:
		csv.writer(f, lineterminator="\n").writerows(rows)


def matrices(name, heads):
	rows = [["layer", "head", "matrix", "row"] + [f"c{j + 1}" for j in range(N)]]
	for layer, head, ms in heads:
		for m, a in ms.items():
			rows += [[layer, head, m, i] + [repr(float(x)) for x in r] for i, r in enumerate(a)]
	write(name, rows)


def text(x):
	return repr(float(x))


def copying(s):
	e = np.linalg.eigvals(s)
	return text(e.real.sum() / np.abs(e).sum())


def header(q, k):
	return ["layer", "head", "metric", q, k, "tr1", "tr2", "copying"] + [f"s{k + 1}" for k in range(N)]


def products(heads, first, second, of):
	"""Of M = second' first and S = second first'; of: which two norms, in order."""
	rows = []
	for metric in "full", "core":
		for layer, head, ms in heads:
			q, k = ms[first], ms[second]
			s = k @ q.T
			v = np.linalg.svd(k.T @ q if metric == "full" else s, compute_uv=False)[:len(q)]
			rows.append([layer, head, metric] + [text(np.linalg.norm(ms[x])) for x in of] +
			            [text(np.trace(s)), text(np.trace(s @ s)), copying(s)] + [text(x) for x in v] + [""] * (N - len(q)))
	return rows


def wanted():
	rows = [header("q_fro", "k_fro")] + products(heads, "q", "k", "qk")
	for layer, head, ms in given:
		m = ms["m"]
		square = m.shape[0] == m.shape[1]
		v = np.linalg.svd(m, compute_uv=False)
		rows.append([layer, head, "given", "", "", text(np.trace(m)) if square else "",
		             text(np.trace(m @ m)) if square else "", copying(m) if square else ""] + [text(x) for x in v] + [""] * (N - len(v)))
	write("matrices.want.csv", rows)
	write("matrices.ov.want.csv", [header("v_fro", "o_fro")] + products(four, "v", "o", "vo"))


matrices("matrices.csv", heads)
matrices("matrices.m.csv", given)
matrices("matrices.ov.csv", four)
wanted()
