/* Linear models from arrays to rows of results: no table, no program.  The numbers
 * are R's, in tests/data/r/regress. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stat.h"
#include "child.h"
#include "table.h"
#include "test.h"

enum { MOST = 200, FIELDS = 16, WIDTH = 48 };

/* A file of test data as texts. */
struct data {
	size_t nrow, ncol;
	char field[MOST + 1][FIELDS][WIDTH];
};

static void
data_read(struct data *d, const char *name, const char *suffix)
{
	char path[256], line[4096];
	FILE *f;

	snprintf(path, sizeof path, "tests/data/r/regress/%s%s.csv", name, suffix);
	if ((f = fopen(path, "r")) == NULL) {
		perror(path);
		exit(1);
	}
	memset(d, 0, sizeof *d);
	for (; fgets(line, sizeof line, f) != NULL && d->nrow <= MOST; d->nrow++) {
		char *rest = line;

		line[strcspn(line, "\n")] = '\0';
		for (d->ncol = 0; rest != NULL && d->ncol < FIELDS; d->ncol++)
			snprintf(d->field[d->nrow][d->ncol], WIDTH, "%s", strsep(&rest, ","));
	}
	d->nrow--;
	fclose(f);
}

static size_t
data_column(const struct data *d, const char *name)
{
	size_t j = 0;

	while (j < d->ncol && strcmp(d->field[0][j], name) != 0)
		j++;
	if (j == d->ncol) {
		fprintf(stderr, "no column %s\n", name);
		exit(1);
	}
	return j;
}

static double
number(const char *s)
{
	return *s == '\0' || strcmp(s, "NA") == 0 ? NAN : strtod(s, NULL);
}

static int
near(double x, const char *want)
{
	double w = number(want);

	return isnan(w) ? isnan(x) : fabs(x - w) <= 1e-10*fabs(w);
}

/* What is fitted of a file: y on these. */
struct job {
	const char *name;
	struct lm_var var[5];
	const char *weight, *key;
	const char *const cluster[2];
	int origin;
	double level;
};

static const struct job jobs[] = {
	{ .name = "plain", .var = { { "a", 1, NULL }, { "b", 1, NULL }, { "c", 1, "" } }, .cluster = { "k" } },
	{ .name = "missing", .var = { { "a", 1, NULL }, { "b", 1, NULL }, { "c", 1, "" } }, .cluster = { "k" }, .level = 0.8 },
	{ .name = "weights", .var = { { "a", 1, NULL }, { "b", 1, NULL } }, .weight = "wt", .cluster = { "k" } },
	{ .name = "factor", .var = { { "a", 1, NULL }, { "stage", 0, NULL } }, .cluster = { "k" } },
	{ .name = "factors", .var = { { "stage", 0, "late" }, { "a", 1, NULL }, { "block", 0, "" } }, .weight = "wt", .cluster = { "k" } },
	{ .name = "origin", .var = { { "a", 1, NULL }, { "b", 1, NULL } }, .cluster = { "k" }, .origin = 1 },
	{ .name = "cells", .var = { { "stage", 0, "" }, { "block", 0, "" }, { "a", 1, "" } }, .weight = "wt", .cluster = { "k" }, .origin = 1 },
	{ .name = "aliased", .var = { { "a", 1, "" }, { "b", 1, "" }, { "s", 1, "" }, { "one", 1, "" }, { "c", 1, "" } }, .cluster = { "k" } },
	{ .name = "groups", .var = { { "a", 1, NULL }, { "b", 1, NULL } }, .key = "stage", .cluster = { "k" } },
	{ .name = "groupw", .var = { { "a", 1, NULL }, { "b", 1, NULL } }, .key = "stage", .weight = "wt", .cluster = { "k" } },
	{ .name = "powers", .var = { { "c", 1, NULL }, { "a", 3, NULL } }, .weight = "wt", .cluster = { "k" } },
	{ .name = "clusters", .var = { { "a", 1, NULL }, { "c", 1, NULL } }, .cluster = { "stage", "k" } },
};

static const char *const response = "y";

