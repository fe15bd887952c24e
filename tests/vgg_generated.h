/*
 * Weights for VGG-16 from a counter (splitmix64, 24 bits): the same as NumPy makes for
 * the reference features, and nobody's property.
 */
#ifndef SITTER_VGG_GENERATED_H
#define SITTER_VGG_GENERATED_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/vgg.h"

enum { VGG_GENERATED_SEED = 20170930 };

/* Value i of the sequence of `seed`, in [0, 1). */
static inline double vgg_generated_uniform(uint64_t i, uint64_t seed)
{
    uint64_t z = (i + 1) * UINT64_C(0x9E3779B97F4A7C15) + seed;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    z ^= z >> 31;
    return (double)(z >> 40) / 16777216;
}

static inline float *vgg_generated_array(size_t n, uint64_t seed, double limit)
{
    float *x = sit_malloc_array(n, sizeof *x);
    for (size_t i = 0; x != NULL && i < n; i++)
        x[i] = (float)((2 * vgg_generated_uniform(i, seed) - 1) * limit);
    return x;
}

/* He-uniform kernels, small biases; two seeds a layer. False where memory is short. */
static inline bool vgg_generated_weights(struct sit_vgg_weights *weights)
{
    uint64_t seed = VGG_GENERATED_SEED;
    bool ok = true;
    for (size_t l = 0; l < SIT_VGG_N_LAYERS; l++, seed += 2) {
        const struct sit_vgg_layer *layer = sit_vgg_layer(l);
        size_t depth = 9 * layer->n_in;
        weights->kernel[l] = vgg_generated_array(depth * layer->n_out, seed,
                                                 sqrt(6 / (double)depth));
        weights->bias[l] = vgg_generated_array(layer->n_out, seed + 1, 0.05);
        ok = ok && weights->kernel[l] != NULL && weights->bias[l] != NULL;
    }
    return ok;
}

#endif
