/* model.h - where heads come from.  Uses io (and dies as io does) and num.
 *
 * The largest singular value of each head, whatever holds the heads, a checkpoint's
 * directory such as Qwen3-8B, a dump or matrices as CSV:
 *
 *	#include <stdio.h>
 *
 *	#include "model.h"
 *
 *	int
 *	main(int argc, char **argv)
 *	{
 *		struct opts o;
 *		struct source *src;
 *		struct head h;
 *
 *		err_init(argv[0]);
 *		opts_init(&o);
 *		src = source_open(argc > 1 ? argv[1] : "-", &o);
 *		source_start(src, &(struct source_spec){ .metric = METRIC_FULL });
 *		while (source_next(src, &h))
 *			printf("%zu %zu %g\n", h.layer, h.head, h.s[0]);
 *		source_close(src);
 *		opts_free(&o);
 *	}
 *
 * Words:
 *
 *	layer       one of the blocks that a transformer consists of, numbered from 0
 *	head        one of the attention heads of a layer, numbered from 0
 *	projection  a head's matrix W_Q or W_K, d_head by d_model: queries are
 *	            q = W_Q x, keys k = W_K x of what enters the layer
 *	key head    with grouped queries several heads share one W_K: heads come
 *	            in groups, each with a key head
 *	metric      what has the singular values: M = W_K' W_Q (full), since
 *	            q'k = x' W_Q' W_K y; or S = W_K W_Q' (core), d_head by d_head
 *	distance    of a query from its key, in tokens: with rotary positions M at a
 *	            distance D is W_K' R W_Q, R the turn by D, and the M above at 0
 *	circuit     which product M is: QK, that says where a head looks, or OV, W_O W_V,
 *	            that says what it moves from there: W_V takes the place of W_K,
 *	            and W_O' that of W_Q
 *	stack       layers of one kind one behind the other; most models have one,
 *	            others an encoder, a decoder and its cross attention
 *	family      models whose tensors are named and laid out alike: model_type
 *	            of config.json
 *	layout      how the heads' rows follow one another in a tensor
 *	fold        to multiply the weights of the norm before a layer into W
 *	dump        a JSON file of spectra and of what was measured of heads
 *	checkpoint  a model's weights as Hugging Face's programs store them, or GGUF
 */
#ifndef MODEL_H
#define MODEL_H

#include <stddef.h>

#include "io.h"
#include "num.h"

/* ranges.c - which layers, which heads ---------------------------------------- */

/* A list of numbers from 0, such as 0-3,8,12- (open: to the last).  An empty one, and
 * NULL below, is all of them. */
struct ranges {
	const char *what;               /* the option that it is of, for messages */
	struct range { size_t from, to; int open; } *range;
	size_t n, cap;
};

/* Takes what stands in text in place of what it had, or die_usage. */
void ranges_set(struct ranges *l, const char *text);
int ranges_has(const struct ranges *l, size_t i);

/* The last of 0..n-1 that is in the list, which has one. */
size_t ranges_last(const struct ranges *l, size_t n);

/* Dies if the list names a number that is not below n. */
void ranges_check(const struct ranges *l, size_t n);
void ranges_free(struct ranges *l);

/* stack.c - where in a model a layer lies ------------------------------------------ */

/* early, mid, late: a third of the n layers each, by whole numbers; (layer + 1/2) / n. */
const char *stage_of(size_t layer, size_t n);
double depth_of(size_t layer, size_t n);

/* rotary.c - distances, and how positions turn heads ------------------------------ */

/* Whole numbers, a query's position less its key's, in the order in which rows of a head have
 * them; none: M without positions. */
struct distances {
	long *at;
	size_t n, cap;
};

/* Takes a list such as 0,1,64 in place of what it had, or die_usage. */
void distances_set(struct distances *d, const char *text);
void distances_free(struct distances *d);

/* Components first + i step and that plus apart, i < n, are turned by freq[i] radians a token:
 * (a, b) becomes (a cos - b sin, a sin + b cos); in texts of up to reach tokens, if it is so
 * in some only.  In longer ones by far[i], or with growth by freq[i] x^(-i/(n - 1)), where
 * x = growth tokens/reach - growth + 1; or with neither it is not known.  n 0: none is, or it
 * was not looked for.  why: what keeps it from being known, or NULL. */
