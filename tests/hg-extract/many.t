# hg-extract with several sources: one table; what a path says of a model.
. tests/lib.sh
cd "$W" || exit 1
C=$R/tests/data/checkpoints
X='hg-extract -p'
cp -r "$C/llama" "$C/gpt2" "$C/t5" .
printf '%s' '{"num_layers": 1, "num_heads": 2, "static": [{"metric_singvals_per_head": [[3, 2, 1], [5, 4]]}], "dynamic": [{"mean_x_per_head": [1, 2]}]}' >d.json
$X llama >llama.csv; $X gpt2 >gpt2.csv; $X t5 >t5.csv 2>/dev/null; $X d.json >d.csv

t 'as if by hg-cat' 0 "$X llama gpt2 t5 d.json 2>/dev/null >a; hg-cat -p --tag model=%n llama.csv gpt2.csv t5.csv d.csv | cmp - a" '' ''
t 'the widest spectrum, and all columns' 0 "$X d.json llama | sed -n '1p;3p;4p' | cut -d, -f 1-7,17-" 'model,layer,head,stage,depth,x,metric,s1,s2,s3,s4
d,0,1,late,0.5,2,,5,4,,
llama,0,0,mid,0.25,,full,*' ''
t 'the same columns, whichever comes first' 0 'for o in "d.json llama t5 gpt2" "t5 llama gpt2 d.json" "gpt2 d.json llama t5"; do hg-extract -p $o 2>/dev/null | head -n 1; done | uniq' 'model,stack,layer,head,stage,depth,x,metric,fold,logit_scale,d_model,d_head,kv_head,q_fro,k_fro,tr1,tr2,s1,s2,s3,s4' ''
hg-extract -@ 1 llama gpt2 t5 d.json 2>/dev/null >one
for n in 2 3 4 9; do
	t "$n threads" 0 "hg-extract -@ $n llama gpt2 t5 d.json 2>/dev/null | cmp - one" '' ''
done
t 'messages name the source' 0 "$X llama t5 | wc -l | tr -d ' '" 17 'hg-extract: t5: a learned bias*'
t 'tags of each' 0 "$X --tag run=a --tag 'id=%{(.)\$}' llama gpt2 | cut -d, -f 1-3 | sort -u | sed -n '1p;4p;\$p'" 'a,2,0
a,a,0
run,id,layer' ''
t 'the name, path and a % of one' 0 "$X --tag 'n=%n' --tag 'p=%p' --tag 'q=5%%' llama/ | sed -n 2p | cut -d, -f 1-3" 'llama,llama/,5%' ''
t 'a % says nothing of a model' 0 "$X --tag 'q=5%%' llama gpt2 | sed -n '1p;2p;\$p' | cut -d, -f 1,2" 'q,model
5%,llama
5%,gpt2' ''
t 'files that all models call the same' 0 "$X --tag 'n=%n' llama/model.safetensors | sed -n 2p | cut -d, -f 1; cd llama && $X --tag 'n=%n' model.safetensors | sed -n 2p | cut -d, -f 1; $X --tag 'n=%n' . | sed -n 2p | cut -d, -f 1" 'llama
llama
llama' ''
t 'a directory before with several stacks' 0 "$X t5 llama 2>/dev/null | cut -d, -f 1-4 | sed -n '1,2p;\$p'" 'model,stack,layer,head
t5,encoder,0,0
llama,,1,3' ''
printf 'layer,head,entropy\n0,0,7\n' >w.csv
t '--with goes to each' 0 "$X --with w.csv --layers 0 --heads 0 llama gpt2 2>/dev/null | cut -d, -f 1,6" 'model,entropy
llama,7
gpt2,7'
printf 'model,layer,head,entropy\nllama,0,0,7\ngpt2,0,0,8\n' >w.csv
t '--with by the tag' 0 "$X --with w.csv --layers 0 --heads 0 llama gpt2 2>/dev/null | cut -d, -f 1,6" 'model,entropy
llama,7
gpt2,8'

