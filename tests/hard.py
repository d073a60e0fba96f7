#!/usr/bin/env python3
"""Random hard tables: python3 hard.py DIR [TABLES] [SEED]

Runs hg-regress, hg-correlate and hg-describe of the folder DIR on tables at which plain
arithmetic goes wrong, and compares what they print with exact arithmetic: rational
numbers, and 60 digits (mpmath) for roots and tails.  Each kind of table is one of the
functions below that have @kind; TABLES of each are made (the default is 20).  Prints
what differs, with the table, and a count; ends with 1 if anything does.
"""
import random
import subprocess
import sys
import tempfile
from fractions import Fraction as F

from mpmath import mp, mpf, betainc, sqrt, log10

mp.dps = 60
KINDS = {}
HERE = tempfile.mkdtemp()


def kind(f):
    KINDS[f.__name__] = f
    return f


def run(tool, *args, table):
    with open(f"{HERE}/t.csv", "w") as f:
        f.write(table)
    r = subprocess.run([f"{sys.argv[1]}/{tool}", "-p", *args, f"{HERE}/t.csv"], capture_output=True, text=True)
    if r.returncode != 0:
        raise Wrong(f"status {r.returncode}: {r.stderr}")
    head, *rows = [x.split(",") for x in r.stdout.splitlines()]
    return [dict(zip(head, x)) for x in rows]


class Wrong(Exception):
    pass


def text(cols):
    return ",".join(cols) + "\n" + "".join(",".join(x if isinstance(x, str) else repr(x) for x in row) + "\n"
                                           for row in zip(*cols.values()))


def big(x):
    return mpf(x.numerator) / mpf(x.denominator) if isinstance(x, F) else mpf(x)


def same(what, got, want, tol):
    """got: a field; want: exact, or None for an empty field."""
    if want is None:
        if got != "":
            raise Wrong(f"{what}: {got}, should be empty")
        return
    if got == "":
        raise Wrong(f"{what}: empty, should be {mp.nstr(want, 17)}")
    d = abs(mpf(float(got)) - want)
    if d > abs(want) * tol:
        raise Wrong(f"{what}: {got}, should be {mp.nstr(want, 17)}")


def t_tail(t2, df):
    """P(|T| > t) from t^2"""
    x = df / (df + t2)
    return betainc(mpf(df) / 2, mpf(1) / 2, 0, x, regularized=True)


def inverse(a):
    k = len(a)
    a = [row[:] + [F(int(i == j)) for j in range(k)] for i, row in enumerate(a)]
    for i in range(k):
        p = next((r for r in range(i, k) if a[r][i] != 0), None)
        if p is None:
            return None
        a[i], a[p] = a[p], a[i]
        a[i] = [x / a[i][i] for x in a[i]]
        for r in range(k):
            if r != i and a[r][i] != 0:
                f = a[r][i]
                a[r] = [x - f * z for x, z in zip(a[r], a[i])]
    return [row[k:] for row in a]


class Fit:
    """Weighted least squares in rational numbers."""

    def __init__(self, x, y, w=None):
        n, k = len(y), len(x)
        self.n, self.k = n, k
        self.x = [[F(v) for v in c] for c in x]
        self.y = [F(v) for v in y]
        self.w = [F(v) for v in w] if w else [F(1)] * n
        a = [[sum(self.w[i] * p[i] * q[i] for i in range(n)) for q in self.x] for p in self.x]
        self.c = inverse(a)
        if self.c is None:
            raise ZeroDivisionError
        z = [sum(self.w[i] * p[i] * self.y[i] for i in range(n)) for p in self.x]
        self.b = [sum(u * v for u, v in zip(r, z)) for r in self.c]
        self.e = [self.y[i] - sum(b * c[i] for b, c in zip(self.b, self.x)) for i in range(n)]
        self.cx = [[sum(r[l] * self.x[l][i] for l in range(k)) for r in self.c] for i in range(n)]
        self.h = [self.w[i] * sum(self.cx[i][l] * self.x[l][i] for l in range(k)) for i in range(n)]
        self.rss = sum(w * e * e for w, e in zip(self.w, self.e))
        self.df = n - k

    def scores(self, j, kind):
        p = {"hc0": 0, "hc1": 0, "hc2": 1, "hc3": 2}[kind]
        return [big((self.w[i] * self.e[i] * self.cx[i][j]) ** 2) / (big(1 - self.h[i]) ** p if p else 1)
                for i in range(self.n)]

    def robust(self, j, kind):
        s = mp.fsum(self.scores(j, kind))
        return sqrt(s * self.n / self.df if kind == "hc1" else s)

    def cluster(self, j, keys):
        sums = {}
        for i, g in enumerate(keys):
            sums[g] = sums.get(g, F(0)) + self.w[i] * self.e[i] * self.cx[i][j]
        g = len(sums)
        return sqrt(big(F(g, g - 1) * F(self.n - 1, self.df) * sum(s * s for s in sums.values())))


