# headers.t - the program at the top of a header compiles and does what it says.
. tests/lib.sh
# With the compiler and flags of the build, which name paths from the root.
cc="cd $R && $(cat "$B/looked") -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -pthread -Ilib/num -Ilib/io -Ilib/stat -Ilib/model -Ilib/plot"
libs="$B/libheadgeom.a -lcsv -lz -ljansson -lm $(nm "$B/libheadgeom.a" | grep -q 'U isal_' && echo -lisal)"
# The lines of the first comment that begin with a tab, up to the closing brace.
program() {
	sed -n '1,/^ \*\t}$/s/^ \*\t\{0,1\}//p' "$R/$1" | sed '/^ /d'
}
for h in num/num io/io stat/stat model/model plot/plot; do
	program lib/$h.h >${h#*/}.c
	t "the program in $h.h compiles" 0 "$cc -o $W/${h#*/} $W/${h#*/}.c $libs" '' ''
done
t 'num.h: 3 0; 0 4; 0 0' 0 ./num '4 3 5'
t 'io.h: a column' 0 'printf "a,op\nx,1.50\ny,NA\nz,2\n" | ./io - | gzip -dc' '1.5
2' ''
t 'model.h: the largest singular value of each head' 0 "./model $R/tests/data/checkpoints/llama | head -n 2" '0 0 1.13195
0 1 1.22219' ''
t 'stat.h: a correlation' 0 ./stat 'y and x: r = 0.981981'
if have gnuplot; then
	printf 'layer,head,entropy\n0,0,1\n0,1,2\n' >t.csv
	t 'plot.h: a heat map' 0 './plot t.csv | grep -c -e "^<svg" -e ">entropy<"' 2 ''
else
	skip 'no gnuplot: no picture'
fi
