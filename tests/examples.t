# The pages: mandoc finds nothing to say about them, their SYNOPSIS is what -h
# prints, and their examples give what they show: in a copy of examples/, all
# literal blocks of EXAMPLES, and of headgeom.7 from end to end.
. tests/lib.sh

# run_examples PAGE - one line for each command.  One that shows no output must
# end well; others may end as they like.
run_examples() {
	case $1 in
	*/headgeom.7) all=1 ;;
	*) all=0 ;;
	esac
	name=$(basename "$1")
	mkdir "$W/$name" "$W/$name.examples"
	(cd "$W/$name.examples" && awk -v all=$all -f "$R/man/examples.awk" "$1")
	cp -R "$R"/examples/* "$W/$name"
	n=1
	while [ -f "$W/$name.examples/$n.cmd" ]; do
		c=$W/$name.examples/$n
		first=$(sed 1q "$c.cmd")
		n=$((n + 1))
		if grep -q 'hg-plot .*-o ' "$c.cmd" && ! have gnuplot; then
			skip "$name: $first: no gnuplot"
			continue
		fi
		(cd "$W/$name" && sh "$c.cmd") </dev/null >"$c.got" 2>"$c.err"
		s=$?
		if [ "$(cat "$c.out"; echo .)" != "$(cat "$c.got"; echo .)" ]; then
			printf 'not ok - %s: %s\n' "$name" "$first"
			diff "$c.out" "$c.got" | sed 's/^/# /'
			sed 's/^/# /' "$c.err"
		elif [ $s -ne 0 ] && [ ! -s "$c.out" ]; then
			printf 'not ok - %s: %s: status %d\n' "$name" "$first" $s
			sed 's/^/# /' "$c.err"
		else
			printf 'ok - %s: %s\n' "$name" "$first"
		fi
	done
	[ $n -gt 1 ] || echo "not ok - $name: no examples"
}

# Text on one line, words apart by one blank, all but options in lower case.
fold() {
	awk '{ for (i = 1; i <= NF; i++) printf " %s", $i ~ /^\[?-/ ? $i : tolower($i) }'
}

# The lines of -h up to the first that explains an option.
usage() {
	"$B/$1" -h | awk '/^ +-/ { exit } { sub(/^usage: /, ""); print }' | fold
}

# The section SYNOPSIS as it is read, on lines that need no hyphenation.
synopsis() {
	mandoc -T ascii -O width=900 "$1" | awk '
	{ gsub(/.\010/, "") }
	/^[A-Z]/ { on = $0 == "SYNOPSIS"; next }
	on' | fold
}

same_synopsis() {
	u=$(usage "$1") p=$(synopsis "$R/man/$1.1")
	if [ -n "$u" ] && [ "$u" = "$p" ]; then
		echo "ok - $1.1: SYNOPSIS is the usage"
	else
		echo "not ok - $1.1: SYNOPSIS is not the usage"
		echo "# usage: $u"
		echo "# page:  $p"
	fi
}

# What mandoc may look up: our pages, and an empty one for each other that they
# name, since not every machine has those.
shelf() {
	mkdir -p "$W/man/man1" "$W/man/man5" "$W/man/man7"
	for p in "$R"/man/*.[157]; do
		ln -s "$p" "$W/man/man${p##*.}/"
	done
	awk '/^[.]/ { for (i = 1; i < NF; i++) if ($i ~ /^[.]?Xr$/) print $(i + 1), $(i + 2) }' \
		"$R"/man/*.[157] | grep -Ev '^(hg-|headgeom|headtable)' | sort -u |
	while read -r name section; do
		mkdir -p "$W/man/man$section"
		: >"$W/man/man$section/$name.$section"
	done
}

lint() {
	said=$(MANPATH=$W/man mandoc -T lint -W style "$1" 2>/dev/null)
	if [ -z "$said" ]; then
		echo "ok - $(basename "$1"): mandoc -T lint"
	else
		echo "not ok - $(basename "$1"): mandoc -T lint"
		echo "$said" | sed 's/^/# /'
	fi
}

if have mandoc; then
	shelf
	for tool in hg-extract hg-describe hg-correlate hg-regress hg-cat hg-measure hg-plot hg-report; do
		same_synopsis $tool
	done
else
	skip 'the pages: no mandoc to check them with'
fi
for page in "$R"/man/*.[157]; do
	! have mandoc || lint "$page"
	run_examples "$page"
done
