# hg-regress --boot: clusters drawn; the same draws in Python, row by row (tests/data/r/regress/boot.py).
. tests/lib.sh
. "$R/tests/merge.sh"
export tool=hg-regress
D=$R/tests/data/r/regress
cd "$W" || exit 1

# of TABLE ARGS - y, term and the interval, behind the group if there is one.
of() {
	eval "hg-regress -p $2 $D/$1.csv" 2>e | awk -F, -v OFS=, 'NR == 1 { while ($++m != "term"); n = NF }
		{ for (i = 1; i <= m; i++) printf "%s,", $i; print $(n - 1), $n }'
}
while IFS="$(printf '\t')" read -r name args table lost; do
	t "as in Python: $name" 0 "of $table '$args' >o; awk -v tol=1e-10 -f $R/tests/close.awk $D/$name.boot.csv o" ''
	t "$name: draws that do not count" 0 "sed -n 's/.*: \\([0-9]*\\) of [0-9]* draws of clusters do not.*/\\1/p' e" "$([ "$lost" = 0 ] || echo "$lost")"
done <"$D/boot.list"
t 'no bca interval, and why' 0 "hg-regress -p -x a --factor stage -y y --cluster stage --boot 99 $D/plain.csv >o" '' \
	'*hg-regress: y: 81 of 99 draws of clusters do not determine all terms, and do not count
hg-regress: y: no bca interval: without stage=early the other clusters do not determine all terms; --boot-kind percentile has one'
B="hg-regress -p -y y -x a,b,c --cluster k --boot 199"
t 'the default is bca, seed 1' 0 "$B $D/plain.csv >o 2>/dev/null; $B --boot-kind bca --seed 1 -@ 1 $D/plain.csv 2>/dev/null | cmp - o" ''
t 'another seed' 0 "$B --seed 2 $D/plain.csv 2>/dev/null | cmp -s - o; echo \$?" 1
t 'all else stays' 0 "hg-regress -p -y y -x a,b,c --cluster k --small cr2 $D/plain.csv >w; $B --small cr2 $D/plain.csv | cut -d, -f 1-12 | cmp - w" ''
t 'beside the wild bootstrap' 0 "$B --wild 99 --seed 4 $D/plain.csv | sed -n 1p" '*df,clusters,boot_low,boot_high'
t 'a pipe, rows in another order' 0 "(sed 1q $D/plain.csv; sed 1d $D/plain.csv | sort) | $B --format %.11g >o 2>/dev/null; $B --format %.11g $D/plain.csv 2>/dev/null | cmp - o" ''
for o in '--boot-kind bca' '--boot-kind percentile --seed 9 --level 0.8'; do
	for n in 1 2 3 7 20 64; do
		t "merged, $n parts: $o" 0 "parts $n $D/layers.csv '-y y -x a --factor stage --cluster layer' &&
			hg-regress -p --merge part.*.gz --boot 299 $o >o 2>/dev/null; hg-regress -p -y y -x a --factor stage --cluster layer --boot 299 $o $D/layers.csv 2>/dev/null >whole; awk -v tol=1e-13 -f $R/tests/close.awk whole o &&
			ls -r part.*.gz | xargs hg-regress -p --merge --boot 299 $o 2>/dev/null | cmp - o" ''
	done
done
t 'a dependent term' 0 "hg-regress -p -y y -x a,b,s --cluster k --boot 99 $D/aliased.csv 2>/dev/null | tail -n 1" 'y,s,,,,,,,,,,12,,'
t 'an exact fit' 0 "printf 'x,y,k\n1,1,a\n2,2,b\n4,4,c\n5,5,d\n' | hg-regress -p -x x -y y --cluster k --boot 99 --boot-kind percentile 2>/dev/null | cut -d, -f 2,3,13-" 'term,estimate,boot_low,boot_high
(Intercept),0,0,0
x,1,1,1'
t 'no degrees of freedom left' 0 "printf 'x,y,k\n1,1,a\n2,3,b\n' | hg-regress -p -x x -y y --cluster k --boot 99 2>/dev/null | cut -d, -f 3,13-" 'estimate,boot_low,boot_high
-1,,
2,,'
t 'one cluster' 0 "hg-regress -p -x a -y y --cluster stage --boot 9 -g stage $D/layers.csv 2>&1 >o | tail -n 1; cut -d, -f 14- o | tail -n 2" 'hg-regress: y (stage=early): one cluster only: no standard errors; --cluster needs columns that tell more apart; so in 2 groups more
,
,'
use() {
	t "$1" 2 "hg-regress $1 $D/plain.csv" '' "hg-regress: $2
*"
}
use '--boot 9' '--boot draws clusters: say which rows are one with --cluster'
use '--cluster k --boot 0' '--boot: *"0"*'
use '--cluster k --boot x' '--boot: *"x"*'
use '--cluster k --boot 9 --boot-kind t' '--boot-kind: not percentile or bca: "t"'
use '--cluster k --boot-kind bca' '--boot-kind: of what? say how many draws with --boot'
use '--cluster k --boot 9 --seed 9223372036854775808' '--seed: not a whole number from 0 to 9223372036854775807: "9223372036854775808"'
use '--cluster k --seed 3' '--seed goes with --wild or --boot only'
for o in --fit '--test a' --drop1; do
	use "--cluster k --boot 9 $o" "--boot: ${o%% *} does not go with it: it has intervals of the coefficients"
done
use '--boot 9 --robust hc3' '--boot: --robust does not go with it: *'
use '--boot 9 -r' '*'
use '--save-state --cluster k --boot 9' '--save-state: --boot is for --merge'
no 'a state without clusters' "hg-regress --save-state -y y -x a $D/plain.csv | hg-regress --merge --boot 99" '<stdin>:*: --small, --wild and --boot need clusters: --save-state --cluster keeps them'