# ---- leverage ---------------------------------------------------------------------------

@kind
def leverage(r):
    """A row or two next to hat value 1."""
    n, k = r.randint(6, 12), r.randint(1, 3)
    x = {f"x{j}": [r.gauss(0, 1) for _ in range(n)] for j in range(k)}
    for c in x.values():
        if r.random() < 0.8:
            c[r.randrange(n)] = r.gauss(0, 1) * 10.0 ** r.randint(1, 9)
    y = [r.gauss(0, 1) for _ in range(n)]
    w = [r.choice([1, 1, 0.3, 2.5]) for _ in range(n)] if r.random() < 0.3 else None
    f = Fit([[1] * n, *x.values()], y, w)
    t = text({**x, "y": y, **({"w": w} if w else {})})
    o = ["-x", ",".join(x), "-y", "y"] + (["-w", "w"] if w else [])
    sigma2 = big(f.rss) / f.df
    for i, row in enumerate(run("hg-regress", "--rows", *o, table=t)):
        e2, rest = big(f.w[i] * f.e[i] ** 2), big(1 - f.h[i])
        d = sqrt(e2 / (sigma2 * rest))
        if rest < 1e-15 and row["hat"] == "1" and row["cooks_d"] == "":
            continue
        same(f"row {i + 2}: hat", row["hat"], big(f.h[i]), 1e-14)
        same(f"row {i + 2}: std_residual", row["std_residual"], d if f.e[i] > 0 else -d, 1e-10)
        same(f"row {i + 2}: cooks_d", row["cooks_d"], e2 / sigma2 / rest ** 2 * big(f.h[i]) / f.k, 1e-10)
    for hc in "hc0", "hc1", "hc2", "hc3":
        for j, row in enumerate(run("hg-regress", "--robust", hc, *o, table=t)):
            if row["std_error"] == "" and hc > "hc1" and 1 - max(f.h) < 1e-15:
                continue
            se = f.robust(j, hc)
            same(f"{hc}: {row['term']}: std_error", row["std_error"], se, 1e-10)
            same(f"{hc}: {row['term']}: p", row["p_value"], t_tail(big(f.b[j]) ** 2 / se ** 2, f.df), 1e-8)
    return t


# ---- robust errors of 0 --------------------------------------------------------------------

@kind
def no_error(r):
    """Levels of one cluster, of one row, or fitted exactly: some robust errors are 0."""
    g, m = r.randint(3, 5), r.randint(2, 4)
    keys = [c for c in "abcde"[:g] for _ in range(m)] + (["z"] if r.random() < 0.5 else [])
    n = len(keys)
    level = {c: r.choice(["u", "v", c]) for c in set(keys)}
    f = [level[c] for c in keys]
    scale = 10.0 ** r.randint(-9, 9)
    y = [r.gauss(5, 1) * scale for _ in keys]
    flat = r.choice([None, *sorted(set(f))])
    y = [0.1 if c == flat else v for c, v in zip(f, y)]
    names = sorted(set(f))
    if len(names) < 2 or n <= len(names):
        return None
    x = [[int(c == l) for c in f] for l in names]
    fit = Fit(x, y)
    if fit.rss == 0:
        return None
    t = text(dict(f=f, c=keys, y=y))
    o = ["-x", "", "--no-intercept", "--factor", "f", "-y", "y"]
    runs = [("--cluster", "c")] + [("--robust", hc) for hc in ("hc0", "hc1")]
    for a in runs:
        for j, row in enumerate(run("hg-regress", *a, *o, table=t)):
            se = fit.cluster(j, keys) if a[0] == "--cluster" else fit.robust(j, a[1])
            same(f"{a}: {row['term']}: std_error", row["std_error"], se, 1e-10)
            df = len(set(keys)) - 1 if a[0] == "--cluster" else fit.df
            same(f"{a}: {row['term']}: p", row["p_value"],
                 None if se == 0 else t_tail(big(fit.b[j]) ** 2 / se ** 2, df), 1e-8)
    return t


# ---- the range of numbers ------------------------------------------------------------------

