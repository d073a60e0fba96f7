/* What model.h says, without a command line: its example, sources side by side,
 * lists, stacks; and the table of families, row by row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"
#include "child.h"
#include "test.h"

static const char checkpoint[] = "tests/data/checkpoints/llama", dump[] = "tests/data/seed/small.json.gz";

/* The example of model.h, line for line. */
static void
example(int argc, char **argv)
{
	struct opts o;
	struct source *src;
	struct head h;

	err_init(argv[0]);
	opts_init(&o);
	src = source_open(argc > 1 ? argv[1] : "-", &o);
	source_start(src, &(struct source_spec){ .metric = METRIC_FULL });
	while (source_next(src, &h))
		printf("%zu %zu %g\n", h.layer, h.head, h.s[0]);
	source_close(src);
	opts_free(&o);
}

static void
run_example(void *path)
{
	char name[] = "test", *argv[] = { name, path, NULL };

	dup2(2, 1);
	example(2, argv);
}

/* All of a file. */
static char *
read_all(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = mem_new(1 << 16, 1);

	if (f == NULL || fread(text, 1, (1 << 16) - 1, f) == 0)
		abort();
	fclose(f);
	return text;
}

/* Whether each line of the header's example stands here, one after the other. */
static int
is_example(void)
{
	static const char mark[] = " *\t\t";
	char *header = read_all("lib/model/model.h"), *here = read_all("tests/unit/model.c"), *at = here;
	int lines = 0;

	for (char *line = strtok(header, "\n"); line != NULL && strcmp(line, " * Words:") != 0; line = strtok(NULL, "\n"))
		if (strncmp(line, mark, sizeof mark - 1) == 0 && at != NULL) {
			at = strstr(at, line + sizeof mark - 2);
			lines++;
		}
	free(header);
	free(here);
	return at != NULL && lines == 11;
}

static void
test_example(void)
{
	char path[sizeof checkpoint];
	struct child c;

	strcpy(path, checkpoint);
	c = child_run(run_example, path);
	test_ok(c.status == 0 && strcmp(c.msg, "0 0 1.13195\n0 1 1.22219\n0 2 1.14788\n0 3 1.09948\n"
	    "1 0 1.80567\n1 1 1.52353\n1 2 1.50383\n1 3 1.5577") == 0, "the example prints the largest values: %s", c.msg);
	test_ok(is_example(), "model.h has the example that was run");
}

/* Two readings of path, one head behind the other; whether they give the same. */
static int
is_same_twice(const char *path)
{
	struct opts o = { .threads = 2, .level = 1 };
	struct source *src[2];
	struct head h[2];
	int same = 1, n = 0;

	for (int i = 0; i < 2; i++) {
		src[i] = source_open(path, &o);
		source_start(src[i], &(struct source_spec){ 0 });
	}
	while (source_next(src[0], &h[0])) {
		same &= source_next(src[1], &h[1]) && h[0].layer == h[1].layer && h[0].head == h[1].head &&
		    h[0].ns == h[1].ns && memcmp(h[0].s, h[1].s, (size_t)h[0].ns * sizeof *h->s) == 0;
		n++;
	}
	same &= n > 1 && !source_next(src[1], &h[1]);
	source_close(src[0]);
	source_close(src[1]);
	return same;
}

static void
set_list(void *text)
{
	struct ranges l = { .what = "--layers" };

	ranges_set(&l, text);
}

static void
check_list(void *l)
{
	ranges_check(l, 12);
}

