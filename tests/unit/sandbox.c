/* sandbox.c - what is refused behind sandbox_enter, in threads and in forked processes too;
 * what works as before; and that a kernel without one of the walls, or both, has the other. */
#if !defined __linux__ || defined NO_SANDBOX

#include <stdio.h>

int
main(void)
{
	puts("skip - sandbox: this build has none");
	return 0;
}

#else

#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "bytes.h"
#include "child.h"
#include "test.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset -1
#endif

static char dir[] = "/tmp/hgtestXXXXXX";
static int held;                /* open for writing, in dir */

static char *
path(const char *file)
{
	static char p[4][64];
	static int i;

	i = (i + 1) % 4;
	snprintf(p[i], sizeof p[i], "%s/%s", dir, file);
	return p[i];
}

/* ---- what is tried ---------------------------------------------------------------------------------- */

/* Landlock keeps files, the filter calls, both of them programs. */
enum { FREE, FILES, CALLS, PROGRAMS };
enum { READ, LIST, PUT, FORK, LIMIT, OVERWRITE, CUT, MAKE, RENAME, REMOVE, LINK, FOLDER, SOCKET, LOCAL, POKE, TYPE, RUN, TRIES };
static const struct { int kind; const char *what; } attempt[TRIES] = {
	{ FREE, "read a file" }, { FREE, "list a directory" }, { FREE, "write to an open file" }, { FREE, "fork" },
	{ FREE, "ask for a limit" },
	{ FILES, "open a file for writing" }, { FILES, "cut a file" }, { FILES, "make a file" },
	{ FILES, "rename a file" }, { FILES, "remove a file" }, { FILES, "make a link" }, { FILES, "make a directory" },
	{ CALLS, "have a socket of the network" }, { CALLS, "have a local socket" },
	{ CALLS, "write to the memory of a process" }, { CALLS, "type for the user" }, { PROGRAMS, "run a program" },
};

/* Calls that the filter refuses, with arguments that they refuse of themselves, so that nothing happens
 * where there is none.  Those behind 403 have one number on all machines. */
enum { FS_CLONE = 0x10020200, IO_URING = 425 };  /* CLONE_FS, which goes with no new name space */
#define MADE(name, ...) { #name, SYS_##name, EPERM, { __VA_ARGS__ }, 0 }
#define OWN(name, ...) { #name, SYS_##name, EPERM, { __VA_ARGS__ }, 1 }  /* left to who runs programs */
static const struct { const char *name; long call; int refused; long arg[4]; int own; } made[] = {
#ifdef SYS_shmget
	MADE(shmget, 0x6867, 1), MADE(shmat, -1), MADE(msgget, 0x6867), MADE(msgrcv, -1), MADE(semget, 0x6867, 1),
	MADE(semctl, -1),
#endif
#ifdef SYS_ipc
	MADE(ipc, -1),
#endif
#ifdef SYS_semop
	MADE(semop, -1),
#endif
	MADE(mq_open, 0), MADE(mq_unlink, 0), MADE(ptrace, -1), MADE(process_vm_readv, 0, 0, 0, 0), MADE(kcmp, -1, -1, -1),
	OWN(setpriority, -1), OWN(sched_setaffinity, 0, 0), OWN(sched_setscheduler, 0, -1), OWN(ioprio_set, -1),
	{ "pidfd_open", 434, EPERM, { -1, -1 }, 0 }, { "pidfd_send_signal", 424, EPERM, { -1 }, 0 },
	{ "io_uring_setup", IO_URING, EPERM, { 0 }, 0 }, { "io_uring_enter", IO_URING + 1, EPERM, { -1 }, 0 },
	MADE(bpf, -1), MADE(perf_event_open, 0), MADE(userfaultfd, -1), MADE(keyctl, -1), MADE(add_key, 0),
	MADE(request_key, 0), MADE(open_by_handle_at, -1),
	OWN(chroot, 0), OWN(pivot_root, 0), OWN(unshare, 0), OWN(setns, -1), OWN(mount, 0), OWN(umount2, 0),
	{ "open_tree", 428, EPERM, { -1, 0, -1 }, 1 }, { "move_mount", 429, EPERM, { -1, 0, -1, 0 }, 1 },
	{ "fsopen", 430, EPERM, { 0, -1 }, 1 }, { "fsmount", 432, EPERM, { -1 }, 1 }, { "mount_setattr", 442, EPERM, { -1 }, 1 },
	OWN(swapon, 0), OWN(sethostname, 0, -1), OWN(reboot, 0), OWN(init_module, 0, 0, 0), OWN(finit_module, -1),
	OWN(adjtimex, 0),
#ifdef SYS_settimeofday
	OWN(settimeofday, 1, 1),
#endif
#ifdef SYS_clock_settime
	OWN(clock_settime, -1),
#endif
#if defined __s390x__
	OWN(clone, 0, FS_CLONE),
#else
	OWN(clone, FS_CLONE),
#endif
	MADE(prlimit64, 1, -1),
	{ "clone3", 435, ENOSYS, { 0, 0 }, 1 }
};
enum { MADE_MOST = sizeof made / sizeof *made };

