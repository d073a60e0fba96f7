# correlations.awk - the section on correlations.

# responses() - Y[1..the result], in the order of the table groups; XS_[y, 1..NX[y]], the
# predictors of y, those with the largest |r| over all rows first.
function responses(   i, k, n, y, seen, t) {
	t = "groups"
	load(t, NGROUP)
	for (i = 1; i <= R[t]; i++) {
		if (K[t, i] != ALL)
			continue
		y = V[t, i, "y"]
		if (!(y in seen)) {
			seen[y] = 1
			Y[++n] = y
			NX[y] = 0
		}
		for (k = ++NX[y]; k > 1 && above(V[t, i, "r"], of(t, ALL, y, X[y, k - 1], "r")); k--)
			X[y, k] = X[y, k - 1]
		X[y, k] = V[t, i, "x"]
	}
	return NY = n
}

# above(a, b) - whether |a| is larger; what is undefined comes last.
function above(a, b) {
	return a != "" && (b == "" || abs(a) > abs(b))
}

# bar(low, mid, high, from, to) - an interval as a picture.
function bar(low, mid, high, from, to,   s) {
	if (mid == "" || to <= from)
		return ""
	s = "<svg class=bar role=\"img\" width=\"120\" height=\"18\" viewBox=\"0 0 120 18\" aria-label=\"" \
		(low == "" ? plain(mid) : plain(mid) ", from " plain(low) " to " plain(high)) "\">"
	if (from <= 0 && to >= 0)
		s = s "<line class=z x1=\"" at(0, from, to) "\" x2=\"" at(0, from, to) "\" y1=\"0\" y2=\"18\"/>"
	if (low != "")
		s = s "<line x1=\"" at(low, from, to) "\" x2=\"" at(high, from, to) "\" y1=\"9\" y2=\"9\"/>"
	return s "<circle cx=\"" at(mid, from, to) "\" cy=\"9\" r=\"4\"/></svg>"
}

function at(v, from, to) {
	return sprintf("%.1f", 5 + 110*(v - from)/(to - from))
}

function correlations(   k) {
	print "<section id=\"correlations\">\n<h2>Correlations</h2>"
	print "<p>Pearson’s r over all heads, the largest |r| first unless another order is chosen. Interval, p and q take heads for independent draws." \
		(S["layers"] > 1 ? " Heads of a layer are not: the p to the right are those of layers as clusters, over all heads and with the mean of each layer taken out" \
		(S["few"] ? "" : " (there of heads as independent draws within layers: " S["layers"] " layers would take long)") "." : "") \
		" p<sub>max</sub> is the probability of so large an |r| of any predictor, if the response were dealt to the heads" (S["layers"] > 1 ? " of each layer" : "") " anew.</p>"
	for (k = 1; k <= NY; k++)
		correlation(Y[k])
	print made("corr", "within")
	if (S["group"] != "") {
		print "<div class=flow>"
		for (k = 1; k <= NY; k++)
			grid(Y[k])
		print "</div>"
	}
	html("forest")
	if (S["pool"] != "")
		pooled()
	print "<div class=figures>"
	for (k = 1; k <= NY; k++)
		html("scatter-" k)
	print "</div>"
	print "</section>"
}

function correlation(y,   i, k, x, many) {
	many = S["layers"] > 1
	k = many ? 5 : 2
	split("", SORT)
	for (i = 1; i <= NX[y]; i++) {
		x = X[y, i]
		SORT[1, i] = down(of("groups", ALL, y, x, "r"))
		SORT[2, i] = up(of("groups", ALL, y, x, "p"))
		if (many) {
			SORT[3, i] = up(of("layers", "", y, x, "p"))
			SORT[4, i] = afar(of("within", "", y, x, "r"))
			SORT[5, i] = up(of("within", "", y, x, "p"))
		}
		SORT[k + 1, i] = up(of("perm", "", y, x, "p_max"))
		SORT[k + 2, i] = x ""
	}
	print "<h3>" name(y) "</h3>"
	sortable("|r|;r;p" (many ? ";p of layers;|r| within layers;p within layers" : "") ";p<sub>max</sub>;name", NX[y], many ? 11 : 8)
	print roles("<thead>" (many ? "<tr class=over><th><th colspan=6 style=\"grid-column:span 6\" scope=colgroup>heads as independent draws<th>layers" \
		"<th colspan=3 style=\"grid-column:span 3\" scope=colgroup>within layers" : ""))
	print roles("<tr><th class=t>predictor<th>r<th class=a>−1<span>1</span><th>95 % interval<th>n<th>p<th>q" (many ? "<th>p<th>r<th>p" : "") \
		"<th>p<sub>max</sub>")
	print roles("</thead><tbody>")
	for (i = 1; i <= NX[y]; i++) {
		x = X[y, i]
		print roles("<tr" places(i, NX[y]) "><th class=t scope=row>" name(x) row_of("groups", ALL, y, x) "<td>" of("groups", ALL, y, x, "n") \
			"<td>" pval(of("groups", ALL, y, x, "p")) "<td>" pval(of("groups", ALL, y, x, "q")) \
			(many ? "<td>" pval(of("layers", "", y, x, "p")) "<td>" r2(of("within", "", y, x, "r")) "<td>" pval(of("within", "", y, x, "p")) : "") \
			"<td>" pval(of("perm", "", y, x, "p_max")))
	}
	print "</tbody></table></div></div>"
}

