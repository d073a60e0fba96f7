/* gguf.c - whatever a file of GGUF says, the reader refuses it or hands out tensors that lie
 * in the file, and heads that lie in the tensors and can be computed.
 *
 * An input is a byte and a text, a whole file.  1: with norms and scales; 2: only its
 * tensors are read; 4: W_O and W_V; 8: at distances. */
#include <stdio.h>

#include "files.h"
#include "held.h"
#include "model.h"

/* What the head's numbers are in lies in the file. */
static void
check_head(const struct layer *y, const struct proj *p, int k)
{
	const struct tensor *w = p->w, *a = p->inner;
	size_t rows = w->ndim > 2 ? w->shape[0] * w->shape[1] : w->shape[0], heads = k ? y->kv_heads : y->heads;
	size_t last = heads - 1, per = w->ndim > 2 ? w->shape[1] : (size_t)p->rows;

	held_check(p->rows > 0 && p->n > 0 && w->readable && (!p->transposed || w->ndim == 2));
	if (p->transposed)
		rows = w->shape[1];
	held_check(p->base + last/p->per * p->big + last%p->per * p->small + per <= rows || w->ndim > 2);
	held_check(a != NULL || w->shape[!p->transposed] == (size_t)p->n);
	held_check(a == NULL || (a->shape[0] >= w->shape[1] + (size_t)p->tail && a->shape[1] == (size_t)p->n &&
	    p->gain->shape[0] == w->shape[1]));
	held_check(p->weight == NULL || (p->weight->ndim == 1 && p->weight->shape[0] == (size_t)p->n));
}

static void
run(const char *path, int what)
{
	const int fold = (what & 1) != 0, ov = (what & 4) != 0, scale = fold && !ov, turned = (what & 8) != 0 && !ov;
	const struct distances d = { .n = 2, .at = (long[]){ 0, 7 } };
	struct model *m = model_open(path, &(struct model_spec){ .circuit = ov ? CIRCUIT_OV : CIRCUIT_QK, .fold = fold,
	    .scale = scale, .rotary = turned });
	struct heads *hs;
	struct head h;
	size_t most = 0, n = 0;

	for (size_t s = 0; s < m->nstack; s++)
		for (size_t l = 0; l < m->stack[s].num_layers; l++) {
			const struct layer *y = &m->stack[s].layer[l];

			if (!y->present)
				continue;
			held_check(y->kv_heads > 0 && y->heads % y->kv_heads == 0 && y->heads <= m->stack[s].heads);
			check_head(y, &y->q, 0);
			check_head(y, &y->k, 1);
			held_check(y->scale > 0 && y->scale * 0 == 0);
			most = (size_t)y->q.n > most ? (size_t)y->q.n : most;
		}
	hs = heads_start(m, &(struct heads_spec){ .metric = METRIC_FULL, .scale = scale, .distances = turned ? &d : NULL }, 1);
	while (n++ < 20 && most <= 512 && heads_next(hs, &h))
		held_check(h.ns > 0 && h.s[0] >= h.s[h.ns - 1]);
	heads_free(hs);
	model_free(m);
}

/* What the first byte says. */
static void
look_at(const uint8_t *data, size_t size)
{
	char path[256];

	(void)size;
	snprintf(path, sizeof path, "%s/x.gguf", files_dir);
	if (data[0] & 2)
		files_read(path);
	else
		run(path, data[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int begun;

	if (!begun++)
		files_begin();
	if (size == 0)
		return 0;
	files_write("x.gguf", data + 1, size - 1);
	held_look(look_at, data, size);
	return 0;
}
