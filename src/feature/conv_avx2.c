/*
 * The inner loops for AVX2 with FMA; the file is compiled for it, so nothing here may
 * run before conv_kernels.c has asked the processor.
 */
#include <immintrin.h>

#define LANES        8
#define ROWS         6
#define LARGER(a, b) _mm256_max_ps(a, b)
#include "conv_lanes.h"

const struct conv_kernels conv_kernels_avx2 = {
    .name = "AVX2",
    .panel = 2 * LANES,
    .multiply = multiply,
    .add_bias = add_bias,
    .transform_in = transform_in,
    .transform_out = transform_out,
};
