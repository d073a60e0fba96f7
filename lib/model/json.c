/* json.c - JSON texts that are held whole: headers, indices, configurations. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "private.h"

enum { SIZE_LIMIT = 100000000 };

/* jansson asks for memory for each number.  It comes out of chunks, each of which is
 * freed when nothing in it is in use any more.  jansson cannot always tell ENOMEM from
 * a syntax error, so allocation dies: mem_new. */
union front {                            /* in front of a block */
	struct chunk *of;
	double x;
	json_int_t i;
};

struct chunk {
	size_t live;                    /* blocks in use */
	union front mem[];
};

/* The chunk that has room, and what the text in hand may still take.  It lasts from call to
 * call: jansson hands its allocator nothing but a size. */
static struct {
	struct chunk *chunk;
	size_t room;                    /* fronts left in it */
	const char *path;
	size_t most, left;
} heap = { .most = CSV_USUAL, .left = SIZE_MAX };

void
json_limit(size_t most)
{
	heap.most = most;
}

void
json_begin(const char *path)
{
	heap.path = path;
	heap.left = 2*heap.most;
}

void
json_take(size_t bytes)
{
	if (bytes > heap.left)
		die("%s: its JSON text, with what is made of it, takes more than --max-record %zuM allows", heap.path, heap.most >> 20);
	heap.left -= bytes;
}

static void *
json_alloc(size_t size)
{
	enum { CHUNK = 1 << 15 };
	size_t n = size / sizeof(union front) + 2;
	union front *h;

	if (n > heap.room) {
		heap.room = n > CHUNK ? n : CHUNK;
		json_take(heap.room * sizeof *h);
		heap.chunk = mem_new(1, sizeof *heap.chunk + heap.room * sizeof *h);
	}
	h = heap.chunk->mem + (heap.room -= n);
	h->of = heap.chunk;
	heap.chunk->live++;
	return h + 1;
}

static void
json_free(void *p)
{
	struct chunk *c = p != NULL ? ((union front *)p)[-1].of : NULL;

	if (c == NULL || --c->live > 0)
		return;
	if (c == heap.chunk) {
		heap.chunk = NULL;
		heap.room = 0;
	}
	free(c);
}

void
json_heap(void)
{
	json_set_alloc_funcs(json_alloc, json_free);
}

static int
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

size_t
json_word(const char *s, size_t len)
{
	static const char *const word[] = { "NaN", "Infinity", "-Infinity" };

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(word[i]);

		if (len >= n && memcmp(s, word[i], n) == 0 && (len == n || !is_word(s[n])))
			return n;
	}
	return 0;
}

const char *
json_version(void)
{
#if JANSSON_VERSION_HEX >= 0x020d00
	return jansson_version_str();
#else
	return JANSSON_VERSION;
#endif
}

void
json_put(struct json_words *t, const char *s, size_t len)
{
	if (len == 0)
		return;
	t->s = mem_grow(t->s, &t->cap, t->len + len + 1, 1);
	memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = '\0';
}

/* What is put here next is a byte longer than in the file. */
static void
grow(struct json_words *t)
{
	t->grown = mem_grow(t->grown, &t->growncap, t->ngrown + 1, sizeof *t->grown);
	t->grown[t->ngrown++] = t->len;
}

void
json_put_words(struct json_words *t, const char *s, size_t len)
{
	static const char marks[256] = { ['"'] = 1, ['-'] = 1, ['I'] = 1, ['N'] = 1 };
	size_t from = 0, n;
	int string = 0;

	for (size_t i = 0; i < len; i++) {
		if (string) {
			string = s[i] != '"';
			i += s[i] == '\\';
		} else if (!marks[(unsigned char)s[i]]) {
			continue;
		} else if (s[i] == '"') {
			string = 1;
		} else if ((i == 0 || !is_word(s[i - 1])) && (n = json_word(s + i, len - i)) > 0) {
			json_put(t, s + from, i - from);
			if (n < 4)
				grow(t);
			json_put(t, "null     ", n < 4 ? 4 : n);
			i += n - 1;
			from = i + 1;
		}
	}
	json_put(t, s + from, len - from);
}

