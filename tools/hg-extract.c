/* hg-extract - whatever holds head spectra -> head table.
 *
 * Comes in: a JSON dump, a checkpoint, or W_Q and W_K of each head as CSV; and
 * with --with a table or a dump whose columns are to stand beside it.  Goes out:
 * a row per head, in the order of layer and head, the gzip block ended with each
 * layer.  A dump is held whole; of a checkpoint a few heads are.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io.h"
#include "model.h"

static const char usage[] =
	"usage: hg-extract [-hpV] [-o FILE] [-z N] [-@ N] [--fold-norm] [--format FMT]\n"
	"                  [--heads LIST] [--k NAME] [--layers LIST] [--layout NAME]\n"
	"                  [--metric NAME] [--na LIST] [--num-layers N] [--q NAME]\n"
	"                  [--scale] [--tag NAME=VALUE] [--with FILE] [FILE]\n"
	"      --fold-norm     weights of the norm before attention go into W_Q, W_K\n"
	"      --heads LIST    these heads only, from 0: 0-3,8\n"
	"      --k NAME        the tensor that holds k, {} for the layer\n"
	"      --layers LIST   these layers only, from 0: 0-11,24-\n"
	"      --layout NAME   how heads lie in the tensors of --q, --k\n"
	"      --metric NAME   full: W_K' W_Q (default); core: W_K W_Q'\n"
	"      --num-layers N  layers of the model whose matrices come as CSV\n"
	"      --q NAME        the tensor that holds q, or q and k\n"
	"      --scale         times the model's scale of q'k\n"
	"      --tag NAME=VALUE  a constant column in front; may be given again\n"
	"      --with FILE     join the columns of a table or dump by layer, head, tags\n"
	OPTS_USAGE;

enum { FOLD = OPTS_OWN, HEADS, K, LAYERS, LAYOUT, METRIC, NUM_LAYERS, Q, SCALE, TAG, WITH };

static const struct option longopts[] = {
	{ "fold-norm",  no_argument,       NULL, FOLD },
	{ "heads",      required_argument, NULL, HEADS },
	{ "k",          required_argument, NULL, K },
	{ "layers",     required_argument, NULL, LAYERS },
	{ "layout",     required_argument, NULL, LAYOUT },
	{ "metric",     required_argument, NULL, METRIC },
	{ "num-layers", required_argument, NULL, NUM_LAYERS },
	{ "q",          required_argument, NULL, Q },
	{ "scale",      no_argument,       NULL, SCALE },
	{ "tag",        required_argument, NULL, TAG },
	{ "with",       required_argument, NULL, WITH },
	OPTS_LONG
};

static struct opts opts;
static struct tag { char *name, *value; } *tags;
static size_t ntags, tagcap;
static int fold, scale, metric = -1;
static size_t num_layers;
static struct model_hints hints;

/* The numbers of --layers or --heads; open: to the last. */
static struct list {
	const char *what, *text;
	struct range { size_t from, to; int open; } *range;
	size_t n, cap;
} layers = { .what = "--layers" }, heads = { .what = "--heads" };

/* A row on its way out, of whatever source. */
struct row {
	const char *stack;
	size_t layer, head, num_layers;
	const double *value;            /* measured */
	const struct head *w;           /* what else is known from weights; NULL */
	const double *s;
	size_t ns;
	int last;                       /* of its layer */
};

/* Where rows come from: next gives one, lent until the next call, or 0; close
 * frees all. */
struct source {
	int (*next)(void *from, struct row *r);
	void (*close)(void *from);
	void *from;
	const char *file;
	size_t num_layers, num_heads;   /* the most there are of them; 0: not known */
	int stacks, weights;            /* has column stack, columns metric ... tr2 */
	size_t ncol, nsv, count;        /* measured columns, singular values, heads */
	char **name;
};

