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

# Within keys: parts of a table, in any order; states that cannot be
O='-y y,z -x x,c -g stage --within subject,day'
awk -v w="$W" 'NR == 1 { h = $0; next } { f = w "/part" NR % 9; if (!(f in n)) { n[f]; print h >f }; print >f }' within.csv
for c in '' '-c w' '-w w' '-c w --complete'; do
	t "within, merged: $c" 0 "for i in 0 1 2 3 4 5 6 7 8; do hg-correlate $O $c --save-state -o $W/s\$i $W/part\$i; done
		hg-correlate -p $O $c within.csv >$W/a 2>/dev/null
		hg-correlate -p --merge $W/s? >$W/b 2>/dev/null; awk -v tol=1e-13 -f $R/tests/close.awk $W/a $W/b
		hg-correlate -p --merge $W/s5 $W/s[678] $W/s[4321] $W/s0 2>/dev/null | cmp - $W/b" ''
done
t 'states of states' 0 "hg-correlate --merge --save-state $W/s[123] -o $W/u; hg-correlate --merge --save-state $W/s[45678] -o $W/v
	hg-correlate -p --merge $W/u $W/v $W/s0 >$W/c 2>/dev/null; awk -v tol=1e-13 -f $R/tests/close.awk $W/b $W/c" ''
hg-correlate -p -y y -x x -g g --within k --save-state within2.csv >"$W/st"
damaged() {
	t "a state with $1" 1 "sed '$1' $W/st | hg-correlate --merge" '' "hg-correlate: <stdin>:*: $2"
}
damaged '0,/^within/s/^within,0,,k/within,0,,j/' 'a key out of its order'
damaged '0,/^within/s/^within,0/within,1/' 'i: not a number that fits here: "1"'
damaged '0,/^within/s/^within,0,,k,1/within,0,,k,/' 'an empty key'
damaged 's/^within,0,,k,2,/within,0,,k,1,/' 'a cell that the group has had already'
damaged '0,/^within/{/^within/s/.*/option,,,x,,/}' 'an option behind the sums'
damaged '0,/^within/{/^within/d}' 'sums that are of no cell'
damaged '/^option,0,,within/s/within/with/' 'an option that is not known: with'
t 'a state of other keys' 1 "(cat $W/st; hg-correlate -p -y y -x x -g g --within k,x --save-state within2.csv) | hg-correlate --merge" '' \
	'hg-correlate: <stdin>: its sums are *, those of <stdin> *'
t 'keys in the states' 2 "hg-correlate --merge --within k $W/st" '' 'hg-correlate: --merge: --within is in the states*'
t 'no keys' 2 "hg-correlate --within '' within.csv" '' 'hg-correlate: --within: no columns*'
t 'a key that is not there' 1 "hg-correlate --within who -x x -y y within.csv" '' 'hg-correlate: within.csv: *"who"*'
t 'each row its own key' 0 "hg-correlate -p -y y -x k -g '' --within x within2.csv | tail -n 1" 'y,k,pearson,27,0,,,,,' \
	'hg-correlate: y and k: 27 rows, too few within keys: no correlation'
t 'constant within keys' 0 "hg-correlate -p -y y -x k -g '' --within k within2.csv | tail -n 1" 'y,k,pearson,27,0,,,,,' \
	'hg-correlate: k is constant within keys: no correlation'
t 'the matrix within keys' 0 "hg-correlate -p --matrix -x x,z -g '' --within subject within.csv | cut -d, -f 4 | sed -n 2p >$W/a
	hg-correlate -p -x x -y z -g '' --within subject within.csv | cut -d, -f 6 | sed -n 2p | cmp - $W/a" ''

# Two correlations compared
for c in '--compare z' '--compare x --matrix' '--compare groups --semi -c w' '--compare y -m spearman' '--compare groups --save-state'; do
	t "a wrong command line: $c" 2 "hg-correlate $c -x x,z within.csv" '' 'hg-correlate: --*compare*'
done
t 'one predictor' 2 "hg-correlate --compare x -x x -y y within.csv" '' 'hg-correlate: --compare: there are no two: say which with -x*'
t 'no groups' 2 "hg-correlate --compare groups -g '' -x x -y y within.csv" '' 'hg-correlate: --compare: there are no two: say which with -g*'
t 'states for a comparison' 0 "for i in 0 1 2 3; do hg-correlate -x x,z,c -y y --compare x --save-state -o $W/s\$i $W/part\$i; done
	cat $W/part0 >$W/four; for i in 1 2 3; do sed 1d $W/part\$i >>$W/four; done
	hg-correlate -p -x x,z,c -y y --compare x $W/four >$W/a
	hg-correlate -p --merge --compare x $W/s[0123] >$W/b; awk -v tol=1e-12 -f $R/tests/close.awk $W/a $W/b
	hg-correlate -p --merge --compare GROUPS $W/s[0123] | head -n 1" 'stage,stage_2,y,x,n1,n2,r1,r2,z,p,q'