struct rotary {
	ptrdiff_t n, first, step, apart;
	double *freq, reach, *far, growth;
	char *why;
};

/* freq[0..n) = by how much they are turned in a text of so many tokens; 0: that is not known. */
int rotary_in(const struct rotary *t, size_t tokens, double *freq);

/* A part of a head: components first + i apart, i < count, of its q and k, that are turned by frequency. */
struct rotary_part {
	ptrdiff_t first, count, apart;
	double frequency;
};

/* How many parts a head of m components has: a pair each, and one that is all that is not turned, if
 * there is such; the i-th. */
size_t rotary_parts(const struct rotary *t, ptrdiff_t m);
struct rotary_part rotary_part(const struct rotary *t, ptrdiff_t m, size_t i);

/* dump.c - the JSON dump ------------------------------------------------------ */

/* What a dump holds, layer by layer and head by head: i = layer * num_heads +
 * head.  Spectra are in descending order. */
struct dump {
	size_t num_layers, num_heads;
	char *model;                    /* what it says of which model it is, or NULL */
	size_t ncol;                    /* measured columns: entropy, logit_std, others */
	char **name;
	double *value;                  /* value[i*ncol + col]; NaN: missing */
	struct spectrum { double *s; size_t n; } *spectrum;     /* of i; NULL: not asked for */
	size_t nsv;                     /* length of the longest spectrum */
	struct numbers *numbers;        /* private: what the spectra lie in */
};

/* Reads all of g and closes it; threads read the numbers of a long one.  Without spectra,
 * static and its singular values may be absent, and are not looked at (nsv is 0).  Dies of
 * text that is not JSON with its line and column, of a shape that contradicts num_layers
 * or num_heads with the layer and head, and of more heads than its length allows.
 * Python's NaN, Infinity and -Infinity, like null, are missing values among the measured. */
struct dump *dump_read(struct gz *g, int spectra, int threads);
void dump_free(struct dump *d);

/* json.c - JSON texts that are held whole ------------------------------------------- */

struct json_t;

/* Makes jansson die, as mem_new does, when there is no memory, and take memory from
 * chunks, each of which is freed with the last of its nodes.  For one thread. */
void json_heap(void);

/* What a text may take from here on, with all that is made of it: twice that of json_limit, which is CSV_USUAL if it
 * was not said, and less than half of all sizes.  json_take counts and dies of more, naming path (lent): what jansson
 * takes is counted already. */
void json_limit(size_t most);
void json_begin(const char *path);
void json_take(size_t bytes);

/* The version of jansson, such as "2.14". */
const char *json_version(void);

/* A text that is put together.  Python's NaN becomes null, one byte longer: grown
 * holds the offsets where, so that columns of the text can be mapped back to those
 * of the file. */
struct json_words {
	char *s;
	size_t len, cap;
	size_t *grown, ngrown, growncap;
};

/* Adds len bytes, and a NUL behind them that does not count; json_put_words puts null for Python's NaN, Infinity, -Infinity
 * outside of strings.  json_column: the column in the file for jansson's column at
 * its position. */
void json_put(struct json_words *t, const char *s, size_t len);
void json_put_words(struct json_words *t, const char *s, size_t len);
int json_column(const struct json_words *t, int position, int col);

/* The object that is the text of len bytes, or the regular file, in which a byte
 * order mark, Python's words and whole numbers beyond 64 bits may be, which are reals
 * then; anything else, duplicate keys among it, dies: "path: not WHAT: ...".
 * json_decref frees it. */
struct json_t *json_text(const char *path, const char *text, size_t len, const char *what);
struct json_t *json_file(const char *path, const char *what);

/* tensors.c - tensors where they lie ------------------------------------------------ */

struct tensor {
	const char *name, *file;
	const char *dtype;              /* as the format names it */
	int readable;                   /* it is one of enum num_type: type */
	enum num_type type;
	size_t ndim, shape[3];          /* the first three, 1 where there are fewer */
	const unsigned char *data;      /* row-major, little-endian, not aligned */
	size_t bytes;
	unsigned char *copy;            /* data, if it is no part of the file */
	struct sum *sum;                /* what the bytes that it lies in add up to, NULL: it is not known */
	const struct packed *pack;      /* its numbers are in other tensors, or NULL */
};
struct tensors;

