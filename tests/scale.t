# scale.t - the examples for many checkpoints and many rows: xargs and GNU parallel, which
# cost little.
. tests/lib.sh
needs "${CC:-cc}" awk gzip xargs
. "$R/tests/scale/study.sh"
weights=checkpoints/qwen3/model.safetensors
t 'the lists' 0 "sed -n '1p; \$p' models.txt; sed -n '\$p' parts.txt" 'llama --with measured/llama.csv.gz checkpoints/llama
qwen3 --with measured/qwen3.csv.gz checkpoints/qwen3
15 parts/15.csv.gz' ''

PARALLEL_HOME=$W
export PARALLEL_HOME
for engine in xargs parallel; do
	# There is another program of that name.
	[ $engine = xargs ] || parallel --version 2>/dev/null | grep -q GNU || { skip 'scale: no GNU parallel'; continue; }
	rm -rf heads sums ./*.csv ./*.csv.gz
	commands $engine/README.md >run
	cut_short $weights
	t "$engine: a checkpoint that is cut" 0 'fails sh -e run' '' "*hg-extract: $weights: *"
	t '... is not there, and nothing that hangs on it' 0 'ls heads; fails ls all.csv.gz' 'llama.csv.gz
llama_linear.csv.gz
llama_yarn.csv.gz' '*all.csv.gz*'
	t '... nor can the others be taken for all' 1 'sh join.sh models.txt heads/%.csv.gz hg-cat -o all.csv.gz' '' 'hg-cat: heads/qwen3.csv.gz: *'
	mend $weights
	ls -i heads >before
	cut_short parts/07.csv.gz
	t "$engine: a part that is cut" 0 'fails sh -e run' '' '*hg-correlate: parts/07.csv.gz: gzip stream is cut short*'
	t '... is not there, and nothing that hangs on it' 0 'fails ls sums/07.correlate.gz && fails ls correlations.csv' ''
	mend parts/07.csv.gz
	t "$engine: its commands" 0 'sh -e run'
	t '... what one process makes' 0 'same all.csv.gz models.csv correlations.csv fit.csv' '' ''
	t '... and what was there was not made again' 0 'ls -i heads | grep -v qwen3 | cmp - before' '' ''
done

# Sums of parts are those of the whole, but for the last digits.
t 'parts and the whole' 0 'hg-correlate -p --format %.9g -g stage -x op,fro,trace,rank_eff,spec_ent,anisotropy,condition -y entropy,logit_std parts/*.csv.gz >whole
hg-correlate -p --format %.9g --merge sums/*.correlate.gz | cmp - whole' '' ''
t 'parts of one file' 0 'hg-cat -o big.csv.gz parts/*.csv.gz; xargs -L 1 sh sum.sh <shares.txt &&
sh join.sh shares.txt sums/%.correlate.gz hg-correlate -p --format %.9g --merge | cmp - whole' '' ''
t 'layers of one model' 0 'cat layers.txt
xargs -L 1 sh heads.sh <layers.txt && sh join.sh layers.txt heads/%.csv.gz hg-cat -o large.csv.gz && same large.csv.gz' \
	'large@0 --layers 0 checkpoints/large
large@1 --layers 1 checkpoints/large
large@2 --layers 2 checkpoints/large'
t 'a name that is there twice' 1 'echo "03 parts/04.csv.gz" | cat parts.txt - >l; sh join.sh l sums/%.correlate.gz hg-correlate --merge' '' 'join.sh: l: 03 is there twice'
t 'a list of nothing' 1 'sh join.sh /dev/null sums/%.correlate.gz hg-correlate --merge' '' 'join.sh: /dev/null: nothing'
t 'a list that is not there' 2 'sh join.sh absent sums/%.correlate.gz hg-correlate --merge' '' '*absent*'
t 'a list with an empty line, and without its last end' 0 'printf "\n00 x\n01 y" >l; sh join.sh l a%b echo' 'a00b a01b' ''

# What README.md shows beside: the loop that loses a model, the function that does not.
commands README.md '```sh' >shown
cp -R checkpoints/llama a
t 'the loop' 0 'sed -n "s/hg-correlate.*/zcat | cut -d, -f 1 | sort -u/; 1p" shown | sh' '0
1
2
layer' '*hg-extract: b: *'
t 'the function' 1 'sed 1d shown | sh' '' '*hg-extract: b: *'
t '... without a loss' 0 'cp -R checkpoints/qwen3 b; sed 1d shown | sed "s/entropy$/tr1 -p/" | sh | cut -d, -f 1 | sort -u' 'a
all
b
model'
