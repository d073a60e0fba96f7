/* held.c - memory in a ring, files that are memory, and the way back from what dies. */
#include <csv.h>
#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "held.h"
#include "io.h"

void *fuzz_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off);
int fuzz_munmap(void *p, size_t len);
int fuzz_madvise(void *p, size_t len, int advice);
ssize_t fuzz_read(int fd, void *p, size_t n);
size_t fuzz_fwrite(const void *p, size_t size, size_t n, FILE *f);
int fuzz_fputs(const char *s, FILE *f);
int fuzz_fputc(int c, FILE *f);
void split_plain(const struct split_plan *p, char *text, size_t len, struct split *s);
void fuzz_split_run(const struct split_plan *p, char *text, size_t len, struct split *s);
void fuzz_json_set_alloc_funcs(json_malloc_t alloc, json_free_t release);
int fuzz_csv_init(struct csv_parser *p, unsigned char options);
int fuzz_inflateInit2_(z_stream *z, int bits, const char *version, int size);
struct out *fuzz_out_open(const char *path, int plain, int level, int threads);
void fuzz_out_bytes(struct out *o, const void *data, size_t len);
void fuzz_out_printf(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void fuzz_out_block(struct out *o);
void fuzz_out_dress(struct out *o, const char *format);
void fuzz_out_close(struct out *o);
void fuzz_out_protect_fd(int fd, const char *name);
void fuzz_out_protect_name(const char *path);

/* ---- memory --------------------------------------------------------------------------------- */

struct held { _Alignas(16) struct held *next, *prev; };
static struct held ring = { &ring, &ring };
static jmp_buf back;
static int looking;

void
fuzz_exit(int status)
{
	(void)status;
	held_check(looking);
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

/* Each of jansson's blocks by itself, not out of json.c's chunks; libcsv's and zlib's, too. */
static void *
node(size_t size)
{
	return fuzz_calloc(1, size);
}

static void *
zlib_node(void *context, unsigned n, unsigned size)
{
	(void)context;
	return fuzz_calloc(n, size);
}

static void
zlib_free(void *context, void *p)
{
	(void)context;
	fuzz_free(p);
}

void
fuzz_json_set_alloc_funcs(json_malloc_t alloc, json_free_t release)
{
	(void)alloc;
	(void)release;
	json_set_alloc_funcs(node, fuzz_free);
}

int
fuzz_csv_init(struct csv_parser *p, unsigned char options)
{
	int code = csv_init(p, options);

	csv_set_realloc_func(p, fuzz_realloc);
	csv_set_free_func(p, fuzz_free);
	return code;
}

int
fuzz_inflateInit2_(z_stream *z, int bits, const char *version, int size)
{
	z->zalloc = zlib_node;
	z->zfree = zlib_free;
	return inflateInit2_(z, bits, version, size);
}

/* ---- what is read --------------------------------------------------------------------------- */

static size_t most;

void
held_cut(size_t n)
{
	most = n;
}

ssize_t
fuzz_read(int fd, void *p, size_t n)
{
	return read(fd, p, most > 0 && n > most ? most : n);
}

/* Files that are memory, open from the first look or file on. */
static int file[HELD_FILES];

static void
open_files(void)
{
	for (int i = 0; i < HELD_FILES && file[HELD_FILES - 1] == 0; i++)
		if ((file[i] = memfd_create("held", 0)) < 0)
			abort();
}

char *
held_file(int i, const void *data, size_t size)
{
	static char name[HELD_FILES][32];

	open_files();
	if (ftruncate(file[i], (off_t)size) != 0 || pwrite(file[i], data, size, 0) != (ssize_t)size)
		abort();
	snprintf(name[i], sizeof name[i], "/dev/fd/%d", file[i]);
	return name[i];
}

int held_plain;

void
fuzz_split_run(const struct split_plan *p, char *text, size_t len, struct split *s)
{
	(held_plain ? split_plain : split_run)(p, text, len, s);
}

/* A copy: to read behind the end of the file is found out. */
void *
fuzz_mmap(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	char *p = fuzz_calloc(len, 1);

	(void)at;
	(void)prot;
	(void)flags;
	if (p == NULL || pread(fd, p, len, off) != (ssize_t)len)
		abort();
	return p;
}

int
fuzz_munmap(void *p, size_t len)
{
	(void)len;
	fuzz_free(p);
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

/* What is read is not noted: the list would be kept from one input to the next. */
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

/* ---- what is written ------------------------------------------------------------------------ */

/* A text that grows, in memory of its own. */
struct kept {
	char *text;
	size_t len, cap;
};

static struct kept said, wrote;

static void
keep(struct kept *k, const void *data, size_t n)
{
	if (k->len + n + 1 > k->cap) {
		k->cap = 2*(k->len + n + 1);
		k->text = realloc(k->text, k->cap);
		if (k->text == NULL)
			abort();
	}
	memcpy(k->text + k->len, data, n);
	k->text[k->len += n] = '\0';
}

static const char *
kept(const struct kept *k)
{
	return k->text != NULL ? k->text : "";
}

const char *
held_said(void)
{
	return kept(&said);
}

const char *
held_wrote(size_t *size)
{
	*size = wrote.len;
	return kept(&wrote);
}

size_t
fuzz_fwrite(const void *p, size_t size, size_t n, FILE *f)
{
	if (f != stderr)
		return fwrite(p, size, n, f);
	keep(&said, p, n * size);
	return n;
}

int
fuzz_fputs(const char *s, FILE *f)
{
	if (f != stderr)
		return fputs(s, f);
	keep(&said, s, strlen(s));
	return 0;
}

int
fuzz_fputc(int c, FILE *f)
{
	return f == stderr ? fuzz_fputs((char[]){ (char)c, '\0' }, f) : fputc(c, f);
}

/* One output at a time; it is plain, and no table is laid out. */
struct out *
fuzz_out_open(const char *path, int plain, int level, int threads)
{
	(void)path;
	(void)plain;
	(void)level;
	(void)threads;
	wrote.len = 0;
	keep(&wrote, "", 0);
	return (struct out *)&wrote;
}

void
fuzz_out_bytes(struct out *o, const void *data, size_t len)
{
	keep((struct kept *)o, data, len);
}

void
fuzz_out_printf(struct out *o, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	held_check(n >= 0);
	keep((struct kept *)o, text, (size_t)n);
	free(text);
}

void
fuzz_out_block(struct out *o)
{
	(void)o;
}

void
fuzz_out_dress(struct out *o, const char *format)
{
	(void)o;
	(void)format;
}

void
fuzz_out_close(struct out *o)
{
	(void)o;
}

/* ---- looks ---------------------------------------------------------------------------------- */

int
held_look(void (*look)(const uint8_t *, size_t), const uint8_t *data, size_t size)
{
	enum { OPEN = 16 };
	static int lowest, died;

	open_files();
	lowest = dup(STDERR_FILENO);
	close(lowest);
	said.len = 0;
	keep(&said, "", 0);
	looking = 1;
	died = setjmp(back);
	if (died == 0)
		look(data, size);
	looking = 0;
	while (ring.next != &ring)
		fuzz_free(ring.next + 1);
	for (int fd = lowest; fd < lowest + OPEN; fd++)
		close(fd);
	return died == 0;
}

void
held_check(int good)
{
	if (good)
		return;
	fprintf(stderr, "%s", held_said());
	abort();
}
