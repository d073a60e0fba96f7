# hg-regress on rows that a model fits exactly, as far as double-doubles tell: no error is
# made of their rounding, in any of its tables.  And on rows that it fits but for the
# rounding of their decimals, or beside which others are large: those have errors.
. tests/lib.sh

# In binary fractions y = a/2 + b/4 + 3/4, z the same with a step by level, and c that
# says nothing; near: y and a little more; decimal: y in tenths, rounded.
awk 'function random() {                # the same in each awk; Park & Miller, CACM 31 (1988) 1192-1201
	seed = seed*16807 % 2147483647
	return seed / 2147483647
}
BEGIN {
	seed = 7
	print "g,f,w,a,b,c,y,z,near,a2,decimal"
	for (i = 0; i < 60; i++) {
		a = int(random() * 1000) / 8; b = int(random() * 1000) / 16; c = int(random() * 50)
		y = a/2 + b/4 + 0.75; z = y + (i % 3 == 1 ? 0.375 : i % 3 == 2 ? -1.25 : 0)
		printf "%d,l%d,%.17g,%.17g,%.17g,%d,%.17g,%.17g,%.17g,%.17g,%.17g\n", i % 2, i % 3, (1 + i % 4)*0.3, a, b, c, y, z,
		    y + 1e-12*(random() - 0.5), 2*a, 0.1*a + 0.3*b + 0.7
	}
}' >exact.csv
W0='an essentially perfect fit: its errors are 0'
W1='an essentially perfect fit: what is left may be rounding of the numbers'

# exact 'OPTIONS' ['GROUPS'] - all errors are 0, what they divide is empty, c is 0.
exact() {
	t "exact: $1" 0 "hg-regress -p $1 exact.csv | awk -F, -v s=${2:-0} '
		NR > 1 && \$(s + 3) != \"\" && (\$(s + 4) != 0 || \$(s + 5) \$(s + 6) != \"\" || \$(s + 7) != \$(s + 3) || \$(s + 8) != \$(s + 3)) { print }
		\$(s + 2) == \"c\" && \$(s + 3) \",\" \$(s + 9) != \"0,0\" { print }'" '' "*$W0*"
	t "exact: $1: the fit" 0 "hg-regress -p --fit $1 exact.csv | sed 1d | cut -d, -f $((${2:-0} + 7))-$((${2:-0} + 14)) | sort -u" \
		'1,1,0,,,,,' "*$W0*"
}
exact '-x a,b,c -y y'
exact '-x a,b,c -y y -w w'
exact '-x a,b,c -y y -g g' 1
exact '-x a,b,c -y z --factor f'
exact '-x a,b,c -y z --factor f -w w -g g' 1
exact '-x a,c --poly b:2 -y y'
exact '-x a,a2,b,c -y y'
for e in hc0 hc1 hc2 hc3; do
	exact "-x a,b,c -y z --factor f --robust $e"
done
exact '-x a,b,c -y y -w w --cluster g --small cr2'
t 'two responses and groups: a warning each' 0 'hg-regress -p -g g -x a,b,c -y y,z --factor f exact.csv >o' '' "hg-regress: y: $W0; so in 2 groups more
hg-regress: z: $W0; so in 2 groups more"
t 'least norm' 0 'hg-regress -p --min-norm -x a,a2,b,c -y y --format %.6g exact.csv | cut -d, -f 2-4,9' 'term,estimate,std_error,beta
(Intercept),0.75,,
a,0.25,,0.4796
a2,0.125,,0.4796
b,0.25,,0.252071
c,*,,*' "*$W0
*"
t 'least norm: the fit' 0 'hg-regress -p --min-norm --fit -x a,a2,b,c -y y exact.csv 2>/dev/null | sed 1d | cut -d, -f 7-14' '1,1,0,,,,,' ''
t 'rows' 0 'hg-regress -p --rows -x a,b,c -y y exact.csv | cut -d, -f 13,15,16 | sort | uniq -c | sed "s/^ *//"' '60 0,,
1 residual,std_residual,cooks_d' "*$W0"
hg-regress --save-state -x a,b,c -y y -w w -o whole.st exact.csv
for i in 0 1 2; do
	awk -v i=$i 'NR == 1 || NR % 3 == i' exact.csv >part.csv
	hg-regress --save-state -x a,b,c -y y -w w -o part.$i.st part.csv
