/* States, written and read again. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stat.h"
#include "child.h"
#include "test.h"

static struct opts opts;
static char path[] = "/tmp/hgstaXXXXXX";
static char *operand[] = { path, path };

/* An upper triangle of order N, and its low parts. */
enum { N = 3 };
static const double r[N*N] = { 1, 9, 9, -0.1, 1e300, 9, 0, 5e-324, -0.0 };
static const double rlo[N*N] = { 0, 9, 9, 1e-18, -1e280, 9, 0, 0, 0 };
enum { NR = 4 };                                /* those that are not 0 */

static const char *const name[] = { "k,1", "k 2" };
static const char *const keys[][2] = { { "", "" }, { "u,\nv", "\"y\"" }, { "u,\nv", "x" } };

/* Groups 0, 1, 2. */
static struct group *
make_group(void)
{
	struct group *g = group_new(name, 2);

	for (int k = 0; k < 3; k++)
		group_of(g, (struct text[]){ { keys[k][0], strlen(keys[k][0]) }, { keys[k][1], strlen(keys[k][1]) } });
	return g;
}

static void
write_state(const char *tool, const char *x)
{
	struct out *o = out_open(path, 0, 1, 1);
	struct state_writer w;
	struct group *g = make_group();
	char na[] = "NA,-999";

	state_begin(&w, o, tool, &(struct origin){ .na = na });
	state_put(&w, "option", 0, -1, "x", x, NULL);
	state_put(&w, "option", 1, -1, "poly", "a \"b\", c\n", "3");
	state_put_names(&w, g);
	for (size_t k = 0; k < 3; k++) {
		state_put_group(&w, g, k, (double)k);
		if (k != 1)
			state_put_r(&w, N, r, rlo);
	}
	state_end(&w);
	out_close(o);
	group_free(g);
}

/* Both operands, the same file: options once, groups and numbers twice, group by group. */
static void
test_twice(void)
{
	struct state *s = state_open(operand, 2, &opts, "test");
	int options = 0, groups = 0, ends = 0, rows = 0, bad = 0;

	while (state_next(s)) {
		if (strcmp(s->record, "option") == 0) {
			bad += strcmp(s->value, options ? "a \"b\", c\n" : "op") != 0 || strcmp(s->low, options ? "3" : "") != 0;
			options++;
		} else if (strcmp(s->record, "group") == 0) {
			size_t k = (size_t)(groups++ / 2);

			bad += s->k != k || s->rows != (double)k;
			for (size_t i = 0; k > 0 && i < 2; i++)
				bad += strcmp(group_name(s->group, i), name[i]) != 0 || strcmp(group_key(s->group, k, i), keys[k][i]) != 0;
		} else if (strcmp(s->record, "end") == 0) {
			bad += ++ends != groups;
		} else {
			size_t j = state_index(s, 'j', N), i = state_index(s, 'i', j + 1);

			rows++;
			bad += s->k == 1 || r[i + j*N] == 0 || state_num(s, 'v') != r[i + j*N] || state_num(s, 'l') != rlo[i + j*N];
		}
	}
	bad += group_keys(s->group) != 2;
	bad += strcmp(s->origin.na, "NA,-999") != 0 || s->origin.npart != 0;
	origin_free(&s->origin);
	group_free(s->group);
	state_close(s);
	test_ok(!bad && options == 2 && groups == 6 && ends == 6 && rows == 4*NR, "a state and its copy: %d options, %d groups, %d numbers, %d wrong",
	    options, groups, rows, bad);
}

static void
read_all(void *tool)
{
	struct state *s = state_open(operand, 1, &opts, tool);

	while (state_next(s))
		if (strcmp(s->record, "r") == 0)
			state_index(s, 'i', 1);
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
	test_ok(c.status == 1 && strstr(c.msg, ": i: not a number that fits here: \"1\""), "an index too large: %s", c.msg);
	unlink(path);
	return test_end();
}
