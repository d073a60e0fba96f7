/* join.c - the columns of a table or of a dump beside the heads of a source, by the
 * keys that both have: stack, layer, head, constant columns. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

struct joined {
	char **text;                    /* of its columns */
	int used;                       /* a head has asked for it */
	size_t layer, head;
};

struct join {
	char *file;
	const struct tags *tags;
	size_t layers;                  /* of the model, 0: not known */
	int by_stack, by_layer, by_head, *by_tag;       /* which keys it has */
	size_t ncol;
	char **name;
	struct map *rows;               /* keys to rows */
	struct joined *row;
	size_t rowcap;
	char *key;                      /* of the row in hand, */
	size_t keylen, keycap;
	const char **value;             /* and its values of the tags */
};

/* keys --------------------------------------------------------------------- */

static void
put_key(struct join *j, const char *text)
{
	size_t n = strlen(text) + 1;

	j->key = mem_grow(j->key, &j->keycap, j->keylen + n, 1);
	memcpy(j->key + j->keylen, text, n);
	j->keylen += n;
}

static void
put_number(struct join *j, size_t n)
{
	char text[32];

	snprintf(text, sizeof text, "%zu", n);
	put_key(j, text);
}

/* j->key: the values of the key columns that it has, each ended by NUL. */
static void
make_key(struct join *j, const char *stack, size_t layer, size_t head)
{
	j->keylen = 0;
	if (j->by_stack)
		put_key(j, stack);
	if (j->by_layer)
		put_number(j, layer);
	if (j->by_head)
		put_number(j, head);
	for (size_t i = 0; i < j->tags->n; i++)
		if (j->by_tag[i])
			put_key(j, j->value[i]);
}

/* The place for the columns of a new row, NULL if its key is not new. */
static char **
add_row(struct join *j, const char *stack, size_t layer, size_t head)
{
	size_t n = map_count(j->rows), row;

	make_key(j, stack, layer, head);
	row = map_add(j->rows, j->key, j->keylen);
	if (row < n)
		return NULL;
	j->row = mem_grow(j->row, &j->rowcap, n + 1, sizeof *j->row);
	j->row[row] = (struct joined){ mem_new(j->ncol, sizeof *j->row->text), 0, layer, head };
	return j->row[row].text;
}

/* dump --------------------------------------------------------------------- */

/* One of the parts of the path is called as the model is, behind the name of who made
 * it; models--ORG--NAME is a model's directory in the cache of downloads. */
static int
is_called(const char *path, const char *model)
{
	const char *base = strrchr(model, '/') != NULL ? strrchr(model, '/') + 1 : model;
	size_t n = strlen(base);

	for (const char *p = path, *end; *p != '\0'; p = end + (*end != '\0')) {
		size_t len = (size_t)((end = p + strcspn(p, "/")) - p);

		if (len >= n && strncasecmp(end - n, base, n) == 0 &&
		    (len == n || (len > n + 2 && memcmp(end - n - 2, "--", 2) == 0)))
			return 1;
	}
	return 0;
}

/* Warns of a dump that says that it is of another model than the source. */
static void
check_model(const struct join *j, const struct source *src, const char *model)
{
	const char *own = src->dump != NULL ? src->dump->model : NULL;
	char *path = src->kind == SOURCE_CHECKPOINT ? realpath(src->file, NULL) : NULL;

	if (model != NULL && own != NULL && !is_called(own, model))
		warn("%s: a dump of model \"%s\", but %s is of \"%s\"", j->file, model, src->file, own);
	if (model != NULL && path != NULL && !is_called(path, model))
		warn("%s: a dump of model \"%s\", but %s is called otherwise", j->file, model, src->file);
	free(path);
}

/* The source has a stack of so many layers and heads, or it is not known what it has. */
static int
has_sizes(const struct source *src, size_t layers, size_t heads)
{
	for (size_t i = 0; src->stacks && i < src->model->nstack; i++)
		if (src->model->stack[i].num_layers == layers && src->model->stack[i].heads == heads)
			return 1;
	return !src->stacks && (src->num_heads == 0 || (layers == src->num_layers && heads == src->num_heads));
}

