# hg-measure: what heads do.
. tests/lib.sh
needs python3
M=$R/tests/data/measured
T=$M/tokens.csv
python3 "$R/tests/measured.py" "$M"/*/ "$R"/tests/data/gguf/measured/*.gguf || echo "not ok - measured.py ended with status $?"
cd "$W" || exit 1
python3 "$R/tests/measured_packed.py" "$R"/tests/data/packed/*/ || echo "not ok - measured_packed.py ended with status $?"

t 'the columns' 0 'hg-measure -p "$M/llama" "$T" | head -n 1' 'layer,head,stage,depth,entropy,logit_std,relative_entropy,max_prob,first_prob,special_prob,distance,logit_row_std,logit_max,queries' ''
t 'without special tokens' 0 'cut -d, -f 1,2 "$T" | hg-measure -p "$M/llama" | head -n 1' 'layer,head,stage,depth,entropy,logit_std,relative_entropy,max_prob,first_prob,distance,logit_row_std,logit_max,queries' ''
hg-measure -p "$M/llama" "$T" >one.csv
t 'standard input, gzip, gzip out' 0 'gzip <"$T" | hg-measure "$M/llama" - | gzip -dc | cmp - one.csv' '' ''
t 'the same bytes on every number of threads' 0 'for n in 1 2 3 8; do hg-measure -@$n "$M/mixtral" "$T" | cksum; done | sort -u | wc -l' '*1' ''
t 'tags' 0 'hg-measure -p --tag model=%n "$M/llama" "$T" | sed -n 2p | cut -d, -f 1-3' 'llama,0,0' ''
t 'layers: those before are run too' 0 'hg-measure -p "$M/llama" "$T" | sed 1d | grep ^1, >a; hg-measure -p --layers 1 "$M/llama" "$T" | sed 1d | cmp a -' '' ''
t 'a layer that is not there' 1 'hg-measure --layers 3 "$M/llama" "$T"' '' 'hg-measure: --layers: 3, but they are numbered 0 to 2'
t 'it joins' 0 'hg-measure -o m.csv.gz "$M/llama" "$T"; hg-extract -p --with m.csv.gz "$M/llama" | hg-describe | hg-correlate -p -g "" | sed 1q' 'y,x,*' ''
t 'passages alone and together are the same' 0 'for p in p0 p2; do grep -e passage -e "^$p," "$T" >one.t; hg-measure -o /dev/null --queries - "$M/qwen3" one.t | gzip -dc | sed 1d >alone; hg-measure -o /dev/null --queries - "$M/qwen3" "$T" | gzip -dc | grep ",$p," | cmp - alone; wc -l <alone; done' '264
432' ''
awk 'BEGIN { print "passage,token"; for (i = 0; i < 2500; i++) print "long," 3 + i*i % 34 }' >long.csv
t 'of a passage longer than a group the first tokens see what they see alone' 0 'hg-measure -o /dev/null --layers 0-1 --queries - "$M/mixtral" long.csv | gzip -dc | awk -F, "NR == 1 || \$4 < 60" >got; head -n 61 long.csv | hg-measure -o /dev/null --layers 0-1 --queries - "$M/mixtral" - | gzip -dc | cmp - got; wc -l <got' '473' 'hg-measure: */mixtral/config.json: 1 passage of up to 2500 tokens, but the model was trained for 64 positions'
# 64 more, which come to nothing, before the inner numbers of each expert, of which 64 are limited at a time.
mkdir inner
cp "$M/gpt_oss/config.json" inner
edit config inner/config.json 'c["intermediate_size"] += 64'
edit tensors "$M/gpt_oss/model.safetensors" inner/model.safetensors '.*(gate_up_proj|gate_up_proj_bias|down_proj)' '
before, row = (64 * t["shape"][2], t["shape"][1] * t["shape"][2]) if name.endswith("down_proj") else (128, t["shape"][-1])
b = b"".join(bytes(2*before) + b[i:i + 2*row] for i in range(0, len(b), 2*row))
t["shape"][1 if name.endswith("down_proj") else -1] += 64 if name.endswith("down_proj") else 128'
t 'gpt_oss: inner numbers behind the 64th' 0 'hg-measure -p "$M/gpt_oss" "$T" >want; hg-measure -p inner "$T" >got; awk -v tol=1e-5 -f "$R/tests/close.awk" want got' '' ''
t 'special tokens as queries' 0 'hg-measure -p "$M/bert" "$T" | sed -n 2p | cut -d, -f 14; hg-measure -p --special-queries "$M/bert" "$T" | sed -n 2p | cut -d, -f 14' '69
72' ''

