#!/usr/bin/env python3
"""hg-measure beside transformers, on random weights of the shape of Qwen3-8B.

    measure.py run DIR [LAYERS [TOKENS [THREADS]]]   both, in turn, three times; needs torch, transformers
    measure.py flat DIR                              hg-measure's memory with 2, 4 and 8 layers of 1024 numbers
    measure.py eager DIR TOKENS THREADS              transformers alone

Of each the median of the wall time, and the most private memory (RssAnon of /proc): pages of the
mapped checkpoint are not counted, they may go at any time.  transformers runs eager attention in float32, up to
its last layer with no head behind; its time is that of the forward pass alone, its memory with the weights, which
it must hold.  hg-measure's time is all of it.
"""
import json
import os
import struct
import subprocess
import sys
import time

HEADS, KV, SIZE, WORDS = 32, 8, 128, 4096


def write(where, layers, d=4096, inner=12288, heads=HEADS, kv=KV):
	"""Weights of bf16, one tensor at a time."""
	import numpy as np
	config = dict(model_type="qwen3", architectures=["Qwen3Model"], hidden_size=d, intermediate_size=inner,
	              num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=kv, head_dim=SIZE,
	              vocab_size=WORDS, rms_norm_eps=1e-6, rope_theta=1e6, max_position_embeddings=40960, hidden_act="silu",
	              dtype="bfloat16")
	shapes = {"embed_tokens": (WORDS, d), "norm": (d,)}
	for n in range(layers):
		for name, shape in (("self_attn.q_proj", (heads*SIZE, d)), ("self_attn.k_proj", (kv*SIZE, d)),
		                    ("self_attn.v_proj", (kv*SIZE, d)), ("self_attn.o_proj", (d, heads*SIZE)),
		                    ("mlp.gate_proj", (inner, d)), ("mlp.up_proj", (inner, d)), ("mlp.down_proj", (d, inner)),
		                    ("input_layernorm", (d,)), ("post_attention_layernorm", (d,)),
		                    ("self_attn.q_norm", (SIZE,)), ("self_attn.k_norm", (SIZE,))):
			shapes["layers.%d.%s" % (n, name)] = shape
	head, at = {}, 0
	for name, shape in shapes.items():
		end = at + 2 * int(np.prod(shape))
		head[name + ".weight"] = {"dtype": "BF16", "shape": shape, "data_offsets": [at, end]}
		at = end
	os.makedirs(where, exist_ok=True)
	with open(os.path.join(where, "config.json"), "w") as f:
		json.dump(config, f)
	rng = np.random.default_rng(1)
	with open(os.path.join(where, "model.safetensors"), "wb") as f:
		text = json.dumps(head).encode()
		text += b" " * (-len(text) % 8)
		f.write(struct.pack("<Q", len(text)) + text)
		for name, shape in shapes.items():
			x = np.ones(shape, "f4") if len(shape) == 1 else rng.standard_normal(shape, "f4") / shape[1] ** .5
			f.write((x.view("u4") >> 16).astype("<u2").tobytes())


def tokens(path, n):
	with open(path, "w") as f:
		f.write("passage,token\n")
		f.writelines("a,%d\n" % ((7919*i*i + 13*i) % WORDS) for i in range(n))


def watched(command):
	"""Seconds, the most RssAnon in MB, standard output."""
	start, most = time.monotonic(), 0
	p = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
	while p.poll() is None:
		try:
			with open("/proc/%d/status" % p.pid) as f:
				most = max([most] + [int(s.split()[1]) for s in f if s.startswith("RssAnon")])
		except OSError:
			pass
		time.sleep(0.02)
	if p.returncode:
		sys.exit("%s: status %d" % (command[0], p.returncode))
	return time.monotonic() - start, most / 1e3, p.stdout.read()


def eager(where, path, threads):
	import torch
	import transformers
	torch.set_num_threads(threads)
	model = transformers.AutoModel.from_pretrained(where, dtype=torch.float32, attn_implementation="eager").eval()
	ids = torch.tensor([[int(s.split(",")[1]) for s in list(open(path))[1:]]])
	with torch.inference_mode():
		model(input_ids=ids[:, :64], use_cache=False)
		start = time.monotonic()
		model(input_ids=ids, use_cache=False)
	print(time.monotonic() - start)


def run(where, layers=8, n=2048, threads=2):
	path = where + ".tokens.csv"
	write(where, layers)
	tokens(path, n)
	ours, theirs = [], []
	for _ in range(3):
		ours.append(watched(["hg-measure", "-@", str(threads), "-p", where, path])[:2])
		seconds, most, text = watched([sys.executable, __file__, "eager", where, path, str(threads)])
		theirs.append((float(text), most))
	# The last layer's W_O and MLP are not needed, and not run.
	flop = 2 * n * (layers*(2*HEADS + 2*KV)*SIZE*4096 + (layers - 1)*3*4096*12288 - HEADS*SIZE*4096)
	print("%d layers, %d tokens, %d threads" % (layers, n, threads))
	for name, x in ("hg-measure", ours), ("transformers eager", theirs):
		t, m = sorted(x)[1][0], max(x[1] for x in x)
		print("%-20s %8.2f s %8.1f tokens/s %8.0f MB" % (name, t, n/t, m) +
		      (" %8.1f GFlop/s" % (flop/t/1e9) if x is ours else ""))
	a, b = sorted(ours)[1][0], sorted(theirs)[1][0]
	print("speed %.2f, memory %.3f of transformers'" % (b/a, max(x[1] for x in ours)/max(x[1] for x in theirs)))


def flat(where):
	path = where + ".tokens.csv"
	tokens(path, 2048)
	for layers in 2, 4, 8:
		write(where, layers, 1024, 3072, 8, 2)
		t, most, _ = watched(["hg-measure", "-p", where, path])
		print("%d layers, %3.0f MB of weights: %5.2f s, %.1f MB" % (layers, os.path.getsize(where + "/model.safetensors")/1e6, t, most))


if __name__ == "__main__":
	if sys.argv[1:2] == ["eager"]:
		eager(sys.argv[2], sys.argv[3], int(sys.argv[4]))
	elif sys.argv[1:2] == ["run"]:
		run(sys.argv[2], *map(int, sys.argv[3:]))
	elif sys.argv[1:2] == ["flat"]:
		flat(sys.argv[2])
	else:
		sys.exit(__doc__)