/* The errno of each, 0: it worked. */
static int (*got)[TRIES + MADE_MOST], before[TRIES + MADE_MOST];

static int
of(long result)
{
	return result < 0 ? errno : 0;
}

static int
opened(const char *file, int how)
{
	int fd = open(file, how, 0600);

	return fd < 0 ? errno : of(close(fd));
}

static int
forked(int run)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (run)
			execl("/bin/sh", "sh", "-c", ":", (char *)NULL);
		_exit(run ? errno : 0);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void *
try_all(void *arg)
{
	int *e = *got;
	char from = 'x', to = 'y';
	struct rlimit limit;
	struct iovec here = { &from, 1 }, there = { &to, 1 };

	e[READ] = opened(path("file"), O_RDONLY);
	e[LIST] = opened(dir, O_RDONLY | O_DIRECTORY);
	e[PUT] = of(write(held, "x", 1));
	e[FORK] = forked(0);
	e[LIMIT] = of(getrlimit(RLIMIT_NOFILE, &limit));
	e[OVERWRITE] = opened(path("file"), O_WRONLY);
	e[CUT] = of(truncate(path("file"), 0));
	e[MAKE] = opened(path("new"), O_WRONLY | O_CREAT);
	e[RENAME] = of(rename(path("file"), path("other")));
	e[REMOVE] = of(unlink(path("spare")));
	e[LINK] = of(symlink("file", path("link")));
	e[FOLDER] = of(mkdir(path("folder"), 0700));
	e[SOCKET] = of(socket(AF_INET, SOCK_DGRAM, 0));
	e[LOCAL] = of(socket(AF_UNIX, SOCK_STREAM, 0));
	e[POKE] = of(process_vm_writev(getpid(), &here, 1, &there, 1, 0));
	e[TYPE] = of(ioctl(held, TIOCSTI, "x"));
	e[RUN] = forked(1);
	for (int i = 0; i < MADE_MOST; i++)
		e[TRIES + i] = of(syscall(made[i].call, made[i].arg[0], made[i].arg[1], made[i].arg[2], made[i].arg[3], 0L, 0L));
	return arg;
}

/* ---- kernels ------------------------------------------------------------------------------------------- */

/* The kernel of this process has not got a call any more. */
static void
without(long call)
{
	struct step { uint16_t code; uint8_t yes, no; uint32_t k; } step[] = {
		{ 0x20, 0, 0, 0 }, { 0x15, 0, 1, (uint32_t)call },      /* its number, which is call: */
		{ 0x06, 0, 0, 0x50000 | ENOSYS }, { 0x06, 0, 0, 0x7fff0000 },
	};
	struct { unsigned short n; struct step *step; } filter = { 4, step };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, 2, &filter) != 0)
		abort();
}

static long
landlock(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, 1);

	return version > 0 ? version : 0;
}

/* Filters, on a machine that sandbox.c knows by name. */
static int
filters(void)
{
#if (defined __x86_64__ && defined __LP64__) || defined __i386__ || defined __aarch64__ || defined __arm__ || \
    defined __powerpc64__ || defined __s390x__ || (defined __riscv && __riscv_xlen == 64) || defined __loongarch64
	uint32_t refuse = 0x50000;

	return syscall(SYS_seccomp, 2, 0, &refuse) == 0;
#else
	return 0;
#endif
}

/* ---- cases --------------------------------------------------------------------------------------------- */

enum { NO_FILES = 1, NO_CALLS = 2, OFF = 4, RUNS = 8, BARE = 16, THREAD = 32, CHILD = 64 };

static void
enter(void *arg)
{
	const int how = *(int *)arg;
	pthread_t thread;

	if (how & NO_FILES)
		without(SYS_landlock_create_ruleset);
	if (how & NO_CALLS)
		without(SYS_seccomp);
	if (how & OFF)
		setenv("HEADGEOM_SANDBOX", "off", 1);
	if (how & RUNS)
		sandbox_offline();
	else if (!(how & BARE))
		sandbox_enter(path("in/out"), NULL);
	if (how & THREAD) {
		if (pthread_create(&thread, NULL, try_all, NULL) != 0 || pthread_join(thread, NULL) != 0)
			abort();
	} else if (!(how & CHILD) || fork() == 0)
		try_all(NULL);
	else if (wait(NULL) < 0)
		abort();
}

