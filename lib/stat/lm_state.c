/* lm_state.c - sums of linear models, written down, read again and merged. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

static const char program[] = "hg-regress";

/* ---- writing ------------------------------------------------------------------------------- */

static void
save_options(const struct lm *m, struct state_writer *w)
{
	const struct terms *t = &m->terms;
	char degree[16];

	for (size_t i = 0; i < t->nvar; i++) {
		const struct predictor *v = &t->var[i];

		snprintf(degree, sizeof degree, "%d", v->degree);
		state_put(w, "option", (long)i, -1, v->degree == 1 ? "x" : v->degree > 1 ? "poly" : "factor",
		    v->name, v->degree == 1 ? "" : v->degree > 1 ? degree : v->reference);
	}
	for (size_t j = 0; j < m->ny; j++)
		state_put(w, "option", (long)j, -1, "y", m->yname[j], "");
	if (m->weight != NULL)
		state_put(w, "option", -1, -1, "weight", m->weight, "");
	state_put(w, "option", -1, -1, "intercept", t->intercept ? "yes" : "no", "");
	state_put_names(w, m->group);
}

static void
save_model(const struct lm *m, struct state_writer *w, struct tri *t, const char *y)
{
	size_t len, iy = m->terms.iy;

	tri_flush(t);
	state_put_num(w, "model", -1, -1, y, t->n, 0);
	if (m->weight != NULL)
		state_put_num(w, "logw", -1, -1, "", t->logw, t->logw_lo);
	for (size_t j = 0; j < m->terms.p; j++) {
		const struct column *c = &m->terms.col[j];

		if (j <= iy)
			state_put_num(w, "column", (long)j, -1, j == iy ? y : c->name, t->min[j], t->max[j]);
		else
			state_put_num(w, "level", (long)j, (long)c->var,
			    map_key(m->terms.var[c->var].levels, c->level, &len), t->min[j], t->max[j]);
	}
	state_put_r(w, (long)t->p, t->r, t->rlo);
}

void
lm_save(struct lm *m, struct out *out)
{
	struct state_writer w;
	size_t *order;

	lm_sort(m);
	order = group_order(m->group);
	state_begin(&w, out, program);
	save_options(m, &w);
	for (size_t i = 0; i < m->ngroup; i++) {
		struct sums *g = &m->sums[order[i]];

		state_put_group(&w, m->group, order[i], g->rows);
		for (size_t j = 0; j < m->ny; j++)
			save_model(m, &w, &g->model[j].tri, m->yname[j]);
	}
	state_end(&w);
	free(order);
}

/* ---- reading: the spec --------------------------------------------------------------------- */

/* What a state holds of one model. */
struct part {
	size_t group, y;
	double n, logw, logw_lo;
	size_t p, cap;
	struct limits { size_t var, level; double min, max; } *col;     /* var: TABLE_NONE, or a level's */
	size_t nr, r_cap;
	struct entry { size_t i, j; double hi, lo; } *r;
};

/* What is read: the options, then the parts, which are kept and merged at the end,
 * in an order that does not depend on that of the states. */
struct reader {
	struct state *in;
	struct lm_spec spec;
	struct lm_var *var;             /* of spec, with texts of their own */
	char **y, *weight;
	struct lm *m;                   /* NULL before the first group */
	struct part *part, *now;        /* now: in hand, NULL where a group begins */
	size_t n, cap, ngroup;
};

static void
read_predictor(struct reader *a)
{
	const struct state *in = a->in;
	struct lm_var v = { .degree = 1 };

	if (strcmp(in->name, "factor") == 0)
		v.degree = 0;
	else if (strcmp(in->name, "poly") == 0 && state_num(in, 'l') >= 1 && state_num(in, 'l') <= LM_MAX_DEGREE)
		v.degree = (int)state_num(in, 'l');
	else if (strcmp(in->name, "x") != 0)
		state_die(in, "an option that is not known: %s", in->name);
	v.name = mem_text(in->value, strlen(in->value));
	v.reference = v.degree == 0 ? mem_text(in->low, strlen(in->low)) : NULL;
	a->var = mem_resize(a->var, a->spec.nvar + 1, sizeof *a->var);
	a->var[a->spec.nvar++] = v;
}

