# hg-plot: the numbers in its scripts are those of the tools; what a table holds is never a command.
. tests/lib.sh
cd "$W" || exit 1
hg-extract "$R/examples/minilm.json.gz" | hg-describe -k >k.csv.gz
hg-cat -p k.csv.gz >k.csv

# column NAME - of the CSV text on standard input.
column() {
	awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { print $c }'
}

# block NAME [N] - the lines of the datablocks of that name on standard input, or of the Nth.
block() {
	awk -v name="\$$1" -v want="${2:-0}" '$2 == "<<EOD" { on = $1 == name && (++n == want || !want); next } $1 == "EOD" { on = 0 } on'
}

# Heat
t 'heat: every head of a column, as it is in the table' 0 \
	'column entropy <k.csv >want; hg-plot -y entropy --script k.csv.gz | block d | cut -d " " -f 3 | cmp - want' '' ''
t 'heat: where it stands' 0 \
	'hg-plot -y entropy --script k.csv | block d | sort -n -k 2 -k 1 | cut -d " " -f 1,2 >at; hg-cat -p k.csv | awk -F, "NR > 1 { print \$2, \$1 }" | cmp - at' '' ''
t 'heat: entropy and logit_std, of themselves' 0 \
	'hg-plot --script k.csv | sed -n "1p;/^set title '"'"'[el]/p;/^set multi/p"' "# heat, by hg-plot *
set multiplot layout 1,2
set title 'entropy' noenhanced
set title 'logit_std' noenhanced" ''
printf 'm,layer,head,x\na,0,0,-1\na,0,1,\na,1,1,3\nb,0,0,2\n' >h.csv
t 'heat: models, absent and missing heads, colours about 0' 0 'hg-plot -y x --script h.csv | grep -v "^#" | grep -e "^[0-9]" -e cbrange -e "^set title"' "set title noenhanced
0 0 -1
1 0 NaN
0 1 NaN
1 1 3
set cbrange \[-3:3\]
set title 'a: x' noenhanced
0 0 2
1 0 NaN
0 1 NaN
1 1 NaN
set cbrange \[-3:3\]
set title 'b: x' noenhanced" ''
t 'heat: columns of a model side by side' 0 "awk -F, -v OFS=, '{ print (NR == 1 ? \"model\" : \"a\"), \$0 } NR > 1 { print \"b\", \$0; print \"c\", \$0 }' k.csv >three.csv; hg-plot --script three.csv | grep multiplot; hg-plot -y op --script three.csv | grep multiplot" 'set multiplot layout 3,2
unset multiplot
set multiplot layout 1,3
unset multiplot' ''
t 'ticks: the prefixes of SI' 0 "printf 'layer,head,x\n0,0,1e5\n0,1,9e5\n1,0,2.5e6\n' | hg-plot -y x --script | grep cbtics; printf 'layer,head,x\n0,0,1e-5\n0,1,9e-6\n1,0,2.5e-5\n' | hg-plot -y x --script | grep cbtics; printf 'layer,head,x\n0,0,-.1\n0,1,.1\n' | hg-plot -y x --script | grep cbtics" "set cbtics ('0.5M' 500000, '1M' 1000000, '1.5M' 1500000, '2M' 2000000, '2.5M' 2500000) noenhanced
set cbtics ('10µ' 1e-05, '15µ' 1.5e-05, '20µ' 2e-05, '25µ' 2.5e-05) noenhanced
set cbtics ('-0.1' -0.1, '-0.05' -0.05, '0' 0, '0.05' 0.05, '0.1' 0.1) noenhanced" ''
t 'ticks: the ends of what is drawn, and of doubles' 0 "printf 'layer,head,x\n0,0,-1e150\n0,1,1e150\n' | hg-plot -y x --script | grep -c cbtics; printf 'layer,head,x\n0,0,1e149\n0,1,9e149\n' | hg-plot -y x --script | grep -c cbtics; printf 'layer,head,x\n0,0,1\n0,1,1.0000000000000002\n' | hg-plot -y x --script | grep cbtics; printf 'layer,head,x\n0,0,5e-324\n0,1,0\n' | hg-plot -y x --script | grep -c cbtics" '1
1
set cbtics autofreq
1' ''
t 'heat: a head twice' 1 'hg-plot -y x -g "" -o x.svg h.csv; s=$?; ls x.svg 2>/dev/null; exit $s' '' '*hg-plot: h.csv: two rows of layer 0, head 0: -g names*'
t 'heat: no head' 1 'printf "layer,x\n1,2\n" | hg-plot -k heat -y x' '' 'hg-plot: *"head"*'
t 'heat: half a layer' 1 'printf "layer,head,x\n.5,2,1\n" | hg-plot -y x' '' 'hg-plot: <stdin>: layer: not a whole number*'
t 'heat: all missing' 1 'printf "layer,head,x\n0,2,\n1,2,NA\n" | hg-plot -y x' '' 'hg-plot: <stdin>: nothing to draw*'
# large LINE COLUMN OPTION ... <TABLE - a number in it is too large: gnuplot would say so, but not where.
large() {
	cat >large.csv
	at="$1: $2"
	shift 2
	t "too large: $*" 1 "hg-plot -o large.svg $* large.csv; s=\$?; ls large.svg 2>/dev/null; exit \$s" '' \
		"hg-plot: large.csv:$at: -1e+200: numbers up to 1e+150 are drawn"
}
for k in heat scatter profile; do
	printf 'layer,head,entropy,op\n0,0,1,1\n0,1,2,2\n1,0,3,4\n1,1,-1e200,5\n' | large 5 entropy -k $k -y entropy
