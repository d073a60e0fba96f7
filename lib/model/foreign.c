/* foreign.c - formats of weights that are not read: which it is, by the first bytes of a
 * file, or for one of them by the last, never by its name. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "private.h"

enum { HEAD = 512, TAIL = 8 };          /* bytes that tell */

/* A text that can be a name is at b[from..from + len), as far as there are bytes. */
static int
is_text(const unsigned char *b, size_t n, size_t from, size_t len)
{
	size_t i;

	for (i = from; i < from + len && i < n; i++)
		if (b[i] < 32 || b[i] > 126)
			return 0;
	return len > 0 && i > from;
}

/* u32 version; a text, with its length in a u16, that says of what model it is. */
static int
is_ctranslate2(const unsigned char *b, size_t n)
{
	size_t len = n > 6 ? b[4] + 256u*b[5] : 0;

	return len > 5 && n >= 6 + len && b[0] > 0 && b[0] < 32 && b[1] + b[2] + b[3] == 0 &&
	    is_text(b, n, 6, len - 1) && memcmp(b + 6 + len - 5, "Spec", 5) == 0;
}

/* A ZIP whose first file is an array. */
static int
is_npz(const unsigned char *b, size_t n)
{
	size_t len = n > 30 ? b[26] + 256u*b[27] : 0;

	return len > 4 && n >= 30 + len && memcmp(b, "PK\3\4", 4) == 0 && memcmp(b + 30 + len - 4, ".npy", 4) == 0;
}

/* Protocol buffers: field 1, the version, then the producer's name or the graph. */
static int
is_onnx(const unsigned char *b, size_t n)
{
	return n > 4 && b[0] == 8 && b[1] >= 3 && b[1] < 32 &&
	    ((b[2] == 0x12 && b[3] < 64 && is_text(b, n, 4, b[3])) || b[2] == 0x3a);
}

static int
is_saved_model(const unsigned char *b, size_t n)
{
	return n > 3 && b[0] == 8 && b[1] == 1 && b[2] == 0x12;
}

/* A map with a text as its first key. */
static int
is_msgpack(const unsigned char *b, size_t n)
{
	size_t at = n < 8 ? 0 : b[0] > 0x80 && b[0] <= 0x8f ? 1 : b[0] == 0xde ? 3 : b[0] == 0xdf ? 5 : 0;

	if (at == 0)
		return 0;
	if (b[at] == 0xd9)
		return is_text(b, n, at + 2, b[at + 1]);
	return b[at] > 0xa0 && b[at] <= 0xbf && is_text(b, n, at + 1, b[at] & 31u);
}

const char *
foreign_name(const void *bytes, size_t n)
{
	static const struct { const char *magic; size_t len, at; const char *name; } known[] = {
		{ "\x93NUMPY", 6, 0, "an array of numpy" }, { "\x89HDF\r\n\x1a\n", 8, 0, "HDF5, as Keras and TensorFlow write it" },
		{ "TFL3", 4, 4, "TensorFlow Lite" }, { "lmgg", 4, 0, "ggml as it was before GGUF" },
		{ "fmgg", 4, 0, "ggml as it was before GGUF" }, { "tjgg", 4, 0, "ggml as it was before GGUF" },
	};
	const unsigned char *b = bytes;

	if (safetensors_begins(b, n))
		return NULL;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (n >= known[i].at + known[i].len && memcmp(b + known[i].at, known[i].magic, known[i].len) == 0)
			return known[i].name;
	return is_ctranslate2(b, n) ? "a model of CTranslate2" : is_npz(b, n) ? "npz, arrays of numpy" :
	    is_onnx(b, n) ? "ONNX" : is_saved_model(b, n) ? "a SavedModel of TensorFlow" :
	    is_msgpack(b, n) ? "msgpack, as Flax writes it" : NULL;
}

void
foreign_refuse(const char *path, const void *bytes, size_t n)
{
	const char *name = foreign_name(bytes, n);

	if (name != NULL)
		die("%s: %s, which is not read: take the model as safetensors", path, name);
}

/* The index of a checkpoint of TensorFlow ends as a table of LevelDB does. */
static int
is_tensorflow(int fd, const struct stat *st)
{
	unsigned char b[TAIL];

	return st->st_size > TAIL && fd_read_at(fd, b, TAIL, (uint64_t)(st->st_size - TAIL)) == TAIL &&
	    memcmp(b, "\x57\xfb\x80\x8b\x24\x75\x47\xdb", TAIL) == 0;
}

/* Dies if the file is one of them, or a pointer to one that was not fetched. */
static void
refuse_file(const char *path)
{
	unsigned char b[HEAD];
	struct stat st;
	int fd = file_open(path, &st);
	ptrdiff_t n = fd >= 0 && S_ISREG(st.st_mode) ? fd_read_at(fd, b, sizeof b, 0) : 0;
	int tensorflow = n > 0 && is_tensorflow(fd, &st);

	if (fd >= 0)
		close(fd);
	if (tensorflow)
		die("%s: a checkpoint of TensorFlow, which is not read: take the model as safetensors", path);
	if (n > 0) {
		file_refuse_pointer(path, b, (size_t)n);
		foreign_refuse(path, b, (size_t)n);
	}
}

void
foreign_refuse_in(const char *dir)
{
	static const char *const tokenizers[] = {
		"tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.json", "vocab.txt", "sentencepiece.bpe.model",
	};
	struct dirent **e;
	int n = scandir(dir, &e, NULL, alphasort), tokenizer = 0;

	for (int i = 0; i < n; i++) {
		size_t size = strlen(dir) + strlen(e[i]->d_name) + 2;
		char *path = mem_new(size, 1);

		for (size_t k = 0; k < sizeof tokenizers / sizeof *tokenizers; k++)
			tokenizer |= strcmp(e[i]->d_name, tokenizers[k]) == 0;
		snprintf(path, size, "%s/%s", dir, e[i]->d_name);
		refuse_file(path);
		free(path);
		free(e[i]);
	}
	if (n >= 0)
		free(e);
	if (tokenizer)
		die("%s: a tokenizer, but no weights", dir);
}
