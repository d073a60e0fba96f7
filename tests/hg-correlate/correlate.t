# hg-correlate: Pearson's r by group, its interval, p and q.
. tests/lib.sh

cd "$R/tests/data/r" || exit 1
X=op,fro,rank_eff,spec_ent,anisotropy,stable_rank,gini
t 'the same numbers as R, with missing values, by stage' 0 \
	"hg-correlate -p -g stage -x $X heads.csv >$W/o; awk -v tol=1e-10 -f $R/tests/close.awk correlate.csv $W/o" ''
t 'the descriptors that are there, stage and both responses by default' 0 \
	"hg-correlate -p -x $X heads.csv >$W/a; hg-correlate -p heads.csv 2>/dev/null | cmp - $W/a" ''
t 'another level' 0 'hg-correlate -p --level 0.99 -g "" -x op -y entropy heads.csv | cut -d, -f 7-8' \
'ci_low,ci_high
-0.76[0-9]*,-0.33[0-9]*'
t '--complete takes the rows that have all' 0 \
	"hg-correlate -p --complete -g '' -x op,spec_ent heads.csv | cut -d, -f 1,2,4,5; hg-correlate -p -g '' -x op,spec_ent heads.csv | cut -d, -f 1,2,4,5" \
'y,x,n,missing
entropy,op,55,17
entropy,spec_ent,55,17
logit_std,op,55,17
logit_std,spec_ent,55,17
y,x,n,missing
entropy,op,65,7
entropy,spec_ent,55,17
logit_std,op,72,0
logit_std,spec_ent,61,11'
t 'a constant column: empty, with a warning' 0 'hg-correlate -p -g "" -x flat,op -y entropy heads.csv | cut -d, -f 1-6' \
'y,x,method,n,missing,r
entropy,flat,pearson,65,7,
entropy,op,pearson,65,7,-0.58970344600877*' 'hg-correlate: flat is constant: no correlation'

cd "$W" || exit 1
printf 'g,x,y\na10,1,2\na2,1,1\nlate,2,3\na10,2,1\nearly,5,5\n,7,9\na2,3,1.5\n' >g.csv
t 'groups: all, the stages, others in version order; rows without a key pooled only' 0 \
	'hg-correlate -p -g g -x x -y y g.csv 2>w | cut -d, -f 1-6; cat w' \
'g,y,x,method,n,missing
all,y,x,pearson,7,0
early,y,x,pearson,1,0
late,y,x,pearson,1,0
a2,y,x,pearson,2,0
a10,y,x,pearson,2,0
*hg-correlate: g.csv: g: empty in 1 row, which counts in the pooled rows only'
t 'two rows: r is 1 or -1, nothing else is defined' 0 'hg-correlate -p -g g -x x -y y g.csv 2>/dev/null | grep ^a' \
'all*
a2,y,x,pearson,2,0,1,,,,
a10,y,x,pearson,2,0,-1,,,,'
t 'three rows: p and no interval' 0 'printf "x,y\n1,1\n2,3\n3,2\n" | hg-correlate -p -x x -y y --format %.10g' \
'y,x,method,n,missing,r,ci_low,ci_high,p,q
y,x,pearson,3,0,0.5,,,0.6666666667,0.6666666667'
t 'an exact line: r 1, interval 1 to 1, p 0' 0 'printf "x,y\n1,1\n2,2\n3,3\n4,4\n" | hg-correlate -p -x x -y y | tail -n 1' \
	'y,x,pearson,4,0,1,1,1,0,0'
t 'several keys' 0 'hg-correlate -p -g g,x -x x -y y g.csv 2>/dev/null | cut -d, -f 1-4 | head -n 3' \
'g,x,y,x
all,all,y,x
early,5,y,x'
t 'large offsets' 0 'printf "x,y\n1000000000.1,1000000000.3\n1000000000.3,1000000000.1\n1000000000.2,1000000000.2\n" | hg-correlate -p -x x -y y | cut -d, -f 6' \
'r
-0.99999999999976*'
t 'a key called all' 1 'printf "g,x,y\nall,1,2\n" | hg-correlate -g g -x x -y y' '' \
	'hg-correlate: <stdin>:2: g: a key that is "all", the word for the pooled rows'
