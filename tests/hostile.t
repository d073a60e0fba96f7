# hostile.t - input that is made to take all time or memory: what was slow or large is quick and
# small, or is refused.  Nothing is timed; a limit of the shell ends what goes on and on.
. tests/lib.sh

# columns FIRST NAME N ROWS FIELDS VALUE - a table with the columns FIRST, then NAME1 to NAMEN, and
# so many rows, each of FIELDS, in which # is its number, then N times VALUE.
columns() {
	awk -v first="$1" -v name="$2" -v n="$3" -v rows="$4" -v fields="$5" -v value="$6" 'BEGIN {
		printf "%s", first
		for (i = 1; i <= n; i++)
			printf ",%s%d", name, i
		print ""
		for (r = 0; r < rows; r++) {
			line = fields
			gsub(/#/, r, line)
			printf "%s", line
			for (i = 1; i <= n; i++)
				printf ",%s", value
			print ""
		}
	}'
}

# short 'COMMAND' - within a time that what is quadratic exceeds many times.
short() {
	# shellcheck disable=SC3045
	(ulimit -t 20; eval "$1")
}

# Many columns.
columns layer,head s 500000 1 0,# 1.5 >s.csv
columns layer,head,matrix,row c 100000 1 0,0,m,# 1.5 >m.csv
columns layer,head,entropy,op x 100000 4 '#,0,#,1e-#' 1 >x.csv
columns layer,head w 100000 4 '#,0' 1 >w.csv
awk -F, -v OFS=, '{ t = $1 FS $2 FS $3 FS $4; $1 = $2 = $3 = $4 = ""; print substr($0, 5) OFS t }' x.csv >tags.csv
t 'half a million singular values' 0 'short "hg-describe -p -d op,trace s.csv"' 'layer,head,op,trace
0,0,1.5,750000' ''
t 'half a million singular values by a list' 0 'short "hg-describe -p -d op -s \"^layer,^head\" s.csv"' 'layer,head,op
0,0,1.5' ''
t 'a matrix of 100,000 columns' 0 'short "hg-extract -p m.csv | cut -d, -f 1-7"' '*
0,0,given,0,1,100000,' ''
t 'laid out for reading' 0 'short "hg-cat -t x.csv | wc -l | tr -d \" \""' 5 ''
t 'a column that is not there' 1 'short "hg-correlate -x opp x.csv"' '' \
	'hg-correlate: x.csv: -x: no column "opp": did you mean "op"?'
t '100,000 numbers and a function' 0 'short "hg-regress -p -x \"log(op)\" -y entropy x.csv | wc -l | tr -d \" \""; short "hg-correlate -p -m spearman -y op -x \"log(entropy),x*\" x.csv | wc -l | tr -d \" \""' '3
100002' '*'
t 'joined' 0 'short "hg-cat -p --with w.csv x.csv | wc -l | tr -d \" \""' 5 ''
t 'tags' 0 'short "hg-correlate -p --cluster layer -x op tags.csv | wc -l | tr -d \" \""' 2 '*'
t 'tags of points' 0 'short "hg-plot --script -x op -y entropy tags.csv >script"; grep -c 0.001 script' '[1-9]*' ''

# Rows, fields and headers that a small file makes large.
zeros() {
	head -c "$1" /dev/zero | tr '\0' "$2"
}
{
	echo a,s1
	zeros 8388509 x
	echo ,1
} >fits.csv
{
	echo a,s1
	zeros 8388510 x
	echo ,1
} >large.csv
{
	printf 'a,s1\n1,1\nx,"'
	zeros 100000000 x
	echo '"'
} | gzip -1 >field.csv.gz
{
	printf 'a,s1\n1,1\n'
	zeros 70000000 ,
} | gzip -1 >fields.csv.gz
zeros 100000000 y | gzip -1 >header.csv.gz
zeros 100000000 y >header.csv
limit='the row goes beyond --max-record'
t 'a row as large as it may be' 0 'hg-describe -p -d op --max-record 8M fits.csv | wc -l | tr -d " "' 2 ''
t 'a row that is larger' 1 'hg-describe -p -d op --max-record 8192K large.csv' '*' "hg-describe: large.csv:2: s1: $limit 8M, its bytes and 48 more for each field"
t 'byte by byte, too' 1 'dd bs=4000 if=large.csv 2>/dev/null | hg-cat --max-record 8388608' '*' "hg-cat: <stdin>:2: s1: $limit 8M*"
t 'a large field' 1 'hg-cat -p field.csv.gz' '*' "hg-cat: field.csv.gz:3: s1: $limit 88M*"
t 'the same let in' 0 'hg-cat -p --max-record 1G field.csv.gz | wc -c | tr -d " "' 100000012 ''
t 'many fields' 1 'hg-regress -x a -y s1 fields.csv.gz' '' "hg-regress: fields.csv.gz:3: #*: $limit 88M*"
t 'a large header' 1 'hg-correlate header.csv.gz' '' "hg-correlate: header.csv.gz:1: #1: $limit 88M*"
t 'a large header, and parts' 1 'hg-describe --part 1/2 header.csv' '' 'hg-describe: header.csv:1: the header goes beyond --max-record 88M'
t 'drawn' 1 'hg-plot --max-record 20M --script field.csv.gz' '' "hg-plot: field.csv.gz:3: s1: $limit 20M*"
for v in 3G 99999999999G 18446744073709551616 99999999999999999999K; do
	t "--max-record $v, which any row that memory holds stays under" 0 'hg-describe -p -d op --max-record "$v" fits.csv | wc -l | tr -d " "' 2 ''
