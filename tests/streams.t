# streams.t - gzip good and bad, files cut, descriptors closed, disks full: what
# tools make of their inputs and outputs.
. tests/lib.sh
if have python3; then
	mkdir py
	(cd py && python3 "$R/tests/streams.py")
else
	skip 'no python3'
fi

printf 'layer,head,entropy,op,s1,s2\n0,0,1,4,2,1\n0,1,3,5,7,1\n1,0,2,1,4,3\n1,1,5,9,3,2\n' >a.csv
printf '%s' '{"num_layers": 2, "num_heads": 1,
	"static": [{"metric_singvals_per_head": [[2, 1]]}, {"metric_singvals_per_head": [[3, 1]]}]}' >a.json
awk 'BEGIN { print "layer,head,entropy,op,s1,s2"
	for (i = 0; i < 20000; i++) print i "," i % 8 "," i % 7 "," i % 5 "," i % 3 + 1 "," 1 }' >big.csv
describe='hg-describe -d fro a.csv'
extract='hg-extract a.json'
correlate='hg-correlate -g "" -x op -y entropy a.csv'
regress='hg-regress -x op -y entropy a.csv'

# n 'WHAT' N 'OPERANDS' ['INPUT']: how many rows were counted.
n() {
	t "$1" 0 "${4:-:} | hg-correlate -p -g '' -x op -y entropy $3 | cut -d, -f1-4" "y,x,method,n
entropy,op,pearson,$2" ''
}
gzip -c a.csv >a.csv.gz
cp a.csv.gz noname
cp a.csv plain.gz
n 'a file'                4 a.csv
n 'a file given twice'    8 'a.csv a.csv'
n 'plain and gzip'        8 'a.csv a.csv.gz'
n 'standard input'        4 ''              'cat a.csv'
n 'gzip twice in a pipe'  8 -               'cat a.csv.gz a.csv.gz'
n 'a pipe and a file'     8 '- a.csv'       'cat a.csv.gz'
n 'gzip by another name'  4 noname
n 'plain text named .gz'  4 plain.gz

# Operands that are none.
for tool in hg-extract hg-describe hg-correlate hg-regress; do
	t "$tool: a missing file" 1 "$tool none" '' "$tool: none: No such file or directory"
	case $tool in
	hg-extract) t "$tool: a directory" 1 "$tool ." '' "$tool: .: no model.safetensors*" ;;
	*)
		t "$tool: a directory" 1 "$tool ." '' "$tool: .: Is a directory"
		t "$tool: a model" 1 "$tool '$R/examples/tiny'" '' "$tool: */examples/tiny: the directory of a model, not CSV: hg-extract makes tables of models"
		;;
	esac
	t "$tool: no bytes" 1 "$tool /dev/null" '' "$tool: /dev/null: *no bytes at all*"
	t "$tool: closed standard input" 1 "$tool <&-" '' "$tool: <stdin>: Bad file descriptor"
done
t 'hg-extract --with a missing file' 1 'hg-extract --with none a.json' '' 'hg-extract: none: No such file or directory'
t 'a second operand that is missing' 1 'hg-correlate -g "" -x op -y entropy a.csv none' '' 'hg-correlate: none: *'
: >secret
chmod 0 secret
drop=
! cat secret 2>/dev/null || drop='setpriv --bounding-set -dac_override,-dac_read_search'
if $drop true 2>/dev/null && ! $drop cat secret 2>/dev/null; then
	t 'a file that may not be read' 1 "$drop hg-describe secret" '' 'hg-describe: secret: Permission denied'
else
	skip 'this user may read every file'
fi

