# fuzz.t - what the fuzzer starts from, and once found, does no harm any more.
. tests/lib.sh

for seed in "$R"/tests/fuzz/seeds/*/*; do
	of=${seed%/*}
	t "fuzz: ${of##*/}: ${seed##*/}" 0 "replay-${of##*/} '$seed'"
done
