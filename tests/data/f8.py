#!/usr/bin/env python3
"""f8.csv: the 256 codes of E4M3 and of E5M2 as torch 2.13.0 reads them (float8_e4m3fn,
float8_e5m2), in C's notation of floats; an empty field is NaN."""
import os

import torch

CODES = torch.arange(256, dtype=torch.int16).to(torch.uint8)


def texts(dtype):
    return ["" if x != x else x.hex() for x in CODES.view(dtype).double().tolist()]


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "f8.csv"), "w") as f:
    f.write("code,e4m3,e5m2\n")
    for i, row in enumerate(zip(texts(torch.float8_e4m3fn), texts(torch.float8_e5m2))):
        f.write("%d,%s,%s\n" % (i, *row))
