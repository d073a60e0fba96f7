/* tags.c - constant columns, whose values may be what the path of the source says. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* Behind the expression that begins at s, in braces, in which others may be; NULL if they
 * do not end. */
static const char *
end_of_braces(const char *s)
{
	int depth = 0;

	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0')
			s++;
		else if (*s == '{')
			depth++;
		else if (*s == '}' && --depth == 0)
			return s + 1;
	}
	return NULL;
}

static void
compile(regex_t *re, const char *s, size_t n, const char *arg)
{
	char *text = mem_text(s, n), why[128];
	int code = regcomp(re, text, REG_EXTENDED);

	free(text);
	if (code == 0)
		return;
	regerror(code, re, why, sizeof why);
	die_usage("--tag: %s: %s", arg, why);
}

/* The signs behind each % are known. */
static void
check(const char *value, const char *arg)
{
	regex_t re;

	for (const char *s = value; (s = strchr(s, '%')) != NULL; ) {
		const char *end = s + 2;

		if (s[1] == '{' && (end = end_of_braces(s + 1)) != NULL) {
			compile(&re, s + 2, (size_t)(end - s - 3), arg);
			regfree(&re);
		} else if (s[1] == '\0' || strchr("npr%", s[1]) == NULL) {
			die_usage("--tag: %s: behind %% none of n, p, r, %% and {EXPRESSION}", arg);
		}
		s = end;
	}
}

void
tags_add(struct tags *t, const char *text)
{
	const char *eq = strchr(text, '=');

	if (eq == NULL || eq == text)
		die_usage("--tag: not NAME=VALUE: \"%s\"", text);
	check(eq + 1, text);
	t->tag = mem_grow(t->tag, &t->cap, t->n + 1, sizeof *t->tag);
	t->tag[t->n++] = (struct tag){ mem_text(text, (size_t)(eq - text)), mem_text(eq + 1, strlen(eq + 1)), NULL };
}

/* What the expression of n bytes at s, or its first group, matches. */
static char *
match(const char *s, size_t n, const char *path)
{
	regmatch_t at[2];
	regex_t re;
	int group;

	compile(&re, s, n, s);
	if (regexec(&re, path, 2, at, 0) != 0)
		die("%s: --tag: nothing in it matches %.*s", path, (int)n, s);
	group = re.re_nsub > 0 && at[1].rm_so >= 0;
	regfree(&re);
	return mem_text(path + at[group].rm_so, (size_t)(at[group].rm_eo - at[group].rm_so));
}

/* What stands for the sign at s, and where it ends. */
static char *
meaning(const char *s, const char *path, const char **end)
{
	char *text;

	*end = s + 2;
	switch (s[1]) {
	case 'n':
		return hub_name(path);
	case 'p':
		return mem_text(path, strlen(path));
	case 'r':
		if ((text = hub_revision(path)) == NULL)
			die("%s: --tag: %%r: it is in no snapshot of a hub's cache", path);
		return text;
	case '{':
		*end = end_of_braces(s + 1);
		return match(s + 2, (size_t)(*end - s - 3), path);
	default:
		return mem_text("%", 1);
	}
}

static char *
expand(const char *pattern, const char *path)
{
	char *value = mem_text("", 0), *more, *longer;
	const char *end;

	for (const char *s = pattern; *s != '\0'; s = end) {
		if (*s == '%') {
			more = meaning(s, path, &end);
		} else {
			end = s + strcspn(s, "%");
			more = mem_text(s, (size_t)(end - s));
		}
		longer = mem_print("%s%s", value, more);
		free(value);
		free(more);
		value = longer;
	}
	return value;
}

void
tags_at(struct tags *t, const char *path)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->tag[i].value);
		t->tag[i].value = expand(t->tag[i].pattern, path);
	}
}

int
tags_tell(const struct tags *t)
{
	for (size_t i = 0; i < t->n; i++)
		for (const char *s = t->tag[i].pattern; (s = strchr(s, '%')) != NULL; s += 2)
			if (s[1] != '%')
				return 1;
	return 0;
}

void
tags_free(struct tags *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->tag[i].name);
		free(t->tag[i].pattern);
		free(t->tag[i].value);
	}
	free(t->tag);
}
