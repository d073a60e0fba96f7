# slurm.t - examples/scale/slurm on a Slurm of its own: one machine, with daemons that live
# as long as this file.
. tests/lib.sh
PATH=$PATH:/usr/sbin
needs "${CC:-cc}" sbatch slurmctld slurmd munged
. "$R/tests/scale/study.sh"

# All of it belongs to who runs this, in folders and on ports of its own.
S=$W/slurm host=$(hostname -s) me=$(id -un) port=$((20000 + $$ % 10000 * 2))
chmod 755 "$W"
mkdir "$S" "$S/spool" "$S/state"
cat >"$S/slurm.conf" <<EOF
ClusterName=headgeom
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=$me
SlurmdUser=$me
AuthType=auth/munge
AuthInfo=socket=$S/munge
StateSaveLocation=$S/state
SlurmdSpoolDir=$S/spool
SlurmctldPidFile=$S/slurmctld.pid
SlurmdPidFile=$S/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(getconf _NPROCESSORS_ONLN) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
SLURM_CONF=$S/slurm.conf
export SLURM_CONF

# daemon NAME ARGUMENT ... - in the background, until this file ends.
daemons=
daemon() {
	"$@" >"$S/$1.said" 2>&1 &
	daemons="$daemons $!"
}
stop() {
	for pid in $daemons; do
		kill "$pid" 2>/dev/null
	done
	wait
	rm -rf "$W" "$W".*
}
trap stop EXIT
# soon COMMAND ... - waits until it is so, three minutes at most.
soon() {
	n=0
	until "$@"; do
		n=$((n + 1))
		[ $n -lt 900 ] || return
		sleep .2
	done
}
idle() {
	[ "$(sinfo -h -o %t 2>/dev/null)" = idle ]
}
over() {
	[ -z "$(squeue -h)" ]
}
(umask 077 && head -c 1024 /dev/urandom >"$S/key")
daemon munged --foreground --force --socket="$S/munge" --key-file="$S/key" --pid-file="$S/munged.pid" \
	--log-file="$S/munged.log" --seed-file="$S/munged.seed"
soon test -S "$S/munge"
daemon slurmctld -D
daemon slurmd -D -N "$host"
if ! soon idle; then
	echo 'not ok - slurm: it does not start'
	tail -n 20 "$S"/*.said | remark ''
	exit
fi

# The commands of its README, two checkpoints a task in place of 40.
weights=checkpoints/qwen3/model.safetensors
commands slurm/README.md | sed 's/ 40 heads/ 2 heads/' >run
cut_short $weights
cut_short parts/07.csv.gz
t 'tasks that fail' 0 'sh -e run && soon over; grep -h -e hg-extract -e hg-correlate slurm-*.out' "*hg-extract: $weights: *hg-correlate: parts/07.csv.gz: *"
t '... cancel what hangs on them, and nothing else' 2 'ls large.csv.gz all.csv.gz correlations.csv' large.csv.gz
mend $weights
mend parts/07.csv.gz
rm slurm-*.out
ls -i heads/llama* sums/0[0-6]* >before
t 'its commands again' 0 'sh -e run && soon over && fails grep -v QK-norm slurm-*.out'
t '... what one process makes' 0 'same all.csv.gz correlations.csv large.csv.gz' '' ''
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
