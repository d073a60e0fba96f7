# regression.awk - the section on regressions.

function regressions(   k) {
	load("coef", 0)
	load("share", 0)
	load("fit", 0)
	print "<section id=\"regression\">\n<h2>Regression</h2>"
	print "<p>All predictors together, by least squares" (S["factors"] != "" ? ", each model with its own mean, which is not shown" : "") ". Beta is in standard deviations of both; its interval is that of the " \
		"estimate, on that scale." (S["layers"] > 1 ? " Errors take the layers as clusters (CR2), with as many degrees of freedom as they have" few(S["layers"]) "." : "") \
		" " (exists(T "/share.csv") ? "The share is what a predictor adds to R², averaged over all orders." : \
		"Shares of R² are left out: they take all orders of the terms, and " several() " are more than " MOST ".") " VIF says how many times the other predictors multiply the variance of " \
		"the estimate.</p>"
	for (k = 1; k <= NY; k++) {
		print "<h3>" name(Y[k]) "</h3>"
		coefficients(Y[k])
		fitted(Y[k])
	}
	print made("coef", "share", "fit")
	html("terms")
	matrix()
	if (S["pool"] != "")
		slopes()
	for (k = 1; k <= NY; k++)
		if (exists(T "/residuals-" k ".html")) {
			print "<h3>Residuals of " name(Y[k]) "</h3>"
			html("residuals-" k)
		}
	print "</section>"
}

# to_draw() - for the shell: T/coefficients has something in it if there are some to draw, and
# T/shares if there are no more terms than hg-regress --importance takes.
function to_draw(   k) {
	load("coef", 0)
	if (several() <= MOST)
		print MOST >(T "/shares")
	for (k = 1; k <= NY; k++)
		if (reach("coef", Y[k]) > 0)
			print k >(T "/coefficients")
}

# several() - how many terms --importance would have, of the response that has most: a factor is
# one, however many means it has.
function several(   i, n, m, factor) {
	for (i = 1; i <= R["coef"]; i++)
		if (V["coef", i, "term"] != "(Intercept)" && !is_mean(V["coef", i, "term"]) && ++n[V["coef", i, "y"]] > m)
			m++
	return m + split(S["factors"], factor, ",")
}

# reach(t, y) - the greatest |beta| that an interval reaches.
function reach(t, y,   i, b, f, m) {
	for (i = 1; i <= R[t]; i++)
		if (V[t, i, "y"] == y && !is_mean(V[t, i, "term"]) && (b = V[t, i, "beta"]) != "" && V[t, i, "estimate"] + 0 != 0) {
			f = b/V[t, i, "estimate"]
			m = most(m, most(abs(b), most(abs(f*V[t, i, "conf_low"]), abs(f*V[t, i, "conf_high"]))))
		}
	return m
}

function most(a, b) {
	return a > b ? a : b
}

function coefficients(y,   t, i, f, m, n, shares) {
	t = "coef"
	shares = exists(T "/share.csv")
	m = reach(t, y)
	split("", SORT)
	for (i = 1; i <= R[t]; i++) {
		if (V[t, i, "y"] != y || is_mean(V[t, i, "term"]))
			continue
		n++
		SORT[1, i] = afar(V[t, i, "beta"])
		SORT[2, i] = up(V[t, i, "p_value"])
		if (shares)
			SORT[3, i] = down(of("share", "", y, V[t, i, "term"], "share"))
		SORT[3 + shares, i] = V[t, i, "term"] ""
	}
	sortable("place in the model;|beta|;p" (shares ? ";share" : "") ";name", n, 9 + shares)
	print roles("<thead><tr><th class=t>term<th>estimate<th>std. error" \
		"<th>95 % interval<th>p<th>df<th>beta<th class=a>" \
		(m > 0 ? "−" sig(m, 2) "<span>" sig(m, 2) "</span>" : "") (shares ? "<th>share" : "") "<th>VIF</thead><tbody>")
	for (i = 1; i <= R[t]; i++) {
		if (V[t, i, "y"] != y || is_mean(V[t, i, "term"]))
			continue
		f = V[t, i, "beta"] != "" && V[t, i, "estimate"] + 0 != 0 ? V[t, i, "beta"]/V[t, i, "estimate"] : 0
		print roles("<tr" places(i, R[t]) "><th class=t scope=row>" name(V[t, i, "term"]) "<td>" sig(V[t, i, "estimate"], 3) "<td>" sig(V[t, i, "std_error"], 3) \
			"<td>" (V[t, i, "conf_low"] == "" ? "–" : sig(V[t, i, "conf_low"], 3) " to " sig(V[t, i, "conf_high"], 3)) "<td>" \
			pval(V[t, i, "p_value"]) "<td>" sig(V[t, i, "df"], 3) "<td>" r2(V[t, i, "beta"]) "<td class=b>" \
			(V[t, i, "conf_low"] == "" ? bar("", V[t, i, "beta"], "", -m, m) : \
			bar(lesser(f*V[t, i, "conf_low"], f*V[t, i, "conf_high"]), V[t, i, "beta"], most(f*V[t, i, "conf_low"], f*V[t, i, "conf_high"]), -m, m)) \
			(shares ? "<td>" r2(of("share", "", y, V[t, i, "term"], "share")) : "") "<td>" sig(V[t, i, "vif"], 3))
	}
	print "</tbody></table></div></div>"
}