/* The columns of --with, by key. */
struct join {
	char *file;
	int by_stack, by_layer, by_head, *by_tag;       /* which keys it has */
	size_t ncol;
	char **name;
	struct map *rows;               /* keys to rows */
	struct joined {
		char **text, used;      /* used: a head has asked for it */
		size_t layer, head;
	} *row;
	size_t rowcap;
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

/* Takes numbers from 0 and ranges 3-7, 3-. */
static void
set_list(struct list *l, const char *text)
{
	const char *p = text;

	l->text = text;
	l->n = 0;
	do {
		char *end;
		struct range r = { 0, 0, 0 };

		r.from = r.to = strtoul(p, &end, 10);
		if (*p < '0' || *p > '9')
			die_usage("%s: not a list like 0-3,8,12-: \"%s\"", l->what, text);
		if (*end == '-' && (end[1] == ',' || end[1] == '\0')) {
			r.open = 1;
			end++;
		} else if (*end == '-' && end[1] >= '0' && end[1] <= '9') {
			r.to = strtoul(end + 1, &end, 10);
		}
		if ((*end != ',' && *end != '\0') || r.from > r.to || r.to > 1000000000)
			die_usage("%s: not a list like 0-3,8,12-: \"%s\"", l->what, text);
		l->range = mem_grow(l->range, &l->cap, l->n + 1, sizeof *l->range);
		l->range[l->n++] = r;
		p = *end == ',' ? end + 1 : NULL;
	} while (p != NULL);
}

/* Dies if the list names one that is not among n. */
static void
check_list(const struct list *l, size_t n)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->range[i].to >= n)
			die("%s: %zu, but they are numbered 0 to %zu", l->what, l->range[i].to, n - 1);
}

/* i is chosen; all are if there is no list. */
static int
has(const struct list *l, size_t i)
{
	for (size_t k = 0; k < l->n; k++)
		if (i >= l->range[k].from && (i <= l->range[k].to || l->range[k].open))
			return 1;
	return l->n == 0;
}

static int
has_layer(size_t layer)
{
	return has(&layers, layer);
}

/* A byte for each of n: whether it is chosen. */
static char *
chosen(const struct list *l, size_t n)
{
	char *c = mem_new(n, 1);

	for (size_t i = 0; i < n; i++)
		c[i] = (char)has(l, i);
	return c;
}

/* The key under which a head is looked up, or a row of --with put: the values
 * of the key columns it has, each ended by NUL. */