t 'no rows' 0 'printf "entropy,op\n" | hg-correlate -p' 'y,x,method,n,missing,r,ci_low,ci_high,p,q
entropy,op,pearson,0,0,,,,,' 'hg-correlate: entropy and op: 0 rows: no correlation'
t 'no descriptor' 1 'printf "entropy,a\n1,2\n" | hg-correlate' '' 'hg-correlate: <stdin>: no descriptors*'
t 'no response' 1 'printf "a,op\n1,2\n" | hg-correlate' '' 'hg-correlate: <stdin>: neither entropy nor logit_std*'
t 'a response with too few rows is told of once' 0 'printf "y,z,a,b\n1,,1,2\n2,,2,1\n4,3,1,1\n" | hg-correlate -g "" -x a,b -y y,z >/dev/null' '' \
	'hg-correlate: z has 1 row: no correlation'
t 'a column that is not there' 1 'printf "a,op\n1,2\n" | hg-correlate -y b' '' 'hg-correlate: <stdin>: -y: no column "b"'
# chosen LIST 'COLUMNS': in the order in which they are chosen, once each
chosen() {
	t "-x $1" 0 "printf 'a,b,c,d,y\n1,2,4,1,1\n2,3,1,0,3\n3,1,2,2,2\n4,4,4,1,5\n' | hg-correlate -p -y y -x '$1' | tail -n +2 | cut -d, -f 2 | tr -d '\n'" "$2"
}
chosen '1-4' abcd
chosen '1-3,^2,2' acb
chosen 'd,^d,c,d,d' cd
chosen '^a,^y,^c,a' bda
chosen '^a,a,^5' bcda
chosen '*,^y,^[ab],b' cdb
chosen 'c,^c,^c,a,^b' a
t 'a column there twice' 1 'printf "a,op,a\n1,2,3\n" | hg-correlate -y a' '' 'hg-correlate: <stdin>: column "a" is there twice'
t 'a bad row late: nothing printed' 1 '(cat g.csv; echo z,q,1) | hg-correlate -p -g g -x x -y y' '' \
	'hg-correlate: <stdin>:9: x: not a number: "q"; -c takes names, too'
t 'a method that is none' 2 'hg-correlate -m pearsn g.csv' ''
t 'the report has its own columns' 2 'hg-correlate -r -x op g.csv' ''
t 'the report needs its columns' 1 'hg-correlate -r g.csv' '' 'hg-correlate: g.csv: no column "op"'

# Methods
m='-p -m pearson,spearman,kendall'
printf 'x,y\n1,1\n2,4\n3,9\n4,16\n5,25\n' >sq.csv
t 'ranks see a curve as a line; Kendall is exact' 0 "hg-correlate $m -x x -y y sq.csv" \
'y,x,method,n,missing,r,ci_low,ci_high,p,q
y,x,pearson,5,0,0.98110491*
y,x,spearman,5,0,1,,,0,0
y,x,kendall,5,0,1,,,0.01666666666666666*,0.01666666666666666*'
t 'methods in the order asked for, each once' 0 \
	'hg-correlate -p -m kendall,pearson,kendall -x x -y y sq.csv | cut -d, -f 3' 'method
kendall
pearson'
t 'q is within one method' 0 "sed 's/,\([^,]*\)\$/,\1,\1/; 1s/y\$/z/' sq.csv | hg-correlate -p -x x,z -y y -m kendall,pearson --format %.3g | cut -d, -f 2,3,9,10" \
'x,method,p,q
x,kendall,0.0167,0.0167
x,pearson,0.00311,0.00311
z,kendall,0.0167,0.0167
z,pearson,0,0'
for c in 'pearson,' ',pearson' '' 'pearsons' 'pearson spearman'; do
	t "-m '$c'" 2 "hg-correlate -m '$c' -x x -y y sq.csv" '' 'hg-correlate: -m: no method "*'
