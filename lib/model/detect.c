/* detect.c - whether a file is a checkpoint, and which parts of one cannot be read
 * alone. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "private.h"

static int
begins(const void *b, size_t n)
{
	return safetensors_begins(b, n) || gguf_begins(b, n) || torch_begins(b, n);
}

int
model_is(const char *path)
{
	const char *dot = strrchr(path, '.');
	unsigned char b[FILE_POINTER + 1] = { 0 };
	struct stat st;
	int fd;
	ptrdiff_t n;

	if (strcmp(path, "-") == 0 || stat(path, &st) != 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return 1;
	if (!S_ISREG(st.st_mode))
		return 0;
	if ((fd = file_open(path, &st)) < 0 || (n = fd_read_at(fd, b, sizeof b, 0)) < 0)
		die("%s: %s", path, strerror(errno));
	close(fd);
	if (dot != NULL && strcmp(dot, ".safetensors") == 0)
		return 1;
	return n > 0 && (begins(b, (size_t)n) || file_is_pointer(b, (size_t)n));
}

void
model_refuse(const char *name, const char *b, size_t n)
{
	const char *base = strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name;

	foreign_refuse(name, b, n);
	if (strcmp(base, "config.json") == 0 || strcmp(base, "model.safetensors.index.json") == 0 ||
	    strcmp(base, "pytorch_model.bin.index.json") == 0)
		die("%s: a part of a checkpoint: name the directory that it is in", name);
	if (begins(b, n))
		die("%s: a checkpoint cannot be read from a pipe or as gzip: name its %s", name,
		    gguf_begins(b, n) ? "file" : "directory");
}
