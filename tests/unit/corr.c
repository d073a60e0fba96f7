/* Correlations of arrays: no table, no file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stat.h"
#include "table.h"
#include "test.h"

enum { ROWS = 600 };

static const char *const name[] = { "x", "z", "y", "c" };
static double row[ROWS][4];
static size_t group[ROWS];

/* Rows in three groups; y goes with x in each, c with both; some z are missing. */
static void
make_rows(void)
{
	unsigned long long seed = 7;

	for (int i = 0; i < ROWS; i++) {
		double *v = row[i];

		group[i] = (size_t)(i % 3 + 1);
		v[3] = table_random(&seed);
		v[0] = table_random(&seed) + v[3];
		v[1] = i % 7 == 0 ? NAN : table_random(&seed);
		v[2] = v[0] + table_random(&seed) + v[3];
	}
}

/* r of columns a and b of the rows of group k (0: of all) that have both, by its
 * definition. */
static double
plain_r(size_t k, int a, int b)
{
	double n = 0, sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;

	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < ROWS; i++) {
			double x = row[i][a], y = row[i][b];

			if ((k != 0 && group[i] != k) || isnan(x) || isnan(y))
				continue;
			if (pass == 0) {
				n++;
				sx += x;
				sy += y;
			} else {
				xx += (x - sx/n)*(x - sx/n);
				yy += (y - sy/n)*(y - sy/n);
				xy += (x - sx/n)*(y - sy/n);
			}
		}
	return xy/sqrt(xx*yy);
}

static struct group *
make_groups(void)
{
	static const char *const key[] = { "stage" }, *const stage[] = { "late", "early", "mid" };
	struct group *g = group_new(key, 1);

	for (int i = 0; i < 3; i++)
		group_of(g, &(struct text){ stage[i], strlen(stage[i]) });
	return g;
}

static struct corr *
correlate(const struct corr_spec *spec, const struct corr_view *view, struct group *g)
{
	struct corr *c = corr_new(spec, view, g);

	for (int i = 0; i < ROWS; i++)
		corr_add(c, &(struct obs){ .group = group[i], .weight = 1, .num = row[i] });
	corr_solve(c);
	return c;
}

static void
test_groups(void)
{
	const struct corr_spec spec = { .name = name, .nx = 2, .ny = 1 };
	const struct corr_view view = { .method = { CORR_PEARSON, CORR_SPEARMAN }, .nmethod = 2, .level = 0.95 };
	struct group *g = make_groups();
	struct corr *c = correlate(&spec, &view, g);
	struct corr_row r[4];

	for (size_t k = 0; k < 4; k++) {
		size_t n = corr_rows(c, k, 0, r);

		test_ok(n == 4 && r[0].group == k && strcmp(r[0].x, "x") == 0 && strcmp(r[2].x, "z") == 0 &&
		    strcmp(r[3].y, "y") == 0 && r[1].method == CORR_SPEARMAN, "group %zu: predictor by predictor", k);
		test_ok(fabs(r[0].r - plain_r(k, 0, 2)) < 1e-14, "x: r %.17g, %.17g by definition", r[0].r, plain_r(k, 0, 2));
		test_ok(fabs(r[2].r - plain_r(k, 1, 2)) < 1e-14, "z: r %.17g, %.17g by definition", r[2].r, plain_r(k, 1, 2));
		test_ok(r[0].n + r[0].missing == corr_rows_of(c, k) && r[2].missing > r[0].missing, "%g rows and %g, less %g",
		    corr_rows_of(c, k), r[0].missing, r[2].missing);
		test_ok(r[0].ci_low < r[0].r && r[0].r < r[0].ci_high && isnan(r[1].ci_low), "an interval of Pearson's r alone");
		test_ok(r[0].q == 2*r[0].p && r[2].q == r[2].p, "q among the p of one method: %g %g", r[0].q, r[2].q);
	}
	test_ok(corr_rows_of(c, 0) == ROWS, "group 0 is the pooled rows");
	corr_free(c);
	group_free(g);
}

/* A partial r from three plain ones: Yule, 1907. */
static void
test_controls(void)
{
	const struct corr_spec spec = { .name = (const char *const[]){ "x", "y", "c" }, .nx = 1, .ny = 1, .nc = 1 };
	const struct corr_view view = { .method = { CORR_PEARSON }, .nmethod = 1, .level = 0.95 };
	struct group *g = group_new(NULL, 0);
	struct corr *c = corr_new(&spec, &view, g);
	double xy = plain_r(0, 0, 2), xc = plain_r(0, 0, 3), yc = plain_r(0, 2, 3), want;
	struct corr_row r;

	for (int i = 0; i < ROWS; i++)
		corr_add(c, &(struct obs){ .weight = 1, .num = (double[]){ row[i][0], row[i][2], row[i][3] } });
	corr_solve(c);
	corr_rows(c, 0, 0, &r);
	want = (xy - xc*yc)/sqrt((1 - xc*xc)*(1 - yc*yc));
	test_ok(fabs(r.r - want) < 1e-13, "partial r %.17g, %.17g by Yule's formula", r.r, want);
	corr_free(c);
	group_free(g);
}

