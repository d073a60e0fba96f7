#!/usr/bin/env python3
"""make_gguf.py: models of GGUF, and what must be found in them.

    python3 make_gguf.py          (gguf 0.19.0, numpy 2.4.6)

types.gguf has a layer of two heads that share a key for each type of ggml: its blocks are
random, scales near 1; those of NVFP4 have a scale beside them.  layers.gguf counts heads and
keys for each layer: one has none, one no keys.  turned.gguf is of latent attention, k_b and v_b in
blocks.  values.gguf has values of another size than q, and W_O in blocks that hold the columns of
several heads.  X.csv: the heads of X.gguf, with the weights as gguf decodes them, in double
precision: q_fro, k_fro, tr1, tr2 and the singular values of M; X_ov.csv: the same of W_O W_V,
v_fro and o_fro in the places of k_fro and q_fro.
"""
import os

import gguf
import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType as Type

from blocks import HALVES, put

HERE = os.path.dirname(os.path.abspath(__file__))
D, M = 256, 4


def blocks(t, rows, cols, rng):
	"""Random bytes of a matrix, scales from 1/4 to 1/2."""
	count, size = GGML_QUANT_SIZES[t]
	b = rng.integers(0, 256, (rows * cols // count, size), dtype=np.uint8)
	for one in b:
		for at in HALVES.get(t.name, []):
			one[at + 1] = 0x34 | one[at + 1] & 3
		if t == Type.IQ1_M:
			put(one, 53, 4, 4, int(one[53]) >> 4 & 15)
			put(one, 55, 4, 4, 3)
			put(one, 53, 6, 2, 1)
		if t == Type.MXFP4:
			one[0] = 120 + one[0] % 8
		if t == Type.NVFP4:
			one[:4] = 0x30 | one[:4] & 15
	return b.reshape(rows, -1)


def decode(t, b):
	return gguf.quants.dequantize(b, t).astype(float)


def facts(q, k):
	"""Of W_K' W_Q; of W_O W_V with W_O' for q, W_V for k: M is its transpose."""
	s = k @ q.T
	rk, rq = (np.linalg.qr(w.T, mode="r") for w in (k, q))
	values = np.linalg.svd(rk @ rq.T, compute_uv=False)
	return [np.linalg.norm(q), np.linalg.norm(k), np.trace(s), np.trace(s @ s), *values]


def writer(name, arch, layers, hidden, heads, kv, **more):
	w = gguf.GGUFWriter(os.path.join(HERE, name + ".gguf"), arch)
	w.add_block_count(layers)
	w.add_embedding_length(hidden)
	w.add_head_count(heads)
	if kv is not None:
		w.add_head_count_kv(kv)
	for key, value in more.items():
		getattr(w, "add_" + key)(value)
	return w


def finish(w):
	w.write_header_to_file()
	w.write_kv_data_to_file()
	w.write_tensors_to_file()
	w.close()


def table(name, rows, columns="q_fro,k_fro"):
	with open(os.path.join(HERE, name + ".csv"), "w") as f:
		f.write(f"layer,head,{columns},tr1,tr2," + ",".join(f"s{i + 1}" for i in range(len(rows[0]) - 6)) + "\n")
		for r in rows:
			f.write(",".join([str(r[0]), str(r[1]), *(repr(float(x)) for x in r[2:])]) + "\n")


def make_types(rng):
	types = [t for t in sorted(gguf.quants._type_traits) if t != Type.BF16]
	w, rows = writer("types", "llama", len(types), D, 2, 1, key_length=M), []
	for l, t in enumerate(types):
		q, k, scale = blocks(t, 2 * M, D, rng), blocks(t, M, D, rng), 1.0
		w.add_tensor(f"blk.{l}.attn_q.weight", q, raw_dtype=t)
		w.add_tensor(f"blk.{l}.attn_k.weight", k, raw_dtype=t)
		q, k = decode(t, q), decode(t, k)
		if t == Type.NVFP4:
			for name, x, c in ("q", q, 0.75), ("k", k, 0.3125):
				w.add_tensor(f"blk.{l}.attn_{name}.scale", np.array([c], np.float32))
				x *= c
		rows += [[l, h, *facts(q[h * M:(h + 1) * M], k)] for h in range(2)]
	finish(w)
	table("types", rows)


def make_layers(rng):
	heads, kv = [4, 0, 2, 4, 3], [2, 0, 1, 4, 0]
	w, rows = writer("layers", "deci", len(heads), 12, heads, kv, key_length=M), []
	for l, (h, g) in enumerate(zip(heads, kv)):
		w.add_tensor(f"blk.{l}.ffn_norm.weight", np.ones(12, np.float32))
		if not h or not g:
			continue
		q, k = (rng.standard_normal((n * M, 12)).astype(np.float32) for n in (h, g))
		w.add_tensor(f"blk.{l}.attn_q.weight", q)
		w.add_tensor(f"blk.{l}.attn_k.weight", k)
		q, k = (x.astype(float).reshape(-1, M, 12) for x in (q, k))
		rows += [[l, i, *facts(q[i], k[i // (h // g)])] for i in range(h)]
	finish(w)
	table("layers", rows)


def make_turned(rng):
	heads, nope, rope, lora, hidden, v = 2, 32, 4, 64, 64, 8
	ov = []
	w, rows = writer("turned", "deepseek2", 1, hidden, heads, 1, key_length=lora + rope, value_length=lora,
	                 key_length_mla=nope + rope, value_length_mla=v, kv_lora_rank=lora, rope_dimension_count=rope), []
	p, t = "blk.0.attn_", Type.Q8_0
	q, a, b, c = (blocks(t, m, n, rng) for m, n in (
		(heads * (nope + rope), hidden), (lora + rope, hidden), (heads * lora, nope), (heads * v, lora)))
	o = rng.standard_normal((hidden, heads * v)).astype(np.float32)
	gain = (rng.random(lora) + 0.5).astype(np.float32)
	w.add_tensor(p + "q.weight", q, raw_dtype=t)
	w.add_tensor(p + "kv_a_mqa.weight", a, raw_dtype=t)
	w.add_tensor(p + "kv_a_norm.weight", gain)
	w.add_tensor(p + "k_b.weight", b.reshape(heads, lora, -1), raw_dtype=t)
	w.add_tensor(p + "v_b.weight", c.reshape(heads, v, -1), raw_dtype=t)
	w.add_tensor(p + "output.weight", o)
	q, a, b = decode(t, q).reshape(heads, nope + rope, hidden), decode(t, a), decode(t, b).reshape(heads, lora, nope)
	c, o, gain = decode(t, c).reshape(heads, v, lora), o.astype(float).reshape(hidden, heads, v), gain.astype(float)
	for h in range(heads):
		k = np.vstack([b[h].T @ (gain[:, None] * a[:lora]), a[lora:]])
		rows.append([0, h, *facts(q[h], k)])
		ov.append([0, h, *facts(o[:, h].T, c[h] @ (gain[:, None] * a[:lora]))])
	finish(w)
	table("turned", rows)
	table("turned_ov", ov, "o_fro,v_fro")


def make_values(rng):
	types = Type.Q4_0, Type.Q6_K, Type.NVFP4
	heads, kv, m, v, hidden, ov = 4, 2, 2, 64, 32, []
	w = writer("values", "llama", len(types), hidden, heads, kv, key_length=m, value_length=v)
	for l, t in enumerate(types):
		p, of = f"blk.{l}.attn_", Type.Q8_0
		q, k, x, o = (blocks(s, *size, rng) for s, size in (
			(of, (heads * m, hidden)), (of, (kv * m, hidden)), (of, (kv * v, hidden)), (t, (hidden, heads * v))))
		for name, data, kind in ("q", q, of), ("k", k, of), ("v", x, of), ("output", o, t):
			w.add_tensor(p + name + ".weight", data, raw_dtype=kind)
		x, o = decode(of, x).reshape(kv, v, hidden), decode(t, o)
		if t == Type.NVFP4:
			w.add_tensor(p + "output.scale", np.array([0.75], np.float32))
			o *= 0.75
		ov += [[l, h, *facts(o.reshape(hidden, heads, v)[:, h].T, x[h // (heads // kv)])] for h in range(heads)]
	finish(w)
	table("values_ov", ov, "o_fro,v_fro")


if __name__ == "__main__":
	make_types(np.random.default_rng(1))
	make_layers(np.random.default_rng(2))
	make_turned(np.random.default_rng(3))
	make_values(np.random.default_rng(4))
