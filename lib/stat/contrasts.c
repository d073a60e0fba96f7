/* contrasts.c - the order of a formula's columns, and which of them are terms. */
#include <stdlib.h>
#include <string.h>

#include "lm.h"

static int
compare_texts(const void *a, const void *b)
{
	return group_compare(((const struct sortable_level *)a)->text, ((const struct sortable_level *)b)->text);
}

void
product_sort(struct terms *t)
{
	size_t len;

	for (size_t i = 0; i < t->ntext; i++) {
		struct factor *f = &t->factor[i];
		size_t n = map_count(f->levels);
		struct sortable_level *l = mem_new(n, sizeof *l);

		for (size_t k = 0; k < n; k++)
			l[k] = (struct sortable_level){ map_key(f->levels, k, &len), k };
		qsort(l, n, sizeof *l, compare_texts);
		f->rank = mem_new(n, sizeof *f->rank);
		f->order = mem_new(n, sizeof *f->order);
		f->reference = n > 0 ? l[0].level : TABLE_NONE;
		for (size_t k = 0; k < n; k++) {
			f->order[k] = l[k].level;
			f->rank[l[k].level] = k;
		}
		free(l);
	}
}

/* A column's place in its term: of its parts the first goes round fastest, as in R. */
static double
place(const struct terms *t, const struct predictor *p, const size_t *id)
{
	double at = 0, radix = 1;

	for (size_t a = 0; a < p->npart; a++) {
		const struct multiplicand *x = &p->part[a];
		const struct factor *f = x->power == 0 ? &t->factor[x->at] : NULL;

		at += radix * (double)(f != NULL ? f->rank[*id++] : x->place);
		radix *= (double)(f != NULL ? map_count(f->levels) : x->places);
	}
	return at;
}

struct placed { double place; size_t at; };

static int
compare_places(const void *va, const void *vb)
{
	const struct placed *a = va, *b = vb;

	return a->place < b->place ? -1 : a->place > b->place;
}

struct sortable_level *
product_levels(const struct terms *t, size_t i, size_t *n)
{
	const struct predictor *p = &t->var[i];
	struct sortable_level *l;
	struct placed *s;

	*n = map_count(p->levels);
	s = mem_new(*n, sizeof *s);
	l = mem_new(*n, sizeof *l);
	for (size_t k = 0; k < *n; k++)
		s[k] = (struct placed){ place(t, p, product_ids(p, k)), k };
	qsort(s, *n, sizeof *s, compare_places);
	for (size_t k = 0; k < *n; k++)
		l[k] = (struct sortable_level){ NULL, s[k].at };
	free(s);
	return l;
}

/* ---- which columns are terms ------------------------------------------------------------------ */

/* A factor of the level, of which not all levels have a column, is at its reference. */
static int
at_reference(const struct terms *t, const struct predictor *p, const size_t *id, const size_t *reference)
{
	for (size_t a = 0; a < p->npart; a++) {
		const struct multiplicand *x = &p->part[a];

		if (x->power > 0)
			continue;
		if (!x->all && *id == (reference != NULL ? reference[x->at] : t->factor[x->at].reference))
			return 1;
		id++;
	}
	return 0;
}

/* The columns of one predictor to those of its term. */
static size_t
gather(const struct terms *t, size_t i, size_t column, struct placed *s)
{
	const struct predictor *p = &t->var[i];
	size_t n = 0;

	if (i == t->exact)
		return 0;
	if (p->ntext == 0) {
		s[0] = (struct placed){ place(t, p, NULL), column };
		return 1;
	}
	for (size_t k = 0; k < map_count(p->levels); k++)
		if (!at_reference(t, p, product_ids(p, k), NULL))
			s[n++] = (struct placed){ place(t, p, product_ids(p, k)), p->at[k] };
	return n;
}

void
product_choose(struct terms *t)
{
	struct placed *s = mem_new(t->p, sizeof *s);
	size_t j = (size_t)t->intercept;

	for (size_t i = 0, n; i < t->nvar; ) {
		size_t term = t->var[i].term;

		for (n = 0; i < t->nvar && t->var[i].term == term; i++) {
			n += gather(t, i, j, s + n);
			j += t->var[i].ntext == 0;
		}
		qsort(s, n, sizeof *s, compare_places);
		for (size_t k = 0; k < n; k++)
			t->term[t->k++] = (ptrdiff_t)s[k].at;
	}
	free(s);
}

int
product_left_out(const struct terms *t, size_t c, const size_t *reference)
{
	const struct predictor *p = &t->var[t->col[c].var];

	return c > t->iy && at_reference(t, p, product_ids(p, t->col[c].level), reference);
}

/* Marks the levels of factor i that the model has rows of. */
static void
mark_levels(const struct terms *t, const struct model *model, size_t i, char *there)
{
	for (size_t c = t->iy + 1; c < t->p; c++) {
		const struct predictor *p = &t->var[t->col[c].var];
		const size_t *id = product_ids(p, t->col[c].level);

		if (model->tri.max[c] == 0 && model->tri.min[c] == 0)
			continue;
		for (size_t a = 0; a < p->npart; a++) {
			if (p->part[a].power == 0 && p->part[a].at == i)
				there[*id] = 1;
			id += p->part[a].power == 0;
		}
	}
}

size_t *
product_references(struct lm *m, size_t k, size_t j)
{
	const struct terms *t = &m->terms;
	size_t *reference, len;

	if (t->formula == NULL)
		return NULL;
	reference = mem_new(t->ntext, sizeof *reference);
	for (size_t i = 0; i < t->ntext; i++) {
		struct factor *f = &t->factor[i];
		size_t n = map_count(f->levels), r = 0;
		char *there = mem_new(n, 1);

		mark_levels(t, &m->sums[k].model[j], i, there);
		while (r < n && !there[f->order[r]])
			r++;
		free(there);
		reference[i] = r < n ? f->order[r] : f->reference;
		if (reference[i] != f->reference && f->contrasts)
			lm_note(m, j, k, mem_print(": no row of %s=%s: %s=%s is the reference", f->name,
			    map_key(f->levels, f->reference, &len), f->name, map_key(f->levels, reference[i], &len)));
	}
	return reference;
}
