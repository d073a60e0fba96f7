# page.awk - the page around the sections: figures with their commands, top, methods; and what
# the variable part says to write.

# made(a, b, c) - the commands of these figures, and what the programs said.
function made(a, b, c,   line, s, n, told, fig, i) {
	fig[1] = a
	fig[2] = b
	fig[3] = c
	for (i = 1; i <= 3 && fig[i] != ""; i++) {
		while ((getline line <(T "/" fig[i] ".cmd")) > 0) {
			s = s (s == "" ? "" : "\n") esc(line)
			n++
		}
		close(T "/" fig[i] ".cmd")
		while ((getline line <(T "/" fig[i] ".said")) > 0)
			told = told "<p class=said>" esc(line) "</p>\n"
		close(T "/" fig[i] ".said")
	}
	s = s == "" ? "" : "<pre><code>" s "</code></pre>\n"
	return (n > 5 ? "<details><summary>" n " commands</summary>\n" s "</details>\n" : s) told
}

# html(fig) - what figure() has made, if it was.
function html(fig,   line) {
	while ((getline line <(T "/" fig ".html")) > 0)
		print line
	close(T "/" fig ".html")
}

# figure(fig, kind) - a picture, within the page as text.
function figure(fig,   line, file) {
	print "<figure>"
	if (exists(T "/" fig ".left")) {
		print "<figcaption>" CAPTION[family(fig)] " It has too many points for this page; the command draws it.</figcaption>"
		print made(fig) "</figure>"
		return
	}
	printf "<img%s alt=\"", (fig ~ /^spectrum/ && S["models"] < 2 ? " class=\"narrow\"" : "")
	if ((getline line <(T "/" fig ".alt")) > 0)
		printf "%s", line
	else
		printf "%s", PICTURE[family(fig)]
	if (exists(T "/" fig ".od"))
		printf "\" src=\"data:image/png;base64,%s", base64(T "/" fig ".od")
	else {
		printf "\" src=\"data:image/svg+xml,"
		file = T "/" fig ".svg"
		while ((getline line <file) > 0)
			printf "%s%%0A", uri(line)
		close(file)
	}
	print "\">"
	print "<figcaption>" CAPTION[family(fig)] "</figcaption>"
	print made(fig) "</figure>"
}

# base64(file) - of bytes that od has written as numbers, three at a time.
function base64(file,   line, n, i, b, w, k, t, s) {
	while ((getline line <file) > 0) {
		n = split(line, w, " ")
		for (i = 1; i <= n; i++) {
			b = 256*b + w[i]
			if (++k < 3)
				continue
			s = s four(b, 4)
			b = k = 0
		}
		t = t s
		s = ""
	}
	close(file)
	return t (k == 1 ? four(b*65536, 2) "==" : k == 2 ? four(b*256, 3) "=" : "")
}

# four(b, n) - the first n of the four signs for 24 bits.
function four(b, n,   i, s, p) {
	p = 262144
	for (i = 1; i <= n; i++) {
		s = s substr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", int(b/p) + 1, 1)
		b %= p
		p /= 64
	}
	return s
}

