/* private.h - what the files of this folder share.
 *
 * Whoever looks for something finds it by the file's name:
 *
 *	file.c      opening a file
 *	foreign.c   formats that are not read, by content
 *	folder.c    what a directory has to be a checkpoint
 *	tensors.c   files of tensors, their index; tensors by name
 *	safetensors.c  the header of a file of safetensors
 *	gguf.c      the header of a file of GGUF; gguf_files.c: several that are one model
 *	gguf_config.c  what its keys say, as config.json would
 *	torch.c     files of torch.save; what they are read with is in torch.h
 *	families.c  the table of families: all that is known of each, data alone
 *	timm.c      config.json as timm writes it
 *	open_clip.c open_clip_config.json
 *	config.c    config.json: keys, the defaults of a family, its conditions
 *	names.c     from a pattern and a layer to the tensor of that name
 *	layout.c    where the rows of each head lie in a tensor; norms
 *	quant.c     FP8 and its scales; refuses weights that are packed otherwise
 *	pack.c      MLX, NVFP4, GPTQ and others; unpack.c: their numbers
 *	kinds.c     layers of sliding and of full attention, with rotary positions or not
 *	rope.c      what the model multiplies the logits by
 *	rotary.c    how rotary positions turn q and k
 *	stack.c     a stack: its sizes, its layers
 *	traits.c    warnings of what M does not hold
 *	guess.c     models that are not known; what else looks like attention
 *	parts.c     models inside a model: sections of config.json, and whose names are whose
 *	open.c      which families a checkpoint is of; opening and closing
 *	proj.c      W of one head out of a tensor that holds those of all
 *	pair.c      W_Q and W_K of a head to its singular values
 *	info.c      what a checkpoint is
 *	heads.c     heads side by side, handed out in order
 *	numbers.c   arrays of numbers in a JSON text
 *
 * To add a family is to add its row, or a row for each of its stacks, to
 * families.c. */
#ifndef PRIVATE_H
#define PRIVATE_H

#include <jansson.h>
#include <sys/stat.h>

#include "model.h"

/* file.c - files of a checkpoint --------------------------------------------------------- */

/* Opens for reading: every file that this folder reads by itself is opened here, so
 * that none of them can be the file of -o.  What it is goes to *st; -1 and errno if it cannot be. */
int file_open(const char *path, struct stat *st);

/* What begins so is Git LFS's pointer to a file that was not fetched; dies if it is. */
enum { FILE_POINTER = 23 };             /* bytes that tell */
int file_is_pointer(const void *bytes, size_t n);
void file_refuse_pointer(const char *path, const void *bytes, size_t n);

/* The name of a file, NAME-00001-of-00002.EXT: how long NAME is, where .EXT begins, and
 * which of how many, both from 1, it is; 0: it is not called so. */
struct shard { size_t stem, end, number, count; };
int file_shard(const char *name, struct shard *s);

/* The number in n bytes, at most 8, the least first. */
uint64_t file_le(const unsigned char *b, size_t n);

/* foreign.c - formats that are not read --------------------------------------------------- */

/* What a file that begins so is; NULL: none of these formats.  Dies of one; of a directory
 * with one in it, or with a tokenizer alone. */
const char *foreign_name(const void *bytes, size_t n);
void foreign_refuse(const char *path, const void *bytes, size_t n);
void foreign_refuse_in(const char *dir);

/* folder.c - a directory that a checkpoint is in -------------------------------------------- */

/* What a checkpoint is looked for as, the first first: a file; of shards, their index. */
enum { FOLDER_FORMS = 4 };
extern const char *const folder_whole[FOLDER_FORMS], *const folder_index[FOLDER_FORMS];

/* The name is there, also of what cannot be read, or is a link to nothing: to open it says so. */
int folder_has(const char *dir, const char *name);

/* The name of a shard in the form of this number, which the caller frees, NULL if there is none;
 * of several series that of model-..., pytorch_model-..., and no other. */
char *folder_shard(const char *dir, size_t form);

/* The index that would say where the tensors of the file are, beside it and of its form, which the
 * caller frees; NULL: there is none. */
char *folder_index_beside(const char *path);

