/* lm_state.c - sums of linear models as lm_save.c has written them: read, checked and
 * merged. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formula.h"
#include "lm.h"

/* ---- reading: the spec --------------------------------------------------------------------- */

/* What a state holds of one model. */
struct part {
	size_t group, y;
	double n, logw, logw_lo;
	int weighted;                   /* logw was there */
	size_t p, cap;
	struct limits *col;
	struct entries r;
	struct cluster_parts clusters;
};

/* What is read: the options, then the parts.  Those of a group are merged when all states have
 * given theirs, or if texts make columns, of which more may come, at the end: in an order that
 * does not depend on that of the states. */
struct reader {
	struct state *in;
	struct lm_spec spec;
	struct lm_var *var;             /* of spec, with texts of their own */
	char **y, *weight, **key[LM_KEYS];
	struct formula *formula;
	int intercept;                  /* was there */
	struct lm *m;                   /* NULL before the first group */
	struct part *part, *now;        /* now: in hand, NULL where a group begins */
	size_t n, cap, nmodel;          /* nmodel: of the group so far */
	size_t group;                   /* the last one */
};

/* Whether a predictor or a response has this name. */
static int
is_named(const struct reader *a, const char *name)
{
	for (size_t i = 0; i < a->spec.nvar; i++)
		if (strcmp(a->var[i].name, name) == 0)
			return 1;
	for (size_t j = 0; j < a->spec.ny; j++)
		if (strcmp(a->y[j], name) == 0)
			return 1;
	return 0;
}

/* Item n of a list: numbered so, and not named as another. */
static char *
read_name(const struct reader *a, size_t n)
{
	const struct state *in = a->in;

	if (state_index(in, 'i', n + 1) != n)
		state_die(in, "an option out of its order: %s %s", in->name, in->value);
	if (is_named(a, in->value))
		state_die(in, "a column that is there twice: %s", in->value);
	return mem_text(in->value, strlen(in->value));
}

static int
read_degree(const struct state *in)
{
	double d = state_num(in, 'l');

	state_uses(in, strcmp(in->name, "x") == 0 ? "inv" : "invl");
	if (strcmp(in->name, "x") == 0)
		return 1;
	if (!(d >= 2 && d <= LM_MAX_DEGREE && d == floor(d)))
		state_die(in, "not a degree from 2 to %d: \"%.40s\"", LM_MAX_DEGREE, in->low);
	return (int)d;
}

static void
read_predictor(struct reader *a)
{
	const struct state *in = a->in;
	int factor = strcmp(in->name, "factor") == 0;
	struct lm_var v;

	if (factor)
		state_uses(in, "invl");
	else if (strcmp(in->name, "x") != 0 && strcmp(in->name, "poly") != 0)
		state_die(in, "an option that is not known: %s", in->name);
	v.degree = factor ? 0 : read_degree(in);
	v.name = read_name(a, a->spec.nvar);
	v.reference = factor ? mem_text(in->low, strlen(in->low)) : NULL;
	a->var = mem_resize(a->var, a->spec.nvar + 1, sizeof *a->var);
	a->var[a->spec.nvar++] = v;
}

static void
read_response(struct reader *a)
{
	state_uses(a->in, "inv");
	a->y = mem_resize(a->y, a->spec.ny + 1, sizeof *a->y);
	a->y[a->spec.ny] = read_name(a, a->spec.ny);
	a->spec.ny++;
}

/* A key column of clusters or folds: 1, or 0 if the option is another. */
static int
read_key(struct reader *a)
{
	int by = 0;

	while (by < LM_KEYS && strcmp(a->in->name, lm_by_name[by]) != 0)
		by++;
	if (by == LM_KEYS)
		return 0;
	state_uses(a->in, "inv");
	if (state_index(a->in, 'i', a->spec.nkey[by] + 1) != a->spec.nkey[by])
		state_die(a->in, "an option out of its order: %s %s", a->in->name, a->in->value);
	a->key[by] = mem_resize(a->key[by], a->spec.nkey[by] + 1, sizeof *a->key[by]);
	a->key[by][a->spec.nkey[by]++] = mem_text(a->in->value, strlen(a->in->value));
	return 1;
}

