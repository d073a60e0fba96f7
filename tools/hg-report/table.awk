# table.awk - what is read: CSV as hg-cat and its like write it, the head table, results.

# rec(file) - the next record of a table that hg-cat or its like has written: F[1..the result],
# 0 at the end.  RECORDS counts, LINES are those of the file.
function rec(file,   line, more, q) {
	if ((getline line <file) <= 0)
		return 0
	LINES++
	if (!index(line, "\""))
		return split(line, F, ",")
	for (;;) {
		q = line
		if (gsub(/"/, "", q) % 2 == 0 || (getline more <file) <= 0)
			break
		LINES++
		line = line "\n" more
	}
	return fields(line)
}

# fields(line) - a record that has quotes.
function fields(line,   n, i, v) {
	for (n = 0; ; line = substr(line, 2)) {
		v = ""
		if (substr(line, 1, 1) == "\"") {
			line = substr(line, 2)
			while ((i = index(line, "\"")) > 0 && substr(line, i + 1, 1) == "\"") {
				v = v substr(line, 1, i)
				line = substr(line, i + 2)
			}
			v = v substr(line, 1, i - 1)
			line = substr(line, i + 1)
		} else {
			i = index(line, ",")
			v = i ? substr(line, 1, i - 1) : line
			line = i ? substr(line, i) : ""
		}
		F[++n] = v
		if (line == "")
			return n
	}
}

# header(file) - N[1..the result] are the names of the columns, C[name] the first that has it.
function header(file,   n, i) {
	split("", C)
	LINES = 0
	n = rec(file)
	for (i = 1; i <= n; i++) {
		N[i] = F[i]
		if (!(F[i] in C))
			C[F[i]] = i
	}
	return n
}

# load(t, nkey) - a table of results, t.csv: R[t] rows; V[t, row, name] behind nkey keys, and
# K[t, row], the keys as one text.
function load(t, nkey,   file, n, m, i, k, col) {
	file = T "/" t ".csv"
	R[t] = 0
	n = rec(file)
	for (i = 1; i <= n; i++)
		col[i] = F[i]
	while ((m = rec(file)) > 0) {
		R[t]++
		k = ""
		for (i = 1; i <= m; i++)
			if (i > nkey)
				V[t, R[t], col[i]] = F[i]
			else
				k = k (i > 1 ? " / " : "") F[i]
		K[t, R[t]] = k
	}
	close(file)
	for (i = 1; i <= R[t]; i++)
		AT[t, K[t, i], V[t, i, "y"], V[t, i, "x"] V[t, i, "term"]] = i
	return R[t]
}

# of(t, key, y, x, field) - a field of the row of y and x (or term), "" if there is none.
function of(t, key, y, x, field) {
	return (t, key, y, x) in AT ? V[t, AT[t, key, y, x], field] : ""
}

function exists(file,   line, is) {
	is = (getline line <file) >= 0
	close(file)
	return is
}

function die(s) {
	print "hg-report: " FILE ": " s | "cat 1>&2"
	close("cat 1>&2")
	STATUS = 1
	exit 1
}

# read_table() - the table, plain.csv: ROWS; L[r], H[r], M[r] (the model's number), VAL[c, r] of
# all columns but those of the spectrum.  LABEL[m] is what tells model m apart.
function read_table(   n, r, i, k, file) {
	file = T "/plain.csv"
	COLS = header(file)
	if (!("layer" in C) || !("head" in C))
		die("no column \"" ("layer" in C ? "head" : "layer") "\": a report is of a head table")
	for (i = 1; i <= COLS; i++) {
		SPEC[i] = N[i] ~ /^s[0-9]+$/
		TAG[i] = tag(i)
	}
	for (r = 1; (n = rec(file)) > 0; r++) {
		k = ""
		for (i = 1; i <= COLS; i++) {
			if (!SPEC[i])
				VAL[i, r] = F[i]
			if (TAG[i])
				k = k F[i] SUBSEP
		}
		L[r] = whole(C["layer"])
		H[r] = whole(C["head"])
		M[r] = model(k)
		spectrum(r)
	}
	close(file)
	ROWS = r - 1
	TALL = LINES - ROWS - 1
	labels()
}

# tag(i) - whether column i tells models apart, or stacks: those in front of layer, unless
# somebody has moved head from behind it.
function tag(i) {
	if (C["head"] != C["layer"] + 1)
		return N[i] == "model" || N[i] == "stack"
	return i < C["layer"] && !(N[i] in WHAT) && !SPEC[i]
}

# whole(c) - layer or head of the row that was read.
function whole(c) {
	if (F[c] !~ /^[0-9]+$/ || length(F[c]) > 6)
		die(N[c] ": not a whole number from 0 to 999999: \"" visible(F[c]) "\"")
	return F[c] + 0
}

function model(k) {
	if (!(k in MODEL)) {
		MODEL[k] = ++MODELS
		KEY[MODELS] = k
	}
	return MODEL[k]
}

# spectrum(r) - how long that of row r is, and what there is of spectra.
function spectrum(r,   i, n) {
	for (i = n = 0; ++i <= COLS;)
		if (SPEC[i] && !missing(F[i])) {
			n++
			POSITIVE = POSITIVE || F[i] + 0 > 0
		}
	LONG[r] = n
}

# labels() - VARY[c] of the tags that differ between models, LABEL[m] made of them.
function labels(   i, m, j, part, n, first) {
	for (m = 1; m <= MODELS; m++) {
		split(KEY[m], part, SUBSEP)
		for (i = j = 0; ++i <= COLS;)
			if (TAG[i]) {
				TEXT[m, i] = part[++j]
				if (TEXT[m, i] != TEXT[1, i])
					VARY[i] = 1
			}
	}
	for (m = 1; m <= MODELS; m++) {
		first = 1
		for (i = 1; i <= COLS; i++)
			if (TAG[i] && (i in VARY || MODELS == 1)) {
				LABEL[m] = LABEL[m] (first ? "" : " / ") TEXT[m, i]
				first = 0
			}
	}
}

# ref(i) - column i as a list of columns names it: by its number, if the name could be
# taken for something else, which is in T/name-NUMBER then.
function ref(i) {
	if (N[i] ~ /^[A-Za-z_][A-Za-z0-9_.]*$/ && C[N[i]] == i)
		return N[i]
	if (i in C)
		die("a column is called " i ", and another cannot be named otherwise")
	printf "%s", N[i] >(T "/name-" i)
	close(T "/name-" i)
	return i
}

# refs(a) - those columns i of which a[i] is true.
function refs(a,   i, s) {
	for (i = 1; i <= COLS; i++)
		if ((i in a) && a[i])
			s = s (s == "" ? "" : ",") ref(i)
	return s
}

function put(what, value) {
	print what, value >(T "/facts")
}

# facts() - for the shell, in T/facts: numbers, and columns as ref has them; nothing else.
function facts(   out, r, i, j, layers, keys, stages, seen, n, s, isstage, t) {
	for (r = 1; r <= ROWS; r++) {
		if (!((M[r], L[r]) in seen)) {
			seen[M[r], L[r]] = 1
			layers++
		}
		if ("stage" in C && VAL[C["stage"], r] != "" && !(VAL[C["stage"], r] in isstage)) {
			isstage[VAL[C["stage"], r]] = 1
			stages++
		}
	}
	put("layers", layers + 0)
	put("few", layers <= 40)
	put("models", MODELS + 0)
	put("tall", TALL + 0)
	s = refs(TAG)
	put("layer", s (s == "" ? "" : ",") "layer")
	put("keys", shared() ? s (s == "" ? "" : ",") "layer," ref(C["kv_head"]) : "")
	t = refs(VARY)
	put("vary", t)
	put("factors", MODELS > 30 ? "" : t)
	for (i = 1; i <= COLS; i++)
		if (i in VARY && N[i] != "stack")
			break
	put("pool", i <= COLS ? ref(i) : "")
	put("panels", MODELS + 0)
	put("group", MODELS > 1 ? t : stages > 1 ? "stage" : "")
	for (i = n = 0; ++i <= COLS;)
		n += SPEC[i]
	put("spectrum", POSITIVE ? n : 0)
	put("numbers", ROWS*n)
	for (i = j = 0; i++ < NDESCR;)
		if (DESCR[i] in C)
			j++
	put("described", j)
	put("y", listed("entropy logit_std", 2))
	s = listed("op spec_ent rank_eff anisotropy", 4)
	for (i = 1; s == "" && i <= NDESCR; i++)
		s = listed(DESCR[i], 1)
	put("terms", s)
	close(T "/facts")
}

# listed(names, n) - those of them that are columns.
function listed(names, n,   a, i, s) {
	n = split(names, a, " ")
	for (i = 1; i <= n; i++)
		if (a[i] in C)
			s = s (s == "" ? "" : ",") a[i]
	return s
}

# shared() - whether heads share key heads: KEYS of them, for ROWS heads.
function shared(   r, seen, k) {
	if (!("kv_head" in C))
		return 0
	KEYS = 0
	for (r = 1; r <= ROWS; r++) {
		k = VAL[C["kv_head"], r]
		if (k == "")
			return 0
		if (!((M[r], L[r], k) in seen)) {
			seen[M[r], L[r], k] = 1
			KEYS++
		}
	}
	return KEYS < ROWS - repeated()
}

# repeated() - rows of which an earlier one has the model, layer and head.
function repeated(   r, seen, n) {
	for (r = 1; r <= ROWS; r++) {
		if ((M[r], L[r], H[r]) in seen)
			n++
		seen[M[r], L[r], H[r]] = 1
	}
	return n + 0
}
