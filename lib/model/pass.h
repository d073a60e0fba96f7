/* pass.h - what the files of the forward pass share.
 *
 *	blocks.c    the table of blocks: what each family does around its heads, data alone
 *	plan.c      from a row of it and config.json to the tensors of every layer; plan_mlp.c:
 *	            those between two attentions; plan_gguf.c: whether all of a file of GGUF is in
 *	            it; linear.c: matrices and norms by their names
 *	weights.c   rows of numbers out of tensors
 *	steps.c     norms, sums and products over the rows of a group, on all threads
 *	attention.c the attention of a layer; mlp.c: what stands between two; experts.c: a
 *	            mixture of them
 *	pass.c      tokens through the layers, and what their heads do
 *
 * To add a family is to add its row to blocks.c. */
#ifndef PASS_H
#define PASS_H

#include "private.h"

/* blocks.c - what is known of each family's blocks ------------------------------------ */

/* SERIAL: x += attention(in1 x), then x += mlp(in2 x), each through its out norm before the
 * sum if it has one.  PARALLEL: x += attention(in1 x) + mlp(in2 x), in2 NULL: of the same.
 * POST: x = out1(x + attention x), then x = out2(x + mlp x). */
enum order { SERIAL, PARALLEL, POST };

/* Of an MLP: up alone; a gate beside it; both in one tensor, the gate first, or the
 * other way; both in turn, row by row. */
enum gating { PLAIN, GATE, GATE_UP, UP_GATE };

/* What blocks of a family have or do. */
enum {
	BOTH_WAYS = 1,          /* tokens see those behind them */
	WIDE_QK = 2,            /* QK-norm over all heads at once */
	QK_LATE = 4,            /* QK-norm behind the rotary positions */
	QK_MEAN = 8,            /* LayerNorm, not RMSNorm */
	CONV1D = 16,            /* matrices lie [in, out] */
	PADDED = 32,            /* positions begin behind pad_token_id */
	SLOPES = 128,           /* ALiBi, and no rotary positions */
	ROUGH_SLOPES = 64,      /* where config.json has alibi: rounded to bfloat16, and over d_head^1/2 */
	ALL_SLIDE = 256,        /* sliding_window is that of all layers, if there is one */
	SIGMOID_ROUTER = 8192,  /* experts by the sigmoid of each, not by softmax */
	PAIR_GROUPS = 16384,    /* a group of experts is as good as its best two, not its best one */
	SWIGLU_LIMIT = 32768,   /* the gate and what it gates are limited, and 1 is added to this */
	BARE_FIRST = 2048,      /* layer 0 has no norm before its attention */
	HALF_WINDOW = 4096,     /* the window is that of both sides */
	PLACE_WIDE = 1024,      /* positions are added behind widen */
	QK_EACH = 512,          /* QK-norm with weights of its own for each head */
	MAY_DECODE = 1 << 21,   /* with is_decoder tokens do not see those behind them */
	CLIPS = 1 << 22,        /* q, k and v are limited to clip_qkv, if there is one, on both sides */
	OF_GGUF = 65536,        /* a row for GGUF: its types are those of general.architecture */
	QK_TURNED = 1 << 17,    /* QK-norm where positions are rotary, nowhere else */
	SHARES_INPUT = 1 << 18, /* an expert's share multiplies what goes into it, not what comes out */
	CHUNKS = 1 << 19,       /* tokens of chunked attention see those of their chunk */
	TEMPERED = 1 << 20,     /* where positions are not rotary, q grows with the position */
};

/* A row: names as in families.c, | between alternatives; the prefix is the same.  A tensor
 * that has a bias beside it, has a bias. */
struct block_row {
	const char *types, *when;       /* as there */
	const char *embed;              /* a row for each token */
	const char *times, *residual;   /* embeddings, what is added to x, times this: a key, key^1/2 */
	const char *place;              /* learned positions; first: the row of the first one */
	const char *kind;               /* of token types: row 0 is added */
	const char *start;              /* norm of the embeddings */
	const char *widen;              /* a projection of embeddings to d_model */
	const char *in1, *out1, *in2, *out2;
	const char *gate, *up, *down, *act;     /* act: if config.json does not say, or with ! whatever it says */
	const char *router, *correction;        /* of a mixture of experts; layers without have gate, up, down */
	const char *egate, *eup, *edown;        /* # for the expert, or all of them in one tensor */
	const char *sgate, *sup, *sdown, *sweight;      /* an expert that all go through, and what it is weighted by */
	const char *qnorm, *knorm, *sinks;
	const char *defaults;           /* beside those of its family; the_eps: no key of config.json says it */
	int first;
	enum order order;
	enum norm norm;                 /* kind of all the norms here */
	enum gating gating;
	int flags;
};

extern const struct block_row block_rows[];
extern const size_t nblock_rows;

/* plan.c - the tensors of every layer ------------------------------------------------------ */

