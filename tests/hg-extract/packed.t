# packed.t - quantised weights that lie in words and bytes: tests/data/packed, whose
# f64.safetensors are the same weights as doubles, checked against the code of each package.
. tests/lib.sh
needs python3
P=$R/tests/data/packed
Q=model.layers.0.self_attn.q_proj

# same NAME 'WEIGHTS' - the table of the doubles, with a column more.
same() {
	t "$1: the table of the same doubles" 0 "hg-extract -p $P/$1 >a; cut -d, -f 5 a | uniq; cut -d, -f 1-4,6- a >b
		hg-extract -p $P/$1/f64.safetensors | cmp - b" "weights
$2" ''
	t "$1: folded, scaled, core, threads" 0 "hg-extract -p $P/$1 --scale --metric core -@ 3 | cut -d, -f 1-4,6- >b
		hg-extract -p --scale --metric core $P/$1/f64.safetensors | cmp - b" '' ''
}
same mlx mlx_4bit+mlx_3bit
same mlx_more mlx_6bit+mlx_5bit
same nvfp4 nvfp4
same modelopt nvfp4
same mxfp4 mxfp4
same mxfp8 mxfp8+fp8_ue8m0
same gptq gptq_4bit
same gptq_v2 gptq_8bit
same awq awq_4bit
same nf4 nf4
same nf4_nested nf4
same int8 int8
same int4 int4
same int8_words int8
same int8_bytes int8
same gptq_3 gptq_3bit
same gptq_3_v2 gptq_3bit
same fp4_table fp4
same actorder int4
same actorder_unset int4

