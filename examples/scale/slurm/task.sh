#!/bin/sh
# task.sh LIST LINES SCRIPT - a task of an array, which counts from 0: runs the script with
# each of its lines of the list.  sbatch runs a copy of this file, in the folder in which
# it was called: paths are from there.
first=$((SLURM_ARRAY_TASK_ID * $2 + 1))
THREADS=${SLURM_CPUS_PER_TASK:-1}
export THREADS
sed -n "$first,$((first + $2 - 1))p" "$1" | xargs -L 1 sh "$3"
