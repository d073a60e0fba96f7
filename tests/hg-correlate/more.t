# hg-correlate says what R says of dependence, comparison and pooling: the cases that
# the scripts in tests/data/r/more wrote, every number within 1e-10.
. tests/lib.sh

cd "$R/tests/data/r/more" || exit 1
cat ./*.cases >"$W/cases"
while IFS="$(printf '\t')" read -r name args table; do
	t "as in R: $name" 0 "hg-correlate -p $args $table.csv 2>/dev/null >$W/o &&
		awk -v tol=1e-10 -f $R/tests/close.awk $name.case.csv $W/o" ''
done <"$W/cases"

for o in '--adjust none' '--family some' '--adjust by --matrix' '--family all --matrix' '--adjust holm --save-state'; do
	t "a wrong command line: $o" 2 "hg-correlate $o -x x1 adjust.csv" '' 'hg-correlate: --*'
done
t 'q of a merged state' 0 "hg-correlate -g g -x x1,x2 -y y --save-state adjust.csv |
	hg-correlate -p --merge --adjust by --family all >$W/a
	hg-correlate -p -g g -x x1,x2 -y y --adjust BY --family ALL adjust.csv | cmp - $W/a" ''
