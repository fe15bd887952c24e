/*
 * The row kernels for any processor, in vectors of 128 bits.
 */
#define LANES 2
#include "row_lanes.h"

const struct row_kernels row_kernels_portable = {
    .name = "portable",
    .scores = scores,
    .add_gradient = add_gradient,
    .add_moments = add_moments,
    .standardise = standardise,
    .narrow = narrow,
};
