# threads.t - hg-extract keeps to -@ N whatever it reads: never more than N threads
# at a time, the first one among them; of a checkpoint all of them.
. tests/lib.sh
preload_count hg-extract
C=$R/tests/data/checkpoints/llama_base
zcat "$R/examples/minilm.json.gz" >d.json
printf 'layer,x\n0,1\n1,2\n' | gzip >w.csv.gz

# others N 'OPERANDS' - so many at a time, besides the first.
others() {
	t "hg-extract -@ $1 $2" 0 "rm -f made; LD_PRELOAD=$count hg-extract -@ $1 $2 >o && cat made" $(($1 - 1))
}
# most N 'OPERANDS' - so many at most, of which there may be fewer.
most() {
	t "hg-extract -@ $1 $2" 0 "rm -f made; LD_PRELOAD=$count hg-extract -@ $1 $2 >o && test \$(cat made) -lt $1"
}
for n in 1 2 3 4 16; do
	others $n "$C"
	others $n "--with w.csv.gz $C"
	most $n d.json
	most $n '--with w.csv.gz d.json'
	most $n "$R/tests/data/matrices.csv"
	most $n "-o o.csv.gz --with w.csv.gz $R/tests/data/matrices.csv"
done
