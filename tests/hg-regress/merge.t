# hg-regress --save-state and --merge: any split of the rows gives what the
# whole gives, in any order the same bytes; what does not fit is refused.
. tests/lib.sh
. "$R/tests/merge.sh"
export tool=hg-regress
D=$R/tests/data/r/regress

splits "$D/missing.csv" '-y y -x a,b,c'
splits "$D/powers.csv" '-y y -x c --poly a:4 -w wt'
splits "$D/factors.csv" '-y y,a -x stage,block --factor block --factor stage -g stage'
splits "$D/cells.csv" '-y y -x stage,a --factor block --factor stage --no-intercept -w wt'
splits "$D/groupw.csv" '-y y -x a,b -g stage,k -w wt'
splits "$D/mean.csv" '-y y -x ""'

parts 2 "$D/plain.csv" '-y y -x a,b'
t 'one state is the table' 0 "hg-regress -p -y y -x a,b,c $D/plain.csv >o; hg-regress --save-state -y y -x a,b,c $D/plain.csv | hg-regress -p --merge | cmp - o" '' ''
t 'the fit, the level, the format' 0 'hg-regress -p --merge --fit --level 0.9 --format %.3f part.*.gz' 'y,n,*
y,80,0,3,*' ''
t 'a row with an empty key is counted' 0 "printf 'g,x,y\na,1,2\n,2,3\na,3,5\n' | hg-regress --save-state -x x -y y -g g 2>/dev/null | hg-regress -p --merge --fit 2>/dev/null | cut -d, -f 1-3" 'g,y,n
all,y,3
a,y,2'

hg-regress --save-state -y y -x a,c -o x.gz "$D/plain.csv"
hg-regress --save-state -y c -x a,b -o y.gz "$D/plain.csv"
hg-regress --save-state -y y -x a,b -w c -o w.gz "$D/plain.csv"
hg-regress --save-state -y y -x a,b -g stage -o g.gz "$D/plain.csv"
hg-regress --save-state -y y -x a,b --no-intercept -o i.gz "$D/plain.csv"
hg-regress --save-state -y y -x a --poly b:2 -o p.gz "$D/plain.csv"
hg-regress --save-state -y y -x a -o s.gz "$D/plain.csv"
no 'other predictors' 'hg-regress --merge part.00.csv.gz x.gz' 'x.gz:4: the state does not fit the first one: it has x c, the first x b'
no 'another response' 'hg-regress --merge part.00.csv.gz y.gz' 'y.gz:5: the state does not fit the first one: it has y c, the first y y'
no 'weights' 'hg-regress --merge part.00.csv.gz w.gz' 'w.gz:6: the state does not fit the first one: it has weight c, the first intercept yes'
no 'groups' 'hg-regress --merge part.00.csv.gz g.gz' 'g.gz:7: the state does not fit the first one: it has group stage, the first nothing there'
no 'no groups' 'hg-regress --merge g.gz part.00.csv.gz' 'part.00.csv.gz:*: the state does not fit the first one: it lacks group stage'
no 'no intercept' 'hg-regress --merge part.00.csv.gz i.gz' 'i.gz:6: the state does not fit the first one: it has intercept no, the first intercept yes'
no 'powers' 'hg-regress --merge part.00.csv.gz p.gz' 'p.gz:4: the state does not fit the first one: it has poly b:2, the first x b'
no 'in one file' 'cat part.00.csv.gz s.gz | hg-regress --merge' '<stdin>:*: the state does not fit the first one: *'
no 'a table' "hg-regress --merge $D/plain.csv" '*plain.csv: not a state, as --save-state writes it; tables are read without --merge'
no 'a state without rows of its own' 'zcat s.gz | head -n 1 | hg-regress --merge' '<stdin>: no sums in what was read'
no 'a cut state' 'zcat s.gz | sed "\$d" | hg-regress --merge' '<stdin>: the last state is cut'
no 'a cut state before another' '(zcat s.gz | sed "\$d"; zcat s.gz) | hg-regress --merge' '<stdin>:*: a state begins before the one before it has ended: that was cut'
no 'a row less' 'zcat s.gz | sed /^r,1,1/d | hg-regress --merge' '<stdin>:*: the state has * rows and should have *'
no 'a group without its model' 'zcat s.gz | sed "/^group/{p;s/.*/group,,,,0,/;}; s/^end.*/end,,,,15,/" | hg-regress --merge' '<stdin>:*: a group with a model too few or too many'
no 'a last group without its model' 'zcat s.gz | sed "s/^end.*/group,,,,0,\nend,,,,17,/" | hg-regress --merge' '<stdin>:*: a group with a model too few or too many'
no 'a later version' 'zcat s.gz | sed s/^state,1/state,2/ | hg-regress --merge' '<stdin>:2: a state of version 2; this program reads version 1'
no 'of another program' 'zcat s.gz | sed s/,hg-regress/,hg-correlate/ | hg-regress --merge' '<stdin>:2: a state of hg-correlate, not of hg-regress'
for e in 's/^r,1,1,,[^,]*/r,1,1,,x/' 's/^r,0,2/r,2,0/' 's/^r,0,2/r,0,9/' 's/^model,,,y,80/model,,,y,x/' 's/^model,,,y,80/model,,,y,-80/' \
	's/^model,,,y,80/model,,,z,80/' 's/^column,1/column,2/' 's/^column,1,,a/column,1,,b/' 's/^group.*/r,0,0,,1,/' 's/^r,1,1/q,1,1/' \
	's/^option,0,,x/option,0,,z/' 's/^column,0.*/key,0,,stage,a,/' 's/^option,0,,y/option,0,,x/' 's/^model.*/end,,,,6,/' \
	's/^column,2/level,2,0/' 's/^r,0,0,,[^,]*/r,0,0,,/' 's/^r,0,0,,/r,0,0,,nan/' 's/^r,2,2/r,80,2/'; do
	no "damaged: $e" "zcat s.gz | sed '$e' | hg-regress --merge" '*'
