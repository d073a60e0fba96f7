/* product.c - the terms of a formula as columns of a triangular factor: products of
 * powers of numbers and of levels of factors.
 *
 * Every combination of levels that a row has gets a column, the product of the numbers
 * in its rows, 0 in others.  Which of these are terms is known when all rows were added:
 * a factor in a term has a column for each level but the first (treatment contrasts) if
 * the term without it is part of a term before, or of the intercept; else for every level, as
 * R's model.matrix has it.  So nothing is summed twice when a level is new.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formula.h"
#include "lm.h"

/* ---- from a formula to predictors ------------------------------------------------------------ */

/* Whether the factor v has all levels in the term, which is f->term[i].  Among terms that
 * are absorbed, and among those that are not. */
static int
has_all(const struct formula *f, size_t i, size_t v)
{
	uint64_t rest = f->term[i] & ~((uint64_t)1 << v);

	if (rest == 0)
		return 0;
	for (size_t k = i < f->nabsorbed ? 0 : f->nabsorbed; k < i; k++)
		if ((rest & ~f->term[k]) == 0)
			return 0;
	return 1;
}

/* Without an intercept the first factor that a term has keeps all levels. */
static int
keeps_all(const struct formula *f, size_t i, size_t v)
{
	if (f->intercept)
		return 0;
	for (size_t k = 0; k <= i; k++)
		for (size_t w = 0; w < f->nvar; w++)
			if ((f->term[k] >> w & 1) && f->var[w].degree == 0)
				return k == i && w == v;
	return 0;
}

/* The parts of term i, with the powers of polys as the digits of which. */
static void
set_parts(struct terms *t, struct predictor *p, const struct formula *f, size_t i, size_t which)
{
	p->part = mem_new(FORMULA_PARTS, sizeof *p->part);
	for (size_t v = 0; v < f->nvar; v++) {
		const struct formula_var *x = &f->var[v];
		struct multiplicand *a = &p->part[p->npart];
		size_t degree = (size_t)x->degree;

		if (!(f->term[i] >> v & 1))
			continue;
		*a = (struct multiplicand){ .at = x->at, .power = x->power, .places = 1 };
		p->npart++;
		if (x->degree == 0) {
			a->all = has_all(f, i, v) || keeps_all(f, i, v);
			t->factor[x->at].contrasts |= !a->all && i >= f->nabsorbed;
			p->ntext++;
		} else if (x->power == 0) {
			a->place = which % degree;
			a->places = degree;
			a->power = (int)a->place + 1;
			which /= degree;
		}
	}
}

/* The name of a column of term i with these parts: levels is NULL, or the level of each
 * factor. */
static char *
column_name(const struct terms *t, const struct predictor *p, const size_t *level)
{
	const char *from = p->name;
	char *name = mem_print("%s", ""), *longer;
	size_t len;

	for (size_t i = 0; i < p->npart; i++, from += strlen(from) + 1) {
		const struct multiplicand *a = &p->part[i];
		const char *mark = i > 0 ? ":" : "";

		if (a->power == 0)
			longer = mem_print("%s%s%s=%s", name, mark, from, map_key(t->factor[a->at].levels, *level++, &len));
		else if (strncmp(from, "poly(", 5) == 0)
			longer = mem_print("%s%s%s%d", name, mark, from, a->power);
		else
			longer = mem_print("%s%s%s", name, mark, from);
		free(name);
		name = longer;
	}
	return name;
}

/* The names of the parts, one behind the other, each ended by NUL. */
static char *
part_names(const struct formula *f, size_t i)
{
	char *names = NULL;
	size_t n = 0, cap = 0;

	for (size_t v = 0; v < f->nvar; v++) {
		char *name;

		if (!(f->term[i] >> v & 1))
			continue;
		name = f->var[v].degree == 0 ? formula_quoted(f->text[f->var[v].at]) : mem_text(f->var[v].label, strlen(f->var[v].label));
		names = mem_grow(names, &cap, n + strlen(name) + 1, 1);
		memcpy(names + n, name, strlen(name) + 1);
		n += strlen(name) + 1;
		free(name);
	}
	return names;
}

static void
add_predictor(struct terms *t, const struct formula *f, size_t i, size_t which)
{
	size_t n = t->nvar++;
	struct predictor *p;

	t->var = mem_resize(t->var, t->nvar, sizeof *t->var);
	p = &t->var[n];
	*p = (struct predictor){ .name = part_names(f, i), .term = i, .left_out = TABLE_NONE };
	set_parts(t, p, f, i, which);
	if (p->ntext > 0) {
		p->levels = map_new();
		return;
	}
	p->degree = 1;
	for (size_t k = 0; k < p->npart; k++)
		if (p->part[k].power > 1 || p->part[k].places > 1)
			p->degree = 2;
	terms_add_column(t, (struct column){ column_name(t, p, NULL), n, 0, 1 });
}

