# hg-describe: spectra become descriptors.
. tests/lib.sh

printf 'layer,entropy,s1,s2,s3\n0,1.50,2,1,1\n1,,4,,\n2,x,,,\n' >t.csv
t 'the seed s seven, other columns untouched' 0 'hg-describe -p --format %.6g t.csv' \
'layer,entropy,op,fro,trace,rank_eff,spec_ent,anisotropy,condition
0,1.50,2,2.44949,4,2,0.867563,1.5,2
1,,4,4,4,1,0,1,1
2,x,,,,,,,' 'hg-describe: 1 row without a spectrum: empty descriptors'
t '-k keeps the spectrum' 0 'hg-describe -pk -d op t.csv' \
'layer,entropy,s1,s2,s3,op
0,1.50,2,1,1,2
1,,4,,,4
2,x,,,,'
t '-d in its order' 0 'hg-describe -p -d gap,k90,op t.csv 2>/dev/null | head -n 3' \
'layer,entropy,gap,k90,op
0,1.50,2,3,2
1,,,1,4'
t '-a without weights' 0 'hg-describe -pa t.csv 2>/dev/null | head -n 1' \
'layer,entropy,op,fro,trace,rank_eff,spec_ent,anisotropy,condition,stable_rank,part_ratio,erank,spec_perp,spec_ent_norm,k90,gap,log_cond,gini,alpha,alpha_ks,alpha_ww'
t 'a gap in columns named by -s' 1 'hg-describe -p -s entropy,layer -d op t.csv' 's1,s2,s3,op
2,1,1,1.5' \
	'hg-describe: t.csv:3: entropy: empty, but layer is not: a gap in the spectrum'
t '-s by range and glob' 0 'hg-describe -p -s 3-4 -d trace t.csv 2>/dev/null; hg-describe -p -s "s[12]" -d trace t.csv 2>/dev/null | cut -d, -f 4' \
'layer,entropy,s3,trace
0,1.50,1,3
1,,,4
2,x,,
trace
3
4'
printf 's11,s10,x,s9\n1,2,3,4\n,5,6,7\n' >o.csv
t 'spectrum columns in the order of their numbers' 0 'hg-describe -p -d trace o.csv' 'x,trace
3,7
6,12' ''
t 'a gap in the spectrum' 1 "printf 's1,s2,s3\n3,2,1\n3,,1\n' | hg-describe -p -d op" 'op
3' \
	'hg-describe: <stdin>:3: s2: empty, but s3 is not: a gap in the spectrum'
t 'a negative singular value' 1 "printf 's1\n-1\n' | hg-describe -p -d op" '' \
	'hg-describe: <stdin>:2: s1: a negative singular value: -1'
t 'text for a number' 1 "printf 's1\n3a\n' | hg-describe -p -d op" '' 'hg-describe: <stdin>:2: s1: not a number: "3a"'
t 'inf is not a number' 1 "printf 's1\ninf\n' | hg-describe -p -d op" '' 'hg-describe: <stdin>:2: s1: not a number: "inf"'
t 'no spectrum' 1 "printf 'a,sx\n1,2\n' | hg-describe" '' 'hg-describe: <stdin>: no spectrum*'
t 'a descriptor that is there already' 1 "printf 'op,s1\n1,2\n' | hg-describe" '' \
	'hg-describe: <stdin>: column "op" is there already'
t 'a spectrum column there twice' 1 "printf 's1,s1\n1,2\n' | hg-describe" '' 'hg-describe: <stdin>: column "s1" is there twice'
t 'a descriptor that is none' 2 'hg-describe -d opp t.csv' ''
t 'a descriptor without its inputs' 1 'hg-describe -d align t.csv' '' 'hg-describe: t.csv: -d: align needs column "metric", which is not there'
t 'header only' 0 "printf 's1\n' | hg-describe -p -d op" 'op' ''
t 'zeros: guarded, or undefined and empty' 0 "printf 's1,s2\n0,0\n1,0\n' | hg-describe -pa --format %.4g" \
'op,fro,trace,rank_eff,spec_ent,anisotropy,condition,stable_rank,part_ratio,erank,spec_perp,spec_ent_norm,k90,gap,log_cond,gini,alpha,alpha_ks,alpha_ww
0,0,0,0,5.526e-11,0,0,,,,,,,,,,,,
1,1,1,1,2.763e-11,2,1e+12,1,1,1,1,*0,1,,,0.5,,,'
t 'what overflows is empty' 0 "printf 's1,s2\n1.5e308,1.5e308\n' | hg-describe -p -d op,fro,stable_rank" 'op,fro,stable_rank
1.5e+308,,2' ''

# What comes from weights: by hand, with d_model 768, d_head 64.
printf 'metric,d_model,d_head,q_fro,k_fro,tr2,s1,s2\nfull,768,64,4,5,5,2,1\ncore,768,64,4,5,5,2,1\nfull,768,64,,5,,2,1\n' >w.csv
t 'align, sym, null_op, null_cond of the full metric' 0 'hg-describe -p --format %.5g -d align,sym,null_op,null_cond w.csv | cut -d, -f 7-' \
'align,sym,null_op,null_cond
0.1118,1,0.44598,2.3207
,,,
,,,2.3207'

