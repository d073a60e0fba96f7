#!/usr/bin/python3
# Regressions for tests/unit/ls.c by 60-digit arithmetic.  NAME.csv: columns
# x1..xk, y.  NAME.fit.csv: one line sigma,rss,tss,condition,rank,df; one line
# for the intercept b0,se0,b0_min_norm; then for each term
# b,se,beta,vif,b_min_norm,beta_min_norm, nan where undefined or aliased.
import random
import mpmath as mp
import numpy as np
mp.mp.dps = 60
random.seed(7)
NAN = mp.mpf('nan')


def centre(c):
    m = mp.fsum(c) / len(c)
    return m, [v - m for v in c]


def solve(cols, y):
    a = mp.matrix(len(cols), len(cols))
    for i, u in enumerate(cols):
        for j, v in enumerate(cols):
            a[i, j] = mp.fdot(u, v)
    inv = a ** -1 if cols else a
    g = [mp.fdot(u, y) for u in cols]
    return [mp.fsum(inv[i, j] * g[j] for j in range(len(cols))) for i in range(len(cols))], inv


def singular(cols):
    m = mp.matrix(len(cols[0]), len(cols))
    for j, c in enumerate(cols):
        d = mp.sqrt(mp.fdot(c, c))
        for i, v in enumerate(c):
            m[i, j] = v / d if d else 0
    return m


def emit(name, rows):
    n, k = len(rows), len(rows[0]) - 1
    with open(name + '.csv', 'w') as g:
        for r in rows:
            g.write(','.join(repr(float(v)) for v in r) + '\n')
    x = [centre([mp.mpf(float(r[j])) for r in rows]) for j in range(k)]
    ym, y = centre([mp.mpf(float(r[k])) for r in rows])
    kept = []
    for j in range(k):                       # rank by 60-digit singular values
        s = sorted(mp.svd_r((lambda m: m if m.rows >= m.cols else m.T)(singular([x[i][1] for i in kept + [j]])), compute_uv=False))
        if len(kept) + 1 <= n - 1 and s[0] > mp.mpf(10) ** -30:
            kept.append(j)
    c = [x[j][1] for j in kept]
    b, inv = solve(c, y)
    res = [y[i] - mp.fsum(bb * u[i] for bb, u in zip(b, c)) for i in range(n)]
    df = n - 1 - len(kept)
    rss = mp.fdot(res, res) if df > 0 else mp.mpf(0)
    tss = mp.fdot(y, y)
    sig = mp.sqrt(rss / df) if df > 0 else NAN
    means = [x[j][0] for j in kept]
    q = mp.mpf(1) / n + mp.fsum(means[i] * inv[i, l] * means[l] for i in range(len(kept)) for l in range(len(kept)))
    norm = [mp.sqrt(mp.fdot(u[1], u[1])) for u in x]
    # minimum norm in standardised coordinates
    m = singular([u[1] for u in x])
    t = m if m.rows >= m.cols else m.T
    u, s, v = mp.svd_r(t, full_matrices=False)
    if m.rows < m.cols:
        u, v = v.T, u.T
    gam = [mp.mpf(0)] * k
    for i in range(len(s)):
        if s[i] > mp.mpf(10) ** -30 * s[0]:
            w = mp.fsum(u[r, i] * y[r] for r in range(n)) / s[i]
            for j in range(k):
                gam[j] += v[i, j] * w
    bmn = [gam[j] / norm[j] if norm[j] else mp.mpf(0) for j in range(k)]
    ny = mp.sqrt(tss)
    # the same by numpy as the original program does it, to be sure of the meaning
    a = np.array(rows, dtype=float)
    z = (a - a.mean(0)) / (a.std(0) + 1e-12)
    beta = np.linalg.lstsq(np.c_[z[:, :k], np.ones(n)], z[:, k], rcond=None)[0][:k]
    assert max(abs(float(gam[j] / ny) - beta[j]) for j in range(k)) < 1e-9, name
    cond = max(s) / min(s) if len(kept) == k else NAN
    f = lambda *a: ','.join('nan' if mp.isnan(v) else mp.nstr(mp.mpf(v), 25) for v in a) + '\n'
    with open(name + '.fit.csv', 'w') as g:
        g.write(f(sig, rss, tss, cond, len(kept), df))
        g.write(f(ym - mp.fsum(bb * mm for bb, mm in zip(b, means)), sig * mp.sqrt(q),
                  ym - mp.fsum(bmn[j] * x[j][0] for j in range(k))))
        for j in range(k):
            if j in kept:
                i = kept.index(j)
                d = mp.sqrt(inv[i, i])
                g.write(f(b[i], sig * d, b[i] * norm[j] / ny, (norm[j] * d) ** 2, bmn[j], gam[j] / ny))
            else:
                g.write(f(NAN, NAN, NAN, NAN, bmn[j], gam[j] / ny))


G = random.gauss
rows = []
for _ in range(40):
    z = [G(0, 1) for _ in range(4)]
    x = [1e6 + z[0], 3 * z[1] + z[0], 1e-5 * (z[2] - z[1]), 50 + z[3] + 5 * z[0]]
    rows.append(x + [2 * z[0] - z[1] + 0.3 * G(0, 1) + 7])
emit('full', rows)
I = random.randint
rows = []
for _ in range(30):
    a, b, c = I(-9, 9), I(0, 20), I(100, 199)
    rows.append([a, b, a + b, 0.1, c, 3 * c - a, a - b + c + I(-5, 5)])
emit('dependent', rows)
emit('wide', [[I(-9, 9) for _ in range(7)] for _ in range(4)])
emit('exact', [[I(-9, 9) for _ in range(4)] for _ in range(4)])
