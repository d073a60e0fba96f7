/* view.c - what the choices of a view are called on the command line. */
#include <math.h>
#include <string.h>

#include "stat.h"

/* Which of n words, in any case; or dies. */
static int
which(const char *option, const char *name, const char *const *word, int n, const char *all)
{
	int i = opts_word(name, strlen(name), word, n);

	if (i < 0)
		die_usage("%s: not %s: \"%s\"", option, all, name);
	return i;
}

long
boot_of(const char *draws)
{
	return (long)opts_int(draws, "--boot", 1, 1000000000);
}

int
boot_bca_of(const char *kind)
{
	static const char *const word[] = { "percentile", "bca" };

	return which("--boot-kind", kind, word, 2, "percentile or bca");
}

void
draws_warn(long boot, double level, long permute)
{
	double least = ceil(2/(1 - level)*(1 - 1e-9));

	if (boot > 0 && (double)boot < least)
		warn("--boot %ld: fewer draws than the %.0f that the ends of an interval of %g %% need", boot, least, 100*level);
	if (permute > 0 && permute < 99)
		warn("--permute %ld: p cannot be below %.2g", permute, 1/((double)permute + 1));
}

enum lm_errors
lm_errors_of(const char *robust)
{
	static const char *const word[] = { "hc0", "hc1", "hc2", "hc3" };

	return (enum lm_errors)(LM_HC0 + which("--robust", robust, word, 4, "hc0, hc1, hc2 or hc3"));
}

enum lm_small
lm_small_of(const char *small)
{
	static const char *const word[] = { "cr1", "cr2" };

	return (enum lm_small)which("--small", small, word, 2, "cr1 or cr2");
}

int
lm_webb_of(const char *weights)
{
	static const char *const word[] = { "rademacher", "webb" };

	return which("--wild-weights", weights, word, 2, "rademacher or webb");
}
