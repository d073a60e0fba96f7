#!/usr/bin/env python3
"""spectra.py PATH...: what hg-extract finds in each checkpoint is what its
expected.csv and ov.csv say, for both metrics, folded and not, and rotary.csv, frequency.csv and directionality.csv if they are
there.  Lines for each.

Of a file X.gguf it is the expected.csv of the checkpoint X, which it was made from
by a program that rounds the 1 + w of some norms, and leaves out Gemma's scale; of scaled/X_N.gguf the
scaling.csv of X."""
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile

TOL = 1e-12                             # relative; traces and copying, which cancel: to their bounds
STEEP = 200                             # beyond that a spectrum is known to eps of its s1 (no expected.csv has one)
KEY = "stack", "layer", "head"
ROUNDED = re.compile(r"(gemma.*|nemotron|qwen3_next|qwen3_5)\.gguf")
BEHIND = re.compile(r"behind W_O|what heads give is divided|is multiplied by \S+ \((?!attention_in_multiplier)")
UNSCALED = re.compile(r"gemma.*\.gguf")
UNTURNED = "nemotron.gguf", "gemma3_text.gguf", "llama4.gguf", "smollm3.gguf", "cohere2.gguf"  # heads of d_model / heads, which
                                        # the first has not; not known of the others, whose layers differ


def extract(path, *options):
	p = subprocess.run(["hg-extract", "-p", *options, path], capture_output=True, text=True)
	if p.returncode:
		return {}, p.stderr
	return {tuple(r.get(k, "") for k in KEY): r for r in csv.DictReader(io.StringIO(p.stdout))}, p.stderr


def number(text):
	return float(text) if text else 0.0


def differ(got, want, scale):
	"""The worst of a row, and where."""
	worst = 0.0, ""
	bound = float(want.get("q_fro") or want["v_fro"]) * float(want.get("k_fro") or want["o_fro"])
	for c in want:
		x, y = got.get(c), want[c]
		if c == "logit_scale_model":
			x = scale[c[:11]]
		if c in KEY or c in ("copying_qk", "behind"):
			continue
		if c in ("metric", "fold", "kv_head"):
			d = float(x != y)
		else:
			size = {"tr1": bound, "tr2": bound * bound, "copying": 1}.get(c, abs(number(y)))
			if c in spectrum(want):
				size = max(size, float(want["s1"]) / STEEP)
			d = abs(number(x) - number(y)) / size if size else abs(number(x))
		if not d <= worst[0]:           # NaN is the worst
			worst = d, c
	return worst


def spectrum(row):
	return [c for c in row if c[0] == "s" and c[1:].isdigit()]


def expected(path, name):
	if not path.endswith(".gguf"):
		return os.path.join(path, name)
	of = re.sub(r"(-\d{5}-of-\d{5})?\.gguf$", "", os.path.basename(path))
	return os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "checkpoints", of, name)


def rows_of(path, f):
	"""The rows of a file; of a model with a tower GGUF has the text alone, and no name for it."""
	for r in csv.DictReader(f):
		if not path.endswith(".gguf") or r.get("stack") not in ("text", "vision"):
			yield r
		elif r.pop("stack") == "text":
			yield r


def wanted(path, name):
	"""The rows of a file, by metric and fold, then head."""
	want = {}
	with open(expected(path, name)) as f:
		for r in rows_of(path, f):
			want.setdefault((r["metric"], r["fold"]), {})[tuple(r.get(k) or "" for k in KEY)] = r
	if want.keys() != {(m, f) for m in ("full", "core") for f in "01"}:
		raise ValueError(f"not all of full and core, folded and not, in {name}")
	return want


