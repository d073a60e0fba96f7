# libm.t - the same bits on every machine: of libm, no function that IEEE 754 does
# not round correctly is called by the libraries' numerics, nor by hg-describe.
. tests/lib.sh
if ! have nm; then
	skip 'no nm'
	exit
fi
inexact='(a?(cos|sin|tan)h?|atan2|cbrt|erfc?|exp(2|m1|10)?|hypot|[lt]gamma|log(10|1p|2)?|pow)[fl]?'
for dir in num io; do
	for o in "$B/lib/$dir"/*.o; do
		t "$dir/${o##*/}" 0 "nm -u $o | awk '{ print \$NF }' | grep -xE '$inexact' || :" ''
	done
done
t hg-describe.o 0 "nm -u $B/tools/hg-describe.o | awk '{ print \$NF }' | grep -xE '$inexact' || :" ''
