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

/* Characters that a terminal obeys, or that hide or turn around what stands beside them: C1 controls, soft
 * hyphen, Arabic letter mark, Mongolian vowel separator, the blank without width, marks and embeddings of
 * direction, separators of lines, invisible operators, byte order mark, annotations, tags (Unicode 15.1,
 * sections 23.1 to 23.9). */
static int
is_hidden(uint32_t c)
{
	static const uint32_t range[][2] = {
		{ 0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c }, { 0x180e, 0x180e }, { 0x200b, 0x200b },
		{ 0x200e, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xfffe, 0xffff },
		{ 0xe0000, 0xe007f },
	};

	for (size_t i = 0; i < sizeof range / sizeof *range; i++)
		if (c >= range[i][0] && c <= range[i][1])
			return 1;
	return 0;
}

/* The bytes of the character of UTF-8 that s begins with, and what it is; 0: there is none (Unicode 15.1,
 * table 3-7). */
static size_t
utf8(const unsigned char *s, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const size_t n = *s < 0x80 ? 1 : *s < 0xc2 ? 0 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : *s < 0xf5 ? 4 : 0;

	*c = n < 2 ? *s : *s & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	return n > 0 && *c >= least[n] && *c <= 0x10ffff && (*c < 0xd800 || *c > 0xdfff) ? n : 0;
}

size_t
err_shown(const char *s, size_t *len)
{
	uint32_t c;
	size_t n = utf8((const unsigned char *)s, &c);

	*len = n > 0 ? n : 1;
	return n > 0 && !is_hidden(c) ? n : 0;
}

size_t
err_mask(char *s)
{
	char *const begin = s, *to = s;

	for (size_t len; *s != '\0'; s += len) {
		size_t n = err_shown(s, &len);

		if (n == 0)
			*to++ = '?';
		memmove(to, s, n);
		to += n;
	}
	*to = '\0';
	return (size_t)(to - begin);
}

/* One write for the line, lest the lines of a pipeline's programs mix; what
 * goes beyond the buffer is left out, and what the input brought in of characters
 * that are not to be shown becomes "?". */
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
	n = err_mask(line);
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
	char *shown = mem_text(text, strlen(text));
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	err_mask(shown);
	fputs("  ", stderr);
	fputs(shown, stderr);
	free(shown);
	fputs("\n  ", stderr);
	for (size_t i = 0; i < at; i += len) {
		err_shown(text + i, &len);
		fputc(' ', stderr);
	}
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