/* What there is instead of a checkpoint, and what to do about it. */
_Noreturn void folder_die_without(const char *dir);
_Noreturn void folder_die_adapter(const char *path);

/* A table of any of these names would be read instead of what is read now from then on, also
 * if it is one of these, not their directory, that is read now: -o may not write them. */
void folder_protect(const char *path, int is_dir);

/* tensors.c - tensors by name ------------------------------------------------------------ */

/* A file that is mapped. */
struct mapped {
	char *path;
	unsigned char *map;
	size_t len;
};

/* A tensor more, of no type and shape yet; valid until the next one.  Dies if there
 * is one of the name, unless an index says which of both is meant. */
struct tensor *tensors_add(struct tensors *ts, const char *path, const char *name);
size_t tensors_count(const struct tensors *ts);
struct tensor *tensors_nth(struct tensors *ts, size_t k);

/* A file more, which becomes the set's with its path; valid until the next one.  Dies
 * if it cannot be mapped. */
const struct mapped *tensors_map(struct tensors *ts, char *path);

/* The pages of a part of a file that is mapped may go from memory. */
void tensors_forget(const unsigned char *data, size_t bytes);

/* p is freed with ts. */
void tensors_keep(const struct tensors *ts, void *p);

/* Those from first on, by where they lie; the caller's to free. */
const struct tensor **tensors_by_place(const struct tensors *ts, size_t first);

/* The file that was given is one of several, of which no other is read.  Dies if the index says
 * that another has a tensor of the weight called stem. */
int tensors_part(const struct tensors *ts);
void tensors_refuse_elsewhere(const struct tensors *ts, const char *stem);

/* What its files are: safetensors, PyTorch, GGUF. */
const char *tensors_format(const struct tensors *ts);

/* The keys of its GGUF files, NULL if it has none. */
const struct gguf *tensors_gguf(const struct tensors *ts);

/* safetensors.c - files of them ------------------------------------------------------------ */

/* They begin as such a file does, with the length of a header and its brace; that length may
 * look like what other formats begin with, and so this is asked first. */
int safetensors_begins(const void *bytes, size_t n);

/* ts gets the tensors of f, of 8 bytes or more; dies unless all of its header is as it must be. */
void safetensors_read(struct tensors *ts, const struct mapped *f);

/* gguf.c - the header of a file of GGUF --------------------------------------------------- */

/* They begin as such a file does. */
int gguf_begins(const void *bytes, size_t n);

/* ts gets the tensors of f; its keys.  Dies unless all of its header is as it must be. */
struct gguf *gguf_file(struct tensors *ts, const struct mapped *f);
void gguf_free(struct gguf *g);
const char *gguf_path(const struct gguf *g);    /* of the file that has the keys */

/* The i-th key, of *len bytes, which no NUL ends; NULL behind the last. */
const char *gguf_key(const struct gguf *g, size_t i, size_t *len);

/* A number that a key has, single: of single precision, truth: true or false; 0 if the
 * key is not there or no number.  How many numbers the array is that a key has, 0 if it
 * has none; its i-th.  The text, of less than size bytes, that a key has, or 0. */
struct gguf_number { double value; int single, truth; };
int gguf_number(const struct gguf *g, const char *key, struct gguf_number *x);
size_t gguf_length(const struct gguf *g, const char *key);
struct gguf_number gguf_nth(const struct gguf *g, const char *key, size_t i);
int gguf_text(const struct gguf *g, const char *key, char *buf, size_t size);

/* gguf_files.c - models of GGUF in several files ---------------------------------------------- */

/* ts gets the tensors of f and of the files that are one model with it, which their
 * names tell; the keys of the first. */
struct gguf *gguf_read(struct tensors *ts, const struct mapped *f);

/* The path of the model of GGUF in a directory, or of a file of it, the caller's to free;
 * NULL if there is none.  Dies if there are several. */
char *gguf_in(const char *dir);

/* gguf_config.c - what the keys say ------------------------------------------------------------ */

/* The keys of a model as config.json has them, under model_type what
 * general.architecture says; fused: q, k and v are one tensor; rotary_unknown: a key or a
 * tensor of rotary positions of which it is not known what it does to them. */
json_t *gguf_config(const struct tensors *ts);

