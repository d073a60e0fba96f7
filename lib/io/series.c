/* series.c - tables that are made side by side, each in a process of its own, as one. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io.h"

/* A process that makes table i, and what it has written. */
struct child {
	size_t i;
	pid_t pid;
	int fd;                         /* the pipe that it writes to; -1: ended */
	char *text;
	size_t len, cap;
	int failed;
};

struct series {
	const struct series_do *make;
	void *ctx;
	const struct opts *opts;
	size_t n, nchild;
	struct child *child;            /* nchild, a ring by i */
	struct unite *all;
	size_t *part;                   /* of each table in all, or NONE: it has failed */
	char ***name;                   /* its header, NULL behind the last */
};

#define NONE ((size_t)-1)

/* ---- children ------------------------------------------------------------------------------ */

/* In the child: its table goes to the pipe.  Of a header that fails nothing is said yet,
 * since the rows will be asked for. */
_Noreturn static void
run(const struct series *s, size_t i, int fd, int header)
{
	struct opts o = *s->opts;
	struct csv_writer w = { .format = o.format };
	int null = header ? fd_open("/dev/null", O_WRONLY, 0) : -1;

	out_forget();
	err_about(s->make->name(s->ctx, i));
	if (dup2(fd, 1) < 0 || (null >= 0 && dup2(null, 2) < 0))
		die("standard output: %s", strerror(errno));
	o.outfile = NULL;
	o.plain = 1;
	o.pretty = -1;
	o.lines = 0;
	o.threads = s->opts->threads / (int)s->nchild > 0 ? s->opts->threads / (int)s->nchild : 1;
	w.out = opts_out(&o);
	s->make->table(s->ctx, i, &o, &w, header);
	if (header)
		out_protect_put(&w);
	out_close(w.out);
	exit(0);
}

static void
start(const struct series *s, struct child *c, size_t i, int header)
{
	int fd[2];

	*c = (struct child){ .i = i };
	if (pipe2(fd, O_CLOEXEC) != 0)
		die("a pipe: %s", strerror(errno));
	fflush(NULL);
	if ((c->pid = fork()) < 0)
		die("another process: %s", strerror(errno));
	if (c->pid == 0)
		run(s, i, fd[1], header);
	close(fd[1]);
	c->fd = fd[0];
}

/* The child has closed its pipe. */
static void
end(struct child *c)
{
	int status = 0;

	close(c->fd);
	c->fd = -1;
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	c->failed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
	if (WIFSIGNALED(status))
		warn("%s: signal %d", "the process that reads it was ended", WTERMSIG(status));
}

static void
take(struct child *c)
{
	ssize_t n;

	c->text = mem_grow(c->text, &c->cap, c->len + POOL_BLOCK, 1);
	n = read(c->fd, c->text + c->len, POOL_BLOCK);
	if (n > 0)
		c->len += (size_t)n;
	else if (n == 0)
		end(c);
	else if (errno != EINTR && errno != EAGAIN)
		die("a process: %s", strerror(errno));
}

/* Reads from all children until that of table i has ended. */
static void
wait_for(struct series *s, size_t i)
{
	struct pollfd *p = mem_new(s->nchild, sizeof *p);

	while (s->child[i % s->nchild].fd >= 0) {
		for (size_t k = 0; k < s->nchild; k++)
			p[k] = (struct pollfd){ s->child[k].fd, POLLIN, 0 };
		if (poll(p, s->nchild, -1) < 0 && errno != EINTR)
			die("waiting for a process: %s", strerror(errno));
		for (size_t k = 0; k < s->nchild; k++)
			if (s->child[k].fd >= 0 && (p[k].revents & (POLLIN | POLLHUP | POLLERR)))
				take(&s->child[k]);
	}
	free(p);
}

/* Makes tables 0 to n - 1, or their headers, as many at once as there are children; each is
 * handed to take in order, until that returns 0. */
static void
make_all(struct series *s, size_t n, int header, int (*take_table)(struct series *, struct child *, void *), void *ctx)
{
	int on = 1;

	for (size_t k = 0; k < s->nchild; k++)
		s->child[k].fd = -1;
	for (size_t i = 0; i < n && i < s->nchild; i++)
		start(s, &s->child[i], i, header);
	for (size_t i = 0; i < n && on; i++) {
		struct child *c = &s->child[i % s->nchild];

		wait_for(s, i);
		on = take_table(s, c, ctx);
		free(c->text);
		c->text = NULL;
		if (on && i + s->nchild < n)
			start(s, c, i + s->nchild, header);
	}
	for (size_t k = 0; k < s->nchild; k++) {
		if (s->child[k].fd >= 0) {
			kill(s->child[k].pid, SIGTERM);
			close(s->child[k].fd);
			waitpid(s->child[k].pid, NULL, 0);
		}
		free(s->child[k].text);
		s->child[k].text = NULL;
	}
}

