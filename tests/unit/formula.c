/* Formulas: what R 4.2 makes of 400 random ones (tests/data/r/formula/terms.R); each in
 * its one spelling is the same formula, and spelled so again. */
#include <stdlib.h>

#include "formula.h"
#include "test.h"

static void
fail(void *context, const char *text, size_t at, const char *what)
{
	(void)context;
	printf("not ok - formula: %s: %zu: %s\n", text, at, what);
	exit(1);
}

static const struct formula_way way = { NULL, fail, NULL };

/* The labels of the terms in order. */
static void
labels(const struct formula *f, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < f->nterm; i++) {
		const char *before = i > 0 ? " + " : "";

		for (size_t v = 0; v < f->nvar; v++)
			if (f->term[i] >> v & 1) {
				n += (size_t)snprintf(buf + n, size - n, "%s%s", before, f->var[v].label);
				before = ":";
			}
	}
}

static int
same(const struct formula *f, const struct formula *g)
{
	int good = f->nvar == g->nvar && f->nterm == g->nterm && f->nabsorbed == g->nabsorbed && f->intercept == g->intercept;

	for (size_t v = 0; good && v < f->nvar; v++)
		good = strcmp(f->var[v].label, g->var[v].label) == 0 && f->var[v].degree == g->var[v].degree &&
		    f->var[v].power == g->var[v].power && f->var[v].part == g->var[v].part;
	for (size_t i = 0; good && i < f->nterm; i++)
		good = f->term[i] == g->term[i];
	return good;
}

/* Returns whether the formula's one spelling is the formula. */
static int
spelled(const struct formula *f)
{
	char *once = formula_text(f), *twice;
	struct formula *g = formula_read(once, &way);
	int good;

	twice = formula_text(g);
	good = same(f, g) && strcmp(once, twice) == 0;
	formula_free(g);
	free(once);
	free(twice);
	return good;
}

/* Returns whether that goes for it with keys behind it, and responses before. */
static int
with_keys(const char *text)
{
	char *whole = mem_print("y + log(z) %s | key + a^key", text);
	struct formula *f;
	int good;

	f = formula_read(whole, &way);
	good = f->ny == 2 && f->nabsorbed == 2 && spelled(f);
	formula_free(f);
	free(whole);
	return good;
}

int
main(void)
{
	char line[4096], got[4096], *save, *text, *want, *intercept;
	int n = 0, right = 0, back = 0, keys = 0;
	FILE *in = fopen("tests/data/r/formula/terms.txt", "r");

	if (in == NULL) {
		perror("tests/data/r/formula/terms.txt");
		return 1;
	}
	for (; fgets(line, sizeof line, in) != NULL; n++) {
		struct formula *f;

		line[strcspn(line, "\n")] = '\0';
		save = line;
		text = strsep(&save, "\t");
		intercept = strsep(&save, "\t");
		want = save;
		f = formula_read(text, &way);
		labels(f, got, sizeof got);
		if (strcmp(got, want) == 0 && f->intercept == (*intercept == '1'))
			right++;
		else
			printf("# %s\n# got %d %s\n# wanted %s %s\n", text, f->intercept, got, intercept, want);
		back += spelled(f);
		keys += with_keys(text);
		formula_free(f);
	}
	fclose(in);
	test_ok(n == 400 && right == n, "%d of %d random formulas have R's terms", right, n);
	test_ok(back == n, "%d of %d are the same in their one spelling", back, n);
	test_ok(keys == n, "%d of %d with keys are", keys, n);
	return test_end();
}
