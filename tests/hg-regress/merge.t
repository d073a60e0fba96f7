# hg-regress --save-state and --merge: any split of the rows gives what the
# whole gives, in any order the same bytes; what does not fit is refused.
. tests/lib.sh

# resum - a state that was changed, with the check sum that belongs to it.
resum() {
	python3 "$R/tests/resum.py"
}
. "$R/tests/merge.sh"
export tool=hg-regress
D=$R/tests/data/r/regress

splits "$D/missing.csv" '-y y -x a,b,c'
splits "$D/powers.csv" '-y y -x c --poly a:4 -w wt'
splits "$D/factors.csv" '-y y,a -x stage,block --factor block --factor stage -g stage'
splits "$D/cells.csv" '-y y -x stage,a --factor block --factor stage --no-intercept -w wt'
splits "$D/groupw.csv" '-y y -x a,b -g stage,k -w wt'
splits "$D/mean.csv" '-y y -x ""'

# clusters, also such as lie in several parts, with a factor whose levels come late
splits "$D/plain.csv" '-y y -x a,b,c --cluster k'
splits "$D/clusters.csv" '-y y -x a,c --cluster stage,k'
splits "$D/cells.csv" '-y y -x stage,a --factor block --factor stage --no-intercept -w wt --cluster k'
splits "$D/groups.csv" '-y y,a -x b -g stage --cluster k'
splits "$D/powers.csv" '-y y -x c --poly a:4 -w wt --cluster k'
for o in '--small cr2' '--wild 999 --seed 4' --fit; do
	t "merged, then $o" 0 "parts 3 $D/factors.csv '-y y -x a --factor block --cluster k' &&
		hg-regress -p --merge part.*.gz $o --format %.11g >o 2>/dev/null; hg-regress -p -y y -x a --factor block --cluster k $o --format %.11g $D/factors.csv 2>/dev/null | cmp - o" '' ''
done
no 'no clusters, but --small' 'hg-regress --save-state -y y -x a '"$D/plain.csv"' | hg-regress --merge --small cr2' '<stdin>:*: --small, --wild and --boot need clusters: --save-state --cluster keeps them'

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
no 'other predictors' 'hg-regress --merge part.00.csv.gz x.gz' 'x.gz: its sums are of -x *c, those of part.00.csv.gz of -x *b'
no 'another response' 'hg-regress --merge part.00.csv.gz y.gz' 'y.gz: its sums are of -y c, those of part.00.csv.gz of -y y'
no 'weights' 'hg-regress --merge part.00.csv.gz w.gz' 'w.gz: its sums are of -w c, those of part.00.csv.gz without -w'
no 'groups' 'hg-regress --merge part.00.csv.gz g.gz' 'g.gz: its sums are of -g stage, those of part.00.csv.gz without -g'
no 'no groups' 'hg-regress --merge g.gz part.00.csv.gz' 'part.00.csv.gz: its sums are without -g, those of g.gz of -g stage'
no 'no intercept' 'hg-regress --merge part.00.csv.gz i.gz' 'i.gz: its sums are without an intercept, those of part.00.csv.gz with an intercept'
no 'powers' 'hg-regress --merge part.00.csv.gz p.gz' 'p.gz: its sums are *, those of part.00.csv.gz of -x *b'
no 'in one file' 'cat part.00.csv.gz s.gz | hg-regress --merge' '<stdin>: its sums are *, those of <stdin> *'
no 'a table' "hg-regress --merge $D/plain.csv" '*plain.csv: not a state, as --save-state writes it; tables are read without --merge'
no 'a state without rows of its own' 'zcat s.gz | head -n 1 | hg-regress --merge' '<stdin>: no sums in what was read'
no 'a cut state' 'zcat s.gz | sed "\$d" | hg-regress --merge' '<stdin>: the last state is cut'
no 'a cut state before another' '(zcat s.gz | sed "\$d"; zcat s.gz) | hg-regress --merge' '<stdin>:*: a state begins before the one before it has ended: that was cut'
no 'a row less' 'zcat s.gz | sed /^r,1,1/d | hg-regress --merge' '<stdin>:*: the state has * rows and should have *'
no 'a group without its model' 'zcat s.gz | sed "/^group/{p;s/.*/group,,,,0,/;}; s/^end.*/end,,,,15,/" | hg-regress --merge' '<stdin>:*: a group *'
no 'a last group without its model' 'zcat s.gz | sed "s/^end.*/group,,,,0,\nend,,,,17,/" | hg-regress --merge' '<stdin>:*: a group *'
no 'a later version' 'zcat s.gz | sed s/^state,3/state,4/ | hg-regress --merge' '<stdin>:2: a state of version 4; this program reads version 3'
no 'of another program' 'zcat s.gz | sed s/,hg-regress/,hg-correlate/ | hg-regress --merge' '<stdin>:2: a state of hg-correlate, not of hg-regress'
for e in 's/^r,1,1,,[^,]*/r,1,1,,x/' 's/^r,0,2/r,2,0/' 's/^r,0,2/r,0,9/' 's/^model,,,y,80/model,,,y,x/' 's/^model,,,y,80/model,,,y,-80/' \
	's/^model,,,y,80/model,,,z,80/' 's/^column,1/column,2/' 's/^column,1,,a/column,1,,b/' 's/^group.*/r,0,0,,1,/' 's/^r,1,1/q,1,1/' \
	's/^option,0,,x/option,0,,z/' 's/^column,0.*/key,0,,stage,a,/' 's/^option,0,,y/option,0,,x/' 's/^model.*/end,,,,6,/' \
	's/^column,2/level,2,0/' 's/^r,0,0,,[^,]*/r,0,0,,/' 's/^r,0,0,,/r,0,0,,nan/' 's/^r,2,2/r,80,2/'; do
	no "damaged: $e" "zcat s.gz | sed '$e' | hg-regress --merge" '*'