done
printf 'layer,head,s1,s2\n0,0,1,1\n0,1,1e150,-1e200\n' | large 3 s2 -k spectrum
printf 'y,x,r,ci_low,ci_high\na,b,.5,-1e200,1\n' | large 2 ci_low -k forest
printf 'method,column,a,b\npearson,a,1,.5\npearson,b,.5,-1e200\n' | large 3 b -k matrix
t 'header only' 1 'printf "layer,head,x\n" | hg-plot -y x' '' 'hg-plot: <stdin>: nothing to draw*'

# Scatter: r and its interval are hg-correlate's, the line is hg-regress's.
hg-plot -x op -y entropy --script k.csv.gz >s.gp
t 'scatter: n, r, interval' 0 'sed -n "/^# n r/{n;s/^# //;s/ /,/g;p;}" s.gp >got
	hg-correlate -p -x op -y entropy -g "" k.csv.gz | sed 1d | cut -d , -f 4,6,7,8 | cmp - got && grep "^set title .r" s.gp' \
	"set title 'r = -0.46, 95 % \[-0.62, -0.26\], n = 72' noenhanced" ''
t 'scatter: all points' 0 'for g in 1 2 3; do block p$g <s.gp; done | sort >got; column op <k.csv >x; column entropy <k.csv | paste -d " " x - | sort | cmp - got' '' ''
t 'scatter: the groups' 0 "grep -o \"title '[^r][^']*'\" s.gp" "title 'early'
title 'mid'
title 'late'" ''
t 'scatter: the line' 0 "hg-regress -p -x op -y entropy k.csv.gz | column estimate | tr '\n' ' ' >ab; block line <s.gp | awk 'BEGIN { getline <\"ab\"; a = \$1; b = \$2 } { d = a + b*\$1 - \$2; if (d*d > 1e-24) print } END { print NR }'" 41 ''
# R 4.2: predict(lm(entropy ~ op, read.csv("k.csv")), data.frame(op = range(k$op)), interval = "confidence")
t 'scatter: its band, as R has it' 0 "block line <s.gp | sed -n '1p;\$p' | awk '{ printf \"%.6f %.6f %.6f\n\", \$2, \$3, \$4 }'" '2.274737 2.110970 2.438504
-0.086856 -1.098642 0.924930' ''
t 'scatter: --level' 0 'hg-plot -x op -y entropy --level .5 --script k.csv.gz | grep "^set title .r"' '*50 % *' ''
t 'scatter: heads that move the line most' 0 "grep -o \"^set label '[^']*'\" s.gp | sort | tr '\n' ' ' >got; hg-regress -p --rows -x op k.csv.gz | awk -F, 'NR == 1 { for (i in f) delete f[i]; for (i = 1; i <= NF; i++) f[\$i] = i; next } { printf \"%.17g set label \\047%s.%s\\047\n\", \$f[\"cooks_d\"], \$1, \$2 }' | sort -g -r | head -n 5 | cut -d ' ' -f 2- | sort | tr '\n' ' ' | cmp - got" '' ''
t 'scatter: the head of greatest leverage has a name too, as the fifth' 0 "hg-plot -x trace -y entropy --script k.csv | grep -o \"^set label '[^']*'\" | tr '\n' ' ' >got; hg-regress -p --rows -x trace k.csv | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) f[\$i] = i; next } { print \$f[\"hat\"], \$f[\"cooks_d\"], \$1 \".\" \$2 }' >lev; (sort -k 2 -g -r lev | head -n 4; sort -g -r lev | head -n 1) | awk '{ printf \"set label \\047%s\\047 \", \$3 }' | cmp - got; grep -c . got" 1 ''
t 'scatter: of several models the names say which, short ones' 0 "awk -F, -v OFS=, '{ print (NR == 1 ? \"model\" : \"a'\"'\"'\"), \$0 } NR > 1 { \$5 += 5; print \"b\", \$0 }' k.csv >two.csv; hg-plot -x trace -y entropy --script two.csv | grep -o \"^set label '[^']*' at\"; sed s/^b/bbbbbbbbbbbbbbbbb/ two.csv | hg-plot -x trace -y entropy --script | grep -c '^set label'; :" "set label 'b 0.2' at
set label 'a’ 0.2' at
set label 'b 0.4' at
set label 'a’ 1.11' at
set label 'b 0.1' at
0" ''
printf 'layer,head,x,y\n0,0,1,1\n0,1,2,2.1\n0,2,3,2.9\n0,3,4,4.2\n1,0,5,4.8\n1,1,30,9\n' >edge.csv
hg-plot -x x -y y --script edge.csv >edge.gp
t 'scatter: at an edge the name stands inside' 0 "grep -E \"^set label '(0.0|1.1)'\" edge.gp | cut -d ' ' -f 3-6 | sort" "'0.0' at 1,1 left
'1.1' at 30,9 right" ''
t 'scatter: some room about points and band' 0 "block line <edge.gp | awk '{ print \$3; print \$4 }' | sort -g | sed -n '1p;\$p' | tr '\n' ' ' >got
	sed -n 's/^set yrange .\(.*\):\(.*\)./\1 \2/p' edge.gp | cat got - | tr '\n' ' ' | awk '{ printf \"%.6f %.6f\n\", (\$1 - \$3)/(\$2 - \$1), (\$4 - \$2)/(\$2 - \$1) }'" '0.040000 0.040000' ''