# Standard output that takes nothing.
for tool in describe extract correlate regress; do
	eval "cmd=\$$tool"
	for p in '' ' -p' ' -@ 1' ' -@ 4 -z 9'; do
		[ ! -c /dev/full ] ||
			t "$tool$p to /dev/full" 1 "$cmd$p >/dev/full" '' "hg-$tool: standard output: No space left on device"
		t "$tool$p to a closed standard output" 1 "$cmd$p >&-" '' "hg-$tool: standard output: Bad file descriptor"
	done
	t "$tool -o to a closed standard output's file" 0 "$cmd -p -o o.csv >&- && test -s o.csv" ''
	for o in -h -V; do
		[ ! -c /dev/full ] || t "$tool $o to /dev/full" 1 "hg-$tool $o >/dev/full" '' "hg-$tool: standard output: *"
		t "$tool $o to a closed standard output" 1 "hg-$tool $o >&-" '' "hg-$tool: standard output: *"
	done
done
if [ -c /dev/full ]; then
	awk 'BEGIN { print "layer,head,stage,entropy,logit_std,s1,s2,s3"
		for (i = 0; i < 12; i++) print i % 4 ",0,mid," i * i % 7 "," i % 5 "," 9 + i % 3 "," 3 + i % 5 "," i % 2 }' |
		hg-describe >all.gz
	for tool in correlate regress; do
		t "$tool -r to /dev/full" 1 "hg-$tool -r all.gz >/dev/full" '' "hg-$tool: standard output: No space left on device"
	done
else
	skip 'no /dev/full'
fi
t 'closed standard error' 1 'hg-describe none 2>&-' ''
t 'a reader that takes one line' 0 'hg-describe -p -d fro big.csv | head -n 1' 'layer,head,entropy,op,fro'
t 'and SIGPIPE ignored' 0 '{ (trap "" PIPE; hg-describe -p -d fro big.csv; echo $? >s); } | head -n 1; cat s' 'layer,head,entropy,op,fro
1' 'hg-describe: standard output: Broken pipe'

# A disk that is full.
t 'a limit on the size of files' 1 'ulimit -f 8; hg-describe -p -d fro big.csv >o' '' \
	'hg-describe: standard output: File too large'
mkdir d
t 'a limit, -o' 1 'ulimit -f 8; hg-describe -p -d fro -o d/o.csv big.csv' '' 'hg-describe: d/o.csv: File too large'
echo old >d/o.csv.gz
t 'a limit, -o over a file' 1 'ulimit -f 8; hg-describe -d fro -z 0 -o d/o.csv.gz big.csv' '' \
	'hg-describe: d/o.csv.gz: File too large'
t 'leaves the old one' 0 'ls -A d; cat d/o.csv.gz' 'o.csv.gz
old'
mkdir disk
if unshare -rm mount -t tmpfs -o size=16k none disk 2>/dev/null; then
	t 'a full disk' 1 'unshare -rm sh -c "mount -t tmpfs -o size=16k none disk
		hg-describe -p -d fro big.csv >disk/o"' '' 'hg-describe: standard output: No space left on device'
	t 'a full disk, -o' 1 'unshare -rm sh -c "mount -t tmpfs -o size=16k none disk
		hg-describe -p -d fro -o disk/o big.csv; s=\$?; ls -A disk; exit \$s"' '' \
		'hg-describe: disk/o: No space left on device'
else
	skip 'no tmpfs to be had'
fi

# -o
kind() {
	t "$1 is $3" 0 "gzip -t $2 2>/dev/null && echo gzip || echo plain" "$3"
}
for tool in describe extract correlate regress; do
	eval "cmd=\$$tool"
	sh -c "$cmd -o o.csv.gz; $cmd -o o.csv; $cmd -p -o p.csv.gz; $cmd >o.out; $cmd -p >p.out" 2>/dev/null
	kind "$tool -o o.csv.gz" o.csv.gz gzip
	kind "$tool -o o.csv" o.csv plain
	kind "$tool -p -o o.csv.gz" p.csv.gz plain
	kind "$tool to a pipe or file" o.out gzip
	t "$tool: the same bytes either way" 0 \
		'cmp o.csv p.out && cmp p.csv.gz p.out && cmp o.csv.gz o.out && gzip -dc o.out | cmp - p.out' ''
done

