#!/usr/bin/env python3
"""Tiny checkpoints of every family of models, and what hg-extract must find in them.

    python3 make_checkpoints.py [FAMILY...]     (all of them: a minute)

Written with transformers 5.24.0, torch 2.13.0, numpy 2.4.6, mpmath 1.3.0 and, for
llama_fp8, compressed-tensors 0.20.0.  Each
FAMILY becomes a directory beside this file:

    config.json, model.safetensors     random weights, by the family's own save_pretrained;
                                       internlm2, gemma3n, bert_old: names changed by hand;
                                       _fp8: weights made FP8 by hand
    expected.csv                       the spectra of its heads
    ov.csv                             the same of W_O W_V, and where eigenvalues point

expected.csv does not restate where a layout puts q and k.  The files are read back by
the family's own from_pretrained in float64, the whole model runs once, and every
attention module is given the unit vectors as its batch of hidden states, so that what
it multiplies, query by key, is the columns of W_Q and W_K of every head.  In detail:

- Float64 throughout: casts to float32 inside the model are turned into float64.
- The last product of 4-d (or batched 3-d) tensors before the softmax is q.k.  Head h's
  key is the one that the implementation pairs with its query; kv_head counts the
  distinct keys.  Rows of linear attention do not exist: no softmax is met there.
- The token looked at has position 0, where every rotary embedding is the identity.
- Biases of the attention module are set to 0; norms of q and k are made the identity;
  the inner norms of MLA keep their weight and lose their statistic; softcaps are off.
- logit_scale_model is the slope of what enters the softmax against q.k when the factors
  that the model keeps are 1: some scale q before the product, some q.k after it, and
  YaRN (gpt_oss) scales the cosines, so that both q and k carry its factor.
- fold = 1: the norm that precedes is the one whose output the module was handed,
  whichever that is (in post-norm models the one of the block before, for the keys of
  cross-attention the encoder's last).  Its linear part N is probed as well: the norm of
  a large multiple of a unit vector, times the statistic of that vector, minus the norm
  of 0; it is centred if it maps (1, .., 1) to what it maps 0 to.  The module is then
  given N e_i in place of e_i, and W N, in 40 digits, must be what it makes of them; for
  a key taken from another layer (gemma3n) N is the one of that layer.  With no norm
  before (olmo2) N = I.
- Of multimodal models each part is a stack of its own, and layers are numbered in it.
- Of local attention in blocks (longformer, led, longt5) the product is that of the first block, where the token's own
  key stands as far in as the block before it is wide.
- Unfolded weights must be numbers of the file, bit for bit (but those of MLA, which
  are products), or the script stops.

- The product behind the softmax is that with v, and so the columns of W_V are met in the runs that
  give those of W_Q and W_K.  In one run more the product is replaced by unit vectors, and
  what the first linear map behind it makes of them are the columns of W_O; gates between the two
  are 1, and a norm of v (gemma3n) is the identity.  fold = 1 concerns W_V alone.  behind is 0 if
  what this map makes is what is added to the residual stream, 1 if a norm or a factor stands between.

From W_Q and W_K of a head, in 40 digits: s of `full` by the QR of both transposes and
the SVD of R_K R_Q', s of `core` by the SVD of S = W_K W_Q', tr1 = tr S, tr2 = tr S^2.  In ov.csv
W_V stands for W_Q and W_O' for W_K; copying is sum Re / sum |.| over the eigenvalues of S, and
copying_qk that of the row's S in expected.csv.
The random weights are drawn anew (next seed) until no spectrum has a condition number
above COND, so that 1e-12 relative can be asked of double arithmetic.
"""
import csv
import inspect
import json
import os
import re
import shutil
import sys

import mpmath
import numpy as np
import torch
import transformers as tf
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch.overrides import TorchFunctionMode
from transformers.integrations import finegrained_fp8

HERE = os.path.dirname(os.path.abspath(__file__))
COND = 200.0
BIG = 2.0 ** 40          # no eps of a norm is seen beside its square
SCALES = ("scaling", "scale", "inv_norm_factor", "key_multiplier")
PRODUCTS = "matmul", "__matmul__", "bmm"
BLOCKED = "bcxd,bcyd->bcxy", "bcwd,bcdh->bcwh", "...qhd,...khd->...hqk", "...hqk,...khd->...qhd"
SUMS = "add", "__add__", "__radd__", "add_", "__iadd__"
FAMILIES = {}

mpmath.mp.dps = 40
tf.logging.set_verbosity_error()
tf.logging.disable_progress_bar()


def family(stacks=None, qk_norm=(), inner_norm=(), shard=None, dtype=torch.float32, product=False, part="",
           rewrite=None, prepare=None, prescale=1.0, towers=None, packed=()):
    """Registers what makes a model.  stacks: {stack: pattern of the names of its attention
    modules, group 1 the layer, or, with group 2, twice that and group 2}; qk_norm, inner_norm:
    names of submodules of these; shard: bytes of a file; product: W is a product of tensors of
    the file; part: the submodule to run; rewrite: turns the files into those of a family that transformers does
    not have; prepare: changes the model before it is saved; prescale: a power of 2 that q is multiplied by ahead of the
    product, or one for each of some stacks; towers: {submodule: its input} of what is run besides; packed: the stacks whose modules have
    all images in one sequence, and no batch."""
    def put(make):
        FAMILIES[make.__name__] = dict(
            make=make, stacks=stacks or {"": r"layers\.(\d+)\.self_attn$"},
            qk_norm=qk_norm, inner_norm=inner_norm, shard=shard, dtype=dtype, product=product,
            part=part, rewrite=rewrite, prepare=prepare, prescale=prescale, towers=towers or {}, packed=packed)
        return make
    return put


class Double(TorchFunctionMode):
    """Keeps float64 what the model would make float32, and watches products and softmax."""
    watch = None

    def inside(self, func, args, kwargs):
        space = torch.nn.functional
        seen, space.has_torch_function = space.has_torch_function, lambda tensors: False
        with self:
            out = func(*args, **kwargs)
        space.has_torch_function = seen
        return out

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        if name == "float" and args and isinstance(args[0], torch.Tensor):
            return args[0].double()
        if name in ("tensor", "full") and isinstance(kwargs.get("fill_value", args[-1] if args else None), float):
            kwargs.setdefault("dtype", torch.float64)
        if name == "arange" and kwargs.get("dtype") is torch.float32:
            kwargs["dtype"] = torch.float64
        if name in ("to", "type", "softmax", "layer_norm", "rms_norm"):
            args = tuple(torch.float64 if a is torch.float32 else a for a in args)
            if kwargs.get("dtype") is torch.float32:
                kwargs["dtype"] = torch.float64
        if name == "multi_head_attention_forward":       # all of torch's own, in steps that are seen
            return self.inside(func, args, kwargs | dict(need_weights=True))
        out = func(*args, **kwargs)
        if self.watch is not None:
            out = self.watch(name, args, kwargs, out)
        return out


class Probe:
    """What one attention module multiplies and what it gives to its softmax.  packed: its tokens are the batch."""

    def __init__(self, packed=False):
        self.packed, self.wide = packed, None
        self.product = self.q = self.k = self.logit = self.v = None

    def block(self, eq, a, b):
        """A product in blocks of tokens, whose keys are those of the block before, of this and of the one behind."""
        if eq == "bcxd,bcyd->bcxy" and a.shape[-1] > 1:                 # longformer, its mask aside
            self.product, self.wide = (a[:, 0], b[:, 0].transpose(1, 2)), a.shape[2] // 2
        elif eq == "...qhd,...khd->...hqk":                             # longt5
            self.wide = a.shape[2]
            self.product = a[:, 0].transpose(1, 2), b[:, 0, self.wide:].permute(0, 2, 3, 1)
        elif eq == "bcwd,bcdh->bcwh":
            self.v = b[:, 0, self.wide:]
        elif eq == "...hqk,...khd->...qhd":
            self.v = b[:, 0, self.wide:].transpose(1, 2)

    def own(self, logit):
        """Of the logits of such a product those of the first block, from the token's own on."""
        logit = logit[:, 0] if logit.dim() == 5 else logit.transpose(1, 2)
        return logit[..., self.wide:]

    def __call__(self, name, args, kwargs, out):
        if name == "einsum" and args[0] in BLOCKED:
            self.block(args[0], *(args[1] if isinstance(args[1], tuple) else args[1:]))
        elif name in PRODUCTS:
            self.product = args[0], args[1]
            if self.logit is not None and self.v is None:
                self.v = args[1]
        elif name == "baddbmm":
            self.product = (list(args[1:3]) + [kwargs[b] for b in ("batch1", "batch2") if b in kwargs])
        elif name == "einsum" and args[0] == "ibnd,jbnd->bnij" and self.product is None:
            self.product = args[1].permute(1, 2, 0, 3), args[2].permute(1, 2, 3, 0)
        elif name == "einsum" and args[0] == "bnij,jbnd->ibnd" and self.v is None:
            self.v = args[2].permute(1, 2, 0, 3)
        elif name == "softmax" and self.product is not None and self.logit is None:
            self.q, self.k = self.product
            self.logit = args[0] if self.wide is None else self.own(args[0])
        return out

    def heads(self, batch):
        """q, k (batch, heads, d_head) of the first token, logit (batch, heads)."""
        if self.packed:
            q, k, logit = (x.reshape(-1, *x.shape[-2:]) for x in (self.q, self.k, self.logit))
            return q.transpose(0, 1).numpy(), k.permute(2, 0, 1).numpy(), logit.diagonal(dim1=1, dim2=2).T.numpy()
        q = self.q.reshape(batch, -1, *self.q.shape[-2:])[:, :, 0, :]
        k = self.k.reshape(batch, -1, *self.k.shape[-2:])[:, :, :, 0]
        logit = self.logit.reshape(batch, -1, *self.logit.shape[-2:])[:, :, 0, :]
        if logit.shape[-1] > self.k.shape[-1]:           # a sink: the softmax knows only differences
            logit = logit - logit[..., -1:]
        return q.numpy(), np.broadcast_to(k.numpy(), q.shape), logit[..., 0].numpy()

    def values(self, batch):
        """v (batch, heads or value heads, d_v) of the first token."""
        if self.packed:
            return self.v.reshape(-1, *self.v.shape[-2:]).transpose(0, 1).numpy()
        return self.v.reshape(batch, -1, *self.v.shape[-2:])[:, :, 0, :].numpy()


