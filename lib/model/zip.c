/* zip.c - the members of a ZIP file, where they lie.
 *
 * The directory at the end says where each member begins, and the header there
 * says it again: what the two, or the places of two members, contradict, is
 * refused.  Nothing is unpacked: what is compressed is refused when it is asked
 * for.  PKWARE's APPNOTE.TXT 6.3.10, 4.3 and 4.5.3. */
#include <stdlib.h>
#include <string.h>

#include "torch.h"

/* Bytes of what has a fixed size, before names and extra fields. */
enum { LOCAL = 30, ENTRY = 46, END = 22, LOCATOR = 20, END64 = 56 };

enum { ENCRYPTED = 1, SIZES_BEHIND = 8 };       /* flags */

static int
is_signed(const unsigned char *b, int x, int y)
{
	return b[0] == 'P' && b[1] == 'K' && b[2] == x && b[3] == y;
}

_Noreturn static void
die_member(const struct zip *z, const char *name, const char *what)
{
	die("%s: damaged ZIP: %s: %s", z->f->path, name, what);
}

static size_t
two(const unsigned char *b)
{
	return (size_t)file_le(b, 2);
}

/* Values that are all ones in 32 bits stand in the extra field of ZIP64, in order. */
static void
widen(const struct zip *z, const char *name, const unsigned char *x, size_t len, uint64_t *const v[], size_t n)
{
	size_t at = 0, size = 0;

	while (len - at >= 4 && size == 0) {
		size_t id = two(x + at), own = two(x + at + 2);

		if (own > len - at - 4)
			break;
		at += 4;
		if (id == 1)
			size = own;
		else
			at += own;
	}
	for (size_t i = 0; i < n; i++) {
		if (*v[i] != 0xffffffff)
			continue;
		if (size < 8)
			die_member(z, name, "a size or place of 64 bits that is not there");
		*v[i] = file_le(x + at, 8);
		at += 8;
		size -= 8;
	}
}

/* The header before the member says what the directory does.  Its sizes may be 0, if they stand
 * behind the member. */
static void
check_local(const struct zip *z, const struct member *m, const char *name, size_t namelen)
{
	const unsigned char *b = z->f->map + m->header;
	size_t flags = two(b + 6), n = two(b + 26), x = two(b + 28);
	uint64_t packed = file_le(b + 18, 4), size = file_le(b + 22, 4);

	widen(z, name, b + LOCAL + n, x, (uint64_t *const[]){ &size, &packed }, 2);
	if (n != namelen || memcmp(b + LOCAL, name, n) != 0)
		die_member(z, name, "its own header has another name");
	if (two(b + 8) != m->method || (flags & ENCRYPTED) != 0)
		die_member(z, name, "its own header has another method");
	if (((flags & SIZES_BEHIND) == 0 || size != 0 || packed != 0) && (size != m->size || packed != m->packed))
		die_member(z, name, "its own header has another size");
}

/* The place of the member's bytes, which lie before the directory at byte end. */
static void
place(const struct zip *z, struct member *m, const char *name, size_t namelen, uint64_t header, size_t end)
{
	const unsigned char *b = z->f->map + header;
	size_t front;

	if (end < LOCAL || header > end - LOCAL || !is_signed(b, 3, 4))
		die_member(z, name, "there is no header where the directory says");
	front = LOCAL + two(b + 26) + two(b + 28);
	if (front > end - header || m->packed > end - header - front)
		die_member(z, name, "it reaches into the directory");
	m->header = (size_t)header;
	m->data = b + front;
	check_local(z, m, name, namelen);
}

/* Takes the entry at byte at of a directory up to end; returns where the next begins. */
static size_t
take_entry(struct zip *z, size_t at, size_t begin, size_t end)
{
	const unsigned char *b = z->f->map + at;
	size_t n, x, len, k;
	uint64_t size, packed, header;
	const char *name;

	if (end - at < ENTRY || !is_signed(b, 1, 2))
		die("%s: damaged ZIP: byte %zu: no entry of its directory", z->f->path, at);
	n = two(b + 28);
	x = two(b + 30);
	len = ENTRY + n + x + two(b + 32);
	if (len > end - at)
		die("%s: damaged ZIP: byte %zu: an entry that reaches beyond the directory", z->f->path, at);
	k = map_add(z->names, (const char *)b + ENTRY, n);
	name = map_key(z->names, k, &n);
	if (k < z->n)
		die_member(z, name, "it is there twice");
	z->m = mem_grow(z->m, &z->cap, z->n + 1, sizeof *z->m);
	packed = file_le(b + 20, 4);
	size = file_le(b + 24, 4);
	header = file_le(b + 42, 4);
	widen(z, name, b + ENTRY + n, x, (uint64_t *const[]){ &size, &packed, &header }, 3);
	if (size > SIZE_MAX || packed > SIZE_MAX)
		die_member(z, name, "larger than the memory of this machine can be");
	z->m[z->n] = (struct member){ .method = (unsigned)two(b + 10), .crc = (uint32_t)file_le(b + 16, 4),
	    .size = (size_t)size, .packed = (size_t)packed };
	if ((two(b + 8) & ENCRYPTED) != 0)
		die_member(z, name, "it is encrypted");
	place(z, &z->m[z->n++], name, n, header, begin);
	return at + len;
}

