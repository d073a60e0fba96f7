# hg-regress -f: what R 4.2 makes of the same formulas, within 1e-10
# (tests/data/r/formula), states, and what is wrong with a formula.
. tests/lib.sh
D=$R/tests/data/r/formula
cd "$D" || exit 1

# as TABLE 'OPTIONS' COLUMNS - the table of case $name that R made; term names apart.
as() {
	t "$name: $formula: $1" 0 "hg-regress -p $opts $2 -f '$formula' data.csv 2>/dev/null | cut -d, -f 1-$3 >$W/o
		awk -v tol=1e-10 -f $R/tests/close.awk $name.$1.csv $W/o" '' ''
}
while IFS=: read -r name opts formula; do
	as coef '' 99
	as fit --fit 14
done <cases.txt

# The same from a pipe, whose rows are kept, from states, and in a group as in its
# rows alone.
. "$R/tests/merge.sh"
export tool=hg-regress
cd "$W" || exit 1
t 'twice from a pipe' 0 "hg-regress -p -f 'y ~ a*log(z)' --robust hc3 $D/data.csv >o 2>e
	hg-regress -p -f 'y ~ a*log(z)' --robust hc3 <$D/data.csv 2>e2 | cmp - o && sed 's/.*data.csv/<stdin>/' e >e1
	sed 's/hg-regress: //' e2 | cmp - e1" ''
t 'rows, with a response that is a function' 0 "hg-regress -p -f 'log(v) ~ x:b | a' --rows $D/data.csv | head -n 2 | cut -d, -f 1-3,9-" \
	'a,b,k,v,fitted,residual,hat,std_residual,cooks_d
*' ''
splits "$D/data.csv" '-f "y + log(v) ~ factor(a)*factor(b) + poly(sqrt(z), 2):factor(a) + x - 1" -g k'
splits "$D/data.csv" '-f "y ~ z:x + x:factor(a):factor(b) + factor(k):factor(b) | w" '
for k in 0 1 2 3; do
	t "a group is its rows: k=$k" 0 "awk -F, 'NR == 1 || \$3 == $k' $D/data.csv >k.csv
		hg-regress -p -f 'y ~ a*b + x:b' k.csv 2>/dev/null >want
		hg-regress -p -f 'y ~ a*b + x:b' -g k $D/data.csv 2>/dev/null | awk -F, -v OFS=, 'NR == 1 || \$1 == \"$k\"' | cut -d, -f 2- >got
		awk -F, 'NR == FNR { has[\$2] = 1; next } has[\$2]' want got | awk -v tol=1e-12 -f $R/tests/close.awk want -" '' ''
done
printf 'g,f,x,y\nu,early,1,1\nu,mid,2,5\nu,late,3,2\nu,mid,4,1\nu,early,3,2\nu,late,1,4\nv,mid,1,2\nv,late,2,4\nv,mid,3,1\nv,late,5,2\nv,mid,2,3\n' >levels.csv
t 'a group without the reference' 0 "hg-regress -p -f 'y ~ f*x' -g g --format %.9g levels.csv | grep '^v' | cut -d, -f 3,4
	grep '^[gv]' levels.csv >v.csv; hg-regress -p -f 'y ~ f*x' --format %.9g v.csv | sed 1d | cut -d, -f 2,3" \
"(Intercept),3
f=mid,
f=late,2.33333333
x,-0.5
f=mid:x,
f=late:x,-0.166666667
(Intercept),3
f=late,2.33333333
x,-0.5
f=late:x,-0.166666667" 'hg-regress: y (g=v): no row of f=early: f=mid is the reference'
t 'a term of all levels has no reference, the one before it has' 0 "hg-regress -p -f 'y ~ f + f:x' -g g levels.csv | wc -l | tr -d ' '" 19 \
	'hg-regress: y (g=v): no row of f=early: f=mid is the reference'
t 'levels with colons' 0 "printf 'a,b,y\nu:1,w,3\nu,1:2,4\nu,w,1\nu:1,1:2,7\nu,w,2\n' >colon.csv
	hg-regress -p -f 'y ~ a:b - 1' colon.csv >o 2>e; hg-regress --save-state -f 'y ~ a:b - 1' colon.csv | hg-regress -p --merge 2>/dev/null | cmp - o; cut -d, -f 2,3 o" \
'term,estimate
a=u:b=1:2,4
a=u:1:b=1:2,7
a=u:b=w,1.5
a=u:1:b=w,3' ''

