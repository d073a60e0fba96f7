/* gguf_files.c - which files are a model of GGUF: one, or several called
 * NAME-00001-of-00003.gguf, each with its tensors, the first with the keys. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* A whole number of split.no and the like, from 0 to most; absent if it is not there. */
static size_t
split_number(const struct gguf *g, const char *path, const char *key, size_t absent)
{
	struct gguf_number x;

	if (!gguf_number(g, key, &x))
		return absent;
	if (!(x.value >= 0 && x.value <= 1e9) || x.value != (double)(size_t)x.value)
		die("%s: not GGUF: %s is no count", path, key);
	return (size_t)x.value;
}

enum { TAIL = 20 };                     /* -00001-of-00003.gguf */

/* The file's name ends as that of part no (from 1) of count. */
static int
is_part(const char *path, size_t no, size_t count)
{
	char tail[64];
	size_t n = strlen(path);

	snprintf(tail, sizeof tail, "-%05zu-of-%05zu.gguf", no, count);
	return n > strlen(tail) && strcmp(path + n - strlen(tail), tail) == 0;
}

/* Part no of the model that the file is a part of; checks that it says so itself. */
static struct gguf *
read_part(struct tensors *ts, const char *path, size_t no, size_t count)
{
	size_t size = strlen(path) + 64;
	char *part = mem_new(size, 1);
	struct gguf *g;

	snprintf(part, size, "%.*s-%05zu-of-%05zu.gguf", (int)strlen(path) - TAIL, path, no, count);
	g = gguf_file(ts, tensors_map(ts, part));
	if (split_number(g, part, "split.no", 0) != no - 1 || split_number(g, part, "split.count", 1) != count)
		die("%s: it does not say that it is part %zu of %zu", part, no, count);
	return g;
}

struct gguf *
gguf_read(struct tensors *ts, const struct mapped *f)
{
	const char *path = f->path;             /* f may move */
	struct gguf *g = gguf_file(ts, f), *other;
	size_t count = split_number(g, path, "split.count", 1), no = split_number(g, path, "split.no", 0) + 1;
	size_t all = split_number(g, path, "split.tensors.count", (size_t)-1);

	if (count <= 1)
		return g;
	if (no > count || count > 99999 || !is_part(path, no, count))
		die("%s: part %zu of %zu of a model: its name must end with -%05zu-of-%05zu.gguf, so that the others are found",
		    path, no, count, no, count);
	for (size_t i = 1; i <= count; i++) {
		if (i == no)
			continue;
		other = read_part(ts, path, i, count);
		gguf_free(i == 1 ? g : other);
		g = i == 1 ? other : g;
	}
	if (all != (size_t)-1 && all != tensors_count(ts))
		die("%s: its %zu parts have %zu tensors, not %zu as it says", path, count, tensors_count(ts), all);
	return g;
}

/* directories -------------------------------------------------------------------- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* How much of the name of a .gguf file is that of its model. */
static size_t
stem(const char *name)
{
	size_t n = strlen(name);
	const char *tail = name + n - TAIL;
	unsigned no, of;
	int end = 0;

	if (n > TAIL && sscanf(tail, "-%5u-of-%5u.gguf%n", &no, &of, &end) == 2 && end == TAIL)
		return n - TAIL;
	return n;
}

/* The names of the directory's .gguf files, sorted: how many. */
static size_t
list(const char *dir, char ***names)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t n = 0, cap = 0;

	*names = NULL;
	if (d == NULL)
		die("%s: %s", dir, strerror(errno));
	while ((e = readdir(d)) != NULL) {
		size_t len = strlen(e->d_name);

		if (len <= 5 || strcmp(e->d_name + len - 5, ".gguf") != 0)
			continue;
		*names = mem_grow(*names, &cap, n + 1, sizeof **names);
		(*names)[n++] = mem_text(e->d_name, len);
	}
	closedir(d);
	if (n > 0)
		qsort(*names, n, sizeof **names, by_name);
	return n;
}

char *
gguf_in(const char *dir)
{
	char **names, *path = NULL, *other = NULL;
	size_t n = list(dir, &names), size;

	for (size_t i = 1; i < n && other == NULL; i++)
		if (stem(names[i]) != stem(names[0]) || strncmp(names[i], names[0], stem(names[0])) != 0)
			other = names[i];
	if (other != NULL)
		die("%s: more than one model of GGUF, such as %s and %s: name the file that is meant", dir, names[0], other);
	if (n > 0) {
		size = strlen(dir) + strlen(names[0]) + 2;
		path = mem_new(size, 1);
		snprintf(path, size, "%s/%s", dir, names[0]);
	}
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return path;
}
