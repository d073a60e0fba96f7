/* safetensors.c - whatever stands in the header of a file or in an index, the
 * reader refuses it or hands out tensors that lie in the file.
 *
 * An input is a byte and a text.  Odd: the text is a whole .safetensors file, even:
 * an index beside shards "a", "b", "c" that are good.  The library is compiled
 * with exit, memory and maps called fuzz_...: what dies comes back here, and what
 * it held is given back.  make fuzz; then $B/fuzz-safetensors tests/fuzz/seeds. */
#undef exit
#undef calloc
#undef realloc
#undef free
#undef mmap
#undef munmap
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
_Noreturn void fuzz_exit(int status);
void *fuzz_calloc(size_t n, size_t size);
void *fuzz_realloc(void *p, size_t size);
void fuzz_free(void *p);
void *fuzz_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off);
int fuzz_munmap(void *p, size_t len);

/* What is held: memory in a ring, maps in a list. */
struct held { _Alignas(16) struct held *next, *prev; };
static struct held ring = { &ring, &ring };
static struct { void *p; size_t len; } map[16];
static size_t nmap;
static jmp_buf back;

_Noreturn void
fuzz_exit(int status)
{
	(void)status;
	longjmp(back, 1);
}

static void *
hold(struct held *h)
{
	if (h == NULL)
		return NULL;
	h->next = ring.next;
	h->prev = &ring;
	h->next->prev = ring.next = h;
	return h + 1;
}

void *
fuzz_calloc(size_t n, size_t size)
{
	return n > (SIZE_MAX - sizeof(struct held)) / size ? NULL : hold(calloc(1, n * size + sizeof(struct held)));
}

static void *
let_go(void *p)
{
	struct held *h = (struct held *)p - 1;

	h->next->prev = h->prev;
	h->prev->next = h->next;
	return h;
}

void *
fuzz_realloc(void *p, size_t size)
{
	return hold(realloc(p == NULL ? NULL : let_go(p), size + sizeof(struct held)));
}

void
fuzz_free(void *p)
{
	if (p != NULL)
		free(let_go(p));
}

void *
fuzz_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	void *p = mmap(at, len, prot, flags, fd, off);

	if (p != MAP_FAILED) {
		map[nmap].p = p;
		map[nmap++].len = len;
	}
	return p;
}

int
fuzz_munmap(void *p, size_t len)
{
	for (size_t i = 0; i < nmap; i++)
		if (map[i].p == p)
			map[i] = map[--nmap];
	return munmap(p, len);
}

static char dir[] = "/tmp/headgeom-fuzz.XXXXXX";

static void
write_file(const char *name, const void *data, size_t size)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
}

/* A shard with one tensor, called as it is. */
static void
write_shard(const char *name)
{
	char b[128] = { 0 };
	int n = snprintf(b + 8, sizeof b - 8, "{\"%s\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":[0,4]}}", name);

	b[0] = (char)n;
	write_file(name, b, 8 + (size_t)n + 4);
}

static void
clean(void)
{
	char cmd[300];

	snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
	if (system(cmd) != 0)
		abort();
}

static void
begin(void)
{
	if (mkdtemp(dir) == NULL)
		abort();
	atexit(clean);
	write_shard("a");
	write_shard("b");
	write_shard("c");
}

/* Reads every byte that is handed out. */
static void
look(const char *path)
{
	struct tensors *ts = tensors_open(path);
	const struct tensor *t;
	volatile unsigned char sum = 0;

	for (size_t k = 0; (t = tensors_at(ts, k)) != NULL; k++) {
		for (size_t i = 0; i < t->bytes; i++)
			sum = (unsigned char)(sum + t->data[i]);
		if (tensors_find(ts, t->name) != t)
			abort();
		tensors_release(t);
	}
	tensors_close(ts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int begun, lowest;
	char path[256];

	if (!begun++)
		begin();
	if (size == 0)
		return 0;
	snprintf(path, sizeof path, "%s/model.safetensors.index.json", dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/model.safetensors", dir);
	unlink(path);
	write_file(data[0] & 1 ? "model.safetensors" : "model.safetensors.index.json", data + 1, size - 1);
	lowest = dup(STDERR_FILENO);
	close(lowest);
	if (setjmp(back) == 0)
		look(dir);
	close(lowest);                          /* the file that was open when it died */
	while (nmap > 0)
		fuzz_munmap(map[nmap - 1].p, map[nmap - 1].len);
	while (ring.next != &ring)
		fuzz_free(ring.next + 1);
	return 0;
}
