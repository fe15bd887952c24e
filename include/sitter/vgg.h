/*
 * The convolutional part of VGG-16 as the VGG-Face network has it (Parkhi, Vedaldi and
 * Zisserman 2015): 13 convolutions 3x3 with ReLU, a 2x2 max-pool after each of the five
 * blocks, and the mean over the last 7x7 positions: 512 features a face. Weights come
 * from elsewhere.
 */
#ifndef SITTER_VGG_H
#define SITTER_VGG_H

#include <stdbool.h>
#include <stddef.h>

#include "sitter/image.h"
#include "sitter/status.h"

enum {
    SIT_VGG_N_LAYERS = 13,
    SIT_VGG_SIDE_PX = 224,
    SIT_VGG_DIM = 512,
    SIT_VGG_MAX_BATCH = 1024,
    SIT_VGG_N_PIXEL_VALUES = SIT_VGG_SIDE_PX * SIT_VGG_SIDE_PX * 3,
};

/** One convolution: 3x3, stride 1, a border of zeros one pixel wide, then ReLU. */
struct sit_vgg_layer {
    const char *name; /* "conv1_1" to "conv5_3" */
    size_t n_in;
    size_t n_out;
    bool pool_after; /* 2x2 max-pool, stride 2 */
};

/** Layer i < SIT_VGG_N_LAYERS, in the order of computation; NULL beyond. */
const struct sit_vgg_layer *sit_vgg_layer(size_t i);

/** Each array from malloc(). Zero-initialise; sit_vgg_weights_release() frees. */
struct sit_vgg_weights {
    float *kernel[SIT_VGG_N_LAYERS]; /* (3, 3, n_in, n_out) */
    float *bias[SIT_VGG_N_LAYERS];   /* (n_out) */
};

void sit_vgg_weights_release(struct sit_vgg_weights *weights);

enum sit_vgg_preprocess {
    SIT_VGG_RAW = 0, /* 0 to 255, nothing subtracted */
    SIT_VGG_V1,      /* minus (93.5940, 104.7624, 129.1863), the mean of VGG-Face */
};

/**
 * Bring a face of any size to what the network takes: out (224, 224, 3), BGR. Resized
 * bilinearly as OpenCV's resize() does it by default on 8-bit pictures, to the bit, and
 * rounded to 8 bits before the mean is subtracted. SIT_E_ARG (an empty picture),
 * SIT_E_NOMEM. Thread-safe. Test: tests/ref/vgg_prepare_ref_test.c.
 */
enum sit_status sit_vgg_prepare(const struct sit_image *face,
                                enum sit_vgg_preprocess preprocess, float *out,
                                struct sit_error *err);

enum sit_vgg_path {
    SIT_VGG_FAST = 0, /* Winograd's convolution; the last bits differ from the plain */
    SIT_VGG_PLAIN,    /* one matrix product a layer, for comparison */
};

/** sit_vgg_options_init() fills in the defaults. */
struct sit_vgg_options {
    enum sit_vgg_path path;
    size_t batch;     /* faces computed together at most; 0: chosen */
    size_t n_threads; /* 0: one for each processor online */
    size_t max_bytes; /* ceiling on all the memory it holds; default 1 GiB */
};

void sit_vgg_options_init(struct sit_vgg_options *options);

/** The network ready to run: transformed weights, workspaces, threads. Used by one
 * thread at a time. */
struct sit_vgg;

/**
 * Make it. The weights are borrowed during the call only: they may be released
 * afterwards. The batch, and then the number of threads, is cut down to what max_bytes
 * allows.
 * SIT_E_ARG (a missing array), SIT_E_LIMIT (max_bytes is not enough for one face and
 * one thread: the message says how much is), SIT_E_NUMERIC (a weight is not finite),
 * SIT_E_NOMEM.
 */
enum sit_status sit_vgg_new(const struct sit_vgg_weights *weights,
                            const struct sit_vgg_options *options, struct sit_vgg **out,
                            struct sit_error *err);

void sit_vgg_free(struct sit_vgg *vgg);

/** Faces computed together: give sit_vgg_forward() that many at a time, or multiples.
 */
size_t sit_vgg_batch(const struct sit_vgg *vgg);

size_t sit_vgg_n_threads(const struct sit_vgg *vgg);

/** Memory it holds, transformed weights and workspaces, in bytes; at most max_bytes. */
size_t sit_vgg_memory_bytes(const struct sit_vgg *vgg);

/**
 * Features of n faces: pixels (n, 224, 224, 3) from sit_vgg_prepare(), out (n, 512).
 * The values do not depend on the number of threads, on n or on the batch, to the bit;
 * of the exact sums they are off by about 1e-6 of the vector's largest entry.
 * SIT_E_NUMERIC where a feature is not finite (weights out of range), `out` then
 * undefined. Allocates nothing.
 */
enum sit_status sit_vgg_forward(struct sit_vgg *vgg, const float *pixels, size_t n,
                                float *out, struct sit_error *err);

#endif
