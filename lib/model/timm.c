/* timm.c - vision transformers that timm wrote: its config.json has no model_type and no number of
 * heads or layers, but the name of an architecture. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* How many heads its models have that are called vit_SIZE_..., deit_SIZE_... or deit3_SIZE_..., if they
 * are of that width too: other models of these names are not meant, nor those with rpn in them, whose
 * norms stand behind attention. */
static const struct { const char *size; size_t width, heads; } sizes[] = {
	{ "tiny", 192, 3 }, { "small", 384, 6 }, { "medium", 512, 8 }, { "base", 768, 12 }, { "large", 1024, 16 },
	{ "so400m", 1152, 16 }, { "huge", 1280, 16 }, { "giant", 1408, 16 }, { "giant", 1536, 24 },
	{ "gigantic", 1664, 16 },
};

static size_t
heads_of(const char *name, size_t width)
{
	size_t n = strcspn(name, "_");

	if (name[n] == '\0' || strstr(name, "_rpn") != NULL || !((n == 3 && memcmp(name, "vit", n) == 0) ||
	    (n == 4 && memcmp(name, "deit", n) == 0) || (n == 5 && memcmp(name, "deit3", n) == 0)))
		return 0;
	name += n + 1;
	n = strcspn(name, "_");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (strlen(sizes[i].size) == n && memcmp(sizes[i].size, name, n) == 0 && sizes[i].width == width)
			return sizes[i].heads;
	return 0;
}

/* As many layers as tensors of q, k and v are numbered. */
static size_t
count_layers(const struct tensors *ts)
{
	const struct tensor *t;
	size_t most = 0;

	for (size_t k = 0; (t = tensors_at(ts, k)) != NULL; k++) {
		const char *at = strstr(t->name, "blocks.");
		char *end;
		unsigned long l;

		if (at == NULL || at[7] < '0' || at[7] > '9')
			continue;
		l = strtoul(at + 7, &end, 10);
		if (strcmp(end, ".attn.qkv.weight") == 0 && l < 1000 && l + 1 > most)
			most = l + 1;
	}
	return most;
}

/* A tensor is called so, whatever goes before. */
static int
has_end(const struct tensors *ts, const char *end)
{
	const struct tensor *t;
	size_t n = strlen(end), len;

	for (size_t k = 0; (t = tensors_at(ts, k)) != NULL; k++)
		if ((len = strlen(t->name)) >= n && strcmp(t->name + len - n, end) == 0)
			return 1;
	return 0;
}

void
timm_config(json_t *root, const char *path, const struct tensors *ts)
{
	const char *name = json_string_value(json_object_get(root, "architecture"));
	const char *type = json_string_value(json_object_get(root, "model_type"));
	json_int_t width = json_integer_value(json_object_get(root, "num_features"));
	size_t heads, layers;

	if (name == NULL || (type != NULL && strcmp(type, "timm_wrapper") != 0) ||
	    json_object_get(root, "num_features") == NULL)
		return;
	heads = width > 0 ? heads_of(name, (size_t)width) : 0;
	layers = count_layers(ts);
	if (heads == 0 || layers == 0 || !has_end(ts, "blocks.0.norm1.bias"))
		die("%s: architecture \"%s\" of timm, num_features %g: not known", path, name,
		    json_number_value(json_object_get(root, "num_features")));
	json_object_set_new(root, "model_type", json_string("timm_vit"));
	json_object_set_new(root, "layer_scale", json_boolean(has_end(ts, "blocks.0.ls1.gamma") || has_end(ts, "blocks.0.gamma_1")));
	json_object_set_new(root, "hidden_size", json_integer(width));
	json_object_set_new(root, "num_hidden_layers", json_integer((json_int_t)layers));
	json_object_set_new(root, "num_attention_heads", json_integer((json_int_t)heads));
}
