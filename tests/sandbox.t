# sandbox.t - every program has given up what it does not need (sandbox.c) before it reads;
# what that keeps out is shown by tests/unit/sandbox.c.
. tests/lib.sh
if grep -Eq -e '-fsanitize|--coverage|-fprofile|-pg' "$B/looked"; then
	skip 'sandbox: this build has none'
	exit
fi
privs=$(sed -n 's/^NoNewPrivs:.//p' /proc/self/status 2>/dev/null)
if [ "$privs" != 0 ]; then
	skip 'sandbox: no Linux, or all is given up already'
	exit
fi
mkfifo fifo
exec 9<>fifo

# waiting COMMAND ... - what Linux says of a program that waits for its operand, which comes never.  Until it is
# one, the shell's own descriptor is there.
waiting() {
	"$@" fifo 9>&- >/dev/null 2>&1 &
	n=0
	until find /proc/$!/fd ! -name 9 -lname '*/fifo' | grep -q . || [ $((n += 1)) -gt 100 ]; do
		sleep 0.1
	done
	sed -n 's/^NoNewPrivs:.//p' "/proc/$!/status"
	kill $!
	wait $! 2>/dev/null || true
}
for c in hg-extract hg-describe hg-correlate hg-regress hg-cat "hg-measure $R/examples/tiny" hg-plot 'hg-plot --script'; do
	t "$c has given it up" 0 "waiting $c" 1
done
t 'HEADGEOM_SANDBOX=off' 0 'HEADGEOM_SANDBOX=off waiting hg-cat' 0
t 'fakeroot, which has its own ways' 0 'FAKEROOTKEY=1 waiting hg-cat' 0
if have gnuplot && have taskset; then
	mkdir bin
	printf '#!/bin/sh\nexec taskset 1 %s "$@"\n' "$(command -v gnuplot)" >bin/gnuplot
	chmod 755 bin/gnuplot
	t 'gnuplot may be a script that chooses its processor' 0 'hg-extract "$R/examples/minilm.json.gz" | PATH=$PWD/bin:$PATH hg-plot -o p.svg && head -c 5 p.svg' '<?xml' ''
else
	skip 'no gnuplot, or no taskset'
fi
