#!/bin/sh
# submit.sh LIST LINES SCRIPT COMMAND - submits an array that runs the script with each line of
# the list, so many lines a task, and behind it a job that runs the command, a line for the
# shell, if all of that ended well; else it is cancelled.  Prints the number of each.
list=$1 lines=$2 script=$3 command=$4
all=$(awk 'END { print NR }' "$list") || exit
if [ "$all" = 0 ] || ! [ "$lines" -ge 1 ]; then
	echo "submit.sh: $list: nothing, or not $lines lines a task" >&2
	exit 1
fi
array=$(sbatch --parsable --job-name="$script" --array="0-$(((all - 1) / lines))" \
	slurm/task.sh "$list" "$lines" "$script") || exit
echo "$array"
sbatch --parsable --job-name=join --dependency="afterok:${array%%;*}" --kill-on-invalid-dep=yes \
	--wrap="$command"
