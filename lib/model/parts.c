/* parts.c - models inside a model, each of which has a section of config.json: towers for images
 * and sound beside a language model, encoder and decoder.  Each is read by the row of its own
 * model_type. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* What stands before the names of a model that has a section called so: one of the words.  Of any
 * section that is not here, but for text, it is what that is called. */
static const struct { const char *section; const char *words[6]; } called[] = {
	{ "vision", { "vision", "visual", "vit.", "image", "img", NULL } },
	{ "image", { "image", "vision", "visual", "vit.", "img", NULL } },
	{ "audio", { "audio", "speech", "sound", NULL } },
	{ "speech", { "speech", "audio", "sound", NULL } },
	{ "video", { "video", "vision", NULL } },
};

enum { NCALLED = sizeof called / sizeof *called };

static int
has(const char *name, size_t n, const char *word)
{
	char text[NAME];

	snprintf(text, sizeof text, "%.*s", (int)n, name);
	return strcasestr(text, word) != NULL;
}

/* The section's own words have it. */
static int
is_own(const char *section, const char *word)
{
	for (size_t i = 0; i < NCALLED; i++)
		for (size_t k = 0; strstr(section, called[i].section) != NULL && called[i].words[k] != NULL; k++)
			if (strcmp(called[i].words[k], word) == 0)
				return 1;
	return 0;
}

int
parts_other(const struct search *s, const char *prefix, size_t n)
{
	static const char *const apart[] = {
		"decoder", "mtp", "draft", "talker", "teacher", "qformer", "projector", "perceiver", "predictor", "multimodal",
		"encoder",
	};
	size_t napart = sizeof apart / sizeof *apart;

	if (*s->inside != '\0' && strstr(s->inside, "decoder") == NULL)
		napart--;               /* that of images may be called so */
	for (size_t i = 0; i < napart; i++)
		if (strstr(s->inside, apart[i]) == NULL && has(prefix, n, apart[i]))
			return 1;
	for (size_t i = 0; i < NCALLED && config_is_around(s->config); i++)
		for (size_t k = 0; called[i].words[k] != NULL; k++)
			if (has(prefix, n, called[i].words[k]) && !is_own(s->inside, called[i].words[k]))
				return 1;
	return 0;
}

/* Names that begin so are those of a section called word. */
static int
says(const char *name, size_t n, const char *word)
{
	if (config_word("text language llm thinker vlm", word))
		return 1;
	for (size_t i = 0; i < NCALLED; i++)
		if (strstr(word, called[i].section) != NULL) {
			for (size_t k = 0; called[i].words[k] != NULL; k++)
				if (has(name, n, called[i].words[k]))
					return 1;
			return 0;
		}
	return has(name, n, word);
}

int
parts_within(const struct search *s, const char *name, size_t n)
{
	for (const char *p = s->inside, *end; *p != '\0'; p = *end == '.' ? end + 1 : end) {
		char word[NAME];

		end = p + strcspn(p, ".");
		snprintf(word, sizeof word, "%.*s", (int)(end - p), p);
		if (!says(name, n, word))
			return 0;
	}
	return 1;
}

/* word = what a key of config.json calls the section that it has; 0: it has none. */
static int
section(const char *key, char word[SECTION])
{
	size_t n = strlen(key);

	if (n > 7 && strcmp(key + n - 7, "_config") == 0)
		n -= 7;
	else if (!config_word("encoder decoder text_encoder audio_encoder", key))
		return 0;
	if (n >= SECTION)
		return 0;
	memcpy(word, key, n);
	word[n] = '\0';
	return 1;
}

/* type = what is known of the section: its model_type, or, if it has none of its own, that of
 * the model around it and what the section is called.  0: no family is. */
static int
type_of(const struct config *c, const json_t *v, const char *outer, const char *word, char type[SECTION])
{
	static const char *const ends[] = { "", "_model", "_encoder" };
	const char *own = json_string_value(json_object_get(v, "model_type"));

	if (own != NULL && strlen(own) < SECTION && config_knows(c, own)) {
		snprintf(type, SECTION, "%s", own);
		return 1;
	}
	if (own != NULL && *own != '\0' && strcmp(own, outer) != 0)
		return 0;
	for (size_t i = 0; i < 3; i++)
		if (snprintf(type, SECTION, "%s_%s%s", outer, word, ends[i]) < SECTION && config_knows(c, type))
			return 1;
	return 0;
}

enum { DEEP = 4 };              /* sections in sections */

/* in is v, or a section in it. */
static int
is_in(json_t *v, const json_t *in, int depth)
{
	const char *key;
	json_t *inner;

	if (v == in)
		return 1;
	json_object_foreach(v, key, inner)
		if (depth < DEEP && json_is_object(inner) && is_in(inner, in, depth + 1))
			return 1;
	return 0;
}

/* Adds the section v, if its type is known. */
static void
add(struct parts *p, const struct config *c, json_t *v, const char *outer, const char *word, const char *name)
{
	char type[SECTION];
	struct inner *new;

	if (!type_of(c, v, outer, word, type))
		return;
	p->part = mem_grow(p->part, &p->cap, p->n + 1, sizeof *p->part);
	new = &p->part[p->n++];
	new->in = v;
	snprintf(new->name, sizeof new->name, "%s", name);
	snprintf(new->type, sizeof new->type, "%s", type);
}

/* The sections in a section called path, but for the language model, which is no part beside itself, and
 * for what that is in, whose parts it is among. */
static void
walk(struct parts *p, const struct config *c, json_t *in, const char *outer, const char *path, int depth)
{
	const char *key;
	json_t *v;

	json_object_foreach(in, key, v) {
		const char *own = json_string_value(json_object_get(v, "model_type"));
		char word[SECTION], name[SECTION];
		int n = 0;

		if (!json_is_object(v) || v == c->in || !section(key, word))
			continue;
		if (is_in(v, c->in, 0))
			snprintf(name, sizeof name, "%s", path);
		else if ((n = snprintf(name, sizeof name, "%s%s%s", path, *path != '\0' ? "." : "", word)) < SECTION)
			add(p, c, v, outer, word, name);
		if (depth < DEEP && n < SECTION)
			walk(p, c, v, own != NULL ? own : outer, name, depth + 1);
	}
}

void
parts_find(struct parts *p, const struct config *c)
{
	const char *outer = json_string_value(json_object_get(c->root, "model_type"));

	*p = (struct parts){ 0 };
	if (!c->gguf)
		walk(p, c, c->root, outer != NULL ? outer : "", "", 0);
}

void
parts_free(struct parts *p)
{
	free(p->part);
}