/* Maps a file of safetensors or of torch.save, or in a directory the first that is
 * there of model.safetensors, the shards of model.safetensors.index.json, without both
 * those that are numbered to the last, the same of pytorch_model.bin; or a model of GGUF,
 * of which a file or the directory is given.  Checks all of every header and of the index;
 * dies of whatever the format forbids, and of a directory that has something else in it,
 * saying what to do about it.  Of a tensor in two shards the index says which is meant; what
 * it names and is not there is warned of.  Of a shard that is given alone, with its index
 * beside it, what the index says is elsewhere is not there. */
struct tensors *tensors_open(const char *path);

/* The tensor called so, or NULL; dies if the index names it, but it is not there. */
const struct tensor *tensors_find(const struct tensors *ts, const char *name);
const struct tensor *tensors_at(const struct tensors *ts, size_t k);  /* the k-th, NULL behind the last */

/* Its pages may go from memory, until it is read again. */
void tensors_release(const struct tensor *t);
void tensors_close(struct tensors *ts);

/* detect.c - what is a checkpoint ---------------------------------------------------------- */

/* Whether path is a checkpoint: a directory, or a file that begins as
 * safetensors or those of torch.save do, or is named as safetensors are. */
int model_is(const char *path);

/* Dies if what is called so and begins with these n bytes is a part of a
 * checkpoint that cannot be read alone or from there, saying what can be. */
void model_refuse(const char *name, const char *b, size_t n);

/* open.c - where the heads of a checkpoint lie ------------------------------------------------- */

/* A norm's linear part: none; diag(w); diag(1 + w); of LayerNorm the mean goes
 * first, then the same two. */
enum norm { NORM_NONE, NORM_RMS, NORM_RMS1, NORM_LN, NORM_LN1 };

/* What a matrix in FP8 is to be multiplied by: element (i, j) by element (i/rows,
 * j/cols) of another tensor.  of is NULL for every other matrix. */
struct scales {
	const struct tensor *of;
	size_t rows, cols;
};

/* One of the matrices of all heads of a layer: the projection to queries, to keys or to
 * values, or the transpose of that of what heads give.  Of w, which is
 * [out, in] unless transposed, head h has the rows base + h/per big + h%per small
 * and on.  With inner it is of low rank r: of the head's rows B, W = B diag(gain)
 * inner[0..r), and rows r.. of inner stand below them in every head; w may then be
 * [heads, r, rows], each head's B'.  norm is
 * what the input has gone through, weight its factors (NULL: ones). */
struct proj {
	const struct tensor *w, *inner, *gain, *weight;
	struct scales wscales, iscales; /* of w and of inner */
	int transposed;
	size_t base, per, big, small;
	ptrdiff_t rows, tail, n;        /* of w and of inner in a head; d_model */
	double times;                   /* what gain is multiplied by, 0: 1 */
	enum norm norm;
};

/* Which two matrices of a head are multiplied. */
enum circuit { CIRCUIT_QK, CIRCUIT_OV };

struct layer {
	int present;                    /* 0: no softmax attention here, or not looked for */
	size_t heads, kv_heads;
	ptrdiff_t d_head;
	struct proj q, k;               /* that of each head, that of those that share keys: of OV W_O', W_V */
	double scale;                   /* what the model multiplies q'k by; 1 if not asked for */
	size_t window;                  /* positions that its attention sees; 0: all */
	struct rotary rotary;           /* if asked for */
};

struct stack {
	const char *name;               /* NULL: the model has one only */
	size_t num_layers, heads;       /* heads: of the layer that has most */
	ptrdiff_t d_head;               /* likewise */
	struct layer *layer;
	char *type;                     /* as config.json or the file calls it */
	int known, has_ov;              /* that is a family of the table, which says where v and W_O lie */
	enum norm norm;                 /* before attention, if known */
};

struct model {
	struct tensors *ts;
	enum circuit circuit;
	size_t nstack, cap;
	struct stack *stack;
	struct plan *plan;              /* of the forward pass, if asked for */
	char *types;                    /* of the numbers of q and k, a+b */
	int rounded;                    /* some come in blocks of rounded numbers, or packed */
};

