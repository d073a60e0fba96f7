/* feed.c - the bytes of a file or pipe as they come, and pauses between them. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "feed.h"

void
feed_open(struct feed *f, int fd, uint64_t off)
{
	struct stat st;

	f->fd = fd;
	f->off = off;
	f->live = !fstat(fd, &st) && !S_ISREG(st.st_mode);
}

/* Waits until a read gives something, or nobody wants it any more: the writer of a
 * pipe may stall for ever. */
static int
wait_input(struct feed *f)
{
	struct pollfd in = { f->fd, POLLIN, 0 };
	int r;

	while ((r = poll(&in, 1, 100)) == 0 || (r < 0 && errno == EINTR))
		if (f->closing)
			return 0;
	return 1;
}

size_t
feed_get(struct feed *f, unsigned char *p, size_t n)
{
	ssize_t r;

	do {
		r = wait_input(f) ? read(f->fd, p, n) : 0;
	} while (r < 0 && (errno == EINTR || errno == EAGAIN));
	if (r < 0)
		f->err = errno;
	f->told = 0;
	f->eof = r <= 0;
	f->off += r < 0 ? 0 : (size_t)r;
	return r < 0 ? 0 : (size_t)r;
}

size_t
feed_need(struct feed *f, size_t n)
{
	while (f->end - f->pos < n && !f->eof) {
		if (f->pos == f->end || f->pos + n > FEED_ROOM) {
			memmove(f->buf, f->buf + f->pos, f->end - f->pos);
			f->end -= f->pos;
			f->pos = 0;
		}
		f->end += feed_get(f, f->buf + f->end, FEED_ROOM - f->end);
	}
	return f->end - f->pos;
}

int
feed_quiet(struct feed *f)
{
	static const int ms[] = { 10, 100 };
	struct pollfd in = { f->fd, POLLIN, 0 };
	int r;

	if (!f->live || f->eof || f->pos < f->end || f->told == sizeof ms / sizeof *ms)
		return 0;
	while ((r = poll(&in, 1, ms[f->told])) < 0 && errno == EINTR && !f->closing)
		;
	f->told += r == 0;
	return r == 0;
}
