/* lm.h - what the files of the linear models share, and nobody else: terms.c,
 * lm.c, lm_keep.c, lm_note.c, lm_pool.c, means.c, clusters.c, lm_absorb.c, cr.c, wild.c, pairs.c, refit.c, cross.c,
 * chow.c, wald.c, scores.c, lm_out.c, lm_report.c, lm_save.c, lm_state.c, cluster_state.c.
 *
 * Of each model, which is a group and a response, one triangular factor is kept
 * (tri, in num.h).  All have the same columns: the intercept, the numbers of the
 * predictors in order, each with its powers, y, and the levels of factors as
 * they come: the sums are ready for a new level at any row.  When all rows were
 * added the columns of levels are sorted, and a model picks those of its terms.
 */
#ifndef LM_H
#define LM_H

#include "stat.h"

/* terms.c - predictors as columns ------------------------------------------------------- */

/* One of the numbers or texts whose product is a predictor of a formula: number at to a
 * power, or if power is 0 the levels of text at. */
struct multiplicand {
	size_t at;
	int power;
	int all;                        /* of a text: every level has a column, not all but one */
	size_t place, places;           /* of a power: which of how many columns of its term */
};

/* A predictor: a number, its powers up to degree, or if degree is 0 the levels of
 * a factor.  Of a formula: a product, with degree 0 if it has texts, and a level then is
 * one of each, whose numbers are in id; else with degree 1, or 2 if
 * it has powers. */
struct predictor {
	char *name;
	int degree;
	size_t from;                    /* its place in num, or in text, of an observation */
	char *reference;                /* the level left out, "": the first */
	struct map *levels;
	size_t *at, cap;                /* column of each level */
	size_t left_out;                /* the level without a term, or TABLE_NONE */
	size_t now;                     /* level of the row in hand */
	struct multiplicand *part;
	size_t npart, ntext;            /* of which are texts */
	size_t *id, id_cap;             /* ntext for each level, which are its key in levels too */
	size_t term;                    /* of the formula: a poly is several predictors */
};

/* A text of a formula, whose levels all predictors share. */
struct factor {
	char *name;
	struct map *levels;
	size_t *rank;                   /* of each level in the order of groups, when they were sorted */
	size_t *order;                  /* and the levels in it */
	size_t reference, now;          /* TABLE_NONE: none; the level of the row in hand */
	int contrasts;                  /* a term that is printed lacks a level of it */
	int key_only;                   /* it is in no such term: levels are met when all rows were added */
};

/* A column of the triangular factor: of predictor var the power, or if power is 0
 * the level. */
struct column {
	char *name;
	size_t var, level;
	int power;
};

struct terms {
	struct predictor *var;
	size_t nvar, nnum, ntext;       /* of which are numbers, factors */
	int intercept;
	struct column *col;             /* p columns, [iy] is y */
	size_t p, col_cap, iy;
	double *v, *vlo;                /* the row in hand: its columns, v + vlo */
	size_t v_cap, vlo_cap;
	ptrdiff_t *term;                /* chosen: columns of the k terms */
	size_t k;
	char *formula;                  /* in its one spelling, or NULL */
	struct factor *factor;          /* ntext of it, with a formula */
	size_t nterm, nabsorbed;        /* terms of it; the first are not printed */
	size_t *id;                     /* levels of the row in hand that make a product */
	size_t *key, nkey;              /* texts that what is absorbed is made of */
	size_t exact;                   /* the predictor that has no columns, its means being taken out; or TABLE_NONE */
};

void terms_init(struct terms *t, const struct lm_spec *s);
void terms_free(struct terms *t);

/* The number of a level of predictor i, with a new column if it is new, or
 * TABLE_NONE if it is new when the terms have been chosen.  Dies of a level too
 * many. */
size_t terms_level(struct terms *t, size_t i, const char *text);

