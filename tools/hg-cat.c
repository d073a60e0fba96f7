/* hg-cat - several tables as one, whatever columns each of them has.
 *
 * Comes in: tables, and with --with one more, whose columns are to stand beside their rows;
 * goes out: their rows in order, under a header with all columns.  Fields pass through as
 * they are.  The headers are read first, and then the tables: files twice, all other operands
 * once, which stay open in between. */
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "model.h"

static const char usage[] =
	"usage: hg-cat [-hptV] [-o FILE] [-z N] [-@ N] [--format FMT] [--line-buffered]\n"
	"              [--max-record SIZE] [--na LIST] [--part I/N] [--spreadsheet]\n"
	"              [--tag NAME=VALUE] [--with FILE] [FILE ...]\n"
	OPTS_LINES_USAGE
	"      --spreadsheet   ' in front of texts that one would take for a formula\n"
	"      --tag NAME=VALUE  a column in front, %n the name; may be given again\n"
	"      --with FILE     join the columns of a table by layer, head, tags\n"
	OPTS_PART_USAGE
	OPTS_USAGE;

enum { TAG = OPTS_OWN, WITH, SPREADSHEET };

static const struct option longopts[] = {
	{ "spreadsheet", no_argument, NULL, SPREADSHEET },
	{ "tag",  required_argument, NULL, TAG },
	{ "with", required_argument, NULL, WITH },
	OPTS_LINES_LONG,
	OPTS_PART_LONG,
	OPTS_LONG
};

/* The table of --with, in memory: by the texts of its keys, the others of a row. */
struct with {
	const char *file;
	char **name;                    /* of its columns, keys and others */
	size_t ncol, *key, nkey, *other, nother;
	struct map *rows;
	char ***text;                   /* of each row, the others */
	size_t cap, alone, used;        /* rows that found nothing, and those that were found */
	unsigned char *found;
	char *buf;                      /* keys of the row in hand, a NUL behind each */
	size_t bufcap, len;
};

/* What is asked for. */
struct asked {
	int as_text;                    /* --spreadsheet */
	struct opts opts;
	struct tags tags;
	const char *file;               /* of --with, or NULL */
	struct with with;
};

/* A table: its header, the tags in front of it and the columns of --with in their place. */
struct input {
	char *const *operand;
	struct table *table;            /* NULL: to be opened again */
	char **name;
	size_t ncol, place;             /* of the table's own; those of --with come before this one */
	size_t *key;                    /* of --with: where its keys are, among tags and columns */
};

/* ---- --with -------------------------------------------------------------------------------- */

/* It tells a head: a tag, or what stands in the table up to head or layer. */
static int
is_key(const struct asked *a, const struct table *t, const char *name)
{
	size_t head = table_find(t, "head"), col = table_find(t, name);
	size_t last = head != TABLE_NONE ? head : table_find(t, "layer");

	for (size_t i = 0; i < a->tags.n; i++)
		if (strcmp(a->tags.tag[i].name, name) == 0)
			return 1;
	return col != TABLE_NONE && last != TABLE_NONE && col <= last;
}

/* Which of its columns are keys, by the header of the first table. */
static void
split_with(struct asked *a, const struct table *t)
{
	struct with *w = &a->with;

	w->key = mem_new(w->ncol, sizeof *w->key);
	w->other = mem_new(w->ncol, sizeof *w->other);
	for (size_t i = 0; i < w->ncol; i++)
		if (is_key(a, t, w->name[i]))
			w->key[w->nkey++] = i;
		else
			w->other[w->nother++] = i;
	if (w->nkey == 0)
		die("%s: no key column: none that %s has up to head, nor a tag", w->file, gz_name(t->gz));
	if (w->nother == 0)
		die("%s: no column to join, key columns only", w->file);
}

static void
begin_key(struct with *w)
{
	w->len = 0;
}

static void
add_key(struct with *w, const char *text, size_t len)
{
	w->buf = mem_grow(w->buf, &w->bufcap, w->len + len + 1, 1);
	memcpy(w->buf + w->len, text, len);
	w->buf[w->len + len] = '\0';
	w->len += len + 1;
}

