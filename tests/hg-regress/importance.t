# hg-regress --importance: LMG shares as R finds them by lm over all subsets
# (tests/data/r/importance), within 1e-10.
. tests/lib.sh
D=$R/tests/data/r/importance
while IFS=: read -r name opts formula; do
	t "$name: $formula" 0 "hg-regress -p $opts --importance -f '$formula' $D/data.csv >$W/o 2>/dev/null; awk -v tol=1e-10 -f $R/tests/close.awk $D/$name.csv $W/o" '' ''
	t "$name: from states" 0 "hg-regress $opts --save-state -f '$formula' $D/data.csv | hg-regress -p --merge --importance 2>/dev/null | cmp - $W/o" '' ''
done <"$D/cases.txt"
H=$R/tests/data/r/heads.csv
t 'the shares of groups sum to R2' 0 "hg-regress -p --importance -g stage -x op,spec_ent,rank_eff --factor layer $H 2>/dev/null |
		awk -F, 'NR > 1 { if (!(\$1 in s)) key[++n] = \$1; s[\$1] += \$4 } END { for (i = 1; i <= n; i++) printf \"%s %.9f\n\", key[i], s[key[i]] }' >got
	hg-regress -p --fit -g stage -x op,spec_ent,rank_eff --factor layer $H 2>/dev/null | awk -F, 'NR > 1 { printf \"%s %.9f\n\", \$1, \$8 }' | cmp - got" '' ''
t 'a factor and a poly are one term each' 0 "hg-regress -p --importance -x op --factor stage --poly fro:3 $H | cut -d, -f 2" 'term
op
stage
fro' ''
t 'a constant response has no shares' 0 "hg-regress -p --importance -x op -y flat $H" 'y,term,share
flat,op,' 'hg-regress: flat is constant: nothing to explain'
t 'a mean has no terms' 0 "hg-regress -p --importance -x '' $H" 'y,term,share' ''
t 'an interaction' 1 "hg-regress --importance -f 'entropy ~ op*stage' $H" '' 'hg-regress: --importance: an interaction has no share beside the terms that it is made of'
t 'absorbed keys' 1 "hg-regress --importance -f 'entropy ~ op | stage' $H" '' 'hg-regress: --importance: what is absorbed has no share: name it as a term'
t 'too many terms' 1 "hg-regress --importance -x layer,head,logit_std,op,fro,rank_eff,spec_ent,anisotropy,stable_rank,gini,twice,flat,'log(op),sqrt(op),exp(op),abs(op)' $H 2>&1 | tail -n 1; exit 1" \
	'hg-regress: --importance: 16 terms, more than 15'
for o in --fit --drop1 "--test op" '--robust hc3' '--cluster stage' --rows '--level 0.9' --min-norm --save-state -r; do
	t "--importance $o" 2 "hg-regress --importance $o $H" ''
done