# -z: how long the output is.  A search for repeats finds short ones by chance
# among digits, and makes half of them; by a code for each digit they get shorter.
size() {
	eval "$1=\$(hg-describe -d k90 $2 | wc -c)"
}
awk 'BEGIN { print "layer,head,entropy,s1"
	for (i = 0; i < 4000; i++) {
		x = (x * 16807 + 1) % 2147483647; y = (y * 48271 + 7) % 2147483647
		printf "%d,%d,0.%09d%05d,1.%09d%07d\n", i % 9, i % 7, x, y % 99991, y, x % 999983
	} }' >digits.csv
size text '-p big.csv'
size z0 '-z 0 big.csv'
size z1 '-z 1 big.csv'
size z9 '-z 9 big.csv'
t '-z 0 stores, 9 is shorter than 1' 0 "test $z0 -gt $text && test $z1 -lt $((text / 2)) && test $z9 -lt $z1" ''
size text '-k -p digits.csv'
size z0 '-k -z 0 digits.csv'
size z1 '-k -z 1 digits.csv'
t 'digits take less than half' 0 "test $z0 -gt $text && test $((100 * z1)) -lt $((48 * text))" ''

cp digits.csv mixed.csv
awk 'BEGIN { for (i = 0; i < 60000; i++) print i % 9 "," i % 7 ",0.25,1.5" }' >>mixed.csv
for z in 0 1 9; do
	t "-z $z: digits, then a text that repeats" 0 "hg-cat -@ 1 -z $z mixed.csv >m1.gz && hg-cat -@ 4 -z $z mixed.csv | cmp - m1.gz &&
		gzip -dc m1.gz | cmp - mixed.csv" ''
done
t '... which is searched for repeats soon' 0 'test $(hg-cat mixed.csv | wc -c) -lt $(($(hg-cat digits.csv | wc -c) + 150000))' ''

t '-o -: standard output' 0 'hg-describe -p -d fro -o - a.csv | head -n 1; test ! -e ./-' '*fro' ''
t '-o a symbolic link, mode kept' 0 'mkdir e; echo old >e/real; chmod 640 e/real; ln -s real e/link
	hg-describe -d fro -o e/link a.csv && ls -A e && ls -l e/real | cut -c 1-10 && test -L e/link && head -n 1 e/real' 'link
real
-rw-r-----
layer,head,entropy,op,fro'
t '-o a link to what is absent' 0 'ln -s ../new e/dangling; hg-describe -d fro -o e/dangling a.csv && test -L e/dangling && head -n 1 new' \
	'layer,*'
mkdir k
t '-o another name' 0 'echo old >k/one; ln k/one k/two; hg-describe -d fro -o k/one a.csv; head -n 1 k/one; cat k/two' 'layer,*
old' 'hg-describe: k/one: the file that was there had another name (a hard link), which keeps its bytes'
if [ "$(id -u)" = 0 ]; then
	owned() {
		echo old >k/o.csv
		chown 1234:2345 k/o.csv
		chmod 663 k/o.csv
		$1 hg-describe -d fro -o k/o.csv a.csv && stat -c '%u %g %a' k/o.csv
	}
	t '-o keeps owner, group and mode' 0 owned '1234 2345 663' ''
	if setpriv --bounding-set -chown true 2>/dev/null; then
		t '... or says that it cannot; the group has the rights of others then' 0 'owned "setpriv --bounding-set -chown"' '0 0 633' \
			'hg-describe: k/o.csv: the group of the file that was there cannot be kept: Operation not permitted
hg-describe: k/o.csv: the owner of the file that was there cannot be kept: Operation not permitted'
	fi
else
	skip 'only the superuser gives files away'
fi
cat >attr.py <<'E'
import os, struct, sys
acl = struct.pack('<I', 2) + b''.join(struct.pack('<HHi', *e)
	for e in ((1, 6, -1), (2, 6, 1234), (4, 0, -1), (16, 6, -1), (32, 0, -1)))
name = {'note': 'user.note', 'acl': 'system.posix_acl_access', 'default': 'system.posix_acl_default'}
for word in sys.argv[2:]:
	do, what = word.split(':')
	value = b'of use' if what == 'note' else acl
	if do == 'set':
		os.setxattr(sys.argv[1], name[what], value)
	else:
		print(what, name[what] in os.listxattr(sys.argv[1]) and os.getxattr(sys.argv[1], name[what]) == value)