# one that fails
printf x >bad.json
mkdir cut; cp llama/config.json cut/; head -c 900 llama/model.safetensors >cut/model.safetensors
t 'one that fails: the rows before it' 1 "$X llama cut gpt2 >o; s=\$?; sed 1d o | cut -d, -f 1 | uniq; exit \$s" llama 'hg-extract: cut/model.safetensors: cut short*'
t 'no mark of an end, and so no table' 1 "hg-extract llama cut gpt2 2>/dev/null | hg-describe -p" '*' '*no BGZF end-of-file marker*: the program that writes it failed, *'
t '--keep-going' 1 "$X --keep-going bad.json llama cut gpt2 nothing >o; s=\$?; sed 1d o | cut -d, -f 1 | uniq; exit \$s" 'llama
gpt2' 'hg-extract: bad.json*
hg-extract: cut/model.safetensors: *
hg-extract: nothing: No such file*'
t '--keep-going and -o' 1 "hg-extract --keep-going -o o.csv cut llama 2>/dev/null; s=\$?; sed 1d o.csv | cut -d, -f 1 | uniq; exit \$s" llama ''
t 'a file of -o is whole or not there' 1 "hg-extract -o n.csv llama cut 2>/dev/null; s=\$?; ls n.csv .hg* 2>/dev/null; exit \$s" '' ''
t 'all fail' 1 "hg-extract --keep-going cut bad.json" '' '*
*'
t 'over one of them' 1 "hg-extract -o gpt2/model.safetensors llama gpt2" '' 'hg-extract: gpt2/model.safetensors: it is read*'
python3 - 2>/dev/null <<'END'
import struct, json
b = bytearray(open("gpt2/model.safetensors", "rb").read())
n = struct.unpack("<Q", b[:8])[0]
h = json.loads(b[8:8 + n])
k = max((k for k in h if "c_attn.weight" in k), key=lambda k: int("".join(c for c in k if c.isdigit())))
at = 8 + n + h[k]["data_offsets"][0]
b[at:at + 4] = struct.pack("<f", float("nan"))
open("nan.safetensors", "wb").write(b)
END
if [ -s nan.safetensors ]; then
	mkdir nan; mv nan.safetensors nan/model.safetensors; cp gpt2/config.json nan/
	t 'one that fails in its last layer has no row' 1 "$X llama nan >o; s=\$?; sed 1d o | cut -d, -f 1 | uniq; exit \$s" llama 'hg-extract: nan/*'
else
	skip 'python3 is not there'
fi

# the hub's cache
H=cache/models--Qwen--Qwen3-tiny
mkdir -p $H/refs $H/blobs $H/snapshots/aaa111 $H/snapshots/bbb222
cp llama/model.safetensors $H/blobs/1; cp llama/config.json $H/blobs/2
for s in aaa111 bbb222; do ln -s ../../blobs/1 $H/snapshots/$s/model.safetensors; ln -s ../../blobs/2 $H/snapshots/$s/config.json; done
printf bbb222 >$H/refs/main
t 'a folder of the cache: refs/main' 0 "$X --tag m=%n --tag r=%r $H | sed -n 2p | cut -d, -f 1-4; $X $H | cmp - llama.csv" 'Qwen/Qwen3-tiny,bbb222,0,0' ''
t '... with slashes behind' 0 "$X $H// | cmp - llama.csv" '' ''
t 'a snapshot of it' 0 "$X --tag m=%n --tag r=%r $H/snapshots/aaa111/ $H | cut -d, -f 1-3 | uniq" 'm,r,layer
Qwen/Qwen3-tiny,aaa111,0
Qwen/Qwen3-tiny,aaa111,1
Qwen/Qwen3-tiny,bbb222,0
Qwen/Qwen3-tiny,bbb222,1' ''
t 'several snapshots without refs/main' 1 "rm $H/refs/main; hg-extract $H" '' "hg-extract: $H: several snapshots and no refs/main: name one of them"
t 'one snapshot without refs/main' 0 "rm -r $H/snapshots/aaa111; $X $H | cmp - llama.csv" '' ''
t 'refs/main of what is not there' 1 "printf ccc >$H/refs/main; hg-extract $H" '' "hg-extract: $H: refs/main is ccc, of which there is no snapshot: fetch the model"
t 'no snapshot' 1 "mkdir -p models--a--b/snapshots; hg-extract models--a--b" '' 'hg-extract: models--a--b: a folder of a hub*s cache without a snapshot*'
t '%r of what is no snapshot' 1 "hg-extract --tag r=%r llama" '' 'hg-extract: llama: --tag: %r: it is in no snapshot of a hub*s cache'
