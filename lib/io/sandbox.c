/* sandbox.c - what a program gives up before it reads what others have written: a file that
 * brings it to do what it was not made for does little with it then.
 *
 * There are two walls, both of Linux, and each is done without where the kernel has it not.
 * Landlock (Documentation/userspace-api/landlock.rst of the kernel) keeps files from being
 * written, made, removed and run, by directory.  A filter of system calls (seccomp_filter.rst
 * there) refuses those that no program here makes; all others pass, for libraries may call
 * what they like.  What is refused returns EACCES or EPERM, and nothing is killed.  Both hold
 * for the threads and processes that are started later, and are not to be taken down. */
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

/* Without these calls there is no network, and no other process that is written to; nor ways
 * past the filter, nor parts of the kernel that are large and that no table needs. */
static const uint32_t offline[] = {
	SYS_socket,
#ifdef SYS_socketcall
	SYS_socketcall,
#endif
#ifdef SYS_io_uring_setup
	SYS_io_uring_setup,
#endif
#ifdef SYS_pidfd_getfd
	SYS_pidfd_getfd,
#endif
	SYS_ptrace, SYS_process_vm_writev, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl, SYS_add_key,
	SYS_request_key
};

/* The last ones, which hg-plot needs: other programs. */
static const uint32_t programs[] = { SYS_execve, SYS_execveat };

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

enum {
	LOAD = 0x20, EQUAL = 0x15, AT_LEAST = 0x35, RETURN = 6,
	CALL = 0, ON = 4,               /* struct seccomp_data: the number of the call, the machine, */
	REQUEST = 24 + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0),        /* low half of the second argument */
	PASS = 0x7fff0000, REFUSE = 0x50000 | EPERM,
	SET_FILTER = 1,
	AS_FAST = 1 << 2                /* numbers are crunched here, and no secrets kept: no slower speculation */
};

static struct step *
refuse_all(struct step *s, const uint32_t *call, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		*s++ = (struct step){ EQUAL, 0, 1, call[i] };
		*s++ = (struct step){ RETURN, 0, 0, REFUSE };
	}
	return s;
}

/* Of ioctl(2) what puts letters before the shell of a terminal, as if they had been typed.  What a
 * program of 32 bits runs may be one of 64, whose calls have other numbers: those pass. */
static void
keep_calls(int run)
{
	static const struct step begin[] = {
		{ LOAD, 0, 0, ON }, { EQUAL, 1, 0, MACHINE }, { RETURN, 0, 0, REFUSE },
		{ LOAD, 0, 0, CALL }, { AT_LEAST, 0, 1, FOREIGN }, { RETURN, 0, 0, REFUSE },
	}, end[] = {
		{ EQUAL, 0, 4, SYS_ioctl }, { LOAD, 0, 0, REQUEST }, { EQUAL, 1, 0, TIOCSTI }, { EQUAL, 0, 1, TIOCLINUX },
		{ RETURN, 0, 0, REFUSE }, { RETURN, 0, 0, PASS },
	};
	struct step step[COUNT(begin) + 2 * (COUNT(offline) + COUNT(programs)) + COUNT(end)], *s = step + COUNT(begin);
	struct filter filter = { .step = step };

	memcpy(step, begin, sizeof begin);
	if (run && sizeof(long) == 4)
		step[2].k = PASS;
	s = refuse_all(s, offline, COUNT(offline));
	s = refuse_all(s, programs, run ? 0 : COUNT(programs));
	memcpy(s, end, sizeof end);
	filter.n = (unsigned short)(s + COUNT(end) - step);
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

/* Both ask that no program which is run from now on has more rights than this one. */
static int
wanted(void)
{
	const char *how = getenv("HEADGEOM_SANDBOX");

	return (how == NULL || strcmp(how, "off") != 0) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
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
