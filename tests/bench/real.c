/* real - does what real.py asks for on standard input, a line each, and answers with seconds:
 * peak (6.4e9 operations in each thread), mul M K N (weights in bf16), attend N D HEADS (causal);
 * threads T, from there on, without an answer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io.h"
#include "num.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9*(double)t.tv_nsec;
}

static void *
room(size_t n)
{
	void *p = malloc(n + 64);

	return p ? p : (exit(1), p);
}

static float *
numbers(size_t n)
{
	static uint64_t x = 88172645463325252u;
	float *p = room(n * sizeof(*p));

	for (size_t i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		p[i] = (float)(x >> 40) * 0x1p-23f - 1;
	}
	return p;
}

/* 6.4e9 operations: multiply-adds of vectors of floats that do not wait for each other. */
#ifdef __x86_64__
typedef float vec __attribute__((vector_size(64)));
typedef float half __attribute__((vector_size(32)));
#define ONE(x) __asm__ volatile("vfmadd213ps %1, %1, %0" : "+v"(x) : "v"(a))
#define FUSE(name, set, vec, times) \
	__attribute__((target(set))) static void \
	name(void *ctx, size_t part, int worker) \
	{ \
		vec a = { 0.5f }, x0 = a, x1 = a, x2 = a, x3 = a, x4 = a, x5 = a, x6 = a, x7 = a, x8 = a, x9 = a; \
		(void)ctx; \
		(void)part; \
		(void)worker; \
		for (long i = 0; i < (times); i++) { \
			ONE(x0); \
			ONE(x1); \
			ONE(x2); \
			ONE(x3); \
			ONE(x4); \
			ONE(x5); \
			ONE(x6); \
			ONE(x7); \
			ONE(x8); \
			ONE(x9); \
		} \
	}

FUSE(fuse16, "avx512f", vec, 20000000)
FUSE(fuse8, "avx2,fma", half, 40000000)
#endif

/* NaN where it is not known how. */
static double
peak(struct team *t)
{
	double s = now();

#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f"))
		team_run(t, (size_t)team_size(t), fuse16, NULL);
	else if (__builtin_cpu_supports("fma"))
		team_run(t, (size_t)team_size(t), fuse8, NULL);
	else
		return NAN;
	return now() - s;
#else
	(void)t;
	(void)s;
	return NAN;
#endif
}

struct product {
	const struct real *r;
	ptrdiff_t m, k, n, step;
	const uint16_t *w;
	const float *x;
	void *packed, *y;
	char **work;
};

static void
get(const void *ctx, ptrdiff_t i, ptrdiff_t j, ptrdiff_t n, void *x)
{
	const struct product *p = ctx;

	p->r->load(NUM_BF16, p->w + i*p->k + j, 2, n, x);
}

static void
pack(void *ctx, size_t part, int worker)
{
	struct product *p = ctx;
	ptrdiff_t i = (ptrdiff_t)part*REAL_STEP, end = i + REAL_STEP < p->m ? i + REAL_STEP : p->m;

	(void)worker;
	p->r->pack(p->k, p->x, p->k, i, end, p->packed);
}

static void
mul(void *ctx, size_t part, int worker)
{
	struct product *p = ctx;
	struct real_rows rows = { get, p };
	ptrdiff_t j = (ptrdiff_t)part*p->step, end = j + p->step < p->n ? j + p->step : p->n;

	p->r->mul(p->m, p->k, p->packed, &rows, j, end, NULL, 0, p->y, p->n, p->work[worker]);
}

static double
multiply(struct team *t, ptrdiff_t m, ptrdiff_t k, ptrdiff_t n)
{
	struct product p = { real_float(), m, k, n, REAL_PART, NULL, NULL, NULL, NULL, NULL };
	float *x = numbers((size_t)(m*k)), *w = numbers((size_t)k);
	uint16_t *b = room((size_t)(n*k)*2);
	double s;

	for (ptrdiff_t i = 0; i < n*k; i++)
		b[i] = (uint16_t)((0x3c00 + i%511) | (w[i%k] < 0 ? 0x8000 : 0));
	p.w = b;
	p.x = x;
	p.packed = room(p.r->pack_size(m, k));
	p.y = room((size_t)(m*n)*4);
	memset(p.y, 0, (size_t)(m*n)*4);
	p.work = room((size_t)team_size(t)*sizeof(char *));
	for (int i = 0; i < team_size(t); i++)
		p.work[i] = room(p.r->mul_work(k));
	s = now();
	team_run(t, (size_t)((m + REAL_STEP - 1)/REAL_STEP), pack, &p);
	team_run(t, (size_t)((n + p.step - 1)/p.step), mul, &p);
	s = now() - s;
	for (int i = 0; i < team_size(t); i++)
		free(p.work[i]);
	free(p.work);
	free(p.y);
	free(p.packed);
	free(b);
	free(w);
	free(x);
	return s;
}

struct heads {
	const struct real *r;
	struct attend a;
	float *y;
	char **work;
};

static void
head(void *ctx, size_t part, int worker)
{
	struct heads *h = ctx;
	struct attend a = h->a;

	a.y = h->y + (ptrdiff_t)part*a.n*a.dv;
	h->r->attend(&a, h->work[worker]);
}

static double
attend(struct team *t, ptrdiff_t n, ptrdiff_t d, ptrdiff_t many)
{
	struct heads h = { real_float(), { .n = n, .d = d, .dv = d, .ldq = d, .ldk = d, .ldv = d, .ldy = d, .scale = 1/sqrt((double)d) },
		NULL, NULL };
	float *q = numbers((size_t)(n*d)), *k = numbers((size_t)(n*d)), *v = numbers((size_t)(n*d));
	ptrdiff_t *from = room((size_t)n*sizeof(*from)), *to = room((size_t)n*sizeof(*to));
	unsigned char *counted = room((size_t)n);
	double s;

	for (ptrdiff_t i = 0; i < n; i++) {
		from[i] = 0;
		to[i] = i + 1;
		counted[i] = 1;
	}
	h.a.q = q;
	h.a.k = k;
	h.a.v = v;
	h.a.from = from;
	h.a.to = to;
	h.a.counted = counted;
	h.y = room((size_t)(many*n*d)*4);
	memset(h.y, 0, (size_t)(many*n*d)*4);
	h.work = room((size_t)team_size(t)*sizeof(char *));
	for (int i = 0; i < team_size(t); i++)
		h.work[i] = room(h.r->attend_work(n, d, d));
	s = now();
	team_run(t, (size_t)many, head, &h);
	s = now() - s;
	for (int i = 0; i < team_size(t); i++)
		free(h.work[i]);
	free(h.work);
	free(h.y);
	free(counted);
	free(to);
	free(from);
	free(v);
	free(k);
	free(q);
	return s;
}

int
main(void)
{
	char line[64];
	long m, k, n;
	int threads = 1;
	struct team *t = NULL;

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "threads %d", &threads) == 1 && threads > 0 && threads <= 64) {
			if (t)
				team_free(t);
			t = team_new(threads);
			continue;
		}
		if (!t)
			t = team_new(1);
		if (!strcmp(line, "peak\n"))
			printf("%.9f\n", peak(t));
		else if (sscanf(line, "mul %ld %ld %ld", &m, &k, &n) == 3)
			printf("%.9f\n", multiply(t, m, k, n));
		else if (sscanf(line, "attend %ld %ld %ld", &m, &k, &n) == 3)
			printf("%.9f\n", attend(t, m, k, n));
		else
			return 2;
		fflush(stdout);
	}
	if (t)
		team_free(t);
	return 0;
}
