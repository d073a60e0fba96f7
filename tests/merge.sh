# merge.sh - for the cases of --save-state and --merge of $tool.

# parts N TABLE 'OPTIONS' - the states part.00.csv.gz .. of N parts of the table,
# some of them without rows; the same ones on every run.
parts() {
	rm -f ./*.gz part.*.csv
	awk -v n="$1" '
	BEGIN { srand(n) }
	NR == 1 { for (i = 0; i < n; i++) print >sprintf("part.%02d.csv", i); next }
	{ print >sprintf("part.%02d.csv", int(rand() * n)) }' "$2"
	for p in part.*.csv; do
		eval "$tool --save-state $3 -o $p.gz $p" || return 1
	done
}

# splits TABLE 'OPTIONS' - merged, the parts say and warn of what the whole does;
# in any order, in one file or merged before, they give the same bytes.
splits() {
	for n in 1 2 3 7 20 64; do
		t "${1##*/} $2: $n parts" 0 ". $R/tests/merge.sh && parts $n $1 '$2' 2>/dev/null && $tool -p $2 $1 >whole 2>whole.err
			$tool -p --merge part.*.gz >o 2>o.err && awk -v tol=1e-13 -f $R/tests/close.awk whole o &&
			sed '/empty in/d' whole.err >want && sed '/empty key in/d' o.err | cmp - want && test \$(grep -c empty whole.err) = \$(grep -c empty o.err) &&
			ls -r part.*.gz | xargs $tool -p --merge 2>/dev/null | cmp - o &&
			cat part.*.gz | $tool --merge --save-state >all.gz && $tool -p --merge all.gz 2>/dev/null | cmp - o &&
			$tool --merge --save-state part.*.gz | zcat >a.csv && ls -r part.*.gz | xargs $tool --merge --save-state | zcat | cmp - a.csv" ''
	done
}

# no 'WHAT' 'COMMAND' 'MESSAGE'
no() {
	t "$1" 1 "$2" '' "$tool: $3"
}