static void
fresh(void)
{
	unlink(path("new"));
	unlink(path("other"));
	unlink(path("link"));
	rmdir(path("folder"));
	spill(path("file"), "x", 1);
	spill(path("spare"), "x", 1);
}

static void
test_case(const char *name, int how)
{
	const int files = landlock() > 0 && !(how & (NO_FILES | OFF | RUNS | BARE));
	const int calls = filters() && !(how & (NO_CALLS | OFF | BARE));
	const int refused[] = { 0, files, calls, files || (calls && !(how & RUNS)) };
	struct child c;
	int good;

	fresh();
	c = child_run(enter, &how);
	test_text(c.msg, "", "%s: nothing is said", name);
	for (int i = 0; i < TRIES; i++) {
		int e = (*got)[i];

		if (how & BARE)
			before[i] = e;
		if (i == CUT && landlock() < 3)         /* which came with version 3 */
			continue;
		good = refused[attempt[i].kind] ? e == EACCES || e == EPERM : e == before[i];
		test_ok(c.status == 0 && good, "%s: %s%s: %s", name, refused[attempt[i].kind] ? "not to " : "to ",
		    attempt[i].what, strerror(e));
	}
	for (int i = 0; i < MADE_MOST; i++) {
		int e = (*got)[TRIES + i];

		if (how & BARE)
			before[TRIES + i] = e;
		good = calls && !(made[i].own && how & RUNS);
		test_ok(e == (good ? made[i].refused : before[TRIES + i]), "%s: %s%s: %s", name, good ? "not to call " : "to call ",
		    made[i].name, strerror(e));
	}
}

/* Outputs are where they would be: name and also in dir (NULL: /dev/null), which are real. */
struct output { const char *name, *also, *real; };

static void
put(void *arg)
{
	const struct output *o = arg;
	const char *const to[] = { path(o->name), o->also != NULL ? path(o->also) : "/dev/null" };
	struct out *out;

	sandbox_enter(to[0], to[1]);
	for (int i = 0; i < 2; i++) {
		out = out_open(to[i], 1, 1, 2);
		out_bytes(out, "text\n", 5);
		out_close(out);
	}
	exit(opened(path("new"), O_WRONLY | O_CREAT) == 0);
}

static void
test_output(const char *what, struct output o)
{
	struct child c;
	char text[8];

	fresh();
	c = child_run(put, &o);
	test_ok(c.status == !landlock() && !strcmp(c.msg, ""), "%s is written, and nothing else: %s", what, c.msg);
	test_ok(slurp(path(o.real), text, sizeof text) == 5, "... where it belongs");
}

static void
test_outputs(void)
{
	spill(path("in/there"), "x", 1);
	if (symlink("in/there", path("old")) != 0 || symlink("in/target", path("dangling")) != 0)
		abort();
	test_output("a new file", (struct output){ "in/anew", NULL, "in/anew" });
	test_output("a file that is there", (struct output){ "in/there", NULL, "in/there" });
	spill(path("in/there"), "x", 1);
	test_output("a file behind a link", (struct output){ "old", NULL, "in/there" });
	test_output("a file where a link ends", (struct output){ "dangling", NULL, "in/target" });
	test_output("a second file", (struct output){ "in/one", "in/two", "in/two" });
}

int
main(void)
{
	char command[64];

	err_init("test");
	unsetenv("HEADGEOM_SANDBOX");
	if (!mkdtemp(dir) || mkdir(path("in"), 0700) != 0 || (held = open(path("held"), O_WRONLY | O_CREAT, 0600)) < 0)
		abort();
	if (!landlock())
		puts("skip - sandbox: this kernel has no Landlock");
	if (!filters())
		puts("skip - sandbox: this kernel filters no calls");
	got = child_share(sizeof *got);
	test_case("without", BARE);
	test_case("entered", 0);
	test_case("in a thread", THREAD);
	test_case("in a forked process", CHILD);
	test_case("switched off", OFF);
	test_case("to run programs", RUNS);
	if (filters()) {
		test_case("no Landlock", NO_FILES);
		test_case("no filter", NO_CALLS);
		test_case("neither", NO_FILES | NO_CALLS);
	}
	test_outputs();
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command) != 0 || test_end();
}

#endif
