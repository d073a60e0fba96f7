# real.t - models that packages of PyPI carry, where it is reached.
. tests/lib.sh

cd "$W" && python3 "$R/tests/measured_real.py"
