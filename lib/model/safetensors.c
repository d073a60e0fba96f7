/* safetensors.c - the header of a file of safetensors.
 *
 * A file is 8 bytes N, little-endian; N bytes of JSON, {name: {"dtype",
 * "shape", "data_offsets": [begin, end]}} and "__metadata__"; the tensors, end
 * to end, to the file's end.  Nothing of a header is believed before it was
 * checked against the file's size, and all of it is checked before a tensor is
 * handed out. */
#include <stdlib.h>
#include <string.h>

#include "private.h"

enum { HEADER_MAX = 100000000 };

static const struct dtype { const char *name; int bits, readable; enum num_type type; } dtypes[] = {
	{ "F64", 64, 1, NUM_F64 }, { "F32", 32, 1, NUM_F32 },
	{ "F16", 16, 1, NUM_F16 }, { "BF16", 16, 1, NUM_BF16 },
	{ "F8_E4M3", 8, 1, NUM_F8_E4M3 }, { "F8_E5M2", 8, 1, NUM_F8_E5M2 },
	{ "BOOL", 8, 0, 0 }, { "U8", 8, 0, 0 }, { "I8", 8, 0, 0 },
	{ "U16", 16, 0, 0 }, { "I16", 16, 0, 0 }, { "U32", 32, 0, 0 }, { "I32", 32, 0, 0 },
	{ "U64", 64, 0, 0 }, { "I64", 64, 0, 0 }, { "C64", 64, 0, 0 },
	{ "F4", 4, 0, 0 }, { "F6_E2M3", 6, 0, 0 }, { "F6_E3M2", 6, 0, 0 },
	{ "F8_E8M0", 8, 0, 0 }, { "F8_E4M3FNUZ", 8, 0, 0 }, { "F8_E5M2FNUZ", 8, 0, 0 },
};

int
safetensors_begins(const void *bytes, size_t n)
{
	const unsigned char *b = bytes;

	return n > 8 && b[4] == 0 && b[5] == 0 && b[6] == 0 && b[7] == 0 && b[8] == '{';
}

static const struct dtype *
find_dtype(const char *path, const char *name, const json_t *v)
{
	const char *s = json_string_value(v);

	if (s == NULL)
		die("%s: not safetensors: %s: no dtype", path, name);
	for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
		if (strcmp(s, dtypes[i].name) == 0)
			return &dtypes[i];
	die("%s: %s: unknown dtype \"%s\"", path, name, s);
}

/* A whole number from 0, as JSON without fraction or exponent; the largest size if it is none of
 * this machine: no file has that. */
static size_t
number(const char *path, const char *name, const char *what, const json_t *v)
{
	if (!json_is_integer(v) || json_integer_value(v) < 0)
		die("%s: not safetensors: %s: %s: not a whole number from 0", path, name, what);
	return (unsigned long long)json_integer_value(v) > SIZE_MAX ? SIZE_MAX : (size_t)json_integer_value(v);
}

/* The bytes that the shape takes, whose first three dimensions are kept. */
static size_t
read_shape(const char *path, struct tensor *t, const struct dtype *d, const json_t *shape)
{
	size_t bits = (size_t)d->bits;

	if (!json_is_array(shape))
		die("%s: not safetensors: %s: no shape", path, t->name);
	t->ndim = json_array_size(shape);
	t->shape[0] = t->shape[1] = t->shape[2] = 1;
	for (size_t i = 0; i < t->ndim; i++) {
		size_t n = number(path, t->name, "shape", json_array_get(shape, i));

		if (i < 3)
			t->shape[i] = n;
		if (__builtin_mul_overflow(bits, n, &bits))
			die("%s: not safetensors: %s: its shape is larger than any file", path, t->name);
	}
	if (bits % 8 != 0)
		die("%s: not safetensors: %s: its elements do not fill whole bytes", path, t->name);
	return bits / 8;
}