/* r of x and y beside two names, or beside a column of 0 and 1 for each of their levels. */
static double
beside_names(int columns)
{
	static const char *const level[] = { "a", "b", "c", "d", "e" };
	const struct corr_spec names = { .name = (const char *const[]){ "x", "y" }, .nx = 1, .ny = 1,
	    .within = (const char *const[]){ "f", "h" }, .nname = 2 };
	const struct corr_spec numbers = { .name = (const char *const[]){ "x", "y", "1", "2", "3", "4", "5", "6", "7", "8" },
	    .nx = 1, .ny = 1, .nc = 8 };
	const struct corr_view view = { .method = { CORR_PEARSON }, .nmethod = 1, .level = 0.95 };
	struct group *g = group_new(NULL, 0);
	struct corr *c = corr_new(columns ? &numbers : &names, &view, g);
	struct corr_row r;

	for (int i = 0; i < ROWS; i++) {
		int f = i*i % 7 % 3, h = i % 5;
		double v[10] = { row[i][0], row[i][2] };
		const struct text text[2] = { { level[f], 1 }, { level[h], 1 } };

		v[2 + f] = v[5 + h] = 1;
		corr_add(c, &(struct obs){ .weight = 1, .num = v, .text = text });
	}
	corr_solve(c);
	corr_rows(c, 0, 0, &r);
	corr_free(c);
	group_free(g);
	return r.p;
}

static void
test_names(void)
{
	test_num(beside_names(0), beside_names(1), 1e-12, "p beside names is that beside their columns");
}

/* Whole weights are so many rows. */
static void
test_weights(void)
{
	const struct corr_spec plain = { .name = (const char *const[]){ "x", "y" }, .nx = 1, .ny = 1 };
	struct corr_spec weighted = plain;
	const struct corr_view view = { .method = { CORR_PEARSON }, .nmethod = 1, .level = 0.95 };
	struct group *g = group_new(NULL, 0);
	struct corr *c, *w;
	struct corr_row r[2];

	weighted.weight = "w";
	c = corr_new(&plain, &view, g);
	w = corr_new(&weighted, &view, g);
	for (int i = 0; i < 50; i++) {
		const double v[] = { row[i][0], row[i][2] };

		corr_add(w, &(struct obs){ .weight = i % 4, .num = v });
		for (int k = 0; k < i % 4; k++)
			corr_add(c, &(struct obs){ .weight = 1, .num = v });
	}
	corr_add(w, &(struct obs){ .weight = NAN, .num = row[60] });
	corr_solve(c);
	corr_solve(w);
	corr_rows(c, 0, 0, &r[0]);
	corr_rows(w, 0, 0, &r[1]);
	test_ok(fabs(r[0].r - r[1].r) < 1e-14, "weights: r %.17g, of so many rows %.17g", r[1].r, r[0].r);
	test_ok(r[1].n == 37 && r[1].missing == 1, "a weight of 0 is no row, a missing one a row not used: %g, %g", r[1].n,
	    r[1].missing);
	corr_free(c);
	corr_free(w);
	group_free(g);
}

static void
test_matrix(void)
{
	const struct corr_spec spec = { .name = name, .nx = 3, .matrix = 1 };
	const struct corr_view view = { .method = { CORR_PEARSON, CORR_KENDALL }, .nmethod = 2 };
	struct group *g = make_groups();
	struct corr *c = correlate(&spec, &view, g);

	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < 3; j++)
			test_ok(corr_r(c, 2, 0, i, j) == corr_r(c, 2, 0, j, i) &&
			    fabs(corr_r(c, 2, 0, i, j) - plain_r(2, (int)i, (int)j)) < 1e-14, "matrix %zu %zu: %.17g", i, j,
			    corr_r(c, 2, 0, i, j));
	test_ok(corr_r(c, 0, 1, 1, 1) == 1, "tau of a variable with itself");
	corr_free(c);
	group_free(g);
}

int
main(void)
{
	err_init("test");
	make_rows();
	test_groups();
	test_controls();
	test_names();
	test_weights();
	test_matrix();
	return test_end();
}
