# options.t - what is no use of a tool: status 2, a message that says why, and
# nothing on standard output; help and version.
. tests/lib.sh
printf 'layer,head,entropy,op,s1,s2\n0,0,1,4,2,1\n0,1,3,5,7,1\n1,0,2,1,4,3\n1,1,5,9,3,2\n' >a.csv
printf '%s' '{"num_layers": 1, "num_heads": 1, "static": [{"metric_singvals_per_head": [[1]]}]}' >a.json

# use 'ARGUMENTS' 'MESSAGE': refused by $tool, before any input is looked at.
use() {
	t "$tool $1" 2 "$tool $1 <a.csv" '' "$tool: $2
$tool: option -h shows the usage"
}

for tool in hg-extract hg-describe hg-correlate hg-regress hg-cat hg-measure; do
	t "$tool -h" 0 "$tool -h" "usage: $tool *--threads*" ''
	t "$tool --help, of an option that is wrong later" 0 "$tool -p --help -q" "usage: $tool *" ''
	t "$tool -V" 0 "$tool -V" "$tool (headgeom) [0-9]*
zlib [1-9]*, libcsv [3-9].*; inflate: [iz]*" ''
	t "$tool --version" 0 "$tool --version none" "$tool (headgeom) [0-9]*" ''
	t "$tool -h: lines of at most 80 bytes" 0 "$tool -h | awk 'length > 80'" ''
	t "$tool -h: no name for two options" 0 \
		"$tool -h | sed -n 's/^  *\(-[^ ,]*\(, --[^ ]*\)*\).*/\1/p' | tr -d , | tr ' ' '\n' | sort | uniq -d" ''
	use -q             'unknown option -q'
	use -pq            'unknown option -q'
	use --quiet        'unknown option --quiet'
	use --quiet=1      'unknown option --quiet=1'
	t "$tool --plain=1" 2 "$tool --plain=1 a.csv" '' "$tool: *--plain*
$tool: option -h shows the usage"
	for o in o z @; do
		use -$o "option -$o needs an argument"
	done
	for o in output threads format na; do
		use --$o "option --$o needs an argument"
	done
	for v in -1 10 1.5 x "''" "' 1'" "'1 '" 0x1 1e0 99999999999999999999 +1; do
		use "-z $v" '-z: not a whole number from 0 to 9: *'
	done
	for v in 0 -1 257 1.5 x "''" "' 1'" "'1 '" 0x1 1e0 99999999999999999999 +1; do
		use "-@ $v" '-@: not a whole number from 1 to 256: *'
	done
	for v in "''" % %d %s %c %n %p %u %x %% x 6g %5 %.3 %lf %Lf %hf '%*f' '%.*f' '%1\$f' "\"%'f\"" %f%f %f%% %%%f %f%n %f% %I5d %a %A x%f %fx '" %f"' '%f,'; do
		use "--format $v" '--format: not one printf conversion of a number: *'
	done
	for v in "'% .3f'" %10.3f %-12.3f %-012.3f "'% 09f'" %-5g; do
		use "--format $v" '--format: with blanks around it a number is none to the next program: *'
	done
	for v in %.2147483640f %.201f %0201f %.99999999999999999999g %099999999999999999999g; do
		use "--format $v" '--format: more than 200 digits: *'
	done
	t "$tool: closed standard output" 1 "$tool -h >&-" '' "$tool: standard output: *"
done

# The instruction set as the kernel tells of the processor, which gcc asks itself.
set=plain
if compiles_for aarch64; then
	set=NEON
elif compiles_for x86_64 && grep -qw fma /proc/cpuinfo; then
	! grep -qw avx2 /proc/cpuinfo || set=AVX2
	! grep -qw avx512f /proc/cpuinfo || set=AVX-512
fi
if [ -r /proc/cpuinfo ]; then
	for tool in hg-extract hg-correlate hg-regress hg-measure hg-plot; do
		t "$tool -V: instruction set" 0 "$tool -V" "*, libcsv 3*; instruction set: $set" ''
	done
else
	skip 'no /proc/cpuinfo that tells the instruction set'
fi
t 'hg-extract -V: jansson' 0 'hg-extract -V' '*, jansson [2-9].*; instruction set: *' ''

