/* dict.c - the state dict in what torch.save was given: names to tensors.
 *
 * A tensor is a storage, an offset, a shape and strides, in elements. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "torch.h"

enum { DIMS = 64, DEPTH = 8, COPIES = 1 << 30 };

static const struct torch_type types[] = {
	{ "F64", "float64 DoubleStorage", 8, 1, NUM_F64 }, { "F32", "float32 FloatStorage", 4, 1, NUM_F32 },
	{ "F16", "float16 HalfStorage", 2, 1, NUM_F16 }, { "BF16", "bfloat16 BFloat16Storage", 2, 1, NUM_BF16 },
	{ "F8_E4M3", "float8_e4m3fn", 1, 1, NUM_F8_E4M3 }, { "F8_E5M2", "float8_e5m2", 1, 1, NUM_F8_E5M2 },
	{ "BOOL", "bool BoolStorage", 1, 0, 0 }, { "U8", "uint8 ByteStorage UntypedStorage", 1, 0, 0 },
	{ "I8", "int8 CharStorage", 1, 0, 0 }, { "U16", "uint16", 2, 0, 0 }, { "I16", "int16 ShortStorage", 2, 0, 0 },
	{ "U32", "uint32", 4, 0, 0 }, { "I32", "int32 IntStorage", 4, 0, 0 },
	{ "U64", "uint64", 8, 0, 0 }, { "I64", "int64 LongStorage", 8, 0, 0 },
	{ "C32", "complex32 ComplexHalfStorage", 4, 0, 0 }, { "C64", "complex64 ComplexFloatStorage", 8, 0, 0 },
	{ "C128", "complex128 ComplexDoubleStorage", 16, 0, 0 },
	{ "F8_E8M0", "float8_e8m0fnu", 1, 0, 0 }, { "F8_E4M3FNUZ", "float8_e4m3fnuz", 1, 0, 0 },
	{ "F8_E5M2FNUZ", "float8_e5m2fnuz", 1, 0, 0 }, { "F4 x 2", "float4_e2m1fn_x2", 1, 0, 0 },
	{ "QI8", "qint8 QInt8Storage", 1, 0, 0 }, { "QU8", "quint8 QUInt8Storage", 1, 0, 0 },
	{ "QI32", "qint32 QInt32Storage", 4, 0, 0 }, { "QU4 x 2", "quint4x2 QUInt4x2Storage", 1, 0, 0 },
	{ "QU2 x 4", "quint2x4 QUInt2x4Storage", 1, 0, 0 },
};

const struct torch_type *
dict_type(const char *word)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (config_word(types[i].words, word))
			return &types[i];
	return NULL;
}

/* values ------------------------------------------------------------------------------- */

const struct value *
dict_nth(const struct reader *r, size_t v, size_t k)
{
	static const struct value none = { .kind = P_NONE };
	size_t at = pickle_nth(&r->p, v, k);

	return at == NOTHING ? &none : &r->p.v[at];
}

int
dict_is(const struct value *v, const char *text)
{
	return v->kind == P_TEXT && v->n == strlen(text) && memcmp(v->text, text, v->n) == 0;
}

size_t
dict_size(const struct value *v)
{
	return (uint64_t)v->i > SIZE_MAX ? SIZE_MAX : (size_t)v->i;
}

const struct value *
dict_get(const struct reader *r, const struct value *d, const char *key)
{
	const struct item *item = r->p.item;
	const struct value *found = NULL;

	if (d->kind != P_DICT)
		return NULL;
	for (size_t n = d->n, i = d->first; n > 0; n -= 2, i = item[item[i].next].next)
		if (dict_is(&r->p.v[item[i].of], key))
			found = &r->p.v[item[item[i].next].of];
	return found;
}

/* tensors ------------------------------------------------------------------------------------ */

/* Where the elements of a tensor lie. */
struct place {
	const struct torch_type *type;
	const unsigned char *data;      /* of the storage */
	struct sum *sum;
	size_t count;                   /* of its elements */
	size_t offset, ndim, size[DIMS], stride[DIMS];
};

_Noreturn static void
die_tensor(const struct reader *r, const char *name, const char *what)
{
	die("%s: not a file of weights of torch.save: %s: %s", r->f->path, name, what);
}

