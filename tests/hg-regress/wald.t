# hg-regress --test and --drop1: several terms at once (r.t compares with R).
. tests/lib.sh
cd "$W" || exit 1

hg-extract "$R/examples/minilm.json.gz" | hg-describe -o heads.csv.gz
H='hg-regress -p -x op,fro --factor stage --poly fro:2 heads.csv.gz'
t 'names of terms and of predictors' 0 "$H --test op --test fro --test 'fro,fro^2' --test stage=mid,op --drop1 | cut -d, -f 2- | sed 's/,[-0-9.e]*\$//; s/\\.[0-9]*\$//'" 'test,df1,df2,f_statistic,p_value
op,1,66,*
fro,2,66,*
"fro,fro^2",2,66,*
"stage=mid,op",2,66,*
op,1,66,*
fro,2,66,*
stage,2,66,*' ''
t 'a name that is none' 2 "hg-regress -x op,fro --test ofro heads.csv.gz" '' 'hg-regress: --test: no term and no predictor of the model is called "ofro": did you mean "fro"[?]
*'
t 'F of one term is the square of t' 0 "$H --test op | sed 1d | cut -d, -f 5 >f; $H | awk -F, '\$2 == \"op\" { getline f <\"f\"; d = \$5*\$5/f - 1; print d*d < 1e-24 }'" 1 ''
t 'F of all is that of the fit' 0 "hg-regress -p -x op,fro --test op,fro --format %.9g heads.csv.gz | sed 1d | cut -d, -f 6,7 >f; hg-regress -p -x op,fro --fit --format %.9g heads.csv.gz | sed 1d | cut -d, -f 10,11 | cmp - f" '' ''
t 'of clusters too' 0 "hg-regress -p -x op,fro --test op,fro --cluster head heads.csv.gz 2>/dev/null | sed 1d | cut -d, -f 6,7 >f; hg-regress -p -x op,fro --fit --cluster head heads.csv.gz 2>/dev/null | sed 1d | cut -d, -f 17,18 | cmp - f" '' ''
t 'more terms than clusters less one' 0 'hg-regress -p -x op,fro,trace,spec_ent --cluster stage --test op,fro,trace heads.csv.gz 2>/dev/null | sed 1d' 'entropy,"op,fro,trace",3,,,' ''
t 'a dependent predictor adds nothing, nor does the one it depends on' 0 "zcat heads.csv.gz | awk -F, 'NR == 1 { print \$0 \",twice\" } NR > 1 { printf \"%s,%.17g\\n\", \$0, 2 * \$12 }' >twice.csv; hg-regress -p -x op,twice --drop1 twice.csv 2>/dev/null | sed 1d" 'entropy,op,0,,,
entropy,twice,0,,,' ''
t 'in groups, merged' 0 'hg-regress -p -x op,fro -g stage --cluster head --test op,fro --drop1 heads.csv.gz >o 2>/dev/null; hg-regress --save-state -x op,fro -g stage --cluster head heads.csv.gz | hg-regress -p --merge --test op,fro --drop1 2>/dev/null | awk -v tol=1e-12 -f '"$R"'/tests/close.awk o -' '' ''
# HTZ (r.t compares with R): the tutorial's heads with effects of layers beside clubSandwich's
# Wald_test; of the layers themselves, which are the clusters, nothing can be said.
S='hg-regress -p -x op,fro,spec_ent --factor layer --cluster layer --small cr2'
t 'few clusters' 0 "$S --test op,fro --test op,fro,spec_ent --test layer --format %.9g heads.csv.gz" 'y,test,df1,df2,f_statistic,p_value
entropy,"op,fro",2,1.04123779,13.4941946,0.180085976
entropy,"op,fro,spec_ent",3,0.28795713,3.73203388,0.637262777
entropy,layer,5,,,' ''
t 'few clusters: one term has the p of its coefficient' 0 "$S --drop1 --format %.10g heads.csv.gz | sed -n 2,4p | cut -d, -f 4,6 >f; $S --format %.10g heads.csv.gz | sed -n 3,5p | awk -F, -v OFS=, '{ print \$11, \$6 }' | cmp - f" '' ''
t 'few clusters: in groups, merged' 0 'hg-regress -p -x op,fro -g stage --cluster head --small cr2 --test op,fro --drop1 heads.csv.gz >o; hg-regress --save-state -x op,fro -g stage --cluster head heads.csv.gz | hg-regress -p --merge --small cr2 --test op,fro --drop1 | awk -v tol=1e-12 -f '"$R"'/tests/close.awk o -' '' ''
t 'few clusters: more terms than clusters' 0 'hg-regress -p -x op,fro,trace,spec_ent --cluster stage --small cr2 --test op,fro,trace,spec_ent heads.csv.gz | sed 1d' 'entropy,"op,fro,trace,spec_ent",4,,,' ''
t 'few clusters: too large a test' 0 "awk 'BEGIN { print \"y,f,g\"; for (i = 0; i < 420; i++) print i*i%71 \",\" i%70 \",\" i*i*i%211 }' | hg-regress -p -x f --factor f -y y --cluster g --small cr2 --test f --test f=5,f=6 | sed 's/\\..*//'" 'y,test,df1,df2,f_statistic,p_value
y,f,69,,,
y,"f=5,f=6",2,*' 'hg-regress: y: no F of 69 terms by --small cr2: 69 terms times 70 coefficients are more than 4096*'
t 'no rows' 0 "printf 'x,y\n' | hg-regress -p -x x -y y --drop1 --test x" 'y,test,df1,df2,f_statistic,p_value
y,x,*,,,
y,x,*,,,' '*'
use() {
	t "$1" 2 "hg-regress $1 heads.csv.gz" '' "hg-regress: $2
*"
}
use '--test z' '--test: no term and no predictor of the model is called "z"'
use '--test op,' '--test: no term and no predictor of the model is called ""'
for o in --fit --rows -r --save-state --min-norm '--cluster layer --wild 9'; do
	use "--drop1 $o" '*'