/* What is asked of a checkpoint: zeroed, all layers of a family that is known. */
struct model_spec {
	const char *q, *k, *layout;     /* if it is not known: names of tensors with {} for the layer, how heads lie in them */
	const struct ranges *layers;    /* those that are looked for */
	enum circuit circuit;           /* OV without scale, and not by hints */
	int fold, scale;                /* the norms are looked for; the scale must be known */
	int rotary;                     /* how positions turn q and k must be known, */
	long farthest;                  /* up to this distance; -1: none, but frequencies are asked for */
	int pass;                       /* all that a forward pass needs is looked for */
	int info;                       /* all is wanted that is known, and what is not is no error */
};

/* Opens the checkpoint and finds every head in it, or in the layers that are asked
 * for; shapes are checked against config.json.  A stack without tensors is left
 * out, with a warning, if there is another.  Warns, once for each, of what M leaves
 * out in this model. */
struct model *model_open(const char *path, const struct model_spec *spec);
void model_free(struct model *m);

/* info.c - what a checkpoint is --------------------------------------------------------------- */

/* Puts a row for each fact of a model that was opened for it, those of a stack with its name. */
typedef void info_row(void *ctx, const char *stack, const char *fact, const char *value);
void info_put(const struct model *m, info_row *put, void *ctx);

/* pass.c - what heads do: tokens through a model's layers ------------------------------------ */

/* Passages end to end: passage g has the tokens start[g] .. start[g+1]-1.  special: NULL, or
 * which tokens are. */
struct tokens {
	struct token_file { char *name; size_t first; } *file;  /* for messages: files, the first token of each */
	size_t nfile, n;
	char **name;                    /* of each passage */
	size_t *start, *id, *line;      /* of each token its number, and where it stood */
	unsigned char *special;
};

/* Out of a table with columns passage (the rows of one together), token (its id) and, if it is
 * there, special (0, 1). */
struct tokens *tokens_read(char *const *operand, int n, const struct opts *o);
void tokens_free(struct tokens *t);

/* The file that token i stood in. */
const char *tokens_file(const struct tokens *t, size_t i);

/* What is measured of a head: means over the queries that see two keys or more and are not
 * special, of all passages; entropy in nats; STD the mean over passages of the deviation of logits,
 * MAX the largest of them.  NaN: there is no such query. */
enum {
	PASS_ENTROPY, PASS_STD, PASS_RELATIVE, PASS_MAX_PROB, PASS_FIRST_PROB, PASS_SPECIAL_PROB, PASS_DISTANCE,
	PASS_ROW_STD, PASS_MAX, PASS_VALUES
};

struct measured {
	const char *stack;
	size_t num_layers, layer, head;
	int last;                       /* of its layer */
	double queries, value[PASS_VALUES];
	const double *query;            /* ATTEND_QUERY numbers for each token, if asked for */
};

struct pass_spec {
	const struct ranges *layers;    /* measured; behind the last of them nothing is computed */
	int wide;                       /* in double */
	int special_queries;            /* special tokens are queries too */
	int queries;                    /* each query by itself is wanted */
};

/* The model's plan must be there (model_spec.pass); t and spec's lists are kept.  Dies of tokens that the model does not have, and of NaN or infinity on
 * the way, naming layer and passage.  Results depend neither on threads nor on the processor. */
struct pass;
struct pass *pass_start(const struct model *m, const struct tokens *t, const struct pass_spec *spec, int threads);

/* The next head, by layer; 0 behind the last. */
int pass_next(struct pass *p, struct measured *x);
void pass_free(struct pass *p);

/* heads.c - from projections to spectra -------------------------------------------------- */

enum metric { METRIC_FULL, METRIC_CORE, METRIC_GIVEN };

/* A head: M = W_K' W_Q (METRIC_FULL) or S = W_K W_Q' (METRIC_CORE), times scale. */
struct head {
	const char *stack;              /* or NULL */
	size_t num_layers, layer, head; /* num_layers of its stack */
	const double *s;                /* ns singular values, descending; NaN: behind the rank of a given M */
	ptrdiff_t ns;
	int last;                       /* of its layer */
	const double *measured;         /* in a dump; NaN: missing */

	/* From weights only. */
	size_t kv_head;                 /* (size_t)-1: not known */
	size_t window;                  /* positions that attention sees; 0: all, or not known */
	enum metric metric;
	double scale;
	long distance;                  /* 0 if none was asked for */
	size_t pair;                    /* with by_frequency: which part it is, */
	double frequency;               /* turned by so much, radians a token */
	ptrdiff_t d_model, d_head;      /* d_head, of the part, -1: not known */
	double q_fro, k_fro;            /* norms of W_Q, W_K (of OV: of W_O, W_V), times sqrt(scale) */
	double tr1, tr2;                /* tr S, tr S^2: of M as well */
	double copying;                 /* of the eigenvalues of S, as schur_copying; NaN: not asked for, or all zero */
	double directionality;          /* of M as prod_direction, rows queries; NaN: not asked for, or M is 0 */
};