/* torch.c - files of torch.save ----------------------------------------------------------------- */

/* They begin as these files do: as ZIP, or as a pickle. */
int torch_begins(const void *bytes, size_t n);

/* ts gets the tensors of the state dict in f, of 8 bytes or more; dies unless all that is said
 * of them is true of the file. */
void torch_read(struct tensors *ts, const struct mapped *f);

/* The storage that t lies in has the check sum that its ZIP file says, or none is said; it is
 * counted once, by one thread at a time.  torch_check dies if it has another. */
int torch_whole(const struct tensor *t);
void torch_check(const struct tensor *t);

/* families.c - what is known of each family ---------------------------------------- */

/* SEPARATE: q and k are tensors of their own, heads end to end.  The others say
 * how the rows of one tensor go, with H query heads, kv key heads, g = H / kv:
 * FUSED: all q, all k, all v.  TRANSPOSED: the same, but stored [in, out].
 * INTERLEAVED: q, k, v for each head.  GROUPED: g q, k, v for each key head.
 * BLOCKED: four blocks, in each a quarter of all q, v, k.  GATED: as SEPARATE,
 * but behind each q a gate as large.  LATENT: through a shared space of low rank
 * (multi-head latent attention). */
enum layout { SEPARATE, FUSED, TRANSPOSED, INTERLEAVED, GROUPED, BLOCKED, GATED, LATENT, SPREAD };

/* What the layers of a family have. */
enum {
	ALIBI = 1,              /* a fixed bias by distance on the logits */
	RELATIVE = 2,           /* a learned one */
	PARTIAL = 4,            /* rotary positions on a part of the head's components */
	SHARES_KEYS = 8,        /* keys of other layers */
	EVEN_HEADS = 16,        /* d_head = d_model / heads, whatever config.json calls head_dim */
	GENERIC_NAMES = 32,     /* names too generic to guess a family from */
	SLIDING_ROTARY = 64,    /* rotary positions where attention is sliding, and nowhere else */
	SHARED_WEIGHTS = 2048,  /* layers of a group, of which there are num_hidden_groups, have the same tensors */
	OWN_NORMS = 4096,       /* first is that of layer 0, and the others have their own */
	SOME_LAYERS = 8192,     /* each layer is of one of the stacks alone */
	NORMALISED = 1024,      /* QK-norm, whatever the tensors are called */
	FULL_SCALED = 128,      /* rope_scaling is that of full attention, not of sliding */
	GGUF = 256,             /* a row for GGUF: its types are those of general.architecture */
	ASSUMED = 512,          /* the file does not hold the scale, which is that of all models but one */
	NORMS_VALUES = 32768,    /* a norm behind W_V */
	NORMS_OUTPUT = 16384,    /* a norm behind W_O, before the sum */
	SCALES_OUTPUT = 65536,   /* a learned factor for each component behind W_O, or for all */
	MEETS_POSITIONS = 131072, /* logits of q and learned vectors of places are added */
	TWO_A_LAYER = 1 << 21,  /* two attentions in each layer of config.json: layers 2 l and 2 l + 1 */
	GLOBAL_HEADS = 1 << 22, /* layers of full attention have heads of another size */
	SCALES_LATENT = 1 << 23,        /* q and k out of a space of low rank r are multiplied by (d_model / r)^1/2 */
	SCALES_BY_DEPTH = 1 << 24,      /* (layers / 36)^-1/2 behind W_O */
	MAPS_OUTPUT = 1 << 25,  /* a linear map behind W_O, before the sum */
	BENDS = 1 << 26,        /* what positions do to q and k is no rotation: the form changes with the place */
	IN_WINDOWS = 1 << 27,   /* tokens meet within windows of the image */
	MEETS_BLOCKS = 1 << 28, /* queries meet keys of sums of tokens too */
	MEETS_ENCODER = 1 << 29,        /* and of the encoder's, by the same W_K */
};

/* A row of the table.  In names {} is the layer (half of it, if {} stands there again for which of
 * two it is), in norm of a post-norm family the layer before; | is between alternatives; ../ before knorm
 * says that it lies beside the part.  The suffix .weight is understood, and so
 * is what they begin with in some checkpoints: model., transformer. and whatever else,
 * if it is before all of them.  A model_type that is not known is read by the first row
 * whose names its tensors have.
 *
 * A usual family is { "type", .q, .k, .kind, .norm, .v, .o }; all else is for what
 * differs.  One without o has no OV circuit, and says so. */