E
: >k/probe
if have python3 && python3 attr.py k/probe set:note set:acl 2>/dev/null; then
	t '-o keeps ACL and attributes' 0 'echo old >k/a; chmod 640 k/a; python3 attr.py k/a set:note set:acl; hg-describe -d fro -o k/a a.csv
		python3 attr.py k/a get:note get:acl; head -n 1 k/a; stat -c %a k/a' 'note True
acl True
layer,*
660' ''
	t '... and no ACL of the directory comes to a file that had none' 0 'echo old >k/b; chmod 640 k/b; python3 attr.py k set:default
		hg-describe -d fro -o k/b a.csv; python3 attr.py k/b get:acl; stat -c %a k/b' 'acl False
640' ''
	t '... but one does to a new file' 0 'hg-describe -d fro -o k/new a.csv; python3 attr.py k/new get:acl; stat -c %a k/new' 'acl True
660' ''
else
	skip 'no attributes of files'
fi
t '-o an absent file, by umask' 0 'umask 027; hg-describe -d fro -o f.csv a.csv && ls -l f.csv | cut -c 1-10' '-rw-r-----'
printf 'layer,s1\n0,1\n1,x\n' >bad.csv
t '-o and bad input' 1 'mkdir g; hg-describe -o g/o.csv.gz bad.csv; s=$?; ls -A g; exit $s' '' 'hg-describe: bad.csv:3: *'
t '-o over a file and bad input' 1 'echo old >g/o.csv; hg-describe -o g/o.csv bad.csv; s=$?; ls -A g; cat g/o.csv; exit $s' 'o.csv
old'
for f in bad.csv none; do
	for tool in 'hg-correlate -g "" -x s1 -y layer' 'hg-regress -x s1 -y layer' hg-extract; do
		t "$tool -o and $f" 1 "mkdir h; $tool -o h/o.csv $f; s=\$?; ls -A h; rmdir h; exit \$s" ''
	done
done
# A file that was cut at a block's edge, and another one behind it: it is noticed by
# the header, which may be quoted; a longer name is another header.
cutup() {
	for h in "$1" "$2"; do
		printf '%s,s1\n7,1\n' "$h" | hg-describe -k -d op >half.gz
		head -c -28 half.gz
	done
	tail -c 28 half.gz
}
cutup '"x,""y"' '"x,""y"' >cut.gz
t 'cut, a quoted header' 1 'hg-describe -p -d gini cut.gz' '*' 'hg-describe: cut.gz: there is no BGZF end-of-file marker *'
cutup x '"x"' >cut.gz
t 'cut, and a header' 1 'hg-describe -p -d gini cut.gz' '*' 'hg-describe: cut.gz: there is no BGZF end-of-file marker *'
cutup x xx >cut.gz
t 'another header is a row' 1 'hg-describe -p -d gini cut.gz' '*' 'hg-describe: cut.gz:3: s1: not a number: "s1"'

# What is read is not written over: neither the first operand nor the second, which
# is opened behind the output, nor standard input, by whatever name.
refused() {
	t "-o over what is read: $1" 1 "$2; s=\$?; cmp $3 was && find . -name '.hg*'; exit \$s" '' \
		"hg-*: ${4-$3}: it is read, and the output would take its place"
}
cp a.csv i.csv
cp a.csv was
ln -s i.csv i.soft
ln i.csv i.hard
for o in i.csv ./i.csv i.soft i.hard; do
	refused "hg-describe -o $o" "hg-describe -d fro -o $o i.csv" i.csv
