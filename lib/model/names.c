/* names.c - names of tensors: from a family's pattern, a prefix and a layer to the
 * tensor that is called so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* What a family's names usually begin with, more of the model being around it. */
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
	const char *hole = strstr(pattern, "{}"), *next = hole != NULL ? strstr(hole + 2, "{}") : NULL;

	if (next != NULL && next < pattern + len)
		snprintf(buf, NAME - 16, "%s%.*s%zu%.*s%zu%.*s", prefix, (int)(hole - pattern), pattern, layer / 2,
		    (int)(next - hole - 2), hole + 2, layer % 2, (int)(pattern + len - next - 2), next + 2);
	else if (hole != NULL && hole < pattern + len)
		snprintf(buf, NAME - 16, "%s%.*s%zu%.*s", prefix, (int)(hole - pattern), pattern, layer,
		    (int)(pattern + len - hole - 2), hole + 2);
	else
		snprintf(buf, NAME - 16, "%s%.*s", prefix, (int)len, pattern);
	return pattern[len] == '|' ? pattern + len + 1 : NULL;
}

size_t
names_stem(const char *name)
{
	size_t n = strlen(name);

	return n > 7 && strcmp(name + n - 7, ".weight") == 0 ? n - 7 : n;
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

	if (s->family->traits & SHARED_WEIGHTS && s->stack != NULL && s->stack->num_layers > 0)
		layer = layer * config_size(s, "num_hidden_groups") / s->stack->num_layers;
	while (p != NULL) {
		const struct tensor *t;

		p = names_spell(buf, prefix, p, layer);
		if ((t = names_suffixed(s->ts, buf, ".weight")) != NULL || (t = tensors_find(s->ts, buf)) != NULL ||
		    (t = names_suffixed(s->ts, buf, ".gamma")) != NULL ||
		    (t = names_suffixed(s->ts, buf, ".qweight")) != NULL ||
		    (t = names_suffixed(s->ts, buf, ".weight_packed")) != NULL)
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

/* A part of a tensor's name that an adapter alone has begins there. */
static int
is_adapter(const char *part)
{
	static const char *const parts[] = {
		"lora_", "base_layer.", "modules_to_save.", "original_module.", "hada_", "lokr_", "oft_", "boft_", "vera_",
		"ia3_", "randlora_", "fourierft_", "shira_", "bone_", "miss_", "adapter_layer",
	};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strncmp(part, parts[i], strlen(parts[i])) == 0)
			return 1;
	return 0;
}

static int
has_adapter(const char *name)
{
	for (const char *dot = strchr(name, '.'); dot != NULL; dot = strchr(dot + 1, '.'))
		if (is_adapter(dot + 1))
			return 1;
	return 0;
}

int
names_adapters(const struct tensors *ts)
{
	const struct tensor *t;

	for (size_t k = 0; (t = tensors_at(ts, k)) != NULL; k++)
		if (has_adapter(t->name))
			return 1;
	return 0;
}

void
names_refuse_adapter(const struct search *s, const char *stem)
{
	const struct tensor *t;
	size_t n = strlen(stem);

	for (size_t k = 0; s->adapters && (t = tensors_at(s->ts, k)) != NULL; k++)
		if (n == 0 ? has_adapter(t->name) : strncmp(t->name, stem, n) == 0 && t->name[n] == '.' && is_adapter(t->name + n + 1))
			die("%s: %s: an adapter (LoRA or the like) that is not merged: the model's weights are not those that "
			    "it lies beside: merge it first (in Python, with peft: merge_and_unload, then save_pretrained)",
			    t->file, t->name);
}

void
names_generalise(char buf[NAME], const char *name, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 3 < NAME; ) {
		size_t digits = strspn(name + i, "0123456789");

		if (digits > 0 && i > 0 && name[i - 1] == '.' && (name[i + digits] == '.' || i + digits == len)) {
			memcpy(buf + n, "{}", 2);
			n += 2;
			i += digits;
		} else {
			buf[n++] = name[i++];
		}
	}
	buf[n] = '\0';
}

char *
names_first(const struct search *s, const char *end, char buf[NAME])
{
	char name[NAME];
	size_t l = 0;

	while (l + 1 < s->stack->num_layers && !s->stack->layer[l].present)
		l++;
	names_find(s, s->prefix, s->family->q, l, name);
	return names_sibling(name, end, buf);
}

