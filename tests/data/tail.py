#!/usr/bin/env python3
"""Reference values for tests/unit/tail.c: writes tail.csv beside itself.

Needs mpmath, and scipy for Benjamini-Hochberg.  The incomplete beta function
is summed from its power series in positive terms (DLMF 8.17.8), with 50
digits, or 400 where the tail is the complement of a sum near 1, and checked
against mpmath's own betainc.  Rows:

    t2,t,df,P    f,f,df1,df2,P    t2inv,alpha,df,t    norminv,alpha,z
    fisher,r,n,k,level,lo,hi      bh,set,p,q      norm,z,P
"""
import os
import random

from mpmath import mp, mpf

mp.dps = 50


def series(x, y, a, b):
    """I_x(a,b) = x^a y^b / (a B(a,b)) sum (a+b)_n / (a+1)_n x^n"""
    term = total = mpf(1)
    n, eps = 0, mpf(10) ** -mp.dps
    while term > eps * total:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    front = a * mp.log(x) + b * mp.log(y) - mp.loggamma(a) - mp.loggamma(b) + mp.loggamma(a + b)
    return mp.exp(front) / a * total


def beta(w, a, b):
    """I_x(a,b) at x = 1/(1+w)"""
    x, y = 1 / (1 + w), w / (1 + w)
    if x > .9 and b < 1000:
        with mp.workdps(400):
            x, y = 1 / (1 + w), w / (1 + w)
            return 1 - series(y, x, b, a)
    return series(x, y, a, b) if x < .1 or x < a / (a + b) else 1 - series(y, x, b, a)


def t2(t, df):
    with mp.workdps(400):
        w = mpf(t) ** 2 / mpf(df)
    return beta(w, mpf(df) / 2, mpf(1) / 2)


def f(v, d1, d2):
    with mp.workdps(400):
        w = mpf(v) * mpf(d1) / mpf(d2)
    return beta(w, mpf(d2) / 2, mpf(d1) / 2)


def check():
    for w, a, b in ((.3, 2.5, .5), (3, .7, 12), (.01, 40, .5), (1.5, 10, 7.25), (20, 1, .5)):
        w = mpf(w)
        v = mp.betainc(a, b, 0, 1 / (1 + w), regularized=True)
        assert abs(beta(w, mpf(a), mpf(b)) / v - 1) < mpf(10) ** -40, (w, a, b)


def t2_rows():
    for df in (.01, .1, .5, 1, 1.5, 2, 3, 5, 10, 30.7, 100, 1000, 12345.6, 1e5, 1e6, 1e7, 999999999.5, 1e9):
        for t in (1e-300, 1e-100, 1e-20, 1e-10, 1e-5, 1e-3, .01, .1, .3, .6, .6745, .7, .99, 1.5, 2, 3, 5, 8, 13,
                  21.2, 30, 37, 37.06, 50, 100, 1e3, 12345.678, 1e5, 1e10, 1e50, 1e100, 1e154, 1e200, 1e300):
            p = t2(t, df)
            if p > mpf('1e-300'):
                yield 't2', t, df, p


def f_rows():
    for d1 in (.1, .5, 1, 2, 3, 4.5, 7, 17, 50, 100):
        for d2 in (.3, 1, 2, 3.7, 12, 60, 999, 1e5, 1e7, 1e9):
            for v in (1e-300, 1e-30, 1e-8, 1e-3, .1, .5, .9, .999, 1, 1.001, 1.1, 1.7, 3, 8, 20, 75, 400, 1e4, 1e9,
                      1e80, 1e300):
                if v not in (1e-30, .9, 1.1, 20, 1e9) or d1 in (1, 4.5, 50) and d2 in (1, 12, 1e9):
                    p = f(v, d1, d2)
                    if p > mpf('1e-300'):
                        yield 'f', v, d1, d2, p
    for d1, d2, vs in ((1e3, 1e3, (.5, .9, .999, 1, 1.01, 1.3, 2, 4)), (5e3, 40, (.1, .6, 1, 1.04, 2, 7, 1e3, 1e12)),
                       (1e5, 3e4, (.9, .99, 1, 1.01, 1.1, 1.3)), (1e6, 1e6, (.99, 1, 1.002, 1.02, 1.07)),
                       (1e6, 1.5, (.01, .5, 1, 2, 1e6, 1e200)), (1e9, 7, (.2, 1, 3, 1e3)),
                       (1e7, 1e9, (.999, 1, 1.001, 1.01)), (1e9, 1e9, (.9999, 1, 1.0001, 1.001))):
        for v in vs:
            yield 'f', v, d1, d2, f(v, d1, d2)