t 'scatter: two by two' 0 'hg-plot -x op,fro -y entropy,logit_std --script k.csv | grep -c "^plot"' 4 ''
t 'scatter: x does not vary' 0 'printf "layer,head,a,b\n0,0,1,2\n0,1,1,3\n0,2,1,5\n" | hg-plot -x a -y b -g "" --script | grep "^set title .r"' "set title 'r undefined, n = 3' noenhanced" 'hg-plot: *'
t 'scatter: a column with names' 1 'hg-plot -x stage -y entropy k.csv' '' 'hg-plot: k.csv:2: stage: not a number: "early"*'
t 'scatter: thinned, and it says so' 0 "awk 'BEGIN { print \"x,y\"; for (i = 0; i < 30000; i++) print i \",\" (i*7919)%1009 }' >big.csv; hg-plot -x x -y y -g '' --script big.csv >b1; hg-plot -x x -y y -g '' --script big.csv 2>/dev/null | cmp - b1; block p0 <b1 | wc -l; sed -n '/^# n r/{n;p;}' b1 | cut -d ' ' -f 2" '2000[0-5]
30000' 'hg-plot: 20000 of 30000 points are drawn, chosen by chance; line, r and n are of all'

# Spectrum
hg-plot -k spectrum --script k.csv.gz >p.gp
t 'spectrum: every value' 0 'block d <p.gp | awk "NF { print \$2 }" | sort >got; for k in $(seq 32); do column s$k <k.csv; done | sort | cmp - got' '' ''
# R: quantile(k$s1, c(.25, .5, .75)); quantile(k$s32, ...)
t 'spectrum: median and quartiles, as R has them' 0 "block quart <p.gp | sed -n '1p;\$p' | awk '{ printf \"%d %.6f %.6f %.6f\n\", \$1, \$2, \$3, \$4 }'" '1 3.409772 4.084968 4.973594
32 1.050195 1.276332 1.557286' ''
t 'spectrum: by itself, of a table of spectra' 0 'hg-extract "$R/examples/minilm.json.gz" | hg-plot --script | head -n 1' '# spectrum, *' ''
t 'spectrum: zeros have no logarithm, shorter ones end' 0 'printf "layer,head,s1,s2,s3\n0,0,3,2,0\n1,0,1,,\n" | hg-plot --script | block d' '1 3 0
2 2 0

