/* wald.c - joint tests of several terms of a linear model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lm.h"

/* Coefficients times terms of a test by CR2, at most: it takes the square of that many numbers. */
enum { MOST = 4096 };

static double
wald_f(const struct lm *m, const struct model *model, const ptrdiff_t *term, ptrdiff_t q)
{
	const struct ls *f = &model->ls;
	ptrdiff_t k = f->rank;
	double *unit = NULL, *work, r = NAN;

	for (ptrdiff_t i = 0; i < q; i++)
		if (f->se[term[i]] == 0)
			return NAN;
	work = mem_new(ls_wald_work(k, q), sizeof *work);
	if (m->view.errors == LM_CLASSICAL) {
		unit = mem_new((size_t)(k*k), sizeof *unit);
		for (ptrdiff_t i = 0; i < k; i++)
			unit[i + i*k] = 1;
		r = ls_wald(f, term, q, unit, f->sigma*f->scale[f->k]*(f->sigma*f->scale[f->k]), work);
	} else if (scores_wanted(model)) {
		r = ls_wald(f, term, q, model->meat.r, model->factor, work);
	}
	free(unit);
	free(work);
	return r;
}

/* The degrees of freedom of the Wishart distribution that the CR2 covariance of the terms has
 * about, or NaN. */
static double
wishart(struct lm *m, const struct model *model, const ptrdiff_t *term, ptrdiff_t q)
{
	size_t k = (size_t)model->ls.rank, n = k*(size_t)q, work = (size_t)q*((size_t)q + k + 1);
	double *c = mem_new(n*(n + 2*k + 2) + work + ls_wald_work((ptrdiff_t)k, q), sizeof *c), eta = NAN;
	struct ls_df d = { .q = q, .tt = c + n, .big = c + n + n*n };
	struct piece p;

	if (ls_whiten(&model->ls, term, q, model->seen, c, c + n*(n + 2*k + 2) + work) == 0) {
		piece_open(&p, model);
		for (size_t i = 0; i < model->by[LM_BY_CLUSTER]->n; i++) {
			piece_get(&p, m, LM_BY_CLUSTER, i);
			piece_decompose(&p);
			ls_cluster_df(p.k, p.s, p.vt, c, &d, c + n*(n + 2*k + 2));
		}
		piece_close(&p);
		eta = ls_df((ptrdiff_t)k, &d, c + n*(n + 2*k + 2));
	}
	free(c);
	return eta;
}

/* F from Hotelling's T^2: HTZ of Pustejovsky & Tipton, J. Business & Economic Statistics 36 (2018)
 * 672-683, section 3.2. */
static void
hotelling(struct lm *m, size_t j, size_t k, const ptrdiff_t *term, ptrdiff_t q, struct lm_test *t)
{
	const struct model *model = &m->sums[k].model[j];
	double eta;

	if (q*model->ls.rank > MOST) {
		lm_note(m, j, k, mem_print(": no F of %td terms by --small cr2: %td terms times %td coefficients are more than %d", q, q,
		    model->ls.rank, MOST));
		t->f = NAN;
		return;
	}
	eta = wishart(m, model, term, q);
	t->df2 = eta - (double)q + 1;
	t->f = t->df2 > 0 ? t->f*(t->df2/eta) : NAN;
}

struct lm_test
lm_wald(struct lm *m, size_t j, size_t k, const ptrdiff_t *term, ptrdiff_t q)
{
	const struct model *model = &m->sums[k].model[j];
	int clusters = m->view.errors == LM_CLUSTER, cr2 = clusters && m->view.small == LM_CR2;
	double most = clusters ? (double)model->by[LM_BY_CLUSTER]->n - !cr2 : INFINITY;
	struct lm_test t = { (double)q, model->df, NAN, NAN };

	if (q >= 1 && isfinite(model->ls.inv[0]) && (double)q <= most && !model->few)
		t.f = wald_f(m, model, term, q);
	if (cr2 && !isnan(t.f))
		hotelling(m, j, k, term, q, &t);
	if (isnan(t.f))
		t.df2 = NAN;
	t.p = tail_f(t.f, t.df1, t.df2);
	return t;
}

/* What predictor v is called: of a formula by the parts of its term.  The caller frees it. */
static char *
name_of(const struct terms *t, size_t v)
{
	const char *s = t->var[v].name;
	char *name = mem_text(s, strlen(s)), *longer;

	for (size_t a = 1; a < t->var[v].npart; a++, free(name), name = longer) {
		s += strlen(s) + 1;
		longer = mem_print("%s:%s", name, s);
	}
	return name;
}

static int
equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* How long the first part of a product is: to a colon that is in no parentheses. */
static size_t
part(const char *s)
{
	size_t n = 0;

	for (int depth = 0; s[n] != '\0' && !(s[n] == ':' && depth <= 0); n++)
		depth += (s[n] == '(') - (s[n] == ')');
	return n;
}

