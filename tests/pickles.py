"""pickles.py - files as torch.save writes them, and such as lie.  Each becomes NAME.bin in
the folder that is named; torch.t says what must come of it.

    python3 pickles.py FOLDER
"""
import os
import struct
import sys
import zlib

MARK, TUPLE, REDUCE, STOP = b'(', b't', b'R', b'.'
MAGIC = b'\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.'
REBUILD = ('torch._utils', '_rebuild_tensor_v2')


def text(s):
    return b'X' + struct.pack('<I', len(s)) + s.encode()


def number(n):
    if -2 ** 31 <= n < 2 ** 31:
        return b'J' + struct.pack('<i', n)
    b = n.to_bytes(n.bit_length() // 8 + 1, 'little', signed=True)
    return b'\x8a' + bytes([len(b)]) + b


def glob(module, name):
    return b'c' + module.encode() + b'\n' + name.encode() + b'\n'


def tup(*parts):
    return MARK + b''.join(parts) + TUPLE


def numbers(*n):
    return tup(*map(number, n))


def storage(key='0', count=4, kind=('torch', 'FloatStorage'), first='storage', more=b''):
    return tup(text(first), glob(*kind), text(key), text('cpu'), number(count), more) + b'Q'


def tensor(store=None, offset=0, size=(2, 2), stride=(2, 1), call=REBUILD, more=b'\x89N'):
    return glob(*call) + tup(store or storage(), number(offset), numbers(*size), numbers(*stride), more) + REDUCE


def mapping(*pairs):
    return b'}' + MARK + b''.join(k + v for k, v in pairs) + b'u'


def state(*tensors):
    return mapping(*((text('t%d' % i), t) for i, t in enumerate(tensors)))


def layers(size, kind=('torch', 'CharStorage')):
    """q and k of two layers, of a type that is none of weights or a shape that none has."""
    return mapping(*((text('model.layers.%d.self_attn.%s_proj.weight' % (i, x)),
                      tensor(storage(count=16, kind=kind), size=size, stride=(2, 1) if len(size) == 2 else (1, 1, 1)))
                     for i in range(2) for x in 'qk'))


def pickle(body):
    return b'\x80\x02' + body + STOP


def legacy(body, keys=('0',), data=None, facts=None, tail=b''):
    facts = mapping((text('little_endian'), b'\x88')) if facts is None else facts
    data = struct.pack('<q', 4) + bytes(16) if data is None else data
    return MAGIC + pickle(facts) + pickle(body) + pickle(b']' + MARK + b''.join(map(text, keys)) + b'e') + data + tail


class Zip:
    """A ZIP file member by member, each of which may be told otherwise than it is."""

    def __init__(self, archive='x/'):
        self.out, self.entries, self.archive = b'', [], archive

    def add(self, name, data, size=None, local=None, crc=None, method=0, flags=0, at=None, local_name=None, times=1):
        name, size = (self.archive + name).encode(), len(data) if size is None else size
        crc = zlib.crc32(data) if crc is None else crc
        at = len(self.out) if at is None else at
        local = size if local is None else local
        name2 = name if local_name is None else local_name
        self.out += struct.pack('<4sHHHHHIIIHH', b'PK\3\4', 0, flags, method, 0, 0, crc, local, local, len(name2), 0) + \
            name2 + data
        for _ in range(times):
            self.entries.append(struct.pack('<4sHHHHHHIIIHHHHHII', b'PK\1\2', 0, 0, flags, method, 0, 0, crc, size, size,
                                            len(name), 0, 0, 0, 0, 0, at) + name)
        return self

    def end(self, count=None, at=None, size=None, wide=None, comment=b''):
        directory, begin = b''.join(self.entries), len(self.out)
        count = len(self.entries) if count is None else count
        at, size = begin if at is None else at, len(directory) if size is None else size
        out = self.out + directory
        if wide is not None:
            here = len(out)
            out += struct.pack('<4sQHHIIQQQQ', b'PK\6\6', 44, 0, 0, 0, 0, count, count, size, at)
            out += struct.pack('<4sIQI', b'PK\6\7', 0, here if wide < 0 else wide, 1)
            count, size, at = 0xffff, 0xffffffff, 0xffffffff
        return out + struct.pack('<4sHHHHIIH', b'PK\5\6', 0, 0, count, count, size, at, len(comment)) + comment


def archive(body, **data):
    z = Zip().add('data.pkl', pickle(body))
    for key, b in (data or {'0': bytes(16)}).items():
        z.add('data/' + key, b)
    return z


def of(body, **data):
    return archive(body, **data).end()


def files():
    good = state(tensor())
    yield 'good', of(good)
    yield 'wide', archive(good).end(wide=-1)
    yield 'long1', of(good.replace(number(2), b'\x8a\1\2'))
    yield 'long4', of(good.replace(number(2), b'\x8b\1\0\0\0\2'))
    yield 'comment', archive(good).end(comment=b'a comment')
    yield 'behind', archive(good).add('version', b'3\n', local=0, flags=8).end()
    yield 'legacy', legacy(good)
    yield 'python2', legacy(glob('collections', 'OrderedDict') + tup(
        b']' + MARK + b']' + MARK + b'U\2t0' + tensor() + b'ee') + REDUCE)
    yield 'typed', of(state(glob('torch._tensor', '_rebuild_from_type_v2') + tup(
        glob(*REBUILD), glob('torch.nn.parameter', 'Parameter'), tup(storage(), number(0), numbers(2, 2), numbers(2, 1),
                                                                     b'\x89N'), b'}') + REDUCE))
    # The ZIP form.
    yield 'zip-nothing', Zip().add('x', b'').end()
    yield 'zip-two', Zip('').add('a/data.pkl', pickle(good)).add('b/data.pkl', pickle(good)).end()
    yield 'zip-script', archive(good).add('constants.pkl', b'').end()
    yield 'zip-big', archive(good).add('byteorder', b'big').end()
    yield 'zip-crc', Zip().add('data.pkl', pickle(good), crc=1).add('data/0', bytes(16)).end()
    yield 'zip-packed', Zip().add('data.pkl', pickle(good), method=8).add('data/0', bytes(16)).end()
    yield 'zip-secret', archive(good).add('y', b'', flags=1).end()
    yield 'zip-twice', archive(good).add('y', b'', times=2).end()
    yield 'zip-overlap', archive(good).add('y', b'', size=1, local=0, flags=8).add('z', b'').end()
    yield 'zip-name', archive(good).add('y', b'', local_name=b'x/z').end()
    yield 'zip-size', archive(good).add('y', b'ab', local=1).end()
    yield 'zip-reach', archive(good).add('y', b'', size=10 ** 9).end()
    yield 'zip-place', archive(good).add('y', b'', at=7).end()
    yield 'zip-place-far', archive(good).add('y', b'', at=0xfffffff0).end()
    yield 'zip-64', archive(good).add('y', b'', size=0xffffffff, local=0xffffffff).end()
    yield 'zip-count', archive(good).end(count=9)
    yield 'zip-begin', archive(good).end(at=1)
    yield 'zip-begin-far', archive(good).end(at=0xfffffff0)
    yield 'zip-length', archive(good).end(size=3)
    yield 'zip-wide', archive(good).end(wide=2 ** 64 - 1)
    yield 'zip-wide-no', archive(good).end(wide=3)
    yield 'zip-lost', of(good, a=bytes(16))
    yield 'zip-short', of(good, **{'0': bytes(15)})
    # The older form.
    yield 'old-magic', pickle(good)
    yield 'old-version', MAGIC.replace(b'\xe9\3', b'\xea\3') + pickle(b'}') * 2
    yield 'old-big', legacy(good, facts=mapping((text('little_endian'), b'\x89')))
    yield 'old-keys', legacy(state(tensor(), tensor(storage('1'))))
    yield 'old-key', legacy(good, keys=('0', '1'))
    yield 'old-key-twice', legacy(good, keys=('0', '0'), data=(struct.pack('<q', 4) + bytes(16)) * 2)
    yield 'old-count', legacy(good, data=struct.pack('<q', 5) + bytes(20))
    yield 'old-negative', legacy(good, data=struct.pack('<q', -1) + bytes(20))
    yield 'old-cut', legacy(good, data=struct.pack('<q', 4) + bytes(15))
    yield 'old-tail', legacy(good, tail=b'x')
    yield 'old-view', legacy(state(tensor(storage(more=tup(text('1'), number(0), number(4))))))
    yield 'old-list', MAGIC + pickle(mapping((text('little_endian'), b'\x88'))) + pickle(good) + pickle(b'}')
    # Storages and tensors.
    yield 'storage-10GB', of(state(tensor(storage(count=10 ** 10))))
    yield 'storage-2^62', of(state(tensor(storage(count=2 ** 62))))
    yield 'storage-negative', of(state(tensor(storage(count=-1))))
    yield 'storage-two', of(state(tensor(), tensor(storage(kind=('torch', 'IntStorage')))))
    yield 'storage-module', of(state(tensor(storage(first='module'))))
    yield 'storage-text', of(state(text('x') + b'Q'))
    yield 'storage-dtype', of(state(tensor(storage(kind=('torch', 'Size')))))
    yield 'tensor-offset', of(state(tensor(offset=1)))
    yield 'tensor-offset-far', of(state(tensor(offset=2 ** 63 - 1)))
    yield 'tensor-offset-negative', of(state(tensor(offset=-1)))
    yield 'tensor-stride', of(state(tensor(stride=(3, 1))))
    yield 'tensor-stride-far', of(state(tensor(stride=(2 ** 63 - 1, 2 ** 63 - 1))))
    yield 'tensor-stride-negative', of(state(tensor(offset=3, stride=(-2, -1))))
    yield 'tensor-size', of(state(tensor(size=(3, 2))))
    yield 'tensor-size-far', of(state(tensor(size=(2 ** 32, 2 ** 32), stride=(0, 0))))
    yield 'tensor-size-negative', of(state(tensor(size=(-2, 2))))
    yield 'tensor-size-huge', of(state(tensor(size=(2 ** 63, 2))))
    yield 'tensor-spread', of(state(tensor(size=(10 ** 5, 10 ** 5), stride=(0, 0))))
    yield 'tensor-strides', of(state(tensor(stride=(1,))))
    yield 'tensor-dims', of(state(tensor(size=(1,) * 65, stride=(1,) * 65)))
    yield 'tensor-negated', of(state(tensor(more=b'\x89N' + mapping((text('neg'), b'\x88')))))
    yield 'tensor-no-type', of(state(tensor(call=('torch._utils', '_rebuild_tensor_v3'))))
    yield 'tensor-nothing', of(state(glob(*REBUILD) + b')' + REDUCE))
    yield 'tensor-twice', of(mapping((text('t'), tensor()), (text('t'), tensor())))
    yield 'tensor-NUL', of(mapping((text('t\0u'), tensor())))
    yield 'tensor-I8', of(layers((2, 2)))
    yield 'tensor-strided', of(layers((2, 2, 2), ('torch', 'FloatStorage')), **{'0': bytes(64)})
    # State dicts.
    yield 'dict-none', of(mapping((text('lr'), b'N'), (text('weights'), state(tensor()))))
    yield 'dict-list', of(b']')
    yield 'dict-empty', of(b'}')
    yield 'dict-many', of(mapping(*((text('n%02d' % i), b'N') for i in range(99))))
    yield 'dict-two', of(mapping((text('model'), good), (text('state_dict'), good)))
    yield 'dict-itself', of(b'}q\0' + text('model') + b'h\0s')
    yield 'dict-deep', of(mapping((text('model'), b'')) * 0 + (b'}' + text('model')) * 9 + good + b's' * 9)
    # The machine.
    yield 'op-unknown', of(b'\xff')
    yield 'op-instance', of(MARK + b'ios\nsystem\n')
    yield 'global-system', of(glob('os', 'system') + tup(text('true')) + REDUCE)
    yield 'global-eval', of(b'\x8c\x08builtins\x8c\x04eval\x93' + tup(text('1')) + REDUCE)
    yield 'global-long', of(glob('torch', 'F' * 10000))
    yield 'global-number', of(b'K\1K\1\x93')
    yield 'call-text', of(text('x') + b')' + REDUCE)
    yield 'call-type', of(glob('torch', 'float16') + b')' + REDUCE)
    yield 'call-class', of(glob('torch._tensor', '_rebuild_from_type_v2') + tup(
        glob(*REBUILD), glob('torch', 'device'), b')', b'}') + REDUCE)
    yield 'call-itself', of(glob('torch._tensor', '_rebuild_from_type_v2') + b'q\0' + tup(
        b'h\0', glob('torch', 'Tensor'), b')', b'}') + REDUCE)
    yield 'call-pairs', of(glob('collections', 'OrderedDict') + tup(b']K\1a') + REDUCE)
    yield 'build-text', of(text('x') + b'}b')
    yield 'stack-empty', of(b'')
    yield 'stack-mark', of(b'}((u')
    yield 'stack-pop', of(b'000')
    yield 'no-mark', of(b'}u')
    yield 'odd', of(b'}(K\1u')
    yield 'add-text', of(text('x') + b'(K\1e')
    yield 'memo-far', of(b'}r\xff\xff\xff\xff')
    yield 'memo-none', of(b'j\xff\xff\0\0')
    yield 'memo-bomb', of(b']q\0' + b''.join(b']q%c(h%ch%ce' % (i, i - 1, i - 1) for i in range(1, 200)))
    yield 'depth', of(b'(' * 10 ** 6)
    yield 'depth-list', of(b']' * 10 ** 6 + b'a' * (10 ** 6 - 1))
    yield 'text-far', of(b'X\xff\xff\xff\xff')
    yield 'text-2^64', of(b'\x8d' + b'\xff' * 8)
    yield 'long-far', of(b'\x8b\xff\xff\xff\xff')
    yield 'frame-far', of(b'\x95' + b'\xff' * 8)
    yield 'protocol', of(b'\x80\x09')
    yield 'line', Zip().add('data.pkl', b'\x80\x02ctorch').end()
    yield 'none', of(b'N')
    yield 'stop', Zip().add('data.pkl', b'').end()


if __name__ == '__main__':
    os.chdir(sys.argv[1])
    for name, data in files():
        with open(name + '.bin', 'wb') as f:
            f.write(data)
