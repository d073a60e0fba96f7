# hg-regress: least squares by group.
. tests/lib.sh

cd "$R/tests/data/r" || exit 1
X=op,spec_ent,twice,rank_eff,anisotropy
t 'coefficients as R has them, one aliased, by stage' 0 \
	"hg-regress -p -g stage -x $X --level 0.9 heads.csv >$W/o 2>/dev/null; awk -v tol=1e-10 -f $R/tests/close.awk coef.csv $W/o" ''
t 'the figures of the fit as R has them' 0 \
	"hg-regress -p --fit -g stage -x $X heads.csv >$W/o 2>/dev/null; awk -v tol=1e-10 -f $R/tests/close.awk fit.csv $W/o" ''
t 'what is aliased is named' 0 "hg-regress -p -x $X heads.csv | wc -l | tr -d ' '" 7 \
	'hg-regress: entropy: rank 4 of 5: dependent on the terms before: twice'
t '--min-norm shares the coefficient out' 0 \
	'hg-regress -p --min-norm -x op,twice --format %.9g heads.csv >o 2>/dev/null || exit 1
	 hg-regress -p -x op --format %.9g heads.csv | awk -F, '"'NR == 3 { print \$3 / 2, \$3 / 4 }'"'
	 awk -F, '"'NR == 3 { a = \$3 } NR == 4 { print a + 0, \$3 + 0, \$4 \$5 \$6 \$7 \$8 }'"' o; rm -f o' \
'-0.0[0-9]* -0.0[0-9]*
-0.0[0-9]* -0.0[0-9]* '
t 'several responses' 0 'hg-regress -p -x op -y entropy,logit_std heads.csv | cut -d, -f 1,2' \
'y,term
entropy,(Intercept)
entropy,op
logit_std,(Intercept)
logit_std,op'
t 'an intercept alone' 0 'hg-regress -p -x "" -y flat --fit heads.csv | cut -d, -f 1-7' \
'y,n,missing,rank,df,df_residual,r_squared
flat,72,0,1,0,71,' 'hg-regress: flat is constant: nothing to explain'

cd "$W" || exit 1
printf 'g,y,op,spec_ent,rank_eff,anisotropy\n' >e.csv
t 'no rows' 0 'hg-regress -p -x op -y y e.csv' 'y,term,estimate,std_error,statistic,p_value,conf_low,conf_high,beta,vif
y,(Intercept),,,,,,,,
y,op,,,,,,,,' 'hg-regress: y: 0 rows without missing values'
t 'no rows: the fit' 0 'hg-regress -p --fit -x op -y y e.csv 2>/dev/null | tail -n 1' 'y,0,0,0,0,,,,,,,,,,'
t 'as many terms as rows' 0 'printf "x,y\n1,1\n2,4\n" | hg-regress -p -x x -y y' \
'y,term,estimate,std_error,statistic,p_value,conf_low,conf_high,beta,vif
y,(Intercept),-2,,,,,,,
y,x,3,,,,,,1,1' ''
t 'large offsets' 0 'printf "x,y\n1000000000.1,5\n1000000000.3,6\n1000000000.2,5.5\n" | hg-regress -p -x x -y y --format %.6f | tail -n 1 | cut -d, -f 3,10' \
'[45].[09]*,1.000000'
t 'a predictor that is the response' 1 'hg-regress -x op -y op e.csv' '' 'hg-regress: column "op" is both in -x and in -y'
t 'a column that is not there' 1 'hg-regress e.csv' '' 'hg-regress: e.csv: no entropy: say which column with -y'
t 'a bad row late: nothing printed' 1 '(cat e.csv; echo a,1,1,1,1,1; echo a,1,1,x,1,1) | hg-regress -p -y y' '' \
	'hg-regress: <stdin>:3: spec_ent: not a number: "x"; --factor is for names'
t 'the report has its own columns' 2 'hg-regress -r --fit e.csv' ''
t 'an option that is none' 2 'hg-regress --foo e.csv' '' 'hg-regress: unknown option --foo*'

# missing values: a power of none is not that of the predictor before it
printf 'a,b,y\n1e200,,1\n1,2,2\n2,3,3\n3,5,7\n' >gap.csv
t 'a missing value behind a large one' 0 'hg-regress -p -x a --poly b:2 -y y --fit gap.csv | cut -d, -f 1-4' 'y,n,missing,rank
y,3,1,3' 'hg-regress: y: rank 2 of 3: *'
printf 'f,x,w,y\nNA,1,1,1\nNA,2,1,2\nb,3,1,4\nb,4,0,5\nb,6,,5\n,7,1,5\n' >text.csv
t 'NA is a level like others, empty is missing' 0 'hg-regress -p -x "" --factor f -y y text.csv | cut -d, -f 2' 'term
(Intercept)
f=b' ''
t 'a row of weight 0 is not there' 0 'hg-regress -p -x x -y y -w w --fit text.csv | cut -d, -f 2,3' 'n,missing
4,1' ''
t 'rows under --min-norm' 0 'hg-regress -p -x a,b --min-norm --rows -y y gap.csv | cut -d, -f 4' '*' ''
t 'a level in percent' 2 'hg-regress -x a -y y --level 95 gap.csv' '' 'hg-regress: --level: not a number between 0 and 1: "95"; did you mean 0.95[?]*'
t 'kinds in any case' 0 'hg-regress -p -x a -y y --robust HC3 gap.csv >o 2>&1; hg-regress -p -x a -y y --robust hc3 gap.csv 2>&1 | cmp - o' ''
t 'a level near 0' 2 'hg-regress -x a -y y --level 1e-20 gap.csv' '' 'hg-regress: --level: too near to 0*'

