/* The arithmetic of a forward pass, against plain loops; and the same bits from each
 * instruction set that this processor has, however the work is cut. */
#include <stdlib.h>

#include "num.h"
#include "table.h"
#include "test.h"

extern const struct real real_float_plain, real_double_plain;
#ifdef __x86_64__
extern const struct real real_float_avx2, real_float_avx512, real_double_avx2, real_double_avx512;
#endif

static const struct real *sets[2][3];   /* float, double: plain first, NULL what there is not */
static unsigned long long seed = 1;

static void
find_sets(void)
{
	sets[0][0] = &real_float_plain;
	sets[1][0] = &real_double_plain;
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
		sets[0][1] = &real_float_avx2;
		sets[1][1] = &real_double_avx2;
	}
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma")) {
		sets[0][2] = &real_float_avx512;
		sets[1][2] = &real_double_avx512;
	}
#endif
}

static void *
room(size_t n, size_t size)
{
	void *p = malloc(n*size + 1);

	return p ? p : (exit(1), p);
}

/* n numbers of the precision, from -size to size. */
static void *
numbers(const struct real *r, ptrdiff_t n, double size)
{
	double *x = room((size_t)n, sizeof(double));
	void *y = room((size_t)n, r->size);

	for (ptrdiff_t i = 0; i < n; i++)
		x[i] = size*table_random(&seed);
	r->from_double(n, x, y);
	free(x);
	return y;
}

static double
at(const struct real *r, const void *x, ptrdiff_t i)
{
	double d;

	r->to_double(1, (const char *)x + (size_t)i*r->size, &d);
	return d;
}

/* Products ------------------------------------------------------------------------------------- */

struct matrix { const struct real *r; const char *w; ptrdiff_t ld; };

static void
rows_of(const void *ctx, ptrdiff_t i, ptrdiff_t j, ptrdiff_t n, void *x)
{
	const struct matrix *m = ctx;

	memcpy(x, m->w + (size_t)(i*m->ld + j)*m->r->size, (size_t)n*m->r->size);
}

static double
fused(const struct real *r, double a, double b, double c)
{
	return r->size == sizeof(float) ? (double)fmaf((float)a, (float)b, (float)c) : fma(a, b, c);
}

static double
sum(const struct real *r, double a, double b)
{
	return r->size == sizeof(float) ? (double)((float)a + (float)b) : a + b;
}

/* X W' as mul makes it, X packed in two parts if it can be, rows of W to j0 and from there on. */
static void
multiply(const struct real *r, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, ptrdiff_t j0, const void *x, const void *w,
    const void *bias, int add, void *y)
{
	struct matrix from = { r, w, k };
	struct real_rows rows = { rows_of, &from };
	void *packed = room(r->pack_size(m, k), 1), *work = room(r->mul_work(k), 1);

	if (m > REAL_STEP)
		r->pack(k, x, k + 1, REAL_STEP, m, packed);
	r->pack(k, x, k + 1, 0, m > REAL_STEP ? REAL_STEP : m, packed);
	r->mul(m, k, packed, &rows, 0, j0, bias, add, y, n + 2, work);
	r->mul(m, k, packed, &rows, j0, n, bias, add, y, n + 2, work);
	free(packed);
	free(work);
}

static int
product_differs(const struct real *r, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, int with)
{
	char *x = numbers(r, m*(k + 1), 1), *w = numbers(r, n*k, 1), *bias = numbers(r, n, 1), *y = numbers(r, m*(n + 2), 1);
	char *old = room((size_t)(m*(n + 2)), r->size);
	double *dx = room((size_t)(m*(k + 1)), sizeof(double)), *dw = room((size_t)(n*k), sizeof(double)), s;
	ptrdiff_t t, j, l;
	int bad = 0;

	r->to_double(m*(k + 1), x, dx);
	r->to_double(n*k, w, dw);
	memcpy(old, y, (size_t)(m*(n + 2))*r->size);
	multiply(r, m, n, k, n/3, x, w, with & 1 ? bias : NULL, with & 2, y);
	for (t = 0; t < m; t++)
		for (j = 0; j < n + 2; j++) {
			for (s = 0, l = 0; l < k && j < n; l++)
				s = fused(r, dx[t*(k + 1) + l], dw[j*k + l], s);
			if (with & 1 && j < n)
				s = sum(r, s, at(r, bias, j));
			if (with & 2 || j >= n)
				s = sum(r, at(r, old, t*(n + 2) + j), s);
			bad += s != at(r, y, t*(n + 2) + j);
		}
	free(x);
	free(w);
	free(bias);
	free(y);
	free(old);
	free(dx);
	free(dw);
	return bad;
}

