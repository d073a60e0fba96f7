/* rows.c - which columns are drawn, and the rows of a table that are. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

/* columns --------------------------------------------------------------------------------------- */

/* Dies of a descriptor in the list that the table has not, and spectra it has: what makes it. */
static void
need_described(const struct table *t, const char *option, const char *list)
{
	for (const char *s = list; *s != '\0'; s += strcspn(s, ",") + (s[strcspn(s, ",")] == ','))
		for (size_t d = 0; d < DESCR_COUNT; d++) {
			const char *name = descr_info[d].name;

			if (strcspn(s, ",") == strlen(name) && memcmp(s, name, strlen(name)) == 0 && table_find(t, name) == TABLE_NONE &&
			    table_find(t, "s1") != TABLE_NONE)
				die("%s: %s: no column \"%s\": hg-describe makes it of s1, s2, ...", gz_name(t->gz), option, name);
		}
}

struct columns
columns_choose(const struct plot *p, char option, size_t *(*usual)(const struct table *, size_t *))
{
	const struct plot_spec *s = &p->spec;
	const char *list = option == 'x' ? s->x : option == 'y' ? s->y : s->group, name[] = { '-', option, '\0' };
	struct columns c = { 0 };

	if (list != NULL)
		need_described(p->table, name, list);
	c.col = list != NULL ? cols_select(p->table, list, name, &c.n) : usual(p->table, &c.n);
	return c;
}

struct columns
columns_need(const struct plot *p, char option, size_t *(*usual)(const struct table *, size_t *))
{
	struct columns c = columns_choose(p, option, usual);
	const struct table *t = p->table;
	const char *file = gz_name(t->gz);

	if (c.n > 0)
		return c;
	if ((option == 'x' ? p->spec.x : p->spec.y) != NULL)
		die("%s: -%c: no column to draw%s", file, option, table_hint(t));
	if (p->spec.kind == PLOT_SPECTRUM)
		die("%s: no singular values s1, s2, ...: a table of hg-extract has them, and hg-describe -k keeps them%s", file,
		    table_hint(t));
	die("%s: %s: %ssay which columns with -%c%s", file, option == 'x' ? "no descriptors" : "nothing measured",
	    table_find(t, "s1") != TABLE_NONE ? "make descriptors with hg-describe, or " : "", option, table_hint(t));
}

void
columns_add(struct columns *c, const size_t *col, size_t n)
{
	c->col = mem_grow(c->col, &c->cap, c->n + n, sizeof *c->col);
	memcpy(c->col + c->n, col, n*sizeof *col);
	c->n += n;
}

size_t *
columns_shown(const struct table *t, size_t *n)
{
	size_t *col = columns_measured(t, n);

	if (*n > 0)
		return col;
	free(col);
	return columns_descriptors(t, n);
}

/* rows ------------------------------------------------------------------------------------------ */

double
rows_number(const struct table *t, size_t col, double x)
{
	static const double most = 1e150;

	if (fabs(x) > most)
		table_die(t, col, "%g: numbers up to %g are drawn", x, most);
	return x;
}

/* The rows by group, each group in the table's order. */
static void
index_groups(struct rows *r)
{
	size_t *next = mem_new(r->ngroup + 1, sizeof *next);

	r->first = mem_new(r->ngroup + 1, sizeof *r->first);
	r->by = mem_new(r->n, sizeof *r->by);
	for (size_t i = 0; i < r->n; i++)
		r->first[r->group[i] + 1]++;
	for (size_t k = 0; k < r->ngroup; k++)
		next[k + 1] = r->first[k + 1] += r->first[k];
	for (size_t i = 0; i < r->n; i++)
		r->by[next[r->group[i]]++] = i;
	free(next);
}

/* The tags of the present row, which is row r->n. */
static void
note_tags(struct rows *r, const struct table *t, const size_t *tag, size_t ntag)
{
	const char **text = mem_new(ntag, sizeof *text);
	char *list;

	for (size_t i = 0; i < ntag; i++)
		text[i] = t->field[tag[i]];
	list = texts_list(text, ntag);
	r->of = mem_grow(r->of, &r->of_cap, r->n + 1, sizeof *r->of);
	r->of[r->n] = map_add(r->tag, list, strlen(list));
	free(list);
	free(text);
}

