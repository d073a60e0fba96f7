# hg-correlate --save-state and --merge: any split of the rows gives what the
# whole gives, in any order the same bytes; what does not fit is refused.
. tests/lib.sh
. "$R/tests/merge.sh"
export tool=hg-correlate
cp "$R"/tests/data/r/correlate/ties.csv "$R"/tests/data/r/correlate/airquality.csv .
awk 'BEGIN { srand(4); print "g,x,y,z,w"
	for (i = 0; i < 4000; i++) {
		x = 1e4 + rand(); y = rand() + rand(); z = rand()^9
		printf "%s,%.17g,%.17g,%s,%d\n", substr("abcd", 1 + int(4 * rand()), rand() < .99), x, y, rand() < .9 ? z : "", 9 * rand()
	} }' >big.csv

splits big.csv '-g g -y y,z -x x,w'
splits big.csv '-g "" -y y -x x,z -w w'
splits big.csv '-g g -y y -x x,w -c z'
splits ties.csv '-g g -y y,z -x x -w w'
splits ties.csv '-g g -y y -x x -c z --complete -w w'
splits airquality.csv '-g Month --matrix -x Ozone,Wind,Temp'
splits airquality.csv '-g "" --matrix -x Ozone,Wind,Temp --complete -c Day'
# for every number of parts
all_parts() {
	hg-correlate -p -g g -y y -x x,z big.csv >whole
	for n in $(seq 64); do
		parts $n big.csv '-g g -y y -x x,z'
		hg-correlate -p --merge part.*.gz >o
		awk -v tol=1e-13 -f "$R/tests/close.awk" whole o || echo $n
	done
} 2>/dev/null
t 'all of 1 to 64 parts' 0 all_parts ''

o='-g g -y y -x x,z'
parts 2 big.csv "$o" 2>/dev/null
t 'one state is the table' 0 "hg-correlate -p $o big.csv >o 2>/dev/null; hg-correlate --save-state $o big.csv 2>/dev/null | hg-correlate -p --merge | cmp - o"
t 'the level, the format, --semi' 0 "hg-correlate -p $o -c w --semi --level 0.9 --format %.3f big.csv >o 2>/dev/null
	hg-correlate --save-state $o -c w big.csv 2>/dev/null | hg-correlate -p --merge --semi --level 0.9 --format %.3f | cmp - o"
t 'a state is gzip, and the same bytes each time' 0 "hg-correlate --save-state $o big.csv 2>/dev/null >a; hg-correlate -@ 1 --save-state $o big.csv 2>/dev/null | cmp - a && gzip -t <a"
t 'a row with an empty key is counted' 0 "printf 'g,x,y\na,1,2\n,2,3\na,3,5\n' | hg-correlate --save-state -x x -y y -g g | hg-correlate -p --merge | cut -d, -f 1,5-7" 'g,n,missing,r
all,3,0,0.98198050606196*
a,2,0,1' 'hg-correlate: <stdin>: g: empty in 1 row, which counts in the pooled rows only
hg-correlate: an empty key in 1 row, which counts in the pooled rows only'
t 'no rows at all' 0 "echo x,y | hg-correlate --save-state -x x -y y -g '' | hg-correlate -p --merge" 'y,x,method,n,missing,r,ci_low,ci_high,p,q
y,x,pearson,0,0,,,,,' 'hg-correlate: y and x: 0 rows: no correlation'
t 'names and keys that need quotes' 0 'printf "\"k,1\",\"a\"\"b\",y\n\"u,\nv\",1,2\nx,2,1\n\"u,\nv\",3,3\n" >q.csv
	hg-correlate -p -g 1 -x 2 -y 3 q.csv >o 2>/dev/null; hg-correlate --save-state -g 1 -x 2 -y 3 q.csv | hg-correlate -p --merge 2>/dev/null | cmp - o'
t 'sums out of range stay so' 0 'printf "x,y\n1e200,1\n-1e200,2\n0,3\n" >far.csv; hg-correlate -p -x x -y y far.csv >o 2>&1
	hg-correlate --save-state -x x -y y far.csv | hg-correlate -p --merge 2>&1 | cmp - o'

