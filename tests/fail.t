# fail.t - let the first allocation fail, then the second, until none is left:
# each time the tool says so, and a summary prints nothing.  Then, by fail.py, all
# other calls that may fail.
. tests/lib.sh
needs python3
if ! ${CC:-cc} -O1 -D_GNU_SOURCE -U_FORTIFY_SOURCE -shared -fPIC -o fail.so "$R/tests/failcall.c" -ldl 2>err; then
	skip 'no shared library to be had'
	exit
fi
fail=$W/fail.so
export HEADGEOM_SANDBOX=off        # it writes a file
if ! LD_PRELOAD=$fail hg-describe -V >/dev/null 2>&1; then
	skip 'no library can be preloaded'
	exit
fi

# Three layers of four heads, about which there is nothing to warn of.
awk 'BEGIN {
	for (l = 0; l < 3; l++) {
		a = b = c = ""
		for (h = 0; h < 4; h++) {
			n = 4*l + h
			a = a sep(h) "[" 9 + n*n % 7 "," 3 + n*5 % 11 "," 1 + n % 3 "]"
			b = b sep(h) n*n*7 % 13
			c = c sep(h) n*n*n % 11
			print l "," h ",\"a \"\"" n "\"\"\""
		}
		s = s sep(l) "{\"metric_singvals_per_head\": [" a "]}"
		d = d sep(l) "{\"mean_attention_entropy_per_head\": [" b "], \"mean_logit_std_per_head\": [" c "]}"
	}
	print "{\"num_layers\": 3, \"num_heads\": 4, \"static\": [" s "], \"dynamic\": [" d "]}" >"d.json"
}
function sep(i) { return i ? ", " : "" }' >w
{ echo 'layer,head,"odd,name"'; head -n 2 w; } >w.csv
gzip -c w.csv >w.csv.gz
printf '%s' '{"num_layers": 1, "num_heads": 2, "static": [{"metric_singvals_per_head": [[2, 1], [3.5]]}],
	"dynamic": [{"layer": 0, "\u00e9\"_per_head": [1, NaN], "note": [null, true, "x"]}]}' >e.json
sed 's/_per_head/2&/; s/metric2/metric/; s/singvals2/singvals/' e.json >o.json
# Two shards, of which the second holds one tensor only.
mkdir c
python3 - "$R/tests/data/checkpoints/llama_base" <<'EOF'
import json, struct, sys
f = open(sys.argv[1] + "/model.safetensors", "rb").read()
n, = struct.unpack("<Q", f[:8])
h, d, where = json.loads(f[8:8 + n]), f[8 + n:], {}
names = [k for k in h if k.endswith(("q_proj.weight", "k_proj.weight"))]
for shard, part in ("a", names[:-1]), ("b", names[-1:]):
    out = b""
    for k in part:
        b = d[slice(*h[k]["data_offsets"])]
        h[k]["data_offsets"] = [len(out), len(out) + len(b)]
        out += b
        where[k] = shard
    j = json.dumps({k: h[k] for k in part}).encode()
    open("c/" + shard, "wb").write(struct.pack("<Q", len(j)) + j + out)
json.dump({"weight_map": where}, open("c/model.safetensors.index.json", "w"))
EOF
cp "$R/tests/data/checkpoints/llama_base/config.json" c
head -n 13 "$R/tests/data/matrices.csv" >q.csv
hg-extract -o t.csv.gz d.json
hg-describe -o h.csv.gz t.csv.gz
hg-describe -p -o h.csv t.csv.gz
sed '2,9!d' h.csv | cat h.csv - | hg-regress --save-state -x op --factor stage -g layer -o a.state.gz
hg-regress --save-state -x op --factor stage -g layer -o b.state.gz h.csv

