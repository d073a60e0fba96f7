/* pickle.c - the objects of a pickle that torch.save has written.
 *
 * A pickle is a program for a machine with a stack and a memo; Python's
 * Lib/pickletools.py says what each opcode does (protocols 2 to 5).  Here it
 * makes numbers, texts, tuples, lists, dicts, and notes of what storages and
 * tensors are said to be.  Nothing is called and nothing is imported: an
 * opcode or a global that is not in the lists below ends it, and of objects that
 * training runs keep beside weights nothing remains but that they were there.
 * No opcode makes more than one object or goes through what is in one, so that
 * work and memory are bounded by the bytes that there are. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "torch.h"

enum { OBJECTS = 10000000 };            /* of each kind: values, members, on the stack */

void
pickle_bad(const struct pickle *p, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	die("%s: not a pickle of weights: byte %zu: %s", p->path, p->op, what);
}

void *
pickle_room(const struct pickle *p, void *a, size_t *cap, size_t n, size_t size)
{
	if (n >= OBJECTS)
		pickle_bad(p, "more than %d objects", OBJECTS);
	return mem_grow(a, cap, n + 1, size);
}

static void
push(struct pickle *p, size_t v)
{
	p->stack = pickle_room(p, p->stack, &p->stackcap, p->nstack, sizeof *p->stack);
	p->stack[p->nstack++] = v;
}

size_t
pickle_make(struct pickle *p, struct value v)
{
	p->v = pickle_room(p, p->v, &p->vcap, p->nv, sizeof *p->v);
	p->v[p->nv] = v;
	return p->nv++;
}

static void
push_new(struct pickle *p, enum kind kind)
{
	push(p, pickle_make(p, (struct value){ .kind = kind }));
}

static void
push_int(struct pickle *p, int64_t i)
{
	push(p, pickle_make(p, (struct value){ .kind = P_INT, .i = i }));
}

/* What lies below the last mark is out of reach. */
static size_t
floor_of(const struct pickle *p)
{
	return p->nmark > 0 ? p->mark[p->nmark - 1] : 0;
}

static size_t
pop(struct pickle *p)
{
	if (p->nstack <= floor_of(p))
		pickle_bad(p, "nothing on the stack");
	return p->stack[--p->nstack];
}

static size_t
top(const struct pickle *p)
{
	if (p->nstack <= floor_of(p))
		pickle_bad(p, "nothing on the stack");
	return p->stack[p->nstack - 1];
}

/* Where the things above the last mark begin, which is gone after it. */
static size_t
pop_mark(struct pickle *p)
{
	if (p->nmark == 0)
		pickle_bad(p, "no mark on the stack");
	return p->mark[--p->nmark];
}

/* The next n bytes. */
static const unsigned char *
take(struct pickle *p, uint64_t n)
{
	if (n > p->end - p->at)
		pickle_bad(p, "cut short: it wants %llu bytes more and has %zu", (unsigned long long)n, p->end - p->at);
	p->at += (size_t)n;
	return p->base + p->at - n;
}

static uint64_t
take_le(struct pickle *p, size_t n)
{
	return file_le(take(p, n), n);
}

/* constants ------------------------------------------------------------------------ */

/* A number of n bytes in two's complement; of one of more than 64 bits only that it is
 * one. */
static void
push_long(struct pickle *p, uint64_t n)
{
	const unsigned char *b = take(p, n);
	uint64_t x = n > 0 && n <= 8 && b[n - 1] >= 128 ? UINT64_MAX : 0;

	if (n > 8) {
		push_new(p, P_OTHER);
		return;
	}
	for (size_t i = (size_t)n; i-- > 0; )
		x = x << 8 | b[i];
	push_int(p, x <= INT64_MAX ? (int64_t)x : -(int64_t)(UINT64_MAX - x) - 1);
}

static void
push_text(struct pickle *p, enum kind kind, uint64_t n)
{
	const char *text = (const char *)take(p, n);

	push(p, pickle_make(p, (struct value){ .kind = kind, .n = (size_t)n, .text = text }));
}

