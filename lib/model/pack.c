/* pack.c - weights of eight bits or fewer that lie in words or bytes of another type, with
 * scales beside them: which they are, by the names of their tensors; whether all of these
 * fit.  What is not known here is left to quant.c to refuse. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* A new one of rows by cols, kept as long as the tensors are. */
static struct packed *
start(const struct search *s, const struct tensor *q, const char *name, enum packing kind, size_t rows, size_t cols)
{
	struct packed *p = mem_new(1, sizeof *p);

	tensors_keep(s->ts, p);
	*p = (struct packed){ .kind = kind, .q = q, .bits = 4, .rows = 1, .factor = 1 };
	p->t = (struct tensor){
		.name = q->name, .file = q->file, .dtype = q->dtype, .readable = 1, .type = NUM_DOUBLE, .ndim = 2,
		.shape = { rows, cols, 1 }, .data = q->data, .pack = p,
	};
	if (s->family->layout == TRANSPOSED)
		die("%s: %s: quantised, which is not read where the rows are inputs", q->file, name);
	return p;
}

/* t, if it is there, of one of the types, whole, and of rows by cols, cols 0: of one dimension. */
static int
fits(const struct tensor *t, const char *types, size_t rows, size_t cols)
{
	return t != NULL && config_word(types, t->dtype) && t->bytes > 0 && t->ndim == 1u + (cols > 0) &&
	    t->shape[0] == rows && (cols == 0 || t->shape[1] == cols);
}

_Noreturn static void
die_part(const struct search *s, const struct packed *p, const char *name, const char *suffix)
{
	const struct tensor *t = names_suffixed(s->ts, name, suffix);

	if (t == NULL)
		die("%s: %s: quantised, but there is no tensor %s%s%s", p->t.file, p->t.name, name, suffix, names_part(s));
	die("%s: %s: of type %s and shape %zu x %zu, which does not fit %zu x %zu weights quantised as %s", t->file, t->name,
	    t->dtype, t->shape[0], t->shape[1], p->t.shape[0], p->t.shape[1], p->called);
}

static const char floats[] = "F64 F32 F16 BF16";

/* t is one of those that the weight is made of. */
static void
keep(struct packed *p, const struct tensor *t)
{
	p->with[p->nwith++] = t;
	torch_check(t);
}

/* The tensor beside the weight called name that it cannot do without. */
static const struct tensor *
part(const struct search *s, struct packed *p, const char *name, const char *suffix, const char *types,
    size_t rows, size_t cols)
{
	const struct tensor *t = names_suffixed(s->ts, name, suffix);

	if (!fits(t, types, rows, cols))
		die_part(s, p, name, suffix);
	keep(p, t);
	return t;
}

static int
ends_in(const char *name, const char *suffix)
{
	size_t n = strlen(name), end = strlen(suffix);

	return n >= end && strcmp(name + n - end, suffix) == 0;
}

/* A factor of the whole matrix. */
static double
factor(const struct search *s, struct packed *p, const char *name, const char *suffix)
{
	const struct tensor *t = names_suffixed(s->ts, name, suffix);
	double x;

	if (t == NULL || !config_word(floats, t->dtype) || t->bytes == 0 || t->shape[0]*t->shape[1]*t->shape[2] != 1)
		die_part(s, p, name, suffix);
	keep(p, t);
	num_load(t->type, t->data, 1, 1, &x);
	return x;
}

/* A whole number of quantization_config, 0 if it has none. */
static size_t
number(const struct search *s, const char *key)
{
	json_int_t n = json_integer_value(quant_config(s, key));

	return n > 0 && n < 1 << 20 ? (size_t)n : 0;
}

static int
is_called(const struct search *s, const char *key, const char *value)
{
	const char *is = json_string_value(quant_config(s, key));

	return is != NULL && strcasecmp(is, value) == 0;
}

/* How words are filled: the one name that quantization_config has for it, "" if it has
 * several. */
