# threads.t - what -@ says is made: with 1 no thread besides the first one, with
# N so many that all of them are N.  (That they work side by side is seen by
# tests/unit/pool.c, that the output is the same by the tools' own cases.)
. tests/lib.sh
if ! ${CC:-cc} -O1 -D_GNU_SOURCE -shared -fPIC -o count.so "$R/tests/countthreads.c" -ldl 2>err; then
	skip 'no shared library to be had'
	exit
fi
count=$W/count.so
export COUNTTHREADS="$W/made"
if ! LD_PRELOAD=$count hg-describe -V >/dev/null 2>&1 || ! [ -s made ]; then
	skip 'no library can be preloaded'
	exit
fi

zcat "$R/examples/minilm.json.gz" >d.json
hg-extract -o t.csv.gz d.json
hg-describe -o h.csv.gz t.csv.gz
# others N - as many as there are besides the first, for which -@ N asks.
others() {
	for c in 'hg-extract d.json' 'hg-describe t.csv.gz' 'hg-correlate h.csv.gz' 'hg-regress h.csv.gz'; do
		t "$c -@ $1" 0 "rm -f made; LD_PRELOAD=$count $c -@ $1 >o 2>err; cat made" $(($1 - 1))
	done
}
for n in 1 2 3 4 16; do
	others $n
done
# Heads have threads of their own, for which the first one waits.
for n in 1 2 3; do
	t "hg-extract of a checkpoint -@ $n" 0 "rm -f made; LD_PRELOAD=$count hg-extract -p -@ $n $R/tests/data/checkpoints/llama_base >o; cat made" $((n > 1 ? n : 0))
done
