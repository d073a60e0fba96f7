# hg-regress with few clusters: what the tutorial's 72 heads show, and bad input.
. tests/lib.sh
. "$R/tests/merge.sh"
export tool=hg-regress
cd "$W" || exit 1

# The figures that the literature's corrections give for op with effects of layers: CR1 has
# t = -6.568, which with 5 degrees of freedom would be p = 0.0012; CR2 has 1.28 of them.
hg-extract "$R/examples/minilm.json.gz" | hg-describe -o heads.csv.gz
H='hg-regress -p -x op --factor layer --cluster layer --format %.3g heads.csv.gz'
t 'CR1 has no p for more coefficients than clusters' 0 "$H | sed -n 3p" 'entropy,op,-0.0997,0.0152,-6.57,,,,-0.608,1.11,,6' \
	'hg-regress: entropy: 6 clusters for 7 coefficients: no p; *'
t 'CR2 has' 0 "$H --small cr2 | sed -n 3p" 'entropy,op,-0.0997,0.0153,-6.51,0.0615,-0.217,0.0178,-0.608,1.11,1.28,6' ''
t 'few clusters are warned of, once' 0 "hg-regress -p -x op -y entropy,logit_std --cluster layer -g stage heads.csv.gz 2>&1 >o | grep -c fewer" 2 ''
t 'the report of many is quiet' 0 "zcat heads.csv.gz | awk 'NR > 1 { print } { print }' | hg-regress -p -x op --cluster layer,head | wc -l | tr -d ' '" 3 ''
t 'clusters of one row each are told of' 0 "hg-regress -p -x op --cluster layer,head heads.csv.gz | wc -l | tr -d ' '" 3 \
	'hg-regress: entropy: each row is a cluster of its own: errors are as if rows were independent'

# No row is read twice, so that a pipe gives what a file does.
t 'from a pipe' 0 "zcat heads.csv.gz | hg-regress -p -x op,fro --cluster head --small cr2 >o; hg-regress -p -x op,fro --cluster head --small cr2 heads.csv.gz | cmp - o" '' ''
# The rows of a cluster may come in any order, more than wait at a time.
t 'in any order' 0 "(zcat heads.csv.gz | head -n 1; zcat heads.csv.gz | sed 1d | sort -t, -k2n) | hg-regress -p -x op --cluster layer,stage --small cr2 --format %.12g >o 2>/dev/null
	hg-regress -p -x op --cluster layer,stage --small cr2 --format %.12g heads.csv.gz 2>/dev/null | cmp - o" '' ''
# A dummy of one cluster: its robust error is 0, not what rounding makes of it.
printf 'y,d,g\n1,1,a\n2,0,b\n4,0,c\n5,0,b\n2,0,c\n3,1,a\n' >one.csv
t 'an error of 0 is 0' 0 "hg-regress -p -x d -y y --cluster d --no-intercept one.csv 2>/dev/null" 'y,term,*
y,d,2,0,,,2,2,*'
t 'what --small takes' 2 'hg-regress --small cr3 heads.csv.gz' '' 'hg-regress: --small: not cr1 or cr2: "cr3"
*'
t '--small alone' 2 'hg-regress --small cr2 heads.csv.gz' '' 'hg-regress: --small goes with --cluster only
*'

# The wild bootstrap: all signs, beside R, which fits every response (wild.R).
t 'wild: op of the heads, all 32 signs' 0 "$H --wild 999 | sed -n 3p" 'entropy,op,-0.0997,0.0152,-6.57,0.0312,-0.35,-0.0014,-0.608,1.11,,6' ''
D=$R/tests/data/r/regress
F="hg-regress -p -x a,b -y y --cluster k $D/few9.csv"
for w in '' w; do
	t "wild: as R${w:+, weights}" 0 "$F --wild 1 ${w:+-w wt} >o && cut -d, -f 6-8 o >r && awk -v tol=1e-8 -f $R/tests/close.awk $D/few9.wild$w.csv r" '' ''
