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
stall() {
	head -n 14 "$D/matrices.csv"
	for i in $(seq 600); do
		sed -n 2p got >first
		[ ! -s first ] || break
		sleep 0.1
	done
	echo x
}
t 'rows come as layers end' 0 ': >got; stall | hg-extract -p >got 2>err; cat first' '0,0,full,*'
# bad 'WHAT' 'ROWS' 'MESSAGE': behind a header of two columns.
bad() {
	printf "layer,head,matrix,row,c1,c2\n$2" >bad.csv
	t "$1" 1 'hg-extract -p bad.csv | tail -n +2; test ! -s bad.csv' '' "hg-extract: bad.csv:$3"
	t "$1: status" 1 'hg-extract -p bad.csv' '*' '*'
}
bad 'another matrix'           '0,0,w,0,1,2\n'                      '2: matrix: none of q, k, v, o, m: "w"'
bad 'a text'                   '0,0,m,0,1,x\n'                      '2: c2: not a number: "x"'
bad 'a missing value'          '0,0,m,0,1,NA\n'                     '2: c2: a matrix has no missing values'
bad 'half a row number'        '0,0,m,0.5,1,2\n'                    '2: row: not a whole number from 0: "0.5"'
bad 'a negative layer'         '-1,0,m,0,1,2\n'                     '2: layer: not a whole number from 0: "-1"'
bad 'no head'                  '0,,m,0,1,2\n'                       '2: head: not a whole number from 0: ""'
bad 'q alone'                  '0,0,q,0,1,2\n'                      ' layer 0, head 0: neither q and k nor m alone'
bad 'q, k and m'               '0,0,q,0,1,2\n0,0,k,0,1,2\n0,0,m,0,1,2\n' ' layer 0, head 0: neither q and k nor m alone'
bad 'rows that do not pair'    '0,0,q,0,1,2\n0,0,k,0,1,2\n0,0,k,1,1,2\n' ' layer 0, head 0: 1 rows of q, 2 of k'
bad 'a row twice'              '0,0,m,0,1,2\n0,0,m,0,1,2\n'         ' layer 0, head 0: rows of m are not 0 to 1, each once'
bad 'a row that is missing'    '0,0,m,0,1,2\n0,0,m,2,1,2\n'         ' layer 0, head 0: rows of m are not 0 to 1, each once'
bad 'a head in two places'     '0,0,m,0,1,2\n0,1,m,0,1,2\n0,0,m,1,1,2\n' '4: head: layer 0, head 0 was there already: the rows of a head must be together'
bad 'a longer spectrum later'  '0,0,m,0,1,2\n0,1,m,0,1,2\n0,1,m,1,1,2\n' ' layer 0, head 1: 2 singular values, but there are 1 columns for them, as many as the first head has'
t 'beyond --num-layers' 1 "hg-extract -p --num-layers 1 $D/matrices.csv >out" '' '*: layer: layer 1 of a model of 1 (--num-layers)'
t 'no column of numbers' 1 'printf "layer,head,matrix,row\n" | hg-extract' '' 'hg-extract: <stdin>: no column "c1"'
t 'a table of another kind' 1 'printf "layer,head,x\n0,0,1\n" | hg-extract' '' 'hg-extract: <stdin>: neither a dump nor a table of matrices: no column "matrix"'
t 'a head table' 1 'printf "layer,head,s1\n0,0,1\n" | hg-extract' '' 'hg-extract: <stdin>: a table of heads with their singular values already, as this program writes it'
for o in --fold-norm --scale '--q a' '--k a' '--layout gated'; do
	t "$o with matrices" 2 "hg-extract $o $D/matrices.csv" '' "hg-extract: ${o%% *}: not for matrices as CSV
*"
done

# Columns of numbers, of key heads; ranks.
for c in c1,c2,c4 c1,c2,c0 c1,c2,c02 c1,c2,c5,c5; do
	t "columns $c" 1 "echo layer,head,matrix,row,$c | hg-extract" '' 'hg-extract: <stdin>: column "c*", but those before it end with c2: they must be c1, c2 and so on, without a gap'
