# json.t - dumps that hg-extract refuses, and where it says they are wrong; and
# the three words of Python that are not JSON but let through as missing values.
. tests/lib.sh

# bad 'WHAT' 'JSON' 'MESSAGE': refused, with nothing printed.
bad() {
	printf '%s' "$2" >bad.json
	t "$1" 1 'hg-extract -p bad.json' '' "hg-extract: bad.json$3"
}
# dump STATIC DYNAMIC: of two layers and two heads.
dump() {
	printf '{"num_layers": 2, "num_heads": 2, "static": %s, "dynamic": %s}' "$1" "$2"
}
no=': column [0-9]*: not a JSON dump: '
S='{"metric_singvals_per_head": [[2, 1], [3]]}'
Y='{"mean_attention_entropy_per_head": [1, 2]}'

# Not JSON.  Columns count the characters up to the end of what was not
# understood; its reason is the JSON library's.
at() {
	bad "not JSON: $1" "$2" ":$3: column $4: not a JSON dump: $5"
}
at 'cut'                 '{"num_layers": 2'             1 16 '*'
at 'cut after a line'    '{"num_layers":
2,
'                                                        3 0 '*'
at 'blanks alone'        '
  '                                                     2 2 '*'
at 'a word'              '{"num_layers": nul}'          1 18 '*'
at 'a comma too many'    '{"num_layers": 2,}'           1 18 '*'
at 'a comma too few'     '{"num_layers": [2 3]}'        1 19 '*'
at 'single quotes'       "{'num_layers': 2}"            1 2  '*'
at 'a comment'           '{"a": 2 /* b */}'             1 9  '*'
at 'a leading zero'      '{"a": 02}'                    1 7  '*'
at 'a bare point'        '{"a": 2.}'                    1 8  '*'
at 'hex'                 '{"a": 0x2}'                   1 8  '*'
at 'a tab in a string'   '{"a": "	"}'             1 '*' '*'
at 'a bad escape'        '{"a": "\x"}'                  1 '*' '*'
at 'a second text'       '{}{}'                         1 3  '*'
at 'something behind'    '{} x'                         1 4  '*'
at 'the same key twice'  '{"num_layers": 2, "num_layers": 3}' 1 30 'duplicate object key*'
at 'the same key twice, deep' '{
"a": [{"b": 1, "b": 1}]}'                               2 18 'duplicate object key*'
at 'too large a number'  '{"a": 1e309}'                 1 11 '*overflow*'
at 'too long a number'   "{\"a\": 1$(awk 'BEGIN { for (i = 0; i < 400; i++) printf 0 }')}" 1 407 '*overflow*'
at 'NaN as a key'        '{NaN: 1}'                     1 4 '*'
at 'NaN with a sign'     '[-NaN]'                       1 '*' '*'
at 'NaN and a digit'     '[NaN1]'                       1 '*' '*'
at 'nan'                 '[nan]'                        1 4 '*'
at 'Infinity with a plus' '[+Infinity]'                 1 '*' '*'
at 'Infinit'             '[Infinit]'                    1 8 '*'
at 'inf'                 '[inf]'                        1 4 '*'
at 'two words'           '[NaN NaN]'                    1 8 '*'
at 'behind NaN'          '[NaN, NaN, x]'                1 12 '*'
at 'behind Infinity'     '[Infinity, -Infinity, x]'     1 23 '*'
at 'behind NaN in another line' '[NaN,
NaN, "é", x]'                                           2 11 '*'
# Where arrays of numbers stand, whole ones and others, in one line and in several.
at 'behind arrays of numbers' '{"a": [1, NaN], "b": [[2,
3], [4]], "c": [5] 6}'                                  2 20 '*'
at 'in an array of numbers, the next ones whole' '{"a": [1, 2], "b": [3, 04], "c": [5, 6]}' 1 24 "invalid token near '0'"
at 'in the last array'   '{"a": [1,
2], "b": [3], "c": [4, 5.]}'                            2 25 '*'
at 'too large, in an array' '[[1, 2], [1, 1e309]]'      1 18 '*overflow*'
at 'no comma, in an array' '[[1, 2], [3 4]]'            1 13 "'\]' expected near '4'"
at 'a comma too many, in an array' '[[1, 2], [3, 4,]]'  1 16 "unexpected token near '\]'"
at 'two commas'          '[[1, 2], [3,, 4]]'            1 13 "unexpected token near ','"
at 'commas alone'        '[[1, 2], [,]]'                1 11 "unexpected token near ','"
at 'a word, in an array' '[[1, 2], [3, nan]]'           1 16 "invalid token near 'nan'"
at 'a brace, in an array' '[[1, 2], [3}]'               1 12 "'\]' expected near '}'"
at 'a tab and a form feed' "[[1,	2], [3,4]]"       1 13 '*'
at 'an array in an array left open' '[[1, 2], [3'       1 11 "'\]' expected near end of file"
at 'an array as a key'   '{"a": [1], [2]: 3}'           1 12 "string or '}' expected near '\['"
at 'an array behind the text' '[1, 2] [3]'              1 8  "end of file expected near '\['"
at 'a key twice, with arrays' '{"a": [1, 2],
"b": [3], "a": [4]}'                                    2 13 "duplicate object key near '\"a\"'"
at 'in a string that looks like an array' '{"a": "[1, 2]", "b\"[3": "\\", "c": [4], x}' 1 42 "string or '}' expected near 'x'"
at 'a string left open before an array' '{"a": [1], "b: [2], "c": [3]}' 1 22 "':' expected near 'c'"
printf '{"a": "\351"}' >latin1.json
t 'not JSON: no UTF-8' 1 'hg-extract latin1.json' '' "hg-extract: latin1.json:1$no*"
printf '{"a": \0 2}' >nul.json
t 'not JSON: a NUL byte' 1 'hg-extract nul.json' '' "hg-extract: nul.json:1$no*"
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "[" }' >deep.json
t 'not JSON: 100000 brackets' 1 'hg-extract deep.json' '' "hg-extract: deep.json:1$no*"
dump "[$S, $S]" "[$Y, $Y]" >good.json
size=$(wc -c <good.json)
t 'the pattern of what follows is good' 0 'hg-extract -p good.json' 'layer,head,stage,depth,entropy,s1,s2
0,0,mid,0.25,1,2,1
0,1,mid,0.25,2,3,
1,0,late,0.75,1,2,1
1,1,late,0.75,2,3,' ''
# cuts - how many bytes are left where a cut dump is not refused in one line.
cuts() {
	i=0
	while [ $i -lt "$size" ]; do
		head -c $i good.json | hg-extract -p >o 2>e && echo $i
		[ "$(cat o e | grep -c .)" -eq 1 ] && grep -q '^hg-extract: <stdin>:' e || echo $i
		i=$((i + 1))
	done
}
t 'a dump cut at each byte' 0 cuts ''

