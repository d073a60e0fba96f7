/* rope.c - what a model multiplies the logits by: its scale, and what the scaling of
 * rotary positions puts on q and k. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "private.h"

/* What YaRN puts on q and k each, for a context longer by factor; NaN: by how much is not known. */
static double
mscale(double factor, double m)
{
	return isnan(factor) ? NAN : factor > 1 ? 0.1 * m * num_log(factor) + 1 : 1;
}

json_t *
rope_said(const struct search *s, int *newer)
{
	static const char *const keys[] = { "rope_scaling", "rope_parameters" };

	for (*newer = 1; *newer >= 0; --*newer) {
		json_t *r = json_object_get(s->config->in, keys[*newer]);

		if (json_is_object(r))
			return r;
		if (r != NULL && !json_is_null(r))
			die("%s: %s: not an object", s->config->path, keys[*newer]);
	}
	return NULL;
}

const char *
rope_type(const struct search *s, const json_t *r)
{
	const json_t *v = json_object_get(r, "rope_type");

	if (v == NULL || json_is_null(v))
		v = json_object_get(r, "type");
	if (v != NULL && !json_is_null(v) && !json_is_string(v))
		die("%s: the type of scaled rotary positions: not a text", s->config->path);
	return json_string_value(v);
}

/* The rotary parameters of a layer, NULL if it has none that scale; newer files hold
 * them by type of layer. */
static const json_t *
params_of(const struct search *s, size_t layer)
{
	int newer;
	const json_t *r = rope_said(s, &newer);
	const char *type = kinds_type(s, layer);
	const json_t *by_type = newer == 1 && type != NULL ? json_object_get(r, type) : NULL;

	if (!kinds_rotary(s, layer))
		return NULL;
	if (json_is_object(by_type))
		return by_type;
	if (!kinds_rotary_scaled(s, layer))
		return NULL;
	return r;
}

/* A positive number of the rotary parameters, 0 if there is none or it is 0. */
static double
positive(const struct search *s, const json_t *r, const char *key)
{
	const json_t *v = json_object_get(r, key);
	double x = json_number_value(v);

	if (v != NULL && !json_is_null(v) && !(json_is_number(v) && x >= 0))
		die("%s: rotary parameters: %s: not a positive number", s->config->path, key);
	return x;
}

/* The number of positions that the model was first trained on; NaN: not known. */
static double
origin(const struct search *s, const json_t *r)
{
	double x = config_number(s, "original_max_position_embeddings");
	double y = positive(s, r, "original_max_position_embeddings");

	return x > 0 ? x : y > 0 ? y : config_number(s, "max_position_embeddings");
}

/* How many times as many positions it has now: the factor that config.json gives,
 * or the quotient of both numbers, as transformers computes it. */
static double
extent(const struct search *s, const json_t *r)
{
	double f = positive(s, r, "factor");

	return f > 0 ? f : config_number(s, "max_position_embeddings") / origin(s, r);
}

/* Rotary's cosines and sines are multiplied by this, and so are q and k.  YaRN:
 * arXiv 2309.00071; LongRoPE, at first called su: arXiv 2402.13753; of phimoe in texts of its first
 * length, whatever the type is. */
static double
factor_of(const struct search *s, const json_t *r)
{
	const char *type = rope_type(s, r);
	double f = extent(s, r), one = positive(s, r, "mscale"), all = positive(s, r, "mscale_all_dim");
	double given = positive(s, r, "attention_factor"), own = positive(s, r, "short_mscale");

	if (own > 0 && type != NULL && strcmp(type, "default") != 0 && strcmp(s->config->type, "phimoe") == 0)
		return own;
	if (type == NULL || !config_word("yarn longrope su", type))
		return 1;
	if (given > 0)
		return given;
	if (strcmp(type, "yarn") == 0)
		return one > 0 && all > 0 ? mscale(f, one) / mscale(f, all) : mscale(f, 1);
	one = origin(s, r);
	if (isnan(f + one))                     /* of sizes that are not said */
		return NAN;
	return f > 1 && one > 1 ? sqrt(1 + num_log(f) / num_log(one)) : 1;
}

/* How many kinds of attention by distance deberta has beside that by content: of a list,
 * or of a text in which | is between them. */