static void
read_option(struct reader *a)
{
	const struct state *in = a->in;

	if (strcmp(in->name, "y") == 0) {
		a->y = mem_resize(a->y, a->spec.ny + 1, sizeof *a->y);
		a->y[a->spec.ny++] = mem_text(in->value, strlen(in->value));
	} else if (strcmp(in->name, "weight") == 0) {
		a->weight = mem_text(in->value, strlen(in->value));
	} else if (strcmp(in->name, "intercept") == 0) {
		a->spec.intercept = strcmp(in->value, "yes") == 0;
	} else {
		read_predictor(a);
	}
}

/* All options are there. */
static void
end_options(struct reader *a, const struct lm_view *view)
{
	if (a->spec.ny == 0)
		state_die(a->in, "sums without a response");
	a->spec.var = a->var;
	a->spec.y = (const char *const *)a->y;
	a->spec.weight = a->weight;
	a->m = lm_new(&a->spec, view, a->in->group);
	a->m->own_group = 1;
}

static void
free_spec(struct reader *a)
{
	for (size_t i = 0; i < a->spec.nvar; i++) {
		free((char *)a->var[i].name);
		free((char *)a->var[i].reference);
	}
	for (size_t j = 0; j < a->spec.ny; j++)
		free(a->y[j]);
	free(a->var);
	free(a->y);
	free(a->weight);
}

/* ---- reading: the sums --------------------------------------------------------------------- */

static void
begin_part(struct reader *a)
{
	const char *const *y = a->spec.y;
	struct part p = { .group = a->in->k, .y = a->n % a->spec.ny, .n = state_rows(a->in) };

	if (strcmp(a->in->name, y[p.y]) != 0)
		state_die(a->in, "a model of %s, where one of %s should be", a->in->name, y[p.y]);
	a->part = mem_grow(a->part, &a->cap, a->n + 1, sizeof *a->part);
	a->now = &a->part[a->n++];
	*a->now = p;
}

static void
read_level(struct reader *a, struct limits *c)
{
	c->var = state_index(a->in, 'j', a->spec.nvar);
	if (a->spec.var[c->var].degree != 0)
		state_die(a->in, "a level of %s, which is not a factor", a->spec.var[c->var].name);
	c->level = terms_level(&a->m->terms, c->var, a->in->name);
}

static void
read_column(struct reader *a, struct part *p, int is_level)
{
	const struct terms *t = &a->m->terms;
	const char *name = p->p == t->iy ? a->spec.y[p->y] : p->p < t->iy ? t->col[p->p].name : "";
	struct limits c = { TABLE_NONE, 0, INFINITY, -INFINITY };

	if (p->n > 0) {
		c.min = state_num(a->in, 'v');
		c.max = state_num(a->in, 'l');
	}
	if (state_index(a->in, 'i', p->p + 1) != p->p || is_level != (p->p > t->iy))
		state_die(a->in, "a column out of its order");
	if (is_level)
		read_level(a, &c);
	else if (strcmp(a->in->name, name) != 0)
		state_die(a->in, "column %s, where %s should be", a->in->name, name);
	p->col = mem_grow(p->col, &p->cap, p->p + 1, sizeof *p->col);
	p->col[p->p++] = c;
}

static void
read_entry(struct part *p, const struct state *in)
{
	struct entry e = { .j = state_index(in, 'j', p->p) };

	e.i = state_index(in, 'i', e.j + 1);
	if ((double)e.i >= p->n)
		state_die(in, "more rows in the factor than there were: %g", p->n);
	e.hi = state_num(in, 'v');
	e.lo = state_num(in, 'l');
	p->r = mem_grow(p->r, &p->r_cap, p->nr + 1, sizeof *p->r);
	p->r[p->nr++] = e;
}

/* The groups so far have a model for each response. */
static void
check_models(const struct reader *a)
{
	if (a->n != a->ngroup * a->spec.ny)
		state_die(a->in, "a group with a model too few or too many");
}

static void
begin_group_parts(struct reader *a, const struct lm_view *view)
{
	if (a->m == NULL)
		end_options(a, view);
	check_models(a);
	lm_sums(a->m, a->in->k)->rows += a->in->rows;
	a->ngroup++;
	a->now = NULL;
}