done
refused 'a second operand' 'hg-describe -d fro -o i.csv a.csv i.csv' i.csv
refused 'the first of two' 'hg-describe -d fro -o i.csv i.csv a.csv' i.csv
refused 'standard input' 'hg-describe -d fro -o i.csv <i.csv' i.csv '<stdin>'
refused 'standard input, -' 'hg-describe -d fro -o i.csv a.csv - <i.csv' i.csv '<stdin>'
refused 'hg-correlate' 'hg-correlate -g "" -x op -y entropy -o i.csv i.csv' i.csv
refused 'hg-regress' 'hg-regress -x op -y entropy -o i.csv i.csv' i.csv
refused 'hg-regress, rows twice' 'hg-regress -x op -y entropy --rows -o i.csv i.csv' i.csv
cp a.json was
cp a.json i.json
refused 'hg-extract, standard input' 'hg-extract -o i.json <i.json' i.json '<stdin>'
for tool in correlate regress; do
	eval "cmd=\$$tool"
	sh -c "$cmd --save-state -o state.gz"
	cp state.gz was
	refused "hg-$tool, a state" "hg-$tool --merge -o state.gz state.gz" state.gz
	refused "hg-$tool, a state of two" "hg-$tool --merge -o state.gz was state.gz" state.gz
done
t '-o /dev/null from /dev/null' 1 'hg-describe -o /dev/null /dev/null' '' '*no bytes at all*'
t '-o a FIFO while another is read' 0 'mkfifo fin fout; cat a.csv >fin & cat fout >got & hg-describe -p -d fro -o fout fin && wait; head -n 1 got' 'layer,*' ''
t '-o /dev/null' 0 'hg-describe -d fro -o /dev/null a.csv && test -c /dev/null' ''
t '-o a FIFO' 0 'mkfifo fifo; cat fifo >got & hg-describe -d fro -o fifo a.csv; wait; head -n 1 got; test -p fifo' 'layer,*'
t '-o /dev/stdout' 0 'hg-describe -p -d fro -o /dev/stdout a.csv' 'layer,*'
# A descriptor of the shell's is written as it is open, whatever file is behind it.
ln -s /dev/fd/3 to3
ln -s to3 to3too
fds='/dev/fd/3 /dev/../dev/fd//3 to3 to3too'
[ ! -d /proc/self/fd ] || fds="$fds /proc/self/fd/3"
for o in $fds; do
	t "-o $o appends" 0 "echo old >log; ln -f log log2; hg-describe -p -d fro -o $o a.csv 3>>log && cat log && cmp log log2" 'old
layer,head,entropy,op,fro
*'
done
t '-o /dev/fd/3 behind what is there' 0 '{ echo first >&3; hg-describe -p -d fro -o /dev/fd/3 a.csv; echo last >&3; } 3>log; head -n 2 log; tail -n 1 log' \
	'first
layer,head,entropy,op,fro
last'
t '-o /dev/stdout appends' 0 'echo old >log; hg-describe -p -d fro -o /dev/stdout a.csv >>log; head -n 2 log' 'old
layer,*'
t '-o /dev/fd/3, a pipe' 0 '{ hg-describe -p -d fro -o /dev/fd/3 a.csv 3>&1 >/dev/null; } | head -n 1' 'layer,*'
t '-o /dev/fd/3, closed' 1 'hg-describe -p -d fro -o /dev/fd/3 a.csv 3>&-' '' 'hg-describe: /dev/fd/3: Bad file descriptor'
t '-o /dev/fd/3, for reading' 1 'hg-describe -p -d fro -o /dev/fd/3 a.csv 3<a.csv' '' 'hg-describe: /dev/fd/3: Bad file descriptor'
t '-o /dev/fd/3, what is read' 1 'cp a.csv log; hg-describe -p -d fro -o /dev/fd/3 log 3>>log; s=$?; cmp a.csv log; exit $s' '' \
	'hg-describe: log: it is read, *'
t '-o a directory' 1 'hg-describe -d fro -o g a.csv' '' 'hg-describe: g: Is a directory'
t '-o in no directory' 1 'hg-describe -d fro -o none/o a.csv' '' 'hg-describe: none/o: no new file can be put into none: No such file or directory'
if [ -z "$drop" ] || $drop true 2>/dev/null; then
	t '-o in one that cannot be written' 1 "mkdir shut; chmod 555 shut; $drop hg-describe -d fro -o shut/o a.csv" '' \
		'hg-describe: shut/o: no new file can be put into shut: Permission denied'
