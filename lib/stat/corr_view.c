/* corr_view.c - a view from the words of options. */
#include <string.h>

#include "corr.h"

/* Whether method m is among those of the view. */
static int
has(const struct corr_view *v, int m)
{
	for (int i = 0; i < v->nmethod; i++)
		if ((int)v->method[i] == m)
			return 1;
	return 0;
}

void
corr_view_methods(struct corr_view *v, const char *list)
{
	v->nmethod = 0;
	for (const char *s = list; s != NULL; s = strchr(s, ',') ? strchr(s, ',') + 1 : NULL) {
		size_t len = strcspn(s, ",");
		int m = opts_word(s, len, corr_method_name, CORR_METHODS);

		if (m < 0)
			die_usage("-m: no method \"%.*s\"", (int)len, s);
		if (!has(v, m))
			v->method[v->nmethod++] = (enum corr_method)m;
	}
}

void
corr_view_adjust(struct corr_view *v, const char *word)
{
	static const char *const name[] = { "bh", "by", "holm", "bonferroni" };
	int how = opts_word(word, strlen(word), name, ADJUST_COUNT);

	if (how < 0)
		die_usage("--adjust: not bh, by, holm or bonferroni: \"%s\"", word);
	v->adjust = (enum adjust)how;
}

void
corr_view_family(struct corr_view *v, const char *word)
{
	static const char *const name[] = { "block", "all" };
	int family = opts_word(word, strlen(word), name, 2);

	if (family < 0)
		die_usage("--family: neither block nor all: \"%s\"", word);
	v->family = (enum corr_family)family;
}

void
corr_view_compare(struct corr_view *v, const char *word)
{
	static const char *const name[] = { "x", "y", "groups" };
	int what = opts_word(word, strlen(word), name, 3);

	if (what < 0)
		die_usage("--compare: not x, y or groups: \"%s\"", word);
	v->compare = (enum corr_what)(CORR_COMPARE_X + what);
}
