/* attention.c - the attention of a layer over a group of passages: q, k and v as it takes them,
 * which keys each token sees, what each head does. */
#include <math.h>
#include <string.h>

#include "pass.h"

struct turn_job { struct pass *p; char *x; ptrdiff_t heads; };

static void
turn_part(void *ctx, size_t part, int worker)
{
	const struct turn_job *j = ctx;
	const struct pass *p = j->p;
	const struct rotary *t = &p->b->rotary;
	const ptrdiff_t d = p->plan->d_head;

	(void)worker;
	for (size_t i = part*REAL_STEP; i < steps_end(p, part); i++)
		for (ptrdiff_t h = 0; h < j->heads; h++)
			p->r->turn(t->n, t->first, t->step, t->apart, pass_row(p, p->cosines, i, t->n), pass_row(p, p->sines, i, t->n),
			    pass_row(p, j->x, i, j->heads*d) + (size_t)(h*d)*p->r->size);
}

static void
turn(struct pass *p, char *x, size_t heads)
{
	struct turn_job j = { p, x, (ptrdiff_t)heads };

	if (p->b->rotary.n > 0)
		team_run(p->team, steps_parts(p), turn_part, &j);
}

static void
norm_heads(struct pass *p, const struct normal *n, char *x, size_t heads)
{
	const ptrdiff_t d = p->plan->d_head, all = (ptrdiff_t)heads*d;

	if (n->kind != NORM_NONE)
		steps_rows(&(struct rows_job){ .p = p, .norm = n, .from = x, .to = x, .ld = all,
			.width = p->plan->row->flags & WIDE_QK ? all : d, .each = p->plan->row->flags & QK_EACH });
}

/* q grows with the position. */
static void
temper(struct pass *p)
{
	const struct block *b = p->b;
	const ptrdiff_t all = (ptrdiff_t)b->heads*p->plan->d_head;

	for (size_t g = p->from; g < p->to && b->temper != 0; g++)
		for (size_t i = p->t.start[g]; i < p->t.start[g + 1]; i++)
			p->r->scale(all, 1 + b->temper*num_log(1 + floor((double)(i - p->t.start[g] + 1)/b->floor)),
			    pass_row(p, p->q, i - p->begin, all));
}

/* q or k as attention takes it. */
static void
make_ready(struct pass *p, const struct normal *n, char *x, size_t heads)
{
	const int late = p->plan->row->flags & QK_LATE;

	if (!late)
		norm_heads(p, n, x, heads);
	if (p->b->clip > 0)
		steps_limit(p, p->b->clip, x, (ptrdiff_t)heads*p->plan->d_head);
	turn(p, x, heads);
	if (late)
		norm_heads(p, n, x, heads);
}

/* The nearest number of bfloat16, which has eight digits. */
static double
nearest_bfloat(double x)
{
	int e;
	double m = frexp(x, &e);

	return ldexp(rint(ldexp(m, 8)), e - 8);
}

/* to = slope (j - i) for every distance of n tokens; or rough, slope j, in numbers of bfloat16, for every
 * key, over d_head^1/2: falcon's, whose rounding grows with j. */
static char *
fill_bias(const struct pass *p, double slope, size_t n, char *to)
{
	const int rough = p->plan->rough;

	for (size_t k = 0; k < (rough ? n : 2*n - 1); k++) {
		double x = rough ? nearest_bfloat(nearest_bfloat(slope) * nearest_bfloat((double)k)) * p->b->scale :
		    slope * ((double)k - (double)(n - 1));

		p->r->from_double(1, &x, to + k*p->r->size);
	}
	return to;
}

static void
attend_part(void *ctx, size_t part, int worker)
{
	struct pass *p = ctx;
	const struct block *b = p->b;
	const ptrdiff_t d = p->plan->d_head, dv = p->plan->d_v;
	size_t passage = p->from + part/b->heads, head = part % b->heads, kv = head/(b->heads/b->kv_heads);
	size_t at = p->t.start[passage] - p->begin, n = p->t.start[passage + 1] - p->t.start[passage];
	struct attend *a = &p->attend[part];
	double sink = 0;

	*a = (struct attend){ .n = (ptrdiff_t)n, .d = d, .dv = dv, .ldq = (ptrdiff_t)b->heads*d, .ldk = (ptrdiff_t)b->kv_heads*d,
		.ldv = (ptrdiff_t)b->kv_heads*dv, .ldy = (ptrdiff_t)b->heads*dv, .scale = b->scale, .softcap = b->softcap,
		.by_key = p->plan->rough, .from = p->see_from + at, .to = p->see_to + at, .counted = p->counted + p->begin + at,
		.special = p->t.special != NULL ? p->t.special + p->begin + at : NULL };
	a->q = pass_row(p, p->q, at, a->ldq) + head*(size_t)d*p->r->size;
	a->k = pass_row(p, p->k, at, a->ldk) + kv*(size_t)d*p->r->size;
	a->v = pass_row(p, p->v, at, a->ldv) + kv*(size_t)dv*p->r->size;
	a->y = pass_row(p, p->y, at, a->ldy) + head*(size_t)dv*p->r->size;
	if (p->query != NULL)
		a->query = p->query + (head*p->t.start[p->t.n] + p->begin + at)*ATTEND_QUERY;
	if (b->sinks != NULL) {
		num_load_row(b->sinks->type, b->sinks->data, (ptrdiff_t)head, 1, &sink);
		a->sink = &sink;
	}
	if (p->plan->slopes != NULL)
		a->bias = fill_bias(p, p->plan->slopes[head], n, p->bias + (size_t)worker*p->bias_size);
	p->r->attend(a, p->work + (size_t)worker*p->work_size);
	a->sink = NULL;
	a->bias = NULL;
}

