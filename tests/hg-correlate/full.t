# hg-correlate -R: the report for a reader; its numbers are those of the table.
. tests/lib.sh
cd "$W" || exit 1
hg-extract "$R/examples/minilm.json.gz" | hg-describe -o heads.csv

t 'p of layers' 0 "hg-correlate -R -g '' -x op,trace -y entropy heads.csv" "
Correlations with entropy

Rows      72; for an r count those that have both values
r         Pearson's r: how near the rows lie to a straight line, from -1 to 1
p         two-sided, for clusters: rows of the same layer may depend on each
          other (CR2, Satterthwaite's df)
q         p adjusted for the predictors of a response, in each group and method
          (Benjamini and Hochberg)

entropy
          n       r  clusters    df      p     q
  op     72  -0.460         6  1.35  0.085  0.17
  trace  72  -0.492         6  1.59   0.17  0.17

Tests: 2. If nothing went with anything, 0.1 would be expected to have
  p < 0.05; here 0, and 0 q < 0.05. What was tried before is not counted." ''
t 'as in the table' 0 "hg-correlate -p -g '' -x op,trace -y entropy --cluster layer --small cr2 --format %.3g heads.csv | sed 1d | cut -d, -f 2,9,11-" 'op,0.0853,1.35,6
trace,0.173,1.59,6' ''
t 'groups, methods, ranks: no clusters' 0 "hg-correlate -R -x op -m pearson,spearman -y entropy,logit_std heads.csv | grep -e '^p ' -e '^entropy' -e '^logit' -e '^  op' | sed -n '1,5p'" 'p         two-sided; it takes the rows to be independent
entropy (all rows)
  op  pearson   72  -0.460  -0.625  -0.255  4.8e-05  4.8e-05
  op  spearman  72  -0.218                    0.066    0.066
logit_std (all rows)' ''
t 'layers as groups are no clusters' 0 "hg-correlate -R -x op -g layer -y entropy heads.csv | grep -e '^p ' -e '(layer=5)' -A 2 | tail -n 1" '  op  12  -0.103  *' ''
t 'clusters that are asked for' 0 "hg-correlate -R -x op -g '' -y entropy --cluster head --small cr1 heads.csv 2>/dev/null | grep -A 1 '^p '" 'p         two-sided, for clusters: rows of the same head may depend on each
          other (CR1, clusters - 1 df)'
t 'controls, keys within, weights, draws, families' 0 "hg-correlate -R -x op -g '' -y entropy -w trace -c depth,stage --within layer --boot 99 --boot-kind percentile --adjust holm --family all heads.csv 2>/dev/null | sed -n '/^Controls/,/^\$/p'" "Controls  depth, stage: what they explain is taken out of x and y
Within    layer: differences between them do not count
Weights   trace
p         two-sided, for clusters: rows of the same layer may depend on each
          other (CR2, Satterthwaite's df)
q         p adjusted for all tests in this report
          (Holm)
boot      interval of 95 % from 99 draws of clusters (percentiles)"
t 'orders of the response' 0 "hg-correlate -R -x op -g '' -y entropy --permute 99 heads.csv | grep -e '^p' -e '^  op' -B 1 | sed -n '1,2p;\$p'" '*
*
  op  72  -0.460  -0.625  -0.255  4.8e-05  4.8e-05    0.01   0.01' ''
t 'from states' 0 "hg-correlate -g '' -x op -y entropy --save-state heads.csv | hg-correlate -R --merge | grep -e '^p ' -e '^  op'" 'p         two-sided; it takes the rows to be independent
  op  72  -0.460  -0.625  -0.255  4.8e-05  4.8e-05' ''
t 'lines of at most 80 bytes' 0 "hg-correlate -R heads.csv 2>/dev/null | LC_ALL=C awk 'length > 80'" '' ''
for o in -r --matrix '--compare x' '--pool layer -g layer' --save-state '--format %.3g'; do
	t "$o" 2 "hg-correlate -R $o heads.csv" '' 'hg-correlate: -R has its own form*'
done
t 'clusters and ranks: what is not shown is not explained' 0 'printf "layer,head,x,y\n0,0,1,2\n0,1,2,1\n1,0,3,5\n1,1,5,4\n2,0,4,9\n2,1,9,3\n" >ranks.csv
	hg-correlate -R -x x -y y -m spearman --cluster layer --boot 99 ranks.csv 2>/dev/null | grep -e "^[pq]  " -e "^  *n  " -e Tests
	hg-correlate -R -x x -y y -m spearman,pearson --cluster layer --boot 99 ranks.csv 2>/dev/null | grep -e other -e "^  *method  "' \
	"p         none by ranks for clusters: rows of the same layer
     n      r  boot low  boot high
Tests: none.
          other (CR2, Satterthwaite's df); of Pearson's r alone
     method    n      r  clusters    df     p     q  boot low  boot high" ''
t '--small for the layers of the report' 0 'hg-correlate -R -x x -y y --small cr1 ranks.csv 2>/dev/null >o; grep "CR1, clusters - 1 df" o | wc -l | tr -d " "' 1 ''
t '--small without layers' 1 'cut -d, -f 3,4 ranks.csv | hg-correlate -R -x x -y y --small cr1' '' 'hg-correlate: <stdin>: no layers that could be clusters: say which rows are one with --cluster'
t '--small by ranks' 2 'hg-correlate -R -x x -y y -m spearman --small cr1 ranks.csv' '' 'hg-correlate: --small goes with --cluster only*'
