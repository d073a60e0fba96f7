/* dump.c - whatever a text is, it is JSON with its arrays of numbers taken out if it is JSON
 * with them, and is the same then, number for number. */
#include <stdlib.h>
#include <string.h>

#include "held.h"
#include "private.h"

static void same(const struct numbers *t, const json_t *a, const json_t *b);

static int
is_number(const json_t *v)
{
	return json_is_number(v) || json_is_null(v);
}

/* The numbers of an array are those that jansson reads; one that is not taken out has
 * something else in it, or nothing. */
static void
same_array(const struct numbers *t, const json_t *a, const json_t *b)
{
	size_t n, size = json_array_size(b), others = 0;
	const double *x = numbers_of(t, a, &n);

	held_check(x == NULL ? n == 0 && json_array_size(a) == size : n == size && n > 0);
	for (size_t i = 0; i < size; i++) {
		const json_t *v = json_array_get(b, i);
		double want = json_number_value(v);

		others += !is_number(v);
		if (x == NULL)
			same(t, json_array_get(a, i), v);
		else if (json_is_null(v))
			held_check(x[i] != x[i]);
		else
			held_check(json_is_number(v) && memcmp(&want, &x[i], sizeof want) == 0);
	}
	held_check((x == NULL) == (size == 0 || others > 0));
}

static void
same(const struct numbers *t, const json_t *a, const json_t *b)
{
	const char *key;
	json_t *v;

	held_check(json_typeof(a) == json_typeof(b));
	if (json_is_array(a)) {
		same_array(t, a, b);
	} else if (json_is_object(a)) {
		held_check(json_object_size(a) == json_object_size(b));
		json_object_foreach((json_t *)(uintptr_t)a, key, v) {
			held_check(json_object_get(b, key) != NULL);
			same(t, v, json_object_get(b, key));
		}
	} else {
		held_check(json_equal(a, b));
	}
}

static void
look(const uint8_t *data, size_t size)
{
	char *text = mem_text((const char *)data, size);
	struct json_words all = { 0 };
	struct numbers *t;
	json_t *root, *whole;

	root = numbers_read(text, size, 1, &t);
	json_put_words(&all, text, size);
	whole = json_any(&all, NULL);
	held_check((root == NULL) == (whole == NULL));
	if (root != NULL) {
		same(t, root, whole);
		numbers_free(t);
	}
	json_decref(root);
	json_decref(whole);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (memchr(data, '\0', size) == NULL)
		held_look(look, data, size);
	return 0;
}
