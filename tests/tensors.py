"""tensors.py FROM TO NAMES CODE - a safetensors file written anew.

CODE is run for each tensor whose name all of the expression NAMES matches: it may
change name, the header's entry t and the bytes b, and add to the header h and
the bytes out.  A tensor without name or entry is left out.
"""
import json
import re
import struct
import sys

f = open(sys.argv[1], 'rb').read()
n = struct.unpack('<Q', f[:8])[0]
h, data = json.loads(f[8:8 + n]), f[8 + n:]
h.pop('__metadata__', None)
out = bytearray()
for name in sorted(h, key=lambda k: h[k]['data_offsets']):
    t = h.pop(name)
    b = bytearray(data[slice(*t['data_offsets'])])
    if re.fullmatch(sys.argv[3], name):
        exec(sys.argv[4])
    if name and t:
        h[name] = dict(t, data_offsets=[len(out), len(out) + len(b)])
        out += b
j = json.dumps(h).encode()
open(sys.argv[2], 'wb').write(struct.pack('<Q', len(j)) + j + out)
