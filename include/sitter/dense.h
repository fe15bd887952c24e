/*
 * Dense layers as plain arrays: what heads and files of weights exchange. ReLU follows
 * each layer but the last; after the last comes a sigmoid (one output) or a softmax.
 */
#ifndef SITTER_DENSE_H
#define SITTER_DENSE_H

#include <stddef.h>

#include "sitter/status.h"

enum {
    SIT_DENSE_MAX_LAYERS = 9,
    SIT_DENSE_MAX_UNITS = 1 << 16,   /* of a layer, but for the inputs of the first */
    SIT_DENSE_MAX_INPUTS = 1 << 20,  /* of the first layer */
    SIT_DENSE_MAX_WEIGHTS = 1 << 27, /* in one kernel */
};

struct sit_dense_layer {
    size_t n_in, n_out;
    float *kernel; /* (n_in, n_out) */
    float *bias;   /* (n_out) */
};

/** n_out of each layer is n_in of the next. Zero-initialise; release frees. */
struct sit_dense_net {
    size_t n_layers;
    struct sit_dense_layer layers[SIT_DENSE_MAX_LAYERS];
};

/** Append a layer of zeros. SIT_E_LIMIT: sizes beyond the limits above; SIT_E_ARG: it
 * does not fit the layer before it. The net is unchanged on failure. */
enum sit_status sit_dense_net_add(struct sit_dense_net *net, size_t n_in, size_t n_out,
                                  struct sit_error *err);

void sit_dense_net_release(struct sit_dense_net *net);

#endif
