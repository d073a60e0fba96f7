# hg-correlate beside names and powers: parts merged, levels that come late, many of them, what
# is dependent or wrong (more.t compares with R).
. tests/lib.sh
. "$R/tests/merge.sh"
export tool=hg-correlate
cp "$R"/tests/data/r/more/controls.csv .

splits controls.csv '-g g -y y -x x,z --factor f'
splits controls.csv '-g g -y y,v -x x,z -c u --factor f --factor h --poly u:3 -w w'
splits controls.csv '-g g -y y -x x,z --factor h --factor k --within f --complete'
splits controls.csv '-g "" -x x,z,y --matrix -c v --factor h --factor f'
t 'a state knows --semi' 0 "o='-g g -y y -x x,z -c f,u,h'; hg-correlate -p \$o --semi controls.csv >o 2>o.err
	hg-correlate --save-state \$o controls.csv | hg-correlate -p --merge --semi 2>err | cmp - o && cmp err o.err"
t 'the same in another order of controls and rows' 0 "hg-correlate -p -g '' -y y -x x,z -c f,h,u --factor k controls.csv >o
	(sed 1q controls.csv; sed 1d controls.csv | sort) | hg-correlate -p -g '' -y y -x x,z -c k,u,h,f --factor k=7 >p
	awk -v tol=1e-13 -f $R/tests/close.awk o p" ''
t 'one name is a key within' 0 "hg-correlate -p -g g -y y -x x,z -c f controls.csv >o 2>/dev/null
	hg-correlate -p -g g -y y -x x,z --within f controls.csv 2>/dev/null | awk -v tol=1e-13 -f $R/tests/close.awk o -" ''
t 'as hg-regress: t of x' 0 "hg-regress -p -y y -x x,h,u --factor f --factor h --poly v:2 controls.csv 2>/dev/null | grep ,x, | cut -d, -f 6 >o
	hg-correlate -p -g '' -y y -x x -c h,f,u --poly v:2 controls.csv | sed 1d | cut -d, -f 9 | awk -v tol=1e-10 -f $R/tests/close.awk o -" ''

# 500 levels, and one more
awk 'BEGIN { srand(2); print "f,h,x,y"; for (i = 0; i < 1500; i++) {
	f = int(i/3); x = rand() + f % 7; print "l" f "," i % 4 "," x "," rand() - f % 5 + x/3 } }' >many.csv
t '500 levels' 0 "hg-regress -p -y y -x x --factor f --factor h many.csv | grep ,x, | cut -d, -f 6 >o
	hg-correlate -p -y y -x x -c f --factor h many.csv | sed 1d | cut -d, -f 9 | awk -v tol=1e-9 -f $R/tests/close.awk o -" ''
t '501 levels' 1 "(cat many.csv; echo new,1,2,3) | hg-correlate -y y -x x -c f" '' 'hg-correlate: -c: f has more than 500 levels: are they names?'
t '501 levels in two parts' 1 "hg-correlate -y y -x x -c f --save-state many.csv -o a.gz; printf 'f,x,y\\nnew,1,2\\n' | hg-correlate -y y -x x -c f --save-state -o b.gz
	hg-correlate --merge a.gz b.gz" '' 'hg-correlate: -c: f has more than 500 levels: are they names?'

# What depends
t 'a sum of two effects' 0 "awk 'BEGIN { print \"a,b,x,y\"; for (i = 0; i < 40; i++) print \"a\" i % 5 \",b\" i % 4 \",\" i % 5 * 0.1 + i % 4 * 0.7 \",\" sin(i) }' >sum.csv
	hg-correlate -p -y y -x x -c a,b sum.csv | tail -n 1; hg-correlate -p -y x -x y -c a,b sum.csv 2>&1 | tail -n 1" 'y,x,pearson,40,0,,,,,
x,y,pearson,40,0,,,,,' 'hg-correlate: x depends on the controls: no correlation'
t 'constant in each level, far from 0' 0 "awk 'BEGIN { print \"a,x,y\"; for (i = 0; i < 40; i++) printf \"a%d,%.17g,%s\\n\", i % 5, i % 5 / 3 + 1e5, sin(i) }' |
	hg-correlate -p -y y -x x -c a | tail -n 1" 'y,x,pearson,40,0,,,,,' 'hg-correlate: x depends on the controls: no correlation'