# the second group has no level 1; as lm(y ~ x + factor(f)) of the group alone, R 4.2
cat >levels.csv <<'END'
g,f,x,y
a,1,1,2
a,2,2,3.5
a,2,3,5
a,3,1,4
a,1,5,9
b,2,1,3
b,3,2,3.2
b,2,5,7
b,3,3,8
b,2,4,1
c,1,1,2
END
t 'levels that a group has not' 0 'hg-regress -p -x x --factor f -g g -y y --format %.9g levels.csv | grep "^[ab]," | cut -d, -f 1,3-5' \
'a,(Intercept),0.294117647,0.214120879
a,x,1.73529412,0.0588235294
a,f=2,-0.382352941,0.174002347
a,f=3,1.97058824,0.24074567
b,(Intercept),0.854545455,4.2760606
b,x,0.843636364,1.13608287
b,f=2,,
b,f=3,2.63636364,3.27958877' 'hg-regress: y (g=b): no row of f=1: f=2 is the reference
hg-regress: y (g=c): 1 row without missing values'
t 'one warning for all groups' 0 'hg-regress -p -x g,x --factor g -g g,f -y y levels.csv >o' '' '*hg-regress: y (g=a, f=3): 1 row without missing values; so in 1 group more*'
awk 'BEGIN { srand(3); print "a,b,c,y"; for (i = 0; i < 50; i++) {
	a = 1e6 + rand(); b = 1e6 + rand(); printf "%.17g,%.17g,%.17g,%.17g\n", a, b, a + b, rand() } }' >sum.csv
t 'columns dependent but for rounding' 0 'hg-regress -p -x a,b,c -y y sum.csv >o' '' 'hg-regress: y: dependent but for less than 1e-7, perhaps by rounding alone: a, b, c'

printf 'stack,x,y\nencoder,1,2\ndecoder,2,3\ndecoder,3,5\n' >stack.csv
t 'stacks are pooled' 0 'hg-regress -x x -y y stack.csv >o' '' 'hg-regress: stack.csv: stack: all are pooled; -g stack,... keeps them apart'
# Layers of several models, whose column stands in front.
printf 'model,layer,head,x,y\na,0,0,1,2\na,0,1,2,5\na,1,0,3,1\na,1,1,5,7\nb,0,0,2,2\nb,0,1,7,3\nb,1,0,4,4\nb,1,1,1,9\n' >models.csv
for o in '--cluster layer --small cr2' '--fit --cross layer' "-f 'y ~ x | layer'"; do
	case $o in -f*) x=; a='| model^layer' ;; *) x='-x x -y y'; a="--c[a-z]* model,layer" ;; esac
	t "layers of several models: $o" 0 "hg-regress $x $o models.csv >o" '' "hg-regress: models.csv: model: layer k of one is taken for layer k of the others; $a tells them apart"
	t "told apart: $o" 0 "hg-regress $x $(echo "$o" | sed 's/| layer/| model^layer/; s/\(--c[a-z]*\) layer/\1 model,layer/') models.csv >o" '' ''
	t "of one model: $o" 0 "grep -v ^b, models.csv | hg-regress $x $o >o" '' '*'
	t "its number is in the model: $o" 0 "sed 's/^a,/1,/; s/^b,/2,/' models.csv | hg-regress $(echo "$x $o" | sed 's/-x x/-x x,model/; s/~ x/~ x + model/') >o 2>e; grep -c taken e; true" 0 ''
done
t 'stacks as a predictor' 0 'hg-regress -x x --factor stack -y y stack.csv >o' '' ''

# names and references with a mark in them
printf 'a,a=b,y\nb=u,t,1\nb=u,u,2\nc,u,4\nc,v,3\nc,t,6\n' >mark.csv
cut -d, -f 2- mark.csv >mark2.csv
cut -d, -f 1,3 mark.csv >mark1.csv
terms() {
	t "--factor $1 of $2" 0 "hg-regress -p -x '' --factor '$1' -y y $2 | cut -d, -f 2" "term
(Intercept)
$3" ''
}
terms a=b=u mark2.csv 'a=b=t
a=b=v'
terms a=b=u mark1.csv a=c
terms a=b mark.csv 'a=b=u
a=b=v'
t 'a mark too many' 2 'hg-regress -x "" --factor a=b=u -y y mark.csv' '' 'hg-regress: --factor: column "a" or column "a=b"? "a=b=u" may be either
hg-regress: option -h shows the usage'
t 'no column before a mark' 1 'hg-regress -x "" --factor b=b=u -y y mark.csv' '' 'hg-regress: mark.csv: no column "b"'

# nothing is added that was not asked for
t '--factor alone is the model' 0 'hg-regress -p --factor stage "$R/tests/data/r/heads.csv" | cut -d, -f 2' 'term
(Intercept)
stage=mid
stage=late' ''
t '--poly alone is the model' 0 'hg-regress -p --poly op:2 "$R/tests/data/r/heads.csv" | cut -d, -f 2' 'term
(Intercept)
op
op^2' ''