static const char *
format(const struct search *s, const char *usual)
{
	static const char *const keys[] = { "checkpoint_format", "format", "version" };
	const char *is = NULL;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *v = json_string_value(quant_config(s, keys[i]));

		if (is != NULL && v != NULL && strcasecmp(is, v) != 0)
			return "";
		is = v != NULL ? v : is;
	}
	return is != NULL ? is : usual;
}

/* MLX -------------------------------------------------------------------------------- */

/* A number that config.json has for all weights, or for the one called name; those there are
 * must be n. */
static void
check_said(const struct search *s, const char *name, const char *key, size_t n)
{
	const json_t *all = json_object_get(s->config->root, "quantization"), *one = json_object_get(all, name);
	const json_t *v = json_object_get(json_is_object(one) ? one : all, key);

	if (json_is_number(v) && json_number_value(v) != (double)n)
		die("%s: %s: %s is %g, but the tensors have %zu", s->config->path, name, key, json_number_value(v), n);
}

static const struct tensor *
find_mlx(const struct search *s, const struct tensor *t, const char *name, size_t cols)
{
	const struct tensor *scales = names_suffixed(s->ts, name, ".scales");
	size_t rows = t->shape[0], bits = t->shape[1] * 32 / cols, group;
	struct packed *p;

	if (scales == NULL || names_suffixed(s->ts, name, ".biases") == NULL || strcmp(t->dtype, "U32") != 0)
		return NULL;
	p = start(s, t, name, PACK_AFFINE, rows, cols);
	snprintf(p->called, sizeof p->called, "mlx_%zubit", bits < 10 ? bits : 0);
	if (!fits(t, "U32", rows, t->shape[1]) || bits < 2 || bits > 8 || bits == 7 || t->shape[1] * 32 != bits * cols ||
	    scales->shape[1] == 0 || cols % scales->shape[1] != 0)
		die_part(s, p, name, ".weight");
	group = cols / scales->shape[1];
	p->bits = (unsigned)bits;
	p->cols = group;
	p->scales = part(s, p, name, ".scales", floats, rows, cols / group);
	p->zeros = part(s, p, name, ".biases", floats, rows, cols / group);
	check_said(s, name, "bits", bits);
	check_said(s, name, "group_size", group);
	return &p->t;
}

/* compressed-tensors, ModelOpt ------------------------------------------------------------ */

/* Four bits: E2M1. */
static const struct tensor *
find_fp4(const struct search *s, const struct tensor *t, const char *name, size_t cols)
{
	const struct tensor *scale = names_suffixed(s->ts, name, ".weight_scale");
	size_t rows = t->shape[0];
	int packed = ends_in(t->name, ".weight_packed");
	int nv = scale != NULL && strcmp(scale->dtype, "F8_E4M3") == 0;
	struct packed *p;

	if (scale == NULL || strcmp(t->dtype, "U8") != 0 || names_suffixed(s->ts, name, ".weight_zero_point") != NULL || (!nv && strcmp(scale->dtype, "U8") != 0 &&
	    strcmp(scale->dtype, "F8_E8M0") != 0))
		return NULL;
	p = start(s, t, name, PACK_SCALED, rows, cols);
	snprintf(p->called, sizeof p->called, nv ? "nvfp4" : "mxfp4");
	p->cols = nv ? 16 : 32;
	if (cols % p->cols != 0 || !fits(t, "U8", rows, cols / 2))
		die_part(s, p, name, packed ? ".weight_packed" : ".weight");
	p->scales = part(s, p, name, ".weight_scale", nv ? "F8_E4M3" : "U8 F8_E8M0", rows, cols / p->cols);
	p->divide = nv && packed;
	if (nv)
		p->factor = factor(s, p, name, packed ? ".weight_global_scale" : ".weight_scale_2");
	return &p->t;
}

