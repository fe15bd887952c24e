/*
 * The inner loops for any processor: transforms in vectors of four, products by
 * OpenBLAS, which has kernels for more processors than this program.
 */
#define LANES 4
#include "conv_lanes.h"

#include "sitter/matrix.h"

static void multiply(const float *a, size_t a_stride, size_t n_rows, size_t k,
                     const float *b, float *c, size_t c_stride)
{
    /* It fails for sizes beyond INT_MAX alone, which no workspace has. */
    (void)sit_matrix_sgemm_strided(n_rows, CONV_GROUP, k, a, a_stride, b, CONV_GROUP, c,
                                   c_stride, NULL);
}

const struct conv_kernels conv_kernels_portable = {
    .name = "portable",
    .panel = CONV_GROUP,
    .multiply = multiply,
    .add_bias = add_bias,
    .transform_in = transform_in,
    .transform_out = transform_out,
};
