# maps.awk - heat maps, as SVG within the page.

# maps() - of responses, then of predictors, as many as a page holds.
function maps(   n, i, list, done, left) {
	print "<section id=\"maps\">\n<h2>Heat maps</h2>"
	n = drawn(list)
	if (ROWS == 0 || n == 0) {
		print "<p>There is nothing to draw.</p></section>"
		return
	}
	print "<p>Layers upward, heads to the right. A column has the same colours in all panels. The pointer over a cell names " \
		"the head and its values. The colours end at the last value that lies no more than three quartile distances from the quartiles; " \
		"the command below a map draws the same values with colours over their whole range." \
		(repeated() ? " Of a head with several rows the first is shown, and the command refuses them." : "") "</p>"
	print "<div class=figures>"
	for (i = 1; i <= n; i++)
		if (i*ROWS <= 6000 || i == 1 && ROWS <= 8000)
			map(list[i])
		else
			left = left (left == "" ? "" : ", ") name(list[i])
	print "</div>"
	if (left != "")
		print "<p class=note>Too many cells for a page, and not drawn: " left "; <code>hg-plot -k heat</code> draws them.</p>"
	print "</section>"
}

# drawn(list) - the columns that heat maps are made of.
function drawn(list,   n, i, t, seen) {
	t = exists(T "/groups.csv") ? "groups" : ""
	if (t == "") {
		for (i = 1; i <= COLS; i++)
			if (N[i] in FORMULA || N[i] == "entropy" || N[i] == "logit_std")
				list[++n] = N[i]
		return n
	}
	load(t, NGROUP)
	for (i = 1; i <= R[t]; i++)
		if (!(V[t, i, "y"] in seen) && V[t, i, "y"] in C) {
			seen[V[t, i, "y"]] = 1
			list[++n] = V[t, i, "y"]
		}
	for (i = 1; i <= R[t]; i++)
		if (!(V[t, i, "x"] in seen) && V[t, i, "x"] in C) {
			seen[V[t, i, "x"]] = 1
			list[++n] = V[t, i, "x"]
		}
	return n
}

# map(what) - a panel for each model.
function map(what,   c, r, a, n, m, id) {
	c = C[what]
	for (r = 1; r <= ROWS; r++)
		if (!missing(VAL[c, r])) {
			if (!numeric(VAL[c, r]))
				return
			a[++n] = VAL[c, r] + 0
		}
	if (n == 0)
		return
	sort(a, n)
	colours(a, n)
	print "<figure" (wide() ? " class=wide" : "") "><h3>" name(what) "</h3>\n<div class=maps>"
	for (m = 1; m <= MODELS && m <= 60; m++) {
		print "<div>" (MODELS > 1 ? "<p class=p>" name(LABEL[m]) "</p>" : "")
		panel(m, c, what)
		print "</div>"
	}
	print "</div>"
	scale()
	print "<figcaption>" (N[c] in WHAT ? WHAT[N[c]] ". " : "") caption(a, n) "</figcaption>"
	print "<pre><code>" lines("hg-plot -k heat -y " ref(c) " -o " (N[c] == ref(c) ? N[c] : "heat") ".svg " shell(FILE)) "</code></pre>\n</figure>"
}

# wide() - whether maps need all the room.
function wide(   r, h) {
	for (r = 1; r <= ROWS; r++)
		h = H[r] > h ? H[r] : h
	return MODELS > 1 || (h + 1)*step(h + 1, 640, 30) > 390
}

function shell(s) {
	return s ~ /^[A-Za-z0-9_.\/,=:%@+-]+$/ ? s : quoted(s)
}

