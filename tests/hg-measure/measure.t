# hg-measure: what heads do.
. tests/lib.sh
M=$R/tests/data/measured
T=$M/tokens.csv
python3 "$R/tests/measured.py" "$M"/*/ || echo "not ok - measured.py ended with status $?"
cd "$W" || exit 1

t 'the columns' 0 'hg-measure -p "$M/llama" "$T" | head -n 1' 'layer,head,stage,depth,entropy,logit_std,relative_entropy,max_prob,first_prob,special_prob,distance,logit_row_std,logit_max,queries' ''
t 'without special tokens' 0 'cut -d, -f 1,2 "$T" | hg-measure -p "$M/llama" | head -n 1' 'layer,head,stage,depth,entropy,logit_std,relative_entropy,max_prob,first_prob,distance,logit_row_std,logit_max,queries' ''
hg-measure -p "$M/llama" "$T" >one.csv
t 'standard input, gzip, gzip out' 0 'gzip <"$T" | hg-measure "$M/llama" - | gzip -dc | cmp - one.csv' '' ''
t 'the same bytes on every number of threads' 0 'for n in 1 2 3 8; do hg-measure -@$n "$M/mixtral" "$T" | cksum; done | sort -u | wc -l' '*1' ''
t 'tags' 0 'hg-measure -p --tag model=%n "$M/llama" "$T" | sed -n 2p | cut -d, -f 1-3' 'llama,0,0' ''
t 'layers: those before are run too' 0 'hg-measure -p "$M/llama" "$T" | sed 1d | grep ^1, >a; hg-measure -p --layers 1 "$M/llama" "$T" | sed 1d | cmp a -' '' ''
t 'a layer that is not there' 1 'hg-measure --layers 3 "$M/llama" "$T"' '' 'hg-measure: --layers: 3, but they are numbered 0 to 2'
t 'it joins' 0 'hg-measure -o m.csv.gz "$M/llama" "$T"; hg-extract -p --with m.csv.gz "$M/llama" | hg-describe | hg-correlate -p -g "" | sed 1q' 'y,x,*' ''
t 'passages alone and together are the same' 0 'grep -e passage -e p0 "$T" >p0; grep -e passage -e p2 "$T" >p2; for o in p0 p2; do hg-measure -p "$M/qwen3" $o | cut -d, -f 5,14 | sed 1d; done | paste - - | head -n 1 >/dev/null'
t 'special tokens as queries' 0 'hg-measure -p "$M/bert" "$T" | sed -n 2p | cut -d, -f 14; hg-measure -p --special-queries "$M/bert" "$T" | sed -n 2p | cut -d, -f 14' '69
72' ''

# What is wrong.
tok() {
	printf 'passage,token\n'
	printf "$@"
}
t 'no model' 2 'hg-measure -' '' 'hg-measure: no model is named*'
t 'a token that the model does not have' 1 'tok "a,3\na,37\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:3: token: 37, but the model has 37, from 0'
t 'half a token' 1 'tok "a,3\na,1.5\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:3: token: not a whole number from 0 to *: 1.5'
t 'a negative one' 1 'tok "a,-3\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:2: token: not a whole number from 0 to *: -3'
t 'none' 1 'tok "a,\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:2: token: missing'
t 'no passage' 1 'tok ",3\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:2: passage: missing'
t 'a passage in two parts' 1 'tok "a,3\nb,3\na,3\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:4: passage: the rows of passage a are not together'
t 'no tokens' 1 'tok "" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>: no tokens'
t 'no such column' 1 'printf "passage,id\na,3\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>: *token*'
t 'special neither 0 nor 1' 1 'printf "passage,token,special\na,3,2\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:2: special: not a whole number from 0 to 1: 2'
t 'more tokens than positions' 1 'awk "BEGIN { print \"passage,token\"; for (i = 0; i < 65; i++) print \"long,5\" }" | hg-measure "$M/gpt2"' '' 'hg-measure: <stdin>: passage long: 65 tokens, but the model has 64 positions'
t 'nothing to measure' 0 'tok "a,3\nb,4\n" | hg-measure -p "$M/llama" | sed -n 2p' '0,0,early,0.16666666666666666,,,,,,,,,0'
t 'a family that is not known' 1 'mkdir x; cp "$R"/tests/data/checkpoints/nemotron/* x; hg-measure x "$T"' '' 'hg-measure: x/config.json: *: what its layers do between attentions is not known'
t 'two stacks' 1 'hg-measure "$R/tests/data/checkpoints/t5" "$T"' '' 'hg-measure: */config.json: *'
mkdir less && cp "$M/llama/config.json" less && LC_ALL=C sed 's/1.mlp.up_proj/1.mlp.no_proj/' "$M/llama/model.safetensors" >less/model.safetensors
t 'a tensor that is missing' 1 'hg-measure less "$T"' '' 'hg-measure: less/config.json: model_type llama needs tensor *layers.1.mlp.up_proj.weight, which is in none of its files'
t 'a joined table of another model' 1 'hg-measure -p "$M/llama" "$T" | sed s/,0.1666/,0.25/ >n.csv; hg-extract --with n.csv "$M/llama"' '' 'hg-extract: n.csv:2: depth: 0.25*, but in a model of 3 layers this one lies at 0.1667: a table of another model'
