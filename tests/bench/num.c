/* num - does what num.py asks for on standard input, a line each, and answers with
 * seconds: svd N, qr M N, head BESIDE, layer THREADS. */
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "num.h"

/* A layer of Qwen3-8B's shape: query heads, key heads, d_model by d_head. */
enum { QUERY = 32, KEY = 8, MODEL = 4096, HEAD = 128, HEADS = QUERY + KEY };

static uint16_t *weights;               /* HEADS of HEAD by MODEL, bf16 */
static double factors[HEADS][HEAD*HEAD], values[QUERY][HEAD];
static int threads;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9*(double)t.tv_nsec;
}

static double
uniform(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (double)(x >> 11) * 0x1p-52 - 1;
}

static double *
numbers(size_t n)
{
	double *x = malloc((n + 1) * sizeof(double));
	size_t i;

	for (i = 0; x && i < n; i++)
		x[i] = uniform();
	return x ? x : (exit(1), x);
}

static double
svd(ptrdiff_t n)
{
	size_t k = (size_t)(n*n);
	double *a = numbers(k), *s = numbers((size_t)n), *w = numbers(svd_work(n, n)), t;
	int i;

	for (t = 0, i = 0; i < 8; i++) {
		double *b = numbers(k);

		memcpy(b, a, k * sizeof(double));
		t -= now();
		if (svd_values(n, n, b, n, 0, s, w))
			exit(1);
		t += now();
		free(b);
	}
	free(a);
	free(s);
	free(w);
	return t/8;
}

/* R only, of the rows of a tall matrix. */
static double
qr(ptrdiff_t m, ptrdiff_t n)
{
	static double *a, *w;
	struct qr q;
	ptrdiff_t i, j, k;
	double t;

	if (!a) {
		a = numbers((size_t)(m*n));
		w = numbers(qr_size(n));
	}
	t = now();
	qr_init(&q, n, w);
	for (i = 0; i < m; i += k) {
		k = m - i < QR_BLOCK ? m - i : QR_BLOCK;
		for (j = 0; j < k; j++)
			memcpy(q.block + j*q.ld, a + (i + j)*n, (size_t)n * sizeof(double));
		if (qr_absorb(&q, k))
			exit(1);
	}
	return now() - t;
}

/* Every threads-th head from the first, which is *p. */
static void *
factor(void *p)
{
	double *w = numbers(prod_factor_work(HEAD, MODEL));
	struct prod_mat m = { NULL, NUM_BF16, HEAD, MODEL, 2*MODEL, 2, NULL, 0 };
	int h;

	for (h = *(int *)p; h < HEADS; h += threads) {
		m.data = weights + (size_t)h*HEAD*MODEL;
		if (prod_factor(&m, NULL, factors[h], NULL, w))
			exit(1);
	}
	free(w);
	return NULL;
}

static void *
product(void *p)
{
	double *w = numbers(prod_svd_work(HEAD));
	int h;

	for (h = *(int *)p; h < QUERY; h += threads)
		if (prod_svd(HEAD, factors[QUERY + h/(QUERY/KEY)], factors[h], values[h], w))
			exit(1);
	free(w);
	return NULL;
}

static void
everywhere(void *(*f)(void *))
{
	pthread_t t[16];
	int first[16], i;

	for (i = 0; i < threads; i++) {
		first[i] = i;
		if (pthread_create(&t[i], NULL, f, &first[i]))
			exit(1);
	}
	for (i = 0; i < threads; i++)
		pthread_join(t[i], NULL);
}

static void
make(void)
{
	size_t i, n = (size_t)HEADS*HEAD*MODEL;
	float f;
	uint32_t u;

	if (weights)
		return;
	weights = malloc(n * sizeof(*weights));
	for (i = 0; weights && i < n; i++) {
		f = (float)(0.02*uniform());
		memcpy(&u, &f, sizeof(u));
		weights[i] = (uint16_t)(u >> 16);
	}
}

/* R of one head; with beside its product with another too. */
static double
head(int beside)
{
	static double c[HEAD*HEAD];
	double *w = numbers(prod_factor_work(HEAD, MODEL)), t;
	struct prod_mat q = { NULL, NUM_BF16, HEAD, MODEL, 2*MODEL, 2, NULL, 0 }, k = q;
	int i;

	make();
	t = now();
	for (i = 0; i < 8; i++) {
		q.data = weights + (size_t)i*HEAD*MODEL;
		k.data = weights + (size_t)QUERY*HEAD*MODEL;
		if (prod_factor(&q, beside ? &k : NULL, factors[i], c, w))
			exit(1);
	}
	t = now() - t;
	free(w);
	return t/8;
}

static double
layer(void)
{
	double t;

	make();
	t = now();
	everywhere(factor);
	everywhere(product);
	return now() - t;
}

int
main(void)
{
	char line[64];
	long m, n;

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "svd %ld", &n) == 1)
			printf("%.9f\n", svd(n));
		else if (sscanf(line, "qr %ld %ld", &m, &n) == 2)
			printf("%.9f\n", qr(m, n));
		else if (sscanf(line, "head %ld", &n) == 1)
			printf("%.9f\n", head(n != 0));
		else if (sscanf(line, "layer %d", &threads) == 1 && threads > 0 && threads <= 16)
			printf("%.9f\n", layer());
		else
			return 2;
		fflush(stdout);
	}
	return 0;
}