# colours(a, n) - the scale LOW to HIGH: about 0 for both signs, else from the least to the
# greatest, but for values more than three quartile distances from the quartiles.
function colours(a, n,   q1, q3, i) {
	q1 = quantile(a, n, .25)
	q3 = quantile(a, n, .75)
	SIGNED = a[1] < 0 && a[n] > 0
	LOW = a[1]
	HIGH = a[n]
	OUT = 0
	for (i = 1; i < n && a[i] < q1 - 3*(q3 - q1); i++)
		LOW = a[i + 1]
	for (i = n; i > 1 && a[i] > q3 + 3*(q3 - q1); i--)
		HIGH = a[i - 1]
	if (SIGNED) {
		HIGH = HIGH > -LOW ? HIGH : -LOW
		LOW = -HIGH
	}
	for (i = 1; i <= n; i++)
		OUT += a[i] < LOW || a[i] > HIGH
	FIRST = a[1]
	LAST = a[n]
}

# colour(v) - of viridis, or from blue over white to red.
function colour(v,   t, k, p, q, i, s) {
	t = HIGH > LOW ? (v - LOW)/(HIGH - LOW) : .5
	t = t < 0 ? 0 : t > 1 ? 1 : t
	if ((SIGNED, int(63*t + .5)) in SHADE)
		return SHADE[SIGNED, int(63*t + .5)]
	i = int(63*t + .5)
	t = i/63*(SIGNED ? 6 : 9)
	k = int(t) < (SIGNED ? 6 : 9) ? int(t) : (SIGNED ? 5 : 8)
	split(SIGNED ? DIVERGING[k] : VIRIDIS[k], p, " ")
	split(SIGNED ? DIVERGING[k + 1] : VIRIDIS[k + 1], q, " ")
	s = sprintf("#%02x%02x%02x", p[1] + (t - k)*(q[1] - p[1]) + .5, p[2] + (t - k)*(q[2] - p[2]) + .5, p[3] + (t - k)*(q[3] - p[3]) + .5)
	return SHADE[SIGNED, i] = s
}

# panel(m, c, what) - the heads of model m, as SVG.
function panel(m, c, what,   r, l0, l1, h1, w, h, x, y, v, seen, n, best) {
	l0 = -1
	for (r = 1; r <= ROWS; r++)
		if (M[r] == m) {
			if (l0 < 0 || L[r] < l0)
				l0 = L[r]
			if (L[r] > l1)
				l1 = L[r]
			if (H[r] > h1)
				h1 = H[r]
		}
	if (l1 - l0 > 500 || h1 > 500) {
		print "<p class=note>Too many layers or heads for a picture.</p>"
		return
	}
	w = step(h1 + 1, MODELS > 1 ? 260 : 640, 30)
	h = step(l1 - l0 + 1, MODELS > 1 ? 320 : 480, 24)
	h = h > w ? w : h
	print "<svg role=\"img\" width=\"" (h1 + 1)*w + 34 "\" height=\"" (l1 - l0 + 1)*h + 34 "\" viewBox=\"0 0 " \
		(h1 + 1)*w + 34 " " (l1 - l0 + 1)*h + 34 "\" aria-label=\"" alt(m, c, what, l0, l1, h1) "\">"
	for (r = 1; r <= ROWS; r++) {
		if (M[r] != m || (L[r], H[r]) in seen)
			continue
		seen[L[r], H[r]] = 1
		v = VAL[c, r]
		x = 28 + H[r]*w
		y = 4 + (l1 - L[r])*h
		print "<rect x=\"" x "\" y=\"" y "\" width=\"" w - 1 "\" height=\"" h - 1 "\"" paint(v) "><title>" tip(r, c, what) "</title></rect>"
	}
	ticks(l0, l1, h1, w, h)
	print "</svg>"
}

function step(n, room, limit,   k) {
	k = int(room/n)
	return k > limit ? limit : k < 3 ? 3 : k
}

function paint(v) {
	if (missing(v))
		return " class=\"na\""
	return " fill=\"" colour(v) "\"" (v + 0 < LOW || v + 0 > HIGH ? " class=\"out\"" : "")
}

