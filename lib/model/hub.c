/* hub.c - what a path says of a model: its name, its revision; folders of the cache of
 * Hugging Face's hub, models--ORG--NAME/{refs,blobs,snapshots/COMMIT}. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "private.h"

static const char models[] = "models--", snapshots[] = "snapshots";

static int
is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The length of path without slashes at its end; where its last part begins. */
static size_t
trimmed(const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	return n;
}

static size_t
last_part(const char *path, size_t n)
{
	while (n > 0 && path[n - 1] != '/')
		n--;
	return n;
}

static int
is_part(const char *path, size_t from, size_t to, const char *begin)
{
	size_t n = strlen(begin);

	return to - from >= n && memcmp(path + from, begin, n) == 0;
}

/* Where in path the name of a folder models--ORG--NAME begins that a part of path, the
 * last or one before it, has; -1 if there is none.  *to: where it ends. */
static ptrdiff_t
find_models(const char *path, size_t *to)
{
	size_t n = trimmed(path), at;

	for (;; n = at > 0 ? at - 1 : 0) {
		at = last_part(path, n);
		if (is_part(path, at, n, models) && n - at > sizeof models - 1) {
			*to = n;
			return (ptrdiff_t)at;
		}
		if (at == 0)
			return -1;
	}
}

/* The commit that refs/main holds, or NULL; the caller frees it. */
static char *
main_commit(const char *repo)
{
	char *path = mem_print("%s/refs/main", repo), line[81] = "";
	FILE *f = fopen(path, "r");

	if (f != NULL && fscanf(f, "%80[0-9a-zA-Z]", line) != 1)
		line[0] = '\0';
	if (f != NULL)
		fclose(f);
	free(path);
	return line[0] != '\0' ? mem_text(line, strlen(line)) : NULL;
}

/* The only snapshot there is. */
static char *
only_snapshot(const char *repo, DIR *d)
{
	char *name = NULL;
	struct dirent *e;

	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		if (name != NULL)
			die("%s: several snapshots and no refs/main: name one of them", repo);
		name = mem_text(e->d_name, strlen(e->d_name));
	}
	if (name == NULL)
		die("%s: a folder of a hub's cache without a snapshot: fetch the model", repo);
	return name;
}

char *
hub_open(const char *path)
{
	char *repo = mem_text(path, trimmed(path)), *dir, *commit, *found;
	size_t at = last_part(repo, strlen(repo));
	DIR *d;

	dir = mem_print("%s/%s", repo, snapshots);
	if (!is_part(repo, at, strlen(repo), models) || (d = opendir(dir)) == NULL) {
		free(dir);
		free(repo);
		return mem_text(path, strlen(path));
	}
	commit = main_commit(repo);
	if (commit == NULL)
		commit = only_snapshot(repo, d);
	closedir(d);
	found = mem_print("%s/%s", dir, commit);
	if (!is_dir(found))
		die("%s: refs/main is %s, of which there is no snapshot: fetch the model", repo, commit);
	free(commit);
	free(dir);
	free(repo);
	return found;
}

/* Files that are called the same in every model. */
static int
is_usual(const char *name, size_t n)
{
	static const char *const usual[] = { "model", "pytorch_model", "diffusion_pytorch_model", "consolidated",
	    "model.safetensors.index", "pytorch_model.bin.index", "config", "adapter_model" };

	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (strlen(usual[i]) == n && memcmp(name, usual[i], n) == 0)
			return 1;
	return 0;
}

/* n without one of the endings that files of models, dumps and tables have. */
static size_t
without_ending(const char *name, size_t n)
{
	static const char *const ending[] = { ".gz", ".safetensors", ".gguf", ".bin", ".pt", ".pth", ".json", ".csv" };

	for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
		size_t len = strlen(ending[i]);

		if (n > len && memcmp(name + n - len, ending[i], len) == 0)
			n -= len;
	}
	return n;
}

/* n without the number of a part of a model, -00001-of-00003. */
static size_t
without_part(const char *name, size_t n)
{
	static const char part[] = "-00000-of-00000";
	size_t len = sizeof part - 1;

	if (n <= len)
		return n;
	for (size_t i = 0; i < len; i++) {
		char c = name[n - len + i];

		if (part[i] == '0' ? c < '0' || c > '9' : c != part[i])
			return n;
	}
	return n - len;
}

char *
hub_name(const char *path)
{
	char *full = NULL, *name, *mark;
	size_t to, from, n;
	ptrdiff_t at = find_models(path, &to);

	if (at >= 0) {
		name = mem_text(path + at + sizeof models - 1, to - (size_t)at - (sizeof models - 1));
		if ((mark = strstr(name, "--")) != NULL) {
			*mark = '/';
			memmove(mark + 1, mark + 2, strlen(mark + 2) + 1);
		}
		return name;
	}
	if (is_dir(path) || strchr(path, '/') == NULL)
		full = realpath(path, NULL);
	if (full != NULL)
		path = full;
	n = trimmed(path);
	from = last_part(path, n);
	if (!is_dir(path)) {
		to = from + without_part(path + from, without_ending(path + from, n - from));
		if (from > 1 && is_usual(path + from, to - from)) {
			to = from - 1;
			from = last_part(path, to);
		}
		n = to;
	}
	name = mem_text(path + from, n - from);
	free(full);
	return name;
}

char *
hub_revision(const char *path)
{
	char *found = hub_open(path);
	size_t to = 0, at, n;
	ptrdiff_t repo = find_models(found, &to);
	char *commit = NULL;

	at = to + 1;
	n = sizeof snapshots - 1;
	if (repo >= 0 && strncmp(found + to, "/snapshots/", n + 2) == 0) {
		at += n + 1;
		commit = mem_text(found + at, strcspn(found + at, "/"));
	}
	free(found);
	return commit;
}
