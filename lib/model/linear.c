/* linear.c - matrices with their biases, and norms, of a forward pass: from the pattern of a
 * name to tensors whose shapes are checked. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pass.h"

/* As linear_tensor; scaled: of a matrix whose scales are looked for, too. */
static const struct tensor *
need(const struct search *s, const char *pattern, size_t layer, size_t rows, size_t cols, int scaled, char buf[NAME])
{
	const struct tensor *t = names_find(s, s->prefix, pattern, layer, buf), *unpacked;

	names_refuse_adapter(s, buf);
	if (cols > 0 && (unpacked = pack_find(s, t, buf, cols)) != NULL)
		t = unpacked;
	else if (t != NULL)
		quant_check(s, t, buf, scaled);
	if (t == NULL)
		die("%s: %s %s needs tensor %s.weight, which is in none of its files%s", s->config->path, s->config->what,
		    s->config->type, buf, names_part(s));
	if (rows == 0)
		rows = t->shape[0] > 0 ? t->shape[0] : 1;
	if (rows == 1 && t->ndim == 1 && t->shape[0] == cols)   /* GGUF has no matrix of one row */
		return t;
	if (t->ndim != 1u + (cols > 0) || t->shape[0] != rows || (cols > 0 && t->shape[1] != cols))
		die("%s: %s: of shape %zu x %zu, not %zu x %zu as %s says", t->file, t->name, t->shape[0], t->shape[1], rows,
		    cols > 0 ? cols : 1, s->config->path);
	return t;
}

const char *
linear_numbered(char buf[NAME], const char *pattern, size_t k)
{
	const char *hole = pattern != NULL ? strchr(pattern, '#') : NULL;

	if (hole == NULL)
		return pattern;
	snprintf(buf, NAME, "%.*s%zu%s", (int)(hole - pattern), pattern, k, hole + 1);
	return buf;
}

const struct tensor *
linear_tensor(const struct search *s, const char *pattern, size_t layer, size_t rows, size_t cols, char buf[NAME])
{
	return need(s, pattern, layer, rows, cols, 0, buf);
}

/* What stands beside the weight called name under another ending, of n numbers; or NULL. */
const struct tensor *
linear_beside(const struct search *s, const char *name, const char *ending, size_t n)
{
	const struct tensor *t = names_suffixed(s->ts, name, ending);

	if (t != NULL)
		quant_check(s, t, name, 0);
	if (t != NULL && (t->ndim != 1 || t->shape[0] != n))
		die("%s: %s: %zu numbers, not %zu", t->file, t->name, t->shape[0], n);
	return t;
}

/* A vector of n numbers, which may lie as rows of them. */
const struct tensor *
linear_vector(const struct search *s, const char *pattern, size_t layer, size_t n, char buf[NAME])
{
	const struct tensor *t = names_find(s, s->prefix, pattern, layer, buf);

	if (t == NULL || t->ndim != 2 || t->shape[0]*t->shape[1] != n)
		return linear_tensor(s, pattern, layer, n, 0, buf);
	quant_check(s, t, buf, 0);
	return t;
}

void
linear_find(const struct search *s, const struct block_row *row, const char *pattern, size_t layer, ptrdiff_t out,
    ptrdiff_t in, struct linear *l)
{
	char name[NAME];
	const size_t o = (size_t)out, i = (size_t)in;

	*l = (struct linear){ .per = 1, .big = o, .rows = o, .out = out, .in = in, .transposed = (row->flags & CONV1D) != 0 };
	l->w = l->transposed ? need(s, pattern, layer, i, o, 1, name) : need(s, pattern, layer, o, i, 1, name);
	l->b = linear_beside(s, name, ".bias", o);
	quant_scales(s, l->w, &l->scales);
}

