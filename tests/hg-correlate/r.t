# hg-correlate says what R says: the cases that tests/data/r/correlate/gen_correlate.R
# wrote, every number within 1e-10.
. tests/lib.sh

cd "$R/tests/data/r/correlate" || exit 1
while IFS="$(printf '\t')" read -r name args table; do
	t "as in R: $name" 0 "hg-correlate -p $args $table.csv 2>/dev/null >$W/o &&
		awk -v tol=1e-10 -f $R/tests/close.awk $name.case.csv $W/o" ''
done <cases