# JSON that is no dump.
bad 'an array'                "[$S]"                    ': not a dump: the JSON text is not an object'
bad 'a number'                '17'                      ': not a dump: the JSON text is not an object'
bad 'a string'                '"dump"'                  ': neither a dump nor a table of matrices: no column "matrix"'
bad 'NaN alone'               'NaN'                     ': neither a dump nor a table of matrices: no column "matrix"'
bad 'an empty object'         '{}'                      ': not a dump: no "num_layers"'
bad 'no num_heads'            '{"num_layers": 2}'       ': not a dump: no "num_heads"'
bad 'no static'               '{"num_layers": 2, "num_heads": 2}' ': not a dump with spectra: no "static"'
for v in 0 -2 2.5 1e7 1e300 '"2"' null NaN -Infinity true '[2]' '{}'; do
	bad "num_layers $v" "{\"num_layers\": $v, \"num_heads\": 2}" ': num_layers is not a whole number from 1 to 1000000'
	bad "num_heads $v" "{\"num_layers\": 2, \"num_heads\": $v}" ': num_heads is not a whole number from 1 to 1000000'
done
lies() {
	bad "$1" "$(dump "[$S, $S]" "[$Y, $Y]" | sed "$2")" "$3"
}
lies 'num_layers too large'   's/"num_layers": 2/"num_layers": 3/'  ': static is not an array of num_layers = 3 objects, its length differs'
lies 'num_layers too small'   's/"num_layers": 2/"num_layers": 1/'  ': static is not an array of num_layers = 1 objects, its length differs'
lies 'num_heads too large'    's/"num_heads": 2/"num_heads": 3/' \
	': static, layer 0: metric_singvals_per_head is not an array of num_heads = 3 spectra'
