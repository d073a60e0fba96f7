/* gguf.c - files of GGUF: the header, its keys and tensors.
 *
 * A file is "GGUF", a version, how many tensors and keys there are; the keys, each with a
 * type and a value; of each tensor its name, shape (what is next to each other first), type
 * and offset; then, aligned, the tensors.  Texts are a length and bytes.  Nothing of a
 * header is believed before it was checked against the file's size, and all of it is
 * checked before a tensor is handed out; values stay where they are. */
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* Types of values; ARRAY: one type, a count, the values. */
enum { U8, I8, U16, I16, U32, I32, F32, BOOL, TEXT, ARRAY, U64, I64, F64, NTYPES };

static const unsigned char value_bytes[NTYPES] = { 1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8 };

/* Types of tensors by their numbers in ggml, readable: those that num.h has; bytes 0:
 * there is none. */
static const struct kind { const char *name; int readable; enum num_type type; size_t count, bytes; } kinds[] = {
#define READ(id, type) [id] = { NULL, 1, type, 0, 0 }
	READ(0, NUM_F32), READ(1, NUM_F16), READ(2, NUM_Q4_0), READ(3, NUM_Q4_1), READ(6, NUM_Q5_0), READ(7, NUM_Q5_1),
	READ(8, NUM_Q8_0), [9] = { "q8_1", 0, 0, 32, 36 }, READ(10, NUM_Q2_K), READ(11, NUM_Q3_K), READ(12, NUM_Q4_K),
	READ(13, NUM_Q5_K), READ(14, NUM_Q6_K), [15] = { "q8_k", 0, 0, 256, 292 }, READ(16, NUM_IQ2_XXS),
	READ(17, NUM_IQ2_XS), READ(18, NUM_IQ3_XXS), READ(19, NUM_IQ1_S), READ(20, NUM_IQ4_NL), READ(21, NUM_IQ3_S),
	READ(22, NUM_IQ2_S), READ(23, NUM_IQ4_XS), [24] = { "i8", 0, 0, 1, 1 }, [25] = { "i16", 0, 0, 1, 2 },
	[26] = { "i32", 0, 0, 1, 4 }, [27] = { "i64", 0, 0, 1, 8 }, READ(28, NUM_F64), READ(29, NUM_IQ1_M),
	READ(30, NUM_BF16), READ(34, NUM_TQ1_0), READ(35, NUM_TQ2_0), READ(39, NUM_MXFP4), READ(40, NUM_NVFP4),
	[41] = { "q1_0", 0, 0, 128, 18 }, [42] = { "q2_0", 0, 0, 64, 18 },
#undef READ
};

struct gguf {
	const char *path;
	struct map *keys;
	struct value { unsigned type; const unsigned char *at; } *v;
	size_t cap;
};

/* reading -------------------------------------------------------------------- */

/* Where in a file a header is read. */
struct cursor {
	const struct mapped *f;
	size_t at;
};

static uint64_t
number_at(const unsigned char *p, size_t bytes)
{
	uint64_t x = 0;

	while (bytes-- > 0)
		x = x << 8 | p[bytes];
	return x;
}

/* The next n bytes. */
static const unsigned char *
take(struct cursor *c, uint64_t n)
{
	const unsigned char *p = c->f->map + c->at;

	if (n > c->f->len - c->at)
		die("%s: cut short, or not GGUF: %llu bytes at byte %zu of its header, but the file has %zu", c->f->path,
		    (unsigned long long)n, c->at, c->f->len);
	c->at += (size_t)n;
	return p;
}

static uint64_t
take_number(struct cursor *c, size_t bytes)
{
	return number_at(take(c, bytes), bytes);
}

/* A count of things of at least so many bytes each: no more than can follow. */
static uint64_t
take_count(struct cursor *c, size_t least, const char *what)
{
	uint64_t n = take_number(c, 8);

	if (n > (c->f->len - c->at) / least)
		die("%s: cut short, or not GGUF: %llu %s at byte %zu, more than the file of %zu bytes can hold", c->f->path,
		    (unsigned long long)n, what, c->at - 8, c->f->len);
	return n;
}

/* A name of at most most bytes, which is not empty. */
static const char *
take_name(struct cursor *c, size_t most, size_t *len)
{
	uint64_t n = take_number(c, 8);
	const char *s;

	if (n == 0 || n > most)
		die("%s: not GGUF: a name of %llu bytes at byte %zu", c->f->path, (unsigned long long)n, c->at - 8);
	s = (const char *)take(c, n);
	if (memchr(s, '\0', (size_t)n) != NULL)
		die("%s: not GGUF: a NUL byte in the name at byte %zu", c->f->path, c->at - (size_t)n);
	*len = (size_t)n;
	return s;
}

