/* model.h - where heads come from.  Uses io (and dies as io does) and num. */
#ifndef MODEL_H
#define MODEL_H

#include <stddef.h>

#include "io.h"
#include "num.h"

/* dump.c - the JSON dump ------------------------------------------------------ */

/* What a dump holds, layer by layer and head by head: i = layer * num_heads +
 * head.  Spectra are in descending order. */
struct dump {
	size_t num_layers, num_heads;
	size_t ncol;                    /* measured columns: entropy, logit_std, others */
	char **name;
	double *value;                  /* value[i*ncol + col]; NaN: missing */
	double *sv;                     /* the spectrum of i: sv + start[i] .. sv + start[i+1] */
	size_t *start;
	size_t nsv;                     /* length of the longest spectrum */
};

/* Reads all of g and closes it.  Without spectra, static and its singular
 * values may be absent, and are not looked at (nsv is 0).  Dies of text that
 * is not JSON with its line and column, of a shape that contradicts num_layers
 * or num_heads with the layer and head.  Python's NaN, Infinity and -Infinity,
 * like null, are missing values among the measured. */
struct dump *dump_read(struct gz *g, int spectra);
void dump_free(struct dump *d);

/* json.c - JSON texts that are held whole ------------------------------------------- */

struct json_t;

/* Tells jansson to die, as mem_new does, when there is no memory, and to take it
 * from chunks, each of which goes with the last of its nodes.  For one thread. */
void json_heap(void);

/* A text that is put together, and where a NaN became null, which is longer. */
struct json_words {
	char *s;
	size_t len, cap;
	size_t *grown, ngrown, growncap;
};

/* Adds len bytes, and a NUL behind them that does not count; json_put_words, of a
 * text with a NUL behind it, puts null for Python's NaN, Infinity, -Infinity
 * outside of strings.  json_column: jansson's column at its position, less what
 * was put in before it on its line. */
void json_put(struct json_words *t, const char *s, size_t len);
void json_put_words(struct json_words *t, const char *s, size_t len);
int json_column(const struct json_words *t, int position, int col);

/* The object that is the text of len bytes, or the regular file, in which a byte
 * order mark and Python's words may be; anything else, duplicate keys among it,
 * dies: "path: not WHAT: ...".  json_decref frees it. */
struct json_t *json_text(const char *path, const char *text, size_t len, const char *what);
struct json_t *json_file(const char *path, const char *what);

/* safetensors.c - tensors where they lie ------------------------------------------------ */

struct tensor {
	const char *name, *file;
	const char *dtype;              /* as the file names it */
	int readable;                   /* it is one of enum num_type: type */
	enum num_type type;
	size_t ndim, shape[2];          /* the first two, 1 where there are fewer */
	const unsigned char *data;      /* row-major, little-endian, not aligned */
	size_t bytes;
};
struct tensors;

/* Maps a .safetensors file, or a directory's model.safetensors or the shards of
 * its model.safetensors.index.json, and checks all of every header and of the
 * index; dies of whatever the format forbids, and of a directory that has
 * something else in it, saying what to do about it. */
struct tensors *tensors_open(const char *path);
const struct tensor *tensors_find(const struct tensors *ts, const char *name);    /* or NULL */
const struct tensor *tensors_at(const struct tensors *ts, size_t k);  /* the k-th, NULL behind the last */

/* Its pages may go from memory, until it is read again. */
void tensors_release(const struct tensor *t);
void tensors_close(struct tensors *ts);

/* open.c - where the heads lie ------------------------------------------------------------ */

/* A norm's linear part: none; diag(w); diag(1 + w); of LayerNorm the mean goes
 * first, then the same two. */
enum norm { NORM_NONE, NORM_RMS, NORM_RMS1, NORM_LN, NORM_LN1 };

/* What a matrix in FP8 is to be multiplied by: element (i, j) by element (i/rows,
 * j/cols) of another tensor.  of is NULL for every other matrix. */
struct scales {
	const struct tensor *of;
	size_t rows, cols;
};

/* The projection of all heads of a layer, to queries or to keys.  Of w, which is
 * [out, in] unless transposed, head h has the rows base + h/per big + h%per small
 * and on.  With inner it is of low rank r: of the head's rows B, W = B diag(gain)
 * inner[0..r), and rows r.. of inner stand below them in every head.  norm is
 * what the input has gone through, weight its factors (NULL: ones). */
