# commands.sh - for compare: prints the commands that two builds run, one a line,
# and makes in m/ what they read beside the data of the tests, d/.  The programs
# in PATH are those of the old build: states that it saved must be read as ever.

# A name for each of the commonest parts of a command.
X='hg-extract -p'
D='hg-describe -p'
C='hg-correlate -p'
R='hg-regress -p'

# each 'COMMAND' ENDING ... - the command with each of them.
each() {
	c=$1
	shift
	for e; do
		printf '%s %s\n' "$c" "$e"
	done
}

# pipe 'COMMAND' 'COMMAND' - the second reads what the first prints; not beside it,
# so that their messages come in one order.
pipe() {
	printf '%s >p; %s <p\n' "$1" "$2"
}

# The options of all programs, right and wrong: of 'COMMAND' 'OPERANDS'.
common() {
	for o in '' -p -z0 '-z 9' '--gzip-level=3' '-@1' '-@ 3' '--threads 8' '-p --format %.6g' '-p --format %+-14.3e' \
		'-p --format %#.12f' "-p --na ''" '-p --na x,NA' '--plain -@2' '-h' '--help' '-V' '--version' '-q' '--quiet' '--plain=1' \
		'-z 10' '-z x' '-@ 0' '-@ 257' '--format %d' '--max-record 8M' '--max-record 7M' '--format %.3f%f' '--format ""' '--format %600f' '-o' '-z' '--na' '--pla' '--f'; do
		echo "$1 $o $2"
	done
	for o in o.csv o.csv.gz no/such/o.csv . /dev/null /dev/full -; do
		echo "$1 -o $o $2 && cat $o"
	done
	echo "$1 $2 >/dev/full"
	echo "$1 -p $2 >/dev/full"
	echo "$1 -p $2 >&-"
	echo "$1 -h >&-"
	each "$1" '<&-' '<d' '</dev/null' no-such-file d /dev/null -- "-- $2" "$2 -p"
}

# --- What is read beside d/

made() {
	cat >"m/$1"
}

tables() {
	made none.csv <<-E
	g,x,z,w,y
	E
	made one.csv <<-E
	g,x,z,w,y
	a,1,2,1,3
	E
	made two.csv <<-E
	g,x,z,w,y
	a,1,2,1,3
	b,2,2,1,5
	E
	made three.csv <<-E
	g,x,z,w,y
	a,1,2,1,3
	b,2,5,2,5
	b,3,3,1,4
	E
	made missing.csv <<-E
	g,x,z,w,y
	a,,2,1,3
	b,NA,5,2,5
	b,NaN,3,1,4
	E
	made constant.csv <<-E
	g,x,z,w,y
	a,7,2,1,3
	a,7,5,2,5
	a,7,3,1,4
	a,7,1,3,9
	E
	made flat.csv <<-E
	g,x,z,w,y
	a,1,2,1,3
	a,2,5,2,3
	a,3,3,1,3
	a,4,1,3,3
	E
	made zero.csv <<-E
	g,x,z,w,y
	a,1,2,1,0
	a,2,5,2,0
	b,3,3,1,0
	a,4,1,3,0
	E
	made twice.csv <<-E
	g,x,z,w,y
	a,1,2,1,1
	a,2,4,2,3
	b,3,6,1,2
	a,4,8,3,5
	b,5,10,0,6
	E
	made weightless.csv <<-E
	g,x,z,w,y
	a,1,2,0,1
	a,2,4,0,3
	E
	made lever.csv <<-E
	g,x,z,w,y
	a,1,2,1,1
	a,1,2,1,3
	a,1,2,1,2
	b,9,1,1,5
	a,1,3,1,6
	E
	made exact.csv <<-E
	g,x,z,w,y
	a,1,0,1,3
	a,2,0,1,5
	a,3,0,1,7
	b,4,0,1,9
	E
	made wide.csv <<-E
	g,x,z,w,y
	a,1e300,1e-300,1,3e-300
	a,2e300,3e-300,2,5
	a,-1e300,2e-300,1,-4
	b,5e299,9e-301,1e-3,2
	E
	made denormal.csv <<-E
	g,x,z,w,y
	a,0,1,1,1
	a,0,2,1,2
	a,1e-320,1,1,3
	b,2e-320,4,1,1e-310
	E
	made keyless.csv <<-E
	g,x,z,w,y
	a10,1,2,,5
	a2,2,4,1,3
	,9,1,2,2
	late,3,5,.5,1
	early,4,1,1,
	a2,2,NA,1,7
	a10,6,6,3,2
	E
}

# m/big.csv: many rows, groups, missing values, weights, names; the same always.
big() {
	awk 'function r() { s = (s * 16807) % 2147483647; return s / 2147483647 }
	BEGIN {
		s = 12345
		print "id,stage,g,k,x,z,c,w,y,v"
		split("early,mid,late,", st, ",")
		for (i = 0; i < 3000; i++) {
			x = r() * 10 - 5; z = r(); c = int(r() * 5)
			printf "%d,%s,g%d,%d,%.15g,%s,%d,%.3g,%.15g,%s\n", i, st[i % 4 + 1], i % 7, int(r() * 30),
				x, i % 11 ? z : "NA", c, r() < .1 ? 0 : 4 * r(), 2 * x - z + r(), i % 13 ? c - z + r() : ""
		}
	}' >m/big.csv
}

