/* absorb.c - the effects of names taken out of triangular factors.
 *
 * Of the rows of one cell a triangular factor [1 C x y] is there, in which a name is a
 * column of ones: a multiple of its first column, whose only entry is in the first row.  So
 * columns of names come at the end, to as many rows as there are cells, and no row
 * of the table is needed again.  One of the names, or the keys of --within, has no columns
 * at all: the rows of its levels below the first are what its means leave.  Of what
 * is left the other names' columns, as far as they are independent, go first,
 * and what stands below their rows is what all names leave of C, x and y.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

struct absorb {
	const struct within *w;
	ptrdiff_t p, names;             /* columns of the sum; of names, which stand behind the first */
	int controls;                   /* some names are controls */
	size_t *col, *from;             /* columns by part and level, 0 for the one left out; where parts begin */
	struct tri *sum, one, centred, between;         /* one: the level in hand; between: levels' means */
	size_t level;
	double rows, n, keys;           /* rows of the level; of all; levels so far */
	double *min, *max;              /* of the sum's columns in the level */
	double *row, *size;             /* size: by column of a name, its sum of squares */
};

static const size_t unset = (size_t)-1;

static void
open_tri(struct tri *t, ptrdiff_t p)
{
	mem_fits((size_t)p, (size_t)p);
	tri_init(t, p, mem_new(tri_size(p), sizeof(double)));
}

/* Columns for the levels that the n keys have: of each part all but the first. */
static void
name_columns(struct absorb *a, const size_t *key, size_t n)
{
	size_t parts = within_parts(a->w), all = 0;

	a->from = mem_new(parts, sizeof *a->from);
	for (size_t f = 0; f < parts; f++) {
		a->from[f] = all;
		all += within_levels(a->w, f);
	}
	a->col = mem_new(all, sizeof *a->col);
	for (size_t i = 0; i < all; i++)
		a->col[i] = unset;
	for (size_t f = 0; f < parts; f++)
		for (size_t i = 0; i < n && f != within_absorbed(a->w); i++) {
			size_t *col = &a->col[a->from[f] + within_level(a->w, key[i], f)];

			if (*col == unset)
				*col = i == 0 ? 0 : (size_t)++a->names;
		}
}

struct absorb *
absorb_new(const struct within *w, struct tri *sum, const size_t *key, size_t n)
{
	struct absorb *a = mem_new(1, sizeof *a);
	ptrdiff_t q;

	a->w = w;
	a->sum = sum;
	a->p = sum->p;
	a->controls = within_names(w) > 0;
	name_columns(a, key, n);
	q = a->p + a->names;
	open_tri(&a->one, q);
	open_tri(&a->centred, q - 1);
	open_tri(&a->between, a->p);
	a->row = mem_new((size_t)(2*q + a->names + 1 + 2*a->p), sizeof *a->row);
	a->size = a->row + 2*q;
	a->min = a->size + a->names + 1;
	a->max = a->min + a->p;
	return a;
}

/* Column j of the sum is this one of a level. */
static ptrdiff_t
column(const struct absorb *a, ptrdiff_t j)
{
	return j == 0 ? 0 : j + a->names;
}

/* The rows of the level are all there. */
static void
end_level(struct absorb *a)
{
	struct tri *one = &a->one;
	ptrdiff_t p = a->p, q = one->p;
	double *row = a->row;

	tri_flush(one);
	if (++a->keys == 1) {
		a->sum->n = 1;
		for (ptrdiff_t j = 0; j < p; j++)
			a->sum->min[j] = a->sum->max[j] = 0;
	}
	a->sum->n += a->rows - 1;       /* each level costs a degree of freedom, one of them is the mean's */
	for (ptrdiff_t j = 0; j < p; j++) {
		row[j] = one->r[column(a, j)*q];
		row[p + j] = one->rlo[column(a, j)*q];
		if (a->min[j] < a->max[j])
			a->sum->max[j] = 1;
	}
	tri_add(&a->between, row, row + p, 1);
	for (ptrdiff_t i = 1; i < q && (double)i < one->n; i++) {
		for (ptrdiff_t j = 1; j < q; j++) {
			row[j - 1] = one->r[i + j*q];
			row[q + j - 1] = one->rlo[i + j*q];
		}
		tri_add(&a->centred, row, row + q, 1);
	}
	a->n += a->rows;
	a->rows = 0;
	tri_init(one, q, one->min);
}