/* The same but for blanks. */
static int
same_part(const char *a, size_t m, const char *b, size_t n)
{
	size_t i = 0, j = 0;

	for (;; i++, j++) {
		while (i < m && a[i] == ' ')
			i++;
		while (j < n && b[j] == ' ')
			j++;
		if (i == m || j == n || a[i] != b[j])
			return i == m && j == n;
	}
}

/* Each part of a is one of b. */
static int
has_parts(const char *a, const char *b)
{
	for (;; a++) {
		const char *of = b;
		size_t m = part(a), n = part(of);

		for (; !same_part(a, m, of, n) && of[n] != '\0'; n = part(of))
			of += n + 1;
		if (!same_part(a, m, of, n))
			return 0;
		a += m;
		if (*a == '\0')
			return 1;
	}
}

/* The same but for blanks, and the order of the parts of a product. */
static int
alike(const char *a, const char *b)
{
	return has_parts(a, b) && has_parts(b, a);
}

static int
is_predictor(const struct terms *t, size_t v, const char *name, int (*same)(const char *, const char *))
{
	char *own = name_of(t, v);
	int is = same(own, name);

	free(own);
	return is;
}

/* Whether term i of all is what a name says: itself, or of the predictor called so. */
static int
is_called(const struct lm *m, size_t i, const char *name, int (*same)(const char *, const char *))
{
	const struct column *c = &m->terms.col[m->terms.term[i]];
	int ones = m->terms.intercept && i == 0;

	return same(c->name, name) || (!ones && is_predictor(&m->terms, c->var, name, same));
}

/* The next name of a list, as strsep has it; a comma in parentheses belongs to it. */
static char *
next_name(char **next)
{
	char *name = *next, *s = name;
	int depth = 0;

	for (; s != NULL && *s != '\0' && !(*s == ',' && depth <= 0); s++)
		depth += (*s == '(') - (*s == ')');
	if (s != NULL)
		*next = *s == ',' ? s + 1 : NULL;
	if (s != NULL)
		*s = '\0';
	return name;
}

/* Adds the terms that are called so; whether there are any. */
static int
choose_called(const struct lm *m, const char *name, int (*same)(const char *, const char *), char *chosen)
{
	int some = 0;

	for (size_t i = 0; i < m->terms.k; i++)
		if (is_called(m, i, name, same)) {
			chosen[i] = 1;
			some = 1;
		}
	return some;
}

_Noreturn static void
refuse_name(const struct lm *m, const char *name)
{
	struct near n = near_to(name, strlen(name));

	for (size_t v = 0; v < m->terms.nvar; v++) {
		char *own = name_of(&m->terms, v);

		near_try(&n, own, strlen(own));
		free(own);
	}
	for (size_t i = 0; i < m->terms.k; i++) {
		const char *term = m->terms.col[m->terms.term[i]].name;

		near_try(&n, term, strlen(term));
	}
	die_usage("--test: no term and no predictor of the model is called \"%s\"%s", name, near_text(&n));
}

/* Adds the terms of the list, names between commas, to those chosen. */
static void
choose(const struct lm *m, const char *list, char *chosen)
{
	char *copy = mem_text(list, strlen(list));

	for (char *next = copy, *name; (name = next_name(&next)) != NULL; ) {
		int some = choose_called(m, name, equal, chosen) || choose_called(m, name, alike, chosen);

		if (!some && m->terms.exact != TABLE_NONE && is_predictor(&m->terms, m->terms.exact, name, alike))
			die("--test: %s has more than %d levels, which are absorbed: --drop1 tests it", name, LM_MAX_LEVELS);
		if (!some)
			refuse_name(m, name);
	}
	free(copy);
}

/* The test that all terms chosen are 0. */
static struct lm_test
test(struct lm *m, size_t j, size_t k, const char *chosen)
{
	const struct model *model = &m->sums[k].model[j];
	ptrdiff_t *term = mem_new(m->terms.k, sizeof *term), q = 0;
	struct lm_test t;

	for (size_t i = 0; i < m->terms.k; i++)
		if (chosen[i] && model->at[i] >= 0 && !model->ls.aliased[model->at[i]])
			term[q++] = model->at[i];
	t = lm_wald(m, j, k, term, q);
	free(term);
	return t;
}

/* The same by a fit without the terms: for a model with dependent terms, in which
 * others may stand in for them; with keys without the predictor that was taken out, which has
 * no terms. */