# Tables that are bad in some way of CSV, of numbers or of gzip.
bad() {
	printf 'x,y\n1,2\n2,4\n3,q\n4,4\n' >m/text.csv
	printf 'x,y\n1,2\n2,inf\n3,1\n' >m/inf.csv
	printf 'x,y,w\n1,2,1\n2,3,-0.5\n3,1,1\n' >m/negative.csv
	printf 'x,y\n1,2\n2\n3,1\n' >m/short.csv
	printf 'x,y\n1,2\n2,3,4\n' >m/long.csv
	printf 'x,y\n1,"2\n2,3\n' >m/open.csv
	printf 'x,y,x\n1,2,3\n' >m/double.csv
	printf 'g,x,y\nall,1,2\n' >m/all.csv
	printf 'x,y\n1,2\n1e400,3\n3,1\n' >m/huge.csv
	printf 'x,y\n1,2\nx,y\n2,3\n3,5\nx,y\n4,4\n' >m/again.csv
	printf 'x,y,hat\n1,2,3\n2,4,1\n' >m/named.csv
	printf 's1,s2,entropy,y\n1,2,3,4\n' >m/spectra.csv
	printf 'stack,op,fro,entropy,y\nencoder,1,2,1,1\ndecoder,2,3,1,4\ndecoder,3,5,2,2\n' >m/stack.csv
	printf 's1,s2,s3\n3,2,1\n3,,1\n' >m/gap.csv
	printf 's1,s2,s3\n3,-2,1\n' >m/minus.csv
	printf 's1,s2,s7\n3,2,1\n' >m/seven.csv
	printf 's1,s2,s3,op\n3,2,1,9\n,,,\n0,0,0,0\n5,,,\n1e300,1e300,1e-300,1\n' >m/odd.csv
	printf '{"num_layers": 1}' >m/dump.csv
	printf '\n\n\n' >m/lines.csv
	gzip -nc d/r/heads.csv >m/heads.csv.gz
	head -c 700 m/heads.csv.gz >m/cut.csv.gz
	{ head -c 900 m/heads.csv.gz; printf 'xxxx'; tail -c +905 m/heads.csv.gz; } >m/damaged.csv.gz
	{ cat m/heads.csv.gz; echo trailing; } >m/trailing.csv.gz
	{ cat m/heads.csv.gz; head -c 99 /dev/zero; } >m/zeros.csv.gz
	cat m/heads.csv.gz m/heads.csv.gz >m/members.csv.gz
	hg-describe -d fro -o m/bgzf.csv.gz d/descr/spectra.csv
	head -c "$(($(wc -c <m/bgzf.csv.gz) - 28))" m/bgzf.csv.gz >m/noeof.csv.gz
}

# Head tables, those that the report needs among them.
heads() {
	for s in d/seed/*.json.gz; do
		b=${s##*/}
		hg-extract "$s" | hg-describe -p -a -o "m/seed-${b%.json.gz}.csv"
	done
	for f in llama t5 gemma2; do
		hg-extract --tag "model=$f" "d/checkpoints/$f" 2>/dev/null | hg-describe -p -a -k -o "m/model-$f.csv"
	done
	# Matrices as CSV, of those that the SVD is tested with.
	for s in d/svd/*.csv; do
		case $s in
		*.sv.csv | */INDEX.csv | */scaled.csv) continue ;;
		esac
		awk -F, 'NR == 1 { printf "layer,head,matrix,row"; for (i = 1; i <= NF; i++) printf ",c%d", i; print "" }
			{ print "0,0,m," NR - 1 "," $0 }' "$s" >"m/svd-${s##*/}"
	done
	for s in d/ls/full.csv d/ls/dependent.csv d/ls/exact.csv d/ls/wide.csv; do
		awk -F, 'NR == 1 { for (i = 1; i < NF; i++) printf "c%d,", i; print "y" } { print }' "$s" >"m/ls-${s##*/}"
	done
}

# States: of the old build, cut, damaged.
states() {
	awk 'NR == 1 || NR % 3 == 0' m/big.csv >m/part1.csv
	awk 'NR == 1 || NR % 3 == 1' m/big.csv >m/part2.csv
	awk 'NR == 1 || NR % 3 == 2' m/big.csv >m/part3.csv
	i=0
	for o in '-x x,z -y y' '-x x,z -y y,v -g stage' '-x x,z -y y -c c -g g' '-x x -y y,v -w w' '-x x,z,c --matrix -g stage,g' '-x x,z -y y,v --complete'; do
		i=$((i + 1))
		for p in 1 2 3; do
			eval "hg-correlate --save-state -p $o m/part$p.csv" >"m/corr$i-$p.st" 2>/dev/null
		done
	done
	i=0
	for o in '-x x,z -y y' '-x x,z -y y,v -g stage' '-x x,z -y y -g g -w w' '-x x --factor stage --factor g=g3 -y y' '-x z --poly x:3 -y y,v' '-x "" -y y' \
		'-x x,z -y y --no-intercept'; do
		i=$((i + 1))
		for p in 1 2 3; do
			eval "hg-regress --save-state -p $o m/part$p.csv" >"m/regr$i-$p.st" 2>/dev/null
		done
	done
}

