/* hg-extract - whatever holds head spectra -> head table.
 *
 * Comes in: one JSON dump, and with --with a table or a dump whose columns are
 * to stand beside it.  Goes out: a row per head, in the order of layer and
 * head, the gzip block ended with each layer.  A dump is held whole.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "model.h"

static const char usage[] =
	"usage: hg-extract [-hpV] [-o FILE] [-z N] [-@ N] [--format FMT] [--heads LIST]\n"
	"                  [--layers LIST] [--na LIST] [--tag NAME=VALUE] [--with FILE]\n"
	"                  [FILE]\n"
	"      --heads LIST    these heads only, from 0: 0-3,8\n"
	"      --layers LIST   these layers only, from 0: 0-11,24-\n"
	"      --tag NAME=VALUE  a constant column in front; may be given again\n"
	"      --with FILE     join the columns of a table or dump by layer, head, tags\n"
	OPTS_USAGE;

enum { HEADS = OPTS_OWN, LAYERS, TAG, WITH };

static const struct option longopts[] = {
	{ "heads",  required_argument, NULL, HEADS },
	{ "layers", required_argument, NULL, LAYERS },
	{ "tag",    required_argument, NULL, TAG },
	{ "with",   required_argument, NULL, WITH },
	OPTS_LONG
};

static struct opts opts;
static struct tag { char *name, *value; } *tags;
static size_t ntags, tagcap;

/* The columns of --with, by key. */
struct join {
	char *file;
	int by_layer, by_head, *by_tag; /* which keys it has */
	size_t ncol;
	char **name;
	struct map *rows;               /* keys to rows */
	char ***text;                   /* text[row][col] */
	size_t textcap;
	char *used;                     /* a head has asked for the row */
};

static void
add_tag(char *s)
{
	char *eq = strchr(s, '=');

	if (eq == NULL || eq == s)
		die_usage("--tag: not NAME=VALUE: \"%s\"", s);
	tags = mem_grow(tags, &tagcap, ntags + 1, sizeof *tags);
	tags[ntags].name = mem_text(s, (size_t)(eq - s));
	tags[ntags++].value = mem_text(eq + 1, strlen(eq + 1));
}

/* chosen[i] = 1 for the i in list, numbers from 0 and ranges 3-7, 3-; all if
 * list is NULL. */
static char *
choose(const char *list, const char *what, size_t n)
{
	char *chosen = mem_new(n, 1);
	const char *p = list;

	if (list == NULL)
		return memset(chosen, 1, n);
	do {
		char *end;
		unsigned long from, to;

		from = to = strtoul(p, &end, 10);
		if (*p < '0' || *p > '9')
			die_usage("%s: not a list like 0-3,8,12-: \"%s\"", what, list);
		if (*end == '-' && (end[1] == ',' || end[1] == '\0')) {
			to = n > from ? n - 1 : from;
			end++;
		} else if (*end == '-' && end[1] >= '0' && end[1] <= '9') {
			to = strtoul(end + 1, &end, 10);
		}
		if ((*end != ',' && *end != '\0') || from > to)
			die_usage("%s: not a list like 0-3,8,12-: \"%s\"", what, list);
		if (to >= n)
			die("%s: %lu, but they are numbered 0 to %zu", what, to, n - 1);
		memset(chosen + from, 1, to - from + 1);
		p = *end == ',' ? end + 1 : NULL;
	} while (p != NULL);
	return chosen;
}

/* The key under which a head is looked up, or a row of --with put: the values
 * of the key columns it has, each ended by NUL. */
static size_t
key_text(char **buf, size_t *cap, const struct join *j, size_t layer, size_t head, const char *const *tag)
{
	size_t n = 0;

	*buf = mem_grow(*buf, cap, 64, 1);
	if (j->by_layer)
		n += (size_t)sprintf(*buf + n, "%zu", layer) + 1;
	if (j->by_head)
		n += (size_t)sprintf(*buf + n, "%zu", head) + 1;
	for (size_t i = 0; i < ntags; i++)
		if (j->by_tag[i]) {
			size_t len = strlen(tag[i]) + 1;

			*buf = mem_grow(*buf, cap, n + len, 1);
			memcpy(*buf + n, tag[i], len);
			n += len;
		}
	return n;
}

/* The place for the columns of a new row of --with, NULL if its key is not
 * new. */
static char **
join_row(struct join *j, size_t layer, size_t head, const char *const *tag)
{
	char *key = NULL;
	size_t cap = 0, len = key_text(&key, &cap, j, layer, head, tag);
	size_t n = map_count(j->rows), row = map_add(j->rows, key, len);

	free(key);
	if (row < n)
		return NULL;
	j->text = mem_grow(j->text, &j->textcap, n + 1, sizeof *j->text);
	return j->text[row] = mem_new(j->ncol, sizeof **j->text);
}

