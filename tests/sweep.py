#!/usr/bin/env python3
"""Every model type of transformers: does hg-extract read it right, or refuse it?

    python3 tests/sweep.py [-j N] [-k DIR] [-l LOG] HG_EXTRACT [TYPE...]

No part of `make check`: needs torch, transformers, safetensors, numpy, and a quarter of
an hour on two processors that are free.  Prints a row for each type and, at the end, the
counts; the exit status is 1 if one was read wrong.  With -l an interrupted run goes on.

Each type of CONFIG_MAPPING, in a process of its own, bounded in time and memory:

- A tiny model: the default configuration with its sizes made small by the names of its
  keys (SIZES; head_dim is not hidden / heads where the model allows that), as the class
  that it is published as: with a head for language, then others of the auto mappings,
  last a part of it.  Weights, norms and biases are random; save_pretrained writes it.
- hg-extract reads that: the rows, those of --scale and of --circuit ov.
- If it does, the model runs in float64, whole, then whatever of it did not run (its
  towers, then single modules of attention).  A module attends if a softmax over a product
  happens in it.  In a second run the tensors given to these modules are leaves, norms in
  them have no statistic (nor, behind q and k, a weight), sigmoids and softplus are 1, and W_Q, W_K of
  each head are the derivatives of the two factors of the last product before the softmax
  by the module's input, W_V that of what the softmax is multiplied with, W_O that of the
  first linear map behind it by its input.  Nothing here knows a tensor's name, or what
  lib/model/families.c says.  q and k are taken at one token: rotary positions cancel.
- Each layer of each stack must be the q and k of all heads, in their order, of a module
  that has the layer's number in its name, or is shared and ran in its turn: spectrum, both
  traces, both norms, to TOL.  One factor for all heads of a layer is the scale, if q or k
  was multiplied by it ahead of the product; logit_scale must then agree.
- A module that no rows are of must be told: a warning names its tensors, in the file.
- A norm behind q and k must be told.

    right        all of its attention is read, and right
    right, part  what is read is right, and the rest is told
    refused      with a message, status 1
    no attention refused, and has none
    no model     a configuration of a part that has no class of its own
    not built    transformers or this script cannot make one of its default (the reason)
    not probed   read, but this script could not run the model, or finds no product of q and
                 k in it: to be looked at by hand
    WRONG        the numbers are not those of the model
    SILENT       right, but something that attends gives no rows, and nothing says so
    BENT         what is read right is no bilinear form of one token each (other tokens
                 are not mixed, but the form changes with the place)
    QK-NORM      a norm behind q and k, and nothing says so

The last run, whole, November 29, 2026, transformers 5.24.0, torch 2.13.0, without timm, torchvision, natten, detectron2
and torchaudio: of 822 types 27 are no models of their own, 50 were not built (some 15 for want of these packages, others
for their size), 55 have no attention.  Of the other 690 are right 399, right in part 94, refused 192, not probed 5; WRONG,
SILENT, BENT and QK-NORM are none.  logit_scale is right in all 391 that have it, W_O W_V in all 448 that were probed (14
were not).

What was not probed, dbrx, deepseek_v32, gemma3n, glm_moe_dsa and wavlm, has fixtures in the test suite, and so have xlnet,
which is not built in time, and W_O W_V of local attention (led, longformer, longt5), which this script does not find.
"""
import argparse
import collections
import csv
import faulthandler
import functools
import importlib
import inspect
import io
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "critical")

import numpy as np
import torch
import transformers as tf
from safetensors import safe_open
from torch.overrides import TorchFunctionMode
from transformers.models.auto import configuration_auto, modeling_auto

TOKENS = 5
LEVELS = 4
TOL = 1e-5                              # of s1: some modules compute in float32 whatever they are told
LIMIT = 90                             # seconds of processor time for a type, and ten times that by the clock
MEMORY = 8 << 30

# ---------------------------------------------------------------- a tiny model of a type

# What a size of a configuration becomes, by its name: the first that matches, a number or one of WORDS.
SIZES = [(re.compile(r + r"\Z"), v) for r, v in (
	("q_lora_rank", 20), ("kv_lora_rank", 12), ("qk_nope_head_dim", 8), ("(qk_)?rope_head_dim", 4), ("v_head_dim", 6),
	("rotary_dim", 8), (r"(mamba_)?d_state|ssm_state_size|state_size|mamba_state_dim", 8),
	("mamba_n_heads|mamba_num_heads", 4), ("mamba_d_head|mamba_head_dim", 32), ("mamba_d_ssm", 128),
	(r"(.*_)?(?<!num_feat_extract_)(num_hidden_layers|num_layers|n_layers?|depth|num_blocks|layers)", "layers"),
	(r"(.*_)?(num_attention_heads|num_heads|n_heads?|attention_heads)", "heads"),
	(r"(.*_)?(num_key_value_heads|num_kv_heads|n_kv_heads|kv_heads|kv_n_heads|multi_query_group_num|num_attention_groups)", "kv"),
	(r"(.*_)?(head_dim|d_kv|d_head|kv_channels|head_size)", "head_dim"),
	(r"(.*_)?vocab_size(_.*)?|vocab_size", "vocab"),
	(r"(.*_)?(intermediate_size|ffn_dim|ffn_hidden_size|d_ff|n_inner|mlp_dim|ff_dim|d_inner)", 96),
	(r"(.*_)?(hidden_size(_global|_local)?|d_model|n_embd|n_embed|dim|embed_dim|hidden_dim|embedding_size|projection_dim|emb_dim|width"
	 r"|model_dim|attention_dim|output_dim|hidden_channels|hidden_sizes)", "hidden"),
	(r"(.*_)?(num_local_experts|num_experts|n_routed_experts|num_routed_experts|n_experts)", 4),
	("num_experts_per_tok|moe_topk|moe_k|top_k|num_experts_per_token|moe_top_k|top_k_experts", 2),
	("n_group|topk_group|num_expert_groups", 1), ("num_frames", 2), ("image_size|img_size", 32), ("patch_size", 8),
	("max_position_embeddings|n_positions|n_ctx|max_source_positions|max_target_positions|max_seq_len|seq_len", "positions"),
	("prediction_length", 4), ("context_length|context_size|attention_window", 8), ("local_radius", 3),
	("downsample_hidden_size|part_features", 16))]
WORDS = {"hidden": 64, "heads": 4, "kv": 2, "head_dim": 32, "vocab": 320, "positions": 128}
DROP = "transformers_version architectures _name_or_path dtype torch_dtype stage_names out_features out_indices _out_features " \
	"_out_indices per_layer_config".split()
NEEDED = "vocab", 4, 2                          # what is given where the default is None: vocabulary, experts
OWN = {                                         # sizes that must go with others, by type and section
	"zaya": {"num_experts_per_tok": 1}, "molmo2": {"adapter_config.vision_feature_layer": [2, 1]},
	"lfm2_moe": {"layer_types": ["conv", "full_attention"] * 4}, "deepseek_ocr2_text": {"mlp_layer_types": ["dense", "sparse"] * 4},
	"fun_asr_nano": {"adaptor_config.intermediate_size": 16}}
