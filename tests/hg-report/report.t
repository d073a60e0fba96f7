# hg-report: the numbers of its page are those of the tools, its commands run as they stand, and
# no text of a table is anything but text.
. tests/lib.sh
if sanitized; then
	skip 'hg-report: it is of the shell, and its programs have tests of their own'
	exit
fi
cd "$W" || exit 1
hg-extract "$R/examples/minilm.json.gz" | hg-describe -k -o k.csv.gz
hg-cat -o k.csv k.csv.gz
printf 'layer,head,op,fro\n0,0,1,1\n0,1,2,5\n1,0,4,6\n1,1,3,2\n' >s.csv
TMPDIR=$W/tmp
mkdir tmp
export TMPDIR

page() {
	python3 "$R/tests/hg-report/page.py" "$@"
}

# plain - hg-report in a PATH without gnuplot, where pictures cost nothing.
mkdir bin
for p in sh awk cat chmod cksum cp dirname expr ls mkdir mktemp mv od readlink rm sed tr wc; do
	ln -s "$(command -v $p)" bin/$p
done
plain() {
	PATH=$W/bin "$B/hg-report" "$@"
}
only='hg-report: gnuplot is not here: pictures by hg-plot are left out; its package is gnuplot-nox or gnuplot'

t 'a page, without gnuplot' 0 'plain -o k.html k.csv.gz && head -n 1 k.html && tail -n 1 k.html && grep -c "gnuplot was not there" k.html' '<!DOCTYPE html>
</html>
1' "$only"
t 'a descriptor is written as it is open' 0 'echo log >log; plain -o /dev/fd/3 k.csv.gz 3>>log; head -n 2 log; plain -o /dev/stdout k.csv.gz | tail -n 1' 'log
<!DOCTYPE html>
</html>' '*'
t 'the same bytes, of a pipe too' 0 'plain <k.csv.gz 2>/dev/null | sed "s/table.csv.gz/k.csv.gz/g" | diff - k.html | grep -c "^[<>]"' '[1-9]*'
t 'nothing but text, alternatives for pictures' 0 'page safe k.html' ''

