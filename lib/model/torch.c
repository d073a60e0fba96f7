/* torch.c - the tensors of a file that torch.save has written.
 *
 * Either a ZIP file: X/data.pkl is the object, X/data/KEY the bytes of a storage.
 * Or, before version 1.6, pickles end to end, a magic number, 1001, facts of the
 * system, the object, the keys of the storages, and then for each of these 8 bytes
 * with the number of its elements, and the elements.  All that is said of a tensor is
 * checked against its storage, and that against the file, before one is handed out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "torch.h"

static const unsigned char magic[] = { 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19 };

int
torch_begins(const void *bytes, size_t n)
{
	const unsigned char *b = bytes;

	return n >= 4 && !safetensors_begins(b, n) && (memcmp(b, "PK\3\4", 4) == 0 || (b[0] == 0x80 && b[1] >= 2 && b[1] <= 5));
}

/* check sums ----------------------------------------------------------------------------- */

struct sum {
	const unsigned char *data;
	size_t bytes;
	uint32_t crc;
	int counted, whole;
	char member[];
};

/* Of the bytes of a member: kept as long as the tensors are. */
static struct sum *
add_sum(const struct reader *r, const char *archive, const char *key, const struct member *m)
{
	size_t n = strlen(archive) + strlen("data/") + strlen(key) + 1;
	struct sum *s = mem_new(sizeof *s + n, 1);

	*s = (struct sum){ .data = m->data, .bytes = (size_t)m->size, .crc = m->crc };
	snprintf(s->member, n, "%sdata/%s", archive, key);
	tensors_keep(r->ts, s);
	return s;
}

/* It may be larger than memory, and than the tensor. */
static void
count(struct sum *s)
{
	enum { SOME = 1 << 24 };
	uint32_t crc = 0;

	for (size_t at = 0, n; at < s->bytes; at += n) {
		n = s->bytes - at < SOME ? s->bytes - at : SOME;
		crc = inflate_crc(crc, s->data + at, n);
		tensors_forget(s->data + at, n);
	}
	s->whole = crc == s->crc;
	s->counted = 1;
}

int
torch_whole(const struct tensor *t)
{
	if (t->sum != NULL && !t->sum->counted)
		count(t->sum);
	return t->sum == NULL || t->sum->whole;
}

void
torch_check(const struct tensor *t)
{
	if (!torch_whole(t))
		die("%s: damaged ZIP: %s: its check sum is wrong: %s lies in it", t->file, t->sum->member, t->name);
}

/* storages ------------------------------------------------------------------------------- */

_Noreturn static void
die_storage(const struct reader *r, size_t k, const char *what)
{
	size_t len;

	die("%s: not a file of weights of torch.save: storage %s: %s", r->f->path, map_key(r->keys, k, &len), what);
}

/* Bytes of the k-th storage. */
static size_t
storage_bytes(const struct reader *r, size_t k)
{
	size_t bytes;

	if (__builtin_mul_overflow(r->s[k].count, r->s[k].type->size, &bytes) || bytes > r->f->len)
		die_storage(r, k, "it is larger than the file");
	return bytes;
}

/* The number of the storage that is said to be ("storage", type, key, place, elements). */
static size_t
add_storage(struct reader *r, size_t args)
{
	const struct value *type = dict_nth(r, args, 1), *key = dict_nth(r, args, 2), *count = dict_nth(r, args, 4);
	size_t k, had = map_count(r->keys);

	if (!dict_is(dict_nth(r, args, 0), "storage") || type->kind != P_GLOBAL || type->role != ROLE_TYPE || key->kind != P_TEXT ||
	    count->kind != P_INT || count->i < 0 || memchr(key->text, '\0', key->n) != NULL)
		die("%s: not a file of weights of torch.save: what is kept outside of its pickle is no storage", r->f->path);
	k = map_add(r->keys, key->text, key->n);
	if (dict_nth(r, args, 5)->kind != P_NONE)
		die_storage(r, k, "a view of another one");
	if (k < had) {
		if (r->s[k].type != type->type || r->s[k].count != dict_size(count))
			die_storage(r, k, "it is said to be of two types or sizes");
		return k;
	}
	r->s = mem_grow(r->s, &r->cap, k + 1, sizeof *r->s);
	r->s[k] = (struct storage){ .type = type->type, .count = dict_size(count) };
	storage_bytes(r, k);
	return k;
}

static void
find_storages(struct reader *r)
{
	for (size_t v = 0; v < r->p.nv; v++)
		if (r->p.v[v].kind == P_STORAGE)
			r->p.v[v].n = add_storage(r, r->p.v[v].args);
}

/* the two forms ---------------------------------------------------------------------------------- */

/* The member of the archive that is called so. */
static const struct member *
member(const struct zip *z, const char *archive, const char *name, const char *more)
{
	size_t n = strlen(archive) + strlen(name) + strlen(more) + 1;
	char *full = mem_new(n, 1);
	const struct member *m;

	snprintf(full, n, "%s%s%s", archive, name, more);
	m = zip_find(z, full);
	free(full);
	return m;
}

/* The same, NULL if there is none; dies if its bytes are not as they were. */
static const struct member *
whole_member(const struct zip *z, const char *archive, const char *name)
{
	const struct member *m = member(z, archive, name, "");

	if (m != NULL && inflate_crc(0, m->data, (size_t)m->size) != m->crc)
		die("%s: damaged ZIP: %s%s: its check sum is wrong", z->f->path, archive, name);
	return m;
}

