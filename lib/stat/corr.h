/* corr.h - what the files of the correlation engine share. */
#ifndef CORR_H
#define CORR_H

#include "stat.h"

struct pair { size_t x, y; };           /* two variables */
struct within;

/* moments.c - co-moments by group and pair -------------------------------------------------- */

/* Rows of a group wait, and join its co-moments together: a column is centred once for all
 * pairs that it is in.  The sums of a group depend on its own rows alone. */
struct moments;

/* nv variables; the pairs are lent. */
struct moments *moments_new(size_t nv, const struct pair *pair, size_t npair, int weighted);

/* v has nv numbers, NaN where one is missing; k is the group. */
void moments_add(struct moments *m, size_t k, const double *v, double weight);
void moments_flush(struct moments *m);

/* Of a group, flushed, the co-moments of pair i; empty ones if it has none. */
struct comom moments_of(const struct moments *m, size_t k, size_t i);

/* Of all pairs together, as long as they have the same rows: behind the variables the centred
 * sums of products of the pairs.  Those of a group, NULL if it has none such; how many bytes
 * they take. */
struct moments_whole { double n, w; struct comom_var var[]; };
struct moments_whole *moments_whole(const struct moments *m, size_t k);
struct dd *moments_products(const struct moments *m, struct moments_whole *o);
size_t moments_size(const struct moments *m);

/* A group, flushed, gets those of all pairs; those of pair i; those of a group of others. */
void moments_join(struct moments *m, size_t k, struct moments_whole *o);
void moments_join_pair(struct moments *m, size_t k, size_t i, const struct comom *c);
void moments_merge(struct moments *m, size_t k, const struct moments *other, size_t from);
void moments_free(struct moments *m);

/* Co-moments of columns x and y of n rows. */
void moments_columns(struct comom *c, const double *x, const double *y, ptrdiff_t n);

/* factors.c - triangular factors by group ----------------------------------------------------- */

struct factors;

/* count factors of p columns for each group. */
struct factors *factors_new(ptrdiff_t p, size_t count);
struct tri *factors_of(struct factors *f, size_t group);
void factors_free(struct factors *f);

/* values.c - values by group, for ranks -------------------------------------------------------- */

struct values;

/* The last nname variables are never ranked. */
struct values *values_new(size_t nv, size_t nname);
void values_add(struct values *s, size_t group, const double *v);

/* Takes in hand the rows of group k of n, or of all for group 0; ranked, ranks each
 * variable that has no gap there, once for all pairs. */
void values_group(struct values *s, size_t k, size_t n, int ranked);

/* Variable v of all rows, which is a key, becomes its place in the order of keys. */
void values_order(struct values *s, size_t v, const struct within *w);

/* Columns var[0..nvar) of those rows in hand, *n of them, that have a value in the
 * last two; the caller frees the first.  Ranked, each column is the ranks of these rows. */
double *values_columns(const struct values *s, const size_t *var, size_t nvar, int ranked, ptrdiff_t *n);
void values_free(struct values *s);

/* within.c - cells: the rows of a group that have the same keys --------------------------------- */

#define WITHIN_NONE ((size_t)-1)

/* Keys of njoint texts that are one name together, and of nname that are each its own: a
 * key has a part for each name, and of each part a level. */
struct within *within_new(size_t njoint, size_t nname);
void within_free(struct within *w);

/* The key of these texts, WITHIN_NONE if one is empty; the cell of a group and a key. */
size_t within_key(struct within *w, const struct text *text);
size_t within_cell(struct within *w, size_t group, size_t key);
size_t within_cells(const struct within *w);
const char *within_text(const struct within *w, size_t key, size_t i);

/* Parts, the first of which is that of njoint texts if there are such; how many are names of
 * their own; levels of a part; the level of a key; whether a part of one text has this level. */
size_t within_parts(const struct within *w);
size_t within_names(const struct within *w);
size_t within_levels(const struct within *w, size_t part);
size_t within_level(const struct within *w, size_t key, size_t part);
int within_has(const struct within *w, size_t part, const char *text);

/* All rows were added: the keys get their order, by the levels of the part that is absorbed
 * first, which are in the order of groups: the joint one, or else the one of most levels. */