# What each query did, to a file of its own.
t 'queries: the columns' 0 'hg-measure -o one.csv --queries q.csv "$M/llama" "$T"; head -n 1 q.csv' 'layer,head,passage,position,token,entropy,relative_entropy,max_prob,first_prob,special_prob,distance,logit_row_std,logit_mean,logit_max,keys' ''
t 'their means are the rows of heads' 0 'awk -F, "FNR == 1 { next } NR == FNR { n[\$1,\$2]++; for (i = 6; i < 13; i++) s[\$1,\$2,i] += \$i; next } { k = \$1 SUBSEP \$2; split(\"5 7 8 9 10 11 12\", at, \" \"); for (i = 1; i < 8; i++) { d = s[k,i + 5]/n[k] - \$at[i]; bad += d*d > 1e-24*\$at[i]*\$at[i] } bad += n[k] != \$14 } END { print bad + 0 }" q.csv one.csv' 0 ''
t 'with tags, without special tokens, by layers, gzip' 0 'cut -d, -f 1,2 "$T" | hg-measure --tag model=%n --layers 2 --queries q.csv.gz "$M/bert" >/dev/null && gzip -dc q.csv.gz | sed -n "1p;2p" | cut -d, -f 1-6,11-' 'model,layer,head,passage,position,token,distance,logit_row_std,logit_mean,logit_max,keys
bert,2,0,p0,0,1,*,23' ''
t 'queries: the same bytes on every number of threads' 0 'for n in 1 2 5; do hg-measure -@$n -o /dev/null --queries - "$M/gemma2" "$T" | cksum; done | sort -u | wc -l' '*1' ''
for o in '--queries o.csv -o ./o.csv' '--queries - -o -' '--queries /dev/stdout -o -'; do
	t "two outputs: $o" 1 "hg-measure $o \"\$M/llama\" \"\$T\"; s=\$?; ls -a | grep -e '^o.csv' -e '^.hg'; exit \$s" '' 'hg-measure: *: two outputs would be there'
done
t 'and standard output is one of them' 1 'hg-measure --queries o.csv "$M/llama" "$T" >o.csv' '' 'hg-measure: o.csv: two outputs would be there'
rm -f o.csv
cp "$T" t.csv && cp -r "$M/llama" held
for o in '-o t.csv' '--queries t.csv' '-o held/config.json' '--queries held/model.safetensors'; do
	t "$o: it is read" 1 "hg-measure -o p.csv $o held t.csv; s=\$?; cmp t.csv \"\$T\" && cmp held/config.json \"\$M/llama/config.json\" && ls -a | grep -e '^p.csv' -e '^.hg'; exit \$s" '' 'hg-measure: *: it is read, and the output would take its place'
done
t 'a name that is looked for' 1 'rm -f held/model.safetensors.index.json; hg-measure --queries held/model.safetensors.index.json held t.csv' '' 'hg-measure: *: what is read is looked for under this name, and the output would be there'
mkdir nan && cp "$M/llama/config.json" nan
edit tensors "$M/llama/model.safetensors" nan/model.safetensors '.*layers.1.mlp.up_proj.weight' 'b[0:2] = bytes([192, 127])'
t 'both are whole or absent' 1 'printf "passage,token\na,3\na,36\na,4\n" >u.csv; hg-measure -o h.csv --queries q2.csv nan u.csv; s=$?; ls -a | grep -e "^h.csv" -e "^q2.csv" -e "^.hg"; exit $s' '' 'hg-measure: nan/config.json: layer 1, passage a: NaN or infinity comes out'
mkfifo fifo
t 'a signal leaves nothing' 0 'hg-measure -o h.csv --queries fifo "$M/llama" "$T" & for i in $(seq 100); do ls .hg* >/dev/null 2>&1 && break; sleep 0.1; done; kill -TERM $!; wait $!; test $? -gt 128 && ls -a | grep -e "^h.csv" -e "^.hg" | wc -l' '*0' '*'
for n in layer entropy depth queries; do
	t "a tag called $n" 1 "hg-measure --tag $n=1 \"\$M/llama\" \"\$T\"" '' "hg-measure: column \"$n\" would be there twice"