LACKING = {                                     # what parts have of the whole model, and not alone
	"dropout_rate": 0.0, "initializer_range": 0.02, "pad_token_id": 0, "num_key_value_heads": 4, "shared_expert_intermediate_size": 96}


def kind(key):
	return next((to for pattern, to in SIZES if pattern.match(key)), None)


def shrink(config, level):
	"""The keys of a configuration with its sizes small.  Level 0: all by their names; 1: and what else is
	large, heads of 16; 2: layers and vocabulary only; 3: as 0, and sizes that the default leaves empty."""
	d = config if isinstance(config, dict) else config.to_dict()
	words = WORDS | {"layers": 8 if any(re.search("period|interval|pattern|layer_types|block_type|every|offset", k) for k in d) else 3}
	shared = d.get("num_kv_shared_layers")
	if shared:                              # all, or half of them, and both halves have layers of each kind
		words["layers"], words["shared"] = (10, 5) if shared < (d.get("num_hidden_layers") or 0) else (words["layers"],) * 2
	heads = [v for k, v in d.items() if kind(k) == "heads" and isinstance(v, int)]
	old = new = None
	out = {}
	for k, v in d.items():
		to = kind(k)
		if k in DROP:
			continue
		out[k] = v
		if "window_size" in d and k in ("window_size", "depths", "num_heads", "num_attention_heads") and isinstance(d.get("depths"), (list, tuple)):
			out[k] = 1 if k == "window_size" else [4 if "heads" in k else min(x, 2) for x in v]     # swin: windows of a token
			continue
		if isinstance(v, dict) and (k.endswith("config") or "model_type" in v):
			out[k] = shrink(v, level)
		elif isinstance(v, (list, tuple)) and v and all(type(x) is int for x in v) and to in (96, "hidden", 4, 32, 8) and level != 2 and not k.endswith("s"):
			out[k] = [words.get(to, to)] * len(v)
		elif v is None and to in NEEDED and not isinstance(d.get("num_local_experts"), int):
			out[k] = words.get(to, to)
		elif v is None and level == 3 and (to in ("kv", "head_dim", 96, 4, 2) or k == "n_shared_experts"):
			out[k] = words.get(to, 1)
		elif type(v) is not int or v <= 0:
			continue
		elif k == "num_kv_shared_layers":
			out[k] = words["shared"]
		elif to == "layers":
			out[k] = min(words[to], v)
			if k in ("num_hidden_layers", "n_layer", "num_layers", "n_layers"):
				old, new = v, out[k]
		elif to == "vocab":
			out[k] = min(words[to], v)
		elif level == 2:
			continue
		elif to == "kv":
			out[k] = 1 if v == 1 else words["heads"] if heads and v >= min(heads) else 2
		elif to == "head_dim":
			out[k] = 4 if k == "head_dim" and "qk_rope_head_dim" in d else 16 if level == 1 else words[to]
		elif to is not None:
			out[k] = words.get(to, to)
		elif level == 1 and v > 1000 and re.search("size|dim|channels|vocab|hidden", k):
			out[k] = 64
	parts = [out[k] for k in ("n_input_layers", "n_recurrent_layers", "n_output_layers") if k in out]
	if len(parts) == 3:
		out["num_hidden_layers"] = new = sum(parts)
	vocab = out.get("vocab_size")
	for k, v in list(out.items()):
		if isinstance(v, list) and old and len(v) == old != new:
			out[k] = v[:new]
		elif re.search(r"token_id|token_index|_id\Z|_ids\Z", k) and type(vocab) is int:
			if type(v) is int and v >= vocab:
				out[k] = vocab - 1 - sum(map(ord, k)) % 64
			elif isinstance(v, list) and any(type(x) is int and x >= vocab for x in v):
				out[k] = [vocab - 1]
	if "vocabulary_map" in out and not out["vocabulary_map"]:
		out["vocabulary_map"] = {"<image>": 5}
	if isinstance(out.get("attn_config"), dict):
		out["attn_config"].setdefault("rope_theta", 10000.0)
	return out


def classes_of(name, config):
	"""The classes of models of that configuration, those as which models are published first."""
	maps = ["MODEL_FOR_CAUSAL_LM_MAPPING_NAMES", "MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES", "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES",
	        "MODEL_FOR_MASKED_LM_MAPPING_NAMES", "MODEL_FOR_PRETRAINING_MAPPING_NAMES", "MODEL_MAPPING_NAMES"]
	maps += sorted(m for m in dir(modeling_auto) if m.startswith("MODEL_") and m.endswith("MAPPING_NAMES") and m not in maps)
	found = []
	for m in maps:
		names = getattr(modeling_auto, m).get(name, ())
		for n in (names,) if isinstance(names, str) else names:
			c = getattr(tf, n, None)
			if c is not None and c not in found:
				found.append(c)
	module = type(config).__module__.replace("configuration_", "modeling_")
	try:
		mod = __import__(module, fromlist=["x"])
		for n, c in vars(mod).items():
			if isinstance(c, type) and issubclass(c, tf.PreTrainedModel) and c.config_class is type(config) and \
			   not n.endswith("PreTrainedModel") and c not in found:
				found.append(c)
	except ImportError:
		pass
	return found


def randomise(model):
	g = torch.Generator().manual_seed(0)
	with torch.no_grad():
		for n, p in model.named_parameters():
			if not p.is_floating_point() or not p.requires_grad:
				continue
			if p.ndim >= 2:
				p.copy_(torch.randn(p.shape, generator=g) / max(p.shape[-1], 1) ** 0.5)
			elif n.endswith("bias"):
				p.copy_(torch.randn(p.shape, generator=g) * 0.1)
			else:
				p.copy_(torch.rand(p.shape, generator=g) + 0.5)


def create(model_class, config, device):
	"""A model.  What a part's configuration lacks that only the whole one gives it is added."""
	for _ in range(len(LACKING)):
		try:
			with torch.device(device):
				return model_class._from_config(config, attn_implementation="eager")
		except AttributeError as e:
			lacks = re.search(r"Config' object has no attribute '(\w+)'", str(e))
			if lacks is None or lacks.group(1) not in LACKING:
				raise
			for c in sections(config):
				if not hasattr(c, lacks.group(1)):
					setattr(c, lacks.group(1), LACKING[lacks.group(1)])
	raise ValueError("a configuration without all that its model needs")


