# text.awk - texts and numbers, as HTML and as the shell has them.  Every text that comes from a
# table goes through name or esc; numbers are formatted by r2, sig or pval.  Nothing else of a
# table is written.  Only what POSIX has of awk is used, and no function of mathematics.

function esc(s) {
	if (s ~ /[^ -~]/)
		s = visible(s)
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s)
	gsub(/"/, "\\&quot;", s)
	return s
}

# lines(s) - a command, which may have several.
function lines(s,   n, i, a, t) {
	n = split(s, a, "\n")
	for (i = 1; i <= n; i++)
		t = t (i > 1 ? "\n" : "") esc(a[i])
	return t
}

# name(s) - of texts longer than 60 bytes the beginning.
function name(s,   n) {
	if (length(s) <= 60)
		return esc(s)
	for (n = 60; n > 56 && ORD[substr(s, n + 1, 1)] >= 128 && ORD[substr(s, n + 1, 1)] < 192; n--)
		;
	return esc(substr(s, 1, n)) "…"
}

# visible(s) - what a page may not have (control characters, bytes that are no UTF-8, marks
# that turn the direction of letters) as \n or \x1b.
function visible(s,   i, k, b, t) {
	for (i = 1; i <= length(s); i += k) {
		b = ORD[substr(s, i, 1)]
		k = character(s, i, b)
		if (k > 0)
			t = t substr(s, i, k)
		else {
			k = 1
			t = t (b == 10 ? "\\n" : b == 9 ? "\\t" : b == 13 ? "\\r" : sprintf("\\x%02x", b))
		}
	}
	return t
}

# character(s, i, b) - the length of the character that begins there with byte b, 0 if it is
# none that may be shown.
function character(s, i, b,   c, d, e) {
	if (b < 128)
		return b >= 32 && b < 127
	c = ORD[substr(s, i + 1, 1)]
	d = ORD[substr(s, i + 2, 1)]
	e = ORD[substr(s, i + 3, 1)]
	if (b < 194 || b > 244 || c < 128 || c > 191)
		return 0
	if (b < 224)
		return b == 194 && c < 160 ? 0 : 2
	if (d < 128 || d > 191)
		return 0
	if (b < 240) {
		if (b == 224 && c < 160 || b == 237 && c > 159)
			return 0
		if (b == 226 && (c == 128 && (d == 142 || d == 143 || d > 167 && d < 175) || c == 129 && d > 165 && d < 170))
			return 0
		if (b == 239 && (c == 191 && d > 189 || c == 183 && d > 143 && d < 176))
			return 0
		return 3
	}
	if (e < 128 || e > 191 || b == 240 && c < 144 || b == 244 && c > 143)
		return 0
	return c % 16 == 15 && d == 191 && e > 189 ? 0 : 4
}

# quoted(s) - for the shell.
function quoted(s,   i, b, t, k) {
	t = s
	gsub(/\n/, "", t)
	if (t !~ /[^ -~]/ || visible(t) == t) {
		gsub(/'/, "'\\''", s)
		return "'" s "'"
	}
	t = ""
	for (i = 1; i <= length(s); i += k) {
		b = ORD[substr(s, i, 1)]
		k = character(s, i, b)
		if (k > 0 && b != 37 && b != 39 && b != 92)
			t = t substr(s, i, k)
		else if (b == 37)
			t = t "%%"
		else {
			k = 1
			t = t sprintf("\\%03o", b)
		}
	}
	return "\"$(printf '" t "')\""
}

function minus(s) {
	sub(/^-/, "−", s)
	return s
}

# r2(v) - a correlation or a share, two decimals.
function r2(v,   s) {
	if (v == "")
		return "–"
	s = sprintf("%.2f", v + 0)
	return minus(s == "-0.00" ? "0.00" : s)
}

# sig(v, d) - d significant digits, for HTML.
function sig(v, d,   s, k) {
	if (v == "")
		return "–"
	s = sprintf("%." d "g", v + 0)
	if ((k = index(s, "e")) > 0)
		return minus(substr(s, 1, k - 1)) " × 10<sup>" minus(sprintf("%d", substr(s, k + 1))) "</sup>"
	return minus(s)
}

# plain(v) - the same for attributes and titles.
function plain(v) {
	return v == "" ? "missing" : minus(sprintf("%.4g", v + 0))
}

# pval(v) - a probability, two digits, zeros among them.
function pval(v) {
	if (v == "")
		return "–"
	return v + 0 >= 1e-4 ? sprintf("%#.2g", v + 0) : sig(v, 2)
}

# p_is(v) - "p = 0.03", "p unknown".
function p_is(v) {
	return v == "" ? "no p" : "p = " pval(v)
}

function plural(n, one, many) {
	return n " " (n == 1 ? one : many == "" ? one "s" : many)
}

function numeric(s) {
	return s ~ /^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$/
}

function missing(s) {
	return s == "" || s == "NA" || s == "NaN" || s == "nan" || s == "null"
}

function abs(v) {
	return v < 0 ? -v : v + 0
}

function square(v) {
	return v*v
}

# root(v) - by Newton, for the awk of busybox need not have sqrt; to the digits that are shown.
function root(v,   x, i) {
	for (x = v > 1 ? v : 1; i < 200 && x*x > v*(1 + 1e-12); i++)
		x = (x + v/x)/2
	return x
}

# sort(a, n) - a[1..n], numbers, ascending (heapsort).
function sort(a, n,   i, t) {
	for (i = int(n / 2); i >= 1; i--)
		sift(a, i, n)
	for (i = n; i > 1; i--) {
		t = a[1]; a[1] = a[i]; a[i] = t
		sift(a, 1, i - 1)
	}
}

function sift(a, i, n,   j, t) {
	t = a[i]
	while ((j = 2*i) <= n) {
		if (j < n && a[j] < a[j + 1])
			j++
		if (t >= a[j])
			break
		a[i] = a[j]
		i = j
	}
	a[i] = t
}

# quantile(a, n, p) - of sorted numbers, R's type 7.
function quantile(a, n, p,   h, k) {
	h = (n - 1)*p + 1
	k = int(h)
	return k >= n ? a[n] : a[k] + (h - k)*(a[k + 1] - a[k])
}