const struct tensor *
pack_experts(const struct search *s, const char *name, size_t n, size_t rows, size_t cols)
{
	const struct tensor *q = names_suffixed(s->ts, name, "_blocks"), *scales = names_suffixed(s->ts, name, "_scales");
	struct tensor *flat;
	struct packed *p;

	if (q == NULL)
		return NULL;
	p = start(s, q, name, PACK_SCALED, n*rows, cols);
	snprintf(p->called, sizeof p->called, "mxfp4");
	p->cols = 32;
	if (cols % p->cols != 0 || strcmp(q->dtype, "U8") != 0 || q->ndim != 4 || q->shape[0] != n || q->shape[1] != rows ||
	    q->shape[2] != cols/32 || q->bytes != n*rows*cols/2)
		die_part(s, p, name, "_blocks");
	if (scales == NULL || strcmp(scales->dtype, "U8") != 0 || scales->ndim != 3 || scales->shape[0] != n ||
	    scales->shape[1] != rows || scales->shape[2] != cols/32)
		die_part(s, p, name, "_scales");
	keep(p, scales);
	flat = mem_new(2, sizeof *flat);
	tensors_keep(s->ts, flat);
	flat[0] = *q;
	flat[1] = *scales;
	flat[0].shape[1] = cols/2;
	flat[1].shape[1] = cols/32;
	flat[0].shape[0] = flat[1].shape[0] = n*rows;
	flat[0].ndim = flat[1].ndim = 2;
	flat[0].shape[2] = flat[1].shape[2] = 1;
	p->q = &flat[0];
	p->scales = &flat[1];
	return &p->t;
}

/* FP8 whose scales are powers of two: one for each 32 of a row, or for each block. */
static const struct tensor *
find_fp8(const struct search *s, const struct tensor *t, const char *name, size_t cols)
{
	const struct tensor *inv = names_suffixed(s->ts, name, ".weight_scale_inv");
	const struct tensor *scale = names_suffixed(s->ts, name, ".weight_scale");
	const char *suffix = inv != NULL ? ".weight_scale_inv" : ".weight_scale";
	struct scales by = { NULL, 1, 32 };
	struct packed *p;

	if (!quant_fp8(t) || !inv == !scale || names_suffixed(s->ts, name, ".weight_zero_point") != NULL)
		return NULL;
	scale = inv != NULL ? inv : scale;
	if (strcmp(scale->dtype, "F8_E8M0") != 0 && strcmp(scale->dtype, "U8") != 0)
		return NULL;
	if (strcmp(scale->dtype, "F8_E8M0") == 0 && (scale->shape[0] != t->shape[0] || scale->shape[1] != (cols - 1) / 32 + 1))
		quant_blocks(s, &by);
	p = start(s, t, name, PACK_SCALED, t->shape[0], cols);
	snprintf(p->called, sizeof p->called, by.rows == 1 && by.cols == 32 ? "mxfp8" : "fp8_ue8m0");
	p->bits = 8;
	p->rows = by.rows;
	p->cols = by.cols;
	if (t->ndim != 2 || t->shape[1] != cols || t->bytes == 0)
		die_part(s, p, name, ".weight");
	p->scales = part(s, p, name, suffix, "F8_E8M0 U8", (t->shape[0] - 1) / by.rows + 1, (cols - 1) / by.cols + 1);
	return &p->t;
}

/* Elements of a row that share a scale, of which there is one for all, one for each row, or for
 * each group of it. */
static void
share(const struct search *s, struct packed *p, const char *name)
{
	const struct tensor *t = names_suffixed(s->ts, name, ".weight_scale");
	size_t rows = p->t.shape[0], cols = p->t.shape[1];
	int one = t->shape[0] == 1 && t->shape[1] == 1;

	if (!config_word(floats, t->dtype) || t->bytes == 0 || t->ndim > 2 || (!one && t->shape[0] != rows) ||
	    t->shape[1] == 0 || cols % t->shape[1] != 0)
		die_part(s, p, name, ".weight_scale");
	p->rows = one ? rows : 1;
	p->cols = cols / t->shape[1];
	p->scales = t;
	keep(p, t);
}

