# fuzz.t - what the fuzzer starts from, and once found, does no harm any more.
. tests/lib.sh

for seed in "$R"/tests/fuzz/seeds/*; do
	t "fuzz: ${seed##*/}" 0 "replay-safetensors '$seed'"
done
