/* file.c - the one place where the files of a checkpoint are opened. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "private.h"

int
file_open(const char *path, struct stat *st)
{
	int fd = fd_open(path, O_RDONLY | O_NONBLOCK, 0), err;

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

uint64_t
file_le(const unsigned char *b, size_t n)
{
	uint64_t x = 0;

	while (n-- > 0)
		x = x << 8 | b[n];
	return x;
}

void
file_refuse_pointer(const char *path, const void *bytes, size_t n)
{
	if (file_is_pointer(bytes, n))
		die("%s: a Git LFS pointer, not the file itself: fetch it with `git lfs pull`", path);
}

/* The digits at p as a number; *p goes behind them. */
static size_t
digits(const char **p)
{
	size_t n = 0, len = strspn(*p, "0123456789");

	for (size_t i = 0; i < len; i++)
		n = n < 1000000 ? 10*n + (size_t)((*p)[i] - '0') : n;
	*p += len;
	return n;
}

int
file_shard(const char *name, struct shard *s)
{
	const char *of = strstr(name, "-of-"), *p;

	if (of == NULL || of < name + 6 || of[-6] != '-')
		return 0;
	p = of - 5;
	s->number = digits(&p);
	if (p != of)
		return 0;
	p = of + 4;
	s->count = digits(&p);
	s->stem = (size_t)(of - 6 - name);
	s->end = (size_t)(p - name);
	return p == of + 9 && *p == '.' && s->number >= 1 && s->number <= s->count;
}