static void
skip_value(struct cursor *c, uint64_t type, int depth)
{
	uint64_t of, n;

	if (type >= NTYPES || depth > 4)
		die("%s: not GGUF: at byte %zu: %s", c->f->path, c->at, depth > 4 ? "arrays in arrays in arrays" :
		    "a value of a type that there is none of");
	if (type == BOOL && *take(c, 1) > 1)
		die("%s: not GGUF: at byte %zu: neither true nor false", c->f->path, c->at - 1);
	else if (type == TEXT)
		take(c, take_number(c, 8));
	else if (type != ARRAY && type != BOOL)
		take(c, value_bytes[type]);
	if (type != ARRAY)
		return;
	of = take_number(c, 4);
	n = take_count(c, of == TEXT ? 8 : of == ARRAY ? 12 : of < NTYPES ? value_bytes[of] : 1, "values");
	if (of < NTYPES && value_bytes[of] > 0)
		take(c, n * value_bytes[of]);
	else if (n == 0 && of >= NTYPES)
		skip_value(c, of, depth + 1);
	for (uint64_t i = 0; i < n && (of >= NTYPES || value_bytes[of] == 0); i++)
		skip_value(c, of, depth + 1);
}

/* keys --------------------------------------------------------------------- */

static void
read_keys(struct gguf *g, struct cursor *c, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		size_t len, k = map_count(g->keys);
		const char *name = take_name(c, 65535, &len);
		uint64_t type = take_number(c, 4);

		if (map_add(g->keys, name, len) < k)
			die("%s: not GGUF: key %.*s is there twice", c->f->path, (int)len, name);
		g->v = mem_grow(g->v, &g->cap, k + 1, sizeof *g->v);
		g->v[k] = (struct value){ (unsigned)type, c->f->map + c->at };
		skip_value(c, type, 0);
	}
}

static const struct value *
find(const struct gguf *g, const char *key)
{
	size_t k = map_find(g->keys, key, strlen(key));

	return k == (size_t)-1 ? NULL : &g->v[k];
}

/* A number of a type that is one, at p. */
static struct gguf_number
decode(unsigned type, const unsigned char *p)
{
	uint64_t u = number_at(p, value_bytes[type]);
	struct gguf_number x = { .value = (double)u, .single = type == F32, .truth = type == BOOL };

	if (type == F32 || type == F64)
		num_load(type == F32 ? NUM_F32 : NUM_F64, p, 1, 1, &x.value);
	else if (type == I8)
		x.value = (double)(int8_t)u;
	else if (type == I16)
		x.value = (double)(int16_t)u;
	else if (type == I32)
		x.value = (double)(int32_t)u;
	else if (type == I64)
		x.value = (double)(int64_t)u;
	return x;
}

const char *
gguf_key(const struct gguf *g, size_t i, size_t *len)
{
	return i < map_count(g->keys) ? map_key(g->keys, i, len) : NULL;
}

int
gguf_number(const struct gguf *g, const char *key, struct gguf_number *x)
{
	const struct value *v = find(g, key);

	if (v == NULL || value_bytes[v->type] == 0)
		return 0;
	*x = decode(v->type, v->at);
	return 1;
}

size_t
gguf_length(const struct gguf *g, const char *key)
{
	const struct value *v = find(g, key);

	return v != NULL && v->type == ARRAY && value_bytes[number_at(v->at, 4)] > 0 ? (size_t)number_at(v->at + 4, 8) : 0;
}

struct gguf_number
gguf_nth(const struct gguf *g, const char *key, size_t i)
{
	const struct value *v = find(g, key);
	unsigned type = (unsigned)number_at(v->at, 4);

	return decode(type, v->at + 12 + i*value_bytes[type]);
}

int
gguf_text(const struct gguf *g, const char *key, char *buf, size_t size)
{
	const struct value *v = find(g, key);
	size_t n = v != NULL && v->type == TEXT ? (size_t)number_at(v->at, 8) : 0;

	if (n == 0 || n >= size || memchr(v->at + 8, '\0', n) != NULL)
		return 0;
	memcpy(buf, v->at + 8, n);
	buf[n] = '\0';
	return 1;
}

const char *
gguf_path(const struct gguf *g)
{
	return g->path;
}

void
gguf_free(struct gguf *g)
{
	if (g == NULL)
		return;
	map_free(g->keys);
	free(g->v);
	free(g);
}

/* tensors ------------------------------------------------------------------ */

static void
take_type(struct cursor *c, struct tensor *t, struct kind *k)
{
	uint64_t id = take_number(c, 4);
	const struct num_form *form;

	if (id >= sizeof kinds / sizeof *kinds || (!kinds[id].readable && kinds[id].bytes == 0))
		die("%s: %s: of type %llu, which is none of ggml's, or no more", c->f->path, t->name, (unsigned long long)id);
	*k = kinds[id];
	form = num_form(k->type);
	if (k->readable)
		*k = (struct kind){ form->name, 1, k->type, (size_t)form->count, (size_t)form->bytes };
	t->dtype = k->name;
	t->readable = k->readable;
	t->type = k->type;
}