/* ---- what they have written ---------------------------------------------------------------------- */

/* Calls take with each row of the text, in order: the row, its fields, their lengths. */
static void
each_row(struct series *s, const struct child *c,
    void (*take_row)(struct series *, size_t, size_t, const char *const *, const size_t *, size_t, void *), void *ctx)
{
	struct csv *csv = csv_new();
	struct csv_records rec;
	const char **field = NULL;
	size_t *len = NULL, fieldcap = 0, lencap = 0, row = 0;
	int code = csv_feed(csv, c->text, c->len, &rec);

	for (int last = 0; last < 2 && code == CSV_OK; last++) {
		for (size_t r = 0; r < rec.n; r++) {
			size_t from = rec.first[r], n = rec.first[r + 1] - from;

			field = mem_grow(field, &fieldcap, n, sizeof *field);
			len = mem_grow(len, &lencap, n, sizeof *len);
			for (size_t f = 0; f < n; f++) {
				field[f] = rec.text + rec.start[from + f];
				len[f] = rec.start[from + f + 1] - rec.start[from + f] - 1;
			}
			take_row(s, c->i, row++, field, len, n, ctx);
		}
		code = last == 0 ? csv_end(csv, &rec) : code;
	}
	free(field);
	free(len);
	csv_close(csv);
}

static void
take_header_row(struct series *s, size_t i, size_t row, const char *const *field, const size_t *len, size_t n, void *ctx)
{
	(void)ctx;
	if (row > 0) {
		out_protect_take(field, len, n);
		return;
	}
	s->part[i] = unite_header(s->all, s->make->name(s->ctx, i), field, n);
	s->name[i] = mem_new(n + 1, sizeof *s->name[i]);
	for (size_t k = 0; k < n; k++)
		s->name[i][k] = mem_text(field[k], len[k]);
}

/* ctx: keep_going. */
static int
take_header(struct series *s, struct child *c, void *ctx)
{
	if (!c->failed)
		each_row(s, c, take_header_row, NULL);
	return !c->failed || *(int *)ctx;
}

static void
put_row(struct series *s, size_t i, size_t row, const char *const *field, const size_t *len, size_t n, void *ctx)
{
	struct csv_writer *w = ctx;
	size_t k = 0;

	if (row > 0) {
		unite_put(s->all, s->part[i], field, len, w);
		return;
	}
	while (k < n && s->name[i][k] != NULL && strcmp(s->name[i][k], field[k]) == 0)
		k++;
	if (k < n || s->name[i][k] != NULL)
		die("%s: it has changed while it was read", s->make->name(s->ctx, i));
}

struct put { struct csv_writer w; int keep_going; size_t failed; };

static int
take_table(struct series *s, struct child *c, void *ctx)
{
	struct put *p = ctx;

	if (!c->failed && s->part[c->i] == NONE)
		die("%s: it has changed while it was read", s->make->name(s->ctx, c->i));
	p->failed += (size_t)c->failed;
	if (c->failed)
		return p->keep_going;
	each_row(s, c, put_row, &p->w);
	out_block(p->w.out);
	return 1;
}

/* ---- all -------------------------------------------------------------------------------------- */

static void
series_end(struct series *s)
{
	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; s->name[i] != NULL && s->name[i][k] != NULL; k++)
			free(s->name[i][k]);
		free(s->name[i]);
	}
	free(s->name);
	free(s->part);
	free(s->child);
	unite_free(s->all);
}

int
series_put(size_t n, const struct series_do *make, void *ctx, const struct opts *o, int keep_going)
{
	size_t threads = (size_t)o->threads;
	struct series s = { .make = make, .ctx = ctx, .opts = o, .n = n, .nchild = n < threads ? n : threads };
	struct put p = { .keep_going = keep_going };
	struct opts alone = *o;
	char one[DEC_MAX + 1];

	dec_print(one, 0.1);            /* the powers of ten are made here, not in each process again */
	s.child = mem_new(s.nchild, sizeof *s.child);
	s.part = mem_new(n, sizeof *s.part);
	s.name = mem_new(n, sizeof *s.name);
	s.all = unite_new(make->place);
	for (size_t i = 0; i < n; i++)
		s.part[i] = NONE;
	make_all(&s, n, 1, take_header, &keep_going);
	alone.threads = 1;
	if (unite_count(s.all) > 0) {
		p.w.out = opts_out(&alone);
		unite_put_names(s.all, &p.w);
	}
	make_all(&s, n, 0, take_table, &p);
	if (p.failed > 0 && !keep_going && p.w.out != NULL)
		out_block(p.w.out);
	if (p.failed > 0 && (!keep_going || p.w.out == NULL))
		exit(1);
	out_close(p.w.out);
	series_end(&s);
	return p.failed > 0;
}
