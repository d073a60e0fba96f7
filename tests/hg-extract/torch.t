# torch.t - files of torch.save: those of tests/data/pickles, what lies, real ones.
# tests/unit/torch.c compares tensor by tensor.
. tests/lib.sh
C=$R/tests/data/checkpoints
P=$R/tests/data/pickles
hg-extract -p "$C/llama" >llama.csv
mkdir m
cp "$C/llama/config.json" m

# The same weights in all that torch.save makes of them.
for f in "$P"/plain*.bin "$P"/views*.bin "$P"/run*.bin "$P"/nested*.bin; do
	t "${f##*/}: the table of safetensors" 0 "cp '$f' m/pytorch_model.bin; hg-extract -p m | cmp - llama.csv" '' ''
done
t 'a file by its content, whatever it is called' 0 "for n in x model.pt model.pth; do cp $P/plain.bin m/\$n; hg-extract -p m/\$n | cmp - llama.csv || exit; done" '' ''
drop=
chmod 111 m
! ls m >/dev/null 2>&1 || drop='setpriv --bounding-set -dac_override,-dac_read_search'
if $drop true 2>/dev/null && ! $drop ls m >/dev/null 2>&1; then
	t 'in a folder that may not be listed' 0 "$drop hg-extract -p m | cmp - llama.csv" '' ''
else
	skip 'this user may list every folder'
fi
chmod 755 m
t 'the same bytes for all numbers of threads' 0 "for n in 1 2 3 8; do hg-extract -@ \$n m | cksum; done | uniq | wc -l" '*1'
t 'safetensors go before pickles' 0 "cp $C/llama/model.safetensors m; echo x >m/pytorch_model.bin; hg-extract -p m | cmp - llama.csv; rm m/model.safetensors" '' ''
afresh "$P/sharded" s
cp "$C/llama/config.json" s
t 'shards, of either form' 0 'hg-extract -p s | cmp - llama.csv' '' ''
t 'a shard alone' 1 'hg-extract -p s/pytorch_model-00001-of-00002.bin' '' 'hg-extract: s/pytorch_model.bin.index.json: * is in pytorch_model-00002-of-00002.bin, not in the file that is read: name the directory'
t 'the index for the checkpoint' 1 'hg-extract s/pytorch_model.bin.index.json' '' '*: a part of a checkpoint: name the directory that it is in'
t 'a shard that is missing' 1 'rm s/pytorch_model-00002-of-00002.bin; hg-extract s' '' 'hg-extract: s/pytorch_model.bin.index.json: shard pytorch_model-00002-of-00002.bin, which it names, is not there: fetch it'
afresh "$P/sharded" s
cp "$C/llama/config.json" s
rm s/pytorch_model.bin.index.json
t 'shards without an index' 0 'hg-extract -p s | cmp - llama.csv' '' ''
t 'shards without an index, beside others' 0 'cp s/pytorch_model-00001-of-00002.bin s/optimizer-00001-of-00001.bin; hg-extract -p s | cmp - llama.csv' '' ''
t 'one of safetensors goes before them' 0 "cp $C/llama/model.safetensors s/model-00001-of-00001.safetensors; echo x >s/pytorch_model-00001-of-00002.bin; hg-extract -p s | cmp - llama.csv" '' ''
t 'one of them missing' 1 'rm s/model-* s/pytorch_model-00001-of-00002.bin; hg-extract s' '' 'hg-extract: s/pytorch_model-00002-of-00002.bin: shard pytorch_model-00001-of-00002.bin, which it names, is not there: fetch it'
t 'a pickle from a pipe' 1 "cat $P/plain.bin | hg-extract" '' 'hg-extract: <stdin>: a checkpoint cannot be read from a pipe or as gzip: name its directory'
t 'the older form from a pipe' 1 "cat $P/plain-legacy.bin | hg-extract" '' 'hg-extract: <stdin>: a checkpoint cannot be read from a pipe or as gzip: name its directory'
t 'a Git LFS pointer' 1 "printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0123\n' >m/pytorch_model.bin; hg-extract m" '' 'hg-extract: m/pytorch_model.bin: a Git LFS pointer*'

# What is cut says so, wherever, and what is changed says something or is the same
# table: a byte of the weights cannot be told.
# cuts FILE STEP
cuts() {
	for n in $(seq 8 "$2" $(($(wc -c <"$1") - 1))); do
		head -c "$n" "$1" >m/pytorch_model.bin
		hg-extract -p m 2>&1
		echo $?
	done
}
t 'ZIP, cut at every 97th byte' 1 "cuts $P/plain.bin 97 | grep -cv -e ': cut short: ' -e '^1$'" '0'
t 'the older form, cut at every 61st byte' 1 "cuts $P/plain-legacy.bin 61 | grep -cv -e ': cut short: ' -e ': a pickle, but none of torch.save' -e '^1$'" '0'