done
t 'states' 0 'hg-regress -p --merge part.?.st 2>/dev/null | cut -d, -f 2,4-6 && hg-regress --merge --fit -p part.?.st | sed 1d | cut -d, -f 7-14' 'term,std_error,statistic,p_value
(Intercept),0,,
a,0,,
b,0,,
c,0,,
1,1,0,,,,,' "*$W0"
t 'not quite' 0 'hg-regress -p -x a,b,c -y near exact.csv | awk -F, "NR > 1 && ! (\$4 > 1e-16 && \$4 < 1e-12 && \$6 != \"\")"' '' ''
t 'no warning without degrees of freedom' 0 'head -n 5 exact.csv | hg-regress -p -x a,b,c -y y | cut -d, -f 2-9 | tail -n 1' 'c,0,,,,,,0' ''
t 'nor of a constant' 0 'printf "x,y\n1,3\n2,3\n4,3\n" | hg-regress -p -x x -y y | tail -n 1' 'y,x,0,0,,,0,0,,1' 'hg-regress: y is constant: nothing to explain'
# Decimals: R warns too, and prints what there is.
t 'decimals' 0 'hg-regress -p -x a,b,c -y decimal exact.csv | awk -F, "NR > 1 && ! (\$4 > 0 && \$4 < 1e-14 && \$6 != \"\")"' '' "hg-regress: decimal: $W1"
# a sum that is no sum: 0.1 + 0.2 and 0.3
t 'constant but for rounding' 0 'printf "x,y\n1,0.3\n2,0.30000000000000004\n4,0.3\n5,0.3\n" | hg-regress -p -x x -y y --format %.6g | tail -n 1 | cut -d, -f 3-6' \
	'-5.55112e-18,1.00074e-17,-0.5547,0.634852' "hg-regress: y: $W1"

# What is not exact, however large another row, its weight, or the offset: values of R's lm
# of the other rows alone, less the offset.
printf 'm,x,y\na,0,1e17\nb,1,1\nb,2,2\n' >np.csv
t 'as many terms as rows' 0 'hg-regress -p -x x -y y --factor m np.csv --format %.6g | sed -n 3p | cut -d, -f 3-6' '1,,,' ''
printf 'm,x,y\na,0,1e17\nb,1,1.1\nb,2,1.7\nb,3,3.2\nb,4,4.4\nb,5,4.8\n' >large.csv
t 'a large row beside others' 0 'hg-regress -p -x x -y y --factor m large.csv --format %.4g 2>/dev/null | grep "^y,x" | cut -d, -f 3-6' '1.01,0.105,9.615,0.002387' ''
printf 'w,x,y\n1e20,0,1e6\n1,1,1000001.1\n1,2,1000001.7\n1,3,1000003.2\n1,4,1000004.4\n1,5,1000004.8\n' >heavy.csv
t 'a heavy row beside others' 0 'hg-regress -p -x x -y y -w w heavy.csv --format %.4g | tail -n 1 | cut -d, -f 3-6' '1.013,0.0387*,26.1*,1.27*e-05' ''
printf 'x,y\n' >offset.csv
for i in 0 1 2 3 4 5 6 7; do echo "$i,100000000000000$((i % 2))"; done >>offset.csv
t 'whole numbers behind a large offset' 0 'hg-regress -p -x x -y y offset.csv --format %.4g | tail -n 1 | cut -d, -f 3-6' '0.0476*,0.0869*,0.5477,0.603*' '*'
