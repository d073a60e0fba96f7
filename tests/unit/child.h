/* child.h - runs a function in a child, for what exits, and tells how it
 * ended. */
#ifndef CHILD_H
#define CHILD_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io.h"

struct child {
	int status;		/* of exit, or minus the signal */
	char msg[512];		/* what it said on standard error, less the last newline */
};

/* Memory that a child shares with its parent. */
__attribute__((unused))
static void *
child_share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	return p;
}

/* fn(arg), then exit status 0.  A child that hangs is killed after two minutes. */
static struct child
child_run(void (*fn)(void *), void *arg)
{
	struct child c;
	size_t n = 0;
	ssize_t r;
	int fd[2], status;
	pid_t pid;

	fflush(stdout);
	if (pipe(fd) || (pid = fork()) < 0)
		abort();
	if (!pid) {
		alarm(120);
		dup2(fd[1], 2);
		close(fd[0]);
		close(fd[1]);
		fn(arg);
		exit(0);
	}
	close(fd[1]);
	while ((r = read(fd[0], c.msg + n, sizeof c.msg - 1 - n)) > 0 || (r < 0 && errno == EINTR))
		n += r > 0 ? (size_t)r : 0;
	c.msg[n && c.msg[n - 1] == '\n' ? n - 1 : n] = 0;
	close(fd[0]);
	while (waitpid(pid, &status, 0) < 0)
		;
	c.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	return c;
}

/* Whether it died with status 1 and the one line "test: name: text...". */
__attribute__((unused))
static int
child_died(const struct child *c, const char *name, const char *text)
{
	char want[512];

	snprintf(want, sizeof want, "test: %s: %s", name, text);
	return c->status == 1 && !strchr(c->msg, '\n') && !strncmp(c->msg, want, strlen(want));
}

#endif
