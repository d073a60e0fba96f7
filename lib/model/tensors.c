/* tensors.c - the tensors of a checkpoint, where they lie: one file, or a
 * directory with a file of a known name, the index of its shards, or a model of GGUF. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "private.h"

struct tensors {
	struct mapped *file;
	size_t nfile, filecap;
	struct tensor *t;
	size_t ntensor, cap;
	struct map *names;
	size_t *of, ofcap;              /* the tensor of each name, NONE: it is where the index does not say */
	char *index;                    /* the index of shards, if there is one, */
	json_t *root, *weights;         /* its text, and its map of names to shards */
	int part;                       /* the file given is one of several, and read alone */
	int torch;                      /* some files are of torch.save */
	struct gguf *gguf;              /* keys of GGUF */
	struct kept { void **p; size_t n, cap; } *kept;
};

#define NONE ((size_t)-1)

/* The index names another shard for the tensor called so. */
static int
is_stale(const struct tensors *ts, const char *path, const char *name)
{
	const char *shard = json_string_value(json_object_get(ts->weights, name)), *slash = strrchr(path, '/');

	return shard != NULL && strcmp(shard, slash != NULL ? slash + 1 : path) != 0;
}

/* The name without what programs that train put between its parts. */
static char *
unwrapped(const char *name)
{
	static const char *const wraps[] = {
		"_orig_mod.", "_checkpoint_wrapped_module.", "_fsdp_wrapped_module.", "_fpw_module.", "_forward_module.",
	};
	char *own = mem_text(name, strlen(name)), *at;

	for (size_t i = 0; i < sizeof wraps / sizeof *wraps; i++) {
		size_t n = strlen(wraps[i]);

		for (at = own; (at = strstr(at, wraps[i])) != NULL; )
			if (at == own || at[-1] == '.')
				memmove(at, at + n, strlen(at + n) + 1);
			else
				at += n;
	}
	return own;
}

struct tensor *
tensors_add(struct tensors *ts, const char *path, const char *name)
{
	char *own = unwrapped(name);
	size_t n = map_count(ts->names), k = map_add(ts->names, own, strlen(own)), len;
	int stale = is_stale(ts, path, name);
	struct tensor *t;

	free(own);
	ts->of = mem_grow(ts->of, &ts->ofcap, k + 1, sizeof *ts->of);
	if (k == n)
		ts->of[k] = NONE;
	else if (!stale && ts->of[k] != NONE)
		die("%s: %s is in %s already", path, name, ts->t[ts->of[k]].file);
	ts->t = mem_grow(ts->t, &ts->cap, ts->ntensor + 1, sizeof *ts->t);
	if (!stale)
		ts->of[k] = ts->ntensor;
	t = &ts->t[ts->ntensor++];
	*t = (struct tensor){ .name = map_key(ts->names, k, &len) };
	return t;
}

