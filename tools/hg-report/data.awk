# data.awk - the section on the data: models, options that made them, columns.

function data(   n, i, tall) {
	print "<section id=\"data\">\n<h2>The data</h2>"
	if (ROWS == 0) {
		print "<p>The table has a header and no rows.</p>\n</section>"
		return
	}
	print "<p>" plural(ROWS, "row") " of " plural(MODELS, "model") (MODELS > 1 ? " (or stacks, or whatever else the " \
		"columns in front of <code>layer</code> tell apart)" : "") ".</p>"
	if (MODELS == 1)
		one_model()
	else
		all_models()
	warnings()
	columns()
	if (ENVIRON["STREAM"] == 1)
		print "<p class=note>What was no regular file when this page was made (- is standard input) is for the first command to be given again.</p>"
	print made("table")
	print "</section>"
}

# distinct(c, m) - the values of column c in model m, 0 is all.
function distinct(c, m,   r, seen, n, s) {
	for (r = 1; r <= ROWS; r++)
		if ((m == 0 || M[r] == m) && !(VAL[c, r] in seen)) {
			seen[VAL[c, r]] = 1
			if (++n <= 5)
				s = s (n > 1 ? ", " : "") (VAL[c, r] == "" ? "(empty)" : name(VAL[c, r]))
		}
	return s (n > 5 ? ", … (" n ")" : "")
}

# count_model(m) - NLAYER, NHEAD_LOW, NHEAD_HIGH, NROW, and NKEY_..., heads per key head.
function count_model(m,   r, per, seen, l) {
	NLAYER = NROW = NHEAD_LOW = NHEAD_HIGH = 0
	for (r = 1; r <= ROWS; r++)
		if (M[r] == m) {
			NROW++
			if (!(L[r] in per))
				NLAYER++
			if (!((L[r], H[r]) in seen))
				per[L[r]]++
			seen[L[r], H[r]] = 1
		}
	for (l in per) {
		if (NHEAD_LOW == 0 || per[l] < NHEAD_LOW)
			NHEAD_LOW = per[l]
		if (per[l] > NHEAD_HIGH)
			NHEAD_HIGH = per[l]
	}
}

function heads_each() {
	return NHEAD_LOW == NHEAD_HIGH ? NHEAD_LOW : NHEAD_LOW " to " NHEAD_HIGH
}

# key_heads(m) - how many key heads a layer has, "" without the column.
function key_heads(m,   r, seen, per, l, low, high) {
	if (!("kv_head" in C))
		return ""
	for (r = 1; r <= ROWS; r++)
		if (M[r] == m && !((L[r], VAL[C["kv_head"], r]) in seen)) {
			seen[L[r], VAL[C["kv_head"], r]] = 1
			per[L[r]]++
		}
	for (l in per) {
		if (!low || per[l] < low)
			low = per[l]
		if (per[l] > high)
			high = per[l]
	}
	return low == high ? low : low " to " high
}

function one_model(   i, k) {
	count_model(1)
	print "<div class=scroll><table><tbody>"
	for (i = 1; i <= COLS; i++)
		if (TAG[i])
			fact(name(N[i]), name(TEXT[1, i]), "")
	fact("layers", NLAYER, "")
	fact("heads in a layer", heads_each(), "")
	if ((k = key_heads(1)) != "")
		fact("key heads in a layer", k, "")
	for (i = 1; i <= NFACT; i++)
		if (is_fact(i))
			fact(FACT[i], distinct(C[FACT[i]], 0), WHAT[FACT[i]])
	print "</tbody></table></div>"
}

# is_fact(i) - whether the table has it: distance may be something measured instead.
function is_fact(i) {
	return FACT[i] in C && ISFACT[FACT[i]]
}

function fact(what, value, why) {
	print "<tr><th class=t scope=row>" what "<td class=t>" value "<td class=\"t w note\">" why
}

