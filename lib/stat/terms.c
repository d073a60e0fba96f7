/* terms.c - the predictors of a linear model as columns of its triangular
 * factor: powers of numbers, levels of factors, and which of them are terms. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

void
terms_add_column(struct terms *t, struct column c)
{
	mem_fits(t->p + 1, t->p + 1);
	t->col = mem_grow(t->col, &t->col_cap, t->p + 1, sizeof *t->col);
	t->v = mem_grow(t->v, &t->v_cap, t->p + 1, sizeof *t->v);
	t->vlo = mem_grow(t->vlo, &t->vlo_cap, t->p + 1, sizeof *t->vlo);
	t->v[t->p] = t->vlo[t->p] = 0;
	t->col[t->p++] = c;
}

static void
add_predictor(struct terms *t, size_t i, const struct lm_var *s)
{
	struct predictor *v = &t->var[i];
	const char *reference = s->reference != NULL ? s->reference : "";

	v->name = mem_text(s->name, strlen(s->name));
	v->degree = s->degree;
	v->from = s->degree > 0 ? t->nnum++ : t->ntext++;
	v->reference = mem_text(reference, strlen(reference));
	if (v->degree == 0)
		v->levels = map_new();
	for (int d = 1; d <= v->degree; d++)
		terms_add_column(t, (struct column){
		    d > 1 ? mem_print("%s^%d", s->name, d) : mem_print("%s", s->name), i, 0, d });
}

void
terms_init(struct terms *t, const struct lm_spec *s)
{
	*t = (struct terms){ .nvar = s->nvar, .intercept = s->intercept != 0, .exact = TABLE_NONE };
	t->var = mem_new(s->nvar, sizeof *t->var);
	if (t->intercept)
		terms_add_column(t, (struct column){ .name = mem_print("(Intercept)") });
	for (size_t i = 0; i < s->nvar; i++)
		add_predictor(t, i, &s->var[i]);
	if (s->formula != NULL)
		product_init(t, s->formula);
	t->iy = t->p;
	terms_add_column(t, (struct column){ .name = mem_print("y") });
	if (t->intercept)
		t->v[0] = 1;
}

void
terms_free(struct terms *t)
{
	for (size_t i = 0; i < t->nvar; i++) {
		struct predictor *v = &t->var[i];

		free(v->part);
		free(v->id);
		free(v->name);
		free(v->reference);
		free(v->at);
		if (v->levels != NULL)
			map_free(v->levels);
	}
	for (size_t j = 0; j < t->p; j++)
		free(t->col[j].name);
	product_free(t);
	free(t->var);
	free(t->col);
	free(t->v);
	free(t->vlo);
	free(t->term);
}

size_t
terms_level(struct terms *t, size_t i, const char *text)
{
	struct predictor *v = &t->var[i];
	size_t len = strlen(text), n, k;

	if (t->formula != NULL)
		return product_level(t, i, text);
	n = map_count(v->levels);
	k = t->term != NULL ? map_find(v->levels, text, len) : map_add(v->levels, text, len);

	if (k != n)
		return k;
	if (n == LM_MAX_LEVELS)
		die("--factor: %s has more than %d levels: are they names?", v->name, LM_MAX_LEVELS);
	v->at = mem_grow(v->at, &v->cap, k + 1, sizeof *v->at);
	v->at[k] = t->p;
	terms_add_column(t, (struct column){ mem_print("%s=%s", v->name, text), i, k, 0 });
	return k;
}

static int
set_level(struct terms *t, size_t i, const char *text)
{
	struct predictor *v = &t->var[i];
	size_t k = terms_level(t, i, text);

	if (k == TABLE_NONE)
		return 0;
	t->v[v->at[v->now]] = 0;
	t->v[v->at[k]] = 1;
	v->now = k;
	return 1;
}

int
terms_set(struct terms *t, const struct obs *o, struct lm_fault *bad)
{
	size_t j = (size_t)t->intercept;

	if (t->formula != NULL)
		return product_set(t, o, bad);
	for (size_t i = 0; i < t->nvar; i++) {
		const struct predictor *v = &t->var[i];

		if (v->degree == 1) {
			t->v[j++] = o->num[v->from];    /* vlo is 0 */
			continue;
		}
		*bad = (struct lm_fault){ v->from, 0, v->degree > 0 && fabs(o->num[v->from]) < 1 };
		if (v->degree == 0 && !set_level(t, i, o->text[v->from].s))
			return 0;
		if (v->degree > 0 && (bad->power = num_powers(o->num[v->from], v->degree, t->v + j, t->vlo + j)) != 0)
			return 0;
		j += (size_t)v->degree;
	}
	return 1;
}

static int
compare_levels(const void *a, const void *b)
{
	return group_compare(((const struct sortable_level *)a)->text, ((const struct sortable_level *)b)->text);
}