done
t 'two tags of a name' 1 'hg-measure --tag a=1 --tag a=2 "$M/llama" "$T"' '' 'hg-measure: column "a" would be there twice'
t 'a tag called as a column of queries' 1 'hg-measure --tag keys=1 --queries q3.csv "$M/llama" "$T"' '' 'hg-measure: column "keys" would be there twice'
t 'a tag called as a singular value' 1 'hg-measure --tag s1=1 "$M/llama" "$T"' '' 'hg-measure: column "s1" would be taken for a singular value'
t 'several operands are one table' 0 'sed -n "1p;/p[01]/p" "$T" >t1; sed -n "1p;/p[23]/p" "$T" >t2; hg-measure -p "$M/llama" t1 t2 | cmp - one.csv' '' ''

tok() {
	printf 'passage,token\n'
	printf "$@"
}

# Passages longer than the model was trained for: of rotary positions, ALiBi, scalings, GGUF.
long() {
	rm -rf long && cp -r "$M/$1" long && edit config long/config.json "$2"
	t "long: $1: $2" 0 "hg-measure -p \"\$M/$1\" \"\$T\" >a; hg-measure -p long \"\$T\" | cmp - a" '' "$3"
}
long llama 'c["max_position_embeddings"] = 22' 'hg-measure: long/config.json: 2 passages of up to 37 tokens, but the model was trained for 22 positions'
long bloom 'c["seq_length"] = 36' 'hg-measure: long/config.json: 1 passage of up to 37 tokens, but the model was trained for 36 positions'
long gptj 'c["n_positions"] = 36' 'hg-measure: long/config.json: 1 passage of up to 37 tokens, but *'
long llama 'c["max_position_embeddings"] = 37' ''
long llama 'del c["max_position_embeddings"]' ''
long llama_linear 'c["max_position_embeddings"] = 13' ''
long llama_linear 'c["max_position_embeddings"] = 12' 'hg-measure: long/config.json: 1 passage of up to 37 tokens, but the model was trained for 36 positions'

# No query that counts: by the length of passages, by special tokens.
t 'passages of one token' 0 'tok "a,1\nb,2\n" | hg-measure -p --layers 0 "$M/llama" | sed -n 2p' '0,0,early,0.1666*,,,,,,,,,0' 'hg-measure: no query counts: in no passage is one that sees two keys or more: the measures are empty'
for f in llama bert; do
	t "$f: special tokens alone" 0 "printf 'passage,token,special\na,3,1\na,2,1\n' | hg-measure -o /dev/null \"\$M/$f\"" '' 'hg-measure: no query counts: in no passage is one that sees two keys or more and is no special token: the measures are empty'
done
t 'special tokens that are asked for' 0 'printf "passage,token,special\na,3,1\na,2,1\n" | hg-measure -o /dev/null --special-queries "$M/llama"' '' ''
t 'tokens that are none behind one that is' 0 'printf "passage,token,special\na,3,1\na,2,0\n" | hg-measure -o /dev/null "$M/llama"' '' ''

