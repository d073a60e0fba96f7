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

_Noreturn static void
refuse_method(const char *name, size_t len)
{
	struct near n = near_to(name, len);

	for (int m = 0; m < CORR_METHODS; m++)
		near_try(&n, corr_method_name[m], strlen(corr_method_name[m]));
	die_usage("-m: no method \"%.*s\"%s", (int)len, name, near_text(&n));
}

void
corr_view_methods(struct corr_view *v, const char *list)
{
	v->nmethod = 0;
	for (const char *s = list; s != NULL; s = strchr(s, ',') ? strchr(s, ',') + 1 : NULL) {
		size_t len = strcspn(s, ",");
		int m = opts_word(s, len, corr_method_name, CORR_METHODS);

		if (m < 0)
			refuse_method(s, len);
		if (!has(v, m))
			v->method[v->nmethod++] = (enum corr_method)m;
	}
}

static void
take_adjust(struct corr_view *v, const char *word)
{
	static const char *const name[] = { "bh", "by", "holm", "bonferroni" };
	int how = opts_word(word, strlen(word), name, ADJUST_COUNT);

	if (how < 0)
		die_usage("--adjust: not bh, by, holm or bonferroni: \"%s\"", word);
	v->adjust = (enum adjust)how;
}

static void
take_boot(struct corr_view *v, const char *word)
{
	v->boot = boot_of(word);
}

static void
take_kind(struct corr_view *v, const char *word)
{
	v->bca = boot_bca_of(word);
}

static void
take_compare(struct corr_view *v, const char *word)
{
	static const char *const name[] = { "x", "y", "groups" };
	int what = opts_word(word, strlen(word), name, 3);

	if (what < 0)
		die_usage("--compare: not x, y or groups: \"%s\"", word);
	v->compare = (enum corr_what)(CORR_COMPARE_X + what);
}

static void
take_family(struct corr_view *v, const char *word)
{
	static const char *const name[] = { "block", "all" };
	int family = opts_word(word, strlen(word), name, 2);

	if (family < 0)
		die_usage("--family: neither block nor all: \"%s\"", word);
	v->family = (enum corr_family)family;
}

static void
take_level(struct corr_view *v, const char *word)
{
	v->level = opts_level(word);
}

static void
take_pool(struct corr_view *v, const char *word)
{
	v->pool = word;
}

static void
take_permute(struct corr_view *v, const char *word)
{
	v->permute = (long)opts_int(word, "--permute", 1, 1000000000);
}

static void
take_seed(struct corr_view *v, const char *word)
{
	v->seed = (uint64_t)opts_int(word, "--seed", 0, INT64_MAX);
}

static void
take_small(struct corr_view *v, const char *word)
{
	v->small = lm_small_of(word);
}

/* The options, by their long names, in this order as bits of what was given. */
enum { ADJUST, BOOT, KIND, COMPARE, FAMILY, LEVEL, METHOD, PERMUTE, POOL, SEED, SMALL, OPTIONS };

static const struct option_of_view {
	const char *name;
	void (*take)(struct corr_view *v, const char *arg);
} option[OPTIONS] = {
	{ "adjust", take_adjust }, { "boot", take_boot }, { "boot-kind", take_kind },
	{ "compare", take_compare }, { "family", take_family }, { "level", take_level },
	{ "method", corr_view_methods }, { "permute", take_permute }, { "pool", take_pool }, { "seed", take_seed },
	{ "small", take_small },
};

int
corr_view_take(struct corr_view *v, const char *name, const char *arg)
{
	for (int i = 0; i < OPTIONS; i++)
		if (strcmp(option[i].name, name) == 0) {
			option[i].take(v, arg);
			v->given |= 1u << i;
			return 1;
		}
	return 0;
}

int
corr_view_given(const struct corr_view *v, const char *name)
{
	int i = 0;

	while (i < OPTIONS && strcmp(option[i].name, name) != 0)
		i++;
	return i < OPTIONS && (v->given >> i & 1) != 0;
}

static int
given(const struct corr_view *v, int option_bit)
{
	return (v->given >> option_bit & 1) != 0;
}

void
corr_view_check_cluster(const struct corr_view *v, int cluster, const char *bar)
{
	if (!cluster && given(v, SMALL))
		die_usage("--small goes with --cluster only");
	if (!cluster)
		return;
	if (bar == NULL && (given(v, COMPARE) || given(v, PERMUTE) || given(v, POOL)))
		bar = given(v, COMPARE) ? "--compare" : given(v, PERMUTE) ? "--permute" : "--pool";
	if (bar != NULL)
		die_usage("--cluster: %s does not go with it", bar);
	for (int m = 0; m < v->nmethod && v->boot == 0; m++)
		if (v->method[m] != CORR_PEARSON)
			die_usage("--cluster: p by pearson alone; with --boot an interval by %s", corr_method_name[v->method[m]]);
}

/* What permutes, or draws, rows needs their values, which no state has; permutations know
 * nothing but x, y and keys within. */
static void
check_values(const struct corr_view *v, const char *bar, const char *more)
{
	const char *name = given(v, BOOT) ? "--boot" : given(v, PERMUTE) ? "--permute" : NULL;

	if (name == NULL && given(v, SEED))
		die_usage("--seed: there is nothing random without --boot or --permute");
	if (given(v, KIND) && !given(v, BOOT))
		die_usage("--boot-kind: of what? say how many draws with --boot");
	if (name == NULL)
		return;
	if (bar == NULL && given(v, PERMUTE) && more != NULL) {
		name = "--permute";
		bar = more;
	}
	if (bar != NULL || given(v, COMPARE) || given(v, POOL))
		die_usage("%s: %s does not go with it", name, bar != NULL ? bar : given(v, POOL) ? "--pool" : "--compare");
}

void
corr_view_check(const struct corr_view *v, const char *other, const char *bar, const char *more)
{
	int ranks = v->nmethod > 0 && (v->nmethod > 1 || v->method[0] != CORR_PEARSON);
	const char *alone = given(v, COMPARE) ? "--compare" : given(v, POOL) ? "--pool" : NULL;

	check_values(v, other != NULL ? other : bar, more);
	if (other != NULL && (given(v, ADJUST) || given(v, FAMILY)))
		die_usage("--adjust and --family are of q, which %s does not show", other);
	if (given(v, COMPARE) && given(v, POOL))
		die_usage("--compare and --pool do not go together");
	if (alone != NULL && ranks)
		die_usage("%s is by pearson alone", alone);
	if (alone != NULL && v->semi)
		die_usage("%s: --semi does not go with it", alone);
	if (alone != NULL && other != NULL && !(v->compare != CORR_COMPARE_GROUPS && strcmp(other, "--save-state") == 0 && !v->pool))
		die_usage("%s: %s does not go with it", alone, other);
}
