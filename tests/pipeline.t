# The main job: what the original program prints, to the byte, for dumps of
# many shapes; and the shipped example.
. tests/lib.sh

for d in "$R"/tests/data/seed/*.json.gz; do
	n=$(basename "$d" .json.gz)
	t "report of $n" 0 "hg-extract $d | hg-describe | tee t.csv.gz | hg-correlate -r >o &&
		hg-regress -r <t.csv.gz >>o && cmp o $R/tests/data/seed/$n.txt" ''
done

# From plain text, through other programs, from two halves in either order.
D=$R/tests/data/seed/ragged.json.gz
T=$R/tests/data/seed/ragged.txt
hg-extract "$D" | hg-describe >t.csv.gz
t 'report from plain tables' 0 "hg-extract -p $D | awk 1 | hg-describe -p | cat | hg-correlate -r >o &&
	zcat t.csv.gz | hg-regress -r >>o && cmp o $T"
t 'report from two halves, the last first' 0 "hg-extract --layers 4- $D | hg-describe -o b.csv.gz &&
	hg-extract --layers 0-3 $D | hg-describe -o a.csv.gz &&
	hg-correlate -r b.csv.gz a.csv.gz >o && cat b.csv.gz a.csv.gz | hg-regress -r >>o && cmp o $T"
t 'more columns, -a and -k change no report' 0 "hg-extract --tag m=x $D | hg-describe -ak | tee u.csv.gz | hg-correlate -r >o &&
	hg-regress -r u.csv.gz >>o && cmp o $T"
t 'a report with -o, as its name says' 0 "hg-correlate -r -o c.gz t.csv.gz && hg-regress -r -o r.txt t.csv.gz &&
	zcat c.gz | cat - r.txt | cmp - $T" ''
t 'the demo is the example' 0 "cd $R && hg-extract examples/minilm.json.gz | hg-describe | hg-correlate -r" \
	'All (layer, head) pairs*entropy: -0.460 *Best single*trace r = -0.492'
t 'same bytes for any number of threads' 0 'for n in 1 2 3 4; do
	hg-extract -@ $n '"$D"' | hg-describe -ka -@ $n | cksum; done | sort -u | wc -l | tr -d " "' 1
