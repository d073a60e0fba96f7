# candidates.awk N PROGRAM [WORD ...] - what the Nth word of a command line may be, for
# the completions of bash, zsh and fish.  PROGRAM is word 0; words come as the
# program would get them, the Nth as far as the cursor.
#
# Prints first what is to be completed (files; words; list: words that commas join)
# and, behind a tab, the part of the word that stays as it is; then a word a line,
# and behind a tab what is said of it.  The shell keeps those that fit.
#
# Options and their values are those of PROGRAM -h; columns are those of the files on
# the line, as hg-cat reads them.  Not offered are names with control characters, in a
# list those with commas, in a formula those that need quotes there.
BEGIN {
	n = ARGV[1] + 0
	for (words = 0; words < ARGC - 2; words++)
		word[words] = ARGV[words + 2]
	# The program as it was typed, or else that of its name; then in the shell $p.
	find = "p=" quoted(word[0]) "; command -v \"$p\" >/dev/null 2>&1 || p=${p##*/}; "
	read_usage(find "\"$p\" -h 2>/dev/null </dev/null")
	for (i = 1; i < words; i++)
		if (i == n)
			at_cursor()
		else
			pass(word[i])
	if (waiting != "")
		value_of(waiting, "", word[n])
	else if (operand_here || word[n] !~ /^-/)
		print "files\t"
	else if (taking(word[n]) != "" && from > 0)
		value_of(taking(word[n]), substr(word[n], 1, from - 1), substr(word[n], from))
	else
		options()
}

# A word of the shell that is text and nothing else.
function quoted(s) {
	gsub(/'/, "'\\''", s)
	return "'" s "'"
}

# ---- the usage text

# Options in their order: name, letter ("  ": none), what they take (in capitals), what
# is said of them.  Words behind the options stand under the name of that which takes them.
function read_usage(command,	line, name, section, part) {
	while ((command | getline line) > 0)
		if (match(line, /^  (-., |    )--[a-z0-9-]+( [A-Z][^ ]*)?/)) {
			split(substr(line, 7, RLENGTH - 6), part, " ")
			option[++noption] = name = part[1]
			letter[name] = substr(line, 3, 2)
			of[letter[name]] = name
			takes[name] = part[2]
			said[name] = substr(line, RLENGTH + 1)
			sub(/^ +/, "", said[name])
			section = ""
		} else if (line ~ /^[a-z]+$/) {
			section = "--" line
		} else if (section != "") {
			sub(/^ [^:]*:/, "", line)
			listed[section] = listed[section] " " line
		} else if (name != "") {
			sub(/^ +/, " ", line)
			said[name] = said[name] line
		}
	close(command)
}

function options(	i) {
	print "words\t"
	for (i = 1; i <= noption; i++) {
		if (letter[option[i]] != "  ")
			print letter[option[i]] "\t" said[option[i]]
		print option[i] "\t" said[option[i]]
	}
}

# The values of an option, a blank between: those behind the options, or of its text
# "a: what; b: what", or, alone or behind a colon, "a, b or c".  Brackets are skipped.
function values(name,	s, i, n, k, part, v) {
	if (name in listed)
		return listed[name]
	s = said[name]
	gsub(/ *[(][^)]*[)]/, "", s)
	n = split(s, part, "; ")
	for (i = 1; i <= n; i++)
		if (match(part[i], /^[a-z0-9]+: /)) {
			v = v " " substr(part[i], 1, RLENGTH - 2)
			k++
		}
	if (k > 1)
		return v
	sub(/.*: /, "", s)
	gsub(/, | or /, ",", s)
	if (s !~ /^[a-z0-9]+(,[a-z0-9]+)+$/)
		return ""
	gsub(/,/, " ", s)
	return s
}

# ---- the words

# A name of an option in full: it may be cut short where that leaves no doubt.
function full(s,	i, found) {
	if (s in takes)
		return s
	for (i = 1; i <= noption; i++)
		if (index(option[i], s) == 1) {
			if (found != "")
				return ""
			found = option[i]
		}
	return found
}