done
for v in 0 7M 8388607 x 8x 8MB -8M ' 8M' 0G 1.5G ''; do
	t "--max-record '$v'" 2 'hg-describe --max-record "$v" fits.csv' '' "hg-describe: --max-record: not a size of at least 8M, such as 500M or 2G: \"$v\"*"
done

# JSON.
{
	printf '{"num_layers":1,"num_heads":1,"static":[{"metric_singvals_per_head":[[1'
	zeros 190000000 ' '
	echo ']]}]}'
} | gzip -1 >text.json.gz
{
	printf '{"num_layers":1,"num_heads":1,"static":[{"metric_singvals_per_head":[[1'
	yes ,1 | head -n 20000000 | tr -d '\n'
	echo ']]}]}'
} | gzip -1 >numbers.json.gz
{
	printf '{"num_layers":1,"num_heads":1,"static":[{'
	yes '},{' | head -n 2000000 | tr -d '\n'
	echo '}]}'
} | gzip -1 >objects.json.gz
# dump LAYERS HEADS VALUES - a dump as Python indents it by 2.
dump() {
	awk -v layers="$1" -v heads="$2" -v values="$3" 'BEGIN {
		for (i = 1; i <= values; i++)
			head = head (i > 1 ? ",\n" : "\n") "          0.0012345678901234567"
		for (i = 1; i <= heads; i++)
			layer = layer (i > 1 ? "," : "") "\n        [" head "\n        ]"
		printf "{\n  \"num_layers\": %d,\n  \"num_heads\": %d,\n  \"static\": [", layers, heads
		for (i = 1; i <= layers; i++)
			printf "%s\n    {\n      \"metric_singvals_per_head\": [%s\n      ]\n    }", (i > 1 ? "," : ""), layer
		print "\n  ]\n}"
	}'
}
mkdir model
{
	printf '{"a":[{'
	yes '},{' | head -n 2000000 | tr -d '\n'
	echo '}]}'
} >model/config.json
for f in text numbers objects; do
	t "a dump: $f" 1 "hg-extract $f.json.gz" '' "hg-extract: $f.json.gz: its JSON text, with what is made of it, takes more than --max-record 88M allows"
done
t 'a dump that is let in' 0 'hg-extract -p --max-record 1G text.json.gz' '*
0,0,*,1' ''
cp "$R/examples/tiny/model.safetensors" model
t 'what is no bomb: 128 layers of 128 heads of 256 values' 0 'dump 128 128 256 | hg-extract -p --layers 127 --heads 127 | cut -d , -f 1-2,260' 'layer,head,s256
127,127,0.0012345678901234567' ''
t 'a config.json' 1 'hg-extract model' '' 'hg-extract: model/config.json: its JSON text, with what is made of it, takes more than --max-record 88M allows'

# What a terminal obeys, or what turns text around, is not printed; all other text is.
printf 'a\233b,caf\303\251,x\302\233y,\342\200\256z,p\342\200\250q,\342\201\246i,\303(,s1\n' >names.csv
show() {
	LC_ALL=C sed -n 's/.*did you mean //p'
}
t 'control bytes of Latin-1' 1 'hg-cat --with names.csv "$(printf "a\233[2Jb")"' '' 'hg-cat: a?\[2Jb: No such file or directory'
t 'the same as UTF-8' 0 'hg-correlate -x "$(printf "x\302\233Y")" names.csv 2>&1 | show' '"x?y"?'
t 'marks of direction' 0 'hg-correlate -x "$(printf "\342\200\256Z")" names.csv 2>&1 | show' '"?z"?'
t 'separators of lines, isolates, what is no UTF-8' 2 'hg-regress -f "$(printf "y ~ p\342\200\250q +\342\201\246 \303( \355\240\200")" names.csv' '' '*hg-regress*
  y ~ p?q +? ?( ???
*'
t 'UTF-8 stays' 0 'hg-correlate -x "$(printf "Caf\303\251")" names.csv 2>&1 | show' "$(printf '"caf\303\251"?')"
t 'a table laid out' 0 'hg-cat -t names.csv' "$(printf '  a?b  caf\303\251  x?y  ?z  p?q  ?i  ?(  s1')" ''
t 'and as CSV' 0 'hg-cat -p names.csv | cmp - names.csv' '' ''

# What a spreadsheet would run.
printf 'a,=b,s1\n=1+1,-1.5,+2\n@x,-y,-1e999\n"\tz","\r=""q"",",-0\n,a=,1\n+,-,"=""a"""\n' >run.csv
t 'formulas become texts' 0 'hg-cat -p --spreadsheet run.csv' "$(printf "a,'=b,s1\n'=1+1,-1.5,+2\n'@x,'-y,-1e999\n'\tz,\"'\r=\"\"q\"\",\",-0\n,a=,1\n'+,'-,\"'=\"\"a\"\"\"")" ''
t 'and stay without the option' 0 'hg-cat -p run.csv | tail -n 1' '+,-,"=""a"""' ''