fi
sticky='hg-describe: st/o: no new file can be put into */st, where all replace only their own: Operation not permitted'
if [ "$(id -u)" = 0 ] && setpriv --bounding-set -fowner,-chown true 2>/dev/null; then
	mkdir st && echo old >st/o && chmod 1777 st && chmod 666 st/o && chown 65534:65534 st st/o
	t '-o over the file of another in a sticky one' 1 'setpriv --bounding-set -fowner,-chown hg-describe -d fro -o st/o a.csv; s=$?; cat st/o; ls -A st; exit $s' 'old
o' "*$sticky"
fi
t "-o ''" 2 "hg-describe -d fro -o '' a.csv" '' 'hg-describe: -o: the name of a file is empty
hg-describe: option -h shows the usage'
t "--queries ''" 2 "hg-measure --queries '' m none" '' 'hg-measure: --queries: the name of a file is empty
*'
t '-o a long name, of bytes that are no UTF-8' 0 'f=$(printf "%250s" "" | tr " " "\200"); hg-describe -d fro -o "$f" a.csv && test -s "$f" && rm "$f"' '' ''
t '-o last wins' 0 'hg-describe -d fro -o x1 -o x2 a.csv; test ! -e x1 && head -n 1 x2' 'layer,*'

# What a killed program leaves is removed by the next one for the same file; what is written is not.
mkdir live
mkfifo live.in
begin() {
	hg-describe -p -d fro -o live/o.csv live.in &
	exec 7>live.in
	cat a.csv >&7
	until ls live/.hg.o.csv.*.0 >/dev/null 2>&1; do sleep 0.01; done
}
kill_it() {
	begin
	kill -9 $!
	wait $!
	ls -A live | grep -c '^\.hg\.o\.csv\.'
}
if [ -r /proc/sys/kernel/random/boot_id ]; then
	t 'kill -9 leaves a file' 0 kill_it '1' '*'
	: >live/.hg.o.csv.00000000-0000.0
	: >"live/.hg.other.csv.$(head -c 13 /proc/sys/kernel/random/boot_id).0"
	t 'the next program removes it, but none of another machine or output' 0 \
		'hg-describe -p -d fro -o live/o.csv a.csv; ls -A live | sed "s/[0-9a-f-]*\.0$//"' '.hg.o.csv.
.hg.other.csv.
o.csv'
	rm live/.hg*
	t 'one that writes the same file loses nothing, and is the last' 0 'begin; hg-describe -p -d gini -o live/o.csv a.csv; head -n 1 live/o.csv
		exec 7>&-; wait $!; head -n 1 live/o.csv; ls -A live' 'layer,head,entropy,op,gini
layer,head,entropy,op,fro
o.csv'
	t 'several that were killed' 0 'kill_it >killed 2>&1; f=$(ls live/.hg.*); cp $f ${f%0}1; cp $f ${f%0}2
		hg-describe -d fro -o live/o.csv a.csv; ls -A live' 'o.csv' ''
else
	skip 'locks are not known to be seen by all: nothing is swept'
fi
for do in 'rm $f' 'mv $f x1; echo others >$f'; do
	rm -rf live/.hg* live/o.csv
	t "the temporary file meanwhile: $do" 1 'begin; f=$(ls live/.hg*); eval "$do"; exec 7>&-; wait $!; s=$?; cat live/* live/.hg*; exit $s' \
		"$(echo "$do" | sed -n 's/.*echo \(.*\) >.*/\1/p')" "*hg-describe: live/o.csv: nothing was put there: live/.hg.o.csv.*.0, as it was called so far, is gone or another file*"
done
rm -rf live/.hg*
t 'the temporary files are gone' 0 'find . -name "*.hg*"; find . -name ".hg*"' ''

