# examples.awk - writes N.cmd and N.out for the Nth command of the literal blocks of a
# page, outside EXAMPLES too with -v all=1: what is typed, and what it shows.
BEGIN {
	glyph["aq"] = "\047"; glyph["dq"] = "\""; glyph["em"] = "\342\200\224"
	glyph["ga"] = "`"; glyph["ha"] = "^"; glyph["rs"] = "\\"
	glyph["S2"] = "\302\262"; glyph["ti"] = "~"
}
function text(s,	i, c, t) {
	for (t = ""; (i = index(s, "\\")) > 0; s = substr(s, i + (c ~ /^[(]/ ? 4 : 2))) {
		c = substr(s, i + 1, 1)
		c = c == "(" ? substr(s, i + 1, 3) : c
		t = t substr(s, 1, i - 1)
		if (c ~ /^[(]/ && substr(c, 2) in glyph)
			t = t glyph[substr(c, 2)]
		else if (c != "&")
			t = t (c == "e" ? "\\" : c == "-" ? "-" : "?" c "?")
	}
	return t s
}
function begin(s) {
	if (n++ > 0) {
		close(cmd)
		close(out)
	}
	cmd = n ".cmd"
	out = n ".out"
	print s >cmd
	printf "" >out
}
/^\.Sh / { here = all || $2 == "EXAMPLES" }
/^\.Bd .*-literal/ { literal = here; n0 = n }
/^\.Ed/ { literal = 0 }
!literal || /^\.(Bd|Ed|\\")/ { next }
/^\$ / { begin(text(substr($0, 3))); more = 1; next }
/^> / && more { print text(substr($0, 3)) >cmd; next }
n > n0 { print text($0) >out; more = 0 }
