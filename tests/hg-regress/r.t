# hg-regress: every number as R 4.2 has it, within 1e-10 (tests/data/r/regress).
. tests/lib.sh
cd "$R/tests/data/r/regress" || exit 1

# as WHAT TABLE 'OPTIONS' - the table of case $name that R made.
as() {
	tol=1e-10
	# R takes eigenvalues of 1e-8 from 1 here, and has no more digits.
	case $name,$2 in alone,cr2 | alone,drop1s) tol=1e-9 ;; esac
	t "$name: $1" 0 "hg-regress -p -y y $opts $3 $name.csv >$W/o 2>/dev/null &&
		awk -v tol=$tol -f $R/tests/close.awk $name.$2.csv $W/o" '' ''
}

while IFS=: read -r name cluster opts; do
	as coefficients coef ''
	for h in hc0 hc1 hc2 hc3; do
		as $h $h "--robust $h"
	done
	as clusters cluster "--cluster $cluster"
	as 'few clusters' cr2 "--cluster $cluster --small cr2"
	for o in ' ' 's --small cr2'; do
		[ ! -f $name.robust${o%% *}.csv ] || t "$name: F of clusters, and between them ${o#?}" 0 "hg-regress -p -y y $opts --cluster $cluster ${o#?} --fit $name.csv >$W/o 2>/dev/null &&
			awk -F, -v OFS=, '{ s = (\$1 == \"y\" ? \"\" : \$1 \",\") \"y\"; for (i = NF - 7; i <= NF; i++) s = s \",\" \$i; print s }' $W/o >$W/r &&
			awk -v tol=$([ $name != alone ] && echo 1e-10 || echo 1e-9) -f $R/tests/close.awk $name.robust${o%% *}.csv $W/r" '' ''
	done
	as 'the fit' fit --fit
	[ ! -f $name.drop1.csv ] || for o in ' ' 'h --robust hc3' "c --cluster $cluster" \
		"s --cluster $cluster --small cr2"; do
		all=$(sed -n '2s/^[^"]*"\([^"]*\)".*/\1/p' $name.drop1.csv)
		as "all predictors, and each ${o#? }" drop1${o%% *} "--test '$all' --drop1 ${o#?}"
	done
	t "$name: folds left out" 0 "hg-regress -p -y y $opts --cross $cluster --fit $name.csv >$W/o 2>/dev/null &&
		awk -F, -v OFS=, '{ \$0 = (\$1 == \"y\" ? \"\" : \$1 \",\") \"y,\" \$(NF - 3) \",\" \$(NF - 2) \",\" \$(NF - 1) \",\" \$NF } 1' $W/o >$W/r &&
		awk -v tol=1e-10 -f $R/tests/close.awk $name.cross.csv $W/r" '' ''
	[ ! -f $name.held.csv ] || t "$name: what is predicted of rows" 0 "hg-regress -p -y y $opts --cross $cluster --rows $name.csv >$W/o 2>/dev/null &&
		awk -F, '{ print \$NF }' $W/o >$W/r && awk -v tol=1e-10 -f $R/tests/close.awk $name.held.csv $W/r" '' ''
	t "$name: rows" 0 "hg-regress -p -y y $opts --rows $name.csv >$W/o 2>/dev/null &&
		awk -F, -v OFS=, '{ print \$(NF - 4), \$(NF - 3), \$(NF - 2), \$(NF - 1), \$NF }' $W/o >$W/r &&
		awk -v tol=1e-10 -f $R/tests/close.awk $name.rows.csv $W/r" '' ''
	# The same from a pipe, whose rows are kept, and from states.
	t "$name: twice from a pipe" 0 "hg-regress -p -y y $opts --rows $name.csv >$W/o 2>/dev/null
		cat $name.csv | hg-regress -p -y y $opts --rows 2>/dev/null | cmp - $W/o &&
		hg-regress -p -y y $opts --robust hc3 $name.csv >$W/o 2>/dev/null
		cat $name.csv | hg-regress -p -y y $opts --robust hc3 2>/dev/null | cmp - $W/o" '' ''
done <cases.txt
