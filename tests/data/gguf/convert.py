#!/usr/bin/env python3
"""convert.py: GGUF files that llama.cpp's converter makes of the tiny checkpoints.

    python3 convert.py CONVERTER              (all that are here: a minute)
    python3 convert.py CONVERTER TO [--type TYPE] [--fuse] [--split N] CHECKPOINT...

CONVERTER is the directory of convert_hf_to_gguf.py, as the source distribution of
llama-cpp-python carries it (vendor/llama.cpp; here of 0.3.36); torch 2.13.0, transformers
5.24.0, numpy 2.4.6.  Of each CHECKPOINT, a directory of ../checkpoints, the file TO/NAME.gguf
holds what the converter writes but for a vocabulary, which these models have not, and for
the embeddings where it needs one to cut them.  --fuse stores q, k, v in one tensor, --split
N tensors in a file.  What hg-extract must find in them is what stands in expected.csv, ov.csv and
rotary.csv of the checkpoint.  scaled/llama_N.gguf has the rotary parameters of the N-th text in
column rope of llama/scaling.csv, but for those that GGUF does not hold.
"""
import csv
import json
import os
import sys
from pathlib import Path

args = sys.argv[1:]
sys.path[:0] = [args[0], os.path.join(args[0], "gguf-py")]

import gguf                                                             # noqa: E402
from conversion import ModelBase, ModelType, get_model_architecture, get_model_class   # noqa: E402

TYPES = {t: getattr(gguf.LlamaFileType, n) for t, n in (
    ("f32", "ALL_F32"), ("f16", "MOSTLY_F16"), ("bf16", "MOSTLY_BF16"), ("q8_0", "MOSTLY_Q8_0"))}


# What the converter asks for and transformers 5 does not write, or under another name.  cohere2: of heads
# of 3, d_model / heads, though they have 4.
GIVEN = {
    "gpt2": dict(n_ctx=8), "gpt_neox": dict(rotary_pct=0.5), "cohere2": dict(rotary_pct=4 / 3),
    "t5": dict(decoder_start_token_id=0), "mpt": dict(architectures=["MPTForCausalLM"]),
    "roberta": dict(architectures=["RobertaModel"]), "falcon": dict(num_kv_heads=1),
}


def convert(path, to, kind="f32", fuse=False, split=0, rope=None, end="", whole=False):
	hparams = ModelBase.load_hparams(Path(path), False)
	if rope is not None:
		hparams["rope_parameters"] = rope
	for k, v in GIVEN.get(hparams["model_type"], {}).items():
		if k not in hparams or k == "architectures" or not hparams.get("new_decoder_architecture", True):
			hparams[k] = v
	cls = get_model_class(get_model_architecture(hparams, ModelType.TEXT))
	out = Path(to) / (os.path.basename(os.path.normpath(path)) + end + ".gguf")
	# A class of its own, so that all its methods are the converter's but one.
	own = type(cls.__name__, (cls,), {
		"set_vocab": lambda self: None, "model_arch": cls.model_arch, "no_mtp": True,
		"modify_tensors": lambda self, data, name, bid: [] if not whole and "embed_tokens" in name and "Gemma3" in cls.__name__
		else cls.modify_tensors(self, data, name, bid)})
	model = own(Path(path), TYPES[kind], out, model_name="tiny", hparams=hparams, fuse_qkv=fuse,
	            split_max_tensors=split)
	model.write()
	for f in Path(to).iterdir():
		os.chmod(f, 0o644)
	return out


# What is here: names of checkpoints, by folder and how they are stored.
HERE = {
    "f32": ({}, """bert bloom cohere cohere2 cohere_qknorm deepseek_v2 deepseek_v3 deepseek_v3_noq distilbert falcon_mq
        falcon_new gemma gemma2 gemma3_text glm4 gpt2 gpt_bigcode gpt_neox gpt_oss granite granitemoe internlm2 llama
        llama4 mixtral mpt mt5 nemotron olmo olmo2 olmo3 olmoe phi phi3 qwen2 qwen2_moe qwen3 qwen3_5 qwen3_moe
        qwen3_next smollm3 stablelm starcoder2 t5 xlm_roberta"""),
    "bf16": (dict(kind="bf16"), "mistral"),
    "fused": (dict(fuse=True), "bert llama qwen3"),
    "split": (dict(split=12), "llama_sharded"),
}


def convert_all():
	here = Path(__file__).resolve().parent
	for folder, (how, names) in HERE.items():
		(here / folder).mkdir(exist_ok=True)
		for name in names.split():
			print(convert(here.parent / "checkpoints" / name, here / folder, **how))
	llama = here.parent / "checkpoints" / "llama"
	(here / "scaled").mkdir(exist_ok=True)
	with open(llama / "scaling.csv") as f:
		ropes = [json.loads(text) for text in dict.fromkeys(r["rope"] for r in csv.DictReader(f))]
	for i, rope in enumerate(ropes):
		if "truncate" not in rope:
			print(convert(llama, here / "scaled", rope=rope, end=f"_{i}"))


def main(to, *rest):
	how, failed = {}, 0
	while rest[0].startswith("--"):
		if rest[0] == "--fuse":
			how["fuse"], rest = True, rest[1:]
		else:
			how[{"--type": "kind"}.get(rest[0], "split")] = rest[1] if rest[0] == "--type" else int(rest[1])
			rest = rest[2:]
	for path in rest:
		try:
			print(convert(path, to, **how))
		except (Exception, SystemExit) as e:                      # a family that it does not know
			print(f"{path}: {type(e).__name__}: {e}", file=sys.stderr)
			failed = 1
	sys.exit(failed)


if __name__ == "__main__":
	if len(args) > 1:
		main(*args[1:])
	else:
		convert_all()