static void
join_dump(struct join *j, struct gz *g)
{
	struct dump *d = dump_read(g, 0);

	if (d->ncol == 0)
		die("%s: nothing measured in it to join", j->file);
	j->by_layer = j->by_head = 1;
	j->ncol = d->ncol;
	j->name = d->name;
	d->name = NULL;
	for (size_t l = 0; l < d->num_layers; l++)
		for (size_t h = 0; h < d->num_heads; h++) {
			const double *v = d->value + (l * d->num_heads + h) * d->ncol;
			char buf[CSV_NUM_MAX], **row = join_row(j, l, h, NULL);

			for (size_t c = 0; c < j->ncol; c++)
				row[c] = mem_text(buf, csv_num(buf, opts.format, v[c]));
		}
	d->ncol = 0;                    /* the names are the join's now */
	dump_free(d);
}

/* A layer or head of the present row. */
static size_t
index_field(const struct table *t, size_t col)
{
	double v;

	if (!table_num(t, col, &v) || v < 0 || v > 1e9 || v != floor(v))
		table_die(t, col, "not a whole number from 0: \"%s\"", t->field[col]);
	return (size_t)v;
}

/* Splits the columns of t into keys and others. */
static size_t *
join_columns(struct join *j, const struct table *t, size_t *layer, size_t *head, size_t *tagcol)
{
	size_t *other = mem_new(t->ncol, sizeof *other), keys;

	*layer = table_find(t, "layer");
	*head = table_find(t, "head");
	j->by_layer = *layer != TABLE_NONE;
	j->by_head = *head != TABLE_NONE;
	keys = (size_t)(j->by_layer + j->by_head);
	for (size_t i = 0; i < ntags; i++) {
		tagcol[i] = table_find(t, tags[i].name);
		j->by_tag[i] = tagcol[i] != TABLE_NONE;
		keys += (size_t)j->by_tag[i];
	}
	if (keys == 0)
		die("%s: no key column: neither layer, head nor a tag", j->file);
	j->name = mem_new(t->ncol, sizeof *j->name);
	for (size_t c = 0; c < t->ncol; c++) {
		int key = c == *layer || c == *head;

		for (size_t i = 0; i < ntags; i++)
			key |= c == tagcol[i];
		if (key)
			continue;
		other[j->ncol] = c;
		j->name[j->ncol++] = mem_text(t->name[c], strlen(t->name[c]));
	}
	return other;
}

static void
join_table(struct join *j, struct gz *g)
{
	struct table *t = table_from(g, &opts);
	size_t *tagcol = mem_new(ntags, sizeof *tagcol), layer, head;
	size_t *other = join_columns(j, t, &layer, &head, tagcol);
	const char **tag = mem_new(ntags, sizeof *tag);

	while (table_next(t)) {
		char **row;

		for (size_t i = 0; i < ntags; i++)
			tag[i] = j->by_tag[i] ? t->field[tagcol[i]] : NULL;
		row = join_row(j, j->by_layer ? index_field(t, layer) : 0,
		    j->by_head ? index_field(t, head) : 0, tag);
		if (row == NULL)
			table_die(t, TABLE_NONE, "a second row for the same layer, head and tags");
		for (size_t c = 0; c < j->ncol; c++)
			row[c] = mem_text(t->field[other[c]], t->len[other[c]]);
	}
	free(tagcol);
	free(other);
	free(tag);
	table_close(t);
}

static struct join *
join_read(const char *file)
{
	struct join *j = mem_new(1, sizeof *j);
	struct gz *g = opts_in(&opts, file);

	j->file = mem_text(gz_name(g), strlen(gz_name(g)));
	j->by_tag = mem_new(ntags, sizeof *j->by_tag);
	j->rows = map_new();
	if (gz_peek(g) == '{')
		join_dump(j, g);
	else
		join_table(j, g);
	j->used = mem_new(map_count(j->rows), 1);
	return j;
}

/* The row of --with for a head, NULL if it has none. */
static char **
join_find(struct join *j, size_t layer, size_t head)
{
	static char *key;
	static size_t cap;
	const char **tag = mem_new(ntags, sizeof *tag);
	size_t row, len;

	for (size_t i = 0; i < ntags; i++)
		tag[i] = tags[i].value;
	len = key_text(&key, &cap, j, layer, head, tag);
	row = map_find(j->rows, key, len);
	free(tag);
	if (row == (size_t)-1)
		return NULL;
	j->used[row] = 1;
	return j->text[row];
}