static void
products(const struct real *r, const char *name)
{
	static const ptrdiff_t size[][3] = { { 1, 1, 1 }, { 2, 5, 3 }, { 13, 33, 7 }, { 5, 40, 900 }, { 61, 259, 31 },
		{ 97, 17, 600 }, { REAL_ONCE + 5, 3, 2 } };
	int bad = 0;

	for (int i = 0; i < 7; i++)
		bad += product_differs(r, size[i][0], size[i][1], size[i][2], i%4);
	test_ok(!bad, "%s: products, to the last bit", name);
}

/* Numbers, activations, norms --------------------------------------------------------------- */

static void
loads(const struct real *r, const char *name)
{
	unsigned char p[4096];
	double want[300];
	char *x = room(300, r->size);
	int bad = 0, i;

	for (i = 0; i < 4096; i++)
		p[i] = (unsigned char)(128 + 128*table_random(&seed));
	for (int t = 0; t <= NUM_NVFP4; t++) {
		ptrdiff_t step = num_form((enum num_type)t)->bytes;

		num_load_row((enum num_type)t, p, 7, 300, want);
		r->load_row((enum num_type)t, p, 7, 300, x);
		for (i = 0; i < 300; i++) {
			double y = r->size == 4 ? (double)(float)want[i] : want[i], z = at(r, x, i);

			bad += isnan(y) ? !isnan(z) : y != z;
		}
		if (t > NUM_F8_E5M2)
			continue;
		num_load((enum num_type)t, p, 2*step, 200, want);
		r->load((enum num_type)t, p, 2*step, 200, x);
		for (i = 0; i < 200; i++) {
			double y = r->size == 4 ? (double)(float)want[i] : want[i], z = at(r, x, i);

			bad += isnan(y) ? !isnan(z) : y != z;
		}
	}
	test_ok(!bad, "%s: numbers of all types", name);
	free(x);
}

static long double
activation(enum act a, long double x)
{
	switch (a) {
	case ACT_RELU:
		return x > 0 ? x : 0;
	case ACT_RELU2:
		return x > 0 ? x*x : 0;
	case ACT_SILU:
		return x/(1 + expl(-x));
	case ACT_GELU:
		return x/2*erfcl(-x*sqrtl(0.5L));
	case ACT_GELU_TANH:
		return x/(1 + expl(-2*sqrtl(2/acosl(-1))*(x + 0.044715L*x*x*x)));
	case ACT_QUICK_GELU:
		return x/(1 + expl(-1.702L*x));
	case ACT_TANH:
		return tanhl(x);
	case ACT_SIGMOID:
		return 1/(1 + expl(-x));
	default:
		return x;
	}
}

/* By what factor the bounds are certain to hold: where long doubles are no longer than doubles, as on 32-bit ARM or in
 * valgrind, functions and sums in them are no measure of a double's last place. */
static double
lenience(const struct real *r)
{
	volatile long double one = 1, more = one + 0x1p-60L;

	return r->size == 8 && more == one ? 100 : 1;
}

/* Arguments of all sizes; at most so many units in the last place off, where the result is above
 * 2^-100: more where the argument of an exponential is rounded. */
