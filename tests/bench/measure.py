#!/usr/bin/env python3
"""hg-measure beside transformers and llama.cpp, on random weights of the shape of Qwen3-8B.

    measure.py run DIR [LAYERS [TOKENS [THREADS]]]   all, in turn, three times; needs torch, transformers
    measure.py flat DIR                              hg-measure's memory with 2, 4 and 8 layers of 1024 numbers
    measure.py eager DIR TOKENS THREADS              transformers alone
    measure.py llama FILE TOKENS THREADS             llama.cpp alone, of the package xllamacpp

Of each the median of the wall time, and the most private memory (RssAnon of /proc): pages of the
mapped checkpoint are not counted, they may go at any time.  transformers runs eager attention in float32, up to
its last layer with no head behind; its time is that of the forward pass alone, its memory with the weights, which
it must hold; llama.cpp's time is that of the prompt, in bfloat16 and batches of 2048.  hg-measure's time is all
of it.
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
	print("seconds", time.monotonic() - start)


def write_gguf(where, path):
	"""The same model, and words of no meaning, which llama.cpp wants."""
	import gguf
	import numpy as np
	with open(os.path.join(where, "config.json")) as f:
		c = json.load(f)
	w = gguf.GGUFWriter(path, "qwen3")
	w.add_block_count(c["num_hidden_layers"])
	w.add_context_length(4096)
	w.add_embedding_length(c["hidden_size"])
	w.add_feed_forward_length(c["intermediate_size"])
	w.add_head_count(c["num_attention_heads"])
	w.add_head_count_kv(c["num_key_value_heads"])
	w.add_key_length(SIZE)
	w.add_value_length(SIZE)
	w.add_layer_norm_rms_eps(1e-6)
	w.add_rope_freq_base(1e6)
	w.add_vocab_size(WORDS)
	w.add_tokenizer_model("gpt2")
	w.add_tokenizer_pre("default")
	w.add_token_list(["w%d" % i for i in range(WORDS)])
	w.add_token_types([1] * WORDS)
	w.add_token_merges(["w 1"])
	w.add_eos_token_id(1)
	names = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
	         "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
	         "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
	         "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm"}
	file = os.path.join(where, "model.safetensors")
	with open(file, "rb") as f:
		n, = struct.unpack("<Q", f.read(8))
		head = json.loads(f.read(n))
	for name, t in head.items():
		x = np.memmap(file, "u2", "r", 8 + n + t["data_offsets"][0], tuple(t["shape"]))
		if name.startswith("layers."):
			_, layer, rest = name.split(".", 2)
			name = "blk.%s.%s.weight" % (layer, names[rest[:-7]])
		else:
			name = {"embed_tokens.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}[name]
		if x.ndim == 1:
			w.add_tensor(name, (x.astype("u4") << 16).view("f4"))
		else:
			w.add_tensor(name, x.view("u1"), raw_dtype=gguf.GGMLQuantizationType.BF16)
	w.write_header_to_file()
	w.write_kv_data_to_file()
	w.write_tensors_to_file()
	w.close()


def llama(model, path, threads):
	"""Prompt processing by llama.cpp, as the package xllamacpp carries it."""
	import xllamacpp
	p = xllamacpp.CommonParams()
	p.model.path = model
	p.n_ctx, p.n_batch, p.n_ubatch, p.n_parallel, p.n_predict = 2304, 2048, 512, 1, 1
	p.cpuparams.n_threads = p.cpuparams_batch.n_threads = threads
	p.n_gpu_layers, p.warmup, p.port = 0, False, 0
	p.fit_params = False
	server = xllamacpp.Server(p)
	ids = [int(s.split(",")[1]) for s in list(open(path))[1:]]
	out = server.handle_completions({"prompt": ids, "n_predict": 1, "cache_prompt": False})
	assert out["timings"]["prompt_n"] == len(ids)
	print("seconds", out["timings"]["prompt_ms"]/1e3)


def run(where, layers=8, n=2048, threads=2):
	path = where + ".tokens.csv"
	write(where, layers)
	tokens(path, n)
	peers = {"transformers eager": ["eager", where]}
	try:
		import gguf, xllamacpp                          # noqa: E401, F401
		write_gguf(where, where + ".gguf")
		peers["llama.cpp, bf16"] = ["llama", where + ".gguf"]
	except ImportError:
		print("skip: llama.cpp: no packages gguf and xllamacpp")
	times = {name: [] for name in ("hg-measure", *peers)}
	for _ in range(3):
		times["hg-measure"].append(watched(["hg-measure", "-@", str(threads), "-p", where, path])[:2])
		for name, how in peers.items():
			seconds, most, text = watched([sys.executable, __file__, *how, path, str(threads)])
			times[name].append((float(text.split("seconds")[1].split()[0]), most))
	# The last layer's W_O and MLP are not needed, and not run.
	flop = 2 * n * (layers*(2*HEADS + 2*KV)*SIZE*4096 + (layers - 1)*3*4096*12288 - HEADS*SIZE*4096)
	print("%d layers, %d tokens, %d threads; %.0f GFlop of hg-measure's" % (layers, n, threads, flop/1e9))
	t0, m0 = sorted(times["hg-measure"])[1][0], max(x[1] for x in times["hg-measure"])
	for name, x in times.items():
		t, m = sorted(x)[1][0], max(x[1] for x in x)
		print("%-20s %8.2f s (%s) %8.1f tokens/s %8.0f MB; hg-measure: speed %.2f, memory %.3f" % (name, t,
		      ", ".join("%.2f" % y[0] for y in x), n/t, m, t/t0, m0/m))


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
	elif sys.argv[1:2] == ["llama"]:
		llama(sys.argv[2], sys.argv[3], int(sys.argv[4]))
	elif sys.argv[1:2] == ["run"]:
		run(sys.argv[2], *map(int, sys.argv[3:]))
	elif sys.argv[1:2] == ["flat"]:
		flat(sys.argv[2])
	else:
		sys.exit(__doc__)