/* v + vlo = the row of a whole observation, but for y.  Returns 1, or 0 and what
 * cannot be taken. */
int terms_set(struct terms *t, const struct obs *o, struct lm_fault *bad);

/* Sorts the columns of levels in the order of groups.  Returns where each column
 * was, which the caller frees. */
ptrdiff_t *terms_sort(struct terms *t);

/* Chooses the columns of the terms: intercept, predictors in their order, levels
 * but the reference.  Dies of a reference that no row has; input: what was read,
 * for that message, or NULL. */
void terms_choose(struct terms *t, const char *input);
const char *terms_name(const struct terms *t, size_t i);

/* lm_note.c - what there is to be said of models ------------------------------------------- */

/* Notes what is to be said of response j in group k, behind which it stands: a text
 * of mem_print, which is freed.  lm_say warns of all that was noted. */
void lm_note(struct lm *m, size_t j, size_t k, char *what);
void lm_say(struct lm *m);

/* The keys of the i-th cluster or fold, as a=1, b=2; the caller frees it. */
struct model;
char *lm_key_text(const struct lm *m, const struct model *model, int by, size_t i);

/* What a fit tells of itself. */
void lm_note_model(struct lm *m, size_t j, size_t k);

/* means.c - means by key ------------------------------------------------------------------ */

/* Rows of one key: their number and weight; by columns their means, x + x[p..2p), then the
 * least and the greatest numbers. */
struct mean {
	double n, w, wlo, *x;
	ptrdiff_t p;
};

struct means {
	struct map *keys;
	struct mean *of;                /* by number in the map */
	size_t n, cap, *order;          /* by the bytes of the keys, when they were sorted */
};

struct means *means_new(void);
void means_free(struct means *a);

/* The rows of m, of no fewer columns than those before, join those of a key.  If the key is
 * not new they leave a row about the means, row + row[p..2p): 1, else 0. */
int means_join(struct means *a, const char *key, size_t len, const struct mean *m, double *row);

/* All were added: p columns in the order of pick, and the keys in theirs. */
void means_end(struct means *a, const ptrdiff_t *pick, ptrdiff_t p);
void means_sort(struct means *a);

/* The i-th in order, and its key. */
const struct mean *means_get(const struct means *a, size_t i, const char **key, size_t *len);

/* row + row[p..2p): the mean times the root of the weight, which with the rows that are left
 * stands for all rows. */
void mean_row(const struct mean *m, double *row);

/* clusters.c - triangular factors by key ------------------------------------------------ */

/* The rows of one key: min and max of the columns, r and rlo by columns, upper triangles;
 * and rows that are not in these yet, x, lo and weight each. */
struct cluster {
	double n;                       /* rows in the sums */
	double logw, logw_lo;           /* as in struct tri */
	double *sums;
	ptrdiff_t p;                    /* columns of the sums, */
	ptrdiff_t width;                /* of the rows that wait */
	ptrdiff_t wait, room;           /* how many rows wait, have room */
	double *row, w;                 /* weights of all */
};

/* Rows that have not been given to their clusters: as they wait there, their keys behind
 * each other, and where each key ends. */
struct undealt {
	double *row;
	char *key;
	size_t *end;
	ptrdiff_t n, width;
	size_t key_cap;
};

struct clusters {
	struct map *keys;               /* texts, a NUL behind each */
	struct cluster *of;             /* by number in the map */
	size_t n, cap, *order;          /* by key, when all rows were added */
	struct undealt hand;
	int low;                        /* rows have low parts */
};

/* Where one cluster, or two to merge, are laid out: p columns, all there are by now. */
struct spare {
	ptrdiff_t p;
	struct tri tri[2];
};

void spare_size(struct spare *s, ptrdiff_t p);
void spare_free(struct spare *s);

/* low: rows will have low parts. */
struct clusters *clusters_new(int low);
void clusters_free(struct clusters *c);
void cluster_free(struct cluster *c);