static struct lm_test
refit(struct lm *m, size_t j, size_t k, const char *chosen, int keys)
{
	const struct model *model = &m->sums[k].model[j];
	ptrdiff_t *col = mem_new(m->terms.k + 1, sizeof *col), n = 0;
	double *work = mem_new(ls_work(model->tri.p, model->ls.k + 1), sizeof *work);
	struct lm_test t = { NAN, model->df, NAN, NAN };
	struct ls f;
	int code;

	if (keys && m->terms.intercept)
		col[n++] = 0;
	for (size_t i = 0; i < m->terms.k; i++)
		if (!chosen[i] && model->at[i] >= 0)
			col[n++] = model->col[model->at[i]];
	col[n] = (ptrdiff_t)m->terms.iy;
	lm_new_fit(&f, (size_t)n);
	if (model->levels != NULL && !keys)
		code = lm_absorb_fit(m, model, col, n, &f, work);
	else
		code = ls_fit(keys ? &model->total : &model->tri, col, n, m->terms.intercept, 0, &f, work);
	if (code == 0) {
		t.df1 = (double)(model->ls.rank - f.rank) + model->ls.keys - f.keys;
		t.f = (f.rnorm/model->ls.sigma - model->ls.rnorm/model->ls.sigma)*(f.rnorm/model->ls.sigma +
		    model->ls.rnorm/model->ls.sigma)/t.df1;
		t.f = t.df1 > 0 && isfinite(t.f) ? t.f : NAN;
		t.p = tail_f(t.f, t.df1, t.df2);
	}
	lm_free_fit(&f);
	free(col);
	free(work);
	return t;
}

/* A row of the table.  keys: of the predictor that was taken out, for which other errors than
 * the classical ones have no F. */
static void
put(struct lm *m, struct csv_writer *w, size_t k, size_t j, const char *what, const char *chosen, int drop, int keys)
{
	const struct model *model = &m->sums[k].model[j];
	int classical = m->view.errors == LM_CLASSICAL, deficient = model->ls.rank < model->ls.k && classical;
	struct lm_test t = keys || (drop && deficient) ? refit(m, j, k, chosen, keys) : test(m, j, k, chosen);

	if (keys && !classical)
		t.f = t.p = NAN;
	group_put(m->group, k, w);
	csv_put_str(w, m->yname[j]);
	csv_put_str(w, what);
	csv_put_num(w, t.df1);
	csv_put_num(w, isnan(t.f) ? NAN : t.df2);
	csv_put_num(w, t.f);
	csv_put_num(w, t.p);
	csv_put_end(w);
}

/* The same predictor, or of a formula those of one term. */
static int
of_one_term(const struct terms *t, size_t v, size_t w)
{
	return v == w || (t->formula != NULL && t->var[v].term == t->var[w].term);
}

/* Whether w is of a term that has all parts of v's and more. */
static int
is_within(const struct terms *t, size_t v, size_t w)
{
	const char *s = t->var[v].name, *of;
	size_t a, b;

	if (t->formula == NULL || t->var[v].npart >= t->var[w].npart)
		return 0;
	for (a = 0; a < t->var[v].npart; a++, s += strlen(s) + 1) {
		for (b = 0, of = t->var[w].name; b < t->var[w].npart && strcmp(s, of) != 0; b++)
			of += strlen(of) + 1;
		if (b == t->var[w].npart)
			return 0;
	}
	return 1;
}

/* A predictor that a row of --drop1 takes out: the first of a term that is in no other. */
static int
can_drop(const struct terms *t, size_t v)
{
	size_t w = 0;

	while (w < t->nvar && !is_within(t, v, w))
		w++;
	return w == t->nvar && (v == 0 || !of_one_term(t, v, v - 1));
}

/* The rows of one model. */
static void
put_model(struct lm *m, struct csv_writer *w, size_t k, size_t j, const struct lm_tests *l)
{
	char *chosen = mem_new(m->terms.k, 1);

	for (size_t i = 0; i < l->n; i++) {
		memset(chosen, 0, m->terms.k);
		choose(m, l->list[i], chosen);
		put(m, w, k, j, l->list[i], chosen, 0, 0);
	}
	for (size_t v = 0; l->drop1 && v < m->terms.nvar; v++)
		if (can_drop(&m->terms, v)) {
			char *name = name_of(&m->terms, v);

			for (size_t i = 0; i < m->terms.k; i++)
				chosen[i] = (char)(!(m->terms.intercept && i == 0) &&
				    of_one_term(&m->terms, m->terms.col[m->terms.term[i]].var, v));
			put(m, w, k, j, name, chosen, 1, v == m->terms.exact);
			free(name);
		}
	free(chosen);
}

void
lm_put_tests(struct lm *m, const struct lm_tests *l, struct csv_writer *w)
{
	static const char *const name[] = { "y", "test", "df1", "df2", "f_statistic", "p_value" };
	size_t *order = group_order(m->group);
	char *chosen = mem_new(m->terms.k, 1);

	for (size_t i = 0; i < l->n; i++)
		choose(m, l->list[i], chosen);          /* before anything is written */
	free(chosen);
	group_put_names(m->group, w);
	for (size_t i = 0; i < sizeof name / sizeof *name; i++)
		csv_put_str(w, name[i]);
	csv_put_end(w);
	for (size_t i = 0; i < m->ngroup; i++)
		for (size_t j = 0; j < m->ny; j++)
			put_model(m, w, order[i], j, l);
	lm_say(m);
	free(order);
}
