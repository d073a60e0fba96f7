# csv.t - what is a table and what is refused: hg-describe hands every field of
# its input on, so its output shows how it was split.
. tests/lib.sh
cp "$R"/tests/data/csv/*.csv .

# yes FILE 'OPTIONS' 'TABLE' and no FILE 'OPTIONS' 'MESSAGE': what comes out, as
# printf's %b, or what is said, as a pattern; the spectrum is column 1 or what
# OPTIONS say.
yes() {
	printf %b "$3\n" >want
	t "$1 is read" 0 "hg-describe -pk -d op -s ${2:-1} $1 >got && cmp want got || ! od -c got"
}

no() {
	t "$1 is refused" 1 "hg-describe -pk -d op -s ${2:-1} $1" '*' "hg-describe: $1$3"
}
stray=': a quote that neither begins nor ends a field'
open=': a quote is left open up to the end of the file'
nul=': a NUL byte: this is not text'

# The files of tests/data/csv, and two that are too large to keep.
awk 'BEGIN { for (i = 0; i < 110000; i++) printf "xxxxxxxxxx"; print ",1" }' >31_long_field.csv
awk 'BEGIN { for (i = 1; i < 70000; i++) printf "1,"; print 1 }' >32_many_cols.csv

no  01_empty_file.csv           ''          ': no bytes at all, not even a header'
no  02_single_newline.csv       ''          ':1: the header is empty'
no  03_blank_lines_middle.csv   ''          ':2: a blank line, the header has 2 fields'
yes 04_no_final_newline.csv     ''          'a,b,op\n1,2,1'
yes 05_crlf.csv                 ''          'a,b,op\n1,2,1'
yes 06_cr_only.csv              ''          'a,b,op\n1,2,1'
yes 07_mixed_eol.csv            ''          'a,b,op\n1,2,1\n3,4,3\n5,6,5'
yes 08_bom.csv                  'a'         'a,b,op\n1,2,1'
yes 09_trailing_comma.csv       ''          'a,b,,op\n1,2,,1'
no  10_leading_trailing_space.csv ''        ':1: column 1 is called " a ": blanks are part of a name, and of a field: *
hg-describe: 10_leading_trailing_space.csv:2:  a : not a number: " 1 "'
yes 10_leading_trailing_space.csv "1 --na ' 1 '" ' a , b ,op\n 1 ,\t2\t,'
yes 11_quoted_spaces.csv        ''          ' a , b ,op'
no  12_space_before_quote.csv   ''          ":1: #2$stray"
no  13_space_after_quote.csv    ''          ":1: #1$stray"
no  14_quote_in_unquoted.csv    ''          ":1: #1$stray"
no  15_garbage_after_quote.csv  ''          ":1: #1$stray"
no  16_unterminated_quote.csv   ''          ":1: #2$open"
no  17_nul_in_field.csv         ''          ":1: #1$nul"
no  18_nul_in_quoted.csv        ''          ":1: #1$nul"
yes 19_embedded_crlf.csv        'c'         '"a\r\nb",c,op'
no  20_ragged_short.csv         ''          ':2: 2 fields, the header has 3'
no  21_ragged_long.csv          ''          ':2: 3 fields, the header has 2'
yes 22_only_commas.csv          ''          ',,,,op'
yes 23_empty_quoted.csv         ''          ',,op'
no  24_quoted_empty_line.csv    ''          ':1: the header is empty'
yes 25_doubled_quotes.csv       ''          '"""a""",op'
no  26_ctrl_z.csv               ''          ':3: 1 field, the header has 2'
yes 27_latin1.csv               ''          'caf\0351,1,op'
yes 28_bad_utf8.csv             ''          '\0377\0376,op'
no  29_backslash_quote.csv      ''          ":1: #1$stray"
yes 30_semicolon.csv            ''          'a;b,op'
t '31_long_field.csv is read' 0 \
	'hg-describe -pk -d op -s 1 31_long_field.csv | tr -d x | tee 31; wc -c <31 | tr -d " "' ',1,op
6'
no  32_many_cols.csv            ''          ': column "1" is there twice'
t '32_many_cols.csv is read' 0 \
	"hg-describe -pk -d op -s 2 32_many_cols.csv | tr -d '1\n' | wc -c | tr -d ' '" 70002
yes 33_final_cr.csv             ''          'a,b,op'
yes 34_quoted_final_cr.csv      ''          'a,op'
yes 35_ff_vt.csv                ''          'a\f,b\v,op'
yes 36_numbers.csv              ''          '1e308,1e309,-0,0x10,nan,inf,1_0, 1 ,+1,.5,5.,1e,1d5,op'
no  37_single_quote_only.csv    ''          ":1: #1$open"
yes 38_quote_eof_after_close.csv ''         'a,op'
no  39_crcrlf.csv               ''          ':3: a: not a number: "b"'
yes 39_crcrlf.csv               '1 --na b'  'a,op\n,\nb,\n,'

# The same rules below the header; lines are counted where records begin.
row() {
	f=row$((n = n + 1)).csv
	printf 'a,b\n1,"x\ny\r\nz"\n%b' "$1" >$f
	case $3 in
	:*) no $f "$2" "$3" ;;
	*) yes $f "$2" "$3" ;;
	esac
}
was='a,b,op\n1,"x\ny\r\nz",1\n'
row '2,"' ''           ":5: b$open"
row '2,"y"z\n' ''      ":5: b$stray"
row '2,y"z"\n' ''      ":5: b$stray"
row '2, "z"\n' ''      ":5: b$stray"
row '2,y\000\n' ''     ":5: b$nul"
row '2,"y\000"\n' ''   ":5: b$nul"
row '2,3,4"\n' ''      ":5: #3$stray"
row '\n' ''            ':5: a blank line, the header has 2 fields'
row '2,3\n\n' ''       ':6: a blank line, the header has 2 fields'
row '2,3\n\r\n' ''     ':6: a blank line, the header has 2 fields'
row '2\n' ''           ':5: 1 field, the header has 2'
row '2,3,\n' ''        ':5: 3 fields, the header has 2'
row 'x,y\n' ''         ':5: a: not a number: "x"'
row '2,"\n"\nx,3\n' '' ':7: a: not a number: "x"'
row '-2,\n' ''         ':5: a: a negative singular value: -2'
row '2,\n' ''          "${was}2,,2"
row '"2","3"' ''       "${was}2,3,2"
row '2,""""\n' ''      "${was}2,\"\"\"\",2"
row '2, \r\n' ''       "${was}2, ,2"
row '2,\\\\"\n' ''     ":5: b$stray"
row '2,"\r"\n' ''      "${was}2,\"\r\",2"
row ',3\n' ''          "${was},3,"
printf 's1\n3\n\n4\n""\n' >one.csv
yes one.csv '' 's1,op\n3,3\n,\n4,4\n,'
t 'a blank line is a value of a table of one column' 0 'printf "x\n\n1\n\"\"\n" | hg-regress -p --fit -x "" -y x' \
	"*
x,1,2,*"
t 'an only column that is empty is written with quotes' 0 'hg-describe -p -d op one.csv' 'op
3
""
4
""'

# Numbers, one by one: what they are, or the message.
number() {
	printf 'layer,s1\n7,%b\n' "$1" >n.csv
	case $2 in
	[!0-9-]*) t "number '$1': $2" 1 'hg-describe -p -d op n.csv' '*' "hg-describe: n.csv:2: s1: $2" ;;
	*) t "number '$1' is $2" 0 'hg-describe -p -d op n.csv' "layer,op
7,$2" '*' ;;
	esac
}
for v in 0x10 inf -inf infinity INF Nan NULL Null 1_0 ' 1' '1 ' ' ' ' 1 ' 1e 1e+ 1d5 1D5 + - . e5 .e5 +-1 --1 \
    1.2.3 1e5.5 1f 0b1 1e5e5 '1;5' '$1' '1%' 0x1p3 '1\t' '\0302\0240 1' '\0331' na n/a '#N/A' - none True; do
	number "$v" "not a number: \"*\""
done
for v in 1e309 1.8e308 1e999999999999 1e2147483648 179769313486231580793e289; do
	number "$v" 'too large a number: *'
done
number '"1,5"' 'not a number: "1,5"'
number '" 1"'  'not a number: " 1"'
number '"1\n"' 'not a number: "1[?]"'
number -1      'a negative singular value: -1'
number -1e-320 'a negative singular value: -1e-320'
number 1e308   1e+308
number 1.7976931348623158e308 1.7976931348623157e+308
number 1e-400  0
number 4e-324  5e-324
number 2e-324  0
number -0      -0
number +1      1
number .5      0.5
number 5.      5
number 1E+2    100
number 0001e-1 0.1
number '"1"'   1
number 0.1000000000000000055511151231257827021181583404541015625 0.1
number "$(awk 'BEGIN { for (i = 0; i < 5000; i++) printf 0; print 12 }')" 12
number "$(awk 'BEGIN { printf "0."; for (i = 0; i < 5000; i++) printf 0; print "12e5001" }')" 1.2
for v in '' '""' NA NaN nan null '"NA"'; do
	number "$v" ''
done

# Missing values by list, numbers by format.
printf 's1,s2\n3,-\n2,?\n' >na.csv
t '--na replaces the list' 0 'hg-describe -p -d op,fro --na -,? na.csv' 'op,fro
3,3
2,2'
t '--na: what is no longer in the list is an error' 1 'printf "s1\nNA\n" | hg-describe -p -d op --na -' '*' \
	'hg-describe: <stdin>:2: s1: not a number: "NA"'
t "--na '' leaves the empty field alone" 0 'printf "s1,s2\n1,\n" | hg-describe -p -d op --na ""' 'op
1'
t "--na '' and a word" 1 'printf "s1\nnan\n" | hg-describe -p -d op --na ""' '*' '*: not a number: "nan"'
t '--na in hg-correlate' 0 'printf "x,y\n1,1\n2,.\n3,2\n4,4\n" | hg-correlate -p -x x -y y --na .' '*
y,x,pearson,3,1,*'
t '--na leaves text columns alone' 0 'printf "a,s1\nNA,1\nnan,2\n" | hg-describe -p -d op' 'a,op
NA,1
nan,2'
t '--format is for what the tool writes' 0 'printf "a,s1\n1e2,3\n" | hg-describe -pk -d op,fro --format %+08.3f' 'a,s1,op,fro
1e2,3,+003.000,+003.000'
t '--format leaves the missing empty' 0 'printf "a,s1\nx,\n" | hg-describe -p -d op --format %g' 'a,op
x,'

# Operands.
printf 'a,s1\nx,1\n' >a.csv
printf 'a,s1\r\ny,2\r\n' >b.csv
printf '\357\273\277"a",s1\n"z",3' >c.csv
printf 's1,a\n4,w\n' >d.csv
printf 'a,s1\n' >e.csv
: >f.csv
all='a,op
x,1
y,2
z,3'
t 'several operands are one table' 0 'hg-describe -p -d op a.csv b.csv e.csv c.csv' "$all" ''
t '- among the operands' 0 'hg-describe -p -d op a.csv - c.csv <b.csv' "$all" ''
t 'repeated headers inside a stream' 0 \
	'{ cat a.csv b.csv e.csv; tr -d \" <c.csv; echo; printf "\"a\",s1\n"; } | hg-describe -p -d op' "$all" ''
t 'a header that differs' 1 'hg-describe -p -d op a.csv d.csv' '*' \
	'hg-describe: d.csv:1: the header is not that of the operand before: column *'
t 'a header that is longer' 1 'printf "a,s1,s2\n" | hg-describe -p -d op a.csv -' '*' \
	'hg-describe: <stdin>:1: the header is not that of the operand before: 3 columns, not 2: hg-cat makes one table of both'
t 'a second operand without bytes' 1 'hg-describe -p -d op a.csv f.csv' '*' \
	'hg-describe: f.csv: no bytes at all, not even a header'
t 'a header that differs: no summary' 1 'hg-correlate -x s1 --matrix -g "" a.csv d.csv' '' \
	'hg-correlate: d.csv:1: the header is not that of the operand before: column *'
t 'lines are counted in each operand' 1 'printf "a,s1\nx,1\ny,z\n" | hg-describe -p -d op a.csv b.csv -' '*' \
	'hg-describe: <stdin>:3: s1: not a number: "z"'
printf 'layer\thead\ts1\n0\t0\t1\n' >tabs.csv
t 'tabs for commas' 1 'hg-describe tabs.csv' '' 'hg-describe: tabs.csv: no spectrum*; the header has tabs, not commas: tr *'
t 'semicolons for commas' 1 'tr "\t" ";" <tabs.csv | hg-correlate' '' \
	'hg-correlate: <stdin>: no descriptors*; the header has semicolons, not commas: tr *'
t 'tabs, and a column that is named' 1 'hg-regress -x s1 tabs.csv' '' \
	'hg-regress: tabs.csv: *no column "s1"; the header has tabs, not commas: tr *'
printf 'layer;op;entropy\n0;1;2,5\n' >semi.csv
t 'semicolons, and decimal commas' 1 'hg-describe -s 1 semi.csv' '*' 'hg-describe: semi.csv:2: 2 fields, the header has 1; the header has semicolons, not commas: *'
printf 'a;b\n1\n' >semi.csv
t 'one column with a semicolon in its name' 0 'hg-describe -pk -d op -s "a;b" semi.csv' 'a;b,op
1,1' ''

# Headers that something seems to be wrong with.
printf '0.5,1,3\n2,3,4\n1,5,6\n4,4,4\n' >lost.csv
t 'a lost header, by number' 0 'hg-correlate -p -x 2 -y 3 -g "" lost.csv | sed 1d' '3,1,pearson,3,*' 'hg-correlate: lost.csv:1: the header is all numbers: is it lost, and this a row?'
t 'a lost header, by name' 1 'hg-correlate -x op -y entropy lost.csv' '' 'hg-correlate: lost.csv: -y: no column "entropy"; most names in the header are numbers: is it lost?'
t 'a lost header of a head table' 1 'printf "0,0,early,0.08,3,7\n" | hg-regress' '' 'hg-regress: <stdin>: -x: no column "op"; most names in the header are numbers: is it lost?'
t 'columns that are counted' 0 'printf "0,1,2\n5,7,1\n" | hg-describe -p -d op -s 2' '0,1,op
5,7,1' ''
t 'two numbers' 0 'printf "0,1\n5,7\n" | hg-describe -p -d op -s 1' '0,op
5,7' '*:1: the header is all numbers*'
printf 'layer, op, entropy\n0,1,2\n' >blank.csv
t 'blanks in front of names' 1 'hg-correlate -x op -y entropy blank.csv' '' 'hg-correlate: blank.csv: -y: no column "entropy": did you mean " entropy"[?]; there are blanks around names in the header: mlr *'
t 'blanks in front of names that none asks for' 1 'hg-correlate blank.csv' '' 'hg-correlate: blank.csv: no descriptors: *; there are blanks around names in the header: mlr --csv clean-whitespace takes them away'
for f in 'correlate no descriptors' 'describe no spectrum' 'regress -x: no column "op"'; do
	t "a table laid out for reading: hg-${f%% *}" 1 "printf 'layer,s1,s2,entropy\\n0,2,1,3\\n' | hg-describe -t -d fro | hg-${f%% *}" '' "hg-${f%% *}: <stdin>: ${f#* }*; the header is laid out for reading, as by -t: it has blanks, not commas: -p writes CSV"
done
t 'blanks in front of names, which are asked for' 0 'hg-describe -p -d op -s " op" blank.csv' 'layer, entropy,op
0,2,1' 'hg-describe: blank.csv:1: column 2 is called " op": blanks are part of a name, and of a field: mlr *'
for s in , \; '\t'; do
	printf "sep=$s\nlayer${s}op\n0${s}1\n" >sep.csv
	t "sep=$s" 1 'hg-correlate sep.csv' '' 'hg-correlate: sep.csv:1: sep=* is for Excel: tail -n +2 takes it away*'
done
t 'a column called sep=' 0 'printf "sep=,x\n1,2\n" | hg-describe -p -d op -s x' 'sep=,op
1,2' ''

# made FILE
made() {
	[ -e "$1" ] || { skip "$1: no python3 to make it"; return 1; }
}
# What is no CSV is called by its name.  strange WHAT FILE 'MESSAGE'
strange() {
	made "$2" || return
	for tool in hg-describe hg-cat hg-correlate hg-extract; do
		case $tool$1 in
		hg-extractzip | hg-extractxlsx | hg-extractods) m='a ZIP file, but none of torch.save*' ;;
		*) m=$3 ;;
		esac
		t "$1: $tool" 1 "$tool $2" '' "$tool: $2: $m"
	done
	t "$1: --with" 1 "hg-extract --with $2 $R/examples/minilm.json.gz" '' "hg-extract: $2: $3"
	t "$1 in gzip from a pipe" 1 "gzip -c $2 | hg-regress" '' "hg-regress: <stdin>: $(printf '%s' "$3" | sed "s/ $2 |/ |/")"
}
! have python3 || python3 -c '
import bz2, lzma, sqlite3, zipfile
text = b"layer,head,op\n" + b"0,0,1\n" * 100
open("t.xz", "wb").write(lzma.compress(text))
open("t.bz2", "wb").write(bz2.compress(text))
for name, first in ("t.zip", "t.csv"), ("t.xlsx", "[Content_Types].xml"), ("t.ods", "mimetype"), ("t.npz", "op.npy"), ("t.pt", "archive/data.pkl"):
    with zipfile.ZipFile(name, "w") as z:
        z.writestr(first, text)
for code, bom in ("utf-16", b""), ("utf-16-le", b""), ("utf-16-be", b""), ("utf-16-be", b"\xfe\xff"):
    open("t.%s%d" % (code, len(bom)), "wb").write(bom + text.decode().encode(code))
db = sqlite3.connect("t.db")
db.execute("create table t (op real)")
db.commit()'
printf '\050\265\057\375\044\000\001\000\000' >t.zst
printf '\004\042\115\030\144\100' >t.lz4
printf 'PAR1\025\004\025\000\025' >t.parquet
printf 'ARROW1\000\000' >t.arrow
printf '\223NUMPY\001\000v\000' >t.npy
printf '\211HDF\r\n\032\n' >t.h5
printf '\320\317\021\340\241\261\032\341' >t.xls
printf 'X\n\000\000\000\003' >t.rds
printf ' \n<!DOCTYPE HTML>\n<html lang="en">\n' >t.html
printf '%%PDF-1.7\n' >t.pdf
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 16384\n' >t.lfs
strange xz t.xz 'compressed by xz: read it with: xz -dc t.xz |'
strange zstd t.zst 'compressed by zstd: read it with: zstd -dc t.zst |'
strange bzip2 t.bz2 'compressed by bzip2: read it with: bzip2 -dc t.bz2 |'
strange lz4 t.lz4 'compressed by lz4: read it with: lz4 -dc t.lz4 |'
strange zip t.zip 'compressed by zip: read it with: unzip -p t.zip |'
strange xlsx t.xlsx 'a workbook of Excel, not CSV: save its sheet as CSV'
strange xls t.xls 'a workbook of Excel, not CSV: save its sheet as CSV'
strange ods t.ods 'OpenDocument, not CSV: save its sheet as CSV'
strange UTF-16 t.utf-160 'UTF-16: read it with: iconv -f UTF-16 -t UTF-8 t.utf-160 |'
strange 'UTF-16, big' t.utf-16-be2 'UTF-16: read it with: iconv -f UTF-16 -t UTF-8 t.utf-16-be2 |'
strange 'UTF-16, big, no mark' t.utf-16-be0 'UTF-16: read it with: iconv -f UTF-16BE -t UTF-8 t.utf-16-be0 |'
strange 'UTF-16, little, no mark' t.utf-16-le0 'UTF-16: read it with: iconv -f UTF-16LE -t UTF-8 t.utf-16-le0 |'
strange Parquet t.parquet 'Parquet, not CSV: write it as CSV, as with pandas: *'
strange Arrow t.arrow 'Arrow, not CSV: write it as CSV, as with pandas: *'
strange R t.rds 'a file of R, not CSV: write.csv*'
strange HTML t.html 'a web page, not CSV: take the file that it shows'
strange PDF t.pdf 'PDF, not CSV: *'
# These hg-extract knows as models that it does or does not read.
foreign() {
	made "$2" || return
	t "$1" 1 "hg-correlate $2" '' "hg-correlate: $2: $3"
}
foreign npz t.npz 'npz, arrays of numpy, not CSV: write it as CSV, with a header'
foreign npy t.npy 'an array of numpy, not CSV: write it as CSV, with a header'
foreign HDF5 t.h5 'HDF5, not CSV: write it as CSV, with a header'
foreign PyTorch t.pt 'a file of PyTorch, not CSV: hg-extract makes tables of models'
foreign SQLite t.db 'a database of SQLite, not CSV: sqlite3 *'
foreign 'Git LFS' t.lfs 'a Git LFS pointer, not CSV: git lfs pull fetches the file'
t 'GGUF' 1 "hg-correlate $R/tests/data/gguf/f32/llama.gguf" '' 'hg-correlate: *: GGUF, not CSV: hg-extract makes tables of models'
t 'a header like Parquet' 0 'printf "PAR1,s1\n1,2\n" | hg-describe -p -d op' 'PAR1,op
1,2' ''
t 'a header like a mark of UTF-16' 0 'printf "\377\376,s1\n1,2\n" | hg-describe -p -d op | tr -d "\377\376"' ',op
1,2' ''

t 'an array of JSON' 1 'printf "[\n{ \"op\": 1 }\n]\n" | hg-correlate' '' 'hg-correlate: <stdin>: JSON, not a table'
t 'header only' 0 'hg-describe -p -d op e.csv' 'a,op' ''
t 'header only: correlate' 0 'hg-correlate -p -x s1 -y a -g "" e.csv' 'y,x,method,n,missing,r,ci_low,ci_high,p,q
a,s1,pearson,0,0,,,,,' '*'
t 'header only: regress' 0 'hg-regress -p -x s1 -y a e.csv' 'y,term,estimate,*' '*'

# Columns that are asked for.
absent() {
	t "$1: a column that is absent" 1 "$1 a.csv" '' "${1%% *}: a.csv: $2: no column \"b\""
}
absent 'hg-correlate -x b -y s1' -x
absent 'hg-correlate -x s1 -y b' -y
absent 'hg-correlate -x s1 --matrix -g b' -g
absent 'hg-regress -x b -y s1' -x
absent 'hg-regress -x s1 -y b' -y
absent 'hg-regress -x s1 -y a -g b' -g
absent 'hg-describe -s b' -s
printf 's1,b,b,entropy,stage,stage\n1,2,3,4,5,6\n' >twice.csv
twice() {
	t "$1: a column that is there twice" 1 "$1 twice.csv" '' "${1%% *}: *twice.csv: column \"$2\" is there twice"
}
twice 'hg-correlate -x b -y s1 -g ""' b
twice 'hg-correlate -x s1 -y b -g ""' b
twice 'hg-correlate -x s1 -y entropy' stage
twice 'hg-correlate -x s1 -y entropy -g b' b
twice 'hg-regress -x b -y s1' b
twice 'hg-regress -x s1 -y b' b
twice 'hg-regress -x s1 -y entropy -g b' b
twice 'hg-describe -s b' b
t 'a column twice that nobody asks for' 0 'hg-describe -p -d op twice.csv' 'b,b,entropy,stage,stage,op
2,3,4,5,6,1' ''
printf 's1,s1\n1,2\n' >s.csv
t 'a spectrum column twice' 1 'hg-describe s.csv' '' 'hg-describe: s.csv: column "s1" is there twice'
printf 's1,op\n1,2\n' >op.csv
t 'a descriptor that is there already' 1 'hg-describe op.csv' '' 'hg-describe: op.csv: column "op" is there already'
printf 'a,s1,s2,s3\nx,1,,2\n' >gap.csv
t 'a gap in a spectrum' 1 'hg-describe -p -d op gap.csv' '*' 'hg-describe: gap.csv:2: s2: empty, but s3 is not*'
t 'no spectrum at all' 1 'printf "a,s\n1,2\n" | hg-describe' '' 'hg-describe: <stdin>: no spectrum: no columns s1, s2, ...'
t 'a text where a number should be: no summary' 1 'printf "x,y\n1,2\n3,4\n5,b\n" | hg-correlate -x x -y y' '' \
	'hg-correlate: <stdin>:4: y: not a number: "b"'
t 'a text where a number should be: no fit' 1 'printf "x,y\n1,2\na,4\n" | hg-regress -x x -y y' '' \
	'hg-regress: <stdin>:3: x: not a number: "a"; --factor is for names'
t 'a ragged row: no fit' 1 'printf "x,y\n1,2\n2\n" | hg-regress -x x -y y' '' \
	'hg-regress: <stdin>:3: 1 field, the header has 2'

# Public cases, with what is in them as JSON.
if [ ! -d "$SHARED/csv/spectrum" ]; then
	skip "the public CSV cases are not there"
elif ! have python3; then
	skip "no python3"
else
	python3 "$R/tests/public_csv.py" "$SHARED/csv/spectrum"
fi

# -t: a table laid out for reading.
printf 'name,layer,x,y\na,0,0.123456,1\n"long, name",10,-12345.678,\nb,2,1e-20,3\n' >t.csv
t '-t: aligned, four digits' 0 'hg-cat -t t.csv' '  name        layer           x  y
  a               0      0.1235  1
  long, name     10  -1.235e+04
  b               2       1e-20  3' ''
t '-t: a text is as it is, numbers in it too' 0 'printf "a,b\n0.1234567 to 12,1.234567 to \n" | hg-cat -t' '  a                b
  0.1234567 to 12  1.234567 to ' ''
t '-t with --format: numbers as they are' 0 'hg-cat -t --format %.6g t.csv | sed -n 3p' '  long, name     10  -12345.678' ''
t '-t into a file' 0 'hg-cat -t -o t.txt t.csv && hg-cat -t t.csv | cmp - t.txt' '' ''
t '-t into a file of gzip' 0 'hg-cat -t -o t.gz t.csv && gzip -dc t.gz | cmp - t.txt' '' ''
t '-t and -p' 2 'hg-cat -t -p t.csv' '' 'hg-cat: -p, -t: a table is either plain or laid out*'
t '-t: of a long table the first rows say how wide' 0 "awk 'BEGIN { print \"x,y\"; for (i = 1; i <= 1000; i++) print (i == 900 ? \"1234567890123\" : i) \",1\" }' | hg-cat -t | sed -n '2p;900,902p'" '    1  1
            899  1
  1234567890123  1
            901  1' ''
t '-t: what it writes does not depend on threads' 0 'hg-extract -t -@1 "$R/examples/minilm.json.gz" >1; hg-extract -t -@4 "$R/examples/minilm.json.gz" | cmp - 1' '' ''
t '-t of a report is the report' 0 'hg-extract "$R/examples/minilm.json.gz" | hg-describe >h.gz; hg-correlate -r h.gz >r; hg-correlate -r -t h.gz | cmp - r' '' ''
t '-t of a state' 2 'hg-correlate -t --save-state h.gz' '' 'hg-correlate: -t: not with --save-state*'