# By whatever awk and shell there is.
mkdir other
for p in bin/*; do
	[ $p = bin/awk ] || cp -P $p other
done
for a in gawk mawk original-awk 'busybox awk'; do
	if have "${a%% *}"; then
		rm -f other/awk
		printf '#!/bin/sh\nexec %s "$@"\n' "$(command -v "${a%% *}") ${a#"${a%% *}"}" >other/awk
		chmod +x other/awk
		t "the same by $a" 0 'PATH=$W/other "$B/hg-report" k.csv.gz 2>/dev/null | cmp - k.html' '' ''
	fi
done
for s in 'bash --posix' 'busybox sh'; do
	! have "${s%% *}" || t "the same by $s" 0 "PATH=$W/bin $(command -v "${s%% *}") ${s#* } '$B/hg-report' k.csv.gz 2>/dev/null | cmp - k.html" '' ''
done

# The numbers
t 'heat maps: every head of every column' 0 'page tips k.html maps | awk -F "; " "{ print \$2 }" >got; for c in entropy logit_std op fro trace rank_eff spec_ent anisotropy condition; do
	hg-cat -p k.csv.gz | awk -F, -v c=$c "NR == 1 { for (i = 1; i <= NF; i++) if (\$i == c) k = i; next } { printf \"%s %.4g\\n\", c, \$k }"; done | cmp - got; page tips k.html maps | sed -n "3p;75p"' 'layer 0, head 2; entropy 0.002509; logit_std 12.09
layer 0, head 2; logit_std 12.09; entropy 0.002509' ''
t 'heat maps: not what the command draws, which is said' 0 'grep -c "the command below a map draws the same values with colours over their whole range" k.html' 1
t 'correlations: r, interval, n' 0 'page rows k.html correlations | grep " to " | cut -f 1,2,4,5 | sort >got
	hg-correlate -p -g "" --format %.2f k.csv.gz | awk -F, "NR > 1 { printf \"%s\\t%s\\t%s to %s\\t%s\\n\", \$2, \$6, \$7, \$8, \$4 }" | sort | cmp - got' '' ''
t 'correlations: strongest first' 0 "page rows k.html correlations | grep ' to ' | head -n 7 | cut -f 1 | tr '\n' ' '" 'trace fro op anisotropy spec_ent rank_eff condition ' ''
# orders - of o.csv, by the tools and sort(1): ties and what is missing stay in the order of |r|.
# spec_ent is constant in each layer, rank_eff everywhere; fro is -op; sym lacks a value.
printf '%s\n' layer,head,entropy,op,fro,trace,rank_eff,spec_ent,sym 0,0,1,1,-1,5,2,1,3 0,1,2,5,-5,3,2,1,1 0,2,4,2,-2,1,2,1, 0,3,3,7,-7,4,2,1,7 1,0,4,6,-6,2,2,2,4 1,1,3,2,-2,6,2,2,2 \
	1,2,6,8,-8,1,2,2,5 1,3,5,3,-3,0,2,2,6 2,0,7,9,-9,2,2,4,9 2,1,2,4,-4,7,2,4,8 >o.csv
order() {
	label=$1 key=$2
	shift 2
	hg-correlate -p -g '' "$@" o.csv 2>/dev/null | awk -F, "NR > 1 { print \$6 == \"\" ? 9e9 : $key, \$2 }" | awk 'FNR == NR { base[$2] = FNR; next } { print $1, base[$2], $2 }' base - |
		sort -k 1,1g -k 2,2n | awk -v label="$label" '{ s = s " " $3 } END { print label ":" s }'
}
orders() {
	hg-correlate -p -g '' o.csv 2>/dev/null | awk -F, 'NR > 1 { print $6 == "" ? 1 : -($6 < 0 ? -$6 : $6), $2 }' | sort -s -k 1,1g >base
	order '|r|' 0
	order r '-$6'
	order p '$9'
	order 'p of layers' '$9' --cluster layer --small cr2
	order '|r| within layers' '-($6 < 0 ? -$6 : $6)' --within layer
	order 'p within layers' '$9' --within layer --cluster layer --small cr2
	order pmax '$NF' --within layer --permute 999
	echo 'name: fro op rank_eff spec_ent sym trace'
}
t 'correlations: in each order that can be chosen' 0 'plain -o o.html o.csv 2>/dev/null; page orders o.html correlations | tee got | sed "1p;5p;\$!d"; orders | cmp - got' '|r|: trace op fro sym spec_ent rank_eff
|r| within layers: trace op fro sym spec_ent rank_eff
name: fro op rank_eff spec_ent sym trace' ''
t 'coefficients: in each order' 0 'page orders k.html regression | sed -n 1,5p; page rows k.html regression | sed -n 2,6p | cut -f 1,5,7,9 | tr "\t" " "' 'place in the model: (Intercept) op spec_ent rank_eff anisotropy
|beta|: anisotropy spec_ent op rank_eff (Intercept)
p: (Intercept) spec_ent anisotropy op rank_eff
share: op anisotropy spec_ent rank_eff (Intercept)
name: (Intercept) anisotropy op rank_eff spec_ent
(Intercept) 0.045 – –
op 0.22 -0.71 0.17
spec_ent 0.050 -1.62 0.05
rank_eff 0.36 -0.65 0.04
anisotropy 0.14 -1.92 0.06' ''
t 'correlations: p by layers, r and p within them, p_max' 0 'page rows k.html correlations | grep "^trace" | sed 1q | cut -f 6-
	hg-correlate -p -g "" -x trace -y entropy --within layer --cluster layer --small cr2 --format %.2g k.csv.gz | sed 1d | cut -d , -f 6,9' '1.1 × 10-5	6.4 × 10-5	0.17	-0.77	0.019	0.0010
-0.77,0.019' ''
t 'correlations: by stage' 0 'page rows k.html correlations | grep "^condition	-*[0-9.]*	-*[0-9.]*	-*[0-9.]*	-*[0-9.]*$"
	hg-correlate -p -x condition --format %.2f k.csv.gz | sed 1d | cut -d , -f 2,7' 'condition	-0.14	-0.16	-0.06	-0.39
condition	0.63	0.68	0.15	0.82
entropy,-0.14
logit_std,0.63
entropy,-0.16
logit_std,0.68
entropy,-0.06
logit_std,0.15
entropy,-0.39
logit_std,0.82' ''
t 'regression: estimate, error, p, beta, share, VIF' 0 'page rows k.html regression | grep "^spec_ent" | sed 1q; hg-regress -p --cluster layer --small cr2 --format %.3g k.csv.gz | grep ,spec_ent; hg-regress -p --importance --format %.2f k.csv.gz | grep ,spec_ent' 'spec_ent	-5.18	1.84	-10.4 to 0.00244	0.050	3.88	-1.62		0.05	37.6
entropy,spec_ent,-5.18,1.84,-2.81,0.0501,-10.4,0.00244,-1.62,37.6,3.88,6
entropy,spec_ent,0.05' ''
t 'regression: R2 in and out of the layers' 0 'grep -o "R² = 0[^;]*; <strong>[^ ]*" k.html; hg-regress -p --fit --cross layer -y entropy,logit_std --format %.2f k.csv.gz | sed 1d | cut -d , -f 7,18' 'R² = 0.32, adjusted 0.28 in the rows that were fitted; <strong>−0.58</strong>
R² = 0.82, adjusted 0.81 in the rows that were fitted; <strong>0.71</strong>
0.32,-0.58
0.82,0.71' ''
t 'regression: no shares of more than 15 terms' 0 'plain -x "s[0-9]*" -o n.html k.csv.gz 2>/dev/null; page safe n.html; page commands n.html | grep -c importance; grep -c "Shares of R² are left out: they take all orders of the terms, and 32 are more than 15" n.html; grep -c Lindeman n.html; page orders n.html regression | sed 4q | cut -c 1-12' '0
1
0
place in the
|beta|: *
p: *
name: *'
# R 4.2: m <- lm(entropy ~ op + spec_ent + rank_eff + anisotropy, d); cooks.distance(m), dfbetas(m)
# of the rows 3, 58, 34, 21.
t "heads: Cook's distance, DFBETAS, as R has them" 0 'page rows k.html heads | sed -n "3,6p" | cut -f 1,6-' '0.2	1.06	1.79	-0.14	-0.42	-0.50
4.9	0.375	-0.52	-0.08	0.87	0.52
2.9	0.125	0.28	-0.36	-0.37	-0.57
1.8	0.0998	-0.20	-0.47	0.20	-0.30' ''
t 'heads: the estimate without one, and r without all' 0 'page rows k.html heads | grep "^op	-0.1" | sed 1q | cut -f 2,3; zcat k.csv.gz | awk -F, "NR == 1 || !(\$1 == 0 && \$2 == 2)" | hg-regress -p --cluster layer --small cr2 --format %.3g | grep ,op | cut -d , -f 3,6
	page rows k.html heads | grep "^trace" | sed 1q' '-0.117 (0.22)	-0.172 (0.37)
-0.172,0.374
trace	-0.49	-0.29	-0.77	-0.56' ''
t 'limits: how much lies between layers' 0 "grep -o '[0-9]* % of the variance of [a-z_]* lies' k.html | sort -u; for y in condition entropy fro logit_std trace; do hg-regress -p --fit -x '' --factor layer -y \$y --format %.2f k.csv.gz | sed 1d | cut -d , -f 1,7; done" '14 % of the variance of fro lies
16 % of the variance of trace lies
27 % of the variance of condition lies
36 % of the variance of entropy lies
6 % of the variance of logit_std lies
condition,0.27
entropy,0.36
fro,0.14
logit_std,0.06
trace,0.16' ''
t 'limits: tests, and what chance would do' 0 "grep -o 'have 56 cor.*below 0.05; 41 are. 40 have q.* 24 stay' k.html | wc -l; hg-correlate -p k.csv.gz | awk -F, '\$10 < .05 && NR > 1' | wc -l; hg-correlate -p k.csv.gz | awk -F, '\$11 < .05 && NR > 1' | wc -l; hg-correlate -p --family all --adjust holm k.csv.gz | awk -F, '\$11 < .05 && NR > 1' | wc -l" '1
41
40
24' ''

# The commands, as they stand
t 'commands run, and give what the page has' 0 'page commands k.html >k.sh && (mkdir run && cd run && ln -s ../k.csv.gz . && grep -v "^hg-plot -k heat" ../k.sh | sh -e) && sed 1d run/coef-without-1-1.csv | wc -l; hg-cat -p run/coef-without-1-1.csv | grep -c "^entropy,op,-0.172"' '5
1' ''
name="-we'ird \$(touch p1)
\`touch p2\`.csv"
t 'a name that is trouble for a shell' 0 'cp s.csv "./$name" && plain -o n.html -- "$name" 2>/dev/null; page commands n.html | sed -n "/matrix.csv/{N;p;q;}" >n.sh; sh n.sh && test -s matrix.csv; page safe n.html; ls p[12] 2>/dev/null; :' ''
t 'and for a page' 0 'n=$(printf "a\033[31m\001%%d\\\\.csv"); cp s.csv "$n" && plain -o n.html "$n" 2>/dev/null; page commands n.html | grep matrix.csv; page commands n.html | grep matrix.csv >n.sh; rm -f matrix.csv; sh n.sh && test -s matrix.csv' 'hg-correlate --matrix -g '\'\'' -o matrix.csv "$(printf '\''a\\033*31m\\001%%d\\134.csv'\'')"' ''

# What a table holds
cat >evil.awk <<'E'
BEGIN {
	FS = OFS = ","
	n = split("<script>alert(1)</script>|\"\"; rm -rf x; touch t1|a\nb`touch t2`$(touch t3)|--|-x|@E'|\033[31m\001\377|</style><img src=x onerror=alert(1)>|\342\200\256]]>&amp;<!--", m, "|")
}
NR == 1 { head = $0; sub(/max_prob/, "\"\"\"<i onload=\"\"\"\"x\"\"\"\">\"\"\"", head); gsub(/"""/, "\"", head); print "\"a \"\"\n=<b>\",const," head; next }
{ row[NR - 1] = $0 }
END {
	for (k = 1; k <= n; k++)
		for (i = 13; i <= 36; i++) {
			split(row[i], f, ",")
			f[5] *= 1 + (7*i*k % 11)/50
			s = f[1]
			for (j = 2; j <= NF; j++)
				s = s OFS f[j]
			print "\"" m[k] "\",<c>," s
		}
}
E
hg-cat -p k.csv.gz | awk -f evil.awk >evil.csv
t 'hostile names' 0 'plain -o e.html evil.csv && page safe e.html; tr -d "\\t" <e.html | LC_ALL=C grep -c "[[:cntrl:]]"; ls t[1-9] 2>/dev/null; grep -c "&lt;script&gt;alert(1)&lt;/script&gt;" e.html | sed "s/[1-9][0-9]*/many/"' '0
many' "$only"
t 'their columns, chosen' 0 'plain -x "<i onload=*,op" -o n.html evil.csv 2>/dev/null && page safe n.html; ls t[1-9] 2>/dev/null; page rows n.html correlations | grep -c "^<i onload="' '[1-9]*' ''
t 'their commands' 0 'page commands e.html | grep -v "^hg-plot" >e.sh; (mkdir erun && cd erun && ln -s ../evil.csv . && sh -e ../e.sh) 2>/dev/null; s=$?; ls t[1-9] erun/t[1-9] 2>/dev/null; exit $s' ''

