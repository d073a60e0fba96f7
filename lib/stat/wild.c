/* wild.c - the restricted wild cluster bootstrap-t.
 *
 * To test that a coefficient is beta, the residuals of the fit that has it so are
 * multiplied, a whole cluster by one random weight, and added to what that fit says;
 * how often is t of such a response as far from beta as t of the real one?  Cameron,
 * Gelbach & Miller, Review of Economics and Statistics 90 (2008) 414-427.
 *
 * In coordinates where the columns are orthonormal, with M_g = A_g'A_g, s_g = A_g'v_g the
 * scores, c the contrast and b - beta = delta c'c, the restricted scores are s_g + delta M_g
 * c.  The weights w make of them the estimate D = sum w_g (s_g + delta M_g c), and the cluster's
 * score along c is then c'w_g (s_g + delta M_g c) - c'M_g D.  So t* is a ratio whose parts
 * are polynomials in delta, five numbers for each draw, and p at any beta costs no more
 * draws.  Where |t*| is |t| is a root of a polynomial of degree 4; p jumps at those roots only,
 * and the ends of the interval are the outermost ones at which it falls below 1 - level: p need
 * not fall monotonely, above all where the signs of few clusters are all tried.
 */
#include <math.h>
#include <stdlib.h>

#include "lm.h"

/* Fewer clusters than this have few enough signs to try all. */
enum { ENUMERATE = 12 };

/* The real t is x = delta c'c/sigma, sigma^2 = sum (c's_g)^2, and that of a draw t* = (n0 +
 * n1 x)/sqrt(v0 + v1 x + v2 x^2).  It is as far off where a polynomial in x of these
 * coefficients is 0 or more: t*^2 - x^2 by the square below the root, which is never below 0. */
enum { DEGREE = 4 };
struct draw { double a[DEGREE + 1]; };

/* There the polynomial changes its sign: with greater x a draw counts more, or less. */
struct jump { double x; int more; };

struct wild {
	ptrdiff_t k;
	size_t g, n;                    /* clusters; draws */
	int all;                        /* these are all that there are */
	double *s, *m;                  /* by cluster: k scores, M k by k */
	double *c, *mc, *a0, *a1, *w;   /* contrast; M_g c, k each; c's_g, c'M_g c; weights */
	double *d0, *d1, sigma;
	struct draw *draw;
	struct jump *jump;              /* DEGREE n of them at most */
};

static void
start(struct wild *b, struct lm *m, const struct model *model)
{
	struct piece p;
	size_t k = (size_t)model->ls.rank, g = model->by[LM_BY_CLUSTER]->n;

	*b = (struct wild){ .k = model->ls.rank, .g = g, .all = !m->view.webb && g < ENUMERATE };
	b->n = b->all ? (size_t)1 << (g - 1) : (size_t)m->view.wild;
	b->s = mem_new(g*(k + k*k) + 3*k + g*(k + 3), sizeof *b->s);
	b->m = b->s + g*k;
	b->c = b->m + g*k*k;
	b->d0 = b->c + k;
	b->d1 = b->d0 + k;
	b->mc = b->d1 + k;
	b->a0 = b->mc + g*k;
	b->a1 = b->a0 + g;
	b->w = b->a1 + g;
	b->draw = mem_new(b->n, sizeof *b->draw);
	b->jump = mem_new(b->n, DEGREE*sizeof *b->jump);
	piece_open(&p, model);
	for (size_t i = 0; i < g; i++) {
		piece_get(&p, m, LM_BY_CLUSTER, i);
		piece_gram(&p, b->m + i*k*k, b->s + i*k);
	}
	piece_close(&p);
}

static void
contrast(struct wild *b, const struct ls *f, size_t i)
{
	piece_contrast(f, i, b->c);
	for (ptrdiff_t g = 0; g < (ptrdiff_t)b->g; g++) {
		for (ptrdiff_t l = 0; l < b->k; l++)
			b->mc[g*b->k + l] = num_dot(b->m + (g*b->k + l)*b->k, b->c, b->k);
		b->a0[g] = num_dot(b->c, b->s + g*b->k, b->k);
		b->a1[g] = num_dot(b->c, b->mc + g*b->k, b->k);
	}
}

