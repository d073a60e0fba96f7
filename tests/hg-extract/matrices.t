# matrices.t - W_Q and W_K, W_V and W_O, or M, as CSV.
. tests/lib.sh
D=$R/tests/data

# want METRIC SINGULAR-VALUES [KIND] - what matrices.KIND.csv is to have.
want() {
	awk -F, -v OFS=, -v m="$1" -v n="$2" 'NR == 1 || $3 == m {
		s = $1 OFS $2
		for (i = 3; i <= 8 + n; i++) s = s OFS $i
		print s }' "$D/matrices.${3-}want.csv"
}
for m in full core; do
	want $m 3 >want
	t "metric $m" 0 "hg-extract -p --copying --metric $m $D/matrices.csv | cut -d, -f 1-3,9- | awk -v tol=1e-13 -f $R/tests/close.awk want -" ''
done
for m in full core; do
	want $m 4 ov. >want
	t "W_O W_V, metric $m" 0 "hg-extract -p --circuit ov --copying --metric $m $D/matrices.ov.csv | cut -d, -f 1,2,4,10- | awk -v tol=1e-13 -f $R/tests/close.awk want -" ''
done
t 'q and k beside v and o' 0 "hg-extract -p $D/matrices.csv >a; hg-extract -p $D/matrices.ov.csv | cmp - a; hg-extract -p --circuit qk $D/matrices.ov.csv | cut -d, -f 1,2,4- | cmp - a" ''
t 'columns of W_O W_V' 0 "hg-extract -p --circuit ov $D/matrices.ov.csv | head -n 2 | cut -d, -f 1-11,15-" \
'layer,head,circuit,metric,fold,logit_scale,d_model,d_head,kv_head,v_fro,o_fro,s2,s3,s4
0,0,ov,full,0,1,7,4,,5.06*,5.88*'
t 'W_O W_V that is given' 0 "hg-extract -p $D/matrices.m.csv >a; hg-extract -p --circuit ov $D/matrices.m.csv | cut -d, -f 1,2,4- | sed '1s/v_fro,o_fro/q_fro,k_fro/' | cmp - a" ''
for n in q k v o; do
	case $n in
	[qk]) set -- qk ;;
	*) set -- ov ;;
	esac
	t "$1 without $n" 1 "grep -v '0,0,$n' $D/matrices.ov.csv | hg-extract -p --circuit $1" '' "hg-extract: <stdin>: layer 0, head 0: neither * nor m alone"
	t "$1 without a row of $n" 1 "grep -v '1,0,$n,2' $D/matrices.ov.csv | sed 's/^\(1,0,$n,\)3/\12/' | hg-extract -p --circuit $1 >out" '' "hg-extract: <stdin>: layer 1, head 0: [234] rows of ?, [234] of ?"
