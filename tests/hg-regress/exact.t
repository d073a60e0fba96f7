# hg-regress on rows that a model fits exactly, but for the rounding of their numbers:
# no error is made of that, in any of its tables.
. tests/lib.sh

# y = 0.1 a + 0.3 b + 0.7, z the same with a step by level, and c that says nothing;
# near: y and what R does not take for rounding any more.
awk 'BEGIN {
	srand(7)
	print "g,f,w,a,b,c,y,z,near,a2"
	for (i = 0; i < 60; i++) {
		a = int(rand() * 1000) / 100; b = int(rand() * 1000) / 10; c = int(rand() * 50)
		y = 0.1*a + 0.3*b + 0.7; z = y + (i % 3 == 1 ? 0.35 : i % 3 == 2 ? -1.2 : 0)
		printf "%d,l%d,%.17g,%.17g,%.17g,%d,%.17g,%.17g,%.17g,%.17g\n", i % 2, i % 3, (1 + i % 4)*0.3, a, b, c, y, z,
		    y + 1e-12*(rand() - 0.5), 2*a
	}
}' >exact.csv
W0='an essentially perfect fit: residuals that rounding makes count as 0'

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
exact '-x a,b,c -y y -w w --cluster g'
t 'two responses and groups: a warning each' 0 'hg-regress -p -g g -x a,b,c -y y,z --factor f exact.csv >o' '' "hg-regress: y: $W0; so in 2 groups more
hg-regress: z: $W0; so in 2 groups more"
t 'least norm' 0 'hg-regress -p --min-norm -x a,a2,b,c -y y --format %.6g exact.csv | cut -d, -f 2-4,9' 'term,estimate,std_error,beta
(Intercept),0.7,,
a,0.05,,0.01*
a2,0.025,,0.01*
b,0.3,,0.9*
c,0,,0' "*$W0
*"
t 'least norm: the fit' 0 'hg-regress -p --min-norm --fit -x a,a2,b,c -y y exact.csv 2>/dev/null | sed 1d | cut -d, -f 7-14' '1,1,0,,,,,' ''
t 'rows' 0 'hg-regress -p --rows -x a,b,c -y y exact.csv | cut -d, -f 14,15 | sort | uniq -c | sed "s/^ *//"' '60 ,
1 std_residual,cooks_d' "*$W0"
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
# a sum that is no sum: 0.1 + 0.2 and 0.3
t 'constant but for rounding' 0 'printf "x,y\n1,0.3\n2,0.30000000000000004\n4,0.3\n5,0.3\n" | hg-regress -p -x x -y y | tail -n 1' \
	'y,x,0,0,,,0,0,,1' "hg-regress: y: $W0"
t 'the same: the fit' 0 'printf "x,y\n1,0.3\n2,0.30000000000000004\n4,0.3\n5,0.3\n" | hg-regress -p --fit -x x -y y 2>/dev/null | tail -n 1' 'y,4,0,2,1,2,,,0,,,,,,1' ''