/* The group of each input is one of so many, counted from 0. */
static void
check_order(const struct tensor *t, size_t n, size_t groups)
{
	for (size_t k = 0; k < n; k++)
		if (file_le(t->data + 4*k, 4) >= groups)
			die("%s: %s: input %zu is in no group from 0 to %zu", t->file, t->name, k, groups - 1);
}

/* Inputs that are not in order, as many in each group, whose place in their group is not said;
 * what was never set is -1, and says nothing. */
static void
find_order(const struct search *s, struct packed *p, const char *name)
{
	const struct tensor *t;
	size_t cols = p->t.shape[1], groups = cols / p->cols, set = 0, uneven = 0, *n;

	if (names_suffixed(s->ts, name, ".weight_g_idx") == NULL)
		return;
	t = part(s, p, name, ".weight_g_idx", "I32", cols, 0);
	for (size_t k = 0; k < cols; k++)
		set += file_le(t->data + 4*k, 4) != 0xffffffff;
	if (set == 0)
		return;
	check_order(t, cols, groups);
	n = mem_new(groups, sizeof *n);
	for (size_t k = 0; k < cols; k++)
		n[file_le(t->data + 4*k, 4)]++;
	for (size_t g = 0; g < groups; g++)
		uneven += n[g] != p->cols;
	free(n);
	if (uneven > 0)
		die("%s: %s: not %zu inputs in each group", t->file, t->name, p->cols);
	p->order = t;
}

/* Whole numbers of compressed-tensors, in words or as bytes. */
static const struct tensor *
find_whole(const struct search *s, const struct tensor *t, const char *name, size_t cols)
{
	int words = ends_in(t->name, ".weight_packed") && strcmp(t->dtype, "I32") == 0;
	const struct tensor *zeros = names_suffixed(s->ts, name, ".weight_zero_point");
	size_t rows = t->shape[0], bits = words ? t->shape[1] * 32 / cols : 8;
	struct packed *p;

	if ((!words && strcmp(t->dtype, "I8") != 0) || !is_called(s, "quant_method", "compressed-tensors") ||
	    names_suffixed(s->ts, name, ".weight_scale") == NULL ||
	    (bits != 2 && bits != 4 && bits != 8) || (!words && zeros != NULL))
		return NULL;
	p = start(s, t, name, PACK_WHOLE, rows, cols);
	snprintf(p->called, sizeof p->called, "int%zu", bits);
	p->bits = (unsigned)bits;
	p->one = words ? 0 : 0x80;
	if (words ? t->shape[1] * 32 != bits * cols || !fits(t, "I32", rows, t->shape[1]) : !fits(t, "I8", rows, cols))
		die_part(s, p, name, words ? ".weight_packed" : ".weight");
	share(s, p, name);
	find_order(s, p, name);
	if (zeros != NULL)
		p->zeros = part(s, p, name, ".weight_zero_point", "I32", (rows * bits - 1) / 32 + 1, cols / p->cols);
	return &p->t;
}

/* GPTQ, AWQ --------------------------------------------------------------------------------- */

/* A zero is stored as one less; of one that would be below 0, programs read different ones. */
static void
check_zeros(const struct packed *p)
{
	const struct tensor *t = p->zeros;
	unsigned most = (1u << p->bits) - 1;

	for (size_t at = 0, byte; at < 8*t->bytes && p->one; at += p->bits) {
		byte = at / 8;
		if ((file_le(t->data + byte, byte + 1 < t->bytes ? 2 : 1) >> at%8 & most) == most)
			die("%s: %s: a zero point of 0 is stored in it, which programs read in different ways", t->file, t->name);
	}
}

