# The pages as HTML: whole, with links that lead somewhere, and pictures.
. tests/lib.sh
needs mandoc
if sanitized; then
	skip 'html: the examples are run by examples.t'
	exit
fi

# html FOLDER
html() {
	mkdir "$1"
	"$R/man/html.sh" "$1" 1.2 headgeom.7 "$R"/man/*.1 "$R/man/headtable.5"
}

# links FILE ... - those that lead to no file, or no place in it.
links() {
	awk '
	{ s = $0 }
	FNR == 1 { file[FILENAME] = 1 }
	{
		while (match(s, /(id|href|src)="[^"]*"/)) {
			split(substr(s, RSTART, RLENGTH - 1), part, "=\"")
			s = substr(s, RSTART + RLENGTH)
			n = index(part[2], "#")
			if (part[1] == "id")
				place[FILENAME "#" part[2]] = 1
			else if (n == 1)
				link[FILENAME part[2]] = FILENAME
			else if (part[2] !~ /^https:/)
				link[part[2]] = FILENAME
		}
	}
	END {
		for (l in link)
			if (!(l in place) && !(l in file) && (getline s <l) <= 0)
				print link[l] ": " l
	}' "$@"
}

if have gnuplot; then
	t 'html' 0 'html html' '' ''
	t 'pictures, each below its command' 0 "awk '/hg-plot .*-o [a-z]+[.]svg/ && match(\$0, /[a-z]+[.]svg/) { p = substr(\$0, RSTART, RLENGTH) }
		/<img/ { print (index(\$0, \"src=\\\"\" p \"\\\"\") > 0) }' html/headgeom.7.html; ls html/*.svg | wc -l" '1
1
1
1
1
5'
	t 'a text for those who do not see it' 0 'grep -o "src=\"resid.*" html/headgeom.7.html' \
		"src=\"residuals.svg\" alt=\"drawn by hg-regress --rows -f 'entropy ~ trace | layer' heads.csv.gz | hg-plot -o residuals.svg\"/></figure>"
else
	t 'html, no gnuplot' 0 'html html' '' 'make html: no gnuplot: the pages have no pictures'
fi
t 'links' 0 'cd html && links *.html' ''
t 'every page in the index' 0 'cd html && ls *.[157].html | wc -l >n && grep -c "^<dt>.*\.html" index.html | cmp - n'
if have tidy; then
	t 'tidy' 0 'tidy -q -e html/*.html' '' ''
else
	skip 'html: no tidy'
fi

# Without gnuplot, as it is on other machines.
mkdir bare
for f in sh awk basename cat cp dirname ls mandoc mkdir mv rm sed; do
	ln -s "$(command -v $f)" bare
done
t 'no gnuplot' 0 'PATH=$W/bare; html plain && ls plain' 'headgeom.7.html
headtable.5.html
hg-*
index.html
style.css' 'make html: no gnuplot: the pages have no pictures'
t 'no gnuplot: links' 0 'cd plain && links *.html' ''
