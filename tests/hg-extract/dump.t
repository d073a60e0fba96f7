# hg-extract: a dump becomes a table.
. tests/lib.sh

cat >d.json <<'D'
{"model": "m", "num_layers": 4, "num_heads": 2,
 "static": [
  {"layer": 0, "metric_singvals_per_head": [[3, 1, 2], [1]], "ln_gamma_mean": 0.5},
  {"layer": 1, "metric_singvals_per_head": [[3], [0.1, 1]], "rope_per_head": [7, NaN]},
  {"layer": 2, "metric_singvals_per_head": [[3], [1]]},
  {"layer": 3, "metric_singvals_per_head": [[3], [1e300]]}],
 "dynamic": [
  {"layer": 0, "max_prob_per_head": [0.5, 0.25], "mean_logit_std_per_head": [1, 2], "mean_attention_entropy_per_head": [3.25, NaN], "names_per_head": ["a", "b"]},
  {"layer": 1, "max_prob_per_head": [1, Infinity], "mean_logit_std_per_head": [1, 2], "mean_attention_entropy_per_head": [3, null]},
  {"layer": 2, "max_prob_per_head": [1, 1], "mean_logit_std_per_head": [1, 2], "mean_attention_entropy_per_head": [3, -Infinity]},
  {"layer": 3, "max_prob_per_head": [1, 1], "mean_logit_std_per_head": [1, 2], "mean_attention_entropy_per_head": [3, 4]}]}
D
t 'columns in their order, spectra sorted, gaps empty' 0 'hg-extract -p d.json' \
'layer,head,stage,depth,entropy,logit_std,max_prob,rope,s1,s2,s3
0,0,early,0.125,3.25,1,0.5,,3,2,1
0,1,early,0.125,,2,0.25,,1,,
1,0,mid,0.375,3,1,1,7,3,,
1,1,mid,0.375,,2,,,1,0.1,
2,0,late,0.625,3,1,1,,3,,
2,1,late,0.625,,2,1,,1,,
3,0,late,0.875,3,1,1,,3,,
3,1,late,0.875,4,2,1,,1e+300,,' ''
t 'tags in front' 0 'hg-extract -p --tag model=m,1 --tag run=2 --layers 3 d.json' \
'model,run,layer,head,stage,*
"m,1",2,3,0,late,*
"m,1",2,3,1,late,*'
t 'layers and heads, stage of the whole model' 0 'hg-extract -p --layers 1,3- --heads 1 d.json | cut -d, -f1-3' \
'layer,head,stage
1,1,mid
3,1,late'
t 'layers that are not there' 1 'hg-extract --layers 2-4 d.json' '' 'hg-extract: --layers: 4, but they are numbered 0 to 3'
t 'a list that is none' 2 'hg-extract --heads 1- --layers 2,x d.json' '' 'hg-extract: --layers: not a list*'
t 'a tag without =' 2 'hg-extract --tag model d.json' ''
t 'a tag that is a column already' 1 'hg-extract --tag stage=1 d.json' '' 'hg-extract: column "stage" would be there twice'
t 'a tag that a spectrum needs' 1 'hg-extract --tag s2=1 d.json' '' 'hg-extract: column "s2" would be taken for a singular value'
t 'two sources' 2 'hg-extract d.json d.json' ''
t 'from standard input, from gzip' 0 'gzip <d.json | hg-extract -p | cksum; hg-extract -p - <d.json | cksum' '* *
* *'
t 'a block ends with each layer' 0 'hg-extract d.json | python3 "$R/tests/blocks.py" | cut -c 1-3' '0,1
1,1
2,1
3,1
end'
t 'numbers by a format' 0 'hg-extract -p --format %.2e --layers 0 --heads 0 d.json | tail -n 1' \
	'0,0,early,1.25e-01,3.25e+00,1.00e+00,5.00e-01,,3.00e+00,2.00e+00,1.00e+00'

