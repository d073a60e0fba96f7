/* info.c - what a checkpoint is, without a look at its numbers. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

struct teller {
	info_row *put;
	void *ctx;
	const char *stack;
};

__attribute__((format(printf, 3, 4)))
static void
tell(const struct teller *t, const char *fact, const char *fmt, ...)
{
	char text[2 * NAME];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	t->put(t->ctx, t->stack != NULL ? t->stack : "", fact, text);
}

/* From the least to the greatest of what was met. */
struct span { double from, to; size_t n; };

static void
meet(struct span *s, double x)
{
	s->from = s->n == 0 || x < s->from ? x : s->from;
	s->to = s->n == 0 || x > s->to ? x : s->to;
	s->n++;
}

static void
tell_span(const struct teller *t, const char *fact, const struct span *s)
{
	char a[DEC_MAX + 1], b[DEC_MAX + 1];

	if (s->n == 0)
		return;
	a[dec_print(a, s->from)] = b[dec_print(b, s->to)] = '\0';
	if (strcmp(a, b) == 0)
		tell(t, fact, "%s", a);
	else
		tell(t, fact, "%s to %s", a, b);
}

/* x to six digits: more of a frequency is rounding of a power. */
static double
rounded(double x)
{
	char text[32];

	dec_parse(text, (size_t)snprintf(text, sizeof text, "%.6g", x), &x);
	return x;
}

/* The matrices of layer y, and what stands beside them. */
enum { PARTS = 12 };

static void
tensors_of(const struct layer *y, const struct tensor *of[PARTS])
{
	const struct proj *p[] = { &y->q, &y->k };

	for (size_t i = 0; i < 2; i++) {
		const struct tensor *all[] = { p[i]->w, p[i]->inner, p[i]->gain, p[i]->weight, p[i]->wscales.of, p[i]->iscales.of };

		memcpy(of + 6*i, all, sizeof all);
	}
}

/* How the heads of the stack are turned. */
static void
tell_rotary(const struct teller *t, const struct stack *st)
{
	struct span pairs = { 0 }, frequency = { 0 }, reach = { 0 };
	const char *why = NULL;
	int halves = 0;

	for (size_t l = 0; l < st->num_layers; l++) {
		const struct rotary *r = &st->layer[l].rotary;

		if (!st->layer[l].present)
			continue;
		why = r->why != NULL ? r->why : why;
		meet(&pairs, (double)r->n);
		for (ptrdiff_t i = 0; i < r->n; i++)
			meet(&frequency, rounded(r->freq[i]));
		halves |= r->n > 0 && r->apart > 1;
		if (r->n > 0 && !isinf(r->reach))
			meet(&reach, r->reach);
	}
	if (why != NULL || frequency.n == 0) {
		tell(t, "rotary", "no%s%s", why != NULL ? ": " : "", why != NULL ? why : "");
		return;
	}
	tell(t, "rotary", "%s", halves ? "halves" : "pairs");
	tell_span(t, "rotary_pairs", &pairs);
	tell_span(t, "frequency", &frequency);
	tell_span(t, "rotary_tokens", &reach);
}

static void
tell_stack(struct teller *t, const struct stack *st)
{
	static const char *const norms[] = { "none", "RMSNorm", "RMSNorm 1 + w", "LayerNorm", "LayerNorm 1 + w" };
	struct span heads = { 0 }, kv = { 0 }, width = { 0 }, size = { 0 }, scale = { 0 }, window = { 0 };

	for (size_t l = 0; l < st->num_layers; l++) {
		const struct layer *y = &st->layer[l];

		if (!y->present)
			continue;
		meet(&heads, (double)y->heads);
		meet(&kv, (double)y->kv_heads);
		meet(&width, (double)y->q.n);
		meet(&size, (double)y->d_head);
		meet(&scale, y->scale);
		if (y->window > 0)
			meet(&window, (double)y->window);
	}
	t->stack = st->name;
	tell(t, "type", "%s", st->type);
	tell(t, "known", "%s", st->known ? "yes" : "no: read by the names of its tensors");
	tell(t, "layers", "%zu", st->num_layers);
	tell(t, "attention_layers", "%zu", heads.n);
	tell_span(t, "heads", &heads);
	tell_span(t, "kv_heads", &kv);
	tell_span(t, "d_model", &width);
	tell_span(t, "d_head", &size);
	tell_span(t, "window", &window);
	if (window.n > 0)
		tell(t, "window_layers", "%zu", window.n);
	tell(t, "norm", "%s", st->known ? norms[st->norm] : "not known");
	if (st->known)
		tell_span(t, "scale", &scale);
	else
		tell(t, "scale", "not known");
	tell(t, "circuit", "%s", st->has_ov ? "qk ov" : "qk");
	tell_rotary(t, st);
}

/* Patterns of the names of tensors, and how many there are of each. */
struct patterns {
	struct map *names;
	size_t *count, cap;
};

static void
count_one(struct patterns *p, const char *name)
{
	char pattern[NAME];
	size_t k, n = map_count(p->names);

	names_generalise(pattern, name, strlen(name));
	k = map_add(p->names, pattern, strlen(pattern));
	p->count = mem_grow(p->count, &p->cap, k + 1, sizeof *p->count);
	p->count[k] = k < n ? p->count[k] + 1 : 1;
}

static void
tell_patterns(const struct teller *t, const char *fact, struct patterns *p)
{
	for (size_t k = 0; k < map_count(p->names); k++) {
		size_t len;
		const char *name = map_key(p->names, k, &len);

		tell(t, fact, "%zu %.*s", p->count[k], (int)len, name);
	}
	map_free(p->names);
	free(p->count);
}

/* t, if there is one, is read, and what it is packed with. */
static void
add_used(struct map *used, const struct tensor *t)
{
	if (t == NULL)
		return;
	map_add(used, t->name, strlen(t->name));
	for (size_t i = 0; t->pack != NULL && i < t->pack->nwith; i++)
		map_add(used, t->pack->with[i]->name, strlen(t->pack->with[i]->name));
}

/* Which tensors are read, and which not. */
static void
tell_tensors(const struct teller *t, const struct model *m)
{
	struct patterns read = { .names = map_new() }, other = { .names = map_new() };
	struct map *used = map_new(), *files = map_new();
	const struct tensor *of[PARTS], *x;
	size_t n;

	for (size_t s = 0; s < m->nstack; s++)
		for (size_t l = 0; l < m->stack[s].num_layers; l++) {
			tensors_of(&m->stack[s].layer[l], of);
			for (size_t i = 0; i < PARTS && m->stack[s].layer[l].present; i++)
				add_used(used, of[i]);
		}
	for (n = 0; (x = tensors_at(m->ts, n)) != NULL; n++) {
		map_add(files, x->file, strlen(x->file));
		count_one(map_find(used, x->name, strlen(x->name)) != (size_t)-1 ? &read : &other, x->name);
	}
	tell(t, "files", "%zu", map_count(files));
	tell(t, "tensors", "%zu", n);
	tell_patterns(t, "read", &read);
	tell_patterns(t, "not_read", &other);
	map_free(used);
	map_free(files);
}

void
info_put(const struct model *m, info_row *put, void *ctx)
{
	struct teller t = { put, ctx, NULL };

	tell(&t, "format", "%s", tensors_format(m->ts));
	tell(&t, "weights", "%s", m->types);
	for (size_t i = 0; i < m->nstack; i++)
		tell_stack(&t, &m->stack[i]);
	t.stack = NULL;
	tell_tensors(&t, m);
}
