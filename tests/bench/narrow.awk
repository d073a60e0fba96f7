# Fourteen correlations by updated means, as in Welford 1962.
NR > 1 {
	n++
	for (j = 4; j <= 12; j++) {
		d[j] = $j - m[j]
		m[j] += d[j] / n
		s[j] += d[j] * ($j - m[j])
	}
	for (y = 4; y <= 5; y++)
		for (x = 6; x <= 12; x++)
			c[y, x] += d[y] * ($x - m[x])
}
END {
	for (y = 4; y <= 5; y++)
		for (x = 6; x <= 12; x++)
			print y, x, c[y, x] / (sqrt(s[y]) * sqrt(s[x]))
}
