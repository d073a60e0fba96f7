/* feed.h - the bytes of a file or pipe as they come.  Of lib/io alone. */
#ifndef FEED_H
#define FEED_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "io.h"

enum { FEED_ROOM = 2 * POOL_BLOCK };	/* holds any gzip header with its extra field */

/* Read from fd, and not used yet: buf[pos..end).  eof: there will be no more, for the reason err,
 * or 0.  off: bytes that were read, and came before.  live: no regular file, so that they may
 * come at any time. */
struct feed {
	int fd, live, eof, err;
	size_t pos, end;
	uint64_t off;
	int told;
	atomic_int closing;	/* set from any thread: waiting is over */
	unsigned char buf[FEED_ROOM];
};

void feed_open(struct feed *f, int fd, uint64_t off);

/* read(2) past the buffer, which is empty: up to n bytes to p, as soon as there are some; 0 at
 * the end. */
size_t feed_get(struct feed *f, unsigned char *p, size_t n);

/* Reads on until n <= FEED_ROOM / 2 + 12 bytes are in the buffer or no more come; returns how
 * many there are.  They may move to its front. */
size_t feed_need(struct feed *f, size_t n);

/* Whether nothing is there to be read, of what is live: not for 10 ms, and, told once
 * more, not for 100 ms from then on. */
int feed_quiet(struct feed *f);

#endif
