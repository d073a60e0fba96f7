/* map_hash, and keys that are chosen so that a plain hash has them meet. */
#include <stdlib.h>
#include <sys/resource.h>

#include "io.h"
#include "test.h"

/* By tests/data/siphash.py. */
static const uint64_t want[] = {
	0x68a914128e01e473, 0x010bac45c41e3669, 0x4d4c9a4a8ef6e0ad, 0x7cc43f98813e4dbd,
	0x5abe2169dff36275, 0xe3c25f87624f1cdb, 0x2f098ab0c751325a, 0xead411e67ebe2eea,
	0x75927f9d95124362, 0xaf9f77a65ab51a1d, 0xfe64ce8b6617fcff, 0xa6baf4fb0f9fe1c2,
	0xa0cf3211850f8e0d, 0x7f86049379fbfe67, 0xf30eb725bb91c9ea, 0x8972188433a5c5b7,
	0x4883c49a2c009c1d, 0xadc2c0b63044067d, 0x091f4a3329f87d19, 0x639e355ae68c0100,
	0xb17bef2cb5213239, 0xf8aeb1066236ccfe, 0x37332b1389daa4ff, 0x31185a47af932f3a,
	0xebf352e82ae23e2f, 0xed36ff242fe478b2, 0x2454d97d299299df, 0x8cd57fe8130d0ac7,
	0xbe98eb2faf0a0e85, 0xd427c34ee09470c6, 0x169739443111d49b, 0x31ef8061c910629b
};

enum { LAST = 18, HALF = 4, KEYS = 80000 };

/* FNV-1a, of which the last bits alone choose a place. */
static uint32_t
forward(uint32_t h, const char *s)
{
	for (int i = 0; i < HALF; i++)
		h = (h ^ (unsigned char)s[i]) * 0x1b3;
	return h & ((1 << LAST) - 1);
}

/* What h was before s, so that it is 0 behind it. */
static uint32_t
backward(const char *s)
{
	uint32_t inverse = 1, h = 0;

	for (int i = 0; i < 5; i++)             /* Newton's iteration doubles the bits */
		inverse *= 2 - 0x1b3 * inverse;
	for (int i = HALF - 1; i >= 0; i--)
		h = (h * inverse) ^ (unsigned char)s[i];
	return h & ((1 << LAST) - 1);
}

/* The k-th text of HALF letters. */
static void
letters(char s[HALF], int k)
{
	for (int i = 0; i < HALF; i++, k /= 32)
		s[i] = (char)('A' + k % 32);
}

/* Keys whose hashes by FNV-1a all end with LAST bits of 0, found in the middle. */
static size_t
flood(struct map *m)
{
	enum { MANY = 1 << 5*HALF };
	int *at = malloc((1 << LAST) * sizeof *at);
	char key[2*HALF];
	size_t n = 0;

	for (int h = 0; h < 1 << LAST; h++)
		at[h] = -1;
	for (int k = 0; k < MANY; k++) {
		letters(key, k);
		at[backward(key)] = k;
	}
	for (int k = 0; k < MANY && n < KEYS; k++) {
		uint32_t h;

		letters(key, k);
		h = forward(0xcbf29ce484222325 & ((1 << LAST) - 1), key);
		if (at[h] < 0)
			continue;
		letters(key + HALF, at[h]);
		n += map_add(m, key, sizeof key) == n;
	}
	free(at);
	return n;
}

int
main(void)
{
	static const uint64_t none[2] = { 0, 0 }, low[2] = { 1, 0 }, high[2] = { 0, 1 };
	struct map *m = map_new();
	char s[33];
	int good = 1;

	for (int i = 0; i < 33; i++)
		s[i] = (char)i;
	for (size_t n = 1; n <= sizeof want / sizeof *want; n++)
		good &= map_hash(none, s, n) == want[n - 1];
	test_ok(good, "SipHash-1-3");
	test_ok(map_hash(low, s, 8) != map_hash(none, s, 8) && map_hash(high, s, 8) != map_hash(none, s, 8), "the key counts");
	setrlimit(RLIMIT_CPU, &(struct rlimit){ 20, 20 });      /* of the square of their number there is no end */
	test_ok(flood(m) == KEYS, "%d keys that were chosen", KEYS);
	map_free(m);
	return test_end();
}
