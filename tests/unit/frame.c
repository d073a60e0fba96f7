/* Frames: from a table to observations, and what is no observation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stat.h"
#include "child.h"
#include "test.h"

static struct opts opts;
static char path[] = "/tmp/hgfraXXXXXX";
static char *operand[] = { path };

static void
put(const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
}

/* Key g, numbers x and y, text f, weight w, of a table with these columns. */
static struct frame *
open_frame(struct table **t)
{
	size_t key, num[2], text;

	*t = table_open(operand, 1, &opts);
	table_keep(*t);
	key = table_col(*t, "g");
	num[0] = table_col(*t, "x");
	num[1] = table_col(*t, "y");
	text = table_col(*t, "f");
	return frame_open(*t, &(struct frame_spec){ .key = &key, .nkey = 1, .num = num, .nnum = 2, .text = &text, .ntext = 1,
	    .weight = table_col(*t, "w"), .advice = "; a hint", .advised = 1 });
}

static void
test_rows(void)
{
	struct table *t;
	struct frame *f;
	struct obs o = { 0 };
	int bad = 0;

	put("f,w,y,x,g\nu,2,1,0.5,b\n,,NA,7,a\nv,0,3,,\n");
	f = open_frame(&t);
	bad += !frame_next(f, &o) || o.group != 1 || o.weight != 2 || o.num[0] != 0.5 || o.num[1] != 1 ||
	    strcmp(o.text[0].s, "u") != 0;
	bad += !frame_next(f, &o) || o.group != 2 || !isnan(o.weight) || o.num[0] != 7 || !isnan(o.num[1]) || o.text[0].len != 0;
	bad += !frame_next(f, &o) || o.group != 0 || o.weight != 0 || !isnan(o.num[0]) || o.num[1] != 3;
	bad += frame_next(f, &o) != 0;
	frame_again(f);
	bad += !frame_next(f, &o) || o.group != 1 || o.num[0] != 0.5;
	test_ok(bad == 0, "rows as observations, twice: %d wrong", bad);
	test_ok(strcmp(group_text(frame_group(f), 2), " (g=a)") == 0, "groups by the texts of their keys");
	frame_free(f);
	table_close(t);
}

/* All rows of the text; then again, when the file holds another. */
struct texts { const char *first, *then; };

static void
read_twice(void *arg)
{
	const struct texts *x = arg;
	struct table *t;
	struct frame *f;
	struct obs o;

	put(x->first);
	f = open_frame(&t);
	while (frame_next(f, &o))
		if (x->then == NULL && o.num[1] == 13)
			frame_die_text(f, 0, "a text: %s", o.text[0].s);
		else if (x->then == NULL && o.num[0] == 13)
			frame_die_num(f, 0, "a number: %s", frame_field(f, 0));
	if (x->then == NULL)
		return;
	put(x->then);
	frame_again(f);
	while (frame_next(f, &o))
		;
}

static void
test_faults(void)
{
	static const struct { struct texts x; const char *say; } faults[] = {
		{ { "f,w,y,x,g\nu,1,1,1,all\n", NULL }, ":2: g: a key that is \"all\", the word for the pooled rows" },
		{ { "f,w,y,x,g\nu,-1,1,1,a\n", NULL }, ":2: w: a negative weight: \"-1\"" },
		{ { "f,w,y,x,g\nu,1,1,k,a\n", NULL }, ":2: x: not a number: \"k\"; a hint" },
		{ { "f,w,y,x,g\nu,1,k,1,a\n", NULL }, ":2: y: not a number: \"k\"" },
		{ { "f,w,y,x,g\nu,1,13,1,a\n", NULL }, ":2: f: a text: u" },
		{ { "f,w,y,x,g\nu,1,1,13,a\n", NULL }, ":2: x: a number: 13" },
		{ { "f,w,y,x,g\nu,1,1,1,a\n", "f,w,y,x,g\nu,1,1,1,b\n" }, ":2: a row that was not there before" },
	};

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct texts x = faults[i].x;
		struct child c = child_run(read_twice, &x);
		size_t n = strlen(c.msg), m = strlen(faults[i].say);

		test_ok(c.status == 1 && n > m && strcmp(c.msg + n - m, faults[i].say) == 0, "%s", c.msg);
	}
}

int
main(void)
{
	err_init("test");
	opts_init(&opts);
	opts.threads = 1;
	close(mkstemp(path));
	test_rows();
	test_faults();
	unlink(path);
	return test_end();
}
