#!/usr/bin/env python3
"""Tiny checkpoints whose q and k are quantised, and the same as doubles.

    python3 make_packed.py AUTOAWQ GPTQMODEL COMPRESSED

AUTOAWQ and GPTQMODEL are the source distributions of these packages, unpacked (0.2.9 and
7.7.0): of them the functions that dequantise are taken, since the packages want a GPU's
libraries.  COMPRESSED is the package compressed-tensors 0.12.2, the last that knows an order
of groups.  Otherwise as installed: mlx 0.32.4 with mlx-cpu, compressed-tensors 0.20.1,
bitsandbytes 0.50.2, torch 2.13.0, numpy 2.4.6, safetensors 0.8.0.

Each NAME becomes a directory: config.json, model.safetensors as the package packs it, and
f64.safetensors, its q and k as doubles by the formula that is restated here.  What the
package itself makes of the packed tensors, in single or lesser precision, must be the
formula's to that precision, or the script stops.
"""
import ast
import json
import math
import os
import sys
from types import SimpleNamespace

import bitsandbytes as bnb
import mlx.core as mx
import numpy as np
import torch
from compressed_tensors.compressors.mxfp4.base import MXFP4PackedCompressor
from compressed_tensors.compressors.nvfp4.base import NVFP4PackedCompressor
from compressed_tensors.compressors.pack_quantized.base import PackedQuantizationCompressor
from compressed_tensors.compressors.pack_quantized.helpers import pack_to_int32, unpack_from_int32
from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme, QuantizationStrategy
from safetensors.torch import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
AWQ, GPTQ, COMPRESSED = sys.argv[1:]
IN, SHAPES = 64, {'q': 32, 'k': 16}
STEM = 'model.layers.0.self_attn.%s_proj'
E2M1 = np.array([0, .5, 1, 1.5, 2, 3, 4, 6, -0., -.5, -1, -1.5, -2, -3, -4, -6])
CONFIG = {
    'model_type': 'llama', 'hidden_size': IN, 'num_attention_heads': 2, 'num_key_value_heads': 1, 'head_dim': 16,
    'num_hidden_layers': 1, 'rms_norm_eps': 1e-5,
}
rng = np.random.default_rng(11)


def function(path, *names, **known):
    """Functions of a file, or of a class in it, with what they need."""
    tree = ast.parse(open(path).read())
    found = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name in names]
    constants = [n for n in tree.body if isinstance(n, ast.Assign) and isinstance(n.value, ast.List)]
    for n in found:
        n.decorator_list, n.returns = [], None
        for a in n.args.args:
            a.annotation = None
    exec(compile(ast.Module(constants + found, []), path, 'exec'), known)
    return [known[n] for n in names]


def near(ours, theirs, digits):
    """Theirs is ours, rounded."""
    theirs = np.array(theirs, float)
    assert ours.shape == theirs.shape and np.all(np.abs(ours - theirs) <= np.abs(ours).max() * 2. ** -digits), \
        np.abs(ours - theirs).max()
    return ours


def words(codes, bits):
    """Codes along the last axis, the first in the lowest bits of words of 32."""
    b = (codes[..., None] >> np.arange(bits) & 1).astype(np.uint8).reshape(*codes.shape[:-1], -1)
    return np.packbits(b, axis=-1, bitorder='little').view('<u4')


def weights(x):
    return rng.standard_normal((SHAPES[x], IN)).astype(np.float32) / 4


def fp32(x):
    return torch.from_numpy(np.array(x, np.float32))


def mlx(x, of=((4, 32), (3, 64))):
    """q of 4 bits by 32, k of 3 bits by 64."""
    bits, group = of[x == 'k']
    q, scales, biases = mx.quantize(mx.array(weights(x)), group_size=group, bits=bits)
    their = np.array(mx.dequantize(q, scales, biases, group_size=group, bits=bits))
    packed, scales, biases = np.array(q), np.array(scales), np.array(biases)
    b = np.unpackbits(packed.view(np.uint8), axis=-1, bitorder='little').reshape(len(packed), IN, bits)
    codes = (b * (1 << np.arange(bits))).sum(-1)
    near(scales.repeat(group, 1).astype(float) * codes + biases.repeat(group, 1), their, 22)
    half = [fp32(a).to(torch.bfloat16) for a in (scales, biases)]
    w = half[0].double().numpy().repeat(group, 1) * codes + half[1].double().numpy().repeat(group, 1)
    return {'weight': torch.from_numpy(packed), 'scales': half[0], 'biases': half[1]}, w


