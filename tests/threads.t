# threads.t - what -@ says is kept: with 1 no thread besides the first one, with
# N never more than N at a time, whatever is opened, and all of them where there
# is enough to do.  (That they work side by side is seen by tests/unit/pool.c, that
# the output is the same by the tools' own cases; of checkpoints hg-extract/threads.t.)
. tests/lib.sh

# Main does with 32 KB of stack, where a program starts at all then, and threads have their own.
# shellcheck disable=SC3045 # all shells have it
small=$( (ulimit -s 32 && hg-cat -V) >/dev/null 2>&1 && echo 'ulimit -s 32;')
if [ -z "$small" ] || sanitized; then
	skip 'small stacks: no program starts with one here'
else
	D=$R/tests/data
	for c in "hg-extract -p --copying $D/checkpoints/llama" "hg-extract -p $D/gguf/types.gguf" "hg-describe -p -a $D/descr/spectra.csv" \
	    "hg-correlate -p -g '' -x op -y entropy -m pearson,spearman,kendall $D/r/heads.csv" "hg-regress -p -x op -y entropy $D/r/heads.csv" \
	    "hg-measure -p $D/measured/llama $D/measured/tokens.csv" "hg-cat -z 6 -@ 4 $D/r/heads.csv"; do
		t "32 KB of stack: ${c%% *}" 0 "$c >o; ($small $c) | cmp - o" '' ''
	done
fi
preload_count hg-describe

zcat "$R/examples/minilm.json.gz" >d.json
hg-extract -o t.csv.gz d.json
hg-describe -o h.csv.gz t.csv.gz
zcat h.csv.gz >h.csv
awk -F, -v OFS=, 'NR == 1 { $3 = "v" } { print $1, $2, $3 }' h.csv | gzip >v.csv.gz
for tool in correlate regress; do
	hg-$tool --save-state -o $tool.gz h.csv.gz
done
# others N COMMAND - as many as there are besides the first, for which -@ N asks.
others() {
	t "$2 -@ $1" 0 "rm -f made; LD_PRELOAD=$count $2 -@ $1 >o 2>err && cat made" $(($1 - 1))
}
for n in 1 2 3 4 16 17 64 256; do
	others $n 'hg-describe t.csv.gz'
	others $n 'hg-describe -o o.csv.gz t.csv.gz t.csv.gz t.csv.gz'
	others $n 'hg-correlate h.csv.gz'
	others $n 'hg-correlate -m pearson,kendall h.csv.gz h.csv h.csv.gz'
	others $n 'hg-regress h.csv.gz'
	others $n 'hg-regress --robust hc3 h.csv.gz h.csv.gz'
	others $n 'hg-regress --rows - <h.csv.gz'
done
# The reader of a long dump ends before all threads read its numbers.
awk 'BEGIN {
	printf "{\"num_layers\": 1, \"num_heads\": 1, \"x\": [[0]"
	for (i = 0; i < 200000; i++)
		printf ",[%d]", i
	print "], \"static\": [{\"metric_singvals_per_head\": [[1]]}]}"
}' >long.json
for n in 1 2 3 4 16; do
	others $n 'hg-extract long.json'
done
# A plain output is written by the first one, and dumps and states are read before
# anything is written: the reader's half is left.
for n in 1 2 3 4 16 256; do
	for c in 'hg-describe -p t.csv.gz' 'hg-extract d.json' 'hg-extract --with v.csv.gz d.json' \
	    'hg-correlate --merge correlate.gz correlate.gz' 'hg-regress --merge regress.gz regress.gz'; do
		t "$c -@ $n" 0 "rm -f made; LD_PRELOAD=$count $c -@ $n >o && cat made" $((n / 2))
	done
done
