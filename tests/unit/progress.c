/* The line of long work: on a terminal, which is one end of a pair here, and nowhere else. */
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "io.h"
#include "test.h"

enum { MARK = 1 };

/* All that came to the terminal: up to a mark behind it, since a terminal may take its time. */
static const char *
shown(int fd)
{
	static char text[512];
	size_t n = 0;

	putc(MARK, stderr);
	while (n < sizeof text - 1 && read(fd, text + n, 1) == 1 && text[n] != MARK)
		n++;
	text[n] = '\0';
	return text;
}

int
main(void)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY), end;
	const struct timespec longer = { 0, 250000000 };
	size_t done, total, minutes, seconds;
	struct progress p;
	double rate;

	if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0 || (end = open(ptsname(fd), O_RDWR | O_NOCTTY)) < 0) {
		puts("skip - the line of progress: no terminal to be had");
		return 0;
	}
	dup2(end, STDERR_FILENO);
	p = progress_begin("layers", 40);
	progress_tell(&p, 40);
	test_text(shown(fd), "", "no line, none to clear");
	p = progress_begin("layers", 40);
	nanosleep(&longer, NULL);
	progress_tell(&p, 10);
	test_ok(sscanf(shown(fd), "%zu of %zu layers, %lf a second, %zu:%zu left\033[K\r", &done, &total, &rate, &minutes,
	    &seconds) == 5 && done == 10 && total == 40 && rate <= 40 && seconds < 60, "how much, how fast, how long yet");
	progress_tell(&p, 40);
	test_text(shown(fd), "\033[K", "cleared at the end");
	dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
	test_ok(progress_begin("layers", 40).total == 0, "nothing where there is no terminal");
	return test_end();
}
