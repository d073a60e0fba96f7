#!/usr/bin/env python3
"""matrices.csv: W_Q and W_K of a few heads, and an M or two; matrices.want.csv: what
numpy finds in them.  Entries are multiples of 1/64, so both files are exact.

    python3 matrices.py         writes both beside this file

Written with numpy 2.4.6.
"""
import csv
import os

import numpy as np

rng = np.random.default_rng(4)
here = os.path.dirname(os.path.abspath(__file__))
N, D = 7, 3


def draw(rows, cols):
	return np.round(rng.standard_normal((rows, cols)) * 64) / 64


heads = []
for layer in range(2):
	for head in range(2):
		heads.append((layer, head, {"q": draw(D, N), "k": draw(D, N)}))
given = [(0, 0, {"m": draw(N, N)}), (1, 1, {"m": draw(4, N)})]


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


def wanted():
	rows = [["layer", "head", "metric", "q_fro", "k_fro", "tr1", "tr2", "copying"] + [f"s{k + 1}" for k in range(N)]]
	for metric in "full", "core":
		for layer, head, ms in heads:
			q, k = ms["q"], ms["k"]
			s = k @ q.T
			v = np.linalg.svd(k.T @ q if metric == "full" else s, compute_uv=False)[:D]
			rows.append([layer, head, metric, text(np.linalg.norm(q)), text(np.linalg.norm(k)),
			             text(np.trace(s)), text(np.trace(s @ s)), copying(s)] + [text(x) for x in v] + [""] * (N - D))
	for layer, head, ms in given:
		m = ms["m"]
		square = m.shape[0] == m.shape[1]
		v = np.linalg.svd(m, compute_uv=False)
		rows.append([layer, head, "given", "", "", text(np.trace(m)) if square else "",
		             text(np.trace(m @ m)) if square else "", copying(m) if square else ""] + [text(x) for x in v] + [""] * (N - len(v)))
	write("matrices.want.csv", rows)


matrices("matrices.csv", heads)
matrices("matrices.m.csv", given)
wanted()