# Several models, shared keys
awk 'BEGIN { print "model,layer,head,stage,entropy,d_head,kv_head,op,fro"; for (m = 0; m < 3; m++) for (l = 0; l < 4; l++) for (h = 0; h < 4; h++) { x = (7*l + 5*h + 3*m) % 11; y = (3*l + 8*h + m*h) % 7
	print "m" m "," l "," h "," (l < 2 ? "early" : "late") "," 3 - .1*x + .05*y "," (m ? 64 : 32) "," int(h/2) "," x "," x + y } }' >three.csv
t 'three models' 0 'plain -o 3.html three.csv 2>/dev/null && page safe 3.html; page rows 3.html data | sed -n 1,4p; grep -c "<code>d_head</code> is not the same in all rows" 3.html' 'model	rows	layers	heads in each	key heads	d_head
m0	16	4	4	2	32
m1	16	4	4	2	64
m2	16	4	4	2	64
1'
t 'three models: each alone, and pooled' 0 'page rows 3.html correlations | grep "^op" | cut -f 2,4-; hg-correlate -p -g model --pool model -x op -y entropy --format %.2f three.csv | cut -d , -f 1,7-9,17,18' '-0.95	-0.97 to -0.92	48	*	-0.96	*
-0.95	-0.95	-0.95
-0.96	-0.98 to -0.92	0.0013	3	0.00	-0.99 to -0.77
model,r,ci_low,ci_high,pred_low,pred_high
all,-0.95,-0.97,-0.92,,
m0,-0.97,-0.99,-0.90,,
m1,-0.95,-0.98,-0.85,,
m2,-0.95,-0.98,-0.87,,
pooled,-0.96,-0.98,-0.92,-0.99,-0.77' ''
t 'pooled ones: in each order' 0 'page orders 3.html correlations | sed -n "/over all/,\$p"' '|r| over all: op fro
|mean r|: op fro
mean r: fro op
p: op fro
I??: op fro
name: fro op' ''
t 'heads that share keys' 0 "grep -o '48 heads have 24 key heads between them, 2 each on average' 3.html; page commands 3.html | grep -c -e '--cluster model,layer,kv_head'" '48 heads have 24 key heads between them, 2 each on average
1' ''
t 'tables of other columns, as one' 0 'grep -v "^m0" three.csv | hg-cat -p >b.csv; plain -o 2.html three.csv - <b.csv 2>/dev/null; page commands 2.html | head -n 1; grep -c "32 rows have the model, layer and head of an earlier one" 2.html' 'hg-cat -o table.csv.gz three.csv -
1' ''

