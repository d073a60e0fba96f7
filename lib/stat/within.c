/* within.c - correlation within keys: each key's own mean taken out of x and y.
 *
 * The rows of one group that have the same texts in the keys of --within are a cell.  Each
 * cell keeps the sums that a group keeps, so that cells of two parts merge as
 * groups do.  At the end the centred sums of the cells of a group are added, without
 * what lies between their means: that is the sum of squares left by a factor of the
 * keys, or, from triangular factors, by the rows below the first, which is the mean.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

struct within {
	size_t nkey;
	struct map *key, *cell;         /* texts, each ended by NUL; group and key as two numbers */
	char *text;
	size_t cap;
};

struct within *
within_new(size_t nkey)
{
	struct within *w = mem_new(1, sizeof *w);

	w->nkey = nkey;
	w->key = map_new();
	w->cell = map_new();
	return w;
}

void
within_free(struct within *w)
{
	map_free(w->key);
	map_free(w->cell);
	free(w->text);
	free(w);
}

size_t
within_key(struct within *w, const struct text *text)
{
	size_t n = texts_join(text, w->nkey, &w->text, &w->cap);

	return n > 0 ? map_add(w->key, w->text, n) : WITHIN_NONE;
}

size_t
within_cell(struct within *w, size_t group, size_t key)
{
	const size_t both[2] = { group, key };

	return map_add(w->cell, (const char *)both, sizeof both);
}

size_t
within_cells(const struct within *w)
{
	return map_count(w->cell);
}

const char *
within_text(const struct within *w, size_t key, size_t i)
{
	size_t len;
	const char *s = map_key(w->key, key, &len);

	for (; i > 0; i--)
		s += strlen(s) + 1;
	return s;
}

/* ---- order ------------------------------------------------------------------------------ */

/* A key with its texts, to be sorted by these. */
struct sortable {
	const struct within *w;
	size_t key;
};

static int
compare_keys(const void *va, const void *vb)
{
	const struct sortable *a = va, *b = vb;
	int c = 0;

	for (size_t i = 0; c == 0 && i < a->w->nkey; i++)
		c = group_compare(within_text(a->w, a->key, i), within_text(a->w, b->key, i));
	return c;
}

/* By key: its place among all of them. */
static size_t *
key_places(const struct within *w)
{
	size_t n = map_count(w->key), *place = mem_new(n, sizeof *place);
	struct sortable *s = mem_new(n, sizeof *s);

	for (size_t i = 0; i < n; i++)
		s[i] = (struct sortable){ w, i };
	qsort(s, n, sizeof *s, compare_keys);
	for (size_t i = 0; i < n; i++)
		place[s[i].key] = i;
	free(s);
	return place;
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
within_list(const struct within *w, const struct group *g, int by_key, size_t *n)
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

/* The rows of R below the first are the cell's, less its means. */
void
within_stack(struct tri *sum, struct tri *centred, double *keys, struct tri *cell)
{
	ptrdiff_t p = cell->p;
	double *row;

	tri_flush(cell);
	if (cell->n == 0)
		return;
	if (++*keys == 1) {
		sum->n = 1;
		for (ptrdiff_t j = 0; j < p; j++)
			sum->min[j] = sum->max[j] = 0;
	}
	sum->n += cell->n - 1;
	for (ptrdiff_t j = 1; j < p; j++)
		if (cell->min[j] < cell->max[j])
			sum->max[j] = 1;
	row = mem_new(2 * (size_t)p, sizeof *row);
	for (ptrdiff_t i = 1; i < p && (double)i < cell->n; i++) {
		for (ptrdiff_t j = 1; j < p; j++) {
			row[j - 1] = cell->r[i + j*p];
			row[p + j - 1] = cell->rlo[i + j*p];
		}
		tri_add(centred, row, row + p, 1);
	}
	free(row);
}

/* The centred columns become those of sum below its first row. */
void
within_stacked(struct tri *sum, struct tri *centred)
{
	ptrdiff_t p = sum->p, q = centred->p;

	tri_flush(centred);
	for (ptrdiff_t j = 0; j < q; j++)
		for (ptrdiff_t i = 0; i < q; i++) {
			sum->r[i + 1 + (j + 1)*p] = centred->r[i + j*q];
			sum->rlo[i + 1 + (j + 1)*p] = centred->rlo[i + j*q];
		}
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
	struct comom *sum = &moments_of(to, k)[i], one;

	for (size_t a = 0, b; a < n; a = b) {
		b = run(cell, a, n, k == 0);
		comom_init(&one);
		for (size_t l = a; l < b; l++)
			comom_merge(&one, &moments_of(c->moments, cell[l].cell)[i]);
		within_add(sum, &c->keys[k * c->npair + i], &one);
	}
}

/* Of factor i of group k; it is of pair i, or of all pairs. */
static void
sum_factors(struct corr *c, struct factors *to, size_t k, size_t i, const struct cell *cell, size_t n)
{
	struct tri *sum = &factors_of(to, k)[i], *one, centred;
	double *mem = mem_new(tri_size(c->p - 1), sizeof *mem), keys = 0;
	struct factors *f;

	tri_init(&centred, c->p - 1, mem);
	for (size_t a = 0, b; a < n; a = b) {
		b = run(cell, a, n, k == 0);
		f = factors_new(c->p, 1);
		one = factors_of(f, 0);
		for (size_t l = a; l < b; l++)
			tri_merge(one, &factors_of(c->factors, cell[l].cell)[i]);
		within_stack(sum, &centred, &keys, one);
		factors_free(f);
	}
	within_stacked(sum, &centred);
	for (size_t l = c->spec.complete ? 0 : i; l < (c->spec.complete ? c->npair : i + 1); l++)
		c->keys[k * c->npair + l] = keys;
	free(mem);
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
	struct cell *cell = within_list(c->within, c->group, 1, &n);

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