s='hg-correlate --save-state'
{ $s -g g -y y -x x,w -o x.gz big.csv; $s -g g -y w -x x,z -o y.gz big.csv; $s $o -w w -o w.gz big.csv
$s -y y -x x,z -g '' -o g.gz big.csv; $s $o -c w -o c.gz big.csv; $s $o --complete -o l.gz big.csv
$s -g g --matrix -x x,z,y -o m.gz big.csv; } 2>/dev/null
no 'other predictors' 'hg-correlate --merge part.00.csv.gz x.gz' 'x.gz: its sums are of -x x,w, those of part.00.csv.gz of -x x,z'
no 'another response' 'hg-correlate --merge part.00.csv.gz y.gz' 'y.gz: its sums are of -y w, those of part.00.csv.gz of -y y'
no 'weights' 'hg-correlate --merge part.00.csv.gz w.gz' 'w.gz: its sums are of -w w, those of part.00.csv.gz without -w'
no 'controls' 'hg-correlate --merge part.00.csv.gz c.gz' 'c.gz: its sums are of -c w, those of part.00.csv.gz without -c'
no 'listwise' 'hg-correlate --merge part.00.csv.gz l.gz' 'l.gz: its sums are with --complete, those of part.00.csv.gz without --complete'
no 'no groups' 'hg-correlate --merge part.00.csv.gz g.gz' 'g.gz: its sums are without -g, those of part.00.csv.gz of -g g'
no 'a matrix' 'hg-correlate --merge part.00.csv.gz m.gz' 'm.gz: its sums are without -y, those of part.00.csv.gz of -y y'
no 'a table' 'hg-correlate --merge big.csv' 'big.csv: not a state*'
no 'of another program' 'hg-regress --save-state -x x -y y -g g -o r.gz big.csv 2>/dev/null; hg-correlate --merge r.gz' 'r.gz:2: a state of hg-regress, not of hg-correlate'
no '--semi without controls' 'hg-correlate --merge --semi part.00.csv.gz' 'part.00.csv.gz:*: --semi: the states have no controls'
zcat part.00.csv.gz >a.csv
no 'another version' 'sed "s/^state,3/state,2/" a.csv | hg-correlate --merge' '<stdin>:2: a state of version 2; this program reads version 3'
no 'cut at a line' 'head -n 30 a.csv | hg-correlate --merge' '<stdin>: the last state is cut'
no 'cut, and another behind' '(head -n 30 a.csv; cat a.csv) | hg-correlate --merge' '<stdin>:32: a state begins before *'
no 'a line less' 'sed 20d a.csv | hg-correlate --merge' '<stdin>:*rows are missing*'
no 'cut anywhere' 'head -c 700 part.00.csv.gz | hg-correlate --merge' '<stdin>*'
no 'an unknown option' 'sed "s/,complete,no/,whole,no/" a.csv | hg-correlate --merge' '<stdin>:6: an option that is not known: whole'
no 'an unknown record' 'sed "s/^pair,0,,n,/sum,0,,n,/" a.csv | hg-correlate --merge' '<stdin>:*: a record that is not known: sum'
no 'an unknown sum' 'sed "s/^pair,0,,sxx,/pair,0,,sss,/" a.csv | hg-correlate --merge' '<stdin>:*: a sum that is not known: sss'
no 'a pair too many' 'sed "s/^pair,1,/pair,2,/" a.csv | hg-correlate --merge' '<stdin>:*: i: not a number that fits here: "2"'
no 'half a row' 'sed "s/^\(group,.*[0-9]\),$/\1.5,/" a.csv | hg-correlate --merge' '<stdin>:*: not a number of rows: *.5'
no 'a factor where pairs are' 'sed "s/^pair,0,,n,/model,0,,n,/" a.csv | hg-correlate --merge' '<stdin>:*'
no 'a key that is none' 'sed "s/^key,0,,g,a/key,0,,g,/" a.csv | hg-correlate --merge' '<stdin>:*: an empty key'
no 'a key called all' 'sed "s/^key,0,,g,a/key,0,,g,all/" a.csv | hg-correlate --merge' '<stdin>:*: a key that is "all"*'
no 'a key too few' 'sed "s/^option,0,,group,g/&,\noption,1,,group,h/; /^key/{p;s/^key,0,,g/key,1,,h/;}" a.csv | awk "/^key,1/ && ++n == 2 { next } 1" | hg-correlate --merge' '<stdin>:*: a group of 1 keys, not 2'
no 'keys the wrong way round' 'sed "s/^key,0/key,1/; s/^option,0,,group,g/&,\noption,1,,group,h/" a.csv | hg-correlate --merge' '<stdin>:*: a key out of its order'
no 'a key behind sums' 'sed "s/^pair,0,,mx.*/key,0,,g,a,/" a.csv | hg-correlate --merge' '<stdin>:*: a key out of its order'
no 'a key behind the sums of the pooled rows' 'sed "/^key/d; s/^pair,0,,mx.*/key,0,,g,a,/" a.csv | hg-correlate --merge' '<stdin>:*: a key out of its order'
no 'an option behind the sums' 'sed "s/^pair,0,,mx.*/option,0,,x,x,/" a.csv | hg-correlate --merge' '<stdin>:*: an option behind the sums'
no 'nothing but the header' 'head -n 1 a.csv | hg-correlate --merge' '<stdin>: no sums in what was read'
no 'sums without a group' 'sed "/^group/d" a.csv | hg-correlate --merge' '<stdin>:*: a record out of its order: *'
for x in '-x x' '-y y' '-g g' '-c x' '-w w' --complete --matrix -r '-m spearman' '-m pearson,kendall'; do
	t "--merge $x" 2 "hg-correlate --merge $x part.00.csv.gz" '' 'hg-correlate: *'