done
t 'wild: more draws than signs are no other' 0 "$F --wild 1 >o; $F --wild 99999 --seed 5 | cmp - o" '' ''
# 99999 draws: p within five Monte Carlo errors of another seed, and equal bytes for the same one.
W9="$F --wild 99999 --wild-weights webb"
t 'wild: a seed again' 0 "$W9 --seed 3 >o; $W9 --seed 3 -@ 1 | cmp - o" '' ''
t 'wild: another seed, within its error' 0 "$W9 | paste -d, - o | awk -F, 'NR > 1 { d = \$6 - \$18; if (d < 0) d = -d; if (d == 0 || d > 5*sqrt(2*\$6*(1 - \$6)/99999)) print }'" '' ''
t 'wild: the interval is that of p' 0 "$W9 --level 0.6 | awk -F, 'NR > 1 { print (\$6 < 0.4) == (\$7 > 0 || \$8 < 0) }'" '1
1
1' ''
t 'wild: no F of CR1 beside it' 0 "hg-regress -p --fit -x op --cluster layer --wild 9 heads.csv.gz | sed 1d | cut -d, -f 17-19" ',,' ''
# p of few signs goes up and down: the interval ends at the outermost crossing (as R, which tries a grid).
t 'wild: the outermost crossing' 0 "hg-regress -p -f 'entropy ~ trace | layer' --cluster layer --wild 9 --format %.5g heads.csv.gz | sed 1d | cut -d, -f 6-8" '0.0625,-0.030324,0.0022036' ''
# In 200 tables p of 1 - level or more has 0 in the interval; of those below it a warning says which have, too.
many() {
	awk -v OFS=, 'BEGIN { srand(5); print "t,g,x,y"; for (t = 1; t <= 200; t++) for (g = 0; g < 6 + t % 3; g++) {
		u = rand()/rand(); s = 0.5 + 2*(rand() - 0.5); for (i = 0; i < 2 + 3*u; i++) { x = rand() - 0.5; print t, g, x, s*x + (rand() - 0.5)/2 } } }'
}
many >many.csv
t 'wild: p against the interval' 0 "hg-regress -p -g t -x x -y y --cluster g --wild 1 many.csv 2>said >o; awk -F, 'NR > 1 && \$1 != \"all\" {
	has = (\$8 == \"\" || \$8 <= 0) && (\$9 == \"\" || \$9 >= 0); all++; if (\$7 >= 0.05 && !has) print; hull += \$7 < 0.05 && has } END { print all, (hull > 0) }' o
	grep -c 'the interval has 0' said" '400 1
[1-9]*'
t 'wild: too few clusters to leave 0.05' 0 "(sed 1q $D/few9.csv; grep -E '^g[1-4]' $D/few9.csv) | hg-regress -p -x a -y y --cluster k --wild 9 | sed -n 3p | cut -d, -f 7,8" , '*: y: 4 clusters: *'

# Separate fits against the common one (r.t compares with R).
C='cut -d, -f 20-'
t 'the layers differ' 0 "hg-regress -p --fit -x op --cluster layer --format %.6g heads.csv.gz 2>/dev/null | $C" 'f_chow,f_chow_df1,f_chow_df2,f_chow_p_value
14.8275,10,60,7.66267e-13' ''
# anova(lm(entropy ~ op + factor(layer)), lm(entropy ~ factor(layer)/op))
t 'with absorbed effects, their slopes' 0 "hg-regress -p --fit -f 'entropy ~ op | layer' --cluster layer --format %.6g heads.csv.gz 2>/dev/null | sed 1d | $C" '4.16516,5,60,0.0025834' ''
# anova(lm(y ~ 0 + x), lm(y ~ 0 + x:k)), anova(lm(y ~ x), lm(y ~ k/x))
t 'clusters that do not determine all terms' 0 "printf 'x,y,k\n1,2,a\n1,3,a\n1,5,a\n2,4,b\n3,4,b\n4,9,b\n0,1,c\n0,2,c\n' >part.csv; hg-regress -p --fit -x x -y y --cluster k --no-intercept --format %.6g part.csv 2>/dev/null | sed 1d | $C
	hg-regress -p --fit -x x -y y --cluster k --format %.6g part.csv 2>/dev/null | sed 1d | $C" '2.20787,1,6,0.187856
0.571429,2,4,0.604938' ''
t 'no degrees of freedom left, one cluster, an exact fit' 0 "sed '/2,4\|1,3\|1,5/d' part.csv | hg-regress -p --fit -x x -y y --cluster y 2>/dev/null | sed 1d | $C
	sed s/[bc]\$/a/ part.csv | hg-regress -p --fit -x x -y y --cluster k 2>/dev/null | sed 1d | $C
	awk -F, -v OFS=, 'NR > 1 { \$2 = 2*\$1 } 1' part.csv | hg-regress -p --fit -x x -y y --cluster k 2>/dev/null | sed 1d | $C" ',3,0,
,,,
,2,4,' ''
for n in 1 2 3 7 20 64; do
	for o in '' '--small cr2'; do
		t "the fit merged, $n parts $o" 0 "parts $n $D/groups.csv '-y y -x a,b -g stage --cluster k' && hg-regress -p --merge --fit part.*.gz $o >o 2>/dev/null; hg-regress -p --fit -y y -x a,b -g stage --cluster k $o $D/groups.csv 2>/dev/null >whole; awk -v tol=1e-13 -f $R/tests/close.awk whole o" '' ''
	done
done
t 'wild: five clusters leave no interval, whatever rounding does far off' 0 "(sed 1q $D/few9.csv; grep -E '^g[1-5]' $D/few9.csv) | hg-regress -p -x a,b -y y -w wt --cluster k --wild 9 2>$W/e | cut -d, -f 7,8" 'conf_low,conf_high
,
,
,'
use() {
	t "$1" 2 "hg-regress $1 heads.csv.gz" '' "hg-regress: $2
*"
}
use '--wild 99' '--wild goes with --cluster only'
use '--cluster layer --wild 99 --small cr2' '--small and --wild do not go together'
use '--cluster layer --seed 9' '--seed goes with --wild or --boot only'
use '--cluster layer --wild-weights webb' '--wild-weights goes with --wild only'
use '--cluster layer --wild 9 --wild-weights six' '--wild-weights: not rademacher or webb: "six"'
use '--cluster layer --wild 0' '--wild: *'
use '--cluster layer --wild 9 --seed -1' '--seed: *'