done
t 'ranks of a table of two groups, one without a key' 0 'printf "g,x,y\na,1,2\na,2,1\n,3,3\na,4,5\n" |
	hg-correlate -p -m kendall -g g -x x -y y 2>/dev/null | cut -d, -f 1,5,7' 'g,n,r
all,4,0.6666666666666666
a,3,0.3333333333333333'

# What is undefined: empty fields, a warning, and never nan or inf.
printf 'g,x,y,z,k,e\none,1,2,1,7,\ntwo,1,2,2,7,\ntwo,2,1,3,7,\nflat,3,1,4,7,\nflat,3,2,5,7,\nflat,3,3,6,7,1\n' >bad.csv
t 'one-row groups, constants, columns all missing' 0 "hg-correlate $m -g g -x x,k,e -y y bad.csv 2>w | grep -v '^all' | cut -d, -f 1-7; cat w" \
'g,y,x,method,n,missing,r
flat,y,x,pearson,3,0,
flat,y,x,spearman,3,0,
flat,y,x,kendall,3,0,
flat,y,k,pearson,3,0,
flat,y,k,spearman,3,0,
flat,y,k,kendall,3,0,
flat,y,e,pearson,1,2,
flat,y,e,spearman,1,2,
flat,y,e,kendall,1,2,
one,y,x,pearson,1,0,
one,y,x,spearman,1,0,
one,y,x,kendall,1,0,
one,y,k,pearson,1,0,
one,y,k,spearman,1,0,
one,y,k,kendall,1,0,
one,y,e,pearson,0,1,
one,y,e,spearman,0,1,
one,y,e,kendall,0,1,
two,y,x,pearson,2,0,-1
two,y,x,spearman,2,0,-1
two,y,x,kendall,2,0,-1
two,y,k,pearson,2,0,
two,y,k,spearman,2,0,
two,y,k,kendall,2,0,
two,y,e,pearson,0,2,
two,y,e,spearman,0,2,
two,y,e,kendall,0,2,
hg-correlate: x is constant (g=flat): no correlation
hg-correlate: k is constant: no correlation, nor in 2 groups more
hg-correlate: y and x: 1 row (g=one): no correlation
hg-correlate: y and k: 1 row (g=one): no correlation
hg-correlate: y and e: 1 row: no correlation, nor in 3 groups more'
t 'constant where the other column is there' 0 'printf "x,y,z\n1,1,\n2,2,\n3,3,5\n3,4,6\n" | hg-correlate -p -x x -y y,z | cut -d, -f 1,4,6' \
'y,n,r
y,4,0.94387*
z,2,' 'hg-correlate: x is constant: no correlation'
t 'a thousand groups of one row: one warning' 0 'seq 1000 | awk "BEGIN { print \"g,x,y\" } { print \$1 \",\" \$1 % 7 \",\" \$1 % 5 }" |
	hg-correlate -p -g g -x x -y y | tail -n 1' '1000,y,x,pearson,1,0,,,,,' 'hg-correlate: y and x: 1 row (g=1): no correlation, nor in 999 groups more'
# all_bad - what all kinds of tables say of bad.csv, and of its header alone.
all_bad() {
	for o in '-y y,k' --matrix '-y y,k -c z' '-y y,k -c z --complete' '-y y,k -c e' '-y y,k -c k,z --semi' '-y y,k -w z' '-y y,k -w e' '-w k --matrix'; do
		for n in bad.csv -; do
			head -n 1 bad.csv | hg-correlate -p -g g -x x,k,e $o $n
		done
	done 2>/dev/null
}
t 'all of it: no nan, no inf' 1 'all_bad | grep -i -e nan -e inf' ''
printf 'x,y,z\n1e300,1,1e-200\n-1e300,2,2e-200\n1e308,4,4e-200\n-1e308,3,3e-200\n' >far.csv
t 'beyond the range: empty, and said' 0 'hg-correlate -p -x x -y y far.csv | cut -d, -f 4-' 'n,missing,r,ci_low,ci_high,p,q
4,0,,,,,' 'hg-correlate: y and x: beyond the range of numbers: no correlation'
t 'and where squares are next to nothing' 0 'printf "x,y\n1e-161,1\n-2e-161,2\n4e-161,4\n3e-161,3\n" | hg-correlate -p -x x -y y | cut -d, -f 4-' 'n,missing,r,ci_low,ci_high,p,q
4,0,,,,,' 'hg-correlate: y and x: beyond the range of numbers: no correlation'
t 'up to 1e-140 it is the same' 0 'printf "x,y\n1e-140,1\n-2e-140,2\n4e-140,4\n3e-140,3\n" | hg-correlate -p -x x -y y >a
	printf "x,y\n1,1\n-2,2\n4,4\n3,3\n" | hg-correlate -p -x x -y y >b; awk -v tol=1e-14 -f '"$R"'/tests/close.awk a b' '' ''