const char *
names_beside(const struct search *s, size_t *k)
{
	char module[NAME];
	const struct tensor *t;
	size_t n = strlen(names_first(s, "", module));

	while ((t = tensors_at(s->ts, (*k)++)) != NULL)
		if (strncmp(t->name, module, n) == 0)
			return t->name + n;
	return NULL;
}

int
names_layer(const struct search *s, size_t l)
{
	const struct tensor *t;
	char name[NAME];

	for (const char *p = s->family->q, *hole; p != NULL; p = strchr(p, '|') != NULL ? strchr(p, '|') + 1 : NULL) {
		int n;

		if ((hole = strstr(p, "{}")) == NULL)
			continue;
		n = snprintf(name, sizeof name, "%s%.*s%zu.", s->prefix, (int)(hole - p), p, l);
		for (size_t k = 0; (t = tensors_at(s->ts, k)) != NULL; k++)
			if (strncmp(t->name, name, (size_t)n) == 0)
				return 1;
	}
	return 0;
}

const char *
names_prefix(size_t k)
{
	return k < NPREFIX ? prefixes[k] : NULL;
}

/* The name ends as the alternative that p begins with has it, in one of so many layers,
 * and .weight or .gamma or nothing behind, and is of the part of the model that is looked for:
 * returns where that begins, NULL if it does not. */
static const char *
fits(const struct search *s, const char *name, const char *p, size_t layers)
{
	size_t len = strcspn(p, "|"), n = strlen(name), tail, digits = 0;
	const char *hole = strstr(p, "{}"), *at;

	if (hole == NULL || hole > p + len)
		return NULL;
	tail = (size_t)(p + len - hole - 2);
	n -= n > 6 && strcmp(name + n - 6, ".gamma") == 0 ? 6 : n - names_stem(name);
	if (n + 1 < len || strncmp(name + n - tail, hole + 2, tail) != 0)
		return NULL;
	at = name + n - tail;
	while (at > name && at[-1] >= '0' && at[-1] <= '9') {
		at--;
		digits++;
	}
	if (digits == 0 || strtoul(at, NULL, 10) >= layers || at - name < hole - p ||
	    strncmp(at - (hole - p), p, (size_t)(hole - p)) != 0)
		return NULL;
	if (!parts_within(s, name, (size_t)(at - name)))
		return NULL;
	at -= hole - p;
	return at == name || at[-1] == '.' ? at : NULL;
}

/* A prefix that is none of the usual ones, but the only one: its length, at *at; dies
 * if there is another. */
static size_t
find_own(const struct search *s, const char *pattern, size_t layers, const char **at)
{
	const struct tensor *t;
	size_t len = 0, n;

	*at = NULL;
	for (size_t k = 0; (t = tensors_at(s->ts, k)) != NULL; k++)
		for (const char *p = pattern, *end; p != NULL; p = *end == '|' ? end + 1 : NULL) {
			const char *q = fits(s, t->name, p, layers);

			end = p + strcspn(p, "|");
			if (q == NULL || parts_other(s, t->name, n = (size_t)(q - t->name)))
				continue;
			if (*at != NULL && (n != len || memcmp(*at, t->name, n) != 0))
				die("%s: tensors called %.*s lie under \"%.*s\" and under \"%.*s\": say which are meant "
				    "with --q NAME --k NAME", s->config->path, (int)strcspn(pattern, "|"), pattern,
				    (int)len, *at, (int)n, t->name);
			*at = t->name;
			len = n;
			break;
		}
	return len;
}

int
names_find_prefix(const struct search *s, const char *pattern, size_t layers, char prefix[NAME])
{
	char name[NAME];
	const char *own;
	size_t n;

	for (size_t i = 0; i < NPREFIX && *s->inside == '\0'; i++) {
		if (parts_other(s, prefixes[i], strlen(prefixes[i])))
			continue;
		for (size_t l = 0; l < layers; l++)
			if (names_find(s, prefixes[i], pattern, l, name) != NULL) {
				snprintf(prefix, NAME, "%s", prefixes[i]);
				return 1;
			}
	}
	n = find_own(s, pattern, layers, &own);
	if (own != NULL)
		snprintf(prefix, NAME, "%.*s", (int)n, own);
	return own != NULL && n < NAME;
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
