#!/usr/bin/env python3
"""gzip.py DIR - writes 49 gzip files, good and bad, into DIR: NAME.gz, and
for the good ones NAME.expected, the bytes inside."""
import os
import struct
import sys
import zlib


def deflate(data, level=6):
    z = zlib.compressobj(level, 8, -15)
    return z.compress(data) + z.flush()


def member(data, flags=0, extra=b'', name=b'', comment=b'', level=6,
           hcrc_off=0, crc_off=0, len_off=0):
    """One member as in RFC 1952; the offsets spoil its checksums."""
    h = b'\x1f\x8b\x08' + bytes([flags]) + bytes(5) + b'\xff'
    if flags & 4:
        h += struct.pack('<H', len(extra)) + extra
    if flags & 8:
        h += name + b'\0'
    if flags & 16:
        h += comment + b'\0'
    if flags & 2:
        h += struct.pack('<H', (zlib.crc32(h) & 0xffff) ^ hcrc_off)
    return h + deflate(data, level) + struct.pack(
        '<II', zlib.crc32(data) ^ crc_off, len(data) ^ len_off)


def block(data):
    """One BGZF block."""
    d = deflate(data)
    return (bytes.fromhex('1f8b08040000000000ff060042430200')
            + struct.pack('<H', len(d) + 25) + d
            + struct.pack('<II', zlib.crc32(data), len(data)))


MARK = bytes.fromhex('1f8b08040000000000ff0600424302001b0003000000000000000000')
P = b'a,b\n' + b''.join(b'%d,%d\n' % (i, i * i * 7919 % 1000003) for i in range(5000))
Q = b'x,y\n1,2\n'
m, q = member(P), member(Q)
half = len(m) // 2
many = [b'%d\n' % i for i in range(2000)]

good = {
    'ok_plain': (m, P),
    'ok_stored': (member(P, level=0), P),
    'ok_fname': (member(P, 8, name=b'a.csv'), P),
    'ok_fextra_max': (member(P, 4, extra=b'AB' + struct.pack('<H', 65531) + b'z' * 65531), P),
    'ok_fname_70k': (member(P, 8, name=b'n' * 70000), P),
    'ok_fhcrc': (member(P, 2), P),
    'ok_allflags': (member(P, 31, extra=b'AB\x02\x00zz', name=b'n', comment=b'c'), P),
    'ok_multi': (m + q, P + Q),
    'ok_empty_payload': (member(b''), b''),
    'ok_empty_first': (member(b'') + m, P),
    'ok_empty_mid': (m + member(b'') + q, P + Q),
    'ok_empty_last': (m + member(b''), P),
    'ok_2000_members': (b''.join(map(member, many)), b''.join(many)),
    'ok_bgzf': (block(P[:30000]) + block(P[30000:]) + MARK, P),
    'ok_bomb10M': (member(bytes(10000000), level=9), bytes(10000000)),
    'ok_split_record_members': (member(P[:1001]) + member(P[1001:]), P),
    'trail_zeros512': (m + bytes(512), P),
    'trail_zero1': (m + b'\0', P),
}
bad = {
    'bgzf_no_eof': block(P[:30000]) + block(P[30000:]),
    'trunc_header5': m[:5],
    'trunc_header_only10': m[:10],
    'trunc_in_fname': member(P, 8, name=b'a.csv')[:13],
    'trunc_mid': m[:half],
    'trunc_no_trailer': m[:-8],
    'trunc_trailer_4': m[:-4],
    'trunc_trailer_1': m[:-1],
    'bad_crc': member(P, crc_off=1),
    'bad_isize': member(P, len_off=1),
    'bad_data_bit': m[:half] + bytes([m[half] ^ 16]) + m[half + 1:],
    'bad_hcrc': member(P, 2, hcrc_off=1),
    'bad_reserved_flag': m[:3] + b'\x80' + m[4:],
    'bad_cm': m[:2] + b'\x07' + m[3:],
    'bad_block_type': m[:10] + b'\x07' + m[11:],
    'trail_garbage': m + b'garbage after the end\n',
    'trail_1f': m + b'\x1f',
    'trail_1f8b': m + b'\x1f\x8b',
    'trail_1f8bjunk': m + b'\x1f\x8bjunkjunkjunk',
    'trail_zeros_then_member': m + bytes(16) + q,
    'trail_newline': m + b'\n',
    'm2_truncated': m + q[:-5],
    'm2_bad_crc': m + member(Q, crc_off=zlib.crc32(Q) ^ 1),
    'm2_trunc_header': m + q[:6],
    'file_empty': b'',
    'file_1byte': b'\x1f',
    'file_magic_only': b'\x1f\x8b',
    'file_plain_text': Q,
    'file_zlib': zlib.compress(P),
    'file_raw_deflate': m[10:-8],
    'file_garbage_then_gz': b'junk' + m,
}


def main():
    for name, data in bad.items():
        with open(os.path.join(sys.argv[1], name + '.gz'), 'wb') as f:
            f.write(data)
    for name, (data, inside) in good.items():
        with open(os.path.join(sys.argv[1], name + '.gz'), 'wb') as f:
            f.write(data)
        with open(os.path.join(sys.argv[1], name + '.expected'), 'wb') as f:
            f.write(inside)


if __name__ == '__main__':
    main()