# sized POWER - controls of another size.
sized() {
	awk -F, -v OFS=, -v f="$1" 'NR > 1 { $2 = $2 f; $5 = $5 f } { print }' "$R/tests/data/r/correlate/swiss.csv" |
		hg-correlate -p -g "" -x agriculture,examination -y fertility -c catholic,education --format %.12g 2>&1 | cut -d, -f 2,6
}
t 'with controls there is more room, but not for all' 0 'sized e-300; sized e290; sized e306' 'x,r
agriculture,*
examination,*
x,r
agriculture,*
examination,*
hg-correlate: fertility and agriculture: beyond the range of numbers: no correlation
hg-correlate: fertility and examination: beyond the range of numbers: no correlation
x,r
agriculture,
examination,'
t 'ranks do not mind' 0 'hg-correlate -p -m spearman -x x,z -y y far.csv | cut -d, -f 2,6' 'x,r
x,0.2
z,1'
t 'as many rows as controls leave nothing for' 0 'hg-correlate -p -c z -g g -x x -y y bad.csv 2>/dev/null | cut -d, -f 1,5,7-' \
'g,n,r,ci_low,ci_high,p,q
all,6,-0.79303097600164*
flat,3,,,,,
one,1,,,,,
two,2,,,,,'
printf 'x,y,c,d\n1,5,1,-1\n2,3,2,1\n3,8,3,3\n5,1,5,7\n4,4,4,5\n' >dep.csv
t 'a variable that depends on the controls' 0 'hg-correlate -p -c c -x x,d -y y dep.csv | cut -d, -f 2,4,6-' 'x,n,r,ci_low,ci_high,p,q
x,5,,,,,
d,5,,,,,' 'hg-correlate: x depends on the controls: no correlation
hg-correlate: d depends on the controls: no correlation'
t 'a control that is constant is none' 0 'sed "s/[^,]*$/7/" dep.csv >k.csv; hg-correlate -p -c d -x x -y y k.csv >a;
	hg-correlate -p -x x -y y k.csv >b; awk -v tol=1e-14 -f '"$R"'/tests/close.awk a b' ''
t 'a control among -x' 1 'hg-correlate -c x -x x -y y dep.csv' '' 'hg-correlate: column "x" is in -c, and in -x or -y too'
t 'but not among the default of -x' 0 'printf "entropy,op,fro\n1,2,3\n2,2,1\n3,1,1\n5,7,4\n" | hg-correlate -p -c op | cut -d, -f 2' 'x
fro'

# Weights
printf 'x,y,w,one\n1,2,1,3\n2,1,2,3\n3,5,0,3\n4,4,0.5,3\n5,6,,3\n,6,1,3\n' >w.csv
t 'weights: zero is no row, a missing one a missing value' 0 'hg-correlate -p -w w -x x -y y w.csv | cut -d, -f 4,5' 'n,missing
3,2'
t 'equal weights are none' 0 'hg-correlate -p -w one -x x -y y w.csv >a; hg-correlate -p -x x -y y w.csv >b;
	awk -v tol=1e-14 -f '"$R"'/tests/close.awk a b' ''
t 'a negative weight' 1 'printf "x,y,w\n1,2,1\n2,1,-0.5\n" | hg-correlate -w w -x x -y y' '' \
	'hg-correlate: <stdin>:3: w: a negative weight: "-0.5"'
