/* safetensors.c - whatever stands in the header of a file, in an index or in
 * config.json, the reader refuses it or hands out tensors that lie in the file, and
 * heads that lie in the tensors.
 *
 * An input is a byte and a text.  1: the text is a whole .safetensors file; 0: an
 * index beside shards "a", "b", "c" that are good; 2 (its second bit): config.json
 * beside a file with tensors of some families.  make fuzz; then $B/fuzz-safetensors tests/fuzz/seeds/safetensors.  make
 * check gives it the seeds through replay.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "held.h"
#include "model.h"

/* A shard with one tensor, called as it is. */
static void
write_shard(const char *name)
{
	char b[128] = { 0 };
	int n = snprintf(b + 8, sizeof b - 8, "{\"%s\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":[0,4]}}", name);

	b[0] = (char)n;
	files_write(name, b, 8 + (size_t)n + 4);
}

/* Tensors of one layer, a hidden size of 2, and of more in FP8 (type 1), with
 * scales. */
static void
write_whole(void)
{
	static const char *const types[] = { "BF16", "F8_E4M3" };
	static const struct { const char *name; int m, n, type; } t[] = {
		{ "model.layers.1.self_attn.q_proj.weight", 4, 2, 1 }, { "model.layers.1.self_attn.k_proj.weight", 2, 2, 1 },
		{ "model.layers.1.self_attn.q_proj.weight_scale_inv", 2, 1, 0 },
		{ "model.layers.1.self_attn.k_proj.weight_scale", 2, 1, 0 },
		{ "model.layers.1.self_attn.q_b_proj.weight", 4, 2, 1 }, { "model.layers.1.self_attn.kv_b_proj.weight", 4, 2, 1 },
		{ "model.layers.1.self_attn.q_a_proj.weight", 2, 2, 1 },
		{ "model.layers.1.self_attn.q_a_layernorm.weight", 2, 0, 0 },
		{ "model.layers.1.self_attn.kv_a_proj_with_mqa.weight", 3, 2, 1 },
		{ "model.layers.1.self_attn.kv_a_layernorm.weight", 2, 0, 0 },
		{ "model.layers.1.self_attn.q_b_proj.weight_scale_inv", 2, 1, 0 },
		{ "model.layers.1.self_attn.kv_b_proj.weight_scale_inv", 2, 1, 0 },
		{ "model.layers.1.self_attn.q_a_proj.weight_scale_inv", 1, 1, 0 },
		{ "model.layers.1.self_attn.kv_a_proj_with_mqa.weight_scale_inv", 2, 1, 0 },
		{ "model.layers.0.self_attn.q_proj.weight", 4, 2, 0 }, { "model.layers.0.self_attn.k_proj.weight", 2, 2, 0 },
		{ "model.layers.0.input_layernorm.weight", 2, 0, 0 }, { "model.layers.1.input_layernorm.weight", 2, 0, 0 },
		{ "model.layers.0.self_attn.q_b_proj.weight", 4, 2, 0 }, { "model.layers.0.self_attn.kv_b_proj.weight", 4, 2, 0 },
		{ "model.layers.0.self_attn.q_a_proj.weight", 2, 2, 0 }, { "model.layers.0.self_attn.q_a_layernorm.weight", 2, 0, 0 },
		{ "model.layers.0.self_attn.kv_a_proj_with_mqa.weight", 3, 2, 0 },
		{ "model.layers.0.self_attn.kv_a_layernorm.weight", 2, 0, 0 },
		{ "model.layers.0.self_attn.v_proj.weight", 2, 2, 0 }, { "model.layers.0.self_attn.o_proj.weight", 2, 4, 0 },
		{ "model.layers.1.self_attn.v_proj.weight", 2, 2, 0 }, { "model.layers.1.self_attn.o_proj.weight", 2, 4, 1 },
		{ "model.layers.1.self_attn.o_proj.weight_scale", 2, 1, 0 },
		{ "transformer.h.0.attn.c_proj.weight", 2, 2, 0 }, { "encoder.block.0.layer.0.SelfAttention.v.weight", 4, 2, 0 },
		{ "encoder.block.0.layer.0.SelfAttention.o.weight", 2, 4, 0 },
		{ "model.layers.0.self_attn.qkv_proj.weight", 8, 2, 0 }, { "transformer.h.0.attn.c_attn.weight", 2, 6, 0 },
		{ "gpt_neox.layers.0.attention.query_key_value.weight", 6, 2, 0 },
		{ "transformer.h.0.self_attention.query_key_value.weight", 4, 2, 0 },
		{ "transformer.h.0.attn.qkv_proj.weight", 24, 8, 0 },
		{ "encoder.block.0.layer.0.SelfAttention.q.weight", 4, 2, 0 },
		{ "encoder.block.0.layer.0.SelfAttention.k.weight", 4, 2, 0 },
		{ "encoder.layers.0.self_attn.q_proj.weight", 2, 2, 0 }, { "encoder.layers.0.self_attn.k_proj.weight", 2, 2, 0 },
		{ "bert.encoder.layer.0.attention.self.query.weight", 2, 2, 0 },
		{ "bert.encoder.layer.0.attention.self.key.weight", 2, 2, 0 }, { "bert.embeddings.LayerNorm.weight", 2, 0, 0 },
	};
	static char b[8192];
	char shape[32];
	size_t len = 8, at = 0;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		size_t bytes = (2u >> t[i].type) * (size_t)t[i].m * (size_t)(t[i].n > 0 ? t[i].n : 1);

		snprintf(shape, sizeof shape, t[i].n > 0 ? "%d,%d" : "%d", t[i].m, t[i].n);
		len += (size_t)sprintf(b + len, "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%zu,%zu]}",
		    i == 0 ? "{" : ",", t[i].name, types[t[i].type], shape, at, at + bytes);
		at += bytes;
	}
	b[len++] = '}';
	b[0] = (char)((len - 8) & 255);
	b[1] = (char)((len - 8) >> 8);
	files_write("whole.safetensors", b, len + at);
}

