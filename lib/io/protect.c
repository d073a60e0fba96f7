/* protect.c - the files that are read, and the names under which what is read is looked for:
 * no output may go there. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io.h"

/* They are opened before the output and behind it, in places that know nothing of it: so the
 * list lasts as long as the program. */
static struct input {
	dev_t dev;
	ino_t ino;
	char *name;
	const char *last;	/* NULL, or what the name is in the directory dev, ino */
} *input;
static size_t ninput, input_cap;

static struct input *
note(const struct stat *st, const char *name)
{
	input = mem_grow(input, &input_cap, ninput + 1, sizeof *input);
	input[ninput] = (struct input){ st->st_dev, st->st_ino, mem_text(name, strlen(name)), NULL };
	return &input[ninput++];
}

void
out_protect_fd(int fd, const char *name)
{
	struct stat st;

	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		note(&st, name);
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The directory of path is there: *st says which it is. */
static int
directory(const char *path, struct stat *st)
{
	size_t n = (size_t)(last_part(path) - path);
	char *dir = n ? mem_text(path, n) : mem_text(".", 1);
	int there = !stat(dir, st);

	free(dir);
	return there;
}

void
out_protect_name(const char *path)
{
	struct stat st;
	struct input *in;

	if (!directory(path, &st))
		return;
	in = note(&st, path);
	in->last = last_part(in->name);
}

void
out_protect_put(struct csv_writer *w)
{
	for (size_t i = 0; i < ninput; i++) {
		csv_put_int(w, (long long)input[i].dev);
		csv_put_int(w, (long long)input[i].ino);
		csv_put_str(w, input[i].name);
		csv_put_str(w, input[i].last ? "name" : "file");
		csv_put_end(w);
	}
}

void
out_protect_take(const char *const *field, const size_t *len, size_t n)
{
	struct stat st = { 0 };
	struct input *in;

	if (n != 4 || !len[2])
		die("a process that reads tells nothing that makes sense");
	st.st_dev = (dev_t)strtoll(field[0], NULL, 10);
	st.st_ino = (ino_t)strtoll(field[1], NULL, 10);
	in = note(&st, field[2]);
	if (!strcmp(field[3], "name"))
		in->last = last_part(in->name);
}

void
protect_forget(void)
{
	while (ninput)
		free(input[--ninput].name);
}

static int
same(const struct input *in, const struct stat *st)
{
	return in->dev == st->st_dev && in->ino == st->st_ino;
}

void
protect_refuse(const char *path)
{
	struct stat file, dir;
	int is = !stat(path, &file), in = directory(path, &dir);

	for (size_t i = 0; i < ninput; i++)
		if (is && !input[i].last && same(&input[i], &file))
			die("%s: it is read, and the output would take its place", input[i].name);
	for (size_t i = 0; i < ninput; i++)
		if (in && input[i].last && same(&input[i], &dir) && !strcmp(input[i].last, last_part(path)))
			die("%s: what is read is looked for under this name, and the output would be there", input[i].name);
}

int
protect_same(const char *a, const char *b)
{
	struct stat x, y;

	return directory(a, &x) && directory(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino &&
	    !strcmp(last_part(a), last_part(b));
}
