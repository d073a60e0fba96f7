"""public_csv.py DIR - the public cases of CSV: hg-describe hands on the fields that the
JSON beside each says it has."""
import csv
import io
import json
import os
import subprocess
import sys

top, good = sys.argv[1], 0
for name in sorted(os.listdir(top + '/csvs')):
    with open(top + '/json/' + name[:-4] + '.json', encoding='utf-8', errors='replace') as f:
        want = json.load(f)
    rows = want if isinstance(want, list) else [want]
    column = next(k for k in rows[0] if all(r[k].isdigit() for r in rows))
    run = subprocess.run(['hg-describe', '-pk', '-d', 'op', '-s', column, top + '/csvs/' + name], capture_output=True)
    if name == 'location_coordinates.csv':      # a quote inside an unquoted field
        ok = run.returncode == 1 and b':2: Location Coordinates: a quote that' in run.stderr
    else:
        got = list(csv.DictReader(io.StringIO(run.stdout.decode(), newline='')))
        for r in got:
            r.pop('op', None)
        ok = run.returncode == 0 and got == rows
    good += ok
    if not ok:
        print('#', name, run.returncode, run.stdout, run.stderr)
print('ok' if good == 12 else 'not ok', '- public CSV cases: %d of 12' % good)
