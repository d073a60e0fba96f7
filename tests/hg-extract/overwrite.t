# overwrite.t - nothing that hg-extract reads can be the file of -o, whatever it is
# called: the files of a checkpoint, the operand, the table of --with.
. tests/lib.sh
C=$R/tests/data/checkpoints
afresh "$C/llama" one
afresh "$C/llama_sharded" many
zcat "$R/examples/minilm.json.gz" >d.json
printf 'layer,x\n0,1\n1,2\n' >w.csv
cp "$R/tests/data/matrices.csv" m.csv
shard=many/$(ls many | grep -m 1 'of-.*safetensors$')

# kept FILE 'OPERANDS' - with -o FILE it is refused and stays as it was; and so it is
# under the name of a link of either kind, or of another way to it.
kept() {
	rm -f soft hard
	ln -s "$1" soft
	ln "$1" hard
	cp "$1" before
	for o in "$1" soft hard "./one/../$1"; do
		t "-o $o $2" 1 "hg-extract -o $o $2; s=\$?; cmp $1 before && exit \$s" '' 'hg-extract: *: it is read, and the output would take its place'
	done
}
kept one/model.safetensors one
kept one/config.json one
kept one/model.safetensors one/model.safetensors
cp "$R/tests/data/pickles/plain.bin" one/x.pt
kept one/x.pt one/x.pt
kept one/config.json one/model.safetensors
kept many/model.safetensors.index.json many
kept many/config.json many
kept "$shard" many
kept w.csv '--with w.csv one'
kept d.json '--with d.json d.json'
kept d.json d.json
kept m.csv m.csv

# unborn NAME 'OPERANDS' - the same for a file that is not there, but would be read the
# next time.
unborn() {
	ls many >before
	ln -sf "$1" soft
	for o in "$1" soft "./one/../$1"; do
		t "-o $o $2, which is not there" 1 "hg-extract -o $o $2; s=\$?; ls many | cmp - before && exit \$s" '' 'hg-extract: *: what is read is looked for under this name, and the output would be there'
	done
}
unborn many/model.safetensors many
unborn many/model.safetensors "$shard --layers 0"
unborn many/pytorch_model.bin many
kept many/model.safetensors.index.json "$shard --layers 0"
mv many/model.safetensors.index.json index
unborn many/model.safetensors.index.json "$shard --layers 0"
mv index many/model.safetensors.index.json
t 'the same in the directory itself' 1 'cd many && hg-extract -o model.safetensors .' '' 'hg-extract: ./model.safetensors: what is read is looked for *'
t 'an index beside model.safetensors' 1 'hg-extract -o one/model.safetensors.index.json one' '' '*/model.safetensors.index.json: what is read is looked for *'
t 'no config.json, and none is made' 1 'mv many/config.json c; hg-extract -o many/config.json many; s=$?; mv -n c many/config.json; cmp -s c many || exit $s' '' 'hg-extract: many/config.json: not there: *'
t 'another file beside them' 0 'hg-extract -p one >want && hg-extract -o one/table.csv one && cmp one/table.csv want' ''
