/* file.c - the one place where the files of a checkpoint are opened. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "private.h"

int
file_open(const char *path, struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), err;

	if (fd < 0)
		return -1;
	if (fstat(fd, st) != 0) {
		err = errno;
		close(fd);
		errno = err;
		return -1;
	}
	out_protect_fd(fd, path);
	return fd;
}

int
file_is_pointer(const void *bytes, size_t n)
{
	static const char lfs[] = "version https://git-lfs";

	return n >= sizeof lfs - 1 && memcmp(bytes, lfs, sizeof lfs - 1) == 0;
}

void
file_refuse_pointer(const char *path, const void *bytes, size_t n)
{
	if (file_is_pointer(bytes, n))
		die("%s: a Git LFS pointer, not the file itself: fetch it with `git lfs pull`", path);
}