static void
begin(void)
{
	files_begin();
	write_shard("a");
	write_shard("b");
	write_shard("c");
	write_whole();
}

/* The scales of the last number of t lie in their tensor, which is the last one. */
static void
check_scales(const struct tensor *t, const struct scales *s)
{
	const int is = t != NULL && (t->type == NUM_F8_E4M3 || t->type == NUM_F8_E5M2);

	held_check(is == (s->of != NULL));
	held_check(!is || (s->of->readable && (t->shape[0] - 1) / s->rows == s->of->shape[0] - 1 &&
	    (t->shape[1] - 1) / s->cols == s->of->shape[1] - 1));
}

/* The head's rows lie in the tensor, and what stands beside it has its shape. */
static void
check_head(const struct proj *p, size_t head)
{
	const struct tensor *w = p->w, *a = p->inner;
	size_t first = p->base + head/p->per * p->big + head%p->per * p->small;
	size_t r = w->shape[1], n = (size_t)p->n, tail = (size_t)p->tail;

	held_check(p->rows > 0 && p->n > 0 && w->readable);
	held_check(first + (size_t)p->rows <= w->shape[p->transposed]);
	held_check(a != NULL || w->shape[!p->transposed] == n);
	held_check(a == NULL || (a->readable && a->shape[0] >= r + tail && a->shape[1] == n && p->gain->shape[0] == r));
	check_scales(w, &p->wscales);
	check_scales(a, &p->iscales);
	held_check(p->weight == NULL || (p->weight->ndim == 1 && p->weight->shape[0] == n));
}

/* Pairs that are turned lie in the head, and the rest is in one piece. */
static void
check_turns(const struct rotary *t, ptrdiff_t d_head)
{
	held_check(t->why == NULL && t->first >= 0 && t->n >= 0);
	held_check(t->n == 0 || t->first + (t->n - 1)*t->step + t->apart < d_head);
	held_check(t->first == 0 || t->first + 2*t->n == d_head);
	for (ptrdiff_t i = 0; i < t->n; i++)
		held_check(t->freq[i] >= 0 && t->freq[i] <= 1);
}

/* Every head that is found, with its norm and scale and without, of either circuit, with
 * rotary positions. */
static void
look_heads(const char *path, int more, int ov, int rotary)
{
	struct model *m = model_open(path, &(struct model_spec){
		.circuit = ov ? CIRCUIT_OV : CIRCUIT_QK, .fold = more, .scale = more && !ov, .rotary = rotary && !ov,
	});

	for (size_t s = 0; s < m->nstack; s++)
		for (size_t l = 0; l < m->stack[s].num_layers; l++) {
			const struct stack *st = &m->stack[s];
			const struct layer *y = &st->layer[l];

			if (rotary && !ov)
				check_turns(&y->rotary, st->d_head);
			held_check(!y->present || (y->kv_heads > 0 && y->heads % y->kv_heads == 0 && y->heads <= st->heads));
			for (size_t i = 0; y->present && i < y->heads; i++) {
				check_head(&y->q, i);
				check_head(&y->k, i / (y->heads / y->kv_heads));
			}
			held_check(!y->present || (y->scale > 0 && y->scale * 0 == 0));
		}
	model_free(m);
}

/* What the first byte says. */
static void
look_at(const uint8_t *data, size_t size)
{
	char path[256];

	(void)size;
	snprintf(path, sizeof path, "%s/whole.safetensors", files_dir);
	if (data[0] & 2)
		look_heads(path, data[0] & 1, data[0] & 4, data[0] & 8);
	else
		files_read(files_dir);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int begun;
	char path[256];

	if (!begun++)
		begin();
	if (size == 0)
		return 0;
	snprintf(path, sizeof path, "%s/model.safetensors.index.json", files_dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/model.safetensors", files_dir);
	unlink(path);
	files_write(data[0] & 2 ? "config.json" : data[0] & 1 ? "model.safetensors" : "model.safetensors.index.json",
	    data + 1, size - 1);
	held_look(look_at, data, size);
	return 0;
}
