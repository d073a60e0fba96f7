/* measure.c - whatever config.json and tensors say, and whatever the tokens are, a model is
 * refused, or runs and gives numbers.
 *
 * An input is config.json, a NUL byte and a whole .safetensors file; or T and a table of
 * tokens. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "held.h"
#include "model.h"

static char *ids[] = { (char[]){ "0" }, (char[]){ "1" } };
static size_t start[] = { 0, 5, 6 }, id[] = { 1, 2, 0, 2, 1, 2 }, line[] = { 2, 3, 4, 5, 6, 7 };
static struct token_file file = { (char[]){ "tokens" }, 0 };
static unsigned char special[] = { 1, 0, 0, 0, 0, 0 };

/* Every head that there is, by float or double. */
static void
run(const char *path, int wide)
{
	struct model *m = model_open(path, &(struct model_spec){ .pass = 1 });
	struct tokens t = { .file = &file, .nfile = 1, .n = 2, .name = ids, .start = start, .id = id, .line = line,
		.special = special };
	struct pass *p = pass_start(m, &t, &(struct pass_spec){ .wide = wide, .queries = wide }, 1);
	struct measured x;
	size_t heads = 0;

	while (pass_next(p, &x)) {
		heads++;
		held_check(x.queries >= 0 && x.queries < 6);
		for (int i = 0; i < PASS_VALUES; i++)
			held_check(isfinite(x.value[i]) || x.queries < 1);
	}
	held_check(heads > 0);
	pass_free(p);
	model_free(m);
}

static void
read_tokens(const char *path)
{
	char name[256], *operand = name;
	struct tokens *t;
	struct opts o;

	snprintf(name, sizeof name, "%s", path);
	opts_init(&o);
	o.threads = 1;
	t = tokens_read(&operand, 1, &o);
	held_check(t->n > 0 && t->start[0] == 0);
	for (size_t g = 0; g < t->n; g++)
		held_check(t->start[g] < t->start[g + 1] && t->name[g][0] != '\0');
	tokens_free(t);
	opts_free(&o);
}

static void
look_at(const uint8_t *data, size_t size)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", files_dir, data[0] == 'T' ? "tokens.csv" : "x.safetensors");
	if (data[0] == 'T')
		read_tokens(path);
	else
		run(path, size % 2 != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int begun;
	const uint8_t *end = size > 0 ? memchr(data, '\0', size) : NULL;

	if (!begun++)
		files_begin();
	if (size > 0 && data[0] == 'T') {
		files_write("tokens.csv", data + 1, size - 1);
		held_look(look_at, data, size);
	} else if (end != NULL) {
		files_write("config.json", data, (size_t)(end - data));
		files_write("x.safetensors", end + 1, size - (size_t)(end + 1 - data));
		held_look(look_at, data, size);
	}
	return 0;
}
