/* open_clip.c - what open_clip wrote: open_clip_config.json says how its two transformers were made,
 * in words of its own. */
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* A number of a section, or what open_clip takes if it is not there; 0: it is none. */
static json_int_t
number(const json_t *cfg, const char *key, json_int_t otherwise)
{
	const json_t *v = json_object_get(cfg, key);

	return v == NULL || json_is_null(v) ? otherwise : json_integer_value(v);
}

/* What stands behind the number of a block in the name of a tensor; NULL: it is of none. */
static const char *
in_block(const char *name)
{
	const char *at = strstr(name, "resblocks.");
	size_t n;

	if (at == NULL || (at > name && at[-1] != '.'))
		return NULL;
	at += strlen("resblocks.");
	n = strspn(at, "0123456789");
	return n > 0 && at[n] == '.' ? at + n + 1 : NULL;
}

/* One tower's, whose names begin with visual., or another. */
static int
is_of(const char *name, int visual)
{
	return (strncmp(name, "visual.", 7) == 0) == visual;
}

/* The blocks of a tower hold attention, two norms and an MLP, and no more but factors behind attention: 1
 * if they have these.  Dies if there is a tensor of another name, which may change q, k, v or the output. */
static int
has_factors(const struct tensors *ts, int visual)
{
	static const char known[] = "attn.in_proj_weight attn.in_proj_bias attn.out_proj.weight attn.out_proj.bias ln_1.weight "
	    "ln_1.bias ln_2.weight ln_2.bias ls_1.gamma ls_2.gamma";
	const struct tensor *t;
	int has = 0;

	for (size_t k = 0; (t = tensors_at(ts, k)) != NULL; k++) {
		const char *part = in_block(t->name);

		if (part == NULL || strstr(t->name, "decoder.") != NULL || !is_of(t->name, visual))
			continue;
		if (!config_word(known, part) && strncmp(part, "mlp.", 4) != 0)
			die("%s: %s: not known in a block of open_clip", t->file, t->name);
		has |= strcmp(part, "ls_1.gamma") == 0;
	}
	return has;
}

/* A section of root, as Hugging Face would have it, for a transformer. */
static void
add(json_t *root, const char *key, json_int_t layers, json_int_t width, json_int_t heads, int factors)
{
	json_object_set_new(root, key, json_pack("{s:s, s:I, s:I, s:I, s:b}", "model_type", "open_clip_transformer", "num_hidden_layers", layers,
	    "hidden_size", width, "num_attention_heads", heads, "layer_scale", factors));
}

void
open_clip_config(json_t *root, const char *path, const struct tensors *ts)
{
	const json_t *model = json_object_get(root, "model_cfg"), *vision, *text;
	json_int_t width, each;

	model = json_is_object(model) ? model : root;
	vision = json_object_get(model, "vision_cfg");
	text = json_object_get(model, "text_cfg");
	if (!json_is_object(vision) || !json_is_object(text))
		die("%s: no vision_cfg and text_cfg, which say how a model of open_clip is made", path);
	width = number(vision, "width", 768);
	each = number(vision, "head_width", 64);
	if (json_is_array(json_object_get(vision, "layers")) || json_string_value(json_object_get(vision, "timm_model_name")) != NULL)
		warn("open_clip: the tower for images is no transformer of open_clip's own: it gives no rows");
	else if (each < 1 || width < each || width % each != 0)
		die("%s: vision_cfg: heads of %" JSON_INTEGER_FORMAT ", which do not divide a width of %" JSON_INTEGER_FORMAT, path,
		    each, width);
	else
		add(root, "vision_config", number(vision, "layers", 12), width, width / each, has_factors(ts, 1));
	if (json_string_value(json_object_get(text, "hf_model_name")) != NULL)
		warn("open_clip: the tower for text is no transformer of open_clip's own: it gives no rows");
	else
		add(root, "text_config", number(text, "layers", 12), number(text, "width", 512),
		    number(text, "heads", 8), has_factors(ts, 0));
	json_object_set_new(root, "model_type", json_string("open_clip"));
}