struct family {
	const char *types;      /* model_type: words */
	const char *when;       /* keys of config.json that must be true, with ! false, or be a text, key=text: words */
	const char *stack;      /* for column stack */
	const char *q, *k;      /* tensors; k NULL: in q */
	enum layout layout;
	enum norm kind;         /* the norm whose output is projected */
	const char *norm;       /* its weight; NULL: it has none */
	const char *first;      /* post-norm: that of layer 0, "" if there is none */
	const char *knorm;      /* what keys come from, if it is another: the encoder's last norm, {} its last layer; "": none */
	const char *layers, *heads, *kv, *width;  /* keys of config.json, if not the usual ones, key*2 twice it; kv "1", "H": as many */
	const char *scale;      /* NULL: d_head^-1/2; "1"; a key; a key^-1/2; a list, of n: ((1 + n) d_head)^-1/2 */
	const char *defaults;   /* of keys that config.json leaves out: words key=value, type:key=value for one of the types */
	int traits;
	const char *v;          /* tensor of values; NULL: in q or, LATENT, in k */
	const char *o;          /* W_O, [d_model, heads d_v], TRANSPOSED [heads d_v, d_model]; NULL: not known */
};

extern const struct family families[];
extern const size_t nfamilies;

/* What has no heads of that kind, and why: for a message. */
struct refused { const char *types, *why; };

extern const struct refused refused[];
extern const size_t nrefused;

/* config.json, or what a file of GGUF says in its place, and where in it the model stands
 * that is read. */
struct config {
	char *path;
	json_t *root, *in;              /* in: the object that keys are looked up in */
	int gguf;
	const char *what;               /* what the file calls the type */
	const char *type;               /* model_type, general.architecture */
	char text_type[48];
};

/* The search for the heads of one stack: what is looked for, and where.  Nearly
 * every function below takes what it needs from here. */
struct search {
	const struct config *config;
	const struct family *family;    /* the row that says what the stack's tensors are called */
	const struct tensors *ts;
	const char *prefix;             /* what the names begin with in this checkpoint: of */
	char found[512];                /* here */
	struct stack *stack;            /* which is being filled */
	size_t hidden;                  /* d_model as config.json has it */
	enum circuit circuit;           /* which two matrices are looked for */
	int info;                       /* what is not known is no error */
	int fold, scale, rotary;        /* norms, scales, turns are asked for, */
	long farthest;                  /* these up to so many tokens */
	int pass;                       /* not M: all that a forward pass needs */
	const struct ranges *layers;    /* those that are looked for */
	int part;                       /* the file given is one of several */
	int adapters;                   /* names_adapters */
	const char *inside;             /* which part of the model around it, as struct inner calls it; "": what that is around */
	unsigned said;                  /* warnings already given, a bit each */
	struct map *seen;               /* patterns of tensors of queries, with what they begin with, */
	size_t others;                  /* of which the first are of other parts */
};

/* timm.c - models that timm wrote ------------------------------------------------------------- */

/* Says in root, the config.json at path, what it leaves out, if it is of timm: as model_type
 * timm_vit; dies if that is not known of the architecture. */
void timm_config(json_t *root, const char *path, const struct tensors *ts);

/* open_clip.c - models that open_clip wrote ------------------------------------------------------- */

/* Says in root, the open_clip_config.json at path, as Hugging Face would, what its transformers are; dies
 * if there is more in these than is known. */
void open_clip_config(json_t *root, const char *path, const struct tensors *ts);

/* config.c - config.json ---------------------------------------------------------------- */

/* Reads config.json beside the tensors at path, a directory or a file, or the keys of
 * ts, if they are of GGUF; config_free frees what is in c. */
void config_read(struct config *c, const char *path, const struct tensors *ts);
void config_free(struct config *c);

/* The first of the keys a|b|c, each of the form x or x.y, y a number if x is an array, perhaps
 * times a number, x*2, that is there and not null, or the family's default of one that is absent: as number, false 0;
 * NaN: there is none.  true dies, but of a flag is 1. */