/* What is asked of the heads of a checkpoint. */
struct heads_spec {
	const struct ranges *layers, *heads;
	enum metric metric;
	int scale, copying, directionality;
	const struct distances *distances;      /* a head comes once for each (kept); NULL or none: once */
	int by_frequency;               /* or once for each part that its rotary positions make of it */
};

/* The heads of m that are in spec's layers and heads (kept), by stack, layer, head and distance or part.
 * So many threads, the caller's among them, compute them side by side from the first
 * heads_next on, and only a few are ahead of what was asked for; the results do
 * not depend on threads.  A layer's pages are released behind its last head. */
struct heads;
struct heads *heads_start(const struct model *m, const struct heads_spec *spec, int threads);

/* The next one, lent until the next call; 0 behind the last.  Dies of NaN or Inf
 * in the weights, naming tensor and head. */
int heads_next(struct heads *hs, struct head *h);
size_t heads_count(const struct heads *hs);     /* of what heads_next gives */
ptrdiff_t heads_width(const struct heads *hs);   /* singular values of the widest */
void heads_free(struct heads *hs);

/* matrices.c - matrices as CSV ------------------------------------------------------------- */

/* Rows layer,head,matrix,row,c1..cN: matrix q, k, v, o (a row of W_Q, W_K, W_V, W_O') or m
 * (of M), row from 0.  Of spec's circuit QK v and o are passed over, of OV q and k.  The rows
 * of a head are together, and no longer held when the next head is asked for; kv_head is
 * that of its first row, if there is such a column.  Takes g over.  The head given by
 * matrices_next is lent until the next call; of M alone (METRIC_GIVEN) d_head is -1, q_fro
 * and k_fro are NaN, and so are tr1, tr2, copying unless M is square.  Its singular values
 * behind the first are NaN unless they are above rank_tol s_1; 0: all stay; below 0: 2^-52
 * max(m, n), M being m by n. */
struct matrices;
struct source_spec;
struct matrices *matrices_open(struct gz *g, const struct opts *o, const struct source_spec *spec);
int matrices_next(struct matrices *ms, struct head *h);
void matrices_follow(struct matrices *ms, struct out *o);       /* as table_follow */
void matrices_close(struct matrices *ms);

/* source.c - heads, whatever holds them -------------------------------------------------------- */

enum source_kind { SOURCE_DUMP, SOURCE_CHECKPOINT, SOURCE_MATRICES };

/* What is asked of a source.  Zeroed, all that it has. */
struct source_spec {
	const struct ranges *layers, *heads;    /* a checkpoint computes these alone, the others give all */
	enum metric metric;             /* from weights: METRIC_FULL, METRIC_CORE */
	int copying, directionality;    /* from weights: these are wanted */
	const struct distances *distances;      /* of a checkpoint, and not both */
	int by_frequency;
	size_t num_layers;              /* of matrices: 0 if not known */
	double rank_tol;                /* of matrices M: see matrices_open */
	struct model_spec model;        /* of a checkpoint; its layers and distances are those above */
};

struct source {
	enum source_kind kind;
	char *file;                     /* for messages */
	/* From source_start on. */
	struct source_spec spec;
	size_t num_layers, num_heads;   /* the most there are of them; 0: not known */
	size_t count;                   /* heads that it will give; 0: not known */
	int stacks, weights;            /* heads have a name of their stack; facts from weights */
	int windows;                    /* some layers see a window of positions, and others all */
	const char *types;              /* of rounded weights, a+b; NULL: they are not rounded */
	size_t ncol;                    /* measured columns */
	char **name;
	size_t nsv;                     /* singular values of the longest; of matrices, of the first */
	/* private */
	const struct opts *opts;
	struct gz *gz;
	struct dump *dump;
	size_t at;                      /* the next of the dump's heads */
	struct model *model;
	struct heads *heads;
	struct matrices *matrices;
	struct head ahead;              /* the first of matrices, read to know nsv, */
	int waiting;                    /* and whether it is still to be given */
};