# what a formula adds, and what it does not
terms() {
	t "terms of $1" 0 "hg-regress -p -f '$1' $D/data.csv 2>/dev/null | cut -d, -f 2 | sed 1d | tr '\n' ' '" "$2"
}
terms 'y ~ x' '(Intercept) x '
terms '~ x' ''
terms 'y ~ x + I(x^2) + x' '(Intercept) x I(x^2) '
terms 'y ~ x:x' '(Intercept) x '
terms 'y ~ factor(a) + a' '(Intercept) a=mid a=late '
terms 'y ~ 0' ''
terms 'y ~ 1 | k' ''
terms 'y ~ x - 1 | k' 'x '
t 'a response of -y' 0 "hg-regress -p -f '~ x' -y y,v $D/data.csv | cut -d, -f 1,2" 'y,term
y,(Intercept)
y,x
v,(Intercept)
v,x' ''
t 'rows in which a logarithm is undefined' 0 "hg-regress -p -f 'y ~ log(z) + log(log(z))' --fit $D/data.csv | cut -d, -f 2,3" 'n,missing
*' "hg-regress: */data.csv: log(z): undefined in 2 rows, which count as missing
hg-regress: */data.csv: log(log(z)): undefined in [0-9]* rows, which count as missing"
printf 'y,x\n1,-1\n2,0\n3,1\n5,10\n4,100\n' >zero.csv
for f in log:2 log10:2 sqrt:1; do
	t "${f%:*} of what is not above 0" 0 "hg-regress -p -f 'y ~ ${f%:*}(x)' --fit zero.csv | cut -d, -f 2,3" "n,missing
