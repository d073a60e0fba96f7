/* Random numbers: those that others have published of the generator, and those of
 * tests/data/rng.py, which does its arithmetic in whole numbers without a limit. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"
#include "test.h"

/* The test of rand_xoshiro, a library in Rust, and so from the reference code in C. */
static const uint64_t published[] = { 11520, 0, 1509978240, 1215971899390074240, 1216172134540287360,
    607988272756665600, 16172922978634559625u, 8476171486693032832, 10595114339597558777u, 2904607092377533576 };

/* tests/data/rng.py */
static const struct { uint64_t seed, next[4], below[4]; int sign[4]; } want[] = {
	{ 0u, { 11091344671253066420u, 13793997310169335082u, 1900383378846508768u, 7684712102626143532u },
	    { 13521403990117723737u, 4607045486013827786u, 7788427924976520344u, 9881088229871127103u }, { 1, 1, -1, -1 } },
	{ 1u, { 12966619160104079557u, 9600361134598540522u, 10590380919521690900u, 7218738570589545383u },
	    { 12860671823995680371u, 7031611932980406429u, 2161081904125528609u, 10177250653276320208u }, { 1, 1, 1, 1 } },
	{ 42u, { 1546998764402558742u, 6990951692964543102u, 12544586762248559009u, 17057574109182124193u },
	    { 4460494922783153764u, 364128774783586872u, 13267978908934200754u, 1844830170035650695u }, { 1, 1, 1, -1 } },
	{ 1234567u, { 3504822795582309479u, 1819558768956484042u, 1250851346055027673u, 16940231675099994102u },
	    { 11585879347611423030u, 8134400763355999650u, 2687796338422142071u, 6681395768013188110u }, { -1, -1, 1, -1 } },
	{ 18446744073709551615u, { 10328197420357168392u, 14156678507024973869u, 9357971779955476126u, 13791585006304312367u },
	    { 10463432026814718762u, 13498236496097551653u, 6831296623176769502u, 326292787737565922u }, { 1, 1, -1, -1 } },
};

/* tests/data/rng.py: Algorithm P, seed 1. */
static void
orders(void)
{
	static const size_t want_order[] = { 3, 8, 0, 9, 2, 5, 6, 4, 1, 7 };
	size_t o[10];
	struct rng r;

	for (size_t i = 0; i < 10; i++)
		o[i] = i;
	rng_seed(&r, 1);
	rng_shuffle(&r, o, 10);
	test_ok(memcmp(o, want_order, sizeof o) == 0, "another order of 10");
}

/* tests/data/rng.py: Algorithm S, seed 1; and each of 10 things about equally often. */
static void
samples(void)
{
	static const unsigned char want_3_of_10[] = { 0, 1, 0, 0, 0, 0, 0, 1, 0, 1 };
	unsigned char in[10], all = 1;
	int often[10] = { 0 }, good = 1;
	struct rng r;

	rng_seed(&r, 1);
	rng_sample(&r, 3, 10, in);
	test_ok(memcmp(in, want_3_of_10, 10) == 0, "3 of 10, as drawn");
	for (int i = 0; i < 10000; i++) {
		int n = 0;

		rng_sample(&r, 3, 10, in);
		for (int k = 0; k < 10; k++) {
			often[k] += in[k];
			n += in[k];
		}
		good &= n == 3;
	}
	for (int k = 0; k < 10; k++)
		good &= abs(often[k] - 3000) < 5*46;    /* sqrt(10000*.3*.7) = 45.8 */
	test_ok(good, "3 of 10, each as often");
	rng_sample(&r, 12, 10, in);
	for (int k = 0; k < 10; k++)
		all &= in[k];
	test_ok(all, "12 of 10 are all");
	rng_sample(&r, 0, 10, in);
	test_ok(memchr(in, 1, 10) == NULL, "0 of 10");
}

int
main(void)
{
	struct rng r = { { 1, 2, 3, 4 } };
	double mean = 0;
	int good = 1;

	for (size_t i = 0; i < sizeof published / sizeof *published; i++)
		good &= rng_next(&r) == published[i];
	test_ok(good, "xoshiro256** as published");
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		good = 1;
		rng_seed(&r, want[i].seed);
		for (int k = 0; k < 4; k++)
			good &= rng_next(&r) == want[i].next[k];
		for (int k = 0; k < 4; k++)
			good &= rng_below(&r, 0xc000000000000000) == want[i].below[k];
		for (int k = 0; k < 4; k++)
			good &= rng_sign(&r) == want[i].sign[k];
		test_ok(good, "seed %" PRIu64, want[i].seed);
	}
	for (int i = 0; i < 60000; i++)
		mean += (double)rng_below(&r, 6) / 60000;
	test_ok(fabs(mean - 2.5) < 5*1.7078/sqrt(60000), "six sides, none more often: mean %g", mean);
	test_ok(rng_below(&r, 1) == 0, "below 1 there is 0");
	orders();
	samples();
	return test_end();
}