/* y = W x + b: out numbers from in.  Output i is row base + h/per big + h%per small + i%rows,
 * h = i/rows, of w, and of b; w NULL: there is none. */
struct linear {
	const struct tensor *w, *b;
	struct scales scales;
	int transposed;
	size_t plane;                   /* of w in three dimensions: which matrix */
	int by_head;                    /* the same, transposed: h is which matrix, and i%rows the row */
	size_t base, per, big, small, rows;
	ptrdiff_t out, in;
};

/* kind NORM_NONE: no norm here; w, b NULL: without. */
struct normal {
	enum norm kind;
	const struct tensor *w, *b;
	double eps;
};

struct mlp {
	enum gating gating;
	enum act act;
	double limit;                   /* SWIGLU_LIMIT's, else 0 */
	ptrdiff_t inner;
	struct linear gate, up, down;
};

/* n experts, n 0: there are none.  Of a token those chosen that the router puts highest, in the groups
 * that are; weighted by what it puts there, with sum to make the sum 1, times factor. */
struct experts {
	size_t n, chosen, groups, chosen_groups;
	struct linear router;
	const struct tensor *correction;        /* is added before choosing, or NULL */
	int sigmoid, pairs, sum, inputs;        /* inputs: SHARES_INPUT */
	double factor;
	struct mlp *expert, shared;             /* shared.inner 0: none */
	struct linear weight;                   /* of the shared one: its sigmoid; w NULL: 1 */
};

struct block {
	struct normal in1, out1, in2, out2, qnorm, knorm;
	struct linear q, k, v, o;
	struct linear qa, ka;           /* LATENT: what q and k are made from; the rotary key stands behind that of k */
	struct normal qa_norm, ka_norm;
	ptrdiff_t latent, tail;         /* size of what k and v are made from, 0: not so; of the rotary key */
	struct mlp mlp;
	struct experts experts;
	const struct tensor *sinks;     /* one for each head, or NULL */
	size_t heads, kv_heads, window, chunk;
	struct rotary rotary;           /* n 0: q and k are not turned */
	double turn_factor;             /* of its cosines and sines */
	double scale, softcap, clip;    /* clip: q, k and v are limited to it; 0: not so */
	double temper, floor;           /* TEMPERED: q of position i times 1 + temper ln(1 + floor((i + 1)/floor)), or temper 0 */
};

struct plan {
	const struct block_row *row;
	char *path, *type;              /* of config.json; model_type */
	const struct tensor *embed, *place, *kind;
	struct linear widen;
	struct normal start;
	double times, residual;         /* of embeddings; of what is added to x */
	double trained;                 /* for so many rotary positions, or of ALiBi; or infinity */
	size_t first, places;           /* row of place of the first position; how many there are */
	size_t words;
	ptrdiff_t d_model, d_head, d_v;
	double *slopes;                 /* ALiBi's, by head; NULL: none */
	int rough;                      /* they are ROUGH_SLOPES */
	int both;                       /* tokens see those behind them */
	size_t nlayers;
	struct block *block;
};

/* The plan of the only stack; dies of what is not known of its family, or not there. */
struct plan *plan_find(struct search *s);
void plan_free(struct plan *p);

/* plan_mlp.c: the MLP of layer l, or its experts, where it has a router. */
void plan_mlp(const struct search *s, const struct block_row *row, size_t l, struct block *b);

/* plan_gguf.c: dies of a key or a tensor of GGUF that might change what heads do and that the row does
 * not speak of. */
void plan_gguf_check(const struct search *s, const struct block_row *row, size_t nlayers);

/* linear.c - matrices and norms by their names --------------------------------------------------- */

/* The tensor of a pattern, buf its name; of rows by cols, cols 0: of one dimension, rows 0: of any number.
 * A vector of n numbers, which may lie as rows of them.  What stands beside the weight of a name under another ending, of n numbers, or NULL. */
const struct tensor *linear_tensor(const struct search *s, const char *pattern, size_t layer, size_t rows, size_t cols,
    char buf[NAME]);
const struct tensor *linear_vector(const struct search *s, const char *pattern, size_t layer, size_t n, char buf[NAME]);
const struct tensor *linear_beside(const struct search *s, const char *name, const char *ending, size_t n);

/* The matrix of a pattern, out by in; the same of as many outputs as the tensor has; that of a projection of so many
 * heads, whose tensor the pattern names. */
void linear_find(const struct search *s, const struct block_row *row, const char *pattern, size_t layer, ptrdiff_t out,
    ptrdiff_t in, struct linear *l);
void linear_side(const struct search *s, const struct block_row *row, const char *pattern, size_t layer, ptrdiff_t in,
    struct linear *l);
void linear_take(const struct search *s, const struct proj *p, const char *pattern, size_t layer, size_t heads,
    struct linear *l);

/* buf = pattern, # replaced by k; the pattern, if it has none, or NULL. */
const char *linear_numbered(char buf[NAME], const char *pattern, size_t k);

