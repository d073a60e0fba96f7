/* sandbox.c - what a program gives up before it reads what others have written: a file that
 * brings it to do what it was not made for does little with it then.
 *
 * There are two walls, both of Linux, and each is done without where the kernel has it not.
 * Landlock (Documentation/userspace-api/landlock.rst of the kernel) keeps files from being
 * written, made, removed and run, by directory.  A filter of system calls (seccomp_filter.rst
 * there) refuses those below, which no program here makes; all others pass, for libraries
 * may call what they like.  What is refused returns EACCES or EPERM, and nothing is killed.
 * Both hold for the threads and processes that are started later, and are not to be taken
 * down. */
#include <fcntl.h>
#include <libgen.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"

#if defined __linux__ && !defined NO_SANDBOX       /* see Makefile */

#include <elf.h>
#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define COUNT(array) (sizeof (array) / sizeof *(array))

/* ---- files ------------------------------------------------------------------------------------ */

#ifdef SYS_landlock_create_ruleset

/* Kinds of access, with the version of Landlock that is the first to know it if that is not 1.
 * Reading is not among them. */
enum {
	EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, REMOVE_FILE = 1 << 5, MAKE_REG = 1 << 8,
	REMOVE_AND_MAKE = 0x1ff0,       /* files of any kind, directories, links */
	TRUNCATE = 1 << 14,             /* 3 */
	TCP = 3,                        /* 4: to listen and to connect */
	SCOPE = 3,                      /* 6: abstract sockets of others, signals to others */
	ASK_VERSION = 1, PATH_BENEATH = 1
};

struct rules {
	uint64_t files, net, scope;
};

struct beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

static int
allow(int rules, uint64_t access, const char *path)
{
	struct beneath rule = { .allowed = access, .fd = open(path, O_PATH | O_CLOEXEC) };
	int good = rule.fd >= 0 && syscall(SYS_landlock_add_rule, rules, PATH_BENEATH, &rule, 0) == 0;

	if (rule.fd >= 0)
		close(rule.fd);
	return good;
}

/* What out_open may do for this path: in place if it is no regular file, else in the directory
 * that the file is in, or will be. */
static int
allow_output(int rules, uint64_t truncate, const char *path)
{
	struct stat st;
	char *target;
	int good;

	if (path == NULL)
		return 1;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return allow(rules, WRITE_FILE, path);
	target = dest_target(path);
	good = allow(rules, WRITE_FILE | REMOVE_FILE | MAKE_REG | truncate, dirname(target));
	free(target);
	return good;
}

/* If a rule is not to be had there are none: what is to be written comes first. */
static void
keep_files(const char *path, const char *also)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, ASK_VERSION);
	uint64_t truncate = version >= 3 ? TRUNCATE : 0;
	struct rules kept = { .files = EXECUTE | WRITE_FILE | REMOVE_AND_MAKE | truncate,
	    .net = version >= 4 ? TCP : 0, .scope = version >= 6 ? SCOPE : 0 };
	int rules = version < 1 ? -1 : (int)syscall(SYS_landlock_create_ruleset, &kept, sizeof kept, 0);

	if (rules < 0)
		return;
	if (allow_output(rules, truncate, path) && allow_output(rules, truncate, also))
		(void)syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
}

#else

static void
keep_files(const char *path, const char *also)
{
	(void)path;
	(void)also;
}

#endif

/* ---- system calls ------------------------------------------------------------------------------- */

/* The kernel's name for a machine: its number of ELF, 64 bits, little-endian.  Where it is 0
 * there is no filter: numbers of calls mean nothing without it. */
#define BITS64 0x80000000u
#define LITTLE 0x40000000u
#if defined __x86_64__ && defined __LP64__
#define MACHINE (EM_X86_64 | BITS64 | LITTLE)
#define FOREIGN 0x40000000u     /* calls of x32 have this bit, and other meanings */
#elif defined __i386__
#define MACHINE (EM_386 | LITTLE)
#elif defined __aarch64__ && defined __LP64__
#define MACHINE (EM_AARCH64 | BITS64 | LITTLE)
#elif defined __ARM_EABI__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define MACHINE (EM_ARM | LITTLE)
#elif defined __powerpc64__
#define MACHINE (EM_PPC64 | BITS64 | (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? LITTLE : 0))
#elif defined __s390x__
#define MACHINE (EM_S390 | BITS64)
#elif defined __riscv && __riscv_xlen == 64
#define MACHINE (EM_RISCV | BITS64 | LITTLE)
#elif defined __loongarch64
#define MACHINE (EM_LOONGARCH | BITS64 | LITTLE)
#endif

#if defined MACHINE && defined SYS_seccomp
#ifndef FOREIGN
#define FOREIGN UINT32_MAX
#endif

/* Calls that headers may lack while the kernel has them: since Linux 5.1 one number is for all
 * of these machines (those of times, for those of 32 bits). */