# sortable(orders, n, cols) - begins a table of n rows, whose orders are those named: the
# first is the one in which they are written, and of each other SORT[k, i] is the key of row i, a
# number or a text.  A browser that can lays the rows out anew when one is chosen (style.css).
function sortable(orders, n, cols,   k, a) {
	NSORT = split(orders, a, ";") - 1
	print "<div class=sort>"
	if (n > 1) {
		TABLES++
		print "<div class=keys role=radiogroup aria-label=\"sorted by\" hidden>sorted by"
		for (k = 0; k <= NSORT; k++)
			print "<label><input type=radio name=sort" TABLES (k ? " class=k" k : " checked") ">" a[k + 1] "</label>"
		print "</div>"
	}
	print "<div class=scroll><table role=table style=\"--cols:" cols "\">"
}

# places(i, n) - of row i of n, for each key how many rows come before it: equal ones share their
# place, and stay in the order in which they are written.
function places(i, n,   j, k, c, s) {
	for (k = 1; k <= NSORT; k++) {
		for (j = 1; j <= n; j++)
			c[k] += before(SORT[k, j], SORT[k, i])
		s = s (k > 1 ? ";" : "") "--k" k ":" c[k]
	}
	return " style=\"" s "\""
}

# before(a, b) - what is missing comes last.
function before(a, b) {
	return a != "" && (b == "" || a < b)
}

# Keys of numbers: the least first, the greatest, the farthest from 0.
function up(v) {
	return v == "" ? "" : v + 0
}

function down(v) {
	return v == "" ? "" : -v
}

function afar(v) {
	return v == "" ? "" : -abs(v)
}

# roles(s) - what the parts of a table are, for what is laid out as a grid may not be one else.
function roles(s) {
	gsub(/<(thead|tbody)/, "& role=rowgroup", s)
	gsub(/<tr/, "& role=row", s)
	gsub(/<td/, "& role=cell", s)
	gsub(/<th /, "&role=columnheader ", s)
	gsub(/<th>/, "<th role=columnheader>", s)
	gsub(/columnheader class=t scope=row/, "rowheader class=t scope=row", s)
	return s
}

# row_of(t, key, y, x) - r, its interval as a picture and in numbers.
function row_of(t, key, y, x,   r, low, high) {
	r = of(t, key, y, x, "r")
	low = of(t, key, y, x, "ci_low")
	high = of(t, key, y, x, "ci_high")
	return "<td>" r2(r) "<td class=b>" bar(low, r, high, -1, 1) "<td>" interval(low, high)
}

function interval(low, high) {
	return low == "" ? "–" : r2(low) " to " r2(high)
}

# groups_of(t) - G[1..the result], the keys of table t but ALL, in its order.
function groups_of(t,   i, n, seen) {
	for (i = 1; i <= R[t]; i++)
		if (K[t, i] != ALL && !(K[t, i] in seen)) {
			seen[K[t, i]] = 1
			G[++n] = K[t, i]
		}
	return n
}

# grid(y) - r by group.
function grid(y,   i, g, n) {
	n = groups_of("groups")
	if (n > 24) {
		print "<p class=note>There are " n " groups, too many for a table of r by group.</p>"
		return
	}
	print "<div class=scroll><table><caption>r with " name(y) ", in all rows and by " by_what() "</caption><thead><tr><th class=t>predictor" \
		"<th>all"
	for (g = 1; g <= n; g++)
		print "<th>" name(G[g])
	print "</thead><tbody>"
	for (i = 1; i <= NX[y]; i++) {
		print "<tr><th class=t scope=row>" name(X[y, i]) tinted(of("groups", ALL, y, X[y, i], "r"))
		for (g = 1; g <= n; g++)
			print tinted(of("groups", G[g], y, X[y, i], "r"))
		print
	}
	print "</tbody></table></div>"
}

