# exact.t - the same bits on every machine: of libm nothing is called but what
# IEEE 754 rounds exactly, for the rest differs from one libm to the next.
. tests/lib.sh
# calls OBJECT ... - the functions of libm that they call.
calls() {
	nm -u "$@" | awk '{ print $NF }' | sed 's/@.*//' | sort -u | grep -xE '(a?(sin|cos|tan)h?|atan2|exp(2|10|m1)?|log(2|10|1p|b)?|pow|hypot|cbrt|erfc?|[lt]gamma|j[01n]|y[01n]|sincos)[fl]?'
}
if have nm; then
	(cd "$R" && ls lib/model/*.c tools/hg-extract.c) | sed "s|.*|$B/&|; s/c\$/o/" >objects
	calls $(cat objects) >calls
	t 'no function of libm that is not exact' 0 'cat calls' ''
else
	skip 'no nm'
fi