static void
take_dump(struct join *j, const struct source *src, struct gz *g, const char *format)
{
	struct dump *d = dump_read(g, 0, 1);    /* heads may be under way in other threads */

	if (d->ncol == 0)
		die("%s: nothing measured in it to join", j->file);
	if (!has_sizes(src, d->num_layers, d->num_heads))
		die("%s: a dump of %zu layers of %zu heads, but %s has %zu of %zu", j->file, d->num_layers, d->num_heads,
		    src->file, src->num_layers, src->num_heads);
	check_model(j, src, d->model);
	j->by_stack = 0;
	j->by_layer = j->by_head = 1;
	j->ncol = d->ncol;
	j->name = d->name;
	d->name = NULL;
	for (size_t i = 0; i < d->num_layers * d->num_heads; i++) {
		char buf[CSV_NUM_MAX], **row = add_row(j, "", i / d->num_heads, i % d->num_heads);

		for (size_t c = 0; c < j->ncol; c++)
			row[c] = mem_text(buf, csv_num(buf, format, d->value[i * d->ncol + c]));
	}
	d->ncol = 0;                    /* the names are the join's now */
	dump_free(d);
}

/* table -------------------------------------------------------------------- */

/* Where the keys stand in a table, TABLE_NONE if they do not; the other columns. */
struct place {
	size_t stack, layer, head, *tag, *other;
	size_t stage, depth;            /* which the heads have themselves, if the number of layers is known */
};

/* A layer or head of the present row, 0 if the table has none. */
static size_t
index_field(const struct table *t, size_t col)
{
	double v;

	if (col == TABLE_NONE)
		return 0;
	if (!table_num(t, col, &v) || v < 0 || v > 1e9 || v != floor(v))
		table_die(t, col, "not a whole number from 0: \"%s\"", t->field[col]);
	return (size_t)v;
}

/* Finds the keys; returns how many there are. */
static size_t
find_keys(struct join *j, const struct table *t, struct place *p)
{
	size_t keys;

	p->stack = j->by_stack ? table_find(t, "stack") : TABLE_NONE;
	p->layer = table_find(t, "layer");
	p->head = table_find(t, "head");
	j->by_stack = p->stack != TABLE_NONE;
	j->by_layer = p->layer != TABLE_NONE;
	j->by_head = p->head != TABLE_NONE;
	p->stage = j->layers > 0 ? table_find(t, "stage") : TABLE_NONE;
	p->depth = j->layers > 0 ? table_find(t, "depth") : TABLE_NONE;
	keys = (size_t)(j->by_stack + j->by_layer + j->by_head);
	p->tag = mem_new(j->tags->n, sizeof *p->tag);
	for (size_t i = 0; i < j->tags->n; i++) {
		p->tag[i] = table_find(t, j->tags->tag[i].name);
		j->by_tag[i] = p->tag[i] != TABLE_NONE;
		keys += (size_t)j->by_tag[i];
	}
	return keys;
}

static int
is_key(const struct join *j, const struct place *p, size_t col)
{
	int key = col == p->stack || col == p->layer || col == p->head;

	for (size_t i = 0; i < j->tags->n; i++)
		key |= col == p->tag[i];
	return key || col == p->stage || col == p->depth;
}

static int
is_stage(const char *text)
{
	return strcmp(text, "early") == 0 || strcmp(text, "mid") == 0 || strcmp(text, "late") == 0;
}

/* The present row lies where its layer does in this model, if it is not told by stacks of their own sizes. */
static void
check_depth(const struct join *j, const struct table *t, const struct place *p)
{
	const int known = j->by_layer && !j->by_stack;
	size_t layer = index_field(t, p->layer);
	double depth, want = depth_of(layer, j->layers > 0 ? j->layers : 1);

	if (known && p->depth != TABLE_NONE && table_num(t, p->depth, &depth) && fabs(depth - want) > 1e-3*want)
		table_die(t, p->depth, "%s, but in a model of %zu layers this one lies at %.4g: a table of another model",
		    t->field[p->depth], j->layers, want);
	if (known && p->stage != TABLE_NONE && layer < j->layers && is_stage(t->field[p->stage]) &&
	    strcmp(t->field[p->stage], stage_of(layer, j->layers)) != 0)
		table_die(t, p->stage, "%s, but in a model of %zu layers this one is %s: a table of another model",
		    t->field[p->stage], j->layers, stage_of(layer, j->layers));
}

static void
split_columns(struct join *j, const struct table *t, struct place *p)
{
	size_t keys = find_keys(j, t, p);

	if (keys == 0)
		die("%s: no key column: neither layer, head nor a tag", j->file);
	if (keys + (p->stage != TABLE_NONE) + (p->depth != TABLE_NONE) == t->ncol)
		die("%s: no column to join, key columns only", j->file);
	j->name = mem_new(t->ncol, sizeof *j->name);
	p->other = mem_new(t->ncol, sizeof *p->other);
	for (size_t c = 0; c < t->ncol; c++)
		if (!is_key(j, p, c)) {
			p->other[j->ncol] = c;
			j->name[j->ncol++] = mem_text(t->name[c], strlen(t->name[c]));
		}
}

