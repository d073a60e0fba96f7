/* frame.c - from a table to observations: which columns are what, and where in
 * the table something is that an engine cannot take. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stat.h"

struct frame {
	struct table *table;
	struct frame_spec s;            /* with arrays of its own */
	size_t *col;                    /* those arrays, one behind the other */
	struct group *group;
	double *num;
	struct text *text, *key;
	size_t known;                   /* read again: groups that there are; else 0 */
	size_t unkeyed, unkeyed_col;    /* rows without a key, the last one's column */
	struct watched {
		size_t col;
		char *say, *first;      /* the warning; the first value */
		int tag, others, same;  /* it is a tag; had others; the same in two rows running */
		char *last;             /* of a tag, the value before */
		size_t cap;
	} *watched;
	size_t nwatched, watched_cap;
	size_t *watched_at;             /* by column: 1 + the first watch over it, or 0 */
	int need;                       /* a row has all keys */
};

/* n columns more behind those there are. */
static const size_t *
append(size_t **to, const size_t *col, size_t n)
{
	const size_t *at = *to;

	if (n > 0)
		memcpy(*to, col, n * sizeof *col);
	*to += n;
	return at;
}

static void
name_keys(struct frame *f)
{
	const char **name = mem_new(f->s.nkey, sizeof *name);

	for (size_t i = 0; i < f->s.nkey; i++)
		name[i] = f->table->name[f->s.key[i]];
	f->group = group_new(name, f->s.nkey);
	free(name);
}

void
frame_free(struct frame *f)
{
	group_free(f->group);
	free(f->col);
	free(f->num);
	free(f->text);
	free(f->key);
	for (size_t i = 0; i < f->nwatched; i++) {
		free(f->watched[i].say);
		free(f->watched[i].first);
		free(f->watched[i].last);
	}
	free(f->watched);
	free(f->watched_at);
	free(f);
}

static struct text
field(const struct frame *f, size_t col)
{
	return (struct text){ f->table->field[col], f->table->len[col] };
}

static void
watch(struct frame *f)
{
	for (struct watched *w = f->watched; w < f->watched + f->nwatched; w++) {
		struct text x = field(f, w->col);

		if (w->first == NULL)
			w->first = mem_text(x.s, x.len);
		else if (!w->others)
			w->others = strcmp(w->first, x.s) != 0;
		if (!w->tag || w->same)
			continue;
		w->same = w->last != NULL && x.len > 0 && strcmp(w->last, x.s) == 0;
		w->last = mem_grow(w->last, &w->cap, x.len + 1, 1);
		memcpy(w->last, x.s, x.len + 1);
	}
}

static void
add_watched(struct frame *f, size_t col, char *say, int tag)
{
	f->watched = mem_grow(f->watched, &f->watched_cap, f->nwatched + 1, sizeof *f->watched);
	f->watched[f->nwatched++] = (struct watched){ .col = col, .say = say, .tag = tag };
	if (f->watched_at[col] == 0)
		f->watched_at[col] = f->nwatched;
}

/* What is left of n columns less the numbers, and what these are made of. */
static size_t
less_numbers(const struct frame *f, size_t *col, size_t n)
{
	size_t *source = mem_new(f->s.nnum, sizeof *source);

	for (size_t i = 0; i < f->s.nnum; i++)
		source[i] = table_source(f->table, f->s.num[i]);
	n = columns_less(col, n, source, f->s.nnum);
	free(source);
	return n;
}

/* What is left of n columns less the texts; of stack, unless it is TABLE_NONE, less those that are taken. */
static size_t
less_texts(const struct frame *f, size_t *col, size_t n, size_t stack)
{
	size_t nby = f->s.ntext - f->s.taken, *by = mem_new(nby, sizeof *by);

	n = columns_less(col, n, f->s.text, f->s.taken);
	if (nby > 0)
		memcpy(by, f->s.text + f->s.taken, nby * sizeof *by);
	if (stack != TABLE_NONE)
		nby = columns_less(by, nby, &stack, 1);
	n = columns_less(col, n, by, nby);
	free(by);
	return n;
}

/* Stacks, and the tags in front of layer, which tell models apart: pooled, unless they are keys
 * or the fit is of them; a tag also if it is one of the keys of clusters or folds. */
static void
watch_pooled(struct frame *f)
{
	size_t ntag, *tag = columns_tags(f->table, &ntag), stack = table_find(f->table, "stack");

	if (stack != TABLE_NONE && !columns_have(tag, ntag, stack))
		tag[ntag++] = stack;
	ntag = less_numbers(f, tag, columns_less(tag, ntag, f->s.key, f->s.nkey));
	ntag = less_texts(f, tag, ntag, stack);
	for (size_t i = 0; i < ntag; i++)
		add_watched(f, tag[i], mem_print("all are pooled; -g %s,... keeps them apart", f->table->name[tag[i]]),
		    tag[i] != stack);
	free(tag);
}

struct frame *
frame_open(struct table *t, const struct frame_spec *s)
{
	struct frame *f = mem_new(1, sizeof *f);
	size_t *at = f->col = mem_new(s->nkey + s->nnum + s->ntext, sizeof *f->col);

	f->table = t;
	f->s = *s;
	f->s.key = append(&at, s->key, s->nkey);
	f->s.num = append(&at, s->num, s->nnum);
	f->s.text = append(&at, s->text, s->ntext);
	f->num = mem_new(s->nnum, sizeof *f->num);
	f->text = mem_new(s->ntext, sizeof *f->text);
	f->key = mem_new(s->nkey, sizeof *f->key);
	f->watched_at = mem_new(t->ncol, sizeof *f->watched_at);
	table_want(t, s->num, s->nnum);
	if (s->weight != TABLE_NONE)
		table_want(t, &s->weight, 1);
	name_keys(f);
	watch_pooled(f);
	return f;
}

