# parts.t - --part I/N: the parts of a file are its rows, each of them once, and states of them merge to what
# one reading gives.  tests/unit/part.c looks at all ways in which lines and blocks may lie.
. tests/lib.sh

awk 'BEGIN { print "layer,head,entropy,op,fro,name"
	for (i = 0; i < 9000; i++) print i % 12 "," i "," (i * 7919) % 1009 / 7 "," (i * 31) % 97 + i % 5 "," (i * 17) % 89 ",n" i % 3 }' >a.csv
hg-cat -o a.csv.gz a.csv
hg-cat -o twice.csv.gz a.csv
cat a.csv.gz >>twice.csv.gz

# rows FILE N - the rows of its parts.
rows() {
	i=1
	while [ $i -le "$2" ]; do
		hg-cat -p --part $i/"$2" "$1" >part || return
		head -n 1 part | cmp -s - first || echo 'no header'
		tail -n +2 part
		i=$((i + 1))
	done
}
head -n 1 a.csv >first
tail -n +2 a.csv >want
cat want want >want2
for n in 1 2 3 4 11; do
	t "BGZF in $n parts" 0 "rows a.csv.gz $n | cmp - want"
	t "plain text in $n parts" 0 "rows a.csv $n | cmp - want"
	t "two files behind one another in $n parts" 0 "rows twice.csv.gz $n | cmp - want2"
done
t 'more parts than blocks: a header' 0 'hg-cat -p --part 999/1000 a.csv.gz' "$(cat first)" ''
t 'hg-describe reads a part' 0 'for i in 1 2 3; do hg-describe -p -s op,fro -d trace --part $i/3 a.csv.gz; done | grep -v layer >got
	hg-describe -p -s op,fro -d trace a.csv | tail -n +2 | cmp - got'

# States of the parts are those of the same rows in files; of all parts, of one reading.
for c in "hg-correlate -g layer -x op,fro -y entropy" "hg-correlate -x op,fro -y entropy -c name" \
	"hg-regress -x op,fro -g layer" "hg-regress -x op --factor name --cluster layer"; do
	t "$c: states of parts" 0 "for i in 1 2 3 4; do
		$c --save-state -o p\$i.csv.gz --part \$i/4 a.csv.gz && hg-cat -p --part \$i/4 a.csv.gz | $c --save-state -o f\$i.csv.gz || exit
		zcat p\$i.csv.gz | sed '/^file,/d; /^end,/d' >p; zcat f\$i.csv.gz | sed '/^end,/d' | cmp - p || exit; done" ''
	t "$c: merged" 0 "${c%% *} --merge -p --format %.9g p?.csv.gz >m && $c -p --format %.9g a.csv.gz | cmp - m"
done
t 'the column with names is one in a part without rows, too' 0 \
	'for i in 1 7; do hg-correlate -x op -y entropy -c name --save-state -o e$i.gz --part $i/9 a.csv.gz || exit; done
	hg-correlate --merge --save-state -p e1.gz e7.gz | grep -c ^file,' 2 ''
t 'rows that are needed twice' 0 'hg-regress -p -x op --robust hc1 --part 2/3 a.csv.gz >one && hg-cat --part 2/3 a.csv.gz | hg-regress -p -x op --robust hc1 | cmp - one'
t 'rows that are written again' 0 'hg-regress -p -x op --rows --part 3/3 a.csv >one && hg-cat --part 3/3 a.csv | hg-regress -p -x op --rows | cmp - one'
t '--with is read whole' 0 'printf "head,more\n8999,5\n" >with.csv; hg-cat -p --with with.csv --part 3/3 a.csv.gz 2>err | tail -n 1' '11,8999,5,*' ''

# A state knows its part, also in a state of states: what is printed is of all parts or of none.
for c in "hg-correlate -x op,fro -y entropy" "hg-regress -x op"; do
	for i in 1 2 3 4; do $c --save-state -o p$i.gz --part $i/4 a.csv.gz; done
	m="${c%% *} --merge -p"
	t "$c: a part is missing" 1 "$m p1.gz p2.gz p4.gz" '' "${c%% *}: --merge: part 3/4 of a file of * bytes is missing"
	t "$c: one part" 1 "$m p1.gz" '' "${c%% *}: --merge: part 2/4 of *"
	t "$c: a part twice" 1 "$m p?.gz p2.gz" '' "${c%% *}: --merge: of a file of * bytes some of 4 parts are there more often than others"
	t "$c: parts of other parts" 1 "$c --save-state -o q.gz --part 2/3 a.csv.gz; $m p1.gz q.gz p3.gz p4.gz" '' "${c%% *}: --merge: part 1/3 of *"
	t "$c: all parts twice" 0 "$m p?.gz p?.gz >/dev/null"
	t "$c: a state of states" 0 "$m --save-state -o left.gz p1.gz p3.gz && $m --save-state -o right.gz p2.gz p4.gz && $m left.gz right.gz >/dev/null"
	t "$c: half of them" 1 "$m left.gz" '' "${c%% *}: --merge: part 2/4 of *"
	t "$c: beside a whole table" 0 "$c --save-state -o whole.gz a.csv && $m whole.gz left.gz right.gz >/dev/null"
	t "$c: other words for missing values" 1 "$c --na none --save-state -o q.gz --part 2/4 a.csv.gz; $m p1.gz q.gz" '' \
		"${c%% *}: q.gz: its sums are of --na none, those of p1.gz of --na NA,NaN,nan,null"
done

# What cannot be read in parts.
gzip -c a.csv >plain.gz
mkfifo fifo
t 'gzip that is no BGZF' 1 'hg-correlate -x op -y entropy --part 1/2 plain.gz' '' \
	'hg-correlate: plain.gz: gzip that is no BGZF cannot be read in parts: hg-cat -o NEW.csv.gz makes BGZF of it'
