# hg-regress on NIST's linear regressions, through the program: at least the
# digits of tests/data/nist/digits.csv, and the solution of the table's doubles.
. tests/lib.sh
needs python3
python3 "$R/tests/data/nist/digits.py" check
