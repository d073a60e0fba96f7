/* refit.c - a model fitted to some of its clusters or folds, or to some of them several
 * times: their factors, merged and solved. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

void
refit_open(struct refit *r, struct lm *m, const struct model *model, int by, const ptrdiff_t *col, ptrdiff_t k)
{
	ptrdiff_t p = model->tri.p;

	*r = (struct refit){ .m = m, .model = model, .by = by, .col = col, .k = k };
	r->mem = mem_new(tri_size(p), sizeof *r->mem);
	r->work = mem_new(ls_work(p, k), sizeof *r->work);
	r->times = mem_new(model->by[by]->n, sizeof *r->times);
	lm_new_fit(&r->fit, (size_t)k);
}

void
refit_close(struct refit *r)
{
	if (r->mem == NULL)
		return;
	lm_free_fit(&r->fit);
	free(r->mem);
	free(r->work);
	free(r->times);
}

/* t has its rows so many times. */
static void
multiply(struct tri *t, size_t times)
{
	struct dd root = dd_sqrt((struct dd){ (double)times, 0 }), x;

	t->n *= (double)times;
	for (ptrdiff_t i = 0; i < t->p*t->p && times > 1; i++) {
		x = dd_mul(root, (struct dd){ t->r[i], t->rlo[i] });
		t->r[i] = x.hi;
		t->rlo[i] = x.lo;
	}
}

int
refit_solve(struct refit *r)
{
	const struct clusters *all = r->model->by[r->by];
	struct tri t, *one = &r->m->spare.tri[1];

	tri_init(&t, r->model->tri.p, r->mem);
	for (size_t i = 0; i < all->n; i++)
		if (r->times[i] > 0) {
			clusters_get(all, i, one);
			multiply(one, r->times[i]);
			tri_merge(&t, one);
		}
	return ls_fit(&t, r->col, r->k, r->m->terms.intercept, 0, &r->fit, r->work) == 0;
}
