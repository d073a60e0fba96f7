#!/usr/bin/env python3
"""Reference values for tests/unit/elem.c and the tables of lib/num/elem.c.

elem.py            writes elem.csv beside itself (needs mpmath and numpy)
elem.py --tables   prints the two tables as C

Rows of elem.csv: log|exp,x,y,d   y the nearest double to f(x), d = f(x) - y in ulps of y
                  dd,x,hi,lo      log x as a double-double
                  sum,n,digest    see sums()
"""
import math
import os
import random
import struct
import sys

import mpmath as mp

mp.mp.prec = 400


def split(v):
    """v as a sum of two doubles"""
    hi = float(v)
    return hi, float(v - hi)


def tables():
    """log(j/64): hi a multiple of 2^-42.  2^(j/64): hi of 26 bits."""
    print('static const double log64[47][2] = {')
    for j in range(45, 92):
        v = mp.log(mp.mpf(j) / 64)
        hi = float(mp.nint(v * 2**42) / 2**42)
        print('\t{ %s, %s },' % (hi.hex(), float(v - hi).hex()))
    print('};\n\nstatic const double exp64[64][2] = {')
    for j in range(64):
        v = mp.mpf(2) ** (mp.mpf(j) / 64)
        hi = float(mp.nint(v * 2**25) / 2**25)
        print('\t{ %s, %s },' % (hi.hex(), float(v - hi).hex()))
    print('};')
    hi = float(mp.nint(mp.log(2) * 2**42) / 2**42)
    print('ln2', hi.hex(), float(mp.log(2) - hi).hex(), [w.hex() for w in split(mp.log(2))])
    v = mp.log(2) / 64
    hi = float(mp.nint(v * 2**40) / 2**40)
    print('ln2/64', hi.hex(), float(v - hi).hex(), float(1 / v).hex())
    print('half log 2pi', [w.hex() for w in split(mp.log(2 * mp.pi) / 2)])


def logs():
    r = random.Random(1)
    for k in range(-52, 0):                             # near 1
        yield 1 + r.uniform(1, 2) * 2.0**k
        yield 1 - r.uniform(.5, 1) * 2.0**k
    for j in range(45, 92):                             # where the table changes
        for d in (-1, 1):
            yield (j + .5 + d * r.random() * 1e-12) / 64
            yield (j + .5 + d * r.random() * .5) / 64 * 2.0**r.randint(-60, 60)
    for _ in range(400):
        yield r.uniform(.6, 1.6)
        yield r.uniform(1, 2) * 2.0**r.randint(-1022, 1023)
    for _ in range(40):                                 # subnormal
        yield r.randint(1, 2**r.randint(1, 52)) * 5e-324
    yield from (5e-324, sys.float_info.min, sys.float_info.max, .5, 2.0, 10.0, 1e100)
    yield from (math.sqrt(.5), math.nextafter(math.sqrt(.5), 0), math.sqrt(2), math.nextafter(math.sqrt(2), 2))


def exps():
    r = random.Random(2)
    for _ in range(400):
        yield r.uniform(-1, 1)
        yield r.uniform(-708, 709.7)
    for k in range(-70, 0):
        yield r.uniform(-1, 1) * 2.0**k
    for k in range(-200, 200):                          # where the table changes
        yield (r.randint(-60000, 60000) + .5) * math.log(2) / 64
    for _ in range(200):                                # subnormal results
        yield r.uniform(-745.1, -708)
    yield from (709.782712893383973, -745.13321910194110, -708.3964185322641)


def sums():
    """x_i = (s_i >> 11) 2^-53 - 1/2, scaled by 2^(s_i mod 32), s_i the 64-bit
    sequence of Knuth's MMIX generator from 1; the digest for n is FNV-1a over
    the bits (lowest byte first) of the sums of x[0..m), m = n-99..n."""
    import numpy as np
    s, x = 1, []
    for _ in range(2000):
        s = (6364136223846793005 * s + 1442695040888963407) % 2**64
        x.append(((s >> 11) * 2.0**-53 - .5) * 2.0**(s % 32))
    x = np.array(x)
    for n in range(100, 2001, 100):
        h = 0xcbf29ce484222325
        for m in range(n - 99, n + 1):
            for byte in struct.pack('<d', np.sum(x[:m])):
                h = (h ^ byte) * 0x100000001b3 % 2**64
        yield n, h


def main():
    if '--tables' in sys.argv:
        return tables()
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'elem.csv'), 'w') as f:
        for name, fn, xs in (('log', mp.log, logs()), ('exp', mp.exp, exps())):
            for x in xs:
                v = fn(mp.mpf(x))
                y = float(v)
                f.write('%s,%s,%s,%.4f\n' % (name, x.hex(), y.hex(), (v - y) / math.ulp(y)))
        for i, x in enumerate(logs()):
            if i % 4 == 0 or i < 40:
                y, lo = split(mp.log(mp.mpf(x)))
                f.write('dd,%s,%s,%s\n' % (x.hex(), y.hex(), lo.hex()))
        for n, h in sums():
            f.write('sum,%d,%016x\n' % (n, h))


main()
