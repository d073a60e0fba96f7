# hg-regress where there is little to say: a defined row with empty fields and a
# warning, or an error; never nan or inf, in any of its tables.
. tests/lib.sh

# clean TABLE 'OPTIONS' - every kind of table of it is whole and has no nan, no inf.
clean() {
	for k in '' --fit --rows '--robust hc0' '--robust hc1' '--robust hc2' '--robust hc3' '--cluster g' --min-norm \
		'--min-norm --rows' '--min-norm --robust hc3' '--min-norm --cluster g' --no-intercept '--no-intercept --fit' \
		'--no-intercept --rows' '--no-intercept --robust hc2'; do
		t "$1.csv: $2 $k" 0 "hg-regress -p -y y $2 $k $1.csv >o 2>e && ! grep -qE '(^|,)[-+]?(nan|inf)' o &&
			awk -F, 'NR == 1 { n = NF } NF != n { print }' o" ''
	done
}
printf 'g,x,z,w,y\n' >none.csv
printf 'g,x,z,w,y\na,1,2,1,3\n' >one.csv
printf 'g,x,z,w,y\na,1,2,1,3\nb,2,2,1,5\n' >two.csv
printf 'g,x,z,w,y\na,1,2,1,3\nb,2,5,2,5\nb,3,3,1,4\n' >three.csv
printf 'g,x,z,w,y\na,,2,1,3\nb,NA,5,2,5\nb,NaN,3,1,4\n' >missing.csv
printf 'g,x,z,w,y\na,7,2,1,3\na,7,5,2,5\na,7,3,1,4\na,7,1,3,9\n' >constant.csv
printf 'g,x,z,w,y\na,1,2,1,3\na,2,5,2,3\na,3,3,1,3\na,4,1,3,3\n' >flat.csv
printf 'g,x,z,w,y\na,1,2,1,0\na,2,5,2,0\nb,3,3,1,0\na,4,1,3,0\n' >zero.csv
printf 'g,x,z,w,y\na,1,2,1,1\na,2,4,2,3\nb,3,6,1,2\na,4,8,3,5\nb,5,10,0,6\n' >twice.csv
printf 'g,x,z,w,y\na,1,2,0,1\na,2,4,0,3\n' >weightless.csv
printf 'g,x,z,w,y\na,1,2,1,1\na,1,2,1,3\na,1,2,1,2\nb,9,1,1,5\na,1,3,1,6\n' >lever.csv
printf 'g,x,z,w,y\na,1,0,1,3\na,2,0,1,5\na,3,0,1,7\nb,4,0,1,9\n' >exact.csv
printf 'g,x,z,w,y\na,1e300,1e-300,1,3e-300\na,2e300,3e-300,2,5\na,-1e300,2e-300,1,-4\nb,5e299,9e-301,1e-3,2\n' >wide.csv
printf 'g,x,z,w,y\na,0,1,1,1\na,0,2,1,2\na,1e-320,1,1,3\nb,2e-320,4,1,1e-310\n' >denormal.csv
for f in none one two three missing constant flat zero twice weightless lever exact wide denormal; do
	clean $f '-x x,z'
	clean $f '-x x,z -w w'
	clean $f '-x x -g g --factor z'
	[ $f = wide ] || [ $f = denormal ] || clean $f '--poly x:3 -x ""'
done

# say WHAT 'ARGUMENTS' 'OUTPUT' 'MESSAGE'
say() {
	t "$1" 0 "hg-regress -p -y y --format %.6g $2" "$3" "${4:+hg-regress: $4}"
}

# the same fit at any scale of y
awk 'BEGIN { print "x,y,s,l"; for (i = 1; i < 9; i++) printf "%d,%d,%de-170,%de170\n", i, i*i % 7, i*i % 7, i*i % 7 }' >scales.csv
for y in s l; do
	t "y of another size: $y" 0 "hg-regress -p -x x -y y --fit --format %.12g scales.csv | cut -d, -f 1-8,10,11,15 | sed s/^y,/$y,/ >a
		hg-regress -p -x x -y $y --fit --format %.12g scales.csv | cut -d, -f 1-8,10,11,15 | sed 1s/^$y,/y,/ >b
		tail -n 1 a >a1; tail -n 1 b | cmp - a1" '' ''
done
t 'log_lik of small y' 0 'hg-regress -p -x x -y y,s --fit scales.csv | cut -d, -f 12 | awk "NR == 2 { a = \$1 } NR == 3 { d = \$1 - a - 8*170*log(10); print d*d < 1e-18 }"' 1 ''
printf 'x,y\n1e-310,1\n3e-310,3\n2e-310,4\n4e-310,3\n' >subnormal.csv
say 'a slope that is too large' '-x x --robust hc3 subnormal.csv' '*' 'y: beyond the range of numbers'
printf 'g,x,y\na,1,2\na,2,4\n,9,1\na,3,5\n' >keyless.csv