/* The names of the key columns, for a message. */
static void
list_keys(const struct join *j, char *keys, size_t cap)
{
	const char *own[] = { j->by_stack ? "stack" : "", j->by_layer ? "layer" : "", j->by_head ? "head" : "" };
	size_t n = 0;

	for (size_t i = 0; i < 3 + j->tags->n && n < cap; i++) {
		const char *name = i < 3 ? own[i] : j->by_tag[i - 3] ? j->tags->tag[i - 3].name : "";

		if (*name != '\0')
			n += (size_t)snprintf(keys + n, cap - n, "%s%s", n > 0 ? ", " : "", name);
	}
}

static void
take_row(struct join *j, const struct table *t, const struct place *p)
{
	char keys[256], **row;

	check_depth(j, t, p);
	for (size_t i = 0; i < j->tags->n; i++)
		j->value[i] = j->by_tag[i] ? t->field[p->tag[i]] : NULL;
	row = add_row(j, j->by_stack ? t->field[p->stack] : "", index_field(t, p->layer), index_field(t, p->head));
	if (row == NULL) {
		list_keys(j, keys, sizeof keys);
		table_die(t, TABLE_NONE, "a second row for the same %s", keys);
	}
	for (size_t c = 0; c < j->ncol; c++)
		row[c] = mem_text(t->field[p->other[c]], t->len[p->other[c]]);
}

static void
take_table(struct join *j, struct gz *g, const struct opts *o)
{
	struct table *t = table_from(g, o);
	struct place p;

	split_columns(j, t, &p);
	while (table_next(t))
		take_row(j, t, &p);
	free(p.tag);
	free(p.other);
	table_close(t);
}

/* both --------------------------------------------------------------------- */

struct join *
join_read(const char *file, const struct source *src, const struct tags *tags, const struct opts *o)
{
	struct join *j = mem_new(1, sizeof *j);
	struct gz *g = opts_in(o, file);

	j->by_stack = src->stacks;
	j->layers = src->num_layers;
	j->file = mem_text(gz_name(g), strlen(gz_name(g)));
	j->tags = tags;
	j->by_tag = mem_new(tags->n, sizeof *j->by_tag);
	j->value = mem_new(tags->n, sizeof *j->value);
	j->rows = map_new();
	if (gz_peek(g) == '{')
		take_dump(j, src, g, o->format);
	else
		take_table(j, g, o);
	if (src->stacks && !j->by_stack)
		warn("%s: no column stack: its rows go to each of them", j->file);
	if (j->by_head && !j->by_layer)
		warn("%s: no column layer: a row goes to the heads of its number in all layers", j->file);
	for (size_t i = 0; i < tags->n; i++)
		j->value[i] = tags->tag[i].value;
	return j;
}

const char *
join_name(const struct join *j)
{
	return j->file;
}

const char *
join_column(const struct join *j, size_t c)
{
	return c < j->ncol ? j->name[c] : NULL;
}

char *const *
join_find(struct join *j, const struct head *h)
{
	size_t row;

	make_key(j, h->stack != NULL ? h->stack : "", h->layer, h->head);
	row = map_find(j->rows, j->key, j->keylen);
	if (row == (size_t)-1)
		return NULL;
	j->row[row].used = 1;
	return j->row[row].text;
}

/* The row is of a head that is there, but was not asked for. */
static int
not_asked(const struct join *j, const struct source *src, const struct joined *r)
{
	int inside = (!j->by_layer || src->num_layers == 0 || r->layer < src->num_layers) &&
	    (!j->by_head || src->num_heads == 0 || r->head < src->num_heads);

	return inside && ((j->by_layer && !ranges_has(src->spec.layers, r->layer)) ||
	    (j->by_head && !ranges_has(src->spec.heads, r->head)));
}

size_t
join_alone(const struct join *j, const struct source *src)
{
	size_t n = 0;

	for (size_t i = 0; i < map_count(j->rows); i++)
		n += !j->row[i].used && !not_asked(j, src, &j->row[i]);
	return n;
}

void
join_free(struct join *j)
{
	for (size_t i = 0; i < map_count(j->rows); i++) {
		for (size_t c = 0; c < j->ncol; c++)
			free(j->row[i].text[c]);
		free(j->row[i].text);
	}
	for (size_t c = 0; c < j->ncol; c++)
		free(j->name[c]);
	free(j->name);
	free(j->row);
	free(j->key);
	free(j->value);
	free(j->by_tag);
	free(j->file);
	map_free(j->rows);
	free(j);
}