static struct lm *
models(const struct job *j, struct lm_view view, struct group *g)
{
	struct lm_spec s = { .key[LM_BY_CLUSTER] = j->cluster, .var = j->var, .y = &response, .ny = 1, .weight = j->weight, .intercept = !j->origin };

	while (s.nvar < 5 && j->var[s.nvar].name != NULL)
		s.nvar++;
	view.level = j->level > 0 ? j->level : 0.95;
	while (view.errors == LM_CLUSTER && s.nkey[LM_BY_CLUSTER] < 2 && j->cluster[s.nkey[LM_BY_CLUSTER]] != NULL)
		s.nkey[LM_BY_CLUSTER]++;
	return lm_new(&s, &view, g);
}

static struct text
text_of(const struct data *d, size_t row, const char *column)
{
	const char *s = d->field[row][data_column(d, column)];

	return (struct text){ s, strlen(s) };
}

/* Row i of the data, from 1, as an observation, lent until the next one. */
static const struct obs *
observe(const struct data *d, size_t i, const struct job *j, struct group *g)
{
	static double num[6];
	static struct text text[8], key;
	static struct obs o;
	size_t n = 0, t = 0;

	for (size_t v = 0; v < 5 && j->var[v].name != NULL; v++)
		if (j->var[v].degree > 0)
			num[n++] = number(text_of(d, i, j->var[v].name).s);
		else
			text[t++] = text_of(d, i, j->var[v].name);
	num[n] = number(text_of(d, i, response).s);
	for (size_t c = 0; c < 2 && j->cluster[c] != NULL; c++)
		text[t++] = text_of(d, i, j->cluster[c]);
	o = (struct obs){ .weight = j->weight != NULL ? number(text_of(d, i, j->weight).s) : 1, .num = num, .text = text };
	if (j->key != NULL) {
		key = text_of(d, i, j->key);
		o.group = group_of(g, &key);
	}
	return &o;
}

static struct data table, want;

/* The models of a job over the table, solved; its rows from the last to the first
 * with back. */
static struct lm *
solved(const struct job *j, enum lm_errors errors, struct group *g, int back)
{
	struct lm *m = models(j, (struct lm_view){ .errors = errors }, g);

	for (size_t i = 1; i <= table.nrow; i++)
		if (lm_add(m, observe(&table, back ? table.nrow + 1 - i : i, j, g)) != NULL)
			test_ok(0, "%s: a row", j->name);
	lm_solve(m, NULL);
	for (size_t i = 1; errors > LM_CLASSICAL && errors < LM_CLUSTER && i <= table.nrow; i++)
		if (lm_score(m, observe(&table, i, j, g)) != NULL)
			test_ok(0, "%s: a row read again", j->name);
	if (errors > LM_CLASSICAL && errors < LM_CLUSTER)
		lm_score_end(m);
	return m;
}

static int
differ(const struct lm_coef *c, const char (*f)[WIDTH])
{
	return (strcmp(c->y, f[0]) != 0) + (strcmp(c->term, f[1]) != 0) + !near(c->estimate, f[2]) + !near(c->std_error, f[3]) +
	    !near(c->statistic, f[4]) + !near(c->p_value, f[5]) + !near(c->conf_low, f[6]) + !near(c->conf_high, f[7]) +
	    !near(c->beta, f[8]) + !near(c->vif, f[9]);
}

static void
test_coefs(const struct job *j, enum lm_errors errors, const char *suffix, int back)
{
	struct group *g = group_new(&j->key, j->key != NULL);
	struct lm *m = solved(j, errors, g, back);
	size_t *order = group_order(g), row = 0, bad = 0, key = j->key != NULL;
	struct lm_coef c;

	data_read(&want, j->name, suffix);
	for (size_t k = 0; k < group_count(g); k++)
		for (size_t i = 0; i < lm_terms(m) && ++row <= want.nrow; i++) {
			lm_coef(m, order[k], 0, i, &c);
			bad += (size_t)differ(&c, (const char(*)[WIDTH])want.field[row] + key);
			bad += key && strcmp(group_key(g, order[k], 0), want.field[row][0]) != 0;
			bad += c.group != order[k];
		}
	test_ok(bad == 0 && row == want.nrow, "%s%s%s: %zu terms of %zu, %zu numbers wrong", j->name, suffix,
	    back ? ", from behind" : "", row, want.nrow, bad);
	free(order);
	lm_free(m);
	group_free(g);
}

