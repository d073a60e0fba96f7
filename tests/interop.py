#!/usr/bin/env python3
"""interop.py - reads tables as other programs do and compares with what
Python's csv module makes of the plain text.

    interop.py cells GOT.csv WANT.csv           the same cells, as text
    interop.py ndjson GOT.json WANT.csv         the same, from Miller's objects
    interop.py pandas FILE.csv.gz WANT.csv      the same, by pandas
    interop.py near A B FILE ...                in two folders: numbers to 1e-12, the rest as text
"""
import csv
import json
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
    if len(a) != len(b) or a[0] != b[0]:
        return float('inf')
    for r, s in zip(a[1:], b[1:]):
        for name, x, y in zip(a[0], r, s):
            u, v = number(x), number(y)
            if x != y and (u is None or v is None):
                return float('inf')
            if x != y:
                worst = max(worst, abs(u - v) / max(1.0, abs(u), abs(v)))
    return worst


def main():
    if sys.argv[1] == 'near':
        for name in sys.argv[4:]:
            worst = near(table(sys.argv[2] + '/' + name), table(sys.argv[3] + '/' + name))
            print('%s: %.1e' % (name, worst))
            if worst > 1e-12:
                sys.exit('%s differs by %g' % (name, worst))
        return
    how, got, want = sys.argv[1:]
    want = table(want)
    if how == 'cells':
        got = table(got)
    elif how == 'ndjson':
        with open(got, encoding='utf-8') as f:
            rows = json.load(f, parse_float=str, parse_int=str)
        got = [want[0]] + [[r[c] for c in want[0]] for r in rows]
    elif how == 'pandas':
        import pandas
        d = pandas.read_csv(got, dtype=str, keep_default_na=False)
        got = [list(d.columns)] + d.values.tolist()
        numeric = pandas.read_csv(sys.argv[2], float_precision='round_trip')
        for c in numeric.columns:
            if numeric[c].dtype.kind == 'f':
                cells = [r[want[0].index(c)] for r in want[1:]]
                if [x for x in numeric[c] if x == x] != [float(x) for x in cells if number(x) is not None]:
                    sys.exit('pandas: %s' % c)
    sys.exit(same(got, want) or None)


if __name__ == '__main__':
    main()