/* The sums of c, but its weight, are those of t. */
void cluster_put(struct cluster *c, const struct tri *t);

/* One row more, of s->p columns. */
void clusters_add(struct clusters *all, const char *key, size_t len, const double *x, const double *lo, double w,
    struct spare *s);

/* All rows were added: orders the keys, and the columns by pick unless that is NULL.
 * work: tri_pick_work(s->p, s->p). */
void clusters_end(struct clusters *all, const ptrdiff_t *pick, struct spare *s, double *work);

/* all gets the rows of other, or of one cluster; behind clusters_merge its order is right. */
void clusters_merge(struct clusters *all, const struct clusters *other, struct spare *s);
void clusters_merge_one(struct clusters *all, const char *key, size_t len, const struct cluster *c, struct spare *s);

/* t, of s->p columns, gets the rows of all. */
void clusters_sum(const struct clusters *all, struct tri *t, struct spare *s);

/* Clusters count the rows of their factors, of which means have left fewer than were added: so
 * it has to be before more join them. */
void clusters_used(struct clusters *all, struct spare *s);

/* Instead of the rows that were added, those of means count, key by key: their number, weights
 * and extremes.  Behind clusters_count clusters_end has to put them in order. */
void clusters_uncount(struct clusters *all, struct spare *s);
void clusters_count(struct clusters *all, const char *key, size_t len, const struct mean *m, struct spare *s);

/* The numbers of the keys by their bytes; the caller frees them. */
size_t *keys_order(const struct map *keys);

/* The i-th in order: its key; its factor, laid out in t. */
const char *clusters_key(const struct clusters *c, size_t i, size_t *len);
const struct cluster *clusters_get(const struct clusters *all, size_t i, struct tri *t);

/* Term i belongs to what is absorbed, and is not printed. */
int terms_absorbed(const struct terms *t, size_t i);

/* A predictor's levels in the order of groups: the caller frees them. */
struct sortable_level { const char *text; size_t level; };
struct sortable_level *terms_levels(const struct terms *t, size_t i, size_t *n);
void terms_add_column(struct terms *t, struct column c);

/* product.c - the terms of a formula as products ------------------------------------------------ */

/* For terms_init, terms_free, terms_set, terms_level, terms_levels, terms_choose with a formula. */
void product_init(struct terms *t, const struct formula *f);
void product_free(struct terms *t);
int product_set(struct terms *t, const struct obs *o, struct lm_fault *bad);
size_t product_level(struct terms *t, size_t i, const char *text);
const size_t *product_ids(const struct predictor *p, size_t k);
struct sortable_level *product_levels(const struct terms *t, size_t i, size_t *n);
void product_choose(struct terms *t);

/* All rows were added: the levels get their order. */
void product_sort(struct terms *t);

/* Factor i has this level. */
void product_met(const struct terms *t, size_t i, const char *text);

/* Of predictor i, which is absorbed: the number of the level in which the texts t->key, each
 * ended by NUL, are; a column for each level that was met so, in order. */
size_t product_key_level(struct terms *t, size_t i, const char *key);
void product_spread(struct terms *t, size_t i);

/* What level k of predictor i is called; the caller frees it. */
char *product_level_name(const struct terms *t, size_t i, size_t k);

/* The level of column c as one text, which product_level takes; the caller frees it. */
char *product_text(const struct terms *t, const struct column *c);

/* lm.c - models --------------------------------------------------------------------------- */

