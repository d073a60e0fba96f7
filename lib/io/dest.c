/* dest.c - where an output goes: standard output, what is no regular file, in place, or a
 * file that has a temporary name until it is whole. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void
catch_signals(void)
{
	static const int sig[] = { SIGBUS, SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM };
	struct sigaction new, old;
	size_t i;

	memset(&new, 0, sizeof new);
	new.sa_handler = killed;
	new.sa_flags = (int)SA_RESETHAND;
	sigemptyset(&new.sa_mask);
	for (i = 0; i < sizeof sig / sizeof *sig; i++)
		if (!sigaction(sig[i], NULL, &old) && old.sa_handler != SIG_IGN)
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

/* The name that an absent file gets: the end of a chain of links.  stat(2) has just
 * found no circle in it, but the links may change meanwhile: so they are counted. */
static char *
absent(const char *path)
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
	int held = open("/dev/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = number(path);
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

/* A file of another name beside the target, which it takes over. */
static int
open_temp(struct dest *d, char *target, mode_t mode)
{
	char *name = beside(target, ".hgXXXXXX", 9);
	struct temp *t = temps;
	int fd;

	while (t->target)
		t++;
	if (strlen(name) >= sizeof t->name)
		check(d, ENAMETOOLONG);
	strcpy(t->name, name);
	free(name);
	atexit(remove_temps);
	t->target = target;
	t->there = 1;
	if ((fd = mkostemp(t->name, O_CLOEXEC)) < 0) {
		t->there = 0;
		check(d, errno);
	}
	if (fchmod(fd, mode))
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
	mode_t mask;
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
		target = absent(path);
		refuse(target);
		umask(mask = umask(0));
		return open_temp(d, target, 0666 & ~mask);
	}
	if (!S_ISREG(st.st_mode)) {
		if ((fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)) < 0)
			check(d, errno);
		return fd;
	}
	refuse(path);
	if (!fstat(1, &one) && st.st_dev == one.st_dev && st.st_ino == one.st_ino)
		return take(d, 1);
	if (access(path, W_OK) || !(target = realpath(path, NULL)))
		check(d, errno);
	return open_temp(d, target, st.st_mode & 0777);
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

/* On the disk.  What cannot be synced, as some file systems, is not. */
static void
sync_to_disk(const struct dest *d, int fd)
{
	while (fsync(fd))
		if (errno == EINVAL || errno == ENOSYS || errno == ENOTSUP || errno == EROFS)
			return;
		else if (errno != EINTR)
			check(d, errno);
}

void
dest_end(struct dest *d)
{
	give_back(d->fd);
	if (d->temp)
		sync_to_disk(d, d->fd);
	if (close(d->fd) && errno != EINTR)     /* the descriptor is gone, nothing is lost */
		check(d, errno);
	if (d->temp)
		protect_refuse(d->temp->target);        /* what was opened behind the output */
}

/* The name is on the disk, too: its directory is synced, if we may open that. */
static void
sync_name(const struct dest *d)
{
	char *dir = beside(d->temp->target, ".", 1);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(dir);
	if (fd < 0)
		return;
	sync_to_disk(d, fd);
	close(fd);
}

void
dest_place(struct dest *d)
{
	struct temp *t = d->temp;

	if (!t)
		return;
	if (rename(t->name, t->target))
		check(d, errno);
	t->there = 0;
	sync_name(d);
	free(t->target);
	t->target = NULL;
}
