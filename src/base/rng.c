/*
 * xoshiro256** (Blackman and Vigna 2018), state filled by splitmix64.
 */
#include "sitter/rng.h"

#include <math.h>

static uint64_t rotate_left(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

void sit_rng_init(struct sit_rng *rng, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        seed += 0x9e3779b97f4a7c15ULL;
        uint64_t z = seed;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        rng->state[i] = z ^ (z >> 31);
    }
}

uint64_t sit_rng_next(struct sit_rng *rng)
{
    uint64_t *s = rng->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

double sit_rng_uniform(struct sit_rng *rng)
{
    return (double)(sit_rng_next(rng) >> 11) * 0x1.0p-53;
}

double sit_rng_range(struct sit_rng *rng, double low, double high)
{
    return low + (high - low) * sit_rng_uniform(rng);
}

uint64_t sit_rng_below(struct sit_rng *rng, uint64_t bound)
{
    if (bound == 0)
        return 0;
    /* Reject the uneven rest of the range, so that no remainder is favoured. */
    uint64_t threshold = (0 - bound) % bound;
    for (;;) {
        uint64_t r = sit_rng_next(rng);
        if (r >= threshold)
            return r % bound;
    }
}

double sit_rng_normal(struct sit_rng *rng)
{
    double u, v, s;
    do {
        u = sit_rng_range(rng, -1.0, 1.0);
        v = sit_rng_range(rng, -1.0, 1.0);
        s = u * u + v * v;
    } while (s >= 1.0 || s == 0.0);
    return u * sqrt(-2.0 * log(s) / s);
}

void sit_rng_shuffle(struct sit_rng *rng, size_t *items, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)sit_rng_below(rng, i);
        size_t held = items[i - 1];
        items[i - 1] = items[j];
        items[j] = held;
    }
}
