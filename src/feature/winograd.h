/*
 * Winograd's convolution F(4x4, 3x3) (Lavin and Gray 2016): tiles of 4x4 output pixels
 * from 6x6 of the input, in 36 products of matrices instead of one nine times as deep:
 * a quarter of the multiplications.
 */
#ifndef SITTER_WINOGRAD_H
#define SITTER_WINOGRAD_H

#include "conv.h"

enum {
    WINOGRAD_TILE = 4,  /* side of a tile of the output */
    WINOGRAD_PATCH = 6, /* side of what it needs of the input */
    WINOGRAD_N = WINOGRAD_PATCH * WINOGRAD_PATCH,
};

size_t winograd_weights_floats(const struct conv_kernels *kernels,
                               const struct conv *conv);

/* kernel (3, 3, n_in, n_out) to `transformed`, winograd_weights_floats() of them. */
void winograd_transform_weights(const struct conv_kernels *kernels,
                                const struct conv *conv, const float *kernel,
                                float *transformed, struct sit_pool *pool);

size_t winograd_workspace_floats(const struct conv *conv);

void winograd_run(const struct conv_kernels *kernels, const struct conv_task *task,
                  const struct conv_team *team);

#endif