/* A record of the part in hand. */
static void
read_sums(struct reader *a)
{
	const struct state *in = a->in;
	struct part *p = a->now;

	if (p == NULL)
		state_die(in, "a record out of its order: %s", in->record);
	if (strcmp(in->record, "logw") == 0) {
		p->logw = state_num(in, 'v');
		p->logw_lo = state_num(in, 'l');
	} else if (strcmp(in->record, "column") == 0 || strcmp(in->record, "level") == 0) {
		read_column(a, p, in->record[0] == 'l');
	} else if (strcmp(in->record, "r") == 0) {
		read_entry(p, in);
	} else {
		state_die(in, "a record that is not known: %s", in->record);
	}
}

static void
read_record(struct reader *a, const struct lm_view *view)
{
	if (strcmp(a->in->record, "option") == 0)
		read_option(a);
	else if (strcmp(a->in->record, "group") == 0)
		begin_group_parts(a, view);
	else if (strcmp(a->in->record, "model") == 0)
		begin_part(a);
	else
		read_sums(a);
}

/* ---- merging ------------------------------------------------------------------------------- */

/* Where column j of a part is among all there are. */
static size_t
place(const struct terms *t, const struct part *p, size_t j)
{
	return j <= t->iy ? j : t->var[p->col[j].var].at[p->col[j].level];
}

static void
check_part(const struct lm *m, const struct part *p)
{
	const struct terms *t = &m->terms;

	if (p->p <= t->iy)
		die("a state that lacks columns of %s", m->yname[p->y]);
	for (size_t j = 1; j < p->p; j++)
		if (place(t, p, j) <= place(t, p, j - 1))
			die("a state whose levels are not in order: %s", t->col[place(t, p, j)].name);
}

/* The part as a factor with all columns there are. */
static void
build(const struct terms *s, const struct part *p, struct tri *t, double *mem)
{
	tri_init(t, (ptrdiff_t)s->p, mem);
	t->n = p->n;
	t->logw = p->logw;
	t->logw_lo = p->logw_lo;
	for (size_t j = 0; j < s->p && p->n > 0; j++)
		t->min[j] = t->max[j] = 0;      /* levels that the part has not */
	for (size_t j = 0; j < p->p; j++) {
		t->min[place(s, p, j)] = p->col[j].min;
		t->max[place(s, p, j)] = p->col[j].max;
	}
	for (size_t i = 0; i < p->nr; i++) {
		size_t at = p->r[i].i + place(s, p, p->r[i].j) * s->p;

		t->r[at] = p->r[i].hi;
		t->rlo[at] = p->r[i].lo;
	}
}

static int
compare_parts(const void *va, const void *vb)
{
	const struct part *a = va, *b = vb;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return a->y < b->y ? -1 : a->y > b->y;
}

/* Merges n parts, all of one model, in order. */
static void
merge_parts(struct lm *m, const struct part *part, size_t n)
{
	size_t size = tri_size((ptrdiff_t)m->terms.p);
	struct tri *t;
	double *mem;

	for (size_t i = 0; i < n; i++)
		check_part(m, &part[i]);
	t = mem_new(n, sizeof *t);
	mem = mem_new(n, size * sizeof *mem);
	for (size_t i = 0; i < n; i++)
		build(&m->terms, &part[i], &t[i], mem + i * size);
	qsort(t, n, sizeof *t, tri_compare);
	for (size_t i = 0; i < n; i++)
		tri_merge(&m->sums[part->group].model[part->y].tri, &t[i]);
	free(t);
	free(mem);
}

static void
merge_all(struct reader *a)
{
	lm_sort(a->m);
	qsort(a->part, a->n, sizeof *a->part, compare_parts);
	for (size_t i = 0, n; i < a->n; i += n) {
		for (n = 1; i + n < a->n && compare_parts(&a->part[i], &a->part[i + n]) == 0; n++)
			;
		merge_parts(a->m, a->part + i, n);
	}
	for (size_t i = 0; i < a->n; i++) {
		free(a->part[i].col);
		free(a->part[i].r);
	}
	free(a->part);
}

struct lm *
lm_merge(char *const *operand, int n, const struct opts *o, const struct lm_view *view)
{
	struct reader a = { .in = state_open(operand, n, o, program) };

	while (state_next(a.in))
		read_record(&a, view);
	check_models(&a);
	merge_all(&a);
	state_close(a.in);
	free_spec(&a);
	state_warn(a.m->group, a.m->sums[0].rows);
	return a.m;
}