t 'states that were not made for it' 1 "hg-correlate -x x,z -y y --save-state within.csv | hg-correlate --merge --compare y" '' \
	'hg-correlate: <stdin>:*: --compare: the states were made without it'
t 'predictors that say the same' 0 "printf 'y,a,b\\n1,1,2\\n2,2,4\\n5,3,6\\n4,4,8\\n3,6,12\\n' | hg-correlate -p --compare x -x a,b -y y" 'y,x1,x2,n,r1,r2,r12,t,df,p,q
y,a,b,5,0.4*,0.4*,1,,2,,'

# Pooled over a key
for c in '-r' '--matrix' '--semi -c c' '-m pearson,kendall' '--save-state' '--compare groups'; do
	t "a wrong command line: --pool model $c" 2 "hg-correlate --pool model $c -g model -x x,z pool.csv" '' 'hg-correlate: *'
done
t 'groups that were not named' 2 'hg-correlate --pool model -y y -x x pool.csv' '' 'hg-correlate: --pool model: of which groups? -g model has an r for each*'
t 'a key that is spelled nearly so' 1 "hg-correlate --pool modle -g model -y y -x x pool.csv" '' 'hg-correlate: --pool modle: not a key of the groups: did you mean "model"[?]'
t 'a key that is none' 1 "hg-correlate --pool head -g model -y y -x x pool.csv" '' 'hg-correlate: --pool head: not a key of the groups'
t 'a key that is pooled' 1 "sed s/^m7/pooled/ pool.csv | hg-correlate --pool model -g model -y y -x x" '' \
	'hg-correlate: model: a key that is "pooled", the word for the pooled groups'
t 'states pooled' 0 "hg-correlate -g model,stage -y y -x x --save-state pool.csv 2>$W/e | hg-correlate -p --merge --pool model 2>>$W/e >$W/a
	hg-correlate -p -g model,stage -y y -x x --pool model pool.csv 2>$W/e | cmp - $W/a" ''
t 'other rows stay as they are' 0 "hg-correlate -p -g model -y y -x x --pool model pool.csv 2>$W/e | grep -v ^pooled | cut -d, -f 1-11 >$W/a
	hg-correlate -p -g model -y y -x x pool.csv 2>$W/e | cmp - $W/a" ''

