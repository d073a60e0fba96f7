/* lm_note.c - what there is to be said of a model. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

/* R's tolerance of 1e-7 for what is left of a column's norm. */
static const double most_vif = 1e14;

void
lm_note(struct lm *m, size_t j, size_t k, char *what)
{
	char *key = mem_print("%zu%s", j, what);

	notes_add(m->notes, 0, key, k, m->yname[j], what);
	free(key);
	free(what);
}

void
lm_say(struct lm *m)
{
	notes_say(m->notes, m->group, "; so in");
}

char *
lm_key_text(const struct lm *m, const struct model *model, int by, size_t i)
{
	size_t len, cap = 0, n = 0;
	const char *key = clusters_key(model->by[by], i, &len);
	char *text = NULL;

	for (size_t l = 0; l < m->nkey[by]; l++, key += strlen(key) + 1) {
		text = mem_grow(text, &cap, n + strlen(m->key[by][l]) + strlen(key) + 4, 1);
		n += (size_t)sprintf(text + n, "%s%s=%s", l > 0 ? ", " : "", m->key[by][l], key);
	}
	return text;
}

/* What the others leave of the term is within the rounding of its numbers.  Not
 * of powers, which are formed from one number without rounding. */
static int
nearly_dependent(const struct lm *m, const struct model *model, size_t i)
{
	const struct column *c = &m->terms.col[model->col[i]];

	return model->ls.vif[i] > most_vif && c->power > 0 && m->terms.var[c->var].degree == 1;
}

static int
aliased(const struct lm *m, const struct model *model, size_t i)
{
	const struct column *c = &m->terms.col[model->col[i]];

	return model->ls.aliased[i] && (m->terms.nabsorbed == 0 || m->terms.var[c->var].term >= m->terms.nabsorbed);
}

/* The names of the terms that are so, or NULL; the caller frees them. */
static char *
names_of(const struct lm *m, const struct model *model, int (*so)(const struct lm *, const struct model *, size_t))
{
	char *names = NULL;
	size_t len = 0, cap = 0;

	for (size_t i = 0; i < (size_t)model->ls.k; i++)
		if (so(m, model, i)) {
			const char *x = m->terms.col[model->col[i]].name;

			names = mem_grow(names, &cap, len + strlen(x) + 3, 1);
			len += (size_t)sprintf(names + len, "%s%s", len > 0 ? ", " : "", x);
		}
	return names;
}

void
lm_note_model(struct lm *m, size_t j, size_t k)
{
	const struct model *model = &m->sums[k].model[j];
	const struct tri *t = &model->tri;
	int with = m->terms.intercept;
	ptrdiff_t keys = (ptrdiff_t)model->ls.keys, of = model->ls.k + keys - with, rank = model->ls.rank + keys - with;
	char *names;

	if (t->n < 1 + with) {
		lm_note(m, j, k, mem_print(": %g row%s without missing values", t->n, t->n == 1 ? "" : "s"));
		return;
	}
	if (t->min[m->terms.iy] == t->max[m->terms.iy] && model->ls.tnorm == 0)
		lm_note(m, j, k, mem_print(" is %s: nothing to explain", with ? "constant" : "0"));
	else if (model->ls.perfect && model->ls.df_residual > 0)
		lm_note(m, j, k, mem_print(": an essentially perfect fit: %s", model->ls.exact ? "its errors are 0" :
		    "what is left may be rounding of the numbers"));
	if (m->view.min_norm && rank < of)
		lm_note(m, j, k, mem_print(": rank %td of %td: the solution of least norm", rank, of));
	if ((names = names_of(m, model, aliased)) != NULL)
		lm_note(m, j, k, mem_print(": rank %td of %td: dependent on the terms before: %s", rank, of, names));
	free(names);
	if ((names = names_of(m, model, nearly_dependent)) != NULL)
		lm_note(m, j, k, mem_print(": dependent but for less than 1e-7, perhaps by rounding alone: %s", names));
	free(names);
	if (model->ls.beyond)
		lm_note(m, j, k, mem_print(": beyond the range of numbers"));
}
