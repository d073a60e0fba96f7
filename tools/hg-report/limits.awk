# limits.awk - what the numbers do not show, each with the figures of this table.

function limits() {
	print "<section id=\"limits\">\n<h2>What the numbers do not show</h2>"
	impossible()
	if (NY) {
		load("holm", NGROUP)
		load("fit", 0)
		clusters_limit()
		keys_limit()
		tests_limit()
		models_limit()
		prediction_limit()
		missing_limit()
	} else
		nothing_limit()
	print "</section>"
}

# impossible() - values that the definitions of their columns rule out, by more than rounding;
# a head of zeros has 0 in all of them.
function impossible(   i, r, v, n, first, s, range) {
	for (i = 1; i <= COLS; i++) {
		if (!(N[i] in RANGE) || ISFACT[N[i]])
			continue
		split(RANGE[N[i]], range, " ")
		n = 0
		for (r = 1; r <= ROWS; r++) {
			v = VAL[i, r]
			if (numeric(v) && v + 0 != 0 && (v + 0 < range[1] - 1e-5 || range[2] != "" && v + 0 > range[2] + 1e-5) && n++ == 0)
				first = r
		}
		if (n)
			s = s "<li>" name(N[i]) ": " plural(n, "value", "values") " of " ROWS (range[2] == "" ? " below " range[1] : " not from " range[1] " to " range[2]) \
				", the first " sig(VAL[i, first], 4) " in layer " L[first] ", head " H[first] (MODELS > 1 ? " of " name(LABEL[M[first]]) : "") ".</li>\n"
	}
	if (s != "")
		print "<h3>Impossible values</h3>\n<p>By the <a href=\"#methods\">definitions</a> of these columns no head has such values: the table is wrong, or means something else by " \
			"the names. Nothing was left out for it.</p>\n<ul>\n" s "</ul>"
}

# below(t, key, what) - how many of the table's p (q) are below 0.05, COUNT of how many.
function below(t, key, what,   i, n) {
	COUNT = 0
	for (i = 1; i <= R[t]; i++)
		if ((key == "*" || K[t, i] == key) && V[t, i, what] != "") {
			COUNT++
			n += V[t, i, what] + 0 < .05
		}
	return n + 0
}

function clusters_limit(   i, a, b, low, high, d, k) {
	if (S["layers"] < 2)
		return
	print "<h3>Heads of a layer are not independent</h3>"
	b = below("layers", "", "p")
	a = below("groups", ALL, "p")
	for (i = 1; i <= R["layers"]; i++) {
		d = V["layers", i, "df"]
		if (d != "" && (low == "" || d + 0 < low + 0))
			low = d
		if (d != "" && (high == "" || d + 0 > high + 0))
			high = d
	}
	print "<p>" ROWS " heads lie in " S["layers"] " layers, and those of one layer read the same input. With heads as independent draws " a " of " COUNT \
		" correlations over all heads have p &lt; 0.05, with layers as clusters " b (low == "" ? "" : "; their degrees of freedom, " \
		(sig(low, 2) == sig(high, 2) ? sig(low, 2) : "from " sig(low, 2) " to " sig(high, 2)) ", say how much " S["layers"] " layers tell") \
		(few(S["layers"]) == "" ? "" : ". " S["layers"] " are too few for a p to rest on") ".</p>"
	for (k = 1; k <= NY; k++)
		apart(Y[k])
	html("profile")
}

# apart(y) - how r within layers differs from r over all, and how much lies between layers.
function apart(y,   i, x, best, d, far, a, b) {
	far = 0
	for (i = 1; i <= NX[y]; i++) {
		a = of("groups", ALL, y, X[y, i], "r")
		b = of("within", "", y, X[y, i], "r")
		d = a == "" || b == "" ? 0 : abs(a - b)
		if (d > far) {
			far = d
			best = i
		}
	}
	if (far == 0)
		return
	x = X[y, 1]
	print "<ul><li>" name(x) " and " name(y) ": r = " r2(of("groups", ALL, y, x, "r")) " over all heads, " r2(of("within", "", y, x, "r")) " within layers" \
		between(y) between(x) ".</li>"
	if (best > 1) {
		x = X[y, best]
		print "<li>" name(x) " and " name(y) ", which differ most: " r2(of("groups", ALL, y, x, "r")) " over all heads, " r2(of("within", "", y, x, "r")) \
			" within layers" between(x) ".</li>"
	}
	print "</ul>"
}

# between(what) - the share of a column's variance that lies between layers.
function between(what,   c, r, k, n, sum, num, all, m, ss, sw) {
	if (!(what in C))
		return ""
	c = C[what]
	for (r = 1; r <= ROWS; r++)
		if (numeric(VAL[c, r])) {
			k = M[r] SUBSEP L[r]
			sum[k] += VAL[c, r]
			num[k]++
			all += VAL[c, r]
			n++
		}
	for (r = 1; r <= ROWS; r++)
		if (numeric(VAL[c, r])) {
			k = M[r] SUBSEP L[r]
			ss += square(VAL[c, r] - all/n)
			sw += square(VAL[c, r] - sum[k]/num[k])
		}
	return ss > 0 ? "; " sprintf("%.0f", 100*(1 - sw/ss)) " % of the variance of " name(what) " lies between layers" : ""
}

function keys_limit(   a, b) {
	if (S["keys"] == "") {
		if ("kv_head" in C)
			return
		print "<h3>Shared keys</h3>\n<p>The table has no column <code>kv_head</code>: whether heads share a key head, and so half of M, it does not say.</p>"
		return
	}
	load("keys", 0)
	shared()
	a = below("groups", ALL, "p")
	b = below("keys", "", "p")
	print "<h3>Heads share keys</h3>\n<p>" ROWS " heads have " KEYS " key heads between them, " sprintf("%.3g", ROWS/KEYS) " each on average: half of M is the same in all " \
		"heads of a key, so these rows are not independent, whatever their layer. With key heads as clusters" few(KEYS) (KEYS < 4 ? ", " : " ") b " of " COUNT " correlations have p &lt; 0.05; " \
		"with heads as independent draws " a ".</p>" made("keys")
}

