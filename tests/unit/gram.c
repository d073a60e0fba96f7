/* Triangular factors by the Gram matrix against exact ones, rounded: of numbers of few bits each
 * entry is right to the last bit, what cannot be proved is left to QR. */
#include <float.h>
#include <stdint.h>

#include "kern.h"
#include "sea.h"
#include "table.h"
#include "test.h"

enum { M = 12, N = 600, LD = 24, WANT = M*(M + 1)/2, FIELDS = 7 + WANT, CASES = 35 };
enum { PLAIN, ROWS, ALONG, SPARSE, TWINS, EQUAL, ZERO };        /* gen_gram.py */

static uint16_t h[M][N];                /* numbers as bits */
static unsigned char file[2*M*N];
static double b[LD*N], work[100000];

/* As rows() of tests/data/gram/gen_gram.py, t bits of fraction and of what is above. */
static void
make(uint64_t x, const double *c, int exponent, int fraction)
{
	int e = (int)c[1], spread = (int)c[2], kind = (int)c[3], by = (int)c[4], ex;

	for (int i = 0; i < M; i++)
		for (int j = 0; j < N; j++) {
			uint32_t u;

			x = x*6364136223846793005u + 1442695040888963407u;
			u = (uint32_t)(x >> 32);
			ex = e + (int)((u >> 8) % (uint32_t)spread);
			ex -= kind == ROWS ? by*i : kind == ALONG ? by*j/N : 0;
			ex -= kind == SPARSE && (u >> 16) % 100 == 0 ? by : 0;
			h[i][j] = (uint16_t)(u >> 31 << (exponent + fraction) | (uint32_t)(ex < 0 ? 0 : ex) << fraction |
			    (u & ((1u << fraction) - 1)));
		}
	for (int i = 1; i < M && kind == TWINS; i += 2) {
		h[i - 1][i] = 0;
		memcpy(h[i], h[i - 1], sizeof h[i]);
		h[i][i] = (uint16_t)((e < by ? 0 : e - by) << fraction);
	}
	if (kind == EQUAL)
		memcpy(h[M - 1], h[0], sizeof h[0]);
	if (kind == ZERO)
		memset(h[3], 0, sizeof h[3]);
}

/* W as a file has it, little-endian. */
static struct prod_mat
as_file(enum num_type type)
{
	int size = type == NUM_F16 || type == NUM_BF16 ? 2 : 1;

	for (int i = 0; i < M*N; i++)
		for (int k = 0; k < size; k++)
			file[size*i + k] = (unsigned char)(h[i/N][i%N] >> 8*k);
	return (struct prod_mat){ file, type, M, N, size*N, size, NULL, 0 };
}

static int
differ(const double *x, const double *y, int n)
{
	int bad = 0;

	for (int i = 0; i < n; i++)
		bad += !(x[i] == y[i]);
	return bad;
}

/* R in blocks, the last one shorter.  Returns the code; 9 if a block is not what it was. */
static int
by_blocks(const struct prod_mat *w, double *r)
{
	double x[N];
	static double was[LD*N];
	struct gram g;
	int info, k;

	memset(b, 0, sizeof b);
	for (int i = 0; i < M; i++) {
		num_load(w->type, (const char *)w->data + i*w->row, w->col, N, x);
		for (int j = 0; j < N; j++)
			b[i + j*LD] = x[j];
	}
	memcpy(was, b, sizeof b);
	gram_init(&g, M, work);
	for (int j = 0; j < N; j += k) {
		k = N - j < GRAM_BLOCK ? N - j : GRAM_BLOCK;
		memset(x, 0, sizeof x);
		kern_most(k, M, b + j*LD, LD, x);
		if ((info = gram_absorb(&g, k, b + j*LD, LD, x)) != 0)
			return info;
	}
	if (differ(was, b, LD*N))
		return 9;
	return gram_factor(&g, r);
}

/* The largest error of an entry in ulps of it, and of a column in half eps of its length. */
static void
errors(const double *r, const double *x, double *ulps, double *eps)
{
	int e;

	*ulps = *eps = 0;
	for (int j = 0; j < M; j++, x += j)
		for (int i = 0; i <= j; i++) {
			double d = r[i + j*M]*(r[i + i*M] < 0 ? -1 : 1) - x[i];

			frexp(x[i], &e);
			*ulps = fmax(*ulps, fabs(ldexp(d, 53 - e)));
			*eps = fmax(*eps, fabs(d)/tri_norm(x, j + 1)/DBL_EPSILON);
		}
}