# Rows come out one by one as they go in: the next one is written when the last one was read, so that
# a program that keeps it ends in timeout(1).
between() {
	rm -f flow.in flow.out
	mkfifo flow.in flow.out
	timeout 120 sh -c "$1" <flow.in >flow.out &
	exec 7>flow.in 6<flow.out
}
flow() {
	between "$1"
	echo "$2" >&7
	for row in 1 2 3; do
		echo "0,$row${3-,1,1}" >&7
		[ $row != 1 ] || read -r line <&6
		read -r line <&6
		echo "$line"
	done
	exec 7>&-
	cat <&6 >/dev/null
	exec 6<&-
	wait $!
}
many() {
	between "$1"
	printf 'layer\n1\n2\n3\n' >&7
	for row in 1 2 3 4; do
		read -r line <&6
		printf '%s ' "$line"
	done
	exec 7>&- 6<&-
	wait $!
}
flows() {
	t "rows flow: $1" 0 "flow '$1' layer,head,entropy,s1" '0,1,1,1
0,2,1,1
0,3,1,1' ''
}
echo layer,head,entropy,s1 >none.csv
for n in 1 4; do
	t "rows flow: those that come with the header, -@ $n" 0 "many 'hg-cat -p -@ $n'" 'layer 1 2 3 ' ''
done
flows 'hg-cat -p -@ 1'
flows 'hg-cat -p -@ 4'
flows 'hg-cat -p - none.csv'
flows 'hg-describe -p -d fro'
flows 'hg-cat | hg-describe -d fro | hg-cat -p'
flows 'hg-cat --line-buffered -@ 1 | hg-cat --line-buffered -@ 4 -p'
t 'rows flow: of matrices, when the next head has begun' 0 'flow "hg-extract -p" "layer,head,matrix,row,c1
0,0,m,0,1" ,m,0,1' '0,0,given,*
0,1,given,*
0,2,given,*' ''

# What is written only when the reader takes something, long after all was read, comes as well.
late() {
	between "hg-cat -z 0 -@ $1 | { sleep 0.5; exec hg-cat -p; }"
	seq 15000 | sed '1s/.*/layer,head,entropy/; s/^[0-9]*$/0,&,0.12345678901234567/' >&7
	head -n 15000 <&6 | tail -n 1
	exec 7>&- 6<&-
	wait $!
}
for n in 1 4; do
	t "rows flow: to one who reads late, -@ $n" 0 "late $n" '0,15000,*' ''
done

# Blocks do not depend on time: of a file never, nor between programs; those of --line-buffered are rows.
slowly() {
	for f; do
		cat "$f"
		sleep 0.15
	done
}
sed '2,$d' a.csv >b0
sed '1d;4,$d' a.csv >b1
sed '1,3d' a.csv >b2
t 'to a file the bytes are as ever' 0 'hg-cat -o f.gz a.csv; slowly b0 b1 b2 | hg-cat >g.gz; slowly b0 b1 b2 | hg-cat -o h.gz; cmp f.gz g.gz && cmp f.gz h.gz' '' ''
t 'a block ends where one of the program before did' 0 'hg-cat --line-buffered -o l.gz a.csv; head -c 100 l.gz >l1; tail -c +101 l.gz >l2
	cat l.gz | hg-cat | cksum >one; slowly l1 l2 | hg-cat | cksum | cmp - one; hg-cat -@ 4 <l.gz >m.gz; cmp m.gz f.gz' '' ''
blocks() {
	od -An -v -tx1 "$1" | tr -d ' \n' | grep -o 1f8b08040000000000ff0600424302 | wc -l
}
t '--line-buffered: a block for the header, each row, the end' 0 'blocks l.gz; zcat l.gz | cmp - a.csv' '*6' ''
printf 'a,b\n1,2\n3,4\n12345,67890\n7,8\n' >wider.csv
t '-t: as wide as the rows are; --line-buffered: as those before' 0 'hg-cat -t wider.csv; hg-cat -t --line-buffered wider.csv' \
'      a      b
      1      2
      3      4
  12345  67890
      7      8
  a  b
  1  2
  3  4
  12345  67890
      7      8' ''
t '--line-buffered and the first row' 0 'blocks f.gz' '*3' ''

