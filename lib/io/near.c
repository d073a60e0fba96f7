/* near.c - the names that are most like one that is not there. */
#include <stdlib.h>
#include <string.h>

#include "io.h"

enum { LONGEST = 64, FARTHEST = 4 };    /* bytes that are compared; slips, at most */

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static int
least(int a, int b)
{
	return a < b ? a : b;
}

/* How many bytes have to be put in, taken out, changed, or exchanged with the next one to
 * make b of a, none of them twice, of at most LONGEST each: the distance of optimal string alignment.  Case does not count. */
static int
slips(const char *a, size_t m, const char *b, size_t n)
{
	int buf[3][LONGEST + 1], *two = buf[0], *one = buf[1], *now = buf[2];

	for (size_t j = 0; j <= n; j++)
		one[j] = (int)j;
	for (size_t i = 1; i <= m; i++) {
		int *was = two;

		now[0] = (int)i;
		for (size_t j = 1; j <= n; j++) {
			now[j] = least(least(one[j], now[j - 1]) + 1, one[j - 1] + (lower(a[i - 1]) != lower(b[j - 1])));
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
				now[j] = least(now[j], two[j - 2] + 1);
		}
		two = one;
		one = now;
		now = was;
	}
	return one[n];
}

/* a is how b begins, in any case. */
static int
begins(const char *a, size_t m, const char *b)
{
	for (size_t i = 0; i < m; i++)
		if (lower(a[i]) != lower(b[i]))
			return 0;
	return 1;
}

/* How far a name is from what was written, 0 if they differ in case alone; SHORT, between one slip
 * and two, if it only goes on behind it; OTHER if it is another one. */
enum { SHORT = 3, OTHER = 2*FARTHEST + 1 };

static int
distance(const struct near *n, const char *name, size_t len)
{
	size_t apart = len > n->len ? len - n->len : n->len - len;
	int most = n->len < 4*FARTHEST ? 1 + (int)n->len/4 : FARTHEST, far = OTHER;

	if (n->len == len && begins(n->text, len, name))
		return 0;
	if (n->len <= LONGEST && len <= LONGEST && apart <= (size_t)most)
		far = slips(n->text, n->len, name, len);
	far = far <= most && far < (int)n->len && far < (int)len ? 2*far : OTHER;
	return far > SHORT && n->len >= 3 && n->len < len && begins(n->text, n->len, name) ? SHORT : far;
}

struct near
near_to(const char *text, size_t len)
{
	return (struct near){ .text = text, .len = len, .far = OTHER - 1 };
}

void
near_try(struct near *n, const char *name, size_t len)
{
	int far = distance(n, name, len);

	if (far > n->far)
		return;
	if (far < n->far)
		while (n->count > 0)
			free(n->like[--n->count]);
	n->far = far;
	for (size_t i = 0; i < n->count; i++)
		if (strlen(n->like[i]) == len && memcmp(n->like[i], name, len) == 0)
			return;
	if (n->count < NEAR_MOST)
		n->like[n->count++] = mem_text(name, len);
}

const char *
near_text(struct near *n)
{
	n->said = mem_text("", 0);
	for (size_t i = 0; i < n->count; i++) {
		char *before = n->said;

		n->said = mem_print("%s%s\"%s\"%s", before, i == 0 ? ": did you mean " : i + 1 < n->count ? ", " : " or ",
		    n->like[i], i + 1 < n->count ? "" : "?");
		free(before);
		free(n->like[i]);
	}
	n->count = 0;
	return n->said;
}