static size_t
key_text(char **buf, size_t *cap, const struct join *j, const char *stack, size_t layer, size_t head,
    const char *const *tag)
{
	size_t n = 0;

	*buf = mem_grow(*buf, cap, 64 + strlen(stack), 1);
	if (j->by_stack)
		n += (size_t)sprintf(*buf, "%s", stack) + 1;
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
join_row(struct join *j, const char *stack, size_t layer, size_t head, const char *const *tag)
{
	char *key = NULL;
	size_t cap = 0, len = key_text(&key, &cap, j, stack, layer, head, tag);
	size_t n = map_count(j->rows), row = map_add(j->rows, key, len);

	free(key);
	if (row < n)
		return NULL;
	j->row = mem_grow(j->row, &j->rowcap, n + 1, sizeof *j->row);
	j->row[row] = (struct joined){ mem_new(j->ncol, sizeof *j->row->text), 0, layer, head };
	return j->row[row].text;
}

static void
join_dump(struct join *j, const struct source *src, struct gz *g)
{
	struct dump *d = dump_read(g, 0);

	if (d->ncol == 0)
		die("%s: nothing measured in it to join", j->file);
	if (!src->stacks && src->num_heads > 0 && (d->num_layers != src->num_layers || d->num_heads != src->num_heads))
		die("%s: a dump of %zu layers of %zu heads, but %s has %zu of %zu", j->file, d->num_layers, d->num_heads,
		    src->file, src->num_layers, src->num_heads);
	j->by_stack = 0;
	j->by_layer = j->by_head = 1;
	j->ncol = d->ncol;
	j->name = d->name;
	d->name = NULL;
	for (size_t l = 0; l < d->num_layers; l++)
		for (size_t h = 0; h < d->num_heads; h++) {
			const double *v = d->value + (l * d->num_heads + h) * d->ncol;
			char buf[CSV_NUM_MAX], **row = join_row(j, "", l, h, NULL);

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
join_columns(struct join *j, const struct table *t, size_t *stack, size_t *layer, size_t *head, size_t *tagcol)
{
	size_t *other = mem_new(t->ncol, sizeof *other), keys;

	*stack = j->by_stack ? table_find(t, "stack") : TABLE_NONE;
	j->by_stack = *stack != TABLE_NONE;
	*layer = table_find(t, "layer");
	*head = table_find(t, "head");
	j->by_layer = *layer != TABLE_NONE;
	j->by_head = *head != TABLE_NONE;
	keys = (size_t)(j->by_stack + j->by_layer + j->by_head);
	for (size_t i = 0; i < ntags; i++) {
		tagcol[i] = table_find(t, tags[i].name);
		j->by_tag[i] = tagcol[i] != TABLE_NONE;
		keys += (size_t)j->by_tag[i];
	}
	if (keys == 0)
		die("%s: no key column: neither layer, head nor a tag", j->file);
	if (keys == t->ncol)
		die("%s: no column to join, key columns only", j->file);
	j->name = mem_new(t->ncol, sizeof *j->name);
	for (size_t c = 0; c < t->ncol; c++) {
		int key = c == *stack || c == *layer || c == *head;

		for (size_t i = 0; i < ntags; i++)
			key |= c == tagcol[i];
		if (key)
			continue;
		other[j->ncol] = c;
		j->name[j->ncol++] = mem_text(t->name[c], strlen(t->name[c]));
	}
	return other;
}

/* The names of the key columns, for a message. */
static void
join_keys(const struct join *j, char *keys, size_t cap)
{
	const char *own[] = { j->by_stack ? "stack" : "", j->by_layer ? "layer" : "", j->by_head ? "head" : "" };
	size_t n = 0;

	for (size_t i = 0; i < 3 + ntags && n < cap; i++) {
		const char *name = i < 3 ? own[i] : j->by_tag[i - 3] ? tags[i - 3].name : "";

		if (*name != '\0')
			n += (size_t)snprintf(keys + n, cap - n, "%s%s", n > 0 ? ", " : "", name);
	}
}

static void
join_table(struct join *j, struct gz *g)
{
	struct table *t = table_from(g, &opts);
	size_t *tagcol = mem_new(ntags, sizeof *tagcol), stack, layer, head;
	size_t *other = join_columns(j, t, &stack, &layer, &head, tagcol);
	const char **tag = mem_new(ntags, sizeof *tag);
	char keys[256];

	join_keys(j, keys, sizeof keys);
	while (table_next(t)) {
		char **row;

		for (size_t i = 0; i < ntags; i++)
			tag[i] = j->by_tag[i] ? t->field[tagcol[i]] : NULL;
		row = join_row(j, j->by_stack ? t->field[stack] : "", j->by_layer ? index_field(t, layer) : 0,
		    j->by_head ? index_field(t, head) : 0, tag);
		if (row == NULL)
			table_die(t, TABLE_NONE, "a second row for the same %s", keys);
		for (size_t c = 0; c < j->ncol; c++)
			row[c] = mem_text(t->field[other[c]], t->len[other[c]]);
	}
	free(tagcol);
	free(other);
	free(tag);
	table_close(t);
}

static struct join *
join_read(const char *file, const struct source *src)
{
	struct join *j = mem_new(1, sizeof *j);
	struct gz *g = opts_in(&opts, file);

	j->by_stack = src->stacks;
	j->file = mem_text(gz_name(g), strlen(gz_name(g)));
	j->by_tag = mem_new(ntags, sizeof *j->by_tag);
	j->rows = map_new();
	if (gz_peek(g) == '{')
		join_dump(j, src, g);
	else
		join_table(j, g);
	if (src->stacks && !j->by_stack)
		warn("%s: no column stack: its rows go to each of them", j->file);
	if (j->by_head && !j->by_layer)
		warn("%s: no column layer: a row goes to the heads of its number in all layers", j->file);
	return j;
}

/* The row of --with for a head, NULL if it has none. */
static char **
join_find(struct join *j, const struct row *r)
{
	static char *key;
	static size_t cap;
	const char **tag = mem_new(ntags, sizeof *tag);
	size_t row, len;

	for (size_t i = 0; i < ntags; i++)
		tag[i] = tags[i].value;
	len = key_text(&key, &cap, j, r->stack != NULL ? r->stack : "", r->layer, r->head, tag);
	row = map_find(j->rows, key, len);
	free(tag);
	if (row == (size_t)-1)
		return NULL;
	j->row[row].used = 1;
	return j->row[row].text;
}

static void
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
	free(j->by_tag);
	free(j->file);
	map_free(j->rows);
	free(j);
}

/* The row is of a head that is there, but was not asked for. */
static int
not_asked(const struct join *j, const struct source *src, const struct joined *r)
{
	int inside = (!j->by_layer || src->num_layers == 0 || r->layer < src->num_layers) &&
	    (!j->by_head || src->num_heads == 0 || r->head < src->num_heads);

	return inside && ((j->by_layer && !has(&layers, r->layer)) || (j->by_head && !has(&heads, r->head)));
}

static void
join_warn(const struct join *j, const struct source *src, size_t heads_alone)
{
	size_t rows_alone = 0;

	for (size_t i = 0; i < map_count(j->rows); i++)
		rows_alone += !j->row[i].used && !not_asked(j, src, &j->row[i]);
	if (rows_alone > 0 || heads_alone > 0)
		warn("%s: %zu row%s without a head, %zu head%s without a row", j->file, rows_alone,
		    rows_alone == 1 ? "" : "s", heads_alone, heads_alone == 1 ? "" : "s");
}

/* sources */

/* Options that only some sources have a use for. */
static void
refuse_options(const char *source, int weights, int checkpoint)
{
	const char *o = NULL;

	if (!weights && metric >= 0)
		o = "--metric";
	if (!checkpoint && fold)
		o = "--fold-norm";
	if (!checkpoint && scale)
		o = "--scale";
	if (!checkpoint && hints.layout != NULL)
		o = "--layout";
	if (!checkpoint && hints.k != NULL)
		o = "--k";
	if (!checkpoint && hints.q != NULL)
		o = "--q";
	if ((checkpoint || !weights) && num_layers > 0)
		o = "--num-layers";
	if (o != NULL)
		die_usage("%s: not for %s", o, source);
}

static int
dump_next(void *from, struct row *r)
{
	static size_t i;
	const struct dump *d = from;

	if (i == d->num_layers * d->num_heads)
		return 0;
	*r = (struct row){
		.layer = i / d->num_heads, .head = i % d->num_heads, .num_layers = d->num_layers,
		.value = d->ncol > 0 ? d->value + i * d->ncol : NULL,
		.s = d->sv + d->start[i], .ns = d->start[i + 1] - d->start[i],
		.last = (i + 1) % d->num_heads == 0,
	};
	i++;
	return 1;
}

static void
dump_close(void *from)
{
	dump_free(from);
}

static struct source
dump_source(struct dump *d, const char *file)
{
	return (struct source){
		.next = dump_next, .close = dump_close, .from = d, .file = file,
		.num_layers = d->num_layers, .num_heads = d->num_heads,
		.ncol = d->ncol, .name = d->name, .nsv = d->nsv, .count = d->num_layers * d->num_heads,
	};
}

static void
weights_row(struct row *r, const struct head *h)
{
	*r = (struct row){
		.stack = h->stack, .layer = h->layer, .head = h->head, .num_layers = h->num_layers,
		.w = h, .s = h->s, .ns = (size_t)h->ns, .last = h->last,
	};
}

/* A checkpoint, its heads, and which of them were asked for. */
struct weights {
	struct model *m;
	struct heads *hs;
	char *layer, *head;
};

static int
model_next(void *from, struct row *r)
{
	static struct head h;

	if (!heads_next(((struct weights *)from)->hs, &h))
		return 0;
	weights_row(r, &h);
	return 1;
}

static void
model_close(void *from)
{
	struct weights *w = from;

	heads_free(w->hs);
	model_free(w->m);
	free(w->layer);
	free(w->head);
	free(w);
}

static struct source
model_source(const char *path)
{
	struct source src = { .next = model_next, .close = model_close, .weights = 1, .file = path };
	struct weights *w = src.from = mem_new(1, sizeof *w);
	struct model *m;

	hints.wanted = has_layer;
	m = model_open(path, &hints, fold, scale);
	src.stacks = m->stack[0].name != NULL;
	for (size_t i = 0; i < m->nstack; i++) {
		const struct stack *st = &m->stack[i];

		src.num_layers = st->num_layers > src.num_layers ? st->num_layers : src.num_layers;
		src.num_heads = st->heads > src.num_heads ? st->heads : src.num_heads;
	}
	check_list(&layers, src.num_layers);
	check_list(&heads, src.num_heads);
	w->m = m;
	w->layer = chosen(&layers, src.num_layers);
	w->head = chosen(&heads, src.num_heads);
	w->hs = heads_start(m, w->layer, w->head, metric == METRIC_CORE ? METRIC_CORE : METRIC_FULL, scale, opts.threads);
	src.count = heads_count(w->hs);
	src.nsv = (size_t)heads_width(w->hs);
	return src;
}

/* The first head, which says how many columns there are, waits here. */
static struct head first;
static int waiting;

static int
matrices_row(void *from, struct row *r)
{
	static struct head h;

	if (waiting)
		h = first;
	else if (!matrices_next(from, &h))
		return 0;
	waiting = 0;
	weights_row(r, &h);
	return 1;
}

static void
matrices_end(void *from)
{
	matrices_close(from);
}

static struct source
matrices_source(struct gz *g)
{
	struct matrices *ms = matrices_open(g, &opts, metric == METRIC_CORE ? METRIC_CORE : METRIC_FULL, num_layers);
	struct source src = {
		.next = matrices_row, .close = matrices_end, .from = ms, .num_layers = num_layers, .weights = 1,
	};

	src.file = matrices_name(ms);
	waiting = matrices_next(ms, &first);
	src.nsv = waiting ? (size_t)first.ns : 0;
	return src;
}

static struct source
source_open(const char *path)
{
	const char *begin;
	struct gz *g;
	size_t n;
	int c;

	if (model_is(path)) {
		refuse_options("a checkpoint", 1, 1);
		return model_source(path);
	}
	g = opts_in(&opts, path);
	c = gz_peek(g);
	begin = gz_peeked(g, &n);
	model_refuse(gz_name(g), begin, n);
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '"') {
		refuse_options("matrices as CSV", 1, 0);
		return matrices_source(g);
	}
	refuse_options("a dump", 0, 0);
	return dump_source(dump_read(g, 1), strcmp(path, "-") == 0 ? "<stdin>" : path);
}

/* rows */

static const char *
stage(size_t layer, size_t n)
{
	return layer < n / 3 ? "early" : layer < 2 * n / 3 ? "mid" : "late";
}

static const char *const weights[] = {
	"metric", "fold", "logit_scale", "d_model", "d_head", "kv_head", "q_fro", "k_fro", "tr1", "tr2",
};
enum { NWEIGHTS = sizeof weights / sizeof *weights };

/* One name of the header, from a file unless that is NULL: it must be new, and
 * not pass for a singular value. */
static void
put_name(struct csv_writer *w, struct map *seen, const char *file, const char *name)
{
	const char *mark = file != NULL ? ": " : "";
	size_t n = map_count(seen);

	if (file == NULL)
		file = "";
	if (name[0] == 's' && name[1] != '\0' && name[1 + strspn(name + 1, "0123456789")] == '\0')
		die("%s%scolumn \"%s\" would be taken for a singular value", file, mark, name);
	if (map_add(seen, name, strlen(name)) < n)
		die("%s%scolumn \"%s\" would be there twice", file, mark, name);
	csv_put_str(w, name);
}

static void
put_header(struct csv_writer *w, const struct source *src, const struct join *j)
{
	struct map *seen = map_new();
	char s[32];

	for (size_t i = 0; src->weights && i < NWEIGHTS; i++)
		map_add(seen, weights[i], strlen(weights[i]));
	for (size_t i = 0; i < ntags; i++)
		put_name(w, seen, NULL, tags[i].name);
	if (src->stacks)
		put_name(w, seen, NULL, "stack");
	put_name(w, seen, NULL, "layer");
	put_name(w, seen, NULL, "head");
	if (src->num_layers > 0)
		put_name(w, seen, NULL, "stage");
	for (size_t c = 0; c < src->ncol; c++)
		put_name(w, seen, src->file, src->name[c]);
	for (size_t c = 0; j != NULL && c < j->ncol; c++)
		put_name(w, seen, j->file, j->name[c]);
	for (size_t i = 0; src->weights && i < NWEIGHTS; i++)
		csv_put_str(w, weights[i]);
	for (size_t k = 0; k < src->nsv; k++) {
		snprintf(s, sizeof s, "s%zu", k + 1);
		csv_put_str(w, s);
	}
	csv_put_end(w);
	map_free(seen);
}

/* A number from 0, or what is not known. */
static void
put_known(struct csv_writer *w, long long n)
{
	if (n < 0)
		csv_put_str(w, "");
	else
		csv_put_int(w, n);
}

static void
put_weights(struct csv_writer *w, const struct head *h)
{
	static const char *const names[] = { "full", "core", "given" };

	csv_put_str(w, names[h->metric]);
	csv_put_int(w, fold);
	csv_put_num(w, h->scale);
	csv_put_int(w, h->d_model);
	put_known(w, h->d_head);
	put_known(w, h->kv_head == (size_t)-1 ? -1 : (long long)h->kv_head);
	csv_put_num(w, h->q_fro);
	csv_put_num(w, h->k_fro);
	csv_put_num(w, h->tr1);
	csv_put_num(w, h->tr2);
}

static void
put_row(struct csv_writer *w, const struct source *src, const struct row *r, const struct join *j, char **joined)
{
	if (r->ns > src->nsv)
		die("%s: layer %zu, head %zu: %zu singular values, but there are %zu columns for them, as many as the "
		    "first head has", src->file, r->layer, r->head, r->ns, src->nsv);
	for (size_t k = 0; k < ntags; k++)
		csv_put_str(w, tags[k].value);
	if (src->stacks)
		csv_put_str(w, r->stack);
	csv_put_int(w, (long long)r->layer);
	csv_put_int(w, (long long)r->head);
	if (src->num_layers > 0)
		csv_put_str(w, stage(r->layer, r->num_layers));
	for (size_t c = 0; c < src->ncol; c++)
		csv_put_num(w, r->value[c]);
	for (size_t c = 0; j != NULL && c < j->ncol; c++)
		csv_put_str(w, joined != NULL ? joined[c] : "");
	if (src->weights)
		put_weights(w, r->w);
	for (size_t k = 0; k < src->nsv; k++)
		csv_put_num(w, k < r->ns ? r->s[k] : NAN);
	csv_put_end(w);
}

/* Tells a terminal on standard error how far it is, five times a second at most;
 * done = total clears the line. */
static void
progress(size_t done, size_t total)
{
	static double begin, last;
	struct timespec t;
	double now, left;

	if (total == 0 || !isatty(STDERR_FILENO))
		return;
	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
	if (begin == 0)
		begin = last = now;
	if (done == total && last > begin)
		fputs("\033[K", stderr);
	if (done == total || now - last < 0.2)
		return;
	last = now;
	left = (now - begin) / (double)done * (double)(total - done);
	fprintf(stderr, "%zu of %zu heads, %.1f a second, %.0f:%02.0f left\033[K\r", done, total,
	    (double)done / (now - begin), floor(left / 60), fmod(left, 60));
	fflush(stderr);
}

/* One of the facts is no number, though it is known. */
static int
overflows(const struct head *h)
{
	double sum = h->tr1 * 0 + h->tr2 * 0;

	if (h->metric == METRIC_GIVEN)
		return isinf(h->tr1) || isinf(h->tr2);
	return isnan(sum + h->q_fro * 0 + h->k_fro * 0);
}

static void
extract(const struct source *src, struct join *j)
{
	struct csv_writer w = { .out = opts_out(&opts), .format = opts.format };
	size_t seen = 0, alone = 0, done = 0, large = 0;
	int open = 0;                   /* rows of a layer not ended yet */
	struct row r;

	put_header(&w, src, j);
	progress(0, src->count);
	while (src->next(src->from, &r)) {
		seen++;
		if (has(&layers, r.layer) && has(&heads, r.head)) {
			char **joined = j != NULL ? join_find(j, &r) : NULL;

			alone += joined == NULL;
			put_row(&w, src, &r, j, joined);
			large += r.w != NULL && overflows(r.w);
			open = 1;
			progress(++done, src->count);
		}
		if (open && r.last)
			out_block(w.out);
		open &= !r.last;
	}
	if (src->num_heads == 0 && seen > 0 && done == 0)
		die("%s: none of its heads is one of --layers and --heads", src->file);
	if (j != NULL)
		join_warn(j, src, alone);
	if (large > 0)
		warn("%zu head%s with q_fro, k_fro, tr1 or tr2 beyond all numbers, and empty", large, large == 1 ? "" : "s");
	out_close(w.out);
}

/* What is read must not be written over. */
static void
check_out(const char *path)
{
	struct stat in, out;

	if (opts.outfile != NULL && stat(path, &in) == 0 && stat(opts.outfile, &out) == 0 && S_ISREG(out.st_mode) &&
	    in.st_dev == out.st_dev && in.st_ino == out.st_ino)
		die("%s: it is read, and -o would put the table in its place", path);
}

static int
metric_of(const char *name)
{
	if (strcmp(name, "full") == 0)
		return METRIC_FULL;
	if (strcmp(name, "core") == 0)
		return METRIC_CORE;
	die_usage("--metric: neither full nor core: \"%s\"", name);
}

int
main(int argc, char **argv)
{
	const char *with = NULL;
	char *const *operand;
	struct source src;
	struct join *j;
	int c, n;

	err_init(argv[0]);
	opts_init(&opts);
	while ((c = getopt_long(argc, argv, OPTS_SHORT, longopts, NULL)) != -1)
		switch (c) {
		case FOLD:
			fold = 1;
			break;
		case HEADS:
			set_list(&heads, optarg);
			break;
		case K:
			opts_once(&hints.k, optarg, "--k");
			break;
		case LAYERS:
			set_list(&layers, optarg);
			break;
		case LAYOUT:
			opts_once(&hints.layout, optarg, "--layout");
			break;
		case METRIC:
			metric = metric_of(optarg);
			break;
		case NUM_LAYERS:
			num_layers = (size_t)opts_int(optarg, "--num-layers", 1, 1000000);
			break;
		case Q:
			opts_once(&hints.q, optarg, "--q");
			break;
		case SCALE:
			scale = 1;
			break;
		case TAG:
			add_tag(optarg);
			break;
		case WITH:
			opts_once(&with, optarg, "--with");
			break;
		default:
			opts_take(&opts, c, argv, usage);
		}
	operand = opts_operands(argc, argv, usage, &n);
	if (n > 1)
		die_usage("one source at a time, not %d", n);
	check_out(operand[0]);
	if (with != NULL)
		check_out(with);
	src = source_open(operand[0]);
	if (src.num_layers > 0)
		check_list(&layers, src.num_layers);
	if (src.num_heads > 0)
		check_list(&heads, src.num_heads);
	j = with != NULL ? join_read(with, &src) : NULL;
	extract(&src, j);
	if (j != NULL)
		join_free(j);
	src.close(src.from);
	return 0;
}