# Checkpoints that lack something.
models() {
	for e in 's/"model_type": "llama"/"model_type": "newest"/' 's/"hidden_size": [0-9]*/"hidden_size": 7/' 's/"num_hidden_layers": 2/"num_hidden_layers": 3/' \
		's/"num_attention_heads": 4/"num_attention_heads": 3/' '/"num_attention_heads"/d' 's/"model_type".*/"model_type": 3,/' '12,$d'; do
		i=$((i + 1))
		mkdir "m/config$i"
		ln -s ../../d/checkpoints/llama/model.safetensors "m/config$i"
		sed "$e" d/checkpoints/llama/config.json >"m/config$i/config.json"
	done
	for c in 4 9 300 2000; do
		mkdir "m/cut$c"
		cp d/checkpoints/llama/config.json "m/cut$c"
		head -c $c d/checkpoints/llama/model.safetensors >"m/cut$c/model.safetensors"
	done
	mkdir m/empty m/noconfig m/nomodel m/shards
	cp d/checkpoints/llama/model.safetensors m/noconfig
	cp d/checkpoints/llama/config.json m/nomodel
	cp d/checkpoints/llama_sharded/* m/shards
	rm -f m/shards/model-00003-*
	printf 'layer,head,entropy,logit_std\n0,0,1.5,2\n0,1,2.5,1\n1,3,.5,\n9,9,1,1\n' >m/with.csv
	printf 'stack,layer,head,entropy\nencoder,0,1,2.5\ncross,0,0,1\n' >m/withstack.csv
	printf 'layer,head\n0,0\n' >m/withkeys.csv
	printf 'layer,head,v\n0,0,1\n0,0,2\n' >m/withtwice.csv
	printf 'model,layer,head,v\na,0,0,1\nb,0,0,2\n' >m/withtag.csv
	zcat d/seed/small.json.gz >m/small.json
	head -c 3000 m/small.json >m/cut.json
	tr '[' '(' <m/small.json >m/bad.json
	sed 's/"num_heads": 4/"num_heads": 5/' m/small.json >m/heads.json
	sed 's/"num_layers": 6/"num_layers": -6/' m/small.json >m/layers.json
	for v in null 1e999 '"x"' -1 '[]'; do
		i=$((i + 1))
		sed "s/\[\[[0-9.]*,/[[$v,/" m/small.json >"m/value$i.json"
	done
	echo '[1, 2]' >m/list.json
	echo '{}' >m/nothing.json
}

# --- hg-extract

extract() {
	for f in d/checkpoints/*/; do
		f=${f%/}
		each "$X" "$f" "--fold-norm $f" "--scale --fold-norm $f" "--metric core --scale $f" "--layers 0 --heads 0- --tag model=a --tag 'b=x,y' $f" "--copying --fold-norm $f" "--circuit ov $f" "--circuit ov --metric core --fold-norm --copying $f" "--circuit qk $f" "--rotary 0,3 --copying $f" "--by-frequency --copying --scale $f" "--directionality --rotary 0,3 $f" "--info $f" "--directionality --fold-norm $f"
	done
	for f in llama llama_sharded t5 clip deepseek_v3_fp8; do
		common hg-extract d/checkpoints/$f
	done
	for f in d/gguf/*.gguf d/gguf/*/*.gguf d/gguf/split; do
		each "$X" "$f" "--scale --fold-norm $f" "--metric core --layers 0 $f" "--circuit ov --copying $f" "--rotary 0,3 $f"
	done
	common hg-extract d/gguf/types.gguf
	each "$X" "--q 'blk.{}.attn_q' --k 'blk.{}.attn_k' d/gguf/types.gguf" "--layout fused --q 'blk.{}.attn_qkv' d/gguf/fused/llama.gguf" d/gguf/f32 '<d/gguf/types.gguf'
	f=d/checkpoints/llama
	each "$X" "$f d/checkpoints/t5 d/checkpoints/gpt2" "--keep-going --tag n=%n --tag p=%p m/none $f" "$f $f" "$f/" "$f/model.safetensors" "$f/config.json" "--layers 1- $f" "--layers 0,1 --heads 1,3 $f" "--layers 2 $f" "--heads 3-4 $f" "--heads x $f" "--layers '' $f" \
		"--with m/with.csv $f" "--with m/with.csv --heads 1- --tag a=b $f" "--with m/withstack.csv $f" "--with m/withkeys.csv $f" "--with m/withtwice.csv $f" \
		"--with m/withtag.csv --tag model=a $f" "--with m/withtag.csv $f" "--with m/small.json $f" "--with no-such $f" "--with - $f <m/with.csv" "--with m/text.csv $f" \
		"--with m/with.csv d/checkpoints/t5" "--with m/withstack.csv d/checkpoints/t5" "--with m/withstack.csv --tag stack=x d/checkpoints/t5" \
		"--tag layer=1 $f" "--tag x $f" "--tag =x $f" "--tag a= $f" "--tag a=1 --tag a=2 $f" "--metric x $f" "--num-layers 3 $f" "--layout gated $f" \
		"--q 'model.layers.{}.self_attn.q_proj' --k 'model.layers.{}.self_attn.k_proj.weight' $f" "--q x $f" "--k x $f" "--q 'x{}' --k 'y{}' $f" "$f $f" \
		"--fold-norm --q 'model.layers.{}.self_attn.q_proj' --k 'model.layers.{}.self_attn.k_proj' $f" "--layout what --q x $f" \
		"--circuit x $f" "--circuit ov --scale $f" "--circuit ov --q 'x{}' $f" "--circuit ov --layers 1- --heads 1,3 $f" "--rotary 1,x $f" "--by-frequency --metric core --fold-norm $f" "--by-frequency --rotary 1 $f" "--rotary 1 --circuit ov $f" "--rotary 2,1 --scale --metric core --fold-norm $f"
	each "$X" "--layout interleaved --q 'gpt_neox.layers.{}.attention.query_key_value' d/checkpoints/gpt_neox" \
		"--layout grouped --q 'transformer.h.{}.self_attention.query_key_value' d/checkpoints/falcon_new" \
		"--layout transposed --q 'transformer.h.{}.attn.c_attn' d/checkpoints/gpt2" "--layout fused --q 'model.layers.{}.self_attn.qkv_proj' d/checkpoints/phi3" \
		"--layout blocked --q 'transformer.h.{}.attn.qkv_proj' d/checkpoints/codegen" \
		"--layout gated --q 'model.layers.{}.self_attn.q_proj' --k 'model.layers.{}.self_attn.k_proj' --layers 1 d/checkpoints/qwen3_next"
	for f in d/packed/*/; do
		each "$X" "$f" "--metric core $f" "$f/f64.safetensors"
	done
	for f in d/pickles/*.bin; do
		mkdir -p "m/pickle-${f##*/}"
		cp d/checkpoints/llama/config.json "m/pickle-${f##*/}"
		cp "$f" "m/pickle-${f##*/}/pytorch_model.bin"
		each "$X" "m/pickle-${f##*/}" "--fold-norm --layers 1 m/pickle-${f##*/}/pytorch_model.bin"
	done
	for f in m/config* m/cut[0-9]* m/empty m/noconfig m/nomodel m/shards; do
		each "$X" "$f" "--layers 0 --fold-norm --scale $f" "--q 'model.layers.{}.self_attn.q_proj' --k 'model.layers.{}.self_attn.k_proj' $f"
	done
	for f in d/seed/*.json.gz; do
		each "$X" "$f" "--tag a=b --layers 0 $f" "--heads 0 $f" "--with m/with.csv $f" "--format %.4g $f" "--scale $f" "--fold-norm $f" "--metric core $f"
		echo "zcat $f | hg-extract"
		pipe "hg-extract $f" 'hg-describe -p -a'
		pipe "hg-extract $f >q; hg-describe q" 'hg-correlate -r'
		pipe "hg-extract $f >q; hg-describe q" 'hg-regress -r'
	done
	common hg-extract d/seed/small.json.gz
	each "$X" m/*.json "--with m/small.json m/small.json" "--with m/heads.json d/seed/small.json.gz" "m/small.json -o m/small.json" "-o m/with.csv --with m/with.csv m/small.json" '<m/cut.json'
	for f in d/matrices.csv d/matrices.m.csv m/svd-*.csv; do
		each "$X" "$f" "--num-layers 3 --metric core --tag a=b $f" "--rank-tol 0 $f" "--rank-tol 1e-3 $f" "--layers 0 --heads 0 $f" "--copying $f" "--directionality $f"
	done
	f=d/matrices.csv
	each "$X" "--circuit ov $f" "--circuit ov --copying d/matrices.ov.csv" "--circuit qk d/matrices.ov.csv" d/matrices.ov.csv
	each "$X" "--scale $f" "--fold-norm $f" "--q a $f" "--num-layers 1 $f" "--num-layers x $f" "--num-layers 0 $f" "--with m/with.csv $f" "--layers 7 $f"
	common hg-extract $f
	each "$X" d/csv/*.csv m/text.csv m/spectra.csv m/*.csv.gz m/regr1-1.st
}

# --- hg-describe

describe() {
	common hg-describe d/descr/spectra.csv
	for f in d/descr/spectra.csv m/model-*.csv; do
		for d in op fro trace rank_eff spec_ent anisotropy condition stable_rank part_ratio erank spec_perp spec_ent_norm k90 gap log_cond gini alpha \
			alpha_ks alpha_ww align sym null_op null_cond eig_mean eig_var opp 'op,fro,op' '""' 'gini,' 'alpha,alpha_ks,k90'; do
			each "$D" "-d $d $f"
		done
		each "$D" "-a $f" "-k $f" "-a -k $f" "-k -d gini,op $f" "-a -d gini $f" "-s s1,s2 -a $f" "-s 's*' $f" "-s 's[12]' -k $f" "-s s3-,s1 $f" "-s 7-9 $f" "-s nope $f" "-s '^s*' $f" \
			"-s s2,s1 -a $f" "--line-buffered $f" "-a --format %.5g $f" "--na 0 $f" "<$f" "$f $f" "- <$f" "-d op -d fro $f" "-s s1 -s s2 $f"
	done
	for f in d/csv/*.csv m/*.csv m/*.csv.gz d/r/heads.csv m/regr1-1.st m/small.json; do
		case $f in
		m/svd-* | m/part* | m/ls-*) ;;
		*) each "$D" "$f" "-a -s 1 $f" "-a -s 1,2 -k $f" ;;
		esac
	done
}

# --- hg-correlate

methods='pearson,spearman,kendall'

correlate() {
	while IFS="$(printf '\t')" read -r name args table; do
		f=d/r/correlate/$table.csv
		one=$(echo "$args" | sed 's/-m [^ ]*//')
		for o in '' --complete '--level .5' '--format %.6g' '--na ""' '-@1' '-@3'; do
			each "$C $args $o" "$f"
		done
		for o in '' --complete '--level .5' "-g ''" '--save-state' '--save-state --complete' '--semi' '--level 0.9 -z 3'; do
			each "$C $one $o" "$f"
		done
		echo "cat $f | hg-correlate $args"
		pipe "$C --save-state $one $f" "$C --merge"
		pipe "$C --save-state $one $f" "$C --merge --level .8 --format %.9g"
	done <d/r/correlate/cases
	for f in airquality anscombe attitude iris longley mtcars odd offset rock sizes stackloss swiss ties; do
		f=d/r/correlate/$f.csv
		for o in '-x 2-4 -y 1' '-x 2,3 -y 1 -c 4' '-x 2-4 --matrix' '-x 3 -y 1,4 -w 2' '-x ^1,2 -y 1-2 -g ""'; do
			for m in "-m $methods" '-m spearman' --complete --semi --save-state '-m pearson --complete --level 0.99'; do
				each "$C $o $m" "$f"
			done
		done
	done
	for f in none one two three missing constant flat zero twice weightless lever exact wide denormal keyless; do
		f=m/$f.csv
		for o in '-x x,z -y y' '-x x -y y,z -g g' '-x x -y y -c z' '-x x -y y -c z -g g --complete' '-x x -y y -c z --semi' '-x x,z -y y -w w' '-x x -y y -w w -c z -g g' \
			'-x x,y,z --matrix' '-x x,y --matrix -c z -g g' '-x x,y,z --matrix --complete -w w'; do
			each "$C $o" $f "--save-state $f"
			pipe "$C $o --save-state $f" "$C --merge"
		done
		for o in '-x x,z -y y' '-x x -y y,z -g g --complete' '-x x,z,y --matrix'; do
			each "$C -m $methods $o" "$f"
		done
		each "$C -m spearman -x x -y y -c z" $f "-g g $f" "-g g --complete --semi $f"
	done
	f=m/big.csv
	for g in "''" stage g stage,g k; do
		for o in '-x x,z -y y,v' '-x x -y y -c z,c' '-x x,z -y y,v -w w' '-x x,z,c,v --matrix' '-x x,z -y v --complete' '-x x -y y,v -c z --semi'; do
			each "$C -g $g $o" $f "--save-state $f" "m/part1.csv m/part2.csv m/part3.csv"
		done
		each "$C -g $g" "-x x,z -y y -m $methods $f" "-x x,z -y y -m spearman -c c $f"
	done
	for f in d/r/heads.csv m/seed-*.csv m/model-*.csv; do
		each hg-correlate "-p $f" "-r $f" "-r -g head $f" "-R $f" "$f" "-p -g '' $f" "-p -g layer $f" "-p -m $methods $f" "-p -c depth $f" "-p -y op $f" "-p --matrix $f" "-p -x 'o*,f*' -g head $f" "-r -o r.txt $f"
	done
	while IFS="$(printf '\t')" read -r name args table; do
		each "$C $args" "d/r/more/$table.csv" "--save-state d/r/more/$table.csv"
	done <<-end
		$(cat d/r/more/*.cases d/r/more/permute.list d/r/more/boot.list d/r/more/boots.list)
	end
	for o in '-c f,h,u' '-c f --semi' '--factor k --poly u:3' '-c u --factor h --within f --complete -w w'; do
		each "$C -g g -y y -x x,z $o" d/r/more/controls.csv "--save-state d/r/more/controls.csv"
	done
	for o in '--cluster h' '-c f,u --cluster h,k -w w' '--within k --cluster h --small cr2'; do
		each "$C -g g -y y -x x,z $o" d/r/more/controls.csv
	done
	for o in '-c f,u --cluster h' '-w w --boot-kind percentile' '--within k --poly u:2 --semi'; do
		each "$C -g g -y y -x x,z --boot 9 $o" d/r/more/controls.csv
	done
	common 'hg-correlate -x op,fro' d/r/heads.csv
	for o in '-y none' '-x none' '-x ""' '-y ""' '-g none' '-c none' '-w none' '-w op,fro' '-c op -x op' '-x op -y op' '-m none' '-m ""' '-m pearson,pearson' '-m kendall -c fro' '-m kendall -w fro' '--factor none' '--factor stage=none' '--poly op' '--poly op:2 -m spearman' '--factor stage --permute 9' '--cluster stage -m kendall' '--small cr2' \
		'--level 0' '--level 1' '--level 95' '--level x' '--level nan' '--matrix -y op' '--matrix --semi -c fro' --semi '-r --matrix' '-r -w op' '-r -c op' '-r -g ""' '-r -m kendall' '-r --level .9' \
		'-r --complete' '-x op -x fro' '-g op -g fro' '-c op -c fro' '-w op -w fro' '--merge -x op' '--merge -y op' '--merge -g op' '--merge -w op' '--merge -c op' '--merge --complete' \
		'--merge --matrix' '--merge -r' '--merge -m kendall' '--save-state -r' '--save-state --level .9' '--save-state --semi -c op' '--save-state --format %g' '--save-state -m spearman' \
		--merge '-x 3-5' '-x 99' '-x 5-3' '-x "^o*"' '-x "[of]*"' '-x ,' '-g stage,' '-x op,,fro' '-x op,op'; do
		each "$C $o" d/r/heads.csv
	done
	bad_tables "$C -x x -y y"
	bad_tables "hg-correlate -r"
	merges "$C" corr 6
}

# --- hg-regress

kinds() {
	cat <<-'E'

	--fit
	--rows
	--robust hc0
	--robust hc1
	--robust hc2
	--robust hc3
	--min-norm
	--min-norm --fit
	--min-norm --rows
	--min-norm --robust hc3
	--no-intercept
	--no-intercept --fit
	--no-intercept --rows
	--no-intercept --robust hc2
	--no-intercept --min-norm
	--level .8
	--save-state
	E
}

regress() {
	kinds >m/kinds
	while IFS=: read -r name cluster opts; do
		f=d/r/regress/$name.csv
		while IFS= read -r k; do
			each "$R -y y $opts $k" "$f"
		done <m/kinds
		for k in "--cluster $cluster" "--cluster $cluster --min-norm" "--cluster $cluster --small cr2" "--cluster $cluster --wild 99" "--cluster $cluster --boot 99 --seed 3" "--cluster $cluster --boot 99 --boot-kind percentile" "--cluster $cluster --wild 99 --wild-weights webb --seed 2" "--cluster $cluster --fit" "--drop1" "--drop1 --robust hc3" "--drop1 --cluster $cluster" "--drop1 --cluster $cluster --small cr2" "--cluster $cluster --small cr2 --fit" "--cross $cluster --fit" "--cross $cluster --rows" "--cross $cluster --cluster $cluster --fit" "--cluster $cluster --no-intercept" "-g $cluster" "-g $cluster --fit" "-g $cluster --rows" \
			'--format %.6g' '-@1' '-@3 --robust hc3' '--na x --rows'; do
			each "$R -y y $opts $k" "$f"
		done
		echo "cat $f | hg-regress -y y $opts --rows"
		echo "cat $f | hg-regress -y y $opts --robust hc3"
		for k in '' '--fit --level .8' --min-norm; do
			pipe "$R --save-state -y y $opts $f" "$R --merge $k"
		done
	done <d/r/regress/cases.txt
	for f in none one two three missing constant flat zero twice weightless lever exact wide denormal keyless; do
		f=m/$f.csv
		for o in '-x x,z' '-x x,z -w w' '-x x -g g --factor z' '--poly x:3 -x ""' '-x x --factor g=a -w w'; do
			while IFS= read -r k; do
				each "$R -y y $o $k" "$f"
			done <m/kinds
			each "$R -y y $o" "--cluster g $f" "--cluster g --min-norm $f"
			pipe "$R -y y $o --save-state $f" "$R --merge"
			pipe "$R -y y $o --save-state $f" "$R --merge --fit --min-norm"
		done
	done
	for f in filip longley noint1 noint2 norris numacc3 numacc4 pontius wampler1 wampler2 wampler3 wampler4 wampler5; do
		f=d/nist/$f.csv
		case $f in
		*filip*) o='--poly x:10 -x ""' ;;
		*wampler*) o='--poly x:5 -x ""' ;;
		*pontius*) o='--poly x:2 -x ""' ;;
		*noint*) o='-x x --no-intercept' ;;
		*) o='-x ^y' ;;
		esac
		for k in '' --fit --rows '--robust hc1' '--robust hc3' --min-norm '--min-norm --fit' --save-state; do
			each "$R -y y $o $k" "$f"
		done
		pipe "$R -y y $o --save-state $f" "$R --merge"
		each "$C -y y -x ^y -m $methods" "$f"
	done
	for f in m/ls-*.csv; do
		while IFS= read -r k; do
			each "$R -y y -x ^y $k" "$f"
		done <m/kinds
		each "$C -y y -x ^y" "$f" "-c 1 -x 2 $f"
	done
	f=m/big.csv
	for g in '' '-g stage' '-g stage,g' '-g k'; do
		for o in '-x x,z -y y,v' '-x x,z -y y -w w' '-x x --factor g --factor stage=late -y y' '-x z --poly x:4 -y y' '-x "" --factor k -y v --no-intercept' '-x "" -y y'; do
			each "$R $g $o" $f "--fit $f" "--robust hc2 $f" "--cluster k,c $f" "--save-state $f" "--min-norm --fit $f" "m/part1.csv m/part2.csv m/part3.csv"
			pipe "$R $g $o --save-state $f" "$R --merge"
		done
		each "$R $g --rows" "-x x,z -y y $f" "-x x -y v -w w --factor g $f" "-x x -y v <$f" "-x x,z -y y m/part1.csv m/part2.csv"
	done
	for f in d/r/heads.csv m/seed-*.csv m/model-*.csv; do
		each hg-regress "-p $f" "-r $f" "-r -g head $f" "-R $f" "$f" "-p --fit $f" "-p --rows $f" "-p -g stage $f" "-p -y logit_std --factor stage $f" "-p --min-norm $f" "-p --poly op:2 $f" "-r -o r.txt $f"
	done
	common 'hg-regress -x op,fro' d/r/heads.csv
	for o in '-y none' '-x none' '-y ""' '-g none' '-w none' '-w op,fro' '--cluster none' '--cluster ""' '--factor none' '--factor stage=none' '--factor stage=' '--factor =' '--factor a=b=c' \
		'--factor op' '--factor stage --factor stage' '--factor stage=late --factor stage=mid' '--poly op' '--poly op:0' '--poly op:31' '--poly op:x' '--poly op:2 --poly op:3' \
		'--poly none:2' '--poly stage:2' '--poly op:2 --factor op' '--robust hc4' '--robust ""' '--robust hc3 --cluster stage' '--rows --fit' '--rows -y entropy,logit_std' \
		'--rows --robust hc3' '--fit --robust hc3' '-x op -x fro' '-y op -y fro' '-x op -y op' '-g op -g fro' '--level 0' '--level 1' '--level x' '--merge -x op' '--merge -y op' '--merge -g op' '--merge -w op' \
		'--merge --factor op' '--merge --poly op:2' '--merge --no-intercept' '--merge --rows' '--merge --robust hc1' '--merge --cluster op' '--merge -r' '--save-state -r' '--save-state --fit' \
		'--save-state --rows' '--save-state --robust hc1' '--save-state --cluster op' '--save-state --level .9' '--save-state --min-norm' '--save-state --format %g' --merge '-r --fit' '-r -x op' '-r -g stage' \
		'-r --min-norm' '-r --rows' '-r -w op' '-x 3-5' '-x 99' '-x "o*"' '-x "^stage,layer"' '-x op,flat,twice' '-x op,flat,twice --fit' '-x twice,op --min-norm'; do
		each "$R $o" d/r/heads.csv
	done
	for o in '--pool stage -g stage -x op' '--pool layer -g layer,stage -x op,fro --robust hc3' '--pool op -x fro' '--pool stage --fit -g stage' --importance '--importance -g stage -x op --factor layer' '--importance --fit' "--importance -f 'entropy ~ op*stage'" "-f 'entropy ~ log(op)*stage + poly(layer, 2) - 1'" "-f 'entropy ~ stage:fro | layer'" "-f '~ I(op^2) + stage' --fit" "-f 'entropy ~ log(op' " "-f 'entropy ~ op' -x op" "-f 'entropy ~ op*stage | head + layer' --fit" "-f 'entropy ~ op | head^layer' --rows" "-f 'entropy ~ fro | head' --cluster layer --small cr2" "-f 'entropy ~ fro | layer' --drop1" \
		"-x 'log(op),sqrt(fro)' -y 'log(entropy)'" "-x 'log(layer)' --rows" "-f 'entropy + logit_std ~ stage*op' --save-state" "-f 'entropy ~ (op + stage)^2' -g stage --robust hc3"; do
		each "$R $o" d/r/heads.csv
	done
	bad_tables "$R -x x -y y"
	bad_tables "hg-regress -r"
	merges "$R" regr 7
}

# bad_tables 'COMMAND'
bad_tables() {
	each "$1" d/csv/*.csv m/text.csv m/inf.csv m/negative.csv "-w w m/negative.csv" m/short.csv m/long.csv m/open.csv m/double.csv m/all.csv "-g g m/all.csv" m/huge.csv m/again.csv m/named.csv \
		m/spectra.csv m/stack.csv m/dump.csv m/lines.csv m/*.csv.gz m/corr1-1.st m/regr1-1.st m/small.json "m/again.csv m/named.csv" "m/again.csv m/again.csv" "m/again.csv m/text.csv" \
		'- m/again.csv <m/again.csv'
}

# merges 'COMMAND' NAME N - of the old build's states 1 to N, whole and damaged.
merges() {
	for i in $(seq "$3"); do
		s=m/$2$i
		each "$1 --merge" "$s-1.st" "$s-1.st $s-2.st $s-3.st" "$s-3.st $s-1.st $s-2.st" "--save-state $s-1.st $s-2.st $s-3.st" "--level .9 $s-2.st $s-2.st" "--format %.7g $s-1.st"
		pipe "$1 --merge --save-state $s-3.st $s-2.st" "$1 --merge - $s-1.st"
		echo "cat $s-1.st $s-2.st | $1 --merge"
		for j in $(seq "$3"); do
			each "$1 --merge" "$s-1.st m/$2$j-2.st"
		done
		# A line lost, twice, or other than it was.
		for l in 2 3 4 5 6 7 8 9 11 14 18 25 40; do
			each "sed ${l}d $s-1.st | $1 --merge" ''
			each "sed ${l}p $s-1.st | $1 --merge" ''
			each "head -n $l $s-1.st | $1 --merge" ''
			each "sed '${l}s/[0-9][0-9]*/77/' $s-1.st | $1 --merge" ''
			each "sed '${l}s/,[^,]*,\$/,nan,/' $s-1.st | $1 --merge" ''
			each "sed '${l}s/[a-z][a-z]*/q/' $s-1.st | $1 --merge" ''
		done
		each "$1 --merge" "<m/none.csv" "$s-1.st m/big.csv" "$s-1.st $s-1.st.none"
	done
	each "$1 --merge" m/corr1-1.st m/regr1-1.st "m/corr1-1.st m/regr1-1.st" '</dev/null'
}

