# r and p beside 120 digits: r next to 1, constant and dependent controls, a row far
# off with next to no weight (tests/data/exact/gen_exact.py).
. tests/lib.sh
D=$R/tests/data/exact

# spelled 'OPTIONS' - with commas in lists, as the programs read them.
spelled() {
	echo "$1" | sed 's/ \([^-]\)/,\1/g; s/\(-[a-z]\),/\1 /g'
}

# differs 'r' 'p' - of the table on standard input, what is not these; where 1 - r^2 is
# near the rounding of double-doubles p has fewer digits.
differs() {
	awk -F, -v r="$1" -v p="$2" '
	function off(x, y) { return y == 0 ? x != 0 : (x - y) / y < 0 ? (y - x) / y : (x - y) / y }
	NR == 1 { for (i = 1; i <= NF; i++) col[$i] = i; next }
	{ gr = $col["r"]; gp = $col["p"] }
	off(gr, r) > 1e-15 { print "r " gr ", not " r }
	off(gp, p) > (p > 1e-40 ? 1e-10 : 1e-5) && p > 1e-300 { print "p " gp ", not " p }
	p <= 1e-300 && gp > 1e-290 { print "p " gp ", not " p }
	END { if (NR != 2) print NR " lines" }'
}

tail -n +2 "$D/want.csv" | while IFS=, read -r table options _ r p; do
	options=$(spelled "$options")
	hg-correlate -p -g '' $options "$D/$table.csv" | differs "$r" "$p" >"$W/said"
	if [ -s "$W/said" ]; then
		echo "not ok - $table $options: $(cat "$W/said")"
	else
		echo "ok - $table $options"
	fi
done
t 'r does not depend on the order of rows' 0 "hg-correlate -p -x x -y y -w w $D/weight.csv >a
	(head -n 1 $D/weight.csv; tail -n +3 $D/weight.csv; sed -n 2p $D/weight.csv) | hg-correlate -p -x x -y y -w w | cmp a -"