# What is not there
t 'spectra alone: described' 0 "hg-extract '$R/tests/data/matrices.csv' >m.csv.gz; plain -o m.html m.csv.gz 2>/dev/null; page safe m.html; page commands m.html | grep -c '^hg-describe -k -o described.csv.gz m.csv.gz'; grep -o '<h3>[NG][^<]*' m.html" '1
<h3>Nothing was measured' ''
t 'spectra alone: any descriptor' 0 'hg-extract "$R/examples/minilm.json.gz" >m.csv.gz; plain -x stable_rank,log\(gini\) -o m.html m.csv.gz 2>/dev/null; page commands m.html | head -n 1; page rows m.html correlations | grep -c "^stable_rank.* to "' 'hg-describe -a -k -o described.csv.gz m.csv.gz
2'
t 'spectra alone: none of that name' 1 'plain -x sym m.csv.gz' '' '*hg-correlate: m.csv.gz, described: -x: no column "sym"
hg-report: hg-describe -a -k has sym, if the table has what it takes'
t 'a descriptor that is not there' 1 'plain -x stable_rank k.csv.gz' '' '*hg-correlate: k.csv.gz: -x: no column "stable_rank"
hg-report: hg-describe -a -k has stable_rank, if the table has what it takes'
t 'measured alone' 0 'printf "layer,head,entropy\n0,0,1\n0,1,2\n1,0,NA\n" | plain -o n.html 2>/dev/null; page safe n.html; page tips n.html maps; grep -o "<h3>[NG][^<]*" n.html' 'layer 0, head 0; entropy 1
layer 0, head 1; entropy 2
layer 1, head 0; entropy missing
<h3>No geometry' ''
for n in 1 2 13; do
	t "a table of $((n - 1)) rows" 0 "hg-cat -p k.csv.gz | head -n $n | plain -o n.html 2>/dev/null; page safe n.html" '' ''
