/* source.c - heads one after the other, whatever holds them: a dump, a checkpoint,
 * or matrices as CSV, told apart by content. */
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* dump --------------------------------------------------------------------- */

static void
dump_open(struct source *src)
{
	struct dump *d = src->dump = dump_read(src->gz, 1, src->opts->threads);

	src->gz = NULL;
	src->num_layers = d->num_layers;
	src->num_heads = d->num_heads;
	src->count = d->num_layers * d->num_heads;
	src->ncol = d->ncol;
	src->name = d->name;
	src->nsv = d->nsv;
}

static int
dump_next(struct source *src, struct head *h)
{
	const struct dump *d = src->dump;
	size_t i = src->at;

	if (i == src->count)
		return 0;
	*h = (struct head){
		.num_layers = d->num_layers, .layer = i / d->num_heads, .head = i % d->num_heads,
		.measured = d->ncol > 0 ? d->value + i * d->ncol : NULL,
		.s = d->spectrum[i].s, .ns = (ptrdiff_t)d->spectrum[i].n,
		.last = (i + 1) % d->num_heads == 0,
	};
	src->at++;
	return 1;
}

/* checkpoint --------------------------------------------------------------- */

/* Of all layers, whichever are asked for. */
static int
has_windows(const struct model *m)
{
	size_t n = 0, narrow = 0;

	for (size_t i = 0; i < m->nstack; i++)
		for (size_t l = 0; l < m->stack[i].num_layers; l++, n++)
			narrow += m->stack[i].layer[l].window > 0;
	return narrow > 0 && narrow < n;
}

static void
checkpoint_open(struct source *src)
{
	struct model_spec spec = src->spec.model;
	struct model *m;

	spec.layers = src->spec.layers;
	if ((spec.rotary = src->spec.by_frequency) != 0)
		spec.farthest = -1;
	for (size_t i = 0; src->spec.distances != NULL && i < src->spec.distances->n; i++) {
		spec.rotary = 1;
		if (src->spec.distances->at[i] > spec.farthest)
			spec.farthest = src->spec.distances->at[i];
	}
	m = src->model = model_open(src->file, &spec);

	for (size_t i = 0; i < m->nstack; i++) {
		const struct stack *st = &m->stack[i];

		src->num_layers = st->num_layers > src->num_layers ? st->num_layers : src->num_layers;
		src->num_heads = st->heads > src->num_heads ? st->heads : src->num_heads;
		src->stacks |= st->name != NULL;        /* of several the first may have none */
	}
	src->windows = has_windows(m);
	src->types = m->rounded ? m->types : NULL;
	src->weights = 1;
}

/* The work begins: the lists were checked against the sizes. */
static void
checkpoint_start(struct source *src)
{
	const struct source_spec *spec = &src->spec;

	src->heads = heads_start(src->model, &(struct heads_spec){
		.layers = spec->layers, .heads = spec->heads, .metric = spec->metric, .scale = spec->model.scale,
		.copying = spec->copying, .distances = spec->distances, .by_frequency = spec->by_frequency,
		.directionality = spec->directionality,
	}, src->opts->threads);
	src->count = heads_count(src->heads);
	src->nsv = (size_t)heads_width(src->heads);
}

/* matrices ----------------------------------------------------------------- */

static void
csv_open(struct source *src)
{
	const struct source_spec *spec = &src->spec;

	src->matrices = matrices_open(src->gz, src->opts, spec);
	src->gz = NULL;
	src->num_layers = spec->num_layers;
	src->weights = 1;
	src->waiting = matrices_next(src->matrices, &src->ahead);
	src->nsv = src->waiting ? (size_t)src->ahead.ns : 0;
}

static int
csv_next_head(struct source *src, struct head *h)
{
	if (!src->waiting)
		return matrices_next(src->matrices, h);
	*h = src->ahead;
	src->waiting = 0;
	return 1;
}

/* all ---------------------------------------------------------------------- */

struct source *
source_open(const char *path, const struct opts *o)
{
	struct source *src = mem_new(1, sizeof *src);
	const char *begin, *name;
	size_t n;
	int c;

	src->opts = o;
	if (model_is(path)) {
		src->kind = SOURCE_CHECKPOINT;
		src->file = mem_text(path, strlen(path));
		return src;
	}
	src->gz = opts_in(o, path);
	name = gz_name(src->gz);
	src->file = mem_text(name, strlen(name));
	c = gz_peek(src->gz);
	begin = gz_peeked(src->gz, &n);
	model_refuse(name, begin, n);
	strange_refuse(src->gz);
	src->kind = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '"' ? SOURCE_MATRICES : SOURCE_DUMP;
	return src;
}

void
source_start(struct source *src, const struct source_spec *spec)
{
	src->spec = *spec;
	switch (src->kind) {
	case SOURCE_DUMP:
		dump_open(src);
		break;
	case SOURCE_CHECKPOINT:
		checkpoint_open(src);
		break;
	case SOURCE_MATRICES:
		csv_open(src);
		break;
	}
	if (src->num_layers > 0)
		ranges_check(spec->layers, src->num_layers);
	if (src->num_heads > 0)
		ranges_check(spec->heads, src->num_heads);
	if (src->model != NULL)
		checkpoint_start(src);
}

void
source_follow(struct source *src, struct out *o)
{
	if (src->matrices != NULL)
		matrices_follow(src->matrices, o);
}

int
source_next(struct source *src, struct head *h)
{
	switch (src->kind) {
	case SOURCE_DUMP:
		return dump_next(src, h);
	case SOURCE_CHECKPOINT:
		return heads_next(src->heads, h);
	case SOURCE_MATRICES:
		return csv_next_head(src, h);
	}
	return 0;
}

void
source_close(struct source *src)
{
	if (src->dump != NULL)
		dump_free(src->dump);
	if (src->heads != NULL)
		heads_free(src->heads);
	if (src->model != NULL)
		model_free(src->model);
	if (src->matrices != NULL)
		matrices_close(src->matrices);
	free(src->file);
	free(src);
}