/* The rows of the cell's factor, with columns of names, join the level. */
static void
add_rows(struct absorb *a, size_t key, const struct tri *cell)
{
	ptrdiff_t p = a->p, q = a->one.p;
	double *row = a->row;

	for (ptrdiff_t i = 0; i < p && (double)i < cell->n; i++) {
		memset(row, 0, 2*(size_t)q * sizeof *row);
		for (ptrdiff_t j = 0; j < p; j++) {
			row[column(a, j)] = cell->r[i + j*p];
			row[q + column(a, j)] = cell->rlo[i + j*p];
		}
		for (size_t f = 0; i == 0 && f < within_parts(a->w); f++) {
			size_t col = f == within_absorbed(a->w) ? 0 : a->col[a->from[f] + within_level(a->w, key, f)];

			row[col] = row[0];
			row[(size_t)q + col] = row[q];
			a->size[col] += row[0]*row[0];
		}
		tri_add(&a->one, row, row + q, 1);
	}
}

void
absorb_add(struct absorb *a, size_t key, struct tri *cell)
{
	size_t level = within_level(a->w, key, within_absorbed(a->w));

	tri_flush(cell);
	if (cell->n == 0)
		return;
	if (a->rows > 0 && level != a->level)
		end_level(a);
	for (ptrdiff_t j = 0; j < a->p; j++) {
		a->min[j] = a->rows > 0 && a->min[j] < cell->min[j] ? a->min[j] : cell->min[j];
		a->max[j] = a->rows > 0 && a->max[j] > cell->max[j] ? a->max[j] : cell->max[j];
	}
	a->level = level;
	a->rows += cell->n;
	if (a->names == 0)
		tri_merge(&a->one, cell);
	else
		add_rows(a, key, cell);
}

/* Which columns of names are independent, also of what was absorbed, and all others: how
 * many of the first. */
static ptrdiff_t
independent(const struct absorb *a, ptrdiff_t *pick)
{
	const struct tri *t = &a->centred;
	ptrdiff_t m = a->names, n = 0;
	double *q = mem_new((size_t)(m*m), sizeof *q), s, tol = partial_tolerance(a->n, m);

	for (ptrdiff_t j = 0; j < m; j++) {
		if (tri_norm(t->r + j*t->p, m) <= tol*sqrt(a->size[j + 1]))
			continue;
		s = partial_left(t->r + j*t->p, m, q, n, tol, q + n*m);
		for (ptrdiff_t i = 0; i < m && s > 0; i++)
			q[i + n*m] /= s;
		if (s > 0)
			pick[n++] = j;
	}
	for (ptrdiff_t j = 0; j < a->p - 1; j++)
		pick[n + j] = m + j;
	free(q);
	return n;
}

/* What the names leave of the sum's columns, in its rows below the first; in the first the
 * norm of what they explain.  Returns how many of the names with columns are independent. */
static ptrdiff_t
sweep(struct absorb *a)
{
	ptrdiff_t p = a->p, q = a->centred.p, *pick = mem_new((size_t)q, sizeof *pick);
	ptrdiff_t d = independent(a, pick), k = d + p - 1;
	double *r = mem_new(2*(size_t)(k*k) + tri_pick_work(q, k), sizeof *r), *rl = r + k*k;

	tri_pick(&a->centred, pick, k, r, rl, rl + k*k);
	for (ptrdiff_t j = 1; j < p; j++) {
		const double *col = r + (d + j - 1)*k;

		for (ptrdiff_t i = 1; i <= j; i++) {
			a->sum->r[i + j*p] = col[d + i - 1];
			a->sum->rlo[i + j*p] = rl[(d + j - 1)*k + d + i - 1];
		}
		a->sum->r[j*p] = tri_norm(col, d);
	}
	free(pick);
	free(r);
	return d;
}

/* A column of which the names leave rounding alone is none. */
static void
clear_dependent(struct absorb *a)
{
	ptrdiff_t p = a->p, m = p - 1;
	int means = within_names(a->w) == within_parts(a->w);   /* what is absorbed is a control */

	for (ptrdiff_t j = 1; j < p; j++) {
		double *r = a->sum->r + j*p, pair[2] = { r[0], means ? tri_norm(a->between.r + 1 + j*p, m) : 0 };
		double left = tri_norm(r + 1, m), tol = partial_tolerance(a->n, a->names + p);

		r[0] = tri_norm(pair, 2);
		if (left > tol*r[0])
			continue;
		memset(r + 1, 0, (size_t)m * sizeof *r);
		memset(a->sum->rlo + j*p + 1, 0, (size_t)m * sizeof *r);
		a->sum->max[j] = 0;
	}
}

double
absorb_end(struct absorb *a)
{
	ptrdiff_t d = 0;
	double keys;

	if (a->rows > 0)
		end_level(a);
	tri_flush(&a->centred);
	tri_flush(&a->between);
	if (a->keys > 0)
		d = sweep(a);
	if (a->controls && a->keys > 0)
		clear_dependent(a);
	a->sum->n -= (double)d;
	keys = a->keys + (double)d;
	free(a->one.min);
	free(a->centred.min);
	free(a->between.min);
	free(a->row);
	free(a->col);
	free(a->from);
	free(a);
	return keys;
}
