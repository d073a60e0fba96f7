# hg-regress -f 'y ~ x | key' with more levels than can have columns: every number as R has it
# with a column for each, within 1e-10 (tests/data/r/absorb).
. tests/lib.sh
D=$R/tests/data/r/absorb
cd "$D" || exit 1

# as TABLE 'OPTIONS' COLUMNS - the table of case $name that R made.
as() {
	tol=1e-10
	[ "$1" != cr2 ] || tol=1e-9             # R takes eigenvalues below 1e-12 out of 1e-16
	t "$name: $formula: $1" 0 "hg-regress -p $opts $2 -f '$formula' 2>/dev/null | cut -d, -f 1-$3 >$W/o
		awk -v tol=$tol -f $R/tests/close.awk $name.$1.csv $W/o" '' ''
}
while IFS=: read -r name opts formula; do
	as coef '' 99
	as fit --fit 14
	as hc1 '--robust hc1' 99
	[ ! -f $name.hc3.csv ] || as hc3 '--robust hc3' 99
	as drop1 --drop1 99
	[ ! -f $name.rows.csv ] || t "$name: rows" 0 "hg-regress -p $opts -f '$formula' --rows 2>/dev/null >$W/o &&
		awk -F, -v OFS=, '{ print \$(NF - 4), \$(NF - 3), \$(NF - 2), \$(NF - 1), \$NF }' $W/o >$W/r &&
		awk -v tol=1e-9 -f $R/tests/close.awk $name.rows.csv $W/r" '' ''
	[ -f $name.cr2.csv ] || continue
	as cluster '--cluster c' 99
	as cr2 '--cluster c --small cr2' 99
done <cases.txt

# Parts, pipes, groups.
. "$R/tests/merge.sh"
export tool=hg-regress
cd "$W" || exit 1
awk -F, -v OFS=, 'NR == 1 { print $0, "g"; next } { print $0, NR % 2 ? "u" : "v" }' "$D/data.csv" >g.csv
splits "$D/data.csv" '-f "y ~ x + b*z | k" --cluster c'
splits g.csv '-f "y + z ~ x | k^b + b" -g g -w w'
t 'folds, merged' 0 "parts 4 $D/data.csv '-f \"y ~ poly(x, 2) + z | c\" --cross b'
	hg-regress -p -f 'y ~ poly(x, 2) + z | c' --cross b --fit $D/data.csv >want && hg-regress -p --merge --fit part.*.gz >o
	awk -v tol=1e-12 -f $R/tests/close.awk want o; hg-regress -p -x z --poly x:2 --factor c -y y --cross b --fit $D/data.csv | awk -v tol=1e-11 -f $R/tests/close.awk want -" '' ''
t 'states of clusters, more to do with them' 0 "parts 5 $D/pairs.csv '-f \"y ~ x + z | k + b\" --cluster c -w w'
	for o in --fit '--small cr2' '--wild 9 --wild-weights webb' --drop1; do
		hg-regress -p -f 'y ~ x + z | k + b' --cluster c -w w \$o $D/pairs.csv >want 2>e && hg-regress -p --merge \$o part.*.gz >o 2>e
		awk -v tol=1e-10 -f $R/tests/close.awk want o; done" ''
# Clusters of fewer rows than there are columns, of which some are 0 in them: nothing is lost of what means leave.
cat >thin.csv <<'END'
g,k,c,f,x,y
u,k2,c0,c,.98,-.91
v,k2,c0,c,-.42,.80
v,k0,c1,b,1.64,-1.18
v,k2,c0,b,.68,-1.32
v,k0,c1,a,-1.18,1.80
v,k1,c1,c,-.44,2.02
END
t 'thin clusters, merged' 0 "m='-f y~factor(f):x|c --cluster k'
	for g in u v; do grep -e ^g -e ^\$g thin.csv | hg-regress \$m --save-state -o \$g.st; done
	for o in '' '--small cr2' '--boot 49 --boot-kind percentile'; do
		hg-regress -p \$m \$o thin.csv >want 2>e; hg-regress -p --merge \$o u.st v.st 2>e | awk -v tol=1e-12 -f $R/tests/close.awk want -
		hg-regress --merge --save-state u.st v.st | hg-regress -p --merge \$o 2>e | awk -v tol=1e-12 -f $R/tests/close.awk want -
		hg-regress -p \$m \$o -g g thin.csv 2>e | sed -n 's/^all,//p; 1s/^g,//p' | awk -v tol=1e-12 -f $R/tests/close.awk want -
	done" '' ''