tool=hg-plot
t "$tool -h" 0 "$tool -h" "usage: $tool *--threads*" ''
t "$tool -V" 0 "$tool -V" "$tool (headgeom) [0-9]*" ''
t "$tool -h: lines of at most 80 bytes" 0 "$tool -h | awk 'length > 80'" ''
t "$tool: closed standard output" 1 "$tool -h >&-" '' "$tool: standard output: *"
for o in p t z q; do
	use -$o "unknown option -$o"
done
use --format=%g 'unknown option --format=%g'
for o in g k o x y @; do
	use -$o "option -$o needs an argument"
done
use '-x op -x fro a.csv' '-x: given twice'
use '--level 95 a.csv' '--level: not a number between 0 and 1: *'
use '-@ 0 a.csv' '-@: not a whole number from 1 to 256: *'

tool=hg-report
t "$tool -h" 0 "$tool -h" "usage: $tool *--title*" ''
t "$tool --help, of an option that is wrong later" 0 "$tool --he -q" "usage: $tool *" ''
t "$tool -V" 0 "$tool -V" "$tool (headgeom) [0-9]*" ''
t "$tool -h: lines of at most 80 bytes" 0 "$tool -h | awk 'length > 80'" ''
t "$tool: closed standard output" 1 "$tool -h >&-" '' "$tool: standard output: *"
for o in p t z q g '@'; do
	use -$o "unknown option -$o"
done
use --format=%g 'unknown option --format'
use --titel=x 'unknown option --titel'
for o in o x y; do
	use -$o "option -$o needs an argument"
done
use --output 'option --output needs an argument'
use '-x op -x fro a.csv' '-x: given twice'
use '-y op --y=fro a.csv' '-y: given twice'

tool=hg-extract
use 'a.json -'            '-: standard input is no one of several sources*'
use 'a.json a.json'       'a.json and a.json would both have model=a: tell them apart with --tag'
use '--tag model=x a.json b.json' '--tag model=x: it is the same for all of them: --tag model=%n is not'
use '--with - a.json b.json' '--with -: each of several sources reads it: name a file'
use '--tag x=%q a.json'   '--tag: x=%q: behind % none of n, p, r, % and {EXPRESSION}'
use "--tag 'x=%{(}' a.json" '--tag: x=%{(}: *'
use '--tag x a.json'      '--tag: not NAME=VALUE: "x"'
use '--tag =x a.json'     '--tag: not NAME=VALUE: "=x"'
use '--tag'               'option --tag needs an argument'
use '--with'              'option --with needs an argument'
for v in "''" , 0, ,0 0,,1 x 0x 1-0 - -1 -0 0--1 0-1-2 "'0 1'" "' 0'" +0 0.5; do
	use "--layers $v a.json" '--layers: not a list like 0-3,8,12-: *'
	use "--heads $v a.json" '--heads: not a list like 0-3,8,12-: *'
done
t '--layers beyond the last' 1 'hg-extract --layers 1 a.json' '' 'hg-extract: --layers: 1, but they are numbered 0 to 0'
t '--layers far beyond the last' 1 'hg-extract --layers 0-1000000000 a.json' '' 'hg-extract: --layers: 1000000000, but they *'
t '--layers beyond all numbers' 2 'hg-extract --layers 0-18446744073709551616 a.json' '' 'hg-extract: --layers: not a list *'

tool=hg-describe
t 'the descriptors by group, all of them' 0 'hg-describe --help | sed -n "/^descriptors/,\$p"' 'descriptors
  without -d:             op fro trace rank_eff spec_ent anisotropy condition
  of the spectrum alone:  stable_rank part_ratio erank spec_perp spec_ent_norm
                          k90 gap log_cond gini alpha alpha_ks alpha_ww
  of more of the head:    align sym null_op null_cond eig_mean eig_var' ''
use '-d opp a.csv'        '-d: no descriptor "opp": did you mean "op"[?]'
use '-d op,alhpa a.csv'   '-d: no descriptor "alhpa": did you mean "alpha"[?]'
use '-d FRO a.csv'        '-d: no descriptor "FRO": did you mean "fro"[?]'
use '-d alpha_k a.csv'    '-d: no descriptor "alpha_k": did you mean "alpha_ks"[?]'
use '-d spec a.csv'       '-d: no descriptor "spec": did you mean "spec_ent", "spec_perp" or "spec_ent_norm"[?]'
use '-d fr a.csv'         '-d: no descriptor "fr": did you mean "fro"[?]'
use '-d conditioning a.csv' '-d: no descriptor "conditioning": did you mean "condition"[?]'
use '-d effective a.csv'  '-d: no descriptor "effective"'
use '-d op,, a.csv'       '-d: no descriptor ""'
use '-d "" a.csv'         '-d: no descriptor ""'
use '-d op:fro a.csv'     '-d: no descriptor "op:fro"'
use -d                    'option -d needs an argument'
use -s                    'option -s needs an argument'
t '-d without its inputs' 1 'hg-describe -d align a.csv' '' 'hg-describe: a.csv: -d: align needs column "*", which is not there'