# is_mean(term) - whether it is that of a model's own mean.
function is_mean(term,   i) {
	for (i in VARY)
		if (index(term, N[i] "=") == 1)
			return 1
	return 0
}

function lesser(a, b) {
	return a < b ? a : b
}

# fitted(y) - how good the fit is, in the rows that were fitted and in those that were not.
function fitted(y,   s, n) {
	n = of("fit", "", y, "", "n")
	s = "<p>n = " n (of("fit", "", y, "", "missing") + 0 > 0 ? " (" plural(of("fit", "", y, "", "missing"), "row lacks", "rows lack") " a value)" : "") \
		", R² = " r2(of("fit", "", y, "", "r_squared")) ", adjusted " r2(of("fit", "", y, "", "adj_r_squared")) " in the rows that were fitted"
	if (of("fit", "", y, "", "r_squared_cross") != "")
		s = s "; <strong>" r2(of("fit", "", y, "", "r_squared_cross")) "</strong> in layers that were left out" \
			(of("fit", "", y, "", "r_squared_cross") + 0 < 0 ? ", worse than to predict the mean of the others" : "")
	s = s ". Residual standard deviation " sig(of("fit", "", y, "", "sigma"), 3) "."
	if (spare(y) != "")
		s = s " <strong>" (saturated(y) ? "This fit says nothing: " : "But ") spare(y) ".</strong>"
	if (of("fit", "", y, "", "condition") + 0 > 30)
		s = s " The predictors are close relatives (condition " sig(of("fit", "", y, "", "condition"), 3) "): single coefficients mean little."
	if (of("fit", "", y, "", "f_chow_p_value") != "")
		s = s " Whether all layers have the same coefficients: F(" of("fit", "", y, "", "f_chow_df1") ", " of("fit", "", y, "", "f_chow_df2") ") = " \
			sig(of("fit", "", y, "", "f_chow"), 3) ", p = " pval(of("fit", "", y, "", "f_chow_p_value")) "."
	print s "</p>"
}

# saturated(y) - whether there are as many coefficients as rows.
function saturated(y,   df) {
	df = of("fit", "", y, "", "df_residual")
	return df != "" && df + 0 == 0
}

# spare(y) - what is to be said of a fit with less than three rows for each coefficient.  Of a
# response that is independent of the k coefficients, one the intercept, the mean of R² is
# (k - 1)/(n - 1).
function spare(y,   n, k) {
	n = of("fit", "", y, "", "n") + 0
	k = of("fit", "", y, "", "rank") + 0
	if (saturated(y))
		return n " rows leave no degree of freedom to " plural(k, "coefficient") ", which fit whatever the values are"
	if (n < 2 || n >= 3*k)
		return ""
	return n " rows are few for " plural(k, "coefficient") ": of random numbers they would explain " share((k - 1)/(n - 1)) " on average"
}

# matrix() - the predictors among themselves.
function matrix(   file, n, i) {
	file = T "/matrix.csv"
	if ((n = rec(file)) == 0)
		return
	print "<h3>The predictors among themselves</h3>\n<p>Pearson’s r" (S["vary"] == "" ? "" : " within models") \
		". Close relatives share one finding" (NY ? ", and their coefficients mean little alone" : "") ".</p>\n<div class=scroll><table><thead><tr><th class=t>"
	for (i = 3; i <= n; i++)
		print "<th>" name(F[i])
	print "</thead><tbody>"
	while ((n = rec(file)) > 0) {
		print "<tr><th class=t scope=row>" name(F[2])
		for (i = 3; i <= n; i++)
			print tinted(F[i])
	}
	close(file)
	print "</tbody></table></div>" made("matrix")
}

# slopes() - the coefficients of single models, pooled.
function slopes(   t, i, k, key, n) {
	t = "models"
	load(t, split(S["vary"], key, ","))
	print "<h3>The coefficients across models</h3>\n<p>Each model fitted alone; their mean by random effects, and where the coefficient of a further model is " \
		"to be expected.</p>"
	print "<div class=scroll><table><thead><tr><th class=t>response<th class=t>term<th>mean" \
		"<th>95 % interval<th>p<th>models<th>I²<th>in the next model</thead><tbody>"
	for (i = 1; i <= R[t]; i++)
		if (K[t, i] ~ /^pooled/)
			print "<tr><th class=t scope=row>" name(V[t, i, "y"]) "<td class=t>" name(V[t, i, "term"]) "<td>" sig(V[t, i, "estimate"], 3) "<td>" \
				(V[t, i, "conf_low"] == "" ? "–" : sig(V[t, i, "conf_low"], 3) " to " sig(V[t, i, "conf_high"], 3)) "<td>" pval(V[t, i, "p_value"]) "<td>" \
				V[t, i, "k"] "<td>" r2(V[t, i, "i2"]) "<td>" \
				(V[t, i, "pred_low"] == "" ? "–" : sig(V[t, i, "pred_low"], 3) " to " sig(V[t, i, "pred_high"], 3))
	print "</tbody></table></div>"
	print made("models")
}
