/*
 * Features as a network's might be, without one: what faces have in common pulls all
 * columns along, negatives are cut off, columns differ in size. Row i is the same
 * whatever is generated before it.
 */
#ifndef SITTER_LARGE_FEATURES_H
#define SITTER_LARGE_FEATURES_H

#include <stddef.h>
#include <stdint.h>

enum { LARGE_N_FACTORS = 32, LARGE_MAX_DIM = 4096 };

struct large_features {
    size_t d;
    float loading[LARGE_N_FACTORS][LARGE_MAX_DIM];
    float size[LARGE_MAX_DIM];
    double weight[LARGE_N_FACTORS]; /* of the class */
};

void large_features_init(struct large_features *features, size_t d);

/** Row i into x (d); returns its class, 0 or 1. */
uint8_t large_features_row(const struct large_features *features, size_t i, float *x);

#endif
