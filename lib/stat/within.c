/* within.c - correlation within keys: each key's own mean taken out of x and y.
 *
 * The rows of one group that have the same texts in the keys of --within, and in the
 * controls that are names, are a cell.  Each
 * cell keeps the sums that a group keeps, so that cells of two parts merge as
 * groups do.  At the end the centred sums of the cells of a group are added, without
 * what lies between their means: that is the sum of squares left by a factor of the
 * keys, or, from triangular factors, by the rows below the first, which is the mean.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

/* Texts of a key that name one thing: all keys of --within, or one control. */
struct part {
	size_t from, to;
	struct map *levels;             /* texts, each ended by NUL */
	size_t *place;                  /* of each level in the order of groups, by key_places */
};

struct within {
	size_t nkey;
	struct map *key, *cell;         /* texts, each ended by NUL; group and key as two numbers */
	char *text;
	size_t cap;
	struct part *part;
	size_t npart, joint;            /* joint: texts of the first part, or 0 */
	size_t *level, level_cap;       /* by key and part */
	size_t absorbed;                /* the part that comes first in the order of keys */
	size_t *place, *at;             /* of keys in that order: within_end */
	struct recent { size_t group, cell; } *recent;  /* by key: the cell of its last row */
	size_t nrecent, recent_cap;
};

struct within *
within_new(size_t njoint, size_t nname)
{
	struct within *w = mem_new(1, sizeof *w);

	w->nkey = njoint + nname;
	w->joint = njoint;
	w->key = map_new();
	w->cell = map_new();
	w->npart = (njoint > 0) + nname;
	w->part = mem_new(w->npart, sizeof *w->part);
	for (size_t f = 0; f < w->npart; f++) {
		struct part *a = &w->part[f];

		a->from = f > 0 ? w->part[f - 1].to : 0;
		a->to = f == 0 && njoint > 0 ? njoint : a->from + 1;
		a->levels = map_new();
	}
	return w;
}

void
within_free(struct within *w)
{
	for (size_t f = 0; f < w->npart; f++) {
		map_free(w->part[f].levels);
		free(w->part[f].place);
	}
	map_free(w->key);
	map_free(w->cell);
	free(w->part);
	free(w->level);
	free(w->place);
	free(w->at);
	free(w->text);
	free(w->recent);
	free(w);
}

/* The levels of a new key, whose texts are in w->text. */
static void
add_levels(struct within *w, size_t key)
{
	const char *s = w->text;

	w->level = mem_grow(w->level, &w->level_cap, (key + 1) * w->npart, sizeof *w->level);
	for (size_t f = 0; f < w->npart; f++) {
		const char *end = s;

		for (size_t i = w->part[f].from; i < w->part[f].to; i++)
			end += strlen(end) + 1;
		w->level[key*w->npart + f] = map_add(w->part[f].levels, s, (size_t)(end - s));
		s = end;
	}
}

size_t
within_key(struct within *w, const struct text *text)
{
	size_t n = texts_join(text, w->nkey, &w->text, &w->cap), count = map_count(w->key), key;

	if (n == 0)
		return WITHIN_NONE;
	key = map_add(w->key, w->text, n);
	if (key == count)
		add_levels(w, key);
	return key;
}

size_t
within_cell(struct within *w, size_t group, size_t key)
{
	const size_t both[2] = { group, key };
	struct recent *r;

	w->recent = mem_grow(w->recent, &w->recent_cap, key + 1, sizeof *w->recent);
	while (w->nrecent <= key)
		w->recent[w->nrecent++].group = WITHIN_NONE;
	r = &w->recent[key];
	if (r->group != group)
		*r = (struct recent){ group, map_add(w->cell, (const char *)both, sizeof both) };
	return r->cell;
}

size_t
within_cells(const struct within *w)
{
	return map_count(w->cell);
}

/* Text i of those that stand in key k of m. */
static const char *
text_of(const struct map *m, size_t k, size_t i)
{
	size_t len;
	const char *s = map_key(m, k, &len);

	for (; i > 0; i--)
		s += strlen(s) + 1;
	return s;
}

const char *
within_text(const struct within *w, size_t key, size_t i)
{
	return text_of(w->key, key, i);
}

size_t
within_parts(const struct within *w)
{
	return w->npart;
}

size_t
within_names(const struct within *w)
{
	return w->npart - (w->joint > 0);
}

size_t
within_levels(const struct within *w, size_t part)
{
	return map_count(w->part[part].levels);
}

size_t
within_level(const struct within *w, size_t key, size_t part)
{
	return w->level[key*w->npart + part];
}