done
hg-regress --save-state -p -y y -x stage --factor stage "$D/factor.csv" >f.csv
no 'a level twice' 'sed s/^level,3,0,mid/level,3,0,early/ f.csv | hg-regress --merge' 'a state whose levels are not in order: stage=early'
no 'levels out of their order' 'sed "s/^level,3,0,mid/level,3,0,late/; s/^level,4,0,late/level,4,0,mid/" f.csv | hg-regress --merge' 'a state whose levels are not in order: *'
no 'columns that are missing' 'zcat s.gz | sed "/^column,2/d; /^r,.,2/d; s/^end.*/end,,,,12,/" | hg-regress --merge' 'a state that lacks columns of y'

# use 'ARGUMENTS' 'MESSAGE'
use() {
	t "$1" 2 "hg-regress $1 s.gz" '' "hg-regress: $2
hg-regress: option -h shows the usage"
}
for o in '--robust hc3' '--cluster stage' --rows; do
	use "--merge $o" "--merge: ${o%% *} needs the rows twice, states have none"
	use "--save-state $o" "--save-state: ${o%% *} needs the rows twice, states have none"
done
use '--merge -r' '--merge: -r does not go with states'
use '--save-state -r' '--save-state: -r does not go with states'
for o in '-x a' '-y y' '-g stage' '-w c' '--factor stage' '--poly a:2' --no-intercept; do
	use "--merge $o" '--merge: *'
done
for o in --fit '--level 0.9' --min-norm '--format %g'; do
	use "--save-state -y y -x a $o" '--save-state: *'
done

# keys that no table gives, and rows without one
printf 'stage,a,y\nx,1,2\nx,2,3\n,3,5\nx,4,4\n' >k.csv
hg-regress --save-state -p -y y -x a -g stage k.csv >k.st 2>/dev/null
no 'the key all' 'sed "s/^key,0,,stage,x/key,0,,stage,all/" k.st | hg-regress --merge' '<stdin>:*: a key that is "all", the word for the pooled rows'
no 'an empty key' 'sed "s/^key,0,,stage,x/key,0,,stage,/" k.st | hg-regress --merge' '<stdin>:*: an empty key'
t 'rows without a key are still known of' 0 'hg-regress --merge -p k.st | wc -l | tr -d " "' 5 'hg-regress: an empty key in 1 row, which counts in the pooled rows only'
printf 'y,y:2,a\n1,2,3\n2,4,4\n' >k2.csv
hg-regress --save-state -p -y a -x '' --factor 'y:2' k2.csv >k1.st
hg-regress --save-state -p -y a -x '' --factor 'y=2' k2.csv >k2.st
no 'a factor y:2 is not the factor y with reference 2' 'hg-regress --merge k1.st k2.st' 'k2.st:3: the state does not fit the first one: it has factor y:2, the first factor y:2'
