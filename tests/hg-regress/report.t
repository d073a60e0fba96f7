# hg-regress -R: the report for a reader; its numbers are those of the tables.
. tests/lib.sh
cd "$W" || exit 1

cat >w.csv <<'END'
model,layer,head,y,x
a,0,0,1,1
a,0,1,2,2.5
a,1,0,3.5,3
a,1,1,9,4
a,2,0,,5
a,2,1,4,7
b,0,0,3,2
b,0,1,1,4
END
t 'all of it' 0 'hg-regress -R -x x -y y w.csv' "
Linear regression of y

Rows      7 of 8; the others lack a value or a key
Errors    of 4 clusters: rows of the same model, layer may depend on each other
          (CR2, Satterthwaite's df)

Coefficients: change of y for one unit of the term, the others held
  term         estimate  std. error  95 % low  high    df     p   beta  VIF
  (Intercept)      1.61        1.61      -5.7  8.93  1.89  0.43
  x               0.519       0.493     -2.07  3.11  1.67  0.42  0.364    1
  beta: in standard deviations of both. VIF: how many times the other terms
  multiply the variance of the estimate.

Fit
  R2 0.133, adjusted -0.041, in the rows that were fitted; residual sd 2.8
  F(1, 5) = 0.766, p = 0.42, if rows are independent and of one variance
  F(1, 1.67) = 1.11, p = 0.42, by clusters
  R2 of prediction -0.221, rmse 3.54: rows of the same model, layer are left out
  in turn (4 times) and predicted from the others: no better than their mean
  AIC 37.95, BIC 37.79

Influential rows: 1 with a Cook's distance above 4/n = 0.571:
  model  layer  head  Cook's D    hat  std. residual
  a      2      1         1.05  0.736         -0.867
  Fit the model without them too, and report both.

Tests: 1 coefficient, without the intercepts. If none had an effect, 0.05 would
  be expected to have p < 0.05; here 0, and 0 after Holm's correction.
  What was tried before is not counted." ''
t 'errors as they are asked for' 0 'hg-regress -R -x x -y y --robust HC3 w.csv | sed -n "/^Errors/p; /^  x /p"; hg-regress -p -x x -y y --robust hc3 --format %.3g w.csv | tail -n 1' \
	'Errors    HC3: rows are taken to be independent, of any variance
  x               0.519       0.824      -1.6  2.64  0.56  0.364    1
y,x,0.519,0.824,0.63,0.556,-1.6,2.64,0.364,1' 'hg-regress: w.csv: model: all are pooled; -g model,... keeps them apart'
t 'clusters and folds as they are asked for' 0 'hg-regress -R -x x -y y --cluster head --small cr1 --cross head w.csv | grep -A 1 -e ^Errors -e prediction' \
	'Errors    of 2 clusters: rows of the same head may depend on each other
          (CR1, clusters - 1 df)
--
  R2 of prediction * rows of the same head are left out
  in turn (2 times)*' 'hg-regress: w.csv: model: all are pooled; -g model,... keeps them apart
hg-regress: y: fewer than 30 clusters*'
t 'without layers rows are taken to be independent, and go by number' 0 'cut -d, -f 4,5 w.csv | hg-regress -R -x x -y y | grep -e ^Errors -e prediction -A 1 -e "^  row"' \
	'Errors    classical: rows are taken to be independent, their residuals of one variance
*
  row  Cook*
  6   *' ''
t 'numbers and what they are functions of name no layer, factors do' 0 'awk -F, -v OFS=, "{ print NR == 1 ? \"u,v\" : NR OFS NR*NR % 7 + 1, \$0 }" w.csv >uw.csv
	for o in "-y y -x u,v,x" "-y y -x log(u),v,x" -fy~u+log\(v\)+x; do hg-regress -R $o uw.csv 2>e | grep ^Errors; done
	hg-regress -R -x x,u,v -y y --factor model uw.csv 2>e | grep ^Errors; hg-regress -R -f "y ~ x + u + v + model" uw.csv 2>e | grep ^Errors' \
	'Errors    of 4 clusters: rows of the same model, layer may depend on each other
Errors    of 4 clusters: rows of the same model, layer may depend on each other
Errors    of 4 clusters: rows of the same model, layer may depend on each other
Errors    of 4 clusters: rows of the same model, layer may depend on each other
Errors    of 4 clusters: rows of the same model, layer may depend on each other' ''
t 'no clusters of layers where they are the groups' 0 'hg-regress -R -g layer -x x -y y w.csv 2>/dev/null | grep -e ^Errors -e prediction | sort -u' 'Errors    classical*' ''
t 'one layer; no test; all rows' 0 'grep -v -e a,[12] -e b, w.csv | hg-regress -R -x x -y y' '
Linear regression of y

Rows      2 of 2
Errors    none: all rows are one cluster, of the same model, layer;
          --robust hc3 takes rows to be independent
*
Tests: none.' '*'
t 'a model for each group, the pooled rows first' 0 'hg-regress -R -g model -x x -y y w.csv 2>/dev/null | grep -e ^Linear -e Influential' 'Linear regression of y
Influential rows: 1 with *
Linear regression of y (model=a)
Influential rows: 1 with *
Linear regression of y (model=b)
*'
t 'a factor layer predicts no other layer' 0 'hg-regress -R -f "y ~ x | layer" w.csv 2>/dev/null | grep -c -e "^Errors    of 4 clusters" -e prediction; hg-regress -R -x x -y y --factor layer w.csv 2>/dev/null | grep -c prediction || :' '1
0'
t 'weights, responses, terms absorbed' 0 'hg-regress -R -w x -f "y + head ~ log(x) | model" w.csv 2>/dev/null | grep -e ^Linear -e ^Weights -e "^  (" -e "^  log" -e "^  model" -e ^Tests' \
	'Linear regression of y
Weights   x
  log(x) *
Linear regression of head
Weights   x
  log(x) *
Tests: 2 coefficients*' ''
t 'terms that others say too' 0 "hg-extract $R/examples/minilm.json.gz | hg-describe | hg-regress -R | sed -n '/VIF above/,/one by one/p; /Influential/,/Fit/p'" '  VIF above 10: spec_ent, rank_eff, anisotropy.
  These rows hardly tell them from the other terms: do not read them one by one.
Influential rows: 4 with a Cook*s distance above 4/n = 0.0556:
  layer  head  Cook*s D    hat  std. residual
  0      2         1.06  0.879          0.854
  4      9        0.375  0.677          0.945
  2      9        0.125  0.327          -1.13
  1      8       0.0998  0.112          -1.99
  Fit the model without them too, and report both.' ''
t 'the first five' 0 'awk "BEGIN { print \"y,x\"; for (i = 0; i < 300; i++) print i % 7 + (i % 30 == 0) * i \",\" i }" | hg-regress -R -x x -y y | grep -A 6 Influential' \
	'Influential rows: 8 with *; the first 5:
  row  Cook*
  271*
  241*
  211*
  181*
  151*' ''
t 'from states all but the rows' 0 'hg-regress --cluster model,layer --cross model,layer -x x -y y --save-state w.csv | hg-regress -R --merge | grep -c -e ^Errors -e ^Influential' 1 ''
t 'draws of layers' 0 'hg-regress -R -x x -y y --boot 99 w.csv 2>e | grep -e ^Boot -e "^  term" -e "^  x "; hg-regress -p -x x -y y --cluster model,layer --small cr2 --boot 99 --format %.3g w.csv 2>e2 | tail -n 1; cmp e e2' \
	'Boot      intervals from 99 draws of clusters (BCa)
  term         estimate  std. error  95 % low  high    df     p   beta  VIF  boot low  boot high
  x               0.519       0.493     -2.07  3.11  1.67  0.42  0.364    1    -0.441       4.54
y,x,0.519,0.493,1.05,0.421,-2.07,3.11,0.364,1,1.67,4,-0.441,4.54' ''
for o in '--boot 99' '--small cr2' '--wild 9'; do
	t "nothing to draw: $o" 1 "cut -d, -f 4,5 w.csv | hg-regress -R -x x -y y $o" '' 'hg-regress: <stdin>: no layers that could be clusters: say which rows are one with --cluster'
	t "errors without clusters: $o" 2 "hg-regress -R -x x -y y --robust hc1 $o w.csv" '' 'hg-regress: *'
done
t 'levels by the thousand' 0 'awk "BEGIN { print \"k,layer,head,y,x\"; for (i = 0; i < 1800; i++) print i % 600 \",\" i % 600 % 7 \",\" i \",\" i*i % 101 \",\" i*i*i % 103 }" | hg-regress -R -f "y ~ x | k" | grep -e ^Errors -e prediction' \
	'Errors    of 600 clusters*
  no prediction of rows left out: see the warning' 'hg-regress: more than 500 levels are absorbed: no prediction of rows left out'
t 'from states without clusters' 0 'hg-regress -x x -y y --save-state w.csv >s.gz; hg-regress -R --merge s.gz | grep -e ^Errors' 'Errors    classical*' 'hg-regress: w.csv: model: all are pooled; -g model,... keeps them apart'
t 'which cr2 does not go with' 1 'hg-regress -R --small cr2 --merge s.gz' '' 'hg-regress: s.gz:*: --small, --wild and --boot need clusters: *'
t 'always as plain text, also to a file' 0 'hg-regress -R -x x -y y -o r.txt w.csv && hg-regress -R -x x -y y w.csv | cmp - r.txt' '' ''
t 'lines of at most 80 bytes, but of long terms' 0 "hg-extract $R/examples/minilm.json.gz | hg-describe | hg-regress -R | LC_ALL=C awk 'length > 80 && !/   /'" '' ''
for o in -r '-g head --pool head' --rows --fit --drop1 '--test x' --importance --save-state '--format %.3g'; do
	t "$o" 2 "hg-regress -R $o w.csv" '' 'hg-regress: -R has its own form*'
done
