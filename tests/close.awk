# close.awk - two plain tables say the same: awk -v tol=1e-10 -f close.awk A B
# Numbers within tol of each other, relative or absolute below 1; other fields
# equal.  Columns that only B has, behind those of A, do not count.
BEGIN { FS = "," }
FNR == 1 { file++ }
file == 1 { line[FNR] = $0; n = FNR; next }
{
	m = split(line[FNR], a, ",")
	for (i = 1; i <= m; i++) {
		if (a[i] == $i)
			continue
		x = a[i] + 0; y = $i + 0; d = x - y; s = x < 0 ? -x : x
		if (d < 0) d = -d
		if (a[i] !~ /^[-+.0-9e]+$/ || $i !~ /^[-+.0-9e]+$/ || d > tol * s) {
			printf "line %d, field %d: %s is not %s\n", FNR, i, $i, a[i]
			bad = 1
		}
	}
}
END { if (FNR != n) { printf "%d lines, not %d\n", FNR, n; bad = 1 }; exit bad }