/* The shape, whose dimensions come in reverse order: the numbers in a row, and rows. */
static void
take_shape(struct cursor *c, struct tensor *t, size_t *row, size_t *rows)
{
	uint64_t n = take_number(c, 4), dim;

	if (n > 4)
		die("%s: not GGUF: %s: of %llu dimensions", c->f->path, t->name, (unsigned long long)n);
	t->ndim = (size_t)n;
	t->shape[0] = t->shape[1] = t->shape[2] = *row = *rows = 1;
	for (size_t i = 0; i < t->ndim; i++) {
		size_t at = t->ndim - 1 - i;

		dim = take_number(c, 8);
		if (dim > SIZE_MAX || __builtin_mul_overflow(*(i == 0 ? row : rows), (size_t)dim, i == 0 ? row : rows))
			die("%s: not GGUF: %s: its shape is larger than any file", c->f->path, t->name);
		if (at < 3)
			t->shape[at] = (size_t)dim;
	}
}

/* Name, shape and type; returns the offset: from where is not known before the end of
 * the header. */
static uint64_t
take_tensor(struct tensors *ts, struct cursor *c, size_t alignment)
{
	char name[65];
	size_t len, row, rows;
	const char *s = take_name(c, 64, &len);
	struct tensor *t;
	struct kind k;
	uint64_t offset;

	memcpy(name, s, len);
	name[len] = '\0';
	t = tensors_add(ts, c->f->path, name);
	take_shape(c, t, &row, &rows);
	take_type(c, t, &k);
	t->file = c->f->path;
	t->bytes = row / k.count * k.bytes;
	if (row % k.count != 0)
		die("%s: not GGUF: %s: rows of %zu numbers are no whole blocks of %zu (%s)", c->f->path, t->name, row, k.count, k.name);
	if (row / k.count > SIZE_MAX / k.bytes || __builtin_mul_overflow(t->bytes, rows, &t->bytes))
		die("%s: not GGUF: %s: its shape is larger than any file", c->f->path, t->name);
	offset = take_number(c, 8);
	if (offset % alignment != 0)
		die("%s: not GGUF: %s: its offset %llu is no multiple of %zu", c->f->path, t->name,
		    (unsigned long long)offset, alignment);
	return offset;
}

/* The tensors from first on lie in the file, none in another. */
static void
place_tensors(struct tensors *ts, struct cursor *c, size_t first, size_t alignment, const uint64_t *offset)
{
	const struct mapped *f = c->f;
	size_t start = c->at > SIZE_MAX - alignment ? c->at : (c->at + alignment - 1) / alignment * alignment;
	size_t room = start < f->len ? f->len - start : 0, n = tensors_count(ts) - first;
	const struct tensor **t;

	for (size_t i = 0; i < n; i++) {
		struct tensor *u = tensors_nth(ts, first + i);

		if (offset[i] > room || u->bytes > room - offset[i])
			die("%s: cut short: %s has %zu bytes from byte %llu on, but the file has %zu behind its header: "
			    "fetch it again", f->path, u->name, u->bytes, (unsigned long long)offset[i], room);
		u->data = room > 0 ? f->map + start + offset[i] : f->map;
	}
	t = tensors_by_place(ts, first);
	for (size_t i = 1; i < n; i++)
		if (t[i]->data < t[i - 1]->data + t[i - 1]->bytes)
			die("%s: not GGUF: %s overlaps %s", f->path, t[i]->name, t[i - 1]->name);
	free(t);
}

/* files ---------------------------------------------------------------------- */

int
gguf_begins(const void *bytes, size_t n)
{
	return n >= 4 && memcmp(bytes, "GGUF", 4) == 0;
}

static void
check_version(struct cursor *c)
{
	uint64_t version = take_number(c, 4);

	if ((version & 0xffff) == 0 && version != 0)
		die("%s: GGUF for processors that are big-endian, which is not read: convert it", c->f->path);
	if (version < 2 || version > 3)
		die("%s: version %llu of GGUF: only 2 and 3 are read", c->f->path, (unsigned long long)version);
}

static size_t
alignment_of(const struct gguf *g, const char *path)
{
	struct gguf_number x = { .value = 32 };
	int there = gguf_number(g, "general.alignment", &x);

	if ((!there && find(g, "general.alignment") != NULL) || !(x.value >= 1) || x.value > 1 << 30 ||
	    ((size_t)x.value & ((size_t)x.value - 1)) != 0 || (double)(size_t)x.value != x.value)
		die("%s: not GGUF: general.alignment is no power of two", path);
	return (size_t)x.value;
}

struct gguf *
gguf_file(struct tensors *ts, const struct mapped *f)
{
	struct gguf *g = mem_new(1, sizeof *g);
	struct cursor c = { f, 4 };
	size_t first = tensors_count(ts), alignment;
	uint64_t n, keys, *offset;

	g->path = f->path;
	g->keys = map_new();
	check_version(&c);
	n = take_count(&c, 24, "tensors");
	keys = take_count(&c, 13, "keys");
	read_keys(g, &c, keys);
	alignment = alignment_of(g, f->path);
	offset = mem_new((size_t)n, sizeof *offset);
	for (uint64_t i = 0; i < n; i++)
		offset[i] = take_tensor(ts, &c, alignment);
	place_tensors(ts, &c, first, alignment, offset);
	free(offset);
	return g;
}
