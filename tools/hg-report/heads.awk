# heads.awk - the heads that decide: influence on the regressions.

# read_rows(i) - what hg-regress says of the rows of response i: Q[r, what].
function read_rows(i,   file, n, r, k, w) {
	file = T "/rows-" i ".csv"
	split("fitted residual hat std_residual cooks_d", w, " ")
	rec(file)
	USED = 0
	for (r = 1; (n = rec(file)) > 0; r++) {
		for (k = 1; k <= 5; k++)
			Q[r, w[k]] = F[n - 5 + k]
		USED += Q[r, "cooks_d"] != ""
	}
	close(file)
	return r - 1
}

# flag(i) - for the shell, in T/flag-i: the limit, whether a head is above it, and the rows of
# those with the greatest distance, at most five.
function flag(i,   n, r, k, best, m, limit) {
	n = read_rows(i)
	if (USED == 0)
		return
	limit = 4/USED
	for (r = 1; r <= n; r++)
		if (Q[r, "cooks_d"] != "" && Q[r, "cooks_d"] + 0 > limit) {
			ABOVE++
			for (k = ++m; k > 1 && Q[r, "cooks_d"] + 0 > Q[best[k - 1], "cooks_d"] + 0; k--)
				best[k] = best[k - 1]
			best[k] = r
			if (m > 5)
				m = 5
		}
	printf "limit %.17g\n", limit >(T "/flag-" i)
	if (ABOVE)
		printf "above %.17g\n", limit >(T "/flag-" i)
	for (k = 1; k <= m; k++)
		print "head", best[k] >(T "/flag-" i)
}

function heads(   k) {
	load("coef", 0)
	load("fit", 0)
	print "<section id=\"heads\">\n<h2>Heads that decide</h2>"
	print "<p>Cook’s distance says how far the fitted values move when a head is left out; 4/n is the customary limit. DFBETAS are the same for one " \
		"coefficient, in standard errors. Heads are called layer.head.</p>"
	for (k = 1; k <= NY; k++)
		deciding(k, Y[k])
	print "</section>"
}

function head_name(r) {
	return (MODELS > 1 ? name(LABEL[M[r]]) " " : "") L[r] "." H[r]
}

function deciding(i, y,   line, w, n, best, limit, k) {
	print "<h3>" name(y) "</h3>"
	while ((getline line <(T "/flag-" i)) > 0) {
		split(line, w, " ")
		if (w[1] == "limit")
			limit = w[2]
		if (w[1] == "head")
			best[++n] = w[2]
	}
	if (limit == "") {
		print "<p>The fit leaves nothing to measure influence by.</p>"
		return
	}
	read_rows(i)
	for (k = ABOVE = 0; ++k <= ROWS;)
		ABOVE += Q[k, "cooks_d"] != "" && Q[k, "cooks_d"] + 0 > limit + 0
	if (!ABOVE) {
		print "<p>No head is above 4/n = " sig(limit, 2) ".</p>" made("rows-" i)
		return
	}
	print "<p>" plural(ABOVE, "head is", "heads are") " above 4/n = " sig(limit, 2) (ABOVE > n ? "; the first " n ":" : ":") "</p>"
	terms_of(y)
	influential(i, y, best, n)
	if (S["tall"] > 0)
		print "<p class=note>A text in this table has a line break, so that awk does not see its rows: no fit without these heads was made.</p>"
	else {
		changed(i, y, best, n)
		moved(i, y)
	}
	print made("rows-" i)
}

# terms_of(y) - TERM[1..NTERM], those of the model, no more than a table has room for.
function terms_of(y,   i) {
	NTERM = 0
	for (i = 1; i <= R["coef"]; i++)
		if (V["coef", i, "y"] == y && V["coef", i, "term"] != "(Intercept)" && !is_mean(V["coef", i, "term"]) && NTERM < 8)
			TERM[++NTERM] = V["coef", i, "term"]
}