/* The norm of a pattern, of n weights, with # of as many tensors as there are heads in n; NULL: there is none; "": it
 * has no weights. */
void linear_normal(const struct search *s, enum norm kind, const char *pattern, size_t layer, size_t n, struct normal *x);

/* weights.c - rows of numbers ------------------------------------------------------------------ */

/* Rows of the linear's matrix for real's mul; rows of any tensor; all of a vector, b of l by its
 * outputs; x in the precision r.  A linear for rows knows its precision. */
struct weight_rows { const struct real *r; const struct linear *l; };

void weights_get(const void *weight_rows, ptrdiff_t i, ptrdiff_t j, ptrdiff_t n, void *x);
void weights_row(const struct real *r, const struct tensor *t, size_t i, size_t n, void *x);
void weights_bias(const struct real *r, const struct linear *l, void *x);

/* pass.c - a model at work --------------------------------------------------------------------- */

/* Of a head over the queries that count; std: of logits, the sum over passages that have one. */
struct head_sums {
	double queries, entropy, relative, max_prob, first_prob, special_prob, distance, row_std, z_max;
	double std, passages;           /* of logits: sum over the passages that have a query */
};

/* Arrays of numbers in the precision of r are char *; rows are tokens. */
enum { PASS_SLICE = 2048 };     /* inner numbers of an MLP at a time */

struct pass {
	const struct model *m;
	const struct plan *plan;
	const struct real *r;
	struct team *team;
	struct tokens t;
	struct pass_spec spec;
	size_t last;                    /* the last layer that is asked for */
	char *x;                        /* of each token, d_model numbers */
	size_t layer, head;             /* what pass_next gives next; sums are of that layer */
	int ready;
	struct head_sums *sum;
	/* Of a group: its passages and tokens, and what is computed of them. */
	size_t from, to, begin, rows;
	const struct block *b;
	char *h, *q, *k, *v, *y, *out, *gate, *up, *packed, *work;
	char *low, *nope;               /* LATENT: inputs of q, k, v; keys without their rotary part */
	char *logits, *gathered, *part; /* of experts: of each token and expert; inputs and outputs of one of them */
	size_t *choice;
	double *share;                  /* of each token and choice: which expert, how much of it */
	size_t work_size;
	ptrdiff_t *see_from, *see_to;
	struct attend *attend;
	char *bias;                     /* of each thread, bias_size bytes */
	size_t bias_size;
	char *cosines, *sines;          /* of each token of the group, rotary.n */
	char *vector[2];                /* weights and bias of a norm */
	double *query;                  /* of each head and token of all, ATTEND_QUERY */
	struct progress progress;       /* tokens through layers */
	double flops;                   /* of products, until now */
	unsigned char *counted;
};

/* Row i of an array whose rows are so wide. */
char *pass_row(const struct pass *p, char *of, size_t i, ptrdiff_t width);

/* steps.c - over the rows of a group, cut in parts ------------------------------------------------- */

size_t steps_parts(const struct pass *p);
size_t steps_end(const struct pass *p, size_t part);    /* the row behind a part, which begins at part*REAL_STEP */

/* What is done to rows: to = norm(from), and with packed set they are laid down there. */
struct rows_job {
	struct pass *p;
	const struct normal *norm;
	char *from, *to;
	ptrdiff_t width, ld;            /* numbers that are normed together; of a row */
	char *add;                      /* to is added to it, times scale */
	double scale;
	int pack;
	int each;                       /* weights of the norm go on along the row */
};
void steps_rows(struct rows_job *j);

/* to = norm(from), d_model wide, packed; x, packed. */
void steps_norm_pack(struct pass *p, const struct normal *n, char *from, char *to);
void steps_pack(struct pass *p, char *x, ptrdiff_t width);

/* x, so wide, limited to -most ... most. */
void steps_limit(struct pass *p, double most, char *x, ptrdiff_t width);

/* x += residual norm(y), or in a family that is POST x = norm(x + y). */
void steps_add(struct pass *p, const struct normal *n, char *y, char *x);

/* y = W x + b of the rows that are packed; of outputs first.. and inputs in_first.. alone, y += with add_to. */
void steps_multiply(struct pass *p, const struct linear *l, char *y);
void steps_multiply_part(struct pass *p, const struct linear *l, ptrdiff_t first, ptrdiff_t out, ptrdiff_t in_first,
    ptrdiff_t in, int add_to, char *y, ptrdiff_t ldy);

/* attention.c, mlp.c ------------------------------------------------------------------------------- */

/* The group's rotary positions; its attention, from x to p->y and p->sum. */
void attention_turns(struct pass *p);
void attention_run(struct pass *p, char *x);

/* out = MLP of h, whose rows are packed. */
void mlp_run(struct pass *p, const struct mlp *m, char *h, char *out);

/* experts.c - out = mixture of h, whose rows are packed. */
void experts_run(struct pass *p, const struct experts *e, char *h, char *out);

#endif
