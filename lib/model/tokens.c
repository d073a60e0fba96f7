/* tokens.c - passages of tokens out of a table. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "model.h"

/* What is read, and where. */
struct reader {
	struct table *t;
	size_t passage, token, special;
	struct map *seen;               /* names of passages */
	size_t ntoken, cap_file, cap_start, cap_name, cap_id, cap_line, cap_special;
};

/* A whole number from 0 on in the present row. */
static size_t
whole(const struct table *t, size_t col, size_t most)
{
	double x;

	if (!table_num(t, col, &x))
		table_die(t, col, "missing");
	if (!(x >= 0 && x <= (double)most) || x != (double)(size_t)x)
		table_die(t, col, "not a whole number from 0 to %zu: %s", most, t->field[col]);
	return (size_t)x;
}

/* The present row begins a passage. */
static void
begin(struct reader *r, struct tokens *to)
{
	const struct table *t = r->t;
	const char *name = t->field[r->passage];
	size_t len = t->len[r->passage], known = map_count(r->seen);

	if (len == 0)
		table_die(t, r->passage, "missing");
	if (map_add(r->seen, name, len) < known)
		table_die(t, r->passage, "the rows of passage %s are not together", name);
	to->start = mem_grow(to->start, &r->cap_start, to->n + 2, sizeof *to->start);
	to->name = mem_grow(to->name, &r->cap_name, to->n + 1, sizeof *to->name);
	to->start[to->n] = r->ntoken;
	to->name[to->n++] = mem_text(name, len);
}

/* The file that the present row is in. */
static void
note_file(struct reader *r, struct tokens *to)
{
	const char *name = gz_name(r->t->gz);

	if (to->nfile > 0 && strcmp(to->file[to->nfile - 1].name, name) == 0)
		return;
	to->file = mem_grow(to->file, &r->cap_file, to->nfile + 1, sizeof *to->file);
	to->file[to->nfile].first = r->ntoken;
	to->file[to->nfile++].name = mem_text(name, strlen(name));
}

static void
take(struct reader *r, struct tokens *to)
{
	const struct table *t = r->t;
	size_t n = r->ntoken;

	note_file(r, to);
	if (to->n == 0 || strcmp(to->name[to->n - 1], t->field[r->passage]) != 0)
		begin(r, to);
	to->id = mem_grow(to->id, &r->cap_id, n + 1, sizeof *to->id);
	to->line = mem_grow(to->line, &r->cap_line, n + 1, sizeof *to->line);
	to->id[n] = whole(t, r->token, 1000000000);
	to->line[n] = t->line;
	if (r->special != TABLE_NONE) {
		to->special = mem_grow(to->special, &r->cap_special, n + 1, 1);
		to->special[n] = (unsigned char)whole(t, r->special, 1);
	}
	r->ntoken++;
}

/* The column of special tokens, if there is one; dies of one that is nearly called so: without it they would be
 * queries like all others. */
static size_t
find_special(const struct table *t)
{
	for (size_t i = 0; i < t->ncol; i++)
		if (strcasecmp(t->name[i], "special") == 0 && strcmp(t->name[i], "special") != 0)
			die("%s: column \"%s\": did you mean \"special\"?", gz_name(t->gz), t->name[i]);
	return table_find(t, "special");
}

/* Dies of a table without both columns, which are not nearly there, as a text is: it is no slip. */
static void
refuse_text(const struct table *t)
{
	const int sentence = t->ncol > 1 && header_blank(t) < t->ncol;  /* with commas */
	struct near passage = near_to("passage", 7), token = near_to("token", 5);

	if (table_find(t, "passage") != TABLE_NONE || table_find(t, "token") != TABLE_NONE)
		return;
	for (size_t i = 0; i < t->ncol; i++) {
		near_try(&passage, t->name[i], strlen(t->name[i]));
		near_try(&token, t->name[i], strlen(t->name[i]));
	}
	if (*near_text(&passage) == '\0' && *near_text(&token) == '\0' && (sentence || *table_hint(t) == '\0'))
		die("%s: no column \"passage\", nor \"token\": examples/make_tokens.py makes tokens of a text", gz_name(t->gz));
}

struct tokens *
tokens_read(char *const *operand, int n, const struct opts *o)
{
	struct tokens *to = mem_new(1, sizeof *to);
	struct reader r = { .t = table_open(operand, n, o), .seen = map_new() };

	refuse_text(r.t);
	r.passage = table_col(r.t, "passage");
	r.token = table_col(r.t, "token");
	r.special = find_special(r.t);
	while (table_next(r.t))
		take(&r, to);
	if (to->n == 0)
		die("%s: no tokens", gz_name(r.t->gz));
	to->start[to->n] = r.ntoken;
	map_free(r.seen);
	table_close(r.t);
	return to;
}

const char *
tokens_file(const struct tokens *t, size_t i)
{
	size_t k = t->nfile - 1;

	while (t->file[k].first > i)
		k--;
	return t->file[k].name;
}

void
tokens_free(struct tokens *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->name[i]);
	free(t->name);
	free(t->start);
	free(t->id);
	free(t->line);
	free(t->special);
	for (size_t i = 0; i < t->nfile; i++)
		free(t->file[i].name);
	free(t->file);
	free(t);
}
