# hg-regress --cross: what the model says of rows it has not seen (r.t compares with lm).
. tests/lib.sh
. "$R/tests/merge.sh"
cd "$W" || exit 1
export tool=hg-regress
D=$R/tests/data/r/regress

# The tutorial's heads: an R2 of 0.320 that predicts no other layer.
hg-extract "$R/examples/minilm.json.gz" | hg-describe -o heads.csv
t 'four predictors do not predict another layer' 0 'hg-regress -p --fit --cross layer --format %.3f heads.csv | sed 1d | cut -d, -f 7,16-' '0.320,layer,6,-0.585,0.896,0.368' ''
t 'op does a little' 0 'hg-regress -p --fit --cross layer -x op --format %.3f heads.csv | sed 1d | cut -d, -f 7,16-' '0.211,layer,6,0.083,0.682,0.284' ''
t 'each row left out is PRESS' 0 "hg-regress -p -x op,fro --rows --cross layer,head heads.csv | awk -F, '
	NR == 1 { n = NF; for (i = 1; i <= NF; i++) at[\$i] = i; next }
	{ e = \$at[\"entropy\"] - \$n; p = \$at[\"residual\"]/(1 - \$at[\"hat\"]); if ((e - p)^2 > 1e-20) print NR, e, p }'" '' ''
t 'the combination of keys' 0 "hg-regress -p -x op --fit --cross stage,head heads.csv | sed 1d | sed 's/.*\"\\(.*\\)\",\\([0-9]*\\).*/\\1 \\2/'" 'stage,head 36' ''
printf 'model,layer,y\nA,0,1\nA,1,2\nB,0,4\nB,1,8\n' >two.csv
for c in model layer model,layer; do
	t "B 1 from the others: $c" 0 "hg-regress -p -x '' -y y --rows --cross $c --format %.4g two.csv | sed 's/.*,//' | tail -n 1" "$(case $c in model) echo 1.5 ;; layer) echo 2.5 ;; *) echo 2.333 ;; esac)" ''
done
t 'a fold without the other levels' 0 "hg-regress -p -x op --factor layer --fit --cross layer heads.csv | sed 1d | cut -d, -f 16-" 'layer,6,,,' \
	'hg-regress: entropy: no prediction: without layer=0 the other rows do not determine all terms, and so without others'
t 'one fold' 0 "sed 1q $D/plain.csv >one.csv; grep ',3,' $D/plain.csv | awk -F, -v OFS=, '{ \$5 = 1 } 1' >>one.csv; hg-regress -p -x '' -y y --fit --cross k one.csv | sed 1d | cut -d, -f 16-" 'k,1,,,' \
	'hg-regress: y: no prediction: without k=1 the other rows do not determine all terms'
t 'beside clusters' 0 'hg-regress -p --fit -x op --cross layer --cluster head --format %.3f heads.csv | cut -d, -f 16-' 'clusters,f_robust,f_robust_p_value,f_robust_df2,f_chow,f_chow_df1,f_chow_df2,f_chow_p_value,cross,folds,r_squared_cross,rmse_cross,r_cross
12,*,layer,6,0.083,0.682,0.284' '*'
splits() {
	for n in 1 3 20; do
		t "${1##*/} $2: $n parts" 0 "parts $n $1 '$2' 2>/dev/null && hg-regress -p $2 --fit $1 2>/dev/null >whole; hg-regress -p --merge --fit part.*.gz 2>/dev/null >o; awk -v tol=1e-12 -f $R/tests/close.awk whole o && ls -r part.*.gz | xargs hg-regress -p --merge --fit 2>/dev/null | cmp - o" ''
	done
}
splits "$D/plain.csv" '-y y -x a,b,c --cross k'
splits "$D/clusters.csv" '-y y -x a,c --cross k --cluster stage,k'
splits "$D/groups.csv" '-y y,a -x b -g stage --cross k'

use() {
	t "$1" 2 "hg-regress $1 heads.csv" '' "hg-regress: $2
*"
}
use '--cross layer' '--cross: --fit shows how well, --rows what is predicted: one of them is needed'
use '--cross "" --fit' '--cross: no column'
use '--merge --cross layer --fit' '--merge: *'
use '-r --cross layer' '-r has its own form: *'
no 'no such column' 'hg-regress --fit --cross z heads.csv' 'heads.csv: --cross: no column "z"*'
no 'a column of the name' 'cat heads.csv | sed 1s/condition/cross_fitted/ | hg-regress -x op --rows --cross layer' '<stdin>: column "cross_fitted" is there already'