done

# Interactions and polys are one predictor each; F of R's fits without them.
# --drop1 has rows of those terms that are in no other, which are drop.scope(lm(...)) of R.
t 'predictors of a formula' 0 "hg-regress -p -f 'y ~ poly(x, 2)*b + z:b' --test 'poly(x, 2):b,b' --drop1 --format %.8g $R/tests/data/r/formula/data.csv 2>/dev/null" \
'y,test,df1,df2,f_statistic,p_value
y,"poly(x, 2):b,b",3,79,2.0363208,0.11551308
y,"poly(x, 2):b",2,79,2.5760557,0.082452144
y,b:z,2,79,8.2519379,0.00055646869' ''

# No p for fewer clusters than coefficients, by whatever name it goes.
t 'fewer clusters than coefficients' 0 "awk 'BEGIN { print \"c,y,x,z,v\"; for (i = 0; i < 40; i++) print i % 3 \",\" i*i*i % 17 \",\" i*i % 23 \",\" i % 7 \",\" i % 11 }' >$W/few.csv
	hg-regress -p -x x,z,v -y y --cluster c --test x --drop1 $W/few.csv
	hg-regress -p -x x,z,v -y y --cluster c --fit $W/few.csv | cut -d, -f 16-19" 'y,test,df1,df2,f_statistic,p_value
y,x,1,,,
y,x,1,,,
y,z,1,,,
y,v,1,,,
clusters,f_robust,f_robust_p_value,f_robust_df2
3,,,' 'hg-regress: y: 3 clusters for 4 coefficients*'
F="hg-regress -p -f 'y ~ poly(x, 2)*b + z:b' $R/tests/data/r/formula/data.csv"
t 'names but for blanks and the order of a product' 0 "$F --test 'b:poly(x, 2)' --test 'poly(x,2):b' --test 'b, z : b' --test z:b 2>/dev/null | sed 1d | cut -d, -f 4- >o; $F --test 'poly(x, 2):b' --test 'poly(x, 2):b' --test b,b:z --test b:z 2>/dev/null | sed 1d | cut -d, -f 4- >p; cmp o p; grep -c , p" 4 ''
t 'no parts but all' 2 "$F --test 'poly(x, 2):z'" '' 'hg-regress: --test: no term and no predictor *'