static int
constant(struct pickle *p, int op)
{
	switch (op) {
	case 'N':                       /* None */
		push_new(p, P_NONE);
		return 1;
	case 0x88:                      /* True, False */
	case 0x89:
		push_int(p, op == 0x88);
		return 1;
	case 'K':                       /* whole numbers */
		push_int(p, (int64_t)take_le(p, 1));
		return 1;
	case 'M':
		push_int(p, (int64_t)take_le(p, 2));
		return 1;
	case 'J':
		push_long(p, 4);
		return 1;
	case 0x8a:
		push_long(p, take_le(p, 1));
		return 1;
	case 0x8b:
		push_long(p, take_le(p, 4));
		return 1;
	case 'G':                       /* a double */
		take(p, 8);
		push_new(p, P_OTHER);
		return 1;
	case 0x8c:                      /* texts; of Python 2: U, T */
	case 'U':
		push_text(p, P_TEXT, take_le(p, 1));
		return 1;
	case 'X':
	case 'T':
		push_text(p, P_TEXT, take_le(p, 4));
		return 1;
	case 0x8d:
		push_text(p, P_TEXT, take_le(p, 8));
		return 1;
	case 'C':                       /* bytes */
		push_text(p, P_OTHER, take_le(p, 1));
		return 1;
	case 'B':
		push_text(p, P_OTHER, take_le(p, 4));
		return 1;
	case 0x8e:
	case 0x96:
		push_text(p, P_OTHER, take_le(p, 8));
		return 1;
	}
	return 0;
}

/* containers ------------------------------------------------------------------------- */

void
pickle_append(struct pickle *p, size_t v, size_t x)
{
	struct value *of = &p->v[v];
	size_t k = p->nitem;

	p->item = pickle_room(p, p->item, &p->itemcap, k, sizeof *p->item);
	p->item[p->nitem++] = (struct item){ .of = x };
	if (of->n++ > 0)
		p->item[of->last].next = k;
	else
		of->first = k;
	of->last = k;
}

/* What lies on the stack from there on goes to v: into it, unless nothing is known
 * of it. */
static void
append_from(struct pickle *p, size_t v, enum kind kind, size_t from)
{
	if (p->v[v].kind != kind && p->v[v].kind != P_OTHER)
		pickle_bad(p, "it adds to what is no %s", kind == P_DICT ? "dict" : kind == P_LIST ? "list" : "set");
	if (kind == P_DICT && (p->nstack - from) % 2 != 0)
		pickle_bad(p, "a key without a value");
	for (size_t i = from; i < p->nstack && p->v[v].kind == kind && kind != P_OTHER; i++)
		pickle_append(p, v, p->stack[i]);
	p->nstack = from;
}

/* A new one of what lies on the stack from there on. */
static void
collect(struct pickle *p, enum kind kind, size_t from)
{
	size_t v = pickle_make(p, (struct value){ .kind = kind });

	append_from(p, v, kind, from);
	push(p, v);
}

/* The last n on the stack. */
static size_t
last(const struct pickle *p, size_t n)
{
	if (p->nstack < floor_of(p) + n)
		pickle_bad(p, "nothing on the stack");
	return p->nstack - n;
}

/* What lies on the stack from there on goes to what lies before it. */
static void
extend(struct pickle *p, enum kind kind, size_t from)
{
	if (from <= floor_of(p))
		pickle_bad(p, "nothing on the stack");
	append_from(p, p->stack[from - 1], kind, from);
}

static int
container(struct pickle *p, int op)
{
	switch (op) {
	case '(':
		p->mark = pickle_room(p, p->mark, &p->markcap, p->nmark, sizeof *p->mark);
		p->mark[p->nmark++] = p->nstack;
		return 1;
	case ')':                       /* tuples */
		collect(p, P_TUPLE, p->nstack);
		return 1;
	case 0x85:
	case 0x86:
	case 0x87:
		collect(p, P_TUPLE, last(p, (size_t)op - 0x84));
		return 1;
	case 't':
		collect(p, P_TUPLE, pop_mark(p));
		return 1;
	case ']':                       /* lists */
		collect(p, P_LIST, p->nstack);
		return 1;
	case 'l':
		collect(p, P_LIST, pop_mark(p));
		return 1;
	case 'a':
		extend(p, P_LIST, last(p, 1));
		return 1;
	case 'e':
		extend(p, P_LIST, pop_mark(p));
		return 1;
	case '}':                       /* dicts */
		collect(p, P_DICT, p->nstack);
		return 1;
	case 'd':
		collect(p, P_DICT, pop_mark(p));
		return 1;
	case 's':
		extend(p, P_DICT, last(p, 2));
		return 1;
	case 'u':
		extend(p, P_DICT, pop_mark(p));
		return 1;
	case 0x8f:                      /* sets */
		collect(p, P_OTHER, p->nstack);
		return 1;
	case 0x90:
		extend(p, P_OTHER, pop_mark(p));
		return 1;
	case 0x91:
		collect(p, P_OTHER, pop_mark(p));
		return 1;
	}
	return 0;
}

/* stack and memo ----------------------------------------------------------------------- */

/* Pickles number their memos one after the other: a number beyond what the bytes so far can
 * have put there is not theirs. */
