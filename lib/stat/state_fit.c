/* state_fit.c - whether the options of one state are those of another, in words.
 *
 * An option is its name, a blank, and its value, for messages, and behind its NUL what else
 * there is of it.
 */
#include <stdlib.h>
#include <string.h>

#include "stat.h"

static int
same(const char *a, const char *b)
{
	return strcmp(a, b) == 0 && strcmp(a + strlen(a) + 1, b + strlen(b) + 1) == 0;
}

/* What the user calls an option of a state. */
static const char *
word_of(const char *name, size_t len)
{
	static const char *const word[][2] = { { "x", "-x" }, { "y", "-y" }, { "control", "-c" }, { "degree", "--poly" },
	    { "weight", "-w" }, { "complete", "--complete" }, { "matrix", "--matrix" }, { "joint", "--compare" },
	    { "within", "--within" }, { "factor", "--factor" }, { "group", "-g" }, { "formula", "-f" }, { "poly", "--poly" },
	    { "intercept", "an intercept" }, { "cluster", "--cluster" }, { "fold", "--cross" } };

	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (strlen(word[i][0]) == len && memcmp(word[i][0], name, len) == 0)
			return word[i][1];
	return name;
}

/* How long the name of an option is; whether another is called so. */
static size_t
name_len(const char *option)
{
	return strcspn(option, " ");
}

static int
is_called(const char *option, const char *name)
{
	return name_len(option) == name_len(name) && memcmp(option, name, name_len(name)) == 0;
}

/* What n options say of the one of this name: "with --complete", "of -x a,b", "without -w";
 * the caller frees it. */
static char *
said(char *const *option, size_t n, const char *name)
{
	const char *word = word_of(name, name_len(name));
	char *text = NULL, *more;

	for (size_t i = 0; i < n; i++) {
		const char *value = option[i] + name_len(option[i]) + 1;

		if (!is_called(option[i], name))
			continue;
		if (strcmp(value, "yes") == 0 || strcmp(value, "no") == 0)
			more = mem_print("%s %s", strcmp(value, "yes") == 0 ? "with" : "without", word);
		else
			more = text == NULL ? mem_print("of %s %s", word, value) : mem_print("%s,%s", text, value);
		free(text);
		text = more;
	}
	return text != NULL ? text : mem_print("without %s", word);
}

/* Dies if what they say of the option of a name is not the same. */
static void
check(char *const *option, size_t n, const char *file, char *const *first, size_t nfirst, const char *file_of_first,
    const char *name)
{
	char *here = said(option, n, name), *there = said(first, nfirst, name);

	if (strcmp(here, there) != 0)
		die("%s: its sums are %s, those of %s %s", file, here, file_of_first, there);
	free(here);
	free(there);
}

void
state_fit(char *const *option, size_t n, const char *file, char *const *first, size_t nfirst, const char *file_of_first)
{
	size_t i = 0;

	while (i < n && i < nfirst && same(option[i], first[i]))
		i++;
	if (i == n && i == nfirst)
		return;
	if (i < nfirst)
		check(option, n, file, first, nfirst, file_of_first, first[i]);
	if (i < n)
		check(option, n, file, first, nfirst, file_of_first, option[i]);
	die("%s: its options are not written as those of %s: %s", file, file_of_first, i < n ? option[i] : first[i]);
}