/* The digits at s[i], of which there are n, are a whole number, and 64 bits do not hold it. */
static int
is_wide(const char *s, size_t i, size_t n)
{
	const size_t from = i - (i > 0 && s[i - 1] == '-');
	const int starts = from == 0 || !(is_word(s[from - 1]) || s[from - 1] == '.' || s[from - 1] == '+');

	if (n < 19 || !starts || strchr(".eE", s[i + n]) != NULL)
		return 0;
	errno = 0;
	strtoll(s + from, NULL, 10);
	return errno == ERANGE;
}

/* As json_put_words; whole numbers beyond 64 bits, which jansson refuses and some programs write, are
 * reals: .0 stands behind them.  s[len] is 0. */
static void
put_wide(struct json_words *t, const char *s, size_t len)
{
	size_t from = 0, n;
	int string = 0;

	for (size_t i = 0; i < len; i++) {
		n = string ? 0 : strspn(s + i, "0123456789");
		if (s[i] == '"')
			string = !string;
		else if (string)
			i += s[i] == '\\';
		else if (n > 0 && is_wide(s, i, n)) {
			json_put_words(t, s + from, i + n - from);
			for (int k = 0; k < 2; k++)
				grow(t);
			json_put(t, ".0", 2);
			from = i + n;
		}
		i += n > 0 ? n - 1 : 0;
	}
	json_put_words(t, s + from, len - from);
}

int
json_column(const struct json_words *t, int position, int col)
{
	size_t at = position < 0 ? 0 : (size_t)position, line = at < t->len ? at : t->len;

	while (line > 0 && t->s[line - 1] != '\n')
		line--;
	for (size_t i = 0; i < t->ngrown; i++)
		col -= t->grown[i] >= line && t->grown[i] < at;
	return col;
}

json_t *
json_any(const struct json_words *t, json_error_t *e)
{
	json_heap();
	return json_loadb(t->len > 0 ? t->s : "", t->len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES |
	    JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, e);
}

static json_t *
json_words(const char *path, const struct json_words *t, const char *what)
{
	json_error_t e;
	json_t *root;

	json_heap();
	json_begin(path);
	if (t->len > 0 && memchr(t->s, '\0', t->len) != NULL)
		die("%s: not %s: a NUL byte in its JSON text", path, what);
	root = json_loadb(t->len > 0 ? t->s : "", t->len, JSON_REJECT_DUPLICATES, &e);
	if (root == NULL)
		die("%s:%d: column %d: not %s: %s", path, e.line, json_column(t, e.position, e.column), what, e.text);
	if (!json_is_object(root)) {
		json_decref(root);
		die("%s: not %s: its JSON text is not an object", path, what);
	}
	return root;
}

json_t *
json_text(const char *path, const char *text, size_t len, const char *what)
{
	return json_words(path, &(struct json_words){ .s = (char *)(uintptr_t)text, .len = len }, what);
}

/* All of a regular file, of *len bytes; the caller's to free. */
static char *
read_file(const char *path, const char *what, size_t *len)
{
	struct stat st;
	int fd = file_open(path, &st);
	char *text;
	size_t size;
	ptrdiff_t n;

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > SIZE_LIMIT)
		die("%s: not %s: not a regular file of at most %d bytes", path, what, SIZE_LIMIT);
	size = (size_t)st.st_size;
	text = mem_new(size + 1, 1);
	if ((n = fd_read_at(fd, text, size, 0)) < 0)
		die("%s: %s", path, strerror(errno));
	*len = (size_t)n;
	close(fd);
	return text;
}

json_t *
json_file(const char *path, const char *what)
{
	struct json_words words = { 0 };
	size_t len, bom;
	char *text = read_file(path, what, &len);
	json_t *root;

	file_refuse_pointer(path, text, len);
	bom = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	put_wide(&words, text + bom, len - bom);
	free(text);
	root = json_words(path, &words, what);
	free(words.s);
	free(words.grown);
	return root;
}