static void
test_ranges(void)
{
	static const char *const bad[] = { "", "a", "1-0", "1,", ",1", "-3", "1--2", "1-2-", "1 ", "0x1", "1000000001" };
	struct ranges l = { .what = "--layers" };
	struct child c;
	char text[32];
	int wrong = 0;

	test_ok(ranges_has(NULL, 7) && ranges_has(&l, 7), "no list is all numbers");
	ranges_set(&l, "5");
	ranges_set(&l, "0-2,8,12-");
	for (size_t i = 0; i < 20; i++)
		wrong += ranges_has(&l, i) != (i <= 2 || i == 8 || i >= 12);
	test_ok(wrong == 0, "0-2,8,12- in place of what was there");
	c = child_run(check_list, &l);
	test_ok(child_died(&c, "--layers", "12, but they are numbered 0 to 11"), "a number beyond the last: %s", c.msg);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		strcpy(text, bad[i]);
		c = child_run(set_list, text);
		test_ok(c.status == 2 && strstr(c.msg, "--layers: not a list like 0-3,8,12-") != NULL, "no list: \"%s\"", bad[i]);
	}
	ranges_free(&l);
}

static void
test_stacks(void)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k" };
	enum { N = sizeof names / sizeof *names };
	struct model m = { 0 };
	int good = 1;

	for (size_t i = 0; i < N; i++)
		stack_add(&m, names[i])->heads = i;
	for (size_t i = 0; i < N; i++)
		good &= m.stack[i].name == names[i] && m.stack[i].heads == i;
	test_ok(good && m.nstack == N, "a model of %d stacks", N);
	free(m.stack);
}

/* Every layer has a name of its own for q, and for k unless one tensor holds both. */
static int
is_named(const struct family *fam)
{
	int latent = fam->layout == LATENT, one = layout_one_tensor(fam->layout);

	return fam->q != NULL && strstr(fam->q, "{}") != NULL && (fam->k == NULL) == one &&
	    (fam->k == NULL || strstr(fam->k, "{}") != NULL) && (!latent || fam->stack == NULL);
}

/* Values have a name of their own where keys have, unless they lie in that of keys; so has
 * the output, if it is known. */
static int
is_valued(const struct family *fam)
{
	int own = !layout_one_tensor(fam->layout) && fam->layout != LATENT;

	if (fam->o == NULL)
		return fam->v == NULL;
	return strstr(fam->o, "{}") != NULL && (fam->v != NULL) == own && (!own || strstr(fam->v, "{}") != NULL);
}

/* A post-norm family's norm has a layer before it, which the first layer has not. */
static int
is_normed(const struct family *fam)
{
	if (fam->kind == NORM_NONE)
		return fam->norm == NULL;
	return fam->first == NULL || (fam->norm != NULL && strstr(fam->norm, "{}") != NULL);
}

/* Two rows for one model_type, or one general.architecture, differ in their stack, in when they
 * hold, or in what q is called. */
static int
is_apart(const struct family *a, const struct family *b)
{
	char type[64];
	size_t len;

	for (const char *w = a->types; *w != '\0'; w += len, w += strspn(w, " ")) {
		len = strcspn(w, " ");
		snprintf(type, sizeof type, "%.*s", (int)len, w);
		if (config_word(b->types, type) && !((a->traits ^ b->traits) & GGUF) && strcmp(a->q, b->q) == 0 &&
		    (a->stack == NULL || b->stack == NULL || strcmp(a->stack, b->stack) == 0) &&
		    (a->when == NULL || b->when == NULL || strcmp(a->when, b->when) == 0))
			return 0;
	}
	return 1;
}

static void
test_families(void)
{
	for (size_t i = 0; i < nfamilies; i++) {
		int apart = 1;

		for (size_t k = 0; k < i; k++)
			apart &= is_apart(&families[i], &families[k]);
		test_ok(is_named(&families[i]) && is_valued(&families[i]) && is_normed(&families[i]) && apart, "row %zu of the table: %s", i, families[i].types);
	}
}

int
main(void)
{
	err_init("test");
	test_example();
	test_ok(is_same_twice(dump), "two readings of a dump, one head behind the other");
	test_ok(is_same_twice(checkpoint), "two readings of a checkpoint");
	test_ok(is_same_twice("tests/data/matrices.csv"), "two readings of matrices");
	test_ranges();
	test_stacks();
	test_families();
	return test_end();
}
