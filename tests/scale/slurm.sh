# slurm.sh - a Slurm of one machine that belongs to who runs it, in a folder and on ports of
# its own:  slurm_start FOLDER, which must be absent, and then slurm_stop.
PATH=$PATH:/usr/sbin
slurm_pids=

slurm_start() {
	host=$(hostname -s) me=$(id -un) port=$((20000 + $$ % 10000 * 2))
	mkdir -p "$1/spool" "$1/state"
	cat >"$1/slurm.conf" <<EOF
ClusterName=headgeom
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=$me
SlurmdUser=$me
AuthType=auth/munge
AuthInfo=socket=$1/munge
StateSaveLocation=$1/state
SlurmdSpoolDir=$1/spool
SlurmctldPidFile=$1/slurmctld.pid
SlurmdPidFile=$1/slurmd.pid
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
	SLURM_CONF=$1/slurm.conf
	export SLURM_CONF
	(umask 077 && head -c 1024 /dev/urandom >"$1/key")
	slurm_daemon "$1" munged --foreground --force --socket="$1/munge" --key-file="$1/key" \
		--pid-file="$1/munged.pid" --log-file="$1/munged.log" --seed-file="$1/munged.seed"
	soon test -S "$1/munge"
	slurm_daemon "$1" slurmctld -D
	slurm_daemon "$1" slurmd -D -N "$host"
	soon slurm_idle || {
		tail -n 20 "$1"/*.said
		return 1
	}
}

slurm_stop() {
	for pid in $slurm_pids; do
		kill "$pid" 2>/dev/null
	done
	wait
}

# slurm_daemon FOLDER NAME ARGUMENT ... - in the background.
slurm_daemon() {
	said=$1/$2.said
	shift
	"$@" >"$said" 2>&1 &
	slurm_pids="$slurm_pids $!"
}

slurm_idle() {
	[ "$(sinfo -h -o %t 2>/dev/null)" = idle ]
}

# slurm_over - whether no job is left.
slurm_over() {
	[ -z "$(squeue -h)" ]
}

# soon COMMAND ... - waits until it is so, three minutes at most.
soon() {
	n=0
	until "$@"; do
		n=$((n + 1))
		[ $n -lt 900 ] || return
		sleep .2
	done
}
