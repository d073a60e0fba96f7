/* experts.c - a mixture of experts: a router chooses some of them for each token, and their outputs
 * are added up by its weights.  Shazeer et al., arXiv 1701.06538; with groups DeepSeek-V3, arXiv
 * 2412.19437, section 2.1.2. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pass.h"

/* The best of n by score that is not taken yet; the first of several. */
static size_t
best(const double *score, const unsigned char *taken, size_t n)
{
	size_t k = n;

	for (size_t i = 0; i < n; i++)
		if (!taken[i] && (k == n || score[i] > score[k]))
			k = i;
	return k;
}

/* How good a group of n experts is. */
static double
group_score(const struct experts *e, const double *score, size_t n)
{
	double first = -INFINITY, second = -INFINITY;

	for (size_t i = 0; i < n; i++)
		if (score[i] > first) {
			second = first;
			first = score[i];
		} else if (score[i] > second) {
			second = score[i];
		}
	return e->pairs ? first + second : first;
}

/* taken[i] = 1 for the experts of groups that are not chosen; group and used: groups of each. */
static void
leave_groups(const struct experts *e, const double *score, unsigned char *taken, double *group, unsigned char *used)
{
	size_t n = e->n/e->groups;

	memset(taken, e->groups > 1, e->n);
	memset(used, 0, e->groups);
	for (size_t g = 0; g < e->groups; g++)
		group[g] = group_score(e, score + g*n, n);
	for (size_t c = 0; c < e->chosen_groups && e->groups > 1; c++) {
		size_t g = best(group, used, e->groups);

		used[g] = 1;
		memset(taken + g*n, 0, n);
	}
}

/* weight[0..n) = what the router gives each expert, of its logits. */
static void
weigh(const struct experts *e, double *weight)
{
	double most = -INFINITY, sum = 0;

	for (size_t i = 0; i < e->n; i++)
		most = weight[i] > most ? weight[i] : most;
	for (size_t i = 0; i < e->n; i++) {
		weight[i] = e->sigmoid ? 1/(1 + num_exp(-weight[i])) : num_exp(weight[i] - most);
		sum += weight[i];
	}
	for (size_t i = 0; i < e->n && !e->sigmoid; i++)
		weight[i] /= sum;
}

/* The choice of one token, and its shares.  room: 3 numbers for each expert, 2 bytes. */
static void
choose(const struct experts *e, double *weight, size_t *choice, double *share, double *room, unsigned char *bytes)
{
	double *score = room, *group = room + e->n, sum = 0;

	memcpy(score, weight, e->n*sizeof *score);
	weigh(e, weight);
	if (e->correction != NULL || e->groups > 1)     /* else by logits, of which a sigmoid may make the same */
		memcpy(score, weight, e->n*sizeof *score);
	for (size_t i = 0; i < e->n && e->correction != NULL; i++) {
		double x;

		num_load_row(e->correction->type, e->correction->data, (ptrdiff_t)i, 1, &x);
		score[i] += x;
	}
	leave_groups(e, score, bytes, group, bytes + e->n);
	for (size_t c = 0; c < e->chosen; c++) {
		choice[c] = best(score, bytes, e->n);
		bytes[choice[c]] = 1;
		share[c] = weight[choice[c]];
		sum += share[c];
	}
	for (size_t c = 0; c < e->chosen; c++)
		share[c] = share[c]/(e->sum ? sum : 1)*e->factor;
}

static void
choose_all(struct pass *p, const struct experts *e)
{
	double *room = mem_new(3*e->n, sizeof *room);
	unsigned char *bytes = mem_new(2*e->n, 1);

	for (size_t i = 0; i < p->rows; i++) {
		p->r->to_double((ptrdiff_t)e->n, pass_row(p, p->logits, i, (ptrdiff_t)e->n), room + 2*e->n);
		choose(e, room + 2*e->n, p->choice + i*e->chosen, p->share + i*e->chosen, room, bytes);
	}
	free(room);
	free(bytes);
}

/* out += what expert k makes of the tokens that chose it. */
static void
run_expert(struct pass *p, const struct experts *e, size_t k, char *h, char *out)
{
	const ptrdiff_t d = p->plan->d_model;
	const size_t all = p->rows, bytes = (size_t)d*p->r->size;
	size_t n = 0;

	for (size_t i = 0; i < all*e->chosen; i++)
		if (p->choice[i] == k) {
			memcpy(pass_row(p, p->gathered, n, d), pass_row(p, h, i/e->chosen, d), bytes);
			if (e->inputs)
				p->r->scale(d, p->share[i], pass_row(p, p->gathered, n, d));
			n++;
		}
	if (n == 0)
		return;
	p->rows = n;
	steps_pack(p, p->gathered, d);
	mlp_run(p, &e->expert[k], p->gathered, p->part);
	p->rows = all;
	n = 0;
	for (size_t i = 0; i < all*e->chosen; i++)
		if (p->choice[i] == k)
			p->r->axpy(d, e->inputs ? 1 : p->share[i], pass_row(p, p->part, n++, d), pass_row(p, out, i/e->chosen, d));
}

/* out = what all tokens go through, by its weight. */
static void
run_shared(struct pass *p, const struct experts *e, char *h, char *out)
{
	const ptrdiff_t d = p->plan->d_model;
	double x;

	if (e->weight.w != NULL)
		steps_multiply(p, &e->weight, p->logits);
	mlp_run(p, &e->shared, h, out);
	for (size_t i = 0; i < p->rows && e->weight.w != NULL; i++) {
		p->r->to_double(1, pass_row(p, p->logits, i, 1), &x);
		p->r->scale(d, 1/(1 + num_exp(-x)), pass_row(p, out, i, d));
	}
}

void
experts_run(struct pass *p, const struct experts *e, char *h, char *out)
{
	steps_multiply(p, &e->router, p->logits);
	choose_all(p, e);
	if (e->shared.inner > 0)
		run_shared(p, e, h, out);
	else
		memset(out, 0, p->rows*(size_t)p->plan->d_model*p->r->size);
	for (size_t k = 0; k < e->n; k++)
		run_expert(p, e, k, h, out);
}