def build(name, least):
	"""A tiny model of a type, at that level or a later one, or why there is none."""
	cls = configuration_auto.CONFIG_MAPPING[name]
	why, found = [], False
	for level in range(least, LEVELS):
		try:
			base = cls()
			small = shrink(base, level)
			for path, value in OWN.get(name, {}).items():
				*into, key = path.split(".")
				functools.reduce(dict.__getitem__, into, small)[key] = value
			config = cls.from_dict(small)
			if getattr(base, "model_type", ""):
				config.model_type = base.model_type
		except Exception as e:
			why.append(f"config: {e!r:.300}")
			found = True
			continue
		for model_class in classes_of(name, config):
			found = True
			try:
				n = sum(p.numel() for p in create(model_class, config, "meta").parameters())
			except Exception as e:
				why.append(f"{model_class.__name__}: {e!r:.300}")
				n = 0
			if n > 100e6:
				why.append(f"{model_class.__name__}: {n} parameters")
				continue
			try:
				config._attn_implementation = "eager"
				model = create(model_class, config, "cpu").float().eval()
				randomise(model)
				return model, level, why
			except Exception as e:
				why.append(f"{model_class.__name__}: {e!r:.300}")
	return None, None, why if found else ["no model has this configuration"]


# ---------------------------------------------------------------- what it does

class Watch(TorchFunctionMode):
	"""Keeps float64 what the model would make float32, and hands products, softmax and linear maps on."""
	ear = None

	def __torch_function__(self, func, types, args=(), kwargs=None):
		kwargs = dict(kwargs or {})
		name = getattr(func, "__name__", "")
		if name in ("float", "half", "bfloat16") and args and isinstance(args[0], torch.Tensor) and args[0].is_floating_point():
			return args[0].double()
		if name in ("to", "type", "softmax", "layer_norm", "rms_norm", "zeros", "ones", "empty", "full", "arange", "tensor",
		            "zeros_like", "ones_like"):
			low = torch.float32, torch.bfloat16, torch.float16
			args = tuple(torch.float64 if isinstance(a, torch.dtype) and a in low else a for a in args)
			if kwargs.get("dtype") in low:
				kwargs["dtype"] = torch.float64
		if name in ("_grouped_mm", "grouped_mm"):
			return func(*(a.to(torch.float32) if isinstance(a, torch.Tensor) and a.is_floating_point() else a for a in args), **kwargs).to(torch.float64)
		if self.ear is not None:
			other = self.ear.before(name, args, kwargs)
			if other is not None:
				return other
		out = func(*args, **kwargs)
		if self.ear is not None:
			self.ear.after(name, args, kwargs, out)
		return out


def tensors(x):
	if isinstance(x, torch.Tensor):
		yield x
	elif isinstance(x, (list, tuple)):
		for y in x:
			yield from tensors(y)


def matrices(module):
	return sum(1 for p in module.parameters() if p.ndim >= 2 and min(p.shape[:2]) >= 4)


