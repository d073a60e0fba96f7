#!/usr/bin/env python3
"""Files of torch.save, and what torch.load makes of them.

    python3 make_pickles.py

Written with torch 2.13.0, numpy 2.4.6, safetensors 0.8.0.  The weights are those of
../checkpoints/llama, so that hg-extract must give its table for each file but types*.bin.
expected.csv has a line for each tensor of each state dict: file, name, type as safetensors
call it, shape, CRC-32 of its elements end to end (empty where hg-extract does not read
the type, or an empty tensor's).
"""
import argparse
import collections
import csv
import datetime
import json
import os
import pathlib
import zlib

import numpy as np
import torch
from safetensors.torch import load_file

HERE = os.path.dirname(os.path.abspath(__file__))
LLAMA = load_file(os.path.join(HERE, '../checkpoints/llama/model.safetensors'))
TYPES = {
    torch.float64: 'F64', torch.float32: 'F32', torch.float16: 'F16', torch.bfloat16: 'BF16',
    torch.float8_e4m3fn: 'F8_E4M3', torch.float8_e5m2: 'F8_E5M2', torch.bool: 'BOOL', torch.uint8: 'U8',
    torch.int8: 'I8', torch.int16: 'I16', torch.int32: 'I32', torch.int64: 'I64', torch.uint16: 'U16',
    torch.complex64: 'C64', torch.float8_e8m0fnu: 'F8_E8M0',
}
NEWER = {torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e8m0fnu, torch.uint16}
READ = {'F64', 'F32', 'F16', 'BF16', 'F8_E4M3', 'F8_E5M2'}


def plain():
    """As save_pretrained writes it: an OrderedDict with _metadata."""
    state = collections.OrderedDict((k, v.clone()) for k, v in LLAMA.items())
    state._metadata = collections.OrderedDict([('', {'version': 1})])
    return state


def types(form):
    """Every type that is sized, and what is no tensor; torch does not load the newer ones of the
    older form."""
    x = torch.arange(-3, 3).reshape(2, 3)
    state = {'t.%s' % name: x.to(t) for t, name in TYPES.items() if form == 'z' or t not in NEWER}
    state['parameter'] = torch.nn.Parameter(x.to(torch.bfloat16))
    state['empty'] = torch.zeros(0, 4)
    state['scalar'] = torch.tensor(2.5)
    state['_extra_state'] = None
    state['deep'] = torch.arange(24.).reshape(2, 3, 4)
    return state


def views():
    """Tensors that are parts of others, transposed, tied, spread out."""
    state = collections.OrderedDict()
    for k, v in LLAMA.items():
        state[k] = v.t().contiguous().t() if k.endswith('q_proj.weight') else v
    names = [k for k in LLAMA if k.endswith('k_proj.weight')]
    fused = torch.cat([torch.ones_like(LLAMA[names[0]])] + [LLAMA[k] for k in names])
    for k, v in zip(names, fused.split(len(LLAMA[names[0]]))[1:]):
        state[k] = v
    norm = next(k for k in LLAMA if 'layernorm' in k)
    state[norm] = torch.stack([LLAMA[norm], -LLAMA[norm]], 1)[:, 0]
    state['lm_head.weight'] = LLAMA['model.embed_tokens.weight'] if 'model.embed_tokens.weight' in LLAMA else fused
    state['spread'] = torch.tensor([1.5, -2]).reshape(2, 1).expand(2, 4)
    state['last'] = torch.arange(24.).reshape(2, 3, 2, 2).contiguous(memory_format=torch.channels_last)
    return state


def run():
    """What a training run keeps: the state dict beside all sorts of things."""
    weight = torch.nn.Parameter(torch.ones(3))
    adam = torch.optim.AdamW([weight])
    weight.sum().backward()
    adam.step()
    return {
        'epoch': torch.tensor(3), 'global_step': 10 ** 20, 'loss': 0.5, 'name': 'run', 'none': None,
        'state_dict': collections.OrderedDict((k, torch.nn.Parameter(v.clone())) for k, v in LLAMA.items()),
        'optimizer': adam.state_dict(), 'args': argparse.Namespace(lr=1e-3, path=pathlib.PurePosixPath('/x')),
        'rng': torch.get_rng_state(), 'numpy': (np.float64(1.5), np.arange(3.)), 'device': torch.device('cpu'),
        'set': {1, 2}, 'counts': collections.Counter('abca'), 'by': collections.defaultdict(list, {'a': [1]}),
        'when': datetime.datetime(2026, 1, 1), 'size': torch.Size([1, 2]), 'type': torch.float16,
        'model': 'llama', 'bytes': b'abc', 'range': slice(1, 2),
    }


def nested():
    """A state dict that is called as three programs call it."""
    return {'model': {'module': {'state_dict': {k: v.clone() for k, v in LLAMA.items()}, 'module': 1}}, 'step': 5}


def shards():
    """A directory of two, and their index."""
    os.makedirs('sharded', exist_ok=True)
    names = ['pytorch_model-%05d-of-00002.bin' % (i + 1) for i in range(2)]
    where = {k: names[i % 2] for i, k in enumerate(sorted(LLAMA))}
    for i, name in enumerate(names):
        torch.save({k: LLAMA[k].clone() for k in where if where[k] == name}, os.path.join('sharded', name),
                   _use_new_zipfile_serialization=i == 0)
    with open('sharded/pytorch_model.bin.index.json', 'w') as f:
        json.dump({'metadata': {'total_size': sum(v.nbytes for v in LLAMA.values())}, 'weight_map': where}, f, indent=1)
    return [os.path.join('sharded', name) for name in names]


def states(value):
    """The state dict in what torch.load gives."""
    inner = [value[k] for k in ('state_dict', 'model', 'module') if isinstance(value.get(k), dict)]
    return states(inner[0]) if inner else value


def rows(name):
    for key, t in states(torch.load(name, weights_only=False)).items():
        if isinstance(t, torch.Tensor):
            kind = TYPES[t.dtype]
            raw = t.detach().contiguous()
            crc = zlib.crc32(raw.view(torch.uint8).numpy().tobytes()) if kind in READ and t.numel() and t.ndim else ''
            if t.ndim == 0 and kind in READ:
                crc = zlib.crc32(raw.reshape(1).view(torch.uint8).numpy().tobytes())
            if not t.is_contiguous() and t.ndim > 2:
                kind, crc = 'strided', ''
            yield [name, key, kind, 'x'.join(map(str, t.shape)), crc]


os.chdir(HERE)
torch.manual_seed(1)
files = shards()
for make, protocol, forms in ((plain, 2, 'zl'), (types, 2, 'zl'), (views, 2, 'zl'), (run, 2, 'zl'),
                              (nested, 4, 'zl'), (plain, 5, 'z')):
    for form in forms:
        name = make.__name__ + ('' if protocol == 2 or make is nested else str(protocol)) + \
            ('.bin' if form == 'z' else '-legacy.bin')
        torch.save(types(form) if make is types else make(), name, pickle_protocol=protocol,
                   _use_new_zipfile_serialization=form == 'z')
        files.append(name)
with open('expected.csv', 'w') as f:
    out = csv.writer(f, lineterminator='\n')
    out.writerow(['file', 'name', 'type', 'shape', 'crc'])
    for name in files:
        out.writerows(rows(name))