done
hg-regress --save-state -p -y y -x stage --factor stage "$D/factor.csv" >f.csv
needs python3
no 'a level twice' 'sed s/^level,3,0,mid/level,3,0,early/ f.csv | resum | hg-regress --merge' 'a state whose levels are not in order: stage=early'
no 'levels out of their order' 'sed "s/^level,3,0,mid/level,3,0,late/; s/^level,4,0,late/level,4,0,mid/" f.csv | resum | hg-regress --merge' 'a state whose levels are not in order: *'
no 'columns that are missing' 'zcat s.gz | sed "/^column,2/d; /^r,.,2/d; s/^end.*/end,,,,12,/" | resum | hg-regress --merge' 'a state that lacks columns of y'

# use 'ARGUMENTS' 'MESSAGE'
use() {
	t "$1" 2 "hg-regress $1 s.gz" '' "hg-regress: $2
hg-regress: option -h shows the usage"
}
for o in '--robust hc3' --rows; do
	use "--merge $o" "--merge: ${o%% *} needs the rows twice, states have none"
	use "--save-state $o" "--save-state: ${o%% *} needs the rows twice, states have none"
done
use '--merge --cluster stage' '--merge: *'
use '--save-state -y y -x a --cluster stage --small cr2' '--save-state: --small and --wild are for --merge'
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
no 'a factor y:2 is not the factor y with reference 2' 'hg-regress --merge k1.st k2.st' 'k2.st: its options are not written as those of k1.st: factor y:2'

# everything in a state is checked: damaged 'SED' 'MESSAGE', of weights, a factor, powers, two responses
cat >w.csv <<'END'
g,f,a,b,y,z,w
u,p,1,2,3,4,1
u,q,2,3,5,2,2
v,p,3,5,4,1,1
v,q,5,7,8,,0.5
END
hg-regress --save-state -p -y y,z -x a --poly b:2 --factor f=q -w w -g g w.csv >w.st 2>/dev/null
damaged() {
	no "damaged: $1" "sed '$1' w.st >d.st; ! cmp -s d.st w.st && hg-regress --merge d.st" "d.st:$2"
}
damaged 's/^option,0,,x,a/option,1,,x,a/' '3: i: not a number that fits here: "1"'
damaged 's/^option,1,,poly/option,0,,poly/' '4: an option out of its order: poly b'
damaged 's/^option,1,,y,z/option,0,,y,z/' '7: an option out of its order: y z'
damaged 's/^option,0,,x,a/option,,,x,a/' '3: i: not a number that fits here: ""'
damaged 's/^option,0,,x,a,/&1/' '3: low: nothing belongs here in a row "option": "1"'
damaged 's/^option,0,,x,/option,0,0,x,/' '3: j: nothing belongs here in a row "option": "0"'
damaged 's/^option,0,,y,y,/&1/' '6: low: nothing belongs here in a row "option": "1"'
damaged 's/^option,0,,x,a/option,0,,x,b/' '4: a column that is there twice: b'
damaged 's/^option,1,,y,z/option,1,,y,y/' '7: a column that is there twice: y'
damaged 's/^option,1,,y,z/option,1,,y,a/' '7: a column that is there twice: a'
damaged 's/^\(option,1,,poly,b\),2/\1,1/' '4: not a degree from 2 to 30: "1"'
damaged 's/^\(option,1,,poly,b\),2/\1,2.5/' '4: not a degree from 2 to 30: "2.5"'
damaged 's/^\(option,1,,poly,b\),2/\1,31/' '4: not a degree from 2 to 30: "31"'
damaged 's/^option,,,weight/option,0,,weight/' '8: i: nothing belongs here in a row "option": "0"'
damaged 's/^option,,,intercept,yes/option,,,weight,w/' '9: an option that is there twice: weight'
damaged 's/^option,,,intercept,yes/option,,,intercept,perhaps/' '9: an intercept that is neither yes nor no: "perhaps"'
damaged 's/^option,,,weight,w/option,,,intercept,no/' '9: an option that is there twice: intercept'
damaged '/^option,,,intercept/d' '11: sums of which it is not known whether they have an intercept'
damaged 's/^\(model,,,y\),2/\1,3/' '*: a model of 3 rows in a group of 2'
damaged 's/^\(model,,,y\),2/\1,1.5/' '*: not a number of rows: 1.5'
damaged 's/^model,,,y,2/model,0,,y,2/' '*: i: nothing belongs here in a row "model": "0"'
damaged 's/^logw,,,/logw,,,w/' '*: name: nothing belongs here in a row "logw": "w"'
damaged '/^logw/d' '*: a column out of its order'
damaged '/^logw/p' '*: a record out of its order: logw'
damaged '/^option,,,weight/d' '*: a record out of its order: logw'
damaged 's/^\(logw,,,,0.69[0-9]*\),[^,]*/\1,1/' '*: a low part too large for its number: 0.69*, 1'
damaged 's/^\(column,0,,(Intercept)\),1,1/\1,1,2/' '*: a column that cannot be: from 1 to 2'
damaged 's/^\(column,1,,a\),1,2/\1,3,2/' '*: a column that cannot be: from 3 to 2'
damaged 's/^\(column,1,,a\),,/\1,3,/' '*: value: nothing belongs here in a row "column": "3"'
damaged 's/^column,1,,a/column,1,0,a/' '*: j: nothing belongs here in a row "column": "0"'
damaged 's/^\(level,5,2,p\),0,1/\1,0.5,1/' '*: a column that cannot be: from 0.5 to 1'
damaged 's/^\(level,5,2,p\),0,1/\1,0,2/' '*: a column that cannot be: from 0 to 2'
damaged 's/^level,5,2,p/level,5,2,/' '*: a level without a name'
damaged '/^level,6,/{h;d;};/^r,0,0,/G' '*: a column out of its order'
damaged 's/^r,0,1,,/r,0,1,a,/' '*: name: nothing belongs here in a row "r": "a"'
damaged 's/^r,0,1,\(.*\)/&\n&/' '*: a record out of its order: r'
damaged 's/^r,0,1,,\([^,]*\),[^,]*/r,0,1,,\1,1/' '*: a low part too large for its number: *, 1'