/* Webb's six points: Webb, Canadian J. Economics 56 (2023) 839-858. */
static double
webb(struct rng *r)
{
	static const double point[] = { 0.5, 1, 1.5 };
	uint64_t x = rng_below(r, 6);

	return (x & 1 ? -1 : 1)*sqrt(point[x/2]);
}

/* The weights of draw i. */
static void
weigh(struct wild *b, size_t i, struct rng *r, int six)
{
	for (size_t g = 0; g < b->g; g++)
		if (b->all)
			b->w[g] = i >> g & 1 ? -1 : 1;
		else
			b->w[g] = six ? webb(r) : rng_sign(r);
}

/* x, or 0 where it is rounding beside 1: with all weights alike delta may be large. */
static double
cut(double x)
{
	return fabs(x) <= 1e-12 ? 0 : x;
}

/* What the weights in hand make.  Equal t count, and are equal within 1e-10. */
static struct draw
draw(struct wild *b)
{
	double v0 = 0, v1 = 0, v2 = 0, n0, n1, cc = num_dot(b->c, b->c, b->k), same = 1 - 1e-10;

	for (ptrdiff_t l = 0; l < b->k; l++) {
		b->d0[l] = b->d1[l] = 0;
		for (ptrdiff_t g = 0; g < (ptrdiff_t)b->g; g++) {
			b->d0[l] += b->w[g]*b->s[g*b->k + l];
			b->d1[l] += b->w[g]*b->mc[g*b->k + l];
		}
	}
	n0 = cut(num_dot(b->c, b->d0, b->k)/b->sigma);
	n1 = num_dot(b->c, b->d1, b->k)/cc;
	for (ptrdiff_t g = 0; g < (ptrdiff_t)b->g; g++) {
		double p = (b->w[g]*b->a0[g] - num_dot(b->mc + g*b->k, b->d0, b->k))/b->sigma;
		double q = cut((b->w[g]*b->a1[g] - num_dot(b->mc + g*b->k, b->d1, b->k))/cc);

		v0 += p*p;
		v1 += 2*p*q;
		v2 += q*q;
	}
	return (struct draw){ { n0*n0, 2*n0*n1, n1*n1 - same*v0, -same*v1, -same*v2 } };
}

/* a[0] + a[1] x + ... + a[n] x^n */
static double
poly(const double *a, int n, double x)
{
	double y = a[n];

	while (n-- > 0)
		y = y*x + a[n];
	return y;
}

/* Where it becomes 0 or more, or less than 0 again: at most n places in x, ascending; how many.
 * Between two such places of its derivative it is monotone, and all are within Cauchy's bound. */
static int
roots(const double *a, int n, double *x)
{
	double d[DEGREE] = { 0 }, at[DEGREE + 1] = { 0 }, most = 0;
	int m, some = 0;

	while (n > 0 && !(fabs(a[n]) > 0))
		n--;
	if (n == 0)
		return 0;
	for (int i = 0; i < n; i++) {
		d[i] = (i + 1)*a[i + 1];
		most = fmax(most, fabs(a[i]/a[n]));
	}
	m = roots(d, n - 1, at + 1) + 1;
	at[0] = -1 - most;
	at[m] = 1 + most;
	for (int i = 0; i < m; i++) {
		double low = at[i], high = at[i + 1], middle;
		int side = poly(a, n, low) >= 0;

		if (side == (poly(a, n, high) >= 0))
			continue;
		while ((middle = low + (high - low)/2) > low && middle < high)
			*(side == (poly(a, n, middle) >= 0) ? &low : &high) = middle;
		x[some++] = side ? low : high;
	}
	return some;
}

/* p, where so many draws are as far off. */
static double
p_of(const struct wild *b, double n)
{
	return b->all ? n/(double)b->n : (n + 1)/((double)b->n + 1);
}

static double
p_at(const struct wild *b, double x)
{
	double n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += poly(b->draw[i].a, DEGREE, x) >= 0;
	return p_of(b, n);
}

/* Those further out first; of those at one place those with which fewer draws count. */
static int
inward(const void *a, const void *b)
{
	const struct jump *j = a, *k = b;

	return j->x != k->x ? (j->x < k->x) - (j->x > k->x) : j->more - k->more;
}

