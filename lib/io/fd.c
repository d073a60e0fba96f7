/* fd.c - files opened and read by their descriptors, whatever interrupts it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "io.h"

int
fd_open(const char *path, int flags, mode_t mode)
{
	int fd;

	do
		fd = open(path, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

ptrdiff_t
fd_read_at(int fd, void *p, size_t n, uint64_t at)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t done = 0;
	ssize_t r = 1;

	while (done < n && r != 0)
		if ((r = pread(fd, (char *)p + done, n - done, (off_t)(at + done))) > 0)
			done += (size_t)r;
		else if (r < 0 && errno == EAGAIN)
			poll(&ready, 1, -1);
		else if (r < 0 && errno != EINTR)
			return -1;
	return (ptrdiff_t)done;
}