done
for x in '-m spearman' '-m kendall,pearson' -r '--level 0.9' '--format %g' '-c z --semi'; do
	t "--save-state $x" 2 "hg-correlate --save-state $x $o big.csv" '' 'hg-correlate: *'
done

printf 'stage,x,y\nk,1,2\nk,2,3\n,3,5\nk,4,4\n' >k.csv
hg-correlate --save-state -p -y y -x x -g stage k.csv >k.st 2>/dev/null
for k in all ''; do
	sed "s/^key,0,,stage,k/key,0,,stage,$k/" k.st >bad.st
	t "the key \"$k\" in the second of two states" 1 'hg-correlate --merge k.st bad.st' '' 'hg-correlate: bad.st:*key*'
done

# more files than are open at a time
t '250 files' 0 'hg-correlate -p --merge --format %.6f $(yes k.st | head -n 250) 2>/dev/null | cut -d, -f 1-6' 'stage,y,x,method,n,missing
all,y,x,pearson,1000,0
k,y,x,pearson,750,0'

# everything in a state is checked, or does not matter
printf 'stage,x,z,y,c,w\nk,1,2,3,4,1\nk,2,3,3,1,2\nl,3,5,1,4,1\nl,4,4,7,7,1\nk,5,1,2,3,2\n' >all.csv
hg-correlate --save-state -p -y y -x x,z -g stage -w w all.csv >pair.st 2>/dev/null
hg-correlate --save-state -p -y y -x x -c c -g '' all.csv >factor.st
t 'as they are' 0 'hg-correlate --merge -p pair.st && hg-correlate --merge -p factor.st'
# edited WHAT STATE SED MESSAGE
edited() {
	sed "$3" $2 >bad.st
	cmp -s $2 bad.st && echo "not ok - $1: nothing changed"
	no "$1" 'hg-correlate --merge bad.st' "bad.st:$4"
}
awk -F, 'NR == 2 { state = $0 } NR == 5 { y = $0 } { l[NR] = $0 }
END { print l[1] "\n" state "\n" y "\n" l[3] "\n" l[4]; for (i = 6; i <= NR; i++) print l[i] }' pair.st >bad.st
no 'y before x' 'hg-correlate --merge bad.st' 'bad.st:3: i: not a number that fits here: "2"'
edited 'options with other numbers' pair.st 's/^option,1,,x,z/option,0,,x,z/' '4: an option out of its order: x z'
edited 'a y among the x' pair.st 's/^option,2,,y/option,2,,x/; s/^option,1,,x/option,1,,y/' '5: an option out of its order: x y'
edited 'weights twice' pair.st 's/^option,,,weight.*/&\n&/' '7: an option out of its order: weight w'
edited 'complete, perhaps' pair.st 's/complete,no/complete,perhaps/' '7: neither yes nor no: complete'
edited 'no word of the matrix' pair.st '/matrix/d' '*'
edited 'an option behind the keys' pair.st 's/^option,0,,group.*/&\noption,0,,x,x,/' '*: an option out of its order: x x'
edited 'a key of another number' pair.st 's/^option,0,,group/option,1,,group/' '*: i: not a number that fits here: "1"'
edited 'a key of another name' pair.st 's/^key,0,,stage,l/key,0,,layer,l/' '*: a key out of its order'
edited 'a group twice' pair.st 's/^key,0,,stage,l/key,0,,stage,k/' '*: a group that the state has had already (stage=k)'
edited 'groups in another order' pair.st 's/^key,0,,stage,k/key,0,,stage,m/' '*: a group out of its order (stage=l)'
edited 'the pooled rows behind a group' pair.st '/^key,0,,stage,l/d' '*: a group that the state has had already'
edited 'something where nothing belongs' pair.st 's/^pair,0,,n,/pair,0,1,n,/' '*: j: nothing belongs here in a row "pair": "1"'
edited 'a low part of a minimum' pair.st 's/^\(pair,0,,xmin,.*\),$/\1,1/' '*: low: nothing belongs here in a row "pair": "1"'
edited 'a name of a group' pair.st 's/^group,,,,/group,,,k,/' '*: name: nothing belongs here in a row "group": "k"'
edited 'more rows than the group has' pair.st 's/^pair,0,,n,.*/pair,0,,n,9,/' '*: sums of 9 rows in a group of *'
edited 'no rows' pair.st 's/^pair,0,,n,.*/pair,0,,n,0,/' '*: sums of 0 rows in a group of *'
edited 'a negative sum of squares' pair.st 's/^pair,0,,sxx,/&-/' '*: sums of pair 0 that no rows have'
edited 'no weight at all' pair.st 's/^pair,0,,w,.*/pair,0,,w,0,/' '*: sums of pair 0 that no rows have'
edited 'a least number above the greatest' pair.st 's/^pair,0,,xmin,.*/pair,0,,xmin,99,/' '*: sums of pair 0 that no rows have'
edited 'a minimum that is missing' pair.st 's/^pair,0,,xmin,.*/pair,0,,xmin,,/' '*: value: a number is missing'
edited 'a sum twice' pair.st 's/^pair,0,,mx,.*/&\n&/' '*: a sum out of its order: mx'
edited 'sums of two pairs mixed' pair.st 's/^pair,0,,my,/pair,1,,my,/' '*: a sum out of its order: my'
edited 'a pair behind a later one' pair.st 's/^pair,1,,n,/pair,0,,n,/' '*: a record out of its order: pair'
edited 'a sum too few' pair.st '/^pair,0,,ymax/d' '*: rows are missing before this one'
edited 'a factor twice' factor.st '/^model/{h}; /^end/{x;G}' '*: a record out of its order: model'
edited 'a factor of more rows' factor.st 's/^model,0,,,.*/model,0,,,50,/' '*: sums of 50 rows in a group of 5'
edited 'a column twice' factor.st 's/^column,1,.*/&\n&/' '*: a column out of its order'
edited 'a column that is missing' factor.st '/^column,3,/d' '*: a record out of its order: r'
edited 'a column whose limits are the wrong way' factor.st 's/^column,1,,,.*/column,1,,,3,2/' '*: a column whose least number is its greatest'
edited 'an entry twice' factor.st 's/^r,0,1,.*/&\n&/' '*: a record out of its order: r'
edited 'an entry below the diagonal' factor.st 's/^r,0,1,/r,2,1,/' '*: i: not a number that fits here: "2"'
edited 'a row of the factor that no row of the table can have filled' factor.st 's/^model,0,,,5/model,0,,,1/' '*: more rows in the factor than there were: 1'
edited 'a column of no factor' factor.st '/^model/d' '*: a record out of its order: column'
edited 'a changed digit' pair.st 's/^\(pair,0,,xmax,[^,]*\),/\11,/' '*: the check sum is ???????? and should be "????????": the state was changed'
edited 'an entry without its low part' factor.st 's/^\(r,1,1,,.*\),[^,]*$/\1,/' '*: the check sum is *'
edited 'an entry that is no more there' factor.st '/^r,0,1,/d; s/^end,,,\(.*\),15,/end,,,\1,14,/' '*'
edited 'a blanked entry' factor.st 's/^r,1,1,.*/r,1,1,,,/' '*: *'
edited 'a check sum that is none' pair.st 's/^end,,,[^,]*/end,,,/' '*: the check sum is ???????? and should be "": *'
edited 'a number at the end that is not whole' pair.st 's/^\(end,.*[0-9]\),$/\1.5,/' '*'