needs python3
# A byte of any member that was changed is told of, unless no head needs it: then it is the same
# table, as in the older form, which has no check sums, it need not be.
t 'a byte changed in each member' 0 "python3 \$R/tests/damage.py $P/plain.bin m/pytorch_model.bin llama.csv 'hg-extract -p -@{} m'" '35 6 29'
t 'the same, where tensors are views of others' 0 "python3 \$R/tests/damage.py $P/views.bin m/pytorch_model.bin llama.csv 'hg-extract -p -@{} m'" '35 7 28'
t 'behind the rows of whole layers, and which tensor it is' 1 "python3 \$R/tests/damage.py $P/plain.bin m/pytorch_model.bin plain/data/25; hg-extract -p m >got; s=\$?; head -n 5 llama.csv | cmp - got && exit \$s" 'plain/data/25' \
	'hg-extract: m/pytorch_model.bin: damaged ZIP: plain/data/25: its check sum is wrong: model.layers.1.self_attn.q_proj.weight lies in it'
t 'the weights of a norm' 1 "python3 \$R/tests/damage.py $P/plain.bin m/pytorch_model.bin plain/data/2; hg-extract --layers 0 --fold-norm m" '*' '*its check sum is wrong: model.layers.0.input_layernorm.weight lies in it'
t 'W_O' 1 "python3 \$R/tests/damage.py $P/plain.bin m/pytorch_model.bin plain/data/10; hg-extract --layers 0 --circuit ov m" '*' '*its check sum is wrong: model.layers.0.self_attn.o_proj.weight lies in it'

# What lies.
mkdir h
cp "$C/llama/config.json" h
python3 "$R/tests/pickles.py" h
# good NAME - it is taken; its one tensor is no model.
good() {
	t "taken: $1" 1 "hg-extract h/$1.bin" '' 'hg-extract: h/config.json: 2 layers, but fewer tensors in all'
}
for n in good wide long1 long4 comment behind legacy python2 typed; do
	good $n
done
# bad NAME 'MESSAGE'
bad() {
	t "refused: $1" 1 "hg-extract 'h/$1.bin'" '' "hg-extract: h/$1.bin: $2"
	rm -f "h/$1.bin"
}
z='damaged ZIP: '
bad zip-nothing 'a ZIP file, but none of torch.save: no data.pkl in it'
bad zip-two 'two archives of torch.save in one: *'
bad zip-script 'a program of TorchScript, not a file of weights'
bad zip-big 'its numbers are big-endian, or of an order that is not known'
bad zip-crc "${z}x/data.pkl: its check sum is wrong"
bad zip-packed 'x/data.pkl is compressed, which torch.save never does: pack the ZIP file anew without'
bad zip-secret "${z}x/y: it is encrypted"
bad zip-twice "${z}x/y: it is there twice"
bad zip-overlap "${z}x/z: it overlaps the member before it"
bad zip-name "${z}x/y: its own header has another name"
bad zip-size "${z}x/y: its own header has another size"
bad zip-reach "${z}x/y: it reaches into the directory"
bad zip-place "${z}x/y: there is no header where the directory says"
bad zip-place-far "${z}x/y: there is no header where the directory says"
bad zip-64 "${z}x/y: a size or place of 64 bits that is not there"
bad zip-count "${z}2 members, not 9"
for n in begin begin-far length; do
	bad zip-$n "${z}its directory is not where it is said to be"
done
bad zip-wide "${z}no end of its directory where its locator says"
bad zip-wide-no "${z}no end of its directory where its locator says"
w='not a file of weights of torch.save: '
bad zip-lost "${w}storage 0: it is not in the ZIP file"
bad zip-short "${w}storage 0: it has another size in the ZIP file"
bad old-magic 'a pickle, but none of torch.save'
bad old-version 'a file of torch.save of a version that is not known'
bad old-big 'its numbers are big-endian, or of an order that is not known'
bad old-keys "${w}storage 1: it is not among those in the file"
bad old-key "${w}the key of a storage that no tensor has, or twice"
bad old-key-twice "${w}the key of a storage that no tensor has, or twice"
bad old-count "${w}storage 0: it has another size where it lies"
bad old-negative "${w}storage 0: it has another size where it lies"
bad old-cut 'cut short: its storages reach beyond its end: fetch it again'
bad old-tail "${w}1 bytes behind the last storage"
bad old-view "${w}storage 0: a view of another one"
bad old-list "${w}no list of its storages"
bad storage-10GB "${w}storage 0: it is larger than the file"
bad 'storage-2^62' "${w}storage 0: it is larger than the file"
bad storage-two "${w}storage 0: it is said to be of two types or sizes"
for n in negative module text dtype; do
	bad storage-$n "${w}what is kept outside of its pickle is no storage"
