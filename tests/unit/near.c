/* The names that are nearest to one: the slips that count, how many, and in which order. */
#include <stdlib.h>

#include "io.h"
#include "test.h"

/* Names between blanks. */
static void
like(const char *text, const char *names, const char *want)
{
	struct near n = near_to(text, strlen(text));

	for (size_t len; *names != '\0'; names += len, names += strspn(names, " ")) {
		len = strcspn(names, " ");
		near_try(&n, names, len);
	}
	test_text(near_text(&n), want, "%s", text);
	free(n.said);
}

int
main(void)
{
	char text[80], names[81], want[120];

	like("entrpy", "op entropy fro", ": did you mean \"entropy\"?");
	like("etnropy", "entropy", ": did you mean \"entropy\"?");
	like("entroppy", "entropy", ": did you mean \"entropy\"?");
	like("entrapy", "entropy", ": did you mean \"entropy\"?");
	like("ETNROPY", "entropy", ": did you mean \"entropy\"?");
	like("bacd", "abcd", ": did you mean \"abcd\"?");
	like("badc", "abcd bacd acbd", ": did you mean \"bacd\"?");
	like("badc", "abcd acbd", ": did you mean \"abcd\"?");
	like("cab", "abc", "");                                /* 3 bytes, 2 slips */
	like("ca", "abc", "");                                 /* not by an exchange, and what was put in between */
	like("boots", "boats roots boot", ": did you mean \"boats\", \"roots\" or \"boot\"?");
	like("boo", "bok boots zoo", ": did you mean \"bok\" or \"zoo\"?");
	like("boot", "bits boot-kind", ": did you mean \"boot-kind\"?");
	like("s10", "s1 s2 s11 s0 S10", ": did you mean \"S10\"?");
	like("s10", "s2 s11 s1 s11 s12 s13", ": did you mean \"s11\", \"s1\" or \"s12\"?");
	like("log", "logit_std logit_mean", ": did you mean \"logit_std\" or \"logit_mean\"?");
	like("log", "logit_std lag", ": did you mean \"lag\"?");
	like("weights", "wait weightily", "");
	like("lo", "logit_std", "");
	like("x", "y z xy", "");
	like("x", "X", ": did you mean \"X\"?");
	like("", "a b", "");
	like("ab", "", "");
	like("entropy", "weights stage", "");
	memset(text, 'a', sizeof text);
	memset(names, 'a', sizeof names);
	for (size_t len = 63; len < 67; len++) {
		text[len - 1] = names[len] = '\0';
		snprintf(want, sizeof want, ": did you mean \"%s\"?", names);
		like(text, names, want);
		text[0] = 'b';
		like(text, names, len <= 64 ? want : "");
		memset(text, 'a', sizeof text);
		memset(names, 'a', sizeof names);
	}
	return test_end();
}
