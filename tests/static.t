# static.t - make static: programs that run where there is nothing else.
. tests/lib.sh
unset MAKEFLAGS MFLAGS             # of a make that runs this: -j, -w
if grep -Eq -e '-fsanitize|--coverage' "$B/looked"; then
	skip 'make static: this build needs shared libraries'
	exit
fi
# -o: of the build nothing is made anew under the feet of tests that run beside this one.
make="make -s --no-print-directory -o '$B/libheadgeom.a' -o '$B/looked' -C '$R' B='$B'"
made=$(eval "$make '$B/static/hg-extract' '$B/static/hg-describe'" 2>&1)
case $made in
*'cannot find -l'*)
	skip 'make static: not all libraries are there as archives'
	exit
	;;
esac
t 'make static' 0 'echo "$made"' ''
mkdir root
cp "$B/static/hg-extract" "$B/static/hg-describe" "$R/examples/minilm.json.gz" root
hg-extract -p root/minilm.json.gz | hg-describe -p >want.csv
if [ "$(id -u)" = 0 ]; then
	alone='chroot root'
else
	alone='unshare -r chroot root'
fi
if $alone /hg-extract -V >/dev/null 2>&1; then
	t 'in an empty root: the demo' 0 "$alone /hg-extract /minilm.json.gz | $alone /hg-describe -p | cmp - want.csv" '' ''
else
	skip 'make static: no root of its own for a program'
fi
