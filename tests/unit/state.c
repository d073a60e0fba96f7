/* States, written and read again. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "child.h"
#include "test.h"

static struct opts opts;
static char path[] = "/tmp/hgstaXXXXXX";
static char *operand[] = { path, path };

static const double numbers[][2] = { { 1, 0 }, { -0.1, 1e-18 }, { 1e300, -1e280 }, { 5e-324, 0 }, { 0, 0 } };
enum { N = sizeof(numbers)/sizeof(*numbers) };

static void
write_state(const char *tool, const char *x)
{
	struct out *o = out_open(path, 0, 1, 1);
	struct state_writer w;

	state_begin(&w, o, tool);
	state_put(&w, "option", 0, -1, "x", x, NULL);
	state_put(&w, "option", 1, -1, "poly", "a \"b\", c\n", "3");
	for (long i = 0; i < N; i++)
		state_put_num(&w, "r", i, 2*i, "", numbers[i][0], numbers[i][1]);
	state_end(&w);
	out_close(o);
}

/* Both operands, the same file: options once, numbers twice. */
static void
test_twice(void)
{
	struct state *s = state_open(operand, 2, &opts, "test");
	int states = 0, options = 0, rows = 0, bad = 0;

	while (state_next(s)) {
		if (strcmp(s->record, "state") == 0) {
			bad += s->first != (states++ == 0);
		} else if (strcmp(s->record, "option") == 0) {
			bad += strcmp(s->value, options ? "a \"b\", c\n" : "op") != 0 || strcmp(s->low, options ? "3" : "") != 0;
			options++;
		} else {
			size_t i = (size_t)(rows++ % N);

			bad += state_index(s, 'i', N) != i || state_index(s, 'j', 2*N) != 2*i;
			bad += state_num(s, 'v') != numbers[i][0] || state_num(s, 'l') != numbers[i][1];
		}
	}
	state_close(s);
	test_ok(!bad && states == 2 && options == 2 && rows == 2*N, "a state and its copy: %d states, %d options, %d rows, %d wrong",
	    states, options, rows, bad);
}

static void
read_all(void *tool)
{
	struct state *s = state_open(operand, 1, &opts, tool);

	while (state_next(s))
		if (strcmp(s->record, "r") == 0)
			state_index(s, 'i', N - 1);
}

int
main(void)
{
	char tool[] = "test", other[] = "other";
	struct child c;

	err_init("test");
	opts_init(&opts);
	opts.plain = opts.threads = 1;
	close(mkstemp(path));
	write_state("test", "op");
	test_twice();
	c = child_run(read_all, other);
	test_ok(c.status == 1 && strstr(c.msg, ":2: a state of test, not of other"), "of another program: %s", c.msg);
	c = child_run(read_all, tool);
	test_ok(c.status == 1 && strstr(c.msg, ": i: not a number that fits here: \"4\""), "an index too large: %s", c.msg);
	unlink(path);
	return test_end();
}
