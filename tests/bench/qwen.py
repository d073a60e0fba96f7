#!/usr/bin/env python3
"""A checkpoint of Qwen3-8B's shape, and its spectra the way numpy gets them.

    qwen.py make DIR [LAYERS]    writes it, random weights in bf16, q and k of each
                                 layer and small tensors beside them, three shards
    qwen.py gguf FILE [LAYERS]   the same as a file of GGUF, blocks of Q4_K of random bits
    qwen.py numpy DIR [HALF]     the singular values of all heads, or of even (0) or
                                 odd (1) layers, to standard output
    qwen.py peak COMMAND...      runs it, prints its peak of private memory
    qwen.py close A B            the largest relative difference of two such outputs

The numpy way reads the same files: bf16 to float64, qr(mode="r") of both sides, each
key head once, and the singular values of the small product.
"""
import json
import os
import re
import struct
import subprocess
import sys
import time

D, M, H, KV = 4096, 128, 32, 8
SHARDS = 3


def bf16(rng, rows, cols):
	x = rng.standard_normal((rows, cols), dtype="float32") * (0.02 * rng.uniform(0.2, 2, (rows, 1)).astype("float32"))
	return (x.view("uint32") >> 16).astype("<u2")


def make(path, layers):
	import numpy as np
	rng = np.random.default_rng(0)
	os.makedirs(path, exist_ok=True)
	config = {"model_type": "qwen3", "hidden_size": D, "num_hidden_layers": layers, "num_attention_heads": H,
	          "num_key_value_heads": KV, "head_dim": M, "vocab_size": 8}
	with open(os.path.join(path, "config.json"), "w") as f:
		json.dump(config, f)
	where = {}
	for s in range(SHARDS):
		name = f"model-{s + 1:05}-of-{SHARDS:05}.safetensors"
		tensors = {}
		for l in range(layers * s // SHARDS, layers * (s + 1) // SHARDS):
			p = f"model.layers.{l}."
			tensors[p + "self_attn.k_proj.weight"] = bf16(rng, KV * M, D)
			tensors[p + "self_attn.q_proj.weight"] = bf16(rng, H * M, D)
			tensors[p + "input_layernorm.weight"] = bf16(rng, 1, D)[0]
		header, at = {}, 0
		for k, t in tensors.items():
			header[k] = {"dtype": "BF16", "shape": list(t.shape), "data_offsets": [at, at + t.nbytes]}
			at += t.nbytes
			where[k] = name
		text = json.dumps(header).encode()
		with open(os.path.join(path, name), "wb") as f:
			f.write(struct.pack("<Q", len(text)) + text)
			for t in tensors.values():
				f.write(t.tobytes())
	with open(os.path.join(path, "model.safetensors.index.json"), "w") as f:
		json.dump({"metadata": {}, "weight_map": where}, f)


def q4_k(rng, rows, cols):
	b = rng.integers(0, 256, (rows * cols // 256, 144), dtype="u1")
	b[:, 1:4:2] = 0x10 | b[:, 1:4:2] & 3                 # d, dmin: 2^-11
	return b


def gguf(path, layers):
	import numpy as np
	rng = np.random.default_rng(0)
	text = lambda s: struct.pack("<Q", len(s)) + s.encode()
	keys = {"block_count": layers, "embedding_length": D, "attention.head_count": H, "attention.head_count_kv": KV,
	        "attention.key_length": M}
	head = text("general.architecture") + struct.pack("<I", 8) + text("qwen3")
	for k, v in keys.items():
		head += text("qwen3." + k) + struct.pack("<II", 4, v)
	tensors = [(f"blk.{l}.attn_{name}.weight", rows) for l in range(layers) for name, rows in (("q", H * M), ("k", KV * M))]
	at = 0
	for name, rows in tensors:
		head += text(name) + struct.pack("<IQQIQ", 2, D, rows, 12, at)
		at += rows * D // 256 * 144
	head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys) + 1) + head
	with open(path, "wb") as f:
		f.write(head + bytes(-len(head) % 32))
		for _, rows in tensors:
			f.write(q4_k(rng, rows, D).tobytes())


def spectra(path, half=None):
	import numpy as np
	where = json.load(open(os.path.join(path, "model.safetensors.index.json")))["weight_map"]
	layers = json.load(open(os.path.join(path, "config.json")))["num_hidden_layers"]
	files = {}
	for name in sorted(set(where.values())):
		b = np.memmap(os.path.join(path, name), mode="r", dtype="u1")
		n, = struct.unpack("<Q", bytes(b[:8]))
		files[name] = json.loads(bytes(b[8:8 + n])), b[8 + n:]

	def matrix(name):
		header, data = files[where[name]]
		t = header[name]
		x = data[slice(*t["data_offsets"])].view("<u2").reshape(t["shape"])
		return (x.astype("uint32") << 16).view("float32").astype("float64")

	for l in range(layers) if half is None else range(int(half), layers, 2):
		q = matrix(f"model.layers.{l}.self_attn.q_proj.weight")
		k = matrix(f"model.layers.{l}.self_attn.k_proj.weight")
		rk = [np.linalg.qr(k[h * M:(h + 1) * M].T, mode="r") for h in range(KV)]
		for h in range(H):
			rq = np.linalg.qr(q[h * M:(h + 1) * M].T, mode="r")
			s = np.linalg.svd(rk[h // (H // KV)] @ rq.T, compute_uv=False)
			print(l, h, *(repr(float(x)) for x in s), sep=",")


def peak(command):
	p = subprocess.Popen(command, stdout=subprocess.DEVNULL)
	most = 0
	while p.poll() is None:
		try:
			with open(f"/proc/{p.pid}/status") as f:
				m = re.search(r"RssAnon:\s+(\d+)", f.read())
			most = max(most, int(m.group(1)) if m else 0)
		except OSError:
			break
		time.sleep(0.005)
	p.wait()
	print(f"{most / 1024:.1f} MB of private memory at the peak")


def close(a, b):
	worst = 0.0
	with open(a) as f, open(b) as g:
		for x, y in zip(f, g, strict=True):
			for u, v in zip(x.split(","), y.split(","), strict=True):
				worst = max(worst, abs(float(u) - float(v)) / (abs(float(v)) or 1))
	print(f"largest relative difference {worst:.1e}")


verb, args = sys.argv[1], sys.argv[2:]
if verb == "make":
	make(args[0], int(args[1]) if len(args) > 1 else 36)
elif verb == "gguf":
	gguf(args[0], int(args[1]) if len(args) > 1 else 36)
elif verb == "numpy":
	spectra(*args)
elif verb == "peak":
	peak(args)
elif verb == "close":
	close(*args)
