/* pictures.c - whatever a table says, it is refused, or the script has commands of ours alone: what is the table's stands
 * in it as numbers and as texts between quotes.
 *
 * An input is a byte, three lists and a table, each list with a newline behind it: -x, -y and -g, which are not given if
 * they are empty.  The byte: bits 0 to 2, the kind; 3 to 5, the term; 6, in colours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "held.h"
#include "plot.h"

/* A script that is begun stays when its picture is refused. */
extern const char *__asan_default_options(void);        /* NOLINT: the sanitizer's name */

const char *
__asan_default_options(void)                            /* NOLINT */
{
	return "detect_leaks=0";
}

enum { LISTS = 3, MOST = 20000 };

static char *name;

/* The line s[0..n) without what is between single quotes, which are all closed; -1: one is not, or there is a byte
 * that no script has. */
static long
bare(const char *s, size_t n, char *to)
{
	size_t len = 0;
	int quoted = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < ' ' || c == 0x7f || c == '`' || (c > 0x7f && !quoted))
			return -1;
		quoted ^= s[i] == '\'';
		if (!quoted && s[i] != '\'')
			to[len++] = s[i];
	}
	to[len] = '\0';
	return quoted ? -1 : (long)len;
}

/* Outside of blocks each line is a command of those that scripts have, or goes on with one. */
static int
is_command(const char *s)
{
	static const char *const known[] = { "set ", "unset ", "plot ", "#", "" };

	for (size_t i = 0; i < sizeof known / sizeof *known - 1; i++)
		if (strncmp(s, known[i], strlen(known[i])) == 0)
			return strpbrk(s, ";!") == NULL && strstr(s, "system") == NULL;
	return 0;
}

static void
check_script(const char *script, size_t len)
{
	char *rest = malloc(len + 1);
	int block = 0;

	if (rest == NULL)
		abort();
	for (const char *s = script, *end; s < script + len; s = end + 1) {
		long n;

		end = memchr(s, '\n', (size_t)(script + len - s));
		held_check(end != NULL);
		n = bare(s, (size_t)(end - s), rest);
		held_check(n >= 0);
		if (block)
			block = strcmp(rest, "EOD") != 0;
		else if (*rest == '$')
			block = strcmp(rest + 1 + strcspn(rest + 1, " "), " <<EOD") == 0;
		else
			held_check(is_command(rest));
		if (block && *rest != '$')
			held_check(strspn(rest, "0123456789.e+-NaN ") == strlen(rest));
	}
	held_check(!block);
	free(rest);
}

static void
look(const uint8_t *data, size_t size)
{
	const uint8_t *p = data + 1, *end;
	struct plot_spec spec = { .kind = data[0] & 7, .term = (enum plot_term)((data[0] >> 3 & 7) % PLOT_TERMS), .width = 80,
		.coloured = data[0] >> 6 & 1 };
	const char **list[LISTS] = { &spec.x, &spec.y, &spec.group };
	struct table *t;
	char *script;
	struct opts o;
	size_t len;

	for (int i = 0; i < LISTS; i++, p = end + 1) {
		end = memchr(p, '\n', (size_t)(data + size - p));
		if (end > p)
			*list[i] = mem_text((const char *)p, (size_t)(end - p));
	}
	opts_init(&o);
	o.threads = 1;
	t = table_open(&name, 1, &o);
	script = plot_script(t, &spec, &len);
	check_script(script, len);
	free(script);
	table_close(t);
	opts_free(&o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *p = data + 1;

	if (size < 1 + LISTS || size > MOST)
		return 0;
	for (int i = 0; i < LISTS; i++)
		if ((p = memchr(p, '\n', (size_t)(data + size - p))) == NULL || memchr(data + 1, '\0', size - 1) != NULL)
			return 0;
		else
			p++;
	name = held_file(0, p, (size_t)(data + size - p));
	held_look(look, data, size);
	return 0;
}