/* The numbers from 0 of a tuple; returns how many. */
static size_t
numbers(const struct reader *r, const char *name, const struct value *v, size_t x[DIMS])
{
	size_t i = v->first;

	if (v->kind != P_TUPLE || v->n > DIMS)
		die_tensor(r, name, "no shape and strides of at most 64 dimensions");
	for (size_t k = 0; k < v->n; k++, i = r->p.item[i].next) {
		const struct value *e = &r->p.v[r->p.item[i].of];

		if (e->kind != P_INT || e->i < 0)
			die_tensor(r, name, "its shape or strides are not numbers from 0");
		x[k] = dict_size(e);
	}
	return v->n;
}

static void
find_place(const struct reader *r, const char *name, const struct value *t, struct place *w)
{
	const struct value *storage = dict_nth(r, t->args, 0), *offset = dict_nth(r, t->args, 1), *type = dict_nth(r, t->args, 6);
	const struct value *more = t->role == ROLE_TENSOR2 ? type : dict_nth(r, t->args, 7);
	const struct storage *s;

	if (storage->kind != P_STORAGE || offset->kind != P_INT || offset->i < 0)
		die_tensor(r, name, "no storage and offset");
	if (more->kind != P_NONE && (more->kind != P_DICT || more->n > 0))
		die_tensor(r, name, "conjugated, negated or otherwise changed when it is loaded");
	s = &r->s[storage->n];
	w->type = t->role == ROLE_TENSOR3 ? type->type : s->type;
	if (t->role == ROLE_TENSOR3 && (type->kind != P_GLOBAL || type->role != ROLE_TYPE))
		die_tensor(r, name, "no type");
	w->data = s->data;
	w->sum = s->sum;
	w->count = s->count * s->type->size / w->type->size;
	w->offset = dict_size(offset);
	w->ndim = numbers(r, name, dict_nth(r, t->args, 2), w->size);
	if (numbers(r, name, dict_nth(r, t->args, 3), w->stride) != w->ndim)
		die_tensor(r, name, "not as many strides as dimensions");
}

/* The elements of a tensor, which all lie in its storage. */
static size_t
check_place(const struct reader *r, const char *name, const struct place *w)
{
	size_t n = 1, last = w->offset, far, empty = 0;

	for (size_t i = 0; i < w->ndim; i++)
		empty |= w->size[i] == 0;
	for (size_t i = 0; i < w->ndim && !empty; i++)
		if (__builtin_mul_overflow(w->size[i] - 1, w->stride[i], &far) || __builtin_add_overflow(last, far, &last) ||
		    __builtin_mul_overflow(n, w->size[i], &n) || n > SIZE_MAX / 16)
			die_tensor(r, name, "its shape or strides are larger than any file");
	if (empty)
		return 0;
	if (last >= w->count)
		die("%s: not a file of weights of torch.save: %s: it reaches element %zu of a storage of %zu", r->f->path,
		    name, last, w->count);
	return n;
}

/* The elements lie row by row, without gaps. */
static int
is_contiguous(const struct place *w)
{
	size_t n = 1;

	for (size_t i = w->ndim; i-- > 0; n *= w->size[i])
		if (w->size[i] != 1 && w->stride[i] != n)
			return 0;
	return 1;
}

/* The same elements row by row, in memory; of two dimensions at most. */
static unsigned char *
copy(struct reader *r, const char *name, const struct place *w, size_t bytes)
{
	size_t one = w->type->size, rows = w->ndim > 0 ? w->size[0] : 1, cols = w->ndim > 1 ? w->size[1] : 1;
	size_t down = w->ndim > 0 ? w->stride[0] : 0, right = w->ndim > 1 ? w->stride[1] : 0;
	const unsigned char *from = w->data + w->offset*one;
	unsigned char *to;

	r->copied += bytes;
	if (bytes > COPIES || r->copied > COPIES || r->copied > r->f->len)
		die("%s: %s: its rows do not lie end to end, as do others', and copies of them would take more than %s",
		    r->f->path, name, r->copied > COPIES ? "1 GiB" : "the file has");
	to = mem_new(bytes, 1);
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < cols; j++)
			memcpy(to + (i*cols + j)*one, from + (i*down + j*right)*one, one);
	return to;
}