/* Opens the file (a checkpoint's directory; "-": standard input) and tells its kind;
 * o lives as long as the source.  source_start reads what must be known before
 * the first head, and checks the lists against it. */
struct source *source_open(const char *path, const struct opts *o);
void source_start(struct source *src, const struct source_spec *spec);

/* The next head, lent until the next call; 0 behind the last. */
int source_next(struct source *src, struct head *h);

/* What is written of the heads goes to o (lent), and on from there as the heads come, where
 * these are read one by one: see table_follow. */
void source_follow(struct source *src, struct out *o);
void source_close(struct source *src);

/* hub.c - what paths say of models -------------------------------------------------------------- */

/* A folder models--ORG--NAME of the hub's cache: the snapshot in it that refs/main names, or the
 * only one, and dies if there is none.  Any other path is itself.  The caller frees it. */
char *hub_open(const char *path);

/* ORG/NAME of a path in the cache, else the last part of the path without the ending of a file of
 * weights and the number of one of several, and that before it if all models call the file so.  The commit of the snapshot that
 * a path is in, or that hub_open finds; NULL if it is in none.  The caller frees them. */
char *hub_name(const char *path);
char *hub_revision(const char *path);

/* tags.c - constant columns -------------------------------------------------------------------- */

/* What tells the rows of one source from those of another. */
struct tags {
	struct tag { char *name, *pattern, *value; } *tag;
	size_t n, cap;
};

/* Adds NAME=VALUE, an argument of --tag, in which %n, %p and %r stand for the name, path and
 * revision of the source (hub_name, hub_revision), %{ERE} for what its first group, or all of it,
 * matches in the path, %% for %; or die_usage. */
void tags_add(struct tags *t, const char *text);

/* The values are those of the source at path; dies if it has no revision, or does not match. */
void tags_at(struct tags *t, const char *path);

/* Whether a value depends on the source. */
int tags_tell(const struct tags *t);
void tags_free(struct tags *t);

/* places.c - the order of the columns of a head table -------------------------------------------- */

/* headtable(5): tags, which head it is, what was measured, what is known from weights, the
 * spectrum, descriptors. */
enum { PLACE_TAG, PLACE_HEAD, PLACE_MEASURED, PLACE_WEIGHTS, PLACE_SPECTRUM, PLACE_DESCR };

/* Where a column called so belongs that stands behind one of the place before (PLACE_TAG: it is the
 * first): never before that one; if its name is not known, beside it, or in the place behind.  What
 * is called as if known from weights, but stands before stack, layer and head, is a tag. */
int places_of(const char *name, int before);

/* Writes a name of a header, which comes from a file unless that is NULL; dies if it is one of those
 * seen, to which it is added, or would be taken for a singular value. */
void places_put(struct csv_writer *w, struct map *seen, const char *file, const char *name);

/* join.c - the columns of another table beside heads ---------------------------------------------- */

struct join;

/* Reads all of a table, or of a dump, whose keys are those of stack, layer, head
 * and the tags that it has (kept); dies if it has none of them, no other column, or
 * two rows of the same keys. */
struct join *join_read(const char *file, const struct source *src, const struct tags *tags, const struct opts *o);
const char *join_name(const struct join *j);     /* of the file, for messages */

/* The name of its c-th column that is no key; NULL behind the last. */
const char *join_column(const struct join *j, size_t c);

/* The texts of its columns for a head; NULL if it has no row. */
char *const *join_find(struct join *j, const struct head *h);

/* How many of its rows no head has asked for, though heads that were not chosen
 * do not count. */
size_t join_alone(const struct join *j, const struct source *src);
void join_free(struct join *j);

/* headrow.c - the rows of a head table -------------------------------------------------------------- */

/* What they are made of, all lent. */
struct headrow {
	const struct source *src;       /* started */
	const struct tags *tags;
	const struct join *join;        /* or NULL */
	int circuit;                    /* has a column */
};

/* The header: tags, which head it is, what was measured, what was joined, what is known from weights,
 * s1, s2, ...; dies if two columns would have one name, or one that of a singular value. */
void headrow_names(const struct headrow *r, struct csv_writer *w);

/* The row of a head, with the fields that join_find gave for it, or NULL; dies if it has more singular values
 * than there are columns. */
void headrow_put(const struct headrow *r, struct csv_writer *w, const struct head *h, char *const *joined);

#endif
