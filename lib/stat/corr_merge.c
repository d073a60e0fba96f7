/* corr_merge.c - what states have of groups becomes the sums of correlations, in an order
 * that does not depend on that of the states. */
#include <math.h>
#include <stdlib.h>

#include "corr.h"

/* Nothing in it yet: triangular factors without room for rows. */
struct corr_part
corr_part_new(const struct corr *c, size_t group)
{
	ptrdiff_t p = c->p, size = 2*p + 2*p*p;
	struct corr_part a = { .group = group };

	a.pair = mem_new(c->nfactor == 0 ? c->npair : 0, sizeof *a.pair);
	for (size_t i = 0; c->nfactor == 0 && i < c->npair; i++)
		comom_init(&a.pair[i]);
	a.factor = mem_new(c->nfactor, sizeof *a.factor);
	a.mem = mem_new(c->nfactor, (size_t)size * sizeof *a.mem);
	for (size_t i = 0; i < c->nfactor; i++) {
		double *m = a.mem + i * (size_t)size;

		a.factor[i] = (struct tri){ .p = p, .min = m, .max = m + p, .r = m + 2*p, .rlo = m + 2*p + p*p };
		for (ptrdiff_t j = 0; j < p; j++) {
			a.factor[i].min[j] = INFINITY;
			a.factor[i].max[j] = -INFINITY;
		}
	}
	return a;
}

/* An order that only their contents decide. */
static int
compare_pairs(const void *a, const void *b)
{
	return num_compare(a, b, sizeof(struct comom) / sizeof(double));
}

/* Merges pair i of n parts of a group. */
static void
merge_pair(struct corr *c, const struct corr_part *part, size_t n, size_t i)
{
	struct comom *m = mem_new(n, sizeof *m);

	for (size_t l = 0; l < n; l++)
		m[l] = part[l].pair[i];
	qsort(m, n, sizeof *m, compare_pairs);
	for (size_t l = 0; l < n; l++)
		moments_join_pair(c->moments, part->group, i, &m[l]);
	free(m);
}

static void
merge_factor(struct corr *c, const struct corr_part *part, size_t n, size_t i)
{
	struct tri *t = mem_new(n, sizeof *t);

	for (size_t l = 0; l < n; l++)
		t[l] = part[l].factor[i];
	qsort(t, n, sizeof *t, tri_compare);
	for (size_t l = 0; l < n; l++)
		tri_merge(&factors_of(c->factors, part->group)[i], &t[l]);
	free(t);
}

static int
compare_parts(const void *va, const void *vb)
{
	const struct corr_part *a = va, *b = vb;

	return a->group < b->group ? -1 : a->group > b->group;
}

void
corr_parts_merge(struct corr *c, struct corr_part *part, size_t npart)
{
	if (npart > 0)
		qsort(part, npart, sizeof *part, compare_parts);
	for (size_t l = 0, n; l < npart; l += n) {
		for (n = 1; l + n < npart && part[l].group == part[l + n].group; n++)
			;
		for (size_t i = 0; c->nfactor == 0 && i < c->npair; i++)
			merge_pair(c, part + l, n, i);
		for (size_t i = 0; i < c->nfactor; i++)
			merge_factor(c, part + l, n, i);
	}
	for (size_t l = 0; l < npart; l++) {
		free(part[l].pair);
		free(part[l].factor);
		free(part[l].mem);
	}
}
