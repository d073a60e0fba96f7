# real.t - models that packages of PyPI carry, where it is reached.
. tests/lib.sh
needs python3
if sanitized; then
	skip 'real models: minutes under the sanitizers'
	exit
fi

cd "$W" && python3 "$R/tests/measured_real.py"