t 'all weights zero' 0 'sed "s/,1$/,0/" sq.csv | awk -F, "{ print \$0 \",\" (NR == 1 ? \"w\" : 0) }" | hg-correlate -p -w w -x x -y y' \
'y,x,method,n,missing,r,ci_low,ci_high,p,q
y,x,pearson,0,0,,,,,' 'hg-correlate: y and x: 0 rows: no correlation'
t 'two columns of weights' 2 'hg-correlate -w w,one -x x -y y w.csv' '' 'hg-correlate: -w: 2 columns: one is wanted*'

# The matrix
t 'a matrix: keys, method, column, then the variables' 0 'hg-correlate -p --matrix -g g -x x,y,k --format %.3f bad.csv 2>/dev/null | head -n 7' \
'g,method,column,x,y,k
all,pearson,x,1.000,0.045,
all,pearson,y,0.045,1.000,
all,pearson,k,,,
flat,pearson,x,,,
flat,pearson,y,,1.000,
flat,pearson,k,,,'
t 'a matrix is of the r of the table' 0 "hg-correlate -p --matrix $m -g '' -c z -m pearson,spearman -x x,y,k bad.csv 2>/dev/null |
	cut -d, -f 1,2,4 | grep '[rn],x'; hg-correlate -p -g '' -c z -m pearson,spearman -x x -y y bad.csv | cut -d, -f 3,2,6" \
'pearson,x,*
spearman,x,*
x,method,r
x,pearson,*
x,spearman,*'

t 'a level in percent' 2 "hg-correlate --level 99.9 bad.csv" '' 'hg-correlate: --level: not a number between 0 and 1: "99.9"; did you mean 0.999[?]*'
t 'methods in any case' 0 "hg-correlate -p -m PEARSON,Kendall -x x -y y bad.csv >o 2>&1; hg-correlate -p -m pearson,kendall -x x -y y bad.csv 2>&1 | cmp - o" ''

# What does not go together
t 'the report says that rows lack a value' 0 'awk -F, -v OFS=, "NR == 1 { print \$0 \",trace,condition\" } NR > 1 { print \$0 \",1,2\" }" '"$R"'/tests/data/r/heads.csv |
	hg-correlate -r | wc -l' '16' '*hg-correlate: 17 rows lack a value: an r is of the rows that have both'
for o in '--level 1e-20' '-x ""' '-y ""' '--matrix -y y' '--matrix -c k --semi' '--semi' '-m kendall -c k' '-m spearman -w k' '-m kendall -w k' \
	'-r --matrix' '-r -w k' '-r -c k' '-r -m kendall' '-r --level 0.9'; do
	t "hg-correlate $o" 2 "hg-correlate $o -g '' bad.csv" '' 'hg-correlate: *
hg-correlate: option -h shows the usage'
done

cd "$W" || exit 1
printf 'stack,op,fro,y\nencoder,1,2,1\ndecoder,2,3,1\ndecoder,3,5,2\n' >stack.csv
t 'stacks are pooled' 0 'hg-correlate -y y stack.csv >o' '' 'hg-correlate: stack.csv: stack: all are pooled; -g stack,... keeps them apart'
# Layers of several models, whose column stands in front.
printf 'model,layer,head,x,y\na,0,0,1,2\na,0,1,2,5\na,1,0,3,1\na,1,1,5,7\nb,0,0,2,2\nb,0,1,7,3\nb,1,0,4,4\nb,1,1,1,9\n' >models.csv
pooled='hg-correlate: models.csv: model: all are pooled; -g model,... keeps them apart'
for o in '' '-R' '--save-state' '-c layer' '--matrix -y'; do
	case $o in --matrix*) o=--matrix ;; *) o="$o -y y" ;; esac
	t "models are pooled: $o" 0 "hg-correlate -x x,head $o models.csv >o 2>e; grep pooled e || true" "$(case $o in *-R*) ;; *) echo "$pooled" ;; esac)"
