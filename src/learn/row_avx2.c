/*
 * The row kernels for AVX2; the file is compiled for it, so nothing here may run before
 * row_kernels.c has asked the processor.
 */
#define LANES 4
#include "row_lanes.h"

const struct row_kernels row_kernels_avx2 = {
    .name = "AVX2",
    .scores = scores,
    .add_gradient = add_gradient,
    .add_moments = add_moments,
    .standardise = standardise,
    .narrow = narrow,
};