double config_number(const struct search *s, const char *keys);
double config_flag(const struct search *s, const char *keys);

/* The text of the family's default of a key of len bytes, which a blank may end; NULL if it has none. */
const char *config_default(const struct search *s, const char *key, size_t len);

/* The same as a truth, false if there is none; as a whole number, least to 10^6, or
 * 0 if there is none; the same from 1 on; one that must be there. */
int config_true(const struct search *s, const char *keys);
size_t config_count(const struct search *s, const char *keys, int least);
size_t config_size(const struct search *s, const char *keys);
size_t config_need(const struct search *s, const char *keys);

/* A whole number that may be one for all layers, or an array of one for each; whether a key has an array. */
size_t config_count_at(const struct search *s, const char *keys, int least, size_t layer);
int config_is_array(const struct search *s, const char *keys);

/* It is that of a model around others, each of which has a section. */
int config_is_around(const struct config *c);

/* The conditions of the row hold; the row is one for the type; there is one; *n = the types most
 * like that of c, which is none; word is one of the blank-separated words. */
int config_holds(const struct search *s);
int config_is(const struct config *c, const struct family *fam, const char *type);
int config_knows(const struct config *c, const char *type);
void config_like(const struct config *c, struct near *n);
int config_word(const char *words, const char *word);

/* names.c - names of tensors ----------------------------------------------------------- */

/* Ends a message about what is absent, if it may be in another file. */
const char *names_part(const struct search *s);

enum { NAME = 512 };

/* buf = prefix and the first of the alternatives a|b, {} replaced by the layer;
 * returns where the next begins, NULL behind the last. */
const char *names_spell(char buf[NAME], const char *prefix, const char *pattern, size_t layer);

/* pattern, or its first alternative, its last part replaced by name. */
char *names_sibling(const char *pattern, const char *name, char buf[NAME]);

/* The tensor called so; of a pattern, buf then its name without .weight, that of the
 * first alternative if there is none.  Or NULL. */
const struct tensor *names_suffixed(const struct tensors *ts, const char *name, const char *suffix);
const struct tensor *names_find(const struct search *s, const char *prefix, const char *pattern, size_t layer,
    char buf[NAME]);

/* What a family's names usually begin with: the k-th, NULL behind the last. */
const char *names_prefix(size_t k);

/* prefix = what they begin with here: the first of the usual ones with which a tensor
 * of the pattern is there, in one of so many layers, or the only other one; 0: none
 * is.  Dies of two others. */
int names_find_prefix(const struct search *s, const char *pattern, size_t layers, char prefix[NAME]);

/* Some tensors are those of an adapter.  Dies if one changes the weight called stem, or, if that is "", any. */
int names_adapters(const struct tensors *ts);
void names_refuse_adapter(const struct search *s, const char *stem);

/* A tensor of layer l is there, whatever it is. */
int names_layer(const struct search *s, size_t l);

/* Names of tensors that look like attention, for a message: those of the first
 * layer that has one. */
enum { NAMES_ALIKE = 2600 };
void names_alike(const struct tensors *ts, char buf[NAMES_ALIKE]);

/* The length of a name without .weight; buf = its first len bytes, {} for each number. */
size_t names_stem(const char *name);
void names_generalise(char buf[NAME], const char *name, size_t len);

/* buf = the name of q in the first layer that is there, its last part replaced by end. */
char *names_first(const struct search *s, const char *end, char buf[NAME]);

/* The next tensor, from the k-th on, that lies beside q of the first layer that is there:
 * its name behind what both begin with; k goes behind it.  NULL: there is none. */
const char *names_beside(const struct search *s, size_t *k);

/* parts.c - models inside a model ------------------------------------------------------------ */

/* A section of config.json that is of a family of its own: what it is called, without _config,
 * behind those that it is in, a.b; its type in the table. */
enum { SECTION = 64 };
struct parts {
	struct inner { char name[SECTION], type[SECTION]; json_t *in; } *part;
	size_t n, cap;
};

/* All but the one that config_read chose, in the order of the file. */
void parts_find(struct parts *p, const struct config *c);
void parts_free(struct parts *p);

