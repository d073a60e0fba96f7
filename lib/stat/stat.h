/* stat.h - studies over rows: observations in, sums by group, pooled, merged,
 * solved, rows of results out.  Uses io (and dies as io does) and num.
 *
 * What y = 2, 4, 5 and x = 1, 2, 3 have to do with each other, without a file:
 *
 *	#include <stdio.h>
 *	#include "stat.h"
 *
 *	int
 *	main(void)
 *	{
 *		const char *const name[] = { "x", "y" };
 *		const double row[3][2] = { { 1, 2 }, { 2, 4 }, { 3, 5 } };
 *		const struct corr_spec spec = { .name = name, .nx = 1, .ny = 1 };
 *		const struct corr_view view = { .method = { CORR_PEARSON }, .nmethod = 1, .level = 0.95 };
 *		struct group *all = group_new(NULL, 0);
 *		struct corr *c = corr_new(&spec, &view, all);
 *		struct corr_row r;
 *
 *		for (int i = 0; i < 3; i++)
 *			corr_add(c, &(struct obs){ .weight = 1, .num = row[i] });
 *		corr_solve(c);
 *		corr_rows(c, 0, 0, &r);
 *		printf("%s and %s: r = %g\n", r.y, r.x, r.r);
 *		corr_free(c);
 *		group_free(all);
 *	}
 *
 * Words.  An observation is what an engine sees of a row: its group, weight,
 * numbers and texts, without a table behind it.  An engine (corr, lm) takes
 * observations and keeps sums, never the observations, but where its header
 * says so.  A group is the rows that have the same texts in the key columns;
 * group 0 is the pooled rows, "all" in every key, and while rows are added it has
 * only those without a key.  A spec says what is summed: exactly what the option rows
 * of a state hold; a view says what is made of the sums.  A state is the sums of
 * some rows, written down; states of the same spec merge.  A part is what
 * one state has of one group.  A factor, in the words of regression, is a predictor
 * that names levels; the triangular factor of a matrix is always called that,
 * or tri.  Kept: of a term, that it does not depend on the terms before it.
 */
#ifndef STAT_H
#define STAT_H

#include <stddef.h>
#include <string.h>

#include "io.h"
#include "num.h"

/* group.c - rows by the texts of their keys ------------------------------------------------ */

/* A text that is lent: s[0..len), and s[len] is NUL. */
struct text {
	const char *s;
	size_t len;
};

/* Texts behind each other in *buf, each ended by NUL: how many bytes; 0 if one is empty,
 * and if there are none. */
size_t texts_join(const struct text *t, size_t n, char **buf, size_t *cap);

struct group;

/* Groups by keys of these names, of which copies are kept; at first group 0 alone. */
struct group *group_new(const char *const *name, size_t nkey);
void group_free(struct group *g);

/* The group of these texts, one for each key, a new one if they are new; 0 if
 * there are no keys or a text is empty.  None of them is "all". */
size_t group_of(struct group *g, const struct text *key);
size_t group_count(const struct group *g);

/* Groups as they are printed: 0 first, then key by key early, mid, late,
 * others in version order (a2 before a10).  The caller frees it. */
size_t *group_order(const struct group *g);

/* That order of two texts, as strcmp. */
int group_compare(const char *a, const char *b);

/* How many keys there are; the name of key i; key i of group k, lent as long as
 * the group lives. */
size_t group_keys(const struct group *g);
const char *group_name(const struct group *g, size_t i);
const char *group_key(const struct group *g, size_t k, size_t i);

/* Names, or keys of group k, as the first fields of a row. */
void group_put_names(const struct group *g, struct csv_writer *w);
void group_put(const struct group *g, size_t k, struct csv_writer *w);

/* Text of group k for readers, masked (err_mask): "", or " (stage=early)"; lent until the next call. */
const char *group_text(struct group *g, size_t k);

/* Warns of rows with an empty key, as many as group 0 has while the groups of all
 * states have not been pooled. */
void group_warn(const struct group *g, double rows);

/* note.c - warnings that are said once ----------------------------------------------------- */

/* What there is to warn of, collected while groups are looked at and said at the
 * end, a line for each thing, whatever the number of groups. */
struct notes;

struct notes *notes_new(void);

