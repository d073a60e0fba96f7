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

# as_whole TABLE 'OPTIONS' N - merged, the parts say and warn of what the whole does.
as_whole() {
	parts "$3" "$1" "$2" 2>/dev/null && eval "$tool -p $2 $1" >whole 2>whole.err &&
		$tool -p --merge part.*.gz >o 2>o.err && awk -v tol=1e-13 -f "$R/tests/close.awk" whole o || return 1
	# Rows without a key are counted by file in the one, altogether in the other.
	sed '/empty in/d' whole.err >want
	sed '/empty key in/d' o.err | cmp - want && [ "$(grep -c empty whole.err)" = "$(grep -c empty o.err)" ]
}

# any_order - in any order, in one file or merged before, they give the same bytes.
any_order() {
	ls -r part.*.gz | xargs $tool -p --merge 2>/dev/null | cmp - o || return 1
	cat part.*.gz | $tool --merge --save-state >all.gz && $tool -p --merge all.gz 2>/dev/null | cmp - o || return 1
	$tool --merge --save-state part.*.gz | zcat >a.csv || return 1
	ls -r part.*.gz | xargs $tool --merge --save-state | zcat | cmp - a.csv
}

# in_steps - a tree of merges is the flat one but for rounding.
in_steps() {
	$tool --merge --save-state part.00.csv.gz part.02.csv.gz >even.gz &&
		$tool --merge --save-state part.01.csv.gz even.gz >tree.gz && $tool -p --merge tree.gz 2>/dev/null >tree &&
		$tool -p --merge part.0[0-2].csv.gz 2>/dev/null | awk -v tol=1e-13 -f "$R/tests/close.awk" - tree
}

# splits TABLE 'OPTIONS' - both, for several numbers of parts.
splits() {
	for n in 1 2 3 7 20 64; do
		t "${1##*/} $2: $n parts" 0 "as_whole $1 '$2' $n && any_order" ''
		test $n != 3 || t "${1##*/} $2: in steps" 0 in_steps ''
	done
}

# no 'WHAT' 'COMMAND' 'MESSAGE'
no() {
	t "$1" 1 "$2" '' "$tool: $3"
}