# --with
cat >w.csv <<'D'
head,layer,extra,"odd,name"
1,0,7,a
0,0,NA,"b""c"
0,3,5,
9,9,1,x
D
t '--with a table' 0 'hg-extract -p --with w.csv --layers 0,3 d.json | cut -d, -f 1,2,8-12' \
'layer,head,rope,extra,"odd,name",s1
0,0,,NA,"b""c",3,2
0,1,,7,a,1,
3,0,,5,,3,
3,1,,,,1e+300,' 'hg-extract: w.csv: 1 row without a head, 1 head without a row'
printf 'layer,gamma\n0,a\n1,b\n2,c\n3,d\n' >l.csv
t '--with a table by layer alone' 0 'hg-extract -p --with l.csv --heads 1 d.json | cut -d, -f 9' 'gamma
a
b
c
d' ''
printf 'model,layer,head,v\na,0,0,1\nb,0,0,2\n' >m.csv
t '--with by tag' 0 'hg-extract -p --tag model=b --with m.csv --layers 0 --heads 0 d.json | cut -d, -f 1-3,10' 'model,layer,head,v
b,0,0,2' 'hg-extract: m.csv: 1 row without a head, 0 heads without a row'
t '--with without the tag: two rows for a head' 1 'hg-extract --with m.csv d.json' '' \
	'hg-extract: m.csv:3: a second row for the same layer, head'
t '--with by a tag alone: two rows for it' 1 'printf "model,v\na,0\na,1\n" | hg-extract --tag model=a --with - d.json' '' \
	'hg-extract: <stdin>:3: a second row for the same model'
t '--with by head alone' 0 'printf "head,v\n0,5\n1,6\n" | hg-extract -p --with - --layers 2- d.json | cut -d, -f 1,2,9' 'layer,head,v
2,0,5
2,1,6
3,0,5
3,1,6' 'hg-extract: <stdin>: no column layer: a row goes to the heads of its number in all layers'
t '--with a dump of another model' 1 'printf "{\"num_layers\": 1, \"num_heads\": 2, \"dynamic\": [{\"a_per_head\": [1, 2]}]}" >p.json; hg-extract --with p.json d.json' '' \
	'hg-extract: p.json: a dump of 1 layers of 2 heads, but d.json has 4 of 2'
cp d.json same.json
ln -s same.json link.json
for o in same.json link.json; do
	t "-o over the source: $o" 1 "hg-extract -o $o same.json; s=\$?; cmp d.json same.json && exit \$s" '' 'hg-extract: same.json: it is read, and the output would take its place'
done
# of MODEL PATH 'WARNING': a dump that says that it is of MODEL, beside PATH
of() {
	printf '{"model": "%s", "num_layers": 2, "num_heads": 4, "dynamic": [{"a_per_head": [1, 2, 3, 4]}, {"a_per_head": [1, 2, 3, 4]}]}' "$1" >p.json
	t "--with a dump of $1, for $2" 0 "hg-extract --with p.json $2 >/dev/null" '' "$3"
}
mkdir -p hub/models--org--Tiny-2/snapshots
cp -R "$R/tests/data/checkpoints/llama" hub/models--org--Tiny-2/snapshots/0123
of llama "$R/tests/data/checkpoints/llama" ''
of Org/LLaMA "$R/tests/data/checkpoints/llama/model.safetensors" ''
of org/Tiny-2 hub/models--org--Tiny-2/snapshots/0123 ''
of ny-2 hub/models--org--Tiny-2/snapshots/0123 'hg-extract: p.json: a dump of model "ny-2", but hub/models--org--Tiny-2/snapshots/0123 is called otherwise'
of org/mistral "$R/tests/data/checkpoints/llama" 'hg-extract: p.json: a dump of model "org/mistral", but *checkpoints/llama is called otherwise'
t '--with a dump of the sizes of no stack' 1 "hg-extract --with p.json $R/tests/data/checkpoints/whisper" '' 'hg-extract: p.json: a dump of 2 layers of 4 heads, but *whisper has 2 of 3'
sed 's/"a_per/"metric_singvals_per_head": [[1], [1], [1], [1]], "b_per/g; s/dynamic/static/; s/mistral/other/' p.json >own.json
t '--with a dump of another model than that of the dump' 0 'hg-extract --with p.json own.json >/dev/null' '' 'hg-extract: p.json: a dump of model "org/mistral", but own.json is of "org/other"'
t '-o over the table of --with' 1 'hg-extract -o w.csv --with w.csv d.json' '' 'hg-extract: w.csv: it is read, and the output would take its place'
for l in 99999999999999999999 0-18446744073709551616 18446744073709551615-; do
	t "--heads $l" 2 "hg-extract --heads $l d.json" '' "hg-extract: --heads: not a list like 0-3,8,12-: \"$l\"