/* What the names of its members begin with, the slash with it; the caller's to free. */
static char *
find_archive(const struct zip *z)
{
	static const char tail[] = "/data.pkl";
	char *found = NULL;

	for (size_t k = 0, n; k < map_count(z->names); k++) {
		const char *name = map_key(z->names, k, &n), *slash = memchr(name, '/', n);

		if (slash == NULL || strlen(name) != n || strcmp(slash, tail) != 0)
			continue;
		if (found != NULL)
			die("%s: two archives of torch.save in one: %s and %sdata.pkl", z->f->path, name, found);
		found = mem_text(name, (size_t)(slash - name) + 1);
	}
	if (found == NULL)
		die("%s: a ZIP file, but none of torch.save: no data.pkl in it", z->f->path);
	return found;
}

/* What stands beside the object says that it can be read. */
static void
check_archive(const struct zip *z, const char *archive)
{
	const struct member *order = whole_member(z, archive, "byteorder");

	if (member(z, archive, "constants.pkl", "") != NULL)
		die("%s: a program of TorchScript, not a file of weights", z->f->path);
	if (order != NULL && (order->size != 6 || memcmp(order->data, "little", 6) != 0))
		die("%s: its numbers are big-endian, or of an order that is not known", z->f->path);
}

static void
read_zip(struct reader *r)
{
	struct zip z;
	char *archive;
	const struct member *m;
	size_t root, len;

	zip_open(&z, r->f);
	archive = find_archive(&z);
	check_archive(&z, archive);
	m = whole_member(&z, archive, "data.pkl");
	r->p.at = (size_t)(m->data - r->f->map);
	r->p.end = r->p.at + (size_t)m->size;
	root = pickle_run(&r->p);
	find_storages(r);
	for (size_t k = 0; k < map_count(r->keys); k++) {
		m = member(&z, archive, "data/", map_key(r->keys, k, &len));
		if (m == NULL || m->size != storage_bytes(r, k))
			die_storage(r, k, m == NULL ? "it is not in the ZIP file" : "it has another size in the ZIP file");
		r->s[k].data = m->data;
		r->s[k].sum = add_sum(r, archive, map_key(r->keys, k, &len), m);
	}
	dict_take(r, root);
	free(archive);
	zip_free(&z);
}

/* The bytes of the storages in the order of their keys, to the end of the file. */
static void
place_storages(struct reader *r, const struct value *keys)
{
	const struct item *item = r->p.item;
	size_t at = r->p.at, end = r->p.end;

	for (size_t n = keys->n, i = keys->first; n > 0; n--, i = item[i].next) {
		const struct value *key = &r->p.v[item[i].of];
		size_t k = key->kind == P_TEXT ? map_find(r->keys, key->text, key->n) : NOTHING;

		if (k == NOTHING || r->s[k].data != NULL)
			die("%s: not a file of weights of torch.save: the key of a storage that no tensor has, or twice", r->f->path);
		if (end - at < 8 || storage_bytes(r, k) > end - at - 8)
			die("%s: cut short: its storages reach beyond its end: fetch it again", r->f->path);
		if (file_le(r->f->map + at, 8) != r->s[k].count)
			die_storage(r, k, "it has another size where it lies");
		r->s[k].data = r->f->map + at + 8;
		at += 8 + storage_bytes(r, k);
	}
	for (size_t k = 0; k < map_count(r->keys); k++)
		if (r->s[k].data == NULL)
			die_storage(r, k, "it is not among those in the file");
	if (at != end)
		die("%s: not a file of weights of torch.save: %zu bytes behind the last storage", r->f->path, end - at);
}

static void
read_legacy(struct reader *r)
{
	const struct mapped *f = r->f;
	const struct value *v;
	size_t at, root, keys;

	if (memmem(f->map, f->len < 32 ? f->len : 32, magic, sizeof magic) == NULL)
		die("%s: a pickle, but none of torch.save", f->path);
	r->p.end = f->len;
	pickle_run(&r->p);
	at = pickle_run(&r->p);                 /* values move */
	v = &r->p.v[at];
	if (v->kind != P_INT || v->i != 1001)
		die("%s: a file of torch.save of a version that is not known", f->path);
	at = pickle_run(&r->p);
	v = dict_get(r, &r->p.v[at], "little_endian");
	if (v == NULL || v->kind != P_INT || v->i != 1)
		die("%s: its numbers are big-endian, or of an order that is not known", f->path);
	root = pickle_run(&r->p);
	keys = pickle_run(&r->p);
	if (r->p.v[keys].kind != P_LIST)
		die("%s: not a file of weights of torch.save: no list of its storages", f->path);
	find_storages(r);
	place_storages(r, &r->p.v[keys]);
	dict_take(r, root);
}

void
torch_read(struct tensors *ts, const struct mapped *f)
{
	struct reader r = { .ts = ts, .f = f, .keys = map_new(), .p = { .path = f->path, .base = f->map } };

	if (f->map[0] == 'P')
		read_zip(&r);
	else
		read_legacy(&r);
	pickle_free(&r.p);
	map_free(r.keys);
	free(r.s);
}
