"""real.py - what hg-extract makes of models that packages of PyPI carry as files of
torch.save, beside a reading of them with Python's own pickle and numpy.  A line for each model;
one that says so where PyPI, pip or numpy are not to be had.

rxnfp and rxnmapper have the older form, iglm the ZIP form.  rxnmapper's ALBERT has one layer
that stands for all; of IgLM's, as large as real ones, the first is enough.
"""
import collections
import csv
import io
import json
import os
import pickle
import subprocess
import sys
import zipfile

import pypi

os.environ['OPENBLAS_NUM_THREADS'] = '1'
MODELS = (
	('rxnfp==0.1.0', 'rxnfp/models/transformers/bert_ft_10k_25s',
	 'bert.encoder.layer.%d.attention.self.query.weight', 'bert.encoder.layer.%d.attention.self.key.weight', '0-'),
	('rxnmapper==0.4.3', 'rxnmapper/models/transformers/albert_heads_8_uspto_all_1310k',
	 'albert.encoder.albert_layer_groups.%d.albert_layers.0.attention.query.weight',
	 'albert.encoder.albert_layer_groups.%d.albert_layers.0.attention.key.weight', '0'),
	('iglm==0.1.0', 'iglm/trained_models/IgLM-S', 'transformer.h.%d.attn.c_attn.weight', None, '0-'),
	('iglm==0.1.0', 'iglm/trained_models/IgLM', 'transformer.h.%d.attn.c_attn.weight', None, '0'),
)
TOL = 1e-12                             # of the largest singular value


def leave(why):
	print('skip -', why)
	sys.exit()


try:
	import numpy as np
except ImportError:
	leave('real models: no numpy')


class Storage:
	def __init__(self, dtype):
		self.dtype = np.dtype(dtype)


class Reader(pickle.Unpickler):
	"""Storages become arrays by their keys, tensors views of them."""
	TYPES = {'FloatStorage': '<f4', 'LongStorage': '<i8', 'ByteStorage': 'u1', 'BoolStorage': 'u1'}

	def __init__(self, f, get=None):
		super().__init__(f)
		self.get, self.late = get, {}

	def find_class(self, module, name):
		if name in self.TYPES:
			return Storage(self.TYPES[name])
		return {'OrderedDict': collections.OrderedDict, '_rebuild_tensor_v2': self.tensor,
		        '_rebuild_parameter': lambda data, *more: data}[name]

	def persistent_load(self, pid):
		_, storage, key, _, count = pid[:5]
		if self.get is not None:
			return np.frombuffer(self.get(key), storage.dtype)
		return self.late.setdefault(key, np.empty(count, storage.dtype))

	@staticmethod
	def tensor(a, offset, size, stride, *more):
		return np.lib.stride_tricks.as_strided(a[offset:], size, [s * a.itemsize for s in stride])


def load(path):
	if zipfile.is_zipfile(path):
		z = zipfile.ZipFile(path)
		stem = next(n for n in z.namelist() if n.endswith('/data.pkl'))[:-8]
		return Reader(io.BytesIO(z.read(stem + 'data.pkl')), lambda key: z.read(stem + 'data/' + key)).load()
	with open(path, 'rb') as f:
		for _ in range(3):
			pickle.load(f)
		r = Reader(f)
		state = r.load()
		for key in pickle.load(f):
			n = int.from_bytes(f.read(8), 'little')
			assert n == len(r.late[key])
			f.readinto(memoryview(r.late[key]).cast('B'))
		assert f.read() == b''
		return state


def spectra(folder, q, k, layers):
	"""(layer, head): singular values of W_K' W_Q, of the first layer or of all."""
	state, c = load(os.path.join(folder, 'pytorch_model.bin')), json.load(open(os.path.join(folder, 'config.json')))
	heads = c.get('num_attention_heads') or c['n_head']
	for layer in range(1 if layers == '0' else c.get('num_hidden_layers') or c['n_layer']):
		w = state[q % layer].astype(float)
		wq, wk = (w, state[k % layer].astype(float)) if k else np.split(w, 3, axis=1)[:2]
		wq, wk = (wq, wk) if k else (wq.T, wk.T)
		d = len(wq) // heads
		for h in range(heads):
			a, b = wq[h * d:(h + 1) * d], wk[h * d:(h + 1) * d]
			yield (layer, h), np.linalg.svd(b.T @ a, compute_uv=False)[:d]


def check(package, folder, q, k, layers):
	hints = ['--q', q.replace('%d', '{}'), '--k', k.replace('%d', '{}')] if 'albert' in q else []
	p = subprocess.run(['hg-extract', '-p', '--layers', layers, *hints, folder], capture_output=True, text=True)
	rows = {(int(r['layer']), int(r['head'])): r for r in csv.DictReader(io.StringIO(p.stdout))}
	worst, n = 0., 0
	for key, s in spectra(folder, q, k, layers):
		got = [float(rows[key]['s%d' % (i + 1)]) for i in range(len(s))] if key in rows else [np.nan] * len(s)
		off, n = float(np.max(np.abs(s - got)) / s[0]), n + 1
		worst = max(worst, np.inf if np.isnan(off) else off)
	good = worst <= TOL and n == len(rows) > 0
	print('%sok - %s %s: %d heads, off by %.1e of the largest value' % (
		'' if good else 'not ', package, os.path.basename(folder), n, worst))
	if not good:
		print('#', p.stderr.strip())


for package in dict.fromkeys(m[0] for m in MODELS):
	if not pypi.fetch(package, *(m[1] + '/' for m in MODELS)):
		leave('real models: %s cannot be had from PyPI' % package)
for m in MODELS:
	check(*m)
