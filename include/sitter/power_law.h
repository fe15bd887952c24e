/*
 * A falling power law through a learning curve: accuracy = a - b n^-c, and what it
 * says of more labels.
 */
#ifndef SITTER_POWER_LAW_H
#define SITTER_POWER_LAW_H

#include <stdbool.h>
#include <stddef.h>

/** a: where the curve ends, at most 1; b >= 0; c > 0. */
struct sit_power_law {
    double a, b, c;
};

/**
 * Least squares over c in [0.1, 2] (a fine grid; a and b are linear then), with
 * a <= 1 and b >= 0. Points n[i] > 0, accuracy[i], each of weight[i] (NULL: 1).
 * False with fewer than 3 points of different n, or values that are not finite.
 * A curve that does not rise gives b 0.
 */
bool sit_power_law_fit(const double *n, const double *accuracy, const double *weight,
                       size_t n_points, struct sit_power_law *out);

double sit_power_law_at(const struct sit_power_law *law, double n);

#endif
