/* proj.c - the projection of one head, W_Q, W_K, W_V or W_O', out of the tensors that hold
 * those of all heads; and what is wrong with one that has no spectrum. */
#include <math.h>
#include <string.h>

#include "private.h"

/* The numbers of t come in blocks, or are packed. */
static int
is_blocked(const struct tensor *t)
{
	return t->pack != NULL || num_form(t->type)->count > 1;
}

/* Numbers of a row of t, of which it has shape[0], or, in three dimensions, shape[0] times
 * shape[1]. */
static size_t
width(const struct tensor *t)
{
	return t->ndim > 2 ? t->shape[2] : t->shape[1];
}

/* x[0..n) = those of row i of t from column j on. */
static void
load(const struct tensor *t, size_t i, size_t j, size_t n, double *x)
{
	const struct num_form *f = num_form(t->type);

	if (t->pack != NULL)
		unpack(t->pack, i, j, n, x);
	else
		num_load_row(t->type, t->data + i * (width(t)/(size_t)f->count*(size_t)f->bytes), (ptrdiff_t)j, (ptrdiff_t)n, x);
}

/* Where the rows of the tensor that are the head's begin. */
static size_t
first_row(const struct proj *p, size_t head)
{
	return p->base + head/p->per * p->big + head%p->per * p->small;
}

/* x[0..n) = all of t, of one dimension. */
static void
load_vector(const struct tensor *t, size_t n, double *x)
{
	num_load_row(t->type, t->data, 0, (ptrdiff_t)n, x);
}

/* The rows of the tensor that are the head's. */
static struct prod_mat
lend(const struct proj *p, size_t head)
{
	const struct tensor *w = p->w;
	ptrdiff_t one = num_form(w->type)->bytes, ld = (ptrdiff_t)w->shape[1] * one;
	struct prod_mat x = { .type = w->type, .m = p->rows, .n = p->n };

	x.row = p->transposed ? one : ld;
	x.col = p->transposed ? ld : one;
	x.data = w->data + (ptrdiff_t)first_row(p, head)*x.row;
	return x;
}

/* x[0..n) = those of row i of t from column j on, times their scales; exact unless
 * these are of 64 bits. */
static void
load_row(const struct tensor *t, const struct scales *s, size_t i, size_t j, size_t n, double *x)
{
	load(t, i, j, n, x);
	for (size_t k = j, end; s->of != NULL && k < j + n; ) {
		double c;

		load(s->of, i/s->rows, k/s->cols, 1, &c);
		for (end = k/s->cols*s->cols + s->cols; k < j + n && k < end; k++)
			x[k - j] *= c;
	}
}

/* Columns j to j + wide of made from as many rows of the tensor, of which the head has a part: pieces of
 * a block's length, all rows side by side, so that made is written a line of the cache at a time.
 * work: LINE by PIECE. */
enum { LINE = 8, PIECE = 256 };

static void
turn_over(const struct proj *p, size_t first, size_t j, size_t wide, double *made, double *work)
{
	size_t m = (size_t)p->rows, n = (size_t)p->n, k;

	for (size_t i = 0; i < m; i += k) {
		k = m - i < PIECE ? m - i : PIECE;
		for (size_t r = 0; r < wide; r++)
			load_row(p->w, &p->wscales, j + r, first + i, k, work + r*PIECE);
		for (size_t l = 0; l < k; l++)
			for (size_t r = 0; r < wide; r++)
				made[(i + l)*n + j + r] = work[r*PIECE + l];
	}
}

/* made, rows by n by rows: W of the head, its scales multiplied in.  work: proj_work. */
static void
unscale(const struct proj *p, size_t head, double *made, double *work)
{
	size_t first = first_row(p, head), m = (size_t)p->rows, n = (size_t)p->n;

	for (size_t i = 0; i < m && !p->transposed; i++)
		load_row(p->w, &p->wscales, first + i, 0, n, made + i*n);
	for (size_t j = 0; j < n && p->transposed; j += LINE)
		turn_over(p, first, j, n - j < LINE ? n - j : LINE, made, work);
}

/* made, rows + tail by n by rows: [B diag(gain) A; tail], A the first r rows of
 * inner; A comes in blocks of at most DEEP by WIDE.  work: proj_work. */
enum { DEEP = 32, WIDE = 512 };

size_t
proj_work(const struct proj *p)
{
	ptrdiff_t r = (ptrdiff_t)p->w->shape[1];

	if (p->inner == NULL)
		return p->transposed && proj_is_made(p) ? LINE*PIECE : 0;
	return (size_t)(r + r*p->rows + DEEP*WIDE + p->rows);
}

/* b, r by rows: B of the head, which three dimensions have as its transpose.  row: rows. */
static void
load_outer(const struct proj *p, size_t head, double *b, double *row)
{
	size_t r = p->w->shape[1], rows = (size_t)p->rows;

	if (p->w->ndim < 3) {
		for (size_t i = 0; i < rows; i++)
			load_row(p->w, &p->wscales, first_row(p, head) + i, 0, r, b + i*r);
		return;
	}
	for (size_t l = 0; l < r; l++) {
		load_row(p->w, &p->wscales, head*r + l, 0, rows, row);
		for (size_t i = 0; i < rows; i++)
			b[l + i*r] = row[i];
	}
}