C='y,term,estimate,std_error,statistic,p_value,conf_low,conf_high,beta,vif'
F='y,n,missing,rank,df,df_residual,r_squared,adj_r_squared,sigma,f_statistic,f_p_value,log_lik,aic,bic,condition'
say 'all missing' '-x x missing.csv' "$C
y,(Intercept),,,,,,,,
y,x,,,,,,,," 'y: 0 rows without missing values'
say 'all missing: the fit' '-x x --fit missing.csv' "$F
y,0,3,0,0,,,,,,,,,," 'y: 0 rows without missing values'
say 'one row' '-x x one.csv' "$C
y,(Intercept),3,,,,,,,
y,x,,,,,,,," 'y: 1 row without missing values'
say 'as many terms as rows' '-x x,z two.csv' "$C
y,(Intercept),1,,,,,,,
y,x,2,,,,,,1,1
y,z,,,,,,,," 'y: rank 1 of 2: dependent on the terms before: z'
say 'a constant predictor' '-x x,z constant.csv' "$C
y,(Intercept),7.05714,3.07498,2.29502,0.148655,-6.17343,20.2877,,
y,x,,,,,,,,
y,z,-0.657143,0.984782,-0.667298,0.573268,-4.89432,3.58003,-0.426732,1" 'y: rank 1 of 2: dependent on the terms before: x'
say 'a constant response' '-x x --fit flat.csv' "$F
y,4,0,2,1,2,,,0,,,,,,1" 'y is constant: nothing to explain'
say 'all weights 0' '-x x -w w weightless.csv' "$C
y,(Intercept),,,,,,,,
y,x,,,,,,,," 'y: 0 rows without missing values'
say 'one cluster' '-x x --cluster g flat.csv' '*
y,x,0,,,,,,,1,,1' '*
hg-regress: y: one cluster only: no standard errors; --cluster needs columns that tell more apart'
say 'a row that decides itself' '-x x --robust hc3 lever.csv' "$C
y,(Intercept),2.75,,,,,,,
y,x,0.25,,,,,,0.431331,1" 'y: no standard errors: the model fits a row whatever the response, hat value 1'
say 'the same with hc1' '-x x --robust hc1 lever.csv | cut -d, -f 2-4' 'term,estimate,std_error
(Intercept),2.75,1.35857
x,0.25,0.150952' ''
say 'the same in the rows' '-x x --rows lever.csv | tail -n 2' 'b,9,1,1,5,5,*,1,,
a,1,3,1,6,3,3,0.25,1.60357,0.428571' ''
# b has the estimate -3.73e-342, which is no number; the others are those of 60 digits
printf 'b,z,y\n1e140,1,2e-200\n3e140,-1,1e-200\n2e140,2,4e-200\n-1e140,0.5,3e-200\n5e139,-2,-1e-200\n' >range.csv
t 'an estimate that is too small, and another' 0 'hg-regress -p -x z,b -y y --format %.10g range.csv | cut -d, -f 2-4' 'term,estimate,std_error
(Intercept),1.727321167e-200,5.150477383e-201
z,1.137072066e-200,2.796257232e-201
b,,' \
	'hg-regress: y: beyond the range of numbers'
# 1 - h = 6e-13: from h itself it has three digits (values of 60 digits)
printf 'x,y\n1,1.2\n2,0.4\n3,2.2\n4,1.9\n5,0.3\n6,1.1\n7,2.8\n8,0.9\n9,1.7\n1e7,3\n' >far.csv
t 'a row that all but decides itself: hc3' 0 'hg-regress -p -x x -y y --robust hc3 --format %.8g far.csv | cut -d, -f 4' 'std_error
0.43819334
0.064999839' ''
t 'the same: hc2' 0 'hg-regress -p -x x -y y --robust hc2 --format %.8g far.csv | cut -d, -f 4' 'std_error
0.27711041
5.747079e-08' ''
t 'the same: the rows' 0 'hg-regress -p -x x -y y --rows --format %.8g far.csv | tail -n 1 | cut -d, -f 5-' '1,-0.60563926,3.0566545e+11' ''
# levels that one cluster makes, that one row makes, that are fitted exactly
printf 'f,c,y\nu,a,0.1\nu,a,0.7\nv,b,0.3\nv,c,0.4\nv,c,0.9\nw,d,0.1\nx,e,0.3\nx,f,0.3\n' >zero.csv
for e in '--cluster c' '--robust hc0' '--robust hc1'; do
	t "errors that are 0, and no others: $e" 0 "hg-regress -p -x '' --factor f --no-intercept -y y $e zero.csv |
		awk -F, '\$4 == 0 { print \$2, \$5 \$6 } \$4 == \"\" || (\$4 > 0 && \$4 < 0.01)'" "$([ "$e" = '--cluster c' ] && printf 'f=u \nf=w ' || echo 'f=w ')
