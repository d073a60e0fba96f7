/* torch.h - what reads files of torch.save: torch.c, dict.c, call.c, pickle.c, zip.c. */
#ifndef TORCH_H
#define TORCH_H

#include "private.h"

/* zip.c - members of ZIP files ------------------------------------------------------------- */

/* All of them, of which no two lie in the same bytes; the name of the k-th is the k-th of names. */
struct zip {
	const struct mapped *f;
	struct map *names;
	struct member {
		unsigned method;                /* 0: as it is */
		uint32_t crc;
		uint64_t size, packed;
		size_t header;                  /* where its own begins */
		const unsigned char *data;      /* packed bytes, all in the file */
	} *m;
	size_t n, cap;
};

/* Finds all members; dies of what is damaged or contradicts itself. */
void zip_open(struct zip *z, const struct mapped *f);

/* The member of that name, or NULL; dies if it is compressed. */
const struct member *zip_find(const struct zip *z, const char *name);
void zip_free(struct zip *z);

/* pickle.c - objects of pickles -------------------------------------------------------------- */

#define NOTHING ((size_t)-1)

/* Of an object of which nothing is known but that it is there (numbers that are not whole,
 * bytes, sets, classes without weights): P_OTHER. */
enum kind { P_NONE, P_INT, P_TEXT, P_TUPLE, P_LIST, P_DICT, P_GLOBAL, P_STORAGE, P_TENSOR, P_OTHER };

/* What a global is there for: a tensor of torch's three kinds of arguments; its first
 * argument; (function, class, arguments); the class in that; a dict; the type of elements, or of a storage of
 * them; an object that is not looked into. */
enum role {
	ROLE_TENSOR1 = 1, ROLE_TENSOR2, ROLE_TENSOR3, ROLE_FIRST, ROLE_TYPED, ROLE_CLASS, ROLE_DICT, ROLE_TYPE, ROLE_OTHER
};

struct value {
	enum kind kind;
	enum role role;                 /* of a global, a tensor */
	size_t n;                       /* bytes of a text; things in a tuple or list, in a dict two for a pair;
	                                 * of a storage, torch.c's number of it */
	union {
		int64_t i;              /* P_INT */
		const char *text;       /* P_TEXT, in the pickle */
		const struct torch_type *type;          /* P_GLOBAL of ROLE_TYPE */
		size_t args;            /* P_STORAGE, P_TENSOR: what it is made of, for a tensor a tuple */
		struct { size_t first, last; };         /* what holds things: numbers of struct item, if n > 0 */
	};
};

/* What runs a pickle; path, base (of the file), at and end are the caller's to set. */
struct pickle {
	const char *path;
	const unsigned char *base;
	size_t at, end;                 /* bytes of the file: the next opcode, the first that is out of bounds */
	struct value *v;                /* all that was made */
	struct item { size_t of, next; } *item;         /* a value in another, the item behind it */
	/* private */
	size_t nv, vcap, nitem, itemcap;
	size_t begin, op;               /* of this pickle; of the opcode */
	size_t *stack, nstack, stackcap, *mark, nmark, markcap;
	size_t *memo, nmemo, memocap, put;
};

/* One more in an array of *cap that has n, of which there must not be too many. */
void *pickle_room(const struct pickle *p, void *a, size_t *cap, size_t n, size_t size);

/* A new value, and its number. */
size_t pickle_make(struct pickle *p, struct value v);

/* Dies of the opcode that is run. */
_Noreturn void pickle_bad(const struct pickle *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts the value x behind what the value v holds. */
void pickle_append(struct pickle *p, size_t v, size_t x);

/* Runs the pickle at p->at, with values made before kept; p->at is then behind it.  Returns the number of
 * its value.  Dies, with the byte, of all that weights do not need. */
size_t pickle_run(struct pickle *p);

/* The k-th of what a tuple or list holds, NOTHING if there is none. */
size_t pickle_nth(const struct pickle *p, size_t v, size_t k);
void pickle_free(struct pickle *p);

/* call.c - what pickles call ---------------------------------------------------------------------- */

/* The value of the global that is called so; what the global f would make of its
 * arguments.  Die of those that weights do not need. */
size_t call_global(struct pickle *p, const char *module, size_t m, const char *name, size_t n);
size_t call_make(struct pickle *p, size_t f, size_t args);

/* dict.c - state dicts --------------------------------------------------------------------------- */

/* A type of elements. */
struct torch_type {
	const char *name, *words;       /* as safetensors call it; torch's names of it and of its storage */
	size_t size;
	int readable;
	enum num_type type;
};

/* A file that is being read. */
struct reader {
	struct tensors *ts;
	const struct mapped *f;
	struct pickle p;
	struct map *keys;               /* of storages */
	struct storage {
		const struct torch_type *type;
		size_t count;           /* elements */
		const unsigned char *data;      /* NULL: not found yet */
		struct sum *sum;        /* of its member of a ZIP file */
	} *s;
	size_t cap;
	size_t copied;                  /* bytes of tensors that do not lie row by row */
};

/* A type by the name that torch has for it or for its storage, or NULL. */
const struct torch_type *dict_type(const char *word);

/* The k-th of what a tuple or list holds, P_NONE if there is none; v is the text; the value of a dict's
 * key, the last that it got, NULL if it has none or v is no dict. */
const struct value *dict_nth(const struct reader *r, size_t v, size_t k);
int dict_is(const struct value *v, const char *text);

/* A whole number from 0 as a size; the largest if it is none of this machine: no file has that. */
size_t dict_size(const struct value *v);
const struct value *dict_get(const struct reader *r, const struct value *d, const char *key);

/* r->ts gets the tensors of the state dict that the value root is, or has in it; their storages have been
 * found. */
void dict_take(struct reader *r, size_t root);

#endif