static void
test_fits(const struct job *j)
{
	struct group *g = group_new(&j->key, j->key != NULL);
	struct lm *m = solved(j, LM_CLASSICAL, g, 0);
	size_t *order = group_order(g), bad = 0;
	struct lm_fit f;

	data_read(&want, j->name, ".fit");
	for (size_t k = 0; k < group_count(g); k++) {
		lm_fit(m, order[k], 0, &f);
		const double x[] = { f.n, f.missing, f.rank, f.df, f.df_residual, f.r_squared, f.adj_r_squared, f.sigma,
		    f.f_statistic, f.f_p_value, f.log_lik, f.aic, f.bic, f.condition };

		for (size_t i = 0; i < 14 && data_column(&want, "y") + 1 + i < want.ncol; i++)
			bad += !near(x[i], want.field[k + 1][data_column(&want, "y") + 1 + i]);
		bad += f.group != order[k] || strcmp(f.y, "y") != 0;
	}
	test_ok(bad == 0, "%s: the fit, %zu numbers wrong", j->name, bad);
	free(order);
	lm_free(m);
	group_free(g);
}

static void
test_rows(const struct job *j)
{
	struct group *g = group_new(&j->key, j->key != NULL);
	struct lm *m = solved(j, LM_CLASSICAL, g, 0);
	struct ls_row r;
	size_t bad = 0;

	data_read(&want, j->name, ".rows");
	for (size_t i = 1; i <= table.nrow; i++) {
		bad += lm_row(m, observe(&table, i, j, g), observe(&table, i, j, g)->group, 0, &r) != NULL;
		const double x[] = { r.fitted, r.residual, r.hat, r.std_residual, r.cooks_d };

		for (size_t l = 0; l < 5; l++)
			bad += !near(x[l], want.field[i][l]);
	}
	test_ok(bad == 0, "%s: the rows, %zu numbers wrong", j->name, bad);
	lm_free(m);
	group_free(g);
}

/* ---- what R has no table of --------------------------------------------------------------- */

/* The sum of squares that a fit leaves. */
static double
left(const struct lm_fit *f)
{
	return f->df_residual > 0 ? f->sigma*f->sigma*f->df_residual : 0;
}

/* Chow's F is that of the sums of squares which fits of the clusters alone leave. */
static void
test_chow(const struct job *j)
{
	struct job alone = { .name = j->name, .weight = j->weight, .key = j->cluster[0], .origin = j->origin, .level = j->level };
	struct group *g = group_new(NULL, 0), *ga = group_new(&alone.key, 1);
	struct lm *m = solved(j, LM_CLUSTER, g, 0), *parts;
	struct lm_fit f, one;
	double rank = 0, within = 0, want_f;

	memcpy(alone.var, j->var, sizeof alone.var);
	parts = solved(&alone, LM_CLASSICAL, ga, 0);
	lm_fit(m, 0, 0, &f);
	for (size_t k = 1; k < group_count(ga); k++) {
		lm_fit(parts, k, 0, &one);
		rank += one.rank;
		within += left(&one);
	}
	want_f = (left(&f) - within)/(rank - f.rank)/(within/(f.n - rank));
	test_ok(f.f_chow_df1 == rank - f.rank && f.f_chow_df2 == f.n - rank, "%s: df of clusters alone: %g, %g", j->name,
	    f.f_chow_df1, f.f_chow_df2);
	test_num(f.f_chow, f.f_chow_df2 > 0 ? want_f : NAN, 1e-9, "%s: F of clusters alone", j->name);
	lm_free(m);
	lm_free(parts);
	group_free(g);
	group_free(ga);
}

/* The intervals of clusters drawn are about the estimates. */
static void
test_draws(const struct job *j)
{
	struct group *g = group_new(NULL, 0);
	struct lm *m = models(j, (struct lm_view){ .errors = LM_CLUSTER, .boot = 199, .bca = 1, .seed = 1 }, g);
	struct lm_coef c;
	size_t bad = 0;

	for (size_t i = 1; i <= table.nrow; i++)
		lm_add(m, observe(&table, i, j, g));
	lm_solve(m, NULL);
	for (size_t i = 0; i < lm_terms(m); i++) {
		lm_coef(m, 0, 0, i, &c);
		bad += !(c.boot_low < c.estimate && c.estimate < c.boot_high);
	}
	test_ok(bad == 0, "%s: %zu of %zu terms are not in the interval of their draws", j->name, bad, lm_terms(m));
	lm_free(m);
	group_free(g);
}

