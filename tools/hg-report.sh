#!/bin/sh
# hg-report - what there is to see in a head table, as one page of HTML.
#
# In: a head table, of one model or of several.  Out: a page that needs no network and no
# script: what the data are, heat maps, spectra, correlations, regressions, the heads that
# decide, and what the numbers do not show.
#
# All numbers are those of the other programs, which run here one by one: run keeps what
# each writes in a file of $T, shows the command in the page, and ends with what it says if
# it fails.  There is no pipe between them, so that none can fail unseen.  The awk program
# below (hg-report/*.awk, put in by make) makes HTML of the files.
set -eu
LC_ALL=C
export LC_ALL
unset xs ys                        # what the user asks for, if anything
version=@VERSION@
case $0 in
*/*) PATH=${0%/*}:$PATH ;;
esac

usage() {
	cat <<-'EOF'
	usage: hg-report [-hV] [-o FILE] [-x LIST] [-y LIST] [--max-record SIZE]
	                 [--title TEXT] [FILE ...]
	  -h, --help          print this
	  -o, --output FILE   write the page to FILE
	  -V, --version       print the version
	  -x, --x LIST        predictors (all descriptors; of the regression op,
	                      spec_ent, rank_eff, anisotropy)
	  -y, --y LIST        responses (entropy, logit_std)
	      --max-record SIZE
	                      memory that a row may take (88M)
	      --title TEXT    title of the page (the models' names)
	EOF
}

die() {
	printf 'hg-report: %s\n' "$1" >&2
	exit 1
}

wrong() {
	printf 'hg-report: %s\nhg-report: option -h shows the usage\n' "$1" >&2
	exit 2
}

# long NAME - what the option is called by set_option; it may be cut as long as it is clear.
long() {
	letter=
	for o in help:h max-record:record output:o title:title version:V x:x y:y; do
		case ${o%:*} in
		"$1"*) letter=${o#*:} ;;
		esac
	done
	if [ -z "$letter" ] || [ -z "$1" ]; then
		wrong "unknown option --$1"
	fi
}

# set_option LETTER VALUE
set_option() {
	case $1 in
	h) usage 2>/dev/null || die 'standard output: it cannot be written' ;;
	V) echo "hg-report (headgeom) $version" 2>/dev/null || die 'standard output: it cannot be written' ;;
	o)
		[ -n "$2" ] || wrong '-o: the name of a file is empty'
		out=$2
		return
		;;
	record)
		[ -n "$2" ] || wrong '--max-record: not a size: ""'
		record=$2
		return
		;;
	title) title=$2 && return ;;
	x) [ -z "${xs+set}" ] || wrong '-x: given twice' ;;
	y) [ -z "${ys+set}" ] || wrong '-y: given twice' ;;
	*) wrong "unknown option -$1" ;;
	esac
	case $1 in
	x) xs=$2 ;;
	y) ys=$2 ;;
	*) exit 0 ;;
	esac
}

# --- Running programs

# quoted TEXT - as the shell reads it: in quotes, or where it has what no page can show by
# printf.
quoted() {
	A=$1 awk -v part=quoted -f "$T/report.awk"
}

# shown COMMAND ... - a line for the page, with names of $T without their directory.
shown() {
	line=
	for a; do
		a=${a#"$T/"}
		case $a in
		'' | *[!A-Za-z0-9_./,=:%@+-]*) a=$(quoted "$a") ;;
		esac
		line="$line${line:+ }$a"
	done
	printf '%s\n' "$line"
}

# said [1] - what a program has said, without the directory; once each to standard error, and
# for the page; with 1 it has failed.
said() {
	A=$fig FAILED=${1-0} awk -v part=said -f "$T/report.awk" >&2
}

# run COMMAND ... - for the figure $fig.
run() {
	program=$1
	shift
	set -- "$program" ${record:+--max-record "$record"} "$@"
	shown "$@" >>"$T/$fig.cmd"
	"$@" >"$T/out" 2>"$T/err" || {
		status=$?
		said 1
		[ $status -lt 126 ] || die "$program: not found, or killed (status $status)"
		[ $status = 2 ] || exit 1
		exit 2
	}
	[ ! -s "$T/err" ] || said
}

# part NAME [ARGUMENT] - what the awk program calls so.
part() {
	A=${2-} awk -v part="$1" -f "$T/report.awk" || exit 1
}

# picture KIND NAME OPTION ... - by hg-plot, of the last of the options, which is a file; as PNG
# if that is smaller, and left out if the page has no $room for it.
picture() {
	[ "$pictures" = 1 ] || return 0
	kind=$1 name=$2
	shift 2
	: >>"$T/$fig.cmd"
	cp "$T/$fig.cmd" "$T/before.cmd"
	run hg-plot -k "$kind" -o "$T/$name.svg" "$@"
	size=$(wc -c <"$T/$name.svg")
	set -- hg-plot ${record:+--max-record "$record"} -k "$kind" -o "$T/$name.png" "$@"
	if [ "$size" -gt 200000 ] && "$@" 2>/dev/null &&
		[ $(($(wc -c <"$T/$name.png") * 4 / 3)) -lt "$size" ]; then
		od -A n -t u1 -v "$T/$name.png" >"$T/$name.od"
		size=$(($(wc -c <"$T/$name.png") * 4 / 3))
		cp "$T/before.cmd" "$T/$fig.cmd"
		shown "$@" >>"$T/$fig.cmd"
	fi
	if [ "$size" -lt "$room" ]; then
		room=$((room - size))
	else
		: >"$T/$name.left"
	fi
	part figure "$name" >"$T/$name.html"
}

# --- The table

# take OPERAND ... - $table, the file that all programs read.  One file is read where it
# lies, and messages name it; what else there is becomes one first.
take() {
	fig=table
	[ $# -gt 0 ] || set -- -
	for file; do
		[ -f "$file" ] || STREAM=1
		shift
		case $file in
		-?*) file=./$file ;;
		esac
		set -- "$@" "$file"
	done
	if [ $# = 1 ] && [ -f "$1" ]; then
		table=$1
	else
		table=$T/table.csv.gz
		run hg-cat -o "$table" "$@"
	fi
	look
	if [ "$spectrum" -gt 0 ] && [ "$described" = 0 ]; then
		fig=table
		DESCRIBED=${table#"$T/"}
		run hg-describe ${xs+-a} -k -o "$T/described.csv.gz" "$table"
		table=$T/described.csv.gz
		look
	fi
}

# look - the table as text, and what is in it.
look() {
	fig=none
	run hg-cat -o "$T/plain.csv" "$table"
	FILE=${table#"$T/"}
	export FILE
	part facts
	while read -r name value; do
		case $name in
		described) described=$value ;;  # columns of descriptors
		factors) factors=$value ;;      # those that the regression gives means
		few) few=$value ;;              # whether layers are few: CR2 takes the cube of their number
		group) group=$value ;;          # keys of groups: models, or stages
		keys) keys=$value ;;            # columns that name a key head, if heads share them
		layer) layer=$value ;;          # columns that name a layer
		layers) layers=$value ;;
		models) models=$value ;;
		numbers) numbers=$value ;;      # of singular values in all
		panels) panels=$value ;;        # of hg-plot, by default
		pool) pool=$value ;;            # the first column that tells models apart
		spectrum) spectrum=$value ;;    # columns of singular values
		stage) stage=$value ;;          # the column, if it has several
		tall) tall=$value ;;            # lines of the table that are no rows
		terms) terms=$value ;;          # predictors of the regression
		vary) vary=$value ;;            # columns that tell models apart
		y) y=$value ;;                  # responses
		esac
	done <"$T/facts"
	terms=${xs-$terms}
}

# --- What is run, section by section

# correlate NAME OPTION ... - $T/NAME.csv, of the responses and predictors.
correlate() {
	name=$1
	shift
	run hg-correlate "$@" ${xs+-x "$xs"} -y "$y" -o "$T/$name.csv" "$table"
}

# exact COLUMN - $column, its name, for options that know no numbers.
exact() {
	column=$1
	if [ -f "$T/name-$1" ]; then
		column=$(cat "$T/name-$1" && echo .)
		column=${column%.}
	fi
}

# regress NAME TABLE OPTION ... - $T/NAME.csv, with a mean for each model.
regress() {
	name=$1 of=$2
	shift 2
	for c in $(echo "$factors" | tr , ' '); do
		exact "$c"
		set -- --factor "$column" "$@"
	done
	run hg-regress -x "$terms" "$@" -o "$T/$name.csv" "$of"
}

# clustered NAME TABLE OPTION ... - with errors for layers, if there are several.
clustered() {
	name=$1 of=$2
	shift 2
	if [ "$layers" -gt 1 ]; then
		set -- --cluster "$layer" --small cr2 "$@"
	fi
	regress "$name" "$of" "$@"
}

correlations() {
	fig=corr
	correlate groups -g "$group"
	fig=tests
	correlate holm -g "$group" --adjust holm --family all
	fig=within
	if [ "$layers" -gt 1 ]; then
		correlate layers -g '' --cluster "$layer" --small cr2
		if [ "$few" = 1 ]; then
			correlate within -g '' --within "$layer" --cluster "$layer" --small cr2
		else
			correlate within -g '' --within "$layer"
		fi
		correlate perm -g '' --within "$layer" --permute 999
	else
		correlate perm -g '' --permute 999
	fi
	if [ -n "$keys" ]; then
		fig=keys
		correlate keys -g '' --cluster "$keys" --small cr2
	fi
	if [ -n "$pool" ]; then
		fig=pool
		exact "$pool"
		correlate pool -g "$vary" --pool "$column"
	fi
	part strongest
	cp "$T/corr.cmd" "$T/forest.cmd"
	fig=forest
	[ ! -s "$T/profile" ] || [ "$panels" -gt 12 ] || picture forest forest "$T/groups.csv"
	while read -r i x yref <&3; do
		fig=scatter-$i
		[ "$x" = - ] || picture scatter "scatter-$i" ${group:+-g "$group"} -x "$x" -y "$yref" "$table"
	done 3<"$T/responses"
	fig=profile
	[ ! -s "$T/profile" ] || by_model profile -y "$(cat "$T/profile")" "$table"
}

# by_model KIND OPTION ... - a picture, of all models together if they are too many.
by_model() {
	of=$1
	shift
	[ "$panels" -le 12 ] || set -- -g '' "$@"
	picture "$of" "$of" "$@"
}

regressions() {
	[ -n "$terms" ] && [ -s "$T/responses" ] || return 0
	fig=coef
	clustered coef "$table" -y "$y"
	fig=share
	part coefficients
	[ ! -s "$T/shares" ] || regress share "$table" -y "$y" --importance
	fig=fit
	cross=''
	[ "$layers" -le 1 ] || cross=$layer
	clustered fit "$table" -y "$y" --fit ${cross:+--cross "$cross"}
	if [ -n "$pool" ]; then
		fig=models
		exact "$pool"
		factors='' clustered models "$table" -y "$y" -g "$vary" --pool "$column"
	fi
	while read -r i x yref <&3; do
		influence
	done 3<"$T/responses"
	fig=coef
	[ -z "$pool" ] || fig=models
	cp "$T/$fig.cmd" "$T/terms.cmd"
	of=$T/$fig.csv fig=terms
	[ ! -s "$T/coefficients" ] || [ "$panels" -gt 12 ] || picture forest terms "$of"
	fig=matrix
	run hg-correlate --matrix -g '' ${vary:+--within "$vary"} -x "$terms" -o "$T/matrix.csv" "$table"
}

# influence - of single heads on the regression of response number $i.
influence() {
	fig=rows-$i
	regress "rows-$i" "$table" -y "$yref" --rows
	fig=none
	regress "plain-$i" "$table" -y "$yref"
	part flag "$i"
	[ -s "$T/flag-$i" ] || return 0
	cp "$T/rows-$i.cmd" "$T/residuals-$i.cmd"
	fig=residuals-$i
	picture residuals "residuals-$i" "$T/rows-$i.csv"
	[ "$tall" = 0 ] || return 0
	fig=rows-$i n=0
	while read -r how value <&4; do
		case $how in
		above) without "without-$i" "NR == 1 || \$NF <= $value" ;;
		head) n=$((n + 1)) && without "without-$i-$n" "NR != $((value + 1))" ;;
		esac
	done 4<"$T/flag-$i"
}

# without NAME CONDITION - the regression of the rows that meet it; of all heads above the
# limit together the correlations too.
without() {
	printf '%s >%s.csv\n' "$(shown awk -F, "$2" "$T/rows-$i.csv")" "$1" >>"$T/$fig.cmd"
	awk -F, "$2" "$T/rows-$i.csv" >"$T/$1.csv"
	clustered "coef-$1" "$T/$1.csv" -y "$yref"
	if [ "$1" = "without-$i" ]; then
		run hg-correlate -g "$group" ${xs+-x "$xs"} -y "$yref" -o "$T/r-$1.csv" "$T/$1.csv"
		run hg-correlate -g '' --within "$layer" ${xs+-x "$xs"} -y "$yref" -o "$T/r-$1-within.csv" "$T/$1.csv"
	fi
}

# geometry - what can be told of a table without responses.
geometry() {
	fig=matrix
	run hg-correlate --matrix -g '' ${vary:+--within "$vary"} ${xs+-x "$xs"} -o "$T/matrix.csv" "$table"
}

spectra() {
	fig=spectrum
	[ "$pictures" = 1 ] || return 0
	if [ "$numbers" -gt 30000 ]; then
		shown hg-plot -k spectrum -o "$T/spectrum.svg" "$table" >"$T/spectrum.cmd"
		: >"$T/spectrum.left"
		part figure spectrum >"$T/spectrum.html"
		return
	fi
	by_model spectrum "$table"
}

# --- Where it goes

# failed WHAT - ends, saying why as the last command did.
failed() {
	die "$1: $(sed -n '1s/.*: //p' "$T/err")"
}

# give FILE - the page, to the standard output.
give() {
	status=0
	cat "$1" 2>"$T/err" || status=$?
	if [ $status -gt 128 ]; then
		rm -rf "$T"
		kill -s PIPE $$
	fi
	[ $status = 0 ] || failed 'standard output'
}

# put FILE NAME - a regular file gets the name when it is whole; what is none is written
# where it is, and a descriptor as it is open.
put() {
	followed=0
	case $2 in
	-*) to=./$2 ;;
	*) to=$2 ;;
	esac
	while [ -L "$to" ]; do
		[ $((followed += 1)) -le 40 ] || die "$2: too many links, one behind the other"
		case $to in
		/dev/stdout | /dev/fd/1 | /proc/self/fd/1)
			give "$1"
			return
			;;
		/dev/fd/[0-9] | /proc/self/fd/[0-9])
			{ cat "$1" 1>&"${to##*/}"; } 2>"$T/err" || failed "$2"
			return
			;;
		esac
		link=$(readlink "$to")
		case $link in
		/*) to=$link ;;
		*) to=$(dirname -- "$to")/$link ;;
		esac
	done
	if [ -e "$to" ] && [ ! -f "$to" ]; then
		cat "$1" 2>"$T/err" >"$to" || failed "$2"
		return
	fi
	other_names "$to" "$2"
	dir=$(dirname -- "$to")
	beside=$(mktemp "$dir/.hg-report.XXXXXX" 2>"$T/err") ||
		failed "$2: no new file can be put into $dir"
	{ like "$to" && cat "$1" >"$beside" && mv -f "$beside" "$to"; } 2>"$T/err" || failed "$2"
	beside=
}

# other_names FILE - a warning if it has some.
other_names() {
	[ -f "$1" ] || return 0
	links=$(ls -ld -- "$1") && links=${links#* } && links=${links#"${links%%[0-9]*}"}
	[ "${links%% *}" = 1 ] ||
		printf 'hg-report: %s: the file that was there had another name (a hard link), which keeps its bytes\n' "$2" >&2
}

# like FILE - $beside, with the mode of the file if there is one, else of any new file.
like() {
	if [ -e "$1" ]; then cp -p "$1" "$beside"; else chmod '=rw' "$beside"; fi
}

# --- The program

out=- record='' rest='' title=''
n=$#
while [ "$n" -gt 0 ]; do
	a=$1 value='' given=0
	shift
	n=$((n - 1))
	if [ -n "$rest" ]; then
		set -- "$@" "$a"
		continue
	fi
	case $a in
	--)
		rest=1
		continue
		;;
	--*=*)
		long "$(expr "x$a" : 'x--\([^=]*\)')"
		value=${a#*=} given=1
		;;
	--*) long "${a#--}" ;;
	-?*)
		letter=$(printf '%.2s' "$a")
		letter=${letter#-} value=${a#-?}
		[ -z "$value" ] || given=1
		;;
	*)
		rest=${POSIXLY_CORRECT+1}
		set -- "$@" "$a"
		continue
		;;
	esac
	case $letter$given in
	[oxy]0 | record0 | title0)
		[ "$n" -gt 0 ] || wrong "option $a needs an argument"
		value=$1
		shift
		n=$((n - 1))
		;;
	esac
	set_option "$letter" "$value"
done
if [ $# = 0 ] && [ -t 0 ]; then
	usage >&2
	exit 2
fi
[ "$out" != - ] || [ ! -t 1 ] || wrong 'the page would go to the terminal: -o FILE'

for file in /dev/stdin "$@"; do
	# shellcheck disable=SC3013 # shells have -ef
	if [ "$out" != - ] && [ -f "$file" ] && [ "$out" -ef "$file" ]; then
		die "$out: it is read, and cannot be the output too"
	fi
done

# A closed standard output would be the next file that is opened.
if ! (: 3>&1) 2>/dev/null; then
	[ "$out" != - ] || die 'standard output: Bad file descriptor'
	exec >/dev/null
fi
beside=''
T=$(mktemp -d "${TMPDIR:-/tmp}/hg-report.XXXXXX") || die 'no directory for what is not yet whole'
trap 'rm -rf "$T"; [ -z "$beside" ] || rm -f "$beside"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
export T
cat >"$T/report.awk" <<'END-OF-AWK'
@AWK@
END-OF-AWK
cat >"$T/style.css" <<'END-OF-CSS'
@CSS@
END-OF-CSS

pictures=1 room=800000
if ! command -v gnuplot >/dev/null; then
	pictures=0
	echo 'hg-report: gnuplot is not here: pictures by hg-plot are left out; its package is gnuplot-nox or gnuplot' >&2
fi
: >"$T/responses"
XS=${xs-} YS=${ys-} TITLE=$title VERSION=$version PICTURES=$pictures STREAM=0 DESCRIBED=''
export STREAM DESCRIBED XS YS TITLE VERSION PICTURES
take "$@"
sum=$(cksum <"$table")
[ -z "${ys+set}" ] || y=$ys
if [ -n "$y" ] && [ "$described${xs+1}" != 0 ]; then
	correlations
	regressions
elif [ "$described${xs+1}" != 0 ]; then
	geometry
fi
[ "$spectrum" = 0 ] || spectra
SUM=$sum
export SUM
part page >"$T/page.html"
[ "$sum" = "$(cksum <"$table")" ] || die "$table: it has changed while it was read"
if [ "$out" = - ]; then
	give "$T/page.html"
else
	put "$T/page.html" "$out"
fi