static void
multiply(const struct proj *p, size_t head, double *made, double *work)
{
	const struct tensor *a = p->inner;
	ptrdiff_t n = p->n, r = (ptrdiff_t)p->w->shape[1], wide, deep;
	double *gain = work, *b = gain + r, *block = b + r*p->rows;

	memset(made, 0, (size_t)(p->rows*n) * sizeof *made);
	load_vector(p->gain, (size_t)r, gain);
	load_outer(p, head, b, block + DEEP*WIDE);
	for (ptrdiff_t i = 0; i < p->rows; i++)
		for (ptrdiff_t l = 0; l < r; l++)
			b[l + i*r] *= p->times > 0 ? p->times * gain[l] : gain[l];      /* B diag(gain) */
	for (ptrdiff_t j = 0; j < n; j += wide) {
		wide = n - j < WIDE ? n - j : WIDE;
		for (ptrdiff_t k = 0; k < r; k += deep) {
			deep = r - k < DEEP ? r - k : DEEP;
			for (ptrdiff_t l = 0; l < deep; l++)
				load_row(a, &p->iscales, (size_t)(k + l), (size_t)j, (size_t)wide, block + l*wide);
			kern_gemm(0, wide, p->rows, deep, block, wide, b + k, 1, r, made + j, n);
		}
	}
	for (ptrdiff_t i = 0; i < p->tail; i++)
		load_row(a, &p->iscales, (size_t)(r + i), 0, (size_t)n, made + (p->rows + i)*n);
}

int
proj_is_made(const struct proj *p)
{
	return p->inner != NULL || p->wscales.of != NULL || is_blocked(p->w);
}

int
proj_head(const struct proj *p, size_t head, struct prod_mat *x, double *made, double *scale, double *work)
{
	const struct tensor *g = p->weight;
	double sum = 0;

	if (p->inner != NULL)
		multiply(p, head, made, work);
	else if (proj_is_made(p))
		unscale(p, head, made, work);
	if (!proj_is_made(p))
		*x = lend(p, head);
	else
		*x = (struct prod_mat){ made, NUM_DOUBLE, p->rows + p->tail, p->n, 8*p->n, 8, NULL, 0 };
	x->center = p->norm == NORM_LN || p->norm == NORM_LN1;
	if (g == NULL)
		return 1;
	load_vector(g, (size_t)p->n, scale);
	for (ptrdiff_t j = 0; j < p->n; j++) {
		scale[j] += p->norm == NORM_RMS1 || p->norm == NORM_LN1;
		sum += scale[j] * 0;
	}
	x->scale = scale;
	return !isnan(sum);
}

/* Of rows by cols numbers of t, from row i and column j on, none is NaN or Inf. */
static int
is_finite(const struct tensor *t, size_t i, size_t rows, size_t j, size_t cols)
{
	double x[256], sum = 0;

	for (size_t r = i; r < i + rows; r++)
		for (size_t c = j, n; c < j + cols; c += n) {
			n = j + cols - c < 256 ? j + cols - c : 256;
			load(t, r, c, n, x);
			for (size_t k = 0; k < n; k++)
				sum += x[k] * 0;
		}
	return !isnan(sum);
}

static int
all_finite(const struct tensor *t)
{
	return is_finite(t, 0, t->shape[0], 0, width(t));
}

/* Those that are the head's. */
static int
own_finite(const struct proj *p, size_t head)
{
	const struct tensor *w = p->w;
	size_t first = first_row(p, head), rows = (size_t)p->rows;

	if (w->ndim > 2)
		return is_finite(w, head * w->shape[1], w->shape[1], 0, rows);
	return p->transposed ? is_finite(w, 0, w->shape[0], first, rows) : is_finite(w, first, rows, 0, w->shape[1]);
}

_Noreturn void
proj_die(const struct proj *p, const char *of, size_t layer, size_t head)
{
	const struct { const struct tensor *t; const char *what; } also[] = {
		{ p->inner, "the weights of all heads" }, { p->gain, "the weights of a norm" },
		{ p->weight, "the weights of a norm" }, { p->wscales.of, "the scales of weights" },
		{ p->iscales.of, "the scales of weights" },
	};

	if (!own_finite(p, head))
		die("%s: %s: layer %zu, %shead %zu: NaN or infinity in its weights", p->w->file, p->w->name, layer, of, head);
	for (size_t i = 0; i < sizeof also / sizeof *also; i++)
		if (also[i].t != NULL && !all_finite(also[i].t))
			die("%s: %s: NaN or infinity in %s", also[i].t->file, also[i].t->name, also[i].what);
	die("%s: %s: layer %zu, %shead %zu: too large: a product overflows", p->w->file, p->w->name, layer, of, head);
}

/* What the projection is made of: the k-th, NULL behind the last.  What is packed has more
 * beside it, which was checked when it was found. */
static const struct tensor *
nth(const struct proj *p, size_t k)
{
	const struct tensor *w = p->w->pack != NULL ? p->w->pack->q : p->w;
	const struct tensor *inner = p->inner != NULL && p->inner->pack != NULL ? p->inner->pack->q : p->inner;
	const struct tensor *t[] = { w, inner, p->gain, p->weight, p->wscales.of, p->iscales.of };

	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (t[i] != NULL && k-- == 0)
			return t[i];
	return NULL;
}

int
proj_whole(const struct proj *p)
{
	const struct tensor *t;
	int whole = 1;

	for (size_t k = 0; (t = nth(p, k)) != NULL; k++)
		whole &= torch_whole(t);
	return whole;
}

void
proj_check(const struct proj *p)
{
	const struct tensor *t;

	for (size_t k = 0; (t = nth(p, k)) != NULL; k++)
		torch_check(t);
}

void
proj_release(const struct proj *p)
{
	const struct tensor *t[] = { p->w, p->inner, p->wscales.of, p->iscales.of };

	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (t[i] != NULL)
			tensors_release(t[i]);
}
