/* detect.c - whether a file is a checkpoint, and which parts of one cannot be read
 * alone. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "private.h"

/* As GGUF, or as safetensors do: the length of a header and its brace. */
static int
begins(const void *bytes, ssize_t n)
{
	const unsigned char *b = bytes;

	return (n > 0 && gguf_begins(b, (size_t)n)) ||
	    (n > 8 && b[4] == 0 && b[5] == 0 && b[6] == 0 && b[7] == 0 && b[8] == '{');
}

int
model_is(const char *path)
{
	const char *dot = strrchr(path, '.');
	unsigned char b[FILE_POINTER + 1] = { 0 };
	struct stat st;
	int fd;
	ssize_t n;

	if (strcmp(path, "-") == 0 || stat(path, &st) != 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return 1;
	if (!S_ISREG(st.st_mode) || (fd = file_open(path, &st)) < 0)
		return 0;
	n = read(fd, b, sizeof b);
	close(fd);
	if (dot != NULL && strcmp(dot, ".safetensors") == 0)
		return 1;
	return begins(b, n) || (n > 0 && torch_begins(b, (size_t)n)) || (n > 0 && file_is_pointer(b, (size_t)n));
}

void
model_refuse(const char *name, const char *b, size_t n)
{
	const char *base = strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name;

	foreign_refuse(name, b, n);
	if (strcmp(base, "config.json") == 0 || strcmp(base, "model.safetensors.index.json") == 0 ||
	    strcmp(base, "pytorch_model.bin.index.json") == 0)
		die("%s: a part of a checkpoint: name the directory that it is in", name);
	if ((n > 8 && begins(b, 9)) || torch_begins(b, n))
		die("%s: a checkpoint cannot be read from a pipe or as gzip: name its %s", name,
		    gguf_begins(b, n) ? "file" : "directory");
}
