# lib.sh - for cases.  A case is a command and what it must give:
#
#	t 'what' STATUS 'command' ['standard output' ['standard error']]
#
# Output is compared without its last newline, as a pattern of the shell; one
# that is not given is not looked at; a command with python3 is skipped where that
# is not there.  Commands run in a subshell, where the functions and variables of the
# file are known, and in a directory of their own, $W.  The root of the project is $R.
R=$(pwd)
W=$(mktemp -d "${TMPDIR:-/tmp}/headgeom.XXXXXX")
trap 'rm -rf "$W" "$W".*' EXIT
trap 'exit 1' HUP INT TERM
cd "$W" || exit 1
SHARED=$R/../shared/data

t() {
	case $3 in
	*python3*) have python3 || { skip "$1: no python3"; return; } ;;
	esac
	[ -z "$OLD" ] || before "$3"
	t_run "$3"
	t_good=1
	[ $t_status -eq "$2" ] || t_good=0
	[ $# -lt 4 ] || is "$(cat "$W/.out")" "$4" || t_good=0
	[ $# -lt 5 ] || is "$(cat "$W/.err")" "$5" || t_good=0
	if [ $t_good = 1 ]; then
		printf 'ok - %s\n' "$1"
	else
		printf 'not ok - %s\n' "$1"
		printf '%s\n' "$3" | remark '$ '
		echo "# got status $t_status, wanted $2"
		t_got 'standard output' .out
		[ $# -lt 4 ] || t_wanted "$4"
		t_got 'standard error' .err
		[ $# -lt 5 ] || t_wanted "$5"
	fi
	[ -z "$OLD" ] || after "$1" "$3"
}

# t_run COMMAND - runs it, which leaves $W/.out, $W/.err and $t_status.
t_run() {
	(eval "$1") >"$W/.out" 2>"$W/.err" 8>&- 9<&-
	t_status=$?
}

# t_got WHAT FILE, t_wanted PATTERN - what a command printed, what it should have.
t_got() {
	echo "# got on $1:"
	head -c 1500 "$W/$2" | remark '  '
}
t_wanted() {
	echo "# wanted there, as a pattern:"
	printf '%s\n' "$1" | head -c 1500 | remark '  '
}

# remark PREFIX - standard input as remarks in a test's output.
remark() {
	tr -c '\n -~' '[?*]' | awk -v prefix="# $1" '{ print prefix $0 }'
}

# before COMMAND, after WHAT COMMAND - for compare --suite, which wants to know whether
# the programs in $OLD print and write what those of this build do: the first runs
# the command with them, in a copy of $W that has its name, the second compares.
before() {
	t_here=$PWD
	cd / && cp -pPR "$W" "$W.copy" && cd "$t_here" || exit 1
	t_path=$PATH PATH=$OLD:$PATH
	t_run "$1"
	PATH=$t_path
	echo "exit status $t_status" >>"$W/.err"
	mv "$W" "$W.old" && mv "$W.copy" "$W" && cd "$t_here" || exit 1
}
after() {
	echo "exit status $t_status" >>"$W/.err"
	LC_ALL=C diff -aruN --no-dereference "$W.old" "$W" 2>&1 | grep -v ' is a fifo while file ' >"$W.diff"
	if [ -s "$W.diff" ]; then
		printf 'not ok - the builds differ: %s\n' "$1"
		printf '%s\n' "$2" | remark '$ '
		head -n 60 "$W.diff" | remark ''
	fi
	rm -rf "$W.old" "$W.diff"
}

# is TEXT PATTERN
is() {
	case $1 in
	$2) return 0 ;;
	esac
	return 1
}

skip() {
	printf 'skip - %s\n' "$*"
}

# preload_count TOOL - LD_PRELOAD=$count has the most threads that were there at a time
# besides the first written to the file made, which a sandbox would refuse.  Ends the cases where
# that cannot be.
preload_count() {
	if ! ${CC:-cc} -O1 -D_GNU_SOURCE -shared -fPIC -o count.so "$R/tests/countthreads.c" -ldl 2>err; then
		skip 'no shared library to be had'
		exit
	fi
	count=$W/count.so
	export COUNTTHREADS="$W/made" HEADGEOM_SANDBOX=off
	if ! LD_PRELOAD=$count "$1" -V >/dev/null 2>&1 || ! [ -s made ]; then
		skip 'no library can be preloaded'
		exit
	fi
}

# sanitized - whether the programs are those of make sanitize, which take their time.
sanitized() {
	nm "$B/hg-cat" 2>/dev/null | grep -q asan_init
}

# $little - before a command that must do with 200 MB; empty where no program can, as under
# a sanitizer or an emulator.
# shellcheck disable=SC3045 # all shells have it
little=$( (ulimit -v 200000 && hg-cat -V) >/dev/null 2>&1 && echo 'ulimit -v 200000;')

# compiles_for MACHINE - whether the programs are for such a one, as compilers call it; narrow - for
# one of 32 bits, where no size goes beyond 4 GB.
compiles_for() {
	# shellcheck disable=SC2046 # several words
	$(cat "$B/looked") -E -dM -x c /dev/null | grep -q "__$1"
}
narrow() {
	compiles_for 'SIZEOF_POINTER__ 4'
}

# have COMMAND
have() {
	command -v "$1" >/dev/null 2>&1
}

# needs COMMAND ... - ends the cases where one of them is not there.
needs() {
	for t_name; do
		have "$t_name" || {
			skip "$0, from here on: no $t_name"
			exit
		}
	done
}

# afresh FROM TO - the directory TO, a copy of FROM that may be written.
afresh() {
	rm -rf "$2"
	cp -R "$1" "$2"
	chmod -R u+w "$2"
}

# edit JOB ARGUMENT ... - changes a file, as tests/edit.py says: one Python for all.
edit() {
	if [ ! -p "$W/.edit" ]; then
		mkfifo "$W/.edit" "$W/.edited"
		python3 "$R/tests/edit.py" <"$W/.edit" >"$W/.edited" &
		exec 8>"$W/.edit" 9<"$W/.edited"
	fi
	printf '%s\0' $# "$PWD" "$@" >&8
	read -r edited <&9
	[ "$edited" = ok ] || echo "not ok - edit $1 $2: $edited"
}