/* That of a projection, whose tensor may hold others too. */
void
linear_take(const struct search *s, const struct proj *p, const char *pattern, size_t layer, size_t heads, struct linear *l)
{
	char name[NAME];

	*l = (struct linear){ .w = p->w, .scales = p->wscales, .transposed = p->transposed || p->w->ndim == 3,
		.by_head = p->w->ndim == 3, .base = p->base, .per = p->per, .big = p->big, .small = p->small,
		.rows = (size_t)p->rows, .out = (ptrdiff_t)heads*p->rows, .in = p->n };
	if (l->by_head && num_form(p->w->type)->count > 1)
		die("%s: %s: quantised, which is not read where the rows are inputs", p->w->file, p->w->name);
	names_find(s, s->prefix, pattern, layer, name);
	l->b = linear_beside(s, name, ".bias", p->w->shape[p->transposed]);
}

/* By the key of which the row of blocks has a default; in other families that key says nothing. */
static double
eps_of(const struct search *s)
{
	const char *p = s->family->defaults;
	char key[64];

	for (size_t n; p != NULL && *p != '\0'; p += strcspn(p, " "), p += strspn(p, " ")) {
		n = strcspn(p, "= ");
		snprintf(key, sizeof key, "%.*s", (int)n, p);
		if ((n > 3 && strcmp(key + n - 3, "eps") == 0) || (n > 7 && strcmp(key + n - 7, "epsilon") == 0))
			return config_number(s, key);
	}
	return config_number(s, "rms_norm_eps|layer_norm_eps|layer_norm_epsilon");
}

/* Those of a pattern for each head, # its number, end to end: n numbers in all. */
static const struct tensor *
gather(const struct search *s, const char *pattern, size_t layer, size_t n)
{
	struct tensor *all = mem_new(1, sizeof *all);
	const size_t d = (size_t)s->stack->d_head;
	char one[NAME], name[NAME];
	unsigned char *x = NULL;

	tensors_keep(s->ts, all);
	for (size_t h = 0; h < n/d; h++) {
		const struct tensor *t = linear_tensor(s, linear_numbered(one, pattern, h), layer, d, 0, name);

		if (h == 0) {
			x = mem_new(n/d, t->bytes);
			tensors_keep(s->ts, x);
			*all = *t;
		}
		if (t->type != all->type || linear_beside(s, name, ".bias", d) != NULL)
			die("%s: %s: not of type %s as that of head 0, or with a bias", t->file, t->name, all->dtype);
		torch_check(t);
		memcpy(x + h*t->bytes, t->data, t->bytes);
	}
	all->shape[0] = n;
	all->data = all->copy = x;
	all->sum = NULL;
	all->bytes *= n/d;
	return all;
}

void
linear_normal(const struct search *s, enum norm kind, const char *pattern, size_t layer,
    size_t n, struct normal *x)
{
	char name[NAME];

	*x = (struct normal){ .kind = NORM_NONE };
	if (pattern == NULL)
		return;
	x->kind = kind;
	x->eps = eps_of(s);
	if (isnan(x->eps) || x->eps < 0)
		die("%s: no eps of the norms of %s", s->config->path, s->config->type);
	if (*pattern == '\0')                   /* without weights */
		return;
	if (strchr(pattern, '#') != NULL) {
		x->w = gather(s, pattern, layer, n);
		return;
	}
	x->w = linear_vector(s, pattern, layer, n, name);
	x->b = linear_beside(s, name, ".bias", n);
	if (x->b == NULL)
		x->b = linear_beside(s, name, ".beta", n);
}

void
linear_side(const struct search *s, const struct block_row *row, const char *pattern, size_t layer, ptrdiff_t in, struct linear *l)
{
	char name[NAME];
	const struct tensor *t = names_find(s, s->prefix, pattern, layer, name), *packed = t != NULL ? pack_find(s, t, name, (size_t)in) : NULL;
	size_t out;

	t = packed != NULL ? packed : t;
	out = t != NULL && t->ndim == 2 ? t->shape[(row->flags & CONV1D) != 0] : 0;
	linear_find(s, row, pattern, layer, out > 0 ? (ptrdiff_t)out : 1, in, l);
}