# uri(s) - as a part of an address: what is no letter, digit or harmless sign as %20.
function uri(s,   i, t, c) {
	gsub(/%/, "%25", s)
	gsub(/ /, "%20", s)
	gsub(/#/, "%23", s)
	gsub(/&/, "%26", s)
	gsub(/"/, "%22", s)
	gsub(/</, "%3C", s)
	gsub(/>/, "%3E", s)
	if (s !~ /[^!$%'-;=?-Z_a-z~]/)
		return s
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		t = t (c ~ /[!$%'-;=?-Z_a-z~]/ ? c : sprintf("%%%02X", ORD[c]))
	}
	return t
}

function family(fig) {
	sub(/-[0-9]+$/, "", fig)
	return fig
}

# said(fig, failed) - what a program has just said: each line once, for standard error and the
# page.
function said(fig, failed,   line, seen, i) {
	while ((getline line <(T "/all.said")) > 0)
		seen[line] = 1
	close(T "/all.said")
	while ((getline line <(T "/err")) > 0) {
		while ((i = index(line, T "/")) > 0)
			line = substr(line, 1, i - 1) substr(line, i + length(T) + 1)
		if (failed)
			line = users(line)
		# What gnuplot says counts where it has failed; hg-plot says of residuals, which have
		# no -g, that models are pooled.
		if (!failed && (line !~ /^hg-/ || fig ~ /^residuals/ && line ~ /: all are pooled; -g/))
			continue
		if (!(line in seen)) {
			seen[line] = 1
			print line
			print line >>(T "/all.said")
			print line >>(T "/" fig ".said")
			if (failed)
				hint(line)
		}
	}
}

# users(line) - with the table that was described called as the user calls it.
function users(line,   i) {
	if ((i = index(line, ": described.csv.gz:")) > 0 && ENVIRON["DESCRIBED"] != "")
		line = substr(line, 1, i + 1) ENVIRON["DESCRIBED"] ", described" substr(line, i + length(": described.csv.gz"))
	return line
}

# hint(line) - what has a descriptor that is asked for and not there.
function hint(line,   i) {
	for (i = 1; i <= NDESCR; i++)
		if (line ~ /: -[xy]: / && index(line, ": no column \"" DESCR[i] "\""))
			print "hg-report: hg-describe -a -k has " DESCR[i] ", if the table has what it takes"
}

function top(   i, t) {
	t = title()
	print "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">"
	print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	print "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
	print "<meta name=\"generator\" content=\"hg-report " ENVIRON["VERSION"] "\">"
	print "<title>" t "</title>\n<style>"
	while ((getline i <(T "/style.css")) > 0)
		print i
	print "</style>\n</head>\n<body>\n<header>\n<h1>" t "</h1>"
	print "<p class=sub>" plural(ROWS, "head") (S["models"] > 1 ? ", " S["models"] " models" : "") ", " plural(S["layers"], "layer") "; <code>" name(FILE) "</code>, cksum " \
		esc(ENVIRON["SUM"]) "; hg-report " ENVIRON["VERSION"] "</p>\n</header>"
	contents()
	if (ENVIRON["PICTURES"] == 0)
		print "<p class=said>gnuplot was not there when this page was made: the pictures by hg-plot are left out. Its package is gnuplot-nox or gnuplot.</p>"
	if (NY)
		lead()
}

function title(   i, s) {
	if (ENVIRON["TITLE"] != "")
		return esc(ENVIRON["TITLE"])
	for (i = 1; i <= COLS; i++)
		if (TAG[i] && MODELS == 1)
			s = s (s == "" ? "" : ", ") name(TEXT[1, i])
	if (MODELS > 1)
		s = MODELS " models"
	return "Attention heads" (s == "" ? " in " name(base(FILE)) : " of " s)
}

function base(file) {
	sub(/.*\//, "", file)
	return file
}

function contents() {
	print "<nav aria-label=\"Contents\"><ul>"
	link("data", "Data")
	link("maps", "Heat maps")
	if (exists(T "/spectrum.html"))
		link("spectra", "Spectra")
	if (NY) {
		link("correlations", "Correlations")
		if (exists(T "/coef.csv")) {
			link("regression", "Regression")
			link("heads", "Heads that decide")
		}
	} else
		link("geometry", "Geometry")
	link("limits", "What the numbers do not show")
	link("methods", "Methods")
	print "</ul></nav>"
}

function link(id, what) {
	print "<li><a href=\"#" id "\">" what "</a></li>"
}

# lead() - the page in some lines.
function lead(   k, y, x, a, m, h, b, c, n) {
	load("fit", 0)
	load("holm", NGROUP)
	print "<div class=lead><ul>"
	for (k = 1; k <= NY; k++) {
		y = Y[k]
		x = X[y, 1]
		print "<li>" (NX[y] > 1 ? "Of " NX[y] " predictors <strong>" : "<strong>") name(x) "</strong> goes " (NX[y] > 1 ? "most closely " : "") "with <strong>" name(y) "</strong>: r = " r2(of("groups", ALL, y, x, "r")) \
			(of("groups", ALL, y, x, "ci_low") == "" ? "" : " [" r2(of("groups", ALL, y, x, "ci_low")) ", " r2(of("groups", ALL, y, x, "ci_high")) "]") \
			(S["layers"] > 1 ? "; within layers " r2(of("within", "", y, x, "r")) ", " p_is(of("within", "", y, x, "p")) (S["few"] ? " with layers as clusters" few(S["layers"]) : "") : "") few_heads(y, x) ".</li>"
		load("r-without-" k, NGROUP)
		if (of("r-without-" k, ALL, y, x, "n") != "") {
			n = of("groups", ALL, y, x, "n") - of("r-without-" k, ALL, y, x, "n")
			print "<li>Without the " (n == 1 ? "head that moves" : n " heads that move") " the regression of " name(y) " most this r is " \
				r2(of("r-without-" k, ALL, y, x, "r")) ".</li>"
		}
		if (saturated(y))
			print "<li>The regression of " name(y) " says nothing: " spare(y) ".</li>"
		else if (of("fit", "", y, "", "r_squared") != "")
			print "<li>Regression explains " share(of("fit", "", y, "", "r_squared")) " of the variance of " name(y) " in the heads that were fitted" \
				(of("fit", "", y, "", "r_squared_cross") == "" ? "" : ", and " (of("fit", "", y, "", "r_squared_cross") + 0 < 0 ? "nothing" : share(of("fit", "", y, "", "r_squared_cross"))) \
				" in layers that were left out") (spare(y) == "" ? "" : "; but " spare(y)) ".</li>"
	}
	a = below("groups", "*", "p")
	m = COUNT
	h = below("holm", "*", "q")
	b = below("layers", "", "p")
	c = below("groups", ALL, "p")
	print "<li>" plural(m, "correlation was", "correlations were") " tested: " sprintf("%.2g", .05*m) " would be expected below 0.05 by chance; " plural(a, "is", "are") ", " h " after Holm’s correction" \
		(S["layers"] > 1 ? ". Over all heads " plural(c, "is", "are") ", and " b " with layers as clusters" few(S["layers"]) : "") ".</li>"
	print "</ul></div>"
}

# few_heads(y, x) - what is to be said of an r of so few that chance brings it about.
function few_heads(y, x,   n) {
	n = of("groups", ALL, y, x, "n") + 0
	if (n >= 6 && n > NX[y])
		return ""
	return "; of " n " heads, so few that by chance " (NX[y] > 1 ? "one of " NX[y] " predictors" : "any predictor") " can come close"
}

# few(n) - the same of a p of n clusters.
function few(n) {
	return n < 4 ? ", of which there are " n ", too few for a p to rest on" : ""
}

function share(v) {
	return sprintf("%.0f %%", 100*v)
}

function methods(   i, s) {
	print "<section id=\"methods\">\n<h2>Methods</h2>"
	print "<p>" metric() "</p>"
	print "<dl>"
	for (i = 1; i <= NDESCR; i++)
		if (used(DESCR[i]))
			print "<dt><code>" DESCR[i] "</code></dt><dd>" WHAT[DESCR[i]] "</dd>"
	for (i = 1; i <= NMEASURED; i++)
		if (used(MEASURED[i]))
			print "<dt><code>" MEASURED[i] "</code></dt><dd>" WHAT[MEASURED[i]] "</dd>"
	print "</dl>"
	if (NY)
		statistics()
	print "<p>Missing values are empty fields, NA, NaN, nan and null; a correlation uses the rows that have both values, a regression those that have all. " \
		"Computed by headgeom " ENVIRON["VERSION"] "; its manual pages hg-describe(1), hg-correlate(1) and hg-regress(1) have all formulas and their sources.</p>"
	print "</section>\n</body>\n</html>"
}

# used(what) - whether it is a column, or in the name of a response or predictor.
function used(what,   i, k) {
	if (what in C)
		return 1
	for (k = 1; k <= NY; k++) {
		if (index(Y[k], "(" what ")"))
			return 1
		for (i = 1; i <= NX[Y[k]]; i++)
			if (index(X[Y[k], i], "(" what ")"))
				return 1
	}
	return 0
}

# metric() - what the singular values are of, as the columns say.
function metric(   s, v) {
	s = "For each head the singular values s<sub>1</sub> ≥ s<sub>2</sub> ≥ … ≥ s<sub>n</sub> "
	v = "metric" in C ? "," distinct(C["metric"], 0) "," : ""
	gsub(/, /, ",", v)
	if (v == "")
		s = s "are as the table’s source gave them; no column <code>metric</code> says of what."
	else {
		if (index(v, ",full,"))
			s = s "of M = " ("circuit" in C && distinct(C["circuit"], 0) ~ /ov/ ? "W<sub>O</sub> W<sub>V</sub> (for <code>circuit</code> ov) or " : "") \
				"W<sub>K</sub>ᵀ W<sub>Q</sub> are computed, the bilinear form by which inputs of queries and keys meet in the logits"
		if (index(v, ",core,"))
			s = s (index(v, ",full,") ? "; where <code>metric</code> is core those " : "") "of S = W<sub>K</sub> W<sub>Q</sub>ᵀ"
		if (index(v, ",given,"))
			s = s (index(v, ",full,") || index(v, ",core,") ? "; where it is given those " : "") "of the matrix that was given"
		s = s "."
	}
	if ("fold" in C)
		s = s " The norm in front was " (distinct(C["fold"], 0) == "1" ? "folded into" : distinct(C["fold"], 0) == "0" ? "not folded into" : "folded, where <code>fold</code> is 1, into") " the weights."
	if ("logit_scale" in C)
		s = s " The scale of the logits in them is " distinct(C["logit_scale"], 0) "."
	if ("weights" in C)
		s = s " Weights were stored as " distinct(C["weights"], 0) "."
	return s " p = s²/Σs² is the share of a value in the energy, q = s/Σs its share in the sum."
}

function statistics() {
	print "<p>r is Pearson’s. Its interval is Fisher’s, tanh(artanh r ± 1.96/√(n − 3)), its p by Student’s t with n − 2 degrees of freedom; q is p by Benjamini and Hochberg (1995) " \
		"among the predictors of one response and group. " (S["layers"] > 1 ? "With layers as clusters (a layer is what has the same " code_list(S["layer"]) ") p is that of the slope with the errors CR2 and " \
		"Satterthwaite’s degrees of freedom (Bell and McCaffrey 2002; Pustejovsky and Tipton 2018). Within layers the mean of each layer is taken out of both columns. " : "") \
		"p of the largest |r| is by 999 random orders of the response" (S["layers"] > 1 ? " within layers" : "") ", compared with the largest |r| among all predictors (Westfall and Young 1993).</p>"
	if (exists(T "/coef.csv"))
		print "<p>Regression is least squares by Householder QR in double-doubles, with an intercept" (S["factors"] == "" ? "" : " and a mean for each value of " code_list(S["factors"])) \
			"." (exists(T "/share.csv") ? " Shares of R² are those of Lindeman, Merenda and Gold (1980)." : "") " R² in layers that were left out is 1 − Σ(y − p)²/Σ(y − m)², p the prediction and m the mean of the other layers. " \
			"hat is the leverage, and Cook’s distance (std. residual)² hat/((1 − hat) k), k the number of coefficients.</p>"
	if (S["pool"] != "")
		print "<p>Models are pooled by random effects on Fisher’s scale, variances by restricted maximum likelihood, intervals by Hartung and Knapp (2001), prediction intervals by t with k − 2 degrees of freedom.</p>"
}

function code_list(s,   a, n, i, t) {
	n = split(s, a, ",")
	for (i = 1; i <= n; i++)
		t = t (i > 1 ? ", " : "") "<code>" (a[i] ~ /^[0-9]+$/ ? name(N[a[i]]) : a[i]) "</code>"
	return t
}

# words(s, a) - a[1..the result], the words of s.
function words(s, a) {
	return split(s, a, " ")
}

function known(   i, w, n) {
	for (i = 1; i < 256; i++)
		ORD[sprintf("%c", i)] = i
	NDESCR = words("op fro trace rank_eff spec_ent anisotropy condition stable_rank part_ratio erank spec_perp spec_ent_norm k90 gap log_cond gini " \
		"alpha alpha_ks alpha_ww align sym null_op null_cond eig_mean eig_var", DESCR)
	NMEASURED = words("entropy logit_std relative_entropy max_prob first_prob special_prob distance logit_row_std logit_max copying directionality " \
		"q_fro k_fro v_fro o_fro tr1 tr2", MEASURED)
	MOST = 15  # terms that hg-regress --importance takes
	NFACT = words("weights circuit distance pair frequency metric fold logit_scale d_model d_head window", FACT)
	RESPONSE[1] = "entropy"
	RESPONSE[2] = "logit_std"
	for (i = 1; i <= NFACT; i++)
		ISFACT[FACT[i]] = 1
	n = words("layer head stage depth kv_head stack", w)
	for (i = 1; i <= n; i++)
		PLACE[w[i]] = 1
	definitions()
	pictures()
	for (i = 1; i <= NDESCR; i++)
		FORMULA[DESCR[i]] = 1
	viridis("68 1 84|72 40 120|62 73 137|49 104 142|38 130 142|31 158 137|53 183 121|110 206 88|181 222 43|253 231 37", VIRIDIS)
	viridis("33 102 172|103 169 207|209 229 240|247 247 247|253 219 199|239 138 98|178 24 43", DIVERGING)
}

function viridis(s, a,   n, w, i) {
	n = split(s, w, "|")
	for (i = 1; i <= n; i++)
		a[i - 1] = w[i]
}

# state() - what facts() has written.
function state(   line, i, what, value, key) {
	while ((getline line <(T "/facts")) > 0) {
		i = index(line, " ")
		what = i ? substr(line, 1, i - 1) : line
		value = i ? substr(line, i + 1) : ""
		S[what] = numeric(value) ? value + 0 : value
	}
	close(T "/facts")
	NGROUP = S["group"] == "" ? 0 : split(S["group"], key, ",")
	for (i = 1; i <= NGROUP; i++)
		ALL = ALL (i > 1 ? " / " : "") "all"
}

# page() - all of it, in order.
function page() {
	load("layers", 0)
	load("within", 0)
	load("perm", 0)
	top()
	data()
	maps()
	spectra()
	if (NY) {
		correlations()
		if (exists(T "/coef.csv")) {
			regressions()
			heads()
		}
	} else
		geometry()
	limits()
	methods()
}

BEGIN {
	T = ENVIRON["T"]
	FILE = ENVIRON["FILE"]
	A = ENVIRON["A"]
	YS = ENVIRON["YS"]
	known()
	if (part == "quoted")
		printf "%s", quoted(A)
	else if (part == "said")
		said(A, ENVIRON["FAILED"])
	else if (part == "flag")
		flag(A)
	else if (part == "figure") {
		state()
		figure(A)
	}
	else {
		read_table()
		if (!repeated())
			ISFACT["distance"] = 0
		if (part == "facts") {
			facts()
			exit STATUS
		}
		state()
		NY = exists(T "/groups.csv") ? responses() : 0
		if (part == "strongest")
			strongest()
		else if (part == "coefficients")
			to_draw()
		else
			page()
	}
	exit STATUS
}