static void
join_free(struct join *j)
{
	for (size_t i = 0; i < map_count(j->rows); i++) {
		for (size_t c = 0; c < j->ncol; c++)
			free(j->text[i][c]);
		free(j->text[i]);
	}
	for (size_t c = 0; c < j->ncol; c++)
		free(j->name[c]);
	free(j->name);
	free(j->text);
	free(j->used);
	free(j->by_tag);
	free(j->file);
	map_free(j->rows);
	free(j);
}

static void
join_warn(const struct join *j, size_t heads_alone)
{
	size_t rows_alone = 0;

	for (size_t i = 0; i < map_count(j->rows); i++)
		rows_alone += !j->used[i];
	if (rows_alone > 0 || heads_alone > 0)
		warn("%s: %zu row%s without a head, %zu head%s without a row", j->file, rows_alone,
		    rows_alone == 1 ? "" : "s", heads_alone, heads_alone == 1 ? "" : "s");
}

static const char *
stage(size_t layer, size_t num_layers)
{
	return layer < num_layers / 3 ? "early" : layer < 2 * num_layers / 3 ? "mid" : "late";
}

/* One name of the header, which must be new. */
static void
put_name(struct csv_writer *w, struct map *seen, const char *name)
{
	size_t n = map_count(seen);

	if (map_add(seen, name, strlen(name)) < n)
		die("column \"%s\" would be there twice", name);
	csv_put_str(w, name);
}

static void
put_header(struct csv_writer *w, const struct dump *d, const struct join *j)
{
	struct map *seen = map_new();
	char s[32];

	for (size_t i = 0; i < ntags; i++)
		put_name(w, seen, tags[i].name);
	put_name(w, seen, "layer");
	put_name(w, seen, "head");
	put_name(w, seen, "stage");
	for (size_t c = 0; c < d->ncol; c++)
		put_name(w, seen, d->name[c]);
	for (size_t c = 0; j != NULL && c < j->ncol; c++)
		put_name(w, seen, j->name[c]);
	for (size_t k = 0; k < d->nsv; k++) {
		snprintf(s, sizeof s, "s%zu", k + 1);
		put_name(w, seen, s);
	}
	csv_put_end(w);
	map_free(seen);
}

static void
put_head(struct csv_writer *w, const struct dump *d, size_t l, size_t h, const struct join *j, char **joined)
{
	size_t i = l * d->num_heads + h, n = d->start[i + 1] - d->start[i];

	for (size_t k = 0; k < ntags; k++)
		csv_put_str(w, tags[k].value);
	csv_put_int(w, (long long)l);
	csv_put_int(w, (long long)h);
	csv_put_str(w, stage(l, d->num_layers));
	for (size_t c = 0; c < d->ncol; c++)
		csv_put_num(w, d->value[i * d->ncol + c]);
	for (size_t c = 0; j != NULL && c < j->ncol; c++)
		csv_put_str(w, joined != NULL ? joined[c] : "");
	for (size_t k = 0; k < d->nsv; k++)
		csv_put_num(w, k < n ? d->sv[d->start[i] + k] : NAN);
	csv_put_end(w);
}

static void
extract(const struct dump *d, const char *layer_list, const char *head_list, struct join *j)
{
	char *layer = choose(layer_list, "--layers", d->num_layers);
	char *head = choose(head_list, "--heads", d->num_heads);
	struct csv_writer w = { .out = opts_out(&opts), .format = opts.format };
	size_t alone = 0;

	put_header(&w, d, j);
	for (size_t l = 0; l < d->num_layers; l++) {
		for (size_t h = 0; h < d->num_heads; h++) {
			char **joined = j != NULL ? join_find(j, l, h) : NULL;

			if (!layer[l] || !head[h])
				continue;
			alone += joined == NULL;
			put_head(&w, d, l, h, j, joined);
		}
		if (layer[l])
			out_block(w.out);
	}
	if (j != NULL) {
		join_warn(j, alone);
		join_free(j);
	}
	out_close(w.out);
	free(layer);
	free(head);
}

int
main(int argc, char **argv)
{
	const char *layers = NULL, *heads = NULL, *with = NULL;
	char *const *operand;
	struct dump *d;
	int c, n;

	err_init(argv[0]);
	opts_init(&opts);
	while ((c = getopt_long(argc, argv, OPTS_SHORT, longopts, NULL)) != -1)
		switch (c) {
		case HEADS:
			heads = optarg;
			break;
		case LAYERS:
			layers = optarg;
			break;
		case TAG:
			add_tag(optarg);
			break;
		case WITH:
			with = optarg;
			break;
		default:
			opts_take(&opts, c, argv, usage);
		}
	operand = opts_operands(argc, argv, usage, &n);
	if (n > 1)
		die_usage("one source at a time, not %d", n);
	d = dump_read(opts_in(&opts, operand[0]), 1);
	extract(d, layers, heads, with != NULL ? join_read(with) : NULL);
	dump_free(d);
	return 0;
}