done
said() {
	grep -o "$1" n.html | sed 's/<[^>]*>//g'
}
printf 'layer,head,op,fro,spec_ent,rank_eff,gini,entropy\n0,0,1,3,1.5,1.7,.3,1\n0,1,2,4,1.2,1,.2,2\n1,0,3,1,1.1,1.2,.1,3\n1,1,5,2,1.4,1.5,.4,5\n' >4.csv
t 'four heads: no fit, no p of layers' 0 'plain -o n.html 4.csv 2>/dev/null; said "^<li>.*goes most closely.*"; said "<li>The regression of.*"; said "This fit says nothing"; said "explains"; said "0 with layers as clusters.*[.]</li>"; said "2 are too few for a p to rest on"' 'Of 5 predictors op goes most closely with entropy: r = 1.00 ?1.00, 1.00?; within layers 1.00, no p with layers as clusters, of which there are 2, too few for a p to rest on; of 4 heads, so few that by chance one of 5 predictors can come close.
The regression of entropy says nothing: 4 rows leave no degree of freedom to 4 coefficients, which fit whatever the values are.
This fit says nothing
0 with layers as clusters, of which there are 2, too few for a p to rest on.
2 are too few for a p to rest on'
# The mean R² of noise: R 4.2, set.seed(1); mean(replicate(2e4, summary(lm(rnorm(12) ~ matrix(rnorm(48), 12)))$r.squared)) is 0.3621; 4/11.
t 'twelve heads: R² beside that of noise' 0 'head -n 13 k.csv | plain -o n.html 2>/dev/null; said "; but 12 rows.*"; said "says nothing"' '*12 rows are few for 5 coefficients: of random numbers they would explain 36 % on average.*'
t 'enough of all: no such words' 0 'grep -c -e "random numbers" -e "too few" -e "so few" k.html; :' 0
t 'values that no head has' 0 'printf "model,layer,head,entropy,max_prob,relative_entropy,distance,op,gini,rank_eff\na,0,0,1,.9,1.000001,3,1,0,1\na,0,1,-.5,1.25,1,-2,2,,.5\nb,0,0,0,1.5,2,1,3,1,0\nb,0,1,2,NA,0,1,-1e-9,.5,2\n" | plain -o n.html 2>/dev/null; page safe n.html; said "^<li>.* values* of 4 .*"; grep -c "Impossible" k.html; :' 'entropy: 1 value of 4 below 0, the first −0.5 in layer 0, head 1 of a.
max_prob: 2 values of 4 not from 0 to 1, the first 1.25 in layer 0, head 1 of a.
relative_entropy: 1 value of 4 not from 0 to 1, the first 2 in layer 0, head 0 of b.
distance: 1 value of 4 below 0, the first −2 in layer 0, head 1 of a.
rank_eff: 1 value of 4 below 1, the first 0.5 in layer 0, head 1 of a.
0'
t 'one of each, in words' 0 'awk "BEGIN { print \"layer,head,op,entropy\"; for (i = 0; i < 12; i++) print 0 \",\" i \",\" i \",\" (i == 11 ? 19 : i % 3 + i) }" | plain -o n.html 2>/dev/null; page safe n.html; said "^<li>.*"; said "op is the only[^<]*"; said "[^.>]* with a p,.* stays\?[^.]*"; said "The estimate (p)[^<]*"; said "r with entropy, with[^<]*"; page commands n.html | head -n 1; said "What was no regular file.*"' \
	'Data*
