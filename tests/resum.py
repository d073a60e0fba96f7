#!/usr/bin/env python3
"""Puts right the check sums of states that were changed: python3 resum.py <state >state"""
import csv
import sys
import zlib

rows = list(csv.reader(sys.stdin))
crc = 0
for row in rows:
    if row[0] == "state":
        crc = 0
    if row[0] == "end":
        row[3] = f"{crc:08x}"
    crc = zlib.crc32("".join(f + "\0" for f in row).encode(), crc)
csv.writer(sys.stdout, lineterminator="\n").writerows(rows)
