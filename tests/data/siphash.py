#!/usr/bin/env python3
"""The table in tests/unit/hash.c: SipHash-1-3 under the key 0 of the bytes 0, 1, 2, ..., n of them, which is what
Python hashes bytes by, from 3.11 on: PYTHONHASHSEED=0 python3 siphash.py"""
import sys

assert sys.hash_info.algorithm == 'siphash13' and sys.flags.hash_randomization == 0
for n in range(1, 33):
    print('0x%016x,' % (hash(bytes(range(n))) & 2 ** 64 - 1), end='\n' if n % 4 == 0 else ' ')