static double
count_kinds(const struct search *s, const json_t *list, const char *key)
{
	const char *text = json_string_value(list);
	size_t n = 0, len, all = json_array_size(list);

	for (size_t i = 0; text != NULL ? *text != '\0' : i < all; i++, n++) {
		const char *kind = text != NULL ? text : json_string_value(json_array_get(list, i));

		len = kind != NULL ? strcspn(kind, "|") : 0;
		if (len != 3 || (memcmp(kind, "c2p", 3) != 0 && memcmp(kind, "p2c", 3) != 0))
			die("%s: %s: neither c2p nor p2c: what they scale the logits by is not known", s->config->path, key);
		if (text != NULL)
			text += len + (text[len] == '|');
	}
	return (double)n;
}

static double
base_scale(const struct search *s, size_t layer)
{
	const struct family *fam = s->family;
	size_t len = fam->scale == NULL ? 0 : strcspn(fam->scale, "^");
	char key[64];
	const json_t *list;
	double x;

	if (fam->scale != NULL && strcmp(fam->scale, "1") == 0)
		return 1;
	snprintf(key, sizeof key, "%.*s", (int)len, fam->scale == NULL ? "" : fam->scale);
	list = json_object_get(s->config->in, key);
	if (strcmp(key, "pos_att_type") == 0 && (json_is_array(list) || json_is_string(list)))
		return 1 / sqrt((double)s->stack->layer[layer].d_head * (1 + count_kinds(s, list, key)));
	x = len > 0 ? config_number(s, key) : NAN;
	if (isnan(x))
		return 1 / sqrt((double)s->stack->layer[layer].d_head);
	if (!(x > 0) || isinf(x))
		die("%s: %s: %g, but the scale of the logits must be greater than 0 and finite", s->config->path, key, x);
	return fam->scale[len] == '^' ? 1 / sqrt(x) : x;
}

/* Rotary positions turn a part of the components only. */
static int
is_partial(const struct search *s)
{
	return s->family->traits & PARTIAL ||
	    config_number(s, "partial_rotary_factor|rope_parameters.partial_rotary_factor") < 1;
}

double
rope_turn_scale(const struct search *s, size_t layer)
{
	double x = factor_of(s, params_of(s, layer));

	if (isnan(x))
		die("%s: layer %zu: no max_position_embeddings, which what rotary positions put on q and k depends on", s->config->path,
		    layer);
	return x;
}

/* Some that are stretched say their length before, some that behind. */
double
rope_trained(const struct search *s, size_t layer)
{
	const json_t *r = params_of(s, layer);
	const char *type = rope_type(s, r);
	double x = config_number(s, "max_position_embeddings|n_positions|max_seq_len|seq_length"), far;

	if (!(x > 0) || (type != NULL && strcmp(type, "dynamic") == 0))
		return INFINITY;
	far = type != NULL && strcmp(type, "default") != 0 ? positive(s, r, "factor") * origin(s, r) : 0;
	return far > x ? far : x;
}

double
rope_base_scale(const struct search *s, size_t layer)
{
	const json_t *r = params_of(s, layer);
	double x = base_scale(s, layer), m = config_number(s, "attention_in_multiplier"), key = config_number(s, "key_multiplier");

	x *= (isnan(m) ? 1 : m * m) * (isnan(key) ? 1 : key);
	if (config_flag(s, "scale_attn_weights") == 0)
		x = 1;
	if (config_true(s, "scale_attn_by_inverse_layer_idx"))
		x /= (double)layer + 1;
	if (s->family->layout == LATENT && positive(s, r, "mscale_all_dim") > 0 &&
	    (rope_type(s, r) == NULL || strcmp(rope_type(s, r), "default") != 0)) {
		m = mscale(extent(s, r), positive(s, r, "mscale_all_dim"));
		x *= m * m;
	}
	return x;
}

double
rope_scale(const struct search *s, size_t layer)
{
	double x = rope_base_scale(s, layer), m = is_partial(s) ? 1 : rope_turn_scale(s, layer);

	x *= m * m;
	if (!(x > 0) || isinf(x))
		die("%s: layer %zu: the scale of the logits comes out as %g", s->config->path, layer, x);
	return x;
}

int
rope_left_out(const struct search *s)
{
	double most = 1, x;

	for (size_t l = 0; l < s->stack->num_layers; l++)
		most = (x = factor_of(s, params_of(s, l))) > most ? x : most;
	return is_partial(s) && most > 1;
}