1 1 1' ''
t 'spectrum: few powers of ten, many, none' 0 "for s in 3,2,.2 1e5,3,1e-5 2.5,2.2,2.1; do printf 'layer,head,s1,s2,s3\n0,0,%s\n' \$s | hg-plot --script | grep ytics | sed \"s/, '' [^,)]*//g\"; done" "set ytics ('0.2' 0.2, '0.5' 0.5, '1' 1, '2' 2) noenhanced
set ytics ('100µ' 0.0001, '0.01' 0.01, '1' 1, '100' 100, '10k' 10000) noenhanced
set ytics ('2.1' 2.1, '2.2' 2.2, '2.3' 2.3, '2.4' 2.4, '2.5' 2.5) noenhanced" ''
t 'spectrum: a gap in the names' 1 'printf "layer,head,s1,s3\n0,0,2,1\n" | hg-plot' '' 'hg-plot: <stdin>: s3 comes behind s1: say with -x which *'
hg-extract -p "$R/tests/data/checkpoints/llama" >null.csv
t 'spectrum: the null edge is the mean null_op of hg-describe' 0 "hg-describe -p -d null_op null.csv | column null_op >edge; hg-plot --script null.csv | block null >got; awk 'FNR == NR { s += \$1; n++; next } { d = \$2/(s/n) - 1; if (d*d > 1e-28) print; print \$1 }' edge got; hg-plot --script null.csv | grep -c \"title 'null edge'\"" '1
4
1' ''
t 'spectrum: ... of rows of another circuit' 0 'hg-extract -p --circuit ov "$R/tests/data/checkpoints/llama" >ov.csv 2>/dev/null; hg-describe -p -d null_op ov.csv | column null_op >edge; hg-plot --script ov.csv | block null | cut -d " " -f 2 | paste - edge | awk "{ s += \$2; n++; if (NR == 1) a = \$1 } END { while ((getline <\"edge\") > 0) { t += \$1; m++ } d = a/(t/m) - 1; print d*d < 1e-28 }"' 1 ''
t 'spectrum: ... which is not known of the core, of dumps, of tables that lack a norm' 0 'hg-extract -p --metric core "$R/tests/data/checkpoints/llama" | hg-plot --script | grep -c null; hg-plot -k spectrum --script k.csv | grep -c null; sed "1s/k_fro/other/" null.csv | hg-plot --script | grep -c null; :' '0
0
0' ''
t 'spectrum: below 0' 1 'printf "layer,head,s1\n0,0,-3\n" | hg-plot' '' 'hg-plot: <stdin>: a singular value is below 0: -3'

