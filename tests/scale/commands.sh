# commands.sh - what is to be typed, of the pages of examples/scale.

# commands README [FENCE] - the lines of it that are commands: those behind four blanks, or
# between such a fence and the next.
commands() {
	awk -v fence="$2" '
	/^```/ { in_fence = !in_fence; on = in_fence && $0 == fence; next }
	on || !in_fence && fence == "" && sub(/^    /, "")' "$1"
}