lies 'num_heads too small'    's/"num_heads": 2/"num_heads": 1/' \
	': static, layer 0: metric_singvals_per_head is not an array of num_heads = 1 spectra'
lies 'num_heads for what was measured' 's/\[1, 2\]/[1]/g' \
	': dynamic, layer 0: mean_attention_entropy_per_head is not an array of num_heads = 2 numbers'

# static
for v in '{}' 1 null '"x"' NaN; do
	bad "static $v" "$(dump "$v" '[]')" ': static is not an array of num_layers = 2 objects'
done
for v in '[]' 1 null '"x"' NaN; do
	bad "a layer $v" "$(dump "[$S, $v]" "[$Y, $Y]")" ': static, layer 1: not an object'
done
bad 'a layer without spectra' "$(dump "[$S, {}]" '[{}, {}]')" ': static, layer 1: no "metric_singvals_per_head"'
spectra() {
	bad "spectra $1" "$(dump "[$S, {\"metric_singvals_per_head\": $1}]" '[{}, {}]')" ": static, layer 1$2"
}
for v in '{}' 1 null '"x"' NaN '[]' '[[1]]' '[[1], [1], [1]]'; do
	spectra "$v" ': metric_singvals_per_head is not an array of num_heads = 2 spectra'
done
for v in '{}' 1 null '"1"' NaN true; do
	spectra "[[1], $v]" ', head 1: not an array of singular values'
done
spectra '[[1], []]' ', head 1: no singular values, the array is empty'
for v in null NaN Infinity -Infinity; do
	spectra "[[3, 2, $v], [1]]" ', head 0: singular value 3 is not a finite number'
done
for v in '{}' '[1]' '"1"' true; do
	spectra "[[3, 2, $v], [1]]" ', head 0: singular value 3 is not a number'
done
spectra '[[1], [2, -1]]'      ', head 1: singular value 2 is negative: -1'
spectra '[[1], [-1e-300]]'    ', head 1: singular value 1 is negative: -1e-300'

# dynamic, and what else was measured
for v in '{}' 1 null '"x"' NaN; do
	bad "dynamic $v" "$(dump "[$S, $S]" "$v")" ': dynamic is not an array of num_layers = 2 objects'
done
bad 'a layer too many' "$(dump "[$S, $S]" "[$Y, $Y, $Y]")" \
	': dynamic is not an array of num_layers = 2 objects, its length differs'
for v in '[]' 1 null '"x"'; do
	bad "a measured layer $v" "$(dump "[$S, $S]" "[$Y, $v]")" ': dynamic, layer 1: not an object'
done
measured() {
	bad "$1 $2" "$(dump "[$S, $S]" "[$3, {\"$1\": $2}]")" ": dynamic, layer $4$5"
}
for v in '"x"' 1 '{}' '[]' '[1]' '[1, 2, 3]'; do
	measured mean_attention_entropy_per_head "$v" "$Y" 1 ': mean_attention_entropy_per_head is not an array of num_heads = 2 numbers'
	measured mean_logit_std_per_head "$v" '{"mean_logit_std_per_head": [1, 2]}' 1 \
		': mean_logit_std_per_head is not an array of num_heads = 2 numbers'
done
for v in '["1", "2"]' '[1, "2"]' '[[1], 2]' '[true, 1]' '[{}, 1]'; do
	measured mean_attention_entropy_per_head "$v" "$Y" 1 ', head [01]: mean_attention_entropy_per_head: not a number'
	measured max_prob_per_head "$v" '{"max_prob_per_head": [1, 2]}' 1 ', head [01]: max_prob_per_head: not a number'
done
# The two that are known are never taken for something else.
for v in '"x"' 1 '{}' '[]' '[[1, 2]]' '["1", "2"]'; do
	bad "entropy $v in all layers" "$(dump "[$S, $S]" "[$Y, $Y]" | sed "s/\\[1, 2\\]/$v/g")" \
		': dynamic, layer 0*mean_attention_entropy_per_head*'
done
twice() {
	bad "$1" "$(dump "[$S, $S]" "[{$2}, {}]")" ": $3"
}
twice 'two names for a column' '"a_per_head": [1, 2], "mean_a_per_head": [1, 2]' \
	'dynamic: mean_a_per_head: column "a" is there already, from a_per_head in dynamic'
twice 'two names for entropy' '"mean_attention_entropy_per_head": [1, 2], "entropy_per_head": [1, 2]' \
	'dynamic: entropy_per_head: column "entropy" is there already, from mean_attention_entropy_per_head in dynamic'
bad 'a column of static and dynamic' "$(dump "[$(echo "$S" | sed 's/}/, "z_per_head": [1, 2]}/'), $S]" '[{}, {"z_per_head": [1, 2]}]')" \
	': static: z_per_head: column "z" is there already, from z_per_head in dynamic'
for c in layer head stage; do
	dump "[$S, $S]" "[{\"${c}_per_head\": [1, 2]}, {}]" >c.json
	t "a measured column called $c" 1 'hg-extract c.json' '' "hg-extract: *column \"${c#mean_}\" would be there twice"
done
for c in s1 s9 mean_s1; do
	dump "[$S, $S]" "[{\"${c}_per_head\": [1, 2]}, {}]" >c.json
	t "a measured column called $c" 1 'hg-extract c.json' '' "hg-extract: c.json: column \"${c#mean_}\" would be taken for a singular value"
done
bad 'layers that are not at their place' "$(dump "[$S, $(echo "$S" | sed 's/{/{"layer": 1, /')]" '[{}, {"layer": 2}]')" \
	': dynamic, row 1, counted from 0: it says that it is of layer 2'
bad 'the same in static' "$(dump "[$(echo "$S" | sed 's/{/{"layer": 7, /'), $S]" '[{}, {}]')" \
	': static, row 0, counted from 0: it says that it is of layer 7'
# huge - a dump of 10^5 empty layers that says it has 10^6 heads in each.
huge() {
	awk 'BEGIN {
		printf "{\"num_layers\": 100000, \"num_heads\": 1000000, \"static\": [{}"
		for (i = 1; i < 100000; i++)
			printf ", {}"
		print "]}"
	}'
}
t 'a num_heads that lies does not take the memory' 1 'huge | hg-extract' '' '*static, layer 0: no "metric_singvals_per_head"'

# claims SIZE - a dump of as many layers as it says it has heads, measured in the first.
claims() {
	awk -v n="$1" 'BEGIN {
		printf "{\"num_layers\": %d, \"num_heads\": %d, \"dynamic\": [{\"mean_attention_entropy_per_head\": [1", n, n
		for (i = 1; i < n; i++)
			printf ",1"
		printf "]}"
		for (i = 1; i < n; i++)
			printf ",{}"
		print "]}"
	}'
}
printf 'layer,head,matrix,row,c1\n0,0,m,0,1\n' >q.csv
for n in 30000 65536; do
	t "$n layers of $n heads, of which one was measured" 1 "claims $n | hg-extract --with - q.csv" '' \
		"hg-extract: <stdin>: a dump of [0-9]* bytes is too short for num_layers = $n, num_heads = $n and 1 measured columns"