def check_ov(path):
	worst = 0.0, ""
	if not os.path.exists(expected(path, "ov.csv")):
		said = extract(path, "--circuit", "ov")[1]      # a family of which it is not known is refused
		return "--circuit ov: where W_V and W_O lie is not known" in said, said
	for (metric, fold), heads in wanted(path, "ov.csv").items():
		loss = 1e-5 if fold == "1" and ROUNDED.fullmatch(os.path.basename(path)) else TOL
		options = ["--copying", "--metric", metric] + ["--fold-norm"] * int(fold)
		got, said = extract(path, "--circuit", "ov", *options)
		qk, _ = extract(path, *options)
		if got.keys() != heads.keys() or qk.keys() != heads.keys():
			return False, f"{len(got)} heads, not {len(heads)}: {said}"
		behind = {r["behind"] for r in heads.values()}
		if ("1" in behind) != bool(BEHIND.search(said)):
			return False, f"what stands behind W_O, and what is said of it: {said}"
		for k in heads:
			if spectrum(got[k]) != spectrum(heads[k]):
				return False, f"columns {spectrum(got[k])}, not {spectrum(heads[k])}"
			one = max(differ(got[k], heads[k], None),
			          (abs(float(qk[k]["copying"]) - float(heads[k]["copying_qk"])), "copying of qk"))
			if not one[0] * (TOL / loss) <= worst[0]:
				worst = one[0] * (TOL / loss), one[1]
	return worst[0] <= TOL, f"{worst[1]} differs by {worst[0]:.2g}"


def check_rotary(path, name="rotary.csv", rope=None, tol=TOL, by="distance"):
	with open(expected(path, name) if rope is None else os.path.join(rope["of"], name)) as f:
		want = [r for r in rows_of(path, f) if rope is None or r["rope"] == rope["text"]]
	worst = 0.0, ""
	how = ["--rotary", ",".join(sorted({r[by] for r in want}))] if by == "distance" else ["--by-frequency"]
	for metric in "full", "core":
		p = subprocess.run(["hg-extract", "-p", *how, "--copying", "--metric", metric, path],
		                   capture_output=True, text=True)
		got = {tuple(r.get(k, "") for k in (*KEY, by)): r for r in csv.DictReader(io.StringIO(p.stdout))}
		heads = {tuple(r.get(k, "") for k in (*KEY, by)): r for r in want if r.pop("rope", 1) and r["metric"] == metric}
		if rope:
			got = {k: r for k, r in got.items() if k in heads}
		if got.keys() != heads.keys() or not heads:
			return False, f"{len(got)} rows, not {len(heads)}: {p.stderr}"
		for k in heads:
			one = differ(got[k], heads[k], None)
			if not one[0] <= worst[0]:
				worst = one
	return worst[0] <= tol, f"{worst[1]} differs by {worst[0]:.2g}"


def check_frequency(path):
	return check_rotary(path, "frequency.csv", by="pair")


def check_directionality(path):
	with open(expected(path, "directionality.csv")) as f:
		want = list(csv.DictReader(f))
	worst = 0.0, ""
	for fold, distance in {(r["fold"], r["distance"]) for r in want}:
		options = ["--fold-norm"] * int(fold) + (["--rotary", distance] if distance else [])
		got, said = extract(path, "--directionality", *options)
		heads = {tuple(r[k] for k in KEY): r for r in want if (r["fold"], r["distance"]) == (fold, distance)}
		if got.keys() != heads.keys():
			return False, f"{len(got)} heads, not {len(heads)}: {said}"
		for k in heads:
			d = abs(float(got[k]["directionality"]) - float(heads[k]["directionality"]))
			if not d <= worst[0]:
				worst = d, f"{options} of head {k}"
	return worst[0] <= TOL, f"{worst[1]} differs by {worst[0]:.2g}"


def check_scaled(path):
	"""scaled/X_N.gguf: of X with the N-th rotary parameters of its scaling.csv; llama3's are a tensor in float32."""
	name, n = os.path.basename(path)[:-5].rsplit("_", 1)
	of = os.path.dirname(expected(f"{name}.gguf", "scaling.csv"))
	with open(os.path.join(of, "scaling.csv")) as f:
		text = list(dict.fromkeys(r["rope"] for r in csv.DictReader(f)))[int(n)]
	return check_rotary(path, "scaling.csv", {"of": of, "text": text}, 2e-7 if "llama3" in text else TOL)


