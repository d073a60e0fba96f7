/* json.c - JSON texts that are held whole: headers, indices, configurations. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model.h"

enum { SIZE_LIMIT = 100000000 };

/* jansson tells an empty heap from bad text not always: so we tell. */
static void *
json_mem(size_t size)
{
	return mem_new(size, 1);
}

void
json_heap(void)
{
	json_set_alloc_funcs(json_mem, free);
}

json_t *
json_text(const char *path, const char *text, size_t len, const char *what)
{
	json_error_t e;
	json_t *root;

	json_heap();
	if (memchr(text, '\0', len) != NULL)
		die("%s: not %s: a NUL byte in its JSON text", path, what);
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &e);
	if (root == NULL)
		die("%s:%d: column %d: not %s: %s", path, e.line, e.column, what, e.text);
	if (!json_is_object(root)) {
		json_decref(root);
		die("%s: not %s: its JSON text is not an object", path, what);
	}
	return root;
}

json_t *
json_file(const char *path, const char *what)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;
	size_t len = 0, size;
	ssize_t n;
	json_t *root;

	if (fd < 0 || fstat(fd, &st) != 0)
		die("%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > SIZE_LIMIT)
		die("%s: not %s: not a regular file of at most %d bytes", path, what, SIZE_LIMIT);
	size = (size_t)st.st_size;
	text = mem_new(size, 1);
	while (len < size && (n = read(fd, text + len, size - len)) != 0)
		if (n > 0)
			len += (size_t)n;
		else if (errno != EINTR)
			die("%s: %s", path, strerror(errno));
	close(fd);
	root = json_text(path, text, len, what);
	free(text);
	return root;
}
