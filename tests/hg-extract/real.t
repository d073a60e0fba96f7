# real.t - models that packages of PyPI carry, where it is reached.
. tests/lib.sh
needs python3

python3 "$R/tests/real.py"