function all_models(   m, i) {
	print "<div class=scroll><table><thead><tr><th class=t>model<th>rows" \
		"<th>layers<th>heads in each"
	if ("kv_head" in C)
		print "<th>key heads"
	for (i = 1; i <= NFACT; i++)
		if (is_fact(i))
			print "<th>" FACT[i]
	print "</thead><tbody>"
	for (m = 1; m <= MODELS && m <= 60; m++) {
		count_model(m)
		print "<tr><th class=t scope=row>" name(LABEL[m]) "<td>" NROW "<td>" NLAYER "<td>" heads_each()
		if ("kv_head" in C)
			print "<td>" key_heads(m)
		for (i = 1; i <= NFACT; i++)
			if (is_fact(i))
				print "<td>" distinct(C[FACT[i]], m)
		print
	}
	print "</tbody></table></div>"
	for (i = 1; i <= COLS; i++)
		if (TAG[i] && !(i in VARY))
			print "<p class=note>" name(N[i]) " is " name(TEXT[1, i]) " in all rows.</p>"
	if (MODELS > 60)
		print "<p class=note>The first 60 of " MODELS " are shown.</p>"
}

# warnings() - what makes rows of this table incomparable.
function warnings(   i, n, r, low, high) {
	n = repeated()
	if (n > 0)
		print "<p class=said>" plural(n, "row has", "rows have") " the model, layer and head of an earlier one" \
			(("distance" in C) || ("pair" in C) || ("circuit" in C) ? ", as where a head has a row for each distance, pair or " \
			"circuit. They are no independent observations" : ". A table given twice counts twice") \
			": every n below is too large and every p too small.</p>"
	for (i = 1; i <= NFACT; i++)
		if (FACT[i] in DIFFERS && is_fact(i) && distinct(C[FACT[i]], 0) ~ /, /)
			print "<p class=said><code>" FACT[i] "</code> is not the same in all rows: " DIFFERS[FACT[i]] ".</p>"
	for (r = 1; r <= ROWS; r++)
		if (LONG[r] > 0) {
			if (!low || LONG[r] < low)
				low = LONG[r]
			if (LONG[r] > high)
				high = LONG[r]
		}
	if (low != high && !(("d_head" in C) && distinct(C["d_head"], 0) ~ /, /))
		print "<p class=said>Spectra have from " low " to " high " values: " DIFFERS["d_head"] ".</p>"
}

# columns() - each with what is missing and, if it is all numbers, where it lies.
function columns(   i, r, n, miss, isnum, a, s) {
	print "<div class=scroll><table><caption>Columns of numbers that were measured or computed, over all rows</caption>" \
		"<thead><tr><th class=t>column<th>missing<th>least" \
		"<th>median<th>greatest<th class=t>what it is</thead><tbody>"
	for (i = 1; i <= COLS; i++) {
		if (SPEC[i] || TAG[i] || N[i] in PLACE || (N[i] in ISFACT && ISFACT[N[i]]))
			continue
		n = miss = 0
		isnum = 1
		for (r = 1; r <= ROWS && isnum; r++)
			if (missing(VAL[i, r]))
				miss++
			else if (numeric(VAL[i, r]))
				a[++n] = VAL[i, r] + 0
			else
				isnum = 0
		if (!isnum) {
			for (r = 1; r <= ROWS; r++)
				miss = r == 1 ? VAL[i, r] == "" : miss + (VAL[i, r] == "")
			s = "<td class=t colspan=3>text: " distinct(i, 0)
		} else {
			sort(a, n)
			s = "<td>" sig(n ? a[1] : "", 4) "<td>" sig(n ? quantile(a, n, .5) : "", 4) "<td>" sig(n ? a[n] : "", 4)
		}
		print "<tr><th class=t scope=row>" name(N[i]) "<td>" miss s "<td class=\"t w\">" (N[i] in WHAT ? WHAT[N[i]] : "")
	}
	spectrum_row()
	print "</tbody></table></div>"
}

function spectrum_row(   i, first, last, r, low, high, none) {
	for (i = 1; i <= COLS; i++)
		if (SPEC[i]) {
			first = first == "" ? N[i] : first
			last = N[i]
		}
	if (first == "")
		return
	for (r = 1; r <= ROWS; r++) {
		none += LONG[r] == 0
		if (r == 1 || LONG[r] < low)
			low = LONG[r]
		if (LONG[r] > high)
			high = LONG[r]
	}
	print "<tr><th class=t scope=row>" first "–" last "<td>" none + 0 "<td class=t colspan=3>" \
		(low == high ? low : low " to " high) " in a row<td class=\"t w\">singular values"
}