@kind
def ranges(r):
    """Columns of very different size; coefficients that are no double."""
    n, k = r.randint(5, 10), r.randint(1, 3)
    x = {f"x{j}": [r.gauss(0, 1) * 10.0 ** r.randint(-1, 1) for _ in range(n)] for j in range(k)}
    for name, c in x.items():
        s = 10.0 ** r.choice([0, 0, 3, -150, 150, 200, -200, 250, -240])
        x[name] = [v * s for v in c]
    s = 10.0 ** r.choice([0, 0, -200, 200, 150, -150, 250, -240])
    y = [r.gauss(0, 1) * s for _ in range(n)]
    f = Fit([[1] * n, *x.values()], y)
    t = text({**x, "y": y})
    least, most = mpf(2) ** -1022, mpf(2) ** 1024 * (1 - mpf(2) ** -54)
    for j, row in enumerate(run("hg-regress", "-x", ",".join(x), "-y", "y", table=t)):
        b, se = big(f.b[j]), sqrt(big(f.c[j][j] * f.rss / f.df))
        inside = least <= abs(b) <= most
        same(f"{row['term']}: estimate", row["estimate"], b if inside else None, 1e-14)
        if inside and least <= se <= most:
            same(f"{row['term']}: std_error", row["std_error"], se, 1e-13)
            same(f"{row['term']}: p", row["p_value"], t_tail(b ** 2 / se ** 2, f.df), 1e-11)
    return t


# ---- exact fits -------------------------------------------------------------------------------

@kind
def perfect(r):
    """y is a sum of binary fractions that the predictors say: no error, no p."""
    n = r.randint(6, 30)
    x = {f"x{j}": [r.randint(-900, 900) / 2 ** r.randint(0, 9) for _ in range(n)] for j in range(r.randint(1, 4))}
    if n < len(x) + 2:
        return None
    b = [r.randint(-50, 50) / 8 for _ in x]
    c = r.randint(-50, 50) / 8
    y = [c + sum(u * v[i] for u, v in zip(b, x.values())) for i in range(n)]
    if max(y) == min(y):
        return None
    t = text({**x, "y": y})
    o = ["-x", ",".join(x), "-y", "y"]
    for a in [], ["--robust", r.choice(["hc0", "hc1", "hc2", "hc3"])]:
        for row, want in zip(run("hg-regress", *a, *o, table=t), [c, *b]):
            if abs(float(row["estimate"]) - want) > 1e-12 * (1 + abs(want)):
                raise Wrong(f"{row['term']}: estimate {row['estimate']}, should be {want}")
            same(f"{row['term']}: std_error", row["std_error"], mpf(0), 0)
            same(f"{row['term']}: p", row["p_value"], None, 0)
    return t


# ---- correlations ------------------------------------------------------------------------------

def correlation(x, y, w=None):
    n = len(x)
    w = [F(v) for v in w] if w else [F(1)] * n
    x, y = [F(v) for v in x], [F(v) for v in y]
    sw = sum(w)
    mx, my = (sum(a * b for a, b in zip(w, v)) / sw for v in (x, y))
    sxx, syy, sxy = (sum(c * (a - p) * (b - q) for c, a, b in zip(w, u, v))
                     for u, p, v, q in ((x, mx, x, mx), (y, my, y, my), (x, mx, y, my)))
    return sxx, syy, sxy


def check_r(row, sxx, syy, sxy, df):
    r2 = sxy * sxy / (sxx * syy)
    want = sqrt(big(r2)) * (1 if sxy > 0 else -1)
    same("r", row["r"], want, 1e-13 + 1e-15 / float(abs(want) or 1))
    if r2 < 1 and df > 0:
        blur = mpf(2) ** -98 / big(1 - r2)      # what double-doubles leave of 1 - r^2
        same("p", row["p"], t_tail(df * big(r2) / big(1 - r2), df), 1e-10 + df * blur)


@kind
def near_one(r):
    """|r| next to 1."""
    n = r.randint(3, 12)
    x = [r.gauss(0, 1) for _ in range(n)]
    d = 10.0 ** -r.randint(1, 12)
    y = [2 * v + d * r.gauss(0, 1) for v in x]
    t = text(dict(x=x, y=y))
    check_r(run("hg-correlate", "-x", "x", "-y", "y", table=t)[0], *correlation(x, y), n - 2)
    return t


@kind
def controls(r):
    """Constant and dependent controls before others."""
    n = r.randint(8, 14)
    a, b, x, y = ([r.gauss(0, 1) for _ in range(n)] for _ in range(4))
    c = {"c1": [r.choice([1e-9, 3.7, 1e9])] * n, "c2": a, "c3": [4 * v for v in a], "c4": b}
    names = list(c)
    r.shuffle(names)
    o = ["-x", "x", "-y", "y", "-c", ",".join(names), "-g", ""]
    t = text({**c, "x": x, "y": y})
    ones = [1] * n
    ex, ey = (Fit([ones, a, b], v).e for v in (x, y))
    check_r(run("hg-correlate", *o, table=t)[0], *(sum(p * q for p, q in zip(u, v)) for u, v in ((ex, ex), (ey, ey), (ex, ey))),
            n - 4)
    return t


