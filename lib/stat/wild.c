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
 * draws: the interval is found by bisection.
 */
#include <math.h>
#include <stdlib.h>

#include "lm.h"

/* Fewer clusters than this have few enough signs to try all. */
enum { ENUMERATE = 12 };

/* t* = (n0 + n1 delta)/sqrt(v0 + v1 delta + v2 delta^2). */
struct draw { double n0, n1, v0, v1, v2; };

struct wild {
	ptrdiff_t k;
	size_t g, n;                    /* clusters; draws */
	int all;                        /* these are all that there are */
	double *s, *m;                  /* by cluster: k scores, M k by k */
	double *c, *mc, *a0, *a1, *w;   /* contrast; M_g c, k each; c's_g, c'M_g c; weights */
	double *d0, *d1;
	struct draw *draw, real;
};

static double
dot(const double *x, const double *y, ptrdiff_t n)
{
	double s = 0;

	for (ptrdiff_t i = 0; i < n; i++)
		s += x[i]*y[i];
	return s;
}

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
			b->mc[g*b->k + l] = dot(b->m + (g*b->k + l)*b->k, b->c, b->k);
		b->a0[g] = dot(b->c, b->s + g*b->k, b->k);
		b->a1[g] = dot(b->c, b->mc + g*b->k, b->k);
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

/* What the weights in hand make. */
static struct draw
draw(struct wild *b)
{
	struct draw d = { 0 };

	for (ptrdiff_t l = 0; l < b->k; l++) {
		b->d0[l] = b->d1[l] = 0;
		for (ptrdiff_t g = 0; g < (ptrdiff_t)b->g; g++) {
			b->d0[l] += b->w[g]*b->s[g*b->k + l];
			b->d1[l] += b->w[g]*b->mc[g*b->k + l];
		}
	}
	d.n0 = dot(b->c, b->d0, b->k);
	d.n1 = dot(b->c, b->d1, b->k);
	for (ptrdiff_t g = 0; g < (ptrdiff_t)b->g; g++) {
		double p = b->w[g]*b->a0[g] - dot(b->mc + g*b->k, b->d0, b->k);
		double q = b->w[g]*b->a1[g] - dot(b->mc + g*b->k, b->d1, b->k);

		if (fabs(q) <= 1e-12*b->real.n1)        /* 0, as with all weights alike: delta may be large */
			q = 0;
		d.v0 += p*p;
		d.v1 += 2*p*q;
		d.v2 += q*q;
	}
	return d;
}

/* t*^2 at delta; one whose error is none but for rounding is infinite. */
static double
square_of_t(const struct draw *d, double delta)
{
	double n = d->n0 + d->n1*delta, most = d->v0 + d->v2*delta*delta, v = most + d->v1*delta;

	return v > 1e-24*most ? n*n/v : INFINITY;
}

/* p of the hypothesis at delta.  Equal t count, and are equal within 1e-10. */
static double
p_at(const struct wild *b, double delta)
{
	double t = square_of_t(&b->real, delta)*(1 - 1e-10), n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += square_of_t(&b->draw[i], delta) >= t;
	return b->all ? n/(double)b->n : (n + 1)/((double)b->n + 1);
}

/* The delta on the side of step where p falls below alpha, or NaN where it never does. */
static double
bound(const struct wild *b, double step, double alpha)
{
	double in = 0, out = step/16, middle;
	int i = 0;

	for (; p_at(b, out) >= alpha; out *= 1.5, i++) {
		if (i == 100)
			return NAN;
		in = out;
	}
	for (i = 0; i < 60; i++) {
		middle = in + (out - in)/2;
		*(p_at(b, middle) >= alpha ? &in : &out) = middle;
	}
	return in;
}

static void
test(struct wild *b, struct lm *m, struct model *model, size_t i)
{
	struct wild_p *p = &model->wild[i];
	double cc, step, alpha = (1 - m->view.level)*(1 - 1e-12);
	struct rng r;

	if (!(model->ls.se[i] > 0))
		return;
	contrast(b, &model->ls, i);
	cc = dot(b->c, b->c, b->k);
	b->real = (struct draw){ .n1 = cc, .v0 = dot(b->a0, b->a0, (ptrdiff_t)b->g) };
	rng_seed(&r, m->view.seed);
	for (size_t n = 0; n < b->n; n++) {
		weigh(b, n, &r, m->view.webb);
		b->draw[n] = draw(b);
	}
	step = model->ls.se[i]/cc * (model->ls.scale[model->ls.k]/model->ls.scale[i]);
	p->p = p_at(b, model->ls.bs[i]/cc);
	p->low = ls_unscaled(&model->ls, model->ls.bs[i] - cc*bound(b, step, alpha), (ptrdiff_t)i);
	p->high = ls_unscaled(&model->ls, model->ls.bs[i] - cc*bound(b, -step, alpha), (ptrdiff_t)i);
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
		lm_note(m, j, k, notes_text(": %zu clusters: no p below %g from their signs, and no interval at this level; "
		    "--wild-weights webb has more", model->by[LM_BY_CLUSTER]->n, least));
	start(&b, m, model);
	for (size_t i = 0; i < n; i++)
		if (!model->ls.aliased[i])
			test(&b, m, model, i);
	free(b.s);
	free(b.draw);
}
