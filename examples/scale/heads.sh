#!/bin/sh
# heads.sh NAME ARGUMENT ... - makes heads/NAME.csv.gz, the described head table of one
# checkpoint, where it is not there yet.  The arguments are those of hg-extract: a model, and
# options such as --with or --layers.  Column model is NAME, up to an @: what follows that
# tells parts of one model apart, as in big@00 and big@01.  THREADS says how many each
# program may use.
#
# What cuts a pipe of these programs short is seen by the last of them, whose status
# counts: a table without its end is refused, and a file of -o is whole or absent.
[ -n "${1-}" ] || exit 0        # a blank line
name=$1
shift
out=heads/$name.csv.gz
mkdir -p heads || exit
test -e "$out" && exit
hg-extract -@ "${THREADS:-1}" --tag "model=${name%%@*}" "$@" |
	hg-describe -@ "${THREADS:-1}" -o "$out"
