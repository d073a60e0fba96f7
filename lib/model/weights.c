/* weights.c - rows of numbers out of tensors, in float or double: of matrices whose numbers
 * stand alone, come in blocks, are packed, or have scales. */
#include "pass.h"

enum { SOME = 512 };

static size_t
size_of(const struct tensor *t)
{
	return (size_t)num_form(t->type)->bytes;
}

/* x[0..n) = those of row i of t from column j on. */
static void
load(const struct real *r, const struct tensor *t, size_t i, size_t j, size_t n, void *x)
{
	const struct num_form *f = num_form(t->type);
	size_t width = t->ndim > 2 ? t->shape[2] : t->ndim > 1 ? t->shape[1] : n;
	double some[SOME];

	if (t->pack == NULL) {
		r->load_row(t->type, t->data + i * (width/(size_t)f->count*(size_t)f->bytes), (ptrdiff_t)j, (ptrdiff_t)n, x);
		return;
	}
	for (size_t k = 0, m; k < n; k += m) {
		m = n - k < SOME ? n - k : SOME;
		unpack(t->pack, i, j + k, m, some);
		r->from_double((ptrdiff_t)m, some, (char *)x + k*r->size);
	}
}

/* The same times its scales. */
static void
load_scaled(const struct real *r, const struct linear *l, size_t i, size_t j, size_t n, void *x)
{
	const struct scales *s = &l->scales;

	load(r, l->w, i, j, n, x);
	for (size_t k = j, end; s->of != NULL && k < j + n; k = end) {
		double c;

		num_load_row(s->of->type, s->of->data, (ptrdiff_t)(i/s->rows*s->of->shape[1] + k/s->cols), 1, &c);
		end = (k/s->cols + 1)*s->cols;
		end = end < j + n ? end : j + n;
		r->scale((ptrdiff_t)(end - k), c, (char *)x + (k - j)*r->size);
	}
}

static size_t
row_of(const struct linear *l, size_t i)
{
	size_t h = i / l->rows;

	return l->base + h/l->per * l->big + h%l->per * l->small + i%l->rows;
}

void
weights_get(const void *rows, ptrdiff_t i, ptrdiff_t j, ptrdiff_t n, void *x)
{
	const struct weight_rows *of = rows;
	const struct linear *l = of->l;
	size_t row = row_of(l, (size_t)i), one = size_of(l->w);

	const int deep = l->w->ndim > 2;
	size_t width = l->w->shape[deep ? 2 : 1], plane = l->by_head ? (size_t)i/l->rows : l->plane;
	size_t first = deep ? plane*l->w->shape[1] : 0;

	if (l->by_head)
		row = (size_t)i%l->rows;
	if (l->transposed)
		of->r->load(l->w->type, l->w->data + ((first + (size_t)j)*width + row)*one, (ptrdiff_t)(width*one), n, x);
	else
		load_scaled(of->r, l, first + row, (size_t)j, (size_t)n, x);
}

void
weights_row(const struct real *r, const struct tensor *t, size_t i, size_t n, void *x)
{
	load(r, t, i, 0, n, x);
}

void
weights_bias(const struct real *r, const struct linear *l, void *x)
{
	for (size_t i = 0, n; i < (size_t)l->out; i += n) {
		n = (size_t)l->out - i < l->rows ? (size_t)l->out - i : l->rows;
		r->load_row(l->b->type, l->b->data, (ptrdiff_t)(l->plane*l->b->shape[1] + row_of(l, i)), (ptrdiff_t)n, (char *)x + i*r->size);
	}
}