int
within_has(const struct within *w, size_t part, const char *text)
{
	return map_find(w->part[part].levels, text, strlen(text) + 1) != TABLE_NONE;
}

/* ---- order ------------------------------------------------------------------------------ */

/* A level of a part, or a key, to be sorted. */
struct sortable {
	const struct within *w;
	const struct part *part;
	size_t i;
};

static int
compare_levels(const void *va, const void *vb)
{
	const struct sortable *a = va, *b = vb;
	int c = 0;

	for (size_t i = 0; c == 0 && i < a->part->to - a->part->from; i++)
		c = group_compare(text_of(a->part->levels, a->i, i), text_of(a->part->levels, b->i, i));
	return c;
}

/* By the levels of what is absorbed, then of the others. */
static int
compare_keys(const void *va, const void *vb)
{
	const struct sortable *a = va, *b = vb;
	const struct within *w = a->w;

	for (size_t i = 0; i <= w->npart; i++) {
		size_t f = i == 0 ? w->absorbed : i - 1, *place = w->part[f].place;
		size_t pa = place[within_level(w, a->i, f)], pb = place[within_level(w, b->i, f)];

		if (pa != pb)
			return pa < pb ? -1 : 1;
	}
	return 0;
}

/* Where each of n is in the order of compare. */
static size_t *
places(const struct within *w, const struct part *part, size_t n, int (*compare)(const void *, const void *))
{
	struct sortable *s = mem_new(n, sizeof *s);
	size_t *place = mem_new(n, sizeof *place);

	for (size_t i = 0; i < n; i++)
		s[i] = (struct sortable){ w, part, i };
	qsort(s, n, sizeof *s, compare);
	for (size_t i = 0; i < n; i++)
		place[s[i].i] = i;
	free(s);
	return place;
}

/* By key: its place among all of them. */
static size_t *
key_places(struct within *w)
{
	for (size_t f = 0; f < w->npart; f++) {
		free(w->part[f].place);
		w->part[f].place = places(w, &w->part[f], within_levels(w, f), compare_levels);
	}
	return places(w, NULL, map_count(w->key), compare_keys);
}

void
within_end(struct within *w)
{
	size_t n = map_count(w->key);

	for (size_t f = 1; w->joint == 0 && f < w->npart; f++)
		if (within_levels(w, f) > within_levels(w, w->absorbed))
			w->absorbed = f;
	w->place = key_places(w);
	w->at = mem_new(n, sizeof *w->at);
	for (size_t i = 0; i < n; i++)
		w->at[w->place[i]] = i;
}

size_t
within_absorbed(const struct within *w)
{
	return w->absorbed;
}

size_t
within_place(const struct within *w, size_t key)
{
	return w->place[key];
}

size_t
within_at(const struct within *w, size_t place)
{
	return w->at[place];
}

static size_t *
group_places(const struct group *g)
{
	size_t n = group_count(g), *order = group_order(g), *place = mem_new(n, sizeof *place);

	for (size_t i = 0; i < n; i++)
		place[order[i]] = i;
	free(order);
	return place;
}

static int
compare_cells(const void *va, const void *vb)
{
	const struct cell *a = va, *b = vb;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return a->second < b->second ? -1 : a->second > b->second;
}

struct cell *
within_list(struct within *w, const struct group *g, int by_key, size_t *n)
{
	size_t *group = group_places(g), *key = key_places(w);
	struct cell *cell = mem_new(within_cells(w), sizeof *cell);

	*n = within_cells(w);
	for (size_t i = 0; i < *n; i++) {
		size_t len, both[2];

		memcpy(both, map_key(w->cell, i, &len), sizeof both);
		cell[i] = (struct cell){ i, both[0], both[1], group[both[0]], key[both[1]] };
		if (by_key)
			cell[i] = (struct cell){ i, both[0], both[1], key[both[1]], group[both[0]] };
	}
	qsort(cell, *n, sizeof *cell, compare_cells);
	free(group);
	free(key);
	return cell;
}

/* By key, then by place. */
static int
compare_rows(const void *va, const void *vb)
{
	const double *a = va, *b = vb;

	return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1];
}

void
within_sort(double *a, size_t ncol, ptrdiff_t n)
{
	double *key = mem_new((size_t)n, 2 * sizeof *key), *column = mem_new((size_t)n, sizeof *column);

	for (ptrdiff_t i = 0; i < n; i++) {
		key[2*i] = a[i];
		key[2*i + 1] = (double)i;
	}
	qsort(key, (size_t)n, 2 * sizeof *key, compare_rows);
	for (size_t j = 0; j < ncol; j++, a += n) {
		for (ptrdiff_t i = 0; i < n; i++)
			column[i] = a[(ptrdiff_t)key[2*i + 1]];
		memcpy(a, column, (size_t)n * sizeof *a);
	}
	free(key);
	free(column);
}

