/* dest.c - where an output goes: standard output, what is no regular file, in place, or a
 * file that has a temporary name until it is whole. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"

enum { LINKS = 40 };	/* as many are followed, as Linux does */

/* What lasts as long as the program, because nobody could hand it down: the
 * temporary files, which a signal handler has to find, and the descriptors that were
 * open when the program began and are an output now. */
static struct temp {
	char name[PATH_MAX];
	atomic_int there;
	char *target;           /* what it is to be called, NULL: no file is being written */
	int lock, replaces;
	struct stat old;        /* of the file whose place it takes, if it replaces one */
} temps[OUT_MOST];
static int taken[OUT_MOST], ntaken;

static void
remove_temps(void)
{
	for (int i = 0; i < OUT_MOST; i++)
		if (atomic_exchange(&temps[i].there, 0))
			unlink(temps[i].name);
}

/* SA_RESETHAND has restored the default, which comes when this returns. */
static void
killed(int sig)
{
	static const char what[] = ": a file was cut while it was read\n";
	const char *prog = err_prog();
	int err = errno;

	remove_temps();
	if (sig == SIGBUS && write(2, prog, strlen(prog)) >= 0 && write(2, what, sizeof what - 1) < 0)
		errno = err;
	raise(sig);
	errno = err;
}

/* What ends a program, unless it is ignored or, as by a profiler, used.  SIGKILL is not to be
 * caught: see below. */
static void
catch_signals(void)
{
	static const int sig[] = { SIGALRM, SIGBUS, SIGHUP, SIGINT, SIGPIPE, SIGPROF, SIGQUIT, SIGTERM, SIGUSR1,
	    SIGUSR2, SIGVTALRM, SIGXCPU };
	struct sigaction new, old;
	size_t i;

	memset(&new, 0, sizeof new);
	new.sa_handler = killed;
	new.sa_flags = (int)SA_RESETHAND;
	sigemptyset(&new.sa_mask);
	for (i = 0; i < sizeof sig / sizeof *sig; i++)
		if (!sigaction(sig[i], NULL, &old) && (sig[i] == SIGBUS || old.sa_handler == SIG_DFL))
			sigaction(sig[i], &new, NULL);
}

static void
check(const struct dest *d, int err)
{
	if (err)
		die("%s: %s", d->name, strerror(err));
}

void
out_forget(void)
{
	for (int i = 0; i < OUT_MOST; i++) {
		temps[i].there = 0;
		free(temps[i].target);
		temps[i].target = NULL;
	}
	ntaken = 0;
	protect_forget();
}

/* Dies if the file at path cannot be an output: it is read, or another output goes there. */
static void
refuse(const char *path)
{
	protect_refuse(path);
	for (int i = 0; i < OUT_MOST; i++)
		if (temps[i].target && protect_same(temps[i].target, path))
			die("%s: two outputs would be there", path);
}

/* A descriptor that was open when the program began, and is an output of nobody yet: what it is
 * set to, such as appending, it stays. */
static int
take(const struct dest *d, int fd)
{
	for (int i = 0; i < ntaken; i++)
		if (taken[i] == fd)
			die("%s: two outputs would be there", d->name);
	return taken[ntaken++] = fd;
}

static void
give_back(int fd)
{
	for (int i = 0; i < ntaken; i++)
		if (taken[i] == fd)
			taken[i] = taken[--ntaken];
}

/* s with its last part replaced by the n bytes at tail, or by all of them if
 * they are an absolute path. */
static char *
beside(const char *s, const char *tail, size_t n)
{
	const char *slash = strrchr(s, '/');
	size_t dir = slash && tail[0] != '/' ? (size_t)(slash - s) + 1 : 0;
	char *p = mem_new(dir + n + 1, 1);

	memcpy(p, s, dir);
	memcpy(p + dir, tail, n);
	return p;
}

/* What the link p says, or NULL if it is none. */
static char *
follow(const char *p)
{
	char link[PATH_MAX];
	ssize_t n = readlink(p, link, sizeof link);

	return n > 0 ? beside(p, link, (size_t)n) : NULL;
}

/* stat(2) has just found no circle of links, but they may change meanwhile: so they are
 * counted. */
char *
dest_target(const char *path)
{
	char *p = mem_text(path, strlen(path)), *q;

	for (int i = 0; i < LINKS && (q = follow(p)) != NULL; i++) {
		free(p);
		p = q;
	}
	return p;
}

/* N if p is /dev/fd/N by this or another name of the directory, else -1. */
static int
number(const char *p)
{
	const char *slash = strrchr(p, '/'), *s = slash ? slash + 1 : p;
	size_t n = strspn(s, "0123456789");
	char *known = mem_print("/dev/fd/%s", s);
	int is = n > 0 && n < 9 && s[n] == '\0' && protect_same(known, p);

	free(known);
	return is ? atoi(s) : -1;
}