static void
activations(const struct real *r, const char *name)
{
	static const double most[] = { 0, 0, 0.5, 2, 4, 120, 30, 2, 2 };
	enum { N = 20003 };
	double x[N], y[N], eps = r->size == 4 ? 0x1p-23 : 0x1p-52;
	double times = lenience(r);
	char *in = room(N, r->size), *out = room(N, r->size);

	for (int a = ACT_NONE; a <= ACT_SIGMOID; a++) {
		double worst = 0, off, where = 0;
		int sides = 0;

		for (int i = 0; i < N; i++)
			x[i] = i%3 == 0 ? 30*table_random(&seed) : i%3 == 1 ? 2*table_random(&seed) : ldexp(table_random(&seed), i%40 - 35);
		x[7] = 1e4;
		x[8] = -1e4;
		x[9] = 0;
		r->from_double(N, x, in);
		r->to_double(N, in, x);
		r->act((enum act)a, N, in, out);
		r->to_double(N, out, y);
		for (int i = 0; i < N; i++) {
			long double want = activation((enum act)a, x[i]);

			sides += !(fabs(y[i]) <= 1.1e8) || (x[i] < 0 && y[i] > 0 && a != ACT_SIGMOID);
			off = fabsl(want) > 0x1p-100L ? (double)fabsl((y[i] - want)/want)/eps : fabs(y[i]) > 0x1p-99 ? 1e9 : 0;
			if (off > worst) {
				worst = off;
				where = x[i];
			}
		}
		test_ok(worst <= times*most[a] && !sides, "%s: activation %d: %.2f ulp at %g", name, a, worst, where);
		memcpy(out, in, N*r->size);
		r->gate((enum act)a, N, out, in, out);
		sides = 0;
		for (int i = 0; i < N; i++)
			sides += at(r, out, i) != (r->size == 4 ? (double)((float)y[i]*(float)x[i]) : y[i]*x[i]);
		test_ok(!sides, "%s: gate %d", name, a);
	}
	free(in);
	free(out);
}

static void
norms(const struct real *r, const char *name)
{
	double eps = r->size == 4 ? 0x1p-23 : 0x1p-52, worst = 0;

	for (int n = 1; n < 300; n = 2*n + 5)
		for (int how = 0; how < 8; how++) {
			char *x = numbers(r, n, 30), *w = numbers(r, n, 1), *b = numbers(r, n, 1);
			long double m = 0, v = 0, want;

			r->axpy(n, n, w, x);
			for (int i = 0; i < n && how & 1; i++)
				m += at(r, x, i)/(long double)n;
			for (int i = 0; i < n; i++)
				v += (at(r, x, i) - m)*(at(r, x, i) - m)/n;
			char *y = room((size_t)n, r->size);

			r->norm(n, x, how & 1, 1e-6, how & 2 ? 1 : 0, how & 2 ? w : NULL, how & 4 ? b : NULL, y);
			for (int i = 0; i < n; i++) {
				want = (at(r, x, i) - m)/sqrtl(v + 1e-6L)*(how & 2 ? 1 + at(r, w, i) : 1) + (how & 4 ? at(r, b, i) : 0);
				worst = fmax(worst, (double)fabsl(want - at(r, y, i))/eps);
			}
			r->norm(n, x, how & 1, 1e-6, how & 2 ? 1 : 0, how & 2 ? w : NULL, how & 4 ? b : NULL, x);
			worst = memcmp(x, y, (size_t)n*r->size) ? INFINITY : worst;
			free(x);
			free(y);
			free(w);
			free(b);
		}
	test_ok(worst < 40, "%s: norms, %.2g eps off", name, worst);
}

