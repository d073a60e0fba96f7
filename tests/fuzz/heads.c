/* heads.c - whatever matrices, a dump, and a table beside them say, they are refused, or the heads have the numbers
 * that a slow reader computes of the same cells, and the columns of the row that has their keys.
 *
 * An input is a byte, a text of matrices or of a dump, and behind a NUL perhaps what --with reads.  The byte: bit 0, of
 * V and O; 1, the smaller product; 2, with eigenvalues and directions; 3, there are 3 layers; 4, a constant column model. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "held.h"
#include "model.h"

enum { OV = 1, CORE = 2, MORE = 4, LAYERS = 8, TAG = 16, SIDE = 24, MOST = 20000 };

static const uint8_t *part[2];
static size_t len[2];
static char *name[2];
static struct cells cell[2];

/* ---- cells ----------------------------------------------------------------------------------- */

/* Where the column of that name is, or MOST. */
static size_t
column(const struct cells *c, const char *called)
{
	for (size_t i = 0; c->nrow > 0 && i < cells_count(c, 0); i++)
		if (strcmp(cells_at(c, 0, i), called) == 0)
			return i;
	return MOST;
}

/* The row has that number there, or there is no such column. */
static int
has(const struct cells *c, size_t row, size_t col, size_t value)
{
	double v;

	return col == MOST || (cells_number(cells_at(c, row, col), &v) == CELLS_NUMBER && v == (double)value);
}

/* ---- matrices -------------------------------------------------------------------------------- */

/* The rows of one matrix of a head in their order: how many there are. */
static size_t
matrix(const struct head *h, char which, size_t n, double x[SIDE][SIDE])
{
	const struct cells *c = &cell[0];
	const size_t layer = column(c, "layer"), head = column(c, "head"), is = column(c, "matrix"), at = column(c, "row");
	size_t m = 0, r = 1;
	double row;

	while (r < c->nrow && (cells_same(c, 0, r) || !has(c, r, layer, h->layer) || !has(c, r, head, h->head)))
		r++;
	for (; r < c->nrow && (cells_same(c, 0, r) || (has(c, r, layer, h->layer) && has(c, r, head, h->head))); r++) {
		const char *text = cells_same(c, 0, r) ? "" : cells_at(c, r, is);

		if (text[0] != which || text[1] != '\0')
			continue;
		held_check(cells_number(cells_at(c, r, at), &row) == CELLS_NUMBER && row >= 0 && row == floor(row));
		for (size_t j = 0; j < n && row < SIDE; j++) {
			char called[24];

			snprintf(called, sizeof called, "c%zu", j + 1);
			held_check(cells_number(cells_at(c, r, column(c, called)), &x[(size_t)row][j]) == CELLS_NUMBER);
		}
		m++;
	}
	return m;
}

/* a is b, as far as terms of that size let it be known; what may be out of range is not looked at. */
static int
near(double a, long double b, long double size)
{
	return size > 1e150L || size < 1e-150L || (double)fabsl(a - b) <= 1e-11 * (double)size;
}

/* The sum of squares is what M has, and the traces are. */
static void
check_product(const struct head *h, double q[SIDE][SIDE], double k[SIDE][SIDE], size_t m, size_t n)
{
	long double all = 0, squares = 0, trace = 0, terms = 0, qs = 0, ks = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			long double x = 0;

			for (size_t l = 0; l < m; l++)
				x += (long double)k[l][i] * q[l][j];
			all += x*x;
		}
	for (ptrdiff_t i = 0; i < h->ns; i++)
		squares += (long double)h->s[i] * h->s[i];
	for (size_t l = 0; l < m; l++)
		for (size_t i = 0; i < n; i++) {
			trace += (long double)q[l][i] * k[l][i];
			terms += fabsl((long double)q[l][i] * k[l][i]);
			qs += (long double)q[l][i] * q[l][i];
			ks += (long double)k[l][i] * k[l][i];
		}
	held_check(near(h->q_fro, sqrtl(qs), sqrtl(qs)) && near(h->k_fro, sqrtl(ks), sqrtl(ks)));
	held_check(near(h->tr1, trace, terms));
	if (h->metric == METRIC_FULL)
		held_check(near((double)squares, all, qs*ks));
}

static void
check_given(const struct head *h, double x[SIDE][SIDE], size_t m, size_t n)
{
	long double all = 0, squares = 0, trace = 0, terms = 0;

	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < n; j++)
			all += (long double)x[i][j] * x[i][j];
	for (ptrdiff_t i = 0; i < h->ns; i++)
		squares += isnan(h->s[i]) ? 0 : (long double)h->s[i] * h->s[i];
	for (size_t i = 0; i < m && m == n; i++) {
		trace += x[i][i];
		terms += fabsl((long double)x[i][i]);
	}
	held_check(near((double)squares, all, all));
	held_check(m == n ? near(h->tr1, trace, terms) : isnan(h->tr1));
}