/* Of group k: "HEAD (stage=early)TAIL".  The same is noted again for another
 * group if rank and key are the same; head and tail are those of the first. */
void notes_add(struct notes *n, size_t rank, const char *key, size_t k, const char *head, const char *tail);

/* Warns of all, by rank and then as they came, and forgets them.  Behind one that
 * goes for more than a group stands MORE and how many more: so in 2 groups more. */
void notes_say(struct notes *n, struct group *g, const char *more);
void notes_free(struct notes *n);

/* meta.c - an effect pooled over the groups of one key ----------------------------------------- */

/* The groups but 0, in sets that differ in one key alone. */
struct meta {
	const struct group *group;
	size_t key;                     /* which of its keys that is */
	size_t *order, n;               /* the groups as they are printed, group 0 among them */
	size_t *set, nset;              /* by group: the number of its set */
};

/* Dies of a name that is no key of the groups; of a value of this key that is "pooled".  The
 * groups are lent. */
void meta_check(const struct group *g, const char *pool);
struct meta *meta_new(const struct group *g, const char *pool);
void meta_free(struct meta *m);

/* Of k effects y with variances v > 0 the mean by random effects (reml_fit), with its interval and
 * two-sided p by t of k - 1 degrees of freedom, and where another effect is expected, by
 * k - 2: Higgins, Thompson & Spiegelhalter, JRSS A 172 (2009) 137-159.  NaN where there are
 * too few. */
struct meta_effect { double k, estimate, std_error, low, high, p, tau2, i2, q_stat, q_p, pred_low, pred_high; };
void meta_fit(const double *y, const double *v, ptrdiff_t k, double level, struct meta_effect *e);

/* The keys of group k, the pooled one as "pooled"; the names of the columns that pooled rows
 * have more than others, k to pred_high; these, of NULL empty. */
void meta_put_keys(const struct meta *m, size_t k, struct csv_writer *w);
void meta_put_names(struct csv_writer *w);
void meta_put(const struct meta_effect *e, struct csv_writer *w);

/* frame.c - from a table to observations ----------------------------------------------------- */

/* One row as the engines see it, lent until the next one. */
struct obs {
	size_t group;
	double weight;                  /* 1 without weights; NaN: missing; 0: as if the row were not there */
	const double *num;              /* the variables; NaN: missing */
	const struct text *text;        /* levels, keys of clusters; an empty one is missing */
};

/* Columns of a table: those of the keys, of the numbers and the texts in the
 * order that the engine wants them, of the weight (or TABLE_NONE). */
struct frame_spec {
	const size_t *key, *num, *text;
	size_t nkey, nnum, ntext, weight;
	size_t taken;                   /* of the texts, the first ones, whose effects are taken out or tested */
	const char *advice;             /* behind the message about a text in one of the first numbers, */
	size_t advised;                 /* that many; or NULL */
};

struct frame;

/* The arrays of the spec are copied, the table is lent.  Column stack, and tags in front of layer,
 * such as model, that are neither keys nor numbers nor taken (a tag: nor any text): has frame_warn
 * warn that they are pooled if they have more than one value, a tag one of them in two rows running. */
struct frame *frame_open(struct table *t, const struct frame_spec *s);

/* Where layer is among col[0..n) and columns stand before it in a head table, such as model,
 * that are neither there nor numbers of the frame: has frame_warn warn if they have more than
 * one value.  how and between: the advice, as in "--cluster model,layer". */
void frame_watch_layer(struct frame *f, const size_t *col, size_t n, const char *how, char between);

/* An empty key is an error from now on, for reports of groups alone. */
void frame_need_keys(struct frame *f);

/* The next row: 1, or 0 at the end.  Dies of a number that is none, a negative
 * weight, a key that is "all". */
int frame_next(struct frame *f, struct obs *o);

/* Starts anew, after table_keep; from now on no row may be of a new group. */
void frame_again(struct frame *f);
struct group *frame_group(const struct frame *f);

/* Warns of rows with an empty key, and of values that were pooled. */
void frame_warn(const struct frame *f);

