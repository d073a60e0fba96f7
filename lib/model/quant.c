/* quant.c - quantised weights: FP8 with its scales is read, and what GGUF has; what is
 * packed otherwise is refused. */
#include <stdio.h>
#include <string.h>

#include "private.h"

/* It may stand beside the model's sizes. */
json_t *
quant_config(const struct search *s, const char *key)
{
	const json_t *q = json_object_get(s->config->root, "quantization_config");

	return json_object_get(json_is_object(q) ? q : json_object_get(s->config->in, "quantization_config"), key);
}

static const char *
quantised(const struct search *s)
{
	return json_string_value(quant_config(s, "quant_method"));
}

int
quant_fp8(const struct tensor *t)
{
	return t != NULL && t->readable && (t->type == NUM_F8_E4M3 || t->type == NUM_F8_E5M2);
}

void
quant_refuse_packed(const struct search *s, const struct tensor *t, const char *name)
{
	static const char *const packed[] = {
		".weight_scale_inv", ".weight_scale", ".qweight", ".weight_packed", ".weight.absmax",
		".weight.quant_map", ".SCB", ".weight_zero_point", ".weight_global_scale", ".weight_scale_2",
		".pre_quant_scale", ".blocks", ".weight_blocks", ".W_q", ".q_weight", ".codes",
	};

	/* FP8 may have the first two: they are its scales. */
	for (size_t i = quant_fp8(t) ? 2 : 0; i < sizeof packed / sizeof *packed; i++) {
		const struct tensor *p = names_suffixed(s->ts, name, packed[i]);

		if (p != NULL)
			die("%s: %s: the weights are quantised (GPTQ, AWQ, bitsandbytes or the like): take the "
			    "model in BF16, F16, F32 or FP8", p->file, p->name);
	}
}

void
quant_refuse(const struct search *s, const char *name)
{
	quant_refuse_packed(s, NULL, name);
	if (quantised(s) != NULL)
		die("%s: %s: the weights are quantised (%s): take the model in BF16, F16, F32 or FP8", s->config->path, name,
		    quantised(s));
}

void
quant_check(const struct search *s, const struct tensor *t, const char *name, int matrix)
{
	quant_refuse_packed(s, t, name);
	if (!t->readable && quantised(s) != NULL)
		quant_refuse(s, name);
	if (!t->readable || (quant_fp8(t) && !matrix))
		die("%s: %s: of type %s: quantised, or no weights: take the model in BF16, F16, F32 or FP8", t->file,
		    t->name, t->dtype);
}

/* The sides of the blocks that have a scale each, [rows, cols]: DeepSeek's and Qwen's
 * weight_block_size, or what a group of compressed-tensors has; NULL: none. */
static const json_t *
block_size(const struct search *s)
{
	const json_t *v = quant_config(s, "weight_block_size");
	const char *key;
	json_t *g;

	if (json_is_array(v))
		return v;
	json_object_foreach(quant_config(s, "config_groups"), key, g)
		if (json_is_array(v = json_object_get(json_object_get(g, "weights"), "block_structure")))
			return v;
	return NULL;
}

static void
take_blocks(const struct search *s, const json_t *v, struct scales *sc)
{
	json_int_t rows = json_integer_value(json_array_get(v, 0)), cols = json_integer_value(json_array_get(v, 1));

	if (json_array_size(v) != 2 || rows < 1 || cols < 1)
		die("%s: quantization_config: the sides of blocks are not two whole numbers from 1", s->config->path);
	sc->rows = (size_t)rows;
	sc->cols = (size_t)cols;
}

void
quant_blocks(const struct search *s, struct scales *sc)
{
	const json_t *v = block_size(s);

	if (v != NULL)
		take_blocks(s, v, sc);
}

/* There is one scale for each rows by cols of t; the last blocks may be smaller. */
static int
is_covered(const struct tensor *t, const struct scales *sc)
{
	return sc->of->ndim <= 2 && sc->of->shape[0] == (t->shape[0] - 1) / sc->rows + 1 &&
	    sc->of->shape[1] == (t->shape[1] - 1) / sc->cols + 1;
}

/* The tensor of the scales of t: weight_scale_inv, a factor in spite of its name,
 * or weight_scale. */
static const struct tensor *
scales_tensor(const struct search *s, const struct tensor *t)
{
	const struct tensor *inv = names_suffixed(s->ts, t->name, "_scale_inv"), *of = names_suffixed(s->ts, t->name, "_scale");

	if (inv == NULL && of == NULL)
		die("%s: %s: of type %s, but without scales: no tensor %s_scale_inv or %s_scale%s", t->file, t->name,
		    t->dtype, t->name, t->name, names_part(s));
	if (inv != NULL && of != NULL)
		die("%s: %s: scales twice: there is %s as well", inv->file, inv->name, of->name);
	of = inv != NULL ? inv : of;
	if (!of->readable || quant_fp8(of))
		die("%s: %s: of type %s, but scales must be F32, BF16, F16 or F64", of->file, of->name, of->dtype);
	return of;
}

/* There is one scale for all of t, for each row or for each block. */
static void
fp8_scales(const struct search *s, const struct tensor *t, struct scales *sc)
{
	const struct tensor *of = scales_tensor(s, t);
	const json_t *blocks = block_size(s);

	if (s->family->layout == TRANSPOSED)
		die("%s: %s: of type %s, which is not read where the rows are inputs", t->file, t->name, t->dtype);
	*sc = (struct scales){ of, of->shape[0] == t->shape[0] ? 1 : t->shape[0], t->shape[1] };
	if (blocks != NULL && (strcmp(of->name + strlen(t->name), "_scale_inv") == 0 || !is_covered(t, sc)))
		take_blocks(s, blocks, sc);
	if (!is_covered(t, sc))
		die("%s: %s: of shape %zu x %zu%s: not one scale for each %zu x %zu of %zu x %zu weights, as %s has it",
		    of->file, of->name, of->shape[0], of->shape[1], of->ndim > 2 ? " x ..." : "", sc->rows, sc->cols,
		    t->shape[0], t->shape[1], s->config->path);
}

/* GGUF may have one for all of a tensor, which NVFP4 cannot do without: NAME.scale beside
 * NAME.weight. */
static void
gguf_scale(const struct search *s, const struct tensor *t, struct scales *sc)
{
	size_t n = strlen(t->name), end = strlen(".weight");
	char stem[NAME];
	const struct tensor *of;

	if (n < end || strcmp(t->name + n - end, ".weight") != 0)
		return;
	snprintf(stem, sizeof stem, "%.*s", (int)(n - end), t->name);
	if ((of = names_suffixed(s->ts, stem, ".scale")) == NULL)
		return;
	if (!of->readable || of->type > NUM_BF16 || of->ndim > 1 || of->shape[0] != 1)
		die("%s: %s: of type %s, %zu numbers: not one scale for all of %s", of->file, of->name, of->dtype, of->shape[0], t->name);
	*sc = (struct scales){ of, SIZE_MAX, SIZE_MAX };
}

void
quant_scales(const struct search *s, const struct tensor *t, struct scales *sc)
{
	if (quant_fp8(t))
		fp8_scales(s, t, sc);
	else if (t != NULL && s->config->gguf)
		gguf_scale(s, t, sc);
}
