/* factors.c - triangular factors by group. */
#include <stdlib.h>

#include "corr.h"

struct factors {
	ptrdiff_t p;
	size_t count;
	struct of { struct tri *tri; double *mem; } *of;
	size_t ngroup, cap;
};

struct factors *
factors_new(ptrdiff_t p, size_t count)
{
	struct factors *f = mem_new(1, sizeof *f);

	f->p = p;
	f->count = count;
	return f;
}

struct tri *
factors_of(struct factors *f, size_t group)
{
	size_t size = tri_size(f->p);

	f->of = mem_grow(f->of, &f->cap, group + 1, sizeof *f->of);
	for (; f->ngroup <= group; f->ngroup++) {
		struct of *g = &f->of[f->ngroup];

		g->tri = mem_new(f->count, sizeof *g->tri);
		g->mem = mem_new(f->count, size * sizeof *g->mem);
		for (size_t i = 0; i < f->count; i++)
			tri_init(&g->tri[i], f->p, g->mem + i * size);
	}
	return f->of[group].tri;
}

void
factors_free(struct factors *f)
{
	for (size_t k = 0; k < f->ngroup; k++) {
		free(f->of[k].tri);
		free(f->of[k].mem);
	}
	free(f->of);
	free(f);
}