done
t '200 layers of 200 heads, of which one was measured' 0 'claims 200 | hg-extract -p --with - q.csv | cut -d, -f 3' 'entropy
1' 'hg-extract: <stdin>: 39999 rows without a head, 0 heads without a row'

# Python's words: missing among what was measured, wherever strings end before
# them; strings that hold them stay as they are.
cat >nan.json <<'D'
{"model": "\"NaN\", -Infinity\\", "\\": "\\\\\"", "\"[NaN": [NaN,-Infinity], "note": NaN, "c": {"d": [Infinity]},
 "num_layers": 1, "num_heads":4,"static" :[{"metric_singvals_per_head": [[1e0],[2],[3],[4.0]], "gain": -Infinity}],
 "dynamic": [{"mean_attention_entropy_per_head":[NaN,Infinity,-Infinity,null],"mean_logit_std_per_head":[1,NaN,2,3],
 "NaN_per_head": [1, 2, 3, 4], "a\"NaN,\\_per_head": [NaN, NaN, NaN, NaN], "-Infinity\\\"_per_head": [ NaN
,5 ,Infinity	, -Infinity], "b\\_per_head":[NaN,1,1,1]}]}
D
t 'NaN and Infinity in what was measured' 0 'hg-extract -p nan.json' 'layer,head,stage,depth,entropy,logit_std,NaN,"a""NaN,\\","-Infinity\\""",b\\,s1
0,0,late,0.5,,1,1,,,,1
0,1,late,0.5,,,2,,5,1,2
0,2,late,0.5,,2,3,,,1,3
0,3,late,0.5,,3,4,,,1,4' ''
printf '%s' "$(dump "[$S, $S]" "[$Y, $Y]")" | sed 's/"mean_att/"[1, 2]": "[3, 4]", "\\"[1]_per_head": [5, 6], &/; s/^{/{"model": "[7]", /' >strings.json
t 'strings that look like arrays of numbers' 0 'hg-extract -p strings.json' 'layer,head,stage,depth,entropy,"""\[1]",s1,s2
0,0,mid,0.25,1,5,2,1
0,1,mid,0.25,2,6,3,
1,0,late,0.75,1,,2,1
1,1,late,0.75,2,,3,' ''
printf '\357\273\277' >bom.json
t 'a byte order mark alone' 1 'hg-extract bom.json' '' 'hg-extract: bom.json: not a JSON dump: no bytes at all'
t 'a byte order mark' 0 '{ printf "\357\273\277"; cat good.json; } | hg-extract -p | cksum; hg-extract -p good.json | cksum' "$(
	hg-extract -p good.json | cksum)
$(hg-extract -p good.json | cksum)"
dump "[$S, $S]" "[$Y, $Y]" | sed 's/: 2/: 2.0e0/g; s/\[2, 1\]/[1, 2]/' >real.json
t 'whole numbers written as others, spectra sorted' 0 'hg-extract -p real.json >o; hg-extract -p good.json | cmp - o' ''
printf '%s' "$(dump "[$S, $S]" "[$Y, $Y]")" | sed 's/\[3\]/[1234567890123456789012, 4.9e-324, 1e-999, 1.7976931348623157e308]/g' >wide.json
t 'large and small numbers' 0 'hg-extract -p wide.json | sed -n 3p' \
	'0,1,mid,0.25,2,1.7976931348623157e+308,1.2345678901234568e+21,5e-324,0'

# The public suite.
if [ ! -d "$SHARED/json/test_parsing" ]; then
	skip 'the public JSON cases are not there'
elif ! have python3; then
	skip 'no python3'
else
	python3 "$R/tests/public_json.py" "$SHARED/json/test_parsing"
fi
