/* real.c - the arithmetic of a forward pass, in float or in double.
 *
 * Compiled, like kern.c, once for every instruction set that is worth it, and for both precisions,
 * into a table of functions each.  The bits are the same for all instruction sets: sums have their order, partial
 * sums are numbered by element, multiply-adds are fused in products of matrices and nowhere else, and
 * exponentials are our own. */
#include "real_attend.h"

#ifndef TABLE
#define TABLE real_float_plain
#define CHOOSE real_float
#endif

extern const struct real TABLE;

static void
load_any(enum num_type type, const void *src, ptrdiff_t step, ptrdiff_t n, void *x)
{
	load(type, src, step, n, x);
}

static void
from_double(ptrdiff_t n, const double *x, void *y)
{
	REAL *r = y;

	for (ptrdiff_t i = 0; i < n; i++)
		r[i] = (REAL)x[i];
}

static void
to_double(ptrdiff_t n, const void *x, double *y)
{
	const REAL *r = x;

	for (ptrdiff_t i = 0; i < n; i++)
		y[i] = (double)r[i];
}

static void
load_row(enum num_type type, const void *row, ptrdiff_t from, ptrdiff_t n, void *x)
{
	const struct num_form *f = num_form(type);
	double part[256];
	ptrdiff_t i, k;

	if (f->count == 1) {
		load(type, (const unsigned char *)row + from*f->bytes, f->bytes, n, x);
		return;
	}
	for (i = 0; i < n; i += k) {    /* to where a block ends */
		k = least(n - i, 256 - (from + i)%256);
		num_load_row(type, row, from + i, k, part);
		from_double(k, part, (REAL *)x + i);
	}
}

static void
norm(ptrdiff_t n, const void *x, int mean, double eps, double one, const void *w, const void *b, void *y)
{
	const REAL *in = x, *times = w, *plus = b;
	double c = mean ? sum_from(n, in, 0)/(double)n : 0, r = 1/sqrt(squares_from(n, in, c)/(double)n + eps), t;
	REAL *out = y;

	for (ptrdiff_t i = 0; i < n; i++) {
		t = ((double)in[i] - c)*r;
		if (times)
			t *= one + (double)times[i];
		if (plus)
			t += (double)plus[i];
		out[i] = (REAL)t;
	}
}

/* y = act(x), or act(x) u. */
INLINE void
map(enum act a, ptrdiff_t n, const REAL *x, const REAL *u, REAL *y)
{
	REAL part[2*W] = { 0 };
	ptrdiff_t i, k;

	for (i = 0; i + W <= n; i += W)
		put(y + i, u ? activate(a, get(x + i))*get(u + i) : activate(a, get(x + i)));
	k = n - i;
	if (k == 0)
		return;
	memcpy(part, x + i, (size_t)k * sizeof(REAL));
	if (u)
		memcpy(part + W, u + i, (size_t)k * sizeof(REAL));
	put(part, u ? activate(a, get(part))*get(part + W) : activate(a, get(part)));
	memcpy(y + i, part, (size_t)k * sizeof(REAL));
}

/* One loop for each. */
static void
act_gate(enum act a, ptrdiff_t n, const REAL *x, const REAL *u, REAL *y)
{
	switch (a) {
#define CASE(a) case a: map(a, n, x, u, y); break
	CASE(ACT_NONE);
	CASE(ACT_RELU);
	CASE(ACT_RELU2);
	CASE(ACT_SILU);
	CASE(ACT_GELU);
	CASE(ACT_GELU_TANH);
	CASE(ACT_QUICK_GELU);
	CASE(ACT_TANH);
	CASE(ACT_SIGMOID);
#undef CASE
	}
}

static void
act(enum act a, ptrdiff_t n, const void *x, void *y)
{
	act_gate(a, n, x, NULL, y);
}

static void
gate(enum act a, ptrdiff_t n, const void *g, const void *u, void *y)
{
	act_gate(a, n, g, u, y);
}

static void
axpy(ptrdiff_t n, double a, const void *x, void *y)
{
	const REAL *in = x, t = (REAL)a;
	REAL *out = y;

	for (ptrdiff_t i = 0; i < n; i++)
		out[i] += t*in[i];
}

static void
scale(ptrdiff_t n, double a, void *x)
{
	REAL *y = x, t = (REAL)a;

	for (ptrdiff_t i = 0; i < n; i++)
		y[i] *= t;
}

static void
turn(ptrdiff_t n, ptrdiff_t first, ptrdiff_t step, ptrdiff_t apart, const void *c, const void *s, void *x)
{
	const REAL *cosine = c, *sine = s;
	REAL *p = (REAL *)x + first, *q = p + apart, a, b;

	for (ptrdiff_t i = 0; i < n; i++) {
		a = p[i*step];
		b = q[i*step];
		p[i*step] = a*cosine[i] - b*sine[i];
		q[i*step] = a*sine[i] + b*cosine[i];
	}
}

/* x - x is 0 or NaN. */
static int
finite_all(ptrdiff_t n, const void *x)
{
	const REAL *p = x;
	ptrdiff_t i, end;
	int bad = 0;

	for (i = 0; i < n && !bad; )
		for (end = least(n, i + 1024); i < end; i++)
			bad |= !(p[i] - p[i] == 0);
	return !bad;
}

const struct real TABLE = {
	sizeof(REAL), load_any, load_row, from_double, to_double, pack_size, pack, mul_work, mul, norm, act, gate, axpy, scale,
	turn, finite_all, attend_work, attend
};

#ifdef CHOOSE
#define NAME(table, set) OTHER(table, set)
#define OTHER(table, set) table##_##set
extern const struct real NAME(CHOOSE, avx2), NAME(CHOOSE, avx512);

const struct real *
CHOOSE(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma"))
		return &NAME(CHOOSE, avx512);
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return &NAME(CHOOSE, avx2);
#endif
	return &TABLE;
}
#endif
