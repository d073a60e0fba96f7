# hg-correlate --cluster: p is that of hg-regress for the slope of x, with the same clusters.
. tests/lib.sh
cp "$R"/tests/data/r/more/controls.csv .

# field 'PATTERN' - p, df and the clusters of the rows of a table that match.
fields() {
	awk -F, -v OFS=, -v rows="$1" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; p = at["p"] ? at["p"] : at["p_value"]; next }
		$0 ~ rows { print $p, $(at["df"]), $(at["clusters"]) }'
}
# slope 'REGRESS' 'CORRELATE' 'BOTH' - of z, by both.
slope() {
	eval "hg-regress -p -y y $1 $3 controls.csv" 2>/dev/null | fields ',z,' >want
	eval "hg-correlate -p -y y -x z $2 $3 controls.csv" 2>/dev/null | fields . >got
	[ -s want ] && awk -v tol=1e-10 -f "$R/tests/close.awk" want got
}
for small in '' '--small CR2'; do
	for by in g h h,k same,g x; do
		t "as hg-regress: --cluster $by $small" 0 "slope '-x z' '-g \"\"' '--cluster $by $small'" ''
	done
	for c in '-x z,u,v|-c u,v|-w w' '-x z --factor f|-c f|' '-x z,u --factor f --factor k|-c f,u --factor k|' '-x z,v --poly u:3|-c v --poly u:3|' \
		'-x z --factor f|--within f|-w w' '-x z,u --factor k|--within k -c u|'; do
		from=${c#*|}
		t "as hg-regress: $c $small" 0 "slope '${c%%|*}' '-g \"\" ${from%|*}' '--cluster h $small ${c##*|}'" ''
	done
	t "as hg-regress: groups $small" 0 "slope '-x z --factor f' '-c f' '-g g --cluster h $small'" ''
done
t 'several x and y' 0 "hg-correlate -p -g g -y y,v -x x,z -c u --cluster h,k controls.csv 2>/dev/null >all
	for y in y v; do for x in x z; do hg-correlate -p -g g -y \$y -x \$x -c u --cluster h,k controls.csv 2>/dev/null | sed 1d | cut -d, -f 1-10,12-; done; done | sort >each
	sed 1d all | cut -d, -f 1-10,12- | sort | cmp - each; head -n 1 all" 'g,y,x,method,n,missing,r,ci_low,ci_high,p,q,df,clusters'
t 'complete rows' 0 "awk -F, 'NR == 1 || \$9 != \"\"' controls.csv | hg-regress -p -y y -x z --cluster h 2>/dev/null | fields ,z, >want
	hg-correlate -p -g '' -y y -x x,z --cluster h --complete controls.csv 2>/dev/null | fields ,z, | awk -v tol=1e-10 -f $R/tests/close.awk want -" ''
t 'keys within of two columns' 0 "sed '1s/\$/,fk/; 2,\$s/^[^,]*,\\([^,]*\\),[^,]*,\\([^,]*\\),.*/&,\\1-\\2/' controls.csv >fk.csv
	hg-correlate -p -g '' -y y -x z --within fk --cluster h fk.csv 2>/dev/null >o; hg-correlate -p -g '' -y y -x z --within f,k --cluster h fk.csv 2>/dev/null | awk -v tol=1e-12 -f $R/tests/close.awk o -" ''
t 'r is as without, and has no interval' 0 "hg-correlate -p -g g -y y -x x,z controls.csv | cut -d, -f 1-7 >o; hg-correlate -p -g g -y y -x x,z --cluster k --small cr2 controls.csv >p; cut -d, -f 1-7 p | cmp - o && cut -d, -f 8-9 p | sort -u" \
',
ci_low,ci_high'
t 'q is of these p' 0 "hg-correlate -p -g '' -y y -x x,z,v,u --cluster g,h,f --adjust bonferroni controls.csv 2>/dev/null | awk -F, 'NR > 1 { d = 4*\$9 < 1 ? 4*\$9 : 1; print (d - \$10)^2 < 1e-28 }' | sort -u" 1

# What is said
t 'few clusters' 0 "hg-correlate -g '' -y y,v -x x,z --cluster h controls.csv >o" '' 'hg-correlate: y: fewer than 30 clusters: p may be far too small; --small cr2 has a better one
hg-correlate: v: fewer than 30 clusters: p may be far too small; --small cr2 has a better one'
t 'too few' 0 "hg-correlate -p -g '' -y y -x z -c f,u --cluster h controls.csv | fields ." ',,5' 'hg-correlate: y: 5 clusters for 7 coefficients: no p; --small cr2 has one'
t 'one' 0 "printf 'k,x,y\n1,2,3\n1,3,1\n1,5,9\n' | hg-correlate -p -y y -x x --cluster k | fields ." ',,1' 'hg-correlate: y: one cluster only: no p'
t 'a perfect fit' 0 "awk 'BEGIN { print \"k,x,y,z\"; for (i = 0; i < 90; i++) print i % 30 \",\" i*0.1 \",\" i*0.3 + 0.7 \",\" i*0.2 }' >fit.csv
	hg-correlate -y y -x x,z --cluster k fit.csv >o; awk 'BEGIN { print \"k,x,y\"; for (i = 0; i < 90; i++) print i % 30 \",\" i \",\" 2*i }' |
	hg-correlate -p -y y -x x --cluster k | fields ." ',29,30' 'hg-correlate: y: an essentially perfect fit by x: p is of what may be rounding of the numbers
hg-correlate: y: an essentially perfect fit by z: p is of what may be rounding of the numbers
hg-correlate: y: an essentially perfect fit by x: its errors are 0'
t 'many: nothing' 0 "awk 'BEGIN { print \"k,x,y\"; for (i = 0; i < 300; i++) print i % 30 \",\" sin(i) \",\" cos(i*i) }' | hg-correlate -p -y y -x x --cluster k | fields . | cut -d, -f 2-" '29,30' ''
t 'rows that are clusters' 0 "awk 'BEGIN { print \"k,x,y\"; for (i = 0; i < 40; i++) print i \",\" i*i % 17 \",\" i*i*i % 19 }' | hg-correlate -p -y y -x x --cluster k | fields . | cut -d, -f 2-" '39,40' \
	'hg-correlate: y: each row is a cluster of its own: p is as if rows were independent'
t 'a constant, and no row' 0 "printf 'k,x,y\n1,2,3\n2,2,1\n3,2,9\n' | hg-correlate -p -y y -x x --cluster k | tail -n 1; echo k,x,y | hg-correlate -p -y y -x x --cluster k | tail -n 1" 'y,x,pearson,3,0,,,,,,,3
y,x,pearson,0,0,,,,,,,0' 'hg-correlate: x is constant: no correlation
hg-correlate: y and x: 0 rows: no correlation'
t 'an x that depends on the controls' 0 "awk -F, -v OFS=, 'NR > 1 { \$8 = 2*\$7 } { print }' controls.csv | hg-correlate -p -g '' -y y -x v -c u --cluster h | fields ." ',,5' \
	'hg-correlate: v depends on the controls: no correlation'
t 'with draws' 0 "hg-correlate -p -g '' -y y -x x -m pearson,spearman --boot 9 --cluster h --small cr2 controls.csv | cut -d, -f 3,7-12" 'method,ci_low,ci_high,p,q,df,clusters
pearson,,,0*,0*,?.*,5
spearman,,,,,,'
t 'too many keys within' 1 "awk 'BEGIN { print \"k,x,y\"; for (i = 0; i < 1100; i++) print int(i/2) \",\" sin(i) \",\" i % 3 }' | hg-correlate -y y -x x --within k --cluster y" '' \
	'hg-correlate: --cluster: more than 500 keys of --within'
for c in '-m spearman' '-m pearson,kendall' '--matrix' '--merge' '--save-state' '-r' '--permute 9' '--pool g' '--compare groups' '--cluster g' '--small cr3'; do
	t "a wrong command line: --cluster g $c" 2 "hg-correlate --cluster g $c controls.csv" '' 'hg-correlate: --*'
done
t '--small of nothing' 2 "hg-correlate --small cr2 controls.csv" '' 'hg-correlate: --small goes with --cluster only*'
