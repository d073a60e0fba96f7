#!/usr/bin/env python3
"""What tests/unit/rng.c expects: xoshiro256** (Blackman & Vigna 2021) seeded by
splitmix64, in whole numbers without a limit.  Checks itself first against the numbers
that Vigna's splitmix64.c gives for the seed 1234567."""

M = 2**64 - 1


def splitmix(seed):
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & M
        z = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & M
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
        yield z ^ (z >> 31)


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & M


def xoshiro(s):
    while True:
        yield rotate(s[1] * 5 & M, 7) * 9 & M
        t = s[1] << 17 & M
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)


mix = splitmix(1234567)
assert [next(mix) for _ in range(3)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]

for seed in (0, 1, 42, 1234567, M):
    mix = splitmix(seed)
    bits = xoshiro([next(mix) for _ in range(4)])
    first = [next(bits) for _ in range(4)]
    n = 0xC000000000000000  # a quarter of the numbers is thrown away
    below = [next(x % n for x in bits if x >= 2**64 % n) for _ in range(4)]
    sign = [1 if next(bits) >> 63 else -1 for _ in range(4)]
    print("\t{ %du, { %s },\n\t    { %s }, { %s } }," % (
        seed, ", ".join("%du" % x for x in first), ", ".join("%du" % x for x in below), ", ".join(map(str, sign))))

# 0 to 9 in another order, by Algorithm P, seed 1.
mix = splitmix(1)
bits = xoshiro([next(mix) for _ in range(4)])
order = list(range(10))
for i in range(10, 1, -1):
    j = next(x % i for x in bits if x >= 2**64 % i)
    order[j], order[i - 1] = order[i - 1], order[j]
print("\tstatic const size_t want_order[] = { %s };" % ", ".join(map(str, order)))

# Three of ten by Knuth's Algorithm S, seed 1.
mix = splitmix(1)
bits = xoshiro([next(mix) for _ in range(4)])
left, chosen = 3, []
for i in range(10):
    if left > 0:
        chosen.append(int(next(x % (10 - i) for x in bits if x >= 2**64 % (10 - i)) < left))
        left -= chosen[-1]
    else:
        chosen.append(0)
print("\tstatic const unsigned char want_3_of_10[] = { %s };" % ", ".join(map(str, chosen)))
