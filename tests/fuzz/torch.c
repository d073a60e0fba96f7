/* torch.c - whatever a file of torch.save says, the reader refuses it or hands out tensors
 * that lie in the file.
 *
 * An input is a byte and a text.  0: the text is a whole file; 1: a pickle, which gets
 * a ZIP file around it with two storages, "0" of 64 bytes and "1" of 16; 2: the
 * object of the older form, the same storages behind it. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "files.h"
#include "held.h"

enum { MAX = 1 << 20 };

static unsigned char out[MAX + 4096];
static size_t len;

static void
put(const void *data, size_t size)
{
	memcpy(out + len, data, size);
	len += size;
}

static void
put_le(uint64_t x, size_t n)
{
	for (; n > 0; n--, x >>= 8)
		out[len++] = (unsigned char)x;
}

/* The header of a member, the local one or that of the directory, which says where it is. */
static void
put_header(const char *name, const void *data, size_t size, int local, size_t at)
{
	put(local ? "PK\3\4\0\0" : "PK\1\2\0\0\0\0", local ? 6 : 8);
	put_le(0, 8);                           /* flags, method, time, date */
	put_le(crc32_z(0, data, size), 4);
	put_le(size, 4);
	put_le(size, 4);
	put_le(strlen(name), 2);
	put_le(0, local ? 2 : 12);
	if (!local)
		put_le(at, 4);
	put(name, strlen(name));
}

/* A ZIP file around the pickle. */
static void
make_zip(const uint8_t *pickle, size_t size)
{
	static const unsigned char zeros[64];
	const struct { const char *name; const void *data; size_t size; } m[] = {
		{ "x/data.pkl", pickle, size }, { "x/data/0", zeros, 64 }, { "x/data/1", zeros, 16 }
	};
	size_t at[3], begin, end;

	for (size_t i = 0; i < 3; i++) {
		at[i] = len;
		put_header(m[i].name, m[i].data, m[i].size, 1, 0);
		put(m[i].data, m[i].size);
	}
	begin = len;
	for (size_t i = 0; i < 3; i++)
		put_header(m[i].name, m[i].data, m[i].size, 0, at[i]);
	end = len;
	put("PK\5\6\0\0\0\0", 8);
	put_le(3, 2);
	put_le(3, 2);
	put_le(end - begin, 4);
	put_le(begin, 4);
	put_le(0, 2);
}

/* The older form, the text its object. */
static void
make_legacy(const uint8_t *pickle, size_t size)
{
	static const char front[] = "\x80\2\x8a\nl\xfc\x9c" "F\xf9 j\xa8P\x19.\x80\2M\xe9\3."
	    "\x80\2}X\r\0\0\0little_endian\x88s.";
	static const char keys[] = "\x80\2](X\1\0\0\0" "0X\1\0\0\0" "1e.";
	static const unsigned char zeros[64];

	put(front, sizeof front - 1);
	put(pickle, size);
	put(keys, sizeof keys - 1);
	put_le(16, 8);
	put(zeros, 64);
	put_le(4, 8);
	put(zeros, 16);
}

static void
look_at(const uint8_t *data, size_t size)
{
	char path[256];

	(void)data;
	(void)size;
	snprintf(path, sizeof path, "%s/x.bin", files_dir);
	files_read(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int begun;

	if (!begun++)
		files_begin();
	if (size == 0 || size > MAX)
		return 0;
	len = 0;
	if (data[0] == 1)
		make_zip(data + 1, size - 1);
	else if (data[0] == 2)
		make_legacy(data + 1, size - 1);
	else
		put(data + 1, size - 1);
	files_write("x.bin", out, len);
	held_look(look_at, data, size);
	return 0;
}
