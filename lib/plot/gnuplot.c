/* gnuplot.c - scripts for gnuplot(1), and the pictures that it makes of them. */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "draw.h"

enum { LONGEST = 60 };                  /* characters of a text that are shown */

/* One character of ASCII at s, the beginning of the text being at text: in place of quotes, and of
 * the end of ]]>, which would not be escaped in SVG, one that looks like it. */
static void
put_ascii(FILE *f, const char *text, const char *s, int format)
{
	if (*s == '\'')
		fputs("\xe2\x80\x99", f);
	else if (*s == '`')
		fputs("\xe2\x80\x98", f);
	else if (*s == '>' && s - text > 1 && s[-1] == ']' && s[-2] == ']')
		fputs("\xe2\x80\xba", f);
	else
		fputs(*s == '%' && format ? "%%" : (char[]){ *s, '\0' }, f);
}

void
gnuplot_text(FILE *f, const char *text, int format)
{
	const char *s = text;
	size_t n, len;

	putc('\'', f);
	for (int shown = 0; *s != '\0' && shown < LONGEST; s += n + (n == 0), shown++) {
		n = err_shown(s, &len);
		if (n > 1)
			fwrite(s, 1, n, f);
		else if (n == 1)
			put_ascii(f, text, s, format);
		else if (*s == '\n' || *s == '\t' || *s == '\r')
			fprintf(f, "\\%c", *s == '\n' ? 'n' : *s == '\t' ? 't' : 'r');
		else
			fprintf(f, "\\x%02x", (unsigned)(unsigned char)*s);
	}
	fputs(*s != '\0' ? "...'" : "'", f);
}

void
gnuplot_num(FILE *f, double x)
{
	char buf[DEC_MAX + 1];

	if (x - x == 0) {               /* finite */
		dec_print(buf, x);
		fputs(buf, f);
	} else
		fputs("NaN", f);
}

/* Starts it with the script as its standard input, in a file so that neither waits for the other. */
static pid_t
start(const char *script, size_t len, int pipefd[2])
{
	static char name[] = "gnuplot", defaults[] = "-d";
	char *const argv[] = { name, defaults, NULL };
	posix_spawn_file_actions_t act;
	FILE *in = tmpfile();           /* without a name */
	pid_t pid;
	int err;

	if (in == NULL || fwrite(script, 1, len, in) != len || fflush(in) != 0 || fseek(in, 0, SEEK_SET) != 0)
		die("temporary file: %s", strerror(errno));
	if (pipe(pipefd) != 0)
		die("pipe: %s", strerror(errno));
	setenv("LC_ALL", "C.UTF-8", 1);         /* whoever draws it, and wherever */
	posix_spawn_file_actions_init(&act);
	posix_spawn_file_actions_adddup2(&act, fileno(in), STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&act, pipefd[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&act, pipefd[0]);
	err = posix_spawnp(&pid, name, &act, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&act);
	if (err == ENOENT)
		die("gnuplot is not here: its package is gnuplot-nox or gnuplot; --script needs none");
	if (err != 0)
		die("gnuplot: %s", strerror(err));
	close(pipefd[1]);
	fclose(in);
	return pid;
}

/* Of a PDF the time at which it was made becomes the same always: the digits alone, so that
 * nothing moves. */
static void
forget_date(char *picture, size_t len)
{
	static const char key[] = "/CreationDate (D:", date[] = "20000101000000";
	char *at = memmem(picture, len, key, sizeof key - 1);

	if (at != NULL && len - (size_t)(at - picture) > sizeof key + sizeof date)
		memcpy(at + sizeof key - 1, date, sizeof date - 1);
}

/* All that comes from fd. */
static char *
take(int fd, size_t *n)
{
	enum { STEP = 65536 };
	char *all = NULL;
	size_t cap = 0;
	ssize_t got;

	for (*n = 0; ; *n += (size_t)got) {
		all = mem_grow(all, &cap, *n + STEP, 1);
		do
			got = read(fd, all + *n, STEP);
		while (got < 0 && errno == EINTR);
		if (got <= 0)
			break;
	}
	if (got < 0)
		die("gnuplot: %s", strerror(errno));
	close(fd);
	return all;
}

char *
gnuplot_run(const char *script, size_t len, enum plot_term term, size_t *n)
{
	int fd[2], status;
	pid_t pid = start(script, len, fd);
	char *picture = take(fd[0], n), *text;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("gnuplot: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		die("gnuplot is not here: its package is gnuplot-nox or gnuplot; --script needs none");
	if (status != 0 || *n == 0)
		die("gnuplot has drawn nothing");
	if (term == PLOT_PDF)
		forget_date(picture, *n);
	if (term == PLOT_DUMB && picture[0] == '\f')    /* it begins no page */
		memmove(picture, picture + 1, --*n);
	if (term != PLOT_KITTY)
		return picture;
	text = kitty_text(picture, *n, n);
	free(picture);
	return text;
}