f=x "
done
say 'a group of one row' '-x x -g g three.csv 2>&1 | grep -e ^a, -e =a' 'hg-regress: y (g=a): 1 row without missing values
a,y,(Intercept),3,,,,,,,
a,y,x,,,,,,,,' ''
say 'rows not used' '-x x --rows missing.csv' 'g,x,z,w,y,fitted,residual,hat,std_residual,cooks_d
a,,2,1,3,,,,,
b,NA,5,2,5,,,,,
b,NaN,3,1,4,,,,,' 'y: 0 rows without missing values'
say 'rows of groups, some without' '-x x -g g --rows keyless.csv' '*
,9,1,,,,,
a,3,5,*' '*'

# no WHAT 'ARGUMENTS' 'MESSAGE'
no() {
	t "$1" 1 "hg-regress -p -y y $2" '' "hg-regress: $3"
}
printf 'g,x,w,y\na,1,1,2\na,2,-0.5,4\n' >negative.csv
printf 'g,x,w,y\na,1,1,2\na,inf,1,4\n' >inf.csv
printf 'g,x,w,y\na,1,1,2\na,1e200,1,4\n' >large.csv
printf 'x,y,hat\n1,2,3\n' >named.csv
hg-regress --save-state -p -x x -y y named.csv >state.csv 2>o
echo '{"num_layers": 1}' >dump.csv
printf 's1,s2,y\n1,2,3\n' >spectra.csv
awk 'BEGIN { print "g,x,y"; for (i = 0; i < 501; i++) print i "," i % 7 ",1" }' >numbers.csv
no 'a negative weight' '-x x -w w negative.csv' 'negative.csv:3: w: a negative weight: "-0.5"'
no 'inf' '-x x inf.csv' 'inf.csv:3: x: not a number: "inf"; --factor is for names'
no 'a power that overflows' '--poly x:3 large.csv' 'large.csv:3: x: too large a number for a power of 2: "1e200"'
printf 'x,y\n1,2\n-1e-160,4\n0,5\n' >little.csv
no 'a power that underflows' '--poly x:3 little.csv' 'little.csv:3: x: too small a number for a power of 2: "-1e-160"'
t 'a power that does not' 0 'sed s/-1e-160/1e-150/ little.csv | hg-regress -p --poly x:2 -y y' '*' '*'
no 'no such factor' '-x x --factor z inf.csv' 'inf.csv: no column "z"'
printf 'g,x,y\naaa,1,2\nbbb,2,4\naaa,3,5\n' >levels.csv
no 'a reference that is spelled nearly so' '-x x --factor g=xaa levels.csv' 'levels.csv: --factor: g has no level "xaa", only aaa, bbb: did you mean "aaa"[?]'
no 'no such reference' '-x x --factor g=b large.csv' 'large.csv: --factor: g has no level "b", only a'
no 'a factor that is a number' '-x x --factor g numbers.csv' '--factor: g has more than 500 levels: are they names?'
no 'a state' 'state.csv' 'state.csv: a state: --merge reads it'
no 'a dump' 'dump.csv' 'dump.csv: JSON, not a table: hg-extract makes tables of dumps'
no 'spectra' 'spectra.csv' 'spectra.csv: no descriptors: make them with hg-describe, or say which columns with -x'
no 'no such weights' '-x x -w z inf.csv' 'inf.csv: -w: no column "z"'
no 'no such clusters' '-x x --cluster z inf.csv' 'inf.csv: --cluster: no column "z"'
no 'a column that --rows writes' '-x x --rows named.csv' 'named.csv: column "hat" is there already'
no 'a response that is a factor' '-x x --factor y named.csv' 'column "y" is both in -x and in -y'
# use 'ARGUMENTS' 'MESSAGE'
use() {
	t "$1" 2 "hg-regress -y y $1" '' "hg-regress: $2
hg-regress: option -h shows the usage"
}
use '-x x --robust hc4 one.csv' '--robust: not hc0, hc1, hc2 or hc3: "hc4"'
use '-x x --robust hc3 --cluster g one.csv' '--robust and --cluster do not go together'
use '-x x --rows --fit one.csv' '--rows: *'
use '-x x --cluster "" one.csv' '--cluster: no column'
use '-x x --poly z one.csv' '--poly: not COL:DEGREE: "z"'
use '-x x --poly z:0 one.csv' '--poly: not a whole number from 1 to 30: "0"'
use '-x x --poly z:31 one.csv' '--poly: not a whole number from 1 to 30: "31"'
use '-x x --poly z:2 --factor z one.csv' 'column "z" is in two of --factor and --poly'
t 'rows of two responses' 2 'hg-regress -y y,w -x x --rows one.csv' '' 'hg-regress: --rows takes one response, not 2*'

# Words in any case.
t 'kinds in any case' 0 "for o in '--robust HC3' '--cluster part --small CR2' '--cluster part --wild 9 --wild-weights Webb'; do
		hg-regress -p -x x -y y \$o $R/tests/data/r/more/coef.csv >a 2>e; hg-regress -p -x x -y y \$(echo \"\$o\" | tr A-Z a-z) $R/tests/data/r/more/coef.csv 2>e | cmp - a; done" ''
