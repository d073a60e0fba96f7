#!/usr/bin/env python3
"""The costs that headgeom(7) reckons with under "On paper", in its order: what one row,
one group and one head take, in user and system time of one thread, the median of some
runs, and in memory.

    costs.py BUILD [RUNS]
"""
import json
import os
import random
import statistics
import struct
import subprocess
import sys

ROWS, WIDE, GROUPS = 1000000, 50000, 100000
X = "op,fro,trace,rank_eff,spec_ent,anisotropy,condition"
BUILD, RUNS = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
T = os.path.join(BUILD, "bench")


def shell(command):
	subprocess.run(["sh", "-c", command], check=True)


def made(name, command):
	"""The file of this name, made where it is not there."""
	path = os.path.join(T, name)
	if not os.path.exists(path):
		shell(f"{command} >{path}.new && mv {path}.new {path}")
	return path


def run(program, *arguments):
	"""CPU seconds, the median; and bytes at the most."""
	seconds, memory = [], 0
	for _ in range(RUNS):
		command = [os.path.join(BUILD, program), "-@", "1", "-o", "/dev/null", *arguments]
		p = subprocess.Popen(command, stderr=subprocess.PIPE)
		said = p.stderr.read()                      # warnings are of no interest
		_, status, usage = os.wait4(p.pid, 0)
		p.returncode = os.waitstatus_to_exitcode(status)
		if p.returncode != 0:
			sys.exit(f"status {p.returncode}: {' '.join(command)}\n{said.decode()}")
		seconds.append(usage.ru_utime + usage.ru_stime)
		memory = max(memory, usage.ru_maxrss * 1024)
	return statistics.median(seconds), memory


def checkpoint(name, width, size, heads, kv, layers):
	"""One of random numbers of two magnitudes, in bf16, q and k alone."""
	path = os.path.join(T, name)
	os.makedirs(path, exist_ok=True)
	with open(os.path.join(path, "config.json"), "w") as f:
		json.dump({"model_type": "llama", "hidden_size": width, "num_hidden_layers": layers,
		           "num_attention_heads": heads, "num_key_value_heads": kv, "head_dim": size}, f)
	draw, header, at, blocks = random.Random(0).randbytes, {}, 0, []
	for l in range(layers):
		for which, n in ("q", heads), ("k", kv):
			values = bytearray(2 * n * size * width)
			values[0::2] = draw(n * size * width)
			values[1::2] = draw(n * size * width).translate(bytes(0x3c | b & 0x80 for b in range(256)))
			header[f"model.layers.{l}.self_attn.{which}_proj.weight"] = {
				"dtype": "BF16", "shape": [n * size, width], "data_offsets": [at, at + len(values)]}
			at += len(values)
			blocks.append(values)
	text = json.dumps(header).encode()
	with open(os.path.join(path, "model.safetensors"), "wb") as f:
		f.write(struct.pack("<Q", len(text)) + text)
		for b in blocks:
			f.write(b)
	return path


def line(what, value, unit):
	print(f"{what:52}{value:10.3g} {unit}", flush=True)


def rows(gen):
	narrow = made(f"narrow.{ROWS}.csv.gz", f"{gen} narrow {ROWS} | gzip")
	wide = made(f"wide.{WIDE}.csv.gz", f"{gen} wide {WIDE} 128 | gzip -1")
	line("a narrow row, 14 correlations", run("hg-correlate", "-g", "", narrow)[0] / ROWS * 1e6, "us")
	line("... in its file", os.path.getsize(narrow) / ROWS, "bytes")
	line("a row of 128 singular values, described", run("hg-describe", wide)[0] / WIDE * 1e6, "us")


def groups(gen):
	table = made(f"groups.{GROUPS}.csv.gz", f"{gen} narrow {8 * GROUPS} | "
	             f"awk '{{ print (NR == 1 ? \"group\" : int((NR - 2) / 8)) \",\" $0 }}' | gzip -1")
	for program, columns in ("hg-correlate", ["-x", X, "-y", "entropy,logit_std"]), \
	                        ("hg-regress", ["-x", "op,spec_ent,rank_eff,anisotropy", "-y", "entropy"]):
		study = ["-g", "group", *columns]
		few = run(program, *columns, "-g", "", table)[1]
		line(f"a group in {program}", (run(program, *study, table)[1] - few) / GROUPS, "bytes")
		state = os.path.join(T, "groups.state.gz")
		shell(f"{BUILD}/{program} {' '.join(study)} --save-state -o {state} {table} 2>/dev/null")
		line("... in its state", os.path.getsize(state) / GROUPS, "bytes")
		seconds, memory = run(program, "--merge", state)
		line("... merged and printed", seconds / GROUPS * 1e6, "us")
		line("... in --merge", memory / GROUPS, "bytes")


def models():
	small = checkpoint("llama.70m", 512, 64, 8, 8, 6)
	large = checkpoint("llama.8b", 4096, 128, 32, 8, 2)
	line("a checkpoint of 70M parameters, 48 heads", run("hg-extract", small)[0], "s")
	seconds, memory = run("hg-extract", large)
	line("a checkpoint of 8B parameters, 1152 heads", seconds * 36 / 2, "s")
	line("... in memory, its file too", memory / 1e6, "MB")


def main():
	os.makedirs(T, exist_ok=True)
	gen = os.path.join(T, "gen")
	shell(f"{os.environ.get('CC', 'cc')} -O2 -o {gen} tests/bench/gen.c -lm")
	rows(gen)
	groups(gen)
	models()


main()