/* What tensors are called up to the number of a layer says that they are of the part that is looked for;
 * what stands before the names of a family, n bytes, says that they are of another one. */
int parts_within(const struct search *s, const char *name, size_t n);
int parts_other(const struct search *s, const char *prefix, size_t n);

/* guess.c - models that are not known ---------------------------------------------------- */

/* The first family with q and k of their own, or in GGUF, where the order of heads is
 * the same for all, fused, whose names are there, or NULL; of OV with v and W_O too, beside
 * them.  A model of GGUF with latent attention in some layers has another kind in those that
 * have plain names. */
const struct family *guess_family(const struct search *s);

/* Dies, or warns, of what lies beside q and k and may change them; of OV dies of all that may
 * change v or the output. */
void guess_check(const struct search *s);

/* Warns of tensors that look like those of queries and are not called as those that
 * were seen. */
void guess_left_out(const struct search *s);

/* layout.c - where heads lie in tensors --------------------------------------------------- */

/* What --layout calls it, NULL for the last one, which it cannot name. */
const char *layout_name(enum layout l);

/* q and k lie in one tensor. */
int layout_one_tensor(enum layout l);

/* The projection of a layer to queries, to keys, to values, or the transpose of that of
 * what heads give, with its scales and, if asked for, its norm.  Dies if it is not there, or
 * of another shape or type. */
enum part { PART_Q, PART_K, PART_V, PART_O };
void layout_find(const struct search *s, size_t layer, enum part part, struct proj *p);

/* quant.c - quantised weights -------------------------------------------------------------- */

/* t, if there is one, is in FP8, which is read if it has scales. */
int quant_fp8(const struct tensor *t);

/* Dies if the weight called name is there, but packed; t is what has that name, if it
 * is there. */
void quant_refuse_packed(const struct search *s, const struct tensor *t, const char *name);

/* Dies if the weight called name is not there as it should be because it is packed,
 * or config.json says that the model is quantised. */
void quant_refuse(const struct search *s, const char *name);

/* Dies if t is not of numbers that are read: FP8 is in a matrix only. */
void quant_check(const struct search *s, const struct tensor *t, const char *name, int matrix);

/* The scales of t, if it is in FP8, or in a file that has some for it. */
void quant_scales(const struct search *s, const struct tensor *t, struct scales *sc);

/* A value of quantization_config, NULL if there is none. */
json_t *quant_config(const struct search *s, const char *key);

/* The sides of blocks that have a scale each, if config.json has them. */
void quant_blocks(const struct search *s, struct scales *sc);

/* pack.c - weights that lie in numbers of another type ---------------------------------------------- */

/* AFFINE: scale q + bias, MLX.  SCALED: scale q, FP4 and FP8.  GPTQ, AWQ: scale (q - zero).  TABLE: bitsandbytes'
 * NF4 and FP4.  INT8: its other one.  WHOLE: scale (q - zero) as compressed-tensors has it. */
enum packing { PACK_AFFINE, PACK_SCALED, PACK_GPTQ, PACK_AWQ, PACK_TABLE, PACK_INT8, PACK_WHOLE };

struct packed {
	struct tensor t;                /* what it is unpacked: rows by columns of doubles; its data are not these */
	enum packing kind;
	char called[16];                /* for column weights */
	unsigned bits;
	unsigned one;                   /* GPTQ: what is added to a zero; WHOLE: the bit of signs, 0: in words */
	int divide;                     /* SCALED: by factor */
	const struct tensor *q, *scales, *zeros;        /* zeros: biases of MLX; TABLE: of scales that are bytes, their scales */
	const struct tensor *order;     /* GPTQ, WHOLE: the group of each input, NULL: in order; TABLE: the table of scales, or NULL */
	const struct tensor *map;       /* TABLE: the table of weights */
	const struct tensor *with[6];   /* all of these that there are, and others, nwith, that numbers below are from */
	size_t nwith;
	size_t rows, cols;              /* of elements that share a scale; TABLE: cols end to end, and rows of the scales */
	double factor;                  /* TABLE: added to scales that are bytes */
};