struct proj {
	const struct tensor *w, *inner, *gain, *weight;
	struct scales wscales, iscales; /* of w and of inner */
	int transposed;
	size_t base, per, big, small;
	ptrdiff_t rows, tail, n;        /* of w and of inner in a head; d_model */
	enum norm norm;
};

struct layer {
	int present;                    /* 0: no softmax attention here, or not looked for */
	struct proj q, k;
	double scale;                   /* what the model multiplies q'k by; 1 if not asked for */
};

struct stack {
	const char *name;               /* NULL: the model has one only */
	size_t num_layers, heads, kv_heads;
	ptrdiff_t d_head;
	struct layer *layer;
};

struct model {
	struct tensors *ts;
	size_t nstack, cap;
	struct stack *stack;
};

/* What the user says of a checkpoint: names of tensors with {} for the layer,
 * and how heads lie in them, if the family is not known; which layers are looked
 * for.  NULL: not said, all. */
struct model_hints {
	const char *q, *k, *layout;
	int (*wanted)(size_t layer);
};

/* Opens the checkpoint and finds every head in it, or in the layers that are
 * wanted; shapes are checked against config.json.  A stack without tensors is left
 * out, with a warning, if there is another.  With fold the norms are found as well, with scale the scale must
 * be known.  Warns, once for each, of what M leaves out in this model. */
struct model *model_open(const char *path, const struct model_hints *h, int fold, int scale);
void model_free(struct model *m);

/* detect.c - what is a checkpoint ---------------------------------------------------------- */

/* Whether path is a checkpoint: a directory, or a file that begins as
 * safetensors do or is named so. */
int model_is(const char *path);

/* Dies if what is called so and begins with these n bytes is a part of a
 * checkpoint that cannot be read alone or from there, saying what can be. */
void model_refuse(const char *name, const char *b, size_t n);

/* heads.c - from projections to spectra -------------------------------------------------- */

enum metric { METRIC_FULL, METRIC_CORE, METRIC_GIVEN };

/* A head: M = W_K' W_Q (METRIC_FULL) or S = W_K W_Q' (METRIC_CORE), times scale. */
struct head {
	const char *stack;              /* or NULL */
	size_t num_layers, layer, head, kv_head;        /* kv_head (size_t)-1: not known */
	enum metric metric;
	double scale;
	ptrdiff_t d_model, d_head;
	double q_fro, k_fro;            /* norms of W_Q, W_K, times sqrt(scale) */
	double tr1, tr2;                /* tr S, tr S^2: of M as well */
	const double *s;                /* ns singular values, descending; NaN: behind the rank of a given M */
	ptrdiff_t ns;
	int last;                       /* of its layer */
};

/* The heads of m that layer and head choose (a byte for each, as many as the
 * longest stack has; kept), by stack, layer and head.  threads of them are
 * computed side by side, and only a few are ahead of what was asked for; the
 * results do not depend on threads.  A layer's pages are released behind its last
 * head. */
struct heads;
struct heads *heads_start(const struct model *m, const char *layer, const char *head,
    enum metric metric, int scale, int threads);

/* The next one, lent until the next call; 0 behind the last.  Dies of NaN or Inf
 * in the weights, naming tensor and head. */
int heads_next(struct heads *hs, struct head *h);
size_t heads_count(const struct heads *hs);     /* heads that are chosen */
ptrdiff_t heads_width(const struct heads *hs);   /* singular values of the widest */
void heads_free(struct heads *hs);

/* matrices.c - matrices as CSV ------------------------------------------------------------- */

/* Rows layer,head,matrix,row,c1..cN: matrix q, k (a row of W_Q, W_K) or m (of M),
 * row from 0; the rows of a head are together, and no longer held when the next
 * head is asked for; kv_head is that of its first row, if there is such a column.
 * Takes g over.  num_layers 0: not known.  The head given by
 * matrices_next is lent until the next call; of M alone (METRIC_GIVEN) d_head is
 * -1, q_fro and k_fro are NaN, and so are tr1, tr2 unless M is square. */
struct matrices;
struct matrices *matrices_open(struct gz *g, const struct opts *o, enum metric metric, size_t num_layers);
int matrices_next(struct matrices *ms, struct head *h);
const char *matrices_name(const struct matrices *ms);     /* of the file, for messages */
void matrices_close(struct matrices *ms);

#endif