# What is wrong.
t 'no model' 2 'hg-measure -' '' 'hg-measure: no model is named*'
t 'a dump as gzip for a model' 1 'hg-measure "$R/examples/minilm.json.gz" "$T"' '' 'hg-measure: */minilm.json.gz: gzip, not a checkpoint: gzip -d takes out one that is in it; dumps and tables are for hg-extract'
t 'a table as gzip for a model' 1 'gzip -n <"$T" >t.csv.gz; hg-measure t.csv.gz "$T"' '' 'hg-measure: t.csv.gz: gzip, not a checkpoint: *'
t 'a checkpoint as gzip' 1 'mkdir packed; cp "$M/llama/config.json" packed; gzip <"$M/llama/model.safetensors" >packed/model.safetensors; hg-measure packed "$T"' '' 'hg-measure: packed/model.safetensors: gzip, not a checkpoint: *'
t 'a token that the model does not have' 1 'tok "a,3\na,37\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:3: token: 37, but the model has 37, from 0'
t 'in the second of two files' 1 'tok "a,3\na,4\n" >t1; tok "a,5\nb,37\n" >t2; hg-measure "$M/llama" t1 t2' '' 'hg-measure: t2:3: token: 37, but the model has 37, from 0'
t 'half a token' 1 'tok "a,3\na,1.5\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:3: token: not a whole number from 0 to *: 1.5'
t 'a negative one' 1 'tok "a,-3\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:2: token: not a whole number from 0 to *: -3'
t 'none' 1 'tok "a,\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:2: token: missing'
t 'no passage' 1 'tok ",3\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:2: passage: missing'
t 'a passage in two parts' 1 'tok "a,3\nb,3\na,3\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:4: passage: the rows of passage a are not together'
t 'a header that is lost' 1 'sed 1d "$T" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>: no column "passage"; *is it lost?'
t 'a text' 1 'hg-measure "$M/llama" "$R/examples/text.txt"' '' 'hg-measure: */text.txt: no column "passage", nor "token": examples/make_tokens.py makes tokens of a text'
t 'columns that are nearly there' 1 'printf "Passage,Token\na,3\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>: no column "passage": did you mean "Passage"?'
t 'semicolons' 1 'tr , ";" <"$T" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>: no column "passage"*semicolons, not commas: *'
t 'UTF-16' 1 'printf "\377\376p\0a\0s\0s\0a\0g\0e\0,\0" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>: UTF-16: read it with: iconv *'
t 'Parquet' 1 'printf "PAR1\0\0\0\0\0\0" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>: Parquet, not CSV: *'
t 'a workbook' 1 'printf "PK\003\004\024\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\023\0\0\0[Content_Types].xml" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>: a workbook of Excel, not CSV: *'
t 'JSON' 1 'printf "{\"a\": [1, 2]}" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>: JSON, not a table*'
t 'no tokens' 1 'tok "" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>: no tokens'
t 'no such column' 1 'printf "passage,id\na,3\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>: *token*'
t 'special in capitals' 1 'printf "passage,token,SPECIAL\na,3,1\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>: column "SPECIAL": did you mean "special"?'
t 'special neither 0 nor 1' 1 'printf "passage,token,special\na,3,2\n" | hg-measure "$M/llama"' '' 'hg-measure: <stdin>:2: special: not a whole number from 0 to 1: 2'
t 'more tokens than positions' 1 'awk "BEGIN { print \"passage,token\"; for (i = 0; i < 65; i++) print \"long,5\" }" | hg-measure "$M/gpt2"' '' 'hg-measure: <stdin>: passage long: 65 tokens, but the model has 64 positions'
cp -r "$M/roberta" pad && edit config pad/config.json 'c["pad_token_id"] = 1000000'
t 'positions that begin behind the last' 1 'hg-measure pad "$T"' '' 'hg-measure: */tokens.csv: passage p0: 23 tokens, but the model has 0 positions'
t 'nothing to measure' 0 'tok "a,3\nb,4\n" | hg-measure -p "$M/llama" | sed -n 2p' '0,0,early,0.16666666666666666,,,,,,,,,0'
t 'a family that is not known' 1 'mkdir x; cp "$R"/tests/data/checkpoints/qwen3_next/* x; hg-measure x "$T"' '' 'hg-measure: x/config.json: *: what its layers do between attentions is not known'
t 'two stacks' 1 'hg-measure "$R/tests/data/checkpoints/t5" "$T"' '' 'hg-measure: */config.json: *'
mkdir less && cp "$M/llama/config.json" less && LC_ALL=C sed 's/1.mlp.up_proj/1.mlp.no_proj/' "$M/llama/model.safetensors" >less/model.safetensors
t 'a tensor that is missing' 1 'hg-measure less "$T"' '' 'hg-measure: less/config.json: model_type llama needs tensor *layers.1.mlp.up_proj.weight, which is in none of its files'

