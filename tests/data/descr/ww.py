#!/usr/bin/env python3
"""alpha_ww of spectra.csv from the package itself: python3 ww.py >ww.csv

Wants weightwatcher 0.7.7, and of it the file WW_powerlaw.py alone.  Spectra of which
less than 8 eigenvalues are above its limit are left empty.
"""
import csv
import io
import sys
from contextlib import redirect_stdout

from weightwatcher.WW_powerlaw import pl_fit

print("alpha_ww")
for row in csv.DictReader(open("spectra.csv")):
    evals = [float(x) ** 2 for c, x in row.items() if c[0] == "s" and x]
    evals = [x for x in evals if x > 1e-5]
    if len(evals) < 8:
        print('""')
        continue
    with redirect_stdout(io.StringIO()):
        fit = pl_fit(data=evals)
    print(repr(float(fit.alpha)))