/* y on x and, if twice, on another variable that is 2 x. */
static struct lm *
small(int twice, struct lm_view view, struct group *g)
{
	static const struct lm_var var[] = { { "x", 1, NULL }, { "x2", 1, NULL } };
	struct lm_spec s = { .var = var, .nvar = twice ? 2 : 1, .y = &response, .ny = 1, .intercept = 1 };

	view.level = 0.95;
	return lm_new(&s, &view, g);
}

static void
test_least_norm(void)
{
	static const double x[] = { 1, 2, 3, 4 }, y[] = { 2, 3, 7, 8 };
	struct group *g = group_new(NULL, 0);
	struct lm *m = small(1, (struct lm_view){ .min_norm = 1 }, g);
	struct lm_coef a, b;
	struct lm_fit f;

	for (int i = 0; i < 4; i++)
		lm_add(m, &(struct obs){ .weight = 1, .num = (const double[]){ x[i], 2*x[i], y[i] } });
	lm_solve(m, NULL);
	lm_coef(m, 0, 0, 1, &a);
	lm_coef(m, 0, 0, 2, &b);
	lm_fit(m, 0, 0, &f);
	test_ok(fabs(a.beta - b.beta) < 1e-14 && fabs(a.estimate - 1.1) < 1e-14 && fabs(b.estimate - 0.55) < 1e-14 &&
	    isnan(a.std_error) && f.rank == 2, "two copies share the slope 2.2: %g and %g", a.estimate, b.estimate);
	lm_free(m);
	group_free(g);
}

static void
test_faults(void)
{
	static const struct lm_var var[] = { { "f", 0, NULL }, { "x", 1, NULL }, { "z", 3, NULL } };
	static const struct text u[] = { { "u", 1 }, { "v", 1 }, { "", 0 } };
	struct lm_spec s = { .var = var, .nvar = 3, .y = &response, .ny = 1, .intercept = 1 };
	struct group *g = group_new(NULL, 0);
	struct lm *m = lm_new(&s, &(struct lm_view){ .level = 0.95 }, g);
	struct obs o = { .weight = 1, .num = (const double[]){ 1e308, 1e200, 1 }, .text = u };
	const struct lm_fault *bad = lm_add(m, &o);
	struct ls_row r;

	test_ok(bad != NULL && bad->at == 1 && bad->power == 2, "a power out of range: number %zu", bad ? bad->at : 9);
	o.num = (const double[]){ 1, 2, 3 };
	test_ok(lm_add(m, &o) == NULL, "the next one");
	o.text = u + 2;
	test_ok(lm_add(m, &o) == NULL, "a missing level");
	lm_solve(m, NULL);
	o.text = u + 1;
	bad = lm_row(m, &o, o.group, 0, &r);
	test_ok(bad != NULL && bad->at == 0 && bad->power == 0, "a level not met before: text %zu", bad ? bad->at : 9);
	bad = lm_score(m, &o);
	test_ok(bad != NULL && bad->at == 0 && bad->power == 0, "the same in the second pass");
	lm_free(m);
	group_free(g);
}

/* ---- states -------------------------------------------------------------------------------- */

static struct opts opts;

/* Files of this test.  Each is a new one, since what was read cannot be written any
 * more; they are there to the end, lest another gets the inode of one that was read. */
static char made[64][20];
static size_t nmade;

static char *
new_path(void)
{
	char *path = strcpy(made[nmade++], "/tmp/hglmXXXXXX");

	close(mkstemp(path));
	return path;
}

/* Parts of three rows' distance, and the whole: the same but for rounding, and the
 * same bits in any order. */