t 'from a pipe' 0 "for o in --rows '--robust hc2' ''; do hg-regress -p -f 'y ~ x + z | k' \$o $D/pairs.csv >o 2>e; hg-regress -p -f 'y ~ x + z | k' \$o <$D/pairs.csv 2>e | cmp - o; done" ''
t 'in any order, the same but for rounding' 0 "(head -n 1 $D/data.csv; sed 1d $D/data.csv | sort -t, -k4) >s.csv
	for o in '' --fit '--robust hc1' '--cluster c'; do hg-regress -p -f 'y ~ x + z | k' \$o $D/data.csv >want 2>e; hg-regress -p -f 'y ~ x + z | k' \$o s.csv 2>e | awk -v tol=1e-12 -f $R/tests/close.awk want -; done" ''
t 'rows of groups of their own' 0 "hg-regress -p -f 'y ~ x + z | k' -g g --robust hc1 g.csv 2>e | grep '^u' | cut -d, -f 2-7 >o
	grep -E '^k,|u\$' g.csv | hg-regress -p -f 'y ~ x + z | k' --robust hc1 2>e | sed 1d | cut -d, -f 1-6 | awk -v tol=1e-12 -f $R/tests/close.awk o -" ''
# Keys of one row each bring more than 500 levels, and nothing else: what columns give.
(cat "$D/../formula/data.csv"; awk 'BEGIN { for (i = 9; i < 510; i++) print "early,p," i ",2,3,4,1,5,6" }') >one.csv
for o in '' '-w w' '--robust hc0' '--test x,z' '--cluster k --small cr2' '--cluster k --small cr2 -w w'; do
	t "levels of one row change nothing: $o" 0 "for f in $D/../formula/data.csv one.csv; do
		hg-regress -p -f 'y ~ x + z + x:a | k' $o \$f 2>e | awk -F, -v OFS=, '{ \$9 = \$10 = \"\" } 1' >\${f##*/}.o; done
		sed 's/,[0-9]*\$//' data.csv.o >want; awk -v tol=1e-11 -f $R/tests/close.awk want one.csv.o" ''
done

t 'more than 500 levels have no condition' 0 "hg-regress -p -f 'y ~ x | k' --fit $D/data.csv | cut -d, -f 15; hg-regress -p -f 'y ~ x | c' --fit --format %.3f $D/data.csv | cut -d, -f 15" 'condition

condition
*.*'
t 'two such keys' 1 "awk -F, -v OFS=, '{ print \$0, NR == 1 ? \"row\" : NR }' $D/data.csv | hg-regress -f 'y ~ x | k + row'" '' \
	'hg-regress: -f: two of the keys to be absorbed have more than 500 levels: one of them can'
t 'a level in several clusters' 1 "hg-regress -f 'y ~ x | k' --cluster b $D/data.csv" '' \
	'hg-regress: --cluster: k=k001 has rows in several clusters; more than 500 levels are absorbed only if each lies in one'
t 'a few levels in several clusters' 0 "hg-regress -p -f 'y ~ x | c' --cluster b $D/data.csv >o 2>e; hg-regress -p -x x --factor c -y y --cluster b $D/data.csv 2>e | sed -n '1p;3p' | awk -v tol=1e-11 -f $R/tests/close.awk o -" ''
t 'folds' 1 "hg-regress -f 'y ~ x | k' --cross b --fit $D/data.csv" '' 'hg-regress: --cross: more than 500 levels are absorbed, with which it does not go'
t 'least norm' 1 "hg-regress -f 'y ~ x | k' --min-norm $D/data.csv" '' 'hg-regress: --min-norm: more than 500 levels are absorbed, with which it does not go'
t 'a test of the key' 1 "hg-regress -f 'y ~ x | k' --test k $D/data.csv" '' 'hg-regress: --test: k has more than 500 levels, which are absorbed: --drop1 tests it'
t 'constant within keys' 0 "hg-regress -p -f 'y ~ x + v | k' $D/data.csv | cut -d, -f 2,3 | sed -n 3p" 'v,' 'hg-regress: y: rank 5?? of 5??: dependent on the terms before: v'
t 'each row its own key' 0 "awk -F, -v OFS=, '{ print \$0, NR == 1 ? \"row\" : NR }' $D/data.csv | hg-regress -p -f 'y ~ x | row' --fit | cut -d, -f 2,4-8" \
'n,rank,df,df_residual,r_squared,adj_r_squared
2380,2380,2379,0,1,' '*'
t 'an exact fit, far off' 0 "awk 'BEGIN { print \"k,x,y\"; for (i = 0; i < 2000; i++) { x = i*7919 % 1000; printf \"%d,%d,%.3f\\n\", i % 600, x, 1e9 + (i % 600)*1e3 + x/8 } }' | hg-regress -p -f 'y ~ x | k'" \
'y,term,*
y,x,0.125,0,*' '*essentially perfect fit: its errors are 0'
t 'keys of no row that is used' 0 "awk 'BEGIN { print \"y,x,k,h\"; for (i = 0; i < 24; i++) print i*i % 7 \",\" i*i % 11 \",k\" i % 3 \",h\" i % 4 }' >$W/few
	hg-regress -p -f 'y ~ x | k + h' $W/few >$W/o; printf ',1,k9,h9\\n7,,k8,h8\\n' >>$W/few; hg-regress -p -f 'y ~ x | k + h' $W/few | cmp - $W/o" '' ''
t 'no rows' 0 "head -n 1 $D/data.csv | hg-regress -p -f 'y ~ x | k'" '*' 'hg-regress: y: 0 rows without missing values'

# States that cannot be.
hg-regress --save-state -p -f 'y ~ x | c' -w w --cluster b -o a.st "$D/data.csv"
hg-regress -p --merge a.st >o 2>e
no 'cells out of order' 'awk -F, "/^cell,0/ { keep = 1 } /^cell,1,/ { keep = 0 } keep { held = held \$0 \"\\n\"; next } /^cell,2,/ && held { printf \"%s\", held; held = \"\" } 1" a.st | hg-regress --merge' '<stdin>:*: *'
no 'a mean outside of its limits' "sed '0,/^mean,2/s/^mean,2,,,[^,]*/mean,2,,,99999/' a.st | hg-regress --merge" '<stdin>:*: a mean that cannot be: 99999'
no 'a mean too few' "sed '0,/^mean,2/{/^mean,2/d}' a.st | hg-regress --merge" '<stdin>:*'
no 'another weight' "sed '0,/^weight/s/^weight,,,,[^,]*/weight,,,,7/' a.st | hg-regress --merge" '<stdin>:*: a weight that is not that of its cell: 7'
no 'no weight' "sed '0,/^weight/{/^weight/d}' a.st | hg-regress --merge" '<stdin>:*: a record out of its order: mean'
no 'other rows in a cell' "sed '0,/^cell,0,,,[0-9]*/s/^cell,0,,,[0-9]*/cell,0,,,1/' a.st | sed '\$s/,[0-9]*\$/,/' | hg-regress --merge" '*'
no 'a level of what is absorbed' "sed '0,/^level/s/^level/level/; 0,/^logw/s/^logw.*/&/' a.st | awk -F, '/^r,/ && !done { print \"level,3,0,c0,0,1\"; done = 1 } 1' | hg-regress --merge" '<stdin>:*: a level of c, which is not a factor'
