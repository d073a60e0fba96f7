# Random tables at which plain arithmetic goes wrong, beside exact arithmetic.
. tests/lib.sh
if ! python3 -c 'import mpmath' 2>/dev/null; then
	skip 'no mpmath'
	exit 0
fi
tools=$(dirname "$(command -v hg-regress)")
t 'hard tables' 0 "python3 $R/tests/hard.py $tools 10" "*"
