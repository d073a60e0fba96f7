# interop.t - each stage's output is what other programs take it for, and the
# order of rows makes no difference.
. tests/lib.sh
if ! have python3; then
	skip 'no python3'
	exit
fi
D=$R/tests/data/seed
interop="python3 $R/tests/interop.py"

# Every stage, with text that wants quotes, empty cells, large and small numbers.
printf 'layer,head,"a ""b"", c",na,"two\nlines"\n0,0,"x,y",NA,"1\n\n2"\n1,1,,NaN,\n3,2,é,"""","\n"\n' >w.csv
hg-extract --tag 'model=A, "B"' --tag 'run=-' --with w.csv -o extract.csv.gz "$D/ragged.json.gz" 2>/dev/null
hg-describe -a -o describe.csv.gz extract.csv.gz 2>/dev/null
hg-describe -k -o keep.csv.gz extract.csv.gz 2>/dev/null
hg-correlate -o correlate.csv.gz describe.csv.gz 2>/dev/null
hg-regress -g stage -o regress.csv.gz describe.csv.gz 2>/dev/null
hg-regress --fit -g stage -o fit.csv.gz describe.csv.gz 2>/dev/null
awk 'BEGIN { print "a,s1"
	for (i = -320; i <= 307; i += 3) print "x," 1 + (i + 320) * 0.0137 "e" i }' | hg-describe -k -d op,fro,log_cond -o wide.csv.gz
stages='extract describe keep correlate regress fit wide'
for s in $stages; do
	gzip -dc $s.csv.gz >$s.csv
done
$interop table $stages

if have mlr; then
	for s in $stages; do
		zcat $s.csv.gz | mlr --icsv --ojson cat >$s.json
	done
	$interop Miller $stages
else
	skip 'no Miller'
fi
if python3 -c 'import pandas' 2>/dev/null; then
	$interop pandas $stages
else
	skip 'no pandas'
fi

# R reads all cells as text, unharmed; left to itself it takes the columns of
# numbers for numbers.
if have Rscript; then
	cat >read.R <<-'END'
	for (s in commandArgs(TRUE)) {
		f <- paste0(s, ".csv.gz")
		d <- read.csv(gzfile(f), check.names = FALSE, colClasses = "character", na.strings = NULL, encoding = "UTF-8")
		write.table(d, paste0(s, ".R.csv"), sep = ",", row.names = FALSE, qmethod = "double")
		d <- read.csv(gzfile(f), check.names = FALSE)
		n <- names(d)
		for (c in n[n %in% c("entropy", "op", "condition", "r", "q", "estimate", "vif", "sigma") | grepl("^s[0-9]+$", n)])
			if (!is.numeric(d[[c]]) && !all(is.na(d[[c]]))) stop(s, ": ", c)
	}
	END
	t 'R reads numbers as numbers' 0 "LC_ALL=C.UTF-8 Rscript read.R $stages" ''
	$interop R $stages
else
	skip 'no R'
fi

# awk, where no field has a comma: sums of columns that Python forms from the
# shortest decimals.
hg-extract -o plain.csv.gz "$D/medium.json.gz"
hg-describe -o plaind.csv.gz plain.csv.gz
for s in plain plaind; do
	gzip -dc $s.csv.gz >$s.csv
	zcat $s.csv.gz | awk -F, 'NR == 1 { n = NF; next }
		NF != n { bad = 1 }
		{ for (i = 4; i <= NF; i++) sum[i] += $i }
		END { if (bad) print "fields"; for (i = 4; i <= n; i++) printf "%.17g\n", sum[i] }' >$s.sums
done
$interop awk plain plaind
t 'awk between stages' 0 "zcat plain.csv.gz | awk -F, 'NR == 1 || \$1 >= 3' | hg-describe | zcat >a
	hg-extract --layers 3- $D/medium.json.gz | hg-describe | zcat | cmp - a" ''

# Rows in other orders.
rows() {
	read -r header
	printf '%s\n' "$header"
	"$@"
}
random() {
	awk -v seed="$1" 'BEGIN { srand(seed) } { printf "%.9f\t%s\n", rand(), $0 }' | sort | cut -f2-
}
statistics() {
	hg-correlate -p -o "$1/pairs" "$2"
	hg-correlate -p -g '' --complete -y entropy,logit_std,layer -o "$1/complete" "$2"
	hg-regress -p -o "$1/terms" "$2"
	hg-regress -p --fit -y entropy,logit_std -g stage -o "$1/fit" "$2"
	hg-regress -p --min-norm -x op,fro,trace,rank_eff,spec_ent -o "$1/least" "$2"
} 2>/dev/null
set --
for d in "$D/medium.json.gz" "$D/ragged.json.gz" "$R/examples/minilm.json.gz"; do
	name=$(basename "$d" .json.gz)
	hg-extract -p -o x.csv "$d"
	hg-describe -p -o d.csv x.csv
	mkdir "$name"
	statistics "$name" d.csv
	for order in 'sort -t, -k5' 'sort -t, -k2,2n -k1,1nr' 'random 1' 'random 2' 'random 3'; do
		rows $order <x.csv | hg-describe -p | rows random 4 >e.csv
		mkdir "$name.$order"
		statistics "$name.$order" e.csv
		cmp -s d.csv e.csv && echo "not ok - $name, $order: the same order"
		set -- "$@" "$name, $order: the same statistics" "$name" "$name.$order"
	done
done
$interop near "$@"
