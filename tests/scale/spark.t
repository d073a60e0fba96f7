# spark.t - examples/scale/spark: a session of its own on this machine.
. tests/lib.sh
needs "${CC:-cc}" python3 java
python3 -c 'import pyspark' 2>/dev/null || {
	skip 'spark: no pyspark'
	exit
}
. "$R/tests/scale/study.sh"
SPARK_LOCAL_IP=127.0.0.1
export SPARK_LOCAL_IP

commands spark/README.md >run
t 'its commands' 0 'sh -e run'
t '... what one process makes' 0 'same correlations.csv fit.csv' '' ''
cut_short parts/07.csv.gz
rm correlations.csv
t 'a part that is cut' 1 'sed 1q run | sh; ls correlations.csv; exit 1' '' '*hg-correlate: parts/07.csv.gz: gzip stream is cut short*'
t 'usage' 1 'python3 spark/merge.py parts.txt' '' '*merge.py LIST OUTPUT PROGRAM*'
