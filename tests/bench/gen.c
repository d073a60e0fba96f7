/* gen - a table to measure with: gen wide ROWS COLS | gen narrow ROWS
 * wide: layer, head, stage, entropy, s1 ... ; narrow: the seed's descriptors
 * beside entropy and logit_std.  Numbers of 17 digits, the same on each run. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 88172645463325252u;

static double
uniform(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (double)(state >> 11) * 0x1p-53;
}

static void
wide(long rows, long cols)
{
	printf("layer,head,stage,entropy");
	for (long k = 1; k <= cols; k++)
		printf(",s%ld", k);
	for (long i = 0; i < rows; i++) {
		double s = 10 * uniform();

		printf("\n%ld,%ld,%s,%.17g", i / 32, i % 32, i < rows / 3 ? "early" : i < 2 * rows / 3 ? "mid" : "late",
		    5 * uniform());
		for (long k = 1; k <= cols; k++)
			printf(",%.17g", s *= 0.96 + 0.04 * uniform());
	}
	printf("\n");
}

static void
narrow(long rows)
{
	printf("layer,head,stage,entropy,logit_std,op,fro,trace,rank_eff,spec_ent,anisotropy,condition\n");
	for (long i = 0; i < rows; i++) {
		printf("%ld,%ld,%s", i / 32 % 96, i % 32, i / 32 % 96 < 32 ? "early" : i / 32 % 96 < 64 ? "mid" : "late");
		for (int k = 0; k < 9; k++)
			printf(",%.17g", -log(uniform() + 1e-9) * (k + 1));
		printf("\n");
	}
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "wide") == 0)
		wide(atol(argv[2]), atol(argv[3]));
	else if (argc == 3 && strcmp(argv[1], "narrow") == 0)
		narrow(atol(argv[2]));
	else
		return 2;
	return 0;
}