op goes with entropy: r = 0.?? ?0.??, 0.???.
Without the head that moves the regression of entropy most this r is 0.??.
Regression explains ?? % of the variance of entropy in the heads that were fitted.
1 correlation was tested: 0.05 would be expected below 0.05 by chance; 1 is, 1 after Holm*s correction.
op is the only predictor of entropy: a largest |r| as large as its own comes with probability 0.00?? if the values of entropy are dealt to the heads anew (999 times).
The tables above have 1 correlation with a p, over all heads. If nothing went with anything, 0.05 of them would be expected below 0.05; 1 is. 1 has q &lt; 0.05 (Benjamini and Hochberg, among the predictors of one response and group), 1 stays below after Holm*s correction
The estimate (p) with all heads, without one
r with entropy, with all heads and without this one
hg-cat -o table.csv.gz -
What was no regular file when this page was made (- is standard input) is for the first command to be given again.'
t 'nothing that varies' 0 'printf "layer,head,entropy,op,fro\n0,0,1,2,1\n0,1,1,2,3\n1,0,1,2,2\n1,1,1,2,5\n" | plain -o n.html 2>/dev/null; page safe n.html' '' ''

# Bad input: the message of the tool, and no page
bad() {
	t "$1" 1 "rm -f x.html; $2; s=\$?; ls x.html 2>/dev/null; exit \$s" '' "*$3"
}
bad 'a cut table' 'head -c 9000 k.csv.gz >cut.gz; plain -o x.html cut.gz' 'hg-cat: cut.gz: gzip stream is cut short'
bad 'text for a number' 'sed "3s/[^,]*$/x/" k.csv | plain -o x.html' 'hg-correlate: table.csv.gz:3: condition: not a number: "x"*'
bad 'no such file' 'plain -o x.html none' 'hg-cat: none: No such file or directory'
bad 'a directory' 'plain -o x.html .' 'hg-cat: .: Is a directory'
bad 'no head table' 'printf "layer,op\n0,1\n" | plain -o x.html' 'hg-report: table.csv.gz: no column "head": a report is of a head table'
bad 'half a layer' 'printf "layer,head,op\n.5,0,1\n" | plain -o x.html' 'hg-report: table.csv.gz: layer: not a whole number from 0 to 999999: ".5"'
bad 'no such column' 'plain -y entropi -o x.html k.csv' 'hg-correlate: k.csv: *"entropi"*entropy*'
t '--max-record' 1 '{ echo layer,head,op; head -c 9000000 /dev/zero | tr "\0" 1; } | plain --max-record 8M -o x.html; s=$?; ls x.html 2>/dev/null; exit $s' '' '*hg-cat: *--max-record*'
t '--max-record goes to all programs, and into the page' 0 'plain --max-record=1G -o n.html k.csv.gz 2>/dev/null; sed -n "s/.*\(hg-[a-z]* --max-record 1G\) .*/\1/p" n.html | sort -u; sed "s/ --max-record 1G//" n.html | cmp - k.html' 'hg-correlate --max-record 1G
hg-regress --max-record 1G'
t '--max-record, no size' 2 'plain --max-record 1x -o x.html s.csv' '' '*hg-cat: --max-record: not a size *'
t '--max-record of nothing' 2 'plain --max-record= -o x.html s.csv' '' '*hg-report: --max-record: not a size: ""
*'
t 'POSIXLY_CORRECT' 1 'plain s.csv -x op >/dev/null && POSIXLY_CORRECT=1 plain s.csv -x op >/dev/null' '' '*hg-cat: ./-x: No such file or directory'
t '... of a whole page' 0 'POSIXLY_CORRECT=1 plain -o n.html k.csv.gz 2>/dev/null; cmp n.html k.html' ''
bad 'a folder that is not there' 'plain -o no/x.html s.csv' 'hg-report: no/x.html: no new file can be put into no: *'
t "-o ''" 2 "plain -o '' s.csv" '' 'hg-report: -o: the name of a file is empty
hg-report: option -h shows the usage'
t 'no text of a tool lost' 0 'ls -A tmp' '' ''