t 'a number that a name determines is no control more' 0 "awk 'BEGIN { print \"a,c,x,y\"; for (i = 0; i < 40; i++) printf \"a%d,%.17g,%s,%s\\n\", i % 5, i % 5 / 3, sin(i), cos(i*i) }' >c.csv
	hg-correlate -p -y y -x x -c a,c c.csv | cmp - c.csv >/dev/null; hg-correlate -p -y y -x x -c a,c c.csv >o; hg-correlate -p -y y -x x -c a c.csv | awk -v tol=1e-13 -f $R/tests/close.awk o -" ''
t 'each row its own name' 0 "awk 'BEGIN { print \"a,x,y\"; for (i = 0; i < 9; i++) print \"a\" i \",\" sin(i) \",\" i % 3 }' | hg-correlate -p -y y -x x -c a | tail -n 1" \
	'y,x,pearson,9,0,,,,,' 'hg-correlate: y and x: 9 rows: no correlation'
t 'no rows' 0 "echo f,x,y | hg-correlate -p -y y -x x --factor f | tail -n 1" 'y,x,pearson,0,0,,,,,' 'hg-correlate: y and x: 0 rows: no correlation'

# What is wrong
for c in '--factor k -m kendall' '--poly u:2 -m spearman' '--poly u' '--poly u:0' '--poly u:31' '--factor f --permute 9' '--poly u:2 --factor u' '--factor f -r' '--poly u:2 -r' \
	'--factor f --merge' '--poly u:2 --merge'; do
	t "a wrong command line: $c" 2 "hg-correlate -g '' $(case $c in *-r | *merge) ;; *) echo '-y y -x x' ;; esac) $c controls.csv" '' 'hg-correlate: *'
done
t 'no such level' 1 "hg-correlate -y y -x x --factor f=none controls.csv" '' 'hg-correlate: controls.csv: --factor: f has no level "none"'
t 'no such column' 1 "hg-correlate -y y -x x --factor none controls.csv" '' 'hg-correlate: controls.csv: no column "none"*'
t 'a control and a predictor' 1 "hg-correlate -y y -x x --factor x controls.csv" '' 'hg-correlate: column "x" is in -c, and in -x or -y too'
t 'a name where the numbers began' 1 "(sed 3q controls.csv; sed -n 4p controls.csv | sed 's/,[^,]*,/,p,/2; s/[-0-9.]*,[^,]*,[^,]*,[^,]*,[^,]*\$/word,1,2,3,4/') | hg-correlate -y y -x x -c u" '' \
	'hg-correlate: <stdin>:4: u: not a number: "word"'
t 'a power too large' 1 "printf 'u,x,y\\n1,2,3\\n1e200,1,2\\n' | hg-correlate -y y -x x --poly u:2" '' 'hg-correlate: <stdin>:3: u: too large a number for a power of 2: "1e200"'
t 'a power too small' 1 "printf 'u,x,y\\n1,2,3\\n1e-200,1,2\\n' | hg-correlate -y y -x x --poly u:2" '' 'hg-correlate: <stdin>:3: u: too small a number for a power of 2: "1e-200"'
hg-correlate -y y -x x -g g -c h --poly u:3 --save-state controls.csv -p >st 2>/dev/null
damaged() {
	t "a state with $1" 1 "sed '$1' st | hg-correlate --merge" '' "hg-correlate: <stdin>:*: $2"
}
damaged 's/,degree,3,/,degree,1,/' 'powers that no control has: 1'
damaged 's/,degree,3,/,degree,2.5,/' 'powers that no control has: 2.5'
damaged 's/^option,2,,degree/option,1,,degree/' 'powers that no control has: 3'
damaged '/^option,2,,control/d' 'an option out of its order: degree 3'
damaged 's/^option,0,,factor,h/option,0,,factor,h2/' 'a key out of its order'
t 'a state with powers twice' 1 "awk '/,degree,/ { print } { print }' st | hg-correlate --merge" '' 'hg-correlate: <stdin>:7: powers that no control has: 3'
t 'a state of other powers' 1 "(cat st; hg-correlate -p -y y -x x -g g -c h --poly u:2 --save-state controls.csv) | hg-correlate --merge" '' \
	'hg-correlate: <stdin>: its sums are of --poly 2, those of <stdin> of --poly 3'
