/* elem.c - double-doubles, logarithm, exponential, sum, order
 *
 * Only + - * /, square roots and moves of bits: round to nearest, no contraction
 * (-ffp-contract=off), so every machine gives the same bits.  The two tables
 * are printed by tests/data/elem.py --tables.
 */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "num.h"

static const double log64[47][2] = {
	{ -0x1.68ac83e9c7000p-2, 0x1.7af966c548a30p-44 }, { -0x1.522ae0738a000p-2, -0x1.ebe708164c759p-45 },
	{ -0x1.3c25277333000p-2, -0x1.83b54b606bd5cp-46 }, { -0x1.269621134e000p-2, 0x1.1b61f10522625p-44 },
	{ -0x1.1178e8227e000p-2, -0x1.1ef78ce2d07f2p-44 }, { -0x1.f991c6cb3c000p-3, 0x1.90d04cd7cc834p-44 },
	{ -0x1.d1037f2656000p-3, 0x1.84a7e75b6f6e4p-47 }, { -0x1.a93ed3c8ae000p-3, 0x1.8724350562169p-45 },
	{ -0x1.823c16551a000p-3, -0x1.e0ddb9a631e83p-46 }, { -0x1.5bf406b544000p-3, 0x1.27023eb68981cp-46 },
	{ -0x1.365fcb015a000p-3, 0x1.fd3a0afb9691bp-44 }, { -0x1.1178e8227e000p-3, -0x1.1ef78ce2d07f2p-45 },
	{ -0x1.da72763844000p-4, -0x1.a89401fa71733p-46 }, { -0x1.9335e5d594000p-4, -0x1.3115c3abd47dap-45 },
	{ -0x1.4d3115d208000p-4, 0x1.53a2582f4e1efp-48 }, { -0x1.08598b59e4000p-4, 0x1.7e5dd7009902cp-46 },
	{ -0x1.894aa149f8000p-5, -0x1.9a19a8be97661p-44 }, { -0x1.0415d89e78000p-5, 0x1.dddc7f461c516p-44 },
	{ -0x1.0205658930000p-6, -0x1.611d27c8e8417p-44 }, { 0x0.0p+0, 0x0.0p+0 },
	{ 0x1.fc0a8b0fc0000p-7, 0x1.f1e7cf6d3a69cp-50 }, { 0x1.f829b0e780000p-6, 0x1.980267c7e09e4p-45 },
	{ 0x1.77458f6330000p-5, -0x1.181dce586af09p-44 }, { 0x1.f0a30c0118000p-5, -0x1.d599e83368e91p-45 },
	{ 0x1.341d7961bc000p-4, 0x1.1d09299837610p-44 }, { 0x1.6f0d28ae58000p-4, -0x1.4b4641b664613p-44 },
	{ 0x1.a926d3a4ac000p-4, 0x1.563650bd22a9cp-44 }, { 0x1.e27076e2b0000p-4, -0x1.a342c2af0003cp-45 },
	{ 0x1.0d77e7cd08000p-3, 0x1.cb2cd2ee2f482p-44 }, { 0x1.29552f8200000p-3, -0x1.5b967f4471dfcp-44 },
	{ 0x1.44d2b6ccb8000p-3, -0x1.70cc16135783cp-46 }, { 0x1.5ff3070a7a000p-3, -0x1.8586f183bebf2p-44 },
	{ 0x1.7ab890210e000p-3, -0x1.bdb9072534a58p-45 }, { 0x1.9525a9cf46000p-3, -0x1.297137d9f158fp-44 },
	{ 0x1.af3c94e80c000p-3, -0x1.a4e633fcd9066p-52 }, { 0x1.c8ff7c79aa000p-3, -0x1.7794f689f8434p-45 },
	{ 0x1.e27076e2b0000p-3, -0x1.a342c2af0003cp-44 }, { 0x1.fb9186d5e4000p-3, -0x1.d572aab993c87p-47 },
	{ 0x1.0a324e2739000p-2, 0x1.c6bee7ef4030ep-47 }, { 0x1.1675cababa000p-2, 0x1.8380e731f55c4p-44 },
	{ 0x1.22941fbcf8000p-2, -0x1.a6976f5eb0963p-44 }, { 0x1.2e8e2bae12000p-2, -0x1.67b1e99b72bd8p-45 },
	{ 0x1.3a64c55694000p-2, 0x1.7a71cbcd735d0p-44 }, { 0x1.4618bc21c6000p-2, -0x1.3d82f484c84ccp-46 },
	{ 0x1.51aad872e0000p-2, -0x1.f4bd8db0a7cc1p-44 }, { 0x1.5d1bdbf581000p-2, -0x1.8d6bdc9c7c238p-44 },
	{ 0x1.686c81e9b1000p-2, 0x1.2bb110af84054p-44 },
};