# Forest
hg-correlate -p k.csv.gz >c.csv
hg-regress -p k.csv.gz >r.csv
t 'forest of correlations' 0 'hg-plot --script c.csv >f.gp; for y in 1 2; do for g in 0 1 2 3; do block g$g $y <f.gp | cut -d " " -f 1,3,4; done; done | sort >got; cut -d , -f 7-9 c.csv | sed 1d | tr , " " | sort | cmp - got' '' ''
t 'forest: what the groups are called' 0 "grep '^plot' f.gp | head -n 1 | grep -o \"title '[^']*'\"" "title 'all'
title 'early'
title 'mid'
title 'late'" ''
t 'forest: methods' 0 "hg-correlate -p -g '' -m pearson,kendall k.csv.gz | hg-plot --script | grep '^plot' | head -n 1 | grep -o \"title '[^']*'\"" "title 'pearson'
title 'kendall'" ''
t 'forest: intervals of the bootstrap where there are no others' 0 "hg-correlate -p -g '' -m pearson,spearman --boot 50 k.csv.gz >boot.csv; hg-plot --script boot.csv >b; for y in 1 2; do for g in 0 1; do block g\$g \$y <b | cut -d ' ' -f 1,3,4; done; done | sort >got; awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) f[\$i] = i; next } { k = \$f[\"ci_low\"] == \"\" ? \"boot\" : \"ci\"; n[k]++; print \$f[\"r\"], \$f[k \"_low\"], \$f[k \"_high\"] > \"bwant\" } END { print (n[\"boot\"] > 0) + (n[\"ci\"] > 0) }' boot.csv; sort bwant | cmp - got" 2 ''
t 'forest: no intervals' 0 'hg-correlate -g "" -m spearman k.csv.gz | hg-plot --script | grep -c " NaN NaN$"' '[1-9]*' 'hg-plot: <stdin>: no intervals in the table: --boot makes them'
t 'forest: a panel without intervals' 0 "printf 'y,x,r,ci_low,ci_high\na,b,.5,.3,.6\nc,b,.5,,\n' | hg-plot --script | grep -c NaN" 1 'hg-plot: <stdin>: no intervals in the table of c: --boot makes them'
t 'forest of coefficients' 0 'hg-plot -y estimate --script r.csv | block g0 | cut -d " " -f 1,3,4 >got; sed "1,2d" r.csv | cut -d , -f 3,7,8 | tr , " " | cmp - got' '' ''
t 'forest of standardised coefficients' 0 'hg-plot --script r.csv | block g0 | cut -d " " -f 1 >got; sed 1,2d r.csv | cut -d , -f 9 | cmp - got' '' ''
t 'forest: their intervals, by the same factor' 0 "hg-plot --script r.csv | block g0 >b; hg-plot -y estimate --script r.csv | block g0 | paste -d ' ' - b | awk '{ d = \$3/\$1 - \$7/\$5; e = \$4/\$1 - \$8/\$5; if (d*d + e*e > 1e-24) print }'" '' ''
t 'forest: no other columns' 2 'hg-plot -y r c.csv' '' 'hg-plot: -y: of a forest *'

# Profile
t 'profile: mean, least, greatest of each layer' 0 "hg-plot -k profile -y entropy --script k.csv.gz | block p0 | awk '{ printf \"%d %.9f %.9f %.9f\\n\", \$1, \$2, \$3, \$4 }' >got; paste -d ' ' at want | awk '{ l = \$2; y = \$3; s[l] += y; n[l]++; if (n[l] == 1 || y < a[l]) a[l] = y; if (n[l] == 1 || y > b[l]) b[l] = y } END { for (l = 0; l < 6; l++) printf \"%d %.9f %.9f %.9f\\n\", l, s[l]/n[l], a[l], b[l] }' | cmp - got" '' ''
t 'profile: models, missing values' 0 'hg-plot -k profile -y x --script h.csv | grep "^[0-9]"; hg-plot -k profile -g "" -y x --script h.csv | grep "^[0-9]"' '0 -1 -1 -1
1 3 3 3
0 2 2 2
0 0.5 -1 2
1 3 3 3' 'hg-plot: h.csv: m: all are pooled; -g m,... keeps them apart'
t 'profile: over depth' 0 'hg-plot -k profile -x depth --script k.csv | grep -c "^0.08333333333333333 "' 2 ''
t 'profile: one -x' 2 'hg-plot -k profile -x depth,layer k.csv' '' 'hg-plot: -x: a profile has one*'

# Matrix
t 'matrix: every r' 0 'hg-correlate -p --matrix k.csv.gz >m.csv; hg-plot --script m.csv | block d | cut -d " " -f 3 >got; sed 1d m.csv | cut -d , -f 4- | tr , "\n" | cmp - got' '' ''
t 'matrix: panels' 0 "hg-plot --script m.csv | grep '^set title .*,'" "set title 'all, pearson' noenhanced
set title 'early, pearson' noenhanced
set title 'mid, pearson' noenhanced
set title 'late, pearson' noenhanced" ''
t 'matrix: no -y' 2 'hg-plot -y op m.csv' '' 'hg-plot: -y: matrix has none*'