printf 'x,y\n1,1.5e308\n2,-1.2e308\n3,1.1e308\n4,1e308\n' >far.csv
t 'sums out of range stay so' 0 "hg-regress -p -x x -y y far.csv >o 2>&1
	hg-regress --save-state -x x -y y far.csv | hg-regress -p --merge 2>&1 | cmp - o"

# clusters in a state
cat >c.csv <<'END'
k,a,y,w
p,1,2,1
p,2,4,1
q,3,5,2
q,4,9,1
r,5,8,0.5
END
hg-regress --save-state -p -x a -y y -w w --cluster k c.csv >c.st
harmed() {
	no "damaged clusters: $1" "sed '$1' c.st >d.st; ! cmp -s d.st c.st && hg-regress --merge d.st" "$2"
}
harmed 's/^cluster,1,/cluster,2,/' 'd.st:*: i: not a number that fits here: "2"'
harmed 's/^cluster,1,\(.*\),2,3/cluster,1,\1,2,-3/' 'd.st:*: a cluster that cannot be: 2 rows of weight -3'
harmed 's/^cluster,1,\(.*\),2,3/cluster,1,\1,2,/' 'd.st:*: a cluster that cannot be: 2 rows of weight *'
harmed 's/^cluster,1,\(.*\),2,3/cluster,1,\1,3,3/' 'd.st:*: the check sum is *'
harmed 's/^cluster,1,/cluster,1,0/' 'd.st:*: j: nothing belongs here in a row "cluster": "0"'
harmed 's/^part,0,,k,q/part,0,,k,p/' 'd.st:*: a cluster out of its order: p'
harmed 's/^part,0,,k,q/part,0,,k,/' 'd.st:*: an empty key'
harmed 's/^part,0,,k,q/part,0,,j,q/' 'd.st:*: a key out of its order'
harmed 's/^part,0,,k,q/part,1,,k,q/' 'd.st:*: i: not a number that fits here: "1"'
harmed 's/^limits,1,,,3,4/limits,1,,,3,6/' 'd.st:*: a column that cannot be: from 3 to 6'
harmed 's/^limits,1,,,3,4/limits,1,,,4,3/' 'd.st:*: a column that cannot be: from 4 to 3'
harmed 's/^limits,1,,,3,4/limits,2,,,3,4/' 'd.st:*: a record out of its order: limits'
harmed 's/^limits,1,,,3,4/r,0,0,,1,/' 'd.st:*: a record out of its order: r'
harmed 's/^option,0,,cluster,k/option,1,,cluster,k/' 'd.st:*: i: not a number that fits here: "1"'
harmed 's/^option,0,,cluster,k/option,0,,fold,k/' 'd.st:*: a record that is not known: cluster'
harmed '/^cluster,2/,/^r,1,2/d; s/^end.*/end,,,,31,/' '*'