# Where it goes
t 'over its input' 1 'plain -o k.csv k.csv.gz k.csv; s=$?; hg-cat -p k.csv.gz | cmp - k.csv; exit $s' '' 'hg-report: k.csv: it is read, and cannot be the output too'
t 'an old page stays until the new one is whole, and keeps its mode' 0 'echo old >o.html; chmod 604 o.html; ln -s o.html l.html; plain -o l.html cut.gz 2>/dev/null; cat o.html; plain -o l.html s.csv 2>/dev/null; ls -l o.html | cut -c 1-10; head -n 1 o.html; test -L l.html && ls -A | grep -c "^[.]hg"; :' 'old
-rw----r--
<!DOCTYPE html>
0'
t 'a file of two names' 0 'echo old >o1; ln o1 o2; plain -o o1 s.csv; head -n 1 o1; cat o2; plain -o o1 s.csv 2>&1 >/dev/null | grep -c link; :' '<!DOCTYPE html>
old
0' "*hg-report: o1: the file that was there had another name (a hard link), which keeps its bytes"
t 'a new page has the mode of any new file' 0 'umask 027; plain -o n1.html s.csv 2>/dev/null; ls -l n1.html | cut -c 1-10; head -n 1 n1.html' '-rw-r-----
<!DOCTYPE html>' ''
t 'what has another name by chance stays' 0 'sh -c "mkdir .hg-report.\$\$; echo k >.hg-report.\$\$/f; PATH=$W/bin exec $B/hg-report -o n1.html s.csv" 2>/dev/null; cat .hg-report.*/f; rm -r .hg-report.*' k ''
ln -s ring1 ring2
ln -s ring2 ring1
t 'links in a circle' 1 'plain -o ring1 s.csv' '' '*hg-report: ring1: too many links, one behind the other'
t 'a name with a dash in front, and a hard link' 0 'echo old >-x; ln -- -x "a\cb"; plain -o -x s.csv; head -n 1 ./-x; cat "a\cb"' '<!DOCTYPE html>
old' '*hg-report: -x: the file that was there had another name (a hard link), which keeps its bytes'
t 'a full disk' 1 'plain s.csv >/dev/full' '' "*hg-report: standard output: No space left on device"
t 'closed' 1 'plain s.csv >&-' '' "*hg-report: standard output: Bad file descriptor"
t 'a reader that has enough' 0 'plain s.csv 2>/dev/null | head -n 1; ls -A tmp' '<!DOCTYPE html>' ''