function tests_limit(   m, a, q, h, k, p, i, x, y) {
	a = below("groups", "*", "p")
	m = COUNT
	q = below("groups", "*", "q")
	h = below("holm", "*", "q")
	print "<h3>Many tests</h3>\n<p>The tables above have " plural(m, "correlation") " with a p, over all heads" (S["group"] == "" ? "" : " and by " by_what()) \
		". If nothing went with anything, " sprintf("%.2g", .05*m) " of them would be expected below 0.05; " plural(a, "is", "are") ". " plural(q, "has", "have") " q &lt; 0.05 (Benjamini and Hochberg, among the " \
		"predictors of one response and group), " plural(h, "stays", "stay") " below after Holm’s correction" (m == 1 ? "" : " for all " m) ". These p take heads for independent.</p>"
	for (k = 1; k <= NY; k++) {
		y = Y[k]
		x = X[y, 1]
		p = of("perm", "", y, x, "p_max")
		if (p != "")
			print "<ul><li>" name(x) " is the " (NX[y] > 1 ? "closest of " NX[y] " to " : "only predictor of ") name(y) ": " (S["layers"] > 1 ? "within layers " : "") "a largest |r| as large as its own comes with probability " pval(p) \
				" if the values of " name(y) " are dealt to the heads" (S["layers"] > 1 ? " of each layer" : "") " anew (999 times)" (NX[y] > 1 ? ", however close the predictors are to each other" : "") ".</li></ul>"
	}
	print made("tests")
}

function models_limit(   k, y, x, g, n, r, lo, hi) {
	if (S["models"] < 2) {
		print "<h3>One model</h3>\n<p>All " ROWS " heads are of one model: p speaks of heads like these, not of another model.</p>"
		return
	}
	print "<h3>Several models in one table</h3>\n<ul>"
	n = groups_of("groups")
	for (k = 1; k <= NY; k++) {
		y = Y[k]
		x = X[y, 1]
		lo = hi = ""
		for (g = 1; g <= n; g++) {
			r = of("groups", G[g], y, x, "r")
			if (r == "")
				continue
			if (lo == "" || r + 0 < lo + 0)
				lo = r
			if (hi == "" || r + 0 > hi + 0)
				hi = r
		}
		print "<li>" name(x) " and " name(y) ": r = " r2(of("groups", ALL, y, x, "r")) " over all rows, which mixes what differs between models with what differs within them; in the " n \
			" models alone from " r2(lo) " to " r2(hi) (S["layers"] > 1 ? "; within layers, which are within models, " r2(of("within", "", y, x, "r")) : "") ".</li>"
	}
	print "</ul>\n<p>" (n < 3 ? "From two models nothing is to be said of a third." : "Where a further model is expected stands under <a href=\"#correlations\">Correlations</a>.") "</p>"
}

function prediction_limit(   k, y, s) {
	for (k = 1; k <= NY; k++) {
		y = Y[k]
		if (of("fit", "", y, "", "r_squared_cross") != "")
			s = s "<li>" name(y) ": R² = " r2(of("fit", "", y, "", "r_squared")) " in the layers that were fitted, " r2(of("fit", "", y, "", "r_squared_cross")) \
				" in each layer predicted from the others (" of("fit", "", y, "", "folds") " folds).</li>\n"
	}
	if (s != "")
		print "<h3>A layer that was not looked at</h3>\n<ul>\n" s "</ul>"
}

function missing_limit(   i, t, n, low) {
	t = "groups"
	for (i = 1; i <= R[t]; i++)
		if (K[t, i] == ALL && V[t, i, "missing"] + 0 > 0) {
			n++
			if (low == "" || V[t, i, "n"] + 0 < low)
				low = V[t, i, "n"] + 0
		}
	if (n)
		print "<h3>Missing values</h3>\n<p>" plural(n, "correlation lacks", "correlations lack") " rows, the least has " low " of " ROWS ": they are not all of the same heads. " \
			"If what is missing depends on what would have been measured, r is of the rest.</p>"
}

# nothing_limit() - of a table without a response, or without geometry.
function nothing_limit() {
	if (S["y"] == "" && YS == "")
		print "<h3>Nothing was measured</h3>\n<p>The table has neither <code>entropy</code> nor <code>logit_std</code>, so that nothing can be said of what the heads do. " \
			"<code>hg-measure MODEL TOKENS</code> measures them, and <code>hg-extract --with</code> or <code>hg-cat --with</code> joins them; <code>-y</code> names other columns.</p>"
	if (shared())
		print "<h3>Heads share keys</h3>\n<p>" ROWS " heads have " KEYS " key heads between them: half of M is the same in all heads of a key.</p>"
	if (S["described"] == 0 && !S["spectrum"])
		print "<h3>No geometry</h3>\n<p>The table has neither singular values (<code>hg-extract</code>) nor descriptors of them (<code>hg-describe</code>).</p>"
}

function geometry() {
	print "<section id=\"geometry\">\n<h2>Geometry alone</h2>"
	if (S["y"] == "" && YS == "")
		print "<p>Nothing was measured in this table; what can be told is how the descriptors lie and go with each other.</p>"
	matrix()
	print "</section>"
}

function spectra() {
	if (!exists(T "/spectrum.html"))
		return
	print "<section id=\"spectra\">\n<h2>Spectra</h2>"
	html("spectrum")
	print "</section>"
}
