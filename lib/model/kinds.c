/* kinds.c - layers of sliding and of full attention, with rotary positions and without:
 * what config.json says of each layer, or what the family does where it says nothing. */
#include <string.h>

#include "private.h"

/* The l-th of a list of texts, NULL if there is no list; dies of one that does not say it. */
static const char *
listed(const struct search *s, const char *key, size_t l)
{
	const json_t *v = json_object_get(s->config->in, key);
	const char *text = json_string_value(json_array_get(v, l));

	if (text == NULL && v != NULL && !json_is_null(v))
		die("%s: %s: not a list of a text for each layer: none for layer %zu", s->config->path, key, l);
	return text;
}

const char *
kinds_type(const struct search *s, size_t l)
{
	return listed(s, "layer_types", l);
}

/* Of layer l by attention_types, lists of types and how often each comes; global and local in turn if it is
 * not there. */
static const char *
repeated(const struct search *s, size_t l)
{
	const json_t *all = json_object_get(s->config->in, "attention_types"), *list;
	size_t i, at = 0;

	if (all == NULL || json_is_null(all))
		return l % 2 == 0 ? "global" : "local";
	json_array_foreach(all, i, list) {
		const json_t *types = json_array_get(list, 0);
		const json_t *often = json_array_get(list, 1);
		json_int_t times = json_integer_value(often);
		size_t n = times > 0 && times <= 1000000 ? json_array_size(types) * (size_t)times : 0;
		const char *text = l - at < n ? json_string_value(json_array_get(types, (l - at) % json_array_size(types))) : NULL;

		if (!json_is_integer(often) || times > 1000000)
			die("%s: attention_types: how often types come is not a whole number up to 1000000", s->config->path);
		if (text != NULL)
			return text;
		at += n;
	}
	die("%s: attention_types: none for layer %zu", s->config->path, l);
}

/* The family has a default of the key, and so a rule that takes it. */
static int
has_rule(const struct search *s, const char *key)
{
	return config_default(s, key, strlen(key)) != NULL;
}

/* Its keys are those of the tokens that queries are of: in cross attention there is neither window
 * nor distance. */
static int
has_own_keys(const struct search *s)
{
	return s->family->knorm == NULL;
}

/* Keys of the window where layer l is of sliding attention, NULL where it is not. */
static const char *
window_keys(const struct search *s, size_t l)
{
	const char *type = kinds_type(s, l), *old = listed(s, "attention_layers", l);
	size_t n;

	if (type == NULL && has_rule(s, "layer_types"))
		die("%s: no layer_types, which %s %s needs", s->config->path, s->config->what, s->config->type);
	if (type != NULL)
		return strstr(type, "chunked") != NULL ? "attention_chunk_size" :
		    strstr(type, "sliding") != NULL ? "sliding_window|local_attention" : NULL;
	if (has_rule(s, "attention_window_size"))
		return "attention_window_size";
	if (old == NULL && has_rule(s, "window_size"))
		old = repeated(s, l);
	if (old != NULL)
		return strcmp(old, "local") == 0 ? "window_size" : NULL;
	if (has_rule(s, "attention_window"))
		return "attention_window";
	if (has_rule(s, "local_radius"))
		return "local_radius";
	if (has_rule(s, "attention_chunk_size"))
		return kinds_rotary(s, l) ? "attention_chunk_size" : NULL;
	if (has_rule(s, "global_attn_every_n_layers"))
		return l % config_need(s, "global_attn_every_n_layers") == 0 ? NULL :
		    has_rule(s, "local_behind") ? "local_attention*.5" : "local_attention";
	if (has_rule(s, "sliding_window_pattern") && (n = config_count(s, "sliding_window_pattern", 0)) > 0)
		return (l + 1) % n != 0 ? "sliding_window" : NULL;
	if (has_rule(s, "max_window_layers") && config_true(s, "use_sliding_window"))
		return l >= config_count(s, "max_window_layers", 0) ? "sliding_window" : NULL;
	return NULL;
}

size_t
kinds_window(const struct search *s, size_t l)
{
	const char *keys = has_own_keys(s) ? window_keys(s, l) : NULL;
	size_t n = keys != NULL ? config_count_at(s, keys, 0, l) : 0;

	return keys != NULL && strcmp(keys, "local_radius") == 0 ? 2*n + 1 : n;
}

int
kinds_rotary(const struct search *s, size_t l)
{
	const json_t *rotary = json_object_get(s->config->in, "no_rope_layers");
	size_t every;

	if (!has_own_keys(s))
		return 0;
	if (s->family->traits & SLIDING_ROTARY)
		return kinds_window(s, l) > 0;
	if (rotary != NULL && !json_is_null(rotary) && !(json_is_array(rotary) && json_array_size(rotary) == 0)) {
		const json_t *v = json_array_get(rotary, l);

		if (!json_is_boolean(v) && !json_is_integer(v))
			die("%s: no_rope_layers: not a list of 0 or 1 for each layer: none for layer %zu", s->config->path, l);
		return json_is_true(v) || json_integer_value(v) != 0;
	}
	every = config_count(s, "no_rope_layer_interval", 0);
	return every == 0 || (l + 1) % every != 0;
}

int
kinds_rotary_scaled(const struct search *s, size_t l)
{
	return kinds_rotary(s, l) && !(s->family->traits & FULL_SCALED && kinds_window(s, l) > 0);
}
