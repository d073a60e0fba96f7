/* keep.c - what a file that is replaced hands on to that which takes its place: owner, group,
 * mode, ACL and attributes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/xattr.h>
#endif

#include "io.h"

static void
lost(const char *name, const char *what)
{
	warn("%s: the %s of the file that was there cannot be kept: %s", name, what, strerror(errno));
}

#ifdef __linux__

/* The most that Linux hands out of names, and of one attribute: XATTR_LIST_MAX and XATTR_SIZE_MAX of
 * its limits.h, which is not beside every C library. */
enum { NAMES_MAX = 65536, VALUE_MAX = 65536 };

static const char acl[] = "system.posix_acl_access";

static int
has_acl(const char *path)
{
	return getxattr(path, acl, NULL, 0) > 0;
}

/* The directory may have given one. */
static void
drop_acl(int fd)
{
	fremovexattr(fd, acl);
}

/* What somebody noted about the file, and who may read it; no signature of its bytes. */
static int
is_kept(const char *attribute)
{
	return strncmp(attribute, "user.", 5) == 0 || strncmp(attribute, "system.", 7) == 0 ||
	    strcmp(attribute, "security.selinux") == 0;
}

/* One that has come by itself is left as it is. */
static void
keep_attribute(const char *name, int fd, const char *path, const char *attribute)
{
	unsigned char *old = mem_new(VALUE_MAX, 2), *new = old + VALUE_MAX;
	ssize_t n = getxattr(path, attribute, old, VALUE_MAX);
	int same = n >= 0 && fgetxattr(fd, attribute, new, VALUE_MAX) == n && memcmp(old, new, (size_t)n) == 0;

	if (n < 0 ? errno != ENODATA : !same && fsetxattr(fd, attribute, old, (size_t)n, 0) != 0)
		lost(name, attribute);
	free(old);
}

static void
keep_attributes(const char *name, int fd, const char *path, int group)
{
	char *list = mem_new(NAMES_MAX, 1);
	ssize_t n = listxattr(path, list, NAMES_MAX);

	for (const char *s = list; n > 0 && s < list + n; s += strlen(s) + 1)
		if (is_kept(s) && (group || strcmp(s, acl) != 0))
			keep_attribute(name, fd, path, s);
	free(list);
}

#else

static int
has_acl(const char *path)
{
	(void)path;
	return 0;
}

static void
drop_acl(int fd)
{
	(void)fd;
}

static void
keep_attributes(const char *name, int fd, const char *path, int group)
{
	(void)name;
	(void)fd;
	(void)path;
	(void)group;
}

#endif

/* The group gets what all others have, until what has a say in it is kept: of a file with an
 * ACL these bits are the most that anybody named there has. */
void
keep_all(const char *name, int fd, const char *path, const struct stat *old)
{
	mode_t mode = old->st_mode & 0777;
	struct stat new;
	int group;

	if (fstat(fd, &new) != 0)
		die("%s: %s", name, strerror(errno));
	drop_acl(fd);
	group = new.st_gid == old->st_gid || fchown(fd, (uid_t)-1, old->st_gid) == 0;
	if (!group)
		lost(name, "group");
	if (!group || has_acl(path))
		mode = (mode & 0707) | (mode & 07) << 3;
	if ((new.st_mode & 0777) != mode && fchmod(fd, mode) != 0)
		lost(name, "mode");
	keep_attributes(name, fd, path, group);
	if (new.st_uid != old->st_uid && fchown(fd, old->st_uid, (gid_t)-1) != 0)
		lost(name, "owner");
	if (old->st_nlink > 1)
		warn("%s: the file that was there had another name (a hard link), which keeps its bytes", name);
}