enum {
	CLOCK_SETTIME64 = 404, CLOCK_ADJTIME64 = 405, MQ_TIMEDSEND64 = 418, MQ_TIMEDRECEIVE64 = 419, SEMTIMEDOP64 = 420,
	PIDFD_SEND_SIGNAL = 424, IO_URING_SETUP = 425, IO_URING_ENTER, IO_URING_REGISTER, OPEN_TREE, MOVE_MOUNT,
	FSOPEN, FSCONFIG, FSMOUNT, FSPICK, PIDFD_OPEN, CLONE3, PIDFD_GETFD = 438, PROCESS_MADVISE = 440,
	MOUNT_SETATTR = 442, QUOTACTL_FD, PROCESS_MRELEASE = 448, OPEN_TREE_ATTR = 467
};

/* What no program here calls, nor libraries that run in it, nor gnuplot. */
static const uint32_t refused[] = {
	/* The network, memory, queues and semaphores that others have too. */
	SYS_socket, SYS_mq_open, SYS_mq_unlink, SYS_mq_notify, SYS_mq_getsetattr, MQ_TIMEDSEND64, MQ_TIMEDRECEIVE64, SEMTIMEDOP64,
#ifdef SYS_socketcall
	SYS_socketcall,
#endif
#ifdef SYS_ipc
	SYS_ipc,                /* all from here to semtimedop */
#endif
#ifdef SYS_shmget
	SYS_shmget, SYS_shmat, SYS_shmctl, SYS_msgget, SYS_msgsnd, SYS_msgrcv, SYS_msgctl, SYS_semget, SYS_semctl,
#endif
#ifdef SYS_semop
	SYS_semop,
#endif
#ifdef SYS_semtimedop
	SYS_semtimedop,
#endif
#ifdef SYS_mq_timedsend
	SYS_mq_timedsend, SYS_mq_timedreceive,
#endif

	/* Other processes: their memory, descriptors. */
	SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, SYS_migrate_pages, SYS_move_pages, PIDFD_OPEN,
	PIDFD_SEND_SIGNAL, PIDFD_GETFD, PROCESS_MADVISE, PROCESS_MRELEASE,

	/* Ways past the filter, and parts of the kernel that are large and that no table needs. */
	IO_URING_SETUP, IO_URING_ENTER, IO_URING_REGISTER, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl,
	SYS_add_key, SYS_request_key, SYS_fanotify_init, SYS_open_by_handle_at,
#ifdef SYS_modify_ldt
	SYS_modify_ldt
#endif
};

/* What who runs a program may need, as gnuplot can be a script that starts it in a container. */
static const uint32_t programs[] = {
	/* Whose turn it is. */
	SYS_setpriority, SYS_sched_setaffinity, SYS_sched_setattr, SYS_sched_setparam, SYS_sched_setscheduler, SYS_ioprio_set,

	/* What is root's, or another name space's: where files are, which machine this is and when. */
	SYS_chroot, SYS_pivot_root, SYS_unshare, SYS_setns, SYS_mount, SYS_umount2, FSOPEN, FSCONFIG, FSMOUNT, FSPICK,
	OPEN_TREE, OPEN_TREE_ATTR, MOVE_MOUNT, MOUNT_SETATTR, SYS_quotactl, QUOTACTL_FD, SYS_swapon, SYS_swapoff, SYS_acct,
	SYS_sethostname, SYS_setdomainname, SYS_reboot, SYS_vhangup, SYS_syslog, SYS_kexec_load, SYS_init_module,
	SYS_finit_module, SYS_delete_module, SYS_adjtimex, SYS_clock_adjtime, CLOCK_SETTIME64, CLOCK_ADJTIME64,
#ifdef SYS_clock_settime
	SYS_clock_settime,
#endif
#ifdef SYS_settimeofday
	SYS_settimeofday,
#endif
#ifdef SYS_stime
	SYS_stime,
#endif
#ifdef SYS_umount
	SYS_umount,
#endif
#ifdef SYS_kexec_file_load
	SYS_kexec_file_load,
#endif
#ifdef SYS_iopl
	SYS_iopl,
#endif
#ifdef SYS_ioperm
	SYS_ioperm,
#endif

	/* Other programs. */
	SYS_execve, SYS_execveat
};

/* An instruction of the filter (struct sock_filter), with how many are skipped, and a filter. */
struct step {
	uint16_t code;
	uint8_t yes, no;
	uint32_t k;
};

struct filter {
	unsigned short n;
	struct step *step;
};

/* Of struct seccomp_data the call's number, the machine, the low halves of two arguments. */
enum {
	CALL = 0, ON = 4, LOW = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0,
	FIRST = 16 + LOW, SECOND = 24 + LOW,
#if defined __s390x__
	FLAGS = SECOND
#else
	FLAGS = FIRST           /* of clone(2) */
#endif
};
enum {
	RETURN = 6, LOAD = 0x20, EQUAL = 0x15, AT_LEAST = 0x35, ANY_OF = 0x45,
	PASS = 0x7fff0000, REFUSE = 0x50000 | EPERM, UNKNOWN = 0x50000 | ENOSYS,
	NEW_SPACES = 0x7e020000,        /* CLONE_NEW... of namespaces(7) */
	SET_FILTER = 1,
	AS_FAST = 1 << 2                /* numbers are crunched here, and no secrets kept: no slower speculation */
};

