# layout.awk - the lines of a file of C whose layout is not clang-format's: where a
# statement begins, braces, blanks between words.  Reads the difference of the file
# and of what clang-format makes of it, as diff -U0 prints it; -v file=NAME.
#
# What the hand sets: margins, blanks around operators, enums and structs on a line,
# tables, chains of ?:, macros, attributes, and lines that continue others.
function plain(s,	indent) {
	match(s, /^[ \t]*/)
	indent = substr(s, 1, RLENGTH)
	s = substr(s, RLENGTH + 1)
	gsub(/[ \t]+/, " ", s)
	gsub(/ ?[-*\/%+] ?/, "+", s)
	gsub(/ \(\+/, "(+", s)
	gsub(/; ?[;)]/, ";", s)
	sub(/\) "/, ")\"", s)
	sub(/ ?\\$/, "", s)
	return indent s "\n"
}
function by_hand(s) {
	return s ~ /enum|struct|union|\?|^[ \t]*:|#define|\\$|__attribute__/ ||
	    s ~ /^[ \t]*[{."[]|^\t*[A-Z][A-Z_0-9]*( = [A-Z_0-9]+)?,|^\t*    [^ ]|[=|&"]$/
}
function end() {
	if (old != new && !set) {
		printf "%s:%d: clang-format sets this otherwise:\n%s", file, line, shown
		bad = 1
	}
	old = new = shown = ""
	set = 0
}
/^(---|\+\+\+) / && FNR < 3 { next }
/^@@/ {
	end()
	line = -substr($2, 1)
}
/^-/ {
	set = set || by_hand(substr($0, 2))
	old = old plain(substr($0, 2))
	shown = shown $0 "\n"
}
/^\+/ {
	new = new plain(substr($0, 2))
	shown = shown $0 "\n"
}
END {
	end()
	exit bad
}
