/* model.h - where heads come from.  Uses io (and dies as io does) and num. */
#ifndef MODEL_H
#define MODEL_H

#include <stddef.h>

#include "io.h"

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

#endif