# tip(r, c, what) - what the pointer tells of a cell: the head, this column, the responses.
function tip(r, c, what,   s, k) {
	s = "layer " L[r] ", head " H[r] "\n" name(what) " " plain(missing(VAL[c, r]) ? "" : VAL[c, r])
	for (k = 1; k <= 2; k++)
		if (RESPONSE[k] in C && RESPONSE[k] != what)
			s = s "\n" RESPONSE[k] " " tip_number(VAL[C[RESPONSE[k]], r])
	return s
}

function tip_number(v) {
	return missing(v) ? "missing" : numeric(v) ? plain(v) : name(v)
}

# alt(m, c, what, l0, l1, h1) - the map in words.
function alt(m, c, what, l0, l1, h1,   r, lo, hi, s) {
	for (r = 1; r <= ROWS; r++)
		if (M[r] == m && !missing(VAL[c, r])) {
			if (!lo || VAL[c, r] + 0 < VAL[c, lo] + 0)
				lo = r
			if (!hi || VAL[c, r] + 0 > VAL[c, hi] + 0)
				hi = r
		}
	s = "Heat map of " name(what) (MODELS > 1 ? " in " name(LABEL[m]) : "") ": layers " l0 " to " l1 ", heads 0 to " h1
	if (lo)
		s = s "; least " plain(VAL[c, lo]) " in layer " L[lo] ", head " H[lo] ", greatest " plain(VAL[c, hi]) \
			" in layer " L[hi] ", head " H[hi]
	return s
}

# ticks(l0, l1, h1, w, h) - numbers of layers and heads, as many as have room.
function ticks(l0, l1, h1, w, h,   i, by, foot) {
	foot = 4 + (l1 - l0 + 1)*h
	by = every(13/h)
	for (i = l0; i <= l1; i++)
		if (i % by == 0)
			print "<text x=\"24\" y=\"" 4 + (l1 - i + .5)*h + 3.5 "\" text-anchor=\"end\">" i "</text>"
	by = every(18/w)
	for (i = 0; i <= h1; i++)
		if (i % by == 0)
			print "<text x=\"" 28 + (i + .5)*w "\" y=\"" foot + 11 "\" text-anchor=\"middle\">" i "</text>"
	print "<text x=\"" 28 + (h1 + 1)*w/2 "\" y=\"" foot + 25 "\" text-anchor=\"middle\">head</text>"
	print "<text transform=\"translate(8 " 4 + (l1 - l0 + 1)*h/2 ") rotate(-90)\" text-anchor=\"middle\">layer</text>"
}

# every(least) - 1, 2, 5, 10, ..., not below it.
function every(least,   k) {
	for (k = 1; k < least; k *= k ~ /^2/ ? 2.5 : 2)
		;
	return k
}

# scale() - the colours and what they mean.
function scale(   i, s) {
	print "<div class=scale><svg width=\"330\" height=\"30\" viewBox=\"0 0 330 30\" role=\"img\" aria-label=\"Colours from " \
		plain(LOW) " to " plain(HIGH) "\">"
	for (i = 0; i < 50; i++)
		print "<rect x=\"" 28 + 5*i "\" y=\"0\" width=\"5.5\" height=\"11\" fill=\"" colour(LOW + (HIGH - LOW)*(i + .5)/50) "\"/>"
	for (i = 0; i <= 2; i++) {
		s = i == 0 && FIRST < LOW ? "≤ " : i == 2 && LAST > HIGH ? "≥ " : ""
		print "<text x=\"" 28 + 125*i "\" y=\"25\" text-anchor=\"middle\">" s minus(sprintf("%.3g", LOW + (HIGH - LOW)*i/2)) "</text>"
	}
	print "</svg></div>"
}

function caption(a, n,   s) {
	if (OUT)
		s = plural(OUT, "value lies", "values lie") " beyond the colours, framed. "
	if (n < ROWS)
		s = s plural(ROWS - n, "value is missing, grey.", "values are missing, grey.")
	return s
}