class Ear:
	"""Pass 1: which modules attend.  Pass 2: with the inputs of these made leaves and the norms in them
	linear, what their q, k, v and output are of their inputs."""

	def __init__(self, model, latent):
		self.model, self.latent = model, latent
		self.name = {m: n for n, m in model.named_modules()}
		self.stack, self.attend, self.calls = [], {}, {}
		self.probing, self.leaves, self.products, self.open = False, {}, {}, {}
		self.found, self.failed, self.handles, self.normed = [], {}, [], set()
		for m in model.modules():
			self.handles.append(m.register_forward_pre_hook(self.enter, with_kwargs=True))
			self.handles.append(m.register_forward_hook(self.leave, with_kwargs=True, always_call=True))

	def close(self):
		for h in self.handles:
			h.remove()

	def enter(self, module, args, kwargs):
		self.stack.append(module)
		if self.probing and module in self.attend:
			leaves = []

			def leaf(x):
				if isinstance(x, torch.Tensor) and x.is_floating_point() and x.ndim >= 2:
					y = x.detach().clone().requires_grad_()
					leaves.append(y)
					return y
				return x
			keep = {k: kwargs[k] for k in kwargs if re.search(r"mask|position_emb|past|cos|sin", k)}
			args = tuple(leaf(a) for a in args)
			kwargs = {k: keep.get(k, None) if k in keep else leaf(v) for k, v in kwargs.items()}
			self.leaves[module] = leaves
			self.products[module] = []
			self.open.pop(module, None)
			return args, kwargs

	def leave(self, module, args, kwargs, out):
		while self.stack and self.stack.pop() is not module:
			pass
		if not self.probing:
			return None
		within = self.owner() if module not in self.attend else None
		if within is not None and re.search(r"norm", type(module).__name__, re.I) and args and isinstance(out, torch.Tensor) \
		   and isinstance(args[0], torch.Tensor) and args[0].shape == out.shape:
			if out.shape[-1] in self.latent:
				self.probing = False
				weight = module.forward(torch.ones_like(args[0][..., :1, :]))
				self.probing = True
				return args[0] * weight
			if not any(re.search("index", type(x).__name__, re.I) for x in self.stack):     # which chooses tokens
				self.normed.update([within] * (within not in self.open))
			return args[0]
		return None

	def owner(self):
		"""The attention module that is running."""
		return next((m for m in reversed(self.stack) if m in self.attend), None)

	def before(self, name, args, kwargs):
		if not self.probing:
			return None
		m = self.owner()
		if m is None:
			return None
		if name in ("sigmoid", "softplus"):
			return torch.ones_like(args[0])
		if name in ("__itruediv__", "div_"):    # the product stays what it was
			return args[0] / args[1]
		if name == "topk" and len(args) == 2 and args[1] == args[0].shape[-1]:  # all of them, in their order
			return args[0], torch.arange(args[1]).expand(args[0].shape)
		if name in ("rms_norm", "layer_norm", "normalize") and not re.search("norm", type(self.stack[-1]).__name__, re.I):
			self.normed.update([m] * (m not in self.open))
			return args[0]
		return None

	def after(self, name, args, kwargs, out):
		if name == "multi_head_attention_forward":
			self.failed[self.name.get(self.stack[-1], "?")] = "nn.MultiheadAttention"
		if not self.probing:
			if name in ("softmax", "scaled_dot_product_attention"):
				m = next((m for m in reversed(self.stack) if matrices(m) >= 2), None)
				if m is not None:
					self.attend[m] = self.attend.get(m, 0) + 1
			return
		m = self.owner()
		if name in ("linear", "addmm", "matmul", "__matmul__", "conv1d", "conv2d", "einsum") and self.open:
			self.output(name, args, kwargs, out)
		if m is None:
			return
		if name in ("matmul", "__matmul__", "bmm") and args[0].ndim >= 3 and args[1].ndim >= 3:
			if m in self.open and self.open[m].get("v") is None:
				self.value(m, args[0], args[1], out)
			self.products[m].append((*self.spread(args[0], args[1]), out))
		elif name == "baddbmm":
			b = list(args[1:3]) + [kwargs[k] for k in ("batch1", "batch2") if k in kwargs]
			out.alpha = kwargs.get("alpha", 1)
			self.products[m].append((b[0], b[1], out))
		elif name == "einsum" and len(args) == 2 and isinstance(args[1], tuple):
			self.einsum(m, args[0], *args[1], out)
		elif name == "einsum" and len(args) == 3:
			self.einsum(m, *args, out)
		elif name == "softmax":
			self.guard(m, self.logits, m, args[0])
		elif name == "scaled_dot_product_attention":
			q, k, v = (list(args) + [kwargs[x] for x in ("query", "key", "value") if x in kwargs])[:3]
			r = q.shape[-3] // k.shape[-3] if q.ndim > 2 else 1
			if r > 1:
				k, v = k.repeat_interleave(r, -3), v.repeat_interleave(r, -3)
			scale = kwargs.get("scale")
			self.products[m].append((q, k.transpose(-1, -2), q.shape[-1] ** -0.5 if scale is None else float(scale)))
			self.guard(m, self.logits, m, None)
			if m in self.open:
				self.value(m, None, v, out)

	def einsum(self, m, eq, a, b, out):
		eq = eq.replace(" ", "").replace("...", "BC")           # C, c: blocks of tokens, of which the first is looked at
		lhs, res = eq.split("->")
		x, y = lhs.split(",")
		if any(len(n) != t.ndim for n, t in ((x, a), (y, b))) or len(res) < 3:
			return
		lead = [c for c in res if c in x and c in y]
		con = [c for c in x if c in y and c not in res]
		i, j = [c for c in res if c in x and c not in y], [c for c in res if c in y and c not in x]
		if len(con) != 1 or len(i) != 1 or len(j) != 1:
			return
		pa = a.permute([x.index(c) for c in lead + i + con])
		pb = b.permute([y.index(c) for c in lead + con + j])
		for c in "C" if "C" in x else "c" if x == "bcxd" else "":
			if c in lead and len(lead) > 1:
				pa, pb = pa.select(lead.index(c), 0), pb.select(lead.index(c), 0)
		if m in self.open and self.open[m].get("v") is None:
			self.open[m]["v"] = False
		self.products[m].append((pa, pb, None))

	def batch(self, m, x):
		"""x is of a batch, as what the module was given is: its first one is looked at."""
		return x.ndim == 4 and self.leaves[m][0].ndim > 2 and x.shape[0] == self.leaves[m][0].shape[0]

	@staticmethod
	def spread(a, b):
		"""Both with all the heads that either has."""
		lead = torch.broadcast_shapes(a.shape[:-2], b.shape[:-2])
		return a.expand(*lead, *a.shape[-2:]), b.expand(*lead, *b.shape[-2:])

	def guard(self, m, f, *args):
		try:
			f(*args)
		except Exception as e:
			self.failed[self.name[m]] = f"{type(e).__name__}: {e!s:.120}"
			if os.environ.get("SWEEP_DEBUG"):
				traceback.print_exc()

	def jacobian(self, y, leaves):
		"""d y / d leaves, y a vector: for each leaf (len(y), *shape), None where nothing."""
		eye = torch.eye(y.numel(), dtype=y.dtype)
		try:
			return torch.autograd.grad(y, leaves, eye, retain_graph=True, allow_unused=True, is_grads_batched=True)
		except RuntimeError:
			rows = [torch.autograd.grad(y, leaves, e, retain_graph=True, allow_unused=True) for e in eye]
			return [None if rows[0][i] is None else torch.stack([r[i] for r in rows]) for i in range(len(leaves))]

	def linear(self, y, m):
		"""y (heads, d) of one token: its matrix (heads, d, d_model), the leaf and the place in it."""
		leaves = self.leaves[m]
		js = self.jacobian(y.reshape(-1), leaves)
		best = None
		for i, j in enumerate(js):
			if j is None or not j.abs().max() > 0:
				continue
			if best is not None and (j.shape != best[1].shape or (j - best[1]).abs().max() > 1e-9 * j.abs().max()):
				raise ValueError("of two inputs")       # a vector of the place that was added to the token is none
			best = best or (i, j)
		if best is None:
			return None
		i, j = best
		d = leaves[i].shape[-1]
		flat = j.reshape(j.shape[0], -1, d)
		at = (flat.abs().amax((0, 2)) > 1e-12 * flat.abs().max()).nonzero().flatten().tolist()
		if len(at) != 1:
			raise ValueError(f"{len(at)} tokens mixed")
		return flat[:, at[0]].reshape(*y.shape, d), i, at[0]

	@staticmethod
	def slope(product, logit):
		"""What the softmax gets of a product, for each head, NaN where that is not a product's multiple."""
		if product is None or isinstance(product, float):
			return product
		shape = -1, *product.shape[-2:]
		if logit is None or logit.numel() != product.numel():
			return None
		g = torch.autograd.grad(logit.reshape(shape)[:, 0, 0].sum(), product, retain_graph=True, allow_unused=True)[0]
		return None if g is None else (g.reshape(shape)[:, 0, 0] * getattr(product, "alpha", 1)).tolist()

	def logits(self, m, logit):
		if not self.leaves[m]:
			raise ValueError("no input")
		last = ValueError("no product of q and k")
		for a, b, product in reversed(self.products[m]):
			if not (a.requires_grad and b.requires_grad):
				continue
			if self.batch(m, a) and self.batch(m, b):
				a, b = a[:1], b[:1]
			q, k = a.reshape(-1, *a.shape[-2:]), b.reshape(-1, *b.shape[-2:])
			if q.shape[0] != k.shape[0]:
				last = ValueError(f"heads {tuple(a.shape)} {tuple(b.shape)}")
				continue
			try:
				got = self.heads(m, q, k)
			except ValueError as e:
				last = e
				continue
			if got is None:
				continue
			self.calls[m] = self.calls.get(m, 0) + 1
			slope = self.slope(product, logit)
			self.open[m] = dict(got, slope=slope[:len(q)] if isinstance(slope, list) else slope, v=None, module=m, call=self.calls[m] - 1)
			self.found.append(self.open[m])
			self.products[m] = []
			return
		raise last

	def heads(self, m, q, k):
		ms = []
		for t in range(min(2, q.shape[1])):
			w = self.linear(q[:, t], m)
			if w is None:
				return None
			other = None                    # cross-attention has keys of another input alone
			for s in [t] + list(range(min(16, k.shape[2]))):
				u = self.linear(k[:, :, s], m)
				if u is None:                   # padding
					continue
				if u[1:] == w[1:]:
					break
				other = other or (u if u[1] != w[1] else None)
			else:
				if other is None:
					raise ValueError("no key at the place of the query")
				u = other
			ms.append((w[0], u[0]))
		one = torch.einsum("hij,hik->hjk", *ms[0])
		two = torch.einsum("hij,hik->hjk", *ms[-1])
		bent = float((one - two).abs().max() / one.abs().max())
		return dict(q=ms[0][0].detach().numpy(), k=ms[0][1].detach().numpy(), bent=bent)

	def value(self, m, p, v, out):
		if self.batch(m, v):
			v = v[:1]
		if v.shape[:-2].numel() != len(self.open[m]["q"]):
			self.open[m]["v"] = False
			return

		def find():
			flat = v.reshape(-1, *v.shape[-2:])
			w = self.linear(flat[:, 0], m)
			self.open[m]["v"] = False if w is None else w[0].detach().numpy()
			self.open[m]["z"] = out
		try:
			find()
		except Exception:
			self.open[m]["v"] = False

	def output(self, name, args, kwargs, out):
		for m, o in list(self.open.items()):
			z = o.get("z")
			x = args[0] if isinstance(args[0], torch.Tensor) else args[1]
			if z is None or not isinstance(out, torch.Tensor) or not out.requires_grad or "o" in o or out is z:
				continue
			o["tries"] = o.get("tries", 0) + 1
			if o["tries"] > 8:
				o.pop("z")
				continue
			try:
				if name == "addmm":
					x = args[1]
				back = torch.autograd.grad(x.sum(), z, retain_graph=True, allow_unused=True)[0]
				if back is None:
					continue
				row = out.reshape(-1, out.shape[-1])[0] if name != "conv1d" else out.reshape(out.shape[-2], -1)[:, 0]
				j = self.jacobian(row, [z])[0]
				flat = j.reshape(j.shape[0], -1, *z.shape[-2:])
				o["o"] = flat[:, :len(o["q"]), 0, :].permute(1, 0, 2).detach().numpy()   # heads, d_model, d_v
				if flat.shape[2] > 1 and flat[:, :, 1:].abs().max() > 1e-12 * flat.abs().max():
					o["o"] = None
			except Exception as e:
				o["o"] = None
			o.pop("z")


