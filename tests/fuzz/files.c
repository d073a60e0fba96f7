/* files.c - files that are read, and what is held of them. */
#undef exit
#undef calloc
#undef realloc
#undef free
#undef mmap
#undef munmap
#undef madvise
#undef json_set_alloc_funcs
#undef out_protect_fd
#undef out_protect_name
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "files.h"
#include "held.h"
#include "model.h"

void *fuzz_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off);
int fuzz_munmap(void *p, size_t len);
int fuzz_madvise(void *p, size_t len, int advice);
void fuzz_json_set_alloc_funcs(json_malloc_t alloc, json_free_t release);
void fuzz_out_protect_fd(int fd, const char *name);
void fuzz_out_protect_name(const char *path);

char files_dir[] = "/tmp/headgeom-fuzz.XXXXXX";

/* Maps that are held. */
static void *map[16];
static size_t nmap;

/* A copy: to read behind the end of the file is found out. */
void *
fuzz_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	char *p = malloc(len);

	(void)at;
	(void)prot;
	(void)flags;
	if (p == NULL || pread(fd, p, len, off) != (ssize_t)len || nmap == sizeof map / sizeof *map)
		abort();
	return map[nmap++] = p;
}

int
fuzz_munmap(void *p, size_t len)
{
	(void)len;
	for (size_t i = 0; i < nmap; i++)
		if (map[i] == p)
			map[i] = map[--nmap];
	free(p);
	return 0;
}

int
fuzz_madvise(void *p, size_t len, int advice)
{
	(void)p;
	(void)len;
	(void)advice;
	return 0;
}

/* Each of jansson's blocks by itself, not out of json.c's chunks. */
static void *
node(size_t size)
{
	return fuzz_calloc(1, size);
}

void
fuzz_json_set_alloc_funcs(json_malloc_t alloc, json_free_t release)
{
	(void)alloc;
	(void)release;
	json_set_alloc_funcs(node, fuzz_free);
}

/* Nothing is written, and what is read is not noted: the list would be kept from one
 * input to the next. */
void
fuzz_out_protect_fd(int fd, const char *name)
{
	(void)fd;
	(void)name;
}

void
fuzz_out_protect_name(const char *path)
{
	(void)path;
}

void
files_write(const char *name, const void *data, size_t size)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", files_dir, name);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
}

static void
clean(void)
{
	char cmd[300];

	snprintf(cmd, sizeof cmd, "rm -rf %s", files_dir);
	if (system(cmd) != 0)
		abort();
}

void
files_begin(void)
{
	if (mkdtemp(files_dir) == NULL)
		abort();
	atexit(clean);
}

void
files_read(const char *path)
{
	struct tensors *ts = tensors_open(path);
	const struct tensor *t;
	volatile unsigned char sum = 0;

	for (size_t k = 0; (t = tensors_at(ts, k)) != NULL; k++) {
		for (size_t i = 0; i < t->bytes; i++)
			sum = (unsigned char)(sum + t->data[i]);
		held_check(tensors_find(ts, t->name) == t);
		tensors_release(t);
	}
	tensors_close(ts);
}

void
files_look(void (*look)(const uint8_t *, size_t), const uint8_t *data, size_t size)
{
	static int lowest;

	lowest = dup(STDERR_FILENO);
	close(lowest);
	held_look(look, data, size);
	close(lowest);
	while (nmap > 0)
		fuzz_munmap(map[nmap - 1], 0);
}