function by_what() {
	return code_list(S["group"])
}

# tinted(r) - a cell of the colour that r has.
function tinted(r) {
	r = r == "" ? r : r + 0
	if (r == "")
		return "<td class=c>–"
	return "<td class=c style=\"background:rgba(" (r < 0 ? "58,129,208" : "214,84,64") "," sprintf("%.2f", abs(r)*.6) ")\">" r2(r)
}

# pooled() - over models, by random effects.
function pooled(   k, i, y, x, t, key, keys) {
	t = "pool"
	load(t, split(S["vary"], keys, ","))
	key = ""
	for (i = 1; i <= R[t] && key == ""; i++)
		if (K[t, i] ~ /^pooled/)
			key = K[t, i]
	if (key == "")
		return
	print "<h3>Across models</h3>\n<p>Each model has its own r. Their mean by random effects, how much of their differences is between models (I²), and " \
		"where r of a further model is to be expected, which takes three models at least.</p>"
	for (k = 1; k <= NY; k++) {
		y = Y[k]
		split("", SORT)
		for (i = 1; i <= NX[y]; i++) {
			x = X[y, i]
			SORT[1, i] = afar(of(t, key, y, x, "r"))
			SORT[2, i] = down(of(t, key, y, x, "r"))
			SORT[3, i] = up(of(t, key, y, x, "p"))
			SORT[4, i] = up(of(t, key, y, x, "i2"))
			SORT[5, i] = x ""
		}
		sortable("|r| over all;|mean r|;mean r;p;I²;name", NX[y], 8)
		print roles("<caption>" name(y) (S["vary"] ~ /,/ ? ", " name(key) : "") "</caption><thead><tr><th class=t>predictor<th>mean r" \
			"<th class=a>−1<span>1</span><th>95 % interval<th>p<th>models<th>I²" \
			"<th>in the next model</thead><tbody>")
		for (i = 1; i <= NX[y]; i++) {
			x = X[y, i]
			print roles("<tr" places(i, NX[y]) "><th class=t scope=row>" name(x) row_of(t, key, y, x) "<td>" pval(of(t, key, y, x, "p")) \
				"<td>" of(t, key, y, x, "k") "<td>" r2(of(t, key, y, x, "i2")) "<td>" \
				interval(of(t, key, y, x, "pred_low"), of(t, key, y, x, "pred_high")))
		}
		print "</tbody></table></div></div>"
	}
	print made("pool")
}

# strongest() - for the shell: T/responses, of each response its number, how it is named and
# the column that goes with it most closely (- if there is none to draw); T/profile, columns
# for that picture.
function strongest(   k, i, x, y, n, p, list) {
	for (k = 1; k <= NY; k++) {
		y = Y[k]
		for (i = 1; i <= NX[y] && !(X[y, i] in C); i++)
			;
		x = i <= NX[y] && y in C && of("groups", ALL, y, X[y, i], "r") != "" ? X[y, i] : ""
		print k, (x == "" ? "-" : ref(C[x])), (y in C ? ref(C[y]) : y) >(T "/responses")
		print "Of the regression of " name(y) ": residuals against fitted values, standardised residuals against normal quantiles, Cook’s distance row by row" >(T "/residuals-" k ".alt")
		if (x != "") {
			r_alt(y, x, "scatter-" k)
			if (n < 6 && !(y in p)) {
				p[y] = 1
				list = list (n++ ? "," : "") ref(C[y])
			}
			if (n < 6 && !(x in p)) {
				p[x] = 1
				list = list (n++ ? "," : "") ref(C[x])
			}
		}
	}
	if (n) {
		print list >(T "/profile")
		print "Mean and range of some columns over the layers: " esc(list) >(T "/profile.alt")
	}
}

# r_alt(y, x, fig) - what a scatter says, for who does not see it.
function r_alt(y, x, fig) {
	print "Scatter of " name(y) " against " name(x) " with the line of least squares: r = " r2(of("groups", ALL, y, x, "r")) ", 95 % interval " \
		interval(of("groups", ALL, y, x, "ci_low"), of("groups", ALL, y, x, "ci_high")) ", n = " of("groups", ALL, y, x, "n") >(T "/" fig ".alt")
}