/* Dies of number, or text, i of the present row; its text in the table. */
_Noreturn void frame_die_num(const struct frame *f, size_t i, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
_Noreturn void frame_die_text(const struct frame *f, size_t i, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
const char *frame_field(const struct frame *f, size_t i);

/* All columns of the table: their names, the present row's fields. */
void frame_put_names(const struct frame *f, struct csv_writer *w);
void frame_put(const struct frame *f, struct csv_writer *w);
void frame_free(struct frame *f);

/* columns.c - columns that are meant where none are named -------------------------------------- */

/* Those of a table, *n of them; the caller frees the array.  All descriptors, in the
 * table's order; the seed's seven, which must be there; entropy and logit_std, and
 * stage, as far as they are there. */
size_t *columns_descriptors(const struct table *t, size_t *n);
size_t *columns_seed(const struct table *t, size_t *n);
size_t *columns_measured(const struct table *t, size_t *n);
size_t *columns_stage(const struct table *t, size_t *n);

/* Singular values: those called s and digits, in the order of their numbers.  Dies of a number
 * that is left out, and says that option tells which they are. */
size_t *columns_spectrum(const struct table *t, const char *option, size_t *n);

/* Those that name a head, as hg-extract orders them: what stands before layer, layer, and
 * head behind it; layer alone if they are not so, none without it. */
size_t *columns_head(const struct table *t, size_t *n);

/* Those of them that stand before layer, and tell models apart. */
size_t *columns_tags(const struct table *t, size_t *n);

/* Those of them that name its layer, less those of other[0..nother) and what these are
 * functions of, but layer itself. */
size_t *columns_layer(const struct table *t, const size_t *other, size_t nother, size_t *n);

/* Whether c is among col[0..n); how many are left of these, in their order, less the others, or each
 * but once.  No TABLE_NONE is among them. */
int columns_have(const size_t *col, size_t n, size_t c);
size_t columns_less(size_t *col, size_t n, const size_t *other, size_t nother);
size_t columns_once(size_t *col, size_t n);

/* head.c - what a row of a head table says of its weights ----------------------------------------- */

/* Columns of what is known besides the spectrum; TABLE_NONE: it is not there. */
struct head_columns {
	size_t metric, q_fro, k_fro, v_fro, o_fro, tr1, tr2, d_model, d_head;
};
struct head_columns head_columns(const struct table *t);

/* From the present row all of h but its spectrum; of rows of W_V and W_O their norms. */
void head_read(const struct head_columns *c, const struct table *t, struct descr_head *h);

/* formula.c - model formulas, functions of columns ---------------------------------------------- */

/* A formula that was read: design_formula makes it, models hold it. */
struct formula;

/* As cols_select; an item may also be log, log10, sqrt, exp or abs of a column, or of such
 * a function, which then is a column behind those of the table (table_derive). */
size_t *formula_select(struct table *t, const char *list, const char *option, size_t *n);

/* state_save.c, state.c - sums of a part of the rows ---------------------------------------------- */

/* A state is a table with the columns record,i,j,name,value,low: what a program
 * has summed, between a row "state" (its version and the program's name) and a
 * row "end" (the number of rows, and a check sum of all fields in between); see
 * headtable(5).  States one behind the
 * other are a table of states. */
enum { STATE_VERSION = 3 };

struct state_writer {
	struct csv_writer w;
	size_t n;
	uint32_t crc;                   /* of the fields so far */
};

/* What the rows of states are from: the words for a missing value, as --na has them, and parts of
 * files (--part), a file being known by its bytes. */
struct origin_part { size_t part, parts; double bytes; };
struct origin {
	char *na;
	struct origin_part *part;
	size_t npart, cap;
};

/* Of rows that are read from the operand; origin_free frees what is in it. */
struct origin origin_of(const struct opts *o, const char *operand);
void origin_free(struct origin *from);

/* Dies if of a file of which there is a part another one is missing, or is there less often. */
void origin_whole(struct origin *from);

/* For states: its parts as records, and what the record in hand says. */
struct state;
void origin_put(struct state_writer *w, const struct origin *from);
void origin_take(struct origin *from, const struct state *s);

void state_begin(struct state_writer *s, struct out *out, const char *tool, const struct origin *from);

/* i or j < 0: an empty field.  low NULL or 0: an empty field. */
void state_put(struct state_writer *s, const char *record, long i, long j, const char *name,
    const char *value, const char *low);
void state_put_num(struct state_writer *s, const char *record, long i, long j, const char *name,
    double value, double low);

/* The key columns of g, as the last options; group k of g, which begins, with its
 * keys and number of rows; what is not 0 of the upper triangle r + rlo, p by p
 * column-major. */
void state_put_names(struct state_writer *s, const struct group *g);
void state_put_group(struct state_writer *s, const struct group *g, size_t k, double rows);
void state_put_r(struct state_writer *s, long p, const double *r, const double *rlo);
void state_end(struct state_writer *s);

/* Reading: the options of the first state but the key columns, then each group when its keys
 * are known, what stands in it, and a record "end"; texts lent until the next one.  Operands
 * are read side by side, group by group in the order of groups, so that all have given their
 * sums of one before the next: but not of the states behind another in one file, which come
 * when the first one of each has ended, nor of more than 200 files.  Each state must be of this
 * program and version, whole, and have the options of the first one, then
 * groups: else it dies with the place. */
struct state {
	const char *record, *name, *value, *low;
	struct group *group;            /* of all states, NULL before the first; the caller's to free */
	struct origin origin;           /* of all states that were read so far; the caller's to free */
	size_t k, id;                   /* the one in hand, and the state that it is in, */
	double rows;                    /* and how many it has there */
	/* private */
	struct opts alone;              /* of all streams but the first, which has the workers that there are */
	struct table *t;                /* of the row in hand */
	const char *tool;
	struct state_in *in, *now;      /* streams; the one that is read, or NULL */
	size_t nin, from, last, nstate; /* before from none has to be read on in; the one that gave the group */
	char **options, *name_of_first;
	size_t noption, cap;
	char **keyname;                 /* of the groups */
	size_t nname;
};

/* The table is one of states. */
int state_is(const struct table *t);

struct state *state_open(char *const *operand, int n, const struct opts *o, const char *tool);
int state_next(struct state *s);

/* The record in hand is called so. */
static inline int
state_has(const struct state *s, const char *record)
{
	return s->record[0] == record[0] && strcmp(s->record, record) == 0;
}

/* Whole number of column 'i' or 'j', below most; number of 'v' value or 'l'
 * low, of which an empty one is 0; value as a number of rows.  Die with the place. */
size_t state_index(const struct state *s, char which, size_t most);
double state_num(const struct state *s, char which);
double state_rows(const struct state *s);

/* The sum of two doubles, low at most the rounding of value: an empty value is one that
 * went out of range, NaN. */
void state_dd(const struct state *s, double *hi, double *lo);

/* Dies if a field is not empty of which used has no letter: i, j, n (name), v, l. */
void state_uses(const struct state *s, const char *used);
_Noreturn void state_die(const struct state *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void state_close(struct state *s);

/* state_fit.c: dies, with both files, of what n options of a state say and the nfirst ones of
 * the first state do not.  Each is a name, a blank and a value, and behind its NUL the rest. */
void state_fit(char *const *option, size_t n, const char *file, char *const *first, size_t nfirst,
    const char *file_of_first);

/* Corrections for few clusters, and how many are not few: Cameron & Miller, J. Human
 * Resources 50 (2015) 317-372, section VI, have 20 to 50. */
enum lm_small { LM_CR1, LM_CR2 };
enum { LM_MANY_CLUSTERS = 30 };

/* What of an observation cannot be taken: number at, whose power leaves the range of
 * doubles (power 1: whose product with others does), or if power is 0 text at, a level
 * that lm_add has not met. */
struct lm_fault {
	size_t at;
	int power, small;               /* small: it is too small for that, not too large */
};

/* corr.c - correlations of predictors with responses -------------------------------------------- */

enum corr_method { CORR_PEARSON, CORR_SPEARMAN, CORR_KENDALL, CORR_METHODS };
extern const char *const corr_method_name[CORR_METHODS];

/* What is summed.  The variables are the numbers of an observation: nx predictors,
 * ny responses, nc controls. */
struct corr_spec {
	const char *const *name;
	size_t nx, ny, nc;
	const char *weight;             /* name of the weights; NULL: there are none */
	int complete;                   /* only rows that have all variables */
	int matrix;                     /* r among the predictors, ny is 0 */
	int joint;                      /* r among all variables, of rows that have them all (then complete) */
	const int *degree;              /* of each control: its powers are controls too; NULL: none */
	const char *const *within;      /* names of keys, the texts of an observation, whose means are taken out; */
	size_t nwithin, nname;          /* behind them those of controls that are names, each with at most 500 */
	size_t ncluster;                /* texts that name the cluster of a row, behind all these */
};

/* What p are adjusted together: those of the predictors of a response by one method in
 * one group, or all that there are. */
enum corr_family { CORR_BLOCK, CORR_ALL };

/* What is compared: nothing; two predictors, or two responses, in one group, for which the
 * spec is joint; one pair in two groups.  By the first method, which is Pearson's. */
enum corr_what { CORR_COMPARE_NONE, CORR_COMPARE_X, CORR_COMPARE_Y, CORR_COMPARE_GROUPS, CORR_COMPARES };

/* What is made of it: by which methods, each at most once (those of ranks keep all
 * values, and know no weights; Kendall's knows no controls); with semi the controls are taken
 * from x alone; how p are adjusted; the confidence level.  With extremes an observation has a number
 * more behind the variables, whose extremes in each group the report prints. */
struct corr_view {
	enum corr_method method[CORR_METHODS];
	int nmethod, semi, extremes;
	enum adjust adjust;
	enum corr_family family;
	enum corr_what compare;
	long permute;                   /* orders of a response that are tried for p_perm and p_max (then the */
	uint64_t seed;                  /* spec is complete, without controls and weights); or 0 */
	long boot;                      /* draws of rows, or of clusters, for boot_low and boot_high, by */
	int bca;                        /* percentiles or BCa (Kendall's without keys within); or 0 */
	enum lm_small small;            /* of the errors of clusters */
	const char *pool;               /* a key, over whose groups each r is pooled; or NULL */
	double level;
	unsigned given;                 /* corr_view.c's */
};

/* corr_view.c: a view from options.  A list of methods, each once.  What one of the view's
 * own options says, by its long name; 0 if it is none.  Whether they go together, and
 * with one that shows no table of r, one that there are no values with, and one that
 * permutations do not know (each may be NULL).  Die as die_usage does, naming the option. */
void corr_view_methods(struct corr_view *v, const char *list);
int corr_view_take(struct corr_view *v, const char *name, const char *arg);
int corr_view_given(const struct corr_view *v, const char *name);       /* whether it was */
void corr_view_check(const struct corr_view *v, const char *other, const char *bar, const char *more);

/* The same of clusters, if there are such; bar: what is given that does not go with them, or NULL. */
void corr_view_check_cluster(const struct corr_view *v, int cluster, const char *bar);

struct corr;

/* The texts of the spec are copied; g is lent, and may have groups or get them. */
struct corr *corr_new(const struct corr_spec *spec, const struct corr_view *view, struct group *g);

/* With controls a row counts if it has them all, and without missing values of a
 * pair for that pair.  NULL, or the control whose power cannot be taken, lent until the next one. */
const struct lm_fault *corr_add(struct corr *c, const struct obs *o);

/* Whether a row had this level of the i-th control that is a name; "" and NULL are one always. */
int corr_has_level(const struct corr *c, size_t i, const char *level);

/* When all rows were added: pools the groups in group 0 and finds every r. */
void corr_solve(struct corr *c);

/* Warns of all that is undefined. */
void corr_warn(const struct corr *c);

/* One correlation; NaN where it is undefined.  p is two-sided, q is p
 * adjusted in its family.  ci_low, ci_high: Fisher's interval, of Pearson's r alone.  With
 * clusters p is that of the slope, of Pearson's r alone, and there is no interval. */
struct corr_row {
	size_t group;
	const char *y, *x;
	enum corr_method method;
	double n, missing;              /* rows used, and rows of the group that were not */
	double r, ci_low, ci_high, p, q;
	double p_perm, p_max;           /* with permute: of this |r|; of the greatest among the predictors */
	double boot_low, boot_high;
	double df, clusters;            /* with clusters: of t, how many there are */
};

/* Solved: the rows of group k and response y (0 to ny - 1), predictor by predictor,
 * in each method by method; returns how many, nx times the methods.  Not of a matrix. */
size_t corr_rows(struct corr *c, size_t k, size_t y, struct corr_row *row);

/* r alone, by the m-th method of the view; of a matrix y is a predictor too. */
double corr_r(const struct corr *c, size_t k, int m, size_t x, size_t y);

double corr_rows_of(const struct corr *c, size_t k);    /* rows of group k so far */
double corr_gaps(const struct corr *c);                 /* rows that lacked a variable */

/* corr_out.c: the table of rows, or of what the view compares, or the matrix if the spec wants one, header first.
 * The report is the seed's: of its seven descriptors with entropy and logit_std, and
 * layer behind the variables. */
void corr_put(struct corr *c, struct csv_writer *w);
void corr_put_report(const struct corr *c, struct out *out);

/* corr_report.c: the table of rows for a reader: what was done, blocks of rows laid out, how much
 * of it chance would give. */
void corr_put_full(struct corr *c, struct out *out);

/* corr_save.c, corr_state.c: writes the sums, not yet solved, as a state; reads states
 * and merges them, the same bits in any order.  *group and *from, theirs, are the caller's to free
 * after the corr. */
void corr_save(struct corr *c, struct out *out, const struct origin *from);
struct corr *corr_merge(char *const *operand, int n, const struct opts *o, const struct corr_view *view,
    struct group **group, struct origin *from);
void corr_free(struct corr *c);

/* lm.c - linear models --------------------------------------------------------------------------- */

/* y = 2, 4, 5 on x = 1, 2, 3:
 *
 *	const struct lm_var x = { .name = "x", .degree = 1 };
 *	const char *const y = "y";
 *	const struct lm_spec spec = { .var = &x, .nvar = 1, .y = &y, .ny = 1, .intercept = 1 };
 *	const struct lm_view view = { .level = 0.95 };
 *	struct group *all = group_new(NULL, 0);
 *	struct lm *m = lm_new(&spec, &view, all);
 *	struct lm_coef c;
 *
 *	for (int i = 0; i < 3; i++)
 *		lm_add(m, &(struct obs){ .weight = 1, .num = row[i] });
 *	lm_solve(m, NULL);
 *	lm_coef(m, 0, 0, 1, &c);
 *	printf("%s: %g, p = %g\n", c.term, c.estimate, c.p_value);
 *
 * For each group and response the least squares fit of the response on the terms:
 * the intercept, the predictors with their powers, and the levels of factors but
 * the one left out.  One triangular factor of [1 X y] is kept for each, which
 * takes rows, levels and other factors at any time.  An observation's num has a
 * number for each predictor that is no factor, in order, then the responses; its
 * text a level for each factor, in order, then the keys of its cluster and its fold.  A
 * model uses those that have all of them, its response, and a weight above 0.
 */
enum { LM_MAX_DEGREE = 30, LM_MAX_LEVELS = 500 };

/* A predictor: a number with its powers up to degree, or with degree 0 a factor;
 * reference: its level without a term, NULL or "" for the first one. */
struct lm_var {
	const char *name;
	int degree;
	const char *reference;
};

/* By which keys rows are summed apart besides: clusters, within which they depend on
 * each other; folds, which are left out in turn. */
enum { LM_BY_CLUSTER, LM_BY_FOLD, LM_KEYS };

/* What is summed.  With a formula there are no predictors beside it: an observation has
 * its numbers and its texts, each once, in the order in which the formula names them. */
struct lm_spec {
	const struct lm_var *var;
	size_t nvar;
	const struct formula *formula;  /* or NULL; lent to lm_new alone */
	const char *const *y;
	size_t ny;
	const char *weight;             /* its name, or NULL */
	int intercept;
	const char *const *key[LM_KEYS];        /* names of the columns; none: no such factors */
	size_t nkey[LM_KEYS];
};

/* Standard errors: for residuals of one variance; for any variances, as MacKinnon
 * and White have them; for clusters of rows that depend on each other. */
enum lm_errors { LM_CLASSICAL, LM_HC0, LM_HC1, LM_HC2, LM_HC3, LM_CLUSTER };

/* What is made of the sums. */
/* What a report takes without being asked: the folds, and small, which wants clusters. */
enum { LM_USUAL_FOLDS = 1, LM_USUAL_SMALL = 2 };

struct lm_view {
	int min_norm;                   /* dependent terms stay, with the solution of least norm */
	double level;                   /* of the confidence intervals */
	enum lm_errors errors;          /* HC want lm_score; of a spec with clusters it is LM_CLUSTER */
	enum lm_small small;
	long wild;                      /* draws of the wild bootstrap; 0: none */
	uint64_t seed;
	int webb;                       /* its weights are Webb's six, not signs */
	int quiet;                      /* what there is to say is not said */
	long boot;                      /* draws of clusters, for boot_low and boot_high; 0: none */
	int bca;                        /* these by BCa, not percentiles */
	const char *pool;               /* a key, over whose groups each coefficient is pooled; or NULL */
	int usual;                      /* LM_USUAL: not asked for, and left out where it does not go */
};

/* view.c: what an option is called; die of a word that is none.  Those of --boot and
 * --boot-kind, whether that is BCa, are the same for correlations. */
long boot_of(const char *draws);
int boot_bca_of(const char *kind);

/* Warns of draws, and of permutations, that are too few: for the ends of an interval of this
 * level, whose tails have less than one draw each, and for p below 0.01.  0: none. */
void draws_warn(long boot, double level, long permute);
enum lm_errors lm_errors_of(const char *robust);
enum lm_small lm_small_of(const char *small);
int lm_webb_of(const char *weights);

struct lm;

/* Models without rows.  The spec is copied, the groups are lent. */
struct lm *lm_new(const struct lm_spec *s, const struct lm_view *v, struct group *g);

/* One observation more: NULL, or what is wrong with it, lent until the next one.
 * Dies of more than 500 levels of a factor; keys that are absorbed may have any number. */
const struct lm_fault *lm_add(struct lm *m, const struct obs *o);

/* When all were added: pools the groups, fits all models, and warns of what there is
 * to say of them.  Dies of a factor's reference that no row has; input: the name of
 * what was read, for that message, or NULL. */
void lm_solve(struct lm *m, const char *input);

/* The second pass, which HC want, behind lm_solve and over the same observations; then
 * the standard errors are those of the view. */
const struct lm_fault *lm_score(struct lm *m, const struct obs *o);
void lm_score_end(struct lm *m);

/* Both, over the frame's rows. */
void lm_second_pass(struct lm *m, struct frame *f);

/* What the model of response j in group k, the observation's own or 0, says of it; NaN where
 * it was not used. */
const struct lm_fault *lm_row(struct lm *m, const struct obs *o, size_t k, size_t j, struct ls_row *r);

/* With folds: what the model of the first response without the fold of the observation,
 * which lm_row had last, says of it. */
double lm_row_cross(struct lm *m, const struct obs *o);
void lm_free(struct lm *m);

/* lm_out.c - results of linear models ------------------------------------------------------------ */

/* Rows of results, behind lm_solve; NaN: undefined.  y and term are lent as long as
 * the models live. */
struct lm_coef {
	size_t group;
	const char *y, *term;
	double estimate, std_error, statistic, p_value, conf_low, conf_high, beta, vif;
	double df, clusters;            /* of t; how many there are */
	double boot_low, boot_high;     /* with draws of clusters */
};

struct lm_fit {
	size_t group;
	const char *y;
	double n, missing;              /* rows used, rows that lack a value */
	double rank, df, df_residual;
	double r_squared, adj_r_squared, sigma, f_statistic, f_p_value, log_lik, aic, bic, condition;
	double clusters, f_robust, f_robust_p_value, f_robust_df2;
	double f_chow, f_chow_df1, f_chow_df2, f_chow_p_value;
	double folds, r_squared_cross, rmse_cross, r_cross;
	int exact, perfect;             /* as of struct ls */
};

/* How many terms there are; term i of group k and response j; the figures of the
 * fit.  A term that the model has not is NaN. */
size_t lm_terms(const struct lm *m);
void lm_coef(const struct lm *m, size_t k, size_t j, size_t i, struct lm_coef *c);
void lm_fit(struct lm *m, size_t k, size_t j, struct lm_fit *r);

/* Tables of them, with their header; with pool behind the coefficients of groups the
 * pooled ones, whose variances are the squares of their errors. */
void lm_put_coefs(struct lm *m, struct csv_writer *w);
void lm_put_fits(struct lm *m, struct csv_writer *w);

/* importance.c: R2 shared out among the terms of each model, at most 15 (LMG). */
void lm_put_shares(const struct lm *m, struct csv_writer *w);

/* Joint tests: that all terms of a list are 0, its names, of terms or of predictors with all
 * of theirs, between commas; and with drop1 the same of each predictor. */
struct lm_test { double df1, df2, f, p; };
struct lm_tests {
	const char **list;
	size_t n;
	int drop1;
};

/* A table of them, by the errors of the view.  Dies of a name that is none. */
void lm_put_tests(struct lm *m, const struct lm_tests *l, struct csv_writer *w);

/* The frame's table, read once more, with what lm_row says of each row; the names of
 * these columns. */
enum { LM_ROW_NAMES = 5 };
extern const char *const lm_row_names[LM_ROW_NAMES], lm_row_cross_name[];
void lm_put_rows(struct lm *m, struct frame *f, struct csv_writer *w);

/* The seed's section on the first response, whose model has an intercept: of all rows, or if there
 * are keys of each group, under its name. */
void lm_put_report(struct lm *m, struct out *out);

/* lm_report.c: all of them for a reader: errors, coefficients, fits, how much of it chance
 * would give, and the rows that move them, by columns_head of the frame's table, which is read
 * once more; f NULL: without these. */
void lm_put_full(struct lm *m, struct frame *f, const struct table *t, struct out *out);

/* design.c - from a table to linear models ------------------------------------------------------- */

/* Which columns of a table are what.  Set the table and the weight's name, or NULL, and
 * zero the rest; then call what follows, in this order, as far as it is wanted. */
struct design {
	struct table *table;
	const char *weight;
	struct lm_var *var;             /* predictors, named by the table, */
	size_t *col, nvar;              /* and their columns */
	size_t *y, ny, *key, nkey, *by[LM_KEYS], nby[LM_KEYS];
	struct formula *formula;        /* instead of predictors, or NULL */
};

/* Columns of a list, as cols_select has it; COL[=REFERENCE] becomes a factor,
 * COL:DEGREE has powers, and both join the predictors if they are not there; a column of
 * the whole name goes before the mark.  rows:
 * those of the table are wanted, for one response.  They die of a column that is
 * absent, or cannot be this.  A formula brings the predictors, and the responses if it
 * has some. */
void design_x(struct design *d, const char *list, const char *option);
void design_default_x(struct design *d);   /* op, spec_ent, rank_eff, anisotropy */
void design_formula(struct design *d, const char *text);
void design_factor(struct design *d, const char *arg);
void design_poly(struct design *d, const char *arg);
void design_names(struct design *d);    /* numbers whose columns have names become factors */
void design_y(struct design *d, const char *list, int rows);
void design_keys(struct design *d, const char *list);
void design_by(struct design *d, int by, const char *list, const char *option);

/* By the layers of the heads (columns_layer), if the table has them and layer is no key of
 * the groups; nor, for folds, a factor: a model with levels predicts none that is left out.
 * Responses and predictors that are numbers do not name a layer. */
void design_by_layer(struct design *d, int by);

/* The observations of the table, and models for them in its groups. */
struct frame *design_frame(const struct design *d);
struct lm *design_models(const struct design *d, int intercept, struct lm_view view, struct group *g);

/* Dies of what cannot be taken of the frame's present row, unless bad is NULL. */
void design_check(const struct frame *f, const struct lm_fault *bad);
void design_free(struct design *d);

/* lm_save.c, lm_state.c - states of linear models ------------------------------------------------ */

/* Writes the sums, not yet solved, as a state; reads states and merges them, the same
 * bits in any order, and warns of rows without a key.  What is no state, damaged, or of
 * another spec than the first one dies with its place.  *group and *from, theirs, are the
 * caller's to free after the models. */
void lm_save(struct lm *m, struct out *out, const struct origin *from);
struct lm *lm_merge(char *const *operand, int n, const struct opts *o, const struct lm_view *v, struct group **group,
    struct origin *from);

#endif