/* The descriptor that path is a name of, as /dev/fd/3, /proc/self/fd/3, /dev/stdout and links
 * to these are, or -1.  To open them would begin at the file's first byte, whatever the
 * descriptor is set to.  The directory is held, lest what is known of it is forgotten. */
static int
descriptor(const char *path)
{
	int held = fd_open("/dev/fd", O_RDONLY | O_DIRECTORY, 0), fd = number(path);
	char *p = mem_text(path, strlen(path)), *q;

	for (int i = 0; fd < 0 && i < LINKS && (q = follow(p)) != NULL; i++) {
		free(p);
		p = q;
		fd = number(p);
	}
	free(p);
	if (held >= 0)
		close(held);
	return fd;
}

/* It is open for writing, and none of our own, which are all closed by exec. */
static int
may_write(int fd)
{
	int flags = fcntl(fd, F_GETFD), mode = fcntl(fd, F_GETFL);

	return flags >= 0 && !(flags & FD_CLOEXEC) && mode >= 0 && (mode & O_ACCMODE) != O_RDONLY;
}

/* temporary names --------------------------------------------------------------------
 *
 * .hg.TARGET.KERNEL.K, TARGET being the first 100 bytes of the name, and K the first from 0
 * that no writer has.  The writer holds a lock on the file.  Where there is a file without a
 * lock its writer was killed, and the next one of the same target removes it.  Locks are known
 * for certain within one running kernel alone, over NFS perhaps not beyond: so KERNEL is the
 * number that Linux draws when it starts, and what is of another one, or of none, is left alone. */

enum { TEMPS = 1000 };	/* K is below */

enum { KERNEL = 13 };	/* bytes of it */
struct names {
	const char *target;
	char kernel[KERNEL + 1];        /* "": none */
};

static struct names
names_for(const char *target)
{
	struct names s = { .target = target };
	int fd = fd_open("/proc/sys/kernel/random/boot_id", O_RDONLY, 0);

	if (fd >= 0) {
		if (read(fd, s.kernel, KERNEL) != KERNEL || strspn(s.kernel, "0123456789abcdef-") != KERNEL)
			s.kernel[0] = '\0';
		close(fd);
	}
	return s;
}

/* The k-th of them, or 0 if it is too long. */
static int
temp_name(char name[PATH_MAX], const struct names *s, int k)
{
	const char *slash = strrchr(s->target, '/'), *last = slash ? slash + 1 : s->target;
	size_t n = strlen(last);

	if (n > 100)
		for (n = 100; ((unsigned char)last[n] & 0xc0) == 0x80 && n > 0; n--)      /* no part of a character */
			;
	return snprintf(name, PATH_MAX, "%.*s.hg.%.*s.%s.%d", (int)(last - s->target), s->target, (int)n, last, s->kernel, k) < PATH_MAX;
}