*"
done
t '--with a column that both have' 1 'hg-extract --with d.json d.json' '' 'hg-extract: d.json: column "entropy" would be there twice'
printf 'layer,head,entropy\n0,0,1\n' >e.csv
t '--with a table of keys alone' 1 'printf "layer,head\n0,0\n" | hg-extract --with - d.json' '' 'hg-extract: <stdin>: no column to join, key columns only'
t '--with a table of a column that both have' 1 'hg-extract --with e.csv d.json' '' 'hg-extract: e.csv: column "entropy" would be there twice'
printf 'x,y\n0,0\n' >k.csv
t '--with no key' 1 'hg-extract --with k.csv d.json' '' 'hg-extract: k.csv: no key column*'
printf '{"num_layers": 1000000, "num_heads": 1000000}' >n.json
t '--with a dump that measures nothing' 1 'hg-extract --with n.json d.json' '' 'hg-extract: n.json: nothing measured in it to join'
# Of few bytes that claim many heads no more is taken than of these bytes.
claims() {
	awk -v n="$1" 'BEGIN {
		printf "{\"num_layers\":%d,\"num_heads\":%d,\"dynamic\":[{\"mean_attention_entropy_per_head\":[1", n, n
		for (i = 1; i < n; i++) printf ",1"
		printf "]}"
		for (i = 1; i < n; i++) printf ",{}"
		print "]}"
	}'
}
printf 'layer,head,matrix,row,c1,c2\n0,0,m,0,1,2\n' >one.csv
for n in 65536 30000 1000; do
	claims $n >n.json
	t "--with a dump of $n times $n heads" 1 "$little hg-extract -p --with n.json one.csv" '' \
		"hg-extract: n.json: a dump of * bytes is too short for num_layers = $n, num_heads = $n and 1 measured columns"
done
printf 'layer,head,v\n0.5,0,1\n' >h.csv
t '--with half a layer' 1 'hg-extract --with h.csv d.json' '' 'hg-extract: h.csv:2: layer: not a whole number from 0: "0.5"'
sed 's/"mean_attention_entropy/"mean_other/;s/mean_logit_std/z/;s/max_prob/q/;s/rope/u/;/static/,/}],/d' d.json >o.json
t '--with a dump, static absent' 0 'hg-extract -p --with o.json --layers 0 d.json | head -n 2 | cut -d, -f 5-13' \
'entropy,logit_std,max_prob,rope,q,z,other,s1,s2
3.25,1,0.5,,0.5,1,3.25,3,2' ''

# A dump of more than 1 MB, whose arrays all threads read.
awk 'BEGIN {
	printf "{\"num_layers\": 64, \"num_heads\": 32, \"static\": ["
	for (l = 0; l < 64; l++) {
		printf "%s{\"metric_singvals_per_head\": [", l ? "," : ""
		for (h = 0; h < 32; h++) {
			printf "%s[", h ? "," : ""
			for (k = 0; k < 32; k++)
				printf "%s%.17g", k ? ", " : "", (l + h / 32 + 1) / (k + 1)
			printf "]"
		}
		printf "], \"n_per_head\": ["
		for (h = 0; h < 32; h++)
			printf h ? ",NaN" : l
		printf "]}\n"
	}
	print "]}"
}' >long.json
t 'a long dump: its numbers are those of awk' 0 'hg-extract -p long.json | awk -F, "
	NR > 1 { for (k = 0; k < 32; k++) wrong += \$(k + 6) != (\$1 + \$2 / 32 + 1) / (k + 1); wrong += \$5 != (\$2 ? \"\" : \$1) }
	END { print NR, wrong + 0 }"' '2049 0' ''
t 'a long dump, by any number of threads' 0 'for n in 1 2 3 16; do hg-extract -@ $n long.json | cksum; done | uniq | wc -l' '*1' ''
sed '50s/,/,,/7; 60s/0\./00./3' long.json >wrong.json
t 'a long dump with something wrong in two arrays, the same' 0 'for n in 1 2 16; do hg-extract -@ $n wrong.json 2>&1; done | uniq' \
	"hg-extract: wrong.json:50: column [0-9]*: not a JSON dump: unexpected token near ','"
