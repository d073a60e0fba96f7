# safetensors.t - files, indices, folders and configurations that hg-extract
# refuses, and the rare ones that it takes.
. tests/lib.sh
C=$R/tests/data/checkpoints
mkdir m
cp "$C/llama/config.json" m

# le64 N - as eight bytes, the least first.
le64() {
	i=0 n=$1
	while [ $i -lt 8 ]; do
		printf "\\$((n >> 6 & 3))$((n >> 3 & 7))$((n & 7))"
		i=$((i + 1)) n=$((n >> 8))
	done
}
# file 'HEADER' BYTES [SIZE]: m/model.safetensors of that header and so many zero
# bytes; SIZE is what it says of the header's length.
file() {
	{ le64 "${3:-${#1}}"; printf %s "$1"; head -c "$2" /dev/zero; } >m/model.safetensors
}
# bad 'WHAT' 'HEADER' BYTES 'MESSAGE' [SIZE]
bad() {
	file "$2" "$3" $5
	t "$1" 1 'hg-extract -p m' '' "hg-extract: m/model.safetensors$4"
}
no=': not safetensors: '

# The format, rule by rule.
bad 'a header of nothing'        ''                    0 "${no}its header does not begin with {"
bad 'a header that is too long'  '{}'                  0 "${no}a header of 100000001 bytes, more than the 100000000 that are allowed" 100000001
bad 'a header of 2^64 - 1 bytes' '{}'                  0 "${no}a header of 18446744073709551615 bytes*" -1
bad 'a header beyond the file'   '{}'                  0 ': cut short: a header of 3 bytes in a file of 10: fetch it again' 3
bad 'a blank before the header'  ' {}'                 0 "${no}its header does not begin with {"
bad 'no JSON'                    '{"a":}'              0 ":1: column *${no}*"
bad 'a second text'              '{}{}'                0 ":1: column *${no}*"
bad 'a list'                     '[]'                  0 "${no}its header does not begin with {"
bad 'bad UTF-8'                  "$(printf '{"a\377": 1}')" 0 ":*${no}*"
bad 'a tensor that is none'      '{"a":1}'             0 "${no}a: not an object"
bad 'metadata that are none'     '{"__metadata__":1}'  0 "${no}__metadata__ is not an object"
bad 'metadata of numbers'        '{"__metadata__":{"a":1}}' 0 "${no}__metadata__: a: not a text"
# one 'WHAT' DTYPE SHAPE OFFSETS BYTES 'MESSAGE'
one() {
	bad "$1" "{\"a\":{\"dtype\":$2,\"shape\":$3,\"data_offsets\":$4}}" "$5" "$6"
}
one 'no type'                    null     '[1]'      '[0,4]'   4 "${no}a: no dtype"
one 'a type that is none'        '"F33"'  '[1]'      '[0,4]'   4 ': a: unknown dtype "F33"'
one 'no shape'                   '"F32"'  null       '[0,4]'   4 "${no}a: no shape"
one 'a shape of text'            '"F32"'  '["1"]'    '[0,4]'   4 "${no}a: shape: not a whole number from 0"
one 'a negative shape'           '"F32"'  '[-1]'     '[0,4]'   4 "${no}a: shape: not a whole number from 0"
one 'half a shape'               '"F32"'  '[1.0]'    '[0,4]'   4 "${no}a: shape: not a whole number from 0"
one 'a shape of 2^62'            '"F32"'  '[4611686018427387904]' '[0,4]' 4 "${no}a: its shape is larger than any file"
one 'a shape of 2^32 x 2^32'     '"F32"'  '[4294967296,4294967296]' '[0,0]' 0 "${no}a: its shape is larger than any file"
one 'a shape beyond 2^63'        '"F32"'  '[9223372036854775808]' '[0,0]' 0 ":1: column *${no}*"
one 'half a byte'                '"F4"'   '[3]'      '[0,2]'   2 "${no}a: its elements do not fill whole bytes"
one 'no offsets'                 '"F32"'  '[1]'      null      4 "${no}a: data_offsets are not two numbers"
one 'one offset'                 '"F32"'  '[1]'      '[4]'     4 "${no}a: data_offsets are not two numbers"
one 'three offsets'              '"F32"'  '[1]'      '[0,4,8]' 4 "${no}a: data_offsets are not two numbers"
one 'a negative offset'          '"F32"'  '[1]'      '[-4,0]'  4 "${no}a: data_offsets: not a whole number from 0"
one 'an end before the begin'    '"F32"'  '[1]'      '[4,0]'   4 "${no}a: it ends at byte 0 before it begins at 4"
one 'an end beyond the file'     '"F32"'  '[2]'      '[0,8]'   7 ': cut short: a ends at byte 8, but the file has 7 behind its header: fetch it again'
far=9223372036854775807
! narrow || far=4294967295
one 'an end of 2^63 - 1'         '"F32"'  '[2]'      '[0,9223372036854775807]' 8 ": cut short: a ends at byte $far*"
one 'too many bytes'             '"F32"'  '[1]'      '[0,8]'   8 "${no}a: its shape takes 4 bytes, its data_offsets 8"
one 'too few bytes'              '"F64"'  '[1]'      '[0,4]'   4 "${no}a: its shape takes 8 bytes, its data_offsets 4"
one 'a hole in front'            '"F32"'  '[1]'      '[4,8]'   8 "${no}a leaves a hole behind the tensor before it"
one 'bytes behind'               '"F32"'  '[1]'      '[0,4]'   5 "${no}1 bytes behind the last tensor"
F='"dtype":"F32","shape":[1],"data_offsets"'
bad 'a hole'                     "{\"a\":{$F:[0,4]},\"b\":{$F:[8,12]}}" 12 "${no}b leaves a hole behind the tensor before it"
bad 'an overlap'                 "{\"a\":{$F:[0,4]},\"b\":{$F:[2,6]}}"  6 "${no}b overlaps the tensor before it"
bad 'the same bytes twice'       "{\"a\":{$F:[0,4]},\"b\":{$F:[0,4]}}"  4 "${no}* overlaps the tensor before it"
bad 'a name twice'               "{\"a\":{$F:[0,4]},\"a\":{$F:[4,8]}}"  8 ":1: column *${no}duplicate object key*"
bad 'a key twice'                "{\"a\":{\"dtype\":\"F32\",$F:[0,4]}}" 4 ":1: column *${no}duplicate object key*"
needs python3
for m in null '{}'; do
	edit tensors "$C/llama/model.safetensors" m/model.safetensors .lm_head.weight 'pass'
	python3 -c "
