/* config.c - config.json, or what stands for it: keys under the names that families give them, what a
 * family leaves out, on what its rows depend. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "private.h"

#define NO_LAYER ((size_t)-1)

static json_t *
get_one(const json_t *in, const char *key, size_t len)
{
	char name[64];

	snprintf(name, sizeof name, "%.*s", (int)len, key);
	return json_object_get(in, name);
}

/* The value of a key of the form x or x.y, y a number if x is an array, NULL if it is absent or null;
 * it is there if it is null. */
static const json_t *
get(const json_t *in, const char *key, size_t len, int *there)
{
	const char *dot = memchr(key, '.', len);
	size_t front = dot != NULL ? (size_t)(dot + 1 - key) : 0;
	const json_t *v;

	if (dot != NULL)
		in = get_one(in, key, front - 1);
	v = !json_is_array(in) ? get_one(in, key + front, len - front) :
	    key[front] >= '0' && key[front] <= '9' ? json_array_get(in, strtoul(key + front, NULL, 10)) : NULL;
	*there = v != NULL;
	return json_is_null(v) ? NULL : v;
}

const char *
config_default(const struct search *s, const char *key, size_t len)
{
	const char *of_all = NULL, *type = s->config->type;
	const size_t n = strlen(type);

	for (const char *p = s->family->defaults; p != NULL && *p != '\0'; p += strspn(p, " ")) {
		const int own = strncmp(p, type, n) == 0 && p[n] == ':';
		const char *word = own ? p + n + 1 : p;

		if (strncmp(word, key, len) == 0 && word[len] == '=') {
			if (own)
				return word + len + 1;
			if (of_all == NULL)
				of_all = word + len + 1;
		}
		p += strcspn(p, " ");
	}
	return of_all;
}

/* What a key is to say. */
static const char a_number[] = "a number", a_whole_number[] = "a whole number", a_flag[] = "true or false";

_Noreturn static void
not_wanted(const struct search *s, const char *key, size_t len, const char *want, const json_t *v)
{
	const char *text = json_string_value(v);
	const char *what = json_is_true(v) ? "true" : json_is_null(v) ? "null" : json_is_array(v) ? "a list" : "an object";

	if (text != NULL)
		die("%s: %.*s: not %s but the text \"%.60s\"", s->config->path, (int)len, key, want, text);
	die("%s: %.*s: not %s but %s", s->config->path, (int)len, key, want, what);
}

/* For a layer, if the number may be one of an array; of a flag true is 1.  *key is what it stands under,
 * if that is not NULL. */
static double
number(const struct search *s, const char *keys, size_t layer, const char *want, const char **key)
{
	size_t len;

	for (const char *k = keys; ; k += len + 1) {
		int there;
		size_t own = strcspn(k, "|*");
		double times = k[own] == '*' ? strtod(k + own + 1, NULL) : 1;
		const json_t *v = get(s->config->in, k, own, &there);
		const char *d = there ? NULL : config_default(s, k, own);

		len = strcspn(k, "|");
		if (key != NULL)
			*key = k;
		if (layer != NO_LAYER && json_is_array(v)) {
			if (json_array_size(v) <= layer)
				die("%s: %.*s: %zu numbers, but there is a layer %zu", s->config->path, (int)len, k, json_array_size(v), layer);
			v = json_array_get(v, layer);
		}
		if (json_is_number(v))
			return json_number_value(v) * times;
		if (json_is_false(v) || (json_is_true(v) && want == a_flag))
			return json_is_true(v);
		if (v != NULL)
			not_wanted(s, k, len, want, v);
		if (d != NULL)
			return *d == 't' ? 1 : *d == 'f' ? 0 : strtod(d, NULL) * times;
		if (k[len] == '\0')
			return NAN;
	}
}

double
config_number(const struct search *s, const char *keys)
{
	return number(s, keys, NO_LAYER, a_number, NULL);
}

double
config_flag(const struct search *s, const char *keys)
{
	return number(s, keys, NO_LAYER, a_flag, NULL);
}

int
config_is_array(const struct search *s, const char *keys)
{
	size_t len;

	for (const char *k = keys; ; k += len + 1) {
		int there;

		if (json_is_array(get(s->config->in, k, len = strcspn(k, "|"), &there)))
			return 1;
		if (k[len] == '\0')
			return 0;
	}
}

int
config_true(const struct search *s, const char *keys)
{
	return config_flag(s, keys) > 0;
}

size_t
config_count_at(const struct search *s, const char *keys, int least, size_t layer)
{
	const char *key;
	double x = number(s, keys, layer, a_whole_number, &key);

	if (isnan(x))
		return 0;
	if (x < least || x > 1e6 || x != floor(x))
		die("%s: %.*s: not a whole number from %d to 1000000: %g", s->config->path, (int)strcspn(key, "|"), key, least, x);
	return (size_t)x;
}

size_t
config_count(const struct search *s, const char *keys, int least)
{
	return config_count_at(s, keys, least, NO_LAYER);
}

size_t
config_size(const struct search *s, const char *keys)
{
	return config_count(s, keys, 1);
}

size_t
config_need(const struct search *s, const char *keys)
{
	size_t n = config_size(s, keys);

	if (n == 0)
		die("%s: no %s, which %s %s needs", s->config->path, keys, s->config->what, s->config->type);
	return n;
}

int
config_word(const char *words, const char *word)
{
	size_t n = strlen(word), len;

	for (; *words != '\0'; words += len, words += strspn(words, " ")) {
		len = strcspn(words, " ");
		if (len == n && memcmp(words, word, n) == 0)
			return 1;
	}
	return 0;
}