static const double exp64[64][2] = {
	{ 0x1.0000000000000p+0, 0x0.0p+0 }, { 0x1.02c9a40000000p+0, -0x1.887f9f1190835p-28 },
	{ 0x1.059b0d0000000p+0, 0x1.8ac2ba1d73e2ap-27 }, { 0x1.0874518000000p+0, 0x1.d66f20230d7c9p-30 },
	{ 0x1.0b55870000000p+0, -0x1.833b784eb3a37p-27 }, { 0x1.0e3ec30000000p+0, 0x1.69e8d10103a17p-27 },
	{ 0x1.11301d0000000p+0, 0x1.25b50a4ebbf1bp-32 }, { 0x1.1429ab0000000p+0, -0x1.56d2204cbefe7p-28 },
	{ 0x1.172b840000000p+0, -0x1.c15742919041cp-27 }, { 0x1.1a35be8000000p+0, 0x1.b7e5ba9e5b4c8p-27 },
	{ 0x1.1d48730000000p+0, 0x1.68b9aa7805b80p-28 }, { 0x1.2063b88000000p+0, 0x1.8a3358ee3bac1p-30 },
	{ 0x1.2387a70000000p+0, -0x1.8a9dc7993e052p-28 }, { 0x1.26b4568000000p+0, -0x1.0ec1916d42cc6p-27 },
	{ 0x1.29e9df8000000p+0, -0x1.70108f69ed175p-27 }, { 0x1.2d285a8000000p+0, -0x1.1bfcf4bff6e2bp-28 },
	{ 0x1.306fe08000000p+0, 0x1.18db8a96f46adp-27 }, { 0x1.33c08b0000000p+0, 0x1.320b7fa64e431p-27 },
	{ 0x1.371a738000000p+0, -0x1.8aac6ab1d7560p-29 }, { 0x1.3a7db38000000p+0, -0x1.8d30048af21b7p-27 },
	{ 0x1.3dea650000000p+0, -0x1.f6e5eee525f6fp-27 }, { 0x1.4160a20000000p+0, 0x1.f72e29f84325cp-28 },
	{ 0x1.44e0860000000p+0, 0x1.8624b40c4dbd0p-30 }, { 0x1.486a2b8000000p+0, -0x1.1f6197f61f2e2p-27 },
	{ 0x1.4bfdad8000000p+0, -0x1.64eaec715e343p-27 }, { 0x1.4f9b278000000p+0, -0x1.62d35952cc275p-28 },
	{ 0x1.5342b58000000p+0, -0x1.62b07e20f57c4p-28 }, { 0x1.56f4738000000p+0, -0x1.4ad8259913500p-28 },
	{ 0x1.5ab07e0000000p+0, -0x1.5bd5eb539b67fp-27 }, { 0x1.5e76f18000000p+0, -0x1.296f5bc8b20dap-27 },
	{ 0x1.6247eb0000000p+0, 0x1.d2ac258f87d03p-31 }, { 0x1.6623880000000p+0, 0x1.2a91124893ecfp-27 },
	{ 0x1.6a09e68000000p+0, -0x1.80c4336f74d05p-28 }, { 0x1.6dfb240000000p+0, -0x1.cd72e886ef8eap-27 },
	{ 0x1.71f75e8000000p+0, 0x1.d8bee7ba46e1ep-29 }, { 0x1.75feb58000000p+0, -0x1.bd98374091656p-28 },
	{ 0x1.7a11470000000p+0, 0x1.f580c36bea881p-27 }, { 0x1.7e2f338000000p+0, -0x1.30b19defa2fd4p-28 },
	{ 0x1.8258998000000p+0, 0x1.4cce128acf88bp-28 }, { 0x1.868d998000000p+0, 0x1.a2497640720edp-27 },
	{ 0x1.8ace540000000p+0, 0x1.15506dadd3e2bp-27 }, { 0x1.8f1ae98000000p+0, 0x1.1577362b98274p-28 },
	{ 0x1.93737b0000000p+0, 0x1.9b8bc9e8a0388p-29 }, { 0x1.97d82a0000000p+0, -0x1.0d8d83a30b6f8p-31 },
	{ 0x1.9c49180000000p+0, 0x1.51f8480e3e236p-27 }, { 0x1.a0c6678000000p+0, 0x1.aef2b2594d6d4p-27 },
	{ 0x1.a5503b0000000p+0, 0x1.1f12ae45a1225p-27 }, { 0x1.a9e6b58000000p+0, -0x1.4301205e0a6dep-27 },
	{ 0x1.ae89f98000000p+0, 0x1.5ad3ad5e8734dp-28 }, { 0x1.b33a2b8000000p+0, 0x1.3c57ebdaff43ap-30 },
	{ 0x1.b7f76f0000000p+0, 0x1.7daf237553d84p-27 }, { 0x1.bcc1e90000000p+0, 0x1.2f074891ee83dp-30 },
	{ 0x1.c199be0000000p+0, -0x1.3d56b1eeef9a7p-27 }, { 0x1.c67f130000000p+0, -0x1.a82eb4b5dec80p-28 },
	{ 0x1.cb720e0000000p+0, -0x1.8837cb757e1a1p-27 }, { 0x1.d072d48000000p+0, 0x1.03c4bdc687918p-27 },
	{ 0x1.d5818e0000000p+0, -0x1.822dbc6d12fd3p-27 }, { 0x1.da9e600000000p+0, 0x1.ed9942b84600dp-27 },
	{ 0x1.dfc9730000000p+0, 0x1.bdcdaf5cb4656p-27 }, { 0x1.e502ee8000000p+0, -0x1.d30027630bb40p-30 },
	{ 0x1.ea4afa0000000p+0, 0x1.52486cc2c7b9dp-27 }, { 0x1.efa1bf0000000p+0, -0x1.9ea5d888e02dep-28 },
	{ 0x1.f507658000000p+0, 0x1.b722a033a7c26p-27 }, { 0x1.fa7c180000000p+0, 0x1.9e90d82e90a7ep-28 },
};