static int
by_header(const void *a, const void *b)
{
	const struct member *m = *(struct member *const *)a, *n = *(struct member *const *)b;

	return (m->header > n->header) - (m->header < n->header);
}

static void
check_overlap(const struct zip *z)
{
	const struct member **m = mem_new(z->n, sizeof *m), *wrong = NULL;
	size_t len;

	for (size_t i = 0; i < z->n; i++)
		m[i] = &z->m[i];
	qsort(m, z->n, sizeof *m, by_header);
	for (size_t i = 1; i < z->n && wrong == NULL; i++)
		if (m[i - 1]->data + m[i - 1]->packed > z->f->map + m[i]->header)
			wrong = m[i];
	free(m);
	if (wrong != NULL)
		die_member(z, map_key(z->names, (size_t)(wrong - z->m), &len), "it overlaps the member before it");
}

/* Where the record at the file's end begins that says where the directory is; a comment may be
 * behind it. */
static size_t
find_end(const struct mapped *f)
{
	for (size_t back = END; back <= f->len && back <= END + 65535; back++) {
		const unsigned char *b = f->map + f->len - back;

		if (is_signed(b, 5, 6) && two(b + 20) == back - END)
			return f->len - back;
	}
	die("%s: cut short: no directory at the end of a ZIP file: fetch it again", f->path);
}

/* What the directory is said to be, from the record at byte at: entries, bytes, place; returns the
 * byte that it must not reach. */
static size_t
find_directory(const struct mapped *f, size_t at, uint64_t v[3])
{
	const unsigned char *b = f->map + at;
	uint64_t end64;

	v[0] = two(b + 10);
	v[1] = file_le(b + 12, 4);
	v[2] = file_le(b + 16, 4);
	if (at < LOCATOR || !is_signed(b - LOCATOR, 6, 7))
		return at;
	end64 = file_le(b - LOCATOR + 8, 8);
	if (at < LOCATOR + END64 || end64 > at - LOCATOR - END64 || !is_signed(f->map + end64, 6, 6))
		die("%s: damaged ZIP: no end of its directory where its locator says", f->path);
	b = f->map + end64;
	for (size_t i = 0; i < 3; i++) {
		uint64_t wide = file_le(b + 32 + 8*i, 8);

		if (v[i] != wide && v[i] != (i == 0 ? 0xffff : 0xffffffff))
			die("%s: damaged ZIP: its directory is said to be in two places", f->path);
		v[i] = wide;
	}
	return (size_t)end64;
}

void
zip_open(struct zip *z, const struct mapped *f)
{
	uint64_t v[3];
	size_t end = find_directory(f, find_end(f), v), at;

	*z = (struct zip){ .f = f, .names = map_new() };
	if (v[2] > end || v[1] != end - v[2])
		die("%s: damaged ZIP: its directory is not where it is said to be", f->path);
	for (at = (size_t)v[2]; at < end; )
		at = take_entry(z, at, (size_t)v[2], end);
	if (v[0] != z->n)
		die("%s: damaged ZIP: %zu members, not %llu", f->path, z->n, (unsigned long long)v[0]);
	check_overlap(z);
}

const struct member *
zip_find(const struct zip *z, const char *name)
{
	size_t k = map_find(z->names, name, strlen(name));

	if (k == (size_t)-1)
		return NULL;
	if (z->m[k].method != 0 || z->m[k].packed != z->m[k].size)
		die("%s: %s is compressed, which torch.save never does: pack the ZIP file anew without", z->f->path, name);
	return &z->m[k];
}

void
zip_free(struct zip *z)
{
	map_free(z->names);
	free(z->m);
}