/* The descriptor is that of the file called so: nobody has removed it. */
static int
is_called(int fd, const char *name)
{
	struct stat a, b;

	return !fstat(fd, &a) && !lstat(name, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino && S_ISREG(a.st_mode);
}

/* Removes the file if its writer is dead.  With the lock held nobody else does, so that what
 * is called so is no other file's. */
static void
sweep(const char *name)
{
	int fd = fd_open(name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);

	if (fd < 0)
		return;
	if (!flock(fd, LOCK_EX | LOCK_NB) && is_called(fd, name))
		unlink(name);
	close(fd);
}

/* A file of this name that is ours, or -1: EEXIST if it is another's, or was removed by one
 * that swept before we had the lock.  Where there are no locks nobody sweeps. */
static int
fresh(const char *name, mode_t mode)
{
	int fd = fd_open(name, O_WRONLY | O_CREAT | O_EXCL, mode);

	if (fd < 0 || !((flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) || !is_called(fd, name)))
		return fd;
	close(fd);
	errno = EEXIST;
	return -1;
}

/* The first name that can be had; all dead files up to there, and behind it, are removed. */
static int
first_fresh(struct temp *t, const char *target, mode_t mode)
{
	const struct names s = names_for(target);
	char name[PATH_MAX];
	struct stat st;
	int fd = -1, k = 0;

	for (errno = EEXIST; fd < 0 && k < TEMPS && errno == EEXIST; k++) {
		if (!temp_name(t->name, &s, k)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		if (s.kernel[0] != '\0')
			sweep(t->name);
		fd = fresh(t->name, mode);
	}
	for (; fd >= 0 && s.kernel[0] != '\0' && k < TEMPS && temp_name(name, &s, k) && !lstat(name, &st); k++)
		sweep(name);
	return fd;
}

/* Dies: no file can be made, or replaced, where the target is to be. */
_Noreturn static void
no_place(const struct dest *d, const char *target, int err)
{
	char *copy = mem_text(target, strlen(target)), *dir = dirname(copy);
	struct stat of;
	int sticky = err == EPERM && !stat(dir, &of) && (of.st_mode & S_ISVTX);

	die("%s: no new file can be put into %s%s: %s", d->name, dir, sticky ? ", where all replace only their own" : "", strerror(err));
}

/* A file of another name beside the target, which it takes over.  The handler of signals knows
 * the name only while it is surely ours. */
static int
open_temp(struct dest *d, char *target, mode_t mode)
{
	struct temp *t = temps;
	int fd;

	while (t->target)
		t++;
	if ((fd = first_fresh(t, target, mode)) < 0)
		no_place(d, target, errno);
	t->there = 1;
	atexit(remove_temps);
	t->target = target;
	t->replaces = 0;
	if ((t->lock = fcntl(fd, F_DUPFD_CLOEXEC, 0)) < 0)
		check(d, errno);
	d->temp = t;
	return fd;
}

/* The file behind path: a descriptor if it is one, standard output if that is the
 * same file, in place if it is not regular, else a new one beside it. */
static int
open_path(struct dest *d, const char *path)
{
	struct stat st, one;
	char *target;
	int fd = descriptor(path);

	if (fd >= 0) {
		if (!may_write(fd))
			check(d, EBADF);
		protect_refuse(path);
		return take(d, fd);
	}
	if (stat(path, &st)) {
		if (errno != ENOENT || !*path)
			check(d, errno);
		target = dest_target(path);
		refuse(target);
		return open_temp(d, target, 0666);
	}
	if (!S_ISREG(st.st_mode)) {
		if ((fd = fd_open(path, O_WRONLY | O_NOCTTY, 0)) < 0)
			check(d, errno);
		return fd;
	}
	refuse(path);
	if (!fstat(1, &one) && st.st_dev == one.st_dev && st.st_ino == one.st_ino)
		return take(d, 1);
	if (access(path, W_OK))
		check(d, errno);
	if (!(target = realpath(path, NULL)))
		check(d, errno);
	fd = open_temp(d, target, 0600);
	d->temp->replaces = 1;
	d->temp->old = st;
	return fd;
}

/* A file that grows beyond the limit is an error, no reason to be killed. */
void
dest_open(struct dest *d, const char *path)
{
	signal(SIGXFSZ, SIG_IGN);
	catch_signals();
	d->temp = NULL;
	d->name = path ? mem_text(path, strlen(path)) : mem_text("standard output", 15);
	d->fd = path ? open_path(d, path) : take(d, 1);
}

/* On the disk, or why not.  What cannot be synced, as some file systems, is not. */
static int
sync_to_disk(int fd)
{
	while (fsync(fd))
		if (errno != EINTR)
			return errno == EINVAL || errno == ENOSYS || errno == ENOTSUP || errno == EROFS ? 0 : errno;
	return 0;
}

void
dest_end(struct dest *d)
{
	struct temp *t = d->temp;

	give_back(d->fd);
	if (t)
		protect_refuse(t->target);      /* what was opened behind the output */
	if (t && t->replaces)
		keep_all(d->name, d->fd, t->target, &t->old);
	if (t)
		check(d, sync_to_disk(d->fd));
	if (close(d->fd) && errno != EINTR)     /* the descriptor is gone, nothing is lost */
		check(d, errno);
}

/* The name is on the disk, too: its directory is synced, if we may open that. */
static void
sync_name(const struct dest *d)
{
	char *copy = mem_text(d->temp->target, strlen(d->temp->target));
	int fd = fd_open(dirname(copy), O_RDONLY | O_DIRECTORY, 0), err = fd < 0 ? 0 : sync_to_disk(fd);

	free(copy);
	if (err)
		die("%s: it is whole, but a power cut may still undo it: %s", d->name, strerror(err));
	if (fd >= 0)
		close(fd);
}

void
dest_place(struct dest *d)
{
	struct temp *t = d->temp;

	if (!t)
		return;
	t->there = 0;                   /* before the name is another's */
	if (!is_called(t->lock, t->name))
		die("%s: nothing was put there: %s, as it was called so far, is gone or another file", d->name, t->name);
	if (rename(t->name, t->target)) {
		t->there = 1;
		no_place(d, t->target, errno);
	}
	close(t->lock);
	sync_name(d);
	free(t->target);
	t->target = NULL;
}
