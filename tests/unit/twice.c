/* table_keep and table_again: rows read twice, from files and from a pipe. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "child.h"
#include "test.h"

enum { ROWS = 5000, LONG = 3000000 };

static struct opts opts;
static char path[] = "/tmp/hgtwiXXXXXX", other[] = "/tmp/hgtwjXXXXXX";

/* Rows i, i^2; in the middle one whose second field is longer than a chunk. */
static void
write_rows(const char *to, int n)
{
	FILE *f = fopen(to, "w");

	fputs("a,b\n", f);
	for (int i = 0; i < n; i++) {
		fprintf(f, "%d,", i);
		if (i == ROWS / 2)
			for (int k = 0; k < LONG; k++)
				putc('x', f);
		else
			fprintf(f, "%d", i * i);
		fputs("\n", f);
	}
	fclose(f);
}

/* Adds rows and lengths of one reading. */
static void
look(struct table *t, size_t *rows, size_t *bytes)
{
	*rows = *bytes = 0;
	while (table_next(t)) {
		size_t i = (size_t)atoi(t->field[0]) % ROWS;

		*rows += i == *rows % ROWS && strlen(t->field[1]) == t->len[1];
		*bytes += t->len[0] + t->len[1];
	}
}

static int
same_twice(char *const *operand, int n)
{
	struct table *t = table_open(operand, n, &opts);
	size_t r[3], b[3];

	table_keep(t);
	look(t, &r[0], &b[0]);
	for (int k = 1; k < 3; k++) {
		table_again(t);
		look(t, &r[k], &b[k]);
	}
	table_close(t);
	return r[0] == ROWS * (size_t)n && r[1] == r[0] && r[2] == r[0] && b[0] > LONG * (size_t)n && b[1] == b[0] && b[2] == b[0];
}

static void
changes(void *arg)
{
	char *operand[] = { path };
	struct table *t = table_open(operand, 1, &opts);

	table_keep(t);
	while (table_next(t))
		;
	write_rows(path, ROWS + *(int *)arg);
	table_again(t);
	while (table_next(t))
		;
}

/* As many rows, of which one differs. */
static void
differs(void *arg)
{
	char *operand[] = { path };
	struct table *t = table_open(operand, 1, &opts);
	FILE *f;

	(void)arg;
	table_keep(t);
	while (table_next(t))
		;
	f = fopen(path, "r+");
	fputs("a,b\n0,7\n", f);
	fclose(f);
	table_again(t);
	while (table_next(t))
		;
}

static void
test_files(void)
{
	char *operand[] = { path, other }, *mixed[] = { path, "-" };
	int fd;

	test_ok(same_twice(operand, 2), "two files, three times");
	fd = open(other, O_RDONLY);
	dup2(fd, 0);
	test_ok(same_twice(mixed, 2), "a file and standard input, three times");
	close(fd);
}

static void
test_changes(void)
{
	int more = 3, less = -3;
	struct child c;
	char want[64];

	snprintf(want, sizeof want, "%d: a row that was not there before", ROWS + 2);
	write_rows(path, ROWS);
	c = child_run(changes, &more);
	test_ok(c.status == 1 && strstr(c.msg, want), "a file that has grown: %s", c.msg);
	write_rows(path, ROWS);
	c = child_run(changes, &less);
	test_ok(child_died(&c, path, "not the rows that were read before"), "a file that has shrunk: %s", c.msg);
	write_rows(path, ROWS);
	c = child_run(differs, NULL);
	test_ok(child_died(&c, path, "not the rows that were read before"), "a file with another number: %s", c.msg);
}

int
main(void)
{
	err_init("test");
	opts_init(&opts);
	opts.threads = 1;
	close(mkstemp(path));
	close(mkstemp(other));
	write_rows(path, ROWS);
	write_rows(other, ROWS);
	test_files();
	test_changes();
	unlink(path);
	unlink(other);
	return test_end();
}
