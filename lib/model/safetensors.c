/* safetensors.c - the tensors of a checkpoint, where they lie: one file, or a
 * directory with model.safetensors or the index of its shards.
 *
 * A file is 8 bytes N, little-endian; N bytes of JSON, {name: {"dtype",
 * "shape", "data_offsets": [begin, end]}} and "__metadata__"; the tensors, end
 * to end, to the file's end.  Nothing of a header is believed before it was
 * checked against the file's size, and all of it is checked before a tensor is
 * handed out. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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

struct file {
	char *path;
	unsigned char *map;
	size_t len;
};

struct tensors {
	struct file *file;
	size_t nfile, filecap;
	struct tensor *t;               /* numbered as names are */
	size_t ntensor, cap;
	struct map *names;
};

/* header ------------------------------------------------------------------- */

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

/* A whole number from 0, as JSON without fraction or exponent. */
static size_t
number(const char *path, const char *name, const char *what, const json_t *v)
{
	if (!json_is_integer(v) || json_integer_value(v) < 0 ||
	    (unsigned long long)json_integer_value(v) > SIZE_MAX)
		die("%s: not safetensors: %s: %s: not a whole number from 0", path, name, what);
	return (size_t)json_integer_value(v);
}

/* The bytes that the shape takes, whose first two dimensions are kept. */
static size_t
read_shape(const char *path, struct tensor *t, const struct dtype *d, const json_t *shape)
{
	size_t bits = (size_t)d->bits;

	if (!json_is_array(shape))
		die("%s: not safetensors: %s: no shape", path, t->name);
	t->ndim = json_array_size(shape);
	t->shape[0] = t->shape[1] = 1;
	for (size_t i = 0; i < t->ndim; i++) {
		size_t n = number(path, t->name, "shape", json_array_get(shape, i));

		if (i < 2)
			t->shape[i] = n;
		if (__builtin_mul_overflow(bits, n, &bits))
			die("%s: not safetensors: %s: its shape is larger than any file", path, t->name);
	}
	if (bits % 8 != 0)
		die("%s: not safetensors: %s: its elements do not fill whole bytes", path, t->name);
	return bits / 8;
}

static void
read_tensor(const struct file *f, size_t start, struct tensor *t, const json_t *v)
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

static int
by_place(const void *a, const void *b)
{
	const struct tensor *s = *(struct tensor *const *)a, *t = *(struct tensor *const *)b;

	if (s->data != t->data)
		return s->data < t->data ? -1 : 1;
	return (s->bytes > t->bytes) - (s->bytes < t->bytes);
}

/* The tensors from first on lie end to end from start to the file's end. */
static void
check_places(const struct file *f, size_t start, const struct tensors *ts, size_t first)
{
	size_t n = ts->ntensor - first, i;
	const struct tensor **t = mem_new(n, sizeof *t), *wrong;
	const unsigned char *at = f->map + start;

	for (i = 0; i < n; i++)
		t[i] = &ts->t[first + i];
	qsort(t, n, sizeof *t, by_place);
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

	if (!json_is_object(meta))
		die("%s: not safetensors: __metadata__ is not an object", path);
	json_object_foreach(meta, key, v)
		if (!json_is_string(v))
			die("%s: not safetensors: __metadata__: %s: not a text", path, key);
}

static struct tensor *
new_tensor(struct tensors *ts, const char *path, const char *name)
{
	size_t n = ts->ntensor, k = map_add(ts->names, name, strlen(name)), len;
	struct tensor *t;

	if (k < n)
		die("%s: %s is in %s already", path, name, ts->t[k].file);
	ts->t = mem_grow(ts->t, &ts->cap, n + 1, sizeof *ts->t);
	t = &ts->t[ts->ntensor++];
	*t = (struct tensor){ .name = map_key(ts->names, k, &len) };
	return t;
}

