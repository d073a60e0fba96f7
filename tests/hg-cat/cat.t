# hg-cat: tables with different columns become one.
. tests/lib.sh
cd "$W" || exit 1
printf 'a,b\n1,2\n"x,y",3\n' >a.csv
printf 'x,a,c,b\n7,8,9,10\n' >b.csv
printf 'b,a\n5,6\n' | gzip >c.csv.gz
printf 'a,b\n' >e.csv
t 'one table is itself' 0 'hg-cat -p a.csv | cmp - a.csv' '' ''
t 'new columns stand where they stood' 0 'hg-cat -p a.csv b.csv' 'x,a,c,b
,1,,2
,"x,y",,3
7,8,9,10' ''
t 'another order is no other column' 0 'hg-cat -p a.csv c.csv.gz e.csv' 'a,b
1,2
"x,y",3
6,5' ''
t 'standard input among them' 0 'printf "c,a\n0,1\n" | hg-cat -p a.csv - b.csv' 'x,c,a,b
,,1,2
,,"x,y",3
,0,1,
7,9,8,10' ''
t 'a longer spectrum behind a shorter one' 0 'printf "layer,s1,s2\n0,2,1\n" >s2; printf "layer,e,s1,s2,s3\n0,4,3,2,1\n" >s3; hg-cat -p s2 s3; hg-cat -p s3 s2' 'layer,e,s1,s2,s3
0,,2,1,
0,4,3,2,1
layer,e,s1,s2,s3
0,4,3,2,1
0,,2,1,' ''
t 'the order of headtable(5), whichever table comes first' 0 'printf "m,layer,head,entropy,s1,op\n0,0,0,1,2,3\n" >d; printf "m,k,layer,head,stage,metric,fold,mine,tr2,s1,s2,fro,score\n" >w; hg-cat -p d w | head -n 1; hg-cat -p w d | head -n 1; printf "layer,metric,x,s1\n" | hg-cat -p d - w | head -n 1' \
'm,k,layer,head,stage,entropy,metric,fold,mine,tr2,s1,s2,fro,score,op
m,k,layer,head,stage,entropy,metric,fold,mine,tr2,s1,s2,op,fro,score
m,k,layer,head,stage,entropy,metric,fold,mine,tr2,x,s1,s2,fro,score,op' ''
t 'what was measured before what is of weights' 0 'echo layer,head,directionality >w; echo layer,head,entropy | hg-cat -p w -' 'layer,head,entropy,directionality' ''
t 'tags, whatever they are called' 0 'printf "metric,layer,e,s1\n" >d; printf "m,metric,window,layer,fold,s1\n" >w; hg-cat -p d w; hg-cat -p w d; printf "s1,x\n" | hg-cat -p - d' 'm,metric,window,layer,e,fold,s1
m,metric,window,layer,e,fold,s1
metric,layer,e,s1,x' ''
t 'a table alone keeps its own' 0 'printf "op,s2,tr1,x,layer,metric,y,head,entropy,s1,m\n1,2,3,4,5,6,7,8,9,10,11\n" >u; hg-cat -p u u | head -n 2 | cmp - u' '' ''
t 'tags' 0 "mkdir -p r/step5; cp a.csv r/step5/; hg-cat -p --tag m=%n --tag 'step=%{step([0-9]+)}' --tag p=%p r/step5/a.csv | tail -n 1" 'a,5,r/step5/a.csv,"x,y",3' ''
t 'a tag that is a column' 1 'hg-cat -p --tag a=1 a.csv' '' 'hg-cat: a.csv: column "a" is there twice'
t 'a path without what is looked for' 1 'hg-cat -p --tag "a=%{z+}" e.csv' '*' 'hg-cat: e.csv: *'
t 'a column twice' 1 'printf "a,a\n" | hg-cat a.csv -' '' 'hg-cat: <stdin>: column "a" is there twice'
t 'a bad second table' 1 'printf "a,b\n1\n" >bad; hg-cat -p a.csv bad' 'a,b
*' 'hg-cat: bad:2: 1 field, the header has 2'
t 'cut gzip' 1 'head -c 20 c.csv.gz >cut.gz; hg-cat cut.gz a.csv' '*' 'hg-cat: cut.gz: *'
t 'no bytes' 1 ': >none; hg-cat a.csv none' '' 'hg-cat: none: no bytes at all*'
t 'over one of them' 1 'hg-cat -o a.csv a.csv b.csv' '' 'hg-cat: a.csv: it is read*'
t 'gzip, and the same bytes on any number of threads' 0 'hg-cat -@ 1 a.csv b.csv >1; hg-cat -@ 4 a.csv b.csv | cmp - 1 && gzip -t 1' '' ''
t 'wide tables' 0 "for k in 1 2; do awk -v k=\$k 'BEGIN { for (i = 0; i < 40000; i++) printf \"%sc%d_%d\", i ? \",\" : \"\", k, i; print \"\"; for (i = 0; i < 40000; i++) printf \"%s%d\", i ? \",\" : \"\", i; print \"\" }' >w\$k; done; hg-cat -p w1 w2 | tail -n 1 | tr , '\n' | sed -n '40000p;40001p;\$p' | tr '\n' x" '39999xxx' ''

# --with
printf 'model,layer,head,stage,s1\nm,0,0,late,1\nm,0,1,late,2\nn,0,0,late,3\n' >h.csv
printf 'head,kind,layer,model\n0,"a,b",0,m\n1,,0,m\n7,z,0,m\n' >k.csv
t '--with by the keys of the table' 0 'hg-cat -p --with k.csv h.csv' 'model,layer,head,stage,kind,s1
m,0,0,late,"a,b",1
m,0,1,late,,2
n,0,0,late,,3' 'hg-cat: k.csv: 1 row that nothing fits, 1 without a row in it'
t '--with by some of them' 0 'printf "layer,x\n0,9\n" | hg-cat -p --with - h.csv' 'model,layer,head,stage,x,s1
m,0,0,late,9,1
m,0,1,late,9,2
n,0,0,late,9,3' ''
t '--with by a tag' 0 'printf "f,x\nh,9\n" | hg-cat -p --tag f=%n --with - h.csv | sed -n 2p' 'h,m,0,0,late,9,1' ''
t '--with: the same keys twice' 1 'printf "head,x\n0,9\n0,8\n" | hg-cat -p --with - h.csv' '' 'hg-cat: <stdin>:3: head: a second row for the same keys'
t '--with: a column that is there' 1 'printf "head,s1\n0,9\n" | hg-cat -p --with - h.csv' '' 'hg-cat: <stdin>: column "s1" is in h.csv already'
t '--with: no key' 1 'printf "stage,x\nlate,9\n" | hg-cat -p --with - h.csv' '' 'hg-cat: <stdin>: no key column: *'
t '--with: keys alone' 1 'printf "layer,head\n0,0\n" | hg-cat -p --with - h.csv' '' 'hg-cat: <stdin>: no column to join, key columns only'
t '--with: a table without the key' 1 'hg-cat -p --with k.csv h.csv a.csv' '' 'hg-cat: a.csv: no column "head"'