# Tensors that are not as they should be.
# bad MODEL TENSOR 'PYTHON' 'MESSAGE'
n=0
bad() {
	n=$((n + 1))
	mkdir "bad$n" && cp "$M/$1/config.json" "bad$n"
	edit tensors "$M/$1/model.safetensors" "bad$n/model.safetensors" "$2" "$3"
	t "$1: $2: $4" 1 "hg-measure bad$n \"\$T\"" '' "hg-measure: bad$n/model.safetensors: $4"
}
mkdir wide && cp "$M/electra/config.json" wide && edit config wide/config.json 'c.update(embedding_size=3000, num_hidden_layers=1)'
edit tensors "$M/electra/model.safetensors" wide/model.safetensors '.*' 'name = name if not re.search("layer.[12]", name) else None
if 20 in t["shape"]: t["shape"] = [3000 if n == 20 else n for n in t["shape"]]; b *= 150'
t 'embeddings wider than all else' 0 'hg-measure -p wide "$T" | wc -l' 5 ''
half='t["dtype"] = "F8_E4M3"; b = b[::2]'
bad llama '.*embed_tokens.weight' "$half" '*embed_tokens.weight: of type F8_E4M3: quantised, or no weights: take *'
bad gpt_oss '.*1.mlp.experts.down_proj' "$half" '*1.mlp.experts.down_proj: of type F8_E4M3: quantised, or no weights: take *'
bad phi3 '.*0.mlp.gate_up_proj.weight' 't["shape"][0] -= 1; b = b[:-64]' '*0.mlp.gate_up_proj.weight: of 79 rows, which are no gate and as many that it gates'
bad llama '.*1.mlp.up_proj.weight' 't["shape"][0] = 0; b = b""' '*1.mlp.up_proj.weight: of shape 0 x 32, not 1 x 32 as bad*/config.json says'
G=$R/tests/data/gguf
t 'GGUF of an architecture that is not known' 1 'hg-measure "$G/f32/internlm2.gguf" "$T"' '' 'hg-measure: */internlm2.gguf: general.architecture internlm2: what its layers do between attentions is not known'
LC_ALL=C sed 's/llama.vocab_size/llama.vocab_sizf/' "$G/measured/llama.gguf" >key.gguf
t 'GGUF with a key that is not known' 1 'hg-measure key.gguf "$T"' '' 'hg-measure: key.gguf: key llama.vocab_sizf: what it does to general.architecture llama is not known'
LC_ALL=C sed 's/output_norm.weight/blk.1.attn_z.scale/' "$G/measured/llama.gguf" >tensor.gguf
edit gguf "$G/measured/gpt2.gguf" key.gguf 'g.keys["gpt2.attention.clamp_kqv"] = [6, f32(8)]'
t 'GGUF that clamps q, k and v' 1 'hg-measure key.gguf "$T"' '' 'hg-measure: key.gguf: clip_qkv: 8: what hg-measure would have to do is not known'
edit gguf "$G/measured/gpt2.gguf" key.gguf 'g.keys["gpt2.attention.max_alibi_bias"] = [6, f32(8)]'
t 'GGUF with ALiBi where it is not known' 1 'hg-measure key.gguf "$T"' '' 'hg-measure: key.gguf: attention.max_alibi_bias: not known of *gpt2'
edit gguf "$G/measured/qwen2.gguf" key.gguf 'g.keys["qwen2.attention.sliding_window"] = [4, u32(8)]'
t 'GGUF with a window of unknown layers' 1 'hg-measure key.gguf "$T"' '' 'hg-measure: key.gguf: sliding_window, but of which layers is not said'
edit gguf "$G/measured/deepseek_v2.gguf" groups.gguf 'for k, n in ("group_count", 2), ("group_used_count", 1): g.keys["deepseek2.expert_" + k] = [4, u32(n)]'
cp -r "$M/deepseek_v2" groups && edit config groups/config.json 'c.update(topk_method="group_limited_greedy", n_group=2, topk_group=1)'
t 'groups of experts by softmax, as in safetensors' 0 'for m in groups groups.gguf "$M/deepseek_v2"; do hg-measure --format %.5g -p --double $m "$T" | cksum; done | uniq -c | sed "s/^ *//; s/ .*//"' '2
1' ''
edit gguf "$G/measured/deepseek_v3_noq.gguf" key.gguf 'for k in "count", "used_count": g.keys.pop("deepseek2.expert_group_" + k, 0)'
t 'GGUF of before it had groups of experts' 0 'hg-measure -p "$G/measured/deepseek_v3_noq.gguf" "$T" >a; hg-measure -p key.gguf "$T" | cmp a -' '' 'hg-measure: key.gguf: no expert_group_count: *'
t 'GGUF with a tensor that is not known' 1 'hg-measure tensor.gguf "$T"' '' 'hg-measure: tensor.gguf: blk.1.attn_z.scale: what it does to general.architecture llama is not known'
mkdir bias && cp "$M/stablelm_qknorm/config.json" bias
edit tensors "$M/stablelm_qknorm/model.safetensors" bias/model.safetensors '.*layers.1.self_attn.q_layernorm.norms.2.weight' 'h[name[:-6] + "bias"] = dict(t, data_offsets=[len(out), len(out) + len(b)]); out += b'
t 'a bias that no such norm has' 1 'hg-measure bias "$T"' '' 'hg-measure: bias/model.safetensors: *layers.1.self_attn.q_layernorm.norms.2.weight: not of type BF16 as that of head 0, or with a bias'
mkdir scales && cp "$M/gpt_oss_mxfp4/config.json" scales && LC_ALL=C sed 's/0.mlp.experts.down_proj_scales/0.mlp.experts.down_proj_skales/' "$M/gpt_oss_mxfp4/model.safetensors" >scales/model.safetensors
t 'experts in MXFP4 without scales' 1 'hg-measure scales "$T"' '' 'hg-measure: scales/model.safetensors: layers.0.mlp.experts.down_proj_blocks: quantised, but there is no tensor layers.0.mlp.experts.down_proj_scales'
t 'a joined table of another model' 1 'hg-measure -p "$M/llama" "$T" | sed s/,0.1666/,0.25/ >n.csv; hg-extract --with n.csv "$M/llama"' '' 'hg-extract: n.csv:2: depth: 0.25*, but in a model of 3 layers this one lies at 0.1667: a table of another model'