static void
put(struct pickle *p, uint64_t k)
{
	if (k > p->at - p->begin || k >= OBJECTS)
		pickle_bad(p, "number %llu in the memo of a pickle of %zu bytes so far", (unsigned long long)k,
		    p->at - p->begin);
	p->memo = mem_grow(p->memo, &p->memocap, (size_t)k + 1, sizeof *p->memo);
	while (p->nmemo <= k)
		p->memo[p->nmemo++] = NOTHING;
	p->memo[k] = top(p);
	p->put++;
}

static void
get(struct pickle *p, uint64_t k)
{
	if (k >= p->nmemo || p->memo[k] == NOTHING)
		pickle_bad(p, "number %llu is not in the memo", (unsigned long long)k);
	push(p, p->memo[k]);
}

static int
memory(struct pickle *p, int op)
{
	switch (op) {
	case 'q':
		put(p, take_le(p, 1));
		return 1;
	case 'r':
		put(p, take_le(p, 4));
		return 1;
	case 0x94:
		put(p, p->put);
		return 1;
	case 'h':
		get(p, take_le(p, 1));
		return 1;
	case 'j':
		get(p, take_le(p, 4));
		return 1;
	case '0':
		if (p->nmark > 0 && p->nstack == floor_of(p))
			pop_mark(p);
		else
			pop(p);
		return 1;
	case '1':
		p->nstack = pop_mark(p);
		return 1;
	case '2':
		push(p, top(p));
		return 1;
	}
	return 0;
}

/* globals and objects -------------------------------------------------------------------------- */

/* A line's text; the next one begins behind it. */
static const char *
take_line(struct pickle *p, size_t *n)
{
	const unsigned char *b = p->base + p->at, *nl = memchr(b, '\n', p->end - p->at);

	if (nl == NULL)
		pickle_bad(p, "cut short: a name without an end");
	*n = (size_t)(nl - b);
	p->at += *n + 1;
	return (const char *)b;
}

static void
push_line_global(struct pickle *p)
{
	size_t m, n;
	const char *module = take_line(p, &m), *name = take_line(p, &n);

	push(p, call_global(p, module, m, name, n));
}

static void
push_stack_global(struct pickle *p)
{
	struct value name = p->v[pop(p)], module = p->v[pop(p)];

	if (name.kind != P_TEXT || module.kind != P_TEXT)
		pickle_bad(p, "the name of a global is no text");
	push(p, call_global(p, module.text, module.n, name.text, name.n));
}

static void
build(struct pickle *p)
{
	pop(p);                                 /* the state */
	if (p->v[top(p)].kind != P_DICT && p->v[top(p)].kind != P_OTHER)
		pickle_bad(p, "a state for what has none");
}

static int
object(struct pickle *p, int op)
{
	size_t args;

	switch (op) {
	case 'c':
		push_line_global(p);
		return 1;
	case 0x93:
		push_stack_global(p);
		return 1;
	case 'R':
	case 0x81:                      /* of a class, a new object */
		args = pop(p);
		push(p, call_make(p, pop(p), args));
		return 1;
	case 'b':
		build(p);
		return 1;
	case 'Q':
		push(p, pickle_make(p, (struct value){ .kind = P_STORAGE, .args = pop(p) }));
		return 1;
	}
	return 0;
}

size_t
pickle_nth(const struct pickle *p, size_t v, size_t k)
{
	const struct value *of = &p->v[v];
	size_t i = of->first;

	if ((of->kind != P_TUPLE && of->kind != P_LIST) || k >= of->n)
		return NOTHING;
	while (k-- > 0)
		i = p->item[i].next;
	return p->item[i].of;
}

size_t
pickle_run(struct pickle *p)
{
	int op;

	p->begin = p->at;
	p->nstack = p->nmark = p->nmemo = p->put = 0;
	while (p->op = p->at, (op = *take(p, 1)) != '.') {
		if (op == 0x80) {
			if (take_le(p, 1) > 5)
				pickle_bad(p, "protocol %d, of those from 2 to 5", p->base[p->at - 1]);
		} else if (op == 0x95) {
			if (take_le(p, 8) > p->end - p->at)
				pickle_bad(p, "cut short: a frame that reaches beyond it");
		} else if (!constant(p, op) && !container(p, op) && !memory(p, op) && !object(p, op)) {
			pickle_bad(p, "opcode 0x%02x, which weights do not need", (unsigned)op);
		}
	}
	return pop(p);
}

void
pickle_free(struct pickle *p)
{
	free(p->v);
	free(p->item);
	free(p->stack);
	free(p->mark);
	free(p->memo);
}