/* The model of one response in one group. */
struct model {
	struct tri tri;
	double *mem;                    /* of tri, but with cells without a block of its own: rows wait here, */
	double *wait;                   /* each with its low parts and its weight, if there are such */
	ptrdiff_t nwait, room;
	ptrdiff_t *col;                 /* columns of the terms it has rows of, and of y */
	ptrdiff_t *at;                  /* by the table's terms: which that is of ls, or -1 */
	struct ls ls;
	double df, quantile;            /* of t; its quantile for the intervals */
	struct clusters *by[LM_KEYS];   /* factors of its rows by key; NULL: not wanted */
	struct means *cells;            /* of keys that are absorbed, until they are solved, then NULL */
	struct means *levels;           /* means that were taken out, by level of the exact predictor; or NULL */
	struct tri total;               /* with levels: the rows as they are; tri has them about the means */
	double *total_mem;
	char *nested;                   /* absorbed predictors whose levels lie in one cluster each */
	struct tri meat;                /* the middle of the sandwich estimator, as the factor of the */
	double *meat_mem;               /* rows' scores (second pass), or of those of clusters */
	double factor;                  /* what that is multiplied by */
	double *df_of;                  /* df by term, where they differ; or NULL */
	int few;                        /* CR1 of fewer clusters than coefficients: no p, nor anything made of the errors */
	struct cross { double r_squared, rmse, r, *b, *blo; } cross;     /* coefficients by fold, without it */
	struct wild_p { double p, low, high; } *wild;   /* by term; or NULL */
	struct lm_range { double low, high; } *boot;    /* by term; or NULL */
	struct lm_test robust;          /* Wald's F of all terms but the intercept; NaN */
	double *seen;                   /* of CR2: ls_cluster_seen of all clusters; or NULL */
	double noise;                   /* of ls_noise, all rows */
	int hat_is_one;                 /* a row decides its own fitted value, and has no score */
	int score_overflowed;           /* a score left the range of doubles */
};

struct sums {
	double rows;                    /* of the group, used or not */
	struct model *model;            /* by response */
};

enum { LM_CELL = LM_KEYS };

struct lm {
	struct lm_view view;
	struct terms terms;
	char **yname, *weight;          /* weight NULL: none */
	size_t ny;
	struct group *group;
	int sorted;                     /* all rows were added */
	size_t ngroup, cap;
	struct sums *sums;              /* by group */
	struct notes *notes;
	double *x, *xlo, *u, *ulo;      /* a row's terms, and in the model's coordinates */
	char **key[LM_KEYS + 1];        /* names of the key columns; behind them those of cells */
	size_t nkey[LM_KEYS + 1];
	struct text *celltext;          /* the keys of a cell; these as one text */
	char *cell;
	size_t cell_cap;
	struct mean mean;               /* a row, or a cell, in hand; what its mean leaves */
	double *left;
	struct spare spare;
	char *text;                     /* keys of the row in hand */
	size_t text_cap;
	struct lm_fault fault;          /* the last one */
	struct meta *meta;              /* with pool, solved; else NULL */
	struct lm_pooled { size_t group; struct meta_effect effect; } *pooled;  /* by set, response, term */
};

/* lm_keep.c: the sums of group k, which may be new. */
struct sums *lm_sums(struct lm *m, size_t k);

/* The factor gets all columns that there are by now; the row in hand joins it, of a model that
 * has them; all rows were added: its columns in the order of pick.  work: tri_pick_work(p, p). */
void lm_widen(struct lm *m, struct model *model);
void lm_take(struct lm *m, struct model *model, double weight);
void lm_order(struct lm *m, struct model *model, const ptrdiff_t *pick, double *work);

/* The observation has all predictors, a response, a weight above 0 and all
 * keys. */
int lm_usable(const struct lm *m, const struct obs *o);

/* The responses of an observation. */
const double *lm_responses(const struct lm *m, const struct obs *o);

/* All rows were added: sorts the columns of levels, once. */
void lm_sort(struct lm *m);

/* The keys of the row's cluster or fold, a NUL behind each, *len in all; lent until the next. */
const char *lm_key(struct lm *m, const struct obs *o, int by, size_t *len);

/* Memory of a fit of k terms. */
void lm_new_fit(struct ls *f, size_t k);
void lm_free_fit(struct ls *f);