def check_scaling(path):
	"""Rotary parameters as column rope has them, and as older files do."""
	with open(os.path.join(path, "scaling.csv")) as f:
		texts = dict.fromkeys(r["rope"] for r in csv.DictReader(f))
	for text in texts:
		rope = json.loads(text)
		old = {"rope_theta": rope["rope_theta"], "rope_parameters": None,
		       "rope_scaling": {k.replace("rope_type", "type"): v for k, v in rope.items() if k != "rope_theta"}}
		for keys in {"rope_parameters": rope}, old:
			with tempfile.TemporaryDirectory() as temp:
				with open(os.path.join(path, "config.json")) as f:
					config = json.load(f) | keys | {"max_position_embeddings": 1000}
				with open(os.path.join(temp, "config.json"), "w") as f:
					json.dump(config, f)
				os.symlink(os.path.abspath(os.path.join(path, "model.safetensors")), os.path.join(temp, "model.safetensors"))
				good, what = check_rotary(temp, "scaling.csv", {"of": path, "text": text})
			if not good:
				return False, f"{keys}: {what}"
	return True, ""


def check(path):
	worst = 0.0, ""
	base = os.path.basename(path)
	want = wanted(path, "expected.csv")
	for (metric, fold), heads in want.items():
		loss = 1e-5 if fold == "1" and ROUNDED.fullmatch(base) else TOL
		options = ["--metric", metric] + ["--fold-norm"] * int(fold)
		got, said = extract(path, *options)
		scaled, _ = extract(path, *options, "--scale")
		if got.keys() != heads.keys() or scaled.keys() != heads.keys():
			return False, f"{len(got)} heads, not {len(heads)}: {said}"
		for k in heads:
			if spectrum(got[k]) != spectrum(heads[k]):
				return False, f"columns {spectrum(got[k])}, not {spectrum(heads[k])}"
			if UNSCALED.fullmatch(base):
				heads[k].pop("logit_scale_model", None)
			one = differ(got[k], heads[k], scaled[k])
			if not one[0] * (TOL / loss) <= worst[0]:
				worst = one[0] * (TOL / loss), one[1]
			c = float(scaled[k]["logit_scale"])
			for col, by in ("s1", c), ("tr1", c), ("tr2", c * c), ("q_fro", c ** 0.5), ("k_fro", c ** 0.5):
				if abs(float(scaled[k][col]) - by * float(got[k][col])) > 1e-14 * abs(float(scaled[k][col])):
					return False, f"--scale: {col} of head {k}"
	return worst[0] <= TOL, f"{worst[1]} differs by {worst[0]:.2g}"


LOOKS = ((check, "", "expected.csv"), (check_ov, " of W_O W_V", "ov.csv"), (check_rotary, " at distances", "rotary.csv"),
         (check_frequency, " by frequency", "frequency.csv"), (check_directionality, " and which way they point", "directionality.csv"),
         (check_scaling, " under scalings of positions", "scaling.csv"))
SCALED = ((check_scaled, " under a scaling of positions", ""),)

for path in sys.argv[1:]:
	name = os.path.basename(os.path.normpath(path))
	for look, of, file in SCALED if os.path.basename(os.path.dirname(path)) == "scaled" else LOOKS:
		is_there = not file or os.path.exists(expected(path, file))
		if not is_there and (look not in (check, check_ov) or path.endswith(".gguf")):
			continue                # config.json of a family without ov.csv is refused
		if path.endswith(".gguf") and (look in (check_scaling, check_directionality) or look in (check_rotary, check_frequency) and name in UNTURNED):
			continue
		good, what = look(path)
		print(f"ok - {name}: its spectra{of}" if good else f"not ok - {name}{of}: {what}", flush=True)
