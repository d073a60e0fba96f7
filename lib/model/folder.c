/* folder.c - a directory that a checkpoint is in: what it is looked for as, and what there
 * is if it is not so. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "private.h"

const char *const folder_whole[FOLDER_FORMS] = {
	"model.safetensors", "pytorch_model.bin", "open_clip_model.safetensors", "open_clip_pytorch_model.bin"
};
const char *const folder_index[FOLDER_FORMS] = {
	"model.safetensors.index.json", "pytorch_model.bin.index.json", "open_clip_model.safetensors.index.json",
	"open_clip_pytorch_model.bin.index.json"
};

int
folder_has(const char *dir, const char *name)
{
	char *path = mem_print("%s/%s", dir, name);
	struct stat st;
	int is = lstat(path, &st) == 0 || errno != ENOENT;

	free(path);
	return is;
}

/* The directory of a file. */
static char *
dir_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? mem_text(path, (size_t)(slash - path)) : mem_text(".", 1);
}

/* Both are shards of one series. */
static int
same_series(const char *a, const struct shard *s, const char *b, const struct shard *t)
{
	return s->stem == t->stem && s->count == t->count && memcmp(a, b, s->stem) == 0;
}

/* What the form is called without its number and its end. */
static size_t
stem_of(size_t form)
{
	return (size_t)(strrchr(folder_whole[form], '.') - folder_whole[form]);
}

static int
is_model_series(const char *name, const struct shard *s, size_t form)
{
	return s->stem == stem_of(form) && memcmp(name, folder_whole[form], s->stem) == 0;
}

/* A folder whose files may be read, but not listed, has those of known names alone. */
char *
folder_shard(const char *dir, size_t form)
{
	DIR *d = opendir(dir);
	char *found = NULL;
	struct shard s, f = { 0, 0, 0, 0 };
	struct dirent *e;

	if (d == NULL && errno == EACCES)
		return NULL;
	if (d == NULL)
		die("%s: %s", dir, strerror(errno));
	while ((e = readdir(d)) != NULL) {
		const char *name = e->d_name;

		if (!file_shard(name, &s) || strcmp(name + s.end, folder_whole[form] + stem_of(form)) != 0)
			continue;
		if (found != NULL && same_series(name, &s, found, &f))
			continue;
		if (found != NULL && is_model_series(name, &s, form) == is_model_series(found, &f, form))
			die("%s: %s and %s: shards of two models, and no index that says which is meant", dir,
			    strcmp(name, found) < 0 ? name : found, strcmp(name, found) < 0 ? found : name);
		if (found != NULL && is_model_series(found, &f, form))
			continue;
		free(found);
		found = mem_text(name, strlen(name));
		f = s;
	}
	closedir(d);
	return found;
}

char *
folder_index_beside(const char *path)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash != NULL ? slash : path, '.');
	char *index = NULL, *dir = dir_of(path);

	for (size_t i = 0; i < FOLDER_FORMS && dot != NULL; i++)
		if (index == NULL && strcmp(dot, folder_whole[i] + stem_of(i)) == 0 && folder_has(dir, folder_index[i]))
			index = mem_print("%s/%s", dir, folder_index[i]);
	free(dir);
	return index;
}

_Noreturn void
folder_die_adapter(const char *path)
{
	die("%s: only an adapter, no model: merge it into its model first (in Python, with peft: "
	    "merge_and_unload, then save_pretrained)", path);
}

_Noreturn void
folder_die_without(const char *dir)
{
	static const char *const ends[] = { ".safetensors", ".bin", ".pt", ".pth" };
	DIR *d = opendir(dir);
	struct dirent *e;
	int other = 0;

	if (d == NULL)
		die("%s: %s", dir, strerror(errno));
	while ((e = readdir(d)) != NULL) {
		const char *dot = strrchr(e->d_name, '.');

		for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
			other |= dot != NULL && strcmp(dot, ends[i]) == 0;
	}
	closedir(d);
	if (folder_has(dir, "adapter_config.json"))
		folder_die_adapter(dir);
	foreign_refuse_in(dir);
	die("%s: no model.safetensors, no pytorch_model.bin, no index of shards and no .gguf file%s", dir,
	    other ? ": name the file that holds the model" : "");
}

void
folder_protect(const char *path, int is_dir)
{
	char *dir = is_dir ? mem_text(path, strlen(path)) : dir_of(path);

	for (size_t i = 0; i < 2*FOLDER_FORMS; i++) {
		char *name = mem_print("%s/%s", dir, i % 2 == 0 ? folder_whole[i / 2] : folder_index[i / 2]);

		out_protect_name(name);
		free(name);
	}
	free(dir);
}