import struct
b = open('m/model.safetensors', 'rb').read(); n, = struct.unpack('<Q', b[:8])
h = b'{\"__metadata__\":$m,' + b[9:8 + n]
open('m/model.safetensors', 'wb').write(struct.pack('<Q', len(h)) + h + b[8 + n:])"
	t "metadata that are $m" 0 "hg-extract -p m >a; hg-extract -p $C/llama | cmp - a" '' ''
done
for n in 0x120108 0x3a0808; do
	python3 -c "
import struct
b = open('$C/llama/model.safetensors', 'rb').read(); n, = struct.unpack('<Q', b[:8])
open('m/model.safetensors', 'wb').write(struct.pack('<Q', $n) + b[8:8 + n] + b' ' * ($n - n) + b[8 + n:])"
	t "a header of $n bytes, as other formats begin" 0 "hg-extract -p m >a; hg-extract -p $C/llama | cmp - a" '' ''
done
E='"dtype":"F32","shape":[0],"data_offsets"'
file \
	"{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"BOOL\",\"shape\":[],\"data_offsets\":[0,1]},\"b\":{$E:[1,1]},\"c\":{\"dtype\":\"F6_E2M3\",\"shape\":[4],\"data_offsets\":[1,4]}}   " 4
t 'scalars, empty tensors, blanks behind, any type: none of attention' 1 'hg-extract m' '' \
	'hg-extract: m/config.json: no tensor layers.0.self_attn.q_proj.weight, as model_type llama has it, under any name before it; found: no matrix of a layer that is named like attention'
printf '\12\0\0\0\0\0\0\0{"a": 1}\0 ' >m/model.safetensors
t 'a NUL byte in the header' 1 'hg-extract m' '' "*${no}a NUL byte in its JSON text"

# Files.
t 'a file of 7 bytes' 1 'printf 1234567 >m/model.safetensors; hg-extract m' '' "*m/model.safetensors: not a checkpoint: 7 bytes"
t 'a file of none' 1 ': >m/model.safetensors; hg-extract m/model.safetensors' '' "*m/model.safetensors: not a checkpoint: 0 bytes"
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 16384\n' >m/model.safetensors
t 'a Git LFS pointer' 1 'hg-extract m' '' 'hg-extract: m/model.safetensors: a Git LFS pointer, not the file itself: fetch it with `git lfs pull`'
t 'a Git LFS pointer of another name' 1 'cp m/model.safetensors m/x; hg-extract m/x' '' 'hg-extract: m/x: a Git LFS pointer*'
cp "$C/llama/model.safetensors" m
t 'a checkpoint is known by its content' 0 "cp m/model.safetensors m/x; hg-extract -p m/x | cmp - m/x; hg-extract -p m/x >a; hg-extract -p m | cmp - a" '*'
# cuts - what is said of the file cut at every 97th byte, and the status.
cuts() {
	for n in $(seq 0 97 $(($(wc -c <"$C/llama/model.safetensors") - 1))); do
		head -c "$n" "$C/llama/model.safetensors" >m/model.safetensors
		hg-extract -p m 2>&1
		echo $?
	done
}
t 'cut at every 97th byte' 1 'cuts | grep -cv -e ": cut short: " -e ": not safetensors: " -e ": not a checkpoint: " -e "^1$"' '0'
t 'a directory in place of a file' 1 'rm m/model.safetensors; mkdir m/model.safetensors; hg-extract m' '' '*m/model.safetensors: not a regular file'
rmdir m/model.safetensors
if [ "$(id -u)" != 0 ]; then
	t 'a file that may not be read' 1 "cp $C/llama/model.safetensors m; chmod 0 m/model.safetensors; hg-extract m" '' '*m/model.safetensors: Permission denied'
	rm -f m/model.safetensors
fi

# Folders.
folder() {
	rm -rf f
	mkdir f
	for i in $2; do : >"f/$i"; done
	t "$1" 1 'hg-extract f' '' "hg-extract: $3"
}
none='no model.safetensors, no pytorch_model.bin, no index of shards and no .gguf file'
folder 'an empty folder' '' "f: $none"
folder 'an adapter alone' 'adapter_config.json adapter_model.safetensors' 'f: only an adapter, no model: merge it *'
folder 'safetensors of another name' 'a.safetensors config.json' "f: $none: name the file that holds the model"
folder 'a pickle of another name' 'consolidated.00.pth' "f: $none: name the file that holds the model"
t 'no config.json' 1 "cp $C/llama/model.safetensors f; hg-extract f" '' 'hg-extract: f/config.json: not there: it says how many heads the model has'

