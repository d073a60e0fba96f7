/* names.c - names of tensors: from a family's pattern, a prefix and a layer to the
 * tensor that is called so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* What a family's names may begin with, more of the model being around it. */
static const char *const prefixes[] = {
	"model.", "", "transformer.", "language_model.model.", "model.language_model.", "language_model.",
	"gpt_neox.", "bert.", "roberta.", "electra.", "distilbert.", "vit.", "deit.", "dinov2.",
	"clip.", "siglip.",
};

enum { NPREFIX = sizeof prefixes / sizeof *prefixes };

const char *
names_part(const struct search *s)
{
	return s->part ? ": the file is one of several: name their directory" : "";
}

const char *
names_spell(char buf[NAME], const char *prefix, const char *pattern, size_t layer)
{
	size_t len = strcspn(pattern, "|");
	const char *hole = strstr(pattern, "{}");

	if (hole != NULL && hole < pattern + len)
		snprintf(buf, NAME - 16, "%s%.*s%zu%.*s", prefix, (int)(hole - pattern), pattern, layer,
		    (int)(pattern + len - hole - 2), hole + 2);
	else
		snprintf(buf, NAME - 16, "%s%.*s", prefix, (int)len, pattern);
	return pattern[len] == '|' ? pattern + len + 1 : NULL;
}

const struct tensor *
names_suffixed(const struct tensors *ts, const char *name, const char *suffix)
{
	char full[NAME + 16];

	snprintf(full, sizeof full, "%s%s", name, suffix);
	return tensors_find(ts, full);
}

const struct tensor *
names_find(const struct search *s, const char *prefix, const char *pattern, size_t layer, char buf[NAME])
{
	const char *p = pattern;

	while (p != NULL) {
		const struct tensor *t;

		p = names_spell(buf, prefix, p, layer);
		if ((t = names_suffixed(s->ts, buf, ".weight")) != NULL || (t = tensors_find(s->ts, buf)) != NULL ||
		    (t = names_suffixed(s->ts, buf, ".gamma")) != NULL)
			return t;
	}
	names_spell(buf, prefix, pattern, layer);
	return NULL;
}

char *
names_sibling(const char *pattern, const char *name, char buf[NAME])
{
	size_t n = strcspn(pattern, "|");

	while (n > 0 && pattern[n - 1] != '.')
		n--;
	snprintf(buf, NAME, "%.*s%s", (int)n, pattern, name);
	return buf;
}

int
names_layer(const struct search *s, size_t l)
{
	const char *hole = strstr(s->family->q, "{}");
	const struct tensor *t;
	char name[NAME];
	size_t n;

	if (hole == NULL)
		return 0;
	snprintf(name, sizeof name, "%s%.*s%zu.", s->prefix, (int)(hole - s->family->q), s->family->q, l);
	n = strlen(name);
	for (size_t k = 0; (t = tensors_at(s->ts, k)) != NULL; k++)
		if (strncmp(t->name, name, n) == 0)
			return 1;
	return 0;
}

const char *
names_prefix(size_t k)
{
	return k < NPREFIX ? prefixes[k] : NULL;
}

const char *
names_find_prefix(const struct search *s, const char *pattern, size_t layers)
{
	char name[NAME];

	for (size_t i = 0; i < NPREFIX; i++)
		for (size_t l = 0; l < layers; l++)
			if (names_find(s, prefixes[i], pattern, l, name) != NULL)
				return prefixes[i];
	return NULL;
}

/* Where the number of a layer begins in a name, NULL if it has none. */
static const char *
layer_number(const char *name)
{
	for (const char *p = strchr(name, '.'); p != NULL; p = strchr(p + 1, '.')) {
		size_t n = strspn(p + 1, "0123456789");

		if (n > 0 && p[1 + n] == '.')
			return p + 1;
	}
	return NULL;
}

/* A matrix of a layer, and its name is one that attention has. */
static int
is_alike(const struct tensor *t, const char *layer)
{
	static const char *const like[] = { "att", "query", "q_", "qkv" };

	for (size_t i = 0; t->ndim == 2 && layer != NULL && i < sizeof like / sizeof *like; i++)
		if (strcasestr(layer, like[i]) != NULL)
			return 1;
	return 0;
}

void
names_alike(const struct tensors *ts, char buf[NAMES_ALIKE])
{
	const struct tensor *t;
	size_t n = 0, len = 0, layer = 0;

	for (size_t k = 0; (t = tensors_at(ts, k)) != NULL && n < 12; k++) {
		const char *number = layer_number(t->name);

		if (!is_alike(t, number) || (n > 0 && strtoul(number, NULL, 10) != layer))
			continue;
		layer = strtoul(number, NULL, 10);
		n++;
		if (len < NAMES_ALIKE)
			len += (size_t)snprintf(buf + len, NAMES_ALIKE - len, "%s%.200s [%zu, %zu]", n > 1 ? ", " : "",
			    t->name, t->shape[0], t->shape[1]);
	}
	if (n == 0)
		snprintf(buf, NAMES_ALIKE, "no matrix of a layer that is named like attention");
}