static void
check_matrices(const struct head *h, int ov)
{
	static double q[SIDE][SIDE], k[SIDE][SIDE];
	size_t n = (size_t)h->d_model, m;

	if (n > SIDE || h->d_head > SIDE)
		return;
	if (h->metric == METRIC_GIVEN) {
		m = matrix(h, 'm', n, q);
		if (m <= SIDE)
			check_given(h, q, m, n);
		return;
	}
	m = (size_t)h->d_head;
	held_check(matrix(h, ov ? 'o' : 'q', n, q) == m && matrix(h, ov ? 'v' : 'k', n, k) == m);
	check_product(h, q, k, m, n);
}

/* ---- the table beside them ------------------------------------------------------------------- */

/* Its columns that are no keys, and for each head the texts of its row, or none. */
static void
check_join(struct join *j, const struct head *h, size_t layers)
{
	const struct cells *c = &cell[1];
	const size_t layer = column(c, "layer"), head = column(c, "head"), model = column(c, "model"), tag = model;
	const size_t stage = layers > 0 ? column(c, "stage") : MOST, depth = layers > 0 ? column(c, "depth") : MOST;
	char *const *got = join_find(j, h);
	size_t found = 0, row = 0, n = 0;

	for (size_t r = 1; r < c->nrow; r++)
		if (!cells_same(c, 0, r) && has(c, r, layer, h->layer) && has(c, r, head, h->head) &&
		    (tag == MOST || strcmp(cells_at(c, r, tag), "m") == 0)) {
			found++;
			row = r;
		}
	held_check(found == (got != NULL));
	for (size_t i = 0; i < cells_count(c, 0); i++) {
		if (i == layer || i == head || i == tag || i == stage || i == depth)
			continue;
		held_check(strcmp(join_column(j, n), cells_at(c, 0, i)) == 0);
		if (got != NULL)
			held_check(strcmp(got[n], cells_at(c, row, i)) == 0);
		n++;
	}
	held_check(join_column(j, n) == NULL);
}

static int
is_table(size_t i)
{
	const uint8_t *p = part[i], *end = p + len[i];

	if (end - p >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	while (p < end && strchr(" \t\r\n", *p) != NULL)
		p++;
	return p == end || *p != '{';
}

/* A table in which each column of the keys is there once, with a constant one only if that is known. */
static int
is_plain(int tag)
{
	return is_table(1) && (tag || column(&cell[1], "model") == MOST) && cell[1].fault == CELLS_WHOLE;
}

static void
look(const uint8_t *data, size_t size)
{
	static char tagname[] = "model", tagvalue[] = "m";
	struct tag tag = { tagname, tagvalue, tagvalue };
	const struct tags tags = { &tag, data[0] & TAG ? 1 : 0, 0 };
	const struct source_spec spec = { .metric = data[0] & CORE ? METRIC_CORE : METRIC_FULL, .copying = (data[0] & MORE) != 0,
		.directionality = (data[0] & MORE) != 0, .num_layers = data[0] & LAYERS ? 3 : 0, .rank_tol = -1,
		.model = { .circuit = data[0] & OV ? CIRCUIT_OV : CIRCUIT_QK } };
	struct source *src;
	struct join *j = NULL;
	struct head h;
	struct opts o;

	(void)size;
	opts_init(&o);
	o.threads = 1;
	src = source_open(name[0], &o);
	source_start(src, &spec);
	if (name[1] != NULL)
		j = join_read(name[1], src, &tags, &o);
	while (source_next(src, &h)) {
		for (ptrdiff_t i = 0; i < h.ns; i++)
			held_check(h.s[i] * 0 == 0 ? h.s[i] >= 0 && (i == 0 || h.s[i] <= h.s[i - 1]) : isnan(h.s[i]) && i > 0);
		if (src->kind == SOURCE_MATRICES)
			check_matrices(&h, data[0] & OV);
		if (j != NULL && is_plain(tags.n > 0))
			check_join(j, &h, src->num_layers);
	}
	held_check(src->kind != SOURCE_MATRICES || cell[0].fault == CELLS_WHOLE);
	if (j != NULL) {
		join_alone(j, src);
		join_free(j);
	}
	source_close(src);
	opts_free(&o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = size > 0 ? memchr(data + 1, '\0', size - 1) : NULL;

	if (size == 0 || size > MOST)
		return 0;
	part[0] = data + 1;
	part[1] = cut != NULL ? cut + 1 : data + size;
	len[0] = cut != NULL ? (size_t)(cut - part[0]) : size - 1;
	len[1] = (size_t)(data + size - part[1]);
	for (int i = 0; i < 2; i++) {
		name[i] = i == 0 || cut != NULL ? held_file(i, part[i], len[i]) : NULL;
		cell[i] = cells_read(part[i], len[i]);
	}
	held_look(look, data, size);
	for (int i = 0; i < 2; i++)
		cells_free(&cell[i]);
	return 0;
}