def mlx_more(x):
    return mlx(x, ((6, 64), (5, 32)))


def fp4(x, group):
    codes = rng.integers(0, 16, (SHAPES[x], IN))
    packed = torch.from_numpy((codes[:, ::2] | codes[:, 1::2] << 4).astype(np.uint8))
    return packed, E2M1[codes].reshape(SHAPES[x], IN // group, group)


def scheme(group):
    return QuantizationScheme(targets=['Linear'], weights=QuantizationArgs(
        num_bits=4, type='float', symmetric=True, strategy='tensor_group' if group == 16 else 'group', group_size=group,
        scale_dtype=torch.float8_e4m3fn if group == 16 else torch.uint8))


def nvfp4(x):
    packed, values = fp4(x, 16)
    scale = fp32(rng.uniform(20, 400, (SHAPES[x], IN // 16))).to(torch.float8_e4m3fn)
    factor = fp32([rng.uniform(500, 2000)])
    w = (values * scale.double().numpy()[..., None] / float(factor)).reshape(SHAPES[x], IN)
    parts = {'weight_packed': packed, 'weight_scale': scale, 'weight_global_scale': factor}
    their = NVFP4PackedCompressor.decompress(dict(parts), scheme(16))['weight']
    near(w, their.float(), 6)
    return parts, w


def modelopt(x):
    """The same with the factor's reciprocal, as compressed-tensors converts it."""
    parts, _ = nvfp4(x)
    factor = 1 / parts['weight_global_scale']
    values = E2M1[np.stack([parts['weight_packed'] & 15, parts['weight_packed'] >> 4], -1)].reshape(SHAPES[x], -1, 16)
    w = (values * parts['weight_scale'].double().numpy()[..., None] * float(factor)).reshape(SHAPES[x], IN)
    near(w, NVFP4PackedCompressor.decompress(dict(parts), scheme(16))['weight'].float(), 6)
    return {'weight': parts['weight_packed'], 'weight_scale': parts['weight_scale'], 'weight_scale_2': factor[0],
            'input_scale': torch.tensor(0.5)}, w


def mxfp4(x):
    packed, values = fp4(x, 32)
    scale = torch.from_numpy(rng.integers(118, 126, (SHAPES[x], IN // 32)).astype(np.uint8))
    w = (values * 2. ** (scale.numpy()[..., None].astype(float) - 127)).reshape(SHAPES[x], IN)
    parts = {'weight_packed': packed, 'weight_scale': scale}
    near(w, MXFP4PackedCompressor.decompress(dict(parts), scheme(32))['weight'].float(), 50)
    return parts, w


def mxfp8(x):
    """q as one byte for 32 of a row, k as torch's type for blocks of 16 by 32."""
    q = fp32(weights(x) * 256).to(torch.float8_e4m3fn)
    rows, cols = (1, 32) if x == 'q' else (16, 32)
    e = torch.from_numpy(rng.integers(115, 122, (SHAPES[x] // rows, IN // cols)).astype(np.uint8))
    scale = e.view(torch.float8_e8m0fnu)
    w = q.double().numpy() * scale.double().numpy().repeat(rows, 0).repeat(cols, 1)
    return {'weight': q, **({'weight_scale': e} if x == 'q' else {'weight_scale_inv': scale})}, w


def gptq(x, bits=4, v1=True, order=True, group=16):
    rows = SHAPES[x]
    codes = rng.integers(0, 1 << bits, (IN, rows))
    zeros = rng.integers(v1, 1 << bits, (IN // group, rows))
    scales = fp32(rng.uniform(.01, .02, (IN // group, rows))).half()
    g_idx = rng.permutation(np.arange(IN) // group) if order else np.arange(IN) // group
    parts = {'qweight': words(codes.T, bits).T, 'qzeros': words(zeros - v1, bits), 'g_idx': g_idx.astype(np.int32)}
    parts = {k: torch.from_numpy(np.ascontiguousarray(v).view(np.int32)) for k, v in parts.items()} | {'scales': scales}
    w = (scales.double().numpy()[g_idx] * (codes - zeros[g_idx])).T
    path = os.path.join(GPTQ, 'gptqmodel/nn_modules/qlinear/__init__.py')
    correct, *_ = function(os.path.join(GPTQ, 'gptqmodel/utils/model_dequant.py'), '_correct_gptq_v1_qzeros', '_shift_gptq_qzeros', 'unpack_cols',
                           'pack_cols', '_unpack_cols_3bit', '_pack_cols_3bit', '_require_int32_words_for_3bit', torch=torch)
    whole, of_codes, to_v2 = function(path, 'dequantize_weight', '_dequantize_from_codes', t=torch, torch=torch,
                                      _torch_right_shift=torch.bitwise_right_shift,
                                      _torch_left_shift=torch.bitwise_left_shift) + function(
        os.path.join(GPTQ, 'gptqmodel/utils/model.py'), 'convert_gptq_v1_to_v2_format_module', torch=torch,
        BaseQuantLinear=SimpleNamespace,
        _correct_gptq_v1_qzeros=correct, log=SimpleNamespace(info=SimpleNamespace(once=print)))
    shifts = torch.arange(0, 32, bits, dtype=torch.int32)[None]
    if bits == 3:
        shifts = torch.tensor([[*range(0, 31, 3), 0], [0, *range(1, 32, 3)], [0, *range(2, 30, 3), 0]], dtype=torch.int32)[None]
    m = SimpleNamespace(**{k: v.clone() for k, v in parts.items()}, planar=False, bits=bits, maxq=(1 << bits) - 1,
                        pack_factor=32 // bits, dequant_dtype=torch.int32, in_features=IN, wf_unsqueeze_zero=shifts[None],
                        wf_unsqueeze_neg_one=shifts[..., None], _init_wf_unsqueeze_buffers=lambda: None, qzero_format=lambda format: None)
    m.qzeros = torch.nn.Parameter(m.qzeros, requires_grad=False)
    m._dequantize_from_codes = lambda *a, **k: of_codes(m, *a, **k)
    if v1:
        to_v2(m, bits, torch.int32)
    near(w, whole(m).float().numpy().T, 10)
    if not order:
        del parts['g_idx']
    return parts, w


def gptq_v2(x):
    return gptq(x, 8, False, False)


def gptq_3(x):
    return gptq(x, 3, True, x == 'q', 32)


def gptq_3_v2(x):
    return gptq(x, 3, False, x == 'k', 64)


def awq(x):
    rows, group = SHAPES[x], 32
    codes, zeros = rng.integers(0, 16, (IN, rows)), rng.integers(0, 16, (IN // group, rows))
    scales = fp32(rng.uniform(.01, .02, (IN // group, rows))).half()
    path = os.path.join(AWQ, 'awq/utils/packing_utils.py')
    dequantize, *_ = function(path, 'dequantize_gemm', 'unpack_awq', 'reverse_awq_order', torch=torch)
    turned = [c.reshape(len(c), -1, 8)[:, :, [0, 2, 4, 6, 1, 3, 5, 7]].reshape(c.shape) for c in (codes, zeros)]
    q, z = [torch.from_numpy(words(c, 4).view(np.int32)) for c in turned]
    w = (scales.double().numpy().repeat(group, 0) * (codes - zeros.repeat(group, 0))).T
    near(w, dequantize(q, z, scales, 4, group).float().numpy().T, 10)
    return {'qweight': q, 'qzeros': z, 'scales': scales}, w


def nf4(x, nested=False, kind='nf4'):
    w = fp32(weights(x))
    q, state = bnb.functional.quantize_4bit(w, blocksize=64, compress_statistics=nested, quant_type=kind)
    their = bnb.functional.dequantize_4bit(q, state)
    parts = {'weight': q} | {'weight.' + k: v for k, v in state.as_dict(packed=True).items()}
    largest = state.absmax.double().numpy()
    if nested:
        s = state.state2
        largest = s.code.double().numpy()[state.absmax] * s.absmax.double().numpy().repeat(s.blocksize)[:len(largest)] + \
            float(state.offset)
    codes = np.stack([q.numpy()[:, 0] >> 4, q.numpy()[:, 0] & 15], -1).reshape(-1, 64)
    return parts, near((state.code.double().numpy()[codes] * largest[:, None]).reshape(w.shape), their, 21)


def nf4_nested(x):
    return nf4(x, True)


def fp4_table(x):
    """bitsandbytes' other table; q with scales that are bytes."""
    return nf4(x, x == 'q', 'fp4')


def int8(x):
    w = fp32(weights(x))
    q, scales, _ = bnb.functional.int8_vectorwise_quant(w.half())
    ours = q.double().numpy() * scales.double().numpy()[:, None] / 127
    near(ours, bnb.functional.int8_vectorwise_dequant(q, scales), 21)
    return {'weight': q, 'SCB': scales, 'weight_format': torch.tensor(0, dtype=torch.uint8)}, ours


def int4(x, bits=4, group=16, zeros=True):
    """compressed-tensors' whole numbers in words; q with zeros, k without."""
    zeros &= x == 'q'
    low = -1 << (bits - 1)
    codes = torch.from_numpy(rng.integers(low, -low, (SHAPES[x], IN)).astype(np.int8))
    zero = torch.from_numpy(rng.integers(low, -low, (SHAPES[x], IN // group)).astype(np.int8)) if zeros else None
    scale = fp32(rng.uniform(.01, .02, (SHAPES[x], IN // group)))
    parts = {'weight_packed': pack_to_int32(codes, bits), 'weight_scale': scale, 'weight_shape': torch.tensor([SHAPES[x], IN])}
    if zeros:
        parts['weight_zero_point'] = pack_to_int32(zero, bits, packed_dim=0)
    w = codes.double().numpy() - (zero.double().numpy().repeat(group, 1) if zeros else 0)
    w *= scale.double().numpy().repeat(group, 1)
    args = QuantizationArgs(num_bits=bits, type='int', symmetric=not zeros, strategy='group' if group < IN else 'channel',
                            group_size=group if group < IN else None)
    their = PackedQuantizationCompressor.decompress(dict(parts), QuantizationScheme(targets=['Linear'], weights=args))
    return parts, near(w, their['weight'], 21)


def actorder(x):
    """The same with inputs out of order, q with zeros."""
    parts, _ = int4(x)
    codes = unpack_from_int32(parts['weight_packed'], 4, torch.Size([SHAPES[x], IN]))
    zero = unpack_from_int32(parts['weight_zero_point'], 4, torch.Size([SHAPES[x], IN // 16]), packed_dim=0) if x == 'q' else None
    order = torch.from_numpy(rng.permutation(np.arange(IN) // 16).astype(np.int32))
    args = QuantizationArgs(num_bits=4, type='int', symmetric=x == 'k', strategy='group', group_size=16)
    path = os.path.join(COMPRESSED, 'compressed_tensors/quantization/lifecycle/forward.py')
    process, _ = function(path, '_process_quantization', '_dequantize', torch=torch, ceil=math.ceil, Optional=None,
                          QuantizationStrategy=QuantizationStrategy, calculate_range=lambda *a: (None, None))
    their = process(codes, parts['weight_scale'], zero, args, order, torch.float32, False, True)
    w = codes.double().numpy() - (zero.double().numpy()[:, order] if x == 'q' else 0)
    return {**parts, 'weight_g_idx': order}, near(w * parts['weight_scale'].double().numpy()[:, order], their, 21)


def actorder_unset(x):
    """An order that was never made, and one that is no other."""
    parts, w = int4(x)
    return {**parts, 'weight_g_idx': torch.full([IN], -1, dtype=torch.int32) if x == 'q' else
            torch.arange(IN, dtype=torch.int32) // 16}, w


def int8_words(x):
    return int4(x, 8, IN, False)


def int8_bytes(x):
    """The same as bytes, as compressed-tensors has them without packing: q with a scale for each row,
    k with one for all."""
    codes = torch.from_numpy(rng.integers(-128, 128, (SHAPES[x], IN)).astype(np.int8))
    scale = fp32(rng.uniform(.01, .02, (SHAPES[x], 1) if x == 'q' else 1))
    return {'weight': codes, 'weight_scale': scale}, codes.double().numpy() * scale.double().numpy()


GPTQ_CONFIG = {'quant_method': 'gptq', 'bits': 4, 'group_size': 16, 'desc_act': True, 'sym': False}
ALL = (
    (mlx, {'quantization': {'bits': 4, 'group_size': 32, STEM % 'k': {'bits': 3, 'group_size': 64}}}),
    (nvfp4, {'quantization_config': {'quant_method': 'compressed-tensors', 'format': 'nvfp4-pack-quantized'}}),
    (modelopt, {'quantization_config': {'quant_method': 'modelopt', 'quant_algo': 'NVFP4'}}),
    (mxfp4, {'quantization_config': {'quant_method': 'compressed-tensors', 'format': 'mxfp4-pack-quantized'}}),
    (mxfp8, {'quantization_config': {'quant_method': 'fp8', 'weight_block_size': [16, 32]}}),
    (gptq, {'quantization_config': GPTQ_CONFIG}),
    (gptq_v2, {'quantization_config': dict(GPTQ_CONFIG, bits=8, desc_act=False, checkpoint_format='gptq_v2')}),
    (awq, {'quantization_config': {'quant_method': 'awq', 'bits': 4, 'group_size': 32, 'version': 'gemm'}}),
    (nf4, {'quantization_config': {'quant_method': 'bitsandbytes', 'load_in_4bit': True}}),
    (nf4_nested, {'quantization_config': {'quant_method': 'bitsandbytes', 'load_in_4bit': True}}),
    (int8, {'quantization_config': {'quant_method': 'bitsandbytes', 'load_in_8bit': True}}),
    (mlx_more, {'quantization': {'bits': 6, 'group_size': 64, STEM % 'k': {'bits': 5, 'group_size': 32}}}),
    (int4, {'quantization_config': {'quant_method': 'compressed-tensors', 'format': 'pack-quantized'}}),
    (int8_words, {'quantization_config': {'quant_method': 'compressed-tensors', 'format': 'pack-quantized'}}),
    (int8_bytes, {'quantization_config': {'quant_method': 'compressed-tensors', 'format': 'int-quantized'}}),
    (gptq_3, {'num_key_value_heads': 2, 'quantization_config': dict(GPTQ_CONFIG, bits=3, group_size=32)}),
    (gptq_3_v2, {'num_key_value_heads': 2, 'quantization_config': dict(
        GPTQ_CONFIG, bits=3, group_size=64, checkpoint_format='gptq_v2')}),
    (fp4_table, {'quantization_config': {'quant_method': 'bitsandbytes', 'load_in_4bit': True}}),
    (actorder, {'quantization_config': {'quant_method': 'compressed-tensors', 'format': 'pack-quantized'}}),
    (actorder_unset, {'quantization_config': {'quant_method': 'compressed-tensors', 'format': 'pack-quantized'}}),
)

os.chdir(HERE)
for make, config in ALL:
    name = make.__name__
    os.makedirs(name, exist_ok=True)
    with open(os.path.join(name, 'config.json'), 'w') as f:
        json.dump({**CONFIG, **config}, f, indent=1)
    SHAPES['k'] = 16 * config.get('num_key_value_heads', 1)
    packed, plain = {}, {}
    for x in 'qk':
        parts, w = make(x)
        packed |= {'%s.%s' % (STEM % x, part): t.contiguous() for part, t in parts.items()}
        plain[STEM % x + '.weight'] = torch.from_numpy(np.ascontiguousarray(w, np.float64))
    save_file(packed, os.path.join(name, 'model.safetensors'))
    save_file(plain, os.path.join(name, 'f64.safetensors'))