/* Elements of a row of inputs that share a scale: group_size, or all. */
static size_t
group_size(const struct search *s, const struct packed *p, size_t cols)
{
	json_t *v = quant_config(s, "group_size");
	size_t group = json_is_integer(v) && json_integer_value(v) == -1 ? cols : number(s, "group_size");

	if (group == 0)
		die("%s: %s: no group_size in quantization_config", s->config->path, p->t.name);
	return group;
}

static const struct tensor *
find_gptq(const struct search *s, const struct tensor *t, const char *name, size_t cols)
{
	size_t bits = number(s, "bits"), rows = t->shape[1], groups;
	int v1 = strcasecmp(format(s, "gptq"), "gptq") == 0, v2 = strcasecmp(format(s, "gptq"), "gptq_v2") == 0;
	struct packed *p;

	if (!ends_in(t->name, ".qweight") || !is_called(s, "quant_method", "gptq") ||
	    json_is_true(quant_config(s, "is_marlin_format")) || (bits != 2 && bits != 3 && bits != 4 && bits != 8) || (!v1 && !v2))
		return NULL;
	p = start(s, t, name, PACK_GPTQ, rows, cols);
	snprintf(p->called, sizeof p->called, "gptq_%zubit", bits);
	p->bits = (unsigned)bits;
	p->one = (unsigned)v1;
	p->cols = group_size(s, p, cols);
	groups = (cols - 1) / p->cols + 1;
	if (cols * bits % 32 != 0 || rows * bits % 32 != 0 || !fits(t, "I32", cols * bits / 32, rows))
		die_part(s, p, name, ".qweight");
	p->zeros = part(s, p, name, ".qzeros", "I32", groups, rows * bits / 32);
	p->scales = part(s, p, name, ".scales", floats, groups, rows);
	if (names_suffixed(s->ts, name, ".g_idx") != NULL) {
		p->order = part(s, p, name, ".g_idx", "I32", cols, 0);
		check_order(p->order, cols, groups);
	}
	check_zeros(p);
	return &p->t;
}

static const struct tensor *
find_awq(const struct search *s, const struct tensor *t, const char *name, size_t cols)
{
	size_t rows = t->shape[1] * 8;
	struct packed *p;

	if (!ends_in(t->name, ".qweight") || !is_called(s, "quant_method", "awq") || number(s, "bits") != 4 || strcasecmp(format(s, ""), "gemm") != 0)
		return NULL;
	p = start(s, t, name, PACK_AWQ, rows, cols);
	snprintf(p->called, sizeof p->called, "awq_4bit");
	p->cols = group_size(s, p, cols);
	if (cols % p->cols != 0 || !fits(t, "I32", cols, rows / 8))
		die_part(s, p, name, ".qweight");
	p->zeros = part(s, p, name, ".qzeros", "I32", cols / p->cols, rows / 8);
	p->scales = part(s, p, name, ".scales", floats, cols / p->cols, rows);
	return &p->t;
}

/* bitsandbytes ----------------------------------------------------------------------------------- */

/* The largest of each block are bytes themselves. */
static void
find_nested(const struct search *s, struct packed *p, const char *name, const json_t *state, size_t blocks)
{
	json_int_t nested = json_integer_value(json_object_get(state, "nested_blocksize"));

	if (nested < 1 || nested > 1 << 20 || !json_is_number(json_object_get(state, "nested_offset")))
		die_part(s, p, name, ".weight.absmax");
	p->rows = (size_t)nested;
	p->factor = json_number_value(json_object_get(state, "nested_offset"));
	p->zeros = part(s, p, name, ".weight.nested_absmax", "F32", (blocks - 1) / p->rows + 1, 0);
	p->order = part(s, p, name, ".weight.nested_quant_map", "F32", 256, 0);
}