const struct mapped *
tensors_map(struct tensors *ts, char *path)
{
	struct stat st;
	int fd = file_open(path, &st);
	struct mapped *f;

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		die("%s: not a regular file", path);
	if (st.st_size < 8)
		die("%s: not a checkpoint: %lld bytes", path, (long long)st.st_size);
	ts->file = mem_grow(ts->file, &ts->filecap, ts->nfile + 1, sizeof *ts->file);
	f = &ts->file[ts->nfile++];
	*f = (struct mapped){ .path = path, .len = (size_t)st.st_size };
	if ((uintmax_t)st.st_size > SIZE_MAX ||
	    (f->map = mmap(NULL, f->len, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
		die("%s: cannot be mapped: %s", path, strerror(errno));
	close(fd);
	file_refuse_pointer(path, f->map, f->len);
	foreign_refuse(path, f->map, f->len);
	return f;
}

/* Maps the file and takes its header; path becomes the set's. */
static void
add_file(struct tensors *ts, char *path)
{
	const struct mapped *f = tensors_map(ts, path);

	if (torch_begins(f->map, f->len)) {
		torch_read(ts, f);
		ts->torch = 1;
	} else if (!gguf_begins(f->map, f->len)) {
		safetensors_read(ts, f);
	} else if (ts->ntensor == 0) {
		ts->gguf = gguf_read(ts, f);
	} else {
		die("%s: GGUF among safetensors", path);
	}
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

/* The file that holds the tensor called so, though the index says another; NULL: none. */
static const char *
elsewhere(const struct tensors *ts, const char *name)
{
	for (size_t i = 0; i < ts->ntensor; i++)
		if (strcmp(ts->t[i].name, name) == 0)
			return ts->t[i].file;
	return NULL;
}

/* The index names a tensor that is not where it says. */
_Noreturn static void
die_absent(const struct tensors *ts, const char *name)
{
	const char *file = elsewhere(ts, name);

	if (file == NULL)
		die("%s: %s is in none of the files", ts->index, name);
	die("%s: %s is in %s, not in %s", ts->index, name, file, json_string_value(json_object_get(ts->weights, name)));
}

/* Warns of tensors that are not where the index says: some heads may not need them. */
static void
count_absent(const struct tensors *ts)
{
	const char *name, *first = NULL;
	size_t n = 0;
	json_t *v;

	json_object_foreach(ts->weights, name, v) {
		char *own = unwrapped(name);
		size_t k = map_find(ts->names, own, strlen(own));

		free(own);
		if (k != NONE && ts->of[k] != NONE)
			continue;
		first = n++ == 0 ? name : first;
	}
	if (n > 0)
		warn("%s: %zu of its tensors not in the files that it names, such as %s", ts->index, n, first);
}

/* Reads the index; returns the names of the shards. */
static struct map *
read_index(struct tensors *ts, char *index)
{
	struct map *shards = map_new();
	const char *name;
	json_t *v;

	ts->index = index;
	ts->root = json_file(index, "an index of shards");
	ts->weights = json_object_get(ts->root, "weight_map");
	if (!json_is_object(ts->weights) || json_object_size(ts->weights) == 0)
		die("%s: not an index of shards: no \"weight_map\"", index);
	json_object_foreach(ts->weights, name, v) {
		check_shard(index, name, v);
		map_add(shards, json_string_value(v), strlen(json_string_value(v)));
	}
	return shards;
}

/* Opens all of them, when the first look has found them all. */
static void
add_shards(struct tensors *ts, const char *dir, const struct map *shards, const char *by)
{
	size_t len;

	for (size_t i = 0; i < map_count(shards); i++)
		if (!folder_has(dir, map_key(shards, i, &len)))
			die("%s: shard %s, which it names, is not there: fetch it", by, map_key(shards, i, &len));
	for (size_t i = 0; i < map_count(shards); i++)
		add_file(ts, mem_print("%s/%s", dir, map_key(shards, i, &len)));
}

static void
open_index(struct tensors *ts, const char *dir, char *index)
{
	struct map *shards = read_index(ts, index);

	add_shards(ts, dir, shards, index);
	count_absent(ts);
	map_free(shards);
}

/* The shards of the series that one is of, whose numbers say how many there are. */
static void
open_numbered(struct tensors *ts, const char *dir, const char *one)
{
	struct map *shards = map_new();
	char *by = mem_print("%s/%s", dir, one);
	struct shard s;

	file_shard(one, &s);
	for (size_t i = 1; i <= s.count; i++) {
		char *name = mem_print("%.*s-%05zu-of-%05zu%s", (int)s.stem, one, i, s.count, one + s.end);

		map_add(shards, name, strlen(name));
		free(name);
	}
	add_shards(ts, dir, shards, by);
	map_free(shards);
	free(by);
}

static int
is_adapter(const struct tensors *ts)
{
	for (size_t i = 0; i < ts->ntensor; i++)
		if (strstr(ts->t[i].name, "lora_") == NULL)
			return 0;
	return ts->ntensor > 0;
}

static void
open_dir(struct tensors *ts, const char *dir)
{
	char *one;

	for (size_t i = 0; i < FOLDER_FORMS; i++) {
		if (folder_has(dir, folder_whole[i])) {
			add_file(ts, mem_print("%s/%s", dir, folder_whole[i]));
			return;
		}
		if (folder_has(dir, folder_index[i])) {
			open_index(ts, dir, mem_print("%s/%s", dir, folder_index[i]));
			return;
		}
		if ((one = folder_shard(dir, i)) != NULL) {
			open_numbered(ts, dir, one);
			free(one);
			return;
		}
	}
	if ((one = gguf_in(dir)) == NULL)
		folder_die_without(dir);
	add_file(ts, one);
}

/* The index beside a file that is one of its shards, or of their series, says which tensors are
 * meant to be in it: of the others it has what was left behind. */
static void
ask_index(struct tensors *ts, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	char *index = folder_index_beside(path);
	struct map *shards;
	struct shard s, t;
	int own = 0;
	size_t len;

	ts->part = file_shard(name, &s) && s.count > 1;
	if (index == NULL)
		return;
	shards = read_index(ts, index);
	for (size_t i = 0; i < map_count(shards) && !own; i++) {
		const char *shard = map_key(shards, i, &len);

		own = strcmp(shard, name) == 0 || (ts->part && file_shard(shard, &t) && s.stem == t.stem &&
		    memcmp(shard, name, s.stem) == 0);
	}
	ts->part |= own && map_count(shards) > 1;
	if (!own)
		ts->weights = NULL;
	map_free(shards);
}

struct tensors *
tensors_open(const char *path)
{
	struct tensors *ts;
	struct stat st;

	if (stat(path, &st) != 0)
		die("%s: %s", path, strerror(errno));
	folder_protect(path, S_ISDIR(st.st_mode));
	ts = mem_new(1, sizeof *ts);
	ts->names = map_new();
	ts->kept = mem_new(1, sizeof *ts->kept);
	if (S_ISDIR(st.st_mode)) {
		open_dir(ts, path);
	} else {
		ask_index(ts, path);
		add_file(ts, mem_text(path, strlen(path)));
		ts->part &= ts->gguf == NULL;
	}
	if (is_adapter(ts))
		folder_die_adapter(path);
	if (S_ISDIR(st.st_mode) && folder_has(path, "adapter_config.json"))
		warn("%s: there is an adapter beside the model: the rows are of the model without it", path);
	return ts;
}

const struct tensor *
tensors_find(const struct tensors *ts, const char *name)
{
	size_t k = map_find(ts->names, name, strlen(name));

	if (k != NONE && ts->of[k] != NONE)
		return &ts->t[ts->of[k]];
	if (!ts->part && ts->weights != NULL && json_object_get(ts->weights, name) != NULL)
		die_absent(ts, name);
	return NULL;
}

int
tensors_part(const struct tensors *ts)
{
	return ts->part;
}

void
tensors_refuse_elsewhere(const struct tensors *ts, const char *stem)
{
	size_t n = strlen(stem);
	const char *name;
	json_t *v;

	if (!ts->part || ts->weights == NULL)
		return;
	json_object_foreach(ts->weights, name, v) {
		char *own = unwrapped(name);
		size_t k = map_find(ts->names, own, strlen(own));
		int need = strncmp(own, stem, n) == 0 && (own[n] == '.' || own[n] == '\0');

		free(own);
		if (need && (k == NONE || ts->of[k] == NONE))
			die("%s: %s is in %s, not in the file that is read: name the directory", ts->index, name,
			    json_string_value(v));
	}
}

size_t
tensors_count(const struct tensors *ts)
{
	return ts->ntensor;
}

struct tensor *
tensors_nth(struct tensors *ts, size_t k)
{
	return &ts->t[k];
}

const struct gguf *
tensors_gguf(const struct tensors *ts)
{
	return ts->gguf;
}

const char *
tensors_format(const struct tensors *ts)
{
	return ts->gguf != NULL ? "GGUF" : ts->torch ? "PyTorch" : "safetensors";
}

static int
by_place(const void *a, const void *b)
{
	const struct tensor *s = *(struct tensor *const *)a, *t = *(struct tensor *const *)b;

	if (s->data != t->data)
		return s->data < t->data ? -1 : 1;
	return (s->bytes > t->bytes) - (s->bytes < t->bytes);
}

const struct tensor **
tensors_by_place(const struct tensors *ts, size_t first)
{
	size_t n = ts->ntensor - first;
	const struct tensor **t = mem_new(n, sizeof *t);

	for (size_t i = 0; i < n; i++)
		t[i] = &ts->t[first + i];
	qsort(t, n, sizeof *t, by_place);
	return t;
}

const struct tensor *
tensors_at(const struct tensors *ts, size_t k)
{
	return k < ts->ntensor ? &ts->t[k] : NULL;
}

void
tensors_forget(const unsigned char *data, size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = (uintptr_t)data, to = from + bytes;

	from = (from + page - 1) / page * page;
	to = to / page * page;
	if (from < to)
		madvise((void *)from, to - from, MADV_DONTNEED);
}

void
tensors_release(const struct tensor *t)
{
	if (t->pack != NULL) {
		const struct tensor *of[] = { t->pack->q, t->pack->scales, t->pack->zeros };

		for (size_t i = 0; i < sizeof of / sizeof *of; i++)
			if (of[i] != NULL)
				tensors_release(of[i]);
	}
	if (t->copy == NULL)                    /* what is there once */
		tensors_forget(t->data, t->bytes);
}

void
tensors_keep(const struct tensors *ts, void *p)
{
	struct kept *k = ts->kept;

	k->p = mem_grow(k->p, &k->cap, k->n + 1, sizeof *k->p);
	k->p[k->n++] = p;
}

void
tensors_close(struct tensors *ts)
{
	for (size_t i = 0; i < ts->nfile; i++) {
		munmap(ts->file[i].map, ts->file[i].len);
		free(ts->file[i].path);
	}
	if (ts->root != NULL)
		json_decref(ts->root);
	free(ts->index);
	for (size_t i = 0; i < ts->ntensor; i++)
		free(ts->t[i].copy);
	for (size_t i = 0; i < ts->kept->n; i++)
		free(ts->kept->p[i]);
	free(ts->kept->p);
	free(ts->kept);
	free(ts->file);
	free(ts->t);
	free(ts->of);
	map_free(ts->names);
	gguf_free(ts->gguf);
	free(ts);
}
