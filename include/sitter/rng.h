/*
 * A seeded random generator (xoshiro256**, seeded by splitmix64): the same seed
 * gives the same numbers on every machine. Not for secrets.
 */
#ifndef SITTER_RNG_H
#define SITTER_RNG_H

#include <stddef.h>
#include <stdint.h>

struct sit_rng {
    uint64_t state[4];
};

/** Seed; any value is good. */
void sit_rng_init(struct sit_rng *rng, uint64_t seed);

/** 64 random bits. */
uint64_t sit_rng_next(struct sit_rng *rng);

/** Uniform in [0, 1), 53 bits. */
double sit_rng_uniform(struct sit_rng *rng);

/** Uniform in [low, high). */
double sit_rng_range(struct sit_rng *rng, double low, double high);

/** Uniform integer in [0, bound), unbiased; bound 0 gives 0. */
uint64_t sit_rng_below(struct sit_rng *rng, uint64_t bound);

/** Standard normal (polar method). */
double sit_rng_normal(struct sit_rng *rng);

/** Shuffle n indices in place (Fisher-Yates). */
void sit_rng_shuffle(struct sit_rng *rng, size_t *items, size_t n);

#endif
