#!/bin/sh
# join.sh LIST FILE COMMAND ... - runs the command with a file for each line of the list
# behind it, in the order of the list: FILE, with the first word of the line in place of
# its %.  So the result does not depend on what was ready first, or on files that lie
# about, and a file that is not there is an error of the command.
list=$1 file=$2
shift 2
twice=$(awk 'NF && ++n[$1] == 2 { print $1 }' "$list") || exit
if [ -n "$twice" ] || ! grep -q . "$list"; then
	echo "join.sh: $list: ${twice:-nothing}${twice:+ is there twice}" >&2
	exit 1
fi
while read -r name _ || [ -n "$name" ]; do
	[ -z "$name" ] || set -- "$@" "${file%\%*}$name${file#*%}"
done <"$list"
exec "$@"