# every MAX COMMAND: runs it once for each of its allocations.  At most MAX it may
# do without, and then nothing may change: libcsv asks again for less, a thread
# that is not to be had is not needed.
every() {
	max=$1
	shift
	"$@" >want 2>wanterr <h.csv
	[ $? -eq 0 ] && [ ! -s wanterr ] || echo "not ok - $*: $(head -n 1 wanterr)"
	tool=$1 refused=0 without=0 wrong=0 k=0
	while [ $wrong -lt 4 ]; do
		k=$((k + 1))
		rm -f seen
		(FAIL="alloc $k 12" FAIL_SEEN=$W/seen LD_PRELOAD=$fail exec "$@") >out 2>err <h.csv
		s=$?
		if [ ! -f seen ]; then
			[ $s -eq 0 ] && cmp -s want out && break
			echo "# number $k: status $s"
			wrong=$((wrong + 1))
			break
		elif [ $s -eq 0 ] && cmp -s want out && [ ! -s err ]; then
			without=$((without + 1))
		elif [ $s -eq 1 ] && [ "$(cat err)" = "$tool: out of memory" ] && silent; then
			refused=$((refused + 1))
		else
			wrong=$((wrong + 1))
			echo "# number $k: status $s: $(head -c 200 err)"
		fi
	done
	[ $wrong -eq 0 ] && [ $refused -gt 10 ] && [ $without -le $max ] || printf 'not '
	printf 'ok - %s: allocations: %d refused, %d done without, %d wrong\n' "$*" $refused $without $wrong
}

silent() {
	case $tool in
	hg-correlate | hg-regress) [ ! -s out ] ;;
	esac
}

every 0 hg-extract -@ 1 e.json
every 1 hg-extract -@ 1 -p --tag model=m --with w.csv.gz --heads 0-1 --layers 0- e.json
every 0 hg-extract -@ 1 --format %.3f --with e.json o.json
every 0 hg-extract -@ 1 c
every 0 hg-extract -@ 1 -p --fold-norm --scale --metric core --layers 0 "$R/tests/data/checkpoints/llama_base"
every 1 hg-extract -@ 1 q.csv
every 1 hg-describe -@ 1 t.csv.gz
every 1 hg-describe -@ 1 -p -s '^*,s?' -d op,part_ratio --na x,y -k --format %.3g t.csv.gz t.csv.gz
every 1 hg-describe -@ 1 -p -s layer -d op w.csv
every 1 hg-correlate -@ 1 h.csv.gz
every 1 hg-correlate -@ 1 -p -x 'op,[f-t]r*' -y 5-6 -g stage,layer h.csv
every 1 hg-correlate -@ 1 -p -m spearman,pearson,kendall -x op,fro h.csv
every 1 hg-correlate -@ 1 -p -m spearman,pearson -g "" -c trace -x op,fro h.csv
every 1 hg-correlate -@ 1 -p --matrix --complete -w op -x op,fro,trace h.csv
hg-correlate -g stage,layer -x op,fro -o s.gz h.csv --save-state
hg-correlate -g stage -c trace -x op,fro -o c.gz h.csv --save-state
every 1 hg-correlate -@ 1 --save-state -c trace -x op,fro h.csv
every 2 hg-correlate -@ 1 --merge s.gz s.gz
every 2 hg-correlate -@ 1 --merge -p c.gz c.gz
every 1 hg-correlate -@ 1 -r h.csv.gz
every 1 hg-regress -@ 1 -x op,fro h.csv.gz
every 1 hg-regress -@ 1 -p --fit -g stage,layer -x op,op -y entropy,logit_std h.csv
every 1 hg-regress -@ 1 -r h.csv.gz
every 1 hg-regress -@ 1 -p -x op --poly fro:2 --rows h.csv
every 1 hg-regress -@ 1 -p -x op --factor stage --cluster head --small cr2 -w spec_ent -
every 1 hg-regress -@ 1 -p -x op --cluster head --small cr2 --boot 40 -
every 1 hg-regress -@ 1 -x op --factor stage -g head -y entropy --save-state h.csv
every 2 hg-regress -@ 1 --merge --save-state a.state.gz b.state.gz
every 8 hg-extract -@ 2 e.json
every 8 hg-extract -@ 2 c
every 8 hg-describe -@ 2 t.csv.gz
every 8 hg-describe -@ 4 t.csv.gz
every 8 hg-correlate -@ 2 h.csv.gz
every 8 hg-regress -@ 2 -x op,fro h.csv.gz
every 8 hg-regress -@ 4 -r h.csv.gz

python3 "$R/tests/fail.py" "$fail"