# Permutations: all orders, or the same random ones as in Python
while IFS="$(printf '\t')" read -r name args table; do
	t "as in Python: $name" 0 "hg-correlate -p $args $table.csv 2>$W/e | awk -F, -v OFS=, '
		NR == 1 { while (\$++m != \"method\"); n = NF }
		{ for (i = 1; i <= m; i++) printf \"%s,\", \$i; print \$(n - 1), \$n }' >$W/o
		awk -v tol=1e-12 -f $R/tests/close.awk $name.perm.csv $W/o" ''
done <permute.list
for c in '--permute 0' '--permute x' '--seed 1' '--permute 9 -r' '--permute 9 -c c' '--permute 9 -w w' '--permute 9 --matrix' '--permute 9 --merge' \
	'--permute 9 --save-state' '--permute 9 --pool stage' '--permute 9 --compare x' '--permute 9 --seed -1'; do
	t "a wrong command line: $c" 2 "hg-correlate $c within.csv" '' 'hg-correlate: --*'
done
t 'the seed is 1' 0 "hg-correlate -p -x x,z -y y --permute 99 within.csv >$W/a; hg-correlate -p -x x,z -y y --permute 99 --seed 1 -@1 within.csv | cmp - $W/a
	hg-correlate -p -x x,z -y y --permute 99 --seed 2 within.csv | cmp -s - $W/a || echo differs" 'differs'
t 'permutations take complete rows' 0 "hg-correlate -p -x x,c -y y -g '' --permute 9 within.csv | cut -d, -f 1-10 >$W/a
	hg-correlate -p -x x,c -y y -g '' --complete within.csv | cut -d, -f 1-10 | cmp - $W/a" ''
t 'a constant has no p' 0 "hg-correlate -p -x x5,x1 -y y -g g --permute 9 adjust.csv 2>$W/e | grep b,y,x5" 'b,y,x5,pearson,20,0,,,,,,,'
t 'one row, no row' 0 "printf 'x,y\\n1,2\\n' | hg-correlate -p -x x -y y --permute 9 2>$W/e; printf 'x,y\\n' | hg-correlate -p -x x -y y --permute 9 2>$W/e | tail -n 1" \
'y,x,method,n,missing,r,ci_low,ci_high,p,q,p_perm,p_max
y,x,pearson,1,0,,,,,,,
y,x,pearson,0,0,,,,,,,'

# Draws: the same ones as in Python
while IFS="$(printf '\t')" read -r name args table; do
	t "as in Python: $name" 0 "hg-correlate -p $args $table.csv 2>$W/e | awk -F, -v OFS=, '
		NR == 1 { while (\$++m != \"method\"); n = NF }
		{ for (i = 1; i <= m; i++) printf \"%s,\", \$i; print \$(n - 1), \$n }' >$W/o
		awk -v tol=1e-10 -f $R/tests/close.awk $name.boot.csv $W/o" ''
done <boot.list
# So many draws of four clusters that their quantiles are those of all 256, as R has them
while IFS="$(printf '\t')" read -r name args table; do
	t "as in R, all draws: $name" 0 "hg-correlate -p $args $table.csv 2>/dev/null | awk -F, -v OFS=, '{ print \$1, \$2, \$3, \$(NF - 1), \$NF }' >$W/o
		awk -v tol=1e-10 -f $R/tests/close.awk $name.boots.csv $W/o" ''
done <boots.list
for c in '--boot 0' '--boot 9 --boot-kind t' '--boot-kind bca' '--boot 9 --cluster ""' '--boot 9 --within stage -m kendall' '--boot 9 --permute 9 -c c' '--boot 9 --permute 9 -w w' \
	'--boot 9 --matrix' '--boot 9 --merge' '--boot 9 --save-state' '--boot 9 --pool stage' '--boot 9 --compare x'; do
	t "a wrong command line: $c" 2 "hg-correlate $c within.csv" '' 'hg-correlate: --*'
done
t 'one cluster: no interval' 0 "hg-correlate -p -x x -y y -g '' --boot 9 --cluster g2 - 2>&1 <<-end | tail -n 1 | cut -d, -f 11-
	g2,x,y
	a,1,2
	a,2,1
	a,4,5
	end" ',1,,'
t 'a constant: no interval' 0 "hg-correlate -p -x x5 -y y -g g --boot 9 adjust.csv 2>$W/e | grep ^b" 'b,y,x5,pearson,20,0,,,,,,,'
# In a third of the draws the last cluster is not there, and x is constant within keys but for rounding: these have no r.
awk 'BEGIN { split("0.1 0.7 -1.3", x, " "); print "k,g,x,y,w"; for (g = 0; g < 10; g++) for (k = 1; k <= 3; k++)
	print k "," g "," (g < 9 ? x[k] : x[k] + 5) "," (g < 9 ? (7*g + 5*k + g*k*k)%3 : 1000) "," 0.3 + (3*g + k)%4*0.2 }' >"$W/last.csv"
t 'a constant within keys, in some draws' 0 "hg-correlate -p -x x -y y -g '' -w w --within k --cluster g --boot 200 --boot-kind percentile $W/last.csv 2>$W/e |
	awk -F, 'NR == 2 { print (\$(NF - 1) > 0.999) }'" 1 ''
t 'draws and orders together' 0 "hg-correlate -p -x x -y y -g '' --boot 9 --permute 9 within.csv | head -n 1" \
	'y,x,method,n,missing,r,ci_low,ci_high,p,q,p_perm,p_max,boot_low,boot_high'
t 'too few draws' 0 "hg-correlate -p -x x -y y -g '' --boot 39 --permute 98 within.csv | wc -l | tr -d ' '; hg-correlate -p -x x -y y -g '' --boot 40 --permute 99 within.csv | wc -l | tr -d ' '
	hg-correlate -p -x x -y y -g '' --boot 40 --level 0.99 within.csv | wc -l | tr -d ' '" '2
2
2' 'hg-correlate: --boot 39: fewer draws than the 40 that the ends of an interval of 95 % need
hg-correlate: --permute 98: p cannot be below 0.01
hg-correlate: --boot 40: fewer draws than the 200 that the ends of an interval of 99 % need'