/* What t, of the weight called name that has cols inputs, is unpacked, if it is packed in one of
 * these ways; else NULL.  Dies if what lies beside it does not fit. */
const struct tensor *pack_find(const struct search *s, const struct tensor *t, const char *name, size_t cols);

/* The same of n matrices of rows by cols, the rows of all end to end, that lie as MXFP4 under name, _blocks and
 * _scales: gpt_oss's. */
const struct tensor *pack_experts(const struct search *s, const char *name, size_t n, size_t rows, size_t cols);

/* unpack.c - numbers out of them ---------------------------------------------------------------------- */

/* x[0..n) = those of row i from column j on. */
void unpack(const struct packed *p, size_t i, size_t j, size_t n, double *x);

/* kinds.c - kinds of layers -------------------------------------------------------------------- */

/* What layer_types says of layer l, NULL: there is no such list. */
const char *kinds_type(const struct search *s, size_t l);

/* How many positions layer l sees, as config.json says, if its attention is sliding or
 * chunked; 0: all. */
size_t kinds_window(const struct search *s, size_t l);

/* Layer l has rotary positions; they are those that rope_scaling is of, if it does not
 * tell types of layers apart by itself. */
int kinds_rotary(const struct search *s, size_t l);
int kinds_rotary_scaled(const struct search *s, size_t l);

/* rope.c - what the logits are multiplied by -------------------------------------------------- */

/* What config.json says of rotary positions, NULL: nothing; dies if it is no object.  In *newer whether
 * it is rope_parameters, not rope_scaling.  What scales them there, NULL: nothing does. */
json_t *rope_said(const struct search *s, int *newer);
const char *rope_type(const struct search *s, const json_t *r);

double rope_scale(const struct search *s, size_t layer);

/* The two parts of it: what q'k is multiplied by, and what q and k each are multiplied by where they
 * are turned. */
double rope_base_scale(const struct search *s, size_t layer);
double rope_turn_scale(const struct search *s, size_t layer);

/* How many positions the model was trained for, or is stretched to in the layer; infinity: config.json does
 * not say, or what stretches them goes by the length of the text. */
double rope_trained(const struct search *s, size_t layer);

/* Rotary positions scale a part of each head, which rope_scale leaves out. */
int rope_left_out(const struct search *s);

/* rotary.c - how positions turn q and k ---------------------------------------------------------- */

/* The option that asks for it, for messages. */
const char *rotary_option(const struct search *s);

/* How the family is turned is known. */
int rotary_is_known(const struct search *s);

/* Fills t for layer l of the stack, whose sizes are known; t->why: why it cannot be. */
void rotary_find(const struct search *s, size_t l, struct rotary *t);
void rotary_free(struct rotary *t);

/* stack.c - the layers of a stack -------------------------------------------------------------- */

/* A new stack behind those that m has; pointers to the others move. */
struct stack *stack_add(struct model *m, const char *name);

/* Dies if there are fewer tensors in all than n layers, though all are asked for. */
void stack_check(const struct search *s, size_t n);

/* Fills s->stack; sizes, then its layers: returns how many of them have no softmax
 * attention. */
void stack_sizes(struct search *s);
size_t stack_layers(struct search *s);

/* Its keys come from another model, whose hidden state has *n components and not as many as its own. */
int stack_keys_differ(const struct search *s, size_t *n);

/* How many of the last layers take the keys of a layer before them. */
size_t stack_shared(const struct search *s);

/* Where config.json says how many layers there are. */
#define STACK_LAYERS "num_hidden_layers|n_layer|n_layers|num_layers|decoder_layers|encoder_layers"

/* traits.c - warnings ------------------------------------------------------------------------------ */

/* Warns, once for each, of what M leaves out in this stack; skipped: layers without
 * softmax attention. */
void traits_warn(struct search *s, size_t skipped);

/* proj.c - the projection of one head ------------------------------------------------------------ */

/* W of the head is not a part of the file, but computed. */
int proj_is_made(const struct proj *p);

/* x = W of the head, with its norm if that is to be folded; made (rows + tail by n)
 * and scale (n) are filled as needed.  work: proj_work.  Returns 0 if the norm has
 * NaN or Inf. */