_Noreturn static void
fail_formula(void *in, const char *text, size_t at, const char *what)
{
	state_die(in, "a formula that cannot be: %s, at byte %zu of \"%.200s\"", what, at + 1, text);
}

static void
read_formula(struct reader *a)
{
	const struct formula_way way = { NULL, fail_formula, a->in };
	char *text;

	state_uses(a->in, "nv");
	if (a->formula != NULL)
		state_die(a->in, "an option that is there twice: formula");
	a->formula = formula_read(a->in->value, &way);
	text = formula_text(a->formula);
	if (strcmp(text, a->in->value) != 0)
		state_die(a->in, "a formula in another spelling than \"%s\"", text);
	free(text);
}

static void
read_option(struct reader *a)
{
	const struct state *in = a->in;
	int yes = strcmp(in->value, "yes") == 0, weight = strcmp(in->name, "weight") == 0;

	if (strcmp(in->name, "y") == 0) {
		read_response(a);
	} else if (strcmp(in->name, "formula") == 0) {
		read_formula(a);
	} else if (weight || strcmp(in->name, "intercept") == 0) {
		state_uses(in, "nv");
		if (weight ? a->weight != NULL : a->intercept)
			state_die(in, "an option that is there twice: %s", in->name);
		if (!weight && !yes && strcmp(in->value, "no") != 0)
			state_die(in, "an intercept that is neither yes nor no: \"%.40s\"", in->value);
		if (weight)
			a->weight = mem_text(in->value, strlen(in->value));
		else
			a->spec.intercept = yes;
		a->intercept |= !weight;
	} else if (!read_key(a)) {
		read_predictor(a);
	}
}

/* All options are there. */
static void
end_options(struct reader *a, const struct lm_view *view)
{
	if (a->spec.ny == 0)
		state_die(a->in, "sums without a response");
	if (!a->intercept)
		state_die(a->in, "sums of which it is not known whether they have an intercept");
	if (a->formula != NULL && (a->spec.nvar > 0 || a->formula->ny > 0 || a->formula->intercept != a->spec.intercept))
		state_die(a->in, "a formula that the other options contradict");
	a->spec.formula = a->formula;
	a->spec.var = a->var;
	a->spec.y = (const char *const *)a->y;
	a->spec.weight = a->weight;
	for (int by = 0; by < LM_KEYS; by++)
		a->spec.key[by] = (const char *const *)a->key[by];
	if (((view->small != LM_CR1 && !(view->usual & LM_USUAL_SMALL)) || view->wild > 0 || view->boot > 0) &&
	    a->spec.nkey[LM_BY_CLUSTER] == 0)
		state_die(a->in, "--small, --wild and --boot need clusters: --save-state --cluster keeps them");
	a->m = lm_new(&a->spec, view, a->in->group);
	if (a->m->terms.ntext == 0)
		lm_sort(a->m);          /* no columns will come */
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
	for (int by = 0; by < LM_KEYS; by++) {
		for (size_t i = 0; i < a->spec.nkey[by]; i++)
			free(a->key[by][i]);
		free(a->key[by]);
	}
	if (a->formula != NULL)
		formula_free(a->formula);
	free(a->var);
	free(a->y);
	free(a->weight);
}

/* ---- reading: the sums --------------------------------------------------------------------- */

static void
begin_part(struct reader *a)
{
	const char *const *y = a->spec.y;
	struct part p = { .group = a->in->k, .y = a->nmodel, .n = state_rows(a->in) };

	state_uses(a->in, "nv");
	if (a->nmodel++ == a->spec.ny)
		state_die(a->in, "a group with a model too many");
	if (strcmp(a->in->name, y[p.y]) != 0)
		state_die(a->in, "a model of %s, where one of %s should be", a->in->name, y[p.y]);
	if (p.n > a->in->rows)
		state_die(a->in, "a model of %g rows in a group of %g", p.n, a->in->rows);
	a->part = mem_grow(a->part, &a->cap, a->n + 1, sizeof *a->part);
	a->now = &a->part[a->n++];
	*a->now = p;
}