# Formats that are not read: a file, in a directory, under the name of another format.
# foreign 'BYTES as printf has them' 'NAME'
foreign() {
	rm -rf f
	mkdir f
	printf "$1" >f/x.bin
	t "a file of $2" 1 'hg-extract f/x.bin' '' "hg-extract: f/x.bin: $2, which is not read: take the model as safetensors"
	t "a folder of $2" 1 'hg-extract f' '' "hg-extract: f/x.bin: $2, which is not read: *"
	t "model.safetensors of $2" 1 'mv f/x.bin f/model.safetensors; hg-extract f' '' "hg-extract: f/model.safetensors: $2, which is not read: *"
}
foreign '\006\0\0\0\020\0TransformerSpec\0\001\0\0\0' 'a model of CTranslate2'
foreign '\b\b\022\apytorch\032\0052.1.0:abc' ONNX
foreign '\b\001\022\200\001abcdefgh' 'a SavedModel of TensorFlow'
foreign '\211HDF\r\n\032\nabcdefgh' 'HDF5, as Keras and TensorFlow write it'
foreign '\034\0\0\0TFL3abcdefgh' 'TensorFlow Lite'
foreign '\202\246params\201\245dense' 'msgpack, as Flax writes it'
foreign '\336\0\001\246params\201\245dense' 'msgpack, as Flax writes it'
foreign '\337\0\0\0\001\331\040abcdefghijklmnopqrstuvwxyzabcdef' 'msgpack, as Flax writes it'
foreign '\223NUMPY\001\0v\0abcdefgh' 'an array of numpy'
foreign 'tjgg\003\0\0\0abcdefgh' 'ggml as it was before GGUF'
foreign "$(python3 -c '
import io, zipfile
b = io.BytesIO(); z = zipfile.ZipFile(b, "w"); z.writestr("model.layers.0.npy", b"123"); z.close()
print("".join("\\%03o" % c for c in b.getvalue()))')" 'npz, arrays of numpy'
rm -rf f
mkdir f
printf 'some blocks\127\373\200\213\044\165\107\333' >f/model.ckpt.index
t 'a folder of a checkpoint of TensorFlow' 1 'hg-extract f' '' 'hg-extract: f/model.ckpt.index: a checkpoint of TensorFlow, which is not read: *'
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 16384\n' >f/model.ckpt.index
t 'a folder of a Git LFS pointer' 1 'hg-extract f' '' 'hg-extract: f/model.ckpt.index: a Git LFS pointer, *'
rm f/*
printf '{}' >f/tokenizer.json
t 'a folder of a tokenizer' 1 'hg-extract f' '' 'hg-extract: f: a tokenizer, but no weights'
rm -rf f

mkdir -p f
for n in model.safetensors model.safetensors.index.json; do
	rm -f f/*
	ln -s nowhere f/$n
	t "$n is a link to nothing" 1 'hg-extract f' '' "hg-extract: f/$n: No such file or directory"
	rm f/$n
	mkfifo f/$n
	t "$n is a pipe with no writer" 1 'hg-extract f' '' "hg-extract: f/$n: not *regular file*"
done
rm -f f/*
cp "$C/llama/model.safetensors" f
ln -s nowhere f/config.json
t 'config.json is a link to nothing' 1 'hg-extract f' '' 'hg-extract: f/config.json: No such file or directory'
rm f/config.json
mkfifo f/config.json
t 'config.json is a pipe with no writer' 1 'hg-extract f' '' 'hg-extract: f/config.json: not *regular file*'
rm f/config.json
cat "$C/llama/config.json" >config.json
printf 'version https://git-lfs.github.com/spec/v1\n' >f/config.json
t 'config.json is a Git LFS pointer' 1 'hg-extract f' '' 'hg-extract: f/config.json: a Git LFS pointer, not the file itself: fetch *'
{ printf '\357\273\277'; sed 's/^{/{"a": [NaN, Infinity, -Infinity, "NaN"],/' config.json; } >f/config.json
t 'config.json with a byte order mark and the words of Python' 0 "hg-extract -p f >a; hg-extract -p $C/llama | cmp - a" '' ''
sed 's/^{/{"a": NaN, x/' config.json >f/config.json
t 'the column is that of the file' 1 'hg-extract f' '' 'hg-extract: f/config.json:1: column 12: not a model?s configuration: *'

# What is no checkpoint, or a part of one.
t 'a checkpoint from a pipe' 1 "cat $C/llama/model.safetensors | hg-extract" '' 'hg-extract: <stdin>: a checkpoint cannot be read from a pipe or as gzip: name its directory'
for i in 4 5 6 7; do
	{ le64 $((0x61616161 + (1 << 8*i))); echo '{}'; } >pipe
	t "no header is of 2^$((8*i)) bytes or more" 1 'hg-extract <pipe' '' 'hg-extract: <stdin>:1: #1: a NUL byte: this is not text'
done
t 'a checkpoint as gzip' 1 "gzip -c $C/llama/model.safetensors >m.gz; hg-extract m.gz" '' 'hg-extract: m.gz: a checkpoint cannot be read *'
t 'config.json for the checkpoint' 1 "hg-extract $C/llama/config.json" '' '*: a part of a checkpoint: name the directory that it is in'
t 'the index for the checkpoint' 1 "hg-extract $C/llama_sharded/model.safetensors.index.json" '' '*: a part of a checkpoint: name the directory that it is in'
file '{"a.lora_A.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}' 4
t 'an adapter' 1 'cp m/model.safetensors adapter_model.safetensors; hg-extract adapter_model.safetensors' '' 'hg-extract: adapter_model.safetensors: only an adapter, no model: merge it *'

# A file that is cut while it is read.  Nothing is read of it before --with is.
if kill -l BUS >/dev/null 2>&1; then
	cp "$C/llama/model.safetensors" "$C/llama/config.json" f
	mkfifo with
	cut_while_read() {
		hg-extract -@ 1 -o new.csv --with with f &
		{ : >f/model.safetensors; printf 'layer,x\n0,1\n'; } >with
		wait $!
		[ $? -gt 128 ] && ls new.csv .hg* 2>&1 | grep -c '^\.hg'
	}
	t 'a file that is cut while it is read' 1 cut_while_read '0' '*hg-extract: a file was cut while it was read*'
fi

# A header is as long as what other formats begin with: pickles, ONNX, msgpack.
afresh "$C/llama" s
hg-extract -p s >a
for n in 0x10280 0x10380 0x10480 0x10580 0x10308 0x11208 0x1a184; do
	python3 - "$C/llama/model.safetensors" s/model.safetensors "$n" <<'E'
import sys
b = open(sys.argv[1], 'rb').read()
n, m = int.from_bytes(b[:8], 'little'), int(sys.argv[3], 16)
open(sys.argv[2], 'wb').write(m.to_bytes(8, 'little') + b[8:8 + n].ljust(m) + b[8 + n:])
E
	t "a header of $n bytes" 0 'hg-extract -p s | cmp - a && hg-extract -p s/model.safetensors | cmp - a' '' ''
done

# Shards.
afresh "$C/llama_sharded" s
I=s/model.safetensors.index.json
cp $I index
t 'a shard that is missing' 1 'rm s/model-00003-of-00008.safetensors; hg-extract s' '' "hg-extract: $I: shard model-00003-of-00008.safetensors, which it names, is not there: fetch it"
cp "$C/llama_sharded/model-00003-of-00008.safetensors" s
t 'a shard that is cut' 1 'head -c 1000 '"$C"'/llama_sharded/model-00003-of-00008.safetensors >s/model-00003-of-00008.safetensors; hg-extract s' '' 'hg-extract: s/model-00003-of-00008.safetensors: cut short: *'
cp "$C/llama_sharded/model-00003-of-00008.safetensors" s
# index 'WHAT' 'SED' 'MESSAGE'
index() {
	sed "$2" index >$I
	t "$1" 1 'hg-extract s' '' "hg-extract: $I: $3"
}
for n in ../model.safetensors sub/model.safetensors /etc/passwd . .. '' 'a\\\\b'; do
	index "a shard called \"$n\"" "s#model-00003-of-00008.safetensors#$n#" '*: not the name of a file beside it: "*"'
done
index 'a shard that is a number' 's/"model-00003-of-00008.safetensors"/3/' '*: its file is not a text'
gone='1 of its tensors not in the files that it names, such as'
index 'a tensor in the wrong shard' '/layers.0.self_attn.q_proj/s/-0000[0-9]-of/-00008-of/' "$gone model.layers.0.self_attn.q_proj.weight
hg-extract: $I: model.layers.0.self_attn.q_proj.weight is in s/model-0000?-of-00008.safetensors, not in model-00008-of-00008.safetensors"
index 'a key in no shard' 's/"model.layers.0.self_attn.o_proj.weight"/"model.layers.0.self_attn.k_norm.weight"/; s/"model.layers.0.self_attn.v_proj.weight"/"model.layers.0.self_attn.q_norm.weight"/' "2 of its tensors not *
hg-extract: $I: model.layers.0.self_attn.q_norm.weight is in none of the files"
hg-extract -p "$C/llama_sharded" >a
# needless 'WHAT' 'SED': said, and the rows are there
needless() {
	sed "$2" index >$I
	t "$1" 0 'hg-extract -p s | cmp - a' '' "hg-extract: $I: $gone *"
}
needless 'a tensor in no shard that no head needs' 's/layers.0.self_attn.o_proj/layers.7.mtp/'
needless 'one in the wrong shard that no head needs' '/layers.0.mlp.up_proj/s/-0000[0-9]-of/-00008-of/'
index 'no map' 's/weight_map/weights/' 'not an index of shards: no "weight_map"'
echo '{"weight_map": {}}' >$I
t 'an empty map' 1 'hg-extract s' '' "hg-extract: $I: not an index of shards: no \"weight_map\""
echo '[]' >$I
t 'an index that is a list' 1 'hg-extract s' '' "hg-extract: $I: not an index of shards: its JSON text is not an object"
echo '{"weight_map": {"a": "x", "a": "y"}}' >$I
t 'an index with a name twice' 1 'hg-extract s' '' "hg-extract: $I:1: column *: not an index of shards: duplicate object key*"
cp index $I

# A stale copy in another shard: the index decides, whichever of both comes first.
for shard in 00001 00009; do
	afresh "$C/llama_sharded" s
	edit tensors s/model-00003-of-00008.safetensors "s/model-$shard-new.safetensors" '.*' 'b[:] = b[::-1]'
	python3 -c "
import json
n = '$I'; c = json.load(open(n)); w = c['weight_map']
for k in w:
    if w[k] == 'model-00003-of-00008.safetensors': w[k] = 'model-$shard-new.safetensors'
w['x'] = 'model-00003-of-00008.safetensors'
json.dump(c, open(n, 'w'))"
	t "a stale copy of a tensor, $shard" 0 'hg-extract -p s >b; grep -c . b; cmp -s a b; echo $?' '10
1' "hg-extract: $I: $gone x"
	t "the shard of the stale one alone, $shard" 1 'hg-extract --layers 0 s/model-00003-of-00008.safetensors' '' \
		"hg-extract: $I: model.layers.?.*.weight is in model-*.safetensors, not in the file that is read: name the directory"
	mv "s/model-$shard-new.safetensors" s/model-00003-of-00008.safetensors
	cp index $I
	t "as without the stale one, $shard" 0 'hg-extract -p s | cmp - b' '' ''
done

# A shard that is named is asked of by the index: it alone is read, but not what the index
# says is elsewhere, were it there or not.
afresh "$C/llama" s
edit tensors "$C/llama/model.safetensors" s/model-00001-of-00002.safetensors '.*layers\.1\..*' 'name = ""'
edit tensors "$C/llama/model.safetensors" s/model-00002-of-00002.safetensors '.*layers\.0\..*' 'name = ""'
rm s/model.safetensors
# map 'REGEX' NUMBER [NAME] - the index that says so of a tensor, and of others where they are
map() {
	python3 - "$1" "$2" "$3" <<'E' >$I
import glob, json, re, sys
w = {}
for f in sorted(glob.glob('s/*.safetensors')):
    with open(f, 'rb') as o: h = json.loads(o.read(int.from_bytes(o.read(8), 'little')))
    for k in h: w.setdefault(k, f[2:])
for k in list(w) + sys.argv[3:]:
    if k and re.search(sys.argv[1], k): w[k] = 'model-0000%s-of-00002.safetensors' % sys.argv[2]
json.dump({'weight_map': w}, sys.stdout)
E
}
map nothing 1
for n in 1 2; do
	t "shard $n, of its layer" 0 "hg-extract -p --layers $((n - 1)) $C/llama >b; hg-extract -p --layers $((n - 1)) s/model-0000$n-of-00002.safetensors | cmp - b" '' ''
	t "shard $n, of both" 1 "hg-extract -p s/model-0000$n-of-00002.safetensors" '' \
		"hg-extract: $I: model.layers.$((2 - n)).self_attn.q_proj.* is in model-0000$((3 - n))-of-00002.safetensors, not in the file that is read: name the directory"
done
cp s/model-00002-of-00002.safetensors s/model-overlay.safetensors
map '' 2
t 'a file that no index knows' 0 'hg-extract -p --layers 1 s/model-overlay.safetensors | cmp - b' '' ''
for stem in k_proj.weight k_proj.g_idx k_proj.lora_A.weight; do
	map "layers.1.self_attn.$stem" 1 model.layers.1.self_attn.$stem
	t "$stem elsewhere" 1 'hg-extract --layers 1 s/model-00002-of-00002.safetensors' '' \
		"hg-extract: $I: model.layers.1.self_attn.$stem is in model-00001-of-00002.safetensors, not in the file that is read: name the directory"
done
map 'layers.1.input_layernorm' 1
t 'a norm elsewhere, not wanted' 0 'hg-extract -p --layers 1 s/model-00002-of-00002.safetensors | cmp - b' '' ''
t 'a norm elsewhere, wanted' 1 'hg-extract --fold-norm --layers 1 s/model-00002-of-00002.safetensors' '' \
	"hg-extract: $I: model.layers.1.input_layernorm.weight is in model-00001-of-00002.safetensors, not in the file that is read: name the directory"
mv s/model-00002-of-00002.safetensors s/model-00002-of-00003.safetensors
map . 1
t 'a shard of the series that the index has no more' 1 'hg-extract --layers 1 s/model-00002-of-00003.safetensors' '' \
	"hg-extract: $I: model.layers.1.self_attn.q_proj.* is in model-00001-of-00002.safetensors, not in the file that is read: name the directory"
t 'one of another series' 0 'mv s/model-00002-of-00003.safetensors s/old-00002-of-00003.safetensors; hg-extract -p --layers 1 s/old-00002-of-00003.safetensors | cmp - b' '' ''
t 'an index that is none' 1 'echo "{}" >$I; hg-extract --layers 1 s/old-00002-of-00003.safetensors' '' "hg-extract: $I: not an index of shards: no \"weight_map\""

# Shards without an index: all of their numbers must be there.
afresh "$C/llama_sharded" s
rm $I
t 'shards without an index' 0 'hg-extract -p s | cmp - a' '' ''
t 'shards without an index, beside others' 0 'cp s/model-00003-of-00008.safetensors s/consolidated-00001-of-00001.safetensors; hg-extract -p s | cmp - a' '' ''
t 'a tensor in two shards' 1 'cp s/model-00003-of-00008.safetensors s/model-00004-of-00008.safetensors; hg-extract s' '' 'hg-extract: s/model-00004-of-00008.safetensors: * is in s/model-00003-of-00008.safetensors already'
t 'one of them missing' 1 'rm s/model-00004-of-00008.safetensors; hg-extract s' '' 'hg-extract: s/model-0000?-of-00008.safetensors: shard model-00004-of-00008.safetensors, which it names, is not there: fetch it'
t 'two series' 1 'cp s/model-00003-of-00008.safetensors s/model-00001-of-00009.safetensors; hg-extract s' '' 'hg-extract: s: model-00001-of-00009.safetensors and model-0000?-of-00008.safetensors: shards of two models, and no index that says which is meant'

# A shard of many, which holds the layers that are asked for.
afresh "$C/llama" s
edit config s/config.json 'c["num_hidden_layers"] = 126'
mv s/model.safetensors s/model-00001-of-00191.safetensors
hg-extract -p "$C/llama" | cut -d, -f 5- >a
t 'a shard of many, and --layers' 0 'hg-extract -p --layers 0-1 s/model-00001-of-00191.safetensors | cut -d, -f 5- | cmp - a' '' ''
t 'a shard of many, for all' 1 'hg-extract -p s/model-00001-of-00191.safetensors' '' '*: the file is one of several: name their directory'
t 'a part of a model, and --layers' 0 'mv s/*.safetensors s/model.safetensors; hg-extract -p --layers 0-1 s | cut -d, -f 5- | cmp - a' '' ''
t 'a part of a model, for all' 1 'hg-extract -p s' '' 'hg-extract: s/config.json: 126 layers, but fewer tensors in all'

# Configurations that lie, tensors that are not as they say.
afresh "$C/llama" l
# lie 'WHAT' FAMILY 'PYTHON that changes c' 'MESSAGE'
lie() {
	afresh "$C/$2" l
	edit config l/config.json "$3"
	t "$1" 1 'hg-extract -p l' '' "hg-extract: $4"
}
lie 'more heads than there are' llama 'c["num_attention_heads"] = 8' \
	'l/model.safetensors: model.layers.0.self_attn.q_proj.weight: of shape 16 x 12, not 32 x 12 as l/config.json says (8 heads of 4, 2 of keys)'
lie 'another head_dim' llama 'c["head_dim"] = 5' '*: of shape 16 x 12, not 20 x 12 as *'
lie 'another hidden size' llama 'c["hidden_size"] = 16' '*: of shape 16 x 12, not 16 x 16 as *'
lie 'other key heads' llama 'c["num_key_value_heads"] = 1' '*k_proj.weight: of shape 8 x 12, not 4 x 12 as *'
lie 'key heads that do not divide' llama 'c["num_key_value_heads"] = 3' 'l/config.json: 4 heads cannot share 3 heads of keys'
lie 'more layers than there are' llama 'c["num_hidden_layers"] = 3' \
	'l/config.json: model_type llama needs tensor model.layers.2.self_attn.q_proj.weight, which is in none of its files'
lie '10^6 layers, which would take long to look for' llama 'c["num_hidden_layers"] = 1000000' 'l/config.json: 1000000 layers, but fewer tensors in all'
lie '10^6 layers of an unknown type' llama 'c["num_hidden_layers"] = 1000000; c["model_type"] = "newest"' 'l/config.json: 1000000 layers, but fewer tensors in all'
lie 'fewer layers than there are' llama 'c["num_hidden_layers"] = 1' \
	'l/config.json: 1 layers, but there is a tensor model.layers.1.self_attn.q_proj.weight'
lie 'no number of heads' gpt_neox 'del c["num_attention_heads"]' 'l/config.json: no num_attention_heads*, which model_type gpt_neox needs'
lie 'a number of heads that is null in a list' llama 'c["num_attention_heads"] = [None, 4]' 'l/config.json: num_attention_heads: not a whole number but null'
lie 'a number of heads that is true' llama 'c["num_attention_heads"] = True' 'l/config.json: num_attention_heads: not a whole number but true'
lie 'a number of heads that is text' llama 'c["num_attention_heads"] = "4"' 'l/config.json: num_attention_heads: not a whole number but the text "4"'
lie 'a hidden size that is a list' llama 'c["hidden_size"] = [12]' 'l/config.json: hidden_size: not a whole number but a list'
lie 'a flag that is text' falcon_new 'c["new_decoder_architecture"] = "yes"' 'l/config.json: new_decoder_architecture: not true or false but the text "yes"'
for x in True False '"2"' '[]' -1; do
	afresh "$C/llama" l
	edit config l/config.json "c['model_type'] = 'granite'; c['attention_multiplier'] = $x"
	t "a multiplier of logits that is $x" 1 'hg-extract -p --scale l' '' 'hg-extract: l/config.json: attention_multiplier: *'
	edit config l/config.json "del c['attention_multiplier']; c.pop('rope_parameters', 0); c['rope_theta'] = 1e4; c['rope_scaling'] = {'type': 'yarn', 'factor': $x}"
	t "YaRN by a factor that is $x" 1 'hg-extract -p --scale l' '' 'hg-extract: l/config.json: rotary parameters: factor: not a positive number'
done
# Whole numbers beyond 64 bits, which Python reads and writes.
afresh "$C/llama" l
edit config l/config.json 'c["not_read"] = [2**64, -2**63 - 1, 10**300, 2**63 - 1, -2**63]; c["text"] = "\" 99999999999999999999 \""'
t 'whole numbers beyond 64 bits that nobody reads' 0 "hg-extract -p l >a; hg-extract -p $C/llama | cmp - a" '' ''
lie 'a hidden size beyond 64 bits' llama 'c["hidden_size"] = 2**64 + 16' 'l/config.json: hidden_size: not a whole number from 1 to 1000000: 1.84467e+19'
lie 'layers of a kind beyond 64 bits' gpt_neo 'del c["attention_layers"]; c["attention_types"] = [[["global"], 10**20], [["local"], 3]]' \
	'l/config.json: attention_types: how often types come is not a whole number up to 1000000'
lie 'heads of a layer beyond 64 bits' gemma4_text 'c["per_layer_config"]["0"] = {"num_key_value_heads": 10**20, "head_dim": 10**20}' \
	'l/config.json: per_layer_config: 0: *: not a whole number up to 1000000: 1e+20'
printf '{"a": 99999999999999999999, "b": [-99999999999999999999, 1.99999999999999999999, 1e0], "c": nul}' >l/config.json
t 'the column behind them' 1 'hg-extract l' '' "hg-extract: l/config.json:1: column 9[0-9]: not a model's configuration: invalid token near 'nul'"
lie 'half a head' llama 'c["num_attention_heads"] = 4.5' 'l/config.json: num_attention_heads*: not a whole number from 1 to 1000000: 4.5'
lie 'no heads' llama 'c["num_attention_heads"] = 0' 'l/config.json: num_attention_heads*: not a whole number*'
lie '10^300 heads' llama 'c["num_attention_heads"] = 1e300' 'l/config.json: num_attention_heads*: not a whole number*'
lie 'a hidden size that heads do not divide' gptj 'c["n_embd"] = 13' 'l/config.json: a hidden size of 13 does not divide by * heads'
lie 'no model_type' gpt_neox 'del c["model_type"]' 'l/config.json: model_type "" is not known: say where *'
lie 'a model_type of another layout' llama 'c["model_type"] = "gpt2"' 'l/config.json: no tensor h.0.attn.c_attn.weight, as model_type gpt2 has it, under any name before it; found: model.layers.0.self_attn.*'
lie 'a fused tensor in another layout' falcon_new 'c["new_decoder_architecture"] = False' '*: of shape *, not * as *'
for l in gpt_neox codegen; do
	lie "fewer key heads where they lie beside the queries: $l" $l 'c["num_key_value_heads"] = 1' \
		'l/config.json: * heads and 1 heads of keys, but in one tensor of q, k and v for each head they are as many'
done
lie 'ranks that lie' deepseek_v3 'c["kv_lora_rank"] += 1' '*kv_b_proj.weight: of shape *, not * as *'
# scale 'KEY = VALUE' FAMILY: no scale.
scale() {
	afresh "$C/$2" l
	edit config l/config.json "c['${1%% *}'] = ${1##* }"
	t "$1" 1 'hg-extract --scale l' '' "*l/config.json: ${1%% *}: ${1##* }, but the scale of the logits must be greater than 0 and finite"
	t "$1, not asked for" 0 'hg-extract -p l | wc -l' '*' '*'
}
scale 'attention_multiplier = -0.5' granite
scale 'attention_multiplier = 0' granite
scale 'query_pre_attn_scalar = 0' gemma2
scale 'query_pre_attn_scalar = -4' gemma3_text
t 'config.json is none' 1 'echo "[1]" >l/config.json; hg-extract l' '' 'hg-extract: l/config.json: not a model?s configuration: its JSON text is not an object'
t 'config.json is cut' 1 'echo "{" >l/config.json; hg-extract l' '' 'hg-extract: l/config.json:*: column *: not a model?s configuration: *'
t 'config.json is a folder' 1 'rm l/config.json; mkdir l/config.json; hg-extract l' '' 'hg-extract: l/config.json: *'

# make NAME 'PYTHON that changes t, b' [FAMILY]: the header's entry and the bytes of
# that tensor, in a copy of the family's fixture.
make() {
	afresh "$C/${3:-llama}" l
	edit tensors "$C/${3:-llama}/model.safetensors" l/model.safetensors "$1" "$2"
}
Q=model.layers.0.self_attn.q_proj.weight K=model.layers.1.self_attn.k_proj.weight
make "$Q" 'pass'
t 'a file written anew' 0 "hg-extract -p l >a; hg-extract -p $C/llama | cmp - a" ''
make "$K" 't = {}; b = b""'
t 'a tensor is missing' 1 'hg-extract -p l' '' "hg-extract: l/config.json: model_type llama needs tensor $K, which is in none of its files"
make "$Q" 't["shape"] = t["shape"][::-1]'
t 'a tensor turned over' 1 'hg-extract -p l' '' "hg-extract: l/model.safetensors: $Q: of shape 12 x 16, not 16 x 12 as l/config.json says (4 heads of 4, 2 of keys)"
make "$Q" 't["shape"] = [192]'
t 'a tensor of one dimension' 1 'hg-extract -p l' '' "*$Q: of shape 192, not 16 x 12 as *"
make "$Q" 't["shape"] = [16, 12, 1]'
t 'a tensor of three' 1 'hg-extract -p l' '' "*$Q: of shape 16 x 12 x ..., not 16 x 12 as *"
make model.layers.0.input_layernorm.weight 't["shape"] = [6, 2]'
t 'a norm of another shape, not asked for' 0 'hg-extract -p l | wc -l' '*9'
t 'a norm of another shape' 1 'hg-extract --fold-norm -p l' '' '*model.layers.0.input_layernorm.weight: of shape 6 x 2, not 12 as *'
make model.layers.1.input_layernorm.weight 't = {}; b = b""'
t 'no norm' 1 'hg-extract --fold-norm -p l' '' '*needs tensor model.layers.1.input_layernorm.weight, *'
make model.layers.1.input_layernorm.weight 'b[0:4] = b"\0\0\x80\x7f"'
for n in 1 2 4; do
	t "infinity in a norm, $n threads" 1 "hg-extract -@ $n --fold-norm -o o l; s=\$?; test ! -e o && exit \$s" '' \
		'hg-extract: l/model.safetensors: model.layers.1.input_layernorm.weight: NaN or infinity in the weights of a norm'
done

make encoder.final_layer_norm.weight 'b[0:4] = b"\0\0\xc0\x7f"' t5
t 'NaN in the norm of keys alone' 1 'hg-extract --fold-norm -p l | grep -c ^cross; hg-extract --fold-norm -p l >/dev/null' '0' '*
hg-extract: l/model.safetensors: encoder.final_layer_norm.weight: NaN or infinity in the weights of a norm'
make model.layers.0.self_attn.kv_a_layernorm.weight 'b[0:4] = b"\0\0\xc0\x7f"' deepseek_v3
t 'NaN in the norm inside of a key' 1 'hg-extract -p l' '*' '*l/model.safetensors: model.layers.0.self_attn.kv_a_layernorm.weight: NaN or infinity in the weights of a norm'
make model.layers.1.self_attn.q_a_proj.weight 'b[0:4] = b"\0\0\xc0\x7f"' deepseek_v3
t 'NaN in what all queries come from' 1 'hg-extract -p l' '*' '*l/model.safetensors: model.layers.1.self_attn.q_a_proj.weight: NaN or infinity in the weights of all heads'
make model.layers.0.self_attn.kv_b_proj.weight 'b[-2:] = b"\xc0\x7f"' deepseek_v3
t 'NaN in values alone, which are not looked at' 0 'hg-extract -p l | wc -l' '*' '*'
make "$Q" 't["dtype"] = "F64"; b = struct.pack("<192d", *[1e308] * 192)'
t 'numbers that are too large' 1 'hg-extract -p l' '*' "hg-extract: l/model.safetensors: $Q: layer 0, head 0: too large: a product overflows"

WO=model.layers.0.self_attn.o_proj.weight WV=model.layers.1.self_attn.v_proj.weight
make "$WO" 't = {}; b = b""'
t 'no W_O' 1 'hg-extract -p --circuit ov l' '' "hg-extract: l/config.json: model_type llama needs tensor $WO, which is in none of its files"
t 'no W_O, which is not looked at' 0 'hg-extract -p l | wc -l' '*9' ''
make "$WO" 't["shape"] = t["shape"][::-1]'
t 'W_O turned over' 1 'hg-extract -p --circuit ov l' '' "hg-extract: l/model.safetensors: $WO: of shape 16 x 12, not 12 x 16 as l/config.json says (4 heads of 4, 2 of keys)"
make "$WV" 't["shape"] = [12, 8]'
t 'W_V turned over' 1 'hg-extract -p --circuit ov l' '' "hg-extract: l/model.safetensors: $WV: of shape 12 x 8, not 8 x 12 as *"
make "$WO" 'b[4*(16*11 + 9):4*(16*11 + 10)] = b"\0\0\x80\x7f"'
t 'infinity in W_O' 1 'hg-extract -p --circuit ov l 2>&1 >/dev/null | grep -v bias; hg-extract -p --circuit ov l 2>/dev/null >out' "hg-extract: l/model.safetensors: $WO: layer 0, head 2: NaN or infinity in its weights" ''
make "$WV" 'b[4*63:4*64] = b"\0\0\xc0\x7f"'
t 'NaN in W_V' 1 'hg-extract -p --circuit ov l 2>&1 >/dev/null | grep -v bias; hg-extract -p --circuit ov l 2>/dev/null >out' "hg-extract: l/model.safetensors: $WV: layer 1, value head 1: NaN or infinity in its weights" ''

# NaN and infinity in weights: named, and no rows after it.
make "$K" 'b[4*63:4*64] = b"\0\0\xc0\x7f"'
t 'NaN in a key' 1 'hg-extract -p -o o l; s=$?; test ! -e o && exit $s' '' "hg-extract: l/model.safetensors: $K: layer 1, key head 1: NaN or infinity in its weights"
t 'NaN in a key: the layers before it' 0 'hg-extract -p l | cut -d, -f 1 | uniq' 'layer
0' 'hg-extract: *key head 1: NaN*'
t 'NaN in a head that is not chosen' 0 'hg-extract -p --heads 0,1 l | wc -l' '*5' ''
make "$Q" 'b[4*(12*10):4*(12*10) + 4] = b"\0\0\x80\xff"'
t 'infinity in a query' 1 'hg-extract l' '' "hg-extract: l/model.safetensors: $Q: layer 0, head 2: NaN or infinity in its weights"

# Quantised ones.
for n in qweight weight_packed SCB weight_scale_inv weight.absmax weight.quant_map; do
	make "$Q" "h['model.layers.0.self_attn.q_proj.$n'] = dict(dtype='I32', shape=[1], data_offsets=[len(out), len(out) + 4]); out += bytes(4)"
	t "quantised: $n" 1 'hg-extract -p l' '' "hg-extract: l/model.safetensors: model.layers.0.self_attn.q_proj.$n: the weights are quantised *: take the model in BF16, F16, F32 or FP8"
	make "$Q" "h['model.layers.0.self_attn.q_proj.$n'] = dict(dtype='I32', shape=[1], data_offsets=[len(out), len(out) + 4]); out += bytes(4); t = {}; b = b''"
	t "quantised, no weight: $n" 1 'hg-extract -p l' '' "hg-extract: l/model.safetensors: model.layers.0.self_attn.q_proj.$n: the weights are quantised *"
done
for d in F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ U8 I8; do
	make "$Q" "t['dtype'] = '$d'; b = b[:192]"
	t "weights of type $d" 1 'hg-extract -p l' '' "hg-extract: l/model.safetensors: $Q: of type $d: quantised, or no weights: *"
done

# FP8 and its scales.
# config 'PYTHON that changes q', the quantization_config of l
config() {
	edit config l/config.json "q = c.setdefault('quantization_config', {})
$1"
}
# fp8 'WHAT' FAMILY TENSOR 'PYTHON that changes t, b' 'MESSAGE' ['PYTHON that changes q']
fp8() {
	make "$3" "$4" "$2"
	config "${6:-pass}"
	t "FP8: $1" 1 'hg-extract -p l' '*' "*hg-extract: l/$5"
}
f='model.safetensors: ' S=${Q}_scale_inv V=${Q}_scale A=model.layers.1.self_attn.kv_a_proj_with_mqa.weight
for d in F8_E4M3 F8_E5M2; do
	fp8 "$d without scales" llama "$Q" "t['dtype'] = '$d'; b = b[:192]" \
		"$f$Q: of type $d, but without scales: no tensor ${Q}_scale_inv or ${Q}_scale"
done
fp8 'no scales of what all queries come from' deepseek_v3_fp8 "${A}_scale_inv" 't = {}; b = b""' "$f$A: of type F8_E4M3, but without scales: *"
fp8 'scales twice' qwen3_fp8 "$S" "h['$V'] = dict(dtype='F32', shape=[1], data_offsets=[len(out), len(out) + 4]); out += bytes(4)" \
	"$f$S: scales twice: there is $V as well"
fp8 'scales that are whole numbers' qwen3_fp8 "$S" 't["dtype"] = "I32"' "$f$S: of type I32, but scales must be F32, BF16, F16 or F64"
fp8 'scales that are exponents, turned over' qwen3_fp8 "$S" 't["dtype"] = "F8_E8M0"; t["shape"] = [3, 6]; b = b[:18]' \
	"$f$S: of type F8_E8M0 and shape 3 x 6, which does not fit 16 x 12 weights quantised as fp8_ue8m0"
fp8 'scales in FP8' qwen3_fp8 "$S" 't["dtype"] = "F8_E4M3"; b = b[:18]' "$f$S: of type F8_E4M3, but scales must *"
not='not one scale for each'
fp8 'scales turned over' qwen3_fp8 "$S" 't["shape"] = [3, 6]' "$f$S: of shape 3 x 6: $not 3 x 5 of 16 x 12 weights, as l/config.json has it"
fp8 'scales of three dimensions' qwen3_fp8 "$S" 't["shape"] = [6, 3, 1]' "$f$S: of shape 6 x 3 x ...: $not 3 x 5 of *"
fp8 'too few blocks' qwen3_fp8 "$S" 't["shape"] = [5, 3]; b = b[:60]' "$f$S: of shape 5 x 3: $not 3 x 5 of *"
fp8 'one scale where there are blocks' qwen3_fp8 "$S" 't["shape"] = []; b = b[:4]' "$f$S: of shape 1 x 1: $not 3 x 5 of *"
fp8 'blocks of another size' qwen3_fp8 "$S" pass "$f$S: of shape 6 x 3: $not 4 x 5 of *" 'q["weight_block_size"] = [4, 5]'
fp8 'blocks that config.json does not have' qwen3_fp8 "$S" pass "$f$S: of shape 6 x 3: $not 16 x 12 of *" 'del q["weight_block_size"]'
for n in '[3]' '[3, 5, 1]' '[3, 0]' '[-3, 5]' '[3, 5.0]' '["3", 5]'; do
	fp8 "blocks of $n" qwen3_fp8 "$S" pass 'config.json: quantization_config: the sides of blocks are not two whole numbers from 1' "q['weight_block_size'] = $n"
done
fp8 'a scale too few' llama_fp8 "$V" 't["shape"] = [15, 1]; b = b[:30]' "$f$V: of shape 15 x 1: $not 16 x 12 of *"
fp8 'scales of columns' llama_fp8 "$V" 't["shape"] = [1, 12]; b = b[:24]' "$f$V: of shape 1 x 12: $not 1*"
for n in zero_point global_scale; do
	fp8 "$n" llama_fp8 "$V" "h['${Q}_$n'] = dict(dtype='F32', shape=[1], data_offsets=[len(out), len(out) + 4]); out += bytes(4)" \
		"$f${Q}_$n: the weights are quantised *"
done
fp8 'NaN in a scale' qwen3_fp8 "$S" 'b[-4:] = b"\0\0\xc0\x7f"' "$f$S: NaN or infinity in the scales of weights"
fp8 'infinity in a scale' llama_fp8 "$V" 'b[:2] = b"\x80\x7f"' "$f$V: NaN or infinity in the scales of weights"
fp8 'infinity in a scale of what all queries come from' deepseek_v3_fp8 "${A}_scale_inv" 'b[:4] = b"\0\0\x80\xff"' "$f${A}_scale_inv: NaN or infinity in the scales of weights"
fp8 'NaN in a weight' qwen3_fp8 "$Q" 'b[12*4] = 0xff' "$f$Q: layer 0, head 1: NaN or infinity in its weights"
fp8 'infinity in a weight' llama_fp8 "model.layers.1.self_attn.q_proj.weight" 'b[12*8] = 0x7c' "${f}model.layers.1.self_attn.q_proj.weight: layer 1, head 2: NaN or infinity in its weights"
fp8 'a norm' deepseek_v3_fp8 model.layers.0.self_attn.kv_a_layernorm.weight 't["dtype"] = "F8_E4M3"; b = b[:7]' "${f}model.layers.0.self_attn.kv_a_layernorm.weight: of type F8_E4M3: quantised, or no weights: *"
C1=h.0.attn.c_attn.weight
make transformer.$C1 "t['dtype'] = 'F8_E4M3'; b = b[:len(b) // 4]; h['transformer.${C1}_scale'] = dict(dtype='F32', shape=[1], data_offsets=[len(out), len(out) + 4]); out += bytes(4)" gpt2
t 'FP8: inputs are rows' 1 'hg-extract -p l' '' "hg-extract: l/${f}transformer.$C1: of type F8_E4M3, which is not read where the rows are inputs"
# same 'WHAT' FAMILY TENSOR 'PYTHON that changes t, b' ['PYTHON that changes q']
same() {
	make "$3" "$4" "$2"
	config "${5:-pass}"
	t "FP8: $1" 0 "hg-extract -p $C/$2 >a 2>err; hg-extract -p l 2>err | cmp - a" ''
}
same 'as compressed-tensors has blocks' qwen3_fp8 x pass \
	'del q["weight_block_size"]; q["config_groups"] = {"g": {"weights": None}, "h": {"weights": {"strategy": "block", "block_structure": [3, 5]}}}'
same 'rows as one dimension' llama_fp8 "$V" 't["shape"] = [16]'
same 'one scale as a matrix' llama_fp8 model.layers.1.self_attn.q_proj.weight_scale 't["shape"] = [1, 1]'
same 'types of scales may differ' qwen3_fp8 "$S" 't["dtype"] = "F64"; b = struct.pack("<18d", *struct.unpack("<18f", b))'
same 'quantization_config says nothing of a scale for each row' llama_fp8 x pass 'del c["quantization_config"]'
t 'FP8: the same bytes for all numbers of threads' 0 "for n in 1 2 3 8; do hg-extract -@ \$n $C/deepseek_v3_fp8 2>err | cksum; done | uniq | wc -l" '*1'

make "$Q" 't["dtype"] = "F64"; b = struct.pack("<192d", *struct.unpack("<192f", b))'
t 'types may differ' 0 "hg-extract -p l >a; hg-extract -p $C/llama | cmp - a" ''

make "$Q" "t = {}; b = b''; h['model.layers.0.self_attn.q_proj.packed_in_a_new_way'] = dict(dtype='I32', shape=[1], data_offsets=[len(out), len(out) + 4]); out += bytes(4)"
edit config l/config.json "c['quantization_config'] = {'quant_method': 'newest'}"
t 'quantised, as config.json says' 1 'hg-extract -p l' '' 'hg-extract: l/config.json: model.layers.0.self_attn.q_proj: the weights are quantised (newest): take *'
cp "$C/llama/model.safetensors" l
t 'no longer quantised, whatever config.json says' 0 "hg-extract -p $C/llama >a; hg-extract -p l | cmp - a" '' ''

# Options that do not go with the source.
printf '%s' '{"num_layers": 1, "num_heads": 1, "static": [{"metric_singvals_per_head": [[1]]}]}' >d.json
for o in '--metric full' --fold-norm --scale '--q a' '--k a' '--layout gated' '--num-layers 2' '--rank-tol 0'; do
	t "$o with a dump" 2 "hg-extract $o d.json" '' "hg-extract: ${o%% *}*: not for a dump
*"
done
t '--num-layers with a checkpoint' 2 "hg-extract --num-layers 2 $C/llama" '' '*--num-layers: not for a checkpoint
*'
hint() {
	t "$1" 2 "hg-extract $1 $C/llama" '' "hg-extract: $2
*"
}
hint '--metric fool' '--metric: neither full nor core: "fool"'
hint '--layout gate' '--layout: none of separate, fused, *: "gate"'
hint '--layout gated' '--q is needed with --k or --layout'
hint '--k "a{}"' '--q is needed with --k or --layout'
hint '--q "a{}"' '--q without --k: only if --layout says that one tensor holds both'
hint '--q a --k b' '--q, --k: no {} in the name for the number of the layer'
hint '--q "a{}" --k "b{}" --layout fused' '--layout fused: q and k lie in one tensor, that of --q'
t '--q that is not there' 1 "hg-extract --q 'a.{}' --k 'b.{}' $C/llama" '' '*no tensor a.0.weight, *; found: model.layers.0.self_attn.*'