static const struct dd ln2 = { 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56 };

static uint64_t
bits(double x)
{
	uint64_t u;

	memcpy(&u, &x, sizeof u);
	return u;
}

static double
from_bits(uint64_t u)
{
	double x;

	memcpy(&x, &u, sizeof x);
	return x;
}

/* x rounded to 26 bits; x less that has 26 bits too.  The product of two
 * numbers of 26 bits is exact. */
static double
cut(double x)
{
	return from_bits((bits(x) + 0x4000000) & ~(uint64_t)0x7ffffff);
}

/* a + b exactly, |a| >= |b| or a = 0.  Dekker, Numer. Math. 18 (1971) 224-242. */
static struct dd
fast_sum(double a, double b)
{
	struct dd s;

	s.hi = a + b;
	s.lo = b - (s.hi - a);
	return s;
}

/* a + b exactly.  Knuth, TAOCP 2, 3rd ed., section 4.2.2. */
static struct dd
two_sum(double a, double b)
{
	struct dd s;
	double t;

	s.hi = a + b;
	t = s.hi - a;
	s.lo = (a - (s.hi - t)) + (b - t);
	return s;
}

/* a b exactly, by halves of 26 bits, unless the exponent of the product is near
 * its limits.  Dekker, as above. */
static struct dd
two_prod(double a, double b)
{
	double ah = cut(a), al = a - ah, bh = cut(b), bl = b - bh;
	struct dd p;

	p.hi = a * b;
	p.lo = ((ah * bh - p.hi) + ah * bl + al * bh) + al * bl;
	return p;
}