# Residuals
hg-regress -p --rows k.csv.gz >rows.csv
hg-plot --script rows.csv >e.gp
t 'residuals: against fitted' 0 'block d 1 <e.gp >got; column residual <rows.csv >y; column fitted <rows.csv | paste -d " " - y | cmp - got' '' ''
t "residuals: Cook's distance" 0 'block d 3 <e.gp | cut -d " " -f 2 >got; column cooks_d <rows.csv | cmp - got' '' ''
t 'residuals: standardised, sorted' 0 'block d 2 <e.gp | cut -d " " -f 2 >got; column std_residual <rows.csv | sort -g | cmp - got' '' ''
# R: qnorm(ppoints(72))[c(1, 30, 72)]; qnorm(ppoints(5))
t 'residuals: normal quantiles, as R has them' 0 "block d 2 <e.gp | sed -n '1p;30p;72p' | awk '{ printf \"%.6f\\n\", \$1 }'; (head -n 6 rows.csv) | hg-plot --script | block d 2 | awk '{ printf \"%.6f\\n\", \$1 }'" '-2.460124
-0.228260
2.460124
-1.179761
-0.497201
0.000000
0.497201
1.179761' ''
t 'residuals: of a perfect fit, whose errors are 0' 0 "printf 'layer,head,op,entropy\n0,0,1,2\n0,1,2,4\n1,0,3,6\n1,1,4,8\n' | hg-regress -p --rows -x op 2>/dev/null | hg-plot --script | grep '^set ylabel'" "set ylabel noenhanced
set ylabel 'residual' noenhanced" ''
t 'residuals: no -g' 2 'hg-plot -g stage rows.csv' '' 'hg-plot: -g: residuals *'

# Texts: nothing in a table is a command, to gnuplot or to what reads SVG.
cat >evil.csv <<'EOF'
"`touch t1`@x$(touch t2)'; !touch t3
\n",layer,head,"a'`touch t4`",op
"'; system('touch t5'); '
!touch t6
EOD
system ""touch t7""
",0,0,1,2
<script>alert("%%g%s")</script>@E@GPVAL_TERM,0,0,2,3
"{{{/Symbol a}_b^c \x{1} ",1,0,3,-4
EOF
sed -i 's/^<script>alert("%%g%s")<\/script>@E@GPVAL_TERM/"<script>alert(""%%g%s"")<\/script>@E@GPVAL_TERM"/' evil.csv
printf '\001\377\033[31m,1,1,3,1\n"a\rb\n",1,1,3,7\n' >>evil.csv
t 'hostile names, in the script' 0 "hg-plot -y 4- -g 1 --script evil.csv | grep '^set title' | sort -u" "*alert*touch t4*system(*touch t5*" ''
t 'each text on one line, between quotes' 0 "hg-plot -y 4- -g 1 --script evil.csv | grep -e touch -e alert -e system | grep -v \"^set title '[^'\\\`]*' noenhanced\\\$\"; :" '' ''
t 'control characters and bytes that are no UTF-8' 0 "hg-plot -y op -g 1 --script evil.csv | LC_ALL=C grep -a '^set title' | LC_ALL=C grep -c '[[:cntrl:]]'; hg-plot -y op -g 1 --script evil.csv | grep -F '\x01\xff\x1b[31m' | wc -l" '0
1' ''
t 'a long name' 0 "printf 'm,layer,head,x\n%0200d,0,0,1\n' 0 | hg-plot -y x --script | sed -n \"s/^set title '//p\" | grep 0 | wc -c" 7[0-9] ''
t 'a NUL' 1 "printf 'layer,head,x\n0,0,\0001\n' | hg-plot -y x" '' 'hg-plot: <stdin>:2: *NUL*'