t 'standard input' 2 'hg-cat --part 1/2 <a.csv' '' 'hg-cat: --part: standard input is no file, which can be read in parts*'
t 'a pipe' 2 'hg-cat --part 1/2 fifo' '' 'hg-cat: --part: fifo is no file, which can be read in parts*'
for c in "hg-correlate -x op -y entropy" "hg-regress -x op" hg-describe hg-cat; do
	t "$c: several files" 2 "$c --part 1/2 a.csv a.csv" '' "${c%% *}: --part: of one file, not of 2*"
	t "$c: a missing file" 1 "$c --part 1/2 none" '' "${c%% *}: none: No such file or directory"
	t "$c: a directory" 1 "$c --part 1/2 ." '' "${c%% *}: .: Is a directory"
done
for p in 0/2 3/2 1 1/ /2 1/0 1/2/3 1/x -1/2 ' 1/2' 1/1000001 ''; do
	t "--part '$p'" 2 "hg-cat --part '$p' a.csv" '' "hg-cat: --part: not I/N, I from 1 to N and N to 1000000: \"$p\"*"
done
t 'hg-correlate --merge' 2 'hg-correlate --merge --part 1/2 p1.csv.gz' '' 'hg-correlate: --merge: states are read whole*'
t 'hg-regress --merge' 2 'hg-regress --merge --part 1/2 p1.csv.gz' '' 'hg-regress: --merge: states are read whole*'
t 'the file as output' 1 'hg-cat --part 1/2 -o a.csv.gz a.csv.gz' '' 'hg-cat: a.csv.gz: it is read, and the output would take its place'
t 'JSON' 1 "echo '{}' >j && hg-cat --part 1/2 j" '' 'hg-cat: j(1/2): JSON*'
t 'no bytes' 1 ': >none.csv; hg-cat --part 1/2 none.csv' '' 'hg-cat: none.csv(1/2): no bytes at all*'
t 'compressed by xz' 1 "printf '\\375\\067zXZ\\000' >x && hg-cat --part 1/2 x" '' 'hg-cat: x: compressed by xz*'

# A place in a part is the line behind its header: hg-cat shows it.
sed '8000s/,n/x,n/' a.csv | hg-cat -o bad.csv.gz
t 'a bad number' 1 'hg-regress -x fro --part 2/3 bad.csv.gz' '' 'hg-regress: bad.csv.gz(2/3):*: fro: not a number: "*x"*'
t 'is where it says' 0 "n=\$(hg-regress -x fro --part 2/3 bad.csv.gz 2>&1 | cut -d: -f3)
	[ \"\$(hg-cat -p --part 2/3 bad.csv.gz | sed -n \${n}p)\" = \"\$(sed -n 8000p a.csv | sed s/,n/x,n/)\" ]"

# A newline in a field: the part with its first line refuses, wherever it lies; one in the header does not count.
awk 'BEGIN { print "\"a\nb\",c"; for (i = 0; i < 40; i++) print i ",\"q, " i "\"" }' >quoted.csv
t 'quotes, and a newline in the header' 0 'for i in 1 2 3 4 5 6 7; do hg-cat -p --part $i/7 quoted.csv | tail -n +3; done >got
	tail -n +3 quoted.csv | cmp - got'
t 'a header without a newline' 0 "printf 'a,b' >h.csv; for i in 1 2 3; do hg-cat -p --part \$i/3 h.csv; done | uniq" 'a,b' ''
t 'a blank line that a part of lines with CRLF begins with' 1 "printf 'a,b\\r\\n1,2\\r\\n\\n' >crlf.csv; hg-cat -p --part 10/11 crlf.csv" '*' \
	'hg-cat: crlf.csv(10/11):2: a blank line, the header has 2 fields'
t 'CR in a field' 1 "printf 'a,b\\n1,\"2\\r3\"\\n4,5\\n' >cr.csv; hg-cat -p --part 1/2 cr.csv" '*' \
	'hg-cat: cr.csv(1/2):2: b: a quote is open at the end of its line: *'
for at in 3 4 21 40; do
	sed "${at}s/, /,\\
/" quoted.csv >field.csv
	for n in 1 2 5 9; do
		t "a newline in a field, line $at, $n parts" 0 "i=1; bad=0; while [ \$i -le $n ]; do hg-cat -p --part \$i/$n field.csv >/dev/null 2>>said || bad=\$((bad + 1)); i=\$((i + 1)); done
			[ \$bad -ge 1 ] && grep -q ': c: a quote is open at the end of its line: a table with newlines in fields cannot be read in parts' said; rm said"
	done
done

# Cut: the last part says so.
size=$(wc -c <a.csv.gz)
head -c $((size - 28)) a.csv.gz >cut1.csv.gz
head -c $((size - 1000)) a.csv.gz >cut2.csv.gz
t 'no marker' 1 'hg-cat -p --part 2/2 cut1.csv.gz' '*' 'hg-cat: cut1.csv.gz(2/2): there is no BGZF end-of-file marker*read it with: zcat cut1.csv.gz | hg-cat -o NEW.csv.gz'
t 'cut in a block' 1 'hg-cat -p --part 2/2 cut2.csv.gz' '*' 'hg-cat: cut2.csv.gz(2/2): gzip stream is cut short'
t 'a cut file and another one behind it' 1 'cat cut1.csv.gz a.csv.gz >both.csv.gz; for i in 1 2 3; do hg-cat -p --part $i/3 both.csv.gz; done >got 2>err; cat err >&2; exit 1' '' '*no BGZF end-of-file marker*'
