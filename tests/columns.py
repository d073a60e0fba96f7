#!/usr/bin/env python3
"""columns.py WANTED.csv: the columns of a table on standard input that the file has, in
its order."""
import csv
import sys

with open(sys.argv[1]) as f:
	names = next(csv.reader(f))
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(names)
for row in csv.DictReader(sys.stdin):
	out.writerow([row[n] for n in names])