def density(t, df):
    """-t dP/dt of the two-sided tail"""
    a = df / 2
    return 2 * t * mp.exp(mp.loggamma(a + .5) - mp.loggamma(a) - mp.log(df * mp.pi) / 2 - (a + .5) * mp.log1p(t * t / df))


def t2inv_rows(t2_table):
    """alpha = P rounded; the t of alpha is a Newton step away, in log P or log (1 - P)"""
    for _, t, df, p in t2_table:
        alpha = float(p)
        if alpha < 1 - 1e-6:
            d, v, want = (1, p, mpf(alpha)) if p < .5 else (-1, 1 - p, 1 - mpf(alpha))
            yield 't2inv', alpha, df, t * mp.exp(d * mp.log(v / want) * v / density(mpf(t), mpf(df)))


def norm_inv(alpha):
    """The root of log erfc(z / sqrt 2) = log alpha by Newton's method in log z"""
    z = mp.sqrt(-2 * mp.log(alpha))
    for _ in range(100):
        v = mp.erfc(z / mp.sqrt(2))
        step = (mp.log(v) - mp.log(alpha)) * v / (2 * z * mp.npdf(z))
        z *= mp.exp(step)
        if abs(step) < mpf(10) ** -30:
            return z
    raise ArithmeticError


def norminv_rows():
    for alpha in (5e-324, 1e-300, 1e-200, 1e-100, 1e-50, 1e-20, 1e-10, 1e-5, .001, .01, .05, .1, .2, .3, .317, .4, .4999, .5,
                  .50001, .6, .7, .8, .9, .95, .99, .999, 1 - 1e-6, 1 - 1e-12, 1 - 2.0**-53):
        yield 'norminv', alpha, norm_inv(mpf(alpha))


def norm_rows():
    for z in (1e-300, 1e-9, .001, .1, .5, 1, 1.5, 1.959963984540054, 2.5, 3, 5, 7.5, 10, 15, 20, 25, 30, 33, 36, 37.5):
        yield 'norm', z, mp.erfc(mpf(z) / mp.sqrt(2))


def fisher_rows():
    for r in (0, 1e-200, 1e-17, 1e-9, -1e-4, .01, .3, -.5, .9, .999, -.9999999, 1 - 1e-12, -1 + 2.0**-53):
        for n, k in ((4, 0), (5, 0), (10, 2), (28, 0), (500, 3), (1e6, 0), (1e20, 0)):
            for level in (.95, .5, .001, 1 - 1e-10):
                h = norm_inv(1 - mpf(level)) / mp.sqrt(n - 3 - k)
                yield 'fisher', r, n, k, level, mp.tanh(mp.atanh(mpf(r)) - h), mp.tanh(mp.atanh(mpf(r)) + h)


def bh_rows():
    from scipy.stats import false_discovery_control
    r = random.Random(3)
    sets = [[.3], [.01, .02], [.04, .01, .03, .01, .5], [.2] * 6, [0, 1, .5, 0, 1e-300],
            [r.random() for _ in range(40)], [round(r.random() ** 3, 2) for _ in range(100)],
            [10 ** -r.uniform(0, 200) for _ in range(37)]]
    for i, ps in enumerate(sets):
        for p, q in zip(ps, false_discovery_control(ps)):
            yield 'bh', i, p, q


def main():
    check()
    text = lambda v: mp.nstr(v, 20) if isinstance(v, mpf) else repr(float(v))
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'tail.csv'), 'w') as out:
        t = list(t2_rows())
        for rows in (t, f_rows(), t2inv_rows(t), norminv_rows(), fisher_rows(), bh_rows(), norm_rows()):
            for row in rows:
                out.write(','.join([row[0]] + [text(v) for v in row[1:]]) + '\n')


main()