/* The degrees of freedom of a model's t are known. */
void lm_set_df(const struct lm *m, struct model *model, double df);

/* lm_absorb.c - keys whose effects are taken out ------------------------------------------------------ */

void lm_absorb_init(struct lm *m, const struct lm_spec *s);

/* All rows were added: the levels of keys are known. */
void lm_absorb_meet(struct lm *m);

/* The row in hand joins its cell, and what this leaves of it the factors. */
void lm_absorb_add(struct lm *m, struct model *model, const struct obs *o);

/* Behind lm_sort: lm_absorb_uncount makes the numbers of rows those of the factors
 * (clusters_used); the rows of another cell join that of the key, those of another model
 * theirs; then lm_absorb_count makes the numbers of rows, weights and extremes of the factors
 * those of the cells. */
void lm_absorb_uncount(struct lm *m, struct model *model);
void lm_absorb_join(struct lm *m, struct model *model, const char *key, size_t len, const struct mean *c);
void lm_absorb_merge(struct lm *m, struct model *model, const struct model *other);
void lm_absorb_count(struct lm *m, struct model *model);

/* Before the terms are chosen: the levels of each key get columns, or if they are too many
 * its means are taken out.  Dies if that cannot be. */
void lm_absorb_solve(struct lm *m);

/* As ls_fit, of a model with levels; the terms in m->x and y about the means of the row's key,
 * and w divided by the weight of this. */
int lm_absorb_fit(const struct lm *m, const struct model *model, const ptrdiff_t *col, ptrdiff_t n, struct ls *f, double *work);
struct dd lm_absorb_row(struct lm *m, const struct model *model, double w, struct dd *y);

/* How many coefficients the clusters have to bear: not those that are absorbed and lie in
 * one cluster each, in which residuals sum to 0. */
double lm_absorb_counted(const struct lm *m, const struct model *model);

/* cluster_state.c - factors by key in a state ---------------------------------------------------- */

extern const char *const lm_by_name[LM_KEYS + 1];

/* Entries of a triangular factor, in order; extremes of a column, of the level of a
 * predictor or var TABLE_NONE. */
struct entries {
	size_t n, cap;
	struct entry { size_t i, j; double hi, lo; } *of;
};
struct limits { size_t var, level; double min, max; };


/* Reads one more, of p columns and n rows; puts them where place has their columns. */
void entries_read(struct entries *r, const struct state *in, size_t p, double n);
void entries_put(const struct entries *e, const size_t *place, struct tri *t);

void clusters_save(struct lm *m, struct state_writer *w, const struct model *model);

/* What a state has of the clusters and folds of one model. */
struct cluster_part {
	int by;
	double n, w, wlo, *limits;      /* rows, weights; min p, max p */
	double *mean;                   /* of a cell: p, and p low parts */
	size_t nmean;
	int weighted;                   /* wlo was there */
	char *key;
	size_t len, nkey, ncol;         /* keys and limits read */
	struct entries r;
};

struct cluster_parts {
	struct cluster_part *of;
	size_t n, cap;
};

/* Takes the record in hand, of a model whose p columns were read, if it is of a cluster:
 * 1, else 0.  Dies if it is out of order. */
int clusters_read(struct cluster_parts *all, const struct lm *m, const struct state *in, const struct limits *col,
    size_t p);

/* Dies unless they are whole and have the n rows of the model of y. */
void clusters_check(const struct cluster_parts *c, const struct lm *m, size_t p, double n, const char *y);

/* Merges those of n parts of a model, each with the places of its p columns. */
struct read_clusters { const struct cluster_parts *parts; size_t *place, p; };
void clusters_join(struct lm *m, struct model *model, struct read_clusters *in, size_t n);
void cluster_parts_free(struct cluster_parts *c);

/* The references of a formula's factors in a model: the first level that it has rows of,
 * ntext of them; notes those that are not everyone's.  The caller frees them; NULL without
 * a formula.  Whether column c is left out because of them. */
