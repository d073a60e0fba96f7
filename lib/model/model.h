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

/* Tells jansson to die, as mem_new does, when there is no memory. */
void json_heap(void);

/* The object that is the text of len bytes, or the regular file; anything else,
 * duplicate keys among it, dies: "path: not WHAT: ...".  json_decref frees it. */
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

#endif