/* Where QR has to help, R is as good as it makes it; where not, it is the same from all. */
static int
accuracy(void)
{
	static const int forms[][2] = { { 5, 10 }, { 8, 7 }, { 4, 3 }, { 5, 2 } };
	static double x[CASES*FIELDS];
	double r[M*M], own[M*M], beside[M*M], cross[M*M] = { 0 }, ulps, eps;
	int qr = 0;

	if (table_read("gram", "expected", ".csv", 0, FIELDS, x, CASES) != CASES)
		exit(1);
	for (int t = 0; t < CASES; t++) {
		const double *c = x + t*FIELDS;
		struct prod_mat w;
		int info, bad, gram = c[5] == 1;

		make((uint64_t)(t + 1), c, forms[(int)c[0] - NUM_F16][0], forms[(int)c[0] - NUM_F16][1]);
		w = as_file((enum num_type)(int)c[0]);
		info = by_blocks(&w, own);
		bad = prod_factor(&w, NULL, r, NULL, work) || prod_factor(&w, &w, beside, cross, work) ||
		    differ(r, beside, M*M);
		bad += info != (gram ? 0 : 2) || (gram && differ(r, own, M*M));
		for (int j = 0; j < M*M && gram; j++)
			bad += fabs(cross[j] - kern_dot(M, r + j/M*M, r + j%M*M)) >
			    60*DBL_EPSILON*tri_norm(r + j/M*M, M)*tri_norm(r + j%M*M, M);
		qr += info == 2;
		if (c[6] == 0) {
			test_ok(!bad, "%d: by QR, one row depends on others", t);
			continue;
		}
		errors(r, c + 7, &ulps, &eps);
		bad += gram ? eps > c[6] || (c[6] < 1e7 && ulps > 0) : eps > 8*c[6];
		test_ok(!bad, "%d: by %s, |L^-1| %.1e: to %.3f ulp, %.2g eps of a column", t, gram ? "Gram" : "QR", c[6], ulps, eps);
	}
	return qr;
}

/* NaN and Inf in each type that has them, wherever they are. */
static void
not_finite(void)
{
	static const struct { enum num_type type; uint16_t h; } has[] = {
		{ NUM_F16, 0x7c00 }, { NUM_F16, 0xfe00 }, { NUM_BF16, 0xff80 }, { NUM_BF16, 0x7fc0 },
		{ NUM_F8_E4M3, 0x7f }, { NUM_F8_E4M3, 0xff }, { NUM_F8_E5M2, 0x7c }, { NUM_F8_E5M2, 0xfd },
	};
	const double c[] = { 0, 8, 4, PLAIN, 0 };
	double r[M*M], s[M*M];
	int bad = 0;

	for (size_t i = 0; i < sizeof has / sizeof *has; i++) {
		struct prod_mat w;

		make(1, c, 4, 3);
		w = as_file(has[i].type);
		bad += by_blocks(&w, r) == 1;
		h[i][i*83] = has[i].h;
		w = as_file(has[i].type);
		bad += by_blocks(&w, r) != 1 || prod_factor(&w, NULL, r, NULL, work) != 1 ||
		    prod_factor(&w, &w, r, s, work) != 1;
	}
	test_ok(!bad, "NaN and Inf are refused");
}

/* m columns, more than one panel of them, of 512 rows, in memory of just the size that is asked for: R is proved,
 * and to half an ulp what Cholesky's way makes of the sums, which are exact, in double-doubles. */
static int
panel(ptrdiff_t m)
{
	enum { MOST = 64, DEEP = 2*GRAM_BLOCK };
	static double cols[MOST*DEEP], r[MOST*MOST];
	static struct dd l[MOST][MOST];
	unsigned long long seed = 7;
	size_t size = gram_size(m);
	double *mem = sea_new(size), big[MOST], s;
	struct gram g;
	int bad = 0, e;

	memset(cols, 0, sizeof cols);
	for (ptrdiff_t j = 0; j < DEEP; j++)
		for (ptrdiff_t i = 0; i < m; i++)
			cols[i + j*MOST] = floor(100*table_random(&seed));
	gram_init(&g, m, mem);
	for (ptrdiff_t j = 0; j < DEEP; j += GRAM_BLOCK) {
		memset(big, 0, sizeof big);
		kern_most(GRAM_BLOCK, m, cols + j*MOST, MOST, big);
		bad |= gram_absorb(&g, GRAM_BLOCK, cols + j*MOST, MOST, big);
	}
	bad |= gram_factor(&g, r);
	for (ptrdiff_t j = 0; j < m; j++)
		for (ptrdiff_t i = 0; i <= j; i++) {
			struct dd x = { 0, 0 };

			for (ptrdiff_t k = 0; k < DEEP; k++)
				x.hi += cols[i + k*MOST]*cols[j + k*MOST];
			for (ptrdiff_t k = 0; k < i; k++)
				x = dd_add(x, dd_mul((struct dd){ -l[k][i].hi, -l[k][i].lo }, l[k][j]));
			l[i][j] = x = i == j ? dd_sqrt(x) : dd_div(x, l[i][i]);
			frexp(x.hi, &e);
			s = ldexp(r[i + j*m] - x.hi - x.lo, 53 - e);
			bad |= !(fabs(s) < 0.5001);
		}
	return bad | sea_free(mem, size);
}

static void
panels(void)
{
	static const ptrdiff_t m[] = { 1, 15, 16, 17, 24, 31, 32, 33, 41, 48, 64 };
	int bad = 0;

	for (size_t i = 0; i < sizeof m / sizeof *m; i++)
		bad += panel(m[i]);
	test_ok(bad == 0, "up to 64 columns: proved, and each number to half an ulp: %d wrong", bad);
}

int
main(void)
{
	int qr;

	if (prod_factor_work(M, N) > sizeof work / sizeof *work)
		exit(1);
	qr = accuracy();
	test_ok(qr == 8, "%d of %d need QR", qr, CASES);
	not_finite();
	panels();
	return test_end();
}
