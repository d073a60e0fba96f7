# hg-regress --pool: what metafor makes of the coefficients and their errors
# (tests/data/r/more/coef.R), within 1e-10.
. tests/lib.sh
D=$R/tests/data/r/more
cd "$D" || exit 1

while IFS="$(printf '\t')" read -r name args; do
	t "as in R: $name" 0 "hg-regress -p $args coef.csv 2>/dev/null | awk -F, -v OFS=, '
		NR == 1 { two = \$1 == \"stage\" } NR > 1 && \$(1 + two) != \"pooled\" { next }
		{ s = two ? \$1 OFS : \"\"; sub(two ? \"[^,]*,[^,]*,\" : \"[^,]*,\", \"\"); print s \$0 }' >$W/got
		awk 'NR > 1' $W/got >$W/o; awk 'NR > 1' $name.coef.csv >$W/want; awk -v tol=1e-10 -f $R/tests/close.awk $W/want $W/o" '' ''
done <coef.list
. "$R/tests/merge.sh"
export tool=hg-regress
cd "$W" || exit 1
splits "$D/coef.csv" '-x x,c -y y,tiny -g stage,model'
t 'merged and pooled' 0 "parts 3 $D/coef.csv '-x x -y y -g model,stage --cluster part' 2>e
	hg-regress -p --merge --pool model part.*.gz >o 2>e && hg-regress -p -x x -y y -g model,stage --cluster part --pool model $D/coef.csv >want 2>e2
	awk -v tol=1e-12 -f $R/tests/close.awk want o && cmp e e2" ''
t 'from a pipe, with HC' 0 "hg-regress -p -x x -y y -g model --pool model --robust hc2 $D/coef.csv >o 2>e
	hg-regress -p -x x -y y -g model --pool model --robust hc2 <$D/coef.csv 2>e | cmp - o" ''
t 'other rows stay as they are' 0 "hg-regress -p -x x -y y -g model --pool model $D/coef.csv 2>e | grep -v ^pooled | cut -d, -f 1-11 >o
	hg-regress -p -x x -y y -g model $D/coef.csv 2>e | cmp - o" ''
t 'exact fits and constants are left out' 0 "(printf 'g,x,y\nu,1,1\nu,2,3\nu,3,4\nv,1,2\nv,2,4\nv,3,6\nw,1,1\nw,1,2\nw,1,5\nz,2,3\nz,3,3\nz,5,7\n') |
	hg-regress -p -x x -y y -g g --pool g --format %.6g | grep -E '^(g|pooled)' | cut -d, -f 1,3,4,12-13" \
'g,term,estimate,k,tau2
pooled,(Intercept),0.604315,3,1.8861
pooled,x,1.48187,2,0' 'hg-regress: y (g=v): an essentially perfect fit: its errors are 0
hg-regress: y (g=w): rank 0 of 1: dependent on the terms before: x
hg-regress: y (g=v): (Intercept) is not pooled: its standard error is 0
hg-regress: y (g=v): x is not pooled: its standard error is 0
hg-regress: y (g=w): x is not pooled: it has no estimate'
t 'so are errors of fewer clusters than coefficients' 0 "awk 'BEGIN { print \"model,layer,y,x\"; for (i = 0; i < 90; i++)
	print i % 3 \",\" int(i/3) % (i % 3 ? 6 : 1 + (i > 45)) \",\" i*i*i % 17 \",\" i*i % 23 }' |
	hg-regress -p -x x --poly x:2 -y y -g model --pool model --cluster layer 2>e | grep ^pooled | cut -d, -f 3,14; grep -c 'model=0): .* is not pooled: its clusters are fewer' e" \
'(Intercept),2
x,2
x^2,2
3' ''
t 'a key that is none' 1 "hg-regress -x x -y y --pool stage -g model $D/coef.csv" '' 'hg-regress: --pool stage: not a key of the groups'
t 'a key that is pooled' 1 "sed s/^m7/pooled/ $D/coef.csv | hg-regress -x x -y y --pool model -g model" '' 'hg-regress: model: a key that is "pooled", the word for the pooled groups'
for o in -r --fit --rows '--test x' --drop1 --importance --save-state '--pool model'; do
	t "a wrong command line: --pool $o" 2 "hg-regress -g model --pool model $o $D/coef.csv" '' 'hg-regress: *'
done