size_t *product_references(struct lm *m, size_t k, size_t j);
int product_left_out(const struct terms *t, size_t c, const size_t *reference);

/* lm_save.c - what a state calls the program that wrote it ------------------------------------ */

extern const char lm_program[];

/* cr.c - errors of clusters ------------------------------------------------------------------ */

/* Standard errors of the view from the factors of clusters. */
void cr_errors(struct lm *m, size_t j, size_t k);

/* A cluster or fold in the coordinates of a model of rank k (ls_cluster), and how it is
 * decomposed. */
struct piece {
	const struct model *model;
	ptrdiff_t k;
	const struct cluster *c;        /* the one in hand */
	double *r, *rlo;                /* k + 1 square: of the terms kept and y */
	double *a, *v;                  /* A k by k, v k, rho: v[k] */
	double *u, *s, *vt;             /* A = U diag(s) V' */
	double *pick, *svd;             /* work */
	double *mem;
};

void piece_open(struct piece *p, const struct model *model);
void piece_pick(struct piece *p, struct lm *m, int by, size_t i);       /* its factor alone, in the units of the rows */
void piece_get(struct piece *p, struct lm *m, int by, size_t i);
void piece_decompose(struct piece *p);  /* NaN in s if that does not converge */
void piece_gram(const struct piece *p, double *m, double *s);     /* m = A'A, s = A'v */
void piece_close(struct piece *p);

/* c[0..rank): b_i = c'(the coefficients in those coordinates). */
void piece_contrast(const struct ls *f, size_t i, double *c);

/* wald.c - joint tests ------------------------------------------------------------------------- */

/* F of q terms of the model of response j in group k, none aliased, under the view's covariance;
 * with CR2 that of HTZ.  df2, f and p are NaN where there is none. */
struct lm_test lm_wald(struct lm *m, size_t j, size_t k, const ptrdiff_t *term, ptrdiff_t q);

/* chow.c - F that the coefficients are the same in every cluster; f and p are NaN where there is
 * none, all where there is one cluster only. */
struct lm_test chow_test(struct lm *m, size_t j, size_t k);

/* wild.c - p and intervals by the wild cluster bootstrap: model->wild, behind cr_errors. */
void wild_test(struct lm *m, size_t j, size_t k);

/* pairs.c - intervals by drawing clusters: model->boot, behind cr_errors. */
void pairs_boot(struct lm *m, size_t j, size_t k);

/* refit.c - a fit of some clusters or folds ------------------------------------------------------ */

/* The times that each is taken, in their order, and what they give: a fit of the k columns, whose last
 * is y. */
struct refit {
	struct lm *m;
	const struct model *model;
	int by;
	const ptrdiff_t *col;
	ptrdiff_t k;
	size_t *times;
	struct ls fit;
	double *mem, *work;             /* mem: NULL where it is not open */
};

void refit_open(struct refit *r, struct lm *m, const struct model *model, int by, const ptrdiff_t *col, ptrdiff_t k);
int refit_solve(struct refit *r);       /* 0 if that does not converge */
void refit_close(struct refit *r);

/* lm_pool.c - the coefficients pooled, if the view wants it and all have their errors; their
 * rows. */
void lm_pool(struct lm *m);
void lm_put_pooled(const struct lm *m, struct csv_writer *w);

/* cross.c - prediction of folds that are left out: model->cross ------------------------------ */

void cross_predict(struct lm *m, size_t j, size_t k);

/* The prediction of the row whose terms are in m->x, from the folds but that of its key. */
double cross_fitted(const struct lm *m, const struct model *model, const char *key, size_t len);

/* scores.c - the second pass ---------------------------------------------------------------- */

void scores_init(struct model *m);
void scores_free(struct model *m);

/* Whether robust errors have a meaning, as far as the first pass tells. */
int scores_wanted(const struct model *m);

#endif