static void
read_logw(struct reader *a, struct part *p)
{
	state_uses(a->in, "vl");
	if (a->weight == NULL || p->weighted || p->p > 0)
		state_die(a->in, "a record out of its order: logw");
	state_dd(a->in, &p->logw, &p->logw_lo);
	p->weighted = 1;
}

static void
read_level(struct reader *a, struct limits *c)
{
	struct terms *t = &a->m->terms;

	c->var = state_index(a->in, 'j', t->nvar);
	if (t->var[c->var].degree != 0 || (t->nabsorbed > 0 && t->var[c->var].term < t->nabsorbed))
		state_die(a->in, "a level of %s, which is not a factor", t->var[c->var].name);
	if (a->in->name[0] == '\0')
		state_die(a->in, "a level without a name");
	if (t->var[c->var].ntext == t->var[c->var].npart && ((c->min != 0 && c->min != 1) || (c->max != 0 && c->max != 1)) &&
	    c->min <= c->max)
		state_die(a->in, "a column that cannot be: from %s to %s", a->in->value, a->in->low);
	c->level = terms_level(t, c->var, a->in->name);
	if (c->level == TABLE_NONE)
		state_die(a->in, "a level of %s that cannot be: \"%.40s\"", t->var[c->var].name, a->in->name);
}

/* The extremes of a column: none without rows; of the intercept 1, of a level 0 or
 * 1. */
static void
read_limits(struct reader *a, const struct part *p, int is_level, struct limits *c)
{
	int ones = a->spec.intercept && p->p == 0;

	*c = (struct limits){ TABLE_NONE, 0, INFINITY, -INFINITY };
	state_uses(a->in, is_level ? p->n > 0 ? "ijnvl" : "ijn" : p->n > 0 ? "invl" : "in");
	if (p->n == 0)
		return;
	c->min = state_num(a->in, 'v');
	c->max = state_num(a->in, 'l');
	if (!(c->min <= c->max) || (ones && (c->min != 1 || c->max != 1)))
		state_die(a->in, "a column that cannot be: from %s to %s", a->in->value, a->in->low);
}

static void
read_column(struct reader *a, struct part *p, int is_level)
{
	const struct terms *t = &a->m->terms;
	const char *name = p->p == t->iy ? a->spec.y[p->y] : p->p < t->iy ? t->col[p->p].name : "";
	struct limits c;

	if (state_index(a->in, 'i', p->p + 1) != p->p || is_level != (p->p > t->iy) || p->r.n > 0 || p->clusters.n > 0 ||
	    p->weighted != (a->weight != NULL))
		state_die(a->in, "a column out of its order");
	read_limits(a, p, is_level, &c);
	if (is_level)
		read_level(a, &c);
	else if (strcmp(a->in->name, name) != 0)
		state_die(a->in, "column %s, where %s should be", a->in->name, name);
	p->col = mem_grow(p->col, &p->cap, p->p + 1, sizeof *p->col);
	p->col[p->p++] = c;
}

/* The group has a model for each response. */
static void
end_group(const struct reader *a)
{
	if (a->nmodel != a->spec.ny)
		state_die(a->in, "a group with a model too few");
}

/* A record of the part in hand. */
static void
read_sums(struct reader *a)
{
	const struct state *in = a->in;
	struct part *p = a->now;

	if (p == NULL)
		state_die(in, "a record out of its order: %s", in->record);
	if (clusters_read(&p->clusters, a->m, in, p->col, p->p))
		return;
	if (state_has(in, "logw"))
		read_logw(a, p);
	else if (state_has(in, "column") || state_has(in, "level"))
		read_column(a, p, in->record[0] == 'l');
	else if (state_has(in, "r"))
		entries_read(&p->r, in, p->p, p->n);
	else
		state_die(in, "a record that is not known: %s", in->record);
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
	clusters_check(&p->clusters, m, p->p, p->n, m->yname[p->y]);
}