# With pictures
if ! have gnuplot; then
	skip 'no gnuplot: no pictures'
	exit
fi
t 'pictures' 0 'hg-report --title "a <b> & \"c\"" -o p.html k.csv.gz && page safe p.html; grep -c "<img" p.html; wc -c <p.html | awk "{ print (\$1 < 2000000) }"; grep "<h1>" p.html; ls -A tmp' '8
1
<h1>a &lt;b&gt; &amp; &quot;c&quot;</h1>' ''
t 'hostile names, in pictures' 0 'hg-report -o e.html evil.csv && page safe e.html; ls t[1-9] 2>/dev/null; :' '' '*'
if have tidy; then
	t 'tidy' 0 'for f in p e k 3 m n; do tidy -e -q $f.html; done' '' ''
else
	skip 'no tidy'
fi
for c in chromium chromium-browser google-chrome; do
	if have $c; then
		t 'a browser has nothing to complain of, and no host to ask' 0 \
			"timeout 60 $c --headless --no-sandbox --disable-gpu --host-rules='MAP * 0.0.0.0' --user-data-dir=\$W/chrome --enable-logging=stderr --dump-dom file://\$W/e.html 2>log | grep -c '<section'; grep -e CONSOLE -e net_error log; :" '8' ''
		exit
	fi
done
skip 'no Chromium'
