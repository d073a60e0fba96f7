/* numbers.c - arrays of numbers in a JSON text, without a node for each number.
 *
 * jansson stays the judge of the text.  Before it sees it, each array of nothing but
 * numbers and missing values becomes an array of one number, its place in a list:
 *
 *	{"a": [0.5, NaN], "b": [[1, 2], []]}    {"a": [0], "b": [[1], []]}
 *
 * An array is taken out only if every byte of it is right; so whatever is wrong is still
 * there, at the same depth, behind the same bytes, and jansson refuses one text if it
 * refuses the other.  And every array that is right is taken out: so an array of one
 * number in what is left is no other than such a place. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* text[at..end) between brackets, n values x[first..]; n is 0 if it was left in. */
struct span { size_t at, end, first, n; };

struct numbers {
	struct span *span;
	size_t nspan, cap;
	double *x;
};

/* What no array of numbers has in it, between its brackets. */
static const char ends[256] = { ['\0'] = 1, ['"'] = 1, ['['] = 1, [']'] = 1, ['{'] = 1, ['}'] = 1 };

static int
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The byte behind the string that begins at p, or the text's NUL. */
static const char *
skip_string(const char *p)
{
	for (p++; *(p += strcspn(p, "\"\\")) == '\\'; p += *p != '\0')
		p++;
	return p + (*p == '"');
}

/* Whether none of the 8 bytes at p is a bracket, a brace or a quote; then *n is higher by their
 * commas.  A byte from '[' on is another reason to look closer. */
static int
skip_eight(const char *p, size_t *n)
{
	const uint64_t each = 0x0101010101010101, high = 0x80 * each;
	uint64_t x, quote, comma;

	memcpy(&x, p, sizeof x);
	quote = x ^ '"' * each;
	comma = x ^ ',' * each;
	if ((x | (x + (0x80 - '[') * each) | ((quote - each) & ~quote)) & high)
		return 0;
	comma = ~(comma + 0x7f * each) & high;          /* no carry: all bytes are below 0x80 */
	*n += (size_t)((comma >> 7) * each >> 56);
	return 1;
}

/* Lists what may be arrays of numbers, by their brackets alone; returns how many values they
 * may have. */
static size_t
find(struct numbers *t, const char *text, size_t len)
{
	const char *p = text, *q, *end = text + len;
	size_t n, all = 0;

	while (*(p += strcspn(p, "\"[")) != '\0') {
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		for (n = 1, q = p + 1; !ends[(unsigned char)*q]; )
			if (end - q >= 8 && skip_eight(q, &n))
				q += 8;
			else
				n += *q++ == ',';
		if (*q == ']') {
			json_take(sizeof *t->span);
			t->span = mem_grow(t->span, &t->cap, t->nspan + 1, sizeof *t->span);
			t->span[t->nspan++] = (struct span){ (size_t)(p - text), (size_t)(++q - text), all, n };
			all += n;
		}
		p = q;
	}
	return all;
}

/* The value at p: a number, or null or one of Python's words, which are NaN.  Returns the
 * byte behind it, NULL if there is none. */
static const char *
read_value(const char *p, const char *end, double *x)
{
	const char *q = dec_json(p, end, x);
	size_t n;

	if (q != NULL)
		return q;
	*x = NAN;
	if (end - p > 4 && memcmp(p, "null", 4) == 0)
		return p + 4;
	n = json_word(p, (size_t)(end - p));
	return n > 0 ? p + n : NULL;
}

/* Whether the span is n values, with a comma between one and the next; then they are in x. */
static int
read_span(const char *text, size_t len, const struct span *s, double *x)
{
	const char *p = text + s->at, *close = text + s->end - 1;

	for (size_t i = 0; i < s->n; i++) {
		do {
			p++;            /* the bracket, the comma, blanks */
		} while (is_blank(*p));
		if ((p = read_value(p, text + len, &x[i])) == NULL)
			return 0;
		while (is_blank(*p))
			p++;
		if (*p != (i + 1 < s->n ? ',' : ']'))
			return 0;
	}
	return p == close;
}

/* The spans of one part of the work. */
enum { SPANS = 64 };
struct work {
	const struct numbers *t;
	const char *text;
	size_t len;
};

static void
read_part(void *ctx, size_t part, int worker)
{
	const struct work *w = ctx;
	const struct numbers *t = w->t;

	(void)worker;
	for (size_t i = part * SPANS; i < t->nspan && i < (part + 1) * SPANS; i++)
		if (!read_span(w->text, w->len, &t->span[i], t->x + t->span[i].first))
			t->span[i].n = 0;
}

/* A text that is read before a thread would be there gets none. */
static void
read_spans(const struct numbers *t, const char *text, size_t len, int threads)
{
	enum { LARGE = 1 << 20 };
	struct team *team = team_new(len < LARGE ? 1 : threads);

	team_run(team, (t->nspan + SPANS - 1) / SPANS, read_part, &(struct work){ t, text, len });
	team_free(team);
}

/* The text with places for the spans, and null for Python's words. */
static void
put_rest(const struct numbers *t, const char *text, size_t len, struct json_words *to)
{
	size_t from = 0;

	for (size_t i = 0; i < t->nspan; i++) {
		const struct span *s = &t->span[i];
		char place[32];

		if (s->n == 0)
			continue;
		json_put_words(to, text + from, s->at - from);
		json_put(to, place, (size_t)snprintf(place, sizeof place, "[%zu]", i));
		from = s->end;
	}
	json_put_words(to, text + from, len - from);
}

json_t *
numbers_read(const char *text, size_t len, int threads, struct numbers **numbers)
{
	struct numbers *t = mem_new(1, sizeof *t);
	struct json_words rest = { 0 };
	size_t n = find(t, text, len);
	json_t *root;

	json_take(n * sizeof *t->x);
	t->x = mem_new(n, sizeof *t->x);
	read_spans(t, text, len, threads);
	put_rest(t, text, len, &rest);
	root = json_any(&rest, NULL);
	free(rest.s);
	free(rest.grown);
	if (root == NULL) {
		numbers_free(t);
		return NULL;
	}
	*numbers = t;
	return root;
}

double *
numbers_of(const struct numbers *t, const json_t *a, size_t *n)
{
	const json_t *place = json_array_get(a, 0);

	*n = 0;
	if (json_array_size(a) != 1 || !json_is_number(place))
		return NULL;
	*n = t->span[(size_t)json_number_value(place)].n;
	return t->x + t->span[(size_t)json_number_value(place)].first;
}

void
numbers_free(struct numbers *t)
{
	free(t->span);
	free(t->x);
	free(t);
}