done
t 'a column twice' 1 'echo layer,head,matrix,row,c1,c1 | hg-extract' '' 'hg-extract: *c1*'
t 'columns in another order, others called c' 0 'printf "layer,head,matrix,row,c2,c,c1,cx\n0,0,m,0,4,x,3,y\n" | hg-extract -p | tail -n 1 | cut -d, -f 6,13' '2,5'
t 'kv_head' 0 'printf "layer,head,matrix,row,c1,kv_head\n0,0,q,0,2,1\n0,0,k,0,3,1\n0,1,q,0,2,\n0,1,k,0,3,\n" | hg-extract -p | cut -d, -f 2,8,13' 'head,kv_head,s1
0,1,6
1,,6'
cat >rank.csv <<'D'
layer,head,matrix,row,c1,c2,c3
0,0,m,0,0.1,0.2,0.3
0,0,m,1,0.3,0.6,0.9
0,0,m,2,0.7,1.4,2.1
0,1,m,0,1,0,0
0,1,m,1,0,1e-15,0
0,1,m,2,0,0,1e-16
0,2,m,0,0,0,0
D
t 'an M short of rank' 0 'hg-extract -p rank.csv | cut -d, -f 2,14-' 'head,s2,s3
0,,
1,1e-15,
2,,'
t 'M = 0' 0 'hg-extract -p --heads 2 rank.csv | tail -n 1 | cut -d, -f 13-' '0,,'
t 'singular values that are left out are counted' 0 'hg-extract -p rank.csv >/dev/null' '' 'hg-extract: rank.csv: 3 singular values of M that rounding can have made, and empty: --rank-tol 0 keeps all'
t '--rank-tol 0' 0 'hg-extract -p --rank-tol 0 --heads 1- rank.csv | cut -d, -f 2,14-' 'head,s2,s3
1,1e-15,1e-16
2,,' ''
t '--rank-tol' 0 'hg-extract -p --rank-tol 1e-15 --heads 1 rank.csv | cut -d, -f 2,14-' 'head,s2,s3
1,,' ''
printf 'layer,head,matrix,row,c1,c2,c3\n0,0,m,0,1,0,0\n0,0,m,1,0,0.01,0\n0,0,m,2,0,0,1e-40\n' >small.csv
t 'a small singular value' 0 'hg-extract -p --rank-tol 0 small.csv | cut -d, -f 13-' 's1,s2,s3
1,0.01,1e-40' ''
for v in -1 1 x '' nan; do
	t "--rank-tol $v" 2 "hg-extract --rank-tol '$v' rank.csv" '' "hg-extract: --rank-tol: not a number from 0 and below 1: \"$v\"
*"
done
for m in full,3 core,5; do
	t "d_head above d_model: ${m%,*}" 0 "printf 'layer,head,matrix,row,c1\n0,0,q,0,3\n0,0,q,1,4\n0,0,k,0,1\n0,0,k,1,0\n' | hg-extract -p --metric ${m%,*} | cut -d, -f 6,7,13-" "d_model,d_head,s1
1,2,${m#*,}"
done
t 'W_Q and W_K of whole numbers, beside M' 0 "printf '%s\n' layer,head,matrix,row,c1,c2,c3 0,0,q,0,3,0,0 0,0,q,1,0,1,0 0,0,k,0,0,2,0 0,0,k,1,0,0,1 0,1,m,0,0,6,0 0,1,m,1,0,0,1 | hg-extract -p | cut -d, -f 1-3,9,10,13-" \
'layer,head,metric,q_fro,k_fro,s1,s2
0,0,full,3.1622776601683795,2.23606797749979,6,1
0,1,given,,,6,1'
tall() {
	awk -v n="$1" 'BEGIN { print "layer,head,matrix,row,c1"; for (i = 0; i < n; i++) printf "0,0,q,%d,1\n0,0,k,%d,2\n", i, i }'
}
t 'heads of many components in a small model' 0 "$little tall 512 | hg-extract -p | cut -d, -f 6,7,13-" "d_model,d_head,s1
1,512,1024"
t 'of too many' 1 "$little tall 30000 | hg-extract -p" '' \
	'hg-extract: <stdin>: heads of 30000 components in a model of 1: of more components than the model at most 512 are read'
t '--layers that choose nothing' 1 "hg-extract -p --layers 7 $D/matrices.csv >out" '' "hg-extract: *matrices.csv: none of its heads is one of --layers and --heads"

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
