/*
 * Intervals for proportions.
 */
#ifndef SITTER_INTERVAL_H
#define SITTER_INTERVAL_H

#include <stddef.h>

struct sit_interval {
    double low, high;
};

/** Wilson 95 % interval of k successes in n trials; n 0 gives [0, 1].
 * Source: Wilson 1927; methods.md. 67 of 70 -> [.881, .985]. */
struct sit_interval sit_wilson(size_t k, size_t n);

#endif