# output NAME - q of the checkpoint as W_O of another, of which a head has columns.
output() {
	for f in model f64; do
		mkdir -p ov
		cp "$P/$1/config.json" ov
		edit config ov/config.json 'c = dict(json.loads(json.dumps(c).replace("q_proj", "o_proj")), hidden_size=32, num_attention_heads=4, num_key_value_heads=2)'
		edit tensors "$P/$1/$f.safetensors" ov/model.safetensors '.*' 'name = name.replace("q_proj", "o_proj")
for x, n in ("q", 1), ("v", 1024):
    y = "model.layers.0.self_attn.%s_proj.weight" % x
    if y not in h:
        h[y] = dict(dtype="F32", shape=[n // 32 or 1, n // (n // 32 or 1)], data_offsets=[len(out), len(out) + 4*n])
        out += b"".join(struct.pack("<f", (7*i*i + i) % 101 - 50) for i in range(n))'
		[ $f = f64 ] || hg-extract -p --circuit ov --copying ov >a
	done
	t "$1: its columns" 0 'cut -d, -f 1-4,6- a >b; hg-extract -p --circuit ov --copying ov | cmp - b' '' ''
}
for n in mlx mlx_more nvfp4 modelopt mxfp4 mxfp8 gptq gptq_v2 awq nf4 nf4_nested int8 int4 int8_words int8_bytes; do
	output $n
done

# rows NAME INPUTS HEAD - the same numbers in rows of another length, where blocks of 64 begin within a row or end there.
rows() {
	mkdir -p rows
	for f in model f64; do
		cp "$P/$1/config.json" rows
		edit config rows/config.json "c = dict(c, hidden_size=$2, head_dim=$3)"
		edit tensors "$P/$1/$f.safetensors" rows/model.safetensors '.*(weight|nf4)' "
if t['dtype'] == 'F64':
    t['shape'] = [t['shape'][0]*64//$2, $2]
b = b.replace(b'[32, 64]', b'[$((2048/$2)),$2]'.ljust(8)).replace(b'[16, 64]', b'[$((1024/$2)),$2]'.ljust(8))"
		[ $f = f64 ] || hg-extract -p rows >a
	done
	t "$1: rows of $2" 0 'cut -d, -f 1-4,6- a >b; wc -l <b | tr -d " "; hg-extract -p rows | cmp - b' 3 ''
}
for n in nf4 nf4_nested; do
	rows $n 128 8
	rows $n 32 32
done

# Zeros of 33 outputs, which take a word that is not full: rows of zeros behind those that are there.
for f in model f64; do
	cp "$P/int4/config.json" rows
	edit config rows/config.json 'c = dict(c, num_attention_heads=3, num_key_value_heads=3, head_dim=11)'
	edit tensors "$P/int4/$f.safetensors" rows/model.safetensors '.*' '
more = 1 if "q_proj" in name else 17
if name.endswith("weight_shape"):
    b = struct.pack("<2q", 33, 64)
elif name.endswith("zero_point"):
    t["shape"], b = [5, 4], b + bytes(16)
else:
    new = {"I32": b"\0" if more == 1 else b"\x88", "F32": struct.pack("<f", 1), "F64": bytes(8)}[t["dtype"]]
    b += new * (len(b) // t["shape"][0] // len(new) * more)
    t["shape"][0] = 33'
	[ $f = f64 ] || hg-extract -p rows >a
done
t 'int4: 33 rows' 0 'cut -d, -f 1-4,6- a >b; wc -l <b | tr -d " "; hg-extract -p rows | cmp - b' 4 ''

# bad NAME 'WHAT' 'TENSOR' 'CODE' 'MESSAGE' ['CODE FOR config.json']
bad() {
	afresh "$P/$1" l
	edit tensors "$P/$1/model.safetensors" l/model.safetensors "$3" "$4"
	[ -z "$6" ] || edit config l/config.json "$6"
	t "$1: $2" 1 'hg-extract -p l' '' "hg-extract: l/$5"
}
m=model.safetensors gone='t = {}; b = b""'
bad mlx 'no scales' "$Q.scales" "$gone" "$m: $Q.weight: of type U32: quantised, or no weights: *"
bad mlx 'no zeros' "$Q.biases" "$gone" "$m: $Q.weight: of type U32: quantised, or no weights: *"
bad mlx 'scales of whole numbers' "$Q.scales" 't["dtype"] = "I16"' "$m: $Q.scales: of type I16 and shape 32 x 2, which does not fit 32 x 64 weights quantised as mlx_4bit"
bad mlx 'scales of another shape' "$Q.scales" 't["shape"] = [16, 4]' "$m: $Q.scales: of type BF16 and shape 16 x 4, which does not fit *"
bad mlx 'words of another width' "$Q.weight" 't["shape"] = [64, 4]' "$m: $Q.scales: * which does not fit 64 x 64 weights quantised as mlx_2bit" 'c["quantization"]["bits"] = 2'
bad mlx 'bits that config.json has otherwise' x '' "config.json: $Q: bits is 8, but the tensors have 4" 'c["quantization"]["bits"] = 8'
bad mlx 'groups that config.json has otherwise' x '' "config.json: $Q: group_size is 64, but the tensors have 32" 'c["quantization"]["group_size"] = 64'
bad nvfp4 'no scale of all' "$Q.weight_global_scale" "$gone" "$m: $Q.weight_packed: quantised, but there is no tensor $Q.weight_global_scale"
bad nvfp4 'a scale of all that is two' "$Q.weight_global_scale" 't["shape"] = [2]; b = b + b' "$m: $Q.weight_global_scale: *"
bad nvfp4 'no scales' "$Q.weight_scale" "$gone" "$m: $Q.weight_packed: the weights are quantised *"
bad nvfp4 'too few scales' "$Q.weight_scale" 't["shape"] = [16, 4]; b = b[:64]' "$m: $Q.weight_scale: of type F8_E4M3 and shape 16 x 4, which does not fit 32 x 64 weights quantised as nvfp4"
bad nvfp4 'what is turned when it runs' x '' "$m: $Q.weight_scale: the weights are quantised *" 'c["quantization_config"]["transform_config"] = {"a": 1}'
bad modelopt 'what is scaled when it runs' "$Q.weight_scale_2" "h['$Q.pre_quant_scale'] = dict(dtype='F32', shape=[64], data_offsets=[len(out), len(out) + 256]); out += bytes(256)" "$m: $Q.*: the weights are quantised *"
bad modelopt 'a scale that is NaN' "$Q.weight_scale_2" 'b = struct.pack("<f", float("nan"))' "$m: $Q.weight: layer 0, head 0: NaN or infinity in its weights"
bad mxfp4 'a zero point' "$Q.weight_scale" "h['$Q.weight_zero_point'] = dict(dtype='U8', shape=[1], data_offsets=[len(out), len(out) + 1]); out += bytes(1)" "$m: $Q.*: the weights are quantised *"
bad mxfp8 'a scale of 255' "$Q.weight_scale" 'b[0] = 255' "$m: $Q.weight: layer 0, head 0: NaN or infinity in its weights"
bad int4 'zeros of another shape' "$Q.weight_zero_point" 't["shape"] = [2, 8]' "$m: $Q.weight_zero_point: of type I32 and shape 2 x 8, which does not fit 32 x 64 weights quantised as int4"
bad int4 'scales of other groups' "$Q.weight_scale" 't["shape"] = [16, 8]' "$m: $Q.weight_scale: of type F32 and shape 16 x 8, which does not fit *"
bad int4 'words of 3 bits' "$Q.weight_packed" 't["shape"] = [32, 6]; b = b[:768]' "$m: $Q.weight_scale: the weights are quantised *"
bad actorder 'an order of another length' "$Q.weight_g_idx" 't["shape"] = [32]; b = b[:128]' "$m: $Q.weight_g_idx: of type I32 and shape 32 x 1, which does not fit 32 x 64 weights quantised as int4"
bad actorder 'a group that is none' "$Q.weight_g_idx" 'b[4:8] = struct.pack("<i", 4)' "$m: $Q.weight_g_idx: input 1 is in no group from 0 to 3"
bad actorder 'an order half made' "$Q.weight_g_idx" 'b[8:12] = struct.pack("<i", -1)' "$m: $Q.weight_g_idx: input 2 is in no group from 0 to 3"
bad actorder 'groups of other sizes' "$Q.weight_g_idx" 'b[:] = bytes(256)' "$m: $Q.weight_g_idx: not 16 inputs in each group"
bad int8_bytes 'another method' x '' "$m: $Q.weight_scale: the weights are quantised *" 'c["quantization_config"]["quant_method"] = "new"'
bad int8_bytes 'a zero point' "$Q.weight_scale" "h['$Q.weight_zero_point'] = dict(dtype='I8', shape=[1], data_offsets=[len(out), len(out) + 1]); out += bytes(1)" "$m: $Q.*: the weights are quantised *"
bad gptq 'no zeros' "$Q.qzeros" "$gone" "$m: $Q.qweight: quantised, but there is no tensor $Q.qzeros"
bad gptq 'a group that is none' "$Q.g_idx" 'b[4:8] = struct.pack("<i", 4)' "$m: $Q.g_idx: input 1 is in no group from 0 to 3"
bad gptq 'a group below 0' "$Q.g_idx" 'b[8:12] = struct.pack("<i", -1)' "$m: $Q.g_idx: input 2 is in no group from 0 to 3"
bad gptq 'a zero of 0' "$Q.qzeros" 'b[5] = 0x0f' "$m: $Q.qzeros: a zero point of 0 is stored in it, which programs read in different ways"
bad gptq_3 'a zero of 0' "$Q.qzeros" 'b[2] |= 3; b[1] |= 128' "$m: $Q.qzeros: a zero point of 0 is stored in it, which programs read in different ways"
bad gptq_3 'as planes' x '' "$m: $Q.qweight: the weights are quantised *" 'c["quantization_config"]["checkpoint_format"] = "gptq_p"'
bad gptq_3 'inputs that fill no words' x '' "$m: $Q.qweight: of type I32 and shape 6 x 32, which does not fit 32 x 48 weights quantised as gptq_3bit" 'c["hidden_size"] = 48; c["quantization_config"]["group_size"] = 48'
bad gptq 'bits that are not those of the words' x '' "$m: $Q.qweight: of type I32 and shape 8 x 32, which does not fit 32 x 64 weights quantised as gptq_8bit" 'c["quantization_config"]["bits"] = 8'
bad gptq 'no size of groups' x '' "config.json: $Q.qweight: no group_size in quantization_config" 'del c["quantization_config"]["group_size"]'
for f in marlin gptq_p; do
	bad gptq "as $f" x '' "$m: $Q.qweight: the weights are quantised *" "c['quantization_config']['checkpoint_format'] = '$f'"
done
bad gptq 'two forms' x '' "$m: $Q.qweight: the weights are quantised *" 'c["quantization_config"].update(checkpoint_format="gptq_v2", format="gptq")'
bad gptq 'nothing in config.json' x '' "$m: $Q.qweight: the weights are quantised *" 'del c["quantization_config"]'
bad awq 'as gemv' x '' "$m: $Q.qweight: the weights are quantised *" 'c["quantization_config"]["version"] = "gemv"'
bad awq 'scales of other groups' x '' "$m: $Q.qzeros: of type I32 and shape 2 x 4, which does not fit 32 x 64 weights quantised as awq_4bit" 'c["quantization_config"]["group_size"] = 16'
N=$Q.weight.quant_state.bitsandbytes__nf4
bad nf4 'a state that is no JSON' "$N" 'b[0] = 120' "$m:1: column *: not a quant_state of bitsandbytes: *"
bad nf4 'a state of another shape' "$N" 'b = b.replace(b"[32, 64]", b"[64, 32]")' "$m: $N: not of 64 inputs as l/config.json says"
bad nf4 'too few bytes' "$Q.weight" 't["shape"] = [512, 1]; b = b[:512]' "$m: $Q.weight: of type U8 and shape 512 x 1, which does not fit 32 x 64 weights quantised as nf4"
bad nf4 'no table' "$Q.weight.quant_map" "$gone" "$m: $Q.weight: quantised, but there is no tensor $Q.weight.quant_map"
bad fp4_table 'no table' "$Q.weight.quant_map" "$gone" "$m: $Q.weight: quantised, but there is no tensor $Q.weight.quant_map"
bad nf4_nested 'no table of scales' "$Q.weight.nested_quant_map" "$gone" "$m: $Q.weight: quantised, but there is no tensor $Q.weight.nested_quant_map"
bad nf4_nested 'too few scales of scales' "$Q.weight.nested_absmax" 't["shape"] = [0]; b = b""' "$m: $Q.weight.nested_absmax: *"
bad int8 'no scales' "$Q.SCB" "$gone" "config.json: $Q: the weights are quantised (bitsandbytes): *"
bad int8 'tiles' "$Q.weight_format" 'b[0] = 1' "$m: $Q.weight_format: not the order of rows, which alone is read"
bad int8 'too few scales' "$Q.SCB" 't["shape"] = [16]; b = b[:64]' "$m: $Q.SCB: of type F32 and shape 16 x 1, which does not fit *"

# Rows that are inputs.
mkdir -p g
echo '{"model_type": "gpt2", "n_embd": 64, "n_head": 2, "n_layer": 1}' >g/config.json
edit tensors "$P/int8/model.safetensors" g/model.safetensors '.*' 'name = name.replace("model.layers.0.self_attn.q_proj", "h.0.attn.c_attn")'
t 'rows that are inputs' 1 'hg-extract g' '' 'hg-extract: g/model.safetensors: h.0.attn.c_attn: quantised, which is not read where the rows are inputs'

# Scales in a file of torch.save have a check sum; one of them is changed.
mkdir zip
cp "$P/int8_bytes/config.json" zip
cat >torch.py <<'EOF'
import json, struct, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import pickles as p
b = open(sys.argv[2], "rb").read()
n, = struct.unpack("<Q", b[:8])
h = {k: v for k, v in json.loads(b[8:8 + n]).items() if k != "__metadata__"}
z, pairs = p.Zip(), []
for i, (k, v) in enumerate(h.items()):
    shape, kind = v["shape"], {"F32": "FloatStorage", "I8": "CharStorage"}[v["dtype"]]
    count, step = 1, []
    for size in shape[::-1]:
        step.insert(0, count)
        count *= size
    pairs.append((p.text(k), p.tensor(p.storage(str(i), count, ("torch", kind)), size=shape, stride=step)))
z.add("data.pkl", p.pickle(p.mapping(*pairs)))
for i, (k, v) in enumerate(h.items()):
    data, flip = b[8 + n:][slice(*v["data_offsets"])], len(sys.argv) > 4 and k.endswith(sys.argv[4])
    z.add("data/%d" % i, bytes([data[0] ^ flip]) + data[1:], crc=p.zlib.crc32(data))
open(sys.argv[3], "wb").write(z.end())
EOF
t 'scales of torch.save' 0 "python3 torch.py $R/tests $P/int8_bytes/model.safetensors zip/pytorch_model.bin; hg-extract -p zip >a; hg-extract -p $P/int8_bytes | cmp - a" '' ''
t 'scales that are damaged' 1 "python3 torch.py $R/tests $P/int8_bytes/model.safetensors zip/pytorch_model.bin q_proj.weight_scale; hg-extract -p zip" '' 'hg-extract: zip/pytorch_model.bin: damaged ZIP: x/data/1: its check sum is wrong: model.layers.0.self_attn.q_proj.weight_scale lies in it'

# All that weights are made of is read, and --info says so.
t '--info: what packed weights are made of' 0 "for n in awq fp4_table gptq int8_bytes mlx nf4_nested nvfp4; do hg-extract -p --info $P/\$n | grep -c '^,not_read,.*[qk]_proj'; done | sort | uniq -c | tr -s ' '" ' 7 0' ''