def sections(config):
	"""A configuration and those in it."""
	found = [config]
	for v in vars(config).values():
		if isinstance(v, tf.PreTrainedConfig):
			found += sections(v)
	return found


def inputs_for(model):
	"""What its forward may need, by the names of its parameters: in turn the least, all that is known, embeddings."""
	def key(*keys):
		for k in keys:
			for c in sections(model.config):
				v = getattr(c, k, None)
				if isinstance(v, (int, list, tuple)) and not isinstance(v, bool) and v:
					return v
		return None

	def rand(*shape):
		return torch.randn(*shape, generator=g)

	def ids(*shape):
		return torch.randint(3, max(4, min(vocab, 200)), shape or (1, TOKENS), generator=g)
	g = torch.Generator().manual_seed(1)
	vocab = key("vocab_size")
	vocab = vocab if isinstance(vocab, int) else 64
	size = key("image_size", "img_size") or 32
	size = list(size)[:2] if isinstance(size, (list, tuple)) else [size, size]
	channels = key("num_channels", "in_channels", "in_chans") or 3
	channels = channels if isinstance(channels, int) else 3
	mel = key("num_mel_bins", "feature_size", "input_feat_per_channel", "num_mel_features", "feature_dim", "input_dim") or 80
	mel = mel if isinstance(mel, int) else 80
	frames = (key("max_source_positions") or 64) * 2
	hidden = key("hidden_size", "d_model", "embed_dim", "n_embd", "hidden_dim", "dim") or 64
	hidden = hidden if isinstance(hidden, int) else 64
	grid = torch.tensor([[1, 4, 4]])
	patch = key("patch_size") or 8
	patch = patch[0] if isinstance(patch, (list, tuple)) else patch
	patches = rand(16, channels * (key("temporal_patch_size") or 1) * patch ** 2)
	sig = inspect.signature(model.forward).parameters
	features = [rand(1, mel, frames), rand(1, 64, mel), rand(1, mel, 64), rand(1, 8, 4 * mel)]
	make = {
		"input_ids": ids(), "decoder_input_ids": ids(), "bbox": torch.zeros(1, TOKENS, 4, dtype=torch.long),
		"pixel_values": rand(1, channels, *size), "pixel_values_videos": rand(1, key("num_frames") or 4, channels, *size),
		"input_features": features[0], "input_values": rand(1, 4000), "hidden_states": rand(1, TOKENS, hidden),
		"inputs_embeds": rand(1, TOKENS, hidden), "encoder_hidden_states": rand(1, TOKENS, key("encoder_hidden_size") or hidden),
		"attention_mask": torch.ones(1, TOKENS, dtype=torch.long), "grid_thw": grid, "image_grid_thw": grid,
		"position_ids": torch.arange(TOKENS)[None], "input_features_mask": torch.ones(1, frames, dtype=torch.long),
		"noise_embeds": rand(1, TOKENS, hidden), "context_hidden_states": rand(1, TOKENS, hidden * len(key("target_layer_ids") or [0])),
	}
	series = key("context_length"), getattr(model.config, "lags_sequence", None)
	if "past_values" in sig and all(series):
		n, far, more = series[0] + max(series[1]), key("prediction_length"), getattr(model.config, "num_time_features", 0)
		make |= {
			"past_values": rand(1, n), "past_observed_mask": torch.ones(1, n), "past_time_features": rand(1, n, more),
			"future_values": rand(1, far), "future_time_features": rand(1, far, more)}
	if "grid_thw" in sig:
		make |= {n: patches for n in ("hidden_states", "pixel_values")}
	main = getattr(model, "main_input_name", "input_ids")
	need = {n for n, p in sig.items() if p.default is inspect._empty and p.kind == p.POSITIONAL_OR_KEYWORD}
	base = {"use_cache": False} if "use_cache" in sig else {}
	least = {n: make[n] for n in sig if n in make and (n == main or n in need or n == "decoder_input_ids")}
	if "past_values" in sig:
		yield base | {n: make[n] for n in sig if n in make and re.search("past|future", n)}
	if "object_queries" in sig:
		yield base | {"inputs_embeds": make["inputs_embeds"], "attention_mask": None, "object_queries": rand(1, TOKENS, hidden)}
	if "feature_lens" in sig:                               # sound without a batch
		n = 8 * TOKENS                                  # less than a window has
		yield base | {"input_features": rand(mel, n), "feature_lens": torch.tensor([n])} | (
			{"aftercnn_lens": torch.tensor([n // 2])} if "aftercnn_lens" in sig else {})
	merge = key("spatial_merge_size")
	if merge and {"image_grid_thw", "pixel_values"} <= set(sig) and "input_ids" not in sig:
		yield base | {"pixel_values": rand(4, patch * merge, patch * merge, channels), "image_grid_thw": torch.tensor([[1, 2, 2]])}
	yield base | (least or {n: make[n] for n in ("input_ids", "pixel_values", "input_features") if n in sig})
	if "inputs_embeds" in sig:
		yield base | {"inputs_embeds": make["inputs_embeds"]} | {n: make[n] for n in ("encoder_hidden_states", "decoder_input_ids") if n in sig}
	if key("n_window") and "input_features" in sig:
		features.append(rand(1, mel, 4 * key("n_window")))
	for f in features if "input_features" in sig else ():
		mask = {"input_features_mask": torch.ones(1, f.shape[-1], dtype=torch.long)} if "input_features_mask" in sig else {}
		yield base | least | {"input_features": f} | mask
	for n in "bbox", "encoder_hidden_states", "pixel_values":
		if n in sig:
			yield base | least | {n: make[n]}
	if "pixel_values" in sig:                               # of videos
		yield base | least | {"pixel_values": make["pixel_values_videos"]}
	if "image_attention_mask" in sig:
		yield base | least | {"pixel_values": rand(1, 1, channels, *size), "image_attention_mask": torch.ones(1, TOKENS, 1, dtype=torch.long)}
	codes = key("num_codebooks", "num_quantizers")
	if codes and "input_ids" in sig:
		yield base | {"input_ids": ids(1, TOKENS, codes)}
		yield base | {"input_ids": ids(1, codes, TOKENS)}
	if "encoder_outputs" in sig:
		yield base | {n: make[n] for n in ("input_ids", "decoder_input_ids") if n in sig} | {"encoder_outputs": tf.modeling_outputs.BaseModelOutput(make["hidden_states"])}


def run(model, errors, ear):
	for kwargs in inputs_for(model):
		try:
			ear.stack.clear()
			model(**kwargs)
			return True
		except Exception as e:
			errors.append(f"{type(model).__name__}: {type(e).__name__}: {e!s:.150}")
			if os.environ.get("SWEEP_DEBUG"):
				traceback.print_exc()
	return False


def looks(module):
	"""It looks like attention by its class."""
	return re.search(r"attention|attn", type(module).__name__, re.I) and \
	    sum(isinstance(c, (torch.nn.Linear, tf.pytorch_utils.Conv1D)) for c in module.children()) >= 2


def call_alone(module, errors, name):
	"""Runs one module of attention by itself."""
	lin = next(c for c in module.children() if isinstance(c, (torch.nn.Linear, tf.pytorch_utils.Conv1D)))
	d = lin.in_features if isinstance(lin, torch.nn.Linear) else lin.weight.shape[0]
	x = torch.randn(1, TOKENS, d, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
	sig = inspect.signature(module.forward).parameters
	head = getattr(module, "head_dim", None) or getattr(module, "attention_head_size", None) or 16
	args, positions = {}, []
	for n, p in sig.items():
		if n in ("hidden_states", "x", "query", "hidden_state", "input", "inputs", "query_states", "queries"):
			args[n] = x
		elif "position_emb" in n and "relative" not in n:
			args[n] = (torch.ones(1, TOKENS, int(head)), torch.zeros(1, TOKENS, int(head)))
			positions.append(n)
		elif p.default is not inspect._empty or p.kind not in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY):
			continue
		elif "mask" in n:
			args[n] = None
		else:
			args[n] = x if re.search("states|key|value", n) else None
	for p in [{}, dict.fromkeys(positions)] if positions else [{}]:         # cosines and sines, or what is added
		try:
			module(**args | p)
			return True
		except Exception as e:
			errors.append(f"{name}: {type(e).__name__}: {e!s:.100}")
	return False


def settle(model):
	"""What a shrunk configuration leaves at its default: the sections of multimodal rotary positions."""
	for m in model.modules():
		if isinstance(getattr(m, "mrope_section", None), (list, tuple)) and isinstance(getattr(m, "inv_freq", None), torch.Tensor):
			n = m.inv_freq.numel()
			m.mrope_section = [n - 2 * (n // 3), n // 3, n // 3]


def probe(model):
	"""[(module's name, call, q, k, v, o)] of all attention that could be run; what failed; names of what was not run."""
	model = model.double()
	latent = {v for c in sections(model.config) for k, v in c.to_dict().items() if "lora_rank" in k and isinstance(v, int)}
	torch.set_default_dtype(torch.float64)
	torch.backends.mha.set_fastpath_enabled(False)
	settle(model)
	errors, watch, ear = [], Watch(), None
	ear = Ear(model, latent)
	watch.ear = ear
	names = {n: m for n, m in model.named_modules()}
	subs = [m for n, m in names.items() if isinstance(m, tf.PreTrainedModel)]

	def everything(first):
		done = set()
		for m in subs:
			inside = set(m.modules())
			if m is not model and inside & set(ear.attend if first else [f["module"] for f in ear.found]):
				continue
			run(m, errors if first else [], ear)
		for n, m in names.items():
			if looks(m):
				inside = set(m.modules())
				if not inside & set(ear.attend if first else [f["module"] for f in ear.found]):
					ear.stack.clear()
					call_alone(m, errors if first else [], n)
	with watch:
		everything(True)
		ear.probing = True
		everything(False)
	ear.close()
	found = [dict(f, name=ear.name[f["module"]], normed=f["module"] in ear.normed) for f in ear.found]
	got = {f["name"] for f in found}
	missed = {n: ear.failed.get(n, "not run") for n, m in names.items() if looks(m) and not any(g == n or g.startswith(n + ".") or n.startswith(g + ".") for g in got)}
	missed |= {n: w for n, w in ear.failed.items() if n not in got and (looks(names[n]) or not w.endswith("no product of q and k"))}
	return found, missed, errors


# ---------------------------------------------------------------- what hg-extract says of it

def extract(hg, path, *options):
	p = subprocess.run([hg, "-p", *options, path], capture_output=True, text=True, timeout=60)
	rows = list(csv.DictReader(io.StringIO(p.stdout))) if p.returncode == 0 else []
	return p.returncode, rows, [l.replace(path, "DIR") for l in p.stderr.splitlines()]


def groups_of(rows):
	out = collections.OrderedDict()
	for r in rows:
		out.setdefault((r.get("stack") or "", int(r["layer"])), []).append(r)
	return out


def numbers(a, b):
	"""Spectrum, traces and norms of a'b, a and b (d, n): of M = W_K' W_Q, or of (W_O')' W_V."""
	m = b.T @ a
	s = np.linalg.svd(m, compute_uv=False)
	return s, np.trace(m), np.trace(m @ m), np.linalg.norm(a), np.linalg.norm(b)


def same(rows, a, b, fro):
	"""The rows are those of the heads' matrices, in their order: "", or what differs."""
	if len(rows) != len(a):
		return f"{len(rows)} heads, not {len(a)}"
	for h, r in enumerate(rows):
		if int(r["head"]) != h:
			return f"head {r['head']} at {h}"
		s, t1, t2, fa, fb = numbers(a[h], b[h])
		got = np.array([float(r[c]) for c in r if re.fullmatch(r"s\d+", c) and r[c]])
		n = min(len(got), len(s))
		bound = fa * fb
		if abs(got[:n] - s[:n]).max() > TOL * s[0] or (len(s) > n and s[n] > TOL * s[0]):
			return f"head {h}: s1 {got[0]:.6g}, not {s[0]:.6g}"
		for c, w, size in (("tr1", t1, bound), ("tr2", t2, bound ** 2), (fro[0], fa, fa), (fro[1], fb, fb)):
			if abs(float(r[c]) - w) > TOL * size:
				return f"head {h}: {c} {r[c]}, not {w:.6g}"
	return ""


def layer_of(f):
	return {int(n) for n in re.findall(r"(?<![A-Za-z0-9_])(\d+)(?![A-Za-z0-9_])", f["name"])}


def compare(rows, found, ov=None):
	"""Which of the modules each group of rows is; what fits none; what no group is.  ov: which they are by q and k."""
	wrong, used = [], {}
	for key, rs in groups_of(rows).items():
		best = ""
		for i, f in enumerate(found):
			if ov is not None and key in ov.values() and ov.get(i) != key:
				continue
			if i in used and key[1] in layer_of(f):
				continue
			shared = f["shared"]
			if key[1] not in layer_of(f) and not (shared and f["call"] == key[1]):
				continue
			a, b = f["q"], f["k"]
			if ov is not None:
				if not isinstance(f.get("v"), np.ndarray) or not isinstance(f.get("o"), np.ndarray):
					best = best or "not probed"
					continue
				a, b = f["v"], f["o"].transpose(0, 2, 1)
			d = same(rs, a, b, ("v_fro", "o_fro") if ov is not None else ("q_fro", "k_fro"))
			if d and ov is None:                # some multiply q by the scale before the product
				root = a.shape[1] ** 0.25
				for x, y in (root ** 2, 1), (1, root ** 2), (root, root), (root ** 2 * 3 ** 0.5, 1):
					if not same(rs, a * x, b * y, ("q_fro", "k_fro")):
						d, f["by"] = "", 1 / (x * y)
				r = float(rs[0]["s1"]) / numbers(a[0], b[0])[0][0]
				for x, y in (r ** 0.5, r ** 0.5), (r, 1), (1, r):       # YaRN, or a number of the configuration
					if d and r > 0 and not same(rs, a * x, b * y, ("q_fro", "k_fro")):
						d, f["by"] = "", 1 / r
			if not d:
				used[i] = key
				break
			best = d
		else:
			wrong.append((key, best or "no attention of this layer"))
	return wrong, used


def scales(rows, found, used):
	"""What --scale says of the layers that were met, against what the softmax gets of q'k: where it differs."""
	by_key = {key: found[i] for i, key in used.items()}
	wrong = []
	for key, rs in groups_of(rows).items():
		f = by_key.get(key)
		if f is None or f.get("slope") is None:
			continue
		want = np.broadcast_to(f["slope"], len(rs)) * f.get("by", 1)
		got = np.array([float(r["logit_scale"]) for r in rs])
		if abs(got - want).max() > TOL * abs(want).max():
			wrong.append(f"{key}: {got[0]:.6g}, not {want[0]:.6g}")
	return wrong


def generalise(name):
	return re.sub(r"(?<![A-Za-z0-9_])\d+(?![A-Za-z0-9_])", "{}", name)


def files_names(model, path):
	"""What the tensors of a module are called in the file, which may have other names than the modules: by their
	first numbers."""
	first = {}
	for f in os.listdir(path):
		if f.endswith(".safetensors"):
			with safe_open(os.path.join(path, f), "pt") as g:
				for n in g.keys():
					first.setdefault(tuple(g.get_tensor(n).flatten()[:4].float().tolist()), n)
	names = collections.defaultdict(set)
	for n, p in model.named_parameters():
		if p.ndim >= 2:
			file = first.get(tuple(p.detach().flatten()[:4].float().tolist()))
			if file is not None:
				names[n.rpartition(".")[0]].add(file)
	return names


def told(name, said, names):
	"""A warning names tensors that lie in the module."""
	files = {generalise(f) for n, fs in names.items() if n == name or n.startswith(name + ".") for f in fs}
	words = {w.rstrip(",") for line in said for w in line.split()}
	return any(f.removesuffix(".weight") in words for f in files)


def examine(name, hg, keep):
	"""What hg-extract makes of a type, and whether that is so.  A configuration that its own model cannot run is
	tried again at the next level."""
	for level in range(LEVELS):
		out = examine_at(name, hg, keep, level)
		first = first if level else out
		if out["verdict"] not in ("not built", "not probed"):
			return out
	return first


def examine_at(name, hg, keep, least):
	out = {"type": name}
	t0 = time.time()
	model, level, why = build(name, least)
	if model is None:
		return out | {"verdict": "not built", "why": why[-3:]}
	out |= {"class": type(model).__name__, "level": level, "params": sum(p.numel() for p in model.parameters())}
	where = os.path.join(keep, name.replace("/", "_"))
	shutil.rmtree(where, ignore_errors=True)
	try:
		try:
			model.save_pretrained(where)
		except Exception as e:
			out["save"] = repr(e)[:200]
			from safetensors.torch import save_file
			os.makedirs(where, exist_ok=True)
			model.config.save_pretrained(where)
			save_file({k: v.contiguous().clone() for k, v in model.state_dict().items()}, os.path.join(where, "model.safetensors"))
		code, rows, said = extract(hg, where)
		out |= {"status": code, "said": said, "rows": len(rows)}
		out["t_build"] = time.time() - t0
		attention = [n for n, m in model.named_modules() if looks(m) or isinstance(m, torch.nn.MultiheadAttention)]
		out["attention"] = len(attention)
		if code != 0:
			out["verdict"] = "refused" if code == 1 else "crash"
			if not attention:
				found, missed, errors = probe(model)
				out["attention"] = len(found) + len(missed)
			return out
		names = files_names(model, where)
		found, missed, errors = probe(model)
		count = collections.Counter(f["name"] for f in found)
		for f in found:
			f["shared"] = count[f["name"]] > 1
		out |= {"probed": len(found), "missed": dict(list(missed.items())[:6]), "errors": errors[:4]}
		wrong, used = compare(rows, found)
		out["wrong"] = [f"{k}: {w}" for k, w in wrong[:4]]
		out["nwrong"] = len(wrong)
		bent = [] if any("is no rotation" in line for line in said) else sorted({found[i]["name"] for i in used if found[i]["bent"] > 1e-4})
		left = sorted({f["name"] for i, f in enumerate(found) if i not in used and not (f["shared"] and f["name"] in {found[j]["name"] for j in used})})
		silent = [n for n in left if not told(n, said, names)]
		other = any("no softmax attention" in line for line in said)    # layers without rows are told by their number
		full = {key[1] for key in groups_of(rows)}
		quiet = [n for n in missed if not told(n, said, names) and not (other and not full & layer_of({"name": n}))]
		out |= {"bent": bent[:3], "left": left[:4], "silent": silent[:6], "missed_silent": quiet[:6]}
		unseen = {int(x) for m in missed for x in re.findall(r"\.(\d+)(?=\.)", m)}

		def unprobed(wrong):
			return all(w.startswith("no att") or w == "not probed" or key[1] in unseen for key, w in wrong)
		if wrong and missed and unprobed(wrong):
			out["verdict"] = "not probed"
		elif wrong:
			out["verdict"] = "WRONG"
		elif bent:
			out["verdict"] = "BENT"
		elif any(found[i]["normed"] for i in used) and not any("QK-norm" in line or "qk_" in line for line in said):
			out["verdict"] = "QK-NORM"
		elif silent or quiet:
			out["verdict"] = "SILENT"
		else:
			out["verdict"] = "right, part" if left or missed else "right"
		code, rows, scale_said = extract(hg, where, "--scale")
		if code == 0:
			bad = [] if any("capped" in l for l in said) else scales(rows, found, used)
			out["scale"], out["scale_wrong"] = "WRONG" if bad else "right", bad[:3]
		else:
			out["scale"] = "refused"
		code, rows, said = extract(hg, where, "--circuit", "ov")
		out["ov_said"] = said
		if code == 0:
			wrong, used = compare(rows, found, used)
			out["ov"] = "right" if not wrong else "not probed" if unprobed(wrong) else "WRONG"
			out["ov_wrong"] = [f"{k}: {w}" for k, w in wrong[:3]]
		else:
			out["ov"] = "refused"
		return out
	finally:
		out["time"] = round(time.time() - t0, 1)
		if not os.environ.get("SWEEP_KEEP"):
			shutil.rmtree(where, ignore_errors=True)


# ---------------------------------------------------------------- all of them

def child(name, hg, keep, fd):
	resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
	signal.signal(signal.SIGPROF, signal.SIG_DFL)
	signal.setitimer(signal.ITIMER_PROF, LIMIT)
	signal.alarm(10 * LIMIT)
	if os.environ.get("SWEEP_DEBUG"):
		faulthandler.dump_traceback_later(LIMIT - 60)
	torch.set_num_threads(1)
	if not os.environ.get("SWEEP_DEBUG"):
		null = os.open(os.devnull, os.O_WRONLY)
		os.dup2(null, 1)
		os.dup2(null, 2)
	try:
		out = examine(name, hg, keep)
	except BaseException as e:
		out = {"type": name, "verdict": "error", "why": traceback.format_exc().splitlines()[-6:]}
	with os.fdopen(fd, "w") as f:
		json.dump(out, f, default=str)
	os._exit(0)


def warm():
	"""What most types need is imported once, before the forks."""
	for m in "t5", "clip", "mixtral":
		importlib.import_module(f"transformers.models.{m}.modeling_{m}")
	torch.set_num_threads(1)
	x = torch.ones(2, requires_grad=True)
	torch.autograd.grad(x * 2, x, torch.eye(2), is_grads_batched=True)


def sweep(names, hg, keep, jobs, put):
	warm()
	running, todo = {}, list(names)
	while todo or running:
		while todo and len(running) < jobs:
			n = todo.pop(0)
			path = os.path.join(keep, n.replace("/", "_") + ".json")
			pid = os.fork()
			if pid == 0:
				child(n, hg, keep, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
			running[pid] = n, path
		pid, status = os.wait()
		n, path = running.pop(pid)
		try:
			with open(path) as f:
				out = json.load(f)
			os.remove(path)
		except (OSError, ValueError):
			late = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGALRM, signal.SIGPROF)
			out = {"type": n, "verdict": "not built", "why": [f"not done in {LIMIT} seconds" if late else f"status {status}"]}
		put(out)


BAD = "WRONG", "SILENT", "BENT", "QK-NORM", "crash", "error"


def verdict(d):
	v = d["verdict"]
	if v == "not built" and d["why"][-1:] == ["no model has this configuration"]:
		return "no model"
	if v == "refused" and not d.get("attention"):
		return "no attention"
	if v in ("right", "right, part") and "WRONG" in (d.get("ov"), d.get("scale")):
		return "WRONG"
	return v


def line(d):
	"""A row of the table."""
	v = verdict(d)
	why = {"not built": d.get("why", [])[-1:], "WRONG": d.get("wrong") or d.get("scale_wrong") or d.get("ov_wrong"), "SILENT": (d.get("silent") or []) + (d.get("missed_silent") or []),
	       "BENT": d.get("bent"), "error": d.get("why"), "refused": [x for x in d.get("said", [])[-1:]],
	       "not probed": d.get("errors")}.get(v, [])
	return "\t".join([d["type"], d.get("class", "-"), v, d.get("scale", "-"), d.get("ov", "-"), " ".join((why or [""])[0].split())[:160]])


def summary(log):
	c = collections.Counter(map(verdict, log))
	attention = [d for d in log if verdict(d) not in ("no model", "not built", "no attention")]
	print(f"\n{len(log)} model types of transformers {tf.__version__}: {c['no model']} are no models of their own, {c['not built']} could not "
	      f"be built, {c['no attention']} have no attention, {len(attention)} have")
	print(f"of these {c['right']} read right, {c['right, part']} read right with what is left out told, {c['refused']} refused, "
	      f"{c['not probed']} read and not probed, {sum(c[b] for b in BAD)} wrong {dict((b, c[b]) for b in BAD if c[b])}")
	for k in "scale", "ov":
		print(f"--{'scale' if k == 'scale' else 'circuit ov'}: {dict(collections.Counter(d[k] for d in attention if k in d))}")
	return any(c[b] for b in BAD)


def main():
	p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	p.add_argument("-j", type=int, default=2, metavar="N", help="types at a time (2)")
	p.add_argument("-k", metavar="DIR", help="where models are written; with SWEEP_KEEP=1 they stay")
	p.add_argument("-l", metavar="LOG", help="JSON of each type, a line each; types that it has are not run again")
	p.add_argument("hg", metavar="HG_EXTRACT")
	p.add_argument("types", nargs="*", metavar="TYPE")
	a = p.parse_args()
	names = a.types or list(configuration_auto.CONFIG_MAPPING_NAMES)
	keep = a.k or tempfile.mkdtemp()
	os.makedirs(keep, exist_ok=True)
	log = {}
	if a.l and os.path.exists(a.l):
		with open(a.l) as f:
			log = {d["type"]: d for d in map(json.loads, f) if d["type"] in names}
	to = open(a.l, "a") if a.l else None

	def put(out):
		log[out["type"]] = out
		if to:
			print(json.dumps(out), file=to, flush=True)
		print(line(out), flush=True)
	print("type\tclass\tverdict\tscale\tov\twhy")
	for n in names:
		if n in log:
			print(line(log[n]))
	sweep([n for n in names if n not in log], os.path.abspath(a.hg), keep, a.j, put)
	if not a.k:
		shutil.rmtree(keep)
	sys.exit(summary([log[n] for n in names]))


if __name__ == "__main__":
	main()
