/* packed.c - whatever config.json and the header of a file say of weights that are
 * quantised, the reader refuses them or unpacks numbers that lie in the file.
 *
 * An input is config.json, a NUL byte and a whole .safetensors file. */
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "held.h"
#include "private.h"

/* Every number of a projection's weights, a head at a time. */
static void
unpack_all(const struct proj *p, size_t heads)
{
	double *made = mem_new((size_t)((p->rows + p->tail) * p->n), sizeof *made);
	double *scale = mem_new((size_t)p->n, sizeof *scale), *work = mem_new(proj_work(p), sizeof *work);
	struct prod_mat x;
	volatile double sum = 0;

	for (size_t h = 0; h < heads; h++) {
		proj_head(p, h, &x, made, scale, work);
		for (ptrdiff_t i = 0; i < x.m && proj_is_made(p); i++)
			for (ptrdiff_t j = 0; j < x.n; j++)
				sum = sum + made[i*x.n + j];
	}
	proj_release(p);
	fuzz_free(made);
	fuzz_free(scale);
	fuzz_free(work);
}

static void
look_at(const uint8_t *data, size_t size)
{
	char path[256];
	struct model *m;

	(void)data;
	(void)size;
	snprintf(path, sizeof path, "%s/x.safetensors", files_dir);
	m = model_open(path, &(struct model_spec){ .fold = 0 });
	for (size_t s = 0; s < m->nstack; s++)
		for (size_t l = 0; l < m->stack[s].num_layers; l++) {
			const struct layer *y = &m->stack[s].layer[l];

			if (y->present) {
				unpack_all(&y->q, y->heads);
				unpack_all(&y->k, y->kv_heads);
			}
		}
	model_free(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int begun;
	const uint8_t *end = memchr(data, '\0', size);

	if (!begun++)
		files_begin();
	if (end == NULL)
		return 0;
	files_write("config.json", data, (size_t)(end - data));
	files_write("x.safetensors", end + 1, size - (size_t)(end + 1 - data));
	held_look(look_at, data, size);
	return 0;
}