static void
small_things(const struct real *r, const char *name)
{
	double x[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, c[2] = { 0, 0.5 }, s[2] = { 1, 2 }, y[8];
	static const double halves[8] = { 1, 2, -5, -6, 3, 5, 7, 8 }, pairs[8] = { 1, 2, 3, -5, 4, -11, 15, 8 };
	char in[64], cosine[16], sine[16], *many = numbers(r, 5000, 1);
	double bad;

	r->from_double(2, c, cosine);
	r->from_double(2, s, sine);
	r->from_double(8, x, in);
	r->turn(2, 2, 1, 2, cosine, sine, in);
	r->to_double(8, in, y);
	test_ok(y[0] == 1 && y[2] == halves[2] && y[3] == 2 - 12 && y[4] == 3 && y[5] == 8 + 3 && y[6] == 7,
	    "%s: halves turn", name);
	r->from_double(8, x, in);
	r->turn(2, 3, 2, 1, cosine, sine, in);
	r->to_double(8, in, y);
	test_ok(y[2] == 3 && y[3] == pairs[3] && y[4] == pairs[4] && y[5] == 3 - 14 && y[6] == 12 + 3.5 && y[7] == 8,
	    "%s: pairs turn", name);
	r->scale(8, 0.5, in);
	r->axpy(8, 2, in, in);
	test_ok(at(r, in, 2) == 4.5, "%s: scale, axpy", name);
	test_ok(r->finite(5000, many) && r->finite(0, many), "%s: finite", name);
	for (int i = 0; i < 5000; i += 4999)
		for (int k = 0; k < 3; k++) {
			char *one = many + (size_t)i*r->size, old[8];

			memcpy(old, one, r->size);
			bad = k == 0 ? NAN : k == 1 ? INFINITY : -INFINITY;
			r->from_double(1, &bad, one);
			test_ok(!r->finite(5000, many), "%s: number %d is %g", name, i, bad);
			memcpy(one, old, r->size);
		}
	free(many);
}

/* Attention ------------------------------------------------------------------------------------- */

enum { BIAS = 1, SINK = 2, CAP = 4, WINDOW = 8, BOTH = 16, SPECIAL = 32, NO_Y = 64, BIG = 128, BY_KEY = 256 };

struct head {
	struct attend a;
	ptrdiff_t *from, *to;
	double sink;
	unsigned char *counted, *special;
	char *q, *k, *v, *y, *bias;
};

/* n tokens; causal unless BOTH; BIG: logits to 1e4. */
static void
make_head(const struct real *r, ptrdiff_t n, ptrdiff_t d, ptrdiff_t dv, unsigned how, struct head *h)
{
	size_t k = (size_t)n;

	memset(h, 0, sizeof(*h));
	h->from = room(k, sizeof(*h->from));
	h->to = room(k, sizeof(*h->to));
	h->counted = room(k, 1);
	h->special = room(k, 1);
	h->q = numbers(r, n*(d + 3), how & BIG ? 100 : 1.5);
	h->k = numbers(r, n*(d + 1), how & BIG ? 100 : 1.5);
	h->v = numbers(r, n*(dv + 2), 1);
	h->y = room(k*(size_t)(dv + 5), r->size);
	h->bias = numbers(r, 2*n, 3);
	h->sink = how & BIG ? 3000 : 1;
	for (ptrdiff_t i = 0; i < n; i++) {
		h->from[i] = how & WINDOW && i > 9 ? i - 9 : 0;
		h->to[i] = how & BOTH ? n - i%3*(i < n - 3) : i + 1;
		h->counted[i] = i%7 != 3;
		h->special[i] = i%5 == 0;
	}
	h->a = (struct attend){ .n = n, .d = d, .dv = dv, .q = h->q, .k = h->k, .v = h->v, .ldq = d + 3, .ldk = d + 1,
		.ldv = dv + 2, .ldy = dv + 5, .scale = 0.5, .softcap = how & CAP ? 3 : 0, .from = h->from, .to = h->to,
		.bias = how & BIAS ? h->bias : NULL, .by_key = (how & BY_KEY) != 0, .sink = how & SINK ? &h->sink : NULL, .counted = h->counted,
		.special = how & SPECIAL ? h->special : NULL, .y = how & NO_Y ? NULL : h->y };
}

static void
free_head(struct head *h)
{
	free(h->from);
	free(h->to);
	free(h->counted);
	free(h->special);
	free(h->q);
	free(h->k);
	free(h->v);
	free(h->y);
	free(h->bias);
	free(h->a.query);
}

static void
run_head(const struct real *r, struct attend *a)
{
	size_t size = r->attend_work(a->n, a->d, a->dv);
	void *work = room(size, 1);

	memset(work, 0xff, size);       /* NaN */
	r->attend(a, work);
	free(work);
}

/* The worst of |x - y|/max(|y|, 1). */
static void
compare(long double *worst, double x, long double y)
{
	long double off = fabsl(x - y)/fmaxl(fabsl(y), 1);

	if (!(off <= *worst))
		*worst = off;
}

static void
row_of(const struct real *r, const void *x, ptrdiff_t i, ptrdiff_t n, double *out)
{
	r->to_double(n, (const char *)x + (size_t)i*r->size, out);
}

/* One query by the definitions: out as ATTEND_QUERY, z of its keys; the error of y to *worst. */
static void
naive(const struct real *r, const struct attend *a, ptrdiff_t i, long double *z, long double *out, long double *worst)
{
	ptrdiff_t from = a->from[i], n = a->to[i] - from, j, c;
	long double l[600], most = a->sink ? *a->sink : -INFINITY, all = 0, p, m2 = 0;
	long double y[64] = { 0 };
	double query[64], key[64];

	memset(out, 0, ATTEND_QUERY * sizeof(*out));
	out[8] = -INFINITY;
	row_of(r, a->q, i*a->ldq, a->d, query);
	for (j = 0; j < n; j++) {
		row_of(r, a->k, (from + j)*a->ldk, a->d, key);
		for (z[j] = 0, c = 0; c < a->d; c++)
			z[j] += (long double)query[c]*key[c];
		z[j] *= a->scale;
		z[j] = a->softcap > 0 ? a->softcap*tanhl(z[j]/a->softcap) : z[j];
		l[j] = z[j] + (a->bias ? at(r, a->bias, a->by_key ? from + j : from + j - i + a->n - 1) : 0);
		most = fmaxl(most, l[j]);
		out[7] += z[j]/n;
		out[8] = fmaxl(out[8], z[j]);
	}
	for (j = 0; j < n; j++)
		all += expl(l[j] - most);
	all += a->sink ? expl(*a->sink - most) : 0;
	for (j = 0; j < n; j++) {
		p = expl(l[j] - most)/all;
		out[0] -= p > 0 ? p*logl(p) : 0;
		out[2] = fmaxl(out[2], p);
		out[3] += from + j == 0 ? p : 0;
		out[4] += a->special && a->special[from + j] ? p : 0;
		out[5] += p*fabsl((long double)(i - from - j));
		m2 += (z[j] - out[7])*(z[j] - out[7]);
		row_of(r, a->v, (from + j)*a->ldv, a->dv, key);
		for (c = 0; c < a->dv; c++)
			y[c] += p*key[c];
	}
	out[1] = out[0]/logl(n);
	out[6] = sqrtl(m2/n);
	out[9] = n;
	for (c = 0; c < a->dv && a->y; c++)
		compare(worst, at(r, a->y, i*a->ldy + c), y[c]);
}

static long double
attend_worst(const struct real *r, ptrdiff_t n, ptrdiff_t d, ptrdiff_t dv, unsigned how)
{
	long double worst = 0, one[ATTEND_QUERY], sums[ATTEND_QUERY] = { 0 }, z[600], all = 0, mean = 0, m2 = 0, most = -INFINITY;
	const double *got;
	struct head h;
	double queries = 0;

	make_head(r, n, d, dv, how, &h);
	h.a.query = room((size_t)n, ATTEND_QUERY * sizeof(double));
	run_head(r, &h.a);
	for (int pass = 0; pass < 2; pass++)
		for (ptrdiff_t i = 0; i < n; i++) {
			int count = h.counted[i] && h.to[i] - h.from[i] > 1;

			naive(r, &h.a, i, z, one, &worst);
			if (!count)
				memset(one, 0, sizeof(one));
			got = h.a.query + i*ATTEND_QUERY;
			for (int s = 0; s < ATTEND_QUERY; s++) {
				compare(&worst, got[s], one[s]);
				sums[s] += pass == 0 ? one[s] : 0;
			}
			for (ptrdiff_t j = 0; j < one[9]; j++) {
				all += pass == 0;
				mean += pass == 0 ? z[j] : 0;
				most = fmaxl(most, z[j]);
				m2 += pass == 1 ? (z[j] - mean/all)*(z[j] - mean/all) : 0;
			}
			queries += pass == 0 && count;
		}
	got = &h.a.entropy;
	for (int s = 0; s < 7; s++)
		compare(&worst, got[s], sums[s]);
	compare(&worst, h.a.n_queries, queries);
	compare(&worst, h.a.z_n, all);
	if (all > 0) {
		compare(&worst, h.a.z_mean, mean/all);
		compare(&worst, h.a.z_m2, m2);
		compare(&worst, h.a.z_max, most);
	}
	if (signbit(h.a.entropy) || signbit(h.a.relative))
		worst = INFINITY;
	free_head(&h);
	return worst;
}

static void
attention(const struct real *r, const char *name)
{
	static const struct { ptrdiff_t n, d, dv; unsigned how; } one[] = {
		{ 1, 4, 4, 0 }, { 2, 3, 5, SPECIAL }, { 37, 16, 16, 0 }, { 100, 64, 64, SPECIAL | CAP }, { 70, 8, 33, SINK | SPECIAL },
		{ 70, 8, 1, BOTH | BIAS }, { 61, 20, 20, BIAS | SINK | WINDOW | SPECIAL }, { 300, 32, 16, WINDOW },
		{ 513, 5, 7, BOTH | SPECIAL }, { 50, 16, 16, NO_Y | CAP }, { 90, 1, 16, BIG }, { 90, 1, 16, BIG | SINK | BOTH },
		{ 61, 20, 20, BIAS | BY_KEY | WINDOW | SPECIAL },
	};
	long double eps = r->size == 4 ? 0x1p-23L : 0x1p-52L, worst;

	for (size_t i = 0; i < sizeof(one)/sizeof(*one); i++) {
		worst = attend_worst(r, one[i].n, one[i].d, one[i].dv, one[i].how)/eps;
		test_ok(worst < lenience(r)*(one[i].how & BIG ? 2e4 : 60), "%s: attention of %td tokens, %u: %.2Lg eps off", name, one[i].n,
		    one[i].how, worst);
	}
}

/* Two numbers are all that a query sees, far apart: p = 1 and 0. */
static void
certain(const struct real *r, const char *name)
{
	struct head h;

	make_head(r, 2, 1, 1, BIG | BOTH, &h);
	h.a.scale = 1e4;
	run_head(r, &h.a);
	test_ok(h.a.entropy == 0 && !signbit(h.a.entropy) && h.a.relative == 0 && h.a.n_queries == 2 && h.a.max_prob == 2,
	    "%s: certain: entropy %g", name, h.a.entropy);
	free_head(&h);
}

/* Instruction sets -------------------------------------------------------------------------------- */

/* Everything that is made of the same numbers, one after the other. */
static size_t
everything(const struct real *r, char *out)
{
	static const unsigned how[] = { SPECIAL, BIAS | SINK | CAP, BOTH | WINDOW, BIG };
	char *p = out, *x, *w, *b;
	struct head h;

	seed = 5;
	x = numbers(r, 52*301, 5);
	w = numbers(r, 67*300, 1);
	b = numbers(r, 300, 1);
	memset(p, 0, 52*69*r->size);
	multiply(r, 52, 67, 300, 32, x, w, b, 0, p);
	p += 52*69*r->size;
	for (int a = ACT_NONE; a <= ACT_SIGMOID; a++, p += 5005*r->size)
		r->act((enum act)a, 5005, x, p);
	for (int k = 0; k < 4; k++, p += 299*r->size)
		r->norm(299, x + 299*r->size, k & 1, 1e-5, k/2, w, b, p);
	for (int k = 0; k < 4; k++) {
		make_head(r, 77, 24, 18, how[k], &h);
		memset(h.y, 0, 77*23*r->size);
		h.a.query = room(77, ATTEND_QUERY * sizeof(double));
		run_head(r, &h.a);
		memcpy(p, h.y, 77*23*r->size);
		p += 77*23*r->size;
		memcpy(p, &h.a.n_queries, 12 * sizeof(double));
		p += 12 * sizeof(double);
		memcpy(p, h.a.query, 77*ATTEND_QUERY * sizeof(double));
		p += 77*ATTEND_QUERY * sizeof(double);
		free_head(&h);
	}
	free(x);
	free(w);
	free(b);
	return (size_t)(p - out);
}

static void
same_bits(int precision)
{
	char *x = room(1 << 20, 1), *y = room(1 << 20, 1);
	size_t n = everything(sets[precision][0], x);

	for (int k = 1; k < 3; k++)
		if (sets[precision][k])
			test_ok(everything(sets[precision][k], y) == n && !memcmp(x, y, n),
			    "%s, instruction set %d: the same %zu bytes", precision ? "double" : "float", k, n);
	free(x);
	free(y);
}

int
main(void)
{
	static const char *const name[2][3] = { { "float", "float, avx2", "float, avx512" },
		{ "double", "double, avx2", "double, avx512" } };

	find_sets();
	test_ok(real_float()->size == sizeof(float) && real_double()->size == sizeof(double), "sizes");
	for (int p = 0; p < 2; p++)
		for (int k = 0; k < 3; k++) {
			const struct real *r = sets[p][k];

			if (!r)
				continue;
			products(r, name[p][k]);
			loads(r, name[p][k]);
			activations(r, name[p][k]);
			norms(r, name[p][k]);
			small_things(r, name[p][k]);
			attention(r, name[p][k]);
			certain(r, name[p][k]);
		}
	same_bits(0);
	same_bits(1);
	return test_end();
}
