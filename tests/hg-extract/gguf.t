# gguf.t - models of GGUF: every type, every family's fixture, several files, bad ones.
. tests/lib.sh
needs python3
G=$R/tests/data/gguf

python3 "$R/tests/spectra.py" "$G"/f32/*.gguf "$G"/bf16/*.gguf "$G"/fused/*.gguf "$G"/split/*-00002-of-00003.gguf "$G"/scaled/*.gguf ||
	echo "not ok - spectra.py ended with status $?"

# Every type, heads by layer, keys of latent attention that are a tensor of their own.
for n in types layers turned; do
	t "$n: its spectra" 0 "hg-extract -p $G/$n.gguf 2>err | python3 $R/tests/columns.py $G/$n.csv >a
		awk -v tol=1e-11 -f $R/tests/close.awk $G/$n.csv a" ''
done
for n in values turned; do
	t "$n: its spectra of W_O W_V" 0 "hg-extract -p --circuit ov $G/$n.gguf 2>err | python3 $R/tests/columns.py $G/${n}_ov.csv >a
		awk -v tol=1e-11 -f $R/tests/close.awk $G/${n}_ov.csv a" ''
done
# Older files of latent attention have kv_b as one tensor, and the sizes of each head under other keys.
edit gguf "$G/f32/deepseek_v3.gguf" x.gguf '
keys = {k[20:]: v for k, v in g.keys.items() if k.startswith("deepseek2.attention.")}
size = lambda k: struct.unpack("<I", keys[k][1])[0]
H, r, d, v = size("head_count"), size("kv_lora_rank"), size("key_length_mla"), size("value_length_mla")
for l in range(2):
    take = lambda n: struct.unpack("<%df" % (len(g.tensors[n][2]) // 4), g.tensors[n][2])
    k_b, v_b = take("blk.%d.attn_k_b.weight" % l), take("blk.%d.attn_v_b.weight" % l)
    m = len(k_b) // (H * r)
    kv = [x for h in range(H) for x in [k_b[(h * r + j) * m + i] for i in range(m) for j in range(r)] +
          list(v_b[h * v * r:(h + 1) * v * r])]
    del g.tensors["blk.%d.attn_k_b.weight" % l], g.tensors["blk.%d.attn_v_b.weight" % l]
    g.tensors["blk.%d.attn_kv_b.weight" % l] = [[r, H * (m + v)], 0, struct.pack("<%df" % len(kv), *kv)]
g.keys |= {"deepseek2.attention.key_length": [4, u32(d)], "deepseek2.attention.value_length": [4, u32(v)]}
del g.keys["deepseek2.attention.key_length_mla"], g.keys["deepseek2.attention.value_length_mla"]'
for o in '' '--circuit ov' '--rotary 0,7'; do
	t "kv_b as one tensor $o" 0 "hg-extract -p $o $G/f32/deepseek_v3.gguf >b 2>err; hg-extract -p $o x.gguf 2>err | cmp - b" ''
done
t 'the same bytes for all numbers of threads' 0 "for n in 1 2 3 8; do hg-extract -@ \$n $G/types.gguf | cksum; done | uniq | wc -l" '*1'
t 'layers without heads' 0 "hg-extract -p $G/layers.gguf | cut -d, -f 1 | uniq -c | tr -s ' \\n' ' '" ' 1 layer 4 0 2 2 4 3 ' \
	'hg-extract: deci: 2 of 5 layers have no softmax attention and give no rows'
t 'heads of layers with fewer' 0 "hg-extract -p --heads 2- $G/layers.gguf 2>err | cut -d, -f 1,2 | tr '\\n' ' '" 'layer,head 0,2 0,3 3,2 3,3 '

# Column weights: of models in blocks, what their q and k are.
t 'no column weights of numbers that stand alone' 0 "hg-extract -p $G/bf16/mistral.gguf | head -n 1" 'layer,head,stage,depth,metric,*'
t 'column weights' 0 "hg-extract -p --layers 7 --tag a=b $G/types.gguf | cut -d, -f 1-4,6,7 | head -n 2" 'a,layer,head,stage,weights,metric
b,7,0,mid,q4_k,full'
t 'column weights of several types' 0 "hg-extract -p --layers 7,9 $G/types.gguf | cut -d, -f 5 | uniq" 'weights
q4_k+q6_k'
t 'column weights of the OV circuit' 0 "hg-extract -p --circuit ov --layers 1- $G/values.gguf | cut -d, -f 5,6 | uniq" 'weights,circuit
q8_0+q6_k+nvfp4,ov'
t 'a column weights that is there' 1 "printf 'layer,weights\\n0,1\\n' | hg-extract --with - $G/types.gguf" '' 'hg-extract: <stdin>: column "weights" would be there twice'
t 'a column weights of another table' 0 "printf 'layer,weights\\n0,1\\n' | hg-extract -p --with - $G/bf16/mistral.gguf 2>err | cut -d, -f 5 | head -n 2" 'weights
1'
t 'with a model of none' 0 "hg-extract -p --layers 0 --heads 0 $G/types.gguf $G/bf16/mistral.gguf | cut -d, -f 1-3,6-7" 'model,layer,head,weights,metric
types,0,0,q4_0,full
mistral,0,0,,full'

# Files, directories.
hg-extract -p "$R/tests/data/checkpoints/llama_sharded" >a
t 'any of several files' 0 "for n in 1 2 3; do hg-extract -p $G/split/llama_sharded-0000\$n-of-00003.gguf | cut -d, -f 1-6 | cksum; done | uniq | wc -l" '*1'
for n in 0 1; do
	edit gguf "$G/f32/llama.gguf" two-0000$((n + 1))-of-00002.gguf "
g.keys |= {'split.no': [2, struct.pack('<H', $n)], 'split.count': [2, struct.pack('<H', 2)], 'split.tensors.count': [5, struct.pack('<i', len(g.tensors))]}
g.tensors = dict(list(g.tensors.items())[$n::2])"
done
t 'two files' 0 "hg-extract -p $G/f32/llama.gguf >b; for n in 1 2; do hg-extract -p two-0000\$n-of-00002.gguf | cmp - b; done" '' ''
t 'their directory' 0 "hg-extract -p $G/split | cut -d, -f 1-6 | cksum >b; cut -d, -f 1-6 a | cksum | cmp - b" ''
t 'the name of several files' 0 "hg-extract -p --tag m=%n $G/split/llama_sharded-00002-of-00003.gguf | cut -d, -f 1 | uniq" 'm
llama_sharded'
mkdir d s
cp "$G/bf16/mistral.gguf" d/m.gguf
t 'a directory with one' 0 "hg-extract -p d >b; hg-extract -p d/m.gguf | cmp - b" ''
t 'in the directory itself' 0 "cd d && hg-extract -p m.gguf | cmp - ../b && hg-extract -p . | cmp - ../b" ''
cp "$G"/split/* d
t 'a directory with two' 1 'hg-extract d' '' 'hg-extract: d: more than one model of GGUF, such as llama_sharded-00001-of-00003.gguf and m.gguf: name the file that is meant'
cp "$R"/tests/data/checkpoints/llama/* d
t 'safetensors beside them' 0 "hg-extract -p d >b; hg-extract -p $R/tests/data/checkpoints/llama | cmp - b" ''
cp "$G"/split/*-0000[13]-of* s
t 'layers of other kinds in one of several' 0 "cp $G/f32/qwen3_next.gguf q-00001-of-00001.gguf; cp $G/f32/qwen3_next.gguf q-00001-of-00002.gguf; for n in 1 2; do hg-extract -p q-00001-of-0000\$n.gguf 2>err | cksum; done | uniq | wc -l; hg-extract q-00001-of-00002.gguf 2>&1 >/dev/null | grep -c 'no softmax'" '*1
1'
t 'a file that is missing' 1 'hg-extract s' '' 'hg-extract: s/llama_sharded-00002-of-00003.gguf: No such file or directory'
cp "$G"/split/*-00003-of* s/llama_sharded-00002-of-00003.gguf
t 'a file that is another' 1 'hg-extract s' '' '*s/llama_sharded-00002-of-00003.gguf: it does not say that it is part 2 of 3'
cp "$G"/split/*-00002-of* s/other.gguf
t 'a file by another name' 1 'hg-extract s/other.gguf' '' 'hg-extract: s/other.gguf: part 2 of 3 of a model: its name must end with -00002-of-00003.gguf, so that the others are found'
t 'known by its content' 0 "cp $G/bf16/mistral.gguf noname; hg-extract -p noname >b; hg-extract -p $G/bf16/mistral.gguf | cmp - b" ''
t 'from a pipe' 1 "hg-extract - <$G/types.gguf" '' 'hg-extract: <stdin>: a checkpoint cannot be read from a pipe or as gzip: name its file'
t 'as gzip' 1 "gzip -c $G/types.gguf >g.gguf.gz; hg-extract g.gguf.gz" '' '*g.gguf.gz: a checkpoint cannot be read from a pipe or as gzip: name its file'
t 'the output over it' 1 "hg-extract -o noname noname" '' '*noname*'
t 'a file that is none' 1 "printf 'GGUQ: 12345678' >n.gguf; hg-extract n.gguf" '' 'hg-extract: n.gguf:*'

# ed FILE CODE: x.gguf is the fixture changed.  bad 'WHAT' FILE 'CODE' 'MESSAGE'
ed() {
	edit gguf "$G/$1.gguf" x.gguf "$2"
}
bad() {
	ed "$2" "$3"
	t "$1" 1 'hg-extract -p x.gguf' '' "hg-extract: x.gguf: $4"
}
fine() {
	ed "$2" "$3"
	t "$1" 0 "hg-extract -p $G/$2.gguf >b 2>err; hg-extract -p x.gguf 2>err | cmp - b" ''
}
L=bf16/mistral
fine 'nothing changed' $L ''
fine 'version 2' $L 'g.version = 2'
fine 'alignment 8' $L 'g.align = 8; g.keys["general.alignment"] = [4, u32(8)]'
fine 'alignment 1' $L 'g.align = 1; g.keys["general.alignment"] = [10, u64(1)]'
fine 'other keys of all types' $L 'g.keys |= {"a": [0, b"1"], "b": [1, b"1"], "c": [2, b"12"], "d": [3, b"12"], "e": [6, b"1234"], "f": [7, b"\1"], "h": [11, bytes(8)], "i": [12, bytes(8)], "j": [9, array("text", ["a", "", "bc"])], "k": [9, u32(9) + u64(2) + array("B", [1, 2]) + array("text", [])]}'
fine 'bytes behind the tensors' $L 'g.out = lambda b: b + bytes(100)'
bad 'version 1' $L 'g.version = 1' 'version 1 of GGUF: only 2 and 3 are read'
bad 'version 4' $L 'g.version = 4' 'version 4 of GGUF: only 2 and 3 are read'
bad 'big-endian' $L 'g.version = 3 << 24' 'GGUF for processors that are big-endian, which is not read: convert it'
bad '2^63 tensors' $L 'g.counts = 1 << 63, 10' 'cut short, or not GGUF: 9223372036854775808 tensors at byte 8, more than the file of * bytes can hold'
bad '2^64 - 1 keys' $L 'g.counts = 10, (1 << 64) - 1' 'cut short, or not GGUF: 18446744073709551615 keys at byte 16, more *'
bad 'layers below 0, and a pattern of them' f32/gemma3_text 'g.keys |= {"gemma3.block_count": [5, i32(-3)], "gemma3.attention.sliding_window_pattern": [4, u32(6)]}' 'num_hidden_layers*: not a whole number from 1 to 1000000: -3'
bad 'a tensor too many' $L 'g.counts = len(g.tensors) + 1, len(g.keys)' 'not GGUF: a name of 0 bytes *'
bad 'a text of 2^63' $L 'g.keys["general.name"] = [8, u64(1 << 63)]' 'cut short, or not GGUF: 9223372036854775808 bytes at byte *'
bad 'a text beyond the end' $L 'g.keys["general.name"] = [8, u64(1 << 20)]' 'cut short, or not GGUF: 1048576 bytes at byte *'
bad 'an array of 2^63' $L 'g.keys["a"] = [9, u32(4) + u64(1 << 63)]' 'cut short, or not GGUF: 9223372036854775808 values at *'
bad 'an array whose bytes overflow' $L 'g.keys["a"] = [9, u32(12) + u64(1 << 61)]' 'cut short, or not GGUF: 2305843009213693952 values at *'
bad 'texts without end' $L 'g.keys["a"] = [9, u32(8) + u64(50) + u64(1 << 40)]' 'cut short, or not GGUF: *'
bad 'arrays in arrays' $L 'g.keys["a"] = [9, b"".join(u32(9) + u64(1) for _ in range(200)) + u32(0) + u64(0)]' 'not GGUF: at byte *: arrays in arrays in arrays'
bad 'a type of a value' $L 'g.keys["a"] = [13, bytes(8)]' 'not GGUF: at byte *: a value of a type that there is none of'
bad 'a type in an array' $L 'g.keys["a"] = [9, u32(77) + u64(3) + bytes(8)]' 'not GGUF: at byte *: a value of a type that there is none of'
bad 'a truth of 2' $L 'g.keys["a"] = [7, b"\2"]' 'not GGUF: at byte *: neither true nor false'
bad 'a key twice' $L 'g.twice = ["llama.block_count"]' 'not GGUF: key llama.block_count is there twice'
bad 'an empty key' $L 'g.keys[""] = [0, b"1"]' 'not GGUF: a name of 0 bytes at byte *'
bad 'a NUL in a key' $L 'g.keys["a\0b"] = [0, b"1"]' 'not GGUF: a NUL byte in the name at byte *'
bad 'a tensor twice' $L 'g.twice = ["blk.0.attn_q.weight"]' 'blk.0.attn_q.weight is in x.gguf already'
bad 'a name of 65 bytes' $L 'g.tensors["a" * 65] = [[1], 0, bytes(4)]' 'not GGUF: a name of 65 bytes at byte *'
for n in '0' '3' '33' '1 << 31'; do
	bad "alignment $n" $L "g.keys['general.alignment'] = [4, u32($n)]" 'not GGUF: general.alignment is no power of two'
done
bad 'alignment of text' $L 'g.keys["general.alignment"] = [8, text("32")]' 'not GGUF: general.alignment is no power of two'
bad 'alignment of 1.5' $L 'g.keys["general.alignment"] = [6, f32(1.5)]' 'not GGUF: general.alignment is no power of two'
bad 'five dimensions' $L 'g.tensors["a"] = [[1, 1, 1, 1, 1], 0, bytes(4)]' 'not GGUF: a: of 5 dimensions'
bad 'a shape of 2^63' $L 'g.tensors["a"] = [[1 << 63], 0, bytes(4)]' 'not GGUF: a: its shape is larger than any file'
bad 'a shape that overflows' $L 'g.tensors["a"] = [[1 << 32, 1 << 31, 2, 3], 0, bytes(4)]' 'not GGUF: a: its shape is larger than any file'
far='cut short: a has 10000000000 bytes from byte *'
! narrow || far='not GGUF: a: its shape is larger than any file'
bad 'a shape of 10 GB' $L 'g.tensors["a"] = [[50000, 50000], 0, bytes(4)]' "$far"
bad 'half a block' $L 'g.tensors["a"] = [[48], 8, bytes(68)]' 'not GGUF: a: rows of 48 numbers are no whole blocks of 32 (q8_0)'
for n in 4 5 31 43 1000 4294967295; do
	bad "type $n" $L "g.tensors['a'] = [[32], $n, bytes(128)]" "a: of type $n, which is none of ggml's, or no more"
done
bad 'an offset that is not aligned' $L 'g.at["output_norm.weight"] = 8' 'not GGUF: output_norm.weight: its offset 8 is no multiple of 32'
bad 'an offset of 2^63' $L 'g.at["output_norm.weight"] = 1 << 63' 'cut short: output_norm.weight has 48 bytes from byte 9223372036854775808 on, but *'
bad 'an offset at the end of numbers' $L 'g.at["output_norm.weight"] = (1 << 64) - 32' 'cut short: output_norm.weight has 48 bytes *'
bad 'tensors in each other' $L 'g.at["output_norm.weight"] = g.at["blk.0.attn_q.weight"] = 0' 'not GGUF: * overlaps *'
bad 'cut in its tensors' $L 'g.out = lambda b: b[:-40]' 'cut short: * has * bytes from byte *: fetch it again'
bad 'cut in its header' $L 'g.out = lambda b: b[:500]' 'cut short, or not GGUF: *'
bad 'nothing but its magic' $L 'g.out = lambda b: b[:8]' 'cut short, or not GGUF: 8 bytes at byte 8 of its header, but the file has 8'
cat >cuts.py <<'EOF'
import subprocess, sys
b = open(sys.argv[1], 'rb').read()
for n in range(0, len(b) - 40, 131):
    open('cut.gguf', 'wb').write(b[:n])
    p = subprocess.run(['hg-extract', '-p', 'cut.gguf'], capture_output=True, text=True)
    if p.returncode != 1 or p.stdout or p.stderr.count('\n') != 1 or ': ' not in p.stderr:
        print(n, p.returncode, p.stderr)
EOF
t 'cut at every 131st byte' 0 "python3 cuts.py $G/$L.gguf" ''

# Keys.
bad 'no architecture' $L 'del g.keys["general.architecture"]' 'no key general.architecture: the first of several files, or no model'
bad 'an architecture of bad UTF-8' $L 'g.keys["general.architecture"] = [8, text(b"\xff")]' 'general.architecture: not a text'
for k in block_count embedding_length attention.head_count; do
	bad "no $k" $L "del g.keys['llama.$k']" "no key llama.$k*"
done
bad 'more layers than tensors' $L 'g.keys["llama.block_count"] = [4, u32(1000)]' '1000 layers, but fewer tensors in all'
bad 'a layer less' $L 'g.keys["llama.block_count"] = [4, u32(1)]' '1 layers, but there is a tensor blk.1.attn_q.weight'
bad 'no heads' $L 'g.keys["llama.attention.head_count"] = [4, u32(0)]' '*: not a whole number from 1 to 1000000: 0'
bad 'heads that are not a number' $L 'g.keys["llama.attention.head_count"] = [6, f32(float("nan"))]' 'llama.attention.head_count: nan'
bad 'heads of too few layers' $L 'g.keys["llama.attention.head_count"] = [9, array("I", [4])]' '*: 1 numbers, but there is a layer 1'
bad 'half a head by layer' $L 'g.keys["llama.attention.head_count"] = [9, array("f", [4, 1.5])]' '*: not a whole number from 0 to 1000000: 1.5'
bad 'no heads of keys where there are' $L 'g.keys["llama.attention.head_count_kv"] = [9, array("I", [2, 0])]' 'layer 1: 4 heads and 0 of keys, but there is a tensor blk.1.attn_q.weight'
bad 'heads that do not share keys' $L 'g.keys["llama.attention.head_count_kv"] = [4, u32(3)]' '4 heads cannot share 3 heads of keys'
bad 'another shape' $L 'g.keys["llama.embedding_length"] = [4, u32(16)]' 'blk.0.attn_q.weight: of shape 16 x 12, not 16 x 16 as x.gguf says *'
bad 'no q' $L 'del g.tensors["blk.1.attn_q.weight"]' 'general.architecture llama needs tensor blk.1.attn_q.weight, which is in none of its files'
bad 'whole numbers' $L 'g.tensors["blk.1.attn_q.weight"][1] = 25' 'blk.1.attn_q.weight: of type i16: *'
bad 'no readable type' $L 'g.tensors["blk.1.attn_q.weight"] = [[128, 2], 41, bytes(36)]' 'blk.1.attn_q.weight: of type q1_0: *'
# last 'WHAT' FILE 'CODE' LAYER 'MESSAGE'
last() {
	ed "$2" "$3"
	t "$1" 1 "hg-extract -p --layers $4 x.gguf >out" '' "hg-extract: x.gguf: $5"
}
last 'infinity' types 'b = g.tensors["blk.5.attn_q.weight"]; b[2] = b[2][:80] + b"\0\x7c" + b[2][82:]' 5 'blk.5.attn_q.weight: layer 5, head 0: NaN or infinity in its weights'
t 'layers before it' 0 'hg-extract -p --layers 0-4 x.gguf | wc -l' '*11'
last 'infinity in a key' types 'b = g.tensors["blk.0.attn_k.weight"]; b[2] = b[2][:-18] + b"\0\xfc" + b[2][-16:]' 0 'blk.0.attn_k.weight: layer 0, key head 0: NaN or infinity in its weights'
last 'NaN in a scale' types 'g.tensors["blk.22.attn_q.scale"][2] = f32(float("nan"))' 22 'blk.22.attn_q.scale: NaN or infinity in the scales of weights'
bad 'two scales' types 'g.tensors["blk.22.attn_q.scale"] = [[2], 0, bytes(8)]' 'blk.22.attn_q.scale: of type f32, 2 numbers: not one scale for all of blk.22.attn_q.weight'
bad 'k_b of another shape' turned 'g.tensors["blk.0.attn_k_b.weight"][0] = [32, 128, 1]' 'blk.0.attn_k_b.weight: not of shape 2 x 64 x 32 as x.gguf says'
ed turned 'g.tensors["blk.0.attn_v_b.weight"][0] = [64, 16, 1]'
t 'v_b of another shape' 1 'hg-extract --circuit ov x.gguf' '' 'hg-extract: x.gguf: blk.0.attn_v_b.weight: not of shape 2 x 8 x 64 as x.gguf says'
ed turned 'del g.tensors["blk.0.attn_v_b.weight"]'
t 'no v_b, no kv_b' 1 'hg-extract --circuit ov x.gguf' '' 'hg-extract: x.gguf: general.architecture deepseek2 needs tensor blk.0.attn_kv_b.weight, *'
ed $L 'del g.tensors["blk.1.attn_output.weight"]'
t 'no W_O' 1 'hg-extract --circuit ov x.gguf' '' 'hg-extract: x.gguf: general.architecture llama needs tensor blk.1.attn_output.weight, *'
ed values 'g.keys["llama.attention.value_length"] = [4, u32(32)]'
t 'values of another size' 1 'hg-extract --circuit ov x.gguf' '' 'hg-extract: x.gguf: blk.0.attn_output.weight: of shape 32 x 256, not 32 x 128 as x.gguf says *'
ed fused/llama 'g.keys["llama.attention.value_length"] = [4, u32(3)]'
t 'values of another size in one tensor' 1 'hg-extract --circuit ov x.gguf' '' 'hg-extract: x.gguf: --circuit ov: not known where q and v, of different sizes, are one tensor'
ed f32/granite 'g.keys["granite.residual_scale"] = [6, f32(0.25)]'
t 'what the output is multiplied by' 0 'hg-extract --circuit ov x.gguf >out' '' '*: what heads give is multiplied by 0.25 (residual_multiplier), which M does not hold'
ed $L 'del g.tensors["blk.1.attn_q.weight"]'
t 'tensors of other layers are not needed' 0 "hg-extract -p --layers 0 $G/$L.gguf >b; hg-extract -p --layers 0 x.gguf | cmp - b" ''

# An architecture that is not known: by its names, by hints.
fine 'an architecture that is not known' f32/llama 'g.keys = {k.replace("llama.", "newest."): v for k, v in g.keys.items()} | {"general.architecture": [8, text("newest")]}'
t 'what is said of it' 0 'hg-extract x.gguf >/dev/null' '' 'hg-extract: x.gguf: general.architecture "newest" is not known: read by the names of its tensors, as llama is'
t 'it folds no norm' 1 'hg-extract --fold-norm x.gguf' '' '*: --fold-norm: not known of general.architecture "newest"'
fine 'the same, fused' fused/llama 'g.keys = {k.replace("llama.", "newest."): v for k, v in g.keys.items()} | {"general.architecture": [8, text("newest")]}'
t 'nor rotary positions' 1 'hg-extract --rotary 1 x.gguf' '' '*: --rotary: not known of general.architecture newest, or it has no rotary positions'
bad 'the same beside latent attention' f32/llama 'g.keys = {k.replace("llama.", "newest."): v for k, v in g.keys.items()} | {"general.architecture": [8, text("newest")]}; g.tensors["blk.0.attn_kv_a_mqa.weight"] = [[12, 3], 0, bytes(144)]' 'general.architecture "newest" is not known: say where q and k lie *'
t 'it has no OV circuit' 1 'hg-extract --circuit ov x.gguf' '' '*: --circuit ov: where W_V and W_O lie is not known of general.architecture "newest"'
t '--q, --k' 0 "hg-extract -p $G/$L.gguf >b; hg-extract -p --q 'blk.{}.attn_q' --k 'blk.{}.attn_k' $G/$L.gguf | cmp - b" ''
t '--layout' 0 "hg-extract -p $G/fused/llama.gguf >b; hg-extract -p --q 'blk.{}.attn_qkv' --layout fused $G/fused/llama.gguf | cmp - b" ''

# --rotary: a family without rotary.csv against its safetensors; what of the keys is not known.
C=$R/tests/data/checkpoints
t 'internlm2 at distances' 0 "hg-extract -p --rotary 1,300 $C/internlm2 >a; hg-extract -p --rotary 1,300 $G/f32/internlm2.gguf >b
	awk -v tol=1e-12 -f $R/tests/close.awk a b" ''
# turn WHAT FILE 'CODE' 'MESSAGE'; same: 'CODE' changes nothing.
turn() {
	ed "f32/$2" "$3"
	t "--rotary: $1" 1 'hg-extract --rotary 1 x.gguf' '' "hg-extract: x.gguf: $4"
}
same() {
	ed "f32/$2" "$3"
	t "--rotary: $1" 0 "hg-extract -p --rotary 300 $G/f32/$2.gguf >a 2>err; hg-extract -p --rotary 300 x.gguf 2>err | cmp - a" ''
}
for f in bert bloom gpt2 mpt gpt_bigcode t5; do
	t "--rotary: no $f" 1 "hg-extract --rotary 1 $G/f32/$f.gguf" '' '*--rotary: not known of general.architecture *, or it has no rotary positions'
done
turn 'an odd number of components' nemotron '' '--rotary: 1 of 4 components are turned: not an even number of them'
turn 'more than there are' llama 'g.keys["llama.rope.dimension_count"] = [4, u32(6)]' '--rotary: 6 of 4 components are turned: not an even number of them'
turn 'dimensions by layer' llama 'g.keys["llama.rope.dimension_count"] = [9, array("I", [4, 4])]' '--rotary: not known with llama.rope.dimension_count'
turn 'a base of 1' llama 'g.keys["llama.rope.freq_base"] = [6, f32(1)]' '--rotary: no rope_theta above 1'
same 'a base that is 10000 if it is absent' llama 'del g.keys["llama.rope.freq_base"]'
same 'all components if their number is absent' llama 'del g.keys["llama.rope.dimension_count"]'
same 'no type, no factor' llama 'g.keys["llama.rope.scaling.factor"] = [6, f32(0)]'
same 'type none' llama 'g.keys |= {"llama.rope.scaling.type": [8, text("none")], "llama.rope.scaling.factor": [6, f32(4)]}'
same 'bases of sliding and full attention alike' gemma2 'g.keys |= {"gemma2.rope.freq_base": [6, f32(10000)], "gemma2.rope.freq_base_swa": [6, f32(10000)]}'
turn 'bases that differ' gemma2 'g.keys |= {"gemma2.rope.freq_base": [6, f32(10000)], "gemma2.rope.freq_base_swa": [6, f32(5)]}' '--rotary: not known with gemma2.rope.freq_base_swa'
same 'a scaling that layers of sliding attention have not' olmo3 'g.keys |= {"olmo2.rope.scaling.type": [8, text("linear")], "olmo2.rope.scaling.factor": [6, f32(8)]}'
same 'a base of sliding attention that is 10000 if it is absent' gemma3_text 'del g.keys["gemma3.rope.freq_base_swa"]'
same 'every sixth layer of full attention' gemma3_text 'g.keys["gemma3.attention.sliding_window_pattern"] = [4, u32(6)]'
same 'all of sliding attention' gemma3_text 'g.keys["gemma3.attention.sliding_window_pattern"] = [4, u32(0)]'
turn 'a base of sliding attention that is none' gemma3_text 'g.keys["gemma3.rope.freq_base_swa"] = [9, array("f", [5])]' '--rotary: not known with gemma3.rope.freq_base_swa'
ed f32/gemma3_text 'g.keys["gemma3.attention.sliding_window_pattern"] = [4, u32(1)]'
cp x.gguf full.gguf
ed f32/gemma3_text 'g.keys["gemma3.rope.freq_base_swa"] = [6, f32(1e6)]'
t '--rotary: no layers of sliding attention' 0 "hg-extract -p --rotary 300 full.gguf 2>err | cut -d, -f 1,2,6- >a; hg-extract -p --rotary 300 x.gguf 2>err | cut -d, -f 1,2,6- | cmp - a" ''
all4='g.keys["llama4.block_count"] = [4, u32(4)]
for l in 2, 3:
    g.tensors |= {"blk.%d.attn_%s.weight" % (l, x): g.tensors["blk.0.attn_%s.weight" % x] for x in "qk"}'
ed f32/llama4 "$all4"
t '--rotary: each fourth layer of llama4 has none' 0 "hg-extract -p --rotary 0,300 x.gguf 2>err | awk -F, '\$1 ~ /[23]/ && \$2 == 1 { x[\$1, \$5] = \$NF }
	END { print x[2, 0] == x[2, 300], x[3, 0] == x[3, 300] }'" '0 1'
ed f32/llama4 "$all4; g.keys['llama4.attention.sliding_window'] = [4, u32(0)]"
t '--rotary: but without windows' 0 "hg-extract -p --rotary 0,300 x.gguf 2>err | awk -F, '\$2 == 1 && \$1 == 3 { x[\$5] = \$NF } END { print x[0] == x[300] }'" '0'
turn 'LongRoPE' phi3 'g.keys["phi3.rope.scaling.attn_factor"] = [6, f32(1.1)]' '--rotary: the scaling of rotary positions is not known: longrope'
turn 'factors of LongRoPE' phi3 'g.tensors["rope_factors_short.weight"] = [[2], 0, bytes(8)]' '--rotary: not known with rope_factors_short.weight'
turn 'a scaling that there is none of' llama 'g.keys["llama.rope.scaling.type"] = [8, text("dynamic")]' '--rotary: the scaling of rotary positions is not known: dynamic'
turn 'a scaling of bad UTF-8' llama 'g.keys["llama.rope.scaling.type"] = [8, text(b"\xff")]' '--rotary: the scaling of rotary positions is not known: \?'
turn 'a scaling that is no text' llama 'g.keys["llama.rope.scaling.type"] = [4, u32(1)]' '--rotary: not known with llama.rope.scaling.type'
turn 'YaRN without its context' llama 'g.keys |= {"llama.rope.scaling.type": [8, text("yarn")], "llama.rope.scaling.factor": [6, f32(4)]}' '--rotary: no positive original_max_position_embeddings in the rotary parameters'
turn 'YaRN with another blend' llama 'g.keys["llama.rope.scaling.yarn_ext_factor"] = [6, f32(0.5)]' '--rotary: not known with llama.rope.scaling.yarn_ext_factor'
turn 'a key that is not known' llama 'g.keys["llama.rope.scaling.alpha"] = [6, f32(2)]' '--rotary: not known with llama.rope.scaling.alpha'
turn 'layers without' llama 'g.keys["llama.attention.rope_pattern"] = [9, array("B", [1, 0])]' '--rotary: not known with llama.attention.rope_pattern'
turn 'sections' glm4 'g.keys["glm4.rope.dimension_sections"] = [9, array("I", [1, 0, 0, 0])]' '--rotary: not known with glm4.rope.dimension_sections'
turn 'granite without' granite 'g.keys["granite.rope.scaling.finetuned"] = [7, b"\0"]' '--rotary: not known with granite.rope.scaling.finetuned'
same 'granite with' granite 'g.keys["granite.rope.scaling.finetuned"] = [7, b"\1"]'
same 'factors of 1' llama 'g.tensors["rope_freqs.weight"] = [[2], 0, f32(1) + f32(1)]'
turn 'too many factors' llama 'g.tensors["rope_freqs.weight"] = [[4], 0, bytes(16)]' 'rope_freqs.weight: of type f32, 4 numbers: not F32 and 2, one for each pair that is turned'
turn 'factors of another type' llama 'g.tensors["rope_freqs.weight"] = [[2], 1, bytes(4)]' 'rope_freqs.weight: of type f16, 2 numbers: not F32 and 2, *'
turn 'a factor of 0' llama 'g.tensors["rope_freqs.weight"] = [[2], 0, f32(1) + bytes(4)]' 'rope_freqs.weight: not a positive number: 0'
turn 'a factor that is too small' llama 'g.tensors["rope_freqs.weight"] = [[2], 0, f32(0.25) + f32(1)]' '--rotary: positions turn a pair by 4 radians a token, not 0 to 1'

# scale WHAT FILE 'CODE' 'PYTHON': logit_scale of the first row.
scale() {
	ed "$2" "$3"
	python3 -c "from math import *; print('%.14g' % ($4))" >want
	t "$1" 0 'hg-extract -p --format %.14g --scale x.gguf 2>err | sed -n 2p | cut -d, -f 7 | cmp - want' ''
}
scale 'a scale' f32/llama 'g.keys["llama.attention.scale"] = [6, f32(0.3)]' 0.3
scale 'YaRN' f32/llama 'g.keys |= {"llama.rope.scaling.type": [8, text("yarn")], "llama.rope.scaling.factor": [6, f32(8)], "llama.rope.scaling.original_context_length": [4, u32(2)]}' '0.5 * (0.1 * log(8) + 1) ** 2'
scale 'YaRN, its factor given' f32/llama 'g.keys |= {"llama.rope.scaling.type": [8, text("yarn")], "llama.rope.scaling.factor": [6, f32(8)], "llama.rope.scaling.yarn_attn_factor": [6, f32(1.1)]}' '0.5 * 1.1 ** 2'
yarn() {
	echo "g.keys |= {'$1.rope.scaling.type': [8, text('yarn')], '$1.rope.scaling.factor': [6, f32(8)], '$1.rope.scaling.original_context_length': [4, u32(64)]}"
}
scale 'YaRN is not of sliding layers: olmo3' f32/olmo3 "$(yarn olmo2)" 0.5
scale 'but of full ones: olmo2' f32/olmo2 "$(yarn olmo2)" '0.5 * (0.1 * log(8) + 1) ** 2'
scale 'not of sliding layers: gemma3' f32/gemma3_text "$(yarn gemma3)" 0.5
for f in smollm3 llama4; do
	ed f32/$f "$(yarn $f); g.keys['$f.block_count'] = [4, u32(4)]
for l in 2, 3:
    for k in [k for k in g.tensors if k.startswith('blk.1.')]:
        g.tensors[k.replace('blk.1.', 'blk.%d.' % l)] = g.tensors[k]"
	t "and nowhere else: $f" 0 'hg-extract -p --format %.4g --scale x.gguf 2>/dev/null | cut -d, -f 1,7 | uniq' 'layer,logit_scale
0,0.7296
1,0.7296
2,0.7296
3,0.5'
done
scale 'LongRoPE' f32/phi3 'g.keys |= {"phi3.rope.scaling.attn_factor": [6, f32(1.2)]}' '0.5 * 1.2 ** 2'
scale 'linear' f32/llama 'g.keys |= {"llama.rope.scaling.type": [8, text("linear")], "llama.rope.scaling.factor": [6, f32(8)]}' 0.5
scale 'gemma2 of 46 layers' f32/gemma2 'g.keys["gemma2.block_count"] = [4, u32(46)]
for l in range(2, 46):
    for k in [k for k in g.tensors if k.startswith("blk.1.")]:
        g.tensors[k.replace("blk.1.", "blk.%d." % l)] = g.tensors[k]' '3 ** -0.5'

# Warnings.
said() {
	t "what is said of $1" 0 "hg-extract -p $G/f32/$1.gguf 2>&1 >out; hg-extract -p $G/f32/$1.gguf >/dev/null 2>err; wc -l <err" "$2"
}
said llama '*0'
said bloom 'hg-extract: bloom: *ALiBi*
*1'
said mpt 'hg-extract: mpt: *ALiBi*
*1'
said gpt_oss 'hg-extract: gpt-oss: *sink*
*1'
said gemma2 'hg-extract: gemma2: *capped at 50 *
*1'
said qwen3 'hg-extract: qwen3: *QK-norm*
*1'
said cohere_qknorm 'hg-extract: command-r: *QK-norm*
*1'
said t5 'hg-extract: t5: *learned bias*
*1'
said qwen3_next '*QK-norm*
*1 of 2 layers have no softmax attention*
*2'
t 'a scale that is not in the file' 0 "hg-extract --scale $G/f32/gemma2.gguf >/dev/null" '' '*capped*
*gemma2: the scale of the logits is not in the file: that of Google?s models of as many layers is taken'

# Layers at the end that predict further tokens.
ed f32/glm4 'g.keys = {k.replace("glm4.", "glm4moe."): v for k, v in g.keys.items()} | {"general.architecture": [8, text("glm4moe")], "glm4moe.nextn_predict_layers": [4, u32(1)]}
g.tensors["blk.1.nextn.eh_proj.weight"] = [[1], 0, bytes(4)]'
t 'a layer that predicts further' 0 "hg-extract -p x.gguf 2>err | cut -d, -f 1 | uniq | tr '\\n' ' '" 'layer 0 '
ed f32/glm4 'g.keys = {k.replace("glm4.", "glm4moe."): v for k, v in g.keys.items()} | {"general.architecture": [8, text("glm4moe")], "glm4moe.nextn_predict_layers": [4, u32(1)]}'
t 'one that is none' 0 "hg-extract -p x.gguf 2>err | cut -d, -f 1 | uniq | tr '\\n' ' '" 'layer 0 1 '