static void
read_with(struct asked *a, struct table *t, const struct table *first)
{
	struct with *w = &a->with;

	w->file = gz_name(t->gz);
	w->ncol = t->ncol;
	w->name = mem_new(t->ncol, sizeof *w->name);
	for (size_t i = 0; i < t->ncol; i++)
		w->name[i] = mem_text(t->name[i], strlen(t->name[i]));
	split_with(a, first);
	w->rows = map_new();
	while (table_next(t)) {
		size_t n = map_count(w->rows);

		begin_key(w);
		for (size_t i = 0; i < w->nkey; i++)
			add_key(w, t->field[w->key[i]], t->len[w->key[i]]);
		if (map_add(w->rows, w->buf, w->len) < n)
			table_die(t, w->key[0], "a second row for the same keys");
		w->text = mem_grow(w->text, &w->cap, n + 1, sizeof *w->text);
		w->text[n] = mem_new(w->nother, sizeof **w->text);
		for (size_t i = 0; i < w->nother; i++)
			w->text[n][i] = mem_text(t->field[w->other[i]], t->len[w->other[i]]);
	}
	w->found = mem_new(map_count(w->rows), 1);
}

/* The texts for a row, or NULL. */
static char *const *
find_with(struct with *w, const struct input *in, const char *const *field, const size_t *len)
{
	size_t row;

	begin_key(w);
	for (size_t i = 0; i < w->nkey; i++)
		add_key(w, field[in->key[i]], len[in->key[i]]);
	row = map_find(w->rows, w->buf, w->len);
	if (row == (size_t)-1) {
		w->alone++;
		return NULL;
	}
	w->used += !w->found[row];
	w->found[row] = 1;
	return w->text[row];
}

/* ---- headers ----------------------------------------------------------------------------------- */

/* Behind the columns that say which head it is and where. */
static size_t
place_with(const struct table *t)
{
	size_t place = 0;

	for (size_t i = 0; i < t->ncol; i++)
		if (places_of(t->name[i], PLACE_TAG) == PLACE_HEAD)
			place = i + 1;
	return place;
}

/* Where the keys of --with are in a row of tags and fields. */
static void
find_keys(const struct asked *a, struct input *in)
{
	in->key = mem_new(a->with.nkey, sizeof *in->key);
	for (size_t i = 0; i < a->with.nkey; i++) {
		const char *name = a->with.name[a->with.key[i]];
		size_t at = 0;

		while (at < a->tags.n && strcmp(a->tags.tag[at].name, name) != 0)
			at++;
		in->key[i] = at < a->tags.n ? at : a->tags.n + table_col(in->table, name);
	}
}

