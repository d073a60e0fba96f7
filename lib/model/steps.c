/* steps.c - what layers consist of, over the rows of a group and on all threads: norms, sums,
 * products with matrices. */
#include <stdlib.h>
#include <string.h>

#include "pass.h"

enum { COLUMNS = REAL_PART };

static const struct normal none = { .kind = NORM_NONE };

char *
pass_row(const struct pass *p, char *of, size_t i, ptrdiff_t width)
{
	return of + i*(size_t)width*p->r->size;
}

/* work shared by threads --------------------------------------------------- */

/* Rows of a group are cut at multiples of REAL_STEP. */
size_t
steps_parts(const struct pass *p)
{
	return (p->rows + REAL_STEP - 1) / REAL_STEP;
}

size_t
steps_end(const struct pass *p, size_t part)
{
	size_t end = (part + 1)*REAL_STEP;

	return end < p->rows ? end : p->rows;
}

/* norms -------------------------------------------------------------------- */

static void
norm_row(const struct rows_job *j, ptrdiff_t at, const char *x, char *y)
{
	const struct pass *p = j->p;
	const struct normal *n = j->norm;
	const int mean = n->kind == NORM_LN || n->kind == NORM_LN1, one = n->kind == NORM_RMS1 || n->kind == NORM_LN1;

	const size_t from = j->each ? (size_t)at*p->r->size : 0;

	p->r->norm(j->width, x, mean, n->eps, one, n->w != NULL ? p->vector[0] + from : NULL,
	    n->b != NULL ? p->vector[1] + from : NULL, y);
}

static void
rows_part(void *ctx, size_t part, int worker)
{
	const struct rows_job *j = ctx;
	const struct pass *p = j->p;
	const size_t end = steps_end(p, part);

	(void)worker;
	for (size_t i = part*REAL_STEP; i < end; i++) {
		char *x = pass_row(p, j->from, i, j->ld), *y = pass_row(p, j->to, i, j->ld);

		for (ptrdiff_t c = 0; c < j->ld && j->norm->kind != NORM_NONE; c += j->width)
			norm_row(j, c, x + (size_t)c*p->r->size, y + (size_t)c*p->r->size);
		if (j->norm->kind == NORM_NONE && x != y)
			memcpy(y, x, (size_t)j->ld*p->r->size);
		if (j->add != NULL)
			p->r->axpy(j->ld, j->scale, y, pass_row(p, j->add, i, j->ld));
	}
	if (j->pack)
		p->r->pack(j->ld, j->to, j->ld, (ptrdiff_t)(part*REAL_STEP), (ptrdiff_t)end, p->packed);
}

void
steps_rows(struct rows_job *j)
{
	struct pass *p = j->p;
	const struct tensor *const of[] = { j->norm->w, j->norm->b };

	for (int i = 0; i < 2 && j->norm->kind != NORM_NONE; i++)
		if (of[i] != NULL)
			p->r->load_row(of[i]->type, of[i]->data, 0, (ptrdiff_t)(of[i]->shape[0]*of[i]->shape[1]), p->vector[i]);
	team_run(p->team, steps_parts(p), rows_part, j);
}

/* to = norm(from), packed. */
void
steps_norm_pack(struct pass *p, const struct normal *n, char *from, char *to)
{
	steps_rows(&(struct rows_job){ .p = p, .norm = n, .from = from, .to = to, .width = p->plan->d_model,
		.ld = p->plan->d_model, .pack = 1 });
}

/* x += scale norm(y), or with POST x = norm(x + y). */
void
steps_add(struct pass *p, const struct normal *n, char *y, char *x)
{
	const ptrdiff_t d = p->plan->d_model;
	const int post = p->plan->row->order == POST;

	steps_rows(&(struct rows_job){ .p = p, .norm = post ? &none : n, .from = y, .to = y, .width = d, .ld = d, .add = x,
		.scale = p->plan->residual });
	if (post)
		steps_rows(&(struct rows_job){ .p = p, .norm = n, .from = x, .to = x, .width = d, .ld = d });
}

struct limit_job { struct pass *p; double most; char *x; ptrdiff_t width; };

static void
limit_part(void *ctx, size_t part, int worker)
{
	const struct limit_job *j = ctx;
	const struct real *r = j->p->r;
	double some[64];

	(void)worker;
	for (size_t i = part*REAL_STEP; i < steps_end(j->p, part); i++) {
		char *x = pass_row(j->p, j->x, i, j->width);

		for (ptrdiff_t k = 0, n; k < j->width; k += n, x += (size_t)n*r->size) {
			n = j->width - k < 64 ? j->width - k : 64;
			r->to_double(n, x, some);
			for (ptrdiff_t c = 0; c < n; c++)
				some[c] = some[c] > j->most ? j->most : some[c] < -j->most ? -j->most : some[c];
			r->from_double(n, some, x);
		}
	}
}

void
steps_limit(struct pass *p, double most, char *x, ptrdiff_t width)
{
	struct limit_job j = { p, most, x, width };

	team_run(p->team, steps_parts(p), limit_part, &j);
}

/* products ------------------------------------------------------------------- */

struct product {
	struct pass *p;
	struct weight_rows rows;
	ptrdiff_t first, out;           /* outputs from first on, so many, to columns 0... of y */
	ptrdiff_t in_first, in;         /* inputs that were packed */
	const char *bias;
	int add;
	char *y;
	ptrdiff_t ldy;
};

/* Rows of a part of a matrix. */
static void
part_get(const void *ctx, ptrdiff_t i, ptrdiff_t j, ptrdiff_t n, void *x)
{
	const struct product *m = ctx;

	weights_get(&m->rows, m->first + i, m->in_first + j, n, x);
}

static void
product_part(void *ctx, size_t part, int worker)
{
	const struct product *m = ctx;
	const struct pass *p = m->p;
	const struct real_rows w = { part_get, m };
	ptrdiff_t j0 = (ptrdiff_t)part*COLUMNS, j1 = j0 + COLUMNS < m->out ? j0 + COLUMNS : m->out;

	p->r->mul((ptrdiff_t)p->rows, m->in, p->packed, &w, j0, j1, m->bias, m->add, m->y, m->ldy,
	    p->work + (size_t)worker*p->work_size);
}

/* y = W x + b, or y += W x, of the rows that are packed, outputs first.. and inputs in_first.. of
 * l alone. */
void
steps_multiply_part(struct pass *p, const struct linear *l, ptrdiff_t first, ptrdiff_t out, ptrdiff_t in_first, ptrdiff_t in,
    int add_to, char *y, ptrdiff_t ldy)
{
	struct product m = { .p = p, .rows = { p->r, l }, .first = first, .out = out, .in_first = in_first, .in = in,
		.add = add_to, .y = y, .ldy = ldy };
	char *bias = NULL;

	if (l->b != NULL && in_first == 0) {
		bias = mem_new((size_t)l->out, p->r->size);
		weights_bias(p->r, l, bias);
		m.bias = bias + (size_t)first*p->r->size;
	}
	team_run(p->team, (size_t)(out + COLUMNS - 1)/COLUMNS, product_part, &m);
	p->flops += 2*(double)p->rows*(double)out*(double)in;
	free(bias);
}

void
steps_multiply(struct pass *p, const struct linear *l, char *y)
{
	steps_multiply_part(p, l, 0, l->out, 0, l->in, 0, y, l->out);
}

void
steps_pack(struct pass *p, char *x, ptrdiff_t width)
{
	steps_rows(&(struct rows_job){ .p = p, .norm = &none, .from = x, .to = x, .width = width, .ld = width, .pack = 1 });
}
