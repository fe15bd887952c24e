/*
 * Convolutions 3x3, stride 1, one pixel of zeros around, then bias, ReLU and where
 * asked a 2x2 max-pool: what the ways to compute one have in common. Pictures are rows
 * of pixels, channels together; the pixels of the fast ways lie a whole number of
 * vectors apart, zeros between.
 */
#ifndef SITTER_CONV_H
#define SITTER_CONV_H

#include <stdbool.h>
#include <stddef.h>

#include "sitter/pool.h"

/* Channels of a pixel are padded to this many floats; the widest vector has as many. */
enum { CONV_PAD = 16 };

/* Output channels computed together: results of a tile block then stay in the cache. */
enum { CONV_GROUP = 64 };

static inline size_t conv_padded(size_t n_channels)
{
    return (n_channels + CONV_PAD - 1) / CONV_PAD * CONV_PAD;
}

/* One convolution, ready to run; `weights` laid out as the way to compute it needs. */
struct conv {
    size_t n_in;
    size_t n_out;
    size_t in_stride;  /* floats from pixel to pixel */
    size_t out_stride; /* conv_padded(n_out) for the fast ways, n_out for the plain */
    bool pool_after;
    const float *weights;
    const float *bias; /* (out_stride), zeros at the end */
};

/* n pictures (h, w, in_stride) to (h, w, out_stride), or (h / 2, w / 2, out_stride)
 * where pooled. `in` and `out` do not overlap. */
struct conv_task {
    const struct conv *conv;
    const float *in;
    float *out;
    size_t n, h, w;
};

static inline size_t conv_out_side(const struct conv *conv, size_t side)
{
    return conv->pool_after ? side / 2 : side;
}

/* Who computes, and where: each thread has `workspace_floats` of its own. */
struct conv_team {
    struct sit_pool *pool;
    float *workspaces;
    size_t workspace_floats;
};

/* The inner loops, for one instruction set. All pointers to channels are aligned as the
 * widest vector, strides multiples of CONV_PAD, where not said otherwise. */
struct conv_kernels {
    const char *name;
    size_t panel; /* columns of a product; divides CONV_GROUP */

    /* c (n_rows, panel) = a (n_rows, k) b (k, panel); strides a_stride (any), panel,
     * c_stride. Each sum runs over k in order: it does not depend on n_rows. */
    void (*multiply)(const float *a, size_t a_stride, size_t n_rows, size_t k,
                     const float *b, float *c, size_t c_stride);

    /* out (n_rows, n) = max(0, in + bias). */
    void (*add_bias)(const float *in, size_t in_stride, size_t n_rows, size_t n,
                     const float *bias, float *out, size_t out_stride);

    /* Winograd's input transform of one tile: pixel (i, j) of its 6x6 at pixels[6 i +
     * j] (n channels); value p of the 36 to out[p * plane]. */
    void (*transform_in)(const float *const pixels[36], size_t n, float *out,
                         size_t plane);

    /* The output transform with bias and ReLU: 36 values, plane apart, to 4x4 pixels,
     * or 2x2 where pooled; row i, column j at out[i * row_stride + j * pixel_stride];
     * only the first n_rows x n_columns of them are written. */
    void (*transform_out)(const float *in, size_t plane, size_t n, const float *bias,
                          bool pooled, float *out, size_t row_stride,
                          size_t pixel_stride, size_t n_rows, size_t n_columns);
};

/* The best for this machine, or the i-th that runs on it (for tests), else NULL. */
const struct conv_kernels *conv_kernels_best(void);
const struct conv_kernels *conv_kernels_at(size_t i);

/* Tables of the instruction sets; each in a file of its own. */
extern const struct conv_kernels conv_kernels_portable;
extern const struct conv_kernels conv_kernels_avx2;
extern const struct conv_kernels conv_kernels_avx512;

/* conv_plain.c: all patches side by side, one product. weights (3, 3, n_in, n_out). */
size_t conv_plain_workspace_floats(const struct conv *conv, size_t w);
void conv_plain_run(const struct conv_task *task, const struct conv_team *team);

/* conv_direct.c: the same in blocks of a row, for few input channels; no pooling. */
size_t conv_direct_weights_floats(const struct conv_kernels *kernels,
                                  const struct conv *conv);
void conv_direct_pack(const struct conv_kernels *kernels, const struct conv *conv,
                      const float *kernel, float *packed);
size_t conv_direct_workspace_floats(const struct conv *conv, size_t w);
void conv_direct_run(const struct conv_kernels *kernels, const struct conv_task *task,
                     const struct conv_team *team);

#endif
