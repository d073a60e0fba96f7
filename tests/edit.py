"""edit.py - changes files for cases, one program for all edits of a file of cases;
edit in lib.sh starts it.  Jobs come on standard input: the number of arguments, the
folder to work in and the arguments, each ended by a NUL byte.  Each is answered by
a line, which is "ok" or says what went wrong.  Jobs are

    config FILE CODE
        the JSON of FILE anew after CODE, which may change it: c
    tensors FROM TO NAMES CODE
        the safetensors file FROM written anew as TO.  CODE is run for each tensor
        whose name all of the expression NAMES matches: it may change name, the
        header's entry t and the bytes b, and add to the header h and the bytes
        out.  A tensor without name or entry is left out.
    gguf FROM TO CODE
        the GGUF file FROM written anew as TO after CODE, which may change g:
        version; keys, {name: [type, bytes]}; tensors, {name: [dims, type, bytes]};
        align; and say of a tensor where it lies (at, {name: offset}) and how many
        there are (counts, [tensors, keys]); twice, names that come again; and out,
        a function of the bytes that are written.  u32(n), text(s) and the like make
        values.
"""
import json
import math
import os
import re
import struct
import sys
import types

KNOWN = {'json': json, 'log': math.log, 're': re, 'sqrt': math.sqrt, 'struct': struct}


def run(code, **names):
    names.update(KNOWN)
    exec(code, names)
    return names


def config(name, code):
    with open(name) as f:
        c = json.load(f)
    c = run(code, c=c)['c']
    with open(name, 'w') as f:
        json.dump(c, f)


def tensors(source, target, names, code):
    with open(source, 'rb') as f:
        n, = struct.unpack('<Q', f.read(8))
        h, data = json.loads(f.read(n)), f.read()
    h.pop('__metadata__', None)
    out = bytearray()
    for name in sorted(h, key=lambda k: h[k]['data_offsets']):
        t = h.pop(name)
        b = bytearray(data[slice(*t['data_offsets'])])
        if re.fullmatch(names, name):
            r = run(code, h=h, out=out, name=name, t=t, b=b)
            name, t, b = r['name'], r['t'], r['b']
        if name and t:
            h[name] = dict(t, data_offsets=[len(out), len(out) + len(b)])
            out += b
    header = json.dumps(h).encode()
    with open(target, 'wb') as f:
        f.write(struct.pack('<Q', len(header)) + header + out)


VALUES = 'B b H h I i f ? text array Q q d'.split()


def text(s):
    s = s if isinstance(s, bytes) else s.encode()
    return struct.pack('<Q', len(s)) + s


def number(code):
    return lambda x: struct.pack('<' + code, x)


def array(code, values):
    return struct.pack('<IQ', VALUES.index(code), len(values)) + b''.join(
        text(x) if code == 'text' else struct.pack('<' + code, x) for x in values)


GGUF = {'u8': number('B'), 'u16': number('H'), 'u32': number('I'), 'i32': number('i'), 'u64': number('Q'),
        'f32': number('f'), 'text': text, 'array': array}


def value_end(b, kind, at):
    """Where the value of a type ends."""
    if VALUES[kind] == 'text':
        return at + 8 + struct.unpack_from('<Q', b, at)[0]
    if VALUES[kind] != 'array':
        return at + struct.calcsize('<' + VALUES[kind])
    of, n = struct.unpack_from('<IQ', b, at)
    at += 12
    for _ in range(n):
        at = value_end(b, of, at)
    return at


def read_gguf(b):
    version, nt, nk = struct.unpack_from('<IQQ', b, 4)
    at, keys, tensors = 24, {}, {}

    def name():
        nonlocal at
        n, = struct.unpack_from('<Q', b, at)
        at += 8 + n
        return b[at - n:at].decode()

    for _ in range(nk):
        k = name()
        kind, = struct.unpack_from('<I', b, at)
        end = value_end(b, kind, at + 4)
        keys[k] = [kind, b[at + 4:end]]
        at = end
    for _ in range(nt):
        k = name()
        n, = struct.unpack_from('<I', b, at)
        *dims, kind, offset = struct.unpack_from('<%dQIQ' % n, b, at + 4)
        at += 16 + 8 * n
        tensors[k] = [dims, kind, offset]
    start = (at + 31) // 32 * 32
    ends = sorted([t[2] for t in tensors.values()] + [len(b) - start])
    for t in tensors.values():
        t[2] = b[start + t[2]:start + ends[ends.index(t[2]) + 1]]
    return version, keys, tensors


def gguf(source, target, code):
    with open(source, 'rb') as f:
        version, keys, tensors = read_gguf(f.read())
    g = types.SimpleNamespace(version=version, keys=keys, tensors=tensors, align=32, at={}, counts=None, twice=[],
                              out=lambda b: b)
    run(code, g=g, **GGUF)
    keys = list(g.keys.items()) + [(k, v) for k, v in g.keys.items() if k in g.twice]
    tensors = list(g.tensors.items()) + [(k, v) for k, v in g.tensors.items() if k in g.twice]
    head, data = bytearray(), bytearray()
    for k, (kind, b) in keys:
        head += text(k) + struct.pack('<I', kind) + b
    for k, (dims, kind, b) in tensors:
        data += bytes(-len(data) % g.align)
        head += text(k) + struct.pack('<I%dQIQ' % len(dims), len(dims), *dims, kind, g.at.get(k, len(data)))
        data += b
    head = struct.pack('<IQQ', g.version, *(g.counts or (len(tensors), len(keys)))) + head
    head += bytes(-(len(head) + 4) % g.align)
    with open(target, 'wb') as f:
        f.write(g.out(b'GGUF' + bytes(head + data)))


def argument():
    """The next one on standard input, None at its end."""
    text = bytearray()
    while (c := sys.stdin.buffer.read(1)) not in (b'', b'\0'):
        text += c
    return text.decode() if c else None


while (count := argument()) is not None:
    folder = argument()
    job, *rest = [argument() for _ in range(int(count))]
    try:
        os.chdir(folder)
        {'config': config, 'tensors': tensors, 'gguf': gguf}[job](*rest)
        print('ok', flush=True)
    except Exception as e:
        print(type(e).__name__, str(e).replace('\n', ' '), flush=True)