/* The header of an open table joins the others. */
static void
take_header(const struct asked *a, struct input *in, struct unite *u)
{
	const struct table *t = in->table;
	size_t ntag = a->tags.n, n = 0;
	const char **name = mem_new(ntag + t->ncol + a->with.nother, sizeof *name);

	in->ncol = t->ncol;
	in->place = place_with(t);
	in->name = mem_new(t->ncol, sizeof *in->name);
	find_keys(a, in);
	while (n < ntag) {
		name[n] = a->tags.tag[n].name;
		n++;
	}
	for (size_t k = 0; k < a->with.nother; k++)
		if (table_find(t, a->with.name[a->with.other[k]]) != TABLE_NONE)
			die("%s: column \"%s\" is in %s already", a->with.file, a->with.name[a->with.other[k]], gz_name(t->gz));
	for (size_t i = 0; i <= t->ncol; i++) {
		for (size_t k = 0; i == in->place && k < a->with.nother; k++)
			name[n++] = a->with.name[a->with.other[k]];
		if (i < t->ncol)
			name[n++] = in->name[i] = mem_text(t->name[i], strlen(t->name[i]));
	}
	unite_header(u, gz_name(t->gz), name, n);
	free(name);
	if (table_twice(*in->operand)) {
		table_close(in->table);
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

/* ---- rows --------------------------------------------------------------------------------------- */

/* field, len: tags, and the row in hand behind them, where nother are put in. */
static void
put_with(struct asked *a, const struct input *in, const char **field, size_t *len)
{
	struct with *w = &a->with;
	char *const *text = find_with(w, in, field, len);
	size_t at = a->tags.n + in->place, after = in->ncol - in->place;

	memmove(field + at + w->nother, field + at, after * sizeof *field);
	memmove(len + at + w->nother, len + at, after * sizeof *len);
	for (size_t i = 0; i < w->nother; i++) {
		field[at + i] = text != NULL ? text[i] : "";
		len[at + i] = strlen(field[at + i]);
	}
}

static void
put_rows(struct asked *a, struct input *in, size_t part, struct unite *u, struct csv_writer *w)
{
	struct table *t = in->table;
	size_t n = a->tags.n, *len = mem_new(n + t->ncol + a->with.nother, sizeof *len);
	const char **field = mem_new(n + t->ncol + a->with.nother, sizeof *field);
	int first = 1;

	for (size_t i = 0; i < n; i++) {
		field[i] = a->tags.tag[i].value;
		len[i] = strlen(field[i]);
	}
	table_follow(t, w->out);
	while (table_next(t)) {
		memcpy(field + n, t->field, t->ncol * sizeof *field);
		memcpy(len + n, t->len, t->ncol * sizeof *len);
		if (a->file != NULL)
			put_with(a, in, field, len);
		unite_put(u, part, field, len, w);
		if (first)
			out_block(w->out);       /* the first row does not wait for the rest */
		first = 0;
	}
	free(field);
	free(len);
}

/* ---- all ---------------------------------------------------------------------------------------- */

static void
close_input(struct input *in)
{
	table_close(in->table);
	for (size_t i = 0; i < in->ncol; i++)
		free(in->name[i]);
	free(in->name);
	free(in->key);
}

static void
close_with(struct with *w)
{
	size_t rows = map_count(w->rows);

	if (rows > w->used || w->alone > 0)
		warn("%s: %zu row%s that nothing fits, %zu without a row in it", w->file, rows - w->used,
		    rows - w->used == 1 ? "" : "s", w->alone);
	for (size_t i = 0; i < rows; i++) {
		for (size_t k = 0; k < w->nother; k++)
			free(w->text[i][k]);
		free(w->text[i]);
	}
	for (size_t i = 0; i < w->ncol; i++)
		free(w->name[i]);
	free(w->name);
	free(w->key);
	free(w->other);
	free(w->text);
	free(w->found);
	free(w->buf);
	map_free(w->rows);
}

/* What is read stays open beside the others: one thread each, but with one operand. */
static void
cat(struct asked *a, char *const *operand, size_t n)
{
	struct input *in = mem_new(n, sizeof *in);
	struct unite *u = unite_new(places_of);
	struct csv_writer w = { .as_text = a->as_text };
	struct opts alone = a->opts, whole;
	struct table *with = NULL;

	opts_check_part(&a->opts, n);
	if (n > 1 || a->file != NULL)
		alone.threads = 1;
	whole = alone;
	whole.parts = 0;
	for (size_t i = 0; i < n; i++) {
		in[i] = (struct input){ .operand = operand + i, .table = table_open(operand + i, 1, &alone) };
		if (i == 0 && a->file != NULL)
			read_with(a, with = table_open((char *const *)&a->file, 1, &whole), in[0].table);
		take_header(a, &in[i], u);
	}
	w.out = opts_out(&a->opts);
	unite_put_names(u, &w);
	for (size_t i = 0; i < n; i++) {
		open_again(&in[i], &alone);
		tags_at(&a->tags, operand[i]);
		put_rows(a, &in[i], i, u, &w);
		close_input(&in[i]);
	}
	if (with != NULL) {
		close_with(&a->with);
		table_close(with);
	}
	out_close(w.out);
	unite_free(u);
	free(in);
}

int
main(int argc, char **argv)
{
	struct asked a = { .file = NULL };
	char *const *operand;
	int c, n;

	err_init(argv[0]);
	opts_init(&a.opts);
	while ((c = getopt_long(argc, argv, OPTS_SHORT, longopts, NULL)) != -1)
		if (c == TAG)
			tags_add(&a.tags, optarg);
		else if (c == WITH)
			opts_once(&a.file, optarg, "--with");
		else if (c == SPREADSHEET)
			a.as_text = 1;
		else
			opts_take(&a.opts, c, argv, usage);
	operand = opts_operands(argc, argv, usage, &n);
	sandbox_enter(a.opts.outfile, NULL);
	cat(&a, operand, (size_t)n);
	tags_free(&a.tags);
	opts_free(&a.opts);
	return 0;
}
