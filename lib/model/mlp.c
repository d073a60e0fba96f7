/* mlp.c - the MLP between two attentions, by slices of its inner numbers. */
#include <math.h>

#include "pass.h"

enum { SLICE = PASS_SLICE };

struct gate_job { struct pass *p; const struct mlp *m; ptrdiff_t width; };

static double
clamp(double x, double least, double most)
{
	return x < least ? least : x > most ? most : x;
}

/* u = (u + 1) g sigmoid(1.702 g), both limited: gpt_oss. */
static void
limited(const struct pass *p, double limit, ptrdiff_t n, char *g, char *u)
{
	enum { SOME = 64 };
	double x[SOME], y[SOME];

	for (ptrdiff_t i = 0, m; i < n; i += m, g += (size_t)m*p->r->size, u += (size_t)m*p->r->size) {
		m = n - i < SOME ? n - i : SOME;
		p->r->to_double(m, g, x);
		p->r->to_double(m, u, y);
		for (ptrdiff_t k = 0; k < m; k++) {
			x[k] = clamp(x[k], -INFINITY, limit);
			y[k] = clamp(y[k], -limit, limit) + 1;
		}
		p->r->from_double(m, x, g);
		p->r->from_double(m, y, u);
		p->r->gate(ACT_QUICK_GELU, m, g, u, u);
	}
}

static void
gate_part(void *ctx, size_t part, int worker)
{
	const struct gate_job *j = ctx;
	const struct pass *p = j->p;

	(void)worker;
	for (size_t i = part*REAL_STEP; i < steps_end(p, part); i++) {
		char *u = pass_row(p, p->up, i, j->width);

		if (j->m->limit > 0)
			limited(p, j->m->limit, j->width, pass_row(p, p->gate, i, j->width), u);
		else if (j->m->gating != PLAIN)
			p->r->gate(j->m->act, j->width, pass_row(p, p->gate, i, j->width), u, u);
		else
			p->r->act(j->m->act, j->width, u, u);
	}
}

void
mlp_run(struct pass *p, const struct mlp *m, char *h, char *out)
{
	const ptrdiff_t d = p->plan->d_model;

	for (ptrdiff_t at = 0, n; at < m->inner; at += n) {
		struct gate_job j = { p, m, 0 };

		n = m->inner - at < SLICE ? m->inner - at : SLICE;
		j.width = n;
		if (at > 0)
			steps_pack(p, h, d);
		steps_multiply_part(p, &m->up, at, n, 0, d, 0, p->up, n);
		if (m->gating != PLAIN)
			steps_multiply_part(p, &m->gate, at, n, 0, d, 0, p->gate, n);
		team_run(p->team, steps_parts(p), gate_part, &j);
		steps_pack(p, p->up, n);
		steps_multiply_part(p, &m->down, 0, d, at, n, at > 0, out, d);
	}
}
