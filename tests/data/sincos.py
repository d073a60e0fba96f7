#!/usr/bin/env python3
"""sincos.csv: x, sin x, cos x to the nearest double: python3 sincos.py (needs mpmath)"""
import math
import os
import random

import mpmath as mp

mp.mp.prec = 300


def points():
    r = random.Random(1)
    yield from (0.0, 1e-300, 5e-324, 1e-9, 0.5, 1.0, 2.0, 3.0, 100.0, 1e5, 2.0 ** 20)
    for k in list(range(1, 40)) + [1000, 65537, 600000]:    # doubles next to multiples of pi/4
        x = float(k * mp.pi / 4)
        yield from (math.nextafter(x, 0), x, math.nextafter(x, 9e9))
    for _ in range(100):
        yield r.uniform(0, 10)
    for _ in range(100):
        yield 2.0 ** r.uniform(-40, 20)


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "sincos.csv"), "w") as f:
    for x in points():
        for y in (x, -x):
            f.write("%s,%s,%s\n" % (y.hex(), float(mp.sin(y)).hex(), float(mp.cos(y)).hex()))
