# What the shells offer behind a tab: options and values of the usage texts, columns of
# the files on the line.
. tests/lib.sh
unset MAKEFLAGS MFLAGS             # of a make that runs this: -j, -w

hg-extract "$R/examples/minilm.json.gz" | hg-describe -o heads.csv.gz 2>err
hg-extract -p "$R/examples/minilm.json.gz" >spectra.csv
head -c 100 heads.csv.gz >cut.csv.gz
mkdir 'a model'
touch 'a model/config.json'
tab='	'
{
	printf 'layer,head,$(touch x),`touch y`,"two words",it'"'"'s,"say ""hi""","a,b",c:d,e=f,back\\slash,~t,!g,'
	printf 'g*h,;ls,"{j,k}",#l,-n,\303\251,\302\240,"end""",o'"'"',"new\nline",a\tb,a\033c\n'
	printf '0,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23\n'
} >hostile.csv
cp hostile.csv 'my $file.csv'

# offer N PROGRAM WORD ...
offer() {
	awk -f "$R/tools/complete/candidates.awk" "$@"
}
t 'options' 0 'offer 1 hg-plot - | head -n 5' \
	"words$tab
-g${tab}keys of panels or colours (tags; scatter: stage)
--group${tab}keys of panels or colours (tags; scatter: stage)
-h${tab}print this
--help${tab}print this"
t 'options, all' 0 'for f in cat correlate describe extract measure plot regress; do
	hg-$f -h | sed -n "s/^  ....\(--[a-z0-9-]*\).*/\1/p" >want
	offer 1 hg-$f -- | sed -n "s/^\(--[a-z0-9-]*\)$tab.*/\1/p" | cmp want - && wc -l <want
done' '15
38
16
30
15
*'
t 'a kind, its text on two lines' 0 'offer 2 hg-plot -k ""' "words$tab
heat
scatter
spectrum
forest
profile
matrix
residuals"
t 'behind another' 0 'offer 1 hg-correlate --method=kendall,' "list$tab--method=kendall,
pearson
spearman"
t 'what a word is' 0 'for w in "--fa x" "-p --cl x" "-px x" "-pxa x" "--x=a x" "-- -x x" "-y a >f x" "-z x" "-x a x"; do
	set -- $w
	offer $# hg-regress "$@" | head -n 1
done' "words$tab
list$tab
list$tab
files$tab
files$tab
files$tab
files$tab
words$tab
files$tab"
t 'columns' 0 'offer 2 hg-correlate -x op, heads.csv.gz' "list${tab}op,
layer
head
stage
depth
entropy
logit_std
*
trace
rank_eff
spec_ent
anisotropy
condition"
t 'columns of hostile names' 0 'offer 2 hg-regress -w "" hostile.csv' "words$tab
layer
head
\$(touch x)
\`touch y\`
two words
it's
say \"hi\"
a,b
c:d
e=f
back\\\\slash
~t
!g
g\*h
;ls
{j,k}
#l
-n
$(printf '\303\251')
$(printf '\302\240')
end\"
o'"
t 'of two files, in a list' 0 'offer 2 hg-plot -x "" hostile.csv heads.csv.gz | sed -n "/^a,b/p; 6,7p; 16,18p"' "*
*
#l
-n
*"
t 'of a spectrum' 0 'offer 2 hg-describe -s "" spectra.csv | tail -n 1' s32
t 'in a formula' 0 'offer 2 hg-regress -f "y ~ s" hostile.csv' "list${tab}y ~ 
layer
head"
t 'no names where there are none' 0 'mkfifo fifo
for f in absent.csv cut.csv.gz . fifo /dev/null - "$R/examples/tiny/config.json"; do
	offer 2 hg-plot -x "" $f
done | sort -u' "list$tab"
t 'no program' 0 'offer 1 no-such -; offer 1 "\$(touch x)/hg-\`touch y\`" -' "words$tab
words$tab"

# Every value that is offered is one to the program, which names it if it is not.
values() {
	for f in cat correlate extract measure plot regress; do
		case $f in extract) file=$R/examples/tiny ;; *) file=absent.csv ;; esac
		offer 1 hg-$f -- | sed -n "s/^\(--[^$tab]*\)$tab.*/\1/p" | while read -r o; do
			vs=$(offer 2 hg-$f $o '' | sed 1d)
			[ -n "$vs" ] || continue
			echo hg-$f $o $vs
			for v in $vs; do
				hg-$f $o $v $file 2>&1 | grep -F "\"$v\""
			done
			hg-$f $o none $file 2>&1 | grep -q '"none"' || echo 'takes none'
		done
	done
}
t 'values of options' 0 values 'hg-correlate --method pearson spearman kendall
hg-correlate --adjust bh by holm bonferroni
hg-correlate --boot-kind percentile bca
hg-correlate --compare x y groups
hg-correlate --family block all
hg-correlate --small cr1 cr2
hg-extract --circuit qk ov
hg-extract --layout separate fused transposed interleaved grouped blocked gated
hg-extract --metric full core
hg-plot --kind heat scatter spectrum forest profile matrix residuals
hg-plot --term svg pdf png dumb sixel kitty
hg-regress --boot-kind percentile bca
hg-regress --robust hc0 hc1 hc2 hc3
hg-regress --small cr1 cr2
hg-regress --wild-weights rademacher webb'
t 'descriptors' 0 'offer 2 hg-describe -d op,fro, | sed 1d | wc -l
for d in $(offer 2 hg-describe -d "" | sed 1d); do
	hg-describe -d $d spectra.csv 2>&1 >out | grep "descriptor"
done || true' 23

if sanitized; then
	skip 'completion in shells: it is none of the programs'
	exit
fi
needs python3

# Installed, with programs in front that say what they are called with.
make -s --no-print-directory -o all -C "$R" B="$B" prefix="$W/usr" install || echo 'not ok - make install'
mkdir said
cat >said/hg-cat <<'END'
#!/bin/sh
case $1 in
-h | -p) exec "$B/${0##*/}" "$@" ;;
esac
printf '%s\0' "$@" >args
echo called
END
chmod +x said/hg-cat
for f in correlate extract plot regress; do
	ln -s hg-cat said/hg-$f
done
HOME=$W XDG_DATA_DIRS=$W/usr/share PATH=$W/said:$PATH
export HOME XDG_DATA_DIRS PATH

# drive SHELL START
drive() {
	if have $1; then
		LC_ALL=C.UTF-8 python3 "$R/tests/complete.py" "$1" "$2"
	else
		skip "completion: no $1"
	fi
}
if have bash; then
	t 'bash: quotes where they are needed' 0 'bash -c ". usr/share/bash-completion/completions/hg-plot
		open=; for f in \"\$@\"; do _headgeom_quoted \"\$f\"; echo \"\$quoted\"; done" - \
		op,^fro "op,two words" "\\,a {b,c}"' 'op,^fro
op,two\\ words
\\\\,a\\ \\{b,c\\}'
fi
drive bash ". '$W/usr/share/bash-completion/completions/hg-plot'"
drive zsh "fpath=('$W/usr/share/zsh/site-functions' \$fpath); autoload -Uz compinit; compinit -D -u"
drive fish true
! have fish || t 'fish: a prefix of its own' 0 "XDG_DATA_DIRS=/usr/share fish -c 'set -p fish_complete_path $W/usr/share/fish/vendor_completions.d; complete -C \"hg-measure --q\"'" '--queries*'
t 'names of columns are never run' 0 '[ ! -e x ] && [ ! -e y ]'