static void
add_tensor(struct reader *r, const char *name, const struct value *v)
{
	struct tensor *t = tensors_add(r->ts, r->f->path, name);
	struct place w;
	size_t n;

	find_place(r, name, v, &w);
	n = check_place(r, name, &w);
	t->file = r->f->path;
	t->ndim = w.ndim;
	for (size_t i = 0; i < 3; i++)
		t->shape[i] = w.ndim > i ? w.size[i] : 1;
	t->bytes = n * w.type->size;
	t->dtype = w.type->name;
	t->type = w.type->type;
	t->readable = w.type->readable;
	t->sum = w.sum;
	if (n == 0 || is_contiguous(&w)) {
		t->data = n == 0 ? r->f->map : w.data + w.offset*w.type->size;
	} else if (!t->readable || w.ndim > 2) {
		t->dtype = "strided";           /* no weights of heads */
		t->readable = 0;
		t->bytes = 0;
	} else {
		torch_check(t);
		t->data = t->copy = copy(r, name, &w, t->bytes);
	}
}

/* the state dict --------------------------------------------------------------------------------- */

/* What training runs put their state dict under. */
static const char *const wrappers[] = { "state_dict", "model_state_dict", "model_state", "model", "module" };

enum { NWRAPPER = sizeof wrappers / sizeof *wrappers };

static int
has_tensors(const struct reader *r, const struct value *d)
{
	const struct item *item = r->p.item;

	for (size_t n = d->n, i = d->first; n > 0; n -= 2, i = item[item[i].next].next)
		if (r->p.v[item[i].of].kind == P_TEXT && r->p.v[item[item[i].next].of].kind == P_TENSOR)
			return 1;
	return 0;
}

/* d has tensors, or a dict that is called as a wrapper is. */
static int
is_state(const struct reader *r, const struct value *d)
{
	if (d == NULL || d->kind != P_DICT)
		return 0;
	for (size_t i = 0; i < NWRAPPER; i++)
		if (dict_get(r, d, wrappers[i]) != NULL && dict_get(r, d, wrappers[i])->kind == P_DICT)
			return 1;
	return has_tensors(r, d);
}

/* d holds no weights that could be told: says what it holds. */
_Noreturn static void
die_stateless(const struct reader *r, const struct value *d)
{
	const struct item *item = r->p.item;
	char keys[512] = "";
	size_t len = 0, n, i;

	if (d->kind != P_DICT)
		die("%s: no state dict: what torch.save was given is not a dict of tensors", r->f->path);
	if (d->n == 0)
		die("%s: no state dict: what torch.save was given is an empty dict", r->f->path);
	for (n = d->n, i = d->first; n > 0 && len < 300; n -= 2, i = item[item[i].next].next) {
		const struct value *key = &r->p.v[item[i].of];

		if (key->kind == P_TEXT)
			len += (size_t)snprintf(keys + len, sizeof keys - len, " %.*s", (int)(key->n < 100 ? key->n : 100), key->text);
	}
	die("%s: no state dict: neither tensors nor a dict called state_dict, model or module among its keys:%s%s",
	    r->f->path, keys, n > 0 ? " ..." : "");
}

/* The dict of names and tensors: d, or what is in it. */
const struct value *
find_state(const struct reader *r, const struct value *d)
{
	const struct value *in = d;

	for (size_t depth = 0; in != NULL && depth < DEPTH; depth++) {
		const char *called = NULL;

		d = in;
		in = NULL;
		for (size_t i = 0; i < NWRAPPER; i++) {
			const struct value *v = dict_get(r, d, wrappers[i]);

			if (!is_state(r, v) || v == in)
				continue;
			if (in != NULL)
				die("%s: two state dicts: one is called %s, another %s", r->f->path, called, wrappers[i]);
			called = wrappers[i];
			in = v;
		}
	}
	if (in != NULL || d->kind != P_DICT || !has_tensors(r, d))
		die_stateless(r, d);
	return d;
}

void
dict_take(struct reader *r, size_t root)
{
	const struct value *d = find_state(r, &r->p.v[root]);
	const struct item *item = r->p.item;

	for (size_t n = d->n, i = d->first; n > 0; n -= 2, i = item[item[i].next].next) {
		const struct value *key = &r->p.v[item[i].of], *v = &r->p.v[item[item[i].next].of];
		char *name;

		if (key->kind != P_TEXT || v->kind != P_TENSOR)
			continue;
		name = mem_text(key->text, key->n);
		if (strlen(name) != key->n)
			die_tensor(r, name, "a NUL byte in its name");
		add_tensor(r, name, v);
		free(name);
	}
}