/* The texts that what is absorbed is made of. */
static void
list_keys(struct terms *t, const struct formula *f)
{
	uint64_t all = 0, others = 0;

	for (size_t i = 0; i < f->nterm; i++)
		*(i < f->nabsorbed ? &all : &others) |= f->term[i];
	t->key = mem_new(f->ntext, sizeof *t->key);
	for (size_t v = 0; v < f->nvar; v++)
		if (all >> v & 1) {
			t->key[t->nkey++] = f->var[v].at;
			t->factor[f->var[v].at].key_only = 1;
		}
	for (size_t v = 0; v < f->nvar; v++)
		if ((others >> v & 1) && f->var[v].degree == 0)
			t->factor[f->var[v].at].key_only = 0;
}

void
product_init(struct terms *t, const struct formula *f)
{
	t->formula = formula_text(f);
	t->nnum = f->nnum;
	t->ntext = f->ntext;
	t->nterm = f->nterm;
	t->nabsorbed = f->nabsorbed;
	t->factor = mem_new(f->ntext, sizeof *t->factor);
	t->id = mem_new(FORMULA_PARTS, sizeof *t->id);
	for (size_t i = 0; i < f->ntext; i++)
		t->factor[i] = (struct factor){ .name = formula_quoted(f->text[i]), .levels = map_new() };
	list_keys(t, f);
	for (size_t i = 0; i < f->nterm; i++) {
		size_t n = 1;

		for (size_t v = 0; v < f->nvar; v++)
			if ((f->term[i] >> v & 1) && f->var[v].degree > 0 && f->var[v].power == 0)
				n *= (size_t)f->var[v].degree;
		for (size_t which = 0; which < n; which++)
			add_predictor(t, f, i, which);
	}
}

void
product_free(struct terms *t)
{
	for (size_t i = 0; i < t->ntext && t->formula != NULL; i++) {
		free(t->factor[i].name);
		map_free(t->factor[i].levels);
		free(t->factor[i].rank);
		free(t->factor[i].order);
	}
	free(t->factor);
	free(t->formula);
	free(t->id);
	free(t->key);
}

/* ---- rows ----------------------------------------------------------------------------------- */

/* The number of level id, one of each factor of predictor i, which may be new; TABLE_NONE if
 * it is new when the terms have been chosen. */
static size_t
add_level(struct terms *t, size_t i, const size_t *id)
{
	struct predictor *p = &t->var[i];
	size_t n = map_count(p->levels), len = p->ntext * sizeof *id, k;

	k = t->term != NULL ? map_find(p->levels, (const char *)id, len) : map_add(p->levels, (const char *)id, len);
	if (k == n) {
		p->id = mem_grow(p->id, &p->id_cap, mem_times(k + 1, p->ntext), sizeof *p->id);
		memcpy(p->id + k*p->ntext, id, len);
	}
	return k;
}

static void
add_level_column(struct terms *t, size_t i, size_t k)
{
	struct predictor *p = &t->var[i];

	p->at = mem_grow(p->at, &p->cap, map_count(p->levels), sizeof *p->at);
	p->at[k] = t->p;
	terms_add_column(t, (struct column){ column_name(t, p, product_ids(p, k)), i, k, 0 });
}

/* The same, with a column if it is new. */
static size_t
level_of(struct terms *t, size_t i, const size_t *id)
{
	struct predictor *p = &t->var[i];
	size_t n = map_count(p->levels), k = add_level(t, i, id);

	if (k != n)
		return k;
	if (n == LM_MAX_LEVELS)
		die("-f: %s has more than %d levels: are they names?", p->name, LM_MAX_LEVELS);
	add_level_column(t, i, k);
	return k;
}

/* The levels of the row's texts: returns 0, or 1 and which is new when the terms have been
 * chosen. */
static int
find_levels(struct terms *t, const struct obs *o, struct lm_fault *bad)
{
	for (size_t i = 0; i < t->ntext; i++) {
		struct factor *f = &t->factor[i];

		if (f->key_only && t->term == NULL)
			continue;                       /* lm_absorb_meet does that */
		f->now = t->term != NULL ? map_find(f->levels, o->text[i].s, o->text[i].len) :
		    map_add(f->levels, o->text[i].s, o->text[i].len);
		*bad = (struct lm_fault){ i, 0, 0 };
		if (f->now == TABLE_NONE)
			return 1;
	}
	return 0;
}

/* The product of a predictor's numbers: 1 if it is finite, else 0 and whose fault that is. */
static int
multiply(const struct predictor *p, const double *num, struct dd *y, struct lm_fault *bad)
{
	int first = 1;

	*y = (struct dd){ 1, 0 };
	for (size_t i = 0; i < p->npart; i++)
		for (int d = 1; d <= p->part[i].power; d++) {
			struct dd x = { num[p->part[i].at], 0 }, before = *y;

			*y = first ? x : dd_mul(*y, x);
			bad->small = !first && before.hi != 0 && x.hi != 0 && fabs(y->hi) < DBL_MIN;
			first = 0;
			bad->at = p->part[i].at;
			bad->power = d;
			if (!isfinite(y->hi) || bad->small)
				return 0;
		}
	return 1;
}