/* The jumps of the draw at x above 0, by which it counts or not further in, join the n there
 * are; *far counts it if it does beyond them all. */
static size_t
add_jumps(struct wild *b, const struct draw *d, int side, size_t n, double *far)
{
	double a[DEGREE + 1], x[DEGREE];
	int counts, last = DEGREE, m;

	for (int i = 0; i <= DEGREE; i++)
		a[i] = i % 2 == 1 && side < 0 ? -d->a[i] : d->a[i];
	while (last > 0 && !(fabs(a[last]) > 0))
		last--;
	counts = a[last] >= 0;
	*far += counts;
	m = roots(a, DEGREE, x);
	while (m-- > 0 && x[m] > 0)
		b->jump[n++] = (struct jump){ x[m], counts = !counts };
	return n;
}

/* How far x can be on a side, 1 or -1, with p at least alpha; NaN where it can be any. */
static double
bound(struct wild *b, int side, double alpha)
{
	double far = 0;
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n = add_jumps(b, &b->draw[i], side, n, &far);
	if (p_of(b, far) >= alpha)
		return NAN;
	qsort(b->jump, n, sizeof *b->jump, inward);
	for (size_t i = 0; i < n; i++)
		if (p_of(b, far += b->jump[i].more ? 1 : -1) >= alpha)
			return b->jump[i].x;
	return 0;
}

static void
test(struct wild *b, struct lm *m, struct model *model, size_t i)
{
	struct ls *f = &model->ls;
	struct wild_p *p = &model->wild[i];
	double alpha = (1 - m->view.level)*(1 - 1e-12), low, high;
	struct rng r;

	if (!(f->se[i] > 0))
		return;
	contrast(b, f, i);
	b->sigma = sqrt(num_dot(b->a0, b->a0, (ptrdiff_t)b->g));
	rng_seed(&r, m->view.seed);
	for (size_t n = 0; n < b->n; n++) {
		weigh(b, n, &r, m->view.webb);
		b->draw[n] = draw(b);
	}
	low = bound(b, 1, alpha);
	high = bound(b, -1, alpha);
	p->p = p_at(b, f->bs[i]/b->sigma);
	p->low = ls_unscaled(f, f->bs[i] - b->sigma*low, (ptrdiff_t)i);
	p->high = ls_unscaled(f, f->bs[i] + b->sigma*high, (ptrdiff_t)i);
}

/* p may be below alpha at 0, and above it beyond, so that the interval has 0. */
static void
note_hull(struct lm *m, size_t j, size_t k, size_t i)
{
	const struct model *model = &m->sums[k].model[j];
	const struct column *c = &m->terms.col[model->col[i]];
	const struct wild_p *p = &model->wild[i];
	double alpha = 1 - m->view.level;

	if (m->terms.var[c->var].term < m->terms.nabsorbed)
		return;                 /* it is not printed */
	if (p->p < alpha*(1 - 1e-12) && p->low <= 0 && p->high >= 0)
		lm_note(m, j, k, mem_print(": %s: p is %.3g, but there are values on both sides of 0 with p of %g or more: "
		    "the interval has 0", c->name, p->p, alpha));
}

void
wild_test(struct lm *m, size_t j, size_t k)
{
	struct model *model = &m->sums[k].model[j];
	size_t n = (size_t)model->ls.k;
	double least = ldexp(1, 1 - (int)fmin((double)model->by[LM_BY_CLUSTER]->n, 60));
	struct wild b;

	model->wild = mem_new(n, sizeof *model->wild);
	for (size_t i = 0; i < n; i++)
		model->wild[i] = (struct wild_p){ NAN, NAN, NAN };
	if (model->by[LM_BY_CLUSTER]->n < 2)
		return;
	if (!m->view.webb && least >= 1 - m->view.level)
		lm_note(m, j, k, mem_print(": %zu clusters: no p below %g from their signs, and no interval at this level; "
		    "--wild-weights webb has more", model->by[LM_BY_CLUSTER]->n, least));
	start(&b, m, model);
	for (size_t i = 0; i < n; i++)
		if (!model->ls.aliased[i]) {
			test(&b, m, model, i);
			note_hull(m, j, k, i);
		}
	free(b.s);
	free(b.draw);
	free(b.jump);
}