function influential(i, y, best, n,   k, j, r, c) {
	load("plain-" i, 0)
	c = y in C ? C[y] : 0
	print "<div class=scroll><table><thead>"
	if (S["tall"] == 0)
		print "<tr class=over><th colspan=" (c ? 6 : 5) "><th colspan=" NTERM " scope=colgroup>DFBETAS"
	print "<tr><th class=t>head" (c ? "<th>" name(y) : "") "<th>fitted<th>std. res.<th>hat<th>Cook’s D"
	if (S["tall"] == 0)
		for (j = 1; j <= NTERM; j++)
			print "<th>" name(TERM[j])
	print "</thead><tbody>"
	for (k = 1; k <= n; k++) {
		r = best[k]
		print "<tr><th class=t scope=row>" head_name(r) (c ? "<td>" sig(VAL[c, r], 3) : "") "<td>" sig(Q[r, "fitted"], 3) "<td>" \
			r2(Q[r, "std_residual"]) "<td>" r2(Q[r, "hat"]) "<td>" sig(Q[r, "cooks_d"], 3)
		if (S["tall"] == 0) {
			load("coef-without-" i "-" k, 0)
			for (j = 1; j <= NTERM; j++)
				print "<td>" r2(dfbetas(i, k, y, r, TERM[j]))
		}
		print
	}
	print "</tbody></table></div>"
}

# dfbetas(i, k, y, r, term) - (b - b_r) / (s_r sqrt(c_jj)): Belsley, Kuh and Welsch 1980, with
# b_r and s_r of the fit without row r.
function dfbetas(i, k, y, r, term,   b, br, se, s, df, v) {
	b = of("plain-" i, "", y, term, "estimate")
	br = of("coef-without-" i "-" k, "", y, term, "estimate")
	se = of("plain-" i, "", y, term, "std_error")
	s = of("fit", "", y, "", "sigma")
	df = of("fit", "", y, "", "df_residual")
	if (b == "" || br == "" || se == "" || s == "" || df < 2 || 1 - Q[r, "hat"] <= 0)
		return ""
	v = (df*s*s - Q[r, "residual"]*Q[r, "residual"]/(1 - Q[r, "hat"]))/(df - 1)
	return v > 0 && se > 0 ? (b - br)/(root(v)*se/s) : ""
}

# changed(i, y, best, n) - the estimates without each of them, and without all above the limit.
function changed(i, y, best, n,   j, k, t) {
	load("coef-without-" i, 0)
	print "<div class=scroll><table><caption>The estimate (p) with all heads, without one" (ABOVE > 1 ? ", and without all " ABOVE " above the limit" : "") "</caption>" \
		"<thead><tr><th class=t>term<th>all heads"
	for (k = 1; k <= n; k++)
		print "<th>without " head_name(best[k])
	print (ABOVE > 1 ? "<th>without all " ABOVE : "") "</thead><tbody>"
	for (j = 1; j <= NTERM; j++) {
		print "<tr><th class=t scope=row>" name(TERM[j]) estimate("coef", y, TERM[j])
		for (k = 1; k <= n; k++)
			print estimate("coef-without-" i "-" k, y, TERM[j])
		print (ABOVE > 1 ? estimate("coef-without-" i, y, TERM[j]) : "")
	}
	print "</tbody></table></div>"
}

function estimate(t, y, term) {
	return "<td>" sig(of(t, "", y, term, "estimate"), 3) " (" pval(of(t, "", y, term, "p_value")) ")"
}

# moved(i, y) - r without the heads above the limit.
function moved(i, y,   k, x) {
	load("r-without-" i, NGROUP)
	load("r-without-" i "-within", 0)
	print "<div class=scroll><table><caption>r with " name(y) ", with all heads and without " (ABOVE > 1 ? "these " ABOVE : "this one") "</caption>" \
		"<thead><tr class=over><th><th colspan=2 scope=colgroup>over all heads<th colspan=2 scope=colgroup>within layers" \
		"<tr><th class=t>predictor<th>all<th>without<th>all<th>without</thead><tbody>"
	for (k = 1; k <= NX[y]; k++) {
		x = X[y, k]
		print "<tr><th class=t scope=row>" name(x) tinted(of("groups", ALL, y, x, "r")) tinted(of("r-without-" i, ALL, y, x, "r")) \
			tinted(of(S["layers"] > 1 ? "within" : "groups", S["layers"] > 1 ? "" : ALL, y, x, "r")) \
			tinted(of("r-without-" i "-within", "", y, x, "r"))
	}
	print "</tbody></table></div>"
}