/* Which keys each token of the group sees. */
static void
set_masks(struct pass *p)
{
	const size_t window = p->b->window, chunk = p->b->chunk;
	const int both = p->plan->both;

	for (size_t g = p->from; g < p->to; g++) {
		size_t at = p->t.start[g] - p->begin, n = p->t.start[g + 1] - p->t.start[g];

		for (size_t i = 0; i < n; i++) {
			size_t lo = 0, hi = both ? n : i + 1;

			if (chunk > 0)
				lo = i/chunk*chunk;
			else if (window > 0 && both)
				hi = i + window + 1 < n ? i + window + 1 : n;
			if (window > 0 && chunk == 0)
				lo = i + !both > window ? i + !both - window : 0;
			p->see_from[at + i] = (ptrdiff_t)lo;
			p->see_to[at + i] = (ptrdiff_t)hi;
		}
	}
}

/* One query more head of a passage. */
static void
add_sums(struct head_sums *s, const struct attend *a)
{
	if (a->n_queries == 0)
		return;
	s->z_max = s->queries > 0 && s->z_max > a->z_max ? s->z_max : a->z_max;
	s->queries += a->n_queries;
	s->entropy += a->entropy;
	s->relative += a->relative;
	s->max_prob += a->max_prob;
	s->first_prob += a->first_prob;
	s->special_prob += a->special_prob;
	s->distance += a->distance;
	s->row_std += a->row_std;
	s->std += sqrt(a->z_m2 / a->z_n);
	s->passages++;
}

/* low = norm(low) of the first width of each row of ld numbers, end to end and packed. */
static void
norm_low(struct pass *p, const struct normal *n, ptrdiff_t width, ptrdiff_t ld)
{
	for (size_t i = 1; i < p->rows && ld > width; i++)
		memmove(pass_row(p, p->low, i, width), pass_row(p, p->low, i, ld), (size_t)width*p->r->size);
	steps_rows(&(struct rows_job){ .p = p, .norm = n, .from = p->low, .to = p->low, .width = width, .ld = width, .pack = 1 });
}

/* q, k and v of multi-head latent attention: DeepSeek-V2, arXiv 2405.04434, section 2.1. */
static void
make_latent(struct pass *p)
{
	const struct block *b = p->b;
	const ptrdiff_t d = p->plan->d_head, nope = d - b->tail, wide = b->latent + b->tail, H = (ptrdiff_t)b->heads;
	const size_t one = p->r->size;

	steps_multiply(p, &b->ka, p->low);
	for (size_t i = 0; i < p->rows; i++)
		for (ptrdiff_t h = 0; h < H; h++)
			memcpy(pass_row(p, p->k, i, H*d) + (size_t)(h*d + nope)*one,
			    pass_row(p, p->low, i, wide) + (size_t)b->latent*one, (size_t)b->tail*one);
	norm_low(p, &b->ka_norm, b->latent, wide);
	steps_multiply(p, &b->k, p->nope);
	steps_multiply(p, &b->v, p->v);
	for (size_t i = 0; i < p->rows; i++)
		for (ptrdiff_t h = 0; h < H; h++)
			memcpy(pass_row(p, p->k, i, H*d) + (size_t)(h*d)*one, pass_row(p, p->nope, i, H*nope) + (size_t)(h*nope)*one,
			    (size_t)nope*one);
	steps_pack(p, p->h, p->plan->d_model);
	if (b->qa.w != NULL) {
		steps_multiply(p, &b->qa, p->low);
		norm_low(p, &b->qa_norm, b->qa.out, b->qa.out);
	}
	steps_multiply(p, &b->q, p->q);
}

void
attention_run(struct pass *p, char *x)
{
	const struct block *b = p->b;

	steps_norm_pack(p, &b->in1, x, p->h);
	if (b->latent > 0) {
		make_latent(p);
	} else {
		steps_multiply(p, &b->q, p->q);
		steps_multiply(p, &b->k, p->k);
		steps_multiply(p, &b->v, p->v);
	}
	if (b->clip > 0)
		steps_limit(p, b->clip, p->v, b->v.out);
	make_ready(p, &b->qnorm, p->q, b->heads);
	make_ready(p, &b->knorm, p->k, b->kv_heads);
	temper(p);
	set_masks(p);
	team_run(p->team, (p->to - p->from)*b->heads, attend_part, p);
	for (size_t i = 0; i < (p->to - p->from)*b->heads; i++)
		add_sums(&p->sum[i % b->heads], &p->attend[i]);
	for (size_t i = 0; i < p->rows; i++)
		p->flops += 2*(double)(p->see_to[i] - p->see_from[i])*(double)b->heads*(double)(p->plan->d_head + p->plan->d_v);
}

/* The rotary positions of the group's tokens. */
void
attention_turns(struct pass *p)
{
	const struct rotary *t = &p->b->rotary;
	double *c = mem_new(3*(size_t)t->n + 1, sizeof *c), *s = c + t->n, *freq = s + t->n;

	for (size_t g = p->from; g < p->to && t->n > 0; g++) {
		rotary_in(t, p->t.start[g + 1] - p->t.start[g], freq);
		for (size_t i = p->t.start[g]; i < p->t.start[g + 1]; i++) {
			for (ptrdiff_t k = 0; k < t->n; k++) {
				num_sincos((double)(i - p->t.start[g]) * freq[k], &s[k], &c[k]);
				s[k] *= p->b->turn_factor;
				c[k] *= p->b->turn_factor;
			}
			p->r->from_double(t->n, c, pass_row(p, p->cosines, i - p->begin, t->n));
			p->r->from_double(t->n, s, pass_row(p, p->sines, i - p->begin, t->n));
		}
	}
	free(c);
}
