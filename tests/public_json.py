"""public_json.py DIR - what hg-extract makes of the public cases of JSON: those named
y_ are good, n_ bad, i_ either.  Departures: NaN and Infinity are let through (the
text is no object all the same); a key twice is refused, and one with a NUL in it;
what begins with a letter or a quote is read, and refused, as a table.
"""
import os
import subprocess
import sys

top = sys.argv[1]
wrong, n = {'y': [], 'n': [], 'i': []}, 0
refused = {'y_object_duplicated_key.json', 'y_object_duplicated_key_and_value.json', 'y_object_escaped_null_in_key.json'}
passed = {'n_number_NaN.json', 'n_number_infinity.json', 'n_number_minus_infinity.json'}
for name in sorted(os.listdir(top)):
    with open(os.path.join(top, name), 'rb') as f:
        first = f.read().removeprefix(b'\xef\xbb\xbf').lstrip()[:1]
        f.seek(0)
        r = subprocess.run(['hg-extract'], stdin=f, capture_output=True, timeout=120)
    n += 1
    parsed = b'not a JSON dump' not in r.stderr
    good = (r.returncode, r.stdout, r.stderr.count(b'\n')) == (1, b'', 1) and r.stderr.startswith(b'hg-extract: <stdin>:')
    if first.isalpha() or first == b'"':
        good &= parsed
    elif name[0] == 'y':
        good &= parsed == (name not in refused)
    elif name[0] == 'n' and b'no bytes' not in r.stderr:
        good &= parsed == (name in passed)
    if not good:
        wrong[name[0]].append(name)
        print('#', name, r.returncode, r.stdout[:80], r.stderr[:200])
for k, v in wrong.items():
    print('not ok' if v or n < 300 else 'ok', '- public JSON cases %s_: %d wrong' % (k, len(v)))