struct dd
dd_add(struct dd a, struct dd b)
{
	struct dd s = two_sum(a.hi, b.hi), t = two_sum(a.lo, b.lo);

	s = fast_sum(s.hi, s.lo + t.hi);
	return fast_sum(s.hi, s.lo + t.lo);
}

struct dd
dd_mul(struct dd a, struct dd b)
{
	struct dd p = two_prod(a.hi, b.hi);

	return fast_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

/* q = a.hi / b.hi, and once more for the remainder a - q b. */
struct dd
dd_div(struct dd a, struct dd b)
{
	struct dd q = { a.hi / b.hi, 0 }, n = { -q.hi, 0 }, r;

	r = dd_add(a, dd_mul(n, b));
	return fast_sum(q.hi, r.hi / b.hi);
}

/* s = sqrt(a.hi); its error is (a - s s)/(s + sqrt a), about (a - s s)/(2 s). */
struct dd
dd_sqrt(struct dd a)
{
	double s = sqrt(a.hi);
	struct dd p = two_prod(s, s), r;

	if (s == 0)
		return (struct dd){ 0, 0 };
	r = dd_add(a, (struct dd){ -p.hi, -p.lo });
	return fast_sum(s, r.hi / (2 * s));
}

/* x = m 2^e, sqrt(1/2) <= m < sqrt 2, for x > 0 and finite. */
static double
reduce(double x, int *e)
{
	const uint64_t half = 0x3fe6a09e667f3bcd;       /* sqrt(1/2) */
	const uint64_t one = 0x3ff0000000000000, fraction = 0x000fffffffffffff;
	int shift = 0;
	uint64_t u;

	if (x < DBL_MIN) {
		x *= 0x1p54;
		shift = 54;
	}
	u = bits(x) + (one - half);
	*e = (int)(u >> 52) - 1023 - shift;
	return from_bits((u & fraction) + half);
}

/* log x = e log 2 + 2 artanh s, s = (m - 1) / (m + 1), |s| < 0.172: the series
 * s + s^3/3 + ... (DLMF 4.6.4) to s^45, its terms above s^21 in plain doubles. */
struct dd
dd_log(double x)
{
	const struct dd one = { 1, 0 };
	struct dd s, z, sum = { 0, 0 }, k = { 0, 0 };
	double tail = 0;
	int e, i;

	x = reduce(x, &e);
	s = dd_div(two_sum(x, -1), two_sum(x, 1));
	z = dd_mul(s, s);
	for (i = 45; i > 21; i -= 2)
		tail = 1.0 / i + z.hi * tail;
	for (sum.hi = tail; i > 0; i -= 2) {
		k.hi = i;
		sum = dd_add(dd_div(one, k), dd_mul(z, sum));
	}
	k.hi = e;
	s.hi *= 2;
	s.lo *= 2;
	return dd_add(dd_mul(k, ln2), dd_mul(s, sum));
}

/* With c = j/64 the nearest to m: log x = e log 2 + log c + 2 artanh s, where
 * s = (m - c) / (m + c), |s| < 0.0056.  e log 2 and log c have high parts on a
 * grid of 2^-42, whose sum is exact; s = sh + sl, sh of 26 bits, for which the
 * remainder of the division is exact. */
double
num_log(double x)
{
	const double l2h = 0x1.62e42fefa3800p-1, l2l = 0x1.ef35793c76730p-45;
	double m, c, f, w, wh, sh, sl, z, p;
	struct dd y;
	int e, j;

	if (!(x > 0) || x > DBL_MAX)
		return x == 0 ? -INFINITY : x > 0 ? x : NAN;
	m = reduce(x, &e);
	j = (int)(m * 64 + 0.5);
	c = j / 64.0;
	f = m - c;
	w = 1 / (m + c);
	wh = cut(m + c);
	sh = cut(f * w);
	sl = (f - sh * wh - sh * (m - (wh - c))) * w;
	z = (sh + sl) * (sh + sl);
	p = (sh + sl) * z * (2.0/3 + z * (2.0/5 + z * (2.0/7 + z * (2.0/9))));
	y = fast_sum(e * l2h + log64[j - 45][0], 2 * sh);
	return y.hi + (y.lo + (e * l2l + log64[j - 45][1] + 2 * sl + p));
}

static double
power2(int e)
{
	return from_bits((uint64_t)(e + 1023) << 52);
}

/* (hi + lo) 2^e, rounded once also where the result is subnormal: there the
 * sum is added to 1, whose last place is, times 2^-1022, that of the result. */
static double
scale(double hi, double lo, int e)
{
	struct dd s;

	if (e > -1022 && e < 1024)
		return (hi + lo) * power2(e);
	if (e > 0 || (e == -1022 && hi + lo >= 1))
		return ldexp(hi + lo, e);
	s = fast_sum(1, hi * power2(e + 1022));
	return (s.hi + (s.lo + lo * power2(e + 1022)) - 1) * 0x1p-1022;
}

/* e^x = 2^(k/64) e^r, k the integer nearest to 64 x / log 2, |r| < 0.0055.
 * r = rh + rl and the table's entry th + tl have high parts of 26 bits, whose
 * product is exact; e^r - 1 - rh = rl + r^2/2 + ... + r^6/720. */
double
num_exp(double x)
{
	const double l2h = 0x1.62e42fef80000p-7, l2l = 0x1.1cf79abc9e3b4p-42;
	double k, a, b, r, rh, p, th, tl;
	struct dd y;
	int i, j;

	if (!(x > -746 && x < 710))
		return x < 0 ? 0 : x > 0 ? INFINITY : x;
	k = (x * 0x1.71547652b82fep+6 + 0x1.8p52) - 0x1.8p52;
	a = x - k * l2h;
	b = k * l2l;
	r = a - b;
	rh = cut(r);
	p = ((a - rh) - b) + r * r * (1.0/2 + r * (1.0/6 + r * (1.0/24 + r * (1.0/120 + r * (1.0/720)))));
	i = (int)k;
	j = i & 63;
	th = exp64[j][0];
	tl = exp64[j][1];
	y = fast_sum(th, th * rh);
	return scale(y.hi, y.lo + (tl + tl * rh + (th + tl) * p), (i - j) / 64);
}

/* The sum of at most 128 numbers. */
static double
block_sum(const double *x, ptrdiff_t n)
{
	double r[8], sum = 0;
	ptrdiff_t i, j;

	i = 0;
	if (n >= 8) {
		memcpy(r, x, sizeof r);
		for (i = 8; i + 8 <= n; i += 8)
			for (j = 0; j < 8; j++)
				r[j] += x[i + j];
		sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
	}
	for (; i < n; i++)
		sum += x[i];
	return sum;
}

double
num_sum(const double *x, ptrdiff_t n)
{
	ptrdiff_t half;

	if (n <= 128)
		return 0 + block_sum(x, n);
	half = n / 2 - n / 2 % 8;
	return num_sum(x, half) + num_sum(x + half, n - half);
}

int
num_finite(const double *x, ptrdiff_t n)
{
	ptrdiff_t i;

	for (i = 0; i < n && isfinite(x[i]); i++)
		;
	return i == n;
}

int
num_compare(const double *a, const double *b, ptrdiff_t n)
{
	for (ptrdiff_t i = 0; i < n; i++) {
		int c = (a[i] > b[i]) - (a[i] < b[i]) + !!isnan(b[i]) - !!isnan(a[i]);

		if (c != 0)
			return c;
	}
	return 0;
}

int
num_powers(double x, int degree, double *v, double *lo)
{
	struct dd y = { x, 0 };

	for (int d = 1; d <= degree; d++) {
		if (d > 1)
			y = dd_mul(y, (struct dd){ x, 0 });
		if (!isfinite(y.hi) || (d > 1 && x != 0 && fabs(y.hi) < DBL_MIN))
			return d;
		v[d - 1] = y.hi;
		lo[d - 1] = y.lo;
	}
	return 0;
}

/* log(1 + x): what x loses in 1 + x is given back by the ratio.  Kahan's way; Higham,
 * Accuracy and Stability of Numerical Algorithms, 2nd ed., section 1.14.1. */
static double
log1(double x)
{
	double u = 1 + x;

	return u == 1 ? x : num_log(u)*(x/(u - 1));
}

double
num_atanh(double r, double rest)
{
	double a = fabs(r), z;

	z = a < 0.5 ? log1(2*a/(1 - a))/2 : num_log((1 + a)*(1 + a)/rest)/2;
	return r < 0 ? -z : z;
}

double
num_tanh(double x)
{
	double a = -2*fabs(x), u = num_exp(a), d = u - 1;

	if (u > 0.5 && u != 1)
		d *= a/num_log(u);
	if (u == 1)
		d = a;
	d = -d/(2 + d);
	return x < 0 ? -d : d;
}

/* sin and cos of r + e, |r| <= pi/4, e next to nothing: Taylor's series, whose next terms are
 * below 2^-63. */
static void
near_zero(double r, double e, double *s, double *c)
{
	static const double sins[] = { 0x1.952c77030ad4ap-49, -0x1.ae7f3e733b81fp-41, 0x1.6124613a86d09p-33,
		-0x1.ae64567f544e4p-26, 0x1.71de3a556c734p-19, -0x1.a01a01a01a01ap-13, 0x1.1111111111111p-7,
		-0x1.5555555555555p-3 };
	static const double coss[] = { -0x1.6827863b97d97p-53, 0x1.ae7f3e733b81fp-45, -0x1.93974a8c07c9dp-37,
		0x1.1eed8eff8d898p-29, -0x1.27e4fb7789f5cp-22, 0x1.a01a01a01a01ap-16, -0x1.6c16c16c16c17p-10,
		0x1.5555555555555p-5 };
	double z = r*r, p = 0, q = 0, h = z/2, w = 1 - h;

	for (int i = 0; i < 8; i++) {
		p = p*z + sins[i];
		q = q*z + coss[i];
	}
	*s = r + (r*z*p + e*(1 - h));
	*c = w + (((1 - w) - h) + (z*z*q - r*e));
}

void
num_sincos(double x, double *s, double *c)
{
	const double a = 0x1.921fb544p+0, b = 0x1.0b4611a6p-34, d = 0x1.3198a2e037073p-69; /* a + b + d = pi/2 */
	double k = floor(x * 0x1.45f306dc9c883p-1 + 0.5), y, r, e, t;
	int quarter = (int)(k - 4*floor(k/4));

	y = x - k*a;
	r = y - k*b;
	e = (y - r) - k*b - k*d;
	near_zero(r, e, s, c);
	t = *s;
	if (quarter & 1) {
		*s = *c;
		*c = -t;
	}
	if (quarter & 2) {
		*s = -*s;
		*c = -*c;
	}
}

double
num_dot(const double *x, const double *y, ptrdiff_t n)
{
	double s = 0;

	for (ptrdiff_t i = 0; i < n; i++)
		s += x[i]*y[i];
	return s;
}