done
bad tensor-offset "${w}t0: it reaches element 4 of a storage of 4"
# further NAME WHY - what no size of 32 bits can say, is refused by that where they have 32 bits.
further() {
	if narrow; then
		bad "$1" "${w}t0: its shape or strides are larger than any file"
	else
		bad "$1" "$2"
	fi
}
further tensor-offset-far "${w}t0: it reaches element 9223372036854775810 of a storage of 4"
bad tensor-offset-negative "${w}t0: no storage and offset"
bad tensor-stride "${w}t0: it reaches element 4 of a storage of 4"
further tensor-stride-far "${w}t0: it reaches element 18446744073709551614 of a storage of 4"
bad tensor-stride-negative "${w}t0: its shape or strides are not numbers from 0"
bad tensor-size "${w}t0: it reaches element 5 of a storage of 4"
bad tensor-size-far "${w}t0: its shape or strides are larger than any file"
bad tensor-size-negative "${w}t0: its shape or strides are not numbers from 0"
bad tensor-size-huge "${w}t0: its shape or strides are not numbers from 0"
further tensor-spread 't0: its rows do not lie end to end, as do others?, and copies of them would take more than 1 GiB'
bad tensor-I8 'model.layers.0.self_attn.q_proj.weight: of type I8: quantised, or no weights: *'
bad tensor-strided 'model.layers.0.self_attn.q_proj.weight: of type strided: quantised, or no weights: *'
bad tensor-strides "${w}t0: not as many strides as dimensions"
bad tensor-dims "${w}t0: no shape and strides of at most 64 dimensions"
bad tensor-negated "${w}t0: conjugated, negated or otherwise changed when it is loaded"
bad tensor-no-type "${w}t0: no type"
bad tensor-nothing "${w}t0: no storage and offset"
bad tensor-twice 't is in h/tensor-twice.bin already'
bad tensor-NUL "${w}t: a NUL byte in its name"
n='no state dict: neither tensors nor a dict called state_dict, model or module among its keys:'
bad dict-none "$n lr weights"
bad dict-many "$n n00 n01 * n74 ..."
bad dict-itself "$n model"
bad dict-empty 'no state dict: what torch.save was given is an empty dict'
bad dict-deep "$n model"
bad dict-two 'two state dicts: one is called state_dict, another model'
for n in dict-list none memo-bomb depth-list; do
	bad $n 'no state dict: what torch.save was given is not a dict of tensors'
done
p='not a pickle of weights: byte'
bad op-unknown "$p 42: opcode 0xff, which weights do not need"
bad op-instance "$p 43: opcode 0x69, which weights do not need"
bad global-system "$p 42: os.system, which weights do not need; nothing is called"
bad global-eval "$p 58: builtins.eval, which weights do not need; nothing is called"
bad global-long "$p 42: torch.FFF*F, which weights do not need; nothing is called"
bad global-number "$p 46: the name of a global is no text"
bad call-text "$p 49: it calls what cannot be called"
bad call-type "$p 58: it calls a class that is not called in this way"
bad call-class "$p 130: a tensor of a class of its own"
bad call-itself "$p 101: it calls a class that is not called in this way"
bad call-pairs "$p 73: a dict of what are no pairs"
bad build-text "$p 49: a state for what has none"
bad stack-empty "$p 42: nothing on the stack"
bad stack-mark "$p 45: nothing on the stack"
bad stack-pop "$p 42: nothing on the stack"
bad no-mark "$p 43: no mark on the stack"
bad odd "$p 46: a key without a value"
bad add-text "$p 51: it adds to what is no list"
bad memo-far "$p 43: number 4294967295 in the memo of a pickle of 8 bytes so far"
bad memo-none "$p 42: number 65535 is not in the memo"
bad depth "$p 1000042: nothing on the stack"
bad text-far "$p 42: cut short: it wants 4294967295 bytes more and has 1"
bad 'text-2^64' "$p 42: cut short: it wants 18446744073709551615 bytes more and has 1"
bad long-far "$p 42: cut short: it wants 4294967295 bytes more and has 1"
bad frame-far "$p 42: cut short: a frame that reaches beyond it"
bad protocol "$p 42: protocol 9, of those from 2 to 5"
bad line "$p 42: cut short: a name without an end"
bad stop "$p 40: cut short: it wants 1 bytes more and has 0"
t 'all that lies was looked at' 0 'ls h' 'behind.bin
comment.bin
config.json
good.bin
legacy.bin
long1.bin
long4.bin
python2.bin
typed.bin
wide.bin'
