"""measured_packed.py FOLDER... - hg-measure of a model whose matrices are packed finds, to the byte, what it
finds with their unpacked values.  The matrices are those of the folders of tests/data/packed, q and k of a layer,
which are put in the places of q, k, v, gate and up of two layers.  Works in the present folder.  A line for each.
"""
import json
import os
import random
import struct
import subprocess
import sys

OLD = 'model.layers.0.self_attn.'
PLACES = [('model.layers.%d.%s' % (layer, to), OLD + of) for layer in range(2) for to, of in (
	('self_attn.q_proj', 'q_proj'), ('self_attn.k_proj', 'k_proj'), ('self_attn.v_proj', 'k_proj'),
	('mlp.gate_proj', 'q_proj'), ('mlp.up_proj', 'q_proj'))]
WORDS, TOKENS = 9, 'passage,token\n' + ''.join('%s,%d\n' % (p, i*i*7 % 9) for p in 'ab' for i in range(20))


def read(path):
	"""Its tensors: type, shape, bytes."""
	with open(path, 'rb') as f:
		n, = struct.unpack('<Q', f.read(8))
		h, data = json.loads(f.read(n)), f.read()
	return {k: (t['dtype'], t['shape'], data[slice(*t['data_offsets'])]) for k, t in h.items() if k != '__metadata__'}


def write(path, tensors):
	h, data = {}, b''
	for k, (dtype, shape, b) in sorted(tensors.items(), key=lambda t: t[0]):
		h[k] = dict(dtype=dtype, shape=shape, data_offsets=[len(data), len(data) + len(b)])
		data += b
	head = json.dumps(h).encode()
	with open(path, 'wb') as f:
		f.write(struct.pack('<Q', len(head)) + head + data)


def plain(dice, *shape):
	n = shape[0]*(shape[1] if len(shape) > 1 else 1)
	return 'F32', list(shape), struct.pack('<%df' % n, *(dice.gauss(0, 1)/(shape[-1] if len(shape) > 1 else 1)**0.5 for _ in range(n)))


def place(of):
	"""The model with the matrices of a file in their places, and some that are never packed."""
	out, dice = {}, random.Random(3)
	for to, old in PLACES:
		out.update({to + k[len(old):]: t for k, t in of.items() if k.startswith(old + '.')})
	out['model.embed_tokens.weight'] = plain(dice, WORDS, 64)
	for layer in range(2):
		at = 'model.layers.%d.' % layer
		for name in 'input_layernorm', 'post_attention_layernorm':
			out[at + name + '.weight'] = plain(dice, 64)
		out[at + 'self_attn.o_proj.weight'], out[at + 'mlp.down_proj.weight'] = plain(dice, 64, 32), plain(dice, 64, 32)
	return out


def model(folder, file, to):
	os.makedirs(to, exist_ok=True)
	with open(os.path.join(folder, 'config.json')) as f:
		c = json.load(f)
	c.update(num_hidden_layers=2, intermediate_size=32, vocab_size=WORDS, max_position_embeddings=64, hidden_act='silu', rope_theta=1e4)
	said = c.get('quantization', {})
	said.update({new: said[old] for new, old in PLACES if old in said})
	if file != 'model':
		c.pop('quantization_config', 0), c.pop('quantization', 0)
	with open(os.path.join(to, 'config.json'), 'w') as f:
		json.dump(c, f)
	write(os.path.join(to, 'model.safetensors'), place(read(os.path.join(folder, file + '.safetensors'))))


with open('tokens.csv', 'w') as f:
	f.write(TOKENS)
for folder in sys.argv[1:]:
	name = os.path.basename(folder.rstrip('/'))
	for file in 'model', 'f64':
		model(folder, file, name + '.' + file)
	got = [[subprocess.run(['hg-measure', '-p', *how, '%s.%s' % (name, file), 'tokens.csv'], capture_output=True)
	        for file in ('model', 'f64')] for how in ([], ['--double'])]
	good = all(x.returncode == 0 and not x.stderr and x.stdout.count(b'\n') == 5 and x.stdout == y.stdout for x, y in got)
	print('ok' if good else 'not ok', '- packed:', name)
	if not good:
		print('#', [r.stderr.decode() + r.stdout.decode() for pair in got for r in pair])
