#!/usr/bin/env python3
"""Digits of NIST's linear regressions (StRD) that programs reach.

    digits.py check     hg-regress, run on each set: at least the floors?
    digits.py table     writes digits.csv: measures hg-regress, numpy and R too

The digits of a set are the fewest of its coefficients, -log10 of the relative
error against the values to 30 digits.  "ceiling" is what is left when the
numbers of the table are rounded to double and everything else is exact (rational
arithmetic here; powers are exact powers of the double x), and 17 if it is more.
"bits80" is a Householder QR in 80-bit numbers, and the columns statsmodels
(0.13, OLS method qr) and gsl (2.7, multifit_linear) were measured once, as was
bits80; they are kept as they are.  The floor is half a digit below the lesser of
bits80 and ceiling.
"""
import csv
import os
import subprocess
import sys
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 60
HERE = os.path.dirname(os.path.abspath(__file__))
SETS = {                                        # predictors, degree, intercept
    "norris": (1, 1, 1), "pontius": (1, 2, 1), "filip": (1, 10, 1), "longley": (6, 1, 1),
    "wampler1": (1, 5, 1), "wampler2": (1, 5, 1), "wampler3": (1, 5, 1), "wampler4": (1, 5, 1), "wampler5": (1, 5, 1),
    "noint1": (1, 1, 0), "noint2": (1, 1, 0),
}


def rows(name):
    with open(f"{HERE}/{name}") as f:
        return list(csv.DictReader(f))


def exact30(name):
    """Coefficients, their standard errors, the residual deviation."""
    r = rows(f"{name}.exact30.csv")
    b = [x for x in r if x["quantity"].startswith("B")]
    sd = [x for x in r if x["quantity"] == "residual_sd"]
    return ([Decimal(x["estimate"]) for x in b], [Decimal(x["std_error"]) for x in b], Decimal(sd[0]["estimate"]))


def design(name):
    """Rows of terms, exact from the doubles, and y."""
    k, degree, intercept = SETS[name]
    X, y = [], []
    for r in rows(f"{name}.csv"):
        x = [Fraction(float(r[c])) for c in (["x"] if k == 1 else [f"x{i}" for i in range(1, k + 1)])]
        terms = [v**d for v in x for d in range(1, degree + 1)]
        X.append([Fraction(1)] * intercept + terms)
        y.append(Fraction(float(r["y"])))
    return X, y


def solve_exactly(name):
    """The least squares solution of the double-rounded table, rational."""
    X, y = design(name)
    k = len(X[0])
    A = [[sum(r[i] * r[j] for r in X) for j in range(k)] + [sum(r[i] * v for r, v in zip(X, y))] for i in range(k)]
    for i in range(k):
        p = next(r for r in range(i, k) if A[r][i])
        A[i], A[p] = A[p], A[i]
        A[i] = [v / A[i][i] for v in A[i]]
        for r in range(k):
            if r != i and A[r][i]:
                A[r] = [u - A[r][i] * v for u, v in zip(A[r], A[i])]
    return [row[k] for row in A]


def decimal(x):
    return Decimal(x.numerator) / Decimal(x.denominator) if isinstance(x, Fraction) else Decimal(x)


def digits(got, exact):
    worst = 17.0
    for g, e in zip(got, exact, strict=True):
        err = abs(decimal(g) - e) / (abs(e) or 1)
        if err > 0:
            worst = min(worst, float(-err.log10()))
    return max(worst, 0.0)


def ours(name):
    """hg-regress through the program: estimates, standard errors, sigma, doubles."""
    k, degree, intercept = SETS[name]
    args = ["hg-regress", "-p", "-y", "y"] + ([] if intercept else ["--no-intercept"])
    args += ["--poly", f"x:{degree}"] if degree > 1 else ["-x", "x" if k == 1 else "x*"]
    args.append(f"{HERE}/{name}.csv")
    table = list(csv.DictReader(subprocess.run(args, check=True, capture_output=True, text=True).stdout.splitlines()))
    fit = list(csv.DictReader(subprocess.run(args + ["--fit"], check=True, capture_output=True, text=True).stdout.splitlines()))
    return [float(r["estimate"]) for r in table], [float(r["std_error"]) for r in table], float(fit[0]["sigma"])


def check():
    for t in rows("digits.csv"):
        name = t["set"]
        b, se, sd = exact30(name)
        got, got_se, got_sd = ours(name)
        solved = [float(x) for x in solve_exactly(name)]
        off = max(abs(g - s) / abs(s) for g, s in zip(got, solved, strict=True))
        d = digits(got, b)
        good = d >= float(t["floor"]) and off <= 2.3e-16
        print("ok" if good else "not ok", f"- {name}: {d:.1f} digits of the coefficients, at least {t['floor']};",
              f"off by {off:.1g} from the solution of the double-rounded table, rounded")
        if sd > 0:
            d, e = digits(got_se, se), digits([got_sd], [sd])
            good = min(d, e) >= float(t["floor"])
        else:                                   # zero, but for the roundings of y
            d = e = 17.0
            good = got_sd < 1e-14 and max(got_se) < 1e-14
        print("ok" if good else "not ok", f"- {name}: standard errors {d:.1f}, sigma {e:.1f}")


def by_numpy(name):
    import numpy as np
    X, y = design(name)
    k, degree, intercept = SETS[name]
    base = np.array([[float(v) for v in r] for r in X])
    if degree > 1:                              # powers formed in double
        base = np.vander(base[:, intercept], degree + 1, increasing=True)
    return [float(v) for v in np.linalg.lstsq(base, np.array([float(v) for v in y]), rcond=None)[0]]


def by_r(name):
    k, degree, intercept = SETS[name]
    x = " + ".join(f"x{i}" for i in range(1, k + 1)) if k > 1 else " + ".join(f"I(x^{i})" for i in range(1, degree + 1))
    code = f'd <- read.csv("{HERE}/{name}.csv"); cat(sprintf("%.17g", coef(lm(y ~ {intercept} + {x}, d))))'
    text = subprocess.run(["Rscript", "-e", code], check=True, capture_output=True, text=True).stdout
    return [0.0 if v == "NA" else float(v) for v in text.split()]


ONCE = {                                        # bits80, statsmodels, gsl
    "norris": (14.4, 12.5, 12.3), "pontius": (15, 12.7, 12.1), "filip": (11.7, 8.0, 7.5), "longley": (14.6, 10.9, 11.6),
    "wampler1": (13.3, 9.7, 9.2), "wampler2": (15, 12.6, 12.5), "wampler3": (13.6, 9.5, 9.2), "wampler4": (11.0, 8.1, 7.9),
    "wampler5": (9.0, 6.1, 5.9), "noint1": (14.5, None, None), "noint2": (14.5, None, None),
}


def table():
    with open(f"{HERE}/digits.csv", "w") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["set", "floor", "hg_regress", "ceiling", "bits80", "numpy", "r", "statsmodels", "gsl"])
        for name, (bits80, sm, gsl) in ONCE.items():
            b = exact30(name)[0]
            d = [digits(x, b) for x in (ours(name)[0], solve_exactly(name), by_numpy(name), by_r(name))]
            w.writerow([name, f"{min(bits80, d[1]) - 0.5:.1f}", *(f"{x:.1f}" for x in d[:2]), bits80, *(f"{x:.1f}" for x in d[2:]), sm, gsl])


{"check": check, "table": table}[sys.argv[1]]()
