/* W of a head that is a product, B diag(gain) A: as large as blocks of A are, of the workspace that is asked for. */
#include <stdint.h>
#include <string.h>

#include "private.h"
#include "sea.h"
#include "test.h"

enum { HEADS = 3, ROWS = 5, R = 70, N = 600, TAIL = 2 };

static unsigned char outer[8*HEADS*ROWS*R], inner[8*(R + TAIL)*N], weights[8*R];

/* Whole numbers, as a file has them. */
static double
whole(unsigned char *file, size_t at, size_t i)
{
	double x = (double)((int)(i*i % 17) - 8);
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	for (int k = 0; k < 8; k++)
		file[8*at + (size_t)k] = (unsigned char)(bits >> 8*k);
	return x;
}

/* W_B of all heads, [heads rows, r] or, of three dimensions, [heads, r, rows]. */
static void
product(size_t ndim)
{
	static double b[HEADS*ROWS*R], a[(R + TAIL)*N], gain[R];
	const struct tensor w = { .type = NUM_F64, .ndim = ndim, .data = outer,
	    .shape = { ndim == 3 ? HEADS : HEADS*ROWS, R, ndim == 3 ? ROWS : 1 } };
	const struct tensor in = { .type = NUM_F64, .ndim = 2, .data = inner, .shape = { R + TAIL, N, 1 } };
	const struct tensor g = { .type = NUM_F64, .ndim = 1, .data = weights, .shape = { R, 1, 1 } };
	struct proj p = { .w = &w, .inner = &in, .gain = &g, .rows = ROWS, .n = N, .tail = TAIL, .per = 1, .big = ROWS, .times = 1 };
	size_t nwork = proj_work(&p), nmade = (ROWS + TAIL)*N, bad = 0;
	double *work = sea_new(nwork), *made = sea_new(nmade);
	struct prod_mat x;

	for (size_t h = 0; h < HEADS; h++)
		for (size_t i = 0; i < ROWS; i++)
			for (size_t l = 0; l < R; l++) {
				size_t at = (h*ROWS + i)*R + l;

				b[at] = whole(outer, ndim == 3 ? (h*R + l)*ROWS + i : at, at);
			}
	for (size_t l = 0; l < R; l++)
		gain[l] = whole(weights, l, l + 2);
	for (size_t i = 0; i < (R + TAIL)*N; i++)
		a[i] = whole(inner, i, 3*i + 1);
	for (size_t h = 0; h < HEADS; h++) {
		bad += proj_head(&p, h, &x, made, NULL, work) != 1 || x.m != ROWS + TAIL || x.n != N;
		for (size_t i = 0; i < ROWS + TAIL; i++)
			for (size_t j = 0; j < N; j++) {
				double s = i < ROWS ? 0 : a[(R + i - ROWS)*N + j];

				for (size_t l = 0; i < ROWS && l < R; l++)
					s += b[(h*ROWS + i)*R + l]*gain[l]*a[l*N + j];
				bad += !(made[i*N + j] == s);
			}
	}
	bad += (size_t)(sea_free(work, nwork) | sea_free(made, nmade));
	test_ok(bad == 0, "products of %zu dimensions: %zu numbers wrong", ndim, bad);
}

int
main(void)
{
	product(2);
	product(3);
	return test_end();
}