struct rows
rows_read(struct plot *p, const struct columns *key, const struct columns *num, int more)
{
	const struct frame_spec s = { .key = key->col, .nkey = key->n, .num = num->col, .nnum = num->n, .weight = TABLE_NONE };
	const struct head_columns known = head_columns(p->table);
	struct rows r = { .width = num->n + ((more & ROWS_NULL_OP) != 0), .frame = frame_open(p->table, &s) };
	struct descr_head head = { 0 };
	size_t ntag, *tag = columns_tags(p->table, &ntag);
	struct obs o;

	r.tag = map_new();
	while (frame_next(r.frame, &o)) {
		r.v = mem_grow(r.v, &r.cap, (r.n + 1)*r.width, sizeof *r.v);
		r.group = mem_grow(r.group, &r.group_cap, r.n + 1, sizeof *r.group);
		for (size_t i = 0; i < num->n; i++)
			r.v[r.n*r.width + i] = rows_number(p->table, num->col[i], o.num[i]);
		if (more & ROWS_NULL_OP) {
			head_read(&known, p->table, &head);
			r.v[r.n*r.width + num->n] = descr_null_op(&head);
		}
		if (more & ROWS_TAGS)
			note_tags(&r, p->table, tag, ntag);
		r.group[r.n++] = o.group;
	}
	free(tag);
	frame_warn(r.frame);
	r.ngroup = group_count(frame_group(r.frame));
	r.order = group_order(frame_group(r.frame));
	index_groups(&r);
	return r;
}

void
rows_free(struct rows *r)
{
	frame_free(r->frame);
	map_free(r->tag);
	free(r->of);
	free(r->v);
	free(r->group);
	free(r->order);
	free(r->first);
	free(r->by);
}

const double *
rows_at(const struct rows *r, size_t i)
{
	return r->v + i*r->width;
}

int
rows_have(const struct rows *r, size_t k, size_t c)
{
	for (size_t i = r->first[k]; i < r->first[k + 1]; i++)
		if (!isnan(rows_at(r, r->by[i])[c]))
			return 1;
	return 0;
}

int
rows_have_both(const struct rows *r, size_t b, size_t c)
{
	for (size_t i = 0; i < r->n; i++)
		if (!isnan(rows_at(r, i)[b]) && !isnan(rows_at(r, i)[c]))
			return 1;
	return 0;
}

void
rows_range(const struct rows *r, size_t c, double *min, double *max)
{
	*min = INFINITY;
	*max = -INFINITY;
	for (size_t i = 0; i < r->n; i++) {
		*min = fmin(*min, rows_at(r, i)[c]);
		*max = fmax(*max, rows_at(r, i)[c]);
	}
}

char *
rows_title(const struct rows *r, size_t k)
{
	const struct group *g = frame_group(r->frame);
	size_t n = group_keys(g);
	const char **key = mem_new(n, sizeof *key);
	char *text;

	for (size_t i = 0; i < n; i++)
		key[i] = k == 0 ? "(none)" : group_key(g, k, i);
	text = texts_list(key, n);
	free(key);
	return text;
}

size_t
rows_longest(const struct rows *r)
{
	size_t most = 0;

	for (size_t k = 0; k < r->ngroup; k++) {
		char *title = rows_title(r, k);

		if (r->first[k] < r->first[k + 1] && strlen(title) > most)
			most = strlen(title);
		free(title);
	}
	return most;
}

size_t
rows_mark(const struct rows *r, size_t i)
{
	return i - (i > 0 && r->first[1] == 0);         /* group 0 is the one that may be empty */
}

unsigned char *
rows_thin(size_t n, size_t most)
{
	unsigned char *in = mem_new(n, 1);
	struct rng rng;

	rng_seed(&rng, 1);
	rng_sample(&rng, (ptrdiff_t)most, (ptrdiff_t)n, in);
	return in;
}

char *
texts_list(const char *const *text, size_t n)
{
	size_t len = 0;
	char *list, *at;

	for (size_t i = 0; i < n; i++)
		len += strlen(text[i]) + 2;
	at = list = mem_new(len + 1, 1);
	for (size_t i = 0; i < n; i++)
		at += sprintf(at, "%s%s", i > 0 ? ", " : "", text[i]);
	return list;
}