sed 's/q_fro/v_fro/; s/k_fro/o_fro/' w.csv >ov.csv
t 'v_fro and o_fro in their places' 0 'hg-describe -p -d align,sym,null_op,null_cond ov.csv | cut -d, -f 7- >a; hg-describe -p -d align,sym,null_op,null_cond w.csv | cut -d, -f 7- | cmp - a' ''
printf 'metric,q_fro,k_fro,v_fro,o_fro,s1\nfull,4,5,,,2\nfull,,,8,5,2\nfull,,5,8,,2\n' >both.csv
t 'rows of both circuits' 0 'hg-describe -p -d align both.csv | cut -d, -f 6' 'align
0.1
0.05
0.05'
printf 'd_model,tr1,tr2,s1\n4,2,8,3\n4,-2,-1,3\n4,,1,3\n,2,8,3\n4,2,8,\n' >eig.csv
t 'eig_mean, eig_var need no metric' 0 'hg-describe -p -d eig_mean,eig_var eig.csv 2>/dev/null | cut -d, -f 4-' 'eig_mean,eig_var
0.5,1.75
-0.5,-0.5
,
,
,'
t '-a with traces and d_model alone' 0 'hg-describe -p -a eig.csv 2>/dev/null | head -n 1' '*,alpha_ww,eig_mean,eig_var'
t 'eig_var without its inputs' 1 "printf 'd_model,tr2,s1\n1,1,1\n' | hg-describe -p -d eig_var" '' '*-d: eig_var needs column "tr1", which is not there'

# All descriptors against an independent program.
D=$R/tests/data/descr
t 'all descriptors of 40 spectra' 0 "hg-describe -p -a $D/spectra.csv >o; awk -v tol=1e-12 -f $R/tests/close.awk $D/expected.csv o"
t 'alpha_ww as WeightWatcher has it' 0 "hg-describe -p -d alpha_ww $D/spectra.csv | sed 's/.*,//; s/^$/\"\"/' >o; awk -v tol=1e-12 -f $R/tests/close.awk $D/ww.csv o"
# off - rows whose rank_eff times anisotropy is not their number of singular values.
off() {
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
	{
		n = 0
		for (i = c["s1"]; i < c["op"]; i++)
			n += $i != ""
		d = $c["rank_eff"] * $c["anisotropy"] - n
		if (d * d > 1e-20 * n * n)
			print NR, d
	}'
}
t 'rank_eff times anisotropy is the number of values' 0 "hg-describe -p -k $D/spectra.csv | off" ''

# What is not part of the spectrum is not taken for it, and a first row does not
# wait for others.
t 'a further s7' 1 "printf 's1,s2,s7\n2,1,5\n' | hg-describe -p" '' 'hg-describe: <stdin>: s7 comes behind s2: *'
t 'a further s7 and -s' 0 "printf 's1,s2,s7\n2,1,5\n' | hg-describe -p -d op -s s1,s2" 's7,op
5,2'
t 'numbers from 0' 0 "printf 's1,s0\n2,1\n' | hg-describe -p -d op" 'op
2'
mkfifo in out
t 'the first row before the end of the input' 0 "
	{ printf 's1,s2\n2,1\n'; read go <out; printf '3,1\n'; } | hg-describe -p -d op |
	{ read a; read b; echo go >out; read c; echo \$a \$b \$c; }" 'op 2 3'
t 'of zeros the first, whatever its sign, on every machine' 0 'printf "s1,s2\n0,-0\n-0,0\n" | hg-describe -p -d op,condition' 'op,condition
0,0
-0,-0' ''

# The ends of the range: sums of squares, and s_max/s_min, may leave it.  Denormal
# numbers are whole multiples of 4.94e-324: 61, 81 and 101 of them in a triangle.
range() {
	t "the ends of the range: $2, $1" 0 "printf 's1,s2\n$1\n' | hg-describe -p -d $2 --format %.9g" "$2
$3" ''
}
range 1e300,1e-300   log_cond 600
range 1e308,5e-324   log_cond 631.306215
range 1e300,1e300    fro,spec_ent,rank_eff,anisotropy '1.41421356e+300,0.693147181,2,1'
range 1.5e308,1.5e308 fro,trace,spec_ent,rank_eff,anisotropy ',,0.693147181,2,1'
range 3e-200,4e-200  fro,trace '5e-200,7e-200'
range 3e-322,4e-322  fro 4.99006302e-322
range 1e-150,1e-170  fro,log_cond '1e-150,20'
range 4e200,3e200    fro,trace,condition,spec_ent_norm '5e+200,7e+200,1.33333333,0.942683189'
awk 'BEGIN {
	for (n = 1; n <= 300; n++)
		for (i = 1; i <= 300; i++)
			printf "%s%s", n == 1 ? "s" i : i <= n ? 0.3 : "", i < 300 ? "," : "\n"
}' >flat.csv
t 'spec_ent_norm is at most 1' 0 "hg-describe -p -d spec_ent_norm flat.csv | awk 'NR > 1 && (\$1 > 1 || \$1 < 1 - 1e-14)'" '' ''
t 'the weights at the ends of the range' 0 'printf "metric,q_fro,k_fro,tr2,s1,s2\nfull,1e200,1e200,0,3e199,4e199\nfull,1e-200,1e-200,0,3e-201,4e-201\nfull,1e160,1,1e300,3e159,4e159\n" |
	hg-describe -p -d align,sym --format %.6g | cut -d, -f 5,6' 'align,sym
5e-201,0.5
5e+199,0.5
0.5,0.5'