static int
set_product(struct terms *t, size_t i, struct dd y)
{
	struct predictor *p = &t->var[i];
	size_t n = 0, k;

	if (p->term < t->nabsorbed && t->term == NULL)
		return 1;               /* only its means are kept */
	for (size_t a = 0; a < p->npart; a++)
		if (p->part[a].power == 0)
			t->id[n++] = t->factor[p->part[a].at].now;
	if ((k = level_of(t, i, t->id)) == TABLE_NONE)
		return 0;
	if (i == t->exact) {
		p->now = k;
		return 1;
	}
	t->v[p->at[p->now]] = t->vlo[p->at[p->now]] = 0;
	t->v[p->at[k]] = y.hi;
	t->vlo[p->at[k]] = y.lo;
	p->now = k;
	return 1;
}

int
product_set(struct terms *t, const struct obs *o, struct lm_fault *bad)
{
	size_t j = (size_t)t->intercept;
	struct dd y;

	if (find_levels(t, o, bad))
		return 0;
	for (size_t i = 0; i < t->nvar; i++) {
		struct predictor *p = &t->var[i];

		if (!multiply(p, o->num, &y, bad))
			return 0;
		if (p->ntext == 0) {
			t->v[j] = y.hi;
			t->vlo[j++] = y.lo;
			continue;
		}
		*bad = (struct lm_fault){ p->part[0].at, 0, 0 };
		if (!set_product(t, i, y))
			return 0;
	}
	return 1;
}

/* ---- levels by their texts ------------------------------------------------------------------- */

const size_t *
product_ids(const struct predictor *p, size_t k)
{
	return p->id + k*p->ntext;
}

/* The text of one level stands there as it is; of several there is a colon between them,
 * and a backslash before those that they have themselves. */
char *
product_text(const struct terms *t, const struct column *c)
{
	const struct predictor *p = &t->var[c->var];
	const size_t *id = product_ids(p, c->level);
	size_t len, n = 0, cap = 0;
	char *text = NULL;

	for (size_t a = 0; a < p->npart; a++) {
		const char *s;

		if (p->part[a].power > 0)
			continue;
		s = map_key(t->factor[p->part[a].at].levels, *id++, &len);
		text = mem_grow(text, &cap, n + 2*len + 2, 1);
		if (n > 0)
			text[n++] = ':';
		for (; *s != '\0'; s++) {
			if (p->ntext > 1 && (*s == ':' || *s == '\\'))
				text[n++] = '\\';
			text[n++] = *s;
		}
		text[n] = '\0';
	}
	return text;
}

/* Takes one level off the text, up to a colon if there are others. */
static size_t
read_level(struct factor *f, const char **text, int several)
{
	char *level = mem_text(*text, strlen(*text));
	const char *s = *text;
	size_t n = 0, k;

	while (*s != '\0' && !(several && *s == ':')) {
		s += several && *s == '\\' && s[1] != '\0';
		level[n++] = *s++;
	}
	*text = s + (*s != '\0');
	k = n > 0 ? map_add(f->levels, level, n) : TABLE_NONE;
	free(level);
	return k;
}

size_t
product_level(struct terms *t, size_t i, const char *text)
{
	const struct predictor *p = &t->var[i];
	size_t n = 0, id[FORMULA_PARTS] = { 0 };

	for (size_t a = 0; a < p->npart; a++)
		if (p->part[a].power == 0 &&
		    (id[n++] = read_level(&t->factor[p->part[a].at], &text, p->ntext > 1)) == TABLE_NONE)
			return TABLE_NONE;
	return *text == '\0' ? level_of(t, i, id) : TABLE_NONE;
}

/* ---- what is absorbed ------------------------------------------------------------------------- */

void
product_met(const struct terms *t, size_t i, const char *text)
{
	map_add(t->factor[i].levels, text, strlen(text));
}

size_t
product_key_level(struct terms *t, size_t i, const char *key)
{
	const struct predictor *p = &t->var[i];
	size_t n = 0;

	for (size_t a = 0; a < p->npart; a++) {
		const char *s = key;

		for (size_t l = 0; t->key[l] != p->part[a].at; l++)
			s += strlen(s) + 1;
		t->id[n++] = map_find(t->factor[p->part[a].at].levels, s, strlen(s));
	}
	return add_level(t, i, t->id);
}

char *
product_level_name(const struct terms *t, size_t i, size_t k)
{
	return column_name(t, &t->var[i], product_ids(&t->var[i], k));
}

void
product_spread(struct terms *t, size_t i)
{
	size_t n;
	struct sortable_level *l = product_levels(t, i, &n);

	for (size_t k = 0; k < n; k++)
		add_level_column(t, i, l[k].level);
	free(l);
}