/* The part as a factor with all columns there are. */
static void
build(const struct terms *s, const struct part *p, const size_t *at, struct tri *t, double *mem)
{
	tri_init(t, (ptrdiff_t)s->p, mem);
	t->n = p->n;
	t->logw = p->logw;
	t->logw_lo = p->logw_lo;
	for (size_t j = 0; j < s->p && p->n > 0; j++)
		t->min[j] = t->max[j] = 0;      /* levels that the part has not */
	for (size_t j = 0; j < p->p; j++) {
		t->min[at[j]] = p->col[j].min;
		t->max[at[j]] = p->col[j].max;
	}
	entries_put(&p->r, at, t);
	if (s->nkey > 0)
		t->n = tri_used(t);             /* means have left fewer rows than there were */
}

static int
compare_parts(const void *va, const void *vb)
{
	const struct part *a = va, *b = vb;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return a->y < b->y ? -1 : a->y > b->y;
}

/* Where the columns of n parts are among all there are. */
static struct read_clusters *
places(const struct lm *m, const struct part *part, size_t n)
{
	struct read_clusters *r = mem_new(n, sizeof *r);

	for (size_t i = 0; i < n; i++) {
		r[i] = (struct read_clusters){ &part[i].clusters, mem_new(part[i].p, sizeof *r->place), part[i].p };
		for (size_t j = 0; j < part[i].p; j++)
			r[i].place[j] = place(&m->terms, &part[i], j);
	}
	return r;
}

/* Merges n parts, all of one model, in order. */
static void
merge_model(struct lm *m, const struct part *part, size_t n)
{
	struct model *model = &m->sums[part->group].model[part->y];
	struct read_clusters *r;
	size_t size = tri_size((ptrdiff_t)m->terms.p);
	struct tri *t;
	double *mem;

	for (size_t i = 0; i < n; i++)
		check_part(m, &part[i]);
	r = places(m, part, n);
	t = mem_new(n, sizeof *t);
	mem = mem_new(n, size * sizeof *mem);
	for (size_t i = 0; i < n; i++)
		build(&m->terms, &part[i], r[i].place, &t[i], mem + i * size);
	qsort(t, n, sizeof *t, tri_compare);
	for (size_t i = 0; i < n; i++)
		tri_merge(&model->tri, &t[i]);
	clusters_join(m, model, r, n);
	for (size_t i = 0; i < n; i++)
		free(r[i].place);
	free(r);
	free(t);
	free(mem);
}

/* Those that there are. */
static void
merge_parts(struct reader *a)
{
	lm_sort(a->m);
	if (a->n > 0)
		qsort(a->part, a->n, sizeof *a->part, compare_parts);
	for (size_t i = 0, n; i < a->n; i += n) {
		for (n = 1; i + n < a->n && compare_parts(&a->part[i], &a->part[i + n]) == 0; n++)
			;
		merge_model(a->m, a->part + i, n);
	}
	for (size_t i = 0; i < a->n; i++) {
		free(a->part[i].col);
		free(a->part[i].r.of);
		cluster_parts_free(&a->part[i].clusters);
	}
	a->n = 0;
}

/* ---- group by group ------------------------------------------------------------------------- */

static void
begin_group(struct reader *a, const struct lm_view *view)
{
	if (a->m == NULL)
		end_options(a, view);
	if (a->in->k != a->group && a->m->sorted)
		merge_parts(a);
	a->group = a->in->k;
	lm_sums(a->m, a->in->k)->rows += a->in->rows;
	a->nmodel = 0;
	a->now = NULL;
}

static void
read_record(struct reader *a, const struct lm_view *view)
{
	if (state_has(a->in, "option"))
		read_option(a);
	else if (state_has(a->in, "group"))
		begin_group(a, view);
	else if (state_has(a->in, "end"))
		end_group(a);
	else if (state_has(a->in, "model"))
		begin_part(a);
	else
		read_sums(a);
}

struct lm *
lm_merge(char *const *operand, int n, const struct opts *o, const struct lm_view *view, struct group **group,
    struct origin *from)
{
	struct reader a = { .in = state_open(operand, n, o, lm_program) };

	while (state_next(a.in))
		read_record(&a, view);
	merge_parts(&a);
	free(a.part);
	*group = a.in->group;
	*from = a.in->origin;
	state_close(a.in);
	free_spec(&a);
	group_warn(*group, a.m->sums[0].rows);
	return a.m;
}
