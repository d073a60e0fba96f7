/* err.c - messages and memory.  Only the main thread may call what dies:
 * helper threads hand their failures to it (see pool.c), so that there is
 * one message and one exit. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

static const char *prog = "headgeom", *about = "";

/* A descriptor that came closed is opened in the direction that it is not
 * used in: reading standard input or writing standard output then fails with
 * EBADF, as it would have. */
void
err_init(const char *argv0)
{
	const char *slash;
	int fd;

	if (argv0 && *argv0)
		prog = (slash = strrchr(argv0, '/')) ? slash + 1 : argv0;
	for (fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
			die("/dev/null: %s", strerror(errno));
}

const char *
err_prog(void)
{
	return prog;
}

void
err_about(const char *what)
{
	about = what;
}

/* One write for the line, lest the lines of a pipeline's programs mix; what
 * goes beyond the buffer is left out, and control bytes that the input brought
 * in become "?". */
__attribute__((format(printf, 1, 0)))
static void
say(const char *fmt, va_list ap)
{
	char line[4096];
	size_t n, at;

	snprintf(line, sizeof line - 1, "%s: ", prog);
	n = at = strlen(line);
	if (*about) {
		snprintf(line + n, sizeof line - 1 - n, "%s: ", about);
		at = strlen(line);
	}
	vsnprintf(line + at, sizeof line - 1 - at, fmt, ap);
	if (at > n && !strncmp(line + at, about, at - n - 2))
		memmove(line + n, line + at, strlen(line + at) + 1);
	n = strlen(line);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	line[n++] = '\n';
	fwrite(line, 1, n, stderr);
}

void
warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	exit(1);
}

void
die_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	warn("option -h shows the usage");
	exit(2);
}

void
die_caret(const char *text, size_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	fputs("  ", stderr);
	for (const char *s = text; *s != '\0'; s++)
		fputc((unsigned char)*s < ' ' || *s == 0x7f ? '?' : *s, stderr);
	fputs("\n  ", stderr);
	for (size_t i = 0; i < at; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			fputc(' ', stderr);
	fputs("^\n", stderr);
	exit(2);
}

size_t
mem_times(size_t m, size_t n)
{
	if (n > 0 && m > PTRDIFF_MAX / n)
		die("out of memory");
	return m * n;
}

void
mem_fits(size_t m, size_t n)
{
	mem_times(mem_times(m, n), 32*sizeof(double));
}

void *
mem_new(size_t n, size_t size)
{
	void *p = n && size ? calloc(n, size) : calloc(1, 1);

	if (!p)
		die("out of memory");
	return p;
}

void *
mem_resize(void *p, size_t n, size_t size)
{
	if (!size || !n)
		n = size = 1;
	if (!(p = realloc(p, mem_times(n, size))))
		die("out of memory");
	return p;
}

char *
mem_text(const char *s, size_t len)
{
	char *p;

	if (len == SIZE_MAX)
		die("out of memory");
	p = mem_new(len + 1, 1);
	if (len)
		memcpy(p, s, len);
	return p;
}

char *
mem_print(const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = mem_new((size_t)len + 1, 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return text;
}

void *
mem_grow(void *p, size_t *cap, size_t n, size_t size)
{
	size_t want;

	if (n <= *cap)
		return p;
	want = *cap > SIZE_MAX / 2 ? SIZE_MAX : 2 * *cap;
	if (want < n)
		want = n;
	if (want < 16)
		want = 16;
	p = mem_resize(p, want, size);
	*cap = want;
	return p;
}
