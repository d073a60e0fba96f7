/* group.c - maps, groups, and lists of columns of a table from a file. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "stat.h"
#include "child.h"
#include "test.h"

static struct opts opts;
static char path[] = "/tmp/hggrpXXXXXX";

static struct table *
table(const char *text)
{
	static char *operand[] = { path };
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
	return table_open(operand, 1, &opts);
}

static void
test_map(void)
{
	struct map *m = map_new();
	char key[32];
	size_t wrong = 0, len;

	for (size_t i = 0; i < 100000; i++)
		wrong += map_add(m, key, (size_t)sprintf(key, "%zu", i * 7919 % 100003)) != i;
	for (size_t i = 0; i < 100000; i++)
		wrong += map_find(m, key, (size_t)sprintf(key, "%zu", i * 7919 % 100003)) != i;
	test_ok(wrong == 0 && map_count(m) == 100000, "100000 keys keep their numbers");
	test_ok(map_find(m, "x", 1) == (size_t)-1, "a key that is not there");
	test_ok(map_add(m, "a\0b", 3) != map_add(m, "a\0c", 3), "keys may hold NUL bytes");
	wrong = map_add(m, "a\0b", 3) != 100000 || map_add(m, "a\0b", 3) != 100000 || map_add(m, "a\0b", 2) != 100002 ||
	    map_add(m, "a\0", 2) != 100002 || map_add(m, "a\0c", 3) != 100001 || map_count(m) != 100003;
	test_ok(!wrong, "a key once more, and one that begins as the last one");
	map_key(m, 100001, &len);
	test_ok(len == 3, "and keep their length");
	map_free(m);
}

/* A map leaves nothing behind: its slots, keys or chunks alone, if they leaked, would be 500 KB and
 * more.  The sanitizer keeps what is freed, and finds leaks itself. */
static void
test_map_free(void)
{
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
	puts("skip - maps are freed: the sanitizer's business");
#else
	struct rusage before, after;
	char key[32];

	for (int time = 0; time < 10000; time++) {
		struct map *m = map_new();

		for (int i = 0; i < 200; i++)
			map_add(m, key, (size_t)sprintf(key, "%d", i));
		map_free(m);
		if (time == 100)
			getrusage(RUSAGE_SELF, &before);
	}
	getrusage(RUSAGE_SELF, &after);
	test_ok(after.ru_maxrss - before.ru_maxrss < 256, "maps that were freed take no memory: %ld KB more",
	    after.ru_maxrss - before.ru_maxrss);
#endif
}

/* The order in which groups are printed. */
static void
test_order(void)
{
	static const char *const want[] = { "all", "early", "mid", "late", "007", "7", "8", "10",
	     "A1", "a", "a2", "a2b", "a10", "b", "zz\xff" };
	static const char *const name[] = { "g" }, *const key[] = { "a10", "zz\xff", "b", "late", "10", "a2b", "mid",
	    "a2", "8", "7", "007", "A1", "a", "early", "a10", "" };
	struct group *g = group_new(name, 1);
	size_t *order;
	int good;

	for (size_t i = 0; i < sizeof key / sizeof *key; i++)
		group_of(g, &(struct text){ key[i], strlen(key[i]) });
	order = group_order(g);
	good = group_count(g) == sizeof want / sizeof *want && *group_text(g, order[0]) == '\0';
	for (size_t k = 1; good && k < group_count(g); k++)
		good = strcmp(group_key(g, order[k], 0), want[k]) == 0;
	test_ok(good, "the pooled rows, stages, then version order");
	test_ok(strcmp(group_text(g, order[1]), " (g=early)") == 0 && strcmp(group_text(g, order[14]), " (g=zz?)") == 0,
	    "its text, of what may be shown");
	free(order);
	group_free(g);
}

struct selection { struct table *t; const char *list; };

static void
try(void *arg)
{
	struct selection *s = arg;
	size_t n;

	free(cols_select(s->t, s->list, "-x", &n));
}

/* The columns that a list chooses, by their numbers from 1. */
static void
selects(struct table *t, const char *list, const char *want)
{
	char got[64] = "";
	size_t n, *c = cols_select(t, list, "-x", &n);

	for (size_t i = 0; i < n; i++)
		sprintf(got + strlen(got), "%zu ", c[i] + 1);
	test_ok(strcmp(got, want) == 0, "\"%s\" chooses %s", list, got);
	free(c);
}

static void
refuses(struct table *t, const char *list)
{
	struct child c = child_run(try, &(struct selection){ t, list });

	test_ok(c.status == 1, "\"%s\" is refused: %s", list, c.msg);
}

static void
test_cols(void)
{
	struct table *t = table("a,b,s1,s2,s10,3,^a,dup,dup\n");

	selects(t, "b,a", "2 1 ");
	selects(t, "1,4-5", "1 4 5 ");
	selects(t, "7-", "7 8 9 ");
	selects(t, "3", "6 ");                  /* an exact name wins */
	selects(t, "^a", "7 ");
	selects(t, "s*,^s2", "3 5 ");
	selects(t, "^s*,^8-", "1 2 6 7 ");
	selects(t, "a,a,1", "1 ");
	selects(t, "s?", "3 4 ");
	selects(t, "", "");
	selects(t, "9", "9 ");
	refuses(t, "c");
	refuses(t, "x*");
	refuses(t, "dup");
	refuses(t, "d*");
	refuses(t, "0");
	refuses(t, "10");
	refuses(t, "5-4");
	refuses(t, "a,");
	table_close(t);
}

int
main(void)
{
	int fd = mkstemp(path);

	err_init("group");
	opts_init(&opts);
	opts.threads = 1;
	test_map();
	test_map_free();
	test_order();
	test_cols();
	close(fd);
	unlink(path);
	return test_end();
}