# Calls that fail late, and calls that are interrupted.
if have strace && strace -o /dev/null true 2>/dev/null; then
	inject() {
		t "$1" "$2" "ASAN_OPTIONS=detect_leaks=0 strace -f -o /dev/null $3 hg-describe -p -d fro $4" '*' "$5"
	}
	hg-describe -p -d fro big.csv >want
	in="-P $W/big.csv -e inject=read" out="-P $W/out -e inject"
	for n in 1 4; do
		inject 'a read that fails' 1     "$in:error=EIO:when=2+"          "-@ $n big.csv"      'hg-describe: big.csv: Input/output error'
		inject 'reads interrupted' 0     "$in:error=EINTR:when=1+2"       "-@ $n big.csv >got && cmp want got" ''
		: >out
		inject 'writes interrupted' 0    "$out=write:error=EINTR:when=1+2" "-@ $n big.csv >out && cmp want out" ''
		inject 'a write that fails' 1    "$out=write:error=ENOSPC:when=2+" "-@ $n big.csv >out" \
			'hg-describe: standard output: No space left on device'
		inject 'a close that fails' 1    "$out=close:error=EIO"            "-@ $n big.csv >out" \
			'hg-describe: standard output: Input/output error'
	done
	inject 'a rename that fails' 1 '-e inject=?rename,?renameat,?renameat2:error=EACCES' '-o late big.csv' \
		'hg-describe: late: no new file can be put into .: Permission denied'
	t 'leaves nothing' 0 'find . -name "late*"; find . -name ".hg*"' ''

	# The file is on the disk before it has its name, and then the name.
	sync='strace -f -o log -e trace=fsync,/rename'
	t 'synced before the rename and behind it' 0 "ASAN_OPTIONS=detect_leaks=0 $sync hg-describe -d fro -o sync a.csv
		sed -n 's/.*\(fsync\|rename\).*/\1/p' log" 'fsync
rename
fsync'
	echo old >sync
	for e in EIO ENOSPC; do
		inject "an fsync that fails: $e" 1 "-e inject=fsync:error=$e" '-o sync big.csv' 'hg-describe: sync: *'
		t 'leaves the old file' 0 'cat sync' old
	done
	inject 'an fsync that fails: the name' 1 '-e inject=fsync:error=EIO:when=2' '-o sync big.csv' 'hg-describe: sync: *Input/output error'
	for e in EINVAL ENOSYS EROFS EINTR:when=1..2; do
		inject "what cannot be synced: $e" 0 "-e inject=fsync:error=$e" '-o sync big.csv && cmp sync want' ''
	done
else
	skip 'no strace'
fi

# A comma between units and tenths, where C prints and reads numbers so.
if have localedef && localedef -i de_DE -f UTF-8 "$W/de_DE.UTF-8" 2>/dev/null; then
	LOCPATH=$W LC_ALL=de_DE.UTF-8
elif [ -n "$(locale -a 2>/dev/null | grep '^de_DE')" ]; then
	LC_ALL=$(locale -a | grep '^de_DE' | head -n 1)
fi
export LOCPATH LC_ALL
if [ "$(printf %.1f 0 2>/dev/null)" = 0,0 ] || [ "$(env printf %.1f 0 2>/dev/null)" = 0,0 ]; then
	t 'a locale with a comma' 0 'printf "s1,s2\n1.5,.25\n" | hg-describe -p -d op,trace --format %.4f' 'op,trace
1.5000,1.7500' ''
	t 'a locale with a comma: --level' 0 \
		'hg-correlate -g "" -x op -y entropy --level 0.9 a.csv >loc && LC_ALL=C hg-correlate -g "" -x op -y entropy --level 0.9 a.csv | cmp - loc'
	t 'a locale with a comma: JSON' 0 "sed 's/\\[2, 1\\]/[2.5, 1e-1]/' a.json | hg-extract -p" 'layer,head,stage,depth,s1,s2
0,0,mid,0.25,2.5,0.1
*' ''
else
	skip 'no locale with a comma'
fi