/* The key is the text, of len bytes, or by default. */
static int
is_text(const struct search *s, const char *key, const char *text, size_t len)
{
	int there;
	const char *is = json_string_value(get(s->config->in, key, strlen(key), &there));

	if (!there && (is = config_default(s, key, strlen(key))) != NULL)
		return strcspn(is, " ") == len && memcmp(is, text, len) == 0;
	return is != NULL && strlen(is) == len && memcmp(is, text, len) == 0;
}

int
config_holds(const struct search *s)
{
	char key[64];
	size_t len;

	for (const char *w = s->family->when; w != NULL && *w != '\0'; w += len, w += strspn(w, " ")) {
		int no = *w == '!';
		const char *text;

		len = strcspn(w, " ");
		text = memchr(w, '=', len);
		snprintf(key, sizeof key, "%.*s", (int)(text != NULL ? text - w : (ptrdiff_t)len - no), w + no);
		if (text != NULL ? !is_text(s, key, text + 1, (size_t)(w + len - text - 1)) : config_true(s, key) == no)
			return 0;
	}
	return 1;
}

/* v has a section of another model, or a section that is no model by itself (encoder) has. */
static int
is_around(const json_t *v, int deep)
{
	const char *key;
	json_t *in;

	json_object_foreach((json_t *)v, key, in) {
		size_t n = strlen(key);

		if (n > 7 && strcmp(key + n - 7, "_config") == 0 && json_object_get(in, "model_type") != NULL)
			return 1;
		if (deep && config_word("encoder decoder", key) && is_around(in, 0))
			return 1;
	}
	return 0;
}

int
config_is_around(const struct config *c)
{
	return is_around(c->root, 1);
}

int
config_is(const struct config *c, const struct family *fam, const char *type)
{
	return !c->gguf == !(fam->traits & GGUF) && config_word(fam->types, type);
}

int
config_knows(const struct config *c, const char *type)
{
	for (size_t i = 0; i < nfamilies; i++)
		if (config_is(c, &families[i], type))
			return 1;
	return 0;
}

void
config_like(const struct config *c, struct near *n)
{
	*n = near_to(c->type, strlen(c->type));
	for (size_t i = 0, len; i < nfamilies; i++)
		for (const char *s = families[i].types; *s != '\0'; s += len, s += strspn(s, " ")) {
			len = strcspn(s, " ");
			if (!c->gguf == !(families[i].traits & GGUF))
				near_try(n, s, len);
		}
}

#define OPEN_CLIP "open_clip_config.json"

/* The model lies in a file that open_clip wrote. */
static int
is_open_clip(const struct tensors *ts)
{
	const struct tensor *t = tensors_at(ts, 0);
	const char *slash = t != NULL ? strrchr(t->file, '/') : NULL, *name = slash != NULL ? slash + 1 : t != NULL ? t->file : "";

	return strncmp(name, "open_clip_", 10) == 0;
}

/* The path of config.json, or of what open_clip has for it (*own), beside the tensors; dies if it is not
 * there. */
static char *
beside(const char *path, const struct tensors *ts, int *own)
{
	struct stat st;
	const char *slash = strrchr(path, '/');
	int dir = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	char *in = dir ? mem_text(path, strlen(path)) : slash != NULL ? mem_text(path, (size_t)(slash - path)) : mem_text(".", 1);
	const char *name = "config.json";
	char *config;

	*own = folder_has(in, OPEN_CLIP) && (is_open_clip(ts) || !folder_has(in, name));
	name = *own ? OPEN_CLIP : name;
	config = dir || slash != NULL ? mem_print("%s/%s", in, name) : mem_text(name, strlen(name));
	if (!folder_has(in, name))
		die("%s: not there: it says how many heads the model has", config);
	free(in);
	return config;
}

/* Of a model around a language model, whose model_type is not known, the language
 * model is what is read: its section, unless that has no model_type of its own; in
 * older files its keys stand at the top. */
static void
find_type(struct config *c)
{
	static const char *const inner[] = { "vlm_config", "thinker_config", "text_config", "language_config", "llm_config" };

	c->type = json_string_value(json_object_get(c->root, "model_type"));
	for (size_t i = 0; i < 5 && (c->type == NULL || !config_knows(c, c->type)); i++) {
		json_t *t = json_object_get(c->in, inner[i]);
		const char *type = json_string_value(json_object_get(t, "model_type"));

		if (!json_is_object(t))
			continue;
		c->in = t;
		if (type != NULL)
			c->type = type;
	}
	if (c->type == NULL)
		c->type = "";
	if (json_is_object(json_object_get(c->root, "encoder")) && json_is_object(json_object_get(c->root, "decoder")))
		return;                 /* each of which says of itself what it is */
	for (size_t i = 0; i < 2 && !config_knows(c, c->type); i++) {
		snprintf(c->text_type, sizeof c->text_type, "%.32s%s", c->type, i == 0 ? "_text" : "_text_model");
		if (config_knows(c, c->text_type))
			c->type = c->text_type;
	}
}

void
config_read(struct config *c, const char *path, const struct tensors *ts)
{
	int own;

	c->gguf = tensors_gguf(ts) != NULL;
	c->what = c->gguf ? "general.architecture" : "model_type";
	if (c->gguf) {
		c->path = mem_text(gguf_path(tensors_gguf(ts)), strlen(gguf_path(tensors_gguf(ts))));
		c->root = c->in = gguf_config(ts);
		c->type = json_string_value(json_object_get(c->root, "model_type"));
		return;
	}
	c->path = beside(path, ts, &own);
	c->root = c->in = json_file(c->path, "a model's configuration");
	(own ? open_clip_config : timm_config)(c->root, c->path, ts);
	find_type(c);
}

void
config_free(struct config *c)
{
	json_decref(c->root);
	free(c->path);
}
