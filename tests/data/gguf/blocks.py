#!/usr/bin/env python3
"""blocks.py: blocks.txt, numbers that come in blocks, as the package gguf decodes them.

    python3 blocks.py >blocks.txt       (gguf 0.19.0, numpy 2.4.6)
    python3 blocks.py grids >../../../lib/num/grid.c

A line for each type of gguf.quants: its name, how many numbers and bytes a block has, the
CRC-32 of all numbers of all blocks as float32, little-endian, the blocks in hexadecimal, the
bits of the numbers of the first two.  Bytes are random, but a scale in half precision is
neither NaN nor infinite, the first is 0, the second less than the least normal number, and the
indices into a grid run through all of it.

grids writes the grids of ggml's types of 1 to 3 bits, which are part of the format and follow no
rule: which 256 to 2048 of all vectors of 8 or 4 numbers a type can hold.  An entry is a vector,
the index of its first number in the lowest two or three bits.
"""
import sys
import zlib

import gguf
import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType as Type

QUANTS = gguf.quants._type_traits
GRIDS = "IQ1_S", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S"

# Where in a block the scales in half precision are.
HALVES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ1_S": [0], "IQ2_XXS": [0], "IQ2_XS": [0], "IQ2_S": [0],
    "IQ3_XXS": [0], "IQ3_S": [0], "IQ4_NL": [0], "IQ4_XS": [0], "TQ1_0": [52], "TQ2_0": [64],
}

# How many blocks there are, and what makes the i-th index of the grid i.
BLOCKS = {"IQ1_S": 64, "IQ1_M": 64, "IQ2_XXS": 8, "IQ2_XS": 16, "IQ2_S": 32, "IQ3_XXS": 4, "IQ3_S": 8}


def put(b, k, shift, width, x):
	"""Bits of a byte."""
	b[k] = (int(b[k]) & ~(((1 << width) - 1) << shift)) | x << shift


def index(name, b, k, i):
	"""The k-th index of the block becomes i."""
	if name == "IQ2_XS":
		b[2 + 2 * k] = i & 255
		put(b, 3 + 2 * k, 0, 1, i >> 8)
	elif name == "IQ2_XXS":
		b[2 + k // 4 * 8 + k % 4] = i
	elif name == "IQ1_M":
		b[k] = i & 255
		put(b, 32 + k // 2, k % 2 * 4, 3, i >> 8)
	else:
		b[2 + k] = i & 255
		if name == "IQ1_S":
			h = int(b[34 + k // 4 * 2]) | int(b[35 + k // 4 * 2]) << 8
			h = (h & ~(7 << k % 4 * 3)) | i >> 8 << k % 4 * 3
			b[34 + k // 4 * 2], b[35 + k // 4 * 2] = h & 255, h >> 8
		elif name == "IQ2_S":
			put(b, 66 + k // 4, k % 4 * 2, 2, i >> 8)
		elif name == "IQ3_S":
			put(b, 66 + k // 8, k % 8, 1, i >> 8)


def set_half(b, at, rng, n):
	"""The scale of the n-th block."""
	h = int(rng.integers(0x10000))
	if h >> 10 & 31 == 31:
		h ^= 1 << 14
	h = (0, h & 0x83ff)[n] if n < 2 else h
	b[at], b[at + 1] = h & 255, h >> 8


def blocks(name, size, rng):
	out = rng.integers(0, 256, (BLOCKS.get(name, 8), size), dtype=np.uint8)
	for n, b in enumerate(out):
		for at in HALVES.get(name, []):
			set_half(b, at, rng, n if at == HALVES[name][0] else 2)
		if name == "IQ1_M":                       # its exponent is not all ones
			put(b, 55, 6, 1, 0)
		if name == "MXFP4":                       # no product overflows
			b[0] = (0, 1, 2, 252)[n] if n < 4 else min(int(b[0]), 252)
		per = 64 if name.startswith("IQ3") else 32
		for k in range(per if name in BLOCKS else 0):
			index(name, b, k, n * per + k)
	if name == "NVFP4":
		out[:, :4] = np.array([0, 0x7f, 0xff, 0x80, 1, 7, 8, 0x7e], np.uint8)[rng.integers(0, 8, (len(out), 4))]
		out[4:, :4] = rng.integers(0, 256, (len(out) - 4, 4), dtype=np.uint8)
	return out


def grid(name):
	q = getattr(gguf.quants, name)
	q.init_grid()
	bits = 2 if len(q.grid_map) == 3 else 3
	values = [[q.grid_map.index(x) for x in v] for v in q.grid.reshape(q.grid_shape).astype(int).tolist()]
	return [sum(x << bits * i for i, x in enumerate(v)) for v in values]


def write_grids():
	print("/* grid.c - the grids of block_iq.c, written by tests/data/gguf/blocks.py. */\n#include \"block.h\"")
	for name in GRIDS:
		g = grid(name)
		print(f"\nconst uint16_t grid_{name.lower()}[{len(g)}] = {{")
		for i in range(0, len(g), 14):
			print("\t" + ", ".join(f"0x{x:04x}" for x in g[i:i + 14]) + "," * (i + 14 < len(g)))
		print("};")


def write_blocks():
	rng = np.random.default_rng(12)
	for t in sorted(QUANTS):
		count, size = GGML_QUANT_SIZES[t]
		if t.name == "BF16":
			continue
		b = blocks(t.name, size, rng)
		with np.errstate(all="ignore"):
			x = gguf.quants.dequantize(b.reshape(1, -1), t).reshape(-1).astype("<f4")
		assert np.isfinite(x).all(), t.name
		print(t.name.lower(), count, size, f"{zlib.crc32(x.tobytes()):08x}", b.tobytes().hex(),
		      x[:2 * count].byteswap().tobytes().hex())


if __name__ == "__main__":
	{"grids": write_grids, "": write_blocks}[sys.argv[1] if len(sys.argv) > 1 else ""]()