void within_end(struct within *w);
size_t within_absorbed(const struct within *w);
size_t within_place(const struct within *w, size_t key);
size_t within_at(const struct within *w, size_t place);

/* All cells, by group and then by key as both are printed, or by key and then by group;
 * the caller frees them. */
struct cell {
	size_t cell, group, key;
	size_t first, second;           /* the places in these orders */
};
struct cell *within_list(struct within *w, const struct group *g, int by_key, size_t *n);

/* A cell more joins the sums within keys, of which keys have rows so far: sum is made new
 * with the first.  Its n is the number of rows less that of the keys but one, as if the
 * others' means were controls. */
void within_add(struct comom *sum, double *keys, const struct comom *cell);

/* The sums by cell of c become sums by group. */
void within_solve(struct corr *c);

/* n rows in columns, the first of which is the key, become sorted by it. */
void within_sort(double *a, size_t ncol, ptrdiff_t n);

/* absorb.c - names taken out of triangular factors ------------------------------------------------ */

struct absorb;

/* The sum, which is empty, gets the rows of the cells of n keys, less what the names explain:
 * below its first row, in which is the norm of what the controls among them explain of each
 * column.  Cells come in the order of keys, and are flushed.  Its n is the number of rows
 * less that of the names' independent levels but one, which absorb_end returns. */
struct absorb *absorb_new(const struct within *w, struct tri *sum, const size_t *key, size_t n);
void absorb_add(struct absorb *a, size_t key, struct tri *cell);
double absorb_end(struct absorb *a);

/* corr.c --------------------------------------------------------------------------------------- */

/* Why there is no r: too few rows; a variable is constant, or depends on the
 * controls; numbers beyond the range of what can be squared. */
enum corr_why { CORR_FINE, CORR_FEW, CORR_X_CONSTANT, CORR_Y_CONSTANT, CORR_X_DEPENDS, CORR_Y_DEPENDS, CORR_RANGE };

struct corr_result {
	double n, r, rest;              /* rest: 1 - r^2 from the sums; of tau NaN */
	double p, q;                    /* two-sided, and adjusted in its family */
	double df, clusters;            /* of p, with clusters */
	double p_perm, p_max;           /* by permuting the response */
	double boot_low, boot_high;     /* by drawing rows */
	ptrdiff_t controls;             /* those that are independent */
	double absorbed;                /* keys within which it is, but one */
	enum corr_why why;
};

/* One pair over the groups of a set. */
struct corr_pooled {
	size_t group;                   /* one of them */
	double n, missing;              /* rows */
	double q;
	struct meta_effect effect;      /* r */
};

struct corr {
	struct corr_spec spec;          /* with texts of its own */
	struct corr_view view;
	char **name, **key, *weight;    /* these; behind the keys of within the controls that are names, and the keys of clusters */
	int *degree;
	struct group *group;            /* lent */
	size_t nv;                      /* variables: nx + ny + nc */
	struct pair *pair;
	size_t npair, nfactor;          /* nfactor: with controls, one for each pair, or one for all */
	ptrdiff_t nc, p;                /* columns of controls; of a triangular factor: 1, the controls, x, y */
	struct sums {
		double rows;
		double first, last;     /* extremes of the number behind the variables */
	} *sums;                        /* by group */
	size_t ngroup, cap;
	double gaps;                    /* rows that lack a variable */
	double *row, *rowlo;            /* of a triangular factor */
	double *numbers;                /* of a row whose values are kept */
	struct lm_fault fault;          /* the last one */
	struct moments *moments;        /* Pearson's, without controls */
	struct factors *factors;        /* and with controls */
	struct values *values;          /* Spearman's, Kendall's; behind the variables key, cluster, weight */
	struct within *within;          /* then moments and factors are by cell, until solved; else NULL */
	struct within *cluster;         /* numbers the clusters */
	struct slopes *slopes;          /* with clusters, by Pearson */
	double *keys;                   /* within: how many have rows, by group and pair */
	struct corr_result *result;     /* by group, method, pair */
	struct meta *meta;              /* with pool; else NULL */
	struct corr_pooled *pooled;     /* by set and pair */
	size_t npooled;
	double z;                       /* the normal quantile of the intervals */
};

