/* Tables: columns that are functions of others, and columns that have names. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "test.h"

static struct opts opts;

static double
root(double x)
{
	return x >= 0 ? sqrt(x) : NAN;
}

static struct table *
open_text(char *const *operand, const char *text)
{
	FILE *f = fopen(operand[0], "w");

	fputs(text, f);
	fclose(f);
	return table_open(operand, 1, &opts);
}

static void
test_derived(char *const *operand)
{
	struct table *t = open_text(operand, "a,b\n16,1\n-4,2\nNA,3\n0.0625,4\n");
	size_t r = table_derive(t, "root(a)", 0, root), rr = table_derive(t, "root(root(a))", r, root);
	static const double want[] = { 2, NAN, NAN, 0.5 };
	double v;
	int bad = table_derive(t, "root(a)", 0, root) != r || table_source(t, rr) != 0 || strcmp(t->name[rr], "root(root(a))") != 0;

	for (int i = 0; i < 4; i++) {
		bad += table_next(t) != 1;
		bad += isnan(want[i]) ? table_num(t, rr, &v) != 0 : table_num(t, rr, &v) != 1 || v != want[i];
	}
	test_ok(bad == 0 && t->ncol == 2, "a function of a function of a column");
	test_ok(table_undefined(t, rr) == 1 && table_undefined(t, r) == 0 && table_undefined(t, 0) == 0,
	    "undefined where the column is not missing");
	table_close(t);
}

static void
test_names(char *const *operand)
{
	struct table *t = open_text(operand, "a,b,c,d\n,1,x,NA\nNA,2,7,\nlate,x,8,\n1,3,9,\n");
	int bad = 0;
	double v;

	table_keep(t);
	bad += table_names(t, 0) != 1 || table_names(t, 1) != 0 || table_names(t, 2) != 1 || table_names(t, 3) != 0;
	test_ok(bad == 0, "the first value tells whether a column has names");
	for (int twice = 0; twice < 2; twice++) {
		for (int i = 0; i < 4; i++)
			bad += table_next(t) != 1 || strcmp(t->field[2], i == 0 ? "x" : i == 1 ? "7" : i == 2 ? "8" : "9") != 0;
		bad += table_num(t, 1, &v) != 1 || v != 3 || table_next(t) != 0;
		if (twice == 0)
			table_again(t);
	}
	test_ok(bad == 0, "rows that were looked at come all the same, twice");
	table_close(t);
}

int
main(void)
{
	char path[] = "/tmp/hgtabXXXXXX", *operand[] = { path };

	close(mkstemp(path));
	opts_init(&opts);
	opts.threads = 1;
	test_derived(operand);
	test_names(operand);
	unlink(path);
	opts_free(&opts);
	return test_end();
}
