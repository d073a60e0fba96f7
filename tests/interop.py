#!/usr/bin/env python3
"""interop.py - reads what other programs made of tables and compares with what
Python's csv module makes of the plain text.  A line for each comparison.

    interop.py table NAME ...       NAME.csv is a table
    interop.py Miller NAME ...      NAME.json, Miller's objects, has the cells of NAME.csv
    interop.py R NAME ...           NAME.R.csv has, as text
    interop.py pandas NAME ...      pandas reads them from NAME.csv.gz
    interop.py awk NAME ...         NAME.sums are the sums of the columns from the fourth
    interop.py near WHAT A B ...    in folders A and B: numbers to 1e-12, the rest as text
"""
import csv
import json
import math
import sys


def table(name):
    with open(name, newline='', encoding='utf-8') as f:
        return list(csv.reader(f, strict=True))


def same(got, want):
    if len(got) != len(want):
        return '%d rows, not %d' % (len(got), len(want))
    for i, (a, b) in enumerate(zip(got, want)):
        if a != b:
            return 'row %d: %s, not %s' % (i, [x for x, y in zip(a, b) if x != y][:4], [y for x, y in zip(a, b) if x != y][:4])
    return ''


def number(s):
    try:
        return float(s)
    except ValueError:
        return None


def near(a, b):
    """The largest difference, absolute below 1, else relative; texts count."""
    worst = 0.0
    if len(a) != len(b) or len(a) < 2 or a[0] != b[0]:
        return float('inf')
    for r, s in zip(a[1:], b[1:]):
        for name, x, y in zip(a[0], r, s):
            u, v = number(x), number(y)
            if x != y and (u is None or v is None):
                return float('inf')
            if x != y:
                worst = max(worst, abs(u - v) / max(1.0, abs(u), abs(v)))
    return worst


def table_itself(name):
    rows = table(name + '.csv')
    return '' if len(rows) > 3 and len(set(map(len, rows))) == 1 else 'no table'


def miller(name):
    want = table(name + '.csv')
    with open(name + '.json', encoding='utf-8') as f:
        rows = json.load(f, parse_float=str, parse_int=str)
    return same([want[0]] + [[r[c] for c in want[0]] for r in rows], want)


def r(name):
    return same(table(name + '.R.csv'), table(name + '.csv'))


def with_pandas(name):
    import pandas
    want = table(name + '.csv')
    d = pandas.read_csv(name + '.csv.gz', dtype=str, keep_default_na=False)
    numeric = pandas.read_csv(name + '.csv.gz', float_precision='round_trip')
    for c in numeric.columns:
        if numeric[c].dtype.kind == 'f':
            cells = [r[want[0].index(c)] for r in want[1:]]
            if [x for x in numeric[c] if x == x] != [float(x) for x in cells if number(x) is not None]:
                return 'column %s' % c
    return same([list(d.columns)] + d.values.tolist(), want)


def awk(name):
    rows = table(name + '.csv')[1:]
    want = [math.fsum(float(c or 0) for c in col) for col in list(zip(*rows))[3:]]
    with open(name + '.sums') as f:
        got = [float(x) for x in f]
    if len(got) != len(want):
        return '%d sums, not %d' % (len(got), len(want))
    worst = max(abs(a - b) / abs(a) for a, b in zip(want, got))
    return '' if worst < 1e-11 else 'sums differ by %g' % worst


def folders(a, b):
    worst = 0.0
    for name in 'pairs', 'complete', 'terms', 'fit', 'least':
        d = near(table(a + '/' + name), table(b + '/' + name))
        if not d <= 1e-12:
            return '%s differs by %g' % (name, d), d
        worst = max(worst, d)
    return '', worst


def check(what, compare, *names):
    """Says whether they are the same; returns what compare does beside that."""
    try:
        said = compare(*names)
    except Exception as e:
        said = repr(e)
    said, more = said if isinstance(said, tuple) else (said, None)
    print('not ok' if said else 'ok', '-', what)
    if said:
        print('#', said)
    return more


def main():
    how, *rest = sys.argv[1:]
    if how == 'near':
        jobs = zip(rest[::3], rest[1::3], rest[2::3])
        print('# at most %.1e' % max(check(what, folders, a, b) or 0 for what, a, b in jobs))
        return
    compare = {'table': table_itself, 'Miller': miller, 'R': r, 'pandas': with_pandas, 'awk': awk}[how]
    for name in rest:
        check('%s: %s' % (name, how), compare, name)


if __name__ == '__main__':
    main()