/* Calls, whose numbers are below HIGHEST on these machines, are looked up by groups of numbers: when
 * it takes a filter, the kernel runs it once for each of them, to know which always pass. */
enum { GROUP = 64, HIGHEST = 512 };

static struct step *
compare(struct step *s, uint32_t end, const uint32_t *call, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (call[i] / GROUP + 1 == end / GROUP)
			*s++ = (struct step){ EQUAL, 0, 0, call[i] };
	return s;
}

/* The steps for numbers from end - GROUP to end, behind those for lower ones.  Returns where the next step
 * goes. */
static struct step *
look_up(struct step *s, uint32_t end, int run)
{
	struct step *group = s;

	s = compare(s + 1, end, refused, COUNT(refused));
	s = compare(s, end, programs, run ? 0 : COUNT(programs));
	*s++ = (struct step){ RETURN, 0, 0, PASS };
	*s = (struct step){ RETURN, 0, 0, REFUSE };
	*group = (struct step){ AT_LEAST, (uint8_t)(s - group), 0, end };
	for (struct step *call = group + 1; call < s - 1; call++)
		call->yes = (uint8_t)(s - call - 1);
	return s + 1;
}

/* Of prlimit(2) what is for another process, of ioctl(2) what puts letters before the shell of a terminal, as if
 * they had been typed, and of clone(2) new name spaces; of clone3(2) the flags are in memory that a filter does not
 * see: as with a kernel before it, the C library calls clone(2).  What a program of 32
 * bits runs may be one of 64, whose calls have other numbers: those pass. */
static void
keep_calls(int run)
{
	static const struct step begin[] = {
		{ LOAD, 0, 0, ON }, { EQUAL, 1, 0, MACHINE }, { RETURN, 0, 0, REFUSE },
		{ LOAD, 0, 0, CALL }, { AT_LEAST, 0, 1, FOREIGN }, { RETURN, 0, 0, REFUSE },
		{ EQUAL, 0, 4, SYS_prlimit64 }, { LOAD, 0, 0, FIRST }, { EQUAL, 0, 1, 0 },
		{ RETURN, 0, 0, PASS }, { RETURN, 0, 0, REFUSE },
		{ EQUAL, 0, 5, SYS_ioctl }, { LOAD, 0, 0, SECOND }, { EQUAL, 2, 0, TIOCSTI }, { EQUAL, 1, 0, TIOCLINUX },
		{ RETURN, 0, 0, PASS }, { RETURN, 0, 0, REFUSE },
	}, spaces[] = {
		{ EQUAL, 0, 1, CLONE3 }, { RETURN, 0, 0, UNKNOWN },
		{ EQUAL, 0, 4, SYS_clone }, { LOAD, 0, 0, FLAGS }, { ANY_OF, 1, 0, NEW_SPACES },
		{ RETURN, 0, 0, PASS }, { RETURN, 0, 0, REFUSE },
	};
	struct step step[COUNT(begin) + COUNT(spaces) + COUNT(refused) + COUNT(programs) + 3 * (HIGHEST / GROUP) + 1];
	struct step *s = step + COUNT(begin);
	struct filter filter = { .step = step };

	memcpy(step, begin, sizeof begin);
	if (run && sizeof(long) == 4)
		step[2].k = PASS;
	if (!run) {
		memcpy(s, spaces, sizeof spaces);
		s += COUNT(spaces);
	}
	for (uint32_t end = GROUP; end <= HIGHEST; end += GROUP)
		s = look_up(s, end, run);
	*s++ = (struct step){ RETURN, 0, 0, PASS };
	filter.n = (unsigned short)(s - step);
	(void)syscall(SYS_seccomp, SET_FILTER, AS_FAST, &filter);
}

#else

static void
keep_calls(int run)
{
	(void)run;
}

#endif

/* ---- both --------------------------------------------------------------------------------------- */

/* Both ask that no program which is run from now on has more rights than this one.  What fakeroot(1) puts into a
 * program asks another one by a queue or the network about each file. */
static int
wanted(void)
{
	const char *how = getenv("HEADGEOM_SANDBOX");

	return (how == NULL || strcmp(how, "off") != 0) && getenv("FAKEROOTKEY") == NULL && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

void
sandbox_enter(const char *path, const char *also)
{
	if (!wanted())
		return;
	keep_files(path, also);
	keep_calls(0);
}

void
sandbox_offline(void)
{
	if (wanted())
		keep_calls(1);
}

#else

void
sandbox_enter(const char *path, const char *also)
{
	(void)path;
	(void)also;
}

void
sandbox_offline(void)
{
}

#endif