@kind
def weights(r):
    """A row far off with next to no weight."""
    n = r.randint(5, 12)
    x, y = ([r.gauss(0, 1) for _ in range(n)] for _ in range(2))
    w = [r.choice([1, 2, 0.5]) for _ in range(n)]
    at = r.choice([0, 0, r.randrange(n)])
    far = r.randint(3, 15)
    x[at], w[at] = r.gauss(0, 1) * 10.0 ** far, 10.0 ** -r.randint(2 * far, 2 * far + 10)
    t = text(dict(x=x, y=y, w=w))
    check_r(run("hg-correlate", "-x", "x", "-y", "y", "-w", "w", table=t)[0], *correlation(x, y, w), n - 2)
    return t


# ---- merged states -----------------------------------------------------------------------------

@kind
def merged(r):
    """A constant control, and groups that one of the parts has not."""
    n = r.randint(8, 20)
    cols = dict(g=[r.choice("ab") for _ in range(n)], c=[1.000000001] * n,
                **{v: [r.gauss(0, 1) for _ in range(n)] for v in "kxy"})
    o = ["-g", "g", "-x", "x", "-y", "y", "-c", "c,k"]
    names, cut = [], r.randint(1, n - 1)
    for i, part in enumerate([slice(None, cut), slice(cut, None)]):
        with open(f"{HERE}/part{i}.csv", "w") as f:
            f.write(text({k: v[part] for k, v in cols.items()}))
        names.append(f"{HERE}/state{i}")
        subprocess.run([f"{sys.argv[1]}/hg-correlate", "--save-state", *o, "-o", names[i], f"{HERE}/part{i}.csv"],
                       check=True, capture_output=True)
    r2 = subprocess.run([f"{sys.argv[1]}/hg-correlate", "--merge", "-p", *names], capture_output=True, text=True, check=True)
    head, *rows = [x.split(",") for x in r2.stdout.splitlines()]
    t = text(cols)
    for row in [dict(zip(head, x)) for x in rows]:
        at = [i for i in range(n) if row["g"] in ("all", cols["g"][i])]
        if len(at) < 5:
            continue
        k, x, y = ([cols[v][i] for i in at] for v in "kxy")
        ex, ey = (Fit([[1] * len(at), k], v).e for v in (x, y))
        check_r(row, *(sum(p * q for p, q in zip(u, v)) for u, v in ((ex, ex), (ey, ey), (ex, ey))), len(at) - 3)
    return t


# ---- descriptors --------------------------------------------------------------------------------

@kind
def spectra(r):
    """Singular values at the ends of the range."""
    n = r.randint(1, 6)
    top = r.choice([300, 200, 160, 0, -150, -170, -250])
    s = [10.0 ** (top - r.random() * r.choice([1, 1, 300 + top, 20])) for _ in range(n)]
    t = text({f"s{i + 1}": [v] for i, v in enumerate(s)})
    row = run("hg-describe", "-d", "op,fro,trace,log_cond,stable_rank,gap", table=t)[0]
    e = sum(F(v) ** 2 for v in s)
    z = sorted(s, reverse=True)
    same("op", row["op"], mpf(z[0]), 0)
    if mpf(2) ** -1022 < sqrt(big(e)):
        same("fro", row["fro"], sqrt(big(e)), 1e-14)
    same("trace", row["trace"], big(sum(map(F, s))), 1e-14)
    same("stable_rank", row["stable_rank"], big(e / F(z[0]) ** 2), 1e-14)
    want = log10(mpf(z[0]) / mpf(z[-1]))
    if abs(mpf(row["log_cond"]) - want) > 1e-13 * (1 + want):
        raise Wrong(f"log_cond: {row['log_cond']}, should be {mp.nstr(want, 17)}")
    return t


def main():
    n, seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20, sys.argv[3] if len(sys.argv) > 3 else "1"
    only = sys.argv[4:] or KINDS
    wrong = 0
    for name in only:
        bad = done = 0
        for i in range(n):
            try:
                if KINDS[name](random.Random(f"{name} {i} {seed}")) is not None:
                    done += 1
            except (Wrong, ZeroDivisionError) as e:
                done, bad = done + 1, bad + 1
                if bad <= 5:
                    print(f"{name} {i}: {e}\n" + open(f"{HERE}/t.csv").read())
        print(f"{name}: {done} tables, {bad} wrong")
        wrong += bad
    sys.exit(wrong > 0)


main()