size_t proj_work(const struct proj *p);
int proj_head(const struct proj *p, size_t head, struct prod_mat *x, double *made, double *scale, double *work);

/* Dies of the projection of a head that could not be computed: of the tensor that
 * is bad, or of a product that is beyond all doubles.  of: "" or "key ". */
_Noreturn void proj_die(const struct proj *p, const char *of, size_t layer, size_t head);

/* The bytes of its tensors are those that were written, as far as their file can tell: by
 * one thread at a time.  proj_check dies if they are not. */
int proj_whole(const struct proj *p);
void proj_check(const struct proj *p);

/* The pages of its tensors may go from memory. */
void proj_release(const struct proj *p);

/* pair.c - W_Q and W_K of a head to its spectrum --------------------------------------------------- */

/* What is computed of a head, in one array: these, then its singular values. */
enum { Q_FRO, K_FRO, TR1, TR2, COPYING, DIRECTION, FACTS };

enum pair_code { PAIR_OK = 0, PAIR_BAD_Q, PAIR_BAD_K, PAIR_NOT_CONVERGED, PAIR_DAMAGED };

/* What is asked of it: with copying the eigenvalues too, which cost a third of all else, with
 * direction the norms of rows and columns of M. */
struct pair_spec {
	enum metric metric;
	int copying, direction;
	const struct rotary *rotary;    /* of distances */
	const long *distance;
	size_t ndistance;               /* 0: once, without */
};

/* q and k, m by n each, and where their factors R_Q and R_K, their product
 * S = W_K W_Q' (m by m each), the last two of a turned q and what else is needed are put. */
struct pair {
	struct prod_mat q, k;
	double *rk, *rq, *s, *rturn, *sturn, *work;
};

/* Dies if arrays of m by m, of which there are some twenty, could be far more than the m by n
 * numbers that the file has: where m > n, as in no model, m is 512 at most. */
void pair_fits(const char *file, ptrdiff_t m, ptrdiff_t n);

/* All of them into one array of pair_space(m, n), all but the last m by m; first pair_fits. */
size_t pair_space(ptrdiff_t m, ptrdiff_t n);
void pair_place(struct pair *p, ptrdiff_t m, double *space);

/* R_K and its norm, once for all queries that share the key; then, of a query, the
 * other facts (COPYING, DIRECTION are NaN if not asked for) and the m singular values to out, and behind
 * them, FACTS + m numbers on, those of the next distance.  PAIR_BAD_...: NaN or Inf, or a
 * product overflows. */
enum pair_code pair_key(struct pair *p, double *k_fro);
enum pair_code pair_query(struct pair *p, const struct pair_spec *spec, double *out);

/* *out = sum re / sum |.| over the eigenvalues of S, m by m; NaN if all are zero.  Returns
 * 0, 1 if they do not converge. */
size_t pair_copying_work(ptrdiff_t m);
int pair_copying(const double *s, ptrdiff_t m, double *out, double *work);

/* The head's facts and singular values are those of out. */
void pair_facts(struct head *h, const double *out);

/* json.c - to those who read a JSON text themselves ----------------------------------------- */

/* Python's three words that are not JSON: the length of the one that stands at s, of len bytes,
 * 0 if none does. */
size_t json_word(const char *s, size_t len);

/* Any value, whole numbers as doubles; NULL, and *e, which may be NULL: the text is not JSON, or
 * has a key twice. */
json_t *json_any(const struct json_words *t, json_error_t *e);

/* numbers.c - arrays of numbers ------------------------------------------------------------ */

/* The values of the arrays of a text that have nothing but numbers and missing values, null
 * or one of Python's words, which are NaN. */
struct numbers;

/* The tree of the text, len bytes without a NUL and a NUL behind them, in which each of these
 * arrays is a place to be handed to numbers_of; threads read those of a long text.  NULL: it
 * is not JSON, and json_any of all of it says why. */
json_t *numbers_read(const char *text, size_t len, int threads, struct numbers **numbers);

/* The n > 0 values of such an array, the caller's to change until numbers_free; NULL and 0: a
 * is something else, or an array with something else in it, or with nothing. */
double *numbers_of(const struct numbers *t, const json_t *a, size_t *n);
void numbers_free(struct numbers *t);

#endif
