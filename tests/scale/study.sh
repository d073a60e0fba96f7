# study.sh - for the tests of examples/scale, behind lib.sh: in $W/study a copy of it, with
# checkpoints and the parts of a table; in $W/one what one process makes of them.
. "$R/tests/scale/commands.sh"
models='llama llama_linear llama_yarn qwen3'
mkdir one
cp -R "$R/examples/scale" study
cd study || exit
mkdir checkpoints parts measured
for m in $models; do
	cp -R "$R/tests/data/measured/$m" "checkpoints/$m"
	hg-measure -o "measured/$m.csv.gz" "checkpoints/$m" "$R/tests/data/measured/tokens.csv"
done
cp "$R/tests/data/measured/tokens.csv" .
cp -R checkpoints/qwen3 checkpoints/large

# Sixteen parts, as good as random; the first has no row of one stage.
"${CC:-cc}" -O2 -o ../gen "$R/tests/bench/gen.c" -lm || exit
../gen narrow "${ROWS:-3200}" | awk -F, '
NR == 1 { header = $0; next }
{ part = sprintf("parts/%02d.csv", $3 == "mid" ? 1 + NR % 15 : NR % 16) }
!(part in begun) { begun[part]; print header >part }
{ print >part }'
gzip parts/*.csv

# lists - the two of README.md, with what was measured beside the models.
lists() {
	commands README.md | sh -e
	grep -v '^large ' models.txt | awk '{ print $1, "--with measured/" $1 ".csv.gz", $2 }' >m && mv m models.txt
}
lists

# What one process makes of it.
(
	cd ../one || exit
	ln -s ../study/checkpoints ../study/parts .
	hg-cat --tag model=%n ../study/measured/*.csv.gz -o measured.csv
	(cd checkpoints && hg-extract --with "$W/one/measured.csv" --tag model=%n $models) 2>/dev/null | hg-describe -o all.csv
	hg-correlate -g model -x op,trace,spec_ent -y entropy -o models.csv all.csv
	hg-extract --tag model=%n checkpoints/large 2>/dev/null | hg-describe -o large.csv
	for p in parts/*.csv.gz; do
		n=$(basename "$p" .csv.gz)
		sh "$R/examples/scale/sum.sh" "$n" "$p"
	done
	hg-correlate --merge -o correlations.csv sums/*.correlate.gz
	hg-regress --merge -o fit.csv sums/*.regress.gz
)

# same FILE ... - whether they are what one process makes; NAME.csv is NAME.csv.gz, too.
same() {
	for f; do
		case $f in
		*.gz) gzip -dc "$f" | cmp - "../one/${f%.gz}" ;;
		*) cmp "$f" "../one/$f" ;;
		esac || return
	done
}

# fails COMMAND ... - whether it does, whatever the status.
fails() {
	! "$@"
}

# cut_short FILE, mend FILE - one that is read is not whole, and is again.
cut_short() {
	mv "$1" "$1.whole" && head -c 2000 "$1.whole" >"$1"
}
mend() {
	mv "$1.whole" "$1"
}