/* ---- sums of a group from those of its cells ------------------------------------------------ */

void
within_add(struct comom *sum, double *keys, const struct comom *cell)
{
	if (cell->n == 0)
		return;
	if (++*keys == 1)
		*sum = (struct comom){ .n = 1 };
	sum->n += cell->n - 1;          /* each key costs a degree of freedom, one of them is the mean's */
	sum->w += cell->w;
	sum->sxx = dd_add(sum->sxx, cell->sxx);
	sum->syy = dd_add(sum->syy, cell->syy);
	sum->sxy = dd_add(sum->sxy, cell->sxy);
	sum->xmax = sum->xmax > 0 || cell->xmin < cell->xmax;   /* 0 to 0: constant in each cell */
	sum->ymax = sum->ymax > 0 || cell->ymin < cell->ymax;
}

/* Cells from..n-1 of the list that are of one key: a run, for the pooled group; a single one
 * for others. */
static size_t
run(const struct cell *cell, size_t from, size_t n, int pooled)
{
	size_t to = from + 1;

	while (pooled && to < n && cell[to].key == cell[from].key)
		to++;
	return to;
}

/* Of pair i of group k from the n cells. */
static void
sum_moments(struct corr *c, struct moments *to, size_t k, size_t i, const struct cell *cell, size_t n)
{
	struct comom sum, one, of_cell;

	comom_init(&sum);
	for (size_t a = 0, b; a < n; a = b) {
		b = run(cell, a, n, k == 0);
		comom_init(&one);
		for (size_t l = a; l < b; l++) {
			of_cell = moments_of(c->moments, cell[l].cell, i);
			comom_merge(&one, &of_cell);
		}
		within_add(&sum, &c->keys[k * c->npair + i], &one);
	}
	moments_join_pair(to, k, i, &sum);
}

/* Of factor i of group k; it is of pair i, or of all pairs. */
static void
sum_factors(struct corr *c, struct factors *to, size_t k, size_t i, const struct cell *cell, size_t n)
{
	size_t *key = mem_new(n, sizeof *key);
	struct absorb *a;
	double keys;

	for (size_t l = 0; l < n; l++)
		key[l] = cell[l].key;
	a = absorb_new(c->within, &factors_of(to, k)[i], key, n);
	for (size_t l = 0; l < n; l++)
		absorb_add(a, cell[l].key, &factors_of(c->factors, cell[l].cell)[i]);
	keys = absorb_end(a);
	for (size_t l = c->spec.complete ? 0 : i; l < (c->spec.complete ? c->npair : i + 1); l++)
		c->keys[k * c->npair + l] = keys;
	free(key);
}

/* Group k from its cells, all of them for group 0. */
static void
sum_group(struct corr *c, struct moments *m, struct factors *f, size_t k, const struct cell *cell, size_t n)
{
	for (size_t i = 0; m != NULL && i < c->npair; i++)
		sum_moments(c, m, k, i, cell, n);
	for (size_t i = 0; f != NULL && i < c->nfactor; i++)
		sum_factors(c, f, k, i, cell, n);
}

void
within_solve(struct corr *c)
{
	struct moments *m = c->moments != NULL ? moments_new(c->nv, c->pair, c->npair, c->spec.weight != NULL) : NULL;
	struct factors *f = c->factors != NULL ? factors_new(c->p, c->nfactor) : NULL;
	size_t n;
	struct cell *cell;

	within_end(c->within);
	if (c->values != NULL && c->spec.nname > 0)
		values_order(c->values, c->nv, c->within);
	cell = within_list(c->within, c->group, 1, &n);
	c->keys = mem_new(c->ngroup, c->npair * sizeof *c->keys);
	sum_group(c, m, f, 0, cell, n);
	free(cell);
	cell = within_list(c->within, c->group, 0, &n);
	for (size_t a = 0, b; a < n; a = b) {
		for (b = a; b < n && cell[b].group == cell[a].group; b++)
			;
		if (cell[a].group != 0)
			sum_group(c, m, f, cell[a].group, cell + a, b - a);
	}
	free(cell);
	if (c->moments != NULL)
		moments_free(c->moments);
	if (c->factors != NULL)
		factors_free(c->factors);
	c->moments = m;
	c->factors = f;
	corr_ready(c);
}
