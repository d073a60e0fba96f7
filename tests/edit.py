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
"""
import json
import math
import os
import re
import struct
import sys

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
        {'config': config, 'tensors': tensors}[job](*rest)
        print('ok', flush=True)
    except Exception as e:
        print(type(e).__name__, str(e).replace('\n', ' '), flush=True)