# Command line
t 'no kind' 2 'hg-plot -k heatmap k.csv' '' 'hg-plot: -k: not one that there is: "heatmap": it is heat, scatter, spectrum, forest, profile, matrix or residuals
*'
t 'no term' 2 'hg-plot --term foo k.csv' '' 'hg-plot: --term: not one that there is: "foo": it is svg, pdf, png, dumb, sixel or kitty
*'
t 'columns that say nothing' 1 'printf "a,b\n1,2\n" | hg-plot' '' 'hg-plot: <stdin>: columns that say no kind of picture: name one with -k*' 
t 'no such column' 1 'hg-plot -y entropie k.csv' '' 'hg-plot: k.csv: *"entropie"*entropy*'
t 'another ending' 2 'hg-plot -o x.jpg k.csv; s=$?; ls x.jpg 2>/dev/null; exit $s' '' 'hg-plot: -o x.jpg: not a name that ends in *'
hg-extract -p "$R/examples/minilm.json.gz" >s.csv; hg-describe -p s.csv >d.csv
t 'not the table of a kind: what makes one' 0 'for k in spectrum forest residuals matrix; do hg-plot -k $k d.csv && echo drawn; done; hg-plot -x op -y s1 s.csv; hg-plot -k heat -y fro,op s.csv; hg-plot -k scatter s.csv; hg-plot -k spectrum -x "" k.csv; hg-plot -x s3,s1 -y opp s.csv; :' '' 'hg-plot: d.csv: no singular values s1, s2, ...: a table of hg-extract has them, and hg-describe -k keeps them
hg-plot: d.csv: -k forest: no table of hg-correlate or hg-regress: no column "r"
hg-plot: d.csv: -k residuals: no table of hg-regress --rows: no column "fitted"
hg-plot: d.csv: -k matrix: no table of hg-correlate --matrix: no column "column"
hg-plot: s.csv: -x: no column "op": hg-describe makes it of s1, s2, ...
hg-plot: s.csv: -y: no column "fro": hg-describe makes it of s1, s2, ...
hg-plot: s.csv: no descriptors: make descriptors with hg-describe, or say which columns with -x
hg-plot: k.csv: -x: no column to draw
hg-plot: s.csv: -y: no column "opp"'
t '-x of a heat map' 2 'hg-plot -k heat -x op k.csv' '' 'hg-plot: -x: heat has none*'
t '-y of a spectrum' 2 'hg-plot -k spectrum -y op k.csv' '' 'hg-plot: -y: *'
t '-g of a forest' 2 'hg-plot -g y c.csv' '' 'hg-plot: -g: *'
t '--level of a forest' 2 'hg-plot --level .9 c.csv' '' 'hg-plot: --level: *'
t '-p, -t, -z, --format are of tables' 2 'for o in p t z; do hg-plot -$o k.csv; done; hg-plot --format %g k.csv' '' '*unknown option -p*unknown option -t*unknown option -z*unknown option --format*'
t 'too many panels' 1 'hg-plot -y s1-s32,op,s1- k.csv; hg-plot -y 12-43 --script k.csv' '' '*hg-plot: k.csv: 32 panels, more than 24: *'
t 'a cut table' 1 'head -c 9000 k.csv.gz >cut.gz; hg-plot -o cut.svg cut.gz; s=$?; ls cut.svg 2>/dev/null; exit $s' '' 'hg-plot: cut.gz: *'
t 'a state' 1 'hg-correlate --save-state k.csv.gz | hg-plot' '' 'hg-plot: <stdin>: a state: *'
t 'a full disk' 1 'hg-plot --script k.csv >/dev/full' '' 'hg-plot: *'
t 'without gnuplot' 1 'p=$(command -v hg-plot); mkdir -p none; PATH=$W/none "$p" -o n.svg k.csv; s=$?; ls n.svg 2>/dev/null; exit $s' '' 'hg-plot: gnuplot is not here: its package is gnuplot-nox or gnuplot; --script needs none'

# Pictures
if ! have gnuplot; then
	skip 'no gnuplot: no pictures'
	exit
fi
t 'over its input' 1 'cp k.csv k.svg; hg-plot -o k.svg k.svg; s=$?; cmp k.csv k.svg; exit $s' '' 'hg-plot: k.svg: it is read*'
pictures() {
	for f in svg pdf png; do
		hg-plot -o 1.$f "$@" && hg-plot -o 2.$f "$@" && cmp 1.$f 2.$f || return
	done
	head -c 5 1.pdf
	head -c 4 1.png | tail -c 3
	grep '</svg>' 1.svg
}
for k in '' '-x op' '-k spectrum' '-k profile'; do
	t "pictures, the same bytes always: $k" 0 "pictures $k k.csv" '%PDF-PNG</svg>' ''