# What config.json asks for and is not known: refused, since it changes what comes out.
n=0
asks() {
	n=$((n + 1))
	cp -r "$M/$1" "asks$n"
	edit config "asks$n/config.json" "$2"
	t "$1: $2" 1 "hg-measure asks$n \"\$T\"" '' "hg-measure: asks$n/config.json: $3"
}
for f in llama gpt2 opt bloom; do
	asks $f 'c["is_causal"] = False' "is_causal: false: not known of model_type $f"
	asks $f 'c["clip_qkv"] = 8' 'clip_qkv: 8: what hg-measure would have to do is not known'
	asks $f 'c["attn_logit_softcapping"] = 1.5' 'attn_logit_softcapping: 1.5: what *'
	asks $f 'c["add_cross_attention"] = True' 'add_cross_attention: true: what *'
done
asks distilbert 'c["is_decoder"] = True' 'is_decoder: true: what *'
asks bert_decoder 'c["add_cross_attention"] = True' 'add_cross_attention: true: what *'
asks bert 'c["position_embedding_type"] = "relative_key"' 'position_embedding_type: relative_key: what *'
asks bert 'c["is_causal"] = True' 'is_causal: true: not known of model_type bert'
asks bert 'c["hidden_act"] = "mish"' 'the activation is not known: mish'
asks dots1 'del c["layer_types"]; c.update(sliding_window=5, max_window_layers=1)' 'sliding_window, but of which layers is not said'
asks cwm 'del c["layer_types"]' 'no layer_types, which model_type cwm needs'
asks llama 'c["hidden_activation"] = "relu"' 'two activations: relu, and silu in hidden_act'
asks llama 'c["rope_parameters"] = dict(c["rope_parameters"], rope_type="proportional")' 'layer 0: rotary positions: the scaling of rotary positions is not known: proportional'
asks llama 'c["no_rope_layers"] = [1, 0, 1]' 'no_rope_layers: a list: what *'
asks llama 'c["layer_types"] = ["chunked_attention"]*3' 'layer 0: chunked_attention: not known of model_type llama'
asks llama4 'c["attention_chunk_size"] = None' 'layer 0: chunked_attention, but no attention_chunk_size'
asks llama4 'c["layer_types"][1] = "sliding_attention"' 'layer 1: sliding_attention: not known of model_type llama4_text'
asks llama4 'c["floor_scale"] = 0' 'attn_scale 0.3, floor_scale 0: not known how q grows with the position'
asks llama4 'c["norm_topk_prob"] = True' 'norm_topk_prob: true: what *'
asks gemma 'c["hidden_act"] = "relu"' 'hidden_act: relu: what *'
asks gemma3_text 'c["use_bidirectional_attention"] = True' 'use_bidirectional_attention: true: what *'
asks mixtral 'c["norm_topk_prob"] = False' 'norm_topk_prob: false: what *'
asks deepseek_v2 'c["norm_topk_prob"] = True' 'norm_topk_prob: true: what *'
asks deepseek_v3 'c["scoring_func"] = "softmax"' 'scoring_func: softmax: what *'
asks gpt_oss 'c["swiglu_limit"] = 0' 'swiglu_limit: not a positive number'
asks gpt_oss 'c["swiglu_limit"] = None' 'swiglu_limit: not a positive number'
asks glm4_moe_lite 'c["topk_group"] = 0' 'layer 1: 2 of 4 experts cannot be chosen in 0 of 1 groups'
asks ernie4_5_moe 'c["norm_topk_prob"] = False' 'norm_topk_prob: false: what *'
asks ernie4_5_moe 'c["moe_norm_min"] = 0.25' 'moe_norm_min: 0.25: what *'
asks minimax_m2 'c["norm_topk_prob"] = False' 'norm_topk_prob: false: what *'
asks minimax_m2 'c["routed_scaling_factor"] = 2' 'routed_scaling_factor: 2: what *'
asks gpt_oss 'c["swiglu_alpha"] = 1.5' 'swiglu_alpha: 1.5: what *'
asks gptj 'c["rope_theta"] = 100' 'rope_theta: 100: what *'
asks mpt 'c["attn_config"]["alibi_bias_max"] = 16' 'attn_config.alibi_bias_max: 16: what *'
asks mpt 'c["clip_qkv"] = 0.5' 'clip_qkv: 0.5: what *'
asks olmo_clip 'c["clip_qkv"] = 0' 'clip_qkv: 0: what *'
asks olmo 'c["attn_config"] = dict(clip_qkv=1)' 'attn_config.clip_qkv: 1: what *'
asks bloom 'c["apply_residual_connection_post_layernorm"] = True' 'model_type bloom: what its layers do between attentions is not known'