class Behind:
    """Gives unit vectors for what the softmax weighs, and watches what the first linear map behind
    makes of them: of the row b of the batch the b-th of all components, of the last nothing."""

    def __init__(self, batch, packed=False):
        self.batch, self.packed, self.softmax, self.added = batch, packed, False, False
        self.heads = self.size = self.out = self.handed = None

    def hand(self, out, shape):
        """What the module gives on in place of out, of another shape, to be known where it is added."""
        if not torch.equal(out.reshape(-1), self.out.reshape(-1)):
            return torch.zeros(shape)
        self.handed = torch.rand(shape)
        return self.handed

    def __call__(self, name, args, kwargs, out):
        if name == "softmax":
            self.softmax = True
        elif name == "einsum" and args[0] == "bnij,jbnd->ibnd":
            self.heads, self.size = out.shape[2:]
            out = torch.zeros(1, self.batch, self.heads * self.size, dtype=torch.float64)
            out[0, :out.shape[2]] = torch.eye(out.shape[2])
            out = out.reshape(1, self.batch, self.heads, self.size)
        elif name == "einsum" and args[0] in BLOCKED and self.softmax and self.heads is None:
            shape, last = out.shape, args[0][0] == "."                  # heads are the last but one, or lie in the first
            self.size = shape[-1]
            self.heads = shape[-2] if last else shape[0] // self.batch
            out = torch.zeros(self.batch, *([1, 1, self.heads] if last else [self.heads, 1, 1]), self.size, dtype=torch.float64)
            for k in range(self.heads * self.size):
                out.view(self.batch, self.heads, self.size)[k, k // self.size, k % self.size] = 1
            out = out.expand(self.batch, *(shape[1:3] if last else [self.heads]), *([self.heads] if last else shape[1:3]),
                             self.size).reshape(shape).contiguous()
        elif name in PRODUCTS and self.softmax and self.heads is None:
            shape, self.size = out.shape, out.shape[-1]
            batch = 1 if self.packed else self.batch
            out = torch.zeros(batch, out.numel() // batch // shape[-2] // self.size, *shape[-2:], dtype=torch.float64)
            self.heads = out.shape[1]
            for k in range(self.heads * self.size):
                if self.packed:
                    out[0, k // self.size, k, k % self.size] = 1
                else:
                    out[k, k // self.size, :, k % self.size] = 1
            out = out.reshape(shape)
        elif name in ("sigmoid", "softplus") and self.heads is not None and self.out is None:
            out = torch.ones_like(out)
        elif self.heads is not None and self.out is None and (
                name == "linear" and args[0].shape[-1] == self.heads * self.size or name in ("addmm", "einsum")
                or name in PRODUCTS and args[1].dim() == 2):
            self.out = out
        elif self.out is not None and name in SUMS:
            z = (self.out if self.handed is None else self.handed).reshape(-1)
            self.added |= any(isinstance(a, torch.Tensor) and torch.equal(a.reshape(-1), z) for a in args)
        return out

    def columns(self):
        """W_O' of each head: heads, d_v, d_model."""
        n = self.heads * self.size
        out = self.out.reshape(self.batch, -1, self.out.shape[-1])[:, 0, :]
        return (out[:n] - out[-1]).reshape(self.heads, self.size, -1).numpy()


def snap(x):
    """x, computed with rounding, to the float32 w or 1 + w that it stands for."""
    for y in (np.float32(x).astype(float), 1 + np.float32(x - 1).astype(float)):
        if np.abs(y - x).max() < 1e-13:
            return y
    raise ValueError("norm weight is neither w nor 1 + w")


class Norm:
    """The linear part N = diag(gamma) (I - centred 11'/d) of norm(x) = N x / statistic + beta."""

    def __init__(self, norm, d):
        eye = torch.eye(d, dtype=torch.float64)
        zero = norm(torch.zeros(1, d, dtype=torch.float64))
        out = (norm(BIG * eye) - zero).numpy().T
        ones = (norm(BIG * torch.ones(1, d, dtype=torch.float64)) - zero).abs().max().item()
        self.centred = ones < 1e-3
        stat = np.sqrt(d - self.centred) / (d if self.centred else np.sqrt(d) * np.sqrt(d))
        self.gamma = snap(np.diag(out) * stat * (d / (d - 1) if self.centred else 1))
        self.n = self.gamma[:, None] * (np.eye(d) - self.centred / d)
        assert np.abs(out * stat - self.n).max() < 1e-12

    def after(self, w):
        """W N in mpmath."""
        w = w * mpmath.diag(self.gamma.tolist())
        if self.centred:
            for i in range(w.rows):
                mean = sum(w[i, :]) / w.cols
                for j in range(w.cols):
                    w[i, j] -= mean
        return w


class Model:
    """A model read back in float64, its attention modules in order and made linear."""

    def __init__(self, path, fam, cls):
        self.fam = fam
        self.model = cls.from_pretrained(path, dtype=torch.float64, attn_implementation="eager",
                                         experts_implementation="eager").eval()
        for p in self.model.parameters():                # xlnet keeps some in float32
            p.data = p.data.double()
        self.attn = []
        for name, mod in self.model.named_modules():
            for stack, pattern in fam["stacks"].items():
                m = re.search(pattern, name)
                if m:
                    layer = int(m.group(1)) if m.lastindex == 1 else 2*int(m.group(1)) + int(m.group(2))
                    self.attn.append((stack, layer, name, mod))
        assert self.attn, [n for n, _ in self.model.named_modules()]
        self.scaling = [(mod, a, v) for mod in self.model.modules() for a, v in vars(mod).items()
                        if a.endswith(SCALES) and isinstance(v, float)]
        spaces = {sys.modules[type(mod).__module__] for *_, mod in self.attn}
        self.roots = [s for s in spaces if hasattr(s, "scaled_size_sqrt")]
        self.unscale(False)
        for *_, mod in self.attn:
            self.quiet(mod)

    def quiet(self, mod):
        for a in ("attn_logit_softcapping", "softcap"):
            if getattr(mod, a, None) is not None:
                setattr(mod, a, None)
        for name, p in mod.named_parameters():
            if re.search(r"bias$|rel_pos", name):
                p.data.zero_()
        for name, sub in mod.named_modules():
            last = name.rsplit(".", 1)[-1]
            if last in self.fam["qk_norm"]:
                sub.forward = lambda x, *a, **k: x
            elif last in self.fam["inner_norm"]:
                sub.forward = (lambda s: lambda x: x * s.weight)(sub)

    def unscale(self, on):
        for mod, a, v in self.scaling:
            setattr(mod, a, 1.0 if on else v)
        for space in self.roots:                         # deberta's scale is no attribute, and float32
            space.scaled_size_sqrt = lambda q, factor: torch.tensor(
                1 if on else q.size(-1) * factor, dtype=torch.float64).sqrt()

    def run(self, inputs, feed, watch, probe=Probe):
        """One forward.  feed(i, side, x): what module i is given in place of its hidden states x
        (side q) or the encoder's (side k).  watch: a list for the norms and their outputs.  probe
        makes what watches a module, until the next begins."""
        hooks, probes, mode = [], [probe() for _ in self.attn], Double()

        n = next(len(x) for x in inputs.values() if isinstance(x, torch.Tensor))
        given = {}

        def packed(i, kwargs):
            """One sequence of n tokens, all at position 0."""
            x = given[i] = kwargs["hidden_states"]
            new = feed(i, "q", torch.zeros(n, x.shape[-1], dtype=torch.float64))
            kwargs["hidden_states"] = new.reshape(*[1] * (x.dim() - 2), *new.shape)
            if kwargs.get("position_embeddings") is not None:
                cos = kwargs["position_embeddings"][0]
                cos = torch.ones(*cos.shape[:-2], n, cos.shape[-1], dtype=torch.float64)
                kwargs["position_embeddings"] = cos, torch.zeros_like(cos)
            if kwargs.get("freqs_ci") is not None:
                kwargs["freqs_ci"] = torch.ones(n, kwargs["freqs_ci"].shape[-1], dtype=torch.complex128)
            if kwargs.get("cu_seqlens") is not None:
                kwargs["cu_seqlens"] = torch.tensor([0, n], dtype=torch.int32)
            if "attention_mask" in kwargs:
                kwargs["attention_mask"] = None
            return kwargs

        def before(i):
            def hook(mod, args, kwargs):
                args = list(args)
                if n > 1 and self.attn[i][0] in self.fam["packed"]:
                    names = list(inspect.signature(mod.forward).parameters)
                    kwargs = packed(i, dict(zip(names, args)) | kwargs)
                    probes[i].packed = True
                    mode.watch = probes[i]
                    return (), kwargs
                if kwargs.get("query") is not None:      # fsmt: places, then the batch
                    first, key = kwargs["query"], kwargs["key"]
                    kwargs["query"] = feed(i, "q", first)
                    kwargs["key"] = kwargs["query"] if key is first else feed(i, "k", key)
                elif args and isinstance(args[0], torch.Tensor):
                    first, fed = args[0], feed(i, "q", args[0])
                    args = [fed if a is first else a for a in args]
                else:
                    kwargs["hidden_states"] = feed(i, "q", kwargs["hidden_states"])
                for a in ("key_value_states", "encoder_hidden_states", "cross_attention_states"):
                    if kwargs.get(a) is not None and self.attn[i][0].endswith("cross"):
                        kwargs[a] = feed(i, "k", kwargs[a])
                mode.watch = probes[i]
                return tuple(args), kwargs
            return hook

        def after(i):
            def hook(mod, args, out):
                if probe is Probe:
                    mode.watch = None
                if i in given:
                    rest = out[1:] if isinstance(out, tuple) else ()
                    one = out[0] if isinstance(out, tuple) else out
                    one = torch.zeros_like(given[i]) if probe is Probe else probes[i].hand(one, given[i].shape).to(given[i])
                    return (one, *rest) if isinstance(out, tuple) else one
            return hook

        for i, (*_, mod) in enumerate(self.attn):
            hooks.append(mod.register_forward_pre_hook(before(i), with_kwargs=True))
            hooks.append(mod.register_forward_hook(after(i)))
        if watch is not None:
            for name, mod in self.model.named_modules():
                if re.search("Norm|LN(?!et)", type(mod).__name__):
                    hooks.append(mod.register_forward_hook(
                        lambda m, a, out, n=name: watch.append((out, n, m)) if isinstance(out, torch.Tensor) else None))
        with torch.no_grad(), mode:
            self.model.get_submodule(self.fam["part"])(**inputs)
            for name, own in self.fam["towers"].items():
                self.model.get_submodule(name)(**own if self.fam["packed"] else widen(own, n))
        for h in hooks:
            h.remove()
        return probes

    def preceding(self, inputs):
        """For each module the norm whose output it is handed, for q and for k."""
        seen, found = [], [{} for _ in self.attn]

        def feed(i, side, x):
            for out, name, mod in seen:
                if out.shape == x.shape and (out.data_ptr() == x.data_ptr() or torch.equal(out, x)):
                    found[i][side] = name, mod
            found[i].setdefault(side, None)
            return x
        self.run(inputs, feed, seen)
        return found


def widen(inputs, n):
    """A batch of n of the inputs."""
    return {k: v.expand(n, *v.shape[1:]).clone() if isinstance(v, torch.Tensor) else v for k, v in inputs.items()}


def numbers(path):
    """All numbers of a checkpoint."""
    values = {0.0}
    for f in os.listdir(path):
        if f.endswith(".safetensors"):
            with safe_open(os.path.join(path, f), "pt") as st:
                for key in st.keys():
                    values.update(st.get_tensor(key).double().flatten().tolist())
    return values


def fold(w, probed, norms):
    """W N in mpmath, N being that of the norms for which it is what the module gave."""
    w = mpmath.matrix(w.tolist())
    for norm in norms:
        x = w if norm is None else norm.after(w)
        if np.abs(np.array(x.tolist(), dtype=float) - probed).max() < 1e-13:
            return x
    raise ValueError("the folded weights are not those of a norm that was seen")


def weights(path, fam, cls, inputs):
    """Yields per module: stack, layer, scale, per head (kv_head, [(q, k, v, o), the same with the
    norm folded]), whether something is behind it, and what was before it."""
    m, values = Model(path, fam, cls), numbers(path)
    names = m.preceding(inputs)
    dims = []
    m.run(inputs, lambda i, side, x: (dims.append((i, side, x.shape[-1])), x)[1], None)
    dims = {(i, side): d for i, side, d in dims}
    wide = max(dims.values()) + 1                    # the last of the batch is 0
    with Double(), torch.no_grad():
        norms = [{side: n and Norm(n[1], dims[i, side]) for side, n in f.items()} for i, f in enumerate(names)]

    def given(folding):
        def feed(i, side, x):
            d, norm = x.shape[-1], norms[i][side]
            n = norm.n.T if folding and norm else np.eye(d)
            e = torch.from_numpy(np.vstack([n, np.zeros((wide - d, d))]))
            e = e.reshape(wide, *[1] * (x.dim() - 2), d)
            return (e if len(x) == wide else e.transpose(0, 1)).expand(x.shape).clone().contiguous()
        return feed

    many = widen(inputs, wide)
    scaled = m.run(many, given(False), None)
    m.unscale(True)
    raw, folded = m.run(many, given(False), None), m.run(many, given(True), None)
    size = max(1 + r.heads(wide)[0].shape[1] * r.v.shape[-1] for r in raw if r.logit is not None)
    m.unscale(False)
    behind = m.run(widen(inputs, size), lambda i, side, x: x, None, lambda: Behind(size))
    for i, (stack, layer, *_) in enumerate(m.attn):
        if raw[i].logit is None:
            continue
        q, k, _ = raw[i].heads(wide)
        prescale = fam["prescale"].get(stack, 1) if isinstance(fam["prescale"], dict) else fam["prescale"]
        q = q / prescale
        logit = scaled[i].heads(wide)[2]
        dot = (q * k).sum(-1)
        big = np.unravel_index(np.abs(dot).argmax(), dot.shape)
        scale = (logit[big] - logit[-1, big[1]]) / dot[big]
        assert np.abs(logit - logit[-1] - scale * dot).max() < 1e-12 * np.abs(dot).max(), "logits are not scale q.k"
        assert not q[-1].any() and not k[-1].any()
        d = dims[i, "q"]
        q, k = (x[:d].transpose(1, 2, 0) for x in (q, k))      # heads, d_head, d
        fq, fk = (x[:d].transpose(1, 2, 0) for x in folded[i].heads(wide)[:2])
        fq = fq / prescale
        v, fv, o = raw[i].values(wide), folded[i].values(wide), behind[i].columns()
        assert not v[-1].any() and len(q) % v.shape[1] == 0 and len(o) == len(q)
        v, fv = (np.repeat(x[:d].transpose(1, 2, 0), len(q) // x.shape[1], axis=0) for x in (v, fv))
        assert fam["product"] or values.issuperset([*q.flatten(), *k.flatten(), *v.flatten()]), "not numbers of the file"
        assert values.issuperset(o.flatten()), "not numbers of the file"
        keys = list(dict.fromkeys(x.tobytes() for x in k))
        heads = []
        for h in range(len(q)):
            four = [tuple(mpmath.matrix(x[h].tolist()) for x in (q, k, v, o))]
            if fam["product"]:
                four.append(tuple(mpmath.matrix(x[h].tolist()) for x in (fq, fk, fv, o)))
            else:
                every = [norms[i].get("k", norms[i]["q"]), *(n.get("k", n["q"]) for n in norms)]
                four.append((fold(q[h], fq[h], [norms[i]["q"]]), fold(k[h], fk[h], every), fold(v[h], fv[h], every),
                             four[0][3]))
            heads.append((keys.index(k[h].tobytes()), four))
        kind = {side: n and (n[0], "layernorm" if norms[i][side].centred else "rmsnorm") for side, n in names[i].items()}
        yield stack, layer, scale, heads, not behind[i].added, kind


def spectra(q, k):
    """s of full and core (40 digits, given as doubles), tr1, tr2, norms."""
    r = [mpmath.qr(w.T, mode="skinny")[1] for w in (k, q)]
    full = mpmath.svd_r(r[0] * r[1].T, compute_uv=False)
    s = k * q.T
    core = mpmath.svd_r(s, compute_uv=False)
    s2 = s * s
    tr = [sum(a[i, i] for i in range(s.rows)) for a in (s, s2)]
    fro = [mpmath.sqrt(sum(x * x for x in w)) for w in (q, k)]
    full, core = ([float(x) for x in sorted(v, reverse=True)] for v in (full, core))
    dense = np.array((k.T * q).tolist(), dtype=float)
    assert np.abs(np.linalg.svd(dense, compute_uv=False)[:len(full)] - full).max() < 1e-13 * full[0]
    return full, core, [float(x) for x in fro + tr]


def copying(q, k):
    """Which way the eigenvalues of W_K W_Q' point."""
    e = mpmath.eig(k * q.T, left=False, right=False)
    return float(sum(mpmath.re(x) for x in e) / sum(abs(x) for x in e))


def expected(path, fam, cls, inputs, say):
    """The rows of expected.csv and those of ov.csv, None when a spectrum of the first is too steep."""
    rows, four_of = [], {}
    for stack, layer, scale, heads, behind, kind in weights(path, fam, cls, inputs):
        say.append((stack, layer, scale, behind, kind))
        for h, (kv, four) in enumerate(heads):
            for folded in 0, 1:
                full, core, rest = spectra(*four[folded][:2])
                if max(full[0] / full[-1], core[0] / core[-1]) > COND:
                    return None
                for metric, s in ("full", full), ("core", core):
                    rows.append([stack, layer, h, kv, metric, folded, scale, *rest, *s])
                four_of[stack, layer, h, kv, folded] = *four[folded], behind
    ov = []
    for (stack, layer, h, kv, folded), (q, k, v, o, behind) in four_of.items():
        full, core, rest = spectra(v, o)
        for metric, s in ("full", full), ("core", core):
            ov.append([stack, layer, h, kv, metric, folded, *rest, copying(v, o), copying(q, k), behind, *s])
    order = list(fam["stacks"])
    for r in rows, ov:
        r.sort(key=lambda r: (order.index(r[0]), r[1], r[2], r[4] != "full", r[5]))
    return rows, ov


def table(path, head, rows):
    """A CSV of the rows, with a spectrum behind the head's columns."""
    n = max(len(r) for r in rows) - len(head)
    with open(path, "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(head + ["s%d" % (i + 1) for i in range(n)])
        for r in rows:
            r = r[:6] + ["%.17g" % x for x in r[6:]]
            out.writerow(r + [""] * (n + len(head) - len(r)))


def randomise(model, seed, dtype):
    """Every parameter: weights of norms in [1/2, 3/2), the rest in [-1/2, 1/2)."""
    rng = np.random.Generator(np.random.PCG64(seed))
    for name, p in sorted(model.named_parameters()):
        x = np.asarray(rng.random(tuple(p.shape)) - 0.5)
        if p.dim() == 1 and name.endswith("weight") or "norm" in name and name.endswith("weight"):
            x += 1
        p.data = torch.from_numpy(x).to(dtype)
    return model.to(dtype)


def write(name, fam, path, seed):
    shutil.rmtree(path, ignore_errors=True)
    model, inputs = fam["make"]()
    model = randomise(model.eval(), seed, fam["dtype"])
    if fam["prepare"]:
        fam["prepare"](model)
    model.save_pretrained(path, max_shard_size=fam["shard"] or "1GB")
    for extra in "generation_config.json", "README.md":
        if os.path.exists(os.path.join(path, extra)):
            os.remove(os.path.join(path, extra))
    return type(model), inputs


def build(name):
    fam, path = FAMILIES[name], os.path.join(HERE, name)
    rows, seed = None, 0
    while rows is None:
        seed += 1
        assert seed < 500
        say = []
        cls, inputs = write(name, fam, path, seed)
        rows = expected(path, fam, cls, inputs, say)
    rows, ov = rows
    head = "stack layer head kv_head metric fold".split()
    table(os.path.join(path, "expected.csv"), head + "logit_scale_model q_fro k_fro tr1 tr2".split(), rows)
    table(os.path.join(path, "ov.csv"), head + "v_fro o_fro tr1 tr2 copying copying_qk behind".split(), ov)
    if fam["rewrite"]:
        fam["rewrite"](path)
    for f in os.listdir(path):
        os.chmod(os.path.join(path, f), 0o644)
    size = sum(os.path.getsize(os.path.join(path, f)) for f in os.listdir(path))
    print("%s: seed %d, %d rows, %d bytes" % (name, seed, len(rows), size))
    return say


def text():
    return {"input_ids": torch.zeros(1, 1, dtype=torch.long), "use_cache": False}


def lm(config, cls, **over):
    """A causal language model of the class and what to call it with."""
    return getattr(tf, cls)(getattr(tf, config)(**over)), text()


STD = dict(vocab_size=4, hidden_size=12, intermediate_size=4, num_hidden_layers=2, num_attention_heads=4,
           num_key_value_heads=2, head_dim=4, max_position_embeddings=8, pad_token_id=0, bos_token_id=1,
           eos_token_id=2)
GPT = r"h\.(\d+)\.(?:attn|self_attention)$"


def without(d, *keys):
    return {k: v for k, v in d.items() if k not in keys}


MLA = without(STD, "head_dim") | dict(
    num_attention_heads=3, num_key_value_heads=3, kv_lora_rank=7, qk_nope_head_dim=4, qk_rope_head_dim=2,
    v_head_dim=5, n_routed_experts=2, n_shared_experts=1, num_experts_per_tok=1, n_group=1, topk_group=1,
    first_k_dense_replace=1, moe_intermediate_size=4)


# separate q_proj and k_proj

@family()
def llama():                                             # biases, head_dim != hidden / heads
    return lm("LlamaConfig", "LlamaForCausalLM", **STD | dict(attention_bias=True))


@family(shard=1500)
def llama_sharded():                                     # three layers in files of 1500 bytes; no head_dim given
    return lm("LlamaConfig", "LlamaForCausalLM", **without(STD, "head_dim", "num_key_value_heads") |
              dict(num_hidden_layers=3, num_attention_heads=3))


@family()
def llama_base():                                        # LlamaModel alone: names begin with layers.
    return lm("LlamaConfig", "LlamaModel", **STD | dict(num_hidden_layers=1))


@family(dtype=torch.bfloat16)
def mistral():
    return lm("MistralConfig", "MistralForCausalLM", **STD)


@family()
def mixtral():
    return lm("MixtralConfig", "MixtralForCausalLM", **STD | dict(num_local_experts=2, num_experts_per_tok=1))


@family(dtype=torch.float16)
def qwen2():
    return lm("Qwen2Config", "Qwen2ForCausalLM", **without(STD, "head_dim") | dict(hidden_size=16))


@family()
def qwen2_moe():
    return lm("Qwen2MoeConfig", "Qwen2MoeForCausalLM", **without(STD, "head_dim") | dict(
        hidden_size=16, num_experts=2, num_experts_per_tok=1, moe_intermediate_size=4,
        shared_expert_intermediate_size=4))


@family(qk_norm=("q_norm", "k_norm"))
def qwen3():
    return lm("Qwen3Config", "Qwen3ForCausalLM", **STD)


@family(qk_norm=("q_norm", "k_norm"))
def qwen3_moe():
    return lm("Qwen3MoeConfig", "Qwen3MoeForCausalLM", **STD | dict(
        num_experts=2, num_experts_per_tok=1, moe_intermediate_size=4))


@family()
def gemma():
    return lm("GemmaConfig", "GemmaForCausalLM", **STD | dict(num_key_value_heads=1))


@family()
def gemma2():                                            # softcap; scale query_pre_attn_scalar^-1/2
    return lm("Gemma2Config", "Gemma2ForCausalLM", **STD | dict(query_pre_attn_scalar=7))


@family(qk_norm=("q_norm", "k_norm"))
def gemma3_text():
    return lm("Gemma3TextConfig", "Gemma3ForCausalLM", **STD | dict(query_pre_attn_scalar=7))


@family()
def olmo():                                              # LayerNorm without weight
    return lm("OlmoConfig", "OlmoForCausalLM", **without(STD, "head_dim") | dict(hidden_size=16))


@family(qk_norm=("q_norm", "k_norm"))
def olmo2():                                             # no norm before
    return lm("Olmo2Config", "Olmo2ForCausalLM", **without(STD, "head_dim") | dict(hidden_size=16))


@family()
def phi():
    return lm("PhiConfig", "PhiForCausalLM", **without(STD, "head_dim") | dict(
        hidden_size=16, num_key_value_heads=4, partial_rotary_factor=0.5))


@family(qk_norm=("q_layernorm", "k_layernorm"))
def phi_qknorm():
    return lm("PhiConfig", "PhiForCausalLM", **without(STD, "head_dim") | dict(
        hidden_size=16, partial_rotary_factor=0.5, qk_layernorm=True))


@family()
def starcoder2():
    return lm("Starcoder2Config", "Starcoder2ForCausalLM", **without(STD, "head_dim") | dict(hidden_size=16))


@family()
def cohere():
    return lm("CohereConfig", "CohereForCausalLM", **without(STD, "head_dim") | dict(hidden_size=16))


@family(qk_norm=("q_norm", "k_norm"))
def cohere_qknorm():
    return lm("CohereConfig", "CohereForCausalLM", **without(STD, "head_dim") | dict(
        hidden_size=16, use_qk_norm=True, attention_bias=True))


@family()
def glm():
    return lm("GlmConfig", "GlmForCausalLM", **STD | dict(attention_bias=True))


@family()
def glm4():
    return lm("Glm4Config", "Glm4ForCausalLM", **STD)


@family()
def stablelm():
    return lm("StableLmConfig", "StableLmForCausalLM", **without(STD, "head_dim") | dict(
        hidden_size=16, partial_rotary_factor=0.5, use_qkv_bias=True))


@family(qk_norm=("q_layernorm", "k_layernorm"))
def stablelm_qknorm():
    return lm("StableLmConfig", "StableLmForCausalLM", **without(STD, "head_dim") | dict(
        hidden_size=16, partial_rotary_factor=0.5, qk_layernorm=True, use_parallel_residual=True))


@family()
def gpt_oss():                                           # sinks
    return lm("GptOssConfig", "GptOssForCausalLM", **STD | dict(num_local_experts=2, num_experts_per_tok=1))


@family()
def granite():
    return lm("GraniteConfig", "GraniteForCausalLM", **without(STD, "head_dim") | dict(
        hidden_size=16, attention_multiplier=0.3))


OPT = dict(vocab_size=4, hidden_size=12, ffn_dim=4, num_hidden_layers=2, num_attention_heads=3,
           max_position_embeddings=4, pad_token_id=0, word_embed_proj_dim=12)


@family()
def opt():
    return lm("OPTConfig", "OPTForCausalLM", **OPT)


@family()
def opt_postnorm():                                      # opt-350m: norms after, narrower embeddings
    return lm("OPTConfig", "OPTForCausalLM", **OPT | dict(do_layer_norm_before=False, word_embed_proj_dim=8))


# fused, transposed, interleaved

@family({"": GPT})
def gpt2():
    return lm("GPT2Config", "GPT2LMHeadModel", vocab_size=4, n_positions=4, n_embd=12, n_layer=3, n_head=3,
              n_inner=4)


@family({"": GPT})
def gpt2_inverse():                                      # scale over the layer's number; no prefix
    return lm("GPT2Config", "GPT2Model", vocab_size=4, n_positions=4, n_embd=12, n_layer=3, n_head=2,
              n_inner=4, scale_attn_by_inverse_layer_idx=True)


@family({"": r"h\.(\d+)\.attn\.attention$"})
def gpt_neo():
    return lm("GPTNeoConfig", "GPTNeoForCausalLM", vocab_size=4, max_position_embeddings=4, hidden_size=12,
              num_layers=2, num_heads=3, intermediate_size=4, attention_types=[[["global", "local"], 1]],
              window_size=2)


@family({"": GPT})
def gptj():
    return lm("GPTJConfig", "GPTJForCausalLM", vocab_size=4, n_positions=4, n_embd=12, n_layer=2, n_head=3,
              n_inner=4, rotary_dim=2)


@family({"": r"layers\.(\d+)\.attention$"})
def gpt_neox():
    return lm("GPTNeoXConfig", "GPTNeoXForCausalLM", vocab_size=4, hidden_size=12, num_hidden_layers=2,
              num_attention_heads=3, intermediate_size=4, max_position_embeddings=4, rotary_pct=0.5)


@family({"": GPT})
def bloom():                                             # BloomModel alone: no prefix
    return lm("BloomConfig", "BloomModel", vocab_size=4, hidden_size=12, n_layer=2, n_head=3)


FALCON = dict(vocab_size=4, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, ffn_hidden_size=4,
              max_position_embeddings=4, bos_token_id=1, eos_token_id=2, pad_token_id=0)


@family({"": GPT})
def falcon_new():                                        # falcon 40b: grouped blocks, two norms
    return lm("FalconConfig", "FalconForCausalLM", **FALCON | dict(new_decoder_architecture=True, num_kv_heads=2))


@family({"": GPT})
def falcon_mq():                                         # falcon 7b: one key
    return lm("FalconConfig", "FalconForCausalLM", **FALCON | dict(multi_query=True))


@family({"": GPT})
def falcon_mh():                                         # falcon-rw: a key per head, biases, ALiBi
    return lm("FalconConfig", "FalconForCausalLM", **FALCON | dict(
        multi_query=False, parallel_attn=False, bias=True, alibi=True))


BIGCODE = dict(vocab_size=4, n_positions=4, n_embd=12, n_layer=2, n_head=3, n_inner=4)


@family({"": GPT})
def gpt_bigcode():
    return lm("GPTBigCodeConfig", "GPTBigCodeForCausalLM", **BIGCODE)


@family({"": GPT})
def gpt_bigcode_mh():
    return lm("GPTBigCodeConfig", "GPTBigCodeForCausalLM", **BIGCODE | dict(multi_query=False))


@family({"": r"blocks\.(\d+)\.attn$"})
def mpt():
    return lm("MptConfig", "MptForCausalLM", d_model=12, n_heads=3, n_layers=2, expansion_ratio=1, max_seq_len=4,
              vocab_size=4)


@family({"": GPT})
def codegen():
    return lm("CodeGenConfig", "CodeGenForCausalLM", vocab_size=4, n_positions=4, n_ctx=4, n_embd=16, n_layer=2,
              n_head=4, n_inner=4, rotary_dim=2)


@family()
def phi3():
    return lm("Phi3Config", "Phi3ForCausalLM", **without(STD, "head_dim") | dict(hidden_size=16))


# YaRN where some layers have no rotary positions, or others

YARN = dict(rope_type="yarn", rope_theta=10000.0, factor=8.0, original_max_position_embeddings=4)
MIXED = without(STD, "head_dim") | dict(hidden_size=16, layer_types=["sliding_attention", "full_attention"],
                                        sliding_window=4)


def flat_rope(path):
    """rope_scaling as it stands in released files, without types of layers; it must mean the same."""
    config, tensors = load(path)
    both = config.pop("rope_parameters")
    config["rope_scaling"] = {k: v for k, v in both["full_attention"].items() if k != "rope_theta"}
    config["rope_theta"] = both["full_attention"]["rope_theta"]
    store(path, config, tensors)
    for kind, r in tf.AutoConfig.from_pretrained(path).rope_parameters.items():
        assert without(r, "rope_theta") == without(both[kind], "rope_theta")


@family(qk_norm=("q_norm", "k_norm"), rewrite=flat_rope)
def olmo3_yarn():
    return lm("Olmo3Config", "Olmo3ForCausalLM", **MIXED | dict(
        rope_parameters=dict(sliding_attention=dict(rope_type="default", rope_theta=10000.0), full_attention=YARN)))


@family(qk_norm=("q_norm", "k_norm"), rewrite=flat_rope)
def gemma3_yarn():
    return lm("Gemma3TextConfig", "Gemma3ForCausalLM", **MIXED | dict(
        head_dim=4, rope_parameters=dict(sliding_attention=dict(rope_type="default", rope_theta=10.0),
                                         full_attention=YARN)))


@family()
def cohere2_yarn():                                      # full attention has no rotary positions
    return lm("Cohere2Config", "Cohere2ForCausalLM", **MIXED | dict(rope_parameters=YARN))


@family()
def smollm3_yarn():
    return lm("SmolLM3Config", "SmolLM3ForCausalLM", **without(STD, "head_dim") | dict(
        hidden_size=16, no_rope_layers=[1, 0], rope_parameters=YARN))


@family(qk_norm=("qk_norm",))
def llama4_yarn():
    return lm("Llama4TextConfig", "Llama4ForCausalLM", **STD | dict(
        intermediate_size_mlp=4, num_local_experts=2, moe_layers=[1], no_rope_layers=[1, 0], attention_chunk_size=8,
        rope_parameters=YARN))


# further ones that are like llama but for a name, a norm, or layers of another kind between

EVEN = without(STD, "head_dim") | dict(hidden_size=16)


@family(qk_norm=("q_norm", "k_norm"))
def glm4_moe():                                          # rotary positions on a half of each head
    return lm("Glm4MoeConfig", "Glm4MoeForCausalLM", **STD | dict(
        use_qk_norm=True, n_routed_experts=2, num_experts_per_tok=1, moe_intermediate_size=4, n_group=1, topk_group=1,
        n_shared_experts=1, first_k_dense_replace=1))


@family(qk_norm=("q_norm", "k_norm"))
def minimax_m2():
    return lm("MiniMaxM2Config", "MiniMaxM2ForCausalLM", **STD | dict(num_local_experts=2, num_experts_per_tok=1))


@family()
def jamba():                                             # attention in layer 1 alone
    return lm("JambaConfig", "JambaForCausalLM", **EVEN | dict(
        attn_layer_period=2, attn_layer_offset=1, expert_layer_period=2, expert_layer_offset=1, num_experts=2,
        num_experts_per_tok=1, mamba_d_state=2, mamba_d_conv=2, mamba_expand=1, mamba_dt_rank=2, use_mamba_kernels=False))


@family()
def bamba():
    return lm("BambaConfig", "BambaForCausalLM", **EVEN | dict(
        attn_layer_indices=[1], mamba_n_heads=4, mamba_d_head=8, mamba_n_groups=1, mamba_d_state=2, mamba_d_conv=2,
        mamba_expand=2, mamba_chunk_size=4))


@family()
def granitemoehybrid():
    return lm("GraniteMoeHybridConfig", "GraniteMoeHybridForCausalLM", **EVEN | dict(
        attention_multiplier=0.3, num_local_experts=2, num_experts_per_tok=1, shared_intermediate_size=4,
        layer_types=["mamba", "attention"], mamba_n_heads=4, mamba_d_head=8, mamba_n_groups=1, mamba_d_state=2,
        mamba_d_conv=2, mamba_expand=2, mamba_chunk_size=4))


@family({"": r"layers\.(\d+)\.mixer$"})
def nemotron_h():                                        # mixers of several kinds under one name
    return lm("NemotronHConfig", "NemotronHForCausalLM", **without(STD, "num_hidden_layers") | dict(
        layers_block_type=["mlp", "attention", "attention"], n_routed_experts=2, mamba_num_heads=2,
        mamba_head_dim=4, ssm_state_size=2, n_groups=1, chunk_size=4))


@family(qk_norm=("q_layernorm", "k_layernorm"))
def lfm2():
    return lm("Lfm2Config", "Lfm2ForCausalLM", **EVEN | dict(
        layer_types=["conv", "full_attention"], block_ff_dim=4, block_multiple_of=1, conv_L_cache=2))


@family(qk_norm=("q_norm", "k_norm"))
def apertus():
    return lm("ApertusConfig", "ApertusForCausalLM", **EVEN)


@family(qk_norm=("q_norm", "k_norm"))
def exaone4():                                           # no norm before; rotary positions on sliding layers alone
    return lm("Exaone4Config", "Exaone4ForCausalLM", **EVEN | dict(
        layer_types=["sliding_attention", "full_attention"], sliding_window=4, rope_parameters=YARN))


@family()
def helium():
    return lm("HeliumConfig", "HeliumForCausalLM", **STD | dict(hidden_size=16))


@family()
def seed_oss():
    return lm("SeedOssConfig", "SeedOssForCausalLM", **STD)


@family(qk_norm=("q_norm", "k_norm"))
def dots1():
    return lm("Dots1Config", "Dots1ForCausalLM", **EVEN | dict(
        n_routed_experts=2, n_shared_experts=1, num_experts_per_tok=1, moe_intermediate_size=4, n_group=1, topk_group=1,
        first_k_dense_replace=1))


@family()
def ernie4_5():
    return lm("Ernie4_5Config", "Ernie4_5ForCausalLM", **STD)


# multi-head latent attention under other names

@family(inner_norm=("q_a_layernorm", "kv_a_layernorm"), product=True)
def deepseek_v32():                                      # an indexer chooses which keys are looked at
    return lm("DeepseekV32Config", "DeepseekV32ForCausalLM", **MLA | dict(
        q_lora_rank=8, index_n_heads=2, index_head_dim=4, index_topk=4))


@family(inner_norm=("q_a_layernorm", "kv_a_layernorm"), product=True)
def glm_moe_dsa():
    return lm("GlmMoeDsaConfig", "GlmMoeDsaForCausalLM", **MLA | dict(
        q_lora_rank=8, index_n_heads=2, index_head_dim=4, index_topk=4))


@family(inner_norm=("q_a_layernorm", "kv_a_layernorm"), product=True)
def glm4_moe_lite():
    return lm("Glm4MoeLiteConfig", "Glm4MoeLiteForCausalLM", **MLA | dict(q_lora_rank=8))


@family(inner_norm=("q_a_layernorm", "kv_a_layernorm"), product=True)
def youtu():
    return lm("YoutuConfig", "YoutuForCausalLM", **MLA | dict(q_lora_rank=8))


@family(inner_norm=("q_a_layernorm", "kv_a_layernorm"), product=True)
def minicpm3():
    return lm("MiniCPM3Config", "MiniCPM3ForCausalLM", **MLA | dict(q_lora_rank=8))


# encoders, post-norm, several stacks

BERT = dict(vocab_size=4, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=4,
            max_position_embeddings=4, type_vocab_size=1)
ENC = r"layer\.(\d+)\.attention(?:\.self)?$"


def words():
    return {"input_ids": torch.ones(1, 1, dtype=torch.long)}


@family({"": ENC})
def bert():                                              # with a head: names begin with bert.
    return tf.BertForMaskedLM(tf.BertConfig(**BERT)), words()


@family({"": ENC})
def bert_base():                                         # BertModel alone: no such prefix
    return tf.BertModel(tf.BertConfig(**BERT)), words()


@family({"": ENC})
def roberta():
    return tf.RobertaForMaskedLM(tf.RobertaConfig(**BERT | dict(max_position_embeddings=8))), words()


@family({"": ENC})
def distilbert():
    return tf.DistilBertForMaskedLM(tf.DistilBertConfig(
        vocab_size=4, dim=12, n_layers=2, n_heads=3, hidden_dim=4, max_position_embeddings=4)), words()


@family({"": r"layers?\.(\d+)\.attention(?:\.attention)?$"})
def vit():
    return tf.ViTModel(tf.ViTConfig(
        hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=4, image_size=2,
        patch_size=2, num_channels=1)), {"pixel_values": torch.ones(1, 1, 2, 2, dtype=torch.float64)}


@family({"text": r"text_model.*layers\.(\d+)\.self_attn$", "vision": r"vision_model.*layers\.(\d+)\.self_attn$"})
def clip():
    return tf.CLIPModel(tf.CLIPConfig(
        text_config=dict(vocab_size=4, hidden_size=12, intermediate_size=4, num_hidden_layers=2,
                         num_attention_heads=3, max_position_embeddings=4, projection_dim=4, eos_token_id=2),
        vision_config=dict(hidden_size=8, intermediate_size=4, num_hidden_layers=1, num_attention_heads=2,
                           image_size=2, patch_size=2, num_channels=1, projection_dim=4), projection_dim=4)), {
        "input_ids": torch.full((1, 1), 2), "pixel_values": torch.ones(1, 1, 2, 2, dtype=torch.float64)}


@family({"encoder": r"encoder\.block\.(\d+)\..*SelfAttention$", "decoder": r"decoder\.block\.(\d+)\..*SelfAttention$",
         "cross": r"decoder\.block\.(\d+)\..*EncDecAttention$"})
def t5():
    return tf.T5ForConditionalGeneration(tf.T5Config(
        vocab_size=4, d_model=12, d_kv=4, d_ff=4, num_layers=2, num_decoder_layers=1, num_heads=2,
        relative_attention_num_buckets=4)), words() | {"decoder_input_ids": torch.ones(1, 1, dtype=torch.long)}


@family({"encoder": r"encoder\.layers\.(\d+)\.self_attn$", "decoder": r"decoder\.layers\.(\d+)\.self_attn$",
         "cross": r"decoder\.layers\.(\d+)\.encoder_attn$"})
def whisper():
    return tf.WhisperForConditionalGeneration(tf.WhisperConfig(
        vocab_size=4, num_mel_bins=2, d_model=12, encoder_layers=2, decoder_layers=1, encoder_attention_heads=3,
        decoder_attention_heads=2, encoder_ffn_dim=4, decoder_ffn_dim=4, max_source_positions=2,
        max_target_positions=4, pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=1)), {
        "input_features": torch.ones(1, 2, 4, dtype=torch.float64),
        "decoder_input_ids": torch.ones(1, 1, dtype=torch.long)}


# several kinds of layers, nested configurations, MLA

def square(n, channels=1):
    """An image."""
    return {"pixel_values": torch.ones(1, channels, n, n, dtype=torch.float64)}


LANGUAGE = r"language_model.*layers\.(\d+)\.self_attn$"
BLOCKS = {"text": LANGUAGE, "vision": r"visual\.blocks\.(\d+)\.attn$"}
GRID = dict(hidden_states=torch.ones(1, 4, dtype=torch.float64), grid_thw=torch.tensor([[1, 1, 1]]))
TOWER = r"vision_(?:tower|model).*layers\.(\d+)\.self_attn$"


@family({"text": LANGUAGE, "vision": TOWER}, qk_norm=("q_norm", "k_norm"), towers={"model.vision_tower": square(4)})
def gemma3():                                            # vision_tower has a self_attn too
    return tf.Gemma3ForConditionalGeneration(tf.Gemma3Config(
        text_config=STD | dict(query_pre_attn_scalar=7, attn_logit_softcapping=20.0),
        vision_config=dict(model_type="siglip_vision_model", hidden_size=8, intermediate_size=4, num_hidden_layers=1,
                           num_attention_heads=2, image_size=4, patch_size=2, num_channels=1,
                           vision_use_head=False),
        mm_tokens_per_image=1, image_token_index=3, boi_token_index=2, eoi_token_index=2)), text()


@family(qk_norm=("q_norm", "k_norm", "v_norm"))
def gemma3n_text():                                      # the last two layers use the keys of the two before
    return lm("Gemma3nTextConfig", "Gemma3nForCausalLM", **STD | dict(
        hidden_size=8, num_hidden_layers=4, num_kv_shared_layers=2,
        layer_types=["sliding_attention", "full_attention"] * 2,
        vocab_size_per_layer_input=4, hidden_size_per_layer_input=2, altup_num_inputs=2, laurel_rank=2))


@family(qk_norm=("q_norm", "k_norm"))
def qwen3_next():                                        # linear attention in layer 0, gate in q_proj
    return lm("Qwen3NextConfig", "Qwen3NextForCausalLM", **STD | dict(
        layer_types=["linear_attention", "full_attention"], linear_num_key_heads=1, linear_num_value_heads=1,
        linear_key_head_dim=4, linear_value_head_dim=4, num_experts=2, num_experts_per_tok=1,
        moe_intermediate_size=4, shared_expert_intermediate_size=4))


QWEN35 = STD | dict(num_hidden_layers=3, layer_types=["full_attention", "linear_attention", "full_attention"],
                    linear_num_key_heads=1, linear_num_value_heads=1, linear_key_head_dim=4, linear_value_head_dim=4)


@family(BLOCKS, qk_norm=("q_norm", "k_norm"), towers={"model.visual": GRID}, packed=("vision",))
def qwen3_5():
    return tf.Qwen3_5ForConditionalGeneration(tf.Qwen3_5Config(
        text_config=QWEN35 | dict(rope_parameters=dict(
            rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5, mrope_section=[1, 0, 0])),
        vision_config=dict(depth=1, hidden_size=8, intermediate_size=4, num_heads=2, in_channels=1, patch_size=2,
                           spatial_merge_size=1, temporal_patch_size=1, out_hidden_size=12,
                           num_position_embeddings=4),
        image_token_id=3, video_token_id=3, vision_start_token_id=2, vision_end_token_id=2)), text()


@family(BLOCKS, qk_norm=("q_norm", "k_norm"), towers={"model.visual": GRID}, packed=("vision",))
def qwen3_vl():
    return tf.Qwen3VLForConditionalGeneration(tf.Qwen3VLConfig(
        text_config=STD | dict(rope_parameters=dict(rope_type="default", rope_theta=10000.0, mrope_section=[1, 1, 0])),
        vision_config=dict(depth=1, hidden_size=8, intermediate_size=4, num_heads=2, in_channels=1, patch_size=2,
                           spatial_merge_size=1, temporal_patch_size=1, out_hidden_size=12, num_position_embeddings=4,
                           deepstack_visual_indexes=[]),
        image_token_id=3, video_token_id=3, vision_start_token_id=2, vision_end_token_id=2)), text()


@family({"text": LANGUAGE, "vision": TOWER}, qk_norm=("qk_norm",), part="language_model",
        towers={"vision_model": square(4)}, packed=("vision",))
def llama4():                                            # vision_model has self_attn.q_proj too
    return tf.Llama4ForConditionalGeneration(tf.Llama4Config(
        text_config=STD | dict(intermediate_size_mlp=4, num_local_experts=2, moe_layers=[1],
                               no_rope_layers=[1, 0], attention_chunk_size=8),
        vision_config=dict(hidden_size=8, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
                           num_channels=1, image_size=4, patch_size=2, vision_output_dim=4,
                           projector_input_dim=4, projector_output_dim=4))), text()


@family(inner_norm=("q_a_layernorm", "kv_a_layernorm"), product=True)
def deepseek_v3():                                       # YaRN with mscale_all_dim
    return lm("DeepseekV3Config", "DeepseekV3ForCausalLM", **MLA | dict(q_lora_rank=8, rope_parameters=dict(
        rope_type="yarn", rope_theta=10000.0, factor=4.0, mscale=1.0, mscale_all_dim=1.0,
        original_max_position_embeddings=2, beta_fast=32.0, beta_slow=1.0)))


@family(inner_norm=("q_a_layernorm", "kv_a_layernorm"), product=True)
def deepseek_v3_noq():
    return lm("DeepseekV3Config", "DeepseekV3ForCausalLM", **MLA | dict(q_lora_rank=None))


# what transformers cannot write: the files of another family, renamed by hand

def load(path):
    with open(os.path.join(path, "config.json")) as f:
        return json.load(f), load_file(os.path.join(path, "model.safetensors"))


def store(path, config, tensors):
    save_file(tensors, os.path.join(path, "model.safetensors"), metadata={"format": "pt"})
    with open(os.path.join(path, "config.json"), "w") as f:
        f.write(json.dumps(config, indent=2) + "\n")


def internlm2_files(path):
    """Names and layout of InternLM2 (its modeling_internlm2.py is not part of transformers): wqkv is
    [kv, g + 2, hd, d], of each group g queries, key, value.  The weights, and what is expected of
    them, are Llama's, of which it is a copy but for names and this."""
    names = (("self_attn.o_proj", "attention.wo"), ("mlp.gate_proj", "feed_forward.w1"),
             ("mlp.up_proj", "feed_forward.w3"), ("mlp.down_proj", "feed_forward.w2"),
             ("input_layernorm", "attention_norm"), ("post_attention_layernorm", "ffn_norm"),
             ("embed_tokens", "tok_embeddings"), ("lm_head", "output"))
    config, tensors = load(path)
    kv, hd = config["num_key_value_heads"], config.pop("head_dim")
    config.update(architectures=["InternLM2ForCausalLM"], model_type="internlm2", bias=config.pop("attention_bias"))
    config.pop("mlp_bias")
    out = {}
    for name, x in tensors.items():
        if "q_proj" in name:
            qkv = [tensors[name.replace("q_proj", p)] for p in ("q_proj", "k_proj", "v_proj")]
            blocks = torch.cat([t.reshape(kv, -1, hd, t.shape[1]) for t in qkv], dim=1)
            out[name.replace("self_attn.q_proj", "attention.wqkv")] = blocks.reshape(-1, x.shape[1])
        elif "k_proj" not in name and "v_proj" not in name:
            for a, b in names:
                name = re.sub(r"\b%s\b" % a, b, name)
            out[name] = x
    store(path, config, out)


@family(rewrite=internlm2_files)
def internlm2():
    return lm("LlamaConfig", "LlamaForCausalLM", **STD | dict(hidden_size=16, num_attention_heads=4))


def gemma3n_files(path):
    """gemma3n_text as it lies in the multimodal files (whose vision tower is timm's): a prefix, a
    text_config, and k_proj in the layers too that share keys and never look at them."""
    config, tensors = load(path)
    rng = np.random.Generator(np.random.PCG64(1))
    out = {}
    for name, x in tensors.items():
        name = re.sub("^model", "model.language_model", name)
        out[name] = x
        unused = re.sub(r"layers\.([01])\.", lambda m: "layers.%d." % (int(m.group(1)) + 2), name)
        if re.search("k_proj|k_norm", name):
            out[unused] = torch.from_numpy(rng.random(tuple(x.shape)) - 0.5).to(x.dtype)
    store(path, {"architectures": ["Gemma3nForConditionalGeneration"], "model_type": "gemma3n",
                 "text_config": config}, out)


@family(qk_norm=("q_norm", "k_norm", "v_norm"), rewrite=gemma3n_files)
def gemma3n():
    return gemma3n_text()


def gamma_beta(path):
    """The names of norms in files from before PyTorch's."""
    config, tensors = load(path)
    store(path, config, {name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"):
                         x for name, x in tensors.items()})


@family({"": ENC}, rewrite=gamma_beta)
def bert_old():
    return tf.BertForMaskedLM(tf.BertConfig(**BERT)), words()


# FP8.  The model is saved with what its weights in FP8 stand for, code times scale, exact in
# float64; when its spectra are known the file gets codes and scales in their place, and what the
# package that such files are for makes of these must be the number that was there.

def scales(name, shape):
    """float32, of all 24 bits: of some tensors small, so that codes are great, of others such that
    there are subnormal ones."""
    rng = np.random.Generator(np.random.PCG64(sum(name.encode())))
    return torch.tensor((rng.random(shape) + 0.5) * 2.0 ** rng.choice([-7, 3]), dtype=torch.float32)


def blocks(size):
    """Scales for blocks of that size; the last ones may be smaller."""
    return lambda w: [-(-n // b) for n, b in zip(w.shape, size)], "_scale_inv", size


CHANNEL, TENSOR, VECTOR = ((lambda s: (lambda w: s(w), "_scale", None))(s)
                           for s in (lambda w: [len(w), 1], lambda w: [], lambda w: [1]))


def spread(scale, shape, size):
    """The scale of every number of the shape."""
    if size:
        scale = scale.repeat_interleave(size[0], 0)[:shape[0]].repeat_interleave(size[1], 1)[:, :shape[1]]
    return scale.double().expand(shape)


def fp8(kinds, config):
    """prepare and rewrite for a model whose weights called as a key of kinds, a pattern, are FP8 of
    the type and the scales that it says; config: its quantization_config."""
    def kind(name):
        return next((k for p, k in kinds.items() if re.search(p + r"\.weight$", name)), None)

    def codes(name, w):
        dtype, (shape, _, size) = kind(name)
        scale = scales(name, shape(w))
        if scale.dim() == 2 and not size:                   # its package keeps the type that the weights had
            scale = scale.bfloat16()
        return (w.double() / spread(scale, w.shape, size)).to(dtype), scale

    def prepare(model):
        model.double()
        for name, p in model.named_parameters():
            if kind(name):
                code, scale = codes(name, p.data)
                p.data = code.double() * spread(scale, p.shape, kind(name)[1][2])

    def back(code, scale, size, suffix):
        if suffix == "_scale_inv":
            return finegrained_fp8._dequantize_fp8_weight(code, scale, size, torch.float64)
        from compressed_tensors.quantization import QuantizationArgs
        from compressed_tensors.quantization.lifecycle.forward import dequantize
        return dequantize(code.double(), scale.double(), args=QuantizationArgs(
            num_bits=8, type="float", strategy="channel" if scale.dim() == 2 else "tensor"))

    def rewrite(path):
        c, tensors = load(path)
        out = {}
        for name, x in tensors.items():
            if not kind(name):
                out[name] = x.bfloat16()
                assert (out[name].double() == x).all()
                continue
            out[name], scale = codes(name, x)
            _, (_, suffix, size) = kind(name)
            assert (back(out[name], scale, size, suffix) == x).all(), name
            out[name + suffix] = scale
        c.update(dtype="bfloat16", quantization_config=config)
        store(path, c, out)

    return dict(prepare=prepare, rewrite=rewrite, dtype=torch.bfloat16)


E4M3, E5M2 = torch.float8_e4m3fn, torch.float8_e5m2


def fine(size, **more):
    return dict(quant_method="fp8", fmt="e4m3", activation_scheme="dynamic", weight_block_size=size, **more)


@family(inner_norm=("q_a_layernorm", "kv_a_layernorm"), product=True,
        **fp8({r"self_attn\.\w+_proj\w*": (E4M3, blocks([5, 3]))}, fine([5, 3])))
def deepseek_v3_fp8():                                   # blocks that go over the edges of heads
    return lm("DeepseekV3Config", "DeepseekV3ForCausalLM", **MLA | dict(q_lora_rank=8))


@family(inner_norm=("q_a_layernorm", "kv_a_layernorm"), product=True,
        **fp8({r"self_attn\.\w+_proj\w*": (E4M3, blocks([4, 128]))}, fine([4, 128])))
def deepseek_v3_noq_fp8():                               # blocks that are wider than a matrix
    return lm("DeepseekV3Config", "DeepseekV3ForCausalLM", **MLA | dict(q_lora_rank=None))


@family(qk_norm=("q_norm", "k_norm"), **fp8(
    {r"0\.self_attn\.[qk]_proj": (E4M3, blocks([3, 5])), r"1\.self_attn\.q_proj": (E4M3, blocks([3, 5]))},
    fine([3, 5], modules_to_not_convert=["lm_head", "model.layers.1.self_attn.k_proj"])))
def qwen3_fp8():                                         # a matrix that was not converted
    return lm("Qwen3Config", "Qwen3ForCausalLM", **STD)


@family(**fp8({r"0\.self_attn\.[qk]_proj": (E4M3, CHANNEL), r"1\.self_attn\.q_proj": (E5M2, TENSOR),
               r"1\.self_attn\.k_proj": (E4M3, VECTOR)},
              dict(quant_method="compressed-tensors", format="float-quantized", quantization_status="compressed",
                   config_groups=dict(group_0=dict(targets=["Linear"], weights=dict(
                       num_bits=8, type="float", strategy="channel", symmetric=True, dynamic=False))))))
def llama_fp8():                                         # a scale for each row, for all as scalar and as [1]
    return lm("LlamaConfig", "LlamaForCausalLM", **STD)


# further families whose layouts are those of one above

@family(qk_norm=("q_norm", "k_norm"))
def olmoe():                                             # norms of q and k over the full width, and one before
    return lm("OlmoeConfig", "OlmoeForCausalLM", **without(STD, "head_dim") | dict(
        num_experts=2, num_experts_per_tok=1, hidden_size=16))


@family(qk_norm=("q_norm", "k_norm"))
def olmo3():
    return lm("Olmo3Config", "Olmo3ForCausalLM", **without(STD, "head_dim") | dict(hidden_size=16))


@family()
def cohere2():
    return lm("Cohere2Config", "Cohere2ForCausalLM", **STD)


@family()
def smollm3():
    return lm("SmolLM3Config", "SmolLM3ForCausalLM", **without(STD, "head_dim") | dict(
        hidden_size=16, no_rope_layers=[1, 0]))


@family(qk_norm=("query_layernorm", "key_layernorm"))
def hunyuan():                                           # QK-norm under other names
    return lm("HunYuanDenseV1Config", "HunYuanDenseV1ForCausalLM", **STD)


@family(qk_norm=("q_norm", "k_norm"))
def nanochat():                                          # norms without weights, those of q and k too
    return lm("NanoChatConfig", "NanoChatForCausalLM", **without(STD, "head_dim") | dict(hidden_size=16))


@family()
def granitemoe():
    return lm("GraniteMoeConfig", "GraniteMoeForCausalLM", **without(STD, "head_dim") | dict(
        hidden_size=16, attention_multiplier=0.3, num_local_experts=2, num_experts_per_tok=1))


@family()
def nemotron():                                          # LayerNorm whose weight is 1 + w
    return lm("NemotronConfig", "NemotronForCausalLM", **STD)


@family(inner_norm=("q_a_layernorm", "kv_a_layernorm"), product=True)
def deepseek_v2():
    return lm("DeepseekV2Config", "DeepseekV2ForCausalLM", **MLA | dict(
        q_lora_rank=None, kv_lora_rank=8, topk_method="greedy"))


@family({"": ENC})
def xlm_roberta():
    return tf.XLMRobertaModel(tf.XLMRobertaConfig(**BERT | dict(max_position_embeddings=8))), words()


@family({"": r"layer\.(\d+)\.attention\.self$"})
def deberta():                                           # q, k, v for each head; a scale by the kinds of attention
    return tf.DebertaModel(tf.DebertaConfig(**BERT | dict(pos_att_type=["c2p", "p2c"], type_vocab_size=0))), words()


@family({"": r"layer\.(\d+)\.attention\.self$"})
def deberta_v2():
    return tf.DebertaV2ForMaskedLM(tf.DebertaV2Config(**BERT | dict(pos_att_type=["p2c"], type_vocab_size=0))), words()


@family({"": r"layer\.(\d+)\.attention\.self$"})
def deberta_v2_conv():                                   # a convolution behind the first layer, and its norm
    return tf.DebertaV2Model(tf.DebertaV2Config(**BERT | dict(
        pos_att_type=["c2p", "p2c"], type_vocab_size=0, num_hidden_layers=3, conv_kernel_size=3, conv_act="gelu"))), words()


@family({"": r"layer\.(\d+)\.attention\.attn$"})
def mpnet():
    return tf.MPNetModel(tf.MPNetConfig(**without(BERT, "type_vocab_size") | dict(max_position_embeddings=8))), words()


@family({"": r"albert_layer_groups\.(\d+)\.albert_layers\.0\.attention$"})
def albert():                                            # as many groups as layers: each has its own
    return tf.AlbertForMaskedLM(tf.AlbertConfig(**BERT | dict(num_hidden_groups=2, embedding_size=4))), words()


@family({"": r"layers\.(\d+)\.attn$"})
def modernbert():                                        # layer 0 has the norm of the embeddings
    return tf.ModernBertForMaskedLM(tf.ModernBertConfig(**without(BERT, "type_vocab_size") | dict(
        num_hidden_layers=3, global_attn_every_n_layers=2, local_attention=4, pad_token_id=0, bos_token_id=1,
        eos_token_id=2, cls_token_id=1, sep_token_id=2))), words()


@family({"": r"layer\.(\d+)\.attention\.self$"}, prescale=0.5)
def esm():                                               # q is scaled ahead of its rotary positions
    return tf.EsmForMaskedLM(tf.EsmConfig(**without(BERT, "type_vocab_size") | dict(
        vocab_size=8, pad_token_id=0, mask_token_id=3, position_embedding_type="rotary", token_dropout=False))), words()


WAVE = dict(vocab_size=4, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=4,
            conv_dim=[4], conv_stride=[1], conv_kernel=[1], num_feat_extract_layers=1, num_conv_pos_embeddings=2,
            num_conv_pos_embedding_groups=1, mask_time_prob=0.0)
SOUND = {"input_values": torch.ones(1, 1, dtype=torch.float64)}


@family({"": r"encoder\.layers\.(\d+)\.attention$"})
def wav2vec2():                                          # norms after, and one before the first layer
    return tf.Wav2Vec2ForCTC(tf.Wav2Vec2Config(**WAVE | dict(feat_extract_norm="layer"))), SOUND


@family({"": r"encoder\.layers\.(\d+)\.attention$"})
def wav2vec2_stable():
    return tf.Wav2Vec2Model(tf.Wav2Vec2Config(**WAVE | dict(
        feat_extract_norm="layer", do_stable_layer_norm=True))), SOUND


@family({"": r"encoder\.layers\.(\d+)\.attention$"})
def hubert():
    return tf.HubertModel(tf.HubertConfig(**WAVE | dict(feat_extract_norm="layer"))), SOUND


@family({"": ENC})
def electra():
    return tf.ElectraModel(tf.ElectraConfig(**BERT | dict(embedding_size=12))), words()


@family({"encoder": r"encoder\.block\.(\d+)\..*SelfAttention$", "decoder": r"decoder\.block\.(\d+)\..*SelfAttention$",
         "cross": r"decoder\.block\.(\d+)\..*EncDecAttention$"})
def mt5():                                               # d_kv is not d_model / heads
    return tf.MT5ForConditionalGeneration(tf.MT5Config(
        vocab_size=4, d_model=12, d_kv=6, d_ff=4, num_layers=1, num_decoder_layers=1, num_heads=3,
        relative_attention_num_buckets=4)), words() | {"decoder_input_ids": torch.ones(1, 1, dtype=torch.long)}


@family({"encoder": r"encoder\.layers\.(\d+)\.self_attn$", "decoder": r"decoder\.layers\.(\d+)\.self_attn$",
         "cross": r"decoder\.layers\.(\d+)\.encoder_attn$"})
def bart():                                              # post-norm, encoder and decoder
    return tf.BartForConditionalGeneration(tf.BartConfig(
        vocab_size=4, d_model=12, encoder_layers=2, decoder_layers=2, encoder_attention_heads=3,
        decoder_attention_heads=3, encoder_ffn_dim=4, decoder_ffn_dim=4, max_position_embeddings=4, pad_token_id=0,
        bos_token_id=1, eos_token_id=2, decoder_start_token_id=1, forced_eos_token_id=2)), words() | {
        "decoder_input_ids": torch.ones(1, 1, dtype=torch.long)}


SEQ = {"encoder": r"encoder\.layers\.(\d+)\.self_attn$", "decoder": r"decoder\.layers\.(\d+)\.self_attn$",
       "cross": r"decoder\.layers\.(\d+)\.encoder_attn$"}
PAIR = words() | {"decoder_input_ids": torch.ones(1, 1, dtype=torch.long)}


def seq(name):
    """A model of encoder and decoder, like bart, two layers each."""
    config = getattr(tf, name + "Config")(
        vocab_size=4, decoder_vocab_size=4, d_model=12, encoder_layers=2, decoder_layers=2, encoder_attention_heads=3,
        decoder_attention_heads=2, encoder_ffn_dim=4, decoder_ffn_dim=4, max_position_embeddings=4, pad_token_id=0,
        bos_token_id=1, eos_token_id=2, decoder_start_token_id=1, forced_eos_token_id=2)
    return getattr(tf, {"Marian": "MarianMTModel"}.get(name, name + "ForConditionalGeneration"))(config), PAIR


@family(SEQ)
def marian():                                            # norms after, none of the embeddings
    return seq("Marian")


@family(SEQ)
def mbart():
    return seq("MBart")


@family(SEQ)
def m2m_100():
    return seq("M2M100")


@family(SEQ)
def pegasus():
    return seq("Pegasus")


@family({"": ENC})
def ernie():                                             # names begin with ernie.
    return tf.ErnieForMaskedLM(tf.ErnieConfig(**BERT)), words()


@family({"": ENC})
def data2vec_text():
    return tf.Data2VecTextModel(tf.Data2VecTextConfig(**BERT | dict(max_position_embeddings=8))), words()


@family({"": ENC})
def rembert():                                           # embeddings that are projected behind their norm
    return tf.RemBertModel(tf.RemBertConfig(**BERT | dict(input_embedding_size=4, output_embedding_size=4))), words()


@family({"decoder": r"layers\.(\d+)\.self_attn$", "cross": r"layers\.(\d+)\.cross_attn$"}, qk_norm=("q_norm", "k_norm"))
def mllama_text():                                       # each layer has attention of one kind alone
    return tf.MllamaTextModel(tf.MllamaTextConfig(**EVEN | dict(
        num_hidden_layers=3, cross_attention_layers=[1], rope_parameters=dict(rope_type="default", rope_theta=10000.0)))), \
        text() | {"cross_attention_states": torch.ones(1, 1, 16, dtype=torch.float64)}


@family({"": r"layer\.(\d+)\.attention$"})
def dinov3_vit():                                        # rotary positions by place in the image
    return tf.DINOv3ViTModel(tf.DINOv3ViTConfig(**IMAGE | dict(num_register_tokens=0))), PIXELS


IMAGE = dict(hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=4, image_size=2,
             patch_size=2, num_channels=1)
PIXELS = {"pixel_values": torch.ones(1, 1, 2, 2, dtype=torch.float64)}


@family({"": r"layers?\.(\d+)\.attention(?:\.attention)?$"})
def deit():
    return tf.DeiTModel(tf.DeiTConfig(**IMAGE)), PIXELS


@family({"": r"layers?\.(\d+)\.attention(?:\.attention)?$"})
def dinov2():
    return tf.Dinov2Model(tf.Dinov2Config(**IMAGE | dict(mlp_ratio=1))), PIXELS


def own_names(path):
    """The names that the modules have, which save_pretrained turns into those of older versions."""
    config, _ = load(path)
    model = tf.AutoModel.from_pretrained(path)
    store(path, config, {k: v.clone() for k, v in model.state_dict().items()})


@family({"": r"layers?\.(\d+)\.attention(?:\.attention)?$"}, rewrite=own_names)
def vit_new():
    return vit()


@family({"": r"layers?\.(\d+)\.attention(?:\.attention)?$"}, rewrite=own_names)
def dinov2_new():
    return dinov2()


@family({"text": r"text_model.*layers\.(\d+)\.self_attn$", "vision": r"vision_model.*layers\.(\d+)\.self_attn$"})
def siglip():
    return tf.SiglipModel(tf.SiglipConfig(
        text_config=dict(vocab_size=4, hidden_size=12, intermediate_size=4, num_hidden_layers=1,
                         num_attention_heads=3, max_position_embeddings=4, projection_size=12),
        vision_config=IMAGE | dict(num_hidden_layers=1))), PIXELS | {
        "input_ids": torch.full((1, 1), 2)}


@family({"text": r"text_model.*layers\.(\d+)\.self_attn$", "vision": r"vision_model.*layers\.(\d+)\.self_attn$"})
def siglip2():
    return tf.Siglip2Model(tf.Siglip2Config(
        text_config=dict(vocab_size=4, hidden_size=12, intermediate_size=4, num_hidden_layers=1,
                         num_attention_heads=3, max_position_embeddings=4, projection_size=12),
        vision_config=without(IMAGE, "image_size") | dict(num_hidden_layers=1, num_patches=4))), {
        "input_ids": torch.full((1, 1), 2), "pixel_values": torch.ones(1, 1, 4, dtype=torch.float64),
        "pixel_attention_mask": torch.ones(1, 1, dtype=torch.long), "spatial_shapes": torch.ones(1, 2, dtype=torch.long)}


@family({"text": r"text_model.*layers\.(\d+)\.self_attn$", "vision": r"vision_model.*layers\.(\d+)\.self_attn$"})
def metaclip_2():
    return tf.MetaClip2Model(tf.MetaClip2Config(
        text_config=dict(vocab_size=4, hidden_size=12, intermediate_size=4, num_hidden_layers=2,
                         num_attention_heads=3, max_position_embeddings=4, projection_dim=4, eos_token_id=2),
        vision_config=IMAGE | dict(num_hidden_layers=1, projection_dim=4), projection_dim=4)), PIXELS | {
        "input_ids": torch.full((1, 1), 2)}


@family({"text": r"text_model.*layer\.(\d+)\.attention\.self$", "vision": r"vision_model.*layers\.(\d+)\.self_attn$"})
def chinese_clip():                                      # its text tower is bert
    return tf.ChineseCLIPModel(tf.ChineseCLIPConfig(
        text_config=BERT | dict(num_hidden_layers=2), vision_config=IMAGE | dict(num_hidden_layers=1, projection_dim=4),
        projection_dim=4)), PIXELS | words()


# kin: families that are read as one above is, small, and two layers where these are of two kinds

TINY = dict(vocab_size=4, hidden_size=8, intermediate_size=4, num_hidden_layers=1, num_attention_heads=2,
            num_key_value_heads=1, head_dim=4, max_position_embeddings=8, pad_token_id=0, bos_token_id=1, eos_token_id=2)
QK = ("q_norm", "k_norm")


def kin(name, config, cls, sizes, *stacks, **how):
    """Registers a causal language model of the class that needs no more than its sizes."""
    def make():
        return lm(config, cls, **sizes)
    make.__name__ = name
    family(*stacks, **how)(make)


MOE = dict(moe_intermediate_size=4, num_experts=2, num_experts_per_tok=1, num_shared_experts=1)
kin("cwm", "CwmConfig", "CwmForCausalLM", TINY | dict(num_hidden_layers=2))
kin("eurobert", "EuroBertConfig", "EuroBertModel", TINY)
kin("ernie4_5_moe", "Ernie4_5_MoeConfig", "Ernie4_5_MoeForCausalLM", TINY | dict(
    moe_intermediate_size=4, moe_num_experts=2, moe_k=1, moe_num_shared_experts=1, use_bias=True))
kin("hy_v3", "HYV3Config", "HYV3ForCausalLM", TINY | MOE, qk_norm=QK)
kin("solar_open", "SolarOpenConfig", "SolarOpenForCausalLM", TINY | dict(
    n_routed_experts=2, num_experts_per_tok=1, moe_intermediate_size=4, n_group=1, topk_group=1, n_shared_experts=1))
kin("mellum", "MellumConfig", "MellumForCausalLM", TINY | MOE, qk_norm=QK)
kin("minimax", "MiniMaxConfig", "MiniMaxForCausalLM", TINY | dict(
    num_hidden_layers=2, num_local_experts=2, num_experts_per_tok=1, layer_types=["linear_attention", "full_attention"],
    block_size=2))
kin("bitnet", "BitNetConfig", "BitNetForCausalLM", without(TINY, "head_dim"),   # a norm before W_O
    qk_norm=("attn_sub_norm",))
kin("afmoe", "AfmoeConfig", "AfmoeForCausalLM", TINY | MOE | dict(               # a gate, norms, rotary where sliding
    num_hidden_layers=2, num_dense_layers=1, layer_types=["sliding_attention", "full_attention"]), qk_norm=QK)
kin("exaone_moe", "ExaoneMoeConfig", "ExaoneMoeForCausalLM", TINY | MOE | dict(
    num_hidden_layers=2, first_k_dense_replace=1, n_group=1, topk_group=1,
    layer_types=["sliding_attention", "full_attention"]), qk_norm=QK)
kin("falcon_h1", "FalconH1Config", "FalconH1ForCausalLM", TINY | dict(           # a factor on k, in the scale
    key_multiplier=0.625, mamba_d_ssm=4, mamba_n_heads=1, mamba_d_head=4, mamba_d_state=2, mamba_d_conv=2,
    attention_out_multiplier=0.75))
kin("flex_olmo", "FlexOlmoConfig", "FlexOlmoForCausalLM", without(TINY, "head_dim") | dict(
    num_experts=2, num_experts_per_tok=1), qk_norm=QK)
kin("olmo_hybrid", "OlmoHybridConfig", "OlmoHybridForCausalLM", without(TINY, "head_dim") | dict(
    num_hidden_layers=2, layer_types=["linear_attention", "full_attention"], linear_key_head_dim=2,
    linear_value_head_dim=2, linear_num_key_heads=1, linear_num_value_heads=1, linear_conv_kernel_dim=2), qk_norm=QK)
kin("granitemoeshared", "GraniteMoeSharedConfig", "GraniteMoeSharedForCausalLM", without(TINY, "head_dim") | dict(
    attention_multiplier=0.3, num_local_experts=2, num_experts_per_tok=1, shared_intermediate_size=4))
kin("hyperclovax", "HyperCLOVAXConfig", "HyperCLOVAXForCausalLM", TINY | dict(attention_multiplier=0.3))
kin("jais2", "Jais2Config", "Jais2ForCausalLM", TINY)
kin("phimoe", "PhimoeConfig", "PhimoeForCausalLM", without(TINY, "head_dim") | dict(
    num_local_experts=2, num_experts_per_tok=1))
kin("vaultgemma", "VaultGemmaConfig", "VaultGemmaForCausalLM", TINY | dict(query_pre_attn_scalar=7))
kin("lfm2_moe", "Lfm2MoeConfig", "Lfm2MoeForCausalLM", without(TINY, "head_dim") | MOE | dict(
    num_hidden_layers=2, layer_types=["conv", "full_attention"], num_dense_layers=1, conv_L_cache=2),
    qk_norm=("q_layernorm", "k_layernorm"))
kin("persimmon", "PersimmonConfig", "PersimmonForCausalLM", without(TINY, "head_dim", "num_key_value_heads"),
    qk_norm=("q_layernorm", "k_layernorm"))
kin("dbrx", "DbrxConfig", "DbrxForCausalLM", dict(
    d_model=8, n_heads=2, n_layers=1, max_seq_len=8, vocab_size=4, pad_token_id=0,
    attn_config=dict(kv_n_heads=1, clip_qkv=8.0, rope_theta=10000.0),
    ffn_config=dict(ffn_hidden_size=4, moe_num_experts=2, moe_top_k=1)), {"": r"blocks\.(\d+)\.norm_attn_norm\.attn$"})
kin("gpt_neox_japanese", "GPTNeoXJapaneseConfig", "GPTNeoXJapaneseForCausalLM", dict(
    vocab_size=4, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_multiple_size=1,
    max_position_embeddings=4, rotary_pct=0.5), {"": r"layers\.(\d+)\.attention$"})
kin("openai_gpt", "OpenAIGPTConfig", "OpenAIGPTLMHeadModel", dict(
    vocab_size=4, n_positions=4, n_embd=8, n_layer=2, n_head=2), {"": GPT})
kin("ctrl", "CTRLConfig", "CTRLLMHeadModel", dict(
    vocab_size=4, n_positions=4, n_embd=8, n_layer=1, n_head=2, dff=4), {"": r"h\.(\d+)\.multi_head_attention$"})
kin("biogpt", "BioGptConfig", "BioGptForCausalLM", without(TINY, "head_dim", "num_key_value_heads"))
kin("xglm", "XGLMConfig", "XGLMForCausalLM", dict(
    vocab_size=4, d_model=8, ffn_dim=4, num_layers=1, attention_heads=2, max_position_embeddings=8, pad_token_id=0))


# models of several parts

SIGLIP = dict(model_type="siglip_vision_model", hidden_size=8, intermediate_size=4, num_hidden_layers=1,
              num_attention_heads=2, image_size=4, patch_size=2, num_channels=1, vision_use_head=False)


@family({"text": LANGUAGE, "vision": TOWER}, towers={"model.vision_tower": square(4)})
def llava():
    return tf.LlavaForConditionalGeneration(tf.LlavaConfig(
        text_config=dict(model_type="llama", **STD), vision_config=without(SIGLIP, "vision_use_head") | dict(
            model_type="clip_vision_model", projection_dim=4), image_token_index=3)), text()


SMALL = dict(vocab_size=4, hidden_size=8, intermediate_size=4, num_hidden_layers=1, num_attention_heads=2,
             num_key_value_heads=1, max_position_embeddings=8, pad_token_id=0, bos_token_id=1, eos_token_id=2)
MROPE = dict(rope_parameters=dict(rope_type="default", rope_theta=10000.0, mrope_section=[1, 1, 0]))
PATCHES = dict(hidden_size=8, intermediate_size=4, num_hidden_layers=1, num_attention_heads=2, image_size=2,
               patch_size=2, num_channels=1)
QWENS = dict(depth=1, intermediate_size=4, num_heads=2, in_channels=1, patch_size=2, spatial_merge_size=1,
             temporal_patch_size=1)
IDS = dict(image_token_id=3, video_token_id=3, vision_start_token_id=2, vision_end_token_id=2)


def tower(name, path, image, **over):
    """What family() needs for a tower of images at a path, in a model with language_model."""
    return dict(stacks={"text": LANGUAGE, "vision": name}, towers={path: image}, **over)


@family(BLOCKS, towers={"model.visual": GRID}, packed=("vision",))
def qwen2_vl():                                          # hidden_size is not the width of the tower
    return tf.Qwen2VLForConditionalGeneration(tf.Qwen2VLConfig(
        text_config=SMALL | MROPE, vision_config=without(QWENS, "intermediate_size") | dict(
            embed_dim=12, hidden_size=8, mlp_ratio=1, num_heads=3), **IDS)), text()


@family(BLOCKS, towers={"model.visual": GRID}, packed=("vision",))
def qwen2_5_vl():
    return tf.Qwen2_5_VLForConditionalGeneration(tf.Qwen2_5_VLConfig(
        text_config=SMALL | MROPE, vision_config=QWENS | dict(
            hidden_size=12, num_heads=3, out_hidden_size=8, window_size=4, fullatt_block_indexes=[0]), **IDS)), text()


@family(BLOCKS, towers={"model.visual": GRID}, packed=("vision",))
def glm4v():
    return tf.Glm4vForConditionalGeneration(tf.Glm4vConfig(
        text_config=SMALL | MROPE, vision_config=QWENS | dict(
            hidden_size=8, out_hidden_size=8, image_size=2, attention_bias=True), image_token_id=3, video_token_id=3)), text()


@family(**tower(r"vision_tower.*layer\.(\d+)\.attention$", "model.vision_tower", square(2)))
def internvl():
    return tf.InternVLForConditionalGeneration(tf.InternVLConfig(
        text_config=dict(model_type="qwen2", **SMALL), vision_config=PATCHES | dict(
            image_size=[2, 2], patch_size=[2, 2], attention_bias=True), image_token_id=3, downsample_ratio=1.0)), text()


@family(**tower(r"vision_tower.*layer\.(\d+)\.attention$", "model.vision_tower", square(2)), qk_norm=("q_norm", "k_norm"))
def internvl_rms():
    return tf.InternVLForConditionalGeneration(tf.InternVLConfig(
        text_config=dict(model_type="qwen2", **SMALL), vision_config=PATCHES | dict(
            image_size=[2, 2], patch_size=[2, 2], norm_type="rms_norm", use_qk_norm=True), image_token_id=3,
        downsample_ratio=1.0)), text()


@family(**tower(r"vision_tower.*layers\.(\d+)\.attention$", "model.vision_tower",
                square(2) | dict(image_sizes=torch.tensor([[2, 2]]))), packed=("vision",))
def mistral3():                                          # its tower is pixtral
    return tf.Mistral3ForConditionalGeneration(tf.Mistral3Config(
        text_config=dict(model_type="mistral", **SMALL), vision_config=PATCHES | dict(model_type="pixtral", head_dim=4),
        image_token_index=3, spatial_merge_size=1)), text()


@family({"text": r"text_model\.layers\.(\d+)\.self_attn$", "vision": TOWER},
        towers={"model.vision_model": square(2) | dict(patch_attention_mask=torch.ones(1, 1, 1, dtype=torch.bool))})
def idefics3():
    return tf.Idefics3ForConditionalGeneration(tf.Idefics3Config(
        text_config=dict(model_type="llama", **SMALL), vision_config=PATCHES, image_token_id=3, scale_factor=1)), text()


@family({"decoder": r"language_model.*layers\.(\d+)\.self_attn$", "cross": r"layers\.(\d+)\.cross_attn$",
         "vision": r"vision_model\.transformer\.layers\.(\d+)\.self_attn$",
         "vision.global": r"global_transformer\.layers\.(\d+)\.self_attn$"}, qk_norm=("q_norm", "k_norm"),
        part="model.language_model", towers={"model.vision_model": dict(
            pixel_values=torch.ones(1, 1, 1, 1, 2, 2, dtype=torch.float64), aspect_ratio_ids=torch.ones(1, 1, dtype=torch.long),
            aspect_ratio_mask=torch.ones(1, 1, 1, dtype=torch.long))})
def mllama():                                            # gates behind attention in the global layers
    return tf.MllamaForConditionalGeneration(tf.MllamaConfig(
        text_config=SMALL | dict(num_hidden_layers=2, cross_attention_layers=[1], rope_parameters=dict(
            rope_type="default", rope_theta=10000.0)),
        vision_config=without(PATCHES, "num_attention_heads") | dict(
            attention_heads=2, num_global_layers=1, max_num_tiles=1, intermediate_layers_indices=[0], vision_output_dim=16,
            supported_aspect_ratios=[[1, 1]]), image_token_index=3)), \
        text() | {"cross_attention_states": torch.ones(1, 1, 8, dtype=torch.float64)}


ROBERT = dict(vocab_size=4, hidden_size=8, intermediate_size=4, num_hidden_layers=1, num_attention_heads=2,
              max_position_embeddings=8, pad_token_id=0, bos_token_id=1, eos_token_id=2)


@family({"text": r"text_model.*layer\.(\d+)\.attention\.self$", "vision": TOWER}, part="text_model",
        towers={"vision_model": square(2, 3)})
def blip():                                              # q, k and v of its tower are one tensor
    return tf.BlipModel(tf.BlipConfig(
        text_config=ROBERT | dict(projection_dim=4, encoder_hidden_size=8), vision_config=PATCHES, projection_dim=4)), words()


@family({"text": r"text_decoder.*layer\.(\d+)\.attention\.self$", "vision": TOWER})
def blip_caption():
    return tf.BlipForConditionalGeneration(tf.BlipConfig(
        text_config=ROBERT | dict(projection_dim=4, encoder_hidden_size=8), vision_config=PATCHES, projection_dim=4)), \
        square(2, 3) | words()


QFORMER = dict(vocab_size=4, hidden_size=8, intermediate_size=4, num_hidden_layers=2, num_attention_heads=2,
               encoder_hidden_size=12, max_position_embeddings=4)


@family({"text": r"language_model.*layers\.(\d+)\.self_attn$", "vision": TOWER,
         "qformer": r"qformer.*layer\.(\d+)\.attention\.attention$"}, part="language_model",
        towers={"vision_model": square(2, 3), "qformer": dict(
            query_embeds=torch.ones(1, 1, 8, dtype=torch.float64), encoder_hidden_states=torch.ones(
                1, 1, 12, dtype=torch.float64))})
def blip_2():                                            # in cross attention keys are wider than queries: no rows
    return tf.Blip2ForConditionalGeneration(tf.Blip2Config(
        text_config=dict(model_type="opt", **without(OPT, "num_hidden_layers"), num_hidden_layers=1),
        vision_config=PATCHES | dict(hidden_size=12, num_attention_heads=3), qformer_config=QFORMER,
        num_query_tokens=1, image_token_index=3)), text()


@family({"text": r"git\.encoder\.layer\.(\d+)\.attention\.self$", "vision": TOWER}, towers={"git.image_encoder": square(2)})
def git():
    return tf.GitForCausalLM(tf.GitConfig(vision_config=PATCHES, **ROBERT)), words()


@family({"text": r"text_model.*layers\.(\d+)\.self_attn$", "vision": TOWER}, qk_norm=("inner_attn_ln",), part="text_model",
        towers={"vision_model": square(2)})
def kosmos_2():                                          # a norm of what heads give, before W_O
    return tf.Kosmos2ForConditionalGeneration(tf.Kosmos2Config(
        text_config=dict(vocab_size=4, embed_dim=8, layers=1, ffn_dim=4, attention_heads=2, max_position_embeddings=8,
                         pad_token_id=0, bos_token_id=1, eos_token_id=2), vision_config=PATCHES, latent_query_num=1)), text()


@family({"text": r"^model\.layers\.(\d+)\.self_attn$", "vision": r"img_processor.*layers\.(\d+)\.self_attn$",
         "audio": r"audio_embed.*encoders\.(\d+)\.self_attn$"}, towers={
             "model.embed_tokens_extend.image_embed.img_processor": square(2) | dict(patch_attention_mask=torch.ones(
                 1, 1, 1, dtype=torch.bool)),
             "model.embed_tokens_extend.audio_embed.encoder": dict(
                 hidden_states=torch.ones(1, 8, 8, dtype=torch.float64), mask=None)})
def phi4_multimodal():                                   # its config is that of the language model
    return tf.Phi4MultimodalForCausalLM(tf.Phi4MultimodalConfig(
        **SMALL, vision_config=PATCHES | dict(image_size=4, crop_size=4), audio_config=dict(
            hidden_size=8, intermediate_size=4, num_blocks=1, num_attention_heads=2, input_size=8,
            nemo_conv_channels=8, ext_pw_out_channel=8, depthwise_separable_out_channel=8, time_reduction=2, bias_max_distance=2))), text()


SOUNDS = dict(d_model=8, encoder_layers=1, encoder_attention_heads=2, encoder_ffn_dim=4, num_mel_bins=2,
              max_source_positions=2)
HEARS = {"text": LANGUAGE, "audio": r"audio_tower.*layers\.(\d+)\.self_attn$"}
MEL = {"input_features": torch.ones(1, 2, 4, dtype=torch.float64)}


@family(HEARS, towers={"model.audio_tower": MEL})
def voxtral():
    return tf.VoxtralForConditionalGeneration(tf.VoxtralConfig(
        text_config=dict(model_type="llama", head_dim=4, **SMALL), audio_config=dict(
            hidden_size=8, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, num_mel_bins=2,
            max_source_positions=2), audio_token_id=3)), text()


@family(HEARS, towers={"model.audio_tower": MEL})
def qwen2_audio():
    return tf.Qwen2AudioForConditionalGeneration(tf.Qwen2AudioConfig(
        text_config=dict(model_type="qwen2", **SMALL), audio_config=SOUNDS, audio_token_index=3)), text()


@family(**tower(r"vision_tower.*layers\.(\d+)\.attn$", "model.vision_tower", square(4)))
def got_ocr2():                                          # q meets vectors of rows and columns
    return tf.GotOcr2ForConditionalGeneration(tf.GotOcr2Config(
        text_config=dict(model_type="qwen2", **SMALL), vision_config=without(PATCHES, "intermediate_size") | dict(
            mlp_dim=4, output_channels=4, window_size=1, global_attn_indexes=[0], image_size=4), image_token_index=3)), text()


@family(**tower(r"vision_tower.*layers\.(\d+)\.attention$", "model.vision_tower.transformer", square(2)))
def ovis2():
    return tf.Ovis2ForConditionalGeneration(tf.Ovis2Config(
        text_config=dict(model_type="qwen2", **SMALL), vision_config=PATCHES | dict(
            vocab_size=8, num_visual_indicator_tokens=1, hidden_stride=1), image_token_id=3,
        visual_indicator_token_ids=[3], vocab_size=4, hidden_size=8)), text()


VIT = r"layers?\.(\d+)\.attention(?:\.attention)?$"


@family({"": VIT})
def beit():                                              # factors behind W_O
    return tf.BeitModel(tf.BeitConfig(**IMAGE | dict(layer_scale_init_value=0.1))), PIXELS


@family({"encoder": r"(?:vit|encoder)\.layers?\.(\d+)\.attention(?:\.attention)?$",
         "decoder": r"decoder_layers\.(\d+)\.attention(?:\.attention)?$"})
def vit_mae():
    return tf.ViTMAEForPreTraining(tf.ViTMAEConfig(**IMAGE | dict(
        mask_ratio=0.0, decoder_hidden_size=8, decoder_num_hidden_layers=1, decoder_num_attention_heads=2,
        decoder_intermediate_size=4))), PIXELS | dict(noise=torch.ones(1, 1, dtype=torch.float64))


VIDEO = {"pixel_values": torch.ones(1, 1, 1, 2, 2, dtype=torch.float64)}


@family({"spatial": r"layer\.(\d+)\.attention\.attention$", "temporal": r"layer\.(\d+)\.temporal_attention\.attention$"})
def timesformer():                                       # two kinds of attention in each layer
    return tf.TimesformerModel(tf.TimesformerConfig(**IMAGE | dict(num_frames=1))), VIDEO


@family({"encoder": r"encoder\.layer\.(\d+)\.attention$", "predictor": r"predictor\.layer\.(\d+)\.attention$"},
        prescale=1.0)
def vjepa2():
    return tf.VJEPA2Model(tf.VJEPA2Config(
        patch_size=2, crop_size=2, frames_per_clip=2, tubelet_size=2, hidden_size=12, in_chans=3, num_attention_heads=2,
        num_hidden_layers=1, mlp_ratio=1.0, pred_hidden_size=12, pred_num_attention_heads=2, pred_num_hidden_layers=1,
        pred_num_mask_tokens=1, pred_mlp_ratio=1.0)), {
        "pixel_values_videos": torch.ones(1, 2, 3, 2, 2, dtype=torch.float64)}


@family({"encoder": VIT, "decoder": r"h\.(\d+)\.attn$"})
def vision_encoder_decoder():                            # without cross attention, whose keys are of another model
    return tf.VisionEncoderDecoderModel(tf.VisionEncoderDecoderConfig(
        encoder=IMAGE | dict(model_type="vit", num_hidden_layers=1), decoder=dict(
            model_type="gpt2", vocab_size=4, n_positions=4, n_embd=12, n_layer=1, n_head=3, n_inner=4,
            is_decoder=True, add_cross_attention=True, bos_token_id=1, eos_token_id=2))), \
        PIXELS | {"decoder_input_ids": torch.ones(1, 1, dtype=torch.long)}


@family({"encoder": VIT, "decoder": r"decoder\.layers\.(\d+)\.self_attn$"})
def trocr():
    return tf.VisionEncoderDecoderModel(tf.VisionEncoderDecoderConfig(
        encoder=IMAGE | dict(model_type="deit", num_hidden_layers=1), decoder=dict(
            model_type="trocr", vocab_size=4, d_model=12, decoder_layers=2, decoder_attention_heads=3,
            decoder_ffn_dim=4, max_position_embeddings=4, is_decoder=True, add_cross_attention=True,
            pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=1))), \
        PIXELS | {"decoder_input_ids": torch.ones(1, 1, dtype=torch.long)}


@family({"text": r"text_model.*layers\.(\d+)\.attention\.self$", "vision": TOWER}, part="text_model",
        towers={"vision_model": square(2)})
def altclip():
    return tf.AltCLIPModel(tf.AltCLIPConfig(
        text_config=ROBERT | dict(type_vocab_size=1, project_dim=4), vision_config=PATCHES, projection_dim=4)), words()


@family(BLOCKS | {"audio": r"audio_tower.*layers\.(\d+)\.self_attn$"}, part="model.language_model",
        packed=("vision", "audio"), towers={"model.visual": GRID, "model.audio_tower": dict(
            input_features=torch.ones(2, 4, dtype=torch.float64), feature_lens=torch.tensor([4]),
            aftercnn_lens=torch.tensor([2]))})
def qwen2_5_omni():                                      # the thinker alone
    return tf.Qwen2_5OmniThinkerForConditionalGeneration(tf.Qwen2_5OmniThinkerConfig(
        text_config=SMALL | MROPE, vision_config=QWENS | dict(
            hidden_size=12, num_heads=3, out_hidden_size=8, window_size=4, fullatt_block_indexes=[0]),
        audio_config=SOUNDS | dict(output_dim=8, n_window=4))), text()


# kin of bert, and of models of encoder and decoder

SLIM = dict(vocab_size=4, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=4,
            max_position_embeddings=4, type_vocab_size=1, pad_token_id=0, bos_token_id=1, eos_token_id=2)


OWN = {"": r"layers\.(\d+)\.self_attn$"}


def reader(name, cls, sizes, *stacks, inputs=words, **how):
    """Registers a model that is no causal language model, of the class and what is called like it but for Config."""
    def make():
        make = getattr(tf, cls)
        return make(make.config_class(**sizes)), inputs()
    make.__name__ = name
    family(*(stacks or [{"": ENC}]), **how)(make)


reader("roberta_prelayernorm", "RobertaPreLayerNormModel", SLIM | dict(max_position_embeddings=8),
       {"": r"layer\.(\d+)\.attention\.self$"})
reader("xlm_roberta_xl", "XLMRobertaXLModel", SLIM | dict(max_position_embeddings=8))
reader("megatron_bert", "MegatronBertForMaskedLM", SLIM)
reader("bert_generation", "BertGenerationEncoder", without(SLIM, "type_vocab_size"))
reader("big_bird", "BigBirdForMaskedLM", SLIM | dict(attention_type="original_full"))


def sinusoids(model):
    """The table of turns by position, which is a parameter, as it was."""
    table = model.roformer.encoder.embed_positions
    table.weight.data = table.create_weight().to(table.weight.dtype)


reader("roformer", "RoFormerForMaskedLM", SLIM | dict(embedding_size=8), prepare=sinusoids)
reader("layoutlm", "LayoutLMForMaskedLM", SLIM | dict(max_2d_position_embeddings=4))
reader("splinter", "SplinterModel", SLIM)
XMOD = SLIM | dict(max_position_embeddings=8, languages=["en_XX"], default_language="en_XX")
reader("xmod", "XmodModel", XMOD)
reader("xmod_prenorm", "XmodModel", XMOD | dict(pre_norm=True))
reader("roc_bert", "RoCBertModel", SLIM | dict(
    pronunciation_vocab_size=4, shape_vocab_size=4, pronunciation_embed_dim=2, shape_embed_dim=2))
reader("luke", "LukeModel", SLIM | dict(max_position_embeddings=8, entity_vocab_size=4, entity_emb_size=4))
reader("visual_bert", "VisualBertModel", SLIM | dict(visual_embedding_dim=4))
reader("nomic_bert", "NomicBertModel", SLIM, OWN)
reader("nomic_bert_new", "NomicBertModel", SLIM | dict(num_hidden_layers=1), OWN, rewrite=own_names)
reader("gte", "GteModel", SLIM, OWN)
reader("jina_embeddings_v3", "JinaEmbeddingsV3Model", SLIM, OWN)
reader("esmc", "EsmcModel", SLIM, {"": r"layers\.(\d+)\.self_attn$"}, qk_norm=QK)
reader("modernbert_decoder", "ModernBertDecoderModel", SLIM | dict(num_hidden_layers=3), {"": r"layers\.(\d+)\.attn$"})


def by_content(model):
    """No attention by distance or segment."""
    for name, p in model.named_parameters():
        if name.endswith(("rel_attn.r", "seg_embed")):
            p.data.zero_()


reader("xlnet", "XLNetModel", dict(vocab_size=4, d_model=8, n_layer=2, n_head=2, d_inner=4), {"": r"layer\.(\d+)\.rel_attn$"},
       prepare=by_content)
XLM = dict(vocab_size=4, emb_dim=8, n_layers=2, n_heads=2, max_position_embeddings=8)
reader("xlm", "XLMModel", XLM, {"": r"attentions\.(\d+)$"}, prescale=0.5)
reader("flaubert", "FlaubertModel", XLM, {"": r"attentions\.(\d+)$"}, prescale=0.5)
TSEQ = dict(vocab_size=4, d_model=8, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
            encoder_ffn_dim=4, decoder_ffn_dim=4, max_position_embeddings=4, pad_token_id=0, bos_token_id=1, eos_token_id=2,
            decoder_start_token_id=1, forced_eos_token_id=2)


def pair():
    return PAIR


reader("blenderbot", "BlenderbotForConditionalGeneration", TSEQ, SEQ, inputs=pair)
reader("blenderbot_small", "BlenderbotSmallForConditionalGeneration", TSEQ | dict(encoder_layers=2), SEQ, inputs=pair)
reader("plbart", "PLBartForConditionalGeneration", TSEQ | dict(encoder_layers=2), SEQ, inputs=pair)
reader("mvp", "MvpForConditionalGeneration", TSEQ | dict(encoder_layers=2), SEQ, inputs=pair)
reader("nllb_moe", "NllbMoeForConditionalGeneration", TSEQ | dict(num_experts=2, expert_ffn_dim=4),
       SEQ | {"cross": r"decoder\.layers\.(\d+)\.cross_attention$"}, inputs=pair)
reader("fsmt", "FSMTForConditionalGeneration", TSEQ | dict(
    encoder_layers=2, langs=["en", "de"], src_vocab_size=4, tgt_vocab_size=4), SEQ, inputs=pair)
T5S = {"encoder": r"encoder\.block\.(\d+)\..*SelfAttention$", "decoder": r"decoder\.block\.(\d+)\..*SelfAttention$",
         "cross": r"decoder\.block\.(\d+)\..*EncDecAttention$"}
reader("switch_transformers", "SwitchTransformersForConditionalGeneration", dict(
    vocab_size=4, d_model=8, d_kv=4, d_ff=4, num_layers=1, num_decoder_layers=1, num_heads=2, num_sparse_encoder_layers=0,
    num_sparse_decoder_layers=0, relative_attention_num_buckets=4), T5S, inputs=pair)


# speech, and others

def sound():
    return SOUND


def unbiased(model):
    """No bias by distance, which in wavlm depends on the input."""
    for name, p in model.named_parameters():
        if "rel_attn_embed" in name:
            p.data.zero_()


WAVES = WAVE | dict(hidden_size=8, num_attention_heads=2, feat_extract_norm="layer")
SPEECH = {"": r"encoder\.layers\.(\d+)\.attention$"}
reader("wavlm", "WavLMModel", WAVES, SPEECH, inputs=sound, prepare=unbiased, prescale=0.5)
reader("wavlm_stable", "WavLMModel", WAVES | dict(do_stable_layer_norm=True, num_hidden_layers=1), SPEECH, inputs=sound,
       prepare=unbiased, prescale=0.5)
reader("unispeech", "UniSpeechModel", WAVES, SPEECH, inputs=sound)
reader("unispeech_sat", "UniSpeechSatModel", WAVES | dict(do_stable_layer_norm=True, num_hidden_layers=1), SPEECH,
       inputs=sound)
reader("sew", "SEWModel", WAVES | dict(squeeze_factor=1), SPEECH, inputs=sound)
reader("data2vec_audio", "Data2VecAudioModel", WAVES | dict(conv_pos_kernel_size=3, num_conv_pos_embeddings=1), SPEECH,
       inputs=sound)
reader("wav2vec2_conformer", "Wav2Vec2ConformerModel", WAVES | dict(
    num_hidden_layers=1, position_embeddings_type=None, conv_depthwise_kernel_size=1), OWN, inputs=sound)
reader("wav2vec2_bert", "Wav2Vec2BertModel", dict(
    vocab_size=4, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=4,
    feature_projection_input_dim=4, position_embeddings_type=None, conv_depthwise_kernel_size=1, mask_time_prob=0.0), OWN,
    inputs=lambda: {"input_features": torch.ones(1, 1, 4, dtype=torch.float64)})
reader("speech_to_text", "Speech2TextForConditionalGeneration", TSEQ | dict(
    num_conv_layers=1, conv_kernel_sizes=[1], conv_channels=4, input_feat_per_channel=4, max_source_positions=8,
    max_target_positions=8), SEQ, inputs=lambda: {"input_features": torch.ones(1, 1, 4, dtype=torch.float64),
                                                  "decoder_input_ids": torch.ones(1, 1, dtype=torch.long)})
reader("imagegpt", "ImageGPTModel", dict(
    vocab_size=4, n_positions=4, n_embd=8, n_layer=1, n_head=2, n_inner=4), {"": GPT}, inputs=words)
reader("decision_transformer", "DecisionTransformerModel", dict(
    state_dim=2, act_dim=2, hidden_size=8, max_ep_len=4, n_positions=8, n_layer=1, n_head=2, n_inner=4, vocab_size=1),
    {"": GPT},
    inputs=lambda: {"states": torch.ones(1, 1, 2, dtype=torch.float64), "actions": torch.ones(1, 1, 2, dtype=torch.float64),
                    "rewards": torch.ones(1, 1, 1, dtype=torch.float64), "returns_to_go": torch.ones(1, 1, 1, dtype=torch.float64),
                    "timesteps": torch.zeros(1, 1, dtype=torch.long)})
LATENT = dict(inner_norm=("q_a_layernorm", "kv_a_layernorm"), product=True)
NARROW = MLA | dict(num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2, q_lora_rank=8)
kin("mistral4", "Mistral4Config", "Mistral4ForCausalLM", NARROW, **LATENT)
kin("axk1", "AXK1Config", "AXK1ForCausalLM", NARROW, **LATENT)
kin("kimi_linear", "KimiLinearConfig", "KimiLinearForCausalLM", NARROW | dict(
    q_lora_rank=None, num_hidden_layers=2, layer_types=["linear_attention", "full_attention"], linear_head_dim=2,
    linear_num_heads=1, linear_conv_kernel_dim=2, num_local_experts=2), **LATENT)
kin("longcat_flash", "LongcatFlashConfig", "LongcatFlashForCausalLM", without(
    NARROW, "num_hidden_layers", "num_experts_per_tok") | dict(
    num_layers=1, head_dim=2, ffn_hidden_size=4, expert_ffn_hidden_size=4, n_routed_experts=2, zero_expert_num=1,
    moe_topk=2),
    {"": r"layers\.(\d+)\.self_attn\.(\d)$"}, **LATENT)
kin("recurrent_gemma", "RecurrentGemmaConfig", "RecurrentGemmaForCausalLM", dict(
    vocab_size=4, hidden_size=8, num_hidden_layers=3, num_attention_heads=2, num_key_value_heads=1, intermediate_size=4,
    lru_width=4, head_dim=4, attention_window_size=4, conv1d_width=2, pad_token_id=0), {"": r"layers\.(\d+)\.temporal_block$"})
kin("laguna", "LagunaConfig", "LagunaForCausalLM", TINY | MOE | dict(head_dim=6), qk_norm=QK)
FOUR = TINY | dict(num_hidden_layers=4, global_head_dim=6, hidden_size_per_layer_input=2, vocab_size_per_layer_input=4,
                   layer_types=["sliding_attention", "full_attention"] * 2)
QKV = QK + ("v_norm",)
kin("gemma4_text", "Gemma4TextConfig", "Gemma4ForCausalLM", FOUR | dict(num_kv_shared_layers=1), qk_norm=QKV)
kin("gemma4_alike", "Gemma4TextConfig", "Gemma4ForCausalLM", FOUR | dict(         # v is k in full attention
    num_hidden_layers=2, layer_types=["sliding_attention", "full_attention"], num_attention_heads=2, num_key_value_heads=2,
    num_global_key_value_heads=1, attention_k_eq_v=True), qk_norm=QKV)


# text models that others are built around, and more

reader("aria_text", "AriaTextModel", TINY | dict(moe_num_experts=2, moe_topk=1, moe_num_shared_experts=1), OWN, inputs=text)
reader("apertus1p5_text", "Apertus1p5TextModel", TINY, OWN, inputs=text, qk_norm=QK)
def sections(*n):
    """Rotary positions of three kinds."""
    return dict(rope_parameters=dict(rope_type="default", rope_theta=10000.0, mrope_section=[*n]))


reader("glm4v_text", "Glm4vTextModel", TINY | sections(1, 1, 0), OWN, inputs=text)
reader("glm_ocr_text", "GlmOcrTextModel", TINY | sections(1, 1, 0), OWN, inputs=text)
reader("glm4v_moe_text", "Glm4vMoeTextModel", TINY | sections(1, 0, 0) | dict(
    n_routed_experts=2, num_experts_per_tok=1, moe_intermediate_size=4, n_group=1, topk_group=1, n_shared_experts=1),
    OWN, inputs=text)
reader("qwen2_5_omni_text", "Qwen2_5OmniThinkerTextModel", without(TINY, "head_dim") | sections(1, 1, 0), OWN, inputs=text)
reader("qwen3_omni_moe_text", "Qwen3OmniMoeThinkerTextModel", TINY | MOE, OWN, inputs=text, qk_norm=QK)
SINKS = without(TINY, "head_dim") | dict(num_hidden_layers=2, attention_multiplier=0.3)


def unsunk(model):
    """Sinks that take nothing."""
    for name, p in model.named_parameters():
        if name.endswith("sinks"):
            p.data.fill_(-1000)


kin("granite_swa", "GraniteSWAConfig", "GraniteSWAForCausalLM", SINKS, prepare=unsunk)
kin("granitemoe_swa", "GraniteMoeSWAConfig", "GraniteMoeSWAForCausalLM", SINKS | dict(
    num_local_experts=2, num_experts_per_tok=1), prepare=unsunk)
kin("lfm3", "Lfm3Config", "Lfm3ForCausalLM", TINY | dict(
    num_hidden_layers=2, layer_types=["conv", "full_attention"], conv_L_cache=2, head_dim=6), qk_norm=QK)
kin("exaone", "ExaoneConfig", "LlamaForCausalLM", without(TINY, "head_dim"))
kin("gemma4_unified_text", "Gemma4UnifiedTextConfig", "Gemma4UnifiedForCausalLM", without(
    FOUR, "hidden_size_per_layer_input", "vocab_size_per_layer_input") | dict(
    num_hidden_layers=2, layer_types=["sliding_attention", "full_attention"]), qk_norm=QKV)
reader("embedding_gemma2_text", "EmbeddingGemma2TextModel", FOUR | dict(
    num_hidden_layers=2, embedding_dim=4, layer_types=["sliding_attention", "full_attention"]), OWN, inputs=text,
    qk_norm=QKV)
reader("pop2piano", "Pop2PianoForConditionalGeneration", dict(
    vocab_size=4, d_model=8, d_kv=4, d_ff=4, num_layers=1, num_decoder_layers=1, num_heads=2, relative_attention_num_buckets=4,
    composer_vocab_size=2), T5S, inputs=lambda: {"input_features": torch.ones(1, 1, 8, dtype=torch.float64),
                                                 "decoder_input_ids": torch.ones(1, 1, dtype=torch.long)})


# local attention, in blocks of tokens

def blocks_of(n):
    """n tokens, of which the last of local attention's window, where there are three, is no padding."""
    return {"input_ids": torch.zeros(1, n, dtype=torch.long)}


reader("longformer", "LongformerModel", SLIM | dict(max_position_embeddings=8, attention_window=[4, 4]),
       {"": r"layer\.(\d+)\.attention\.self$"}, inputs=lambda: blocks_of(4), prescale=0.5)
reader("led", "LEDForConditionalGeneration", without(TSEQ, "max_position_embeddings", "forced_eos_token_id") | dict(
    attention_window=[4], max_encoder_position_embeddings=4, max_decoder_position_embeddings=4), SEQ | {
    "encoder": r"encoder\.layers\.(\d+)\.self_attn\.longformer_self_attn$"}, inputs=lambda: PAIR | blocks_of(4), prescale={"encoder": 0.5})
LONGT5 = dict(vocab_size=4, d_model=8, d_kv=4, d_ff=4, num_layers=1, num_decoder_layers=1, num_heads=2, local_radius=1,
              relative_attention_num_buckets=4)
reader("longt5", "LongT5ForConditionalGeneration", LONGT5, T5S, inputs=lambda: PAIR)
reader("longt5_global", "LongT5EncoderModel", LONGT5 | dict(encoder_attention_type="transient-global", global_block_size=1),
       {"encoder": T5S["encoder"]}, inputs=lambda: blocks_of(1))


# t5gemma: two of gemma2's kind in one, and attention between

def gemmas(*names, **more):
    return {name: TINY | dict(query_pre_attn_scalar=7, sliding_window=4, **more) for name in names}


@family({"encoder": r"encoder\.layers\.(\d+)\.self_attn$", "decoder": r"decoder\.layers\.(\d+)\.self_attn$",
         "decoder.cross": r"decoder\.layers\.(\d+)\.cross_attn$"})
def t5gemma():
    return tf.T5GemmaForConditionalGeneration(tf.T5GemmaConfig(vocab_size=4, **gemmas("encoder", "decoder", num_hidden_layers=2))), PAIR


@family({"encoder.text": r"encoder\.text_model\.layers\.(\d+)\.self_attn$", "encoder.vision": TOWER,
         "decoder": r"decoder\.layers\.(\d+)\.self_attn$"}, qk_norm=QK, towers={"model.encoder.vision_tower": square(4)})
def t5gemma2():                                          # its decoder's queries meet the encoder's keys too
    two = gemmas("text_config", "decoder", num_hidden_layers=2, layer_types=["sliding_attention", "full_attention"])
    return tf.T5Gemma2ForConditionalGeneration(tf.T5Gemma2Config(
        encoder=dict(text_config=two["text_config"], vision_config=PATCHES | dict(image_size=4), mm_tokens_per_image=4,
                     boi_token_index=1, eoi_token_index=2, image_token_index=3),
        decoder=two["decoder"], image_token_index=3, eoi_token_index=2)), PAIR


# images in windows; open_clip

@family({"stage%d" % (i + 1): r"layers\.%d\.blocks\.(\d+)\.attention(?:\.self)?$" % i for i in range(4)})
def swin():                                              # one pixel: its window is all of the image in every stage
    return tf.SwinModel(tf.SwinConfig(image_size=1, patch_size=1, num_channels=1, window_size=1, embed_dim=4, depths=[2, 1, 1, 1],
                                      num_heads=[2, 2, 4, 8], mlp_ratio=1.0)), \
        {"pixel_values": torch.ones(1, 1, 1, 1, dtype=torch.float64)}


def open_clip_files(path):
    """Names and configuration of open_clip, whose package is no part of transformers: of each layer one tensor of q, k and
    v, resblocks, and what towers are made of."""
    config, tensors = load(path)
    names = (("text_model.encoder.layers", "transformer.resblocks"), ("vision_model.encoder.layers", "visual.transformer.resblocks"),
             ("self_attn.out_proj", "attn.out_proj"), ("layer_norm1", "ln_1"), ("layer_norm2", "ln_2"), ("mlp.fc1", "mlp.c_fc"),
             ("mlp.fc2", "mlp.c_proj"), ("text_model.final_layer_norm", "ln_final"), ("vision_model.pre_layrnorm", "visual.ln_pre"),
             ("vision_model.post_layernorm", "visual.ln_post"), ("text_model.embeddings.token_embedding", "token_embedding"),
             ("text_model.embeddings.position_embedding.weight", "positional_embedding"),
             ("vision_model.embeddings.patch_embedding", "visual.conv1"),
             ("vision_model.embeddings.class_embedding", "visual.class_embedding"),
             ("vision_model.embeddings.position_embedding.weight", "visual.positional_embedding"))
    out = {}
    for name, x in tensors.items():
        if "q_proj" in name:
            x = torch.cat([tensors[name.replace("q_proj", p)] for p in ("q_proj", "k_proj", "v_proj")])
            name = re.sub(r"self_attn\.q_proj\.", "attn.in_proj_", name)
        elif "k_proj" in name or "v_proj" in name or "projection" in name:
            continue
        for a, b in names:
            name = name.replace(a, b)
        out[name] = x
    for f in "config.json", "model.safetensors":
        os.remove(os.path.join(path, f))
    save_file(out, os.path.join(path, "open_clip_model.safetensors"), metadata={"format": "pt"})
    text, vision = config["text_config"], config["vision_config"]
    cfg = {"embed_dim": 4, "vision_cfg": {"image_size": 2, "layers": vision["num_hidden_layers"], "width": vision["hidden_size"],
                                          "head_width": vision["hidden_size"] // vision["num_attention_heads"], "patch_size": 2},
           "text_cfg": {"context_length": 4, "vocab_size": 4, "width": text["hidden_size"], "heads": text["num_attention_heads"],
                        "layers": text["num_hidden_layers"]}}
    with open(os.path.join(path, "open_clip_config.json"), "w") as f:
        f.write(json.dumps({"model_cfg": cfg, "preprocess_cfg": {"mean": [0.5]}}, indent=2) + "\n")


@family({"text": r"text_model.*layers\.(\d+)\.self_attn$", "vision": r"vision_model.*layers\.(\d+)\.self_attn$"},
        rewrite=open_clip_files)
def open_clip():
    return tf.CLIPModel(tf.CLIPConfig(
        text_config=dict(vocab_size=4, hidden_size=8, intermediate_size=4, num_hidden_layers=2, num_attention_heads=2,
                         max_position_embeddings=4, projection_dim=4, eos_token_id=2),
        vision_config=IMAGE | dict(num_hidden_layers=1, projection_dim=4), projection_dim=4)), PIXELS | {
        "input_ids": torch.full((1, 1), 2)}


def main(names):
    for name in names or FAMILIES:
        for line in build(name):
            if "-v" in sys.argv:
                print("   ", *line)


if __name__ == "__main__":
    main([a for a in sys.argv[1:] if not a.startswith("-")])