measure() {
	t=d/measured/tokens.csv
	common hg-measure "d/measured/llama $t"
	for f in d/measured/*/; do
		each "hg-measure -p $f $t" '' --double
	done
	each "hg-measure -p d/measured/llama $t" '--layers 0' '--layers 1-' --special-queries '--tag model=%n' '--queries q.csv && cat q.csv' \
		'--queries - -o o.csv' '--queries o.csv -o o.csv'
}

# --part, of a file in blocks and of plain text.
parts() {
	for f in m/big.csv big.gz; do
		for p in 1/1 1/3 2/3 3/3 7/1000 4/3 0/1 x; do
			for c in 'hg-cat -p' "$C -x x,z -y y --save-state" "$R -x x,z -y y --rows" "hg-describe -p -s w -d trace"; do
				echo "hg-cat -o big.gz m/big.csv && $c --part $p $f"
			done
		done
	done
	each 'hg-cat --spreadsheet' '-p m/big.csv' 'no-such-file'
	each 'hg-cat --part 1/2' '<d' '<m/big.csv' no-such-file d /dev/null 'm/big.csv m/big.csv' m/none.csv '--with m/part1.csv m/part2.csv'
	each '' 'hg-correlate --merge --part 1/2 m/corr1-1.st' 'hg-regress --merge --part 1/2 m/regr1-1.st'
}

# Rows one by one.
lines() {
	for z in -p -t -z0 '-o o.csv.gz'; do
		each "hg-cat --line-buffered $z m/big.csv" '' '&& cat o.csv.gz'
		each "hg-extract --line-buffered $z" m/small.json "m/small.json m/small.json --tag a=%n"
	done
}

# Scripts alone: pictures are gnuplot's.
plot() {
	t=d/r/heads.csv
	each "hg-plot --script $t" '' '-y op' '-k heat -y op,fro' '-x op' '-x op,fro -y entropy' '-x op -g ""' '-x op --level .9' '--term pdf' '--term png' \
		'--term dumb' '--term sixel' '--term kitty' '-o o.gp && cat o.gp' '--na x' '-k spectrum' '-k spectrum -x op' '-k profile' '-k profile -x depth -g stage' '-k forest' '-k pie' '-@ 1'
	for c in 'hg-correlate -p' 'hg-correlate -p -m kendall,pearson' 'hg-correlate -p --matrix' 'hg-regress -p' 'hg-regress -p -g stage' 'hg-regress -p --rows'; do
		pipe "$c $t" 'hg-plot --script'
	done
	pipe "hg-regress -p $t" 'hg-plot --script -y estimate'
	each hg-plot -h -V '-o o.jpg d' '</dev/null'
	each "hg-report $t" '' '-x op' '-y logit_std' '--title x' '-y none' '--max-record 8M'
	each hg-report -h -V -q '-x op -x op d' '</dev/null'
}

tables
big
bad
heads
states
models
extract
describe
correlate
regress
measure
parts
lines
plot