done
t 'v and o that are not wanted' 0 "{ sed 1q $D/matrices.csv; printf '0,0,%s\n' v,1,x,,,,,, m,0,1,2,3,4,5,6,7; } | hg-extract -p | cut -d, -f 1-3" 'layer,head,metric
0,0,given'
want given 7 >want
t 'M itself, square or not' 0 "hg-extract -p --copying $D/matrices.m.csv | cut -d, -f 1-3,9- | awk -v tol=1e-13 -f $R/tests/close.awk want -" ''
t 'columns' 0 "hg-extract -p $D/matrices.csv | head -n 2 | cut -d, -f 1-8,14-" \
'layer,head,metric,fold,logit_scale,d_model,d_head,kv_head,s2,s3
0,0,full,0,1,7,3,,*'
t 'columns of a given M' 0 "hg-extract -p $D/matrices.m.csv | head -n 2 | cut -d, -f 1-10" \
'layer,head,metric,fold,logit_scale,d_model,d_head,kv_head,q_fro,k_fro
0,0,given,0,1,7,,,,'
printf 'layer,head,matrix,row,c1,c2\n0,0,q,0,1,0\n0,0,q,1,0,1\n0,0,k,0,2,-1\n0,0,k,1,1,2\n0,1,m,0,0,1\n0,1,m,1,0,0\n0,2,m,0,-1,0\n0,2,m,1,7,-2\n' >eig.csv
t '--copying: of complex eigenvalues, of zeros, of negative ones' 0 'hg-extract -p --rank-tol 0 --copying eig.csv | cut -d, -f 1,2,11-14' \
'layer,head,tr1,tr2,copying,s1
0,0,4,6,0.894427190999915[89],2.23*
0,1,0,0,,1
0,2,-3,5,-1,7.*' ''
# One input of keys stands out, then one of queries; the same as M, square and not.
awk 'BEGIN {
	print "layer,head,matrix,row,c1,c2,c3,c4,c5,c6,c7,c8"
	for (i = 0; i < 8; i++)
		print "0,0,m," i (i == 5 ? ",10,10,10,10,10,10,10,10" : ",1,1,1,1,1,1,1,1")
	for (i = 0; i < 3; i++)
		print "0,1,m," i ",1,1,1,1,1,1,10,1"
	print "0,2,k,0,10,1,1,1,1,1,1,1\n0,2,q,0,1,1,1,1,1,1,1,1"
	print "0,3,k,0,1,1,1,1,1,1,1,1\n0,3,q,0,1,1,10,1,1,1,1,1"
	print "0,4,k,0,0,0,0,0,0,0,0,0\n0,4,q,0,1,1,10,1,1,1,1,1"
}' >point.csv
t '--directionality: of keys, of queries, of M, of nothing' 0 'hg-extract -p --directionality point.csv | cut -d, -f 1-3,13' \
'layer,head,metric,directionality
0,0,given,1
0,1,given,-1
0,2,full,1
0,3,full,-1
0,4,full,'
t '--directionality of a dump' 2 "hg-extract --directionality $D/seed/small.json.gz" '' '*--directionality: not for a dump*'
t '--copying of a dump' 2 "hg-extract --copying $D/seed/small.json.gz" '' '*--copying: not for a dump*'
t '--num-layers gives stages' 0 "hg-extract -p --num-layers 3 --tag a=b $D/matrices.csv | cut -d, -f 1-6" \
'a,layer,head,stage,depth,metric
b,0,0,early,0.1666*,full
b,0,1,early,0.1666*,full
b,1,0,mid,0.5,full
b,1,1,mid,0.5,full'
t '--layers, --heads, --with' 0 "printf 'layer,entropy\n0,1\n1,2\n' | hg-extract -p --layers 1 --heads 0 --with - $D/matrices.csv | cut -d, -f 1-4" \
'layer,head,entropy,metric
1,0,2,full' ''
# otherwise - the same matrices with a quoted column in front, in gzip, rows from the last.
otherwise() {
	sed '1s/^/"name",/; 1!s/^/"x",/' "$D/matrices.csv" | {
		IFS= read -r header
		printf '%s\n' "$header"
		sort -t, -k2,3 -k5,5r
	} | gzip
}
t 'gzip, quotes, other columns, rows of a head in any order' 0 "hg-extract -p $D/matrices.csv >a; otherwise | hg-extract -p | cmp - a" ''
t 'a header alone' 0 "head -n 1 $D/matrices.csv | hg-extract -p" 'layer,head,metric,fold,logit_scale,d_model,d_head,kv_head,q_fro,k_fro,tr1,tr2' ''
t 'a shorter spectrum later' 0 "printf 'layer,head,matrix,row,c1,c2\n0,0,m,0,3,0\n0,0,m,1,0,4\n0,1,m,0,3,4\n' | hg-extract -p | cut -d, -f 1,2,13,14" \
'layer,head,s1,s2
0,0,4,3
0,1,5,'
# stall - the first layer, and the rest only when its row has come, or does not in a minute.
st '--layers that choose nothing' 1 "hg-extract -p --layers 7 $D/matrices.csv >out" '' "hg-extract: *matrices.csv: none of its heads is one of --layers and --heads"

# Numbers that are too large.
big() {
	printf 'layer,head,matrix,row,c1,c2\n0,0,q,0,%s,0\n0,0,k,0,%s,0\n' $1 $1 >big.csv
}
big 1e200
t 'a product that overflows' 1 'hg-extract -p big.csv' '' 'hg-extract: big.csv: layer 0, head 0: too large: a product overflows'
big 1e100
t 'a trace that overflows' 0 'hg-extract -p big.csv | tail -n 1' '0,0,full,0,1,2,1,*,1e+100,1e+100,1e+200,,1e+200' \
	'hg-extract: 1 head with q_fro, k_fro, tr1 or tr2 beyond all numbers, and empty'
t 'the trace of an M that overflows' 0 'printf "layer,head,matrix,row,c1\n0,0,m,0,1e200\n" | hg-extract -p | tail -n 1' '0,0,given,0,1,1,,,,,1e+200,,1e+200' 'hg-extract: 1 head with *'