# What other families read, and this one does not, changes nothing.
cp -r "$M/gpt2" gpt2 && edit config gpt2/config.json 'c["rms_norm_eps"] = c["layer_norm_eps"] = 0.5; c["routed_scaling_factor"] = 2'
cp -r "$M/openai_gpt" openai && edit config openai/config.json 'c["hidden_act"] = "relu"'
t 'an activation under a name that is not read' 0 'hg-measure -p "$M/openai_gpt" "$T" >a; hg-measure -p openai "$T" | cmp a -' '' ''
t 'keys that say nothing here' 0 'hg-measure -p "$M/gpt2" "$T" >a; hg-measure -p gpt2 "$T" | cmp a -' '' ''

cp -r "$M/llama4" without && edit config without/config.json 'del c["use_qk_norm"]'
rm -rf window && cp -r "$M/dots1" window && edit config window/config.json 'del c["layer_types"]; c.update(sliding_window=5, max_window_layers=3)'
t 'a window of layers behind the last' 0 'hg-measure -p "$M/dots1" "$T" >a; hg-measure -p window "$T" | cmp a -' '' ''
t 'what is left out is as the class has it' 0 'hg-measure -p "$M/llama4" "$T" >a; hg-measure -p without "$T" | cmp a -' '' ''
rm -rf without && cp -r "$M/minimax_m2" without && edit config without/config.json 'del c["rope_parameters"]; c["rope_theta"] = 5e6'
t 'minimax_m2 as its makers wrote it, with rotary_dim alone' 0 'hg-measure -p "$M/minimax_m2" "$T" >a; hg-measure -p without "$T" | cmp a -' '' ''
t 'a token that is pad_token_id' 1 'tok "a,0\na,5\na,2\n" | hg-measure "$M/roberta"' '' 'hg-measure: <stdin>:4: token: 2 is pad_token_id, behind which roberta counts positions in another way'
for f in vit dinov2; do
	t "a model of images: $f" 1 "hg-measure \"\$R/tests/data/checkpoints/$f\" \"\$T\"" '' "hg-measure: */config.json: model_type $f: no vocab_size: it does not read tokens"