edited 'a low part larger than its number' pair.st 's/^\(pair,0,,sxy,[^,]*\),.*/\1,1e300/' '*: a low part too large for its number: *'
edited 'a product that the squares do not allow' pair.st 's/^pair,0,,sxy,.*/pair,0,,sxy,1e6,/' '*: sums of pair 0 that no rows have'
edited 'a mean beside its extremes' pair.st 's/^pair,0,,mx,.*/pair,0,,mx,1e6,/' '*: sums of pair 0 that no rows have'
edited 'squares larger than the extremes allow' pair.st 's/^pair,0,,syy,.*/pair,0,,syy,1e6,/' '*: sums of pair 0 that no rows have'
edited 'squares of a constant' pair.st 's/^\(pair,0,,xm..,\).*/\12,/; s/^pair,0,,mx,.*/pair,0,,mx,2,/' '*: sums of pair 0 that no rows have'
edited 'no word of complete' pair.st '/complete/d' '*: no variables'
edited 'a column twice' pair.st 's/^option,1,,x,z/option,1,,x,x/' '4: a column that is there twice: x'
edited 'a group of more rows than can be counted' pair.st 's/^group,,,,.*/group,,,,1e300,/' '*: not a number of rows: 1e300'
edited 'ones that are none' factor.st 's/^column,0,,,1,1/column,0,,,-7,1/' '*: a column of ones that has others'
hg-correlate --save-state -p -y y -x x,z -g stage all.csv >plain.st 2>/dev/null
edited 'weights where there are none' plain.st 's/^pair,0,,w,.*/pair,0,,w,1e-9,/' '*: sums of pair 0 that no rows have'
printf 'x,y,w\n1,1,1.5e308\n2,3,1e308\n3,1,1\n' >far.csv
t 'weights out of range stay so' 0 "hg-correlate -p -g '' -x x -y y -w w far.csv >o 2>&1
	hg-correlate --save-state -g '' -x x -y y -w w far.csv | hg-correlate -p --merge 2>&1 | cmp - o"

# a part without rows of a group knows no least and no greatest number
{ echo stage,x,y,c,k
awk 'BEGIN { srand(1); for (i = 0; i < 40; i++)
	printf "%s,1.000000001,%.17g,%.17g,%.17g\n", i % 2 ? "early" : "late", rand(), rand(), rand() }'; } >m1.csv
o='-x k -y y -c x,c -g stage'
t 'a constant control stays one through a merge' 0 "hg-correlate -p $o m1.csv >o 2>/dev/null
	hg-correlate --save-state $o m1.csv | hg-correlate -p --merge 2>/dev/null | cmp o -"
