/* headrow.c - the rows of a head table.  Each column of its front and of what is known from weights
 * stands here once, its name beside its value. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

/* What is done about each column: its name is kept from others, or written if it is no other's, or
 * written, or its value is. */
enum todo { KEEP, PLACE, NAME, VALUE };

struct line {
	const struct headrow *row;
	const struct source_spec *spec;
	struct csv_writer *w;
	struct map *seen;               /* names, of a header */
	enum todo todo;
};

static void
text(const struct line *l, const char *name, const char *value)
{
	if (l->todo == KEEP)
		map_add(l->seen, name, strlen(name));
	else if (l->todo == PLACE)
		places_put(l->w, l->seen, NULL, name);
	else
		csv_put_str(l->w, l->todo == NAME ? name : value);
}

static void
number(const struct line *l, const char *name, double value)
{
	if (l->todo == VALUE)
		csv_put_num(l->w, value);
	else
		text(l, name, NULL);
}

/* A whole number; below 0: it is not known. */
static void
count(const struct line *l, const char *name, long long value)
{
	if (l->todo == VALUE && value >= 0)
		csv_put_int(l->w, value);
	else
		text(l, name, "");
}

/* Which head it is. */
static void
put_front(const struct line *l, const struct head *h)
{
	const struct headrow *r = l->row;

	for (size_t k = 0; k < r->tags->n; k++)
		text(l, r->tags->tag[k].name, r->tags->tag[k].value);
	if (r->src->stacks)
		text(l, "stack", h->stack != NULL ? h->stack : "");
	count(l, "layer", (long long)h->layer);
	count(l, "head", (long long)h->head);
	if (r->src->num_layers > 0) {
		text(l, "stage", stage_of(h->layer, h->num_layers));
		number(l, "depth", depth_of(h->layer, h->num_layers));
	}
}

/* What is known from weights. */
static void
put_facts(const struct line *l, const struct head *h)
{
	static const char *const metric[] = { "full", "core", "given" }, *const circuit[] = { "qk", "ov" };
	const struct source_spec *spec = l->spec;
	const int ov = spec->model.circuit == CIRCUIT_OV;

	if (l->row->circuit)
		text(l, "circuit", circuit[ov]);
	if (spec->distances != NULL && spec->distances->n > 0)
		count(l, "distance", h->distance);
	if (spec->by_frequency) {
		count(l, "pair", (long long)h->pair);
		number(l, "frequency", h->frequency);
	}
	text(l, "metric", metric[h->metric]);
	count(l, "fold", spec->model.fold);
	number(l, "logit_scale", h->scale);
	count(l, "d_model", h->d_model);
	count(l, "d_head", h->d_head);
	count(l, "kv_head", h->kv_head == (size_t)-1 ? -1 : (long long)h->kv_head);
	if (l->row->src->windows)
		count(l, "window", h->window > 0 ? (long long)h->window : -1);
	number(l, ov ? "v_fro" : "q_fro", ov ? h->k_fro : h->q_fro);
	number(l, ov ? "o_fro" : "k_fro", ov ? h->q_fro : h->k_fro);
	number(l, "tr1", h->tr1);
	number(l, "tr2", h->tr2);
	if (spec->copying)
		number(l, "copying", h->copying);
	if (spec->directionality)
		number(l, "directionality", h->directionality);
}

static void
put_weights(const struct line *l, const struct head *h)
{
	const struct source *src = l->row->src;

	if (src->types != NULL)
		text(l, "weights", src->types);
	if (src->weights)
		put_facts(l, h);
}

void
headrow_names(const struct headrow *r, struct csv_writer *w)
{
	static const struct head none = { .num_layers = 1 };
	const struct source *src = r->src;
	struct line l = { r, &src->spec, w, map_new(), KEEP };
	const char *name;
	char s[32];

	put_weights(&l, &none);
	l.todo = PLACE;
	put_front(&l, &none);
	for (size_t c = 0; c < src->ncol; c++)
		places_put(w, l.seen, src->file, src->name[c]);
	for (size_t c = 0; r->join != NULL && (name = join_column(r->join, c)) != NULL; c++)
		places_put(w, l.seen, join_name(r->join), name);
	l.todo = NAME;
	put_weights(&l, &none);
	for (size_t k = 0; k < src->nsv; k++) {
		snprintf(s, sizeof s, "s%zu", k + 1);
		csv_put_str(w, s);
	}
	csv_put_end(w);
	map_free(l.seen);
}

void
headrow_put(const struct headrow *r, struct csv_writer *w, const struct head *h, char *const *joined)
{
	const struct source *src = r->src;
	const struct line l = { r, &src->spec, w, NULL, VALUE };
	const size_t n = (size_t)h->ns;

	if (n > src->nsv)
		die("%s: layer %zu, head %zu: %td singular values, but there are %zu columns for them, as many as the "
		    "first head has", src->file, h->layer, h->head, h->ns, src->nsv);
	put_front(&l, h);
	for (size_t c = 0; c < src->ncol; c++)
		csv_put_num(w, h->measured[c]);
	for (size_t c = 0; r->join != NULL && join_column(r->join, c) != NULL; c++)
		csv_put_str(w, joined != NULL ? joined[c] : "");
	put_weights(&l, h);
	for (size_t k = 0; k < src->nsv; k++)
		csv_put_num(w, k < n ? h->s[k] : NAN);
	csv_put_end(w);
}
