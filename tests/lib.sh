# lib.sh - for cases.  A case is a command and what it must give:
#
#	t 'what' STATUS 'command' ['standard output' ['standard error']]
#
# Output is compared without its last newline, as a pattern of the shell; one
# that is not given is not looked at.  Commands run by sh in a directory of
# their own, $W, the root of the project is $R.
R=$(pwd)
W=$(mktemp -d "${TMPDIR:-/tmp}/headgeom.XXXXXX")
trap 'rm -rf "$W"' EXIT
trap 'exit 1' HUP INT TERM
cd "$W" || exit 1
SHARED=$R/../shared/data

t() {
	sh -c "$3" >"$W/.out" 2>"$W/.err"
	t_status=$? t_good=1
	[ $t_status -eq "$2" ] || t_good=0
	[ $# -lt 4 ] || is "$(cat "$W/.out")" "$4" || t_good=0
	[ $# -lt 5 ] || is "$(cat "$W/.err")" "$5" || t_good=0
	if [ $t_good = 1 ]; then
		printf 'ok - %s\n' "$1"
	else
		printf 'not ok - %s: %s\n' "$1" "$3"
		echo "# status $t_status, expected $2"
		head -c 600 "$W/.out" "$W/.err" | tr -c '\n -~' '[?*]' | sed 's/^/# /'
	fi
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

# have COMMAND
have() {
	command -v "$1" >/dev/null 2>&1
}

# afresh FROM TO - the directory TO, a copy of FROM that may be written.
afresh() {
	rm -rf "$2"
	cp -R "$1" "$2"
	chmod -R u+w "$2"
}