static const struct tensor *
find_table(const struct search *s, const struct tensor *t, const char *name, size_t cols)
{
	const struct tensor *nf4 = names_suffixed(s->ts, name, ".weight.quant_state.bitsandbytes__nf4");
	const struct tensor *fp4 = names_suffixed(s->ts, name, ".weight.quant_state.bitsandbytes__fp4");
	const struct tensor *v = nf4 != NULL ? nf4 : fp4, *largest;
	json_t *state, *shape;
	struct packed *p;
	json_int_t rows, block;
	size_t blocks;

	if (v == NULL || strcmp(v->dtype, "U8") != 0 || v->bytes == 0 || strcmp(t->dtype, "U8") != 0)
		return NULL;
	torch_check(v);
	state = json_text(v->file, (const char *)v->data, v->bytes, "a quant_state of bitsandbytes");
	shape = json_object_get(state, "shape");
	rows = json_integer_value(json_array_get(shape, 0));
	block = json_integer_value(json_object_get(state, "blocksize"));
	if (rows < 1 || rows > 1 << 30 || block < 1 || block > 1 << 20 || json_array_size(shape) != 2 || cols > 1 << 30 ||
	    json_integer_value(json_array_get(shape, 1)) != (json_int_t)cols)
		die("%s: %s: not of %zu inputs as %s says", v->file, v->name, cols, s->config->path);
	p = start(s, t, name, PACK_TABLE, (size_t)rows, cols);
	snprintf(p->called, sizeof p->called, nf4 != NULL ? "nf4" : "fp4");
	keep(p, v);
	p->cols = (size_t)block;
	blocks = ((size_t)rows*cols - 1) / p->cols + 1;
	if (!fits(t, "U8", ((size_t)rows*cols + 1) / 2, 1))
		die_part(s, p, name, ".weight");
	p->map = part(s, p, name, ".weight.quant_map", "F32", 16, 0);
	largest = names_suffixed(s->ts, name, ".weight.absmax");
	if (largest != NULL && strcmp(largest->dtype, "U8") == 0)
		find_nested(s, p, name, state, blocks);
	p->scales = part(s, p, name, ".weight.absmax", p->order != NULL ? "U8" : "F32", blocks, 0);
	json_decref(state);
	return &p->t;
}

static const struct tensor *
find_int8(const struct search *s, const struct tensor *t, const char *name, size_t cols)
{
	const struct tensor *order = names_suffixed(s->ts, name, ".weight_format");
	struct packed *p;

	if (names_suffixed(s->ts, name, ".SCB") == NULL || strcmp(t->dtype, "I8") != 0)
		return NULL;
	p = start(s, t, name, PACK_INT8, t->shape[0], cols);
	snprintf(p->called, sizeof p->called, "int8");
	if (!fits(t, "I8", t->shape[0], cols))
		die_part(s, p, name, ".weight");
	if (order != NULL && (order->bytes != 1 || strcmp(order->dtype, "U8") != 0 || order->data[0] != 0))
		die("%s: %s: not the order of rows, which alone is read", order->file, order->name);
	if (order != NULL)
		keep(p, order);
	p->scales = part(s, p, name, ".SCB", "F32", t->shape[0], 0);
	return &p->t;
}

const struct tensor *
pack_find(const struct search *s, const struct tensor *t, const char *name, size_t cols)
{
	static const struct tensor *(*const by[])(const struct search *, const struct tensor *, const char *, size_t) = {
		find_mlx, find_fp4, find_fp8, find_whole, find_gptq, find_awq, find_table, find_int8
	};
	const struct tensor *found = NULL;

	/* What is turned or scaled when the model runs is not what lies here. */
	if (t == NULL || t->ndim != 2 || json_object_size(quant_config(s, "transform_config")) > 0 ||
	    names_suffixed(s->ts, name, ".pre_quant_scale") != NULL)
		return NULL;
	for (size_t i = 0; i < sizeof by / sizeof *by && found == NULL; i++)
		found = by[i](s, t, name, cols);
	return found;
}