done
for o in '-g model' '-c model' '--within model' '--cluster model' '-g model --pool model'; do
	t "models are told apart: $o" 0 "hg-correlate -x x -y y $o models.csv 2>&1 >o | grep pooled || true" '' ''
done
t 'models are pooled in the report' 0 "hg-extract --tag model=a $R/examples/minilm.json.gz | hg-describe -p >a.csv; sed 's/^a,/b,/' a.csv | hg-cat -p a.csv - | hg-correlate -r >o" '' 'hg-correlate: <stdin>: model: all are pooled; -g model,... keeps them apart'
sed 's/^a,/b,/' a.csv | awk -F, 'NR == 1 || NR % 3' >b.csv
for c in hg-correlate hg-regress; do
	t "$c -r -g: a report of each model, as of its rows alone" 0 \
		"hg-cat -p b.csv a.csv | $c -r -g model >o; (echo '(model=a)'; $c -r a.csv; echo; echo '(model=b)'; $c -r b.csv) | cmp - o" '' ''
	t "$c -r -g: an empty key" 1 "sed '3s/^a,/,/' a.csv | $c -r -g model" '' "$c: <stdin>:3: model: empty: no report is of this row"
done
t '-r -g: by several keys, in their order' 0 'hg-correlate -r -g model,layer a.csv 2>/dev/null | grep model=' '(model=a, layer=0)
(model=a, layer=1)
(model=a, layer=2)
(model=a, layer=3)
(model=a, layer=4)
(model=a, layer=5)'
t '-r -g of nothing' 2 'hg-correlate -r -g "" a.csv' '' 'hg-correlate: -r -g: no keys
*'
t '-r -g stage' 2 'hg-correlate -r -g stage a.csv' '' 'hg-correlate: -r -g: stage is no key of reports: *'
t '-r -g: warnings say of what' 0 "sed '3s/,early,/,,/' a.csv | sed '4s/\\(\\([^,]*,\\)\\{5\\}\\)[^,]*/\\1/' | hg-correlate -r -g model >o" '' \
	'hg-correlate: (model=a): 1 row lacks a value: an r is of the rows that have both
hg-correlate: (model=a): stage: empty in 1 row, in no stage'
t '-r -g: a stage that is the word for all' 1 "sed '3s/,early,/,all,/' a.csv | hg-correlate -r -g model" '' 'hg-correlate: <stdin>:3: stage: a key that is "all"*'
t '-r -g: no rows' 0 'head -n 1 a.csv | hg-correlate -r -g model' '' ''
t 'one model' 0 'hg-correlate -r a.csv >o' '' ''
t 'a column that numbers the rows is no tag' 0 "awk -v OFS=, '{ print (NR == 1 ? \"row\" : NR), \$0 }' models.csv | sed 's/,a,/,,/; s/,b,/,,/' | hg-correlate -x x -y y >o" '' ''
for o in --within '--small cr2 --cluster'; do
	t "layers of several models: $o" 0 "hg-correlate -x x -y y $o layer models.csv >o" '' "hg-correlate: models.csv: model: layer k of one is taken for layer k of the others; ${o##* } model,layer tells them apart"
	t "told apart: $o" 0 "hg-correlate -x x -y y $o model,layer models.csv >o" '' ''
done
t 'stacks as a key: no warning of them' 0 'hg-correlate -g stack -x op -y fro stack.csv 2>e >o; ! grep pooled e' ''
t 'a response is no predictor by default' 0 'hg-correlate -p -y op -g "" stack.csv 2>o | cut -d, -f 1,2' 'y,x
op,fro'
t 'a response that is a predictor' 1 'hg-correlate -x op,fro -y op stack.csv' '' 'hg-correlate: column "op" is both in -x and in -y'
hg-correlate --save-state -p -x op -y y stack.csv >state.csv 2>o
t 'a state' 1 'hg-correlate state.csv' '' 'hg-correlate: state.csv: a state: --merge reads it'
t 'a dump' 1 'echo " {" | hg-correlate' '' 'hg-correlate: <stdin>: JSON, not a table: hg-extract makes tables of dumps'
t 'spectra' 1 'printf "s1,entropy\n1,2\n" | hg-correlate' '' 'hg-correlate: <stdin>: no descriptors: make them with hg-describe, or say which columns with -x'

