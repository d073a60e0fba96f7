# hostile.t - input that is made to take all time or memory: what was slow or large is quick and
# small, or is refused.  Nothing is timed; a limit of the shell ends what goes on and on.
. tests/lib.sh

# columns FIRST NAME N ROWS FIELDS VALUE - a table with the columns FIRST, then NAME1 to NAMEN, and
# so many rows, each of FIELDS, in which # is its number, then N times VALUE.
columns() {
	awk -v first="$1" -v name="$2" -v n="$3" -v rows="$4" -v fields="$5" -v value="$6" 'BEGIN {
		printf "%s", first
		for (i = 1; i <= n; i++)
			printf ",%s%d", name, i
		print ""
		for (r = 0; r < rows; r++) {
			line = fields
			gsub(/#/, r, line)
			printf "%s", line
			for (i = 1; i <= n; i++)
				printf ",%s", value
			print ""
		}
	}'
}

# short 'COMMAND' - within a time that what is quadratic exceeds many times.
short() {
	# shellcheck disable=SC3045
	(ulimit -t 20; eval "$1")
}

# Many columns.
columns layer,head s 500000 1 0,# 1.5 >s.csv
columns layer,head,matrix,row c 100000 1 0,0,m,# 1.5 >m.csv
columns layer,head,entropy,op x 100000 4 '#,0,#,1e-#' 1 >x.csv
columns layer,head w 100000 4 '#,0' 1 >w.csv
awk -F, -v OFS=, '{ t = $1 FS $2 FS $3 FS $4; $1 = $2 = $3 = $4 = ""; print substr($0, 5) OFS t }' x.csv >tags.csv
t 'half a million singular values' 0 'short "hg-describe -p -d op,trace s.csv"' 'layer,head,op,trace
0,0,1.5,750000' ''
t 'half a million singular values by a list' 0 'short "hg-describe -p -d op -s \"^layer,^head\" s.csv"' 'layer,head,op
0,0,1.5' ''
t 'a matrix of 100,000 columns' 0 'short "hg-extract -p m.csv | cut -d, -f 1-7"' '*
0,0,given,0,1,100000,' ''
t 'laid out for reading' 0 'short "hg-cat -t x.csv | wc -l | tr -d \" \""' 5 ''
t 'a column that is not there' 1 'short "hg-correlate -x opp x.csv"' '' \
	'hg-correlate: x.csv: -x: no column "opp": did you mean "op"?'
t '100,000 numbers and a function' 0 'short "hg-regress -p -x \"log(op)\" -y entropy x.csv | wc -l | tr -d \" \""; short "hg-correlate -p -m spearman -y op -x \"log(entropy),x*\" x.csv | wc -l | tr -d \" \""' '3
100002' '*'
t 'joined' 0 'short "hg-cat -p --with w.csv x.csv | wc -l | tr -d \" \""' 5 ''
t 'tags' 0 'short "hg-correlate -p --cluster layer -x op tags.csv | wc -l | tr -d \" \""' 2 '*'
t 'tags of points' 0 'short "hg-plot --script -x op -y entropy tags.csv >script"; grep -c 0.001 script' '[1-9]*' ''