done
for f in t5 whisper bart; do
	t "an encoder with a decoder: $f" 1 "hg-measure \"\$R/tests/data/checkpoints/$f\" \"\$T\"" '' "hg-measure: */config.json: model_type $f: encoders with decoders cannot be measured"
done
cp -r "$M/llama_longrope_far" twice && edit config twice/config.json 'c["original_max_position_embeddings"] = 12'
t 'a first context that is said in two ways' 1 'hg-measure twice "$T"' '' 'hg-measure: *: passage p0: 23 tokens: how rotary positions turn more than 12 is said in two ways in twice/config.json'
t 'and passages in it' 0 'grep -e passage -e p3 "$T" >p3; hg-measure -p twice p3 | wc -l' '*13' ''
asks llama_longrope_far 'c["rope_parameters"]["long_factor"] = [1]' 'layer 0: rotary positions: long_factor: 1 numbers, but 2 pairs'
asks phi3_longrope 'c["rope_parameters"]["rope_type"] = "yarn"' 'layer 0: rotary positions: yarn, which is read as longrope in phi3'

# Files of torch.save: the same, and what was changed in them is told of, unless nothing needs it: not
# lm_head, nor the last norm, nor the MLP behind the last attention, nor four members that are no tensors.
mkdir torch && cp "$R/tests/data/checkpoints/llama/config.json" torch
printf 'passage,token\na,1\na,2\na,3\n' >few.csv
hg-measure -p "$R/tests/data/checkpoints/llama" few.csv >few.out
t 'a file of torch.save' 0 'cp "$R/tests/data/pickles/plain.bin" torch/pytorch_model.bin; hg-measure -p torch few.csv | cmp - few.out' '' ''
t 'a byte changed in each member' 0 'python3 "$R/tests/damage.py" "$R/tests/data/pickles/plain.bin" torch/pytorch_model.bin few.out "hg-measure -p -@{} torch few.csv"' '35 26 9' ''
cp -r "$R/tests/data/checkpoints/llama_sharded" shards && rm shards/*-00003-of-*
t 'a shard that is not there' 1 'hg-measure shards "$T"' '' 'hg-measure: *: shard model-00003-of-00008.safetensors, which it names, is not there: fetch it'
for v in 'NaN [192, 127]' 'Inf [128, 127]'; do
	for at in '0 layers.0.input_layernorm' '0 layers.0.self_attn.q_proj' '1 layers.0.mlp.down_proj' '2 layers.2.self_attn.k_proj'; do
		rm -rf nan && mkdir nan && cp "$M/llama/config.json" nan
		edit tensors "$M/llama/model.safetensors" nan/model.safetensors "(model.)?${at#* }.weight" "b[0:2] = bytes(${v#* })"
		t "${v%% *} in ${at#* }" 1 'hg-measure -o /dev/null nan "$T"' '' "hg-measure: nan/config.json: layer [012], passage p0: NaN or infinity comes out"
	done
done