tool=hg-correlate
use '-m spearmen a.csv'   '-m: no method "spearmen": did you mean "spearman"[?]'
use '-m pearson,ken a.csv' '-m: no method "ken": did you mean "kendall"[?]'
use '--permuet 9 a.csv'   'unknown option --permuet: did you mean "--permute"[?]'
use '--metod=pearson'     'unknown option --metod=pearson: did you mean "--method"[?]'
use '--bo 9'              'unknown option --bo: did you mean "--boot" or "--boot-kind"[?]'
use '-m "" a.csv'         '-m: no method ""'
use '-m pearson, a.csv'   '-m: no method ""'
use '-r -x op a.csv'      '-r has its own form: *'
use '-r -y op a.csv'      '-r has its own form: *'
use '-r -g head -x op a.csv' '-r has its own form: *'
use '-x op --report'      '-r has its own form: *'
tool=hg-regress
use '-x op -y "" a.csv'   '-y: *'
use '-r -x op a.csv'      '-r has its own form: *'
use '-r -y op a.csv'      '-r has its own form: *'
use '-r -g head -x op a.csv' '-r has its own form: *'
use '-r --fit a.csv'      '-r has its own form: *'
use '-r --level 0.9 a.csv' '-r has its own form: *'
for tool in hg-correlate hg-regress; do
	for o in x y g; do
		use -$o "option -$o needs an argument"
	done
	use '-r --format %g a.csv' '-r has its own form: *'
	use '-r --level .9 a.csv'  '-r has its own form: *'
	for v in 0 1 -0.5 1.5 95 x "''" nan inf 0x.8 '0,9' '" 0.9"' 0.9x; do
		use "--level $v a.csv" '--level: not a number between 0 and 1: *'
	done
done

# A second list would take the place of the first.
for tool in hg-describe; do
	use '-d op -d fro a.csv' '-d: given twice'
	use '-s s1 -s s2 a.csv'  '-s: given twice'
done
tool=hg-extract
use '--with a --with b a.json' '--with: given twice'
for tool in hg-correlate hg-regress; do
	use '-x op -x fro a.csv' '-x: given twice'
	use '-y op -y fro a.csv' '-y: given twice'
	use '-g op -g fro a.csv' '-g: given twice'
done

# What is a use.
ok() {
	t "$1" 0 "$1 | cat >o && test -s o" '' ''
}
ok 'hg-describe -pkdfro -ss1 a.csv'
ok 'hg-describe a.csv -p -d fro'
ok 'hg-describe --plain --descriptors fro --keep --threads 3 --gzip-level=9 --na=x,y --format=%+.3e a.csv'
ok 'hg-describe -d fro -z0 -@256 a.csv'
ok 'hg-describe -d fro --format "%#05.1f" -- a.csv'
ok 'cp a.csv ./-p; hg-describe -d fro -- -p'
ok 'hg-describe -d fro --format %.200f a.csv'
t 'a format that rounds beyond the largest double is left aside' 0 'printf "s1,s2\n1.7976931348623157e308,0\n" | hg-describe -p -d op --format %.2g' '*
1.7976931348623157e+308' ''
t 'POSIXLY_CORRECT: options end at an operand' 1 'POSIXLY_CORRECT=1 hg-cat -p a.csv -t' '*' 'hg-cat: -t: No such file or directory'
t 'the longest number that a format makes' 0 'printf "s1,s2\n1.7976931348623157e308,0\n" | hg-describe -p -d op --format %+0200.200f | tail -n 1 | wc -c' '*512' ''
# unknown - the long options that -h names and a program does not know.
unknown() {
	for tool in hg-extract hg-describe hg-correlate hg-regress; do
		for o in $($tool -h | grep '^ *-' | grep -o -e '--[a-z-]*'); do
			$tool "$o" --none 2>&1 >/dev/null </dev/null | grep "unknown option $o\$"
		done
	done
	:
}
t 'all that -h names is an option' 0 unknown ''