struct sortable_level *
terms_levels(const struct terms *t, size_t i, size_t *n)
{
	const struct predictor *v = &t->var[i];
	struct sortable_level *l;
	size_t len;

	if (t->formula != NULL)
		return product_levels(t, i, n);
	*n = map_count(v->levels);
	l = mem_new(*n, sizeof *l);
	for (size_t k = 0; k < *n; k++)
		l[k] = (struct sortable_level){ map_key(v->levels, k, &len), k };
	qsort(l, *n, sizeof *l, compare_levels);
	return l;
}

/* Where the columns come from, as the levels are sorted; the levels know their
 * new columns. */
static ptrdiff_t *
sorted_columns(struct terms *t)
{
	ptrdiff_t *pick = mem_new(t->p, sizeof *pick);
	size_t j = t->iy + 1, n;

	if (t->formula != NULL)
		product_sort(t);
	for (size_t i = 0; i < j; i++)
		pick[i] = (ptrdiff_t)i;
	for (size_t i = 0; i < t->nvar; i++) {
		struct predictor *v = &t->var[i];
		struct sortable_level *l = v->degree == 0 ? terms_levels(t, i, &n) : NULL;

		for (size_t k = 0; l != NULL && k < n; k++) {
			pick[j] = (ptrdiff_t)v->at[l[k].level];
			v->at[l[k].level] = j++;
		}
		free(l);
	}
	return pick;
}

ptrdiff_t *
terms_sort(struct terms *t)
{
	ptrdiff_t *pick = sorted_columns(t);
	struct column *col = mem_new(t->p, sizeof *col);

	for (size_t j = 0; j < t->p; j++)
		col[j] = t->col[pick[j]];
	memcpy(t->col, col, t->p * sizeof *col);
	for (size_t j = t->iy + 1; j < t->p; j++)
		t->v[j] = t->vlo[j] = 0;
	free(col);
	return pick;
}

/* Dies of a reference that is none of the n levels; frees these. */
_Noreturn static void
die_reference(const struct predictor *v, struct sortable_level *l, size_t n, const char *input)
{
	enum { SHOWN = 20 };
	struct near near = near_to(v->reference, strlen(v->reference));
	size_t len = 0, cap = 0;
	char *names = NULL;

	for (size_t k = 0; k < n && k < SHOWN; k++) {
		names = mem_grow(names, &cap, len + strlen(l[k].text) + 3, 1);
		len += (size_t)sprintf(names + len, "%s%s", k > 0 ? ", " : "", l[k].text);
	}
	for (size_t k = 0; k < n; k++)
		near_try(&near, l[k].text, strlen(l[k].text));
	free(l);
	die("%s%s--factor: %s has no level \"%s\", only %s%s%s", input != NULL ? input : "", input != NULL ? ": " : "",
	    v->name, v->reference, names, n > SHOWN ? ", ..." : "", near_text(&near));
}

/* The level that is left out: as in R, the first factor of a model without
 * intercept keeps all. */
static size_t
left_out(const struct terms *t, size_t i, struct sortable_level *l, size_t n, const char *input)
{
	const struct predictor *v = &t->var[i];
	size_t first = 0, k;

	while (t->var[first].degree != 0)
		first++;
	if (n == 0 || (!t->intercept && i == first))
		return TABLE_NONE;
	if (v->reference[0] == '\0')
		return l[0].level;
	k = map_find(v->levels, v->reference, strlen(v->reference));
	if (k == TABLE_NONE)
		die_reference(v, l, n, input);
	return k;
}

static void
choose_levels(struct terms *t, size_t i, const char *input)
{
	struct predictor *v = &t->var[i];
	size_t n;
	struct sortable_level *l = terms_levels(t, i, &n);

	v->left_out = left_out(t, i, l, n, input);
	for (size_t k = 0; k < n; k++)
		if (l[k].level != v->left_out)
			t->term[t->k++] = (ptrdiff_t)v->at[l[k].level];
	free(l);
}

void
terms_choose(struct terms *t, const char *input)
{
	size_t j = (size_t)t->intercept;

	t->term = mem_new(t->p, sizeof *t->term);
	t->k = j;
	if (t->formula != NULL)
		product_choose(t);
	for (size_t i = 0; i < t->nvar && t->formula == NULL; i++) {
		for (int d = 0; d < t->var[i].degree; d++)
			t->term[t->k++] = (ptrdiff_t)j++;
		if (t->var[i].degree == 0)
			choose_levels(t, i, input);
	}
}

const char *
terms_name(const struct terms *t, size_t i)
{
	return t->col[t->term[i]].name;
}

int
terms_absorbed(const struct terms *t, size_t i)
{
	const struct column *c = &t->col[t->term[i]];
	int constant = t->intercept && i == 0;

	return t->nabsorbed > 0 && (constant || t->var[c->var].term < t->nabsorbed);
}
