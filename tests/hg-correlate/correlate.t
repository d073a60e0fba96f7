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
t 'a column that is not there' 1 'printf "a,op\n1,2\n" | hg-correlate -y b' '' 'hg-correlate: <stdin>: -y: no column "b"'
t 'a column there twice' 1 'printf "a,op,a\n1,2,3\n" | hg-correlate -y a' '' 'hg-correlate: <stdin>: column "a" is there twice'
t 'a bad row late: nothing printed' 1 '(cat g.csv; echo z,q,1) | hg-correlate -p -g g -x x -y y' '' \
	'hg-correlate: <stdin>:9: x: not a number: "q"'
t 'a method that is none' 2 'hg-correlate -m pearsn g.csv' ''
t 'the report has its own columns' 2 'hg-correlate -r -x op g.csv' ''
t 'the report needs its columns' 1 'hg-correlate -r g.csv' '' 'hg-correlate: g.csv: no column "op"'