$((5 - ${f#*:})),${f#*:}" "hg-regress: zero.csv: ${f%:*}(x): undefined in ${f#*:} row*"
done
t 'functions in -x and -y' 0 "hg-regress -p -x 'log(z),x' -y 'log(v)' $D/data.csv >o 2>/dev/null
	hg-regress -p -f 'log(v) ~ log(z) + x' $D/data.csv 2>/dev/null | cmp - o && cut -d, -f 1,2 o" 'y,term
log(v),(Intercept)
log(v),log(z)
log(v),x' ''
printf 'log(x),x,y\n1,2,3\n2,5,7\n3,4,8\n' >name.csv
t 'a column that is called like a function' 0 "hg-regress -p -x 'log(x)' -y y name.csv | sed -n 3p | cut -d, -f 3; hg-regress -p -f 'y ~ \`log(x)\`' name.csv | sed -n 3p | cut -d, -f 2,3" '2.5
`log(x)`,2.5' ''

# a column of names: so it is in the first row that has a value
t 'the first value decides' 0 "printf 'f,y\n,1\nNA,2\nb,3\n7,4\nb,5\n' | hg-regress -p -f 'y ~ f' 2>/dev/null | cut -d, -f 2" 'term
(Intercept)
f=NA
f=b'
t 'a later text dies with its place' 1 "printf 'f,y\n\n1,1\n2,2\nb,3\n' | sed 2d | hg-regress -p -f 'y ~ f'" '' \
	'hg-regress: <stdin>:4: f: not a number: "b"; factor() is for names'
t 'text in arithmetic' 1 "hg-regress -f 'y ~ log(a)' $D/data.csv" '' 'hg-regress: */data.csv:2: a: not a number: *'
t 'a function that leaves the numbers' 1 "hg-regress -f 'y ~ exp(exp(exp(x)))' $D/data.csv" '' 'hg-regress: */data.csv:*: x: too large a number for exp(exp(exp(x))): *'
t 'a product that leaves the numbers' 1 "printf 'a,b,y\n1e200,1e200,1\n' | hg-regress -f 'y ~ a:b'" '' \
	'hg-regress: <stdin>:2: b: too large a number for a product: "1e200"'
t 'no such column, but another' 1 "hg-regress -f 'y ~ odd_name' $D/data.csv" '' 'hg-regress: */data.csv: no column "odd_name": did you mean "odd name"[?]'
t 'no such column' 1 "hg-regress -f 'y ~ log(entropy)' $D/data.csv" '' 'hg-regress: */data.csv: no column "entropy"'

# caret FORMULA MESSAGE PLACE: the message, the formula, the caret below PLACE characters.
caret() {
	t "caret: $1" 2 "hg-regress -f '$1' $D/data.csv" '' "hg-regress: -f: $2
  $1
$(printf "%$(($3 + 3))s" '^')"
}
caret 'y x' 'a formula has a ~ between response and predictors' 3
caret 'y ~' 'a term is missing; 1 is the intercept alone' 3
caret 'y ~ x +' 'a term is missing' 7
caret 'y ~ + x x' 'an operator is missing' 8
caret 'y ~ log(x' 'a parenthesis is not closed' 9
caret 'y ~ (x + z' 'a parenthesis is not closed' 4
caret 'y ~ poly(x, 2' 'a parenthesis is not closed' 13
caret 'y ~ poly(x, 2 z)' 'a closing parenthesis is missing here' 14
caret 'y ~ x)' 'a parenthesis that was not opened' 5
caret 'y ~ x ~ z' 'a second ~' 6
caret 'y ~ x | k | a' 'a second |' 10
caret 'y ~ x | log(k)' 'behind | stand columns, not functions' 8
caret 'y ~ sin(x)' 'no function of a number: "sin"; there are log, log10, sqrt, exp, abs' 4
caret 'y ~ x^2' 'a power of a column is I(x^2); ^ is for terms in parentheses' 4
caret 'y ~ log(x + 1)' 'log takes a column, or a function of one' 10
caret 'y ~ poly(x)' 'poly takes a column and a degree: poly(x, 2)' 10
caret 'y ~ poly(x, 31)' 'poly: not a whole number from 1 to 30' 12
caret 'y ~ poly(x, 30):poly(z, 30):poly(w, 30)' 'polys make more than 1000 terms' 0
deep=$(printf '%0101d' 0 | tr 0 '(')x
caret "y ~ $deep" 'more than 100 parentheses in each other' 104
deep=$(printf '%0101d' 0 | sed 's/0/abs(/g')x
caret "y ~ $deep" 'more than 100 parentheses in each other' 407
caret 'y ~ poly(x, 2, 3)' 'poly is of raw powers: no argument here but raw = TRUE' 15
caret 'y ~ I(x)' 'I takes a power of a column: I(x^2)' 7
caret 'y ~ 2 + x' 'a number: only 0 and 1 are terms, by themselves outside of parentheses' 4
caret 'y ~ x/a' 'an operator that is not known here: + - : \* ^ are' 5
caret 'y ~ .' '"." is not known here: name the columns' 4
caret 'y ~ `x' 'a backtick without the other one' 4
caret 'é ~ log(x' 'a parenthesis is not closed' 9
caret 'y + y ~ x' 'a response that is there twice' 4
caret 'y ~ y' 'y is both response and predictor' 0
t 'a caret in -x' 2 "hg-regress -x 'x,log(x' -y y $D/data.csv" '' "hg-regress: -x: a parenthesis is not closed
  log(x
       ^"
for o in '-x x' '--factor a' '--poly x:2' --no-intercept; do
	t "-f $o" 2 "hg-regress -f 'y ~ x' $o $D/data.csv" '' 'hg-regress: -f: a formula has all terms: -x, --factor, --poly and --no-intercept do not go with it
hg-regress: option -h shows the usage'
done
t '-f and -y' 2 "hg-regress -f 'y ~ x' -y v $D/data.csv" '' 'hg-regress: -y: the formula has a response
hg-regress: option -h shows the usage'

# states of other formulas, and formulas that cannot be
hg-regress --save-state -p -f 'y ~ x*a' -o a.st "$D/data.csv"
hg-regress --save-state -p -f 'y ~ a + x:a + x' -o b.st "$D/data.csv"
hg-regress --save-state -p -f 'y ~ x + a' -o c.st "$D/data.csv"
hg-regress --save-state -p -x x -y y -o x.st "$D/data.csv"
t 'the same terms in another order of variables' 1 'hg-regress --merge a.st b.st' '' 'hg-regress: b.st: its sums are of -f *, those of a.st of -f *'
t 'other terms' 1 'hg-regress --merge a.st c.st' '' 'hg-regress: c.st: its sums are of -f ~ x + factor(a), those of a.st of -f ~ x + factor(a) + x:factor(a)'
t 'no formula' 1 'hg-regress --merge a.st x.st' '' 'hg-regress: x.st: its sums are without -f, those of a.st of -f *'
no 'a formula that does not parse' 'sed "s/~ x + /~ x + +/" a.st | hg-regress --merge' '<stdin>:3: a formula that cannot be: *'
no 'a formula in another spelling' 'sed "s/~ x + /~ x +  /" a.st | hg-regress --merge' '<stdin>:3: a formula in another spelling *'
no 'a formula beside predictors' 'sed "3{p;s/.*/option,0,,x,z,/}" a.st | hg-regress --merge' '<stdin>:*: a formula that the other options contradict'
no 'a formula with a response' 'sed "3s/~/y ~/" a.st | hg-regress --merge' '<stdin>:*: a formula *'
no 'a level of a number' 'sed "s/^level,\([0-9]*\),1,/level,\1,0,/" a.st | hg-regress --merge' '<stdin>:*: a level of x, which is not a factor'
no 'an intercept too few' 'sed "s/intercept,yes/intercept,no/" a.st | hg-regress --merge' '<stdin>:*: a formula that the other options contradict'
# A formula that does not parse is told of before a column that is not there.
t 'the caret first' 2 "hg-regress -f 'y ~ nothere + + * x' $R/tests/data/r/formula/data.csv" '' '*^*'
for o in '-x entrpy' '-y op -x fro -g stge' '-w entrpy' '--cluster layr'; do
	t "spelled nearly so: $o" 1 "hg-regress $o $R/tests/data/r/heads.csv" '' 'hg-regress: *: no column "*": did you mean "*"[?]'
done
bad() {
	t "$1" 2 "hg-regress $2 $R/tests/data/r/heads.csv" '' "hg-regress: $3*"
}
bad 'a formula that the shell took apart' '-f entropy ~ op' '-f: no ~ in "entropy": quote the formula, as in -f '"'y ~ x'"
bad 'no terms' "-f 'entropy ~ 0'" '-f: a model without terms'
bad 'no terms, by options' "-x '' --no-intercept" '-x, --no-intercept: a model without terms'
bad 'the response as a key' "-f 'entropy ~ op | entropy'" '-f: entropy is both response and key'
bad 'groups that were not named' '-x op --pool stage' '--pool stage: of which groups? -g stage has a model for each'
