#!/bin/sh
# sum.sh NAME ARGUMENT ... - makes sums/NAME.correlate.gz and sums/NAME.regress.gz, states of
# what hg-correlate and hg-regress sum of a part of a table, where they are not there yet.
# The arguments are files, and options that choose rows of them.
#
# -g, -x and -y are named, though some are the defaults: a state is of the columns that it was
# made with, and where they are chosen by what a part has, another part may not fit.
# Whoever changes them makes sums/ anew.
[ -n "${1-}" ] || exit 0        # a blank line
name=$1
shift
mkdir -p sums || exit
out=sums/$name.correlate.gz
test -e "$out" || hg-correlate -@ "${THREADS:-1}" --save-state -o "$out" -g stage \
	-x op,fro,trace,rank_eff,spec_ent,anisotropy,condition -y entropy,logit_std "$@" || exit
out=sums/$name.regress.gz
test -e "$out" || hg-regress -@ "${THREADS:-1}" --save-state -o "$out" -g stage \
	-x op,spec_ent,rank_eff,anisotropy -y entropy "$@"