done
t 'pictures of forests' 0 'pictures c.csv && pictures r.csv && pictures m.csv && pictures rows.csv' '%PDF-PNG</svg>
%PDF-PNG</svg>
%PDF-PNG</svg>
%PDF-PNG</svg>' ''
t 'SVG to a pipe' 0 'hg-plot k.csv | head -n 1' '<?xml *' ''
t 'SVG: the cells of a heat map are no image, which a browser would blur' 0 'hg-plot -y entropy k.csv >cells.svg; grep -c "<image" cells.svg; grep -c "<polygon fill = .rgb" cells.svg' '0
[1-9]*' ''
t 'a script draws the same' 0 'hg-plot --script k.csv | gnuplot -d 2>/dev/null >3.svg; hg-plot k.csv | cmp - 3.svg' '' ''
t 'characters' 0 'hg-plot -x op --term dumb k.csv | awk "length > 80"; hg-plot -x op --term dumb k.csv | grep -c early' '1' ''
t 'characters: numbers as people read them, or shades where one has no room; no escapes' 0 "printf 'layer,head,x,y\n0,0,279.4,-1.25\n0,1,0.97,1e9\n1,0,,3\n1,1,-3,123456789012345678901234567890\n' >c2.csv; hg-plot --term dumb -y x,y c2.csv >dumb; LC_ALL=C grep -c '[^ -~]' dumb; grep -e '|.*[0-9.@]' -e 'head' dumb | tr -s ' .@'" '0
 1 |+ -3 | 
 0 |+ 279 0.97 | 
 head 
 1 |. @| 
 0 |. .| 
 head; . -1.25 to @ 1.23e+29 ' ''
t 'characters: a blank beside each number, or none' 0 "awk 'BEGIN { print \"layer,head,x\"; for (i = 0; i < 12; i++) print \"0,\" i \",\" 100 + i }' >c12.csv; hg-plot --term dumb -y x c12.csv | grep -o '|.*|' | tr -s ' ' | grep 1; sed '\$s/111/-111/' c12.csv | hg-plot --term dumb -y x | grep '|.*[0-9.].*|' | tr -s ' '" '|100 101 102 103 104 105 106 107 108 109 110 111|
*0 |@@@*@@@ ...| ' ''
t 'characters: a line for each layer' 0 "awk 'BEGIN { print \"layer,head,x\"; for (i = 0; i < 40; i++) print i \",0,\" i }' | hg-plot --term dumb -y x | grep -c '|.*[0-9].*|'" 40 ''
t 'kitty: the PNG of the script, in pieces' 0 'hg-plot --term kitty -x op k.csv | tr "\033" "\n" >kitty; sed -n "s/^_G[^;]*;//p" kitty | tr -d "\n" | base64 -d >kitty.png; hg-plot --term kitty --script -x op k.csv | gnuplot -d 2>/dev/null | cmp - kitty.png
	sed -n "s/;.*//p" kitty | uniq; awk "length > 4096 + 20" kitty; od -A n -c kitty.png | head -n 1 | cut -c 1-16' '_Ga=T,f=100,m=1
_Gm=1
_Gm=0
 211   P   N   G' ''
t 'sixel' 0 'hg-plot --term sixel -x op k.csv | head -c 2 | od -A n -c' ' 033   P' ''
t 'characters: every interval of a forest has a line, and the key' 0 'hg-correlate -y entropy k.csv.gz | hg-plot --term dumb >dumb; for m in A B C D; do grep -c "[^ |]$m[^ |]" dumb; done' '8
8
8
8' ''
t 'hostile names do nothing' 0 'for f in svg pdf png; do hg-plot -y 4- -g 1 -o e.$f evil.csv && hg-plot -k scatter -x op -y 4 -g 1 -o e.$f evil.csv || exit; done; hg-plot --term dumb -y 4- -g 1 evil.csv | tr -d "\0" >dumb; ls t[1-9] 2>/dev/null; :' ''
t 'nor to what shows it' 0 'hg-plot -y 4- -g 1 evil.csv | grep -c "<script"; hg-plot -y 4- -g 1 evil.csv | grep -c "<text>.*&lt;script>alert(\"%%g%s\")"' '0
*' ''
t 'SVG stays well-formed' 0 "printf 'm,layer,head,x\na]]>b<![CDATA[&amp;\357\277\277,0,0,1\n' | hg-plot -y x >w.svg; python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse(\"w.svg\")'; grep -c 'a]]›b&lt;!\[CDATA\[&amp;amp;.xef.xbf.xbf' w.svg" 1 ''
t 'nor as names of terms' 0 "printf 'y,term,estimate,conf_low,conf_high,beta\n\"\`touch t1\`\",\"'\"'\"'; !touch t2\nx%%%%d @y\",1,0,2,1\n' | hg-plot -o e.svg; ls t[1-9]; grep -c 'touch t2.nx%%d @y' e.svg" 1 'ls: *'
