/* hg-cat - several tables as one, whatever columns each of them has.
 *
 * Comes in: tables; goes out: their rows in order, under a header with all columns.
 * Fields pass through as they are.  The headers are read first, and then the tables: files
 * twice, all other operands once, which stay open in between. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io.h"
#include "model.h"

static const char usage[] =
	"usage: hg-cat [-hpV] [-o FILE] [-z N] [-@ N] [--format FMT] [--na LIST]\n"
	"              [--tag NAME=VALUE] [FILE ...]\n"
	"      --tag NAME=VALUE  a column in front, %n the name; may be given again\n"
	OPTS_USAGE;

enum { TAG = OPTS_OWN };

static const struct option longopts[] = {
	{ "tag", required_argument, NULL, TAG },
	OPTS_LONG
};

/* A table; its header, to see whether it is the same the second time. */
struct input {
	char *const *operand;
	struct table *table;            /* NULL: to be opened again */
	char **name;
	size_t ncol;
};

static int
is_file(const char *path)
{
	struct stat st;

	return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* The table's header joins the others, the tags in front of it. */
static void
take_header(struct input *in, char *const *operand, const struct opts *o, const struct tags *tags, struct unite *u)
{
	const char **name;
	struct table *t = table_open(operand, 1, o);
	size_t n = t->ncol;

	*in = (struct input){ operand, t, mem_new(n, sizeof *in->name), n };
	name = mem_new(tags->n + n, sizeof *name);
	for (size_t i = 0; i < tags->n; i++)
		name[i] = tags->tag[i].name;
	for (size_t i = 0; i < n; i++)
		name[tags->n + i] = in->name[i] = mem_text(t->name[i], strlen(t->name[i]));
	unite_header(u, gz_name(t->gz), name, tags->n + n);
	free(name);
	if (is_file(*operand)) {
		table_close(t);
		in->table = NULL;
	}
}

static void
open_again(struct input *in, const struct opts *o)
{
	int same;

	if (in->table != NULL)
		return;
	in->table = table_open(in->operand, 1, o);
	same = in->table->ncol == in->ncol;
	for (size_t i = 0; same && i < in->ncol; i++)
		same = strcmp(in->table->name[i], in->name[i]) == 0;
	if (!same)
		die("%s: it has another header than at first", *in->operand);
}

static void
put_rows(struct input *in, size_t part, const struct tags *tags, struct unite *u, struct csv_writer *w)
{
	struct table *t = in->table;
	size_t n = tags->n, *len = mem_new(n + t->ncol, sizeof *len);
	const char **field = mem_new(n + t->ncol, sizeof *field);
	int first = 1;

	for (size_t i = 0; i < n; i++) {
		field[i] = tags->tag[i].value;
		len[i] = strlen(field[i]);
	}
	while (table_next(t)) {
		memcpy(field + n, t->field, t->ncol * sizeof *field);
		memcpy(len + n, t->len, t->ncol * sizeof *len);
		unite_put(u, part, field, len, w);
		if (first)
			out_block(w->out);       /* the first row does not wait for the rest */
		first = 0;
	}
	free(field);
	free(len);
}

static void
close_input(struct input *in)
{
	table_close(in->table);
	for (size_t i = 0; i < in->ncol; i++)
		free(in->name[i]);
	free(in->name);
}

/* What is read stays open beside the others: one thread each, but with one operand. */
static void
cat(char *const *operand, size_t n, const struct opts *o, struct tags *tags)
{
	struct input *in = mem_new(n, sizeof *in);
	struct unite *u = unite_new();
	struct csv_writer w = { 0 };
	struct opts alone = *o;

	if (n > 1)
		alone.threads = 1;
	for (size_t i = 0; i < n; i++)
		take_header(&in[i], operand + i, &alone, tags, u);
	w.out = opts_out(o);
	unite_put_names(u, &w);
	for (size_t i = 0; i < n; i++) {
		open_again(&in[i], &alone);
		tags_at(tags, operand[i]);
		put_rows(&in[i], i, tags, u, &w);
		close_input(&in[i]);
	}
	out_close(w.out);
	unite_free(u);
	free(in);
}

int
main(int argc, char **argv)
{
	struct tags tags = { 0 };
	struct opts opts;
	char *const *operand;
	int c, n;

	err_init(argv[0]);
	opts_init(&opts);
	while ((c = getopt_long(argc, argv, OPTS_SHORT, longopts, NULL)) != -1)
		if (c == TAG)
			tags_add(&tags, optarg);
		else
			opts_take(&opts, c, argv, usage);
	operand = opts_operands(argc, argv, usage, &n);
	cat(operand, (size_t)n, &opts, &tags);
	tags_free(&tags);
	opts_free(&opts);
	return 0;
}
