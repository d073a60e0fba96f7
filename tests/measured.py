#!/usr/bin/env python3
"""measured.py PATH...: what hg-measure finds in each model, of the tokens beside it, is what
its expected.csv says, in double and in float.  A line for each."""
import csv
import io
import os
import subprocess
import sys

# Relative.  The expected values are of float64, but for positions' angles and probabilities, which
# transformers computes in float32.
TOL = {"--double": 2e-6, "--threads=2": 2e-5}


def measure(path, tokens, option):
	p = subprocess.run(["hg-measure", "-p", option, path, tokens], capture_output=True, text=True)
	said = p.stderr
	if path.endswith("/bloom.gguf"):  # no seq_length: the converter took n_embed
		said = said.replace(f"hg-measure: {path}: 1 passage of up to 37 tokens, but the model was trained for 30 positions\n", "")
	if p.returncode or said:
		return [], p.stderr
	return list(csv.DictReader(io.StringIO(p.stdout))), ""


def worst(got, want):
	most = 0.0, ""
	for g, w in zip(got, want):
		for name, text in w.items():
			x, y = float(g[name] or "nan"), float(text)
			off = abs(x - y)/max(abs(y), 1e-30)
			off = off if off == off else float("inf")
			if off > most[0]:
				most = off, f"layer {w['layer']}, head {w['head']}: {name} {x!r}, not {y!r}"
	return most


def compare(name, path, tokens, want):
	"""In double and in float.  A line for each."""
	for option, tol in TOL.items():
		got, why = measure(path, tokens, option)
		off, where = worst(got, want)
		good = not why and len(got) == len(want) and off <= tol
		print(f"{'ok' if good else 'not ok'} - {name} {option}: {off:.1e} off")
		if not good:
			print(f"# {why or where or f'{len(got)} rows, not {len(want)}'}")


def main():
	for path in sys.argv[1:]:
		path = path.rstrip("/")
		folder, expected = os.path.dirname(path), os.path.join(path, "expected.csv")
		if path.endswith(".gguf"):              # its own, where it lacks what the model had
			expected = path[:-5] + ".csv"
			folder = os.path.join(folder, "..", "..", "measured")
		if not os.path.exists(expected):
			expected = os.path.join(folder, os.path.basename(path)[:-5], "expected.csv")
		with open(expected) as f:
			compare(os.path.basename(path), path, os.path.join(folder, "tokens.csv"), list(csv.DictReader(f)))


if __name__ == "__main__":
	main()