static void
test_merge(const struct job *j)
{
	char na[] = "NA";
	struct origin from[2];
	char *path[] = { new_path(), new_path(), new_path() }, *forth[] = { path[0], path[1], path[2] };
	char *back[] = { path[2], path[0], path[1] };
	struct group *g = group_new(&j->key, j->key != NULL), *ga, *gb;
	struct lm *whole = solved(j, LM_CLASSICAL, g, 0), *a, *b;
	double worst = 0;
	int bad = 0;

	for (size_t n = 0; n < 3; n++) {
		struct group *pg = group_new(&j->key, j->key != NULL);
		struct lm *m = models(j, (struct lm_view){ 0 }, pg);
		struct out *o = out_open(path[n], 1, 1, 1);

		for (size_t i = 1 + n; i <= table.nrow; i += 3)
			lm_add(m, observe(&table, i, j, pg));
		lm_save(m, o, &(struct origin){ .na = na });
		out_close(o);
		lm_free(m);
		group_free(pg);
	}
	a = lm_merge(forth, 3, &opts, &(struct lm_view){ .level = 0.95 }, &ga, &from[0]);
	b = lm_merge(back, 3, &opts, &(struct lm_view){ .level = 0.95 }, &gb, &from[1]);
	lm_solve(a, NULL);
	lm_solve(b, NULL);
	for (size_t i = 0; i < lm_terms(whole); i++) {
		struct lm_coef c, d, e;

		lm_coef(whole, 0, 0, i, &c);
		lm_coef(a, 0, 0, i, &d);
		lm_coef(b, 0, 0, i, &e);
		worst = fmax(worst, fabs(d.estimate/c.estimate - 1));
		worst = fmax(worst, fabs(d.std_error/c.std_error - 1));
		bad += d.estimate != e.estimate || d.p_value != e.p_value || strcmp(c.term, d.term) != 0;
	}
	test_ok(worst < 1e-13 && !bad, "%s: three parts: %.1g off, %d numbers depend on their order", j->name, worst, bad);
	lm_free(whole);
	lm_free(a);
	lm_free(b);
	group_free(g);
	group_free(ga);
	group_free(gb);
	origin_free(&from[0]);
	origin_free(&from[1]);
}

static void
unknown_reference(void *arg)
{
	static const struct lm_var var = { "f", 0, "none" };
	struct lm_spec s = { .var = &var, .nvar = 1, .y = &response, .ny = 1, .intercept = 1 };
	struct group *g = group_new(NULL, 0);
	struct lm *m = lm_new(&s, &(struct lm_view){ .level = 0.95 }, g);
	char level[16];

	for (int i = 0; i < 22; i++) {
		snprintf(level, sizeof level, "l%d", i);
		lm_add(m, &(struct obs){ .weight = 1, .num = (const double[]){ i }, .text = &(struct text){ level, strlen(level) } });
	}
	lm_solve(m, arg);
}

int
main(void)
{
	static const char *const hc[] = { [LM_CLASSICAL] = ".coef", ".hc0", ".hc1", ".hc2", ".hc3", ".cluster" };
	struct child c;

	err_init("test");
	opts_init(&opts);
	opts.threads = 1;
	if (freopen("/dev/null", "w", stderr) == NULL || setvbuf(stderr, NULL, _IONBF, 0) != 0)
		return 1;               /* warnings are of no interest */
	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
		data_read(&table, jobs[i].name, "");
		for (int e = LM_CLASSICAL; e <= LM_CLUSTER; e++)
			test_coefs(&jobs[i], (enum lm_errors)e, hc[e], 0);
		test_coefs(&jobs[i], LM_CLASSICAL, ".coef", 1);
		test_fits(&jobs[i]);
		test_rows(&jobs[i]);
		if (jobs[i].key == NULL && jobs[i].cluster[1] == NULL)
			test_chow(&jobs[i]);
		if (strcmp(jobs[i].name, "plain") == 0 || strcmp(jobs[i].name, "weights") == 0)
			test_draws(&jobs[i]);
		if (strcmp(jobs[i].name, "aliased") != 0 && jobs[i].level == 0)
			test_merge(&jobs[i]);
	}
	test_least_norm();
	test_faults();
	c = child_run(unknown_reference, "rows");
	test_ok(child_died(&c, "rows", "--factor: f has no level \"none\", only l0, l1, ") && strstr(c.msg, "l19, ...") != NULL, "%s", c.msg);
	while (nmade > 0)
		unlink(made[--nmade]);
	return test_end();
}