/* Sums of group k, which are new if the group is. */
struct sums *corr_sums(struct corr *c, size_t k);

/* The key of these texts, WITHIN_NONE if one is empty.  Dies of a control of too many levels. */
size_t corr_key(struct corr *c, const struct text *text);

/* The key of a value that was kept of one. */
size_t corr_kept_key(const struct corr *c, double v);

/* No row waits in a block, and there are sums of each group. */
void corr_ready(struct corr *c);

/* Of group k by the m-th method of the view, pair i. */
struct corr_result *corr_result(const struct corr *c, size_t k, int m, size_t i);

/* corr_save.c - the sums of a pair in a state, in their order: their names, and where
 * they stand in a struct comom, as offsets; lo 0: there are no low parts. */
enum { CORR_SUMS = 11 };
extern const struct corr_sum {
	const char *name;
	size_t hi, lo;
} corr_sum[CORR_SUMS];
double *corr_sum_at(struct comom *m, size_t offset);

/* compare.c: whether two r differ.  In one group: r of shared with each of name, between of
 * these; t of Williams (1959), with df.  In two: of shared and the first name; z of Fisher.
 * p is two-sided, q adjusted among those of one shared variable and group, or of one pair,
 * or all.  NaN where undefined.  As many as *n; the caller frees them. */
struct corr_compare {
	size_t group[2];
	const char *shared, *name[2];
	double n[2], r[2], between, statistic, df, p, q;
};
struct corr_compare *corr_comparisons(const struct corr *c, size_t *n);

/* The table of what is compared. */
void corr_put_compare(const struct corr *c, struct csv_writer *w);

/* corr_pool.c: pools each pair over the groups in which r has a variance; its rows. */
void corr_pool(struct corr *c);
void corr_put_pooled(const struct corr *c, struct csv_writer *w);

/* resample.c: p_perm and p_max of each result, from the values. */
void corr_permute(struct corr *c);

/* slopes.c: linear models of y on the controls and x, for clusters; a row that counts; all
 * were added: the fits; the coefficient of x of pair i in group k; warns of few clusters. */
struct slopes *slopes_new(const struct corr *c);
void slopes_add(const struct corr *c, const struct obs *o, size_t key);
void slopes_solve(struct corr *c);
void slopes_coef(const struct corr *c, size_t k, size_t i, struct lm_coef *coef);
void slopes_warn(const struct corr *c);
void slopes_free(struct slopes *l, size_t nx);

/* boot.c: boot_low and boot_high of each result, from the values. */
void corr_boot(struct corr *c);

/* redraw.c: r of rows drawn from n, by Pearson or Spearman, beside controls, within keys and with
 * weights.  All columns are lent: the keys as they are kept, controls behind each other; at most
 * room rows are drawn at a time.  NaN where it is undefined. */
struct redraw_columns {
	size_t n;
	const double *key, *weight, *control, *x, *y;
};
struct redraw *redraw_new(const struct corr *c, enum corr_method method, const struct redraw_columns *v, size_t room);
double redraw_r(struct redraw *d, const size_t *row, size_t n);
void redraw_free(struct redraw *d);

/* signif.c - p of each result, and q; not of a matrix, which shows none. */
void corr_significance(struct corr *c);

/* corr_merge.c --------------------------------------------------------------------------------- */

/* What one state has of one group, or with --within of one cell: co-moments by pair, or
 * triangular factors. */
struct corr_part {
	size_t group;                   /* or the cell */
	struct comom *pair;
	struct tri *factor;
	double *mem;                    /* of the factors */
};

/* Nothing in it yet: triangular factors without room for rows. */
struct corr_part corr_part_new(const struct corr *c, size_t group);

/* Merges the parts, group by group, and frees what they hold. */
void corr_parts_merge(struct corr *c, struct corr_part *part, size_t npart);

/* solve.c - r from the sums: fills c->result. */
void corr_results(struct corr *c);

/* The r of any two variables in group k, if the spec is joint. */
struct corr_result corr_between(const struct corr *c, size_t k, size_t x, size_t y);

#endif