/* Takes the header of f, its first 8 bytes there. */
static void
read_header(struct tensors *ts, const struct file *f)
{
	uint64_t n = 0;
	size_t first = ts->ntensor, start;
	const char *key;
	json_t *root, *v;

	for (int i = 7; i >= 0; i--)
		n = n << 8 | f->map[i];
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
			read_tensor(f, start, new_tensor(ts, f->path, key), v);
	check_places(f, start, ts, first);
	json_decref(root);
}

/* files -------------------------------------------------------------------- */

/* Maps the file and takes its header; path becomes the set's. */
static void
add_file(struct tensors *ts, char *path)
{
	struct stat st;
	int fd = file_open(path, &st);
	struct file *f;

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		die("%s: not a regular file", path);
	if (st.st_size < 8)
		die("%s: not safetensors: %lld bytes", path, (long long)st.st_size);
	ts->file = mem_grow(ts->file, &ts->filecap, ts->nfile + 1, sizeof *ts->file);
	f = &ts->file[ts->nfile++];
	*f = (struct file){ .path = path, .len = (size_t)st.st_size };
	if ((uintmax_t)st.st_size > SIZE_MAX ||
	    (f->map = mmap(NULL, f->len, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
		die("%s: cannot be mapped: %s", path, strerror(errno));
	close(fd);
	file_refuse_pointer(path, f->map, f->len);
	read_header(ts, f);
}

static char *
join(const char *dir, const char *name)
{
	size_t n = strlen(dir) + strlen(name) + 2;
	char *path = mem_new(n, 1);

	snprintf(path, n, "%s/%s", dir, name);
	return path;
}

/* Also of what cannot be read, or is a link to nothing: to open it says so. */
static int
exists(const char *dir, const char *name)
{
	char *path = join(dir, name);
	struct stat st;
	int is = lstat(path, &st) == 0 || errno != ENOENT;

	free(path);
	return is;
}

/* The name of a shard must be that of a file beside the index. */
static void
check_shard(const char *index, const char *tensor, const json_t *v)
{
	const char *s = json_string_value(v);

	if (s == NULL)
		die("%s: %s: its file is not a text", index, tensor);
	if (*s == '\0' || strpbrk(s, "/\\") != NULL || strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
		die("%s: %s: not the name of a file beside it: \"%s\"", index, tensor, s);
}

static const struct file *
file_of(const struct tensors *ts, const struct tensor *t)
{
	for (size_t i = 0; i < ts->nfile; i++)
		if (t->file == ts->file[i].path)
			return &ts->file[i];
	return NULL;
}

static void
check_map(const struct tensors *ts, const char *index, json_t *weights, const struct map *shards)
{
	const char *name;
	json_t *v;
	size_t len;

	json_object_foreach(weights, name, v) {
		size_t k = map_find(shards, json_string_value(v), strlen(json_string_value(v)));
		const struct tensor *t = tensors_find(ts, name);

		if (t == NULL)
			die("%s: %s is in none of the files", index, name);
		if (file_of(ts, t) != &ts->file[k])
			die("%s: %s is in %s, not in %s", index, name, t->file, map_key(shards, k, &len));
	}
}

static void
open_shards(struct tensors *ts, const char *dir, char *index)
{
	json_t *root = json_file(index, "an index of safetensors"), *v;
	json_t *weights = json_object_get(root, "weight_map");
	struct map *shards = map_new();
	const char *name;
	size_t len;

	if (!json_is_object(weights) || json_object_size(weights) == 0)
		die("%s: not an index of safetensors: no \"weight_map\"", index);
	json_object_foreach(weights, name, v) {
		check_shard(index, name, v);
		map_add(shards, json_string_value(v), strlen(json_string_value(v)));
	}
	for (size_t i = 0; i < map_count(shards); i++)
		if (!exists(dir, map_key(shards, i, &len)))
			die("%s: shard %s, which it names, is not there: fetch it", index, map_key(shards, i, &len));
	for (size_t i = 0; i < map_count(shards); i++)
		add_file(ts, join(dir, map_key(shards, i, &len)));
	check_map(ts, index, weights, shards);
	map_free(shards);
	json_decref(root);
	free(index);
}

_Noreturn static void
die_adapter(const char *path)
{
	die("%s: only an adapter, no model: merge it into its model first (in Python, with peft: "
	    "merge_and_unload, then save_pretrained)", path);
}

/* What there is instead of safetensors, and what to do about it. */
_Noreturn static void
die_without(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int bin = 0, gguf = 0, other = 0;

	if (d == NULL)
		die("%s: %s", dir, strerror(errno));
	while ((e = readdir(d)) != NULL) {
		const char *dot = strrchr(e->d_name, '.');

		bin |= dot != NULL && (strcmp(dot, ".bin") == 0 || strcmp(dot, ".pt") == 0 || strcmp(dot, ".pth") == 0);
		gguf |= dot != NULL && strcmp(dot, ".gguf") == 0;
		other |= dot != NULL && strcmp(dot, ".safetensors") == 0;
	}
	closedir(d);
	if (exists(dir, "adapter_config.json"))
		die_adapter(dir);
	if (bin)
		die("%s: no model.safetensors, but PyTorch's pickles: convert them (in Python, with transformers: "
		    "AutoModel.from_pretrained(\"%s\").save_pretrained(\"new\"))%s", dir, dir, other ?
		    ", or name the .safetensors file if one holds the model" : "");
	if (other)
		die("%s: no model.safetensors and no model.safetensors.index.json: name the .safetensors "
		    "file that holds the model", dir);
	die("%s: no model.safetensors and no model.safetensors.index.json%s", dir,
	    gguf ? ": GGUF files are not read" : "");
}

static int
is_adapter(const struct tensors *ts)
{
	for (size_t i = 0; i < ts->ntensor; i++)
		if (strstr(ts->t[i].name, "lora_") == NULL)
			return 0;
	return ts->ntensor > 0;
}

static const char whole[] = "model.safetensors", shards[] = "model.safetensors.index.json";

/* A table of either name would be read instead of the shards from then on, also if it
 * is one of these, not their directory, that is read now. */
static void
protect_names(const char *path, int is_dir)
{
	const char *slash = strrchr(path, '/');
	char *dir = is_dir ? mem_text(path, strlen(path)) : slash != NULL ? mem_text(path, (size_t)(slash - path)) :
	    mem_text(".", 1);
	char *a = join(dir, whole), *b = join(dir, shards);

	out_protect_name(a);
	out_protect_name(b);
	free(a);
	free(b);
	free(dir);
}

struct tensors *
tensors_open(const char *path)
{
	struct tensors *ts;
	struct stat st;

	if (stat(path, &st) != 0)
		die("%s: %s", path, strerror(errno));
	protect_names(path, S_ISDIR(st.st_mode));
	if (S_ISDIR(st.st_mode) && !exists(path, whole) && !exists(path, shards))
		die_without(path);
	ts = mem_new(1, sizeof *ts);
	ts->names = map_new();
	if (!S_ISDIR(st.st_mode))
		add_file(ts, mem_text(path, strlen(path)));
	else if (exists(path, whole))
		add_file(ts, join(path, whole));
	else
		open_shards(ts, path, join(path, shards));
	if (is_adapter(ts))
		die_adapter(path);
	return ts;
}

const struct tensor *
tensors_find(const struct tensors *ts, const char *name)
{
	size_t k = map_find(ts->names, name, strlen(name));

	return k == (size_t)-1 ? NULL : &ts->t[k];
}

const struct tensor *
tensors_at(const struct tensors *ts, size_t k)
{
	return k < ts->ntensor ? &ts->t[k] : NULL;
}

void
tensors_release(const struct tensor *t)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = (uintptr_t)t->data, to = from + t->bytes;

	from = (from + page - 1) / page * page;
	to = to / page * page;
	if (from < to)
		madvise((void *)from, to - from, MADV_DONTNEED);
}

void
tensors_close(struct tensors *ts)
{
	for (size_t i = 0; i < ts->nfile; i++) {
		munmap(ts->file[i].map, ts->file[i].len);
		free(ts->file[i].path);
	}
	free(ts->file);
	free(ts->t);
	map_free(ts->names);
	free(ts);
}
