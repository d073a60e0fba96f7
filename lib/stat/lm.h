/* lm.h - what the files of the linear models share, and nobody else: terms.c,
 * lm.c, scores.c, lm_out.c, lm_save.c, lm_state.c.
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

enum { LM_MAX_LEVELS = 500 };

/* terms.c - predictors as columns ------------------------------------------------------- */

/* A predictor: a number, its powers up to degree, or if degree is 0 the levels of
 * a factor. */
struct predictor {
	char *name;
	int degree;
	size_t from;                    /* its place in num, or in text, of an observation */
	char *reference;                /* the level left out, "": the first */
	struct map *levels;
	size_t *at, cap;                /* column of each level */
	size_t left_out;                /* the level without a term, or TABLE_NONE */
	size_t now;                     /* level of the row in hand */
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

/* lm.c - models --------------------------------------------------------------------------- */

/* The model of one response in one group. */
struct model {
	struct tri tri;
	double *mem;                    /* of tri */
	ptrdiff_t *col;                 /* columns of the terms it has rows of, and of y */
	ptrdiff_t *at;                  /* by the table's terms: which that is of ls, or -1 */
	struct ls ls;
	double df, quantile;            /* of t; its quantile for the intervals */
	struct tri meat;                /* second pass: the middle of the sandwich estimator, as the */
	double *meat_mem;               /* factor of the rows' scores, or of their sums by cluster */
	struct map *clusters;           /* those of its rows */
	struct dd *sum;                 /* by cluster, rank each */
	size_t sum_cap;
	int hat_is_one;                 /* a row decides its own fitted value, and has no score */
	int score_overflowed;           /* a score left the range of doubles */
};

struct sums {
	double rows;                    /* of the group, used or not */
	struct model *model;            /* by response */
};

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
	char *text;                     /* keys of the row's cluster */
	size_t text_cap;
	struct lm_fault fault;          /* the last one */
};

/* The sums of group k, which may be new. */
struct sums *lm_sums(struct lm *m, size_t k);

/* The observation has all predictors, a response, a weight above 0 and its
 * cluster. */
int lm_usable(const struct lm *m, const struct obs *o);

/* The responses of an observation. */
const double *lm_responses(const struct lm *m, const struct obs *o);

/* All rows were added: sorts the columns of levels, once. */
void lm_sort(struct lm *m);

/* Notes what is to be said of response j in group k, behind which it stands: a text
 * of notes_text, which is freed.  lm_say warns of all that was noted. */
void lm_note(struct lm *m, size_t j, size_t k, char *what);
void lm_say(struct lm *m);

/* The degrees of freedom of a model's t are known. */
void lm_set_df(const struct lm *m, struct model *model, double df);

/* lm_save.c - what a state calls the program that wrote it ------------------------------------ */

extern const char lm_program[];

/* scores.c - the second pass ---------------------------------------------------------------- */

void scores_init(struct model *m);
void scores_free(struct model *m);

#endif