static void
read_tensor(const struct mapped *f, size_t start, struct tensor *t, const json_t *v)
{
	const json_t *at = json_object_get(v, "data_offsets");
	const struct dtype *d;
	size_t begin, end, bytes;

	if (!json_is_object(v))
		die("%s: not safetensors: %s: not an object", f->path, t->name);
	d = find_dtype(f->path, t->name, json_object_get(v, "dtype"));
	bytes = read_shape(f->path, t, d, json_object_get(v, "shape"));
	if (json_array_size(at) != 2)
		die("%s: not safetensors: %s: data_offsets are not two numbers", f->path, t->name);
	begin = number(f->path, t->name, "data_offsets", json_array_get(at, 0));
	end = number(f->path, t->name, "data_offsets", json_array_get(at, 1));
	if (begin > end)
		die("%s: not safetensors: %s: it ends at byte %zu before it begins at %zu", f->path, t->name, end, begin);
	if (end > f->len - start)
		die("%s: cut short: %s ends at byte %zu, but the file has %zu behind its header: "
		    "fetch it again", f->path, t->name, end, f->len - start);
	if (end - begin != bytes)
		die("%s: not safetensors: %s: its shape takes %zu bytes, its data_offsets %zu", f->path,
		    t->name, bytes, end - begin);
	t->dtype = d->name;
	t->readable = d->readable;
	t->type = d->type;
	t->data = f->map + start + begin;
	t->bytes = bytes;
	t->file = f->path;
}

/* The tensors from first on lie end to end from start to the file's end. */
static void
check_places(const struct mapped *f, size_t start, const struct tensors *ts, size_t first)
{
	size_t n = tensors_count(ts) - first, i;
	const struct tensor **t = tensors_by_place(ts, first), *wrong;
	const unsigned char *at = f->map + start;

	for (i = 0; i < n && t[i]->data == at; i++)
		at += t[i]->bytes;
	wrong = i < n ? t[i] : NULL;
	free(t);
	if (wrong != NULL)
		die("%s: not safetensors: %s %s", f->path, wrong->name, wrong->data < at ?
		    "overlaps the tensor before it" : "leaves a hole behind the tensor before it");
	if (at != f->map + f->len)
		die("%s: not safetensors: %zu bytes behind the last tensor", f->path,
		    (size_t)(f->map + f->len - at));
}

static void
check_metadata(const char *path, json_t *meta)
{
	const char *key;
	json_t *v;

	if (json_is_null(meta))
		return;
	if (!json_is_object(meta))
		die("%s: not safetensors: __metadata__ is not an object", path);
	json_object_foreach(meta, key, v)
		if (!json_is_string(v))
			die("%s: not safetensors: __metadata__: %s: not a text", path, key);
}

void
safetensors_read(struct tensors *ts, const struct mapped *f)
{
	uint64_t n = file_le(f->map, 8);
	size_t first = tensors_count(ts), start;
	const char *key;
	json_t *root, *v;

	if (memcmp(f->map, "\x1f\x8b\x08", 3) == 0 && f->len > 8 && f->map[8] != '{')
		die("%s: gzip, not a checkpoint: gzip -d takes out one that is in it; dumps and tables are for hg-extract", f->path);
	if (n > HEADER_MAX && (f->len == 8 || f->map[8] != '{'))
		die("%s: no checkpoint: it begins as neither safetensors, GGUF nor the files of PyTorch do", f->path);
	if (n > HEADER_MAX)
		die("%s: not safetensors: a header of %llu bytes, more than the %d that are allowed", f->path,
		    (unsigned long long)n, HEADER_MAX);
	if (n > f->len - 8)
		die("%s: cut short: a header of %llu bytes in a file of %zu: fetch it again", f->path,
		    (unsigned long long)n, f->len);
	start = 8 + (size_t)n;
	if (n == 0 || f->map[8] != '{')
		die("%s: not safetensors: its header does not begin with {", f->path);
	root = json_text(f->path, (const char *)f->map + 8, (size_t)n, "safetensors");
	json_object_foreach(root, key, v)
		if (strcmp(key, "__metadata__") == 0)
			check_metadata(f->path, v);
		else
			read_tensor(f, start, tensors_add(ts, f->path, key), v);
	check_places(f, start, ts, first);
	json_decref(root);
}
