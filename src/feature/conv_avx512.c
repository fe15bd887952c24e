/*
 * The inner loops for AVX-512; the file is compiled for it, so nothing here may run
 * before conv_kernels.c has asked the processor.
 */
#include <immintrin.h>

#define LANES        16
#define ROWS         14
#define LARGER(a, b) _mm512_max_ps(a, b)
#include "conv_lanes.h"

const struct conv_kernels conv_kernels_avx512 = {
    .name = "AVX-512",
    .panel = 2 * LANES,
    .multiply = multiply,
    .add_bias = add_bias,
    .transform_in = transform_in,
    .transform_out = transform_out,
};
