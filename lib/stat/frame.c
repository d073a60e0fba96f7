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
	char *watched;                  /* the first value of the watched column */
	int pooled;                     /* it had others */
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

	for (size_t i = 0; i < f->s.nkey; i++) {
		name[i] = f->table->name[f->s.key[i]];
		if (f->s.key[i] == f->s.watch)
			f->s.watch = TABLE_NONE;
	}
	f->group = group_new(name, f->s.nkey);
	free(name);
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
	name_keys(f);
	return f;
}

void
frame_free(struct frame *f)
{
	group_free(f->group);
	free(f->col);
	free(f->num);
	free(f->text);
	free(f->key);
	free(f->watched);
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
	struct text x = field(f, f->s.watch);

	if (f->watched == NULL)
		f->watched = mem_text(x.s, x.len);
	else if (!f->pooled)
		f->pooled = strcmp(f->watched, x.s) != 0;
}

static size_t
group_here(struct frame *f)
{
	size_t k;

	if (f->s.watch != TABLE_NONE)
		watch(f);
	for (size_t i = 0; i < f->s.nkey; i++) {
		f->key[i] = field(f, f->s.key[i]);
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

/* Numbers from..to-1 of the present row. */
static void
read_numbers(struct frame *f, size_t from, size_t to)
{
	const struct table *t = f->table;
	const size_t *col = f->s.num;
	double *num = f->num;

	for (size_t i = from; i < to; i++)
		if (!table_num(t, col[i], &num[i]))
			num[i] = NAN;
}

int
frame_next(struct frame *f, struct obs *o)
{
	if (!table_next(f->table))
		return 0;
	o->group = group_here(f);
	f->table->advice = f->s.advice;
	read_numbers(f, 0, f->s.advised);
	f->table->advice = NULL;
	read_numbers(f, f->s.advised, f->s.nnum);
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
	const char *file = gz_name(f->table->gz), *name;

	if (f->pooled) {
		name = f->table->name[f->s.watch];
		warn("%s: %s: all are pooled; -g %s,... keeps them apart", file, name, name);
	}
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