awk 'BEGIN { srand(5); print "g,x,h,c,y"; for (i = 0; i < 90; i++)
	print i % 3 "," int(20 * rand()) "," (i % 7 ? rand() : "") "," rand() "," rand() }' >ranks.csv
sed '/,,/d' ranks.csv >whole.csv
# ranks COLUMN FIELDS 'ARGUMENTS' - these fields of the rows of the predictor.
ranks() {
	hg-correlate -p -g g -m spearman -y y $c $3 | grep ",$1," | cut -d, -f "$2"
}
for c in '' '-c c'; do
	t "ranks do not depend on gaps in another column $c" 0 'ranks x 1-9 "-x x,h ranks.csv" >a; ranks x 1-9 "-x x ranks.csv" | cmp - a' ''
	t "ranks of a column with gaps $c" 0 'ranks h 1-5,7-9 "-x x,h ranks.csv" >a; ranks h 1-5,7-9 "-x h whole.csv" | cmp - a' ''
done

# functions of columns in -x, -y and -c are as columns with these numbers
printf 'op,entropy,z\n1,2,5\n10,3,7\n0,4,1\n1000,1,8\n100,5,2\n2,2,9\n7,8,3\n' >fun.csv
awk -F, -v OFS=, 'NR == 1 { print "log10(op)", "sqrt(entropy)", "abs(z)"; next } { print $1 == 0 ? "" : $1 ~ /^10*$/ ? length($1) - 1 : sprintf("%.17g", log($1) / log(10)), sprintf("%.17g", sqrt($2)), $3 }' fun.csv >made.csv
t 'functions of columns' 0 "hg-correlate -p -x 'log10(op)' -y 'sqrt(entropy)' -c 'abs(z)' fun.csv >o; hg-correlate -p -x 'log10(op)' -y 'sqrt(entropy)' -c 'abs(z)' made.csv |
	awk -v tol=1e-12 -f $R/tests/close.awk - o" '' 'hg-correlate: fun.csv: log10(op): undefined in 1 row, which counts as missing'
t 'functions of columns: states' 0 "hg-correlate -x 'log10(op)' -y 'sqrt(entropy)' -c 'abs(z)' --save-state fun.csv 2>/dev/null | hg-correlate -p --merge | cmp - o" '' ''
t 'the same function twice' 0 "hg-correlate -p -x 'log(z),op,log(z)' -y entropy fun.csv | cut -d, -f 2" 'x
log(z)
op' ''
t 'a function in -x and -y' 1 "hg-correlate -x 'log(z)' -y 'log(z)' fun.csv" '' 'hg-correlate: column "log(z)" is both in -x and in -y'
t 'a function that is not known' 2 "hg-correlate -x 'sin(z)' fun.csv" '' 'hg-correlate: -x: no function of a number: "sin"; there are log, log10, sqrt, exp, abs
  sin(z)
  ^'
t 'names in -x' 1 'hg-correlate -x x,head -y y models.csv >o; printf "k,x,y\na,1,2\n" | hg-correlate -x x,k -y y' '' 'hg-correlate: models.csv: model: all are pooled; -g model,... keeps them apart
hg-correlate: <stdin>:2: k: not a number: "a"; -c takes names, too'
t 'the report shows no byte that a terminal obeys' 0 "hg-extract $R/examples/minilm.json.gz | hg-describe -p | sed \"s/,early,/,\\\"\$(printf '\\033]0;a\\007\\342\\200\\256\\n')b\\\",/\" >esc.csv; hg-correlate -r esc.csv | grep -c '\\[?]0;a??b L0-1]'; hg-cat -p --tag \"m=\$(printf 'a\\033[1m\\nb')\" esc.csv | tee esc2.csv | hg-correlate -r -g m | head -n 1; hg-regress -r -g m esc2.csv | head -n 1" '1
(m=a?[1m?b)
(m=a?[1m?b)' '*'