# The option in word s that takes a value, or "".  The value begins at its character
# from, or is the next word if that is 0.
function taking(s,	i, name) {
	from = 0
	if (s ~ /^--/) {
		i = index(s, "=")
		if (i > 0)
			from = i + 1
		name = full(i > 0 ? substr(s, 1, i - 1) : s)
		return name != "" && takes[name] != "" ? name : ""
	}
	for (i = 2; s ~ /^-/ && i <= length(s); i++) {
		name = "-" substr(s, i, 1)
		if (name in of && takes[of[name]] != "") {
			if (i < length(s))
				from = i + 1
			return of[name]
		}
	}
	return ""
}

# A word that is not to be completed: an option, the value of one, or an operand.
function pass(s) {
	if (wanted != "")
		wanted = ""
	else if (redirected)
		redirected = 0
	else if (!ended && s == "--")
		ended = 1
	else if (!ended && s ~ /^-./) {
		wanted = taking(s)
		if (from > 0)
			wanted = ""
	} else if (s ~ /^[0-9]*>/)
		redirected = s ~ />[|&]?$/
	else
		operand[++noperand] = s
}

function at_cursor() {
	waiting = wanted
	operand_here = ended || redirected
	wanted = redirected = ""
}

# What option name may have for a value, of which s is there; head stands before it.
function value_of(name, head, s,	v, i, k, value, kind) {
	v = values(name)
	kind = takes[name] ~ /^(LIST|FORMULA)$/ ? "list" : "words"
	if (v == "" && takes[name] == "FILE") {
		print "files\t" head
		return
	}
	if (kind == "list" && match(s, takes[name] == "LIST" ? ".*," : ".*[ ~+*:|^(-]")) {
		head = head substr(s, 1, RLENGTH)
		s = substr(s, RLENGTH + 1)
	}
	if (takes[name] == "LIST" && v == "" && s ~ /^\^/)
		head = head "^"
	print kind "\t" head
	k = split(head, value, /[=,]\^?/)
	for (i = 1; i <= k; i++)
		there[value[i]] = 1
	k = split(v, value, " ")
	for (i = 1; i <= k; i++)
		offer(value[i], kind)
	if (takes[name] ~ /^COL/ || kind == "list" && v == "" && name !~ /^--(na|heads|layers|rotary)$/)
		for (i = 1; i <= noperand; i++)
			columns(operand[i], takes[name] == "FORMULA" ? "term" : kind)
}

# Once each, not those that the list has, and not what cannot stand there.
function offer(s, kind) {
	if (!(s in there) && s !~ /[\001-\037\177]/ && (kind != "list" || s !~ /,/) &&
	    (kind != "term" || s ~ /^[A-Za-z_.][A-Za-z0-9_.]*$/))
		print s
	there[s] = 1
}

# ---- the columns of a file

function columns(file, kind,	command, line, header, name) {
	if (file ~ /^~\//)
		file = ENVIRON["HOME"] substr(file, 2)
	command = find "f=" quoted(file) "; [ -f \"$f\" ] && " \
		"\"${p%hg-*}hg-cat\" -p -@ 1 -- \"$f\" 2>/dev/null </dev/null"
	while ((command | getline line) > 0) {
		header = header line
		if (gsub(/"/, "\"", header) % 2 == 0)
			break
		header = header "\n"
	}
	close(command)
	for (header = header ","; header != ""; header = substr(header, RLENGTH + 1)) {
		if (!match(header, /^"([^"]|"")*",/))
			match(header, /^[^,]*,/)
		name = substr(header, 1, RLENGTH - 1)
		if (sub(/^"/, "", name)) {
			sub(/"$/, "", name)
			gsub(/""/, "\"", name)
		}
		if (name != "")
			offer(name, kind)
	}
}
