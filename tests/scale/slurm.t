# slurm.t - examples/scale/slurm on a Slurm of its own, which lives as long as this file.
. tests/lib.sh
. "$R/tests/scale/slurm.sh"
needs "${CC:-cc}" sbatch slurmctld slurmd munged
. "$R/tests/scale/study.sh"
chmod 755 "$W"
trap 'slurm_stop; rm -rf "$W" "$W".*' EXIT
if ! slurm_start "$W/slurm" >start; then
	echo 'not ok - slurm: it does not start'
	remark '' <start
	exit
fi

# The commands of its README, two checkpoints a task in place of 40.
weights=checkpoints/qwen3/model.safetensors
commands slurm/README.md | sed 's/ 40 heads/ 2 heads/' >run
cut_short $weights
cut_short parts/07.csv.gz
t 'tasks that fail' 0 'sh -e run && soon slurm_over; grep -h -e hg-extract -e hg-correlate slurm-*.out' "*hg-extract: $weights: *hg-correlate: parts/07.csv.gz: *"
t '... cancel what hangs on them, and nothing else' 2 'ls large.csv.gz all.csv.gz correlations.csv' large.csv.gz
mend $weights
mend parts/07.csv.gz
rm slurm-*.out
ls -i heads/llama* sums/0[0-6]* >before
t 'its commands again' 0 'sh -e run && soon slurm_over && fails grep -v QK-norm slurm-*.out'
t '... what one process makes' 0 'same all.csv.gz correlations.csv fit.csv large.csv.gz' '' ''
t '... and what was there was not made again' 0 'ls -i heads/llama* sums/0[0-6]* | cmp - before' '' ''
t 'an empty list' 1 'sh slurm/submit.sh /dev/null 1 sum.sh true' '' 'submit.sh: /dev/null: nothing'

# And Snakemake on it.
needs snakemake gnuplot
rm -r heads measured all.csv.gz
awk '{ print $1, $4 }' models.txt >m && mv m models.txt
HOME=$W
export HOME
commands snakemake/README.md '```sh' | sed 's/=40/=2/' >run
t 'snakemake: jobs of Slurm' 0 'sh -e run'
t '... what one process makes' 0 'same all.csv.gz models.csv' '' ''
