#!/bin/sh
# html.sh FOLDER VERSION PAGE ... - writes pages of this folder as HTML, and an index of
# them, into an empty FOLDER, for make html.  The commands of headgeom.7 are run, with
# the programs in PATH, and the pictures that they make stand below them, where there is
# gnuplot.
set -eu
out=$(cd "$1" && pwd) version=$2
shift 2
cd "$(dirname "$0")"
here=$(pwd) work=$out/work
mkdir "$work"
cp style.css "$out"

if command -v gnuplot >/dev/null; then
	cp -R ../examples/* "$work"
	cd "$work"
	rm ./*.svg
	awk -v all=1 -f "$here/examples.awk" "$here/headgeom.7"
	n=1
	while [ -f $n.cmd ]; do
		sh $n.cmd >$n.said 2>&1 </dev/null || true
		n=$((n + 1))
	done
	for f in *.svg; do
		[ ! -f "$f" ] || mv "$f" "$out"
	done
	cd "$here"
	pictures=1
else
	echo 'make html: no gnuplot: the pages have no pictures' >&2
	pictures=0
fi
rm -r "$work"

# begin TITLE - what stands before the body of a page.
begin() {
	cat <<END
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1.0"/>
<link rel="stylesheet" href="style.css"/>
<title>$1</title>
</head>
<body>
END
}

# fragment PAGE - as mandoc has it.
fragment() {
	mandoc -I os="headgeom $version" -T html \
		-O 'fragment,man=%N.%S.html;https://manpages.debian.org/%N.%S' "$1"
}

# contents - links to the sections of the page on standard input.
contents() {
	awk '
	BEGIN { print "<details class=\"toc\"><summary>Contents</summary>\n<ul>" }
	match($0, /^<h[12] class="S[hs]" id="[^"]*"/) {
		id = name = substr($0, 20, RLENGTH - 20)
		gsub(/_/, " ", name)
		printf "<li class=\"%s\"><a href=\"#%s\">%s</a></li>\n", substr($0, 2, 2), id, name
	}
	END { print "</ul>\n</details>" }'
}

# illustrated - a page, with each picture below the command that makes it.
illustrated() {
	awk -v pictures=$pictures -v out="$out" '
	{ print }
	/^<pre>/ { command = "" }
	{ command = command $0 "\n" }
	/<\/pre>$/ && match(command, /-o [a-z]+[.]svg/) {
		picture = substr(command, RSTART + 3, RLENGTH - 3)
		gsub(/^<pre>[$] |<\/pre>\n$/, "", command)
		gsub(/\n&gt;/, "", command)
		gsub(/"/, "\\&quot;", command)
		figure = "<figure><img src=\"" picture "\" alt=\"drawn by " command "\"/></figure>"
	}
	/^<\/div>/ && figure != "" {
		if ((getline line <(out "/" picture)) > 0)
			print figure
		else if (pictures)
			print "make html: not drawn: " picture >"/dev/stderr"
		figure = ""
	}'
}

for page; do
	name=$(basename "$page")
	fragment "$name" >"$out/fragment"
	{
		begin "${name%.*}(${name##*.})"
		echo '<nav><a href="index.html">headgeom</a></nav>'
		contents <"$out/fragment"
		if [ "$name" = headgeom.7 ]; then illustrated; else cat; fi <"$out/fragment"
		printf '</body>\n</html>\n'
	} >"$out/$name.html"
	rm "$out/fragment"
done

{
	begin "headgeom $version"
	printf '<h1>headgeom %s</h1>\n<dl class="index">\n' "$version"
	for page; do
		name=$(basename "$page")
		printf '<dt><a href="%s.html">%s(%s)</a></dt>\n<dd>%s</dd>\n' "$name" "${name%.*}" "${name##*.}" \
			"$(sed -n 's/^\.Nd //p' "$name")"
	done
	printf '</dl>\n</body>\n</html>\n'
} >"$out/index.html"