/* The warning about a column; of a tag instead of the one that it is pooled. */
static void
say_of(struct frame *f, size_t col, char *say)
{
	struct watched *w = f->watched_at[col] > 0 ? &f->watched[f->watched_at[col] - 1] : NULL;

	if (w == NULL || !w->tag) {
		add_watched(f, col, say, 0);
		return;
	}
	free(w->say);
	w->say = say;
	w->tag = 0;
}

void
frame_watch_layer(struct frame *f, const size_t *col, size_t n, const char *how, char between)
{
	size_t ntag, *tag = columns_layer(f->table, NULL, 0, &ntag);

	if (ntag == 0 || !columns_have(col, n, tag[ntag - 1]))
		ntag = 1;
	ntag = less_numbers(f, tag, columns_less(tag, ntag - 1, col, n));
	for (size_t i = 0; i < ntag; i++)
		say_of(f, tag[i], mem_print("layer k of one is taken for layer k of the others; %s %s%clayer tells them apart",
		    how, f->table->name[tag[i]], between));
	free(tag);
}

void
frame_need_keys(struct frame *f)
{
	f->need = 1;
}

static size_t
group_here(struct frame *f)
{
	size_t k;

	watch(f);
	for (size_t i = 0; i < f->s.nkey; i++) {
		f->key[i] = field(f, f->s.key[i]);
		if (f->key[i].len == 0 && f->need)
			table_die(f->table, f->s.key[i], "empty: no report is of this row");
		if (f->key[i].len == 0) {
			f->unkeyed += f->known == 0;
			f->unkeyed_col = f->s.key[i];
			return 0;
		}
		if (strcmp(f->key[i].s, "all") == 0)
			table_die(f->table, f->s.key[i], "a key that is \"all\", the word for the pooled rows");
	}
	k = group_of(f->group, f->key);
	if (f->known > 0 && k >= f->known)
		table_die(f->table, TABLE_NONE, "a row that was not there before");
	return k;
}

static double
weight_here(const struct frame *f)
{
	double w = 1;

	if (f->s.weight == TABLE_NONE)
		return 1;
	if (!table_num(f->table, f->s.weight, &w))
		return NAN;
	if (w < 0)
		table_die(f->table, f->s.weight, "a negative weight: \"%.40s\"", f->table->field[f->s.weight]);
	return w;
}

int
frame_next(struct frame *f, struct obs *o)
{
	if (!table_next(f->table))
		return 0;
	o->group = group_here(f);
	f->table->advice = f->s.advice;
	table_nums(f->table, f->s.num, f->s.advised, f->num);
	f->table->advice = NULL;
	table_nums(f->table, f->s.num + f->s.advised, f->s.nnum - f->s.advised, f->num + f->s.advised);
	for (size_t i = 0; i < f->s.ntext; i++)
		f->text[i] = field(f, f->s.text[i]);
	o->weight = weight_here(f);
	o->num = f->num;
	o->text = f->text;
	return 1;
}

void
frame_again(struct frame *f)
{
	f->known = group_count(f->group);
	table_again(f->table);
}

struct group *
frame_group(const struct frame *f)
{
	return f->group;
}

void
frame_warn(const struct frame *f)
{
	const char *file = gz_name(f->table->gz);

	for (size_t i = 0; i < f->nwatched; i++)
		if (f->watched[i].others && (f->watched[i].same || !f->watched[i].tag))
			warn("%s: %s: %s", file, f->table->name[f->watched[i].col], f->watched[i].say);
	for (size_t i = 0; i < f->s.nnum; i++) {
		size_t col = f->s.num[i], n = table_undefined(f->table, col);

		if (n > 0)
			warn("%s: %s: undefined in %zu row%s, which count%s as missing", file, f->table->name[col], n,
			    n == 1 ? "" : "s", n == 1 ? "s" : "");
	}
	if (f->unkeyed > 0)
		warn("%s: %s: empty in %zu row%s, which count%s in the pooled rows only", file,
		    f->table->name[f->unkeyed_col], f->unkeyed, f->unkeyed == 1 ? "" : "s", f->unkeyed == 1 ? "s" : "");
}

/* What table_die says, but for the function's arguments being a list. */
_Noreturn static void
die_at(const struct frame *f, size_t col, const char *fmt, va_list ap)
{
	char msg[512];

	vsnprintf(msg, sizeof msg, fmt, ap);
	table_die(f->table, col, "%s", msg);
}

void
frame_die_num(const struct frame *f, size_t i, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	die_at(f, table_source(f->table, f->s.num[i]), fmt, ap);
}

void
frame_die_text(const struct frame *f, size_t i, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	die_at(f, f->s.text[i], fmt, ap);
}

const char *
frame_field(const struct frame *f, size_t i)
{
	return f->table->field[table_source(f->table, f->s.num[i])];
}

void
frame_put_names(const struct frame *f, struct csv_writer *w)
{
	for (size_t i = 0; i < f->table->ncol; i++)
		csv_put_str(w, f->table->name[i]);
}

void
frame_put(const struct frame *f, struct csv_writer *w)
{
	for (size_t i = 0; i < f->table->ncol; i++)
		csv_put(w, f->table->field[i], f->table->len[i]);
}
